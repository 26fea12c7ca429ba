# SPDX-License-Identifier: MIT
"""Round trips, counted on the client's link: what cannot be asked for together
is asked for one after the other, and nothing else is."""

from tap import expect, expect_equal, test

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z']
PORTS = {'ldap': 389, 'ldaps': 636}


def cost(lab, *how):
    """Its traffic, with the ticket already in the cache."""
    expect_equal(lab.adscp(*QUESTION, *how).code, 0)
    with lab.watch() as wire:
        result = lab.adscp(*QUESTION, *how)
    expect_equal(result.code, 0, result)
    expect_equal(wire.to('kerberos'), [], wire)
    return wire


# One for the rootDSE, one for the searches together. RFC 4752 3.1: three for
# GSSAPI, of which the last settles the layer; TLS 1.3 takes one.
@test('round trips: GSSAPI', 'ldap', ['-Y', 'GSSAPI'], 3 + 2)
@test('round trips: GSS-SPNEGO', 'ldap', ['-Y', 'GSS-SPNEGO'], 1 + 2)
@test('round trips: simple bind over ldaps', 'ldaps', None, 1 + 1 + 2)
def trips(lab, scheme, how, most):
    how = how or lab.person('alice', lab.dc1)
    with lab.far_away(lab.dc1, PORTS[scheme]) as (_, far):
        wire = cost(lab, *lab.dc1.at(scheme), *far, *how)
    flow, = wire.to(scheme)
    expect(flow.turns <= most, f'{flow.turns} instead of {most}', wire)
    # The counter itself works.
    expect(flow.turns >= 2 and flow.messages() >= 5, wire)


@test('one name is asked for, once and never backwards')
def names(lab):
    wire = cost(lab, *lab.dc1.at(), '-Y', 'GSSAPI')
    asked = wire.questions()
    expect(asked, wire)
    expect(all(name == lab.dc1.host for name, _ in asked), asked)
    expect(len(wire.to('dns')) <= 1, wire)
