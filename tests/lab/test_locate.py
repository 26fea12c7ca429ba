# SPDX-License-Identifier: MIT
"""A directory that is found by its domain: scripted DNS and pings lead to real
servers, by Kerberos. What dies on the way is replaced by the next one."""

import forest
import test_pointers
from lab import HERE, HOST, PARTNER
from peers import Listener, Relay
from pings import GOOD, Dc, Dns, a, logon, srv
from tap import expect, expect_equal, expect_failure, expect_within, test

DOMAIN = 'corp.example.test'
ANY = f'_ldap._tcp.dc._msdcs.{DOMAIN}'
NT_VER = b'\x16\0\0\0'  # that the filter of a ping names
QUESTION = ['list', '-j', '-t', '2026-01-01T00:00:00Z']


class Found:
    """DNS and pings for the servers [(name, address)], in this order of
    priority."""

    def __init__(self, lab, *servers, domain=DOMAIN, number=121, **options):
        zone = {f'_ldap._tcp.dc._msdcs.{domain}': [
            srv(name, 3890, priority=i)
            for i, (name, _) in enumerate(servers)]}
        zone.update({name: [a(address)] for name, address in servers})
        self.dns = Dns(zone, address=lab.address(number))
        options = {'domain': domain, 'forest': domain, **options}
        self.pings = [Dc(0, host=name, address=address, port=3890, **options)
                      for name, address in servers]

    def __enter__(self):
        for each in (self.dns, *self.pings):
            each.start()
        return self

    def __exit__(self, *_):
        for each in (self.dns, *self.pings):
            each.stop()

    @property
    def arguments(self):
        return ['--dns', self.dns.where]


def one(lab):
    """A server, its name and address; shared by the tests below."""
    if not hasattr(lab, 'located'):
        lab.located = lab.slapd('located', 101, forest.plain())
    return HOST, lab.located.address


def other(lab):
    """Another one, under the second name that the KDC knows."""
    if not hasattr(lab, 'located_too'):
        lab.located_too = lab.slapd('located-too', 102, forest.plain(),
                                    host=PARTNER, certificate='res')
    return PARTNER, lab.located_too.address


def expect_read(result, server=HOST):
    expect_equal(result.code, 0, result)
    expect_equal(result.json['forest']['server'], server, result)
    expect_equal(result.json['candidates'][0]['server'], 'EX07', result)


def codes(result):
    return {finding['code'] for finding in result.json['findings']}


@test('a domain that is named: its controller, and the site it tells')
def by_domain(lab):
    with Found(lab, one(lab)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN.upper(), *found.arguments)
    expect_read(result)
    expect_equal(result.json['client']['site'], 'HQ', result)
    expect_equal(result.json['client']['site_source'], 'directory', result)
    # slapd knows no netlogon, so that nobody repeats the site after the bind.
    expect('client-site-unsigned' in codes(result), result)


@test('StartTLS with the server that was found')
def by_domain_tls(lab):
    with Found(lab, one(lab)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, '-Z', '--ca',
                           lab.ca / 'ca.pem', *found.arguments)
    expect_read(result)


@test('told, or told that it is unknown, comes before what the server says',
      ['-s', 'Branch'], 'Branch', 'given')
@test('an address comes before what the server says', ['-a', '10.1.2.3'],
      'HQ', 'address')
@test('--no-site comes before what the server says', ['--no-site'], None,
      'none')
def site_precedence(lab, options, site, source):
    with Found(lab, one(lab), client_site='HQ') as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *options, *found.arguments)
    expect_equal(result.json['client']['site_source'], source, result)
    expect_equal(result.json['client']['site'], site, result)


@test('a server that sees the client in no site')
def no_site(lab):
    with Found(lab, one(lab), client_site='') as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect_equal(result.json['client']['site'], None, result)
    expect('client-site-none' in codes(result), result)


@test('a site that a ping made up is no filter and no site')
def strange_site(lab):
    with Found(lab, one(lab), client_site='*)(cn=*') as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect_equal(result.json['client']['site'], '*)(cn=*', result)
    expect('client-site-missing' in codes(result), result)


def told(result, code):
    """The sentences of this code."""
    return [finding['text'] for finding in result.json['findings']
            if finding['code'] == code]


OTHERS = ('domain-from-mail', 'mail-domain-other-forest')


@test('nothing named: the default realm, with a mail address of the domain',
      f'ann@{DOMAIN}')
@test('nothing named: the default realm, with one of no Active Directory',
      'ann@mail.example')
