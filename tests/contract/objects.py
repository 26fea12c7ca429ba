#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No object file of the library holds data that can change, but for the few names
below. Tables of constants with addresses in them (.data.rel.ro) are made
read-only by the loader before main() and count as constant."""

import pathlib
import re
import tempfile

import contract

# liber takes its layers' tables as non-const; a pthread_once_t is what it is;
# hashes have one key for the process and one to be joined by, OpenSSL has one
# library context, certificates of the same bytes are taken apart once, a child of
# fork() finds every lock open, and the end of the process waits for threads that
# were left behind.
ALLOWED = {
    'base_crypto.c.o': {'made'},
    'base_hash.c.o': {'key', 'join_key', 'key_once'},
    'base_lock.c.o': {'locks', 'once'},
    'base_worker.c.o': {'abandoned'},
    'facts_certificate_shared.c.o': {'shared'},
    'gather_ldap_guard.c.o': {'wire_layer', 'sasl_layer', 'frame_layer'},
    'gather_ldap_sasl.c.o': {'prime_once', 'primed'},
    'gather_resolve_dns.c.o': {'once'},
}

SANITIZER = re.compile(r'__(asan|odr_asan|ubsan|tsan|sancov|llvm|gcov)|^\.L|^asan\.')


def changeable(path):
    """Names of variables in .data or .bss of one object file."""
    names = []
    for line in contract.run('objdump', '-t', path).stdout.splitlines():
        row = re.match(r'^[0-9a-f]+ (.{7}) (\S+)\s+[0-9a-f]+\s+(?:\.hidden )?'
                       r'(\S+)$', line)
        if row is None or 'O' not in row[1] or SANITIZER.search(row[3]):
            continue
        if re.match(r'\.t?(data|bss)(?!\.rel\.ro)|\*COM\*', row[2]):
            names.append(row[3])
    return names


def plain(name):
    """A variable in a function is "once.0" to gcc, "dns_open.once" to clang."""
    return re.sub(r'\.\d+$', '', name).rpartition('.')[2]


def violations(objects):
    return [f'{path.name}: {name}' for path in objects
            for name in changeable(path)
            if plain(name) not in ALLOWED.get(path.name, ())]


def planted(code):
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / 'planted.c'
        source.write_text(code)
        target = source.with_suffix('.c.o')
        made = contract.run(*contract.compiler(), '-O2', '-fPIC', '-c', source,
                            '-o', target)
        return made.returncode == 0 and bool(violations([target]))


def main():
    objects = sorted((contract.build() / 'lib').glob('libadscp-internal.a.p/*.o'))
    contract.check('there are object files to look at', len(objects) > 20)
    contract.check_empty('no variable outlives a call', violations(objects))
    contract.check('a counter is found', planted(
        'int f(void); int f(void) { static int calls; return ++calls; }'))
    contract.check('a table of pointers is none', not planted(
        'const char *f(int i); const char *f(int i) {'
        ' static const char *const t[] = {"a", "b"}; return t[i & 1]; }'))
    contract.finish()


main()
