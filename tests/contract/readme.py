#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""README.md tells the truth: its programs, commands and what they show are run, its
links lead somewhere, its table of options is that of the command."""

import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile

import contract

README = contract.ROOT / 'README.md'


# Blocks that others run: the demonstration and the tests themselves, installing
# (install.py), the exports (the lab, export.py, and nobody on Windows).
ELSEWHERE = re.compile(r'^(examples/demo\b|tests/run\b|meson setup build\b|ask\(\)|'
                       r'ldifde |\.\\export\.ps1 )', re.M)
# A live directory is none here: DNS is asked where nobody listens.
NOWHERE = ['--dns', '127.0.0.1:1', '--timeout', '1']


def blocks(text):
    """[(mark before it, language, inside)]"""
    return re.findall(r'(?:<!-- test: (\w+) -->\s*)?^```(\w+)\n(.*?)^```', text,
                      re.S | re.M)


def environment():
    """adscp is in the path, and Python finds the package."""
    build = contract.build() / 'examples'
    return dict(os.environ, LC_ALL='C.UTF-8', PYTHONPATH=str(build / 'python'),
                PATH=f'{build}:{os.environ["PATH"]}')


def run_program(code, scratch):
    source = scratch / 'readme.c'
    source.write_text(code)
    result = contract.run(
        *contract.compiler(), '-std=c11', '-Wall', '-Wextra', '-Werror',
        f'-I{contract.HEADER.parent}', source, '-o', source.with_suffix(''),
        contract.library(), f'-Wl,-rpath,{contract.library().parent}')
    if result.returncode == 0:
        result = contract.run(source.with_suffix(''), cwd=scratch)
    return result.returncode == 0 and 'https://' in result.stdout, result.stdout


def run_python(code, scratch):
    result = contract.run(sys.executable, '-B', '-c', code, cwd=scratch,
                          env=environment())
    return result.returncode == 0 and 'EX07' in result.stdout, result.stdout


def run_console(text, _):
    """"$ command", and what it shows; "..." stands for what is left out."""
    first, *shown = text.rstrip('\n').split('\n')
    result = contract.run(*shlex.split(first.removeprefix('$ ')),
                          cwd=contract.ROOT, env=environment())
    lines = iter(result.stdout.split('\n'))
    missing = [line for line in shown if line != '...' and line not in lines]
    return first.startswith('$ ') and shown and not missing, '\n'.join(missing)


def run_shell(text, scratch):
    """Every command is one that adscp takes: usage errors are status 1."""
    wrong = []
    for line in text.replace('\\\n', ' ').splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] != ['adscp']:
            wrong.append(f'who runs this? {line}')
            continue
        live = not {'-l', '--ldif'} & set(words)
        result = contract.run(*words, *(NOWHERE if live else []), cwd=scratch,
                              env=environment())
        good = (2,) if live else (0, 1, 2) if words[1] == 'check' else (0, 4)
        if result.returncode not in good or 'UNKNOWN' in result.stdout:
            wrong.append(f'{result.returncode}: {line}\n{result.stdout}')
    return not wrong, '\n'.join(wrong)


def run_in_tree(text, _):
    """Commands for who stands in the tree, has built in build/, and told neither the
    loader nor Python anything."""
    bare = {name: value for name, value in os.environ.items()
            if name not in ('LD_LIBRARY_PATH', 'PYTHONPATH')}
    result = contract.run('bash', '-ec', text.replace(' build/', f' {contract.build()}/'),
                          cwd=contract.ROOT, env=bare)
    return result.returncode == 0 and 'EX07' in result.stdout, result.stdout


RUNNERS = {('compile', 'c'): run_program, ('python', 'python'): run_python,
           ('', 'console'): run_console, ('', 'sh'): run_shell,
           ('tree', 'sh'): run_in_tree}


def run_block(mark, language, text):
    if ELSEWHERE.search(text) or language == 'text':
        return True, ''
    runner = RUNNERS.get((mark, language))
    if runner is None:
        return False, f'nobody runs a block of {language}'
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        shutil.copy(contract.ROOT / 'examples' / 'kb2006728.ldif',
                    scratch / 'forest.ldif')
        return runner(text, scratch)


def table(text):
    """The left column of the README's table of options."""
    rows = re.findall(r'^\| (`-.*?) \|', text, re.M)
    return contract.options(' '.join(rows))


def shown(text):
    """The options of every `adscp ...` in the shell examples and sentences."""
    blocks = ' '.join(re.findall(r'```sh\n(.*?)```', text, re.S))
    return {option for line in blocks.replace('\\\n', ' ').splitlines()
            if line.lstrip().startswith('adscp ')
            for option in contract.options(line)}


def main():
    contract.behind_sanitizer()
    text = README.read_text()
    found = blocks(text)
    contract.check('every block was found', len(found) == len(re.findall(
        r'^```\w', text, re.M)) > 10)
    for mark, language, inside in found:
        good, said = run_block(mark, language, inside)
        first = inside.split('\n', 1)[0]
        contract.check(f'{language}: {first}', good, said)
    links = re.findall(r'\]\((?!https?:|#)([^)#]+)', text)
    contract.check_empty('every link leads to a file', [
        link for link in links if not (contract.ROOT / link).exists()])
    result = contract.run(contract.build() / 'examples' / 'adscp', '--help')
    known = contract.options(result.stdout)
    contract.check('the table lists the options of --help',
                   result.returncode == 0 and table(text) == known,
                   table(text) ^ known)
    contract.check_empty('examples use options that exist',
                         sorted(shown(text) - known))
    contract.finish()


main()
