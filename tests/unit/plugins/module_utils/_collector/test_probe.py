# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe of the simulated collector, and its options."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.check_list import CHECKS
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import hec_request
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.probes import TOKEN, run, splunk
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import closed_port
from ansible_collections.edgeops.logpush.tests.unit.tls_server import Asked, HttpsServer

# The simulated collector


def test_a_ready_collector(simulator: Simulator, given: dict[str, t.Any]) -> None:
    probed = run(**given)
    assert probed.ready
    assert {name for name, ok in probed.ok.items() if ok is not True} == {"public_address"}
    assert probed.certificate["matches"] and probed.certificate["trusted"]
    assert probed.certificate["names"] == ["localhost", "127.0.0.1", "::1"]
    assert len(simulator.events()) == 1


def test_the_event_is_sent_as_logpush_sends_it(simulator: Simulator, given: dict[str, t.Any]) -> None:
    channel = "11111111-2222-4333-8444-555555555555"
    run(**given, channel=channel, sourcetype="cloudflare:test", event={"hello": "wörld"})
    event = simulator.events()[0]
    assert event["event"] == {"hello": "wörld"}
    assert event["channel"] == channel
    assert event["sourcetype"] == "cloudflare:test"
    request = simulator.requests(side="hec")[-2]
    assert (request["method"], request["path"]) == ("POST", "/services/collector/raw")


def test_headers_and_query_are_those_of_logpush(sound: dict[str, str]) -> None:
    with HttpsServer(splunk, sound["server"]) as server:
        probed = run(endpoint=server.endpoint, ca_path=sound["roots"], event="one line")
    assert probed.ready
    event = server.asked[-2]
    assert event.body == b"one line\n"
    assert event.headers["Content-Encoding"] == "gzip"
    assert event.headers["User-Agent"] == "Go-http-client/2.0"
    assert event.headers.get("Content-Type") is None
    assert "channel=" in event.path and "sourcetype=cloudflare%3Ajson" in event.path
    health, software, empty, sent, unknown = [asked.headers.get("Authorization") for asked in server.asked]
    assert (health, software, empty, sent) == (None, None, *[f"Splunk {TOKEN}"] * 2)
    # A random token, to find out whether tokens are checked.
    assert re.fullmatch(r"Splunk [0-9a-f-]{36}", str(unknown)) and unknown != empty


def test_the_channel_is_the_same_in_every_run_and_spelling(simulator: Simulator, given: dict[str, t.Any]) -> None:
    host = simulator.hec_endpoint
    for endpoint in (host, host.upper(), f"https://{host}/services/collector/raw"):
        assert run(**{**given, "endpoint": endpoint}).ready
    assert len({event["channel"] for event in simulator.events()}) == 1


def test_nothing_is_written_without_a_test_event(simulator: Simulator, given: dict[str, t.Any]) -> None:
    for probed in (run(check_mode=True, **given), run(send_event=False, **given)):
        assert probed.ready
        assert probed.ok["event"] is None
        assert probed.ok["acknowledgement"] is True
    assert "send_event" in probed.text("event")
    assert simulator.events() == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_acknowledgement_is_noticed(simulator: Simulator, given: dict[str, t.Any], check_mode: bool) -> None:
    simulator.reset(hec_tokens=[{"name": "a", "token": simulator.hec_token, "useACK": True}])
    probed = run(check_mode, **given)
    assert probed.wrong == {"acknowledgement"}
    assert "use_ack: false" in probed.text("acknowledgement")


def test_everything_that_is_wrong_is_reported_at_once(simulator: Simulator, given: dict[str, t.Any]) -> None:
    simulator.reset(
        hec_tokens=[{"name": "a", "token": simulator.hec_token, "useACK": True, "indexes": ["cloudflare"]}],
        settings={"hec_health_code": 18},
    )
    simulator.set_faults(
        {
            "kind": "status",
            "side": "hec",
            "path": "raw$",
            "skip": 1,
            "status": 400,
            "body": {"text": "Incorrect index", "code": 7, "invalid-event-number": 1},
        }
    )
    probed = run(**{**given, "endpoint": f"{simulator.hec_endpoint}/services/collector/event"})
    assert probed.wrong == {"health", "path", "acknowledgement", "event"}
    assert "code 18" in probed.text("health")
    assert "/services/collector/event" in probed.text("path")
    assert "index" in probed.text("event")


def test_a_collector_that_accepts_any_token_is_told_apart(sound: dict[str, str]) -> None:
    def receiver(asked: Asked) -> tuple[t.Any, ...]:
        """Answer like an OpenTelemetry Collector."""
        return (
            (200, {"text": "HEC is healthy", "code": 17})
            if "/health" in asked.path
            else (200, {"text": "OK", "code": 0})
        )

    with HttpsServer(receiver, sound["server"]) as server:
        probed = run(endpoint=server.endpoint, ca_path=sound["roots"])
    assert probed.ready
    assert "accepts any token" in probed.text("token") and "tokens are not checked here" in probed.text("token")


def message(**options: t.Any) -> str:
    """Return the message of a probe that fails."""
    with pytest.raises(CollectionError) as raised:
        run(**options, fail_when_not_ready=True)
    return str(raised.value)


