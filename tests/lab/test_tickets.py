# SPDX-License-Identifier: MIT
"""The usual failures of a bind by Kerberos: each has a sentence of its own, that
tells an administrator what to do."""

import subprocess
import time

import forest
from lab import REALM, Daemon, pins
from tap import expect, expect_equal, expect_failure, expect_within, test
from test_bind import plain

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z',
            '--timeout', '5']
BOTH = ('GSSAPI', 'GSS-SPNEGO')


def each(name, *args):
    """Register for both mechanisms."""
    def register(function):
        for mechanism in BOTH:
            test(f'{mechanism}: {name}', mechanism, *args)(function)
        return function
    return register


def fails(lab, words, mechanism, *how, **env):
    result = lab.adscp(*QUESTION, '-Y', mechanism, *how, env=env)
    expect_failure(result, 2, words)
    expect_within(result, 5)
    # Tickets are no help where it is not about them.
    expect_equal('hint: "klist"' in result.err,
                 'ticket' in words or 'or its key' in words, result)
    return result


def keytab(lab, name='alice.keytab'):
    """No ticket, but a key."""
    return {'KRB5CCNAME': lab.cache(f'by-{name}-{time.monotonic()}'),
            'KRB5_CLIENT_KTNAME': f'FILE:{lab.home}/{name}'}


def kadmin(lab, *commands):
    for command in commands:
        lab.run(['kadmin.local', '-r', REALM, '-q', command])


def config(lab, name, kdc):
    """A krb5.conf with another KDC."""
    path = lab.home / name
    lab.write_krb5_conf(path, kdc)
    return str(path)


def fresh(lab):
    """A cache that holds no ticket for a server yet."""
    name = f'fresh-{time.monotonic()}'
    lab.kinit('alice', name)
    return lab.cache(name)


@each('no ticket')
def no_ticket(lab, mechanism):
    fails(lab, 'no Kerberos ticket: run kinit', mechanism, *plain(lab).at(),
          KRB5CCNAME=lab.cache('none'))


@each('a ticket that has expired')
def expired(lab, mechanism):
    time.sleep(max(0, lab.expires - time.monotonic()))
    fails(lab, 'the Kerberos ticket has expired: run kinit', mechanism,
          *plain(lab).at(), KRB5CCNAME=lab.cache('expired'))


@each('an alias for a name')
def alias(lab, mechanism):
    result = fails(lab, 'not know the service under this host name', mechanism,
                   '-H', 'ldap://odd.example.test:3890',
                   *pins('odd.example.test', plain(lab).address))
    expect('odd.example.test: ' in result.err and 'hint: -d ' in result.err,
           result)


@each('an address for a name')
def address(lab, mechanism):
    where = plain(lab).address
    fails(lab, 'own full name, not an alias or address', mechanism, '-H',
          f'ldap://{where}:3890')


@each('another realm without a trust')
def no_trust(lab, mechanism):
    path = lab.home / 'other-realm.conf'
    path.write_text((lab.home / 'krb5.conf').read_text().replace(
        '[domain_realm]\n', '[domain_realm]\n    .far.test = FAR.TEST\n'))
    fails(lab, 'a trust is missing', mechanism, '-H', 'ldap://dc.far.test:3890',
          *pins('dc.far.test', plain(lab).address), KRB5CCNAME=fresh(lab),
          KRB5_CONFIG=str(path))


@each('a KDC that refuses')
def no_kdc(lab, mechanism):
    result = fails(lab, r'no Kerberos server \(KDC\) could be reached', mechanism,
                   *plain(lab).at(), KRB5CCNAME=fresh(lab), KRB5_CONFIG=config(
                       lab, 'dead.conf', f'{lab.address(126)}:8800'))
    expect('port 88' in result.err, result)


@test('GSSAPI: a keytab, and no KDC that one could know')
def unknown_kdc(lab):
    path = lab.home / 'empty.conf'
    path.write_text(f'[libdefaults]\ndefault_realm = {REALM}\n'
                    'dns_lookup_kdc = false\n')
    fails(lab, 'is known for the realm', 'GSSAPI', *plain(lab).at(),
          KRB5_CONFIG=str(path), **keytab(lab))


