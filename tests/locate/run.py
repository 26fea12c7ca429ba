#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The search for a domain controller against scripted DNS servers and domain
controllers, good and hostile: run.py BUILD. Nothing here leaves loopback; every
search is a fresh process, so that a crash is a failed test."""

import collections
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'contract')]

import contract                                                # noqa: E402
from kerberos import keytab, ticket_cache                      # noqa: E402
from pings import (CLOSEST, GC, GOOD, NOERROR, NXDOMAIN, READ_ONLY,  # noqa: E402
                   REFUSED, SERVFAIL, SRV, Dc, Dns, a, done, entry, request_id,
                   srv, tlv, wire_name)

SANITIZED = bool(contract.sanitizers())
CLIENT = contract.build() / 'tests' / 'locate' / 'locate-client'
ANY = '_ldap._tcp.dc._msdcs.corp.test'
SITE = '_ldap._tcp.{}._sites.dc._msdcs.corp.test'
TESTS = []


class Answer(collections.defaultdict):
    """The client's lines, and how it ended."""

    def __init__(self, process):
        super().__init__(list)
        self.status = process.returncode
        self.raw, self.err = process.stdout, process.stderr
        for line in process.stdout.split('\n'):
            key, _, value = line.partition(' ')
            self[key].append(value)

    def one(self, key):
        return self[key][0] if self[key] else None

    @property
    def hosts(self):
        return [each.split('.')[0] for each in self['controller']]

    @property
    def elapsed(self):
        return int(self.one('elapsed'))

    def __str__(self):
        return f'status {self.status}\n{self.raw[:4000]}{self.err[-3000:]}'


def expect(condition, *evidence):
    if not condition:
        raise AssertionError('\n'.join(map(str, evidence)))


def ask(dns, *words, budget=10000, krb5='/dev/null', **more):
    """`more` are variables of the environment."""
    environment = {'PATH': os.environ.get('PATH', ''), 'LC_ALL': 'C.UTF-8',
                   'KRB5_CONFIG': krb5, 'KRB5_KTNAME': 'FILE:/nonexistent',
                   'KRB5CCNAME': 'FILE:/nonexistent', **more}
    for name in os.environ:
        if name.startswith(('ASAN_', 'UBSAN_', 'LSAN_', 'TSAN_')):
            environment[name] = os.environ[name]
    where = dns if isinstance(dns, str) else dns.where
    answer = Answer(subprocess.run(
        [CLIENT, where, str(budget), *words], env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=120, text=True,
        errors='backslashreplace'))
    expect(answer.status == 0, 'the client did not survive', answer)
    expect(not answer.err, 'the client wrote to standard error', answer)
    return answer


def expect_code(answer, code, *words):
    expect(answer.one('code') == code, f'not {code}', answer)
    for word in words:
        expect(word in answer.one('detail'), f'no "{word}" in it', answer)


def expect_found(answer, *hosts):
    expect_code(answer, 'ADSCP_OK')
    expect(answer.hosts == list(hosts), f'not {hosts}', answer)


def expect_within(answer, low, high):
    if SANITIZED:
        high = 2 * high + 500
    expect(low <= answer.elapsed <= high, f'not {low} to {high} ms', answer)


def test(name, *arguments):
    def register(function):
        TESTS.append((name, function, arguments))
        return function
    return register


class World:
    """DNS and domain controllers of one test. The zone names them all in ANY, in
    priority order, unless `sites` ({name: [dc, ...]}) says more."""

    def __init__(self, *dcs, sites=None, anywhere=None, zone=None, **options):
        self.dcs = dcs
        named = dcs if anywhere is None else anywhere
        table = {ANY: [dc.record(priority=i) for i, dc in enumerate(named)]}
        for site, members in (sites or {}).items():
            table[SITE.format(site).lower()] = [
                dc.record(priority=i) for i, dc in enumerate(members)]
        for dc in dcs:
            table.update(dc.zone())
        table.update(zone or {})
        self.dns = Dns(table, **options)

    def __enter__(self):
        for each in (self.dns, *self.dcs):
            each.__enter__()
        return self

    def __exit__(self, *_):
        for each in (self.dns, *self.dcs):
            each.__exit__()

    def find(self, *words, **options):
        return ask(self.dns, 'domain=corp.test', *words, **options)


# ------------------------------------------------------------------ the way --

