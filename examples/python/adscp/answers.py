# SPDX-License-Identifier: MIT
"""Answers and their rows. Names, order and meaning are those of adscp.h."""

from __future__ import annotations

from typing import (Any, Callable, Dict, List, NamedTuple, Optional, Type,
                    TypeVar)

from . import comparison, enums
from .abi import HANDLE, INT, INT64, TEXT, declare
from .comparison import FactChange
from .errors import raise_for
from .rows import (Owner, Pointer, Row, bits, choice, choices, moment,
                   named_values, number, perhaps, row, rows, sure_choice,
                   sure_row, sure_text, text, texts, truth)

__all__ = ['Alert', 'Alerts', 'Answer', 'Backend', 'Candidate', 'Census', 'Certificate',
           'ChainLink', 'FactChange', 'Finding',
           'Forest', 'Front', 'Hop', 'Mailbox', 'Prediction', 'Prepared', 'Scp', 'ScpPointer',
           'Server', 'Service', 'Sighting', 'Sightings', 'Site', 'Step', 'Subnet']

A = TypeVar('A', bound='Answer')


class Scp(Row):
    """A published serviceConnectionPoint object."""
    __slots__ = ()
    _shows = ('dn',)
    dn = sure_text('scp_dn')
    created = moment('scp_created')
    class_name = text('scp_class_name')
    keywords = texts('scp_keyword')
    bindings = texts('scp_binding')


class Server(Row):
    """An Exchange server object."""
    __slots__ = ()
    _shows = ('name', 'version', 'site')
    dn = sure_text('server_dn')
    name = text('server_name')
    fqdn = text('server_fqdn')
    site = text('server_site')
    version = text('server_version')
    build = text('server_build')
    roles = text('server_roles')
    front_end = perhaps('server_front_end')
    dag = text('server_dag')
    inactive = text('server_inactive')
    created = moment('server_created')
    provisioning_flags = bits('server_provisioning_flags')
    certificate = row('server_certificate', lambda: Certificate)


class Site(Row):
    """An AD site."""
    __slots__ = ()
    _shows = ('name',)
    dn = sure_text('site_dn')
    name = text('site_name')


class Subnet(Row):
    """A subnet of an AD site."""
    __slots__ = ()
    _shows = ('name', 'site')
    dn = sure_text('subnet_dn')
    name = text('subnet_name')
    site = text('subnet_site')
    valid = truth('subnet_valid')


class PreparedRow(Row):
    """Something that builds some of its contents on first use."""
    __slots__ = ()
    _prepare: Callable[[int], int]

    def prepare(self) -> None:
        """Make all of it now, so that no attribute of it or of its rows raises
        MemoryError, or is None for lack of memory, later."""
        raise_for(self._call(type(self)._prepare))


class Candidate(PreparedRow):
    """A URL that the client would try."""
    __slots__ = ()
    _prepare = declare('candidate_prepare', INT, HANDLE)
    _shows = ('rank', 'url')
    rank = number('candidate_rank')
    url = sure_text('candidate_url')
    host = text('candidate_host')
    port = number('candidate_port')
    group = choice('candidate_group', enums.CandidateGroup)
    undocumented = truth('candidate_undocumented')
    tie = truth('candidate_tie')
    sites = texts('candidate_site')
    scp = sure_row('candidate_scp', lambda: Scp)
    duplicates = rows('candidate_duplicate', lambda: Scp)
    server = row('candidate_server', lambda: Server)
    why = sure_text('candidate_why')


class Mailbox(Row):
    """The recipient with the user's mail address, and the mailbox."""
    __slots__ = ()
    _shows = ('kind', 'dn')
    kind = sure_choice('mailbox_kind', enums.MailboxKind)
    dn = text('mailbox_dn')
    database = text('mailbox_database')
    server = row('mailbox_server', lambda: Server)
    target = text('mailbox_target')


class Hop(Row):
    """A server that the client meets."""
    __slots__ = ()
    _shows = ('url', 'action')
    url = text('hop_url')
    host = text('hop_host')
    via = sure_choice('hop_via', enums.HopVia)
    candidate = row('hop_candidate', lambda: Candidate)
    server = row('hop_server', lambda: Server)
    action = sure_choice('hop_action', enums.HopAction)
    evidence = choice('hop_evidence', enums.Evidence)
    dn = text('hop_dn')
    why = sure_text('hop_why')
    certificate = row('hop_certificate', lambda: Certificate)
    certificate_source = choice('hop_certificate_source',
                                enums.CertificateSource)
    sighting = row('hop_sighting', lambda: Sighting)
    alert = row('hop_alert', lambda: Alert)
    alternatives = rows('hop_alternative', lambda: Hop)


