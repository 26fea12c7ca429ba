# SPDX-License-Identifier: MIT
"""What a server publishes, whom the client trusts, and the name of the host: an
export for each."""
from organisation import EX2010_SP2, Forest, der, element, fetch, setup


def export(name, *certificates, service=None, **more):
    """One server for each certificate."""
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    forest.authority('AIA', 'issuing')
    forest.authority('', 'logon')
    forest.site('HQ')
    for number, certificate in enumerate(certificates):
        server = name.upper() + (str(number) if number else '')
        forest.server(server, EX2010_SP2, 38, 'HQ', certificate, **more)
        if service is not None:
            forest.service(server, 'EWS', 'WebServices', service)
    forest.write(f'{name}.ldif')


def at(host):
    return {'url': f'https://{host}/Autodiscover/Autodiscover.xml'}


# From the root; from below it; from who counts for logons only; from a public
# CA; from one whose certificate only the web has; and with other faults.
for one in ('rooted', 'below', 'logons', 'sold', 'fetched', 'wrong', 'star',
            'past', 'future', 'client', 'short'):
    export(one, element(der(one)))
export('setup', setup('setup'))
# The same shape, but somebody gave a service another host.
export('moved', setup('moved'),
       service='https://ews.contoso.com/EWS/Exchange.asmx')
# A host that is none of the server's names.
export('alias', setup('alias'), **at('webmail.contoso.com'))
export('covered', element(der('shared')), **at('mail.contoso.com'))
export('uncovered', element(der('rooted')), **at('owa.contoso.com'))
export('balanced', element(der('shared')), element(der('shared')),
       **at('mail.contoso.com'))
export('plain', element(der('rooted')),
       url='http://plain.contoso.com/Autodiscover/Autodiscover.xml')
# Other forms than the usual one, and none.
export('rooted-der', der('rooted'), fqdn='rooted.contoso.com')
export('none', None)
export('empty', element(b''))
export('broken', element(der('rooted'))[:-1])
export('half', element(der('rooted')[:200]))
export('text', b'certificate')
fetch('public', 'setup', 'rooted', 'issuing', 'logon')
