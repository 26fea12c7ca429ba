#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A forest of the size and shape of a large company's, as an export in LDIF.

    large.py [--seed N] [--sites N] [--subnets N] [--servers N] [--mailboxes N]
             [--versions 2010,2013,2016]

Sites are hubs, which have servers, and branches, which have none and are served
by a hub's SCP. A hub's servers are of one version, with all the roles that it
has, in DAGs from 2010 on; each has virtual directories, databases, and an SCP
where it takes clients' requests. Among the mailboxes are mail users, contacts and
remote mailboxes. The same arguments give the same bytes. Entries are written as
they are made, so a forest may be larger than memory."""

import argparse
import hashlib
import inspect
import random
import sys

import forest

DOMAIN = 'corp.example.test'
CLOUD = 'example.mail.onmicrosoft.com'
AUTHORITIES = 3
HUB_SERVERS = 4       # in each hub
HUB_SCOPE = 40        # branches that the SCPs of one hub name
DAG_SERVERS = 8
DATABASES = 4         # for each server with mailboxes
PER_UNIT = 2000       # people in one organizational unit


def version_number(major, minor, build):
    return str(0x70000000 | major << 22 | minor << 16 | 0x8000 | build)


class Product:
    def __init__(self, year, major, minor, build, revision, roles):
        self.year, self.roles = year, roles
        self.modern = major >= 15
        self.has_dag = major >= 14
        self.version = version_number(major, minor, build)
        self.serial = (f'Version {major}.{minor} '
                       f'(Build {30000 + build}.{revision})')
        # objectVersion of what such a server writes
        self.object_version = str({8: 4535486012416, 14: 44220983382016}.get(
            major, 88218628259840))

    def takes_clients(self, roles):
        return bool(roles & (1 if self.modern else 4))

    @staticmethod
    def has_mailboxes(roles):
        return bool(roles & 2)


# Each at its last service pack or cumulative update, with the sums of roles that
# its servers have (msExchCurrentServerRoles).
PRODUCTS = {
    '2007': Product(2008, 8, 3, 83, 6, (36, 2, 38, 54)),
    '2010': Product(2011, 14, 3, 123, 4, (38, 36, 2, 54)),
    '2013': Product(2013, 15, 0, 1497, 2, (16439, 54, 16385)),
    '2016': Product(2016, 15, 1, 2507, 6, (16439,)),
    '2019': Product(2019, 15, 2, 1748, 10, (16423,)),
    'SE': Product(2025, 15, 2, 2562, 17, (16423,))}
VERSIONS = '2010,2013,2016'  # which Microsoft supports side by side

# Object, class, path of InternalUrl.
SERVICES = (
    ('Autodiscover', 'msExchAutoDiscoverVirtualDirectory',
     'Autodiscover/Autodiscover.xml'),
    ('EWS', 'msExchWebServicesVirtualDirectory', 'EWS/Exchange.asmx'),
    ('OAB', 'msExchOABVirtualDirectory', 'OAB'),
    ('ecp', 'msExchECPVirtualDirectory', 'ecp'),
    ('mapi', 'msExchMapiVirtualDirectory', 'mapi'),
    ('Rpc', 'msExchRpcHttpVirtualDirectory', None))

GIVEN = ('Anna', 'Ben', 'Carla', 'David', 'Eva', 'Fritz', 'Greta', 'Hugo',
         'Ida', 'Jörg', 'Kim', 'Lena', 'Max', 'Nora', 'Otto', 'Paula')
FAMILY = ('Baker', 'Braun', 'Costa', 'Dubois', 'Fischer', 'García', 'Hansen',
          'Ivanov', 'Jensen', 'Kowalski', 'Müller', 'Novák', 'Rossi', 'Smith',
          'Takahashi', 'Weber')


# ---------------------------------------------------------------- certificates

def der(tag, *parts):
    """ITU-T X.690 8.1, lengths below 64 KiB."""
    body = b''.join(parts)
    length = len(body)
    if length < 128:
        head = bytes((length,))
    elif length < 256:
        head = bytes((0x81, length))
    else:
        head = bytes((0x82, length >> 8, length & 255))
    return bytes((tag,)) + head + body


def noise(words, size):
    """Bytes that look random, and are not."""
    return hashlib.shake_128(words.encode()).digest(size)


RSA = der(0x30, bytes.fromhex('06092a864886f70d010101'), der(0x05))
SHA256_RSA = der(0x30, bytes.fromhex('06092a864886f70d01010b'), der(0x05))


def name_of(common_name):
    return der(0x30, der(0x31, der(0x30, bytes.fromhex('0603550403'),
                                   der(0x0c, common_name.encode()))))


def certificate(subject, issuer, first_year, years):
    """A certificate (RFC 5280 4.1) whose key and signature are noise: whoever
    reads it finds everything in place, and nobody can use it."""
    modulus = b'\0\xc0' + noise('key ' + subject, 255)
    key = der(0x30, der(0x02, modulus), der(0x02, b'\1\0\1'))
    to_be_signed = der(
        0x30, der(0xa0, der(0x02, b'\2')),
        der(0x02, b'\1' + noise('serial ' + subject, 15)), SHA256_RSA,
        name_of(issuer),
        der(0x30, der(0x17, f'{first_year % 100:02}0101000000Z'.encode()),
            der(0x17, f'{(first_year + years) % 100:02}0101000000Z'.encode())),
        name_of(subject),
        der(0x30, RSA, der(0x03, b'\0' + key)))
    return der(0x30, to_be_signed, SHA256_RSA,
               der(0x03, b'\0' + noise('signature ' + subject, 256)))


def store_element(certificate_der):
    """As AD holds it: properties, then the certificate ([MS-GPEF] 2.2.1.1.1)."""
    def part(number, value):
        return b''.join(n.to_bytes(4, 'little')
                        for n in (number, 1, len(value))) + value
    return (part(3, hashlib.sha1(certificate_der).digest()) +
            part(11, 'Microsoft Exchange\0'.encode('utf-16-le')) +
            part(32, certificate_der))


# ---------------------------------------------------------------------- forest

class Server:
    def __init__(self, number, site, product, roles):
        self.name = f'EX{number:05}'
        self.fqdn = f'{self.name.lower()}.{DOMAIN}'
        self.number, self.site = number, site
        self.product, self.roles = product, roles
        self.dn = self.legacy = self.dag = None


class Large(forest.Forest):
    """A forest that is written while it is made."""

    def __init__(self, out, seed):
        self.out = out
        self.random = random.Random(seed)
        self.organization = 'Example Corporation'
        out.write(forest.record('', 'top', {
            'configurationNamingContext': f'CN=Configuration,{forest.SUFFIX}',
            'defaultNamingContext': forest.SUFFIX,
            'dnsHostName': f'dc1.{DOMAIN}'}))
        super().__init__(organization=self.organization, users=())
        self.legacy_group = (f'/o={self.organization}/ou={forest.GROUP}')
        self.databases = f'CN=Databases,{self.group}'
        self.dags = f'CN=Database Availability Groups,{self.group}'
        self.add(self.databases, 'msExchContainer')
        self.add(self.dags, 'msExchContainer')

    def add(self, dn, object_class, **attributes):
        self.out.write(forest.record(dn, object_class, attributes))
        return dn

    # -- the network

    def write_sites(self, sites, subnets):
        names = [f'Site-{number:05}' for number in range(sites)]
        for name in names:
            self.site(name)
        for number in range(subnets):
            self.subnet(subnet_name(number), names[number % sites])
        return names

    def write_authorities(self):
        keys = f'CN=Public Key Services,{self.services}'
        parent = f'CN=Certification Authorities,{keys}'
        self.add(keys, 'container')
        self.add(parent, 'container')
        for number in range(AUTHORITIES):
            name = f'Example Root CA {number + 1}'
            self.add(f'CN={name},{parent}', 'certificationAuthority',
                     cACertificate=certificate(name, name, 2015, 20))

    # -- servers

    def plan_servers(self, count, sites, products):
        hubs = sites[::max(1, len(sites) * HUB_SERVERS // max(count, 1))]
        servers = []
        for number in range(count):
            if number % HUB_SERVERS == 0:
                product = self.random.choice(products)
            servers.append(Server(
                number, hubs[number // HUB_SERVERS % len(hubs)], product,
                product.roles[number % HUB_SERVERS % len(product.roles)]))
        return servers

    def write_dags(self, servers):
        members = [server for server in servers if server.product.has_dag and
                   server.product.has_mailboxes(server.roles)]
        for number, server in enumerate(members):
            name = f'DAG{number // DAG_SERVERS:04}'
            if number % DAG_SERVERS == 0:
                self.add(f'CN={name},{self.dags}', 'msExchMDBAvailabilityGroup')
            server.dag = f'CN={name},{self.dags}'

    def created(self, product):
        """Some time in the years after the product came out."""
        return (f'{product.year + self.random.randrange(2)}'
                f'{self.random.randrange(1, 13):02}'
                f'{self.random.randrange(1, 29):02}'
                f'{self.random.randrange(24):02}{self.random.randrange(60):02}'
                f'{self.random.randrange(60):02}.0Z')

    def scope(self, number, sites):
        """Its own site comes first; a branch is named by one hub, or by two."""
        first = number // HUB_SERVERS * HUB_SCOPE
        return [sites[(first + step) % len(sites)]
                for step in range(number % HUB_SERVERS, HUB_SCOPE + 4,
                                  HUB_SERVERS)]

    def write_server(self, server, sites):
        product, roles = server.product, server.roles
        server.legacy = (f'{self.legacy_group}/cn=Configuration/cn=Servers'
                         f'/cn={server.name}')
        parent = self.server(
            server.name, server.site, product.version, product.serial,
            str(roles), legacyExchangeDN=server.legacy,
            msExchVersion=product.object_version,
            msExchMDBAvailabilityGroupLink=server.dag,
            msExchServerInternalTLSCert=store_element(certificate(
                server.name, server.name, product.year, 5)),
            msExchComponentStates=component_states(server))
        server.dn = f'CN={server.name},{self.servers}'
        if product.takes_clients(roles):
            self.write_scp(server, parent, sites)
            self.write_services(server)

    def write_scp(self, server, parent, sites):
        """Two of three hubs have a load balancer; one SCP in fifty was left as
        setup wrote it, and one in eighty names no site."""
        host = server.fqdn
        if server.number // HUB_SERVERS % 3 and server.number % 50:
            host = f'mail{server.number // HUB_SERVERS:04}.{DOMAIN}'
        keywords = [forest.URL_GUID]
        if server.number % 80 != 79:
            keywords += [f'Site={server.site}']
        if server.number % 80 != 79 and server.number % 50:
            keywords += [f'Site={site}'
                         for site in self.scope(server.number, sites)
                         if site != server.site]
        self.scp(parent, server.name,
                 f'https://{host}/Autodiscover/Autodiscover.xml', keywords,
                 self.created(server.product))

    def write_services(self, server):
        http = self.add(f'CN=HTTP,CN=Protocols,{server.dn}',
                        'msExchProtocolCfgHTTPContainer')
        for name, kind, path in SERVICES:
            if kind.startswith('msExchMapi') and not server.product.modern:
                continue
            self.add(f'CN={name} (Default Web Site),{http}',
                     ['msExchVirtualDirectory', kind],
                     msExchInternalHostName=f'https://{server.fqdn}/{path}'
                     if path else server.fqdn)
            if server.product.modern and server.product.has_mailboxes(
                    server.roles):
                self.add(f'CN={name} (Exchange Back End),{http}',
                         ['msExchVirtualDirectory', kind],
                         msExchInternalHostName=f'https://{server.fqdn}:444/'
                                                f'{path or "rpc"}')

    def write_databases(self, server):
        """[(DN, server)]"""
        made = []
        if not server.product.has_mailboxes(server.roles):
            return made
        parent = self.databases
        if not server.product.has_dag:
            store = self.add(f'CN=InformationStore,{server.dn}',
                             'msExchInformationStore')
            parent = self.add(f'CN=First Storage Group,{store}',
                              'msExchStorageGroup')
        for number in range(DATABASES):
            dn = self.add(
                f'CN=DB{server.number:05}-{number},{parent}',
                ['msExchMDB', 'msExchPrivateMDB'],
                msExchOwningServer=server.dn,
                msExchMasterServerOrAvailabilityGroup=server.dag or server.dn)
            made.append((dn, server))
            if server.dag:
                self.add(f'CN={server.name},{dn}', 'msExchMDBCopy',
                         msExchHostServerLink=server.dn)
        return made

    def write_servers(self, count, sites, products):
        servers = self.plan_servers(count, sites, products)
        self.write_dags(servers)
        for server in servers:
            self.write_server(server, sites)
        return [database for server in servers
                for database in self.write_databases(server)]

    # -- people

    def write_people(self, count, databases):
        unit = None
        for number in range(count):
            if number % PER_UNIT == 0:
                unit = self.add(f'OU=Staff {number // PER_UNIT:03},'
                                f'{self.suffix}', 'organizationalUnit')
            self.write_person(number, unit, databases)

    def write_person(self, number, unit, databases):
        given = GIVEN[self.random.randrange(len(GIVEN))]
        family = FAMILY[self.random.randrange(len(FAMILY))]
        alias = f'user{number:06}'
        common = {
            'displayName': f'{given} {family}', 'givenName': given,
            'sn': family, 'mailNickname': alias, 'mail': f'{alias}@{DOMAIN}',
            'proxyAddresses': [f'SMTP:{alias}@{DOMAIN}',
                               f'smtp:{alias}@old.example.test',
                               f'X500:/o=Old/cn=Recipients/cn={alias}'],
            'legacyExchangeDN': f'{self.legacy_group}/cn=Recipients/cn={alias}'}
        dn = f'CN={given} {family} {number:06},{unit}'
        kind = number % 100
        if kind == 97:
            self.add(dn, ['person', 'contact'], **common,
                     targetAddress=f'SMTP:{alias}@partner.example',
                     msExchRecipientTypeDetails='64')
            return
        common.update(sAMAccountName=alias,
                      userPrincipalName=f'{alias}@{DOMAIN}')
        if kind == 98:
            self.add(dn, ['person', 'user'], **common,
                     targetAddress=f'SMTP:{alias}@other.example',
                     msExchRecipientTypeDetails='128')
        elif kind == 99 or not databases:
            self.add(dn, ['person', 'user'], **common,
                     targetAddress=f'SMTP:{alias}@{CLOUD}',
                     msExchRemoteRecipientType='4',
                     msExchRecipientTypeDetails='2147483648')
        else:
            database, server = databases[number % len(databases)]
            self.add(dn, ['person', 'user'], **common, homeMDB=database,
                     msExchHomeServerName=server.legacy,
                     msExchMailboxGuid=noise(f'mailbox {alias}', 16),
                     msExchRecipientTypeDetails='1')


def component_states(server):
    """One server in a hundred is in maintenance."""
    if not server.product.modern:
        return None
    state = 0 if server.number % 100 == 42 else 1
    return [f'1:{component}:Maintenance:{state}:636000000000000000'
            for component in ('ServerWideOffline', 'AutoDiscoverProxy')]


def subnet_name(number):
    """All of 10.0.0.0/8, then 100.64.0.0/10 and on, a /24 for each."""
    if number < 1 << 16:
        return f'10.{number >> 8}.{number & 255}.0/24'
    number += (100 << 16) + (64 << 8) - (1 << 16)
    return f'{number >> 16}.{number >> 8 & 255}.{number & 255}.0/24'


def write(out, seed=2006728, sites=100, subnets=1000, servers=20,
          mailboxes=1000, versions=VERSIONS):
    large = Large(out, seed)
    names = large.write_sites(sites, subnets)
    large.write_authorities()
    databases = large.write_servers(
        servers, names, [PRODUCTS[year] for year in versions.split(',')])
    large.write_people(mailboxes, databases)


def main():
    parser = argparse.ArgumentParser(
        usage=__doc__.split('\n\n')[1].strip())
    for name, parameter in inspect.signature(write).parameters.items():
        if name != 'out':
            parser.add_argument(f'--{name}', default=parameter.default,
                                type=type(parameter.default))
    write(sys.stdout, **vars(parser.parse_args()))


if __name__ == '__main__':
    main()
