#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whole runs of the command while one allocation fails, whoever asks for it:
memory.py BUILD [RUN...].

Those of OpenSSL, libldap, the C library and of adscp itself, one at a time, alone
and with all behind it. The run gives the same bytes, or an error and nothing on
standard output. A sample; with ADSCP_TEST_ALL=1 in the environment every one, some
minutes for each run. A crash in another library is a failure too, unless that
library cannot do without memory where it begins: those stand in FOREIGN."""

import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'contract')]

import contract  # pylint: disable=wrong-import-position
import places  # pylint: disable=wrong-import-position

BUILD = contract.build()
ADSCP = str(BUILD / 'examples' / 'adscp')
EXPORT = str(contract.ROOT / 'examples' / 'kb2006728.ldif')
AT = ['-t', '2012-01-20T00:00:00Z']
ALL = 'ADSCP_TEST_ALL' in os.environ
SAMPLE = 40         # runs of each kind
LOCAL, DIRECTORY = 1, 2  # exit codes of errors

# (library, function) where another library takes memory for granted, and nothing
# that we could call earlier changes that.
FOREIGN = [
    ('liblber', 'ber_scanf'),  # ldap_parse_result() does not look at a copy
    ('libldap', 'ldap_send_server_request'),  # asserts that it can list a request
    ('libsasl2', 'sasl_client_init'),  # fills a list that may not be there
    # OpenSSL 3.5 asserts that a thread's first read lock finds memory, and takes
    # it while it loads openssl.cnf, which is the program's to allow.
    ('libcrypto', 'CONF_modules_load'),
    # Where the lock of its first error finds no memory, it waits for itself.
    ('libcrypto', 'CRYPTO_THREAD_run_once'),
]
# Where it takes lack of memory for something that is not there, and tells nobody.
SILENT = [
    ('libc', 'setlocale'),  # a locale that is not installed: text is ASCII
]
# check tells how long it took, and that there is no answer in its own way.
TIMES = re.compile(rb'(time=|duration_seconds )[\d.]+')
UNKNOWN = re.compile(rb'(ADSCP UNKNOWN - [^\n]*\n|# HELP adscp_up [^\n]*\n'
                     rb'# TYPE adscp_up gauge\nadscp_up 0\n)?')
NOISE = b'no olist'  # of Cyrus SASL's plug-in gs2, on standard output


def run(words, keep, number=None, rest=False, tell=False):
    """(exit code, standard output and the file that was written, errors)"""
    file = keep / f'{number}-{rest}'
    count = keep / 'count'
    environment = dict(os.environ, LC_ALL='C.UTF-8', FAIL_COUNT=str(count),
                       LD_PRELOAD=str(BUILD / 'tests/hostile/failing.so'))
    if number is not None:
        environment['FAIL_AT'] = str(number)
        del environment['FAIL_COUNT']
    if rest:
        environment['FAIL_REST'] = '1'
    if tell:
        environment['FAIL_TELL'] = '1'
    with subprocess.Popen([ADSCP, *(str(file) if word == 'FILE' else word
                                    for word in words)], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        try:
            out, errors = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # it says where it hangs
            out, errors = process.communicate()
    written = b''
    if file.exists():
        written = file.read_bytes()
        file.unlink()
    out = out.replace(str(file).encode(), b'FILE').replace(NOISE, b'')
    out = TIMES.sub(b'', out + written)
    return process.returncode, out, errors.decode(errors='replace')


def frames_of(errors, what):
    """(library, function) of each frame of a trace whose name is known: what a
    library does not export has none."""
    frames = re.findall(r'^(\S+?)\((\w+)\+', errors.partition(what)[2], re.M)
    return [(pathlib.Path(file).name.split('.so')[0].split('-')[0], function)
            for file, function in frames]


def crash_of(errors):
    """The first of them above the C library."""
    return next((frame for frame in frames_of(errors, 'crash:')
                 if frame[0] not in ('failing', 'libc', 'ld')),
                ('nobody', 'knows'))


def is_silent(words, keep, number):
    """Is that allocation one of which nobody is told?"""
    errors = run(words, keep, number, tell=True)[2]
    return any(frame in SILENT for frame in frames_of(errors, 'fails:'))


def judge(done, whole, errors_allowed):
    """None, or what is wrong with it."""
    code, out, errors = done
    if (code, out) == whole[:2]:
        return None
    if code in errors_allowed and out == b'' and errors:
        return None
    if code == 3 and whole[2] == '' and UNKNOWN.fullmatch(out) and out + \
            errors.encode():
        return None
    if code == 127 and 'shared librar' in errors: # the loader, before it begins
        return None
    if code < 0:
        where = crash_of(errors)
        return None if where in FOREIGN else f'signal {-code} in {where}'
    return f'exit code {code}, {"other" if out != whole[1] else "the same"} bytes'


def chosen(count):
    """All, or a sample: the closer to the end the denser, since all runs begin
    with what OpenSSL does at its start."""
    if ALL:
        return range(count)
    return [int(count * (1 - (1 - (at + 0.5) / SAMPLE) ** 2))
            for at in range(SAMPLE)]


def fail_each(name, words, errors_allowed=(LOCAL,)):
    with tempfile.TemporaryDirectory() as folder:
        keep = pathlib.Path(folder)
        whole = run(words, keep)
        count = int((keep / 'count').read_text())
        work = [(number, rest) for rest in (False, True)
                for number in chosen(count)]
        contract.check(f'{name}: there is something to fail',
                       whole[0] in (0, 2, 4) and count > 500, whole, count)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            found = pool.map(lambda each: judge(run(words, keep, *each), whole,
                                                errors_allowed), work)
            wrong = [f'allocation {number}{" and all behind it" if rest else ""}'
                     f': {what}' for (number, rest), what in zip(work, found)
                     if what and not is_silent(words, keep, number)]
        print(f'# {name}: {count} allocations')
        contract.check(f'{name}: the same answer or none', not wrong,
                       *wrong[:40], f'{len(wrong)} of {len(work)}')


def offline(certificate):
    export = ['-l', EXPORT, *AT]
    return {
        'predict': (['predict', '-j', '-s', 'HQ', '-m', 'ann@corp.example',
                     *export],),
        'list': (['list', '-s', 'HQ', *export],),
        'save': (['save', 'FILE', '-l', EXPORT],),
        'coverage': (['coverage', '-j', *export],),
        'census': (['coverage', '-j', '--census', *export],),
        'check': (['check', '--all-sites', '--census', *export],),
        'metrics': (['check', '--format', 'prometheus', '--output', 'FILE',
                     *export],),
        'report': (['report', 'FILE', *export],),
        'servers': (['servers', *export],),
        'sites': (['sites', '-j', *export],),
        'whatif': (['whatif', '-j', '--step', 'scp-url EX07 none', '--step',
                    f'certificate EX10 {certificate}', '--step',
                    'publish-root EX10', *export],),
        'advise': (['advise', '-j', *export],),
        'diff': (['diff', '-j', *AT, EXPORT, EXPORT],),
    }


def looks(place):
    export = ['-l', EXPORT, *AT]
    pins = [f'--resolve={name}.corp.example:443:{place}'
            for name in ('ex07', 'ex10')]
    return {
        'observe': (['observe', '-j', place, *export],),
        'behind': (['predict', '-j', '--behind', '-s', 'HQ', *pins, *export],),
    }


def main():
    if contract.sanitizers():
        print('ok 1 - whole runs # skip a sanitizer has an allocator of its own')
        print('1..1')
        return
    with tempfile.TemporaryDirectory() as folder:
        context = places.self_signed(folder)
        secured = ['--ca', f'{folder}/crt', *AT]
        with places.Directory(BUILD) as uri, places.granting(context) as late, \
                places.within(context) as early:
            runs = {
                **offline(f'{folder}/crt'),
                **looks(places.Server(context).place),
                'live': (['list', '-j', '-x', '-H', uri, *AT],
                         (LOCAL, DIRECTORY)),
                'starttls': (['list', '-j', '-x', '-Z', '-H', late.uri, *secured],
                             (LOCAL, DIRECTORY)),
                'ldaps': (['list', '-j', '-x', '-H', early.uri, *secured],
                          (LOCAL, DIRECTORY)),
            }
            for name in sys.argv[2:] or runs:
                fail_each(name, *runs[name])
            contract.check('where TLS was to be, only StartTLS came in clear',
                           {*late.clear, *early.clear} <= {'extended'},
                           late.clear, early.clear)
    contract.finish()


if __name__ == '__main__':
    main()
