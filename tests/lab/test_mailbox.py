# SPDX-License-Identifier: MIT
"""Mailboxes in a real directory: live and exported, with odd addresses, and for
users who may not read everything."""

import forest
from export import export_all, export_to
from lab import HERE, Running
from tap import expect, expect_equal, test

TIME = ['-t', '2026-01-01T00:00:00Z']
DOMAIN = 'corp.example.test'
ODD = ['a*b', '*', 'o(d)d', 'back\\slash', ')(mail=*', '(|(cn=*))', '\\2a',
       '"quoted"', 'with,comma', 'jürg', '邮件', '%41', '#1', 'a+b']
READERS = ('frank', 'grace', 'henry')
MANY = 1100
WORKERS = 2500
# A certification authority must have them.
LISTS = {'authorityRevocationList': b'\0', 'certificateRevocationList': b'\0'}


def forest_of():
    made = forest.plain()
    for name in READERS:
        made.add(f'CN={name},CN=Users,{made.suffix}', 'user',
                 userPassword=forest.PASSWORD)
    made.extend(f'CN=EX10,{made.servers}', 'msExchBaseClass',
                legacyExchangeDN='/o=Contoso/cn=Servers/cn=EX10',
                msExchComponentStates=['1:ServerWideOffline:Maintenance:1:1',
                                       '1:ServerWideOffline:Functional:0:1'],
                msExchMDBAvailabilityGroupLink=f'CN=DAG1,{made.services}',
                msExchServerInternalTLSCert='x' * 3000)
    made.service('EX10', 'WebServices', 'https://mail.example.test/EWS')
    made.service('EX10', 'OAB', 'https://ex10.corp.example.test/OAB')
    made.service('EX10', 'RpcHttp', 'rpc.example.test')
    made.service('EX13', 'WebServices', 'https://ex13.example.test/EWS')
    made.service('EX07', 'AutoDiscover', 'https://ex07.example.test/')
    home = made.database('DB10', 'EX10')
    made.database('DB0', 'GONE')
    keys = made.add(f'CN=Public Key Services,{made.services}', 'container')
    roots = made.add(f'CN=Certification Authorities,{keys}', 'container')
    made.add(f'CN=Corp-CA,{roots}', 'certificationAuthority',
             cACertificate=['0\x01\x02', '0\x03'], **LISTS)
    made.add(f'CN=NTAuthCertificates,{keys}', 'certificationAuthority',
             cACertificate='0\x04', **LISTS)
    put_people(made, home)
    return made


def put_people(made, home):
    made.person('Ann', f'ann@{DOMAIN}', f'ann.alias@{DOMAIN}', homeMDB=home,
                mailNickname='ann')
    made.person('Lost', f'lost@{DOMAIN}', mailNickname='lost',
                homeMDB=home.replace('DB10', 'DB0'))
    made.person('Bobby', f'bob@{DOMAIN}', kind='contact', mailNickname='bob',
                targetAddress='SMTP:bob@contoso.example')
    made.person('Cloud', f'cloud@{DOMAIN}', mailNickname='cloud',
                msExchRecipientTypeDetails='2147483648',
                msExchRemoteRecipientType='1',
                targetAddress='SMTP:cloud@contoso.mail.onmicrosoft.com')
    made.person('Plain', f'plain@{DOMAIN}')
    for name in ('Twin 1', 'Twin 2'):
        made.person(name, f'twin@{DOMAIN}', mailNickname='t')
    for number, local in enumerate(ODD):
        made.person(f'Odd {number}', f'{local}@{DOMAIN}', homeMDB=home,
                    mailNickname='odd')
    put_workers(made, home)
    for number in range(MANY):
        made.person(f'Many {number}', f'm{number}@{DOMAIN}', f'many@{DOMAIN}',
                    mailNickname='m')


def put_workers(made, home):
    """Mailboxes of every kind, in several databases, for more than one page."""
    homes = [home, made.database('DB7', 'EX07'), made.database('DB13', 'EX13')]
    for number in range(WORKERS):
        made.person(f'Worker {number}', homeMDB=homes[number % 3],
                    msExchArchiveGUID='x' * 16 if number % 100 == 0 else None)
    for number, kind in enumerate(('4', '16', '8388608', '536870912')):
        made.person(f'Nobody {number}', homeMDB=home,
                    msExchRecipientTypeDetails=kind)


def rule(what, user, by):
    return (f'access to {what} by '
            f'dn.exact="CN={user},CN=Users,{forest.SUFFIX}" {by} by * break\n')


# frank sees no user, grace is told that she may not read the domain, henry is
# told that there is none; all of them read the configuration.
OPTIONS = {
    'extra': f'include "{HERE}/ad-mail.schema"',
    'access': (rule(f'dn.children="CN=Users,{forest.SUFFIX}"', 'frank', 'none')
               + rule(f'dn.base="{forest.SUFFIX}"', 'grace', 'disclose')
               + rule(f'dn.base="{forest.SUFFIX}"', 'henry', 'none'))}


