# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Is this collector ready for Logpush: one probe, from its options to all that is wrong.

Every step goes as far as it can, whatever the others find, so that one run tells everything. The exception is the
token: it goes only to a server whose certificate proves who it is, unless the user says that nobody looks at it.
"""

from __future__ import annotations

import datetime
import json
import re
import typing as t

from .._core.environment import first_variable
from .._core.errors import CollectionError, OptionError
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._splunk.hec_request import (
    DEFAULT_SOURCETYPE,
    checked_channel,
    checked_sourcetype,
    derive_channel,
    parse_endpoint,
)
from .._splunk.token_rules import bare_token, mask_options
from . import certificate as certificates
from . import certificate_check as certificate_advice
from . import checks as advice
from .answer import Answer
from .checks import Check
from .client import Collector, ConnectError, TlsError

PROBE_SPEC: dict[str, t.Any] = {
    "endpoint": dict(type="str"),
    "hec_token": dict(type="str", no_log=True),
    "channel": dict(type="str"),
    "sourcetype": dict(type="str", default=DEFAULT_SOURCETYPE),
    "insecure_skip_verify": dict(type="bool", default=False),
    "ca_path": dict(type="path"),
    "event": dict(type="raw"),
    "send_event": dict(type="bool", default=True),
    "fail_when_not_ready": dict(type="bool", default=True),
    "timeout": dict(type="int", default=10),
}

# In the order in which a push meets them.
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
    "token",
    "acknowledgement",
    "event",
)

# What each needs to be judged at all.
_NEEDS = {
    "tcp": "dns",
    "tls": "tcp",
    "certificate": "tls",
    "health": "tls",
    "path": "tls",
    "token": "tls",
    "acknowledgement": "token",
    "event": "token",
}


class Target(t.NamedTuple):
    """What is to be probed, and how."""

    host: str
    port: int
    path: str
    path_problem: str
    """What is wrong with the path of the endpoint; ``path`` is then the one that Logpush needs."""
    token: str
    query: dict[str, str]
    event: bytes
    no_event: str
    """Why no event is sent, or ""."""
    verified: bool
    """Whether Cloudflare looks at the certificate."""
    own_roots: bool

    @property
    def prefix(self) -> str:
        """What stands before the paths of HEC, where a proxy puts it below one of its own."""
        return re.sub(r"/services/collector/raw(/1\.0)?$", "", self.path)


def probe(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Probe a collector and give C(changed ready checks certificate). In check mode no event is sent.

    Raises OptionError; CollectionError, with the same in its details, where the collector is not ready and
    C(fail_when_not_ready) is true.
    """
    now = datetime.datetime.now(datetime.timezone.utc)
    target = _target(options, context.check_mode, context.mask, now)
    collector = Collector(target.host, target.port, options["timeout"], options.get("ca_path") or None, context.mask)
    found = [advice.port(target.host, target.port), *_reach(collector, target)]
    certificate: dict[str, t.Any] = {}
    hec_answers = False
    if found[-1].ok:
        tls, certificate = shake_hands(collector, now, target.verified, target.own_roots)
        found += tls
        if tls[0].ok:
            # tls[1] is the check of the certificate.
            conversation, hec_answers = _converse(collector, target, proven=bool(tls[1].ok))
            found += conversation
    found.append(advice.host_name(target.host, target.port, hec_answers))
    checks = _in_order(found)
    return _outcome(target, checks, certificate, options["fail_when_not_ready"])


def _reach(collector: Collector, target: Target) -> list[Check]:
    """Look the host up and connect to it; the check of the connection comes last."""
    addresses: list[str] = []
    problem = ""
    try:
        addresses = collector.addresses()
    except ConnectError as error:
        problem = str(error)
    checks = [
        advice.dns(target.host, addresses, problem, collector.proxy),
        advice.public_address(target.host, addresses, private_set_up=target.own_roots or not target.verified),
    ]
    if addresses or collector.proxy:
        problem = ""
        try:
            collector.connect().close()
        except ConnectError as error:
            problem = str(error)
        checks.append(advice.tcp(target.port, problem, collector.proxy))
    return checks


def shake_hands(
    collector: Collector, now: datetime.datetime, verified: bool, own_roots: bool
) -> tuple[list[Check], dict[str, t.Any]]:
    """Return the checks C(tls) and, where there is one, C(certificate), and the certificate for the result. Nothing is sent.
    ``verified`` and ``own_roots`` are as for the check of the certificate."""
    try:
        handshake = collector.handshake()
    except TlsError as error:
        return [advice.tls(str(error), error.plain_http, "")], {}
    except ConnectError as error:
        return [advice.tls(str(error), False, "")], {}
    tls = advice.tls("", False, handshake.version)
    try:
        certificate = certificates.parse(handshake.certificate)
    except certificates.CertificateError as error:
        return [tls, certificate_advice.unreadable(str(error), verified)], {}
    trust = certificate_advice.Trust(*collector.verify(), _parsed(handshake.chain))
    check = certificate_advice.check(certificate, trust, collector.host, now, verified, own_roots)
    return [tls, check], certificate_advice.result(certificate, trust, collector.host, now)


def _parsed(chain: tuple[bytes, ...] | None) -> tuple[certificates.Certificate, ...] | None:
    try:
        return None if chain is None else tuple(certificates.parse(der) for der in chain)
    except certificates.CertificateError:
        return None


