# SPDX-License-Identifier: MIT
"""A prediction as the document that "adscp predict --json" writes: the same keys, in
the same order, with the same values. examples/json.md describes it."""

from __future__ import annotations

import datetime
from typing import Any, Dict, Optional

from .answers import (Alert, Alerts, Backend, Candidate, Certificate, Finding,
                      Front, Hop, Mailbox, Prediction, Server, Service, Sighting, Sightings,
                      Step)
from .enums import CertificateSource, Named

Document = Dict[str, Any]


def _word(value: Optional[Named]) -> Optional[str]:
    return None if value is None else value.word


def moment_text(when: Optional[datetime.datetime]) -> Optional[str]:
    return None if when is None else when.strftime('%Y-%m-%dT%H:%M:%SZ')


def _client(answer: Prediction) -> Document:
    return {
        'site': answer.site,
        'site_source': answer.site_source.word,
        'address': answer.address,
        'mail': answer.mail,
        'domain': answer.domain,
        'profile': answer.profile.word,
        'kind': None if answer.client is None else answer.client.word,
        'time': moment_text(answer.time),
        'assumes': answer.assumes,
    }


def _forest(answer: Prediction) -> Document:
    forest = answer.forest
    assert forest is not None
    return {
        'config_dn': forest.config_dn,
        'source': forest.source.word,
        'sources': list(forest.inputs),
        'server': forest.domain_controller,
        'pointers_followed': [{'dn': dn, 'target': target}
                              for dn, target in answer.pointers],
        'complete': answer.complete,
    }


def _server(server: Optional[Server]) -> Document:
    return {'server': server.name if server else None,
            'version': server.version if server else None}


def _candidate(row: Candidate) -> Document:
    return {
        'rank': row.rank,
        'url': row.url,
        'host': row.host,
        'port': row.port,
        'group': _word(row.group),
        'tail': row.undocumented,
        'tie': row.tie,
        'sites': list(row.sites),
        'created': moment_text(row.scp.created),
        'dn': row.scp.dn,
        'also': [scp.dn for scp in row.duplicates],
        **_server(row.server),
        'why': row.why,
    }


def _reading(name: Optional[str], url: Optional[str]) -> Optional[Document]:
    return None if name is None else {'reading': name, 'url': url}


def _choice(answer: Prediction) -> Optional[Document]:
    doubt = _reading(answer.doubt_reading, answer.doubt_url)
    if not answer.candidates:
        return None
    if doubt is not None and answer.doubt_outcome is not None:
        doubt['outcome'] = answer.doubt_outcome.word
        doubt['refusal'] = _word(answer.doubt_refusal)
    return {
        'evidence': _word(answer.evidence),
        'rival': _reading(answer.rival_reading, answer.rival_url),
        'doubt': doubt,
    }


def _mailbox(row: Optional[Mailbox]) -> Optional[Document]:
    if row is None:
        return None
    return {
        'kind': row.kind.word,
        'dn': row.dn,
        'database': row.database,
        **_server(row.server),
        'site': row.server.site if row.server else None,
        'target': row.target,
    }


# --------------------------------------------------------------- certificates


def _days_left(certificate: Certificate,
               time: Optional[datetime.datetime]) -> Optional[int]:
    end = certificate.not_after
    return None if end is None or time is None else (end - time).days


def _certificate(certificate: Optional[Certificate],
                 source: Optional[CertificateSource],
                 sighting: Optional[Sighting], alert: Optional[Alert],
                 time: Optional[datetime.datetime]) -> Optional[Document]:
    if certificate is None:
        return None
    return {
        'source': _word(source),
        'method': _word(sighting.method if sighting else None),
        'subject': certificate.subject,
        'issuer': certificate.issuer,
        'dns_names': list(certificate.dns_names),
        'ip_addresses': list(certificate.ip_addresses),
        'serial': certificate.serial,
        'not_before': moment_text(certificate.not_before),
        'not_after': moment_text(certificate.not_after),
        'days_left': _days_left(certificate, time),
        'sha1': certificate.sha1,
        'sha256': certificate.sha256,
        'key': certificate.key,
        'signature': certificate.signature,
        'self_signed': certificate.self_signed is True,
        'problem': certificate.problem,
        'chain': [{'subject': link.certificate.subject,
                   'source': link.source.word}
                  for link in (alert.chain[1:] if alert else [])],
    }


def _alert(alert: Optional[Alert]) -> Optional[Document]:
    if alert is None:
        return None
    return {
        'outcome': alert.outcome.word,
        'flags': alert.flags,
        'flags_possible': alert.flags_possible,
        'reasons': [reason.word for reason in alert.reasons],
        'confidence': _word(alert.confidence),
        'lines': {'issuer': alert.issuer_line.word,
                  'date': alert.date_line.word,
                  'name': alert.name_line.word},
        'changes_on': moment_text(alert.changes_on),
        'notes': list(alert.notes),
    }


