# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""How many zones and accounts are doing: one look at each, one at each collector, and reports of what was found.

The list of the jobs of a scope, asked for once, tells how they are and what a rollout would do to them. Nothing is ever
written but the reports.
"""

from __future__ import annotations

import datetime
import json
import os
import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.options import with_credentials
from .._collector.certificate import rfc3339
from .._collector.client import Collector
from .._collector.probe import shake_hands
from .._core.errors import CollectionError, OptionError
from .._core.files import write_atomically
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush import destination as destinations
from .._logpush.job import DEFAULT_DATASET, destination_of, is_splunk_job
from .._operations import rollout_request as orders
from .._operations.rollout_request import RequestedJob, RequestedScope
from .._operations.sweep import Sweep
from .._operations.writer import Reconciler
from .._splunk.token_rules import mask_options
from . import findings as audit
from .junit import junit
from .page import page
from .table import table
from .wording import headline

Row = audit.Row
# The rows of a scope, and the destinations of its jobs.
Seen = t.Tuple[t.List[Row], t.List[destinations.Destination]]

# Tower keeps no result of more than 700,000 characters; everything is in the reports.
_FINDINGS_IN_RESULT = 300
_COLLECTORS_IN_RESULT = 50
_LONGEST_TEXT = 600
# A collector that does not answer soon is not to hold up the report.
_COLLECTOR_TIMEOUT = 10

REPORTS: dict[str, t.Callable[[t.Mapping[str, t.Any]], str]] = {
    "html": page,
    "json": lambda report: json.dumps(report, indent=1) + "\n",
    "junit": junit,
}


def survey(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_audit) does, with its checked options, and give its result. ``progress`` is kept
    up to date for somebody who watches, and ``show`` shows the table to somebody who asks for it. Raises CollectionError
    where nothing can be looked at at all."""
    options = with_credentials(options)
    policy = _policy(options)
    _check_reports(options)
    ordered = orders.requested_scopes(options)
    for order in ordered:
        for job in order.jobs:
            mask_options(job.options, context.mask)
    sweep = Sweep(options, context.mask, context.progress)
    rows, uses = _look_at_scopes(sweep, ordered, policy, context.mask)
    collectors = _look_at_collectors(sweep, uses, options, policy, context.mask) if options["certificates"] else []
    report = {
        "generated": rfc3339(policy.now),
        "summary": {**audit.summary(rows, collectors), **sweep.figures()},
        "rows": rows,
        "collectors": collectors,
    }
    for kind, render in REPORTS.items():
        if options.get(kind):
            _write(kind, options[kind], render(report))
    if context.display and options["show_table"]:
        context.display("\n".join(table(report)))
    return _result(report, options)


def _policy(options: t.Mapping[str, t.Any]) -> audit.Policy:
    """Return what the findings depend on. Raises OptionError."""
    for option in ("max_age", "certificate_days"):
        if (options.get(option) or 0) < 0:
            raise OptionError(option, "must be 0 or more")
    return audit.Policy(
        now=datetime.datetime.now(datetime.timezone.utc),
        max_age=options.get("max_age"),
        certificate_days=options["certificate_days"],
        ignore=frozenset(options.get("ignore") or []),
    )


def _look_at_scopes(
    sweep: Sweep, ordered: list[RequestedScope], policy: audit.Policy, mask: SecretMask
) -> tuple[list[Row], dict[tuple[str, int], list[bool]]]:
    """Return the rows of all scopes in their order, and for each collector whether Cloudflare verifies it, for each job."""

    def look(order: RequestedScope) -> Seen:
        return _look_at_scope(sweep.client, order, policy, mask.part())

    seen = sweep.over(sweep.find_ordered(ordered), look, _entries)
    uses: dict[tuple[str, int], list[bool]] = {}
    for _rows, pushing in seen:
        for destination in pushing:
            uses.setdefault(destination.collector, []).append(not destination.insecure_skip_verify)
    return [row for rows, _pushing in seen for row in rows], uses


def _entries(seen: Seen) -> list[dict[str, bool]]:
    return [{"changed": False, "failed": row["state"] == "unreadable"} for row in seen[0]]


