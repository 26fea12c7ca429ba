# SPDX-License-Identifier: MIT
"""Paths from a server's certificate to a root, as Windows judges them: an export
for each, and where there are several paths another one with the certificates in
the other order, of which the answer must not depend."""
from organisation import EX2010_SP2, Forest, der, element


def pems(names):
    return [der(f'paths/{name}') for name in names.split()]


def export(name, server, authorities, roots, host=None):
    forest = Forest('DC=fabrikam,DC=example')
    forest.authority('Certification Authorities', *roots)
    forest.authority('AIA', *authorities)
    forest.site('HQ')
    url = host and f'https://{host}/Autodiscover/Autodiscover.xml'
    forest.server(server.upper(), EX2010_SP2, 38, 'HQ',
                  element(der(f'paths/{server}')), url=url)
    forest.write(f'{name}.ldif')


# Server: who stands in AIA, and the roots.
SEVERAL = {
    'renewed': ('renewed-ca-old renewed-ca-new', 'root'),
    'crossed': ('crossed-ca-old crossed-ca-new', 'root'),
    'young': ('young-root young-root-by-old', 'old-root'),
    'wide': ('narrow-ca wide-ca', 'root'),
    'twin': ('false-ca real-ca', 'root'),
    'faulty': ('faulty-ca-client faulty-ca-late', 'root'),
    'circle': ('round-b-by-a round-a-by-b round-b-by-root', 'root'),
}
# ... and the host, where it is not the server's ordinary name.
ONE = {
    'unfit': 'unfit-ca', 'broken': 'broken-root', 'plain': 'plain-ca',
    'leaf': 'leaf-ca', 'crl-only': 'crl-only-ca', 'no-usage': 'no-usage-ca',
    'shallow': 'shallow-top shallow-ca', 'policy-odd': 'policy-odd-ca',
    'explicit': 'explicit-ca', 'weak': 'weak-ca',
    'nameless': ('nameless-ca', '10.20.30.40'),
    'odd-eku': '', 'odd-names': '', 'signs': '', 'policy-client': '',
    'policy-server': '', 'policy-empty': '', 'two-names': '',
    'beside-address': '', 'address': ('', '10.20.30.41'), 'old-names': '',
    'rsa-1023': '',
}

for name, (authorities, root) in SEVERAL.items():
    export(name, name, pems(authorities), pems(root))
    export(f'{name}-reversed', name, pems(authorities)[::-1], pems(root))
for name, rest in ONE.items():
    authorities, *host = [rest] if isinstance(rest, str) else rest
    export(name, name, pems(authorities), pems('root'), *host)
# Without the one whose key fits, or the way to a root that is trusted.
export('twin-alone', 'twin', pems('false-ca'), pems('root'))
export('circle-alone', 'circle', pems('round-a-by-b round-b-by-a'), pems('root'))
