# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send the requests to Cloudflare's API v4 that Logpush needs: jobs, dataset fields, zones and WAF rules.

C(answers) interprets the answers. Every method raises ApiError if the API refuses the request, and NoAnswerError if no whole
answer arrives.
"""

from __future__ import annotations

import typing as t

from .._core.concurrency import in_order
from .._core.http import NoAnswerError, json_body
from .._core.json_types import JsonObject
from .._core.url_paths import path_segment
from . import advice, answers
from .analytics import Analytics
from .answers import ApiError, Call, FateUnknownError, UnexpectedAnswerError, ZonesPage
from .scopes import Scope, account_of, the_zone_named
from .sending import ApiSender, absent_is_success

# Re-exported, because the methods return and raise them.
__all__ = ["ApiError", "Cloudflare", "CloudflareReader", "FateUnknownError", "UnexpectedAnswerError", "ZonesPage"]

# The largest page that the API returns.
_ZONES_PER_PAGE = 50


class CloudflareReader(ApiSender):
    """The requests that only read. A planner gets this class, so that it cannot write."""

    def analytics(self) -> Analytics:
        """Return a client for the GraphQL analytics. Its requests count against a rate limit of their own."""
        return Analytics(self._http, self._mask)

    def learn_accounts(self, account_ids: t.Iterable[object]) -> None:
        """Remember accounts that the API token may belong to: a token of an account is verified through its account."""
        for account_id in account_ids:
            self._token.learn_account(account_id)

    def jobs(self, scope: Scope) -> list[JsonObject]:
        """Return all jobs of a scope. The API returns them in one page."""
        call = Call(f"Listing the Logpush jobs of {scope}", scope_kind=scope.kind)
        return self._read(f"{scope.path}/logpush/jobs", call, lambda found: answers.jobs(found, call))

    def dataset_fields(self, scope: Scope, dataset: str) -> dict[str, str]:
        """Return the fields that a dataset offers in a scope, each with its description."""
        call = Call(f"Listing the fields of dataset {dataset} of {scope}", scope_kind=scope.kind, dataset=dataset)
        path = f"{scope.path}/logpush/datasets/{path_segment(dataset)}/fields"
        return self._read(path, call, lambda found: answers.dataset_fields(found.get("result"), call))

    def zone(self, zone_id: str) -> JsonObject:
        """Return one zone by its ID."""
        scope = Scope("zones", zone_id)
        call = Call(f"Looking up {scope}", scope_kind=scope.kind)
        zone = self._read(scope.path, call, lambda found: answers.zone(found.get("result"), zone_id, call))
        self._learn_accounts_of([zone])
        return zone

    def zone_named(self, name: str) -> JsonObject:
        """Return the zone with this domain name. Raises CollectionError if there is none or more than one."""
        call = Call(
            f"Looking up zone {name}",
            permission="Zone Read",
            alternative="Or set zone_id instead of the name; then Zone Read is not needed.",
        )
        query = {"name": name, "per_page": str(_ZONES_PER_PAGE)}
        # A part of the list would hide that several zones have this name.
        return the_zone_named(name, answers.complete_zones([self._zones_page(call, query)], call))

    def zones(self, filters: t.Mapping[str, str], concurrency: int, first: ZonesPage | None = None) -> list[JsonObject]:
        """Return all zones that the credentials can see and that match the filters of the API (C(status), C(account.id), ...).

        Requests up to ``concurrency`` pages at the same time. ``first`` is the first page, if it is there already.
        """
        first = first or self.zones_page(filters, 1)
        further = in_order(lambda page: self.zones_page(filters, page), range(2, first.pages + 1), concurrency)
        return answers.complete_zones([first, *further], Call("Listing the zones"))

    def zones_page(self, filters: t.Mapping[str, str], page: int) -> ZonesPage:
        """Return one page of the zones; the first page is 1."""
        call = Call(f"Listing the zones, page {page},", permission="Zone Read")
        # Sorted by name, so that a zone does not move to another page between two requests.
        query = {**filters, "order": "name", "page": str(page), "per_page": str(_ZONES_PER_PAGE)}
        return self._zones_page(call, query)

    def _zones_page(self, call: Call, query: t.Mapping[str, str]) -> ZonesPage:
        page = self._read("zones", call, lambda found: answers.zones_page(found, _ZONES_PER_PAGE, call), query)
        self._learn_accounts_of(page.zones)
        return page

    def _learn_accounts_of(self, zones: t.Iterable[JsonObject]) -> None:
        self.learn_accounts(account_of(zone) for zone in zones)

    def entry_ruleset(self, zone: Scope, phase: str) -> JsonObject | None:
        """Return the entry point ruleset of a phase of a zone, with its rules; None if the phase has none yet."""
        path = f"{zone.path}/rulesets/phases/{phase}/entrypoint"
        call = _waf_call(f"Reading the WAF rules of {zone}")
        try:
            return self._read(path, call, lambda found: answers.ruleset(found.get("result"), call))
        except ApiError as error:
            if advice.is_missing_ruleset(error.status, error.errors):
                return None
            raise


class Cloudflare(CloudflareReader):
    """All requests: those that read, and those that write."""

    def reader(self) -> CloudflareReader:
        """Return a client without writing methods that shares the connections and the rate budget of this one."""
        return CloudflareReader(self._http, self._mask, self._token)

    def create_job(self, scope: Scope, body: JsonObject) -> JsonObject:
        """Create a job and return it as the API shows it.

        The request is sent once, because the API accepts duplicates. Raises FateUnknownError if the answer does not say
        whether the job was created, and NoAnswerError if the request did not reach the API.
        """
        call = Call(f"Creating a Logpush job for {scope}", scope_kind=scope.kind, dataset=body.get("dataset"))
        return self._create(f"{scope.path}/logpush/jobs", call, body, answers.created_job)

    def update_job(self, scope: Scope, job_id: int, body: JsonObject, dataset: str) -> JsonObject | None:
        """Update a job and return it as the API shows it; None if the answer does not contain the job.

        ``dataset`` is the dataset that the job has now; it selects the advice for a failure.
        """
        call = Call(f"Updating Logpush job {job_id} of {scope}", scope_kind=scope.kind, dataset=dataset)
        return answers.updated_job(self._result("PUT", _job_path(scope, job_id), call, body=body), job_id)

    def delete_job(self, scope: Scope, job_id: int) -> None:
        """Delete a job, or do nothing if it no longer exists."""
        call = Call(f"Deleting Logpush job {job_id} of {scope}", scope_kind=scope.kind)
        with absent_is_success():
            self._result("DELETE", _job_path(scope, job_id), call)

    def add_rule(self, zone: Scope, phase: str, ruleset: JsonObject | None, rule: JsonObject) -> None:
        """Add a rule to the entry point ruleset of a phase; create the ruleset if ``ruleset`` is None."""
        path, body = f"{zone.path}/rulesets", rule
        if ruleset:
            path = f"{path}/{path_segment(ruleset['id'])}/rules"
        else:
            body = {"name": "default", "kind": "zone", "phase": phase, "rules": [rule]}
        call = _waf_call(f"Adding a WAF rule to {zone}")
        try:
            # Sent once, because a repetition could add the rule twice.
            reply = self._send("POST", path, body=json_body(body), repeat=False)
        except NoAnswerError as error:
            raise error.of(call.doing, "Run this again: it checks for the rule before it adds one.") from None
        with self._explained():
            answers.successful(reply, call)

    def change_rule(self, zone: Scope, ruleset_id: str, rule_id: str, rule: JsonObject) -> None:
        """Replace a rule; ``rule`` is the whole rule."""
        self._result(
            "PATCH", _rule_path(zone, ruleset_id, rule_id), _waf_call(f"Changing a WAF rule of {zone}"), body=rule
        )

    def delete_rule(self, zone: Scope, ruleset_id: str, rule_id: str) -> None:
        """Delete a rule, or do nothing if it no longer exists."""
        with absent_is_success():
            self._result("DELETE", _rule_path(zone, ruleset_id, rule_id), _waf_call(f"Deleting a WAF rule of {zone}"))


def _job_path(scope: Scope, job_id: int) -> str:
    return f"{scope.path}/logpush/jobs/{path_segment(job_id)}"


def _rule_path(zone: Scope, ruleset_id: str, rule_id: str) -> str:
    return f"{zone.path}/rulesets/{path_segment(ruleset_id)}/rules/{path_segment(rule_id)}"


def _waf_call(doing: str) -> Call:
    return Call(doing, permission="Zone WAF Edit")
