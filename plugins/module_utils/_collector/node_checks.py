# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare the nodes behind a load balancer with each other, and with the answers through the balancer. Pure: no I/O.

A node that lacks the token refuses only the deliveries that the balancer sends to it, so that the answer at the balancer changes
from request to request. HEC's answers do not name the node that gave them.
"""

from __future__ import annotations

import collections
import typing as t

from .._core.results import first_of
from . import checks
from .answer import Answer, HecCode
from .certificate_check import CertificateDetails
from .checks import SAYS, Check

# The checks that say whether a node takes events at all, in the order in which one explains the next.
_ANSWERS = ("dns", "tcp", "tls", "path", "health")
# Advice about a connection is for this machine, because Cloudflare connects to the load balancer only.
_REACH_NODE = (
    "Check that the node runs, that HEC is enabled on it, and that this machine reaches its name and port. Cloudflare has to reach only "
    "the load balancer."
)
_PLAIN_NODE = (
    " If the node speaks plain HTTP behind a load balancer with TLS, write it as http://host:port in endpoints."
)
_SAME_TOKEN = (
    "Give every node the same token with the same value: the splunk_hec role does so with splunk_hec_topology: nodes, or cluster for "
    "an indexer cluster. Until then, Splunk refuses each delivery that the load balancer sends to another node, and the answer "
    "changes from request to request."
)
_OWN_CERTIFICATES = (
    "Cloudflare sees only the certificate of the load balancer. To send the token to these nodes, set endpoints_ca_path to the CA of "
    "their certificates, or endpoints_validate_certs: false."
)
_OTHER_NODE = (
    "Every node in endpoints accepts deliveries, so the load balancer also sends to a node that is not in endpoints: compare its "
    "targets with endpoints."
)


class NodeLook(t.NamedTuple):
    """What was seen of a node: its name (host and port), its checks, its certificate, and the answer to the first delivery that was
    sent to it directly, None if there was none."""

    name: str
    checks: t.Sequence[Check]
    certificate: CertificateDetails
    delivery: Answer | None

    def check(self, name: str) -> Check:
        """Return a check by its name."""
        return next(check for check in self.checks if check.name == name)

    @property
    def problem(self) -> Check | None:
        """The failed check because of which the node takes no events at all, None if there is none."""
        return next((check for check in map(self.check, _ANSWERS) if check.ok is False), None)

    def public(self) -> dict[str, t.Any]:
        """Return the node as the module's result shows it."""
        return {
            "endpoint": self.name,
            "ready": not any(check.ok is False for check in self.checks) and self.check("token").ok is True,
            "checks": [check._asdict() for check in self.checks],
            "certificate": self.certificate,
        }


def certificate(problem: str, *, verified: bool) -> Check:
    """Return the check of a node's certificate. ``problem`` is why OpenSSL does not verify it, "" if it does, and ``verified`` is
    whether the user wants that."""
    if not problem:
        return Check.passed("certificate", "The certificate proves the identity of the node.")
    return Check("certificate", None, f"Not verified: {problem.rstrip('.')}.", _OWN_CERTIFICATES if verified else "")


def of_node(check: Check) -> Check:
    """Return a check of a node without what concerns Cloudflare, which does not see the node."""
    check = check._replace(detail=check.detail.partition(SAYS)[0])
    if check.ok is False and check.name in ("dns", "tcp", "tls"):
        return check._replace(advice=_REACH_NODE + (_PLAIN_NODE if check.name == "tls" else ""))
    return check


def all_answer(looks: t.Sequence[NodeLook]) -> Check:
    """Check that every node takes events."""
    problems = [(look.name, look.problem) for look in looks if look.problem]
    if not problems:
        return Check.passed("nodes", f"All nodes answer: {_names(looks)}.")
    detail = first_of([f"{name} ({check.detail.rstrip('.')})" for name, check in problems if check])
    return Check.failed(
        "nodes",
        f"{len(problems)} of {len(looks)} nodes {'does' if len(problems) == 1 else 'do'} not accept events: {detail}.",
        problems[0][1].advice if problems[0][1] else "",
    )


def certificates(looks: t.Sequence[NodeLook]) -> Check:
    """Report which certificates of nodes are verified. This never fails, because Cloudflare sees only the balancer."""
    name = "node_certificates"
    unproven = [look for look in looks if look.check("certificate").ok is None and look.certificate]
    proven = _with(looks, "certificate", ok=True)
    if not unproven:
        return Check(
            name, bool(proven) or None, f"Verified: {_names(proven)}." if proven else "No certificate was seen."
        )
    detail = first_of([f"{look.name} ({look.check('certificate').detail.rstrip('.')})" for look in unproven])
    return Check(name, None, f"{detail}.", unproven[0].check("certificate").advice)


