# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all parts of Splunk Cloud's Admin Config Service (ACS) share: refusals, authentication, pages, and changes that take effect
some time after the request.

From Splunk's "ACS error messages" and "Basic setup and usage concepts for the ACS API".
"""

from __future__ import annotations

import asyncio
import json
import typing as t
import uuid

from aiohttp import web

from .splunk_state import Deployment, Index
from .state import State

BASE = "/{stack}/adminconfig/v2"
MOST_A_PAGE = 100
NOT_SUPPORTED = "operation not supported for splunk stack, please refer to the API documentation for limitations"


class AcsError(Exception):
    """A request that ACS refuses: the code begins with the HTTP status."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AcsPart:
    """The steps that the handlers of all parts need."""

    def __init__(self, state: State) -> None:
        self.state = state

    def check_stack(self, request: web.Request) -> None:
        """Raise AcsError unless ACS serves the stack."""
        settings = self.state.settings
        if request.match_info["stack"] != settings.acs_stack:
            raise AcsError("404-stack-not-found", "stack not found. Please refer to the documentation.")
        if not settings.acs_supported:
            raise AcsError("403-forbidden", f"{NOT_SUPPORTED} and more detail")

    def authorize(self, request: web.Request, capability: str) -> None:
        """Raise AcsError unless the caller has a valid token and the capability."""
        self.check_stack(request)
        scheme, dummy, value = request.headers.get("Authorization", "").partition(" ")
        value = value.strip()
        if scheme.lower() == "bearer" and value and value.count(".") != 2:
            raise AcsError("401-unauthorized", "failed to parse token")
        found = next((token for token in self.state.splunk.acs_tokens if token.token == value and token.enabled), None)
        user = self.state.splunk.user(found.user) if found else None
        if scheme.lower() != "bearer" or user is None:
            raise AcsError("401-unauthorized", "call not properly authenticated")
        if capability not in user.held():
            raise AcsError("403-forbidden", "insufficient permission(s) to perform this operation")

    def index(self, name: str) -> Index:
        """Return an index by name. Raises AcsError, also while the index is being created."""
        index = self.state.splunk.indexes.get(name)
        if index is None:
            raise AcsError("404-index-not-found", f"index {name} not found")
        return index

    def window(self, request: web.Request) -> slice:
        """Return the part of a list that a request asks for. Raises AcsError."""
        count, offset = request.query.get("count", "30"), request.query.get("offset", "0")
        if not count.isdigit() or not offset.isdigit() or not 0 < int(count) <= MOST_A_PAGE:
            raise AcsError("400-bad-request", f"count has to be between 1 and {MOST_A_PAGE}")
        return slice(int(offset), int(offset) + int(count))

    def pending(self, kind: str, name: str, action: str) -> Deployment | None:
        """Return the pending change of an object, if there is one."""
        for one in self.state.splunk.deployments.values():
            if (one.kind, one.name, one.action) == (kind, name, action) and one.status != "success":
                return one
        return None

    def deploy(self, kind: str, name: str, action: str, carry_out: t.Callable[[], t.Any]) -> None:
        """Accept a change and carry it out after the delay. Raises AcsError while other changes block it."""
        statuses = [one.status for one in self.state.splunk.deployments.values()]
        if "failed" in statuses:
            raise AcsError("424-failed-dependency", "The previous deployment task failed. Retry it first.")
        if self.state.settings.acs_one_at_a_time and {"new", "running"}.intersection(statuses):
            raise AcsError("424-dependency-incomplete", "A deployment task is still in progress. Try again later.")
        deployment = Deployment(uuid.uuid4().hex, kind, name, action, carry_out)
        self.state.splunk.deployments[deployment.id] = deployment
        self.begin(deployment)

    def begin(self, deployment: Deployment) -> None:
        """Carry out a change after the delay, unless it is to fail."""
        deployment.status = "running"

        def finish() -> None:
            if self.state.settings.acs_failing_deployments > 0:
                self.state.settings.acs_failing_deployments -= 1
                deployment.status = "failed"
                return
            deployment.carry_out()
            deployment.status = "success"

        self.later(finish)

    def later(self, carry_out: t.Callable[[], None]) -> None:
        """Carry out a change after the delay."""
        splunk, delay = self.state.splunk, self.state.settings.acs_delay

        def finish() -> None:
            # After a reset, the change belongs to a state that no longer exists.
            if splunk is self.state.splunk:
                carry_out()
                self.state.changed = True

        if delay > 0:
            asyncio.get_running_loop().call_later(delay, finish)
        else:
            finish()


async def object_of(request: web.Request) -> dict[str, t.Any]:
    """Return the JSON object of a request; an empty body is an empty object. Raises AcsError."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise AcsError("400-bad-request", f"invalid JSON: {error}") from error
    if not isinstance(body, dict):
        raise AcsError("400-bad-request", "a JSON object is expected")
    return body
