#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What servers show, and what the observer sees: run.py BUILD [WORD...].

Real servers (OpenSSL, GnuTLS, NSS) are looked at all in one go, hostile peers one
after the other, each beside three good servers. Everything is on loopback. Every
look is a process of its own with SIGPIPE at its default, so that a crash, a signal
or a sanitizer's word is a failed test and not the end of the run."""

import os
import pathlib
import resource
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lab'), str(HERE.parent / 'contract')]

import certificates                                      # noqa: E402
import contract                                          # noqa: E402
import peers                                             # noqa: E402
from names import Dns                                    # noqa: E402
from peers import (ALERT, CERTIFICATE, HELLO_REQUEST, KEY_EXCHANGE,  # noqa: E402
                   SERVER_HELLO, STATUS, Peer, alert, answering, certificate,
                   flight, holding, message, record, records, request,
                   server_hello, vector)
from servers import Servers, run_tests                   # noqa: E402
from tap import expect, expect_equal, test               # noqa: E402

HOST = certificates.HOST
SANITIZED = bool(contract.sanitizers())
COLUMNS = ('host', 'port', 'address', 'address_port', 'outcome', 'method',
           'proven', 'version', 'request', 'detail')


class Row:
    def __init__(self, line):
        words = line.split('\t')
        self.chain = [bytes.fromhex(word) for word in words[len(COLUMNS):]]
        self.text = '\t'.join(words[:len(COLUMNS)])
        for name, word in zip(COLUMNS, words):
            setattr(self, name, int(word) if name.endswith('port') else
                    None if word == '-' else word)

    def __str__(self):
        return f'{self.text}\t{[len(der) for der in self.chain]}'


class Look:
    """One look, and how it ended."""

    def __init__(self, program, hosts, options=(), budget=8000, **more):
        words = [str(word) for host in hosts for word in host]
        done = subprocess.run(
            [program, str(budget), *options, *words], capture_output=True,
            stdin=subprocess.DEVNULL, timeout=120, text=True, **more)
        self.status, self.err = done.returncode, done.stderr
        self.rows, self.lines, self.facts = [], done.stdout, {}
        for line in done.stdout.splitlines():
            key, _, value = line.partition(' ')
            if key == 'row':
                self.rows.append(Row(value))
            else:
                self.facts[key] = value
        expect(self.status == 0 and not self.err, 'the client did not survive',
               f'status {self.status}', self.err[-3000:], self)

    def number(self, key):
        return int(self.facts[key])

    def __str__(self):
        return '\n'.join([str(self.facts), *map(str, self.rows)])


class Lab:
    def __init__(self, build, directory):
        self.build = pathlib.Path(build).resolve()
        self.program = str(self.build / 'tests' / 'tls' / 'look')
        self.made = certificates.make(directory / 'certificates')
        self.servers = Servers(directory, self.build)
        self.places = {}

    def look(self, places, *options, **more):
        """Look at these places, all by the same name."""
        pins = [f'={HOST}:{port}:{place[0]}:{place[1]}'
                for port, place in enumerate(places, 1)]
        hosts = [(HOST, port) for port in range(1, len(places) + 1)]
        look = Look(self.program, hosts, (*pins, *options), **more)
        expect_equal(look.facts['code'], 'ADSCP_OK', look)
        return look


# ------------------------------------------------------------- real servers --

GOOD = ('good', 'chained', 'no-chain', 'other-ca', 'wildcard', 'wrong-name',
        'cn-only', 'ip-name', 'wrong-usage', 'expired', 'not-yet', 'self-signed',
        'self-expired', 'weak', 'sha1')

# name: library, certificate, words; version, method, proven, request
REAL = {name: ('openssl', name, ['-tls1_2'], 'TLS 1.2', 'plaintext', '0', 'none')
        for name in GOOD}
