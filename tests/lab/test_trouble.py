# SPDX-License-Identifier: MIT
"""What goes wrong in real networks: the right exit code, nothing on standard
output, a sentence that names the cause, and all of it within the budget."""

import os
import signal
import time

import forest
from lab import HOST, PARTNER, pins, wait_for_stop
from peers import Listener, Relay, SilentDatagrams
from tap import expect, expect_equal, expect_failure, expect_within, test
from test_bind import plain

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z',
            '--timeout', '2']


def fails(lab, words, *how, code=2, env=None):
    result = lab.adscp(*QUESTION, *how, env=env)
    expect_failure(result, code, words)
    expect_within(result, 2)
    return result


# ------------------------------------------------------ name and address --

@test('unknown host')
def unknown_host(lab):
    fails(lab, r'nowhere\.example\.test', '-H', 'ldap://nowhere.example.test',
          '--dns', f'{lab.address(53)}:5300')


@test('refused port')
def refused(lab):
    fails(lab, 'refused', '-H', f'ldap://{HOST}:1', '--resolve',
          f'{HOST}:1:{lab.address(99)}')


@test('no local socket')
def no_socket(lab):
    fails(lab, 'no such file|nonexistent', '-H', 'ldapi://%2Fnonexistent')


# ---------------------------------------------------------- certificates --

@test('wrong CA over ldaps', 'ldaps', [])
@test('wrong CA after StartTLS', 'ldap', ['-Z'])
def wrong_ca(lab, scheme, how):
    server = plain(lab)
    mark = server.mark()
    fails(lab, 'certificate', '-H', getattr(server, scheme), *server.pins,
          '--ca', lab.ca / 'other-ca.pem', *how, *lab.simple('alice'))
    expect('BIND dn' not in server.since(mark), server.since(mark))


@test("wrong name in the server's certificate", 'ldaps', [])
@test("wrong name in the server's certificate, StartTLS", 'ldap', ['-Z'])
def wrong_name(lab, scheme, how):
    port = {'ldap': 3890, 'ldaps': 6360}[scheme]
    fails(lab, 'name|host', '-H', f'{scheme}://other.example.test:{port}',
          *pins('other.example.test', plain(lab).address), '--ca',
          lab.ca / 'ca.pem', *how)


@test('an IP address that the certificate does not name')
def wrong_address(lab):
    server = plain(lab)
    fails(lab, 'name|address', '-H',
          f'ldaps://{server.address}:{server.tls_port}', '--ca',
          lab.ca / 'ca.pem', *lab.simple('alice'))


@test('expired certificate')
def expired_certificate(lab):
    server = lab.slapd('expired', 12, forest.plain(), certificate='expired')
    result = fails(lab, 'expired', *server.at('ldaps'))
    expect('hint: renew that certificate' in result.err, result)


@test('a CA file that is not there')
def no_ca_file(lab):
    server = plain(lab)
    fails(lab, '/nonexistent', '-H', server.ldaps, *server.pins, '--ca',
          '/nonexistent', code=1)


@test('TLS asked of a port that speaks LDAP in clear')
def not_tls(lab):
    server = plain(lab)
    fails(lab, 'TLS|SSL|closed|lost', '-H', f'ldaps://{HOST}:{server.port}',
          *server.pins, '--ca', lab.ca / 'ca.pem')


# ----------------------------------------------------------- credentials --

@test('expired ticket')
def expired_ticket(lab):
    time.sleep(max(0, lab.expires - time.monotonic()))
    fails(lab, 'expired', *plain(lab).at(),
          env={'KRB5CCNAME': lab.cache('expired')})


@test('no ticket', 'GSSAPI')
@test('no ticket, GSS-SPNEGO', 'GSS-SPNEGO')
def no_ticket(lab, mechanism):
    fails(lab, 'credentials|ticket', *plain(lab).at(), '-Y', mechanism,
          env={'KRB5CCNAME': lab.cache('none')})


@test('a server that the KDC does not know')
def no_principal(lab):
    fails(lab, 'not found|principal|SPN', '-H', 'ldap://odd.example.test:3890',
          *pins('odd.example.test', plain(lab).address))


@test('wrong password')
def wrong_password(lab):
    fails(lab, 'credentials|password', *plain(lab).at('ldaps'),
          *lab.simple('alice', password='guess'))


