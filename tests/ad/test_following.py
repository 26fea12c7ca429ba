# SPDX-License-Identifier: MIT
"""SCP pointers into the second forest, read with the ticket of the first."""

from tap import expect, expect_equal, test

TIME = ['-t', '2026-01-01T00:00:00Z']
WHOLE = (0, 4)  # nothing is missing, whatever its certificates will do
HOST = 'dc2.partner.example.test'


def predict(lab, mail, *how, **where):
    return lab.adscp('predict', '-j', *TIME, '-s', 'HQ', '-m', mail,
                     '--no-observe', *lab.dc1.at(), *how, **where)


@test('a pointer to a server of the trusted forest, when allowed')
def allowed(lab):
    expect(lab.dc2.alive(), 'the second forest is there')
    result = predict(lab, 'pat@host.test', '--follow', HOST)
    expect(result.code in WHOLE, result)
    answer = result.json
    followed = answer['forest']['pointers_followed']
    expect_equal([each['target'] for each in followed], [f'LDAP://{HOST}:389'])
    expect_equal({row['server'] for row in answer['candidates']},
                 {'PX13', 'PX19'})


@test('a pointer that is not allowed: nobody is asked there')
def refused(lab):
    expect(lab.dc2.alive(), 'the second forest is there')
    with lab.watch() as wire:
        result = predict(lab, 'pat@host.test')
    expect_equal(result.code, 5, result)
    expect_equal(result.json['forest']['pointers_followed'], [], result)
    expect(all(flow.server not in (lab.dc2.address, lab.dc2.address6)
               for flow in wire.flows), wire)


@test('a pointer for another domain does not count')
def other_domain(lab):
    result = predict(lab, 'alice@corp.example.test', '--follow', HOST)
    expect(result.code in WHOLE, result)
    expect_equal(result.json['candidates'][0]['server'], 'EX07', result)
    expect(not any(row['server'] == 'PX13'
                   for row in result.json['candidates']), result)


@test('a pointer to a dead server: what was read is told, and what was not')
def dead(lab):
    result = predict(lab, 'x@dead.test', '--follow', 'dead.example.test')
    expect_equal(result.code, 5, result)
    expect(not result.json['forest']['complete'], result)
