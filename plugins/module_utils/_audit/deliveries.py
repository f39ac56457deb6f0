# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Add what Cloudflare uploaded to the rows of jobs."""

from __future__ import annotations

import datetime
import typing as t

from .._cloudflare.scopes import LocatedScope
from .._core.errors import CollectionError, bugs_as_errors
from .._core.report import counted_scopes
from .._core.secrets import SecretMask
from .._operations.delivery_health import ScopeDeliveries, read_deliveries
from .._operations.sweep import Sweep
from .._operations.upload_evidence import read_where_allowed
from . import findings as audit
from .collectors import Push
from .delivery_findings import age_of_job, delivery_columns, no_columns, no_figures

AUTO, ALWAYS, NEVER = DELIVERY_CHOICES = ("auto", "true", "false")

_OPTION = "delivery_window"


class ScopePushes(t.NamedTuple):
    """A scope and its jobs that push to a collector."""

    located: LocatedScope
    pushes: t.Sequence[Push]

    @property
    def in_use(self) -> list[Push]:
        """The jobs that nobody disabled."""
        return [push for push in self.pushes if push.row["state"] != "disabled"]


def add_deliveries(
    sweep: Sweep, scopes: t.Sequence[ScopePushes], policy: audit.Policy, mask: SecretMask, *, required: bool
) -> str:
    """Add columns and findings about uploads to the rows of all jobs. Return a sentence about the scopes whose figures cannot
    be read, "" if there are none, or if each has a finding: with ``required``."""
    asked = [scope for scope in scopes if scope.in_use]
    begin = policy.now - datetime.timedelta(seconds=policy.delivery_window)
    # The end of a window does not belong to it, and only whole seconds count.
    end = policy.now + datetime.timedelta(seconds=1)
    read = read_deliveries if required else read_where_allowed
    found = _read(read, sweep, [scope.located for scope in asked], begin, end)
    for scope in scopes:
        for push in scope.pushes:
            push.row.update(no_columns())
    refused = []
    youngest = _youngest(zip(asked, found), policy)
    for scope, deliveries in zip(asked, found):
        _add_columns(scope.pushes, deliveries, policy, youngest)
        if deliveries.error is not None:
            refused.append(deliveries.error)
            if required:
                scope.pushes[0].row["findings"].append(mask.value(no_figures(str(deliveries.error), policy)))
    return "" if required or not refused else mask.text(_hint(refused, asked))


def _read(
    read: t.Callable[..., list[ScopeDeliveries]],
    sweep: Sweep,
    scopes: t.Sequence[LocatedScope],
    begin: datetime.datetime,
    end: datetime.datetime,
) -> list[ScopeDeliveries]:
    """Return the deliveries of scopes. An error leaves them unknown, because the rest of the audit does not need them."""
    try:
        with bugs_as_errors():
            return read(sweep, scopes, begin, end, _OPTION) if scopes else []
    except CollectionError as error:
        return [ScopeDeliveries({}, error)] * len(scopes)


def _youngest(found: t.Iterable[tuple[ScopePushes, ScopeDeliveries]], policy: audit.Policy) -> int | None:
    """Return the age of the youngest job with uploads; None if there is none."""
    ages = [
        age_of_job(push.job, policy)
        for scope, deliveries in found
        for push in scope.pushes
        if push.job.get("id") in deliveries.jobs
    ]
    return min((age for age in ages if age is not None), default=None)


def _add_columns(
    pushes: t.Iterable[Push], deliveries: ScopeDeliveries, policy: audit.Policy, youngest: int | None
) -> None:
    for push in pushes:
        if deliveries.error is not None:
            push.row.update(no_columns("unknown"))
        else:
            delivery = deliveries.of(push.job.get("id", 0))
            push.row.update(delivery_columns(push.job, push.row, delivery, policy, youngest))


def _hint(refused: t.Sequence[CollectionError], asked: t.Sequence[ScopePushes]) -> str:
    all_scopes = counted_scopes(len(asked), [push.row for scope in asked for push in scope.pushes])
    return (
        f"The uploads of {len(refused):,} of {all_scopes} cannot be read: {str(refused[0]).rstrip('.')}. To do without them, set "
        "logpush_audit_delivery: false."
    )
