#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Wrong questions are errors, and no question costs an export."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'


def adscp(*arguments, **options):
    done = contract.run(ADSCP, *map(str, arguments), **options)
    return done.returncode, done.stdout


def test_site():
    for site, words in (
            ('HW', 'no site "HW": its sites are "HQ", "Branch"'),
            ('HQ,Branch', 'ask for each site separately'),
            ('CN=HQ,CN=Sites,CN=Configuration,DC=corp,DC=example', 'is a DN'),
            ('', '--no-site')):
        for command in ('list', 'predict'):
            for more in ([], ['-P', 'ews'], ['-j'], ['-m', 'a@corp.example']):
                status, text = adscp(command, '-l', EXAMPLE, '-s', site, *more)
                contract.check(f'{command} -s "{site}" {more}', status == 1 and
                               words in text.replace('\\"', '"') and
                               text.count('no site') < 2, text)
        status, text = adscp('check', '-l', EXAMPLE, '-s', site)
        contract.check(f'check -s "{site}"', status == 3 and words in text, text)


def test_invisible():
    """People see what JSON and CSV hand on as it is."""
    export = contract.ROOT / 'tests' / 'golden' / 'odd-invisible-names' / \
        'forest.ldif'
    for words in (['list', '-s', 'HQ'], ['servers'], ['predict', '-s', 'HQ']):
        _, text = adscp(*words, '-l', export)
        contract.check(f'{words[0]} shows what is invisible',
                       'EX\\u{200B}1' in text and '\u200b' not in text, text)
    for words in (['list', '-s', 'HQ', '-j'], ['list', '-s', 'HQ', '--csv']):
        _, text = adscp(*words, '-l', export)
        contract.check(f'{words[-1]} keeps it', 'EX\u200b1' in text or
                       'EX\\u200b1' in text, text)
    status, text = adscp('check', '-l', export, '-s', 'H\u200bQ')
    contract.check('the line of check', status == 3 and
                   'H\\u{200B}Q' in text and '\u200b' not in text, text)


def test_without_keywords():
    """SCPs whose keywords were not exported are not none at all."""
    lines = EXAMPLE.read_text().splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as folder:
        export = pathlib.Path(folder, 'forest.ldif')
        export.write_text(''.join(each for each in lines
                                  if not each.startswith('keywords:')))
        for source in (export, pathlib.Path(folder, 'saved.ldif')):
            document = json.loads(adscp('predict', '-s', 'HQ', '-j', '-l',
                                        source)[1])
            found = [(each['code'], each['parameters'].get('attribute'))
                     for each in document['findings']]
            contract.check('one finding tells of keywords', found.count(
                ('attribute-not-exported', 'keywords')) == 1 and
                'scp-none' not in dict(found), found)
            status, said = adscp('predict', '-s', 'HQ', '-l', source)
            contract.check('... and so does the first line',
                           'no Autodiscover SCP of the export has keywords' in
                           said.splitlines()[0] and
                           'Unknown' in said.splitlines()[1] and status == 5,
                           said)
            contract.check('check knows nothing', adscp(
                'check', '-s', 'HQ', '-l', source)[0] == 3)
            adscp('save', pathlib.Path(folder, 'saved.ldif'), '-l', export)


def test_without_versions():
    """One finding for the attribute, not one for each server that is met."""
    lines = EXAMPLE.read_text().splitlines(keepends=True)
    for left_out, told in ((('versionNumber', 'serialNumber'), 1),
                           (('versionNumber',), 0), ((), 0)):
        with tempfile.TemporaryDirectory() as folder:
            export = pathlib.Path(folder, 'forest.ldif')
            export.write_text(''.join(each for each in lines if each.split(
                ':')[0] not in left_out))
            document = json.loads(adscp(
                'predict', '-s', 'HQ', '-m', 'ann@corp.example', '-j', '-l',
                export)[1])
            found = [(each['about'], each['parameters'].get('attribute'))
                     for each in document['findings']
                     if each['code'] in ('attribute-not-exported',
                                         'server-version-unknown')]
            contract.check(f'without {left_out}', found == [
                ('client', 'versionNumber')] * told, found)


