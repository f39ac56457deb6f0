# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The result of an operation on many scopes: a row for each job, the diff, and the counts. Pure: no I/O."""

from __future__ import annotations

import json
import typing as t

from .._cloudflare.scopes import LocatedScope
from .._core.errors import CollectionError
from .._core.results import label, summarize_failures
from .._logpush.job import DEFAULT_DATASET

Row = t.Dict[str, t.Any]
Difference = t.Dict[str, t.Any]

ACTIONS = ("created", "updated", "enabled", "disabled", "replaced", "deleted", "unchanged", "failed")

# Tower drops a result of more than 700,000 characters. If the rows have more than this, those of jobs that did not fail
# keep only the columns below.
_CHARACTERS_IN_FULL = 650_000
_ESSENTIAL_COLUMNS = (
    "host",
    "account_id",
    "zone_id",
    "dataset",
    "job_id",
    "health",
    "action",
    "redirect",
    "records",
    "events",
    "verdict",
    "changed",
    "failed",
)


class JobOutcome(t.NamedTuple):
    """What an operation did with one job: its row, its diff if it changed, and its position among all requested jobs.

    ``fingerprint`` is a digest of what was written, see C(plan_identity). ``reason`` is why an unrequested job was deleted.
    """

    row: Row
    difference: Difference | None = None
    position: tuple[int, int] = (0, 0)
    fingerprint: str = ""
    reason: str = ""


def scope_columns(zone: t.Mapping[str, t.Any], located: LocatedScope) -> Row:
    """Return the columns that identify the scope of a row.

    ``zone`` are the options that name the scope, ``located`` is the scope that was found. All columns are always present,
    except C(host), which is omitted for a zone without a host.
    """
    scope = located.scope
    columns = {
        "zone_id": scope.id if scope and scope.kind == "zones" else zone.get("zone_id"),
        "zone": located.zone_name or zone.get("zone"),
        "account_id": scope.id if scope and scope.kind == "accounts" else zone.get("account_id"),
    }
    return {"host": zone["host"], **columns} if zone.get("host") else columns


def zone_label(zone: t.Mapping[str, t.Any], located: LocatedScope) -> str:
    """Return the name of a zone or account in a warning."""
    return label({key: value for key, value in scope_columns(zone, located).items() if value})


def result_row(zone: t.Mapping[str, t.Any], located: LocatedScope, job: t.Mapping[str, t.Any], **columns: t.Any) -> Row:
    """Return the row of a job: the columns of its scope, its dataset, name and ID, and the columns of the operation.

    ``job`` is a job of the API, or the part of it that options contain.
    """
    return {
        **scope_columns(zone, located),
        "dataset": job.get("dataset") or DEFAULT_DATASET,
        "name": job.get("name"),
        "job_id": job.get("id") or job.get("job_id"),
        **columns,
    }


def action_columns(action: str) -> Row:
    """Return the columns that describe what was done with the job of a row."""
    return {"action": action, "changed": action != "unchanged", "failed": False, "msg": ""}


def failure_columns(error: CollectionError, mask: t.Callable[[str], str]) -> Row:
    """Return the columns of a row whose job failed. ``mask`` masks the secrets in the message."""
    return {"action": "failed", "changed": False, "failed": True, "msg": mask(str(error))}


def job_difference(row: Row, diff: t.Mapping[str, t.Any]) -> Difference:
    """Return the diff of one job under a header that names the job."""
    host = {"host": row["host"]} if "host" in row else {}
    return {**host, **with_headers(row, diff)}


def with_headers(row: Row, diff: t.Mapping[str, t.Any]) -> Difference:
    """Return a diff with headers that name the object that changes. Ansible prints them above the lines."""
    return {"before_header": label(row), "after_header": label(row), **diff}


def sweep_result(outcomes: t.Sequence[JobOutcome], scopes: int, figures: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of an operation: a row for each job, the counts, and whether it changed and failed."""
    rows = outcome_rows(outcomes)
    result: dict[str, t.Any] = {
        "changed": any(row["changed"] for row in rows),
        "results": limited_rows(rows),
        "summary": {**action_counts(rows, scopes), **figures},
    }
    failed = [row for row in rows if row["failed"]]
    if failed:
        result.update(failed=True, msg=f"{len(failed)} of {len(rows)} jobs failed. {summarize_failures(failed)}")
    return result


def outcome_rows(outcomes: t.Iterable[JobOutcome]) -> list[Row]:
    """Return the rows of outcomes."""
    return [outcome.row for outcome in outcomes]


def differences(outcomes: t.Iterable[JobOutcome]) -> list[Difference]:
    """Return the diffs of the jobs that changed."""
    return [outcome.difference for outcome in outcomes if outcome.difference]


def limited_rows(rows: t.Sequence[Row]) -> list[Row]:
    """Return rows that fit into a result that Tower keeps: all columns, or only the essential ones if the result would be
    too large."""
    if len(json.dumps(rows)) <= _CHARACTERS_IN_FULL:
        return list(rows)
    return [
        row if row["failed"] else {key: row[key] for key in _ESSENTIAL_COLUMNS if row.get(key) is not None}
        for row in rows
    ]


def action_counts(rows: t.Sequence[Row], scopes: int) -> dict[str, int]:
    """Return the numbers of scopes, of jobs, of jobs by action, and of jobs that move to another collector."""
    counts = {action: sum(row["action"] == action for row in rows) for action in ACTIONS}
    return {"scopes": scopes, "jobs": len(rows), **counts, "redirected": sum("redirect" in row for row in rows)}
