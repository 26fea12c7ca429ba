#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every cell of a coverage is what a prediction says of one client there: over
all exports that have reviewed answers, and over random organisations. In each
home a user is added to the export, and every cell is asked for once more, by a
prediction with that user's address."""

import base64
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import datetime

import contract

adscp = contract.python_package()
from adscp.coverage import _class_dict  # noqa: E402

GOLDEN = contract.ROOT / 'tests' / 'golden'
sys.path.insert(0, str(GOLDEN))
import organisation  # noqa: E402

DOMAIN = 'nobody-points.example'
AT = '2026-01-01'
KEY = r'HKEY_CURRENT_USER\Software\Policies\Microsoft\Office'
KEYS = ('outcome', 'doubtful', 'evidence', 'first', 'hops', 'services_outcome')
SITES_MAX, HOMES_MAX = 12, 12


# --------------------------------------------------------------------- questions


class Question:
    """What a coverage is made of: files, and who asks."""

    def __init__(self, args, folder):
        self.folder = pathlib.Path(folder)
        self.files, self.at_files, self.trust, self.roots = [], [], [], None
        self.profile, self.at, self.follow = 'outlook', AT, []
        self.asker = {}  # keywords of a Predictor: which Outlook, and its settings
        take = {'--ldif': self.files.append, '-l': self.files.append,
                '--ldif-at': self.at_files.append, '--trust': self.trust.append,
                '--follow': self.follow.append}
        for name, value in zip(args, args[1:]):
            if name in take:
                take[name](value)
            elif name in ('--profile', '--roots', '--at'):
                setattr(self, name[2:], value)

    def key(self):
        return (self.files, self.at_files, self.trust, self.roots, self.profile,
                self.at)

    def path(self, name):
        return self.folder / name

    def reader(self, users, scratch):
        """With these users: [(file, LDIF, address)], file None for the first
        directory."""
        reader = adscp.Reader(census=True)
        for name in self.files:
            reader.add_ldif_file(self.path(name))
        for each in self.at_files:
            target, name = each.split('=', 1)
            text = self.path(name).read_bytes()
            more = ''.join(ldif for file, ldif, _ in users if file == name)
            whole = scratch / f'at-{pathlib.Path(name).name}'
            whole.write_bytes(text.rstrip(b'\n') + b'\n\n' + more.encode())
            reader.add_ldif_file_at(target, whole)
        own = ''.join(ldif for file, ldif, _ in users if file is None)
        (scratch / 'users.ldif').write_text(own)
        if own:
            reader.add_ldif_file(scratch / 'users.ldif')
        for _, _, address in users:
            reader.add_mail(address)
        return reader

    def predictor(self, forest):
        predictor = adscp.Predictor(forest, **self.asker)
        predictor.set_profile(adscp.Profile[self.profile.upper()])
        day = datetime.datetime.fromisoformat(self.at.replace('Z', '+00:00'))
        predictor.set_time(day if day.tzinfo else
                           day.replace(tzinfo=datetime.timezone.utc))
        for name in self.trust:
            predictor.add_trust_file(self.path(name))
        if self.roots is not None:
            predictor.set_roots_file(self.path(self.roots))
        return predictor


def databases(path):
    """[(DN of a database, DN of its owner)], both in lower case."""
    text = path.read_bytes().decode('utf-8', 'replace')
    text = re.sub(r'\r?\n ', '', text)
    for record in re.split(r'(?:\r?\n){2,}', text):
        values = {}
        for name, encoded, value in re.findall(r'^([\w;-]+):(:?) *(.*?)\r?$',
                                               record, re.M):
            if encoded:
                value = base64.b64decode(value).decode('utf-8', 'replace')
            values.setdefault(name.lower(), []).append(value)
        classes = {each.lower() for each in values.get('objectclass', [])}
        if 'msexchprivatemdb' in classes and 'dn' in values:
            dn = values['dn'][0]
            yield dn, values.get('msexchowningserver', [None])[0]


