# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deliveries that go wrong on request: batches that Logpush drops, repeats or never pushes (setting ``push_faults``)."""

from __future__ import annotations

import dataclasses
import typing as t

KINDS = ("drop", "retry", "refuse", "silent", "twice")
# Makes a share such as 0.1 of 10 batches one batch, in spite of rounding.
ROUNDING = 1e-9


@dataclasses.dataclass(frozen=True)
class PushFault:
    """One configured fault. It applies to a ``share`` of the batches of the jobs that it selects: every second batch for a
    share of 0.5. ``status`` is the one of the failed attempt.
    """

    kind: str
    job_id: int | None = None
    zone: str | None = None
    dataset: str | None = None
    share: float = 1.0
    status: int | None = None

    def selects(self, job_id: int, zone: str | None, dataset: str) -> bool:
        """Return whether the fault concerns a job. ``zone`` is the name of its zone."""
        return self.job_id in (None, job_id) and self.zone in (None, zone) and self.dataset in (None, dataset)

    def strikes(self, batch: int) -> bool:
        """Return whether the fault applies to the batch with this number, counted from 1."""
        return int(batch * self.share + ROUNDING) > int((batch - 1) * self.share + ROUNDING)


def parse_push_faults(entries: t.Any) -> list[PushFault]:
    """Return the faults of the setting. Raises ValueError or TypeError for an invalid fault."""
    faults = [PushFault(**entry) for entry in entries]
    for fault in faults:
        if fault.kind not in KINDS:
            raise ValueError(f"kind of a push fault has to be one of: {', '.join(KINDS)}")
        if not 0 <= fault.share <= 1:
            raise ValueError("share of a push fault has to be from 0 to 1")
    return faults
