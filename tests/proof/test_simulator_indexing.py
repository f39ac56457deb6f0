# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulated Splunk does with events after HEC answered 200: lines, times, the null queue, and the log of splunkd."""

from __future__ import annotations

import json
import time
import typing as t

import pytest
import requests
from simulator.process import Simulator, SimulatorError
from simulator.splunk_state import CLOUDFLARE_PROPS
from splunk_client import Management

COUNT = "search index=main | stats count"
FIELDS = "EdgeStartTimestamp EdgeEndTimestamp ClientRequestHost ClientRequestURI ClientRequestUserAgent RayID".split()
DEVIATION = (
    'search index=main | eval own=strptime(EdgeStartTimestamp, "%Y-%m-%dT%H:%M:%SZ"), deviation=abs(_time - own) '
    "| stats max(deviation) as deviation"
)


@pytest.fixture
def splunk(simulator: Simulator) -> Management:
    return Management(simulator)


def warnings(splunk: Management, component: str) -> list[str]:
    """Return what splunkd logged."""
    rows = splunk.search(f"search index=_internal sourcetype=splunkd component={component}", count="0")
    return [row["_raw"].partition(" - ")[2] for row in reversed(rows)]


def pushed(simulator: Simulator, **output: t.Any) -> int:
    """Let a job of shop.example.com push 5 events, and return its ID."""
    options = {"field_names": FIELDS, "timestamp_format": "rfc3339", **output}
    zone_id = simulator.zone_ids["shop.example.com"]
    destination = simulator.destination_conf()
    job = simulator.add_job(
        zone_id=zone_id,
        dataset="http_requests",
        enabled=True,
        destination_conf=destination,
        output_options=options,
    )
    simulator.push()
    return int(job["id"])


def test_times_of_raw_events(splunk: Management) -> None:
    splunk.send('{"t":"2026-01-02T03:04:05.678Z"}\n{"t":1}\r\n\r\nlast', source="s", host="h")
    events = splunk.simulator.events()
    assert [event["time"] for event in events] == [1767323045.678] * 3
    assert all(abs(event["index_time"] - time.time()) < 30 for event in events)
    start = (
        "Failed to parse timestamp in first MAX_TIMESTAMP_LOOKAHEAD (128) characters of event. Defaulting to timestamp "
    )
    context = "of previous event (Fri Jan  2 03:04:05 2026). Context: source=s|host=h|cloudflare:json|"
    assert warnings(splunk, "DateParserVerbose") == [start + context] * 2
    # Another source has no previous event with a time.
    splunk.simulator.change_settings(clock_offset=-3600)
    splunk.send("first", source="other")
    splunk.simulator.change_settings(clock_offset=0)
    splunk.send("second", source="other")
    ages = [time.time() - event["time"] for event in splunk.simulator.events(limit=2)]
    assert 3570 < ages[0] < 3630 and abs(ages[1]) < 30
    splunk.send("given", time="1767323000.5")
    assert splunk.simulator.events(limit=1)[0]["time"] == 1767323000.5


def test_the_time_of_indexing_follows_the_clock(splunk: Management) -> None:
    splunk.simulator.change_settings(clock_offset=-7200)
    splunk.send("yesterday")
    splunk.simulator.change_settings(clock_offset=0)
    splunk.send("today", source="other")
    for terms, found in (
        ("_index_earliest=-1h", ["today"]),
        ("_index_earliest=-3h _index_latest=-1h", ["yesterday"]),
        (f"_indextime<{time.time() - 3600:.0f}", ["yesterday"]),
        ("earliest=-3h latest=-1h", ["yesterday"]),
        ("earliest=-3h", ["today", "yesterday"]),
    ):
        assert [row["_raw"] for row in splunk.search(f"search index=main {terms}")] == found, terms


@pytest.mark.parametrize(("order", "props", "is_wrong"), [((), {}, False), ("time_last", {}, True)])
def test_a_job_whose_events_get_wrong_times(
    splunk: Management, order: t.Any, props: dict[str, t.Any], is_wrong: bool
) -> None:
    splunk.simulator.change_settings(field_order={"shop.example.com": order})
    pushed(splunk.simulator)
    assert (float(splunk.search(DEVIATION)[0]["deviation"]) > 1) is is_wrong
    assert bool(warnings(splunk, "DateParserVerbose")) is is_wrong


def test_settings_of_a_source_type_correct_the_times(splunk: Management) -> None:
    splunk.simulator.reset(props=CLOUDFLARE_PROPS, settings={"field_order": {"*": "time_last"}})
    pushed(splunk.simulator)
    assert float(splunk.search(DEVIATION)[0]["deviation"]) == 0
    assert splunk.simulator.state()["props"] == CLOUDFLARE_PROPS
    # Other settings apply from now on.
    splunk.simulator.set_props({"cloudflare:json": {"DATETIME_CONFIG": "CURRENT"}})
    splunk.simulator.push()
    assert float(splunk.search(DEVIATION)[0]["deviation"]) > 1 and warnings(splunk, "DateParserVerbose") == []
    with pytest.raises(SimulatorError, match="TIME_PREFIX"):
        splunk.simulator.set_props({"x": {"TIME_PREFIX": "("}})


