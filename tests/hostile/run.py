#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A hostile directory server, and the library that must stand it: run.py BUILD.

Nothing here leaves loopback. Every test is a fresh client process, so that a crash,
a signal or a sanitizer's word is a failed test and not the end of the run."""

import collections
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'contract')]

import contract                                          # noqa: E402
from server import (BIND_DONE, CONFIG, DONE, ENTRY, EXTENDED_DONE,  # noqa: E402
                    GUID, INTERMEDIATE, PAGED, REFERENCE, Server, attribute,
                    control, entry, message, number, octets, page, referral,
                    result, scp, scp_attributes, scp_dn, tlv)

SANITIZED = bool(contract.sanitizers())
TESTS = []
PAUSE = threading.Event()  # is never set


class Answer(collections.defaultdict):
    """The client's lines, and how it ended."""

    def __init__(self, process):
        super().__init__(list)
        self.status = process.returncode
        self.raw, self.err = process.stdout, process.stderr
        for line in process.stdout.split(b'\n'):
            key, _, value = line.partition(b' ')
            self[key.decode('ascii', 'replace')].append(
                value.decode('utf-8', 'backslashreplace'))

    def one(self, key):
        return self[key][0] if self[key] else None

    def number(self, key):
        return int(self.one(key) or -1)

    def __str__(self):
        return (f'status {self.status}\n' + self.raw[:3000].decode(
            'utf-8', 'backslashreplace') + self.err[-3000:].decode(
                'utf-8', 'backslashreplace'))


def expect(condition, *evidence):
    if not condition:
        raise AssertionError('\n'.join(map(str, evidence)))


def ask(server, *words, budget=10000):
    environment = {'PATH': os.environ.get('PATH', ''), 'LC_ALL': 'C.UTF-8',
                   'KRB5_CONFIG': '/dev/null', 'KRB5CCNAME': 'MEMORY:none'}
    for name in os.environ:
        if name.startswith(('ASAN_', 'UBSAN_', 'LSAN_', 'TSAN_')):
            environment[name] = os.environ[name]
    answer = Answer(subprocess.run(
        [CLIENT, server.uri, str(budget), *words], env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=300))
    expect(answer.status == 0, 'the client did not survive', answer)
    expect(not answer.err, 'the client wrote to standard error', answer)
    return answer


def expect_code(answer, code, *words):
    expect(answer.one('code') == code, f'not {code}', answer)
    for word in words:
        expect(word in answer.one('detail'), f'no "{word}" in it', answer)


def expect_read(answer, scps, complete=True, findings=()):
    expect_code(answer, 'ADSCP_OK')
    expect(answer.number('scps') == scps, f'not {scps} SCPs', answer)
    expect(answer.one('complete') == str(int(complete)), answer)
    for code in findings:
        expect(code in answer['finding'], f'no finding {code}', answer)


def test(name, *arguments):
    def register(function):
        TESTS.append((name, function, arguments))
        return function
    return register


def answered(kind, *operations, local=False, **options):
    """A server that answers this kind of request so."""
    return Server({kind: lambda talk, request: talk.answer(
        request, *operations, **options)}, local=local)


def raw(kind, make, local=False):
    """A server that sends what make(msgid) gives, and is silent then."""
    def hook(talk, request):
        talk.send(make(request.msgid))
        talk.silence()
    return Server({kind: hook}, local=local)


class Trap:
    """Where references lead to; nobody may come."""

    def __enter__(self):
        self.listener = socket.socket()
        self.listener.bind(('127.0.0.1', 0))
        self.listener.listen(8)
        self.url = b'ldap://127.0.0.1:%d/' % self.listener.getsockname()[1]
        return self

    def __exit__(self, kind, *_):
        self.listener.settimeout(0.05)
        try:
            self.listener.accept()
        except TimeoutError:
            caught = False
        else:
            caught = True
        self.listener.close()
        if kind is None:
            expect(not caught, 'somebody followed a reference')


# --------------------------------------------------- 1, 2: silence and drip --

BUDGET = 600

SILENT = {
    'after the connection': ('root', False, []),
    'in the bind': ('bind', True, ['simple']),
    'in a SASL step': ('bind', True, ['external']),
    'in StartTLS': ('extended', False, ['starttls']),
    'in the search': ('scp', False, []),
}


