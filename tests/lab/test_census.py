# SPDX-License-Identifier: MIT
"""The mailboxes of a forest of several domains: each on servers of its own, or
all in a global catalog."""

import re

import forest
from lab import HERE, HOST, PARTNER, Running
from peers import Listener
from pings import Dc, a, srv
from tap import expect, expect_equal, test
from test_locate import Cut, DOMAIN, Found, GC_NAME
from test_mailbox import census, codes

CHILD = f'emea.{DOMAIN}'
CHILD_DN = f'DC=emea,{forest.SUFFIX}'
CHILD_ANY = f'_ldap._tcp.dc._msdcs.{CHILD}'
# Of a crossRef: the naming context is one of AD's own, and a domain.
NAMED, A_DOMAIN = '1', '3'
OWN, OTHERS, ASTRAY = 1700, 1300, 30
MAIL = {'extra': f'include "{HERE}/ad-mail.schema"'}


def put_partitions(made):
    """What there is in the forest; and what is none of its domains."""
    partitions = made.add(f'CN=Partitions,{made.config}', 'container')
    for name, context, root, flags in (
            ('CORP', forest.SUFFIX, DOMAIN, A_DOMAIN),
            ('EMEA', CHILD_DN, CHILD, A_DOMAIN),
            ('Configuration', made.config, DOMAIN, NAMED)):
        made.add(f'CN={name},{partitions}', 'crossRef', nCName=context,
                 dnsRoot=root, systemFlags=flags)


def put_users(made, homes, count, **more):
    for number in range(count):
        made.person(f'{made.suffix[3:7]} {number}',
                    homeMDB=homes[number % len(homes)], **more)


def databases(made):
    return [made.database('DB7', 'EX07'), made.database('DB10', 'EX10')]


def root():
    """The forest, and its own domain. Some of its users have a homeMDB that
    leads nowhere."""
    made = forest.plain()
    put_partitions(made)
    homes = databases(made)
    put_users(made, homes, OWN)
    put_users_astray(made)
    return made, homes


def put_users_astray(made):
    for number in range(ASTRAY):
        made.person(f'Astray {number}',
                    homeMDB=f'CN=Gone{number % 3},CN=Databases,{made.group}')


def put_child_users(made, homes):
    put_users(made, homes[1:], OTHERS)
    for number in range(7):
        made.person(f'Cloud {number}', msExchRecipientTypeDetails='2147483648',
                    targetAddress=f'SMTP:c{number}@contoso.mail.example.test')
    for number, kind in enumerate(('4', '16', '8388608', '536870912')):
        made.person(f'Nobody {number}', homeMDB=homes[0],
                    msExchRecipientTypeDetails=kind)


def child(homes):
    """A controller of the other domain. It has a configuration like all, which
    is not read there."""
    made = forest.Forest(suffix=CHILD_DN)
    put_child_users(made, homes)
    return made


def catalog(homes):
    """Everybody, in one database."""
    made, _ = root()
    made.suffix = CHILD_DN
    made.add(CHILD_DN, 'domainDNS', dc='emea')
    made.add(f'CN=Users,{CHILD_DN}', 'container')
    put_child_users(made, homes)
    made.suffix = forest.SUFFIX
    return made


class Domains(Found):
    """A controller of the forest's root domain; where there is one, a controller
    of the other domain; and a catalog, where `has_catalog`."""

    def __init__(self, lab, answers=True, has_catalog=False):
        start(lab)
        other = lab.catalog_of_all if has_catalog else lab.emea
        super().__init__(lab, (HOST, lab.root_of_two.address), number=231)
        where = other.address if answers else lab.address(230)
        self.dns.zone[PARTNER] = [a(where)]
        self.dns.zone[GC_NAME if has_catalog else CHILD_ANY] = [
            srv(PARTNER, 3890)]
        self.pings.append(Dc(0, host=PARTNER, address=where, port=3890,
                             domain=DOMAIN if has_catalog else CHILD,
                             forest=DOMAIN))


def start(lab):
    if hasattr(lab, 'root_of_two'):
        return
    made, homes = root()
    lab.root_of_two = lab.slapd(
        'root-of-two', 232, made, **MAIL,
        rootdse={'isGlobalCatalogReady': ['FALSE']})
    lab.emea = lab.slapd('emea', 233, child(homes), host=PARTNER,
                         certificate='res', **MAIL)
    whole = catalog(homes)
    lab.catalog_of_all = lab.slapd(
        'catalog-of-all', 234, whole, host=PARTNER, certificate='res',
        rootdse={'isGlobalCatalogReady': ['TRUE']},
        extra=MAIL['extra'] + f'\ndefaultsearchbase "{whole.suffix}"')


def counted(lab, server, what):
    """By somebody else's client."""
    result = Running(['ldapsearch', '-LLL', '-x', '-D',
                      f'CN=alice,CN=Users,{server.forest.suffix}', '-w',
                      forest.PASSWORD, '-H', server.ldapi, '-E',
                      'pr=500/noprompt', '-b', server.forest.suffix, what, '1.1'],
                     lab.env(), lab.home).wait()
    expect_equal(result.code, 0, result)
    return len(re.findall('^dn:', result.out, re.M))


def in_database(name):
    group = forest.Forest().group.replace('(', r'\28').replace(')', r'\29')
    return (f'(&(homeMDB=CN={name},CN=Databases,{group})'
            '(!(msExchRecipientTypeDetails=*)))')


