# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The result of an operation on many scopes: a row for each job, and the counts. Pure: no I/O."""

from __future__ import annotations

import json
import typing as t

from .._cloudflare.scopes import Found
from .._core.errors import CollectionError
from .._core.results import label, summarize_failures
from .._logpush.job import DEFAULT_DATASET

Row = t.Dict[str, t.Any]


ACTIONS = ("created", "updated", "enabled", "disabled", "replaced", "deleted", "unchanged", "failed")


# Tower drops a result of more than 700,000 characters. Where the entries have more than this, those of jobs that did not
# fail say just what they must.
_CHARACTERS_IN_FULL = 650_000


_SHORT = ("host", "account_id", "zone_id", "dataset", "job_id", "health", "action", "changed", "failed")


def result_row(
    named: t.Mapping[str, t.Any],
    found: Found | CollectionError | None,
    job: t.Mapping[str, t.Any],
    action: str,
    msg: str = "",
) -> Row:
    """Return the entry of a result for one job: what its zone was called and what that names, the job or its options, what was
    done, and why not."""
    scope, zone_name = found if isinstance(found, tuple) else (None, None)
    host = {"host": named["host"]} if named.get("host") else {}
    return {
        **host,
        "zone_id": scope.id if scope and scope.kind == "zones" else named.get("zone_id"),
        "zone": zone_name or named.get("zone"),
        "account_id": named.get("account_id"),
        "dataset": job.get("dataset") or DEFAULT_DATASET,
        "name": job.get("name"),
        "job_id": job.get("id") or job.get("job_id"),
        "action": action,
        "changed": action not in ("unchanged", "failed"),
        "failed": action == "failed",
        "msg": msg,
    }


def limited_rows(entries: t.Sequence[Row]) -> list[Row]:
    """Return the entries as a result shows them."""
    if len(json.dumps(entries)) <= _CHARACTERS_IN_FULL:
        return list(entries)
    return [
        each if each["failed"] else {key: each[key] for key in _SHORT if each.get(key) is not None} for each in entries
    ]


def summary(entries: t.Sequence[Row], scopes: int) -> dict[str, int]:
    """Return the numbers of scopes, of jobs, and of jobs by what was done."""
    counts = {action: sum(each["action"] == action for each in entries) for action in ACTIONS}
    return {"scopes": scopes, "jobs": len(entries), **counts}


def sweep_result(
    entries: t.Sequence[Row], differences: list[dict[str, t.Any]] | None, scopes: int, figures: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """Return the result of a pass: what was done with each job, in numbers and one by one, and whether it failed.
    ``differences`` is None where nobody wants to see them."""
    result: dict[str, t.Any] = {
        "changed": any(each["changed"] for each in entries),
        "results": limited_rows(entries),
        "summary": {**summary(entries, scopes), **figures},
    }
    if differences is not None:
        result["diff"] = differences
    failed = [each for each in entries if each["failed"]]
    if failed:
        result.update(failed=True, msg=f"{len(failed)} of {len(entries)} jobs failed. {summarize_failures(failed)}")
    return result


def difference(shown: Row, diff: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the diff of one job under a heading that tells which one it is."""
    host = {"host": shown["host"]} if "host" in shown else {}
    return {**host, "before_header": label(shown), "after_header": label(shown), **diff}
