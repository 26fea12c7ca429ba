# SPDX-License-Identifier: MIT
"""Mailboxes of a real domain, counted by us and by ldapsearch."""

import collections
import functools
import re

from forest import PASSWORD
from tap import expect, expect_equal, test
from test_reading import TIME, search
from tree import CLOSED_TO, CREW, PLACES

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


# ------------------------------------------------------------------- a crowd --

@functools.lru_cache
def seen_by(lab, user):
    """[(place, database)] of the mailboxes, by somebody else's client; what it
    does not see is not there."""
    dc = lab.dc2
    found = lab.run(['env', f'LDAPTLS_CACERT={lab.ca}/ca.pem', 'ldapsearch',
                     '-LLL', '-N', '-H', dc.ldaps, '-x', '-D',
                     f'{user}@{dc.domain}', '-w', PASSWORD, '-o', 'ldif-wrap=no',
                     '-b', dc.suffix, MAILBOX, 'homeMDB']).out
    return re.findall('^dn: CN=[^,]+,..=([^,]+),.*\nhomeMDB: CN=([^,]+),', found,
                      re.M)


def counts_as(lab, user):
    dc = lab.dc2
    found = census(lab, *dc.at('ldaps'), *lab.person(user, dc))
    wanted = collections.Counter(home for _, home in seen_by(lab, user))
    expect_equal(found.json['census']['mailboxes'], sum(wanted.values()), found)
    homes = {each['server']: each['mailboxes'] for each in found.json['homes']
             if each['kind'] == 'mailbox'}
    expect_equal(homes, {
        'PX13': wanted['DB-PX13'],
        'PX19': wanted['DB-PX19'] + wanted['DB-Night'] + wanted['DB-Day']})


@test('5,000 users in several databases: the census is what ldapsearch counts')
def crowd(lab):
    counts_as(lab, 'alice')
    seen = seen_by(lab, 'alice')
    expect(len(seen) > CREW, len(seen))
    expect_equal(len({home for _, home in seen}), 4)


@test('users whom an account may not see are not counted by it')
def closed(lab):
    counts_as(lab, CLOSED_TO)
    hidden = [each for each in seen_by(lab, 'alice') if each[0] == PLACES[-1]]
    expect(len(hidden) > CREW // 4, len(hidden))
    expect_equal(len(seen_by(lab, CLOSED_TO)) + len(hidden),
                 len(seen_by(lab, 'alice')))
