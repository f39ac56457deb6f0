# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of an audit for a terminal: what needs attention, and counts of everything else. Pure: no I/O."""

from __future__ import annotations

import typing as t
import unicodedata

from . import findings as audit

WIDTH = 100
ROWS = 40

_TITLES = ("ZONE OR ACCOUNT", "DATASET", "STATE", "LAST", "WHAT")
# Longer names are cut.
_WIDEST = (30, 20, 13, 8)


def headline(report: t.Mapping[str, t.Any]) -> str:
    """Return a report in one sentence."""
    summary = report["summary"]
    kinds = [
        f"{count} {spoken(kind)}"
        for kind, count in summary["kinds"].items()
        if count and any(_has(row, kind) for row in (*report["rows"], *report["collectors"]))
    ]
    if not summary["problems"]:
        return f"Nothing needs attention in {_number(summary['scopes'])} zones and accounts."
    return (
        f"{_counted(summary['problems'], 'finding needs', 'findings need')} attention in "
        f"{_number(summary['scopes_with_problems'])} of {_number(summary['scopes'])} zones and accounts: {', '.join(kinds)}."
    )


def table(report: t.Mapping[str, t.Any], width: int = WIDTH, rows: int = ROWS) -> list[str]:
    """Return the lines of the table, none of them wider than ``width``, with so many rows at the most."""
    summary = report["summary"]
    states = [f"{_number(summary[state])} {spoken(state)}" for state in reversed(audit.STATES) if summary.get(state)]
    jobs = _counted(summary["jobs"], "job", "jobs")
    lines = [f"Logpush audit of {report['generated']}: {_number(summary['scopes'])} zones and accounts, {jobs}"]
    lines += [*(f"  {line}" for line in _wrapped(", ".join(states) or "no jobs", width - 2)), ""]
    urgent = audit.by_urgency(report["rows"])
    if urgent:
        lines += _columns([_TITLES, *map(_cells, urgent[:rows])], width)
        if len(urgent) > rows:
            lines.append(f"  and {_number(len(urgent) - rows)} more: see a report (logpush_audit_html)")
        lines.append("")
    for collector in report["collectors"]:
        if collector["findings"]:
            lines.append(_cut(f"  {_visible(collector['where'])}: {_first(collector)}", width))
    notes = f" {_counted(summary['notes'], 'note', 'notes')}." if summary["notes"] else ""
    return [*lines, *_wrapped(f"{headline(report)}{notes}", width)]


def spoken(word: str) -> str:
    """Return a kind or a state as people read it."""
    return "auto-disabled" if word == "auto_disabled" else word.replace("_", " ")


def _cells(row: audit.Row) -> list[str]:
    age = row.get("age")
    last = audit.duration(age) if age is not None else "never" if row["job_id"] else "-"
    return [_visible(row["where"]), _visible(row["dataset"]) or "-", spoken(row["state"]), last, _first(row)]


def _first(row: audit.Row) -> str:
    """The finding that matters most, in its first words, and how many more there are."""
    order = list(audit.KINDS)
    found = sorted(row["findings"], key=lambda each: (each["level"] != audit.PROBLEM, order.index(each["kind"])))
    more = f"(+{len(found) - 1}) " if len(found) > 1 else ""
    # The state has said already that it is failing.
    failing = found[0]["kind"] == row.get("state") and row.get("error")
    return f"{more}{_visible(failing or found[0]['msg'])}"


def _columns(lines: t.Sequence[t.Sequence[str]], width: int) -> list[str]:
    """The lines of a table whose columns are as wide as what is in them, and no wider than they may be."""
    widths = [min(widest, max(_width(line[number]) for line in lines)) for number, widest in enumerate(_WIDEST)]
    padded = [[_padded(cell, wide) for cell, wide in zip(line, widths)] for line in lines]
    return [_cut(f"  {'  '.join(cells)}  {line[-1]}".rstrip(), width) for cells, line in zip(padded, lines)]


def _padded(text: str, width: int) -> str:
    cut = _cut(text, width)
    return cut + " " * (width - _width(cut))


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    while _width(text) > width - 1:
        text = text[: min(len(text) - 1, width)]
    return f"{text}…"


def _visible(text: str) -> str:
    """Text without what could change the terminal: control characters, and those that turn the direction of writing."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(str(text).split()))


def _width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _has(row: audit.Row, kind: str) -> bool:
    return any(finding["kind"] == kind and finding["level"] == audit.PROBLEM for finding in row["findings"])


def _counted(count: int, one: str, many: str) -> str:
    return f"{_number(count)} {one if count == 1 else many}"


def _number(count: int) -> str:
    return f"{count:,}"
