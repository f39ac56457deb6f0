# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare the records that Cloudflare delivered in a window of time with the events that Splunk indexed in it. Pure: no I/O.

An upload is counted by Cloudflare when it ends, and its events by Splunk when they are indexed. An upload across an end of
the window therefore counts on one side only, so that the counts differ without a loss. The comparison allows for that.
"""

from __future__ import annotations

import math
import typing as t

from .._core.report import counted

# The verdict on a job, the most urgent first -> its meaning, as the end of a sentence.
VERDICT_MEANINGS = {
    "missing": "Splunk has fewer events than Cloudflare delivered records",
    "surplus": "Splunk has more events than Cloudflare delivered records, because delivery is at least once",
    "unknown": "both ends cannot be compared",
    "complete": "Splunk has an event for each record that Cloudflare delivered",
}
VERDICTS = tuple(VERDICT_MEANINGS)
MISSING, SURPLUS, UNKNOWN, COMPLETE = VERDICTS

# Uploads of average size by which the two counts can differ at the ends of the window.
_STRADDLING_UPLOADS = 4


class Delivered(t.NamedTuple):
    """What Cloudflare delivered in the window: records, and the uploads that contained them."""

    records: int
    uploads: int

    def __add__(self, other: t.Any) -> Delivered:
        """Return the sum of two deliveries."""
        return Delivered(self.records + other.records, self.uploads + other.uploads)


class VisibleLoss(t.NamedTuple):
    """The smallest loss that a window can show: in events, and as a percentage of the records. A window with very few uploads
    cannot even show the loss of all records: the percentage is then more than 100."""

    events: int
    percent: float


class Comparison(t.NamedTuple):
    """The comparison of both ends. ``difference`` is the number of events minus the number of records."""

    verdict: str
    reason: str
    difference: int | None
    smallest_visible_loss: VisibleLoss | None


def unknown(reason: str, delivered: Delivered | None = None, tolerance: float = 0.0) -> Comparison:
    """Return the comparison of a job whose events cannot be counted, for a reason."""
    loss = smallest_visible_loss(delivered, tolerance) if delivered and delivered.records else None
    return Comparison(UNKNOWN, reason, None, loss)


def compare(delivered: Delivered, events: int, tolerance: float, other_senders: str = "") -> Comparison:
    """Return the comparison of what Cloudflare delivered with the events in Splunk.

    ``tolerance`` is a percentage of the records. ``other_senders`` is the reason why the events may include those of others,
    "" if they do not. Events of others can hide a loss but never look like one.
    """
    difference = events - delivered.records
    if not delivered.records:
        return Comparison(UNKNOWN, _without_records(events), difference, None)
    loss = smallest_visible_loss(delivered, tolerance)
    margin = _margin(delivered, tolerance)

    def result(verdict: str, reason: str = "") -> Comparison:
        return Comparison(verdict, reason, difference, loss)

    if -difference > margin:
        return result(MISSING)
    if other_senders:
        return result(UNKNOWN, other_senders)
    if difference > margin:
        return result(SURPLUS)
    if margin >= delivered.records and abs(difference) > _tolerated(delivered, tolerance):
        return result(UNKNOWN, _too_few_uploads(delivered))
    return result(COMPLETE)


def smallest_visible_loss(delivered: Delivered, tolerance: float) -> VisibleLoss:
    """Return the smallest loss that the window can show. There must be records."""
    events = math.floor(_margin(delivered, tolerance)) + 1
    return VisibleLoss(events, round(100.0 * events / delivered.records, 3))


def _margin(delivered: Delivered, tolerance: float) -> float:
    """Return how much the counts may differ without a loss."""
    average = delivered.records / max(delivered.uploads, 1)
    return _tolerated(delivered, tolerance) + _STRADDLING_UPLOADS * average


def _tolerated(delivered: Delivered, tolerance: float) -> float:
    return delivered.records * tolerance / 100.0


def _without_records(events: int) -> str:
    if events:
        return (
            "Cloudflare delivered nothing in this window, and the events that Splunk indexed are of an earlier upload"
        )
    return "Cloudflare delivered nothing in this window: the zone has no traffic, or the job does not push"


def _too_few_uploads(delivered: Delivered) -> str:
    return (
        f"the counts differ, and with {counted(delivered.uploads, 'upload')} in the window this can "
        "be an upload across one of its ends. Use a longer window"
    )
