# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Splunk Cloud's Admin Config Service (ACS): HEC tokens and indexes of a stack. Changes take effect some time after the
request.

From Splunk's "Manage HTTP Event Collector (HEC) tokens in Splunk Cloud Platform" and "ACS error messages".
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import typing as t
import uuid

from aiohttp import web
from aiohttp.typedefs import Handler

from .clock import rfc3339
from .splunk_state import Deployment, HecToken, Index, SplunkToken, SplunkUser
from .state import State
from .watch import watched

BASE = "/{stack}/adminconfig/v2"
HEC = BASE + "/inputs/http-event-collectors"
MOST_A_PAGE = 100
# The keys of a spec, and the attributes of a HEC token for them.
SPEC = {
    "name": "name",
    "allowedIndexes": "indexes",
    "defaultHost": "host",
    "defaultIndex": "index",
    "defaultSource": "source",
    "defaultSourcetype": "sourcetype",
    "disabled": "disabled",
    "useAck": "useACK",
}
FLAGS = ("disabled", "useAck")
INDEX_DEFAULTS: dict[str, t.Any] = {"datatype": "event", "searchableDays": 90, "maxDataSizeMB": 0}


class AcsError(Exception):
    """A request that ACS refuses: the code begins with the HTTP status."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def acs_app(state: State) -> web.Application:
    """Return ACS as a web application."""
    acs = Acs(state)
    app = web.Application(middlewares=[_identified, watched(state, "acs"), _errors])
    routes = (
        ("GET", HEC, acs.list_tokens),
        ("POST", HEC, acs.create_token),
        ("GET", HEC + "/{name}", acs.get_token),
        ("PATCH", HEC + "/{name}", acs.change_token),
        ("PUT", HEC + "/{name}", acs.change_token),
        ("DELETE", HEC + "/{name}", acs.delete_token),
        ("GET", BASE + "/indexes", acs.list_indexes),
        ("POST", BASE + "/indexes", acs.create_index),
        ("GET", BASE + "/indexes/{name}", acs.get_index),
        ("DELETE", BASE + "/indexes/{name}", acs.delete_index),
        ("POST", BASE + "/deployment/retry", acs.retry),
        ("GET", BASE + "/deployment/status/{id}", acs.deployment_status),
        ("POST", BASE + "/tokens", acs.create_auth_token),
    )
    for method, path, handler in routes:
        app.router.add_route(method, path, handler)
    return app


@web.middleware
async def _identified(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Add to every answer the request ID that Splunk's support uses."""
    answer = await handler(request)
    if not answer.prepared:
        answer.headers["X-REQUEST-ID"] = str(uuid.uuid4())
    return answer


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals into the bodies of ACS."""
    try:
        return await handler(request)
    except AcsError as error:
        return web.json_response({"code": error.code, "message": str(error)}, status=int(error.code[:3]))
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        body = {"code": f"{error.status}-{error.reason.lower().replace(' ', '-')}", "message": error.reason}
        return web.json_response(body, status=error.status)


class Acs:
    """The handlers of ACS."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def list_tokens(self, request: web.Request) -> web.Response:
        """Answer GET http-event-collectors."""
        self._authorize(request, "list_token_http")
        return web.json_response({"http-event-collectors": self._page(request, self.state.splunk.hec_tokens)})

    async def get_token(self, request: web.Request) -> web.Response:
        """Answer GET of a token; while it is being created, answer 404 or 424, depending on the settings."""
        self._authorize(request, "list_token_http")
        return web.json_response({"http-event-collector": self._shown(self._token(request.match_info["name"]))})

    async def create_token(self, request: web.Request) -> web.Response:
        """Answer POST http-event-collectors."""
        self._authorize(request, "edit_token_http")
        body = await _object(request)
        spec = self._checked_spec({key: value for key, value in body.items() if key != "token"})
        name, value = spec.get("name"), body.get("token") or str(uuid.uuid4())
        if not name:
            raise AcsError("400-bad-request", "name is required")
        if self.state.splunk.hec_token(name) is not None or self._pending("hec", name, "create") is not None:
            raise AcsError("409-object-already-exists", f"hec token with name {name} already exists")
        token = HecToken(name, value, index="default")
        _take_over(token, spec)
        self._check_indexes(token)
        self._deploy("hec", name, "create", lambda: self.state.splunk.hec_tokens.append(token))
        return web.json_response({"http-event-collector": {"spec": {"name": name}}}, status=202)

    async def change_token(self, request: web.Request) -> web.Response:
        """Answer PATCH, which changes the named settings, and PUT, which also resets the omitted ones."""
        self._authorize(request, "edit_token_http")
        name = request.match_info["name"]
        token = self._token(name)
        spec = self._checked_spec(await _object(request))
        if spec.pop("name", name) != name:
            raise AcsError("400-bad-request", "the name of a token cannot be changed")
        wanted = HecToken(name, token.token, index="default")
        if request.method == "PATCH":
            _take_over(wanted, self._spec(token))
        _take_over(wanted, spec)
        self._check_indexes(wanted)
        self._deploy("hec", name, "update", lambda: _take_over(token, self._spec(wanted)))
        return web.json_response({"http-event-collector": {"spec": {"name": name}}}, status=202)

    async def delete_token(self, request: web.Request) -> web.Response:
        """Answer DELETE of a token."""
        self._authorize(request, "edit_token_http")
        token = self._token(request.match_info["name"])

        def remove() -> None:
            # Another deletion, or a deletion through the management API, may have come first.
            if token in self.state.splunk.hec_tokens:
                self.state.splunk.hec_tokens.remove(token)

        self._deploy("hec", token.name, "delete", remove)
        return web.json_response({}, status=202)

    async def list_indexes(self, request: web.Request) -> web.Response:
        """Answer GET indexes; internal ones are not shown."""
        self._authorize(request, "indexes_edit")
        found = [index for index in self.state.splunk.indexes.values() if not index.name.startswith("_")]
        return web.json_response(self._page(request, found))

    async def get_index(self, request: web.Request) -> web.Response:
        """Answer GET of an index."""
        self._authorize(request, "indexes_edit")
        return web.json_response(self._shown(self._index(request.match_info["name"])))

    async def create_index(self, request: web.Request) -> web.Response:
        """Answer POST indexes."""
        self._authorize(request, "indexes_edit")
        body = await _object(request)
        name = body.get("name")
        unknown = set(body) - {"name", *INDEX_DEFAULTS}
        if not isinstance(name, str) or not name or unknown:
            raise AcsError("400-bad-request", f"name is required, unknown fields: {', '.join(sorted(unknown))}")
        if name in self.state.splunk.indexes or self._pending("index", name, "create") is not None:
            raise AcsError("409-object-already-exists", f"index with name {name} already exists")
        settings = {key: value for key, value in body.items() if key not in ("name", "datatype")}
        index = Index(name, body.get("datatype", "event"), settings=settings)
        self._deploy("index", name, "create", lambda: self.state.splunk.indexes.update({name: index}))
        return web.json_response({"name": name, **INDEX_DEFAULTS, **body}, status=202)

    async def delete_index(self, request: web.Request) -> web.Response:
        """Answer DELETE of an index."""
        self._authorize(request, "indexes_edit")
        name = self._index(request.match_info["name"]).name
        self._deploy("index", name, "delete", lambda: self.state.splunk.indexes.pop(name, None))
        return web.json_response({}, status=202)

    async def retry(self, request: web.Request) -> web.Response:
        """Answer POST deployment/retry: failed changes are tried again."""
        self._authorize(request, "edit_token_http")
        failed = [one for one in self.state.splunk.deployments.values() if one.status == "failed"]
        if not failed:
            raise AcsError("400-bad-request", "there is no failed deployment task to retry")
        for deployment in failed:
            self._begin(deployment)
        return web.json_response({"id": failed[0].id}, status=202)

    async def deployment_status(self, request: web.Request) -> web.Response:
        """Answer GET deployment/status/{id}."""
        self._authorize(request, "list_token_http")
        deployment = self.state.splunk.deployments.get(request.match_info["id"])
        if deployment is None:
            raise AcsError("404-not-found", "deployment task not found")
        return web.json_response({"id": deployment.id, "status": deployment.status})

    async def create_auth_token(self, request: web.Request) -> web.Response:
        """Answer POST tokens: an authentication token for a name and a password."""
        self._check_stack(request)
        user = self._basic_user(request)
        body = await _object(request)
        value = f"simulated.{uuid.uuid4().hex}.{uuid.uuid4().hex}"
        self.state.splunk.acs_tokens.append(SplunkToken(value, user.name))
        document = {
            "user": user.name,
            "audience": body.get("audience", ""),
            "id": uuid.uuid4().hex,
            "token": value,
            "status": "enabled",
            "notBefore": rfc3339(),
            "expiresOn": "2099-01-01T00:00:00Z",
        }
        return web.json_response(document)

    def _check_stack(self, request: web.Request) -> None:
        settings = self.state.settings
        if request.match_info["stack"] != settings.acs_stack:
            raise AcsError("404-stack-not-found", "stack not found. Please refer to the documentation.")
        if not settings.acs_supported:
            message = "operation not supported for splunk stack, please refer to the API documentation for limitations"
            raise AcsError("403-forbidden", f"{message} and more detail")

    def _authorize(self, request: web.Request, capability: str) -> None:
        """Raise AcsError unless the caller has a valid token and the capability."""
        self._check_stack(request)
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

    def _basic_user(self, request: web.Request) -> SplunkUser:
        """Return the user of Basic credentials. Raises AcsError."""
        value = request.headers.get("Authorization", "").partition(" ")[2]
        try:
            name, dummy, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name = password = ""
        user = self.state.splunk.user(name)
        if user is None or user.password != password:
            raise AcsError("401-unauthorized", "call not properly authenticated")
        return user

    def _token(self, name: str) -> HecToken:
        """Return a token by name. Raises AcsError."""
        token = self.state.splunk.hec_token(name)
        if token is not None:
            return token
        code = self.state.settings.acs_pending_code
        if self._pending("hec", name, "create") is not None and not code.startswith("404"):
            raise AcsError(code, "A deployment task is still in progress. Try again later.")
        raise AcsError("404-hec-not-found", f"hec token with name {name} not found")

    def _index(self, name: str) -> Index:
        """Return an index by name. Raises AcsError."""
        index = self.state.splunk.indexes.get(name)
        if index is None:
            raise AcsError("404-index-not-found", f"index {name} not found")
        return index

    def _checked_spec(self, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return a spec whose keys and types are right. Raises AcsError."""
        for key, value in body.items():
            kind: type = bool if key in FLAGS else list if key == "allowedIndexes" else str
            if key not in SPEC or not isinstance(value, kind):
                raise AcsError("400-bad-request", f"unknown field or wrong type: {key}")
        return dict(body)

    def _check_indexes(self, token: HecToken) -> None:
        """Raise AcsError for indexes that do not exist, and for a default index that is not among the allowed ones."""
        for name in (*token.indexes, *([] if token.index == "default" else [token.index])):
            self._index(name)
        if token.indexes and token.index not in ("default", *token.indexes):
            raise AcsError("400-bad-request", f"defaultIndex {token.index} must be one of the allowedIndexes")

    def _spec(self, token: HecToken) -> dict[str, t.Any]:
        return {key: getattr(token, name) for key, name in SPEC.items()}

    def _shown(self, found: HecToken | Index) -> dict[str, t.Any]:
        """Return a token or an index as ACS shows it."""
        if isinstance(found, Index):
            return {"name": found.name, **INDEX_DEFAULTS, "datatype": found.datatype, **found.settings}
        spec = self._spec(found)
        if self.state.settings.acs_omits_empty:
            spec = {key: value for key, value in spec.items() if value not in ("", [])}
        return {"spec": spec, "token": found.token}

    def _page(self, request: web.Request, found: t.Sequence[HecToken | Index]) -> list[dict[str, t.Any]]:
        """Return the page of a list that a request asks for. Raises AcsError."""
        count, offset = request.query.get("count", "30"), request.query.get("offset", "0")
        if not count.isdigit() or not offset.isdigit() or not 0 < int(count) <= MOST_A_PAGE:
            raise AcsError("400-bad-request", f"count has to be between 1 and {MOST_A_PAGE}")
        return [self._shown(one) for one in found[int(offset) : int(offset) + int(count)]]

    def _pending(self, kind: str, name: str, action: str) -> Deployment | None:
        """Return the pending change of an object, if there is one."""
        for one in self.state.splunk.deployments.values():
            if (one.kind, one.name, one.action) == (kind, name, action) and one.status != "success":
                return one
        return None

    def _deploy(self, kind: str, name: str, action: str, carry_out: t.Callable[[], t.Any]) -> None:
        """Accept a change and carry it out after the delay. Raises AcsError while other changes block it."""
        statuses = [one.status for one in self.state.splunk.deployments.values()]
        if "failed" in statuses:
            raise AcsError("424-failed-dependency", "The previous deployment task failed. Retry it first.")
        if self.state.settings.acs_one_at_a_time and {"new", "running"}.intersection(statuses):
            raise AcsError("424-dependency-incomplete", "A deployment task is still in progress. Try again later.")
        deployment = Deployment(uuid.uuid4().hex, kind, name, action, carry_out)
        self.state.splunk.deployments[deployment.id] = deployment
        self._begin(deployment)

    def _begin(self, deployment: Deployment) -> None:
        deployment.status = "running"
        splunk, delay = self.state.splunk, self.state.settings.acs_delay

        def finish() -> None:
            # After a reset, the change belongs to a state that no longer exists.
            if splunk is not self.state.splunk:
                return
            if self.state.settings.acs_failing_deployments > 0:
                self.state.settings.acs_failing_deployments -= 1
                deployment.status = "failed"
                return
            deployment.carry_out()
            deployment.status = "success"
            self.state.changed = True

        if delay > 0:
            asyncio.get_running_loop().call_later(delay, finish)
        else:
            finish()


def _take_over(token: HecToken, spec: dict[str, t.Any]) -> None:
    """Write a spec into a token. Splunk fills in an empty default index."""
    for key, value in spec.items():
        setattr(token, SPEC[key], list(value) if key == "allowedIndexes" else value)
    token.index = token.index or "default"


async def _object(request: web.Request) -> dict[str, t.Any]:
    """Return the JSON object of a request; an empty body is an empty object. Raises AcsError."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise AcsError("400-bad-request", f"invalid JSON: {error}") from error
    if not isinstance(body, dict):
        raise AcsError("400-bad-request", "a JSON object is expected")
    return body