class Step(Row):
    """A method by which an Outlook looks for its settings, in its place."""
    __slots__ = ()
    _shows = ('method', 'state')
    method = sure_choice('step_method', enums.StepMethod)
    state = sure_choice('step_state', enums.StepState)
    by = text('step_by')
    by_source = text('step_by_source')
    url = text('step_url')
    host = text('step_host')
    evidence = sure_choice('step_evidence', enums.Evidence)
    errors = sure_choice('step_errors', enums.StepErrors)
    why = sure_text('step_why')
    certificate = row('step_certificate', lambda: Certificate)
    certificate_source = choice('step_certificate_source',
                                enums.CertificateSource)
    sighting = row('step_sighting', lambda: Sighting)
    alert = row('step_alert', lambda: Alert)


class Service(Row):
    """A URL that Autodiscover's answer may hand to the client."""
    __slots__ = ()
    _shows = ('kind', 'url')
    kind = sure_choice('service_kind', enums.ServiceKind)
    url = text('service_url')
    host = text('service_host')
    server = row('service_server', lambda: Server)
    dn = text('service_dn')
    certificate = row('service_certificate', lambda: Certificate)
    certificate_source = choice('service_certificate_source',
                                enums.CertificateSource)
    sighting = row('service_sighting', lambda: Sighting)
    alert = row('service_alert', lambda: Alert)


class Front(Row):
    """A shared host that was looked behind, and the servers that publish it."""
    __slots__ = ()
    _shows = ('host', 'several')
    host = text('front_host')
    port = number('front_port')
    sighting = row('front_sighting', lambda: Sighting)
    several = truth('front_several')
    backends = rows('front_backend', lambda: Backend)


class Backend(Row):
    """A server behind a shared host, and what it shows for that."""
    __slots__ = ()
    _shows = ('host', 'same')
    server = row('backend_server', lambda: Server)
    host = text('backend_host')
    sighting = row('backend_sighting', lambda: Sighting)
    own_certificate = row('backend_own_certificate', lambda: Certificate)
    same = perhaps('backend_same')


class Certificate(Row):
    """A certificate as it stands. Where it cannot be read, `problem` says why, and
    all but the hashes is absent."""
    __slots__ = ()
    _shows = ('subject', 'not_after')
    problem = text('certificate_problem')
    subject = text('certificate_subject')
    issuer = text('certificate_issuer')
    common_name = text('certificate_common_name')
    dns_names = texts('certificate_dns_name')
    ip_addresses = texts('certificate_ip_address')
    serial = text('certificate_serial')
    not_before = moment('certificate_not_before')
    not_after = moment('certificate_not_after')
    sha1 = text('certificate_sha1')
    sha256 = text('certificate_sha256')
    key = text('certificate_key')
    signature = text('certificate_signature')
    self_signed = perhaps('certificate_self_signed')
    friendly_name = text('certificate_friendly_name')


class ChainLink(NamedTuple):
    """A certificate of a chain, and where it comes from."""
    certificate: Certificate
    source: enums.AlertChainSource


class Alert(Row):
    """What happens when the user's client opens the URL, and why."""
    __slots__ = ()
    _shows = ('outcome',)
    outcome = sure_choice('alert_outcome', enums.AlertOutcome)
    flags = bits('alert_flags')
    flags_possible = bits('alert_flags_possible')
    reasons = choices('alert_reason', enums.AlertReason)
    issuer_line = sure_choice('alert_issuer_line', enums.AlertLine)
    date_line = sure_choice('alert_date_line', enums.AlertLine)
    name_line = sure_choice('alert_name_line', enums.AlertLine)
    issuer_text = text('alert_issuer_text')
    date_text = text('alert_date_text')
    name_text = text('alert_name_text')
    confidence = choice('alert_confidence', enums.AlertConfidence)
    changes_on = moment('alert_changes_on')
    notes = texts('alert_note')
    certificates = rows('alert_chain', lambda: Certificate)
    sources = choices('alert_chain_source', enums.AlertChainSource,
                      'alert_chain_count')

    @property
    def chain(self) -> List[ChainLink]:
        """As the client would build it, the server's own certificate first."""
        return [ChainLink(certificate, source) for certificate, source in
                zip(self.certificates, self.sources)]


