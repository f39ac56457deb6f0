# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rotation with several nodes behind a load balancer: the old token is retired on all of them, or on none."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.unit.rotations import NEW, OLD, OTHER, Fleet, passing

__all__ = ["passing"]

ALL = [{"name": "cloudflare", "token": OLD}, {"name": "new", "token": NEW}, {"name": "other", "token": OTHER}]
KEPT = {"cloudflare": "enabled", "new": "enabled", "other": "enabled"}
RETIRED = {"new": "enabled", "other": "enabled"}


@pytest.fixture
def topology() -> str:
    """Return three instances of Splunk behind a load balancer."""
    return "nodes"


class FleetOnNodes(Fleet):
    """Zones that push to a load balancer in front of three nodes."""

    def rotate(self, **options: t.Any):
        """Run the rotation on all nodes."""
        nodes = [{"url": node["management_url"]} for node in self.simulator.nodes]
        return super().rotate(**{"nodes": nodes, "settle": 60, "grace": 60, **options})

    def on_nodes(self) -> list[dict[str, str]]:
        """Return the state of the tokens of each node."""
        return [
            {token["name"]: "disabled" if token["disabled"] else "enabled" for token in node["hec_tokens"]}
            for node in self.simulator.state()["nodes"]
        ]

    def names(self) -> list[str]:
        """Return the names of the nodes in messages."""
        return [node["management_url"].rpartition("//")[2] for node in self.simulator.nodes]


@pytest.fixture
def fleet(simulator, modules, passing):
    """Return three zones that push with the old token every minute. All nodes have both tokens."""
    fleet = FleetOnNodes(simulator, modules, nodes=[{"hec_tokens": ALL}] * 3)
    assert fleet.on_nodes() == [KEPT] * 3
    return fleet


@pytest.mark.parametrize("searched", ["nodes", "search head"])
def test_the_old_token_is_retired_on_all_nodes(simulator, fleet, searched):
    options = {"search_url": simulator.management_url} if searched == "search head" else {}
    done = fleet.rotate(settle=600, grace=120, **options)
    assert done["old_token"] == "deleted" and fleet.on_nodes() == [RETIRED] * 3
    assert set(fleet.used()) == {NEW}
    assert done["checks"] == [
        "Splunk reports no request with the old token at the end of the settle time.",
        "Splunk reports no request to the disabled token in the grace time.",
    ]
    again = fleet.rotate()
    assert not again.result["changed"] and again["old_token"] == "absent"


def test_a_node_that_is_down_stops_the_retirement(simulator, fleet, passing):
    name = fleet.names()[1]
    passing.meanwhile = lambda passed: passed >= 60 and simulator.stop_node(2)
    stopped = fleet.rotate(fails=True)
    passing.meanwhile = lambda passed: None
    assert f"https://{name}/" in stopped["stopped"] and "Both tokens stay enabled." in stopped["stopped"]
    assert set(fleet.used()) == {NEW} and fleet.on_nodes() == [KEPT] * 3
    simulator.start_node(2)
    assert fleet.rotate()["old_token"] == "deleted" and fleet.on_nodes() == [RETIRED] * 3


def test_nothing_is_moved_while_a_node_is_down(simulator, fleet):
    simulator.stop_node(3)
    stopped = fleet.rotate(fails=True)
    assert f"{fleet.names()[2]}: Nothing listens on port" in stopped["stopped"] and set(fleet.used()) == {OLD}
    assert "Check nodes[2].url, the server and the network." in stopped["stopped"]


@pytest.mark.parametrize(
    ("third", "problem"),
    [
        ([ALL[0], ALL[2]], "HEC token new is missing on"),
        ([ALL[0], {**ALL[1], "disabled": True}], "HEC token new is disabled on"),
        ([ALL[0], {**ALL[1], "token": OTHER}], "HEC token new does not have the same value on all nodes"),
    ],
)
def test_nothing_is_moved_before_all_nodes_have_the_new_token(simulator, fleet, third, problem):
    simulator.change_node(3, hec_tokens=third)
    stopped = fleet.rotate(fails=True)
    assert problem in stopped["stopped"] and set(fleet.used()) == {OLD}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_node_that_does_not_disable_the_token_lets_the_others_enable_it_again(simulator, fleet, moment):
    name = fleet.names()[2]
    refused = {
        "side": "splunk",
        "kind": "status",
        "status": 500,
        "method": "POST",
        "path": "http/cloudflare$",
        "node": 3,
    }
    simulator.set_faults({**refused, "moment": moment, "times": 1})
    stopped = fleet.rotate(fails=True)
    assert f"{name}: " in stopped["stopped"] and "HEC token cloudflare is enabled again on" in stopped["stopped"]
    assert fleet.on_nodes() == [KEPT] * 3 and stopped["old_token"] == "enabled"
    assert fleet.rotate()["old_token"] == "deleted" and fleet.on_nodes() == [RETIRED] * 3
    fleet.assert_none_lost()


