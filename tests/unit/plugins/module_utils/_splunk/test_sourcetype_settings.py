# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of props.conf for the events of datasets: Splunk finds their own time in each format and order of fields."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import OUTPUT_OPTION_BY_FIELD
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import logpush_events
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.logpush_events import (
    FIXED_FORMATS,
    OTHER_TIME_FIELDS,
    TIME_FIELDS,
    UNIXMILLI,
    app_sourcetype,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.sourcetype_settings import (
    TIMESTAMP_FORMATS,
    sourcetype_settings,
    sourcetype_warnings,
    stanza,
)
from ansible_collections.edgeops.logpush.tests.simulator.datasets import ACCOUNT_DATASETS, fields_of
from ansible_collections.edgeops.logpush.tests.simulator.event_time import find_time
from ansible_collections.edgeops.logpush.tests.simulator.output import _timestamp
from hypothesis import given
from hypothesis import strategies as st

NANOSECONDS = 1_764_349_200_123_456_789


def own_time(line: str, *datasets: str, timestamp_format: str = "rfc3339") -> float | None:
    """Return the time that Splunk finds in a line with the settings for datasets."""
    settings = sourcetype_settings(datasets, timestamp_format)
    return find_time(line, settings, int(settings["MAX_TIMESTAMP_LOOKAHEAD"]))


def test_the_settings_of_a_source_type():
    assert sourcetype_settings(["http_requests", "firewall_events"]) == {
        "TIME_PREFIX": r'"(?:Datetime|EdgeStartTimestamp)"\s*:\s*"?',
        "TIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
        "MAX_TIMESTAMP_LOOKAHEAD": "32",
        "TZ": "UTC",
        "LINE_BREAKER": r"([\r\n]+)",
        "SHOULD_LINEMERGE": "false",
        "TRUNCATE": "100000",
        "KV_MODE": "json",
    }


def test_the_stanza_of_an_entry():
    entry = {"name": "cloudflare:dns", "dataset": "gateway_dns", "datasets": ["dns_logs"], "timestamp_format": "unix"}
    assert stanza({**entry, "settings": {"TRUNCATE": 0}}) == {
        "description": "Cloudflare Logpush: dns_logs gateway_dns (managed by edgeops.logpush)",
        **sourcetype_settings(["gateway_dns", "dns_logs"], "unix"),
        "TRUNCATE": "0",
    }
    assert stanza({"dataset": "dns_logs", "datasets": None, "timestamp_format": None, "settings": None})["TIME_FORMAT"]


def test_the_formats_are_those_of_jobs():
    assert set(TIMESTAMP_FORMATS) == set(OUTPUT_OPTION_BY_FIELD["timestamp_format"].spec["choices"])


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("http_requests", "cloudflare:json"),
        ("firewall_events", "cloudflare:json"),
        ("dns_logs", "cloudflare:dns"),
        ("gateway_dns", "cloudflare:dns"),
        ("gateway_http", "cloudflare:http"),
        ("gateway_network", "cloudflare:network"),
        ("access_requests", "cloudflare:access"),
        ("audit_logs", "cloudflare:audit"),
        ("casb_findings", "cloudflare:casb"),
        ("a_new_dataset", "cloudflare:json"),
    ],
)
def test_the_source_types_of_the_app(dataset, name):
    assert app_sourcetype(dataset) == name


@pytest.mark.parametrize("dataset", sorted(TIME_FIELDS))
def test_the_fields_with_a_time(dataset):
    scopes = ("zones", "accounts") if dataset == "firewall_events" else None
    fields = {}
    for scope in scopes or (["accounts"] if dataset in ACCOUNT_DATASETS else ["zones"]):
        fields.update(fields_of(dataset, scope))
    numbers = (*FIXED_FORMATS, "timestampEndNanos")
    times = {name for name, field in fields.items() if field.type == "time" or name in numbers}
    assert times == {TIME_FIELDS[dataset], *OTHER_TIME_FIELDS.get(dataset, ())}
    assert (fields[TIME_FIELDS[dataset]].type != "time") is (TIME_FIELDS[dataset] in FIXED_FORMATS)


