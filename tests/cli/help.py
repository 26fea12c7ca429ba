#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every command with every option: what its help lists it takes, and anything else
it refuses, with what to do instead. Words that nearly are a command or option."""

import pathlib
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
PEM = contract.ROOT / 'examples' / 'ex10.pem'
OPERANDS = {'observe': ['127.0.0.1:1'], 'save': ['/dev/null'],
            'report': ['/dev/null'],
            'diff': [str(EXAMPLE), str(EXAMPLE)]}

# Which command takes what, written down a second time.
READING = {'predict', 'list', 'check', 'coverage', 'report', 'observe', 'sites',
           'servers', 'save', 'whatif', 'advise'}
CLIENT = {'predict', 'list', 'check'}
LOOKING = {'predict', 'check', 'coverage', 'report', 'whatif', 'advise'}
JUDGING = READING - {'save'} | {'diff'}
TAKEN = {
    '--ldif': READING, '--ldif-at': READING, '--uri': READING | {'diff'},
    '--domain': READING | {'diff'}, '--changes': READING, '--follow': READING,
    '--starttls': READING | {'diff'},
    '--mech': READING | {'diff'}, '--simple': READING | {'diff'}, '--bind-dn': READING | {'diff'},
    '--password-file': READING | {'diff'}, '--ask-password': READING | {'diff'}, '--ca': READING | {'diff'},
    '--cert': READING | {'diff'}, '--key': READING | {'diff'}, '--resolve': READING | {'diff'},
    '--dns': READING | {'diff'}, '--timeout': READING | {'diff'}, '--timing': READING | {'diff'},
    '--site': CLIENT | {'coverage'}, '--address': CLIENT, '--no-site': CLIENT,
    '--mail': CLIENT | {'save', 'coverage', 'report', 'whatif', 'advise', 'diff'}, '--profile': CLIENT | {'sites', 'coverage', 'report', 'whatif', 'advise', 'diff'},
    '--client': LOOKING | {'diff'},
    '--at': JUDGING, '--trust': JUDGING - {'servers'},
    '--roots': JUDGING - {'servers'}, '--assume': LOOKING | {'diff'},
    '--json': JUDGING - {'report'},
    '--observe': LOOKING | {'save'}, '--behind': LOOKING | {'save'}, '--no-observe': LOOKING | {'list'},
    '--csv': {'coverage', 'list', 'sites', 'servers'},
    '--census': {'coverage', 'report', 'save', 'check', 'whatif', 'advise'},
    '--only-alerts': {'coverage'}, '--verbose': {'predict', 'list', 'coverage'},
    '--brief': {'predict', 'list', 'coverage', 'observe', 'sites', 'servers',
                'whatif', 'advise', 'diff'},
    '--policy': {'predict', 'check', 'coverage', 'report', 'whatif', 'advise', 'diff'},
    '--step': {'whatif'}, '--plan': {'whatif'}, '--ldif-to': {'whatif', 'advise'},
    '--cmdlets-to': {'whatif', 'advise'},
    '--warning': {'check'}, '--critical': {'check'}, '--alert-as': {'check'},
    '--findings-as': {'check'}, '--uncertain-as': {'check'},
    '--no-scp-as': {'check'}, '--all-sites': {'check'},
    '--format': {'check'}, '--output': {'check'}, '--since': {'check'}}
VALUES = {
    '--ldif': str(EXAMPLE), '--ldif-at': f'LDAP://r.example={EXAMPLE}',
    '--uri': 'ldap://127.0.0.1:1', '--domain': 'corp.example',
    '--changes': '/dev/null', '--follow': 'res.example', '--mech': 'EXTERNAL', '--bind-dn': 'cn=a',
    '--password-file': str(PEM), '--ca': str(PEM), '--cert': str(PEM),
    '--key': str(PEM), '--resolve': 'a.example:443:127.0.0.1:1',
    '--dns': '127.0.0.1:1', '--timeout': '5', '--site': 'HQ',
    '--address': '10.1.2.3', '--mail': 'ann@corp.example', '--profile': 'ews',
    '--client': 'outlook-2016',
    '--at': '2012-02-14', '--trust': str(PEM), '--roots': str(PEM),
    '--assume': f'mail.corp.example={PEM}',
    '--policy': str(contract.ROOT / 'tests' / 'golden' / '90-policies' / 'user.reg'),
    '--warning': '40', '--critical': '3', '--alert-as': 'ok',
    '--step': 'scp-url EX07 none', '--plan': '/dev/null', '--ldif-to': '/tmp',
    '--cmdlets-to': '/dev/null', '--format': 'nagios', '--output': '/dev/null',
    '--since': '/dev/null',
    '--findings-as': 'ok', '--uncertain-as': 'ok', '--no-scp-as': 'ok'}


def adscp(*words, **options):
    done = subprocess.run(
        [ADSCP, *map(str, words)], check=False, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, cwd=contract.ROOT, timeout=60,
        **{'stdin': subprocess.DEVNULL, **options})
    return done.returncode, done.stdout


def options_of(*words):
    status, page = adscp(*words)
    return contract.options(page) if status == 0 else status


def test_pages():
    whole = {option for option in options_of('--help') if option[1] == '-'}
    contract.check('the table here has every option', whole ==
                   set(TAKEN) | {'--help', '--version'},
                   whole ^ set(TAKEN))
    for command in contract.commands():
        page = adscp('help', command)[1]
        contract.check(f'{command} --help is "help {command}"',
                       adscp(command, '--help') == (0, page) and
                       adscp(command, '-h', '--bogus') == (0, page) and
                       adscp('-h', command) == (0, page))
        wanted = {'--help', '--version'} | {
            option for option, takers in TAKEN.items() if command in takers}
        found = {option for option in contract.options(page)
                 if option[1] == '-'}
        contract.check(f'{command}: its options', found == wanted,
                       found ^ wanted)
    contract.check('help is --help', adscp('help') == adscp('--help'))
    contract.check('version is --version',
                   adscp('version') == adscp('--version'))
    for width in (40, 60, 132):
        for command in ('', 'predict', 'check'):
            page = adscp('help', *command.split(), env={
                'COLUMNS': str(width), 'LC_ALL': 'C.UTF-8'})[1]
            wide = [line for line in page.splitlines() if len(line) > width
                    and not line.startswith('  adscp ')]
            contract.check_empty(f'help {command} in {width} columns', wide)


def test_examples():
    """Two of each command, which work where the export lies."""
    with tempfile.TemporaryDirectory() as folder:
        for command in READING:
            page = adscp('help', command)[1]
            lines = [line for line in page.splitlines()
                     if line.startswith('  adscp ')]
            contract.check(f'{command}: two examples', len(lines) == 2 and
                           'examples/kb2006728.ldif' in lines[0], lines)
            for line in lines:
                words = shlex.split(line.replace('/tmp', folder))[1:]
                status, text = adscp(*words)
                good = {'observe': (4,), 'check': (0, 1, 2)}.get(
                    command, (0, 4))
                contract.check(line.strip(), status in good, status, text)


def test_matrix():
    """Nothing is read where a command refuses: its own words come first."""
    for command in sorted(READING):
        refused = []
        for option, takers in TAKEN.items():
            words = [command, *OPERANDS.get(command, []), option]
            if option in VALUES:
                words.append('/none' if command not in takers else
                             VALUES[option])
            if command not in takers:
                status, text = adscp(*words)
                line = text.splitlines()[0]
                if status != (3 if command == 'check' else 1) or \
                        f'{command} does not take {option}' not in line or \
                        not ('leave it out' in line or 'use ' in line or
                             'give ' in line or 'instead' in line):
                    refused.append(text)
            elif option in ('--simple', '--ldif', '--site', '--csv', '--json',
                            '--brief', '--warning', '--at', '--observe',
                            '--profile', '--timing'):
                source = [] if option == '--ldif' else ['-l', EXAMPLE]
                text = adscp(*words, *source)[1]
                if 'does not take' in text:
                    refused.append(text)
        contract.check_empty(f'{command} refuses what it has no use for',
                             refused)


def test_nearly():
    for words, wanted in (
            (['predcit'], 'did you mean "predict"'),
            (['lst', '-l', EXAMPLE], 'did you mean "list"'),
            (['serv'], 'did you mean "servers"'),
            (['help', 'chekc'], 'did you mean "check"'),
            (['quux'], 'use predict, list, observe'),
            (['list', '--sit', 'HQ', '--adress', 'x'], 'mean --address?'),
            (['list', '--mial=ann@corp.example'], 'option --mial: did you mean '
             '--mail?'),
            (['list', '--wharever'], 'no option --wharever'),
            (['list', '-site', 'HQ'], 'did you mean --site?'),
            (['list', '-mail', 'a@b.example'], 'did you mean --mail?'),
            (['list', '--json=yes', '-l', EXAMPLE], '--json takes no argument'),
            (['list', 'HQ', '-l', EXAMPLE], '"HQ" is one word too many'),
            ([], 'say what to do: predict, list')):
        status, text = adscp(*words)
        contract.check(' '.join(map(str, words)), status == 1 and
                       wanted in text and 'lists the options' in text, text)
    status, text = adscp('list', '-dns', 'x')
    contract.check('a long option with one dash', '--dns?' in text, text)


def test_urls():
    """Where a name is wanted, a URL is named as one, with the name in it."""
    for words, wanted in (
            (['observe', 'https://mail.corp.example/owa'],
             'not a URL: "mail.corp.example"'),
            (['observe', 'https://mail.corp.example:444/owa'],
             '"mail.corp.example:444"'),
            (['observe', 'https://[2001:db8::1]:444/'], '"[2001:db8::1]:444"'),
            (['observe', 'mail.corp.example/owa'], '"mail.corp.example"'),
            (['observe', 'ann@corp.example'], 'mail address'),
            (['observe', '*.corp.example'], 'one host'),
            (['list', '-d', 'ldap://dc1.corp.example'], 'not a URL'),
            (['list', '-d', 'https://corp.example/'], '"corp.example" is the'),
            (['list', '--follow', 'LDAP://res.example'],
             '"res.example" is the host'),
            (['list', '-a', 'https://192.0.2.1/'], 'not a URL'),
            (['list', '-H', 'dc1.corp.example'], 'ldap://dc1.corp.example'),
            (['list', '-H', 'https://dc1.corp.example'], 'ldaps://'),
            (['list', '--dns', 'udp://192.0.2.1'], 'not a URL'),
            (['list', '-l', EXAMPLE, '--resolve', 'https://a.example:443:::1'],
             'HOST:PORT:ADDRESS'),
            (['list', '-m', 'https://corp.example'], 'not a URL')):
        status, text = adscp(*words)
        contract.check(' '.join(map(str, words)), status == 1 and
                       wanted in text, text)


def test_standard_input():
    text = EXAMPLE.read_text()
    question = ['-s', 'HQ', '-m', 'ann@corp.example', '-t', '2012-02-14']
    _, wanted = adscp('predict', *question, '-j', '-l', EXAMPLE)
    wanted = wanted.replace(str(EXAMPLE), '/dev/stdin')
    for words in (['-l', '-'], ['--ldif=-']):
        _, found = adscp('predict', *question, '-j', *words, stdin=None,
                         input=text)
        contract.check(f'{words} is standard input', found == wanted, found)
    with open(EXAMPLE) as file:
        _, found = adscp('predict', *question, '-j', '-l', '-', stdin=file)
    contract.check('... also where it is a file', found == wanted, found)
    _, found = adscp('list', '-q', '-l', '-', '-l', '-', stdin=None, input=text)
    contract.check('... once only', 'once only' in found, found)
    _, found = adscp('list', '-l', '-', stdin=None, input=text)
    contract.check('... and so it is called', 'Read from       standard input' in
                   found, found)
    status, found = adscp('list', '-l', '-')
    contract.check('an empty one is an error', status == 2 and 'empty' in found,
                   found)
    status, found = adscp('list', '--ldif-at', 'LDAP://res.example=-', '-l',
                          EXAMPLE, stdin=None, input=text)
    contract.check('... for a pointer as well', status == 0, found)


def test_brief():
    question = ['-s', 'HQ', '-m', 'ann@corp.example', '-t', '2012-02-14', '-l',
                EXAMPLE]
    for words in (['predict', *question], ['list', *question],
                  ['sites', '-l', EXAMPLE], ['servers', '-l', EXAMPLE]):
        whole, brief = adscp(*words), adscp(*words, '-q')
        contract.check(f'{words[0]} -q: two lines', brief[0] == whole[0] and
                       brief[1].splitlines() == whole[1].splitlines()[:2], brief)
    status, text = adscp('predict', *question, '-q', '-j')
    contract.check('-q and -j exclude each other', status == 1 and
                   'leave one out' in text, text)


def test_verbose():
    """Findings about others are counted, and shown with -v; JSON has all."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'forest.ldif'
        path.write_text(EXAMPLE.read_text().replace(
            'https://exbr.corp.example/Autodiscover', 'http://exbr/Autodiscover'))
        question = ['-s', 'HQ', '-m', 'ann@corp.example', '-t', '2012-02-14',
                    '-l', path]
        for command in ('predict', 'list'):
            _, brief = adscp(command, *question)
            _, whole = adscp(command, *question, '-v')
            contract.check(f'{command}: findings about others are counted',
                           'scp-url-http' not in brief and
                           'about the rest of the forest (' in brief and
                           '-v shows them' in brief, brief)
            contract.check('... and shown with -v', 'scp-url-http' in whole and
                           whole.index('Findings\n') <
                           whole.index('Findings about the rest') <
                           whole.index('scp-url-http') and
                           '-v shows' not in whole, whole)
            _, document = adscp(command, *question, '-j')
            contract.check('... and in JSON', 'scp-url-http' in document)
            _, own = adscp(command, '-s', 'Branch', *question[2:])
            contract.check('... and first where the client meets them',
                           'scp-url-http' in own, own)


def main():
    test_verbose()
    test_pages()
    test_examples()
    test_matrix()
    test_nearly()
    test_urls()
    test_standard_input()
    test_brief()
    contract.finish()


main()
