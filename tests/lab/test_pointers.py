# SPDX-License-Identifier: MIT
"""SCP pointers to a second directory: followed where the caller allows it, and
otherwise not contacted at all."""

import forest
from lab import PARTNER, pins
from tap import expect, expect_equal, test
from test_same import export

TIME = ['-t', '2026-01-01T00:00:00Z']
SPY = 'spy.example.test'


def partner(lab):
    """The second forest. Some of its pointers lead back."""
    other = forest.Forest(suffix='DC=res,DC=example,DC=test',
                          organization='Fabrikam')
    other.site('HQ')
    other.exchange('RES1', 'HQ', '20130101000000.0Z',
                   'https://mail.res.example.test/Autodiscover/'
                   'Autodiscover.xml')
    other.pointer('back', 'LDAP://dc1.corp.example.test:3890',
                  ['Domain=loop.example.test'])
    return other


def pointing(lab):
    """The first forest, with a pointer of every kind."""
    if hasattr(lab, 'pointing'):
        return lab.pointing
    first = forest.plain()
    for name, target in (
            ('res', f'LDAP://{PARTNER}:3890'),
            ('loop', f'LDAP://{PARTNER}:3890'),
            ('self', 'LDAP://dc1.corp.example.test:3890'),
            ('standard', f'LDAP://{PARTNER}'),
            ('spy', f'LDAP://{SPY}:3890'),
            ('dead', f'LDAP://{PARTNER}:1')):
        first.pointer(name, target, [f'Domain={name}.example.test'])
    lab.pointing = lab.slapd('pointing', 8, first)
    return lab.pointing


def ask(lab, server, *more, domain='res', scheme='ldap', profile='outlook'):
    return lab.adscp('predict', '-j', '-s', 'HQ', *TIME, '-P', profile, '-m',
                     f'ann@{domain}.example.test', *server.at(scheme),
                     *pins(PARTNER, lab.address(2)),
                     *pins(SPY, lab.address(66)), *more)


def urls(result):
    return [row['url'] for row in result.json['candidates']]


def codes(result):
    return {finding['code'] for finding in result.json['findings']}


def expect_partner(result, code=0):
    expect_equal(result.code, code, result)
    # The sample of Microsoft Learn lowers the case.
    expect_equal([url.lower() for url in urls(result)],
                 ['https://mail.res.example.test/autodiscover/'
                  'autodiscover.xml'], result)
    followed = [row['target'].lower()
                for row in result.json['forest']['pointers_followed']]
    expect_equal(len(followed), 1, result)
    expect(PARTNER in followed[0], result)


@test('pointer for the mail domain: followed with --follow', 'outlook')
@test('pointer for the mail domain: followed with --follow (ews)', 'ews')
@test('pointer for the mail domain: followed with --follow (learn)', 'learn')
def followed(lab, profile):
    mark = lab.partner.mark()
    result = ask(lab, pointing(lab), '--follow', PARTNER, profile=profile)
    expect_partner(result)
    log = lab.partner.since(mark)
    expect('mech=GSSAPI bind_ssf=256 ssf=256' in log, log)
    expect(result.json['forest']['complete'], result)


@test('pointer for the mail domain: the letter of MS-OXDISCO keeps both')
def followed_oxdisco(lab):
    result = ask(lab, pointing(lab), '--follow', PARTNER, profile='oxdisco')
    expect(result.code in (0, 5), result)
    expect(any('mail.res.example.test' in url for url in urls(result)), result)
    expect(any('ex07.corp.example.test' in url for url in urls(result)), result)


@test('pointer: the same by an export of the second forest')
def by_export(lab):
    path = export(lab, lab.partner)
    result = ask(lab, pointing(lab), '--ldif-at',
                 f'LDAP://{PARTNER}:3890={path}')
    expect_partner(result)
    live = ask(lab, pointing(lab), '--follow', PARTNER)
    for part in ('candidates', 'then', 'choice', 'hops'):
        expect_equal(result.json[part], live.json[part], part)


@test('pointer without a port: 389, which a pin may move')
def standard_port(lab):
    result = ask(lab, pointing(lab), '--follow', PARTNER, '--resolve',
                 f'{PARTNER}:389:{lab.address(2)}:3890', domain='standard')
    expect_partner(result)


@test('pointer: its host found by --dns')
def by_dns(lab):
    server = pointing(lab)
    result = lab.adscp('predict', '-j', '-s', 'HQ', *TIME, '-m',
                       'ann@res.example.test', '--follow', PARTNER,
                       *server.at(), '--dns', f'{lab.address(53)}:5300')
    expect_partner(result)
    expect((PARTNER, 1) in lab.dns.questions, lab.dns.questions)