def two_hours_ahead():
    """What faketime tells a program. It would itself stand between us and the
    server, and not pass on that it shall end."""
    told = subprocess.run(['faketime', '-f', '+2h', 'env'], check=True,
                          capture_output=True, text=True).stdout
    return {name: value for name, _, value in
            (line.partition('=') for line in told.splitlines())
            if name in ('LD_PRELOAD', 'FAKETIME')}


def skewed(lab):
    """A KDC whose clock is two hours ahead, on the same database."""
    if hasattr(lab, 'skewed'):
        return lab.skewed
    kdc = f'{lab.address(127)}:8800'
    settings = (lab.home / 'kdc.conf').read_text()
    (lab.home / 'skewed-kdc.conf').write_text(
        settings.replace(f'{lab.address(88)}:8800', kdc))
    lab.skewed = config(lab, 'skewed.conf', kdc)
    daemon = Daemon('skewed KDC', [
        'krb5kdc', '-n', '-r', REALM, '-P', lab.home / 'skewed.pid'],
        lab.env(KRB5_KDC_PROFILE=lab.home / 'skewed-kdc.conf',
                KRB5_CONFIG=lab.skewed, **two_hours_ahead()),
        lab.home / 'skewed.log')
    lab.daemons.append(daemon)
    daemon.wait_until(lambda: 'starting' in daemon.log())
    return lab.skewed


@each('the clock of the KDC differs')
def skew(lab, mechanism):
    result = fails(lab, 'the clocks of this machine and the Kerberos server differ',
                   mechanism, *plain(lab).at(), KRB5CCNAME=fresh(lab),
                   KRB5_CONFIG=skewed(lab))
    expect('hint: "timedatectl"' in result.err, result)


@each('the clock of the directory server differs')
def server_skew(lab, mechanism):
    # The client adjusts itself to the KDC, the server does not.
    fails(lab, "the server's clock or its key", mechanism, *plain(lab).at(),
          KRB5_CONFIG=skewed(lab), **keytab(lab))


@each('the server has another key than the KDC')
def stale_key(lab, mechanism):
    name = f'stale-{mechanism.lower()}.example.test'
    kadmin(lab, f'addprinc -randkey ldap/{name}')
    fails(lab, "the server's clock or its key", mechanism, '-H',
          f'ldap://{name}:3890', *pins(name, plain(lab).address))


@test('GSSAPI: a keytab that is out of date')
def stale_keytab(lab):
    user = 'mover'
    kadmin(lab, f'addprinc -randkey {user}',
           f'ktadd -k {lab.home}/{user}.keytab {user}', f'cpw -randkey {user}')
    fails(lab, 'a keytab may be out of date', 'GSSAPI', *plain(lab).at(),
          **keytab(lab, f'{user}.keytab'))


@test('GSSAPI: a user who is gone')
def gone(lab):
    user = 'gone'
    kadmin(lab, f'addprinc -randkey {user}',
           f'ktadd -k {lab.home}/{user}.keytab {user}',
           f'delprinc -force {user}')
    fails(lab, 'does not know the user', 'GSSAPI', *plain(lab).at(),
          **keytab(lab, f'{user}.keytab'))


@test('GSSAPI: an account that is locked')
def locked(lab):
    user = 'locked'
    kadmin(lab, f'addprinc -randkey {user}',
           f'ktadd -k {lab.home}/{user}.keytab {user}',
           f'modprinc -allow_tix {user}')
    fails(lab, 'disabled or locked', 'GSSAPI', *plain(lab).at(),
          **keytab(lab, f'{user}.keytab'))


@each('the server insists on TLS, and gets it')
def insists_on_tls(lab, mechanism):
    if not hasattr(lab, 'tls_only'):
        lab.tls_only = lab.slapd('tls-only', 123, forest.plain(),
                               extra='security tls=128')
    fails(lab, 'the server insists on TLS', mechanism, *lab.tls_only.at())
    result = lab.adscp(*QUESTION, '-Y', mechanism, '-Z', *lab.tls_only.at())
    expect(result.code == 0, result)


@test('anonymous: the server insists on signing or TLS', 'require strong',
      'insists on signing or TLS')
@test('anonymous: the server insists on TLS', 'security ssf=128',
      'insists on TLS')
def insists(lab, setting, words):
    number = 124 if 'strong' in setting else 125
    server = lab.slapd(f'insists-{number}', number, forest.plain(),
                       extra=setting)
    result = lab.adscp(*QUESTION, *server.at(), '-x')
    expect_failure(result, 2, words)
