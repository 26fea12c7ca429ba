# SPDX-License-Identifier: MIT
"""The lab: the network, its DNS and certificates, and domain controllers, each
of which starts when the first test asks for it.

dc1        corp.example.test, site HQ
dc3        the same, site Branch, joined
dc2        partner.example.test, trusted; takes SASL binds under TLS
"""

import contextlib
import hashlib
import os
import pathlib
import subprocess
import tarfile

import network
import ping
from dc import REPLICATING, DomainController
from lab import HERE as LAB_FILES
from lab import Lab, Running
from names import Names
from relay import FarAway, Trap
from wire import Wire

HERE = pathlib.Path(__file__).resolve().parent
CORP, PARTNER = 'corp.example.test', 'partner.example.test'
LONG = 3650  # days: certificates lie in the cache, too
FIRST = {'dc1': ('corp', CORP), 'dc2': ('partner', PARTNER)}


def key():
    """What provisioning depends on, as the name of a cache."""
    digest = hashlib.sha256()
    files = [HERE / name for name in
             ('provision.py', 'schema.py', 'tree.py', 'world.py', 'crowd.py')]
    for path in (*files, LAB_FILES / 'forest.py', LAB_FILES / 'lab.py'):
        digest.update(path.read_bytes())
    digest.update(subprocess.run(
        ['dpkg-query', '-W', 'samba', 'samba-ad-provision', 'python3-samba'],
        check=True, capture_output=True).stdout)
    return digest.hexdigest()[:16]


