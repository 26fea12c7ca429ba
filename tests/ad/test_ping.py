# SPDX-License-Identifier: MIT
"""The LDAP ping, as this server answers it: the answers that the tests of our
own decoder start from are what it says today."""

import os
import pathlib

import ping
from tap import expect, expect_equal, test
from world import CORP

CORPUS = (pathlib.Path(__file__).resolve().parents[1] / 'fuzz' / 'corpus'
          / 'netlogon')
SITES = {'hq': 'HQ', 'branch': 'Branch', 'zurich': 'Zürich', 'lab2': 'Lab.2',
         'nosite': '', 'siteless': ''}


def compare(blob, name):
    """With the one in the corpus, or write that one: ADSCP_CAPTURE=1."""
    path = CORPUS / name
    if os.environ.get('ADSCP_CAPTURE'):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(blob)
    expect_equal(blob.hex(), path.read_bytes().hex(), path)


def expect_site(lab, client, dc, site):
    """The same by UDP and TCP, IPv4 and IPv6; returns it."""
    answers = [ping.netlogon(lab.ping(kind, client, dc, ipv6=ipv6))
               for kind in ('udp', 'tcp') for ipv6 in (False, True)]
    blob = answers[0]
    for other in answers:
        expect_equal(other, blob)
    fields = ping.decode(blob)
    expect_equal(fields['opcode'], 23)
    expect_equal([fields[name] for name in
                  ('forest', 'domain', 'host', 'netbios_domain', 'netbios_host',
                   'user', 'client_site', 'rest')],
                 [dc.domain, dc.domain, dc.host, dc.netbios, dc.name.upper(),
                  '', site, 0])
    expect_equal(bool(fields['flags'] & ping.CLOSEST),
                 fields['dc_site'] == site, fields)
    return blob


@test('ping: a client in HQ', 'hq')
@test('ping: a client in Branch', 'branch')
@test('ping: a client in a site beyond ASCII', 'zurich')
@test('ping: a client in a site with a dot in its name', 'lab2')
@test('ping: a client in no subnet', 'nosite')
@test('ping: a client in a subnet of no site', 'siteless')
def site(lab, client):
    blob = expect_site(lab, client, lab.dc1, SITES[client])
    expect_equal(ping.decode(blob)['dc_site'], 'HQ')
    compare(blob, f'samba-{client}')


@test('ping: the messages around an answer', None, 'samba-reply')
@test('ping: an unknown domain', 'nowhere.example.test',
      'samba-reply-unknown-domain')
def messages(lab, domain, name):
    udp, tcp = (lab.ping(kind, 'hq', lab.dc1, domain=domain)
                for kind in ('udp', 'tcp'))
    expect_equal(udp, tcp)
    expect(ping.done(udp), udp.hex())
    expect_equal(ping.netlogon(udp) is None, domain is not None)
    compare(udp, name)


@test('ping: a second domain controller, in Branch')
def second(lab):
    for client in ('hq', 'branch'):
        blob = expect_site(lab, client, lab.dc3, SITES[client])
        expect_equal(ping.decode(blob)['dc_site'], 'Branch')
        compare(blob, f'samba-dc3-{client}')


@test('ping: another forest knows other sites')
def other_forest(lab):
    blob = expect_site(lab, 'hq', lab.dc2, 'Depot')
    expect_equal(ping.decode(blob)['dc_site'], 'HQ')
    expect(CORP.encode() not in blob, blob)
    compare(blob, 'samba-partner-hq')
