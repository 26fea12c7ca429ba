# SPDX-License-Identifier: MIT
"""Advice: what helps against the alerts of a coverage, as simulation shows."""

from __future__ import annotations

import ctypes
from typing import Any, List, NamedTuple, Optional

from . import enums
from .abi import HANDLE, INT, OUT, TEXT, declare
from .answers import Answer, _free
from .errors import raise_for
from .plan import Plan
from .rows import Row, Rows, counted, known, truth

__all__ = ['Advice', 'Remedy']


class Remedy(NamedTuple):
    """Steps that clear some answers and make none worse. `for_classes` and
    `clears` have the indexes of classes of the coverage."""
    kind: enums.AdviceKind
    text: str
    steps: List[str]          # as Plan.add_step() takes them
    for_classes: List[int]
    clears: List[int]
    others: int               # cells that change besides, none for the worse
    mailboxes: Optional[int]
    unknown: List[int]        # of `clears`: where a host that was unknown stays so


class Advice(Answer):
    """What helps against the alerts of a coverage: the smallest change first. `problems` has the indexes of the classes that need
    help, and `complete` is False where there was no time for some remedies. `chosen` has
    the indexes of the remedies to carry out together, and `chosen_clears` those of the
    classes that they clear."""
    __slots__ = ()
    _shows = ('problems', 'remedies', 'complete')
    complete = truth('advice_complete')
    problems = counted('advice_problem', None, INT, lambda _, value: int(value))
    chosen = counted('advice_chosen', None, INT, lambda _, value: int(value))
    chosen_clears = counted('advice_chosen_clears', None, INT,
                            lambda _, value: int(value))

    _count = declare('advice_remedy_count', INT, HANDLE)
    _kind = declare('advice_remedy_kind', INT, HANDLE, INT)
    _text = declare('advice_remedy_text', TEXT, HANDLE, INT)
    _step_count = declare('advice_remedy_step_count', INT, HANDLE, INT)
    _step = declare('advice_remedy_step', TEXT, HANDLE, INT, INT)
    _for_count = declare('advice_remedy_for_count', INT, HANDLE, INT)
    _for = declare('advice_remedy_for', INT, HANDLE, INT, INT)
    _clears_count = declare('advice_remedy_clears_count', INT, HANDLE, INT)
    _clears = declare('advice_remedy_clears', INT, HANDLE, INT, INT)
    _unknown_count = declare('advice_remedy_unknown_count', INT, HANDLE, INT)
    _unknown = declare('advice_remedy_unknown', INT, HANDLE, INT, INT)
    _others = declare('advice_remedy_others', INT, HANDLE, INT)
    _mailboxes = declare('advice_remedy_mailboxes', INT, HANDLE, INT)
    _tried = declare('advice_tried', INT, HANDLE, INT, INT)
    _best = declare('advice_best', INT, HANDLE, INT)
    _plan = declare('advice_remedy_plan', INT, HANDLE, INT, OUT)
    _chosen_plan = declare('advice_plan', INT, HANDLE, OUT)

    @property
    def remedies(self) -> Rows[Remedy]:
        """Each was tried by simulation, and makes no answer worse."""
        return Rows(self, Advice._count, Advice._remedy)

    @staticmethod
    def _remedy(owner: Row, index: int) -> Remedy:
        def members(count: Any, get: Any) -> List[int]:
            return [int(owner._call(get, index, each)) for each in
                    range(owner._call(count, index))]
        mailboxes = int(owner._call(Advice._mailboxes, index))
        return Remedy(
            enums.AdviceKind(owner._call(Advice._kind, index)),
            known(owner._call(Advice._text, index)),
            [known(owner._call(Advice._step, index, each)) for each in
             range(owner._call(Advice._step_count, index))],
            members(Advice._for_count, Advice._for),
            members(Advice._clears_count, Advice._clears),
            int(owner._call(Advice._others, index)),
            None if mailboxes < 0 else mailboxes,
            members(Advice._unknown_count, Advice._unknown))

    def tried(self, row: int, kind: enums.AdviceKind) -> Optional[bool]:
        """Was every remedy of this kind tried for this class of the coverage? None: it
        needs no help."""
        found = int(self._call(Advice._tried, row, int(kind)))
        return None if found < 0 else bool(found)

    def best(self, row: int) -> Optional[int]:
        """The index of the first remedy that clears this class of the coverage."""
        found = int(self._call(Advice._best, row))
        return None if found < 0 else found

    def plan(self, remedy: Optional[int] = None) -> Plan:
        """A plan with the steps of this remedy, or of all that are `chosen`, on the
        forest that was judged."""
        out = ctypes.c_void_p()
        raise_for(self._call(Advice._chosen_plan, ctypes.byref(out))
                  if remedy is None else
                  self._call(Advice._plan, remedy, ctypes.byref(out)))
        assert out.value is not None
        return Plan._adopt(out.value)


_free[Advice] = declare('advice_free', None, HANDLE)
