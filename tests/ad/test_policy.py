# SPDX-License-Identifier: MIT
"""Group Policies as Samba writes them, out of the domain controller's SYSVOL."""

from samba.dcerpc import preg
from samba.ndr import ndr_pack

from tap import expect, expect_equal, test
from test_discovery import PREDICT

DEFAULT = '{31B2F340-016D-11D2-945F-00C04FB984F9}'  # the Default Domain Policy
OUTLOOK = 'Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\AutoDiscover'
DWORD, TEXT = 4, 1


def policy(lab, part, *values):
    """The Registry.pol of a part, "MACHINE" or "USER", with these values."""
    sysvol = lab.dc1.home / 's' / 'state' / 'sysvol' / lab.dc1.domain
    path = sysvol / 'Policies' / DEFAULT / part / 'Registry.pol'
    file = preg.file()
    file.header.signature, file.header.version = 'PReg', 1
    entries = []
    for key, name, kind, data in values:
        entry = preg.entry()
        entry.keyname, entry.valuename = key, name
        entry.type, entry.data = kind, data
        entries.append(entry)
    file.num_entries, file.entries = len(entries), entries
    path.write_bytes(ndr_pack(file))
    return path


def told(result):
    return {each['code']: each for each in result.json['findings']
            if each['code'].startswith('policy-')}


@test('policy: of the user, as Samba writes it')
def user(lab):
    path = policy(lab, 'USER', (OUTLOOK, 'ExcludeSrvLookup', DWORD, 1),
                  (OUTLOOK, 'ExcludeHttpRedirect', DWORD, 1),
                  (OUTLOOK, 'ExcludeSrvRecord', TEXT, 'yes'),
                  (OUTLOOK, '**del.ExcludeHttpRedirect', TEXT, ' '))
    result = lab.adscp(*PREDICT, *lab.dc1.at(), '--policy', path)
    expect_equal(set(told(result)), {
        'policy-srv-misnamed', 'policy-type-wrong', 'policy-contradiction'},
        result)
    expect(f'{path}, offset 8)' in told(result)['policy-srv-misnamed']['text'],
           result)


@test('policy: Outlook does not read that of the computer')
def machine(lab):
    path = policy(lab, 'MACHINE', (OUTLOOK, 'ExcludeScpLookup', DWORD, 1))
    result = lab.adscp(*PREDICT, *lab.dc1.at(), '--policy', path)
    expect_equal(set(told(result)), {'policy-wrong-hive'}, result)


@test('policy: a copy that was cut short')
def cut(lab):
    path = policy(lab, 'USER', (OUTLOOK, 'ExcludeScpLookup', DWORD, 1))
    copy = lab.home / 'cut.pol'
    copy.write_bytes(path.read_bytes()[:-1])
    result = lab.adscp(*PREDICT, *lab.dc1.at(), '--policy', copy)
    expect_equal(result.code, 1, result)
    expect(f'{copy}: offset ' in result.err, result)
