#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotate a HEC token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_rotation
short_description: Move every Logpush job to a new HEC token, and retire the old one
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Moves the jobs of many zones and accounts to another HEC token in waves, each of which must deliver before the next one
    starts. Then it disables the old token, checks that every job delivers, and deletes the old token.
  - The old token is disabled and deleted only with evidence that nobody uses it. Every zone and account that the API token can
    see is checked for jobs with the old token, also those outside O(zones). If something cannot be seen, both tokens
    stay enabled, and the task fails and lists what is missing.
  - Where the index C(_introspection) of Splunk can be searched, the old token must also be without requests for the last 300
    seconds of O(settle) before it is disabled, and in O(grace) before it is deleted.
  - The task can be stopped at any point and run again. Completed steps are not repeated.
  - The playbook C(edgeops.logpush.rotate_hec_token) also creates the new token and probes it.
options:
  zones:
    description:
      - The zones and accounts whose jobs are moved, each with one of C(zone_id), C(zone) and C(account_id).
        P(edgeops.logpush.logpush_scopes#filter) gives them for inventory hosts. It must not be empty.
    type: list
    elements: dict
    required: true
  other_zones:
    description:
      - The zones and accounts of inventory hosts outside O(zones), in the same form. They are checked for jobs with the old token,
        and nothing is changed there. If one cannot be listed, the old token stays enabled.
    type: list
    elements: dict
  accounts:
    description:
      - The ids of accounts to check for jobs with the old token, beside the accounts of the zones.
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
      - The collector. A job there whose token cannot be read stops the retirement. The collectors of the jobs that are moved are
        known without this option.
      - If not set, E(SPLUNK_HEC_ENDPOINT) is used.
    type: str
  waves:
    description:
      - The sizes of the waves, as numbers of zones or percentages. The last one is repeated.
    type: list
    elements: str
    default: ["2", "100%"]
  limit:
    description:
      - Says that O(zones) is a part of the zones, such as C(--limit). The old token stays as it is.
    type: str
  verify_timeout:
    description:
      - Seconds within which the jobs of a wave must deliver.
    type: int
    default: 900
  verify_interval:
    description:
      - Seconds between two checks.
    type: int
    default: 30
  settle:
    description:
      - Seconds to keep both tokens enabled, because Cloudflare can need 15 minutes for a change.
    type: int
    default: 900
  grace:
    description:
      - Seconds to wait before the disabled old token is deleted.
    type: int
    default: 900
  delete:
    description:
      - Whether to delete the old token. V(false) only disables it.
    type: bool
    default: true
  unused:
    description:
      - Confirms that no job uses either token, so that the old token may be retired.
    type: bool
    default: false
  complete:
    description:
      - Confirms that no job uses the old token in zones and accounts that the API token cannot see.
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
    - V(absent) means that Splunk lists no such token, V(unknown) that Splunk did not answer.
  returned: always, unless the options are wrong
  type: str
  choices: [enabled, disabled, deleted, absent, unknown]
  sample: deleted
checks:
  description:
    - What was checked, what was not, and why.
  returned: always, unless the options are wrong
  type: list
  elements: str
  sample:
    - Splunk reports no request with the old token at the end of the settle time.
report:
  description:
    - The lines that the playbook shows. They are the state of the old token, the jobs
      that were moved, the checks, and the places to change.
  returned: always, unless the options are wrong
  type: list
  elements: str
  sample:
    - "HEC token cloudflare: deleted. 1 of 1 jobs moved to cloudflare-2027."
    - "  ~ example.com   http_requests   example.com   moved to cloudflare-2027"
    - "Splunk reports no request with the old token at the end of the settle time."
summary:
  description:
    - The number of zones and accounts of the run (C(scopes)), of those with a job that was moved (C(moved_scopes)), of the jobs with
      one of the tokens (C(jobs)), of the jobs that were moved (C(moved)), and of the rows that failed (C(failed)).
  returned: always, unless the options are wrong
  type: dict
  sample:
    scopes: 2
    moved_scopes: 2
    jobs: 2
    moved: 2
    failed: 0
stopped:
  description: Why the rotation ended early, the same as the message of the task.
  returned: when the rotation failed, unless the options are wrong
  type: str
  sample: The jobs of this wave are back on the old token. Both tokens are enabled. ...
results:
  description:
    - A row for each job with one of the two tokens, as in M(edgeops.logpush.splunk_logpush_rotate), and for each zone that failed. A
      job that did not deliver with the new token failed, also if it is back on the old token.
  returned: always, unless the options are wrong
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
from ..module_utils._splunk.options import TOKEN_CONNECTION_SPEC

MANAGEMENT_SPEC = {**TOKEN_CONNECTION_SPEC, "app": dict(type="str")}
DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        "zones": dict(type="list", elements="dict", required=True),
        "other_zones": dict(type="list", elements="dict"),
        "accounts": dict(type="list", elements="str"),
        "old_name": dict(type="str", required=True),
        "new_name": dict(type="str", required=True),
        "splunk": dict(type="dict", options=MANAGEMENT_SPEC, apply_defaults=True),
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
