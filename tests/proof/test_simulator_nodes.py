# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several simulated indexers behind a load balancer, with Splunk's SDK and splunk-handler as clients."""

from __future__ import annotations

import gzip
import logging
import ssl
import typing as t
import urllib.parse

import pytest
import requests
import splunk_handler
from simulator.process import Simulator, SimulatorError
from splunklib import client, results
from topologies import Management, deliver, tokens_of


@pytest.fixture(scope="module")
def running_simulator() -> t.Iterator[Simulator]:
    with Simulator(push_interval=0, options=["--topology", "nodes"]) as simulator:
        yield simulator


def service_of(simulator: Simulator, url: str) -> client.Service:
    where = urllib.parse.urlsplit(url)
    context = ssl.create_default_context(cafile=simulator.ca_file)
    credentials = {"username": simulator.splunk_username, "password": simulator.splunk_password}
    service = client.Service(host=where.hostname, port=where.port, verify=True, context=context, **credentials)
    service.login()
    return service


def counts(service: client.Service) -> dict[str, str]:
    """Return the number of events on each indexer, as a search finds them."""
    found = service.jobs.oneshot("search index=* | stats count by splunk_server", output_mode="json")
    return {row["splunk_server"]: row["count"] for row in results.JSONResultsReader(found)}


def events_of(simulator: Simulator) -> list[int]:
    return [node["events"] for node in simulator.state()["nodes"]]


def test_ten_deliveries_reach_every_indexer(simulator: Simulator) -> None:
    assert [deliver(simulator).status_code for dummy in range(10)] == [200] * 10
    assert events_of(simulator) == [4, 3, 3]
    requests_of = [entry["node"] for entry in simulator.requests(side="hec")]
    assert sorted(set(requests_of)) == ["indexer1", "indexer2", "indexer3"] and len(requests_of) == 10


def test_one_connection_reaches_every_indexer(simulator: Simulator) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Splunk {simulator.hec_token}"
        session.verify, session.trust_env = simulator.ca_file, False
        url = f"https://{simulator.hec_endpoint}/services/collector/raw"
        body = gzip.compress(b"one line\nanother line\n")
        assert [session.post(url, body, headers={"Content-Encoding": "gzip"}).status_code for dummy in range(6)] == [
            200
        ] * 6
    assert events_of(simulator) == [4, 4, 4]


def test_splunk_handler_through_the_load_balancer(simulator: Simulator) -> None:
    handler = splunk_handler.SplunkHandler(
        host=simulator.hec_endpoint.partition(":")[0],
        port=simulator.hec_endpoint.partition(":")[2],
        token=simulator.hec_token,
        index="main",
        verify=simulator.ca_file,
        flush_interval=0,
        retry_count=0,
    )
    logger = logging.Logger("proof")  # noqa: LOG001  not below the root logger, whose handlers others set
    logger.addHandler(handler)
    for number in range(6):
        logger.warning("line %d", number)
    handler.close()
    assert sorted(event["event"] for event in simulator.events()) == [f"line {number}" for number in range(6)]


def test_jobs_push_through_the_load_balancer(simulator: Simulator) -> None:
    zone = simulator.zone_ids["shop.example.com"]
    simulator.add_job(zone_id=zone, enabled=True, destination_conf=simulator.destination_conf())
    for dummy in range(3):
        simulator.push()
    assert all(events_of(simulator)) and {event["job_id"] for event in simulator.events()} == {1001}
    assert [upload["status"] for upload in simulator.uploads()] == [200] * 3


def test_the_search_head_finds_the_events_of_all_and_an_indexer_its_own(simulator: Simulator) -> None:
    for node in simulator.nodes:
        deliver(simulator, node["hec_endpoint"])
    deliver(simulator, simulator.nodes[1]["hec_endpoint"])
    everywhere = {"indexer1": "1", "indexer2": "2", "indexer3": "1"}
    assert counts(service_of(simulator, simulator.management_url)) == everywhere
    assert counts(service_of(simulator, simulator.nodes[1]["management_url"])) == {"indexer2": "2"}
    indexer = service_of(simulator, simulator.nodes[1]["management_url"])
    assert indexer.indexes["main"].content["totalEventCount"] == "2"