@test('unknown user')
def unknown_user(lab):
    fails(lab, 'credentials|password|bind', *plain(lab).at('ldaps'),
          *lab.simple('x', dn=f'CN=nobody,CN=Users,{forest.SUFFIX}'))


@test('empty password: refused before anything is sent')
def empty_password(lab):
    server = plain(lab)
    mark = server.mark()
    fails(lab, 'password', *server.at('ldaps'), *lab.simple('alice',
                                                            password=''),
          code=1)
    expect('ACCEPT' not in server.since(mark), server.since(mark))


@test('EXTERNAL without a certificate')
def no_certificate(lab):
    fails(lab, 'EXTERNAL.*certificate', *plain(lab).at('ldaps'), '-Y',
          'EXTERNAL', code=1)


@test('EXTERNAL in clear')
def external_in_clear(lab):
    fails(lab, 'EXTERNAL|TLS', *plain(lab).at(), '-Y', 'EXTERNAL', '--cert',
          lab.ca / 'alice.pem', '--key', lab.ca / 'alice.key')


# ---------------------------------------------------------------- rights --

@test('no right to read, and the server says so')
def no_right(lab):
    fails(lab, 'permit|access|right', *plain(lab).at('ldaps'),
          *lab.simple('carol'))


@test('no right to read, and the server shows an empty directory')
def empty_directory(lab):
    result = lab.adscp(*QUESTION, *plain(lab).at('ldaps'),
                       *lab.simple('dave'))
    expect_equal(result.code, 3, result)
    expect_equal(result.json['candidates'], [], result)
    codes = {finding['code'] for finding in result.json['findings']}
    expect('scp-none' in codes, codes)


@test('entries without the expected attributes')
def bare_entries(lab):
    result = lab.adscp(*QUESTION, *plain(lab).at('ldaps'),
                       *lab.simple('erin'))
    expect_equal(result.code, 3, result)
    codes = [finding['code'] for finding in result.json['findings']]
    expect_equal(codes.count('scp-no-url'), 3, result)


# --------------------------------------------------------------- rootDSE --

@test('no configurationNamingContext', 13, [], 'configuration')
@test('several configurationNamingContexts', 14,
      ['CN=Configuration,DC=corp,DC=example,DC=test',
       'CN=Configuration,DC=evil,DC=example,DC=test'], 'configuration')
def naming_context(lab, number, values, words):
    server = lab.slapd(f'context{number}', number, forest.plain(),
                       rootdse={'configurationNamingContext': values})
    fails(lab, words, *server.at())


@test('a configurationNamingContext that does not exist')
def false_context(lab):
    server = lab.slapd('false', 15, forest.plain(), rootdse={
        'configurationNamingContext': ['CN=Configuration,DC=no,DC=test']})
    # noSuchObject is what a client sees that may not read, too.
    result = lab.adscp(*QUESTION, *server.at())
    expect_equal(result.code, 3, result)
    expect_equal(result.json['candidates'], [], result)
    expect_equal(result.json['forest']['config_dn'],
                 'CN=Configuration,DC=no,DC=test', result)


# --------------------------------------------------------------- silence --

def silent_port(lab):
    lab.peer(Listener((lab.address(30), 3890)))
    lab.peer(Listener((lab.address(30), 6360)))
    return pins(HOST, lab.address(30))


def silent_kdc(lab):
    lab.peer(SilentDatagrams((lab.address(31), 8800)))
    lab.peer(Listener((lab.address(31), 8800)))
    path = lab.home / 'silent-krb5.conf'
    lab.write_krb5_conf(path, f'{lab.address(31)}:8800')
    return {'KRB5_CONFIG': path}


def stopped(lab, number):
    server = lab.slapd(f'stopped{number}', number, forest.plain())
    server.signal(signal.SIGSTOP)
    return server


def cut_off(lab, number, what):
    """A server that gets this signal when the client, bound by then, sends its
    search for SCPs; the request itself still reaches the server's socket."""
    server = lab.slapd(f'cut-off{number}', number, forest.plain())

    def watch(data):
        if b'serviceConnectionPoint' in data:
            server.signal(what)
            if what == signal.SIGKILL:
                server.process.wait(5)
            else:
                wait_for_stop(server.process.pid)

    path = str(lab.home / f'relay{number}')
    lab.peer(Relay(path, server.socket, watch))
    return ['-H', 'ldapi://' + path.replace('/', '%2F')]


