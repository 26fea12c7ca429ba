#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The LDAP ping ([MS-ADTS] 6.3.3), written without the library that it tests.

    ping.py udp|tcp ADDRESS DOMAIN NTVER     prints the answer, in hexadecimal
"""

import socket
import struct
import sys

NAMES = ('forest', 'domain', 'host', 'netbios_domain', 'netbios_host', 'user',
         'dc_site', 'client_site')
CLOSEST = 0x80


def tlv(tag, *parts):
    body = b''.join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    return bytes([tag, 0x82]) + struct.pack('>H', len(body)) + body


def equal(name, value):
    return tlv(0xa3, tlv(4, name), tlv(4, value))


def request(domain, version):
    number = b'\x02\x01\x00'
    search = tlv(0x63, tlv(4), b'\x0a\x01\x00', b'\x0a\x01\x00', number,
                 number, b'\x01\x01\x00',
                 tlv(0xa0, equal(b'DnsDomain', domain.encode()),
                     equal(b'NtVer', struct.pack('<I', version))),
                 tlv(0x30, tlv(4, b'Netlogon')))
    return tlv(0x30, b'\x02\x01\x01', search)


def ask(kind, address, domain, version):
    """All bytes of the answer; empty if none came."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    how = socket.SOCK_DGRAM if kind == 'udp' else socket.SOCK_STREAM
    with socket.socket(family, how) as sock:
        sock.settimeout(3)
        sock.connect((address, 389))
        sock.send(request(domain, version))
        answer = sock.recv(65535)
        # One more for the message that ends the search (RFC 4511 4.5.2).
        while kind == 'tcp' and not done(answer):
            answer += sock.recv(65535)
    return answer


def elements(data):
    """(tag, value) of each BER element in these bytes."""
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7f
            size = int.from_bytes(data[at:at + count], 'big')
            at += count
        if at + size > len(data):
            raise ValueError('cut short')
        yield tag, data[at:at + size]
        at += size


def operations(answer):
    return [list(elements(message))[1] for _, message in elements(answer)]


def done(answer):
    try:
        return any(tag == 0x65 for tag, _ in operations(answer))
    except (ValueError, IndexError):
        return False


def netlogon(answer):
    """The value of the attribute, or None where no entry was returned."""
    for tag, body in operations(answer):
        if tag == 0x64:
            _, (_, attributes) = elements(body)
            for _, attribute in elements(attributes):
                (_, name), (_, values) = elements(attribute)
                if name.lower() == b'netlogon':
                    (_, value), = elements(values)
                    return value
    return None


def read_name(blob, at):
    """A name with compression (RFC 1035 4.1.4), and where the next begins."""
    labels, end = [], None
    while blob[at]:
        if blob[at] >= 0xc0:
            end = end or at + 2
            at = (blob[at] & 0x3f) << 8 | blob[at + 1]
        else:
            labels.append(blob[at + 1:at + 1 + blob[at]].decode())
            at += 1 + blob[at]
    return '.'.join(labels), end or at + 1


def decode(blob):
    """NETLOGON_SAM_LOGON_RESPONSE_EX ([MS-ADTS] 6.3.1.9)."""
    opcode, _, flags = struct.unpack_from('<HHI', blob)
    fields = {'opcode': opcode, 'flags': flags, 'guid': blob[8:24].hex()}
    at = 24
    for name in NAMES:
        fields[name], at = read_name(blob, at)
    fields['version'], lm, nt = struct.unpack('<IHH', blob[-8:])
    fields['tokens'] = (lm, nt)
    fields['rest'] = len(blob) - 8 - at
    return fields


if __name__ == '__main__':
    print(ask(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4], 0)).hex())
