# SPDX-License-Identifier: MIT
"""What rows are made of: getters as attributes, and counted rows as sequences.

Memory. The library frees an answer as a whole, so a pointer into it must never
be used later. A Pointer owns an answer and frees it when nobody refers to it any
more; whoever calls the library with an address out of it holds it meanwhile, in
a local variable. close() gives up one such reference: what another thread is
reading at that moment stays until it has been read.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Sequence
from typing import (Any, Callable, ClassVar, Dict, Generic, Iterator, NoReturn,
                    Optional, Type, TypeVar, Union, overload)

from .abi import HANDLE, INT, INT64, TEXT, declare
from .enums import Named
from .errors import ClosedError

__all__ = ['Row', 'Rows']

T = TypeVar('T')
E = TypeVar('E', bound=Named)
R = TypeVar('R', bound='Row')
S = TypeVar('S')

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Pointer:
    """A pointer that is ours to free, exactly once."""

    __slots__ = ('address', '_free')

    def __init__(self, address: int, free: Callable[[int], Any]) -> None:
        self.address = address
        self._free = free

    def __del__(self) -> None:
        self._free(self.address)

    def __reduce__(self) -> NoReturn:
        raise TypeError('handles of the library cannot be copied or pickled')


class Owner:
    """Holds a Pointer until it is closed."""

    __slots__ = ('_pointer', 'what')

    def __init__(self, pointer: Pointer, what: str) -> None:
        self._pointer: Optional[Pointer] = pointer
        self.what = what

    def hold(self) -> Pointer:
        pointer = self._pointer
        if pointer is None:
            raise ClosedError(f'the {self.what} is closed')
        return pointer

    def close(self) -> None:
        self._pointer = None

    def state(self) -> str:
        return ' (closed)' if self._pointer is None else ''


class Row:
    """Something inside an answer, which it keeps alive. Rows are equal where
    they are the same place in the same answer."""

    __slots__ = ('_owner', '_address')
    _shows: ClassVar[Sequence[str]] = ()  # by which a reader knows one
    _owner: Union['Row', Owner]
    _address: int

    def __init__(self) -> None:
        raise TypeError(f'a {type(self).__name__} comes out of an answer, '
                        'nobody makes one')

    @classmethod
    def _make(cls: Type[R], owner: Union['Row', Owner], address: int) -> R:
        row = object.__new__(cls)
        row._owner = owner
        row._address = address
        return row

    def _root(self) -> Owner:
        owner = self._owner
        return owner if isinstance(owner, Owner) else owner._root()

    def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        pointer = self._root().hold()
        try:
            return function(self._address, *arguments)
        finally:
            del pointer

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return (type(self) is type(other) and
                self._address == other._address and
                self._root() is other._root())

    def __hash__(self) -> int:
        return hash((type(self), self._address))

    def __repr__(self) -> str:
        try:
            shown = [f' {name}={_shown(getattr(self, name))}'
                     for name in self._shows]
        except ClosedError:
            shown = [' (closed)']
        return f'<adscp.{type(self).__name__}{"".join(shown)}>'


def _shown(value: object) -> str:
    """An enumerator by its word, rows by their number."""
    if isinstance(value, Named):
        return value.word
    return str(len(value)) if isinstance(value, Rows) else repr(value)


class Getter(Generic[T]):
    """An attribute of a row, read from the library whenever it is asked for."""

    def __init__(self, read: Callable[[Row], T], doc: str) -> None:
        self._read = read
        self.__doc__ = doc

    @overload
    def __get__(self, row: None, owner: Any) -> 'Getter[T]': ...

    @overload
    def __get__(self, row: Row, owner: Any) -> T: ...

    def __get__(self, row: Optional[Row], owner: Any) -> Union['Getter[T]', T]:
        return self if row is None else self._read(row)

    def __set__(self, row: Row, value: NoReturn) -> NoReturn:
        raise AttributeError('an answer never changes')

    def __delete__(self, row: Row) -> NoReturn:
        raise AttributeError('an answer never changes')


class Rows(Sequence[S]):
    """The rows of one kind, in the library's order."""

    __slots__ = ('_owner', '_count', '_get')

    def __init__(self, owner: Row, count: Callable[..., Any],
                 get: Callable[[Row, int], S]) -> None:
        self._owner = owner
        self._count = count
        self._get = get

    def __len__(self) -> int:
        return max(0, int(self._owner._call(self._count)))

    @overload
    def __getitem__(self, index: int) -> S: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[S]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[S, Sequence[S]]:
        if isinstance(index, slice):
            return [self._get(self._owner, each)
                    for each in range(*index.indices(len(self)))]
        length = len(self)
        place = operator.index(index)
        if not -length <= place < length:
            raise IndexError(f'row {place} of {length}')
        return self._get(self._owner, place % length)

    def __iter__(self) -> Iterator[S]:
        for index in range(len(self)):
            yield self._get(self._owner, index)

    def __repr__(self) -> str:
        return repr(list(self))


