# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Cloudflare's API v4, as far as Logpush needs it: scopes, jobs, fields, zones, and its error envelope."""

from __future__ import annotations

import math
import typing as t
from urllib.parse import quote

from .._core.concurrency import in_order
from .._core.errors import CollectionError
from .._core.http import Http, NoAnswerError, Reply, json_body
from .._core.json_types import JsonObject
from .._core.rate_limit import RateBudget
from . import advice
from .scopes import Scope, the_zone_named

# The most that the API gives at once.
_ZONES_PER_PAGE = 50
_ZONE_NAMES = "Zone Read, which setting zone_id does without,"


class ApiError(CollectionError):
    """The API refused. ``errors`` are those of its envelope."""

    def __init__(self, doing: str, reply: Reply, problem: str, errors: t.Sequence[JsonObject], next_step: str) -> None:
        message = f"{doing} failed: {reply.method} {reply.url} answered HTTP {reply.status}{problem}"
        super().__init__(
            f"{message.rstrip('.')}. {next_step}".strip(),
            http_status=reply.status,
            errors=[{"code": error.get("code"), "message": error.get("message")} for error in errors],
        )
        self.status = reply.status
        self.errors = errors


class FateUnknownError(CollectionError):
    """A job may or may not have been created: the API accepts duplicates, so this is settled by listing the jobs."""


class ZonesPage(t.NamedTuple):
    """One page of the list of zones, and how many pages there are in all."""

    zones: list[JsonObject]
    pages: int


class About(t.NamedTuple):
    """What a call is about, as far as the advice on its failure needs to know."""

    scope_kind: str | None = None
    dataset: str | None = None
    permission: str = "Logs Edit (Logs Write in the API; listing jobs needs it too)"


_WAF = About(permission="Zone WAF Edit")