REAL.update({
    'default settings': ('openssl', 'ec', [], 'TLS 1.2', 'plaintext', '0',
                         'none'),
    'TLS 1.0 only': ('openssl', 'good', ['-tls1'], 'TLS 1.0', 'plaintext', '0',
                     'none'),
    'TLS 1.3 only': ('openssl', 'good', ['-tls1_3'], 'TLS 1.3', 'handshake', '1',
                     'none'),
    'asks for a client certificate': (
        'openssl', 'good', ['-verify', '1'], 'TLS 1.2', 'handshake', '1',
        'asked'),
    'demands a client certificate': (
        'openssl', 'good', ['-Verify', '1'], 'TLS 1.2', 'handshake', '0',
        'demanded'),
    'TLS 1.3 only, asks for a client certificate': (
        'openssl', 'good', ['-tls1_3', '-verify', '1'], 'TLS 1.3', 'handshake',
        '1', 'asked'),
    'TLS 1.3 only, demands a client certificate': (
        'openssl', 'good', ['-tls1_3', '-Verify', '1'], 'TLS 1.3', 'handshake',
        '1', 'demanded'),
    'no safe renegotiation': (
        'openssl', 'good', ['-tls1', '-legacy_renegotiation'], 'TLS 1.0',
        'plaintext', '0', 'none'),
    'GnuTLS': ('gnutls', 'chained', ['NORMAL', '--disable-client-cert'],
               'TLS 1.2', 'plaintext', '0', 'none'),
    'GnuTLS, TLS 1.3 only': (
        'gnutls', 'chained', ['NORMAL:-VERS-ALL:+VERS-TLS1.3',
                              '--disable-client-cert'],
        'TLS 1.3', 'handshake', '1', 'none'),
    'GnuTLS, 3DES and TLS 1.0 only': (
        'gnutls', 'good', [
            'NORMAL:-VERS-ALL:+VERS-TLS1.0:-CIPHER-ALL:+3DES-CBC:-KX-ALL:+RSA',
            '--disable-client-cert'], 'TLS 1.0', 'plaintext', '0', 'none'),
    'GnuTLS, RC4 and TLS 1.0 only': (
        'gnutls', 'weak', ['NORMAL:-VERS-ALL:+VERS-TLS1.0:-CIPHER-ALL:+ARCFOUR-128'
                           ':-MAC-ALL:+SHA1:-KX-ALL:+RSA',
                           '--disable-client-cert'],
        'TLS 1.0', 'plaintext', '0', 'none'),
    'GnuTLS, demands a client certificate': (
        'gnutls', 'good', ['NORMAL', '--require-client-cert'], 'TLS 1.2',
        'handshake', '0', 'demanded'),
    'GnuTLS, TLS 1.3 only, asks for a client certificate': (
        'gnutls', 'good', ['NORMAL:-VERS-ALL:+VERS-TLS1.3'], 'TLS 1.3',
        'handshake', '1', 'asked'),
    'GnuTLS, TLS 1.3 only, demands a client certificate': (
        'gnutls', 'good', ['NORMAL:-VERS-ALL:+VERS-TLS1.3',
                           '--require-client-cert'], 'TLS 1.3', 'handshake',
        '1', 'demanded'),
    'NSS, TLS 1.3 only, asks for a client certificate': (
        'nss', 'good', ['-V', 'tls1.3:tls1.3', '-r'], 'TLS 1.3', 'handshake',
        '1', 'asked'),
    'NSS, TLS 1.3 only, demands a client certificate': (
        'nss', 'good', ['-V', 'tls1.3:tls1.3', '-rr'], 'TLS 1.3', 'handshake',
        '1', 'demanded'),
    'NSS': ('nss', 'chained', ['-V', 'tls1.0:tls1.3'], 'TLS 1.2', 'plaintext',
            '0', 'none'),
    'NSS, TLS 1.3 only': ('nss', 'good', ['-V', 'tls1.3:tls1.3'], 'TLS 1.3',
                          'handshake', '1', 'none'),
    'NSS, RC4 only': ('nss', 'good', ['-V', 'tls1.0:tls1.0', '-c', ':0005'],
                      'TLS 1.0', 'plaintext', '0', 'none'),
    'NSS, RC4 and SSL 3.0 only': (
        'nss', 'good', ['-V', 'ssl3:ssl3', '-c', ':0005'], 'SSL 3.0',
        'plaintext', '0', 'none'),
    'NSS, demands a client certificate': (
        'nss', 'good', ['-V', 'tls1.0:tls1.2', '-rr'], 'TLS 1.2', 'handshake',
        '0', 'demanded'),
})


