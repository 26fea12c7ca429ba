# SPDX-License-Identifier: MIT
"""Another URL may come first, and its server does not serve the mailbox: that
belongs to the answer, whatever its certificate, and in whichever order the
directory gives the two."""
from organisation import EX2010_SP2, Forest, der, element

EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'
STAR = element(der('star'))
CLOUD = 'https://autodiscover.outlook.com/Autodiscover/Autodiscover.xml'


def begin():
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    for site in ('Mitte', 'Rand'):
        forest.site(site)
    return forest


# Of one second, both ways round.
for name, servers in (('old-first', ('OLD', 'NEW')),
                      ('new-first', ('NEW', 'OLD'))):
    forest = begin()
    for server in servers:
        forest.server(server, EX2010_SP2 if server == 'OLD' else EX2019,
                      38 if server == 'OLD' else 16423, 'Mitte', STAR)
    forest.mailbox('eva', 'OLD')
    forest.write(f'{name}.ldif')

# The newest, where no SCP is for the client's site.
forest = begin()
forest.server('OLD', EX2010_SP2, 38, 'Mitte', STAR, created=2014)
forest.server('NEW', EX2019, 16423, 'Mitte', STAR, created=2022)
forest.mailbox('eva', 'OLD')
forest.write('newest.ldif')

# Exchange Online has no mailbox for eva.
forest = begin()
forest.server('OLD', EX2010_SP2, 38, 'Mitte', STAR)
forest.server('AWAY', EX2010_SP2, 38, 'Mitte', STAR, url=CLOUD)
forest.mailbox('eva', 'OLD')
forest.write('cloud.ldif')
