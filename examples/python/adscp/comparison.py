# SPDX-License-Identifier: MIT
"""What differs between two forests. Forest.compare() and Forest.disagreements()
lead here."""

from __future__ import annotations

import contextlib
import ctypes
from typing import Any, Iterator, List, NamedTuple, Optional

from .abi import HANDLE, INT, OUT, TEXT, declare
from .errors import raise_for

_compare = declare('forest_compare', INT, HANDLE, HANDLE, OUT)
forget = declare('comparison_free', None, HANDLE)
_fact_count = declare('comparison_fact_count', INT, HANDLE)
_FACT = [declare(f'comparison_fact_{each}', TEXT, HANDLE, INT) for each in (
    'kind', 'change', 'dn', 'attribute', 'before', 'after')]
_finding_count = declare('comparison_finding_count', INT, HANDLE)
_finding = declare('comparison_finding', HANDLE, HANDLE, INT)
_finding_text = declare('finding_text', TEXT, HANDLE)


class FactChange(NamedTuple):
    """What differs between two readings of a forest; no attribute: the object as
    a whole."""
    kind: str
    change: str
    dn: str
    attribute: Optional[str]
    before: Optional[str]
    after: Optional[str]


@contextlib.contextmanager
def _between(before: Any, after: Any) -> Iterator[Any]:
    out = ctypes.c_void_p()
    raise_for(before._call(lambda one: after._call(
        lambda other: int(_compare(one, other, ctypes.byref(out))))))
    try:
        yield out.value
    finally:
        forget(out.value)


def _fact(comparison: Any, index: int) -> FactChange:
    kind, change, dn, *rest = (getter(comparison, index) for getter in _FACT)
    attribute, before, after = (
        None if each is None else str(each.decode()) for each in rest)
    return FactChange(kind.decode(), change.decode(), dn.decode(), attribute,
                      before, after)


def facts(before: Any, after: Any) -> List[FactChange]:
    with _between(before, after) as comparison:
        return [_fact(comparison, index)
                for index in range(_fact_count(comparison))]


def disagreements(one: Any, other: Any) -> List[str]:
    with _between(one, other) as comparison:
        return [str(_finding_text(_finding(comparison, index)).decode())
                for index in range(_finding_count(comparison))]
