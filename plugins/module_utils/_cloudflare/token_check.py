# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Verify the API token of a run once, after the API refused a request, so that messages say whether the token is the reason."""

from __future__ import annotations

import threading
import time

from .._core.errors import CollectionError
from .._core.http import Http
from .._core.times import rfc3339
from .._core.url_paths import path_segment
from .answers import ApiError
from .token_state import (
    REFUSED,
    UNKNOWN,
    UNVERIFIABLE,
    TokenState,
    belongs_to_account,
    explained,
    may_belong_to_account,
    meaning,
)

# A token belongs to one account, and sees few.
_MOST_ACCOUNTS = 3


class TokenCheck:
    """The state of the API token of a run. All clients of the run share this object. ``token`` is "" if the run has an API
    key."""

    def __init__(self, http: Http, token: str) -> None:
        self._http = http
        self._token = token
        self._accounts: dict[str, None] = {}
        self._state: TokenState | None = None
        self._lock = threading.Lock()

    def learn_account(self, account_id: object) -> None:
        """Remember an account that the token may belong to."""
        if isinstance(account_id, str) and account_id and len(self._accounts) < _MOST_ACCOUNTS:
            self._accounts.setdefault(account_id)

    def explained(self, error: ApiError) -> ApiError:
        """Return the error of a refused request. If the token may be the reason, the error includes the result of its
        verification."""
        if not error.is_about_token:
            return error
        return error.because(explained(self._verified(), error.advice, error.alternative))

    def _verified(self) -> TokenState:
        if not self._token:
            return TokenState(UNKNOWN)
        with self._lock:
            if self._state is None:
                if belongs_to_account(self._token) and not self._accounts:
                    # This result is not kept, because an account may be known later.
                    return UNVERIFIABLE
                self._state = self._verify()
            return self._state

    def _verify(self) -> TokenState:
        if belongs_to_account(self._token):
            return self._verify_in_accounts()
        found = self._ask("user/tokens/verify")
        if found.kind == REFUSED and may_belong_to_account(self._token) and self._accounts:
            in_account = self._verify_in_accounts()
            return found if in_account.kind == REFUSED else in_account
        return found

    def _verify_in_accounts(self) -> TokenState:
        found = TokenState(UNKNOWN)
        for account in self._accounts:
            found = self._ask(f"accounts/{path_segment(account)}/tokens/verify", account)
            if found.kind != REFUSED:
                break
        return found

    def _ask(self, path: str, account: str = "") -> TokenState:
        now = rfc3339(time.time())
        try:
            return meaning(self._http.send("GET", path, repeat=False), now, account)
        except CollectionError:
            return TokenState(UNKNOWN)
