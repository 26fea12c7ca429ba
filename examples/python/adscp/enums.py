# SPDX-License-Identifier: MIT
"""The enumerators of adscp.h. A number that a later library has appended becomes
a member of its own, named UNKNOWN_n, instead of an error."""

from __future__ import annotations

import enum
from typing import Any, Callable, Dict, Optional, Type, TypeVar

from .abi import INT, TEXT, declare

__all__ = ['AdviceKind', 'AlertChainSource', 'AlertConfidence', 'AlertLine', 'AlertOutcome',
           'AlertReason', 'CandidateGroup', 'CensusKind', 'CertificateSource', 'Client',
           'ComparisonChange', 'CoverageHomeKind', 'Evidence', 'FindingAbout', 'FindingSeverity',
           'ForestSource', 'HopAction', 'HopVia',
           'MailboxKind', 'PredictionSiteSource', 'Profile', 'ReaderPhase', 'Refusal',
           'ServiceKind', 'SightingMethod', 'SightingOutcome',
           'SightingRequest', 'StepErrors', 'StepMethod', 'StepState']

_words: Dict[type, Callable[..., Any]] = {}

E = TypeVar('E', bound='Named')

# Ends of a format that ask for the number.
NUMERIC = tuple('bcdoxXneEfFgG%')


class Named(enum.IntEnum):
    """An enumerator with the word that the library has for it."""

    # What IntEnum makes of these two differs from one Python to the next.
    def __str__(self) -> str:
        return self.word

    def __format__(self, how: str) -> str:
        return format(int(self) if how[-1:] in NUMERIC else self.word, how)

    @property
    def word(self) -> str:
        """As options and JSON spell it, such as "in-site"."""
        word: Optional[bytes] = _words[type(self)](int(self))
        return word.decode() if word is not None else self.name

    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, int) or not -2 ** 31 <= value < 2 ** 31:
            return None
        member = int.__new__(cls, value)
        member._name_ = f'UNKNOWN_{value}'.replace('-', 'MINUS_')
        member._value_ = value
        return member


def _named(function: str) -> Callable[[Type[E]], Type[E]]:
    """adscp_FUNCTION() has the words of this class."""
    def register(cls: Type[E]) -> Type[E]:
        _words[cls] = declare(function, TEXT, INT)
        return cls
    return register


@_named('forest_source_name')
class ForestSource(Named):
    """What the facts were read from."""
    LDIF = 0
    LDAP = 1


@_named('reader_phase_name')
class ReaderPhase(Named):
    """The phases of a reading."""
    FIND = 0
    CONNECT = 1
    BIND = 2
    ROOTDSE = 3
    SEARCH = 4
    EXPORT = 5
    JOIN = 6


@_named('profile_name')
class Profile(Named):
    """The kind of client."""
    OUTLOOK = 0
    EWS = 1
    LEARN = 2
    OXDISCO = 3


@_named('client_name')
class Client(Named):
    """Which Outlook. 2016 stands for 2019 and LTSC, too."""
    OUTLOOK_2007 = 0
    OUTLOOK_2010 = 1
    OUTLOOK_2013 = 2
    OUTLOOK_2016 = 3
    OUTLOOK_365 = 4


@_named('step_method_name')
class StepMethod(Named):
    """How an Outlook looks for its settings."""
    RESTART = 0
    LOCAL_XML_PREFERRED = 1
    LAST_KNOWN_GOOD = 2
    OFFICE365_FIRST = 3
    SCP = 4
    HTTPS_ROOT = 5
    HTTPS_AUTODISCOVER = 6
    LOCAL_XML = 7
    HTTP_REDIRECT = 8
    SRV = 9
    OFFICE365_FAILSAFE = 10


@_named('step_state_name')
class StepState(Named):
    """UNKNOWN: no directory says whether the step leads anywhere."""
    OFF = 0
    ON = 1
    UNKNOWN = 2


@_named('step_errors_name')
class StepErrors(Named):
    """Whether the user sees what is wrong with a certificate."""
    NONE = 0
    SHOWN = 1
    SILENT = 2
    CONTESTED = 3


@_named('prediction_site_source_name')
class PredictionSiteSource(Named):
    """How the client's site is known."""
    NONE = 0
    GIVEN = 1
    ADDRESS = 2
    DIRECTORY = 3


@_named('coverage_home_kind_name')
class CoverageHomeKind(Named):
    """Where a mailbox may be."""
    NONE = 0
    MAILBOX = 1
    REMOTE = 2


@_named('advice_kind_name')
class AdviceKind(Named):
    """What a remedy changes."""
    CERTIFICATE = 0
    PUBLISH_ROOT = 1
    SCP_URL = 2
    SCP_NULL = 3
    SCP_SITES = 4
    SERVICE_URL = 5
    BEHIND = 6


