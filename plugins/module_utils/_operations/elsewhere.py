# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The requests of inventory hosts that a run does not apply. Prune must not delete their jobs. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import Scope, ascii_domain, check_scope, scope_by_id
from .._core.errors import CollectionError
from .._core.results import first_of
from .._logpush.job_request import JobRequest
from .rollout_request import RequestedScope


class Elsewhere:
    """The requests of hosts outside a run, and of hosts in the run whose zones are not found. They are compared by the IDs
    and names of their zones, without a request to the API."""

    def __init__(self, outside: t.Iterable[RequestedScope], not_found: t.Iterable[RequestedScope] = ()) -> None:
        self._by_scope: dict[Scope, list[RequestedScope]] = {}
        self._by_name: dict[str, list[RequestedScope]] = {}
        self._unknown: list[str] = []
        for requested in outside:
            self._add(requested, is_known=not requested.located.error)
        for requested in not_found:
            self._add(requested, is_known=True)

    def _add(self, requested: RequestedScope, *, is_known: bool) -> None:
        zone = requested.zone
        scope = scope_by_id(zone)
        if not is_known or not _is_one_scope(zone):
            self._unknown.append(str(zone.get("host") or zone.get("zone") or "?"))
        elif scope:
            self._by_scope.setdefault(scope, []).append(requested)
        else:
            self._by_name.setdefault(ascii_domain(str(zone["zone"])), []).append(requested)

    def requests(self, scope: Scope, zone_name: t.Callable[[], str]) -> list[JobRequest]:
        """Return what these hosts request in a scope. ``zone_name`` returns the name of its zone; it is only called if the
        result depends on it. Raises CollectionError if the requests are not completely known."""
        if self._unknown:
            raise CollectionError(
                f"prune: no job is deleted, because the variables of {len(self._unknown)} other inventory hosts cannot be used, "
                f"and these hosts may request jobs of this zone: {first_of(self._unknown, ', ')}. Correct the "
                "variables, or run this without prune."
            )
        found = list(self._by_scope.get(scope, []))
        if self._by_name and scope.kind == "zones":
            found += self._by_name.get(_known(zone_name), [])
        jobs = [job for each in found for job in each.jobs]
        wrong = next((job.error for job in jobs if job.error), None)
        if wrong:
            raise CollectionError(
                "prune: no job is deleted, because another inventory host requests jobs of this zone with options that cannot "
                f"be used: {wrong}"
            )
        return [job.request for job in jobs if job.request]


def _known(zone_name: t.Callable[[], str]) -> str:
    """Return the name of a zone. Raises CollectionError if it cannot be looked up."""
    try:
        return zone_name()
    except CollectionError as error:
        raise CollectionError(
            "prune: no job is deleted, because other inventory hosts have no zone_id, and it is not known whether one of them is "
            f"this zone: {error} Set zone_name of this zone, or run this without prune."
        ) from None


def _is_one_scope(zone: t.Mapping[str, t.Any]) -> bool:
    """Return whether options name one zone or account in a form that can be right."""
    try:
        check_scope(zone)
    except CollectionError:
        return False
    return True
