# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of requests to Cloudflare, and their permissions.

From Cloudflare's pages "Logpush permissions" and "API token permissions".
"""

from __future__ import annotations

from aiohttp import web

from .envelope import ApiError, unroutable
from .state import Account, ApiToken, State, Zone


def credential_of(request: web.Request) -> str:
    """Return the identity of the caller for the rate limit, for valid and invalid credentials."""
    headers = request.headers
    return headers.get("Authorization") or headers.get("X-Auth-Key") or str(request.remote)


def authenticate(state: State, request: web.Request) -> ApiToken:
    """Return the token or key of a request. Raises ApiError if there is none, or if it is unknown or inactive."""
    authorization = request.headers.get("Authorization")
    email, key = request.headers.get("X-Auth-Email"), request.headers.get("X-Auth-Key")
    if authorization is None and (email is None or key is None):
        raise ApiError(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers")
    if authorization is not None:
        scheme, dummy, value = authorization.partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            raise ApiError(400, 6003, "Invalid request headers")
        found = [token for token in state.api_tokens if token.token and token.token == value.strip()]
    else:
        found = [token for token in state.api_tokens if token.key and (token.email, token.key) == (email, key)]
    if not found:
        raise refused()
    return found[0]


def refused() -> ApiError:
    """Return the refusal of a credential that is unknown or lacks the permission."""
    return ApiError(403, 10000, "Authentication error")


def invalid_token() -> ApiError:
    """Return the refusal of the verification: the user, or the account in the path, has no such token."""
    return ApiError(401, 1000, "Invalid API Token")


def require(token: ApiToken, *permissions: str) -> None:
    """Raise ApiError unless the token is active and has one of the permissions."""
    if token.status != "active" or not token.may(*permissions):
        raise refused()


def zone_for(state: State, token: ApiToken, zone_id: str, path: str) -> Zone:
    """Return a zone that the token covers. Raises ApiError."""
    zone = state.zones.get(zone_id)
    if zone is None:
        raise unroutable(path)
    if not token.covers_zone(zone):
        raise refused()
    return zone


def account_for(state: State, token: ApiToken, account_id: str, path: str) -> Account:
    """Return an account that the token covers. Raises ApiError."""
    account = state.accounts.get(account_id)
    if account is None:
        raise unroutable(path)
    if not token.covers_account(account_id):
        raise refused()
    return account
