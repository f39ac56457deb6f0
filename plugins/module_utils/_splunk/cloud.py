# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Splunk Cloud by its Admin Config Service (ACS): HEC tokens.

Bodies are JSON. A change is accepted with 202 and seen minutes later, so every change is waited for. Vendor page:
"Manage HTTP Event Collector (HEC) tokens in Splunk Cloud Platform" (U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from .._core.clock import Clock
from .._core.errors import CollectionError
from .._core.http import Http, NoAnswerError, Reply, json_body
from .answers import SplunkError
from .values import Settings, Token, flag, names

DEFAULT_URL = "https://admin.splunk.com"

_NAMES = {
    "index": "defaultIndex",
    "indexes": "allowedIndexes",
    "sourcetype": "defaultSourcetype",
    "source": "defaultSource",
    "host": "defaultHost",
    "use_ack": "useAck",
}
# Seconds between looks, longer as time goes by; a change takes from seconds to some five minutes.
_FIRST_LOOK = 1.0
_LONGEST_PAUSE = 15.0
# "A deployment task is still in progress" (424), too many requests, and another change at the same time (503).
_BUSY = (424, 429, 503)


class SplunkCloud:
    """The calls of ACS that the collection makes, for one stack."""

    def __init__(
        self,
        http: Http,
        stack: str,
        wait_timeout: float,
        clock: Clock = Clock(),
    ) -> None:
        """``wait_timeout`` is in seconds: how long to wait until a change is seen."""
        self._http = http
        self._root = f"{quote(stack, safe='')}/adminconfig/v2"
        self._path = f"{self._root}/inputs/http-event-collectors"
        self._wait_timeout = wait_timeout
        self._clock = clock

    def token(self, name: str) -> Token | None:
        """Return a token by its name; None if there is none. Raises SplunkError, NoAnswerError."""
        doing = f"Reading HEC token {name}"
        # Busy where a run that was cut short has just begun to make it.
        reply = self._send_until_free("GET", f"{self._path}/{quote(name, safe='')}", doing)
        if _gone(reply):
            return None
        return _token(doing, reply)

    def create_token(self, name: str, settings: Settings, value: str | None, app: str = "") -> None:
        """Create a token and wait until it is there; ``app`` has no meaning here. Raises SplunkError, NoAnswerError,
        CollectionError."""
        spec = {"name": name, **_spec(settings)}
        if value:
            spec["token"] = value
        self._change("POST", self._path, f"Creating HEC token {name}", spec, accept=(409,))
        self._wait(name, lambda token: token is not None and bool(token.value))

    def change_token(self, name: str, app: str, changes: Settings) -> None:
        """Change settings of a token and wait until they are seen; ``app`` has no meaning here. Raises SplunkError,
        NoAnswerError, CollectionError."""
        self._change("PATCH", f"{self._path}/{quote(name, safe='')}", f"Changing HEC token {name}", _spec(changes))
        self._wait(name, lambda token: token is not None and _has(token.settings, changes))

    def delete_token(self, name: str, app: str) -> None:
        """Delete a token and wait until it is gone; ``app`` has no meaning here. Raises SplunkError, NoAnswerError,
        CollectionError."""
        path = f"{self._path}/{quote(name, safe='')}"
        self._change("DELETE", path, f"Deleting HEC token {name}", {}, accept=(404,))
        self._wait(name, lambda token: token is None)

    def short_lived_token(self, username: str) -> str:
        """Return an authentication token of the user as whom this client sends, made for the occasion. Raises
        SplunkError, NoAnswerError."""
        doing = f"Getting a token of ACS for {username}"
        spec = {"user": username, "audience": "edgeops.logpush", "type": "ephemeral"}
        reply = self._send("POST", f"{self._root}/tokens", doing, spec)
        token = _checked(doing, reply).get("token")
        if not token:
            raise SplunkError(doing, reply, "the answer holds no token", "Set auth_token instead.")
        return str(token)

    def server_roles(self) -> list[str]:
        """Return what the server is in a cluster: Splunk Cloud distributes its tokens itself."""
        return []

    def _change(self, method: str, path: str, doing: str, spec: Settings, accept: t.Sequence[int] = ()) -> None:
        reply = self._send_until_free(method, path, doing, spec)
        if reply.status not in accept and not 200 <= reply.status < 300:
            raise _refused(doing, reply)

    def _send_until_free(self, method: str, path: str, doing: str, spec: Settings | None = None) -> Reply:
        """Send a request, again and again while ACS is busy with the change before it, and give the last answer."""
        deadline = self._clock.now() + self._wait_timeout
        pause = _FIRST_LOOK
        while True:
            reply = self._send(method, path, doing, spec)
            if reply.status not in _BUSY or self._clock.now() + pause > deadline:
                return reply
            self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _wait(self, name: str, done: t.Callable[[Token | None], bool]) -> None:
        """Wait until a change is seen."""
        doing = f"Reading HEC token {name}"
        deadline = self._clock.now() + self._wait_timeout
        pause = _FIRST_LOOK
        while True:
            reply = self._send("GET", f"{self._path}/{quote(name, safe='')}", doing)
            if reply.status not in _BUSY and done(None if _gone(reply) else _token(doing, reply)):
                return
            if self._clock.now() + pause > deadline:
                raise CollectionError(
                    f"Splunk Cloud accepted the change of HEC token {name}, but it is not seen after "
                    f"{self._wait_timeout:g} seconds. Run this again later, or raise wait_timeout."
                )
            self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _send(self, method: str, path: str, doing: str, spec: Settings | None = None) -> Reply:
        try:
            return self._http.send(method, path, body=None if spec is None else json_body(spec))
        except NoAnswerError as error:
            raise NoAnswerError(f"{doing} failed: {error}", error.sent) from None


def _token(doing: str, reply: Reply) -> Token:
    """The token that an answer holds. Raises SplunkError for any other: read as a token of which nothing was set, it
    would be called unchanged, or deleted."""
    data = _checked(doing, reply)
    found = data.get("http-event-collector") or data.get("http_event_collector")
    if not isinstance(found, dict):
        raise SplunkError(doing, reply, "the answer holds no token", "See url: it must be that of ACS.")
    spec = found.get("spec") or {}
    settings: Settings = {
        "enabled": not flag(spec.get("disabled")),
        "index": spec.get("defaultIndex") or "default",
        "indexes": names(spec.get("allowedIndexes")),
        "use_ack": flag(spec.get("useAck")),
        "sourcetype": spec.get("defaultSourcetype") or "",
        "source": spec.get("defaultSource") or "",
        "host": spec.get("defaultHost") or "",
        "description": "",
        "acl": {},
    }
    return Token(settings, found.get("token"), "")


def _spec(settings: Settings) -> Settings:
    spec = {_NAMES[key]: value for key, value in settings.items() if key in _NAMES}
    if "enabled" in settings:
        spec["disabled"] = not settings["enabled"]
    return spec


def _has(settings: Settings, wanted: Settings) -> bool:
    return all(
        names(settings.get(key)) == names(value) if key == "indexes" else settings.get(key) == value
        for key, value in wanted.items()
    )


def _checked(doing: str, reply: Reply) -> Settings:
    if reply.status in (200, 201, 202):
        try:
            data = reply.data()
        except ValueError:
            data = None
        if isinstance(data, dict):
            return data
        raise SplunkError(doing, reply, "the answer is not JSON", "See url: it must be that of ACS.")
    raise _refused(doing, reply)


def _code(reply: Reply) -> str:
    """The error code of ACS, such as C(404-hec-not-found)."""
    try:
        return str(reply.data().get("code") or "")
    except (ValueError, AttributeError):
        return ""


def _gone(reply: Reply) -> bool:
    """Whether ACS says that there is no such token; a 404 of a proxy, or for the stack, says nothing of it."""
    code = _code(reply)
    return reply.status == 404 and bool(code) and "stack" not in code


def _refused(doing: str, reply: Reply) -> SplunkError:
    code = _code(reply)
    try:
        problem = f"{code}: {reply.data().get('message')}" if code else ""
    except (ValueError, AttributeError):
        problem = ""
    return SplunkError(doing, reply, problem, _advice(reply, code))


def _advice(reply: Reply, code: str) -> str:
    status = reply.status
    if status == 401 and reply.url.endswith("/tokens"):
        return "See username and password: they must be those of a user of this stack who may use ACS."
    if status == 401:
        return "See auth_token: it must be an authentication token (JWT) of this stack that has not expired."
    if status == 403:
        return "The token's user needs the role sc_admin, and the stack must be one that ACS serves; trials are not."
    if status == 404 and "stack" in code:
        return "See stack: it is the first part of the host name, such as acme of acme.splunkcloud.com."
    if code == "404-index-not-found":
        return "Create the index first: ACS refuses tokens for indexes that are not there."
    if status == 424:
        return (
            "Another change of the stack is still going on: try again later. Where one before it failed, ACS carries out "
            "no other until that is retried, by POST deployment/retry."
        )
    if status in (429, 503):
        return "ACS takes few changes at a time: try again in some minutes."
    if status >= 500:
        return "This is a failure on the side of ACS: try again in some minutes."
    if status == 404 or 300 <= status < 400:
        return "See url: it must be that of ACS."
    return ""
