# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send the GraphQL queries for the uploads of Logpush jobs: what Cloudflare delivered, repeated and dropped.

C(analytics_query) builds the queries, and C(analytics_answers) interprets their answers.
"""

from __future__ import annotations

import threading
import typing as t

from .._core.errors import CollectionError, as_reported
from .._core.http import Http, NoAnswerError, Reply, json_body
from .._core.json_types import JsonObject
from .._core.secrets import SecretMask
from . import analytics_answers as answers
from . import analytics_query as queries
from .analytics_answers import Group, QueryRefusedError
from .analytics_query import Limits, Part
from .answers import Call, UnexpectedAnswerError
from .scopes import Scope

PATH = "graphql"
# With this header, the API counts the queries of each account apart from those of other accounts.
_PER_ACCOUNT = {"X-Rate-Limit-Type": "account-based"}
# The most queries for one part. It keeps a wrong answer from causing any number of them.
_MOST_QUERIES = 100


class Uploads:
    """The groups of uploads of each scope, or the error of a scope that cannot be read."""

    def __init__(self) -> None:
        self.groups: dict[Scope, list[Group]] = {}
        self.errors: dict[Scope, CollectionError] = {}

    def add(self, other: Uploads) -> None:
        """Add what was read for another window or for other scopes."""
        for scope, groups in other.groups.items():
            self.groups.setdefault(scope, []).extend(groups)
        for scope, error in other.errors.items():
            self.errors.setdefault(scope, error)


class Analytics:
    """The queries of a run. They share the connections of the client for the REST API, and each account has a rate budget."""

    def __init__(self, http: Http, mask: SecretMask | None = None) -> None:
        self._http = http
        self._mask = mask
        # By account; "" for queries without one, which count for the user.
        self._clients: dict[str, Http] = {}
        self._limits: dict[str, Limits] = {}
        # Accounts that the API token may not read, so that their zones are queried without them.
        self._closed: set[str] = set()
        self._lock = threading.Lock()

    @property
    def sent(self) -> int:
        """The number of queries sent."""
        with self._lock:
            return sum(client.budget.sent for client in self._clients.values())

    def limits(self, account: str) -> Limits:
        """Return the limits for an account, from its settings if they can be read. Asks once."""
        if account and account not in self._limits:
            try:
                scope = Scope("accounts", account)
                self._limits[account] = answers.limits(
                    answers.data(self._send(account, queries.settings_query(account)), scope)
                )
            except CollectionError:
                self._limits[account] = Limits()
        return self._limits.get(account, Limits())

    def uploads(self, part: Part) -> Uploads:
        """Return the uploads of a part. An answer that is not complete is never used: the part is divided and read again."""
        found = Uploads()
        unread = [part]
        for dummy in range(_MOST_QUERIES):
            if not unread:
                return found
            unread += self._read(unread.pop(), found)
            unread = [kept for left in unread for kept in _without(left, found.errors)]
        for left in unread:
            for scope in left.scopes:
                found.errors.setdefault(scope, _too_many(scope))
        return found

    def _read(self, part: Part, found: Uploads) -> list[Part]:
        """Send the query of a part, and add what it answers. Return the parts that have to be read instead."""
        if part.account in self._closed and not part.of_account:
            part = part._replace(account="")
        reply: Reply | None = None
        try:
            reply = self._send(part.account, queries.uploads_query(part))
            groups = answers.groups(answers.data(reply, part.scopes[0]), part)
        except QueryRefusedError as error:
            return self._refused(part, t.cast(Reply, reply), error, found)
        except ValueError as problem:
            return self._unexpected(part, part.scopes, str(problem), found)
        except Exception as error:
            for scope in part.scopes:
                found.errors.setdefault(scope, _of(error, scope))
            return []
        if answers.is_full(groups, part):
            return part.halves() or _fail(part.scopes, _too_many, found)
        for scope, listed in groups.items():
            found.groups.setdefault(scope, []).extend(listed)
        missing = [scope for scope in part.scopes if scope not in groups]
        return self._unexpected(part, missing, "it does not contain the zone", found) if missing else []

    def _refused(self, part: Part, reply: Reply, error: QueryRefusedError, found: Uploads) -> list[Part]:
        """Return the parts to read instead of one that was refused; record the error if there are none."""
        if error.kind == answers.ACCOUNT and part.account and not part.of_account:
            # A token may read the zones of an account without reading the account.
            self._closed.add(part.account)
            return [part._replace(account="")]
        if error.kind == answers.PAGE and 0 < error.limit < part.limit:
            return [part._replace(limit=error.limit)]
        if error.kind == answers.WINDOW and part.halves_of_window():
            return part.halves_of_window()
        refused: t.Sequence[Scope] = part.scopes
        if error.kind == answers.ZONES:
            refused = answers.refused_zones(reply, part.scopes)
            if not refused and len(part.scopes) > 1:
                return part.halves()
            refused = refused or part.scopes
        _fail(refused, lambda scope: answers.refusal(reply, scope), found)
        return part.only(scope for scope in part.scopes if scope not in refused)

    def _unexpected(self, part: Part, scopes: t.Sequence[Scope], problem: str, found: Uploads) -> list[Part]:
        """Read these scopes of a part once more; record the error if that was done before."""
        if not part.is_repeated:
            return part._replace(is_repeated=True).only(scopes)
        request = f"POST {self._http.base_url}/{PATH}"
        return _fail(scopes, lambda scope: UnexpectedAnswerError(answers.call_for(scope), problem, request), found)

    def _send(self, account: str, query: JsonObject) -> Reply:
        """Send a query. It only reads, so it may be repeated."""
        client = self._client(account)
        reply = client.send("POST", PATH, body=json_body(query))
        if not answers.is_complete(reply):
            # The answer was cut off or garbled on its way.
            reply = client.send("POST", PATH, body=json_body(query))
        return reply._replace(quote=self._mask.quoted) if self._mask else reply

    def _client(self, account: str) -> Http:
        with self._lock:
            if account not in self._clients:
                headers = _PER_ACCOUNT if account else {}
                self._clients[account] = self._http.beside(headers, answers.interpreted)
            return self._clients[account]


def _without(part: Part, errors: t.Container[Scope]) -> list[Part]:
    """Return the part without scopes that cannot be read anyway; nothing if none is left."""
    return part.only(scope for scope in part.scopes if scope not in errors)


def _fail(scopes: t.Iterable[Scope], error_of: t.Callable[[Scope], CollectionError], found: Uploads) -> list[Part]:
    """Record the error of each scope. Return no part to read instead."""
    for scope in scopes:
        found.errors.setdefault(scope, error_of(scope))
    return []


def _of(error: Exception, scope: Scope) -> CollectionError:
    """Return the error of a query as that of one of its scopes."""
    return error.of(answers.call_for(scope).doing) if isinstance(error, NoAnswerError) else as_reported(error)


def _too_many(scope: Scope) -> CollectionError:
    call: Call = answers.call_for(scope)
    return CollectionError(
        f"{call.doing} failed: Cloudflare returns the uploads in more pieces than this collection reads, so the figures "
        "would not be complete. Choose a shorter window."
    )
