# SPDX-License-Identifier: MIT
"""Forests for the lab: sites, subnets, Exchange servers, SCPs and pointers as
Active Directory holds them, as LDIF that slapadd takes."""

import base64
import random

URL_GUID = '77378F46-2C66-4aa9-A6A6-3E7A48B19596'
POINTER_GUID = '67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68'
LOOKALIKE_GUID = 'D3614C7C-D214-4F1F-BD4C-00D91C67F93F'
URL_CLASS = 'ms-Exchange-AutoDiscover-Service'
GROUP = 'Exchange Administrative Group (FYDIBOHF23SPDLT)'

SUFFIX = 'DC=corp,DC=example,DC=test'
USERS = ('alice', 'bob', 'carol', 'dave', 'erin')
PASSWORD = 'open sesame'


def safe(value):
    """RFC 2849 SAFE-STRING, and no blank at the end."""
    return (value.isascii() and value.isprintable()
            and value[:1] not in (' ', ':', '<') and value[-1:] != ' ')


def line(name, value):
    if isinstance(value, str):
        if safe(value):
            return f'{name}: {value}\n'
        value = value.encode()
    return f'{name}:: {base64.b64encode(value).decode()}\n'


def record(dn, object_class, attributes):
    """An entry as LDIF."""
    text = [line('dn', dn)]
    for name, values in (('objectClass', object_class), *attributes.items()):
        if isinstance(values, (str, bytes)):
            text.append(line(name, values))
        else:
            text += [line(name, value) for value in values or ()]
    text.append('\n')
    return ''.join(text)


def escape_rdn(value):
    """RFC 4514 2.4, as far as names of servers and sites need it."""
    for char in '\\,+"<>;=#':
        value = value.replace(char, '\\' + char)
    return value.replace('\n', '\\0A')


