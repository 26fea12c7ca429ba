# SPDX-License-Identifier: MIT
"""Servers, their certificates and mailboxes, for the make.py of a case.

    forest = Forest('DC=contoso,DC=com')
    forest.site('HQ')
    forest.server('EX10', EX2010, 38, 'HQ', setup=pem('ex10'))
    forest.write('forest.ldif')

Certificates lie in certificates/, next to this file."""
import base64
import hashlib
import pathlib
import shutil
import ssl
import struct

from entries import GUID

PEMS = pathlib.Path(__file__).resolve().parent / 'certificates'
GROUP = ('CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative '
         'Groups,CN=First Organization,CN=Microsoft Exchange,CN=Services')
LEGACY = ('/o=First Organization/ou=Exchange Administrative Group '
          '(FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn=')
EX2007_SP3 = 0x72038053, 'Version 8.3 (Build 30083.6)'
EX2010_SP2 = 0x738280F7, 'Version 14.2 (Build 30247.5)'
EX2016 = 0x73C189CB, 'Version 15.1 (Build 32507.6)'


def der(name):
    return ssl.PEM_cert_to_DER_cert((PEMS / f'{name}.pem').read_text())


def fetch(*names):
    """The PEM files into the working directory, for --trust and --roots."""
    for name in names:
        shutil.copy(PEMS / f'{name}.pem', '.')


def element(content, friendly=None):
    """A serialized store element, [MS-GPEF] 2.2.1.1.1."""
    properties = [(3, hashlib.sha1(content).digest())]
    if friendly is not None:
        properties.append((11, (friendly + '\0').encode('utf-16-le')))
    return b''.join(struct.pack('<III', number, 1, len(value)) + value
                    for number, value in properties + [(32, content)])


def setup(name):
    """As setup publishes its own."""
    return element(der(name), 'Microsoft Exchange')


class Forest:
    def __init__(self, domain):
        self.domain = domain
        self.config = f'CN=Configuration,{domain}'
        self.dns = domain.replace('DC=', '').replace(',', '.')
        self.entries = []
        self.entry('', configurationNamingContext=self.config,
                   dnsHostName=f'dc1.{self.dns}')

    def entry(self, dn, **attributes):
        lines = [f'dn: {dn}']
        for name, values in attributes.items():
            for value in values if isinstance(values, list) else [values]:
                lines.append(
                    f'{name}:: {base64.b64encode(value).decode()}'
                    if isinstance(value, bytes) else f'{name}: {value}')
        self.entries.append('\n'.join(lines) + '\n')

    def site(self, name):
        self.entry(f'CN={name},CN=Sites,{self.config}', objectClass='site')

    def server_dn(self, name):
        return f'CN={name},CN=Servers,{GROUP},{self.config}'

    def server(self, name, version, roles, site, certificate=None, url=None,
               created=2015, fqdn=None):
        """And its SCP, unless the URL is ''."""
        dn = self.server_dn(name)
        fqdn = fqdn or f'{name.lower()}.{self.dns}'
        more = ({} if certificate is None else
                {'msExchServerInternalTLSCert': certificate})
        self.entry(dn, objectClass='msExchExchangeServer', cn=name,
                   networkAddress=[f'netbios:{name}', f'ncacn_ip_tcp:{fqdn}'],
                   versionNumber=version[0], serialNumber=version[1],
                   msExchCurrentServerRoles=roles,
                   msExchServerSite=f'CN={site},CN=Sites,{self.config}',
                   legacyExchangeDN=LEGACY + name, **more)
        if url == '':
            return
        self.entry(
            f'CN={name},CN=Autodiscover,CN=Protocols,{dn}',
            objectClass='serviceConnectionPoint', cn=name,
            keywords=[GUID, f'Site={site}'],
            serviceBindingInformation=url or
            f'https://{fqdn}/Autodiscover/Autodiscover.xml',
            serviceClassName='ms-Exchange-AutoDiscover-Service',
            whenCreated=f'{created}0101000000.0Z')

    def service(self, server, name, kind, url):
        self.entry(f'CN={name} (Default Web Site),CN=HTTP,CN=Protocols,'
                   f'{self.server_dn(server)}',
                   objectClass=['msExchVirtualDirectory',
                                f'msExch{kind}VirtualDirectory'],
                   msExchInternalHostName=url)

    def mailbox(self, name, server):
        database = f'CN=DB {name},CN=Databases,{GROUP},{self.config}'
        self.entry(database, objectClass='msExchPrivateMDB',
                   msExchOwningServer=self.server_dn(server))
        self.entry(f'CN={name},CN=Users,{self.domain}', objectClass='user',
                   mail=f'{name}@{self.dns}', mailNickname=name,
                   proxyAddresses=f'SMTP:{name}@{self.dns}', homeMDB=database,
                   msExchHomeServerName=LEGACY + server,
                   msExchRecipientTypeDetails=1)

    def authority(self, where, *names):
        """Files, or DER, in this place below Public Key Services; "" is
        NTAuth's."""
        place = f'CN=Public Key Services,CN=Services,{self.config}'
        self.entry(
            f'CN=CA,CN={where},{place}' if where else
            f'CN=NTAuthCertificates,{place}',
            objectClass='certificationAuthority',
            cACertificate=[name if isinstance(name, bytes) else der(name)
                           for name in names])

    def write(self, path):
        pathlib.Path(path).write_text('\n'.join(self.entries),
                                      encoding='utf-8')