def expect_timeout(answer, budget=BUDGET):
    expect_code(answer, 'ADSCP_E_TIMEOUT', 'time')
    slack = 400 if SANITIZED else 100
    expect(budget - 50 <= answer.number('elapsed') <= budget * 1.1 + slack,
           'not on time', answer)


@test('1: no byte, then silence, after the connection', 0)
@test('1: 2 bytes, then silence, after the connection', 2)
@test('1: 7 bytes, then silence, after the connection', 7)
@test('1: 8 bytes, then silence, after the connection', 8)
def silence(count):
    for where, (kind, local, words) in SILENT.items():
        start = tlv(0x30, number(1), result(BIND_DONE))[:count]
        with raw(kind, lambda _: start, local) as server:
            expect_timeout(ask(server, *words, budget=BUDGET))
            expect(server.seen[-1] == kind, where, server.seen)


@test('2: one byte every 50 ms: the budget wins')
def drip():
    def hook(talk, request):
        for byte in message(request.msgid, scp(b'EX1')):
            talk.send(bytes([byte]))
            PAUSE.wait(0.05)
    with Server({'scp': hook}) as server:
        expect_timeout(ask(server, budget=BUDGET))


# ---------------------------------------------------- 3, 4: size and number --

@test('3: 2 GiB announced, no byte sent', b'\x30\x84\x7f\xff\xff\xff\x02')
@test('3: 4 GiB announced', b'\x30\x84\xff\xff\xff\xff\x02\x01')
@test('3: 4 MiB and a byte announced', b'\x30\x84\x00\x40\x00\x01\x02\x01')
def announced(head):
    for kind, local, words in SILENT.values():
        with raw(kind, lambda _: head + b'\x01', local) as server:
            answer = ask(server, *words)
            expect_code(answer, 'ADSCP_E_LIMIT', '4 MiB')
            expect(answer.number('elapsed') < 1000, answer)


@test('3: 2 GiB announced and sent: memory does not grow')
def flood():
    def hook(talk, _):
        talk.send(b'\x30\x84\x7f\xff\xff\xff\x02\x01\x02')
        for _ in range(64):
            talk.send(bytes(1 << 20))
    with answered('root') as quiet:
        base = ask(quiet).number('growth')
    with Server({'root': hook}) as server:
        answer = ask(server)
        expect_code(answer, 'ADSCP_E_LIMIT')
        expect(answer.number('growth') < base + 2048, base, answer)


@test('4: entries without end: the budget ends it')
def endless_time():
    def hook(talk, request):
        block = message(request.msgid, scp(b'EX1')) * 100
        while True:
            talk.send(block)
    with Server({'scp': hook}) as server:
        expect_timeout(ask(server, budget=BUDGET))


@test('4: bytes without end: what came is kept, and is not complete')
def endless_bytes():
    def hook(talk, request):
        talk.send(message(request.msgid, scp(b'EX1')))
        block = message(request.msgid, entry(
            scp_dn(b'EX2'), *scp_attributes(b'EX2'),
            attribute(b'description', bytes(4000000))))
        while True:
            talk.send(block)
    with Server({'scp': hook}) as server:
        answer = ask(server, budget=60000)
        expect_code(answer, 'ADSCP_OK')
        expect(answer.one('complete') == '0', answer)
        expect('result-partial' in answer['finding'], answer)
        expect(answer.number('scps') > 200, answer)


@test('4: the same, while an entry has come in part only')
def endless_part():
    def hook(talk, request):
        talk.send(message(request.msgid, entry(
            scp_dn(b'EX1'), attribute(b'keywords;range=0-1', GUID, b'Site=A'))))
        block = message(request.msgid, entry(b'CN=x,' + CONFIG, attribute(
            b'description', bytes(4000000))))
        while True:
            talk.send(block)
    with Server({'scp': hook}) as server:
        expect_read(ask(server, budget=60000), 1, False,
                    ['result-partial', 'range-incomplete'])


@test('4: five million entries: what came is kept, and is not complete')
def endless_entries():
    def hook(talk, request):
        talk.send(message(request.msgid, scp(b'EX1')))
        block = tlv(0x30, number(request.msgid),
                    entry(b'CN=x,DC=elsewhere')) * 10000
        while True:
            talk.send(block)
    with Server({'scp': hook}) as server:
        answer = ask(server, budget=200000)
        expect_read(answer, 1, False, ['result-partial', 'entry-outside'])


# ------------------------------------------------------------ 5, 6: paging --

