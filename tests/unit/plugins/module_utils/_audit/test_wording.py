# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Durations, counts and sentences of an audit."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import wording
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.findings import KINDS, STATES
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import label


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (5399, "90 min"),
        (5400, "2 h"),
        (172799, "48 h"),
        (12 * 86400, "12 days"),
    ],
)
def test_durations(seconds: int, text: str) -> None:
    assert wording.duration(seconds) == text


def test_counts_have_separators_and_a_singular() -> None:
    assert [wording.counted(count, "job", "jobs") for count in (0, 1, 2, 12345)] == [
        "0 jobs",
        "1 job",
        "2 jobs",
        "12,345 jobs",
    ]


def test_labels_are_words() -> None:
    assert [label(name) for name in ("auto_disabled", "no_job", "drift", "none")] == [
        "auto-disabled",
        "no job",
        "drift",
        "no job",
    ]
    assert not [name for name in (*STATES, *KINDS) if "_" in label(name)]
    assert set(wording.STATE_MEANINGS) == set(STATES)


@pytest.mark.parametrize(
    ("row", "text"),
    [({"age": 120, "job_id": 1}, "2 min"), ({"age": None, "job_id": 1}, "never"), ({"job_id": None}, "")],
)
def test_last_delivery(row: dict[str, t.Any], text: str) -> None:
    assert wording.last_delivery(row) == text


@pytest.mark.parametrize(
    ("days", "text"), [(9, "2026-12-01, in 9 days"), (1, "2026-12-01, in 1 day"), (-1, "2026-12-01, expired")]
)
def test_the_end_of_a_certificate(days: int, text: str) -> None:
    assert wording.certificate_end({"expiry": "2026-12-01T10:00:00Z", "days_left": days}) == text
    assert wording.certificate_end({}) == ""


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("error uploading to https: status:403", "Splunk refuses the HEC token"),
        ("error uploading to https: status:503", "HTTP 503"),
        ("", "no reason given"),
        ("something\n new", "something new"),
        ("x" * 200, "x" * 160 + "\u2026"),
    ],
)
def test_the_cause_of_an_error_is_short(error: str, cause: str) -> None:
    assert wording.cause_of_error(error) == cause


def test_errors_that_differ_only_in_ports_ids_and_times_have_the_same_cause() -> None:
    reset = 'Post "https://hec.example.com:8088/services/collector/raw?channel={}": read tcp {}->203.0.113.5:8088: read: reset'
    one = reset.format("9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11", "172.16.1.2:43210")
    other = reset.format("00000000-0000-0000-0000-000000000001", "[fe80::1]:555")
    assert wording.cause_of_error(one) == wording.cause_of_error(other)
    assert wording.cause_of_error(one).endswith('channel=\u2026": read tcp \u2026->203.0.113.5:8088: read: reset')
    assert wording.cause_of_error("at 2026-11-22T07:00:00.123Z (ray 8f3a9b2c1d4e5f60)") == "at \u2026 (ray \u2026)"
    for plain in ("dial tcp 203.0.113.5:8088: i/o timeout", "effaced deadbeefs", "x" * 100, "LastStreamID=1999"):
        assert wording.cause_of_error(plain) == plain
    assert len(wording.cause_of_error("a-" * 100_000)) < 200
