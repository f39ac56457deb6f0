# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The checks of a probe: their names, their order, and what a check that was not made depends on. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .checks import Check

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
CAUSES = (
    "host_name",
    "port",
    "dns",
    "tcp",
    "tls",
    "certificate",
    "path",
    "nodes",
    "node_tokens",
    "token",
    "node_acknowledgement",
    "acknowledgement",
    "node_events",
    "event",
    "deliveries",
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
    "deliveries": "token",
}

# What a node behind a load balancer is asked: Cloudflare sees only the balancer.
_ONLY_SEEN_BY_CLOUDFLARE = ("public_address", "host_name", "port")
NODE_CHECKS = tuple(name for name in CHECKS if name not in _ONLY_SEEN_BY_CLOUDFLARE)
# The checks of all nodes together, and of the deliveries through the load balancer.
ALL_NODES_CHECKS = (
    "nodes",
    "node_certificates",
    "node_tokens",
    "node_acknowledgement",
    "node_events",
    "deliveries",
)


def in_order(made: t.Iterable[Check], names: t.Sequence[str]) -> list[Check]:
    """Return the checks with these names in their order. A check that was not made names the failed check that prevented it."""
    by_name = {check.name: check for check in made}
    return [
        by_name.get(name) or Check(name, None, f"Not checked: see {_preventing_check(name, by_name)}.")
        for name in names
    ]


def _preventing_check(name: str, made: t.Container[str]) -> str:
    while name not in made:
        name = _PREREQUISITES[name]
    return name
