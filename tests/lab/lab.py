# SPDX-License-Identifier: MIT
"""The lab: a certification authority, a Kerberos KDC and any number of slapd,
on loopback addresses and high ports, all files in one temporary directory.
Nothing of the machine's own configuration is used, and nothing outlives the
lab."""

import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from forest import PASSWORD, SUFFIX, USERS

REALM = 'CORP.EXAMPLE.TEST'
HOST = 'dc1.corp.example.test'
PARTNER = 'res.example.test'
HERE = pathlib.Path(__file__).resolve().parent

# An anonymous search of the rootDSE for nothing: any answer means "ready".
PROBE = bytes.fromhex('3025020101632004000a01000a0100020100020100010100'
                      '870b6f626a656374436c6173733000')


def pins(host, address):
    return [f'--resolve={host}:{port}:{address}' for port in (3890, 6360)]


def lines_of(err):
    """With --json an error is one line of JSON: what it would be in words."""
    if not err.startswith('{'):
        return err
    error = json.loads(err)['error']
    words = [f'tried: {step}' for step in error['tried']] + [error['text']]
    if error['hint']:
        words.append(f'hint: {error["hint"]}')
    return ''.join(f'adscp: {line}\n' for line in words)


class Result:
    """What a command did."""

    def __init__(self, argv, code, out, err, seconds):
        self.argv = argv
        self.code = code
        self.out = out
        self.err = lines_of(err)
        self.seconds = seconds

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            raise AssertionError(f'no JSON: {error}\n{self}') from None

    def __str__(self):
        return (f'{" ".join(self.argv)}\nexit {self.code} after '
                f'{self.seconds:.2f} s\nstderr: {self.err[:2000]}\n'
                f'stdout: {self.out[:600]}')


class Running:
    """A command that was started; wait() gives its Result."""

    def __init__(self, argv, env, cwd):
        self.argv = [str(arg) for arg in argv]
        self.start = time.monotonic()
        self.process = subprocess.Popen(
            self.argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def wait(self, limit=60):
        try:
            out, err = self.process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            err += f'killed after {limit} s'.encode()
        return Result(self.argv, self.process.returncode,
                      out.decode(errors='backslashreplace'),
                      err.decode(errors='backslashreplace'),
                      time.monotonic() - self.start)


def wait_for_stop(pid):
    """SIGSTOP takes its time to reach every thread of a process; one that has
    ended has none."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            states = {path.read_text().rpartition(')')[2].split()[0]
                      for path in pathlib.Path(f'/proc/{pid}/task').glob('*/stat')}
        except OSError:
            continue
        if states <= {'T', 'Z'}:
            return
        time.sleep(0.001)


class Daemon:
    """A server in the foreground of its own process, which the kernel ends if
    the lab dies first. Start it from the main thread: the kernel means the
    parent's thread."""

    def __init__(self, name, argv, env, log):
        self.name = name
        self.log_path = log
        with open(log, 'ab') as stream:
            self.process = subprocess.Popen(
                ['setpriv', '--pdeathsig', 'KILL', *map(str, argv)], env=env,
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)

    def log(self):
        return self.log_path.read_text(errors='backslashreplace')

    def signal(self, number):
        self.process.send_signal(number)

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        if not self.alive():
            return
        self.signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)

    def wait_until(self, ready, limit=15):
        end = time.monotonic() + limit
        while time.monotonic() < end and self.alive():
            if ready():
                return
            time.sleep(0.02)
        raise RuntimeError(f'{self.name} did not start:\n{self.log()[-3000:]}')


