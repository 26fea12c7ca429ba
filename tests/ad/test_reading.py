# SPDX-License-Identifier: MIT
"""What a domain controller returns, as against an export of it and what we know
that it holds."""

import re

from export import export_to
from names import A
from tap import expect, expect_equal, test
from world import CORP

TIME = ['-t', '2026-01-01T00:00:00Z']
CLIENTS = {
    'in HQ': ['-s', 'HQ'],
    'in a site beyond ASCII': ['-s', 'zürich'],
    'in a site without SCPs': ['-s', 'Lab.2'],
    'without a site': ['--no-site'],
    'by address': ['-a', '10.77.12.9'],
    'by IPv6 address': ['-a', 'fd00:77:13::5'],
    'with a mail address': ['-s', 'HQ', '-m', 'alice@corp.example.test'],
}


CLASSES = ('serviceConnectionPoint', 'msExchExchangeServer', 'site', 'subnet',
           'msExchPrivateMDB', 'msExchVirtualDirectory',
           'certificationAuthority')


def search(lab, dc, *words):
    """By somebody else's client."""
    return lab.run(['ldapsearch', '-LLL', '-Q', '-N', '-Y', 'GSSAPI', '-H',
                    dc.ldap, '-o', 'ldif-wrap=no', '-E', 'pr=1000/noprompt',
                    *words]).out


def exported(lab, dc):
    """All that matters, with all its attributes; made once."""
    path = dc.home / 'all.ldif'
    if not path.exists():
        wanted = ''.join(f'(objectClass={name})' for name in CLASSES)
        root = lab.run(['ldapsearch', '-LLL', '-x', '-H', dc.ldap, '-s', 'base',
                        '-b', '', 'configurationNamingContext',
                        'dnsHostName']).out
        path.write_text(
            root + search(lab, dc, '-b', dc.config, f'(|{wanted})')
            + search(lab, dc, '-b', dc.suffix, '(proxyAddresses=*)'))
    return path


def same(lab, command, profile, client):
    question = [command, '-j', '-P', profile, *TIME, *CLIENTS[client],
                *(['--no-observe'] if command == 'predict' else [])]
    live = lab.adscp(*question, *lab.dc1.at(), '-Y', 'GSSAPI')
    file = lab.adscp(*question, '-l', exported(lab, lab.dc1))
    expect_same(live, file, lab.dc1.host)


def expect_same(live, file, host, sources=1):
    """The same answer, apart from who gave it. An export has no references, and
    Samba gives sites in another order to another search."""
    expect_equal(live.code, file.code, live, file)
    answer, expected = live.json, file.json
    expect_equal(answer['forest'].pop('source'), 'ldap')
    expect_equal(answer['forest'].pop('server'), host)
    expect_equal(expected['forest'].pop('source'), 'ldif')
    expected['forest'].pop('server')
    expect_equal(answer['forest'].pop('sources')[0], f'ldap://{host}:389')
    expect_equal(len(expected['forest'].pop('sources')), sources)
    for each in (answer, expected):
        each['findings'] = sorted(
            (finding for finding in each['findings']
             if finding['code'] != 'references-ignored'), key=str)
    for part in expected:
        expect_equal(answer[part], expected[part], f'part: {part}', live, file)
    expect_equal(list(answer), list(expected))


for each_command in ('list', 'predict'):
    for each_profile in ('outlook', 'ews', 'learn', 'oxdisco'):
        for each_client in CLIENTS:
            test(f'live and export agree: {each_command}, {each_profile}, '
                 f'client {each_client}',
                 each_command, each_profile, each_client)(same)


def listed(lab, dc, *how):
    result = lab.adscp('list', '-j', *TIME, *dc.at(), *how)
    expect_equal(result.code, 0, result)
    return result.json


@test('the oldest comes first, in whatever order the server gives them')
def age(lab):
    # Five of one site: a lucky order is not to be had by chance.
    for client, count, first in (('HQ', 3, 'EX07'), ('Branch', 5, 'MANY')):
        rows = [row for row in listed(lab, lab.dc1, '-s', client)['candidates']
                if row['group'] == 'in-site']
        ages = [row['created'] for row in rows]
        expect_equal((len(set(ages)), ages), (count, sorted(ages)))
        expect_equal(rows[0]['server'], first)


