# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Probe whether a collector is ready for Logpush: name, connection, TLS, certificate, HEC, token, test event.

A failed step stops only the steps that need it, so that one run reports everything that is wrong. The token is sent only
to a server whose certificate is accepted, unless the user has turned verification off.
"""

from __future__ import annotations

import datetime
import json
import re
import typing as t
import uuid

from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from . import certificate as certificates
from . import certificate_check, checks, software
from .answer import Answer
from .certificate_chain import Failure, Trust, find_chain
from .certificate_check import CertificateDetails, Conditions
from .certificate_rules import Defect
from .checks import Check
from .client import Collector, ConnectError, TlsError
from .target import Target, requested_target
from .tls_rules import TlsDefect

# The names of all checks, in the order in which a push depends on them.
CHECKS = (
    "dns",
    "public_address",
    "host_name",
    "port",
    "tcp",
    "tls",
    "certificate",
    "health",
    "path",
    "software",
    "token",
    "acknowledgement",
    "event",
)

# The checks in the order in which a message names what failed: a wrong name or port explains what follows from it.
_CAUSES = (
    "host_name",
    "port",
    "dns",
    "tcp",
    "tls",
    "certificate",
    "path",
    "token",
    "acknowledgement",
    "event",
    "software",
    "health",
    "public_address",
)

# The check that must succeed before each check can be made.
_PREREQUISITES = {
    "tcp": "dns",
    "tls": "tcp",
    "certificate": "tls",
    "health": "tls",
    "path": "tls",
    "software": "tls",
    "token": "tls",
    "acknowledgement": "token",
    "event": "token",
}

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


class _Deliveries(t.NamedTuple):
    acknowledgement: Check
    event: Check


def probe(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_probe). In check mode no event is sent.

    Raises OptionError. Raises CollectionError, with the result in its details, if the collector is not ready and
    C(fail_when_not_ready) is true.
    """
    now = datetime.datetime.now(datetime.timezone.utc)
    target = requested_target(options, context, now)
    collector = Collector(target.host, target.port, options["timeout"], options.get("ca_path"), context.mask)
    connection = check_connection(collector, target)
    made = [connection.dns, connection.public_address, connection.tcp]
    details: CertificateDetails = {}
    hec_answers = False
    if connection.tcp and connection.tcp.ok:
        conditions = Conditions(target.host, now, target.verified, target.own_roots)
        tls = check_tls(collector, conditions)
        details = tls.details
        made += [tls.tls, tls.certificate]
        if tls.tls.ok:
            hec = _check_hec_securely(collector, target, tls)
            hec_answers = hec.hec_answers
            made += [hec.health, hec.path, hec.software, hec.token, hec.acknowledgement, hec.event]
    made.append(checks.port(target.host, target.port, hec_answers=hec_answers))
    made.append(checks.host_name(target.host, target.port, hec_answers=hec_answers))
    all_checks = _in_order([check for check in made if check is not None])
    return _result(target, all_checks, details, fails=options["fail_when_not_ready"])


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


def _check_hec(collector: Collector, target: Target) -> HecChecks:
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
    )


def _check_hec_securely(collector: Collector, target: Target, tls: TlsChecks) -> HecChecks:
    """Return the checks of HEC. The token is sent to a server that OpenSSL verifies in full, or to any server if the user has
    turned verification off."""
    if not target.verified:
        return _check_hec(collector, target)
    if tls.certificate is None or not tls.certificate.ok or tls.trust is None:
        return _check_hec_without_token(collector, target, _TOKEN_WITHHELD)
    problem = collector.verify(tls.trust.chain[-1].der)
    if problem:
        withheld = Check("token", None, _TOKEN_WITHHELD_HERE.format(problem=problem), _SEND_ANYWAY)
        return _check_hec_without_token(collector, target, withheld)
    return _check_hec(collector, target)


