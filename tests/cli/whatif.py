#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a change does, step by step, and what differs between two exports: every
move is what the coverage of the changed
forest says, plans that are none are refused with file and line, and what a plan
hands to PowerShell is words and quoted texts, whatever names hold."""

import json
import os
import pathlib
import re
import subprocess
import sys

for folder in ('contract', 'golden', 'lab'):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import contract  # pylint: disable=wrong-import-position
import large  # pylint: disable=wrong-import-position

ADSCP = str(contract.build() / 'examples' / 'adscp')
EXPORT = contract.ROOT / 'examples' / 'kb2006728.ldif'
AT = ['--at', '2012-02-14']
CONFIG = 'CN=Configuration,DC=corp,DC=example'
TEN = 'Mailbox Database 0473916352'
PLAN = '''# from the old server to a new one
install EX19 site=HQ version="Exchange 2019 CU12" at=2012-02-14

scp-url EX07 none
move-mailboxes EX10 EXBR
certificate EX19 trusted
scp-sites EXBR HQ Branch
service-url EX10 ews https://mail.corp.example/EWS/Exchange.asmx
publish-root EX10
uninstall EX07
'''


def check_equal(name, found, wanted):
    contract.check(name, found == wanted, found, wanted)


def adscp(*words, exit_codes=(0, 4)):
    done = subprocess.run([ADSCP, *map(str, words)], text=True, timeout=60,
                          capture_output=True, check=False)
    contract.check(f'{words[0]} {words[-1]}: exit {done.returncode}'[:90],
                   done.returncode in exit_codes, done.stderr)
    return done


def cells(document):
    """{(site, home): cell} of a coverage."""
    found = {}
    for site, row in zip(document['sites'], document['cells']):
        for home, number in zip(document['homes'], row):
            found[site, home['server']] = {
                key: document['classes'][number][key] for key in (
                    'outcome', 'doubtful', 'first', 'hops', 'services_outcome')}
    return found


def shorn(cell):
    """Without what no move is about."""
    if cell is None:
        return None
    return {**{key: cell[key] for key in ('outcome', 'doubtful', 'services_outcome')},
            'first': cell['first'] and cell['first']['url'],
            'hops': [(hop['host'], hop['action'], hop['outcome'])
                     for hop in cell['hops']]}


def tokens(line):
    """The words, quoted texts and signs of a line of PowerShell, as about_Parsing
    and about_Quoting_Rules have them; what is none of these raises."""
    pattern = re.compile(
        "(?P<text>['‘-‛](?:[^'‘-‛]|['‘-‛]{2})*['‘-‛])|"
        r'(?P<word>[\w.\\:/-]+|\$[A-Za-z]\w*(?:\.\w+)?)|'
        r'(?P<sign>[\s|,()\[\]=]+)|(?P<comment>^#[^\n]*$)')
    at, found = 0, []
    while at < len(line):
        match = pattern.match(line, at)
        if not match:
            raise ValueError(f'{line[at:]!r} in {line!r}')
        found.append((match.lastgroup, match.group()))
        at = match.end()
    return found


def test_moves(scratch):
    plan = scratch / 'plan.txt'
    plan.write_text(PLAN)
    done = adscp('whatif', *AT, '-l', EXPORT, '--json', '--ldif-to', scratch / 'ldif',
                 '--cmdlets-to', scratch / 'steps.ps1', '--plan', plan)
    document = json.loads(done.stdout)
    steps = document['steps']
    check_equal('every line is a step', [step['text'] for step in steps], [
        line for line in PLAN.splitlines() if line and line[0] != '#'])
    changes = []
    before = cells(json.loads(adscp('coverage', *AT, '-l', EXPORT, '--json').stdout))
    for step in steps[:2] + steps[4:6]:
        number = step['step']
        for one in range(len(changes) // 2 + 1, number + 1):
            changes += ['--changes', scratch / 'ldif' / f'{one:02}.ldif']
        after = cells(json.loads(adscp('coverage', *AT, '-l', EXPORT, *changes,
                                       '--json').stdout))
        for move in document['moves']:
            home = document['homes'][move['home']]['server']
            if move['step'] != number or home == 'EX10':
                continue
            found = after.get((move['site'], home))
            contract.check(f'step {number}: {move["site"]}, {home}',
                           shorn(found) == shorn(move['after']), (found, move))
    contract.check('every move begins at an answer', all(
        move['before'] is None or move['step'] > 1 or
        shorn(before[move['site'], document['homes'][move['home']]['server']])
        == shorn(move['before']) for move in document['moves']))
    moved = [move for move in document['moves'] if move['step'] == 3]
    contract.check('mailboxes that were not read answer as those of the target',
                   moved and all(document['homes'][move['home']]['server'] == 'EX10'
                                 for move in moved), moved)
    script = (scratch / 'steps.ps1').read_text()
    for step in steps:
        for line in step['cmdlets']:
            contract.check('a cmdlet is in the script', f'\n{line}\n' in script, line)
            tokens(line)
    again = adscp('whatif', *AT, '-l', EXPORT, '--changes', scratch / 'ldif' / '02.ldif',
                  '--step', 'scp-url EX07 none', '--json')
    check_equal('a file of changes is a step, and what is so already '
                         'changes nothing',
                         [[step['worse'], step['better']] for step in
                          json.loads(again.stdout)['steps']][1], [0, 0])


def test_words():
    text = adscp('whatif', *AT, '-l', EXPORT, '--step', 'scp-url EX07 none', '--step',
                 'certificate EX10 trusted', exit_codes=[4]).stdout
    contract.check('the first line names steps, users and the alert', text.startswith(
        'From step 1 on, users in HQ') or text.startswith('After step 1, users in HQ'),
        text)
    contract.check('... and the server', 'see a Security Alert at EX10' in
                   text.split('\n', 1)[0], text)
    text = adscp('whatif', *AT, '-l', EXPORT, '-q', '--step', 'publish-root EX10',
                 exit_codes=[0]).stdout
    check_equal('KB2006728: to publish the certificate helps',
                         text.split('\n')[0], 'The change makes no answer worse')
    contract.check('two lines are enough', text.count('\n') == 2, text)


def head(*words, exit_codes):
    return adscp('whatif', *AT, '-l', EXPORT, '-q', *(
        word for step in words for word in ('--step', step)),
        exit_codes=exit_codes).stdout


def test_lost(scratch):
    """Servers with mailboxes, and the last SCP: nobody says that no answer is worse
    where they are gone."""
    text = head('uninstall EX10', exit_codes=[4])
    check_equal('a mailbox server that nobody emptied', text.split('\n')[0],
                'Mailboxes on EX10 lose their server, if there are any (no step moves '
                'them, and they were not counted: --census does); no other answer '
                'is worse')
    contract.check('... and the second line', 'no other answer' in text or
                   'every other answer' in text, text)
    text = head('move-mailboxes EX10 EXBR', 'uninstall EX10', exit_codes=[0, 4])
    contract.check('an empty one is not missed', 'lose' not in text and
                   'gone' not in text, text)
    users = scratch / 'users.ldif'
    users.write_text(EXPORT.read_text())
    counted = ['whatif', *AT, '-l', users, '--census', '--json', '--step']
    lost = json.loads(adscp(*counted, 'uninstall EX10', exit_codes=[4]).stdout)
    contract.check('mailboxes that were counted are lost', lost['lasting'] and all(
        lost['homes'][move['home']]['server'] == 'EX10' and move['after'] is None
        for move in lost['lasting']), lost['lasting'])
    text = head('scp-url EX07 none', 'scp-url EX10 none', 'scp-url EXBR none',
                exit_codes=[4])
    contract.check('the last SCP', 'find no server in the directory' in text, text)
    old = scratch / 'before.ldif'
    adscp('save', '-l', EXPORT, old)
    adscp('whatif', *AT, '-l', EXPORT, '--ldif-to', scratch / 'lost', '--step',
          'uninstall EX10', exit_codes=[4])
    adscp('save', '-l', EXPORT, '--changes', scratch / 'lost' / '01.ldif',
          scratch / 'after.ldif')
    text = adscp('diff', *AT, old, scratch / 'after.ldif', exit_codes=[4]).stdout
    contract.check('diff says so, too', 'gone with a mailbox server' in
                   text.split('\n', 1)[0], text)


def test_same_words():
    text = adscp('whatif', *AT, '-l', EXPORT, '--step',
                 'scp-url EX07 https://ex07.corp.example/other.xml').stdout
    contract.check('a move names what differs', '-> the same, by https://ex07.corp.'
                   'example/other.xml instead of https://' in ' '.join(text.split()),
                   text)


def test_order(scratch):
    """A server that alerts where there was none is worse, and so is none, even
    where one alerted: what comes instead was not judged."""
    none, alert = scratch / 'none.ldif', scratch / 'alert.ldif'
    steps = [f'scp-url {name} none' for name in ('EX07', 'EXBR', 'EX10')]
    for path, taken in ((none, steps), (alert, steps[:2])):
        adscp('whatif', *AT, '-l', EXPORT, '--ldif-to', scratch / path.stem, *(
            word for step in taken for word in ('--step', step)))
        adscp('save', '-l', EXPORT, *(word for number in range(len(taken)) for word in (
            '--changes', scratch / path.stem / f'{number + 1:02}.ldif')), path)
    found = {}
    for one, other in ((none, alert), (alert, none)):
        text = adscp('diff', '-q', *AT, one, other).stdout
        found[one.stem] = [int(number) for number in re.findall(
            r'(\d+) (?:pairs? .*? off|better)', text.split('\n', maxsplit=1)[0])]
    circle = scratch / 'circle'
    text = adscp('whatif', *AT, '-q', '-l', EXPORT, '--ldif-to', circle, '--step',
                 'scp-url EX10 https://ex07.corp.example/Autodiscover/'
                 'Autodiscover.xml', exit_codes=[4]).stdout
    contract.check('a redirect in a circle is worse than an alert',
                   'a redirect that leads nowhere' in text, text)
    changed = ['-l', EXPORT, '--trust', EXPORT.parent / 'ex10.pem', '--changes',
               circle / '01.ldif']
    text = adscp('advise', *AT, '-q', *changed).stdout
    contract.check('... and advise leads around it', 'clears 3 answers of 3 that may '
                   'get no answer' in ' '.join(text.split()), text)
    check_equal('no server, then an alert', [found['none'], found['alert']],
                [[9, 0], [9, 0]])
    text = head('service-url EX10 ews https://mail.corp.example/EWS/Exchange.asmx',
                'scp-url EXBR https://autodiscover-s.outlook.com/a', exit_codes=[4])
    contract.check('an error is worse than no alert', 'and an error for an answer' in
                   text.split('\n', maxsplit=1)[0], text)
    text = adscp('whatif', *AT, '-q', '-l', none, '--step',
                 'install EX19 site=HQ version="Exchange 2010 SP3"',
                 exit_codes=[4]).stdout
    contract.check('a server that publishes itself where there was none',
                   'After' in text or 'From step 1 on' in text, text)


def test_new_database():
    """A new server takes mailboxes, by its own name or that of a database; what
    stands in the way is said."""
    done = json.loads(adscp(
        'whatif', *AT, '-l', EXPORT, '--json', '--step',
        'install EX19 site=HQ version="Exchange 2019 CU12"', '--step',
        'database "New ""one""" on EX19', '--step',
        'move-mailboxes EX10 "New ""one"""', '--step', 'uninstall EX10').stdout)
    check_equal('its cmdlets', [tokens(line)[-1][1] for line in
                                done['steps'][1]['cmdlets']],
                ["'EX19'", "'New \"one\"'"])
    check_equal('remarks', [len(step['remarks']) for step in done['steps']],
                [2, 0, 0, 0])
    names = [home['server'] for home in done['homes']]
    after = {(move['step'], move['site'], names[move['home']]): move['after']
             for move in done['moves']}
    contract.check('mailboxes of EX10 answer as those of EX19 do', all(
        after[3, site, 'EX10'] == after[2, site, 'EX19'] is not None
        for site in done['sites']), done['moves'])
    text = adscp('whatif', *AT, '-l', EXPORT, '--step', 'uninstall EX10',
                 exit_codes=[4]).stdout
    contract.check('... in the second line', re.search(
        r'; in the way of step 1: Setup refuses this while mailboxes are left in the '
        r'database ".*" of EX10: move them first$', text.split('\n')[1]), text)
    contract.check('for people, too', '  but     Setup refuses this while mailboxes are '
                   'left' in text, text)
    text = head('install EX19 site=HQ version="Exchange 2019 CU12"', 'uninstall EX10',
                exit_codes=[4])
    contract.check('the first of three, and how many follow', re.search(
        r'; in the way of step 1: Exchange 2019 is not supported .* \(and 2 more\)$',
        text.split('\n')[1]), text)
    whole = json.loads(adscp('whatif', *AT, '-l', EXPORT, '--json', '--step',
                             'move-mailboxes EX10 EXBR', '--step', 'remove-database '
                             f'"{TEN}"', '--step', 'uninstall EX10').stdout)
    check_equal('nothing is in the way of who was moved', [
        step['remarks'] for step in whole['steps']], [[], [], []])


