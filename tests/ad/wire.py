# SPDX-License-Identifier: MIT
"""Listens on a client's link and counts what a command costs there: every
connection and exchange of datagrams, with its round trips. It sees packets, not
contents, so a sealed connection is counted as well as a clear one."""

import select
import socket
import struct
import threading

from names import question

ALL = 3          # ETH_P_ALL
IP = (0x0800, 0x86dd)
TCP, UDP = 6, 17
SYN = 2
PORTS = {53: 'dns', 88: 'kerberos', 389: 'ldap', 636: 'ldaps', 3268: 'gc',
         3269: 'gcs'}


class Flow:
    """One TCP connection, or the datagrams of one socket to one port. A turn is
    data of the server after data of the client, one round trip: what the client
    asks for in one go, and gets in one go, counts once."""

    def __init__(self, kind, server, port):
        self.kind = kind      # tcp or udp
        self.server = server  # address
        self.port = port
        self.turns = 0
        self.requests = []    # as the client sent them, datagram by datagram
        self.received = b''
        self.asked = False
        self.next = {}        # TCP sequence number expected, per direction

    @property
    def sent(self):
        return b''.join(self.requests)

    @property
    def service(self):
        return PORTS.get(self.port, str(self.port))

    def data(self, to_server, payload):
        if to_server:
            self.asked = True
            self.requests.append(payload)
        else:
            self.turns += self.asked
            self.asked = False
            self.received += payload

    def segment(self, to_server, sequence, payload):
        """Without what was sent before: a repetition is not a round trip."""
        expected = self.next.get(to_server, sequence)
        old = (expected - sequence) & 0xffffffff
        if old >= 0x80000000:
            old = 0
        payload = payload[old:]
        if payload:
            self.next[to_server] = (sequence + old + len(payload)) & 0xffffffff
            self.data(to_server, payload)

    def messages(self, of_server=False):
        return frames(self.received if of_server else self.sent)

    def __repr__(self):
        return (f'{self.kind} {self.service} {self.server} turns={self.turns} '
                f'messages={self.messages()}/{self.messages(True)} '
                f'bytes={len(self.sent)}/{len(self.received)}')


def frames(data):
    """LDAP messages in clear (tag 0x30), SASL buffers (four bytes of length,
    RFC 4422 3.7) and TLS records in a stream, whichever comes."""
    count = at = 0
    while at + 5 <= len(data):
        first = data[at]
        if first == 0x30:
            size = data[at + 1]
            length = 2 + size
            if size & 0x80:
                more = size & 0x7f
                length = 2 + more + int.from_bytes(
                    data[at + 2:at + 2 + more], 'big')
        elif 0x14 <= first <= 0x17 and data[at + 1] == 3:
            length = 5 + int.from_bytes(data[at + 3:at + 5], 'big')
        else:
            length = 4 + int.from_bytes(data[at:at + 4], 'big')
        at += length
        count += 1
    return count


class Wire:
    """with Wire('v-hq') as wire: ...; then wire.flows, in order of appearance.
    Whoever is on the far side of the link is the client."""

    def __init__(self, link, client):
        self.client = client
        self.packets = []
        self.flows = []
        self.table = {}
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                  socket.htons(ALL))
        self.sock.bind((link, ALL))
        self.sock.setblocking(False)
        self.end, self.ender = socket.socketpair()
        self.thread = threading.Thread(target=self.listen)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ender.close()
        self.thread.join()
        self.sock.close()
        self.end.close()
        for packet in self.packets:
            self.packet(packet)

    def listen(self):
        """Until the end is told, and what came before it was taken."""
        while True:
            ready, _, _ = select.select([self.sock, self.end], [], [])
            if self.sock in ready:
                data, (_, protocol, *_) = self.sock.recvfrom(65535)
                if protocol in IP:
                    self.packets.append(data)
            elif self.end in ready:
                return

    def packet(self, data):
        if data[0] >> 4 == 4:
            head = (data[0] & 15) * 4
            length, = struct.unpack_from('>H', data, 2)
            kind, family = data[9], socket.AF_INET
            source, target = data[12:16], data[16:20]
        else:
            head, family = 40, socket.AF_INET6
            length = 40 + struct.unpack_from('>H', data, 4)[0]
            kind, source, target = data[6], data[8:24], data[24:40]
        if kind in (TCP, UDP):
            ports = struct.unpack_from('>HH', data, head)
            self.transport(kind, data[head:length],
                           (socket.inet_ntop(family, source), ports[0]),
                           (socket.inet_ntop(family, target), ports[1]))

    def transport(self, kind, data, source, target):
        to_server = source[0] in self.client
        key = (kind, source, target) if to_server else (kind, target, source)
        if key not in self.table:
            if kind == TCP and not (to_server and data[13] & SYN):
                return  # the end of an older connection
            self.table[key] = Flow('tcp' if kind == TCP else 'udp', *key[2])
            self.flows.append(self.table[key])
        flow = self.table[key]
        if kind == UDP:
            flow.data(to_server, data[8:])
        else:
            sequence, = struct.unpack_from('>I', data, 4)
            flow.segment(to_server, sequence, data[(data[12] >> 4) * 4:])

    def to(self, service):
        return [flow for flow in self.flows if flow.service == service]

    def questions(self):
        """(name, type) of everything that the client asked DNS for."""
        return [question(each)[:2] for flow in self.to('dns')
                for each in flow.requests]

    def turns(self, service):
        return sum(flow.turns for flow in self.to(service))

    def __str__(self):
        return '\n'.join(map(repr, self.flows))
