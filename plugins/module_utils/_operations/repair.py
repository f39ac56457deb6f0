# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Enable jobs that Cloudflare disabled."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from .._logpush.job import Job, destination_of, health_of
from .._splunk.hec_request import collector_of
from .bulk_update import change_jobs


def repair_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_repair) with its checked options and return its result. Raises CollectionError."""
    not_ready = {collector_of(endpoint): reason for endpoint, reason in (options.get("not_ready") or {}).items()}

    def select(job: Job) -> dict[str, t.Any] | None:
        if health_of(job) != "auto_disabled":
            return None
        collector = destination_of(job).collector
        if collector in not_ready:
            raise CollectionError(f"The job stays disabled. {not_ready[collector]}")
        return {"enabled": True}

    return change_jobs(options, select, context, title="Logpush repair")
