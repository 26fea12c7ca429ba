# SPDX-License-Identifier: MIT
"""Questions: a reader takes a directory, an observer takes hosts, a predictor takes
a client and a forest.

A question belongs to one thread at a time: a second thread does not wait, but
gets a BusyError. Only cancel() may be called from any thread.
"""

from __future__ import annotations

import datetime
from typing import Dict, Iterable, List, Optional, Tuple, Union

from .abi import (HANDLE, INT, INT64, OUT, TEXT, declare, int_argument,
                  path_argument, text_argument)
from .advice import Advice
from .answers import Alerts, Forest, Prediction, Sightings
from .coverage import Coverage
from .enums import Client, ReaderPhase, Profile
from .plan import Plan
from .question import Path, SlowQuestion, seconds, setter, several
from .rows import known

__all__ = ['Observer', 'Predictor', 'Reader']


class Reader(SlowQuestion):
    """Reads a live directory, or exports that stand for one."""

    _new = declare('reader_new', HANDLE)
    _free = declare('reader_free', None, HANDLE)
    _detail = declare('reader_error_detail', TEXT, HANDLE)
    _read = declare('reader_read', INT, HANDLE, OUT)
    _cancel = declare('reader_cancel', INT, HANDLE)
    _changes = declare('reader_add_changes', INT, HANDLE, TEXT, TEXT, INT64)
    _clear_changes = declare('reader_clear_changes', INT, HANDLE)
    _forest = declare('reader_set_forest', INT, HANDLE, HANDLE)
    _sightings = declare('reader_set_sightings', INT, HANDLE, HANDLE)
    _trace_count = declare('reader_trace_count', INT, HANDLE)
    _trace = declare('reader_trace', TEXT, HANDLE, INT)
    _phase = declare('reader_phase_ns', INT64, HANDLE, INT)

    def __init__(self, *ldif_files: Path, uri: Optional[str] = None,
                 domain: Optional[str] = None, discover: Optional[bool] = None,
                 starttls: Optional[bool] = None, ca_file: Optional[Path] = None,
                 certificate_file: Optional[Path] = None,
                 key_file: Optional[Path] = None,
                 sasl_mechanism: Optional[str] = None,
                 dns_server: Optional[str] = None, mails: Iterable[str] = (),
                 keep_entries: Optional[bool] = None,
                 census: Optional[bool] = None,
                 timeout_ms: Optional[int] = None) -> None:
        """Each keyword is set_KEYWORD(); `ldif_files` and `mails` are added."""
        super().__init__()
        self._set(uri=uri, domain=domain, discover=discover, starttls=starttls,
                  ca_file=ca_file, certificate_file=certificate_file,
                  key_file=key_file, sasl_mechanism=sasl_mechanism,
                  dns_server=dns_server, keep_entries=keep_entries,
                  census=census,
                  timeout_ms=timeout_ms)
        for path in ldif_files:
            self.add_ldif_file(path)
        for mail in several(mails):
            self.add_mail(mail)

    @setter('reader_add_ldif_file', path_argument)
    def add_ldif_file(self, path: Path) -> None:
        """Read this LDIF export; several make one forest. Excludes set_uri()."""

    @setter('reader_add_ldif_file_at', text_argument, path_argument)
    def add_ldif_file_at(self, target: str, path: Path) -> None:
        """The export that answers where an SCP pointer names the LDAP URL `target`,
        such as "LDAP://res.example"."""

    @setter('reader_add_changes_file', path_argument)
    def add_changes_file(self, path: Path) -> None:
        """Lay the LDIF change records of this file over what is read."""

    def add_changes(self, changes: 'str | bytes', name: str = 'changes') -> None:
        """Lay LDIF change records over what is read; `name` stands for their
        file in errors."""
        data = (changes if isinstance(changes, (bytes, bytearray))
                else text_argument(changes))
        if data is None:
            raise TypeError('a str or bytes, not None')
        self._call(Reader._changes, text_argument(name), bytes(data), len(data))

    def clear_changes(self) -> None:
        """Forget all changes, so that others may be tried."""
        self._call(Reader._clear_changes)

    def set_forest(self, forest: Optional[Forest]) -> None:
        """Read the entries that this forest kept, instead of a directory."""
        self._hand_over(Reader._forest, Forest, forest)

    def set_sightings(self, sightings: Optional[Sightings]) -> None:
        """Attach what an observer saw to the forest and its snapshot."""
        self._hand_over(Reader._sightings, Sightings, sightings)

    @setter('reader_set_uri', text_argument)
    def set_uri(self, uri: Optional[str]) -> None:
        """Read this live directory: ldap://host[:port], ldaps://host[:port] or
        ldapi://path. None clears."""

    @setter('reader_set_domain', text_argument)
    def set_domain(self, domain: Optional[str]) -> None:
        """Read a domain controller of this Active Directory domain, found by DNS.
        None clears."""

    @setter('reader_set_discover', int_argument)
    def set_discover(self, wanted: int) -> None:
        """True: find the domain, too, where nothing else is given."""

    @setter('reader_set_starttls', int_argument)
    def set_starttls(self, required: int) -> None:
        """True: upgrade an ldap:// connection by StartTLS, or fail."""

    @setter('reader_set_ca_file', path_argument)
    def set_ca_file(self, path: Optional[Path]) -> None:
        """A PEM file with the CA certificates that may vouch for the directory's own
        certificate. None: OpenSSL's default place."""

    @setter('reader_set_certificate_file', path_argument)
    def set_certificate_file(self, path: Optional[Path]) -> None:
        """A PEM file with the client's certificate, for EXTERNAL. None clears."""

    @setter('reader_set_key_file', path_argument)
    def set_key_file(self, path: Optional[Path]) -> None:
        """A PEM file with the private key of that certificate. None clears."""

    @setter('reader_set_sasl_mechanism', text_argument)
    def set_sasl_mechanism(self, mechanism: str) -> None:
        """Bind by "GSSAPI" (the default), "GSS-SPNEGO" or "EXTERNAL"."""

    @setter('reader_set_simple_bind', text_argument, text_argument)
    def set_simple_bind(self, dn: str, password: str) -> None:
        """Bind by a name and a password, which requires TLS or ldapi."""

    @setter('reader_set_anonymous_bind')
    def set_anonymous_bind(self) -> None:
        """Do not bind. Active Directory then shows the rootDSE only."""

    @setter('reader_set_dns_server', text_argument)
    def set_dns_server(self, address: Optional[str]) -> None:
        """Ask this DNS server, "address" or "address:port", instead of the
        machine's own. None clears."""

    @setter('reader_add_resolve', text_argument)
    def add_resolve(self, pin: str) -> None:
        """Use an address without asking DNS: "host:port:address", or
        "host:port:address:otherport"."""

    @setter('reader_allow_pointer', text_argument)
    def allow_pointer(self, host: str) -> None:
        """An SCP pointer may lead to this host, and the credentials be used there."""

    @setter('reader_allow_forest', text_argument)
    def allow_forest(self, domain: str) -> None:
        """An SCP pointer may lead to a domain controller of this forest."""

    @setter('reader_add_mail', text_argument)
    def add_mail(self, address: str) -> None:
        """Look up whose mail address this is, and where the mailbox is."""

    @setter('reader_set_keep_entries', int_argument)
    def set_keep_entries(self, wanted: int) -> None:
        """True: keep the entries themselves, for Forest.snapshot."""

    @setter('reader_set_census', int_argument)
    def set_census(self, wanted: int) -> None:
        """True: count mailboxes, for Forest.census; numbers, no names."""

    @setter('reader_set_timeout_ms', int_argument)
    def set_timeout_ms(self, milliseconds: int) -> None:
        """The budget of one read(), at least 1; 30000 by default."""

    @property
    def trace(self) -> List[str]:
        """How the last read() looked for domain and domain controller."""
        with self._alone() as pointer:
            count = Reader._trace_count(pointer.address)
            return [known(Reader._trace(pointer.address, index))
                    for index in range(count)]

    @property
    def phases(self) -> Dict[ReaderPhase, int]:
        """Nanoseconds that the last read() spent in each phase."""
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
    _prediction = declare('observer_add_prediction', INT, HANDLE, HANDLE)
    _total = declare('observer_total_count', INT, HANDLE)
    _done = declare('observer_done_count', INT, HANDLE)

    def __init__(self, *, dns_server: Optional[str] = None,
                 timeout_ms: Optional[int] = None,
                 behind: Optional[bool] = None) -> None:
        """Each keyword is set_KEYWORD()."""
        super().__init__()
        self._set(dns_server=dns_server, timeout_ms=timeout_ms, behind=behind)

    @setter('observer_set_behind', int_argument)
    def set_behind(self, wanted: int) -> None:
        """True: look at the servers behind shared hosts, too, of predictions that
        are added from now on; see Prediction.fronts."""

    @setter('observer_set_dns_server', text_argument)
    def set_dns_server(self, address: Optional[str]) -> None:
        """As for a Reader."""

    @setter('observer_add_resolve', text_argument)
    def add_resolve(self, pin: str) -> None:
        """As for a Reader."""

    @setter('observer_set_timeout_ms', int_argument)
    def set_timeout_ms(self, milliseconds: int) -> None:
        """The budget of one look(), at least 1; 30000 by default."""

    @setter('observer_add_host', text_argument, int_argument)
    def add_host(self, host: str, port: int = 443) -> None:
        """Look at every address of this host, a name or an IP address."""

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
    _plan = declare('predictor_set_plan', INT, HANDLE, HANDLE)
    _time = declare('predictor_set_time', INT, HANDLE, INT64)
    _sightings = declare('predictor_set_sightings', INT, HANDLE, HANDLE)
    _advise = declare('predictor_advise', INT, HANDLE, HANDLE, INT, OUT)
    _cover = declare('predictor_cover', INT, HANDLE, OUT)
    _policy = declare('predictor_add_policy', INT, HANDLE, TEXT, TEXT, INT64)
    _judge_sightings = declare('predictor_judge_sightings', INT, HANDLE, OUT)

    def __init__(self, forest: Optional[Forest] = None, *,
                 site: Optional[str] = None, address: Optional[str] = None,
                 mail: Optional[str] = None, mail_domain: Optional[str] = None,
                 profile: Union[Profile, int, None] = None,
                 client: Union[Client, int, None] = None,
                 time: Optional[datetime.datetime] = None,
                 sightings: Optional[Sightings] = None,
                 trust_files: Iterable[Path] = (),
                 roots_file: Optional[Path] = None,
                 assumed_files: Iterable[Tuple[str, int, Path]] = (),
                 policy: Iterable[Path] = (),
                 timeout_ms: Optional[int] = None) -> None:
        """Each keyword is set_KEYWORD(); `trust_files` are added, and so are the
        files of `policy`, in order, and `assumed_files`, each a host, a port and
        a file."""
        super().__init__()
        self._set(forest=forest, site=site, address=address, mail=mail,
                  mail_domain=mail_domain, profile=profile, client=client, time=time, sightings=sightings,
                  roots_file=roots_file, timeout_ms=timeout_ms)
        for path in several(trust_files):
            self.add_trust_file(path)
        for path in several(policy):
            self.add_policy_file(path)
        for host, port, path in assumed_files:
            self.add_assumed_file(host, port, path)

    @setter('predictor_set_site', text_argument)
    def set_site(self, site: Optional[str]) -> None:
        """The AD site of the client's computer. None: it follows from the address, or
        from what the directory says; "": unknown."""

    @setter('predictor_set_address', text_argument)
    def set_address(self, address: Optional[str]) -> None:
        """The client's IP address, from which its site follows. None clears."""

    @setter('predictor_set_mail', text_argument)
    def set_mail(self, mail: Optional[str]) -> None:
        """The user's mail address. None clears."""

    @setter('predictor_set_mail_domain', text_argument)
    def set_mail_domain(self, domain: Optional[str]) -> None:
        """The mail domain if no address is set; in a coverage, that of every user.
        None clears."""

    @setter('predictor_set_profile', int_argument)
    def set_profile(self, profile: Union[Profile, int]) -> None:
        """The kind of client; Profile.OUTLOOK by default."""

    @setter('predictor_set_client', int_argument)
    def set_client(self, client: Union[Client, int]) -> None:
        """Which Outlook, so that the answer has its steps; -1: any."""

    @setter('predictor_set_timeout_ms', int_argument)
    def set_timeout_ms(self, milliseconds: int) -> None:
        """The budget of one predict() or judge_sightings(). 0 (the default): none."""

    @setter('predictor_add_trust_file', path_argument)
    def add_trust_file(self, path: Path) -> None:
        """A file with certificates that the client has in its Trusted Root store."""

    @setter('predictor_add_assumed_file', text_argument, int_argument,
            path_argument)
    def add_assumed_file(self, host: str, port: int, path: Path) -> None:
        """What a port of a host will show: a file with its certificates, the
        server's own first. Takes precedence over what was seen or is published."""

    @setter('predictor_add_policy_file', path_argument)
    def add_policy_file(self, path: Path) -> None:
        """What the client's policies and registry set: a Registry.pol, or a .reg
        export. The later file counts."""

    def add_policy(self, content: 'str | bytes',
                   name: str = 'Registry.pol') -> None:
        """The same for the contents of such a file; `name` stands for its path,
        including its folders."""
        data = (content if isinstance(content, (bytes, bytearray))
                else text_argument(content))
        if data is None:
            raise TypeError('a str or bytes, not None')
        self._call(Predictor._policy, text_argument(name), bytes(data), len(data))

    @setter('predictor_set_roots_file', path_argument)
    def set_roots_file(self, path: Optional[Path]) -> None:
        """A file of public roots that stands for those of the Windows root
        programme. None clears."""

    def set_forest(self, forest: Optional[Forest]) -> None:
        """The facts to judge, held until replaced."""
        self._hand_over(Predictor._forest, Forest, forest)

    def set_sightings(self, sightings: Optional[Sightings]) -> None:
        """What an observer saw, held until replaced."""
        self._hand_over(Predictor._sightings, Sightings, sightings)

    def set_time(self, time: Optional[datetime.datetime]) -> None:
        """The day that is judged; None: unknown. A time without a zone is
        ambiguous, so it is refused."""
        self._call(Predictor._time, -1 if time is None else seconds(time))

    def set_plan(self, plan: Optional[Plan]) -> None:
        """Judge the state after all steps so far; call it again after the next.
        None: what a plan assumed besides its forest is forgotten."""
        if plan is None:
            self._call(Predictor._plan, None)
            return
        if not isinstance(plan, Plan):
            raise TypeError(f'a Plan or None, not {type(plan).__name__}')
        with plan._alone() as pointer:
            self._call(Predictor._plan, pointer.address)

    def predict(self) -> Prediction:
        """The answer, from what was set."""
        return self._answer(Prediction, Predictor._predict)

    def cover(self) -> Coverage:
        """The answers for all AD sites and homes of mailboxes."""
        return self._answer(Coverage, Predictor._cover)

    def advise(self, coverage: Coverage, row: Optional[int] = None) -> Advice:
        """What helps against the alerts of a coverage that this predictor made, or
        against those of one of its classes."""
        if not isinstance(coverage, Coverage):
            raise TypeError(f'a Coverage, not {type(coverage).__name__}')
        return coverage._call(lambda address: self._answer(
            Advice, lambda predictor, out: int(Predictor._advise(
                predictor, address, -1 if row is None else row, out))))

    def judge_sightings(self) -> Alerts:
        """The verdict of this client on every row of the sightings."""
        return self._answer(Alerts, Predictor._judge_sightings)
