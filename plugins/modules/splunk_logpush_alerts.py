#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The notifications of all accounts of many zones about disabled jobs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_alerts
short_description: Get notifications about disabled Logpush jobs of many zones
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Manages the notification policies of all accounts that the zones belong to, as M(edgeops.logpush.logpush_alert) does for one account.
    Each account is managed once, however many of its zones are listed. A failing account does not stop the others.
  - The C(edgeops.logpush.alerts) playbook uses this module.
  - The API token needs the permission C(Notifications Edit) for each account (C(Notifications Write) in the API).
  - The account of a zone without C(zone_account_id) is looked up, which requires the permission C(Zone Read).
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
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet.scopes
seealso:
  - module: edgeops.logpush.logpush_alert
"""

EXAMPLES = r"""
- name: Send an email when Cloudflare disables a Logpush job of any account of these zones
  edgeops.logpush.splunk_logpush_alerts:
    zones:
      - example.com
      - example.net
    emails: [edge-team@example.com]
"""

RETURN = r"""
report:
  description:
    - The result as text, with at most 40 rows and the totals.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush alerts, 1 account
      + account 01a7362d577a6c3019a474fd6f485823   Logpush job disabled      created, notify edge-team@example.com
    1 created.
results:
  description:
    - An entry for each account. C(host) is the inventory host that represents the account, or otherwise its first zone. C(alert) is the
      policy, in the form of M(edgeops.logpush.logpush_alert).
    - A zone without a known account has a failed entry of its own.
  returned: always, unless the run could not start
  type: list
  elements: dict
  sample:
    - host: example.com
      account_id: 01a7362d577a6c3019a474fd6f485823
      name: Logpush job disabled
      action: created
      changed: true
      failed: false
      msg: ""
summary:
  description:
    - The counts of the run. C(accounts) is the number of accounts.
  returned: always, unless the run could not start
  type: dict
  sample:
    accounts: 1
    created: 1
    updated: 0
    deleted: 0
    unchanged: 0
    failed: 0
    api_calls: 3
    throttled: 0
    seconds: 0.4
diff:
  description:
    - The changes, one entry for each changed account, with secrets masked.
  returned: in diff mode
  type: list
  elements: dict
  sample: []
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.alert import ALERT_SPEC
from ..module_utils._operations.alerts import manage_alerts
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        **ALERT_SPEC,
        "zones": dict(type="list", elements="dict", required=True),
    },
    run=manage_alerts,
    progress_name="alerts",
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
