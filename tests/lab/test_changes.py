# SPDX-License-Identifier: MIT
"""Changes of a real directory: what "adscp whatif" writes for a plan, and other
change records, by ldapmodify into slapd. The directory's answers afterwards are
those that were simulated."""

import re

import forest
from export import export_all
from lab import HERE, Running
from tap import expect, expect_equal, test

TIME = ['-t', '2026-01-01T00:00:00Z']
DOMAIN = 'corp.example.test'
MAIL = f'https://mail.{DOMAIN}'

# Each is a step of one plan, and what it does: it changes an answer; it writes
# what no answer below shows; it writes nothing into the directory.
SHOWN, UNSEEN, NOTHING = 'shown', 'unseen', 'nothing'
PLAN = [
    (f'install EX19 site=HQ version="Exchange 2019 CU15" fqdn=ex19.{DOMAIN} '
     'at=2025-05-01', SHOWN),
    ('scp-url EX19 none', SHOWN),
    (f'scp-url EX19 {MAIL}/Autodiscover/Autodiscover.xml', SHOWN),
    (f'scp-url EX19 {MAIL}/Autodiscover/Autodiscover.xml', NOTHING),
    ('scp-sites EX19 HQ Zürich', SHOWN),
    (f'service-url EX19 ews {MAIL}/EWS/Exchange.asmx', SHOWN),
    (f'service-url EX19 mapi {MAIL}/mapi', SHOWN),
    (f'service-url EX19 rpc mail.{DOMAIN}', SHOWN),
    ('publish-root EX19', SHOWN),
    ('certificate EX19 ca/dc1.pem', SHOWN),
    ('publish-root ca/ca.pem', SHOWN),
    ('publish-root ca/ca.pem', NOTHING),
    ('publish-root ca/twin.pem', UNSEEN),
    (f'shows mail.{DOMAIN} ca/dc1.pem', NOTHING),
    ('install EX-20 site=zürich version="Exchange 2016 CU23" '
     'at=2025-05-02T10:00:00Z', SHOWN),
    ('database "DB ""2+0"", new" on EX-20', SHOWN),
    ('move-mailboxes DB19 "DB ""2+0"", new"', SHOWN),
    ('install EX10B site=Branch version="Exchange 2010 SP3" at=2025-05-03',
     SHOWN),
    ('certificate EX-20 trusted', SHOWN),
    ('scp-sites EX13 none', SHOWN),
    ('move-mailboxes DB10 EX13', SHOWN),
    ('scp-sites EX10 Branch HQ Zürich', SHOWN),
    ('uninstall EX10', SHOWN),
    ('move-mailboxes "DB ""2+0"", new" DB13', SHOWN),
    ('remove-database "DB ""2+0"", new"', SHOWN),
    ('uninstall EX-20', SHOWN),
    ('uninstall EX19', SHOWN),
]


def modify(dn, *lines):
    return f'dn: {dn}\nchangetype: modify\n' + ''.join(
        f'{line}\n' for line in lines)


