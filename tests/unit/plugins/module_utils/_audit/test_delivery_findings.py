# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings about what Cloudflare uploaded for a job, and how the reports show them."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.delivery_findings import (
    delivery_columns,
    main_failure,
    no_columns,
    no_figures,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.junit import junit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page_data import page_data
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.table import table
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.to_do import causes
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.wording import time_span
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import (
    DELIVERIES,
    JobDelivery,
    UploadGroup,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import HEALTHS
from ansible_collections.edgeops.logpush.tests.unit.audit_reports import (
    NOW,
    PLACE,
    POLICY,
    delivery_of,
    job,
    report_of,
    unchanged,
)
from hypothesis import given
from hypothesis import strategies as st

KINDS = ("losing", "retrying", "silent")
DAY = 86400
ACCEPTED = UploadGroup(200, True, 117, 1_234_567)
REFUSED = UploadGroup(503, False, 12)
LOST = (UploadGroup(1201, True, 2), UploadGroup(403, True, 1))

groups = st.builds(
    UploadGroup,
    status=st.sampled_from(
        [200, 204, 400, 403, 413, 429, 500, 503, 1101, 1102, 1103, 1104, 1105, 1106, 1107, 1108, 1201, 1999]
    ),
    is_final=st.booleans(),
    uploads=st.integers(1, 10**9),
    records=st.integers(0, 10**12),
    size=st.integers(0, 10**15),
)
deliveries = st.lists(groups, max_size=6).map(lambda found: JobDelivery(tuple(found)))


def moment(ago: int) -> str:
    """Return the time that was some seconds ago."""
    return (NOW - datetime.timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


moments = st.one_of(st.none(), st.integers(0, 60 * DAY).map(moment), st.just("no time"))
any_jobs = st.builds(
    lambda fields: job(**fields),
    st.fixed_dictionaries(
        {"enabled": st.booleans(), "last_complete": moments},
        optional={"time_created": moments, "last_error": moments, "error_message": st.sampled_from(["", "status:403"])},
    ),
)


def row_with(*found: UploadGroup, policy: audit.Policy = POLICY, **fields: t.Any) -> audit.Row:
    """Return the row of a job for which Cloudflare reports these uploads."""
    return delivery_of(job(**fields), JobDelivery(found), policy)


def kinds_of(row: audit.Row) -> list[str]:
    return [finding["kind"] for finding in row["findings"]]


def test_the_loss_of_batches_is_a_problem_with_numbers_and_advice() -> None:
    row = row_with(ACCEPTED, *LOST)
    [finding] = row["findings"]
    assert (finding["kind"], finding["level"]) == ("losing", "problem")
    assert finding["msg"] == (
        "Cloudflare dropped 3 of 120 batches in the last 24 hours (2 x batch dropped, 1 x HTTP 403)."
    )
    assert "Splunk refuses the HEC token" in finding["advice"]
    columns = {"records": 1_234_567, "uploads": 117, "failed_uploads": 3, "lost_uploads": 3, "delivery": "losing"}
    assert columns.items() <= row.items()


def test_repeated_uploads_are_a_note() -> None:
    [finding] = row_with(ACCEPTED, REFUSED)["findings"]
    assert (finding["kind"], finding["level"]) == ("retrying", "note")
    assert finding["msg"].startswith(
        "12 of 129 uploads failed in the last 24 hours (12 x HTTP 503). Cloudflare repeats them"
    )
    assert "load balancer" in finding["advice"]


def test_no_upload_of_a_job_that_cloudflare_disabled_is_called_repeated() -> None:
    disabled = {"enabled": False, "last_error": moment(60), "error_message": "status:503"}
    assert kinds_of(row_with(ACCEPTED, REFUSED, **disabled)) == ["auto_disabled"]


@pytest.mark.parametrize("fields", [{}, {"time_created": moment(60)}, {"enabled": False}, {"last_complete": moment(0)}])
def test_a_job_whose_uploads_all_arrive_has_no_finding(fields: dict[str, t.Any]) -> None:
    row = row_with(ACCEPTED, **fields)
    assert (row["findings"], row["delivery"]) == ([], "delivering")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {"last_complete": moment(3 * DAY)},
            "Cloudflare uploaded nothing in the last 24 hours. The last delivery was 3 days ago.",
        ),
        (
            {"last_complete": None, "time_created": moment(14 * 3600)},
            "Cloudflare has uploaded nothing since the job was created 14 h ago.",
        ),
    ],
)
def test_silence_is_a_note_that_replaces_quiet(fields: dict[str, t.Any], says: str) -> None:
    [finding] = row_with(**fields)["findings"]
    assert (finding["kind"], finding["level"], finding["msg"]) == ("silent", "note", says)
    assert "usual for a zone without traffic" in finding["advice"]


