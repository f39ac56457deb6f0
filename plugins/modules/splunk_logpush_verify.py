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
  - Waits until each job has delivered logs to Splunk. Fails with the errors of the jobs that did not deliver in time.
  - Reads the jobs repeatedly, with one request for each zone, however many jobs it has. Zones whose jobs have all delivered are not
    read again.
  - A job delivers if Cloudflare's analytics count a successful upload, or if they count no lost one and the last delivery
    (C(last_complete)) is recent enough. Both can be some minutes late. A job whose uploads are all lost does not deliver, even
    if its last delivery is recent. Uploads count from O(since), by default from an hour before the run, and at most from a day
    before it.
  - The module sends one query for each ten zones to the analytics, for zones whose jobs seem to deliver, and every five minutes
    and at the end for all others. The queries have a rate limit of their own. If the API token lacks the permission Analytics
    Read, only the last delivery counts.
  - On the controller, the module prints its progress during a long wait.
options:
  jobs:
    description:
      - The jobs to wait for, as returned in C(results) by M(edgeops.logpush.splunk_logpush_rollout). Failed and disabled jobs are
        skipped.
      - Use it instead of O(zones).
    type: list
    elements: dict
  zones:
    description:
      - The zones and accounts to wait for. Each is the name of a zone, or a mapping with one of C(zone_id), C(zone) and C(account_id).
      - A mapping can also have C(host), a name of your own that is returned in the results.
      - Jobs that a user disabled are skipped.
      - Use it instead of O(jobs).
    type: list
    elements: dict
  since:
    description:
      - The time after which a changed job must have delivered, in UTC in the form V(2026-11-22T10:00:00Z).
      - If not set, any delivery counts.
    type: str
  wait_timeout:
    description:
      - The maximum number of seconds to wait. With V(0), the jobs are checked once.
    type: int
    default: 900
  interval:
    description:
      - The number of seconds between two checks.
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
- name: Wait until the jobs of a zone deliver
  edgeops.logpush.splunk_logpush_verify:
    zones:
      - example.com

- name: Check once whether the jobs of a zone deliver
  edgeops.logpush.splunk_logpush_verify:
    zones:
      - example.com
    wait_timeout: 0

- name: Apply the jobs of two zones
  edgeops.logpush.splunk_logpush_rollout:
    zones:
      - example.com
      - example.net
  register: rollout

- name: Wait until these jobs deliver
  edgeops.logpush.splunk_logpush_verify:
    jobs: "{{ rollout.results }}"
  when: not ansible_check_mode
"""

RETURN = r"""
report:
  description:
    - The result as text, with the jobs that deliver, those that do not, and the time of the wait.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush verification, 2 zones, waited 40 s for a delivery of every job
      = 2 jobs delivering
    2 delivering.
results:
  description:
    - An entry for each job that the task waited for. It has a C(host) if the zone has one. C(delivery) is as in
      M(edgeops.logpush.splunk_logpush_health_info), and empty if there are no uploads, or if they are not known.
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
      delivery: delivering
      changed: false
      failed: false
      msg: ""
summary:
  description:
    - The number of jobs, of those that deliver and of those that do not, and the requests and seconds that the run took.
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
