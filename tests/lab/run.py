#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The lab tests: adscp against slapd and a MIT KDC. Prints TAP.

    run.py BUILD [WORD...]     only tests whose name holds one of the words

As root it steps down to the user nobody first; no server here wants more.
"""

import os
import pathlib
import pwd
import shutil
import signal
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'locate')]

import lab as laboratory  # noqa: E402
import tap                # noqa: E402

NEEDED = ('slapd', 'slapadd', 'ldapsearch', 'krb5kdc', 'kdb5_util',
          'kadmin.local', 'kinit', 'openssl', 'setpriv', 'faketime')
SEARCH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'


def bail_out(why):
    print(f'Bail out! {why}', flush=True)
    sys.exit(1)


def step_down(build, words):
    """The tree may lie where nobody can read: run a copy of what we need."""
    user = pwd.getpwnam('nobody')
    stage = pathlib.Path(tempfile.mkdtemp(prefix='adscp-stage-'))
    try:
        copy_tree(build, stage)
        for path in (stage, *stage.rglob('*')):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        pid = os.fork()
        if pid == 0:
            os.execvp('setpriv', [
                'setpriv', f'--reuid={user.pw_uid}', f'--regid={user.pw_gid}',
                '--clear-groups', '--pdeathsig', 'TERM', '/usr/bin/python3',
                str(stage / 'tests' / 'lab' / 'run.py'), str(stage / 'build'),
                *words])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: os.kill(pid, number))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        shutil.rmtree(stage)


def copy_tree(build, stage):
    shutil.copytree(HERE, stage / 'tests' / 'lab',
                    ignore=shutil.ignore_patterns('__pycache__'))
    (stage / 'tests' / 'locate').mkdir()
    shutil.copy(HERE.parent / 'locate' / 'pings.py', stage / 'tests' / 'locate')
    if (HERE.parents[1] / 'README.md').exists():
        shutil.copy(HERE.parents[1] / 'README.md', stage)
    (stage / 'build' / 'examples').mkdir(parents=True)
    shutil.copy(build / 'examples' / 'adscp', stage / 'build' / 'examples')
    (stage / 'build' / 'lib').mkdir()
    for path in (build / 'lib').glob('libadscp.so*'):
        if not path.is_dir():
            shutil.copy(path, stage / 'build' / 'lib', follow_symlinks=False)


def check():
    """A lab that cannot be built is a failure, never a skip."""
    missing = [name for name in NEEDED
               if shutil.which(name, path=SEARCH) is None]
    if missing:
        bail_out(f'not installed: {" ".join(missing)}')


def left_over(home):
    """What still runs that was told a path of the lab, whoever started it."""
    mine = []
    for path in pathlib.Path('/proc').glob('[0-9]*/cmdline'):
        try:
            words = path.read_bytes().split(b'\0')
        except OSError:
            continue  # it has just ended
        if any(home.encode() in word for word in words):
            mine.append(b' '.join(words).decode(errors='replace'))
    return mine


def run(build, words):
    import cast  # the tests register themselves
    os.environ['LSAN_OPTIONS'] = (
        f'suppressions="{HERE}/lsan.supp":print_suppressions=0')
    home = tempfile.mkdtemp(prefix='adscp-lab-')
    lab = laboratory.Lab(home, build)
    passed = False
    try:
        cast.start(lab)
        passed = tap.run_all(lab, words)
        if not passed:
            tap.comment(lab.logs())
    except Exception as error:
        tap.comment(lab.logs())
        bail_out(f'the lab did not start: {error!r}')
    finally:
        lab.stop()
        shutil.rmtree(home)
    for command in left_over(home):
        tap.comment(f'still running: {command}')
        passed = False
    return 0 if passed else 1


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build, words = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    check()
    if not (build / 'examples' / 'adscp').exists():
        bail_out(f'{build}/examples/adscp is not built')
    if os.getuid() == 0:
        return step_down(build, words)
    # However we end, the "finally" above ends the servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return run(build, words)


if __name__ == '__main__':
    sys.exit(main())
