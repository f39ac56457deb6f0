# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics of the simulated HEC count what it received, also from a client that is not ours."""

from __future__ import annotations

import gzip
import logging
import typing as t

import pytest
import requests
import splunk_handler
from simulator.process import Simulator
from splunk_client import Management

GUID = "11111111-2222-4333-8444-555555555555"
METRICS = "search index=_introspection sourcetype=http_event_collector_metrics data.series="
OF_TOKENS = (
    "num_of_requests num_of_events num_of_errors num_of_parser_errors num_of_requests_to_disabled_token "
    "total_bytes_received total_bytes_indexed"
).split()
OF_HOSTS = [
    *OF_TOKENS,
    *"num_of_auth_failures num_of_requests_to_incorrect_url num_of_requests_waiting_ack num_of_ack_requests".split(),
]


@pytest.fixture
def splunk(simulator: Simulator) -> Management:
    tokens = [
        {"name": "Cloudflare", "token": simulator.hec_token},
        {"name": "off", "token": "off", "disabled": True},
        {"name": "acked", "token": "acked", "useACK": True, "indexes": ["main"]},
    ]
    simulator.reset(hec_tokens=tokens, settings={"hec_metrics_seconds": 60})
    return Management(simulator)


def post(splunk: Management, body: t.Any, token: str = "", path: str = "raw", **headers: str) -> requests.Response:
    """Send a request to the collector."""
    headers = {"Authorization": f"Splunk {token or splunk.simulator.hec_token}", **headers}
    url = f"{splunk.simulator.hec_url}/services/collector/{path}"
    return requests.post(url, body, headers=headers, verify=splunk.simulator.ca_file, timeout=10)


def counts(splunk: Management, series: str, names: list[str], by: str) -> dict[str, dict[str, int]]:
    """Return the sums of the metrics, two minutes later, without those that are 0."""
    splunk.simulator.change_settings(clock_offset=120)
    sums = ", ".join(f"sum(data.{name}) as {name}" for name in names)
    rows = splunk.search(f"{METRICS}{series} | stats {sums} by {by}")
    return {row.pop(by): {name: int(value) for name, value in row.items() if value != "0"} for row in rows}


def test_counts_of_tokens_and_of_the_host(splunk: Management) -> None:
    line = '{"a":"1"}'
    packed = gzip.compress(f"{line}\n{line}\n".encode())
    assert post(splunk, packed, **{"Content-Encoding": "gzip"}).status_code == 200
    # 16 bytes are kept of an event before an invalid one.
    assert post(splunk, '{"event":{"a": "1"}}{"event":""}', path="event").json()["code"] == 13
    assert post(splunk, '{"event"', path="event").json()["code"] == 6
    assert post(splunk, " ").json()["code"] == 5
    assert post(splunk, "x", "off").json()["code"] == 1
    assert post(splunk, "x", "unknown").json()["code"] == 4
    assert post(splunk, "x", path="no/such/path").status_code == 404
    channel = {"X-Splunk-Request-Channel": GUID}
    assert post(splunk, "x", "acked", **channel).json()["ackId"] == 0
    assert post(splunk, "x", "acked", path="raw?index=history", **channel).json()["code"] == 7
    assert post(splunk, '{"acks":[0]}', "acked", "ack", **channel).json() == {"acks": {"0": True}}
    found = counts(splunk, "http_event_collector_token", OF_TOKENS, "data.token_name")
    assert found == {
        "Cloudflare": {
            "num_of_requests": 4,
            "num_of_events": 3,
            "num_of_errors": 3,
            "num_of_parser_errors": 3,
            "total_bytes_received": len(packed) + 32 + 8 + 1,
            "total_bytes_indexed": 2 * len(line) + 10,
        },
        "off": {"num_of_errors": 1, "num_of_requests_to_disabled_token": 1, "total_bytes_received": 1},
        "acked": {
            "num_of_requests": 3,
            "num_of_events": 1,
            "num_of_errors": 1,
            "total_bytes_received": 14,
            "total_bytes_indexed": 1,
        },
    }
    whole = counts(splunk, "http_event_collector", OF_HOSTS, "host")["splunk"]
    assert whole == {
        "num_of_requests": 9,
        "num_of_events": 4,
        "num_of_errors": 7,
        "num_of_parser_errors": 3,
        "num_of_requests_to_disabled_token": 1,
        "num_of_auth_failures": 1,
        "num_of_requests_to_incorrect_url": 1,
        "num_of_requests_waiting_ack": 1,
        "num_of_ack_requests": 1,
        "total_bytes_received": len(packed) + 32 + 8 + 1 + 1 + 1 + 1 + 14,
        "total_bytes_indexed": 2 * len(line) + 10 + 1,
    }


def test_the_metrics_agree_with_the_events_of_another_client(splunk: Management) -> None:
    """splunk-handler of PyPI sends the events. Some of them go to the null queue, which HEC does not notice."""
    simulator = splunk.simulator
    simulator.change_settings(null_queue=[{"sourcetype": "app", "share": 0.25}])
    host, port = simulator.hec_endpoint.split(":")
    handler = splunk_handler.SplunkHandler(
        host=host,
        port=port,
        token=simulator.hec_token,
        index="main",
        sourcetype="app",
        verify=simulator.ca_file,
        flush_interval=0,
        retry_count=0,
    )
    logger = logging.Logger("proof")  # noqa: LOG001  not below the root logger, whose handlers others set
    logger.addHandler(handler)
    for number in range(8):
        logger.warning("line %d", number)
    handler.close()
    found = counts(splunk, "http_event_collector_token", OF_TOKENS, "data.token_name")["Cloudflare"]
    assert found["num_of_events"] == simulator.state()["received"]["total"] == 8
    assert splunk.search("| tstats count where index=main by sourcetype") == [{"sourcetype": "app", "count": "6"}]


def test_requests_before_the_start_are_reported(splunk: Management) -> None:
    """A test may set the clock back, send events, and set it forward again."""
    splunk.simulator.change_settings(clock_offset=-86400)
    post(splunk, "x")
    found = counts(splunk, "http_event_collector_token", OF_TOKENS, "data.token_name")
    assert found["Cloudflare"]["num_of_events"] == 1
    assert splunk.search(f"{METRICS}http_event_collector earliest=-1h latest=now | stats count") != [{"count": "0"}]
