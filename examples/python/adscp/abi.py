# SPDX-License-Identifier: MIT
"""The shared library, and what ctypes must know about its functions.

A function is declared where it is used: the line that makes it an attribute of
a class also says what it takes and gives. TABLE holds all of them; a test
compares it with adscp.h. Nothing here, nor elsewhere in this package, calls a
function that was not declared.
"""

from __future__ import annotations

import ctypes
import os
import pathlib
from typing import Any, Callable, Dict, List, Tuple

SONAME = 'libadscp.so.0'
LIBRARY_VARIABLE = 'ADSCP_LIBRARY'

HANDLE, TEXT, INT, INT64 = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int,
                            ctypes.c_int64)
OUT = ctypes.POINTER(ctypes.c_void_p)

# {name: (result, [parameters])}
TABLE: Dict[str, Tuple[Any, List[Any]]] = {}


def _places() -> List[pathlib.Path]:
    """Where the library may be, beside the loader's own search: the place that
    the environment names, then lib/ of the directories around this file, which
    finds it in a build tree and under any prefix."""
    named = os.environ.get(LIBRARY_VARIABLE)
    if named:
        path = pathlib.Path(named)
        return [path / SONAME if path.is_dir() else path]
    around = list(pathlib.Path(__file__).resolve().parents)[1:6]
    return [found for directory in around for pattern in
            (f'lib/{SONAME}', f'lib/*-linux-*/{SONAME}', f'lib64/{SONAME}')
            for found in sorted(directory.glob(pattern))]


def _load() -> ctypes.CDLL:
    path = next(iter(_places()), SONAME)
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise ImportError(
            f'{error}; {LIBRARY_VARIABLE} may say where {SONAME} is') from error


LIBRARY = _load()


def declare(name: str, result: Any, *parameters: Any) -> Callable[..., Any]:
    """The function adscp_NAME, ready to be called."""
    name = f'adscp_{name}'
    declared = (result, list(parameters))
    if TABLE.setdefault(name, declared) != declared:
        raise TypeError(f'{name} was declared otherwise before')
    try:
        function: Callable[..., Any] = getattr(LIBRARY, name)
    except AttributeError:
        raise ImportError(f'{LIBRARY._name} is of another release than this '
                          f'package: it has no {name}') from None
    function.restype, function.argtypes = result, list(parameters)  # type: ignore
    return function


# ctypes cuts a text at its first NUL and a number to its lowest bits, without a
# word. The library must see what the caller wrote, or nothing.


def text_argument(value: 'str | None') -> 'bytes | None':
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f'a str or None, not {type(value).__name__}')
    if '\0' in value:
        raise ValueError('text with a NUL character')
    return value.encode()


def path_argument(value: 'str | bytes | os.PathLike[Any] | None') \
        -> 'bytes | None':
    if value is None:
        return None
    path = os.fsencode(value)
    if b'\0' in path:
        raise ValueError('a path with a NUL character')
    return path


def int_argument(value: int) -> int:
    if not isinstance(value, int):
        raise TypeError(f'an int, not {type(value).__name__}')
    if not -2 ** 31 <= value < 2 ** 31:
        raise OverflowError(f'{value} does not fit into a C int')
    return int(value)
