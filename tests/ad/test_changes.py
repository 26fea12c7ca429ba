# SPDX-License-Identifier: MIT
"""Changes of a real domain: what "adscp whatif" writes, by ldapmodify into it. Its
answers afterwards are those that were simulated; at the end all is as before."""

import subprocess

from tap import expect, test
from test_reading import TIME, expect_same, exported
from tree import ADMINISTRATOR

HOST = 'corp.example.test'
MAIL = f'https://mail.{HOST}'
OWN = 'Autodiscover/Autodiscover.xml'
NEW = '"New ""DB"", 1"'
PLAN = [
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
    f'scp-url EX07 https://ex07.{HOST}/{OWN}',
    'certificate EX10 ca/ex10.pem',
    f'service-url EX10 ews https://ex10.{HOST}/EWS/Exchange.asmx',
    'scp-sites EX16 HQ',
    f'scp-url EX16 https://ex16.{HOST}/{OWN}',
]
QUESTIONS = [
    ['predict', '-s', 'HQ', '-m', f'alice@{HOST}', '--no-observe'],
    ['predict', '-s', 'Branch', '--no-observe'],
    ['list', '-s', 'HQ'],
]


class Scene:
    def __init__(self, lab):
        self.lab, self.dc = lab, lab.dc1
        self.export = exported(lab, self.dc)
        self.folder = lab.home / 'changes.d'
        plan = lab.home / 'plan'
        plan.write_text(''.join(f'{step}\n' for step in PLAN))
        told = lab.adscp('whatif', *TIME, '-l', self.export, '--no-observe',
                         '--plan', plan, '--ldif-to', self.folder)
        expect(told.code in (0, 4), told)
        self.files = sorted(self.folder.glob('*.ldif'))
        subprocess.run(['kinit', 'Administrator'], input=ADMINISTRATOR + '\n',
                       env=lab.env(KRB5CCNAME=lab.cache('admin')), text=True,
                       check=True, capture_output=True)

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
        live = lab.adscp(*question, '-j', *TIME, *at.dc.at(), '-Y', 'GSSAPI')
        file = lab.adscp(*question, '-j', *TIME, '-l', at.export, *laid)
        expect_same(live, file, at.dc.host, 2 + number)


for each_number, each_step in enumerate(PLAN):
    test(f'change: {each_step[:40]}', each_number)(same)


@test('change: the new database goes again')
def gone(lab):
    at = scene(lab)
    added = [line for line in at.files[5].read_text().split('\n')
             if line.startswith('dn:')]
    path = lab.home / 'gone.ldif'
    path.write_text(''.join(f'{dn}\nchangetype: delete\n\n'
                            for dn in reversed(added)))
    at.change(path)
    for question in QUESTIONS:
        expect_same(lab.adscp(*question, '-j', *TIME, *at.dc.at(), '-Y',
                              'GSSAPI'),
                    lab.adscp(*question, '-j', *TIME, '-l', at.export),
                    at.dc.host)
