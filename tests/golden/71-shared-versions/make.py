# SPDX-License-Identifier: MIT
"""Several versions behind one name: what all of them do is told, else what each
of them does."""
from organisation import EX2010_SP2, Forest

EX2013 = 0x73C085D9, 'Version 15.0 (Build 31497.2)'
EX2016 = 0x73C189CB, 'Version 15.1 (Build 32507.6)'
EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'

forest = Forest('DC=contoso,DC=com')
for site, servers in (('all', (EX2013, EX2016, EX2019)),
                      ('mixed', (EX2010_SP2, EX2016))):
    forest.site(site)
    for number, version in enumerate(servers):
        forest.server(f'{site.upper()}{number}', version,
                      38 if version is EX2010_SP2 else 16439, site,
                      url=f'https://{site}.contoso.com/Autodiscover/'
                          'Autodiscover.xml')
forest.mailbox('new', 'ALL1')
forest.mailbox('old', 'MIXED0')
forest.write('forest.ldif')
