# SPDX-License-Identifier: MIT
"""The lab's network: this process sits in a network namespace of its own, which
is the router; every domain controller and client is a namespace behind it. No
route leads out. As root, and as an ordinary user inside a user namespace."""

import ipaddress
import os
import pathlib
import socket
import subprocess

# Name: the network, v4 and v6, and the last number of the address in it.
HOSTS = {
    'dc1': ('10.77.1', 'fd00:77:1:', 10),    # corp, site HQ
    'dc3': ('10.77.2', 'fd00:77:2:', 10),    # corp, site Branch
    'dc2': ('10.78.1', 'fd00:78:1:', 10),    # partner, site HQ
    'hq': ('10.77.11', 'fd00:77:11:', 101),
    'branch': ('10.77.12', 'fd00:77:12:', 101),
    'zurich': ('10.77.13', 'fd00:77:13:', 101),
    'lab2': ('10.77.14', 'fd00:77:14:', 101),
    'nosite': ('10.99.0', 'fd00:99:0:', 101),   # in no subnet
    'siteless': ('10.98.0', 'fd00:98:0:', 101),  # in a subnet without a site
}
RESOLVER, RELAY = '10.79.0.53', '10.79.0.54'  # the router itself
NETNS = pathlib.Path('/run/netns')


def ip(*words):
    run('ip', *words)


def run(*argv):
    subprocess.run(list(map(str, argv)), check=True, capture_output=True,
                   stdin=subprocess.DEVNULL)


def kernel(path, value):
    pathlib.Path(f'/proc/sys/net/{path}').write_text(f'{value}\n')


class Host:
    """A network namespace, its link to the router, and the faults that the link
    may have."""

    def __init__(self, name):
        net4, net6, number = HOSTS[name]
        self.name = name
        self.link = f'v-{name}'
        self.address = f'{net4}.{number}'
        self.address6 = str(ipaddress.ip_address(f'{net6}:{number}'))
        ip('netns', 'add', name)
        ip('link', 'add', self.link, 'type', 'veth', 'peer', 'name', 'eth0',
           'netns', name)
        for own, net in ((f'{net4}.1/24', []), (f'{net6}:1/64', ['nodad'])):
            ip('addr', 'add', own, 'dev', self.link, *net)
        ip('link', 'set', self.link, 'up')
        self.inside('link', 'set', 'lo', 'up')
        self.inside('addr', 'add', f'{self.address}/24', 'dev', 'eth0')
        self.inside('addr', 'add', f'{self.address6}/64', 'dev', 'eth0',
                    'nodad')
        self.inside('link', 'set', 'eth0', 'up')
        self.inside('route', 'add', 'default', 'via', f'{net4}.1')
        self.inside('route', 'add', 'default', 'via', f'{net6}:1')

    def inside(self, *words):
        ip('-n', self.name, *words)

    def enter(self, *argv):
        """The command line that runs this one there."""
        return ['nsenter', f'--net={NETNS}/{self.name}', '--', *argv]

    def processes(self):
        """Who lives in this namespace, by process id."""
        own = os.stat(NETNS / self.name).st_ino
        return [pid for pid in processes() if namespace(pid) == own]

    # -------------------------------------------------------------- faults --

    def blackhole(self):
        """Packets to this host vanish."""
        self.routes('blackhole')

    def unreachable(self):
        """Packets to this host are refused by the router at once."""
        self.routes('unreachable')

    def routes(self, kind):
        ip('route', 'add', kind, f'{self.address}/32')
        ip('-6', 'route', 'add', kind, f'{self.address6}/128')

    def mend(self):
        """The end of each of these faults."""
        for family, address in (('-4', f'{self.address}/32'),
                                ('-6', f'{self.address6}/128')):
            subprocess.run(['ip', family, 'route', 'del', address],
                           check=False, capture_output=True)


def processes():
    """Everybody in our PID namespace but ourselves."""
    return [int(path.name) for path in pathlib.Path('/proc').iterdir()
            if path.name.isdigit() and int(path.name) != os.getpid()]


def namespace(pid):
    try:
        return os.stat(f'/proc/{pid}/ns/net').st_ino
    except OSError:
        return None  # it has just ended


def describe(pid):
    """Name and state of a process; None for one that ended, or is only waiting
    for its parent to take note."""
    try:
        text = pathlib.Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return None
    name, _, rest = text.partition('(')[2].rpartition(')')
    return None if rest.split()[0] in 'ZX' else f'{name} ({pid})'


def private_files(home):
    """Own /run, host name, hosts and resolv.conf for everybody in our
    namespaces, and nothing of the machine's own Samba."""
    resolv = pathlib.Path(os.path.realpath('/etc/resolv.conf'))
    run('mount', '-t', 'tmpfs', '-o', 'size=64m,mode=755', 'labrun', '/run')
    for path in ('/run/netns', '/run/lock', '/run/samba'):
        os.makedirs(path)
    # Samba looks at these before it reads what we tell it.
    for path in ('/var/log/samba', '/var/lib/samba', '/var/cache/samba'):
        if os.path.isdir(path):
            run('mount', '-t', 'tmpfs', '-o', 'size=16m', 'labsamba', path)
    socket.sethostname('client')
    write(home / 'hosts', '127.0.0.1 localhost\n'
          '127.0.1.1 client.corp.example.test client\n',
          pathlib.Path('/etc/hosts'))
    write(home / 'resolv.conf', 'search corp.example.test\n'
          f'nameserver {RESOLVER}\noptions timeout:1 attempts:2\n', resolv)


def write(path, text, target):
    """It is bound over the machine's file, for us alone."""
    path.write_text(text)
    if str(target).startswith('/run/'):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    run('mount', '--bind', path, target)


def start(home):
    """Make the router of this namespace; the hosts by name."""
    private_files(home)
    ip('link', 'set', 'lo', 'up')
    for address in (RESOLVER, RELAY):
        ip('addr', 'add', f'{address}/32', 'dev', 'lo')
    kernel('ipv4/ip_forward', 1)
    kernel('ipv6/conf/all/forwarding', 1)
    # Else a router refuses once a second at most, and a test waits for it.
    kernel('ipv4/icmp_ratelimit', 0)
    kernel('ipv6/icmp/ratelimit', 0)
    return {name: Host(name) for name in HOSTS}
