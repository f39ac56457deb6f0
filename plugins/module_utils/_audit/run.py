# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Audit many zones and accounts: read the jobs of each, check each collector, and write the reports.

One list of the jobs of a scope shows how they are, and a planner shows what a rollout would do to them. Nothing is written
but the reports.
"""

from __future__ import annotations

import datetime
import os
import typing as t

from .._cloudflare.client import CloudflareReader
from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope
from .._collector.certificate import rfc3339
from .._collector.client import check_roots
from .._core.errors import CollectionError, OptionError, bugs_as_errors
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import DEFAULT_DATASET, destination_of, is_splunk_job
from .._operations.delivery_health import LONGEST_WINDOW
from .._operations.known_jobs import KnownJobs
from .._operations.planner import ScopePlanner
from .._operations.results import scope_columns
from .._operations.rollout_request import RequestedJob, RequestedScope, locate_requests, parse_rollout
from .._operations.sweep import Sweep
from . import findings as audit
from .alerts import add_missing_alerts
from .collectors import Push, look_at_collectors
from .deliveries import ALWAYS, AUTO, NEVER, ScopePushes, add_deliveries
from .report_files import check_paths, write_reports
from .table import table
from .wording import headline

Row = audit.Row

# Tower keeps no result of more than 700,000 characters; everything is in the reports.
_FINDINGS_IN_RESULT = 300
_COLLECTORS_IN_RESULT = 50
_LONGEST_TEXT = 600
_NARROWEST_TERMINAL, _USUAL_WIDTH = 40, 120


def run_audit(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_audit) with its checked options and return its result. Raises CollectionError if
    nothing can be read at all."""
    options = with_credentials(options)
    policy = _policy(options)
    check_paths(options)
    check_roots("collector_ca_path", options.get("collector_ca_path"))
    request = parse_rollout(options, os.environ, context.mask)
    sweep = Sweep(options, context)
    reports = _read_scopes(sweep, request.scopes, policy, context.mask)
    delivery, hint = options.get("delivery") or AUTO, ""
    scopes = [ScopePushes(report.located, report.pushes) for report in reports]
    if delivery != NEVER:
        hint = add_deliveries(sweep, scopes, policy, context.mask, required=delivery == ALWAYS)
    add_missing_alerts(sweep, scopes, policy, context.mask)
    collectors = []
    if options["certificates"]:
        pushes = [push for report in reports for push in report.pushes]
        collectors = look_at_collectors(sweep, pushes, options, policy, context.mask)
    rows = [row for report in reports for row in report.rows]
    report = {
        "generated": rfc3339(policy.now),
        "summary": {**audit.summary(rows, collectors), **sweep.figures()},
        "rows": rows,
        "collectors": collectors,
        "delivery_window": policy.delivery_window,
        "delivery_hint": hint,
        "inventory": [_from_here(source) for source in options.get("inventory") or []],
    }
    write_reports(report, options)
    return {**_result(report, options), "report": "\n".join(table(report, _terminal_width()))}


def _from_here(source: str) -> str:
    """Return a source of the inventory as a command can name it: a path below the working directory without that."""
    here = os.path.join(os.getcwd(), "")
    return source[len(here) :] if source.startswith(here) else source


def _terminal_width() -> int:
    """Return the number of cells of a line of the terminal, as far as the environment says it."""
    columns = os.environ.get("COLUMNS", "")
    return max(_NARROWEST_TERMINAL, int(columns)) if columns.isdecimal() else _USUAL_WIDTH


def _policy(options: t.Mapping[str, t.Any]) -> audit.Policy:
    """Return what the findings depend on. Raises OptionError."""
    for option in ("max_age", "certificate_days", "max_request_body_size"):
        if (options.get(option) or 0) < 0:
            raise OptionError(option, "must be 0 or more")
    window = options.get("delivery_window", audit.DAY)
    if not 1 <= window <= LONGEST_WINDOW:
        raise OptionError("delivery_window", f"must be from 1 to {LONGEST_WINDOW} seconds (30 days)")
    return audit.Policy(
        now=datetime.datetime.now(datetime.timezone.utc),
        max_age=options.get("max_age"),
        certificate_days=options["certificate_days"],
        ignore=frozenset(options.get("ignore") or []),
        max_request_body_size=options.get("max_request_body_size"),
        delivery_window=window,
    )


