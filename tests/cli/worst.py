#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An error or a circle instead of an answer, among other answers: its place in a
coverage, the exit status, the metrics."""

import csv
import io
import os
import pathlib
import re
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / 'contract'), str(TESTS / 'golden')]

import contract  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2007_SP3, EX2010_SP2, EX2016, Forest, setup)

ADSCP = contract.build() / 'examples' / 'adscp'
AT = '-t', '2012-02-14'
EX2003 = 7638, 'Version 6.5 (Build 7638.2)'
SAMPLE = re.compile(r'^adscp_(\w+)\{\w+="(.*)"\} (\S+)$', re.M)


def run(*arguments):
    return contract.subprocess.run(
        [str(ADSCP), *map(str, arguments), *AT], check=False, text=True,
        capture_output=True, timeout=60, env={'LC_ALL': 'C.UTF-8'})


def circle(forest, name):
    """EX07 sends the client to the servers of the mailbox's site, which are known
    by EX07's own URL."""
    forest.site('Harbour')
    forest.server('EX07', EX2007_SP3, 36, 'Harbour', created=2008)
    forest.server(name, EX2010_SP2, 6, 'Harbour', created=2010,
                  url='https://ex07.contoso.com/Autodiscover/Autodiscover.xml')
    forest.mailbox('ann', name)
    forest.service(name, 'OAB', 'OAB', f'https://{name.lower()}.contoso.com/OAB')


def alert(forest):
    forest.site('Town')
    forest.server('EX10', EX2010_SP2, 38, 'Town', certificate=setup('ex10'))
    forest.mailbox('bob', 'EX10')


def error(forest):
    """Nobody serves a mailbox on Exchange 2003 any more."""
    forest.site('Mill')
    forest.server('EX16', EX2016, 16439, 'Mill')
    forest.server('EX03', EX2003, 0, 'Mill', url='')
    forest.mailbox('eve', 'EX03')


def rows(*arguments):
    return list(csv.DictReader(io.StringIO(
        run('coverage', '--csv', *arguments).stdout, newline='')))


def outcomes(*arguments):
    """{(metric, place): value}"""
    text = run('check', '--format', 'prometheus', '--census', *arguments).stdout
    return {(name, place): value for name, place, value in SAMPLE.findall(text)}


def test_circle():
    forest = Forest('DC=contoso,DC=com')
    circle(forest, 'LOOP')
    forest.write('circle.ldif')
    one = run('predict', '-q', '-s', 'Harbour', '-m', 'ann@contoso.com', '-l',
              'circle.ldif')
    all_ = run('coverage', '-l', 'circle.ldif')
    contract.check('a circle: the exit status is that of the prediction',
                   one.returncode == 4 == all_.returncode, one, all_)
    contract.check('... the headline names it', all_.stdout.startswith(
        'A redirect in a circle at every site for mailboxes on LOOP'),
                   all_.stdout)
    contract.check('... a report ends alike', run(
        'report', '-', '-l', 'circle.ldif').returncode == 4)
    shown = rows('-l', 'circle.ldif', '--only-alerts')
    contract.check('... it is shown among the alerts', any(
        row['homes'] == 'LOOP' for row in shown), shown)
    found = outcomes('-l', 'circle.ldif')
    contract.check('... and has a number of its own', (
        found['site_outcome', 'Harbour'], found['home_outcome', 'LOOP'],
        found['home_outcome', 'none'], found['mailboxes', 'error']) ==
        ('5', '5', '1', '1'), found)


def test_order():
    """No answer is worse than an alert that can be clicked away."""
    forest = Forest('DC=contoso,DC=com')
    alert(forest)
    circle(forest, 'LOOP')
    error(forest)
    forest.write('all.ldif')
    shown = rows('-l', 'all.ldif')
    broken = [row['hops'].split('; ')[-1].endswith(('error', 'redirect')) and
              row['homes'] in ('LOOP', 'EX03') for row in shown]
    alerts = [row['outcome'] == 'alert' for row in shown]
    contract.check('errors and circles come first, then alerts',
                   True in broken and alerts.index(True) < len(alerts) and
                   max(i for i, each in enumerate(broken) if each) <
                   min(i for i, each in enumerate(alerts)
                       if each and not broken[i]),
                   [(row['outcome'], row['sites'], row['homes'], row['hops'])
                    for row in shown])
    done = run('coverage', '-q', '-l', 'all.ldif', '-s', 'Town')
    contract.check('... of one site, too', done.returncode == 4, done)
    found = outcomes('-l', 'all.ldif')
    contract.check('... and in the metrics', (
        found['site_outcome', 'Mill'], found['home_outcome', 'EX03'],
        found['home_outcome', 'EX10']) == ('5', '5', '2'), found)


def test_error():
    """An error alone has the exit status that the prediction has."""
    forest = Forest('DC=contoso,DC=com')
    error(forest)
    forest.write('error.ldif')
    one = run('predict', '-q', '-s', 'Mill', '-m', 'eve@contoso.com', '-l',
              'error.ldif')
    all_ = run('coverage', '-q', '-l', 'error.ldif')
    contract.check('an error: the exit status is that of the prediction',
                   one.returncode == all_.returncode, one, all_)
    contract.check('... the headline names it', all_.stdout.startswith(
        'An error instead of an answer at every site for mailboxes on EX03'),
                   all_.stdout)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        test_circle()
        test_order()
        test_error()
        os.chdir('/')
    contract.finish()


main()
