# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""The jobs of many zones and accounts in one pass: several at a time, on one rate budget, each for itself.

What goes wrong with one zone is that zone's outcome and stops no other. Of a zone nothing is kept but its outcome.
"""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils import _destination as destinations
from ansible_collections.edgeops.logpush.plugins.module_utils import _orders as orders
from ansible_collections.edgeops.logpush.plugins.module_utils._arguments import cloudflare_client, with_credentials
from ansible_collections.edgeops.logpush.plugins.module_utils._clock import Clock
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import Cloudflare
from ansible_collections.edgeops.logpush.plugins.module_utils._concurrency import as_done
from ansible_collections.edgeops.logpush.plugins.module_utils._errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._orders import Entry, JobOrder, ScopeOrder
from ansible_collections.edgeops.logpush.plugins.module_utils._progress import Progress
from ansible_collections.edgeops.logpush.plugins.module_utils._reconcile import Reconciler
from ansible_collections.edgeops.logpush.plugins.module_utils._scopes import check_concurrency, find_scopes
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import SecretMask

Place = t.Tuple[int, int]
Difference = t.Dict[str, t.Any]


def roll_out(
    options: t.Mapping[str, t.Any],
    check_mode: bool,
    mask: SecretMask,
    with_diff: bool = False,
    progress: Progress | None = None,
) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_rollout) does, with its checked options, and give its result.

    ``with_diff`` says whether somebody wants to see the differences, which are large; ``progress`` is kept up to date for
    somebody who watches. Raises CollectionError where nothing can be done at all.
    """
    began = Clock().now()
    options = with_credentials(options)
    concurrency = check_concurrency(options)
    if (options.get("max_failures") or 0) < 0:
        raise OptionError("max_failures", "must be 0 or more; leave it out to go on past every failure")
    ordered = orders.scope_orders(options)
    for order in ordered:
        for job in order.jobs:
            destinations.mask_options(job.options, mask)
    # Also what counts for no job: all that was given is shown again.
    layers = [options.get("job_defaults") or {}, options.get("job_overrides") or {}]
    destinations.mask_zones([*layers, {"jobs": options.get("jobs")}], mask)
    collectors = orders.collectors(ordered) if options["prune"] else frozenset()
    client = cloudflare_client(options, mask, connections=concurrency)
    ordered_scopes, ordered = len(ordered), [order for order in ordered if order.jobs]
    asked = [order for order in ordered if order.found is None]
    found = iter(find_scopes(client, [order.named for order in asked], concurrency))
    merged = orders.merged(order if order.found else order._replace(found=next(found)) for order in ordered)
    watched = progress or Progress()
    watched.begin(len(merged), client.budget)
    fleet = _Fleet(client, mask, check_mode, collectors, options.get("max_failures"))
    entries, differences = fleet.reconcile(merged, concurrency, watched)
    figures = {**client.budget.figures(), "seconds": round(Clock().now() - began, 1)}
    result = orders.pass_result(entries, differences if with_diff else None, ordered_scopes, figures)
    result["warnings"] = fleet.told_notes()
    # The options of thousands of zones once more would make the result too large for Tower to keep.
    result["invocation"] = {"module_args": {**options, "zones": f"{ordered_scopes} entries"}}
    return result


class _Done(t.NamedTuple):
    """What became of one job: its place among all, its entry, and its difference if it changed."""

    place: Place
    entry: Entry
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

    def reconcile(
        self, ordered: list[ScopeOrder], concurrency: int, progress: Progress
    ) -> tuple[list[Entry], list[Difference]]:
        """Reconcile every scope, and give an entry for each job, in the order in which they were asked for, and the
        differences of those that changed."""
        every: list[_Done] = []
        for dummy, done in as_done(self._counted, ordered, concurrency):
            every += done
            progress.advance(changed=any(each.entry["changed"] for each in done), failed=_any_failed(done))
        every.sort(key=lambda each: each.place)
        return [each.entry for each in every], [each.difference for each in every if each.difference]

    def told_notes(self) -> list[str]:
        """Give what somebody should know of what was done, each once, with the number of jobs that it goes for."""
        return [f"{note} ({count} jobs)" if count > 1 else note for note, count in sorted(self._notes.items())]

    def _counted(self, order: ScopeOrder) -> list[_Done]:
        done = self._scope(order)
        if _any_failed(done):
            # Counted where it happens, so that no thread begins with a zone that it should leave alone.
            with self._counting:
                self._failures += 1
        return done

    def _scope(self, order: ScopeOrder) -> list[_Done]:
        """Reconcile the jobs of one scope."""
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
            for note in reconciler.notes:
                self._notes[note] = self._notes.get(note, 0) + 1
        return done

    def _job(self, reconciler: Reconciler, order: ScopeOrder, job: JobOrder, mask: SecretMask) -> _Done:
        if isinstance(job.request, CollectionError):
            return _failed(order, job, job.request, mask)
        try:
            return _done(order, job.place, job.named, reconciler.reconcile(job.request, self._check_mode), mask)
        except CollectionError as error:
            reconciler.forget()
            return _failed(order, job, error, mask)

    def _prune(self, reconciler: Reconciler, order: ScopeOrder, mask: SecretMask) -> list[_Done]:
        try:
            gone = reconciler.prune(self._collectors, self._check_mode)
        except CollectionError as error:
            return [_failed(order, order.jobs[-1], error, mask)]
        return [_done(order, order.place, order.named, result, mask) for result in gone]


def _any_failed(done: t.Iterable[_Done]) -> bool:
    return any(each.entry["failed"] for each in done)


def _done(
    order: ScopeOrder, place: Place, named: t.Mapping[str, t.Any], result: t.Mapping[str, t.Any], mask: SecretMask
) -> _Done:
    entry = orders.entry(named, order.found, result["job"], result["action"])
    if not result["changed"]:
        return _Done(place, entry)
    return _Done(place, entry, orders.difference(entry, mask.value(result["diff"])))


def _failed(order: ScopeOrder, job: JobOrder, error: CollectionError, mask: SecretMask) -> _Done:
    return _Done(job.place, orders.entry(job.named, order.found, job.options, "failed", mask.text(str(error))))
