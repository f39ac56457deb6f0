# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The variables of the C(alerts) playbook: each with its values, as an argument spec has them, and its description. Pure: no
I/O."""

from __future__ import annotations

import typing as t

from .alert import DEFAULT_NAME

ALERT_VARIABLES: tuple[tuple[str, dict[str, t.Any], str], ...] = (
    (
        "logpush_alert_name",
        {"type": "str"},
        f"The name of the notification policy. If not set, it is C({DEFAULT_NAME}), or the only policy for disabled jobs that the account has.",
    ),
    (
        "logpush_alert_state",
        {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "Whether the policy should exist. Webhooks are never deleted.",
    ),
    (
        "logpush_alert_enabled",
        {"type": "bool", "default": True},
        "Whether the policy sends notifications.",
    ),
    (
        "logpush_alert_emails",
        {"type": "list", "elements": "str"},
        "The email addresses to notify. If not set, they are not managed. An empty list removes them.",
    ),
    (
        "logpush_alert_pagerduty",
        {"type": "list", "elements": "str"},
        "The names or IDs of connected PagerDuty services to notify. If not set, they are not managed.",
    ),
    (
        "logpush_alert_webhooks",
        {"type": "list", "elements": "dict"},
        (
            "The webhooks to notify, each with C(url), and optionally C(name) and C(secret), as in "
            "O(edgeops.logpush.logpush_alert#module:webhooks). If not set, they are not managed."
        ),
    ),
    (
        "logpush_alert_update_secret",
        {"type": "str", "choices": ["on_create", "always"], "default": "on_create"},
        "When to send the secrets of webhooks, which Cloudflare does not return.",
    ),
)
