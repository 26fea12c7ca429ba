# SPDX-License-Identifier: MIT
"""Plans: steps of a change, and what they result in. adscp itself changes nothing."""

from __future__ import annotations

import datetime
import os
from typing import List, NamedTuple, Optional

from .abi import (HANDLE, INT, INT64, OUT, TEXT, declare, path_argument,
                  text_argument)
from .answers import Forest
from .question import Path, Question, seconds, setter
from .rows import known

__all__ = ['Plan', 'PlanStep']


class PlanStep(NamedTuple):
    """A step of a plan, and what it results in."""
    text: str
    changes: str         # LDIF change records
    cmdlets: List[str]   # lines for the Exchange Management Shell
    remarks: List[str]   # what stands in its way
    file: Optional[str]  # that it was made from
    certificate: Optional[str] = None       # PEM, which the cmdlets read from ...
    certificate_name: Optional[str] = None  # ... this file


def _perhaps(text: Optional[bytes]) -> Optional[str]:
    return None if text is None else known(text)


def _perhaps_path(path: Optional[bytes]) -> Optional[str]:
    return None if path is None else os.fsdecode(path)


class Plan(Question):
    """Steps of a change that an administrator plans; adscp makes none of them."""

    _new = declare('plan_new', HANDLE)
    _free = declare('plan_free', None, HANDLE)
    _detail = declare('plan_error_detail', TEXT, HANDLE)
    _set_forest = declare('plan_set_forest', INT, HANDLE, HANDLE)
    _forest = declare('plan_forest', INT, HANDLE, OUT)
    _count = declare('plan_step_count', INT, HANDLE)
    _time = declare('plan_set_time', INT, HANDLE, INT64)
    _step = declare('plan_step', TEXT, HANDLE, INT)
    _file = declare('plan_step_file', TEXT, HANDLE, INT)
    _certificate = declare('plan_certificate', TEXT, HANDLE, INT)
    _certificate_name = declare('plan_certificate_name', TEXT, HANDLE, INT)
    _changes = declare('plan_changes', TEXT, HANDLE, INT)
    _cmdlet_count = declare('plan_cmdlet_count', INT, HANDLE, INT)
    _cmdlet = declare('plan_cmdlet', TEXT, HANDLE, INT, INT)
    _remark_count = declare('plan_remark_count', INT, HANDLE, INT)
    _remark = declare('plan_remark', TEXT, HANDLE, INT, INT)

    def set_forest(self, forest: Optional[Forest]) -> None:
        """The forest at the beginning, whose entries were kept."""
        self._hand_over(Plan._set_forest, Forest, forest)

    def set_time(self, time: datetime.datetime) -> None:
        """The day on which servers are installed."""
        self._call(Plan._time, seconds(time))

    @setter('plan_add_step', text_argument)
    def add_step(self, step: str) -> None:
        """Add a step, such as "uninstall EX07"; adscp.h lists them."""

    @setter('plan_add_file', path_argument)
    def add_file(self, path: Path) -> None:
        """Add the steps of a file, one per line."""

    @setter('plan_open_file', path_argument)
    def open_file(self, path: Path) -> None:
        """Read a file of steps, for add_next()."""

    @setter('plan_add_next')
    def add_next(self) -> None:
        """Add the next step of the file; after the last one, add none."""

    @setter('plan_add_changes_file', path_argument)
    def add_changes_file(self, path: Path) -> None:
        """Add a step that is a file of LDIF change records."""

    def forest(self) -> Forest:
        """The forest after all steps."""
        return self._answer(Forest, Plan._forest)

    @property
    def steps(self) -> List[PlanStep]:
        """All steps, in their order."""
        with self._alone() as pointer:
            address = pointer.address
            return [PlanStep(
                known(Plan._step(address, step)),
                known(Plan._changes(address, step)),
                [known(Plan._cmdlet(address, step, index))
                 for index in range(Plan._cmdlet_count(address, step))],
                [known(Plan._remark(address, step, index))
                 for index in range(Plan._remark_count(address, step))],
                _perhaps_path(Plan._file(address, step)),
                _perhaps(Plan._certificate(address, step)),
                _perhaps(Plan._certificate_name(address, step)))
                for step in range(Plan._count(address))]
