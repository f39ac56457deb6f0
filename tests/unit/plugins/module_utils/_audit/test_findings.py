# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The findings of an audit, and the reports as text."""

from __future__ import annotations

import json
import re
import typing as t
import unicodedata
from xml.etree import ElementTree

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.junit import junit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page import page
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.table import table
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.wording import headline
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.checks import Check, tls_failed
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.tls_rules import TlsDefect
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import is_splunk_job
from ansible_collections.edgeops.logpush.tests.unit.audit_reports import PLACE, POLICY, job, report_of, unchanged
from ansible_collections.edgeops.logpush.tests.unit.strategies import CONF, GUID, WHOLE_CONF, nasty_text
from hypothesis import given
from hypothesis import strategies as st

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"></script><script>alert(1)</script>',
    "\u202emoc.live",
    "\x1b[31mred\x07",
    "z" * 300,
]

texts = st.one_of(nasty_text, st.sampled_from(HOSTILE))
moments = st.one_of(st.none(), st.just("2026-11-22T09:59:00Z"), st.just("2026-11-01T00:00:00.123Z"), nasty_text)
any_jobs = st.fixed_dictionaries(
    {"id": st.integers(1, 4), "destination_conf": st.sampled_from([WHOLE_CONF, CONF, "s3://bucket", ""])},
    optional={
        "dataset": st.sampled_from(["http_requests", "dns_logs"]),
        "name": texts,
        "enabled": st.booleans(),
        "last_complete": moments,
        "last_error": moments,
        "error_message": st.one_of(st.none(), texts),
        "filter": st.sampled_from(["", '{"where":{"key":"ClientIP","operator":"eq","value":"1"}}']),
        "frequency": st.sampled_from(["", "low"]),
        "logpull_options": st.sampled_from(["", "fields=RayID"]),
    },
)
job_lists = st.lists(any_jobs, max_size=4, unique_by=lambda job: job["id"])
planned_jobs = st.builds(
    audit.PlannedJob,
    dataset=st.sampled_from(["http_requests", "dns_logs"]),
    name=st.one_of(st.none(), texts),
    job_id=st.one_of(st.none(), st.integers(1, 5)),
    action=st.sampled_from(["unchanged", "created", "updated", "enabled", "disabled", "replaced", "deleted"]),
    before=st.just({"enabled": False}),
    after=st.just({"enabled": True}),
    error=st.one_of(st.just(""), texts),
)


def rows_of(
    *jobs: dict[str, t.Any], planned: t.Sequence[audit.PlannedJob] | None = None, policy: audit.Policy = POLICY
) -> list[audit.Row]:
    """Return the rows of a scope. Unless C(planned) is given, rollout would leave every job unchanged."""
    return audit.scope_rows(
        PLACE, jobs, [unchanged(each["id"]) for each in jobs] if planned is None else planned, policy
    )


def kinds_of(row: audit.Row) -> list[str]:
    return [finding["kind"] for finding in row["findings"]]


def test_a_healthy_job_has_no_finding() -> None:
    [row] = rows_of(job())
    assert (row["state"], row["age"], row["findings"], row["action"]) == ("delivering", 120, [], "unchanged")
    assert audit.summary([row], [])["problems"] == 0


@pytest.mark.parametrize(
    "error, word",
    [
        ("RequestError: x509: certificate signed by unknown authority", "publicly trusted"),
        ("RequestError: x509: certificate relies on legacy Common Name field, use SANs instead", "(SAN)"),
        ("tls: failed to parse certificate from server: x509: negative serial number", "negative serial number. If it"),
        ("remote error: tls: certificate required", "requireClientCert = false"),
        ("DNSError", "public DNS"),
        ("error uploading to https: status:403", "refuses the HEC token"),
        ("error uploading to https: status:503", "load balancer"),
        ("error uploading to https: status:500", "exporter"),
        ("Timeout", "ten seconds"),
        ("something new", "splunk_hec_probe"),
    ],
)
def test_an_error_comes_with_advice(error: str, word: str) -> None:
    for enabled, kind in ((True, "failing"), (False, "auto_disabled")):
        [row] = rows_of(job(enabled=enabled, last_error="2026-11-22T09:00:00Z", error_message=error))
        [finding] = row["findings"]
        assert (row["state"], finding["kind"], finding["level"]) == (kind, kind, "problem")
        assert error in finding["msg"] and word in finding["advice"]


