# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The result of a comparison of deliveries: a row for each job, the sums, the counts, and the table for people. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.report import Report, ReportRow, counted, failure_rows
from .._core.results import scope_name, summarize_failures
from .._core.terminal import wrapped
from .._core.times import rfc3339
from .._logpush.delivery_comparison import JobComparison, SumComparison
from .._logpush.delivery_health import JobDelivery
from .._logpush.delivery_verdict import COMPLETE, MISSING, SURPLUS, UNKNOWN, VERDICTS, Comparison
from .._logpush.event_times import is_wrong, time_problem
from .results import Row, limited_rows

_BEHIND = (
    "Between Logpush and Splunk is {}, whose HTTP 200 proves nothing: it may drop a part of a batch, and behind it, raw lines can "
    "arrive with another source type, or in another index"
)
# A loss that is no failure belongs to another row.
_SYMBOLS = {MISSING: "=", SURPLUS: "+", COMPLETE: "="}
_WHAT_TO_TRY = (
    "Splunk accepted these events and did not index them. The splunk_delivery_info module shows the errors of HEC; other reasons "
    "are a transform to the nullQueue, an index that is full or deleted, and the license. If the destination or the fields of the "
    "job changed within the window, the events before that are not counted: use a window after the change"
)
# A run without a failure looks like evidence.
_NOTHING_COMPARED = "Nothing was compared, so this run does not show whether logs arrive: {}."
_REMARK_WIDTH = 100
_AT_LEAST_ONCE = "Delivery is at least once: Cloudflare repeats an upload whose answer it did not get"


class Timing(t.NamedTuple):
    """The deviation of the times of events from their own times in seconds (None if it is not known), and the software between
    Logpush and Splunk ("" if there is none)."""

    deviation: float | None = None
    behind: str = ""


class Totals(t.NamedTuple):
    """The counts of a comparison: scopes, jobs by verdict, both ends, and problems."""

    scopes: int
    rows: t.Sequence[Row]
    sums: t.Sequence[Row]

    @property
    def compared(self) -> list[Row]:
        """The rows of jobs that were compared."""
        return [row for row in self.rows if row["verdict"] != UNKNOWN]

    @property
    def nothing_compared(self) -> str:
        """Return the warning of a run that compared no job and no sum of jobs, "" for any other run."""
        if self.compared or any(row["verdict"] != UNKNOWN for row in self.sums):
            return ""
        return _NOTHING_COMPARED.format("no job could be compared" if self.rows else "no job pushes to a collector")

    def summary(self) -> dict[str, t.Any]:
        """Return the counts as a result shows them. The records and events are those of the jobs that were compared."""
        return {
            "scopes": self.scopes,
            "jobs": sum(row["job_id"] is not None for row in self.rows),
            **{verdict: sum(row["verdict"] == verdict for row in self.rows) for verdict in VERDICTS},
            "wrong_times": sum(is_wrong(row.get("time_deviation")) for row in self.rows),
            "records": sum(row["records"] for row in self.compared),
            "events": sum(row["events"] for row in self.compared),
            "failed": sum(row["failed"] for row in self.rows),
            "failed_sums": sum(row["failed"] for row in self.sums),
        }


def job_columns(compared: JobComparison, delivery: JobDelivery | None, dataset: str, timing: Timing) -> Row:
    """Return the columns of the row of a job. ``delivery`` is None if Cloudflare's figures are not known."""
    missing = compared.comparison.verdict == MISSING and compared.delivered
    problems = _loss(-(compared.comparison.difference or 0), missing.records, timing.behind) if missing else []
    problems += _late(dataset, compared.job.origin.sourcetype, timing)
    return {
        "records": compared.delivered.records if compared.delivered else None,
        "uploads": compared.delivered.uploads if compared.delivered else None,
        "lost_uploads": delivery.lost_uploads if delivery else None,
        "delivery": delivery.delivery if delivery else "unknown",
        "events": compared.events,
        **_comparison_columns(compared.comparison),
        "time_deviation": timing.deviation,
        "changed": False,
        "failed": bool(problems),
        "msg": ". ".join(problems),
    }