class World(Lab):
    """`cache` is a folder for what provisioning made, `mark` a variable of our
    environment that everybody we start carries."""

    def __init__(self, home, build, cache, mark):
        super().__init__(home, build)
        self.here = HERE
        self.mark = {mark: os.environ[mark]}
        self.cached = pathlib.Path(cache) / f'{key()}.tar'
        self.controllers = {}
        self.hosts = self.names = None

    def start(self):
        self.hosts = network.start(self.home)
        self.names = Names(network.RESOLVER)
        self.provision()
        self.write_krb5_conf(self.home / 'krb5.conf')
        self.dc1.start()
        self.names.route(CORP, self.dc1.address)
        self.kinit('alice', 'alice')

    def env(self, **changes):
        return super().env(**self.mark, **changes)

    # ---------------------------------------------------------- provision --

    def provision(self):
        if self.cached.exists():
            with tarfile.open(self.cached) as archive:
                archive.extractall(self.home)
            return
        self.make_certificates()
        makers = [Running(['/usr/bin/python3', '-B', HERE / 'provision.py',
                           'forest', self.home / host, name, host,
                           self.hosts[host].address,
                           self.hosts[host].address6, self.ca],
                          self.env(), self.home)
                  for host, (name, _) in FIRST.items()]
        for result in [maker.wait() for maker in makers]:
            if result.code != 0:
                raise RuntimeError(str(result))
        self.run(['/usr/bin/python3', '-B', HERE / 'crowd.py',
                  self.home / 'dc2'])
        self.keep()

    def keep(self):
        """For the next time. Never what a server has run on."""
        self.cached.parent.mkdir(parents=True, exist_ok=True)
        for old in self.cached.parent.glob('*.tar'):
            old.unlink()
        part = self.cached.with_suffix(f'.{os.getpid()}')
        with tarfile.open(part, 'w') as archive:
            for name in ('ca', *FIRST):
                archive.add(self.home / name, name)
        part.rename(self.cached)

    def make_certificates(self):
        for name in ('ca', 'other-ca', 'issuing', 'ex10'):
            self.make_ca(name, LONG)
        self.certify('ex16', 'DNS:ex16.corp.example.test,DNS:EX16', LONG)
        for name, host in network.HOSTS.items():
            domain = FIRST.get(name, FIRST['dc1'])[1]
            if name.startswith('dc'):
                self.certify(name, f'DNS:{name}.{domain},'
                             f'IP:{host[0]}.{host[2]}', LONG)
        for name in ('ca', 'issuing', 'ex10', 'ex16'):
            self.openssl('x509', '-in', f'{name}.pem', '-outform', 'DER',
                         '-out', f'{name}.der')

    # -------------------------------------------------- domain controllers --

    @property
    def dc1(self):
        return self.controller('dc1', CORP, REPLICATING)

    @property
    def dc2(self):
        dc2 = self.controller('dc2', PARTNER, strong_auth='allow_sasl_over_tls')
        if not dc2.started:
            dc2.start()
            self.names.route(PARTNER, dc2.address)
        return dc2

    @property
    def dc3(self):
        dc3 = self.controller('dc3', CORP, REPLICATING)
        if not dc3.started:
            dc3.join(self.dc1, 'Branch')
            dc3.start()
            dc3.register(self.dc1)
            self.names.route(CORP, self.dc1.address, dc3.address)
        return dc3

    def controller(self, name, *how, **options):
        if name not in self.controllers:
            self.controllers[name] = DomainController(self, name, *how,
                                                      **options)
        return self.controllers[name]

    # ------------------------------------------------------------ clients --

    def write_krb5_conf(self, path, **options):
        words = {'default_realm': CORP.upper(), 'dns_lookup_kdc': 'true',
                 'dns_lookup_realm': 'false', 'rdns': 'false',
                 'dns_canonicalize_hostname': 'false', **options}
        path.write_text('[libdefaults]\n' + ''.join(
            f' {name} = {value}\n' for name, value in words.items())
            + '[domain_realm]\n' + ''.join(
                f' .{domain} = {domain.upper()}\n {domain} = {domain.upper()}\n'
                for domain in (CORP, PARTNER)))

    def start_adscp(self, *args, client='hq', cwd=None, env=None):
        return Running(self.hosts[client].enter(self.cli, *args),
                       self.env(**(env or {})), cwd or self.home)

    def adscp(self, *args, client='hq', cwd=None, env=None):
        """The sample CLI, on one of the client machines."""
        return self.start_adscp(*args, client=client, cwd=cwd, env=env).wait()

    def person(self, user, dc, password=None):
        """Arguments of a simple bind, as Active Directory takes it."""
        more = {} if password is None else {'password': password}
        return self.simple(user, f'{user}@{dc.domain}', **more)

    def ping(self, kind, client, dc, version=0x16, domain=None, ipv6=False):
        """All bytes of a domain controller's answer to this client."""
        address = dc.address6 if ipv6 else dc.address
        argv = ['/usr/bin/python3', '-B', HERE / 'ping.py', kind, address,
                domain or dc.domain, version]
        result = self.run(self.hosts[client].enter(*argv))
        return bytes.fromhex(result.out)

    def site(self, client, dc, **how):
        """The decoded answer by UDP."""
        return ping.decode(ping.netlogon(self.ping('udp', client, dc, **how)))

    def watch(self, client='hq'):
        """What this client sends and gets: with lab.watch() as wire."""
        host = self.hosts[client]
        return Wire(host.link, (host.address, host.address6))

    @contextlib.contextmanager
    def detour(self, kind, dc, port, *how):
        """A relay, and the arguments that lead to this server through it."""
        relay = kind((network.RELAY, port), (dc.address, port), *how)
        try:
            yield relay, ['--resolve', f'{dc.host}:{port}:{network.RELAY}']
        finally:
            relay.stop()

    def far_away(self, dc, port):
        return self.detour(FarAway, dc, port)

    def trap(self, dc, number, spring):
        return self.detour(Trap, dc, 389, number, spring)

    # ---------------------------------------------------------------- end --

    def logs(self):
        return super().logs() + ''.join(
            controller.log() for controller in self.controllers.values())

    def stop(self):
        """Ends all that was started; returns who did not heed."""
        super().stop()
        stubborn = []
        for controller in reversed(self.controllers.values()):
            stubborn += controller.stop()
        if self.names:
            self.names.stop()
        return stubborn
