# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Splunk finds the time of an event in its text as Splunk does: by its own patterns, or by props.conf."""

from __future__ import annotations

import typing as t

import pytest
from simulator.event_time import check, event_time
from simulator.splunk_state import CLOUDFLARE_PROPS

RECEIVED = 1_800_000_000.0
PREVIOUS = RECEIVED - 500
# 2027-01-15T07:58:20Z, a hundred seconds before.
TIME = RECEIVED - 100
ISO = "2027-01-15T07:58:20"
CLOUDFLARE = CLOUDFLARE_PROPS["cloudflare:json"]
PREFIX = {"TIME_PREFIX": r'"Datetime":"?'}


@pytest.mark.parametrize(
    ("text", "time"),
    [
        (f'{{"EdgeStartTimestamp":"{ISO}Z"}}', TIME),
        (f'{{"EdgeStartTimestamp":"{ISO}.250Z"}}', TIME + 0.25),
        (f'{{"EdgeStartTimestamp":"{ISO}.123456789Z"}}', TIME + 0.123456789),
        ("2027-01-15 09:58:20+02:00 text", TIME),
        ("2027-01-15 07:58:20 text", TIME),
        ('{"First":"2026-06-01T00:00:00Z","Second":"2027-01-15T07:58:20Z"}', 1_780_272_000.0),
        ("1799999900 text", TIME),
        ("[1799999900] text", TIME),
        ("1799999900.5 text", TIME + 0.5),
        ("time=1799999900250", TIME + 0.25),
        ('{"t": 1799999900250000}', TIME + 0.25),
        # A number that directly follows a colon is no time for Splunk, and neither is one with 19 digits.
        ('{"t":1799999900}', None),
        ('{"t":1799999900250}', None),
        ('{"t": 1799999900250000000}', None),
        ("2799999900 no time", None),
        (f'{{"ClientRequestUserAgent":"{"x" * 110}","EdgeStartTimestamp":"{ISO}Z"}}', None),
        ("2027-13-45T07:58:20Z", None),
        ("no time", None),
    ],
)
def test_without_settings(text: str, time: float | None) -> None:
    found = event_time(text, {}, RECEIVED, PREVIOUS)
    assert found.seconds == pytest.approx(PREVIOUS if time is None else time, abs=1e-6)
    assert bool(found.problem) is (time is None)


@pytest.mark.parametrize(
    ("props", "text", "time"),
    [
        (CLOUDFLARE, f'{{"RayID":"{"x" * 300}","EdgeStartTimestamp":"{ISO}Z"}}', TIME),
        (CLOUDFLARE, f'{{"When":"2026-06-01T00:00:00Z","Datetime":"{ISO}Z"}}', TIME),
        (CLOUDFLARE, f'{{"When":"{ISO}Z"}}', None),
        (CLOUDFLARE, f'{{"EdgeStartTimestamp":"{ISO}.250Z"}}', None),
        (CLOUDFLARE, '{"EdgeStartTimestamp":1799999900}', None),
        ({**PREFIX, "TIME_FORMAT": "%s"}, '{"Datetime":1799999900}', TIME),
        ({**PREFIX, "TIME_FORMAT": "%s%3N"}, '{"Datetime":1799999900250}', TIME + 0.25),
        ({**PREFIX, "TIME_FORMAT": "%s%9N"}, '{"Datetime":1799999900250000000}', TIME + 0.25),
        ({**PREFIX, "TIME_FORMAT": "%s%9N"}, '{"Datetime":1799999900}', None),
        ({**PREFIX, "TIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%9NZ"}, f'{{"Datetime":"{ISO}.250000000Z"}}', TIME + 0.25),
        ({**PREFIX, "TIME_FORMAT": "%FT%T%:z"}, '{"Datetime":"2027-01-15T09:58:20+02:00"}', TIME),
        ({"TIME_FORMAT": "%d %b %y %H:%M:%S"}, "15 Jan 27 07:58:20 text", TIME),
        # The letter Z of TIME_FORMAT is text, so the zone of TZ counts. A zone in the text wins over it.
        ({**CLOUDFLARE, "TZ": "Asia/Tokyo"}, f'{{"Datetime":"{ISO}Z"}}', TIME - 9 * 3600),
        ({"TZ": "Asia/Tokyo"}, f'{{"Datetime":"{ISO}"}}', TIME - 9 * 3600),
        ({"TZ": "Asia/Tokyo"}, f'{{"Datetime":"{ISO}Z"}}', TIME),
        ({**PREFIX, "TIME_FORMAT": "%s", "TZ": "Asia/Tokyo"}, '{"Datetime":1799999900}', TIME),
        ({**PREFIX, "MAX_TIMESTAMP_LOOKAHEAD": 10}, f'{{"Datetime":"{ISO}Z"}}', None),
        (PREFIX, f'{{"x":"{"x" * 300}","Datetime":"{ISO}Z"}}', TIME),
        ({"MAX_TIMESTAMP_LOOKAHEAD": 0}, f'{{"x":"{"x" * 300}","Datetime":"{ISO}Z"}}', TIME),
        ({"MAX_DAYS_AGO": 1}, '{"Datetime":"2027-01-01T00:00:00Z"}', None),
        ({"MAX_DAYS_AGO": 20}, '{"Datetime":"2027-01-01T00:00:00Z"}', RECEIVED - 14 * 86400 - 8 * 3600),
        ({}, '{"Datetime":"2020-01-01T00:00:00Z"}', None),
        ({}, '{"Datetime":"2027-02-01T00:00:00Z"}', None),
    ],
)
def test_with_settings(props: dict[str, t.Any], text: str, time: float | None) -> None:
    found = event_time(text, props, RECEIVED, PREVIOUS)
    assert found.seconds == pytest.approx(PREVIOUS if time is None else time, abs=1e-6)
    assert bool(found.problem) is (time is None)


def test_an_event_without_a_time_gets_another_one() -> None:
    first, later = event_time("x", {}, RECEIVED, None), event_time("x", {}, RECEIVED, PREVIOUS)
    assert (first.seconds, later.seconds) == (RECEIVED, PREVIOUS)
    assert first.problem == "Failed to parse timestamp in first MAX_TIMESTAMP_LOOKAHEAD (128) characters of event."
    assert later.problem == f"{first.problem} Defaulting to timestamp of previous event (Fri Jan 15 07:51:40 2027)."
    old = event_time("2020-01-01T00:00:00Z", {}, RECEIVED, None)
    assert old.seconds == RECEIVED
    assert old.problem.startswith("A possible timestamp match (Wed Jan  1 00:00:00 2020) is outside of the acceptable")
    for value in ("CURRENT", "none"):
        assert event_time(f"{ISO}Z", {"DATETIME_CONFIG": value}, RECEIVED, PREVIOUS) == (RECEIVED, "")


@pytest.mark.parametrize("props", [{"TIME_PREFIX": "("}, {"LINE_BREAKER": "["}, {"TIME_FORMAT": "%Y %U"}])
def test_settings_that_cannot_be_used(props: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(props))):
        check(props)
