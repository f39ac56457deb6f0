# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of Cloudflare's API for the notifications of an account: policies, their recipients, and the history.

From Cloudflare's schema and its pages "Notifications" and "Configure webhooks". The codes of the errors are made up, and so are
their messages, except for that of a failed test.
"""

from __future__ import annotations

import json
import typing as t

from aiohttp import web

from .alert_state import AlertState, Entry
from .clock import rfc3339
from .credentials import account_for, authenticate, require
from .envelope import ApiError, success
from .notifier import MECHANISM_TYPES, Notifier, WebhookError, check_address, webhook_type
from .state import State

ALERTING = "/accounts/{account_id}/alerting/v3"
WEBHOOKS = ALERTING + "/destinations/webhooks"
BAD_POLICY, BAD_WEBHOOK, TEST_FAILED, NOT_FOUND, NOT_ENTITLED = 17000, 17001, 17002, 17003, 17004
# A PUT replaces these: what it does not send is gone.
POLICY_TYPES: dict[str, type] = {
    "name": str,
    "alert_type": str,
    "enabled": bool,
    "mechanisms": dict,
    "filters": dict,
    "description": str,
    "alert_interval": str,
}
REQUIRED = ("name", "alert_type", "enabled", "mechanisms")
READ, WRITE = ("notifications_read", "notifications_write"), ("notifications_write",)


class Alerting:
    """The handlers of notifications."""

    def __init__(self, state: State, notifier: Notifier) -> None:
        self.state = state
        self.notifier = notifier

    def routes(self) -> list[tuple[str, str, t.Any]]:
        """Return methods and paths with their handlers."""
        return [
            ("GET", ALERTING + "/policies", self.list_policies),
            ("POST", ALERTING + "/policies", self.create_policy),
            ("GET", ALERTING + "/policies/{policy_id}", self.show_policy),
            ("PUT", ALERTING + "/policies/{policy_id}", self.replace_policy),
            ("DELETE", ALERTING + "/policies/{policy_id}", self.delete_policy),
            ("GET", WEBHOOKS, self.list_webhooks),
            ("POST", WEBHOOKS, self.create_webhook),
            ("GET", WEBHOOKS + "/{webhook_id}", self.show_webhook),
            ("PUT", WEBHOOKS + "/{webhook_id}", self.replace_webhook),
            ("DELETE", WEBHOOKS + "/{webhook_id}", self.delete_webhook),
            ("GET", ALERTING + "/available_alerts", self.available_alerts),
            ("GET", ALERTING + "/destinations/eligible", self.eligible),
            ("GET", ALERTING + "/destinations/pagerduty", self.list_pagerduty),
            ("GET", ALERTING + "/history", self.list_history),
        ]

    @property
    def alerts(self) -> AlertState:
        """The notifications in the state."""
        return self.state.alerts

    async def list_policies(self, request: web.Request) -> web.Response:
        """Answer GET policies."""
        account = self._account(request, *READ)
        return success([_shown(one) for one in self.alerts.policies if one["account_id"] == account])

    async def create_policy(self, request: web.Request) -> web.Response:
        """Answer POST policies with the ID. Two policies can have one name."""
        account = self._account(request, *WRITE)
        sent = self._checked_policy(account, await _object(request))
        policy = {
            "id": self.alerts.new_id(),
            "account_id": account,
            "created": rfc3339(),
            "modified": rfc3339(),
            **sent,
        }
        self.alerts.policies.append(policy)
        return self._written(policy)

    async def show_policy(self, request: web.Request) -> web.Response:
        """Answer GET of a policy."""
        return success(_shown(self._policy(request, *READ)))

    async def replace_policy(self, request: web.Request) -> web.Response:
        """Answer PUT of a policy, which replaces the whole of it."""
        policy = self._policy(request, *WRITE)
        sent = self._checked_policy(policy["account_id"], await _object(request))
        for key in POLICY_TYPES:
            policy.pop(key, None)
        policy.update(sent, modified=rfc3339())
        return self._written(policy)

    async def delete_policy(self, request: web.Request) -> web.Response:
        """Answer DELETE of a policy; its webhooks stay."""
        policy = self._policy(request, *WRITE)
        self.alerts.policies.remove(policy)
        return self._written(None)

    async def list_webhooks(self, request: web.Request) -> web.Response:
        """Answer GET webhooks."""
        account = self._account(request, *READ)
        return success([_shown(one) for one in self.alerts.webhooks if one["account_id"] == account])

    async def create_webhook(self, request: web.Request) -> web.Response:
        """Answer POST webhooks with the ID, after the test. Two webhooks can have one URL."""
        account = self._account(request, *WRITE)
        sent = await self._checked_webhook(await _object(request))
        times = {"created_at": rfc3339(), "last_success": rfc3339(), "last_failure": None}
        webhook = {"id": self.alerts.new_id(), "account_id": account, **times, **sent}
        self.alerts.webhooks.append(webhook)
        return self._written(webhook)

    async def show_webhook(self, request: web.Request) -> web.Response:
        """Answer GET of a webhook."""
        return success(_shown(self._webhook(request, *READ)))

    async def replace_webhook(self, request: web.Request) -> web.Response:
        """Answer PUT of a webhook, after the test. Without a secret, none is sent from now on."""
        webhook = self._webhook(request, *WRITE)
        sent = await self._checked_webhook(await _object(request))
        webhook.pop("secret", None)
        webhook.update(sent, last_success=rfc3339())
        return self._written(webhook)

    async def delete_webhook(self, request: web.Request) -> web.Response:
        """Answer DELETE of a webhook; policies that use it lose it."""
        webhook = self._webhook(request, *WRITE)
        self.alerts.webhooks.remove(webhook)
        for policy in self.alerts.policies:
            used = policy["mechanisms"].get("webhooks", [])
            policy["mechanisms"]["webhooks"] = [one for one in used if one["id"] != webhook["id"]]
        return self._written(None)

    async def available_alerts(self, request: web.Request) -> web.Response:
        """Answer GET available_alerts: the types of the account's plan, by product."""
        self._account(request, *READ)
        entries = [
            {"type": name, "display_name": name.replace("_", " "), "description": "", "filter_options": []}
            for name in self.state.settings.alert_types
        ]
        return success({"Logs": entries} if entries else {})

    async def eligible(self, request: web.Request) -> web.Response:
        """Answer GET destinations/eligible: which kinds of recipients the plan has."""
        self._account(request, *READ)
        kinds = self.state.settings.alert_mechanisms
        entries = [{"eligible": kind in kinds, "ready": True, "type": name} for kind, name in MECHANISM_TYPES.items()]
        return success({"Delivery": entries})

    async def list_pagerduty(self, request: web.Request) -> web.Response:
        """Answer GET destinations/pagerduty: the connected services."""
        self._account(request, *READ)
        return success(self.state.settings.pagerduty_services)

    async def list_history(self, request: web.Request) -> web.Response:
        """Answer GET history: the newest notifications first, in pages."""
        account = self._account(request, *READ)
        query = request.query
        page, size = int(query.get("page", "1")), int(query.get("per_page", "25"))
        found = [
            _shown(one)
            for one in self.alerts.history
            if one["account_id"] == account
            and query.get("since", "") <= one["sent"]
            and one["sent"] <= query.get("before", "9999")
        ]
        chosen = found[(page - 1) * size : page * size]
        info = {"page": page, "per_page": size, "count": len(chosen), "total_count": len(found)}
        return success(chosen, result_info=info)

    def _account(self, request: web.Request, *permissions: str) -> str:
        """Return the ID of the account in the path. Raises ApiError."""
        token = authenticate(self.state, request)
        require(token, *permissions)
        return account_for(self.state, token, request.match_info["account_id"], request.path).id

    def _policy(self, request: web.Request, *permissions: str) -> Entry:
        return self._found(request, self.alerts.policies, "policy", permissions)

    def _webhook(self, request: web.Request, *permissions: str) -> Entry:
        return self._found(request, self.alerts.webhooks, "webhook", permissions)

    def _found(self, request: web.Request, entries: list[Entry], kind: str, permissions: tuple[str, ...]) -> Entry:
        """Return the entry in the path. Raises ApiError."""
        account = self._account(request, *permissions)
        for entry in entries:
            if (entry["account_id"], entry["id"]) == (account, request.match_info[f"{kind}_id"]):
                return entry
        raise ApiError(404, NOT_FOUND, f"{kind} not found")

    def _written(self, entry: Entry | None) -> web.Response:
        self.state.changed = True
        return success({"id": entry["id"]} if entry else None)

    def _checked_policy(self, account: str, body: Entry) -> Entry:
        """Return what a policy stores of a body. Raises ApiError."""
        for key in REQUIRED:
            if body.get(key) in (None, "", {}):
                raise ApiError(400, BAD_POLICY, f"{key} is required")
        sent = {key: value for key, value in body.items() if key in POLICY_TYPES and value is not None}
        for key, value in sent.items():
            if not isinstance(value, POLICY_TYPES[key]):
                raise ApiError(400, BAD_POLICY, f"invalid {key}")
        if sent["alert_type"] not in self.state.settings.alert_types:
            raise ApiError(403, NOT_ENTITLED, f"account is not entitled to alert type {sent['alert_type']}")
        self._check_mechanisms(account, sent["mechanisms"])
        return sent

    def _check_mechanisms(self, account: str, mechanisms: Entry) -> None:
        known = {
            "webhooks": {one["id"] for one in self.alerts.webhooks if one["account_id"] == account},
            "pagerduty": {one["id"] for one in self.state.settings.pagerduty_services},
        }
        if not any(mechanisms.values()):
            raise ApiError(400, BAD_POLICY, "at least one mechanism is required")
        for kind, recipients in mechanisms.items():
            if recipients and kind not in self.state.settings.alert_mechanisms:
                raise ApiError(403, NOT_ENTITLED, f"account is not entitled to mechanism {kind}")
            for recipient in recipients:
                if recipient["id"] not in known.get(kind, {recipient["id"]}):
                    raise ApiError(400, BAD_POLICY, f"{kind} destination {recipient['id']} does not exist")

    async def _checked_webhook(self, body: Entry) -> Entry:
        """Return what a webhook stores of a body, after the test. Raises ApiError."""
        for key in ("name", "url"):
            if not isinstance(body.get(key), str) or not body[key]:
                raise ApiError(400, BAD_WEBHOOK, f"{key} is required")
        if "webhooks" not in self.state.settings.alert_mechanisms:
            raise ApiError(403, NOT_ENTITLED, "account is not entitled to mechanism webhooks")
        webhook = {key: body[key] for key in ("name", "url", "secret") if body.get(key)}
        try:
            check_address(webhook["url"], self.state.settings.webhook_any_port)
        except WebhookError as error:
            raise ApiError(400, BAD_WEBHOOK, str(error)) from error
        try:
            await self.notifier.test(webhook)
        except WebhookError as error:
            raise ApiError(400, TEST_FAILED, str(error)) from error
        return {**webhook, "type": webhook_type(webhook["url"])}


def _shown(entry: Entry) -> Entry:
    """Return an entry as the API shows it: without the secret."""
    return {key: value for key, value in entry.items() if key not in ("account_id", "secret")}


async def _object(request: web.Request) -> Entry:
    """Return the JSON object of a request. Raises ApiError."""
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise ApiError(400, BAD_POLICY, f"invalid JSON: {error}") from error
    if not isinstance(body, dict):
        raise ApiError(400, BAD_POLICY, "a JSON object is expected")
    return body
