# SPDX-License-Identifier: MIT
"""Policies of another version of Office than the client's, of none that there is, and
of any where nobody says which client it is."""
from organisation import EX2010_SP2, EX2016, Forest

forest = Forest('DC=tailspin,DC=example')
forest.site('Oslo')
forest.server('MBX1', EX2010_SP2, 38, 'Oslo', created=2010)
forest.server('MBX2', EX2016, 16439, 'Oslo', created=2016)
forest.mailbox('kari', 'MBX2')
forest.write('forest.ldif')

KEY = 'HKEY_CURRENT_USER\\Software\\Policies\\Microsoft\\Office\\{}\\Outlook\\AutoDiscover'


def reg(name, **versions):
    lines = ['Windows Registry Editor Version 5.00']
    for version, values in versions.items():
        lines += ['', f'[{KEY.format(version[1:].replace("_", "."))}]']
        lines += [f'"{name}"=dword:{value:08x}' for name, value in values.items()]
    with open(name, 'w', encoding='ascii', newline='') as file:
        file.write(''.join(line + '\r\n' for line in lines))


reg('old.reg', v15_0={'ExcludeScpLookup': 1, 'ExcludeHttpsRootDomain': 1,
                      'ExcludeSrvRecord': 0},
    v14_0={'PreferLocalXML': 1})
reg('more.reg', v15_0={'ShowCertErrors': 0, 'ExcludeHttpRedirect': 1},
    v16_0={'ExcludeHttpRedirect': 0})
reg('none.reg', v17_0={'ExcludeScpLookup': 1}, v16={'ExcludeScpLookup': 1},
    v11_0={'ExcludeLastKnownGoodURL': 1, 'Other': 1})
reg('local.reg', v16_0={'PreferLocalXML': 1, 'ExcludeHttpsRootDomain': 0},
    v15_0={'PreferLocalXML': 1, 'ExcludeHttpRedirect': 1})
