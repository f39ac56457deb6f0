# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of the management API of Splunk Enterprise: HEC as a whole, its tokens, indexes, search.

Splunk's pages: "HTTP Event Collector REST API endpoints" and "RESTinput" in the REST API Reference
(U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.http import Http
from .._core.json_types import JsonObject
from .._core.secrets import SecretMask
from .._core.url_paths import path_segment
from . import answers
from .answers import SplunkError
from .fields import acl_form, hec_form, token_form
from .management_api import ManagementApi
from .token_rules import the_token_named
from .values import HecSettings, Index, SomeSettings, Token

DEFAULT_APP = "splunk_httpinput"

_PAGE = 100
_TOKENS = "data/inputs/http"
_HEC = f"{_TOKENS}/http"
_SEARCHES = "services/search/jobs"


class PermissionsError(CollectionError):
    """The permissions of a token could not be set. Everything else was written."""


class SplunkEnterprise(ManagementApi):
    """The calls of the management API that the collection makes."""

    def __init__(
        self,
        http: Http,
        app: str = DEFAULT_APP,
        mask: SecretMask | None = None,
    ) -> None:
        """``app`` is the app for new tokens and for the settings of HEC. ``mask`` receives the values of the tokens that
        Splunk returns."""
        super().__init__(http, mask)
        self._app = app

    def hec_settings(self) -> HecSettings:
        """Return the settings of HEC as a whole. Raises CollectionError."""
        operation = "Reading the settings of HEC"
        return answers.hec_settings(operation, self._get(self._in_app(_HEC), operation))

    def change_hec_settings(self, changes: SomeSettings) -> None:
        """Change settings of HEC as a whole. Raises SplunkError, NoAnswerError."""
        self._post(self._in_app(_HEC), "Changing the settings of HEC", hec_form(changes))

    def token(self, name: str) -> Token | None:
        """Return a token by its name, in any app; None if there is none. Raises CollectionError, also if several apps have a
        token of this name."""
        return the_token_named(name, self.tokens())

    def tokens(self) -> t.Iterator[Token]:
        """Yield all tokens that the user can see, in any app. Raises CollectionError, also if the list is not complete. It is
        read through C(/services), because C(/servicesNS/-/-) has returned an empty list for a server with tokens
        (splunk/terraform-provider-splunk issue 56).
        """
        operation = "Listing the HEC tokens"
        return answers.tokens(operation, self._entries(f"services/{_TOKENS}", operation, "tokens", _PAGE))

    def create_token(self, name: str, settings: SomeSettings, value: str | None, app: str = "") -> None:
        """Create a token with ``value``, or with one that Splunk generates if it is None.

        ``app`` is the app of the token that this one replaces. A token of this name that exists by then counts as created.
        Raises SplunkError, NoAnswerError, and PermissionsError if only the permissions are missing.
        """
        fields = {"name": name, **token_form(settings)}
        if value:
            fields["token"] = value
        try:
            self._post(self._in_app(_TOKENS, app), f"Creating HEC token {name}", fields)
        except SplunkError as error:
            # A repeated request finds the token that the first one created: names are unique.
            if error.status != 409:
                raise
        self._change_acl(name, app, settings, "exists, with the permissions of a new token")

    def change_token(self, name: str, app: str, changes: SomeSettings) -> None:
        """Change settings of a token in ``app``. Raises SplunkError, NoAnswerError, and PermissionsError if only the
        permissions are missing."""
        fields = token_form(changes)
        if fields:
            self._post(self._token_path(name, app), f"Changing HEC token {name}", fields)
        self._change_acl(
            name, app, changes, "has its new settings, but its old permissions" if fields else "is unchanged"
        )

    def delete_token(self, name: str, app: str) -> None:
        """Delete a token in ``app``, unless it is already deleted. Raises SplunkError, NoAnswerError."""
        try:
            self._call("DELETE", self._token_path(name, app), f"Deleting HEC token {name}")
        except SplunkError as error:
            if not error.says_missing:
                raise

    def index(self, name: str) -> Index | None:
        """Return an index; None if there is none. Raises CollectionError."""
        operation = f"Reading index {name}"
        try:
            data = self._get(f"services/data/indexes/{path_segment(name)}", operation)
        except SplunkError as error:
            if error.says_missing:
                return None
            raise
        return answers.index(operation, name, data)

    def create_index(self, name: str) -> None:
        """Create an index for events with Splunk's defaults, unless it exists. Raises SplunkError, NoAnswerError."""
        try:
            self._post("services/data/indexes", f"Creating index {name}", {"name": name, "datatype": "event"})
        except SplunkError as error:
            if error.status != 409:
                raise

    def search(self, query: str, earliest: str) -> list[JsonObject]:
        """Run a search to its end and return its rows. ``earliest`` is a relative time of Splunk (C(-15m)).
        Raises CollectionError."""
        operation = f"Searching for {query}"
        fields = {"search": query, "exec_mode": "oneshot", "earliest_time": earliest, "count": "0"}
        return answers.search_rows(operation, self._reply("POST", _SEARCHES, operation, fields=fields))

    def complete_search(self, operation: str, query: str, period: tuple[str, str], time_limit: int) -> list[JsonObject]:
        """Run a search over all events with a time in a period and return its rows. ``period`` has the first time and the
        end, in a form of Splunk; ``time_limit`` is in seconds. Raises CollectionError, also for incomplete results."""
        fields = {
            "search": query,
            "exec_mode": "oneshot",
            "earliest_time": period[0],
            "latest_time": period[1],
            "count": "0",
            "max_time": str(time_limit),
            # A lookup of an app that cannot be loaded adds an error to every search, and counts need none.
            "enable_lookups": "0",
        }
        reply = self._reply("POST", _SEARCHES, operation, fields=fields)
        return answers.complete_search_rows(operation, reply, time_limit)

    def _change_acl(self, name: str, app: str, settings: SomeSettings, state: str) -> None:
        """Set the permissions in settings, if there are any. Raises PermissionsError, which reports the ``state`` of the
        token."""
        if "acl" not in settings:
            return
        wanted = acl_form(settings["acl"])
        try:
            path = f"{self._token_path(name, app)}/acl"
            self._post(path, f"Changing the permissions of HEC token {name}", wanted)
        except CollectionError as error:
            listed = ", ".join(f"{part} {value}" for part, value in wanted.items())
            raise PermissionsError(
                f"{error} HEC token {name} {state}. The missing permissions are: {listed}. Fix the cause, then set "
                "them with acl.",
                **error.details,
            ) from None

    def _token_path(self, name: str, app: str) -> str:
        return self._in_app(f"{_TOKENS}/{path_segment(name)}", app)

    def _in_app(self, path: str, app: str = "") -> str:
        return f"servicesNS/nobody/{path_segment(app or self._app)}/{path}"