@test('the version of every server')
def versions(lab):
    answer = listed(lab, lab.dc1, '-s', 'HQ')
    told = {row['server']: row['version'] for row in answer['candidates']}
    expected = {'EX07': 'Exchange 2007 SP3', 'EX10': 'Exchange 2010 SP2',
                'EX13': 'Exchange 2013 CU23', 'EX16': 'Exchange 2016 CU23',
                'EX19': 'Exchange 2019 CU15'}
    expect_equal({name: told[name] for name in expected}, expected)


@test('the server refers to another one, and nobody is asked there')
def reference(lab):
    # Samba's own: the schema naming context, by the name of the domain.
    raw = search(lab, lab.dc1, '-b', lab.dc1.config, '(cn=EX07)', '1.1')
    expect(f'# refldap://{CORP}/CN=Schema' in raw, raw)
    # It would lead somewhere else.
    lab.names.pin(CORP, lab.hosts['zurich'].address)
    try:
        with lab.watch() as wire:
            answer = listed(lab, lab.dc1, '-s', 'HQ')
    finally:
        lab.names.static.clear()
    codes = [finding['code'] for finding in answer['findings']]
    expect_equal(codes.count('references-ignored'), 1, codes)
    expect_equal({flow.server for flow in wire.flows if flow.kind == 'tcp'}
                 - {lab.dc1.address, lab.dc1.address6}, set(), wire)
    expect((CORP, A) not in wire.questions(), wire.questions())


@test('more subnets than one page holds')
def pages(lab):
    # 172.16.0.0/24 and on, 1100 of them: the last one counts as well.
    for address in ('172.16.0.1', '172.18.7.200', '172.20.75.9'):
        answer = listed(lab, lab.dc2, '-a', address)
        expect_equal((answer['client']['site'], answer['forest']['complete']),
                     ('Depot', True))
    live = lab.adscp('list', '-j', *TIME, *lab.dc2.at(), '-a', '172.20.75.9')
    file = lab.adscp('list', '-j', *TIME, '-l', exported(lab, lab.dc2), '-a',
                     '172.20.75.9')
    expect_same(live, file, lab.dc2.host)


@test('the global catalog has the SCPs, too')
def catalog(lab):
    result = lab.adscp('list', '-j', *TIME, '-s', 'HQ', '-H',
                       f'{lab.dc1.ldap}:3268', '-Y', 'GSSAPI')
    expect_equal(result.code, 0, result)
    expect_equal(result.json['candidates'],
                 listed(lab, lab.dc1, '-s', 'HQ')['candidates'])


@test('a second domain controller gives the same answer')
def replica(lab):
    first, second = (listed(lab, dc, '-s', 'Branch')
                     for dc in (lab.dc1, lab.dc3))
    expect_equal(second['forest'].pop('server'), lab.dc3.host)
    expect_equal(first['forest'].pop('server'), lab.dc1.host)
    expect_equal([first['forest'].pop('sources'), second['forest'].pop('sources')],
                 [[f'ldap://{dc.host}:389'] for dc in (lab.dc1, lab.dc3)])
    # What was made in one second has no order.
    for answer in (first, second):
        answer['candidates'] = sorted(
            [row['url'] for row in answer['candidates']])
        answer['findings'] = sorted(
            [finding['code'] for finding in answer['findings']])
    expect_equal(second, first)


@test('IPv6 is as good')
def ipv6(lab):
    pin = f'{lab.dc1.host}:389:[{lab.dc1.address6}]'
    with lab.watch() as wire:
        listed(lab, lab.dc1, '-s', 'HQ', '--resolve', pin)
    flow, = wire.to('ldap')
    expect_equal(flow.server, lab.dc1.address6, wire)


@test('README: the command for an export makes one that reads the same')
def readme(lab):
    path = export_to(lab, lab.dc1.ldap, lab.dc1.suffix, lab.home / 'readme')
    scps = search(lab, lab.dc1, '-b', lab.dc1.config,
                  '(objectClass=serviceConnectionPoint)', '1.1')
    count = len(re.findall('^dn:', scps, re.M))
    expect(count > 10, scps)
    expect_equal(path.read_text().count('objectClass: serviceConnectionPoint'),
                 count)
    question = ['list', '-j', *TIME, '-s', 'HQ']
    expect_same(lab.adscp(*question, *lab.dc1.at()),
                lab.adscp(*question, '-l', path), lab.dc1.host)
