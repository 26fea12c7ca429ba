#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples for monitoring do what they promise: Prometheus takes the rules and
they fire, the command of Icinga 2 uses options that there are, the units are sound,
and the daily comparison says what changed, and nothing where nothing did."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import contract

HERE = contract.ROOT / 'examples' / 'monitoring'
ADSCP = contract.build() / 'examples' / 'adscp'
EXPORT = contract.ROOT / 'examples' / 'kb2006728.ldif'


def promtool(*words):
    """What it has to say where it is not content; "": nothing, or nobody to ask."""
    if shutil.which('promtool') is None:
        return '' if os.environ.get('ADSCP_BARE') else 'promtool is missing'
    done = subprocess.run(['promtool', *words], cwd=HERE, capture_output=True,
                          text=True, check=False, timeout=60)
    return done.stdout + done.stderr if done.returncode != 0 else ''


def test_prometheus():
    for words in (['check', 'config', 'prometheus.yml'], ['check', 'rules', 'alerts.yml'],
                  ['test', 'rules', 'alerts.test.yml']):
        contract.check(f'promtool {" ".join(words)}', promtool(*words) == '',
                       promtool(*words))
    told = contract.run(ADSCP, 'check', '--format', 'prometheus', '-l', EXPORT).stdout
    used = set(re.findall(r'\badscp_[a-z_]+', (HERE / 'alerts.yml').read_text()))
    contract.check_empty('the rules use metrics that there are',
                         [name for name in used if f'\n{name}' not in told])


def taken():
    return contract.options(contract.run(ADSCP, 'help', 'check').stdout)


def check_line(name, words):
    """A command line of an example, with an export for the directory."""
    words = [word for word in words if word not in ('-d', 'corp.example')]
    done = subprocess.run([ADSCP, *words[1:], '-l', EXPORT], capture_output=True,
                          text=True, check=False, timeout=60)
    contract.check(name, done.returncode in (0, 1, 2), done)


def test_icinga():
    text = (HERE / 'icinga2.conf').read_text()
    options = set(re.findall(r'^    "(--[a-z-]+)" =', text, re.M))
    contract.check('Icinga: options that check takes', options and
                   options <= set(taken()), options - set(taken()))
    macros = set(re.findall(r'\$(adscp_\w+)\$', text))
    given = set(re.findall(r'vars\.(adscp_\w+) =', text))
    contract.check_empty('Icinga: what is given is used', given - macros)
    contract.check('Icinga: brackets', text.count('{') == text.count('}') and
                   text.count('[') == text.count(']'))
    check_line('Icinga: the command', ['adscp', 'check', '--all-sites', '--warning',
                                       '25%', '--critical', '10%', '--timeout', '60'])


def test_units():
    for path in sorted(HERE.glob('*.service')):
        line = re.search(r'^ExecStart=(.*)$', path.read_text(), re.M)[1]
        words = shlex.split(line)
        contract.check(f'{path.name}: a timer starts it',
                       path.with_suffix('.timer').exists())
        if words[0].endswith('/adscp'):
            with tempfile.TemporaryDirectory() as folder:
                words[words.index('--output') + 1] = f'{folder}/adscp.prom'
                check_line(f'{path.name}: the command', words)
                contract.check('... writes its file', os.listdir(folder) ==
                               ['adscp.prom'], os.listdir(folder))
    if shutil.which('systemd-analyze') is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in HERE.glob('*.[st]*i*'):
            text = re.sub(r'^ExecStart=.*$', 'ExecStart=/bin/true', path.read_text(),
                          flags=re.M)
            copy = pathlib.Path(folder) / path.name
            copy.write_text(text)
            copy.chmod(0o644)
        done = subprocess.run(
            ['systemd-analyze', 'verify', *map(str, pathlib.Path(folder).glob('*.*'))],
            capture_output=True, text=True, check=False, timeout=60)
        wrong = [line for line in done.stderr.splitlines() if folder in line]
        contract.check_empty('the units are sound', wrong)


def daily(folder, export, day=None):
    if day is not None:  # it was another day when it was saved
        for path in folder.glob('*.ldif'):
            path.rename(folder / f'{day}.ldif')
    path = f'{ADSCP.parent}{os.pathsep}{os.environ["PATH"]}'
    done = subprocess.run([HERE / 'adscp-daily', folder, '-l', export],
                          env=dict(os.environ, PATH=path), capture_output=True,
                          text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_daily():
    with tempfile.TemporaryDirectory(prefix='two words ') as scratch:
        folder = pathlib.Path(scratch)
        export = folder / 'export'
        shutil.copy(EXPORT, export)
        contract.check('the first day', daily(folder, export) == (0, '', '') and
                       len(list(folder.glob('*.ldif'))) == 1, os.listdir(folder))
        contract.check('the same day again', daily(folder, export) == (0, '', '') and
                       len(list(folder.glob('*.ldif'))) == 1, os.listdir(folder))
        same = daily(folder, export, '2020-01-01')
        contract.check('nothing changed: no word', same == (0, '', '') and
                       len(list(folder.glob('*.ldif'))) == 2, same)
        (folder / '2020-01-01.ldif').unlink()
        export.write_text(export.read_text().replace('ex07.corp', 'ex08.corp'))
        status, words, _ = daily(folder, export, '2020-01-02')
        contract.check('something did: what, and since when', status in (0, 4) and
                       words.startswith('Since 2020-01-02:\n') and 'ex08' in words,
                       status, words)
        before = sorted(folder.iterdir())
        failed = daily(folder, folder / 'nothing')
        contract.check('a day that could not be read leaves nothing',
                       failed[0] == 2 and sorted(folder.iterdir()) == before, failed)


def main():
    test_prometheus()
    test_icinga()
    test_units()
    test_daily()
    contract.check_empty('the page names every file', [
        path.name for path in HERE.iterdir() if path.name != 'README.md' and
        path.suffix != '.timer' and
        f'`{path.name}`' not in (HERE / 'README.md').read_text()
        and not path.name.endswith('daily.service')])
    contract.finish()


main()