@test('one domain controller')
def plain():
    with World(Dc(11)) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect(answer.one('client_site') == 'HQ', answer)
        expect(answer.one('client').startswith('127.'), answer)
        expect(world.dns.asked == [ANY, 'dc11.corp.test', 'dc11.corp.test'],
               world.dns.asked)
        expect(world.dcs[0].pings == 1, world.dcs[0].pings)
        expect_within(answer, 0, 300)


@test('the further ones are kept for fail-over')
def further():
    with World(Dc(11), Dc(12), Dc(13)) as world:
        expect_found(world.find(), 'dc11', 'dc12', 'dc13')
        expect(world.dcs[1].pings == 0, 'asked without need')


@test('the domain in another case, and with a port of its own')
def case():
    with World(Dc(11, domain='CORP.Test')) as world:
        expect_found(world.find(), 'dc11')


@test('a name that DNS does not know')
def no_domain():
    with World() as world:
        world.dns.zone.clear()
        expect_code(world.find(), 'ADSCP_E_RESOLVE', 'DNS names no',
                    'corp.test')


@test('a name without SRV records')
def no_records():
    with World(zone={ANY: [a('127.0.71.9')]}) as world:
        expect_code(world.find(), 'ADSCP_E_RESOLVE', 'DNS names no')


@test('names that are no domain: ' + 'empty', '')
@test('names that are no domain: a blank', 'a b')
@test('names that are no domain: a filter', 'x)(cn=*')
@test('names that are no domain: 64 letters', 'x' * 64 + '.test')
def bad_domain(name):
    with Dns({}) as dns:
        expect_code(ask(dns, f'domain={name}'), 'ADSCP_E_ARGUMENT')
        expect(not dns.asked, dns.asked)


@test('the draw depends on the seed only, and follows the weights')
def draw():
    zone = {'x.test': [srv(f'h{i}.test', 389, 0, weight)
                       for i, weight in enumerate((0, 10, 90, 900))]}
    first = collections.Counter()
    with Dns(zone) as dns:
        def once(seed):
            return ask(dns, 'srv=x.test', f'seed={seed}')['service']
        expect(once(7) == once(7), 'one seed, two orders')
        for seed in range(60):
            order = once(seed)
            expect(len(set(order)) == 4, order)
            first[order[0].split('.')[0]] += 1
    expect(first['h3'] > 40 and first['h0'] < 5, first)


@test('priority comes before weight')
def priority():
    with Dns({'x.test': [srv('low.test', 1, 20, 65535),
                         srv('high.test', 2, 10, 0)]}) as dns:
        for seed in range(5):
            expect(ask(dns, 'srv=x.test', f'seed={seed}')['service'][0]
                   == 'high.test 2')


# --------------------------------------------------------------------- sites --

@test('a site that was told is asked first')
def told_site():
    near, far = Dc(11), Dc(12)
    with World(near, far, sites={'Branch': [near]}, anywhere=[far]) as world:
        expect_found(world.find('site=Branch'), 'dc11')
        expect(world.dns.asked[0] == SITE.format('branch'), world.dns.asked)


@test('a site without servers: then those of the domain')
def empty_site():
    with World(Dc(12)) as world:
        expect_found(world.find('site=Nowhere'), 'dc12')


@test('two steps: the first server tells the site, its servers are nearer')
def two_steps():
    far = Dc(11, flags=GOOD & ~CLOSEST, client_site='Branch')
    near = Dc(12, site='Branch', client_site='Branch')
    with World(far, near, sites={'Branch': [near]}, anywhere=[far]) as world:
        answer = world.find()
        expect_found(answer, 'dc12', 'dc11')
        expect(answer.one('site') == 'Branch', answer)


@test('two steps: nobody in the nearer site answers: the first one stays')
def two_steps_in_vain():
    far = Dc(11, flags=GOOD & ~CLOSEST, client_site='Branch')
    dead = Dc(12, udp='refuse', tcp='refuse')
    with World(far, dead, sites={'Branch': [dead]}, anywhere=[far]) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect(answer.one('client_site') == 'Branch', answer)


@test('no second step where the server is the closest one')
def closest():
    with World(Dc(11, client_site='Branch')) as world:
        expect_found(world.find(), 'dc11')
        expect(not any('branch' in name for name in world.dns.asked))


@test('a site with a dot is not asked about', 'Lab.2')
@test('a site with 64 letters is not asked about', 'x' * 64)
def site_unfit(site):
    with World(Dc(11)) as world:
        answer = world.find(f'site={site}')
        expect_found(answer, 'dc11')
        expect(world.dns.asked[0] == ANY, world.dns.asked)
        expect('cannot be asked' in answer.one('trace'), answer)


