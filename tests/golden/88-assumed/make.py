# SPDX-License-Identifier: MIT
"""What a port will show, by the caller's word: in each container, at the host
that alerts, at one that did not, and at one where nobody comes."""
import pathlib

from organisation import (EX2007_SP3, EX2010_SP2, Forest, der, element, fetch,
                          setup)


def tlv(tag, *parts):
    """One element of DER."""
    content = b''.join(parts)
    length = len(content)
    head = bytes([length]) if length < 128 else b'\x82' + length.to_bytes(2, 'big')
    return bytes([tag]) + head + content


def pkcs7(*certificates):
    """SignedData that holds certificates and nothing else."""
    oid = bytes.fromhex('06092a864886f70d01')
    return tlv(0x30, oid + b'\x07\x02', tlv(0xa0, tlv(
        0x30, b'\x02\x01\x01', tlv(0x31), tlv(0x30, oid + b'\x07\x01'),
        tlv(0xa0, *certificates), tlv(0x31))))


forest = Forest('DC=corp,DC=example')
forest.site('S1')
forest.site('S2')
forest.server('EX07', EX2007_SP3, 36, 'S1', element(der('ex07')), created=2008)
forest.server('EX10', EX2010_SP2, 38, 'S1', setup('ex10'), created=2010)
forest.mailbox('ann', 'EX10')
forest.mailbox('bob', 'EX07')
forest.authority('Certification Authorities', 'corp-ca')
forest.write('forest.ldif')
fetch('ex10-issued', 'corp-ca', 'wrong')
pathlib.Path('issued.der').write_bytes(der('ex10-issued'))
pathlib.Path('issued.p7b').write_bytes(pkcs7(der('ex10-issued'), der('corp-ca')))
