# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Decide which inventory hosts report the result of a run over many zones and what each of them reports, and make the counts
for a workflow. Pure: no I/O.

A run is one task for all hosts of a play. Its registered result has a row per job (C(results), of a rollout, a
verification or a repair) or C(findings) (of an audit). A host fails with the rows that carry its name, so that Ansible's
recap, C(--limit) and Tower's relaunch on failed hosts work by zone.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE

from .._core.report import MOST_ROWS, counted
from .._core.results import joined, reason
from .._logpush.job import label

Row = t.Mapping[str, t.Any]
Result = t.Mapping[str, t.Any]

# An audit keeps a limited number of findings in its result, because Tower drops a result that is too large.
TRUNCATED = "Needs attention. The reports list every finding; there are too many to show here."
_PROBLEM = "problem"
# The default number of hosts that fail: Ansible needs time and a line of output for each.
MOST_FAILED_HOSTS = 500
# This many failed rows are always reported with the complete message.
_WHOLE_MESSAGES = 20


class ReportSettings(t.NamedTuple):
    """Which hosts report, and what makes them fail.

    ``every_host`` lets unchanged zones report, too. At most ``most_failed_hosts`` zones fail as hosts. ``fail_on_problems``
    lets the problems of an audit fail, ``fail_on_change`` whatever would change.
    """

    every_host: bool = False
    most_failed_hosts: int = MOST_FAILED_HOSTS
    fail_on_problems: bool = True
    fail_on_change: bool = False


DEFAULT_SETTINGS = ReportSettings()


class RunReport(t.NamedTuple):
    """What later plays and a workflow need from a run, for all its batches together.

    ``result`` is the name of the variable that the result of the run is registered in. ``hosts`` are the hosts that
    report. ``failed_hosts`` is the number of those that failed, with those that do not report because they are too many.
    ``counts`` is the summary for a workflow. ``other_problems`` are the problems that belong to no host, such as an expired
    certificate of a collector, and ``concerned`` are hosts with jobs that push to these collectors. ``fail_on_problems`` is
    whether the problems of an audit fail anything. ``drift`` is the message with which a host fails that has no failure of its
    own, because something would change, or because the run stopped and no zone is the reason; usually "". ``every_host`` is whether every host reports.
    """

    result: str
    hosts: list[str]
    failed_hosts: int
    counts: dict[str, t.Any]
    other_problems: list[str]
    fail_on_problems: bool
    drift: str = ""
    every_host: bool = False
    concerned: t.Sequence[str] = ()


def run_report(
    name: str,
    result: Result,
    batch: t.Sequence[str],
    earlier: t.Mapping[str, t.Any],
    settings: ReportSettings = DEFAULT_SETTINGS,
) -> RunReport:
    """Return the report of a run after a batch of hosts.

    ``name`` is the variable that holds ``result``. ``earlier`` is the report after the batches before this one, as a
    mapping; empty for the first.
    """
    rows = rows_of(result, fail_on_problems=settings.fail_on_problems)
    counts = added_counts(earlier.get("counts", {}), counts_of(result, batch))
    failed_before = earlier.get("failed_hosts", 0)
    left = settings._replace(most_failed_hosts=max(0, settings.most_failed_hosts - failed_before))
    failed = [] if result.get("skipped") else list(batch) if did_nothing(result) else failed_hosts(rows)
    return RunReport(
        result=name,
        hosts=[*earlier.get("hosts", []), *hosts_to_report(result, rows, batch, left)],
        failed_hosts=failed_before + len(failed),
        counts=counts,
        other_problems=_other_problems(result) if settings.fail_on_problems else [],
        fail_on_problems=settings.fail_on_problems,
        drift=_drift(counts)
        if settings.fail_on_change and (earlier.get("drift") or _changes(rows))
        else _own_failure(result, rows),
        every_host=settings.every_host,
        concerned=_concerned_hosts(result) if settings.fail_on_problems else [],
    )


def counts_of(result: Result, batch: t.Sequence[str]) -> dict[str, t.Any]:
    """Return the counts of one batch. If a run did nothing, every host of its batch counts as failed."""
    counts: dict[str, t.Any] = {**(result.get("summary") or {})}
    return {**counts, "failed": len(batch)} if did_nothing(result) else counts


def statistics(operation: str, result: Result, counts: t.Mapping[str, t.Any], *, check_mode: bool) -> dict[str, t.Any]:
    """Return the statistics that a job passes on to the next jobs of its workflow. Statistics of a check run are marked, and
    those of a rollout have the plan ID: the next rollout then applies exactly this plan."""
    name = f"logpush_{operation}"
    if not check_mode:
        return {name: counts}
    plan = {"logpush_expected_plan": result["plan_id"]} if result.get("plan_id") else {}
    return {name: {**counts, "check_mode": True}, **plan}


