#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A server that breaks StartTLS off, or somebody between who strips it:
starttls.py BUILD [WORD...].

However it fails, nothing but the request for it goes out in clear, and nothing
that comes in clear is believed."""

import pathlib
import signal
import socket
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / 'tls'))

import places                                            # noqa: E402
import run                                               # noqa: E402
from run import close_hard, close_softly, expect, expect_code, expect_read  # noqa: E402
from server import (BIND_DONE, DONE, EXTENDED_DONE, INTERMEDIATE,  # noqa: E402
                    Server, attribute, entry, message, referral, result, scp,
                    tlv)
from peers import alert, record, server_hello            # noqa: E402

TESTS = []
SECRET = b'secret word'   # client.c's
RECORDS = range(20, 24)   # of TLS
OID = b'1.3.6.1.4.1.1466.20037'
CONTEXT = CA = None

# What the client would like to hear in clear.
FORGED = message(2, entry(b'', attribute(b'configurationNamingContext',
                                         b'CN=evil'))) + message(2, result(DONE))


def test(name, *arguments):
    def register(function):
        TESTS.append((name, function, arguments))
        return function
    return register


def ask(server, *words, **options):
    return run.ask(server, 'starttls', f'ca={CA}', 'simple', *words, **options)


def consent(talk, request):
    talk.send(message(request.msgid, result(EXTENDED_DONE)))


def rest_of(talk):
    """All that the client still sends."""
    data = b''
    try:
        while got := talk.sock.recv(65536):
            data += got
    except OSError:
        pass
    return data


def expect_records(data):
    """TLS and nothing else."""
    expect(SECRET not in data, data)
    while data:
        expect(data[0] in RECORDS and data[1] == 3, data)
        data = data[5 + int.from_bytes(data[3:5], 'big'):]


def expect_unheard(server, answer):
    expect(server.clear == ['extended'], server.clear)
    expect(b'evil' not in answer.raw and b'EX1' not in answer.raw, answer)
    expect(len(answer.one('detail')) > 15, answer)


# ------------------------------------------------------- the answer to StartTLS --

ANSWERS = {
    'of another kind: a bind': lambda msgid: message(msgid, result(BIND_DONE)),
    'of another kind: a search': lambda msgid: message(msgid, result(DONE)),
    'of another kind: an entry': lambda msgid: message(msgid, scp(b'EX1')),
    'of another kind: half an answer': lambda msgid: message(
        msgid, tlv(INTERMEDIATE, tlv(0x80, OID))),
    'to nobody': lambda msgid: message(msgid + 1, result(EXTENDED_DONE)),
    'to number 0': lambda msgid: message(0, result(EXTENDED_DONE)),
    'that is garbage': lambda msgid: b'HTTP/1.1 400 Bad Request\r\n\r\n',
    'that is TLS already': lambda msgid: record(server_hello()),
    'twice': lambda msgid: 2 * message(msgid, result(EXTENDED_DONE)),
    'with a bind behind it': lambda msgid: message(
        msgid, result(EXTENDED_DONE)) + message(msgid + 1, result(BIND_DONE)),
}


@test('an answer to StartTLS that is none')
def odd_answers():
    for what, make in ANSWERS.items():
        heard = []

        def hook(talk, request, make=make, heard=heard):
            talk.send(make(request.msgid))
            heard.append(rest_of(talk))
        with Server({'extended': hook}) as server:
            answer = ask(server)
        expect(answer.one('code') in ('ADSCP_E_PROTOCOL', 'ADSCP_E_CONNECT'),
               what, answer)
        expect_unheard(server, answer)
        expect(heard == [b''], what, heard)


REFUSALS = {
    'unavailable': (52, b'no TLS today', b''),
    'protocol error': (2, b'unsupported extended operation', b''),
    'operations error': (1, b'TLS already started', b''),
    'elsewhere': (10, b'', referral(b'ldap://elsewhere.example.test/')),
    'a code that nobody knows': (4711, b'\x1b[31mred', b''),
}


@test('StartTLS refused, for one reason or another')
def refused():
    for what, (code, text, rest) in REFUSALS.items():
        heard = []

        def hook(talk, request, answer=result(EXTENDED_DONE, code, text, rest),
                 heard=heard):
            talk.send(message(request.msgid, answer))
            heard.append(rest_of(talk))
        with Server({'extended': hook}) as server:
            answer = ask(server)
        expect_code(answer, 'ADSCP_E_SECURITY', 'StartTLS', str(code))
        expect_unheard(server, answer)
        expect(b'\x1b' not in answer.raw, what, answer)
        # An unbind says no more than the end of the connection does.
        expect(len(heard[0]) < 10, what, heard)


# ------------------------------------------------------------ the handshake --

HANDSHAKES = {
    'garbage': b'A' * 4000,
    'the answers in clear': FORGED,
    'an empty message': b'\x30\x00',
    'half a record': record(server_hello())[:20],
    'half a message': record(server_hello()[:30]),
    'an alert': alert(40),
    'a warning': alert(112, 1),
    'another protocol': record(server_hello(version=0x0301), version=0x0301),
    'records without content': 3 * record(b''),
    'data before the keys': record(FORGED, kind=23),
}


@test('a handshake that comes to nothing: then silence', None)
@test('a handshake that comes to nothing: then the end', close_softly)
@test('a handshake that comes to nothing: then a reset', close_hard)
def no_handshake(end):
    for what, data in HANDSHAKES.items():
        heard = []

        def hook(talk, request, data=data, heard=heard):
            consent(talk, request)
            heard.append(talk.sock.recv(65536))
            talk.send(data)
            if end is not None:
                end(talk, request)
            heard.append(rest_of(talk))
        with Server({'extended': hook}) as server:
            answer = ask(server, budget=400)
        expect(answer.one('code') in ('ADSCP_E_TLS', 'ADSCP_E_CONNECT',
                                      'ADSCP_E_PROTOCOL', 'ADSCP_E_TIMEOUT'),
               what, answer)
        expect(end is None or answer.one('code') != 'ADSCP_E_TIMEOUT', what,
               answer)
        expect_unheard(server, answer)
        expect_records(b''.join(heard))


@test('consent, and the end of the connection', close_softly)
@test('consent, and a reset', close_hard)
def consent_and_end(end):
    def hook(talk, request):
        consent(talk, request)
        end(talk, request)
    with Server({'extended': hook}) as server:
        answer = ask(server)
    expect_code(answer, 'ADSCP_E_CONNECT', 'TLS')
    expect_unheard(server, answer)


@test('a certificate that nobody vouches for: no bind, no search')
def stranger():
    with places.granting(CONTEXT) as server:
        answer = run.ask(server, 'starttls', 'simple')
    expect_code(answer, 'ADSCP_E_TLS', '127.0.0.1')
    expect(server.seen == ['extended'], server.seen)
    expect_unheard(server, answer)


# ------------------------------------------------------------ after the handshake --

@test('TLS that holds: the bind and all else are inside')
def whole():
    with places.granting(CONTEXT) as server:
        answer = ask(server)
    expect_read(answer, 1)
    expect('bind' in server.seen and server.clear == ['extended'], server.seen,
           server.clear)


def then(kind, action):
    """A directory in TLS that does this when it is asked so."""
    return Server({
        'extended': lambda talk, request: talk.grant_tls(request, CONTEXT),
        kind: action})


def in_clear(talk, request):
    """Answers beside TLS, to the wire itself."""
    wire = socket.socket(fileno=talk.sock.fileno())
    try:
        wire.sendall(message(request.msgid, scp(b'EX1')) +
                     message(request.msgid, result(DONE)))
        rest_of(talk)
    finally:
        wire.detach()


def farewell_and_clear(talk, request):
    """The end of TLS, in due form, and answers behind it."""
    talk.sock.settimeout(0.2)
    try:
        talk.sock.unwrap()
    except OSError:
        pass
    in_clear(talk, request)


def start_again(talk, request):
    """As if there had been no StartTLS yet."""
    talk.send(message(request.msgid, result(EXTENDED_DONE)))


@test('answers in clear after the handshake', 'bind', in_clear)
@test('answers in clear in the middle', 'scp', in_clear)
@test('answers in clear after the end of TLS', 'scp', farewell_and_clear)
@test('the end of the connection in the middle', 'scp', close_softly)
@test('a reset in the middle', 'scp', close_hard)
@test('an answer to StartTLS in the middle', 'scp', start_again)
def broken_off(kind, action):
    with then(kind, action) as server:
        answer = ask(server)
    expect(answer.one('code') in ('ADSCP_E_CONNECT', 'ADSCP_E_PROTOCOL'), answer)
    expect_unheard(server, answer)


# -------------------------------------------------------------------- running --

def main():
    global CONTEXT, CA
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with tempfile.TemporaryDirectory() as directory:
        CONTEXT, CA = places.self_signed(directory), f'{directory}/crt'
        run.CLIENT = run.build_client(directory)
        run.contract.run_chosen(TESTS, sys.argv[2:])
    run.contract.finish()


main()
