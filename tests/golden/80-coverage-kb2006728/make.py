# SPDX-License-Identifier: MIT
"""The two sites of KB2006728, each with an Exchange 2007 server that comes first,
and mailboxes on both versions; a third site, and a shared name."""
from organisation import EX2007_SP3, EX2010_SP2, Forest, setup

forest = Forest('DC=contoso,DC=com')
forest.authority('Certification Authorities', 'root')
for site in ('HQ', 'Branch', 'Depot', 'Yard'):
    forest.site(site)
forest.server('OLD1', EX2007_SP3, 54, 'HQ', created=2008)
forest.server('NEW1', EX2010_SP2, 54, 'HQ', setup('setup'), created=2012)
forest.server('OLD2', EX2007_SP3, 54, 'Branch', created=2009)
forest.server('NEW2', EX2010_SP2, 54, 'Yard', setup('second'), created=2013,
              url='https://mail.contoso.com/Autodiscover/Autodiscover.xml')
forest.service('NEW1', 'EWS', 'WebServices', 'https://new1.contoso.com/EWS')
for name, server in (('ann', 'NEW1'), ('bob', 'OLD2'), ('eve', 'NEW2'),
                     ('joe', 'OLD1')):
    forest.mailbox(name, server)
forest.write('forest.ldif')
