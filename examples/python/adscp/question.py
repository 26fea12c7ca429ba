# SPDX-License-Identifier: MIT
"""What every question shares: a handle of the library, its setters, and the lock
that keeps it to one thread at a time.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import datetime
import functools
import inspect
import os
import threading
from typing import (Any, Callable, Dict, Generic, Iterable, Iterator, List,
                    Optional, Type, TypeVar, Union, cast)

from .abi import (HANDLE, INT, TEXT, declare, int_argument, path_argument,
                  text_argument)
from .answers import Answer, own
from .errors import BusyError, OutOfMemoryError, raise_for
from .rows import EPOCH, Owner, Pointer

Path = Union[str, bytes, 'os.PathLike[str]', 'os.PathLike[bytes]']
T = TypeVar('T')
A = TypeVar('A', bound=Answer)
F = TypeVar('F', bound=Callable[..., None])
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

    @classmethod
    def _adopt(cls: Type[Q], address: int) -> Q:
        """One that the library made, and that is ours to free."""
        question = object.__new__(cls)
        question._owner = Owner(Pointer(address, cls._free), cls.__name__.lower())
        question._lock = threading.Lock()
        return question

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

    def _set(self, **values: Any) -> None:
        """set_NAME() for each that was given."""
        for name, value in values.items():
            if value is not None:
                getattr(self, f'set_{name}')(value)

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

    def __repr__(self) -> str:
        return f'<adscp.{type(self).__name__}{self._owner.state()}>'

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> Any:
        raise TypeError('readers and predictors cannot be copied or pickled')


# What ctypes must be told about a value that a converter made.
KINDS: Dict[Callable[..., Any], Any] = {
    text_argument: TEXT, path_argument: TEXT, int_argument: INT}


def setter(name: str, *converters: Callable[[Any], Any]) -> Callable[[F], F]:
    """A method that hands its values to adscp_NAME(), one converter for each. What
    is decorated says what it takes, and what that means."""
    function = declare(name, INT, HANDLE, *(KINDS[each] for each in converters))

    def decorate(method: F) -> F:
        signature = inspect.signature(method)

        @functools.wraps(method)
        def call(self: Question, *values: Any, **named: Any) -> None:
            given = signature.bind(self, *values, **named)
            given.apply_defaults()
            taken = [convert(value) for convert, value in
                     zip(converters, list(given.arguments.values())[1:])]
            self._call(function, *taken)
        return cast(F, call)
    return decorate


def several(values: Iterable[Any]) -> Iterable[Any]:
    """One text is no list of its letters."""
    return [values] if isinstance(values, (str, bytes, os.PathLike)) else values


class _Run(Generic[T]):
    """A call of the library on a thread of its own. Python handles signals in
    the main thread, between its own instructions: so the caller waits here,
    where Ctrl-C reaches it. (threading.Thread complains on standard error where
    an exception meets its start(), and an Event raises RuntimeError where one
    meets its wait(): so both are made of what is below them.)"""

    def __init__(self, work: Callable[[], T], cancel: Callable[[], Any]) -> None:
        self._work, self._cancel = work, cancel
        self._begun = threading.Lock()  # taken by the work, or instead of it
        self._ended = False
        self._end_lock = threading.Lock()  # held until the work has ended
        self._end_lock.acquire()
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
            self._ended = True
            self._end_lock.release()

    def _end(self) -> None:
        """Not before the call has ended, since it uses the question."""
        if self._begun.acquire(blocking=False):
            return
        while not self._ended:
            try:
                self._cancel()
                self._end_lock.acquire()
            except BaseException:
                continue  # the first one is on its way already

    def result(self) -> T:
        try:
            _thread.start_new_thread(self._run, ())
            self._end_lock.acquire()
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


def seconds(time: datetime.datetime) -> int:
    """Since 1970, as C counts them."""
    if not isinstance(time, datetime.datetime):
        raise TypeError(f'a datetime, not {type(time).__name__}')
    if time.utcoffset() is None:
        raise ValueError('a datetime without a time zone')
    if time < EPOCH:
        raise ValueError('a time before 1970')
    return (time - EPOCH) // datetime.timedelta(seconds=1)