@pytest.mark.parametrize(
    "fields",
    [
        # Cloudflare shows the upload late.
        {"last_complete": moment(600)},
        # A new job, and one of unknown age.
        {"last_complete": None, "time_created": moment(600)},
        {"last_complete": None},
        {"enabled": False, "last_complete": moment(3 * DAY)},
    ],
)
def test_silence_without_evidence_is_no_finding(fields: dict[str, t.Any]) -> None:
    assert row_with(**fields)["findings"] == []


@pytest.mark.parametrize(
    ("fields", "policy", "kind"),
    [
        ({"last_error": moment(60), "error_message": "Timeout", "last_complete": moment(3 * DAY)}, POLICY, "failing"),
        ({"last_error": moment(60), "error_message": "Timeout", "enabled": False}, POLICY, "auto_disabled"),
        ({"last_complete": moment(3 * DAY)}, POLICY._replace(max_age=3600), "stale"),
    ],
)
def test_silence_is_not_said_twice(fields: dict[str, t.Any], policy: audit.Policy, kind: str) -> None:
    assert kinds_of(row_with(policy=policy, **fields)) == [kind]


def test_a_new_job_is_silent_once_jobs_of_its_age_have_delivered() -> None:
    new = job(last_complete=None, time_created=moment(120))
    [row] = audit.scope_rows(PLACE, [new], [unchanged()], POLICY)
    for youngest, kinds in ((None, []), (3600, []), (181, []), (170, ["silent"]), (5, ["silent"])):
        assert kinds_of({**row, **delivery_columns(new, row, JobDelivery(()), POLICY, youngest)}) == kinds


def test_a_short_window_does_not_make_a_job_silent_that_pushes_rarely() -> None:
    policy = POLICY._replace(delivery_window=60)
    assert row_with(policy=policy, last_complete=moment(300))["findings"] == []
    assert row_with(policy=policy, last_complete=None, time_created=moment(300))["findings"] == []
    assert kinds_of(row_with(policy=policy, last_complete=moment(1000))) == ["silent"]


def test_the_numbers_add_to_the_error_of_a_failing_job() -> None:
    failed = {"last_error": moment(60), "error_message": "error uploading to https: status:503"}
    assert kinds_of(row_with(ACCEPTED, REFUSED, **failed)) == ["failing", "retrying"]
    assert kinds_of(row_with(*LOST, **failed, enabled=False)) == ["auto_disabled", "losing"]
    assert row_with(*LOST, enabled=False)["findings"] == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (1101, "Check that the collector is up"),
        (1102, "Check that the collector is up"),
        (1103, "report it to Cloudflare"),
        (1104, "splunk_hec_probe"),
        (1105, "public DNS"),
        (1106, "ten seconds"),
        (1107, "splunk_hec_probe"),
        (1201, "fast enough"),
        (413, "max_upload_bytes"),
        (500, "internal error"),
    ],
)
def test_each_status_has_advice(status: int, words: str) -> None:
    [finding] = row_with(UploadGroup(status, True, 1))["findings"]
    assert words in finding["advice"]


def test_the_advice_is_about_the_cause_of_a_dropped_batch() -> None:
    dropped, refused, slow = UploadGroup(1201, True, 9), UploadGroup(403, False, 2), UploadGroup(1106, False, 5)
    assert main_failure([ACCEPTED, dropped, refused, slow]) == slow
    assert main_failure([dropped]) == dropped and main_failure([ACCEPTED]) is None


def test_a_window_is_named_exactly() -> None:
    spans = {86400: "24 hours", 3600: "hour", 7200: "2 hours", 172800: "2 days", 5400: "90 minutes", 45: "45 seconds"}
    assert {seconds: time_span(seconds) for seconds in spans} == spans


