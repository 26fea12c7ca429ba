#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every finding has a test that makes it appear: in a golden document, which the
golden tests compare with what the program says, or in a unit test, which is run
here and tells each finding that it met. What takes a server or a cut answer is
listed, with the script that expects it."""

import json
import os
import re
import subprocess

import contract

UNIT_TESTS = ('coverage', 'host_check', 'host_check_settings', 'site',
              'order', 'order_ews', 'order_pointer', 'shared_host',
              'shared_host_many')
LIVE = {
    'host-not-looked-at': 'tls/whole.py',
    'scp-host-silent': 'tls/whole.py',
    'client-site-unsigned': 'lab/test_locate.py',
    'client-site-mismatch': 'lab/test_locate.py',
    'entry-unasked': 'hostile/run.py',
    'catalog-not-read': 'hostile/mail.py',
    'result-denied': 'hostile/run.py',
    'messages-ignored': 'hostile/run.py',
    'snapshot-cut': 'cli/run.py',
}


def codes():
    text = (contract.ROOT / 'lib' / 'facts' / 'finding.def').read_text()
    return set(re.findall(r'^FINDING\(\w+, "([\w-]+)"', text, re.M))


def golden():
    found = set()
    for path in (contract.ROOT / 'tests' / 'golden').glob('*/*.json'):
        for finding in json.loads(path.read_text())['findings']:
            if isinstance(finding, dict):  # not "... 12 more ..."
                found.add(finding['code'])
    return found


def unit():
    found = set()
    for name in UNIT_TESTS:
        told = subprocess.run(
            [contract.build() / 'tests' / 'unit' / f'test_{name}'],
            env={**os.environ, 'ADSCP_TELL_FINDINGS': '1'}, text=True,
            stdout=subprocess.PIPE, check=True, timeout=50).stdout
        found |= set(re.findall(r'^# found ([\w-]+)$', told, re.M))
    return found


def not_expected():
    """Listed, but no line of the script asks for it."""
    for code, script in LIVE.items():
        text = (contract.ROOT / 'tests' / script).read_text()
        if not re.search(rf"['\"]{code}['\"]", text):
            yield f'{code}: {script}'


def main():
    shown = golden() | unit()
    contract.check_empty('every finding appears in some test', sorted(
        codes() - shown - set(LIVE)))
    contract.check_empty('what is listed appears nowhere else', sorted(
        set(LIVE) & shown))
    contract.check_empty('what is listed is a finding', sorted(
        set(LIVE) - codes()))
    contract.check_empty('what is listed is expected', list(not_expected()))
    contract.finish()


main()
