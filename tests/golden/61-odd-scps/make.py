# SPDX-License-Identifier: MIT
"""SCPs that clients read, though nobody meant them to: without a URL, in
conflict, in the cloud, forgotten; and exports that do not hold all of them."""
from organisation import Forest

EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'
PATH = '/autodiscover/autodiscover.xml'


def start():
    forest = Forest('DC=fabrikam,DC=com')
    forest.site('HQ')
    return forest


def without(forest, *attributes):
    forest.entries = [''.join(
        line for line in entry.splitlines(keepends=True)
        if line.split(':')[0] not in attributes) for entry in forest.entries]
    return forest


def nulled(forest, name, created):
    forest.server(name, EX2019, 16423, 'HQ', created=created)
    last = forest.entries.pop()
    forest.entries.append(''.join(
        line for line in last.splitlines(keepends=True)
        if not line.startswith('serviceBindingInformation')))


forest = start()
nulled(forest, 'EX1', 2019)
forest.server('EX2', EX2019, 16423, 'HQ', created=2020)
forest.write('nulled.ldif')

forest = start()
nulled(forest, 'EX1', 2019)
nulled(forest, 'EX2', 2020)
forest.write('all-nulled.ldif')

# One copy has a URL of its own, the other one that of a living SCP.
forest = start()
forest.server('EX1', EX2019, 16423, 'HQ', created=2020)
forest.server('EX2', EX2019, 16423, 'HQ', created=2021)
for name, guid, host, created in (('EX1', '6f96', 'old', 2018),
                                  ('EX2', '07aa', 'ex2', 2022)):
    scp = [entry for entry in forest.entries
           if entry.startswith(f'dn: CN={name},CN=Autodiscover')][0]
    scp = scp.replace(f'CN={name},', f'CN={name}\\0ACNF:{guid}-8b86,', 1)
    forest.entries.append(
        scp.replace(f'//{name.lower()}.', f'//{host}.')
        .replace(f'whenCreated: 202', f'whenCreated: {created}0101000000.0Z\n#'))
forest.write('conflict.ldif')

forest = start()
forest.server('EX1', EX2019, 16423, 'HQ',
              url='https://AutoDiscover-S.Outlook.com' + PATH)
forest.server('EX2', EX2019, 16423, 'HQ', created=2022,
              url='https://AutoDiscover-S.Outlook.com./x')
forest.server('EX3', EX2019, 16423, 'HQ', created=2023,
              url='https://my-outlook.com' + PATH)
forest.mailbox('ann', 'EX1')
for name, more in (('bob', {'msExchRecipientTypeDetails': 2147483648}),
                   ('cat', {})):
    forest.entry(f'CN={name},CN=Users,DC=fabrikam,DC=com', objectClass='user',
                 mailNickname=name, proxyAddresses=f'SMTP:{name}@fabrikam.com',
                 targetAddress=f'SMTP:{name}@fabrikam.mail.onmicrosoft.com',
                 **more)
forest.write('online.ldif')

# The wrong setting was changed, both were, and both lead to one host.
forest = start()
forest.server('EX1', EX2019, 16423, 'HQ', created=2019)
forest.server('EX2', EX2019, 16423, 'HQ', created=2020,
              url='https://mail.fabrikam.com' + PATH)
forest.server('EX3', EX2019, 16423, 'HQ', created=2021,
              url='https://mail.fabrikam.com' + PATH)
forest.service('EX1', 'Autodiscover', 'AutoDiscover',
               'https://mail.fabrikam.com' + PATH)
forest.service('EX2', 'Autodiscover', 'AutoDiscover',
               'https://autodiscover.fabrikam.com' + PATH)
forest.service('EX3', 'Autodiscover', 'AutoDiscover',
               'https://MAIL.fabrikam.com/Autodiscover')
forest.write('directory.ldif')

forest = start()
forest.server('EX1', EX2019, 16423, 'HQ', created=2019)
forest.server('EX2', EX2019, 16423, 'HQ', created=2020)
forest.write('whole.ldif')
without(forest, 'serviceClassName').write('no-class.ldif')
without(forest, 'whenCreated').write('no-class-or-date.ldif')


forest = start()
forest.server('EX1', EX2019, 16423, 'HQ', created=2019)
forest.server('EX2', EX2019, 16423, 'HQ', created=2020)
without(forest, 'msExchServerSite').write('no-server-site.ldif')

forest = start()
forest.server('EX1', EX2019, 16423, 'HQ', created=2019)
without(forest, 'serviceClassName', 'whenCreated').write('only-one.ldif')

# Bit 8 of the first, not of the second.
forest = start()
for name, flags in ('EX1', 12), ('EX2', 4):
    forest.server(name, EX2019, 16423, 'HQ', created=2019 + flags % 8)
    forest.entries[-2] += f'msExchProvisioningFlags: {flags}\n'
forest.write('left-out.ldif')