def owner_of(dn, owner, servers):
    """The server that has the database, of these DNs in lower case."""
    if owner is not None:
        return owner.lower()
    return next((each for each in servers if dn.lower().endswith(',' + each)),
                None)


CLOUD = (None, 'dn: CN=cloud,CN=Users,DC=cells,DC=example\nobjectClass: user\n'
         f'mailNickname: cloud\nproxyAddresses: SMTP:cloud@{DOMAIN}\n'
         'targetAddress: SMTP:cloud@tenant.example\n'
         'msExchRemoteRecipientType: 1\n\n', f'cloud@{DOMAIN}')


def users_of(question, homes):
    """Somebody in each home: [(file, LDIF, address)]; None where the export
    cannot be read so simply."""
    servers = {home.server.dn.lower() for home in homes if home.server}
    where = [(None, name) for name in question.files]
    where += [(each.split('=', 1)[1],) * 2 for each in question.at_files]
    found = {}
    for file, name in where:
        for dn, owner in databases(question.path(name)):
            found.setdefault(owner_of(dn, owner, servers), (file, dn))
    users = []
    for number, home in enumerate(homes):
        if home.kind == adscp.CoverageHomeKind.REMOTE:
            users.append(CLOUD)
            continue
        file, dn = found.get(home.server.dn.lower() if home.server else None,
                             (None, None))
        if dn is not None and '\N{REPLACEMENT CHARACTER}' in dn:
            dn = None  # bytes that are no text
        address = f'user{number}@{DOMAIN}'
        users.append(None if dn is None else (file, (
            f'dn: CN=cell{number},CN=Users,DC=cells,DC=example\n'
            f'objectClass: user\nmailNickname: u{number}\n'
            f'proxyAddresses: SMTP:{address}\n'
            f'homeMDB:: {base64.b64encode(dn.encode()).decode()}\n'
            'msExchHomeServerName: /o=x/cn=nobody\n\n'), address))
    return users


# ------------------------------------------------------------------- comparisons


def cell_of(prediction):
    each = adscp.CoverageClass(prediction, [], [], None)
    return {key: value for key, value in _class_dict(each).items()
            if key in KEYS}


def sample(count, most):
    return range(count) if count <= most else sorted(
        random.Random(count).sample(range(count), most))


def differences(question, scratch):
    """(what is wrong, how many cells were compared)"""
    first = question.predictor(question.reader([CLOUD], scratch).read()).cover()
    users = users_of(question, first.homes)
    forest = question.reader([each for each in users if each], scratch).read()
    predictor = question.predictor(forest)
    coverage = predictor.cover()
    wrong, compared = [], 0
    if coverage.to_dict()['cells'] != first.to_dict()['cells']:
        wrong.append('users in the export change the table')
    classes = [cell_of(each) for each in coverage.predictions]
    for home in sample(len(coverage.homes), HOMES_MAX):
        if coverage.homes[home].kind == adscp.CoverageHomeKind.NONE:
            predictor.set_mail(None)
        elif users[home] is None:
            continue
        else:
            predictor.set_mail(users[home][2])
        for site in sample(len(coverage.sites), SITES_MAX):
            predictor.set_site(coverage.sites[site] or '')
            alone = cell_of(predictor.predict())
            together = classes[coverage.cell(site, home)]
            compared += 1
            if alone != together:
                wrong.append(f'{question.folder} {question.key()} '
                             f'{coverage.sites[site]} {home}: alone {alone}, '
                             f'together {together}')
    return wrong + shape(coverage, classes), compared


