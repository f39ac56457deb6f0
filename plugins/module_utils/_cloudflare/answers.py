# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn an answer of the Cloudflare API into data, or into an error that says what came back. Pure: no I/O.

Every answer has an envelope: ``success``, ``errors`` (each with ``code`` and ``message``), ``result`` and, for a list with
pages, ``result_info`` (U(https://developers.cloudflare.com/fundamentals/api/reference/)).
"""

from __future__ import annotations

import math
import typing as t

from .._core.errors import CollectionError
from .._core.json_types import JsonObject
from . import advice

if t.TYPE_CHECKING:
    from .._core.http import Reply


class Call(t.NamedTuple):
    """What a request is for: ``doing`` begins the message of its failure, the rest selects the advice.

    ``alternative`` is a sentence about how to do without the permission.
    """

    doing: str
    permission: str = "Logs Edit (Logs Write in the API; listing jobs needs it too)"
    alternative: str = ""
    scope_kind: str | None = None
    dataset: str | None = None


class ZonesPage(t.NamedTuple):
    """One page of the list of zones, and the number of pages of the whole list."""

    zones: list[JsonObject]
    pages: int


class ApiError(CollectionError):
    """The API refused a request. ``status`` is the HTTP status, ``errors`` are those of the envelope."""

    def __init__(self, call: Call, reply: Reply, problem: str, errors: t.Sequence[JsonObject], next_step: str) -> None:
        message = f"{call.doing} failed: {reply.method} {reply.url} answered HTTP {reply.status}{problem}"
        super().__init__(
            f"{message.rstrip('.')}. {next_step}".strip(),
            http_status=reply.status,
            errors=[{"code": error.get("code"), "message": error.get("message")} for error in errors],
        )
        self.status = reply.status
        self.errors = errors


class FateUnknownError(CollectionError):
    """A job may or may not have been created. List the jobs to find out: the API accepts duplicates."""


def envelope(reply: Reply) -> JsonObject | None:
    """Return the envelope of an answer; None if the body is something else (Cloudflare's edge can answer with HTML)."""
    try:
        data = reply.data()
    except ValueError:
        return None
    return data if isinstance(data, dict) and "success" in data else None


def successful(reply: Reply, call: Call) -> JsonObject:
    """Return the envelope of an answer that reports success. Raises ApiError for any other answer."""
    found = envelope(reply)
    if found is None or not 200 <= reply.status < 300 or found.get("success") is not True:
        raise refusal(reply, call)
    return found


def refusal(reply: Reply, call: Call) -> ApiError:
    """Return the error for an answer that does not report success: what came back, and what to do."""
    found = envelope(reply) or {}
    errors = [error for error in found.get("errors") or [] if isinstance(error, dict)]
    next_step = advice.for_reply(reply.status, errors, call.permission, call.scope_kind, call.dataset)
    if reply.status == 403 and call.alternative:
        next_step = f"{next_step} {call.alternative}"
    if errors:
        problem = "".join(f", code {error.get('code')}: {error.get('message')}" for error in errors)
    elif found:
        problem = " with success: false and no reason"
    else:
        problem = _foreign_answer(reply)
    return ApiError(call, reply, problem, errors, next_step)


def job_list(result: t.Any, call: Call) -> list[JsonObject]:
    """Return the jobs of a list; a null is an empty list. Raises CollectionError if the result is not a list."""
    if not isinstance(result or [], list):
        raise CollectionError(f"{call.doing} failed: the answer contains no list of jobs.")
    return _objects(result)


def created_job(reply: Reply, call: Call) -> JsonObject:
    """Return the job that a POST created. Raises ApiError if the API refused it, FateUnknownError if the answer does not
    say whether a job was created."""
    if reply.status >= 500 or (200 <= reply.status < 300 and envelope(reply) is None):
        raise FateUnknownError(str(refusal(reply, call)))
    job = successful(reply, call).get("result")
    if not isinstance(job, dict) or not job.get("id"):
        raise FateUnknownError(f"{call.doing}: the answer of HTTP {reply.status} contains no job.")
    return job


def updated_job(result: t.Any) -> JsonObject:
    """Return the job of an answer to a PUT; an empty mapping if the answer contains none."""
    return result if isinstance(result, dict) else {}


def dataset_fields(result: t.Any, call: Call) -> dict[str, str]:
    """Return the fields of a dataset, each with its description. Raises CollectionError if there are none."""
    if not isinstance(result, dict) or not result:
        raise CollectionError(f"{call.doing} failed: the answer contains no fields.")
    return result


def zone(result: t.Any) -> JsonObject:
    """Return one zone; an empty mapping if the answer contains none."""
    return result if isinstance(result, dict) else {}


def zone_list(result: t.Any) -> list[JsonObject]:
    """Return the zones of a list; an empty list if the answer contains none."""
    return _objects(result)


def zones_page(found: JsonObject, zones_per_page: int) -> ZonesPage:
    """Return the zones of a page, and the number of pages of the whole list; 1 if the answer does not say."""
    info = found.get("result_info")
    total = info.get("total_count") if isinstance(info, dict) else None
    pages = math.ceil(total / zones_per_page) if isinstance(total, int) else 1
    return ZonesPage(_objects(found.get("result")), pages)


def ruleset(result: t.Any) -> JsonObject | None:
    """Return a ruleset with its rules; None if the answer contains none."""
    return result if isinstance(result, dict) else None


def _objects(result: t.Any) -> list[JsonObject]:
    return [item for item in result if isinstance(item, dict)] if isinstance(result, list) else []


def _foreign_answer(reply: Reply) -> str:
    """Return the description of an answer without an envelope: a redirect, an empty body, or a page of a proxy."""
    if 300 <= reply.status < 400:
        return f" and redirects to {reply.headers.get('Location')}. Check api_url"
    if not reply.text.strip():
        problem = " with an empty body"
    else:
        kind = (reply.headers.get("Content-Type") or "unknown content").split(";")[0]
        problem = f" with a body ({kind}, {len(reply.text)} characters) that is not the JSON of the API or is cut off"
    return problem if reply.status >= 400 else f"{problem}. Check api_url, and whether there is a proxy in between"
