# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Probe whether a collector is ready for Logpush, and with C(endpoints) whether all nodes behind it are.

One run reports everything that is wrong.
"""

from __future__ import annotations

import datetime
import re
import typing as t

from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from . import checks, nodes
from .check_list import ALL_NODES_CHECKS, CAUSES, CHECKS, in_order
from .checks import Check
from .client import Collector
from .look import Look, look_at
from .node_checks import NodeLook
from .target import Target, requested_target

# What is no failure, but has to be said: an OpenTelemetry Collector that may lose a part of a batch, and nodes that could not be asked.
_WARNINGS = ("software", "node_certificates")


def probe(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_probe). In check mode no event is sent.

    Raises OptionError. Raises CollectionError, with the result in its details, if the collector is not ready and
    C(fail_when_not_ready) is true.
    """
    now = datetime.datetime.now(datetime.timezone.utc)
    target = requested_target(options, context, now)
    requested = nodes.requested_nodes(options, target)
    collector = Collector(target.host, target.port, options["timeout"], options.get("ca_path"), context.mask)
    look = look_at(collector, target, now)
    made = [
        *look.checks,
        checks.port(target.host, target.port, hec_answers=look.hec_answers),
        checks.host_name(target.host, target.port, hec_answers=look.hec_answers),
    ]
    if not requested:
        return _result(target, in_order(made, CHECKS), look, fails=options["fail_when_not_ready"])
    seen = nodes.look_at_nodes(requested, options, context, now, target.host)
    delivered = nodes.deliver_through(collector, target, look.delivery, options["deliveries"])
    made += nodes.checks_of(seen, delivered, target, options["deliveries"])
    all_checks = in_order(made, (*CHECKS, *ALL_NODES_CHECKS))
    warning = nodes.balancer_warning(requested, target)
    return _result(target, all_checks, look, seen, [warning] if warning else [], fails=options["fail_when_not_ready"])


def _message(target: Target, reasons: t.Sequence[Check]) -> str:
    """Return the message of a collector that is not ready: the cause first, and then everything else that is wrong. The
    result has the advice for each check."""
    cause, *others = sorted(reasons, key=lambda check: CAUSES.index(check.name))
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
    target: Target,
    all_checks: t.Sequence[Check],
    look: Look,
    seen: t.Sequence[NodeLook] | None = None,
    noticed: t.Sequence[str] = (),
    *,
    fails: bool,
) -> dict[str, t.Any]:
    """Return the result. ``noticed`` are warnings about the options. Raises CollectionError if the collector is not ready and
    ``fails`` is true."""
    failed = [check for check in all_checks if check.ok is False]
    unknown = [check for check in all_checks if check.name == "token" and check.ok is None]
    is_ready = not failed and not unknown
    warnings = [
        *noticed,
        *(check.describe() for check in all_checks if check.name in _WARNINGS and check.ok is None and check.advice),
    ]
    result = {
        **({"warnings": warnings} if warnings else {}),
        "ready": is_ready,
        "checks": [check._asdict() for check in all_checks],
        "certificate": look.certificate,
        **({} if seen is None else {"nodes": [node.public() for node in seen]}),
    }
    if is_ready:
        return {"changed": False, **result}
    problem = _message(target, failed or unknown)
    if fails:
        raise CollectionError(problem, changed=False, **result)
    return {"changed": False, "msg": problem, **result}
