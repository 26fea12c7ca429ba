# SPDX-License-Identifier: MIT
"""A Samba domain controller in a namespace of its own: made new or joined,
started, stopped, stunned, killed."""

import os
import signal
import socket
import time

import names
from lab import PROBE, Daemon, Running, wait_for_stop
from network import describe
from tree import ADMINISTRATOR

SERVICES = 'ldap, cldap, kdc, dns'
REPLICATING = SERVICES + ', rpc, drepl'


class DomainController:
    """`strong_auth` is Samba's "ldap server require strong auth"."""

    def __init__(self, lab, name, domain, services=SERVICES, strong_auth='yes'):
        self.lab = lab
        self.name = name
        self.domain = domain
        self.services = services
        self.strong_auth = strong_auth
        self.place = lab.hosts[name]
        self.address = self.place.address
        self.address6 = self.place.address6
        self.host = f'{name}.{domain}'
        self.home = lab.home / name
        self.suffix = ','.join(f'DC={word}' for word in domain.split('.'))
        self.config = f'CN=Configuration,{self.suffix}'
        self.daemon = None
        self.started = False  # once; it may be dead by now

    @property
    def ldap(self):
        return f'ldap://{self.host}'

    @property
    def ldaps(self):
        return f'ldaps://{self.host}'

    @property
    def netbios(self):
        return self.domain.split('.')[0].upper()

    def at(self, scheme='ldap'):
        """Arguments that lead to this server, all but the bind."""
        return ['-H', getattr(self, scheme), '--ca', self.lab.ca / 'ca.pem']

    def at_home(self, *argv):
        """The command line that runs in this server's namespaces."""
        return self.place.enter(
            'unshare', '--mount', '--propagation', 'private', 'sh', '-c',
            'mount -t tmpfs dcrun /run/samba && exec "$@"', 'sh', *argv)

    def run(self, *argv):
        return self.lab.run(self.at_home(*argv))

    # -------------------------------------------------------------- start --

    def write_config(self):
        """All of it is ours: provisioning writes paths of its own, and leads
        questions about other domains to the machine's resolver."""
        home, tls = self.home, self.lab.ca / self.name
        for folder in ('run', 'log'):
            (home / folder).mkdir(exist_ok=True)
        for path in (home / 'run').iterdir():
            if path.is_file():
                path.unlink()
        (home / 'smb.conf').write_text(f'''
[global]
 netbios name = {self.name.upper()}
 workgroup = {self.netbios}
 realm = {self.domain.upper()}
 server role = active directory domain controller
 server services = {self.services}
 private dir = {home}/s/private
 state directory = {home}/s/state
 cache directory = {home}/s/cache
 lock directory = {home}/s
 binddns dir = {home}/s/bind-dns
 pid directory = {home}/run
 ncalrpc dir = {home}/run/ncalrpc
 ntp signd socket directory = {home}/run/ntp_signd
 xattr_tdb:file = {home}/s/state/xattr.tdb
 interfaces = lo eth0
 bind interfaces only = yes
 dns forwarder = {self.lab.names.address}
 dsdb:schema update allowed = yes
 tls certfile = {tls}.pem
 tls keyfile = {tls}.key
 tls cafile = {self.lab.ca}/ca.pem
 ldap server require strong auth = {self.strong_auth}
 logging = file
 log file = {home}/log/%m.log
[sysvol]
 path = {home}/s/state/sysvol
 read only = no
[netlogon]
 path = {home}/s/state/sysvol/{self.domain}/scripts
 read only = no
'''.lstrip())
        return home / 'smb.conf'

    def start(self):
        conf = self.write_config()
        (self.lab.ca / f'{self.name}.key').chmod(0o600)
        self.daemon = Daemon(
            self.name,
            self.at_home('samba', '-F', '--no-process-group', '-s', conf),
            self.lab.env(), self.home / 'log' / 'stdout')
        self.daemon.wait_until(self.answers, 30)
        self.started = True

    def answers(self):
        try:
            with socket.create_connection((self.address, 389), 1) as sock:
                sock.settimeout(1)
                sock.sendall(PROBE)
                if sock.recv(1) == b'':
                    return False
            socket.create_connection((self.address, 88), 1).close()
        except OSError:
            return False
        return True

    def alive(self):
        return self.daemon is not None and self.daemon.alive()

    def log(self):
        paths = sorted((self.home / 'log').glob('*')) if self.daemon else []
        return ''.join(f'--- {self.name}: {path.name}\n'
                       f'{path.read_text(errors="backslashreplace")[-2000:]}\n'
                       for path in paths
                       if path.is_file() and path.stat().st_size > 0)

    # ---------------------------------------------------------------- end --

    def signal(self, number):
        """To every process of this server, and to nobody else: its namespace
        is ours."""
        for pid in self.place.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def pause(self):
        """The machine still accepts connections, and nothing answers."""
        self.signal(signal.SIGSTOP)
        for pid in self.place.processes():
            wait_for_stop(pid)

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """From one moment to the next; connections are reset."""
        self.signal(signal.SIGKILL)
        if self.daemon:
            self.daemon.process.wait()
        self.wait_for_end(5)

    def stop(self):
        """Those who do not heed a request are killed, and named."""
        self.resume()
        if self.daemon:
            self.daemon.stop()
        stubborn = self.wait_for_end(3)
        if stubborn:
            self.signal(signal.SIGKILL)
            self.wait_for_end(3)
        return stubborn

    def wait_for_end(self, seconds):
        end = time.monotonic() + seconds
        while True:
            left = [name for name in map(describe, self.place.processes())
                    if name]
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.05)

    # --------------------------------------------- more than one of them --

    def join(self, first, site):
        """Become another domain controller of this domain."""
        self.home.mkdir()
        empty = self.home / 'empty.conf'
        empty.touch()
        self.run('samba-tool', 'domain', 'join', self.domain, 'DC', '-s', empty,
                 f'--targetdir={self.home}/s', f'--server={first.host}',
                 f'--site={site}', '--dns-backend=SAMBA_INTERNAL',
                 f'-UAdministrator%{ADMINISTRATOR}',
                 f'--option=netbios name={self.name}',
                 '--option=interfaces=lo eth0',
                 '--option=bind interfaces only=yes')
        first.add_names_of_services(self.name)

    def add_names_of_services(self, name):
        self.run('/usr/bin/python3', '-B', self.lab.here / 'provision.py',
                 'services', self.home / 'smb.conf', name)

    def register(self, first):
        """This server's SRV records, by way of the first one. Some of them are
        there already, which counts as a failure: what counts for us is that
        they can be asked for."""
        result = Running(self.at_home(
            'samba_dnsupdate', '-s', self.home / 'smb.conf', '--all-names',
            '--use-samba-tool', f'--rpc-server-ip={first.address}'),
            self.lab.env(), self.lab.home).wait()
        for name in ('_ldap._tcp.dc._msdcs', '_ldap._tcp.Branch._sites'):
            answer = names.ask(first.address, f'{name}.{self.domain}',
                               names.SRV)
            if names.encode(self.name)[:-1] not in answer:
                raise RuntimeError(f'{name} does not name {self.host}: '
                                   f'{answer}\n{result}')
