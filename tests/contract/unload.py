#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A host that unloads the library while a thread of it still waits for a Kerberos
server that never answers: the code of that thread must stay where it is."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile

import contract
import kerberos

# The host: loads, reads in vain, unloads, says so, and waits for the thread.
HOST = r'''
import _ctypes, ctypes, os, sys, time
library, uri = sys.argv[1:]
adscp = ctypes.CDLL(library)
adscp.adscp_reader_new.restype = ctypes.c_void_p
reader = ctypes.c_void_p(adscp.adscp_reader_new())
forest = ctypes.c_void_p()
adscp.adscp_reader_set_uri(reader, uri.encode())
adscp.adscp_reader_set_timeout_ms(reader, 400)
code = adscp.adscp_reader_read(reader, ctypes.byref(forest))
adscp.adscp_reader_free(reader)
_ctypes.dlclose(adscp._handle)
print(code, len(os.listdir('/proc/self/task')), flush=True)
end = time.monotonic() + 60
while len(os.listdir('/proc/self/task')) > 1 and time.monotonic() < end:
    time.sleep(0.02)
print(len(os.listdir('/proc/self/task')), flush=True)
'''

CONF = '''[libdefaults]
 default_realm = SILENT.EXAMPLE
 dns_lookup_kdc = false
 dns_lookup_realm = false
 rdns = false
 dns_canonicalize_hostname = false
[realms]
 SILENT.EXAMPLE = {{
  kdc = 127.0.0.1:{port}
 }}
[domain_realm]
 localhost = SILENT.EXAMPLE
'''


def environment(scratch, kdc):
    (scratch / 'krb5.conf').write_text(CONF.format(port=kdc.getsockname()[1]))
    # A key, so that a ticket is asked for.
    (scratch / 'keytab').write_bytes(
        kerberos.keytab('PC$@SILENT.EXAMPLE'))
    return dict(os.environ, KRB5_CONFIG=str(scratch / 'krb5.conf'),
                KRB5CCNAME=f'FILE:{scratch}/cc',
                KRB5_CLIENT_KTNAME=f'FILE:{scratch}/keytab')


def main():
    contract.behind_sanitizer()
    kdc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    kdc.bind(('127.0.0.1', 0))
    with tempfile.TemporaryDirectory() as scratch, contract.Silence() as uri:
        host = subprocess.Popen(
            [sys.executable, '-c', HOST, contract.library(),
             uri.replace('127.0.0.1', 'localhost')],
            env=environment(pathlib.Path(scratch), kdc), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        first = host.stdout.readline()
        kdc.close()  # now Kerberos is told that nobody is there
        rest = host.stdout.read()
        status = host.wait(90)
    contract.check('the reading ends in time, a thread is left behind',
                   first == '-12 2\n', first, rest)
    contract.check('the library was unloaded, the thread comes to its end',
                   (rest, status) == ('1\n', 0), rest, status)
    contract.finish()


main()
