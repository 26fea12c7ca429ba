#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The public header by itself: it compiles alone as C and C++, uses the promised
types only, says something about every function, and a program that uses all of it
links against the shared library."""

import pathlib
import re
import shutil
import tempfile

import contract

LANGUAGES = [('gcc', 'c', 'c11'), ('gcc', 'c', 'c99'), ('clang', 'c', 'c11'),
             ('clang', 'c', 'c99'), ('g++', 'c++', 'c++17'),
             ('clang++', 'c++', 'c++17')]
TYPES = re.compile(r'int|int64_t|const char \*|(const )?adscp_\w+ \*|'
                   r'adscp_\w+ \*\*')
# The one call that writes to the caller's memory.
WRITES = {('adscp_text_visible', 'char *')}


def alone(compiler, language, standard):
    """What the compiler says about the header and nothing else."""
    return contract.run(compiler, f'-std={standard}', '-x', language, '-Wall',
                        '-Wextra', '-Wpedantic', '-Wundef', '-Werror',
                        '-fsyntax-only', '-', input=contract.HEADER.read_text())


def odd_types(text=None):
    return [f'{name}: {kind}' for name, returned, parameters in
            contract.prototypes(text)
            for kind in ([] if returned == 'void' else [returned]) + parameters
            if not TYPES.fullmatch(kind) and (name, kind) not in WRITES]


def undocumented(text):
    """Functions whose paragraph has no comment, and which are neither named on the
    first page (also by a pattern, as adscp_*_free) nor make, count or fetch things
    of a type that has one."""
    prose = text.split('#ifndef', 1)[0]
    patterns = [one.replace('*', r'\w+') for one in
                re.findall(r'(adscp_[\w*]+)\(\)', prose)]
    rows = re.findall(r'typedef struct \w+ (adscp_\w+);\s*/\*', text)
    found = []
    for paragraph in re.split(r'\n\s*\n', text.split('extern "C" {', 1)[1]):
        returned = ' '.join(r for _, r, _ in contract.prototypes(paragraph))
        if '/*' in re.sub(r'/\* -+ .*? -- \*/', '', paragraph) or any(
                re.search(rf'\b{row} \*', returned) for row in rows):
            continue
        found += [name for name, _, _ in contract.prototypes(paragraph)
                  if not any(re.fullmatch(one, name) for one in patterns)]
    return found


def everything():
    """A program that takes every function's address and every constant."""
    names = [name for name, _, _ in contract.prototypes()]
    values = contract.constants()
    return '\n'.join([
        '#include <adscp.h>', '#include <stddef.h>',
        'typedef void (*function)(void);',
        'static const function functions[] = {',
        *(f'    (function){name},' for name in names), '};',
        'static const struct { int is, was; } constants[] = {',
        *(f'    {{{name}, {value}}},' for name, value in values.items()), '};',
        'int main(void) {', '    size_t i;',
        f'    for (i = 0; i < {len(names)}; i++)',
        '        if (functions[i] == NULL) return 1;',
        f'    for (i = 0; i < {len(values)}; i++)',
        '        if (constants[i].is != constants[i].was) return 2;',
        '    return 0;', '}', ''])


def links():
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / 'everything.c'
        source.write_text(everything())
        made = contract.run(
            *contract.compiler(), '-std=c11', '-Wall', '-Werror', source, '-o',
            source.with_suffix(''), f'-I{contract.HEADER.parent}',
            contract.library(), f'-Wl,-rpath,{contract.library().parent}')
        if made.returncode != 0:
            return made
        return contract.run(source.with_suffix(''))


def main():
    text = contract.HEADER.read_text()
    for compiler, language, standard in LANGUAGES:
        if shutil.which(compiler) is not None:
            result = alone(compiler, language, standard)
            contract.check(f'{compiler} takes the header alone as {standard}',
                           result.returncode == 0, result.stdout)
    result = links()
    contract.check('a program that uses all of it links and runs',
                   result.returncode == 0, result.stdout)
    contract.check_empty('only the promised types', odd_types())
    contract.check('another type is found',
                   odd_types('bool adscp_x(size_t n);') ==
                   ['adscp_x: bool', 'adscp_x: size_t'])
    contract.check_empty('every function is documented', undocumented(text))
    contract.check('an undocumented one is found', undocumented(
        text.replace('#ifdef __cplusplus\n}', '\nint adscp_x(int n);\n\n'))
        == ['adscp_x'])
    release = re.search(r"version: '([^']+)'", (
        contract.ROOT / 'meson.build').read_text())[1]
    contract.check('the header shows the release', f'"{release}"' in text)
    contract.finish()


main()
