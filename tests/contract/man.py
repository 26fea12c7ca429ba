#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The man pages are sound mdoc, and say of the header, the options and the findings
everything and nothing else."""

import pathlib
import re
import shutil
import tempfile

import contract

MAN = contract.build() / 'lib' / 'man'
PAGES = {1: contract.ROOT / 'lib' / 'man' / 'adscp.1', 3: MAN / 'adscp.3',
         7: MAN / 'adscp.7'}


def text(number):
    return PAGES[number].read_text()


def shown(number):
    """The page as a reader sees it, in one line."""
    page = contract.run('mandoc', '-T', 'utf8', '-O', 'width=1000', PAGES[number])
    return ' '.join(re.sub('.\b', '', page.stdout).split())


def lint(path):
    """What mandoc has to say, but for pages that this machine does not have."""
    lines = contract.run('mandoc', '-T', 'lint', path).stdout.splitlines()
    return [line for line in lines if 'referenced manual not found' not in line and
            'mandoc.db' not in line]


def test_lint():
    if shutil.which('mandoc') is None:
        print('ok 1 # SKIP there is no mandoc\n1..1')
        raise SystemExit(0)
    for path in PAGES.values():
        contract.check_empty(f'{path.name} is sound', lint(path))
    with tempfile.TemporaryDirectory() as scratch:
        bad = pathlib.Path(scratch) / 'bad.7'
        bad.write_text(text(7).replace('.El\n', '', 1))
        contract.check('a page that is not is found', lint(bad))


def test_header():
    page = shown(3)
    names = {name for name, _, _ in contract.prototypes()}
    declared = set(re.findall(r'^\.It Ft .*? Fn (adscp_\w+)', text(3), re.M))
    contract.check('adscp(3) declares every function, and no other',
                   declared == names, declared ^ names)
    constants = dict(re.findall(r'^\.It Dv (ADSCP_\w+) Pq (-?\d+)', text(3), re.M))
    contract.check('adscp(3) lists every constant and its number', {
        name: int(value) for name, value in constants.items()} ==
        contract.constants(), constants.keys() ^ contract.constants().keys())
    types = set(re.findall(r'^\.It Vt (\w+)', text(3), re.M))
    contract.check('adscp(3) lists every type', types == set(re.findall(
        r'^typedef struct \w+ (\w+);', contract.HEADER.read_text(), re.M)), types)
    comments = re.findall(r'/\*(.*?)\*/', contract.HEADER.read_text(), re.S)[1:]
    comments[0] = comments[0].split('\n *\n', 1)[1]  # without the title
    words = set(re.findall(r'\b[a-z]{4,}', ' '.join(comments)))
    contract.check_empty('adscp(3) leaves out no word of the header', sorted(
        word for word in words if word not in page.lower()))


def test_options():
    help_page = contract.run(contract.build() / 'examples' / 'adscp', '--help')
    listed = set()
    for head in re.findall(r'^\.It Fl (.*)', text(1), re.M):
        listed |= {f'-{word}' for word in re.findall(
            r'(?:^|, )(-?[A-Za-z][\w-]*)', re.split(r' (?:Ar|Cm|Op) ', head)[0]
            .replace(' , ', ', '))}
    known = contract.options(help_page.stdout)
    contract.check('adscp(1) lists the options of --help', listed == known,
                   listed ^ known)
    commands = set(contract.commands())
    contract.check('adscp(1) lists its commands', set(re.findall(
        r'^\.It Cm (\w+)', text(1), re.M)) == commands, commands)
    status = re.search(r'\.Sh EXIT STATUS(.*?)\.El', text(1), re.S)[1]
    told = {int(each) for each in re.findall(r'[ :](\d) [a-z]', ' '.join(
        help_page.stdout.split('Exit status:')[1].split()))}
    listed = {int(each) for each in re.findall(r'^\.It (\d)', status, re.M)}
    contract.check('adscp(1) lists every exit status', told <= listed,
                   told, listed)


def test_concepts():
    definitions = (contract.ROOT / 'lib' / 'facts' / 'finding.def').read_text()
    codes = set(re.findall(r'^FINDING\(\w+, "([\w-]+)"', definitions, re.M))
    listed = set(re.findall(r'^\.It Sy ([\w-]+) Pq', text(7), re.M))
    contract.check('adscp(7) lists every finding', codes and codes == listed,
                   codes ^ listed)
    adscp = contract.python_package()
    words = {each.word for kind in (
        adscp.Profile, adscp.CandidateGroup, adscp.Evidence, adscp.MailboxKind,
        adscp.HopAction, adscp.ServiceKind, adscp.FindingSeverity, adscp.AlertOutcome,
        adscp.AlertReason, adscp.AlertConfidence, adscp.CertificateSource,
        adscp.SightingOutcome) for each in kind}
    marked = set(re.findall(r'Cm ([a-z-]+)', text(7)))
    contract.check_empty('adscp(7) explains every word', sorted(words - marked))
    contract.check_empty('adscp(7) leaves no placeholder', re.findall(
        r'\{[abn]\}|@\w+@|\(\)', shown(7)))


def main():
    contract.behind_sanitizer()
    test_lint()
    test_header()
    test_options()
    test_concepts()
    contract.finish()


main()
