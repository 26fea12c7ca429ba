# SPDX-License-Identifier: MIT
"""Servers behind one name that would not do the same for a mailbox: each of
them may get the request, and the worst that may come of it is told."""
from organisation import EX2007_SP3, EX2010_SP2, Forest, der, element, setup

EX2013 = 0x73C085D9, 'Version 15.0 (Build 31497.2)'
EX2016 = 0x73C189CB, 'Version 15.1 (Build 32507.6)'
EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'
STAR = element(der('star'))
NAME = 'https://front.contoso.com/Autodiscover/Autodiscover.xml'


def begin(*servers):
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    forest.site('Mitte')
    for name, version in servers:
        forest.server(name, version,
                      38 if version[0] < EX2013[0] else 16439, 'Mitte', STAR,
                      url=NAME)
    return forest


# Exchange 2007 would redirect: to a server that shows the certificate of setup,
# to a good one, or back to the name itself.
for name, url, certificate in (
        ('alerts', 'https://plain.contoso.com/Autodiscover/Autodiscover.xml',
         setup('second')),
        ('fine', 'https://plain.contoso.com/Autodiscover/Autodiscover.xml',
         STAR),
        ('circle', NAME, STAR)):
    forest = begin(('ALT', EX2007_SP3), ('NEU', EX2010_SP2))
    if name != 'circle':
        forest.site('Rand')
        forest.server('PLAIN', EX2010_SP2, 38, 'Rand', certificate, url=url,
                      created=2018)
    forest.mailbox('eva', 'NEU' if name == 'circle' else 'PLAIN')
    forest.write(f'{name}.ldif')

# One of them cannot be relied on: too old for the mailbox, or too new.
for name, servers in (('too-old', (('ALT', EX2010_SP2), ('NEU', EX2013))),
                      ('too-new', (('ALT', EX2016), ('NEU', EX2019)))):
    forest = begin(*servers)
    forest.server('HOME', EX2010_SP2, 38, 'Mitte', STAR, url='')
    forest.mailbox('eva', 'NEU' if name == 'too-old' else 'HOME')
    forest.write(f'{name}.ldif')

# As many as one likes are one possibility.
forest = begin(*((f'ALT{number:02}', EX2010_SP2) for number in range(40)),
               ('NEU', EX2013))
forest.mailbox('eva', 'NEU')
forest.write('many.ldif')
