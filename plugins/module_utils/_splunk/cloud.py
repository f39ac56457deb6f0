# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of the Admin Config Service (ACS) of Splunk Cloud: HEC tokens.

Splunk's page: "Manage HTTP Event Collector (HEC) tokens in Splunk Cloud Platform" (U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.http import Reply
from .._core.url_paths import path_segment
from . import answers
from .acs import AcsSender, Request
from .fields import acs_spec
from .values import Server, SomeSettings, Token, TokenSettings, names

DEFAULT_URL = "https://admin.splunk.com"


class SplunkCloud(AcsSender):
    """The calls of ACS for HEC tokens and authentication tokens."""

    @property
    def _path(self) -> str:
        return f"{self._root}/inputs/http-event-collectors"

    def token(self, name: str) -> Token | None:
        """Return a token by its name; None if there is none. Raises SplunkError, NoAnswerError."""
        # ACS is busy if an interrupted run has just started to create this token.
        return _token(name, self._send_until_free(self._reading(name)))

    def tokens(self) -> t.Iterator[Token]:
        """Return an iterator over all tokens of the stack. Raises SplunkError, NoAnswerError."""
        return self._list(self._path, "Listing the HEC tokens", answers.acs_tokens)

    def create_token(self, name: str, settings: SomeSettings, value: str | None, app: str = "") -> None:
        """Create a token with ``value``, or with one that Splunk generates if it is None, and wait until it is visible.

        ``app`` is ignored: ACS knows no apps. A token of this name that exists by then counts as created. Raises
        CollectionError.
        """
        spec = {"name": name, **acs_spec(settings)}
        if value:
            spec["token"] = value
        self._change("POST", self._path, f"Creating HEC token {name}", spec, accept=(409,))
        self._wait_for(name, lambda token: token is not None and bool(token.value))

    def change_token(self, name: str, app: str, changes: SomeSettings) -> None:
        """Change settings of a token and wait until the change is visible. ``app`` is ignored. Raises CollectionError."""
        self._change("PATCH", self._token_path(name), f"Changing HEC token {name}", acs_spec(changes))
        self._wait_for(name, lambda token: token is not None and _has(token.settings, changes))

    def delete_token(self, name: str, app: str) -> None:
        """Delete a token, unless it is already deleted, and wait until it is gone. ``app`` is ignored. Raises
        CollectionError."""
        self._change("DELETE", self._token_path(name), f"Deleting HEC token {name}", {}, accept=(404,))
        self._wait_for(name, lambda token: token is None)

    def short_lived_token(self, username: str) -> str:
        """Return a new ephemeral authentication token for the user whose credentials this client sends. Raises
        SplunkError, NoAnswerError."""
        operation = f"Getting a token of ACS for {username}"
        spec = {"user": username, "audience": "edgeops.logpush", "type": "ephemeral"}
        return answers.acs_login_token(operation, self._send(Request("POST", f"{self._root}/tokens", operation, spec)))

    def server(self) -> Server:
        """Return what is known about the server without a request."""
        return Server([], is_cloud=True)

    def _token_path(self, name: str) -> str:
        return f"{self._path}/{path_segment(name)}"

    def _reading(self, name: str) -> Request:
        return Request("GET", self._token_path(name), _reading(name))

    def _wait_for(self, name: str, is_done: t.Callable[[Token | None], bool]) -> None:
        """Wait until a change of a token is visible. Raises CollectionError if it is not visible in time."""
        self._wait(self._reading(name), lambda reply: is_done(_token(name, reply)), f"HEC token {name}")


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
