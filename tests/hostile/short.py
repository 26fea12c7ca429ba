#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reading from a server while the library has no memory: short.py BUILD [WORD...].

From its allocation N on each one fails, for N = 0 and so on until none is left to
fail: the same answer, or ADSCP_E_NOMEM and a sentence about it."""

import signal
import sys

sys.dont_write_bytecode = True

import run                                               # noqa: E402
from mail import CATALOG, person, root                   # noqa: E402
from run import expect, ranged_scp                       # noqa: E402
from server import Server, attribute, scp, scp_dn, entry  # noqa: E402

PERSON = b'ann@corp.example'


def directory(local):
    """A global catalog with an SCP in parts, and with who is asked for."""
    def begin(talk, request):
        talk.answer(request, scp(b'EX0'), ranged_scp(1500), scp(b'EX2'))

    def go_on(talk, request):
        talk.answer(request, entry(scp_dn(b'EX1'), attribute(
            b'keywords;range=1500-*', b'Site=S1501')))
    return Server({
        'root': lambda talk, request: talk.answer(request, root(CATALOG)),
        'recipient': lambda talk, request: talk.answer(
            request, person(b'ann', PERSON)),
        'scp': begin, 'range': go_on}, local=local)


def settled(answer):
    """Without what differs from run to run."""
    return [line for line in answer.raw.split(b'\n')
            if line.partition(b' ')[0] not in (b'elapsed', b'growth',
                                               b'failed')]


def without_memory(local, *words):
    with directory(local) as server:
        whole = run.ask(server, *words)
        expect(whole.one('code') != 'ADSCP_E_NOMEM', whole)
        refused = 0
        for count in range(100000):
            answer = run.ask(server, *words, f'fail={count}')
            if answer.one('code') == 'ADSCP_E_NOMEM':
                expect('memory' in answer.one('detail'), count, answer)
                refused += 1
            else:
                expect(settled(answer) == settled(whole), count, answer)
            if answer.one('failed') == '0':
                break
        print(f'# {count} allocations')
        expect(refused > 10, refused)


TESTS = [
    ('a read in parts, and a recipient', without_memory,
     (False, b'mail=' + PERSON)),
    ('a bind by a mechanism, and a read', without_memory, (True, 'external')),
    ('a mechanism without a ticket', without_memory, (False, 'gssapi')),
]


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    run.CLIENT = str(run.contract.build() / 'tests/hostile/hostile-client')
    run.contract.run_chosen(TESTS, sys.argv[2:])
    run.contract.finish()


main()
