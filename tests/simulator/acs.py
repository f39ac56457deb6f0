# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Splunk Cloud's Admin Config Service (ACS) of a stack: its HEC tokens, and the application with the other parts.

From Splunk's "Manage HTTP Event Collector (HEC) tokens in Splunk Cloud Platform" and "ACS error messages".
"""

from __future__ import annotations

import base64
import binascii
import typing as t
import uuid

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from .acs_allowlists import AcsAllowlists
from .acs_base import BASE, AcsError, AcsPart, object_of
from .acs_indexes import AcsIndexes
from .clock import rfc3339
from .ratelimit import spend
from .splunk_state import HecToken, SplunkToken, SplunkUser
from .state import State
from .watch import watched

HEC = BASE + "/inputs/http-event-collectors"
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


def acs_app(state: State) -> web.Application:
    """Return ACS as a web application."""
    acs = Acs(state)
    app = web.Application(middlewares=[_identified, watched(state, "acs"), _errors, _budget(state)])
    routes = (
        ("GET", HEC, acs.list_tokens),
        ("POST", HEC, acs.create_token),
        ("GET", HEC + "/{name}", acs.get_token),
        ("PATCH", HEC + "/{name}", acs.change_token),
        ("PUT", HEC + "/{name}", acs.change_token),
        ("DELETE", HEC + "/{name}", acs.delete_token),
        *AcsIndexes(state).routes(),
        *AcsAllowlists(state).routes(),
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


def _budget(state: State) -> Middleware:
    """Return the middleware that refuses requests beyond the budget of the stack."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        settings = state.settings
        limits = settings.acs_rate_limit_requests, settings.acs_rate_limit_seconds
        if not spend(state, ("acs", request.path.split("/")[1]), *limits).allowed:
            raise AcsError("429-too-many-requests", "Too many requests, please try again later.")
        return await handler(request)

    return middleware


class Acs(AcsPart):
    """The handlers of HEC tokens, authentication tokens and changes."""

    async def list_tokens(self, request: web.Request) -> web.Response:
        """Answer GET http-event-collectors."""
        self.authorize(request, "list_token_http")
        found = self.state.splunk.hec_tokens[self.window(request)]
        return web.json_response({"http-event-collectors": [self._shown(token) for token in found]})

    async def get_token(self, request: web.Request) -> web.Response:
        """Answer GET of a token; while it is being created, answer 404 or 424, depending on the settings."""
        self.authorize(request, "list_token_http")
        return web.json_response({"http-event-collector": self._shown(self._token(request.match_info["name"]))})

    async def create_token(self, request: web.Request) -> web.Response:
        """Answer POST http-event-collectors."""
        self.authorize(request, "edit_token_http")
        body = await object_of(request)
        spec = self._checked_spec({key: value for key, value in body.items() if key != "token"})
        name, value = spec.get("name"), body.get("token") or str(uuid.uuid4())
        if not name:
            raise AcsError("400-bad-request", "name is required")
        if self.state.splunk.hec_token(name) is not None or self.pending("hec", name, "create") is not None:
            raise AcsError("409-object-already-exists", f"hec token with name {name} already exists")
        token = HecToken(name, value, index="default")
        _take_over(token, spec)
        self._check_indexes(token)
        self.deploy("hec", name, "create", lambda: self.state.splunk.hec_tokens.append(token))
        return web.json_response({"http-event-collector": {"spec": {"name": name}}}, status=202)

    async def change_token(self, request: web.Request) -> web.Response:
        """Answer PATCH, which changes the named settings, and PUT, which also resets the omitted ones."""
        self.authorize(request, "edit_token_http")
        name = request.match_info["name"]
        token = self._token(name)
        spec = self._checked_spec(await object_of(request))
        if spec.pop("name", name) != name:
            raise AcsError("400-bad-request", "the name of a token cannot be changed")
        wanted = HecToken(name, token.token, index="default")
        if request.method == "PATCH":
            _take_over(wanted, self._spec(token))
        _take_over(wanted, spec)
        self._check_indexes(wanted)
        self.deploy("hec", name, "update", lambda: _take_over(token, self._spec(wanted)))
        return web.json_response({"http-event-collector": {"spec": {"name": name}}}, status=202)

    async def delete_token(self, request: web.Request) -> web.Response:
        """Answer DELETE of a token."""
        self.authorize(request, "edit_token_http")
        token = self._token(request.match_info["name"])

        def remove() -> None:
            # Another deletion, or a deletion through the management API, may have come first.
            if token in self.state.splunk.hec_tokens:
                self.state.splunk.hec_tokens.remove(token)

        self.deploy("hec", token.name, "delete", remove)
        return web.json_response({}, status=202)

    async def retry(self, request: web.Request) -> web.Response:
        """Answer POST deployment/retry: failed changes are tried again."""
        self.authorize(request, "edit_token_http")
        failed = [one for one in self.state.splunk.deployments.values() if one.status == "failed"]
        if not failed:
            raise AcsError("400-bad-request", "there is no failed deployment task to retry")
        for deployment in failed:
            self.begin(deployment)
        return web.json_response({"id": failed[0].id}, status=202)

    async def deployment_status(self, request: web.Request) -> web.Response:
        """Answer GET deployment/status/{id}."""
        self.authorize(request, "list_token_http")
        deployment = self.state.splunk.deployments.get(request.match_info["id"])
        if deployment is None:
            raise AcsError("404-not-found", "deployment task not found")
        return web.json_response({"id": deployment.id, "status": deployment.status})

    async def create_auth_token(self, request: web.Request) -> web.Response:
        """Answer POST tokens: an authentication token for a name and a password."""
        self.check_stack(request)
        user = self._basic_user(request)
        body = await object_of(request)
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
        if self.pending("hec", name, "create") is not None and not code.startswith("404"):
            raise AcsError(code, "A deployment task is still in progress. Try again later.")
        raise AcsError("404-hec-not-found", f"hec token with name {name} not found")

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
            self.index(name)
        if token.indexes and token.index not in ("default", *token.indexes):
            raise AcsError("400-bad-request", f"defaultIndex {token.index} must be one of the allowedIndexes")

    def _spec(self, token: HecToken) -> dict[str, t.Any]:
        return {key: getattr(token, name) for key, name in SPEC.items()}

    def _shown(self, token: HecToken) -> dict[str, t.Any]:
        """Return a token as ACS shows it."""
        spec = self._spec(token)
        if self.state.settings.acs_omits_empty:
            spec = {key: value for key, value in spec.items() if value not in ("", [])}
        return {"spec": spec, "token": token.token}


def _take_over(token: HecToken, spec: dict[str, t.Any]) -> None:
    """Write a spec into a token. Splunk fills in an empty default index."""
    for key, value in spec.items():
        setattr(token, SPEC[key], list(value) if key == "allowedIndexes" else value)
    token.index = token.index or "default"
