#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What adscp check tells a monitoring system about an answer that is not there:
where a policy keeps the client from the SCPs, where not everything was read, where a
file that it was given cannot be; and file names that would break a line."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
DAY = ['-t', '2012-02-14']
OK, WARNING, CRITICAL, UNKNOWN = range(4)
KEY = 'HKEY_CURRENT_USER\\Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\AutoDiscover'
# A line break, a mark that turns the line, the bar, and bytes that are no UTF-8.
NAME = b'a|b\n\xe2\x80\xae\x1b[31m\xff.ldif'
SHOWN = 'a|b\\x0A\\xE2\\x80\\xAE\\x1B[31m\\xFF.ldif'


def adscp(*words):
    done = subprocess.run([ADSCP, *words], check=False, timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          env=dict(os.environ, LC_ALL='C.UTF-8'))
    return (done.returncode, done.stdout.decode(errors='surrogateescape'),
            done.stderr.decode(errors='surrogateescape'))


def metrics(*words):
    status, text, _ = adscp('check', '--format', 'prometheus', *words)
    return status, dict(re.findall(r'^([a-z_]+(?:\{.*\})?) (\S+)$', text, re.M))


def policy(folder, **values):
    path = folder / 'user.reg'
    path.write_text('Windows Registry Editor Version 5.00\r\n\r\n'
                    f'[{KEY}]\r\n' + ''.join(
                        f'"{name}"=dword:{value:08x}\r\n'
                        for name, value in values.items()), newline='')
    return path


def test_skipped(folder):
    """Whoever asks no SCP is uncertain, and no number would hide that."""
    off = ['-l', EXAMPLE, *DAY, '--client', 'outlook-2016', '--policy',
           policy(folder, ExcludeScpLookup=1)]
    status, found = metrics(*off, '--census')
    contract.check('no SCP is asked: uncertain, at every site and home',
                   status == UNKNOWN and {
                       value for name, value in found.items()
                       if '_outcome{' in name} == {'1'} and
                   found['adscp_mailboxes{outcome="no-server"}'] == '0', found)
    contract.check_empty('no metric is no number', [
        name for name, value in found.items() if value == 'NaN'])
    status, found = metrics('-l', EXAMPLE, *DAY, '--client', 'outlook-2013', *off[-2:])
    contract.check('... while the policy is that of another version',
                   status == CRITICAL and
                   found['adscp_site_outcome{site="HQ"}'] == '2', found)


def test_incomplete(folder):
    whole = EXAMPLE.read_text()
    cut = folder / 'cut.ldif'
    cut.write_text(whole + 'dn: CN=half')
    reasons = {}
    for name, words in (('whole', ['-l', EXAMPLE]), ('cut', ['-l', cut])):
        _, found = metrics(*words, *DAY)
        reasons[name] = {key: value for key, value in found.items()
                         if key.startswith('adscp_incomplete{')}
        contract.check(f'{name}: one metric has it in short',
                       found['adscp_complete'] == str(int(name == 'whole')), found)
    contract.check('every reason is there before it holds',
                   reasons['whole'].keys() == reasons['cut'].keys() and
                   len(reasons['whole']) > 8 and set(reasons['whole'].values()) == {'0'},
                   reasons)
    contract.check('... and the one that holds is told',
                   reasons['cut']['adscp_incomplete{reason="ldif-truncated"}'] == '1' and
                   reasons['cut']['adscp_incomplete{reason="unread"}'] == '0',
                   reasons['cut'])


def test_thresholds():
    """One that is given alone has the other follow, in its own unit."""
    for words, lifetime, days in (
            (['-w', '25%'], ['25:', '6:'], ['', '']),
            (['-c', '10%'], ['40:', '10:'], ['', '']),
            (['-c', '30%'], ['100:', '30:'], ['', '']),
            (['-w', '3%'], ['3:', '0:'], ['', '']),
            (['-w', '20', '-c', '5%'], ['', '5:'], ['20:', '']),
            (['-w', '5%', '-c', '20'], ['5:', ''], ['', '20:']),
            (['-w', '4'], None, ['4:', '4:']), (['-c', '40'], None, ['40:', '40:'])):
        _, line, _ = adscp('check', '-l', EXAMPLE, '-s', 'HQ', '-t', '2014-01-01', *words)
        found = re.search(r' days=\d+;([^; ]*);([^; ]*);', line)
        contract.check(f'{words}: days', found and list(found.groups()) == days, line)
        found = re.search(r' lifetime_left=\d+%;([^; ]*);([^; ]*);', line)
        contract.check(f'{words}: shares', (list(found.groups()) if found else None) ==
                       lifetime, line)


