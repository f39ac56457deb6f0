# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Look at the nodes behind a load balancer, each at its own address, and deliver through the balancer several times.

Each delivery has a connection of its own, so that the balancer chooses a node for each.
"""

from __future__ import annotations

import datetime
import functools
import typing as t

from .._core.concurrency import in_order
from .._core.errors import OptionError
from .._core.run import Options, RunContext
from .._splunk.hec_request import parse_endpoint
from . import node_checks
from .answer import Answer
from .certificate_check import CertificateDetails, Conditions
from .check_list import NODE_CHECKS
from .check_list import in_order as checks_in_order
from .checks import Check
from .client import Collector, check_roots
from .look import HecChecks, check_connection, check_hec, check_hec_without_token, check_tls, deliver
from .node_checks import NodeLook
from .target import Target

_AT_ONCE = 8
_MOST_DELIVERIES = 1000
_PLAIN = "http://"
_TOKEN_WITHHELD = Check(
    "token",
    None,
    "Not sent, because the certificate does not prove the identity of the node, and the token is a secret.",
    "Set endpoints_ca_path to the CA of the nodes' certificates, or endpoints_validate_certs: false.",
)

_NO_TLS = Check("tls", None, "The node is asked without TLS, as its endpoint says.")
_NO_CERTIFICATE = Check("certificate", None, "There is none without TLS.")


class Node(t.NamedTuple):
    """A node to look at. ``is_plain`` is whether it is asked without TLS, because its endpoint begins with C(http://)."""

    target: Target
    is_plain: bool

    @property
    def name(self) -> str:
        """The host and the port, and the path in front of that of HEC if there is one."""
        host = self.target.host
        return f"{f'[{host}]' if ':' in host else host}:{self.target.port}{self.target.prefix}"


def requested_nodes(options: Options, target: Target) -> list[Node]:
    """Return the nodes that the option C(endpoints) names, each once. Raises OptionError."""
    if not 0 <= options["deliveries"] <= _MOST_DELIVERIES:
        raise OptionError("deliveries", f"must be from 0 to {_MOST_DELIVERIES}")
    if options.get("endpoints"):
        check_roots("endpoints_ca_path", options.get("endpoints_ca_path"))
    listed = options.get("endpoints") or ()
    found = [_node(number, str(endpoint).strip(), options, target) for number, endpoint in enumerate(listed)]
    return list({node.name.lower(): node for node in found}.values())


def _node(number: int, endpoint: str, options: Options, target: Target) -> Node:
    is_plain = endpoint.lower().startswith(_PLAIN)
    try:
        host, port, path = parse_endpoint(endpoint[len(_PLAIN) :] if is_plain else endpoint)
    except OptionError as error:
        # The value itself can contain a password or a token.
        raise OptionError(f"endpoints[{number}]", error.problem) from None
    verified = options["endpoints_validate_certs"] and target.verified and not is_plain
    return Node(target._replace(host=host, port=port, path=path, path_problem="", verified=verified), is_plain)


def balancer_warning(nodes: t.Sequence[Node], target: Target) -> str:
    """Return the warning about a load balancer that is named as one of several nodes, "" if it is not."""
    balancer = Node(target, is_plain=False).name
    if len(nodes) < 2 or balancer.lower() not in [node.name.lower() for node in nodes]:
        return ""
    return (
        f"endpoints: {balancer} is endpoint itself. If it is the load balancer, its answers can come from any node, so they show nothing "
        "about a node of their own. Name only the nodes in endpoints."
    )


def look_at_nodes(
    nodes: t.Sequence[Node], options: Options, context: RunContext, now: datetime.datetime, balancer: str
) -> list[NodeLook]:
    """Return what can be seen of each node, in their order. ``balancer`` is the host of the load balancer: the certificate of a node
    may be for that name."""
    return in_order(functools.partial(_look_at, options, context, now, balancer), nodes, _AT_ONCE)


def deliver_through(collector: Collector, target: Target, first: Answer | None, number: int) -> list[Answer]:
    """Return the answers to deliveries through the load balancer. ``first`` is the answer to the first one, None if the token was
    not sent: then there are none."""
    if first is None or not number:
        return []
    send = functools.partial(_deliver, collector, target)
    return [first, *in_order(send, range(number - 1), _AT_ONCE)]


def checks_of(looks: t.Sequence[NodeLook], answers: t.Sequence[Answer], target: Target, number: int) -> list[Check]:
    """Return the checks of all nodes together, and of the requested number of deliveries if they could be made."""
    made = [
        node_checks.all_answer(looks),
        node_checks.certificates(looks),
        node_checks.tokens(looks),
        node_checks.acknowledgement(looks),
        node_checks.events(looks, target.skip_event),
    ]
    if not number:
        made.append(Check("deliveries", None, "None, because deliveries is 0."))
    elif answers:
        made.append(node_checks.deliveries(answers, looks, with_event=not target.skip_event))
    return made


def _deliver(collector: Collector, target: Target, dummy: int) -> Answer:
    return deliver(collector, target, verified=target.verified)


def _look_at(options: Options, context: RunContext, now: datetime.datetime, balancer: str, node: Node) -> NodeLook:
    """Return what can be seen of a node. Its certificate decides only whether it is sent the token."""
    target = node.target
    collector = Collector(
        target.host,
        target.port,
        options["timeout"],
        options.get("ca_path"),
        context.mask,
        further_roots=options.get("endpoints_ca_path"),
        also_named=balancer,
        is_plain=node.is_plain,
    )
    connection = check_connection(collector, target)
    made: list[Check | None] = [connection.dns, connection.tcp]
    details: CertificateDetails = {}
    hec: HecChecks | None = None
    if connection.tcp and connection.tcp.ok and node.is_plain:
        made += [_NO_TLS, _NO_CERTIFICATE]
        hec = check_hec(collector, target)
    elif connection.tcp and connection.tcp.ok:
        tls = check_tls(collector, Conditions(target.host, now, target.verified, own_roots=True))
        details = tls.details
        made.append(tls.tls)
        if tls.tls.ok:
            problem = collector.verify()
            made.append(node_checks.certificate(problem, verified=target.verified))
            is_proven = not (problem and target.verified)
            hec = (
                check_hec(collector, target)
                if is_proven
                else check_hec_without_token(collector, target, _TOKEN_WITHHELD)
            )
    seen = [node_checks.of_node(check) for check in (*made, *(hec.made if hec else ())) if check]
    return NodeLook(node.name, checks_in_order(seen, NODE_CHECKS), details, hec.delivery if hec else None)