def too_many_failed(failed: int, most_failed: int) -> str:
    """Return the sentence for a run in which only some of the failed hosts report, "" if all of them do. ``failed`` is the
    number of hosts that failed in all batches so far."""
    if failed <= most_failed:
        return ""
    return (
        f"{failed:,} hosts failed, and only the first {most_failed:,} of them are reported as failed hosts "
        "(logpush_failed_hosts). Fix the cause and run this again for all zones."
    )


def is_refusal(answer: t.Any) -> bool:
    """Return whether a value clearly means no. A misspelled value does not count as no, so that it never makes an audit
    pass."""
    text = answer.strip().lower() if isinstance(answer, str) else answer
    return isinstance(text, (str, int, float)) and text in BOOLEANS_FALSE


def rows_of(result: Result, *, fail_on_problems: bool = True) -> list[Row]:
    """Return the rows of a result that belong to a host: each has C(host), C(changed), C(failed) and, if it failed,
    C(msg). An audit has a failed row for each problem."""
    if not is_audit(result):
        rows = result.get("results")
        return list(rows) if isinstance(rows, (list, tuple)) else []
    if not fail_on_problems:
        return []
    problems: list[Row] = [
        {**finding, "changed": False, "failed": True} for finding in _problems(result) if "host" in finding
    ]
    return problems + [
        {"host": host, "msg": TRUNCATED, "changed": False, "failed": True} for host in truncated_hosts(result, problems)
    ]


def is_audit(result: Result) -> bool:
    """Return whether a result is that of an audit."""
    return isinstance(result.get("findings"), (list, tuple))


def could_not_start(result: Result) -> bool:
    """Return whether a run ended before it looked at any zone, for example because an option is wrong."""
    return not (result.get("skipped") or is_audit(result) or isinstance(result.get("results"), (list, tuple)))


def hosts_to_report(
    result: Result, rows: t.Sequence[Row], batch: t.Sequence[str], settings: ReportSettings = DEFAULT_SETTINGS
) -> list[str]:
    """Return the hosts of a batch that report, each once: those that failed, up to the limit, and one healthy host; every
    host if the user wants that; and every host up to the limit if the run did nothing. No host if the run was skipped.

    Reporting a host costs Ansible far more time than a zone costs the run, so changed zones are only rows of the report.
    """
    if result.get("skipped"):
        return []
    if settings.every_host:
        return list(batch)
    if did_nothing(result):
        return list(batch[: settings.most_failed_hosts])
    return [*failed_hosts(rows)[: settings.most_failed_hosts], *healthy_host(rows, batch)]


def did_nothing(result: Result) -> bool:
    """Return whether a run failed as a whole: it could not start, or its plan was not the expected one (C(refused))."""
    return not result.get("skipped") and (could_not_start(result) or bool(result.get("refused")))


def failed_hosts(rows: t.Sequence[Row]) -> list[str]:
    """Return the hosts with a failed row, each once."""
    return list(dict.fromkeys(str(row.get("host")) for row in rows if row["failed"]))


def healthy_host(rows: t.Sequence[Row], batch: t.Sequence[str]) -> list[str]:
    """Return a list with one host of the batch that did not fail, empty if all failed.

    Ansible ends the whole run after a play whose hosts all fail, and later plays would not reach the healthy zones.
    """
    failed = set(failed_hosts(rows))
    return [host for host in batch if host not in failed][:1]


def unknown_hosts(rows: t.Sequence[Row], batch: t.Sequence[str]) -> list[str]:
    """Return the failed hosts that are not in the batch. This happens if the name of a host contains a secret, because the
    result has the masked name."""
    known = set(batch)
    return [host for host in failed_hosts(rows) if host not in known]


def truncated_hosts(result: Result, problems: t.Sequence[Row]) -> list[str]:
    """Return the hosts that an audit found a problem at, and whose findings are left out of its result."""
    shown = {problem["host"] for problem in problems}
    return [host for host in result.get("hosts_with_problems") or [] if host not in shown]


