#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the certificates in this folder anew, with other keys: what cases expect
(hashes, serial numbers) has to be regenerated afterwards. The keys are not kept.

usage: make.py"""
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / 'tls'))
from certificates import CA, SERVER, Maker  # noqa: E402

START, END = '20240101000000Z', '20340101000000Z'
SETUP = ('basicConstraints=critical,CA:FALSE', 'subjectKeyIdentifier=none',
         'keyUsage=critical,digitalSignature,keyEncipherment', SERVER)


def names(*hosts):
    return 'subjectAltName=' + ','.join(f'DNS:{host}' for host in hosts)


class Keys(Maker):
    """A key of its own for each certificate."""

    def issue(self, name, subject, *extensions, key='ec', start=START, end=END,
              **options):
        self.keys.clear()
        made = super().issue(name, subject, *extensions, key=key, start=start,
                             end=end, **options)
        made.key = made.key.rename(self.directory / f'{name}.key')
        shutil.copy(made.pem, HERE)
        return made


def make(maker):
    def server(name, *hosts, issuer, extensions=(SERVER,), **options):
        hosts = hosts or (f'{name}.contoso.com', name.upper())
        maker.issue(name, f'/CN={hosts[0]}', names(*hosts), *extensions,
                    issuer=issuer, **options)

    def setup(name, fqdn, **options):
        maker.issue(name, f'/CN={name.upper()}', names(name.upper(), fqdn),
                    *SETUP, **{'key': 'rsa:2048', 'digest': 'sha1', **options})

    def authority(name, subject, **options):
        return maker.issue(name, f'/CN={subject}', *CA,
                           **{'end': '20400101000000Z', **options})

    root = authority('root', 'Golden Root CA')
    public = authority('public', 'Public Root CA')
    # Before its own certificates, it ends itself.
    issuing = authority('issuing', 'Golden Issuing CA', issuer=root,
                        end='20270101000000Z')
    logon = authority('logon', 'Logon CA')
    hidden = authority('hidden', 'Hidden CA', issuer=public)

    server('rooted', issuer=root)
    server('below', issuer=issuing)
    server('logons', issuer=logon)
    server('sold', issuer=public)
    server('fetched', issuer=hidden, extensions=(
        SERVER, 'authorityInfoAccess=caIssuers;URI:http://pki.example/ca.crt'))
    server('wrong', 'other.contoso.com', issuer=root)
    server('star', '*.contoso.com', issuer=root)
    server('past', issuer=root, end='20250601000000Z')
    server('future', issuer=root, start='20260601000000Z')
    server('client', issuer=root, extensions=('extendedKeyUsage=clientAuth',))
    server('short', issuer=root, key='rsa:512')
    server('shared', 'mail.contoso.com', issuer=root)
    setup('setup', 'setup.contoso.com')
    setup('moved', 'moved.contoso.com')
    setup('alias', 'alias.contoso.com')
    setup('second', 'second.contoso.com')
    # Of another time: a digest and a key that nobody certifies any more.
    aged = authority('aged', 'Aged Public CA')
    server('digest', issuer=aged, key='rsa:2048', digest='sha1')
    server('weak', issuer=aged, key='rsa:1024')
    # Of the scenario of KB2006728, at its own time.
    setup('ex10', 'ex10.corp.example', start='20100602142136Z',
          end='20150602142136Z')
    corp = authority('corp-ca', 'Corp-CA', start='20080101000000Z',
                     end='20180101000000Z')
    server('ex07', 'ex07.corp.example', issuer=corp, start='20110101000000Z',
           end='20170101000000Z')
    server('ex10-issued', 'ex10.corp.example', issuer=corp,
           start='20110101000000Z', end='20130101000000Z')


with tempfile.TemporaryDirectory() as name:
    make(Keys(name))
