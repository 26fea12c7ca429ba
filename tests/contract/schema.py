#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""examples/adscp.schema.json describes every document: of each command, of errors;
every key in words, every word of the header, and no more than that. It refuses what
is none. The golden tests hold all of their documents against it as well."""

import copy
import json
import re
import sys

import contract

sys.path.insert(0, str(contract.ROOT / 'tests'))
import documents  # pylint: disable=wrong-import-position

adscp = contract.python_package()
SCHEMA = json.loads(documents.SCHEMA.read_text(encoding='utf-8'))
DEFS = SCHEMA['$defs']
DESCRIPTION = (contract.ROOT / 'examples' / 'json.md').read_text(encoding='utf-8')
COMMANDS = contract.ROOT / 'examples' / 'cli' / 'commands.def'
EXPORT = ['-l', str(contract.ROOT / 'examples' / 'kb2006728.ldif')]
CLIENT = ['--site', 'HQ', '--mail', 'ann@corp.example', '--at', '2012-02-14']

# Which enumeration of the header a key has its words from.
WORDS = {
    ('client', 'site_source'): 'PredictionSiteSource', ('client', 'profile'): 'Profile',
    ('forest', 'source'): 'ForestSource', ('candidate', 'group'): 'CandidateGroup',
    ('mailbox', 'kind'): 'MailboxKind', ('hop', 'via'): 'HopVia',
    ('way_step', 'method'): 'StepMethod', ('way_step', 'state'): 'StepState',
    ('way_step', 'errors'): 'StepErrors',
    ('hop', 'action'): 'HopAction', ('service', 'service'): 'ServiceKind',
    ('observation', 'outcome'): 'SightingOutcome',
    ('certificate', 'method'): 'SightingMethod',
    ('alert', 'confidence'): 'AlertConfidence', ('finding', 'severity'): 'FindingSeverity',
}
# Words and keys of the format that no document has yet.
TO_COME = {'about', 'parameters', 'census'}


def nodes(value, where='#'):
    """(place, schema) of every subschema that describes a value of a document."""
    if not isinstance(value, dict):
        return
    for key, each in value.get('properties', {}).items():
        yield f'{where}.{key}', each
        yield from nodes(each, f'{where}.{key}')
    for key in ('items', 'then', 'else'):
        yield from nodes(value.get(key), f'{where}/{key}')
    for each in value.get('anyOf', []) + value.get('allOf', []):
        yield from nodes(each, where)
    for key, each in value.get('$defs', {}).items():
        yield key, each
        yield from nodes(each, key)


def words_of(schema):
    return set(schema['enum']) - {None}


def test_itself():
    if documents.jsonschema is not None:
        documents.jsonschema.Draft202012Validator.check_schema(SCHEMA)
    every = [(place, each) for place, each in nodes(SCHEMA)
             if not place.endswith('.command') or '_document' in place]
    contract.check_empty('every key and every kind of value is described', [
        place for place, each in every if not each.get('description')])
    contract.check_empty('nothing forbids further keys', [
        place for place, each in every if 'additionalProperties' in each
        or 'unevaluatedProperties' in each])
    later = {f'{name}_document' for name in
             set(SCHEMA['else']['properties']['command']['enum']) - commands()}
    names = {place.rpartition('.')[2] for place, _ in every if '.' in place
             and re.split(r'[./]', place)[0] not in later} - TO_COME
    contract.check_empty('json.md names every key', sorted(
        name for name in names if not re.search(rf'`{name}`', DESCRIPTION)))


def test_words():
    contract.check_empty('the words are those of the header', [
        f'{place}: {words_of(DEFS[place[0]]["properties"][place[1]]) ^ words}'
        for place, kind in WORDS.items()
        for words in [{each.word for each in getattr(adscp, kind)}]
        if words_of(DEFS[place[0]]['properties'][place[1]]) != words])
    for name, kind, schema in (
            ('outcomes', 'AlertOutcome', DEFS['outcome']),
            ('reasons', 'AlertReason', DEFS['reasons']['items']),
            ('grades of evidence', 'Evidence', DEFS['evidence']),
            ('sources', 'CertificateSource',
             DEFS['certificate']['properties']['source'])):
        words = {each.word for each in getattr(adscp, kind)}
        contract.check(f'... and so are the {name}',
                       words_of(schema) - TO_COME == words, words_of(schema) ^ words)


def run(*words):
    return contract.run(contract.build() / 'examples' / 'adscp', *words, '--json')


def commands():
    return set(re.findall(r'^COMMAND\(\w+, "([\w-]+)"', COMMANDS.read_text(), re.M))


def answers():
    """{name: document} of every command, and of both kinds of errors."""
    asked = {
        'list': ['list', *CLIENT[:4], *EXPORT], 'predict': ['predict', *CLIENT, *EXPORT],
        'a list without a client': ['list', '--no-site', '--profile', 'oxdisco', *EXPORT],
        'sites': ['sites', *EXPORT], 'servers': ['servers', *EXPORT],
        'observe': ['observe', '127.0.0.1:1', '--timeout', '5'],
        'coverage': ['coverage', *EXPORT],
        'whatif': ['whatif', '--at', '2012-02-14', '--step', 'scp-url EX07 none', '--step',
                   'uninstall EX07', *EXPORT],
        'advise': ['advise', '--at', '2012-02-14', *EXPORT],
        'diff': ['diff', '--at', '2012-02-14', EXPORT[1], EXPORT[1]],
        'check': ['check', *CLIENT, *EXPORT],
        'check of all sites': ['check', '--all-sites', '--at', '2012-02-14', *EXPORT],
        'check, without an answer': ['check', '-l', '/nonexistent'],
        'an error': ['predict', '-l', '/nonexistent'],
        'an error that was looked for': ['predict', '-d', 'corp.example', '--dns',
                                         '127.0.0.1:1', '--timeout', '1'],
        'coverage': ['coverage', '--at', '2012-02-14', *EXPORT],
        'a mistake': ['predict', '--sight', 'HQ'],
    }
    return {name: json.loads(run(*words).stdout) for name, words in asked.items()
            if words[0] in commands()}


def test_answers(found):
    for name, document in found.items():
        contract.check_empty(f'as described: {name}', documents.problems(document))
    described = set(SCHEMA['else']['properties']['command']['enum'])
    answered = {each['command'] for each in found.values() if 'command' in each}
    contract.check('an answer of every command that is described',
                   described & commands() == answered, described ^ answered)


def places(value, path=()):
    """The paths of all keys of a document."""
    if isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from places(each, (*path, key))


def without(document, path, **instead):
    """The document without one key, or with another value there."""
    broken = copy.deepcopy(document)
    inside = broken
    for key in path[:-1]:
        inside = inside[key]
    del inside[path[-1]]
    inside.update({path[-1]: value for value in instead.values()})
    return broken


# Not in every document: later keys, and what only some have.
OPTIONAL = {'about', 'parameters', 'outcome', 'census'}


def test_refusals(found):
    if documents.jsonschema is None:
        return
    for name in ('predict', 'sites', 'servers', 'observe', 'check', 'an error'):
        document = found[name]
        every = list(places(document))
        contract.check_empty(f'a key less is refused: {name}', [
            path for path in every if path[-1] not in OPTIONAL
            and not isinstance(path[-1], int) and 'parameters' not in path
            and not documents.problems(without(document, path))])
        contract.check_empty(f'... and a value of another kind: {name}', [
            path for path in every if 'parameters' not in path
            and not documents.problems(without(document, path, value=0.5))])
        more = {**document, 'a key of a later release': 1}
        contract.check_empty(f'... but not a key more: {name}',
                             documents.problems(more))
    contract.check('what nobody described is refused', all(map(documents.problems, (
        [], {}, {'schema': 'adscp/1'}, {**found['list'], 'command': 'guess'},
        {**found['list'], 'schema': 'adscp/2'}))))


def main():
    test_itself()
    test_words()
    found = answers()
    test_answers(found)
    test_refusals(found)
    contract.finish()


main()