def _look_at_scope(client: Cloudflare, order: RequestedScope, policy: audit.Policy, mask: SecretMask) -> Seen:
    """Return the rows of a scope, as a report may show them, and the destinations of its jobs."""
    place = _place(order)
    try:
        if isinstance(order.found, CollectionError):
            raise order.found
        scope, zone_name = t.cast(t.Tuple[t.Any, t.Optional[str]], order.found)
        reconciler = Reconciler(client, scope, zone_name, mask)
        jobs = reconciler.jobs()
    except CollectionError as error:
        return mask.value(audit.unreadable(place, str(error), policy)), []
    wants = [_want(reconciler, job) for job in order.jobs]
    pushing = [destination_of(job) for job in jobs if is_splunk_job(job)]
    return mask.value(audit.scope_rows(place, jobs, wants, policy)), pushing


def _place(order: RequestedScope) -> dict[str, t.Any]:
    """Say which scope it is: for people C(where), and the ids that are known."""
    scope, zone_name = order.found if isinstance(order.found, tuple) else (None, None)
    named = order.named
    zone = zone_name or named.get("zone_name") or named.get("zone")
    known = {
        "host": named.get("host"),
        "zone_id": scope.id if scope and scope.kind == "zones" else named.get("zone_id"),
        "zone": zone,
        "account_id": named.get("account_id"),
    }
    where = zone or named.get("host") or known["zone_id"] or named.get("account_id") or "?"
    return {"where": where, **{key: value for key, value in known.items() if value}}


def _want(reconciler: Reconciler, job: RequestedJob) -> audit.PlannedJob:
    """Return what a rollout would make of a job that is asked for."""
    dataset = job.options.get("dataset") or DEFAULT_DATASET
    name, job_id = job.options.get("name"), job.options.get("job_id")
    try:
        if isinstance(job.request, CollectionError):
            raise job.request
        result = reconciler.reconcile(job.request, check_mode=True)
    except CollectionError as error:
        return audit.PlannedJob(dataset, name, job_id, error=str(error))
    after = result["job"]
    return audit.PlannedJob(
        after.get("dataset") or dataset,
        after.get("name") or name,
        after.get("id") or job_id,
        result["action"],
        result["diff"]["before"],
        result["diff"]["after"],
    )


def _look_at_collectors(
    sweep: Sweep,
    uses: t.Mapping[tuple[str, int], list[bool]],
    options: t.Mapping[str, t.Any],
    policy: audit.Policy,
    mask: SecretMask,
) -> list[Row]:
    """Return the row of each collector: one handshake tells its certificate, another one whether it is trusted."""

    def look(place: tuple[str, int]) -> Row:
        host, port = place
        ca_path = options.get("collector_ca_path") or None
        collector = Collector(host, port, min(options["timeout"], _COLLECTOR_TIMEOUT), ca_path, mask)
        # Where every job skips verification, nobody looks at it.
        checks, certificate = shake_hands(collector, policy.now, any(uses[place]), bool(ca_path))
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        row = {
            "where": where,
            "jobs": len(uses[place]),
            "reachable": checks[0].ok is True,
            "detail": checks[-1].detail,
            "certificate": certificate,
            "findings": audit.collector_findings(checks[-1], certificate, policy),
        }
        return mask.value(row)

    return sweep.look_at(sorted(uses), look)


def _check_reports(options: t.Mapping[str, t.Any]) -> None:
    """Refuse a report that cannot be written, before anything is asked. Raises OptionError."""
    for kind in REPORTS:
        path = options.get(kind)
        if path and (os.path.isdir(path) or not os.path.isdir(os.path.dirname(os.path.abspath(path)))):
            raise OptionError(kind, "must be the path of a file, in a folder that is there")


def _write(kind: str, path: str, text: str) -> None:
    """Write a report, with the permissions that the umask leaves to a new file. Raises OptionError."""
    try:
        write_atomically(path, text, 0o666)
    except OSError as error:
        raise OptionError(kind, f"the report cannot be written: {error.strerror}") from None


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
    keys = ("host", "where", "zone_id", "account_id", "dataset", "name", "job_id")
    return {key: row[key] for key in keys if row.get(key)}


def _cut(value: t.Any) -> t.Any:
    return f"{value[:_LONGEST_TEXT]}…" if isinstance(value, str) and len(value) > _LONGEST_TEXT else value
