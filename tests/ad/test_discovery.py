# SPDX-License-Identifier: MIT
"""A client that is told nothing, or the domain alone: it finds a domain
controller and its site, passes over the dead ones, and keeps to the budget."""

from names import SRV
from tap import expect, expect_equal, expect_failure, expect_within, test
from test_faults import dns, gone
from test_following import WHOLE
from test_ping import SITES
from world import CORP, PARTNER

TIME = ['-t', '2026-01-01T00:00:00Z']
LIST = ['list', '-j', *TIME]
PREDICT = ['predict', '-j', *TIME, '--no-observe']
DOMAIN = ['-d', CORP]
NEAREST = {'hq': 'dc1', 'branch': 'dc3'}
BUDGET = 4


def found(lab, *how, **where):
    """Exit status 0, and where the client was led."""
    result = lab.adscp(*LIST, *how, **where)
    expect_equal(result.code, 0, result, result.out[-3000:])
    expect(result.json['forest']['complete'], result)
    return result


def server_of(result):
    return result.json['forest']['server'].partition('.')[0]


@test('found: the site and the nearest server of a client in HQ', 'hq')
@test('found: the site and the nearest server of a client in Branch', 'branch')
@test('found: a site beyond ASCII', 'zurich')
@test('found: a site with a dot in its name', 'lab2')
@test('found: a client in no subnet has no site', 'nosite')
@test('found: a client in a subnet of no site has none', 'siteless')
def nearest(lab, client):
    expect(lab.dc3.alive(), 'there are two to choose from')
    result = found(lab, *DOMAIN, client=client)
    told = result.json['client']
    expect_equal((told['site'] or '', told['site_source']),
                 (SITES[client], 'directory' if SITES[client] else 'none'))
    if client in NEAREST:
        expect_equal(server_of(result), NEAREST[client], result)


@test('found: the site that is told counts more')
def told_site(lab):
    result = found(lab, *DOMAIN, '-s', 'Branch')
    told = result.json['client']
    expect_equal((told['site'], told['site_source']), ('Branch', 'given'))


# ------------------------------------------------------------- the domain --

def expect_domain(result, config='DC=corp,DC=example,DC=test'):
    expect_equal(result.json['forest']['config_dn'],
                 f'CN=Configuration,{config}', result)


@test('the domain: the realm, where nothing is told')
def by_realm(lab):
    expect_domain(found(lab))


@test('the domain: the realm, with a mail address of it',
      'alice@corp.example.test')
@test('the domain: the realm, where mail has a domain of its own',
      'alice@elsewhere.example.test')
def with_mail(lab, mail):
    result = found(lab, '-m', mail)
    expect_domain(result)
    expect('mail-domain-other-forest' not in codes(result), result)


def codes(result):
    return {finding['code'] for finding in result.json['findings']}


def lab_conf(lab, name, realm):
    path = lab.home / name
    lab.write_krb5_conf(path, default_realm=realm)
    return path


PAT = 'pat@partner.example.test'
PARTNER_DN = 'DC=partner,DC=example,DC=test'


# The pointer to the mail's domain is not followed: 5.
@test('the domain: the machine\'s key before the realm and the mail address',
      PARTNER.upper(), 'pc1')
@test('the domain: the realm before the mail address', CORP.upper(), None)
def machine_first(lab, realm, computer):
    expect(lab.dc2.alive(), 'the second forest is there')
    env = {'KRB5_CONFIG': lab_conf(lab, 'machine.conf', realm)}
    if computer:
        env['KRB5_KTNAME'] = f'FILE:{lab.dc1.home}/{computer}.keytab'
    result = lab.adscp(*LIST, '-m', PAT, env=env)
    expect_equal(result.code, 5, result)
    expect_domain(result)
    expect('mail-domain-other-forest' in codes(result), result)
    expect('domain-from-mail' not in codes(result), result)


