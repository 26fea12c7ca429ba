#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""adscp check as a monitoring system sees it: one line with performance data, a
state as exit status, and UNKNOWN within its time whatever the other side does."""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

for folder in ('contract', 'golden'):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import contract  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2010_SP2, Forest)

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
OK, WARNING, CRITICAL, UNKNOWN = range(4)
STATES = ('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')
CONFIG = 'CN=Configuration,DC=corp,DC=example'
# 'label'=value[UOM];[warn];[crit];[min];[max], as the guidelines of the Nagios
# plug-ins want it.
DATUM = re.compile(r'(\w+)=(-?[\d.]+)(s?|%)((?:;[\d.:]*){0,4})$')
# Sanitizers are slow to start and to end.
SLACK = 5 if contract.sanitizers() else 1


def check(*arguments, **options):
    """(status, line, seconds); a failure where it is not one line of that state."""
    start = time.monotonic()
    done = subprocess.run(
        [str(ADSCP), 'check', *map(str, arguments)], check=False, timeout=90,
        capture_output=True, stdin=subprocess.DEVNULL,
        env=dict(os.environ, LC_ALL='C.UTF-8'), **options)
    seconds = time.monotonic() - start
    line = done.stdout.decode()
    good = (done.returncode in range(4) and done.stderr == b'' and
            line.count('\n') == 1 and line.count('|') <= 1 and
            line.startswith(f'ADSCP {STATES[done.returncode]} - '))
    if not good:
        contract.check(f'one line: {arguments}', False, repr(done))
    return done.returncode, line, seconds


def data(line):
    """{label: [value, warn, crit, min, max]}"""
    found = {}
    for word in line.partition('|')[2].split():
        match = DATUM.match(word)
        if match is None:
            return f'{word} is no performance data'
        found[match[1]] = [match[2], *match[4].split(';')[1:]]
    return found


def test_states():
    """HQ's first certificate is good until 2016-03-07T09:33:47Z."""
    for day, more, wanted, words in (
            ('2012-02-14', [], OK, 'changes in 1483 days at ex07.corp.example'),
            ('2016-02-10', [], WARNING, 'changes in 26 days'),
            ('2016-03-05', [], CRITICAL, 'changes in 2 days'),
            ('2016-02-10', ['-w', '20'], OK, 'changes in 26 days'),
            ('2016-02-10', ['-c', '27'], CRITICAL, 'changes in 26 days'),
            ('2016-03-05', ['-w', '0', '-c', '0'], OK, 'changes in 2 days'),
            ('2016-03-08', [], CRITICAL, 'Security Alert (expired)'),
            ('2016-03-08', ['--alert-as', 'warning'], WARNING, '(expired)'),
            ('2016-03-08', ['--alert-as', 'OK'], OK, '(expired)')):
        status, line, _ = check('-l', EXAMPLE, '-s', 'HQ', '-t', day, *more)
        contract.check(f'{day} {" ".join(more)} is {STATES[wanted]}',
                       status == wanted and words in line, line)


def test_thresholds():
    """Of 1461 days of that certificate, 26 are 1 %."""
    for more, wanted, range_, share in (
            (['-w', '25%'], CRITICAL, ['26', '', '', '0'], ['25:', '6:']),
            (['-w', '30:'], WARNING, ['26', '30:', '7:', '0'], None),
            (['-w', '1%', '-c', '1%'], OK, ['26', '', '', '0'], ['1:', '1:']),
            (['-w', '50%', '-c', '2%'], CRITICAL, ['26', '', '', '0'],
             ['50:', '2:']),
            (['-w', '5'], OK, ['26', '5:', '5:', '0'], None),
            (['-c', '40'], CRITICAL, ['26', '40:', '40:', '0'], None)):
        status, line, _ = check('-l', EXAMPLE, '-s', 'HQ', '-t', '2016-02-10',
                                *more)
        values = data(line)
        contract.check(f'{" ".join(more)} is {STATES[wanted]}',
                       status == wanted and values['days'][:4] == range_ and
                       (values['lifetime_left'][1:3] == share if share else
                        'lifetime_left' not in values), line)