def by_realm(lab, mail):
    with Found(lab, one(lab)) as found:
        result = lab.adscp(*QUESTION, '-m', mail, *found.arguments)
        expect_equal(f'_ldap._tcp.dc._msdcs.mail.example' in found.dns.asked,
                     'mail.example' in mail)
    expect_read(result)
    expect(not codes(result).intersection(OTHERS), result)


def add_domain(lab, found, number, **options):
    """A second domain in DNS, whose controller answers pings and nothing else."""
    ping = Dc(0, host='dc.mail.test', address=lab.address(number), port=3890,
              **{'domain': 'mail.test', 'forest': 'mail.test', **options})
    found.dns.zone['_ldap._tcp.dc._msdcs.mail.test'] = [
        srv('dc.mail.test', 3890)]
    found.dns.zone['dc.mail.test'] = [a(lab.address(number))]
    return ping


@test('the mail domain is another forest: that is told', 123, {}, 'mail.test')
@test('the mail domain is of another forest\'s child domain', 124,
      {'forest': 'root.test'}, 'root.test')
@test('the mail domain is another tree of this forest', 125,
      {'forest': DOMAIN.upper()}, None)
@test('the mail domain\'s controllers do not answer', 126, {'udp': 'silent'},
      None)
def other_forest(lab, number, options, root):
    with Found(lab, one(lab)) as found, add_domain(lab, found, number,
                                                   **options):
        result = lab.adscp(*QUESTION, '-m', 'ann@MAIL.test', *found.arguments)
        named = lab.adscp(*QUESTION, '-m', 'ann@MAIL.test', '-d', DOMAIN,
                          *found.arguments)
    expect_read(result)
    sentences = told(result, 'mail-domain-other-forest')
    expect_equal(len(sentences), 1 if root else 0, result)
    expect(not root or ('MAIL.test' in sentences[0] and root in sentences[0]),
           result)
    expect_equal(told(named, 'mail-domain-other-forest'), [], named)


@test('nothing of this machine names a domain: the mail address\'s is read')
def by_mail(lab):
    conf = lab.home / 'no-realm.conf'
    conf.write_text('[libdefaults]\n dns_lookup_realm = false\n')
    nothing = {'KRB5_CONFIG': conf, 'KRB5CCNAME': 'FILE:/nonexistent/cache'}
    options = ['-m', f'ann@{DOMAIN}', '-Z', '--ca', lab.ca / 'ca.pem',
               *lab.simple('alice')]
    with Found(lab, one(lab)) as found:
        result = lab.adscp(*QUESTION, *options, *found.arguments, env=nothing)
        words = lab.adscp('list', *options, *found.arguments, env=nothing)
        check = lab.adscp('check', *options, *found.arguments, env=nothing)
        kept = lab.adscp('save', lab.home / 'by-mail.ldif', *options,
                         *found.arguments, env=nothing)
    expect_read(result)
    expect(DOMAIN in told(result, 'domain-from-mail')[0], result)
    expect(f'on a computer of {DOMAIN} in site HQ' in words.out.split('\n')[0],
           words)
    expect(f'on a computer of {DOMAIN}' in check.out, check)
    expect_equal(kept.code, 0, kept)
    again = lab.adscp(*QUESTION, '-m', f'ann@{DOMAIN}', '-l',
                      lab.home / 'by-mail.ldif')
    expect_equal(told(again, 'domain-from-mail'),
                 told(result, 'domain-from-mail'), again)


def dying(lab, number, target, after):
    """Passes bytes on, and closes when the client speaks for the nth time."""
    class Dying(Relay):
        spoken = 0

        def forward(self, client, server):
            Dying.spoken += 1
            if Dying.spoken > after:
                return b''
            return super().forward(client, server)
    return lab.peer(Dying((lab.address(number), 3890), (target, 3890)))


