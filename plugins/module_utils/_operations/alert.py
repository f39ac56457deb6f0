# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Manage the notification policy of an account for jobs that Cloudflare disables, and the webhooks that it sends to."""

from __future__ import annotations

import typing as t

from .._cloudflare.answers import ApiError, FateUnknownError
from .._cloudflare.notifications import Notifications
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import Scope, check_scope, scope_with_id
from .._cloudflare.sending import ApiSender
from .._core.clock import Clock
from .._core.errors import CollectionError
from .._core.json_types import JsonObject
from .._core.outcome import Plan
from .._core.run import Options, RunContext
from .._logpush import alert as rules
from .._logpush.alert_webhooks import (
    Webhook,
    checked_webhooks,
    existing_webhook,
    kept_name_text,
    place_of,
    plan_webhook,
    secret_parts,
    unencrypted_text,
)

# Seconds before each search for an object whose creation got no clear answer: the API may have created it late.
_PAUSES_AFTER_UNKNOWN_CREATE = (1.0, 3.0)


ALERT_SPEC: dict[str, t.Any] = {
    "name": dict(type="str"),
    "state": dict(type="str", choices=["present", "absent"], default="present"),
    "enabled": dict(type="bool", default=True),
    "emails": dict(type="list", elements="str"),
    "pagerduty": dict(type="list", elements="str"),
    "webhooks": dict(
        type="list",
        elements="dict",
        options={
            "url": dict(type="str", required=True, no_log=True),
            "name": dict(type="str"),
            "secret": dict(type="str", no_log=True),
        },
    ),
    "update_secret": dict(type="str", choices=["on_create", "always"], default="on_create", no_log=False),
}


class AlertRequest(t.NamedTuple):
    """The checked options of a policy, without its account. A kind of recipients that is not given is None."""

    state: str
    name: str | None
    enabled: bool
    emails: list[rules.Recipient] | None
    pagerduty: t.Sequence[t.Any] | None
    webhooks: list[Webhook] | None
    update_secret: bool


class _PlannedWebhook(t.NamedTuple):
    wanted: Webhook
    observed: JsonObject | None
    plan: Plan


