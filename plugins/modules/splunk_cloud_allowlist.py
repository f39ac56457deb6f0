#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IP allow list of a feature of Splunk Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_cloud_allowlist
short_description: Manage who may reach a feature of Splunk Cloud
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Adds subnets to the IP allow list of a feature of Splunk Cloud, such as HEC, or removes them, through the Admin Config Service (ACS).
    Subnets that the task does not name stay in the list.
  - The allow list of HEC is empty on a new stack, and an empty list lets every sender in. B(The first subnet locks every other sender
    out.) The removal of the last subnet lets everybody in again. The module refuses both unless O(allow_closing) is set, and then
    changes nothing.
  - IPv4 and IPv6 have separate lists. The module applies this rule to each list, because Splunk does not document whether an
    empty list stays open while the other one is not empty.
  - Before it writes, the module reads the lists again and checks the limits of Splunk Cloud, which are 200 subnets for a
    feature, and O(group_limit) for C(hec) and C(s2s) together. Then it waits until the change is visible.
  - The allow list of ACS itself (C(acs)) cannot be managed, because a mistake would lock the module out.
  - Without O(subnets) and O(cloudflare), the module only returns the list.
  - The user needs the capability C(edit_ip_allow_list), which the role C(sc_admin) has. ACS has no allow lists for free trials,
    single instances and FedRAMP High stacks.
options:
  feature:
    description:
      - The feature that the list belongs to. V(hec) is HEC, V(s2s) the port for forwarders, V(search-api) the management port 8089,
        V(search-ui) Splunk Web, V(idm-api) and V(idm-ui) are those of an Inputs Data Manager.
    type: str
    choices: [hec, s2s, search-api, search-ui, idm-api, idm-ui]
    default: hec
  subnets:
    description:
      - The subnets to add, or to remove with O(state=absent), such as V(192.0.2.0/24) or V(2001:db8::/32). A subnet with host bits, such
        as V(192.0.2.1/24), is refused.
    type: list
    elements: str
  cloudflare:
    description:
      - Whether to add the address ranges of Cloudflare that are missing. Logpush sends from these ranges. With O(state=absent),
        they are removed. The module reads them from Cloudflare, which needs no API token. The certificate of Cloudflare's API
        is always verified.
      - A subnet in the list that is neither Cloudflare's today nor in O(subnets) is reported, and stays.
      - If the feature has subnets in one of its lists, and the other list is empty, Cloudflare's ranges are not added to the empty one
        unless O(allow_closing) is set.
    type: bool
    default: false
  state:
    description:
      - V(present) adds subnets. V(absent) removes them.
    type: str
    choices: [present, absent]
    default: present
  allow_closing:
    description:
      - Whether this task may close a list that is open to everybody, by adding its first subnet, or open it to everybody, by removing its
        last one.
    type: bool
    default: false
  group_limit:
    description:
      - The largest number of subnets of C(hec) and C(s2s) together. V(230) is the limit on AWS. V(0) means that there is none, as on
        Google Cloud and Azure.
    type: int
    default: 230
  stack:
    description:
      - The name of the Splunk Cloud stack, such as V(acme) for C(acme.splunkcloud.com).
    type: str
    required: true
  wait_timeout:
    description:
      - The maximum number of seconds to wait until a change is visible.
    type: int
    default: 600
  cloudflare_api_url:
    description:
      - The base URL of the Cloudflare API, for O(cloudflare).
      - If not set, E(CLOUDFLARE_BASE_URL) is used.
    type: str
    default: https://api.cloudflare.com/client/v4
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
seealso:
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_index
"""

EXAMPLES = r"""
- name: Allow Cloudflare in addition to the senders that are already in the list
  edgeops.logpush.splunk_cloud_allowlist:
    stack: acme
    auth_token: "{{ acs_token }}"
    cloudflare: true

- name: Close HEC for everybody except Cloudflare and our forwarders
  edgeops.logpush.splunk_cloud_allowlist:
    stack: acme
    auth_token: "{{ acs_token }}"
    cloudflare: true
    subnets:
      - 192.0.2.0/24
    allow_closing: true

- name: Remove a subnet that is no longer needed
  edgeops.logpush.splunk_cloud_allowlist:
    stack: acme
    auth_token: "{{ acs_token }}"
    subnets:
      - 192.0.2.0/24
    state: absent
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: updated
  choices: [updated, unchanged]
subnets:
  description:
    - All subnets of the feature after the run, or after the change that check mode describes, IPv4 first.
  returned: success
  type: list
  elements: str
  sample: ["173.245.48.0/20", "192.0.2.0/24", "2400:cb00::/32"]
unlisted:
  description:
    - With O(cloudflare=true), the subnets in the list that are neither Cloudflare's nor in O(subnets).
  returned: success
  type: list
  elements: str
  sample: ["192.0.2.0/24"]
left_empty:
  description:
    - With O(cloudflare=true), the lists that stayed empty, although the other list of the feature has subnets.
  returned: with O(cloudflare=true)
  type: list
  elements: str
  sample: [ipv6]
cloudflare_etag:
  description:
    - A digest of Cloudflare's address ranges. It changes only when the ranges change.
  returned: with O(cloudflare=true)
  type: str
  sample: 38f79d050aa027e3be3865e495dcc9bc
diff:
  description:
    - The subnets before and after the change.
  returned: success
  type: dict
  sample:
    before:
      subnets: ["192.0.2.0/24"]
    after:
      subnets: ["173.245.48.0/20", "192.0.2.0/24"]
"""

from ansible.module_utils.basic import env_fallback

from ..module_utils._cloudflare.options import DEFAULT_API_URL
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.allowlist import manage_allowlist
from ..module_utils._splunk.allowlist_rules import FEATURES, MOST_OF_GROUP
from ..module_utils._splunk.options import SPLUNK_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        "stack": dict(type="str", required=True),
        "wait_timeout": dict(type="int", default=600),
        "feature": dict(type="str", choices=list(FEATURES), default="hec"),
        "subnets": dict(type="list", elements="str"),
        "cloudflare": dict(type="bool", default=False),
        "state": dict(type="str", choices=["present", "absent"], default="present"),
        "allow_closing": dict(type="bool", default=False),
        "group_limit": dict(type="int", default=MOST_OF_GROUP),
        "cloudflare_api_url": dict(
            type="str", default=DEFAULT_API_URL, fallback=(env_fallback, ["CLOUDFLARE_BASE_URL"])
        ),
    },
    run=manage_allowlist,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