def _check_path(target: Target, empty: Answer, unknown: Answer) -> Check:
    """Return the check of the path, with the answers to empty requests there and at a path that no collector has."""
    return software.versioned_path(target.path, unknown) or checks.path(target.path_problem, empty)


def _accepts_any_token(collector: Collector, target: Target) -> bool:
    """Return whether the collector accepts a random token."""
    unknown = str(uuid.uuid4())
    return checks.accepts_token(collector.post(target.path, target.query, b"", unknown, verified=target.verified))


def _check_hec_without_token(collector: Collector, target: Target, withheld: Check) -> HecChecks:
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
    )


def _check_delivery(collector: Collector, target: Target, empty: Answer) -> _Deliveries:
    """Send the test event and return its check, and the check of indexer acknowledgement. If no accepted event shows
    whether it is enabled, ask for an acknowledgement."""
    answers = [empty]
    event = Check("event", None, target.skip_event)
    if not target.skip_event:
        answer = collector.push(target.path, target.query, target.event, target.token, verified=target.verified)
        answers.append(answer)
        event = checks.event(answer)
    if not event.ok:
        question = json.dumps({"acks": [0]}).encode("ascii")
        path = _path(target, "ack")
        answers.append(collector.post(path, target.query, question, target.token, verified=target.verified))
    return _Deliveries(checks.acknowledgement(answers), event)


def _path(target: Target, name: str) -> str:
    """Return the path of another endpoint of the same HEC."""
    return f"{target.prefix}/services/collector/{name}"


def _in_order(made: t.Iterable[Check]) -> list[Check]:
    """Return all checks in their order. A check that was not made names the failed check that prevented it."""
    by_name = {check.name: check for check in made}
    return [
        by_name.get(name) or Check(name, None, f"Not checked: see {_preventing_check(name, by_name)}.")
        for name in CHECKS
    ]


def _preventing_check(name: str, made: t.Container[str]) -> str:
    while name not in made:
        name = _PREREQUISITES[name]
    return name


def _message(target: Target, reasons: t.Sequence[Check]) -> str:
    """Return the message of a collector that is not ready: the cause first, and then everything else that is wrong. The
    result has the advice for each check."""
    cause, *others = sorted(reasons, key=lambda check: _CAUSES.index(check.name))
    # The explanation comes first, then the message that Cloudflare will report.
    what, says, words = cause.detail.rstrip(".").partition(checks.SAYS)
    what = what.rstrip(".")
    if cause.name == "certificate":
        what = re.sub("^It ", f"The certificate of {target.host} ", what)
        what = re.sub("^Its ", f"The certificate of {target.host} is not accepted: its ", what)
        what = re.sub("^(Cloudflare cannot read) it", rf"\1 the certificate of {target.host}", what)
    message = f"{what} ({target.host}:{target.port} is not ready for Logpush).{says}{words}{says and '.'} {cause.advice}".rstrip()
    also = " ".join(f"{check.name}: {check.detail}" for check in others)
    return f"{message} Also: {also}" if also else message


def _result(
    target: Target, all_checks: t.Sequence[Check], certificate: CertificateDetails, *, fails: bool
) -> dict[str, t.Any]:
    """Return the result. Raises CollectionError if the collector is not ready and ``fails`` is true."""
    failed = [check for check in all_checks if check.ok is False]
    unknown = [check for check in all_checks if check.name == "token" and check.ok is None]
    is_ready = not failed and not unknown
    # An OpenTelemetry Collector that may lose a part of a batch is not a failure, so it is reported as a warning.
    warnings = [
        check.describe() for check in all_checks if check.name == "software" and check.ok is None and check.advice
    ]
    result = {
        **({"warnings": warnings} if warnings else {}),
        "ready": is_ready,
        "checks": [check._asdict() for check in all_checks],
        "certificate": certificate,
    }
    if is_ready:
        return {"changed": False, **result}
    problem = _message(target, failed or unknown)
    if fails:
        raise CollectionError(problem, changed=False, **result)
    return {"changed": False, "msg": problem, **result}
