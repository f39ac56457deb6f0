# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn an answer of Cloudflare's GraphQL API into groups of uploads, or into an error that says what came back. Pure: no I/O.

An answer has ``data`` and ``errors``; ``errors`` is null if the query succeeded. Errors can come with HTTP 200
(U(https://developers.cloudflare.com/analytics/graphql-api/errors/)). If there are any, the data is not used.
"""

from __future__ import annotations

import collections
import re
import typing as t

from .._core.json_types import JsonObject, is_count, is_id_number, is_whole_number, type_name
from .._core.quota import reports
from . import advice, answers
from .advice import Advice
from .analytics_query import Limits, Part
from .answers import ApiError, Call
from .scopes import Scope

if t.TYPE_CHECKING:
    from .._core.http import Reply

NODE = "logpushHealthAdaptiveGroups"

# Why a query was refused: an account or some of the zones, the window or the page is too large, the window is too old, too
# many queries, or something else.
ACCOUNT, ZONES, WINDOW, PAGE, AGE, RATE, BUSY, OTHER = "account zones window page age rate busy other".split()

_MESSAGES = (
    (ZONES, r"(?i)\bzones?\b.*(not authorized|does not have access)"),
    (ACCOUNT, r"(?i)not authorized|unauthorized|does not have access|authentication error|from location"),
    (WINDOW, r"(?i)time range is too large"),
    (PAGE, r"(?i)limit must be positive number and not greater than (?P<limit>\d{1,9})"),
    (AGE, r"(?i)cannot request data older than"),
    (RATE, r"(?i)rate limiter budget|rate limit"),
    (BUSY, r"(?i)too many queries in progress|internal (server )?error"),
)
_NO_ACCESS = r"(?i)does not have access"
_RATE_CODE = "budget"
_STATUSES = {RATE: 429, BUSY: 503}
_WAIT = re.compile(r"(?i)after (\d{1,4}) (second|minute)")
# Seconds to wait after a refusal that names no time. The limit applies to five minutes.
_UNSTATED_WAIT = 60
_LISTED_ZONES = re.compile(r"\[[^\]]*\]")

_ADVICE = {
    AGE: Advice(
        "The window begins before the oldest figures that Cloudflare keeps", "Choose a shorter or a later window."
    ),
    WINDOW: Advice("", "Choose a shorter window."),
    PAGE: Advice("", "Choose a shorter window."),
    RATE: Advice(
        "The limit of 300 GraphQL queries in five minutes is used up", "Try again in five minutes, or raise retries."
    ),
    BUSY: Advice("", "Try again later, or raise retries."),
}


class Group(t.NamedTuple):
    """The uploads of a job with one status. C(is_final) is whether Cloudflare made no further attempt."""

    job_id: int
    status: int
    is_final: bool
    uploads: int
    records: int
    size: int


class QueryRefusedError(ApiError):
    """The API refused a query. ``kind`` is why, one of the words above. ``limit`` is the most groups that the API returns, if it
    says so."""

    kind = OTHER
    limit = 0


def interpreted(reply: Reply) -> Reply:
    """Return an answer with the status and the C(retry-after) that its errors mean: a refusal because of a rate limit can come
    with HTTP 200, and states the time to wait in its message."""
    errors = _errors(reply)
    kind = _kind(reply.status, errors)
    if kind not in _STATUSES:
        return reply
    status = _STATUSES[kind]
    wait = 0 if reply.headers.get("retry-after") else _wait(errors, reply.headers)
    if kind == RATE and wait:
        headers = collections.ChainMap({"retry-after": str(wait)}, t.cast("dict[str, str]", reply.headers))
        return reply._replace(status=status, headers=headers)
    return reply._replace(status=status)


def is_complete(reply: Reply) -> bool:
    """Return whether an answer has the form of an answer of the API; its content may still be an error."""
    return _body(reply) is not None or reply.status != 200


def data(reply: Reply, scope: Scope) -> JsonObject:
    """Return the data of an answer. Raises QueryRefusedError for any other answer; its message names ``scope``."""
    found = _body(reply)
    if found is None or not 200 <= reply.status < 300 or found.get("errors") or found.get("success") is False:
        raise refusal(reply, scope)
    content = found.get("data")
    return content if isinstance(content, dict) else {}


def refusal(reply: Reply, scope: Scope) -> QueryRefusedError:
    """Return the error for an answer that contains no data: what came back, and what to do."""
    permission = "Account Analytics Read" if scope.kind == "accounts" else "Analytics Read"
    call = Call(call_for(scope).doing, permission)
    errors = _errors(reply)
    kind = _kind(reply.status, errors)
    shown = [{**error, "message": _LISTED_ZONES.sub("[…]", reply.quoted(error["message"]))} for error in errors]
    foreign = None if errors else answers.refusal(reply, call)
    explanation = _advice(kind, reply.status, shown, permission, scope)
    if foreign and not explanation.text:
        explanation = foreign.advice
    found = QueryRefusedError(call, reply, shown, foreign.problem if foreign else "", explanation)
    found.kind = kind
    if kind == PAGE:
        limits = [re.search(dict(_MESSAGES)[PAGE], error["message"]) for error in errors]
        found.limit = min(int(match["limit"]) for match in limits if match)
    return found


def refused_zones(reply: Reply, scopes: t.Iterable[Scope]) -> list[Scope]:
    """Return the zones that the messages of a refusal name."""
    text = " ".join(error["message"] for error in _errors(reply))
    return [scope for scope in scopes if re.search(rf"(?i)(?<!\w){re.escape(scope.id)}(?!\w)", text)]


def call_for(scope: Scope) -> Call:
    """Return the purpose of a query for a message about one of its scopes."""
    return Call(f"Reading the uploads of the Logpush jobs of {scope}")


def limits(content: JsonObject) -> Limits:
    """Return the limits in an answer to the query for settings; the default for each that it does not contain."""
    default = Limits()
    try:
        settings = _object(_first(_viewer(content), "accounts").get("settings"), "settings").get(NODE)
        found = _object(settings, "settings of the dataset")
    except ValueError:
        return default
    return Limits(
        _positive(found.get("maxPageSize")) or default.page_size,
        _positive(found.get("maxDuration")) or default.duration,
        _positive(found.get("notOlderThan")),
    )


def groups(content: JsonObject, part: Part) -> dict[Scope, list[Group]]:
    """Return the groups of each scope of a part that an answer contains. Raises ValueError, without a value of the answer, if
    the answer has another form."""
    viewer = _viewer(content)
    if part.of_account:
        return {part.scopes[0]: _groups(_first(viewer, "accounts"))}
    listed = (_first(viewer, "accounts") if part.account else viewer).get("zones")
    if not isinstance(listed, list):
        raise ValueError(f"it must contain a list of zones, but it contains {type_name(listed)}")
    by_id = {scope.id: scope for scope in part.scopes}
    found: dict[Scope, list[Group]] = {}
    for item in listed:
        zone = _object(item, "a zone")
        scope = by_id.get(str(zone.get("zoneTag")).lower())
        if scope is None:
            raise ValueError("it contains a zone that was not requested")
        if scope in found:
            raise ValueError("it contains a zone twice")
        found[scope] = _groups(zone)
    return found


def is_full(found: t.Mapping[Scope, t.Sized], part: Part) -> bool:
    """Return whether an answer has as many groups as it may have, so that more can exist."""
    return sum(len(listed) for listed in found.values()) >= part.limit


def _body(reply: Reply) -> JsonObject | None:
    """Return the content of an answer; None if it is not an answer of the API."""
    try:
        found = reply.data()
    except ValueError:
        return None
    return found if isinstance(found, dict) and ("data" in found or "errors" in found) else None


def _errors(reply: Reply) -> list[JsonObject]:
    """Return the errors of an answer, each with its code and its message."""
    listed = (_body(reply) or {}).get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    return [{"code": _code(error), "message": _text(error.get("message"))} for error in errors]


def _code(error: JsonObject) -> t.Any:
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else error.get("code")
    return code if is_whole_number(code) or (isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code)) else None


def _kind(status: int, errors: t.Iterable[JsonObject]) -> str:
    """Return why a query was refused."""
    errors = list(errors)
    if status == 429 or any(error["code"] == _RATE_CODE for error in errors):
        return RATE
    for kind, pattern in _MESSAGES:
        if any(re.search(pattern, error["message"]) for error in errors):
            return kind
    return ACCOUNT if status in (401, 403) else OTHER


def _wait(errors: t.Iterable[JsonObject], headers: t.Mapping[str, str]) -> int:
    """Return the seconds to wait after a refusal because of the rate limit; 0 if the headers say it."""
    found = [match for match in (_WAIT.search(error["message"]) for error in errors) if match]
    stated = max((int(match[1]) * (60 if match[2].lower() == "minute" else 1) for match in found), default=0)
    return stated or (0 if reports(headers) else _UNSTATED_WAIT)


def _advice(kind: str, status: int, errors: t.Sequence[JsonObject], permission: str, scope: Scope) -> Advice:
    if advice.is_about_address(errors):
        return advice.ADDRESS_REFUSED
    if any(re.search(_NO_ACCESS, error["message"]) for error in errors):
        return Advice(
            f"The plan of this {scope.kind[:-1]} has no analytics of Logpush, or the API token lacks the permission {permission}",
            "Check both in the dashboard.",
        )
    if kind in (ACCOUNT, ZONES):
        return Advice(
            f"The API token lacks the permission {permission} for this {scope.kind[:-1]}",
            "Add it in the dashboard (My Profile or Manage Account > API Tokens).",
        )
    if kind == OTHER:
        return advice.INTERNAL_ERROR if status >= 500 else Advice()
    return _ADVICE[kind]


def _viewer(content: JsonObject) -> JsonObject:
    return _object(content.get("viewer"), "an object viewer")


def _first(parent: JsonObject, name: str) -> JsonObject:
    """Return the only object of a list."""
    listed = parent.get(name)
    if not isinstance(listed, list) or len(listed) != 1:
        count = f"{len(listed)} of them" if isinstance(listed, list) else type_name(listed)
        raise ValueError(f"{name} must be a list of one object, but it contains {count}")
    return _object(listed[0], f"an object in {name}")


def _groups(parent: JsonObject) -> list[Group]:
    listed = parent.get(NODE)
    if not isinstance(listed, list):
        raise ValueError(f"{NODE} must be a list, but it is {type_name(listed)}")
    return [_group(_object(item, "a group")) for item in listed]


def _group(found: JsonObject) -> Group:
    names, sums = _object(found.get("dimensions"), "dimensions"), _object(found.get("sum"), "sums")
    job_id, final = names.get("jobId"), names.get("final")
    if not is_id_number(job_id):
        raise ValueError(f"jobId must be a positive whole number, but it is {type_name(job_id)}")
    if not isinstance(final, bool) and final not in (0, 1):
        raise ValueError(f"final must be 0 or 1, but it is {type_name(final)}")
    status = _amount(names, "status")
    uploads = _amount(sums, "uploads")
    if not 200 <= status < 300:
        # Every group counts at least one upload. If failed attempts have no sum of uploads, the count says how many there are.
        uploads = uploads or _amount(found, "count")
    return Group(t.cast(int, job_id), status, bool(final), uploads, _amount(sums, "records"), _amount(sums, "bytes"))


def _amount(found: JsonObject, name: str) -> int:
    value = found.get(name)
    if not is_count(value):
        raise ValueError(f"{name} must be a whole number, but it is {type_name(value)}")
    return t.cast(int, value)


def _positive(value: t.Any) -> int | None:
    return t.cast(int, value) if is_id_number(value) and value < 2**31 else None


def _text(value: t.Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: t.Any, what: str) -> JsonObject:
    if not isinstance(value, dict):
        raise ValueError(f"it must contain {what}, but it contains {type_name(value)}")
    return value
