# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The data of the audit page: the report, arranged as the page shows it, with all words, durations and totals. Pure: no I/O.

The script of the page only filters, sorts and displays it.
"""

from __future__ import annotations

import collections
import json
import typing as t

from .._core.report import counted
from . import findings as audit
from .wording import (
    STATE_MEANINGS,
    certificate_end,
    duration,
    headline,
    label,
    last_delivery,
    number,
    point_in_time,
    scopes,
)

Row = audit.Row

# Kinds that the state of a cell already shows.
_KINDS_OF_MISSING_JOBS = ("no_job", "missing")
_ROW_FIELDS = ("state", "dataset", "name", "job_id", "host", "zone_id", "account_id", "last_error", "error", "findings")


def page_data(report: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the data of the page."""
    summary = report["summary"]
    finding_count = summary["problems"] + summary["notes"]
    return {
        "generated": report["generated"],
        "generated_text": point_in_time(report["generated"]),
        "headline": headline(report),
        "healthy": not summary["problems"],
        "totals": {
            "scopes": scopes(summary["scopes"]),
            "jobs": counted(summary["jobs"], "job", "jobs"),
            "findings": counted(finding_count, "finding", "findings"),
        },
        "tabs": {
            "findings": f"Findings ({number(finding_count)})",
            "collectors": f"Collectors ({number(len(report['collectors']))})",
        },
        "states": [_state(state, summary.get(state, 0)) for state in audit.STATES],
        "kinds": [_kind(kind, summary["kinds"][kind]) for kind in audit.KINDS],
        "datasets": _datasets(report["rows"]),
        "zones": _zones(report["rows"]),
        "collectors": [_collector(row) for row in report["collectors"]],
    }


def _state(state: str, count: int) -> dict[str, t.Any]:
    meaning = STATE_MEANINGS[state]
    return {"name": state, "label": label(state), "meaning": meaning, "count": count, "count_text": number(count)}


def _kind(kind: str, count: int) -> dict[str, str]:
    """Return a kind of findings, with its entry in the menu if there are any."""
    return _without_blanks(
        {"name": kind, "label": label(kind), "option": f"{label(kind)} ({number(count)})" if count else ""}
    )


def _datasets(rows: t.Iterable[Row]) -> list[str]:
    """Return the datasets, the most frequent first."""
    counts = collections.Counter(row["dataset"] for row in rows if row["dataset"])
    return sorted(counts, key=lambda dataset: (-counts[dataset], dataset))


def _zones(rows: t.Iterable[Row]) -> list[dict[str, t.Any]]:
    """Return the zones and accounts, each with a cell for each of its datasets."""
    scopes_rows: dict[str, list[Row]] = {}
    for row in rows:
        scopes_rows.setdefault(audit.scope_key(row), []).append(row)
    return [_zone(scope_rows) for scope_rows in scopes_rows.values()]


def _zone(rows: t.Sequence[Row]) -> dict[str, t.Any]:
    first = rows[0]
    by_dataset: dict[str, list[Row]] = {}
    for row in rows:
        by_dataset.setdefault(row["dataset"], []).append(row)
    return {
        "where": first["where"],
        "is_account": bool(first.get("account_id") and not first.get("zone")),
        "rank": min(map(audit.urgency, rows)),
        "cells": [_cell(cell_rows) for cell_rows in by_dataset.values()],
    }


def _cell(rows: t.Sequence[Row]) -> dict[str, t.Any]:
    """Return the cell for the jobs of a zone for one dataset: the state of the most urgent one, and a badge."""
    rows = sorted(rows, key=lambda row: audit.STATES.index(row["state"]))
    first = rows[0]
    problems = [
        finding["kind"]
        for finding in audit.by_level(finding for row in rows for finding in row["findings"])
        if finding["level"] == audit.PROBLEM
        and finding["kind"] != first["state"]
        and finding["kind"] not in _KINDS_OF_MISSING_JOBS
    ]
    kinds = list(dict.fromkeys(problems))
    age = first.get("age") if first["state"] == "delivering" else None
    words = [
        label(first["state"]),
        counted(len(rows), "job", "jobs") if len(rows) > 1 else "",
        *map(label, kinds),
        f"last delivery {duration(age)} ago" if age is not None else "",
    ]
    cell = {
        "dataset": first["dataset"],
        "state": first["state"],
        "text": label(first["state"]) if age is None else duration(age),
        "badge": _badge(rows, kinds),
        "summary": ", ".join(filter(None, words)),
        "rows": list(map(_row, rows)),
    }
    return _without_blanks(cell)


def _badge(rows: t.Sequence[Row], kinds: t.Sequence[str]) -> str:
    """Return the badge of a cell with these kinds of problems. The legend of the page explains it."""
    if len(rows) > 1:
        return f"{len(rows)}\u00d7"
    if kinds:
        return "\u0394" if kinds == ["drift"] else "!"
    return "i" if any(finding["level"] == audit.NOTE for row in rows for finding in row["findings"]) else ""


def _row(row: Row) -> dict[str, t.Any]:
    destination = row.get("destination") or {}
    job = f"job {row['job_id']}" if row["job_id"] else ""
    # A job that rollout would create or delete has no fields to compare.
    is_changed = row.get("action") not in (None, "unchanged", "created", "deleted")
    changes = audit.changes(row["before"], row["after"]) if is_changed else []
    shown = {
        **{field: row.get(field) for field in _ROW_FIELDS},
        "title": " \u00b7 ".join(filter(None, [row["dataset"], row["name"], job])),
        "last_delivery": _last_delivery(row),
        "changes": [[change.field, _value_text(change.before), _value_text(change.after)] for change in changes],
        **{part: destination.get(part) for part in ("endpoint", "sourcetype", "channel")},
    }
    return _without_blanks(shown)


def _last_delivery(row: Row) -> str:
    """Return the time and the age of the last delivery."""
    moment, age = row.get("last_complete"), last_delivery(row)
    if not moment:
        return age
    return f"{moment} ({age} before this audit)" if row.get("age") is not None else str(moment)


def _value_text(value: t.Any) -> str:
    """Return the value of a field for people. Text stands without quotes."""
    if value is None:
        return "\u2013"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _collector(row: Row) -> dict[str, t.Any]:
    certificate = row["certificate"]
    if not certificate.get("expiry"):
        status = {"label": "not read", "level": "note"}
    elif audit.worst_level(row) == audit.PROBLEM:
        status = {"label": "\u2715 needs attention", "level": "problem"}
    else:
        status = {"label": "\u2713 valid", "level": "delivering"}
    shown = {
        "where": row["where"],
        "jobs": number(row["jobs"]),
        "status": status,
        "valid_until": certificate_end(certificate) or "\u2013",
        "issuer": certificate.get("issuer"),
        "detail": row.get("detail"),
        "findings": row["findings"],
    }
    return _without_blanks(shown)


def _without_blanks(shown: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a mapping without its empty values, which are most of them: a page can have thousands of rows."""
    return {key: value for key, value in shown.items() if value not in (None, "", {}, [])}