def paged(cookies, entries=True):
    """A server whose pages end with these cookies, one after the other."""
    cookies = iter(cookies)
    names = iter(range(10000))

    def hook(talk, request):
        found = [scp(b'EX%d' % next(names))] if entries else []
        talk.answer(request, *found, controls=page(next(cookies)))
    return Server({'scp': hook})


def forever(*cookies):
    while True:
        yield from cookies


@test('5: pages as they should be')
def good_pages():
    with paged([b'a', b'b', b'c', b'']) as server:
        expect_read(ask(server), 4)


@test('5: one cookie for all pages, as Samba has it')
def same_cookie():
    with paged([b'a', b'a', b'a', b'']) as server:
        expect_read(ask(server), 4)


@test('5: a few empty pages on the way')
def empty_pages():
    with paged([b'a', b'b', b'c', b''], False) as server:
        expect_read(ask(server), 0)


@test('5: empty pages with the same cookie', [b'a'])
@test('5: empty pages with two cookies in turn', [b'a', b'b'])
def cookies_forever(cookies):
    with paged(forever(*cookies), False) as server:
        expect_code(ask(server), 'ADSCP_E_PROTOCOL', 'empty page')
        expect(server.seen.count('scp') < 12, server.seen)


@test('5: a cookie of more than 64 KiB')
def big_cookie():
    with paged([bytes(65537)]) as server:
        expect_code(ask(server), 'ADSCP_E_PROTOCOL', 'cookie')


@test('5: a cookie of 64 KiB goes back whole')
def full_cookie():
    sizes = []

    def hook(talk, request):
        sizes.append(len(request.body))
        talk.answer(request, scp(b'EX%d' % len(sizes)), controls=page(
            bytes(65536) if len(sizes) == 1 else b''))
    with Server({'scp': hook}) as server:
        expect_read(ask(server), 2)
        expect(sizes[1] > sizes[0] + 65536, sizes)


def single_state(order, lose=()):
    """A server that keeps one paged search for each connection, as slapd does:
    three pages of SCPs and of servers. `order` gives the SCPs' names from an
    attempt's number; cookies in `lose` are never known again."""
    state, attempts = {}, []

    def rows(kind):
        if kind == 'scp':
            attempts.append(kind)
            return [scp(b'EX%d' % each) for each in order(len(attempts))]
        return [entry(b'CN=EX%d,CN=Servers,CN=Exchange,CN=Services,%s' % (
            each, CONFIG)) for each in range(3)]

    def hook(talk, request):
        kind = request.kind
        asked = [at for at in (1, 2)
                 if b'%s cookie %d' % (kind.encode(), at) in request.body]
        at = asked[0] if asked else 0
        cookie = b'%s cookie %d' % (kind.encode(), at + 1) if at < 2 else b''
        if at == 0:
            state[kind] = rows(kind)
        elif state['last'] != (kind, at) or at in lose:
            return talk.answer(request, code=2, text=b'cookie is invalid')
        state['last'] = kind, at + 1
        talk.answer(request, state[kind][at], controls=page(cookie))
    return Server({'scp': hook, 'server': hook})


@test('5: a server that loses one search over another')
def lost_cookie():
    with single_state(lambda _: range(3)) as server:
        answer = ask(server)
        expect_read(answer, 3)
        expect(answer.one('servers') == '3', answer)
        expect(len({*answer['dn']}) == 3, answer)


@test('5: the same, and the entries come in another order')
def lost_order():
    with single_state(lambda attempt: range(attempt, attempt + 3)) as server:
        expect_read(ask(server), 3, False, ['result-partial'])


@test('5: a server that loses every cookie')
def lost_for_ever():
    with single_state(lambda _: range(3), (1,)) as server:
        expect_code(ask(server), 'ADSCP_E_DIRECTORY', 'cookie is invalid')


@test('6: no paging control', control(b'1.2.3', b''))
@test('6: a paging control without a value', control(PAGED))
@test('6: a paging control with an empty value', control(PAGED, b''))
@test('6: a paging control with half a value', control(PAGED, b'\x30\x05\x02'))
@test('6: a paging control that holds a set',
      control(PAGED, tlv(0x31, number(0), octets(b''))[:3]))
def odd_control(what):
    with answered('scp', scp(b'EX1'), controls=what) as server:
        expect_read(ask(server), 1, False, ['result-partial'])


@test('6: a negative estimate')
def negative():
    with answered('scp', scp(b'EX1'), controls=page(b'', -5)) as server:
        expect_read(ask(server), 1)


