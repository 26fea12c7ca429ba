#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Shared hosts and the servers behind them: behind.py BUILD [WORD...].

haproxy stands before servers of OpenSSL and scripted ones, on loopback, and does
what balancers do: it passes TLS through, ends it and begins it anew, or ends it and
goes on in clear. "adscp" compares certificates; openssl, by itself, what Extended
Protection compares (tls-server-end-point, RFC 5929)."""

import asyncio
import hashlib
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name)
                             for name in ('lab', 'contract', 'golden'))]

import certificates                                      # noqa: E402
import contract                                          # noqa: E402
from organisation import Forest                          # noqa: E402
from peers import Peer, alert, answering, flight, records  # noqa: E402
from servers import PORT, Servers, environment, run_tests  # noqa: E402
from tap import expect, expect_equal, test               # noqa: E402

NET = '127.0.68'
SHARED = 'mail.corp.example.test'
EX2019 = (1941996571, 'Version 15.2 (Build 31118.7)')
AT = '2026-11-30T00:00:00Z'
SLOW = contract.is_slow()
PLAIN = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
DEFAULTS = '''
defaults
 timeout connect 3s
 timeout client 20s
 timeout server 20s
'''


class Lab:
    def __init__(self, build, directory):
        build = pathlib.Path(build).resolve()
        self.adscp = str(build / 'examples' / 'adscp')
        self.directory = directory
        self.servers = Servers(directory, build, NET)
        maker = certificates.Maker(directory / 'certificates')
        self.root = maker.issue('root', '/CN=Example Root CA', *certificates.CA,
                                key='ec')
        self.made = {}
        for name in ('old', 'new', 'third', 'other-name'):
            host = SHARED if name != 'other-name' else 'elsewhere.example.test'
            made = self.made[name] = maker.issue(
                name, f'/CN={host}', f'subjectAltName=DNS:{host}',
                certificates.SERVER, issuer=self.root, key='ec')
            made.bundle = made.key.with_name(f'{name}.bundle')
            made.bundle.write_bytes(made.chain.read_bytes() +
                                    made.key.read_bytes())
        self.places = {}

    def forest(self, name, servers, host=SHARED):
        forest = Forest('DC=corp,DC=example,DC=test')
        forest.path = self.directory / f'{name}.ldif'
        forest.authority('Certification Authorities', self.root.der)
        forest.site('HQ')
        for each in servers:
            forest.server(each, EX2019, 16423, 'HQ', url=f'https://{host}/a.xml')
        forest.write(forest.path)
        return forest

    def run(self, *words, code=0):
        start = time.monotonic()
        done = subprocess.run(
            [self.adscp, *map(str, words), '--at', AT], capture_output=True,
            text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)
        self.seconds = time.monotonic() - start
        expect_equal((done.returncode, done.stderr), (code, ''), done.stdout)
        return done.stdout

    def save(self, *words, code=0):
        done = subprocess.run([self.adscp, *map(str, words)], check=False,
                              capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        expect_equal((done.returncode, done.stderr), (code, ''), words)
        return done.stdout

    def ask(self, name, front, places, *words, code=0):
        """The answer for servers EX1, EX2, ... at these places."""
        names = [f'EX{number}' for number in range(1, len(places) + 1)]
        forest = self.forest(name, names)
        pins = {SHARED: front, **{
            f'{each.lower()}.corp.example.test': place
            for each, place in zip(names, places)}}
        return json.loads(self.run(
            'predict', '--behind', '-l', forest.path, '-s', 'HQ', '--json',
            *pinned(pins), *words, code=code))


def pinned(pins):
    return [f'--resolve={host}:443:{at[0]}:{at[1]}' for host, at in pins.items()]


def codes(answer):
    return [finding['code'] for finding in answer['findings']
            if finding['code'] in ('front-certificate-differs',
                                   'servers-certificates-differ',
                                   'server-not-behind', 'cert-several')]


def end_point(place):
    """The hash of what a server shows for the shared name, as Windows binds an
    authentication to it: by the signature's algorithm (RFC 5929 4.1)."""
    shown = subprocess.run(
        ['openssl', 's_client', '-connect', f'{place[0]}:{place[1]}',
         '-servername', SHARED], input=b'', capture_output=True, timeout=20,
        env=environment(), check=False).stdout
    found = subprocess.run(['openssl', 'x509', '-outform', 'DER'], input=shown,
                           capture_output=True, check=False, env=environment())
    words = subprocess.run(['openssl', 'x509', '-inform', 'DER', '-noout', '-text'],
                           input=found.stdout, capture_output=True, check=True,
                           env=environment()).stdout
    expect(b'ecdsa-with-SHA256' in words, words)
    return hashlib.sha256(found.stdout).hexdigest()


