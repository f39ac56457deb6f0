# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""the time in an event is read in each format of Logpush, and compared with the time in Splunk."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.datasets import (
    ACCOUNT_DATASETS,
    ZONE_DATASETS,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.event_times import (
    TimedEvent,
    event_time,
    is_wrong,
    time_deviation,
    time_problem,
    timestamp,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.presets import PRESETS
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.logpush_events import TIME_FIELDS
from ansible_collections.edgeops.logpush.tests.simulator.datasets import fields_of
from ansible_collections.edgeops.logpush.tests.simulator.output import _timestamp
from hypothesis import given
from hypothesis import strategies as st

MOMENT = 1_764_349_200.25


def test_each_dataset_has_a_field_with_its_time():
    assert set(TIME_FIELDS) == ZONE_DATASETS | ACCOUNT_DATASETS
    for dataset, field in TIME_FIELDS.items():
        assert field in fields_of(dataset, "zones" if dataset in ZONE_DATASETS else "accounts"), dataset


def test_the_presets_have_the_field_with_the_time():
    for dataset, preset in PRESETS["splunk_app"].items():
        assert TIME_FIELDS[dataset] in preset.fields


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2025-11-28T17:00:00Z", 1_764_349_200),
        ("2025-11-28T17:00:00.25Z", MOMENT),
        ("2025-11-28T18:00:00.250000000+01:00", MOMENT),
        (1_764_349_200, 1_764_349_200),
        ("1764349200", 1_764_349_200),
        (1_764_349_200_250, MOMENT),
        (1_764_349_200_250_000_000, MOMENT),
        ("1764349200250000000", MOMENT),
        ("2025-11-28", None),
        ("2025-13-28T17:00:00Z", None),
        ("", None),
        ("nan", None),
        (0, None),
        (-5, None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_the_time_of_a_timestamp(value, seconds):
    assert timestamp(value) == (seconds if seconds is None else pytest.approx(seconds, abs=0.001))


@given(
    st.datetimes(
        datetime.datetime(2010, 1, 1), datetime.datetime(2100, 1, 1), timezones=st.just(datetime.timezone.utc)
    ),
    st.sampled_from(["unixnano", "unix", "rfc3339", "rfc3339ms", "rfc3339ns"]),
)
def test_every_format_that_logpush_writes_is_read(moment, form):
    seconds = (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds()
    written = _timestamp(int(seconds * 1_000_000) * 1000, form)
    # Splunk's search returns numbers as text.
    for value in (written, str(written)):
        read = timestamp(value)
        assert read is not None
        assert abs(read - seconds) <= 1


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_any_value_is_a_time_or_none(value):
    read = timestamp(value)
    assert read is None or read > 0


def test_the_time_of_an_event_is_that_of_its_dataset():
    fields = {"Datetime": "2025-11-28T17:00:00Z", "Timestamp": "2025-11-28T18:00:00Z"}
    assert event_time(fields, ["firewall_events"]) == 1_764_349_200
    assert event_time(fields, ["dns_logs"]) == 1_764_352_800
    assert event_time(fields, ["http_requests"]) is None
    assert event_time(fields, ["a_new_dataset"]) is None


def test_the_largest_deviation_counts():
    own = {"EdgeStartTimestamp": "2025-11-28T17:00:00Z"}
    events = [TimedEvent(own, 1_764_349_200.4), TimedEvent(own, 1_764_345_600), TimedEvent({}, 5)]
    assert time_deviation(events, ["http_requests"]) == -3600
    assert time_deviation(events[:1], ["http_requests"]) == 0.4
    assert time_deviation([TimedEvent({}, 5)], ["http_requests"]) is None


@pytest.mark.parametrize(
    ("deviation", "wrong"), [(None, False), (0.0, False), (1.0, False), (-1.0, False), (1.001, True), (-7200.0, True)]
)
def test_more_than_a_second_is_a_problem(deviation, wrong):
    assert is_wrong(deviation) is wrong


def test_the_advice_names_the_ways_to_repair():
    text = time_problem(-7200.0, "firewall_events", "cloudflare:json")
    for part in ("2 hours", "Datetime", "cloudflare:json", "splunk_sourcetype", "4501"):
        assert part in text
    behind = time_problem(3.25, "dns_logs", "cloudflare:json", "an OpenTelemetry Collector")
    assert "The reason is an OpenTelemetry Collector" in behind
    assert "3.2 seconds" in behind
