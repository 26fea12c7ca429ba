# SPDX-License-Identifier: MIT
"""One forest, two ways to read it: the export that README.md tells people to
make and the live directory give the same answer."""

import re

from export import export_to
from tap import expect, expect_equal, test

TIME = ['-t', '2026-01-01T00:00:00Z']
CLIENTS = {
    'in HQ': ['-s', 'HQ'],
    'in a site beyond ASCII': ['-s', 'zürich'],
    'without a site': ['--no-site'],
    'by address': ['-a', '10.1.7.9'],
    'by IPv6 address': ['-a', 'fd00:1::5'],
    'with a mail address': ['-s', 'HQ', '-m', 'ann@corp.example.test'],
}


def export(lab, server):
    """ldapsearch cannot pin a name to an address, so it gets the address."""
    return export_to(lab, f'ldap://{server.address}:{server.port}',
                     server.forest.suffix, server.home / 'export')


def exported(lab):
    if not hasattr(lab, 'export'):
        lab.export = export(lab, lab.odd)
    return lab.export


@test('README: the command for an export makes one')
def makes_export(lab):
    text = exported(lab).read_text()
    scps = [dn for dn, kind, _ in lab.odd.forest.entries
            if kind == 'serviceConnectionPoint']
    expect(text.lower().count('serviceclassname: ') > 10, text[:2000])
    expect_equal(text.count('objectClass: serviceConnectionPoint'), len(scps))


def without_mailbox(answer):
    """README's export holds no users: that nobody was found, or looked for, is
    all that may differ, and that these servers have no certificate, which only a
    live read knows. test_mailbox.py has an export with users."""
    expect((answer.get('mailbox') or {}).get('kind') in (
        None, 'not-read', 'not-found'), answer)
    answer.pop('mailbox', None)
    answer['findings'] = [row for row in answer['findings'] if row['code']
                          not in ('mailbox-not-read', 'mailbox-not-found',
                                  'attribute-not-exported')]
    return answer


def same(lab, command, profile, client):
    question = [command, '-j', '-P', profile, *TIME, *CLIENTS[client]]
    live = lab.adscp(*question, *lab.odd.at(), '-Y', 'GSSAPI')
    file = lab.adscp(*question, '-l', exported(lab))
    expect_equal(live.code, file.code, live, file)
    expect(live.code in (0, 3, 5), live)
    answer, expected = map(without_mailbox, (live.json, file.json))
    expect_equal(answer['forest'].pop('source'), 'ldap')
    expect_equal(answer['forest'].pop('server'), lab.odd.host)
    expect_equal(answer['forest'].pop('sources'),
                 [f'ldap://{lab.odd.host}:{lab.odd.port}'])
    expect_equal(expected['forest'].pop('source'), 'ldif')
    expect_equal(expected['forest'].pop('sources'), [str(exported(lab))])
    expected['forest'].pop('server')
    for part in expected:
        expect_equal(answer[part], expected[part], f'part: {part}', live, file)
    expect_equal(list(answer), list(expected))


for each_command in ('list', 'predict'):
    for each_profile in ('outlook', 'ews', 'learn', 'oxdisco'):
        for each_client in CLIENTS:
            test(f'live and export agree: {each_command}, {each_profile}, '
                 f'client {each_client}',
                 each_command, each_profile, each_client)(same)


@test('live: servers have the versions that the directory records')
def versions(lab):
    live = lab.adscp('list', '-j', '-s', 'HQ', *TIME, *lab.odd.at())
    told = {row['server']: row['version'] for row in live.json['candidates']}
    expected = {'EX07': 'Exchange 2007 SP3', 'EX10': 'Exchange 2010 SP2',
                'EX13': 'Exchange 2013 CU23', 'DISAGREE': 'Exchange 2016 CU23',
                'NONSENSE': None, 'UNTOLD': None}
    expect_equal({name: told[name] for name in expected}, expected, live)
    expect('server-version-disagree' in live.out, live)


@test('live and export agree: the default output names the same servers')
def same_words(lab):
    question = ['predict', *TIME, '-s', 'HQ']
    live = lab.adscp(*question, *lab.odd.at())
    file = lab.adscp(*question, '-l', exported(lab))
    expect_equal((live.code, file.code), (0, 0), live, file)
    urls = [re.findall(r'https?://\S+', result.out) for result in (live, file)]
    expect(urls[0], live)
    expect_equal(urls[0], urls[1], live, file)
    expect('\x1b' not in live.out, 'an escape of the directory got through')