def test_unreadable(folder):
    """Old numbers are not left where a file of the caller's is broken."""
    junk, file = folder / 'junk', folder / 'adscp.prom'
    junk.write_text('junk\n')
    kinds = (['--format', 'prometheus'], 'adscp_up 0'), ([], 'ADSCP UNKNOWN - ')
    broken = [[option, junk] for option in ('--policy', '--trust', '--roots')]
    broken += [['--policy', folder / 'none'], ['--changes', folder / 'none'],
               ['--assume', f'ex07.corp.example={junk}'], ['--changes', junk],
               ['--ldif-at', f'LDAP://a={junk}'],
               ['-H', 'ldap://127.0.0.1:1', '-x', '-D', 'cn=a', '-y', folder / 'none']]
    for words in broken:
        source = [] if words[0] == '-H' else ['-l', EXAMPLE]
        for more, wanted in kinds:
            file.write_text('old\n')
            status, text, _ = adscp('check', *more, *source, *words, '--output', file)
            contract.check(f'{words[0]} {" ".join(more)}: the file says that it failed',
                           status == UNKNOWN and text == '' and
                           wanted in file.read_text(), text, file.read_text())


def bare(text):
    """What would turn, split or colour a line."""
    return [char for char in text if char in '\u202e\x1b' or
            '\udc80' <= char <= '\udcff']


def test_names(folder):
    """A file is named as a text of the directory is shown."""
    path = os.path.join(os.fsencode(folder), NAME)
    shutil.copy(EXAMPLE, path)
    junk, none = path + b'.junk', path + b'.none'
    with open(junk, 'w', encoding='utf-8') as file:
        file.write('junk\n')
    old = os.path.join(os.fsencode(folder), b'old' + NAME)
    with open(old, 'w', encoding='utf-8') as file:
        file.write(EXAMPLE.read_text().replace('https://ex07', 'https://ex08'))
    status, line, _ = adscp('check', '-l', EXAMPLE, '-s', 'HQ', *DAY, '--since', old)
    contract.check('--since: on the line', status == WARNING and
                   f'since old{SHOWN}:'.replace('|', '/') in line and
                   line.count('\n') == 1 and line.count('|') == 1 and not bare(line), line)
    status, text, _ = adscp('predict', '-l', path, '-s', 'HQ', *DAY)
    contract.check('predict: where it was read', status == OK and not bare(text) and
                   SHOWN in re.sub(r'\n +', '', text), text)
    asked = [['list', '-l', none], ['predict', '-l', junk], ['whatif', '-l', EXAMPLE,
             '--plan', none], ['whatif', '-l', EXAMPLE, '--plan', junk],
             ['report', '-l', EXAMPLE, os.path.join(none, b'x')],
             ['save', '-l', EXAMPLE, os.path.join(none, b'x')],
             ['diff', EXAMPLE, none], ['predict', none], [none], ['help', none],
             ['predict', '--', none], ['predict', b'--' + NAME],
             ['check', '-l', EXAMPLE, '--output', os.path.join(none, b'x')]]
    asked += [['predict', '-l', EXAMPLE, b'--' + option, none] for option in (
        b'site', b'mail', b'profile', b'at', b'client', b'policy', b'trust', b'roots',
        b'assume', b'changes', b'ldif-at', b'timeout', b'resolve', b'dns')]
    asked += [['check', '-l', EXAMPLE, b'--' + option, none] for option in (
        b'warning', b'alert-as', b'format', b'since', b'policy')]
    for words in asked:
        for more in ([], ['--json']):
            _, text, error = adscp(*words, *more)
            contract.check(f'{words}: the name is shown, and does nothing',
                           not bare(text + error) and
                           (text + error).count('\n') <= 3, text, error)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        test_skipped(folder)
        test_incomplete(folder)
        test_thresholds()
        test_unreadable(folder)
        test_names(folder)
    contract.finish()


main()