def _met(row: Any, time: Optional[datetime.datetime]) -> Document:
    """Of a hop or a service."""
    return {
        'certificate': _certificate(row.certificate, row.certificate_source,
                                    row.sighting, row.alert, time),
        'alert': _alert(row.alert),
    }


def _observation(row: Sighting, alert: Alert,
                 time: Optional[datetime.datetime]) -> Document:
    return {
        'host': row.host,
        'port': row.port,
        'address': row.address,
        'outcome': row.outcome.word,
        'detail': row.detail,
        'tls': row.version,
        'certificate': _certificate(
            row.certificates[0] if row.certificates else None,
            CertificateSource.OBSERVED, row, alert, time),
        'alert': _alert(alert),
    }


# ------------------------------------------------------------------------ way


def _hop(row: Hop, number: int, time: Optional[datetime.datetime]) -> Document:
    return {
        'hop': number,
        'via': row.via.word,
        'candidate': row.candidate.rank if row.candidate else None,
        'url': row.url,
        'host': row.host,
        **_server(row.server),
        'action': row.action.word,
        'evidence': _word(row.evidence),
        **_met(row, time),
        'alternatives': [{'url': other.url, 'host': other.host,
                          'server': _server(other.server)['server']}
                         for other in row.alternatives],
        'dn': row.dn,
        'why': row.why,
    }


def _step(row: Step, number: int, time: Optional[datetime.datetime]) -> Document:
    met = _met(row, time) if row.alert else {'certificate': None, 'alert': None}
    return {
        'step': number,
        'method': row.method.word,
        'state': row.state.word,
        'by': row.by,
        'by_source': row.by_source,
        'url': row.url,
        'host': row.host,
        **met,
        'errors': row.errors.word,
        'evidence': row.evidence.word,
        'why': row.why,
    }


def _service(row: Service, time: Optional[datetime.datetime]) -> Document:
    return {
        'wave': 2,
        'service': row.kind.word,
        'url': row.url,
        'host': row.host,
        'server': _server(row.server)['server'],
        'dn': row.dn,
        **_met(row, time),
    }


def _shown(sighting: Optional[Sighting],
           time: Optional[datetime.datetime]) -> Optional[Document]:
    return _certificate(
        sighting.certificates[0] if sighting and sighting.certificates else None,
        CertificateSource.OBSERVED, sighting, None, time)


def _backend(row: Backend, time: Optional[datetime.datetime]) -> Document:
    return {
        'server': row.server.name if row.server else None,
        'host': row.host,
        'certificate': _shown(row.sighting, time),
        'outcome': _word(row.sighting.outcome if row.sighting else None),
        'same': row.same,
        'detail': row.sighting.detail if row.sighting else None,
        'own_certificate': _certificate(
            row.own_certificate, CertificateSource.OBSERVED, None, None, time),
    }


def _front(row: Front, time: Optional[datetime.datetime]) -> Document:
    return {
        'host': row.host,
        'port': row.port,
        'front': _shown(row.sighting, time),
        'several': row.several,
        'servers': [_backend(each, time) for each in row.backends],
    }


def _whole_alert(answer: Prediction) -> Optional[Document]:
    alert, hop = answer.alert, answer.alert_hop
    if alert is None:
        return None
    return {
        'outcome': alert.outcome.word,
        'hop': None if hop is None else hop + 1,
        'reasons': [reason.word for reason in alert.reasons],
        'doubtful': answer.doubtful,
        'changes_on': moment_text(answer.changes_on),
    }


def finding_document(row: Finding) -> Document:
    return {'code': row.code, 'severity': row.severity.word,
            'about': row.about.word, 'dn': row.dn,
            'parameters': dict(row.parameters), 'text': row.text}


def of_prediction(answer: Prediction, sightings: Optional[Sightings],
                  alerts: Optional[Alerts]) -> Document:
    time = answer.time
    return {
        'schema': 'adscp/1',
        'command': 'predict',
        'client': _client(answer),
        'forest': _forest(answer),
        'candidates': [_candidate(row) for row in answer.candidates],
        'choice': _choice(answer),
        'mailbox': _mailbox(answer.mailbox),
        'hops': [_hop(row, number, time)
                 for number, row in enumerate(answer.hops, 1)],
        'services': [_service(row, time) for row in answer.services],
        'observations': [
            _observation(row, alert, time) for row, alert in
            zip(sightings.sightings if sightings else (),
                alerts.alerts if alerts else ())],
        'behind': [_front(row, time) for row in answer.fronts],
        'alert': _whole_alert(answer),
        'steps': [_step(row, number, time)
                  for number, row in enumerate(answer.steps, 1)],
        'then': list(answer.fallback_urls),
        'findings': [finding_document(row) for row in answer.findings],
    }
