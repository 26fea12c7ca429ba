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
