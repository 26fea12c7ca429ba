#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What helps: both cures of KB2006728 come out, every remedy does what it says when
whatif carries it out, and where nothing helps, that is said."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = str(contract.build() / 'examples' / 'adscp')
EXPORT = contract.ROOT / 'examples' / 'kb2006728.ldif'
AT = ['--at', '2012-02-14']


def adscp(*words, exit_codes=(0,)):
    done = subprocess.run([ADSCP, *map(str, words)], text=True, timeout=60,
                          capture_output=True, check=False)
    contract.check(f'{words[0]} {words[-1]}: exit {done.returncode}'[:90],
                   done.returncode in exit_codes, done.stderr)
    return done


def advise(*words, exit_codes=(0,)):
    return json.loads(adscp('advise', *AT, '--json', *words,
                            exit_codes=exit_codes).stdout)


def carry_out(document, *words):
    """Every remedy, as a plan of its own: it clears what it says, and nothing gets
    worse."""
    for remedy in document['remedies']:
        steps = [word for step in remedy['steps'] for word in ('--step', step)]
        found = json.loads(adscp('whatif', *AT, '--json', *words, *steps,
                                 exit_codes=[0, 4]).stdout)
        contract.check(f'{remedy["steps"]}: nothing is worse at the end',
                       not found['lasting'], found['lasting'])
        contract.check('... with these cmdlets', [
            line for step in found['steps'] for line in step['cmdlets']
        ] == remedy['cmdlets'], (found['steps'], remedy['cmdlets']))
        after = {(move['site'], move['home']): move['after']
                 for move in found['moves']}  # of several steps, the last one
        cells = [(site, home) for site, row in zip(document['sites'],
                                                   document['cells'])
                 for home, number in enumerate(row) if number in remedy['clears']]
        contract.check('... and these are cleared', cells and all(
            after[cell]['outcome'] == 'no-alert' and not after[cell]['doubtful']
            for cell in cells), (cells, after))
        contract.check('... and it is for some of them', set(remedy['for']) <= set(
            remedy['clears']) and remedy['worse'] == [], remedy)


GOLDEN = contract.ROOT / 'tests' / 'golden'
TRIED_MOST = 6


def cells_of(document, numbers):
    return [(site, home) for site, row in zip(document['sites'], document['cells'])
            for home, number in enumerate(row) if number in numbers]


def is_helped(cell, may_be_unknown):
    return cell is not None and not cell['doubtful'] and (
        cell['outcome'] == 'no-alert' or
        (may_be_unknown and cell['outcome'] == 'uncertain'))


def check_plan(name, document, words, remedy, unknown):
    """Carried out by whatif, these steps do what they promise. What differs behind a
    shared name brings no alert before, and none after."""
    steps = [word for step in remedy['steps'] for word in ('--step', step)]
    found = json.loads(adscp('whatif', '--json', *words, *steps,
                             exit_codes=[0, 4]).stdout)
    after = {(move['site'], move['home']): move['after'] for move in found['moves']}
    contract.check(f'{name}: {remedy["steps"][:2]} makes nothing worse',
                   not found['lasting'], found['lasting'])
    quiet = [number for number in remedy['clears'] if not after and
             document['classes'][number]['outcome'] == 'no-alert']
    contract.check('... and clears what it says', all(
        is_helped(after.get(cell), unknown) for cell in cells_of(
            document, set(remedy['clears']) - set(quiet))), (remedy, after))


