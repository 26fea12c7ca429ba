#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may use whom in lib/, read off the #include lines and off the symbols that
the objects really use: a file uses its own wing and those before it, no files need
each other, each foreign library stays in its room, and nothing that the library
promises not to call is called. No source is too long to be read in one go. A planted
breach of each rule must be found, or the test fails itself."""

import fnmatch
import pathlib
import re
import shutil
import tempfile

import contract

WINGS = {'base': ('base',), 'facts': ('base', 'facts'),
         'gather': ('base', 'facts', 'gather'),
         'judge': ('base', 'facts', 'judge'),
         'api': ('base', 'facts', 'gather', 'judge', 'api')}

# Headers that only some rooms may see. gather/ldap/session.h and
# gather/transport/transport.h are those rooms' doors: what lies behind them
# does not show there.
ROOMS = [
    (('unicase.h', 'uniconv.h', 'unictype.h', 'uninorm.h', 'unistr.h'),
     ('base/text.c', 'base/visible.c')),
    (('openssl/*',), ('base/base64.c', 'base/crypto.*', 'gather/transport/tls*.[ch]',
                      'gather/observe/tls.c',
                      'facts/certificate/*.c', 'facts/certificate/private.h',
                      'judge/trust/constraint.c')),
    (('ldap*.h', 'lber*.h', 'sasl/*'), ('gather/ldap/*.c', 'gather/ldap/private.h',
                                           'gather/ldap/search.h')),
    (('ares*.h',), ('gather/resolve/*.c', 'gather/resolve/private.h')),
    (('sys/socket.h', 'sys/un.h', 'netinet/*', 'netdb.h'),
     ('gather/resolve/*', 'gather/transport/*', 'gather/locate/trial.c')),
    (('sys/epoll.h',), ('gather/observe/observe.c', 'gather/observe/probe.c')),
    (('krb5*', 'gssapi/*'), ('gather/locate/realm.c',)),
    (('poll.h',), ('base/deadline.*', 'gather/*')),
    (('time.h', 'sys/time.h'), ('base/deadline.c',)),
    (('unistd.h', 'fcntl.h', 'sys/stat.h'), ('base/*.c', 'gather/*')),
    (('pthread.h',), ('base/hash.c', 'base/lock.c', 'base/worker.c',
                     'gather/ldap/*.c', 'gather/resolve/dns.c')),
    (('ctype.h', 'locale.h', 'strings.h', 'sys/wait.h'), ()),
]

TLS = ('gather/transport/tls*.c', 'gather/observe/tls.c')
CERTIFICATES = ('facts/certificate/*.c', 'judge/trust/*.c')

# How the functions of a foreign library are called, and who may call them.
FOREIGN = [
    (r'ldap_|ber_|sasl_', ('gather/ldap/*.c',)),
    (r'SSL_|TLS_|BIO_ADDR', TLS),
    (r'X509|ASN1_|PKCS|PEM_|GENERAL_|d2i_(?!PUBKEY)|i2d_', CERTIFICATES + TLS),
    (r'EVP_|ERR_|BIO_|OBJ_|OPENSSL_|CRYPTO_|EC_|OSSL_|d2i_PUBKEY',
     CERTIFICATES + TLS + ('base/base64.c', 'base/crypto.c')),
    (r'ares_', ('gather/resolve/*.c',)),
    (r'krb5_|gss_', ('gather/locate/realm.c',)),
    (r'u(8|16|32|c)_|uninorm|libunistring',
     ('base/text.c', 'base/visible.c')),
    (r'json_', ()),
    (r'pthread_', ('base/hash.c', 'base/lock.c', 'base/worker.c',
                   'gather/ldap/*.c', 'gather/resolve/dns.c')),
    (r'(socket|connect|bind|listen|send(to|msg)?|recv(from|msg)?)$',
     ('gather/resolve/*.c', 'gather/transport/*.c', 'gather/locate/trial.c')),
    (r'(clock_gettime|time|gettimeofday)$', ('base/deadline.c',)),
    (r'(open|fopen|openat|stat|lstat)(64)?$', ('gather/file.c',
                                               'gather/ldif/text.c')),
]

# Locale, unbounded writes, the process's own affairs, and output.
FORBIDDEN = re.compile(
    r'\b(str(n?casecmp|tok(_r)?|cpy|cat|coll|error)|is(alpha|digit|space|alnum|'
    r'upper|lower|punct|print|xdigit)|to(upper|lower)|ato[il]l?|v?sprintf|gets|'
    r'(secure_)?getenv|(un)?setenv|putenv|setlocale|signal|sigaction|_?exit|'
    r'fork|v?fork|exec[vl]\w*|system|popen|v?f?printf|put(s|char)|perror|assert|'
    r'gethostby\w+|getaddrinfo|inet_ntoa|gmtime|localtime|rand)\s*\(|'
    r'\bstd(in|out|err)\b|\benviron\b')


def includes(path):
    return re.findall(r'^\s*#\s*include\s*([<"])([^">]+)', path.read_text(),
                      re.M)


def wrong_include(name, quote, target):
    wing = name.split('/')[0]
    if quote == '"':
        other = target.split('/')[0]
        return target != 'adscp.h' and other not in WINGS[wing]
    return any(any(fnmatch.fnmatch(target, one) for one in headers) and
               not any(fnmatch.fnmatch(name, room) for room in rooms)
               for headers, rooms in ROOMS)


def violations(lib):
    found = []
    for path in sorted(lib.rglob('*.[ch]')):
        name = path.relative_to(lib).as_posix()
        found += [f'{name} includes {target}' for quote, target in includes(path)
                  if wrong_include(name, quote, target)]
        code = contract.without_comments(path.read_text())
        code = re.sub(r'"(\\.|[^"\\])*"', '""', code)
        found += [f'{name} uses {match.group().rstrip("( ")}'
                  for match in FORBIDDEN.finditer(code)]
    return found


# ------------------------------------------------------------------ symbols

def symbols(path):
    """What an object defines for others, and what it wants of them."""
    defined, wanted = set(), set()
    for line in contract.run('nm', path).stdout.splitlines():
        kind, name = line.split()[-2:]
        if kind in 'Uw':
            wanted.add(name)
        elif kind.isupper():
            defined.add(name)
    return defined, wanted


def objects_of(lib, folder):
    """{source: (defined, wanted)}; Meson names an object by its source."""
    names = [path.relative_to(lib).as_posix() for path in lib.rglob('*.c')]
    return {name: symbols(folder / (name.replace('/', '_') + '.o'))
            for name in sorted(names)}


def wrong_uses(objects):
    owner = {symbol: name for name, (defined, _) in objects.items()
             for symbol in defined}
    found = []
    for name, (_, wanted) in objects.items():
        for symbol in sorted(wanted):
            if symbol in owner:
                wing = owner[symbol].split('/')[0]
                if wing not in WINGS[name.split('/')[0]]:
                    found.append(f'{name} uses {symbol} of {owner[symbol]}')
                continue
            found += [f'{name} uses {symbol}' for pattern, rooms in FOREIGN
                      if re.match(pattern, symbol) and not
                      any(fnmatch.fnmatch(name, room) for room in rooms)]
    return found


# Files that need each other, and why nobody opened that yet.
CIRCLES = {
    'facts/certificate/': 'parsing asks whether a certificate signs itself',
}


def circles(objects):
    """The files that are left where nobody may need who needs him."""
    owner = {symbol: name for name, (defined, _) in objects.items()
             for symbol in defined}
    needs = {name: {owner[symbol] for symbol in wanted if symbol in owner} - {name}
             for name, (_, wanted) in objects.items()
             if not name.startswith(tuple(CIRCLES))}
    while True:
        needed = set().union(*needs.values()) if needs else set()
        free = {name for name, others in needs.items()
                if name not in needed or not others & needs.keys()}
        if not free:
            return sorted(needs)
        needs = {name: others for name, others in needs.items()
                 if name not in free}


# A file, and a function of its own wing that it must not use.
TURNS = [
    ('base/text.c', 'table_find'),
    ('facts/host.c', 'url_split'),
    ('gather/reader/servers.c', 'reader_read_live'),
    ('judge/order/walk.c', 'order_outlook'),
]

# A file, and a function that it must not use.
USES = [
    ('judge/site.c', 'adscp_hop_dn'),
    ('judge/site.c', 'session_open'),
    ('gather/reader/reader.c', 'order_ews'),
    ('base/arena.c', 'forest_new'),
    ('facts/url.c', 'ldap_initialize'),
    ('gather/reader/reader.c', 'ber_init2'),
    ('gather/transport/tls.c', 'sasl_client_new'),
    ('base/base64.c', 'SSL_new'),
    ('api/certificate.c', 'X509_free'),
    ('judge/site.c', 'ares_init_options'),
    ('gather/locate/locate.c', 'krb5_init_context'),
    ('facts/dn.c', 'u8_toupper'),
    ('judge/predict.c', 'clock_gettime'),
    ('api/reader.c', 'connect'),
]


def plant(function):
    """What an object wants that calls it."""
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / 'planted.c'
        source.write_text(f'void {function}(void); void planted(void);'
                          f'void planted(void) {{ {function}(); }}')
        target = source.with_suffix('.o')
        contract.run(*contract.compiler(), '-c', source, '-o', target)
        return symbols(target)


def check_uses(objects):
    for name, function in USES:
        planted = {**objects, name: plant(function)}
        contract.check(f'a use is found: {name}: {function}()',
                       any(one.startswith(f'{name} uses {function}')
                           for one in wrong_uses(planted)))
    for name, function in TURNS:
        defined, wanted = objects[name]
        planted = {**objects, name: (defined, wanted | {function})}
        contract.check(f'a circle is found: {name}: {function}()',
                       name in circles(planted))


# ------------------------------------------------------------------- length

LINES = 500
LONG = {
    'include/adscp.h': 'the whole interface, in one place',
}

# Programs of many cases that nobody has split by subject yet.
CASES = {
    'tests/cli/heads.py', 'tests/cli/run.py', 'tests/contract/python.py',
    'tests/hostile/run.py', 'tests/lab/lab.py', 'tests/locate/run.py',
    'tests/tls/run.py', 'tests/tls/whole.py', 'tests/unit/test_certificate.c',
    'tests/unit/test_oom.c',
}


def too_long(root):
    """Sources that nobody reads in one go."""
    sources = [path for folder in ('lib', 'include', 'examples', 'tests')
               for path in sorted((root / folder).rglob('*'))
               if path.suffix in ('.c', '.h', '.py')]
    return [f'{name}: {count} lines' for name, count in
            ((path.relative_to(root).as_posix(),
              path.read_text().count('\n')) for path in sources)
            if count > LINES and name not in LONG and name not in CASES]


def check_length():
    contract.check_empty(f'no source has more than {LINES} lines',
                         too_long(contract.ROOT))
    with tempfile.TemporaryDirectory() as scratch:
        planted = pathlib.Path(scratch) / 'tests/long.c'
        planted.parent.mkdir()
        planted.write_text('\n' * (LINES + 1))
        contract.check('a source that is too long is found',
                       too_long(pathlib.Path(scratch)) ==
                       [f'tests/long.c: {LINES + 1} lines'])


PLANTS = [
    ('base/arena.c', '#include "facts/forest.h"'),
    ('facts/url.c', '#include "judge/site.h"'),
    ('judge/site.c', '#include "gather/reader/reader.h"'),
    ('gather/reader/reader.c', '#include "judge/site.h"'),
    ('gather/reader/reader.c', '#include <ldap.h>'),
    ('gather/ldap/session.h', '#include <lber.h>'),
    ('gather/observe/observe.c', '#include <sys/socket.h>'),
    ('gather/observe/probe.c', '#include <openssl/ssl.h>'),
    ('gather/observe/hello.c', '#include <sys/epoll.h>'),
    ('facts/url.c', '#include <openssl/ssl.h>'),
    ('api/reader.c', '#include <sys/socket.h>'),
    ('judge/site.c', '#include <time.h>'),
    ('facts/url.c', 'int x(void) { return strcasecmp("a", "b"); }'),
    ('gather/ldif/ldif.c', 'void x(void) { fputs("x", stderr); }'),
]


def main():
    lib = contract.ROOT / 'lib'
    contract.check_empty('every file keeps to its wing and its room',
                         violations(lib))
    objects = objects_of(lib, contract.build() / 'lib/libadscp-internal.a.p')
    contract.check('the objects are there', all(
        defined for defined, _ in objects.values()))
    contract.check_empty('every object keeps to its wing and its room',
                         wrong_uses(objects))
    contract.check_empty('no files need each other', circles(objects))
    check_uses(objects)
    check_length()
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / 'lib'
        shutil.copytree(lib, copy)
        known = violations(copy)
        for name, line in PLANTS:
            before = (copy / name).read_text()
            (copy / name).write_text(f'{before}\n{line}\n')
            contract.check(f'a breach is found: {name}: {line}',
                           len(violations(copy)) == len(known) + 1)
            (copy / name).write_text(before)
    contract.finish()


main()
