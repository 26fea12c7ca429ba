# SPDX-License-Identifier: MIT
"""The answers for the whole organisation. Names, order and meaning are those of
adscp.h."""

from __future__ import annotations

import ctypes
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from . import enums
from .abi import HANDLE, INT, OUT, TEXT, declare
from .answers import (Alert, Finding, Forest, Hop, Prediction, Prepared,
                      Server, _free)
from .comparison import forget
from .errors import raise_for
from .document import finding_document, moment_text
from .rows import (Row, Rows, choices, counted, moment, perhaps, row, rows,
                   sure_choice, text, truth)

__all__ = ['Coverage', 'CoverageCell', 'CoverageClass', 'CoverageHome',
           'CoverageComparison', 'CoverageMove']


class CoverageHome(NamedTuple):
    """Where mailboxes may be."""
    kind: enums.CoverageHomeKind
    server: Optional[Server]
    mailboxes: Optional[int]
    moved_to: Optional[Server] = None  # where a plan has moved all of them


class CoverageClass(NamedTuple):
    """Cells with the same answer. `sites` has the names of their sites
    (None: it is unknown), `homes` the indexes of their homes."""
    prediction: Prediction
    sites: List[Optional[str]]
    homes: List[int]
    mailboxes: Optional[int]


class CoverageCell(NamedTuple):
    """Clients of one site (None: it is unknown) whose mailboxes are in one place;
    `row` is the index of the class."""
    site: Optional[str]
    home: CoverageHome
    row: int


class CoverageMove(NamedTuple):
    """A cell whose answer changes; `home` is the name of the server that has the
    mailboxes (None: it is not known). None for an answer: there is no such cell."""
    site: Optional[str]
    home: Optional[str]
    change: enums.ComparisonChange
    before: Optional[Prediction]
    after: Optional[Prediction]


class CoverageComparison(NamedTuple):
    """Two coverages: the sites and homes of both, how many cells get worse and
    better, and those that change. `moved_to` of a home is the server where its
    mailboxes are afterwards; mailboxes that part are a home each. `deleted` and
    `added` are mailboxes that a change removed or made (None: unknown)."""
    sites: List[Optional[str]]
    homes: List[CoverageHome]
    worse: int
    better: int
    moves: List[CoverageMove]
    deleted: Optional[int] = None
    added: Optional[int] = None


def _perhaps_server(owner: Row, address: Any) -> Optional[Server]:
    return None if address is None else Server._make(owner, address)


def _number(value: int) -> Optional[int]:
    return None if value < 0 else value


