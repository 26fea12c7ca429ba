#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""adscp check about everybody, for monitoring: the worst of all answers as a line
and as metrics, whatever names a directory holds, and whole files only."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

for folder in ('contract', 'golden'):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import contract  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2010_SP2, Forest, setup)

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
OK, WARNING, CRITICAL, UNKNOWN = range(4)
STATES = ('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')
EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'
HOSTILE = 'a|b"c\\d', 'Größe', "x'y=z;1"


def run(*arguments, **options):
    return subprocess.run(
        [str(ADSCP), 'check', *map(str, arguments)], check=False, timeout=120,
        stdin=subprocess.DEVNULL, env=dict(os.environ, LC_ALL='C.UTF-8'),
        **{'capture_output': True, 'text': True, **options})


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


def test_worst():
    """What is said is of one cell, and so are its site, home and host."""
    with Here() as folder:
        mixed('forest.ldif')
        source = ['-l', folder / 'forest.ldif', '-t', '2012-02-14']
        done = run('--all-sites', '--json', *source)
        document = json.loads(done.stdout)
        contract.check('the worst in JSON', document['worst'] == {
            'site': 'HQ', 'home': 'EXA', 'host': 'exa.contoso.com',
            'sites_alerting': 1, 'mailboxes_alerting': None}, document)
        status, line, data = check(*source)
        contract.check('the worst in words', status == CRITICAL and
                       'at HQ ' in line and 'EXA' in line and
                       '(exa.contoso.com)' in line and 'untrusted issuer' in line,
                       line)
        contract.check('... among all', data['sites_alerting'] == '1' and
                       document['text'] in line, data)
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


def main():
    test_states()
    test_worst()
    test_nothing()
    test_hostile()
    contract.finish()


main()