def test_fields_that_come_first(simulator: Simulator) -> None:
    simulator.change_settings(field_order={"*": ["RayID", "ClientRequestHost", "NoSuchField"]})
    job_id = pushed(simulator)
    assert list(json.loads(simulator.events(limit=1)[0]["raw"]))[:3] == ["RayID", "ClientRequestHost", FIELDS[0]]
    simulator.change_settings(field_order={str(job_id): "time_last"})
    simulator.push()
    assert list(json.loads(simulator.events(limit=1)[0]["raw"]))[-2:] == FIELDS[:2]


def test_numbers_of_nanoseconds_are_no_times_in_a_batch(splunk: Management) -> None:
    pushed(splunk.simulator, timestamp_format="unixnano")
    assert len(warnings(splunk, "DateParserVerbose")) == 5


def test_long_lines_are_cut_off(splunk: Management) -> None:
    line = json.dumps({"Datetime": "2026-01-02T03:04:05Z", "x": "é" * 6000}, ensure_ascii=False)
    assert len(line) < 10000 < len(line.encode())
    splunk.send(line.encode(), source="s", host="h")  # type: ignore[arg-type]
    [event] = splunk.simulator.events()
    assert isinstance(event["event"], str) and len(event["raw"].encode()) in (9999, 10000)
    message = (
        f"Truncating line because limit of 10000 bytes has been exceeded with a line length >= {len(line.encode())}"
    )
    context = 'data_source="s", data_host="h", data_sourcetype="cloudflare:json"'
    assert warnings(splunk, "LineBreakingProcessor") == [f"{message} - {context}"]
    splunk.simulator.set_props({"cloudflare:json": {"TRUNCATE": 0}})
    splunk.send(line.encode(), source="s", host="h")  # type: ignore[arg-type]
    assert splunk.simulator.events(limit=1)[0]["event"] == json.loads(line)


def test_line_breaks(splunk: Management) -> None:
    splunk.simulator.set_props(
        {"cloudflare:json": {"LINE_BREAKER": r"()(?=\{)"}, "merged": {"SHOULD_LINEMERGE": "true"}}
    )
    splunk.send('{"a":1}{"b":2}\n{"c":3}')
    assert [event["event"] for event in splunk.simulator.events()] == [{"a": 1}, {"b": 2}, {"c": 3}]
    splunk.send("2026-01-02T03:04:05Z a\nb\n2026-01-02T03:04:06Z c", sourcetype="merged")
    assert [event["raw"] for event in splunk.simulator.events(limit=2)] == [
        "2026-01-02T03:04:05Z a\nb",
        "2026-01-02T03:04:06Z c",
    ]


def test_the_null_queue_takes_an_exact_share(splunk: Management) -> None:
    rule = {"field": "ClientRequestHost", "value": "shop.example.com", "sourcetype": "cloudflare:*", "share": 0.01}
    splunk.simulator.change_settings(null_queue=[rule, {"index": "main", "source": "void"}])
    lines = "\n".join(
        json.dumps({"ClientRequestHost": f"{name}.example.com"}) for name in ("shop", "www") for dummy in range(500)
    )
    assert splunk.send(lines).json() == {"text": "Success", "code": 0}
    assert splunk.send("lost", source="void").json() == {"text": "Success", "code": 0}
    by_host = "search index=main | stats count by ClientRequestHost"
    assert splunk.search(by_host) == [
        {"ClientRequestHost": "shop.example.com", "count": "495"},
        {"ClientRequestHost": "www.example.com", "count": "500"},
    ]
    assert splunk.search(COUNT) == [{"count": "995"}] and splunk.simulator.state()["received"]["total"] == 1001
    lost = [event for event in splunk.simulator.events(limit=2000) if not event["indexed"]]
    assert len(lost) == 6


def test_what_splunkd_logs_about_requests(splunk: Management) -> None:
    hec = splunk.simulator.hec_url + "/services/collector/event"
    for token, body in (("wrong", "{}"), (splunk.simulator.hec_token, '{"event":"kept"}{"event":""}')):
        headers = {"Authorization": f"Splunk {token}", "X-Splunk-Request-Channel": "c"}
        requests.post(hec, body, headers=headers, verify=splunk.simulator.ca_file, timeout=10)
    begin = (
        "Failed processing http input, token name={}, channel=c, source_IP=127.0.0.1, reply={}, events_processed={}, "
    )
    unknown = begin.format("n/a", 4, 0) + 'http_input_body_size=2, parsing_err="Invalid token"'
    blank = begin.format("Cloudflare", 13, 1) + 'http_input_body_size=28, parsing_err="Event field cannot be blank"'
    assert warnings(splunk, "HttpInputDataHandler log_level=ERROR") == [unknown, blank]
    by_reply = "search index=_internal component=HttpInputDataHandler log_level!=INFO | stats count by reply"
    assert splunk.search(by_reply) == [{"reply": "13", "count": "1"}, {"reply": "4", "count": "1"}]
    # splunkd always logs something.
    assert splunk.search("search index=_internal sourcetype=splunkd log_level=INFO | head 1")


def test_behind_an_opentelemetry_collector_the_times_are_lost(splunk: Management) -> None:
    zone = {"sourcetype": "from:job", "index": "history"}
    line = '{"Datetime":"2026-01-02T03:04:05Z"}'
    for way, expected in ((True, ("from:job", "history", False)), ("raw", ("cloudflare:json", "main", True))):
        splunk.simulator.change_settings(hec_behind_opentelemetry=way)
        splunk.send(line, **zone)
        event = splunk.simulator.events(limit=1)[0]
        assert (event["sourcetype"], event["index"], event["time"] == 1767323045) == expected