class Coverage(Prepared):
    """The predictions for every AD site and every place where a mailbox may be."""
    __slots__ = ()
    _shows = ('profile', 'sites', 'predictions', 'complete')
    _prepare = declare('coverage_prepare', INT, HANDLE)
    forest = row('coverage_forest', lambda: Forest)
    profile = sure_choice('coverage_profile', enums.Profile)
    time = moment('coverage_time')
    assumes = text('coverage_assumes')
    complete = truth('coverage_complete')
    looked = perhaps('coverage_looked')
    sites = counted('coverage_site', None, TEXT, lambda _, value:
                    None if value is None else str(value.decode()))
    site_groups = counted('coverage_site_group', 'coverage_site_count', INT,
                          lambda _, value: int(value))
    home_kinds = choices('coverage_home_kind', enums.CoverageHomeKind,
                         'coverage_home_count')
    home_servers = counted('coverage_home_server', 'coverage_home_count', HANDLE,
                           _perhaps_server)
    home_mailboxes = counted('coverage_home_mailboxes', 'coverage_home_count',
                             INT, lambda _, value: _number(value))
    home_moved_to = counted('coverage_home_moved_to', 'coverage_home_count',
                            HANDLE, _perhaps_server)
    predictions = rows('coverage_class_prediction', lambda: Prediction,
                       'coverage_class_count')
    findings = rows('coverage_finding', lambda: Finding)

    _count = declare('coverage_class_count', INT, HANDLE)
    _cell = declare('coverage_cell', INT, HANDLE, INT, INT)
    _site_count = declare('coverage_class_site_count', INT, HANDLE, INT)
    _site = declare('coverage_class_site', INT, HANDLE, INT, INT)
    _home_count = declare('coverage_class_home_count', INT, HANDLE, INT)
    _home = declare('coverage_class_home', INT, HANDLE, INT, INT)
    _mailboxes = declare('coverage_class_mailboxes', INT, HANDLE, INT)

    @property
    def homes(self) -> List[CoverageHome]:
        """By name; the last one is for an unknown mail address."""
        return [CoverageHome(*each) for each in zip(
            self.home_kinds, self.home_servers, self.home_mailboxes,
            self.home_moved_to)]

    @property
    def classes(self) -> Rows[CoverageClass]:
        """In the order of their first cells."""
        return Rows(self, Coverage._count, Coverage._class)

    @staticmethod
    def _class(owner: Row, index: int) -> CoverageClass:
        def members(count: Any, get: Any) -> List[int]:
            return [int(owner._call(get, index, each)) for each in
                    range(owner._call(count, index))]
        assert isinstance(owner, Coverage)
        return CoverageClass(
            owner.predictions[index],
            [owner.sites[each] for each in
             members(Coverage._site_count, Coverage._site)],
            members(Coverage._home_count, Coverage._home),
            _number(owner._call(Coverage._mailboxes, index)))

    def cell(self, site: int, home: int) -> int:
        """The index of the class of a cell."""
        found = int(self._call(Coverage._cell, site, home))
        if found < 0:
            raise IndexError(f'there is no cell {site}, {home}')
        return found

    def compare(self, after: Coverage) -> CoverageComparison:
        """The cells whose answers differ in the other coverage, which is the one
        after a change; site by site and home by home."""
        if not isinstance(after, Coverage):
            raise TypeError(f'a Coverage, not {type(after).__name__}')
        out = ctypes.c_void_p()

        def ask(before: int) -> int:
            return after._call(lambda address: int(_compare(
                before, address, ctypes.byref(out))))
        raise_for(self._call(ask))
        try:
            return self._comparison(after, out.value)
        finally:
            forget(out.value)

    def _comparison(self, after: Coverage,
                    comparison: Any) -> CoverageComparison:
        homes, names = [], []
        for index in range(_site_count(comparison)):
            name = _move_site_name(comparison, index)
            names.append(None if name is None else name.decode())
        for index in range(_home_count(comparison)):
            server = _move_server(comparison, index)
            homes.append(CoverageHome(
                enums.CoverageHomeKind(_home_kind(comparison, index)),
                None if server is None else Server._make(self, server),
                _number(_home_mailboxes(comparison, index)),
                self._moved_to(after, comparison, index)))
        return CoverageComparison(
            names, homes,
            _change_count(comparison, int(enums.ComparisonChange.WORSE)),
            _change_count(comparison, int(enums.ComparisonChange.BETTER)),
            [self._move(after, comparison, index)
             for index in range(_moves(comparison))],
            _number(_deleted(comparison)), _number(_added(comparison)))

    def _moved_to(self, after: Coverage, comparison: Any,
                  index: int) -> Optional[Server]:
        first = _home_before(comparison, index)
        second = _home_after(comparison, index)
        if first < 0 or second < 0:
            return None
        old, new = self.home_servers[first], after.home_servers[second]
        same = old is None or new is None or old.dn.lower() == new.dn.lower()
        return None if same else new

    def _move(self, after: Coverage, comparison: Any,
              index: int) -> CoverageMove:
        name = _move_site_name(comparison, _move_site(comparison, index))
        server = _move_server(comparison, _move_home(comparison, index))
        home = None if server is None else _server_name(server)
        first = _move_before(comparison, index)
        second = _move_after(comparison, index)
        return CoverageMove(
            None if name is None else name.decode(),
            None if home is None else home.decode(),
            enums.ComparisonChange(_move_change(comparison, index)),
            None if first is None else Prediction._make(self, first),
            None if second is None else Prediction._make(after, second))

    def __iter__(self) -> Iterator[CoverageCell]:
        """Every cell, site by site and home by home."""
        homes = self.homes
        for site, name in enumerate(self.sites):
            for index, home in enumerate(homes):
                yield CoverageCell(name, home, self.cell(site, index))

    def to_dict(self) -> Dict[str, Any]:
        """As "adscp coverage --json" has it, without `client` and `forest`."""
        homes = self.homes
        return {
            'profile': self.profile.word, 'time': moment_text(self.time),
            'assumes': self.assumes, 'complete': self.complete,
            'sites': list(self.sites),
            'homes': [_home_dict(home) for home in homes],
            **_census_dict(self.forest),
            'classes': [_class_dict(each) for each in self.classes],
            'cells': [[self.cell(site, home) for home in range(len(homes))]
                      for site in range(len(self.sites))],
            'findings': [finding_document(each) for each in self.findings]}


