#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bash completes what the command takes: every command and option, and no value
where the user's own is wanted."""

import pathlib
import re
import tempfile

import contract

SCRIPT = contract.ROOT / 'examples' / 'adscp.bash'
ADSCP = contract.build() / 'examples' / 'adscp'


def complete(*words):
    """What bash offers for the last of these words."""
    result = contract.run(
        'bash', '--norc', '-c', 'source "$1"; shift; program=$1; shift; '
        'COMP_WORDS=(adscp "$@"); COMP_CWORD=$#; '
        '_adscp "$program" "${COMP_WORDS[COMP_CWORD]}"; '
        'printf "%s\\n" "${COMPREPLY[@]}"', 'bash', SCRIPT, ADSCP, *words,
        cwd=contract.ROOT)
    return sorted(set(result.stdout.split()))


def main():
    contract.behind_sanitizer()
    page = contract.run(ADSCP, '--help').stdout
    commands = sorted(contract.commands())
    contract.check('the commands', complete('') == commands, complete(''))
    contract.check('the beginning of a command',
                   complete('-j', 'se') == ['servers'])
    contract.check('one command is enough', complete('list', '') == [])
    for command in commands:
        options = contract.options(contract.run(ADSCP, 'help', command).stdout)
        found = set(complete(command, '-'))
        contract.check(f'the options of {command}', found == options,
                       found ^ options)
    contract.check('the commands that help knows', complete('help', '') ==
                   commands)
    contract.check('the file of save', complete('save', 'examples/kb') ==
                   ['examples/kb2006728.ldif'])
    contract.check('the beginning of an option',
                   complete('list', '--ldif') == ['--ldif', '--ldif-at'])
    contract.check('files', complete('list', '-l', 'examples/kb') ==
                   ['examples/kb2006728.ldif'])
    contract.check('words', complete('list', '-P', 'o') ==
                   ['outlook', 'oxdisco'])
    export = ['list', '-l', 'examples/kb2006728.ldif']
    contract.check('sites of an export', complete(*export, '-s', '') ==
                   ['Branch', 'HQ'], complete(*export, '-s', ''))
    contract.check('the beginning of a site', complete(*export, '--site', 'B')
                   == ['Branch'])
    contract.check('servers of an export', complete(*export, '--resolve', 'ex0')
                   == ['ex07.corp.example'])
    with tempfile.TemporaryDirectory(prefix='adscp ') as scratch:
        path = pathlib.Path(scratch) / 'odd.ldif'
        text = (contract.ROOT / 'examples' / 'kb2006728.ldif').read_text()
        path.write_text(re.sub(r'\bBranch\b', 'Site $(id) One', text))
        odd = ['list', '-l', re.sub('([^\\w/.-])', r'\\\1', str(path)), '-s']
        contract.check('an odd site, quoted, from a file with a blank',
                       set(r'Site\ \$\(id\)\ One'.split()) <=
                       set(complete(*odd, 'S')), complete(*odd, ''))
        contract.check('no site of a file that is not there',
                       complete('list', '-l', '/nowhere', '-s', '') == [])
    taking = re.findall(r'^  (?:-(\w), |    )--([\w-]+) [A-Z]', page, re.M)
    own = {'profile', 'client', 'mech', 'alert-as', 'findings-as', 'uncertain-as',
           'no-scp-as', 'ldif', 'changes', 'password-file', 'ca', 'cert', 'key', 'trust',
           'roots', 'policy', 'plan', 'cmdlets-to', 'format', 'output', 'since'}
    wrong = [word for letter, name in taking if name not in own
             for word in [f'--{name}', *([f'-{letter}'] if letter else [])]
             if complete(word, '')]
    contract.check_empty('nothing where a value of the user is wanted', wrong)
    contract.check('there are such options', len(taking) > 20)
    contract.finish()


main()
