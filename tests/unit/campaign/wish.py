# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that the inventory of the campaign requests."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.edgeops.logpush.tests.unit.campaign import expectations

Job = t.Dict[str, t.Any]


@dataclasses.dataclass
class Wish:
    """A job of a zone that the inventory requests."""

    dataset: str
    name: str | None
    options: dict[str, t.Any]
    present: bool = True
    job_id: int | None = None

    def matches(self, job_id: int, job: Job) -> bool:
        """Return whether a stored job is the requested one."""
        if not expectations.is_splunk(job):
            return False
        return job_id == self.job_id or (job["dataset"] == self.dataset and self.name in (None, job.get("name") or ""))

    def as_options(self) -> dict[str, t.Any]:
        """Return the options of the job as the inventory has them."""
        identity = {"job_id": self.job_id, "dataset": self.dataset, "name": self.name}
        return {**identity, **self.options, "state": "present" if self.present else "absent"}