@test('a site is one label: a blank', 'Site One')
@test('a site is one label: letters beyond ASCII', 'Zürich')
@test('a site is one label: a backslash', 'a\\b')
@test('a site is one label: characters of a filter', ')(cn=*')
@test('a site is one label: capitals and an underscore', 'HQ_Ost-1')
@test('a site is one label: signs of a zone file', '"a"; $b @c')
@test('a site is one label: digits behind a backslash', '\\032')
@test('a site is one label: as long as a label may be', 'é' * 31 + ' ')
def site_label(site):
    near = Dc(11)
    with World(near, sites={site: [near]}, anywhere=[]) as world:
        expect_found(world.find(f'site={site}'), 'dc11')
        expect(world.dns.asked[0] == SITE.format(site).lower(),
               world.dns.asked)


@test('a site is one label by TCP, too: a blank', 'Site One')
@test('a site is one label by TCP, too: letters beyond ASCII', 'Zürich')
@test('a site is one label by TCP, too: plain', 'Branch')
def site_by_tcp(site):
    near = Dc(11)
    with World(near, sites={site: [near]}, anywhere=[],
               tcp_only=True) as world:
        expect_found(world.find(f'site={site}'), 'dc11')
        expect(set(world.dns.asked[:2]) == {SITE.format(site).lower()},
               world.dns.asked)
        expect(world.dns.streamed > 0, 'nobody came by TCP')


@test('a site with a blank: an answer to another question is none', b'Site_One')
@test('a site with a blank: an answer to what c-ares asked is none', b'SitexOne')
def other_question(label):
    near = Dc(11)

    def reply(query, question):
        forged = question.replace(b'Site One', label)
        host = near.record()[1]
        return (query[:2] + struct.pack('>HHHHH', 0x8580, 1, 1, 0, 0) + forged
                + b'\xc0\x0c' + struct.pack('>HHIH', SRV, 1, 60, len(host))
                + host)
    with World(near, anywhere=[], zone={
            SITE.format('site one'): reply}) as world:
        answer = world.find('site=Site One', budget=600)
        expect('no DNS answer in time' in answer.one('trace'), answer)
        expect(not answer.hosts, answer)


@test('a site with a blank from a ping is the second step')
def blank_answer():
    far = Dc(11, flags=GOOD & ~CLOSEST, client_site='Site One')
    near = Dc(12, site='Site One', client_site='Site One')
    with World(far, near, sites={'Site One': [near]}, anywhere=[far]) as world:
        expect_found(world.find(), 'dc12', 'dc11')


@test('a site with a dot from a ping is no second step')
def dotted_answer():
    with World(Dc(11, flags=GOOD & ~CLOSEST, client_site='Lab.2')) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect(answer.one('client_site') == 'Lab.2', answer)


@test('filter characters from a ping stay text')
def filter_answer():
    with World(Dc(11, flags=GOOD & ~CLOSEST, client_site=')(cn=*')) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect(answer.one('client_site') == ')(cn=*', answer)


# ---------------------------------------------------- servers that are no use --

@test('a dead first server costs 0.4 s')
def dead_first():
    with World(Dc(11, udp='silent', tcp='silent'), Dc(12)) as world:
        answer = world.find()
        expect_found(answer, 'dc12', 'dc11')
        expect_within(answer, 380, 700)


@test('a refused first server costs nothing')
def refused_first():
    with World(Dc(11, udp='refuse', tcp='refuse'), Dc(12)) as world:
        answer = world.find()
        expect_found(answer, 'dc12')
        expect_within(answer, 0, 380)


@test('eleven dead servers, then a good one')
def eleven_dead():
    dead = [Dc(20 + i, udp='silent', tcp='silent') for i in range(11)]
    with World(*dead, Dc(11)) as world:
        answer = world.find()
        expect(answer.hosts[0] == 'dc11', answer)
        expect_within(answer, 3000, 3900)


@test('all dead: a clear error')
def all_dead():
    with World(Dc(11, udp='silent', tcp='silent'),
               Dc(12, udp='refuse', tcp='refuse')) as world:
        answer = world.find()
        expect_code(answer, 'ADSCP_E_CONNECT', 'dc11', 'no answer', 'dc12',
                    'refused')
        expect_within(answer, 3900, 6000)


@test('all dead: the budget holds')
def all_dead_budget():
    with World(Dc(11, udp='silent', tcp='silent')) as world:
        answer = world.find(budget=700)
        expect_code(answer, 'ADSCP_E_TIMEOUT', 'dc11')
        expect_within(answer, 650, 900)


