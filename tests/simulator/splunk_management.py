# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API of Splunk Enterprise (port 8089): authentication, routing, and the parts that do not belong to HEC.

HEC tokens and settings are in ``splunk_inputs``, indexes in ``splunk_indexes``, searches in ``splunk_search``. From
Splunk's REST reference and measured answers.
"""

from __future__ import annotations

import base64
import binascii
import time
import typing as t
import urllib.parse
import uuid
import xml.etree.ElementTree as ET

from aiohttp import web

from .listener import Splunkd
from .splunk_configs import Configs
from .splunk_indexes import Indexes
from .splunk_inputs import Inputs
from .splunk_search import Searches
from .splunk_state import SplunkUser
from .splunk_versions import version_of
from .splunk_wire import (
    DEFAULT_COUNT,
    Call,
    Entry,
    Page,
    SplunkError,
    answer,
    messages,
    paged,
    refusal,
    single,
    xml_response,
)
from .state import State
from .watch import watched

# The pattern of a path, and its handler.
Route = t.Tuple[t.Tuple[str, ...], t.Callable[[Call], t.Awaitable[web.Response]]]
METHODS = ("GET", "POST", "PUT", "DELETE")
COOKIE = "splunkd_8089"
GUID = "3E7F1D62-9C4B-4B0A-8D55-51A7E0C0FFEE"


def guid_of(state: State) -> str:
    """Return the GUID of an instance."""
    return str(uuid.uuid5(uuid.UUID(GUID), state.server_name)).upper() if state.node_number else GUID


def add_management(app: web.Application, state: State, splunkd: Splunkd, more_routes: t.Sequence[Route] = ()) -> None:
    """Add the management API to an empty web application. ``more_routes`` are those of a cluster or of a deployment server."""
    app.middlewares.append(watched(state, "splunk"))
    # One handler for every path: names in splunkd's paths are encoded once or twice, which a router would not preserve.
    app.router.add_route("*", "/{path:.*}", Management(state, splunkd, more_routes).handle)


class Management:
    """Find the handler of a request, and answer it."""

    def __init__(self, state: State, splunkd: Splunkd, more_routes: t.Sequence[Route] = ()) -> None:
        self.state = state
        self.splunkd = splunkd
        self.started = time.time()
        self.routes: list[Route] = [
            (("server", "info"), self.server_info),
            (("server", "info", "server-info"), self.server_info),
            (("server", "control", "restart"), self.restart),
            (("messages",), self.bulletins),
            (("messages", "*"), self.bulletin),
            (("authentication", "current-context"), self.whoami),
            *Inputs(state, splunkd).routes(),
            *Indexes(state).routes(),
            *Configs(state).routes(),
            *Searches(state).routes(),
            *more_routes,
        ]

    async def handle(self, request: web.Request) -> web.Response:
        """Answer any request."""
        arguments = urllib.parse.parse_qs(request.rel_url.raw_query_string, keep_blank_values=True)
        # splunkd reads a body of any content type as a form; JSON is parsed as a single meaningless argument.
        body = (await request.read()).decode("utf-8", errors="replace")
        for name, value in urllib.parse.parse_qsl(body, keep_blank_values=True):
            arguments.setdefault(name, []).append(value)
        try:
            owner, app, path = _namespace(request.raw_path)
            if path == ("auth", "login"):
                return self._login(request, arguments)
            self._check_app(app)
            user = self._user(request)
            version = version_of(self.state.settings.splunk_version, self.state.settings.splunk_quirks)
            origin = f"https://{request.host}"
            call = Call(request.method, path, owner, app, arguments, origin, user, version)
            return await self._handler(call)(call)
        except SplunkError as error:
            return refusal(error, arguments.get("output_mode", [""])[-1] == "json")

    def _handler(self, call: Call) -> t.Callable[[Call], t.Awaitable[web.Response]]:
        """Return the handler of a path. Raises SplunkError."""
        for pattern, handler in self.routes:
            fits = len(pattern) == len(call.path) and call.method in METHODS
            if fits and all(want in ("*", got) for want, got in zip(pattern, call.path)):
                return handler
        raise SplunkError(404, "Not Found")

    def _check_app(self, app: str | None) -> None:
        if app not in (None, "-", "system", *self.state.settings.splunk_apps):
            raise SplunkError(404, f"Application does not exist: {app}")

    def _login(self, request: web.Request, arguments: dict[str, list[str]]) -> web.Response:
        """Answer POST auth/login: a session key for a name and a password. Raises SplunkError."""
        if request.method != "POST":
            raise SplunkError(404, "Not Found")
        name, password = (arguments.get(key, [""])[-1] for key in ("username", "password"))
        if not name or not password:
            raise SplunkError(400, "Missing username or password", "WARN")
        user = self.state.splunk.user(name)
        if user is None or user.password != password:
            raise SplunkError(401, "Login failed", "WARN", code="incorrect_username_or_password")
        key = uuid.uuid4().hex + uuid.uuid4().hex
        self.state.splunk.sessions[key] = (user.name, time.monotonic() + self.state.settings.session_seconds)
        document = ET.Element("response")
        ET.SubElement(document, "sessionKey").text = key
        reply = xml_response(document)
        if arguments.get("output_mode", [""])[-1] == "json":
            reply = web.json_response({"sessionKey": key, "message": "", "code": ""})
        if arguments.get("cookie", [""])[-1] == "1":
            reply.set_cookie(COOKIE, key, secure=True, httponly=True)
        return reply

    def _user(self, request: web.Request) -> SplunkUser:
        """Return the user of a request. Raises SplunkError with the message for each kind of credential."""
        scheme, dummy, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() in ("splunk", "bearer"):
            user = self._session(value) or (self._token_user(value) if scheme.lower() == "bearer" else None)
        elif not scheme and COOKIE in request.cookies:
            user = self._session(request.cookies[COOKIE])
        else:
            return self._basic_user(scheme, value)
        if user is None:
            raise SplunkError(401, "call not properly authenticated", "WARN")
        return user

    def _basic_user(self, scheme: str, value: str) -> SplunkUser:
        """Return the user of Basic credentials. Raises SplunkError, also if there are none."""
        try:
            name, dummy, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name = password = ""
        user = self.state.splunk.user(name)
        if scheme.lower() != "basic" or user is None or user.password != password:
            raise SplunkError(401, "Unauthorized", headers={"WWW-Authenticate": 'Basic realm="/splunk"'})
        return user

    def _session(self, key: str) -> SplunkUser | None:
        name, ends = self.state.splunk.sessions.get(key.strip(), ("", 0.0))
        return self.state.splunk.user(name) if ends > time.monotonic() else None

    def _token_user(self, value: str) -> SplunkUser | None:
        tokens = self.state.splunk.tokens
        found = next((token for token in tokens if token.token == value.strip() and token.enabled), None)
        return self.state.splunk.user(found.user) if found else None

    async def server_info(self, call: Call) -> web.Response:
        """Answer GET server/info."""
        settings = self.state.settings
        roles = ["universal_forwarder"] if settings.universal_forwarder else list(settings.server_roles)
        content = {
            "version": call.version.number,
            "build": call.version.build,
            "server_roles": roles,
            "product_type": settings.product_type,
            "serverName": self.state.server_name,
            "host": self.state.server_name,
            "guid": guid_of(self.state),
            "isFree": False,
            "isTrial": False,
            "licenseState": "OK",
            "mode": "normal",
            "os_name": "Linux",
            "startup_time": int(self.started),
            **({"instance_type": call.version.instance_type} if call.version.instance_type else {}),
        }
        return answer(call, single(Entry("server-info", "server/info", content, actions=())), "server/info")

    async def restart(self, call: Call) -> web.Response:
        """Answer POST server/control/restart; the ports close right after the answer."""
        if call.method != "POST":
            raise SplunkError(404, "Not Found")
        call.requires("restart_splunkd")
        self.splunkd.restart()
        return messages([{"type": "INFO", "text": "Restarting splunkd"}], call.as_json)

    async def bulletins(self, call: Call) -> web.Response:
        """Answer GET messages, which also report that a restart is needed, and POST of a message that is kept until the
        restart."""
        name = call.argument("name")
        if call.method == "POST" and name:
            call.sent(("name", "value", "severity"))
            self.state.splunk.messages[name] = call.argument("value")
            return answer(call, Page([], 0, DEFAULT_COUNT, 0), "messages", creates=True, status=201)
        if call.method != "GET":
            raise SplunkError(400, f'Cannot perform action "{call.method}" without a target name to act on.')
        return answer(call, paged(call, self._bulletins()), "messages", creates=True)

    async def bulletin(self, call: Call) -> web.Response:
        """Answer GET of one message."""
        found = [entry for entry in self._bulletins() if entry.name == call.path[-1] and call.method == "GET"]
        if not found:
            raise SplunkError(404, f"Could not find object id={call.path[-1]}")
        return answer(call, single(found[0]), "messages")

    def _bulletins(self) -> list[Entry]:
        texts = dict(self.state.splunk.messages)
        if self.splunkd.needs_restart():
            texts.setdefault("restart_required", "Splunk must be restarted for changes to take effect.")
        return [
            Entry(name, "messages", {"message": text, "severity": "warn", name: text}, actions=("remove",))
            for name, text in texts.items()
        ]

    async def whoami(self, call: Call) -> web.Response:
        """Answer GET authentication/current-context."""
        user = call.user
        content = {"username": user.name, "roles": list(user.roles), "capabilities": user.held()}
        return answer(call, single(Entry("context", "authentication/current-context", content)), "authentication")


def _namespace(raw_path: str) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return owner, app and the rest of a path. Raises SplunkError for a path outside the API."""
    # Splunk's own SDK writes a space as a plus sign, in paths too.
    parts = [urllib.parse.unquote_plus(part) for part in raw_path.partition("?")[0].split("/") if part]
    if parts[:1] == ["services"]:
        return None, None, tuple(parts[1:])
    if parts[:1] == ["servicesNS"] and len(parts) > 3:
        return parts[1], parts[2], tuple(parts[3:])
    raise SplunkError(404, "Not Found")
