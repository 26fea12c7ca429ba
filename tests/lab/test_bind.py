# SPDX-License-Identifier: MIT
"""Every way to bind: it passes, it reads, and it is protected."""

import ssl

import forest
from forest import PASSWORD
from lab import HOST, pins
from peers import Relay, TlsRelay
from tap import expect, expect_equal, expect_failure, test

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z']


def expect_reads(lab, server, *how, env=None):
    """The client gets the whole forest; returns what the server logged."""
    mark = server.mark()
    result = lab.adscp(*QUESTION, *how, env=env)
    expect_equal(result.code, 0, result)
    expect_equal(result.json['candidates'][0]['server'], 'EX07', result)
    expect(result.json['forest']['complete'], result)
    return server.since(mark)


def plain(lab):
    """A server with three SCPs, shared by the tests below."""
    if not hasattr(lab, 'plain'):
        lab.plain = lab.slapd('plain', 4, forest.plain())
    return lab.plain


def external(lab):
    return ['-Y', 'EXTERNAL', '--cert', lab.ca / 'alice.pem', '--key',
            lab.ca / 'alice.key']


@test('simple bind over ldaps', 'ldaps', [])
@test('simple bind after StartTLS', 'ldap', ['-Z'])
@test('simple bind over ldapi', 'ldapi', [])
def simple(lab, scheme, options):
    server = plain(lab)
    log = expect_reads(lab, server, *server.at(scheme), *options,
                       *lab.simple('alice'))
    expect('mech=SIMPLE' in log, log)
    expect(('STARTTLS' in log) == ('-Z' in options), log)


@test('simple bind in clear: refused, and the password stays here')
def simple_in_clear(lab):
    server = plain(lab)
    relay = lab.peer(Relay((lab.address(20), 3890),
                           (server.address, server.port)))
    result = lab.adscp(*QUESTION, '-H', server.ldap,
                       *pins(HOST, lab.address(20)), *lab.simple('alice'))
    expect(result.code in (1, 2), result)
    expect_failure(result, result.code, 'TLS|clear|protect')
    expect(PASSWORD.encode() not in relay.heard, relay.heard)


@test('EXTERNAL by client certificate over ldaps', 'ldaps', [])
@test('EXTERNAL by client certificate after StartTLS', 'ldap', ['-Z'])
def certificate(lab, scheme, options):
    server = plain(lab)
    log = expect_reads(lab, server, *server.at(scheme), *options,
                       *external(lab))
    expect('mech=EXTERNAL' in log and 'cn=alice,cn=users' in log.lower(), log)


@test('EXTERNAL on ldapi by peer credentials', ['-Y', 'EXTERNAL'])
@test('ldapi binds by EXTERNAL unless told otherwise', [])
def peer_credentials(lab, how):
    server = plain(lab)
    log = expect_reads(lab, server, '-H', server.ldapi, *how)
    expect('mech=EXTERNAL' in log and 'cn=alice,cn=users' in log.lower(), log)


@test('GSSAPI in clear is signed and sealed', 'GSSAPI', ['-Y', 'GSSAPI'])
@test('GSS-SPNEGO in clear is signed and sealed', 'GSS-SPNEGO',
      ['-Y', 'GSS-SPNEGO'])
@test('GSSAPI is what ldap:// binds by', 'GSSAPI', [])
def sealed(lab, mechanism, how):
    server = plain(lab)
    relay = Relay((lab.address(21), 3890), (server.address, server.port))
    try:
        log = expect_reads(lab, server, '-H', server.ldap,
                           *pins(HOST, lab.address(21)), *how)
    finally:
        relay.stop()
    expect(f'mech={mechanism} bind_ssf=256 ssf=256' in log, log)
    expect(len(relay.said) > 2000, 'the relay saw the conversation')
    for word in (b'utodiscover', b'EX07', b'serviceBinding'):
        expect(word not in relay.said, f'{word} crossed the wire in clear')
    expect(b'serviceConnectionPoint' not in relay.heard, relay.heard)


@test('GSSAPI over ldaps: no layer inside TLS', 'GSSAPI', 'ldaps', [])
@test('GSSAPI after StartTLS: no layer inside TLS', 'GSSAPI', 'ldap', ['-Z'])
@test('GSS-SPNEGO over ldaps: no layer inside TLS', 'GSS-SPNEGO', 'ldaps', [])
@test('GSS-SPNEGO after StartTLS: no layer inside TLS', 'GSS-SPNEGO', 'ldap',
      ['-Z'])
