# SPDX-License-Identifier: MIT
"""What Exchange adds to Active Directory's schema, as far as a client may ask
for it. LDAP shows names only: where Microsoft publishes no number, we take one
of our own arc."""

EXCHANGE = '1.2.840.113556.1.4.7000.102'
CLASSES = '1.2.840.113556.1.5.7000.62'
OWN = '1.2.840.113556.1.8000.2554.49113.6044.51702.19822.33341.11.7200.1'

# Syntax and OM syntax ([MS-ADTS] 3.1.1.2.2.2).
TEXT = ('2.5.5.12', 64)
NUMBER = ('2.5.5.9', 2)
LARGE = ('2.5.5.16', 65)
OCTETS = ('2.5.5.10', 4)
DN = ('2.5.5.1', 127)

MAILBOX = {
    'homeMDB': ('1.2.840.113556.1.2.244', DN),
    'homeMTA': ('1.2.840.113556.1.2.171', DN),
    'mailNickname': ('1.2.840.113556.1.2.447', TEXT),
    'targetAddress': ('1.2.840.113556.1.2.352', TEXT),
    'altRecipient': ('1.2.840.113556.1.2.126', DN),
    'msExchHomeServerName': (f'{EXCHANGE}.47', TEXT),
    'msExchMailboxGuid': (f'{EXCHANGE}.11058', OCTETS),
    'msExchRecipientTypeDetails': (f'{EXCHANGE}.50855', LARGE),
    'msExchRecipientDisplayType': (f'{EXCHANGE}.50730', NUMBER),
    'msExchRemoteRecipientType': (f'{EXCHANGE}.51611', LARGE),
}
SERVER = {
    'msExchServerSite': (f'{OWN}.1', DN),
    'msExchServerInternalTLSCert': (f'{OWN}.2', OCTETS),
    'msExchCurrentServerRoles': (f'{OWN}.3', NUMBER),
    'msExchComponentStates': (f'{OWN}.4', TEXT),
    'msExchMDBAvailabilityGroupLink': (f'{OWN}.5', DN),
    'msExchVersion': (f'{EXCHANGE}.50853', LARGE),
}
DIRECTORY = {
    'msExchInternalHostName': (f'{OWN}.6', TEXT),
    'msExchExternalHostName': (f'{OWN}.7', TEXT),
}
DATABASE = {
    'msExchOwningServer': (f'{EXCHANGE}.11004', DN),
    'msExchEDBFile': (f'{EXCHANGE}.11001', TEXT),
    'msExchMasterServerOrAvailabilityGroup': (f'{OWN}.8', DN),
    'msExchHostServerLink': (f'{OWN}.9', DN),
}
SEVERAL = ('msExchComponentStates',)

SERVER_TOO = ('networkAddress', 'versionNumber', 'legacyExchangeDN')
VIRTUAL = ('WebServices', 'OAB', 'AutoDiscover', 'OWA', 'ECP', 'Mapi', 'RpcHttp')

# Name, number, parent class, where such an object may lie, what it may hold. A
# class can name another one only after the schema was loaded anew.
FIRST = [
    ('msExchOrganizationContainer', f'{CLASSES}.50020', 'container',
     ['msExchConfigurationContainer', 'container'], []),
    ('msExchAdminGroupContainer', f'{CLASSES}.50019', 'container',
     ['container'], []),
    ('msExchAdminGroup', f'{CLASSES}.50011', 'top', ['container'], []),
    ('msExchExchangeServer', f'{CLASSES}.50009', 'server', ['container'],
     [*SERVER, *SERVER_TOO]),
    ('msExchProtocolCfgProtocolContainer', f'{CLASSES}.2000', 'container',
     ['server', 'container'], []),
    ('msExchMDB', f'{CLASSES}.11002', 'top', ['container'], [*DATABASE]),
    ('msExchVirtualDirectory', f'{OWN}.101', 'top', ['container'],
     [*DIRECTORY]),
    ('msExchMDBAvailabilityGroup', f'{OWN}.102', 'top', ['container'], []),
]
SECOND = [
    ('msExchServersContainer', f'{CLASSES}.50013', 'container',
     ['msExchAdminGroup'], []),
    ('msExchContainer', f'{CLASSES}.50010', 'container',
     ['msExchAdminGroup'], []),
    ('msExchPrivateMDB', f'{CLASSES}.11004', 'msExchMDB', ['container'], []),
    ('msExchMDBCopy', f'{OWN}.103', 'top', ['msExchMDB'], [*DATABASE]),
    # The real array carries the class of a server, too.
    ('msExchClientAccessArray', f'{OWN}.104', 'msExchExchangeServer',
     ['container'], []),
    *((f'msExch{name}VirtualDirectory', f'{OWN}.{200 + number}',
       'msExchVirtualDirectory', ['container'], [])
      for number, name in enumerate(VIRTUAL)),
]

# Every domain user may read.
RIGHTS = ('D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)'
          '(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)')


def attribute(name, number, syntax):
    ldif = {'objectClass': 'attributeSchema', 'attributeID': number,
            'lDAPDisplayName': name, 'attributeSyntax': syntax[0],
            'oMSyntax': str(syntax[1]),
            'isSingleValued': str(name not in SEVERAL).upper()}
    if syntax is DN:
        ldif['oMObjectClass'] = bytes.fromhex('2b0c0287731c00854a')
    if name == 'homeMDB':
        ldif['linkID'] = '32'
    return name, ldif


def a_class(name, number, parent, places, holds):
    ldif = {'objectClass': 'classSchema', 'governsID': number,
            'lDAPDisplayName': name, 'subClassOf': parent,
            'objectClassCategory': '1', 'possSuperiors': places,
            'defaultSecurityDescriptor': RIGHTS}
    if holds:
        ldif['mayContain'] = holds
    return name, ldif


def steps():
    """Lists of (name, attributes); the schema is to be loaded after each."""
    every = {**MAILBOX, **SERVER, **DIRECTORY, **DATABASE}
    return ([attribute(name, *how) for name, how in every.items()],
            [a_class(*row) for row in FIRST],
            [a_class(*row) for row in SECOND])
