#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What was published stays: functions with their types, symbol versions, numbers.
The baseline is what tests/abi/update wrote down. Additions are welcome."""

import pathlib
import platform
import re
import shutil
import tempfile

import contract

BASE = contract.ROOT / 'tests' / 'abi'
# Ways to break the interface, and where each shows in the baseline.
BREACHES = [
    ('a function that is gone', r"'adscp_site_name'", "'adscp_site_gone'"),
    ('another symbol version', r"(name='adscp_site_dn' version=)'ADSCP_0.2'",
     r"\1'ADSCP_0.0'"),
    ('another soname', r"libadscp\.so\.0", 'libadscp.so.9'),
]


def compare(baseline):
    """What abidiff says that is no addition; '' for nothing."""
    result = contract.run('abidiff', '--no-added-syms', '--headers-dir2',
                          contract.HEADER.parent, '--drop-private-types', baseline,
                          contract.library())
    return '' if result.returncode == 0 else result.stdout or 'it failed'


def another_type(text):
    """The baseline with an int64_t where adscp_error_name() takes an int."""
    wide = re.search(r"typedef-decl name='int64_t' type-id='[\w-]+' "
                     r"id='([\w-]+)'", text)[1]
    return re.sub(r"(name='adscp_error_name'.*?<parameter type-id=)'[\w-]+'",
                  rf"\1'{wide}'", text, count=1, flags=re.S)


def test_abi():
    if shutil.which('abidiff') is None or platform.machine() != 'x86_64':
        print('# no abidiff, or not the machine of the baseline')
        return
    contract.check('the library is what the baseline says, and more',
                   (said := compare(BASE / 'adscp.abi')) == '', said)
    text = (BASE / 'adscp.abi').read_text()
    with tempfile.TemporaryDirectory() as scratch:
        planted = pathlib.Path(scratch) / 'planted.abi'
        for name, wanted, instead in BREACHES:
            planted.write_text(re.sub(wanted, instead, text))
            contract.check(f'it finds {name}', compare(planted))
        planted.write_text(another_type(text))
        contract.check('it finds another type', compare(planted))


def test_constants():
    kept = {name: int(value) for name, value in re.findall(
        r'^(ADSCP_\w+) = (-?\d+)$', (BASE / 'adscp.constants').read_text(), re.M)}
    now = contract.constants()
    contract.check('there are numbers to compare', len(kept) > 50)
    contract.check_empty('a number never changes', [
        f'{name}: {value}, now {now.get(name)}' for name, value in kept.items()
        if now.get(name) != value])


def test_release():
    """One place says which release this is; the header's prose
    shows it, and the change list tells of it."""
    release = re.search(r"version: '([^']+)'", (
        contract.ROOT / 'meson.build').read_text())[1]
    found = [path.relative_to(contract.ROOT).as_posix()
             for top in ('include', 'lib', 'examples', 'meson.build')
             for path in [contract.ROOT / top, *(contract.ROOT / top).rglob('*')]
             if path.is_file() and path.suffix != '.pyc' and
             path.name != 'NEWS.md' and
             re.search(rf'(?<![\d.]){re.escape(release)}(?![\d.])',
                       path.read_text())]
    contract.check('the release stands in meson.build and the header alone',
                   sorted(found) == ['include/adscp.h', 'meson.build'], found)
    newest = re.findall(r'^ADSCP_([\d.]+) \{', contract.MAP.read_text(), re.M)[-1]
    contract.check('the newest node of the map is not newer than the release',
                   [int(part) for part in newest.split('.')] <=
                   [int(part) for part in release.split('.')], newest)


def main():
    test_abi()
    test_constants()
    test_release()
    contract.finish()


main()
