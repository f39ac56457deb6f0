# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe of an OpenTelemetry Collector in front of Splunk: its messages, and its failures."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector import software
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.answer import Answer
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.software import Batches
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.tests.unit.opentelemetry_receiver import OpenTelemetryReceiver
from ansible_collections.edgeops.logpush.tests.unit.probes import TOKEN, Probed, run, splunk
from ansible_collections.edgeops.logpush.tests.unit.tls_server import Asked, HttpsServer

MIB = 1024 * 1024


def probed(sound: dict[str, str], receiver: t.Any = None, path: str = "", **options: t.Any) -> Probed:
    """Return the probe of a receiver."""
    with HttpsServer(receiver or OpenTelemetryReceiver(), sound["server"]) as server:
        return run(endpoint=f"{server.endpoint}{path}", ca_path=sound["roots"], **options)


def test_the_software_and_its_limits_are_named(sound: dict[str, str]) -> None:
    found = probed(sound)
    assert found.ready and found.ok["software"] is None
    text = found.text("software")
    assert text.startswith("An OpenTelemetry Collector answers.")
    for words in (
        "20 MiB",
        "max_upload_bytes: 10000000",
        "max_request_body_size",
        "64 KiB",
        "without their time",
        "guide",
    ):
        assert words in text
    assert "tokens are not checked" in found.text("token")
    [warning] = found.result["warnings"]
    assert warning.startswith("software: An OpenTelemetry Collector answers.")


def test_splunk_is_named_without_a_warning(sound: dict[str, str]) -> None:
    found = probed(sound, splunk, max_upload_bytes=0)
    assert found.by_name["software"] == {"name": "software", "ok": True, "detail": "Splunk answers.", "advice": ""}
    assert "warnings" not in found.result


@pytest.mark.parametrize(
    ("options", "ok", "word"),
    [
        ({"max_upload_bytes": 0}, False, "max_upload_bytes is not set: without it, batches are often larger."),
        ({"max_upload_bytes": 20 * MIB + 1}, False, "max_upload_bytes is 20971521."),
        ({"max_upload_bytes": 20 * MIB}, True, "64 KiB"),
        ({"max_upload_bytes": 10_000_000}, True, "64 KiB"),
        ({"max_upload_bytes": 50_000_000, "max_request_body_size": 60_000_000}, True, "64 KiB"),
        (
            {"max_upload_bytes": 70_000_000, "max_request_body_size": 60_000_000},
            False,
            "after the first 60000000 bytes",
        ),
        ({"max_upload_bytes": 0, "max_request_body_size": 100 * MIB}, True, "64 KiB"),
        ({"max_request_body_size": 100 * MIB}, True, "64 KiB"),
        ({"max_upload_bytes": 0, "max_request_body_size": 0}, False, "20 MiB"),
        ({"max_request_body_size": 10_000_000}, None, "after the first 10000000 bytes"),
    ],
)
def test_batches_that_can_be_too_large_are_a_failure(
    sound: dict[str, str], options: dict[str, int], ok: bool | None, word: str
) -> None:
    found = probed(sound, **options)
    assert found.ok["software"] is ok
    assert found.ready is (ok is not False)
    assert word in found.text("software")
    assert ("max_upload_bytes: 10000000" in found.text("software")) is (ok is not True)
    assert ("warnings" in found.result) is (ok is None)


def test_a_batch_loses_what_is_beyond_the_limit_of_the_body(sound: dict[str, str]) -> None:
    """The loss that the probe warns about, at the simulated collector."""
    receiver = OpenTelemetryReceiver(body_limit=30)
    event = "0123456789\n" * 4
    assert probed(sound, receiver, event=event).ok["event"] is True
    assert receiver.events == ["0123456789", "0123456789", "01234567"]
    receiver = OpenTelemetryReceiver()
    assert probed(sound, receiver, event="one\n" + "x" * 65536 + "\nthree").ok["event"] is True
    assert receiver.events == ["one"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_version_in_the_path_is_to_be_left_out(sound: dict[str, str], check_mode: bool) -> None:
    found = probed(sound, path="/services/collector/raw/1.0", check_mode=check_mode)
    assert found.ok["path"] is False
    assert "Remove /1.0 from endpoint" in found.text("path") and "OpenTelemetry" in found.text("path")
    if not check_mode:
        assert found.ok["event"] is False and "remove /1.0" in found.text("event")
    assert probed(sound, splunk, path="/services/collector/raw/1.0").ready


def test_a_pipeline_that_refuses_is_not_blamed_on_a_load_balancer(sound: dict[str, str]) -> None:
    found = probed(sound, OpenTelemetryReceiver(refuses=True))
    assert found.wrong == {"event"}
    assert found.text("event").startswith('The answer is HTTP 500: "Internal Server Error".')
    assert "exporter" in found.text("event") and "load balancer" not in found.text("event")


def test_a_collector_that_checks_tokens_is_recognized(sound: dict[str, str]) -> None:
    """With an authenticator in front, which is not part of the receiver."""
    receiver = OpenTelemetryReceiver()

    def authenticator(asked: Asked) -> tuple[t.Any, ...]:
        if asked.headers.get("Authorization") != f"Splunk {TOKEN}":
            return 401, "missing or empty authorization header: Authorization\n"
        return receiver(asked)

    found = probed(sound, authenticator, max_upload_bytes=0)
    assert found.wrong == {"software"}
    assert found.by_name["token"]["detail"] == "The collector accepts the token."


def test_a_proxy_that_sends_every_path_to_splunk_is_splunk(sound: dict[str, str]) -> None:
    def proxy(asked: Asked) -> tuple[t.Any, ...]:
        is_health = asked.path.endswith("/health")
        return splunk(asked if is_health else asked._replace(path="/services/collector/raw"))

    found = probed(sound, proxy, max_upload_bytes=0)
    assert found.ready and found.ok["software"] is None


def test_no_token_is_sent_to_find_out_where_the_certificate_is_wrong(sound: dict[str, str], folder: t.Any) -> None:
    with HttpsServer(OpenTelemetryReceiver(), sound["server"]) as server:
        found = run(endpoint=f"127.0.0.1:{server.server_port}", max_upload_bytes=0)
    assert {"certificate", "software"} <= found.wrong
    assert not any(asked.headers.get("Authorization") for asked in server.asked)


@pytest.mark.parametrize("answer", [Answer(0, text="no answer"), Answer(403, html=True), Answer(200, 0), Answer(404)])
def test_other_answers_do_not_show_the_software(answer: Answer) -> None:
    check = software.check(answer, Batches(0, None))
    assert (check.ok, check.advice) == (None, "")


@pytest.mark.parametrize("option", ["max_upload_bytes", "max_request_body_size"])
def test_a_negative_size_is_refused(option: str) -> None:
    with pytest.raises(OptionError, match=option):
        run(endpoint="splunk.example.com", **{option: -1})
