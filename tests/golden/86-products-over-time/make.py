# SPDX-License-Identifier: MIT
"""Servers of every product. Which of them is told, and with what date, depends on
the day that is judged; an export in another order says the same."""
from organisation import EX2007_SP3, EX2010_SP2, EX2016, Forest

VERSIONS = {
    'OLD': (6944, 'Version 6.5 (Build 6944.4)'),
    'B07': EX2007_SP3, 'A07': (0x720280B0, 'Version 8.2 (Build 30176.2)'),
    'A10': EX2010_SP2,
    'A13': (0x73C085D9, 'Version 15.0 (Build 31497.2)'),
    'A16': EX2016, 'C16': EX2016, 'b16': EX2016,
    'A19': (0x73C286D4, 'Version 15.2 (Build 31748.10)'),
    'ASE': (0x73C28A02, 'Version 15.2 (Build 32562.17)')}
ORGANISATIONS = {
    'all': list(VERSIONS), 'turned': list(VERSIONS)[::-1],
    'waiting': ['B07', 'A13', 'A16'], 'old': ['B07', 'A13'],
    'ready': ['A16', 'A19', 'ASE'], 'done': ['ASE']}
for organisation, servers in ORGANISATIONS.items():
    forest = Forest('DC=litware,DC=com')
    forest.site('HQ')
    for name in servers:
        forest.server(name, VERSIONS[name], 16439, 'HQ',
                      url='https://mail.litware.com/autodiscover/autodiscover.xml')
    forest.write(f'{organisation}.ldif')
