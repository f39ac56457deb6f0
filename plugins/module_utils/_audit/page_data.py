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

from .._core.report import counted, counted_scopes
from .._logpush.delivery_health import DELIVERY_MEANINGS
from .._logpush.job import label
from .._logpush.job_changes import changes
from . import findings as audit
from .remedies import remedy
from .to_do import Cause, attention, causes, scopes_of
from .wording import (
    STATE_MEANINGS,
    cause_of_error,
    certificate_end,
    delivery_window,
    duration,
    last_delivery,
    number,
    point_in_time,
    time_span,
    upload_totals,
)

Row = audit.Row

# Kinds that the state of a cell already shows.
_KINDS_OF_MISSING_JOBS = ("no_job", "missing")
# The keys of a job. Those of its zone and its cell are not repeated.
_ROW_FIELDS = ("name", "job_id", "last_error", "error", "refusal")


def page_data(report: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the data of the page."""
    found = causes(report)
    zones = _Zones(report["rows"])
    problems = sum(cause.level == audit.PROBLEM for cause in found)
    summary = report["summary"]
    inventory = report.get("inventory") or []
    return {
        "generated": report["generated"],
        "generated_text": point_in_time(report["generated"]),
        "headline": attention(report),
        "healthy": not summary["problems"],
        "totals": _without_blanks(
            {
                "scopes": counted_scopes(summary["scopes"], report["rows"]),
                "jobs": counted(summary["jobs"], "job", "jobs"),
                "causes": counted(problems, "thing to do", "things to do"),
                "notes": counted(len(found) - problems, "note"),
                "uploads": upload_totals(report),
                "hint": report.get("delivery_hint"),
            }
        ),
        "tabs": {
            "todo": f"What to do ({number(problems)})",
            "zones": f"Zones ({number(summary['scopes'])})",
            "collectors": f"Collectors ({number(len(report['collectors']))})",
        },
        "states": [_state(state, summary.get(state, 0)) for state in audit.STATES],
        "deliveries": {name: [label(name), meaning] for name, meaning in DELIVERY_MEANINGS.items()},
        "uploads": _uploads(summary),
        "window": f"the last {time_span(delivery_window(report))}",
        "kinds": [_kind(kind, summary["kinds"][kind]) for kind in audit.KINDS],
        "datasets": _datasets(report["rows"]),
        "zones": zones.shown(),
        "findings": zones.findings.values,
        "destinations": zones.destinations.values,
        "causes": [_cause(cause, place, zones, inventory) for place, cause in enumerate(found, 1)],
        "hint": _hint(inventory),
        "collectors": [_collector(row) for row in report["collectors"]],
    }


class _Distinct:
    """Distinct values, each with a number that stands for it: thousands of jobs have the same findings and destinations."""

    def __init__(self) -> None:
        self.values: list[t.Any] = []
        self._numbers: dict[t.Any, int] = {}

    def number_of(self, value: t.Sequence[t.Any] | t.Mapping[str, t.Any]) -> int:
        key = tuple(value.values() if isinstance(value, t.Mapping) else value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


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


class _Zones:
    """The zones and accounts of the page, the most urgent first, each with a cell for each of its datasets."""

    def __init__(self, rows: t.Iterable[Row]) -> None:
        scopes_rows: dict[str, list[Row]] = {}
        for row in rows:
            scopes_rows.setdefault(audit.scope_key(row), []).append(row)
        by_name = sorted(scopes_rows.values(), key=lambda own: (own[0]["where"].lower(), audit.scope_key(own[0])))
        self._names = {id(own): place for place, own in enumerate(by_name)}
        self._scopes = sorted(by_name, key=lambda own: min(map(audit.urgency, own)))
        self._places: dict[int, list[int]] = {}
        self.findings, self.destinations = _Distinct(), _Distinct()

    def shown(self) -> list[dict[str, t.Any]]:
        """Return the zones and accounts."""
        return [self._zone(place, rows) for place, rows in enumerate(self._scopes)]

    def place(self, row: Row) -> list[int]:
        """Return where the page has a row: the index of its zone, and the index in all jobs of this zone."""
        return self._places[id(row)]

    def _zone(self, place: int, rows: t.Sequence[Row]) -> dict[str, t.Any]:
        first = rows[0]
        cells: dict[str, list[Row]] = {}
        for row in rows:
            cells.setdefault(row["dataset"], []).append(row)
        cells = {
            dataset: sorted(own, key=lambda row: audit.STATES.index(row["state"])) for dataset, own in cells.items()
        }
        in_order = [row for own in cells.values() for row in own]
        self._places.update({id(row): [place, index] for index, row in enumerate(in_order)})
        host = first.get("host")
        shown = {
            "where": first["where"],
            "name_order": self._names[id(rows)],
            "is_account": bool(first.get("account_id") and not first.get("zone")),
            "zone_id": first.get("zone_id"),
            "account_id": first.get("account_id"),
            "host": host,
            "cells": [self._cell(own, host) for own in cells.values()],
        }
        return _without_blanks(shown)

    def _cell(self, rows: t.Sequence[Row], host: str | None) -> dict[str, t.Any]:
        """Return the cell for the jobs of a zone for one dataset: the state of the most urgent one, and a badge."""
        first = rows[0]
        kinds = _kinds_beside(rows)
        cell = {
            "dataset": first["dataset"],
            "state": first["state"],
            "text": _cell_text(first),
            "reason": _reason(first),
            "badge": _badge(rows, kinds),
            "summary": _summary(rows, kinds),
            "rows": [self._row(row, first["state"], host) for row in rows],
        }
        return _without_blanks(cell)

    def _row(self, row: Row, state: str, host: str | None) -> dict[str, t.Any]:
        destination = row.get("destination") or {}
        # A job that rollout would create or delete has no fields to compare.
        is_changed = row.get("action") not in (None, "unchanged", "created", "deleted")
        differences = changes(row["before"], row["after"]) if is_changed else []
        places = [destination.get("endpoint"), destination.get("sourcetype")]
        shown = {
            **{field: row.get(field) for field in _ROW_FIELDS},
            "state": row["state"] if row["state"] != state else "",
            "host": row.get("host") if row.get("host") != host else "",
            "last_delivery": _last_delivery(row),
            "age": last_delivery(row),
            "also": _other_problems(row),
            "changes": [[each.path, _value_text(each.before), _value_text(each.after)] for each in differences],
            "findings": [self.findings.number_of(finding) for finding in audit.by_level(row["findings"])],
            "destination": self.destinations.number_of(places) if any(places) else None,
            "channel": destination.get("channel"),
            # Most jobs with uploads are delivering.
            "delivery": row.get("delivery") if row.get("delivery") != "delivering" else "",
            "uploads": _uploads(row),
        }
        return _without_blanks(shown)


def _kinds_beside(rows: t.Sequence[Row]) -> list[str]:
    """Return the kinds of the problems of a cell that its state does not show, the most urgent first."""
    problems = [
        finding["kind"]
        for finding in audit.by_level(finding for row in rows for finding in row["findings"])
        if finding["level"] == audit.PROBLEM
        and finding["kind"] != rows[0]["state"]
        and not (finding["kind"] == "drift" and all(map(_waits_for_repair, rows)))
        and finding["kind"] not in _KINDS_OF_MISSING_JOBS
    ]
    return list(dict.fromkeys(problems))


def _waits_for_repair(row: Row) -> bool:
    """Return whether a job differs from the inventory only because Cloudflare disabled it."""
    return row["state"] == "auto_disabled" and row.get("action") == "enabled"


def _uploads(row: Row) -> list[int]:
    """Return the records of a job that arrived, and the numbers of its uploads that were accepted, that Cloudflare repeats, and
    that are lost; an empty list without figures."""
    if row.get("records") is None:
        return []
    lost = row["lost_uploads"]
    return [row["records"], row["uploads"], row["failed_uploads"] - lost, lost]


def _other_problems(row: Row) -> str:
    """Return the problems of a job besides its most urgent one, in words."""
    problems = [finding["kind"] for finding in audit.by_level(row["findings"]) if finding["level"] == audit.PROBLEM]
    return ", ".join(label(kind) for kind in problems[1:] if kind != "drift" or not _waits_for_repair(row))


def _fails(row: Row) -> bool:
    return row["state"] in ("failing", "auto_disabled")


def _cell_text(row: Row) -> str:
    """Return the first line of a cell. It has the age of the last delivery if the job delivers or fails."""
    age = last_delivery(row)
    if row["state"] == "delivering" and row.get("age") is not None:
        return age
    return f"{label(row['state'])} \u00b7 {age}" if _fails(row) else label(row["state"])


def _reason(row: Row) -> str:
    """Return the second line of a cell: why its job fails or is missing, or why the zone could not be read."""
    if _fails(row):
        return cause_of_error(row["error"])
    if row["state"] == "unreadable":
        return str(row["findings"][0]["msg"])
    return f"Rollout would fail: {row['refusal']}" if row.get("refusal") else ""


def _summary(rows: t.Sequence[Row], kinds: t.Sequence[str]) -> str:
    """Return a cell in words, for those who do not see it."""
    first = rows[0]
    age, error_age = first.get("age"), first.get("error_age")
    words = [
        label(first["state"]),
        counted(len(rows), "job", "jobs") if len(rows) > 1 else "",
        *map(label, kinds),
        f"last delivery {duration(age)} ago"
        if age is not None and (_fails(first) or first["state"] == "delivering")
        else "",
        "never delivered" if age is None and _fails(first) else "",
        f"last error {duration(error_age)} ago" if error_age is not None and _fails(first) else "",
        _reason(first),
    ]
    return ", ".join(filter(None, words))


def _badge(rows: t.Sequence[Row], kinds: t.Sequence[str]) -> str:
    """Return the badge of a cell with these kinds of problems. The legend of the page explains it."""
    if len(rows) > 1:
        return f"{len(rows)}\u00d7"
    if kinds:
        return "\u0394" if kinds == ["drift"] else "!"
    return "i" if any(finding["level"] == audit.NOTE for row in rows for finding in row["findings"]) else ""


def _hint(inventory: t.Sequence[str]) -> str:
    """Return what the reader should know about all commands."""
    options = "the other options of your audit to the commands, such as logpush_zones"
    first = f"Add {options}." if inventory else f"Replace -i inventory with your inventory, and add {options}."
    return f"Work from top to bottom. {first} With --check, a playbook shows what it would change, and changes nothing."


def _cause(cause: Cause, place: int, zones: _Zones, inventory: t.Sequence[str]) -> dict[str, t.Any]:
    """Return one thing to do: its texts, its commands, and the positions of its jobs and collectors."""
    words = remedy(cause, place, inventory)
    parts = [counted(len(cause.rows), "job"), scopes_of(cause.rows)] if cause.kind != "unreadable" else []
    shown = {
        "kind": cause.kind,
        "level": cause.level,
        "title": words.title,
        "meaning": words.meaning,
        "steps": [_without_blanks(step._asdict()) for step in words.steps],
        "affected": " in ".join(parts) or scopes_of(cause.rows) if cause.rows else "",
        "rows": [zones.place(row) for row in cause.rows],
        "collectors": [row["where"] for row in cause.collectors],
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
