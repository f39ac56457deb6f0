# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that the inventory of the campaign requests."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.edgeops.logpush.tests.unit.campaign import expectations

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


@dataclasses.dataclass
class Wish:
    """A job of a zone that the inventory requests."""

    dataset: str
    name: str | None
    options: dict[str, t.Any]
    present: bool = True
    job_id: int | None = None

    def meant(self, zone: str, zone_name: str, jobs: Jobs, collector: tuple[str, str]) -> list[int]:
        """Return the IDs of the stored jobs of a zone that the request refers to, by the documented rules."""
        candidates = {
            job_id: job
            for job_id, job in jobs.items()
            if job["zone"] == zone and expectations.is_splunk(job) and job["dataset"] == self.dataset
        }
        by_id = [job_id for job_id in jobs if job_id == self.job_id]
        if self.name:
            named = [job_id for job_id, job in candidates.items() if (job.get("name") or "") == self.name]
            return sorted({*by_id, *(named or self._made_here(zone, candidates, [self.name]))})
        if by_id:
            return by_id
        there = self.candidates(zone, jobs, collector)
        made = self._made_here(zone, candidates, [zone_name, f"{zone_name}-splunk"])
        return [job_id for job_id in made if job_id in there] or made or there

    def candidates(self, zone: str, jobs: Jobs, collector: tuple[str, str]) -> list[int]:
        """Return the IDs of the jobs of this dataset at a collector."""
        return [
            job_id
            for job_id, job in jobs.items()
            if (job["zone"], job["dataset"]) == (zone, self.dataset) and expectations.collector(job) == collector
        ]

    def is_ambiguous(self, zone: str, zone_name: str, meant: t.Sequence[int], jobs: Jobs) -> bool:
        """Return whether the request refers to several jobs that are not duplicates, which is an error."""
        if self.name or self.job_id or len(meant) < 2:
            return False
        names = (zone_name, f"{zone_name}-splunk")
        made = [{expectations.derived_channel(zone, self.dataset, name)} for name in names]
        return {expectations.channel(jobs[job_id]) for job_id in meant} not in made

    def _made_here(self, zone: str, candidates: Jobs, names: t.Iterable[str]) -> list[int]:
        channels = {expectations.derived_channel(zone, self.dataset, name) for name in names}
        return [job_id for job_id, job in candidates.items() if expectations.channel(job) in channels]

    def as_options(self) -> dict[str, t.Any]:
        """Return the options of the job in the inventory."""
        identity = {"job_id": self.job_id, "dataset": self.dataset, "name": self.name}
        return {**identity, **self.options, "state": "present" if self.present else "absent"}
