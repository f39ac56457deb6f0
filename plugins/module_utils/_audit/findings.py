# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The findings of an audit, from the existing jobs of a scope, the jobs that the inventory requests, and the time. Pure: no
I/O.

A report has a row for each existing job and for each requested job that does not exist. A row has the state of its job and
its findings. A finding needs attention (C(problem)) or is for information (C(note)).
"""

from __future__ import annotations

import datetime
import typing as t

from .._collector import checks as hec_advice
from .._collector.checks import Check
from .._collector.software import BATCH_ADVICE, OPENTELEMETRY, OTHER_LOSSES, Batches, batch_problem
from .._core.times import seconds_of
from .._logpush.delivery_health import DELIVERIES
from .._logpush.destination import printable
from .._logpush.job import Job, dataset_of, destination_of, health_of, is_splunk_job
from .._logpush.job_changes import changes
from .._splunk.hec_request import Collector
from .duplicates import push_the_same
from .error_advice import error_advice
from .wording import duration

Row = t.Dict[str, t.Any]
Finding = t.Dict[str, str]

PROBLEM, NOTE = "problem", "note"

# The kinds of findings, the most urgent first: those that need attention, and those that are for information.
PROBLEM_KINDS = (
    "unreadable",
    "auto_disabled",
    "failing",
    "losing",
    "no_job",
    "missing",
    "refused",
    "duplicate",
    "drift",
    "certificate",
    "batch_size",
    "stale",
    "insecure",
    "no_figures",
)
NOTE_KINDS = ("unreachable", "retrying", "silent", "quiet", "unmanaged", "legacy", "opentelemetry", "no_alert")
KINDS = PROBLEM_KINDS + NOTE_KINDS
# These are in the row of the first job of an account.
ACCOUNT_KINDS = ("no_alert",)
# States of a row, the most urgent first: the health of a job, or why there is none. A scope with the state none has no job,
# and the inventory requests none.
STATES = ("unreadable", "auto_disabled", "failing", "missing", "pending", "disabled", "delivering", "none")

# The numbers of a row about the uploads of its job.
DELIVERY_COLUMNS = ("records", "bytes", "uploads", "failed_uploads", "lost_uploads")

_RANKS = {kind: rank for rank, kind in enumerate(KINDS)}
# Deprecated option of a job -> the option that replaces it.
_SUCCESSORS = {"logpull_options": "output_options", "frequency": "max_upload_interval_seconds"}
DAY = 86400


class Policy(t.NamedTuple):
    """The options of an audit that its findings depend on.

    C(max_age) is the age in seconds above which the last delivery is a problem, or None. C(certificate_days) is the number of
    days for which a certificate must remain valid. C(ignore) are the kinds of findings that are only notes.
    C(max_request_body_size) is that of OpenTelemetry Collectors, or None if the user has not set it. C(delivery_window) is the
    number of seconds before C(now) in which the uploads of the jobs are looked at.
    """

    now: datetime.datetime
    max_age: int | None = None
    certificate_days: int = 30
    ignore: frozenset[str] = frozenset()
    max_request_body_size: int | None = None
    delivery_window: int = DAY


class PlannedJob(t.NamedTuple):
    """A job that the inventory requests, with the action and the changes of a rollout, or the error that it would report."""

    dataset: str
    name: str | None
    job_id: int | None = None
    action: str = "unchanged"
    before: t.Mapping[str, t.Any] = {}
    after: t.Mapping[str, t.Any] = {}
    error: str = ""
    # The inventory host that requests it. Several hosts can represent one zone.
    host: str = ""


def unreadable(place: t.Mapping[str, t.Any], problem: str, policy: Policy) -> list[Row]:
    """Return the row of a scope whose jobs cannot be read. C(place) identifies the scope."""
    row = {**place, "dataset": "", "name": "", "job_id": None, "state": "unreadable"}
    return [{**row, "findings": [new_finding(policy, "unreadable", problem)]}]


def scope_rows(
    place: t.Mapping[str, t.Any], jobs: t.Sequence[Job], planned_jobs: t.Sequence[PlannedJob], policy: Policy
) -> list[Row]:
    """Return the rows of a scope from its existing jobs and the jobs that the inventory requests. C(place) identifies the
    scope."""
    splunk_jobs = [job for job in jobs if is_splunk_job(job)]
    plans, missing = _assigned(splunk_jobs, planned_jobs)
    rows = [_job_row(place, job, plan, splunk_jobs, policy) for job, plan in zip(splunk_jobs, plans)]
    rows += [_missing_row(place, planned, bool(splunk_jobs), policy) for planned in missing]
    return rows or [{**place, "dataset": "", "name": "", "job_id": None, "state": "none", "findings": []}]


def collector_findings(check: Check, certificate: t.Mapping[str, t.Any], policy: Policy) -> list[Finding]:
    """Return the findings about a collector. C(check) is the last check that was made: that of the certificate, or the one
    that failed before. C(certificate) is empty if the collector presented none. TLS that Cloudflare cannot speak is a finding
    about the certificate, because the remedy is at the same place."""
    if check.name != "certificate" and not hec_advice.is_refused_by_cloudflare(check):
        detail = f"The certificate could not be read from this machine: {check.detail[:1].lower()}{check.detail[1:]}"
        return [new_finding(policy, "unreachable", detail, "Cloudflare may still reach the collector.")]
    days = certificate.get("days_left")
    if check.ok is False:
        return [new_finding(policy, "certificate", check.detail, check.advice)]
    if days is not None and days < policy.certificate_days:
        detail = f"The certificate expires in {days} days." if days >= 0 else "The certificate has expired."
        return [
            new_finding(
                policy,
                "certificate",
                detail,
                check.advice or "Renew the certificate, then restart the server that presents it.",
            )
        ]
    return []


def no_alert(account: str, policy: Policy) -> Finding:
    """Return the finding about an account without an enabled notification policy for disabled jobs."""
    return new_finding(
        policy,
        "no_alert",
        f"Account {account} has no notification policy for disabled jobs, so Cloudflare notifies nobody when it disables a job.",
        "Run the alerts playbook.",
    )


def software_findings(software: str, policy: Policy) -> list[Finding]:
    """Return the findings about the software that answers at a collector, "" if it is not known."""
    if software != OPENTELEMETRY:
        return []
    return [new_finding(policy, "opentelemetry", f"An {OPENTELEMETRY} answers.", OTHER_LOSSES)]


def batch_findings(job: Job, collector: Collector, policy: Policy) -> list[Finding]:
    """Return the findings about the size of the batches of a job that pushes to an OpenTelemetry Collector."""
    problem = batch_problem(Batches(job.get("max_upload_bytes") or 0, policy.max_request_body_size))
    if not problem or health_of(job) == "disabled":
        return []
    return [new_finding(policy, "batch_size", f"An {OPENTELEMETRY} answers at {collector}. {problem}", BATCH_ADVICE)]


def summary(rows: t.Sequence[Row], collectors: t.Sequence[Row]) -> dict[str, t.Any]:
    """Return the counts of a report."""
    findings = [finding for row in (*rows, *collectors) for finding in row["findings"]]
    scopes_with_problems = {scope_key(row) for row in rows if worst_level(row) == PROBLEM}
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES if state != "none"}
    return {
        "scopes": len({scope_key(row) for row in rows}),
        "scopes_with_problems": len(scopes_with_problems),
        "jobs": sum(bool(row["job_id"]) for row in rows),
        **counts,
        "problems": sum(finding["level"] == PROBLEM for finding in findings),
        "notes": sum(finding["level"] == NOTE for finding in findings),
        "kinds": {kind: sum(finding["kind"] == kind for finding in findings) for kind in KINDS},
        "collectors": len(collectors),
        "delivery": {state: sum(row.get("delivery") == state for row in rows) for state in DELIVERIES},
        **{column: sum(row.get(column) or 0 for row in rows) for column in DELIVERY_COLUMNS},
    }


def scope_key(row: Row) -> str:
    """Return what identifies the scope of a row: its ID, because two accounts can have a zone of the same name."""
    return str(row.get("zone_id") or row.get("account_id") or row["where"])


def worst_level(row: Row) -> str:
    """Return the level of the most urgent finding of a row, or "" if it has none."""
    levels = {finding["level"] for finding in row["findings"]}
    return PROBLEM if PROBLEM in levels else NOTE if levels else ""


def by_urgency(rows: t.Iterable[Row]) -> list[Row]:
    """Return the rows that have a problem, the most urgent first, otherwise in their order."""
    return sorted((row for row in rows if worst_level(row) == PROBLEM), key=urgency)


def urgency(row: Row) -> int:
    """Return the position in C(KINDS) of the most urgent problem of a row, or the number of kinds if it has no problem."""
    return min((_RANKS[each["kind"]] for each in row["findings"] if each["level"] == PROBLEM), default=len(KINDS))


def by_level(findings: t.Iterable[Finding]) -> list[Finding]:
    """Return findings, problems before notes and each level in the order of C(KINDS)."""
    return sorted(findings, key=lambda each: (each["level"] != PROBLEM, _RANKS[each["kind"]]))


def age_of(moment: t.Any, now: datetime.datetime) -> int | None:
    """Return how many seconds ago a time of the API was; None if it is missing or malformed."""
    try:
        then = seconds_of(str(moment))
    except ValueError:
        return None
    return max(0, int(now.timestamp() - then))


def new_finding(policy: Policy, kind: str, message: str, advice: str = "") -> Finding:
    """Return a finding. A problem whose kind the user ignores is a note."""
    level = PROBLEM if kind in PROBLEM_KINDS and kind not in policy.ignore else NOTE
    return {"kind": kind, "level": level, "msg": message, "advice": advice}


def _assigned(
    jobs: t.Sequence[Job], planned_jobs: t.Iterable[PlannedJob]
) -> tuple[list[PlannedJob | None], list[PlannedJob]]:
    """Return the planned job of each existing job (None if the inventory does not request it), and the planned jobs that do
    not exist yet."""
    plans: list[PlannedJob | None] = [None for _job in jobs]
    missing = []
    for planned in planned_jobs:
        matching = (index for index, job in enumerate(jobs) if plans[index] is None and _matches(planned, job))
        index = next(matching, None)
        if index is not None:
            plans[index] = planned
        elif not _is_refused_twice(planned, jobs, plans) and (planned.action != "unchanged" or planned.error):
            missing.append(planned)
    return plans, missing


def _matches(planned: PlannedJob, job: Job) -> bool:
    """Return whether an existing job is the planned one. The plan of a rollout that fails, or replaces the job, has no ID."""
    if planned.job_id is not None:
        return job.get("id") == planned.job_id
    return (
        (bool(planned.error) or planned.action == "replaced")
        and dataset_of(job) == planned.dataset
        and planned.name in (None, "", job.get("name") or "")
    )


def _is_refused_twice(planned: PlannedJob, jobs: t.Sequence[Job], plans: t.Sequence[PlannedJob | None]) -> bool:
    """Return whether an existing job already has the error of this planned job. Two requests that can mean the same job have
    the same error, and the job counts once."""
    return bool(planned.error) and any(
        plan is not None and plan.error == planned.error and _matches(planned, job) for job, plan in zip(jobs, plans)
    )


def _host_of(planned: PlannedJob | None) -> dict[str, str]:
    return {"host": planned.host} if planned and planned.host else {}


def _job_row(
    place: t.Mapping[str, t.Any], job: Job, planned: PlannedJob | None, jobs: t.Sequence[Job], policy: Policy
) -> Row:
    destination = destination_of(job)
    age = age_of(job.get("last_complete"), policy.now)
    row = {
        **place,
        **_host_of(planned),
        "dataset": dataset_of(job),
        "name": job.get("name") or "",
        "job_id": job.get("id"),
        "state": health_of(job),
        "last_complete": job.get("last_complete"),
        "age": age,
        "last_error": job.get("last_error"),
        "error_age": age_of(job.get("last_error"), policy.now),
        "error": str(job.get("error_message") or ""),
        "destination": destination.public(),
        "collector": printable(str(destination.collector)),
        "action": planned.action if planned and not planned.error else None,
        "before": dict(planned.before) if planned else {},
        "after": dict(planned.after) if planned else {},
    }
    findings = [
        *_health_findings(row, policy),
        *_plan_findings(planned, policy),
        *_duplicate_findings(job, jobs, policy),
        *_hygiene_findings(job, policy),
    ]
    return {**row, "findings": findings}


def _missing_row(place: t.Mapping[str, t.Any], planned: PlannedJob, has_jobs: bool, policy: Policy) -> Row:
    if has_jobs:
        kind, message = "missing", f"The inventory requests a job for {planned.dataset}, but it does not exist."
    else:
        kind, message = "no_job", f"No job pushes to Splunk. The inventory requests one for {planned.dataset}."
    advice = f"Rollout would fail to create it: {planned.error}" if planned.error else "Run rollout to create the job."
    return {
        **place,
        **_host_of(planned),
        "dataset": planned.dataset,
        "name": planned.name or "",
        "job_id": None,
        "state": "missing",
        "action": None if planned.error else planned.action,
        "refusal": planned.error,
        "before": dict(planned.before),
        "after": dict(planned.after),
        "findings": [new_finding(policy, kind, message, advice)],
    }


def _health_findings(row: Row, policy: Policy) -> t.Iterator[Finding]:
    error, age = row["error"] or "no reason given", row["age"]
    if row["state"] == "failing":
        yield new_finding(policy, "failing", f"Cloudflare cannot deliver: {error}", error_advice(error))
    elif row["state"] == "auto_disabled":
        message = f"Cloudflare disabled the job after a day of failures: {error}"
        advice = f"{error_advice(error)} Then run repair to enable the job. Logs from the meantime are lost."
        yield new_finding(policy, "auto_disabled", message, advice)
    elif row["state"] == "delivering" and age is not None:
        message = f"The last delivery was {duration(age)} ago."
        if policy.max_age is not None and age > policy.max_age:
            yield new_finding(
                policy, "stale", message, "Check whether the zone has traffic that the filter of the job matches."
            )
        elif policy.max_age is None and age > DAY:
            yield new_finding(policy, "quiet", message, "This is usual for a zone without traffic.")


def _plan_findings(planned: PlannedJob | None, policy: Policy) -> t.Iterator[Finding]:
    if planned is None:
        advice = "If it is yours, add it to the inventory or delete it. Otherwise another team may use it."
        yield new_finding(policy, "unmanaged", "The inventory does not request this job.", advice)
    elif planned.error:
        yield new_finding(policy, "refused", f"Rollout would fail: {planned.error}")
    elif planned.action != "unchanged":
        message = {
            "deleted": "Rollout would delete it.",
            "enabled": "Rollout would enable it.",
            "disabled": "Rollout would disable it.",
            "replaced": "Rollout would replace it.",
        }.get(planned.action)
        superseded = [str(other.get("id")) for other in planned.before.get("other_jobs") or []]
        if superseded and planned.action == "replaced":
            message = f"Rollout would keep it and delete job {', '.join(superseded)}, which it replaces."
        elif message is None:
            fields = [change.path for change in changes(planned.before, planned.after)]
            message = f"Rollout would change {', '.join(fields)}."
        yield new_finding(policy, "drift", message, "Run rollout, or correct the inventory.")


def _duplicate_findings(job: Job, jobs: t.Sequence[Job], policy: Policy) -> t.Iterator[Finding]:
    duplicates = [str(other.get("id")) for other in jobs if other is not job and push_the_same(job, other)]
    if duplicates:
        message = (
            f"Job {', '.join(duplicates)} pushes the same dataset to the same destination: Splunk indexes every event more "
            "than once."
        )
        advice = "Delete all but one with splunk_logpush_job, job_id and state: absent."
        yield new_finding(policy, "duplicate", message, advice)


def _hygiene_findings(job: Job, policy: Policy) -> t.Iterator[Finding]:
    if destination_of(job).insecure_skip_verify:
        yield new_finding(
            policy,
            "insecure",
            "Cloudflare does not verify the certificate of the collector (insecure-skip-verify). Anyone between them can "
            "read the logs and the token.",
            "Install a publicly trusted certificate on the collector, then set insecure_skip_verify: false.",
        )
    # The API returns the default of frequency also for jobs that were created without it.
    deprecated = [option for option in _SUCCESSORS if job.get(option) not in (None, "", "high")]
    if deprecated:
        message = f"The job uses {' and '.join(deprecated)}, which Cloudflare has deprecated."
        successors = [_SUCCESSORS[option] for option in deprecated]
        yield new_finding(policy, "legacy", message, f"Use {' and '.join(successors)} instead.")