@test('a server whose name has no address')
def no_address():
    with World(Dc(12), zone={ANY: [srv('gone.corp.test', 389, 0),
                                   srv('dc12.corp.test', 1, 1)]}) as world:
        world.dns.zone[ANY][1] = world.dcs[0].record(priority=1)
        expect_found(world.find(), 'dc12')


@test('a server whose name DNS is silent about holds up nobody')
def slow_name():
    second = Dc(12)
    with World(second, zone={
            'slow.corp.test': lambda query, question: None,
            ANY: [srv('slow.corp.test', 389, 0), second.record(priority=1)]
            }) as world:
        answer = world.find()
        expect_found(answer, 'dc12', 'slow')
        expect_within(answer, 380, 700)
    with World(zone={'slow.corp.test': lambda query, question: None,
                     ANY: [srv('slow.corp.test', 389)]}) as world:
        answer = world.find()
        expect_code(answer, 'ADSCP_E_CONNECT', 'DNS did not give its address')
        expect_within(answer, 2900, 3300)


@test('a late answer still counts, of the first who answers')
def late():
    with World(Dc(11, delay=0.7), Dc(12, delay=2)) as world:
        answer = world.find()
        expect_found(answer, 'dc11', 'dc12')
        expect_within(answer, 680, 1100)


@test('a datagram is lost: the second one gets through')
def loss():
    def hook(dc, request):
        if dc.pings == 1:
            return []
        return [entry(request, dc.value())]
    with World(Dc(11, hook=hook, tcp='refuse')) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect_within(answer, 480, 800)


@test('UDP is refused: TCP at once')
def udp_refused():
    with World(Dc(11, udp='refuse')) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect('by TCP' in answer.raw, answer)
        expect_within(answer, 0, 380)


@test('UDP is silent: TCP after a while')
def udp_silent():
    with World(Dc(11, udp='silent')) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect('by TCP' in answer.raw, answer)
        expect(world.dcs[0].pings == 2, world.dcs[0].pings)
        expect_within(answer, 1150, 1600)


@test('TCP gives its answer byte by byte, and closes before the end', 400)
@test('TCP gives its answer byte by byte', 0)
def tcp_drip(cut):
    def hook(dc, request):
        whole = entry(request, dc.value()) + done(request)
        if cut:
            threading.Timer(0.05, lambda: [each.shutdown(socket.SHUT_RDWR)
                                           for each in dc.streams]).start()
            return [whole[:60]]
        return [whole[i:i + 1] for i in range(len(whole))]
    with World(Dc(11, udp='refuse', hook=hook)) as world:
        answer = world.find()
        if cut:
            expect_code(answer, 'ADSCP_E_CONNECT', 'closed')
        else:
            expect_found(answer, 'dc11')


def passed_over(why, budget=10000, **options):
    """A first server of this kind is passed over for the second; alone it gives
    a clear error."""
    with World(Dc(11, **options), Dc(12)) as world:
        answer = world.find(budget=budget)
        expect(answer.hosts[:1] == ['dc12'], answer)
    with World(Dc(11, **options)) as world:
        answer = world.find(budget=budget)
        expect_code(answer, 'ADSCP_E_CONNECT', 'dc11', why)
        return answer


@test('another domain is passed over', {'domain': 'other.test'})
@test('a child domain is passed over', {'domain': 'a.corp.test'})
def wrong_domain(options):
    passed_over('another domain', **options)


@test('a server without the flag for LDAP', GOOD & ~0x8)
@test('a server without the flag for directory services', GOOD & ~0x10)
def wrong_flags(flags):
    passed_over('flags', flags=flags)


@test('a paused server (opcode 24)')
def paused():
    passed_over('paused', opcode=24)


@test('a server that does not know the domain: no attribute', True)
@test('a server that does not know the domain: no entry', False)
def unknown(with_entry):
    def hook(dc, request):
        empty = tlv(0x30, request_id(request),
                    tlv(0x64, tlv(4), tlv(0x30)))
        return [(empty if with_entry else b'') + done(request)]
    passed_over('does not serve', hook=hook)


@test('a read-only one is passed over if a writable one answers')
def read_only():
    with World(Dc(11, flags=READ_ONLY), Dc(12)) as world:
        answer = world.find()
        expect_found(answer, 'dc12', 'dc11')
        expect_within(answer, 0, 380)


@test('a read-only one will do where no other answers')
def read_only_last():
    with World(Dc(11, flags=READ_ONLY),
               Dc(12, udp='silent', tcp='silent')) as world:
        answer = world.find()
        expect(answer.hosts[0] == 'dc11', answer)
        expect('read-only' in answer.raw, answer)
        expect_within(answer, 900, 1500)


