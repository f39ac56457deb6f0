#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The notification of an account about disabled jobs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: logpush_alert
short_description: Get a notification when Cloudflare disables a Logpush job
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Manages the notification policy of an account for Logpush jobs that Cloudflare disables after a day of failures. Cloudflare
    calls its type C(failing_logpush_job_disabled_alert). It covers every job of the account and of its zones.
  - A policy has recipients of three kinds, O(emails), O(pagerduty) and O(webhooks). A kind that is not given is not managed, and keeps
    its recipients. An empty list removes them.
  - Cloudflare sends at most one notification for a job in 24 hours.
  - B(Every recipient can read the HEC token.) A notification contains the configuration of the destination of the job. Send it only
    to people and systems that may know the token.
  - Cloudflare sends a test message to a webhook whenever it is created or changed, and refuses it unless the receiver answers with
    a status from 200 to 299. In check mode nothing is sent.
  - The API token needs the permission C(Notifications Edit) for the account (C(Notifications Write) in the API).
options:
  account_id:
    description:
      - The ID of the account.
    type: str
    required: true
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
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_secret=always) and a secret, every run is changed, because Cloudflare does not return the secret.
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
seealso:
  - module: edgeops.logpush.splunk_logpush_audit
  - module: edgeops.logpush.splunk_logpush_repair
"""

EXAMPLES = r"""
- name: Send an email when Cloudflare disables a Logpush job
  edgeops.logpush.logpush_alert:
    account_id: 01a7362d577a6c3019a474fd6f485823
    emails: [edge-team@example.com]

- name: Notify a webhook and PagerDuty, too
  edgeops.logpush.logpush_alert:
    account_id: 01a7362d577a6c3019a474fd6f485823
    emails: [edge-team@example.com]
    pagerduty: [Edge team]
    webhooks:
      - name: Event-Driven Ansible
        url: https://eda.example.com/logpush
        secret: "{{ webhook_secret }}"

- name: Give the webhook a new secret
  edgeops.logpush.logpush_alert:
    account_id: 01a7362d577a6c3019a474fd6f485823
    webhooks:
      - url: https://eda.example.com/logpush
        secret: "{{ new_webhook_secret }}"
    update_secret: always
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode. V(updated) also if only a webhook was created or changed.
  returned: success
  type: str
  sample: created
  choices: [created, updated, deleted, unchanged]
alert:
  description:
    - The policy. Empty if there is none. A deleted policy as it was. Of a URL, only the host is shown, and C(id) is missing for a
      policy that check mode would create.
    - A webhook or a PagerDuty service that the task does not list is shown with its ID only.
  returned: success
  type: dict
  sample:
    id: 0da2b59ef118439d8097bdfb215203c9
    name: Logpush job disabled
    enabled: true
    emails: [edge-team@example.com]
    pagerduty:
      - id: f1e2d3c4b5a69788796a5b4c3d2e1f00
        name: Edge team
    webhooks:
      - name: Event-Driven Ansible
        host: eda.example.com
diff:
  description:
    - The changes to the policy, and in C(webhook_changes) those to webhooks.
  returned: success
  type: dict
  sample:
    before:
      enabled: false
    after:
      enabled: true
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.alert import manage_alert

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        "account_id": dict(type="str", required=True),
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
    },
    run=manage_alert,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
