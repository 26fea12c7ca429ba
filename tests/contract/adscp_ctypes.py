#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The library from a second language. Every function, as the Python package
declares it, is called with NULL and with numbers out of range, and then used for
its purpose."""

import ctypes
import os
import pathlib
import sys
import tempfile
import threading
import time

import contract

# The Python package declares every function where it uses it. A function that is
# missing here wants a line there.
ABI = contract.python_package().abi
HANDLE, TEXT, INT, INT64, OUT, TABLE = (ABI.HANDLE, ABI.TEXT, ABI.INT, ABI.INT64,
                                        ABI.OUT, ABI.TABLE)
INT_MAX, INT_MIN = 2 ** 31 - 1, -2 ** 31

LDIF = b'''dn:
configurationNamingContext: CN=Configuration,DC=corp,DC=example

''' + b''.join(b'''dn: CN=%(n)s,CN=Autodiscover,CN=Protocols,CN=%(n)s,CN=Servers,CN=Org,\
CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=corp,DC=example
objectClass: serviceConnectionPoint
keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596
keywords: Site=%(s)s
serviceBindingInformation: https://%(n)s.corp.example/autodiscover/autodiscover.xml
whenCreated: %(t)s.0Z

''' % row for row in (
    {b'n': b'EX2', b's': b'HQ', b't': b'20120101000000'},
    {b'n': b'EX1', b's': b'HQ', b't': b'20100101000000'},
    {b'n': b'EX3', b's': b'Branch', b't': b'20090101000000'}))


def load():
    lib = ctypes.CDLL(str(contract.library()))
    for name, (result, parameters) in TABLE.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, parameters
    return lib


def kind_of(text):
    fixed = {'void': None, 'int': INT, 'int64_t': INT64, 'const char *': TEXT}
    return fixed[text] if text in fixed else OUT if '**' in text else HANDLE


def declared_by_header():
    return {name: (kind_of(result), [kind_of(one) for one in parameters])
            for name, result, parameters in contract.prototypes()}


def values_for(kind):
    """One NULL, or every number that is out of range for something."""
    return {INT: (-1, 0, 1, 99, INT_MAX, INT_MIN), INT64: (-1, 0),
            TEXT: (None, b'text')}.get(kind, (None,))


def combinations(kinds):
    if not kinds:
        return [()]
    return [(first, *rest) for first in values_for(kinds[0])
            for rest in combinations(kinds[1:])]


def absence(name, result):
    """What the header promises for a NULL handle."""
    if result in (INT, INT64):
        questions = ('adscp_reader_', 'adscp_predictor_')
        return (contract.constants()['ADSCP_E_ARGUMENT']
                if name.startswith(questions) else -1)
    return b'' if name.endswith('_error_detail') else None


def null_handles(lib):
    """Calls with a NULL handle that did not give absence."""
    wrong = []
    for name, (result, parameters) in TABLE.items():
        if parameters[:1] != [HANDLE]:
            continue
        for values in combinations(parameters):
            given = getattr(lib, name)(*values)
            if given != absence(name, result) and not (
                    given is not None and name.endswith('_error_detail')):
                wrong.append(f'{name}{values} gives {given!r}')
    return wrong


def read_file(lib, path):
    """(code, forest, detail) of one reading."""
    reader, forest = lib.adscp_reader_new(), HANDLE()
    try:
        code = lib.adscp_reader_add_ldif_file(reader, os.fsencode(path))
        if code == 0:
            code = lib.adscp_reader_read(reader, ctypes.byref(forest))
        return code, forest.value, lib.adscp_reader_error_detail(reader).decode()
    finally:
        lib.adscp_reader_free(reader)


def predict(lib, forest, site, profile=0):
    predictor, prediction = lib.adscp_predictor_new(), HANDLE()
    lib.adscp_predictor_set_forest(predictor, forest)
    lib.adscp_predictor_set_site(predictor, site)
    lib.adscp_predictor_set_profile(predictor, profile)
    code = lib.adscp_predictor_predict(predictor, ctypes.byref(prediction))
    lib.adscp_predictor_free(predictor)
    assert code == 0, code
    return prediction.value


def hosts(lib, prediction):
    rows = (lib.adscp_prediction_candidate(prediction, index) for index in
            range(lib.adscp_prediction_candidate_count(prediction)))
    return [lib.adscp_candidate_host(row).decode() for row in rows]


def rows_of(lib, name, handle):
    """Every row of a kind, by the functions NAME_count and NAME."""
    return [getattr(lib, name)(handle, index)
            for index in range(getattr(lib, f'{name}_count')(handle))]


def objects(lib, forest, prediction):
    """{prefix of functions: a live object}, as far as there is one."""
    found = {'adscp_forest_': forest, 'adscp_prediction_': prediction}
    for prefix, name, owner in (('scp', 'adscp_forest_scp', forest),
                                ('candidate', 'adscp_prediction_candidate',
                                 prediction)):
        found[f'adscp_{prefix}_'] = rows_of(lib, name, owner)[0]
    return found


def out_of_range(lib, live):
    """Indexes beside the range that gave something."""
    wrong = []
    for name, (_, parameters) in TABLE.items():
        owner = next((each for prefix, each in live.items()
                      if name.startswith(prefix)), None)
        if parameters != [HANDLE, INT] or owner is None:
            continue
        counter = name if f'{name}_count' in TABLE else name.rsplit('_', 1)[0]
        if f'{counter}_count' not in TABLE:
            continue  # by a kind, not by an index
        count = getattr(lib, f'{counter}_count')(owner)
        wrong += [f'{name}({index})' for index in
                  (-1, count, count + 1, INT_MAX, INT_MIN)
                  if getattr(lib, name)(owner, index) is not None]
    return wrong


def failures(lib, scratch):
    """[(what, code, words that the detail must hold)]"""
    (scratch / 'binary').write_bytes(bytes(range(256)) * 40)
    wanted = [('missing', 'ADSCP_E_FILE', 'missing'),
              ('.', 'ADSCP_E_FORMAT', 'directory'),
              ('binary', 'ADSCP_E_FORMAT', 'binary')]
    constants, wrong = contract.constants(), []
    for name, code, words in wanted:
        given, forest, detail = read_file(lib, scratch / name)
        if (given, forest) != (constants[code], None) or not detail or \
                words not in detail:
            wrong.append(f'{name}: {given} {detail!r}')
    return wrong


def read_silence(lib, budget_ms, cancel_after=None):
    """(code, seconds, what *out became); another thread cancels."""
    reader, forest = lib.adscp_reader_new(), HANDLE(0x5a5a)
    with contract.Silence() as uri:
        lib.adscp_reader_set_uri(reader, uri.encode())
        lib.adscp_reader_set_anonymous_bind(reader)
        lib.adscp_reader_set_timeout_ms(reader, budget_ms)
        timer = threading.Timer(cancel_after or 60, lib.adscp_reader_cancel,
                                [reader])
        if cancel_after is not None:
            timer.start()
        start = time.monotonic()
        code = lib.adscp_reader_read(reader, ctypes.byref(forest))
        seconds = time.monotonic() - start
        timer.cancel()
    lib.adscp_reader_free(reader)
    return code, seconds, forest.value


def outlives(lib, path):
    """The rows of a forest that was freed while its prediction lives."""
    _, forest, _ = read_file(lib, path)
    prediction = predict(lib, forest, b'HQ')
    lib.adscp_forest_free(forest)
    kept = lib.adscp_prediction_forest(prediction)
    names = [lib.adscp_scp_dn(row) for row in
             rows_of(lib, 'adscp_forest_scp', kept)]
    seen = (hosts(lib, prediction), len(names), all(names))
    lib.adscp_prediction_free(prediction)
    return seen


def test_answers(lib, scratch):
    path = scratch / 'forest.ldif'
    path.write_bytes(LDIF)
    code, forest, detail = read_file(lib, path)
    contract.check('an export is read', code == 0 and detail == '', detail)
    prediction = predict(lib, forest, b'HQ')
    seen = hosts(lib, prediction)
    contract.check('the oldest of the site comes first',
                   seen[:2] == ['EX1.corp.example', 'EX2.corp.example'] or
                   seen[:2] == ['ex1.corp.example', 'ex2.corp.example'], seen)
    contract.check_empty('an index out of range gives NULL', out_of_range(
        lib, objects(lib, forest, prediction)))
    lib.adscp_forest_free(forest)
    lib.adscp_prediction_free(prediction)
    seen = outlives(lib, path)
    contract.check('rows outlive their forest in a prediction',
                   len(seen[0]) >= 2 and seen[1:] == (3, True), seen)


def test_example(lib):
    code, forest, detail = read_file(
        lib, contract.ROOT / 'examples' / 'kb2006728.ldif')
    contract.check('the example of KB2006728 is read', code == 0, detail)
    prediction = predict(lib, forest, b'HQ')
    seen = hosts(lib, prediction)
    contract.check('EX07 comes before EX10',
                   [one.split('.')[0].lower() for one in seen][:2] ==
                   ['ex07', 'ex10'], seen)
    lib.adscp_forest_free(forest)
    lib.adscp_prediction_free(prediction)


def test_waiting(lib):
    constants = contract.constants()
    code, seconds, out = read_silence(lib, 20000, cancel_after=0.3)
    contract.check('another thread ends a call that waits',
                   code == constants['ADSCP_E_CANCELLED'] and seconds < 3,
                   (code, seconds))
    contract.check('a failure leaves *out alone', out == 0x5a5a, out)
    code, seconds, _ = read_silence(lib, 700)
    contract.check('the budget ends a call that waits',
                   code == constants['ADSCP_E_TIMEOUT'] and
                   0.69 < seconds < 1.2, (code, seconds))


def main():
    header = declared_by_header()
    contract.check('the Python package declares what the header does', TABLE == header, [
        f'{name}: {TABLE.get(name)} is not {header.get(name)}'
        for name in TABLE.keys() | header.keys()
        if TABLE.get(name) != header.get(name)])
    lib = load()
    contract.check('the version is the release', lib.adscp_version().decode() in
                   (contract.ROOT / 'meson.build').read_text())
    contract.check_empty('a NULL handle is absence, never a crash',
                         null_handles(lib))
    contract.check_empty('unknown codes have no name, but a text', [
        code for code in (1, -9, -99, INT_MAX, INT_MIN)
        if lib.adscp_error_name(code) is not None or not
        lib.adscp_error_text(code)])
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        test_answers(lib, scratch)
        contract.check_empty('a file that is none is an error with a sentence',
                             failures(lib, scratch))
    test_example(lib)
    test_waiting(lib)
    contract.finish()


main()
