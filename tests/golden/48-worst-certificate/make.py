# SPDX-License-Identifier: MIT
"""Where there are several certificates, the worst is told first: of the servers
to which a redirect may lead, of hops, and of the services behind the answer."""
from organisation import EX2007_SP3, EX2010_SP2, Forest, der, element, setup

forest = Forest('DC=contoso,DC=com')
forest.authority('Certification Authorities', 'root')
forest.site('HQ')
forest.server('OLD', EX2007_SP3, 36, 'HQ', created=2008)
# Redirects to any of three servers: the first one's certificate is good.
forest.site('three')
forest.server('ROOTED', EX2010_SP2, 38, 'three', element(der('rooted')))
forest.server('SECOND', EX2010_SP2, 4, 'three', setup('second'))
forest.server('WITHOUT', EX2010_SP2, 4, 'three')
forest.mailbox('three', 'ROOTED')
# Answers by itself, and hands out the addresses of another one.
forest.site('wave')
forest.server('STAR', EX2010_SP2, 38, 'wave', element(der('star')))
forest.server('ALIAS', EX2010_SP2, 4, 'wave', setup('alias'), url='')
forest.service('STAR', 'OAB', 'OAB', 'https://star.contoso.com/OAB')
forest.service('ALIAS', 'EWS', 'WebServices',
               'https://alias.contoso.com/EWS/Exchange.asmx')
forest.service('STAR', 'ecp', 'ECP', 'https://alias.contoso.com/ecp')
forest.mailbox('wave', 'STAR')
# The same, but the answer itself is worse.
forest.site('both')
forest.server('SHORT', EX2010_SP2, 38, 'both', element(der('short')))
forest.server('PAST', EX2010_SP2, 4, 'both', element(der('past')), url='')
forest.service('PAST', 'EWS', 'WebServices',
               'https://past.contoso.com/EWS/Exchange.asmx')
forest.mailbox('both', 'SHORT')
forest.write('forest.ldif')
