#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move Logpush jobs to another HEC token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_rotate
short_description: Move Logpush jobs from one HEC token to another
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Replaces a HEC token with another one in all jobs that use it, in many zones and accounts. Other settings of these jobs and other
    jobs are not changed. Disabled jobs stay disabled.
  - Cloudflare pushes a test event with the new token before it accepts the change. If the token does not work, the job is not changed.
  - A failed zone does not stop the others. The task fails at the end. Run it again to change the remaining jobs.
  - This module changes nothing in Splunk. Use the C(edgeops.logpush.rotate_hec_token) playbook for a complete rotation.
options:
  old_hec_token:
    description:
      - The HEC token to replace. The bare token, C(Splunk <token>) and C(Splunk%20<token>) are equivalent.
    type: str
    required: true
  new_hec_token:
    description:
      - The new HEC token, in one of the same forms. It must exist in Splunk and be enabled.
    type: str
    required: true
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet.scopes
seealso:
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_logpush_verify
"""

EXAMPLES = r"""
- name: Move the jobs of two zones to a new token
  edgeops.logpush.splunk_logpush_rotate:
    zones:
      - example.com
      - example.net
    old_hec_token: "{{ old_hec_token }}"
    new_hec_token: "{{ new_hec_token }}"
"""

RETURN = r"""
report:
  description:
    - The result as text, with at most 40 rows and the totals.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush token rotation, 1 zone
      ~ example.com   http_requests   edge-logs   hec_token      ******** (old) -> ******** (new)
    1 updated.
results:
  description:
    - An entry for each job with one of the two tokens, in the form of M(edgeops.logpush.splunk_logpush_rollout). It also has the
      C(health), the C(endpoint) and the C(collector) before the run. A job that already has the new token is C(unchanged).
  returned: always, unless the run could not start
  type: list
  elements: dict
  sample:
    - zone_id: 023e105f4ecef8ad9ca31a8372d0c353
      zone: example.com
      account_id: null
      dataset: http_requests
      name: example.com
      job_id: 1234567
      health: delivering
      endpoint: splunk.example.com:8088/services/collector/raw
      collector: splunk.example.com:8088
      action: updated
      changed: true
      failed: false
      msg: ""
summary:
  description:
    - The counts of the run, in the form of M(edgeops.logpush.splunk_logpush_rollout).
  returned: always, unless the run could not start
  type: dict
  sample:
    scopes: 2
    jobs: 2
    updated: 2
    unchanged: 0
    failed: 0
    api_calls: 4
diff:
  description:
    - The changes, one entry for each changed job. They show that the token changed, but neither of its values.
  returned: in diff mode
  type: list
  elements: dict
  sample: []
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.rotation import move_jobs
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        "zones": dict(type="list", elements="dict", required=True),
        "old_hec_token": dict(type="str", required=True, no_log=True),
        "new_hec_token": dict(type="str", required=True, no_log=True),
    },
    run=move_jobs,
    progress_name="rotate",
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
