# SPDX-License-Identifier: MIT
"""Every bind that a domain controller takes or refuses, by its setting "ldap
server require strong auth": dc1 keeps the default, dc2 lets SASL pass under
TLS."""

import functools
import re
import subprocess

from tap import expect, expect_equal, expect_failure, test
from world import CORP

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z']
TLS = {'ldaps': ('ldaps', []), 'StartTLS': ('ldap', ['-Z'])}


def expect_reads(lab, dc, first, *how, **where):
    result = lab.adscp(*QUESTION, *how, **where)
    expect_equal(result.code, 0, result)
    expect_equal(result.json['candidates'][0]['server'], first, result)
    expect_equal(result.json['forest']['server'], dc.host, result)
    expect(result.json['forest']['complete'], result)
    return result


@functools.cache
def binds_channels():
    """Since its release 4.21, Samba lets a bind pass that is tied to the channel of
    TLS, as Active Directory does. Before, it refused them all by default."""
    said = subprocess.run(['samba', '--version'], check=True, text=True,
                          capture_output=True).stdout
    return tuple(map(int, re.findall(r'\d+', said)[:2])) >= (4, 21)


@test('GSSAPI in clear', 'GSSAPI')
@test('GSS-SPNEGO in clear', 'GSS-SPNEGO')
def sealed(lab, mechanism):
    with lab.watch() as wire:
        expect_reads(lab, lab.dc1, 'EX07', *lab.dc1.at(), '-Y', mechanism)
    flow, = wire.to('ldap')
    for word in (b'utodiscover', b'EX07', b'serviceConnectionPoint'):
        expect(word not in flow.sent + flow.received,
               f'{word} crossed the wire in clear')


for each_mechanism in ('GSSAPI', 'GSS-SPNEGO'):
    for each_tls in TLS:
        @test(f'{each_mechanism} under {each_tls}, by a server of default '
              'settings', each_mechanism, each_tls)
        def default(lab, mechanism, tls):
            scheme, options = TLS[tls]
            how = [*lab.dc1.at(scheme), *options, '-Y', mechanism]
            if binds_channels():
                expect_reads(lab, lab.dc1, 'EX07', *how)
                return
            result = lab.adscp(*QUESTION, *how)
            expect_failure(result, 2, 'under TLS.*Sign or Seal are required')
            expect('-Z' not in result.err, 'TLS is no way out of this', result)

        @test(f'{each_mechanism} under {each_tls}: without a layer, where it '
              'is allowed', each_mechanism, each_tls)
        def allowed(lab, mechanism, tls):
            # A layer inside TLS would be refused (53).
            scheme, options = TLS[tls]
            expect_reads(lab, lab.dc2, 'PX13', *lab.dc2.at(scheme), *options,
                         '-Y', mechanism)


NAMES = {
    'user principal name': 'alice@corp.example.test',
    'domain and name': r'CORP\alice',
    'DN': 'CN=alice,CN=Users,DC=corp,DC=example,DC=test',
}

for each_name in NAMES:
    for each_tls in TLS:
        @test(f'simple bind by {each_name} under {each_tls}', each_name,
              each_tls)
        def simple(lab, name, tls):
            scheme, options = TLS[tls]
            expect_reads(lab, lab.dc1, 'EX07', *lab.dc1.at(scheme), *options,
                         *lab.simple(None, NAMES[name]))


@test('simple bind in clear: nothing is sent')
def simple_in_clear(lab):
    with lab.watch() as wire:
        result = lab.adscp(*QUESTION, *lab.dc1.at(),
                           *lab.person('alice', lab.dc1))
    expect_failure(result, 2, 'clear')
    expect_equal([flow for flow in wire.to('ldap') if flow.sent], [], wire)


@test('simple bind: wrong password', 'alice', 'wrong', 'wrong user name or')
@test('simple bind: unknown user', 'nobody', None, 'wrong user name or')
@test('simple bind: disabled account', 'gone', None, 'disabled')
@test('simple bind: password to be changed', 'late', None, 'change the pass')
def credentials(lab, user, password, words):
    result = lab.adscp(*QUESTION, *lab.dc1.at('ldaps'),
                       *lab.person(user, lab.dc1, password))
    expect_failure(result, 2, words)
    expect_failure(result, 2, r'refused the bind.*\(49')