def shape(coverage, classes):
    """What holds for every coverage."""
    table = coverage.to_dict()
    wrong = []
    if table['sites'][-1:] != [None] or table['homes'][-1]['kind'] != 'none':
        wrong.append('the unknown site and nobody are not the last')
    kinds = [home['kind'] for home in table['homes']]
    if 'remote' in kinds[:-2]:
        wrong.append(f'Microsoft 365 is not behind the servers: {kinds}')
    names = [home['server'].lower() for home in table['homes']
             if home['kind'] == 'mailbox']
    if names != sorted(names):
        wrong.append(f'homes are not in order: {names}')
    if any(a == b for i, a in enumerate(classes) for b in classes[:i]):
        wrong.append('two classes are equal')
    order = list(dict.fromkeys(each for row in table['cells'] for each in row))
    if order != list(range(len(classes))):
        wrong.append(f'classes are not in the order of their cells: {order}')
    for index, each in enumerate(table['classes']):
        rows = [name for name, row in zip(table['sites'], table['cells'])
                if index in row]
        columns = [home for home in range(len(table['homes']))
                   if any(row[home] == index for row in table['cells'])]
        if (each['sites'], each['homes']) != (rows, columns):
            wrong.append(f'class {index} has other sites or homes')
    return wrong


# ------------------------------------------------------------------------ golden


def golden_questions():
    """One of each kind: [(folder, args)]"""
    seen = set()
    for file in sorted(GOLDEN.glob('*/*.args')):
        args = file.read_text(encoding='utf-8').splitlines()
        question = Question(args, file.parent)
        refused = file.with_suffix('.exit')
        if (file.parent.name.startswith(('n_', 'made-')) or
                (refused.exists() and refused.read_text().strip() in '12') or
                not question.files):
            continue
        key = repr((file.parent.name, question.key()))
        if key not in seen:
            seen.add(key)
            yield file.parent, args


def test_golden(scratch):
    wrong, compared, folders = [], 0, {}
    for folder, args in golden_questions():
        place = folders.get(folder)
        if place is None:
            place = folder
            if (folder / 'make.py').exists():
                place = scratch / folder.name
                place.mkdir()
                subprocess.run([sys.executable, '-B', folder / 'make.py'],
                               cwd=place, check=True,
                               env={'PYTHONPATH': str(GOLDEN)})
                for export in folder.glob('*.ldif'):
                    shutil.copy(export, place)
            folders[folder] = place
        found, count = differences(Question(args, place), scratch)
        wrong += found
        compared += count
    contract.check_empty('every cell of the golden exports is a prediction',
                         wrong)
    contract.check('these are many', compared > 1000, compared)


# ------------------------------------------------------------------------ random

VERSIONS = [(0x72018053, 'Version 8.1 (Build 30240.6)'), organisation.EX2007_SP3,
            organisation.EX2010_SP2, (0x73C085D9, 'Version 15.0 (Build 31497.2)'),
            (0x73C189CB, 'Version 15.1 (Build 32507.6)'),
            (0x73C286D4, 'Version 15.2 (Build 31748.10)'), (1, 'nonsense')]
CERTIFICATES = ['ex07', 'ex10', 'setup', 'shared', 'past', 'future', 'star',
                'second', None, None]


def random_forest(chance):
    forest = organisation.Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    sites = [f'S{number}' for number in range(chance.randint(0, 7))]
    for site in sites:
        forest.site(site)
    sites = sites or ['Lost']
    for number in range(chance.randint(0, 9)):
        name = chance.choice(['EX07', 'EX10', 'SETUP', 'CAS', 'Box']) + \
            (str(number) if chance.random() < 0.7 else 'ex'[:number])
        version = chance.choice(VERSIONS)
        certificate = chance.choice(CERTIFICATES)
        url = chance.choice([None, None, '', 'https://mail.contoso.com/a.xml',
                             'https://MAIL.contoso.com/b.xml',
                             'http://plain.contoso.com/',
                             'https://autodiscover-s.outlook.com/x'])
        server = f'{name}'
        if any(f'CN={server},' in entry for entry in forest.entries):
            continue
        forest.server(server, version, chance.choice([2, 4, 38, 54, 16439]),
                      chance.choice(sites + ['Elsewhere']),
                      organisation.setup(certificate) if certificate else None,
                      url=url, created=chance.choice([2010, 2012, 2012, 2018]))
        if chance.random() < 0.6:
            forest.service(server, 'EWS', 'WebServices', chance.choice([
                f'https://{server.lower()}.contoso.com/EWS',
                'https://mail.contoso.com/EWS', 'https://star.contoso.com/EWS']))
        if chance.random() < 0.8:
            forest.mailbox(f'box{number}', server)
    for number in range(chance.randint(0, 3)):
        forest.entry(
            f'CN=scp{number},CN=Services,{forest.config}',
            objectClass='serviceConnectionPoint',
            keywords=[organisation.GUID] + [
                f'Site={site}' for site in
                chance.sample(sites, chance.randint(0, len(sites)))],
            serviceBindingInformation=chance.choice(
                ['https://more.contoso.com/a', 'https://ex10.contoso.com/a']),
            whenCreated=f'{chance.choice([2009, 2012, 2020])}0101000000.0Z')
    return forest