def test_pipes(scratch):
    """Nobody waits for who does not come."""
    pipe = scratch / 'pipe'
    os.mkfifo(pipe)
    for words in (['whatif', '-l', EXPORT, '--step', 'scp-url EX07 none',
                   '--cmdlets-to', pipe], ['report', '-l', EXPORT, pipe]):
        done = adscp(*words, exit_codes=[1])
        contract.check('nobody reads this pipe', 'no program reads this pipe' in
                       done.stderr, done.stderr)


def test_outputs(scratch):
    """No input is overwritten, and no step of another plan stays."""
    plan, folder = scratch / 'own.txt', scratch / 'own'
    plan.write_text('scp-url EX07 none\nscp-url EX10 none\n')
    pem = scratch / 'cert.pem'
    pem.write_bytes((contract.ROOT / 'examples' / 'ex10.pem').read_bytes())
    export = scratch / 'export.ldif'
    export.write_bytes(EXPORT.read_bytes())
    changes = scratch / 'own' / '02.ldif'
    adscp('whatif', *AT, '-l', export, '--plan', plan, '--ldif-to', folder)
    for words in (['--plan', plan, '--cmdlets-to', plan],
                  ['--plan', plan, '--cmdlets-to', export],
                  ['--step', f'shows EX10 {pem}', '--cmdlets-to', pem],
                  ['--step', f'certificate EX10 {pem}', '--cmdlets-to', pem],
                  ['--step', f'publish-root {pem}', '--cmdlets-to', pem],
                  ['--changes', changes, '--ldif-to', folder, '--plan', plan],
                  ['--changes', changes, '--cmdlets-to', changes],
                  ['--plan', plan, '--ldif-to', folder, '--cmdlets-to',
                   folder / '07.ldif'],
                  ['--step', 'scp-url EX07 none', '--ldif-to', folder]):
        kept = {path: path.read_bytes() for path in (plan, pem, export, changes)}
        done = adscp('whatif', *AT, '-l', export, *words, exit_codes=[1])
        contract.check(f'{words}: nothing is written', not done.stdout and kept == {
            path: path.read_bytes() for path in kept}, done.stderr)
    adscp('whatif', *AT, '-l', export, '--plan', plan, '--ldif-to', folder)


