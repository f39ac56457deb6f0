# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send requests to Cloudflare's API v4, whatever they are about: repetitions, masks, and the state of the API token in errors."""

from __future__ import annotations

import contextlib
import typing as t

from .._core.http import Http, NoAnswerError, Reply, json_body
from .._core.json_types import JsonObject
from .._core.rate_limit import RateBudget
from .._core.secrets import SecretMask, secrets_in_answer
from . import answers
from .answers import ApiError, Call, FateUnknownError, UnexpectedAnswerError
from .token_check import TokenCheck

Found = t.TypeVar("Found")
Client = t.TypeVar("Client", bound="ApiSender")


class ApiSender:
    """The part that all clients of the API share."""

    def __init__(self, http: Http, mask: SecretMask | None = None, token: TokenCheck | None = None) -> None:
        """``mask`` receives the secrets in the API's answers, and masks the text of answers in messages. ``token`` is the
        state of the API token, as far as it is known."""
        self._http = http
        self._mask = mask
        self._token = token or TokenCheck(http, "")

    @property
    def budget(self) -> RateBudget:
        """The rate budget that all requests share."""
        return self._http.budget

    def masked_by(self: Client, mask: SecretMask) -> Client:
        """Return a client with its own mask, for one part of the run."""
        return type(self)(self._http, mask, self._token)

    @classmethod
    def sharing(cls: type[Client], other: ApiSender) -> Client:
        """Return a client that shares the connections, the rate budget and the mask of another one."""
        return cls(other._http, other._mask, other._token)

    def _read(
        self,
        path: str,
        call: Call,
        read: t.Callable[[JsonObject], Found],
        query: t.Mapping[str, str] | None = None,
    ) -> Found:
        """Send a GET request, and return what ``read`` makes of the envelope of its answer. If the answer is not what the
        call returns, send the request once more."""
        try:
            return read(self._envelope("GET", path, call, query=query))
        except UnexpectedAnswerError:
            pass
        try:
            return read(self._envelope("GET", path, call, query=query))
        except UnexpectedAnswerError as error:
            raise error.at(f"GET {self._http.base_url}/{path}") from None

    def _send(self, method: str, path: str, **more: t.Any) -> Reply:
        reply = self._http.send(method, path, **more)
        return reply._replace(quote=self._mask.quoted) if self._mask else reply

    def _result(self, method: str, path: str, call: Call, **more: t.Any) -> t.Any:
        """Return the result of a request; see C(_envelope)."""
        return self._envelope(method, path, call, **more).get("result")

    def _envelope(
        self,
        method: str,
        path: str,
        call: Call,
        query: t.Mapping[str, str] | None = None,
        body: JsonObject | None = None,
    ) -> JsonObject:
        """Send a request that may be repeated, and return the envelope of its answer."""
        content = None if body is None else json_body(body)
        try:
            reply = self._send(method, path, query=query, body=content)
            found = answers.envelope(reply)
            if reply.status == 200 and found is None:
                # The answer was cut off or garbled on its way.
                reply = self._send(method, path, query=query, body=content)
                found = answers.envelope(reply)
        except NoAnswerError as error:
            raise error.of(call.doing) from None
        with self._explained():
            data = answers.successful(reply, call, found)
        if self._mask:
            # Before any check of the answer, and so before any error that may quote a secret.
            self._mask.learn(*secrets_in_answer(data))
        return data

    @contextlib.contextmanager
    def _explained(self) -> t.Iterator[None]:
        """Add the state of the API token to an ApiError of the block."""
        try:
            yield
        except ApiError as error:
            raise self._token.explained(error) from None

    def _create(self, path: str, call: Call, body: JsonObject, read: t.Callable[[Reply, Call], Found]) -> Found:
        """Send a POST request that creates an object, once, because the API accepts duplicates. Return what ``read`` makes of
        the answer. Raises FateUnknownError if it is not known whether the object was created, and NoAnswerError if the request
        did not reach the API."""
        try:
            reply = self._send("POST", path, body=json_body(body), repeat=False)
        except NoAnswerError as error:
            if error.sent:
                raise FateUnknownError(str(error.of(call.doing))) from None
            raise error.of(call.doing) from None
        with self._explained():
            return read(reply, call)


@contextlib.contextmanager
def absent_is_success() -> t.Iterator[None]:
    """Ignore the error of a DELETE with which the API, and not a proxy, says that the object no longer exists."""
    try:
        yield
    except ApiError as error:
        if error.status != 404 or not error.errors:
            raise
