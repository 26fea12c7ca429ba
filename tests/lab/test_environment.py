# SPDX-License-Identifier: MIT
"""Nothing in the environment or the current directory decides: not for the CLI,
and not for a program that calls the library."""

import json

from lab import HERE, HOST, Running
from tap import expect, expect_equal, test
from test_bind import plain

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z']


def hostile(lab):
    """A directory with an ldaprc, and variables of the same spirit."""
    folder = lab.home / 'hostile'
    spy = f'ldap://{lab.address(66)}:3890'
    options = {
        'URI': spy, 'HOST': lab.address(66), 'BASE': 'CN=nowhere',
        'BINDDN': 'CN=nobody', 'SIZELIMIT': '1', 'TIMELIMIT': '1',
        'REFERRALS': 'on', 'DEREF': 'always', 'NETWORK_TIMEOUT': '1',
        'TIMEOUT': '1', 'SASL_MECH': 'PLAIN', 'SASL_SECPROPS': 'none,maxssf=0',
        'SASL_NOCANON': 'off', 'SASL_CBINDING': 'none', 'TLS_REQCERT': 'never',
        'TLS_REQSAN': 'never', 'TLS_CACERT': f'{lab.ca}/other-ca.pem',
        'TLS_CERT': '/nonexistent', 'TLS_KEY': '/nonexistent'}
    if not folder.exists():
        folder.mkdir()
        text = ''.join(f'{name} {value}\n' for name, value in options.items())
        for name in ('ldaprc', 'other'):
            (folder / name).write_text(text)
        (lab.home / 'user' / '.ldaprc').write_text(text)
    variables = {f'LDAP{name}': value for name, value in options.items()}
    variables.update(LDAPCONF=folder / 'other', LDAPRC='other')
    return folder, variables


def library(lab, *how, cwd=None, env=None):
    """The same through ctypes: libldap is not told to read nothing there."""
    shared = lab.build / 'lib' / 'libadscp.so.0'
    env = dict(env or {})
    for tool in ('asan', 'tsan'):
        if f'__{tool}_init'.encode() in shared.read_bytes():
            path = lab.run(['gcc', f'-print-file-name=lib{tool}.so']).out
            env.update(LD_PRELOAD=path.strip(), ASAN_OPTIONS='detect_leaks=0')
    return Running(['/usr/bin/python3', '-B', HERE / 'read.py', shared, *how],
                   lab.env(**env), cwd or lab.home).wait()


def pinned(server):
    return [f'{HOST}:{port}:{server.address}'
            for port in (server.port, server.tls_port)]


@test('environment: a hostile one changes no answer (GSSAPI)', 'ldap',
      ['-Y', 'GSSAPI'])
@test('environment: a hostile one changes no answer (ldaps)', 'ldaps',
      ['-Y', 'GSSAPI'])
@test('environment: a hostile one changes no answer (StartTLS)', 'ldap',
      ['-Z', '-Y', 'GSSAPI'])
@test('environment: a hostile one changes no answer (ldapi)', 'ldapi', [])
def same_answer(lab, scheme, how):
    server = plain(lab)
    folder, variables = hostile(lab)
    normal = lab.adscp(*QUESTION, *server.at(scheme), *how)
    mark = server.mark()
    result = lab.adscp(*QUESTION, *server.at(scheme), *how, cwd=folder,
                       env=variables)
    expect_equal(normal.code, 0, normal)
    expect_equal((result.code, result.out), (0, normal.out), result)
    if scheme == 'ldap' and '-Z' not in how:
        log = server.since(mark)
        expect('bind_ssf=256 ssf=256' in log, log)
    expect_equal(lab.spy.count, 0, 'LDAPURI was used')


@test('environment: TLS_REQCERT=never does not silence a wrong CA')
def certificate_still_checked(lab):
    folder, variables = hostile(lab)
    server = plain(lab)
    result = lab.adscp(*QUESTION, '-H', server.ldaps, *server.pins, '--ca',
                       lab.ca / 'other-ca.pem', cwd=folder, env=variables)
    expect_equal((result.code, result.out), (2, ''), result)
    expect('certificate' in result.err, result)


@test('environment: a hostile one changes nothing for a caller of the library')
def library_same(lab):
    server = plain(lab)
    folder, variables = hostile(lab)
    for scheme in ('ldap', 'ldaps', 'ldapi'):
        how = [getattr(server, scheme), lab.ca / 'ca.pem', *pinned(server)]
        mark = server.mark()
        normal = library(lab, *how)
        result = library(lab, *how, cwd=folder, env=variables)
        expect_equal((normal.code, normal.err), (0, ''), normal)
        expect_equal((result.code, result.out, result.err),
                     (0, normal.out, ''), result)
        answer = json.loads(result.out)
        expect_equal((answer['error'], answer['scps']), (0, 3), result)
        if scheme == 'ldap':
            log = server.since(mark)
            expect_equal(log.count('bind_ssf=256 ssf=256'), 2, log)
    expect_equal(lab.spy.count, 0, 'LDAPURI was used')


@test('environment: the library, too, still checks the certificate')
def library_certificate(lab):
    server = plain(lab)
    folder, variables = hostile(lab)
    result = library(lab, server.ldaps, lab.ca / 'other-ca.pem',
                     *pinned(server), cwd=folder, env=variables)
    expect_equal((result.code, result.err), (0, ''), result)
    answer = json.loads(result.out)
    expect_equal(answer['name'], 'ADSCP_E_TLS', result)
    expect('certificate' in answer['detail'], result)


@test('environment: the library writes nothing by itself')
def library_silent(lab):
    result = library(lab, 'ldap://' + HOST + ':1', lab.ca / 'ca.pem',
                     f'{HOST}:1:{lab.address(99)}')
    expect_equal(result.err, '', result)
    expect_equal(json.loads(result.out)['name'], 'ADSCP_E_CONNECT', result)
