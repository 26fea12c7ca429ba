#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server that cannot be relied on to serve the mailbox, after a change: its
place in what-if, in a coverage and in advice."""

import csv
import io
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXPORT = contract.ROOT / 'examples' / 'kb2006728.ldif'
AT = ['--at', '2012-02-14']


def check_equal(name, found, wanted):
    contract.check(name, found == wanted, found, wanted)


def adscp(*words, exit_codes=(0, 4)):
    done = subprocess.run(list(map(str, (ADSCP, *words))), text=True, timeout=60,
                          capture_output=True, check=False)
    contract.check(f'{words[0]}: exit {done.returncode}', done.returncode in exit_codes,
                   done.stderr)
    return done


def test_unserved(scratch):
    """No alert is no good answer where the server does not serve the mailbox, and
    the words say so wherever the answer stands."""
    plan = ('install EX19 site=HQ version="Exchange 2019 CU15"',
            'certificate EX19 trusted', 'database DB19 on EX19',
            'move-mailboxes EX10 EX19')
    text = ' '.join(adscp(
        'whatif', *AT, '-l', EXPORT, '--ldif-to', scratch / 'served',
        *(word for step in plan for word in ('--step', step)),
        exit_codes=[4]).stdout.split())
    contract.check(
        'a server that does not serve the mailbox is said beside "no alert"',
        'users in Branch with mailboxes moved from EX10 to EX19 see no alert at EXBR, '
        'which cannot be relied on to serve the mailbox' in text, text)
    contract.check('an unknown server comes last of several',
                   'an unknown server and' not in text, text)
    rows = list(csv.DictReader(io.StringIO(adscp(
        'coverage', '--csv', *AT, '-l', EXPORT, *(
            word for number in range(len(plan)) for word in (
                '--changes', scratch / 'served' / f'{number + 1:02}.ldif'))).stdout)))
    fine = [row['then'] for row in rows if row['outcome'] == 'no-alert' and
            row['doubtful'] == 'false']
    check_equal('... and in the table, before those that are served',
                [[row['homes'] for row in rows if row['then'] == 'perhaps no answer'],
                 fine[:3].count('perhaps no answer')], [['EX19'] * 3, 3])


def test_advice(scratch):
    """A certificate alone is no cure where the server does not serve the mailbox,
    unless nothing else leads to one that does."""
    def advise(name, *plan):
        adscp('whatif', *AT, '-q', '-l', EXPORT, '--ldif-to', scratch / name, *(
            word for step in plan for word in ('--step', step)), exit_codes=[4])
        more = [word for number in range(len(plan)) for word in (
            '--changes', scratch / name / f'{number + 1:02}.ldif')]
        return [' '.join(adscp('advise', *AT, '-q', '-l', EXPORT, *more)
                         .stdout.split()),
                json.loads(adscp('advise', *AT, '-l', EXPORT, *more,
                                 '--json').stdout)]
    install = ('install EX19 site=HQ version="Exchange 2019 CU15"',
               'database DB19 on EX19', 'move-mailboxes EX10 EX19')
    text, document = advise('only', *install, 'scp-url EX07 none',
                            'scp-url EX19 none')
    chosen = document['remedies'][document['chosen']['remedies'][0]]
    contract.check(
        'no more than the alert is cleared, and both lines say so', 'may get no answer; '
        'but the server may still not serve the mailbox' in text and
        'clears every alert;' in text + ';' and chosen['unknown'] and
        set(chosen['unknown']) <= set(chosen['clears']), text)
    text, document = advise(
        'other', 'install EX16 site=HQ version="Exchange 2016 CU23"',
        'certificate EX16 trusted', 'database DB16 on EX16',
        'move-mailboxes EX10 EX16', 'uninstall EX07', 'uninstall EXBR')
    contract.check(
        'where another server serves it, the SCP must lead there', text.startswith(
            'Take the URL out of the SCP of EX10,') and 'clears every answer' in text and
        'may still not serve' not in text, text)


contract.run_in_scratch(test_unserved, test_advice)
