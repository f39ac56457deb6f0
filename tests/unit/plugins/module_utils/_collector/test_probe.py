# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe of the simulated collector, and its options."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.probe import CHECKS
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.probes import TOKEN, run, splunk
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import closed_port
from ansible_collections.edgeops.logpush.tests.unit.tls_server import HttpsServer

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
    request = simulator.requests(side="hec")[-1]
    assert (request["method"], request["path"]) == ("POST", "/services/collector/raw")


def test_headers_and_query_are_those_of_logpush(sound: dict[str, str]) -> None:
    with HttpsServer(splunk, sound["server"]) as server:
        probed = run(endpoint=server.endpoint, ca_path=sound["roots"], event="one line")
    assert probed.ready
    event = server.asked[-1]
    assert event.body == b"one line\n"
    assert event.headers["Content-Encoding"] == "gzip"
    assert event.headers["User-Agent"] == "Go-http-client/2.0"
    assert event.headers.get("Content-Type") is None
    assert "channel=" in event.path and "sourcetype=cloudflare%3Ajson" in event.path
    assert [asked.headers.get("Authorization") for asked in server.asked] == [None, *[f"Splunk {TOKEN}"] * 2]


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
        ("untrusted", True, False, "ca_path"),
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
    # Health and path need no token, and the token is sent only to a server that proves its identity.
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
        ({"endpoint": None}, "endpoint: is required: set it, or the SPLUNK_HEC_ENDPOINT environment variable"),
        ({"hec_token": None}, "hec_token: is required: set it, or the SPLUNK_HEC_TOKEN environment variable"),
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