def unread_columns(reason: str) -> Row:
    """Return the columns of the row of a scope whose jobs cannot be read."""
    nothing = dict.fromkeys(("records", "uploads", "lost_uploads", "events"))
    unknown = Comparison(UNKNOWN, reason, None, None)
    columns = {**nothing, **_comparison_columns(unknown), "delivery": "unknown", "time_deviation": None}
    return {**columns, "changed": False, "failed": False, "msg": ""}


def sum_row(compared: SumComparison, datasets: t.Iterable[str], timing: Timing) -> Row:
    """Return the row of the jobs that can only be compared together."""
    listed = sorted(set(datasets))
    problems = (
        _loss(compared.lost, compared.delivered.records, timing.behind) if compared.lost and compared.delivered else []
    )
    problems += _late(", ".join(listed), compared.shared.sourcetype, timing)
    return {
        "index": compared.shared.splunk_index,
        "sourcetype": compared.shared.sourcetype,
        "token_name": compared.shared.token or None,
        "datasets": listed,
        "jobs": len(compared.jobs),
        "records": compared.delivered.records if compared.delivered else None,
        "uploads": compared.delivered.uploads if compared.delivered else None,
        "events": compared.events,
        **_comparison_columns(compared.comparison),
        "time_deviation": timing.deviation,
        "failed": bool(problems),
        "msg": ". ".join(problems),
    }


def _comparison_columns(compared: Comparison) -> Row:
    loss = compared.smallest_visible_loss
    return {
        "difference": compared.difference,
        "verdict": compared.verdict,
        "reason": compared.reason or (_AT_LEAST_ONCE if compared.verdict == SURPLUS else ""),
        "smallest_visible_loss": loss._asdict() if loss else None,
    }


def _loss(lost: int, records: int, behind: str) -> list[str]:
    reason = _BEHIND.format(behind) if behind else _WHAT_TO_TRY
    return [f"{lost:,} of {counted(records, 'record')} are missing in Splunk ({_percent(lost, records)}). {reason}"]


def _late(dataset: str, sourcetype: str, timing: Timing) -> list[str]:
    if timing.deviation is None or not is_wrong(timing.deviation):
        return []
    return [time_problem(timing.deviation, dataset, sourcetype, timing.behind)]


def _percent(part: float, whole: float) -> str:
    share = 100 * part / whole
    return f"{share:.0f} %" if share >= 10 else f"{share:.1f} %" if share >= 0.1 else f"{share:.3f} %"


