# SPDX-License-Identifier: MIT
"""Who counts as the owner of an address, and where a recipient is sent to."""
from organisation import GROUP, LEGACY, Forest

EX2016 = 0x73C189CB, 'Version 15.1 (Build 32507.6)'

forest = Forest('DC=fabrikam,DC=com')
forest.site('HQ')
forest.server('EX16', EX2016, 16439, 'HQ', created=2018)
forest.mailbox('ann', 'EX16')


def person(name, **attributes):
    forest.entry(f'CN={name},CN=Users,DC=fabrikam,DC=com', objectClass='user',
                 **attributes)


def mailbox(name, **attributes):
    person(name, mailNickname=name,
           homeMDB=f'CN=DB ann,CN=Databases,{GROUP},{forest.config}',
           msExchHomeServerName=LEGACY + 'EX16', **attributes)


def remote(name, target):
    person(name, mailNickname=name, targetAddress=target,
           proxyAddresses=f'SMTP:{name}@fabrikam.com',
           msExchRecipientTypeDetails=2147483648)


# Accounts that repeat an address, before and behind its owner.
person('adm-ann', mail='ann@fabrikam.com')
person('adm-bea', mail='bea@fabrikam.com')
mailbox('bea', mail='bea@fabrikam.com')
mailbox('cyd', proxyAddresses='smtp:cyd@fabrikam.com')
mailbox('cyd-2', mail='cyd@fabrikam.com')
mailbox('dan', mail='dan@fabrikam.com')
mailbox('dan-2', mail='Dan@fabrikam.com')
mailbox('eve', proxyAddresses='SMTP:eve@fabrikam.com')
mailbox('eve-2', proxyAddresses='smtp:EVE@fabrikam.com')
person('adm-1', mail='nobody@fabrikam.com')
person('adm-2', mail='nobody@fabrikam.com')

# A mailbox whose mail goes elsewhere, or not.
mailbox('fay', proxyAddresses='SMTP:fay@fabrikam.com',
        targetAddress='SMTP:fay@cloud.example')
mailbox('gus', proxyAddresses='SMTP:gus@fabrikam.com',
        targetAddress='SMTP:Gus@fabrikam.com')
mailbox('hal', proxyAddresses='SMTP:hal@fabrikam.com',
        targetAddress='X400:C=DE;A= ;P=Org;S=Hal')

# Redirects that get nowhere, or perhaps.
remote('ida', 'SMTP:IDA@fabrikam.com')
remote('jon', 'SMTP:john@Fabrikam.com')
remote('kim', 'SMTP:kim@cloud.example')
forest.write('forest.ldif')
