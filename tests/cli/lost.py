#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""adscp check about users whom nobody serves, and about servers that do not
answer: neither is OK, and neither is met."""

import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
OK, WARNING, CRITICAL, UNKNOWN = range(4)
CALM = ['--at', '2012-02-14', '--alert-as', 'ok', '--uncertain-as', 'ok']


def adscp(*words):
    done = subprocess.run(
        [str(ADSCP), *map(str, words)], check=False, timeout=60, text=True,
        env=dict(os.environ, LC_ALL='C.UTF-8'), capture_output=True,
        stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


def expect(name, answer, state, words):
    contract.check(name, answer[0] == state and words in answer[1], answer)


def test_home(scratch):
    """The server of a mailbox was removed, and the mailbox stayed."""
    export = scratch / 'lost.ldif'
    text, count = re.subn(r'(homeMDB: CN=)Mailbox Database 0473916352', r'\1Gone',
                          EXAMPLE.read_text())
    export.write_text(re.sub(r'(msExchHomeServerName: .*)/cn=EX10\n',
                             r'\1/cn=EXGONE\n', text))
    contract.check('the example has such a mailbox', count > 0)
    words = 'no server is known for the mailbox of ann@corp.example, '
    user = ['check', '-s', 'HQ', '-m', 'ann@corp.example', *CALM]
    expect('a user whose home is lost', adscp(*user, '-l', export), WARNING, words)
    contract.check('... and one whose home is there', words not in adscp(
        *user, '-l', EXAMPLE)[1])
    whole = ['check', '--all-sites', '--census', '-w', '0', '-c', '0', *CALM]
    expect('everybody', adscp(*whole, '-l', export), WARNING,
           'mailboxes whose database was not found, or has no known server: ')
    for file in (export, EXAMPLE):
        line = adscp(*whole, '-l', file)[1]
        contract.check('every state has a reason', not re.search(
            r', ,|,\s+\|', line), line)


def test_dead():
    """Who cannot be reached is not met."""
    dead = [word for host in ('ex07', 'ex10', 'exbr') for word in (
        '--resolve', f'{host}.corp.example:443:127.0.0.1:1')]
    answer = adscp('check', '-s', 'HQ', '-m', 'ann@corp.example', '-l', EXAMPLE,
                   '--at', '2012-02-14', '--observe', *dead)
    expect('nobody answers', answer, CRITICAL, 'ADSCP CRITICAL - EX07 cannot be '
           'reached, EX10 cannot be reached, ')
    contract.check('... and nobody is met', 'meets' not in answer[1], answer)


def export_with(scratch, kind, name, more=''):
    """The example, and a recipient."""
    export = scratch / f'{name}.ldif'
    export.write_text(EXAMPLE.read_text() + f'''
dn: CN={name},OU=HQ,DC=corp,DC=example
objectClass: {kind}
mailNickname: {name}
mail: {name}@corp.example
proxyAddresses: SMTP:{name}@corp.example
{more}''')
    return export


def test_circle(scratch):
    """An address that leads to itself: a failure, for people and for programs."""
    export = export_with(scratch, 'contact', 'con',
                         'targetAddress: SMTP:con@corp.example\n')
    for words, status in ((['predict'], 4), (['predict', '--json'], 4),
                          (['check'], CRITICAL)):
        expect(f'{words}: a circle', adscp(
            *words, '-s', 'HQ', '-m', 'con@corp.example', '-l', export, '--at',
            '2012-02-14'), status, '')


def test_group(scratch):
    """A distribution group has no mailbox, here or elsewhere."""
    export = export_with(scratch, 'group', 'staff')
    expect('a group', adscp('predict', '-s', 'HQ', '-m', 'staff@corp.example', '-l',
                            export, '--at', '2012-02-14'), 0,
           'a recipient without a mailbox, such as a distribution group')


contract.run_in_scratch(test_home, test_circle, test_group, lambda _: test_dead())