def test_golden(scratch):
    """Each case of the golden folders: the first remedies, and what is chosen."""
    for folder in '95-advice', '96-advice-choice':
        place = scratch / folder
        place.mkdir()
        subprocess.run([sys.executable, GOLDEN / folder / 'make.py'], cwd=place,
                       env={**os.environ, 'PYTHONPATH': str(GOLDEN)}, check=True)
        for path in sorted((GOLDEN / folder).glob('*.args')):
            words = path.read_text().split('\n')[1:-1]
            words = [str(place / word) if (place / word).is_file() else
                     word.replace('=', f'={place}/') if 'LDAP://' in word else word
                     for word in words]
            words += [] if '--at' in words else ['--at', '2026-01-01']
            document = json.loads(adscp('advise', '--json', *words,
                                        exit_codes=[0, 3]).stdout)
            sizes = [len(remedy['steps']) for remedy in document['remedies']
                     if remedy['clears'] == document['problems']]
            contract.check(f'{path.stem}: the smallest first', sizes == sorted(sizes),
                           sizes)
            for remedy in document['remedies'][:TRIED_MOST]:
                check_plan(path.stem, document, words, remedy, remedy['unknown'])
            chosen = document['chosen']
            contract.check('something is chosen where something helps',
                           (chosen is not None) == bool(document['remedies']), chosen)
            if chosen:
                check_plan(f'{path.stem}, chosen', document, words, chosen, any(
                    document['remedies'][index]['unknown']
                    for index in chosen['remedies']))
                contract.check('... and the rest stays', sorted(
                    chosen['clears'] + chosen['stays']) == sorted(
                        document['problems']), chosen)


def test_one_story(scratch):
    """The headline, plan.txt and JSON tell of the same steps."""
    place = scratch / '96-advice-choice'
    words = ['advise', '--at', '2026-01-01', '-l', place / 'two-sites.ldif']
    text = adscp(*words, '--ldif-to', scratch / 'story').stdout
    document = json.loads(adscp(*words, '--json').stdout)
    plan = (scratch / 'story' / 'plan.txt').read_text().splitlines()[1:]
    contract.check('plan.txt is what JSON has chosen',
                   plan == document['chosen']['steps'], (plan, document['chosen']))
    first = document['remedies'][document['chosen']['remedies'][0]]
    contract.check('... and what the headline names', text.startswith(
        first['text'] + ': that clears 3 answers of 3') and 'remedy 4 clears every '
        'answer' in text.split('\n')[1], text[:300])
    adscp('advise', '--at', '2026-06-02', '-l', place / 'future.ldif', '--ldif-to',
          scratch / 'nothing')
    written = {path.name: path.read_text() for path in (scratch / 'nothing').iterdir()}
    contract.check('with nothing to do, the plan says so', list(written) == [
        'plan.txt'] and written['plan.txt'].endswith('# There is nothing to do\n'),
        written)
    adscp('advise', '--at', '2026-01-01', '-m', '@contoso.com', '-l',
          place / 'accounts.ldif', '--ldif-at',
          f'LDAP://contoso.com={place}/resources.ldif', '--cmdlets-to',
          scratch / 'root.ps1')
    written = (scratch / 'root.ps1').read_text()
    contract.check("another forest's root is written", all(
        path.name in written and 'BEGIN CERTIFICATE' in path.read_text()
        for path in scratch.glob('*.cer')) and list(scratch.glob('*.cer')), written)


def test_article():
    document = advise('-l', EXPORT)
    kinds = [(remedy['kind'], remedy['steps']) for remedy in document['remedies']]
    contract.check('a certificate from a CA', kinds[0] == (
        'certificate', ['certificate EX10 trusted']), kinds)
    contract.check('the self-signed one as a root', kinds[1] == (
        'publish-root', ['publish-root EX10']), kinds)
    alerting = [number for number, row in enumerate(document['classes'])
                if row['outcome'] == 'alert']
    contract.check('each clears every alert', alerting and all(
        set(alerting) <= set(remedy['clears'])
        for remedy in document['remedies'][:2]), document['remedies'])
    contract.check('problems: the alerts first', set(
        document['problems'][:len(alerting)]) == set(alerting), document['problems'])
    carry_out(document, '-l', EXPORT)
    counted = advise('-l', EXPORT, '--census')
    contract.check('mailboxes are counted', counted['remedies'][0]['mailboxes'] > 0 and
                   document['remedies'][0]['mailboxes'] is None, counted['remedies'])