def unsupported(scratch):
    """Exchange 2010 comes first, the mailbox is on Exchange 2019."""
    folder = scratch / 'unsupported'
    folder.mkdir()
    forest = Forest('DC=corp,DC=example')
    forest.site('HQ')
    forest.server('OLD', EX2010_SP2, 38, 'HQ', created=2011)
    forest.server('NEW', (0x73C286D4, 'Version 15.2 (Build 31748.10)'), 16423,
                  'HQ', url='')
    forest.mailbox('ann', 'NEW')
    here = os.getcwd()
    os.chdir(folder)
    forest.write('forest.ldif')
    os.chdir(here)
    return folder / 'forest.ldif'


def test_remedy(scratch):
    """Where nothing could be read, the line names what helps."""
    archive = scratch / 'forest.ldif.gz'
    archive.write_bytes(b'\x1f\x8b\x08\x00 not really')
    status, line, _ = check('-l', archive)
    contract.check('an archive', status == UNKNOWN and 'zcat FILE' in line, line)


def test_unreachable(scratch):
    """Who cannot be reached does not answer, whatever its version would do."""
    process = subprocess.run(
        [ADSCP, 'predict', '-l', unsupported(scratch), '-s', 'HQ',
         '-m', 'ann@corp.example', '-o', '--resolve',
         'old.corp.example:443:127.0.0.1:1'], capture_output=True, text=True,
        timeout=60, check=False)
    contract.check('an unreachable hop',
                   'Hop 1: OLD cannot be reached' in process.stdout and
                   'Action' not in process.stdout, process.stdout)


def test_states_of(scratch):
    """Each kind of bad news has the state that the caller wants."""
    for option, more, default, words in (
            ('--no-scp-as', ['-l', export(scratch, site('HQ')), '-s', 'HQ'],
             WARNING, 'no usable SCP'),
            ('--uncertain-as', ['-l', export(scratch / 'two', site('HQ'),
                                             scp('EX1', 'HQ')), '-s', 'HQ'],
             UNKNOWN, 'unknown whether the user sees an alert: no '
             'certificate is known for '),
            ('--findings-as', ['-l', unsupported(scratch), '-s', 'HQ', '-m',
                               'ann@corp.example', '--uncertain-as', 'ok'],
             CRITICAL, 'but ')):
        status, line, _ = check(*more)
        contract.check(f'{option}: {STATES[default]} by default',
                       status == default and words in line, line)
        for state, name in enumerate(STATES):
            status, line, _ = check(*more, option, name.lower())
            contract.check(f'{option} {name}', status == state, line)


POINTER = ('CN=P,CN=Microsoft Exchange Autodiscover,CN=Services,' + CONFIG)


def test_whose_fault(scratch):
    """What breaks another client, or another site's, is no fault of this one."""
    pointer = (f'dn: {POINTER}\nobjectClass: serviceConnectionPoint\ncn: P\n'
               'keywords: 67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68\n')
    path = export(scratch / 'whose', site('HQ'), scp('EX1', 'HQ'), pointer)
    for profile, wanted in (('outlook', OK), ('ews', CRITICAL)):
        status, line, _ = check('-l', path, '-s', 'HQ', '-P', profile,
                                '--uncertain-as', 'ok', '--no-scp-as', 'ok')
        contract.check(f'a pointer without a URL: {profile}', status == wanted,
                       line)


def test_cut(scratch):
    """What is not there may be what was cut off."""
    for entries in ([site('HQ')], [site('HQ'), site('Far'), scp('EX1', 'HQ')]):
        path = export(scratch, *entries)
        path.write_text(path.read_text() + 'dn: CN=cu')
        status, line, _ = check('-l', path, '--uncertain-as', 'ok')
        contract.check(f'{len(entries)} entries, cut: UNKNOWN',
                       status == UNKNOWN and 'cut short' in line, line)


