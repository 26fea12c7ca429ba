#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prediction.to_dict() is the document that the command writes for the same question:
for the questions of the golden cases, and for one that looks at a server."""

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import contract

adscp = contract.python_package()
GOLDEN = contract.ROOT / 'tests' / 'golden'
AT = '2026-01-01T00:00:00Z'
# Cases whose exports hold certificates are made when they are run.
MADE = ('46-kb2006728-certificates', '47-certificates')


def questions():
    """(case, its arguments) of one prediction in each folder, all of some."""
    for folder in sorted(GOLDEN.iterdir()):
        runs = [(path, path.read_text().splitlines())
                for path in sorted(folder.glob('*.args'))
                if not path.with_suffix('.stderr').exists()]
        runs = [run for run in runs if run[1][0] == 'predict']
        if folder.name in MADE:
            yield from runs
        elif not (folder / 'make.py').exists():
            yield from runs[:1]


def place(folder, scratch):
    """The folder where a case's exports are."""
    if not (folder / 'make.py').exists():
        return folder
    where = scratch / folder.name
    if not where.exists():
        where.mkdir()
        subprocess.run([sys.executable, '-B', folder / 'make.py'], cwd=where,
                       check=True, env=dict(os.environ, PYTHONPATH=str(GOLDEN)))
        for export in folder.glob('*.ldif'):
            shutil.copy(export, where)
    return where


def by_command(arguments, where):
    done = contract.run(contract.build() / 'examples' / 'adscp', *arguments,
                        '--json', cwd=where)
    return done.stdout


def moment(text):
    when = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
    return when if when.tzinfo else when.replace(tzinfo=datetime.timezone.utc)


class Question:
    """What the options of the command ask, in Python."""

    def __init__(self, arguments):
        self.reader, self.predictor = adscp.Reader(), adscp.Predictor()
        self.observer = None
        given = iter(arguments[1:])
        for option in given:
            getattr(self, option.removeprefix('--').replace('-', '_'))(given)

    def ldif(self, given):
        self.reader.add_ldif_file(next(given))

    def changes(self, given):
        self.reader.add_changes_file(next(given))

    def ldif_at(self, given):
        target, path = next(given).split('=', 1)
        self.reader.add_ldif_file_at(target, path)
        self.reader.allow_pointer(target.split('://', 1)[1].split(':')[0])

    def site(self, given):
        self.predictor.set_site(next(given))

    def no_site(self, _):
        self.predictor.set_site('')

    def address(self, given):
        self.predictor.set_address(next(given))

    def mail(self, given):
        mail = next(given)
        self.reader.add_mail(mail)
        self.predictor.set_mail(mail)

    def profile(self, given):
        self.predictor.set_profile(adscp.Profile[next(given).upper()])

    def client(self, given):
        self.predictor.set_client(
            adscp.Client[next(given).upper().replace('-', '_')])

    def at(self, given):
        self.predictor.set_time(moment(next(given)))

    def trust(self, given):
        self.predictor.add_trust_file(next(given))

    def roots(self, given):
        self.predictor.set_roots_file(next(given))

    def assume(self, given):
        place, path = next(given).split('=')
        host, _, port = place.partition(':')
        self.predictor.add_assumed_file(host, int(port or 443), path)

    def policy(self, given):
        self.predictor.add_policy_file(next(given))

    def no_observe(self, _):
        pass

    def resolve(self, given):
        self.observer = self.observer or adscp.Observer()
        self.observer.add_resolve(next(given))

    def observe(self, _):
        pass

    def answer(self):
        self.predictor.set_forest(self.reader.read())
        answer = self.predictor.predict()
        if self.observer is None:
            return answer.to_dict()
        for _ in range(2):  # that no SCP answers is known after the first look
            self.observer.add_prediction(answer)
            seen = self.observer.look()
            self.predictor.set_sightings(seen)
            answer = self.predictor.predict()
        return answer.to_dict(seen, self.predictor.judge_sightings())


def by_python(arguments, where):
    before = os.getcwd()
    os.chdir(where)
    try:
        document = Question(arguments).answer()
    finally:
        os.chdir(before)
    return json.dumps(document, indent=2, ensure_ascii=False) + '\n'


def difference(arguments, where):
    """The first line that is another one; None: there is none."""
    wanted, got = by_command(arguments, where), by_python(arguments, where)
    if wanted == got:
        return None
    pairs = zip((wanted + '\nend').split('\n'), (got + '\nend').split('\n'))
    return next(f'{one!r}, not {other!r}' for other, one in pairs if one != other)


def test_golden(scratch):
    wrong, count = [], 0
    for path, arguments in questions():
        at = [] if '--at' in arguments else ['--at', AT]
        found = difference([*arguments, *at], place(path.parent, scratch))
        count += 1
        if found is not None:
            wrong.append(f'{path.parent.name}/{path.stem}: {found}')
    contract.check('there are questions', count > 30, count)
    contract.check_empty('the documents are the same, to the letter', wrong)


def test_seen():
    """Nothing listens where the servers are said to be."""
    arguments = ['predict', '--ldif', 'examples/kb2006728.ldif', '--site', 'HQ',
                 '--mail', 'ann@corp.example', '--at', AT, '--observe']
    for host in ('ex07.', '', 'autodiscover.'):
        arguments += ['--resolve', f'{host}corp.example:443:127.0.0.1:9']
    found = difference(arguments, contract.ROOT)
    contract.check('... also of what was seen', found is None, found)
    contract.check('... which is there', len(json.loads(
        by_python(arguments, contract.ROOT))['observations']) > 1)


def test_plain():
    facts = adscp.Reader(contract.ROOT / 'examples' / 'kb2006728.ldif').read()
    document = adscp.Predictor(facts).predict().to_dict()
    contract.check('a question without a time, a site and an address', (
        document['client']['time'], document['mailbox'], document['then'],
        document['observations']) == (None, None, [], []))


def main():
    with tempfile.TemporaryDirectory() as scratch:
        test_golden(pathlib.Path(scratch))
    test_seen()
    test_plain()
    contract.finish()


main()
