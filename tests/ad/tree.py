# SPDX-License-Identifier: MIT
"""What the domain controllers hold: sites, Exchange servers of every age with
their databases and virtual directories, mailboxes, certificates, pointers."""

import hashlib

from forest import (GROUP, POINTER_GUID, SUFFIX, URL_GUID, USERS, Forest,
                    escape_rdn)

ADMINISTRATOR = 'Passw0rd.1'
# Each forest must know the other's, and a test the answers that hold them.
SIDS = {'corp.example.test': 'S-1-5-21-2006728-2007-2010',
        'partner.example.test': 'S-1-5-21-2006728-2013-2019'}
GUIDS = {'corp.example.test': '6f4b9a0e-2f1d-4c57-9d0a-1c5b7e0d2a01',
         'partner.example.test': '6f4b9a0e-2f1d-4c57-9d0a-1c5b7e0d2a02'}
PARTNER = 'DC=partner,DC=example,DC=test'

# The crowd of the second forest: how many, where, and whom the last place is
# closed to.
CREW, PLACES, CLOSED_TO = 5000, ('Deck', 'Engine', 'Closed'), 'bob'

# serialNumber and versionNumber of a release.
RELEASES = {
    '2007': ('Version 8.3 (Build 30083.6)', '1912832083'),
    '2010': ('Version 14.2 (Build 30247.5)', '1937932535'),
    '2013': ('Version 15.0 (Build 31497.2)', '1941997017'),
    '2016': ('Version 15.1 (Build 32507.6)', '1942063563'),
    '2019': ('Version 15.2 (Build 31748.10)', '1942128340'),
}
DIRECTORIES = (('WebServices', 'EWS', 'EWS/Exchange.asmx'),
               ('OAB', 'OAB', 'OAB'), ('OWA', 'owa', 'owa'),
               ('ECP', 'ecp', 'ecp'), ('Mapi', 'mapi', 'mapi'))


def element(der):
    """A serialized certificate ([MS-GPEF] 2.2.1.1.1), as Exchange stores it."""
    def part(number, value):
        return b''.join(each.to_bytes(4, 'little')
                        for each in (number, 1, len(value))) + value
    name = 'Microsoft Exchange\0'.encode('utf-16le')
    return (part(3, hashlib.sha1(der).digest()) + part(11, name)
            + part(0x20, der))