@test('a first controller that refuses: the next one is read')
def refused(lab):
    with Found(lab, (HOST, lab.address(103)), other(lab)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect_read(result, PARTNER)


@test('a first controller that dies at once: the next one is read', 104, 0)
@test('a first controller that dies in the bind: the next one is read', 105, 1)
@test('a first controller that dies between bind and search', 106, 3)
@test('a first controller that dies after the rootDSE', 107, 4)
def died(lab, number, after):
    relay = dying(lab, number, one(lab)[1], after)
    with Found(lab, (HOST, lab.address(number)), other(lab)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect(relay.count == 1, 'nobody came to the first one', result)
    expect_read(result, PARTNER)
    expect(result.json['forest']['complete'], result)


@test('a first controller that falls silent costs half of the budget')
def silent(lab):
    address = lab.address(108)
    lab.peer(Listener((address, 3890)))
    with Found(lab, (HOST, address), other(lab)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, '--timeout', '4',
                           *found.arguments)
    expect_read(result, PARTNER)
    expect(result.seconds > 1.8, result)


@test('every controller dies: a clear error, and every step')
def all_die(lab):
    dying(lab, 109, one(lab)[1], 3)
    with Found(lab, (HOST, lab.address(109)),
               (PARTNER, lab.address(110))) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect_failure(result, 2, 'closed|reset|connection')
    expect('not read' in result.err and PARTNER in result.err, result)


@test('no ticket: the next controller would not help')
def no_ticket(lab):
    with Found(lab, one(lab), other(lab)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments,
                           env={'KRB5CCNAME': 'FILE:/nonexistent/cache'})
    expect_failure(result, 2, 'no Kerberos ticket')
    expect(f'{PARTNER}, port 3890: not read' not in result.err, result)


@test('a reason that is no server\'s counts more than a dead server')
def no_ticket_behind_the_dead(lab):
    with Found(lab, (HOST, lab.address(114)), other(lab)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments,
                           env={'KRB5CCNAME': 'FILE:/nonexistent/cache'})
    expect_failure(result, 2, 'no Kerberos ticket')
    words = [line for line in result.err.splitlines() if 'tried: ' not in line]
    expect('ticket' in words[0] and 'hint: ' in words[1], result)


@test('an answer after the bind that says nothing proves no site')
def nothing_proven(lab):
    server = lab.slapd('proves-nothing', 115, forest.plain(),
                       rootdse={'NtVer': [NT_VER], 'netlogon': ['no answer']})
    with Found(lab, (HOST, server.address)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect_equal(result.json['client']['site'], 'HQ', result)
    expect('client-site-unsigned' in codes(result), result)


@test('a ping that says one site, and an answer after the bind another one')
def site_forged(lab):
    server = lab.slapd('knows-better', 119, forest.plain(), rootdse={
        'NtVer': [NT_VER],
        'netlogon': [logon(GOOD, DOMAIN, DOMAIN, HOST, 'HQ', 'Branch')]})
    with Found(lab, (HOST, server.address)) as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect_equal(result.json['client']['site'], 'Branch', result)
    expect('client-site-mismatch' in codes(result), result)
    expect('client-site-unsigned' not in codes(result), result)
    with Found(lab, (HOST, server.address), client_site='branch') as found:
        result = lab.adscp(*QUESTION, '-d', DOMAIN, *found.arguments)
    expect('client-site-mismatch' not in codes(result), result)


# -------------------------------------------------------------- the catalog --

GC_NAME = f'_gc._tcp.{DOMAIN}'
GC_IN_SITE = f'_gc._tcp.hq._sites.{DOMAIN}'


class Catalog(Found):
    """A controller that is no global catalog, and one that is, which DNS names
    under `name`."""

    def __init__(self, lab, name):
        whole = forest.plain()
        whole.person('Far', f'far@{DOMAIN}', mailNickname='far')
        if not hasattr(lab, 'no_catalog'):
            lab.no_catalog = lab.slapd(
                'no-catalog', 116, forest.plain(),
                rootdse={'isGlobalCatalogReady': ['FALSE']})
            lab.catalog = lab.slapd(
                'catalog', 117, whole, host=PARTNER, certificate='res',
                rootdse={'isGlobalCatalogReady': ['TRUE']},
                extra=f'include "{HERE}/ad-mail.schema"\n'
                      f'defaultsearchbase "{whole.suffix}"')
        super().__init__(lab, (HOST, lab.no_catalog.address),
                         (PARTNER, lab.catalog.address))
        self.dns.zone[ANY] = [srv(HOST, 3890)]
        self.dns.zone[name] = [srv(PARTNER, 3890)]


def far(lab, *how):
    return lab.adscp('predict', '-j', '-t', '2026-01-01T00:00:00Z', '-s', 'HQ',
                     '--no-observe', '-m', f'far@{DOMAIN}', *how)


@test('who is not in the domain: a global catalog of the forest is found',
      GC_NAME)
@test('who is not in the domain: a global catalog of the site is found first',
      GC_IN_SITE)
def catalog(lab, name):
    with Catalog(lab, name) as found:
        result = far(lab, '-d', DOMAIN, *found.arguments)
    expect_equal(result.json['mailbox']['kind'], 'mail-user', result)
    expect_equal(result.json['forest']['server'], HOST, result)
    expect('catalog-not-read' not in codes(result), result)
    asked = [each for each in found.dns.asked if each.startswith('_gc.')]
    expect_equal(asked, [GC_IN_SITE, GC_NAME][:1 + (name == GC_NAME)], result)


@test('who is not in the domain: DNS names no global catalog')
def no_catalog(lab):
    with Catalog(lab, '_gc._tcp.elsewhere.example.test') as found:
        result = far(lab, '-d', DOMAIN, *found.arguments)
    expect_equal(result.json['mailbox']['kind'], 'not-found', result)
    expect('catalog-not-read' in codes(result), result)


@test('who is not in the domain: a server that was named has no other beside it')
def named(lab):
    with Catalog(lab, GC_NAME) as found:
        result = far(lab, *lab.no_catalog.at(), *found.arguments)
    expect_equal(found.dns.asked, [], result)
    told = [finding['text'] for finding in result.json['findings']
            if finding['code'] == 'catalog-not-read']
    expect_equal(len(told), 1, result)
    expect('no other server was named' in told[0], result)


@test('who is not in the domain: a dead global catalog costs half of the budget')
def dead_catalog(lab):
    with Catalog(lab, GC_NAME) as found:
        lab.peer(Listener((lab.address(118), 3890)))
        with Dc(0, host=PARTNER, address=lab.address(118), port=3890,
                domain=DOMAIN, forest=DOMAIN):
            found.dns.zone[PARTNER] = [a(lab.address(118))]
            result = far(lab, '-d', DOMAIN, '--timeout', '4', *found.arguments)
    expect_equal(result.json['mailbox']['kind'], 'not-found', result)
    expect('catalog-not-read' in codes(result), result)
    expect_within(result, 3)


@test('no controller answers: the budget holds')
def budget(lab):
    with Found(lab, (HOST, lab.address(111)), udp='silent') as found:
        lab.peer(Listener((lab.address(111), 3890)))
        result = lab.adscp(*QUESTION, '-d', DOMAIN, '--timeout', '2',
                           *found.arguments)
    expect_failure(result, 2, 'time')
    expect_within(result, 2)


@test('a pointer to a forest: its controller is found by DNS')
def forest_pointer(lab):
    first = forest.plain()
    first.pointer('res', 'LDAP://forest.example.test',
                  ['Domain=forest.example.test'])
    server = lab.slapd('to-forest', 112, first)
    target = lab.slapd('forest', 113, test_pointers.partner(lab),
                       host=PARTNER, certificate='res')
    options = ['predict', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z',
               '-m', 'ann@forest.example.test', *server.at()]
    with Found(lab, (PARTNER, target.address), domain='forest.example.test',
               number=122) as found:
        result = lab.adscp(*options, '--follow', 'forest.example.test',
                           *found.arguments)
        kept = lab.adscp(*options, *found.arguments)
        asked = len(found.dns.asked)
        other_name = lab.adscp(*options, '--follow', 'else.example.test',
                               *found.arguments)
        expect_equal(len(found.dns.asked), asked, other_name)
    expect('mail.res.example.test' in result.out, result)
    expect(result.json['forest']['complete'], result)
    expect('mail.res.example.test' not in kept.out, kept)


class Cut(Relay):
    """Closes before the server has said more than `most` bytes."""
    most = None

    def back(self, server, client):
        data = server.recv(65536)
        self.said += data
        if self.most is not None and len(self.said) > self.most:
            return b''
        client.sendall(data)
        return data


@test('a pointer to a forest: of a controller that died nothing stays')
def forest_forgotten(lab):
    first = forest.plain()
    first.pointer('res', 'LDAP://forest.example.test',
                  ['Domain=forest.example.test'])
    export = lab.home / 'to-forest.ldif'
    export.write_text(''.join(forest.record(*each) for each in first.entries))
    whole = test_pointers.partner(lab)
    good = lab.slapd('forest-good', 132, whole, host=PARTNER, certificate='res')
    weak = lab.slapd(
        'forest-weak', 133, whole,
        extra='sizelimit size.soft=2 size.hard=2 size.pr=2 size.prtotal=2')
    relay = lab.peer(Cut((lab.address(134), 3890), (weak.address, 3890)))

    def predict(number, *servers):
        with Found(lab, *servers, domain='forest.example.test',
                   number=number) as found:
            return lab.adscp(
                'predict', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z', '-m',
                'ann@forest.example.test', '-l', export, '--follow',
                'forest.example.test', *found.arguments)
    dying = HOST, lab.address(134)
    alone = predict(135, dying)
    expect('result-partial' in codes(alone), alone)
    # Behind the first result; the bind is not always of the same length.
    relay.most, relay.said = len(relay.said) - 100, b''
    result = predict(136, dying, (PARTNER, good.address))
    expect(relay.said != b'', 'nobody came to the first one', result)
    expect(result.json['forest']['complete'], result)
    expect('result-partial' not in codes(result), result)
    expect('mail.res.example.test' in result.out, result)
