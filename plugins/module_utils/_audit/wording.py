# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The words, durations and counts of an audit, the same in the table, the page and the JUnit report. Pure: no I/O."""

from __future__ import annotations

import functools
import re
import typing as t

from .._cloudflare import advice as api_advice
from .._core.report import counted, counted_scopes
from .._logpush.job import HEALTH_MEANINGS, label

# State of a row -> its meaning, as the end of a sentence.
STATE_MEANINGS = {
    **HEALTH_MEANINGS,
    "unreadable": "the jobs could not be read",
    "missing": "the inventory requests the job, but it does not exist",
    "none": "there is no job, and the inventory requests none",
}

_DAY = 86400
_STATUS = re.compile(r"(?i)status:? ?(\d{3})")
_LONGEST_CAUSE = 160
# What differs between two errors with the same cause: the local end of a connection, times, and ids.
_OF_ONE_DELIVERY = re.compile(
    r"[\w.:\[\]]+(?=->)|\b\d{4}-\d\d-\d\dT[\d:.]+Z?|\b(?=[a-f-]*\d)[0-9a-f]{8}[0-9a-f-]*\b", re.IGNORECASE
)


def number(count: int) -> str:
    """Return a number with separators, such as C(1,000)."""
    return f"{count:,}"


def http_status(error: str) -> int | None:
    """Return the HTTP status that an error message of a job names, None if it names none."""
    status = _STATUS.search(error)
    return int(status.group(1)) if status else None


@functools.lru_cache(maxsize=1024)
def cause_of_error(error: str) -> str:
    """Return why Cloudflare cannot deliver, in a few words: the same for error messages with the same meaning."""
    known = api_advice.cause_for_job(error)
    if known:
        return known
    status = http_status(error)
    if status:
        return f"HTTP {status}"
    # The pattern is slow for very long text.
    shortened = " ".join(_OF_ONE_DELIVERY.sub("\u2026", error[: 4 * _LONGEST_CAUSE]).split()) or "no reason given"
    return shortened if len(shortened) <= _LONGEST_CAUSE else f"{shortened[:_LONGEST_CAUSE]}\u2026"


def duration(seconds: float) -> str:
    """Return a time span in words: C(50 s), C(5 min), C(3 h) or C(12 days)."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.0f} days"


def time_span(seconds: int) -> str:
    """Return an exact time span in words: C(24 hours), C(90 minutes), or C(hour) for one of them."""
    sizes = ((_DAY, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next((size, unit) for size, unit in sizes if not seconds % size and (size < _DAY or seconds > _DAY))
    return unit if seconds == size else counted(seconds // size, unit)


def point_in_time(rfc3339: str) -> str:
    """Return a time of the report for people: C(2026-11-22 10:00:00 UTC)."""
    return rfc3339.replace("T", " ").replace("Z", " UTC")


def last_delivery(row: t.Mapping[str, t.Any]) -> str:
    """Return the age of the last delivery of a row, C(never) for a job without any, and "" for a row without a job."""
    if row.get("age") is not None:
        return duration(row["age"])
    return "never" if row["job_id"] else ""


def delivery_window(report: t.Mapping[str, t.Any]) -> int:
    """Return the number of seconds before a report in which uploads are counted."""
    return int(report.get("delivery_window") or _DAY)


def upload_totals(report: t.Mapping[str, t.Any]) -> str:
    """Return what Cloudflare uploaded for all jobs of a report in one sentence, or two if not every job delivers; "" without
    figures."""
    summary = report["summary"]
    states = summary["delivery"]
    known = [
        f"{number(states[state])} {label(state)}" for state in reversed(states) if states[state] and state != "unknown"
    ]
    if not known:
        return ""
    parts = [
        f"{counted(summary['records'], 'record')} in {counted(summary['uploads'], 'upload')}",
        f"{counted(summary['lost_uploads'], 'batch', 'batches')} lost" if summary["lost_uploads"] else "no batch lost",
    ]
    jobs = "" if states["delivering"] and len(known) == 1 else f" Jobs: {', '.join(known)}."
    return f"In the last {time_span(delivery_window(report))}: {', '.join(parts)}.{jobs}"


def certificate_end(certificate: t.Mapping[str, t.Any]) -> str:
    """Return when a certificate expires, or "" if it is not known: C(2026-12-01, in 9 days)."""
    if not certificate.get("expiry"):
        return ""
    days = certificate["days_left"]
    remaining = "expired" if days < 0 else f"in {counted(days, 'day', 'days')}"
    return f"{certificate['expiry'][:10]}, {remaining}"


def finding_line(finding: t.Mapping[str, str]) -> str:
    """Return a finding on one line: its kind, its message and its advice."""
    return " ".join(filter(None, [f"{finding['kind']}: {finding['msg']}", finding["advice"]]))


def headline(report: t.Mapping[str, t.Any]) -> str:
    """Return a report in one sentence."""
    summary = report["summary"]
    all_scopes = counted_scopes(summary["scopes"], report["rows"])
    if not summary["problems"]:
        return f"Nothing needs attention in {all_scopes}."
    urgent_kinds = {
        finding["kind"]
        for row in (*report["rows"], *report["collectors"])
        for finding in row["findings"]
        if finding["level"] == "problem"
    }
    kinds = [f"{number(count)} {label(kind)}" for kind, count in summary["kinds"].items() if kind in urgent_kinds]
    count = counted(summary["problems"], "finding needs", "findings need")
    # A problem of a collector alone belongs to no zone.
    where = f" in {number(summary['scopes_with_problems'])} of {all_scopes}" if summary["scopes_with_problems"] else ""
    return f"{count} attention{where}: {', '.join(kinds)}."
