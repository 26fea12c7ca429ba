#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the certificates in this folder anew, with other keys: what cases expect
(hashes, serial numbers) has to be regenerated afterwards. The keys are not kept.

usage: make.py

Of a server `x`: its name is x.fabrikam.example unless it says otherwise. Who is
renewed or certified by several keeps the key that its first certificate has."""
import base64
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / 'tls'))
from certificates import CA, SERVER, Maker  # noqa: E402

START, END = '20240101000000Z', '20340101000000Z'
APPLICATION_POLICIES = '1.3.6.1.4.1.311.21.10'
OLD_NAMES = '2.5.29.7'
IS_CA = 'basicConstraints=critical,CA:TRUE'
KINDS = {'p256': ('EC', '-pkeyopt', 'ec_paramgen_curve:P-256'),
         'p384': ('EC', '-pkeyopt', 'ec_paramgen_curve:P-384'),
         'ed25519': ('ED25519',)}


def oids(*dotted):
    """A SEQUENCE of SEQUENCEs of one OBJECT IDENTIFIER each, as openssl.cnf has
    it. Each number here is below 2 ** 28."""
    def encoded(text):
        first, second, *rest = map(int, text.split('.'))
        out = b''
        for number in [40 * first + second, *rest]:
            groups = [number >> shift & 127 for shift in (21, 14, 7, 0)]
            while len(groups) > 1 and groups[0] == 0:
                groups.pop(0)
            out += bytes([each | 128 for each in groups[:-1]] + groups[-1:])
        return wrap(0x30, wrap(0x06, out))

    def wrap(tag, content):
        return bytes([tag, len(content)]) + content

    return 'DER:' + wrap(0x30, b''.join(map(encoded, dotted))).hex()


SERVER_POLICY = oids('1.3.6.1.5.5.7.3.1')
CLIENT_POLICY = oids('1.3.6.1.5.5.7.3.2')


def forge(pem):
    """The last byte, which belongs to the signature."""
    lines = pem.read_text().splitlines()
    der = bytearray(base64.b64decode(''.join(lines[1:-1])))
    der[-1] ^= 1
    pem.write_text('\n'.join([lines[0], base64.encodebytes(bytes(der)).decode()
                              .strip(), lines[-1], '']))


class Keys(Maker):
    """A key for each "KIND PARTY"; of a certificate that does not say, P-256 and
    its own name."""

    def key(self, kind):
        kind, _, party = kind.partition(' ')
        if party not in self.keys:
            path = self.directory / f'{party}.key'
            words = KINDS.get(kind) or ('RSA', '-pkeyopt',
                                        f'rsa_keygen_bits:{kind[4:]}')
            self.openssl('genpkey', '-algorithm', *words, '-out', path)
            self.keys[party] = path
        return self.keys[party]

    def issue(self, name, subject, *extensions, key='p256', party=None,
              start=START, end=END, **options):
        made = super().issue(name, subject, *extensions, start=start, end=end,
                             key=f'{key} {party or name}', **options)
        shutil.copy(made.pem, HERE)
        return made

    def authority(self, name, subject, *extensions, **options):
        return self.issue(name, f'/CN={subject}', *(extensions or CA), **options)

    def server(self, name, issuer, *extensions, subject=None, **options):
        names = f'subjectAltName=DNS:{name}.fabrikam.example'
        self.issue(name, subject or '/O=Fabrikam', *(extensions or (names, SERVER)),
                   issuer=issuer, **options)

    def other(self, name, issuer, *extensions, **options):
        """With its ordinary name, and more."""
        self.server(name, issuer, f'subjectAltName=DNS:{name}.fabrikam.example',
                    *extensions, **options)


def make_paths(make, root, old_root):
    """Several ways from a server to a root."""
    # The authority was renewed with its key; its first certificate is over.
    first = make.authority('renewed-ca-old', 'Renewed CA', issuer=root,
                           key='rsa:2048', party='renewed', end='20250601000000Z')
    make.authority('renewed-ca-new', 'Renewed CA', issuer=root, key='rsa:2048',
                   party='renewed', end='20280601000000Z')
    make.server('renewed', first, key='rsa:2048')
    # Certified by the old root, which nobody trusts any more, and the new one.
    first = make.authority('crossed-ca-old', 'Crossed CA', issuer=old_root,
                           key='p384', party='crossed')
    make.authority('crossed-ca-new', 'Crossed CA', issuer=root, key='p384',
                   party='crossed')
    make.server('crossed', first)
    # The new root's own certificate by the old one: only the old one is trusted.
    young = make.authority('young-root', 'Young Root', key='ed25519')
    make.authority('young-root-by-old', 'Young Root', issuer=old_root,
                   party='young-root')
    make.server('young', young, key='ed25519')
    # One way is for other names, the other one is not.
    first = make.authority('narrow-ca', 'Wide CA', *CA,
                           'nameConstraints=critical,permitted;DNS:contoso.example',
                           issuer=root, key='ed25519', party='wide')
    make.authority('wide-ca', 'Wide CA', issuer=root, key='ed25519', party='wide')
    make.server('wide', first)
    # Another key under the name of the issuer.
    first = make.authority('real-ca', 'Twin CA', issuer=root)
    make.authority('false-ca', 'Twin CA', issuer=root, key='ed25519')
    make.server('twin', first)
    # Each way has a fault: out of date is better than another use.
    first = make.authority('faulty-ca-late', 'Faulty CA', issuer=root,
                           party='faulty', end='20250601000000Z')
    make.authority('faulty-ca-client', 'Faulty CA', *CA,
                   'extendedKeyUsage=clientAuth', issuer=root, party='faulty')
    make.server('faulty', first)
    # Two that certified each other, and a root that certified one of them.
    round_a = make.authority('round-a', 'Round A', party='round-a')
    round_b = make.authority('round-b', 'Round B', party='round-b')
    make.authority('round-a-by-b', 'Round A', issuer=round_b, party='round-a')
    make.authority('round-b-by-a', 'Round B', issuer=round_a, party='round-b')
    make.authority('round-b-by-root', 'Round B', issuer=root, party='round-b')
    make.server('circle', round_a)
    # Key identifiers that do not fit exclude nobody.
    first = make.authority('unfit-ca', 'Unfit CA', IS_CA,
                           'subjectKeyIdentifier=0102030405', issuer=root)
    make.other('unfit', first, 'authorityKeyIdentifier=none',
               '2.5.29.35=DER:3007800505040302ff')
    # A root whose own signature is broken, and that nobody trusts.
    broken = make.authority('broken-root', 'Broken Root', key='p384')
    make.server('broken', broken)
    forge(HERE / broken.pem.name)


def make_authorities(make, root):
    """Issuers that may not, or not so."""
    def under(name, *extensions, **options):
        make.server(name, make.authority(f'{name}-ca', f'{name.title()} CA',
                                         *extensions, issuer=root, **options))

    under('plain', 'subjectKeyIdentifier=hash')  # no basicConstraints
    under('leaf', 'basicConstraints=CA:FALSE')
    under('crl-only', IS_CA, 'keyUsage=cRLSign')
    under('no-usage', IS_CA, 'keyUsage=DER:030100')
    under('policy-odd', IS_CA, APPLICATION_POLICIES + '=DER:0101')
    under('explicit', IS_CA, 'certificatePolicies=1.2.3.4',
          'policyConstraints=critical,requireExplicitPolicy:0')
    under('weak', key='rsa:1016')
    top = make.authority('shallow-top', 'Shallow Top', IS_CA + ',pathlen:0',
                         issuer=root)
    make.server('shallow', make.authority('shallow-ca', 'Shallow CA',
                                          issuer=top, key='ed25519'))
    # Names of hosts are permitted, and the server has none.
    narrow = make.authority('nameless-ca', 'Nameless CA', IS_CA,
                            'nameConstraints=permitted;DNS:fabrikam.example',
                            issuer=root)
    make.server('nameless', narrow, 'subjectAltName=IP:10.20.30.40', SERVER)


def make_servers(make, root):
    """What a server's own certificate says."""
    make.server('odd-eku', root, 'subjectAltName=DNS:odd-eku.fabrikam.example',
                'extendedKeyUsage=DER:0101')
    make.server('odd-names', root, 'subjectAltName=DER:30058211', SERVER,
                subject='/CN=odd-names.fabrikam.example')
    make.server('signs', root, 'subjectAltName=DNS:signs.fabrikam.example',
                'basicConstraints=CA:FALSE',
                'keyUsage=digitalSignature,keyCertSign')
    make.other('policy-client', root, SERVER,
               f'{APPLICATION_POLICIES}={CLIENT_POLICY}')
    make.other('policy-server', root, 'extendedKeyUsage=clientAuth',
               f'{APPLICATION_POLICIES}={SERVER_POLICY}', key='ed25519')
    make.other('policy-empty', root, SERVER, f'{APPLICATION_POLICIES}=DER:3000')
    make.server('two-names', root, SERVER,
                subject='/CN=Mail/CN=two-names.fabrikam.example')
    make.server('beside-address', root, 'subjectAltName=IP:10.9.8.7', SERVER,
                subject='/CN=beside-address.fabrikam.example')
    make.server('address', root, 'subjectAltName=IP:10.20.30.41', SERVER)
    host = b'old-names.fabrikam.example'
    make.server('old-names', root, SERVER, f'{OLD_NAMES}=DER:'
                + (bytes([0x30, len(host) + 2, 0x82, len(host)]) + host).hex())
    make.server('rsa-1023', root, key='rsa:1023')


with tempfile.TemporaryDirectory() as folder:
    maker = Keys(folder)
    trusted = maker.authority('root', 'Fabrikam Root', key='p384')
    make_paths(maker, trusted, maker.authority('old-root', 'Old Root',
                                               key='rsa:2048'))
    make_authorities(maker, trusted)
    make_servers(maker, trusted)