def test_many(scratch):
    """Names sort as their steps do; a certificate lies beside both of its readers, once,
    and a plan without steps says so."""
    plan, ldif, script = scratch / 'many', scratch / 'many.d', scratch / 'script'
    for count, last in ((99, '99.ldif'), (100, '100.ldif')):
        plan.write_text('scp-url EX07 none\n' * count)
        adscp('whatif', *AT, '-l', EXPORT, '-q', '--plan', plan, '--ldif-to',
              f'{ldif}{count}')
        names = sorted(path.name for path in pathlib.Path(f'{ldif}{count}').iterdir())
        check_equal(f'{count} steps', (names[0], names[-2], len(names)), (
            f'{1:0{len(str(count))}}.ldif', last, count + 1))
    script.mkdir()
    adscp('whatif', *AT, '-l', EXPORT, '--step', 'publish-root EX10', '--step',
          'publish-root EX10', '--ldif-to', ldif, '--cmdlets-to', script / 'do.ps1')
    check_equal('a certificate beside plan and script', *(
        [path.name for path in folder.glob('*.cer')] for folder in (ldif, script)))
    contract.check('... is there', list(ldif.glob('*.cer')))
    calm = scratch / 'calm.ldif'
    calm.write_text('dn:\nconfigurationNamingContext: CN=Configuration,DC=corp,'
                    f'DC=example\n\ndn: CN=HQ,CN=Sites,{CONFIG}\nobjectClass: site\n')
    adscp('advise', *AT, '-l', calm, '--ldif-to', scratch / 'calm.d', '--cmdlets-to',
          scratch / 'calm.ps1', exit_codes=[0, 3])
    check_equal('nothing to do', [
        (scratch / name).read_text('utf-8-sig').splitlines()[-1]
        for name in ('calm.d/plan.txt', 'calm.ps1')], ['# There is nothing to do'] * 2)


