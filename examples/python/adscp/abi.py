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
import re
from typing import Any, Callable, Dict, List, Tuple

SONAME = 'libadscp.so.0'
LIBRARY_VARIABLE = 'ADSCP_LIBRARY'

HANDLE, TEXT, INT, INT64 = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int,
                            ctypes.c_int64)
OUT = ctypes.POINTER(ctypes.c_void_p)

_ELSEWHERE = f'{LIBRARY_VARIABLE} may say where {SONAME} is'

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


def _release() -> str:
    """This package's: as it was installed, or that of the tree which it is in."""
    here = pathlib.Path(__file__).resolve().parent
    for file, version in (
            (here / 'METADATA', r'^Version: (.+)$'),
            (here / '../../../meson.build', r"version: '(.+)'")):
        if file.exists():
            found = re.search(version, file.read_text(encoding='utf-8'), re.M)
            return found[1] if found else ''
    raise ImportError(f'{here} is not all of the Python package adscp: '
                      'its METADATA is missing')


def _series(release: str) -> str:
    """Releases of one series go together: before 1.0, they share two numbers."""
    numbers = release.split('.')
    return '.'.join(numbers[:2 if numbers[0] == '0' else 1])


def _load() -> ctypes.CDLL:
    path = next(iter(_places()), SONAME)
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        raise ImportError(
            f'this Python package, adscp {RELEASE}, needs the library {SONAME} '
            f'of release {_series(RELEASE)}, and cannot load it ({error}): '
            f'install it; {_ELSEWHERE}') from error


def _other_release(reason: str) -> ImportError:
    return ImportError(
        f'{LIBRARY._name} is of another release than this Python package, adscp '
        f'{RELEASE}: {reason}; {_ELSEWHERE}')


def _check_release(release: str) -> str:
    """The library's, if it goes together with this package's."""
    if _series(release) != _series(RELEASE):
        raise _other_release(
            f'it is libadscp {release}; install the library of release '
            f'{_series(RELEASE)}, or the package of release {_series(release)}')
    return release


RELEASE = _release()
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
        raise _other_release(
            f'it has no {name}; install both from one release') from None
    function.restype, function.argtypes = result, list(parameters)  # type: ignore
    return function


LIBRARY_RELEASE = _check_release(declare('version', TEXT)().decode())


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
