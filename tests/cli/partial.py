#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`check` of an answer that is whole or not, in every state that it may have: the
table under MONITORING in the manual page."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / 'contract'), str(TESTS / 'golden')]

import contract  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2010_SP2, Forest, setup)

ADSCP = contract.build() / 'examples' / 'adscp'
OK, WARNING, CRITICAL, UNKNOWN = range(4)
STATES = ('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')
EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'
FAR = '999999'  # days: any certificate ends sooner
CUT = '\ndn: CN=cu'  # no line end


def fine(made):
    publish(made, 'rooted')


def alert(made):
    publish(made, 'setup')


def doubt(made):
    publish(made, 'rooted')
    publish(made, 'setup')


def uncertain(made):
    made.server('BARE', EX2010_SP2, 38, 'HQ')


def finding(made):
    """The first server may not serve the mailbox."""
    publish(made, 'rooted')
    made.server('NEW', EX2019, 16423, 'HQ', url='')
    made.mailbox('eve', 'NEW')


def nothing(made):
    del made


def publish(made, certificate):
    made.server(certificate.upper(), EX2010_SP2, 38, 'HQ', setup(certificate),
                created=2015, fqdn=f'{certificate}.contoso.com')


def write(build):
    """Whole, and with an end from which a part is missing."""
    made = Forest('DC=contoso,DC=com')
    made.site('HQ')
    made.authority('Certification Authorities', 'root')
    build(made)
    whole, cut = f'{build.__name__}.ldif', f'{build.__name__}-cut.ldif'
    made.write(whole)
    pathlib.Path(cut).write_text(pathlib.Path(whole).read_text() + CUT)
    return {True: whole, False: cut}


def check(file, about, *more):
    done = subprocess.run(
        [str(ADSCP), 'check', '-l', file, '-t', '2026-01-01', *about, *more],
        check=False, text=True, capture_output=True, timeout=60,
        stdin=subprocess.DEVNULL, env={'LC_ALL': 'C.UTF-8'})
    contract.check(f'{file}: one line with its state', done.stdout.startswith(
        f'ADSCP {STATES[done.returncode]} - ') and done.stdout.count('\n') == 1,
                   done)
    return done.returncode, done.stdout


# What a whole answer comes to: without a threshold, beyond -w, beyond -c. What
# is to be reached is the end of a certificate: an alert stands before it, and
# there is none where nobody knows the certificate.
CELLS = (
    (fine, [], (OK, WARNING, CRITICAL)),
    (alert, [], (CRITICAL, CRITICAL, CRITICAL)),
    (alert, ['--alert-as', 'warning'], (WARNING, WARNING, WARNING)),
    (alert, ['--alert-as', 'ok'], (OK, OK, OK)),
    (alert, ['--alert-as', 'unknown'], (UNKNOWN, UNKNOWN, UNKNOWN)),
    (doubt, [], (WARNING, WARNING, CRITICAL)),
    (uncertain, [], (UNKNOWN, UNKNOWN, UNKNOWN)),
    (uncertain, ['--uncertain-as', 'ok'], (OK, OK, OK)),
    (uncertain, ['--uncertain-as', 'warning'], (WARNING, WARNING, WARNING)),
    (uncertain, ['--uncertain-as', 'critical'], (CRITICAL, CRITICAL, CRITICAL)),
    (finding, [], (CRITICAL, CRITICAL, CRITICAL)),
    (finding, ['--findings-as', 'warning'], (WARNING, WARNING, CRITICAL)),
    (finding, ['--findings-as', 'ok', '--uncertain-as', 'ok'],
     (OK, WARNING, CRITICAL)),
    (nothing, [], (WARNING, WARNING, WARNING)),
    (nothing, ['--no-scp-as', 'ok'], (OK, OK, OK)),
    # Not there is not known where a part is missing.
    (nothing, ['--no-scp-as', 'critical'], (CRITICAL, CRITICAL, CRITICAL)),
)
THRESHOLDS = [], ['-w', FAR, '-c', '1'], ['-c', FAR]


def state_of(build, whole, state):
    """CRITICAL is known whatever is missing; nothing else is."""
    if whole:
        return state
    return CRITICAL if state == CRITICAL and build is not nothing else UNKNOWN


def test_table(files):
    wrong = []
    for build, more, states in CELLS:
        user = ['-m', 'eve@contoso.com'] if build is finding else []
        for about in (['-s', 'HQ', *user], ['--all-sites']):
            for threshold, state in zip(THRESHOLDS, states):
                for whole, file in files[build].items():
                    wanted = state_of(build, whole, state)
                    got, line = check(file, about, *more, *threshold)
                    if got != wanted:
                        wrong.append((file, about, more, threshold,
                                      STATES[wanted], line))
    contract.check('every cell of the table', not wrong, *wrong[:4])


def test_words(files):
    """Why it is UNKNOWN comes first, however long the rest; an alert is worse."""
    why = 'the answer was cut short: fine-cut.ldif:'
    for about in ['-s', 'HQ'], ['--all-sites']:
        _, line = check(files[fine][False], about)
        contract.check(f'{about[0]}: UNKNOWN says why',
                       line.startswith(f'ADSCP UNKNOWN - {why}') and
                       ' the file was cut (export or copy it again); so far: '
                       in line and ', |' not in line and ';  ' not in line, line)
        _, line = check(files[alert][False], about)
        contract.check(f'{about[0]}: CRITICAL begins with what is wrong',
                       'Security Alert' in line.split(', the answer was cut')[0]
                       and 'the answer was cut short: alert-cut' in line, line)
    text = json.loads(subprocess.run(
        [str(ADSCP), 'check', '-j', '-l', files[fine][False], '-s', 'HQ'],
        check=False, capture_output=True, text=True).stdout)
    contract.check('... in JSON, too', text['state'] == 'unknown' and
                   text['text'].startswith(why), text)


def test_user():
    """Where a part is missing, the user may have been in it: the alert stays."""
    def users(made):
        publish(made, 'setup')
        made.mailbox('ann', 'SETUP')
    about = ['-s', 'HQ', '-m', 'eve@contoso.com']
    for whole, file in write(users).items():
        state, line = check(file, about)
        contract.check(f'nobody has the address: {file}', state ==
                       (UNKNOWN if whole else CRITICAL) and
                       ('no recipient has the address' if whole else
                        'no recipient that was read has the address') in line,
                       line)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        files = {build: write(build) for build in
                 (fine, alert, doubt, uncertain, finding, nothing)}
        test_table(files)
        test_words(files)
        test_user()
        os.chdir('/')
    contract.finish()


main()
