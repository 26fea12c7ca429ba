#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Python package: every name of the header is there, types hold, and no
misuse gets past an exception: a crash of this script is a failure."""

import copy
import datetime
import gc
import inspect
import json
import os
import pathlib
import pickle
import pydoc
import re
import shutil
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time

import contract

adscp = contract.python_package()
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
UTC = datetime.timezone.utc


def raised(wanted, function, *arguments):
    """None where exactly this kind is raised, else what happened."""
    try:
        return f'{wanted.__name__} expected, got {function(*arguments)!r}'
    except wanted:
        return None
    except Exception as error:
        return f'{wanted.__name__} expected, raised {error!r}'


def caught(wanted, function, *arguments):
    """The exception of this kind."""
    try:
        function(*arguments)
    except wanted as error:
        return error
    return None


def complaints(each):
    return [one for one in each if one is not None]


def forest():
    with adscp.Reader() as reader:
        reader.add_ldif_file(EXAMPLE)
        reader.add_mail('ann@corp.example')
        return reader.read()


def prediction(facts=None):
    with adscp.Predictor(facts or forest()) as predictor:
        predictor.set_site('HQ')
        predictor.set_mail('ann@corp.example')
        predictor.set_time(datetime.datetime(2012, 2, 14, tzinfo=UTC))
        return predictor.predict()


class Tls:
    """A server on loopback with a certificate of its own making."""

    def __init__(self, scratch):
        self.files = [scratch / 'cert.pem', scratch / 'key.pem']
        contract.run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes',
                     '-days', '2', '-subj', '/CN=ex10.corp.example', '-out',
                     self.files[0], '-keyout', self.files[1])
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*self.files)
        self.socket = socket.create_server(('127.0.0.1', 0))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            try:
                self.context.wrap_socket(peer, server_side=True).close()
            except OSError:
                peer.close()

    def __enter__(self):
        return self.socket.getsockname()[1]

    def __exit__(self, *_):
        self.socket.close()


def getters(kind):
    return [name for name in dir(kind)
            if isinstance(getattr(kind, name), adscp.rows.Getter)]


def every_row(start):
    """The answer and all that can be reached from it, once each."""
    found, todo = {start}, [start]
    while todo:
        row = todo.pop()
        for name in getters(type(row)):
            value = getattr(row, name)
            for each in value if isinstance(value, adscp.Rows) else [value]:
                if isinstance(each, adscp.Row) and each not in found:
                    found.add(each)
                    todo.append(each)
    return found


# ------------------------------------------------------------------- the header


def snake(name):
    return re.sub(r'(?<!^)(?=[A-Z])', '_', name).upper()


def enumerators():
    """{name in the header: number}, as the package has them."""
    kinds = [kind for kind in vars(adscp).values() if isinstance(kind, type) and
             issubclass(kind, adscp.enums.Named)]
    return {f'ADSCP_{snake(kind.__name__)}_{each.name}': each.value
            for kind in kinds for each in kind}


def test_header():
    # What is absent in C is None here.
    wanted = {name: value for name, value in contract.constants().items()
              if name != 'ADSCP_OK' and not name.startswith('ADSCP_E_') and
              not name.endswith('_ABSENT')}
    contract.check('every enumerator of the header is there',
                   enumerators() == wanted, [
                       f'{name}: {wanted.get(name)}' for name, _ in
                       enumerators().items() ^ wanted.items()])
    codes = {name: value for name, value in contract.constants().items()
             if name.startswith('ADSCP_E_')}
    made = {kind(code).code_name: code
            for code, kind in adscp.errors.BY_CODE.items()}
    contract.check('every error of the header has its exception', made == codes,
                   made.items() ^ codes.items())
    contract.check('a number of a later library is no error',
                   adscp.Profile(99) == 99 and adscp.Profile(99).word ==
                   'UNKNOWN_99')
    contract.check_empty('every enumerator has a word', [
        each for kind in vars(adscp).values() if isinstance(kind, type) and
        issubclass(kind, adscp.enums.Named) for each in kind
        if each.word != each.name.lower().replace('_', '-')])


def test_help():
    text = pydoc.plain(pydoc.render_doc(adscp))
    classes = [name for name in adscp.__all__
               if isinstance(getattr(adscp, name), type)]
    contract.check_empty('help() shows every class', [
        name for name in classes
        if not re.search(rf'^    class {name}\(', text, re.M)])
    contract.check('... which are all that there are', set(classes) == {
        name for name, value in vars(adscp).items()
        if isinstance(value, type) and not name.startswith('_')} and
        {'Reader', 'Prediction', 'Server', 'Profile', 'Error'} <= set(classes))
    contract.check_empty('every class says what it is', [
        name for name in classes if not getattr(adscp, name).__dict__.get('__doc__')])
    wrong = []
    for question in (adscp.Reader(), adscp.Observer(), adscp.Predictor()):
        for name, method in setters(question):
            parameters = inspect.signature(method).parameters
            if any(each.kind != each.POSITIONAL_OR_KEYWORD or
                   each.annotation is each.empty for each in parameters.values()):
                wrong.append(f'{name}{inspect.signature(method)}')
            if method.__name__ != name or len(method.__doc__) < 10 or \
                    'adscp_' in method.__doc__:
                wrong.append(f'{name}: {method.__doc__}')
    contract.check_empty('setters have a signature, and say what they do', wrong)


def test_enumerators():
    kind = adscp.HopAction.REDIRECT_ADDRESS
    contract.check('an enumerator is its word, and a number', (
        str(kind), f'{kind}', f'{kind:>18}', f'{kind:d}', '%d' % kind,
        repr(kind), kind == 4, str(adscp.Profile(99))) == (
            'redirect-address', 'redirect-address', '  redirect-address', '4', '4',
            '<HopAction.REDIRECT_ADDRESS: 4>', True, 'UNKNOWN_99'))


def test_constructors():
    when = datetime.datetime(2012, 2, 14, tzinfo=UTC)
    facts = adscp.Reader(EXAMPLE, mails='ann@corp.example',
                         keep_entries=True).read()
    answer = adscp.Predictor(facts, site='HQ', mail='ann@corp.example', time=when,
                             profile=adscp.Profile.EWS).predict()
    contract.check('keywords are settings', (
        answer.site, answer.mail, answer.time, answer.profile.word,
        answer.mailbox.kind.word) == (
            'HQ', 'ann@corp.example', when, 'ews', 'mailbox') and
        facts.snapshot.startswith('version: 1'))
    contract.check('a site of "" is one that is unknown', adscp.Predictor(
        facts, site='').predict().site_source.word == 'none')
    both = adscp.Reader(EXAMPLE, mails=['ann@corp.example', 'x@y.example']).read()
    contract.check('several of a kind', [
        adscp.Predictor(each, mail='x@y.example').predict().mailbox.kind.word
        for each in (facts, both)] == ['not-read', 'not-found'])
    contract.check_empty('a wrong one raises', complaints([
        raised(TypeError, lambda: adscp.Predictor(facts, sight='HQ')),
        raised(TypeError, lambda: adscp.Predictor(facts, site=1)),
        raised(ValueError, lambda: adscp.Predictor(mail='nobody')),
        raised(adscp.ArgumentError, lambda: adscp.Reader(uri='http://x'))]))


def test_repr():
    answer = prediction()
    wanted = {
        answer.hops[0]: "<adscp.Hop url='https://ex07.corp.example/Autodiscover/"
                        "Autodiscover.xml' action=redirect>",
        answer.hops[0].server: "<adscp.Server name='EX07' version='Exchange 2007 "
                               "SP3' site='HQ'>",
        answer.alert: '<adscp.Alert outcome=alert>',
        answer: "<adscp.Prediction site='HQ' mail='ann@corp.example' hops=2 "
                'alert=<adscp.Alert outcome=alert>>'}
    contract.check('repr() shows what it is', all(
        repr(row) == text for row, text in wanted.items()),
        [repr(row) for row in wanted])
    contract.check_empty('... of every row', [
        repr(row) for row in every_row(answer) if '=' not in repr(row)])
    reader = adscp.Reader()
    shown = repr(reader)
    reader.close()
    answer.close()
    contract.check('... and whether it is closed', (
        shown, repr(reader), repr(answer)) == (
            '<adscp.Reader>', '<adscp.Reader (closed)>',
            '<adscp.Prediction (closed)>'))


def test_version():
    release = re.search(r"version: '([^']+)'", (
        contract.ROOT / 'meson.build').read_text())[1]
    contract.check('the version is the release', adscp.__version__ == release)
    contract.check('what is invisible can be shown', adscp.visible('E\u200bX') ==
                   'E\\u{200B}X' and adscp.visible('M\xfcnchen') == 'M\xfcnchen')
    contract.check('the soname is that of the release', adscp.abi.SONAME ==
                   f'libadscp.so.{release.split(".")[0]}')


def test_types():
    if shutil.which('mypy') is None:
        contract.check('mypy is there', os.environ.get('ADSCP_BARE'))
        return
    result = contract.run(
        'mypy', '--strict', '--no-incremental', '--cache-dir', os.devnull,
        contract.PYTHON / 'adscp', contract.PYTHON / 'predict.py',
        contract.PYTHON / 'sites.py', contract.PYTHON / 'planner.py',
        contract.PYTHON / 'migration.py', env=dict(
            os.environ, MYPYPATH=str(contract.PYTHON), LD_PRELOAD=''))
    contract.check('mypy --strict', result.returncode == 0, result.stdout)


def test_installed_list():
    text = (contract.PYTHON / 'meson.build').read_text()
    listed = set(re.findall(r"'adscp/([\w.]+)'", text))
    there = {path.name for path in (contract.PYTHON / 'adscp').iterdir()
             if path.suffix == '.py' or path.name == 'py.typed'}
    contract.check('every file of the package is installed', listed == there,
                   listed ^ there)


# ---------------------------------------------------------------------- answers


def test_values():
    answer = prediction()
    first = answer.candidates[0]
    contract.check('times are aware datetimes', first.scp.created ==
                   datetime.datetime(2008, 3, 11, 9, 33, 47, tzinfo=UTC) and
                   answer.time == datetime.datetime(2012, 2, 14, tzinfo=UTC))
    contract.check('absence is None', (answer.rival_url, answer.address,
                                       answer.hops[1].alternatives[:]) ==
                   (None, None, []) and prediction().evidence is not None)
    contract.check('a hop has its certificate and its alert', (
        answer.hops[0].certificate.common_name,
        answer.hops[0].certificate_source, answer.alert_hop,
        answer.alert.outcome, answer.alert.flags) == (
            'ex07.corp.example', adscp.CertificateSource.DIRECTORY, 1,
            adscp.AlertOutcome.ALERT, 8), repr(answer.alert.outcome))
    contract.check('numbers have names', (first.group, answer.profile,
                                          answer.site_source.word) ==
                   (adscp.CandidateGroup.IN_SITE, adscp.Profile.OUTLOOK, 'given'))
    rows = answer.candidates
    contract.check('rows are a sequence', (
        len(rows), rows[-1].server.name, [row.server.name for row in rows[:2]],
        first in rows, rows.index(rows[1]), list(reversed(rows))[-1] == first) ==
        (3, 'EXBR', ['EX07', 'EX10'], True, 1, True))
    contract.check_empty('an index out of range', complaints(
        raised(IndexError, rows.__getitem__, index)
        for index in (3, -4, 2 ** 40, -2 ** 40)))
    contract.check('... is told by its number', 'row 3 of 3' == str(
        caught(IndexError, rows.__getitem__, 3)))
    contract.check_empty('no answer changes', complaints(
        raised(AttributeError, each, first, 'server', *value)
        for each, value in ((setattr, ['EX1']), (delattr, []))))
    contract.check_empty('a number is never cut to the bits of a C int', complaints(
        raised(ValueError, adscp.Profile, number)
        for number in (2 ** 32, -2 ** 31 - 1)) + complaints([
            raised(OverflowError, adscp.Error, 2 ** 32)]))
    contract.check('the same row is equal, another one not',
                   rows[0] == rows[0] != rows[1] and
                   len({rows[0], rows[0], rows[1]}) == 2)
    contract.check('rows of two answers differ', prediction().candidates[0] !=
                   first)
    contract.check('pointers are pairs', answer.pointers == [])
    mailbox = answer.mailbox
    contract.check('the mailbox is a row', (mailbox.kind, mailbox.server.name) ==
                   (adscp.MailboxKind.MAILBOX, 'EX10'))
    contract.check("... and so is a server, the forest's own", mailbox.server in
                   answer.forest.servers and mailbox.server.roles is not None)
    contract.check('a candidate names the SCP that publishes it',
                   first.scp in answer.forest.scps and
                   first.url in first.scp.bindings)
    contract.check('subnets name their sites', [
        (subnet.name, subnet.site, subnet.valid)
        for subnet in answer.forest.subnets][:3] == [
            ('10.1.0.0/16', 'HQ', True), ('10.2.0.0/16', 'Branch', True),
            ('10.2.8.0/24', 'HQ', True)])
    contract.check('a prediction has its forest', [
        site.name for site in answer.forest.sites] == ['HQ', 'Branch'])
    contract.check('everything can be shown', all(
        repr(each).startswith('<adscp.') for each in every_row(answer)))


def test_prepare():
    answer = prediction()
    contract.check('answers are prepared', (
        answer.prepare(), answer.forest.prepare()) == (None, None))
    answer.close()
    contract.check_empty('a closed answer is not', complaints([
        raised(adscp.ClosedError, answer.prepare)]))


def test_lifetime():
    rows = [prediction().candidates[0] for _ in range(50)]
    row, forest_row = prediction().hops[1], prediction().forest.servers[0]
    gc.collect()
    contract.check('a row keeps its answer', (
        row.server.name, forest_row.name, {row.host for row in rows}) ==
        ('EX10', 'EX07', {'ex07.corp.example'}))
    facts = forest()
    answer = prediction(facts)
    facts.close()
    contract.check('a prediction keeps its forest', [
        server.name for server in answer.forest.servers][:1] == ['EX07'])
    iterator = iter(answer.candidates)
    next(iterator)
    answer.forest.close()  # not its own to close
    contract.check('a forest inside a prediction stays',
                   answer.forest.servers[0].name == 'EX07')
    everything = every_row(answer)
    answer.close()
    answer.close()
    contract.check('iteration after close', raised(
        adscp.ClosedError, next, iterator) is None)
    wrong = [f'{type(row).__name__}.{name}: {one}' for row in everything
             for name in getters(type(row))
             for one in [raised(adscp.ClosedError, lambda row=row, name=name:
                                len(getattr(row, name)))] if one]
    contract.check_empty('after close every attribute of every row raises',
                         wrong)
    contract.check('every kind of row was among them', {
        type(row) for row in everything} >= {
            adscp.Scp, adscp.Server, adscp.Site, adscp.Subnet, adscp.Candidate, adscp.Hop,
            adscp.Mailbox, adscp.Service, adscp.Finding, adscp.Forest,
            adscp.Certificate, adscp.Alert})


def test_sightings(scratch):
    with Tls(scratch) as port, adscp.Observer() as observer:
        observer.add_host('127.0.0.1', port)
        with socket.socket() as nobody:
            nobody.bind(('127.0.0.1', 0))
            observer.add_host('127.0.0.1', nobody.getsockname()[1])
            seen = observer.look()
        observer.add_prediction(prediction())
    with adscp.Predictor() as predictor:
        predictor.add_trust_file(scratch / 'cert.pem')
        predictor.set_time(datetime.datetime.now(UTC))
        predictor.set_sightings(seen)
        verdicts = predictor.judge_sightings()
    contract.check('a verdict for each', (
        len(verdicts.alerts), verdicts.alerts[0].outcome,
        verdicts.alerts[0].reasons[:], verdicts.alerts[0].issuer_line,
        verdicts.alerts[1].outcome, verdicts.alerts[0].chain[0].source) == (
            2, adscp.AlertOutcome.ALERT, [adscp.AlertReason.NAME_MISMATCH],
            adscp.AlertLine.GOOD, adscp.AlertOutcome.CONNECT_FAILURE,
            adscp.AlertChainSource.TRUSTED),
        [(alert.outcome, alert.reasons, alert.chain)
         for alert in verdicts.alerts])
    first, second = seen.sightings
    certificate = first.certificates[0]
    contract.check('a certificate is seen', (
        first.outcome, certificate.common_name, certificate.self_signed,
        certificate.key, certificate.not_after > certificate.not_before) == (
            adscp.SightingOutcome.OK, 'ex10.corp.example', True, 'RSA 2048', True))
    contract.check('a refusal is a row', (
        second.outcome.word, list(second.certificates), second.method) ==
        ('refused', [], None))
    everything = every_row(seen)
    repr(everything)
    seen.close()
    contract.check_empty('after close every attribute of a sighting raises', [
        f'{type(row).__name__}.{name}' for row in everything
        for name in getters(type(row))
        if raised(adscp.ClosedError, lambda row=row, name=name:
                  len(getattr(row, name)))])


# ----------------------------------------------------------------------- misuse


def setters(question):
    names = [name for name in dir(type(question)) if not name.startswith('_') and
             name.startswith(('set_', 'add_', 'allow_'))]
    return [(name, getattr(question, name)) for name in names]


def arity(name):
    return {'add_ldif_file_at': 2, 'set_simple_bind': 2,
            'set_anonymous_bind': 0, 'add_host': 1, 'add_assumed_file': 3}.get(name, 1)


def test_wrong_types():
    wrong = []
    for question in (adscp.Reader(), adscp.Observer(), adscp.Predictor()):
        for name, setter in setters(question):
            for value in (object(), 1.5, [], {}, lambda: None, adscp, question,
                          2 ** 70, -2 ** 31 - 1, 'a\0b', '\ud800'):
                if arity(name) == 0:
                    continue
                try:
                    setter(*[value] * arity(name))
                    wrong.append(f'{name}({value!r}) was taken')
                except (TypeError, ValueError, OverflowError):
                    pass
    contract.check_empty('a wrong value raises', wrong)
    predictor = adscp.Predictor()
    contract.check_empty('only a prediction is a prediction', complaints(
        raised(TypeError, adscp.Observer().add_prediction, value)
        for value in (None, 1, forest())))
    contract.check_empty('only a forest is a forest', complaints(
        raised(TypeError, predictor.set_forest, value) for value in
        (1, 'x', prediction(), prediction().candidates[0], adscp.Forest)))
    contract.check_empty('a time has a zone, and is no number', complaints([
        raised(ValueError, predictor.set_time, datetime.datetime(2020, 1, 1)),
        raised(ValueError, predictor.set_time,
               datetime.datetime(1969, 1, 1, tzinfo=UTC)),
        raised(TypeError, predictor.set_time, 5),
        raised(TypeError, predictor.set_time, datetime.date(2020, 1, 1))]))


def test_made_by_hand():
    facts = forest()
    row = facts.servers[0]
    contract.check_empty('nobody makes a row', complaints(
        raised(TypeError, kind, *arguments) for kind in
        (adscp.Server, adscp.Forest, adscp.Prediction, adscp.Row)
        for arguments in ((), (facts, 1))))
    things = (facts, row, facts.servers, adscp.Reader(), adscp.Predictor())
    contract.check_empty('nothing is pickled', [
        thing for thing in things
        if raised(Exception, pickle.dumps, thing) is not None])
    contract.check_empty('nothing is copied in depth', [
        thing for thing in things
        if raised(TypeError, copy.deepcopy, thing) is not None])
    shallow = copy.copy(facts)
    del facts, things
    gc.collect()
    contract.check('a shallow copy shares', shallow.servers[0] == row)
    contract.check('an answer is read-only', complaints([
        raised(AttributeError, setattr, row, 'name', 'x'),
        raised(AttributeError, setattr, row, 'other', 'x'),
        raised(AttributeError, delattr, row, 'name')]) == [])
    wrong = [error for code, kind in adscp.errors.BY_CODE.items()
             for error in [kind(code, 'why')]
             if str(pickle.loads(pickle.dumps(error))) != 'why' or
             pickle.loads(pickle.dumps(error)).code != code]
    contract.check_empty('an exception survives pickling', wrong)


def some_values(name, setter):
    if name in ('set_forest', 'set_time', 'set_plan', 'set_sightings'):
        return [None] * arity(name)
    return [1 if 'int' in str(each) else 'x' for each in
            list(inspect.signature(setter).parameters.values())[:arity(name)]]


def test_closed():
    wrong, answer = [], prediction()
    for kind in (adscp.Reader, adscp.Observer, adscp.Predictor):
        with kind() as question:
            question.set_forest(None) if kind is adscp.Predictor else None
        for name, setter in setters(question):
            if name == 'add_prediction':
                wrong.append(raised(adscp.ClosedError, setter, answer))
                continue
            wrong.append(raised(adscp.ClosedError, setter,
                                *some_values(name, setter)))
        for name in ('read', 'look', 'cancel', 'predict', 'judge', '__enter__'):
            if hasattr(question, name):
                wrong.append(raised(adscp.ClosedError, getattr(question, name)))
        question.close()
    contract.check_empty('a closed question raises', complaints(wrong))
    facts = forest()
    facts.close()
    contract.check_empty('a closed forest raises', complaints([
        raised(adscp.ClosedError, adscp.Predictor().set_forest, facts),
        raised(adscp.ClosedError, facts.__enter__)]))


def test_errors():
    reader = adscp.Reader()
    reader.add_ldif_file('/nonexistent/forest.ldif')
    wrong = [raised(kind, reader.read) for kind in
             (adscp.FileError, adscp.LocalError, adscp.Error, OSError)]
    contract.check_empty('an error is of every kind that it is',
                         complaints(wrong))
    try:
        reader.read()
    except adscp.Error as error:
        contract.check('an error knows its code, name and cause', (
            error.code, error.code_name) == (-3, 'ADSCP_E_FILE') and
            '/nonexistent/forest.ldif' in str(error), repr(error))
    predictor = adscp.Predictor()
    predictor.set_forest(forest())
    predictor.set_site('HW')
    try:
        predictor.predict()
    except adscp.Error as error:
        contract.check('a site that the forest does not have is named', (
            error.code_name == 'ADSCP_E_ARGUMENT' and '"HW"' in str(error) and
            'its sites are "HQ", ' in str(error)), repr(error))
    else:
        contract.check('a site that the forest does not have', False)


# ---------------------------------------------------------------------- threads


def silent_reader(uri, budget_ms=20000):
    reader = adscp.Reader()
    reader.set_uri(uri)
    reader.set_anonymous_bind()
    reader.set_timeout_ms(budget_ms)
    return reader


def test_interrupt():
    with contract.Silence() as uri:
        reader = silent_reader(uri)
        for _ in range(2):  # the second cancel must not be left over
            timer = threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT])
            timer.start()
            start = time.monotonic()
            what = raised(KeyboardInterrupt, reader.read)
            seconds = time.monotonic() - start
            contract.check('Ctrl-C ends a reading', what is None and seconds < 3,
                           what, seconds)
        observer = adscp.Observer()
        observer.add_host('127.0.0.1', int(uri.rpartition(':')[2]))
        timer = threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT])
        timer.start()
        contract.check('Ctrl-C ends a look', raised(
            KeyboardInterrupt, observer.look) is None)
        contract.check('how far a look has come',
                       (observer.total, observer.done) == (1, 0))
        reader.set_timeout_ms(300)
        contract.check('the reader can be used afterwards', raised(
            adscp.BudgetError, reader.read) is None)
        contract.check('a budget that ends is a TimeoutError', raised(
            TimeoutError, reader.read) is None)


def test_interrupt_storm():
    """Signals at every moment of short readings: each ends in an answer or in
    the interrupt, and the process lives."""
    seen = set()
    for delay in range(0, 3000, 40):
        reader = adscp.Reader()
        reader.add_ldif_file(EXAMPLE)
        try:
            signal.setitimer(signal.ITIMER_REAL, max(delay, 1) / 1e6)
            try:
                seen.add(type(reader.read()).__name__)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except InterruptedError:
            seen.add('interrupted')
    contract.check('an exception at any moment', seen <= {
        'Forest', 'interrupted'} and seen, seen)


def test_threads():
    with contract.Silence() as uri:
        reader = silent_reader(uri)
        results = []
        thread = threading.Thread(target=lambda: results.append(
            raised(adscp.CancelledError, reader.read)))
        thread.start()
        while not reader._lock.locked():
            time.sleep(0.01)
        contract.check_empty('a second thread is turned away', complaints([
            raised(adscp.BusyError, reader.set_uri, uri),
            raised(adscp.BusyError, reader.read)]))
        reader.cancel()
        thread.join(5)
        contract.check('another thread cancels', results == [None], results)
        thread = threading.Thread(target=lambda: results.append(
            raised(adscp.BudgetError, reader.read)))
        reader.set_timeout_ms(400)
        thread.start()
        while not reader._lock.locked():
            time.sleep(0.01)
        reader.close()
        del reader
        thread.join(5)
        contract.check('closed while it reads, it ends as it would have',
                       results == [None, None], results)


def test_race():
    """Many threads walk an answer while another closes it."""
    outcomes = set()

    def walk(answer):
        try:
            for _ in range(50):
                for row in every_row(answer):
                    repr(row)
        except adscp.ClosedError:
            outcomes.add('closed')
        except Exception as error:
            outcomes.add(repr(error))

    for _ in range(10):
        answer = prediction()
        threads = [threading.Thread(target=walk, args=[answer])
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.01)
        answer.close()
        for thread in threads:
            thread.join()
    contract.check('closing under readers raises, and no more',
                   outcomes == {'closed'}, outcomes)


# --------------------------------------------------------------------- examples


def python(*arguments, **environment):
    return contract.run(sys.executable, '-B', *arguments,
                        env=dict(os.environ, **environment))


def test_coverage():
    facts = forest()
    predictor = adscp.Predictor(facts)
    predictor.set_time(datetime.datetime(2012, 2, 14, tzinfo=UTC))
    coverage = predictor.cover()
    coverage.prepare()
    done = contract.run(contract.build() / 'examples' / 'adscp', 'coverage',
                        '--json', '--at', '2012-02-14', '-l', EXAMPLE)
    document, mine = json.loads(done.stdout), coverage.to_dict()
    contract.check_empty('to_dict() is the document', [
        key for key in ('sites', 'homes', 'classes', 'cells')
        if document[key] != mine[key]])
    contract.check('findings are those of the document',
                   [each['text'] for each in mine['findings']] ==
                   [each['text'] for each in document['findings']])
    cells = list(coverage)
    contract.check('cells come one after the other', len(cells) == 9 and
                   cells[1].site == 'HQ' and
                   cells[1].home.server.name == 'EXBR' and
                   coverage.classes[cells[1].row].homes == [1], cells)
    contract.check('no such cell', raised(IndexError, coverage.cell, 9, 0))
    contract.check('its predictions are closed with it', (
        coverage.predictions[0].close(), coverage.profile)[1] ==
        adscp.Profile.OUTLOOK)
    first = coverage.predictions[0]
    coverage.close()
    contract.check('and so are their rows', raised(
        adscp.ClosedError, lambda: first.hops[0].url))


def test_examples():
    where = contract.build() / 'examples' / 'python'
    bare = {'ADSCP_LIBRARY': ''}  # found beside the package
    done = python(where / 'predict.py', EXAMPLE, 'ann@corp.example', 'HQ', **bare)
    contract.check('predict.py', done.returncode == 0 and
                   done.stdout.startswith('EX07: ') and 'EX10: ' in done.stdout,
                   done.stdout)
    done = python(where / 'sites.py', EXAMPLE, **bare)
    contract.check('sites.py', [line.split() for line in
                                done.stdout.splitlines()] ==
                   [['HQ', 'EX07', 'observed'], ['Branch', 'EXBR', 'documented']],
                   done.stdout)
    done = python(where / 'planner.py', EXAMPLE, '2012-02-14', **bare)
    contract.check('planner.py', done.stdout.splitlines()[:2] == [
        'site,mailbox_on,mailboxes,first_server,user_sees,doubtful,until',
        'HQ,EX10,1,EX07,alert,False,2016-03-07'], done.stdout)
    done = python(where / 'migration.py', EXAMPLE, '2012-02-14', **bare)
    contract.check('migration.py', '2. scp-url EX07 https://ex19.corp.example/autodiscover'
                   '/autodiscover.xml: 6 answers worse than today' in
                   done.stdout.splitlines() and 'What helps: Give EX19 a '
                   'certificate' in done.stdout, done.stdout)
    for name, arguments in (('predict.py', ['a', 'b']), ('migration.py', ['/none']), ('sites.py', []),
                            ('planner.py', ['/nonexistent', 'soon']),
                            ('sites.py', ['/nonexistent']),
                            ('predict.py', ['/nonexistent', 'a@b', 'HQ'])):
        done = python(where / name, *arguments, **bare)
        contract.check(f'{name} {arguments} fails with a sentence',
                       done.returncode == 1 and done.stdout.count('\n') == 1 and
                       'Traceback' not in done.stdout, done.stdout)


def imported(library, package=contract.PYTHON):
    return python('-c', 'import adscp; print(adscp.__version__)',
                  PYTHONPATH=str(package), ADSCP_LIBRARY=str(library))


def refused(name, library, *said, package=contract.PYTHON):
    """The package does not take this library, and says so in one sentence."""
    done = imported(library, package)
    last = done.stdout.rstrip().rpartition('\n')[2]
    contract.check(name, done.returncode == 1 and last.startswith('ImportError: ')
                   and all(word in last for word in said)
                   and 'ADSCP_LIBRARY may say where' in last, done.stdout)


def stub(scratch, release):
    """A library of this release: it knows that, and nothing else."""
    file = scratch / f'libadscp-{release}.so'
    made = contract.run(
        'gcc', '-shared', '-fPIC', '-x', 'c', '-', '-o', file, input='const char '
        f'*adscp_version(void); const char *adscp_version(void) {{ return "{release}"; }}')
    if made.returncode != 0:
        raise RuntimeError(made.stdout)
    return file


def package_of(scratch, release):
    """The package, as that release installs it."""
    where = scratch / release
    shutil.copytree(contract.PYTHON / 'adscp', where / 'adscp')
    text = (contract.PYTHON / 'adscp' / 'METADATA.in').read_text()
    (where / 'adscp' / 'METADATA').write_text(text.replace('@VERSION@', release))
    return where


def test_no_library(scratch):
    own = adscp.__version__
    refused('without the library an ImportError says what to do',
            '/nonexistent/lib.so', own, 'of release 0.2', 'install it')
    refused('another library is an ImportError', 'libc.so.6', own,
            'another release')
    refused('an older library is one', stub(scratch, '0.1.7'), own,
            'libadscp 0.1.7', 'the library of release 0.2',
            'the package of release 0.1;')
    refused('a newer one, too', stub(scratch, '0.13.0'), own, 'libadscp 0.13.0',
            'the package of release 0.13;')
    refused('the library of this release, but older than the package',
            stub(scratch, own), own, 'it has no adscp_')
    refused('an older package does not take this library',
            contract.library(), 'adscp 0.1.9', f'libadscp {own}',
            package=package_of(scratch, '0.1.9'))
    refused('from release 1 on, the first number counts', stub(scratch, '2.0.1'),
            'adscp 1.4.0', 'libadscp 2.0.1', 'the library of release 1,',
            package=package_of(scratch, '1.4.0'))
    patched = '.'.join([*own.split('.')[:2], '99'])
    done = imported(contract.library(), package_of(scratch, patched))
    contract.check('releases of one series go together',
                   done.stdout == f'{patched}\n', done.stdout)
    (scratch / patched / 'adscp' / 'METADATA').unlink()
    done = imported(contract.library(), scratch / patched)
    contract.check('half of the package is none', 'METADATA is missing' in
                   done.stdout, done.stdout)


def test_end():
    done = python('-c', 'import adscp, sys; r = adscp.Reader(); '
                  f'r.add_ldif_file({str(EXAMPLE)!r}); f = r.read(); '
                  'row = f.servers[0]; sys.row = row',
                  PYTHONPATH=str(contract.PYTHON))
    contract.check('the interpreter ends with answers alive',
                   (done.returncode, done.stdout) == (0, ''), done.stdout)


def main():
    def interrupt(*_):
        raise InterruptedError
    signal.signal(signal.SIGALRM, interrupt)
    for test in (test_header, test_help, test_enumerators, test_constructors,
                 test_repr, test_version, test_types, test_installed_list,
                 test_values, test_prepare, test_lifetime, test_sightings, test_wrong_types,
                 test_made_by_hand, test_closed, test_errors, test_interrupt,
                 test_interrupt_storm, test_threads, test_race, test_examples,
                 test_no_library, test_end):
        with tempfile.TemporaryDirectory() as scratch:
            arguments = [pathlib.Path(scratch)][:test.__code__.co_argcount]
            test(*arguments)
    contract.finish()


main()
