# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The distributed Splunk that some guides describe, on the simulator: its names, and the commands on its hosts."""

from __future__ import annotations

import sys
import typing as t

if t.TYPE_CHECKING:
    from simulator.process import Simulator

    from .reader import Reader

# The topology that a page is about, and the beginning of the names of its nodes.
PAGES = {
    "guide_splunk_nodes": ("nodes", "idx"),
    "guide_splunk_cluster": ("cluster", "idx"),
    "guide_splunk_deployment_server": ("deployment_server", "hf"),
}
MANAGERS = ("manager", "deploy", "search")


def follow_on(reader: Reader, page: str, simulator: Simulator) -> None:
    """Let a reader use the names of a page for a simulated topology. The host of the manager is this machine."""
    beginning = PAGES[page][1]
    instead = {f"https://{name}.example.com:8089": simulator.management_url for name in MANAGERS}
    for number, node in enumerate(simulator.nodes, start=1):
        host = f"{beginning}{number}.example.com"
        instead[f"https://{host}:8089"] = node["management_url"]
        instead[f"{host}:8088"] = node["hec_endpoint"]
        for order, is_down in (("stop", "true"), ("start", "false")):
            command = f"curl --silent --fail --data '{{\"down\": {is_down}}}' {simulator.control_url}/nodes/{number} > /dev/null"
            instead[f"ssh {host} sudo systemctl {order} Splunkd"] = command
    instead["hec.example.com:8088"] = simulator.hec_endpoint
    instead["/opt/splunk"] = simulator.splunk_home
    instead["ansible_user: splunk"] = "ansible_connection: local"
    reader.instead = {**instead, **{name: value for name, value in reader.instead.items() if name not in instead}}
    if page == "guide_splunk_nodes":
        # The page adds this node later.
        simulator.change_node(3, dropped=True)
    reader.environment["ANSIBLE_PYTHON_INTERPRETER"] = sys.executable