# ------------------------------------------------------- 7, 10: result codes --

@test('7: time limit', 3)
@test('7: size limit', 4)
@test('7: administrative limit', 11)
def limits(code):
    with answered('scp', scp(b'EX1'), scp(b'EX2'), code=code,
                  text=b'cut') as server:
        answer = ask(server)
        expect_read(answer, 2, False, ['result-partial'])
        expect(any(f'({code}, cut)' in text for text in answer['text']), answer)


@test('7: no such object is an empty answer')
def no_object():
    with answered('scp', code=32) as server:
        expect_read(ask(server), 0)


@test('7: SCPs denied', 'scp', 50, 'ADSCP_E_ACCESS')
@test('7: a bind wanted, as Active Directory says it', 'scp', 1,
      'ADSCP_E_ACCESS')
@test('7: protection wanted', 'scp', 8, 'ADSCP_E_SECURITY')
@test('7: TLS wanted', 'scp', 13, 'ADSCP_E_SECURITY')
@test('7: the rootDSE denied', 'root', 50, 'ADSCP_E_ACCESS')
@test('7: a server that is busy', 'scp', 51, 'ADSCP_E_DIRECTORY')
@test('7: a result code that nobody knows', 'site', 4711, 'ADSCP_E_DIRECTORY')
@test('7: a negative result code', 'server', -3, 'ADSCP_E_DIRECTORY')
def codes(kind, code, expected):
    with answered(kind, code=code, text=b'because') as server:
        expect_code(ask(server), expected, 'because', str(code))


@test('7: sites denied: the rest is read')
def sites_denied():
    with answered('site', code=50) as server:
        expect_read(ask(server), 1, False, ['result-denied'])


@test('10: references are not followed')
def references():
    with Trap() as trap:
        reference = tlv(REFERENCE, octets(trap.url))
        with answered('scp', reference, scp(b'EX1'), reference) as server:
            answer = ask(server)
            expect_read(answer, 1, True, ['references-ignored'])
            expect('2 references to other servers were not followed '
                   '(127.0.0.1)' in answer['text'], answer)


@test('10: a referral in the result is not followed')
def referral_done():
    with Trap() as trap, answered('scp', code=10,
                                  rest=referral(trap.url)) as server:
        expect_read(ask(server), 0, False, ['result-partial'])


@test('10: a referral in the bind is not followed')
def referral_bind():
    with Trap() as trap:
        with raw('bind', lambda msgid: message(msgid, result(
                BIND_DONE, 10, b'', referral(trap.url))), True) as server:
            expect_code(ask(server, 'simple'), 'ADSCP_E_DIRECTORY', 'refers')


@test('10: odd references', tlv(REFERENCE))
@test('10: a reference without an end', tlv(REFERENCE, b'\x04\x7f'))
@test('10: a reference to nothing', tlv(REFERENCE, octets(b'')))
def odd_reference(what):
    with answered('scp', what, scp(b'EX1')) as server:
        expect_read(ask(server), 1, True, ['references-ignored'])


# --------------------------------------------------------- 8, 9: the messages --

def notice(oid):
    return message(0, result(EXTENDED_DONE, 52, b'', tlv(0x8a, oid)))


@test('8: notice of disconnection', notice(b'1.3.6.1.4.1.1466.20036'))
@test('8: a notice with an empty name', notice(b''))
@test('8: message ID 0 with an entry', message(0, scp(b'EX0')))
@test('8: a foreign message ID', message(77, scp(b'EX0')))
@test('8: a negative message ID', message(-1, scp(b'EX0')))
@test('8: a message ID of five octets',
      message(b'\x02\x05\0\0\0\0\x01', scp(b'EX0')))
@test('8: a message ID of no octet', message(b'\x02\x00', scp(b'EX0')))
@test('9: an indefinite length', b'\x30\x80\x02\x01\x02\x64\x00\x00\x00')
@test('9: a length of five octets', b'\x30\x85\0\0\0\0\x09\x02\x01\x02\x64')
@test('9: a set for a message', b'\x31\x07\x02\x01\x02\x64\x02\x04\x00')
@test('9: an empty message', b'\x30\x00\x30\x00\x30\x00\x30\x00')
@test('9: HTTP', b'HTTP/1.1 400 Bad Request\r\n\r\n')
@test('9: TLS', b'\x15\x03\x03\x00\x02\x02\x46')
def no_message(what):
    for kind, local, words in SILENT.values():
        with raw(kind, lambda _: what, local) as server:
            answer = ask(server, *words)
            expect_code(answer, 'ADSCP_E_PROTOCOL')
            expect('contact' not in answer.one('detail').lower(), answer)