def test_later():
    """All of them have expired, and no root helps."""
    later = ['-l', EXPORT, '--at', '2020-03-02']
    document = json.loads(adscp('advise', '--json', *later).stdout)
    contract.check('no root helps', document['remedies'] and all(
        remedy['kind'] != 'publish-root' for remedy in document['remedies']),
        document['remedies'])
    contract.check('several hosts on one way are mended together', any(
        len(remedy['steps']) > 1 for remedy in document['remedies']),
        document['remedies'])


def test_silent():
    """No certificate makes a server answer: neither as advice nor as a step."""
    words = ['-l', EXPORT, '--observe', '--dns', '127.0.0.1:9', '--timeout', '20']
    for host in 'ex07', 'ex10', 'exbr':
        words += ['--resolve', f'{host}.corp.example:443:127.0.0.1:1']
    document = advise(*words, exit_codes=[3])
    contract.check('nobody answers', all(
        row['outcome'] == 'connect-failure' for row in document['classes']),
        document['classes'])
    contract.check('no certificate is proposed', not any(
        remedy['kind'] in ('certificate', 'publish-root')
        for remedy in document['remedies']), document['remedies'])
    text = adscp('advise', *AT, *words, exit_codes=[3]).stdout
    contract.check('... but to make it answer', text.split('\n')[0].endswith(
        'cannot be reached and must answer first: no certificate, SCP or root helps '
        'before that') and '; EXBR must answer first' in ' '.join(text.split()), text)
    found = json.loads(adscp('whatif', *AT, *words, '--json', '--step',
                             'certificate EX07 EX10 EXBR trusted').stdout)
    contract.check('a new certificate changes nothing then', found['moves'] == [],
                   found['moves'])


def test_words():
    text = adscp('advise', *AT, '-q', '-l', EXPORT).stdout
    contract.check('two lines', text.count('\n') == 2 and text.startswith(
        'Give EX10 a certificate that covers its hosts, from a CA that every client '
        'trusts: that clears '), text)
    fine = adscp('advise', *AT, '-l', EXPORT, '-q', '--trust',
                 contract.ROOT / 'examples' / 'ex10.pem').stdout
    contract.check('nothing needs help', fine.startswith('Nothing needs help'), fine)
    refused = adscp('advise', *AT, '-l', EXPORT, '--step', 'uninstall EX07',
                    exit_codes=[1])
    contract.check('it takes no steps', 'whatif' in refused.stderr, refused.stderr)


def test_predict():
    """One client's answer names the smallest change."""
    words = ['predict', *AT, '-l', EXPORT, '-s', 'HQ', '-m', 'ann@corp.example']
    text = ' '.join(adscp(*words, exit_codes=[4]).stdout.split())
    contract.check('what helps', 'What helps Give EX10 a certificate that covers its '
                   'hosts, from a CA that every client trusts;' in text, text)
    fine = adscp(*words, '--trust', contract.ROOT / 'examples' / 'ex10.pem').stdout
    contract.check('... where it alerts', 'What helps' not in fine, fine)
    text = ' '.join(adscp('predict', *AT, '-l', EXPORT, '-s', 'HQ', '-m',
                          'kim@corp.example', '--observe', '--dns', '127.0.0.1:9',
                          '--resolve', 'ex07.corp.example:443:127.0.0.1:1',
                          '--resolve', 'ex10.corp.example:443:127.0.0.1:1',
                          '--resolve', 'exbr.corp.example:443:127.0.0.1:1',
                          exit_codes=[4]).stdout.split())
    contract.check('who does not answer must do so', 'What helps Bring ' in text and
                   ' back on port 443, or let no SCP lead to it' in text, text)


