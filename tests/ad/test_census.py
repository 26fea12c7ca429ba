# SPDX-License-Identifier: MIT
"""Mailboxes of a real domain, counted by us and by ldapsearch."""

import collections
import re

from tap import expect, expect_equal, test
from test_reading import TIME, search

MAILBOX = ('(&(homeMDB=*)(!(msExchRecipientTypeDetails=4))'
           '(!(msExchRecipientTypeDetails=16)))')


def census(lab, *how):
    return lab.adscp('coverage', '-j', '--census', '--no-observe', *TIME, *how)


def counted(lab, dc):
    """{database: mailboxes}, by somebody else's client."""
    found = search(lab, dc, '-b', dc.suffix, MAILBOX, 'homeMDB')
    return collections.Counter(re.findall('^homeMDB: CN=([^,]+),', found, re.M))


@test('the census of a domain is what ldapsearch counts')
def same_census(lab):
    dc = lab.dc1
    live = census(lab, *dc.at(), '-Y', 'GSSAPI')
    databases = counted(lab, dc)
    expect(len(databases) > 1, databases)
    expect_equal(live.json['census']['mailboxes'], sum(databases.values()),
                 live)
    homes = {each['server']: each['mailboxes'] for each in live.json['homes']
             if each['kind'] == 'mailbox'}
    expect_equal(sum(homes.values()), sum(databases.values()), homes)
    expect(live.json['census']['complete'], live)


@test('a saved census of a domain names nobody, and is read again')
def saved_census(lab):
    path = lab.home / 'census.ldif'
    result = lab.adscp('save', '--census', path, *lab.dc1.at(), '-Y', 'GSSAPI')
    expect_equal(result.code, 0, result)
    expect('mail:' not in path.read_text(), path)
    saved = census(lab, '-l', path).json['census']
    expect_equal(saved, census(lab, *lab.dc1.at(), '-Y', 'GSSAPI'
                               ).json['census'])
