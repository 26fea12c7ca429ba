# SPDX-License-Identifier: MIT
"""A scripted LDAP server on loopback: BER to write with, requests taken apart, and
a well-behaved directory of which a test replaces what it likes."""

import os
import socket
import ssl
import struct
import tempfile
import threading

CONFIG = b'CN=Configuration,DC=corp,DC=example,DC=test'
GUID = b'77378F46-2C66-4aa9-A6A6-3E7A48B19596'
PAGED = b'1.2.840.113556.1.4.319'

BIND, UNBIND, SEARCH, EXTENDED = 0x60, 0x42, 0x63, 0x77
BIND_DONE, ENTRY, DONE, REFERENCE = 0x61, 0x64, 0x65, 0x73
EXTENDED_DONE, INTERMEDIATE = 0x78, 0x79
HANDSHAKE, ALERT = b'\x16', b'\x15'  # of TLS


# ---------------------------------------------------------------- writing --

def length(count):
    """As Active Directory writes it."""
    return b'\x84' + struct.pack('>I', count)


def tlv(tag, *parts):
    content = b''.join(parts)
    if tag in (0x02, 0x04, 0x0a) and len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    return bytes([tag]) + length(len(content)) + content


def number(value, tag=0x02):
    size = max(1, (value.bit_length() + 8) // 8)
    return tlv(tag, value.to_bytes(size, 'big', signed=True))


def octets(text):
    return tlv(0x04, text)


def message(msgid, operation, controls=b''):
    head = number(msgid) if isinstance(msgid, int) else msgid
    return tlv(0x30, head, operation,
               tlv(0xa0, controls) if controls else b'')


def result(tag, code=0, text=b'', rest=b''):
    return tlv(tag, number(code, 0x0a), octets(b''), octets(text), rest)


def referral(*urls):
    return tlv(0xa3, *map(octets, urls))


def attribute(name, *values):
    return tlv(0x30, octets(name), tlv(0x31, *map(octets, values)))


def entry(dn, *attributes):
    return tlv(ENTRY, octets(dn), tlv(0x30, *attributes))


def control(oid, value=None):
    return tlv(0x30, octets(oid), octets(value) if value is not None else b'')


def page(cookie=b'', estimate=0):
    return control(PAGED, tlv(0x30, number(estimate), octets(cookie)))


def scp_dn(name):
    return (b'CN=%s,CN=Autodiscover,CN=Protocols,CN=%s,CN=Servers,'
            b'CN=Exchange,CN=Services,%s' % (name, name, CONFIG))


def scp_attributes(name):
    return [attribute(b'keywords', b'Site=HQ', GUID),
            attribute(b'serviceBindingInformation',
                      b'https://%s.example.test/autodiscover/autodiscover.xml'
                      % name.lower()),
            attribute(b'serviceClassName', b'ms-Exchange-AutoDiscover-Service'),
            attribute(b'whenCreated', b'20100115103000.0Z')]


def scp(name, *more, dn=None):
    return entry(dn or scp_dn(name), *scp_attributes(name), *more)


# ---------------------------------------------------------------- reading --

class Request:
    def __init__(self, msgid, tag, body):
        self.msgid, self.tag, self.body = msgid, tag, body

    @property
    def kind(self):
        if self.tag != SEARCH:
            return {BIND: 'bind', EXTENDED: 'extended',
                    UNBIND: 'unbind'}.get(self.tag, 'other')
        for word, kind in ((b';range=', 'range'),
                           (b'serviceConnectionPoint', 'scp'),
                           (b'msExchExchangeServer', 'server'),
                           (b'certificationAuthority', 'authority'),
                           (b'proxyAddresses', 'recipient'),
                           (b'subnet', 'site')):
            if word in self.body:
                return kind
        return 'root'


class Gone(Exception):
    """The client has hung up."""


class Conversation:
    """One connection. Answers every request well, unless the test has a method
    of its own for that kind."""

    def __init__(self, sock, hooks):
        self.sock = sock
        self.hooks = hooks
        self.seen = []
        self.clear = []  # of these, what came without TLS

    def receive(self, count):
        data = b''
        while len(data) < count:
            got = self.sock.recv(count - len(data))
            if not got:
                raise Gone
            data += got
        return data

    def request(self):
        head = self.receive(2)
        size = head[1]
        if size & 0x80:
            size = int.from_bytes(self.receive(size & 0x7f), 'big')
        body = self.receive(size)
        msgid = int.from_bytes(body[2:2 + body[1]], 'big')
        found = Request(msgid, body[2 + body[1]], body[3 + body[1]:])
        self.seen.append(found.kind)
        if not isinstance(self.sock, ssl.SSLSocket):
            self.clear.append(found.kind)
        return found

    def secure(self, context):
        """TLS from here on. Whoever comes without it is written down."""
        first = self.sock.recv(1, socket.MSG_PEEK)
        if first not in (b'', HANDSHAKE, ALERT):
            self.clear.append(f'byte {first.hex()}')
        self.sock = context.wrap_socket(self.sock, server_side=True)

    def grant_tls(self, request, context):
        self.send(message(request.msgid, result(EXTENDED_DONE)))
        self.secure(context)

    def send(self, *parts):
        self.sock.sendall(b''.join(parts))

    def answer(self, request, *operations, controls=b'', code=0, text=b'',
               rest=b''):
        """Entries or the like, and the end of the search."""
        paged = b'' if request.kind in ('root', 'range') else page()
        self.send(*(message(request.msgid, each) for each in operations),
                  message(request.msgid, result(DONE, code, text, rest),
                          controls or paged))

    def silence(self):
        """Until the client gives up."""
        while self.sock.recv(65536):
            pass

    def run(self):
        while True:
            request = self.request()
            hook = self.hooks.get(request.kind)
            if request.kind == 'unbind':
                return
            if hook is not None:
                hook(self, request)
            elif request.kind == 'bind':
                self.send(message(request.msgid, result(BIND_DONE)))
            elif request.kind == 'extended':
                self.send(message(request.msgid, result(EXTENDED_DONE)))
            elif request.kind == 'root':
                self.answer(request, entry(b'', attribute(
                    b'configurationNamingContext', CONFIG)))
            elif request.kind == 'scp':
                self.answer(request, scp(b'EX1'))
            else:
                self.answer(request)


class Server:
    """Listens while a with statement lasts; `seen` lists the requests, and `clear`
    those that came without TLS."""

    def __init__(self, hooks=None, greet=None, local=False):
        self.hooks = hooks or {}
        self.greet = greet
        self.accepted = 0
        self.seen = []
        self.clear = []
        self.talks = []
        self.directory = tempfile.TemporaryDirectory() if local else None
        if local:
            self.path = os.path.join(self.directory.name, 'socket')
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(self.path)
            self.uri = 'ldapi://' + self.path.replace('/', '%2F')
        else:
            self.listener = socket.socket()
            self.listener.bind(('127.0.0.1', 0))
            self.port = self.listener.getsockname()[1]
            self.uri = f'ldap://127.0.0.1:{self.port}'
        self.listener.listen(8)
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            self.talks.append(threading.Thread(target=self.talk, args=[sock],
                                               daemon=True))
            self.talks[-1].start()

    def talk(self, sock):
        conversation = Conversation(sock, self.hooks)
        conversation.seen = self.seen
        conversation.clear = self.clear
        try:
            if self.greet is not None:
                self.greet(conversation)
            conversation.run()
        except (Gone, OSError):
            pass
        finally:
            conversation.sock.close()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in (self.thread, *self.talks):
            thread.join(5)
        if self.directory is not None:
            self.directory.cleanup()