def test_odd_words():
    """What the caller writes is cut at a character, and its bytes may be any."""
    for length in range(480, 520):
        done = subprocess.run(
            [str(ADSCP), 'check', '-l', '/' + 'x' * length + 'é' * 40],
            check=False, capture_output=True)
        try:
            done.stdout.decode()
        except UnicodeDecodeError as error:
            contract.check('a line that is cut is UTF-8', False, error)
            return
    contract.check('a line that is cut is UTF-8', True)
    for command, stream in (('check', 'stdout'), ('list', 'stderr')):
        done = subprocess.run([str(ADSCP), command, '-j', b'--\xff'],
                              check=False, capture_output=True)
        contract.check(f'{command}: an error about odd bytes is JSON', r'--\xFF' in
                       json.loads(getattr(done, stream))['error']['text'], done)


def test_nobody():
    status, line, _ = check('-l', EXAMPLE, '-s', 'HQ', '-m', 'no@corp.example',
                            '-t', '2012-02-14')
    contract.check('an address that nobody has is UNKNOWN', status == UNKNOWN
                   and 'no recipient has the address no@corp.example' in line, line)


def test_json():
    done = contract.run(ADSCP, 'check', '-l', EXAMPLE, '-s', 'HQ', '-t',
                        '2016-02-10', '--json')
    document = json.loads(done.stdout)
    contract.check('the line as JSON', done.returncode == WARNING ==
                   document['exit'] and document['state'] == 'warning' and
                   document['change']['days'] == 26 and
                   document['alert']['outcome'] == 'no-alert', document)
    for arguments, name, words in (
            (['-l', '/nonexistent'], 'ADSCP_E_FILE', '/nonexistent'),
            (['-l', EXAMPLE, '-s', 'Nowhere'], 'ADSCP_E_ARGUMENT', 'Nowhere'),
            (['--bogus'], None, '--bogus')):
        for command, stream in (('check', 'stdout'), ('predict', 'stderr')):
            done = subprocess.run([str(ADSCP), command, *map(str, arguments), '-j'],
                                  check=False, capture_output=True, text=True)
            document = json.loads(getattr(done, stream))
            contract.check(
                f'{command} {arguments[0]}: the error is a line of JSON',
                document['exit'] == done.returncode and
                done.returncode in (1, 2, 3) and
                document['error']['name'] == name and
                words in document['error']['text'] and
                done.stdout + done.stderr == getattr(done, stream), done)


def test_alert_data():
    """The range follows --alert-as, and only an alert breaks it."""
    for state, wanted in (('critical', ['1', '', '0', '0', '1']),
                          ('warning', ['1', '0', '', '0', '1']),
                          ('ok', ['1', '', '', '0', '1'])):
        _, line, _ = check('-l', EXAMPLE, '-s', 'HQ', '-t', '2016-03-08',
                           '--alert-as', state)
        contract.check(f'an alert as {state} in the performance data',
                       data(line)['alert'] == wanted, line)


def test_line():
    status, line, _ = check('-l', EXAMPLE, '-s', 'HQ', '-m', 'ann@corp.example',
                            '-t', '2012-02-14')
    contract.check('the line tells the way and the reason', (
        'Outlook meets EX07, then EX10, Security Alert (untrusted issuer)' in
        line and status == CRITICAL), line)
    _, line, _ = check('-l', EXAMPLE, '-s', 'HQ', '-t', '2012-02-14')
    values = data(line)
    contract.check('performance data', isinstance(values, dict) and list(values) ==
                   ['days', 'alert', 'sites_without_scp', 'candidates', 'time'] and
                   values['days'] == ['1483', '30:', '7:', '0', ''] and
                   values['candidates'][0] == '3', values)


def export(scratch, *entries):
    scratch.mkdir(exist_ok=True)
    path = scratch / 'forest.ldif'
    path.write_text('\n'.join(entries))
    return path


def site(name):
    return f'dn: CN={name},CN=Sites,{CONFIG}\nobjectClass: site\n'


def scp(name, keyword):
    return (f'dn: CN={name},CN=Services,{CONFIG}\n'
            'objectClass: serviceConnectionPoint\n'
            'keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596\n'
            f'keywords: Site={keyword}\n'
            f'serviceBindingInformation: https://{name}.corp.example/x\n')


