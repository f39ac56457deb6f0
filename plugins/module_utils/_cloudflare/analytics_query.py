# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The GraphQL queries for the uploads of Logpush jobs, and how a request is divided into queries that the limits of the API
allow. Pure: no I/O.

A query reads the jobs of ten zones of one account, or those of the account itself
(U(https://developers.cloudflare.com/analytics/graphql-api/limits/)). The other limits differ between datasets and plans, and
the API returns them as settings of an account.
"""

from __future__ import annotations

import datetime
import typing as t

from .._core.json_types import JsonObject
from .._core.times import rfc3339
from .scopes import Scope

ZONES_PER_QUERY = 10
_SECOND = datetime.timedelta(seconds=1)

_UPLOADS = (
    "logpushHealthAdaptiveGroups(limit:$limit,filter:{datetime_geq:$from,datetime_lt:$to})"
    "{count sum{uploads records bytes} dimensions{jobId status final}}"
)
_ZONES = f"zones(filter:{{zoneTag_in:$zones}}){{zoneTag {_UPLOADS}}}"
_TIMES = "$from:Time!,$to:Time!,$limit:Int!"
_ACCOUNT = "accounts(filter:{accountTag:$account})"
_OF_ZONES_IN_ACCOUNT = f"query($account:String!,$zones:[String!],{_TIMES}){{viewer{{{_ACCOUNT}{{{_ZONES}}}}}}}"
_OF_ZONES = f"query($zones:[String!],{_TIMES}){{viewer{{{_ZONES}}}}}"
_OF_ACCOUNT = f"query($account:String!,{_TIMES}){{viewer{{{_ACCOUNT}{{{_UPLOADS}}}}}}}"
_SETTINGS = (
    f"query($account:String!){{viewer{{{_ACCOUNT}"
    "{settings{logpushHealthAdaptiveGroups{maxPageSize maxDuration notOlderThan}}}}}"
)


class Limits(t.NamedTuple):
    """The limits of a query: the most groups in an answer, the longest window in seconds, and the age in seconds of the oldest
    data (None: not known).

    The defaults apply if the settings cannot be read. If the API allows less, it says so, and the query is divided.
    """

    page_size: int = 1000
    duration: int = 24 * 3600
    age: int | None = None


class Window(t.NamedTuple):
    """The time from ``begin`` up to, but not including, ``end``, both in UTC and in whole seconds."""

    begin: datetime.datetime
    end: datetime.datetime

    def parts(self, duration: int) -> list[Window]:
        """Return windows of at most ``duration`` seconds that together are this window."""
        step = max(_SECOND, datetime.timedelta(seconds=duration))
        begins = [self.begin]
        while self.end - begins[-1] > step:
            begins.append(begins[-1] + step)
        return [Window(begin, end) for begin, end in zip(begins, [*begins[1:], self.end])]

    def halves(self) -> list[Window]:
        """Return the two halves of this window; nothing if it is a single second."""
        seconds = int((self.end - self.begin) / _SECOND)
        return self.parts(-(-seconds // 2)) if seconds > 1 else []


class Part(t.NamedTuple):
    """What one query reads: the uploads in a window of up to ten zones of an account, or of the jobs of one account.

    ``account`` is the account of the zones, "" to query them without it. ``limit`` is the most groups in the answer.
    ``is_repeated`` is true if the answer to this query had an unexpected form before.
    """

    account: str
    scopes: tuple[Scope, ...]
    window: Window
    limit: int
    is_repeated: bool = False

    @property
    def of_account(self) -> bool:
        """Whether the jobs are those of an account."""
        return self.scopes[0].kind == "accounts"

    def only(self, scopes: t.Iterable[Scope]) -> list[Part]:
        """Return the part with only these scopes; nothing if there are none."""
        kept = tuple(scopes)
        return [self._replace(scopes=kept)] if kept else []

    def halves_of_window(self) -> list[Part]:
        """Return the two halves of this part in time; nothing if it is a single second."""
        return [self._replace(window=window) for window in self.window.halves()]

    def halves(self) -> list[Part]:
        """Return two parts that need smaller answers: half of the zones each, or half of the window; nothing if this part
        cannot be divided."""
        middle = len(self.scopes) // 2
        if not middle:
            return self.halves_of_window()
        return [*self.only(self.scopes[:middle]), *self.only(self.scopes[middle:])]


def parts(account: str, scopes: t.Iterable[Scope], window: Window, limits: Limits) -> list[Part]:
    """Return the queries for scopes of one account, each scope once: as few as the limits allow."""
    kinds: dict[str, list[Scope]] = {"zones": [], "accounts": []}
    for scope in dict.fromkeys(scopes):
        kinds[scope.kind].append(scope)
    zones = kinds["zones"]
    groups = [zones[number : number + ZONES_PER_QUERY] for number in range(0, len(zones), ZONES_PER_QUERY)]
    groups += [[scope] for scope in kinds["accounts"]]
    return [
        Part(account, tuple(group), piece, limits.page_size)
        for group in groups
        for piece in window.parts(limits.duration)
    ]


def uploads_query(part: Part) -> JsonObject:
    """Return the body of the request for the uploads of a part."""
    variables: JsonObject = {
        "from": rfc3339(part.window.begin.timestamp()),
        "to": rfc3339(part.window.end.timestamp()),
        "limit": part.limit,
    }
    if part.of_account:
        return {"query": _OF_ACCOUNT, "variables": {"account": part.scopes[0].id, **variables}}
    variables["zones"] = [scope.id for scope in part.scopes]
    if part.account:
        return {"query": _OF_ZONES_IN_ACCOUNT, "variables": {"account": part.account, **variables}}
    return {"query": _OF_ZONES, "variables": variables}


def settings_query(account: str) -> JsonObject:
    """Return the body of the request for the limits of an account."""
    return {"query": _SETTINGS, "variables": {"account": account}}
