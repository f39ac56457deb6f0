# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn an answer of the Cloudflare API into data, or into an error that says what came back. Pure: no I/O.

Every answer has an envelope: ``success``, ``errors`` (each with ``code`` and ``message``), ``result`` and, for a list with
pages, ``result_info`` (U(https://developers.cloudflare.com/fundamentals/api/reference/)).
"""

from __future__ import annotations

import contextlib
import math
import typing as t

from .._core.errors import CollectionError, failed_call
from .._core.json_types import JsonObject, is_whole_number
from . import advice, shapes
from .advice import Advice

if t.TYPE_CHECKING:
    from .._core.http import Reply


# More than an account has. It keeps a wrong count from causing millions of requests.
_MOST_ZONES = 1_000_000


class Call(t.NamedTuple):
    """The purpose of a request: the message of its failure begins with ``doing``; the other fields select the advice.

    ``alternative`` is a sentence about how to avoid the permission.
    """

    doing: str
    permission: str = "Logs Edit (Logs Write in the API; listing jobs needs it too)"
    alternative: str = ""
    scope_kind: str | None = None
    dataset: str | None = None


class ZonesPage(t.NamedTuple):
    """One page of the list of zones, and the numbers of pages and of zones of the whole list."""

    zones: list[JsonObject]
    pages: int
    total: int


class AddressRanges(t.NamedTuple):
    """The ranges from which Cloudflare sends, by their version of IP, and a digest that changes with them."""

    subnets: dict[int, list[str]]
    etag: str


class ApiError(CollectionError):
    """The API refused a request. ``status`` is the HTTP status, ``errors`` are those of the envelope."""

    def __init__(
        self, call: Call, reply: Reply, errors: t.Sequence[JsonObject], problem: str, explanation: Advice
    ) -> None:
        """``problem`` is what came back besides errors. ``explanation`` is the cause and the advice."""
        self._call, self._reply, self.problem = call, reply, problem
        self.advice = explanation
        self.status = reply.status
        self.errors = errors
        super().__init__(self._message(explanation), http_status=reply.status, errors=list(errors))

    @property
    def is_about_token(self) -> bool:
        """Whether the API token may be the reason."""
        return advice.is_about_token(self.status, self.errors)

    @property
    def alternative(self) -> str:
        """A sentence about how to avoid the permission, "" if that is not possible."""
        return self._call.alternative

    def because(self, explanation: Advice) -> ApiError:
        """Return the same error with another cause and next step."""
        return ApiError(self._call, self._reply, self.errors, self.problem, explanation)

    def _message(self, explanation: Advice) -> str:
        codes = "".join(", no code" if error["code"] is None else f", code {error['code']}" for error in self.errors)
        said = "; ".join(error["message"] or "no text" for error in self.errors)
        answer = f"{self._reply.method} {self._reply.url} answered HTTP {self.status}{codes}{self.problem}"
        if explanation.cause and said:
            answer = f"{answer}: {said.rstrip('.')}"
        return failed_call(answer, self._call.doing, explanation.cause, said, explanation.next_step)


class UnexpectedAnswerError(CollectionError):
    """The API reported success, and its answer does not contain what the call returns. ``problem`` is what is wrong with it,
    ``request`` the request, if there was a single one."""

    def __init__(self, call: Call, problem: str, request: str = "") -> None:
        self._call, self._problem = call, problem
        answered = f" ({request})" if request else ""
        super().__init__(
            f"{call.doing} failed: the API reported success, but its answer has an unexpected form: "
            f"{problem}{answered}. Run this again. If that does not help, check api_url, and whether there is a proxy "
            "in between."
        )

    def at(self, request: str) -> UnexpectedAnswerError:
        """Return the same error with the request."""
        return UnexpectedAnswerError(self._call, self._problem, request)


class FateUnknownError(CollectionError):
    """An object, such as a job, may or may not have been created. List the objects to find out: the API accepts duplicates."""


def envelope(reply: Reply) -> JsonObject | None:
    """Return the envelope of an answer; None if the body is something else (Cloudflare's edge can answer with HTML)."""
    try:
        data = reply.data()
    except ValueError:
        return None
    return data if isinstance(data, dict) and "success" in data else None


def successful(reply: Reply, call: Call, parsed: JsonObject | None = None) -> JsonObject:
    """Return the envelope of an answer that reports success. Raises ApiError for any other answer. ``parsed`` is the envelope, if it
    is known already."""
    found = parsed or envelope(reply)
    if found is None or not 200 <= reply.status < 300 or found.get("success") is not True:
        raise refusal(reply, call)
    return found


def refusal(reply: Reply, call: Call) -> ApiError:
    """Return the error for an answer that does not report success: what came back, and what to do."""
    found = envelope(reply) or {}
    listed = found.get("errors")
    errors = [_error(reply, error) for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    problem = ""
    if not errors:
        problem = " with success: false and no reason" if found else _foreign_answer(reply)
    explanation = advice.for_reply(reply.status, errors, call.permission, call.scope_kind, call.dataset)
    if not found and reply.status < 400:
        explanation = Advice(
            "The answer does not come from the API", "Check api_url, and whether there is a proxy in between."
        )
    return ApiError(call, reply, errors, problem, explanation)


def jobs(found: JsonObject, call: Call) -> list[JsonObject]:
    """Return all jobs of a scope. Raises UnexpectedAnswerError for an answer that is not a complete list of jobs: nothing
    but a list says that a scope has no jobs."""
    return _whole_list(found, call, shapes.jobs, "jobs")


def policies(found: JsonObject, call: Call) -> list[JsonObject]:
    """Return all notification policies of an account. Raises UnexpectedAnswerError for anything but a complete list."""
    return _whole_list(found, call, shapes.policies, "policies")


def webhooks(found: JsonObject, call: Call) -> list[JsonObject]:
    """Return all webhooks of an account. Raises UnexpectedAnswerError for anything but a complete list."""
    return _whole_list(found, call, shapes.webhooks, "webhooks")


def pagerduty_services(found: JsonObject, call: Call) -> list[JsonObject]:
    """Return the PagerDuty services of an account. Raises UnexpectedAnswerError for anything but a complete list."""
    return _whole_list(found, call, shapes.pagerduty_services, "PagerDuty services")


def _whole_list(
    found: JsonObject, call: Call, shape: t.Callable[[t.Any], list[JsonObject]], what: str
) -> list[JsonObject]:
    with _unexpected(call):
        listed = shape(found.get("result"))
        total = shapes.total_count(found.get("result_info"))
        if total is not None and total > len(listed):
            raise ValueError(f"it contains {len(listed)} of {total} {what}")
        if shapes.has_more(found.get("result_info"), len(listed)):
            raise ValueError(f"it contains only a part of the {what}")
        return listed


def created_job(reply: Reply, call: Call) -> JsonObject:
    """Return the job that a POST created. Raises ApiError if the API refused it, FateUnknownError if the answer does not
    say whether a job was created."""
    return _created(reply, call, shapes.job, "job")


def created_id(reply: Reply, call: Call) -> str:
    """Return the ID of the object that a POST created. Raises the same errors as C(created_job)."""
    return str(_created(reply, call, shapes.with_id, "ID")["id"])


def _created(reply: Reply, call: Call, shape: t.Callable[[t.Any], JsonObject], what: str) -> JsonObject:
    if reply.status >= 500 or (200 <= reply.status < 300 and envelope(reply) is None):
        refused = refusal(reply, call)
        raise FateUnknownError(str(refused), **refused.details)
    try:
        return shape(successful(reply, call).get("result"))
    except ValueError as problem:
        answered = f"{reply.method} {reply.url} answered HTTP {reply.status}"
        reason = f"the answer contains no {what}: {problem}"
        raise FateUnknownError(failed_call(answered, call.doing, reason=reason)) from None


def updated_job(result: t.Any, job_id: int) -> JsonObject | None:
    """Return the job of an answer to a PUT; None if the answer does not contain this job."""
    try:
        job = shapes.job(result)
    except ValueError:
        return None
    return job if job["id"] == job_id else None


def dataset_fields(result: t.Any, call: Call) -> dict[str, str]:
    """Return the fields of a dataset, each with its description. Raises UnexpectedAnswerError if there are none."""
    with _unexpected(call):
        return shapes.fields(result)


def zone(result: t.Any, zone_id: str, call: Call) -> JsonObject:
    """Return the zone with this ID. Raises UnexpectedAnswerError for anything else."""
    with _unexpected(call):
        found = shapes.zone(result)
        if found["id"].lower() != zone_id.lower():
            raise ValueError("it contains another zone")
        return found


def zones_page(found: JsonObject, zones_per_page: int, call: Call) -> ZonesPage:
    """Return the zones of a page, and the size of the whole list. Raises UnexpectedAnswerError for anything else, and for a
    full page that does not say whether there are more."""
    with _unexpected(call):
        zones = shapes.zones(found.get("result"))
        info = found.get("result_info")
        total = shapes.total_count(info)
        if total is None and (len(zones) >= zones_per_page or shapes.has_more(info, len(zones))):
            raise ValueError("it does not say how many zones there are")
        total = max(total or 0, len(zones))
        if total > _MOST_ZONES:
            raise ValueError("it reports more zones than an account can have")
        return ZonesPage(zones, max(1, math.ceil(total / zones_per_page)), total)


def complete_zones(pages: t.Sequence[ZonesPage], call: Call) -> list[JsonObject]:
    """Return the zones of all pages, each once. Raises UnexpectedAnswerError if they are fewer than the API counts."""
    by_id = {zone["id"]: zone for page in pages for zone in page.zones}
    total = min(page.total for page in pages)
    with _unexpected(call):
        if len(by_id) < total:
            raise ValueError(f"the pages contain {len(by_id)} of {total} zones")
    return list(by_id.values())


def ruleset(result: t.Any, call: Call) -> JsonObject:
    """Return a ruleset with its rules. Raises UnexpectedAnswerError for anything else."""
    with _unexpected(call):
        return shapes.ruleset(result)


@contextlib.contextmanager
def _unexpected(call: Call) -> t.Iterator[None]:
    """Raise UnexpectedAnswerError for the ValueError of a check."""
    try:
        yield
    except ValueError as problem:
        raise UnexpectedAnswerError(call, str(problem)) from None


def _error(reply: Reply, error: t.Any) -> JsonObject:
    """Return an error of an envelope: its code, and its message as it may be shown."""
    code, message = error.get("code"), error.get("message")
    return {
        "code": code if is_whole_number(code) else None,
        "message": reply.quoted(message) if isinstance(message, str) else "",
    }


def _foreign_answer(reply: Reply) -> str:
    """Return the description of an answer without an envelope: a redirect, an empty body, or a page of a proxy."""
    if 300 <= reply.status < 400:
        return f" and redirects to {reply.quoted(reply.headers.get('Location') or 'nowhere')}"
    if not reply.text.strip():
        return " with an empty body"
    kind = reply.quoted((reply.headers.get("Content-Type") or "unknown content").split(";")[0])
    return f" with a body ({kind}, {len(reply.text)} characters) that is not the JSON of the API or is cut off"


def address_ranges(result: t.Any, call: Call) -> AddressRanges:
    """Return the address ranges in an answer. Raises UnexpectedAnswerError for an answer without a usable range of each version of IP:
    a list that is empty or contains every address would let the wrong senders in."""
    try:
        return AddressRanges(*shapes.address_ranges(result))
    except ValueError as problem:
        raise UnexpectedAnswerError(call, str(problem)) from None