def test_part(scratch):
    """Some of a server's mailboxes go with the first step: two groups, and yet
    one home."""
    export = scratch / 'part.ldif'
    with open(export, 'w', encoding='ascii') as out:
        large.write(out, sites=12, servers=12, subnets=0, mailboxes=0)
    names = re.findall('^dn: CN=(DB[^,]*),CN=Databases', export.read_text(),
                       re.M)
    document = json.loads(adscp(
        'whatif', '--json', '--at', '2020-01-01', '-l', export, '--step',
        f'move-mailboxes {names[0]} {names[-1]}').stdout)
    servers = [home['server'] for home in document['homes']]
    check_equal('each home once', servers, list(dict.fromkeys(servers)))


def test_refusals(scratch):
    plan, empty = scratch / 'bad.txt', scratch / 'empty.txt'
    empty.write_text('# only\n\n')
    for words, text in (
            (['--step', 'dance EX07'], '"dance" is no step'),
            (['--step', 'install EX19'], 'the step is: install NAME'),
            (['--step', 'uninstall NOBODY'], 'no server with the name NOBODY'),
            (['--step', 'move-mailboxes EX10 ex10'], 'are on ex10 already'),
            (['--plan', empty], 'empty.txt: the plan has no steps'),
            (['--step', 'shows EX10 /nowhere'], '/nowhere'),
            ([], 'say what changes'),
            (['--changes', '/nowhere'], '/nowhere')):
        done = adscp('whatif', *AT, '-l', EXPORT, *words, exit_codes=[1])
        contract.check(f'refused: {words}', text in done.stderr and not done.stdout,
                       done.stderr)
    plan.write_text('scp-url EX07 none\n\n# a comment\nuninstall EX07\nuninstall EX07\n')
    done = adscp('whatif', *AT, '-l', EXPORT, '--plan', plan, exit_codes=[1])
    contract.check('an error names file and line', 'bad.txt:5: ' in done.stderr,
                   done.stderr)
    for hostile in ("';calc;'", '$(calc)', '`x', '’;calc;’', '#', '-x'):
        dn = re.sub('([;#])', r'\\\1', hostile)
        path = scratch / 'site.ldif'
        path.write_text(f'dn: CN={dn},CN=Sites,{CONFIG}\nchangetype: add\n'
                        'objectClass: site\n', encoding='utf-8')
        done = adscp('whatif', *AT, '-l', EXPORT, '--json', '--changes', path, '--step',
                     f'scp-sites EX07 "{hostile}"')
        for line in json.loads(done.stdout)['steps'][1]['cmdlets']:
            check_equal('what names hold is one quoted text', [
                kind for kind, _ in tokens(line)].count('text'), 2)


