# SPDX-License-Identifier: MIT
"""Exports that were made with the control for deleted objects: none of those is a
server, an SCP, a site, a subnet or somebody's mailbox. And names that only look
like one."""
import base64

from entries import GUID
from organisation import EX2016, Forest, setup

GONE = '0d2c5b7e-41aa-4c3e-9f10-7be1a2c3d4e5'


def start():
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    forest.site('HQ')
    forest.server('ROOTED', EX2016, 16439, 'HQ', setup('rooted'), created=2018)
    forest.mailbox('ann', 'ROOTED')
    return forest


def scp(forest, dn, host, **more):
    forest.entry(dn, objectClass='serviceConnectionPoint',
                 keywords=[GUID, 'Site=HQ'],
                 serviceBindingInformation=f'https://{host}.contoso.com'
                 '/Autodiscover/Autodiscover.xml',
                 whenCreated='20100101000000.0Z', **more)


def user(forest, dn, **more):
    forest.entry(dn, objectClass=['top', 'person', 'user'],
                 proxyAddresses='SMTP:bob@contoso.com', mailNickname='bob',
                 homeMDB=f'CN=DB ann,CN=Databases,{forest.groups}',
                 msExchRecipientTypeDetails=1, **more)


def gone(name, parent, guid=GONE):
    return f'CN={name}\\0ADEL:{guid},{parent}'


# By the name, by the place, by isDeleted, each alone; one is below another.
forest = start()
forest.groups = forest.server_dn('ROOTED').split(',CN=Servers,')[1]
bin_ = f'CN=Deleted Objects,{forest.config}'
servers = forest.server_dn('ROOTED').split(',', 1)[1]
scp(forest, gone('BYNAME', f'CN=Autodiscover,CN=Protocols,CN=ROOTED,{servers}'),
    'byname')
scp(forest, f'CN=BYPLACE,{bin_}', 'byplace')
scp(forest, f'CN=BYFLAG,CN=Autodiscover,CN=Protocols,CN=ROOTED,{servers}', 'byflag',
    isDeleted='TRUE')
scp(forest, f'CN=BELOW,CN=Autodiscover,CN=Protocols,{gone("BELOW", servers)}',
    'below')
scp(forest, 'RAW', 'raw')
forest.entries[-1] = forest.entries[-1].replace(
    'dn: RAW', 'dn:: ' + base64.b64encode(
        f'CN=RAW\nDEL:{GONE},{bin_}'.encode()).decode())
forest.entry(gone('GONE', servers), objectClass='msExchExchangeServer',
             networkAddress='ncacn_ip_tcp:rooted.contoso.com',
             versionNumber=EX2016[0], isDeleted='TRUE')
forest.entry(gone('OLD', bin_), objectClass='site', isDeleted='TRUE')
forest.entry(gone('10.0.0.0/8', bin_), objectClass='subnet',
             siteObject=f'CN=HQ,CN=Sites,{forest.config}')
user(forest, gone('bob', f'CN=Deleted Objects,{forest.domain}'), isDeleted='TRUE')
forest.write('deleted.ldif')

# An escaped backslash, a comma in a name, no GUID, a container of that name
# elsewhere, and an isDeleted that denies it.
forest = start()
forest.groups = forest.server_dn('ROOTED').split(',CN=Servers,')[1]
place = f'CN=Services,{forest.config}'
scp(forest, f'CN=A\\\\0ADEL:{GONE},{place}', 'a')
scp(forest, f'CN=B\\,CN=Deleted Objects\\,x,{place}', 'b')
scp(forest, f'CN=C\\0ADEL:notes,{place}', 'c')
scp(forest, f'CN=D,CN=Deleted Objects,{place}', 'd')
scp(forest, f'CN=E,{place}', 'e', isDeleted='FALSE')
scp(forest, f'CN=F DEL:{GONE},{place}', 'f')
user(forest, f'CN=bob,CN=Deleted Objects,OU=Archive,{forest.domain}')
forest.write('alive.ldif')
