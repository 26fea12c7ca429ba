# SPDX-License-Identifier: MIT
"""A DNS server and domain controllers that answer pings, both scripted: what they
say, how late, to whom, and what nonsense. Loopback only."""

import selectors
import socket
import struct
import threading
import time

A, SRV, AAAA = 1, 33, 28
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5


def pair(address):
    """A UDP socket and a listener on one port."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind((address, 0))
        tcp = socket.socket()
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tcp.bind((address, udp.getsockname()[1]))
            return udp, tcp
        except OSError:
            udp.close()
            tcp.close()


class Peer:
    """A thread that serves both sockets until the end of a `with`, or stop(). With
    a port, UDP only: somebody else has its TCP."""

    def __init__(self, address, port=None):
        if port is None:
            self.udp, self.tcp = pair(address)
        else:
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind((address, port))
            self.tcp = socket.socket()
            self.tcp.close()
        self.address, self.port = self.udp.getsockname()
        self.waker, self.stopped = socket.socketpair()
        self.streams = []

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.waker.send(b'x')
        self.thread.join()
        for each in (self.udp, self.tcp, self.waker, self.stopped,
                     *self.streams):
            each.close()

    def start(self):
        return self.__enter__()

    def stop(self):
        self.__exit__()

    def serve(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.stopped, selectors.EVENT_READ)
            for each in (self.udp, self.tcp):
                if each.fileno() >= 0:
                    selector.register(each, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self.stopped:
                        return
                    self.ready(selector, key.fileobj)

    def ready(self, selector, ready):
        if ready is self.udp:
            data, sender = self.udp.recvfrom(65535)
            self.datagram(data, sender)
        elif ready is self.tcp:
            stream = self.tcp.accept()[0]
            self.streams.append(stream)
            selector.register(stream, selectors.EVENT_READ)
        else:
            try:
                data = ready.recv(65535)
                if data:
                    self.stream(ready, data)
            except OSError:
                data = b''
            if not data:
                selector.unregister(ready)
                self.streams.remove(ready)
                ready.close()


# ------------------------------------------------------------------------ DNS --

def wire_name(text):
    """A name on the wire; labels as bytes or text, parted by dots."""
    labels = text if isinstance(text, list) else text.strip('.').split('.')
    raw = [each if isinstance(each, bytes) else each.encode()
           for each in labels if each]
    return b''.join(bytes([len(each)]) + each for each in raw) + b'\0'


def srv(target, port, priority=0, weight=100):
    return (SRV, struct.pack('>HHH', priority, weight, port)
            + wire_name(target))


def a(address):
    return (A, socket.inet_aton(address))


class Dns(Peer):
    """zone: {name in lower case: [records] or a code}. Other names: NXDOMAIN.
    With `tcp_only`, every datagram is cut short, and the stream drips."""

    def __init__(self, zone, silent=False, address='127.0.71.1',
                 tcp_only=False):
        super().__init__(address)
        self.tcp_only, self.streamed = tcp_only, 0
        self.zone, self.silent, self.asked = zone, silent, []
        self.tcp.listen(8)

    @property
    def where(self):
        return f'{self.address}:{self.port}'

    def question(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]])
            at += 1 + query[at]
        kind = struct.unpack('>H', query[at + 1:at + 3])[0]
        name = b'.'.join(labels).decode('utf-8', 'replace').lower()
        return name, kind, query[12:at + 5]

    def reply(self, query, limit):
        name, kind, question = self.question(query)
        self.asked.append(name)
        found = self.zone.get(name, NXDOMAIN)
        if callable(found):
            return found(query, question)
        code = found if isinstance(found, int) else NOERROR
        rows = [] if isinstance(found, int) else [
            (each, data) for each, data in found if each == kind]
        body = question + b''.join(
            b'\xc0\x0c' + struct.pack('>HHIH', each, 1, 60, len(data)) + data
            for each, data in rows)
        flags = 0x8580 | code
        if len(body) + 12 > limit:
            flags, body, rows = flags | 0x0200, question, []
        return (query[:2] + struct.pack('>HHHHH', flags, 1, len(rows), 0, 0)
                + body)

    def datagram(self, data, sender):
        limit = 0 if self.tcp_only else 512
        answer = None if self.silent else self.reply(data, limit)
        if answer is not None:
            self.udp.sendto(answer, sender)

    def stream(self, stream, data):
        if not self.silent:
            answer = self.reply(data[2:], 65535)
            answer = struct.pack('>H', len(answer)) + answer
            self.streamed += 1
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for each in answer if self.tcp_only else ():
                stream.sendall(bytes([each]))
                time.sleep(0.001)
            if not self.tcp_only:
                stream.sendall(answer)


# ---------------------------------------------------------- domain controllers --

GOOD = 0x1 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x100 | 0x1000
READ_ONLY = GOOD & ~0x101 | 0x800
CLOSEST, GC = 0x80, 0x4


def tlv(tag, *contents):
    """In the long form that Active Directory writes."""
    content = b''.join(contents)
    return bytes([tag, 0x84]) + struct.pack('>I', len(content)) + content


def request_id(request):
    at = 2 if request[1] < 0x80 else 2 + (request[1] & 0x7F)
    return request[at:at + 2 + request[at + 1]]


def entry(request, value, name=b'netlogon'):
    return tlv(0x30, request_id(request), tlv(
        0x64, tlv(4), tlv(0x30, tlv(0x30, tlv(4, name),
                                    tlv(0x31, tlv(4, value))))))


def done(request, code=0):
    return tlv(0x30, request_id(request),
               tlv(0x65, bytes([0x0A, 1, code]), tlv(4), tlv(4)))


def logon(flags, forest, domain, host, site, client_site, opcode=23):
    """What a controller answers to a ping, and to the same question later."""
    names = (forest, domain, host, 'CORP', 'DC', '', site, client_site)
    return (struct.pack('<HHI', opcode, 0, flags) + bytes(range(16))
            + b''.join(map(wire_name, names))
            + struct.pack('<IHH', 5, 0xFFFF, 0xFFFF))


class Dc(Peer):
    """udp, tcp: 'answer', 'silent' or 'refuse'. `hook(dc, request)` gives the list
    of the datagrams to send instead of the answer."""

    def __init__(self, number, domain='corp.test', forest='corp.test',
                 flags=GOOD, site='HQ', client_site='HQ', opcode=23,
                 udp='answer', tcp='answer', delay=0, hook=None, host=None,
                 address=None, port=None):
        super().__init__(address or f'127.0.71.{number}', port)
        self.name = host or f'dc{number}.corp.test'
        self.said = (flags, forest, domain, self.name, site, client_site,
                     opcode)
        self.modes, self.delay, self.hook = (udp, tcp), delay, hook
        self.pings, self.asked_by_tcp = 0, 0
        if tcp == 'refuse':
            self.tcp.close()
        elif port is None:
            self.tcp.listen(8)
        if udp == 'refuse':
            self.udp.close()

    def record(self, **options):
        return srv(self.name, self.port, **options)

    def zone(self):
        return {self.name: [a(self.address)]}

    def value(self):
        return logon(*self.said)

    def answers(self, request):
        if self.hook is not None:
            return self.hook(self, request)
        return [entry(request, self.value()) + done(request)]

    def datagram(self, data, sender):
        self.pings += 1
        if self.modes[0] != 'answer':
            return
        time.sleep(self.delay)
        for each in self.answers(data):
            self.udp.sendto(each, sender)

    def stream(self, stream, data):
        self.asked_by_tcp += 1
        if self.modes[1] != 'answer':
            return
        time.sleep(self.delay)
        for each in self.answers(data):
            stream.sendall(each)
