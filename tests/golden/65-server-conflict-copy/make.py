# SPDX-License-Identifier: MIT
"""A server object that lost a replication conflict: beside the server's own one it
stands for nobody, neither at the server's host nor behind a shared name."""
from organisation import EX2010_SP2, EX2016, Forest, setup

COPY = '\\0ACNF:3b1f0c9a-77d2-4e55-8f6a-90ab12cd34ef'


def start(domain='DC=contoso,DC=com'):
    forest = Forest(domain)
    forest.authority('Certification Authorities', 'root')
    forest.site('HQ')
    return forest


def copy(forest, name, version=EX2016, certificate=None, **more):
    forest.server(name + COPY, version, 16439, 'HQ', certificate,
                  fqdn=f'{name.lower()}.contoso.com', **more)


# Which of the two comes first in the export makes no difference.
forest = start()
copy(forest, 'ROOTED', EX2010_SP2, setup('setup'), created=2012)
forest.server('ROOTED', EX2016, 16439, 'HQ', setup('rooted'), created=2018)
forest.mailbox('ann', 'ROOTED')
forest.write('before.ldif')

forest = start()
forest.server('ROOTED', EX2016, 16439, 'HQ', setup('rooted'), created=2018)
copy(forest, 'ROOTED', EX2010_SP2, setup('setup'), url='')
forest.mailbox('ann', 'ROOTED')
forest.write('behind.ldif')

# Nobody is left but the copy.
forest = start()
copy(forest, 'ROOTED', certificate=setup('rooted'), created=2018)
forest.write('alone.ldif')

URL = 'https://mail.contoso.com/Autodiscover/Autodiscover.xml'
forest = start()
forest.server('ROOTED', EX2016, 16439, 'HQ', setup('shared'), created=2018, url=URL)
copy(forest, 'ROOTED', EX2010_SP2, setup('setup'), created=2012, url=URL)
forest.mailbox('ann', 'ROOTED')
forest.write('shared.ldif')
