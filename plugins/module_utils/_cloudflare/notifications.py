# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Send the requests about the notifications of an account: its policies, and the webhooks and PagerDuty services that can
receive them.

Creating or changing a webhook makes Cloudflare send a test message to its URL. C(answers) interprets the answers.
"""

from __future__ import annotations

from .._core.json_types import JsonObject
from .._core.url_paths import path_segment
from . import answers
from .answers import Call
from .scopes import Scope
from .sending import ApiSender, absent_is_success

_READ, _EDIT = "Notifications Read", "Notifications Edit (Notifications Write in the API)"


class NotificationsReader(ApiSender):
    """The requests that only read."""

    def policies(self, account: Scope) -> list[JsonObject]:
        """Return all notification policies of an account. The API returns them in one page."""
        call = Call(f"Listing the notification policies of {account}", _READ)
        return self._read(f"{_base(account)}/policies", call, lambda found: answers.policies(found, call))

    def webhooks(self, account: Scope) -> list[JsonObject]:
        """Return all webhooks of an account, without their secrets. The API returns them in one page."""
        call = Call(f"Listing the webhooks of {account}", _READ)
        return self._read(_webhooks(account), call, lambda found: answers.webhooks(found, call))

    def pagerduty_services(self, account: Scope) -> list[JsonObject]:
        """Return the PagerDuty services that an account is connected to."""
        call = Call(f"Listing the PagerDuty services of {account}", _READ)
        path = f"{_base(account)}/destinations/pagerduty"
        return self._read(path, call, lambda found: answers.pagerduty_services(found, call))


class Notifications(NotificationsReader):
    """All requests: those that read, and those that write."""

    def create_policy(self, account: Scope, body: JsonObject) -> str:
        """Create a policy and return its ID. The request is sent once. Raises FateUnknownError if the answer does not say
        whether the policy was created."""
        call = Call(f"Creating a notification policy for {account}", _EDIT)
        return self._create(f"{_base(account)}/policies", call, body, answers.created_id)

    def replace_policy(self, account: Scope, policy_id: str, body: JsonObject) -> None:
        """Replace a policy; ``body`` is the whole policy."""
        call = Call(f"Changing notification policy {policy_id} of {account}", _EDIT)
        self._result("PUT", _policy_path(account, policy_id), call, body=body)

    def delete_policy(self, account: Scope, policy_id: str) -> None:
        """Delete a policy, or do nothing if it no longer exists."""
        call = Call(f"Deleting notification policy {policy_id} of {account}", _EDIT)
        with absent_is_success():
            self._result("DELETE", _policy_path(account, policy_id), call)

    def create_webhook(self, account: Scope, body: JsonObject, host: str) -> str:
        """Create a webhook at a host and return its ID. The request is sent once. Raises FateUnknownError if the answer does not say
        whether the webhook was created."""
        call = Call(f"Creating the webhook at {host} in {account}", _EDIT)
        return self._create(_webhooks(account), call, body, answers.created_id)

    def replace_webhook(self, account: Scope, webhook_id: str, body: JsonObject, host: str) -> None:
        """Replace a webhook; ``body`` is the whole webhook, with its secret."""
        call = Call(f"Changing the webhook at {host} in {account}", _EDIT)
        self._result("PUT", f"{_webhooks(account)}/{path_segment(webhook_id)}", call, body=body)


def _base(account: Scope) -> str:
    return f"{account.path}/alerting/v3"


def _policy_path(account: Scope, policy_id: str) -> str:
    return f"{_base(account)}/policies/{path_segment(policy_id)}"


def _webhooks(account: Scope) -> str:
    return f"{_base(account)}/destinations/webhooks"
