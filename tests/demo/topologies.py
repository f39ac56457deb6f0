# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Splunk topologies that the demo can show, and what their nodes have after a run."""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

if t.TYPE_CHECKING:
    from simulator.process import Simulator

HERE = pathlib.Path(__file__).resolve().parent
ZONES = HERE / "inventory.yml"


@dataclasses.dataclass(frozen=True)
class Topology:
    """A topology: its name, the Splunk that is simulated, and what the first run does."""

    name: str
    splunk: str
    first_run: str

    @property
    def has_nodes(self) -> bool:
        """Whether the logs arrive on several nodes behind a load balancer."""
        return self.name not in ("single", "cloud")

    @property
    def options(self) -> list[str]:
        """The command line options of the simulator. HEC is always on in Splunk Cloud, and off in a new Splunk Enterprise."""
        if self.name == "cloud":
            return ["--empty-stack"]
        return ["--empty-splunk", *(["--topology", self.name] if self.has_nodes else [])]

    @property
    def inventories(self) -> list[pathlib.Path]:
        """The inventory of the zones and, if the topology needs variables, the one with these."""
        return [ZONES] if self.name == "single" else [ZONES, HERE / f"{self.name}_inventory.yml"]

    def variables(self, simulator: Simulator) -> dict[str, t.Any]:
        """Return the addresses that are different in each demo, under the names that the inventory uses."""
        if self.name == "cloud":
            return {
                "simulated_acs": simulator.acs_url,
                "simulated_stack": simulator.acs_stack,
                "simulated_endpoint": simulator.hec_endpoint,
            }
        if not self.has_nodes:
            return {}
        return {
            "simulated_nodes": [
                {"url": node["management_url"], "endpoint": node["hec_endpoint"]} for node in simulator.nodes
            ],
            "simulated_endpoint": simulator.hec_endpoint,
            "simulated_splunk_home": simulator.splunk_home,
        }

    def environment(self, simulator: Simulator) -> dict[str, str]:
        """Return the environment variables of the playbooks."""
        environment = simulator.environment()
        if self.name == "cloud":
            for name in ("SPLUNK_MANAGEMENT_URL", "SPLUNK_USERNAME", "SPLUNK_PASSWORD"):
                del environment[name]
            environment["SPLUNK_AUTH_TOKEN"] = simulator.acs_token
        return environment


TOPOLOGIES = {
    topology.name: topology
    for topology in (
        Topology("single", "an empty Splunk", "Enable HEC, create index, token and jobs, and wait for logs"),
        Topology(
            "nodes",
            "three indexers behind a load balancer",
            "Configure every indexer with the same token, create the jobs, and wait for logs",
        ),
        Topology(
            "cluster",
            "an indexer cluster with three peers behind a load balancer",
            "Write the app on the manager, apply the bundle, create the jobs, and wait for logs",
        ),
        Topology(
            "deployment_server",
            "a deployment server with three heavy forwarders behind a load balancer",
            "Write the app on the deployment server, wait for the forwarders, create the jobs, and wait for logs",
        ),
        Topology("cloud", "an empty Splunk Cloud stack", "Create index, token and jobs, and wait for logs"),
    )
}
