# SPDX-License-Identifier: MIT
"""A name that several servers share, in SCPs and services: what all of them
publish decides, and one server that nobody configured is told of."""
from organisation import EX2010_SP2, Forest, der, element, setup

MAIL = 'https://mail.contoso.com'
SHARED = element(der('shared'))


def export(name, *certificates, kinds=('WebServices', 'OAB')):
    """One server for each certificate, all behind one name."""
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    forest.site('HQ')
    for number, certificate in enumerate(certificates, 1):
        server = f'CAS{number}'
        forest.server(server, EX2010_SP2, 38, 'HQ', certificate,
                      url=f'{MAIL}/Autodiscover/Autodiscover.xml')
        for kind in kinds:
            forest.service(server, kind, kind, f'{MAIL}/{kind}')
    return forest


def write(name, forest):
    forest.mailbox('ann', 'CAS1')
    forest.write(f'{name}.ldif')


for name, certificates in (
        ('one', (SHARED, SHARED)),
        ('named', (der('shared'), setup('shared'))),
        ('setup', (SHARED, setup('setup'))),
        ('silent', (SHARED, None)),
        ('setups', (setup('setup'), setup('second'))),
        ('nothing', (None, None))):
    write(name, export(name, *certificates))
# Nobody has configured the third one.
forest = export('forgotten', SHARED, SHARED)
forest.server('SETUP', EX2010_SP2, 38, 'HQ', setup('setup'), created=2018)
write('forgotten', forest)
# All web services elsewhere: IIS surely has another certificate than this.
forest = export('elsewhere')
forest.server('CAS1', EX2010_SP2, 38, 'HQ', setup('moved'),
              fqdn='moved.contoso.com')
for kind in ('WebServices', 'OAB'):
    forest.service('CAS1', kind, kind, f'{MAIL}/{kind}')
write('elsewhere', forest)
# The service alone alerts: its host is the one to name.
forest = export('wave', SHARED)
forest.server('SETUP', EX2010_SP2, 4, 'HQ', setup('setup'), url='')
forest.service('SETUP', 'EWS', 'WebServices', 'https://setup.contoso.com/EWS')
write('wave', forest)
