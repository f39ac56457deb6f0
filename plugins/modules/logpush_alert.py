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
  - A policy has recipients of three kinds, O(emails), O(pagerduty) and O(webhooks). A kind that you do not set is not managed
    and keeps its recipients. An empty list removes them.
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
attributes:
  idempotent:
    support: partial
    details:
      - With O(update_secret=always) and a secret, every run is changed, because Cloudflare does not return the secret.
extends_documentation_fragment:
  - edgeops.logpush.alert
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
    - The action that was taken, or would be taken in check mode. It is V(updated) even if only a webhook was created or
      changed.
  returned: success
  type: str
  sample: created
  choices: [created, updated, deleted, unchanged]
alert:
  description:
    - The policy, or the policy before its deletion. Empty if there is none. Only the host of a URL is shown. C(id) is missing
      for a policy that check mode would create.
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
from ..module_utils._operations.alert import ALERT_SPEC, manage_alert

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        "account_id": dict(type="str", required=True),
        **ALERT_SPEC,
    },
    run=manage_alert,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
