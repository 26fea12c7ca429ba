#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The three ways to make an export: README.md's ldapsearch and ldifde, and
export.ps1. All ask for the same entries and attributes, and for every attribute
that the library reads. No PowerShell is here: its brackets and quotes balance, it
assigns none of PowerShell's own variables, and adscp reads what it would write."""

import base64
import json
import pathlib
import re
import tempfile

import contract

README = (contract.ROOT / 'README.md').read_text()
SCRIPT = (contract.ROOT / 'examples' / 'export.ps1').read_text()
FIELDS = contract.ROOT / 'lib' / 'facts' / 'decode' / 'fields.def'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
USER = 'ann@corp.example'


# -------------------------------------------------------------- what is asked for


def by_ldapsearch():
    """[(filter, attributes)] of the three searches."""
    block = re.search(r'<!-- test: export -->\n```sh\n(.*?)```', README, re.S)[1]
    asked = []
    for command in re.findall(r'^ask -.*?$', block.replace('\\\n', ' '), re.M):
        command = command.partition(' >')[0]
        found = re.search(r" '(\(.*\))' ", command)
        words = (command[found.end():] if found else
                 command.partition("''")[2]).split()
        asked.append((found[1] if found else None, sorted(words)))
    return asked


def by_ldifde():
    return [(found[1], sorted(found[2].split(','))) for found in
            re.finditer(r'^ldifde .* -r "(.*?)" -l "(.*?)"$', README, re.M)]


def texts(name):
    """The quoted texts of what the script assigns to a variable."""
    value = re.search(rf'^\${name} = (.*?)\n\n', SCRIPT, re.S | re.M)[1]
    value = re.split(r'^\$', value, maxsplit=1, flags=re.M)[0]
    return re.findall(r"'([^']*)'", value)


def by_script():
    return [(''.join(texts(f'{name}Filter')).replace('{0}', USER) or None
             if name != 'root' else None, sorted(texts(f'{name}Attributes')))
            for name in ('root', 'forest', 'user')]


def read_attributes():
    """Those that the library takes from an export's entries, not the server's."""
    return {name for name, of in re.findall(r'^FIELD\(\w+, "(\w+)",\s*(.*)',
                                            FIELDS.read_text(), re.M)
            if not re.match(r'OF\((ROOT|PING|CENSUS|DOMAIN)\)|0\)', of)}


def test_questions():
    ldapsearch = by_ldapsearch()
    contract.check('README.md has three searches by ldapsearch', len(
        ldapsearch) == 3 and all(len(words) > 2 for _, words in ldapsearch),
        ldapsearch)
    contract.check('ldifde asks for the same', by_ldifde() == ldapsearch[1:],
                   by_ldifde())
    contract.check('export.ps1 asks for the same', by_script() == ldapsearch,
                   by_script())
    asked = {word for _, words in ldapsearch[1:] for word in words}
    contract.check('... for all that is read', asked - {'cn'} ==
                   read_attributes(), asked ^ read_attributes())


# -------------------------------------------------------------- the script's text

TOKEN = re.compile(r'''(?P<comment><\#.*?\#>|\#[^\n]*)
                     | (?P<text>'(?:[^'\n]|'')*'|"(?:[^"`\n]|`.|"")*")
                     | (?P<open>[@$]?[({]|\[) | (?P<close>[)}\]])
                     | (?P<stray>['"])
                     | (?P<other>[^'"\#<()\[\]{}@$]+|.)''', re.S | re.X)
PAIRS = {')': '(', ']': '[', '}': '{'}


def unbalanced(script):
    """What is open at the end, or closes nothing."""
    waiting = []
    for token in TOKEN.finditer(script):
        if token['open']:
            waiting.append(token['open'][-1])
        elif token['stray'] or (token['close'] and (
                not waiting or waiting.pop() != PAIRS[token['close']])):
            return script[token.start():token.start() + 60]
    return ''.join(waiting)


# PowerShell forbids some of them, and gives others a meaning.
ITS_OWN = {'args', 'error', 'event', 'foreach', 'home', 'host', 'input', 'lastexitcode',
           'matches', 'myinvocation', 'null', 'pid', 'profile', 'pshome', 'pwd',
           'sender', 'shellid', 'switch', 'this', 'true', 'false'}


