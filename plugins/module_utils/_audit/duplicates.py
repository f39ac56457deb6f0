# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Jobs that push the same events to the same destination. Pure: no I/O."""

from __future__ import annotations

from .._logpush import job_lookup
from .._logpush.destination import CHANNEL
from .._logpush.filters import parsed_filter
from .._logpush.job import Job, dataset_of, destination_of
from .._splunk.hec_request import same_collector


def push_the_same(job: Job, other: Job) -> bool:
    """Return whether two jobs push the same events to the same destination. The channel is not compared: the dashboard
    gives each job its own. Jobs with different filters push different events."""
    if dataset_of(job) != dataset_of(other):
        return False
    if parsed_filter(job.get("filter")) != parsed_filter(other.get("filter")):
        return False
    one, two = (destination_of(each).with_parameter(CHANNEL, "") for each in (job, other))
    if not same_collector(one.collector, two.collector):
        return False
    # Through https:// or splunk://, and whatever the rest of the path is, it is the same collector.
    two = two._replace(scheme=one.scheme, host=one.host, port=one.port, path=one.path)
    return job_lookup.same_destination(
        {**job, "destination_conf": one.encode()}, {**other, "destination_conf": two.encode()}
    )