@test('the answer comes in two datagrams, the end apart')
def two_datagrams():
    with World(Dc(11, hook=lambda dc, request: [
            entry(request, dc.value()), done(request)])) as world:
        expect_found(world.find(), 'dc11')


# ------------------------------------------------------------ hostile answers --

def value_with(names):
    return (struct.pack('<HHI', 23, 0, GOOD) + bytes(range(16)) + names
            + struct.pack('<IHH', 5, 0xFFFF, 0xFFFF))


GOOD_NAMES = b''.join(map(wire_name, ('corp.test', 'corp.test', 'dc.corp.test',
                                      'CORP', 'DC', '', 'HQ')))
HOSTILE = {
    'a compression loop': lambda dc, r: [entry(r, value_with(b'\xc0\x18' * 8))],
    'two pointers in a circle': lambda dc, r: [
        entry(r, value_with(b'\xc0\x1a\xc0\x18' * 4))],
    'a pointer forward': lambda dc, r: [
        entry(r, value_with(b'\xc0\x1c\0\0' * 4))],
    'a pointer beyond the end': lambda dc, r: [
        entry(r, value_with(b'\xff\xff' * 8))],
    'label type 0x40': lambda dc, r: [entry(r, value_with(b'\x41a' * 8))],
    'a name of 300 octets': lambda dc, r: [
        entry(r, value_with((b'\x3b' + b'x' * 59) * 5 + bytes(8)))],
    'a site with NUL': lambda dc, r: [
        entry(r, value_with(GOOD_NAMES + b'\4HQ\0x\0'))],
    'a site with an escape sequence': lambda dc, r: [
        entry(r, value_with(GOOD_NAMES + b'\4\x1b[2J\0'))],
    'a missing tail': lambda dc, r: [entry(r, dc.value()[:-8])],
    'half a value': lambda dc, r: [entry(r, dc.value()[:50])],
    'half a datagram': lambda dc, r: [entry(r, dc.value())[:60]],
    'an empty datagram': lambda dc, r: [b''],
    'a datagram of 60 KiB': lambda dc, r: [
        entry(r, dc.value() + bytes(60000))],
    'a good entry behind 8 KiB': lambda dc, r: [
        entry(r, bytes(8192), b'x') + entry(r, dc.value())],
    'another message id': lambda dc, r: [
        entry(b'\x30\x0c\x02\x04\x7f\x01\x02\x03', dc.value())],
    'message id 0': lambda dc, r: [entry(b'\x30\x05\x02\x01\x00', dc.value())],
    'an older layout (opcode 19)': lambda dc, r: [
        entry(r, b'\x13' + dc.value()[1:])],
    'an older layout (opcode 21)': lambda dc, r: [
        entry(r, b'\x15' + dc.value()[1:])],
    'two gigabytes announced': lambda dc, r: [b'\x30\x84\x7f\xff\xff\xff\x02'],
    'noise': lambda dc, r: [bytes(range(256))] * 40,
}


@test('hostile answers by UDP and by TCP: each is passed over')
def hostile():
    for what, hook in HOSTILE.items():
        for options in ({'tcp': 'refuse'}, {'udp': 'refuse'}):
            with World(Dc(11, hook=hook, **options), Dc(12)) as world:
                answer = world.find()
                expect(answer.hosts[:1] == ['dc12'], what, options, answer)
                expect_within(answer, 0, 900)


@test('noise before the true answer does no harm')
def noise_first():
    def hook(dc, request):
        return [b'', b'\x30', bytes(80),
                entry(b'\x30\x0c\x02\x04\x7f\x01\x02\x03', dc.value()),
                entry(request, dc.value())]
    with World(Dc(11, hook=hook)) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect_within(answer, 0, 380)


@test('an answer from another address is not taken')
def forged_source():
    forger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    forger.bind(('127.0.71.99', 0))

    class Forged(Dc):
        def datagram(self, data, sender):
            self.pings += 1
            forger.sendto(entry(data, self.value()), sender)
    with World(Forged(11, tcp='silent', site='Evil'), Dc(12)) as world:
        answer = world.find()
        expect_found(answer, 'dc12', 'dc11')
        expect('Evil' not in answer.raw, answer)
    forger.close()


# ------------------------------------------------------------------------ DNS --

@test('target ".": the service is denied')
def denied():
    with World(zone={ANY: [srv('.', 0)]}) as world:
        expect_code(world.find(), 'ADSCP_E_RESOLVE', 'has no domain controller')


