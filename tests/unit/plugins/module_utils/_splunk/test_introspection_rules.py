# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the metrics of HEC show that no sender uses a token."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import introspection_rules as rules

TOKEN, WHOLE = "http_event_collector_token", "http_event_collector"


def row(time, series=WHOLE, host="one", requests=0, refused=0):
    """Return a row of the search."""
    counts = {"data.num_of_requests": str(requests), "data.num_of_requests_to_disabled_token": str(refused)}
    return {"_time": time, "host": host, "data.series": series, **counts}


def every_minute(begin, end, host="one"):
    """Return the rows of HEC as a whole from one time to another."""
    return [row(str(time), host=host) for time in range(begin, end + 1, 60)]


def found(rows, begin=1000.0, end=1300.0, **more):
    """Return the activity in a time."""
    return rules.activity(rules.reports(rows), begin, end, **more)


def test_no_row_of_the_token_is_quiet_if_hec_has_rows_for_the_whole_time():
    activity = found(every_minute(940, 1360))
    assert activity.is_complete and activity.requests == 0


@pytest.mark.parametrize(
    "rows",
    [
        [],
        every_minute(940, 1240),
        every_minute(1120, 1420),
        [one for one in every_minute(940, 1360) if one["_time"] != "1120"],
        [*every_minute(940, 1360), *every_minute(100, 460, host="two")],
        [row("1100", TOKEN)],
        [row("yesterday"), row(None), {"_time": "1100"}],
    ],
)
def test_metrics_with_a_gap_are_no_evidence(rows):
    assert not found(rows).is_complete


@pytest.mark.parametrize(
    "changed",
    [
        {"data.num_of_requests": None},
        {"data.num_of_requests": ["5", "6"]},
        {"data.num_of_requests": "9" * 5000},
        {"data.num_of_requests_to_disabled_token": "many"},
        {"_time": "yesterday"},
        {"_time": "9" * 400},
        {"host": None},
    ],
)
def test_a_row_of_the_token_that_cannot_be_read_is_no_evidence(changed):
    assert not found([*every_minute(940, 1360), {**row("1120", TOKEN), **changed}]).is_complete


def test_requests_count_if_their_interval_is_in_the_time():
    rows = every_minute(940, 1360)
    # This interval begins before the time.
    assert found([*rows, row("1000", TOKEN, requests=5)]).requests == 0
    activity = found([*rows, row("1120", TOKEN, requests=5), row("1180", TOKEN, requests=1, refused=2)])
    assert (activity.requests, activity.last) == (8, 1180.0)
    assert found([*rows, row("1120", TOKEN, requests=5)], while_disabled=True).requests == 0


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("1764300000", 1764300000.0),
        ("2025-11-28T03:20:00.000+00:00", 1764300000.0),
        ("2025-11-28T04:20:00.500+01:00", 1764300000.5),
        ("2025-11-27T22:20:00-0500", 1764300000.0),
        ("2025-11-28T03:20:00Z", 1764300000.0),
    ],
)
def test_times_as_splunk_writes_them(text, seconds):
    assert [report.time for report in rules.reports([row(text)])] == [seconds]


@pytest.mark.parametrize(
    "wrong",
    [
        {"data.num_of_requests": ""},
        {"data.num_of_requests": None},
        {"data.num_of_requests": "many"},
        {"data.num_of_requests": "-1"},
        {"data.num_of_requests": ["1", "2"]},
        {"data.num_of_requests_to_disabled_token": {}},
        {"_time": "yesterday"},
        {"host": 7},
        {"data.series": "other"},
    ],
)
def test_a_row_that_cannot_be_read_is_no_evidence(wrong):
    activity = found([*every_minute(940, 1360), {**row("1120", TOKEN, requests=1), **wrong}])
    assert not activity.is_complete and activity.unreadable == 1


@pytest.mark.parametrize("count", [5, "5", "5.0", 5.0, ["5", "5"]])
def test_a_number_of_requests_in_any_spelling(count):
    activity = found([*every_minute(940, 1360), {**row("1120", TOKEN), "data.num_of_requests": count}])
    assert activity.is_complete and activity.requests == 5


def test_fields_that_splunk_extracts_twice_are_read_once():
    twice = {key: [value, value] for key, value in row("1120", TOKEN, requests=5).items()}
    assert found([*every_minute(940, 1360), twice]).requests == 5


def test_a_report_without_the_count_of_refused_requests_only_says_nothing_about_these():
    rows = [*every_minute(940, 1360), {**row("1120", TOKEN, requests=0), "data.num_of_requests_to_disabled_token": ""}]
    assert found(rows).is_complete
    assert not found(rows, while_disabled=True).is_complete


def test_a_refused_request_right_after_the_token_was_disabled_counts():
    rows = [*every_minute(940, 1360), row("1060", TOKEN, requests=3, refused=1)]
    assert found(rows, begin=1050.0, while_disabled=True).requests == 1
    assert found(rows, begin=1060.1, while_disabled=True).requests == 0


def test_the_time_that_must_be_quiet():
    assert rules.quiet_window(2000.0, 900) == (1640.0, 2000.0)
    assert rules.quiet_window(2000.0, 120) == (1820.0, 2000.0)
    assert rules.quiet_window(2000.0, 20) == (1980.0, 2000.0)


def test_a_token_name_cannot_change_the_search():
    assert 'data.token_name="a\\" OR \\\\b")' in rules.metrics_query('a" OR \\b')
