# SPDX-License-Identifier: MIT
"""What to carry out: a root that another forest has, hosts of a mail domain that stay
unknown, sets of remedies, nulling together with a certificate, and kinds of alerts."""
import base64
import pathlib

from organisation import EX2016, Forest, der, fetch, setup

URL = 'https://{}.contoso.com/autodiscover/autodiscover.xml'


def forest_with(*sites, domain='DC=contoso,DC=com', roots=('root',)):
    forest = Forest(domain)
    if roots:
        forest.authority('Certification Authorities', *roots)
    for site in sites:
        forest.site(site)
    return forest


def point(forest, target):
    """A pointer for the mail domain of the other forest."""
    forest.entry(f'CN={target},CN=Microsoft Exchange Autodiscover,CN=Services,'
                 f'{forest.config}', objectClass='serviceConnectionPoint', cn=target,
                 keywords=['67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68', f'Domain={target}'],
                 serviceBindingInformation=f'LDAP://{target}')


def ews(forest, server, host):
    forest.service(server, 'EWS', 'WebServices', f'https://{host}/EWS/Exchange.asmx')


def saved(forest, path, looks):
    """As "save -o" writes it, with what was seen on port 443: (host, the shared name
    that it was asked for or '', the certificate)."""
    known = []
    lines = ['directory 1', 'looked whole']
    for host, front, name in looks:
        if name not in known:
            known.append(name)
            lines.append('shown ' + base64.b64encode(der(name)).decode())
        lines.append('\t'.join(['seen ' + host, '443', front, '192.0.2.1', '443', '0', '0',
                                '1', '1', '0', '771', str(known.index(name)), '']))
    head = [f'adscpReading:: {base64.b64encode(line.encode()).decode()}'
            for line in lines]
    forest.entries[0] = forest.entries[0].replace('dn: \n', '\n'.join(
        ['dn:', *head, '']))
    forest.entry('', adscpReading='end')
    forest.write(path)


# The mailboxes are in another forest, whose CA the computers' own does not know.
forest = forest_with('Users', domain='DC=accounts,DC=example', roots=())
point(forest, 'contoso.com')
forest.write('accounts.ldif')
forest = forest_with('HQ')
forest.server('ROOTED', EX2016, 16439, 'HQ', der('rooted'))
forest.mailbox('ann', 'ROOTED')
forest.write('resources.ldif')
# The same with a self-signed certificate, and with a root of an old name.
forest = forest_with('HQ', roots=())
forest.server('SETUP', EX2016, 16439, 'HQ', setup('setup'))
forest.authority('Certification Authorities', 'root', 'aged')
forest.mailbox('ann', 'SETUP')
forest.write('resources-setup.ldif')
forest = forest_with('HQ', roots=('root', 'aged'))
forest.server('ROOTED', EX2016, 16439, 'HQ', der('rooted'))
forest.mailbox('ann', 'ROOTED')
forest.write('resources-renewed.ldif')

# No SCP is asked; of the hosts of the mail domain, one is the web site, which nobody
# knows.
forest = forest_with('HQ')
forest.server('AUTODISCOVER', EX2016, 16439, 'HQ', der('past'))
forest.mailbox('ann', 'AUTODISCOVER')
forest.write('excluded.ldif')
pathlib.Path('exclude.reg').write_text(
    'Windows Registry Editor Version 5.00\n\n[HKEY_CURRENT_USER\\Software\\Policies\\'
    'Microsoft\\Office\\16.0\\Outlook\\AutoDiscover]\n'
    '"ExcludeScpLookup"=dword:00000001\n')

# Two sites with an alert each, that no single setting clears.
forest = forest_with('HQ', 'Branch')
forest.server('PAST', EX2016, 16439, 'HQ', der('past'))
forest.server('WRONG', EX2016, 16439, 'Branch', der('wrong'), created=2016)
forest.write('two-sites.ldif')

# The first server has no use for a certificate of its own: without its URL, clients
# begin at the second one, whose certificate has expired.
forest = forest_with('HQ')
forest.server('SETUP', EX2016, 16439, 'HQ', setup('setup'), created=2014,
              fqdn='setup.contoso.com', url='https://gone.contoso.com/a/a.xml')
forest.server('PAST', EX2016, 16439, 'HQ', der('past'))
forest.mailbox('ann', 'PAST')
forest.write('null-and-certificate.ldif')

# What nobody revoked, as far as is known; a key that is too short; a star too deep.
forest = forest_with('Short', 'Deep', 'Weak', 'Client', roots=('root', 'aged'))
forest.server('SHORT', EX2016, 16439, 'Short', der('short'))
forest.server('STAR', EX2016, 16439, 'Deep', der('star'), fqdn='star.eu.contoso.com')
forest.server('WEAK', EX2016, 16439, 'Weak', der('weak'))
forest.server('CLIENT', EX2016, 16439, 'Client', der('client'))
forest.write('weak.ldif')
forest = forest_with('HQ')
forest.server('SOLD', EX2016, 16439, 'HQ', der('sold'))
forest.write('sold.ldif')
fetch('public')
# About to be valid: the day before, and the day after.
forest = forest_with('HQ')
forest.server('FUTURE', EX2016, 16439, 'HQ', der('future'))
forest.write('future.ldif')

# One name for two servers, looked behind: the balancer passes TLS through to a server
# whose certificate is good, and the other one is as setup left it; the balancer's own
# has expired; all show the same.
MAIL = 'mail.contoso.com'
for name, second, front, behind in (('behind-passed', 'setup', 'shared', 'setup'),
                                    ('behind-met', 'setup', 'setup', 'setup'),
                                    ('behind-front', 'shared', 'past', 'shared'),
                                    ('behind-same', 'shared', 'shared', 'shared')):
    forest = forest_with('HQ')
    for server, certificate in (('EX1', der('shared')),
                                ('EX2', setup('setup') if second == 'setup'
                                 else der(second))):
        forest.server(server, EX2016, 16439, 'HQ', certificate, url=URL.format('mail'))
    forest.mailbox('ann', 'EX1')
    saved(forest, f'{name}.ldif', ((MAIL, '', front), ('ex1.contoso.com', MAIL, 'shared'),
                                   ('ex2.contoso.com', MAIL, behind)))

# Three servers hand out one name, which no SCP leads to.
forest = forest_with('HQ')
for server in ('ROOTED', 'SETUP'):
    forest.server(server, EX2016, 16439, 'HQ', der(server.lower()))
    ews(forest, server, 'web.contoso.com')
    forest.mailbox(server.lower(), server)
forest.write('handed-out.ldif')

# Everybody is handed out the URLs of several servers, of which no single certificate
# mends all.
forest = forest_with('HQ')
forest.server('ROOTED', EX2016, 16439, 'HQ', der('rooted'))
for server, host in (('SHARED', 'mail'), ('PAST', 'past'), ('WRONG', 'mail')):
    forest.server(server, EX2016, 16439, 'HQ', der(server.lower()), url='')
    ews(forest, server, f'{host}.contoso.com')
    forest.mailbox(server.lower(), server)
forest.write('beside.ldif')