def expect_counts(lab, result, *servers):
    """What ldapsearch counts on all of these servers together."""
    def sum_of(what):
        return sum(counted(lab, server, what) for server in servers)
    answer = result.json['census']
    expect_equal(answer['mailboxes'],
                 sum_of('(&(homeMDB=*)(!(msExchRecipientTypeDetails=*)))'), result)
    for kind, number in (('shared', 4), ('arbitration', 8388608),
                         ('system', 536870912), ('remote', 2147483648)):
        found = sum_of(f'(msExchRecipientTypeDetails={number})')
        expect_equal(answer[kind], found + (kind == 'shared') * sum_of(
            '(msExchRecipientTypeDetails=16)'), kind, result)
    homes = {home['server']: home['mailboxes'] for home in result.json['homes']}
    for server, name in (('EX07', 'DB7'), ('EX10', 'DB10')):
        expect_equal(homes[server], sum_of(in_database(name)), server, result)


def told(result):
    return [finding['text'] for finding in result.json['findings']
            if finding['code'] == 'census-incomplete']


@test('the census of two domains, each by its own controller')
def two_domains(lab):
    with Domains(lab) as found:
        result = census(lab, '-d', DOMAIN, *found.arguments)
    expect_counts(lab, result, lab.root_of_two, lab.emea)
    expect(result.json['census']['complete'], result)
    expect_equal(told(result), [], result)
    expect(CHILD_ANY in found.dns.asked, found.dns.asked)


@test('the census of two domains, by a global catalog')
def by_catalog(lab):
    with Domains(lab, has_catalog=True) as found:
        result = census(lab, '-d', DOMAIN, *found.arguments)
    expect_counts(lab, result, lab.catalog_of_all)
    expect_equal(result.json['census']['mailboxes'], OWN + OTHERS + ASTRAY)
    expect(result.json['census']['complete'], result)
    expect(CHILD_ANY not in found.dns.asked, found.dns.asked)


@test('a homeMDB that leads nowhere is counted, and told')
def leads_nowhere(lab):
    with Domains(lab) as found:
        result = census(lab, '-d', DOMAIN, *found.arguments)
    sentences = [finding['text'] for finding in result.json['findings']
                 if finding['code'] == 'census-astray']
    expect_equal(len(sentences), 1, result)
    expect(str(ASTRAY) in sentences[0], sentences)


def expect_own_only(lab, result, reason):
    expect_counts(lab, result, lab.root_of_two)
    expect(not result.json['census']['complete'], result)
    expect_equal(result.code, 5, result)
    expect_equal(len(told(result)), 1, result)
    expect(CHILD in told(result)[0] and re.search(reason, told(result)[0]),
           told(result))


@test('a domain whose controller refuses: its own mailboxes, and what is missing')
def refuses(lab):
    with Domains(lab, answers=False) as found:
        result = census(lab, '-d', DOMAIN, *found.arguments)
    expect_own_only(lab, result, 'refused')


@test('a domain whose controller is silent costs half of the budget')
def silent(lab):
    start(lab)
    if not hasattr(lab, 'silent_child'):
        lab.silent_child = lab.peer(Listener((lab.address(230), 3890)))
    with Domains(lab, answers=False) as found:
        result = census(lab, '-d', DOMAIN, '--timeout', '3', *found.arguments)
    expect_own_only(lab, result, 'time')
    expect(result.seconds < 4, result)


@test('a domain that DNS does not know')
def unknown(lab):
    with Domains(lab) as found:
        del found.dns.zone[CHILD_ANY]
        result = census(lab, '-d', DOMAIN, *found.arguments)
    expect_own_only(lab, result, 'no domain controller|not found|no such')


@test('other domains of a server that was named: nobody is looked for')
def named(lab):
    with Domains(lab) as found:
        result = census(lab, *lab.root_of_two.at(), *found.arguments)
    expect_own_only(lab, result, 'global catalog')
    expect_equal(found.dns.asked, [], result)


@test('no catalog answers: each domain is asked, as far as there is one')
def no_catalog(lab):
    with Domains(lab, answers=False, has_catalog=True) as found:
        result = census(lab, '-d', DOMAIN, *found.arguments)
    expect_own_only(lab, result, CHILD)
    expect(CHILD_ANY in found.dns.asked, found.dns.asked)


@test('a catalog that dies while it counts: each domain is asked, from nothing')
def dying_catalog(lab):
    """It has another port of the address where the other domain's controller
    is."""
    with Domains(lab) as found:
        relay = Cut((lab.emea.address, 3891),
                    (lab.catalog_of_all.address, 3890))
        relay.most = 100000  # some hundred entries
        found.dns.zone[GC_NAME] = [srv(PARTNER, 3891)]
        with Dc(0, host=PARTNER, address=lab.emea.address, port=3891,
                domain=DOMAIN, forest=DOMAIN):
            lab.peer(relay)
            result = census(lab, '-d', DOMAIN, *found.arguments)
    expect(len(relay.said) > relay.most, len(relay.said), result)
    expect_counts(lab, result, lab.root_of_two, lab.emea)
    expect(result.json['census']['complete'], result)


@test('a domain that does not know the account')
def unknown_account(lab):
    with Domains(lab) as found:
        result = census(lab, '-d', DOMAIN, '-Z', '--ca', lab.ca / 'ca.pem',
                        *lab.simple('alice'), *found.arguments)
    expect_own_only(lab, result, 'password')


@test('the census of two domains is saved and read again')
def saved(lab):
    path = lab.home / 'two-domains.ldif'
    with Domains(lab) as found:
        kept = lab.adscp('save', '--census', path, '-d', DOMAIN,
                         *found.arguments)
        live = census(lab, '-d', DOMAIN, *found.arguments)
    expect_equal(kept.code, 0, kept)
    again = census(lab, '-l', path)
    expect_equal(again.json['census'], live.json['census'], again)
    expect_equal(codes(again) - {'stale'}, codes(live) - {'stale'}, again)