class Sighting(Row):
    """What one address showed."""
    __slots__ = ()
    _shows = ('host', 'address', 'outcome')
    host = sure_text('sighting_host')
    port = number('sighting_port')
    address = text('sighting_address')
    address_port = number('sighting_address_port')
    outcome = sure_choice('sighting_outcome', enums.SightingOutcome)
    detail = text('sighting_detail')
    method = choice('sighting_method', enums.SightingMethod)
    proven = truth('sighting_proven')
    version = text('sighting_version')
    request = choice('sighting_request', enums.SightingRequest)
    certificates = rows('sighting_certificate', lambda: Certificate)


class Finding(PreparedRow):
    """Something that looks odd."""
    __slots__ = ()
    _prepare = declare('finding_prepare', INT, HANDLE)
    _shows = ('severity', 'code')
    code = sure_text('finding_code')
    severity = sure_choice('finding_severity', enums.FindingSeverity)
    about = sure_choice('finding_about', enums.FindingAbout)
    dn = text('finding_dn')
    text = sure_text('finding_text')
    parameters = named_values('finding_parameter')


class Answer(Row):
    """What was made by a question. It never changes, and any thread may read
    it. Use it with "with", or close() it, or forget it: it is freed when nobody
    refers to it or to one of its rows. An answer that lies inside another one
    is closed with that."""
    __slots__ = ()

    def close(self) -> None:
        """Free it. Using it or its rows afterwards raises ClosedError."""
        if isinstance(self._owner, Owner):
            self._owner.close()

    def __enter__(self: A) -> A:
        self._root().hold()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Prepared(Answer, PreparedRow):
    """An answer that builds some of its contents on first use."""
    __slots__ = ()


class Census(NamedTuple):
    """How many mailboxes a forest has; `complete` is False where a domain, or a
    part of one, could not be counted."""
    mailboxes: int
    shared: int
    archive: int
    arbitration: int
    system: int
    remote: int
    complete: bool


class Forest(Prepared):
    """Facts, without judgement: what was read of a directory."""
    __slots__ = ()
    _shows = ('config_dn', 'complete')
    _prepare = declare('forest_prepare', INT, HANDLE)
    source = sure_choice('forest_source', enums.ForestSource)
    inputs = texts('forest_input', 'forest_input_count')
    domain_controller = text('forest_domain_controller')
    domain = text('forest_domain')
    client_site = text('forest_client_site')
    client_address = text('forest_client_address')
    config_dn = text('forest_config_dn')
    complete = truth('forest_complete')
    snapshot = text('forest_snapshot')
    sightings = row('forest_sightings', lambda: Sightings)
    scps = rows('forest_scp', lambda: Scp)
    servers = rows('forest_server', lambda: Server)
    sites = rows('forest_site', lambda: Site)
    subnets = rows('forest_subnet', lambda: Subnet)

    def compare(self, after: Forest) -> List[FactChange]:
        """What differs in the other forest, a later reading of the same one."""
        if not isinstance(after, Forest):
            raise TypeError(f'a Forest, not {type(after).__name__}')
        return comparison.facts(self, after)

    def disagreements(self, other: Forest) -> List[str]:
        """Sentences about two domain controllers of one forest that do not give
        the same; [] where they do, or one of the two was not read live."""
        if not isinstance(other, Forest):
            raise TypeError(f'a Forest, not {type(other).__name__}')
        return comparison.disagreements(self, other)

    _census = declare('forest_census', INT64, HANDLE, INT)
    _census_complete = declare('forest_census_complete', INT, HANDLE)

    @property
    def census(self) -> Optional[Census]:
        """None: they were not counted."""
        complete = int(self._call(Forest._census_complete))
        if complete < 0:
            return None
        numbers = [int(self._call(Forest._census, int(kind)))
                   for kind in enums.CensusKind]
        return Census._make([*numbers, bool(complete)])


class Sightings(Prepared):
    """What servers showed, also without judgement."""
    __slots__ = ()
    _shows = ('sightings', 'complete')
    _prepare = declare('sightings_prepare', INT, HANDLE)
    complete = truth('sightings_complete')
    sightings = rows('sightings_sighting', lambda: Sighting, 'sightings_count')


class Alerts(Answer):
    """What a client makes of sightings: an alert for each."""
    __slots__ = ()
    _shows = ('alerts',)
    alerts = rows('alerts_alert', lambda: Alert, 'alerts_count')


