# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real OpenTelemetry Collector in front of the simulated Splunk: the simulated collector of the other tests answers
like it, the probe recognizes it, and the configuration of the guide loses nothing."""

from __future__ import annotations

import contextlib
import json
import pathlib
import time
import typing as t

import pytest
import yaml
from ansible_collections.edgeops.logpush.tests.simulator import opentelemetry
from ansible_collections.edgeops.logpush.tests.unit import certificate_factory as factory
from ansible_collections.edgeops.logpush.tests.unit.probes import Probed, run
from e2e.documents import blocks_of
from simulator.process import Simulator
from simulator.splunk_state import CLOUDFLARE_PROPS

from .opentelemetry_collector import CHECKOUT, Collector, running

GUIDE = CHECKOUT / "docs/docsite/rst/guide_opentelemetry.rst"
RAW = opentelemetry.RAW_PATH
CHANNEL = "11111111-2222-4333-8444-555555555555"
LINE = '{"EdgeStartTimestamp":"2026-01-01T00:00:00Z","n":%d}'
LONG_LINE = "x" * 70_000
# 30 MB of lines of 1000 bytes: 20 MiB are 20,971 lines and a half.
MANY = b"".join(b"%09d%s\n" % (number, b"z" * 990) for number in range(30_000))
NO_QUEUE = {"sending_queue": {"enabled": False}, "retry_on_failure": {"enabled": False}}

Start = t.Callable[..., Collector]


@pytest.fixture
def start(simulator: Simulator, tmp_path: pathlib.Path) -> t.Iterator[Start]:
    """Return a function that starts a collector in front of the simulator, with a configuration or with the defaults and these
    settings of the exporter."""
    root = factory.authority("Root")
    certificate = factory.issue("localhost", by=root).write(tmp_path / "server.pem", with_key=True)
    ca_path = root.write(tmp_path / "roots.pem")
    token = {"name": "t", "token": simulator.hec_token, "sourcetype": "from:token", "index": "cloudflare"}
    simulator.reset(hec_tokens=[token])
    with contextlib.ExitStack() as stack:

        def started(configuration: dict[str, t.Any] | None = None, **exporter: t.Any) -> Collector:
            configuration = configuration or {
                "receivers": {"splunk_hec": {}},
                "exporters": {
                    "splunk_hec": {"endpoint": f"{simulator.hec_url}/services/collector", "token": simulator.hec_token}
                },
                "service": {"pipelines": {"logs": {"receivers": ["splunk_hec"], "exporters": ["splunk_hec"]}}},
            }
            configuration["receivers"]["splunk_hec"]["tls"] = {"cert_file": certificate, "key_file": certificate}
            configuration["exporters"]["splunk_hec"].update({"tls": {"ca_file": simulator.ca_file}, **exporter})
            environment = {"HEC_TOKEN": simulator.hec_token}
            return stack.enter_context(running(configuration, tmp_path, ca_path, **environment))

        yield started


@pytest.fixture
def as_in_the_guide(simulator: Simulator) -> dict[str, t.Any]:
    """Return the configuration of the guide."""
    [block] = [block for block in blocks_of(GUIDE) if block.file_name == "collector.yaml"]
    return yaml.safe_load(block.text.replace("https://splunk.example.com:8088", simulator.hec_url))


def probe(collector: Collector, simulator: Simulator, path: str = "", **options: t.Any) -> Probed:
    """Return the probe of a collector."""
    endpoint = f"{collector.endpoint}{path}"
    return run(endpoint=endpoint, hec_token=simulator.hec_token, ca_path=collector.ca_path, **options)


def disable_the_token(simulator: Simulator) -> None:
    """Let Splunk refuse everything."""
    simulator.reset(hec_tokens=[{"name": "t", "token": simulator.hec_token, "disabled": True}])


def test_the_stand_in_answers_like_the_receiver(start: Start, simulator: Simulator) -> None:
    collector = start(**NO_QUEUE)
    lines = f"{LINE % 1}\r\n\n{LINE % 2}\n".encode()
    too_long = f"{LINE % 3}\n{LONG_LINE}\n{LINE % 4}\n".encode()
    edges = b"".join(b"%s\n%s\n" % (b"e" * length, b"end") for length in (65_535, 65_536))
    passed_on: list[t.Any] = []
    for method, path, body, query in (
        ("POST", "/services/collector/no-such-path", b"", {}),
        ("POST", "/services/collector/event", b"", {}),
        ("GET", opentelemetry.HEALTH_PATHS[0], b"", {}),
        ("GET", opentelemetry.HEALTH_PATHS[1], b"", {}),
        ("GET", RAW, b"", {}),
        ("POST", RAW, b"", {"channel": CHANNEL}),
        ("POST", RAW, b"x", {"channel": "no-guid"}),
        ("POST", RAW, b"x", {"channel": ""}),
        ("POST", RAW, lines, {"channel": CHANNEL}),
        ("POST", RAW, too_long, {}),
        ("POST", RAW, edges, {}),
        ("POST", RAW, MANY, {}),
        ("POST", f"{RAW}/1.0", lines, {}),
        ("POST", f"{RAW}/1.0", b"no json", {}),
        ("POST", "/services/collector/ack", b'{"acks":[0]}', {}),
        ("POST", "/anywhere", b'{"event":""}', {}),
        ("POST", "/anywhere", b'{"event":"an event"}', {}),
    ):
        real = collector.send(path, body, method, **query)
        url = f"{path}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
        stand_in = opentelemetry.answer(method, url, body)
        expected = (stand_in.status, stand_in.data, *stand_in.headers.values())
        assert (real.status, json.loads(real.text), real.kind, real.connection) == expected, (method, url)
        passed_on += stand_in.events
    # The exporter leaves out an empty line.
    arrived = [event["event"] for event in simulator.events(limit=100_000)]
    kept = [event for event in passed_on if event]
    assert simulator.state()["received"]["total"] == len(kept)
    assert arrived == kept[-len(arrived) :]
    event = simulator.events(limit=1)[0]
    assert (event["raw"], event["sourcetype"], event["index"]) == (None, "from:token", "cloudflare")


def test_the_probe_recognizes_it(start: Start, simulator: Simulator) -> None:
    collector = start(**NO_QUEUE)
    found = probe(collector, simulator)
    assert found.ready and found.ok["software"] is None
    assert found.text("software").startswith("An OpenTelemetry Collector answers.")
    assert "tokens are not checked" in found.text("token")
    assert probe(collector, simulator, max_upload_bytes=0).wrong == {"software"}
    assert probe(collector, simulator, max_upload_bytes=10_000_000).ok["software"] is True
    versioned = probe(collector, simulator, "/services/collector/raw/1.0")
    assert versioned.wrong == {"path", "event"} and "Remove /1.0" in versioned.text("path")
    disable_the_token(simulator)
    refused = probe(collector, simulator)
    assert refused.wrong == {"event"}
    assert "Internal Server Error" in refused.text("event") and "exporter" in refused.text("event")


def test_its_queue_accepts_what_splunk_refuses(start: Start, simulator: Simulator) -> None:
    collector = start()
    disable_the_token(simulator)
    assert collector.send(RAW, b"a line\n").status == 200
    deadline = time.monotonic() + 10
    while not simulator.requests(side="hec") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert simulator.requests(side="hec")[-1]["status"] == 403
    assert simulator.events() == []


def test_the_configuration_of_the_guide_loses_nothing(
    start: Start, simulator: Simulator, as_in_the_guide: dict[str, t.Any]
) -> None:
    collector = start(as_in_the_guide)
    # By default, Splunk cuts off a line after 10,000 bytes.
    simulator.set_props(CLOUDFLARE_PROPS)
    token = simulator.hec_token
    lines = [LINE % 1, LONG_LINE, LINE % 2]
    body = "".join(f"{line}\n" for line in lines).encode()
    assert collector.send(RAW, body, token=token, channel=CHANNEL, sourcetype="ignored").status == 200
    events = simulator.events()
    assert [event["raw"] for event in events] == lines
    assert {(event["sourcetype"], event["index"]) for event in events} == {("cloudflare:json", "cloudflare")}
    # 10 MB arrive whole, and a batch that is too large is refused, not cut off.
    simulator.reset(hec_tokens=[{"name": "t", "token": token}])
    assert collector.send(RAW, MANY[:10_000_000], token=token).status == 200
    assert simulator.state()["received"]["total"] == 10_000
    assert collector.send(RAW, MANY, token=token).status == 500
    assert simulator.state()["received"]["total"] == 10_000
    # Tokens are checked, and the probe still recognizes the collector.
    assert collector.send(RAW, body, token="another").status == 401
    found = probe(collector, simulator, max_upload_bytes=10_000_000)
    assert found.ready
    assert found.by_name["software"]["detail"] == "An OpenTelemetry Collector answers."
    assert found.by_name["token"]["detail"] == "The collector accepts the token."
    # If Splunk refuses events, the collector refuses them to Cloudflare, too.
    disable_the_token(simulator)
    assert collector.send(RAW, body, token=token).status == 500


def test_a_larger_body_size_as_in_the_guide(
    start: Start, simulator: Simulator, as_in_the_guide: dict[str, t.Any]
) -> None:
    as_in_the_guide["receivers"]["splunk_hec"]["max_request_body_size"] = 104_857_600
    collector = start(as_in_the_guide)
    assert collector.send(RAW, MANY, token=simulator.hec_token).status == 200
    assert simulator.state()["received"]["total"] == 30_000
