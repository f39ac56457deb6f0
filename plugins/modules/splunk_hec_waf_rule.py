#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The WAF rule for a proxied HEC host."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_waf_rule
short_description: Allow Logpush through the Cloudflare WAF to a proxied HEC host
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - If the host name of Splunk's HTTP Event Collector (HEC) is itself proxied through Cloudflare, managed rules of the WAF can block
    the requests of Logpush. This module manages the custom rule that Cloudflare recommends. It skips the managed rules only for
    requests of Logpush to this host.
  - Other rules are not changed.
  - The API token needs the permission C(Zone WAF Edit) for the zone.
options:
  host:
    description:
      - The host name of HEC, such as V(hec.example.com).
    type: str
    required: true
  state:
    description:
      - Whether the rule should exist.
    type: str
    choices: [present, absent]
    default: present
  zone_id:
    description:
      - The ID of the zone that O(host) belongs to. Exactly one of O(zone_id) and O(zone) must be set.
    type: str
  zone:
    description:
      - The name of the zone. Looking it up takes one more request and requires the permission C(Zone Read).
    type: str
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
seealso:
  - module: edgeops.logpush.splunk_hec_probe
"""

EXAMPLES = r"""
- name: Allow Logpush to reach HEC behind Cloudflare
  edgeops.logpush.splunk_hec_waf_rule:
    zone: example.com
    host: hec.example.com
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, deleted, unchanged]
rule:
  description:
    - The rule. Empty if there is none.
  returned: success
  type: dict
  sample:
    ref: edgeops_logpush_hec.example.com
    action: skip
    enabled: true
diff:
  description:
    - The changes to the rule.
  returned: success
  type: dict
  sample:
    before: {}
    after:
      ref: edgeops_logpush_hec.example.com
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.waf_rule import manage_rule

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        "zone_id": dict(type="str"),
        "zone": dict(type="str"),
        "host": dict(type="str", required=True),
        "state": dict(type="str", choices=["present", "absent"], default="present"),
    },
    run=manage_rule,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
