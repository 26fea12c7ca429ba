# SPDX-License-Identifier: MIT
"""What a client saves here gives the same answers anywhere."""

import re

from tap import expect, expect_equal, test
from test_discovery import DOMAIN, LIST, PREDICT
from test_following import HOST, WHOLE
from world import PARTNER


def document(result):
    """Without what a file cannot be."""
    answer = result.json
    answer['forest'].pop('source')
    answer['forest'].pop('sources')
    answer['findings'] = sorted(answer['findings'], key=str)
    return answer


def saved(lab, *how, client='hq'):
    path = lab.home / 'snapshot.ldif'
    result = lab.adscp('save', path, *how, client=client)
    expect(result.code in (0, 5), result)
    return path


def same(lab, question, reading, people=(), client='hq'):
    """The live answer, and that of its snapshot."""
    live = lab.adscp(*question, *reading, *people, client=client)
    path = saved(lab, *reading, *people, client=client)
    kept = lab.adscp(*question, '-l', path, *people, client='hq')
    expect_equal(live.code, kept.code, live, kept)
    expect_equal(document(kept), document(live))
    return kept


@test('kept: all that one domain controller gives', 'hq')
@test('kept: the site of a client elsewhere', 'branch')
@test('kept: that a client is in no site', 'nosite')
def one_server(lab, client):
    same(lab, LIST, lab.dc1.at(), client=client)


@test('kept: a user and the way to his mailbox')
def user(lab):
    kept = same(lab, PREDICT, DOMAIN, ['-m', 'alice@corp.example.test'])
    expect(kept.json['hops'], kept)


@test('kept: nobody that was not looked for is missing')
def stranger(lab):
    path = saved(lab, *DOMAIN, '-m', 'alice@corp.example.test')
    kept = lab.adscp(*PREDICT, '-l', path, '-m', 'nobody@corp.example.test')
    expect_equal(kept.json['mailbox']['kind'], 'not-read', kept)
    kept = same(lab, PREDICT, DOMAIN, ['-m', 'nobody@corp.example.test'])
    expect_equal(kept.json['mailbox']['kind'], 'not-found', kept)


@test('kept: the forest behind a pointer, in the same file')
def followed(lab):
    expect(lab.dc2.alive(), 'the second forest is there')
    people = ['-m', 'pat@partner.example.test']
    kept = same(lab, PREDICT, [*DOMAIN, '--follow', PARTNER], people)
    expect(kept.code in WHOLE, kept)
    expect_equal({row['server'] for row in kept.json['candidates']},
                 {'PX13', 'PX19'}, kept)
    kept = same(lab, PREDICT, [*lab.dc1.at(), '--follow', HOST],
                ['-m', 'pat@host.test'])
    expect(kept.json['forest']['pointers_followed'], kept)


@test('kept: that a pointer leads to a dead server, and why')
def dead(lab):
    kept = same(lab, PREDICT, [*lab.dc1.at(), '--follow', 'dead.example.test'],
                ['-m', 'x@dead.test'])
    expect_equal(kept.code, 5, kept)
    expect(any(row['code'] == 'pointer-unreachable'
               for row in kept.json['findings']), kept)


@test('--timing tells every phase of the way, and nothing on standard output')
def timing(lab):
    plain = lab.adscp(*PREDICT, *DOMAIN)
    timed = lab.adscp(*PREDICT, *DOMAIN, '--timing')
    expect_equal(timed.json['candidates'], plain.json['candidates'])
    phases = re.findall(r'^adscp: +\d+\.\d{3} ms  (.*)$', timed.err, re.M)
    expect_equal(phases, ['find', 'connect', 'bind', 'rootdse', 'search',
                          'join', 'predict outlook', 'print'], timed)