def same(answer):
    row, = answer['behind']
    return [server['same'] for server in row['servers']]


def agree(answer, front, places):
    """What is said is what Extended Protection would find."""
    expected = end_point(front)
    expect_equal(same(answer), [end_point(each) == expected for each in places])
    row, = answer['behind']
    expect_equal(row['front']['sha256'].lower(), expected)


# --------------------------------------------------------------- balancers --

def start_real(lab):
    made, servers = lab.made, lab.servers
    lab.old = servers.openssl(made['old'])
    lab.old2 = servers.openssl(made['old'])
    lab.new = servers.openssl(made['new'])
    lab.by_name = servers.openssl(
        made['other-name'], '-servername', SHARED, '-cert2', made['old'].pem,
        '-key2', made['old'].key)
    lab.closed = servers.place()
    crt_list = lab.directory / 'crt-list'
    crt_list.write_text(f'{made["other-name"].bundle}\n'
                        f'{made["old"].bundle} {SHARED}\n')
    to_tls = 'ssl verify none'
    bundle = {name: each.bundle for name, each in made.items()}
    lines = [DEFAULTS]
    for name, mode, bind, backends in (
            ('passes', 'tcp', '', [(lab.old, ''), (lab.old2, '')]),
            ('passes-two', 'tcp', '', [(lab.old, ''), (lab.new, '')]),
            ('same', 'http', f'ssl crt {bundle["old"]}', [(lab.old, to_tls),
                                                         (lab.old2, to_tls)]),
            ('another', 'http', f'ssl crt {bundle["third"]}',
             [(lab.old, to_tls), (lab.old2, to_tls)]),
            ('half', 'http', f'ssl crt {bundle["new"]}', [(lab.new, to_tls),
                                                         (lab.old, to_tls)]),
            ('offloads', 'http', f'ssl crt {bundle["old"]}',
             [((f'{NET}.110', PORT), '')]),
            ('down', 'tcp', '', [(lab.old, ''), (lab.closed, 'check')]),
            ('by-name', 'http', f'ssl crt-list {crt_list}',
             [(lab.by_name, f'{to_tls} sni str({SHARED})')])):
        place = lab.places[name] = servers.place()
        lines.append(f'listen {name}\n mode {mode}\n balance roundrobin\n '
                     f'bind {place[0]}:{place[1]} {bind}')
        lines += [f' server s{number} {at[0]}:{at[1]} {more}'
                  for number, (at, more) in enumerate(backends)]
    config = lab.directory / 'haproxy.cfg'
    config.write_text('\n'.join(lines) + '\n')
    servers.start(lab.places['passes'], ['haproxy', '-db', '-q', '-f', config])
    servers.wait()


@test('TLS that is passed through: the same certificate on both sides')
def passes(lab):
    answer = lab.ask('passes', lab.places['passes'], [lab.old, lab.old2])
    agree(answer, lab.places['passes'], [lab.old, lab.old2])
    expect_equal((same(answer), codes(answer)), ([True, True], []))
    row, = answer['behind']
    expect_equal((row['host'], row['port'], row['several'], [
        (each['server'], each['host'], each['outcome'])
        for each in row['servers']]), (SHARED, 443, False, [
            (f'EX{n}', f'ex{n}.corp.example.test', 'ok') for n in (1, 2)]))


@test('passed through to servers that differ: no balancer is suspected')
def passes_two(lab):
    answer = lab.ask('passes-two', lab.places['passes-two'], [lab.old, lab.new])
    expect_equal((same(answer), sorted(codes(answer))), (
        [True, True], ['cert-several', 'servers-certificates-differ']))
    expect(answer['behind'][0]['several'], answer['behind'])


@test('a balancer that ends TLS, with the servers\' certificate')
def bridges_same(lab):
    answer = lab.ask('same', lab.places['same'], [lab.old, lab.old2])
    agree(answer, lab.places['same'], [lab.old, lab.old2])
    expect_equal((same(answer), codes(answer)), ([True, True], []))


