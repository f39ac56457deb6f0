# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What there is to find about the jobs of a scope, from what is there, what is asked for, and the time. Pure: no I/O.

A report is made of rows: one for each job that is there, and one for each that is asked for and is not. Each row has the
state of its job and its findings. A finding either needs attention (``problem``) or is worth knowing (``note``).
"""

from __future__ import annotations

import datetime
import re
import typing as t

from .._cloudflare import advice as api_advice
from .._collector import checks as hec_advice
from .._collector.answer import Answer
from .._collector.checks import Check
from .._logpush import job_lookup as matching
from .._logpush.destination import CHANNEL
from .._logpush.job import Job, dataset_of, destination_of, health_of, is_splunk_job
from .._logpush.filters import parsed_filter

Row = t.Dict[str, t.Any]
Finding = t.Dict[str, str]

PROBLEM, NOTE = "problem", "note"

# What a finding can be, the worst first, and whether it needs attention.
KINDS = {
    "unreadable": PROBLEM,
    "auto_disabled": PROBLEM,
    "failing": PROBLEM,
    "no_job": PROBLEM,
    "missing": PROBLEM,
    "refused": PROBLEM,
    "duplicate": PROBLEM,
    "drift": PROBLEM,
    "certificate": PROBLEM,
    "stale": PROBLEM,
    "insecure": PROBLEM,
    "unreachable": NOTE,
    "quiet": NOTE,
    "unmanaged": NOTE,
    "legacy": NOTE,
}
# What a row can be: the health of a job, or that there is none, the worst first. A zone of the state none has no job, and
# is to have none.
STATES = ("unreadable", "auto_disabled", "failing", "missing", "pending", "disabled", "delivering", "none")

_DAY = 86400
_STATUS = re.compile(r"(?i)status:? ?(\d{3})")
_NO_ANSWER = re.compile(r"(?i)time ?out|connection|uploading|refused|reset|EOF")
_PERMISSION = "Logs: Edit"


class Policy(t.NamedTuple):
    """What a finding depends on besides the jobs. ``max_age`` is the age in seconds from which on the last delivery is a
    problem, or None; ``certificate_days`` how long a certificate must be valid; ``ignore`` kinds of findings that are
    notes here."""

    now: datetime.datetime
    max_age: int | None = None
    certificate_days: int = 30
    ignore: frozenset[str] = frozenset()


class Want(t.NamedTuple):
    """A job that is asked for, and what a rollout would make of it: its action, and the difference; or the error that it
    would end with."""

    dataset: str
    name: str | None
    job_id: int | None = None
    action: str = "unchanged"
    before: t.Mapping[str, t.Any] = {}
    after: t.Mapping[str, t.Any] = {}
    error: str = ""


def unreadable(place: t.Mapping[str, t.Any], problem: str, policy: Policy) -> list[Row]:
    """Return the row of a scope whose jobs cannot be seen. ``place`` says which scope it is."""
    row = {**place, "dataset": "", "name": "", "job_id": None, "state": "unreadable"}
    return [{**row, "findings": [_finding(policy, "unreadable", problem)]}]


def scope_rows(
    place: t.Mapping[str, t.Any], jobs: t.Sequence[Job], wants: t.Sequence[Want], policy: Policy
) -> list[Row]:
    """Return the rows of a scope with these jobs, of which it is asked for these."""
    splunk_jobs = [job for job in jobs if is_splunk_job(job)]
    by_job, missing = _assigned(splunk_jobs, wants)
    rows = [_job_row(place, job, by_job.get(number), splunk_jobs, policy) for number, job in enumerate(splunk_jobs)]
    rows += [_missing_row(place, want, bool(splunk_jobs), policy) for want in missing]
    return rows or [{**place, "dataset": "", "name": "", "job_id": None, "state": "none", "findings": []}]


def collector_findings(check: Check, certificate: t.Mapping[str, t.Any], policy: Policy) -> list[Finding]:
    """Return what there is to find about a collector: ``check`` is the last one of the look at it, ``certificate`` is empty
    where none was seen."""
    if check.name != "certificate":
        detail = f"Its certificate cannot be seen from here: {check.detail[:1].lower()}{check.detail[1:]}"
        return [_finding(policy, "unreachable", detail, "That says nothing of whether Cloudflare reaches it.")]
    days = certificate.get("days_left")
    if check.ok is False:
        return [_finding(policy, "certificate", check.detail, check.advice)]
    if days is not None and days < policy.certificate_days:
        detail = f"Its certificate expires in {days} days." if days >= 0 else "Its certificate has expired."
        return [_finding(policy, "certificate", detail, check.advice or "Renew it, and restart what serves it.")]
    return []


def summary(rows: t.Sequence[Row], collectors: t.Sequence[Row]) -> dict[str, t.Any]:
    """Return the numbers of a report."""
    findings = [finding for row in (*rows, *collectors) for finding in row["findings"]]
    in_trouble = {_scope_of(row) for row in rows if worst_level(row) == PROBLEM}
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES if state != "none"}
    return {
        "scopes": len({_scope_of(row) for row in rows}),
        "scopes_with_problems": len(in_trouble),
        "jobs": sum(bool(row["job_id"]) for row in rows),
        **counts,
        "problems": sum(finding["level"] == PROBLEM for finding in findings),
        "notes": sum(finding["level"] == NOTE for finding in findings),
        "kinds": {kind: sum(finding["kind"] == kind for finding in findings) for kind in KINDS},
        "collectors": len(collectors),
    }


def _scope_of(row: Row) -> str:
    """What tells scopes apart: two accounts may have a zone of the same name."""
    return row.get("zone_id") or row.get("account_id") or row["where"]


def worst_level(row: Row) -> str:
    """Return the level of the worst finding of a row; "" where there is none."""
    levels = {finding["level"] for finding in row["findings"]}
    return PROBLEM if PROBLEM in levels else NOTE if levels else ""


def by_urgency(rows: t.Iterable[Row]) -> list[Row]:
    """Return the rows that have a problem, the worst first, otherwise in their order."""
    order = list(KINDS)
    urgent = [row for row in rows if worst_level(row) == PROBLEM]
    return sorted(urgent, key=lambda row: min(order.index(f["kind"]) for f in row["findings"] if f["level"] == PROBLEM))


def error_advice(error: str) -> str:
    """Return what to do about the error of a job, in the words of Cloudflare."""
    known = api_advice.for_reply(0, [{"message": error}], _PERMISSION)
    if known:
        return known
    status = _STATUS.search(error)
    if status:
        return hec_advice.event(Answer(int(status.group(1)))).advice
    if _NO_ANSWER.search(error):
        return hec_advice.event(Answer(0)).advice
    return "Look at the collector with splunk_hec_probe: each of its checks says what to do."


def _assigned(jobs: t.Sequence[Job], wants: t.Iterable[Want]) -> tuple[dict[int, Want], list[Want]]:
    """Return what is asked for by the number of the job that it means, and what means none that is there."""
    by_job: dict[int, Want] = {}
    missing = []
    for want in wants:
        meant = next((number for number, job in enumerate(jobs) if number not in by_job and _means(want, job)), None)
        if meant is not None:
            by_job[meant] = want
        elif want.action != "unchanged" or want.error:
            missing.append(want)
    return by_job, missing


def _means(want: Want, job: Job) -> bool:
    if want.job_id is not None:
        return job.get("id") == want.job_id
    # What would be refused, or be replaced by a new one, was not told which job it is.
    return (
        (bool(want.error) or want.action == "replaced")
        and dataset_of(job) == want.dataset
        and want.name in (None, "", job.get("name") or "")
    )


def _job_row(place: t.Mapping[str, t.Any], job: Job, want: Want | None, jobs: t.Sequence[Job], policy: Policy) -> Row:
    destination = destination_of(job)
    age = _age(job.get("last_complete"), policy.now)
    row = {
        **place,
        "dataset": dataset_of(job),
        "name": job.get("name") or "",
        "job_id": job.get("id"),
        "state": health_of(job),
        "last_complete": job.get("last_complete"),
        "age": age,
        "last_error": job.get("last_error"),
        "error": str(job.get("error_message") or ""),
        "destination": destination.public(),
        "action": want.action if want and not want.error else None,
        "before": dict(want.before) if want else {},
        "after": dict(want.after) if want else {},
    }
    found = [
        *_health_findings(row, policy),
        *_want_findings(want, policy),
        *_duplicate_findings(job, jobs, policy),
        *_hygiene_findings(job, policy),
    ]
    return {**row, "findings": found}


def _missing_row(place: t.Mapping[str, t.Any], want: Want, has_jobs: bool, policy: Policy) -> Row:
    what = f"No Splunk job of {want.dataset} is there, and one is asked for."
    if not has_jobs:
        what = f"There is no job to Splunk at all, though one of {want.dataset} is asked for."
    advice = f"Rollout would refuse to make it. {want.error}" if want.error else "Run rollout: it makes the job."
    return {
        **place,
        "dataset": want.dataset,
        "name": want.name or "",
        "job_id": None,
        "state": "missing",
        "action": None if want.error else want.action,
        "before": dict(want.before),
        "after": dict(want.after),
        "findings": [_finding(policy, "missing" if has_jobs else "no_job", what, advice)],
    }


def _health_findings(row: Row, policy: Policy) -> t.Iterator[Finding]:
    error, age = row["error"] or "no reason is given", row["age"]
    if row["state"] == "failing":
        yield _finding(policy, "failing", f"Cloudflare cannot deliver: {error}", error_advice(error))
    elif row["state"] == "auto_disabled":
        advice = f"{error_advice(error)} Then run rollout, which enables the job again. What was not delivered is lost."
        yield _finding(policy, "auto_disabled", f"Cloudflare switched it off after a day of failures: {error}", advice)
    elif row["state"] == "delivering" and age is not None:
        what = f"The last delivery was {duration(age)} ago."
        if policy.max_age is not None and age > policy.max_age:
            yield _finding(policy, "stale", what, "See whether the zone has traffic that passes the filter of the job.")
        elif policy.max_age is None and age > _DAY:
            yield _finding(policy, "quiet", what, "That is usual for a zone without traffic.")


def _want_findings(want: Want | None, policy: Policy) -> t.Iterator[Finding]:
    if want is None:
        yield _finding(policy, "unmanaged", "The inventory does not ask for this job.", "Add it, or remove the job.")
    elif want.error:
        yield _finding(policy, "refused", f"Rollout would fail: {want.error}")
    elif want.action != "unchanged":
        fields = ", ".join(changed_fields(want.before, want.after))
        what = {
            "deleted": "Rollout would delete it.",
            "enabled": "Rollout would enable it.",
            "disabled": "Rollout would disable it.",
            "replaced": "Rollout would replace it.",
        }.get(want.action, f"Rollout would change {fields}.")
        yield _finding(policy, "drift", what, "Run rollout, or correct the inventory.")


def _duplicate_findings(job: Job, jobs: t.Sequence[Job], policy: Policy) -> t.Iterator[Finding]:
    twins = [other for other in jobs if other is not job and _pushes_the_same(job, other)]
    if twins:
        listed = ", ".join(str(twin.get("id")) for twin in twins)
        what = f"Job {listed} pushes the same dataset to the same destination: Splunk gets every event more than once."
        yield _finding(
            policy, "duplicate", what, "Remove all but one: splunk_logpush_job with job_id and state: absent."
        )


def _pushes_the_same(job: Job, other: Job) -> bool:
    """Whether two jobs send the same events to the same place. The dashboard gives each job a channel of its own, so
    that tells nothing; a job with another filter sends other events."""
    if dataset_of(job) != dataset_of(other):
        return False
    if parsed_filter(job.get("filter")) != parsed_filter(other.get("filter")):
        return False
    one, two = (
        {**each, "destination_conf": destination_of(each).with_parameter(CHANNEL, "").encode()} for each in (job, other)
    )
    return matching.same_destination(one, two)


def _hygiene_findings(job: Job, policy: Policy) -> t.Iterator[Finding]:
    if destination_of(job).insecure_skip_verify:
        yield _finding(
            policy,
            "insecure",
            "Cloudflare does not verify the certificate of the collector (insecure-skip-verify): whoever is between them "
            "can read the logs and the token.",
            "Give the collector a publicly trusted certificate, then set insecure_skip_verify: false.",
        )
    # The API tells the default of frequency, too, for jobs that were never given one.
    legacy = [option for option in ("logpull_options", "frequency") if job.get(option) not in (None, "", "high")]
    if legacy:
        what = f"It uses {' and '.join(legacy)}, which Cloudflare has deprecated."
        instead = {"logpull_options": "output_options", "frequency": "max_upload_interval_seconds and its kin"}
        yield _finding(policy, "legacy", what, f"Use {' and '.join(instead[option] for option in legacy)} instead.")


def changed_fields(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> list[str]:
    """Return the names of what differs, those of parts with the name of the whole before them."""
    fields = []
    for field in {**before, **after}:
        old, new = before.get(field), after.get(field)
        if field in ("destination", "output_options") and isinstance(old or new, dict):
            fields += [f"{field}.{part}" for part in {**(old or {}), **(new or {})}]
        else:
            fields.append(field)
    return fields


def duration(seconds: float) -> str:
    """Return a time span in words: 50 s, 5 min, 3 h, 12 days."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.0f} days"


def _age(moment: t.Any, now: datetime.datetime) -> int | None:
    """How many seconds ago a time of the API is; None where there is none, or it makes no sense."""
    try:
        then = datetime.datetime.strptime(str(moment)[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return None
    return max(0, int((now - then.replace(tzinfo=datetime.timezone.utc)).total_seconds()))


def _finding(policy: Policy, kind: str, what: str, advice: str = "") -> Finding:
    level = NOTE if kind in policy.ignore else KINDS[kind]
    return {"kind": kind, "level": level, "msg": what, "advice": advice}
