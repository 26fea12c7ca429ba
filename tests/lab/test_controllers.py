# SPDX-License-Identifier: MIT
"""Two domain controllers of one forest: do they give the same SCPs, and the same
first server?"""

import forest
from tap import expect, expect_equal, test

TIME = ['-t', '2026-01-01T00:00:00Z']
SECOND = 'dc2.corp.example.test'


def other_url():
    """EX10's SCP was changed at the other controller."""
    made = forest.plain()
    for dn, _, attributes in made.entries:
        if dn.startswith('CN=EX10,CN=Autodiscover'):
            attributes['keywords'] = [forest.URL_GUID, 'Site=Branch']
    return made


def pair(lab, second):
    return (lab.slapd('first', 150, forest.plain()),
            lab.slapd('second', 151, second,
                      rootdse={'dNSHostName': [SECOND]}))


def at(*servers):
    return [word for server in servers for word in ('-H', server.ldapi)]


def diff(lab, *words, code=0):
    done = lab.adscp('diff', *TIME, *words, '-Y', 'EXTERNAL')
    expect_equal(done.code, code, done)
    return done


def stop(*servers):
    for server in servers:
        server.stop()


@test('diff -H -H: controllers that differ')
def differ(lab):
    servers = pair(lab, other_url())
    try:
        answer = diff(lab, '-j', *at(*servers)).json
        finding, = [each for each in answer['findings_added']
                    if each['code'] == 'dc-disagree']
        expect_equal((finding['severity'], finding['parameters']), ('warning', {
            'server': lab.odd.host, 'other_server': SECOND, 'count': 1}))
        expect(any(row['kind'] == 'scp' for row in answer['facts']), answer)
        told = diff(lab, *at(*servers)).out
        expect('do not give the same SCPs' in told.splitlines()[0] and
               'another first server' in told.splitlines()[0], told)
        same = diff(lab, *at(servers[0], servers[0]), '-j').json
        expect_equal((same['facts'], same['findings_added']), ([], []))
        saved = lab.home / 'first.snapshot'
        done = lab.adscp('save', saved, '-H', servers[0].ldapi, '-Y', 'EXTERNAL')
        expect_equal(done.code, 0, done)
        live = diff(lab, saved, *at(servers[1]), '-j').json
        expect_equal(live['facts'], answer['facts'])
        expect('dc-disagree' not in str(live['findings_added']), live)
    finally:
        stop(*servers)


@test('diff -H -H: controllers that agree')
def agree(lab):
    servers = (lab.slapd('third', 152, forest.plain()),
               lab.slapd('fourth', 153, forest.plain(),
                         rootdse={'dNSHostName': [SECOND]}))
    try:
        told = diff(lab, *at(*servers)).out
        expect('give the same SCPs, and the same first server' in
               told.splitlines()[0], told)
    finally:
        stop(*servers)


@test('diff: what is compared must be told')
def usage(lab):
    for words in ([], ['a'], ['-H', 'ldap://127.0.0.1:1'],
                  ['a', 'b', '-H', 'ldap://127.0.0.1:1']):
        done = lab.adscp('diff', *words)
        expect_equal(done.code, 1, done)
        expect('say what to compare' in done.err, done)