def _converse(collector: Collector, target: Target, proven: bool) -> tuple[list[Check], bool]:
    """Speak to what should be a collector. Give the checks, and whether it is one. ``proven`` says whether the server
    may be told the token."""
    verified = proven and target.verified
    health = collector.get(f"{target.prefix}/services/collector/health", verified)
    empty = collector.post(target.path, target.query, b"", target.token if proven else None, verified)
    checks = [advice.health(health), advice.path(target.path_problem, empty)]
    if not proven:
        return checks + [_withheld()], health.is_hec or empty.is_hec
    checks.append(advice.token(empty))
    if checks[-1].ok:
        checks += _deliver(collector, target, verified, empty)
    return checks, health.is_hec or empty.is_hec


def _deliver(collector: Collector, target: Target, verified: bool, empty: Answer) -> list[Check]:
    """Send the test event, and find out about acknowledgements; where no event tells, by asking for one."""
    answers = [empty]
    check = Check("event", None, target.no_event)
    if not target.no_event:
        answers.append(collector.push(target.path, target.query, target.event, target.token, verified))
        check = advice.event(answers[-1])
    if not check.ok:
        acks = json.dumps({"acks": [0]}).encode("ascii")
        path = f"{target.prefix}/services/collector/ack"
        answers.append(collector.post(path, target.query, acks, target.token, verified))
    return [advice.acknowledgement(answers), check]


def _withheld() -> Check:
    return Check(
        "token",
        None,
        "Not sent, since the certificate does not prove who the server is, and the token is a secret.",
        "Correct the certificate and probe again; insecure_skip_verify: true sends it all the same.",
    )


def _in_order(found: t.Iterable[Check]) -> list[Check]:
    """Return all checks in their order; those that were not made name the one that stood in the way."""
    made = {check.name: check for check in found}
    return [made.get(name) or Check(name, None, f"Not judged: see {_obstacle(name, made)}.") for name in CHECKS]


def _obstacle(name: str, made: t.Container[str]) -> str:
    while name not in made:
        name = _NEEDS[name]
    return name


def _outcome(target: Target, checks: t.Sequence[Check], certificate: dict[str, t.Any], fail: bool) -> dict[str, t.Any]:
    """Return the result. Raises CollectionError where the collector is not ready and that is to be a failure."""
    wrong = [check for check in checks if check.ok is False]
    unknown = [check for check in checks if check.name == "token" and check.ok is None]
    ready = not wrong and not unknown
    result = {
        "ready": ready,
        "checks": [check._asdict() for check in checks],
        "certificate": certificate,
    }
    if ready:
        return {"changed": False, **result}
    said = " ".join(check.sentences() for check in [*wrong, *unknown])
    problem = f"{target.host}:{target.port} is not ready for Logpush. {said}"
    if fail:
        raise CollectionError(problem, changed=False, **result)
    return {"changed": False, "msg": problem, **result}


def _target(options: t.Mapping[str, t.Any], check_mode: bool, mask: SecretMask, now: datetime.datetime) -> Target:
    """Check the options. Raises OptionError before anything is sent."""
    given = {key: value for key, value in options.items() if value is not None and value != ""}
    for option, variable in (("endpoint", "SPLUNK_HEC_ENDPOINT"), ("hec_token", "SPLUNK_HEC_TOKEN")):
        given[option] = given.get(option) or first_variable(variable)
    mask_options(given, mask)
    for option, variable in (("endpoint", "SPLUNK_HEC_ENDPOINT"), ("hec_token", "SPLUNK_HEC_TOKEN")):
        if not given[option]:
            raise OptionError(option, f"is needed: set it, or {variable} in the environment of the task")
    if given["timeout"] < 1:
        raise OptionError("timeout", "must be at least 1 second")
    token = bare_token(given["hec_token"])
    # What a server makes of its letters that reads headers as HTTP/1.0 did, should it send them back.
    mask.add(token.encode("utf-8", "replace").decode("latin-1"))
    host, port, path, path_problem = _endpoint(given["endpoint"])
    channel = given.get("channel") or derive_channel(f"{host}:{port}{path}".lower())
    return Target(
        host=host,
        port=port,
        path=path,
        path_problem=path_problem,
        token=token,
        query={
            "channel": checked_channel(channel),
            "sourcetype": checked_sourcetype(given.get("sourcetype", DEFAULT_SOURCETYPE)),
        },
        event=_event(given.get("event"), now),
        no_event=_why_no_event(given["send_event"], check_mode),
        verified=not given["insecure_skip_verify"],
        own_roots="ca_path" in given,
    )


def _endpoint(endpoint: str) -> tuple[str, int, str, str]:
    """Return host, port and path, and what is wrong with the path. A path that a job would be refused for is a finding
    like any other here, so that it does not hide the others. Raises OptionError for anything else."""
    try:
        return (*parse_endpoint(endpoint), "")
    except OptionError:
        scheme, separator, rest = str(endpoint).strip().rpartition("://")
        place, slash, path = rest.partition("/")
        if not slash or re.search(r"[@?#\s]", rest):
            raise
        host, port, raw_path = parse_endpoint(scheme + separator + place)
        return host, port, raw_path, f"The endpoint has the path /{path}, and Logpush can push to {raw_path} only."


def _event(event: t.Any, now: datetime.datetime) -> bytes:
    """Return the test event as a line of NDJSON. The field with the time is the one that the vendor's settings for the
    source type go by, so that the event is found where it is looked for. Raises OptionError."""
    if event is None:
        event = {
            "EdgeStartTimestamp": certificates.rfc3339(now),
            "content": "A test by edgeops.logpush.splunk_hec_probe",
        }
    if isinstance(event, t.Mapping):
        event = json.dumps(event)
    if not isinstance(event, str) or not event.strip():
        raise OptionError("event", "must be a mapping, or text")
    return event.strip().encode("utf-8", "replace") + b"\n"


def _why_no_event(send_event: bool, check_mode: bool) -> str:
    if not send_event:
        return "Not sent, since send_event is false."
    return "Not sent in check mode." if check_mode else ""