def test_random(scratch):
    wrong, compared = [], 0
    for seed in range(60):
        chance = random.Random(seed)
        folder = scratch / f'random{seed}'
        folder.mkdir()
        random_forest(chance).write(folder / 'forest.ldif')
        for profile in ('outlook', chance.choice(['ews', 'learn', 'oxdisco'])):
            question = Question(['--ldif', 'forest.ldif', '--profile', profile,
                                 '--at', chance.choice(['2013-01-01', AT])],
                                folder)
            found, count = differences(question, scratch)
            wrong += [f'{seed}: {each}' for each in found]
            compared += count
    contract.check_empty('every cell of random exports is a prediction',
                         wrong[:20])
    contract.check('these are many', compared > 1500, compared)


def askers(chance, folder):
    """Keywords of a Predictor: every generation, and what its registry has."""
    (folder / 'host.der').write_bytes(
        organisation.der(chance.choice(['ex10', 'shared', 'past'])))
    for client, version in zip(adscp.Client, (12, 14, 15, 16, 16)):
        lines = [f'"{name}"=dword:{chance.choice([0, 1, 1]):08x}' for name in
                 ('ExcludeScpLookup', 'ExcludeHttpsRootDomain',
                  'ExcludeHttpsAutoDiscoverDomain') if chance.random() < 0.6]
        file = folder / f'{version}.reg'
        file.write_text('\n'.join(['Windows Registry Editor Version 5.00', '',
                                   f'[{KEY}\\{version}.0\\Outlook\\AutoDiscover]',
                                   *lines, '']), 'utf-8')
        yield {'client': client, 'mail_domain': DOMAIN, 'policy': [file],
               'assumed_files': [
                   (host, 443, folder / 'host.der') for host in
                   (DOMAIN, f'autodiscover.{DOMAIN}') if chance.random() < 0.7]}


def test_clients(scratch):
    """With its steps, its policies and a mail domain, too."""
    wrong, compared, skipped, domain = [], 0, 0, 0
    for seed in range(12):
        chance = random.Random(1000 + seed)
        folder = scratch / f'client{seed}'
        folder.mkdir()
        random_forest(chance).write(folder / 'forest.ldif')
        for asker in askers(chance, folder):
            question = Question(['--ldif', 'forest.ldif', '--at', AT], folder)
            question.asker = asker
            found, count = differences(question, scratch)
            wrong += [f'{seed} {asker}: {each}' for each in found]
            compared += count
            answers = question.predictor(
                question.reader([], scratch).read()).cover().predictions
            skipped += any(step.by == 'ExcludeScpLookup'
                           for step in answers[0].steps)
            domain += any(hop.host.endswith(DOMAIN) for answer in answers
                          for hop in answer.hops)
    contract.check_empty('every cell of one Outlook is its prediction',
                         wrong[:20])
    contract.check('these are many, and not all alike',
                   compared > 300 and skipped > 10 and domain > 10,
                   (compared, skipped, domain))


def main():
    with tempfile.TemporaryDirectory(prefix='adscp-cells-') as name:
        scratch = pathlib.Path(name)
        test_golden(scratch)
        test_random(scratch)
        test_clients(scratch)
    contract.finish()


if __name__ == '__main__':
    main()
