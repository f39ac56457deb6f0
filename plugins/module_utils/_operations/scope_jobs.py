# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Apply requests to the jobs of one scope: plan each one, write it unless in check mode, and return its result.

Also the module for a single job, which is one request in one scope.
"""

from __future__ import annotations

import os
import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.locate import locate_scope
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import LocatedScope, check_scope
from .._core.outcome import Plan
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import Job, public_job
from .._logpush.job_options import mask_layers
from .._logpush.job_request import JobRequest, job_request
from .planner import KnownJobs, ScopePlanner
from .rollout_request import with_collector
from .writer import ScopeWriter


def manage_job(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_job) with its checked options and return its result.

    Raises CollectionError. Every mistake in the options is found before the first request.
    """
    options = with_collector(with_credentials(options), os.environ)
    mask_layers(options, context.mask)
    check_scope(options)
    request = job_request(options)
    client = cloudflare_client(options, context.mask)
    jobs = ScopeJobs(client, locate_scope(client, options), context)
    return {**jobs.apply(request), "warnings": jobs.warnings}


class ScopeJobs:
    """The jobs of one scope, listed once, however many requests are applied to them.

    Raises the CollectionError of a scope that was not found.
    """

    def __init__(
        self, client: Cloudflare, located: LocatedScope, context: RunContext, mask: SecretMask | None = None
    ) -> None:
        """``mask`` learns the secrets of this scope, if not the mask of the whole run has to."""
        scope = located.found()
        self._check_mode = context.check_mode
        client = client.masked_by(mask or context.mask)
        reader = client.reader()
        self._known = KnownJobs(reader, scope, mask or context.mask)
        self._planner = ScopePlanner(reader, scope, located.zone_name, self._known)
        self._writer = ScopeWriter(client, scope, self._known, context.clock)

    @property
    def warnings(self) -> list[str]:
        """What the user should know about the plans."""
        return self._planner.warnings

    def all(self) -> list[Job]:
        """Return the jobs as they are. Raises CollectionError."""
        return self._known.all()

    def forget(self) -> None:
        """List the jobs again the next time: after a failure their state is not known."""
        self._known.forget()

    def apply(self, request: JobRequest) -> dict[str, t.Any]:
        """Make one job as requested, or only plan it in check mode, and return its result. Raises CollectionError."""
        planned = self._planner.plan(request)
        after = t.cast(Job, planned.plan.target)
        if planned.plan.writes and not self._check_mode:
            after = self._writer.write(planned)
            self._planner.claim(after)
        return _result(planned.plan, after)

    def prune(self, collectors: t.Collection[tuple[str, int]]) -> list[dict[str, t.Any]]:
        """Delete the jobs at these collectors that no request so far means, or only plan it in check mode, and return a
        result for each. Raises CollectionError."""
        results = []
        for plan in self._planner.plan_prune(collectors):
            job = t.cast(Job, plan.target)
            if not self._check_mode:
                self._writer.delete([job])
            results.append(_result(plan, job))
        return results


def _result(plan: Plan, after: Job) -> dict[str, t.Any]:
    """Return the result for one job: what is done, the diff, and the job as it is afterwards."""
    return {**plan.result(), "job": public_job(after) if after else {}}
