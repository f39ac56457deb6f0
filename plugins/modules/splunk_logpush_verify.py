#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until Logpush jobs deliver."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_verify
short_description: Wait until Logpush jobs deliver to Splunk
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - A created job does not prove delivery. Reads the jobs until each has delivered, and fails with the errors of those that
    did not deliver in time.
  - Each reading costs one request for a zone, however many jobs it has. Only zones that are not done are read again.
    All requests share one rate budget.
  - On the controller, a long wait prints its progress.
options:
  jobs:
    description:
      - The jobs to wait for, as C(results) of M(edgeops.logpush.splunk_logpush_rollout) has them. Those that failed
        there, or that should be disabled, are skipped.
      - Instead of O(zones).
    type: list
    elements: dict
  zones:
    description:
      - The zones and accounts whose jobs to Splunk are waited for, each a mapping with one of C(zone_id), C(zone) and
        C(account_id), and C(host) if you like, which is then in the results. A job that somebody switched off is skipped.
        A text is the name of a zone.
      - Instead of O(jobs).
    type: list
    elements: dict
  since:
    description:
      - The time since which a changed job must have delivered, in UTC in the form V(2026-11-22T10:00:00Z).
      - If not set, any delivery counts.
    type: str
  wait_timeout:
    description:
      - The maximum number of seconds to wait. With V(0), the jobs are read once.
    type: int
    default: 900
  interval:
    description:
      - The number of seconds to wait before the jobs are read again.
    type: int
    default: 30
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
seealso:
  - module: edgeops.logpush.splunk_logpush_rollout
  - module: edgeops.logpush.splunk_logpush_job_info
"""

EXAMPLES = r"""
- name: Roll out
  edgeops.logpush.splunk_logpush_rollout:
    zones:
      - zone: example.com
      - zone: example.net
  register: rollout

- name: Wait until every job delivers
  edgeops.logpush.splunk_logpush_verify:
    jobs: "{{ rollout.results }}"
  when: not ansible_check_mode

- name: See whether the jobs of a zone deliver now
  edgeops.logpush.splunk_logpush_verify:
    zones:
      - zone: example.com
    wait_timeout: 0
"""

RETURN = r"""
report:
  description:
    - What delivers and what does not, in words, and how long it was waited for.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush verification, 2 zones, waited 40 s for a delivery of every job
      = 2 jobs delivering
    2 delivering.
results:
  description:
    - An entry for each job that was waited for, with its C(host) if it was given one.
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
      last_complete: "2026-11-22T10:00:00Z"
      changed: false
      failed: false
      msg: ""
summary:
  description:
    - How many jobs there were, how many deliver, how many do not, and what it took.
  returned: always, unless the run could not start
  type: dict
  sample:
    jobs: 2
    delivering: 2
    failed: 0
    api_calls: 4
    throttled: 0
    waited: 0.0
    seconds: 60.2
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.sweep import SWEEP_SPEC
from ..module_utils._operations.verify import wait_for_deliveries

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        "jobs": dict(type="list", elements="dict"),
        "zones": dict(type="list", elements="dict"),
        "since": dict(type="str"),
        "wait_timeout": dict(type="int", default=900),
        "interval": dict(type="int", default=30),
    },
    run=wait_for_deliveries,
    progress_name="verify",
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
