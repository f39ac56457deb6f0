# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of an audit as a table for a terminal: what needs attention, and counts of everything else. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.report import MOST_ROWS, counted, counted_scopes
from .._core.results import first_of
from .._core.terminal import cut, padded, visible, width_of, wrapped
from .._logpush.job import label
from . import findings as audit
from .wording import headline, last_delivery, number, upload_totals

_WIDTH = 120

# These columns are cut to these widths; the column of the findings has the rest of the line, and as many lines as it takes.
_WIDEST = {"ZONE OR ACCOUNT": 34, "DATASET": 20, "STATE": 13, "LAST": 8}
# The columns about uploads, if there are figures about them.
_WIDEST_OF_UPLOADS = {"RECORDS": 15, "LOST": 9}
_NARROWEST_FINDING = 30
_GAP = "  "


def table(report: t.Mapping[str, t.Any], width: int = _WIDTH, max_rows: int = MOST_ROWS) -> list[str]:
    """Return the lines of the table. C(width) is the number of terminal cells of a line."""
    summary = report["summary"]
    states = [f"{number(summary[state])} {label(state)}" for state in reversed(audit.STATES) if summary.get(state)]
    jobs = counted(summary["jobs"], "job", "jobs")
    lines = [f"Logpush audit of {report['generated']}: {counted_scopes(summary['scopes'], report['rows'])}, {jobs}"]
    facts = [", ".join(states) or "no jobs", upload_totals(report), *_upload_notes(report), report.get("delivery_hint")]
    lines += [*(f"  {line}" for fact in filter(None, facts) for line in wrapped(visible(fact), width - 2)), ""]
    urgent = audit.by_urgency(report["rows"])
    if urgent:
        lines += _columns(urgent[:max_rows], width)
        if len(urgent) > max_rows:
            lines.append(f"  and {number(len(urgent) - max_rows)} more: see a report (logpush_audit_html)")
        lines.append("")
    for collector in report["collectors"]:
        for finding in audit.by_level(collector["findings"]):
            text = f"{collector['where']}: {finding['msg']}"
            lines += [f"  {line}" for line in wrapped(visible(text), width - 2)]
    notes = f" {counted(summary['notes'], 'note', 'notes')}." if summary["notes"] else ""
    return [*lines, *wrapped(f"{headline(report)}{notes}", width)]


def _upload_notes(report: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """Yield the first jobs with each kind of note about uploads. The table below has only problems."""
    for kind in ("losing", "retrying", "silent"):
        noted = {"kind": kind, "level": audit.NOTE}
        jobs = [
            f"{row['where']} {row['dataset']}"
            for row in report["rows"]
            if any(noted.items() <= finding.items() for finding in row["findings"])
        ]
        if jobs:
            yield f"{label(kind).capitalize()}: {first_of(jobs, ', ')}"


class _Cells(t.NamedTuple):
    """The narrow columns of a row, and its findings."""

    columns: t.Sequence[str]
    findings: t.Sequence[str]


def _cells(row: audit.Row, with_uploads: bool) -> _Cells:
    dataset, last = visible(row["dataset"]) or "-", last_delivery(row) or "-"
    columns = [visible(row["where"]), dataset, label(row["state"]), last]
    if with_uploads:
        columns += [_count(row.get("records")), _count(row.get("lost_uploads"))]
    return _Cells(columns, [visible(_text_in_row(row, finding)) for finding in audit.by_level(row["findings"])])


def _count(figure: int | None) -> str:
    return "-" if figure is None else number(figure)


def _text_in_row(row: audit.Row, finding: t.Mapping[str, str]) -> str:
    """Return the text of a finding. The column of the state already shows that a job fails, so only its error is shown."""
    error = row.get("error") if finding["kind"] == row.get("state") else ""
    return error or finding["msg"]


def _columns(urgent: t.Sequence[audit.Row], width: int) -> list[str]:
    """Return the lines of a table. Each narrow column is as wide as its longest cell, up to its widest width. In a narrow
    terminal the findings stand below their row."""
    with_uploads = any(row.get("records") is not None for row in urgent)
    columns = {**_WIDEST, **(_WIDEST_OF_UPLOADS if with_uploads else {})}
    rows = [_cells(row, with_uploads) for row in urgent]
    narrow = [list(columns), *(row.columns for row in rows)]
    widths = [min(widest, max(map(width_of, cells))) for widest, *cells in zip(columns.values(), *narrow)]
    start = sum(widths) + len(_GAP) * (len(widths) + 1)
    below = width - start < _NARROWEST_FINDING
    start = 2 * len(_GAP) if below else start
    lines = [_line(list(columns), widths, "FINDING", width)]
    for row in rows:
        findings = [line for finding in row.findings for line in wrapped(finding, width - start)]
        first, others = ("", findings) if below else ("".join(findings[:1]), findings[1:])
        lines.append(_line(row.columns, widths, first, width))
        lines += [" " * start + line for line in others]
    return lines


def _line(columns: t.Sequence[str], widths: t.Sequence[int], last: str, width: int) -> str:
    cells = [padded(cut(cell, wide), wide) for cell, wide in zip(columns, widths)]
    return cut(f"{_GAP}{_GAP.join([*cells, last])}".rstrip(), width)