def predict(lab, mail, *more, site='HQ'):
    return lab.adscp('predict', '-j', '-s', site, *TIME, '-m', mail, *more)


def codes(result):
    return {finding['code'] for finding in result.json['findings']}


# ------------------------------------------------------- live and exported --

def exported(lab):
    if not hasattr(lab, 'mail_export'):
        lab.mail_export = export_all(lab, lab.mail, lab.home / 'mail.ldif')
    return lab.mail_export


PEOPLE = {'ann': 'mailbox', 'ANN.Alias': 'mailbox', 'lost': 'mailbox',
          'bob': 'contact', 'cloud': 'remote', 'plain': 'not-found',
          'twin': 'ambiguous', 'many': 'ambiguous', 'nobody': 'not-found'}


def same(lab, profile, local):
    question = ['-P', profile]
    live = predict(lab, f'{local}@{DOMAIN}', *question, *lab.mail.at())
    file = predict(lab, f'{local}@{DOMAIN}', *question, '-l', exported(lab))
    expect_equal(live.code, file.code, live, file)
    answer, expected = live.json, file.json
    expect_equal(answer['mailbox']['kind'], PEOPLE[local], live)
    for part in expected:
        if part != 'forest':
            expect_equal(answer[part], expected[part], f'part: {part}', live,
                         file)
    expect_equal(answer['forest']['complete'], expected['forest']['complete'])


for each_profile in ('outlook', 'ews', 'learn', 'oxdisco'):
    for each_person in PEOPLE:
        test(f'live and export agree on a mailbox: {each_profile}, '
             f'{each_person}', each_profile, each_person)(same)


@test('README: its export answers for the user, certificates and all')
def recipe(lab):
    server = lab.mail
    path = export_to(lab, f'ldap://{server.address}:{server.port}',
                     server.forest.suffix, server.home / 'recipe',
                     f'ann@{DOMAIN}')
    live = predict(lab, f'ann@{DOMAIN}', *server.at())
    file = predict(lab, f'ann@{DOMAIN}', '-l', path)
    expect_equal(live.code, file.code, live, file)
    for part in file.json:
        if part != 'forest':
            expect_equal(live.json[part], file.json[part], f'part: {part}',
                         live, file)
    expect_equal(file.json['mailbox']['server'], 'EX10', file)


@test('a mailbox, the redirect to its server, and what follows')
def whole(lab):
    result = predict(lab, f'ann@{DOMAIN}', *lab.mail.at())
    expect_equal(result.code, 0, result)
    answer = result.json
    expect_equal(answer['mailbox']['server'], 'EX10', result)
    expect_equal(answer['mailbox']['database'], 'DB10', result)
    expect_equal([(hop['server'], hop['action']) for hop in answer['hops']],
                 [('EX07', 'redirect'), ('EX10', 'answer')], result)
    expect_equal([(row['service'], row['url']) for row in answer['services']],
                 [('ews', 'https://mail.example.test/EWS'),
                  ('oab', 'https://ex10.corp.example.test/OAB'),
                  ('rpc', 'https://rpc.example.test/rpc/rpcproxy.dll')], result)
    expect('server-inactive' in codes(result), result)


@test('a recipient elsewhere: his address there, and no more of this domain')
def elsewhere(lab):
    answer = predict(lab, f'cloud@{DOMAIN}', *lab.mail.at()).json
    expect_equal([hop['action'] for hop in answer['hops']],
                 ['redirect-address'])
    expect('https://contoso.mail.onmicrosoft.com/' in answer['then'][0],
           answer['then'])


# --------------------------------------------------------------- addresses --

for each_number, each_local in enumerate(ODD):
    @test(f'an address is no filter: {each_local}', each_number, each_local)
    def odd_address(lab, number, local):
        for mail in (f'{local}@{DOMAIN}', f'{local}@{DOMAIN}'.upper()):
            result = predict(lab, mail, *lab.mail.at('ldapi'))
            expect_equal(result.code, 0, result)
            expect_equal(result.json['mailbox']['kind'], 'mailbox', result)
            dn = f'CN=Odd {number},CN=Users,{forest.SUFFIX}'
            expect_equal(result.json['mailbox']['dn'].lower(), dn.lower(),
                         result)


@test('an address that would match everybody, were it a filter')
def no_wildcard(lab):
    for local in ('a*', 'an*', '*)(cn=*', 'ann\\2a'):
        result = predict(lab, f'{local}@{DOMAIN}', *lab.mail.at('ldapi'))
        expect_equal(result.json['mailbox']['kind'], 'not-found', result)
        expect('entry-unasked' not in codes(result), result)


# ------------------------------------------------------------------ census --

def census(lab, *how):
    return lab.adscp('coverage', '-j', '--census', '--no-observe', *TIME, *how)