def start_real(lab):
    for name, (library, made, words, *_) in REAL.items():
        issued = lab.made[made]
        lab.places[name] = getattr(lab.servers, library)(issued, *words)
    lab.servers.wait()


def real(lab):
    """Row by name; all of them in one look."""
    if not hasattr(lab, 'real'):
        look = lab.look(list(lab.places.values()))
        lab.real = look, dict(zip(lab.places, look.rows))
    return lab.real


def expect_real(lab, name):
    _, made, _, version, method, proven, wanted = REAL[name]
    row = real(lab)[1][name]
    issued = lab.made[made]
    expect_equal((row.outcome, row.method, row.version, row.proven, row.request),
                 ('ok', method, version, proven, wanted), row)
    expect(row.chain[0] == issued.der, 'not the leaf', row)
    # NSS sends what its database has.
    if REAL[name][0] != 'nss':
        expect(row.chain == issued.ders, 'not the chain', row)
    expect_equal((row.host, row.address), (HOST, lab.places[name][0]))


for _name in REAL:
    test(f'seen: {_name}', _name)(expect_real)


@test('all real servers in one look, which is complete')
def one_look(lab):
    look = real(lab)[0]
    expect_equal(len(look.rows), len(REAL), look)
    expect_equal(look.facts['complete'], '1')
    expect_equal(look.facts['progress'], f'{len(REAL)} {len(REAL)}')
    limit = 8000 if SANITIZED else 3000
    expect(look.number('elapsed') < limit, look)


@test('a server with a certificate for each name')
def by_name(lab):
    script = peers.by_name({HOST: lab.made['good'],
                            'mail.elsewhere.test': lab.made['wrong-name']},
                           lab.made['self-signed'])
    with Peer(('127.0.61.200', 0), script) as peer:
        address, port = peer.place
        names = (HOST, HOST.upper() + '.', 'mail.elsewhere.test', address)
        pins = [f'={name}:443:{address}:{port}' for name in names]
        look = Look(lab.program, [(name, 443) for name in names], pins)
        # The second is the first, and the last sends no name.
        expect([row.chain for row in look.rows] ==
               [lab.made[name].ders for name in
                ('good', 'wrong-name', 'self-signed')], look)
        expect_equal(len(peer.got), 3)


@test('several addresses, one with another certificate, one that is dead')
def several_addresses(lab):
    places = [lab.places['good'], lab.places['expired'], ('127.0.61.250', 1)]
    pins = [f'={HOST}:443:{address}:{port}' for address, port in places]
    look = Look(lab.program, [(HOST, 443)], pins)
    expect_equal([(row.outcome, row.address) for row in look.rows],
                 [('ok', places[0][0]), ('ok', places[1][0]),
                  ('refused', places[2][0])], look)
    expect(look.rows[0].chain != look.rows[1].chain, look)


@test('the same address and name twice is looked at once')
def once(lab):
    with Peer(('127.0.61.201', 0), answering(
            records(flight(lab.made['good'].der)))) as peer:
        address, port = peer.place
        pins = [f'={HOST}:{at}:{address}:{port}' for at in (443, 444, 444)]
        look = Look(lab.program, [(HOST, 443), (HOST, 444), (HOST, 443)], pins)
        expect_equal([(row.port, row.address_port, row.outcome)
                      for row in look.rows],
                     [(443, port, 'ok'), (444, port, 'ok')], look)
    expect_equal(len(peer.got), 1)


