# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare what Cloudflare delivered for the jobs of many scopes with what Splunk indexed."""

from __future__ import annotations

import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope, ascii_domain
from .._cloudflare.zone_names import ZoneNames
from .._core.errors import CollectionError, OptionError
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._core.times import moment_of, seconds_in_option
from .._logpush.delivery_comparison import Deliveries, FleetComparison, compare_fleet, summed_jobs
from .._logpush.delivery_health import JobDelivery
from .._logpush.delivery_times import deviations, time_fields
from .._logpush.delivery_verdict import MISSING, Delivered
from .._logpush.delivery_ways import ComparedJob, compared_job, ways
from .._logpush.event_times import is_wrong
from .._logpush.job import Job, dataset_of, destination_of, is_splunk_job
from .._logpush.job_options import mask_layers
from .._splunk.search_rules import check_index
from .delivery_health import ScopeDeliveries, check_window, read_deliveries, refuse_window
from .delivery_report import Timing, Totals, delivery_result, job_columns, sum_row, unread_columns
from .delivery_splunk import KnownTokens, SearchWindow, SplunkSide
from .known_jobs import list_jobs
from .results import Row, result_row, scope_columns
from .sweep import Sweep

# Cloudflare's figures and Splunk's events are complete after this many seconds.
SETTLED = 600
# A search of a day is an error in the options.
_LONGEST_SEARCH = 86400
_DELETED_JOB = (
    "a job of the same zone that delivered in this window no longer exists, and its events may be among those in Splunk"
)

# Returns the software between Logpush and Splunk at the collectors that jobs push to, by the key of the job.
SoftwareBetween = t.Callable[[t.Mapping[t.Hashable, Job], Options, RunContext], t.Mapping[t.Hashable, str]]
Zone = t.Mapping[str, t.Any]


class _ScopeJobs(t.NamedTuple):
    """The jobs of one scope that push to a collector, by ID, the IDs of all its jobs, and the name of its zone as for C(ComparedJob);
    or the error if the jobs cannot be read."""

    jobs: dict[int, Job]
    ids: t.Collection[int] = ()
    zone: str | None = ""
    error: CollectionError | None = None


