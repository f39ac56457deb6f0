# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare both ends of deliveries, and ask the collectors of events with wrong times which software they are.

The file is in this package, because only here the operations and the collector may be used together.
"""

from __future__ import annotations

import typing as t

from .._collector.client import Collector
from .._collector.look import ask_software
from .._collector.software import OPENTELEMETRY, software_of
from .._core.concurrency import in_order
from .._core.run import Options, RunContext
from .._logpush.destination import Destination
from .._logpush.job import Job, destination_of
from .._operations.delivery import compare_deliveries
from .._splunk.options import splunk_operation

# A collector that does not answer soon must not delay the result.
_TIMEOUT = 10
_BETWEEN = {OPENTELEMETRY: f"an {OPENTELEMETRY}"}


@splunk_operation
def run_delivery(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_delivery) with its checked options and return its result. Raises CollectionError."""
    return compare_deliveries(options, context, _software_between)


def _software_between(jobs: t.Mapping[t.Hashable, Job], options: Options, context: RunContext) -> dict[t.Hashable, str]:
    """Return the software between Logpush and Splunk for each job, "" if Splunk itself answers or if it is not known. One empty
    request to each collector shows it."""
    destinations = {key: destination_of(job) for key, job in jobs.items()}
    servers = {destination.collector: destination for destination in destinations.values()}

    def ask(destination: Destination) -> str:
        host, port, path = destination.collector
        try:
            collector = Collector(host, port, min(options["timeout"], _TIMEOUT), None, context.mask)
            return _BETWEEN.get(software_of(ask_software(collector, path, None, verified=False)), "")
        except Exception:
            # A collector that does not answer shows nothing.
            return ""

    found = dict(zip(servers, in_order(ask, list(servers.values()), options["concurrency"])))
    return {key: found[destination.collector] for key, destination in destinations.items()}