def test_metrics_and_log_of_each_indexer(simulator: Simulator) -> None:
    simulator.change_settings(hec_metrics_seconds=60)
    deliver(simulator, simulator.nodes[0]["hec_endpoint"])
    deliver(simulator, simulator.nodes[2]["hec_endpoint"], token="unknown")
    simulator.change_settings(clock_offset=120)
    query = (
        "search index=_introspection sourcetype=http_event_collector_metrics data.series=http_event_collector "
        "| stats sum(data.num_of_requests) as requests sum(data.num_of_auth_failures) as failures by host"
    )
    refused = "search index=_internal component=HttpInputDataHandler | stats count by host"
    for url, hosts, log in (
        (simulator.management_url, ["indexer1", "indexer2", "indexer3"], ["indexer3"]),
        (simulator.nodes[0]["management_url"], ["indexer1"], []),
        (simulator.nodes[2]["management_url"], ["indexer3"], ["indexer3"]),
    ):
        service = service_of(simulator, url)
        rows = results.JSONResultsReader(service.jobs.oneshot(query, output_mode="json"))
        expected = {"indexer1": ("1", "0"), "indexer2": ("0", "0"), "indexer3": ("1", "1")}
        assert {row["host"]: (row["requests"], row["failures"]) for row in rows} == {
            host: expected[host] for host in hosts
        }
        rows = results.JSONResultsReader(service.jobs.oneshot(refused, output_mode="json"))
        assert [row["host"] for row in rows] == log


def test_each_indexer_has_its_own_tokens(simulator: Simulator) -> None:
    first = service_of(simulator, simulator.nodes[0]["management_url"])
    token = first.inputs.create("http://shop", "http", index="main").content["token"]
    assert tokens_of(simulator) == [["Cloudflare", "shop"], ["Cloudflare"], ["Cloudflare"]]
    codes = sorted(deliver(simulator, token=token).json()["code"] for dummy in range(3))
    assert codes == [0, 4, 4]
    assert simulator.state()["hec_tokens"] == []
    names = [Management(simulator, node["management_url"]).content("server/info") for node in simulator.nodes]
    assert [(one["serverName"], one["server_roles"]) for one in names] == [
        (f"indexer{number}", ["indexer", "search_peer"]) for number in (1, 2, 3)
    ]
    assert len({one["guid"] for one in names}) == 3


def test_an_indexer_that_is_down(simulator: Simulator) -> None:
    simulator.stop_node(2)
    with pytest.raises(requests.ConnectionError):
        Management(simulator, simulator.nodes[1]["management_url"]).content("server/info")
    with pytest.raises(requests.ConnectionError):
        deliver(simulator, simulator.nodes[1]["hec_endpoint"])
    assert [deliver(simulator).status_code for dummy in range(4)] == [200] * 4
    assert events_of(simulator) == [2, 0, 2]
    simulator.change_settings(balancer_health_checks=False)
    assert sorted(deliver(simulator).status_code for dummy in range(3)) == [200, 200, 502]
    simulator.start_node("indexer2")
    assert [deliver(simulator).status_code for dummy in range(3)] == [200] * 3


def test_an_indexer_outside_the_load_balancer(simulator: Simulator) -> None:
    simulator.change_node(3, dropped=True)
    for dummy in range(4):
        deliver(simulator)
    assert events_of(simulator) == [2, 2, 0]
    assert deliver(simulator, simulator.nodes[2]["hec_endpoint"]).status_code == 200
    for number in (1, 2):
        simulator.change_node(number, dropped=True)
    assert deliver(simulator).status_code == 503
    simulator.change_node(3, dropped=False)
    assert deliver(simulator).status_code == 200


def test_a_configuration_and_a_fault_of_one_indexer(simulator: Simulator) -> None:
    simulator.reset(nodes=[{}, {"hec_tokens": [], "settings": {"splunk_version": "9.3.3"}}])
    assert tokens_of(simulator) == [["Cloudflare"], [], ["Cloudflare"]]
    versions = [Management(simulator, node["management_url"]).content("server/info") for node in simulator.nodes]
    assert [one["version"] for one in versions] == ["10.4.2", "9.3.3", "10.4.2"]
    simulator.set_faults({"kind": "status", "side": "hec", "status": 503, "node": 3, "times": None})
    statuses = sorted(deliver(simulator).status_code for dummy in range(3))
    assert statuses == [200, 403, 503]
    simulator.reset()
    assert [deliver(simulator).status_code for dummy in range(3)] == [200] * 3


def test_a_port_belongs_to_the_host_of_an_indexer(simulator: Simulator) -> None:
    for node in simulator.nodes:
        indexer = Management(simulator, node["management_url"], "data/inputs/http/")
        assert indexer.call("POST", "http", port="8443").status_code == 200
        assert indexer.content("http")["port"] == "8443"
    assert [node["needs_restart"] for node in simulator.state()["nodes"]] == [True] * 3
    assert [deliver(simulator).status_code for dummy in range(3)] == [200] * 3


def test_wrong_control_calls(simulator: Simulator) -> None:
    for wrong in (
        lambda: simulator.stop_node(4),
        lambda: simulator.change_node(1, tokens=[]),
        lambda: simulator.change_node(1, settings={"unknown": 1}),
        lambda: simulator.reset(nodes=[{}, {}, {}, {}]),
        lambda: simulator.phone_home(1),
        lambda: simulator.change_cluster(maintenance=True),
    ):
        with pytest.raises(SimulatorError):
            wrong()
    assert Management(simulator).message("GET", "cluster/manager/info") == (
        503,
        "Cluster manager is not enabled on this node",
    )
