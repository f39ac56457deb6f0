# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Show what Cloudflare delivered, lost and repeated for the Splunk jobs of one or many scopes."""

from __future__ import annotations

import typing as t

from .._cloudflare.client import CloudflareReader
from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope
from .._core.errors import CollectionError
from .._core.results import summarize_failures
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._core.times import moment_of, rfc3339
from .._logpush.delivery_health import DELIVERIES
from .._logpush.job import Job, dataset_of, is_splunk_job, masked_reports
from .delivery_health import ScopeDeliveries, check_window, read_deliveries, refuse_window
from .job_info import requested_scopes, with_unread_scopes
from .results import Row, scope_columns
from .sweep import Sweep

# The columns of a job whose figures are not known.
_NO_FIGURES: Row = dict.fromkeys(("records", "bytes", "uploads", "failed_uploads", "lost_uploads"))


class _ScopeJobs(t.NamedTuple):
    """The Splunk jobs of one scope, or the error if they cannot be listed."""

    jobs: list[Job]
    error: CollectionError | None = None


def show_health(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_health_info) with its checked options and return its result. Raises CollectionError."""
    options = with_credentials(options)
    check_window(options["window"])
    zones = requested_scopes(options)
    sweep = Sweep(options, context)
    located = sweep.locate(zones)
    reader = sweep.client.reader()
    seen = sweep.read_each(
        located,
        lambda scope: _ScopeJobs(_splunk_jobs(reader, scope, context.mask.part())),
        lambda scope, error: _ScopeJobs([], error),
    )
    until = int(sweep.wall())
    begin, end = moment_of(until - options["window"]), moment_of(until)
    # A scope without a job to Splunk needs no query.
    asked = [number for number, scope in enumerate(seen) if scope.jobs]
    deliveries = dict(zip(asked, read_deliveries(sweep, [located[number] for number in asked], begin, end)))
    refuse_window(deliveries.values())
    rows = [
        context.mask.value(row)
        for number in asked
        for row in _rows(zones[number], located[number], seen[number].jobs, deliveries[number])
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
    return with_unread_scopes(result, zones, [scope.error for scope in seen], options)


def _splunk_jobs(client: CloudflareReader, located: LocatedScope, mask: SecretMask) -> list[Job]:
    jobs = masked_reports(client.masked_by(mask).jobs(located.found()), mask)
    return [job for job in jobs if is_splunk_job(job)]


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