def test_columns():
    """What is invisible takes the columns of the number that shows it."""
    export = contract.ROOT / 'tests' / 'golden' / 'odd-invisible-names' / \
        'forest.ldif'
    for words, heading in ((['list', '-s', 'HQ'], 'EXCHANGE'),
                           (['servers'], 'FQDN')):
        lines = adscp(*words, '-l', export)[1].splitlines()
        at, = [i for i, each in enumerate(lines) if f' {heading}' in each]
        row = next(each for each in lines[at:] if 'EX\\u{200B}1' in each)
        start = lines[at].index(heading)
        contract.check(f'{words[0]}: columns stand below their headings',
                       row[start - 2:start] == '  ' and row[start] != ' ',
                       lines[at], row)


def test_remedies():
    """Nothing is advised that was done already, or that does nothing."""
    for question, remedy in ((['--no-site'], '(add --site or --address)'),
                             (['-a', '192.0.2.9'], '(no subnet has its address: '
                              'add --site)')):
        said = adscp('predict', '-P', 'ews', *question, '-l', EXAMPLE)[1]
        contract.check(f'{question}: the remedy', remedy in said, said)
    for option in ('--trust', '--roots'):
        status, said = adscp('servers', option, EXAMPLE, '-l', EXAMPLE)
        contract.check(f'servers takes no {option}', status == 1 and
                       'does not take' in said, said)
    status, said = adscp('list', '--dns', '127.0.0.1:1', '--timeout', '5')
    contract.check('no mail address is spoken of where none was given',
                   status == 2 and 'mail address' not in said.replace(
                       'nor a mail address', '') and '-l an export' in said or
                   'domain to look for' in said, said)


def test_dates_and_assumptions():
    there = ('-m', 'ann@corp.example', '--at', '2012-02-14', '-l', EXAMPLE)
    for site, day in (('HQ', '2016-03-07'), ('Branch', '2016-01-16')):
        said = adscp('predict', '-s', site, *there)[1]
        dates = [each.split()[2] for each in said.splitlines()
                 if each.startswith('  Valid until')]
        contract.check(f'{site}: the date of the answer, once',
                       dates == [f'{day};'], said)
    for profile in ('outlook', 'ews', 'learn', 'oxdisco'):
        said = ' '.join(adscp('predict', '--no-site', '-P', profile, '-j',
                              *there)[1].split())
        contract.check(f'{profile}: an unknown site is not known to Windows',
                       'Windows knows' not in said and
                       'site from Windows' not in said, said)
    said = ' '.join(adscp('predict', '-s', 'HQ', *there)[1].split())
    contract.check('a known one is', "Windows knows the computer's site; of "
                   'that' in said, said)


def test_escaped_site():
    """A site is asked for as its name is shown."""
    example = EXAMPLE.read_text()
    with tempfile.TemporaryDirectory() as folder:
        for raw, shown in (('Br\u202eanch'.encode(), 'Br\\xE2\\x80\\xAEanch'),
                           ('Caf\u00e9'.encode('latin-1'), 'Caf\\xE9')):
            dn = base64.b64encode(b'CN=' + raw + b',CN=Sites,CN=Configuration,'
                                  b'DC=corp,DC=example').decode()
            export = pathlib.Path(folder, 'forest.ldif')
            export.write_text(f'{example}\n\ndn:: {dn}\nobjectClass: site\n\n')
            at = ['-t', '2012-02-14', '-l', export]
            for words, wanted in ((['sites'], (0, 4)), (['coverage'], (4,)),
                                  (['predict', '-s', shown], (0, 4)),
                                  (['coverage', '-s', shown], (0, 4))):
                status, text = adscp(*words, *at)
                contract.check(f'{words}: a site that is shown as {shown}',
                               status in wanted and shown in text, text)


def test_once():
    for pair, words in ((['-s', 'HQ', '-s', 'Branch'], 'one --site at a time'),
                        (['-s', 'HQ', '-s', 'HQ'], 'one --site at a time'),
                        (['-a', '10.1.0.1', '--address', '10.1.0.2'],
                         'one --address at a time'),
                        (['-P', 'ews', '-P', 'learn'], 'one --profile'),
                        (['-t', '2012-01-01', '-t', '2013-01-01'], 'one --at')):
        status, text = adscp('list', '-l', EXAMPLE, *pair)
        contract.check(' '.join(pair), status == 1 and words in text, text)
    status, text = adscp('observe', '-s', 'HQ', '-l', EXAMPLE, 'a.example')
    contract.check('observe asks for no client', status == 1 and
                   'does not take --site' in text, text)