def test_sites(scratch):
    two = export(scratch, site('HQ'), site('Branch'), site('Far'),
                 scp('EX1', 'HQ'))
    status, line, _ = check('-l', two)
    contract.check('sites without an SCP are a warning', status == WARNING and
                   '2 sites without an SCP' in line and
                   data(line)['sites_without_scp'][0] == '2', line)
    status, line, _ = check('-l', two, '-s', 'HQ', '--uncertain-as', 'ok')
    contract.check('the client\'s own site counts', status == OK and
                   'without an SCP' not in line, line)
    status, line, _ = check('-l', two, '-s', 'branch')
    contract.check('... also where it has none', status == WARNING and
                   'no SCP names the site branch' in line and
                   data(line)['sites_without_scp'][0] == '1', line)
    status, line, _ = check('-l', two, '-s', 'Nowhere')
    contract.check('... a site that there is not is UNKNOWN', status == UNKNOWN
                   and 'no site "Nowhere"' in line and '"Far"' in line, line)
    status, line, _ = check('-l', two, '-s', 'Branch', '-P', 'oxdisco',
                            '--uncertain-as', 'ok')
    contract.check('... and means nothing to a client without sites',
                   status == OK, line)
    empty = export(scratch, site('HQ'))
    status, line, _ = check('-l', empty)
    contract.check('no server at all is a warning', status == WARNING and
                   'no usable SCP in the directory' in line, line)
    status, line, _ = check('-l', '/no|where')
    contract.check('a bar in a name begins no performance data',
                   '/no/where' in line, line)


def test_usage():
    for arguments, words in (
            (['--bogus'], '--bogus'), (['-w', '-1'], '--warning'),
            (['-c', '1.5'], '--critical'), (['--alert-as', 'fine'], '--alert-as'),
            (['--csv'], 'use --json'), (['-w', ''], '--warning'),
            (['-w', '101%'], '--warning'), (['-w', '30:40'], '--warning'),
            (['-w', '@30'], '--warning'), (['-w', '5', '-c', '10'], 'nearer'),
            (['-w', '5%', '-c', '10%'], 'nearer'),
            (['--findings-as', 'bad'], '--findings-as'),
            (['--uncertain-as', ''], '--uncertain-as'),
            (['--no-scp-as', 'none'], '--no-scp-as'),
            (['-m', 'nobody'], 'nobody'), (['list'], 'one word too many'),
            (['-l', '/nonexistent'], '/nonexistent'),
            (['-x', '-D', 'cn=a'], 'password')):
        source = [] if arguments[0] == '-l' else ['-l', EXAMPLE]
        status, line, _ = check(*source, *arguments)
        contract.check(f'{" ".join(arguments)} is UNKNOWN', status == UNKNOWN and
                       words in line and '|' not in line, line)
    done = contract.run(ADSCP, '-l', EXAMPLE, 'check')
    contract.check('check comes first', done.returncode == 1, done.stdout)
    done = contract.run(ADSCP, 'list', '-l', EXAMPLE, '-w', '5')
    contract.check('thresholds belong to check', done.returncode == 1)


# ------------------------------------------------------------------ in time


class Server:
    """A server on loopback; `behave` has each connection."""

    def __init__(self, behave):
        self.behave = behave
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.uri = f'ldap://127.0.0.1:{self.socket.getsockname()[1]}'
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.have, args=[peer], daemon=True).start()

    def have(self, peer):
        try:
            self.behave(peer)
        except OSError:
            pass
        peer.close()

    def __enter__(self):
        return self.uri

    def __exit__(self, *_):
        self.socket.close()


def silent(peer):
    while peer.recv(4096):
        pass


def dripping(peer):
    """A byte of a long message now and then."""
    peer.recv(4096)
    peer.sendall(b'\x30\x84\x00\x0f\xff\xff')
    while True:
        peer.sendall(b'\x02')
        time.sleep(0.05)


