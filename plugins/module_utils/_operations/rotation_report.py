# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of a rotation: the moved jobs, the checks, and the places to change. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.report import Report, ReportRow, failure_rows
from .._core.results import scope_name
from .._core.terminal import visible
from .results import Row

# The words for each state of the old token. The state is unknown until it is read from Splunk.
_STATES = {
    "unknown": "its state is not known",
    "absent": "Splunk has no such token",
    "enabled": "enabled",
    "disabled": "disabled",
    "deleted": "deleted",
}


class RotationSummary(t.NamedTuple):
    """The input for the report of a rotation. ``rows`` are the rows of the jobs with one of the tokens, ``moved`` the rows
    of the jobs that this run moved to the new one. ``failed`` are the rows of jobs and zones that failed. ``old_state`` is
    the state of the old token. ``environment_holds`` says whether SPLUNK_HEC_TOKEN of this run holds its value, None if that
    is not known. ``stopped`` is why the run ended early, "" if it did not.
    """

    old_name: str
    new_name: str
    old_state: str
    rows: t.Sequence[Row]
    moved: t.Sequence[Row]
    failed: t.Sequence[Row]
    checks: t.Sequence[str]
    environment_holds: bool | None
    check_mode: bool
    stopped: str = ""


def rotation_report(summary: RotationSummary) -> list[str]:
    """Return the lines of the report. The last ones are the places to change."""
    verb = "to move" if summary.check_mode else "moved"
    new = summary.new_name
    counts = f"{len(summary.moved)} of {len(summary.rows)} jobs {verb} to {new}."
    title = f"HEC token {summary.old_name}: {_STATES[summary.old_state]}. {counts}"
    what = f"{'move' if summary.check_mode else 'moved'} to {new}"
    rows = [ReportRow("~", scope_name(row), row["dataset"], row["name"] or "", [what]) for row in summary.moved]
    rows += failure_rows(summary.failed)
    # If no zone failed, a host reports this as its message.
    stopped = [visible(summary.stopped)] if summary.stopped and summary.failed else []
    return Report(title, rows, (), [*stopped, *summary.checks, *_places(summary)]).text().splitlines()


def _places(summary: RotationSummary) -> list[str]:
    """Return the places that still name the old token, or may contain its value, after it is retired."""
    if summary.old_state in ("enabled", "unknown"):
        return []
    places = ["the variable splunk_logpush_hec_token, and credentials in Tower, if they hold the old value"]
    if summary.environment_holds is not False:
        holds = "holds the old value" if summary.environment_holds else "if it holds the old value"
        places.insert(0, f"SPLUNK_HEC_TOKEN in the environment{':' if summary.environment_holds else ','} {holds}")
    name = f"Now set splunk_hec_token_name: {summary.new_name} in your inventory."
    return [
        "Set the value of the new token in these places:",
        *(f"  - {place}" for place in places),
        f"{name} Otherwise the next run of site creates a token with the old name.",
    ]