@test('a balancer that ends TLS, with another certificate')
def bridges_another(lab):
    front = lab.places['another']
    answer = lab.ask('another', front, [lab.old, lab.old2])
    agree(answer, front, [lab.old, lab.old2])
    expect_equal((same(answer), codes(answer)), (
        [False, False], ['front-certificate-differs']))
    finding, = [each for each in answer['findings']
                if each['code'] == 'front-certificate-differs']
    expect_equal((finding['severity'], finding['about'],
                  finding['parameters']['host']), ('warning', 'client', SHARED))
    for word in ('Extended Protection', 'cannot look like this', 'EX1, EX2'):
        expect(word in finding['text'], finding)
    told = lab.run('predict', '--behind', '-l', lab.directory / 'another.ldif',
                   '-s', 'HQ', *pinned({SHARED: front,
                                        'ex1.corp.example.test': lab.old,
                                        'ex2.corp.example.test': lab.old2}))
    expect(f'Behind {SHARED}' in told and 'another certificate' in told, told)


@test('a renewal that is half done')
def half(lab):
    front = lab.places['half']
    answer = lab.ask('half', front, [lab.new, lab.old])
    agree(answer, front, [lab.new, lab.old])
    expect_equal((same(answer), sorted(codes(answer))), (
        [True, False], ['front-certificate-differs',
                        'servers-certificates-differ']))
    finding, = [each for each in answer['findings']
                if each['code'] == 'front-certificate-differs']
    expect('unless TLS is passed through' in finding['text'], finding)


@test('SSL offloading: the server speaks no TLS')
def offloads(lab):
    with Peer((f'{NET}.110', PORT), answering(PLAIN)) as peer:
        answer = lab.ask('offloads', lab.places['offloads'], [peer.place])
    expect_equal((same(answer), codes(answer),
                  answer['behind'][0]['servers'][0]['outcome']),
                 ([None], ['server-not-behind'], 'not-tls'))


@test('one member of the pool is down')
def down(lab):
    answer = lab.ask('down', lab.places['down'], [lab.old, lab.closed])
    expect_equal((same(answer), codes(answer)), ([True, None], ['server-not-behind']))
    finding, = [each for each in answer['findings']
                if each['code'] == 'server-not-behind']
    expect_equal((finding['parameters']['server'], finding['dn'].split(',')[0]),
                 ('EX2', 'CN=EX2'))
    expect('refused' in finding['text'], finding)


@test('certificates by name: the shared name is the one that is asked for')
def by_name(lab):
    answer = lab.ask('by-name', lab.places['by-name'], [lab.by_name])
    agree(answer, lab.places['by-name'], [lab.by_name])
    expect_equal((same(answer), codes(answer)), ([True], []))
    server, = answer['behind'][0]['servers']
    expect_equal((server['certificate']['subject'],
                  server['own_certificate']['subject']),
                 (f'CN={SHARED}', 'CN=elsewhere.example.test'))


@test('a server that answers for its own name alone')
def own_name_only(lab):
    good = records(flight(lab.made['old'].der))

    def script(talk):
        talk.send(alert(112) if SHARED.encode() in talk.hello() else good)

    with Peer((f'{NET}.111', 0), script) as peer:
        answer = lab.ask('own-name', lab.old, [peer.place])
    server, = answer['behind'][0]['servers']
    expect_equal((server['same'], server['outcome'], codes(answer)),
                 (None, 'closed', ['server-not-behind']))
    expect(server['own_certificate'] is not None, server)
    expect(any('for its own name it answers' in each['text']
               for each in answer['findings']), answer['findings'])


@test('a pool that shows ten certificates in turn is looked at several times')
def in_turn(lab):
    maker = certificates.Maker(lab.directory / 'turns')
    ders = [maker.issue(f't{n}', f'/CN={SHARED}', f'subjectAltName=DNS:{SHARED}',
                        key='ec').der for n in range(10)]
    flights = [records(flight(der)) for der in ders]

    def script(talk):
        talk.hello()
        talk.send(flights[talk.number % 10])

    with Peer((f'{NET}.112', 0), script) as peer:
        answer = lab.ask('in-turn', peer.place, [lab.old], code=4)
    shown = {row['certificate']['sha256'] for row in answer['observations']
             if row['host'] == SHARED}
    expect_equal(shown, {hashlib.sha256(d).hexdigest().upper() for d in ders})
    expect_equal((answer['behind'][0]['several'], same(answer), codes(answer)),
                 (True, [False], ['cert-several', 'front-certificate-differs']))