def delivery_result(totals: Totals, window: tuple[int, int], figures: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of a comparison in a window."""
    failed = [row for row in totals.rows if row["failed"]]
    failed_sums = [row for row in totals.sums if row["failed"]]
    result: dict[str, t.Any] = {
        "changed": False,
        "begin": rfc3339(window[0]),
        "end": rfc3339(window[1]),
        "results": limited_rows(totals.rows),
        "sums": list(totals.sums),
        "summary": {**totals.summary(), **figures},
        "report": _report(totals, window).text(),
    }
    messages = []
    if failed:
        messages.append(f"{len(failed)} of {len(totals.rows)} jobs have problems. {summarize_failures(failed)}")
    messages += [f"{_sum_name(row)}: {row['msg']}" for row in failed_sums]
    if messages:
        result.update(failed=True, msg=". ".join(messages))
    if failed_sums:
        # No zone fails for a sum.
        result["stopped"] = ". ".join(messages[-len(failed_sums) :])
    return result


def _report(totals: Totals, window: tuple[int, int]) -> Report:
    begin, end = window
    title = f"Logpush delivery, {counted(totals.scopes, 'zone')}, {rfc3339(begin)} to {rfc3339(end)} ({_length(end - begin)})"
    both = [*totals.compared, *totals.sums]
    numbers = _Numbers(both)
    rows = [
        # What needs attention is first. Sorting keeps the order of equal ones.
        *sorted(
            (_report_row(row, numbers) for row in both), key=lambda row: (row.symbol != "!", len(row.details) == 1)
        ),
        *_unknown_rows(totals),
    ]
    heading = [ReportRow(" ", "zone", "dataset", "job", [numbers.heading()], urgent=True)] if both else []
    return Report(title, [*heading, *rows], (), [_totals_line(totals), *_visible_loss(totals)])


def _report_row(row: Row, numbers: _Numbers) -> ReportRow:
    if "jobs" in row:
        names = (f"sum of {counted(row['jobs'], 'job')}", row["sourcetype"], row["token_name"] or "")
    else:
        names = (scope_name(row), row["dataset"], row["name"] or "")
    symbol = "!" if row["failed"] else _SYMBOLS.get(row["verdict"], "?")
    remarks = [line for text in _remarks(row) for line in wrapped(text, _REMARK_WIDTH)]
    return ReportRow(symbol, *names, details=[numbers.line(row), *remarks], urgent=bool(remarks))


def _unknown_rows(totals: Totals) -> list[ReportRow]:
    """Return the rows of jobs that could not be compared: a row for each that has a problem, and one for each reason."""
    unknown = [row for row in totals.rows if row["verdict"] == UNKNOWN]
    reasons = [
        row._replace(symbol="?", details=[line for text in row.details for line in wrapped(text, _REMARK_WIDTH)])
        for row in failure_rows([{**row, "msg": row["reason"]} for row in unknown])
    ]
    problems = [
        ReportRow(
            "!",
            scope_name(row),
            row["dataset"] or "",
            row["name"] or "",
            wrapped(row["msg"], _REMARK_WIDTH),
            urgent=True,
        )
        for row in unknown
        if row["failed"]
    ]
    return [*problems, *reasons]


class _Numbers:
    """The columns of numbers of both ends, as wide as the largest number."""

    def __init__(self, rows: t.Sequence[Row]) -> None:
        largest = max([*(row["records"] or 0 for row in rows), *(row["events"] or 0 for row in rows), 0])
        self._width = max(len(f"{largest:,}"), len("Cloudflare"))

    def heading(self) -> str:
        """Return the heads of the columns."""
        return self._joined("Cloudflare", "Splunk", "difference", "verdict")

    def line(self, row: Row) -> str:
        """Return both numbers of a row, their difference and the verdict."""
        records, events = ("-" if row[name] is None else f"{row[name]:,}" for name in ("records", "events"))
        difference = "-" if row["difference"] is None else f"{row['difference']:+,}" if row["difference"] else "0"
        return self._joined(records, events, difference, row["verdict"])

    def _joined(self, records: str, events: str, difference: str, verdict: str) -> str:
        cells = [text.rjust(self._width) for text in (records, events, difference)]
        return "   ".join([*cells, verdict])


def _remarks(row: Row) -> list[str]:
    """Return what to know about a row besides its numbers."""
    texts = [row["msg"] or row["reason"]]
    lost = row.get("lost_uploads")
    if lost:
        texts.append(
            f"Cloudflare dropped {counted(lost, 'batch', 'batches')}, which neither side counts: see the audit playbook"
        )
    elif row.get("delivery") == "retrying":
        texts.append("Some uploads failed, and Cloudflare repeats them: see the audit playbook")
    return [text for text in texts if text]


def _sum_name(row: Row) -> str:
    return f"sum of {counted(row['jobs'], 'job')}"


def _totals_line(totals: Totals) -> str:
    summary = totals.summary()
    if not totals.rows:
        return "No job that pushes to a collector."
    counts = ", ".join(
        f"{summary[verdict]:,} {verdict}" for verdict in (COMPLETE, MISSING, SURPLUS, UNKNOWN) if summary[verdict]
    )
    of_jobs = " of the compared jobs" if summary[UNKNOWN] else ""
    delivered, indexed = counted(summary["records"], "record"), counted(summary["events"], "event")
    both = f"Cloudflare delivered {delivered}{of_jobs}, and Splunk indexed {indexed}."
    return f"{both} {counts}." if totals.compared else f"{counts}."


def _visible_loss(totals: Totals) -> list[str]:
    losses = [row["smallest_visible_loss"] for row in [*totals.compared, *totals.sums] if row["smallest_visible_loss"]]
    if not losses:
        return []
    smallest, largest = (pick(losses, key=lambda loss: float(loss["percent"])) for pick in (min, max))
    if smallest == largest:
        return [
            f"The smallest loss that this window can show is {counted(smallest['events'], 'event')} ({smallest['percent']:g} %)."
        ]
    least, most = smallest["percent"], largest["percent"]
    return [f"The smallest loss that this window can show is from {least:g} % to {most:g} % of the records of a job."]


def _length(seconds: int) -> str:
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= length and seconds % length == 0:
            return counted(seconds // length, unit)
    return counted(seconds, "second")