@test('simple bind: a user of the first forest is unknown in the second')
def foreign_user(lab):
    result = lab.adscp(*QUESTION, *lab.dc2.at('ldaps'),
                       *lab.person('alice', lab.dc1))
    expect_failure(result, 2, 'wrong user name or password')


@test('simple bind: a user of the second forest reads it')
def own_user(lab):
    expect_reads(lab, lab.dc2, 'PX13', *lab.dc2.at('ldaps'),
                 *lab.person('alice', lab.dc2))


@test('anonymous: the rootDSE and no more, in clear', 'ldap')
@test('anonymous: the rootDSE and no more, under TLS', 'ldaps')
def anonymous(lab, scheme):
    result = lab.adscp(*QUESTION, *lab.dc1.at(scheme), '-x')
    expect_failure(result, 2, 'requires a bind|access|right')


@test('EXTERNAL: unknown to this server')
def external(lab):
    result = lab.adscp(*QUESTION, *lab.dc1.at('ldaps'), '-Y', 'EXTERNAL',
                       '--cert', lab.ca / 'ex16.pem', '--key',
                       lab.ca / 'ex16.key')
    expect_failure(result, 2, 'refused')


@test('no ticket')
def no_ticket(lab):
    result = lab.adscp(*QUESTION, *lab.dc1.at(),
                       env={'KRB5CCNAME': lab.cache('empty')})
    expect_failure(result, 2, 'no Kerberos ticket.*kinit')


@test('Kerberos: no service has the name of the domain', CORP)
@test('Kerberos: no service has an address for a name', None)
def no_service(lab, name):
    result = lab.adscp(*QUESTION, '-H', f'ldap://{name or lab.dc1.address}')
    expect_failure(result, 2, 'Kerberos does not know the service')


@test('TLS: a certificate of another CA')
def other_ca(lab):
    result = lab.adscp(*QUESTION, '-H', lab.dc1.ldaps, '--ca',
                       lab.ca / 'other-ca.pem', *lab.person('alice', lab.dc1))
    expect_failure(result, 2, 'certificate.*not accepted')


@test('TLS: a certificate for another name')
def other_name(lab):
    result = lab.adscp(*QUESTION, '-H', f'ldaps://{CORP}', '--ca',
                       lab.ca / 'ca.pem', *lab.person('alice', lab.dc1))
    expect_failure(result, 2, 'certificate.*does not prove the name')


@test('the keytab of a user', 'alice')
@test('the keytab of a computer', 'pc1')
def keytab(lab, name):
    expect_reads(lab, lab.dc1, 'EX07', *lab.dc1.at(), env={
        'KRB5CCNAME': lab.cache(f'keytab-{name}'),
        'KRB5_CLIENT_KTNAME': f'FILE:{lab.dc1.home}/{name}.keytab'})
    tickets = lab.run(['klist'], KRB5CCNAME=lab.cache(f'keytab-{name}')).out
    expect(f'ldap/{lab.dc1.host}@' in tickets, tickets)
    expect(f'{name}@' in tickets.lower().replace('$', ''), tickets)


@test('a ticket of the first forest reads the second, by the trust', 'GSSAPI')
@test('the same by GSS-SPNEGO', 'GSS-SPNEGO')
def trust(lab, mechanism):
    cache = lab.cache(f'trust-{mechanism}')
    lab.kinit('alice', f'trust-{mechanism}')
    expect_reads(lab, lab.dc2, 'PX13', *lab.dc2.at(), '-Y', mechanism,
                 env={'KRB5CCNAME': cache})
    tickets = lab.run(['klist'], KRB5CCNAME=cache).out
    expect('krbtgt/PARTNER.EXAMPLE.TEST@CORP.EXAMPLE.TEST' in tickets, tickets)
    expect(f'ldap/{lab.dc2.host}@PARTNER.EXAMPLE.TEST' in tickets, tickets)