def added_counts(earlier: t.Mapping[str, t.Any], counts: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the counts of all batches together. A value that is not a number is taken from the last batch."""
    return {**earlier, **{name: _added(earlier.get(name), count) for name, count in counts.items()}}


def host_result(
    result: t.Any, host: str, name: str, *, fail_on_problems: bool = True, drift: str = "", first_host: str = ""
) -> dict[str, t.Any]:
    """Return what a host reports: its rows as C(jobs), C(changed), C(failed) with C(msg), and the differences of its jobs.

    ``name`` is the variable that ``result`` comes from. Every host fails if the run did nothing; only ``first_host`` has the
    message, so that it is printed once. A host without a failure of its own fails with ``drift``, unless that is "".
    """
    if not isinstance(result, t.Mapping) or result.get("skipped"):
        return {"failed": True, "msg": f"rollout: {name} is not the result of a rollout"}
    all_rows = rows_of(result, fail_on_problems=fail_on_problems)
    if did_nothing(result):
        message = result.get("msg") or f"rollout: {name} is not the result of a rollout"
        return {"failed": True, "msg": message if first_host in ("", host) else _same_reason(first_host)}
    first_failed = list(itertools.islice((row for row in all_rows if row["failed"]), _WHOLE_MESSAGES))
    rows = [_shortened(row, first_failed) for row in all_rows if row.get("host") == host]
    failed = [row for row in rows if row["failed"]]
    if failed and _table_has_all(result):
        return {"changed": False, "failed": True, "msg": _attention(rows)}
    if failed:
        # The message is complete. A second line with the same content as JSON would hide it.
        return {"changed": any(row["changed"] for row in rows), "failed": True, "msg": _message(failed)}
    reported: dict[str, t.Any] = {"changed": any(row["changed"] for row in rows), "jobs": rows}
    if result.get("diff"):
        reported["diff"] = [difference for difference in result["diff"] if difference.get("host") == host]
    return {**reported, "failed": True, "msg": drift} if drift else reported


def _message(failed: t.Sequence[Row]) -> str:
    """Return the message of a host: each reason once, with the datasets of the jobs that have it."""
    datasets: dict[str, list[str]] = {}
    for row in failed:
        datasets.setdefault(row["msg"], []).append(row.get("dataset") or "")
    texts = [
        ": ".join(filter(None, [", ".join(dict.fromkeys(filter(None, named))), message]))
        for message, named in datasets.items()
    ]
    return joined(texts)


def _table_has_all(result: Result) -> bool:
    """Return whether the table of an audit, which is printed, shows every finding."""
    return is_audit(result) and len(result["findings"]) <= MOST_ROWS


def _attention(problems: t.Sequence[Row]) -> str:
    """Return what needs attention at a host, without the texts of the findings, which the table shows."""
    kinds = [": ".join(filter(None, [row.get("dataset"), label(row["kind"])])) for row in problems if "kind" in row]
    return (
        f"Needs attention: {', '.join(dict.fromkeys(kinds))}. The table of the audit has the findings."
        if kinds
        else TRUNCATED
    )


def _shortened(row: Row, first_failed: t.Sequence[Row]) -> Row:
    """Return a row. If it failed for the same reason as one of the first that failed, it names that host instead of the
    reason: thousands of hosts with the same message would hide everything else."""
    if not row["failed"] or any(row is first for first in first_failed):
        return row
    same = reason(row)
    host = next((first.get("host") for first in first_failed if reason(first) == same), None)
    if not host:
        return row
    return {**{key: value for key, value in row.items() if value is not None}, "msg": _same_reason(host)}


def _same_reason(host: t.Any) -> str:
    return f"for the same reason as {host}"


def _problems(result: Result) -> list[Row]:
    return [finding for finding in result["findings"] if finding["level"] == _PROBLEM]


def _other_problems(result: Result) -> list[str]:
    if not is_audit(result):
        return []
    by_place: dict[str, list[Row]] = {}
    for problem in _problems(result):
        if "host" not in problem:
            by_place.setdefault(str(problem["where"]), []).append(problem)
    if _table_has_all(result):
        return [f"{place}: {_attention(problems)}" for place, problems in by_place.items()]
    return [f"{place}: {problem['msg']}" for place, problems in by_place.items() for problem in problems]


def _concerned_hosts(result: Result) -> list[str]:
    """Return a host of each collector with a problem."""
    problems = _problems(result) if is_audit(result) else []
    return list(dict.fromkeys(str(problem["used_by"]) for problem in problems if problem.get("used_by")))


def _changes(rows: t.Sequence[Row]) -> bool:
    """Return whether the result changed something. If every host reports its own change, the result itself is not a
    change."""
    return any(row["changed"] for row in rows)


def _own_failure(result: Result, rows: t.Sequence[Row]) -> str:
    """Return why a run stopped (C(stopped)) if no host fails for it, "" otherwise."""
    return "" if any(row["failed"] for row in rows) else str(result.get("stopped") or "")


def _drift(counts: t.Mapping[str, t.Any]) -> str:
    """Return the message of a run in which something would change."""
    failed = counts.get("failed") or 0
    what = counted(failed, "account" if "accounts" in counts else "job")
    return f"Drift: the inventory and Cloudflare differ (logpush_fail_on_change). {what} failed."


def _added(earlier: t.Any, count: t.Any) -> t.Any:
    both_numbers = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in (earlier, count))
    return earlier + count if both_numbers else count