SCP = next(line for line in EXPORT.read_text().splitlines() if line.startswith(
    'dn: CN=EX07,CN=Autodiscover,'))
URL = (f'{SCP}\nchangetype: modify\nreplace: serviceBindingInformation\n'
       'serviceBindingInformation: https://new.example/x\n-\n')


def test_change_files(scratch):
    """One change in every coding that Windows writes; what is no change is
    refused by file and line, and nothing that it names is opened."""
    path = scratch / 'odd.ldif'
    question = ['list', *AT, '-s', 'HQ', '--json', '-l', EXPORT, '--changes', path]
    told = []
    for data in (URL.encode(), URL.replace('\n', '\r\n').encode(),
                 URL.encode('utf-16'), b'\xfe\xff' + URL.encode('utf-16-be'),
                 URL.encode('utf-8-sig')):
        path.write_bytes(data)
        told.append(adscp(*question, exit_codes=[0]).stdout)
    contract.check('the change is there', 'https://new.example/x' in told[0], told[0])
    check_equal('... in every coding', set(told), {told[0]})
    for coding in ('utf-8-sig', 'utf-16'):
        path.write_bytes('scp-url EX07 none\r\n'.encode(coding))
        adscp('whatif', *AT, '-l', EXPORT, '-q', '--plan', path, exit_codes=[4])
    server = SCP.split(',CN=Protocols,')[1]
    for text, words in (
            (URL.replace(': https', ':< https'), ':4: another file or URL is named'),
            ('dn:< file:///etc/passwd\nchangetype: delete\n',
             ':1: another file or URL is named'),
            (URL.replace('https', 'x' * (17 << 20)), ':4: a line is longer than'),
            (URL.encode('utf-16-le').decode(), 'UTF-16 without a byte order mark'),
            (EXPORT.read_text(), ':10: "changetype:" is expected here'),
            ('dn:\nchangetype: delete\n', ':1: the rootDSE cannot be changed'),
            (f'dn: {server}\nchangetype: delete\n', ':1: there are entries below it'),
            (f'dn: {server}\nchangetype: modrdn\nnewrdn: CN=EX10\n'
             'deleteoldrdn: 1\n', ':1: there is such an entry already'),
            (f'dn: {server}\nchangetype: moddn\nnewrdn: CN=EX07\ndeleteoldrdn: 1\n'
             f'newsuperior: CN=x,{server}\n', ':1: an entry cannot be moved below')):
        path.write_text(text)
        done = adscp(*question, exit_codes=[1])
        contract.check(f'refused: {words}', f'odd.ldif{words}' in json.loads(
            done.stderr)['error']['text'] or words in done.stderr, done.stderr)


