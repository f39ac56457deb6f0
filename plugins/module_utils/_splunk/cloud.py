# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of the Admin Config Service (ACS) of Splunk Cloud: HEC tokens.

Requests carry JSON. ACS accepts a change with 202 and carries it out seconds to minutes later, so the client waits until
each change is visible. Splunk's page: "Manage HTTP Event Collector (HEC) tokens in Splunk Cloud Platform"
(U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.clock import Clock
from .._core.errors import CollectionError
from .._core.http import Http, NoAnswerError, Reply, json_body
from .._core.secrets import SecretMask
from .._core.text import path_segment
from . import answers
from .fields import acs_spec
from .values import Server, SomeSettings, Token, TokenSettings, names

DEFAULT_URL = "https://admin.splunk.com"

# Seconds between two polls. The pause doubles from the first to the longest; a change takes up to about five minutes.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0

# The most tokens that ACS returns at once.
_PAGE = 100


class _Request(t.NamedTuple):
    """A request to ACS, and its purpose in the words of an error."""

    method: str
    path: str
    operation: str
    spec: SomeSettings | None = None
    query: t.Mapping[str, str] | None = None


class SplunkCloud:
    """The calls of ACS that the collection makes, for one stack."""

    def __init__(
        self,
        http: Http,
        stack: str,
        wait_timeout: float,
        clock: Clock | None = None,
        mask: SecretMask | None = None,
    ) -> None:
        """``wait_timeout`` is how many seconds to wait until a change is visible. ``mask`` receives the values of the tokens
        that ACS returns."""
        self._http = http
        self._root = f"{path_segment(stack)}/adminconfig/v2"
        self._path = f"{self._root}/inputs/http-event-collectors"
        self._wait_timeout = wait_timeout
        self._clock = clock or Clock()
        self._mask = mask

    def token(self, name: str) -> Token | None:
        """Return a token by its name; None if there is none. Raises SplunkError, NoAnswerError."""
        # ACS is busy if an interrupted run has just started to create this token.
        return _token(name, self._send_until_free(self._reading(name)))

    def tokens(self) -> t.Iterator[Token]:
        """Yield all tokens of the stack. Raises SplunkError, NoAnswerError."""
        operation = "Listing the HEC tokens"
        offset = 0
        while True:
            page = _Request("GET", self._path, operation, query={"count": str(_PAGE), "offset": str(offset)})
            found = answers.acs_tokens(operation, self._send_until_free(page))
            yield from found
            offset += len(found)
            if len(found) < _PAGE:
                return

    def create_token(self, name: str, settings: SomeSettings, value: str | None, app: str = "") -> None:
        """Create a token with ``value``, or with one that Splunk generates if it is None, and wait until it is visible.

        ``app`` is ignored: ACS knows no apps. A token of this name that exists by then counts as created. Raises
        CollectionError.
        """
        spec = {"name": name, **acs_spec(settings)}
        if value:
            spec["token"] = value
        self._change("POST", self._path, f"Creating HEC token {name}", spec, accept=(409,))
        self._wait(name, lambda token: token is not None and bool(token.value))

    def change_token(self, name: str, app: str, changes: SomeSettings) -> None:
        """Change settings of a token and wait until the change is visible. ``app`` is ignored. Raises CollectionError."""
        self._change("PATCH", self._token_path(name), f"Changing HEC token {name}", acs_spec(changes))
        self._wait(name, lambda token: token is not None and _has(token.settings, changes))

    def delete_token(self, name: str, app: str) -> None:
        """Delete a token, unless it is already deleted, and wait until it is gone. ``app`` is ignored. Raises
        CollectionError."""
        self._change("DELETE", self._token_path(name), f"Deleting HEC token {name}", {}, accept=(404,))
        self._wait(name, lambda token: token is None)

    def short_lived_token(self, username: str) -> str:
        """Return a new ephemeral authentication token for the user whose credentials this client sends. Raises
        SplunkError, NoAnswerError."""
        operation = f"Getting a token of ACS for {username}"
        spec = {"user": username, "audience": "edgeops.logpush", "type": "ephemeral"}
        return answers.acs_login_token(operation, self._send(_Request("POST", f"{self._root}/tokens", operation, spec)))

    def server(self) -> Server:
        """Return what is known about the server without a request."""
        return Server([], is_cloud=True)

    def _token_path(self, name: str) -> str:
        return f"{self._path}/{path_segment(name)}"

    def _reading(self, name: str) -> _Request:
        return _Request("GET", self._token_path(name), _reading(name))

    def _change(self, method: str, path: str, operation: str, spec: SomeSettings, accept: t.Sequence[int] = ()) -> None:
        reply = self._send_until_free(_Request(method, path, operation, spec))
        if reply.status not in accept and not 200 <= reply.status < 300:
            raise answers.acs_refusal(operation, reply)

    def _send_until_free(self, request: _Request) -> Reply:
        """Send a request, repeat it while ACS is busy with an earlier change, and return the last answer."""
        for reply in self._poll(request):
            if not answers.is_acs_busy(reply):
                break
        return reply

    def _wait(self, name: str, is_done: t.Callable[[Token | None], bool]) -> None:
        """Wait until a change of a token is visible. Raises CollectionError if it is not visible in time."""
        for reply in self._poll(self._reading(name)):
            if not answers.is_acs_busy(reply) and is_done(_token(name, reply)):
                return
        raise CollectionError(
            f"Splunk Cloud accepted the change of HEC token {name}, but it is not visible after "
            f"{self._wait_timeout:g} seconds. Run this again later, or raise wait_timeout."
        )

    def _poll(self, request: _Request) -> t.Iterator[Reply]:
        """Yield the answers to one request, sent again and again until C(wait_timeout) is over; at least one."""
        deadline = self._clock.now() + self._wait_timeout
        pause = _FIRST_PAUSE
        while True:
            yield self._send(request)
            if self._clock.now() + pause > deadline:
                return
            self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _send(self, request: _Request) -> Reply:
        body = None if request.spec is None else json_body(request.spec)
        try:
            reply = self._http.send(request.method, request.path, query=request.query, body=body)
        except NoAnswerError as error:
            raise error.of(request.operation) from None
        if self._mask:
            # Before any check of the answer, and so before any error that may quote a token.
            self._mask.learn(*answers.acs_secrets(reply))
        return reply


def _reading(name: str) -> str:
    return f"Reading HEC token {name}"


def _token(name: str, reply: Reply) -> Token | None:
    """Return the token in an answer, or None if ACS reports that it does not exist. Raises SplunkError."""
    return None if answers.is_missing_in_acs(reply) else answers.acs_token(_reading(name), name, reply)


def _has(settings: TokenSettings, wanted: SomeSettings) -> bool:
    return all(
        settings["indexes"] == names(value) if option == "indexes" else settings.get(option) == value
        for option, value in wanted.items()
    )