@given(
    dataset=st.sampled_from(sorted(set(TIME_FIELDS) - {"workers_trace_events", "websocket_analytics"})),
    timestamp_format=st.sampled_from(TIMESTAMP_FORMATS),
    nanoseconds=st.integers(1_000_000_000 * 10**9, 4_102_444_799 * 10**9),
    others=st.dictionaries(
        st.text(min_size=1).filter(lambda name: name not in TIME_FIELDS.values()), st.text() | st.integers()
    ),
    data=st.data(),
)
def test_the_own_time_is_found_in_each_format_and_order(dataset, timestamp_format, nanoseconds, others, data):
    other_times = dict.fromkeys(OTHER_TIME_FIELDS.get(dataset, ()), _timestamp(nanoseconds + 10**10, timestamp_format))
    # A string with the text of a record in it.
    text = {"Text": json.dumps({TIME_FIELDS[dataset]: _timestamp(1, timestamp_format)}, separators=(",", ":"))}
    record = {**others, **other_times, **text, TIME_FIELDS[dataset]: _timestamp(nanoseconds, timestamp_format)}
    names = data.draw(st.permutations(list(record)))
    line = json.dumps({name: record[name] for name in names}, separators=(",", ":"))
    own = {"rfc3339": 0, "unix": 0, "rfc3339ms": 3}.get(timestamp_format, 9)
    expected = nanoseconds // 10 ** (9 - own) / 10**own
    assert own_time(line, dataset, timestamp_format=timestamp_format) == pytest.approx(expected, rel=0, abs=1e-6)


def test_numbers_of_a_fixed_unit_do_not_follow_the_format_of_the_job():
    for timestamp_format in TIMESTAMP_FORMATS:
        line = json.dumps({"a": "1", "EventTimestampMs": NANOSECONDS // 10**6})
        time = own_time(line, "workers_trace_events", timestamp_format=timestamp_format)
        assert time == pytest.approx(1764349200.123)
        line = json.dumps({"a": "1", "timestampStartNanos": NANOSECONDS})
        time = own_time(line, "websocket_analytics", timestamp_format=timestamp_format)
        assert time == pytest.approx(1764349200.123456, abs=1e-6)
    # Nanoseconds in both datasets.
    assert sourcetype_settings(["websocket_analytics", "http_requests"], "unixnano")["TIME_FORMAT"] == "%s%9N"
    assert UNIXMILLI not in TIMESTAMP_FORMATS


def test_formats_that_cannot_share_a_source_type():
    with pytest.raises(OptionError) as error:
        sourcetype_settings(["http_requests", "workers_trace_events"])
    assert str(error.value) == (
        "datasets: a source type has one TIME_FORMAT, but workers_trace_events has its time in EventTimestampMs, a number of "
        "milliseconds that timestamp_format does not change, and http_requests would use rfc3339. Use a source type of its own "
        "for each of these formats"
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"datasets": ["http_request"]},
            "datasets: the field with the time is not known for http_request. Did you mean http_requests? Otherwise, set TIME_PREFIX",
        ),
        (
            {"datasets": ["new"]},
            "datasets: the field with the time is not known for new. Check the spelling, or set TIME_PREFIX",
        ),
        ({"datasets": []}, "dataset is required. Set dataset or datasets"),
        ({"datasets": ["dns_logs"], "timestamp_format": "iso"}, "timestamp_format: must be one of rfc3339, "),
        ({"datasets": ["dns_logs"], "settings": {"TRUNCATE = 1": 2}}, "settings: 'TRUNCATE = 1' is not a setting"),
        ({"datasets": ["dns_logs"], "settings": {"TRUNCATE": [1]}}, "settings: TRUNCATE must be text, a number"),
        ({"datasets": ["dns_logs"], "settings": {"TRUNCATE": "1\n[default]"}}, "settings.TRUNCATE: must be one line"),
    ],
)
def test_options_that_cannot_be_used(options, problem):
    with pytest.raises(OptionError) as error:
        sourcetype_settings(**options)
    assert str(error.value).startswith(problem)


def test_further_settings_win():
    settings = sourcetype_settings(
        ["http_requests"], None, {"TRUNCATE": 0, "AUTO_KV_JSON": False, "category": "Cloudflare"}
    )
    assert (settings["TRUNCATE"], settings["AUTO_KV_JSON"], settings["category"]) == ("0", "false", "Cloudflare")
    own = {"TIME_PREFIX": "^", "TIME_FORMAT": "%s"}
    assert sourcetype_settings(["new_dataset"], None, own).items() >= own.items()


def test_a_record_with_the_time_of_another_dataset(monkeypatch):
    assert sourcetype_warnings("cloudflare:json", list(TIME_FIELDS)) == []
    monkeypatch.setitem(logpush_events.OTHER_TIME_FIELDS, "spectrum_events", ("ConnectTimestamp", "Datetime"))
    assert sourcetype_warnings("cloudflare:json", ["spectrum_events", "http_requests"]) == []
    [warning] = sourcetype_warnings("cloudflare:json", ["spectrum_events", "http_requests", "firewall_events"])
    assert warning == (
        "A record of spectrum_events has the field Datetime besides its own time Timestamp, and Datetime is the time of "
        "firewall_events. Splunk uses the field that comes first in the record, so some events of spectrum_events get a wrong "
        "time. Use a source type of its own for spectrum_events, such as cloudflare:json:spectrum_events"
    )
