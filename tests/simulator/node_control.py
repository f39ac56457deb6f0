# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control calls about single instances of a topology, and about its cluster."""

from __future__ import annotations

import json
import typing as t

from aiohttp import web

from .nodes import Node
from .splunk_state import HecToken, Index
from .state import ConfigError
from .topology import Topology

CHANGES = ("down", "dropped", "hec_tokens", "hec_settings", "indexes", "props", "settings")


def add_node_control(app: web.Application, topology: Topology) -> None:
    """Add the control calls."""
    control = NodeControl(topology)
    app.router.add_patch("/nodes/{node}", control.change)
    app.router.add_post("/nodes/{node}", control.change)
    app.router.add_post("/nodes/{node}/phone_home", control.phone_home)
    app.router.add_post("/cluster", control.change_cluster)


class NodeControl:
    """The handlers of the control calls."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology

    async def change(self, request: web.Request) -> web.Response:
        """PATCH or POST nodes/{name or number}: change the settings, tokens, indexes or source types of an instance, as if with
        its own REST API; ``down`` stops or starts it, and ``dropped`` takes it out of the load balancer or back.
        """
        node, changes = self._node(request), json.loads(await request.read() or b"{}")
        unknown = set(changes) - set(CHANGES)
        if unknown:
            raise ConfigError(f"unknown change of a node: {', '.join(sorted(unknown))}")
        node.state.change_settings(changes.get("settings", {}))
        _change_splunk(node, changes)
        if "dropped" in changes:
            self._drop(node, bool(changes["dropped"]))
        if changes.get("down") is True:
            await node.splunkd.stop()
        elif changes.get("down") is False:
            await self.topology.start_node(node)
        else:
            await node.splunkd.follow()
        return web.json_response(node.shown())

    def _drop(self, node: Node, is_dropped: bool) -> None:
        settings = self.topology.state.settings
        others = [one for one in settings.balancer_drops if str(one) not in (node.name, str(node.state.node_number))]
        settings.balancer_drops = [*others, *([node.name] if is_dropped else [])]

    async def phone_home(self, request: web.Request) -> web.Response:
        """POST nodes/{name or number}/phone_home: let a client phone home now, and wait until it has its apps."""
        node, server = self._node(request), self.topology.server
        if server is None:
            raise ConfigError("there is no deployment server")
        await server.phone_home(server.clients[node.name])
        return web.json_response(node.shown())

    async def change_cluster(self, request: web.Request) -> web.Response:
        """POST cluster: ``busy_looks`` is the number of looks at the manager for which a push by somebody else is in progress (-1:
        until it is canceled), ``maintenance`` switches maintenance mode.
        """
        manager, changes = self.topology.manager, json.loads(await request.read() or b"{}")
        if manager is None:
            raise ConfigError("there is no cluster")
        unknown = set(changes) - {"busy_looks", "maintenance"}
        if unknown:
            raise ConfigError(f"unknown change of the cluster: {', '.join(sorted(unknown))}")
        manager.busy_looks = int(changes.get("busy_looks", manager.busy_looks))
        manager.maintenance = bool(changes.get("maintenance", manager.maintenance))
        return web.json_response({})

    def _node(self, request: web.Request) -> Node:
        return self.topology.node(request.match_info["node"])


def _change_splunk(node: Node, changes: t.Mapping[str, t.Any]) -> None:
    splunk = node.state.splunk
    if "hec_tokens" in changes:
        splunk.hec_tokens = [HecToken(**token) for token in changes["hec_tokens"]]
    if "indexes" in changes:
        splunk.indexes = {index["name"]: Index(**index) for index in changes["indexes"]}
    if "props" in changes:
        splunk.set_props(changes["props"])
    splunk.hec_settings.update(changes.get("hec_settings", {}))
    node.state.changed = True