class Forest:
    """Entries in the order in which they are to be loaded, which is the order
    in which slapd gives them back."""

    def __init__(self, suffix=SUFFIX, organization='Contoso', users=USERS):
        self.suffix = suffix
        self.config = f'CN=Configuration,{suffix}'
        self.services = f'CN=Services,{self.config}'
        self.sites = f'CN=Sites,{self.config}'
        exchange = f'CN=Microsoft Exchange,{self.services}'
        groups = f'CN=Administrative Groups,CN={organization},{exchange}'
        self.group = f'CN={GROUP},{groups}'
        self.servers = f'CN=Servers,{self.group}'
        self.pointers = f'CN=Microsoft Exchange Autodiscover,{self.services}'
        self.entries = []
        self.add(suffix, 'domainDNS', dc=suffix[3:suffix.index(',')])
        self.add(f'CN=Users,{suffix}', 'container')
        for user in users:
            self.add(f'CN={user},CN=Users,{suffix}', 'user',
                     userPassword=PASSWORD)
        self.add(self.config, 'configuration')
        self.add(self.sites, 'sitesContainer')
        self.add(f'CN=Subnets,{self.sites}', 'subnetContainer')
        self.add(self.services, 'container')
        self.add(exchange, 'msExchConfigurationContainer')
        self.add(f'CN={organization},{exchange}', 'msExchOrganizationContainer')
        self.add(groups, 'msExchAdminGroupContainer')
        self.add(self.group, 'msExchAdminGroup')
        self.add(self.servers, 'msExchServersContainer')
        self.add(self.pointers, 'container')

    def add(self, dn, object_class, **attributes):
        """Values are strings or bytes, lists of them, or None for none."""
        self.entries.append((dn, object_class, attributes))
        return dn

    def site(self, name):
        return self.add(f'CN={escape_rdn(name)},{self.sites}', 'site')

    def site_dn(self, name):
        return f'CN={escape_rdn(name)},{self.sites}'

    def subnet(self, prefix, site=None):
        self.add(f'CN={escape_rdn(prefix)},CN=Subnets,{self.sites}', 'subnet',
                 siteObject=site and self.site_dn(site))

    def server(self, name, site=None, version='1942063563',
               serial='Version 15.1 (Build 32507.6)', roles='16439', **more):
        """A server and the containers that its SCP lies in."""
        dn = self.add(
            f'CN={escape_rdn(name)},{self.servers}', 'msExchExchangeServer',
            networkAddress=[f'ncacn_ip_tcp:{name.lower()}.corp.example.test',
                            f'netbios:{name}'],
            msExchServerSite=site and self.site_dn(site),
            msExchCurrentServerRoles=roles, versionNumber=version,
            serialNumber=serial, **more)
        self.add(f'CN=Protocols,{dn}', 'msExchProtocolCfgProtocolContainer')
        return self.add(f'CN=Autodiscover,CN=Protocols,{dn}', 'container')

    def array(self, name):
        """A client access array: a server by class, and none in truth."""
        self.add(f'CN={name},{self.servers}', 'msExchClientAccessArray',
                 networkAddress=f'ncacn_ip_tcp:{name.lower()}.example.test')

    def scp(self, parent, name, url, keywords, created=None,
            class_name=URL_CLASS):
        self.add(f'CN={escape_rdn(name)},{parent}', 'serviceConnectionPoint',
                 keywords=keywords, serviceBindingInformation=url,
                 serviceClassName=class_name, serviceDNSName=name,
                 whenCreated=created)

    def exchange(self, name, site, created, url=None, keywords=None,
                 **version):
        """A server with the SCP that setup writes."""
        self.scp(self.server(name, site, **version), name,
                 url or f'https://{name.lower()}.corp.example.test'
                        '/Autodiscover/Autodiscover.xml',
                 keywords or [URL_GUID, f'Site={site}'], created)

    def extend(self, dn, *classes, **attributes):
        """More classes and attributes for an entry that is there."""
        for index, (known, object_class, older) in enumerate(self.entries):
            if known == dn:
                kept = ([object_class] if isinstance(object_class, str)
                        else object_class)
                self.entries[index] = (dn, [*kept, *classes],
                                       {**older, **attributes})

    def service(self, server, kind, url):
        """A virtual directory; its container comes with the first one."""
        web = f'CN=HTTP,CN=Protocols,CN={server},{self.servers}'
        if web not in (dn for dn, _, _ in self.entries):
            self.add(web, 'container')
        self.add(f'CN={kind} (Default Web Site),{web}',
                 f'msExch{kind}VirtualDirectory', msExchInternalHostName=url)

    def database(self, name, owner=None):
        databases = f'CN=Databases,{self.servers.partition(",")[2]}'
        if databases not in (dn for dn, _, _ in self.entries):
            self.add(databases, 'container')
        return self.add(f'CN={name},{databases}', 'msExchPrivateMDB',
                        msExchOwningServer=owner
                        and f'CN={owner},{self.servers}')

    def person(self, name, *addresses, kind='user', **attributes):
        """A recipient; his first address is the primary one."""
        spelt = [('smtp:' if number else 'SMTP:') + address
                 for number, address in enumerate(addresses)]
        return self.add(f'CN={escape_rdn(name)},CN=Users,{self.suffix}',
                        [kind, 'mailRecipient'], proxyAddresses=spelt or None,
                        mail=addresses[0] if addresses else None, **attributes)

    def pointer(self, name, target, keywords=()):
        self.scp(self.pointers, name, target, [POINTER_GUID, *keywords],
                 '20140301000000.0Z', class_name=None)

    def reference(self, name, url):
        """An entry that says: ask another server."""
        self.add(f'CN={escape_rdn(name)},{self.services}',
                 ['referral', 'extensibleObject'], ref=url)

    def ldif(self):
        return ''.join(record(*entry) for entry in self.entries)


def plain(**options):
    """Three servers in two sites; their ages differ from their order."""
    forest = Forest(**options)
    forest.site('HQ')
    forest.site('Branch')
    forest.subnet('10.1.0.0/16', 'HQ')
    forest.subnet('10.2.0.0/16', 'Branch')
    forest.exchange('EX10', 'HQ', '20120510120000.0Z', version='1937932535',
                    serial='Version 14.2 (Build 30247.5)')
    forest.exchange('EX07', 'HQ', '20080215093000.0Z', version='1912832083',
                    serial='Version 8.3 (Build 30083.6)')
    forest.exchange('EX13', 'Branch', '20140101000000.0Z',
                    version='1941997017', serial='Version 15.0 (Build 31497.2)')
    return forest