def test_files(scratch):
    folder, script = scratch / 'ldif', scratch / 'cure.ps1'
    adscp('advise', *AT, '-l', EXPORT, '--ldif-to', folder, '--cmdlets-to', script)
    contract.check('the steps of what clears all', sorted(
        path.name for path in folder.iterdir()) == ['01.ldif', 'plan.txt'] and
        script.read_text().startswith('\ufeff# Step 1: certificate EX10 trusted\n'),
        script.read_text())
    contract.check('... which say what was made up', '# But the change records hold a '
                   'certificate that was made up' in script.read_text() and
                   (folder / '01.ldif').read_text().startswith(
                       '# The certificate below was made up for the simulation'),
                   script.read_text())
    found = json.loads(adscp('whatif', *AT, '-l', EXPORT, '--json', '--plan',
                             folder / 'plan.txt').stdout)
    contract.check('... and the plan does what was promised', found['moves'] and all(
        move['after']['outcome'] == 'no-alert' and not move['after']['doubtful']
        for move in found['moves']), found['moves'])
    root = scratch / 'root.ldif'
    adscp('whatif', *AT, '-l', EXPORT, '--step', 'publish-root EX10', '--ldif-to',
          scratch / 'root')
    root.write_bytes((scratch / 'root' / '01.ldif').read_bytes())
    text = adscp('advise', *AT, '-l', EXPORT, '--changes', root, '-q').stdout
    contract.check('with the change made, there is nothing to do',
                   text.startswith('Nothing needs help'), text)
    found = sorted(path.name for path in (scratch / 'root').iterdir())
    contract.check('what certutil reads is written', found[1:] == [
        'FAB7224AF91376829B1962CCDD9C0DB0BF73999C.cer', 'plan.txt'] and
        subprocess.run(['openssl', 'x509', '-noout', '-in',
                        scratch / 'root' / found[1]], check=False).returncode == 0,
        found)
    refused = adscp('advise', *AT, '-l', EXPORT, '--cmdlets-to', '-', exit_codes=[1])
    contract.check('no cmdlets among the answer', not refused.stdout and
                   'name a file' in refused.stderr, refused.stderr)
    (scratch / 'half' / '02.ldif').mkdir(parents=True)
    adscp('whatif', *AT, '-l', EXPORT, '--ldif-to', scratch / 'half', '--step',
          'scp-url EX07 none', '--step', 'scp-url EX10 none', exit_codes=[1])
    contract.check('no half of a plan', [path.name for path in (
        scratch / 'half').iterdir()] == ['02.ldif'], list((scratch / 'half').iterdir()))
    stale = adscp('advise', *AT, '-l', EXPORT, '--trust',
                  contract.ROOT / 'examples' / 'ex10.pem', '--ldif-to',
                  scratch / 'root', exit_codes=[1])
    contract.check('no plan of another day stays beside nothing to do',
                   'no file of this plan' in stale.stderr, stale.stderr)


def test_nothing(scratch):
    """Two servers of one name: no step can say which of them is meant."""
    path = scratch / 'twins.ldif'
    text = EXPORT.read_text()
    path.write_text(text)
    other = scratch / 'twin.ldif'
    dn = next(line[4:] for line in text.splitlines()
              if line.startswith('dn: CN=EX10,CN=Servers,'))
    below = dn.split(',', 1)[1].split(',', 2)[2]
    other.write_text(f'dn: CN=EX10,CN=Servers,CN=Other,{below}\nchangetype: add\n'
                     'objectClass: msExchExchangeServer\n')
    done = adscp('advise', *AT, '-l', path, '--changes', other, '--json',
                 exit_codes=[3])
    document = json.loads(done.stdout)
    contract.check('nothing helps against an alert', any(
        document['classes'][number]['outcome'] == 'alert' and not any(
            number in remedy['clears'] for remedy in document['remedies'])
        for number in document['problems']), document['remedies'])
    text = adscp('advise', *AT, '-l', path, '--changes', other,
                 exit_codes=[3]).stdout
    contract.check('and that is said', 'Without a remedy' in text and
                   'othing' in text.split('\n')[1] + text.split('\n')[0], text)


def main():
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        test_article()
        test_later()
        test_silent()
        test_words()
        test_predict()
        test_files(scratch)
        test_nothing(scratch)
        test_golden(scratch)
        test_one_story(scratch)
    contract.finish()


main()