def test_missing_and_changed_jobs() -> None:
    created = audit.PlannedJob("dns_logs", None, None, "created", {}, {"dataset": "dns_logs"})
    [row] = rows_of(planned=[created])
    assert (row["state"], kinds_of(row), row["job_id"]) == ("missing", ["no_job"], None)
    updated = audit.PlannedJob(
        "http_requests", None, 1, "updated", {"destination": {"sourcetype": "a"}}, {"destination": {"sourcetype": "b"}}
    )
    first, second = rows_of(job(), planned=[updated, created])
    assert (kinds_of(first), kinds_of(second)) == (["drift"], ["missing"])
    assert "destination.sourcetype" in first["findings"][0]["msg"]
    assert kinds_of(rows_of(job(), planned=[])[0]) == ["unmanaged"]
    cleanup = audit.PlannedJob("http_requests", None, 1, "replaced", {"other_jobs": [{"id": 9}]}, {"other_jobs": []})
    [row] = rows_of(job(), planned=[cleanup])
    assert [finding["msg"] for finding in row["findings"]] == [
        "Rollout would keep it and delete job 9, which it replaces."
    ]
    assert kinds_of(rows_of(job(), planned=[audit.PlannedJob("http_requests", None, error="two jobs")])[0]) == [
        "refused"
    ]
    [row] = rows_of(planned=[audit.PlannedJob("dns_logs", None, error="endpoint: needed")])
    assert kinds_of(row) == ["no_job"] and "endpoint: needed" in row["findings"][0]["advice"]
    [row] = rows_of(planned=[audit.PlannedJob("dns_logs", None)])
    assert (row["state"], row["findings"]) == ("none", [])


def test_zones_of_the_same_name_are_counted_apart() -> None:
    rows = [
        row
        for zone_id in "12"
        for row in audit.scope_rows({**PLACE, "zone_id": zone_id}, [job()], [unchanged()], POLICY)
    ]
    assert audit.summary(rows, [])["scopes"] == 2


@pytest.mark.parametrize("path", ["/services/collector/raw", "/services/collector/event"])
def test_a_job_through_https_is_a_duplicate_too(path: str) -> None:
    through_https = job()["destination_conf"].replace("splunk://", "https://").replace("/services/collector/raw", path)
    assert [kinds_of(row) for row in rows_of(job(), job(id=2, destination_conf=through_https))] == [["duplicate"]] * 2
    behind_a_path = through_https.replace("/services", "/team-a/services")
    assert [kinds_of(row) for row in rows_of(job(), job(id=2, destination_conf=behind_a_path))] == [[], []]


def test_duplicates_push_the_same_events_to_the_same_place() -> None:
    other_channel = WHOLE_CONF.replace(GUID, "11111111-2222-4333-8444-555555555555")
    assert [kinds_of(row) for row in rows_of(job(), job(id=2, destination_conf=other_channel))] == [["duplicate"]] * 2
    for different in (
        {"dataset": "dns_logs"},
        {"filter": '{"where":{"key":"ClientIP","operator":"eq","value":"1"}}'},
        {"destination_conf": WHOLE_CONF.replace("hec.example.com", "hec.example.net")},
        {"destination_conf": WHOLE_CONF.replace("cloudflare:json", "other")},
    ):
        assert [kinds_of(row) for row in rows_of(job(), job(id=2, **different))] == [[], []]


def test_hygiene_and_age() -> None:
    insecure = WHOLE_CONF.replace("verify=false", "verify=true")
    [row] = rows_of(job(destination_conf=insecure, logpull_options="fields=RayID", frequency="low"))
    assert kinds_of(row) == ["insecure", "legacy"]
    assert "logpull_options and frequency" in row["findings"][1]["msg"]
    old = job(last_complete="2026-11-20T10:00:00Z")
    for policy, kind, level in ((POLICY, "quiet", "note"), (POLICY._replace(max_age=3600), "stale", "problem")):
        [finding] = rows_of(old, policy=policy)[0]["findings"]
        assert (finding["kind"], finding["level"]) == (kind, level)
    [row] = rows_of(job(destination_conf=insecure), policy=POLICY._replace(ignore=frozenset(["insecure"])))
    assert audit.worst_level(row) == "note"


def test_collectors() -> None:
    good = Check("certificate", True, "fine")
    assert audit.collector_findings(good, {"days_left": 61}, POLICY) == []
    for check, certificate, kind in (
        (good, {"days_left": 29}, "certificate"),
        (good, {"days_left": -1}, "certificate"),
        (Check("certificate", False, "It is self-signed.", "Install"), {"days_left": 61}, "certificate"),
        (Check("tls", False, "The handshake fails: refused."), {}, "unreachable"),
        (tls_failed(TlsDefect.OTHER, "refused"), {}, "unreachable"),
        (tls_failed(TlsDefect.CLIENT_CERTIFICATE), {}, "certificate"),
        (tls_failed(TlsDefect.OLD_VERSION, "TLS 1.1"), {}, "certificate"),
    ):
        assert [finding["kind"] for finding in audit.collector_findings(check, certificate, POLICY)] == [kind]