class Directory(Forest):
    """A forest as provisioning leaves it, and more: entries that exist already
    are named again, and stay as they are."""

    def __init__(self, suffix, domain):
        super().__init__(suffix)
        self.domain = domain
        self.users = []
        self.entries = [entry for entry in self.entries if entry[1] != 'user']
        self.group = f'CN={GROUP},' + self.servers.split(',', 2)[2]
        self.keys = f'CN=Public Key Services,{self.services}'
        self.databases = self.add(f'CN=Databases,{self.group}',
                                  'msExchContainer')

    def site(self, name):
        dn = super().site(name)
        self.add(f'CN=NTDS Site Settings,{dn}', 'nTDSSiteSettings')
        self.add(f'CN=Servers,{dn}', 'serversContainer')
        return dn

    def link(self, name, *sites):
        self.add(f'CN={name},CN=IP,CN=Inter-Site Transports,{self.sites}',
                 'siteLink', siteList=[self.site_dn(site) for site in sites],
                 cost='100', replInterval='15')

    def server_dn(self, name):
        return f'CN={escape_rdn(name)},{self.servers}'

    def exchange(self, name, site, created, url=None, keywords=None,
                 release='2016', certificate=None):
        """A server with all that setup writes."""
        serial, version = RELEASES[release]
        host = f'{name.lower()}.{self.domain}'
        server = self.server_dn(name)
        if url is None:
            url = f'https://{host}/Autodiscover/Autodiscover.xml'
        self.scp(self.server(name, site, serial=serial, version=version), name,
                 url, keywords or [URL_GUID, f'Site={site}'], created)
        attributes = next(entry[2] for entry in self.entries
                          if entry[0] == server)
        attributes.update(
            networkAddress=[f'ncacn_ip_tcp:{host}', f'netbios:{name}'],
            legacyExchangeDN=self.legacy(name),
            msExchServerInternalTLSCert=certificate)
        self.virtual_directories(server, host)
        self.database(f'DB-{name}', name)

    def legacy(self, server):
        return (f'/o=Contoso/ou={GROUP}/cn=Configuration/cn=Servers'
                f'/cn={server}')

    def virtual_directories(self, server, host):
        http = self.add(f'CN=HTTP,CN=Protocols,{server}',
                        'msExchProtocolCfgProtocolContainer')
        for kind, name, path in DIRECTORIES:
            self.add(f'CN={name} (Default Web Site),{http}',
                     f'msExch{kind}VirtualDirectory',
                     msExchInternalHostName=f'https://{host}/{path}')

    def database(self, name, server):
        owner = self.server_dn(server)
        dn = self.add(f'CN={escape_rdn(name)},{self.databases}',
                      'msExchPrivateMDB', msExchOwningServer=owner,
                      msExchMasterServerOrAvailabilityGroup=owner)
        self.add(f'CN={escape_rdn(server)},{dn}', 'msExchMDBCopy',
                 msExchHostServerLink=owner)

    # ------------------------------------------------------------ people --

    def account(self, name, control=512, **attributes):
        """A user with the password that all users have."""
        self.add(f'CN={name},CN=Users,{self.suffix}', 'user',
                 sAMAccountName=name, userAccountControl=str(control),
                 userPrincipalName=f'{name}@{self.domain}', **attributes)

    def mailbox(self, name, server, *aliases):
        self.account(
            name, mail=f'{name}@{self.domain}', mailNickname=name,
            proxyAddresses=[f'SMTP:{name}@{self.domain}',
                            *(f'smtp:{alias}' for alias in aliases)],
            homeMDB=f'CN=DB-{server},{self.databases}',
            msExchHomeServerName=self.legacy(server),
            msExchMailboxGuid=hashlib.md5(name.encode()).digest(),
            msExchRecipientTypeDetails='1')

    def remote(self, name, target):
        """A mailbox in the cloud."""
        self.account(
            name, mail=f'{name}@{self.domain}', mailNickname=name,
            proxyAddresses=f'SMTP:{name}@{self.domain}',
            targetAddress=f'SMTP:{target}', msExchRemoteRecipientType='1',
            msExchRecipientTypeDetails='2147483648')

    def machine(self, name):
        self.add(f'CN={name},CN=Computers,{self.suffix}', 'computer',
                 sAMAccountName=f'{name}$', userAccountControl='4096',
                 dNSHostName=f'{name}.{self.domain}',
                 servicePrincipalName=f'HOST/{name}.{self.domain}')

    # ------------------------------------------------------ certificates --

    def authority(self, name, der, container='Certification Authorities'):
        where = f'CN={container},{self.keys}' if container else self.keys
        self.add(f'CN={name},{where}', 'certificationAuthority',
                 cACertificate=der, authorityRevocationList=b'\0',
                 certificateRevocationList=b'\0')

    def enrollment(self, name, der):
        self.add(f'CN={name},CN=Enrollment Services,{self.keys}',
                 'pKIEnrollmentService', cACertificate=der,
                 dNSHostName=f'ca.{self.domain}',
                 certificateTemplates=['WebServer', 'Machine'])


def der(ca, name):
    return (ca / f'{name}.der').read_bytes()


def corp(ca):
    """The forest of most tests. Names, ages and the order in which the servers
    came into the directory all differ."""
    forest = Directory(SUFFIX, 'corp.example.test')
    sites(forest)
    forest.exchange('EX16', 'HQ', '20170301080000.0Z', release='2016',
                    certificate=element(der(ca, 'ex16')))
    forest.exchange('EX10', 'HQ', '20120510120000.0Z', release='2010',
                    certificate=element(der(ca, 'ex10')))
    forest.exchange('EX07', 'HQ', '20080215093000.0Z', release='2007')
    forest.exchange('EX19', 'Zürich', '20200701080000.0Z', release='2019',
                    certificate=der(ca, 'ex16'),
                    keywords=[URL_GUID.lower(), 'site=ZÜRICH'])
    forest.exchange('EX13', 'Branch', '20140101000000.0Z', release='2013',
                    certificate=b'\3\0\0\0\1\0\0\0\xff\xff\xff\xff')
    odd(forest)
    forest.array('OUTLOOK')
    pointers(forest)
    people(forest)
    forest.authority('Lab Root CA', der(ca, 'ca'))
    forest.authority('Lab Issuing CA', der(ca, 'issuing'), 'AIA')
    forest.authority('NTAuthCertificates', der(ca, 'issuing'), None)
    forest.enrollment('Lab Issuing CA', der(ca, 'issuing'))
    return forest


