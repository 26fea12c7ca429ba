#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Mailboxes that a plan moves are followed to where they are at its end: they are
compared with what they were, none is counted twice, and none is lost but those whose
server or user a step removes."""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = str(contract.build() / 'examples' / 'adscp')
DOMAIN = 'DC=oak,DC=example'
CONFIG = f'CN=Configuration,{DOMAIN}'
GROUP = f'CN=Group,CN=Administrative Groups,CN=Oak,CN=Microsoft Exchange,CN=Services,{CONFIG}'
SERVERS = f'CN=Servers,{GROUP}'
DATABASES = f'CN=Databases,{GROUP}'
GUID = '77378F46-2C66-4aa9-A6A6-3E7A48B19596'
AT = ['--at', '2024-05-01']
# 2010, 2016, 2016, 2019: the first of them answers with a certificate of its own.
NUMBERS = {'OLD': 1937997947, 'MID': 1942063563, 'MOD': 1942063563, 'NEW': 1942128340}
USERS = {'OLD-1': 5, 'OLD-2': 3, 'MID-1': 4, 'MID-2': 0, 'MOD-1': 2, 'NEW-1': 1}


def server(name, number):
    dn = f'CN={name},{SERVERS}'
    host = f'{name.lower()}.oak.example'
    roles = 38 if name == 'OLD' else 16439
    return f'''dn: {dn}
objectClass: msExchExchangeServer
versionNumber: {number}
msExchCurrentServerRoles: {roles}
msExchServerSite: CN=HQ,CN=Sites,{CONFIG}
networkAddress: ncacn_ip_tcp:{host}
legacyExchangeDN: /o=Oak/cn=Servers/cn={name}

dn: CN={name},CN=Autodiscover,CN=Protocols,{dn}
objectClass: serviceConnectionPoint
keywords: {GUID}
keywords: Site=HQ
serviceBindingInformation: https://{host}/Autodiscover/Autodiscover.xml
whenCreated: 20{10 + list(NUMBERS).index(name)}0101000000.0Z

'''


def database(name, owner):
    return f'''dn: CN={name},{DATABASES}
objectClass: msExchPrivateMDB
msExchOwningServer: CN={owner},{SERVERS}

'''


def user(name, home):
    return f'''dn: CN={name},CN=Users,{DOMAIN}
objectClass: user
mailNickname: {name}
proxyAddresses: SMTP:{name}@oak.example
homeMDB: CN={home},{DATABASES}
msExchRecipientTypeDetails: 1

'''


def export():
    text = f'dn:\nconfigurationNamingContext: {CONFIG}\n\n'
    text += f'dn: CN=HQ,CN=Sites,{CONFIG}\nobjectClass: site\n\n'
    text += ''.join(server(*each) for each in NUMBERS.items())
    for name, count in USERS.items():
        text += database(name, name.split('-', maxsplit=1)[0])
        text += ''.join(user(f'{name}.{i}', name) for i in range(count))
    return text


def whatif(file, *words):
    done = subprocess.run([ADSCP, 'whatif', *AT, '-l', file, *map(str, words)],
                          text=True, timeout=60, capture_output=True, check=False)
    contract.check(f'whatif {" ".join(map(str, words))}'[:120], done.returncode in (
        0, 4), done.stderr)
    return done.stdout


def steps(*texts):
    return [word for text in texts for word in ('--step', text)]


def document(file, *words):
    return json.loads(whatif(file, *words, '--json'))


def check_sums(name, end):
    """Everybody is somewhere, or is known to be nowhere."""
    contract.check(f'{name}: nobody is counted twice or lost',
                   end['mailboxes_before'] + end['mailboxes_added'] ==
                   end['mailboxes_after'] + end['mailboxes_lost']
                   + end['mailboxes_deleted'], end)


def places(told):
    """(from, to, mailboxes) of those that fare worse at the end."""
    names = [home['server'] for home in told['homes']]
    return sorted({(names[move['home']], names[move['to']] if move['to'] is not None
                    else None, move['mailboxes']) for move in told['lasting']},
                  key=str)


def test_end(file):
    away = ['move-mailboxes OLD NEW', 'uninstall OLD']
    moved = document(file, '--census', *steps(away[0]))
    gone = document(file, '--census', *steps(*away))
    check_sums('moved', moved['end'])
    check_sums('... and gone', gone['end'])
    contract.check('all of them are there', gone['end']['mailboxes_after'] == sum(
        USERS.values()) and gone['end']['mailboxes_lost'] == 0, gone['end'])
    contract.check('they get another answer, and are followed', any(
        move['step'] == 1 and move['mailboxes'] == 8 for move in moved['moves']),
        moved['moves'])
    one_by_one = document(file, '--census', *steps(
        'move-mailboxes OLD-1 NEW', 'move-mailboxes OLD-2 NEW', 'uninstall OLD'))
    twice = document(file, '--census', *steps(
        'move-mailboxes OLD MOD', 'uninstall OLD', 'move-mailboxes MOD-1 NEW'))
    back = document(file, '--census', *steps(
        'move-mailboxes OLD NEW', 'move-mailboxes NEW OLD-1'))
    for name, told in (('one by one', one_by_one), ('twice', twice), ('back', back)):
        check_sums(name, told['end'])
    contract.check('one by one is as all at once', all(
        one_by_one['end'][key] == gone['end'][key] for key in gone['end']
        if key.startswith('mailboxes_')), (one_by_one['end'], gone['end']))
    contract.check('... and one of two databases is a group of its own', any(
        move['step'] == 1 and move['mailboxes'] == 5 for move in one_by_one['moves']),
        one_by_one['moves'])


def test_worse(file):
    """Whoever is worse off stays so when the old server goes."""
    hurt = [f'scp-url {name} none' for name in ('OLD', 'MID', 'MOD')]
    for last in ([], ['uninstall OLD'], ['uninstall OLD', 'uninstall MID']):
        told = document(file, '--census', *steps(
            'move-mailboxes OLD NEW', 'move-mailboxes MID NEW', *hurt,
            'scp-url NEW none', *last))
        check_sums(f'{last}', told['end'])
        contract.check(f'{last}: worse at the end, with their numbers',
                       {('OLD', 'NEW', 8), ('MID', 'NEW', 4)} <= set(places(told)),
                       places(told))
    text = ' '.join(whatif(file, '--census', *steps(
        'move-mailboxes OLD NEW', *hurt, 'scp-url NEW none', 'uninstall OLD')).split())
    contract.check('... and in words', 'on, users in' in text and
                   'moved from OLD' in text and '15 mailboxes)' in text, text)


def test_lost(file):
    told = document(file, '--census', *steps('move-mailboxes OLD-1 NEW',
                                             'uninstall OLD'))
    check_sums('half of them', told['end'])
    contract.check('those who stayed are lost, the others are not',
                   told['end']['mailboxes_lost'] == 3 and
                   ('OLD', None, 3) in places(told), (told['end'], places(told)))
    told = document(file, *steps('move-mailboxes OLD-1 NEW', 'uninstall OLD'))
    contract.check('nobody counted: what is left goes with the server',
                   [move['to'] for move in told['moves'] if move['step'] == 2 and
                    move['after'] is None], told['moves'])
    text = whatif(file, *steps('move-mailboxes OLD-1 NEW', 'move-mailboxes OLD-2 MID',
                               'uninstall OLD'))
    contract.check('nobody counted, and all were moved: none is gone',
                   'lose' not in text and 'gone' not in text, text)


def records(kind, at, homes):
    """One user goes elsewhere, comes or goes."""
    name = at.choice(sorted(homes))
    dn = f'dn: CN={name},CN=Users,{DOMAIN}\n'
    if kind == 'delete':
        del homes[name]
        return f'{dn}changetype: delete\n\n'
    if kind == 'disable':
        del homes[name]
        return f'{dn}changetype: modify\ndelete: homeMDB\n-\n\n'
    to = at.choice(sorted(USERS))
    if kind == 'add':
        name = f'new{at.randrange(10 ** 9)}'
        homes[name] = to
        return user(name, to).replace('\n', '\nchangetype: add\n', 1)
    homes[name] = to
    return (f'{dn}changetype: modify\nreplace: homeMDB\nhomeMDB: CN={to},{DATABASES}'
            '\n-\n\n')


def random_words(at, folder, length):
    """Steps and files of changes, of which none is refused."""
    homes = {f'{name}.{i}': name for name, count in USERS.items()
             for i in range(count)}
    owners = {name: name.split('-', maxsplit=1)[0] for name in USERS}
    words, away = [], set()
    for number in range(length):
        kind = at.choice(['move', 'move', 'move', 'server', 'uninstall', 'delete',
                          'disable', 'add', 'home', 'home'])
        alive = sorted(name for name in owners if owners[name] not in away)
        if kind in ('move', 'server') and len({owners[name] for name in alive}) > 1:
            one, other = at.sample(alive, 2)
            if kind == 'server' and owners[one] != owners[other]:
                one = owners[one]
            words += steps(f'move-mailboxes {one} {other}')
        elif kind == 'uninstall' and len(away) < 2:
            gone = at.choice(sorted(set(NUMBERS) - away))
            away.add(gone)
            words += steps(f'uninstall {gone}')
        elif kind in ('delete', 'disable', 'add', 'home') and homes:
            path = folder / f'{number}.ldif'
            path.write_text(records(kind, at, homes))
            words += ['--changes', path]
    return words


def test_any(file, folder):
    for seed in range(40):
        at = random.Random(seed)
        words = random_words(at, folder, at.randrange(2, 9))
        if not words:
            continue
        told = document(file, '--census', *words)
        check_sums(f'plan {seed}', told['end'])
        contract.check(f'plan {seed}: it begins with all of them', told['end'][
            'mailboxes_before'] == sum(USERS.values()), told['end'])
        contract.check(f'plan {seed}: no more are worse than there were', 
                       told['end']['mailboxes_worse'] <= sum(USERS.values()),
                       told['end'])


def test_saved(file, folder):
    """The same of a census that a snapshot tells, whose users are not counted
    again."""
    saved = folder / 'saved.ldif'
    done = subprocess.run([ADSCP, 'save', '--census', '-l', file, saved], text=True,
                          timeout=60, capture_output=True, check=False)
    contract.check('a snapshot', done.returncode == 0, done.stderr)
    for taken in (['move-mailboxes OLD NEW', 'uninstall OLD'],
                  ['move-mailboxes OLD-1 NEW', 'move-mailboxes OLD-2 MID-2',
                   'uninstall OLD', 'move-mailboxes MID MOD', 'uninstall MID'],
                  ['move-mailboxes OLD-1 NEW', 'uninstall OLD']):
        one, other = (document(each, '--census', *steps(*taken))
                      for each in (file, saved))
        check_sums(f'saved: {taken[-1]}', other['end'])
        contract.check('a snapshot is as its export', one['end'] == other['end'],
                       (one['end'], other['end']))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        file = folder / 'oak.ldif'
        file.write_text(export())
        test_end(file)
        test_worse(file)
        test_lost(file)
        test_saved(file, folder)
        test_any(file, folder)
    contract.finish()


main()
