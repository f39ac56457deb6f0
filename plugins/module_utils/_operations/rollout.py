# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The jobs of many zones and accounts in one pass: several at a time, on one rate budget, each for itself.

What goes wrong with one zone is that zone's outcome and stops no other. Of a zone nothing is kept but its outcome.
"""

from __future__ import annotations

import threading
import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.options import with_credentials
from .._core.errors import CollectionError, OptionError
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job_options import mask_zones
from .._splunk.token_rules import mask_options
from . import rollout_request as orders
from .results import Row, difference, result_row, sweep_result
from .rollout_request import RequestedJob, RequestedScope
from .sweep import Sweep
from .writer import Reconciler

Place = t.Tuple[int, int]
Difference = t.Dict[str, t.Any]


def roll_out(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_rollout) does, with its checked options, and give its result.

    ``with_diff`` says whether somebody wants to see the differences, which are large; ``progress`` is kept up to date for
    somebody who watches. Raises CollectionError where nothing can be done at all.
    """
    options = with_credentials(options)
    if (options.get("max_failures") or 0) < 0:
        raise OptionError("max_failures", "must be 0 or more; leave it out to go on past every failure")
    ordered = orders.requested_scopes(options)
    for order in ordered:
        for job in order.jobs:
            mask_options(job.options, context.mask)
    # Also what counts for no job: all that was given is shown again.
    layers = [options.get("job_defaults") or {}, options.get("job_overrides") or {}]
    mask_zones([*layers, {"jobs": options.get("jobs")}], context.mask)
    collectors = orders.collectors(ordered) if options["prune"] else frozenset()
    sweep = Sweep(options, context.mask, context.progress)
    merged = sweep.find_ordered([order for order in ordered if order.jobs])
    fleet = _Fleet(sweep.client, context.mask, context.check_mode, collectors, options.get("max_failures"))
    every = [each for done in sweep.over(merged, fleet.reconcile, _entries) for each in done]
    every.sort(key=lambda each: each.place)
    differences = [each.difference for each in every if each.difference] if context.diff else None
    result = sweep_result(_entries(every), differences, len(ordered), sweep.figures())
    result["warnings"] = fleet.warnings()
    # The options of thousands of zones once more would make the result too large for Tower to keep.
    result["invocation"] = {"module_args": {**options, "zones": f"{len(ordered)} entries"}}
    return result


class _Done(t.NamedTuple):
    """What became of one job: its place among all, its entry, and its difference if it changed."""

    place: Place
    entry: Row
    difference: Difference | None = None


class _Fleet:
    """One pass over many scopes."""

    def __init__(
        self,
        client: Cloudflare,
        mask: SecretMask,
        check_mode: bool,
        collectors: t.Collection[tuple[str, int]],
        max_failures: int | None,
    ) -> None:
        self._client = client
        self._mask = mask
        self._check_mode = check_mode
        self._collectors = collectors
        self._max_failures = max_failures
        self._failures = 0
        self._notes: dict[str, int] = {}
        self._counting = threading.Lock()

    def reconcile(self, order: RequestedScope) -> list[_Done]:
        """Reconcile the jobs of one scope, and give what became of each."""
        done = self._scope(order)
        if _any_failed(done):
            # Counted where it happens, so that no thread begins with a zone that it should leave alone.
            with self._counting:
                self._failures += 1
        return done

    def warnings(self) -> list[str]:
        """Return what somebody should know of what was done, each once, with the number of jobs that it goes for."""
        return [f"{note} ({count} jobs)" if count > 1 else note for note, count in sorted(self._notes.items())]

    def _scope(self, order: RequestedScope) -> list[_Done]:
        mask = self._mask.part()
        if isinstance(order.found, CollectionError):
            return [_failed(order, job, order.found, mask) for job in order.jobs]
        if self._max_failures is not None and self._failures > self._max_failures:
            reason = CollectionError(f"Not tried, since more than {self._max_failures} zones failed (max_failures).")
            return [_failed(order, job, reason, mask) for job in order.jobs]
        scope, zone_name = t.cast(t.Tuple[t.Any, t.Optional[str]], order.found)
        reconciler = Reconciler(self._client, scope, zone_name, mask)
        done = [self._job(reconciler, order, job, mask) for job in order.jobs]
        if self._collectors and not _any_failed(done):
            done += self._prune(reconciler, order, mask)
        with self._counting:
            for note in reconciler.warnings:
                self._notes[note] = self._notes.get(note, 0) + 1
        return done

    def _job(self, reconciler: Reconciler, order: RequestedScope, job: RequestedJob, mask: SecretMask) -> _Done:
        if isinstance(job.request, CollectionError):
            return _failed(order, job, job.request, mask)
        try:
            return _done(order, job.place, job.named, reconciler.reconcile(job.request, self._check_mode), mask)
        except CollectionError as error:
            reconciler.forget()
            return _failed(order, job, error, mask)

    def _prune(self, reconciler: Reconciler, order: RequestedScope, mask: SecretMask) -> list[_Done]:
        try:
            gone = reconciler.prune(self._collectors, self._check_mode)
        except CollectionError as error:
            return [_failed(order, order.jobs[-1], error, mask)]
        return [_done(order, order.place, order.named, result, mask) for result in gone]


def _entries(done: t.Iterable[_Done]) -> list[Row]:
    return [each.entry for each in done]


def _any_failed(done: t.Iterable[_Done]) -> bool:
    return any(entry["failed"] for entry in _entries(done))


def _done(
    order: RequestedScope, place: Place, named: t.Mapping[str, t.Any], result: t.Mapping[str, t.Any], mask: SecretMask
) -> _Done:
    entry = result_row(named, order.found, result["job"], result["action"])
    if not result["changed"]:
        return _Done(place, entry)
    return _Done(place, entry, difference(entry, mask.value(result["diff"])))


def _failed(order: RequestedScope, job: RequestedJob, error: CollectionError, mask: SecretMask) -> _Done:
    return _Done(job.place, result_row(job.named, order.found, job.options, "failed", mask.text(str(error))))
