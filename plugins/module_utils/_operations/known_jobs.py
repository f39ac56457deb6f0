# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The jobs of a scope: listed, and kept up to date while a run changes them."""

from __future__ import annotations

from .._cloudflare.client import CloudflareReader
from .._cloudflare.scopes import Scope
from .._core.secrets import SecretMask
from .._logpush.job import Job, masked_reports


def list_jobs(client: CloudflareReader, scope: Scope, mask: SecretMask) -> list[Job]:
    """Return the jobs of a scope as the API lists them now. ``mask`` receives their secrets. Raises CollectionError."""
    return masked_reports(client.masked_by(mask).jobs(scope), mask)


class KnownJobs:
    """The jobs of one scope: listed once for all requests, and kept up to date after each write."""

    def __init__(self, client: CloudflareReader, scope: Scope, mask: SecretMask) -> None:
        self._client = client
        self._scope = scope
        self._mask = mask
        self._jobs: list[Job] | None = None

    def all(self) -> list[Job]:
        """Return the jobs as they are known. Raises CollectionError."""
        if self._jobs is None:
            self._jobs = self.listed()
        return self._jobs

    def listed(self) -> list[Job]:
        """Return the jobs as the API lists them now. Raises CollectionError."""
        return list_jobs(self._client, self._scope, self._mask)

    def refreshed(self) -> list[Job]:
        """Return the jobs as the API lists them now, and keep them. Raises CollectionError."""
        self._jobs = self.listed()
        return self._jobs

    def remember(self, job: Job) -> None:
        """Store the state of a job after a write."""
        self.remove(job)
        self.all().append(job)

    def remove(self, job: Job) -> None:
        """Drop a job that is gone."""
        self._jobs = [known for known in self.all() if known.get("id") != job.get("id")]

    def forget(self) -> None:
        """List the jobs again the next time: after a failure their state is not known."""
        self._jobs = None