@test('nothing but handshakes is sent')
def only_tls(lab):
    with Peer(('127.0.61.202', 0), answering(
            records(flight(lab.made['good'].der)))) as peer:
        lab.look([peer.place])
    expect_equal(len(peer.got), 1)
    size = int.from_bytes(peer.got[0][3:5], 'big')
    expect_equal((peer.got[0][0], len(peer.got[0])), (peers.HANDSHAKE, 5 + size))
    expect(HOST.encode() in peer.got[0], peer.got)
    suites = int.from_bytes(peer.got[0][44:46], 'big') // 2
    expect(suites <= 64, suites)
    expect(not 256 <= size < 512, size)


@test('OpenSSL is set up without any algorithm')
def bare_openssl(lab):
    config = lab.servers.directory / 'bare.cnf'
    config.write_text('openssl_conf = top\n[top]\nproviders = all\n'
                      '[all]\nnull = null\n[null]\nactivate = 1\n')
    look = lab.look([lab.places['TLS 1.3 only']],
                    env={**os.environ, 'OPENSSL_CONF': str(config)})
    expect_equal([(row.outcome, row.method) for row in look.rows],
                 [('ok', 'handshake')], look)


# ------------------------------------------------------------ hostile servers --

def expect_beside(lab, places, outcomes, budget=8000, limit=None, **more):
    """The outcomes of these, the others undisturbed; the look."""
    good = ['good', 'TLS 1.3 only', 'NSS, RC4 only']
    others = [lab.places[name] for name in good]
    look = lab.look([*others[:2], *places, others[2]], budget=budget, **more)
    rows = [*look.rows[:2], look.rows[-1]]
    expect_equal([row.outcome for row in rows], ['ok'] * 3, look)
    expect_equal([row.outcome for row in look.rows[2:-1]], outcomes, look)
    limit = limit or (3000 if SANITIZED else 1000)
    expect(look.number('elapsed') <= limit, 'not on time', look)
    expect(look.number('growth') < (65536 if SANITIZED else 6144),
           'memory has grown', look)
    return look


def hostile(lab, script, outcome, words='', **more):
    with Peer(('127.0.61.203', 0), script) as peer:
        look = expect_beside(lab, [peer.place], [outcome], **more)
    row = look.rows[2]
    expect(words in (row.detail or ''), f'no "{words}" in it', look)
    expect(outcome == 'ok' or not row.chain, look)
    return row


def reset_at_once(talk):
    talk.reset()


def reset_after_hello(talk):
    talk.hello()
    talk.reset()


def refusing(then):
    """A fatal alert for the first hello; then this, for the full handshake."""
    def script(talk):
        if talk.number == 0:
            talk.hello()
            talk.send(alert(70))
        else:
            then(talk)
    return script


def flooding(*data):
    def script(talk):
        talk.hello()
        talk.send(*data[:-1])
        talk.flood(data[-1])
    return script


HELLO = record(server_hello())
BIG = vector(bytes(65535), 3)

