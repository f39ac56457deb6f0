# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the options of a notification policy, which the modules for one and for many accounts share."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of a notification policy, without its account."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the policy. If it is set, only the policy with this name is managed, and it is created if it does not exist.
      - If it is not set, the policy with the name V(Logpush job disabled) is managed. If no policy has this name, and the
        account has exactly one policy for disabled jobs, that policy is managed and keeps its name. If there are several, the task
        fails and lists them. If there is none, one with the name V(Logpush job disabled) is created.
    type: str
  state:
    description:
      - Whether the policy should exist. V(absent) deletes only the policy with O(name), or with the name V(Logpush job disabled) if
        O(name) is not set.
      - Webhooks are never deleted, because other policies can use them.
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description:
      - Whether the policy sends notifications.
    type: bool
    default: true
  emails:
    description:
      - The email addresses to notify.
    type: list
    elements: str
  pagerduty:
    description:
      - The names or IDs of PagerDuty services to notify. The account must already be connected to them, which only the dashboard can
        do.
    type: list
    elements: str
  webhooks:
    description:
      - The webhooks to notify. A webhook of the account with the same URL is used. Otherwise it is created.
      - A webhook that is no longer in the list is removed from the policy, and is not deleted.
    type: list
    elements: dict
    suboptions:
      url:
        description:
          - The URL to send to. Cloudflare sends only to a public address, on port 80 or 443. The path and the query are treated
            as a secret, because some services put a credential there.
          - If the path is C(/services/collector), C(/services/collector/raw) or C(/services/collector/event), the notification goes
            straight into Splunk's HEC. Then the secret is a HEC token.
        type: str
        required: true
      name:
        description:
          - The name of the webhook in the dashboard. A new webhook without a name gets the host of its URL as its name.
          - The name of an existing webhook is changed only if O(webhooks[].secret) is set too, because Cloudflare replaces a webhook
            as a whole.
        type: str
      secret:
        description:
          - The secret that Cloudflare sends to the receiver in the header C(cf-webhook-auth), so that the receiver can refuse other
            senders. Cloudflare never returns it.
        type: str
  update_secret:
    description:
      - When to send O(webhooks[].secret). With V(on_create), it is sent when the webhook is created, or when its name changes. With
        V(always), it is sent in every run. Such a run is changed, and its receiver gets a test message.
    type: str
    choices: [on_create, always]
    default: on_create
"""
