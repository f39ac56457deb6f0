# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several Splunk instances with a load balancer in front of their HEC ports, and the instance that searches or manages them:
a search head (``nodes``), the manager of an indexer cluster (``cluster``), or a deployment server (``deployment_server``).
"""

from __future__ import annotations

import copy
import dataclasses
import pathlib
import shutil
import typing as t

from .balancer import Balancer
from .certificates import Certificates
from .cluster import ClusterManager, bundle_folder
from .cluster_api import ClusterApi
from .deployment import SERVER_CLASSES, DeploymentServer
from .deployment_api import DeploymentApi
from .listener import Listener
from .nodes import SPLUNK_KEYS, Node, checked_config
from .splunk_management import Route
from .splunk_versions import says_master
from .state import EMPTY_SPLUNK, ConfigError, State

NODES, CLUSTER, DEPLOYMENT_SERVER = KINDS = ("nodes", "cluster", "deployment_server")
SIZE = 3
# The names of the instances, the roles of each, and those of the one that searches or manages them.
NAMES = {NODES: "indexer", CLUSTER: "peer", DEPLOYMENT_SERVER: "client"}
ROLES = {
    NODES: ["indexer", "search_peer"],
    CLUSTER: ["indexer", "search_peer", "cluster_peer"],
    DEPLOYMENT_SERVER: ["indexer", "search_peer", "deployment_client"],
}
MAIN_ROLES = {
    NODES: ["search_head"],
    CLUSTER: ["license_manager", "cluster_manager", "search_head"],
    DEPLOYMENT_SERVER: ["deployment_server", "license_manager", "search_head"],
}
# The words before version 9.
OLD_ROLES = {
    "cluster_peer": "cluster_slave",
    "cluster_manager": "cluster_master",
    "license_manager": "license_master",
}
CLUSTER_DEFAULT = """# Settings that all peers have.
[default]
repFactor = 0
"""


class Topology:
    """The instances of a topology, and what belongs to them. Without a kind there are none."""

    def __init__(self, kind: str, state: State, host: str, hec_port: int, certificates: Certificates) -> None:
        self.kind = kind
        self.state = state
        self.host = host
        self.nodes: list[Node] = []
        self.balancer: Listener | None = None
        self.manager: ClusterManager | None = None
        self.server: DeploymentServer | None = None
        self.home = state.splunk_home or pathlib.Path()
        if not kind:
            return
        name, others = NAMES[kind], self.routes(is_main=False)
        self.nodes = [
            Node(state, f"{name}{number}", number, host, certificates, others) for number in range(1, SIZE + 1)
        ]
        self.rotation = Balancer(state, self.nodes)
        self.balancer = Listener(self.rotation.app(), host, hec_port, certificates.server_context)
        self._write_files()
        if kind == CLUSTER:
            self.manager = ClusterManager(state, self.nodes, self.home)
        if kind == DEPLOYMENT_SERVER:
            self.server = DeploymentServer(state, self.nodes, self.home)

    def routes(self, is_main: bool = True) -> list[Route]:
        """Return the routes of the management API for clusters and deployment servers, for the instance that is one, or for others."""
        manager = ClusterApi(lambda: self.manager if is_main else None)
        return [*manager.routes(), *DeploymentApi(lambda: self.server if is_main else None).routes()]

    def node(self, name: str) -> Node:
        """Return a node by its name or its number. Raises ConfigError."""
        for node in self.nodes:
            if name in (node.name, str(node.state.node_number)):
                return node
        raise ConfigError(f"there is no node {name}")

    async def open(self) -> None:
        """Start all instances with the configuration of the whole."""
        if not self.balancer:
            return
        await self._load()
        await self.balancer.open()

    async def reset(self) -> None:
        """Start over: all instances, and the files on disk."""
        if self.balancer:
            await self.stop()
            self.rotation.requests = 0
            self._write_files()
            await self._load()

    async def stop(self) -> None:
        """Stop what the manager or the deployment server is doing."""
        if self.manager:
            await self.manager.cancel()
        if self.server:
            await self.server.stop()

    async def end(self) -> None:
        """End all instances, and return their ports."""
        await self.stop()
        for node in self.nodes:
            await node.end()
        if self.balancer:
            await self.balancer.end()

    async def _load(self) -> None:
        """Apply the configuration of the whole to each instance, with what the configuration of the node says on top."""
        loaded = self.state.loaded
        for node, config in zip(self.nodes, self._configs(loaded)):
            node.load(config, self._roles(ROLES))
            await node.open()
        # The instance that searches or manages the others begins without HEC, too.
        if self.kind == NODES or "hec_tokens" not in loaded:
            self.state.splunk.hec_tokens = []
        if self.kind == NODES or "hec_settings" not in loaded:
            self.state.splunk.hec_settings["disabled"] = True
        own = {"server_roles": self._roles(MAIN_ROLES), "hec_metrics_hosts": {node.name: None for node in self.nodes}}
        self.state.settings = dataclasses.replace(self.state.settings, **{**own, **_given(loaded, own)})
        if self.manager:
            self.manager.load()
            for node in self.nodes:
                await node.install(self.manager.active.apps)
        if self.server:
            self.server.load()
            await self.server.start()

    def check(self, config: dict[str, t.Any]) -> None:
        """Raise ConfigError for a configuration that the instances cannot have."""
        for one in self._configs(config) if self.balancer else ():
            checked_config(one)

    def _configs(self, loaded: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
        """Return the configuration of each instance: that of the whole, with what is only for this one. Peers and clients get theirs
        as files, so they begin without HEC and tokens. Raises ConfigError.
        """
        own = loaded.get("nodes", [])
        if len(own) > len(self.nodes):
            raise ConfigError(f"there are only {len(self.nodes)} nodes")
        common = {key: {**self.state.defaults, **loaded}[key] for key in (*SPLUNK_KEYS, "acs_tokens")}
        if self.kind != NODES:
            common.update({**EMPTY_SPLUNK, "repository_tokens": []})
        return [copy.deepcopy({**common, **config}) for config in [*own, *[{}] * (len(self.nodes) - len(own))]]

    def _roles(self, roles: t.Mapping[str, list[str]]) -> list[str]:
        old = says_master(self.state.settings.splunk_version)
        return [OLD_ROLES.get(role, role) if old else role for role in roles[self.kind]]

    def _write_files(self) -> None:
        """Write the folders of a new installation."""
        etc = self.home / "etc"
        for folder in (etc, *(node.home for node in self.nodes)):
            shutil.rmtree(folder, ignore_errors=True)
        bundle = etc / bundle_folder(self.state.settings.splunk_version) / "_cluster"
        others = ("apps", "deployment-apps", "shcluster/apps", "system/local")
        for folder in (bundle / "default", bundle / "local", *(etc / name for name in others)):
            folder.mkdir(parents=True)
        (bundle / "default" / "indexes.conf").write_text(CLUSTER_DEFAULT, encoding="utf-8")
        if self.kind == DEPLOYMENT_SERVER:
            (etc / "system" / "local" / "serverclass.conf").write_text(SERVER_CLASSES, encoding="utf-8")

    async def start_node(self, node: Node) -> None:
        """Start an instance that was stopped. A peer of a cluster gets the active bundle."""
        if self.manager:
            await self.manager.joined(node)
        await node.splunkd.start()

    def shown(self) -> list[dict[str, t.Any]]:
        """Return the instances as the control call ``state`` shows them, each with the number of events that it received."""
        events = [event["splunk_server"] for event in self.state.received.events]
        return [{**node.shown(), "events": events.count(node.name)} for node in self.nodes]

    def addresses(self) -> list[dict[str, str]]:
        """Return where each instance listens."""
        return [
            {
                "name": node.name,
                "management_url": f"https://localhost:{node.management.port}",
                "hec_endpoint": f"localhost:{node.hec.port}",
                "splunk_home": str(node.home),
            }
            for node in self.nodes
        ]


def _given(config: t.Mapping[str, t.Any], names: t.Container[str]) -> dict[str, t.Any]:
    """Return those of some settings that a configuration has."""
    return {name: value for name, value in config.get("settings", {}).items() if name in names}