def test_diff(scratch):
    """An export and what a change makes of it; the order of entries is none."""
    records = EXPORT.read_text().split('\n\n')
    turned = scratch / 'turned.ldif'
    turned.write_text('\n\n'.join([records[0], *reversed(
        [each.strip('\n') for each in records[1:] if each.strip()])]) + '\n\n')
    same = json.loads(adscp('diff', *AT, '--json', EXPORT, turned,
                            exit_codes=[0]).stdout)
    check_equal('the order of entries is no change',
                [same[key] for key in ('facts', 'findings_added', 'findings_gone')],
                [[], [], []])
    old, new = scratch / 'old.ldif', scratch / 'new.ldif'
    adscp('save', '-l', EXPORT, old)
    adscp('save', '-l', EXPORT, '--changes', scratch / 'ldif' / '02.ldif', new)
    found = json.loads(adscp('diff', *AT, '--json', old, new, exit_codes=[4]).stdout)
    check_equal('one fact', [(fact['kind'], fact['change'], fact['attribute'],
                              fact['after']) for fact in found['facts']],
                [('scp', 'changed', 'serviceBindingInformation', None)])
    contract.check('its answers', found['moves'] and all(
        move['step'] == 0 for move in found['moves']), found['moves'])
    gone = json.loads(adscp('diff', *AT, '--json', new, old, exit_codes=[0]).stdout)
    check_equal('the other way round', gone['findings_gone'], found['findings_added'])
    other = contract.ROOT / 'tests' / 'golden' / '80-changes' / 'forest.ldif'
    for words in (['/nowhere', EXPORT], [EXPORT, '/nowhere']):
        done = adscp('diff', *words, exit_codes=[2])
        contract.check('an export that cannot be read', '/nowhere' in done.stderr,
                       done.stderr)
    done = adscp('diff', EXPORT, other, exit_codes=[1])
    contract.check('two forests are refused', 'two different forests' in done.stderr)


contract.run_in_scratch(
    test_moves, test_diff, lambda _: test_words(), test_lost,
    lambda _: test_same_words(), test_order, lambda _: test_new_database(), test_pipes,
    test_outputs, test_many, test_part, test_refusals, test_change_files)
