# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Show what Cloudflare delivered, lost and repeated for the Splunk jobs of one or many scopes."""

from __future__ import annotations

import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope
from .._core.results import summarize_failures
from .._core.run import Options, RunContext
from .._core.times import moment_of, rfc3339
from .._logpush.delivery_health import DELIVERIES
from .._logpush.job import Job, dataset_of
from .delivery_health import ScopeDeliveries, check_window, read_deliveries, refuse_window
from .requested_scopes import read_splunk_jobs, requested_scopes, with_unread_scopes
from .results import Row, scope_columns
from .sweep import Sweep

# The columns of a job whose figures are not known.
_NO_FIGURES: Row = dict.fromkeys(("records", "bytes", "uploads", "failed_uploads", "lost_uploads"))


def show_health(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_health_info) with its checked options and return its result. Raises CollectionError."""
    options = with_credentials(options)
    check_window(options["window"])
    zones = requested_scopes(options)
    sweep = Sweep(options, context)
    scopes = read_splunk_jobs(sweep, zones, context.mask, lambda located, jobs, mask: jobs)
    until = int(sweep.wall())
    begin, end = moment_of(until - options["window"]), moment_of(until)
    # A scope without a job to Splunk needs no query.
    asked = [scope for scope in scopes if scope.found]
    deliveries = read_deliveries(sweep, [scope.located for scope in asked], begin, end)
    refuse_window(deliveries)
    rows = [
        context.mask.value(row)
        for scope, delivered in zip(asked, deliveries)
        for row in _rows(scope.zone, scope.located, scope.found, delivered)
    ]
    result: dict[str, t.Any] = {
        "changed": False,
        "begin": rfc3339(begin.timestamp()),
        "end": rfc3339(end.timestamp()),
        "jobs": rows,
        "summary": {**_summary(rows), "queries": sweep.analytics.sent},
    }
    unknown = [row for row in rows if row["delivery"] == "unknown"]
    if unknown:
        what = f"The deliveries of {len(unknown)} of {len(rows)} jobs are unknown"
        result["warnings"] = [f"{what}. {summarize_failures(unknown)}"]
    return with_unread_scopes(result, scopes, options)


def _rows(
    zone: t.Mapping[str, t.Any], located: LocatedScope, jobs: t.Sequence[Job], deliveries: ScopeDeliveries
) -> t.Iterator[Row]:
    """Yield the rows of the jobs of a scope. A disabled job without an upload has no row."""
    for job in jobs:
        columns = {
            **scope_columns(zone, located),
            "dataset": dataset_of(job),
            "name": job.get("name"),
            "job_id": job["id"],
            "enabled": bool(job.get("enabled")),
        }
        if deliveries.error:
            yield {**columns, **_NO_FIGURES, "statuses": [], "delivery": "unknown", "msg": str(deliveries.error)}
        elif job.get("enabled") or job["id"] in deliveries.jobs:
            yield {**columns, **deliveries.of(job["id"]).public(), "msg": ""}


def _summary(rows: t.Sequence[Row]) -> dict[str, int]:
    return {"jobs": len(rows), **{state: sum(row["delivery"] == state for row in rows) for state in DELIVERIES}}
