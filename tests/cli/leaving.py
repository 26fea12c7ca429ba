#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Forests whose users leave them by an SCP pointer: whom an answer about nobody in
particular is not about, stands in its first lines."""

import os
import pathlib
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / 'contract'), str(TESTS / 'golden')]

import contract  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2016, Forest, setup)

ADSCP = contract.build() / 'examples' / 'adscp'
POINTER = '67661d7f-8fc4-4fa7-BFAC-E1D7794C1F68'
SOME = 'users of sub.example leave by an SCP pointer to LDAP://sub.example, and ' \
       'what they meet is not shown here'
MORE = 'users of sub.example and 2 other mail domains leave by SCP pointers, ' \
       'such as the one to LDAP://sub.example, and what they meet is not shown here'
ALL = 'but by one account Outlook takes everybody to LDAP://sub.example (an SCP ' \
      'pointer for all domains)'


def run(*arguments):
    done = contract.subprocess.run(
        [str(ADSCP), *arguments, '-l', 'forest.ldif', '-t', '2026-01-01'],
        check=False, text=True, capture_output=True, timeout=60,
        env={'LC_ALL': 'C.UTF-8'})
    return done.returncode, done.stdout.split('\n')[:2], done


def pointer(forest, name, target, *keywords):
    forest.entry(f'CN={name},CN=Microsoft Exchange Autodiscover,CN=Services,'
                 f'{forest.config}', objectClass='serviceConnectionPoint',
                 keywords=[POINTER, *keywords],
                 serviceBindingInformation=f'LDAP://{target}')


def write(*pointers, server=False):
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    forest.site('HQ')
    if server:
        forest.server('ROOTED', EX2016, 16439, 'HQ', setup('rooted'))
        forest.mailbox('ann', 'ROOTED')
    for number, one in enumerate(pointers):
        pointer(forest, f'P{number}', *one)
    forest.write('forest.ldif')


def expect(what, words, *arguments, line=None, code=None):
    status, lines, done = run(*arguments)
    where = lines if line is None else [lines[line]]
    contract.check(what, any(words in text for text in where) and
                   code in (None, status), words, status, done)


def refuse(what, *arguments):
    lines = run(*arguments)[1]
    contract.check(what, not any('leave by' in text or 'by one account' in text
                                 for text in lines), lines)


def test_no_server():
    write(('sub.example', 'Domain=sub.example'))
    for command in (['coverage'], ['advise'], ['predict', '-s', 'HQ']):
        expect(f'{command[0]}: who leaves', SOME + ' (add --mail)', *command,
               line=0)
    expect('check: who leaves', SOME, 'check', '-s', 'HQ', code=1)
    expect('check of all sites: who leaves', SOME, 'check', '--all-sites', code=1)
    refuse('a user of another domain is not meant', 'predict', '-s', 'HQ', '-m',
           'ann@contoso.com')
    refuse('... nor is one who leaves', 'coverage', '-m', '@sub.example')


def test_several():
    write(('sub.example', 'Domain=sub.example', 'domain=b.example'),
          ('other.example', 'DOMAIN=c.example'))
    expect('several domains and targets', MORE, 'coverage')
    write(('sub.example', 'Domain=sub.example'), ('sub.example', 'Domain='))
    expect('an empty domain is none', SOME, 'coverage')
    write(('sub.example', 'Domain=a\x1b[1m|b'))
    lines = run('check', '--all-sites')[1]
    contract.check('a hostile domain is shown, and obeyed by nobody',
                   '\x1b' not in lines[0] and lines[0].count('|') == 1, lines)


def test_server():
    write(('sub.example', 'Domain=sub.example'), server=True)
    expect('beside servers: the second line', SOME, 'coverage', line=1)
    expect('... of advice', SOME, 'advise', line=1)
    expect('check of all sites, which is no worse for it', SOME, 'check',
           '--all-sites', code=0)
    refuse('one client is no matter', 'predict', '-s', 'HQ')


def test_everybody():
    write(('sub.example',), server=True)
    for command in (['coverage'], ['advise'], ['predict', '-s', 'HQ'],
                    ['predict', '-s', 'HQ', '-m', 'ann@contoso.com']):
        expect(f'{command}: by one account all leave', ALL, *command, line=1)
    for command in (['check', '-s', 'HQ'], ['check', '--all-sites']):
        expect(f'{command}: unknown', ALL, *command, code=3)
        expect('... or as was wanted', ALL, *command, '--uncertain-as', 'ok',
               code=0)
    refuse('other clients do not', 'predict', '-s', 'HQ', '-P', 'ews')


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        test_no_server()
        test_several()
        test_server()
        test_everybody()
        os.chdir('/')
    contract.finish()


main()
