# SPDX-License-Identifier: MIT
"""Certificates as Client Access servers have them, good and bad, made by openssl.

    made = certificates.make(directory)
    made['good'].chain, made['good'].key     PEM files for a server
    made['good'].above                       its chain without the leaf
    made['good'].ders                        what the server sends, leaf first
    made['root'].pem                         the CA that a client may trust

The names are those of one host, so that one host name can be tried with all."""

import pathlib
import subprocess

HOST = 'ex1.corp.example.test'
DAY = 86400

CONFIG = '''
[ca]
default_ca = here
[here]
database = {directory}/index
new_certs_dir = {directory}
unique_subject = no
rand_serial = yes
policy = any
default_md = sha256
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = empty
[empty]
'''

CA = ('basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign',
      'subjectKeyIdentifier=hash')
SERVER = 'extendedKeyUsage=serverAuth'
DNS = f'subjectAltName=DNS:{HOST}'


class Issued:
    """One certificate and its key; `sends` are those that go along."""

    def __init__(self, directory, name, key, sends):
        self.name = name
        self.key = key
        self.pem = directory / f'{name}.pem'
        self.chain = directory / f'{name}.chain.pem'
        self.above = directory / f'{name}.above.pem'
        self.sends = sends

    @property
    def der(self):
        return subprocess.run(['openssl', 'x509', '-in', self.pem, '-outform',
                               'DER'], check=True, capture_output=True).stdout

    @property
    def ders(self):
        return [self.der, *(each.der for each in self.sends)]


class Maker:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(exist_ok=True)
        (self.directory / 'index').touch()
        (self.directory / 'config').write_text(
            CONFIG.format(directory=self.directory))
        self.keys = {}

    def openssl(self, *words):
        done = subprocess.run(['openssl', *map(str, words)], check=False,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              cwd=self.directory)
        if done.returncode != 0:
            raise RuntimeError(f'openssl {words}: {done.stderr.decode()}')

    def key(self, kind):
        """A key of this kind ("rsa:2048", "ec"); each kind is made once."""
        if kind not in self.keys:
            path = self.directory / f'{kind.replace(":", "-")}.key'
            words = (['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
                     if kind == 'ec' else
                     ['RSA', '-pkeyopt', f'rsa_keygen_bits:{kind[4:]}'])
            self.openssl('genpkey', '-algorithm', *words, '-out', path)
            self.keys[kind] = path
        return self.keys[kind]

    def issue(self, name, subject, *extensions, issuer=None, key='rsa:2048',
              start='20240101000000Z', end='20490101000000Z', digest='sha256',
              sends=()):
        """Without an issuer, it signs itself."""
        made = Issued(self.directory, name, self.key(key), list(sends))
        request = self.directory / f'{name}.csr'
        self.openssl('req', '-new', '-config', 'config', '-key', made.key,
                     '-subj', subject, '-utf8', '-out', request)
        (self.directory / f'{name}.ext').write_text('\n'.join(extensions) + '\n')
        signer = (['-selfsign', '-keyfile', made.key] if issuer is None else
                  ['-cert', issuer.pem, '-keyfile', issuer.key])
        self.openssl('ca', '-batch', '-config', 'config', '-notext', '-in',
                     request, '-out', made.pem, '-startdate', start, '-enddate',
                     end, '-md', digest, '-extfile', f'{name}.ext', *signer)
        made.above.write_bytes(b''.join(each.pem.read_bytes()
                                        for each in made.sends))
        made.chain.write_bytes(made.pem.read_bytes() + made.above.read_bytes())
        return made


def make(directory):
    """{name: Issued}"""
    maker = Maker(directory)
    made = {}

    def add(name, *words, **options):
        made[name] = maker.issue(name, *words, **options)

    add('root', '/O=Example/CN=Example Root CA', *CA, key='ec')
    add('other-root', '/O=Elsewhere/CN=Other Root CA', *CA, key='ec')
    root = made['root']
    add('issuing', '/O=Example/CN=Example Issuing CA', *CA, issuer=root)
    issuing = made['issuing']
    subject = f'/CN={HOST}'
    add('good', subject, DNS, SERVER, issuer=root)
    add('second', subject, DNS, SERVER, issuer=root)
    add('ec', subject, DNS, SERVER, issuer=root, key='ec')
    add('chained', subject, DNS, SERVER, issuer=issuing, sends=[issuing])
    add('no-chain', subject, DNS, SERVER, issuer=issuing)
    add('other-ca', subject, DNS, SERVER, issuer=made['other-root'])
    add('wildcard', '/CN=*.corp.example.test',
        'subjectAltName=DNS:*.corp.example.test', SERVER, issuer=root)
    add('wrong-name', '/CN=mail.elsewhere.test',
        'subjectAltName=DNS:mail.elsewhere.test', SERVER, issuer=root)
    add('cn-only', subject, SERVER, issuer=root)
    add('ip-name', subject, 'subjectAltName=IP:127.0.61.1', SERVER, issuer=root)
    add('wrong-usage', subject, DNS, 'extendedKeyUsage=clientAuth', issuer=root)
    add('expired', subject, DNS, SERVER, issuer=root, start='20150101000000Z',
        end='20160101000000Z')
    add('not-yet', subject, DNS, SERVER, issuer=root, start='20480101000000Z')
    exchange = f'subjectAltName=DNS:EX1,DNS:{HOST}'
    add('self-signed', '/CN=EX1', exchange, SERVER)
    add('self-expired', '/CN=EX1', exchange, SERVER, start='20100101000000Z',
        end='20150101000000Z')
    add('weak', subject, DNS, SERVER, issuer=root, key='rsa:1024', digest='sha1')
    add('sha1', subject, DNS, SERVER, issuer=issuing, digest='sha1')
    return made