def others(made):
    """Records that no step writes."""
    scp = 'CN=EX07,CN=Autodiscover,CN=Protocols,CN=EX07,' + made.servers
    users = f'CN=Users,{made.suffix}'
    subnet = f'CN=10.3.0.0/16,CN=Subnets,{made.sites}'
    return [
        ('add values to an attribute',
         modify(scp, 'add: keywords', 'keywords: Site=Branch',
                'keywords:: U2l0ZT1aw7xyaWNo')),
        ('delete a value in another case',
         modify(scp, 'delete: keywords', 'keywords: SITE=hq')),
        ('several parts',
         modify(scp, 'replace: whenCreated', 'whenCreated: 20010101000000.0Z',
                '-', 'delete: serviceDNSName', '-', 'add: serviceDNSName',
                'serviceDNSName: x', '-')),
        ('replace, then add to it',
         modify(scp, 'replace: serviceBindingInformation',
                f'serviceBindingInformation: {MAIL}/a', '-',
                'add: serviceBindingInformation',
                f'serviceBindingInformation: {MAIL}/b')),
        ('rename a server',
         f'dn: cn=ex07,{made.servers}\nchangetype: modrdn\n'
         'newrdn: CN=EX\\, seven\ndeleteoldrdn: 1\n'),
        ('modify what lies below it',
         modify(scp.replace('CN=EX07,CN=Servers', 'CN=EX\\2C seven,CN=Servers'),
                'delete: serviceBindingInformation',
                f'serviceBindingInformation: {MAIL}/a')),
        ('rename a site, and keep its old name',
         f'dn: CN=Branch,{made.sites}\nchangetype: modrdn\n'
         'newrdn: CN=Büro\ndeleteoldrdn: 0\n'),
        ('point its server and subnet there',
         modify(f'CN=EX13,{made.servers}', 'replace: msExchServerSite',
                f'msExchServerSite: CN=Büro,{made.sites}') + '\n'
         + modify(f'CN=10.2.0.0/16,CN=Subnets,{made.sites}',
                  'replace: siteObject', f'siteObject: CN=Büro,{made.sites}')),
        ('another container for a person',
         f'dn: CN=Ann,{users}\nchangetype: moddn\nnewrdn: CN=Ann B\n'
         f'deleteoldrdn: 1\nnewsuperior: {made.suffix}\n'),
        ('a subnet comes',
         f'dn: {subnet}\nchangetype: add\nobjectClass: subnet\n'
         f'siteObject: CN=HQ,{made.sites}\n'),
        ('a subnet goes, and another one',
         f'dn: {subnet}\nchangetype: delete\n\n'
         f'dn: CN=10.1.0.0/16,CN=Subnets,{made.sites}\nchangetype: delete\n'),
        ('a person goes and comes again',
         f'dn: CN=Bea,{users}\nchangetype: delete\n\n'
         f'dn: CN=Bea,{users}\nchangetype: add\nobjectClass: user\n'
         f'objectClass: mailRecipient\nproxyAddresses: SMTP:bea@{DOMAIN}\n'
         f'proxyAddresses: smtp:ann2@{DOMAIN}\nmailNickname: bea\n'
         f'homeMDB: CN=DB19,{databases(made)}\n'),
        ('an SCP goes',
         f'dn: CN=EX10B,CN=Autodiscover,CN=Protocols,CN=EX10B,{made.servers}\n'
         'changetype: delete\n'),
    ]


def databases(made):
    return f'CN=Databases,{made.group}'


def forest_of():
    made = forest.plain()
    made.site('Zürich')
    made.subnet('10.7.0.0/16', 'Zürich')
    for name in ('EX07', 'EX10', 'EX13'):
        made.extend(f'CN={name},{made.servers}', cn=name,
                    legacyExchangeDN=f'/o=Contoso/cn=Servers/cn={name}')
    made.service('EX10', 'WebServices', 'https://ex10.corp.example.test/EWS')
    home = made.database('DB10', 'EX10')
    made.database('DB13', 'EX13')
    made.person('Cat', f'cat@{DOMAIN}', mailNickname='cat',
                homeMDB=made.database('DB19', 'EX19'))
    made.person('Ann', f'ann@{DOMAIN}', cn='Ann', homeMDB=home,
                mailNickname='ann')
    made.person('Bea', f'bea@{DOMAIN}', homeMDB=home, mailNickname='bea')
    keys = made.add(f'CN=Public Key Services,{made.services}', 'container')
    made.add(f'CN=Certification Authorities,{keys}', 'container')
    return made


def slapd(lab):
    """With alice, who may write."""
    alice = f'CN=alice,CN=Users,{forest.SUFFIX}'
    return lab.slapd('changes', 140, forest_of(),
                     extra=f'include "{HERE}/ad-mail.schema"',
                     access=f'access to * by dn.exact="{alice}" manage '
                            'by * break')


