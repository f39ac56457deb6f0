# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Cloudflare's notifications send: the test message of a webhook, and the notification about a disabled job.

From Cloudflare's pages "Configure webhooks", "Webhook payload schema" and "Logpush health". The wording of the text and the
form of ``data`` are assumptions. Hosts under example.com, example.net and example.org belong to the simulator, which keeps what
they receive in its inbox. Nothing is sent to another host but the local one.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import typing as t
import urllib.parse
import uuid

import aiohttp

from .alert_state import Entry
from .clock import now, rfc3339
from .state import Job, State

DISABLED_JOB = "failing_logpush_job_disabled_alert"
TEST_MESSAGE = (
    "Hello World! This is a test message sent from https://cloudflare.com. If you can see this, the webhook works."
)
ONCE_IN = 24 * 3600
PUBLIC_PORTS = (80, 443)
OWN_HOSTS = (".example.com", ".example.net", ".example.org")
# The history has one name for each mechanism, and a policy another one for webhooks.
MECHANISM_TYPES = {"email": "email", "webhooks": "webhook", "pagerduty": "pagerduty"}
LOG = logging.getLogger(__name__)


class WebhookError(Exception):
    """A webhook that cannot be used, or did not accept a message. The text is the API's message."""


class Notifier:
    """Sends notifications. It is made inside a running event loop."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.sending: set[asyncio.Task[None]] = set()

    def job_disabled(self, job: Job) -> None:
        """Begin to send the notifications about a job that was disabled automatically."""
        task = asyncio.get_running_loop().create_task(self._notify(job))
        self.sending.add(task)
        task.add_done_callback(self.sending.discard)

    async def wait(self) -> None:
        """Wait until everything is sent."""
        await asyncio.gather(*self.sending, return_exceptions=True)

    async def test(self, webhook: t.Mapping[str, t.Any]) -> None:
        """Send the test message. Raises WebhookError if the webhook does not answer with 2xx."""
        await self._post(webhook, {"text": TEST_MESSAGE})

    async def _notify(self, job: Job) -> None:
        account = self.state.zones[job.scope_id].account_id if job.scope == "zones" else job.scope_id
        alerts = self.state.alerts
        for policy in list(alerts.policies):
            key = f"{policy['id']} {job.id}"
            due = now() - alerts.notified.get(key, float("-inf")) >= ONCE_IN
            if policy["account_id"] == account and policy["alert_type"] == DISABLED_JOB and policy["enabled"] and due:
                alerts.notified[key] = now()
                await self._send(policy, job)
        self.state.changed = True

    async def _send(self, policy: Entry, job: Job) -> None:
        body = _notification(policy, job)
        for kind, recipients in policy["mechanisms"].items():
            for recipient in recipients:
                if kind == "webhooks":
                    await self._deliver(recipient["id"], body)
                entry = {"id": self.state.alerts.new_id(), **_record(policy, kind, recipient["id"], body)}
                self.state.alerts.history.insert(0, entry)

    async def _deliver(self, webhook_id: str, body: Entry) -> None:
        webhook = next((one for one in self.state.alerts.webhooks if one["id"] == webhook_id), None)
        if webhook is None:
            return
        try:
            await self._post(webhook, {**body, "name": webhook["name"]})
        except WebhookError as error:
            LOG.warning("Webhook %s: %s", webhook_id, error)
            webhook["last_failure"] = rfc3339()
        else:
            webhook["last_success"] = rfc3339()

    async def _post(self, webhook: t.Mapping[str, t.Any], body: Entry) -> None:
        """Send a message to a webhook. Raises WebhookError."""
        headers, secret = {}, webhook.get("secret")
        if webhook_type(webhook["url"]) == "splunk":
            headers, body = {"Authorization": f"Splunk {secret or ''}"}, {"event": body}
        elif secret:
            headers = {"cf-webhook-auth": secret}
        status = await self._status(webhook["url"], headers, body)
        if not 200 <= status < 300:
            raise WebhookError(f"Webhook test failed with status code {status} from the destination")

    async def _status(self, url: str, headers: dict[str, str], body: Entry) -> int:
        """Return the HTTP status of the answer to a message. Raises WebhookError if there is none."""
        parts = urllib.parse.urlsplit(url)
        if str(parts.hostname).endswith(OWN_HOSTS):
            entry = {"url": url, "headers": headers, "json": body, "time": now()}
            self.state.alerts.inbox.append(entry)
            return self.state.settings.webhook_status
        if not _is_local(str(parts.hostname)):
            raise WebhookError(f"Webhook test failed: lookup {parts.hostname}: no such host")
        timeout = aiohttp.ClientTimeout(total=self.state.settings.destination_timeout)
        content = json.dumps(body).encode()
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                headers = {"Content-Type": "application/json", "User-Agent": "Go-http-client/2.0", **headers}
                async with session.post(url, data=content, headers=headers, allow_redirects=False) as answer:
                    return answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            raise WebhookError("Webhook test failed: the destination does not answer") from None


def check_address(url: str, any_port: bool) -> None:
    """Check that Cloudflare sends to this URL: a public address, and port 80 or 443. Raises WebhookError."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        raise WebhookError("invalid webhook url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WebhookError("invalid webhook url")
    if not any_port and port not in PUBLIC_PORTS:
        raise WebhookError(f"invalid webhook url: port {port} is not allowed, use 80 or 443")
    if not any_port and _is_local(parts.hostname):
        raise WebhookError("invalid webhook url: the host must be publicly resolvable")


def webhook_type(url: str) -> str:
    """Return the type of a webhook, which Cloudflare finds by its URL."""
    parts = urllib.parse.urlsplit(url)
    if parts.path.startswith("/services/collector"):
        return "splunk"
    known = {"slack": "hooks.slack.com", "discord": "discord.com", "gchat": "chat.googleapis.com"}
    return next((name for name, host in known.items() if parts.hostname == host), "generic")


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def _notification(policy: Entry, job: Job) -> Entry:
    """Return the body for a generic webhook. The vendor says that a notification has the ID of the job and the configuration of
    its destination.
    """
    destination = job.stored["destination_conf"]
    reason = job.stored.get("error_message") or "unknown"
    return {
        "name": "",
        "text": (
            f"Logpush job {job.id} was disabled because it has been failing for 24 hours. "
            f"Destination: {destination}. Last error: {reason}"
        ),
        "data": {
            "job_id": job.id,
            "dataset": job.stored["dataset"],
            "destination_conf": destination,
            "error_message": reason,
        },
        "ts": int(now()),
        "account_id": policy["account_id"],
        "policy_id": policy["id"],
        "policy_name": policy["name"],
        "alert_type": policy["alert_type"],
        "alert_correlation_id": uuid.uuid4().hex,
        "alert_event": "ALERT_STATE_EVENT_START",
    }


def _record(policy: Entry, kind: str, mechanism: str, body: Entry) -> Entry:
    """Return the entry of the history for a notification."""
    return {
        "account_id": policy["account_id"],
        "alert_body": json.dumps(body["data"]),
        "alert_type": policy["alert_type"],
        "description": policy.get("description", ""),
        "mechanism": mechanism,
        "mechanism_type": MECHANISM_TYPES.get(kind, kind),
        "name": policy["name"],
        "policy_id": policy["id"],
        "sent": rfc3339(),
    }
