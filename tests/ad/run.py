#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The tests against Active Directory as Samba knows it. Prints TAP.

    run.py BUILD [WORD...]     only tests whose name holds one of the words

Everything runs in namespaces of its own, as root or, where the machine lets
ordinary users make namespaces, as one of them. Nothing of the machine's network
or configuration is touched, and when the namespace's first process ends, the
kernel ends all others in it.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lab')]

import tap  # noqa: E402

NEEDED = ('samba', 'samba-tool', 'samba_dnsupdate', 'ip', 'unshare', 'nsenter',
          'setpriv', 'mount', 'kinit', 'klist', 'ldapsearch', 'openssl',
          'dpkg-query')
SEARCH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
SPACES = ['--mount', '--net', '--uts', '--ipc', '--pid', '--fork',
          '--kill-child=KILL', '--mount-proc', '--propagation', 'private']
LIMIT = 400  # seconds; the runner outside is patient a little longer
MARK = 'ADSCP_AD_LAB'


def bail_out(why):
    print(f'Bail out! {why}', flush=True)
    sys.exit(1)


def check(build):
    """A lab that cannot be built is a failure, never a skip."""
    missing = [name for name in NEEDED
               if shutil.which(name, path=SEARCH) is None]
    if missing:
        bail_out(f'not installed: {" ".join(missing)}')
    samba = subprocess.run(['/usr/bin/python3', '-c', 'import samba.provision'],
                           capture_output=True, check=False)
    if samba.returncode != 0:
        bail_out('/usr/bin/python3 has no module "samba"')
    if not (build / 'examples' / 'adscp').exists():
        bail_out(f'{build}/examples/adscp is not built')


def unshare():
    """How to get namespaces here: for root as it is, else by a user
    namespace."""
    tried = []
    for user in ([], ['--user', '--map-root-user']):
        argv = ['unshare', *user, *SPACES, 'mount', '-t', 'tmpfs', 'x', '/run']
        result = subprocess.run(argv, capture_output=True, text=True,
                                check=False)
        if result.returncode == 0:
            return ['unshare', *user, *SPACES]
        tried.append(f'"{" ".join(argv)}": {result.stderr.strip()}')
    return bail_out(
        'network and mount namespaces are needed: run this as root with '
        'CAP_SYS_ADMIN, or where users may make user namespaces '
        f'(user.max_user_namespaces > 0). Tried {"; ".join(tried)}')


# ------------------------------------------------------------------ outside --

def outside(build, words):
    home = tempfile.mkdtemp(prefix='adscp-ad-')
    process = subprocess.Popen(
        ['setpriv', '--pdeathsig', 'KILL', *unshare(), '/usr/bin/python3', '-B',
         str(HERE / 'run.py'), '--inside', home, str(build), *words],
        stdin=subprocess.DEVNULL, env={**os.environ, MARK: home})
    # It ends all the others.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: process.kill())
    try:
        status = process.wait(LIMIT + 30)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
        tap.comment(f'ended after {LIMIT + 30} s')
    left = left_over(home)
    if left:
        tap.comment(f'still running: {left}')
    # Only the mount point: what lay in it went with the namespace.
    os.rmdir(home)
    return status if not left else 1


def left_over(home):
    """Whoever still carries our mark a second after the end."""
    mark = f'{MARK}={home}'.encode()
    end = time.monotonic() + 1
    while True:
        left = [pid for pid in filter(str.isdigit, os.listdir('/proc'))
                if mark in environment(pid)]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.05)


def environment(pid):
    try:
        return pathlib.Path(f'/proc/{pid}/environ').read_bytes().split(b'\0')
    except OSError:
        return []


# ------------------------------------------------------------------- inside --

def inside(home, build, words):
    import cast  # the tests register themselves
    import network
    from world import World

    os.environ['LSAN_OPTIONS'] = (f'suppressions="{HERE.parent}/lab/lsan.supp":'
                                  'print_suppressions=0')
    network.run('mount', '-t', 'tmpfs', '-o', 'size=4g,mode=755', 'lab', home)
    lab = World(home, build, build / 'ad-cache', MARK)
    passed, stubborn = False, []
    start = time.monotonic()
    try:
        cast.start(lab)
        tap.comment(f'the lab took {time.monotonic() - start:.1f} s')
        passed = tap.run_all(lab, words)
        if not passed:
            tap.comment(lab.logs())
    except BaseException as error:
        tap.comment(lab.logs())
        bail_out(f'the lab failed: {error!r}')
    finally:
        signal.alarm(0)
        start = time.monotonic()
        stubborn = lab.stop()
        tap.comment(f'its end took {time.monotonic() - start:.1f} s')
    left = stubborn + [name for name in map(network.describe,
                                            network.processes()) if name]
    if left:
        tap.comment(f'did not end when asked: {left}')
    return 0 if passed and not left else 1


def too_late(*_):
    raise TimeoutError(f'the tests took more than {LIMIT} s')


def main():
    if sys.argv[1:2] == ['--inside']:
        signal.signal(signal.SIGALRM, too_late)
        signal.alarm(LIMIT)
        home, build = map(pathlib.Path, sys.argv[2:4])
        return inside(home, build, sys.argv[4:])
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    check(build)
    return outside(build, sys.argv[2:])


if __name__ == '__main__':
    sys.exit(main())