QUICK = [
    # name, script, outcome, words of the detail
    ('closed at once', lambda talk: None, 'closed', 'closed'),
    ('reset at once', reset_at_once, 'closed', ''),
    ('reset after the hello', reset_after_hello, 'closed', 'broke'),
    ('closed after a ServerHello', answering(HELLO), 'closed', 'closed'),
    ('plain HTTP', answering(b'HTTP/1.1 400 Bad Request\r\n\r\n'), 'not-tls',
     'does not speak TLS'),
    ('a banner before we speak', lambda talk: talk.send(b'220 mail\r\n'),
     'not-tls', 'does not speak TLS'),
    ('one byte that is not TLS', answering(b'H'), 'not-tls', ''),
    ('SSL 2.0', answering(b'\x80\x03\x00\x00\x01'), 'not-tls', ''),
    ('random bytes', answering(bytes(range(100, 250)) * 40), 'not-tls', ''),
    ('garbage in a record', answering(record(bytes(range(90, 250)))), 'limit',
     'announced a handshake message'),
    ('an unknown handshake message', answering(record(message(99, b'x'))),
     'not-tls', 'unknown type'),
    ('application data', answering(record(b'GET / HTTP/1.1', 23)), 'not-tls',
     'before the handshake'),
    ('a change of cipher', answering(HELLO, record(b'\x01', 20)), 'not-tls',
     'before the handshake'),
    ('a record of no type', answering(HELLO, record(b'x', 99)), 'not-tls',
     'record of unknown type'),
    ('an oversized record', answering(HELLO + record(b'x' * 20000)), 'limit',
     'more than TLS allows'),
    ('10 MiB of chain announced', answering(
        HELLO + record(bytes([CERTIFICATE]) + (10 << 20).to_bytes(3, 'big'))),
     'limit', 'announced a handshake message of 10485760'),
    ('certificates of 300 KB', flooding(HELLO, record(
        bytes([CERTIFICATE]) + vector(BIG * 4, 3)[:3]) + records(BIG * 4)),
     'limit', ''),
    ('21 certificates', lambda talk: answering(records(server_hello() + certificate(
        *[b'x'] * 21)))(talk), 'limit', 'more than 20'),
    ('an endless list of hello requests',
     flooding(record(message(HELLO_REQUEST))), 'limit', ''),
    ('endless warnings', flooding(alert(112, 1)), 'limit', ''),
    ('endless empty records', flooding(record(b'')), 'limit', ''),
    ('an endless status', flooding(HELLO, record(message(STATUS, bytes(4000)))),
     'limit', ''),
    ('no certificate in the list', answering(record(server_hello() +
                                                    certificate())), 'not-tls',
     'empty list'),
    ('a certificate of no length', answering(record(server_hello() +
                                                    certificate(b''))),
     'not-tls', 'lengths do not fit'),
    ('a list that is longer than its message', answering(record(
        server_hello() + message(CERTIFICATE, b'\x00\x10\x00abc'))), 'not-tls',
     'lengths do not fit'),
    ('a list that is shorter than its message', answering(record(
        server_hello() + message(CERTIFICATE, b'\x00\x00\x00abc'))), 'not-tls',
     'lengths do not fit'),
    ('a certificate longer than its list', answering(record(
        server_hello() + message(CERTIFICATE, vector(b'\xff\xff\xffa', 3)))),
     'not-tls', 'lengths do not fit'),
    ('half a ServerHello', answering(record(message(SERVER_HELLO, b'\x03\x03x'))),
     'not-tls', 'cut off'),
    ('a session longer than its ServerHello', answering(record(message(
        SERVER_HELLO, b'\x03\x03' + bytes(32) + b'\xff\x00\x00\x00'))),
     'not-tls', 'cut off'),
    ('two ServerHellos', answering(HELLO, HELLO), 'not-tls', 'second'),
    ('a version of the future', answering(record(server_hello(0x0305))),
     'not-tls', 'not offered'),
    ('a version of the past', answering(record(server_hello(0x0002))),
     'not-tls', 'not offered'),
    ('certificates before the ServerHello', answering(record(certificate(b'x'))),
     'not-tls', 'before its ServerHello'),
    ('a key exchange instead', answering(HELLO, record(message(KEY_EXCHANGE))),
     'not-tls', 'without a certificate'),
    ('the end instead', answering(HELLO, record(message(14))), 'not-tls',
     'without a certificate'),
    ('handshake_failure', answering(alert(40)), 'no-common-cipher',
     'handshake_failure'),
    ('insufficient_security', answering(alert(71)), 'no-common-cipher', ''),
    ('protocol_version', answering(alert(70)), 'protocol-version',
     'protocol_version'),
    ('internal_error', answering(alert(80)), 'closed', 'internal_error'),
    ('unrecognized_name', answering(alert(112)), 'closed', 'unrecognized_name'),
    ('an alert that nobody knows', answering(alert(222)), 'closed', 'unknown'),
    ('close_notify', answering(alert(0, 1)), 'closed', 'close_notify'),
    ('an alert in two records', answering(record(b'\x02', ALERT),
                                          record(b'\x28', ALERT)),
     'no-common-cipher', ''),
    ('refused, then reset', refusing(reset_after_hello), 'protocol-version',
     'in a full handshake'),
    ('refused, then closed', refusing(lambda talk: None), 'protocol-version',
     ''),
    ('refused, then garbage', refusing(answering(b'x' * 100)),
     'protocol-version', 'in a full handshake'),
    ('refused, then an endless handshake', refusing(flooding(record(message(
        HELLO_REQUEST)))), 'protocol-version', ''),
    ('refused, then endless empty records', refusing(flooding(record(b''))),
     'protocol-version', ''),
    ('refused, then endless warnings', refusing(flooding(alert(112, 1))),
     'protocol-version', ''),
    ('refused, then 10 MiB of chain', refusing(answering(HELLO + record(
        bytes([CERTIFICATE]) + (10 << 20).to_bytes(3, 'big')))),
     'protocol-version', ''),
    ('refused, then an empty list', refusing(answering(record(
        server_hello(0x0303, 0x002f) + certificate()))), 'protocol-version', ''),
]

