# SPDX-License-Identifier: MIT
"""Small peers for the lab: listeners that record, stay silent or relay, and a
DNS server. Each runs on threads of this process and ends with stop()."""

import select
import socket
import ssl
import struct
import threading


def listen(address):
    """Listen on (host, port), or on the path of a local socket."""
    local = isinstance(address, str)
    sock = socket.socket(socket.AF_UNIX if local else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(address)
    sock.listen(64)
    return sock


def connect(address):
    if not isinstance(address, str):
        return socket.create_connection(address)
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(address)
    return sock


class Listener:
    """Accepts, counts, and never says a word."""

    def __init__(self, address):
        self.sock = listen(address)
        self.connections = []
        self.running = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.running:
            try:
                self.serve(self.sock.accept()[0])
            except OSError:
                return

    def serve(self, connection):
        self.connections.append(connection)

    @property
    def count(self):
        return len(self.connections)

    def stop(self):
        self.running = False
        # Closing alone does not wake a thread that sits in accept().
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        self.thread.join(5)
        for connection in self.connections:
            connection.close()


class Relay(Listener):
    """Passes bytes on to a server and keeps them. `watch(bytes)`, if given,
    sees what the client says before the server does."""

    def __init__(self, address, target, watch=None):
        self.target = target
        self.watch = watch
        self.heard = b''  # of the client
        self.said = b''   # by the server
        super().__init__(address)

    def reach(self):
        return connect(self.target)

    def serve(self, connection):
        super().serve(connection)
        threading.Thread(target=self.pump, args=(connection, self.reach()),
                         daemon=True).start()

    def pump(self, client, server):
        try:
            while True:
                ready, _, _ = select.select([client, server], [], [])
                if client in ready and not self.forward(client, server):
                    return
                if server in ready and not self.back(server, client):
                    return
        except (OSError, ValueError):
            pass
        finally:
            client.close()
            server.close()

    def forward(self, client, server):
        data = client.recv(65536)
        self.heard += data
        if data and self.watch:
            self.watch(data)
        if data:
            server.sendall(data)
        return data

    def back(self, server, client):
        data = server.recv(65536)
        self.said += data
        if data:
            client.sendall(data)
        return data


class TlsRelay(Relay):
    """A man in the middle: two TLS connections, one plaintext."""

    def __init__(self, address, target, server_context, client_context, name):
        self.server_context = server_context
        self.client_context = client_context
        self.name = name
        super().__init__(address, target)

    def reach(self):
        return self.client_context.wrap_socket(super().reach(),
                                               server_hostname=self.name)

    def serve(self, connection):
        tls = self.server_context.wrap_socket(connection, server_side=True)
        super().serve(tls)

    def pump(self, client, server):
        # One thread, since OpenSSL lets only one use a connection at a time; and
        # nobody waits for bytes, since what makes select() return may be a
        # session ticket.
        ways = ((client, server, self.forward), (server, client, self.back))
        try:
            while True:
                if not (client.pending() or server.pending()):
                    select.select([client, server], [], [])
                for source, sink, move in ways:
                    if not self.pass_on(source, sink, move):
                        return
        except (OSError, ValueError):
            pass
        finally:
            client.close()
            server.close()

    @staticmethod
    def pass_on(source, sink, move):
        """What has come, if anything. False: the end."""
        source.settimeout(0)
        sink.settimeout(None)
        try:
            return move(source, sink)
        except ssl.SSLWantReadError:
            return True


class SilentDatagrams:
    """A UDP port that takes everything and answers nothing."""

    def __init__(self, address):
        self.sock = socket.socket(type=socket.SOCK_DGRAM)
        self.sock.bind(address)

    def stop(self):
        self.sock.close()


class Dns:
    """Answers A questions from a table, everything else by "no such name"
    (RFC 1035 4.1), and keeps the questions."""

    def __init__(self, address, table):
        self.table = table
        self.questions = []
        self.sock = socket.socket(type=socket.SOCK_DGRAM)
        self.sock.bind(address)
        self.sock.settimeout(0.2)
        self.running = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.running:
            try:
                query, peer = self.sock.recvfrom(4096)
                self.sock.sendto(self.answer(query), peer)
            except TimeoutError:
                continue
            except (OSError, IndexError, struct.error):
                continue

    def answer(self, query):
        name, end = self.question(query)
        kind, = struct.unpack_from('>H', query, end)
        self.questions.append((name, kind))
        question = query[12:end + 4]
        address = self.table.get(name)
        if address is None:
            return query[:2] + struct.pack('>5H', 0x8183, 1, 0, 0, 0) + question
        if kind != 1:
            return query[:2] + struct.pack('>5H', 0x8180, 1, 0, 0, 0) + question
        record = struct.pack('>3HIH', 0xc00c, 1, 1, 60, 4)
        return (query[:2] + struct.pack('>5H', 0x8180, 1, 1, 0, 0) + question
                + record + socket.inet_aton(address))

    @staticmethod
    def question(query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode('latin-1'))
            at += 1 + query[at]
        return '.'.join(labels).lower(), at + 1

    def stop(self):
        self.running = False
        self.thread.join(5)
        self.sock.close()
