#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""README.md tells the truth: its programs compile and link, its links lead
somewhere, its table of options is that of the command, and so are the commands in
its examples."""

import pathlib
import re
import tempfile

import contract

README = contract.ROOT / 'README.md'


def programs(text):
    return re.findall(r'<!-- test: compile -->\s*```c\n(.*?)```', text, re.S)


def compiles(code):
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / 'readme.c'
        source.write_text(code)
        return contract.run(
            *contract.compiler(), '-std=c11', '-Wall', '-Wextra', '-Werror',
            f'-I{contract.HEADER.parent}', source, '-o',
            source.with_suffix(''), contract.library())


def options(text):
    return set(re.findall(r'(?<![\w-])(--?[a-zA-Z][\w-]*)', text))


def table(text):
    """The left column of the README's table of options."""
    rows = re.findall(r'^\| (`-.*?) \|', text, re.M)
    return options(' '.join(rows))


def shown(text):
    """The options of every `adscp ...` in the shell examples and sentences."""
    blocks = ' '.join(re.findall(r'```sh\n(.*?)```', text, re.S))
    return {option for line in blocks.replace('\\\n', ' ').splitlines()
            if line.lstrip().startswith('adscp ') for option in options(line)}


def main():
    text = README.read_text()
    code = programs(text)
    contract.check('there are programs to compile', code)
    for number, each in enumerate(code, 1):
        result = compiles(each)
        contract.check(f'program {number} compiles and links',
                       result.returncode == 0, result.stdout)
    links = re.findall(r'\]\((?!https?:|#)([^)#]+)', text)
    contract.check_empty('every link leads to a file', [
        link for link in links if not (contract.ROOT / link).exists()])
    result = contract.run(contract.build() / 'examples' / 'adscp', '--help')
    known = options(result.stdout)
    contract.check('the table lists the options of --help',
                   result.returncode == 0 and table(text) == known,
                   table(text) ^ known)
    contract.check_empty('examples use options that exist',
                         sorted(shown(text) - known))
    contract.finish()


main()
