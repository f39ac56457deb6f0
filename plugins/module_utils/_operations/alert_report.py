# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The result of managing the notification policies of many accounts, as text for people. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.report import Report, ReportRow, counted, failure_rows
from .results import Difference, Row

_SYMBOLS = {"created": "+", "deleted": "-"}
_WORDS = {
    "created": ("create", "created"),
    "updated": ("update", "updated"),
    "deleted": ("delete", "deleted"),
}
# Option -> the word in front of each of its recipients.
_RECIPIENTS = {"emails": "", "pagerduty": "PagerDuty ", "webhooks": "webhook "}
_FIELD_WIDTH = 10


def alerts_report(rows: t.Sequence[Row], diffs: t.Mapping[str, Difference], accounts: int, *, applied: bool) -> Report:
    """Return the report. ``diffs`` are the differences by account ID."""
    suffix = "" if applied else " (check mode: nothing was written)"
    changed = [_row(row, diffs[row["account_id"]], applied) for row in rows if row["changed"]]
    failed = failure_rows([_of_account(row) for row in rows if row["failed"]])
    unchanged = [row for row in rows if row["action"] == "unchanged"]
    existing = sum(bool(row["alert"]) for row in unchanged)
    missing = len(unchanged) - existing
    rest = [f"= {counted(existing, 'policy', 'policies')} unchanged"] if existing else []
    rest += [f"= {counted(missing, 'policy does', 'policies do')} not exist"] if missing else []
    title = f"Logpush alerts, {counted(accounts, 'account')}{suffix}"
    return Report(title, [*changed, *failed], rest, [_totals(rows, applied)])


def _of_account(row: Row) -> Row:
    """Return a failed row under the name of its account. A zone without a known account keeps its own name."""
    return {**row, "host": None, "name": None} if row["account_id"] else row


def _row(row: Row, diff: Difference, applied: bool) -> ReportRow:
    action = row["action"]
    verb = _WORDS[action][1 if applied else 0]
    if action == "created":
        recipients = [
            f"{word}{_text(one)}" for key, word in _RECIPIENTS.items() for one in diff["after"].get(key) or []
        ]
        details = [f"{verb}, notify {', '.join(recipients)}"]
    elif action == "deleted":
        details = [verb]
    else:
        details = _changes(diff)
    return ReportRow(_SYMBOLS.get(action, "~"), f"account {row['account_id']}", row["name"] or "", "", details)


def _changes(diff: Difference) -> list[str]:
    before, after = diff["before"], diff["after"]
    lines = []
    for key in after:
        if key == "webhook_changes":
            existing = [change["host"] for change in before[key]]
            lines += [_field("webhook", _webhook_change(change, change["host"] in existing)) for change in after[key]]
        else:
            lines.append(_field(key, f"{_text(before.get(key)) or 'none'} -> {_text(after[key]) or 'none'}"))
    return lines


def _webhook_change(change: t.Mapping[str, t.Any], exists: bool) -> str:
    what = [f"name {change['name']}"] if exists and change.get("name") else [] if exists else ["new"]
    what += ["secret"] if change.get("secret") else []
    return f"{change['host']} ({', '.join(what)})"


def _text(value: t.Any) -> str:
    """Return a value of a policy as short text. Of a webhook, this is its host."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return " ".join(map(_text, value))
    if isinstance(value, t.Mapping):
        return str(value.get("host") or value.get("name") or value.get("id") or "")
    return str(value or "")


def _field(name: str, text: str) -> str:
    return f"{name:{_FIELD_WIDTH}} {text}"


def _totals(rows: t.Sequence[Row], applied: bool) -> str:
    parts = []
    for action, (planned, done) in _WORDS.items():
        number = sum(row["action"] == action for row in rows)
        if number:
            parts.append(f"{number:,} {done}" if applied else f"{number:,} to {planned}")
    unchanged = sum(row["action"] == "unchanged" for row in rows)
    failed = sum(row["failed"] for row in rows)
    parts += [f"{unchanged:,} unchanged"] if unchanged else []
    parts += [f"{failed:,} failed"] if failed else []
    return f"{', '.join(parts) or 'No accounts'}."
