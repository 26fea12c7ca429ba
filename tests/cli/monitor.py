#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""adscp check about everybody, for monitoring: the worst of all answers as a line
and as metrics, whatever names a directory holds, and whole files only."""

import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

for folder in ('', 'contract', 'golden'):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import contract  # pylint: disable=wrong-import-position
import documents  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2010_SP2, Forest, setup)

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
OK, WARNING, CRITICAL, UNKNOWN = range(4)
STATES = ('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')
EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'
SLOW = 5 if contract.sanitizers() else 1
UMASK = os.umask(0o022)
os.umask(UMASK)
HOSTILE = 'a|b"c\\d', 'Größe', "x'y=z;1"


def run(*arguments, **options):
    return subprocess.run(
        [str(ADSCP), 'check', *map(str, arguments)], check=False, timeout=120,
        env=dict(os.environ, LC_ALL='C.UTF-8'),
        **{'capture_output': True, 'text': True, 'stdin': subprocess.DEVNULL,
           **options})


def check(*arguments):
    """(status, words, {label: value}) of one line."""
    done = run('--all-sites', *arguments)
    words, _, data = done.stdout.partition(' | ')
    if not (done.returncode in range(4) and done.stderr == '' and
            done.stdout.count('\n') == 1 and done.stdout.count('|') <= 1 and
            words.startswith(f'ADSCP {STATES[done.returncode]} - ')):
        contract.check(f'one line: {arguments}', False, done)
    return done.returncode, words, dict(
        re.match(r'(\w+)=([\d.]+)', word).groups() for word in data.split())


def predict(*arguments):
    done = contract.run(ADSCP, 'coverage', '--json', *arguments)
    return json.loads(done.stdout)


class Here:
    """A folder of its own, to work in."""

    def __enter__(self):
        self.before, self.folder = os.getcwd(), tempfile.TemporaryDirectory()
        os.chdir(self.folder.name)
        return pathlib.Path(self.folder.name)

    def __exit__(self, *_):
        os.chdir(self.before)
        self.folder.cleanup()


def mixed(path, sites=('HQ', 'Branch'), url=None):
    """EXA at the first site shows an alert, EXB at the others publishes nothing."""
    forest = Forest('DC=contoso,DC=com')
    for site in sites:
        forest.site(site)
    forest.server('EXA', EX2010_SP2, 38, sites[0], created=2010,
                  certificate=setup('ex10'), url=url)
    forest.server('EXB', EX2019, 16423, sites[1], created=2019)
    forest.mailbox('ann', 'EXA')
    forest.mailbox('bob', 'EXB')
    forest.write(path)


def test_states():
    """HQ's first certificate is good until 2016-03-07T09:33:47Z; mailboxes of
    EX10 are redirected to a certificate that nobody trusts."""
    for day, more, wanted, words in (
            ('2012-02-14', [], CRITICAL, 'ADSCP CRITICAL - at HQ for mailboxes on '
             'EX10 (ex10.corp.example): Outlook meets EX07, then EX10, Security '
             'Alert (untrusted issuer), 2 of 2 sites are affected, '),
            ('2012-02-14', ['--alert-as', 'warning'], WARNING, 'EX10'),
            ('2012-02-14', ['--trust', contract.ROOT / 'examples' / 'ex10.pem'], OK,
             'no alert as far as is known at any site, wherever the mailbox is, '
             'changes in 1204 days at ex10.corp.example'),
            ('2015-05-20', ['--trust', contract.ROOT / 'examples' / 'ex10.pem'],
             WARNING, 'changes in 13 days at ex10.corp.example'),
            ('2012-02-14', ['--alert-as', 'ok'], WARNING, 'but Security Alert if')):
        status, line, data = check('-l', EXAMPLE, '-t', day, *more)
        contract.check(f'{day} {" ".join(map(str, more))} is {STATES[wanted]}',
                       status == wanted and words in line, line)
        contract.check('... and its counts', (
            data['sites'], data['sites_alerting'], data['alert']) == (
                ('2', '0', '0') if '--trust' in more else ('2', '2', '1')), data)


def breaks(range_, value):
    """Does the value break it, by the guidelines of the monitoring plug-ins?"""
    inside = range_.startswith('@')
    start, _, end = range_.lstrip('@').rpartition(':')
    low = float('-inf') if start == '~' else float(start or 0)
    high = float(end) if end else float('inf')
    return (low <= value <= high) == inside


def test_ranges():
    """Who reads the performance data alone comes to the same state."""
    pem = contract.ROOT / 'examples' / 'ex10.pem'
    for day, more in (('2012-02-14', []), ('2012-02-14', ['--trust', pem]),
                      ('2015-05-20', ['--trust', pem]), ('2015-05-30', ['--trust', pem]),
                      ('2015-05-20', ['--trust', pem, '-w', '1%', '-c', '1%']),
                      ('2015-05-20', ['--trust', pem, '-w', '2%']),
                      ('2012-02-14', ['--alert-as', 'warning'])):
        done = run('--all-sites', '-l', EXAMPLE, '-t', day, *more)
        state = OK
        for word in done.stdout.partition(' | ')[2].split():
            value, *ranges = word.partition('=')[2].split(';')
            number = float(re.match(r'[\d.]+', value)[0])
            for level, range_ in zip((WARNING, CRITICAL), ranges):
                if range_ and breaks(range_, number):
                    state = max(state, level)
        contract.check(f'ranges: {day} {" ".join(map(str, more))}', state ==
                       done.returncode, done.stdout)


def test_worst():
    """What is said is of one cell, and so are its site, home and host."""
    with Here() as folder:
        mixed('forest.ldif')
        source = ['-l', folder / 'forest.ldif', '-t', '2012-02-14']
        done = run('--all-sites', '--json', *source)
        document = json.loads(done.stdout)
        contract.check_empty('... as the schema has it', documents.problems(document))
        contract.check('the worst in JSON', document['worst'] == {
            'site': None, 'home': 'EXA', 'host': 'exa.contoso.com',
            'sites_alerting': 1, 'mailboxes_alerting': None}, document)
        status, line, data = check(*source)
        contract.check('the worst in words', status == CRITICAL and
                       'at an unknown site ' in line and 'EXA' in line and
                       '(exa.contoso.com)' in line and 'untrusted issuer' in line,
                       line)
        contract.check('... among all', data['sites_alerting'] == '1' and
                       document['text'] in line, data)
        (folder / 'no-homes.ldif').write_text('\n\n'.join(
            entry for entry in EXAMPLE.read_text().split('\n\n')
            if 'msExchPrivateMDB' not in entry))
        _, line, _ = check('-l', folder / 'no-homes.ldif', '-t', '2012-02-14')
        contract.check('... without advice for one client', '--mail' not in line and
                       'what follows is unknown, ' in line, line)
        for option in (['-s', 'HQ'], ['--no-site'], ['-a', '10.1.2.3'],
                       ['-m', 'ann@contoso.com']):
            done = run('--all-sites', *option, *source)
            contract.check(f'{option[0]} is about one client',
                           done.returncode == UNKNOWN and
                           'leave one of them out' in done.stdout, done)


def test_nothing():
    with Here() as folder:
        forest = Forest('DC=contoso,DC=com')
        forest.site('HQ')
        forest.site('Branch')
        forest.write('forest.ldif')
        source = ['-l', folder / 'forest.ldif']
        for more, wanted in (([], WARNING), (['--no-scp-as', 'ok'], OK)):
            status, line, data = check(*source, *more)
            contract.check(f'no SCP at all is {STATES[wanted]}', status == wanted and
                           'no usable SCP' in line and
                           data['sites_without_scp'] == '2', line)
        whole = (folder / 'forest.ldif').read_text()
        (folder / 'forest.ldif').write_text(whole + 'dn: CN=cu')
        status, line, _ = check(*source)
        contract.check('... and UNKNOWN where the export was cut',
                       status == UNKNOWN and 'cut short' in line, line)


def test_hostile():
    """Names from a directory make no second line and no performance data."""
    with Here() as folder:
        for name in (*HOSTILE, 'n' * 9000, '\u202e\u200b'):
            mixed('forest.ldif', (name, 'Other'))
            status, line, data = check('-l', folder / 'forest.ldif', '-t', '2012-02-14')
            contract.check(f'a site named {ascii(name)[:20]}', status == CRITICAL and
                           len(line) < 4500 and data['sites_alerting'] == '1' and
                           '\u202e' not in line, line)


# ------------------------------------------------------------------ metrics

OUTCOMES = [None, 'no-alert', 'uncertain', 'alert', 'hard-failure', 'connect-failure']
SAMPLE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def metrics(text):
    """{(name, values of labels...): value}, by a reader of our own."""
    found, described = {}, set()
    for line in text.split('\n')[:-1]:
        if line.startswith('# TYPE ') and line.endswith(' gauge'):
            described.add(line.split()[2])
        if line.startswith('#'):
            continue
        match = SAMPLE.match(line)
        if match is None or match[1] not in described:
            return f'no sample: {line}'
        key = (match[1], *(value.encode().decode('unicode_escape').encode('latin-1').
                           decode() for _, value in LABEL.findall(match[2] or '')))
        if key in found:
            return f'twice: {line}'
        found[key] = float(match[3])
    return found


def promtool(text):
    """What Prometheus has against it; "": nothing, or nobody to ask."""
    if shutil.which('promtool') is None:
        return '' if os.environ.get('ADSCP_BARE') else 'promtool is missing'
    done = subprocess.run(['promtool', 'check', 'metrics'], input=text, text=True,
                          capture_output=True, check=False, timeout=60)
    return done.stdout + done.stderr if done.returncode != 0 else ''


def outcome(name):
    return float('nan') if name is None else OUTCOMES.index(name) - 1


def same(found, wanted):
    return found.keys() == wanted.keys() and all(
        found[key] == value or (value != value and found[key] != found[key])
        for key, value in wanted.items())


def worst(document, field, names):
    """{name: the worst outcome over the classes where it is}"""
    values = {}
    for each in document['classes']:
        for place in each[field]:
            name = names(place)
            values[name] = max(values.get(name, -1), OUTCOMES.index(each['outcome']) - 1)
    return {name: float('nan') if value < 0 else value
            for name, value in values.items()}


def ends(document):
    """{(host, source): the first end of a certificate there}, of `predict`."""
    found = {}
    for each in [*document['hops'], *document['services']]:
        certificate = each['certificate']
        if certificate and certificate['not_after'] and each['host']:
            end = datetime.datetime.fromisoformat(
                certificate['not_after'].replace('Z', '+00:00')).timestamp()
            key = each['host'], certificate['source']
            found[key] = min(found.get(key, end), end)
    return found


def as_coverage(name, *arguments):
    """The metrics say what the coverage and its findings say."""
    done = run('--format', 'prometheus', '--census', *arguments)
    found = metrics(done.stdout)
    document = predict('--census', *arguments)
    if not isinstance(found, dict):
        contract.check(f'{name}: metrics', False, found)
        return found
    homes = [each['server'] or each['kind'] for each in document['homes']]
    sites = worst(document, 'sites', lambda site: site or '')
    contract.check(f'{name}: sites as covered', same(
        {key[1]: value for key, value in found.items()
         if key[0] == 'adscp_site_outcome'}, sites), done.stdout)
    by_home = worst(document, 'homes', lambda home: homes[home])
    contract.check(f'{name}: homes as covered', same(
        {key[1]: value for key, value in found.items()
         if key[0] == 'adscp_home_outcome'}, by_home), done.stdout)
    contract.check(f'{name}: findings as covered', all(
        found['adscp_findings', severity] == sum(
            each['severity'] == severity for each in document['findings'])
        for severity in ('info', 'warning', 'error')), done.stdout)
    contract.check(f'{name}: mailboxes as counted', sum(
        value for key, value in found.items() if key[0] == 'adscp_mailboxes') ==
                   sum(each['mailboxes'] or 0 for each in document['homes']),
                   done.stdout)
    contract.check(f'{name}: it was read', found['adscp_up',] == 1 and
                   0 < found['adscp_read_duration_seconds',] < 60, done.stdout)
    contract.check(f'{name}: Prometheus takes it', promtool(done.stdout) == '',
                   promtool(done.stdout))
    return found


def test_metrics():
    found = as_coverage('the example', '-l', EXAMPLE, '-t', '2012-02-14')
    done = contract.run(ADSCP, 'predict', '-l', EXAMPLE, '-s', 'HQ', '-m',
                        'ann@corp.example', '-t', '2012-02-14', '--json')
    wanted = ends(json.loads(done.stdout))
    contract.check('certificates as predicted', wanted and all(
        found['adscp_certificate_not_after_timestamp_seconds', *key] == value
        for key, value in wanted.items()), wanted, found)
    again = metrics(run('--format', 'prometheus', '--census', '-l', EXAMPLE, '-t',
                        '2012-02-14').stdout)
    contract.check('labels stay', list(again) == list(found), again)
    with Here() as folder:
        forest = Forest('DC=contoso,DC=com')
        forest.site('HQ')
        forest.write('forest.ldif')
        found = as_coverage('no server', '-l', folder / 'forest.ldif')
        contract.check('... which has no number', found['adscp_site_outcome', 'HQ'] !=
                       found['adscp_site_outcome', 'HQ'] and
                       found['adscp_sites_without_scp',] == 1, found)
        for name in (*HOSTILE, 'tab\tand\nnewline'.encode().decode()):
            mixed('forest.ldif', (name.replace('\n', '\\0a').replace('\t', ' '),
                                  'Other'))
            as_coverage(f'a site named {ascii(name)}', '-l', folder / 'forest.ldif',
                        '-t', '2012-02-14')


def test_twice():
    """Two servers of one name, and one whose name is a word of ours, are one
    label: the worse counts."""
    with Here() as folder:
        forest = Forest('DC=contoso,DC=com')
        forest.site('HQ')
        forest.server('none', EX2010_SP2, 38, 'HQ', certificate=setup('ex10'))
        forest.mailbox('ann', 'none')
        forest.write('forest.ldif')
        done = run('--format', 'prometheus', '-l', folder / 'forest.ldif', '-t',
                   '2012-02-14')
        found = metrics(done.stdout)
        contract.check('a label stands once', isinstance(found, dict) and
                       found['adscp_home_outcome', 'none'] == 2 and
                       promtool(done.stdout) == '', found)


# ------------------------------------------------------------------- output

DOWN = ('# HELP adscp_up Whether the directory was read and judged.\n'
        '# TYPE adscp_up gauge\nadscp_up 0\n')


def prometheus(*arguments, **options):
    done = run('--format', 'prometheus', *arguments, **options)
    return done.returncode, done.stdout, done.stderr


def test_output():
    with Here() as folder:
        file = folder / 'adscp.prom'
        whole = ['-l', EXAMPLE, '-t', '2012-02-14', '--output', file]
        contract.check('metrics in a file, the state as ever', prometheus(*whole) ==
                       (CRITICAL, '', '') and
                       isinstance(metrics(file.read_text()), dict))
        contract.check('... that others may read', file.stat().st_mode & 0o777 ==
                       0o666 & ~UMASK)
        file.chmod(0o640)
        before = file.stat().st_ino
        prometheus(*whole)
        contract.check('a new file in its place, of its mode', file.stat().st_mode &
                       0o777 == 0o640 and file.stat().st_ino != before)
        contract.check('the read fails', prometheus('-l', '/nonexistent', '--output',
                                                    file)[:2] == (UNKNOWN, '') and
                       file.read_text() == DOWN, file.read_text())
        status, text, words = prometheus('-l', '/nonexistent')
        contract.check('... on standard output', (status, text) == (UNKNOWN, DOWN) and
                       '/nonexistent' in words and promtool(text) == '', words)
        contract.check('nothing else is left', os.listdir() == ['adscp.prom'],
                       os.listdir())
        link = folder / 'link.prom'
        link.symlink_to(file)
        prometheus('-l', EXAMPLE, '--output', link)
        contract.check('a link stays one', link.is_symlink() and
                       file.read_text() != DOWN)
        done = run('-l', EXAMPLE, '-s', 'HQ', '-t', '2012-02-14', '--output', file)
        contract.check('a line in a file', (done.returncode, done.stdout) == (OK, '')
                       and file.read_text().startswith('ADSCP OK - '), done)


def test_output_fails():
    with Here() as folder:
        place = folder / 'no' / 'file'
        done = run('-l', EXAMPLE, '--output', place)
        contract.check('a line that cannot be written is UNKNOWN', done.returncode ==
                       UNKNOWN and f'{place} cannot be written' in done.stdout, done)
        status, text, words = prometheus('-l', EXAMPLE, '--output', place)
        contract.check('... and so are metrics', status == UNKNOWN and text == '' and
                       f'{place} cannot be written' in words, words)
        full = prometheus('-l', EXAMPLE, '--output', '/dev/full')
        contract.check('... on a full disk', full[0] == UNKNOWN and
                       'No space left' in full[2], full)
        export = folder / 'forest.ldif'
        shutil.copy(EXAMPLE, export)
        os.link(export, folder / 'other')
        for words in (['-l', export, '--output', export],
                      ['--output', folder / 'other', '--bogus', '-l', export],
                      ['-l', EXAMPLE, '--ldif-at', f'LDAP://a={export}', '--output',
                       export],
                      ['-l', EXAMPLE, '--trust', export, '--output', export]):
            status, text, told = prometheus(*words)
            contract.check(f'{words[0]}: what is read is not overwritten',
                           status == UNKNOWN and text in ('', DOWN) and
                           export.read_text() == EXAMPLE.read_text(), told)
        with open(export, encoding='utf-8') as source:
            status, _, told = prometheus('-l', '-', '--output', export, stdin=source)
        contract.check('... nor standard input', status == UNKNOWN and
                       'overwrite' in told and
                       export.read_text() == EXAMPLE.read_text(), told)
        for words in (['-s', 'HQ'], ['-m', 'ann@corp.example'], ['--json']):
            status, text, told = prometheus(*words, '-l', EXAMPLE)
            contract.check(f'{words[0]} and metrics', status == UNKNOWN and
                           text == DOWN and 'leave one' in told, told)


def test_late():
    """Who runs out of time still says so, where it is wanted."""
    with Here() as folder:
        fifo, file = folder / 'fifo', folder / 'adscp.prom'
        os.mkfifo(fifo)
        writer = os.open(fifo, os.O_RDWR)
        file.write_text('adscp_up 1\n')
        file.chmod(0o604)
        start = time.monotonic()
        late = prometheus('-l', EXAMPLE, '--trust', fifo, '--timeout', '1', '--output',
                          file)
        contract.check('a file that hangs', late[:2] == (UNKNOWN, '') and
                       'no answer within 1 second' in late[2] and
                       file.read_text() == DOWN and
                       file.stat().st_mode & 0o777 == 0o604 and
                       time.monotonic() - start < 10, late, file.read_text())
        contract.check('... on standard output', prometheus(
            '-l', EXAMPLE, '--trust', fifo, '--timeout', '1')[:2] == (UNKNOWN, DOWN))
        os.close(writer)
        contract.check('... leaves nothing', sorted(os.listdir()) ==
                       ['adscp.prom', 'fifo'], os.listdir())


def test_whole():
    """Whoever reads while it is written finds a whole file, always."""
    with Here() as folder:
        file = folder / 'adscp.prom'
        words = ['-l', EXAMPLE, '-t', '2012-02-14', '--output', file]
        prometheus(*words)
        size = len(file.read_text())
        broken = []
        for _ in range(20):
            process = subprocess.Popen(
                [ADSCP, 'check', '--format', 'prometheus', *map(str, words)])
            while process.poll() is None:
                text = file.read_text()
                if abs(len(text) - size) > 10 or not isinstance(metrics(text), dict):
                    broken.append(text)
        contract.check_empty('never a half file', broken)


def test_many_sites():
    """10,000 sites: the line stays short, and nobody waits long."""
    with Here() as folder:
        mixed('forest.ldif', [f'Site {i}' for i in range(10000)])
        source = ['-l', folder / 'forest.ldif', '-t', '2012-02-14']
        start = time.monotonic()
        status, line, data = check(*source)
        seconds = time.monotonic() - start
        contract.check('10,000 sites on a line', status == CRITICAL and
                       len(line) < 1000 and data['sites'] == '10000' and
                       seconds < 5 * SLOW, line, seconds)
        start = time.monotonic()
        done = run('--format', 'prometheus', *source)
        seconds = time.monotonic() - start
        contract.check('... and as metrics', len(metrics(done.stdout)) < 10030 and
                       seconds < 5 * SLOW, seconds)


def main():
    test_states()
    test_ranges()
    test_worst()
    test_nothing()
    test_hostile()
    test_metrics()
    test_twice()
    test_output()
    test_output_fails()
    test_late()
    test_whole()
    test_many_sites()
    contract.finish()


main()
