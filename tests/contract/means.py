#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Neither root nor sudo, and packages missing: examples/demo and tests/run say in
one line what root must install, and do nothing else. Nor is a tree that nobody
can write to a riddle."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import contract

NOBODY = 65534
# Functions of the shell go before programs, wherever PATH leads.
BARE = {'BASH_FUNC_dpkg-query%%': '() { return 1; }',
        'BASH_FUNC_command%%': '() { return 1; }'}
# Whatever it is asked for is there.
FURNISHED = {'BASH_FUNC_dpkg-query%%':
             '() { printf installed; }'}


def copy(scratch, name):
    """A tree in which anybody could build."""
    path = scratch / name
    path.parent.mkdir(exist_ok=True)
    shutil.copy(contract.ROOT / name, path)
    for each in (scratch, path.parent):
        each.chmod(0o777)
    return path


def run(path, functions=None):
    as_nobody = (['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}',
                  '--clear-groups'] if os.geteuid() == 0 else [])
    return subprocess.run(
        [*as_nobody, path], text=True, capture_output=True, check=False,
        env={'PATH': '/usr/bin:/bin', **(functions or BARE)},
        stdin=subprocess.DEVNULL)


def check_read_only(scratch, name):
    path = copy(scratch, name)
    for each in (path.parent, scratch):
        each.chmod(0o555)
    result = run(path, FURNISHED)
    said = (result.stdout + result.stderr).splitlines()
    contract.check(f'{name}, in a tree that is read-only: one line says so',
                   result.returncode == 1 and len(said) == 1 and
                   'cannot write to' in said[0] and 'ADSCP_BUILD' in said[0],
                   result)
    for each in (scratch, path.parent):
        each.chmod(0o755)


def main():
    with tempfile.TemporaryDirectory() as name:
        for script in ('examples/demo', 'tests/run'):
            scratch = pathlib.Path(name) / script.replace('/', '-')
            scratch.mkdir()
            pathlib.Path(name).chmod(0o755)
            result = run(copy(scratch, script))
            said = re.fullmatch(
                rf'{script}: as root: apt-get install --no-install-recommends '
                r'([\w.+-]+ )+[\w.+-]+\n', result.stderr)
            contract.check(f'{script}: one line names what to install',
                           said and not result.stdout and
                           'libldap-dev' in result.stderr, result)
            contract.check('... it fails', result.returncode == 1, result)
            contract.check_empty('... and nothing is there that was not', [
                str(path) for path in scratch.rglob('*')
                if path.is_file() and path.name not in ('demo', 'run')]
                + list(scratch.glob('.build')))
            locked = pathlib.Path(name) / ('locked-' + scratch.name)
            locked.mkdir()
            check_read_only(locked, script)
    result = contract.run('bash', contract.ROOT / 'tests' / 'run', '--help')
    contract.check('tests/run --help', result.returncode == 0 and
                   'tests/run TIER...' in result.stdout, result.stdout)
    for words in (['unit', '--search', '5'], ['fuzz', '--search', 'long'],
                  ['-b', 'release', 'fuzz', '--search', '5']):
        result = contract.run('bash', contract.ROOT / 'tests' / 'run', *words)
        contract.check(f'tests/run {" ".join(words)} is refused in a line',
                       result.returncode == 1 and '--search' in result.stdout
                       and result.stdout.count('\n') == 1, result.stdout)
    contract.finish()


main()
