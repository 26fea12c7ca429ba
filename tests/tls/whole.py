#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""From servers on the network to the answer of the command: whole.py BUILD
[WORD...].

Exports say who serves whom, real and scripted servers on loopback show
certificates, and "adscp" says what a client makes of them."""

import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name)
                             for name in ('lab', 'contract', 'golden'))]

import certificates                                      # noqa: E402
import contract                                          # noqa: E402
from names import Dns                                    # noqa: E402
from organisation import (EX2007_SP3, EX2010_SP2, Forest,  # noqa: E402
                          element)
from peers import Peer, answering, flight, late, records  # noqa: E402
from servers import Servers, run_tests                   # noqa: E402
from tap import expect, expect_equal, test               # noqa: E402

NET = '127.0.63'
HOST = certificates.HOST
DOMAIN = 'DC=corp,DC=example,DC=test'
AT = '2025-06-01T00:00:00Z'
NO_TLS = 0x80000000
SANITIZED = bool(contract.sanitizers())
SLACK = 3 if SANITIZED else 0.5


class Result:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __str__(self):
        return f'exit status {self.code}\n{self.out[-3000:]}{self.err[-3000:]}'


class Lab:
    def __init__(self, build, directory):
        build = pathlib.Path(build).resolve()
        self.adscp = str(build / 'examples' / 'adscp')
        self.directory = directory
        self.made = certificates.make(directory / 'certificates')
        self.servers = Servers(directory, build, NET)
        self.places = {}

    def pem(self, *names):
        """One file with these certificates."""
        path = self.directory / ('+'.join(names) + '.bundle')
        path.write_bytes(b''.join(self.made[name].pem.read_bytes()
                                  for name in names))
        return str(path)

    def run(self, *words, **more):
        start = time.monotonic()
        done = subprocess.run([self.adscp, *map(str, words), '--at', AT],
                              capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, **more)
        return Result(done.returncode, done.stdout, done.stderr,
                      time.monotonic() - start)

    def document(self, code, *words):
        done = self.run(*words, '--json')
        expect_equal((done.code, done.err), (code, ''), done)
        return json.loads(done.out)

    def predict(self, code, forest, pins, *words, site='HQ', mail='ann'):
        """Look at hosts that are pinned to places: {host: [place]}."""
        return self.document(
            code, 'predict', '--observe', '-l', forest.path, '--site', site,
            '--mail', f'{mail}@corp.example.test', *pinned(pins), *words)


def pinned(pins):
    """{host: [place, ...]} as options; "HOST:PORT" for another port than 443."""
    return [f'--resolve={host if ":" in host else host + ":443"}:{at[0]}:{at[1]}'
            for host, places in pins.items() for at in places]


def organisation(lab, name, *roots, aia=()):
    """An empty one, which trusts these certificates."""
    forest = Forest(DOMAIN)
    forest.path = lab.directory / f'{name}.ldif'
    for where, names in (('Certification Authorities', roots), ('AIA', aia)):
        if names:
            forest.authority(where, *(lab.made[one].der for one in names))
    forest.site('HQ')
    return forest


def one_server(lab, name, published=None):
    """EX1 answers Ann, and publishes this."""
    forest = organisation(lab, name, 'root')
    forest.server('EX1', EX2010_SP2, 38, 'HQ', published)
    forest.mailbox('ann', 'EX1')
    forest.write(forest.path)
    return forest


def codes(answer):
    return {finding['code'] for finding in answer['findings']}


def verdicts(answer):
    return [(hop['via'], hop['server'], hop['alert']['outcome'],
             hop['alert']['flags']) for hop in answer['hops']]


# ------------------------------------------------------- kinds of servers --

# What a client of the company makes of it: outcome and flags; then the same
# where an intermediate lies in the directory, and where public roots are given.
KINDS = {
    'good': [('no-alert', 0)],
    'chained': [('no-alert', 0)],
    'no-chain': [('uncertain', 8), ('no-alert', 0), ('alert', 8)],
    'other-ca': [('uncertain', 8), ('uncertain', 8), ('alert', 8)],
    'wildcard': [('no-alert', 0)],
    'wrong-name': [('alert', 16)],
    'cn-only': [('no-alert', 0)],
    'ip-name': [('no-alert', 0)],  # its CN counts beside a SAN without DNS names
    'wrong-usage': [('hard-failure', 64)],
    'expired': [('alert', 32)],
    'not-yet': [('alert', 32)],
    'self-signed': [('alert', 8)],
    'self-expired': [('alert', 40)],
    'weak': [('no-alert', 0)],
    'sha1': [('uncertain', 8), ('no-alert', 0), ('alert', 8)],
}
# library, certificate, words; outcome, flags
OTHERS = {
    'TLS 1.0 only': ('openssl', 'good', ['-tls1'], 'no-alert', 0),
    'TLS 1.3 only': ('openssl', 'good', ['-tls1_3'], 'no-alert', 0),
    'GnuTLS': ('gnutls', 'chained', ['NORMAL', '--disable-client-cert'],
               'no-alert', 0),
    'GnuTLS, 3DES only': (
        'gnutls', 'self-signed', [
            'NORMAL:-VERS-ALL:+VERS-TLS1.0:-CIPHER-ALL:+3DES-CBC:-KX-ALL:+RSA',
            '--disable-client-cert'], 'alert', 8),
    'NSS': ('nss', 'chained', ['-V', 'tls1.0:tls1.3'], 'no-alert', 0),
    'NSS, RC4 only': ('nss', 'expired', ['-V', 'tls1.0:tls1.0', '-c', ':0005'],
                      'alert', 32),
    'asks for a client certificate': ('openssl', 'good', ['-verify', '1'],
                                      'no-alert', 0),
    'demands a client certificate': ('openssl', 'good', ['-Verify', '1'],
                                     'connect-failure', NO_TLS),
    'GnuTLS, demands a client certificate': (
        'gnutls', 'expired', ['NORMAL', '--require-client-cert'],
        'connect-failure', 32 + NO_TLS),
    'NSS, demands a client certificate': (
        'nss', 'good', ['-V', 'tls1.0:tls1.2', '-rr'], 'connect-failure',
        NO_TLS),
}
# script; outcome of the look and of the client, flags
SCRIPTED = {
    'silent': (lambda talk: talk.silence(), 'timeout', 'connect-failure', 0),
    'slow': (None, 'ok', 'no-alert', 0),
    'reset': (lambda talk: talk.reset(), 'closed', 'connect-failure', 0),
    'plain HTTP': (answering(b'HTTP/1.1 400 Bad Request\r\n\r\n'), 'not-tls',
                   'connect-failure', NO_TLS),
}


def start_real(lab):
    for name in KINDS:
        lab.places[name] = lab.servers.openssl(lab.made[name], '-tls1_2')
    lab.places['old'] = lab.servers.openssl(lab.made['self-expired'], '-tls1')
    for name, (library, made, words, *_) in OTHERS.items():
        lab.places[name] = getattr(lab.servers, library)(lab.made[made], *words)
    lab.servers.wait()


def observed(lab):
    """The rows of "observe" for every kind of server, in three ways."""
    if hasattr(lab, 'observed'):
        return lab.observed
    names = [*KINDS, *OTHERS]
    pins = {f'{HOST}:{port}': [lab.places[name]]
            for port, name in enumerate(names, 1)}
    bare = organisation(lab, 'bare', 'root')
    full = organisation(lab, 'full', 'root', aia=['issuing'])
    bare.write(bare.path)
    full.write(full.path)
    lab.observed = [
        dict(zip(names, lab.document(
            4, 'observe', '-l', forest.path, *pinned(pins), *words,
            *pins)['observations']))
        for forest, words in ((bare, []), (full, []),
                              (bare, ['--roots', lab.pem('second', 'root')]))]
    return lab.observed


def kind(lab, name):
    wanted = KINDS[name] * (3 if len(KINDS[name]) == 1 else 1)
    rows = [way[name] for way in observed(lab)]
    expect_equal([(row['outcome'], row['alert']['outcome'],
                   row['alert']['flags']) for row in rows],
                 [('ok', *each) for each in wanted], rows)
    certificate = rows[0]['certificate']
    expect_equal(certificate['source'], 'observed')
    expect_equal(rows[0]['address'], lab.places[name][0])
    expect_equal(rows[0]['alert']['confidence'], None)


for _name in KINDS:
    test(f'observe: {_name}', _name)(kind)


def other_kind(lab, name):
    row = observed(lab)[0][name]
    expect_equal((row['outcome'], row['alert']['outcome'],
                  row['alert']['flags']), ('ok', *OTHERS[name][3:]), row)


for _name in OTHERS:
    test(f'observe: {_name}', _name)(other_kind)


def scripted_kind(lab, name):
    script, look, outcome, flags = SCRIPTED[name]
    good = records(flight(lab.made['good'].der))
    script = script or late(answering(good), 1)
    with Peer((f'{NET}.200', 0), script) as peer:
        answer = lab.document(
            4 if outcome == 'connect-failure' else 0, 'observe', HOST, '--trust',
            lab.pem('root'), '--timeout', '2', *pinned({HOST: [peer.place]}))
    row, = answer['observations']
    expect_equal((row['outcome'], row['alert']['outcome'],
                  row['alert']['flags']), (look, outcome, flags), row)


for _name in SCRIPTED:
    test(f'observe: {_name}', _name)(scripted_kind)


@test('observe: how the client builds the chain')
def chains(lab):
    bare, full, _ = observed(lab)

    def chain(row):
        return [(link['subject'], link['source'])
                for link in row['certificate']['chain']]
    issuing, root = ('O=Example,CN=Example Issuing CA',
                     'O=Example,CN=Example Root CA')
    expect_equal(chain(bare['good']), [(root, 'directory')])
    expect_equal(chain(bare['chained']), [(issuing, 'sent'),
                                          (root, 'directory')])
    expect_equal(chain(bare['no-chain']), [])
    expect_equal(chain(full['no-chain']), [(issuing, 'directory'),
                                           (root, 'directory')])
    expect_equal(bare['good']['certificate']['method'], 'plaintext')
    expect_equal(bare['TLS 1.3 only']['certificate']['method'], 'handshake')


# --------------------------------------------------------------- one host --

@test('what was seen beats what is published, and that they differ is found')
def seen_beats(lab):
    forest = one_server(lab, 'differs',
                        element(lab.made['self-signed'].der))
    before = lab.document(4, 'predict', '-l', forest.path, '--site', 'HQ')
    expect_equal(before['hops'][0]['alert']['confidence'], 'high')
    expect_equal(before['observations'], [])
    answer = lab.predict(0, forest, {HOST: [lab.places['good']]})
    hop, = answer['hops']
    expect_equal((hop['certificate']['source'], hop['alert']['confidence'],
                  hop['alert']['outcome']), ('observed', None, 'no-alert'))
    expect('cert-differs' in codes(answer), answer['findings'])
    row, = answer['observations']
    expect_equal(row['certificate'], hop['certificate'])
    expect_equal(row['alert'], hop['alert'])


@test('a certificate that is the published one is no finding')
def seen_same(lab):
    forest = one_server(lab, 'same', element(lab.made['self-signed'].der))
    answer = lab.predict(4, forest, {HOST: [lab.places['self-signed']]})
    expect_equal(codes(answer) & {'cert-differs', 'cert-several'}, set())
    expect_equal(verdicts(answer), [('scp', 'EX1', 'alert', 8)])
    answer = lab.predict(0, forest, {HOST: [lab.places['self-signed']]},
                         '--trust', lab.pem('self-signed'))
    expect_equal(verdicts(answer), [('scp', 'EX1', 'no-alert', 0)])


@test('of several addresses, the worst decides')
def several(lab):
    forest = one_server(lab, 'several')
    places = [lab.places['good'], lab.places['expired']]
    answer = lab.predict(4, forest, {HOST: places})
    expect_equal(verdicts(answer), [('scp', 'EX1', 'alert', 32)])
    expect('cert-several' in codes(answer), answer['findings'])
    expect_equal([(row['address'], row['alert']['outcome'])
                  for row in answer['observations']],
                 [(places[0][0], 'no-alert'), (places[1][0], 'alert')])
    same = lab.predict(0, forest, {HOST: [lab.places['good'],
                                          lab.places['TLS 1.3 only']]})
    expect('cert-several' not in codes(same), same['findings'])


@test('of several addresses, one that answers counts before a dead one')
def one_dead(lab):
    forest = one_server(lab, 'one-dead')
    answer = lab.predict(0, forest, {HOST: [(f'{NET}.250', 1),
                                            lab.places['good']]})
    expect_equal(verdicts(answer), [('scp', 'EX1', 'no-alert', 0)])
    expect_equal([row['outcome'] for row in answer['observations']],
                 ['refused', 'ok'])


@test('old TLS is a finding')
def old_tls(lab):
    answer = lab.predict(4, one_server(lab, 'old'), {HOST: [lab.places['old']]})
    expect('tls-old' in codes(answer), answer['findings'])
    expect_equal(answer['observations'][0]['tls'], 'TLS 1.0')


@test('a demand for a certificate is a finding, and a failure')
def demanded(lab):
    place = lab.places['demands a client certificate']
    answer = lab.predict(4, one_server(lab, 'demanded'), {HOST: [place]})
    expect_equal(verdicts(answer), [('scp', 'EX1', 'connect-failure', NO_TLS)])
    expect('cert-demanded' in codes(answer), answer['findings'])
    expect(answer['hops'][0]['certificate'] is not None, answer['hops'])


@test('a name that DNS does not know')
def unknown_name(lab):
    with Dns((f'{NET}.204', 0), {}) as dns:
        answer = lab.predict(4, one_server(lab, 'unknown'), {}, '--dns',
                             dns.place)
        expect_equal(dns.asked.count(HOST) > 0, True)
    expect_equal(verdicts(answer), [('scp', 'EX1', 'connect-failure', 0)])
    expect('scp-host-unresolved' in codes(answer), answer['findings'])
    expect_equal(answer['observations'][0]['outcome'], 'name-not-found')


@test('a name about which DNS says nothing: nobody knows', None)
@test('a name about which DNS fails: nobody knows', 2)
def silent_name(lab, code):
    forest = one_server(lab, 'silent-name')
    with Dns((f'{NET}.204', 0), {HOST: code}) as dns:
        more = ['--dns', dns.place, '--timeout', '3']
        answer = lab.predict(5, forest, {}, *more)
        check = lab.run('check', '-l', forest.path, '-s', 'HQ', '-o', *more)
        words = lab.run('predict', '-l', forest.path, '-s', 'HQ', '-o', *more)
    expect_equal(verdicts(answer), [('scp', 'EX1', 'uncertain', 0)])
    expect('scp-host-unresolved' not in codes(answer), answer['findings'])
    expect('host-not-looked-at' in codes(answer), answer['findings'])
    expect_equal(answer['observations'][0]['outcome'], 'timeout')
    expect_equal((check.code, check.out[:16]), (3, 'ADSCP UNKNOWN - '), check)
    expect('DNS' in words.out and 'Incomplete' in words.out, words)


@test('more addresses than are looked at: a partial answer')
def partial(lab):
    forest = one_server(lab, 'partial')
    # Nobody listens on port 443 of any.
    names = {HOST: [f'{NET}.{at}' for at in range(210, 235)]}
    with Dns((f'{NET}.204', 0), names) as dns:
        answer = lab.document(
            5, 'predict', '--observe', '-l', forest.path, '--site', 'HQ',
            '--dns', dns.place, '--timeout', '10')
    expect_equal(answer['observations'][-1]['outcome'], 'limit')
    expect_equal(answer['alert']['outcome'], 'uncertain', answer['alert'])


# ------------------------------------------------------------ several hops --

def two_servers(lab, name):
    """KB2006728: EX07 is first, and redirects the mailboxes of EX1."""
    forest = organisation(lab, name, 'root')
    forest.server('EX07', EX2007_SP3, 36, 'HQ', created=2008)
    forest.server('EX1', EX2010_SP2, 38, 'HQ', created=2010)
    forest.mailbox('ann', 'EX1')
    forest.mailbox('bob', 'EX07')
    forest.write(forest.path)
    return forest


OLD = 'ex07.corp.example.test'
DEAD = f'{NET}.250', 1


@test('a redirect: both certificates count')
def redirect(lab):
    forest = two_servers(lab, 'redirect')
    answer = lab.predict(4, forest, {OLD: [lab.places['wildcard']],
                                     HOST: [lab.places['self-signed']]})
    expect_equal(verdicts(answer), [('scp', 'EX07', 'no-alert', 0),
                                    ('redirect', 'EX1', 'alert', 8)])
    expect_equal(answer['alert']['hop'], 2)
    expect_equal([row['host'] for row in answer['observations']], [OLD, HOST])


@test('the first server is dead: the client goes on to the next')
def first_dead(lab):
    forest = two_servers(lab, 'first-dead')
    answer = lab.predict(0, forest, {OLD: [DEAD], HOST: [lab.places['good']]})
    expect_equal(verdicts(answer), [('scp', 'EX07', 'connect-failure', 0),
                                    ('scp', 'EX1', 'no-alert', 0)])
    expect('host-no-answer' in codes(answer), answer['findings'])
    words = lab.run('predict', '--observe', '-l', forest.path, '--site', 'HQ',
                    '--mail', 'ann@corp.example.test', *pinned(
                        {OLD: [DEAD], HOST: [lab.places['good']]}))
    expect_equal(words.code, 0, words)
    expect('Hop 2: EX1 answers' in words.out, words)


@test('the first server is dead, and the next one alerts')
def first_dead_alert(lab):
    forest = two_servers(lab, 'first-dead-alert')
    answer = lab.predict(4, forest, {OLD: [DEAD],
                                     HOST: [lab.places['wrong-name']]})
    expect_equal(verdicts(answer), [('scp', 'EX07', 'connect-failure', 0),
                                    ('scp', 'EX1', 'alert', 16)])
    expect_equal((answer['alert']['outcome'], answer['alert']['hop']),
                 ('alert', 2))


@test('a dead server: each hop has its own candidate, the first lines say so')
def after_dead(lab):
    forest = two_servers(lab, 'after-dead')
    pins = {OLD: [DEAD], HOST: [lab.places['self-signed']]}
    answer = lab.predict(4, forest, pins)
    expect_equal([hop['candidate'] for hop in answer['hops']], [1, 2])
    silent, = [finding for finding in answer['findings']
               if finding['code'] == 'scp-host-silent']
    expect(silent['dn'].startswith('CN=EX07,CN=Autodiscover'), silent)
    words = lab.run('predict', '--observe', '-l', forest.path, '--site', 'HQ',
                    '--mail', 'ann@corp.example.test', *pinned(pins))
    first, second = words.out.split('\n')[:2]
    expect_equal(first, 'EX07 cannot be reached; Outlook in site HQ goes on to '
                 'EX1 (observed), which answers')
    expect_equal(second, 'The user sees: Security Alert at hop 2, EX1 '
                 '(untrusted issuer)')
    hops = words.out.split('\nHop ')
    expect('created 2008-01-01' in ' '.join(hops[1].split()), words)
    expect('created 2010-01-01' in ' '.join(hops[2].split()), words)


@test('a name that does not resolve here is no server that was switched off')
def unresolved_first(lab):
    forest = two_servers(lab, 'unresolved-first')
    with Dns((f'{NET}.204', 0), {}) as dns:
        answer = lab.predict(4, forest, {HOST: [lab.places['self-signed']]},
                             '--dns', dns.place)
    expect_equal(verdicts(answer)[0], ('scp', 'EX07', 'connect-failure', 0))
    found = {finding['code']: finding['text'] for finding in answer['findings']}
    expect('scp-host-silent' not in found, found)
    expect('add the name to DNS' in found['scp-host-unresolved'], found)


@test('a redirect to a server that did not answer is no loop')
def redirect_to_dead(lab):
    forest = organisation(lab, 'redirect-to-dead', 'root')
    forest.server('EX1', EX2010_SP2, 38, 'HQ', created=2008)
    forest.server('EX07', EX2007_SP3, 36, 'HQ', created=2010)
    forest.mailbox('ann', 'EX1')
    forest.write(forest.path)
    answer = lab.predict(4, forest, {HOST: [DEAD],
                                     OLD: [lab.places['wildcard']]})
    expect_equal(verdicts(answer), [('scp', 'EX1', 'connect-failure', 0),
                                    ('scp', 'EX07', 'no-alert', 0),
                                    ('redirect', 'EX1', 'connect-failure', 0)])
    expect_equal([hop['candidate'] for hop in answer['hops']], [1, 2, None])
    expect('redirect-loop' not in codes(answer), answer['findings'])


@test('other sites are no way out')
def no_tail(lab):
    forest = organisation(lab, 'no-tail', 'root')
    forest.site('Lab')
    forest.server('EX07', EX2010_SP2, 38, 'HQ', created=2008)
    forest.server('EX1', EX2010_SP2, 38, 'Lab', created=2010)
    forest.mailbox('ann', 'EX1')
    forest.write(forest.path)
    pins = {OLD: [DEAD], HOST: [lab.places['good']]}
    answer = lab.predict(4, forest, pins)
    expect_equal(verdicts(answer), [('scp', 'EX07', 'connect-failure', 0)])
    words = lab.run('predict', '--observe', '-l', forest.path, '--site', 'HQ',
                    *pinned(pins))
    expect(words.out.startswith('EX07 cannot be reached; Outlook in site HQ '
                                'probably never tries the other URL\n'), words)
    silent, = [finding['text'] for finding in answer['findings']
               if finding['code'] == 'scp-host-silent']
    expect('has no other SCP to try before it goes on to the mail domain' in
           silent, silent)


@test('each silent SCP is told in its turn')
def all_silent(lab):
    forest = two_servers(lab, 'all-silent')
    answer = lab.predict(4, forest, {OLD: [DEAD], HOST: [DEAD]})
    first, last = [finding['text'] for finding in answer['findings']
                   if finding['code'] == 'scp-host-silent']
    expect(' still tries it first: ' in first, first)
    expect('the last SCP that this client tries before it goes on to the mail '
           'domain: ' in last, last)


@test('what may come first is looked at, and warns')
def doubt_seen(lab):
    forest = two_servers(lab, 'doubt')
    forest.site('Far')
    forest.write(forest.path)
    pins = {OLD: [lab.places['wildcard']], HOST: [lab.places['self-signed']]}
    answer = lab.predict(0, forest, pins, site='Far', mail='bob')
    expect_equal(answer['choice']['doubt'], {
        'reading': 'newest-first', 'outcome': 'alert', 'refusal': 'none',
        'url': f'https://{HOST}/Autodiscover/Autodiscover.xml'})
    expect_equal(answer['alert']['doubtful'], True)
    check = lab.run('check', '-o', '-l', forest.path, '-s', 'Far', '-m',
                    'bob@corp.example.test', *pinned(pins))
    expect_equal(check.code, 1, check)
    expect('but Security Alert if EX1, the newest SCP, comes first' in
           check.out, check)


@test('no server answers')
def all_dead(lab):
    forest = two_servers(lab, 'all-dead')
    answer = lab.predict(4, forest, {OLD: [DEAD], HOST: [DEAD]}, mail='bob')
    expect_equal(verdicts(answer), [('scp', 'EX07', 'connect-failure', 0),
                                    ('scp', 'EX1', 'connect-failure', 0)])
    expect_equal(answer['alert']['outcome'], 'connect-failure')


@test('the target of a redirect is dead')
def target_dead(lab):
    forest = two_servers(lab, 'target-dead')
    answer = lab.predict(4, forest, {OLD: [lab.places['wildcard']],
                                     HOST: [DEAD]})
    expect_equal(verdicts(answer), [('scp', 'EX07', 'no-alert', 0),
                                    ('redirect', 'EX1', 'connect-failure', 0)])
    expect_equal(answer['alert']['hop'], 2)


@test('the hosts behind the answer')
def second_wave(lab):
    forest = organisation(lab, 'wave', 'root')
    forest.server('EX1', EX2010_SP2, 38, 'HQ')
    forest.service('EX1', 'EWS', 'WebServices', f'https://{HOST}/EWS')
    forest.service('EX1', 'OAB', 'OAB', 'https://oab.corp.example.test/OAB')
    forest.service('EX1', 'ecp', 'ECP', 'http://ecp.corp.example.test/ecp')
    forest.mailbox('ann', 'EX1')
    forest.write(forest.path)
    answer = lab.predict(4, forest, {
        HOST: [lab.places['good']],
        'oab.corp.example.test': [lab.places['good']]})
    expect_equal([(row['service'], row['alert']['outcome'], row['alert']['flags'])
                  for row in answer['services']],
                 [('ecp', 'uncertain', 0), ('ews', 'no-alert', 0),
                  ('oab', 'alert', 16)])
    expect_equal((answer['alert']['outcome'], answer['alert']['hop'],
                  answer['alert']['reasons']),
                 ('alert', None, ['name-mismatch']))
    expect_equal(len(answer['observations']), 2)


# ------------------------------------------------- time, terminal, the wire --

@test('the budget is that of the whole command')
def budget(lab):
    forest = two_servers(lab, 'budget')
    with Peer((f'{NET}.201', 0), lambda talk: talk.silence()) as peer:
        done = lab.run('predict', '--observe', '-l', forest.path, '--site', 'HQ',
                       '--timeout', '2', '--json',
                       *pinned({OLD: [peer.place], HOST: [peer.place]}))
    expect_equal(done.code, 4, done)
    expect(1.8 <= done.seconds <= 2.2 + SLACK, f'{done.seconds:.2f} s', done)
    expect_equal([row['outcome'] for row in
                  json.loads(done.out)['observations']], ['timeout'] * 2)


def watched(lab, words, seconds):
    """Standard error on a terminal: what it showed, and the exit status."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [lab.adscp, *words, '--at', AT], stdout=subprocess.PIPE,
        stderr=slave, stdin=subprocess.DEVNULL)
    os.close(slave)
    shown, end = b'', time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:
                break
    process.communicate(timeout=30)
    os.close(master)
    return process.returncode, shown.decode()


