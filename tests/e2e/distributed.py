# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The distributed Splunk that some guides describe, on the simulator: its names, and the commands on its hosts."""

from __future__ import annotations

import pathlib
import re
import sys
import typing as t

import trustme

if t.TYPE_CHECKING:
    from simulator.process import Simulator

    from .reader import Reader

# The topology that a page is about, and the beginning of the names of its nodes.
PAGES = {
    "guide_splunk_nodes": ("nodes", "idx"),
    "guide_splunk_cluster": ("cluster", "idx"),
    "guide_splunk_deployment_server": ("deployment_server", "hf"),
}
FOLDERS = {"cluster": "manager-apps", "deployment_server": "deployment-apps"}
# The manager stands in for the search head, and modules say that it is a manager.
WARNING_ABOUT_STAND_IN = re.compile(
    r"^\[WARNING\]: This server is a (deployment server|cluster manager)\..*\n", re.MULTILINE
)
MANAGERS = ("manager", "deploy", "search")


def follow_on(reader: Reader, page: str, simulator: Simulator) -> None:
    """Let a reader use the names of a page for a simulated topology. The host of the manager is this machine."""
    topology, beginning = PAGES[page]
    instead = {f"https://{name}.example.com:8089": simulator.management_url for name in MANAGERS}
    # Messages name a node by its host, without the usual port of the management API.
    names = {}
    for number, node in enumerate(simulator.nodes, start=1):
        host = f"{beginning}{number}.example.com"
        instead[f"https://{host}:8089"] = node["management_url"]
        instead[f"{host}:8088"] = node["hec_endpoint"]
        names[host] = node["management_url"].partition("://")[2]
        names[f"{beginning}{number}"] = node["name"]
        for order, is_down in (("stop", "true"), ("start", "false")):
            command = f"curl --silent --fail --data '{{\"down\": {is_down}}}' {simulator.control_url}/nodes/{number} > /dev/null"
            instead[f"ssh {host} sudo systemctl {order} Splunkd"] = command
    instead["hec.example.com:8088"] = simulator.hec_endpoint
    instead["/opt/splunk"] = simulator.splunk_home
    instead["ansible_user: splunk"] = "ansible_connection: local"
    instead.update(names)
    reader.instead = {**instead, **{name: value for name, value in reader.instead.items() if name not in instead}}
    reader.not_shown.append(WARNING_ABOUT_STAND_IN)
    if topology in FOLDERS:
        reader.set_variables(splunk_hec_apps_path=f"{simulator.splunk_home}/etc/{FOLDERS[topology]}")
        # The playbook waits this long for a client that is down.
        reader.set_variables(splunk_hec_wait_timeout=15)
        # The host of the manager is this machine. The Python that Ansible discovers on it may not work.
        reader.set_variables(ansible_python_interpreter=sys.executable)
        install_certificate(simulator)
    if topology == "nodes":
        # The page adds this node later.
        simulator.change_node(3, dropped=True)
    reader.environment["ANSIBLE_PYTHON_INTERPRETER"] = sys.executable


def install_certificate(simulator: Simulator) -> None:
    """Write a certificate for HEC to the place that a page names, and let clients trust it."""
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost", "127.0.0.1", "::1")
    folder = pathlib.Path(simulator.splunk_home, "etc/auth")
    folder.mkdir(parents=True, exist_ok=True)
    leaf.private_key_and_cert_chain_pem.write_to_path(str(folder / "hec.pem"))
    authority.cert_pem.write_to_path(simulator.ca_file, append=True)
