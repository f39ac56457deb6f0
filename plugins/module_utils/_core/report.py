# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of a run for people: a title, a row for each job that matters, and a line of totals. Pure: no I/O.

All operations have this form. A row begins with a symbol: C(+) for created, C(~) for changed, C(-) for deleted, C(!) for
failed jobs, and C(=) for the number of unchanged jobs.
"""

from __future__ import annotations

import typing as t

from .results import first_of, grouped_by_reason, scope_name
from .terminal import padded, visible
from .text import one_line

# At most this many rows are printed; the result has all rows.
MOST_ROWS = 40
# A row of a change that can lose logs is printed before other rows if there are too many.
_URGENT = ("!", "-")
# A longer cell does not widen the column of all others.
_WIDEST_COLUMN = 34


class ReportRow(t.NamedTuple):
    """A row of a report. Each of ``details`` is a line of the last column. An urgent row is never left out for others."""

    symbol: str
    scope: str = ""
    dataset: str = ""
    name: str = ""
    details: t.Sequence[str] = ()
    urgent: bool = False


class Report(t.NamedTuple):
    """A report. ``rest`` are the lines after the rows, such as the number of unchanged jobs; ``totals`` are the last lines."""

    title: str
    rows: t.Sequence[ReportRow]
    rest: t.Sequence[str] = ()
    totals: t.Sequence[str] = ()

    def text(self) -> str:
        """Return the text of the report, without a line break at its end."""
        shown = _most_urgent(self.rows)
        lines = [self.title, *_row_lines(shown)]
        hidden = len(self.rows) - len(shown)
        if hidden:
            lines.append(f"  and {hidden:,} more, see results")
        # A name from an API can have line breaks.
        return "\n".join(map(one_line, [*lines, *(f"  {line}" for line in self.rest), *self.totals]))


def failure_rows(failed: t.Sequence[t.Mapping[str, t.Any]]) -> list[ReportRow]:
    """Return a row for each reason for which rows of a result failed. A reason of several zones or accounts has their number,
    and the names of the first five."""
    return [_failure_row(rows) for rows in grouped_by_reason(failed)]


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun, such as C(1 zone) and C(1,000 zones)."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def counted_scopes(number: int, rows: t.Iterable[t.Mapping[str, t.Any]]) -> str:
    """Return a number of zones in words, or of zones and accounts if one of the rows belongs to an account."""
    has_account = any(row.get("account_id") and not (row.get("zone_id") or row.get("zone")) for row in rows)
    return counted(number, "zone or account", "zones and accounts") if has_account else counted(number, "zone")


def _failure_row(rows: t.Sequence[t.Mapping[str, t.Any]]) -> ReportRow:
    first = rows[0]
    message = visible(first["msg"])
    if len(rows) == 1:
        dataset, name = (first.get("dataset"), first.get("name")) if first.get("job_id") else ("", "")
        return ReportRow("!", scope_name(first), dataset or "", name or "", [message], urgent=True)
    scopes = list(dict.fromkeys(scope_name(row) for row in rows))
    if len(scopes) == 1:
        return ReportRow("!", scopes[0], counted(len(rows), "job"), "", [message], urgent=True)
    noun = "account" if all(row.get("account_id") for row in rows) else "zone"
    return ReportRow("!", counted(len(scopes), noun), "", "", [f"{message} ({first_of(scopes, ', ')})"], urgent=True)


def _most_urgent(rows: t.Sequence[ReportRow]) -> list[ReportRow]:
    """Return the rows to print, in their order: at most C(MOST_ROWS), urgent rows before others."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    by_urgency = sorted(enumerate(rows), key=lambda item: not (item[1].urgent or item[1].symbol in _URGENT))
    return [row for _number, row in sorted(by_urgency[:MOST_ROWS], key=lambda item: item[0])]


def _row_lines(rows: t.Sequence[ReportRow]) -> list[str]:
    cells = [[visible(cell) for cell in (row.scope, row.dataset, row.name)] for row in rows]
    widths = [min(_WIDEST_COLUMN, max((len(row[column]) for row in cells), default=0)) for column in range(3)]
    lines: list[str] = []
    for row, texts in zip(rows, cells):
        columns = "   ".join(padded(text, width) for text, width in zip(texts, widths))
        first, *others = row.details or [""]
        lines.append(f"  {row.symbol} {columns}   {first}".rstrip())
        lines += [f"{' ' * (4 + sum(widths) + 9)}{detail}" for detail in others]
    return lines
