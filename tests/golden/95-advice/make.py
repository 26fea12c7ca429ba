# SPDX-License-Identifier: MIT
"""What helps: another name of the certificate, that of a neighbour, one for all
behind a name, and each kind of alert once."""
from organisation import EX2016, Forest, der, setup

MAIL = 'https://mail.contoso.com'


def forest_with(*sites):
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root', 'aged')
    for site in sites:
        forest.site(site)
    return forest


def add(forest, name, certificate, site='HQ', host=None, **more):
    """A server, and the URLs that it hands out: at its own name, if no other."""
    base = f'https://{host or name.lower() + ".contoso.com"}'
    forest.server(name, EX2016, 16439, site, certificate, **more)
    for kind, path in (('WebServices', 'EWS/Exchange.asmx'), ('OAB', 'OAB')):
        forest.service(name, kind, kind, f'{base}/{path}')
    forest.mailbox(f'user-{name.lower()}', name)


# Setup's names in all URLs, and a certificate for another one.
forest = forest_with('HQ')
add(forest, 'MX', der('wrong'))
forest.write('name.ldif')
# The same, but all the URLs that are handed out are right.
forest = forest_with('HQ')
add(forest, 'MX', der('wrong'), host='other.contoso.com')
forest.write('scp.ldif')
# A wildcard has no name that could be used, but the server's URLs have one.
forest = forest_with('HQ')
add(forest, 'MX', der('star'), host='web.contoso.com', fqdn='mx.ad.contoso.com')
forest.write('star.ldif')
# Only what the server hands out is wrong.
forest = forest_with('HQ')
add(forest, 'MX', der('shared'), url=f'{MAIL}/autodiscover/autodiscover.xml')
forest.write('services.ldif')
# The second server behind the name is as setup left it.
forest = forest_with('HQ')
add(forest, 'MX1', der('shared'), host='mail.contoso.com',
    url=f'{MAIL}/autodiscover/autodiscover.xml')
add(forest, 'SETUP', setup('setup'), url=f'{MAIL}/autodiscover/autodiscover.xml')
forest.write('neighbour.ldif')
# All servers behind the name are.
forest = forest_with('HQ')
for name in ('SETUP', 'SECOND', 'MOVED'):
    add(forest, name, setup(name.lower()), host='mail.contoso.com',
        url=f'{MAIL}/autodiscover/autodiscover.xml')
forest.write('all.ldif')
# Every kind of alert, and one server without.
SERVERS = (('ROOTED', der('rooted')), ('PAST', der('past')), ('FUTURE', der('future')),
           ('FETCHED', der('fetched')), ('SETUP', setup('setup')), ('WEAK', der('weak')),
           ('CLIENT', der('client')), ('WRONG', der('wrong')))
forest = forest_with(*(f'S-{name}' for name, _ in SERVERS))
for name, certificate in SERVERS:
    forest.server(name, EX2016, 16439, f'S-{name}', certificate)
forest.write('kinds.ldif')
# Nobody finds a server; the first of the servers has an SCP without a URL.
forest = forest_with('HQ')
forest.server('MX', EX2016, 16439, 'HQ', der('wrong'), url='')
forest.mailbox('ann', 'MX')
forest.write('nowhere.ldif')