def compare_deliveries(options: Options, context: RunContext, software: SoftwareBetween) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_delivery) with its checked options and return its result. Raises CollectionError if
    nothing can be read at one of both ends."""
    options = with_credentials(options)
    mask_layers(options, context.mask)
    window = _window(options, context.clock.wall())
    zones: list[Zone] = options["zones"]
    problems = [str(zone.get("problem") or "") for zone in zones]
    if problems and all(problems):
        raise CollectionError(problems[0])
    splunk = SplunkSide(options, context)
    sweep = Sweep(options, context)
    located = sweep.locate(zones)
    scopes = _read_scopes(sweep, zones, located, context.mask)
    for error in [scope.error for scope in scopes] if all(scope.error for scope in scopes) else []:
        raise t.cast(CollectionError, error)
    uploads = read_deliveries(sweep, located, moment_of(window.begin), moment_of(window.end))
    refuse_window(uploads)
    fleet = _Fleet(located, scopes, uploads, splunk.tokens(), options.get("index") or "")
    compared = _compared(fleet, splunk, window, options["tolerance"])
    clocks = splunk.clock_problem()
    timings = _timings(fleet, compared, splunk, window, lambda jobs: software(jobs, options, context))
    totals = Totals(
        len(zones), _rows(zones, located, scopes, fleet, compared, timings), _sums(fleet, compared, timings)
    )
    result = delivery_result(totals, window, sweep.figures())
    warnings = list(filter(None, [clocks, timings.problem, totals.nothing_compared]))
    return {**result, "warnings": warnings} if warnings else result


def _window(options: Options, now: float) -> SearchWindow:
    """Return the window that the options name. Raises OptionError."""
    check_window(options["window"])
    check_index(options.get("index"))
    if not 0 <= options["tolerance"] < 100:
        raise OptionError("tolerance", "is a percentage, from 0 to less than 100: 0.1 means 0.1 %")
    if not 10 <= options["search_timeout"] <= _LONGEST_SEARCH:
        raise OptionError("search_timeout", f"must be from 10 to {_LONGEST_SEARCH} seconds")
    latest = int(now) - SETTLED
    end = int(seconds_in_option("end", options["end"])) if options.get("end") else latest
    if end > latest:
        raise OptionError("end", f"must be at least {SETTLED} seconds ago: figures and events arrive with a delay")
    begin = end - options["window"]
    if begin < 0:
        raise OptionError("end", "is before the first figures of Cloudflare. Set it to a time of the last 30 days")
    return SearchWindow(begin, end)


def _read_scopes(
    sweep: Sweep, zones: t.Sequence[Zone], located: t.Sequence[LocatedScope], mask: SecretMask
) -> list[_ScopeJobs]:
    """Return the jobs of all scopes in their order."""
    names = sweep.zone_names([zone for zone, where in zip(zones, located) if not where.zone_name])

    def read(where: LocatedScope) -> _ScopeJobs:
        jobs = list_jobs(sweep.client.reader(), where.found(), mask.part())
        at_collectors = {job["id"]: job for job in jobs if "id" in job and is_splunk_job(job)}
        zone = _zone_name(where, names) if at_collectors else ""
        return _ScopeJobs(at_collectors, [job["id"] for job in jobs if "id" in job], zone)

    def failed(dummy: LocatedScope, error: CollectionError) -> _ScopeJobs:
        return _ScopeJobs({}, error=error)

    return sweep.run_each(located, read, failed, lambda scope: [{"changed": False, "failed": scope.error is not None}])


def _zone_name(where: LocatedScope, names: ZoneNames) -> str | None:
    """Return the name of a zone as it is in events; "" for an account, None if the API token may not see the zone."""
    scope = where.found()
    if scope.kind != "zones":
        return ""
    try:
        return ascii_domain(where.zone_name or names.name_of(scope.id)) or None
    except CollectionError:
        return None


class _Fleet:
    """The jobs of a run by their keys, and what Cloudflare delivered for them. A disabled job that delivered nothing is left
    out."""

    def __init__(
        self,
        located: t.Sequence[LocatedScope],
        scopes: t.Sequence[_ScopeJobs],
        uploads: t.Sequence[ScopeDeliveries],
        tokens: KnownTokens,
        default_index: str,
    ) -> None:
        self.tokens = tokens
        self.jobs: dict[t.Hashable, Job] = {}
        self.deliveries: dict[t.Hashable, JobDelivery] = {}
        # The reason why it is not known what Cloudflare delivered for a job, by its key.
        self.unread: dict[t.Hashable, str] = {}
        self.compared: dict[t.Hashable, ComparedJob] = {}
        # The reason why the events of a job may include those of another one, by its key.
        self.others_of_job: dict[t.Hashable, str] = {}
        unread = deleted = 0
        for where, jobs, delivered in zip(located, scopes, uploads):
            unread += jobs.error is not None
            deleted_here = _deleted(where, jobs, delivered)
            deleted += deleted_here
            for job_id, job in jobs.jobs.items():
                if not job.get("enabled") and (delivered.error or not delivered.of(job_id).groups):
                    continue
                key = (where.scope, job_id)
                token = tokens.of(destination_of(job).hec_token)
                self.jobs[key] = job
                if delivered.error:
                    self.unread[key] = str(delivered.error)
                else:
                    self.deliveries[key] = delivered.of(job_id)
                self.compared[key] = compared_job(key, job, jobs.zone, token, default_index)
                if deleted_here:
                    self.others_of_job[key] = _DELETED_JOB
        self.others = _other_jobs(unread, deleted)

    def delivered(self) -> dict[t.Hashable, Delivered]:
        """Return the records and uploads of each job for which they are known."""
        return {key: Delivered(each.records, each.uploads) for key, each in self.deliveries.items()}

    def datasets(self) -> dict[t.Hashable, str]:
        """Return the dataset of each job."""
        return {key: dataset_of(job) for key, job in self.jobs.items()}


def _deleted(where: LocatedScope, jobs: _ScopeJobs, delivered: ScopeDeliveries) -> int:
    """Return the number of jobs that delivered and no longer exist. The figures of an account may include those of the jobs of
    its zones, so they do not show which of its own jobs are deleted."""
    if jobs.error or where.found().kind != "zones":
        return 0
    return sum(each.records > 0 for job_id, each in delivered.jobs.items() if job_id not in jobs.ids)


def _other_jobs(unread: int, deleted: int) -> str:
    """Return why events may be of other jobs than those that are compared, "" if they are not."""
    if unread:
        return f"the jobs of {unread} of the zones and accounts cannot be read, and their events may be among those in Splunk"
    if deleted:
        return f"{deleted} of the jobs that delivered in this window no longer exist, and their events may be among those in Splunk"
    return ""


def _compared(fleet: _Fleet, splunk: SplunkSide, window: SearchWindow, tolerance: float) -> FleetComparison:
    """Return the comparison of all jobs. Raises CollectionError if Splunk cannot count events."""
    jobs = list(fleet.compared.values())
    counted = splunk.counted(jobs, window)
    received = splunk.received(
        sorted({shared.token for shared in summed_jobs(jobs, ways(jobs)) if shared.token}), window
    )
    deliveries = Deliveries(
        fleet.delivered(),
        fleet.others,
        others_with_token=_other_senders(fleet, received.by_token),
        senders_problem=received.problem,
        others_of_job=fleet.others_of_job,
        unread=fleet.unread,
    )
    return compare_fleet(jobs, deliveries, counted, fleet.tokens.by_name, tolerance)


def _other_senders(fleet: _Fleet, received: t.Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """Return the tokens that others use, too, each with the reason: HEC received more requests and more events with them than
    the compared jobs can have sent. ``received`` are the requests and events by the name of the token."""
    reasons = {}
    for name, (requests, events) in received.items():
        own = [fleet.deliveries.get(key) for key, job in fleet.compared.items() if job.origin.token == name]
        uploads = sum(each.uploads + each.failed_uploads for each in own if each)
        records = sum(each.records for each in own if each)
        # HEC reports once in a minute, and an upload can be across an end of the window.
        if requests > 1.05 * uploads + 10 and events > 1.05 * records + 10:
            reasons[name] = (
                f"others use the HEC token {name}, too: Splunk received {requests:,} requests with it, and Cloudflare made "
                f"{uploads:,} uploads for these jobs"
            )
    return reasons


class _Timings(t.NamedTuple):
    """The timing of the events of each job by its key, and of each sum. ``problem`` is the reason why it is not known."""

    of_jobs: dict[t.Hashable, Timing]
    of_sums: list[Timing]
    problem: str = ""


def _timings(
    fleet: _Fleet,
    compared: FleetComparison,
    splunk: SplunkSide,
    window: SearchWindow,
    software: t.Callable[[t.Mapping[t.Hashable, Job]], t.Mapping[t.Hashable, str]],
) -> _Timings:
    """Return how far the times of events are from their own, and the software between Logpush and Splunk where they are
    wrong, or where events are missing."""
    datasets, problem = fleet.datasets(), ""
    try:
        events = splunk.newest(list(fleet.compared.values()), window, time_fields(datasets.values()))
    except CollectionError as error:
        # The counts are known nevertheless.
        events, problem = [], f"The times of the events were not checked. {error}"
    found = deviations(compared, datasets, events, fleet.tokens.by_name)
    # One job of a sum stands for all.
    stands_for = [each.jobs[0].key for each in compared.sums]
    wrong = {key for key, deviation in found.of_jobs.items() if is_wrong(deviation)}
    wrong |= {each.job.key for each in compared.jobs if each.comparison.verdict == MISSING}
    wrong |= {key for key, deviation in zip(stands_for, found.of_sums) if is_wrong(deviation)}
    wrong |= {key for key, each in zip(stands_for, compared.sums) if each.lost}
    behind = software({key: fleet.jobs[key] for key in sorted(wrong, key=str)}) if wrong else {}
    return _Timings(
        {key: Timing(deviation, behind.get(key, "")) for key, deviation in found.of_jobs.items()},
        [Timing(deviation, behind.get(key, "")) for key, deviation in zip(stands_for, found.of_sums)],
        problem,
    )


def _rows(
    zones: t.Sequence[Zone],
    located: t.Sequence[LocatedScope],
    scopes: t.Sequence[_ScopeJobs],
    fleet: _Fleet,
    compared: FleetComparison,
    timings: _Timings,
) -> list[Row]:
    """Return a row for each job, and one for each scope whose jobs cannot be read."""
    by_key = {each.job.key: each for each in compared.jobs}
    rows = []
    for zone, where, scope in zip(zones, located, scopes):
        if scope.error:
            columns = unread_columns(f"the jobs cannot be read: {scope.error}")
            rows.append({**scope_columns(zone, where), "dataset": None, "name": None, "job_id": None, **columns})
        for job_id, job in scope.jobs.items():
            key = (where.scope, job_id)
            if key in by_key:
                columns = job_columns(by_key[key], fleet.deliveries.get(key), dataset_of(job), timings.of_jobs[key])
                rows.append(result_row(zone, where, job, **columns))
    return rows


def _sums(fleet: _Fleet, compared: FleetComparison, timings: _Timings) -> list[Row]:
    return [
        sum_row(each, [dataset_of(fleet.jobs[job.key]) for job in each.jobs], timing)
        for each, timing in zip(compared.sums, timings.of_sums)
    ]
