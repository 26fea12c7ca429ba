# SPDX-License-Identifier: MIT
"""Mailboxes of every kind: of people on two servers, of nobody's own, in Microsoft
365, and two in a database that is gone. And an export without any user."""
from organisation import EX2007_SP3, EX2010_SP2, Forest, setup

forest = Forest('DC=fabrikam,DC=com')
forest.authority('Certification Authorities', 'root')
for site in ('Oslo', 'Bergen'):
    forest.site(site)
forest.server('FJORD', EX2007_SP3, 54, 'Oslo', created=2008)
forest.server('TUNDRA', EX2010_SP2, 54, 'Oslo', setup('setup'), created=2012)
forest.write('servers.ldif')
for name, server in (('ada', 'TUNDRA'), ('bo', 'FJORD')):
    forest.mailbox(name, server)
homes = {server: f'CN=DB {name},CN=Databases,'
         + forest.server_dn(server).split(',CN=Servers,')[1]
         for name, server in (('ada', 'TUNDRA'), ('bo', 'FJORD'))}


def user(number, database, **more):
    home = {} if database is None else {'homeMDB': database}
    forest.entry(f'CN=u{number},OU=Staff,{forest.domain}',
                 objectClass=['top', 'person', 'user'], **home, **more)


for number in range(7):
    user(number, homes['TUNDRA'].upper(), msExchArchiveGUID=bytes(16))
user(7, homes['FJORD'])
for number, kind in enumerate((4, 16, 8388608, 8192), start=8):
    user(number, homes['TUNDRA'], msExchRecipientTypeDetails=kind)
for number in (12, 13):
    user(number, 'CN=DB9,CN=Databases,DC=fabrikam,DC=com')
user(14, None, msExchRemoteRecipientType=4,
     targetAddress='SMTP:u14@fabrikam.mail.onmicrosoft.com')
user(15, None, msExchRecipientTypeDetails=2147483648)
user(16, None, msExchRecipientTypeDetails=128)
forest.write('forest.ldif')
