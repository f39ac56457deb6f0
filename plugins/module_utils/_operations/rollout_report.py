# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The plan of a rollout as text, before and after it is applied, and the same text for other operations that change jobs.
Pure: no I/O."""

from __future__ import annotations

import json
import typing as t

from .._core.report import Report, ReportRow, counted, failure_rows
from .._core.results import scope_name
from .._core.terminal import cut, visible
from .._logpush.job_changes import Change, changes
from .._splunk.hec_request import RAW_PATH
from .results import JobOutcome, Row

# The beginning of a report.
TITLE = "Logpush rollout"
_SYMBOLS = {"created": "+", "deleted": "-"}
# The words for an action on a job: before and after it is carried out.
_WORDS = {
    "created": ("create", "created"),
    "updated": ("update", "updated"),
    "enabled": ("enable", "enabled"),
    "disabled": ("disable", "disabled"),
    "replaced": ("replace", "replaced"),
    "deleted": ("delete", "deleted"),
}
_NOT_SET = "(not set)"
_LONGEST_VALUE = 60
_FIELD_WIDTH = 14


class PlanHeading(t.NamedTuple):
    """The values for the first and the last line of a plan. ``applied`` is false in check mode, and if the plan is not the
    expected one (``expected``). ``is_part`` is true for a batch of a run or a slice of a job, whose plan cannot be used as
    an expected plan.
    """

    plan_id: str
    zones: int
    applied: bool
    expected: str | None
    title: str
    is_part: bool = False


def rollout_report(
    outcomes: t.Sequence[JobOutcome], heading: PlanHeading, approved: t.Collection[str] | None
) -> Report:
    """Return the report of a rollout. ``approved`` are the fingerprints of an approved plan; rows that are not in it are
    marked. None marks no rows."""
    report = _report(_title(heading), outcomes, heading.applied, approved)
    writes = any(outcome.row["changed"] for outcome in outcomes)
    gone = len(set(approved or ()).difference(outcome.fingerprint for outcome in outcomes))
    missing = (
        [f"{counted(gone, 'row')} of the approved plan {'is' if gone == 1 else 'are'} not in this one"] if gone else []
    )
    totals = " ".join(filter(None, [*report.totals, _closing(heading, writes)]))
    return report._replace(rest=[*report.rest, *missing], totals=[totals])


def changes_report(title: str, zones: int, outcomes: t.Sequence[JobOutcome], *, applied: bool) -> Report:
    """Return the report of another operation that changes jobs, for this number of zones."""
    suffix = "" if applied else " (check mode: nothing was written)"
    report = _report(f"{title}, {counted(zones, 'zone')}{suffix}", outcomes, applied, None)
    # Without rows, the zones have no jobs to change. They can have other jobs.
    return report if outcomes else report._replace(totals=["Nothing to change."])


def _report(title: str, outcomes: t.Sequence[JobOutcome], applied: bool, approved: t.Collection[str] | None) -> Report:
    rows = [row for outcome in outcomes for row in _rows(outcome, applied, approved)]
    rows += failure_rows([outcome.row for outcome in outcomes if outcome.row["failed"]])
    counts = _counts(outcomes)
    unchanged = counts.pop("unchanged")
    return Report(title, rows, _unchanged_lines(outcomes), [_totals(outcomes, counts, unchanged, applied)])


def _unchanged_lines(outcomes: t.Sequence[JobOutcome]) -> list[str]:
    """Return the lines about unchanged jobs, and about absent jobs that should be absent."""
    rows = [outcome.row for outcome in outcomes if outcome.row["action"] == "unchanged" and not outcome.row["failed"]]
    existing = sum(row.get("job_id") is not None for row in rows)
    missing = len(rows) - existing
    lines = [f"= {counted(existing, 'job')} unchanged"] if existing else []
    return [*lines, f"= {counted(missing, 'job does', 'jobs do')} not exist"] if missing else lines


def _title(heading: PlanHeading) -> str:
    start = f"{heading.title}, {counted(heading.zones, 'zone')}, plan {heading.plan_id}"
    if heading.applied:
        return start
    if _is_refused(heading):
        return f"{start} (not the expected plan {heading.expected}: nothing was written)"
    return f"{start} (check mode: nothing was written)"


def _is_refused(heading: PlanHeading) -> bool:
    return heading.expected is not None and heading.expected != heading.plan_id


def _closing(heading: PlanHeading, writes: bool) -> str:
    if heading.applied or heading.is_part or not writes:
        return ""
    return f"Apply exactly this: -e logpush_expected_plan={heading.plan_id}"


def _counts(outcomes: t.Sequence[JobOutcome]) -> dict[str, int]:
    """Return the number of jobs by action, and the number of jobs that move to another collector. Counts of 0 are omitted,
    except C(unchanged)."""
    rows = [outcome.row for outcome in outcomes if not outcome.row["failed"]]
    counts = {action: sum(row["action"] == action for row in rows) for action in _WORDS}
    counts["redirected"] = sum("redirect" in row for row in rows)
    present = {action: number for action, number in counts.items() if number}
    return {**present, "unchanged": sum(row["action"] == "unchanged" for row in rows)}


def _totals(outcomes: t.Sequence[JobOutcome], counts: t.Mapping[str, int], unchanged: int, applied: bool) -> str:
    """Return the line of totals, such as C(1 to create, 3 unchanged, 1 zone failed.)"""
    words = {**_WORDS, "redirected": ("redirect", "redirected")}
    parts = [
        f"{number:,} {words[action][1]}" if applied else f"{number:,} to {words[action][0]}"
        for action, number in counts.items()
    ]
    if unchanged:
        parts.append(f"{unchanged:,} unchanged")
    failed = len({_scope_key(outcome.row) for outcome in outcomes if outcome.row["failed"]})
    if failed:
        parts.append(f"{counted(failed, 'zone')} failed")
    return f"{', '.join(parts) or 'No jobs'}."


def _scope_key(row: Row) -> tuple[t.Any, ...]:
    return tuple(row.get(column) for column in ("zone_id", "zone", "account_id", "host"))


def _rows(outcome: JobOutcome, applied: bool, approved: t.Collection[str] | None) -> list[ReportRow]:
    """Return the rows of a job that changes: one row, and a second one if the job moves to another collector."""
    row, action = outcome.row, outcome.row["action"]
    if not row["changed"]:
        return []
    symbol = _SYMBOLS.get(action, "~")
    identity = (scope_name(row), row.get("dataset") or "", row.get("name") or "")
    marker = "not in the approved plan" if approved is not None and outcome.fingerprint not in approved else ""
    verb = _WORDS[action][1 if applied else 0]
    details = [*_details(outcome, verb), *filter(None, [marker])]
    if not row.get("redirect"):
        return [ReportRow(symbol, *identity, details)]
    redirect = ReportRow(symbol, *identity, [_field("redirect", row["redirect"])], urgent=True)
    others = [detail for detail in details if not detail.startswith("endpoint ")]
    return [redirect, ReportRow(symbol, *identity, others)] if others else [redirect]


def _details(outcome: JobOutcome, verb: str) -> list[str]:
    difference = outcome.difference or {}
    action = outcome.row["action"]
    if action == "created":
        return [f"{verb}, push to {_collector(difference.get('after') or {})}"]
    if action == "deleted":
        return [f"{verb} ({outcome.reason})" if outcome.reason else verb]
    before, after = dict(difference.get("before") or {}), dict(difference.get("after") or {})
    duplicates = before.pop("other_jobs", [])
    after.pop("other_jobs", None)
    lines = [_field(name, f"{old} -> {new}") for name, old, new in changed_fields(before, after)]
    lines += [_field("delete", f"job {job['id']}, which it replaces") for job in duplicates]
    return [verb] if action in ("enabled", "disabled") else [verb, *lines] if action == "replaced" else lines or [verb]


def _collector(definition: t.Mapping[str, t.Any]) -> str:
    return _without_path((definition.get("destination") or {}).get("endpoint") or "its destination")


def _without_path(endpoint: str) -> str:
    """Return an endpoint without the path that all of them have."""
    return endpoint[: -len(RAW_PATH)] if endpoint.endswith(RAW_PATH) else endpoint


def changed_fields(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> list[tuple[str, str, str]]:
    """Return the differences between two definitions of a job: the name of each field, and its value before and after, as
    short texts. The parts of the destination and of C(output_options) are fields."""
    return [(change.part or change.field, *_short_values(change)) for change in changes(before, after)]


def _short_values(change: Change) -> tuple[str, str]:
    """Return the values of a field before and after a change, as short texts."""
    if change.part == "endpoint":
        return _short_endpoint(change.before), _short_endpoint(change.after)
    return _short_pair(change.before, change.after)


def _short_endpoint(endpoint: t.Any) -> str:
    return _short(_without_path(endpoint) if isinstance(endpoint, str) else endpoint)


def _short_pair(old: t.Any, new: t.Any) -> tuple[str, str]:
    """Return two values as short texts. Of two lists only the entries that differ are shown."""
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        gone, added = [entry for entry in old if entry not in new], [entry for entry in new if entry not in old]
        if gone or added:
            return _short(_signed("-", gone)), _short(_signed("+", added))
    return _short(old), _short(new)


def _signed(sign: str, entries: t.Sequence[t.Any]) -> str:
    return " ".join(f"{sign}{entry}" for entry in entries) or "(nothing)"


def _short(value: t.Any) -> str:
    if value is None:
        return _NOT_SET
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return cut(visible(text), _LONGEST_VALUE) or '""'


def _field(name: str, text: str) -> str:
    return f"{name:{_FIELD_WIDTH}} {text}"