def flooding(peer):
    peer.recv(4096)
    while True:
        peer.sendall(b'\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00' *
                     500)


def babbling(peer):
    peer.recv(4096)
    peer.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n')


def hanging_up(peer):
    peer.recv(4096)


def test_mistake(scratch):
    """Wrong usage says nothing about the directory: a file stays as it is."""
    file = pathlib.Path(scratch) / 'kept.prom'
    file.write_text('adscp_up 1\n')
    for kind in ([], ['--format', 'prometheus']):
        done = subprocess.run([str(ADSCP), 'check', *kind, '--output', file, '--bogus'],
                              check=False, capture_output=True, text=True)
        contract.check('a mistake leaves the file', done.returncode == UNKNOWN and
                       '--bogus' in (done.stderr if kind else done.stdout) and
                       file.read_text() == 'adscp_up 1\n', done)


def test_in_time():
    for behave in (silent, dripping, flooding, babbling, hanging_up):
        with Server(behave) as uri:
            status, line, seconds = check('-x', '-H', uri, '--timeout', '2')
        contract.check(f'{behave.__name__}: UNKNOWN in time', status == UNKNOWN
                       and seconds < 2 + SLACK, line, seconds)
    status, line, seconds = check('-H', 'ldap://dc1.corp.example', '-x', '--dns',
                                  '127.0.0.1:1', '--timeout', '2')
    contract.check('no DNS: UNKNOWN in time', status == UNKNOWN and
                   seconds < 2 + SLACK, line, seconds)
    status, line, seconds = check('-d', 'corp.example', '--dns', '127.0.0.1:1',
                                  '--timeout', '2')
    contract.check('no domain: UNKNOWN in time, and why', status == UNKNOWN and
                   seconds < 2 + SLACK and 'tried:' not in line and
                   'corp.example' in line, line, seconds)


def test_clock(scratch):
    """What no budget bounds: the clock does."""
    fifo = scratch / 'fifo'
    os.mkfifo(fifo)
    writer = os.open(fifo, os.O_RDWR)
    status, line, seconds = check('-l', fifo, '--timeout', '2')
    os.close(writer)
    contract.check('a file that hangs: UNKNOWN in time', status == UNKNOWN and
                   seconds < 2 + SLACK, line, seconds)
    secret = scratch / 'secret'
    os.mkfifo(secret)
    status, line, seconds = check('-H', 'ldap://127.0.0.1:1', '-x', '-D', 'cn=a',
                                  '-y', secret, '--timeout', '2')
    contract.check('a password file that hangs: UNKNOWN in time',
                   status == UNKNOWN and seconds < 2 + SLACK and
                   'no answer within 2 seconds' in line, line, seconds)
    for option in ('--trust', '--roots'):
        status, line, seconds = check('-l', EXAMPLE, option, secret,
                                      '--timeout', '2')
        contract.check(f'{option} that hangs: UNKNOWN in time',
                       status == UNKNOWN and seconds < 2 + SLACK and
                       'no answer within 2 seconds' in line, line, seconds)


def test_observe():
    with Server(silent) as uri:
        port = uri.rpartition(':')[2]
        status, line, seconds = check(
            '-l', EXAMPLE, '-s', 'HQ', '-t', '2012-02-14', '-o', '--timeout', '3',
            *(word for name in ('ex07', 'ex10', 'exbr') for word in (
                '--resolve', f'{name}.corp.example:443:127.0.0.1:{port}')))
    contract.check('servers that say nothing: an answer in time',
                   status in (CRITICAL, UNKNOWN) and seconds < 3 + SLACK,
                   line, seconds)


def main():
    test_states()
    test_thresholds()
    test_nobody()
    test_odd_words()
    test_json()
    test_alert_data()
    test_line()
    test_usage()
    test_in_time()
    test_observe()
    for test in (test_sites, test_whose_fault, test_cut, test_states_of,
                 test_remedy, test_unreachable, test_mistake, test_clock):
        with tempfile.TemporaryDirectory() as scratch:
            test(pathlib.Path(scratch))
    contract.finish()


main()