class Slapd(Daemon):
    """One directory server. `rootdse` replaces attributes of the rootDSE,
    `extra` is more slapd.conf ahead of the database, `access` more rules ahead
    of those for everybody."""

    def __init__(self, lab, name, number, forest, host=HOST, certificate='dc1',
                 anonymous_read=False, rootdse=None, old_schema=False,
                 extra='', access=''):
        self.lab = lab
        self.forest = forest
        self.host = host
        self.address = lab.address(number)
        self.port, self.tls_port = 3890, 6360
        self.home = lab.home / name
        (self.home / 'db').mkdir(parents=True)
        self.socket = str(self.home / 'ldapi')
        self.write_rootdse(rootdse or {})
        self.write_config(certificate, anonymous_read, old_schema, extra,
                          access)
        self.load()
        super().__init__(name, [
            'slapd', '-d', 'stats', '-f', self.home / 'slapd.conf', '-h',
            f'ldap://{self.address}:{self.port} {self.ldapi}'
            + (f' ldaps://{self.address}:{self.tls_port}' if certificate
               else '')],
            lab.env(KRB5_KTNAME=f'FILE:{lab.home}/service.keytab'),
            self.home / 'log')
        try:
            self.wait_until(self.answers)
        except BaseException:
            self.stop()
            raise

    @property
    def ldapi(self):
        return 'ldapi://' + self.socket.replace('/', '%2F')

    @property
    def ldap(self):
        return f'ldap://{self.host}:{self.port}'

    @property
    def ldaps(self):
        return f'ldaps://{self.host}:{self.tls_port}'

    @property
    def pins(self):
        """How the client finds it without DNS."""
        return pins(self.host, self.address)

    def at(self, scheme='ldap'):
        """Arguments that lead to this server, all but the bind."""
        return ['-H', getattr(self, scheme), *self.pins, '--ca',
                self.lab.ca / 'ca.pem']

    def answers(self):
        try:
            with socket.create_connection((self.address, self.port), 1) as sock:
                sock.settimeout(1)
                sock.sendall(PROBE)
                return sock.recv(1) != b''
        except OSError:
            return False

    def mark(self):
        return len(self.log())

    def since(self, mark):
        """What the log says since then; slapd writes it a moment late."""
        time.sleep(0.05)
        return self.log()[mark:]

    def write_rootdse(self, changes):
        suffix, config = self.forest.suffix, self.forest.config
        server = f'CN=DC1,CN=Servers,CN=HQ,CN=Sites,{config}'
        attributes = {
            'objectClass': ['top', 'extensibleObject'],
            'configurationNamingContext': [config],
            'defaultNamingContext': [suffix],
            'rootDomainNamingContext': [suffix],
            'schemaNamingContext': [f'CN=Schema,{config}'],
            'dNSHostName': [self.host],
            'serverName': [server],
            'dsServiceName': [f'CN=NTDS Settings,{server}'],
            'supportedCapabilities': ['1.2.840.113556.1.4.800'],
            **changes}
        (self.home / 'rootdse.ldif').write_text('dn:\n' + ''.join(
            f'{name}:: {base64.b64encode(value).decode()}\n'
            if isinstance(value, bytes) else f'{name}: {value}\n'
            for name, values in attributes.items() for value in values))

    def write_config(self, certificate, anonymous_read, old_schema, extra,
                     access):
        suffix, ca = self.forest.suffix, self.lab.ca
        dn = {user: f'CN={user},CN=Users,{suffix}' for user in USERS}
        peer = (f'gidNumber={os.getgid()}[+]uidNumber={os.getuid()},'
                'cn=peercred,cn=external,cn=auth')
        mechanisms = 'cn=gss(api|-spnego),cn=auth'
        tls = certificate and (f'TLSCACertificateFile {ca}/ca.pem\n'
                               f'TLSCertificateFile {ca}/{certificate}.pem\n'
                               f'TLSCertificateKeyFile {ca}/{certificate}.key\n'
                               'TLSVerifyClient try')
        later = '' if old_schema else f'include "{HERE}/ad-2010.schema"'
        everybody = 'by anonymous read' if anonymous_read else ''
        unknown = 'attrs=serviceBindingInformation,whenCreated,networkAddress'
        (self.home / 'slapd.conf').write_text(f'''
moduleload /usr/lib/ldap/back_mdb
include "{HERE}/ad-min.schema"
{later}
rootDSE {self.home}/rootdse.ldif
pidfile {self.home}/pid
argsfile {self.home}/args
{tls or ''}
sasl-host {self.host}
sasl-realm {REALM}
sasl-secprops none
sasl-cbinding tls-endpoint
authz-regexp "^uid=([^,/@]+),(cn=[^,]+,)?{mechanisms}$"
  "CN=$1,CN=Users,{suffix}"
authz-regexp "^{peer}$" "{dn['alice']}"
authz-regexp "^cn=alice$" "{dn['alice']}"
# As Active Directory's MaxPageSize: 1000 entries, or any number in pages.
sizelimit size.soft=1000 size.hard=1000 size.pr=1000 size.prtotal=unlimited
{extra}
database mdb
suffix "{suffix}"
rootdn "CN=root,{suffix}"
directory {self.home}/db
maxsize 268435456
dbnosync
index objectClass,keywords eq
# bob gets a thousand entries and no more, carol is told that she may not read,
# dave is shown an empty directory, erin misses the attributes that matter.
limits dn.exact="{dn['bob']}" size.pr=1000 size.prtotal=1000
access to attrs=userPassword by anonymous auth
{access}
access to {unknown} by dn.exact="{dn['erin']}" none by * break
access to * by dn.exact="{dn['carol']}" disclose
  by dn.exact="{dn['dave']}" none by users read {everybody} by * auth
'''.lstrip())

    def load(self):
        path = self.home / 'forest.ldif'
        path.write_text(self.forest.ldif())
        self.lab.run(['slapadd', '-q', '-f', self.home / 'slapd.conf',
                      '-l', path])
        path.unlink()