@given(job_lists, st.lists(planned_jobs, max_size=4), st.sets(st.sampled_from(sorted(audit.KINDS))))
def test_every_job_has_exactly_one_row(
    jobs: list[dict[str, t.Any]], asked: list[audit.PlannedJob], ignore: set[str]
) -> None:
    rows = audit.scope_rows(PLACE, jobs, asked, POLICY._replace(ignore=frozenset(ignore)))
    splunk_jobs = [each["id"] for each in jobs if is_splunk_job(each)]
    assert [row["job_id"] for row in rows if row["job_id"]] == splunk_jobs and rows
    for row in rows:
        assert row["state"] in audit.STATES
        assert all(finding["level"] == "note" for finding in row["findings"] if finding["kind"] in ignore)
        assert {"failing", "auto_disabled"} & {row["state"]} == {"failing", "auto_disabled"} & set(kinds_of(row))
        assert (row["state"] == "missing") == bool({"missing", "no_job"} & set(kinds_of(row)))
    summary = audit.summary(rows, [])
    assert sum(summary["kinds"].values()) == summary["problems"] + summary["notes"]
    assert len(audit.by_urgency(rows)) == sum(audit.worst_level(row) == "problem" for row in rows)


@given(job_lists, st.lists(planned_jobs, max_size=3), texts.filter(bool))
def test_reports_survive_any_text(jobs: list[dict[str, t.Any]], asked: list[audit.PlannedJob], where: str) -> None:
    rows = audit.scope_rows({"where": where, "zone_id": "1"}, jobs, asked, POLICY)
    collector = {"where": where, "jobs": 1, "reachable": False, "detail": "", "certificate": {}}
    collector["findings"] = audit.collector_findings(Check("tls", False, where), {}, POLICY)
    report = report_of(rows, [collector])
    for line in table(report, width=80):
        assert (
            sum(
                2 if unicodedata.east_asian_width(letter) in "WF" else 1
                for letter in line
                if not unicodedata.combining(letter)
            )
            <= 80
        )
        assert line.isprintable()
    suites = ElementTree.fromstring(junit(report).encode("utf-8"))
    assert len(suites.findall("testsuite/testcase")) == len(rows) + 1
    html = page(report)
    assert html.encode("utf-8")
    # Exactly two scripts, whatever end tags the texts contain.
    assert html.count("<script") == html.count("</script>") == 2
    block = re.search('<script type="application/json" id="report">([^<>&]*)</script>', html)
    assert block and [row["where"] for row in json.loads(block.group(1))["collectors"]] == [where]


def test_junit_has_failures_errors_and_skipped_cases() -> None:
    rows = [
        *rows_of(
            job(),
            job(id=2, dataset="dns_logs", enabled=False),
            job(id=3, dataset="nel_reports", last_error="x", error_message="Timeout"),
        ),
        *audit.unreadable({"where": "b.example.com"}, "HTTP 403", POLICY),
    ]
    suite = ElementTree.fromstring(junit(report_of(rows)))[0]
    assert [suite.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]
    [failure] = suite.findall("testcase/failure")
    assert failure.get("type") == "failing" and "Timeout" in (failure.text or "")


def test_the_table_lists_problems_and_counts_everything_else() -> None:
    rows = [
        row
        for number in range(100)
        for row in audit.scope_rows({"where": f"z{number}"}, [job()], [unchanged()], POLICY)
    ]
    healthy = table(report_of(rows))
    assert len(healthy) == 4 and healthy[-1] == "Nothing needs attention in 100 zones."
    failing = [
        row
        for number in range(50)
        for row in audit.scope_rows(
            {"where": f"f{number}"}, [], [audit.PlannedJob("dns_logs", None, None, "created")], POLICY
        )
    ]
    lines = table(report_of([*rows, *failing]))
    assert "  and 10 more: see a report (logpush_audit_html)" in lines and len(lines) < 50
    assert headline(report_of([*rows, *failing])) == "50 findings need attention in 50 of 150 zones: 50 no job."
    healthy_zones = report_of(rows)
    summary = {**healthy_zones["summary"], "problems": 1, "kinds": {}}
    assert headline({**healthy_zones, "summary": summary}).startswith("1 finding needs attention: ")


def test_the_page_loads_nothing() -> None:
    html = page(report_of(rows_of(job())))
    policy = re.search('Content-Security-Policy" content="([^"]*)"', html)
    assert policy and policy.group(1).startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy.group(1) and not re.search(r"https?://|url\(|@import|innerHTML|\son\w+=", html)