class Scene:
    """The directory, its export before anything was changed, and every change
    that is to be made, each in a file."""

    def __init__(self, lab):
        self.lab = lab
        self.server = slapd(lab)
        self.export = export_all(lab, self.server, lab.home / 'changes.ldif')
        self.folder = lab.home / 'changes.d'
        lab.make_ca('twin', name='ca')
        plan = lab.home / 'plan'
        plan.write_text(''.join(f'{step}\n' for step, _ in PLAN))
        told = lab.adscp('whatif', *TIME, '-l', self.export, '--no-observe',
                         '--plan', plan, '--ldif-to', self.folder)
        expect(told.code in (0, 4), told)
        self.files = [self.folder / f'{number:02}.ldif'
                      for number in range(1, len(PLAN) + 1)]
        for number, (_, records) in enumerate(others(self.server.forest)):
            self.files.append(self.folder / f'other-{number}.ldif')
            self.files[-1].write_text(records)
        self.done = 0

    def live(self):
        return ['-H', self.server.ldapi, '-Y', 'EXTERNAL']

    def simulated(self, count):
        return ['-l', self.export, *(word for path in self.files[:count]
                                     for word in ('--changes', path))]

    def change(self, path):
        result = Running(['ldapmodify', '-Q', '-Y', 'EXTERNAL', '-H',
                          self.server.ldapi, '-f', path], self.lab.env(),
                         self.lab.home).wait()
        expect_equal(result.code, 0, result, path.read_text())


QUESTIONS = [
    ['predict', '-s', 'HQ', '-m', f'ann@{DOMAIN}'],
    ['predict', '-a', '10.2.0.7', '-m', f'cat@{DOMAIN}'],
    ['predict', '-a', '10.3.0.1', '-m', f'bea@{DOMAIN}'],
    ['list', '-s', 'Zürich'],
    ['servers'],
    ['coverage', '--no-observe'],
]


def spelt(answer):
    """slapd spells DNs its own way."""
    if isinstance(answer, dict):
        return {name: spelt(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [spelt(value) for value in answer]
    if isinstance(answer, str):
        return re.sub(r'\b(CN|DC)=', lambda type: type[0].lower(), answer
                      ).replace('\\2C', '\\,').replace('\\2B', '\\+'
                                                ).replace('\\22', '\\"')
    return answer


def answers(lab, where, questions):
    """Of each question, all but what tells where it was read."""
    told = []
    for question in questions:
        result = lab.adscp(*question, '-j', *TIME, *where)
        expect(result.code in (0, 3, 4, 5), result)
        answer = result.json
        for name in ('source', 'server', 'sources'):
            answer['forest'].pop(name)
        told.append((result.code, spelt(answer)))
    return told


def scene(lab):
    if not hasattr(lab, 'changes'):
        lab.changes = Scene(lab)
        lab.changes.answers = answers(lab, lab.changes.simulated(0), QUESTIONS)
    return lab.changes


def expect_as_if(lab, at, path, expected):
    """The live directory with the change laid over it. It reads neither people
    who are not asked for nor most containers, so their records do not fit."""
    text = path.read_text().lower()
    if (at.done < len(PLAN) and ',cn=users,' not in text
            and 'changetype: delete' not in text):
        expect_equal(answers(lab, [*at.live(), '--changes', path],
                             QUESTIONS[:1]), expected[:1],
                     'live, as if it were made')


def same(lab, number, kind):
    at = scene(lab)
    path = at.files[number]
    expect_equal(number, at.done, 'one after the other')
    expected = answers(lab, at.simulated(number + 1), QUESTIONS)
    expect_equal(path.read_text() == '', kind == NOTHING, path.read_text())
    if kind != NOTHING:
        expect_as_if(lab, at, path, expected)
        at.change(path)
    at.done += 1
    before, at.answers = at.answers, expected
    expect_equal(before != expected, kind == SHOWN, 'it changes an answer')
    expect_equal(answers(lab, at.live(), QUESTIONS), expected,
                 'live, when it is made')


for each_number, (each_step, each_kind) in enumerate(PLAN):
    test(f'change: {each_step[:40]}', each_number, each_kind)(same)
for each_number, (each_name, _) in enumerate(others(forest.Forest()),
                                             len(PLAN)):
    test(f'change: {each_name}', each_number, SHOWN)(same)


@test('change: a plan for what a live read shows, which is no container')
def narrow(lab):
    at = scene(lab)
    folder = lab.home / 'narrow.d'
    told = lab.adscp(
        'whatif', *TIME, *at.live(), '--no-observe', '--ldif-to', folder,
        '--step', 'install EX25 site=HQ version="Exchange 2019 CU15"',
        '--step', 'publish-root EX25')
    expect(told.code in (0, 4), told)
    for path in sorted(folder.glob('*.ldif')):
        expected = answers(lab, [*at.live(), '--changes', path], QUESTIONS)
        at.change(path)
        expect_equal(answers(lab, at.live(), QUESTIONS), expected)