class Lab:
    """`build` holds the build tree: examples/adscp and lib/libadscp.so.*."""

    def __init__(self, home, build):
        self.home = pathlib.Path(home)
        self.build = pathlib.Path(build)
        self.cli = self.build / 'examples' / 'adscp'
        self.ca = self.home / 'ca'
        self.caches = self.home / 'caches'
        self.daemons = []
        self.peers = []
        # A corner of 127.0.0.0/8 for this lab alone, so that labs may run side
        # by side on the same ports.
        self.corner = f'127.{64 + os.getpid() % 128}.{os.getpid() // 128 % 256}'
        for path in (self.ca, self.caches, self.home / 'user'):
            path.mkdir()

    def address(self, number):
        return f'{self.corner}.{number}'

    def env(self, **changes):
        """The whole environment of a command; None takes a variable away."""
        env = {
            'PATH': '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:'
                    '/sbin:/bin',
            'HOME': str(self.home / 'user'),
            'LC_ALL': 'C.UTF-8',
            'KRB5_CONFIG': str(self.home / 'krb5.conf'),
            'KRB5_KDC_PROFILE': str(self.home / 'kdc.conf'),
            'KRB5RCACHENAME': 'none:',
            'KRB5_KTNAME': f'FILE:{self.home}/no.keytab',
            'KRB5CCNAME': self.cache('alice')}
        for name, value in os.environ.items():
            if name.startswith(('ASAN_', 'LSAN_', 'UBSAN_', 'TSAN_')):
                env[name] = value
        env.update(changes)
        return {name: str(value) for name, value in env.items()
                if value is not None}

    def cache(self, user):
        return f'FILE:{self.caches}/{user}'

    def run(self, argv, **env):
        result = Running(argv, self.env(**env), self.home).wait()
        if result.code != 0:
            raise RuntimeError(str(result))
        return result

    def start_adscp(self, *args, cwd=None, env=None):
        """Nobody serves port 443 in this lab: no prediction looks there unless
        it is told to."""
        if 'predict' in args and '-o' not in args:
            args = (*args, '--no-observe')
        return Running([self.cli, *args], self.env(**(env or {})),
                       cwd or self.home)

    def adscp(self, *args, cwd=None, env=None):
        """Run the sample CLI. Whatever it does, it must not crash and must keep
        standard output for answers."""
        return self.start_adscp(*args, cwd=cwd, env=env).wait()

    def simple(self, user, dn=None, password=PASSWORD):
        """Arguments of a simple bind."""
        path = self.home / f'password-{len(password)}-{hash(password)}'
        path.touch(0o600)
        path.write_text(password + '\n')
        return ['-x', '-D', dn or f'CN={user},CN=Users,{SUFFIX}', '-y', path]

    def slapd(self, name, number, forest, **options):
        server = Slapd(self, name, number, forest, **options)
        self.daemons.append(server)
        return server

    def peer(self, peer):
        self.peers.append(peer)
        return peer

    def start(self):
        self.make_certificates()
        self.make_realm()

    # ------------------------------------------------------ certificates --

    def make_certificates(self):
        self.make_ca('ca')
        self.make_ca('other-ca')
        self.certify('dc1', f'DNS:{HOST}')
        self.certify('res', f'DNS:{PARTNER}')
        self.certify('middle', f'DNS:{HOST}')
        self.certify('expired', f'DNS:{HOST}', made='-60d')
        self.certify('alice')

    def make_ca(self, file, days=30, name=None):
        """`name`: the subject's, if it is not that of the file."""
        self.openssl('req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt',
                     'ec_paramgen_curve:P-256', '-days', days,
                     '-subj', f'/CN={name or file}', '-keyout', f'{file}.key',
                     '-out', f'{file}.pem', '-addext',
                     'basicConstraints=critical,CA:TRUE', '-addext',
                     'keyUsage=critical,keyCertSign,cRLSign')

    def certify(self, name, alternative=None, days=30, made=None):
        """`made`: another time than now, as faketime takes it."""
        extensions = 'basicConstraints=critical,CA:FALSE\n'
        if alternative:
            extensions += f'subjectAltName={alternative}\n'
        (self.ca / 'extensions').write_text(extensions)
        self.openssl('req', '-new', '-nodes', '-newkey', 'ec', '-pkeyopt',
                     'ec_paramgen_curve:P-256', '-subj', f'/CN={name}',
                     '-keyout', f'{name}.key', '-out', f'{name}.csr')
        self.openssl('x509', '-req', '-in', f'{name}.csr', '-CA', 'ca.pem',
                     '-CAkey', 'ca.key', '-CAcreateserial', '-days', days,
                     '-extfile', 'extensions', '-out', f'{name}.pem', at=made)

    def openssl(self, *args, at=None):
        result = Running([*(['faketime', '-f', at] if at else []), 'openssl',
                          *args],
                         self.env(OPENSSL_CONF=self.openssl_config()),
                         self.ca).wait()
        if result.code != 0:
            raise RuntimeError(str(result))

    def openssl_config(self):
        path = self.ca / 'openssl.cnf'
        if not path.exists():
            path.write_text('[req]\ndistinguished_name = name\n[name]\n')
        return path

    # ---------------------------------------------------------- Kerberos --

    def make_realm(self):
        kdc = f'{self.address(88)}:8800'
        self.write_krb5_conf(self.home / 'krb5.conf', kdc)
        (self.home / 'kdc.conf').write_text(f'''
[kdcdefaults]
    kdc_listen = {kdc}
    kdc_tcp_listen = {kdc}
[realms]
    {REALM} = {{
        database_name = {self.home}/principals
        key_stash_file = {self.home}/stash
        supported_enctypes = aes256-cts-hmac-sha1-96:normal
    }}
'''.lstrip())
        self.run(['kdb5_util', '-r', REALM, 'create', '-s', '-P', 'x'])
        self.add_principals()
        self.start_kdc()
        self.kinit('alice', 'alice')
        # Expired by the time it is used: tests that need it wait for that.
        self.kinit('alice', 'expired', '-l', '1s')
        self.expires = time.monotonic() + 2

    def write_krb5_conf(self, path, kdc):
        """ignore_acceptor_hostname: ldapsearch, which cannot pin a name, asks
        for the server by its address."""
        path.write_text(f'''
[libdefaults]
    default_realm = {REALM}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    ignore_acceptor_hostname = true
[realms]
    {REALM} = {{
        kdc = {kdc}
    }}
[domain_realm]
    .example.test = {REALM}
'''.lstrip())

    def add_principals(self):
        services = [f'ldap/{name}' for name in
                    (HOST, PARTNER, self.address(1), self.address(2),
                     self.address(126))]
        commands = [f'addprinc -pw "{PASSWORD}" {user}' for user in USERS]
        commands += [f'addprinc -randkey {name}' for name in services]
        commands += [f'ktadd -k {self.home}/service.keytab {name}'
                     for name in services]
        commands += [f'ktadd -norandkey -k {self.home}/alice.keytab alice']
        result = subprocess.run(
            ['kadmin.local', '-r', REALM], input='\n'.join(commands) + '\n',
            env=self.env(), capture_output=True, text=True, check=False)
        if not (self.home / 'alice.keytab').exists():
            raise RuntimeError(f'kadmin.local: {result.stdout}{result.stderr}')

    def start_kdc(self):
        kdc = Daemon('krb5kdc', ['krb5kdc', '-n', '-r', REALM, '-P',
                                 self.home / 'kdc.pid'], self.env(),
                     self.home / 'kdc.log')
        self.daemons.append(kdc)

        def ready():
            try:
                socket.create_connection((self.address(88), 8800), 1).close()
                return True
            except OSError:
                return False
        kdc.wait_until(ready)

    def kinit(self, user, cache, *options):
        subprocess.run(['kinit', *options, user], input=PASSWORD + '\n',
                       env=self.env(KRB5CCNAME=self.cache(cache)), text=True,
                       check=True, capture_output=True)

    # --------------------------------------------------------------- end --

    def logs(self):
        """The last words of every server."""
        return ''.join(f'--- {daemon.name}\n{daemon.log()[-1500:]}\n'
                       for daemon in self.daemons)

    def stop(self):
        for peer in self.peers:
            peer.stop()
        for daemon in reversed(self.daemons):
            daemon.stop()
