# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cloudflare's GraphQL Analytics API: its requests, its answers and its errors.

From Cloudflare's page "Error responses" (analytics/graphql-api/errors).
"""

from __future__ import annotations

import json
import typing as t

from aiohttp import web

from .analytics import AnalyticsError
from .clock import rfc3339
from .credentials import authenticate, credential_of
from .envelope import ApiError
from .graphql_scopes import Asker
from .state import State

PATH = "/graphql"
RATE_HEADER, ACCOUNT_BASED = "X-Rate-Limit-Type", "account-based"
# What Cloudflare says with a status if the query itself is not to blame.
TROUBLES = {
    401: "Unauthorized",
    429: "rate limiter budget depleted, try again after 5 minutes",
    500: "Internal server error",
    503: "too many queries in progress, please try again later",
}


class Graphql:
    """The handler of POST /graphql."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def query(self, request: web.Request) -> web.Response:
        """Answer a query."""
        asker = None
        try:
            asker = self._asker(request)
            if not asker.account_based:
                asker.spend()
            data = _answer(asker, await request.read())
        except AnalyticsError as error:
            status = 200 if self.state.settings.graphql_errors_with_200 else error.status
            response = web.json_response(error_document(error), status=status)
        else:
            response = web.json_response({"data": data, "errors": None})
        if asker is not None and asker.verdict is not None and self.state.settings.graphql_rate_headers:
            response.headers.update(asker.verdict.headers)
        return response

    def _asker(self, request: web.Request) -> Asker:
        """Return who asks. Raises AnalyticsError."""
        try:
            token = authenticate(self.state, request)
        except ApiError as error:
            raise AnalyticsError(401, TROUBLES[401]) from error
        if token.status != "active":
            raise AnalyticsError(401, TROUBLES[401])
        account_based = request.headers.get(RATE_HEADER) == ACCOUNT_BASED
        return Asker(self.state, token, credential_of(request), account_based)


def _answer(asker: Asker, body: bytes) -> dict[str, t.Any]:
    """Return the data for a body. Raises AnalyticsError."""
    try:
        sent = json.loads(body)
        query, variables = sent["query"], sent.get("variables") or {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnalyticsError(400, "error parsing args: the body has to be a JSON object with a query") from error
    if not isinstance(query, str) or not isinstance(variables, dict):
        raise AnalyticsError(400, "error parsing args: query has to be a string, and variables an object")
    # graphql-core takes as long to import as all other parts of the simulator together, and few tests need it.
    from .graphql_schema import answer  # noqa: PLC0415

    return answer(asker, query, variables, sent.get("operationName"))


def error_document(error: AnalyticsError) -> dict[str, t.Any]:
    """Return the body of a refusal."""
    extensions = {"timestamp": rfc3339(), **({"code": error.code} if error.code else {})}
    return {
        "data": None,
        "errors": [{"message": str(error), "path": getattr(error, "path", None), "extensions": extensions}],
    }