def start_silences(lab):
    """Every case waits for the whole budget, so they wait together."""
    quiet, ca = silent_port(lab), ['--ca', lab.ca / 'ca.pem']
    kdc = silent_kdc(lab)
    dns = lab.address(32)
    lab.peer(SilentDatagrams((dns, 5300)))
    frozen = stopped(lab, 16)
    server = plain(lab)
    lab.kinit('alice', 'fresh')
    simple = lab.simple('alice')
    no_answer = ['-H', f'ldap://{HOST}', '--dns', f'{dns}:5300']
    cases = {
        'ldap': (['-H', f'ldap://{HOST}:3890', *quiet], {}),
        'ldaps': (['-H', f'ldaps://{HOST}:6360', *quiet, *ca, *simple], {}),
        'starttls': (['-H', f'ldap://{HOST}:3890', *quiet, '-Z', *ca], {}),
        'frozen': (frozen.at(), {}),
        'frozen ldaps': ([*frozen.at('ldaps'), *simple], {}),
        'kdc': (server.at(), {**kdc, 'KRB5CCNAME': lab.cache('fresh')}),
        'kdc spnego': ([*server.at(), '-Y', 'GSS-SPNEGO'],
                       {**kdc, 'KRB5CCNAME': lab.cache('fresh')}),
        'kdc keytab': (server.at(), {
            **kdc, 'KRB5CCNAME': lab.cache('none-yet'),
            'KRB5_CLIENT_KTNAME': f'FILE:{lab.home}/alice.keytab'}),
        'dns': (no_answer, {}),
        'sigstop': (cut_off(lab, 17, signal.SIGSTOP), {}),
    }
    started = {name: lab.start_adscp(*QUESTION, *how, env=env)
               for name, (how, env) in cases.items()}
    return {name: running.wait() for name, running in started.items()}


@test('silence: a port that accepts and says nothing', 'ldap')
@test('silence: the same in the TLS handshake', 'ldaps')
@test('silence: the same after a request for StartTLS', 'starttls')
@test('silence: a stopped server', 'frozen')
@test('silence: a stopped server, ldaps', 'frozen ldaps')
@test('silence: the KDC, asked for a ticket for the server', 'kdc')
@test('silence: the KDC, by GSS-SPNEGO', 'kdc spnego')
@test('silence: the KDC, asked for the first ticket', 'kdc keytab')
@test('silence: the DNS server', 'dns')
@test('silence: a server stopped between bind and search', 'sigstop')
def silence(lab, name):
    if not hasattr(lab, 'silences'):
        lab.silences = start_silences(lab)
    result = lab.silences[name]
    expect_failure(result, 2, 'time|2 s|budget|no answer')
    expect_within(result, 2)
    if name != 'dns':  # may end its tries a little earlier
        expect(result.seconds >= 1.9, 'gave up early', result)


@test('a server killed between bind and search')
def killed(lab):
    result = fails(lab, 'lost|closed|connection|ended',
                   *cut_off(lab, 18, signal.SIGKILL))
    expect(result.seconds < 1.5, 'noticed late', result)


@test('interrupted by SIGINT: ends at once')
def interrupted(lab):
    lab.peer(Listener((lab.address(33), 3890)))
    running = lab.start_adscp(*QUESTION, '-H', f'ldap://{HOST}:3890',
                              *pins(HOST, lab.address(33)))
    time.sleep(0.5)
    os.kill(running.process.pid, signal.SIGINT)
    result = running.wait()
    expect(result.code != 0 and result.out == '', result)
    expect(result.seconds < 1.5, result)


@test('a pointer to a silent server: the budget holds, the answer is partial')
def silent_pointer(lab):
    first = forest.plain()
    first.pointer('res', f'LDAP://{PARTNER}:3890', ['Domain=res.example.test'])
    server = lab.slapd('hopeful', 19, first)
    lab.peer(Listener((lab.address(34), 3890)))
    result = lab.adscp(*QUESTION, '-m', 'ann@res.example.test', '--follow',
                       PARTNER, *server.at(), *pins(PARTNER, lab.address(34)))
    expect_within(result, 2)
    expect_equal(result.code, 5, result)
    expect(not result.json['forest']['complete'], result)