def assigned(script):
    names = re.findall(r'\$(\w+)\s*(?:=(?!=)|\+=|,\s*\$\w+\s*=)|foreach \(\$(\w+) in|'
                       r'\[\w+(?:\[\])?\] \$(\w+)[,)]', script)
    return {name.lower() for row in names for name in row if name}


def test_text():
    contract.check('brackets and quotes of export.ps1 balance',
                   not unbalanced(SCRIPT), unbalanced(SCRIPT))
    code = SCRIPT.partition('#>')[2]
    broken = [code.replace(what, '', 1) for what in ("'", '}\n', '(', '[0])')]
    contract.check('... and would be missed', not unbalanced(code) and
                   all(map(unbalanced, broken)))
    contract.check('PowerShell gets its own variables back',
                   {'writer', 'part', 'attribute', 'database'} <= assigned(SCRIPT)
                   and not assigned(SCRIPT) & ITS_OWN, assigned(SCRIPT) & ITS_OWN)
    contract.check('no module is asked for', not re.search(
        r'Import-Module|#Requires|Get-AD|\bAdd-Type\b', SCRIPT, re.I))
    contract.check('any console reads it', SCRIPT.isascii())


# ------------------------------------------------------------------ what it writes


def entries(text):
    """[[(name, bytes)]] of an LDIF export without odd things in it."""
    text = re.sub(r'^#.*\n', '', text, flags=re.M).replace('\n ', '')
    found = []
    for record in re.split(r'\n{2,}', text.strip('\n')):
        rows = [re.match(r'([\w;-]+)(::?) *(.*)', line).groups()
                for line in record.split('\n')]
        found.append([(name, base64.b64decode(value) if mark == '::' else
                       value.encode()) for name, mark, value in rows])
    return found


# What ADSI gives as bytes, and the script as base64.
OCTETS = {'cacertificate', 'msexchserverinternaltlscert'}


def as_written(export, safe):
    """The entries as export.ps1 writes them: what it asks for, in its order."""
    asked = [[name.lower() for name in words] for _, words in by_script()]
    lines = ['version: 1', '']
    for rows in export:
        of_user = any(name == 'proxyAddresses' for name, _ in rows)
        wanted = (['dn'] + asked[0 if not rows[0][1] else 2 if of_user else 1])
        for name in wanted:
            for value in [value for key, value in rows if key.lower() == name]:
                text = value.decode('utf-8', 'replace')
                plain = name not in OCTETS and re.search(safe, text)
                lines.append('dn:' if name == 'dn' and not value else
                             f'{name}: {text}' if plain else
                             f'{name}:: {base64.b64encode(value).decode()}')
        lines.append('')
    return '\ufeff' + ''.join(f'{line}\r\n' for line in lines)


def answer(file):
    """All of it but the file's name."""
    document = json.loads(contract.run(
        contract.build() / 'examples' / 'adscp', 'predict', '--site', 'HQ', '--mail',
        USER, '--at', '2012-02-14', '--json', '-l', file).stdout)
    contract.check(f'its source is named: {file.name}',
                   document['forest'].pop('sources') == [str(file)])
    return document


def test_output():
    contract.check('UTF-8 with a byte order mark, lines as Windows has them',
                   'UTF8Encoding $true' in SCRIPT and
                   r'NewLine = "`r`n"' in SCRIPT)
    safe = re.search(r"^\$safe = '(.*)'$", SCRIPT, re.M)[1].replace(r'\z', r'\Z')
    values = {'plain': True, '': True, ' blank': False, 'blank ': False,
              ':colon': False, '<file': False, 'a:b <c': True, 'Z\u00fcrich': False,
              'two\nlines': False, 'end\n': False, 'nul\0': False}
    contract.check('what LDIF cannot show is written in base64', {
        text: bool(re.search(safe, text)) for text in values} == values)
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch) / 'Z\u00fcrich 1.ldif'
        plain = answer(EXAMPLE)
        file.write_text(as_written(entries(EXAMPLE.read_text()), safe),
                        encoding='utf-8', newline='')
        contract.check('adscp reads it as it does an export of ldapsearch',
                       plain['hops'][0]['server'] == 'EX07' and
                       answer(file) == plain)


def main():
    test_questions()
    test_text()
    test_output()
    contract.finish()


main()