def _read_scopes(
    sweep: Sweep, scopes: list[RequestedScope], policy: audit.Policy, mask: SecretMask
) -> list[_ScopeReport]:
    """Return the reports of all scopes in their order."""

    def read(scope: RequestedScope) -> _ScopeReport:
        return _read_scope(sweep.client.reader(), scope, policy, mask.part())

    def failed(scope: RequestedScope, error: CollectionError) -> _ScopeReport:
        return _unreadable(scope, error, policy, mask)

    return sweep.run_each(locate_requests(scopes, sweep.locate), read, failed, _progress_rows)


class _ScopeReport(t.NamedTuple):
    """The rows of one scope, and its jobs to Splunk."""

    located: LocatedScope
    rows: list[Row]
    pushes: list[Push]


def _progress_rows(report: _ScopeReport) -> list[dict[str, bool]]:
    return [{"changed": False, "failed": row["state"] == "unreadable"} for row in report.rows]


def _read_scope(
    client: CloudflareReader, scope: RequestedScope, policy: audit.Policy, mask: SecretMask
) -> _ScopeReport:
    """Return the report of one scope. It only plans: a planner cannot write."""
    client = client.masked_by(mask)
    try:
        found = scope.located.found()
        known = KnownJobs(client, found, mask)
        jobs = known.all()
    except CollectionError as error:
        return _unreadable(scope, error, policy, mask)
    planner = ScopePlanner(client, found, scope.located.zone_name, known)
    planner.reserve(job.request for job in scope.jobs if job.request)
    planned = [_planned_job(planner, job) for job in scope.jobs]
    rows = mask.value(audit.scope_rows(_place(scope), jobs, planned, policy))
    # The rows of existing jobs come first, in the order of the jobs.
    splunk_jobs = filter(is_splunk_job, jobs)
    return _ScopeReport(
        scope.located, rows, [Push(job, destination_of(job), row) for job, row in zip(splunk_jobs, rows)]
    )


def _unreadable(scope: RequestedScope, error: CollectionError, policy: audit.Policy, mask: SecretMask) -> _ScopeReport:
    return _ScopeReport(scope.located, mask.value(audit.unreadable(_place(scope), str(error), policy)), [])


def _place(scope: RequestedScope) -> dict[str, t.Any]:
    """Return the columns that say which scope it is: C(where) for people, and the host, names and IDs that are known."""
    columns = scope_columns(scope.zone, scope.located)
    columns["zone"] = columns["zone"] if scope.located.zone_name else scope.zone.get("zone_name") or columns["zone"]
    where = columns["zone"] or columns.get("host") or columns["zone_id"] or columns["account_id"] or "?"
    return {"where": where, **{key: value for key, value in columns.items() if value}}


def _planned_job(planner: ScopePlanner, job: RequestedJob) -> audit.PlannedJob:
    """Return what a rollout would make of a requested job."""
    dataset = job.label["dataset"] or DEFAULT_DATASET
    name, job_id, host = job.label["name"], job.label["job_id"], job.zone.get("host") or ""
    try:
        if job.request is None:
            raise job.error or CollectionError("The job is not requested.")
        with bugs_as_errors():
            plan = planner.plan(job.request).plan
    except CollectionError as error:
        return audit.PlannedJob(dataset, name, job_id, error=str(error), host=host)
    after = plan.target
    return audit.PlannedJob(
        after.get("dataset") or dataset,
        after.get("name") or name,
        after.get("id") or job_id,
        plan.action,
        plan.before,
        plan.after,
        host=host,
    )


def _result(report: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    kinds = list(audit.KINDS)
    findings = [
        {key: _cut(value) for key, value in {**_identity(row), **finding}.items()}
        for row in [*report["collectors"], *report["rows"]]
        for finding in row["findings"]
    ]
    findings.sort(key=lambda finding: (finding["level"] != audit.PROBLEM, kinds.index(finding["kind"])))
    return {
        "changed": False,
        "headline": headline(report),
        "findings": findings[:_FINDINGS_IN_RESULT],
        "hosts_with_problems": list(
            dict.fromkeys(
                finding["host"] for finding in findings if "host" in finding and finding["level"] == audit.PROBLEM
            )
        ),
        "collectors": report["collectors"][:_COLLECTORS_IN_RESULT],
        "summary": report["summary"],
        "invocation": {"module_args": {**options, "zones": f"{len(options['zones'])} entries"}},
    }


def _identity(row: Row) -> dict[str, t.Any]:
    keys = ("host", "where", "used_by", "zone_id", "account_id", "dataset", "name", "job_id")
    return {key: row[key] for key in keys if row.get(key)}


def _cut(value: t.Any) -> t.Any:
    return f"{value[:_LONGEST_TEXT]}…" if isinstance(value, str) and len(value) > _LONGEST_TEXT else value
