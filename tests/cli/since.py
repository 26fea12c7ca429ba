#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""adscp check --since: what differs from a snapshot is a warning, about one client
and about everybody; nothing else is."""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
URL = 'https://ex07.corp.example/Autodiscover/Autodiscover.xml'
OK, WARNING, CRITICAL, UNKNOWN = range(4)
CLIENT = ['-s', 'HQ', '-m', 'ann@corp.example']
# The alerts of the example are no news.
CALM = ['--alert-as', 'ok', '--uncertain-as', 'ok', '--at', '2012-02-14']


def adscp(*arguments):
    return subprocess.run(
        [str(ADSCP), *map(str, arguments)], check=False, timeout=120,
        env=dict(os.environ, LC_ALL='C.UTF-8'), capture_output=True, text=True,
        stdin=subprocess.DEVNULL)


def check(export, since, *arguments):
    return adscp('check', *CALM, '-l', export, '--since', since, *arguments)


def write(path, *changes):
    text = EXAMPLE.read_text()
    for before, after in changes:
        contract.check(f'the export has {before!r}', before in text)
        text = text.replace(before, after)
    path.write_text(text)
    return path


def test_one_client(then, other):
    done = check(EXAMPLE, then, *CLIENT)
    contract.check('the same is no warning',
                   (done.returncode, 'then.ldif' in done.stdout) == (OK, False),
                   done.stdout)
    done = check(other, then, *CLIENT)
    contract.check('another first server is one, and both are named', (
        done.returncode, 'changed since then.ldif: first mail.corp.example, before '
        'it was ex07.corp.example' in done.stdout) == (WARNING, True), done.stdout)
    done = check(EXAMPLE, then, *CLIENT, '--alert-as', 'critical')
    contract.check('what alerts as ever is as critical as ever', (
        done.returncode, 'changed' in done.stdout) == (CRITICAL, False),
        done.stdout)
    done = check(other, then, *CLIENT, '--json')
    contract.check('JSON says so, too', (
        json.loads(done.stdout)['state'], 'changed since' in
        json.loads(done.stdout)['text']) == ('warning', True), done.stdout)


def test_without_users(scratch):
    """A snapshot without users says nothing about anybody's mailbox."""
    then = scratch / 'nobody.ldif'
    adscp('save', then, '-l', EXAMPLE)
    done = check(EXAMPLE, then, *CLIENT)
    contract.check('what was not saved is no change', (
        done.returncode, 'changed' in done.stdout) == (OK, False), done.stdout)
    contract.check('and it says how it compared', 'users were read on one side '
                   'only, so --since compares without ann@corp.example' in
                   done.stdout, done.stdout)
    other = write(scratch / 'moved.ldif', (URL, 'https://mail.corp.example/'
                                           'Autodiscover/Autodiscover.xml'))
    done = check(other, then, *CLIENT)
    contract.check('another first server still is one', (
        done.returncode, 'first mail.corp.example' in done.stdout) ==
        (WARNING, True), done.stdout)


def test_everybody(then, other):
    done = check(EXAMPLE, then, '--all-sites')
    contract.check('all sites: the same is not told', 'then.ldif' not in done.stdout,
                   done.stdout)
    done = check(other, then, '--all-sites')
    contract.check('all sites: how many, and the worst', (
        done.returncode, '6 pairs of site and mailbox changed since then.ldif, the worst: HQ, '
        'mailboxes on EX' in done.stdout) == (WARNING, True), done.stdout)


def test_renewed(scratch, then):
    """Another certificate with the same answer is told, and is no warning."""
    done = adscp('whatif', '-l', EXAMPLE, '--at', '2012-02-14', '--json', '--step',
                 'install NEW site=HQ version="Exchange 2010 SP3"')
    made = re.search(r'InternalTLSCert:: ((?:\S|\n )+)',
                     json.loads(done.stdout)['steps'][0]['changes'])[1]
    der = scratch / 'new.der'
    der.write_bytes(base64.b64decode(made.replace('\n ', '')))
    adscp('whatif', '-l', EXAMPLE, '--ldif-to', scratch / 'steps', '--step',
          f'certificate EX10 {der}')
    now = scratch / 'now.ldif'
    adscp('save', now, '-m', 'ann@corp.example', '-l', EXAMPLE, '--changes',
          scratch / 'steps' / '01.ldif')
    for words in (CLIENT, ['--all-sites']):
        done = check(now, then, *words)
        contract.check(f'{words[0]}: a renewed certificate', (
            done.returncode, 'another certificate at ex10.corp.example than in '
            'then.ldif (until 2017-02-1' in done.stdout) == (
                check(EXAMPLE, then, *words).returncode, True), done.stdout)
        done = check(now, now, *words)
        contract.check('... is none beside itself', 'another certificate' not in
                       done.stdout, done.stdout)


HOMES = re.findall('^homeMDB: .*$', EXAMPLE.read_text(), re.M)
ANN = 'mailbox on EX10 (Mailbox Database 0473916352)'
LINES = re.search('^homeMDB: .*\n.*\n.*\n', EXAMPLE.read_text(), re.M)[0]


