#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whole runs of the command while one system call fails: faults.py BUILD [RUN...].

Each of the first calls of a kind fails once, and once with all behind it, in each
way that the kernel knows. The run gives the same bytes, or says why not: an error
and nothing on standard output, or a server that could not be looked at. Nothing is
left open, and nothing lost: a sanitizer tells of memory. A sample; with
ADSCP_TEST_ALL=1 in the environment every call."""

import concurrent.futures
import errno
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'contract'), str(HERE.parent / 'tls'),
                str(HERE.parent / 'locate')]

import contract                                          # noqa: E402
import places                                            # noqa: E402
from names import Dns                                    # noqa: E402
from pings import Dc                                     # noqa: E402

BUILD = contract.build()
ADSCP = str(BUILD / 'examples' / 'adscp')
EXPORT = str(contract.ROOT / 'examples' / 'kb2006728.ldif')
DOMAIN = 'corp.example.test'
AT = ['-t', '2012-01-20T00:00:00Z']
MOST = 10 ** 6 if 'ADSCP_TEST_ALL' in os.environ else 3
WAYS = {
    'socket': (errno.EMFILE, errno.EAFNOSUPPORT),
    'connect': (errno.ECONNREFUSED, errno.ENETUNREACH, errno.EAGAIN),
    'poll': (errno.ENOMEM, errno.EINTR),
    'read': (errno.EIO, errno.EINTR),
    'recv': (errno.ECONNRESET, errno.EINTR, errno.ENOMEM),
    'recvfrom': (errno.ECONNREFUSED, errno.EINTR),
    'send': (errno.EPIPE, errno.ENOBUFS, errno.EINTR),
    'eventfd': (errno.EMFILE,),
    'pthread_create': (errno.EAGAIN,),
    'getrandom': (errno.EAGAIN, errno.ENOSYS),
    'getsockopt': (errno.ENOBUFS,),
    'open': (errno.EMFILE, errno.EACCES),
    'fstat': (errno.EIO,),
}
# What is asked again for ever where it always fails in this way is none.
ONCE = (errno.EINTR,)


def run(words, keep, fault=None):
    """(exit code, standard output, errors, what was counted)"""
    count = keep / (fault or 'whole').replace(' ', '-')
    environment = dict(os.environ, LC_ALL='C.UTF-8', FAULT_COUNT=str(count),
                       LD_PRELOAD=str(BUILD / 'tests/hostile/faults.so'),
                       ASAN_OPTIONS=os.environ.get('ASAN_OPTIONS', '') +
                       ':verify_asan_link_order=0')
    if fault:
        environment['FAULT'] = fault
    done = subprocess.run([ADSCP, *words], env=environment, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False)
    counted = dict(line.split() for line in count.read_text().splitlines()) \
        if count.exists() else {}
    return done.returncode, done.stdout, done.stderr.decode(), counted


def seen(out):
    """What was seen, however: (outcome, certificate) of each server."""
    return [(row['outcome'], (row['certificate'] or {}).get('sha256'))
            for row in json.loads(out).get('observations', ())]


def told(out, whole):
    """A document that says the same of a server, or why it was not seen."""
    if seen(out) and seen(out) == seen(whole):
        return True
    return any(row['outcome'] != 'ok' and row['detail']
               for row in json.loads(out).get('observations', ()))


def left_behind(counted, fault):
    """A worker that nobody could wait for goes on with what it has open."""
    return fault.startswith('poll') and counted.get('pthread_create') != '0'


def judge(fault, done, whole):
    """None, or what is wrong with it."""
    code, out, errors, counted = done
    if code < 0 or code == 99:
        return f'ends with {code}: {errors[-400:]}'
    if counted.get('descriptors') != '0' and not left_behind(counted, fault):
        return f'leaves {counted.get("descriptors")} descriptors open'
    if (code, out) == whole[:2]:
        return None
    if not out and code in (1, 2) and errors.startswith('{'):
        text = json.loads(errors)['error']['text']
        return None if len(text) > 15 else f'says only {errors}'
    if out and told(out, whole[1]):
        return None
    return f'exit code {code}, other bytes: {out[-300:]} {errors[-300:]}'


def fail_each(name, words):
    with tempfile.TemporaryDirectory() as folder:
        keep = pathlib.Path(folder)
        whole = run(words, keep)
        contract.check(f'{name}: works', whole[0] in (0, 4) and whole[1],
                       whole)
        work = [f'{call} {number} {way}{rest}'
                for call, ways in WAYS.items()
                for number in range(min(MOST, int(whole[3].get(call, 0))))
                for way in ways for rest in ('', ' +')
                if not (rest and way in ONCE)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda fault: run(words, keep, fault), work))
        wrong = [f'{fault} ({os.strerror(int(fault.split()[2]))}): {what}'
                 for fault, done in zip(work, found)
                 if (what := judge(fault, done, whole))]
        contract.check(f'{name}: the same, or why not ({len(work)} faults)',
                       not wrong and work, *wrong[:40])
        if 'ADSCP_TEST_SHOW' in os.environ:
            for fault, done in zip(work, found):
                print('#', fault, '->', done[0], done[2].strip()[:220])


def main():
    export = ['-l', EXPORT, *AT]
    folder = tempfile.TemporaryDirectory()
    context = places.self_signed(folder.name)
    secured = ['--ca', f'{folder.name}/crt', *AT]
    with folder, places.Directory(BUILD) as uri, \
            places.granting(context) as late, places.within(context) as early, \
            Dc(1, DOMAIN, DOMAIN, address='127.0.0.1', host=f'dc.{DOMAIN}',
               port=int(uri.rpartition(':')[2])) as dc, \
            Dns(('127.0.0.1', 0), {
                'a.example': ['127.0.0.1'], 'corp.example': [],
                f'_ldap._tcp.dc._msdcs.{DOMAIN}': [(dc.port, dc.name)],
                dc.name: [dc.address],
                '_autodiscover._tcp.corp.example': [(443, 'ex10.corp.example')],
            }) as dns:
        server = places.Server(context).place
        runs = {
            'a file': ['list', '-j', *export],
            'a directory': ['list', '-j', '-x', '-H', uri, *AT],
            'a directory by name': ['list', '-j', '-x', '-H',
                                    f'ldap://a.example:{dc.port}', '--dns',
                                    dns.place, *AT],
            'a domain': ['list', '-j', '-x', '-d', DOMAIN, '--dns', dns.place,
                         *AT],
            'a directory after StartTLS': [
                'list', '-j', '-x', '-Z', '-H', late.uri, *secured],
            'a directory in TLS': ['list', '-j', '-x', '-H', early.uri, *secured],
            'a server': ['observe', '-j', server, *export],
            'a mail domain': [
                'predict', '-j', '-o', '-s', 'HQ', '-m', 'ann@corp.example',
                '--client', 'outlook-2013', '--dns', dns.place, *export,
                *(word for name in ('ex07', 'ex10') for word in (
                    '--resolve', f'{name}.corp.example:443:{server}'))],
        }
        for name in sys.argv[2:] or runs:
            fail_each(name, runs[name])
        contract.check('where TLS was to be, only StartTLS came in clear',
                       {*late.clear, *early.clear} <= {'extended'},
                       late.clear, early.clear)
    contract.finish()


main()
