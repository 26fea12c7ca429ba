# SPDX-License-Identifier: MIT
"""What goes wrong between a client and its domain controller: an answer or a
sentence, within the budget."""

import contextlib
import os
import pathlib

from tap import expect, expect_equal, expect_failure, expect_within, test

QUESTION = ['list', '-j', '-s', 'HQ', '-t', '2026-01-01T00:00:00Z']
BUDGET = 1
SHORT = ['--timeout', BUDGET]


@contextlib.contextmanager
def gone(dc, how):
    """In one of the ways in which a server may be: not on its network, refused
    by a router, stunned."""
    begin, end = {'silent': (dc.place.blackhole, dc.place.mend),
                  'unreachable': (dc.place.unreachable, dc.place.mend),
                  'stunned': (dc.pause, dc.resume)}[how]
    begin()
    try:
        yield
    finally:
        end()


@contextlib.contextmanager
def dns(lab, **state):
    """With other answers, or none, for a while."""
    for name, value in state.items():
        setattr(lab.names, name, value)
    try:
        yield
    finally:
        lab.names.silent = lab.names.broken = False


@test('a server that is silent', 'silent', 'time|budget')
@test('a server that cannot be reached', 'unreachable', 'reach|route|connect')
@test('a server that accepts and says nothing', 'stunned', 'time|budget')
def server(lab, how, words):
    # A refusal that comes while the kernel is still connecting counts for
    # nothing; TCP sends again after a second, and is refused again.
    early = how == 'unreachable'
    budget = 5 * BUDGET if early else BUDGET
    with gone(lab.dc1, how):
        result = lab.adscp(*QUESTION, *lab.dc1.at(), '--timeout', budget)
    expect_failure(result, 2, words)
    expect_within(result, budget / 2 if early else budget)
    expect_equal(lab.adscp(*QUESTION, *lab.dc1.at()).code, 0, 'and back again')


# Three requests of the bind, one for the rootDSE, then the searches: from which
# of them on the server is no more.
for each_number in (1, 4, 5):
    @test(f'a server that falls silent at request {each_number}', each_number)
    def falls_silent(lab, number):
        with lab.trap(lab.dc1, number, lab.dc1.pause) as (trap, path):
            result = lab.adscp(*QUESTION, *lab.dc1.at(), *path, *SHORT)
        lab.dc1.resume()
        expect(trap.sprung, 'it was never asked that much', result)
        expect_failure(result, 2, 'time|budget')
        expect_within(result, BUDGET)

    @test(f'a server that dies at request {each_number}', each_number)
    def dies(lab, number):
        with lab.trap(lab.dc1, number, lab.dc1.kill) as (trap, path):
            result = lab.adscp(*QUESTION, *lab.dc1.at(), *path, *SHORT)
        lab.dc1.start()
        expect(trap.sprung, 'it was never asked that much', result)
        expect_failure(result, 2, 'closed|reset|ended|lost|connection')
        expect_within(result, 1)


@test('DNS is silent', 'silent', 'time|budget|DNS')
@test('DNS is broken', 'broken', 'DNS|resolv|address')
def no_dns(lab, how, words):
    with dns(lab, **{how: True}):
        result = lab.adscp(*QUESTION, *lab.dc1.at(), *SHORT)
    expect_failure(result, 2, words)
    expect_within(result, BUDGET)


def ask_pinned(lab):
    """With a silent DNS; the answer and the names that were asked for."""
    pin = ['--resolve', f'{lab.dc1.host}:389:{lab.dc1.address}']
    lab.adscp(*QUESTION, *lab.dc1.at(), *pin)  # now the ticket is there
    with dns(lab, silent=True), lab.watch() as wire:
        result = lab.adscp(*QUESTION, *lab.dc1.at(), *pin, *SHORT)
    return result, {name for name, _ in wire.questions()}


@test('DNS is silent, and the address pinned: nobody looks up anything')
def pinned(lab):
    result, asked = ask_pinned(lab)
    expect_equal(asked, set(), result)
    expect_equal(result.code, 0, result)


@test('DNS is silent, and our own name in no file: an end within the budget')
def own_name(lab):
    # libldap looks it up when it is first used, and cannot be told not to.
    hosts = pathlib.Path('/etc/hosts')
    text = hosts.read_text()
    hosts.write_text('127.0.0.1 localhost\n')
    try:
        result, asked = ask_pinned(lab)
    finally:
        hosts.write_text(text)
    expect(all(name.startswith(os.uname().nodename) for name in asked), asked)
    expect(result.code in (0, 2), result)
    expect_within(result, BUDGET)


@test('reverse DNS lies, and nobody asks it')
def reverse(lab):
    lab.names.add_reverse(lab.dc1.address, 'evil.example.test')
    try:
        with lab.watch() as wire:
            result = lab.adscp(*QUESTION, *lab.dc1.at())
    finally:
        lab.names.static.clear()
    expect_equal(result.code, 0, result)
    asked = wire.questions()
    expect(not any(name.endswith('.arpa') for name, _ in asked), asked)


@test('the KDC is silent: no ticket for the server, within the budget')
def no_kdc(lab):
    lab.kinit('alice', 'no-kdc')
    trouble = {'KRB5CCNAME': lab.cache('no-kdc')}
    krb5 = lab.home / 'no-kdc.conf'
    lab.write_krb5_conf(krb5, dns_lookup_kdc='false')
    krb5.write_text(krb5.read_text() + '[realms]\n CORP.EXAMPLE.TEST = {\n'
                    f'  kdc = {lab.hosts["lab2"].address}\n }}\n')
    place = lab.hosts['lab2']
    place.blackhole()
    try:
        result = lab.adscp(*QUESTION, *lab.dc1.at(), *SHORT,
                           env={**trouble, 'KRB5_CONFIG': krb5})
    finally:
        place.mend()
    expect_failure(result, 2, 'time|budget|Kerberos')
    expect_within(result, BUDGET)
