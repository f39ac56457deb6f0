# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare what Cloudflare delivered for the jobs of many scopes with what Splunk indexed."""

from __future__ import annotations

import re
import typing as t

from .._cloudflare.options import with_credentials
from .._core.errors import CollectionError, OptionError
from .._core.run import Options, RunContext
from .._logpush.job import Job
from .._logpush.job_options import mask_layers
from .._splunk.options import with_splunk_environment
from .delivery_events import SplunkSide
from .delivery_health import read_deliveries
from .delivery_report import Window
from .sweep import Sweep

# Cloudflare's figures and Splunk's indexes are complete after this many seconds.
SETTLED = 600
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

# Returns the name of the software that is between Logpush and Splunk at the collectors of some jobs, by the key of the job.
SoftwareBetween = t.Callable[[t.Mapping[t.Hashable, Job], RunContext], t.Mapping[t.Hashable, str]]
Zone = t.Mapping[str, t.Any]


class _ScopeJobs(t.NamedTuple):
    """The jobs of one scope at collectors, by ID, and the name of its zone; or the error if they cannot be read."""

    jobs: dict[int, Job]
    zone: str = ""
    error: CollectionError | None = None


def compare_deliveries(options: Options, context: RunContext, software: SoftwareBetween) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_delivery) with its checked options and return its result. Raises CollectionError if
    nothing can be read from one of both ends."""
    options = with_credentials(options)
    mask_layers(options, context.mask)
    window = _window(options, context.clock.wall())
    splunk = SplunkSide(with_splunk_environment(options["splunk"]), options, context)
    sweep = Sweep(options, context)
    zones = options["zones"]
    located = sweep.locate(zones)
    scopes = _read_scopes(sweep, zones, located, context.mask)
    if zones and all(scope.error for scope in scopes):
        raise t.cast(CollectionError, scopes[0].error)
    uploads = read_deliveries(sweep, located, window.begin, window.end)
    by_scope = {
        where.scope: (scope, delivered)
        for where, scope, delivered in zip(located, scopes, uploads)
        if where.scope and not scope.error
    }
    run = _Run(by_scope, splunk.tokens(), options)
    counted = splunk.counted(run.jobs, window) if run.jobs else None
    compared = run.compared(counted.events if counted else None, _unread(located, scopes))
    return {}


def _window(options: Options, now: float) -> Window:
    """Return the window that the options name. Raises OptionError."""
    if options["window"] < 1:
        raise OptionError("window", "must be at least 1 second")
    if not 0 <= options["tolerance"] <= 100:
        raise OptionError("tolerance", "is a percentage, and must be from 0 to 100")
    latest = int(now) - SETTLED
    end = latest
    if options.get("end"):
        end = _seconds(options["end"])
        if end > latest:
            raise OptionError(
                "end", f"must be at least {SETTLED} seconds ago, because figures and events arrive with a delay"
            )
    return Window(end - options["window"], end)
