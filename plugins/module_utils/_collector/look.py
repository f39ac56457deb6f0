# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Look at a collector: name, connection, TLS, certificate, HEC, token, test event.

A failed step stops only the steps that need it. The token is sent only to a server whose certificate is accepted, unless the user
has turned verification off.
"""

from __future__ import annotations

import datetime
import json
import typing as t
import uuid

from . import certificate as certificates
from . import certificate_check, checks, software
from .answer import Answer
from .certificate_chain import Failure, Trust, find_chain
from .certificate_check import CertificateDetails, Conditions
from .certificate_rules import Defect
from .checks import Check
from .client import Collector, ConnectError, TlsError
from .target import Target
from .tls_rules import TlsDefect

_TOKEN_WITHHELD = Check(
    "token",
    None,
    "Not sent, because the certificate does not prove the identity of the server, and the token is a secret.",
    "Correct the certificate and probe again, or set insecure_skip_verify: true to send the token anyway.",
)
# Where OpenSSL is stricter than Go.
_TOKEN_WITHHELD_HERE = (
    "Not sent, because the token is a secret and OpenSSL on this machine does not verify the certificate ({problem}), "
    "although Cloudflare accepts it."
)
_SEND_ANYWAY = "Set insecure_skip_verify: true in this probe, not in the job, to send the token anyway."


class ConnectionChecks(t.NamedTuple):
    """The checks of the way to the collector. ``tcp`` is None if there is no address to connect to."""

    dns: Check
    public_address: Check
    tcp: Check | None


class TlsChecks(t.NamedTuple):
    """The checks of the handshake and of the certificate. ``certificate`` is None, and ``details`` is empty, if the
    handshake fails. ``trust`` is None if the certificates cannot be read."""

    tls: Check
    certificate: Check | None
    details: CertificateDetails
    trust: Trust | None = None


class HecChecks(t.NamedTuple):
    """The checks of HEC's answers, and whether a HEC has answered at all. ``acknowledgement`` and ``event`` are None if
    the token is not accepted."""

    health: Check
    path: Check
    software: Check
    token: Check
    acknowledgement: Check | None
    event: Check | None
    hec_answers: bool
    # The answer to the first delivery: to the test event, or to an empty request if no event was sent.
    delivery: Answer | None

    @property
    def made(self) -> list[Check | None]:
        """The checks."""
        return [self.health, self.path, self.software, self.token, self.acknowledgement, self.event]


class _Deliveries(t.NamedTuple):
    acknowledgement: Check
    event: Check
    answer: Answer


class Look(t.NamedTuple):
    """What was seen of a collector: the checks that were made, its certificate, whether a HEC has answered at all, and the answer
    to the first delivery, None if there was none."""

    checks: list[Check]
    certificate: CertificateDetails
    hec_answers: bool
    delivery: Answer | None


def look_at(collector: Collector, target: Target, now: datetime.datetime) -> Look:
    """Return what can be seen of a collector."""
    connection = check_connection(collector, target)
    made = [connection.dns, connection.public_address, connection.tcp]
    details: CertificateDetails = {}
    hec = None
    if connection.tcp and connection.tcp.ok:
        tls = check_tls(collector, Conditions(target.host, now, target.verified, target.own_roots))
        details = tls.details
        made += [tls.tls, tls.certificate]
        if tls.tls.ok:
            hec = _check_hec_securely(collector, target, tls)
            made += hec.made
    seen = [check for check in made if check is not None]
    return Look(seen, details, bool(hec and hec.hec_answers), hec.delivery if hec else None)


def deliver(collector: Collector, target: Target, *, verified: bool) -> Answer:
    """Send one batch as Logpush does, and return the answer. If no event may be sent, the batch is empty."""
    if target.skip_event:
        return collector.post(target.path, target.query, b"", target.token, verified=verified)
    return collector.push(target.path, target.query, target.event, target.token, verified=verified)


def check_connection(collector: Collector, target: Target) -> ConnectionChecks:
    """Return the checks of the host's name and of a connection to it."""
    addresses: list[str] = []
    problem = ""
    try:
        addresses = collector.addresses()
    except ConnectError as error:
        problem = str(error)
    is_private_setup = target.own_roots or not target.verified
    return ConnectionChecks(
        checks.dns(target.host, addresses, problem, collector.proxy),
        checks.public_address(target.host, addresses, is_private_setup=is_private_setup),
        _check_tcp(collector) if addresses or collector.proxy else None,
    )