@given(any_jobs, deliveries, st.integers(1, 40 * DAY), st.sets(st.sampled_from(KINDS)))
def test_the_findings_follow_from_the_figures(
    stored: dict[str, t.Any], delivery: JobDelivery, window: int, ignore: set[str]
) -> None:
    policy = POLICY._replace(delivery_window=window, ignore=frozenset(ignore))
    row = delivery_of(stored, delivery, policy)
    assert row["state"] in HEALTHS and row["delivery"] in (*DELIVERIES, None)
    found = [finding for finding in row["findings"] if finding["kind"] in KINDS]
    if row["state"] == "disabled" or delivery.delivery == "delivering":
        assert not found
    elif delivery.delivery == "losing" or (delivery.delivery == "retrying" and row["state"] != "auto_disabled"):
        assert [finding["kind"] for finding in found] == [delivery.delivery]
    for finding in found:
        assert (finding["level"] == "problem") == (finding["kind"] == "losing" and "losing" not in ignore)
        assert finding["msg"].endswith(".") and finding["advice"].endswith((".", '}"}', "}"))
    if "silent" in kinds_of(row):
        assert not delivery.groups and not {"quiet", "stale", "failing", "auto_disabled"} & set(kinds_of(row))
        assert row["age"] is None or row["age"] > window
    summary = audit.summary([row], [])
    assert summary["lost_uploads"] == row["lost_uploads"] <= row["failed_uploads"] == summary["failed_uploads"]
    report = {**report_of([row]), "delivery_window": window}
    for width in (40, 80, 200):
        assert all(len(line) <= width for line in table(report, width=width)[1:])
    assert json.dumps(page_data(report)) and junit(report)


def test_the_table_shows_records_losses_and_the_last_delivery() -> None:
    rows = [row_with(ACCEPTED, *LOST), row_with(UploadGroup(200, True, 3, 33)), row_with(ACCEPTED, REFUSED)]
    lines = table(report_of(rows), width=160)
    assert lines[2] == (
        "  In the last 24 hours: 2,469,167 records in 237 uploads, 3 batches lost. Jobs: 1 delivering, 1 retrying, 1 losing."
    )
    assert lines[3] == "  Retrying: shop.example.com http_requests"
    assert lines[5].split() == ["ZONE", "OR", "ACCOUNT", "DATASET", "STATE", "LAST", "RECORDS", "LOST", "FINDING"]
    assert "  2 min  1,234,567  3     Cloudflare dropped 3 of 120 batches in the last 24 hours" in lines[6]
    narrow = table(report_of(rows), width=60)
    assert max(map(len, narrow[1:])) <= 60 and "    Cloudflare dropped 3 of 120 batches" in "\n".join(narrow)
    assert table(report_of(rows[1:2]))[2] == "  In the last 24 hours: 33 records in 3 uploads, no batch lost."


def test_the_table_of_an_audit_without_figures_has_no_columns_for_them() -> None:
    unread = audit.unreadable(PLACE, "HTTP 403", POLICY)
    [unknown] = audit.scope_rows(PLACE, [job()], [], POLICY)
    unknown.update(no_columns("unknown"))
    unknown["findings"].append(no_figures("the API token needs Analytics Read.", POLICY))
    report = {**report_of([*unread, unknown]), "delivery_hint": "The uploads of 1 of 2 zones cannot be read."}
    lines = table(report, width=160)
    assert not any("RECORDS" in line or "In the last" in line for line in lines)
    assert lines[2] == "  The uploads of 1 of 2 zones cannot be read."
    assert "The uploads of the jobs cannot be read: the API token needs Analytics Read." in lines[-4]
    assert report["summary"]["delivery"]["unknown"] == 1 and report["summary"]["kinds"]["no_figures"] == 1


def test_jobs_that_lose_batches_for_the_same_reason_are_one_thing_to_do() -> None:
    rows = [row_with(ACCEPTED, UploadGroup(403, True, count)) for count in (1, 2)]
    rows.append(row_with(ACCEPTED, UploadGroup(1105, True, 1)))
    found = causes(report_of(rows))
    assert [(cause.kind, cause.reason, len(cause.rows)) for cause in found] == [
        ("losing", "Splunk refuses the HEC token", 2),
        ("losing", "The host of the endpoint does not resolve in public DNS", 1),
    ]


def test_junit_has_a_failure_for_a_loss_and_output_for_a_note() -> None:
    text = junit(report_of([row_with(ACCEPTED, *LOST), row_with(ACCEPTED, REFUSED)]))
    assert 'failure type="losing" message="Cloudflare dropped 3 of 120 batches' in text
    assert "<system-out>retrying: 12 of 129 uploads failed" in text


def test_unchanged_jobs_without_figures_stay_as_they_were() -> None:
    [row] = audit.scope_rows(PLACE, [job()], [unchanged()], POLICY)
    before = dict(row)
    delivery_columns(job(), row, JobDelivery(LOST), POLICY)
    assert row == before