@test('records that are no use are left out')
def odd_records():
    odd = [srv('dc11.corp.test', 0), srv('.', 389),
           srv([b'dc 11', b'corp', b'test'], 389), srv([b'"dc"'], 389),
           srv([b'a\0b', b'test'], 389), srv([b'-dc', b'test'], 389),
           srv([b')(cn=*', b'test'], 389), srv([b'\x1b[2J', b'test'], 389)]
    good = Dc(11)
    with World(good, zone={ANY: [*odd, good.record(priority=9)]}) as world:
        answer = world.find()
        expect_found(answer, 'dc11')
        expect('\x1b' not in answer.raw, answer)


@test('thousands of records: asked by TCP, bounded')
def many_records():
    rows = [srv([b'%d' % i], 389) for i in range(2000)]
    with Dns({'x.test': rows}) as dns:
        answer = ask(dns, 'srv=x.test')
        expect_code(answer, 'ADSCP_OK')
        expect(answer.one('count') == '1000', answer)
        expect(answer.one('dropped') == '1000', answer)
        expect_within(answer, 0, 1000)


@test('10,000 records are more than a message holds: what it announces is false')
def false_count():
    def reply(query, question):
        rows = b''.join(b'\xc0\x0c' + struct.pack('>HHIH', SRV, 1, 60, 9)
                        + struct.pack('>HHH', 0, 0, 389) + b'\1x\0'
                        for _ in range(8))
        return (query[:2] + struct.pack('>HHHHH', 0x8580, 1, 10000, 0, 0)
                + question + rows)
    with World(zone={ANY: reply}) as world:
        expect_code(world.find(budget=8000), 'ADSCP_E_RESOLVE')


@test('one server named a thousand times is asked once')
def repeated():
    dc = Dc(11, udp='silent', tcp='refuse')
    with World(dc, zone={ANY: [dc.record() for _ in range(1000)]}) as world:
        expect_code(world.find(), 'ADSCP_E_CONNECT')
        expect(dc.pings == 2, dc.pings)


@test('many dead servers: no more than 32 are asked, and the budget holds')
def many_dead():
    zone = {f'h{i}.corp.test': [a(f'127.0.72.{i}')] for i in range(1, 200)}
    zone[ANY] = [srv(f'h{i}.corp.test', 9) for i in range(1, 200)]
    with World(zone=zone) as world:
        answer = world.find(budget=9000)
        expect_code(answer, 'ADSCP_E_CONNECT', 'refused')
        expect(len({name for name in world.dns.asked
                    if name.startswith('h')}) == 32, world.dns.asked)


@test('SERVFAIL is no "does not exist"', SERVFAIL, 'SERVFAIL')
@test('REFUSED is no "does not exist"', REFUSED, 'REFUSED')
def servfail(code, word):
    with World(zone={ANY: code}) as world:
        answer = world.find()
        expect_code(answer, 'ADSCP_E_RESOLVE', word)
        expect('names no' not in answer.one('detail'), answer)


@test('SERVFAIL for the site: the domain is asked')
def servfail_site():
    with World(Dc(11), zone={SITE.format('hq'): SERVFAIL}) as world:
        expect_found(world.find('site=HQ'), 'dc11')


@test('dead DNS: the budget holds')
def dead_dns():
    with World(silent=True) as world:
        answer = world.find(budget=800)
        expect_code(answer, 'ADSCP_E_TIMEOUT', 'DNS')
        expect_within(answer, 750, 1000)


@test('dead DNS behind a site: the budget holds')
def dead_dns_site():
    with World(silent=True) as world:
        answer = world.find('site=HQ', budget=800)
        expect_code(answer, 'ADSCP_E_TIMEOUT', 'DNS')
        expect_within(answer, 750, 1000)


@test('cancelled while DNS is silent', True)
@test('cancelled while the servers are silent', False)
def cancelled(silent):
    with World(Dc(11, udp='silent', tcp='silent'), silent=silent) as world:
        answer = world.find('cancel=300')
        expect_code(answer, 'ADSCP_E_CANCELLED')
        expect_within(answer, 290, 450)


# -------------------------------------------------------------------- catalog --

GC_NAME = '_gc._tcp.corp.test'


@test('a global catalog, in a child domain of the forest')
def catalog():
    dc = Dc(11, domain='a.corp.test')
    with World(dc, anywhere=[], zone={GC_NAME: [dc.record()]}) as world:
        expect_found(world.find('catalog'), 'dc11')


