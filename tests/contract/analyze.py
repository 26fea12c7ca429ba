#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What two analyzers think of lib/: clang-tidy, by the checks in .clang-tidy, and
gcc's -fanalyzer. A fault planted for each must be found."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import tempfile

import contract

PLANT = '''#include <stdlib.h>
int twice(char *text);
int twice(char *text)
{
    int number = atoi(text);

    free(text);
    free(text);
    return number;
}
'''


# gcc 12 loses sight of memory that a structure behind a pointer keeps; leaks are
# looked for by the sanitizer's build. Of a link in a verification the facts are
# known: judge/trust/verify.c makes no other. gcc 14 loses sight of what list_all()
# has made in judge/coverage/members.c before it is read.
QUIET = ('-Wno-analyzer-malloc-leak',)
KNOWN = re.compile(r'judge/(trust/rules|coverage/members)\.c:'
                   r'.*analyzer-null-dereference')


def commands():
    """{source: the words that compile it}, of lib/ alone."""
    build = contract.build()
    rows = json.loads((build / 'compile_commands.json').read_text())
    found = {}
    for row in rows:
        source = (pathlib.Path(row['directory']) / row['file']).resolve()
        if source.is_relative_to(contract.ROOT / 'lib'):
            words = [word for word in shlex.split(row['command'])
                     if word not in ('ccache', '-Werror')]
            found[source] = words[1:]
    return found


def flags(words):
    """Those that tell how a source is to be read."""
    return [word for word in words
            if re.match(r'-(I|D|U|std|isystem|pthread)', word)
            or word.startswith('/usr/include')]


def warnings(text):
    return [line for line in text.splitlines()
            if re.search(r' (warning|error): ', line)]


def tidy(source, words):
    done = contract.run('clang-tidy', '--quiet',
                        f'--config-file={contract.ROOT / ".clang-tidy"}',
                        source, '--', *flags(words), cwd=contract.build())
    return warnings(done.stdout)


def analyze(source, words):
    done = contract.run('gcc', '-fanalyzer', '-O1', *QUIET, *flags(words), '-c',
                        '-o', os.devnull, source, cwd=contract.build())
    return [line for line in warnings(done.stdout) if not KNOWN.search(line)]


def check(name, program, look):
    if shutil.which(program) is None:
        contract.check(f'{name} # SKIP no {program}', True)
        return
    every = commands()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [line for lines in pool.map(look, every, every.values())
                 for line in lines]
    contract.check_empty(f'{name} has nothing to say', sorted(set(found)))
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / 'planted.c'
        source.write_text(PLANT)
        contract.check(f'{name} finds what was planted', look(source, []))


def main():
    check('clang-tidy', 'clang-tidy', tidy)
    check('gcc -fanalyzer', 'gcc', analyze)
    contract.finish()


main()
