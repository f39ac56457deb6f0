# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of an audit as a table for a terminal: what needs attention, and counts of everything else. Pure: no I/O."""

from __future__ import annotations

import typing as t
import unicodedata

from . import findings as audit
from .wording import counted, headline, label, last_delivery, number, scopes

WIDTH = 100
ROWS = 40

_TITLES = ("ZONE OR ACCOUNT", "DATASET", "STATE", "LAST", "FINDING")
# The columns but the last one are cut to these widths.
_WIDEST = (30, 20, 13, 8)


def table(report: t.Mapping[str, t.Any], width: int = WIDTH, max_rows: int = ROWS) -> list[str]:
    """Return the lines of the table. C(width) is the number of terminal cells of a line."""
    summary = report["summary"]
    states = [f"{number(summary[state])} {label(state)}" for state in reversed(audit.STATES) if summary.get(state)]
    jobs = counted(summary["jobs"], "job", "jobs")
    lines = [f"Logpush audit of {report['generated']}: {scopes(summary['scopes'])}, {jobs}"]
    lines += [*(f"  {line}" for line in _wrapped(", ".join(states) or "no jobs", width - 2)), ""]
    urgent = audit.by_urgency(report["rows"])
    if urgent:
        lines += _columns([_TITLES, *map(_cells, urgent[:max_rows])], width)
        if len(urgent) > max_rows:
            lines.append(f"  and {number(len(urgent) - max_rows)} more: see a report (logpush_audit_html)")
        lines.append("")
    for collector in report["collectors"]:
        if collector["findings"]:
            lines.append(_cut(f"  {_visible(collector['where'])}: {_most_urgent_finding(collector)}", width))
    notes = f" {counted(summary['notes'], 'note', 'notes')}." if summary["notes"] else ""
    return [*lines, *_wrapped(f"{headline(report)}{notes}", width)]


def _cells(row: audit.Row) -> list[str]:
    dataset, last = _visible(row["dataset"]) or "-", last_delivery(row) or "-"
    return [_visible(row["where"]), dataset, label(row["state"]), last, _most_urgent_finding(row)]


def _most_urgent_finding(row: audit.Row) -> str:
    """Return the message of the most urgent finding of a row, after the number of its other findings."""
    first, *others = audit.by_level(row["findings"])
    more = f"(+{len(others)}) " if others else ""
    # The column of the state already shows that the job fails, so only its error is shown.
    error = row.get("error") if first["kind"] == row.get("state") else ""
    return f"{more}{_visible(error or first['msg'])}"


def _columns(lines: t.Sequence[t.Sequence[str]], width: int) -> list[str]:
    """Return the lines of a table. Each column is as wide as its longest cell, up to its widest width."""
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
    """Return text on one line without control characters and characters that change the direction of writing."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(str(text).split()))


def _width(text: str) -> int:
    """Return the number of terminal cells that a text occupies."""
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
