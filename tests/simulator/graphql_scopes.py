# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts and zones in a query to the analytics: what a token may read, how many a query may name, and whose rate limit
the query counts against.

From Cloudflare's pages "Limits", "Account-based rate limiting" and "Error responses" (analytics/graphql-api).
"""

from __future__ import annotations

import dataclasses
import typing as t

from .analytics import AnalyticsError
from .ratelimit import Verdict, spend
from .state import ApiToken, State
from .uploads import Upload

PERMISSION = "analytics_read"
PAGE = "https://developers.cloudflare.com/analytics/graphql-api"
DEPLETED = "rate limiter budget depleted, try again after 5 minutes"


@dataclasses.dataclass(frozen=True)
class Scope:
    """A zone or an account in a query (``kind`` is ``zones`` or ``accounts``)."""

    kind: str
    id: str

    @property
    def noun(self) -> str:
        """The word for it in messages."""
        return self.kind[:-1]


class Asker:
    """Who sent a query, and what it has asked for so far."""

    def __init__(self, state: State, token: ApiToken, credential: str, account_based: bool) -> None:
        self.state = state
        self.token = token
        self.credential = credential
        self.account_based = account_based
        self.verdict: Verdict | None = None
        self._accounts: set[str] = set()
        self._zones: set[str] = set()

    def spend(self, scope: Scope | None = None) -> None:
        """Take the query from the budget of the credential, or of a scope. Raises AnalyticsError if it is used up."""
        settings = self.state.settings
        key = ("graphql", *(dataclasses.astuple(scope) if scope else (self.credential,)))
        limits = settings.graphql_rate_limit_requests, settings.graphql_rate_limit_seconds
        self.verdict = spend(self.state, key, *limits)
        if self.verdict.allowed:
            return
        if scope is None:
            raise AnalyticsError(429, DEPLETED)
        message = f"{scope.noun.title()} {scope.id} has exceeded its rate limit. Please try again after 5 minutes."
        more = f"Refer to this page for more details about rate limits: {PAGE}/limits/"
        raise AnalyticsError(429, f"{message} {more}", "budget")

    def accounts(self, tags: list[str], is_read: bool) -> list[Scope]:
        """Return the account in a filter. ``is_read`` is whether the query reads more of it than its zones. Raises
        AnalyticsError."""
        if not tags:
            raise AnalyticsError(400, "empty account filters not allowed")
        self._accounts.update(tags)
        if len(self._accounts) > 1:
            raise AnalyticsError(400, "too many accounts requested")
        account = Scope("accounts", tags[0])
        needs_account = is_read or self.state.settings.graphql_zones_need_account
        covered = account.id in self.state.accounts and self.token.covers_account(account.id)
        if not self.token.may(PERMISSION) or (needs_account and not covered):
            raise AnalyticsError(403, "not authorized for that account", "authz")
        if self.account_based:
            self.spend(account)
        return [account]

    def zones(self, tags: list[str], account: Scope | None, is_list: bool) -> list[Scope]:
        """Return the zones in a filter, which may be nested in an account. Raises AnalyticsError."""
        if not tags:
            raise AnalyticsError(400, "empty zone filters not allowed")
        limit = self.state.settings.graphql_zones_per_query
        if len(tags) > limit:
            raise AnalyticsError(400, "too many zones requested")
        self._zones.update(tags)
        if len(self._zones) > limit:
            raise AnalyticsError(429, "in combination, your request queries too many nodes, zones and accounts")
        refused = [tag for tag in tags if not self._may_read(tag, account)]
        if refused:
            raise AnalyticsError(403, f"zones [{' '.join(refused)}] are not authorized", "authz")
        scopes = [Scope("zones", tag) for tag in tags]
        if self.account_based and account is None:
            if is_list:
                message = "account-based rate limiting does not support a list of zones outside of an account"
                raise AnalyticsError(400, message)
            self.spend(scopes[0])
        return scopes

    def _may_read(self, tag: str, account: Scope | None) -> bool:
        zone = self.state.zones.get(tag)
        if zone is None or (account is not None and zone.account_id != account.id):
            return False
        return self.token.may(PERMISSION) and self.token.covers_zone(zone)

    def has_node(self, scope: Scope) -> bool:
        """Return whether the plan of a zone or account includes the analytics of Logpush."""
        return scope.id not in self.state.settings.graphql_unavailable

    def check_node(self, scope: Scope) -> None:
        """Raise AnalyticsError if a zone or account has no analytics of Logpush."""
        if not self.has_node(scope):
            message = f"{scope.noun} '{scope.id}' does not have access to the path."
            more = f"Refer to this page for more details about access controls: {PAGE}/errors/"
            raise AnalyticsError(403, f"{message} {more}", "authz")

    def uploads(self, scope: Scope) -> t.Iterator[Upload]:
        """Yield the uploads of a zone or account."""
        yield from self.state.uploads.of(scope.kind, scope.id)
        if scope.kind == "accounts" and self.state.settings.graphql_account_includes_zones:
            for zone in self.state.zones.values():
                if zone.account_id == scope.id:
                    yield from self.state.uploads.of("zones", zone.id)
