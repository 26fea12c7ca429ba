# SPDX-License-Identifier: MIT
"""A SHA-1 signature and a key of 1024 bits, under a root that all have and under
one of the forest's own; a certificate for clients, one that Windows refuses, and
one that is fine."""
from organisation import EX2016, Forest, der, element, fetch

for name, own in (('digest', False), ('digest', True), ('weak', False),
                  ('client', True), ('short', True), ('rooted', True)):
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root', *(['aged'] if own else []))
    forest.site('HQ')
    forest.server(name.upper(), EX2016, 16439, 'HQ', element(der(name)))
    forest.write(f'{name}-{"own" if own else "public"}.ldif')
fetch('aged')

# Names that nobody is led to, on two servers and told once; a service that uses
# them; and a wildcard, which stands for hosts of its domain, or for none.
for name, domain, service in (('wrong', 'contoso', None),
                              ('wrong', 'contoso', 'https://other.contoso.com/e'),
                              ('star', 'contoso', None), ('star', 'fabrikam', None)):
    forest = Forest(f'DC={domain},DC=com')
    forest.site('HQ')
    for server in ('EXA', 'EXB'):
        forest.server(server, EX2016, 16439, 'HQ', element(der(name)))
        forest.mailbox(f'of{server}', server)
    if service is not None:
        forest.service('EXA', 'EWS', 'WebServices', service)
    forest.write(f'names-{name}-{domain}-{"service" if service else "scp"}.ldif')
