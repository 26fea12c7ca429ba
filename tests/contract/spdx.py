#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every file says its licence on its first line (second in a script), and the top
level holds what belongs there and nothing else."""

import re
import subprocess

import contract

TOP = {'lib', 'include', 'examples', 'tests', 'meson.build',
       'meson_options.txt', 'README.md', 'COPYING'}
# Data: its first bytes are what is tested, or it has no place for a comment.
DATA = re.compile(r'^(COPYING|\.\w.*|tests/(fuzz/corpus|golden|hostile)/.*|'
                  r'lib/packaging/debian/(copyright|source/format)|'
                  r'examples/python/adscp/METADATA\.in)$|'
                  r'\.(abi|ldif|ldf|json|md|txt|dict|supp|pem)$')


def files():
    """What git would take, or everything where this is no checkout."""
    listed = subprocess.run(
        ['git', '-C', contract.ROOT, '-c', f'safe.directory={contract.ROOT}',
         'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if listed.returncode == 0:
        names = listed.stdout.decode().rstrip('\0').split('\0')
        paths = [contract.ROOT / name for name in names]
    else:
        paths = [path for path in contract.ROOT.rglob('*')
                 if not any(part.startswith('.') or part == '__pycache__'
                            for part in path.relative_to(contract.ROOT).parts)]
    return sorted({path.relative_to(contract.ROOT).as_posix()
                   for path in paths if path.is_file()})


def unmarked(name):
    with open(contract.ROOT / name, 'rb') as file:
        lines = [file.readline(), file.readline()]
    if not lines[0].startswith(b'#!'):
        lines = lines[:1]
    return b'SPDX-License-Identifier: MIT' not in lines[-1]


def main():
    names = files()
    contract.check('there are files', len(names) > 50)
    contract.check_empty('every source file names its licence', [
        name for name in names if not DATA.search(name) and unmarked(name)])
    top = {name.split('/')[0] for name in names}
    contract.check_empty('the top level is tidy', sorted(
        name for name in top if name not in TOP and not name.startswith('.')))
    contract.finish()


main()
