# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send requests to the Admin Config Service (ACS) of Splunk Cloud, whatever they are about.

Requests carry JSON. ACS accepts a change and carries it out seconds to minutes later, so the clients wait until each change is
visible. Splunk's page: "Basic setup and usage concepts for the ACS API" (U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.clock import Clock
from .._core.errors import CollectionError
from .._core.http import Http, NoAnswerError, Reply, json_body
from .._core.secrets import SecretMask
from .._core.url_paths import path_segment
from . import answers
from .values import SomeSettings

Client = t.TypeVar("Client", bound="AcsSender")
Item = t.TypeVar("Item")

# Seconds between two polls. The pause doubles from the first to the longest; a change takes up to about five minutes.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0
# The most objects that ACS returns at once.
_PAGE = 100


class Request(t.NamedTuple):
    """A request to ACS, and its purpose in the words of an error."""

    method: str
    path: str
    operation: str
    body: SomeSettings | None = None
    query: t.Mapping[str, str] | None = None


class AcsSender:
    """The part that all clients of ACS share, for one stack."""

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
        self._stack = stack
        self._root = f"{path_segment(stack)}/adminconfig/v2"
        self._wait_timeout = wait_timeout
        self._clock = clock or Clock()
        self._mask = mask

    @classmethod
    def sharing(cls: type[Client], other: AcsSender) -> Client:
        """Return a client that shares the connections, the stack and the mask of another one."""
        return cls(other._http, other._stack, other._wait_timeout, other._clock, other._mask)

    def _list(self, path: str, operation: str, items: t.Callable[[str, Reply], t.Sequence[Item]]) -> t.Iterator[Item]:
        """Yield the objects of a list, page by page. ``items`` returns those in the answer to an operation. Raises SplunkError,
        NoAnswerError, and CollectionError if ACS returns the same page again."""
        offset = 0
        before: t.Sequence[Item] = ()
        while True:
            page = Request("GET", path, operation, query={"count": str(_PAGE), "offset": str(offset)})
            found = items(operation, self._send_until_free(page))
            if found and found == before:
                raise CollectionError(
                    f"{operation} failed: Splunk Cloud returns the same part of the list again and again."
                )
            yield from found
            before = found
            offset += len(found)
            if len(found) < _PAGE:
                return

    def _change(
        self, method: str, path: str, operation: str, body: SomeSettings | None, accept: t.Sequence[int] = ()
    ) -> None:
        """Send a request that changes something. Raises SplunkError unless ACS accepts it, or its status is in ``accept``."""
        reply = self._send_until_free(Request(method, path, operation, body))
        if reply.status not in accept and not 200 <= reply.status < 300:
            raise answers.acs_refusal(operation, reply)

    def _send_until_free(self, request: Request) -> Reply:
        """Send a request, repeat it while ACS is busy with an earlier change, and return the last answer."""
        for reply in self._poll(request):
            if not answers.is_acs_busy(reply):
                break
        return reply

    def _wait(self, reading: Request, is_done: t.Callable[[Reply], bool], what: str) -> None:
        """Wait until an answer to ``reading`` shows a change of ``what``. Raises CollectionError if it is not visible in time."""
        for reply in self._poll(reading):
            if not answers.is_acs_busy(reply) and is_done(reply):
                return
        raise CollectionError(
            f"Splunk Cloud accepted the change of {what}, but it is not visible after {self._wait_timeout:g} seconds. "
            "Run this again later, or raise wait_timeout."
        )

    def _poll(self, request: Request) -> t.Iterator[Reply]:
        """Yield the answers to one request, sent again and again until C(wait_timeout) is over; at least one."""
        deadline = self._clock.now() + self._wait_timeout
        pause = _FIRST_PAUSE
        while True:
            yield self._send(request)
            if self._clock.now() + pause > deadline:
                return
            self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _send(self, request: Request) -> Reply:
        body = None if request.body is None else json_body(request.body)
        try:
            reply = self._http.send(request.method, request.path, query=request.query, body=body)
        except NoAnswerError as error:
            raise error.of(request.operation) from None
        if self._mask:
            # Before any check of the answer, and so before any error that may quote a token.
            self._mask.learn(*answers.acs_secrets(reply))
        return reply