def manage_alert(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(logpush_alert). Raises CollectionError."""
    options = with_credentials(options)
    check_scope(options, ("account_id",))
    request = alert_request(options, context)
    client = cloudflare_client(options, context.mask)
    account = scope_with_id("accounts", options["account_id"])
    client.learn_accounts([account.id])
    return apply_alert(client, account, request, context)


def alert_request(options: Options, context: RunContext) -> AlertRequest:
    """Return the checked options of a policy. Raises OptionError."""
    webhooks = None if options.get("webhooks") is None else checked_webhooks(options["webhooks"])
    for webhook in webhooks or ():
        context.mask.add(webhook.secret, *secret_parts(webhook.url))
    return AlertRequest(
        state=options["state"],
        name=options.get("name"),
        enabled=options["enabled"],
        emails=None if options.get("emails") is None else rules.checked_emails(options["emails"]),
        pagerduty=options.get("pagerduty"),
        webhooks=webhooks,
        update_secret=options["update_secret"] == "always",
    )


def apply_alert(client: ApiSender, account: Scope, request: AlertRequest, context: RunContext) -> dict[str, t.Any]:
    """Bring the policy of one account to the requested state, and return the result. Raises CollectionError."""
    alert = _Alert(Notifications.sharing(client), account, context)
    return alert.remove(request.name) if request.state == "absent" else alert.apply(request)


class _Alert:
    """The policy of one account."""

    def __init__(self, client: Notifications, account: Scope, context: RunContext) -> None:
        self._client = client
        self._account = account
        self._context = context
        self._policies = client.policies(account)
        # How the recipients of the account are shown, by ID, as far as they were listed.
        self._shown: dict[str, t.Any] = {}

    def remove(self, name: str | None) -> dict[str, t.Any]:
        """Delete the policy with a name, or with the default name. Its webhooks stay, because other policies can use them."""
        observed = rules.find_policy(self._policies, name, adopt=False)
        plan = rules.plan_absent(observed, self._shown)
        if observed is not None and not self._context.check_mode:
            self._client.delete_policy(self._account, observed["id"])
        return self._result(plan, plan.target.get("name") or "", [])

    def apply(self, request: AlertRequest) -> dict[str, t.Any]:
        """Bring the policy to the requested state."""
        observed = rules.find_policy(self._policies, request.name, adopt=True)
        recipients: dict[str, list[rules.Recipient]] = {}
        if request.emails is not None:
            recipients["emails"] = request.emails
        if request.pagerduty is not None:
            recipients["pagerduty"] = self._pagerduty(request.pagerduty)
        planned: list[_PlannedWebhook] = []
        if request.webhooks is not None:
            planned = self._planned_webhooks(request.webhooks, observed, request.update_secret)
            recipients["webhooks"] = [_recipient(one, (one.observed or {}).get("id", "")) for one in planned]
        wanted = rules.WantedPolicy(request.name, request.enabled, recipients)
        plan = rules.plan_present(wanted, observed, self._shown)
        if not self._context.check_mode:
            if planned:
                recipients["webhooks"] = [_recipient(one, self._written_webhook(one)) for one in planned]
                plan = rules.plan_present(wanted, observed, self._shown)
            plan = self._written_policy(plan, observed)
        warnings = [
            text for one in planned for text in (unencrypted_text(one.wanted), kept_name_text(one.wanted, one.observed))
        ]
        warnings.append(rules.others_text(self._policies) if observed is None else "")
        return {**self._result(plan, plan.target["name"], planned), "warnings": list(filter(None, warnings))}

    def _pagerduty(self, wanted: t.Sequence[t.Any]) -> list[rules.Recipient]:
        """Return the requested PagerDuty services. An account without any is not asked, if none is requested."""
        if not wanted:
            return []
        services = self._client.pagerduty_services(self._account)
        for service in services:
            self._shown[service["id"]] = {"id": service["id"], "name": service.get("name") or ""}
        return rules.pagerduty_recipients(wanted, services)

    def _planned_webhooks(
        self, wanted: t.Sequence[Webhook], policy: JsonObject | None, update_secret: bool
    ) -> list[_PlannedWebhook]:
        webhooks = self._listed_webhooks()
        used = rules.used_webhooks(policy)
        planned = []
        for webhook in wanted:
            observed = existing_webhook(webhook, webhooks, used)
            planned.append(
                _PlannedWebhook(webhook, observed, plan_webhook(webhook, observed, update_secret=update_secret))
            )
        return planned

    def _listed_webhooks(self) -> list[JsonObject]:
        webhooks = self._client.webhooks(self._account)
        for webhook in webhooks:
            # The URLs of others can contain credentials, too.
            self._context.mask.learn(*secret_parts(webhook.get("url")))
            self._shown[webhook["id"]] = {"name": webhook.get("name") or "", "host": place_of(webhook.get("url"))}
        return webhooks

    def _written_webhook(self, planned: _PlannedWebhook) -> str:
        """Create or change a webhook, and return its ID."""
        wanted, plan = planned.wanted, planned.plan
        if planned.observed is not None:
            if plan.writes:
                self._client.replace_webhook(self._account, planned.observed["id"], plan.body, wanted.place)
            return str(planned.observed["id"])
        known = set(self._shown)

        def found() -> list[str]:
            listed = [one for one in self._client.webhooks(self._account) if one["id"] not in known]
            observed = existing_webhook(wanted, listed, ())
            return [observed["id"]] if observed else []

        def create() -> str:
            return self._client.create_webhook(self._account, plan.body, wanted.place)

        webhook_id = _created_once(create, found, self._context.clock)
        self._shown[webhook_id] = plan.target
        return webhook_id

    def _written_policy(self, plan: Plan, observed: JsonObject | None) -> Plan:
        """Create or change the policy, and return the plan with its ID."""
        if not plan.writes:
            return plan
        if observed is not None:
            self._client.replace_policy(self._account, observed["id"], plan.body)
            return plan
        known = {policy["id"] for policy in self._policies}

        def found() -> list[str]:
            listed = rules.policies_for_jobs(self._client.policies(self._account))
            return [one["id"] for one in listed if one["id"] not in known and one.get("name") == plan.body["name"]]

        policy_id = _created_once(
            lambda: self._client.create_policy(self._account, plan.body), found, self._context.clock
        )
        return plan._replace(target={"id": policy_id, **plan.target})

    def _result(self, plan: Plan, name: str, webhooks: t.Sequence[_PlannedWebhook]) -> dict[str, t.Any]:
        """Return the result of the policy and its webhooks together."""
        changed = [one for one in webhooks if one.plan.writes]
        if changed:
            action = "updated" if plan.action == "unchanged" else plan.action
            before = {
                **plan.before,
                "webhook_changes": [
                    {"host": one.wanted.place, **one.plan.before} for one in changed if one.plan.before
                ],
            }
            after = {**plan.after, "webhook_changes": [{"host": one.wanted.place, **one.plan.after} for one in changed]}
            plan = plan._replace(action=action, before=before, after=after)
        return {**plan.result(f"notification policy {name} of {self._account}"), "alert": plan.target}


def _recipient(planned: _PlannedWebhook, webhook_id: str) -> rules.Recipient:
    # The plan of a new webhook also says that its secret is set.
    shown = {key: value for key, value in planned.plan.target.items() if key != "secret"}
    return rules.Recipient(webhook_id, shown)


def _created_once(create: t.Callable[[], str], found: t.Callable[[], list[str]], clock: Clock) -> str:
    """Create an object, and never two: the API has no idempotency key, and a repeated POST makes a duplicate. ``found`` returns
    the IDs of the objects that can be the new one."""
    try:
        return create()
    except FateUnknownError as error:
        first = error
    existing = _found_late(found, clock, first)
    if existing:
        return existing
    problem: CollectionError = first
    created = ""
    try:
        created = create()
    except FateUnknownError:
        pass
    except ApiError as error:
        problem = error
    # The first request may have been carried out after the last search.
    existing = created or _found_late(found, clock, first)
    if not existing:
        raise problem
    return existing


def _found_late(found: t.Callable[[], list[str]], clock: Clock, first: CollectionError) -> str:
    """Return the ID of an object whose creation got no clear answer, "" if it does not exist."""
    for pause in _PAUSES_AFTER_UNKNOWN_CREATE:
        clock.sleep(pause)
        try:
            ids = found()
        except CollectionError as error:
            raise CollectionError(
                f"{first} Then: {error} It is not known whether it was created. Run this again: it lists what exists before "
                "it creates anything.",
                **first.details,
            ) from None
        if ids:
            return ids[0]
    return ""