@test('8: an answer after the last one')
def afterwards():
    def hook(talk, request):
        talk.answer(request, scp(b'EX1'))
        talk.send(message(request.msgid, scp(b'EX2')))
        talk.silence()
    with Server({'scp': hook}) as server:
        expect_code(ask(server), 'ADSCP_E_PROTOCOL', 'not made')


@test('8: an answer of another kind')
def other_kind():
    for kind, local, words in SILENT.values():
        with raw(kind, lambda msgid: message(msgid, result(0x69)),
                 local) as server:
            expect_code(ask(server, *words), 'ADSCP_E_PROTOCOL')


@test('8: intermediate responses are counted')
def intermediate():
    with answered('scp', tlv(INTERMEDIATE, tlv(0x80, b'')),
                  tlv(INTERMEDIATE), scp(b'EX1')) as server:
        expect_read(ask(server), 1, True, ['messages-ignored'])


BROKEN = {
    'a set for a value': tlv(0x30, octets(b'keywords'),
                             tlv(0x31, tlv(0x31, GUID))),
    'a sequence for the values': tlv(0x30, octets(b'keywords'),
                                     tlv(0x30, octets(GUID))),
    'a number for the name': tlv(0x30, number(5), tlv(0x31, octets(GUID))),
    'bytes behind the values': tlv(0x30, octets(b'keywords'),
                                   tlv(0x31, octets(GUID)), b'\x05\x00'),
    'a value longer than its set': tlv(0x30, octets(b'keywords'),
                                       tlv(0x31, b'\x04\x30' + GUID)),
    'an indefinite length': tlv(0x30, octets(b'keywords'),
                                b'\x31\x80\x04\x00\x00\x00'),
    'no values at all': tlv(0x30, octets(b'keywords')),
    'half an attribute': b'\x30',
}


@test('9: malformed entries are refused, the others kept')
def malformed():
    for what, attributes in BROKEN.items():
        with answered('scp', scp(b'EX1'), scp(b'EX2', attributes),
                      scp(b'EX3')) as server:
            answer = ask(server)
            expect_read(answer, 2, True, ['entry-refused'])
            expect(not any('CN=EX2' in dn for dn in answer['dn']), what, answer)


@test('9: an entry that is none')
def no_entry():
    with answered('scp', tlv(ENTRY), tlv(ENTRY, number(5)),
                  tlv(ENTRY, octets(b'CN=x')), scp(b'EX1')) as server:
        expect_read(ask(server), 1, True, ['entry-refused'])


@test('9: lengths that are longer than they need to be')
def long_lengths():
    value = b'\x04\x84\x00\x00\x00' + bytes([len(GUID)]) + GUID
    with answered('scp', entry(scp_dn(b'EX1'), tlv(
            0x30, octets(b'keywords'), tlv(0x31, value)))) as server:
        expect_read(ask(server), 1)


@test('9: results that cannot be decoded')
def bad_results():
    for kind, local, words, tag in (('bind', True, ['simple'], BIND_DONE),
                                    ('bind', True, ['external'], BIND_DONE),
                                    ('extended', False, ['starttls'],
                                     EXTENDED_DONE),
                                    ('scp', False, [], DONE)):
        for body in (b'', number(0), number(0, 0x0a),
                     number(0, 0x0a) + octets(b'') + b'\x04\x70'):
            with raw(kind, lambda msgid: message(msgid, tlv(tag, body)),
                     local) as server:
                expect_code(ask(server, *words), 'ADSCP_E_PROTOCOL')


# --------------------------------------------------------- 11 to 17: content --

@test('11: an entry outside the base')
def outside():
    with answered('scp', scp(b'EX1', dn=b'CN=EX1,DC=evil,DC=test'),
                  scp(b'EX2', dn=b'CN=EX2,CN=X' + CONFIG),
                  scp(b'EX3', dn=b'CN=EX3\\,' + CONFIG),
                  scp(b'EX4', dn=b'CN=EX4,' + CONFIG.lower())) as server:
        answer = ask(server)
        expect_read(answer, 1, True, ['entry-outside'])
        expect(answer['finding'].count('entry-outside') == 3, answer)