def known(text: Optional[bytes]) -> str:
    """A text that is always there: no text means no memory to make it."""
    if text is None:
        raise MemoryError('the library had no memory for a text')
    return text.decode()


# One line each in a class: what C calls adscp_NAME() is what these declare.


def getter(name: str, result: Any, convert: Callable[[Any], T]) -> Getter[T]:
    function = declare(name, result, HANDLE)
    return Getter(lambda row: convert(row._call(function)), f'adscp_{name}()')


def text(name: str) -> Getter[Optional[str]]:
    return getter(name, TEXT, lambda value: None if value is None
                  else value.decode())


def sure_text(name: str) -> Getter[str]:
    return getter(name, TEXT, known)


def truth(name: str) -> Getter[bool]:
    return getter(name, INT, lambda value: bool(value == 1))


def perhaps(name: str) -> Getter[Optional[bool]]:
    return getter(name, INT, lambda value: None if value < 0 else value == 1)


def number(name: str) -> Getter[Optional[int]]:
    return getter(name, INT, lambda value: None if value < 0 else value)


def bits(name: str) -> Getter[Optional[int]]:
    return getter(name, INT64, lambda value: None if value < 0 else value)


def moment(name: str) -> Getter[Optional[datetime.datetime]]:
    return getter(name, INT64, lambda value: None if value < 0 else
                  EPOCH + datetime.timedelta(seconds=value))


def choice(name: str, kind: Type[E]) -> Getter[Optional[E]]:
    return getter(name, INT, lambda value: None if value < 0 else kind(value))


def sure_choice(name: str, kind: Type[E]) -> Getter[E]:
    return getter(name, INT, kind)


def row(name: str, kind: Callable[[], Type[R]]) -> Getter[Optional[R]]:
    function = declare(name, HANDLE, HANDLE)

    def read(owner: Row) -> Optional[R]:
        address = owner._call(function)
        return None if address is None else kind()._make(owner, address)
    return Getter(read, f'adscp_{name}()')


def sure_row(name: str, kind: Callable[[], Type[R]]) -> Getter[R]:
    """A row that is always there."""
    function = declare(name, HANDLE, HANDLE)
    return Getter(lambda owner: kind()._make(owner, owner._call(function)),
                  f'adscp_{name}()')


def counted(name: str, count: Optional[str], result: Any,
            convert: Callable[[Row, Any], S]) -> Getter[Rows[S]]:
    count_function = declare(count or f'{name}_count', INT, HANDLE)
    function = declare(name, result, HANDLE, INT)

    def get(owner: Row, index: int) -> S:
        return convert(owner, owner._call(function, index))
    return Getter(lambda owner: Rows(owner, count_function, get),
                  f'adscp_{name}(), one after the other')


def rows(name: str, kind: Callable[[], Type[R]],
         count: Optional[str] = None) -> Getter[Rows[R]]:
    return counted(name, count, HANDLE, lambda owner, address:
                   kind()._make(owner, address))


def texts(name: str, count: Optional[str] = None) -> Getter[Rows[str]]:
    return counted(name, count, TEXT, lambda _, value: known(value))


def choices(name: str, kind: Type[E],
            count: Optional[str] = None) -> Getter[Rows[E]]:
    return counted(name, count, INT, lambda _, value: kind(value))


def named_values(name: str) -> Getter[Dict[str, Union[str, int, None]]]:
    """A dictionary: what has a number is one, what has no text is None."""
    count = declare(f'{name}_count', INT, HANDLE)
    name_of = declare(f'{name}_name', TEXT, HANDLE, INT)
    text_of = declare(f'{name}_text', TEXT, HANDLE, INT)
    number_of = declare(f'{name}_number', INT64, HANDLE, INT)

    def value(owner: Row, index: int) -> Union[str, int, None]:
        number = int(owner._call(number_of, index))
        if number >= 0:
            return number
        text = owner._call(text_of, index)
        return None if text is None else known(text)

    def read(owner: Row) -> Dict[str, Union[str, int, None]]:
        return {known(owner._call(name_of, each)): value(owner, each)
                for each in range(owner._call(count))}
    return Getter(read, f'adscp_{name}_name(), _text(), _number()')
