# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Wait until the jobs of many scopes deliver: each check lists the jobs of every scope that is not done."""

from __future__ import annotations

import typing as t

from .._cloudflare.advice import for_job
from .._cloudflare.answers import ApiError
from .._cloudflare.client import CloudflareReader
from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope, Scope
from .._core.errors import CollectionError, OptionError
from .._core.report import Report, counted, failure_rows
from .._core.results import first_of, label, summarize_failures
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._core.times import seconds_in_option
from .._logpush.delivery_health import JobDelivery, counted_statuses
from .._logpush.job import HEALTH_MEANINGS, Job, dataset_of, health_of, is_splunk_job
from .._logpush.job_options import mask_layers
from .known_jobs import list_jobs
from .results import Row, result_row
from .sweep import Sweep
from .upload_evidence import UploadEvidence

# Actions of a rollout after which there is no job that could deliver.
_NO_DELIVERY_EXPECTED = ("deleted", "disabled", "failed")
# What to try, by the health of a job that does not deliver, or by the reason why there is no job.
_GONE = "the job no longer exists"
_WHAT_TO_TRY = {
    "pending": (
        "A new job can take 10 to 15 minutes, and a zone without traffic delivers nothing: wait longer with "
        "splunk_logpush_verify_timeout."
    ),
    "failing": "The audit playbook shows why a job fails.",
    "auto_disabled": "The repair playbook enables jobs that Cloudflare disabled, when their collector works again.",
    _GONE: "The rollout playbook creates a job that no longer exists.",
}

Zone = t.Mapping[str, t.Any]


class _WatchedScope:
    """A scope whose jobs have to deliver.

    ``expected`` are the rows of a rollout by job ID, None to watch every job that is not disabled. ``rows`` are the rows of
    the last check, and ``jobs`` its jobs, None if they could not be read. ``timeout`` is the time in seconds within which the
    jobs have to deliver.
    """

    def __init__(self, zone: Zone, located: LocatedScope, expected: dict[int, Row] | None, timeout: int) -> None:
        self.timeout = timeout
        self.zone = zone
        self.located = located
        self.expected = expected
        self.jobs: list[Job] | None = None
        self.rows: list[Row] = []
        self.is_done = False