@test('11: an entry that does not match')
def unasked():
    with answered('scp', scp(b'EX1'), entry(b'CN=printer,' + CONFIG, attribute(
            b'keywords', b'printer'))) as server:
        expect_read(ask(server), 1, True, ['entry-unasked'])


@test('11: a rootDSE with a name')
def named_root():
    with answered('root', entry(b'CN=x', attribute(
            b'configurationNamingContext', CONFIG))) as server:
        expect_code(ask(server), 'ADSCP_E_DIRECTORY', 'onfiguration')


@test('12: NUL in a DN')
def nul_dn():
    with answered('scp', scp(b'EX1', dn=b'CN=a\0,' + CONFIG),
                  scp(b'EX2')) as server:
        expect_read(ask(server), 1, True, ['entry-refused'])


@test('12: NUL behind the GUID')
def nul_guid():
    with answered('scp', entry(scp_dn(b'EX1'), attribute(
            b'keywords', GUID + b'\0x'))) as server:
        expect_read(ask(server), 0)


@test('12: NUL in a URL')
def nul_url():
    with answered('scp', entry(scp_dn(b'EX1'), attribute(b'keywords', GUID),
                               attribute(b'serviceBindingInformation',
                                         b'https://good\0.evil/'))) as server:
        answer = ask(server)
        expect_read(answer, 1)
        expect(answer.one('url') == 'https://good\\x00.evil/', answer)


@test('13: bytes that are no text')
def dirty():
    for value in (b'\x1b[2J', b'\xff\xfe', b'\xc0\xaf', b'\xed\xa0\x80',
                  '\u202e'.encode(), b'\x7f', '\u2028'.encode(), b'\r\n'):
        with answered('scp', entry(
                b'CN=' + value + b',' + CONFIG,
                attribute(b'keywords', GUID, b'Site=' + value),
                attribute(b'serviceBindingInformation', b'https://h/' + value)
        )) as server:
            answer = ask(server)
            expect_read(answer, 1, True, ['text-escaped'])
            expect(b'\\x' in answer.raw and value not in
                   answer.raw.replace(b'\n', b''), answer)


@test('13: the diagnostic text is cleaned')
def dirty_text():
    with answered('scp', code=51, text=b'\x1b]0;evil\x07\xff') as server:
        answer = ask(server)
        expect_code(answer, 'ADSCP_E_DIRECTORY', '\\x1B]0;evil\\x07\\xFF')


@test('14: 100,000 keywords')
def many_keywords():
    values = [b'k%d' % each for each in range(100000)]
    with answered('scp', entry(scp_dn(b'EX1'), attribute(
            b'keywords', GUID, *values)), scp(b'EX2')) as server:
        answer = ask(server)
        expect_read(answer, 2)
        expect(answer.one('keywords') == '100001', answer)


@test('14: a URL of 10 MiB')
def long_url():
    with answered('scp', entry(scp_dn(b'EX1'), attribute(
            b'serviceBindingInformation', b'h' * (10 << 20)))) as server:
        expect_code(ask(server), 'ADSCP_E_LIMIT', '4 MiB')


@test('14: a DN of 1 MiB')
def long_dn():
    with answered('scp', scp(b'EX1', dn=b'CN=' + b'x' * (1 << 20) + b',' +
                             CONFIG)) as server:
        expect_read(ask(server), 1)


@test('15: attributes twice, in any case, with options')
def twice():
    with answered('scp', entry(
            scp_dn(b'EX1'), attribute(b'KEYWORDS', b'Site=HQ'),
            attribute(b'keywords;lang-de', b'Site=Branch'),
            attribute(b'keyWords', GUID))) as server:
        answer = ask(server)
        expect_read(answer, 1)
        expect(answer.one('keywords') == '3', answer)


@test('16: odd dates')
def dates():
    values = (b'', b'2020', b'00000101000000.0Z', b'99991231235959.0Z',
              b'20101231235960Z', b'20100101000000', b'20100101000000+1400',
              b'20100101000000.' + b'0' * 400 + b'Z')
    entries = [entry(scp_dn(b'EX%d' % each), attribute(b'keywords', GUID),
                     attribute(b'whenCreated', value))
               for each, value in enumerate(values)]
    with answered('scp', *entries) as server:
        answer = ask(server)
        expect_read(answer, len(values), True, ['scp-created-missing'])


