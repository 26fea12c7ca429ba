# SPDX-License-Identifier: MIT
"""The lab's DNS: a router of questions. Each goes to a domain controller of
the domain that it is about; what belongs to nobody does not exist, and reverse
names come from a table, for Active Directory brings none."""

import socket
import socketserver
import struct
import threading

A, PTR, SRV = 1, 12, 33
SERVFAIL, NXDOMAIN = 2, 3


def question(query):
    """Name, in lower case, and type (RFC 1035 4.1.2)."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode('latin-1'))
        at += 1 + query[at]
    kind, = struct.unpack_from('>H', query, at + 1)
    return '.'.join(labels).lower(), kind, at + 5


def encode(name):
    return b''.join(bytes([len(label)]) + label.encode('latin-1')
                    for label in name.split('.') if label) + b'\0'


def ask(server, name, kind):
    """The whole answer of a DNS server, undecoded."""
    query = (struct.pack('>6H', 7, 0x0100, 1, 0, 0, 0) + encode(name)
             + struct.pack('>2H', kind, 1))
    return forward(server, query)


def forward(server, query):
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.settimeout(1)
        sock.connect((server, 53))
        sock.send(query)
        return sock.recv(65535)


def reply(query, end, code=0, records=()):
    """Records: (type, data). Our name is always the one that was asked for."""
    head = struct.pack('>2s5H', query[:2], 0x8180 | code, 1, len(records), 0, 0)
    rows = b''.join(struct.pack('>3HIH', 0xc00c, kind, 1, 60, len(data)) + data
                    for kind, data in records)
    return head + query[12:end] + rows


class Names:
    """`routes` leads from a domain to the addresses of its DNS servers, tried
    in this order; `static` from (name, type) to a list of data, ahead of them.
    `silent` swallows every question, `broken` answers all by SERVFAIL."""

    def __init__(self, address):
        self.address = address
        self.routes = {}
        self.static = {}
        self.silent = self.broken = False
        self.known = {}
        self.server = socketserver.ThreadingUDPServer((address, 53),
                                                      self.handle)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       kwargs={'poll_interval': 0.1})
        self.thread.start()

    def handle(self, request, peer, _):
        query, sock = request
        try:
            answer = self.answer(query)
        except (IndexError, struct.error):
            return
        if answer:
            sock.sendto(answer, peer)

    def answer(self, query):
        name, kind, end = question(query)
        if self.silent:
            return None
        if self.broken:
            return reply(query, end, SERVFAIL)
        if (name, kind) in self.static:
            return reply(query, end, records=[
                (kind, data) for data in self.static[name, kind]])
        for domain, servers in self.routes.items():
            if name == domain or name.endswith('.' + domain):
                return self.first_answer(query, end, servers)
        return reply(query, end, NXDOMAIN)

    def route(self, domain, *servers):
        """What was learnt before may have changed with them."""
        self.routes[domain] = list(servers)
        self.known.clear()

    def first_answer(self, query, end, servers):
        """A good one is kept, as any resolver does: it outlives its server."""
        if query[2:] in self.known:
            return query[:2] + self.known[query[2:]]
        for server in servers:
            try:
                answer = forward(server, query)
            except OSError:
                continue
            if answer[3] & 15 == 0:
                self.known[query[2:]] = answer[2:]
            return answer
        return reply(query, end, SERVFAIL)

    def add_reverse(self, address, name):
        reverse = '.'.join(reversed(address.split('.'))) + '.in-addr.arpa'
        self.static[reverse, PTR] = [encode(name)]

    def pin(self, name, *addresses):
        self.static[name, A] = [socket.inet_aton(each) for each in addresses]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
