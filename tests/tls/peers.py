# SPDX-License-Identifier: MIT
"""Scripted peers on loopback: what real servers do not do.

    with Peer(place, script) as peer: ...

script(talk) runs in a thread for each connection; talk is a Talk. `peer.got` is
what came, connection by connection."""

import os
import socket
import ssl
import struct
import threading
import time

ALERT, HANDSHAKE = 21, 22
HELLO_REQUEST, SERVER_HELLO, CERTIFICATE, KEY_EXCHANGE = 0, 2, 11, 12
CERTIFICATE_REQUEST, DONE, STATUS = 13, 14, 22


# ------------------------------------------------------------------- bytes --

def vector(data, width):
    return len(data).to_bytes(width, 'big') + data


def record(data, kind=HANDSHAKE, version=0x0303):
    return struct.pack('>BHH', kind, version, len(data)) + data


def records(data, size=16384, **options):
    return b''.join(record(data[at:at + size], **options)
                    for at in range(0, len(data), size))


def message(kind, body=b''):
    return bytes([kind]) + vector(body, 3)


def alert(number, level=2):
    return record(bytes([level, number]), ALERT)


def server_hello(version=0x0303, suite=0x0005, session=b''):
    return message(SERVER_HELLO, struct.pack('>H', version) + os.urandom(32) +
                   vector(session, 1) + struct.pack('>HB', suite, 0))


def certificate(*ders):
    return message(CERTIFICATE,
                   vector(b''.join(vector(der, 3) for der in ders), 3))


def request():
    """RSA or ECDSA, any issuer (RFC 5246 7.4.4)."""
    return message(CERTIFICATE_REQUEST, b'\x02\x01\x40' +
                   vector(b'\x04\x01\x04\x03', 2) + vector(b'', 2))


def flight(*ders, version=0x0303, suite=0x0005, more=b''):
    return (server_hello(version, suite) + certificate(*ders) + more +
            message(DONE))


# ------------------------------------------------------------------- peers --

class Talk:
    def __init__(self, sock, number, ended):
        self.sock = sock
        self.number = number  # of the connection, from 0
        self.ended = ended
        self.got = b''

    def hello(self):
        """Read the whole ClientHello."""
        while len(self.got) < 5 or \
                len(self.got) < 5 + int.from_bytes(self.got[3:5], 'big'):
            data = self.sock.recv(65536)
            if not data:
                break
            self.got += data
        return self.got

    def send(self, *data):
        for each in data:
            self.sock.sendall(each)

    def drip(self, data, pause, size=1):
        for at in range(0, len(data), size):
            self.send(data[at:at + size])
            if self.ended.wait(pause):
                break

    def flood(self, data):
        """For ever; the client's hanging up ends it."""
        block = data * max(1, 65536 // len(data))
        while not self.ended.is_set():
            self.send(block)

    def silence(self):
        """Until the client hangs up."""
        while not self.ended.is_set():
            try:
                data = self.sock.recv(65536)
            except TimeoutError:
                continue
            if not data:
                break
            self.got += data

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack('ii', 1, 0))
        self.sock.close()


class Peer:
    def __init__(self, place, script, backlog=64):
        self.script = script
        self.ended = threading.Event()
        self.got = []
        self.listener = socket.create_server(place, backlog=backlog)
        self.place = self.listener.getsockname()[:2]
        self.listener.settimeout(0.1)
        self.threads = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while not self.ended.is_set():
            try:
                sock, _ = self.listener.accept()
            except TimeoutError:
                continue
            except OSError:
                break
            talk = Talk(sock, len(self.threads), self.ended)
            thread = threading.Thread(target=self.run, args=(talk,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def run(self, talk):
        talk.sock.settimeout(0.2)
        try:
            self.script(talk)
            # What came behind it: the client hangs up, or has said too much.
            if talk.sock.fileno() >= 0:
                talk.sock.shutdown(socket.SHUT_WR)
                talk.silence()
        except (OSError, ssl.SSLError):
            pass
        finally:
            self.got.append(talk.got)
            talk.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(5)
        for thread in self.threads:
            thread.join(5)
        self.listener.close()


def answering(*data):
    """Read the hello, send that, and be done."""
    def script(talk):
        talk.hello()
        talk.send(*data)
    return script


def holding(*data):
    """The same, and then be silent."""
    def script(talk):
        talk.hello()
        talk.send(*data)
        talk.silence()
    return script


def by_name(certificates, default):
    """A TLS server that chooses its certificate by SNI: {name: Issued}."""
    def context(issued):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(issued.chain, issued.key)
        return made
    contexts = {name: context(issued) for name, issued in certificates.items()}
    first = context(default)

    def choose(sock, name, _):
        if name in contexts:
            sock.context = contexts[name]
    first.sni_callback = choose

    def script(talk):
        first.wrap_socket(talk.sock, server_side=True).close()
    return script


def late(script, seconds):
    def later(talk):
        time.sleep(seconds)
        script(talk)
    return later
