# SPDX-License-Identifier: MIT
"""KB2006728: the server of 2010, to which that of 2007 redirects, has the
certificate of setup (own.ldif), or one from the company's CA (issued.ldif)."""
from organisation import EX2007_SP3, EX2010_SP2, Forest, element, der, fetch, setup

for name, certificate in (('own', setup('ex10')),
                          ('issued', element(der('ex10-issued')))):
    forest = Forest('DC=corp,DC=example')
    forest.site('S1')
    forest.site('S2')
    forest.server('EX07', EX2007_SP3, 36, 'S1', element(der('ex07')),
                  created=2008)
    forest.server('EX10', EX2010_SP2, 38, 'S1', certificate, created=2010)
    forest.mailbox('ann', 'EX10')
    forest.authority('Certification Authorities', 'corp-ca')
    forest.write(f'{name}.ldif')
fetch('ex10')
