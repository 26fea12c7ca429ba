# SPDX-License-Identifier: MIT
"""Real TLS servers on loopback, as fake Client Access servers: those of OpenSSL,
GnuTLS and NSS. Each has an address of its own, NET.N, and the same port.

    with Servers(directory, build) as servers:
        place = servers.openssl(made['good'], '-tls1_2')
        place = servers.gnutls(made['good'], 'NORMAL:-VERS-ALL:+VERS-TLS1.0')
        place = servers.nss(made['good'], '-V', 'tls1.0:tls1.2')
        servers.wait()            until all of them listen

A place is (address, port)."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import tap

PORT = 24443


def environment(**more):
    """Without what would change a server's mind; sanitizers are for us."""
    return {'PATH': '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
            'LC_ALL': 'C.UTF-8', **more}


class Servers:
    def __init__(self, directory, build, net='127.0.61'):
        self.directory = pathlib.Path(directory)
        self.shim = pathlib.Path(build) / 'tests' / 'tls' / 'loopback.so'
        self.net = net
        self.next = 1
        self.running = {}
        self.databases = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process, _ in self.running.values():
            process.kill()
        for process, log in self.running.values():
            process.wait()
            log.close()

    def place(self):
        """A new address, for whoever wants to listen there."""
        self.next += 1
        return f'{self.net}.{self.next - 1}', PORT

    def start(self, place, command, **more):
        log = open(self.directory / f'{place[0]}.log', 'wb')
        process = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'KILL', *map(str, command)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env=environment(**more), cwd=self.directory)
        self.running[place] = process, log
        return place

    def openssl(self, issued, *words):
        """s_server; ciphers of any strength."""
        place = self.place()
        if '-cipher' not in words:
            words = ('-cipher', 'ALL:@SECLEVEL=0', *words)
        chain = [] if not issued.sends else ['-cert_chain', issued.above]
        return self.start(place, [
            'openssl', 's_server', '-accept', f'{place[0]}:{place[1]}', '-cert',
            issued.pem, '-key', issued.key, *chain, '-quiet', '-www', *words])

    def gnutls(self, issued, priority, *words):
        place = self.place()
        return self.start(place, [
            'gnutls-serv', '-q', '--http', '-p', place[1], '--x509certfile',
            issued.chain, '--x509keyfile', issued.key, '--priority', priority,
            *words], LD_PRELOAD=str(self.shim), LOOPBACK=place[0])

    def database(self, issued):
        """NSS keeps certificate and key in a database."""
        if issued.name not in self.databases:
            path = self.directory / f'{issued.name}.nss'
            path.mkdir()
            for command in (
                    ['certutil', '-N', '-d', f'sql:{path}', '--empty-password'],
                    ['openssl', 'pkcs12', '-export', '-in', issued.chain,
                     '-inkey', issued.key, '-name', issued.name, '-passout',
                     'pass:', '-out', path / 'p12'],
                    ['pk12util', '-i', path / 'p12', '-d', f'sql:{path}', '-W',
                     '']):
                subprocess.run(list(map(str, command)), check=True,
                               stdin=subprocess.DEVNULL, capture_output=True,
                               env=environment())
            self.databases[issued.name] = path
        return self.databases[issued.name]

    def nss(self, issued, *words):
        place = self.place()
        return self.start(place, [
            'selfserv', '-d', f'sql:{self.database(issued)}', '-n', issued.name,
            '-p', place[1], *words], LD_PRELOAD=str(self.shim),
                          LOOPBACK=place[0])

    def wait(self, seconds=20):
        """Until every server takes connections; one that ended is an error."""
        end = time.monotonic() + seconds
        for place, (process, _) in self.running.items():
            while process.poll() is not None or not listens(place):
                if process.poll() is not None or time.monotonic() > end:
                    log = self.directory / f'{place[0]}.log'
                    raise RuntimeError(f'{process.args} does not start:\n' +
                                       log.read_text(errors='replace')[-2000:])
                time.sleep(0.01)


def listens(place):
    """By the kernel's own table: a connection would take the server's time."""
    wanted = {socket.inet_aton(place[0])[::-1].hex().upper(),
              '0000000000000000FFFF0000' +
              socket.inet_aton(place[0])[::-1].hex().upper()}
    for table in ('tcp', 'tcp6'):
        path = f'/proc/net/{table}'
        if not os.path.exists(path):
            continue
        with open(path, encoding='ascii') as rows:
            for row in list(rows)[1:]:
                address, port = row.split()[1].split(':')
                if address in wanted and int(port, 16) == place[1] and \
                        row.split()[3] == '0A':
                    return True
    return False


def run_tests(lab_of, start):
    """The registered tests, in a lab of the build and the words of the command
    line: lab_of(BUILD, DIRECTORY), whose servers start(lab) adds to."""
    with tempfile.TemporaryDirectory(prefix='adscp-tls-') as name:
        os.chmod(name, 0o755)
        lab = lab_of(sys.argv[1], pathlib.Path(name))
        with lab.servers:
            start(lab)
            good = tap.run_all(lab, sys.argv[2:])
    sys.exit(0 if good else 1)
