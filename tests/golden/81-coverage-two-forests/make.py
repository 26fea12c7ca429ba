# SPDX-License-Identifier: MIT
"""Servers behind a pointer for everybody, and a pointer for two domains that leads
elsewhere."""
from entries import POINTER
from organisation import EX2010_SP2, Forest

own = Forest('DC=contoso,DC=com')
own.site('HQ')
own.server('LEFT', EX2010_SP2, 54, 'HQ', url='')
own.mailbox('ann', 'LEFT')
place = f'CN=Microsoft Exchange Autodiscover,CN=Services,{own.config}'
for name, keywords, host in (('res', [], 'res.example'),
                             ('fab', ['Domain=fabrikam.com',
                                      'Domain=tailspin.com'], 'fab.example')):
    own.entry(f'CN={name},{place}', objectClass='serviceConnectionPoint',
              keywords=[POINTER, *keywords],
              serviceBindingInformation=f'LDAP://{host}',
              whenCreated='20150101000000.0Z')
own.write('forest.ldif')
other = Forest('DC=res,DC=example')
other.server('MAIL', EX2010_SP2, 54, 'HQ')
other.mailbox('bob', 'MAIL')
other.write('res.ldif')
