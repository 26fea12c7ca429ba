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
LINK = re.compile(r'\.so man3/(\w+)\.3\n')
SECTION3 = {path.stem: path.read_text() for path in sorted(
    (MAN / 'man3').glob('*.3'))}
LINKS = {name: match[1] for name, page in SECTION3.items()
         for match in [LINK.fullmatch(page)] if match}
NOUNS = SECTION3.keys() - LINKS.keys() - {'adscp'}
PAGES = {1: [contract.ROOT / 'lib' / 'man' / 'adscp.1'],
         3: [MAN / 'man3' / f'{name}.3' for name in sorted({'adscp'} | NOUNS)],
         7: [MAN / 'adscp.7']}


def text(number):
    return ''.join(path.read_text() for path in PAGES[number])


def shown(number):
    """The pages of a section as a reader sees them, in one line."""
    page = contract.run('mandoc', '-T', 'utf8', '-O', 'width=1000', *PAGES[number])
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
    for number, paths in PAGES.items():
        contract.check_empty(f'section {number} is sound', [
            complaint for path in paths for complaint in lint(path)])
    with tempfile.TemporaryDirectory() as scratch:
        bad = pathlib.Path(scratch) / 'bad.7'
        bad.write_text(text(7).replace('.El\n', '', 1))
        contract.check('a page that is not is found', lint(bad))


def test_nouns(functions, types):
    contract.check('every function and type has a page, or a link to one',
                   functions | types | {'adscp'} <= SECTION3.keys() <=
                   functions | types | {'adscp', 'adscp_error'})
    contract.check_empty('a link leads to the page that declares its name', [
        f'{name}: {page}' for name, page in LINKS.items() if not re.search(
            rf'^\.(Fn|Vt typedef struct) {name}\b', SECTION3[page], re.M)])
    contract.check_empty('a noun has the page that its functions are named after', [
        name for name, page in LINKS.items() for noun in sorted(
            NOUNS, key=len) if name.startswith(f'{noun}_') and page != noun and
        not any(name.startswith(f'{other}_') for other in NOUNS
                if len(other) > len(noun))])
    contract.check('adscp(3) names every page', NOUNS == set(re.findall(
        r'^\.It Xr (\w+) 3', SECTION3['adscp'], re.M)))


def bare_functions():
    """Those that begin a paragraph of the header without a word about them."""
    for block in re.split(r'\n\s*\n', contract.HEADER.read_text()):
        match = re.match(r'\s*(?!enum|typedef|/\*|#)[\w\s*]*?(adscp_\w+)\('
                         r'[^()]*\);(?!\s*/\*[^\n]*$)', block, re.M)
        if match:
            yield match[1]


def test_header():
    contract.check_empty('the header says something about every function',
                         list(bare_functions()))
    page = shown(3)
    names = {name for name, _, _ in contract.prototypes()}
    declared = re.findall(r'^\.Ft .*\n\.Fn (adscp_\w+)', text(3), re.M)
    contract.check('section 3 declares every function once, and no other',
                   sorted(declared) == sorted(names), set(declared) ^ names)
    explained = re.findall(r'^\.It Fn (adscp_\w+)', text(3), re.M)
    contract.check('... and explains it', sorted(explained) == sorted(names),
                   set(explained) ^ names)
    constants = dict(re.findall(r'^\.It Dv (ADSCP_\w+) Pq (-?\d+)', text(3), re.M))
    contract.check('section 3 lists every constant and its number', {
        name: int(value) for name, value in constants.items()} ==
        contract.constants(), constants.keys() ^ contract.constants().keys())
    types = set(re.findall(r'^\.It Vt (\w+)', text(3), re.M))
    contract.check('adscp(3) lists every type', types == set(re.findall(
        r'^typedef struct \w+ (\w+);', contract.HEADER.read_text(), re.M)), types)
    test_nouns(names, types)
    comments = re.findall(r'/\*(.*?)\*/', contract.HEADER.read_text(), re.S)[1:]
    comments[0] = comments[0].split('\n *\n', 1)[1]  # without the title
    words = set(re.findall(r'\b[a-z]{4,}', ' '.join(comments)))
    contract.check_empty('section 3 leaves out no word of the header', sorted(
        word for word in words if word not in page.lower()))
    lines = re.findall(r'^ \* {5}(.+)$', contract.HEADER.read_text(), re.M)
    contract.check_empty('... and keeps the lines of a table', sorted(
        {line.strip() for line in lines} - {line.strip() for line in
                                            text(3).split('\n')}))


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
    contract.check_empty('a sentence is told to its end', [
        code for code, _, sentence in re.findall(
            r'^\.It Sy ([\w-]+) Pq (\w+)\n((?:(?!\.It|\.El).*\n)+)', text(7),
            re.M) if re.search(r'([:;,]|\b(so|and|the|of|in))\s*$', sentence)])
    adscp = contract.python_package()
    words = {each.word for kind in (
        adscp.Profile, adscp.CandidateGroup, adscp.Evidence, adscp.MailboxKind,
        adscp.HopAction, adscp.ServiceKind, adscp.FindingAbout,
        adscp.FindingSeverity, adscp.AlertOutcome,
        adscp.AlertReason, adscp.AlertConfidence, adscp.CertificateSource,
        adscp.SightingOutcome) for each in kind}
    marked = set(re.findall(r'Cm ([a-z-]+)', text(7)))
    contract.check_empty('adscp(7) explains every word', sorted(words - marked))
    contract.check_empty('adscp(7) leaves no placeholder', re.findall(
        r'[{}]|@\w+@|\(\)', shown(7)))


def main():
    contract.behind_sanitizer()
    test_lint()
    test_header()
    test_options()
    test_concepts()
    contract.finish()


main()