def test_nobody():
    at = ['-l', EXAMPLE, '-s', 'HQ', '-t', '2012-02-14']
    status, text = adscp('predict', *at, '-m', 'anne@corp.example')
    contract.check('an address that nobody has: in the first two lines',
                   status == 0 and 'no recipient has the address '
                   'anne@corp.example' in ' '.join(text.splitlines()[:2]), text)
    _, text = adscp('predict', *at, '-m', 'ann@corp.example')
    contract.check('... and not where somebody has it',
                   'no recipient' not in text, text)
    status, text = adscp('predict', '-l', EXAMPLE, '-s', 'HQ', '-t',
                         '2012-02-14')
    contract.check('... or nobody is asked for', 'no recipient' not in text, text)


def test_overwriting(folder):
    """Whichever path leads to it, an export is not replaced by its snapshot."""
    path = folder / 'forest.ldf'
    text = EXAMPLE.read_text()
    path.write_text(text)
    other = folder / 'other.ldf'
    other.write_text(text)
    (folder / 'link').symlink_to(path)
    os.link(path, folder / 'hard')
    (folder / 'sub').mkdir()
    for name in ('forest.ldf', './forest.ldf', 'sub/../forest.ldf', 'link',
                 'hard', path):
        for files in (['-l', 'forest.ldf'], ['-l', 'other.ldf', '-l', 'link'],
                      ['-l', other, '--ldif-at', 'LDAP://r.example=forest.ldf']):
            status, said = adscp('save', name, *files, cwd=folder)
            contract.check(f'save {name} {files[-1]}', status == 1 and
                           'would overwrite ' in said and
                           path.read_text() == text, said)
    with open(path, 'a') as standard:
        status = subprocess.run([ADSCP, 'save', '-', '-l', path], check=False,
                                stdout=standard, stderr=subprocess.PIPE
                                ).returncode
    contract.check('... nor appended to', status == 1 and
                   path.read_text() == text)
    status, said = adscp('save', 'new.ldf', '-l', 'forest.ldf', cwd=folder)
    contract.check('another file is written', status == 0 and
                   (folder / 'new.ldf').exists(), said)
    status, said = adscp('save', 'new.ldf', '-l', 'forest.ldf', cwd=folder)
    contract.check('... and replaced', status == 0, said)
    status, said = adscp('save', '/dev/null', '-l', 'forest.ldf', cwd=folder)
    contract.check('a device is no file', status == 0, said)


def assumed_world(folder):
    """The export and the certificates of a golden case."""
    golden = contract.ROOT / 'tests' / 'golden'
    subprocess.run([sys.executable, '-B', golden / '88-assumed' / 'make.py'],
                   cwd=folder, check=True,
                   env={**os.environ, 'PYTHONPATH': str(golden)})


def test_assumed(folder):
    """Each command that judges takes what a host will show."""
    assumed_world(folder)
    at = ['--at', '2012-02-14']
    read = [*at, '-l', 'forest.ldif']
    client = [*read, '-s', 'S1', '-m', 'ann@corp.example']
    fine = ['--assume', 'ex10.corp.example=issued.der']
    wrong = ['--assume', 'ex07.corp.example=wrong.pem']
    step = ['--step', 'shows ex10.corp.example wrong.pem']
    for words, before, after in (
            (['predict', *client], 4, 0), (['check', *client], 2, 0),
            (['coverage', *read], 4, 0), (['report', 'out.html', *read], 4, 0)):
        status = [adscp(*words, *more, cwd=folder)[0]
                  for more in ([], fine, wrong)]
        contract.check(f'{words[0]} --assume', status == [
            before, after, before], status)
    said = adscp('predict', *client, *fine, cwd=folder)[1]
    contract.check('the first two lines say so', 'no alert (a forecast, with '
                   'what was assumed)' in said.splitlines()[1] and
                   'not seen: assumed' in said, said)
    contract.check('a step comes later', [adscp(
        'whatif', *read, *fine, *more, cwd=folder)[0] for more in (
            step, ['--step', 'scp-url EX07 none'])] == [4, 0])
    status, said = adscp('diff', 'forest.ldif', 'forest.ldif', *at, *wrong,
                         cwd=folder)
    contract.check('diff: on both sides', status == 0 and
                   'the same' in said, said)


