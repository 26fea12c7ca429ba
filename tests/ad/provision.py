#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Work on the database of a domain controller itself.

    provision.py forest HOME NAME HOST IPV4 IPV6 CA     make a forest, fill it
    provision.py services SMB.CONF HOST                 Kerberos names of HOST

It needs no privilege: extended attributes go to a file, and SYSVOL, which
nobody here asks for, gets no ACL.
"""

import logging
import pathlib
import sys
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lab')]

import ldb                                          # noqa: E402
import samba.dckeytab                               # noqa: E402,F401
from samba import dsdb, unix2nttime                 # noqa: E402
from samba.auth import system_session               # noqa: E402
from samba.credentials import Credentials           # noqa: E402
from samba.dcerpc import drsblobs, lsa, security    # noqa: E402
from samba.ndr import ndr_pack                      # noqa: E402
from samba.net import Net                           # noqa: E402
from samba.param import LoadParm                    # noqa: E402
from samba.provision import provision               # noqa: E402
from samba.samdb import SamDB                       # noqa: E402

import schema                                       # noqa: E402
import tree                                         # noqa: E402
from forest import PASSWORD                         # noqa: E402


def make(home, forest, host, ipv4, ipv6):
    domain = forest.domain
    home.mkdir()
    conf = home / 'empty.conf'
    conf.touch()
    lp = LoadParm()
    lp.load(str(conf))
    result = provision(
        logging.getLogger(), system_session(), smbconf=str(conf), lp=lp,
        targetdir=str(home / 's'), realm=domain.upper(), sitename='HQ',
        domain=domain.split('.')[0].upper(), hostname=host, hostip=ipv4,
        hostip6=ipv6, domainsid=security.dom_sid(tree.SIDS[domain]),
        domainguid=tree.GUIDS[domain], adminpass=tree.ADMINISTRATOR,
        serverrole='active directory domain controller', useeadb=True,
        dns_backend='SAMBA_INTERNAL',
        dom_for_fun_level=dsdb.DS_DOMAIN_FUNCTION_2008_R2, skip_sysvolacl=True,
        batch_mode=True)
    result.lp.set('dsdb:schema update allowed', 'yes')
    return result.lp


class Database:
    def __init__(self, lp):
        self.lp = lp
        self.db = SamDB(url=lp.samdb_url(), lp=lp,
                        session_info=system_session())

    def message(self, dn, attributes, flag=0):
        message = ldb.Message(ldb.Dn(self.db, dn))
        for name, values in attributes.items():
            values = values if isinstance(values, list) else [values]
            message[name] = ldb.MessageElement(
                [value.encode() if isinstance(value, str) else value
                 for value in values], flag, name)
        return message

    def add(self, dn, attributes):
        try:
            self.db.add(self.message(dn, attributes))
        except (ldb.LdbError, ValueError) as error:
            raise RuntimeError(f'{dn}: {error}') from None

    def replace(self, dn, **attributes):
        self.db.modify(self.message(dn, attributes, ldb.FLAG_MOD_REPLACE))

    def extend(self, dn, **attributes):
        self.db.modify(self.message(dn, attributes, ldb.FLAG_MOD_ADD))

    def add_services(self, host):
        """A domain controller registers them while it runs; without that task
        Kerberos has no name for its LDAP server."""
        domain = self.db.domain_dns_name()
        netbios = self.db.domain_netbios_name()
        fqdn, short = f'{host}.{domain}', host.upper()
        dn = f'CN={short},OU=Domain Controllers,{self.db.domain_dn()}'
        entry, = self.db.search(dn, ldb.SCOPE_BASE,
                                attrs=['servicePrincipalName'])
        known = {str(name) for name in entry['servicePrincipalName']}
        names = {f'ldap/{fqdn}', f'ldap/{fqdn}/{domain}',
                 f'ldap/{fqdn}/{netbios}', f'ldap/{short}',
                 f'GC/{fqdn}/{domain}'}
        self.extend(dn, servicePrincipalName=sorted(names - known))

    def keytab(self, name, path):
        principal = f'{name}@{self.db.domain_dns_name().upper()}'
        Net(Credentials(), self.lp).export_keytab(keytab=str(path),
                                                  principal=principal)


class Seed(Database):
    """Fills a new forest."""

    def __init__(self, lp, forest):
        super().__init__(lp)
        self.forest = forest

    def transaction(self, work):
        self.db.transaction_start()
        try:
            work()
        except BaseException:
            self.db.transaction_cancel()
            raise
        self.db.transaction_commit()

    def schema(self):
        base = f'CN=Schema,{self.forest.config}'
        for step in schema.steps():
            self.transaction(lambda step=step: [
                self.add(f'CN={name},{base}', attributes)
                for name, attributes in step])
            self.db.set_schema_update_now()
        # The class that user and contact take their mail attributes from.
        self.extend(f'CN=Mail-Recipient,{base}',
                    mayContain=list(schema.MAILBOX))
        self.db.set_schema_update_now()

    def entries(self):
        # Any password will do, and none grows old.
        self.replace(self.forest.suffix, pwdProperties='0', maxPwdAge='0')
        for dn, kind, attributes in self.forest.entries:
            if not self.exists(dn):
                self.entry(dn, kind, dict(attributes))

    def exists(self, dn):
        try:
            return len(self.db.search(dn, ldb.SCOPE_BASE, attrs=['cn'])) == 1
        except ldb.LdbError:
            return False

    def entry(self, dn, kind, attributes):
        created = attributes.pop('whenCreated', None)
        attributes = {name: value for name, value in attributes.items()
                      if value is not None and value != []}
        if kind in ('user', 'computer'):
            attributes['unicodePwd'] = f'"{PASSWORD}"'.encode('utf-16le')
        self.add(dn, {'objectClass': kind, **attributes})
        if created:
            # Whom the clock overruled in the add; only here, on the database
            # itself, it may be written.
            self.replace(dn, whenCreated=created)

    def trust(self, other):
        """A forest trust in both directions, our half of it, as far as Kerberos
        needs one. Samba's own tool makes it by remote calls between servers
        that run."""
        self.add(f'CN={other},CN=System,{self.forest.suffix}', {
            'objectClass': 'trustedDomain', 'trustPartner': other,
            'flatName': other.split('.')[0].upper(),
            'trustAuthIncoming': trust_password(),
            'trustAuthOutgoing': trust_password(),
            'securityIdentifier': ndr_pack(security.dom_sid(tree.SIDS[other])),
            'msDS-SupportedEncryptionTypes': str(
                security.KERB_ENCTYPE_AES128_CTS_HMAC_SHA1_96
                | security.KERB_ENCTYPE_AES256_CTS_HMAC_SHA1_96),
            'trustType': str(lsa.LSA_TRUST_TYPE_UPLEVEL),
            'trustDirection': str(lsa.LSA_TRUST_DIRECTION_INBOUND
                                  | lsa.LSA_TRUST_DIRECTION_OUTBOUND),
            'trustAttributes': str(lsa.LSA_TRUST_ATTRIBUTE_FOREST_TRANSITIVE)})


def trust_password():
    """[MS-ADTS] 6.1.6.9.1; the same one in both directions."""
    secret = list(PASSWORD.encode('utf-16le'))
    clear = drsblobs.AuthInfoClear()
    clear.size, clear.password = len(secret), secret
    one = drsblobs.AuthenticationInformation()
    one.LastUpdateTime = unix2nttime(int(time.time()))
    one.AuthType = lsa.TRUST_AUTH_TYPE_CLEAR
    one.AuthInfo = clear
    array = drsblobs.AuthenticationInformationArray()
    array.count, array.array = 1, [one]
    blob = drsblobs.trustAuthInOutBlob()
    blob.count, blob.current = 1, array
    return ndr_pack(blob)


def make_forest(home, name, host, ipv4, ipv6, ca):
    home = pathlib.Path(home)
    forest = tree.FORESTS[name](pathlib.Path(ca))
    seed = Seed(make(home, forest, host, ipv4, ipv6), forest)
    seed.schema()
    seed.transaction(seed.entries)
    seed.add_services(host)
    for other in tree.SIDS:
        if other != forest.domain:
            seed.trust(other)
    for account in ('PC1$', 'alice'):
        if any(entry[2].get('sAMAccountName') == account
               for entry in forest.entries):
            seed.keytab(account, home / f'{account.strip("$").lower()}.keytab')


def add_services(conf, host):
    lp = LoadParm()
    lp.load(conf)
    Database(lp).add_services(host)


if __name__ == '__main__':
    work = {'forest': make_forest, 'services': add_services}[sys.argv[1]]
    work(*sys.argv[2:])