@test('pointer without --follow: not contacted, not even looked up')
def not_followed(lab):
    before, asked = lab.spy.count, len(lab.dns.questions)
    result = ask(lab, pointing(lab), '--dns', f'{lab.address(53)}:5300',
                 domain='spy')
    expect_equal(result.code, 5, result)
    expect_equal(urls(result), [], result)
    expect(not result.json['forest']['complete'], result)
    expect('pointer-not-allowed' in codes(result), result)
    expect_equal(lab.spy.count, before, 'the listener was contacted')
    names = {name for name, _ in lab.dns.questions[asked:]}
    expect(SPY not in names, names)


@test('pointer: --follow allows the host that it names and no other')
def other_allowed(lab):
    before = lab.spy.count
    result = ask(lab, pointing(lab), '--follow', PARTNER, domain='spy')
    expect_equal(result.code, 5, result)
    expect_equal(lab.spy.count, before, 'the listener was contacted')


@test('pointer of another domain: this client never needs it')
def other_domain(lab):
    result = ask(lab, pointing(lab), domain='corp')
    expect_equal(result.code, 0, result)
    expect('ex07' in urls(result)[0], result)
    expect(result.json['forest']['complete'], result)
    expect_equal(result.json['forest']['pointers_followed'], [], result)


@test('bare pointer: used where the forest has no URL of its own')
def bare(lab):
    empty = forest.Forest()
    empty.site('HQ')
    empty.pointer('everybody', f'LDAP://{PARTNER}:3890')
    server = lab.slapd('bare', 9, empty)
    expect_partner(ask(lab, server, '--follow', PARTNER, domain='any'))
    result = ask(lab, server, domain='any')
    expect_equal(result.code, 5, result)
    expect_equal(urls(result), [], result)


@test('pointers that lead back end in a finding', 'loop')
@test('a pointer to its own forest ends in a finding', 'self')
def loops(lab, domain):
    result = ask(lab, pointing(lab), '--follow', PARTNER, '--follow',
                 'dc1.corp.example.test', domain=domain)
    expect(result.code in (3, 5), result)
    expect_equal(urls(result), [], result)
    expect('pointer-loop' in codes(result), result)


@test('pointer to a dead port: an answer that says it is incomplete')
def dead(lab):
    result = ask(lab, pointing(lab), '--follow', PARTNER, '--resolve',
                 f'{PARTNER}:1:{lab.address(2)}', domain='dead')
    expect_equal(result.code, 5, result)
    expect('pointer-unreachable' in codes(result), result)
    expect(not result.json['forest']['complete'], result)


@test('pointer after ldaps: the second server must grant StartTLS')
def protected(lab):
    mark = lab.partner.mark()
    result = ask(lab, pointing(lab), '--follow', PARTNER, '-x', '-D',
                 f'CN=alice,CN=Users,{lab.partner.forest.suffix}', '-y',
                 lab.simple('alice')[-1], scheme='ldaps')
    log = lab.partner.since(mark)
    # The DN is the second forest's, so the first one refuses the bind.
    expect_equal(result.code, 2, result)
    expect('BIND dn' not in log, log)
    result = ask(lab, pointing(lab), '--follow', PARTNER, '-Y', 'GSSAPI',
                 scheme='ldaps')
    expect_partner(result)
    log = lab.partner.since(mark)
    expect('STARTTLS' in log and 'TLS established' in log, log)
    expect(log.index('STARTTLS') < log.index('BIND dn'), log)


@test('pointer after ldaps: no StartTLS there, no credentials there')
def unprotected(lab):
    first = forest.plain()
    first.pointer('res', f'LDAP://{PARTNER}:3890', ['Domain=res.example.test'])
    server = lab.slapd('strict', 10, first)
    weak = lab.slapd('unprotected', 11, partner(lab), host=PARTNER,
                     certificate=None)
    mark = weak.mark()
    result = lab.adscp('predict', '-j', '-s', 'HQ', *TIME, '-m',
                       'ann@res.example.test', '--follow', PARTNER,
                       *server.at('ldaps'), *pins(PARTNER, weak.address),
                       *lab.simple('alice'))
    expect_equal(result.code, 5, result)
    expect('pointer-unreachable' in codes(result), result)
    expect('BIND dn' not in weak.since(mark), weak.since(mark))