def sites(forest):
    # HQ comes with the first domain controller; Lab.2 has no SCP.
    for number, name in ((12, 'Branch'), (13, 'Zürich'), (14, 'Lab.2')):
        forest.site(name)
        forest.subnet(f'10.77.{number}.0/24', name)
        forest.subnet(f'fd00:77:{number}::/64', name)
        forest.link(f'HQ-{number}', 'HQ', name)
    for number in (1, 11):
        forest.subnet(f'10.77.{number}.0/24', 'HQ')
        forest.subnet(f'fd00:77:{number}::/64', 'HQ')
    forest.subnet('10.77.2.0/24', 'Branch')
    forest.subnet('10.98.0.0/24')


def odd(forest):
    base = 'https://{}.corp.example.test/autodiscover/autodiscover.xml'

    def scp(name, year, urls, keywords):
        forest.exchange(name, 'Branch', f'{year}0101120000.0Z', urls, keywords)

    scp('NULLED', 2016, [], [URL_GUID, 'Site=Branch'])
    scp('TWO', 2019, [base.format('two-a'), base.format('two-b')],
        [URL_GUID, 'Site=Branch'])
    scp('OPEN', 2018, base.format('open'), [URL_GUID])
    scp('MANY', 2011, base.format('many'),
        [URL_GUID, 'Site=Branch', 'Site=Zürich', 'Site=Nowhere'])
    scp('COMMA, INC+', 2017, base.format('comma'), [URL_GUID, 'Site=Branch'])
    scp('LATER', 2021, base.format('later'), [URL_GUID, 'Site=Branch'])


def pointers(forest):
    for name, target, domain in (
            ('partner.example.test', 'LDAP://partner.example.test',
             'partner.example.test'),
            ('by host', 'LDAP://dc2.partner.example.test:389', 'host.test'),
            ('loop', 'LDAP://corp.example.test', 'loop.test'),
            ('dead', 'LDAP://dead.example.test', 'dead.test')):
        forest.scp(forest.pointers, name, target,
                   [POINTER_GUID, f'Domain={domain}'], '20140301000000.0Z',
                   class_name=None)


def people(forest):
    """alice has the mailbox of KB2006728, erin none at all."""
    forest.mailbox('alice', 'EX10', 'alice.liddell@corp.example.test')
    forest.mailbox('bob', 'EX13')
    forest.mailbox('carol', 'EX19')
    forest.remote('dave', 'dave@contoso.mail.onmicrosoft.com')
    forest.account('erin')
    forest.account('gone', control=514)
    forest.account('late', pwdLastSet='0')
    forest.machine('PC1')
    forest.add(f'CN=zoe,CN=Users,{forest.suffix}', 'contact',
               mail='zoe@elsewhere.example.test', mailNickname='zoe',
               proxyAddresses='SMTP:zoe@corp.example.test',
               targetAddress='SMTP:zoe@elsewhere.example.test')


def partner(ca):
    """The forest that one pointer of the first leads to."""
    forest = Directory(PARTNER, 'partner.example.test')
    forest.site('Depot')
    forest.subnet('10.78.1.0/24', 'HQ')
    forest.subnet('10.77.11.0/24', 'Depot')
    forest.subnet('fd00:77:11::/64', 'Depot')
    # More than one page of them.
    for number in range(1100):
        forest.subnet(f'172.{16 + number // 256}.{number % 256}.0/24', 'Depot')
    forest.exchange('PX13', 'HQ', '20150101000000.0Z', release='2013')
    forest.exchange('PX19', 'Depot', '20200101000000.0Z', release='2019',
                    certificate=element(der(ca, 'ex16')))
    forest.mailbox('pat', 'PX13')
    for name in ('Night', 'Day'):
        forest.database(f'DB-{name}', 'PX19')
    for name in USERS:
        forest.account(name)
    return forest


FORESTS = {'corp': corp, 'partner': partner}
