#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The search for recipients, as a scripted server sees it: mail.py BUILD.

Which addresses it asks for, byte by byte, what it makes of answers that are cut,
refused or foreign, and when it goes on to the global catalog."""

import run
from run import answered, ask, expect, expect_read, test
from server import CONFIG, DONE, Server, attribute, entry, message, result

run.TESTS.clear()
DOMAIN = b'DC=corp,DC=example,DC=test'
SEARCH_BASE, SEARCH_TIME_LIMIT, SEARCH_FILTER, SEARCH_NAMES = 0, 4, 6, 7


# ---------------------------------------------------------------- decoding --

def elements(data):
    """(tag, content) of each element."""
    at = 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7f
            size = int.from_bytes(data[at:at + count], 'big')
            at += count
        yield tag, data[at:at + size]
        at += size


def search(request):
    """The parts of a search request; its body begins with its length."""
    return list(elements(next(elements(bytes([request.tag])
                                       + request.body))[1]))


def assertions(request):
    """The (attribute, value) pairs that the filter joins by "or"."""
    tag, content = search(request)[SEARCH_FILTER]
    expect(tag == 0xa1, 'the filter is no "or"', hex(tag))
    pairs = []
    for tag, assertion in elements(content):
        expect(tag == 0xa3, 'not an equality', hex(tag))
        pairs.append(tuple(value for _, value in elements(assertion)))
    return pairs


def addresses(requests):
    """All that was asked for; both attributes want the same."""
    proxies, mails = [], []
    for request in requests:
        for name, value in assertions(request):
            if name == b'proxyAddresses':
                expect(value.startswith(b'smtp:'), value)
                proxies.append(value[5:])
            else:
                expect(name == b'mail', name)
                mails.append(value)
    expect(proxies == mails, proxies, mails)
    return proxies


# ----------------------------------------------------------------- servers --

def root(*more):
    return entry(b'', attribute(b'configurationNamingContext', CONFIG),
                 attribute(b'defaultNamingContext', DOMAIN), *more)


CATALOG = attribute(b'isGlobalCatalogReady', b'TRUE')


def person(name, *mails, home=DOMAIN):
    return entry(b'CN=%s,%s' % (name, home), attribute(b'objectClass', b'user'),
                 attribute(b'mailNickname', name),
                 attribute(b'proxyAddresses',
                           *(b'smtp:' + mail for mail in mails)))


def controller(answer, *more):
    """A domain controller; answer(talk, request) is its word about recipients,
    whose requests come in `requests`."""
    requests = []

    def recipients(talk, request):
        requests.append(request)
        answer(talk, request)

    server = Server({
        'root': lambda talk, request: talk.answer(request, root(*more)),
        'recipient': recipients})
    server.requests = requests
    return server


def empty(talk, request):
    talk.answer(request)


def who_is_asked(people):
    """Those of them for whom the filter asks."""
    def answer(talk, request):
        asked = {value.lower() for value in addresses([request])}
        talk.answer(request, *(person(name, *mails)
                               for name, mails in people.items()
                               if asked & {mail.lower() for mail in mails}))
    return answer


def words(*mails):
    return [b'mail=' + mail for mail in mails]


# ------------------------------------------------------------------ filter --

@test('parentheses, asterisks and backslashes are values, not syntax',
      [b'*@corp.example', b'a)(objectClass=*@corp.example', b'\\2a@x',
       b'a\\@x', b'((((@x', b'))))@x', b'(|(mail=*))@x', b'a&b|c!d=e~f<g>h@x'])
@test('letters beyond ASCII are the bytes that they are',
      ['ä@bücher.example'.encode(), '邮件@例子.example'.encode(),
       '\U0001f4e7@x'.encode()])
@test('quotes, commas, semicolons and the like are only text',
      [b'"a"@x', b"o'hara@x", b'a,b;c#d@x', b'a+b%c@x', b'a/b{}$@x'])
def escaped(mails):
    with controller(empty) as server:
        answer = ask(server, *words(*mails))
        expect_read(answer, 1)
        expect(addresses(server.requests) == mails, server.requests)
        expect(answer['mailbox'] == ['not-found'] * len(mails), answer)


@test('one search of the domain for what a recipient needs')
def one_search():
    with controller(empty) as server:
        expect_read(ask(server, *words(b'ann@x')), 1)
        parts = search(server.requests[0])
        names = [value for _, value in elements(parts[SEARCH_NAMES][1])]
        expect(len(server.requests) == 1, server.seen)
        expect(parts[SEARCH_BASE][1] == DOMAIN, parts)
        expect(parts[1] == (0x0a, b'\x02'), 'not a subtree', parts)
        expect(b'*' not in names and b'homeMDB' in names, names)


@test('the time limit holds where the server counts from its last full second')
def time_limit():
    with controller(empty) as server:
        expect_read(ask(server, *words(b'ann@x'), budget=900), 1)
        limit = search(server.requests[0])[SEARCH_TIME_LIMIT][1]
        expect(int.from_bytes(limit, 'big') == 2, limit)


@test('nobody is searched for where nobody was asked for')
def no_search():
    with controller(empty) as server:
        expect_read(ask(server), 1)
        expect('recipient' not in server.seen, server.seen)


@test('no domain, no search')
def no_domain():
    with answered('recipient') as server:
        answer = ask(server, *words(b'ann@x'))
        expect_read(answer, 1)
        expect('recipient' not in server.seen, server.seen)
        expect(answer['mailbox'] == ['not-read'], answer)


@test('1 address, 1 search', 1, 1)
@test('64 addresses, 1 search', 64, 1)
@test('65 addresses, 2 searches', 65, 2)
@test('128 addresses, 2 searches', 128, 2)
@test('129 addresses, 3 searches', 129, 3)
@test('500 addresses, 8 searches', 500, 8)
def chunks(count, expected):
    mails = [b'a%d@x' % each for each in range(count)]
    people = {b'p%d' % each: [b'a%d@x' % each]
              for each in range(0, count, 7)}
    with controller(who_is_asked(people)) as server:
        answer = ask(server, *words(*mails))
        expect_read(answer, 1)
        expect(len(server.requests) == expected, len(server.requests))
        expect(addresses(server.requests) == mails, 'each once')
        expect(answer['mailbox'] == [
            'not-found' if each % 7 else 'mail-user'
            for each in range(count)], answer['mailbox'])


@test('addresses of one recipient in two searches are still one recipient')
def both_chunks():
    mails = [b'a%d@x' % each for each in range(100)]
    with controller(who_is_asked({b'ann': [mails[0], mails[99]]})) as server:
        answer = ask(server, *words(*mails))
        expect_read(answer, 1)
        expect(answer['mailbox'][0] == answer['mailbox'][99] == 'mail-user',
               answer['mailbox'])


# ----------------------------------------------------------------- answers --

@test('a search without an end that was reached proves nothing: size limit', 4)
@test('a search without an end that was reached proves nothing: time limit', 3)
@test('a search without an end that was reached proves nothing: busy', 51)
@test('a search without an end that was reached proves nothing: refused', 53)
@test('a search without an end that was reached proves nothing: referral', 10)
@test('a search without an end that was reached proves nothing: denied', 50)
@test('a search without an end that was reached proves nothing: odd code', 4711)
def cut(code):
    def answer(talk, request):
        talk.answer(request, person(b'ann', b'ann@x'), code=code)
    with controller(answer) as server:
        answer = ask(server, *words(b'ann@x', b'bob@x'))
        finding = 'result-denied' if code == 50 else 'result-partial'
        expect_read(answer, 1, False, [finding, 'mailbox-not-read'])
        expect(answer['mailbox'] == ['mail-user', 'not-read'], answer)


@test('no such domain: nobody was looked at, and nothing is partial')
def no_such_object():
    def answer(talk, request):
        talk.answer(request, code=32)
    with controller(answer) as server:
        answer = ask(server, *words(b'ann@x'))
        expect_read(answer, 1, True, ['mailbox-not-read'])
        expect(answer['mailbox'] == ['not-read'], answer)


@test('one of two searches was cut: whoever is missing was not looked for',
      0)
@test('the other of two searches was cut: whoever is missing was not looked for',
      1)
def one_cut(which):
    def answer(talk, request):
        number = len(server.requests) - 1
        talk.answer(request, code=4 if number == which else 0)
    mails = [b'a%d@x' % each for each in range(65)]
    with controller(answer) as server:
        answer = ask(server, *words(*mails))
        expect_read(answer, 1, False, ['result-partial'])
        expect(set(answer['mailbox']) == {'not-read'}, answer['mailbox'])


@test('recipients for whom nobody asked, and from outside the domain')
def foreign():
    def answer(talk, request):
        talk.answer(request, person(b'eve', b'eve@x'),
                    person(b'ann', b'ann@x', home=b'DC=else,DC=example'),
                    entry(b'CN=odd,' + DOMAIN))
    with controller(answer) as server:
        answer = ask(server, *words(b'ann@x'))
        expect_read(answer, 1, True, ['entry-unasked', 'entry-outside',
                                      'mailbox-not-found'])


@test('a hundred thousand addresses of one recipient')
def many_addresses():
    mails = [b'a%d@x' % each for each in range(100000)]

    def answer(talk, request):
        talk.answer(request, person(b'ann', *mails))
    with controller(answer) as server:
        answer = ask(server, *words(b'A99999@X', b'b@x'))
        expect_read(answer, 1)
        expect(answer['mailbox'] == ['mail-user', 'not-found'], answer)


# ------------------------------------------------------------------ catalog --

def with_catalog(domain, catalog, mails, *more):
    """Ask a controller whose global catalog listens beside it. Returns the
    answer and both servers."""
    with controller(domain, *more) as first, controller(catalog) as second:
        pins = [f'pin=dc.corp.example:389:127.0.0.1:{first.port}',
                f'pin=dc.corp.example:3268:127.0.0.1:{second.port}']
        first.uri = 'ldap://dc.corp.example'
        return ask(first, *pins, *words(*mails)), first, second


@test('whom the domain does not know, the catalog is asked for')
def catalog_knows():
    answer, first, second = with_catalog(
        who_is_asked({b'ann': [b'ann@x']}),
        who_is_asked({b'ann': [b'ann@x'], b'bob': [b'bob@x']}),
        [b'ann@x', b'bob@x', b'eve@x'], CATALOG)
    expect_read(answer, 1)
    expect(search(second.requests[0])[SEARCH_BASE][1] == b'', second.seen)
    expect('scp' not in second.seen and 'root' not in second.seen, second.seen)
    expect(answer['mailbox'] == ['mail-user', 'mail-user', 'not-found'], answer)


@test('a recipient of another domain is not outside the catalog')
def catalog_elsewhere():
    def answer(talk, request):
        talk.answer(request, person(b'bob', b'bob@x',
                                    home=b'DC=child,DC=corp,DC=example'))
    answer, _, second = with_catalog(empty, answer, [b'bob@x'], CATALOG)
    expect_read(answer, 1)
    expect('entry-outside' not in answer['finding'], answer)
    expect(answer['mailbox'] == ['mail-user'], answer)


@test('where the domain knows everybody, the catalog is not asked')
def catalog_not_needed():
    answer, _, second = with_catalog(
        who_is_asked({b'ann': [b'ann@x', b'bob@x']}), empty,
        [b'ann@x', b'bob@x'], CATALOG)
    expect_read(answer, 1)
    expect(second.accepted == 0, second.seen)


@test('two with one address do not hide that another one is missing')
def catalog_for_the_missing():
    def answer(talk, request):
        talk.answer(request, person(b'ann', b'ann@x'), person(b'eve', b'ann@x'))
    answer, _, second = with_catalog(
        answer, who_is_asked({b'bob': [b'bob@x']}), [b'ann@x', b'bob@x'],
        CATALOG)
    expect(answer['mailbox'] == ['ambiguous', 'mail-user'], answer)


@test('a controller that is no catalog is not taken for one')
def no_catalog():
    answer, _, second = with_catalog(empty, empty, [b'ann@x'])
    expect_read(answer, 1)
    expect(second.accepted == 0, second.seen)


@test('a catalog that does not answer costs a note',
      lambda talk, request: talk.sock.close())
@test('a catalog that breaks the protocol costs a note',
      lambda talk, request: talk.send(b'\x30\x84\x7f\xff\xff\xff\x02\x01'))
@test('a catalog that sends another answer costs a note',
      lambda talk, request: talk.send(message(request.msgid, result(0x61))))
def catalog_fails(catalog):
    answer, _, _ = with_catalog(empty, catalog, [b'ann@x'], CATALOG)
    expect_read(answer, 1, True, ['catalog-not-read', 'mailbox-not-found'])


@test('a catalog that is silent costs half of the time, and a note')
def catalog_silent():
    with controller(empty, CATALOG) as first, controller(
            lambda talk, _: talk.silence()) as second:
        first.uri = 'ldap://dc.corp.example'
        answer = ask(first, f'pin=dc.corp.example:389:127.0.0.1:{first.port}',
                     f'pin=dc.corp.example:3268:127.0.0.1:{second.port}',
                     *words(b'ann@x'), budget=1500)
        expect_read(answer, 1, True, ['catalog-not-read'])
        expect(answer.number('elapsed') < 1450, answer)


@test('a catalog that refuses: what it says is told', 50)
@test('a catalog that cuts its answer: that is told', 4)
def catalog_refuses(code):
    def refuse(talk, request):
        talk.send(message(request.msgid, result(DONE, code)))
    answer, _, _ = with_catalog(empty, refuse, [b'ann@x'], CATALOG)
    expect_read(answer, 1, False, [
        'result-denied' if code == 50 else 'result-partial'])


if __name__ == '__main__':
    run.main()