def inside_tls(lab, mechanism, scheme, options):
    # Active Directory refuses a SASL layer under TLS ([MS-ADTS] 5.1.2.1).
    server = plain(lab)
    log = expect_reads(lab, server, *server.at(scheme), *options, '-Y',
                       mechanism)
    expect(f'mech={mechanism} bind_ssf=0 ' in log, log)


def in_the_middle(lab):
    """A TLS connection of its own to each side, with a certificate for our
    server's name that the client trusts, as TLS inspection does it."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(lab.ca / 'middle.pem', lab.ca / 'middle.key')
    theirs = ssl.create_default_context(cafile=lab.ca / 'ca.pem')
    server = plain(lab)
    return TlsRelay((lab.address(22), 6360), (server.address, server.tls_port),
                    ours, theirs, HOST)


@test('channel binding: GSSAPI does not pass a man in the middle', 'GSSAPI')
@test('channel binding: GSS-SPNEGO does not pass a man in the middle',
      'GSS-SPNEGO')
def channel_binding(lab, mechanism):
    server = plain(lab)
    relay = in_the_middle(lab)
    how = ['-H', server.ldaps, *pins(HOST, lab.address(22)), '--ca',
           lab.ca / 'ca.pem']
    try:
        # The relay itself works: what carries no binding passes.
        expect_reads(lab, server, *how, *lab.simple('alice'))
        mark = server.mark()
        result = lab.adscp(*QUESTION, *how, '-Y', mechanism)
    finally:
        relay.stop()
    expect_failure(result, 2, 'refused|rejected|credentials|bind')
    expect('SRCH base="cn=' not in server.since(mark), server.since(mark))


@test('GSSAPI by a keytab of the client', 'GSSAPI')
@test('GSS-SPNEGO by a keytab of the client', 'GSS-SPNEGO')
def keytab(lab, mechanism):
    server = plain(lab)
    cache = lab.cache(f'keytab-{mechanism}')
    log = expect_reads(lab, server, *server.at(), '-Y', mechanism, env={
        'KRB5_CLIENT_KTNAME': f'FILE:{lab.home}/alice.keytab',
        'KRB5CCNAME': cache})
    expect('cn=alice,cn=users' in log.lower(), log)


@test('anonymous: reads where the server lets it')
def anonymous(lab):
    server = lab.slapd('open', 5, forest.plain(), anonymous_read=True)
    log = expect_reads(lab, server, *server.at(), '-x')
    expect('mech=GSS' not in log, log)


@test('anonymous: the rootDSE alone is no answer')
def anonymous_refused(lab):
    result = lab.adscp(*QUESTION, *plain(lab).at(), '-x')
    expect_failure(result, 2, 'access|permi|right')


@test('a server that grants no protection in clear is refused')
def unprotected(lab):
    # By GSS-SPNEGO such a slapd grants it all the same.
    server = lab.slapd('weak', 6, forest.plain(),
                       extra='sasl-secprops maxssf=0')
    mark = server.mark()
    result = lab.adscp(*QUESTION, *server.at(), '-Y', 'GSSAPI')
    expect_failure(result, 2, 'sign|seal|protect|security|layer')
    expect('SRCH base="cn=' not in server.since(mark), server.since(mark))


@test('a forest that never heard of later releases of Exchange')
def old_schema(lab):
    # A class that the schema does not know makes a clause of a filter
    # undefined (RFC 4511 4.5.1.7), and "not undefined" is undefined as well.
    server = lab.slapd('old', 23, forest.plain(), old_schema=True)
    expect_reads(lab, server, *server.at())


@test('StartTLS from a server that has none: no bind follows')
def no_starttls(lab):
    server = lab.slapd('clear', 7, forest.plain(), certificate=None)
    mark = server.mark()
    result = lab.adscp(*QUESTION, *server.at(), '-Z', *lab.simple('alice'))
    expect_failure(result, 2, 'StartTLS|TLS')
    expect('BIND dn' not in server.since(mark), server.since(mark))


@test('the server is asked for by the name that was given')
def service_name(lab):
    # No reverse DNS: the name has no PTR record, and the KDC knows no other.
    server = plain(lab)
    before = len(lab.dns.questions)
    dns = ['--dns', f'{lab.address(53)}:5300']
    result = lab.adscp(*QUESTION, '-H', lab.odd.ldap, *dns)
    expect_equal(result.code, 0, result)
    asked = lab.dns.questions[before:]
    expect((HOST, 1) in asked, asked)
    expect(all(kind in (1, 28) for _, kind in asked), asked)
    tickets = lab.run(['klist'], KRB5CCNAME=lab.cache('alice')).out
    expect(f'ldap/{server.host}@' in tickets, tickets)