def check_tls(collector: Collector, conditions: Conditions) -> TlsChecks:
    """Return the checks of the handshake and of the certificate, without sending a request."""
    try:
        handshake = collector.handshake()
    except TlsError as error:
        return TlsChecks(checks.tls_failed(error.defect, error.what), None, {})
    except ConnectError as error:
        return TlsChecks(checks.tls_failed(TlsDefect.OTHER, str(error)), None, {})
    established = checks.tls_established(handshake.version)
    try:
        sent = [certificates.parse(handshake.chain[0])]
    except certificates.CertificateError as error:
        return TlsChecks(established, certificate_check.unreadable(str(error)), {})
    for der in handshake.chain[1:]:
        try:
            sent.append(certificates.parse(der))
        except certificates.CertificateError as error:
            return TlsChecks(established, certificate_check.unreadable_above(str(error)), {})
    trust = find_chain(tuple(sent), collector.roots, conditions.now)
    if trust.failure and handshake.hides_chain:
        trust = Trust(Failure(Defect.CHAIN_HIDDEN, {}))
    certificate = certificate_check.check(sent[0], trust, conditions)
    if handshake.error and certificate.ok is not False:
        return TlsChecks(checks.tls_failed(handshake.error.defect, handshake.error.what), None, {})
    return TlsChecks(established, certificate, certificate_check.details(sent[0], trust, conditions), trust)


def ask_software(collector: Collector, prefix: str, token: str | None, *, verified: bool) -> Answer:
    """Return the answer to an empty request for a path that no collector has, below the path ``prefix``: it shows which
    software answers."""
    path = f"{prefix}/services/collector/{software.UNKNOWN_PATH}"
    return collector.post(path, {}, b"", token, verified=verified)


def _check_tcp(collector: Collector) -> Check:
    try:
        collector.connect().close()
    except ConnectError as error:
        return checks.tcp(collector.host, collector.port, str(error), collector.proxy)
    return checks.tcp(collector.host, collector.port, "", collector.proxy)


def check_hec(collector: Collector, target: Target) -> HecChecks:
    """Return the checks of HEC's answers to a health request, to an empty request with the token, and to an event."""
    health = collector.get(_path(target, "health"), verified=target.verified)
    unknown = ask_software(collector, target.prefix, None, verified=target.verified)
    if software.needs_token(unknown):
        unknown = ask_software(collector, target.prefix, target.token, verified=target.verified)
    empty = collector.post(target.path, target.query, b"", target.token, verified=target.verified)
    token = checks.token(empty)
    deliveries = _check_delivery(collector, target, empty) if token.ok else None
    if token.ok:
        token = checks.token(empty, any_token=_accepts_any_token(collector, target))
    return HecChecks(
        checks.health(health),
        _check_path(target, empty, unknown),
        software.check(unknown, target.batches),
        token,
        deliveries.acknowledgement if deliveries else None,
        deliveries.event if deliveries else None,
        health.is_hec or empty.is_hec,
        deliveries.answer if deliveries else empty,
    )


def _check_hec_securely(collector: Collector, target: Target, tls: TlsChecks) -> HecChecks:
    """Return the checks of HEC. The token is sent to a server that OpenSSL verifies in full, or to any server if the user has
    turned verification off."""
    if not target.verified:
        return check_hec(collector, target)
    if tls.certificate is None or not tls.certificate.ok or tls.trust is None:
        return check_hec_without_token(collector, target, _TOKEN_WITHHELD)
    problem = collector.verify(tls.trust.chain[-1].der)
    if problem:
        withheld = Check("token", None, _TOKEN_WITHHELD_HERE.format(problem=problem), _SEND_ANYWAY)
        return check_hec_without_token(collector, target, withheld)
    return check_hec(collector, target)


def _check_path(target: Target, empty: Answer, unknown: Answer) -> Check:
    """Return the check of the path, with the answers to empty requests there and at a path that no collector has."""
    return software.versioned_path(target.path, unknown) or checks.path(target.path_problem, empty)


def _accepts_any_token(collector: Collector, target: Target) -> bool:
    """Return whether the collector accepts a random token."""
    unknown = str(uuid.uuid4())
    return checks.accepts_token(collector.post(target.path, target.query, b"", unknown, verified=target.verified))


def check_hec_without_token(collector: Collector, target: Target, withheld: Check) -> HecChecks:
    """Return the checks of HEC that need no token, for a server whose certificate is not verified."""
    health = collector.get(_path(target, "health"), verified=False)
    unknown = ask_software(collector, target.prefix, None, verified=False)
    empty = collector.post(target.path, target.query, b"", None, verified=False)
    hec_answers = health.is_hec or empty.is_hec
    return HecChecks(
        checks.health(health),
        _check_path(target, empty, unknown),
        software.check(unknown, target.batches),
        withheld,
        None,
        None,
        hec_answers,
        None,
    )


def _check_delivery(collector: Collector, target: Target, empty: Answer) -> _Deliveries:
    """Send the test event and return its check, and the check of indexer acknowledgement. If no accepted event shows
    whether it is enabled, ask for an acknowledgement."""
    answers = [empty]
    event = Check("event", None, target.skip_event)
    delivered = empty
    if not target.skip_event:
        delivered = deliver(collector, target, verified=target.verified)
        answers.append(delivered)
        event = checks.event(delivered)
    if not event.ok:
        question = json.dumps({"acks": [0]}).encode("ascii")
        path = _path(target, "ack")
        answers.append(collector.post(path, target.query, question, target.token, verified=target.verified))
    return _Deliveries(checks.acknowledgement(answers), event, delivered)


def _path(target: Target, name: str) -> str:
    """Return the path of another endpoint of the same HEC."""
    return f"{target.prefix}/services/collector/{name}"