class CloudflareReader:
    """The calls that only read. A planner gets this class, so that it cannot write."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @property
    def budget(self) -> RateBudget:
        """The rate budget that all calls share."""
        return self._http.budget

    def jobs(self, scope: Scope) -> list[JsonObject]:
        """Return all jobs of a scope (the API has one page of them). Raises ApiError, NoAnswerError."""
        doing = f"Listing the Logpush jobs of {scope}"
        # A null instead of a list has been seen where there is nothing, and where an answer went wrong. Taken for
        # "no jobs" too soon it makes a duplicate.
        for dummy in range(2):
            result = self._call("GET", f"{scope.path}/logpush/jobs", doing, about=About(scope.kind))
            if result is not None:
                break
        if not isinstance(result or [], list):
            raise CollectionError(f"{doing} failed: the answer holds no list of jobs.")
        return [job for job in result or [] if isinstance(job, dict)]

    def dataset_fields(self, scope: Scope, dataset: str) -> dict[str, str]:
        """Return the fields that a dataset offers in this scope, each with its description. Raises ApiError,
        NoAnswerError."""
        doing = f"Listing the fields of dataset {dataset} of {scope}"
        path = f"{scope.path}/logpush/datasets/{quote(dataset, safe='')}/fields"
        fields = self._call("GET", path, doing, about=About(scope.kind, dataset))
        if not isinstance(fields, dict) or not fields:
            raise CollectionError(f"{doing} failed: the answer holds no fields.")
        return fields

    def zone(self, zone_id: str) -> JsonObject:
        """Return one zone. Raises ApiError, NoAnswerError."""
        scope = Scope("zones", zone_id)
        zone = self._call("GET", scope.path, f"Looking up {scope}", about=About(scope.kind))
        return zone if isinstance(zone, dict) else {}

    def zone_named(self, name: str) -> JsonObject:
        """Return the zone of this domain name. Raises CollectionError where there is none or more than one, ApiError,
        NoAnswerError."""
        query = {"name": name, "per_page": str(_ZONES_PER_PAGE)}
        found = self._call("GET", "zones", f"Looking up zone {name}", query=query, about=About(permission=_ZONE_NAMES))
        return the_zone_named(name, _objects(found))

    def zones(self, filters: t.Mapping[str, str], concurrency: int) -> list[JsonObject]:
        """Return all zones that the credentials see and that pass the filters of the API (C(status), C(account.id), ...),
        ``concurrency`` pages at a time. Raises ApiError, NoAnswerError."""
        first = self.zones_page(filters, 1)
        further = in_order(lambda page: self.zones_page(filters, page), range(2, first.pages + 1), concurrency)
        by_id = {zone.get("id"): zone for page in (first, *further) for zone in page.zones}
        return list(by_id.values())

    def zones_page(self, filters: t.Mapping[str, str], page: int) -> ZonesPage:
        """Return one page of the zones, from 1. Raises ApiError, NoAnswerError."""
        # In an order that does not change while the pages are fetched, or a zone could fall between two of them.
        query = {**filters, "order": "name", "page": str(page), "per_page": str(_ZONES_PER_PAGE)}
        envelope = self._ask(
            "GET", "zones", f"Listing the zones, page {page},", query=query, about=About(permission="Zone Read")
        )
        info = envelope.get("result_info")
        total = info.get("total_count") if isinstance(info, dict) else None
        pages = math.ceil(total / _ZONES_PER_PAGE) if isinstance(total, int) else 1
        return ZonesPage(_objects(envelope.get("result")), pages)

    def entry_ruleset(self, zone_id: str, phase: str) -> JsonObject | None:
        """Return the entry point ruleset of a phase of a zone, with its rules; None where the phase has none yet.
        Raises ApiError, NoAnswerError."""
        doing = f"Reading the WAF rules of zone {zone_id}"
        base = f"zones/{quote(zone_id, safe='')}/rulesets"
        try:
            ruleset = self._call("GET", f"{base}/phases/{phase}/entrypoint", doing, about=_WAF)
        except ApiError as error:
            if error.status == 404 and any(item.get("code") == 10003 for item in error.errors):
                return None
            raise
        return ruleset if isinstance(ruleset, dict) else None

    def _call(self, method: str, path: str, doing: str, **more: t.Any) -> t.Any:
        """Return the result of a call; see C(_ask)."""
        return self._ask(method, path, doing, **more).get("result")

    def _ask(
        self,
        method: str,
        path: str,
        doing: str,
        query: t.Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        about: About = About(),
    ) -> JsonObject:
        """Return the envelope of a call that may be sent again."""
        content = None if body is None else json_body(body)
        try:
            reply = self._http.send(method, path, query=query, body=content)
            if reply.status == 200 and _envelope(reply) is None:
                # Cut off or garbled on the way. Everything that comes through here may be sent again.
                reply = self._http.send(method, path, query=query, body=content)
        except NoAnswerError as error:
            raise NoAnswerError(f"{doing} failed: {error}", error.sent) from None
        return _successful(doing, reply, about)


class Cloudflare(CloudflareReader):
    """All calls: those that read, and those that write."""

    def reader(self) -> CloudflareReader:
        """Return a client without writing methods that shares the connections and the rate budget of this one."""
        return CloudflareReader(self._http)

    def create_job(self, scope: Scope, body: JsonObject) -> JsonObject:
        """Create a job and give it as the API does. Sent once: raises FateUnknownError where the answer does not
        tell whether the job was made, ApiError where it was refused, NoAnswerError where the API was not reached."""
        doing = f"Creating a Logpush job for {scope}"
        about = About(scope.kind, body.get("dataset"))
        path = f"{scope.path}/logpush/jobs"
        try:
            reply = self._http.send("POST", path, body=json_body(body), repeat=False)
        except NoAnswerError as error:
            if error.sent:
                raise FateUnknownError(f"{doing} failed: {error}") from None
            raise
        envelope = _envelope(reply)
        if reply.status >= 500 or (200 <= reply.status < 300 and envelope is None):
            raise FateUnknownError(str(_failure(doing, reply, about)))
        job = _successful(doing, reply, about).get("result")
        if not isinstance(job, dict) or not job.get("id"):
            raise FateUnknownError(f"{doing}: the answer of HTTP {reply.status} holds no job.")
        return job

    def update_job(self, scope: Scope, job_id: int, body: JsonObject, dataset: str) -> JsonObject:
        """Update a job and give it as the API does; an empty mapping where the answer holds none. ``dataset`` is the
        one the job has, for advice. Raises ApiError, NoAnswerError."""
        doing = f"Updating Logpush job {job_id} of {scope}"
        job = self._call(
            "PUT", f"{scope.path}/logpush/jobs/{job_id}", doing, body=body, about=About(scope.kind, dataset)
        )
        return job if isinstance(job, dict) else {}

    def delete_job(self, scope: Scope, job_id: int) -> None:
        """Delete a job; one that is gone already is as good. Raises ApiError, NoAnswerError."""
        try:
            self._call(
                "DELETE",
                f"{scope.path}/logpush/jobs/{job_id}",
                f"Deleting Logpush job {job_id} of {scope}",
                about=About(scope.kind),
            )
        except ApiError as error:
            if error.status != 404:
                raise

    def add_rule(self, zone_id: str, phase: str, ruleset: JsonObject | None, rule: JsonObject) -> None:
        """Add a rule to the entry point ruleset of a phase, which is made where there is none. Raises ApiError,
        NoAnswerError."""
        base, body = f"zones/{quote(zone_id, safe='')}/rulesets", rule
        if ruleset:
            base = f"{base}/{ruleset['id']}/rules"
        else:
            body = {"name": "default", "kind": "zone", "phase": phase, "rules": [rule]}
        doing = f"Adding a WAF rule to zone {zone_id}"
        try:
            # Sent once: a repetition could add it twice. A rerun looks first.
            _successful(doing, self._http.send("POST", base, body=json_body(body), repeat=False), _WAF)
        except NoAnswerError as error:
            raise NoAnswerError(f"{doing} failed: {error} Run this again: it looks first.", error.sent) from None

    def change_rule(self, zone_id: str, ruleset_id: str, rule_id: str, rule: JsonObject) -> None:
        """Change a rule; ``rule`` is the whole of it. Raises ApiError, NoAnswerError."""
        path = f"zones/{quote(zone_id, safe='')}/rulesets/{ruleset_id}/rules/{rule_id}"
        self._call("PATCH", path, f"Changing a WAF rule of zone {zone_id}", body=rule, about=_WAF)

    def delete_rule(self, zone_id: str, ruleset_id: str, rule_id: str) -> None:
        """Delete a rule; one that is gone already is as good. Raises ApiError, NoAnswerError."""
        path = f"zones/{quote(zone_id, safe='')}/rulesets/{ruleset_id}/rules/{rule_id}"
        try:
            self._call("DELETE", path, f"Deleting a WAF rule of zone {zone_id}", about=_WAF)
        except ApiError as error:
            if error.status != 404:
                raise


def _objects(result: t.Any) -> list[JsonObject]:
    return [item for item in result if isinstance(item, dict)] if isinstance(result, list) else []


def _successful(doing: str, reply: Reply, about: About) -> JsonObject:
    """The envelope of an answer that says success. Raises ApiError for any other."""
    envelope = _envelope(reply)
    if envelope is None or not 200 <= reply.status < 300 or envelope.get("success") is not True:
        raise _failure(doing, reply, about)
    return envelope


def _envelope(reply: Reply) -> dict[str, t.Any] | None:
    """The envelope of an answer: None where the body is anything else (the edge answers with HTML at times)."""
    try:
        data = reply.data()
    except ValueError:
        return None
    return data if isinstance(data, dict) and "success" in data else None


def _failure(doing: str, reply: Reply, about: About) -> ApiError:
    envelope = _envelope(reply) or {}
    errors = [error for error in envelope.get("errors") or [] if isinstance(error, dict)]
    next_step = advice.for_reply(reply.status, errors, about.permission, about.scope_kind, about.dataset)
    if errors:
        problem = "".join(f", code {error.get('code')}: {error.get('message')}" for error in errors)
    elif envelope:
        problem = " with success: false and no reason"
    elif 300 <= reply.status < 400:
        problem = f" and redirects to {reply.headers.get('Location')}. See api_url"
    elif not reply.text.strip():
        problem = " with an empty body"
        if reply.status < 400:
            problem += ". See api_url, and whether a proxy is in between"
    else:
        kind = (reply.headers.get("Content-Type") or "unknown content").split(";")[0]
        problem = f" with a body ({kind}, {len(reply.text)} characters) that is not the JSON of the API or is cut off"
        if reply.status < 400:
            problem += ". See api_url, and whether a proxy is in between"
    return ApiError(doing, reply, problem, errors, next_step)