for _name, *_rest in QUICK:
    test(f'hostile: {_name}', *_rest)(hostile)

# A chain is seen, whatever surrounds it.
SEEN = [
    ('one byte in each record', lambda der: answering(records(flight(der), 1))),
    ('all in one record', lambda der: answering(record(flight(der)))),
    ('a length on the border of records', lambda der: answering(
        record(flight(der)[:1]), records(flight(der)[1:], 3))),
    ('empty records in between', lambda der: answering(
        record(server_hello()), record(b''), record(certificate(der)),
        record(message(14)))),
    ('warnings before it', lambda der: answering(
        alert(112, 1) * 3, records(flight(der)))),
    ('a hello request before it', lambda der: answering(
        record(message(HELLO_REQUEST)), records(flight(der)))),
    ('two Certificate messages', lambda der: answering(
        record(server_hello() + certificate(der) + certificate(b'other')))),
    ('closed behind it', lambda der: answering(
        record(server_hello() + certificate(der)))),
    ('garbage behind it', lambda der: answering(
        record(server_hello() + certificate(der)) + b'garbage ' * 9)),
    ('a fatal alert behind it', lambda der: answering(
        record(server_hello() + certificate(der)) + alert(40))),
    ('an unknown message behind it', lambda der: answering(
        record(server_hello() + certificate(der) + message(99)))),
    ('SSL 3.0', lambda der: answering(
        records(flight(der, version=0x0300), version=0x0300))),
    ('a session', lambda der: answering(
        record(server_hello(session=bytes(32)) + certificate(der) +
               message(14)))),
    ('slow by a second', lambda der: peers.late(answering(
        records(flight(der))), 1)),
]


def seen(lab, script):
    der = lab.made['good'].der
    row = hostile(lab, script(der), 'ok', limit=4000)
    expect_equal((row.chain == [der], row.method, row.proven),
                 (True, 'plaintext', '0'), row)


for _name, _script in SEEN:
    test(f'seen all the same: {_name}', _script)(seen)


@test('seen: 20 certificates, among them bytes that are none')
def many_certificates(lab):
    ders = [lab.made['good'].der, *(b'none %d' % at for at in range(19))]
    row = hostile(lab, answering(records(flight(*ders))), 'ok')
    expect(row.chain == ders, row)


@test('seen: a leaf that is no certificate')
def no_certificate(lab):
    row = hostile(lab, answering(records(flight(b'\x30\x84\xff\xff\xff\xff'))),
                  'ok')
    expect(row.chain == [b'\x30\x84\xff\xff\xff\xff'], row)