_compare = declare('coverage_compare', INT, HANDLE, HANDLE, OUT)
_site_count = declare('comparison_site_count', INT, HANDLE)
_home_count = declare('comparison_home_count', INT, HANDLE)
_home_kind = declare('comparison_home_kind', INT, HANDLE, INT)
_home_mailboxes = declare('comparison_home_mailboxes', INT, HANDLE, INT)
_home_before = declare('comparison_home_before', INT, HANDLE, INT)
_home_after = declare('comparison_home_after', INT, HANDLE, INT)
_deleted = declare('comparison_deleted_mailboxes', INT, HANDLE)
_added = declare('comparison_added_mailboxes', INT, HANDLE)
_change_count = declare('comparison_count', INT, HANDLE, INT)
_moves = declare('comparison_move_count', INT, HANDLE)
_move_site = declare('comparison_move_site', INT, HANDLE, INT)
_move_home = declare('comparison_move_home', INT, HANDLE, INT)
_move_change = declare('comparison_move_change', INT, HANDLE, INT)
_move_before = declare('comparison_move_before', HANDLE, HANDLE, INT)
_move_after = declare('comparison_move_after', HANDLE, HANDLE, INT)
_move_site_name = declare('comparison_site', TEXT, HANDLE, INT)
_move_server = declare('comparison_home_server', HANDLE, HANDLE, INT)
_server_name = declare('server_name', TEXT, HANDLE)
_free[Coverage] = declare('coverage_free', None, HANDLE)


# ------------------------------------------------------------------ dictionaries


def _home_dict(home: CoverageHome) -> Dict[str, Any]:
    server = home.server
    return {'server': server.name if server is not None else None,
            'version': server.version if server is not None else None,
            'site': server.site if server is not None else None,
            'kind': home.kind.word, 'mailboxes': home.mailboxes}


def _census_dict(forest: Optional[Forest]) -> Dict[str, Any]:
    census = forest.census if forest is not None else None
    return {} if census is None else {'census': census._asdict()}


def _outcome(alert: Optional[Alert]) -> Optional[str]:
    return None if alert is None else alert.outcome.word


def _hop_dict(hop: Hop) -> Dict[str, Any]:
    server = hop.server
    return {'host': hop.host,
            'server': server.name if server is not None else None,
            'version': server.version if server is not None else None,
            'action': hop.action.word, 'outcome': _outcome(hop.alert)}


def _first_dict(prediction: Prediction) -> Optional[Dict[str, Any]]:
    if not prediction.hops:
        return None
    hop = prediction.hops[0]
    return {'url': hop.url, 'host': hop.host,
            'server': hop.server.name if hop.server is not None else None}


def _class_dict(each: CoverageClass) -> Dict[str, Any]:
    prediction, alert = each.prediction, each.prediction.alert
    evidence = prediction.evidence
    worst = prediction.services_outcome
    return {
        'outcome': _outcome(alert), 'doubtful': prediction.doubtful,
        'flags': alert.flags if alert is not None else None,
        'reasons': [reason.word for reason in alert.reasons]
        if alert is not None else [],
        'hop': prediction.alert_hop + 1
        if prediction.alert_hop is not None else None,
        'first': _first_dict(prediction),
        'evidence': evidence.word if evidence is not None else None,
        'hops': [_hop_dict(hop) for hop in prediction.hops],
        'services_outcome': None if worst is None else worst.word,
        'changes_on': moment_text(prediction.changes_on),
        'sites': each.sites, 'homes': each.homes,
        'mailboxes': each.mailboxes}
