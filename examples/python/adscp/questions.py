# SPDX-License-Identifier: MIT
"""Questions: a reader is told how to reach a directory, an observer where to look,
a predictor who asks.

A question belongs to one thread at a time. That is kept by a lock that nobody
waits for: a second thread gets a BusyError. Only cancel() passes it.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import datetime
import os
import threading
from typing import (Any, Callable, Dict, Generic, Iterator, List, Optional, Type,
                    TypeVar, Union)

from .abi import (HANDLE, INT, INT64, OUT, TEXT, declare, int_argument,
                  path_argument, text_argument)
from .answers import Alerts, Answer, Forest, Prediction, Sightings, own
from .coverage import Coverage
from .enums import ReaderPhase, Profile
from .errors import BusyError, OutOfMemoryError, raise_for
from .rows import EPOCH, Owner, Pointer, known

__all__ = ['Observer', 'Predictor', 'Reader']

Path = Union[str, bytes, 'os.PathLike[str]', 'os.PathLike[bytes]']
T = TypeVar('T')
A = TypeVar('A', bound=Answer)
Q = TypeVar('Q', bound='Question')


class Question:
    """What readers, observers and predictors share."""

    _new: Callable[[], Optional[int]]
    _free: Callable[[int], None]
    _detail: Callable[[int], bytes]

    def __init__(self) -> None:
        kind = type(self)
        address = kind._new()
        if address is None:
            raise OutOfMemoryError(-2)
        self._owner = Owner(Pointer(address, kind._free), kind.__name__.lower())
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[Pointer]:
        """The pointer, for the one thread that may use it."""
        if not self._lock.acquire(blocking=False):
            raise BusyError(f'another thread uses this {self._owner.what}')
        try:
            yield self._owner.hold()
        finally:
            self._lock.release()

    def _call(self, function: Callable[..., int], *arguments: Any) -> None:
        """Raises what the call's code says."""
        with self._alone() as pointer:
            code = function(pointer.address, *arguments)
            detail = type(self)._detail(pointer.address) if code else b''
        raise_for(code, detail.decode())

    def _hand_over(self, function: Callable[..., int], kind: Type[A],
                   answer: Optional[A]) -> None:
        """An answer, which the library holds from now on; None clears."""
        if answer is None:
            self._call(function, None)
        elif isinstance(answer, kind):
            answer._call(lambda address: self._call(function, address))
        else:
            raise TypeError(f'a {kind.__name__} or None, not '
                            f'{type(answer).__name__}')

    def _answer(self, kind: Type[A], function: Callable[..., int]) -> A:
        out = ctypes.c_void_p()
        self._call(function, ctypes.byref(out))
        assert out.value is not None
        return own(kind, out.value)

    def close(self) -> None:
        """Free it, and wipe its password. Using it afterwards raises
        ClosedError; a call that runs in another thread still ends as it would
        have."""
        self._owner.close()

    def __enter__(self: Q) -> Q:
        self._owner.hold()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        raise TypeError('readers and predictors cannot be copied or pickled')


class Setter:
    """A method that hands its values to adscp_NAME()."""

    def __init__(self, name: str, *kinds: Any) -> None:
        self._function = declare(name, INT, HANDLE, *kinds)
        self.__doc__ = f'adscp_{name}()'

    def call(self, question: Question, *values: Any) -> None:
        question._call(self._function, *values)


class TextSetter(Setter):
    """Takes a text; None clears, where there is something to clear."""

    def __init__(self, name: str) -> None:
        super().__init__(name, TEXT)

    def __get__(self, question: Question, _: Any) \
            -> Callable[[Optional[str]], None]:
        return lambda text: self.call(question, text_argument(text))


class PathSetter(Setter):
    """Takes the name of a file."""

    def __init__(self, name: str) -> None:
        super().__init__(name, TEXT)

    def __get__(self, question: Question, _: Any) \
            -> Callable[[Optional[Path]], None]:
        return lambda path: self.call(question, path_argument(path))


class IntSetter(Setter):
    """Takes a number, an enumerator or a truth value."""

    def __init__(self, name: str) -> None:
        super().__init__(name, INT)

    def __get__(self, question: Question, _: Any) -> Callable[[int], None]:
        return lambda value: self.call(question, int_argument(value))