@test('without --behind, nobody looks behind anything')
def not_asked(lab):
    forest = lab.forest('not-asked', ['EX1', 'EX2'])
    got = []

    def script(talk):
        got.append(talk.hello())
        talk.send(records(flight(lab.made['old'].der)))

    with Peer((f'{NET}.113', 0), script) as peer:
        answer = json.loads(lab.run(
            'predict', '--observe', '-l', forest.path, '-s', 'HQ', '--json',
            *pinned({each: peer.place for each in (
                SHARED, 'ex1.corp.example.test', 'ex2.corp.example.test')})))
    expect_equal((answer['behind'], len(got), len(answer['observations'])),
                 ([], 1, 1))


@test('64 members that accept a connection and say nothing cost one wait')
def hanging(lab):
    budget = 8 if SLOW else 2
    silent = [socket.create_server((f'127.0.69.{n}', PORT), backlog=8)
              for n in range(1, 65)]
    try:
        answer = lab.ask('hanging', lab.old, [
            each.getsockname()[:2] for each in silent], '--timeout', budget, code=5)
    finally:
        for each in silent:
            each.close()
    expect(lab.seconds < 2 * budget, lab.seconds)
    rows = answer['behind'][0]['servers']
    expect_equal({(row['outcome'], row['same']) for row in rows},
                 {('timeout', None)})
    expect_equal((len(rows), codes(answer).count('server-not-behind')), (64, 64))


# --------------------------------------------------------------- snapshots --

def save(lab, name, front, *words):
    forest = lab.forest('saved', ['EX1', 'EX2'])
    path = lab.directory / name
    lab.save('save', path, '-l', forest.path, '--behind', *pinned({
        SHARED: front, 'ex1.corp.example.test': lab.old,
        'ex2.corp.example.test': lab.old2}), *words)
    return path


@test('a snapshot keeps what was seen, and diff notices another certificate')
def snapshots(lab):
    old, new = save(lab, 'old.ldif', lab.old), save(lab, 'new.ldif', lab.new)
    again = lab.directory / 'again.ldif'
    lab.save('save', again, '-l', old)
    expect_equal(again.read_bytes(), old.read_bytes())
    answer = json.loads(lab.run('diff', old, new, '--json'))
    shown = [hashlib.sha1(lab.made[name].der).hexdigest().upper()
             for name in ('old', 'new')]
    expect_equal([(row['kind'], row['change'], row['dn'], row['before'],
                   row['after']) for row in answer['facts']],
                 [('certificate', 'changed', f'{SHARED}:443', *shown)])
    expect_equal([each['code'] for each in answer['findings_added']],
                 ['front-certificate-differs'])
    expect('show different' in lab.run('check', '-l', new, '--alert-as=ok', code=1))
    same_ones = json.loads(lab.run('diff', old, old, '--json'))
    expect_equal((same_ones['facts'], same_ones['moves']), ([], []))
    plain = lab.directory / 'plain.ldif'
    lab.save('save', plain, '-l', lab.directory / 'saved.ldif')
    expect(b'seen ' not in plain.read_bytes(), plain)
    expect_equal(json.loads(lab.run('diff', plain, new, '--json'))['facts'], [])


@test('a snapshot that was tampered with is read as far as it makes sense')
def tampered(lab):
    whole = save(lab, 'whole.ldif', lab.old).read_text(encoding='utf-8')
    path = lab.directory / 'tampered.ldif'
    row = next(line for line in whole.splitlines() if ': seen ' in line)
    for before, after in (
            ('\t443\t', '\t0\t'), ('\t443\t', '\t99999999999\t'),
            ('\t771\t0\t', '\t771\t7\t'), ('\t771\t0\t', '\t771\t\t'),
            ('\t771\t0\t', '\t771\t' + '0,' * 5000 + '0\t'),
            ('\t771\t', '\t1\t'), (f'seen {SHARED}', 'seen '),
            (f'seen {SHARED}', 'seen ' + 'x' * 300),
            (row, row[:40]), ('shown MII', 'shown =II')):
        expect(before in whole, before)
        path.write_text(whole.replace(before, after), encoding='utf-8')
        said = lab.save('list', '-j', '-l', path, '-s', 'HQ', code=5)
        expect('"snapshot-look-damaged"' in said, before)
        lab.save('diff', path, path)
    path.write_text(whole.replace(row, '\n'.join([row] * 2000)))
    lab.save('list', '-l', path, '-s', 'HQ')