def test_moved(scratch, then):
    """Whose mailbox went elsewhere: the answer may be the same, the home is not."""
    for name, changes, attributes, words in (
            ('another server', [HOMES], ['homeMDB'],
             f'mailbox on EXBR (Mailbox Database), before it was {ANN}'),
            ('a database that is not there', [
                (HOMES[0], HOMES[0].replace('0473916352', '2'))], ['homeMDB'],
             f'mailbox on EX10, before it was {ANN}'),
            ('Microsoft 365', [
                (LINES, 'targetAddress: SMTP:ann@corp.mail.onmicrosoft.com\n'
                        'msExchRecipientTypeDetails: 2147483648\n')],
             ['homeMDB', 'msExchHomeServerName', 'msExchRecipientTypeDetails',
              'targetAddress'],
             'remote with target ann@corp.mail.onmicrosoft.com, before it was '
             f'{ANN}')):
        now = write(scratch / 'now.ldif', *changes)
        done = check(now, then, *CLIENT)
        contract.check(f'{name}: a warning that says so', (
            done.returncode, f'ann@corp.example has changed since then.ldif: {words}' in
            done.stdout) == (WARNING, True), done.stdout)
        done = adscp('diff', '--json', '-m', 'ann@corp.example', then, now)
        facts = json.loads(done.stdout)['facts']
        contract.check(f'{name}: diff has the recipient', [
            (fact['kind'], fact['attribute']) for fact in facts] ==
                       [('recipient', attribute) for attribute in attributes] and all(
                           fact['before'] != fact['after'] for fact in facts), facts)
        done = adscp('diff', '--json', '-m', '@corp.example', then, now)
        contract.check(f'{name}: of a domain nobody is asked for',
                       json.loads(done.stdout)['facts'] == [], done.stdout)
    nobody = scratch / 'nobody.ldif'
    adscp('save', nobody, '-l', EXAMPLE)
    done = adscp('diff', '--json', '-m', 'ann@corp.example', nobody, then)
    contract.check('who was read on one side only is not new',
                   json.loads(done.stdout)['facts'] == [], done.stdout)


def test_units(scratch):
    """No number that only a computer reads."""
    now = write(scratch / 'now.ldif', ('whenCreated: 20100602', 'whenCreated: 20091231'),
                ('msExchCurrentServerRoles: 38', 'msExchCurrentServerRoles: 2'))
    done = adscp('diff', '--json', EXAMPLE, now)
    facts = {fact['attribute']: (fact['before'], fact['after'])
             for fact in json.loads(done.stdout)['facts']}
    contract.check('a time and roles, in words', facts['whenCreated'] == (
        '2010-06-02T14:31:18Z', '2009-12-31T14:31:18Z') and
                   facts['msExchCurrentServerRoles'] == (
                       '38 (Mailbox, Client Access, Hub Transport)', '2 (Mailbox)'), facts)


def test_bad(scratch, then):
    done = check(EXAMPLE, scratch / 'missing', *CLIENT)
    contract.check('a missing file is UNKNOWN', (
        done.returncode, done.stdout.startswith('ADSCP UNKNOWN - '),
        done.stdout.count('missing')) == (UNKNOWN, True, 1), done.stdout)
    foreign = write(scratch / 'foreign.ldif', ('DC=corp', 'DC=other'))
    done = check(EXAMPLE, foreign, *CLIENT)
    contract.check('another forest is UNKNOWN', (
        done.returncode, 'of another forest' in done.stdout) == (UNKNOWN, True),
        done.stdout)
    cut = scratch / 'cut.ldif'
    cut.write_bytes(then.read_bytes()[:-40])
    done = check(EXAMPLE, cut, *CLIENT)
    contract.check('a cut file is UNKNOWN', (
        done.returncode, 'cut.ldif is incomplete' in done.stdout) == (UNKNOWN, True),
        done.stdout)
    done = adscp('check', '-l', EXAMPLE, '--since', then, '--output', then)
    contract.check('what is compared with is not overwritten', (
        done.returncode, then.read_text().startswith('ADSCP')) == (UNKNOWN, False))
    assumed = scratch / 'assumed.pem'
    assumed.write_bytes((contract.ROOT / 'examples' / 'ex10.pem').read_bytes())
    done = adscp('check', '-l', EXAMPLE, '--assume', f'ex07.corp.example={assumed}',
                 '--output', assumed)
    contract.check('nor is what is assumed', (
        done.returncode, assumed.read_text().startswith('ADSCP')) == (UNKNOWN, False))
    done = adscp('check', '-l', EXAMPLE, '--since', then, '--format', 'prometheus')
    contract.check('metrics have no state',
                   (done.returncode, 'exclude each other' in done.stderr) ==
                   (UNKNOWN, True), done.stderr)
    odd = scratch / 'a|b\n.ldif'
    odd.write_bytes(then.read_bytes())
    done = check(write(scratch / 'again.ldif', (URL, 'https://x.example/y')), odd,
                 *CLIENT)
    contract.check('an odd name breaks no line', (
        done.stdout.count('\n'), done.stdout.count('|')) == (1, 1), done.stdout)


def main():
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        then = scratch / 'then.ldif'
        done = adscp('save', then, '-m', 'ann@corp.example', '-l', EXAMPLE)
        contract.check('a snapshot', done.returncode == 0, done.stderr)
        other = write(scratch / 'other.ldif',
                      (URL, 'https://mail.corp.example/autodiscover.xml'))
        test_one_client(then, other)
        test_without_users(scratch)
        test_everybody(then, other)
        test_renewed(scratch, then)
        test_moved(scratch, then)
        test_units(scratch)
        test_bad(scratch, then)
    contract.finish()


main()
