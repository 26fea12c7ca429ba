#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An export that was cut, at every command: the answer says that it is partial,
wherever the cut can be seen. One behind a line end cannot, unless base64, a
snapshot or an answer of ldapsearch ends there."""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
CONFIG = 'CN=Configuration,DC=adatum,DC=example'
SMALL = f"""dn: CN=HQ,CN=Sites,{CONFIG}
objectClass: site

dn: CN=MX1,CN=Services,{CONFIG}
objectClass: serviceConnectionPoint
keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596
keywords: Site=HQ
serviceBindingInformation:: aHR0cHM6Ly9teDEuYWRhdHVtLmV4YW1wbGUveA==
whenCreated: 20120101000000.0Z

dn: CN=MX2,CN=Services,{CONFIG}
objectClass: serviceConnectionPoint
keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596
serviceBindingInformation: https://mx2.adatum.example/x
"""
ENCODINGS = {'utf-8': b'', 'utf-16-le': b'\xff\xfe',
             'utf-16-be': b'\xfe\xff'}
COMMANDS = (['list', '-s', 'HQ'], ['predict', '-s', 'HQ'], ['sites'],
            ['servers'], ['save', '/dev/null'], ['list', '-j'],
            ['predict', '-j'], ['sites', '-j'], ['list', '--csv'])


def status(*arguments):
    return contract.run(ADSCP, *map(str, arguments)).returncode


def test_every_position(path):
    """A cut that can be seen never ends in 0. (test_ldif has every byte.)"""
    for encoding, mark in ENCODINGS.items():
        whole = mark + SMALL.encode(encoding)
        end = '\n'.encode(encoding)
        wrong = []
        for cut in range(len(mark), len(whole), 5):
            path.write_bytes(whole[:cut])
            done = status('list', '-s', 'HQ', '-l', path)
            hidden = whole[:cut].endswith(end) and (
                len(end) == 1 or cut % 2 == 0)
            if done not in (2, 5) and not hidden:
                wrong.append((cut, done))
        contract.check(f'cut anywhere in {encoding}', not wrong, wrong[:5])
        path.write_bytes(whole)
        contract.check(f'the whole in {encoding}',
                       status('list', '-s', 'HQ', '-l', path) == 0)


def test_commands(path, folder):
    """Every command, whichever of several files was cut."""
    whole = folder / 'whole.ldif'
    whole.write_text(SMALL)
    for encoding, mark in ENCODINGS.items():
        path.write_bytes((mark + SMALL.encode(encoding))[:-9])
        for command in COMMANDS:
            for files in (['-l', path], ['-l', path, '-l', whole],
                          ['-l', whole, '-l', path]):
                done = status(*command, *files)
                contract.check(f'{" ".join(command)}: {len(files) // 2} '
                               f'file(s) in {encoding}', done == 5, done)
        done = contract.run(ADSCP, 'check', '-s', 'HQ', '-l', str(path))
        contract.check(f'check: UNKNOWN in {encoding}', done.returncode == 3 and
                       'cut short' in done.stdout, done.stdout)


def test_diff(path, folder):
    """Either of the two was cut: which, and why, and no word is certain."""
    whole = folder / 'whole.ldif'
    whole.write_text(SMALL)
    path.write_text(SMALL[:-9])
    for files in (whole, path), (path, whole):
        done = contract.run(ADSCP, 'diff', '-q', *map(str, files))
        first, second = done.stdout.split('\n')[:2]
        contract.check(f'diff: {files[1].name} second', done.returncode in (4, 5)
                       and f'; incomplete: {path}:14: the file was cut' in second
                       and ('No answer' not in first or
                            ', as far as was read' in first), done.stdout)
        document = json.loads(contract.run(ADSCP, 'diff', '-j', *map(
            str, files)).stdout)
        contract.check('... in JSON', document['complete'] is False)
    same = json.loads(contract.run(ADSCP, 'diff', '-j', str(whole), str(whole)
                                   ).stdout)
    contract.check('diff of whole ones', same['complete'] is True)


def test_finding(path):
    path.write_text(SMALL[:-9])
    done = contract.run(ADSCP, 'list', '-j', '-s', 'HQ', '-l', str(path))
    answer = json.loads(done.stdout)
    texts = [row['text'] for row in answer['findings']
             if row['code'] == 'ldif-truncated']
    contract.check('the finding names the file', len(texts) == 1 and
                   texts[0].startswith(f'{path}:14: the file was cut: '), texts)
    contract.check('the answer is not complete',
                   answer['forest']['complete'] is False)
    words = contract.run(ADSCP, 'predict', '-s', 'HQ', '-l', str(path)).stdout
    contract.check('the words say it', 'Incomplete' in words and
                   'ldif-truncated' in words, words)


def test_snapshot(path):
    """A snapshot without its end, wherever else it was cut."""
    whole = contract.run(ADSCP, 'save', '-', '-l', str(EXAMPLE)).stdout
    lines = whole.splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if line.startswith('dn:')) + 2
    wrong = []
    for count in [*range(first, first + 12), *range(first, len(lines) - 2, 29),
                  len(lines) - 3, len(lines) - 2]:
        path.write_text(''.join(lines[:count]))
        if status('list', '-s', 'HQ', '-l', path) != 5:
            wrong.append(count)
    contract.check('a snapshot behind any line', not wrong, wrong)
    path.write_text(''.join(lines[:-1]))
    contract.check('no blank line at its end', status(
        'list', '-s', 'HQ', '-l', path) == 0)
    path.write_text(''.join(lines[:20]))
    again = contract.run(ADSCP, 'save', '-', '-l', str(path)).stdout
    path.write_text(again)
    contract.check('the snapshot of a cut one', status(
        'list', '-s', 'HQ', '-l', path) == 5)


def test_look(path, folder):
    """What servers showed when a snapshot was saved: it counts when the file is
    read, and a damaged line of it is missed."""
    nobody = ['--resolve', '*:443:127.0.0.1:1', '--resolve',
              'ex07.corp.example:443:127.0.0.1:1', '--timeout', '5']
    ask = ['predict', '-s', 'HQ', '--at', '2012-02-14', '-l']
    status('save', path, '-l', EXAMPLE, '-o', *nobody)
    saved = contract.run(ADSCP, *ask, str(path), '-q').stdout
    contract.check('what was seen counts', 'EX07 and EX10 cannot be reached' in saved,
                   saved)
    saved = contract.run(ADSCP, 'coverage', '--at', '2012-02-14', '-l',
                         str(path), '-q').stdout
    contract.check('also in a coverage',
                   '(as seen when the file was saved)' in saved, saved)
    both = contract.run(ADSCP, 'diff', '-q', '--at', '2012-02-14', str(EXAMPLE),
                        str(path)).stdout
    contract.check('a diff with one look says so',
                   'only one of them holds what servers showed' in both, both)
    blind = contract.run(ADSCP, *ask, str(path), '-q', '--no-observe').stdout
    contract.check('not if that is not wanted', 'forecast' in blind, blind)
    lines = path.read_text().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines)
              if line.startswith('adscpReading: seen ex07'))
    for name, line in {'cut': lines[at][:45] + '\n',
                       'a port beyond all': lines[at].replace('443', '99443'),
                       'words': 'adscpReading: looked twice\n'}.items():
        path.write_text(''.join(lines[:at] + [line] + lines[at + 1:]))
        again = folder / 'again.ldif'
        status('save', again, '-l', path)
        for read in path, again:
            done = contract.run(ADSCP, *ask, str(read), '-j')
            codes = [row['code']
                     for row in json.loads(done.stdout)['findings']]
            contract.check(f'damaged, {name}: told from {read.name}',
                           'snapshot-look-damaged' in codes and
                           done.returncode == 5, (done.returncode, codes))


def test_head(path):
    """The record that says what was read is broken, or gone."""
    whole = contract.run(ADSCP, 'save', '-', '-l', str(EXAMPLE)).stdout
    head = whole.index('adscpReading: directory')
    end = whole.index('\n\n', head)
    for name, text in {'broken': whole[:head + 8] + '\n' + whole[head + 8:],
                       'gone': whole[:head] + 'objectClass: top' + whole[end:]
                       }.items():
        path.write_text(text)
        done = contract.run(ADSCP, 'list', '-s', 'HQ', '-q', '-l', str(path))
        contract.check(f'a head that is {name}', done.returncode == 5 and
                       'incomplete' in done.stdout, done.stdout)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        path = folder / 'forest.ldif'
        test_every_position(path)
        test_commands(path, folder)
        test_diff(path, folder)
        test_finding(path)
        test_snapshot(path)
        test_look(path, folder)
        test_head(path)
    contract.finish()


main()