def test_assumed_badly(folder):
    assumed_world(folder)
    (folder / 'empty').write_bytes(b'')
    (folder / 'text').write_text('-----BEGIN CERTIFICATE-----\n')
    for given, words in (
            ('ex10.corp.example', 'takes HOST[:PORT]=FILE'),
            ('ex10.corp.example=', 'a file name is missing'),
            ('=issued.der', 'not a host name'),
            ('a b=issued.der', 'not a host name'),
            ('https://ex10.corp.example/=issued.der', 'not a URL: '
             '"ex10.corp.example"'),
            ('*.corp.example=issued.der', 'stands for many hosts'),
            ('ex10.corp.example:0=issued.der', 'no port from 1 to 65535'),
            ('ex10.corp.example:x=issued.der', 'no port from 1 to 65535'),
            ('ex10.corp.example=nowhere.pem', 'nowhere.pem'),
            ('ex10.corp.example=empty', 'does not begin with a certificate'),
            ('ex10.corp.example=text', 'does not begin with a certificate'),
            ('ex10.corp.example=forest.ldif',
             'does not begin with a certificate')):
        status, said = adscp('predict', '-l', 'forest.ldif', '--assume', given,
                             cwd=folder)
        contract.check(f'--assume {given}', status == 1 and words in said, said)
    status, said = adscp(
        'predict', '-l', 'forest.ldif', '--assume', 'a.example=issued.der',
        '--assume', 'A.example.:443=wrong.pem', cwd=folder)
    contract.check('twice', status == 1 and 'given before' in said, said)
    status, said = adscp('observe', 'a.example', '--assume',
                         'a.example=issued.der', cwd=folder)
    contract.check('observe looks', status == 1 and 'does not take --assume'
                   in said, said)
    status, said = adscp('save', 'issued.der', '-l', 'forest.ldif', cwd=folder)
    contract.check('save has no use for it', status == 0, said)
    status, said = adscp('report', 'wrong.pem', '-l', 'forest.ldif', '--assume',
                         'ex10.corp.example=wrong.pem', cwd=folder)
    contract.check('what is read is not written to', status == 1 and
                   'would overwrite' in said, said)


def many(count):
    """The example with so many SCPs more."""
    text = EXAMPLE.read_text()
    entry = next(each for each in text.split('\n\n') if
                 each.startswith('dn: CN=EX07,CN=Autodiscover'))
    return text.rstrip() + '\n\n' + '\n\n'.join(
        entry.replace('EX07', f'EX{number}').replace('ex07', f'ex{number}')
        for number in range(1000, 1000 + count)) + '\n\n'


def test_large(folder):
    """What is too large to be held goes out in pieces, and is whole."""
    count = 3000
    (folder / 'many.ldif').write_text(many(count))
    asked = ['list', '-s', 'HQ', '-t', '2012-02-14', '-l', 'many.ldif']
    status, text = adscp(*asked, '--json', cwd=folder)
    found = json.loads(text)
    contract.check('JSON in pieces', status == 0 and len(text) > 2 ** 20 and [
        each['rank'] for each in found['candidates']] == list(
            range(1, len(found['candidates']) + 1)) and
        len(found['candidates']) > count and found['findings'], len(text))
    status, text = adscp(*asked, '--csv', cwd=folder)
    contract.check('CSV in pieces', status == 0 and len(text) > 2 ** 20 and
                   text.count('\r\n' if '\r' in text else '\n') ==
                   len(found['candidates']) + 1, len(text))
    for form in ('--json', '--csv'):
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([ADSCP, *asked, form], cwd=folder,
                                  stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        contract.check(f'{form}: a full disk', done.returncode == 1 and
                       'standard output cannot be written: No space' in
                       done.stderr and 'memory' not in done.stderr,
                       done.stderr)


def main():
    test_site()
    test_invisible()
    test_without_keywords()
    test_without_versions()
    test_columns()
    test_remedies()
    test_dates_and_assumptions()
    test_escaped_site()
    test_once()
    test_nobody()
    for test in (test_large, test_overwriting, test_assumed, test_assumed_badly):
        with tempfile.TemporaryDirectory() as name:
            test(pathlib.Path(name))
    contract.finish()


main()
