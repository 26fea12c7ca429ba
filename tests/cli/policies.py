#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What people are told where policies decide: SCPs that are skipped, certificates on
the Disallowed list, hosts that Outlook 2013 asks at the same time; and words about a
certificate that agree with each other."""

import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

for folder in ('contract', 'golden'):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import contract  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2016, Forest, der, element)

ADSCP = contract.build() / 'examples' / 'adscp'
PEMS = contract.ROOT / 'tests' / 'golden' / 'certificates'
WHO = ['-s', 'HQ', '-m', 'ann@contoso.com', '-t', '2025-06-01']
STORE = 'HKEY_LOCAL_MACHINE\\Software\\Policies\\Microsoft\\SystemCertificates\\Disallowed\\Certificates'
KEY = 'HKEY_CURRENT_USER\\Software\\Policies\\Microsoft\\Office\\{}\\Outlook\\AutoDiscover'


def adscp(*words):
    return subprocess.run([ADSCP, *words], check=False, timeout=60, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, LC_ALL='C.UTF-8', COLUMNS='9999')).stdout


def predict(*words):
    """(what people read, in one line; the findings)"""
    text = adscp('predict', *words)
    found = json.loads(adscp('predict', '--json', *words))['findings']
    return re.sub(r'\s+', ' ', text), {row['code']: row['text'] for row in found}


def reg(name, key, value):
    pathlib.Path(name).write_text(
        f'Windows Registry Editor Version 5.00\r\n\r\n[{key}]\r\n{value}\r\n', newline='')
    return ['--policy', name]


def disallow(name):
    data = der(name)
    blob = struct.pack('<III', 32, 1, len(data)) + data
    return reg('disallowed.reg', f'{STORE}\\{hashlib.sha1(data).hexdigest()}',
               '"Blob"=hex:' + ','.join(f'{byte:02x}' for byte in blob))


def forest(name, certificate, *roots):
    made = Forest('DC=contoso,DC=com')
    made.site('HQ')
    if roots:
        made.authority('Certification Authorities', *roots)
    made.server('ROOTED', EX2016, 16439, 'HQ', element(der(certificate)))
    made.mailbox('ann', 'ROOTED')
    made.write(f'{name}.ldif')
    return ['-l', f'{name}.ldif', *WHO]


def test_disallowed():
    for name, listed in (('its own', 'rooted'), ("its CA's", 'root')):
        words = [*forest('good', 'rooted', 'root'), *disallow(listed)]
        text, _ = predict(*words)
        contract.check(f'{name} certificate is on the list: it is not merely unknown',
                       'on the Disallowed list; forecast' in text and
                       'untrusted issuer;' not in text and
                       'Publish the ' not in text, text)
        line = adscp('check', *words)
        contract.check('... and so says check', '(on the Disallowed list)' in line, line)
        document = json.loads(adscp('predict', '--json', *words))
        contract.check('... while JSON keeps its word', document['alert']['reasons'] ==
                       ['untrusted-issuer'], document['alert'])


def test_skipped():
    words = forest('good', 'rooted', 'root')
    text, _ = predict(*words, '--client', 'outlook-2016', '--assume',
                      f'contoso.com={PEMS / "wrong.pem"}',
                      *reg('skip.reg', KEY.format('16.0'), '"ExcludeScpLookup"=dword:1'))
    contract.check('where the SCPs are skipped, that is why', 'Reached because the client '
                   'skips the SCPs (ExcludeScpLookup), and the mail domain comes next' in
                   text and 'no SCP leads anywhere' not in text, text)
    none = Forest('DC=contoso,DC=com')
    none.site('HQ')
    none.write('none.ldif')
    text, _ = predict('-l', 'none.ldif', *WHO, '--assume',
                      f'contoso.com={PEMS / "wrong.pem"}')
    contract.check('where there is none, no SCP leads anywhere', 'Reached because no SCP '
                   'leads anywhere, and the mail domain comes next' in text, text)


def test_beside():
    """Of two hosts that are asked at the same time, both may be wrong."""
    words = [*forest('good', 'rooted', 'root'), '--client', 'outlook-2013']
    both = [f'--assume={host}={PEMS / "wrong.pem"}'
            for host in ('contoso.com', 'autodiscover.contoso.com')]
    text, _ = predict(*words, *both)
    helps = text.partition('What helps')[2].partition('The steps')[0]
    contract.check('what helps names both', 'Give contoso.com a' in helps and
                   'Give autodiscover.contoso.com a' in helps, text)
    text, _ = predict(*words, *both, *reg('root.reg', KEY.format('15.0'),
                                          '"ExcludeHttpsRootDomain"=dword:1'))
    helps = text.partition('What helps')[2].partition('The steps')[0]
    contract.check('... but for the one that a policy keeps it from',
                   'Give contoso.com' not in helps and
                   'Give autodiscover.contoso.com a' in helps, text)


def openssl(*words):
    subprocess.run(['openssl', *words], check=True, capture_output=True, timeout=60)


def issue(name, bits, digest):
    """A chain of a CA and a server, valid from today on."""
    if not os.path.exists('ca.pem'):
        openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key',
                '-out', 'ca.pem', '-subj', '/CN=Old CA', '-days', '300')
    openssl('req', '-newkey', f'rsa:{bits}', '-nodes', '-keyout', f'{name}.key', '-out',
            f'{name}.csr', '-subj', '/CN=rooted.contoso.com')
    pathlib.Path('ext').write_text('subjectAltName=DNS:rooted.contoso.com\n')
    openssl('x509', '-req', '-in', f'{name}.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key',
            f'-{digest}', '-days', '200', '-out', f'{name}.pem', '-extfile', 'ext',
            '-set_serial', '7')
    with open(f'{name}.pem', 'a', encoding='ascii') as file:
        file.write(pathlib.Path('ca.pem').read_text())


def test_old_certificates():
    """The finding and the note say the same of one certificate."""
    issue('md5', 2048, 'md5')
    issue('short', 1024, 'sha256')
    issue('weak', 1000, 'sha256')
    words = forest('good', 'rooted', 'root')[:-2]
    for name, code, wanted, others in (
            ('md5', 'cert-md5', {'own': 'newer Windows may refuse',
                                 'public': 'newer Windows may refuse'}, ('cert-sha1',)),
            ('short', 'cert-weak-key', {
                'own': "takes it below a company's own root, but newer Windows not below "
                       'a public one', 'public': 'newer Windows refuses it below a public '
                                                 'root'}, ('cert-md5', 'cert-sha1')),
            ('weak', 'cert-weak-key', {'own': 'Windows refuses it (KB2661254), unless the '
                                       'registry says otherwise'}, ('cert-md5',))):
        for kind, sentence in wanted.items():
            trust = ['--trust' if kind == 'own' else '--roots', 'ca.pem']
            text, found = predict(*words, f'--assume=rooted.contoso.com={name}.pem', *trust)
            contract.check(f'{name}, below a root of the {kind} kind', sentence in
                           found.get(code, '') and not set(others) & found.keys() and
                           'still takes it' not in text, found)
    _, found = predict(*words, '--assume=rooted.contoso.com=md5.pem', '--trust', 'ca.pem')
    contract.check('MD5 has a finding of its own', 'MD5 or older' in
                   found.get('cert-md5', ''), found)
    self = ['req', '-x509', '-newkey', 'rsa:1000', '-nodes', '-keyout', 'self.key', '-out',
            'self.pem', '-subj', '/CN=rooted.contoso.com', '-days', '200', '-addext',
            'subjectAltName=DNS:rooted.contoso.com']
    openssl(*self)
    _, found = predict(*words, '--assume=rooted.contoso.com=self.pem')
    contract.check('of one that is not trusted anyway, nobody knows',
                   'Windows may refuse it (KB2661254)' in found['cert-weak-key'], found)


def test_support():
    """Until when updates are sold is told as long as they are."""
    words = forest('good', 'rooted', 'root')[:-2]
    for day, told in (('2025-10-14', None), ('2025-10-15', True), ('2026-10-31', True),
                      ('2026-11-01', False), ('2030-01-01', False)):
        found = predict(*words, '-t', day)[1].get('server-out-of-support')
        contract.check(f'{day}: support', found is None if told is None else
                       found is not None and ('until October 2026' in found) == told,
                       found)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        test_disallowed()
        test_skipped()
        test_beside()
        test_old_certificates()
        test_support()
        os.chdir('/')
    contract.finish()


main()
