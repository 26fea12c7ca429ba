# SPDX-License-Identifier: MIT
"""What whole runs of the command talk to: a server that shows a certificate, and a
directory that holds its answers ready."""

import socket
import ssl
import subprocess
import threading

import server


def self_signed(folder):
    """What 127.0.0.1 shows; the certificate is the file "crt" there."""
    pair = [f'{folder}/{name}' for name in ('crt', 'key')]
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048',
                    '-nodes', '-days', '3', '-subj', '/CN=127.0.0.1',
                    '-addext', 'subjectAltName=IP:127.0.0.1',
                    '-out', pair[0], '-keyout', pair[1]], check=True,
                   stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


class Server(threading.Thread):
    """Shows a certificate, to one after another."""

    def __init__(self, context):
        super().__init__(daemon=True)
        self.context = context
        self.socket = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.place = '127.0.0.1:%d' % self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            taken = self.socket.accept()[0]
            threading.Thread(target=self.serve, args=[taken],
                             daemon=True).start()

    def serve(self, taken):
        try:
            taken.settimeout(5)
            with self.context.wrap_socket(taken, server_side=True) as secure:
                secure.recv(1)
        except OSError:
            pass


class Directory:
    """Ten SCPs."""

    def __init__(self, build):
        self.program = build / 'tests/bench/canned'

    def __enter__(self):
        self.process = subprocess.Popen([self.program, '10'],
                                        stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().strip()
        return f'ldap://127.0.0.1:{port}'

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def granting(context):
    """A directory that grants StartTLS."""
    return server.Server({'extended': lambda talk, request:
                          talk.grant_tls(request, context)})


def within(context):
    """A directory inside TLS from the first byte."""
    made = server.Server(greet=lambda talk: talk.secure(context))
    made.uri = made.uri.replace('ldap:', 'ldaps:')
    return made