@test('17: no rootDSE', [], 'ADSCP_E_DIRECTORY')
@test('17: an empty naming context', [b''], None)
@test('17: ten naming contexts', [b'CN=%d' % each for each in range(10)],
      'ADSCP_E_PROTOCOL')
def lies(contexts, code):
    found = [entry(b'', attribute(b'configurationNamingContext', *contexts))]
    with answered('root', *(found if contexts else [])) as server:
        answer = ask(server)
        expect(answer.one('code') in (
            [code] if code else ['ADSCP_E_PROTOCOL', 'ADSCP_E_DIRECTORY']),
            answer)
        expect('scp' not in server.seen, server.seen)


# ------------------------------------------------------------- 14: in parts --

def ranged_scp(first):
    """The first part."""
    rest = [each for each in scp_attributes(b'EX1') if b'keywords' not in each]
    return entry(scp_dn(b'EX1'), attribute(b'keywords'), attribute(
        b'keywords;range=0-%d' % (first - 1), GUID, *(
            b'Site=S%d' % each for each in range(first - 1))), *rest)


def ranged(first, *more):
    """An SCP whose keywords come in parts; `more` are (start, end, count)."""
    parts = iter(more)

    def part(start, end, count):
        return attribute(b'keywords;range=%d-%s' % (start, end), *(
            b'Site=S%d' % (start + each) for each in range(count)))

    def begin(talk, request):
        talk.answer(request, scp(b'EX0'), ranged_scp(first), scp(b'EX2'))

    def go_on(talk, request):
        given = next(parts, None)
        found = [entry(scp_dn(b'EX1'), part(*given))] if given else []
        talk.answer(request, *found)
    return Server({'scp': begin, 'range': go_on})


@test('14: an attribute in three parts keeps its place')
def parts():
    with ranged(1500, (1500, b'2999', 1500), (3000, b'*', 7)) as server:
        answer = ask(server)
        expect_read(answer, 3)
        expect([dn[:6] for dn in answer['dn']] == ['CN=EX0', 'CN=EX1',
                                                   'CN=EX2'], answer)
        expect(answer['keywords'] == ['2', '3007', '2'], answer)
        expect(server.seen.count('range') == 2, server.seen)


@test('14: a name with a NUL has more: no other name is asked for',
      b'cn\0%s;range=0-1499' % (b'x' * 50))
@test('14: a NUL in front of the name', b'\0;range=0-1499')
@test('14: a NUL behind the name', b'keywords\0;range=0-1499')
def nul_in_range(stranger):
    asked = []

    def begin(talk, request):
        talk.answer(request, entry(
            scp_dn(b'EX1'), attribute(stranger, b'x'),
            attribute(b'keywords;range=0-1', GUID, b'Site=A'),
            *(each for each in scp_attributes(b'EX1')
              if b'keywords' not in each)))

    def go_on(talk, request):
        asked.append(request.body)
        talk.answer(request, entry(scp_dn(b'EX1'), attribute(
            b'keywords;range=2-*', b'Site=B')))
    with Server({'scp': begin, 'range': go_on}) as server:
        answer = ask(server)
        expect_read(answer, 1)
        expect(answer['keywords'] == ['3'], answer)
        expect([body.count(b';range=') for body in asked] == [1], asked)


@test('14: parts that do not go on', (1500, b'1499', 0))
@test('14: the same part for ever', (0, b'1499', 10))
@test('14: the rest is not given', None)
def stuck(given):
    with ranged(1500, *([given] * 300 if given else [])) as server:
        answer = ask(server)
        expect_read(answer, 3, False, ['range-incomplete'])
        expect(server.seen.count('range') < 5, server.seen)


@test('14: parts without end')
def endless_parts():
    more = [(each, b'%d' % each, 1) for each in range(1500, 9000)]
    with ranged(1500, *more) as server:
        answer = ask(server)
        expect_read(answer, 3, False, ['range-incomplete'])
        expect(server.seen.count('range') <= 200, len(server.seen))


# ------------------------------------------------------ 18 to 20: protection --

@test('18: a server without the mechanism: no fallback', 7, 'ADSCP_E_SECURITY')
@test('18: a server that insists on TLS', 13, 'ADSCP_E_SECURITY')
@test('18: credentials refused', 49, 'ADSCP_E_AUTH')
def no_fallback(code, expected):
    for words in (['external'], ['simple']):
        with raw('bind', lambda msgid: message(msgid, result(
                BIND_DONE, code, b'80090308: data 52e')), True) as server:
            expect_code(ask(server, *words), expected)
            expect(server.seen == ['bind'], server.seen)


