#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enable Logpush jobs that Cloudflare disabled."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_repair
short_description: Enable Logpush jobs that Cloudflare disabled
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Cloudflare disables a job after a day of failures. It sends a notification only if a notification policy of the account
    asks for one. Enables those jobs of many zones and accounts again. A job that somebody switched off is not changed.
  - Cloudflare pushes a test event before it enables a job, so a job whose collector does not work yet stays disabled, and fails
    here. Logs of the time in between are lost, because Cloudflare never sends them again.
  - The playbook C(edgeops.logpush.repair) probes the collectors first.
options:
  not_ready:
    description:
      - Collectors that do not work yet, each C(host), C(host:port) or the whole URL, with the reason. A job that pushes to one of
        them stays disabled, and fails with the reason.
      - If not set, only the test event of Cloudflare shows whether a collector works.
    type: dict
    default: {}
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet.scopes
seealso:
  - module: edgeops.logpush.splunk_hec_probe
  - module: edgeops.logpush.splunk_logpush_verify
"""

EXAMPLES = r"""
- name: Enable what Cloudflare disabled, now that Splunk is back
  edgeops.logpush.splunk_logpush_repair:
    zones:
      - zone: example.com
      - zone: example.net
    not_ready:
      splunk2.example.com:8088: It is being repaired.
"""

RETURN = r"""
report:
  description:
    - What was done, in words, at most 40 rows and the totals.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush repair, 2 zones
      ~ example.com   http_requests   edge-logs   enabled
    1 enabled.
results:
  description:
    - What was done, an entry for each job that Cloudflare had disabled, as in M(edgeops.logpush.splunk_logpush_rollout), with
      the C(health) and the C(endpoint) that it had before, and the C(collector) there, which can be an entry of O(not_ready).
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
      health: auto_disabled
      endpoint: splunk.example.com:8088/services/collector/raw
      collector: splunk.example.com:8088
      action: enabled
      changed: true
      failed: false
      msg: ""
summary:
  description:
    - The counts of the run, as in M(edgeops.logpush.splunk_logpush_rollout).
  returned: always, unless the run could not start
  type: dict
  sample:
    scopes: 2
    jobs: 2
    enabled: 2
    failed: 0
    api_calls: 4
diff:
  description:
    - What changed, an entry for each job that did.
  returned: in diff mode
  type: list
  elements: dict
  sample: []
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.repair import repair_jobs
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        "zones": dict(type="list", elements="dict", required=True),
        "not_ready": dict(type="dict", default={}),
    },
    run=repair_jobs,
    progress_name="repair",
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
