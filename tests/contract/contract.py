# SPDX-License-Identifier: MIT
"""What the contract scripts share: where things are, TAP, and the public header
taken apart. Every script takes the build directory as its first argument, or from
the environment as ADSCP_BUILD."""

import importlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / 'include' / 'adscp.h'
MAP = ROOT / 'lib' / 'adscp.map'
PYTHON = ROOT / 'examples' / 'python'

_results = []


def build():
    """The build directory."""
    where = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('ADSCP_BUILD')
    if where is None:
        sys.exit('no build directory: give it as argument or as ADSCP_BUILD')
    return pathlib.Path(where).resolve()


def run_in_scratch(*tests):
    """Each with a folder that they share; then finish()."""
    with tempfile.TemporaryDirectory() as name:
        for each in tests:
            each(pathlib.Path(name))
    finish()


def library():
    return build() / 'lib' / 'libadscp.so'


def sanitizers():
    """b_sanitize of the build: [] or ['address', 'undefined'] ..."""
    options = json.loads(
        (build() / 'meson-info' / 'intro-buildoptions.json').read_text())
    value = next(each['value'] for each in options
                 if each['name'] == 'b_sanitize')
    words = value.split(',') if isinstance(value, str) else value
    return [word for word in words if word != 'none']


def is_slow():
    """A build with sanitizers, or one that counts lines."""
    options = json.loads(
        (build() / 'meson-info' / 'intro-buildoptions.json').read_text())
    return bool(sanitizers()) or any(
        each['name'] == 'b_coverage' and each['value'] for each in options)


def compiler():
    """The C compiler of the build, with the flags that its sanitizers want."""
    commands = json.loads((build() / 'compile_commands.json').read_text())
    words = commands[0]['command'].split()
    if words[0].endswith('ccache'):
        words = words[1:]
    flags = sanitizers()
    return words[:1] + ([f'-fsanitize={",".join(flags)}'] if flags else [])


def run(*command, **options):
    return subprocess.run([str(word) for word in command], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **options)


def behind_sanitizer():
    """Python was not built with the sanitizer that the library wants: its runtime
    has to come first. clang's has no shared form by default."""
    wanted = sanitizers()
    if not wanted or 'LD_PRELOAD' in os.environ:
        return
    if 'clang' in compiler()[0]:
        print('1..0 # SKIP clang links its sanitizer into programs only')
        sys.exit(0)
    name = 'libtsan.so' if 'thread' in wanted else 'libasan.so'
    runtime = run(compiler()[0], f'-print-file-name={name}').stdout.strip()
    options = os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
    os.execve(sys.executable, [sys.executable, *sys.argv], dict(
        os.environ, LD_PRELOAD=runtime, ASAN_OPTIONS=options))


def python_package():
    """The package `adscp` of this tree, on the library of this build."""
    behind_sanitizer()
    os.environ['ADSCP_LIBRARY'] = str(library())
    sys.path.insert(0, str(PYTHON))
    return importlib.import_module('adscp')


def check(name, good, *evidence):
    """One line of TAP; evidence (text, or a list of lines) is for a failure."""
    _results.append(bool(good))
    if not good:
        for each in evidence:
            lines = each if isinstance(each, (list, set)) else str(each).split('\n')
            for line in sorted(lines) if isinstance(each, set) else lines:
                print(f'# {line}')
    print(f'{"ok" if good else "not ok"} {len(_results)} - {name}', flush=True)


def run_chosen(tests, words):
    """Of tests (name, function, arguments) those whose name holds one of the
    words, or all. What they assert is the evidence."""
    for name, function, arguments in tests:
        if words and not any(word in name for word in words):
            continue
        try:
            function(*arguments)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            check(name, False, error)
        else:
            check(name, True)


def options(text):
    """Every option that a text names."""
    return set(re.findall(r'(?<![\w-])(--?[a-zA-Z][\w-]*)', text))


def commands():
    """What the command line can do, by its own help."""
    page = run(build() / 'examples' / 'adscp', '--help').stdout
    listed = page.partition('Commands:\n')[2].partition('\n\n')[0]
    return re.findall(r'^  ([a-z]+)', listed, re.M)


def check_empty(name, violations):
    check(name, not violations, list(map(str, violations)))


def finish():
    print(f'1..{len(_results)}')
    sys.exit(0 if _results and all(_results) else 1)


class Silence:
    """A server on loopback that takes connections and says nothing."""

    def __enter__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        return f'ldap://127.0.0.1:{self.socket.getsockname()[1]}'

    def __exit__(self, *_):
        self.socket.close()


# ------------------------------------------------------------- the public header


def without_comments(text):
    return re.sub(r'/\*.*?\*/', ' ', text, flags=re.S)


def _squeeze(text):
    return re.sub(r'\s*\*\s*', ' *', ' '.join(text.split())).replace('* *', '**')


def prototypes(text=None):
    """[(name, return type, [parameter types])] in the header's order."""
    text = without_comments(HEADER.read_text() if text is None else text)
    text = re.sub(r'^\s*#.*$', '', text, flags=re.M)
    text = re.sub(r'extern "C" \{', '', text)
    found = []
    for returned, name, inside in re.findall(
            r'([\w\s*]+?)\b(adscp_\w+)\(([^()]*)\)\s*;', text):
        parameters = [] if inside.strip() == 'void' else [
            _squeeze(re.sub(r'\w+$', '', one.strip())).strip()
            for one in inside.split(',')]
        found.append((name, _squeeze(returned).strip(), parameters))
    return found


def constants(text=None):
    """{name: value}, as the enumerators say."""
    text = without_comments(HEADER.read_text() if text is None else text)
    return {name: int(value) for body in re.findall(r'enum\s*\{(.*?)\}', text,
                                                    re.S)
            for name, value in re.findall(r'(ADSCP_\w+)\s*=\s*(-?\d+)', body)}