@test('18: a bind that never ends')
def endless_bind():
    def hook(talk, request):
        talk.send(message(request.msgid, result(BIND_DONE, 14, b'',
                                                tlv(0x87, b'more'))))
    with Server({'bind': hook}, local=True) as server:
        answer = ask(server, 'external')
        expect(answer.one('code') in ('ADSCP_E_PROTOCOL', 'ADSCP_E_AUTH'),
               answer)
        expect(len(server.seen) <= 10, server.seen)


@test('18: GSSAPI without a ticket: no bind')
def no_ticket():
    with Server() as server:
        answer = ask(server, 'gssapi')
        expect_code(answer, 'ADSCP_E_AUTH')
        expect('bind' not in server.seen, server.seen)


@test('18: a password is not sent in clear')
def clear_password():
    with Server() as server:
        expect_code(ask(server, 'simple'), 'ADSCP_E_SECURITY')
        expect_code(ask(server, 'external'), 'ADSCP_E_SECURITY')
        expect(server.accepted == 0, 'a connection was made')


@test('19: StartTLS refused: no bind in clear')
def no_tls():
    with raw('extended', lambda msgid: message(msgid, result(
            EXTENDED_DONE, 52, b'no TLS'))) as server:
        expect_code(ask(server, 'starttls', 'simple'), 'ADSCP_E_SECURITY',
                    'no TLS')
        expect(server.seen == ['extended'], server.seen)


@test('19: bytes injected ahead of TLS', True)
@test('19: bytes injected ahead of TLS, in a segment of their own', False)
def injected(together):
    def hook(talk, request):
        consent = message(request.msgid, result(EXTENDED_DONE))
        forged = message(2, entry(b'', attribute(
            b'configurationNamingContext', b'CN=evil'))) + message(
                2, result(DONE))
        if together:
            talk.send(consent, forged)
        else:
            talk.send(consent)
            talk.send(forged)
        talk.silence()
    with Server({'extended': hook}) as server:
        answer = ask(server, 'starttls')
        expect(answer.one('code') in ('ADSCP_E_PROTOCOL', 'ADSCP_E_TLS'),
               answer)
        expect(b'evil' not in answer.raw, answer)
        expect(server.seen == ['extended'], server.seen)


# ------------------------------------------------------------ 35: broken pipes --

def close_hard(talk, _):
    """A reset, so that the next write raises SIGPIPE where it is not careful."""
    talk.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         struct.pack('ii', 1, 0))
    talk.sock.close()
    raise OSError


def close_softly(talk, _):
    talk.sock.close()
    raise OSError


@test('35: a connection that is reset', close_hard)
@test('35: a connection that is closed', close_softly)
def closed(how):
    for kind, local, words in SILENT.values():
        with Server({kind: how}, local=local) as server:
            expect_code(ask(server, *words), 'ADSCP_E_CONNECT', 'connection')


@test('35: a connection that ends in the middle of a message')
def half():
    def hook(talk, request):
        talk.send(message(request.msgid, scp(b'EX1'))[:-7])
        close_softly(talk, request)
    with Server({'scp': hook}) as server:
        expect_code(ask(server), 'ADSCP_E_CONNECT', 'connection')


@test('35: a connection that is reset at once')
def reset_at_once():
    with Server(greet=lambda talk: close_hard(talk, None)) as server:
        expect_code(ask(server), 'ADSCP_E_CONNECT')


# -------------------------------------------------------------------- running --

def build_client(directory):
    """With the compiler and the sanitizers of the build."""
    path = pathlib.Path(directory) / 'client'
    library = contract.library()
    process = contract.run(
        *contract.compiler(), '-std=c11', '-D_GNU_SOURCE', '-O1', '-g',
        '-I', contract.ROOT / 'include', HERE / 'client.c', '-o', path,
        library, f'-Wl,-rpath,{library.parent}')
    if process.returncode != 0:
        print(f'Bail out! the client does not build: {process.stdout}')
        sys.exit(1)
    return str(path)


def main():
    global CLIENT
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with tempfile.TemporaryDirectory() as directory:
        CLIENT = build_client(directory)
        contract.run_chosen(TESTS, sys.argv[2:])
    contract.finish()


CLIENT = None
if __name__ == '__main__':
    main()
