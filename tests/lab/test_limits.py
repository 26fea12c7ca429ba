# SPDX-License-Identifier: MIT
"""Limits that mimic Active Directory's MaxPageSize, and references."""

import forest
from tap import expect, expect_equal, test

COUNT = 2500
QUESTION = ['list', '-j', '-s', 'Site7', '-t', '2026-01-01T00:00:00Z']


def forest_of(lab):
    """2,500 SCPs, and two references to a host that must hear nothing."""
    many = forest.many(COUNT)
    for number in range(2):
        many.reference(f'Away{number}',
                       f'ldap://{lab.address(66)}:3890/CN=Away{number}')
    return many


def codes(result):
    return {finding['code'] for finding in result.json['findings']}


def oldest(site):
    """The URL that Outlook takes first there, by the generator's own list."""
    rows = [attributes for _, kind, attributes in forest.many(COUNT).entries
            if kind == 'serviceConnectionPoint'
            and f'Site={site}' in attributes['keywords']]
    return min(rows, key=lambda row: row['whenCreated']
               )['serviceBindingInformation']


@test('2,500 SCPs through pages of 1,000 are read completely')
def paged(lab):
    result = lab.adscp(*QUESTION, *lab.many.at())
    expect_equal(result.code, 0, result)
    answer = result.json
    expect(answer['forest']['complete'], answer['forest'])
    expect_equal(len(answer['candidates']), COUNT)
    expect_equal(answer['candidates'][0]['url'], oldest('Site7'))
    expect('scp-over-1000' in codes(result), codes(result))
    expect('result-partial' not in codes(result), codes(result))


@test('the order of 2,500 SCPs is by group, then age')
def ordered(lab):
    rows = lab.adscp(*QUESTION, *lab.many.at()).json['candidates']
    groups = [row['group'] for row in rows]
    expect_equal(groups, ['in-site'] * 250 + ['elsewhere'] * 2250)
    for part in (rows[:250], rows[250:]):
        ages = [row['created'] for row in part]
        expect_equal(ages, sorted(ages))


@test('long searches side by side keep their pages apart')
def repeated(lab):
    # slapd holds the state of one paged search for each connection, Active
    # Directory that of ten (MaxResultSetsPerConn). SCPs and servers both fill
    # several pages here.
    for _ in range(8):
        result = lab.adscp(*QUESTION, *lab.many.at('ldapi'))
        expect_equal(result.code, 0, result)
        expect_equal(len(result.json['candidates']), COUNT)
        expect(all(row['server'] for row in result.json['candidates']),
               'a server is missing')


@test('a total limit of 1,000 entries: a partial answer that says so')
def limited(lab):
    result = lab.adscp(*QUESTION, *lab.many.at('ldapi'), *lab.simple('bob'))
    expect_equal(result.code, 5, result)
    answer = result.json
    expect(not answer['forest']['complete'], answer['forest'])
    expect_equal(len(answer['candidates']), 1000)
    expect('result-partial' in codes(result), codes(result))


@test('references are counted and never followed')
def references(lab):
    result = lab.adscp(*QUESTION, *lab.many.at())
    expect_equal(result.code, 0, result)
    expect('references-ignored' in codes(result), codes(result))
    text = [finding['text'] for finding in result.json['findings']
            if finding['code'] == 'references-ignored']
    expect('2 references' in text[0], text)
    expect_equal(lab.spy.count, 0, 'somebody followed a reference')