# ------------------------------------------------------------------- speed --

class Slow(threading.Thread):
    """At all of these addresses, an answer after this time."""

    def __init__(self, hosts, answer, seconds):
        super().__init__(daemon=True)
        self.hosts, self.answer, self.seconds = hosts, answer, seconds
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()

    async def talk(self, reader, writer):
        await reader.read(4096)
        await asyncio.sleep(self.seconds)
        writer.write(self.answer)
        await reader.read()
        writer.close()

    async def serve(self):
        for host in self.hosts:
            await asyncio.start_server(self.talk, host, PORT, backlog=64)
        self.ready.set()

    def run(self):
        self.loop.run_until_complete(self.serve())
        self.loop.run_forever()

    def __enter__(self):
        self.start()
        self.ready.wait(20)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(20)


@test('200 servers behind 20 names take little longer than one look')
def many(lab):
    forest = Forest('DC=corp,DC=example,DC=test')
    path = lab.directory / 'many.ldif'
    forest.site('HQ')
    pins, names = {}, [f'n{n}.corp.example.test' for n in range(20)]
    for n in range(200):
        forest.server(f'EX{n}', EX2019, 16423, 'HQ',
                      url='' if n % 10 else f'https://{names[n // 10]}/a.xml')
        forest.service(f'EX{n}', 'EWS', 'WebServices',
                       f'https://{names[n // 10]}/EWS/Exchange.asmx')
        pins[f'ex{n}.corp.example.test'] = f'127.0.70.{n + 1}', PORT
    for n, name in enumerate(names):
        pins[name] = f'127.0.71.{n + 1}', PORT
    forest.mailbox('ann', 'EX0')
    forest.write(path)
    der = lab.made['old'].der
    words = ['-l', path, '-s', 'HQ', '-m', 'ann@corp.example.test', '--json',
             '--trust', lab.root.pem, *pinned(pins)]
    with Slow([at[0] for at in pins.values()], records(flight(der)), 1.5):
        alone, whole = [], []
        for _ in range(2):
            lab.run('observe', f'{names[0]}:443', *pinned(
                {names[0]: pins[names[0]]}), code=4)
            alone.append(lab.seconds)
            answer = json.loads(lab.run('predict', '--behind', *words, code=4))
            whole.append(lab.seconds)
            if min(whole) <= 1.3 * min(alone):
                break
    rows = [each for row in answer['behind'] for each in row['servers']]
    expect_equal((len(answer['behind']), len(rows),
                  {each['same'] for each in rows}), (20, 200, {True}))
    expect(SLOW or min(whole) <= 1.3 * min(alone), alone, whole)


# ----------------------------------------------------------------- hostile --

@test('names that are hostile are shown as such, and looked at by nobody')
def hostile(lab):
    forest = Forest('DC=corp,DC=example,DC=test')
    path = lab.directory / 'hostile.ldif'
    forest.site('HQ')
    for name, fqdn in (('EX1', 'ex1.corp.example.test'),
                       ('EX2', 'a\x1b[31m b.example'), ('EX3', 'x' * 300),
                       ('EX4', '..')):
        forest.server(name, EX2019, 16423, 'HQ', url=f'https://{SHARED}/a.xml',
                      fqdn=fqdn)
    forest.write(path)
    words = ['predict', '--behind', '-l', path, '-s', 'HQ', *pinned(
        {SHARED: lab.old, 'ex1.corp.example.test': lab.old})]
    told = lab.run(*words, '--trust', lab.root.pem)
    expect('\x1b' not in told, told)
    answer = json.loads(lab.run(*words, '--json', '--trust', lab.root.pem))
    rows = {each['server']: each for each in answer['behind'][0]['servers']}
    expect_equal((rows['EX1']['same'], rows['EX2']['outcome'],
                  rows['EX3']['same']), (True, 'name-not-found', None))


run_tests(Lab, start_real)
