#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotate a HEC token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_rotation
short_description: Move all Logpush jobs to a new HEC token, and retire the old one
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Moves the jobs of many zones and accounts to a new HEC token in waves. A wave starts when the jobs of the previous one deliver.
    Then the module disables the old token, checks that all jobs deliver, and deletes the old token.
  - The old token is disabled and deleted only if the module can prove that nobody uses it. It checks every zone and account that the
    API token can see, including those outside O(zones). If it cannot check something, both tokens stay enabled, and the task fails
    and lists what could not be checked.
  - If the index C(_introspection) of Splunk can be searched, the module also checks that Splunk has received no request with the old
    token. Before the token is disabled, this applies to the last 300 seconds of O(settle). Before it is deleted, it applies to the whole
    of O(grace).
  - The module refuses to start if HEC of a server has C(useDeploymentServer = 1), because Splunk would then change only the tokens of
    the deployment repository, and not those that HEC uses.
  - The task can be stopped at any time and run again. Completed steps are not repeated.
  - The C(edgeops.logpush.rotate_hec_token) playbook also creates and probes the new token.
options:
  zones:
    description:
      - The zones and accounts whose jobs are moved. Each is the name of a zone, or a mapping with one of C(zone_id), C(zone) and
        C(account_id). The list must not be empty.
      - P(edgeops.logpush.logpush_scopes#filter) returns this list for inventory hosts.
    type: list
    elements: dict
    required: true
  other_zones:
    description:
      - The zones and accounts of inventory hosts outside O(zones), in the same form. They are checked for jobs with the old token but
        not changed. If one of them cannot be listed, the old token stays enabled.
    type: list
    elements: dict
  accounts:
    description:
      - The IDs of further accounts to check for jobs with the old token. The accounts of the zones are always checked.
    type: list
    elements: str
  old_name:
    description:
      - The name of the old token.
    type: str
    required: true
  new_name:
    description:
      - The name of the new token. It must exist and be enabled.
    type: str
    required: true
  endpoint:
    description:
      - The HEC endpoint. If a job pushes to it with a token that cannot be read, the old token is not retired. The endpoints of the
        moved jobs are always checked in this way.
      - If not set, E(SPLUNK_HEC_ENDPOINT) is used.
    type: str
  nodes:
    description:
      - The nodes behind a load balancer, if several instances of Splunk Enterprise have the tokens. The credentials and the other options
        of the connection are those of O(splunk), whose C(url) is not used.
      - The tokens must have the same values on all nodes. The old token is disabled and deleted on all of them, and only if all of them
        can be read. If a node cannot disable it, the others enable it again.
    type: list
    elements: dict
    suboptions:
      url:
        description:
          - The management URL of the node, such as V(https://idx1.example.com:8089). Required.
        type: str
      endpoint:
        description:
          - The HEC endpoint of the node. If a job pushes to it with a token that cannot be read, the old token is not retired.
        type: str
  search_url:
    description:
      - The management URL of a search head that finds the index C(_introspection) of the instances with HEC.
      - If not set, these instances are searched themselves.
    type: str
  waves:
    description:
      - The sizes of the waves, as numbers of zones or percentages. The last size is repeated.
    type: list
    elements: str
    default: ["2", "100%"]
  limit:
    description:
      - The reason why O(zones) are only a part of all zones, such as the value of C(--limit). If set, the old token is not retired.
    type: str
  verify_timeout:
    description:
      - The number of seconds within which the jobs of a wave must deliver.
    type: int
    default: 900
  verify_interval:
    description:
      - The number of seconds between two checks.
    type: int
    default: 30
  settle:
    description:
      - The number of seconds to keep both tokens enabled. Cloudflare can need 15 minutes to apply a change.
    type: int
    default: 900
  grace:
    description:
      - The number of seconds to wait before the disabled old token is deleted.
    type: int
    default: 900
  delete:
    description:
      - Whether to delete the old token. With V(false), it is only disabled.
    type: bool
    default: true
  unused:
    description:
      - Confirms that no job uses either token, so that the old token can be retired.
    type: bool
    default: false
  complete:
    description:
      - Confirms that no job uses the old token in the zones and accounts that the API token cannot see.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.splunk.in_splunk
seealso:
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_logpush_rotate
"""

EXAMPLES = r"""
- name: Rotate the HEC token of two zones
  edgeops.logpush.splunk_hec_rotation:
    zones:
      - zone: example.com
      - zone: example.net
    old_name: cloudflare
    new_name: cloudflare-2027
    splunk:
      url: https://splunk.example.com:8089
      auth_token: "{{ splunk_auth_token }}"
"""

RETURN = r"""
old_token:
  description:
    - The state of the old token after the task.
    - V(absent) means that Splunk has no such token, and V(unknown) that Splunk did not respond.
  returned: always, unless the options are invalid
  type: str
  choices: [enabled, disabled, deleted, absent, unknown]
  sample: deleted
checks:
  description:
    - The checks that were made, and those that were not made, with the reason.
  returned: always, unless the options are invalid
  type: list
  elements: str
  sample:
    - Splunk reports no request with the old token at the end of the settle time.
report:
  description:
    - The report of the playbook, as a list of lines. It contains the state of the old token, the jobs that were moved, the checks,
      and the places where the token must be changed.
  returned: always, unless the options are invalid
  type: list
  elements: str
  sample:
    - "HEC token cloudflare: deleted. 1 of 1 jobs moved to cloudflare-2027."
    - "  ~ example.com   http_requests   example.com   moved to cloudflare-2027"
    - "Splunk reports no request with the old token at the end of the settle time."
summary:
  description:
    - The counts of the rotation. C(scopes) is the number of zones and accounts, and C(moved_scopes) the number of those with a moved job.
      C(jobs) is the number of jobs with one of the two tokens, and C(moved) the number of moved jobs. C(failed) is the number of failed
      entries in RV(results).
  returned: always, unless the options are invalid
  type: dict
  sample:
    scopes: 2
    moved_scopes: 2
    jobs: 2
    moved: 2
    failed: 0
stopped:
  description:
    - The reason why the rotation stopped. It is also the message of the task.
  returned: if the rotation failed, unless the options are invalid
  type: str
  sample: The jobs of this wave are back on the old token. Both tokens are enabled. ...
results:
  description:
    - An entry for each job with one of the two tokens, as in M(edgeops.logpush.splunk_logpush_rotate), and for each zone that failed.
      A job that did not deliver with the new token counts as failed, even if it was moved back to the old token.
  returned: always, unless the options are invalid
  type: list
  elements: dict
  sample:
    - zone: example.com
      dataset: http_requests
      name: example.com
      job_id: 1234567
      action: updated
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.sweep import SWEEP_SPEC
from ..module_utils._operations.token_rotation import rotate_token
from ..module_utils._splunk.options import IN_SPLUNK_SPEC
from ..module_utils._splunk.topology_rules import NODE_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        "zones": dict(type="list", elements="dict", required=True),
        "other_zones": dict(type="list", elements="dict"),
        "accounts": dict(type="list", elements="str"),
        "old_name": dict(type="str", required=True),
        "new_name": dict(type="str", required=True),
        **IN_SPLUNK_SPEC,
        "nodes": dict(type="list", elements="dict", options=NODE_SPEC),
        "search_url": dict(type="str"),
        "endpoint": dict(type="str"),
        "waves": dict(type="list", elements="str", default=["2", "100%"]),
        "limit": dict(type="str"),
        "verify_timeout": dict(type="int", default=900),
        "verify_interval": dict(type="int", default=30),
        "settle": dict(type="int", default=900),
        "grace": dict(type="int", default=900),
        "delete": dict(type="bool", default=True),
        "unused": dict(type="bool", default=False),
        "complete": dict(type="bool", default=False),
    },
    run=rotate_token,
    progress_name="rotate",
    short_forms={**ZONE_NAMES, "other_zones": "zone"},
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