@test('no global catalog: the flag is missing', {'flags': GOOD & ~GC}, 'flags')
@test('no global catalog: another forest', {'forest': 'x.test'}, 'forest')
def no_catalog(options, word):
    dc = Dc(11, **options)
    with World(dc, anywhere=[], zone={GC_NAME: [dc.record()]}) as world:
        expect_code(world.find('catalog'), 'ADSCP_E_CONNECT', word)


# ------------------------------------------------------------------ discovery --

REALM_WORDS = 'the default Kerberos realm'
KEY_WORDS = "this machine's key (default keytab)"
OTHER = '_ldap._tcp.dc._msdcs.other.test'
MAIL = '_ldap._tcp.dc._msdcs.mail.test'


def realm(directory, name):
    path = pathlib.Path(directory) / 'krb5.conf'
    path.write_text(f'[libdefaults]\ndefault_realm = {name}\n'
                    'dns_lookup_realm = false\n')
    return str(path)


class Machine:
    """What a machine knows: a default realm, keys, and whose its tickets are."""

    def __init__(self, default=None, keys=None, owner=None):
        self.default, self.keys, self.owner = default, keys, owner

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *_):
        self.scratch.cleanup()

    def file(self, name, data):
        path = pathlib.Path(self.scratch.name) / name
        path.write_bytes(data)
        return f'FILE:{path}'

    def ask(self, world, *words, **options):
        if self.default:
            options['krb5'] = realm(self.scratch.name, self.default)
        if self.keys is not None:
            options['KRB5_KTNAME'] = self.file('keytab', self.keys)
        if self.owner:
            options['KRB5CCNAME'] = self.file('cache',
                                              ticket_cache(self.owner))
        return ask(world.dns, 'discover', *words, **options)


def two_domains():
    """dc11 is of corp.test, dc12 of mail.test."""
    corp, mail = Dc(11), Dc(12, domain='mail.test', forest='mail.test')
    return World(corp, mail, anywhere=[corp], zone={MAIL: [mail.record()]})


def expect_source(answer, words, domain='corp.test'):
    expect_code(answer, 'ADSCP_OK')
    expect((answer.one('source'), answer.one('domain')) == (words, domain),
           answer)


@test('the machine\'s key names the domain, before all others',
      Machine('OTHER.TEST', keytab('PC$@CORP.TEST'), 'ann@OTHER.TEST'))
@test('... its service keys and keys of users name none',
      Machine('OTHER.TEST', keytab('host/pc$@OTHER.TEST', 'ann@MAIL.TEST',
                                   '$@MAIL.TEST', 'PC$@CORP.TEST')))
@test('... a domain to which it has moved has the newest key',
      Machine(None, keytab(('PC$@MAIL.TEST', 5), ('PC$@OTHER.TEST', 4),
                           ('PC$@CORP.TEST', 9), ('PC$@MAIL.TEST', 8))))
@test('... keys of domains that are gone are passed over',
      Machine(None, keytab('PC$@OLD.TEST', 'PC$@OLDER.TEST', 'PC$@CORP.TEST')))
def by_key(machine):
    with two_domains() as world, machine:
        expect_source(machine.ask(world, 'mail=ann@mail.test'), KEY_WORDS)
        expect(MAIL not in world.dns.asked, world.dns.asked)


@test('the default realm, where the key\'s is no domain of Active Directory',
      Machine('CORP.TEST', keytab('PC$@OLD.TEST')))
@test('the default realm, without a key', Machine('CORP.TEST'))
@test('the default realm, where the keytab is damaged',
      Machine('CORP.TEST', keytab('PC$@MAIL.TEST')[:20]))
@test('the default realm, where no key\'s realm can be a domain',
      Machine('CORP.TEST', keytab('PC$@A..B', 'PC$@', 'PC$@M\0.TEST',
                                  'PC$@' + 60 * 'long.' + 'TEST')))
def by_realm(machine):
    with two_domains() as world, machine:
        answer = machine.ask(world, 'mail=ann@mail.test')
        expect_source(answer, REALM_WORDS)
        expect(MAIL not in world.dns.asked, world.dns.asked)


@test('the ticket cache\'s realm, without a default one',
      Machine(None, None, 'ann@CORP.TEST'))
@test('the ticket cache\'s realm, where the default one is no domain',
      Machine('EXAMPLE.COM', None, 'ann@CORP.TEST'))
def by_tickets(machine):
    with two_domains() as world, machine:
        answer = machine.ask(world, 'mail=ann@mail.test')
        expect_source(answer, 'the Kerberos ticket cache')


