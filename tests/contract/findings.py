#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every finding has a test that makes it appear: in a golden document, which the
golden tests compare with what the program says, or in a unit test, which is run
here and tells each finding that it met. What takes a server or a cut answer is
listed, with the script that expects it."""

import ast
import json
import os
import re
import subprocess

import contract

UNIT_TESTS = ('coverage', 'host_check', 'host_check_settings', 'policy', 'site',
              'order', 'order_ews', 'order_pointer', 'shared_host',
              'shared_host_many', 'steps')
ASSERTING = ('expect', 'expect_equal', 'expect_read', 'has', 'check')
LIVE = {
    'host-not-looked-at': 'tls/whole.py',
    'scp-host-silent': 'tls/whole.py',
    'client-site-unsigned': 'lab/test_locate.py',
    'client-site-mismatch': 'lab/test_locate.py',
    'entry-unasked': 'hostile/run.py',
    'catalog-not-read': 'hostile/mail.py',
    'result-denied': 'hostile/run.py',
    'messages-ignored': 'hostile/run.py',
    'server-not-behind': 'tls/behind.py',
    'cert-md5': 'cli/policies.py',
    'dc-disagree': 'lab/test_controllers.py',
    'snapshot-cut': 'cli/run.py',
    'snapshot-look-damaged': 'cli/cut.py',
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


def texts(node):
    """The texts of an expression, but for those that must not be there."""
    if isinstance(node, ast.Compare) and isinstance(
            node.ops[0], (ast.NotIn, ast.NotEq)):
        return
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from texts(child)


def claims(node):
    """What a statement fails without; "one, = [...]" takes exactly one."""
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Call):
        name = getattr(call.func, 'id', getattr(call.func, 'attr', None))
        return call.args if name in ASSERTING else []
    if isinstance(node, ast.Assign) and isinstance(
            node.targets[0], ast.Tuple) and len(node.targets[0].elts) == 1:
        return [node.value]
    return []


def expected(script):
    return {text for node in ast.walk(ast.parse(script))
            for claim in claims(node) for text in texts(claim)}


def not_expected():
    """Listed, but no assertion of the script fails without it."""
    for code, script in LIVE.items():
        if code not in expected((contract.ROOT / 'tests' / script).read_text()):
            yield f'{code}: {script}'


def test_expected():
    """What is only named, or must be absent, is not expected."""
    script = """
CODES = {'named'}
print('printed')
expect('absent' not in codes(answer), 'found' in codes(answer))
expect(not has(answer, 'away'))
first, = [each for each in found if each['code'] == 'taken']
several = [each for each in found if each['code'] == 'listed']
"""
    contract.check('what a script expects', expected(script) - {'code'} == {
        'taken', 'found'}, expected(script))


def main():
    shown = golden() | unit()
    contract.check_empty('every finding appears in some test', sorted(
        codes() - shown - set(LIVE)))
    contract.check_empty('what is listed appears nowhere else', sorted(
        set(LIVE) & shown))
    contract.check_empty('what is listed is a finding', sorted(
        set(LIVE) - codes()))
    test_expected()
    contract.check_empty('what is listed is expected', list(not_expected()))
    contract.finish()


main()
