# SPDX-License-Identifier: MIT
"""Files of MIT Kerberos that a test needs, without Kerberos: a keytab and a
ticket cache that holds nothing but its owner's name."""

import struct


def _counted(data, size='>H'):
    return struct.pack(size, len(data)) + data


def _split(principal):
    """"host/pc@REALM" as bytes: the components, and the realm."""
    name, _, realm = principal.rpartition('@')
    encoded = [part.encode('latin-1') for part in name.split('/')]
    return encoded, realm.encode('latin-1')


def keytab(*keys):
    """Keys are principals, or (principal, time of the key). Version 2."""
    out = b'\x05\x02'
    for key in keys:
        principal, time = key if isinstance(key, tuple) else (key, 1)
        names, realm = _split(principal)
        entry = (struct.pack('>H', len(names)) + _counted(realm)
                 + b''.join(map(_counted, names))
                 + struct.pack('>IIBH', 1, time, 1, 18) + _counted(bytes(32)))
        out += struct.pack('>i', len(entry)) + entry
    return out


def ticket_cache(owner):
    """Version 4, without a header and without tickets."""
    names, realm = _split(owner)
    return (b'\x05\x04\0\0' + struct.pack('>II', 1, len(names))
            + _counted(realm, '>I')
            + b''.join(_counted(name, '>I') for name in names))
