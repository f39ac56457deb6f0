# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the nodes behind the load balancer have after a run: their HEC token, and the events that they received."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from simulator.process import Simulator

TOKEN = "cloudflare"


def look_at_nodes(simulator: Simulator, number: str) -> dict[str, bool]:
    """Print what the nodes have, in two lines, and return the problems, each with whether it is there. The value of a token is
    compared and never printed."""
    nodes = simulator.state()["nodes"]
    tokens = [value_of_token(node) for node in nodes]
    same = max((tokens.count(value) for value in tokens if value), default=0)
    print(f"{number}. Compare the HEC token {TOKEN}: it has the same value on {same} of {len(nodes)} nodes")
    shares = ", ".join(f"{node['name']} {node['events']}" for node in nodes)
    print(f"{int(number) + 1}. Count the events that the load balancer sent to each node: {shares}")
    return {
        "The nodes do not have the same HEC token.": same < len(nodes),
        "A node received no events through the load balancer.": not all(node["events"] for node in nodes),
    }


def value_of_token(node: t.Mapping[str, t.Any]) -> str:
    """Return the value of the node's token, or ""."""
    return next((token["token"] for token in node["hec_tokens"] if token["name"] == TOKEN), "")
