# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The jobs that inventory hosts outside a run request, so that the run does not prune them. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import Scope, ascii_domain
from .._core.errors import CollectionError
from .._logpush.job_request import JobRequest
from .rollout_request import RequestedScope

_LISTED = 5


class Elsewhere:
    """What inventory hosts outside a run request. They are compared by the ids and names of their zones, without a request to
    the API."""

    def __init__(self, scopes: t.Iterable[RequestedScope]) -> None:
        self._by_scope: dict[Scope, list[RequestedScope]] = {}
        self._by_name: dict[str, list[RequestedScope]] = {}
        self._unknown: list[str] = []
        for scope in scopes:
            zone = scope.zone
            if scope.located.error:
                self._unknown.append(str(zone.get("host") or "?"))
            elif zone.get("account_id"):
                self._by_scope.setdefault(Scope("accounts", str(zone["account_id"])), []).append(scope)
            elif zone.get("zone_id"):
                self._by_scope.setdefault(Scope("zones", str(zone["zone_id"])), []).append(scope)
            else:
                self._by_name.setdefault(ascii_domain(str(zone.get("zone") or "")), []).append(scope)

    def requests(self, scope: Scope, zone_name: t.Callable[[], str]) -> list[JobRequest]:
        """Return what hosts outside the run request in a scope. ``zone_name`` returns the name of its zone; it is only asked
        if the answer depends on it. Raises CollectionError if that is not completely known."""
        if self._unknown:
            raise CollectionError(
                f"prune: no job is deleted, because the variables of {len(self._unknown)} inventory hosts outside this run "
                f"cannot be used, and these hosts may request jobs of this zone: {', '.join(self._unknown[:_LISTED])}. "
                "Correct the variables, or run without prune."
            )
        found = list(self._by_scope.get(scope, []))
        if self._by_name and scope.kind == "zones":
            found += self._by_name.get(zone_name(), [])
        jobs = [job for each in found for job in each.jobs]
        wrong = next((job.error for job in jobs if job.error), None)
        if wrong:
            raise CollectionError(
                "prune: no job is deleted, because another inventory host requests jobs of this zone with options that cannot "
                f"be used: {wrong}"
            )
        return [job.request for job in jobs if job.request]