@test('a line tells how far a long look has come, on a terminal only')
def progress(lab):
    good = records(flight(lab.made['good'].der))
    words = ['observe', HOST, '--trust', lab.pem('root')]
    with Peer((f'{NET}.202', 0), late(answering(good), 2)) as peer:
        pins = pinned({HOST: [peer.place]})
        code, shown = watched(lab, [*words, *pins], 10)
        expect_equal(code, 0, shown)
        expect('looked at 0 of 1 addresses' in shown, repr(shown))
        expect(shown.endswith('\r'), 'the line stays', repr(shown))
        piped = lab.run(*words, *pins)
        expect_equal((piped.code, piped.err), (0, ''), piped)
    code, shown = watched(
        lab, [*words, *pinned({HOST: [lab.places['good']]})], 10)
    expect_equal((code, shown), (0, ''))


@test('Ctrl-C ends a look')
def interrupted(lab):
    with Peer((f'{NET}.203', 0), lambda talk: talk.silence()) as peer:
        process = subprocess.Popen(
            [lab.adscp, 'observe', HOST, *pinned({HOST: [peer.place]})],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not peer.threads and time.monotonic() < end:
            time.sleep(0.02)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        expect(time.monotonic() - start < 1 + SLACK, 'not at once')
    expect_equal((process.returncode, out), (130, b''), err)
    expect_equal(err, b'adscp: interrupted\n')


@test('nothing but a hello is sent, to nobody but those who are asked for')
def only_tls(lab):
    forest = two_servers(lab, 'only-tls')
    good = records(flight(lab.made['good'].der))
    with Peer((f'{NET}.205', 0), answering(good)) as peer:
        pins = {OLD: [peer.place], HOST: [peer.place]}
        lab.document(0, 'predict', '-l', forest.path, '--site', 'HQ',
                     *pinned(pins))
        lab.document(0, 'list', '-l', forest.path, '--site', 'HQ',
                     *pinned(pins))
        expect_equal(peer.threads, [])
        lab.predict(4, forest, pins)
        end = time.monotonic() + 5
        while len(peer.got) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        got = list(peer.got)
    expect_equal(len(got), 2)
    for data in got:
        expect_equal((data[0], data[5]), (22, 1), data)
        expect_equal(len(data), 5 + int.from_bytes(data[3:5], 'big'))
        expect(b'HTTP' not in data and b'utodiscover.xml' not in data, data)
    expect_equal(sum(OLD.encode() in data for data in got), 1)
    expect_equal(sum(HOST.encode() in data for data in got), 1)


# --------------------------------------------------- beside and after the SCPs --

MAIL_DOMAIN = HOST.split('.', 1)[1]
SCRIPT = f'_autodiscover._tcp.{MAIL_DOMAIN}'


def nobody(lab, name):
    """An organisation whose only SCP has no URL, as after a migration."""
    forest = organisation(lab, name, 'root')
    forest.server('EX1', EX2010_SP2, 38, 'HQ', None)
    forest.mailbox('ann', 'EX1')
    forest.write(forest.path)
    text = pathlib.Path(forest.path).read_text()
    pathlib.Path(forest.path).write_text(''.join(
        line for line in text.splitlines(True)
        if not line.startswith('serviceBindingInformation:')))
    return forest


def led(answer):
    return [(hop['via'], hop['host'], hop['alert']['outcome'])
            for hop in answer['hops']]


@test('without an SCP, the hosts of the mail domain are looked at')
def web_site(lab):
    forest = nobody(lab, 'web-site')
    with Dns((f'{NET}.204', 0), {SCRIPT: 3}) as dns:
        answer = lab.predict(
            4, forest, {MAIL_DOMAIN: [lab.places['wrong-name']]}, '--dns', dns.place)
        asked = set(dns.asked)
    expect_equal(led(answer), [('https-root', MAIL_DOMAIN, 'alert')])
    expect_equal(answer['alert']['hop'], 1)
    expect('mail-domain-is-ad-domain' in codes(answer), codes(answer))
    expect_equal(asked, {SCRIPT, f'autodiscover.{MAIL_DOMAIN}'})
    words = lab.run('predict', '--observe', '-l', forest.path, '--site', 'HQ',
                    '--mail', f'ann@{MAIL_DOMAIN}', '--dns', '127.0.0.1:9', '-q',
                    *pinned({MAIL_DOMAIN: [lab.places['wrong-name']]}))
    expect(f'goes on to {MAIL_DOMAIN}' in words.out and
           f'Security Alert at hop 1, {MAIL_DOMAIN}' in words.out, words)


@test('without anybody there, there is no hop')
def no_web_site(lab):
    forest = nobody(lab, 'no-web-site')
    with Dns((f'{NET}.204', 0), {}) as dns:
        answer = lab.predict(3, forest, {}, '--dns', dns.place, '--client',
                             'outlook-2010')
    expect_equal((answer['hops'], answer['alert']), ([], None))
    step, = (row for row in answer['steps'] if row['method'] == 'https-root')
    expect_equal(step['alert']['outcome'], 'connect-failure')


@test('where no server of an SCP answers, DNS names the last host')
def service_record(lab):
    forest = one_server(lab, 'service-record')
    address, port = lab.places['self-signed']
    names = {SCRIPT: [(port, HOST)], HOST: [address], MAIL_DOMAIN: [],
             f'autodiscover.{MAIL_DOMAIN}': []}
    with Dns((f'{NET}.204', 0), names) as dns, \
            Peer((f'{NET}.206', 0), lambda talk: talk.reset()) as peer:
        answer = lab.predict(4, forest, {HOST: [peer.place]}, '--dns', dns.place)
        as_2010 = lab.predict(4, forest, {HOST: [peer.place]}, '--dns', dns.place,
                              '--client', 'outlook-2010')
    expect_equal([led(each) for each in (answer, as_2010)], [[
        ('scp', HOST, 'connect-failure'), ('srv', HOST, 'alert')]] * 2)
    expect_equal(answer['alert']['hop'], 2)
    expect('redirect-asks' in codes(as_2010), codes(as_2010))
    step, = (row for row in as_2010['steps'] if row['method'] == 'srv')
    expect_equal(step['url'],
                 f'https://{HOST}:{port}/autodiscover/autodiscover.xml')


@test('of several service records, https, priority and weight decide')
def service_records(lab):
    forest = nobody(lab, 'service-records')
    last = f'autodiscover.{MAIL_DOMAIN}'
    for records in (
            [(8443, 'a.test', 0, 9), (443, 'z.test', 20, 0)],
            [(443, 'a.test', 5, 9), (443, 'z.test', 1, 0)],
            [(443, 'a.test', 5, 1), (443, 'z.test', 5, 8)],
            [(443, 'z.test', 5, 1), (443, 'zz.test', 5, 1)]):
        for each in records, records[::-1]:
            names = {SCRIPT: each, MAIL_DOMAIN: [], last: [],
                     'z.test': [], 'a.test': [], 'zz.test': []}
            with Dns((f'{NET}.204', 0), names) as dns:
                answer = lab.predict(3, forest, {}, '--dns', dns.place,
                                     '--client', 'outlook-2010')
            step, = (row for row in answer['steps'] if row['method'] == 'srv')
            expect_equal((step['host'], step['url']), (
                'z.test', 'https://z.test/autodiscover/autodiscover.xml'), each)


@test('Outlook 2013 meets the web server of a domain controller as well')
def domain_controller(lab):
    forest = one_server(lab, 'domain-controller')
    pins = {HOST: [lab.places['good']], MAIL_DOMAIN: [lab.places['self-signed']]}
    for client, code, outcome, hop in (('2013', 4, 'alert', None),
                                       ('2010', 0, 'no-alert', 1)):
        answer = lab.predict(code, forest, pins, '--dns', '127.0.0.1:9',
                             '--client', f'outlook-{client}')
        expect_equal(led(answer), [('scp', HOST, 'no-alert')])
        expect_equal((answer['alert']['outcome'], answer['alert']['hop']),
                     (outcome, hop))
        expect_equal({'step-beside-alert', 'mail-domain-is-ad-domain'} &
                     codes(answer), {'step-beside-alert', 'mail-domain-is-ad-domain'}
                     if code else set())
        expect_equal(len(answer['observations']), 3 if code else 1, answer)


run_tests(Lab, start_real)