def test_a_node_that_does_not_list_the_token_for_a_moment_lets_the_others_enable_it_again(simulator, fleet):
    name = fleet.names()[1]
    without = {"entry": [{"name": "http://new", "content": {"token": NEW}}], "paging": {"total": 1}}
    lists = {"side": "splunk", "kind": "status", "status": 200, "method": "GET", "path": "data/inputs/http$"}
    # Both tokens are read, the new one on each node, and the old one again. Then it is read to be disabled.
    simulator.set_faults({**lists, "node": 2, "skip": 4, "times": 1, "body": without})
    stopped = fleet.rotate(fails=True)
    assert (
        f"{name}: HEC token cloudflare is still enabled. HEC token cloudflare is enabled again on" in stopped["stopped"]
    )
    assert fleet.on_nodes() == [KEPT] * 3 and stopped["old_token"] == "enabled"
    assert fleet.rotate()["old_token"] == "deleted" and fleet.on_nodes() == [RETIRED] * 3


def test_a_node_that_does_not_delete_the_token_is_named(simulator, fleet):
    simulator.set_faults(
        {"side": "splunk", "kind": "status", "status": 403, "method": "DELETE", "path": "http/cloudflare$", "node": 1}
    )
    stopped = fleet.rotate(fails=True)
    name = fleet.names()[0]
    assert f"HEC token cloudflare is deleted on all nodes except {name}." in stopped["stopped"]
    assert fleet.on_nodes() == [{**RETIRED, "cloudflare": "disabled"}, RETIRED, RETIRED]
    assert fleet.rotate()["old_token"] == "deleted" and fleet.on_nodes() == [RETIRED] * 3


def test_a_request_to_any_node_is_evidence(simulator, fleet, passing):
    # Each sender reaches another node, and only the node counts it.
    passing.meanwhile = lambda passed: fleet.send(OLD)
    stopped = fleet.rotate(fails=True, settle=600)
    passing.meanwhile = lambda passed: None
    assert "The old token still gets requests" in stopped["stopped"] and fleet.on_nodes() == [KEPT] * 3


def test_a_node_without_metrics_is_no_evidence(simulator, fleet):
    hosts = {node["name"]: None for node in simulator.nodes[:2]}
    simulator.change_settings(hec_metrics_hosts=hosts)
    stopped = fleet.rotate(fails=True, settle=600, search_url=simulator.management_url)
    assert "only 2 of 3 nodes report metrics of HEC" in stopped["stopped"] and fleet.on_nodes() == [KEPT] * 3


def test_a_search_head_with_hec_does_not_count_in_place_of_a_node(simulator, fleet):
    hosts = dict.fromkeys(("search-head", *(node["name"] for node in simulator.nodes[:2])))
    simulator.change_settings(hec_metrics_hosts=hosts)
    stopped = fleet.rotate(fails=True, settle=600, search_url=simulator.management_url)
    assert "only 2 of 3 nodes report metrics of HEC" in stopped["stopped"] and fleet.on_nodes() == [KEPT] * 3


def test_nodes_whose_events_have_other_names_are_counted(simulator, fleet):
    simulator.change_settings(hec_metrics_hosts={"dc1-a": None, "dc1-b": None, "dc1-c": None})
    done = fleet.rotate(settle=600, search_url=simulator.management_url)
    assert done["old_token"] == "deleted" and fleet.on_nodes() == [RETIRED] * 3


def test_a_hidden_token_at_a_node_is_no_evidence(simulator, fleet):
    nodes = [{"url": node["management_url"], "endpoint": node["hec_endpoint"]} for node in simulator.nodes]
    hidden = simulator.destination_conf("x").replace("Splunk%20x", "")
    at_node = hidden.replace(simulator.hec_endpoint, nodes[1]["endpoint"])
    fleet.add_job(
        zone_id=fleet.ids["zone1.example.com"], dataset="nel_reports", destination_conf=at_node, enabled=False
    )
    stopped = fleet.rotate(fails=True, nodes=nodes)
    assert "nel_reports" in stopped["stopped"] and fleet.on_nodes() == [KEPT] * 3


def test_settings_of_hec_that_one_node_does_not_show_are_no_evidence(simulator, fleet):
    hidden = {"kind": "status", "status": 403, "side": "splunk", "method": "GET", "path": "data/inputs/http/http$"}
    simulator.set_faults({**hidden, "node": 3, "times": None})
    stopped = fleet.rotate(fails=True)
    assert f"{fleet.names()[2]}: Reading the settings of HEC failed" in stopped["stopped"]
    assert fleet.on_nodes() == [KEPT] * 3 and set(fleet.used()) == {OLD}


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_node_that_writes_tokens_to_the_deployment_repository_is_refused(simulator, fleet, check_mode):
    simulator.change_node(2, hec_settings={"useDeploymentServer": True})
    done = fleet.rotate(fails=True, check_mode=check_mode)
    assert f"HEC of {fleet.names()[1]} has useDeploymentServer = 1" in done.msg and "Nothing was done" in done.msg
    assert fleet.on_nodes() == [KEPT] * 3 and set(fleet.used()) == {OLD}