@test('asked for a certificate in plaintext, then another chain: both are seen')
def two_chains(lab):
    ders = [lab.made[name].der for name in ('good', 'second')]

    def script(talk):
        answering(records(flight(ders[talk.number], suite=0x002f,
                                 more=request())))(talk)
    with Peer(('127.0.61.203', 0), script) as peer:
        look = lab.look([peer.place])
    expect_equal([(row.outcome, row.method, row.proven) for row in look.rows],
                 [('ok', 'plaintext', '0'), ('ok', 'handshake', '0')], look)
    expect([row.chain for row in look.rows] == [ders[:1], ders[1:]], look)


@test('asked for a certificate; the second connection shows nothing')
def asked_only(lab):
    der = lab.made['good'].der

    def script(talk):
        if talk.number == 0:
            answering(records(flight(der, more=request())))(talk)
        else:
            talk.reset()
    row = hostile(lab, script, 'ok')
    expect_equal((row.method, row.request, row.chain), ('plaintext', 'asked',
                                                        [der]), row)


@test('a server that breaks while we write: no SIGPIPE')
def sigpipe(lab):
    der = lab.made['good'].der

    def script(talk):
        talk.hello()
        talk.send(alert(70) if talk.number == 0 else
                  records(server_hello(0x0303, 0x002f) + certificate(der) +
                          message(14)))
        talk.reset()
    for _ in range(5):
        with Peer(('127.0.61.203', 0), script) as peer:
            look = lab.look([peer.place])
        expect(look.rows[0].outcome in ('ok', 'protocol-version', 'closed'), look)


# -------------------------------------------------------------------- time --

BUDGET = 1200
SLOW = {
    'silent': (lambda talk: talk.silence(), 'said nothing'),
    'silent after a ServerHello': (holding(HELLO), 'did not finish'),
    'half a record header': (holding(b'\x16\x03'), 'said nothing'),
    'a byte every 50 ms': (
        lambda talk: talk.drip(records(server_hello() + certificate(bytes(9999))),
                               0.05), 'did not finish'),
    'silent in the full handshake': (refusing(lambda talk: talk.silence()),
                                     None),
}


def expect_on_time(look, budget):
    slack = 1500 if SANITIZED else 200
    expect(budget - 20 <= look.number('elapsed') <= budget * 1.1 + slack,
           'not on time', look)


def slow(lab, script, words):
    outcome = 'timeout' if words else 'protocol-version'
    row = hostile(lab, script, outcome, words or '', budget=BUDGET, limit=4000)
    expect('budget' in row.detail or not words, row)


for _name, (_script, _words) in SLOW.items():
    test(f'time: {_name}', _script, _words)(slow)


@test('time: 10 seconds for one address, and the look is complete')
def address_time(lab):
    der = lab.made['good'].der
    scripts = [script for script, _ in SLOW.values()]
    scripts.append(holding(record(server_hello() + certificate(der))))
    running = [Peer((f'127.0.61.{210 + at}', 0), script)
               for at, script in enumerate(scripts)]
    look = lab.look([each.place for each in running], budget=30000)
    for each in running:
        each.__exit__()
    expect_on_time(look, 10000)
    expect_equal([row.outcome for row in look.rows],
                 ['timeout'] * 4 + ['protocol-version', 'ok'], look)
    expect('within 10000 ms' in look.rows[0].detail, look)
    expect_equal(look.facts['complete'], '1')
    expect_equal(look.rows[5].request, None)


@test('time: 300 silent addresses before the good ones hold up nobody')
def silent_many(lab):
    with Peer(('127.0.61.203', 0), lambda talk: talk.silence(), 512) as peer:
        places = [peer.place] * 300
        pins = [f'=h{at}.example.test:443:{place[0]}:{place[1]}'
                for at, place in enumerate(places)]
        hosts = [(f'h{at}.example.test', 443) for at in range(300)]
        pins.append('=%s:443:%s:%d' % (HOST, *lab.places['good']))
        look = Look(lab.program, [*hosts, (HOST, 443)], pins, budget=4000)
    expect_on_time(look, 4000)
    expect(len(look.rows) == 301, look)
    expect_equal(look.facts['complete'], '0')
    expect_equal({row.outcome for row in look.rows[:-1]}, {'timeout'}, look)