def tokens(looks: t.Sequence[NodeLook]) -> Check:
    """Check that every node accepts the token."""
    name = "node_tokens"
    refused, accepted = _with(looks, "token", ok=False), _with(looks, "token", ok=True)
    others = [look for look in looks if look not in refused and look not in accepted]
    unasked = f" Not asked: {_names(others)}." if others else ""
    if not refused:
        if not others:
            return Check.passed(name, f"Every node accepts the token: {_names(looks)}.")
        known = f"Accepted by {_names(accepted)}." if accepted else ""
        return Check(name, None, (known + unasked).strip(), "See nodes and node_certificates.")
    advice = _SAME_TOKEN if any(_code(look) == HecCode.INVALID_TOKEN for look in refused) else ""
    advice = advice or refused[0].check("token").advice
    if not accepted:
        return Check.failed(name, f"No node accepts the token: {_reasons(refused, 'token')}.{unasked}", advice)
    return Check.failed(
        name,
        f"Only some nodes accept the token: {_names(accepted)}. Refused by {_reasons(refused, 'token')}.{unasked}",
        advice,
    )


def acknowledgement(looks: t.Sequence[NodeLook]) -> Check:
    """Check that no node has indexer acknowledgement enabled for the token."""
    name = "node_acknowledgement"
    enabled, disabled = _with(looks, "acknowledgement", ok=False), _with(looks, "acknowledgement", ok=True)
    if enabled:
        detail = f"Indexer acknowledgement is enabled for this token on {_names(enabled)}."
        if disabled:
            detail += f" It is disabled on {_names(disabled)}."
        return Check.failed(name, detail, enabled[0].check("acknowledgement").advice)
    if len(disabled) == len(looks):
        return Check.passed(name, "Indexer acknowledgement is disabled for this token on every node.")
    return Check(name, None, "It is not known for every node whether indexer acknowledgement is enabled.")


def events(looks: t.Sequence[NodeLook], skip_event: str) -> Check:
    """Check that every node that accepts the token accepts the test event. ``skip_event`` is why none was sent, "" if it was."""
    name = "node_events"
    if skip_event:
        return Check(name, None, skip_event)
    refused, accepted = _with(looks, "event", ok=False), _with(looks, "event", ok=True)
    if refused:
        detail = f"Refused by {_reasons(refused, 'event')}."
        if accepted:
            detail = f"Only some nodes accept the test event: {_names(accepted)}. {detail}"
        return Check.failed(name, detail, refused[0].check("event").advice)
    if len(accepted) == len(looks):
        return Check.passed(name, "Every node accepted a test event.")
    known = f"Accepted by {_names(accepted)}. " if accepted else ""
    return Check(name, None, f"{known}Sent only to nodes that accept the token.")


def deliveries(answers: t.Sequence[Answer], looks: t.Sequence[NodeLook], *, with_event: bool) -> Check:
    """Check the answers to deliveries through the load balancer. ``with_event`` is whether they contained an event."""
    name, kind = "deliveries", "deliveries" if with_event else "deliveries without an event"
    is_accepted = checks.accepts_event if with_event else checks.accepts_token
    refused = [answer for answer in answers if not is_accepted(answer)]
    unfit = [
        look for look in looks if look.problem or look.check("token").ok is False or look.check("event").ok is False
    ]
    detail = f"The load balancer accepted {len(answers) - len(refused)} of {len(answers)} {kind}"
    if not refused:
        note = f"None of them shows that the load balancer sends to {_names(unfit)}." if unfit else ""
        return Check.passed(name, f"{detail}.", note)
    counted = collections.Counter(answer.describe().rstrip(".") for answer in refused)
    reasons = first_of([f"{count} x {words}" for words, count in counted.items()])
    return Check.failed(name, f"{detail}: {reasons}.", _advice_on_refusals(refused, looks, unfit))


def _advice_on_refusals(refused: t.Sequence[Answer], looks: t.Sequence[NodeLook], unfit: t.Sequence[NodeLook]) -> str:
    """Return advice about refused deliveries. ``unfit`` are the nodes that refuse events themselves."""
    if unfit:
        return f"This is what {_names(unfit)} cause{'s' if len(unfit) == 1 else ''}: see the checks of the nodes."
    unasked = [look for look in looks if look.check("token").ok is None]
    if unasked:
        return f"{_names(unasked)} could not be asked: see node_certificates. Otherwise, see the targets of the load balancer."
    of_hec = [answer for answer in refused if answer.code is not None]
    return _OTHER_NODE if of_hec else checks.event(refused[0]).advice


def _with(looks: t.Sequence[NodeLook], name: str, *, ok: bool) -> list[NodeLook]:
    """Return the nodes with this result of a check."""
    return [look for look in looks if look.check(name).ok is ok]


def _names(looks: t.Sequence[NodeLook]) -> str:
    return first_of([look.name for look in looks], ", ")


def _reasons(looks: t.Sequence[NodeLook], name: str) -> str:
    """Return nodes with the reason of a failed check, those with the same reason together."""
    grouped: dict[str, list[NodeLook]] = {}
    for look in looks:
        grouped.setdefault(look.check(name).detail.rstrip("."), []).append(look)
    return first_of([f"{_names(group)} ({detail})" for detail, group in grouped.items()])


def _code(look: NodeLook) -> int | None:
    return look.delivery.code if look.delivery else None
