# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables that describe a Splunk installation: which values fit together, and the forms of the list of nodes."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.topology_rules import (
    Described,
    Node,
    removed_tokens,
    requested_nodes,
    topology_nodes,
)

ONE = {"url": "https://idx1.example.com:8089", "endpoint": "idx1.example.com:8088"}
TWO = {"url": "https://idx2.example.com:8089", "endpoint": "idx2.example.com:8088"}


def described(topology: str, **more: t.Any) -> Described:
    """Return an installation of Splunk Enterprise with a load balancer."""
    return Described(**{"platform": "enterprise", "topology": topology, "endpoint": "hec.example.com:443", **more})


@pytest.mark.parametrize("blank", [None, "", []])
def test_one_instance_has_no_nodes(blank: t.Any) -> None:
    assert topology_nodes(Described("enterprise", "single", blank)) == []
    assert topology_nodes(Described("cloud", "single", blank)) == []


@pytest.mark.parametrize("given", [[ONE, TWO], json.dumps([ONE, TWO]), ({**ONE}, {**TWO, "endpoint": TWO["endpoint"]})])
def test_nodes_in_each_form(given: t.Any) -> None:
    assert topology_nodes(described("nodes", nodes=given)) == [Node(**ONE), Node(**TWO)]


@pytest.mark.parametrize(("port", "expected"), [(None, 8088), ("", 8088), (8443, 8443), ("8443", 8443)])
def test_the_endpoint_of_a_node_is_by_default_hec_on_its_host(port: t.Any, expected: int) -> None:
    nodes = [{"url": ONE["url"], "endpoint": None}, {"url": "https://[2001:db8::1]:8089"}]
    found = topology_nodes(described("nodes", nodes=nodes, port=port))
    assert [node.endpoint for node in found] == [f"idx1.example.com:{expected}", f"[2001:db8::1]:{expected}"]


def test_a_single_node_needs_no_load_balancer() -> None:
    assert topology_nodes(described("nodes", nodes=[ONE], endpoint="")) == [Node(**ONE)]


@pytest.mark.parametrize("topology", ["cluster", "deployment_server"])
def test_the_nodes_of_an_app_need_only_an_endpoint(topology: str) -> None:
    assert topology_nodes(described(topology)) == []
    assert topology_nodes(described(topology, nodes=[{"endpoint": "a:8088"}])) == [Node("", "a:8088")]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://idx1.example.com:8089/", "idx1.example.com"),
        ("https://idx1.example.com", "idx1.example.com:443"),
        ("https://proxy.example.com/splunk/idx1", "proxy.example.com:443/splunk/idx1"),
        ("https://[2001:db8::1]:8089", "[2001:db8::1]"),
    ],
)
def test_the_name_of_a_node(url: str, name: str) -> None:
    [node] = requested_nodes([{"url": url}], "nodes")
    assert node.name == name


WRONG = [
    (5, "splunk_hec_nodes: must be a list of mappings"),
    ("idx1.example.com, idx2.example.com", "splunk_hec_nodes[0]: must be a mapping with url and endpoint"),
    ([ONE["url"]], "splunk_hec_nodes[0]: must be a mapping with url and endpoint"),
    ([ONE, {**TWO, "name": "idx2"}], "splunk_hec_nodes[1]: has only url and endpoint, and not name"),
    ([{"url": 5}], "splunk_hec_nodes[0]: url and endpoint must be text"),
    ([{"url": "", "endpoint": None}], "splunk_hec_nodes[0]: has neither url nor endpoint"),
    ([{"endpoint": "a:8088"}], "splunk_hec_nodes[0]: needs a url"),
    ([{"url": "idx1.example.com"}], "splunk_hec_nodes[0].url: must be a URL without a user"),
    ([{"url": "https://me:secret@idx1.example.com:8089"}], "splunk_hec_nodes[0].url: must be a URL without a user"),
    ([{"url": "https://idx1.example.com:8088"}], "splunk_hec_nodes[0].url: names the HTTP Event Collector"),
    ([{**ONE, "endpoint": "http://idx1.example.com"}], "splunk_hec_nodes[0].endpoint: the scheme must be https"),
    (
        [ONE, {"url": "https://IDX1.example.com.:8089/"}],
        "has the url https://IDX1.example.com.:8089 in entries 0 and 1",
    ),
    (
        [ONE, {**TWO, "endpoint": "https://idx1.example.com:8088/services/collector/raw"}],
        "in entries 0 and 1. List each",
    ),
]


@pytest.mark.parametrize(("nodes", "problem"), WRONG)
def test_a_wrong_list_of_nodes_is_refused_with_the_accepted_form(nodes: t.Any, problem: str) -> None:
    with pytest.raises(OptionError) as error:
        topology_nodes(described("nodes", nodes=nodes))
    assert problem in str(error.value) and "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("installation", "problem"),
    [
        (Described("cloud", "nodes", [ONE]), "splunk_hec_topology: is nodes, and splunk_hec_platform is cloud"),
        (
            described("nods"),
            "splunk_hec_topology: must be one of single, nodes, cluster, deployment_server, and not nods",
        ),
        (Described("enterprise", "single", [ONE]), "splunk_hec_nodes: has no effect with splunk_hec_topology: single"),
        (described("nodes"), "splunk_hec_nodes is required"),
        (described("nodes", nodes=[ONE, TWO], endpoint=""), "splunk_hec_endpoint is required"),
        (
            described("cluster", has_passphrase=True),
            "splunk_hec_ssl_password: cannot be used with splunk_hec_topology: cluster",
        ),
        (described("cluster", endpoint=None), "splunk_hec_endpoint is required"),
        (described("cluster", endpoint="http://hec.example.com"), "splunk_hec_endpoint: the scheme must be https"),
        (Described("enterprise", "single", endpoint="https://"), "splunk_hec_endpoint: "),
        (described("deployment_server", endpoint=""), "splunk_hec_endpoint is required"),
        (described("cluster", nodes=[{"url": ONE["url"]}]), "splunk_hec_nodes: needs an endpoint in each entry"),
    ],
)
def test_variables_that_do_not_fit_together(installation: Described, problem: str) -> None:
    with pytest.raises(OptionError, match=f"^{problem}"):
        topology_nodes(installation)


@pytest.mark.parametrize("given", ["old, older", '["old", "older"]', ["old", " older ", "old"], ("old", "older", "")])
def test_the_tokens_to_remove_in_each_form(given: t.Any) -> None:
    assert removed_tokens(described("cluster", token_name="new", removed_tokens=given)) == ["old", "older"]


@pytest.mark.parametrize("blank", [None, "", [], [None]])
def test_no_token_is_removed_unless_one_is_named(blank: t.Any) -> None:
    assert removed_tokens(described("single", token_name="new", removed_tokens=blank)) == []


@pytest.mark.parametrize(
    ("topology", "given", "problem"),
    [
        ("cluster", 5, "must be a list with the names of HEC tokens"),
        ("cluster", {"old": 1}, "must be a list with the names of HEC tokens"),
        ("cluster", [["old"]], "must be a list with the names of HEC tokens"),
        ("cluster", "old,new", "contains new, the token in splunk_hec_token_name"),
        ("nodes", "old", "has no effect with splunk_hec_topology: nodes"),
        ("single", "old", "has no effect with splunk_hec_topology: single"),
    ],
)
def test_tokens_that_cannot_be_removed(topology: str, given: t.Any, problem: str) -> None:
    with pytest.raises(OptionError, match=f"^splunk_hec_removed_tokens: {problem}"):
        removed_tokens(described(topology, token_name="new", removed_tokens=given))
