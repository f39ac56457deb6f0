# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts report the result of a run, what each of them reports, and the counts for a workflow."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.host_report import (
    TRUNCATED,
    ReportSettings,
    added_counts,
    healthy_host,
    host_result,
    hosts_to_report,
    is_refusal,
    rows_of,
    run_report,
    statistics,
    too_many_failed,
    unknown_hosts,
)
from hypothesis import given
from hypothesis import strategies as st

HOSTS = [f"zone{number}.example.com" for number in range(6)]
ROW = st.fixed_dictionaries(
    {"host": st.sampled_from(HOSTS), "changed": st.booleans(), "failed": st.booleans(), "msg": st.just("no zone")}
)
ROWS = st.lists(ROW, max_size=12)
FINDING = st.fixed_dictionaries(
    {
        "where": st.just("here"),
        "kind": st.just("stale"),
        "msg": st.just("old"),
        "level": st.sampled_from(["problem", "note"]),
    },
    optional={"host": st.sampled_from(HOSTS)},
)


def rollout(*rows: t.Mapping[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    """Return the result of a rollout with these rows."""
    return {"results": list(rows), "summary": {"scopes": len(rows)}, **more}


def row(host: str, changed: bool = False, failed: bool = False, **more: t.Any) -> dict[str, t.Any]:
    """Return a row of a rollout."""
    return {"host": host, "changed": changed, "failed": failed, **more}


@given(rows=ROWS, most=st.integers(min_value=0, max_value=len(HOSTS)))
def test_the_hosts_that_failed_report_up_to_a_limit_and_one_healthy_host(
    rows: list[dict[str, t.Any]], most: int
) -> None:
    reporting = hosts_to_report({"results": rows}, rows, HOSTS, ReportSettings(most_failed_hosts=most))
    failed = {each["host"] for each in rows if each["failed"]}
    assert len(reporting) == len(set(reporting))
    assert len(failed.intersection(reporting)) == min(most, len(failed))
    # A play whose hosts all fail ends the run. The healthy host is the last one.
    assert len(set(reporting) - failed) == (failed != set(HOSTS))
    assert failed == set(HOSTS) or reporting[-1] not in failed


@given(rows=ROWS, batch=st.lists(st.sampled_from(HOSTS), unique=True))
def test_a_healthy_host_is_one_of_the_batch_that_did_not_fail(rows: list[dict[str, t.Any]], batch: list[str]) -> None:
    failed = {each["host"] for each in rows if each["failed"]}
    found = healthy_host(rows, batch)
    assert found == [host for host in batch if host not in failed][:1]


@given(rows=ROWS)
def test_every_host_reports_if_the_user_wants_that(rows: list[dict[str, t.Any]]) -> None:
    assert hosts_to_report({"results": rows}, rows, HOSTS, ReportSettings(every_host=True)) == HOSTS


def test_only_a_check_run_passes_its_plan_on() -> None:
    planned, counts = rollout(plan_id="c3a91f02"), {"scopes": 2}
    assert statistics("rollout", planned, counts, check_mode=False) == {"logpush_rollout": counts}
    assert statistics("rollout", planned, counts, check_mode=True) == {
        "logpush_rollout": {"scopes": 2, "check_mode": True},
        "logpush_expected_plan": "c3a91f02",
    }
    # A run that could not start has no plan, and a verification never has one.
    for operation in ("rollout", "verify"):
        assert list(statistics(operation, {"msg": "no"}, {}, check_mode=True)) == [f"logpush_{operation}"]


def test_every_host_fails_if_the_plan_is_not_the_expected_one() -> None:
    result = rollout(row(HOSTS[0], changed=True), refused=True, msg="expected_plan: the plan is b now, not a")
    assert run_report("r", result, HOSTS, {}).hosts == HOSTS
    assert run_report("r", result, HOSTS, {}, ReportSettings(most_failed_hosts=2)).hosts == HOSTS[:2]
    assert host_result(result, HOSTS[1], "r") == {"failed": True, "msg": result["msg"]}


def test_what_would_change_fails_only_if_the_user_wants_that() -> None:
    settings = ReportSettings(fail_on_change=True)
    drifted = rollout(row("a", changed=True), changed=True)
    assert run_report("r", drifted, ["a"], {}).drift == ""
    assert run_report("r", rollout(row("a"), changed=False), ["a"], {}, settings).drift == ""
    drift = run_report("r", drifted, ["a"], {}, settings).drift
    assert "logpush_fail_on_change" in drift and drift.endswith("0 jobs failed.")
    assert host_result(drifted, "a", "r", drift=drift)["msg"] == drift
    assert "failed" not in host_result(drifted, "a", "r")
    of_accounts = {**drifted, "summary": {"accounts": 2, "failed": 1}}
    assert run_report("r", of_accounts, ["a"], {}, settings).drift.endswith(" 1 account failed.")


def test_a_change_in_any_batch_and_with_every_host_reporting_is_drift() -> None:
    settings = ReportSettings(fail_on_change=True, every_host=True)
    # If all hosts report their own changes, the task of the run counts as unchanged.
    first = run_report("r", rollout(row("a", changed=True), changed=False), ["a"], {}, settings)
    assert "logpush_fail_on_change" in first.drift
    last = run_report("r", rollout(row("b", failed=True, msg="no")), ["b"], first._asdict(), settings)
    assert "logpush_fail_on_change" in last.drift
    assert (
        run_report(
            "r", rollout(row("b")), ["b"], run_report("r", rollout(row("a")), ["a"], {}, settings)._asdict(), settings
        ).drift
        == ""
    )


def test_every_host_fails_with_the_message_of_a_run_that_could_not_start() -> None:
    result = {"msg": "concurrency: must be from 1 to 100", "failed": True}
    assert run_report("r", result, HOSTS, {}).hosts == HOSTS
    assert host_result(result, HOSTS[0], "r") == {"failed": True, "msg": "concurrency: must be from 1 to 100"}


def test_no_host_reports_a_skipped_run() -> None:
    report = run_report("r", {"skipped": True, "changed": False}, HOSTS, {}, ReportSettings(every_host=True))
    assert (report.hosts, report.counts) == ([], {})


@given(batches=st.lists(ROWS, min_size=1, max_size=4))
def test_batches_add_up(batches: list[list[dict[str, t.Any]]]) -> None:
    earlier: dict[str, t.Any] = {}
    for rows in batches:
        earlier = run_report("r", rollout(*rows), HOSTS, earlier)._asdict()
    assert earlier["counts"] == {"scopes": sum(map(len, batches))}
    assert earlier["hosts"] == [host for rows in batches for host in hosts_to_report({"results": rows}, rows, HOSTS)]


def test_the_message_of_a_run_that_could_not_start_is_printed_once() -> None:
    result = {"failed": True, "msg": "concurrency: must be from 1 to 100"}
    messages = [host_result(result, host, "r", first_host=HOSTS[0])["msg"] for host in HOSTS]
    assert messages == [result["msg"], *[f"for the same reason as {HOSTS[0]}"] * (len(HOSTS) - 1)]


def test_the_problem_of_a_collector_names_a_host_that_uses_it() -> None:
    expired = {"kind": "certificate", "level": "problem", "where": "here:8088", "msg": "expired", "used_by": HOSTS[1]}
    note = {**expired, "level": "note", "used_by": HOSTS[0]}
    audit = {"findings": [expired, expired, note], "hosts_with_problems": [], "summary": {}}
    report = run_report("r", audit, HOSTS, {})
    [problem] = report.other_problems
    assert problem == "here:8088: Needs attention: certificate. The table of the audit has the findings."
    assert report.concerned == [HOSTS[1]]
    # No zone fails because of it.
    assert not any(host_result(audit, host, "r").get("failed") for host in HOSTS)
    assert run_report("r", audit, HOSTS, {}, ReportSettings(fail_on_problems=False)).concerned == []


def test_a_batch_that_could_not_start_keeps_the_counts_of_the_others() -> None:
    first = run_report("r", rollout(row(HOSTS[0], changed=True)), HOSTS[:1], {})
    second = run_report("r", {"msg": "wrong"}, HOSTS[1:2], first._asdict())
    assert second.counts == {"scopes": 1, "failed": 1} and second.hosts == HOSTS[:2]


def test_only_some_of_many_failed_hosts_report_and_every_reason_has_one_line() -> None:
    rows = [
        row(host, failed=True, zone_id=str(number), msg=f"zone {number}: HTTP 403") for number, host in enumerate(HOSTS)
    ]
    first, second = rows[:2], [*rows[2:5], row(HOSTS[5], changed=True)]
    report = run_report("r", rollout(*first), HOSTS[:2], {}, ReportSettings(most_failed_hosts=3))
    assert (report.hosts, report.failed_hosts) == (HOSTS[:2], 2)
    assert too_many_failed(report.failed_hosts, 3) == ""
    report = run_report("r", rollout(*second), HOSTS[2:], report._asdict(), ReportSettings(most_failed_hosts=3))
    assert (report.hosts, report.failed_hosts) == ([*HOSTS[:3], HOSTS[5]], 5)
    many = too_many_failed(report.failed_hosts, 3)
    assert many.startswith("5 hosts failed, and only the first 3 of them are reported as failed hosts")


def test_a_run_that_could_not_start_fails_only_some_of_many_hosts() -> None:
    report = run_report("r", {"msg": "wrong"}, HOSTS, {}, ReportSettings(most_failed_hosts=2))
    assert (report.hosts, report.failed_hosts) == (HOSTS[:2], 6)


def test_only_numbers_are_added() -> None:
    earlier = {"jobs": 1, "seconds": 0.5, "complete": True, "kinds": {"drift": 1}}
    counts = {"jobs": 2, "seconds": 1, "complete": True, "kinds": {"drift": 2}, "failed": 0}
    assert added_counts(earlier, counts) == {
        "jobs": 3,
        "seconds": 1.5,
        "complete": True,
        "kinds": {"drift": 2},
        "failed": 0,
    }


@given(rows=ROWS, batch=st.lists(st.sampled_from(HOSTS), unique=True))
def test_a_failed_host_outside_of_the_batch_is_unknown(rows: list[dict[str, t.Any]], batch: list[str]) -> None:
    failed = {each["host"] for each in rows if each["failed"]}
    assert set(unknown_hosts(rows, batch)) == failed - set(batch)


def test_a_host_reports_its_own_rows_messages_and_differences() -> None:
    rows = (
        row("a", changed=True, dataset="dns_logs"),
        row("a", failed=True, dataset="http_requests", msg="no permission"),
        row("a", failed=True, msg="no zone"),
        row("b", failed=True, msg="other"),
    )
    result = rollout(*rows, diff=[{"host": "a", "before": "x"}, {"host": "b", "before": "y"}])
    # One line, without JSON that repeats it.
    failed = {"changed": True, "failed": True, "msg": "http_requests: no permission; no zone"}
    assert host_result(result, "a", "r") == failed
    assert host_result(result, "c", "r") == {"changed": False, "jobs": [], "diff": []}
    changed = rollout(rows[0], diff=[{"host": "a", "before": "x"}, {"host": "b", "before": "y"}])
    assert host_result(changed, "a", "r") == {
        "changed": True,
        "jobs": [rows[0]],
        "diff": [{"host": "a", "before": "x"}],
    }
    assert "diff" not in host_result(rollout(rows[0]), "a", "r")


def test_a_host_says_each_reason_once_with_its_datasets() -> None:
    rows = [
        row("a", failed=True, dataset="http_requests", msg="The API token is not valid."),
        row("a", failed=True, dataset="firewall_events", msg="The API token is not valid."),
        row("a", failed=True, dataset="dns_logs", msg="No such field."),
    ]
    told = "http_requests, firewall_events: The API token is not valid; dns_logs: No such field."
    assert host_result(rollout(*rows), "a", "r")["msg"] == told


@pytest.mark.parametrize("value", [None, "text", [], 1, {}, {"results": None}])
def test_what_is_no_result_fails_and_names_the_variable(value: t.Any) -> None:
    assert host_result(value, "a", "wrong_name")["msg"] == "rollout: wrong_name is not the result of a rollout"


def test_a_host_does_not_repeat_what_the_table_of_an_audit_says() -> None:
    problem = {
        "where": "a",
        "host": "a",
        "level": "problem",
        "kind": "auto_disabled",
        "dataset": "dns_logs",
        "msg": "long",
    }
    certificate = {"where": "splunk.example.com:8088", "level": "problem", "kind": "certificate", "msg": "expired"}
    audit = {"findings": [problem, problem, certificate], "hosts_with_problems": ["a"], "summary": {}}
    says = "Needs attention: {}. The table of the audit has the findings."
    assert host_result(audit, "a", "r")["msg"] == says.format("dns_logs: auto-disabled")
    assert run_report("r", audit, HOSTS, {}).other_problems == [
        f"splunk.example.com:8088: {says.format('certificate')}"
    ]
    # A table with more rows than are printed is incomplete.
    audit["findings"] = [*audit["findings"], *({**problem, "host": f"h{number}"} for number in range(40))]
    assert host_result(audit, "h39", "r")["msg"] == "dns_logs: for the same reason as a"
    assert run_report("r", audit, HOSTS, {}).other_problems == ["splunk.example.com:8088: expired"]


@given(findings=st.lists(FINDING, max_size=12), left_out=st.lists(st.sampled_from(HOSTS), unique=True))
def test_every_host_with_a_problem_fails_also_if_its_finding_is_left_out(
    findings: list[dict[str, t.Any]], left_out: list[str]
) -> None:
    shown = {each["host"] for each in findings if each["level"] == "problem" and "host" in each}
    audit = {"findings": findings, "hosts_with_problems": sorted({*shown, *left_out}), "summary": {"problems": 1}}
    report = run_report("r", audit, HOSTS, {})
    failing = {host for host in HOSTS if host_result(audit, host, "r").get("failed")}
    assert failing == shown | set(left_out) and failing <= set(report.hosts)
    for host in failing - shown:
        assert host_result(audit, host, "r")["msg"] == TRUNCATED
    others = [each for each in findings if each["level"] == "problem" and "host" not in each]
    says = "here: Needs attention: stale. The table of the audit has the findings."
    assert report.other_problems == [says][: len(others)]


@given(findings=st.lists(FINDING, max_size=12))
def test_an_audit_that_is_not_to_fail_reports_counts_only(findings: list[dict[str, t.Any]]) -> None:
    audit = {"findings": findings, "hosts_with_problems": HOSTS, "summary": {"problems": 7}}
    report = run_report("r", audit, HOSTS, {}, ReportSettings(fail_on_problems=False))
    assert (report.hosts, report.other_problems, report.counts) == (HOSTS[:1], [], {"problems": 7})
    assert rows_of(audit, fail_on_problems=False) == []
    assert not host_result(audit, HOSTS[0], "r", fail_on_problems=False).get("failed")


@pytest.mark.parametrize("answer", [False, "false", "No", " OFF ", "f", "n", 0, "0", 0.0])
def test_a_plain_no_is_a_refusal(answer: t.Any) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize("answer", [True, "true", "maybe", "", None, [], {}, 1, "fals", ["no"]])
def test_anything_else_is_not(answer: t.Any) -> None:
    assert not is_refusal(answer)


def test_thousands_of_hosts_do_not_repeat_the_same_message() -> None:
    message = (
        "GET /zones/{}/logpush/jobs answered HTTP 403. The API token needs the permission Logs Edit for this zone."
    )
    rows = [
        {
            "host": f"h{number}",
            "zone_id": f"id{number}",
            "msg": message.format(f"id{number}"),
            "failed": True,
            "changed": False,
        }
        for number in range(50)
    ]
    rows.append({"host": "other", "zone_id": "x", "msg": "HTTP 500", "failed": True, "changed": False})
    result = {"results": rows}
    assert host_result(result, "h19", "x")["msg"] == rows[19]["msg"]
    assert host_result(result, "h49", "x")["msg"] == "for the same reason as h0"
    assert host_result(result, "other", "x")["msg"] == "HTTP 500"


@pytest.mark.parametrize("result", [{"msg": "wrong token"}, {"refused": True, "results": [], "summary": {"failed": 0}}])
def test_all_hosts_of_a_run_that_did_nothing_count_as_failed(result: dict[str, t.Any]) -> None:
    report = run_report("r", result, HOSTS, {"counts": {"scopes": 2, "failed": 1}})
    assert report.counts == {"scopes": 2, "failed": 1 + len(HOSTS)}
    assert run_report("r", {"skipped": True}, HOSTS, {}).counts == {}