@test('the domain: the realm, where there is no key of the machine')
def realm_alone(lab):
    expect(lab.dc2.alive(), 'the second forest is there')
    result = found(lab, '-m', PAT, env={'KRB5_CONFIG': lab_conf(
        lab, 'machine.conf', PARTNER.upper())})
    expect_domain(result, PARTNER_DN)
    expect('mail-domain-other-forest' not in codes(result), result)


@test('the domain: the realm of a keytab of a user does not count')
def user_key(lab):
    result = found(lab, env={
        'KRB5_KTNAME': f'FILE:{lab.dc1.home}/alice.keytab'})
    expect_domain(result)
    words = lab.adscp('list', *TIME, env={
        'KRB5_KTNAME': f'FILE:{lab.dc1.home}/alice.keytab'})
    expect("this machine's key (default keytab) names no domain" in
           ' '.join(words.out.split()), words)


@test('the domain: what is told counts more than the mail address')
def domain_first(lab):
    # The pointer to the mail's domain is not followed: 5.
    result = lab.adscp(*LIST, *DOMAIN, '-m', 'pat@partner.example.test')
    expect_equal(result.code, 5, result)
    expect_domain(result)


def without_realm(lab):
    path = lab.home / 'no-realm.conf'
    path.write_text(''.join(
        line for line in (lab.home / 'krb5.conf').read_text().splitlines(True)
        if 'default_realm' not in line))
    return path


@test('the domain: the ticket cache\'s, where there is no realm')
def by_tickets(lab):
    result = found(lab, env={'KRB5_CONFIG': without_realm(lab)})
    expect_domain(result)


@test('the domain: the machine\'s own, where there is neither realm nor ticket')
def by_host(lab):
    expect_domain(found(lab, '-Z', '--ca', lab.ca / 'ca.pem',
                        *lab.person('alice', lab.dc1), env={
                            'KRB5_CONFIG': without_realm(lab),
                            'KRB5CCNAME': lab.cache('nobody')}))


@test('the domain: the order and the outcome are shown')
def shown(lab):
    result = lab.adscp('list', *TIME, '-m', 'alice@elsewhere.example.test')
    expect_equal(result.code, 0, result)
    words = ' '.join(result.out.split())
    steps = ("Found this machine's key (default keytab) names no domain",
             f'the default Kerberos realm names the domain {CORP}',
             f'dc1.{CORP}, port 389: answers', f'dc1.{CORP}, port 389: read')
    places = [words.find(step) for step in steps]
    expect(-1 not in places and places == sorted(places), words)


@test('the domain: unknown to DNS')
def unknown(lab):
    result = lab.adscp(*LIST, '-d', 'nowhere.example.test')
    expect_failure(result, 2, 'nowhere.example.test.*not a domain')


# ---------------------------------------------------------------- trouble --

def warm_up(lab):
    """The ticket for the second server, and what DNS says."""
    found(lab, '-H', lab.dc3.ldap)
    found(lab, *DOMAIN)


@test('dead: the nearest server is silent', 'silent')
@test('dead: the nearest server cannot be reached', 'unreachable')
@test('dead: the nearest server accepts and says nothing', 'stunned')
def nearest_gone(lab, how):
    warm_up(lab)
    with gone(lab.dc1, how):
        result = found(lab, *DOMAIN, '--timeout', BUDGET)
    expect_equal(server_of(result), 'dc3', result)
    expect_equal(result.json['client']['site'], 'HQ', result)
    expect_within(result, BUDGET)


@test('dead: all of them')
def all_gone(lab):
    warm_up(lab)
    with gone(lab.dc1, 'silent'), gone(lab.dc3, 'silent'):
        result = lab.adscp(*LIST, *DOMAIN, '--timeout', 1)
    expect_failure(result, 2, 'domain controller|time')
    expect_within(result, 1)