@test('the mail address, where nothing else names a domain', Machine())
@test('the mail address, where nothing else names a domain that DNS knows',
      Machine('EXAMPLE.COM', keytab('PC$@OLD.TEST'), 'ann@GONE.TEST'))
def by_mail(machine):
    with two_domains() as world, machine:
        answer = machine.ask(world, 'mail=ann@MAIL.test')
        expect_source(answer, 'the mail address', 'MAIL.test')
        expect('names no domain' in answer.one('trace') or machine.keys,
               answer)


@test('a machine\'s domain whose controllers are dead: the mail address is '
      'not asked', Machine('CORP.TEST'))
@test('a key\'s domain whose controllers are dead: the mail address is not '
      'asked', Machine('OLD.TEST', keytab('PC$@CORP.TEST')))
def dead_domain(machine):
    mail = Dc(12, domain='mail.test', forest='mail.test')
    with World(mail, anywhere=[], zone={
            ANY: [srv('dc12.mail.test', 1)], MAIL: [mail.record()]}
            ) as world, machine:
        answer = machine.ask(world, 'mail=ann@mail.test')
        expect_code(answer, 'ADSCP_E_CONNECT', 'corp.test')
        expect(MAIL not in world.dns.asked, world.dns.asked)


@test('a keytab that is never read to its end: the default realm, in time')
def silent_keytab():
    with two_domains() as world, Machine('CORP.TEST') as machine:
        path = pathlib.Path(machine.scratch.name) / 'fifo'
        os.mkfifo(path)
        answer = machine.ask(world, budget=2000, KRB5_KTNAME=f'FILE:{path}')
        expect_source(answer, REALM_WORDS)
        expect_within(answer, 900, 1400)


@test('the same name twice is asked about once')
def twice():
    with World() as world, Machine('CORP.TEST', keytab('PC$@corp.test'),
                                   'ann@CORP.TEST') as machine:
        answer = machine.ask(world, 'mail=ann@corp.test')
        expect_code(answer, 'ADSCP_E_RESOLVE', 'no domain was found')
        expect(world.dns.asked.count(ANY) == 1, world.dns.asked)


@test('SERVFAIL about the key\'s domain: the realm is asked')
def key_servfail():
    with World(Dc(11), zone={OTHER: SERVFAIL}) as world, Machine(
            'CORP.TEST', keytab('PC$@OTHER.TEST')) as machine:
        expect_found(machine.ask(world), 'dc11')


@test('dead DNS: discovery keeps to the budget')
def discover_dead():
    with World(silent=True) as world, tempfile.TemporaryDirectory() as home:
        answer = ask(world.dns, 'mail=ann@mail.test', budget=1500,
                     krb5=realm(home, 'CORP.TEST'))
        expect_code(answer, 'ADSCP_E_TIMEOUT', 'mail.test', 'corp.test')
        expect_within(answer, 0, 1750)


@test('out of memory at every allocation: said so, or found all the same')
def out_of_memory():
    far = Dc(11, flags=GOOD & ~CLOSEST, client_site='Branch')
    near = Dc(12, site='Branch', client_site='Branch')
    outcomes = collections.Counter()
    with World(far, near, sites={'Branch': [near]}, anywhere=[far]) as world, \
            tempfile.TemporaryDirectory() as home:
        for count in range(400):
            answer = ask(world.dns, 'mail=ann@mail.test', f'fail={count}',
                         krb5=realm(home, 'CORP.TEST'))
            if answer.one('failed') == '0':
                break
            outcomes[answer.one('code')] += 1
            expect(answer.one('code') in ('ADSCP_E_NOMEM', 'ADSCP_OK'), count,
                   answer)
        expect_found(answer, 'dc12', 'dc11')
    expect(outcomes['ADSCP_E_NOMEM'] > 20, outcomes)


@test('the own domain of this machine, with dead DNS')
def own_domain():
    with World(silent=True) as world:
        answer = ask(world.dns, 'own', budget=500)
        expect_within(answer, 0, 700)
        name = os.uname().nodename
        if '.' in name:
            expect(answer.one('own') == name.partition('.')[2], answer)
        else:
            expect(answer.one('code') in ('ADSCP_OK', 'ADSCP_E_TIMEOUT'),
                   answer)


def main():
    # libkrb5 loses a few bytes where a keytab is damaged.
    os.environ['LSAN_OPTIONS'] = (
        f'suppressions="{HERE.parent}/lab/lsan.supp":print_suppressions=0')
    contract.run_chosen(TESTS, sys.argv[2:])
    contract.finish()


main()
