# SPDX-License-Identifier: MIT
"""Round trips, counted on the client's link: what cannot be asked for together
is asked for one after the other, and nothing else is."""

from tap import expect, expect_equal, test

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z']


def costs(lab, *how):
    """Its traffic, with the ticket already in the cache."""
    expect_equal(lab.adscp(*QUESTION, *how).code, 0)
    with lab.watch() as wire:
        result = lab.adscp(*QUESTION, *how)
    expect_equal(result.code, 0, result)
    expect_equal(wire.turns('kerberos'), 0, wire)
    return wire


# RFC 4752 3.1: two round trips of GSSAPI, one for the layer. The rootDSE needs
# no bind; the searches go out together.
@test('round trips: GSSAPI', 'ldap', ['-Y', 'GSSAPI'], 5)
@test('round trips: GSS-SPNEGO', 'ldap', ['-Y', 'GSS-SPNEGO'], 3)
# TLS 1.3 sends session tickets behind the handshake, whenever it likes: one more.
@test('round trips: simple bind over ldaps', 'ldaps', None, 6)
def trips(lab, scheme, how, most):
    how = how or lab.person('alice', lab.dc1)
    wire = costs(lab, *lab.dc1.at(scheme), *how)
    flow, = wire.to(scheme)
    expect(flow.turns <= most, f'{flow.turns} instead of {most}', wire)
    # The counter itself works.
    expect(flow.turns >= 3 and flow.messages() >= 3, wire)


@test('round trips: one name is asked for once, and never backwards')
def names(lab):
    before = len(lab.names.questions)
    wire = costs(lab, *lab.dc1.at(), '-Y', 'GSSAPI')
    asked = lab.names.questions[before:]
    expect(asked, wire)
    expect(all(name == lab.dc1.host for name, _ in asked), asked)
    expect(wire.turns('dns') <= 2, wire)