@test('dead: the server stops between the bind and the search', 'pause')
@test('dead: the server dies between the bind and the search', 'kill')
def dies(lab, how):
    warm_up(lab)
    # A ping by TCP (nobody listens for another one there), three requests of
    # the bind, then the searches.
    with lab.trap(lab.dc1, 5, getattr(lab.dc1, how)) as (trap, path):
        result = lab.adscp(*LIST, *DOMAIN, *path, '--timeout', BUDGET)
    if how == 'kill':
        lab.dc1.start()
    else:
        lab.dc1.resume()
    expect(trap.sprung, 'it was never asked that much', result)
    expect_equal((result.code, server_of(result)), (0, 'dc3'), result)
    expect_within(result, BUDGET)


@test('dead: nobody hears a ping by UDP: TCP does')
def no_datagrams(lab):
    dc3 = lab.dc3
    before, dc3.services = dc3.services, dc3.services.replace('cldap, ', '')
    dc3.stop()
    dc3.start()
    try:
        with lab.watch('branch') as wire:
            result = found(lab, *DOMAIN, client='branch')
    finally:
        dc3.services = before
        dc3.stop()
        dc3.start()
    expect_equal((server_of(result), result.json['client']['site']),
                 ('dc3', 'Branch'), result, wire)
    expect(len(wire.to('ldap')) > 1, wire)


@test('dead: DNS is silent', 'silent', 'time|DNS')
@test('dead: DNS is broken', 'broken', 'DNS')
def no_dns(lab, how, words):
    with dns(lab, **{how: True}):
        result = lab.adscp(*LIST, *DOMAIN, '--timeout', 1)
    expect_failure(result, 2, words)
    expect_within(result, 1)


# --------------------------------------------------------- other forests --

@test('a pointer to the name of the trusted forest: its server is found')
def follow(lab):
    expect(lab.dc2.alive(), 'the second forest is there')
    result = lab.adscp(*PREDICT, *DOMAIN, '-m', 'pat@partner.example.test',
                       '--follow', PARTNER)
    expect(result.code in WHOLE, result)
    answer = result.json
    expect_equal([each['target'] for each in
                  answer['forest']['pointers_followed']], [f'LDAP://{PARTNER}'])
    expect_equal({row['server'] for row in answer['candidates']},
                 {'PX13', 'PX19'})
    expect_domain(result)


@test('a pointer that is not allowed: that forest is not even looked for')
def not_followed(lab):
    with lab.watch() as wire:
        result = lab.adscp(*PREDICT, *DOMAIN, '-m', 'pat@partner.example.test')
    expect_equal(result.code, 5, result)
    asked = wire.questions()
    expect(not any(PARTNER in name for name, _ in asked), asked)


@test('a pointer back to this forest ends')
def loop(lab):
    result = lab.adscp(*PREDICT, *DOMAIN, '-m', 'x@loop.test', '--follow', CORP)
    expect(result.code in (*WHOLE, 3, 5), result)
    expect_within(result, BUDGET)


# ------------------------------------------------------------- round trips --

@test('round trips: from nothing, in the site of the first server', 'hq', 1, 2)
@test('round trips: from nothing, in another site', 'branch', 2, 4)
def trips(lab, client, most_services, most_pings):
    found(lab, *DOMAIN, client=client)  # now the ticket is there
    with lab.watch(client) as wire:
        result = found(lab, *DOMAIN, client=client)
    services = [name for name, kind in wire.questions() if kind == SRV]
    pings = [flow for flow in wire.to('ldap') if flow.kind == 'udp']
    connections = [flow for flow in wire.to('ldap') if flow.kind == 'tcp']
    expect(len(set(services)) == len(services), services)
    # Which server answers first decides whether the site's own is asked for.
    expect(1 <= len(services) <= max(most_services, 2), services)
    expect(1 <= len(pings) <= max(most_pings, 4), result, wire)
    expect_equal(len(connections), 1, wire)
    expect_equal(wire.to('kerberos'), [], wire)