class _Run(Generic[T]):
    """A call of the library on a thread of its own. Python handles signals in
    the main thread, between its own instructions: so the caller waits here,
    where Ctrl-C reaches it. (threading.Thread complains on standard error where
    an exception meets its start().)"""

    def __init__(self, work: Callable[[], T], cancel: Callable[[], Any]) -> None:
        self._work, self._cancel = work, cancel
        self._begun = threading.Lock()  # taken by the work, or instead of it
        self._ended = threading.Event()
        self._results: List[T] = []
        self._errors: List[BaseException] = []

    def _run(self) -> None:
        if not self._begun.acquire(blocking=False):
            return
        try:
            self._results.append(self._work())
        except BaseException as error:
            self._errors.append(error)
        finally:
            self._ended.set()

    def _end(self) -> None:
        """Not before the call has ended, since it uses the question."""
        if self._begun.acquire(blocking=False):
            return
        while not self._ended.is_set():
            try:
                self._cancel()
                self._ended.wait()
            except BaseException:
                continue  # the first one is on its way already

    def result(self) -> T:
        try:
            _thread.start_new_thread(self._run, ())
            self._ended.wait()
        except BaseException:
            self._end()
            raise
        for error in self._errors:
            raise error
        return self._results[0]


class SlowQuestion(Question):
    """One whose answer takes time, and can be cancelled."""

    _cancel: Callable[[int], int]

    def cancel(self) -> None:
        """End the running call with CancelledError, or the next one. May be called
        from any thread."""
        pointer = self._owner.hold()
        raise_for(type(self)._cancel(pointer.address))

    def _slow_answer(self, kind: Type[A], function: Callable[..., int],
                     cancel: Callable[[int], int]) -> A:
        pointer = self._owner.hold()
        return _Run(lambda: self._answer(kind, function),
                    lambda: cancel(pointer.address)).result()


class Reader(SlowQuestion):
    """Reads a live directory, or exports that stand for one."""

    _new = declare('reader_new', HANDLE)
    _free = declare('reader_free', None, HANDLE)
    _detail = declare('reader_error_detail', TEXT, HANDLE)
    _read = declare('reader_read', INT, HANDLE, OUT)
    _cancel = declare('reader_cancel', INT, HANDLE)
    _ldif_at = declare('reader_add_ldif_file_at', INT, HANDLE, TEXT, TEXT)
    _simple = declare('reader_set_simple_bind', INT, HANDLE, TEXT, TEXT)
    _anonymous = declare('reader_set_anonymous_bind', INT, HANDLE)
    _trace_count = declare('reader_trace_count', INT, HANDLE)
    _trace = declare('reader_trace', TEXT, HANDLE, INT)
    _phase = declare('reader_phase_ns', INT64, HANDLE, INT)

    add_ldif_file = PathSetter('reader_add_ldif_file')
    set_uri = TextSetter('reader_set_uri')
    set_domain = TextSetter('reader_set_domain')
    set_discover = IntSetter('reader_set_discover')
    set_starttls = IntSetter('reader_set_starttls')
    set_ca_file = PathSetter('reader_set_ca_file')
    set_certificate_file = PathSetter('reader_set_certificate_file')
    set_key_file = PathSetter('reader_set_key_file')
    set_sasl_mechanism = TextSetter('reader_set_sasl_mechanism')
    set_dns_server = TextSetter('reader_set_dns_server')
    add_resolve = TextSetter('reader_add_resolve')
    allow_pointer = TextSetter('reader_allow_pointer')
    allow_forest = TextSetter('reader_allow_forest')
    add_mail = TextSetter('reader_add_mail')
    set_keep_entries = IntSetter('reader_set_keep_entries')
    set_timeout_ms = IntSetter('reader_set_timeout_ms')

    def add_ldif_file_at(self, target: str, path: Path) -> None:
        """adscp_reader_add_ldif_file_at()"""
        self._call(Reader._ldif_at, text_argument(target), path_argument(path))

    def set_simple_bind(self, dn: str, password: str) -> None:
        """adscp_reader_set_simple_bind()"""
        self._call(Reader._simple, text_argument(dn), text_argument(password))

    def set_anonymous_bind(self) -> None:
        """adscp_reader_set_anonymous_bind()"""
        self._call(Reader._anonymous)

    @property
    def trace(self) -> List[str]:
        """How the last read() looked for domain and domain controller."""
        with self._alone() as pointer:
            count = Reader._trace_count(pointer.address)
            return [known(Reader._trace(pointer.address, index))
                    for index in range(count)]

    @property
    def phases(self) -> Dict[ReaderPhase, int]:
        """Nanoseconds that the last read() spent with each of them."""
        with self._alone() as pointer:
            return {phase: int(Reader._phase(pointer.address, int(phase)))
                    for phase in ReaderPhase}

    def read(self) -> Forest:
        """Read everything. An exception in between, such as the
        KeyboardInterrupt of Ctrl-C, ends the reading."""
        return self._slow_answer(Forest, Reader._read, Reader._cancel)