@test('time: another thread ends it')
def cancelled(lab):
    with Peer(('127.0.61.203', 0), lambda talk: talk.silence()) as peer:
        look = Look(lab.program, [peer.place], ['!300'], budget=20000)
    expect_equal(look.facts['code'], 'ADSCP_E_CANCELLED')
    expect(250 <= look.number('elapsed') < 1500, look)
    expect_equal(look.rows, [])


@test('few descriptors: one after the other')
def descriptors(lab):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))
    look = lab.look(list(lab.places.values()), preexec_fn=limit)
    expect_equal([row.outcome for row in look.rows], ['ok'] * len(REAL), look)


@test('no descriptor left: an error, not a wrong answer')
def no_descriptors(lab):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))
    place = lab.places['good']
    look = Look(lab.program, [place], preexec_fn=limit)
    expect_equal((look.facts['code'], look.rows), ('ADSCP_E_NOMEM', []), look)


@test('nothing to look at is an answer without rows')
def nothing(lab):
    look = lab.look([])
    expect_equal((look.rows, look.facts['complete'], look.facts['progress']),
                 ([], '1', '0 0'), look)


# ------------------------------------------------------------------- names --

def by_dns(lab, names, asked, delay=0, **more):
    with Dns(('127.0.61.204', 0), names, delay) as dns:
        return Look(lab.program, asked, [f'+{dns.place}'], **more)


@test('names: 200 of them, from a server that takes 100 ms')
def many_names(lab):
    address, port = lab.places['good']
    names = {f'h{at}.example.test': [address] for at in range(200)}
    look = by_dns(lab, names, [(name, port) for name in names], 0.1)
    expect_equal({row.outcome for row in look.rows}, {'ok'}, look)
    expect_equal([row.host for row in look.rows], list(names))
    expect(look.number('elapsed') < (8000 if SANITIZED else 2500), look)


@test('names: every address of each, IPv6 as well')
def every_address(lab):
    address, port = lab.places['good']
    names = {HOST: [address, '127.0.61.250', '2001:db8::1', '::1']}
    look = by_dns(lab, names, [(HOST, port)])
    found = {row.address: row.outcome for row in look.rows}
    expect_equal((len(found), found[address], found['127.0.61.250']),
                 (4, 'ok', 'refused'), look)
    expect(found['2001:db8::1'] in ('unreachable', 'timeout'), look)


@test('names: unknown, without address, too long, without letters of ASCII')
def bad_names(lab):
    address, port = lab.places['good']
    names = {'none.example.test': [], HOST: [address]}
    asked = ['no.example.test', 'none.example.test', 'x' * 64 + '.example.test',
             'm\u00fcller.example.test', HOST]
    look = by_dns(lab, names, [(name, port) for name in asked])
    expect_equal([row.outcome for row in look.rows],
                 ['name-not-found'] * 4 + ['ok'], look)
    expect_equal([row.address for row in look.rows[:4]], [None] * 4)
    expect('xn--' in look.rows[3].detail, look)
    expect_equal(look.facts['progress'], '5 5')


@test('names: a silent DNS server costs its own names only')
def silent_dns(lab):
    address, port = lab.places['good']
    look = by_dns(lab, {'quiet.example.test': None, HOST: [address]},
                  [('quiet.example.test', port), (HOST, port), (address, port)],
                  budget=1500)
    expect_equal([row.outcome for row in look.rows], ['timeout', 'ok', 'ok'],
                 look)
    expect('DNS' in look.rows[0].detail, look)
    expect_on_time(look, 1500)


@test('names: more addresses than anybody has')
def too_many(lab):
    names = {HOST: [f'127.0.62.{at}' for at in range(1, 21)]}
    look = by_dns(lab, names, [(HOST, 1)])
    expect_equal([row.outcome for row in look.rows],
                 ['refused'] * 16 + ['limit'], look)
    expect_equal(look.facts['complete'], '0')


# --------------------------------------------------------------------- run --

run_tests(Lab, start_real)
