# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated collector answers with Splunk's codes, and keeps the received events."""

from __future__ import annotations

import gzip
import json
import logging
import typing as t
import zlib

import pytest
import requests
import splunk_handler
from simulator.hec_answers import CODES
from simulator.process import Simulator

GUID = "11111111-2222-4333-8444-555555555555"
ACK, OFF, BOUND = "ack-token", "disabled-token", "bound-token"


class Collector:
    """Sends requests to the simulated collector."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = simulator.ca_file

    def send(
        self, path: str = "event", data: t.Any = '{"event":"x"}', token: str | None = None, **more: t.Any
    ) -> requests.Response:
        """Post to a path of the collector with a token."""
        headers = {"Authorization": f"Splunk {token or self.simulator.hec_token}", **more.pop("headers", {})}
        url = f"{self.simulator.hec_url}/services/collector/{path}"
        return self.session.post(url, data=data, headers=headers, timeout=10, **more)


@pytest.fixture
def collector(simulator: Simulator) -> Collector:
    tokens = [
        {"name": "Cloudflare", "token": simulator.hec_token, "sourcetype": "cloudflare:json"},
        {"name": "acknowledged", "token": ACK, "useACK": True},
        {"name": "off", "token": OFF, "disabled": True},
        {"name": "bound", "token": BOUND, "index": "cloudflare", "indexes": ["cloudflare"], "source": "s", "host": "h"},
    ]
    simulator.reset(hec_tokens=tokens)
    return Collector(simulator)


def said(answer: requests.Response) -> int:
    """Return the code of an answer, after checking that status and text are those of the table."""
    body = answer.json()
    assert (answer.status_code, body["text"]) == CODES[body["code"]]
    return body["code"]


@pytest.mark.parametrize(
    ("code", "call"),
    [
        (0, {}),
        (0, {"path": "raw", "data": "line"}),
        (0, {"path": "raw/1.0", "data": "line", "params": {"channel": GUID}}),
        (1, {"token": OFF}),
        (2, {"headers": {"Authorization": None}}),
        (3, {"headers": {"Authorization": "Bearer x"}}),
        (3, {"headers": {"Authorization": "Splunk%20x"}}),
        (4, {"token": "unknown"}),
        (5, {"data": ""}),
        (5, {"path": "raw", "data": " \n"}),
        (6, {"data": "no json"}),
        (6, {"data": "[1]"}),
        (7, {"token": BOUND, "data": '{"event":"x","index":"other"}'}),
        (7, {"token": BOUND, "path": "raw", "data": "x", "params": {"index": "other"}}),
        (10, {"token": ACK}),
        (11, {"token": ACK, "params": {"channel": "no-guid"}}),
        (12, {"data": '{"time":1}'}),
        (13, {"data": '{"event":""}'}),
        (14, {"path": "ack", "data": '{"acks":[0]}', "params": {"channel": GUID}}),
        (15, {"data": '{"event":"x","fields":{"a":{"b":1}}}'}),
        (16, {"headers": {"Authorization": None}, "params": {"token": Simulator.hec_token}}),
        (4, {"headers": {"Authorization": None}, "params": {"token": "unknown"}}),
    ],
)
def test_code_table(collector: Collector, code: int, call: dict[str, t.Any]) -> None:
    assert said(collector.send(**call)) == code


@pytest.mark.parametrize("code", [8, 9, 23, 26, 27, 28])
def test_codes_of_a_tired_server(collector: Collector, code: int) -> None:
    collector.simulator.change_settings(hec_reply_code=code)
    assert said(collector.send()) == code


@pytest.mark.parametrize("code", [17, 18, 19, 20, 23, 24, 25])
def test_health(collector: Collector, code: int) -> None:
    collector.simulator.change_settings(hec_health_code=code)
    health = collector.simulator.hec_url + "/services/collector/health"
    assert said(collector.session.get(health, timeout=5)) == code
    assert said(collector.session.get(health + "/1.0", headers={"Authorization": f"Splunk {OFF}"}, timeout=5)) == 22
    assert said(collector.session.get(health, headers={"Authorization": "Splunk nobody"}, timeout=5)) == 21


def test_other_ways_to_show_the_token(collector: Collector) -> None:
    token = collector.simulator.hec_token
    assert said(collector.send(headers={"Authorization": None}, auth=("anyone", token))) == 0
    collector.simulator.change_settings(query_string_auth=True)
    assert said(collector.send(headers={"Authorization": "Splunk wrong"}, params={"token": token})) == 0


def test_paths_and_methods(collector: Collector) -> None:
    url = collector.simulator.hec_url + "/services/collector"
    gone = {"text": "The requested URL was not found on this server.", "code": 404}
    for answer, status in (
        (collector.session.get(url + "/event", timeout=5), 405),
        (collector.session.post(url + "/nowhere", timeout=5), 404),
    ):
        assert (answer.status_code, answer.json()) == (status, gone)
    options = collector.session.options(url, timeout=5)
    assert (options.status_code, options.headers["Allow"]) == (200, "POST,OPTIONS")


def test_encodings_and_sizes(collector: Collector) -> None:
    packed = gzip.compress(b'{"event":"packed"}')
    assert said(collector.send(data=packed, headers={"Content-Encoding": "gzip"})) == 0
    assert said(collector.send(data=b"not gzip", headers={"Content-Encoding": "gzip"})) == 6
    deflated = collector.send(data=zlib.compress(b"x"), headers={"Content-Encoding": "deflate"})
    assert deflated.status_code == 415 and deflated.headers["Content-Type"].startswith("text/html")
    collector.simulator.change_settings(max_content_length=1000)
    for body, headers in ((b"x" * 1001, {}), (gzip.compress(b"x" * 1001), {"Content-Encoding": "gzip"})):
        oversize = collector.send("raw", body, headers=headers)
        assert oversize.status_code == 413 and oversize.headers["Content-Type"].startswith("text/html")


def test_lines_break_at_carriage_returns_and_line_feeds_only(collector: Collector) -> None:
    one_event = '{"URI":"/a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"}'
    assert said(collector.send("raw", f"{one_event}\r\ntwo\rthree\n\r\n\nfour".encode())) == 0
    assert [event["raw"] for event in collector.simulator.events()] == [one_event, "two", "three", "four"]


def test_every_member_of_a_gzip_body_is_read(collector: Collector) -> None:
    members = b"".join(gzip.compress(f"line {number}\n".encode()) for number in (1, 2, 3))
    assert said(collector.send("raw", members, headers={"Content-Encoding": "gzip"})) == 0
    assert [event["raw"] for event in collector.simulator.events()] == ["line 1", "line 2", "line 3"]
    collector.simulator.change_settings(max_content_length=20)
    assert collector.send("raw", members, headers={"Content-Encoding": "gzip"}).status_code == 413


def test_a_gzip_body_that_ends_early_or_has_more_behind_it_is_refused(collector: Collector) -> None:
    whole = gzip.compress(b"line 1\nline 2\n")
    for body in (whole[:-1], whole[:-9], whole[:12], whole + whole[:12], whole + whole[:5], whole + b"more"):
        assert said(collector.send("raw", body, headers={"Content-Encoding": "gzip"})) == 6, body
    assert collector.simulator.events() == []


def test_events_before_a_bad_one_are_kept(collector: Collector) -> None:
    answer = collector.send(data='{"event":"one"}{"event":{"n":2}}\n{"time":3}{"event":"four"}')
    assert (said(answer), answer.json()["invalid-event-number"]) == (12, 2)
    assert [event["event"] for event in collector.simulator.events()] == ["one", {"n": 2}]
    wrong_index = collector.send(token=BOUND, data='{"event":"x","index":"other"}')
    assert wrong_index.json()["invalid-event-number"] == 1


def test_metadata_comes_from_event_query_or_token(collector: Collector) -> None:
    collector.send("raw", "a\nb", BOUND, params={"sourcetype": "st", "channel": GUID, "host": "edge"})
    collector.send(data='{"event":"x","time":1.5,"source":"own","fields":{"k":"v"}}', token=BOUND)
    first, second, third = collector.simulator.events(token="bound")
    assert [first["raw"], second["raw"], third["raw"]] == ["a", "b", None]
    assert [first[key] for key in ("index", "sourcetype", "source", "host", "channel")] == [
        "cloudflare",
        "st",
        "s",
        "edge",
        GUID,
    ]
    assert [third[key] for key in ("index", "sourcetype", "source", "host", "time", "fields")] == [
        "cloudflare",
        "httpevent",
        "own",
        "h",
        1.5,
        {"k": "v"},
    ]
    assert collector.simulator.state()["received"]["token"] == {"bound": 3}


def test_acknowledgements_are_told_once(collector: Collector) -> None:
    other = GUID.replace("1", "2")
    numbers = [
        collector.send(token=ACK, headers={"X-Splunk-Request-Channel": channel}).json()["ackId"]
        for channel in (GUID, GUID, other)
    ]
    assert numbers == [0, 1, 0]
    question = {"path": "ack", "data": json.dumps({"acks": [0, 1, 7]}), "token": ACK, "params": {"channel": GUID}}
    assert collector.send(**question).json() == {"acks": {"0": True, "1": True, "7": False}}
    assert collector.send(**question).json() == {"acks": {"0": False, "1": False, "7": False}}


def test_a_client_of_others_gets_its_events_in(collector: Collector) -> None:
    """The client splunk-handler of PyPI, over verified TLS."""
    host, port = collector.simulator.hec_endpoint.split(":")
    handler = splunk_handler.SplunkHandler(
        host=host,
        port=port,
        token=collector.simulator.hec_token,
        index="main",
        sourcetype="app",
        source="proof",
        verify=collector.simulator.ca_file,
        flush_interval=0,
        retry_count=0,
    )
    logger = logging.Logger("proof")  # noqa: LOG001  not below the root logger, whose handlers others set
    logger.addHandler(handler)
    logger.warning("a line of the log")
    handler.close()
    [event] = collector.simulator.events()
    assert (event["event"], event["sourcetype"], event["source"]) == ("a line of the log", "app", "proof")


def test_an_opentelemetry_collector_in_front(collector: Collector) -> None:
    collector.simulator.change_settings(hec_behind_opentelemetry=True)
    unknown = collector.send("no-such-path", data=b"", token="anything")
    assert (unknown.status_code, unknown.json()) == (400, {"text": "No data", "code": 5})
    line = '{"EdgeStartTimestamp":"2026-01-01T00:00:00Z"}'
    sent = collector.send("raw", gzip.compress(line.encode()), "any", headers={"Content-Encoding": "gzip"})
    assert said(sent) == 0
    [event] = collector.simulator.events()
    assert (event["event"], event["raw"], event["sourcetype"]) == (line, None, "cloudflare:json")
    collector.simulator.reset(
        hec_tokens=[{"name": "off", "token": OFF, "disabled": True}], settings={"hec_behind_opentelemetry": True}
    )
    refused = collector.send("raw", line)
    assert (refused.status_code, refused.text) == (500, '"Internal Server Error"')