class ScpPointer(NamedTuple):
    """An SCP that leads to another directory."""
    dn: str
    target: str


class Prediction(Prepared):
    """What a client does, and why."""
    __slots__ = ()
    _shows = ('site', 'mail', 'hops', 'alert')
    _prepare = declare('prediction_prepare', INT, HANDLE)
    _compare = declare('prediction_compare', INT, HANDLE, HANDLE)
    site = text('prediction_site')
    site_source = sure_choice('prediction_site_source',
                              enums.PredictionSiteSource)
    address = text('prediction_address')
    mail = text('prediction_mail')
    domain = text('prediction_domain')
    profile = sure_choice('prediction_profile', enums.Profile)
    client = choice('prediction_client', enums.Client)
    time = moment('prediction_time')
    assumes = text('prediction_assumes')
    complete = truth('prediction_complete')
    looked = perhaps('prediction_looked')
    pointer_dns = texts('prediction_pointer_dn', 'prediction_pointer_count')
    pointer_targets = texts('prediction_pointer_target',
                            'prediction_pointer_count')
    candidates = rows('prediction_candidate', lambda: Candidate)
    evidence = choice('prediction_evidence', enums.Evidence)
    rival_reading = text('prediction_rival_reading')
    rival_url = text('prediction_rival_url')
    doubtful = truth('prediction_doubtful')
    doubt_reading = text('prediction_doubt_reading')
    doubt_url = text('prediction_doubt_url')
    doubt_outcome = choice('prediction_doubt_outcome', enums.AlertOutcome)
    doubt_refusal = choice('prediction_doubt_refusal', enums.Refusal)
    doubt_hops = rows('prediction_doubt_hop', lambda: Hop)
    doubt_alert = row('prediction_doubt_alert', lambda: Alert)
    doubt_alert_hop = number('prediction_doubt_alert_hop')
    refusal = sure_choice('prediction_refusal', enums.Refusal)
    fallback_urls = texts('prediction_fallback_url')
    mailbox = row('prediction_mailbox', lambda: Mailbox)
    hops = rows('prediction_hop', lambda: Hop)
    steps = rows('prediction_step', lambda: Step)
    services = rows('prediction_service', lambda: Service)
    services_outcome = choice('prediction_services_outcome', enums.AlertOutcome)
    fronts = rows('prediction_front', lambda: Front)
    alert = row('prediction_alert', lambda: Alert)
    alert_hop = number('prediction_alert_hop')
    changes_on = moment('prediction_changes_on')
    findings = rows('prediction_finding', lambda: Finding)
    forest = row('prediction_forest', lambda: Forest)
    _find = declare('prediction_find_finding', HANDLE, HANDLE, TEXT)

    def find_finding(self, code: str) -> Optional[Finding]:
        """The first finding with this code."""
        address = self._call(Prediction._find, code.encode())
        return None if address is None else Finding._make(self, address)

    @property
    def pointers(self) -> List[ScpPointer]:
        """The SCP pointers that this client would follow, in its order."""
        return [ScpPointer(dn, target) for dn, target in
                zip(self.pointer_dns, self.pointer_targets)]

    def to_dict(self, sightings: Optional[Sightings] = None,
                alerts: Optional[Alerts] = None) -> Dict[str, Any]:
        """The document that "adscp predict --json" writes for this question, for
        json.dumps(). With what an observer saw and what judge_sightings() made of
        it, its "observations" are there as well."""
        from .document import of_prediction
        self.prepare()
        return of_prediction(self, sightings, alerts)

    def compare(self, after: Prediction) -> enums.ComparisonChange:
        """How the other answer differs from this one."""
        if not isinstance(after, Prediction):
            raise TypeError(f'a Prediction, not {type(after).__name__}')
        return enums.ComparisonChange(self._call(
            lambda before: after._call(
                lambda address: int(Prediction._compare(before, address)))))


_free: Dict[Type[Any], Callable[..., Any]] = {
    Forest: declare('forest_free', None, HANDLE),
    Sightings: declare('sightings_free', None, HANDLE),
    Prediction: declare('prediction_free', None, HANDLE),
    Alerts: declare('alerts_free', None, HANDLE),
}


def own(kind: Type[A], address: int) -> A:
    """The answer of this kind at an address that is ours to free."""
    pointer = Pointer(address, _free[kind])
    return kind._make(Owner(pointer, kind.__name__.lower()), address)
