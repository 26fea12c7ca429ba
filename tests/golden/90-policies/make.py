# SPDX-License-Identifier: MIT
"""A client's policies: the company's root comes by Group Policy alone
(machine/Registry.pol), or is disallowed, or was published and is disallowed.
user.reg is kept beside this file, since the tests of the command use it, too."""
import pathlib
import shutil
import struct

from organisation import EX2016, Forest, der, element, fetch

STORES = 'Software\\Policies\\Microsoft\\SystemCertificates\\'


def record(key, name, kind, data):
    """[key;value;type;size;data], [MS-GPREG] 2.2.1."""
    def wide(text):
        return text.encode('utf-16-le')
    return (wide(f'[{key}\0;{name}\0;') + struct.pack('<I', kind) + wide(';') +
            struct.pack('<I', len(data)) + wide(';') + data + wide(']'))


def pol(path, *records):
    pathlib.Path(path).parent.mkdir(exist_ok=True)
    pathlib.Path(path).write_bytes(b'PReg' + struct.pack('<I', 1) +
                                   b''.join(records))


def certificate(store, name):
    return record(f'{STORES}{store}\\Certificates\\{name}', 'Blob', 3,
                  element(der(name)))


for name, authorities in (('plain', ()), ('published', ('corp-ca',))):
    forest = Forest('DC=corp,DC=example')
    forest.site('S1')
    forest.server('EX10', EX2016, 16439, 'S1', element(der('ex10-issued')),
                  created=2010)
    forest.mailbox('ann', 'EX10')
    if authorities:
        forest.authority('Certification Authorities', *authorities)
    forest.write(f'{name}.ldif')
pol('Machine/Registry.pol', certificate('Root', 'corp-ca'))
pol('Machine/Update.pol', record(STORES + 'AuthRoot', 'DisableRootAutoUpdate', 4,
                                 struct.pack('<I', 1)))
pol('Machine/Disallowed.pol', certificate('Disallowed', 'corp-ca'))
pol('Machine/Leaf.pol', certificate('Disallowed', 'ex10-issued'))
pol('Machine/Wrong.pol', record(
    'Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\AutoDiscover',
    'ExcludeScpLookup', 4, struct.pack('<I', 1)),
    record(f'{STORES}Root\\Certificates\\0A', 'Blob', 3, b'no certificate'))
pol('User/Registry.pol', record(
    'SOFTWARE\\Policies\\Microsoft\\Office\\16.0\\outlook\\autodiscover',
    'excludehttpsrootdomain', 4, struct.pack('<I', 1)))
fetch('corp-ca')
shutil.copy(pathlib.Path(__file__).resolve().parent / 'user.reg', '.')
