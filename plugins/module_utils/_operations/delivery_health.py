# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read what Cloudflare delivered, repeated and dropped for the jobs of many scopes in a window of time."""

from __future__ import annotations

import datetime
import typing as t

from .._cloudflare.analytics import Analytics, Uploads
from .._cloudflare.analytics_query import Limits, Part, Window, parts
from .._cloudflare.scopes import LocatedScope, Scope
from .._core.errors import CollectionError, OptionError
from .._core.times import rfc3339
from .._logpush.delivery_health import JobDelivery, UploadGroup, job_deliveries
from .accounts import scope_accounts
from .sweep import Sweep

# Cloudflare keeps the figures for 30 days.
LONGEST_WINDOW = 2592000


class ScopeDeliveries(t.NamedTuple):
    """What Cloudflare delivered for the jobs of a scope, by job ID, or the error if that is not known. A job without any upload
    is not in C(jobs)."""

    jobs: dict[int, JobDelivery]
    error: CollectionError | None = None

    def of(self, job_id: int) -> JobDelivery:
        """Return what was delivered for a job of the scope. Raises the error."""
        if self.error is not None:
            raise self.error
        return self.jobs.get(job_id, JobDelivery(()))


def read_deliveries(
    sweep: Sweep,
    scopes: t.Sequence[LocatedScope],
    begin: datetime.datetime,
    end: datetime.datetime,
    option: str = "window",
) -> list[ScopeDeliveries]:
    """Return the deliveries of each scope, in order, from ``begin`` up to, but not including, ``end``: times with a time zone,
    of which only whole seconds count.

    An error in one scope is the result of that scope alone; that of a scope that was not found is the error of its search.
    If Cloudflare does not keep figures for so long, the error is an OptionError about ``option``. The number of queries so far
    is C(sweep.analytics.sent).
    """
    window = Window(_whole_seconds(begin), _whole_seconds(end))
    if window.begin >= window.end:
        raise OptionError(option, "must be at least 1 second")
    by_account = _by_account(scope_accounts(sweep, scopes))
    uploads = _read(sweep, by_account, window, option)
    return [_deliveries_of(located, uploads) for located in scopes]


def check_window(window: int) -> None:
    """Raise OptionError if Cloudflare has no figures for a window of this length."""
    if window < 1:
        raise OptionError("window", "must be at least 1 second")
    if window > LONGEST_WINDOW:
        raise OptionError("window", f"must be at most {LONGEST_WINDOW} seconds (30 days)")


def refuse_window(deliveries: t.Iterable[ScopeDeliveries]) -> None:
    """Raise the error of a window that Cloudflare has no figures for: it is a mistake of the task, and not of a scope."""
    for of_scope in deliveries:
        if isinstance(of_scope.error, OptionError):
            raise of_scope.error


def _whole_seconds(time: datetime.datetime) -> datetime.datetime:
    return time.astimezone(datetime.timezone.utc).replace(microsecond=0)


def _by_account(accounts: t.Mapping[Scope, str]) -> dict[str, list[Scope]]:
    """Return the scopes by their account; "" for zones whose account is not known."""
    by_account: dict[str, list[Scope]] = {}
    for scope, account in accounts.items():
        by_account.setdefault(account, []).append(scope)
    return by_account


def _read(sweep: Sweep, by_account: t.Mapping[str, t.Sequence[Scope]], window: Window, option: str) -> Uploads:
    """Return the uploads of all scopes."""
    analytics: Analytics = sweep.analytics
    limits = dict(zip(by_account, sweep.read_each(list(by_account), analytics.limits, lambda account, error: Limits())))
    uploads = Uploads()
    requested: list[Part] = []
    for account, scopes in by_account.items():
        problem = _too_old(window, limits[account], sweep.wall(), option)
        if problem:
            uploads.errors.update(dict.fromkeys(scopes, problem))
        else:
            requested += parts(account, scopes, window, limits[account])
    for read in sweep.read_each(requested, analytics.uploads, _failed):
        uploads.add(read)
    return uploads


def _failed(part: Part, error: CollectionError) -> Uploads:
    uploads = Uploads()
    uploads.errors.update(dict.fromkeys(part.scopes, error))
    return uploads


def _too_old(window: Window, limits: Limits, now: float, option: str) -> OptionError | None:
    """Return the error of a window that begins before the oldest figures that Cloudflare keeps; None for any other."""
    if limits.age is None or window.begin.timestamp() >= now - limits.age:
        return None
    oldest = rfc3339(now - limits.age)
    begins = rfc3339(window.begin.timestamp())
    return OptionError(option, f"begins at {begins}, but Cloudflare keeps no figures from before {oldest}. Shorten it")


def _deliveries_of(located: LocatedScope, uploads: Uploads) -> ScopeDeliveries:
    scope = located.scope
    if scope is None:
        return ScopeDeliveries({}, located.error or CollectionError("The zone or account is not known."))
    error = uploads.errors.get(scope)
    if error:
        return ScopeDeliveries({}, error)
    groups = uploads.groups.get(scope, [])
    return ScopeDeliveries(
        job_deliveries(
            (group.job_id, UploadGroup(group.status, group.is_final, group.uploads, group.records, group.size))
            for group in groups
        )
    )