@_named('census_kind_name')
class CensusKind(Named):
    """What a mailbox is for."""
    MAILBOXES = 0
    SHARED = 1
    ARCHIVE = 2
    ARBITRATION = 3
    SYSTEM = 4
    REMOTE = 5


@_named('evidence_name')
class Evidence(Named):
    """How well a statement is founded."""
    DOCUMENTED = 0
    OBSERVED = 1
    INFERRED = 2
    CONTESTED = 3


@_named('candidate_group_name')
class CandidateGroup(Named):
    """Whom a candidate's SCP is for."""
    IN_SITE = 1
    UNSCOPED = 2
    ELSEWHERE = 3


@_named('mailbox_kind_name')
class MailboxKind(Named):
    """What the owner of the mail address is."""
    NOT_READ = 0
    NOT_FOUND = 1
    AMBIGUOUS = 2
    MAILBOX = 3
    MAIL_USER = 4
    CONTACT = 5
    REMOTE = 6


@_named('hop_via_name')
class HopVia(Named):
    """How the client came to a server."""
    SCP = 0
    REDIRECT = 1
    REDIRECT_ADDRESS = 2
    HTTPS_ROOT = 3
    HTTPS_AUTODISCOVER = 4
    SRV = 5


@_named('hop_action_name')
class HopAction(Named):
    """What a server does with the request."""
    UNKNOWN = 0
    ANSWER = 1
    PROXY = 2
    REDIRECT = 3
    REDIRECT_ADDRESS = 4
    ERROR = 5


@_named('refusal_name')
class Refusal(Named):
    """Why the user gets no answer although a server is reached."""
    NONE = 0
    UNSUPPORTED = 1
    ERROR = 2
    CIRCLE = 3


@_named('service_kind_name')
class ServiceKind(Named):
    """A web service of Exchange. RPC is Outlook Anywhere."""
    ECP = 1
    EWS = 2
    MAPI = 3
    OAB = 4
    RPC = 5
    UM = 6


@_named('sighting_outcome_name')
class SightingOutcome(Named):
    """The outcome for one address."""
    OK = 0
    REFUSED = 1
    UNREACHABLE = 2
    TIMEOUT = 3
    CLOSED = 4
    NOT_TLS = 5
    NO_COMMON_CIPHER = 6
    PROTOCOL_VERSION = 7
    NAME_NOT_FOUND = 8
    LIMIT = 9


@_named('sighting_method_name')
class SightingMethod(Named):
    """How certificates were seen."""
    PLAINTEXT = 0
    HANDSHAKE = 1


@_named('sighting_request_name')
class SightingRequest(Named):
    """Whether the server asks its client for a certificate."""
    NONE = 0
    ASKED = 1
    DEMANDED = 2


@_named('alert_outcome_name')
class AlertOutcome(Named):
    """What happens to the user, best to worst."""
    NO_ALERT = 0
    UNCERTAIN = 1
    ALERT = 2
    HARD_FAILURE = 3
    CONNECT_FAILURE = 4


@_named('alert_reason_name')
class AlertReason(Named):
    """What is wrong with a certificate."""
    UNTRUSTED_ISSUER = 0
    EXPIRED = 1
    NOT_YET_VALID = 2
    NAME_MISMATCH = 3
    WRONG_USAGE = 4
    WEAK_KEY = 5
    INVALID = 6


@_named('alert_line_name')
class AlertLine(Named):
    """A line of the dialog."""
    UNKNOWN = 0
    GOOD = 1
    BAD = 2


@_named('alert_confidence_name')
class AlertConfidence(Named):
    """How reliable a forecast is."""
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@_named('certificate_source_name')
class CertificateSource(Named):
    """How a certificate is known (ADSCP_CERTIFICATE_SOURCE_...)."""
    OBSERVED = 0
    DIRECTORY = 1
    ASSUMED = 2


@_named('comparison_change_name')
class ComparisonChange(Named):
    """How an answer changes (ADSCP_COMPARISON_CHANGE_...)."""
    SAME = 0
    OTHER = 1
    BETTER = 2
    WORSE = 3


@_named('alert_chain_source_name')
class AlertChainSource(Named):
    """Where a certificate of a chain comes from."""
    SENT = 0
    DIRECTORY = 1
    TRUSTED = 2
    BUNDLE = 3
    POLICY = 4


@_named('finding_about_name')
class FindingAbout(Named):
    """Whom a finding concerns."""
    CLIENT = 0
    SITE = 1
    FOREST = 2


@_named('finding_severity_name')
class FindingSeverity(Named):
    """How serious a finding is."""
    INFO = 0
    WARNING = 1
    ERROR = 2