class Observer(SlowQuestion):
    """Looks at the certificates that servers show."""

    _new = declare('observer_new', HANDLE)
    _free = declare('observer_free', None, HANDLE)
    _detail = declare('observer_error_detail', TEXT, HANDLE)
    _look = declare('observer_look', INT, HANDLE, OUT)
    _cancel = declare('observer_cancel', INT, HANDLE)
    _host = declare('observer_add_host', INT, HANDLE, TEXT, INT)
    _prediction = declare('observer_add_prediction', INT, HANDLE, HANDLE)
    _total = declare('observer_total_count', INT, HANDLE)
    _done = declare('observer_done_count', INT, HANDLE)

    set_dns_server = TextSetter('observer_set_dns_server')
    add_resolve = TextSetter('observer_add_resolve')
    set_timeout_ms = IntSetter('observer_set_timeout_ms')

    def add_host(self, host: str, port: int = 443) -> None:
        """Look at every address of this host."""
        self._call(Observer._host, text_argument(host), int_argument(port))

    def add_prediction(self, prediction: Prediction) -> None:
        """Look at every host of a prediction."""
        if prediction is None:
            raise TypeError('a Prediction, not None')
        self._hand_over(Observer._prediction, Prediction, prediction)

    @property
    def total(self) -> int:
        """Addresses of the running look, or the last one. Any thread may ask."""
        pointer = self._owner.hold()
        return int(Observer._total(pointer.address))

    @property
    def done(self) -> int:
        """How many of them are done."""
        pointer = self._owner.hold()
        return int(Observer._done(pointer.address))

    def look(self) -> Sightings:
        """Look at all of them. An exception in between ends it."""
        return self._slow_answer(Sightings, Observer._look, Observer._cancel)


class Predictor(SlowQuestion):
    """Judges a forest. It reads nothing else, and no clock."""

    _new = declare('predictor_new', HANDLE)
    _free = declare('predictor_free', None, HANDLE)
    _detail = declare('predictor_error_detail', TEXT, HANDLE)
    _predict = declare('predictor_predict', INT, HANDLE, OUT)
    _cancel = declare('predictor_cancel', INT, HANDLE)
    _forest = declare('predictor_set_forest', INT, HANDLE, HANDLE)
    _profile = declare('predictor_set_profile', INT, HANDLE, INT)
    _time = declare('predictor_set_time', INT, HANDLE, INT64)
    _sightings = declare('predictor_set_sightings', INT, HANDLE, HANDLE)
    _cover = declare('predictor_cover', INT, HANDLE, OUT)
    _judge_sightings = declare('predictor_judge_sightings', INT, HANDLE, OUT)

    set_site = TextSetter('predictor_set_site')
    set_address = TextSetter('predictor_set_address')
    set_mail = TextSetter('predictor_set_mail')
    set_timeout_ms = IntSetter('predictor_set_timeout_ms')
    add_trust_file = PathSetter('predictor_add_trust_file')
    set_roots_file = PathSetter('predictor_set_roots_file')

    def __init__(self, forest: Optional[Forest] = None) -> None:
        super().__init__()
        if forest is not None:
            self.set_forest(forest)

    def set_forest(self, forest: Optional[Forest]) -> None:
        """The facts to judge, held until replaced."""
        self._hand_over(Predictor._forest, Forest, forest)

    def set_sightings(self, sightings: Optional[Sightings]) -> None:
        """What an observer saw, held until replaced."""
        self._hand_over(Predictor._sightings, Sightings, sightings)

    def set_profile(self, profile: Union[Profile, int]) -> None:
        """The kind of client."""
        self._call(Predictor._profile, int_argument(profile))

    def set_time(self, time: Optional[datetime.datetime]) -> None:
        """The day that is judged; None: unknown. A time without a zone could be
        any, so it is refused."""
        if time is None:
            self._call(Predictor._time, -1)
            return
        if not isinstance(time, datetime.datetime):
            raise TypeError(f'a datetime or None, not {type(time).__name__}')
        if time.utcoffset() is None:
            raise ValueError('a datetime without a time zone')
        if time < EPOCH:
            raise ValueError('a time before 1970')
        self._call(Predictor._time,
                   (time - EPOCH) // datetime.timedelta(seconds=1))

    def predict(self) -> Prediction:
        """The answer, from what was set."""
        return self._answer(Prediction, Predictor._predict)

    def cover(self) -> Coverage:
        """The answers for all AD sites and homes of mailboxes."""
        return self._answer(Coverage, Predictor._cover)

    def judge_sightings(self) -> Alerts:
        """What this client makes of every row of the sightings."""
        return self._answer(Alerts, Predictor._judge_sightings)