def wait_for_deliveries(options: Options, context: RunContext, sweep: Sweep | None = None) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_verify) with its checked options and return its result. Raises CollectionError.

    ``sweep`` is the sweep of a longer run, whose rate budget this call shares. That run, a rotation, goes on only after the last
    delivery that the list of jobs shows: an upload in Cloudflare's figures can have used the old token.
    """
    options = with_credentials(options)
    mask_layers(options, context.mask)
    _check(options)
    longer_run, sweep = sweep, sweep or Sweep(options, context)
    scopes = _watched_scopes(sweep, options)
    since = options.get("since") or ""
    evidence = None if longer_run else UploadEvidence(sweep, [scope.located for scope in scopes], since)
    reader = sweep.client.reader()

    def look(scope: _WatchedScope) -> None:
        _look(reader, scope, since, context.mask.part())

    def failed(scope: _WatchedScope, error: CollectionError) -> None:
        _fail(scope, error, context.mask)

    sweep.begin(len(scopes))
    began = context.clock.now()
    with sweep.waiting(options["wait_timeout"]) as waits_for:
        while True:
            pending = [scope for scope in scopes if not scope.is_done]
            sweep.read_each(pending, look, failed)
            left = began + options["wait_timeout"] - context.clock.now()
            if evidence:
                _compare(evidence, pending, since, context.mask, is_last=left <= 0)
            for scope in pending:
                if scope.is_done:
                    sweep.advance(scope.rows)
            if left <= 0 or all(scope.is_done for scope in scopes):
                break
            waits_for(f"a delivery of {_waiting(scopes)}")
            context.clock.sleep(min(options["interval"], left))
    waited = context.clock.now() - began
    return _result([row for scope in scopes for row in scope.rows], len(scopes), waited, sweep.figures())


def _waiting(scopes: t.Sequence[_WatchedScope]) -> str:
    """Return the names of the jobs that do not deliver yet. A scope whose failure is final is not looked at again."""
    return first_of([label(row) for scope in scopes if not scope.is_done for row in scope.rows if row["failed"]])


def _check(options: Options) -> None:
    if (options.get("jobs") is None) == (options.get("zones") is None):
        raise OptionError("jobs, zones", "exactly one of them must be set")
    check_waiting(options["wait_timeout"], options["interval"])
    if options.get("since"):
        seconds_in_option("since", options["since"])


def check_waiting(timeout: int, interval: int, names: tuple[str, str] = ("wait_timeout", "interval")) -> None:
    """Check the two times of a wait, which options with these names set. Raises OptionError."""
    if timeout < 0:
        raise OptionError(names[0], "must be 0 or more seconds; 0 checks once")
    if interval < 1:
        raise OptionError(names[1], "must be at least 1 second")


def _watched_scopes(sweep: Sweep, options: Options) -> list[_WatchedScope]:
    if options.get("zones") is not None:
        zones = options["zones"]
        return [
            _WatchedScope(zone, located, None, options["wait_timeout"])
            for zone, located in zip(zones, sweep.locate(zones))
        ]
    rows = [row for row in options["jobs"] if row.get("job_id") and row.get("action") not in _NO_DELIVERY_EXPECTED]
    scopes: dict[t.Any, _WatchedScope] = {}
    expected: dict[t.Any, dict[int, Row]] = {}
    for row, located in zip(rows, sweep.locate([_scope_option(row) for row in rows])):
        key: Scope | tuple[t.Any, ...] = located.scope or tuple(_scope_option(row).items())
        jobs = expected.setdefault(key, {})
        jobs[_job_id(row)] = row
        scopes.setdefault(key, _WatchedScope(row, located, jobs, options["wait_timeout"]))
    return list(scopes.values())


def _job_id(row: Row) -> int:
    """Return the ID of the job of a row. Raises OptionError."""
    try:
        return int(row["job_id"])
    except (TypeError, ValueError):
        raise OptionError("jobs", f"job_id {row['job_id']} is not a whole number") from None


def _scope_option(row: Row) -> dict[str, t.Any]:
    """Return the one option that names the scope of a row. A row has both the ID and the name of a zone; the ID is
    unambiguous."""
    for option in ("account_id", "zone_id", "zone"):
        if row.get(option):
            return {option: row[option]}
    return {}


def _look(client: CloudflareReader, scope: _WatchedScope, since: str, mask: SecretMask) -> None:
    """Read the jobs of a scope, and update its rows."""
    try:
        jobs = list_jobs(client, scope.located.found(), mask)
    except CollectionError as error:
        _fail(scope, error, mask)
        return
    scope.jobs = [job for job in jobs if is_splunk_job(job)]
    _update(scope, {}, since, mask)


def _compare(
    evidence: UploadEvidence, scopes: t.Iterable[_WatchedScope], since: str, mask: SecretMask, *, is_last: bool
) -> None:
    """Check the jobs of scopes again, with the uploads that Cloudflare counts: those that seem to deliver in each look, the others
    if it is time for that."""
    is_due = evidence.is_due() or is_last
    compared = [scope for scope in scopes if scope.jobs is not None and scope.rows and (scope.is_done or is_due)]
    uploads = evidence.read([scope.located for scope in compared])
    for scope in compared:
        deliveries = uploads.get(scope.located.scope)
        if deliveries is not None:
            _update(scope, deliveries, since, mask)


def _update(scope: _WatchedScope, deliveries: t.Mapping[int, JobDelivery], since: str, mask: SecretMask) -> None:
    """Update the rows of a scope from its jobs, and from their uploads as far as these are known."""
    jobs = scope.jobs or []
    if scope.expected is None:
        rows = [
            _checked_row(scope, {}, job, "", deliveries.get(job.get("id", 0)))
            for job in jobs
            if health_of(job) != "disabled"
        ]
    else:
        by_id = {job["id"]: job for job in jobs if "id" in job}
        rows = [
            _checked_row(scope, row, by_id.get(job_id), since if row.get("changed") else "", deliveries.get(job_id))
            for job_id, row in scope.expected.items()
            # A job that the rollout left disabled is not expected to deliver.
            if job_id not in by_id or by_id[job_id].get("enabled")
        ]
    scope.rows = [mask.value(row) for row in rows]
    scope.is_done = not any(row["failed"] for row in rows)


def _fail(scope: _WatchedScope, error: CollectionError, mask: SecretMask) -> None:
    """Update the rows of a scope that cannot be read."""
    scope.jobs = None
    # A refusal is final. A failure of the network or the server may not happen the next time.
    scope.is_done = not isinstance(error, ApiError) or error.status < 500
    expected: list[Zone] = list((scope.expected or {}).values()) or [scope.zone]
    problem = f"the jobs cannot be read: {mask.text(str(error))}"
    scope.rows = [_row(scope, row, None, problem) for row in expected]


def _checked_row(
    scope: _WatchedScope, expected: Zone, job: Job | None, since: str, delivery: JobDelivery | None
) -> Row:
    """Return the row of a job. ``delivery`` are its uploads since the time from which on they count, None if they are not known
    or if there are none."""
    if job is None:
        return _row(scope, expected, None, _GONE)
    health, last = health_of(job), job.get("last_complete")
    if _delivers(health, str(last) >= since, delivery):
        return _row(scope, expected, job, "", delivery)
    within = f" within {scope.timeout} s" if scope.timeout else ""
    meaning = HEALTH_MEANINGS[health] + (f", the last delivery was at {last}" if last else "") + _figures(delivery)
    error = job.get("error_message") or ""
    reason = f": {error}. {for_job(error)}".rstrip(". ") if error else ""
    return _row(scope, expected, job, f"no delivery{within} ({meaning}){reason}", delivery)


def _delivers(health: str, is_recent: bool, delivery: JobDelivery | None) -> bool:
    """Return whether a job delivers: Cloudflare counts a successful upload, or it counts no lost one and the last delivery is
    recent enough. Both can show a delivery late. A job that reports an error does not deliver."""
    if delivery and delivery.uploads:
        return health in ("delivering", "pending")
    return health == "delivering" and is_recent and not (delivery and delivery.lost_uploads)


def _figures(delivery: JobDelivery | None) -> str:
    """Return the uploads of a job as the end of a sentence, "" without uploads."""
    if not delivery or not delivery.failed_uploads:
        return ""
    failed = counted_statuses(group for group in delivery.groups if not group.is_success)
    return (
        f", {delivery.uploads:,} of {counted(delivery.uploads + delivery.failed_uploads, 'upload')} accepted: {failed}"
    )


def _row(
    scope: _WatchedScope, expected: Zone, job: Job | None, problem: str, delivery: JobDelivery | None = None
) -> Row:
    """Return the row of an existing or an expected job."""
    known: t.Mapping[str, t.Any] = job or {}
    zone = {**scope.zone, **{key: value for key, value in expected.items() if value is not None}}
    return result_row(
        zone,
        scope.located,
        {**zone, **known},
        dataset=dataset_of(job) if job else zone.get("dataset"),
        health=health_of(job) if job else None,
        last_complete=known.get("last_complete"),
        delivery=delivery.delivery if delivery else None,
        changed=False,
        failed=bool(problem),
        msg=problem,
    )


def _result(rows: list[Row], zones: int, waited: float, figures: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    failed = [row for row in rows if row["failed"]]
    summary = {"jobs": len(rows), "delivering": len(rows) - len(failed), "failed": len(failed), **figures}
    report = _report(rows, failed, zones, waited).text()
    result: dict[str, t.Any] = {"changed": False, "results": rows, "summary": summary, "report": report}
    if failed:
        msg = f"{len(failed)} of {len(rows)} jobs do not deliver. {_sentence(failed)} {_what_to_try(failed)}".rstrip()
        result.update(failed=True, msg=msg)
    return result


def _report(rows: t.Sequence[Row], failed: t.Sequence[Row], zones: int, waited: float) -> Report:
    title = f"Logpush verification, {counted(zones, 'zone')}, waited {waited:.0f} s for a delivery of every job"
    delivering = len(rows) - len(failed)
    rest = [f"= {counted(delivering, 'job')} delivering"] if delivering else []
    totals = f"{delivering:,} delivering" + (f", {len(failed):,} not" if failed else "") + "."
    if not rows:
        totals = "No enabled job to wait for."
    return Report(title, failure_rows(failed), rest, [f"{totals} {_what_to_try(failed)}".rstrip()])


def _sentence(failed: t.Sequence[Row]) -> str:
    return f"{summarize_failures(failed).rstrip('.')}."


def _what_to_try(failed: t.Sequence[Row]) -> str:
    found = {_what_happens(row) for row in failed}
    return " ".join(advice for health, advice in _WHAT_TO_TRY.items() if health in found)


def _what_happens(row: Row) -> str:
    """Return the key of C(_WHAT_TO_TRY) for a failed row."""
    if row["health"] == "delivering":
        # The last delivery of a changed job can be older than the change.
        return "failing" if row["delivery"] in ("losing", "retrying") else "pending"
    return str(row["health"] or row["msg"])