def test_a_message_begins_with_the_cause(simulator: Simulator, given: dict[str, t.Any]) -> None:
    closed = message(endpoint="localhost:9")
    assert closed.startswith(
        "Nothing listens on port 9 of localhost (localhost:9 is not ready for Logpush). Correct the"
    )
    assert len(closed.split()) < 60
    simulator.change_settings(certificate="expired")
    expired = message(**given)
    assert re.match(r"The certificate of \S+ expired on 20\d\d-\d\d-\d\d: renew it \(", expired)
    simulator.reset()
    simulator.set_faults({"kind": "html", "side": "hec", "status": 413, "times": None})
    too_large = message(**given)
    assert too_large.startswith("A proxy in front of the collector refuses request bodies of this size (HTTP 413) (")
    assert "limit for request bodies" in too_large and "100,000 records" in too_large
    assert "Correct the host" not in too_large


def test_the_management_port_is_named(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The management API in place of HEC, as if it had its usual port."""
    port = int(simulator.management_url.rpartition(":")[2])
    monkeypatch.setitem(hec_request._OTHER_SERVICES, port, hec_request._OTHER_SERVICES[8089])
    failed = message(endpoint=f"localhost:{port}", ca_path=simulator.ca_file)
    assert failed.startswith(f"{port} is Splunk's management port; HEC usually listens on 8088 (localhost:{port} is")


def test_a_disabled_and_an_unknown_token(simulator: Simulator, given: dict[str, t.Any]) -> None:
    simulator.reset(hec_tokens=[{"name": "off", "token": simulator.hec_token, "disabled": True}])
    disabled, unknown = run(**given), run(**{**given, "hec_token": "unknown"})
    for probed, words in ((disabled, "Token disabled"), (unknown, "Invalid token")):
        assert probed.wrong == {"token"}
        assert words in probed.text("token")
        assert probed.ok["event"] is None
        assert "see token" in probed.text("event")


@pytest.mark.parametrize(
    ("kind", "matches", "trusted", "word"),
    [
        ("wrong_host", False, True, "SplunkServerDefaultCert"),
        ("expired", True, True, "expired on"),
        ("untrusted", True, False, "your own CA bundle"),
    ],
)
def test_certificates_that_are_refused(
    simulator: Simulator, given: dict[str, t.Any], kind: str, matches: bool, trusted: bool, word: str
) -> None:
    simulator.change_settings(certificate=kind)
    probed = run(**given)
    assert probed.wrong == {"certificate"}
    assert (probed.certificate["matches"], probed.certificate["trusted"]) == (matches, trusted)
    assert word in probed.text("certificate")
    assert (probed.certificate["days_left"] < 0) is (kind == "expired")
    # The checks of health and path need no token. The token is sent only to a server that proves its identity.
    assert (probed.ok["health"], probed.ok["path"], probed.ok["token"]) == (True, True, None)
    assert simulator.events() == []
    careless = run(**given, insecure_skip_verify=True)
    assert careless.ready
    assert word in careless.text("certificate")
    assert len(simulator.events()) == 1


def test_trust_is_checked_with_public_roots(
    simulator: Simulator, given: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", simulator.ca_file)
    monkeypatch.setenv("SSL_CERT_FILE", simulator.ca_file)
    probed = run(**{**given, "ca_path": None})
    assert probed.wrong == {"public_address", "certificate"}
    assert "public roots" in probed.text("certificate")


def test_a_failure_lists_everything_and_has_the_result(simulator: Simulator, given: dict[str, t.Any]) -> None:
    simulator.change_settings(hec_health_code=20)
    with pytest.raises(CollectionError) as raised:
        run(**{**given, "hec_token": "unknown"}, fail_when_not_ready=True)
    assert "code 20" in str(raised.value) and "code 4" in str(raised.value)
    details = raised.value.details
    assert details["ready"] is False
    assert [check["name"] for check in details["checks"]] == list(CHECKS)
    assert details["certificate"]["trusted"] is True


# Options


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"endpoint": None}, "endpoint is required. Set endpoint or the SPLUNK_HEC_ENDPOINT environment variable"),
        ({"hec_token": None}, "hec_token is required. Set hec_token or the SPLUNK_HEC_TOKEN environment variable"),
        ({"endpoint": "http://h:8088"}, "scheme must be https"),
        ({"endpoint": f"splunk://h:8088/x?header_Authorization=Splunk%20{TOKEN}"}, "endpoint"),
        ({"endpoint": "h:99999"}, "endpoint"),
        ({"endpoint": "h:99999/services/collector"}, "endpoint"),
        ({"channel": "one"}, "channel"),
        ({"sourcetype": "two words"}, "sourcetype"),
        ({"hec_token": "two words"}, "hec_token"),
        ({"event": 7}, "event"),
        ({"event": " "}, "event"),
        ({"timeout": 0}, "timeout"),
        ({"ca_path": "/does/not/exist"}, "ca_path"),
        ({"ca_path": __file__}, "ca_path"),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(options: dict[str, t.Any], named: str) -> None:
    with pytest.raises(OptionError) as raised:
        run(**{"endpoint": f"127.0.0.1:{closed_port()}", **options})
    assert named in str(raised.value)
    assert TOKEN not in str(raised.value)


def test_the_environment_fills_in(
    simulator: Simulator, given: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPLUNK_HEC_ENDPOINT", given["endpoint"])
    monkeypatch.setenv("SPLUNK_HEC_TOKEN", f"Splunk%20{given['hec_token']}")
    assert run(endpoint=None, hec_token=None, ca_path=given["ca_path"]).ready
