#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Errors that the user can do something about say what: an option, a file, a
command. The table holds the error, and the remedy in the words of the command line."""

import contextlib
import gzip
import json
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
CLI = contract.ROOT / 'examples' / 'cli'

NOWHERE = ['--dns', '127.0.0.1:1', '--timeout', '5']
# (arguments, what is wrong, what helps). {name} is a file or a port of main().
USAGE = (
    ('list -l {example} -H ldap://a.example', 'exclude', 'leave one out'),
    ('list -l {example} -Z', 'live directory', '--uri'),
    ('list -H ldap://127.0.0.1 -x -D cn=a', 'password', '-y FILE or -W'),
    ('list -H ldap://127.0.0.1 -y {example}', '--password-file', '--bind-dn'),
    ('list -l {example} --key {example}', '--key', '--cert'),
    ('list -l', '-l', 'FILE'),
    ('list --site', '--site', 'SITE'),
    ('list -l {example} --timeout 0', '--timeout', 'whole seconds from 1'),
    ('list -l {example} --at yesterday', '--at', '2026-01-31'),
    ('list -l {example} -P word', '--profile', 'outlook, ews, learn or oxdisco'),
    ('list -l {example} -s HK', 'no site "HK"', '"HQ", "Branch"'),
    ('list -l {example} -s=', 'no site', '"HQ", "Branch"'),
    ('list -l {example} -m ann', 'not a mail address', 'one "@"'),
    ('list -l {example} --ldif-at {example}', '--ldif-at', 'LDAP://HOST=FILE'),
    ('list -l {example} --resolve a.example', '--resolve',
     'HOST:PORT:ADDRESS'),
    ('list -H dc1.corp.example', 'not "dc1.corp.example"',
     'ldap://dc1.corp.example'),
    ('list -d ldap://dc1.corp.example', 'not a URL', 'dc1.corp.example'),
    ('observe', 'what to look at', 'HOST or HOST:PORT'),
    ('observe a.example:x', 'port', 'from 1 to 65535'),
    ('save -l {example}', 'where to save', 'FILE, or -'),
    ('save {copy} -l {copy}', 'would overwrite', 'name another file'),
    ('predict -l {example} --csv', '--csv', '--json'),
    ('sites -l {example} -s HQ', '--site', '"adscp list"'),
    ('list -l {example} -w 5', '--warning', 'check'),
    ('list -l {example} --observe', '--observe', 'predict, coverage, report, whatif, advise, check and save'),
    ('check -l {example} -w 5 -c 10', '--warning', 'more days'),
    ('check -l {example} --format xml', '--format', 'nagios or prometheus'),
    ('check -l {example} --alert-as bad', '--alert-as',
     'ok, warning, critical or unknown'),
    ('list -H ldap://127.0.0.1:1 -x -D cn=a -W', 'password', '-y FILE'),
    ('list -l {example} -Y PLAIN', 'PLAIN', 'GSSAPI, GSS-SPNEGO or EXTERNAL'),
)
FAILED = (
    ('list -l {gzip}', 'compressed by gzip', 'hint: "zcat FILE | adscp ... -l -"'),
    ('list -l {csv}', 'not an LDIF file', 'hint: "ldapsearch -LLL"'),
    ('list -l {empty}', 'the file is empty', 'hint: "ldapsearch -LLL"'),
    ('list {nowhere}', 'no domain', '-d names the domain'),
    ('list -d corp.example {nowhere}', 'DNS', '-H names a domain controller'),
    ('list -x -H ldap://dc1.corp.example {nowhere}', 'DNS', '--resolve'),
    ('list -x -H ldap://127.0.0.1:1', 'cannot connect', '-H names another'),
    ('list -x -H ldap://127.0.0.1:{mute} --timeout 1', 'in time', '--timeout'),
    ('list -x -H ldap://127.0.0.1:{web}', 'not an LDAP message', 'port 389'),
    ('list -x -H ldaps://127.0.0.1:{web}', 'TLS', 'port 636'),
    ('list -x -H ldaps://127.0.0.1:{tls}', 'self-signed', '--ca FILE'),
    ('list -x -H ldap://127.0.0.1:{ldap}?1', 'requires a bind', 'add -D'),
    ('list -x -H ldap://127.0.0.1:{ldap}?8', 'insists on', '-Z (StartTLS)'),
    ('list -x -H ldap://127.0.0.1:{ldap}?13', 'insists on', 'ldaps://'),
    ('list -H ldap://127.0.0.1:{ldap}?50 -x -D cn=a -y {secret}',
     'in clear: use TLS', '-Z (StartTLS)'),
)


class Server:
    def __init__(self, behave):
        self.behave = behave
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.socket.accept()
            threading.Thread(target=self.have, args=[peer], daemon=True).start()

    def have(self, peer):
        with contextlib.suppress(OSError):
            self.behave(peer)
        peer.close()


def mute(peer):
    while peer.recv(4096):
        pass


def web(peer):
    peer.recv(4096)
    peer.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n')
    mute(peer)


def ldap(code):
    """Grants a bind, and refuses every search with this result."""
    def behave(peer):
        while True:
            request = peer.recv(4096)
            if not request:
                return
            number, operation = request[4], request[5]
            if request[1] & 0x80:  # a length in more than one byte
                start = 2 + (request[1] & 0x7f)
                number, operation = request[start + 2], request[start + 3]
            tag, result = {0x60: (0x61, 0), 0x63: (0x65, code)}.get(
                operation, (None, None))
            if tag is None:
                return
            peer.sendall(bytes([0x30, 12, 2, 1, number, tag, 7, 10, 1, result, 4,
                                0, 4, 0]))
    return behave


def tls(folder):
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout',
         folder / 'key.pem', '-out', folder / 'tls.pem', '-days', '30', '-subj',
         '/CN=a.example', '-addext', 'subjectAltName=IP:127.0.0.1'],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / 'tls.pem', folder / 'key.pem')

    def behave(peer):
        mute(context.wrap_socket(peer, server_side=True))
    return behave


def adscp(words):
    done = subprocess.run(
        [ADSCP, *words], check=False, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=60, start_new_session=True)
    return done.returncode, done.stdout + done.stderr


def words_of(line, names):
    """"?CODE" behind a port is the answer of that server."""
    line = re.sub(r'\{ldap\}\?(\d+)',
                  lambda match: str(Server(ldap(int(match[1]))).port), line)
    return line.format(**names).split()


def test_table(rows, names, statuses):
    for line, wrong, remedy in rows:
        words = words_of(line, names)
        status, text = adscp(words)
        contract.check(f'{line}: {remedy}', status in statuses and wrong in text
                       and remedy in text, status, text)
        if words[0] == 'check':
            continue
        if '--csv' in words or words[0] == 'save':
            continue
        # JSON has both as well, in "text" or in "hint".
        text = adscp([words[0], '--json', *words[1:]])[1]
        error = json.loads(text)['error']
        told = f'{error["text"]} hint: {error["hint"]}'
        contract.check('... as JSON', remedy in told, told)


def test_causes():
    """A hint is found by words of the library: it is lost where they change."""
    def strings(text):
        text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
        return [''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', found)) for found in
                re.findall(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*',
                           text)]

    said = [text for path in (contract.ROOT / 'lib').rglob('*.[ch]')
            for text in strings(path.read_text())]
    table = (CLI / 'hint.c').read_text()
    causes = re.findall(r'\{ADSCP_E_\w+, \w+,\s*"([^"]*)"', table)
    openssl = {'issuer certificate', 'self-signed certificate',
               'unable to verify the first certificate', 'wrong version number',
               'certificate has expired'}
    contract.check('there are hints', len(causes) > 25, len(causes))
    contract.check_empty('every cause is said by the library', [
        cause for cause in causes if cause not in openssl and
        not any(cause in text for text in said)])


def main():
    contract.behind_sanitizer()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        text = EXAMPLE.read_bytes()
        for file, content in (('copy', text), ('gzip', gzip.compress(text)),
                              ('csv', b'a,b,c\n1,2,3\n'), ('empty', b''),
                              ('secret', b'secret\n')):
            (folder / file).write_bytes(content)
        (folder / 'secret').chmod(0o600)
        names = {file.name: file for file in folder.iterdir()}
        names |= {'example': EXAMPLE, 'nowhere': ' '.join(NOWHERE),
                  'mute': Server(mute).port, 'web': Server(web).port,
                  'tls': Server(tls(folder)).port}
        test_table(USAGE, names, (1, 3))
        test_table(FAILED, names, (1, 2))
    test_causes()
    contract.finish()


main()
