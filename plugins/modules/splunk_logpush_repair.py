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
  - Enables jobs of many zones and accounts that Cloudflare disabled after a day of failures. Jobs that a user disabled are not changed.
  - Cloudflare pushes a test event before it enables a job. If the collector does not work yet, the job stays disabled and is
    reported as failed.
  - Cloudflare never sends the logs of the time in which a job was disabled. It sends a notification about a disabled job only if the
    account has a notification policy for it, which M(edgeops.logpush.logpush_alert) creates.
  - The C(edgeops.logpush.repair) playbook also probes the collectors first.
options:
  not_ready:
    description:
      - The collectors that do not work yet, as a mapping. Each key is C(host), C(host:port) or a complete URL, and each value is the
        reason. A job that pushes to one of them stays disabled and is reported as failed with this reason.
      - If not set, Cloudflare's test event decides whether a collector works.
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
- name: Enable the jobs that Cloudflare disabled
  edgeops.logpush.splunk_logpush_repair:
    zones:
      - example.com
      - example.net

- name: Enable the jobs except those that push to a collector under repair
  edgeops.logpush.splunk_logpush_repair:
    zones:
      - example.com
      - example.net
    not_ready:
      splunk2.example.com:8088: The certificate has expired.
"""

RETURN = r"""
report:
  description:
    - The result as text, with at most 40 rows and the totals.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush repair, 2 zones
      ~ example.com   http_requests   edge-logs   enabled
    1 enabled.
results:
  description:
    - An entry for each job that Cloudflare had disabled, in the form of M(edgeops.logpush.splunk_logpush_rollout). It also has the
      C(health) and the C(endpoint) before the run, and the C(collector) of the endpoint, in a form that O(not_ready) accepts.
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
    - The counts of the run, in the form of M(edgeops.logpush.splunk_logpush_rollout).
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
    - The changes, one entry for each changed job, with secrets masked.
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
