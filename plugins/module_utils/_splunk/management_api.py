# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send requests to the management API of Splunk Enterprise. The clients of its parts inherit from the class.

Requests carry forms, never JSON, and answers are Atom XML unless JSON is requested ("REST API User Manual" at
U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.http import Http, NoAnswerError, Reply, form_body
from .._core.json_types import JsonObject
from .._core.secrets import SecretMask, secrets_in_answer
from . import answers
from .answer_parts import identity_of, page_of
from .values import Server


class ManagementApi:
    """The management port of one instance of Splunk."""

    def __init__(self, http: Http, mask: SecretMask | None = None) -> None:
        """``mask`` receives the secrets in the answers."""
        self._http = http
        self._mask = mask
        # The time of the last answer as the server states it, "" if it does not.
        self.date = ""

    def server(self) -> Server:
        """Return what the server reports about itself; no roles if it reports nothing."""
        operation = "Reading the roles of the server"
        try:
            return answers.server(operation, self._get("services/server/info", operation))
        except CollectionError:
            # Most versions need no capability for this.
            return Server([], is_cloud=False)

    def _get(self, path: str, operation: str, query: t.Mapping[str, str] | None = None) -> JsonObject:
        return self._call("GET", path, operation, query=query)

    def _entries(self, path: str, operation: str, what: str, page_size: int) -> t.Iterator[JsonObject]:
        """Yield the entries of the list of ``what``, page by page. Raises CollectionError, also if the list is not complete:
        what is missing in it would count as what does not exist."""
        known: set[str] = set()
        offset = 0
        while True:
            query = {"count": str(page_size), "offset": str(offset)}
            page = page_of(operation, self._get(path, operation, query), what)
            # An entry can move to the next page while the list is read.
            new = {identity_of(entry): entry for entry in page.entries if identity_of(entry) not in known}
            if page.entries and not new:
                raise CollectionError(f"{operation} failed: the server returns the same {what} again and again.")
            known.update(new)
            yield from new.values()
            offset += len(page.entries)
            is_last = len(page.entries) < page_size if page.total is None else offset >= page.total
            if is_last or not page.entries:
                break
        if page.total is not None and offset < page.total:
            raise CollectionError(f"{operation} failed: the answers contain only {offset} of {page.total} {what}.")

    def _post(self, path: str, operation: str, fields: t.Mapping[str, str], repeat: bool = True) -> JsonObject:
        return self._call("POST", path, operation, fields=fields, repeat=repeat)

    def _call(
        self,
        method: str,
        path: str,
        operation: str,
        query: t.Mapping[str, str] | None = None,
        fields: t.Mapping[str, str] | None = None,
        repeat: bool = True,
    ) -> JsonObject:
        """Return the data of a successful answer. Raises SplunkError, NoAnswerError."""
        data = answers.enterprise_data(operation, self._reply(method, path, operation, query, fields, repeat))
        if self._mask:
            # Before any check of the data, and so before any error that may quote a token.
            self._mask.learn(*secrets_in_answer(data))
        return data

    def _reply(
        self,
        method: str,
        path: str,
        operation: str,
        query: t.Mapping[str, str] | None = None,
        fields: t.Mapping[str, str] | None = None,
        repeat: bool = True,
    ) -> Reply:
        """Return the answer to a request, whatever its status. ``repeat`` says whether the request may be sent again if it is
        not known whether it was carried out: a change that states the wanted values may. Raises NoAnswerError."""
        body = form_body({**fields, "output_mode": "json"}) if fields is not None else None
        try:
            query = {"output_mode": "json", **(query or {})}
            reply = self._http.send(method, path, query=query, body=body, repeat=repeat)
        except NoAnswerError as error:
            raise error.of(operation) from None
        self.date = reply.headers.get("Date") or ""
        return self._quotable(reply)

    def _quotable(self, reply: Reply) -> Reply:
        """Return an answer whose text can be quoted in messages."""
        return reply