def odd():
    """One of everything that people find in real directories."""
    forest = plain()
    for site in ('Zürich', 'Lab.2', 'Empty'):
        forest.site(site)
    forest.subnet('10.1.7.0/24', 'Zürich')
    forest.subnet('10.9.0.0/16')
    forest.subnet('10.010.0.0/16', 'HQ')
    forest.subnet('fd00:1::/64', 'Branch')
    forest.subnet('10.2.0.0/16\nCNF:0c4f2bd1-7f0a-4d0e-8c53-2f5f6b0f7a11',
                  'HQ')

    def scp(name, url, keywords, created='20150101000000.0Z', **version):
        forest.exchange(name, 'HQ', created, url, keywords, **version)

    scp('TIE1', 'https://tie1.corp.example.test/autodiscover/autodiscover.xml',
        [URL_GUID, 'Site=HQ'])
    scp('TIE2', 'https://tie2.corp.example.test/autodiscover/autodiscover.xml',
        ['Site=HQ', URL_GUID])
    scp('AGELESS', 'https://ageless.example.test/Autodiscover/Autodiscover.xml',
        [URL_GUID, 'Site=HQ'], None)
    scp('SAME', 'HTTPS://ex07.corp.example.test/autodiscover/autodiscover.xml',
        [URL_GUID, 'Site=Branch'])
    scp('NULLED', [], [URL_GUID, 'Site=HQ'])
    scp('TWO', ['https://two-a.example.test/autodiscover/autodiscover.xml',
                'https://two-b.example.test/autodiscover/autodiscover.xml'],
        [URL_GUID, 'Site=Lab.2'])
    scp('OPEN', 'https://wide.example.test/autodiscover/autodiscover.xml',
        [URL_GUID])
    scp('MANY', 'https://many.example.test/autodiscover/autodiscover.xml',
        [URL_GUID, 'Site=Branch', 'Site=Zürich', 'Site=HQ'])
    scp('UMLAUT', 'https://umlaut.example.test/autodiscover/autodiscover.xml',
        [URL_GUID.lower(), 'site=ZÜRICH'])
    scp('BLANK', 'https://blank.example.test/autodiscover/autodiscover.xml',
        [URL_GUID, 'Site= HQ', 'Site='])
    scp('DEAD', 'https://dead/autodiscover/autodiscover.xml',
        [URL_GUID, 'Site=Nowhere'])
    scp('CLEAR', 'http://10.1.0.5:8080/autodiscover/autodiscover.xml',
        [URL_GUID, 'Site=HQ', 'Domain=corp.example.test'])
    scp('FTP', 'ftp://files.example.test/autodiscover.xml',
        [URL_GUID, 'Site=HQ'])
    scp('NOURL', 'autodiscover', [URL_GUID, 'Site=HQ'])
    scp('COMMA, INC+', 'https://comma.example.test/autodiscover/'
        'autodiscover.xml', [URL_GUID, 'Site=HQ'])
    scp('ESCAPE', 'https://escape.example.test/\x1b[31m\u202e',
        [URL_GUID, 'Site=HQ', '\x1b]0;owned\x07'])
    scp('DISAGREE', 'https://disagree.corp.example.test/autodiscover/'
        'autodiscover.xml', [URL_GUID, 'Site=HQ'], version='1942063563',
        serial='Version 14.3 (Build 30123.4)')
    scp('NONSENSE', 'https://nonsense.corp.example.test/autodiscover/'
        'autodiscover.xml', [URL_GUID, 'Site=HQ'], version='-1',
        serial=['\x1b[31m', 'Version 15'])
    scp('UNTOLD', 'https://untold.corp.example.test/autodiscover/'
        'autodiscover.xml', [URL_GUID, 'Site=HQ'], version=None, serial=None)
    forest.array('WIDE')
    forest.scp(forest.services, 'STRAY',
               'https://stray.corp.example.test/autodiscover/autodiscover.xml',
               [URL_GUID, 'Site=HQ'], '20090101000000.0Z', class_name=None)
    forest.scp(forest.pointers, 'Microsoft Exchange Online', '*.outlook.com',
               [LOOKALIKE_GUID], '20130101000000.0Z')
    forest.scp(forest.pointers, 'BOTH', 'https://both.example.test/',
               [URL_GUID, POINTER_GUID], '20130101000000.0Z')
    forest.pointer('nowhere', [], ['Domain=nowhere.example.test'])
    forest.pointer('other', 'LDAP://other.example.test',
                   ['Domain=other.example.test'])
    return forest


def many(count, **options):
    """`count` SCPs in ten sites; whenCreated is shuffled, by a fixed seed."""
    forest = Forest(**options)
    for number in range(10):
        forest.site(f'Site{number}')
    days = list(range(count))
    random.Random(2006728).shuffle(days)
    for number, day in enumerate(days):
        created = (f'{2004 + day // 336}{1 + day // 28 % 12:02}'
                   f'{1 + day % 28:02}060000.0Z')
        forest.exchange(f'EX{number:05}', f'Site{number % 10}', created)
    return forest
