# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The columns and the findings of a row about the uploads of its job, from the figures of Cloudflare. Pure: no I/O.

Cloudflare shows an upload some minutes late. So only the findings about uploads that it shows are certain: a job is silent
only if its last delivery is not within the window either. A job that has never delivered must have had the time for it: it
exists for half of the window, or for as long as another job that has delivered.
"""

from __future__ import annotations

import typing as t

from .._core.report import counted
from .._logpush.delivery_health import JobDelivery, UploadGroup, counted_statuses
from .._logpush.job import Job
from . import findings as audit
from .error_advice import upload_advice
from .wording import duration, number, time_span

# A job can take 15 minutes until its first delivery.
_SHORTEST_SILENCE = 900
# Jobs that were created within this number of seconds are of the same age.
_ONE_ROLLOUT = 60
# States of a job whose own finding says that nothing arrives, or that should push nothing.
_EXPLAINED_STATES = ("failing", "auto_disabled", "disabled")


def delivery_columns(
    job: Job, row: audit.Row, delivery: JobDelivery, policy: audit.Policy, youngest: int | None = None
) -> dict[str, t.Any]:
    """Return the columns about the uploads of the job of a row, and the findings of the row with those about its uploads.
    C(youngest) is the age in seconds of the youngest job that has uploads, or None."""
    columns = delivery.public()
    if delivery.delivery == "silent" and row["state"] == "disabled":
        # Nobody expects uploads.
        columns["delivery"] = None
    added = list(_upload_findings(job, row, delivery, policy, youngest))
    # Both say that nothing arrived.
    replaced = "quiet" if any(finding["kind"] == "silent" for finding in added) else ""
    kept = [finding for finding in row["findings"] if finding["kind"] != replaced]
    return {**columns, "findings": [*kept, *added]}


def age_of_job(job: Job, policy: audit.Policy) -> int | None:
    """Return how many seconds ago a job was created. The API does not document this time, so it can be missing."""
    return audit.age_of(job.get("time_created"), policy.now)


def no_columns(delivery: str | None = None) -> dict[str, t.Any]:
    """Return the columns about uploads of a job without figures: a disabled one, or one whose figures cannot be read."""
    return {**dict.fromkeys(audit.DELIVERY_COLUMNS), "statuses": [], "delivery": delivery}


def no_figures(problem: str, policy: audit.Policy) -> audit.Finding:
    """Return the finding about a scope whose figures cannot be read. C(problem) is the reason."""
    return audit.new_finding(policy, "no_figures", f"The uploads of the jobs cannot be read: {problem}")


def main_failure(groups: t.Iterable[UploadGroup]) -> UploadGroup | None:
    """Return the uploads that show best why uploads fail: lost ones before repeated ones, and frequent ones before rare ones.
    None if none failed. A dropped batch is a consequence: other uploads, if there are any, show its cause."""
    failed = [group for group in groups if not group.is_success]
    return max(failed, key=lambda each: (not each.is_drop, each.is_lost, each.uploads, -each.status), default=None)


def row_groups(row: audit.Row) -> list[UploadGroup]:
    """Return the uploads of a row by their status."""
    return [UploadGroup(each["status"], each["final"], each["uploads"]) for each in row.get("statuses") or []]


def _upload_findings(
    job: Job, row: audit.Row, delivery: JobDelivery, policy: audit.Policy, youngest: int | None
) -> t.Iterator[audit.Finding]:
    state, span = delivery.delivery, f"the last {time_span(policy.delivery_window)}"
    failure = main_failure(delivery.groups)
    advice = upload_advice(failure.status, failure.meaning) if failure else ""
    if row["state"] == "disabled":
        return
    if state == "losing":
        lost, batches = delivery.lost_uploads, delivery.uploads + delivery.lost_uploads
        statuses = counted_statuses(group for group in delivery.groups if group.is_lost)
        message = f"Cloudflare dropped {number(lost)} of {counted(batches, 'batch', 'batches')} in {span} ({statuses})."
        yield audit.new_finding(policy, "losing", message, advice)
    # A job that Cloudflare disabled uploads nothing, so its failed uploads are not repeated either.
    elif state == "retrying" and row["state"] != "auto_disabled":
        failed, uploads = delivery.failed_uploads, delivery.uploads + delivery.failed_uploads
        statuses = counted_statuses(group for group in delivery.groups if not group.is_success)
        message = (
            f"{number(failed)} of {counted(uploads, 'upload')} failed in {span} ({statuses}). Cloudflare repeats them, and has dropped "
            "no batch."
        )
        yield audit.new_finding(policy, "retrying", message, advice)
    elif state == "silent" and _is_silent(job, row, policy, youngest):
        yield _silent(job, row, span, policy)


def _is_silent(job: Job, row: audit.Row, policy: audit.Policy, youngest: int | None) -> bool:
    """Return whether a job without uploads had the time for one, and no other finding says that nothing arrives."""
    if row["state"] in _EXPLAINED_STATES or any(finding["kind"] == "stale" for finding in row["findings"]):
        return False
    if row["age"] is not None:
        return bool(row["age"] > max(policy.delivery_window, _SHORTEST_SILENCE))
    age, needed = age_of_job(job, policy), max(policy.delivery_window // 2, _SHORTEST_SILENCE)
    if youngest is not None:
        needed = min(needed, youngest - _ONE_ROLLOUT)
    return age is not None and age >= needed


def _silent(job: Job, row: audit.Row, span: str, policy: audit.Policy) -> audit.Finding:
    if row["age"] is not None:
        message = f"Cloudflare uploaded nothing in {span}. The last delivery was {duration(row['age'])} ago."
    else:
        age = age_of_job(job, policy) or 0
        message = f"Cloudflare has uploaded nothing since the job was created {duration(age)} ago."
    advice = "This is usual for a zone without traffic. Otherwise, check the filter of the job."
    return audit.new_finding(policy, "silent", message, advice)
