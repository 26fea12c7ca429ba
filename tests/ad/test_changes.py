# SPDX-License-Identifier: MIT
"""Changes of a real domain: what "adscp whatif" writes, and records of other kinds,
by ldapmodify into it. Its answers afterwards are those that were simulated; at the end
all is as before."""

import re
import subprocess

from tap import expect, test
from test_reading import TIME, expect_same, exported
from tree import ADMINISTRATOR

HOST = 'corp.example.test'
MAIL = f'https://mail.{HOST}'
OWN = 'Autodiscover/Autodiscover.xml'
NEW = '"New ""DB"", 1"'
SITES = ('CN=Sites,CN=Configuration,DC=corp,DC=example,DC=test')
PEOPLE = 'CN=Users,DC=corp,DC=example,DC=test'
CREATED = '2025-03-01T10:00:00Z'
# The new server is alone in its site: elsewhere Samba may give its SCP before or behind
# the others, and the EWS Managed API takes them as they come.
PLAN = [
    f'install NEW19 site=Lab.2 version="Exchange 2019 CU15" fqdn=new19.{HOST} at={CREATED}',
    'scp-url NEW19 none',
    f'scp-url NEW19 {MAIL}/{OWN}',
    'scp-sites NEW19 Zürich Lab.2',
    f'service-url NEW19 mapi {MAIL}/mapi',
    'publish-root NEW19',
    'database "Soon gone" on NEW19',
    'move-mailboxes DB-EX13 "Soon gone"',
    f'scp-url EX16 {MAIL}/{OWN}',
    'scp-sites EX16 HQ Branch',
    f'service-url EX10 ews {MAIL}/EWS/Exchange.asmx',
    'certificate EX10 ca/ex16.pem',
    'scp-url EX07 none',
    f'database {NEW} on EX19',
    f'move-mailboxes DB-EX10 {NEW}',
    'scp-sites EX16 none',
    # ... and back
    f'move-mailboxes {NEW} DB-EX10',
    'move-mailboxes "Soon gone" DB-EX13',
    f'remove-database {NEW}',
    'remove-database "Soon gone"',
    'uninstall NEW19',
    f'scp-url EX07 https://ex07.{HOST}/{OWN}',
    'certificate EX10 ca/ex10.pem',
    f'service-url EX10 ews https://ex10.{HOST}/EWS/Exchange.asmx',
    'scp-sites EX16 HQ',
    f'scp-url EX16 https://ex16.{HOST}/{OWN}',
]


def subnet(name, site):
    return (f'dn: CN={name},CN=Subnets,{SITES}\nchangetype: add\n'
            f'objectClass: subnet\nsiteObject: CN={site},{SITES}\n\n')


# Records that no step writes, and how they are undone.
OTHERS = [
    ('a subnet comes', subnet('10.77.40.0/24', 'Branch')),
    ('it gets another name', f'dn: CN=10.77.40.0/24,CN=Subnets,{SITES}\n'
     'changetype: modrdn\nnewrdn: CN=10.77.12.0/25\ndeleteoldrdn: 1\n'),
    ('... and goes', f'dn: CN=10.77.12.0/25,CN=Subnets,{SITES}\n'
     'changetype: delete\n'),
    ('a person moves to another container', f'dn: CN=bob,{PEOPLE}\n'
     'changetype: moddn\nnewrdn: CN=bobby\ndeleteoldrdn: 1\n'
     'newsuperior: DC=corp,DC=example,DC=test\n'),
    ('... and back', 'dn: CN=bobby,DC=corp,DC=example,DC=test\nchangetype: moddn\n'
     f'newrdn: CN=bob\ndeleteoldrdn: 1\nnewsuperior: {PEOPLE}\n'),
    ('a person gets one more address', f'dn: CN=alice,{PEOPLE}\nchangetype: modify\n'
     f'add: proxyAddresses\nproxyAddresses: smtp:more@{HOST}\n-\n'),
    ('... and loses it', f'dn: CN=alice,{PEOPLE}\nchangetype: modify\n'
     f'delete: proxyAddresses\nproxyAddresses: smtp:more@{HOST}\n-\n'),
]
QUESTIONS = [
    ['predict', '-s', 'HQ', '-m', f'alice@{HOST}', '--no-observe'],
    ['predict', '-a', '10.77.14.9', '-m', f'bob@{HOST}', '--no-observe'],
    ['list', '-s', 'HQ'],
]


class Scene:
    def __init__(self, lab):
        self.lab, self.dc = lab, lab.dc1
        self.export = exported(lab, self.dc)
        self.folder = lab.home / 'changes.d'
        self.created = None
        plan = lab.home / 'plan'
        plan.write_text(''.join(f'{step}\n' for step in PLAN))
        told = lab.adscp('whatif', *TIME, '-l', self.export, '--no-observe',
                         '--plan', plan, '--ldif-to', self.folder)
        expect(told.code in (0, 4), told)
        self.files = sorted(self.folder.glob('*.ldif'))
        for number, (_, records) in enumerate(OTHERS):
            self.files.append(lab.home / f'other-{number}.ldif')
            self.files[-1].write_text(records)
        subprocess.run(['kinit', 'Administrator'], input=ADMINISTRATOR + '\n',
                       env=lab.env(KRB5CCNAME=lab.cache('admin')), text=True,
                       check=True, capture_output=True)

    def live(self, question):
        """What the directory answers, but that it sets whenCreated itself, to now."""
        result = self.lab.adscp(*question, '-j', *TIME, *self.dc.at(), '-Y', 'GSSAPI')
        made = self.created
        if made is None and '"NEW19"' in result.out:
            made = self.created = re.search(
                r'"created": "([^"]+)",\s*"dn": "CN=NEW19,', result.out)
        if made:
            day = f'created {made.group(1)[:10]}'
            result.out = result.out.replace(made.group(1), CREATED).replace(
                day, f'created {CREATED[:10]}')
        return result

    def change(self, path):
        self.lab.run(['ldapmodify', '-Q', '-N', '-Y', 'GSSAPI', '-H',
                      self.dc.ldap, '-f', path],
                     KRB5CCNAME=self.lab.cache('admin'))


def scene(lab):
    if not hasattr(lab, 'changes'):
        lab.changes = Scene(lab)
    return lab.changes


def same(lab, number):
    at = scene(lab)
    at.change(at.files[number])
    laid = [word for path in at.files[:number + 1]
            for word in ('--changes', path)]
    for question in QUESTIONS:
        file = lab.adscp(*question, '-j', *TIME, '-l', at.export, *laid)
        expect_same(at.live(question), file, at.dc.host, 2 + number)


for each_number, each_name in enumerate([*PLAN, *(name for name, _ in OTHERS)]):
    test(f'change: {each_name[:40]}', each_number)(same)


@test('change: the new root goes again')
def gone(lab):
    at = scene(lab)
    added = re.search(r'^dn: CN=.*,CN=Certification Authorities,.*$',
                      at.files[PLAN.index('publish-root NEW19')].read_text(), re.M)
    path = lab.home / 'gone.ldif'
    path.write_text(f'{added.group()}\nchangetype: delete\n')
    at.change(path)
    for question in QUESTIONS:
        expect_same(at.live(question), lab.adscp(
            *question, '-j', *TIME, '-l', at.export), at.dc.host)
