# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What Cloudflare delivered for a job in a window of time, from the groups of C(logpushHealthAdaptiveGroups). Pure: no I/O.

Cloudflare counts every attempt to upload a batch, with the HTTP status of the answer or a code of its own
(U(https://developers.cloudflare.com/logs/logpush/logpush-health/)).
"""

from __future__ import annotations

import typing as t

from .._core.results import first_of

# The state of the deliveries of a job, the most urgent first -> its meaning, as the end of a sentence.
DELIVERY_MEANINGS = {
    "losing": "Cloudflare dropped batches",
    "retrying": "uploads failed, and Cloudflare repeats them",
    "silent": "Cloudflare uploaded nothing",
    "delivering": "every upload succeeded",
    "unknown": "Cloudflare's figures cannot be read",
}
DELIVERIES = tuple(DELIVERY_MEANINGS)

# Cloudflare's own codes, for an upload without an answer.
_CODES = {
    1101: "connection error",
    1102: "connection timeout",
    1103: "internal Logpush error",
    1104: "configuration error",
    1105: "DNS error",
    1106: "timeout",
    1107: "request error",
    1108: "transfer error",
    1201: "batch dropped",
}
_DROPPED = 1201


class UploadGroup(t.NamedTuple):
    """The uploads of a job with one status. C(is_final) is whether Cloudflare made no further attempt. ``records`` and
    ``size`` (bytes before compression) are those of all batches in these uploads."""

    status: int
    is_final: bool
    uploads: int
    records: int = 0
    size: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the destination accepted the batches."""
        return 200 <= self.status < 300

    @property
    def is_drop(self) -> bool:
        """Whether Logpush dropped the batches because they waited for too long."""
        return self.status == _DROPPED

    @property
    def is_lost(self) -> bool:
        """Whether the batches never reached the destination: Logpush dropped them, or makes no further attempt."""
        return self.is_drop or (self.is_final and not self.is_success)

    @property
    def meaning(self) -> str:
        """The status in words."""
        known = _CODES.get(self.status) or ("accepted" if self.is_success else "")
        return known or f"{'HTTP' if self.status < 1000 else 'code'} {self.status}"


class JobDelivery(t.NamedTuple):
    """What Cloudflare delivered for a job: the uploads by status, and their sums."""

    groups: tuple[UploadGroup, ...]

    @property
    def records(self) -> int:
        """The records in accepted batches."""
        return sum(group.records for group in self.groups if group.is_success)

    @property
    def size(self) -> int:
        """The bytes of accepted batches before compression."""
        return sum(group.size for group in self.groups if group.is_success)

    @property
    def uploads(self) -> int:
        """The uploads that the destination accepted."""
        return sum(group.uploads for group in self.groups if group.is_success)

    @property
    def failed_uploads(self) -> int:
        """The uploads that the destination did not accept, whether or not Cloudflare repeats them."""
        return sum(group.uploads for group in self.groups if not group.is_success)

    @property
    def lost_uploads(self) -> int:
        """The batches that never reached the destination."""
        return sum(group.uploads for group in self.groups if group.is_lost)

    @property
    def delivery(self) -> str:
        """The state as one word of C(DELIVERIES). A zone without traffic is silent, too."""
        if self.lost_uploads:
            return "losing"
        if self.failed_uploads:
            return "retrying"
        return "delivering" if self.uploads else "silent"

    def public(self) -> dict[str, t.Any]:
        """Return the figures as a result shows them."""
        return {
            "records": self.records,
            "bytes": self.size,
            "uploads": self.uploads,
            "failed_uploads": self.failed_uploads,
            "lost_uploads": self.lost_uploads,
            "statuses": [
                {
                    "status": group.status,
                    "meaning": group.meaning,
                    "uploads": group.uploads,
                    "final": group.is_final,
                }
                for group in sorted(self.groups, key=lambda group: (not group.is_success, group.status, group.is_final))
            ],
            "delivery": self.delivery,
        }


def job_deliveries(groups: t.Iterable[tuple[int, UploadGroup]]) -> dict[int, JobDelivery]:
    """Return the deliveries of each job from its ID with each group of its uploads, as several queries return them. Groups of
    a job that are equal but for their numbers are added up."""
    summed: dict[tuple[int, int, bool], UploadGroup] = {}
    for job_id, group in groups:
        key = (job_id, group.status, group.is_final)
        known = summed.get(key, UploadGroup(group.status, group.is_final, 0))
        summed[key] = known._replace(
            uploads=known.uploads + group.uploads,
            records=known.records + group.records,
            size=known.size + group.size,
        )
    by_job: dict[int, list[UploadGroup]] = {}
    for (job_id, dummy, dummy), group in summed.items():
        by_job.setdefault(job_id, []).append(group)
    return {job_id: JobDelivery(tuple(of_job)) for job_id, of_job in by_job.items()}


def counted_statuses(groups: t.Iterable[UploadGroup]) -> str:
    """Return the statuses of uploads with their numbers, the most frequent first: C(2 x batch dropped, 1 x HTTP 403)."""
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.meaning] = counts.get(group.meaning, 0) + group.uploads
    in_order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return first_of([f"{count:,} x {meaning}" for meaning, count in in_order], ", ")
