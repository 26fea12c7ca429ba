# SPDX-License-Identifier: MIT
"""A DNS server for the tests, on UDP: {name: [addresses, or (port, target) or
(port, target, priority, weight) of SRV records]}, an error code (RFC 1035 4.1.1), or None for silence."""

import ipaddress
import socket
import struct
import threading

A, AAAA, SRV = 1, 28, 33


def pack(each, kind):
    """The data of a record of this kind; None: it is another's."""
    if isinstance(each, tuple):
        port, target, *order = each
        order = order or [0, 5]
        return None if kind != SRV else struct.pack('>HHH', *order, port) + b''.join(
            bytes([len(label)]) + label.encode()
            for label in [*target.split('.'), ''])
    packed = ipaddress.ip_address(each).packed
    return packed if len(packed) == {A: 4, AAAA: 16}.get(kind) else None


class Dns:
    def __init__(self, place, names, delay=0):
        self.names = names
        self.delay = delay
        self.asked = []
        self.ended = threading.Event()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(place)
        self.socket.settimeout(0.1)
        self.place = '%s:%d' % self.socket.getsockname()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join(5)
        self.socket.close()

    def serve(self):
        while not self.ended.is_set():
            try:
                query, peer = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            if self.delay:
                threading.Timer(self.delay, self.answer, (query, peer)).start()
            else:
                self.answer(query, peer)

    def answer(self, query, peer):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        name, kind = '.'.join(labels), int.from_bytes(query[at + 1:at + 3], 'big')
        self.asked.append(name)
        known = self.names.get(name, 'unknown')
        if known is None:
            return
        code = known if isinstance(known, int) else 3 * (known == 'unknown')
        rows = [] if code else [
            packed for packed in (pack(each, kind) for each in known)
            if packed is not None]
        answer = (query[:2] + struct.pack('>HHHHH', 0x8180 | code, 1, len(rows),
                                          0, 0) + query[12:at + 5])
        for packed in rows:
            answer += b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 60,
                                                len(packed)) + packed
        try:
            self.socket.sendto(answer, peer)
        except OSError:
            pass