def counted(lab, what, *kinds):
    """By somebody else's client."""
    result = Running(['ldapsearch', '-LLL', '-Q', '-Y', 'EXTERNAL', '-H',
                      lab.mail.ldapi, '-E', 'pr=500/noprompt', '-b',
                      lab.mail.forest.suffix, what, '1.1'], lab.env(),
                     lab.home).wait()
    expect_equal(result.code, 0, result)
    return sum(line.startswith('dn:') for line in result.out.split('\n'))


def in_database(name):
    group = forest.Forest().group.replace('(', r'\28').replace(')', r'\29')
    return (f'(&(homeMDB=CN={name},CN=Databases,{group})'
            '(!(msExchRecipientTypeDetails=*)))')


@test('the census is what ldapsearch counts, live and exported')
def whole_census(lab):
    live = census(lab, *lab.mail.at())
    answer = live.json['census']
    expect_equal(answer, {
        'mailboxes': counted(lab, '(&(homeMDB=*)(!(msExchRecipientTypeDetails=*)))'),
        'shared': 2, 'archive': 25, 'arbitration': 1, 'system': 1, 'remote': 1,
        'complete': True}, live)
    expect(answer['mailboxes'] > WORKERS, live)
    for home in live.json['homes']:
        if home['server'] is not None:
            expect_equal(home['mailboxes'],
                         counted(lab, in_database('DB' + home['server'][2:])
                                 .replace('DB07', 'DB7')), home)
    expect_equal([home['mailboxes'] for home in live.json['homes'][-2:]],
                 [1, None], live)
    file = census(lab, '-l', exported(lab))
    for part in ('census', 'homes', 'classes', 'cells'):
        expect_equal(file.json[part], answer if part == 'census' else
                     live.json[part], f'part: {part}', live, file)
    # Lost's database has no server that is known.
    expect('census-astray' in codes(live), live)


@test('a saved census names nobody, and is read again')
def saved_census(lab):
    path = lab.home / 'census.ldif'
    result = lab.adscp('save', '--census', path, *lab.mail.at())
    expect_equal(result.code, 0, result)
    text = path.read_text()
    expect('Worker' not in text and 'CN=Users' not in text, text[-3000:])
    expect_equal(census(lab, '-l', path).json['census'],
                 census(lab, *lab.mail.at()).json['census'])


@test('a census without the right to see users says so', 'frank')
@test('a census without the right to read the domain says so', 'grace')
@test('a census of a domain that is not there says so', 'henry')
def blind_census(lab, user):
    result = census(lab, *lab.mail.at('ldapi'), *lab.simple(user))
    expect(result.code in (4, 5), result)
    expect_equal((result.json['census']['complete'],
                  result.json['census']['mailboxes']), (False, 0), result)
    expect({'census-incomplete', 'result-denied'} & codes(result), result)


# ------------------------------------------------------------------ rights --

def expect_rest(result):
    """Everything but the mailbox is there."""
    answer = result.json
    expect_equal(len(answer['candidates']), 3, result)
    expect_equal(answer['hops'][0]['server'], 'EX07', result)
    expect_equal(answer['hops'][0]['action'], 'unknown', result)
    expect_equal(answer['mailbox']['server'], None, result)
    expect_equal(answer['services'], [], result)


def asked_by(lab, user):
    return predict(lab, f'ann@{DOMAIN}', *lab.mail.at('ldapi'),
                   *lab.simple(user))


@test('who may not see users is told that nobody was found')
def sees_no_user(lab):
    result = asked_by(lab, 'frank')
    expect_equal(result.code, 0, result)
    expect_rest(result)
    expect_equal(result.json['mailbox']['kind'], 'not-found', result)
    expect('mailbox-not-found' in codes(result), result)


@test('who is refused the domain: not read, partial, all else kept')
def refused(lab):
    result = asked_by(lab, 'grace')
    expect_equal(result.code, 5, result)
    expect_rest(result)
    expect_equal(result.json['mailbox']['kind'], 'not-read', result)
    expect({'mailbox-not-read', 'result-denied'} <= codes(result), result)
    expect(not result.json['forest']['complete'], result)


@test('who is told that there is no domain: not read, all else kept')
def no_domain(lab):
    result = asked_by(lab, 'henry')
    expect_equal(result.code, 0, result)
    expect_rest(result)
    expect_equal(result.json['mailbox']['kind'], 'not-read', result)
    expect('mailbox-not-read' in codes(result), result)


@test('more recipients with one address than the server gives')
def limited(lab):
    everybody = predict(lab, f'many@{DOMAIN}', *lab.mail.at('ldapi'))
    expect_equal(everybody.code, 0, everybody)
    expect_equal(everybody.json['mailbox']['kind'], 'ambiguous', everybody)
    result = predict(lab, f'many@{DOMAIN}', *lab.mail.at('ldapi'),
                     *lab.simple('bob'))
    expect_equal(result.code, 5, result)
    expect('result-partial' in codes(result), result)
    expect_equal(result.json['mailbox']['kind'], 'ambiguous', result)
    expect_equal(len(result.json['candidates']), 3, result)
