#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Logpush jobs of many zones and accounts."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_rollout
short_description: Manage the Logpush jobs of many Cloudflare zones and accounts in one task
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Creates, updates and deletes the Logpush jobs to Splunk of many zones and accounts in one task. Several zones are processed at
    the same time.
  - If nothing has to change, a zone takes one request, however many jobs it has.
  - All requests together stay within the rate limit that the API reports. A few requests are left for other users of the same
    credentials.
  - A failed zone does not stop the others. The task fails at the end. Run it again to change the remaining zones.
  - On the controller, the module prints its progress if a run takes more than ten seconds.
options:
  approved_plan_json:
    description:
      - The path of the O(plan_json) file of a run in check mode. The report marks the changes that this plan does not contain.
    type: path
  check_duplicates:
    description:
      - Whether to list the jobs of a zone once more after a job was created, and to remove duplicates that a simultaneous run created.
        Of several equal jobs, the one with the lowest ID is kept.
      - Otherwise, the next run removes the duplicates. A job whose token the API hides is never treated as a duplicate.
    type: bool
    default: false
  confirmed:
    description:
      - Confirms that all jobs may be removed if O(job_overrides) contains C(state=absent). With V(false), the task fails and removes
        nothing. Check mode requires no confirmation.
    type: bool
    default: true
  create:
    description:
      - Whether to create jobs that do not exist. With V(false), they are skipped.
      - With V(false) and C(enabled=false) in O(job_overrides), existing jobs and their duplicates are disabled. They are not changed in
        any other way, and no job is removed, not even with O(prune).
    type: bool
    default: true
  expected_plan:
    description:
      - The RV(plan_id) of an earlier run in check mode. The module reads all zones before it writes anything. If the plan has changed,
        the task writes nothing, fails, and reports the new plan.
    type: str
  max_failures:
    description:
      - Stop starting new zones after more than this many zones have failed. Zones that were not started also count as failed.
      - If not set, there is no limit.
    type: int
  part_of_run:
    description:
      - The reason why O(zones) are only a part of all zones of a run, such as V(logpush_serial). If set, O(expected_plan) and
        O(plan_json) are refused, because they describe a whole run.
    type: str
  plan_json:
    description:
      - The path of the JSON file to write the plan to. An earlier plan is replaced. Any other existing file is refused.
      - The plan has an entry for each job, with its values in RV(results), the differences, and a fingerprint of what is written.
    type: path
  probe:
    description:
      - Whether to send a request to the collector of a job before the job is written. There is one request for each collector and HEC
        token, however many zones use them. If the collector refuses the token or has indexer acknowledgement enabled, the job is
        not written, and its zone fails. Other zones are not affected.
      - Cloudflare also tests the destination, but does not detect indexer acknowledgement. If the collector does not respond to this
        host, or this host does not trust its certificate, only Cloudflare's test applies.
      - No request is sent for unchanged, disabled and removed jobs. In check mode, a refused token does not fail the zone, because the
        token may not exist yet.
    type: bool
    default: false
  probe_ca_path:
    description:
      - The path of a file or a folder of CA certificates that O(probe) trusts instead of the public ones. For tests only.
    type: path
  prune:
    description:
      - Whether to delete the jobs of a zone that are not requested, if they push to the same collector as a requested job of this zone.
      - Jobs that push to other collectors are never deleted. Nor are jobs that O(other_zones) requests, and jobs of a zone in which
        something failed. If it is not clear which zone an entry of O(zones) or O(other_zones) refers to, nothing is deleted.
    type: bool
    default: false
  title:
    description:
      - The title of the report.
    type: str
    default: Logpush rollout
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet
  - edgeops.logpush.fleet.other_zones
seealso:
  - module: edgeops.logpush.splunk_logpush_job
  - module: edgeops.logpush.splunk_logpush_job_info
  - plugin: edgeops.logpush.logpush_zones
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Push the HTTP requests of two zones to Splunk
  edgeops.logpush.splunk_logpush_rollout:
    zones:
      - example.com
      - shop.example.com
    job_defaults:
      endpoint: splunk.example.com:8088
      hec_token: "{{ splunk_logpush_hec_token }}"
  register: rollout

- name: Show the summary
  ansible.builtin.debug:
    var: rollout.summary

- name: Push two datasets of all zones, and only the errors of one zone
  edgeops.logpush.splunk_logpush_rollout:
    job_defaults:
      endpoint: splunk.example.com:8088
      hec_token: "{{ splunk_logpush_hec_token }}"
    jobs:
      - dataset: http_requests
      - dataset: firewall_events
    zones:
      - zone_id: 023e105f4ecef8ad9ca31a8372d0c353
      - zone: example.com
      - zone: shop.example.com
        sourcetype: cloudflare:shop
        jobs:
          - dataset: http_requests
            filter: {where: {key: EdgeResponseStatus, operator: geq, value: 400}}

- name: Change the token of all jobs, and stop after several failures
  edgeops.logpush.splunk_logpush_rollout:
    zones: "{{ groups['cloudflare_zones'] | edgeops.logpush.logpush_zones(hostvars) }}"
    job_defaults:
      hec_token: "{{ new_hec_token }}"
    concurrency: 4
    max_failures: 3
"""

RETURN = r"""
plan_id:
  description:
    - The ID of the plan, for O(expected_plan). It depends on everything that was written, or would be written in check mode, and on the
      zones that failed. It does not depend on the order of the zones, on times, or on the health of jobs.
  returned: always, unless the run could not start
  type: str
  sample: c3a91f02
refused:
  description:
    - V(true) if nothing was written because the plan differs from O(expected_plan).
  returned: if the plan differs from O(expected_plan)
  type: bool
  sample: true
report:
  description:
    - The plan as text, with at most 40 rows and the totals.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush rollout, 1 zone, plan c3a91f02
      + example.com   http_requests   example.com   created, push to splunk.example.com:8088
    1 created.
results:
  description:
    - An entry for each job, in the order of O(zones) and their jobs.
    - Tower does not store results of more than 700,000 characters. If the entries have more than 650,000 characters, the entries of jobs
      that did not fail are shortened. They then have no C(zone), no C(name), no C(msg) and no empty values. With more than about 4,400
      entries, or 3,600 with a C(host), Tower still does not store the result.
  returned: always, unless the run could not start
  type: list
  elements: dict
  contains:
    host:
      description:
        - The C(host) of the zone.
      returned: if the zone has one
      type: str
      sample: shop.example.com
    zone_id:
      description:
        - The ID of the zone, or V(null) for an account or a zone that was not found.
      returned: always
      type: str
      sample: 023e105f4ecef8ad9ca31a8372d0c353
    zone:
      description:
        - The name of the zone, if it is known.
      returned: always
      type: str
      sample: example.com
    account_id:
      description:
        - The ID of the account, or V(null) for a zone.
      returned: always
      type: str
      sample: 01a7362d577a6c3019a474fd6f485823
    dataset:
      description:
        - The dataset of the job.
      returned: always
      type: str
      sample: http_requests
    name:
      description:
        - The name of the job.
      returned: always
      type: str
      sample: example.com
    job_id:
      description:
        - The ID of the job, or V(null) if the job does not exist.
      returned: always
      type: int
      sample: 1234567
    action:
      description:
        - The action that was taken, or would be taken in check mode. One of C(created), C(updated), C(enabled), C(disabled),
          C(replaced), C(deleted), C(unchanged) and C(failed).
      returned: always
      type: str
      sample: created
    changed:
      description:
        - Whether the job changed.
      returned: always
      type: bool
      sample: true
    redirect:
      description:
        - The old and the new collector of the job.
      returned: if the job moves to another collector
      type: str
      sample: old.example.com:8088 -> splunk.example.com:8088
    failed:
      description:
        - Whether the job failed.
      returned: always
      type: bool
      sample: false
    msg:
      description:
        - The reason for the failure, or an empty string.
      returned: always
      type: str
      sample: ""
summary:
  description:
    - The counts of the run. C(scopes) is the number of zones and accounts, and C(jobs) the number of jobs.
    - C(created), C(updated), C(enabled), C(disabled), C(replaced), C(deleted), C(unchanged) and C(failed) are the numbers of jobs with
      each action. C(redirected) is the number of jobs that move to another collector.
    - C(api_calls) is the number of requests, and C(throttled) the number of requests that waited for the rate limit. C(seconds) is the
      duration of the run, and C(waited) the part of it that was spent waiting for the rate limit.
  returned: always, unless the run could not start
  type: dict
  sample:
    scopes: 3
    jobs: 5
    created: 4
    updated: 0
    enabled: 0
    disabled: 0
    replaced: 0
    deleted: 0
    unchanged: 1
    failed: 0
    redirected: 0
    api_calls: 8
    throttled: 0
    waited: 0.0
    seconds: 1.2
diff:
  description:
    - The changes, one entry for each changed job, with secrets masked.
  returned: in diff mode
  type: list
  elements: dict
  sample:
    - before_header: example.com, http_requests example.com
      after_header: example.com, http_requests example.com
      before: {enabled: false}
      after: {enabled: true}
"""

import functools

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._collector.readiness import ReadyCollectors
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._logpush.job_options import EMPTY_VALUES, OTHER_NAMES
from ..module_utils._operations.rollout import roll_out
from ..module_utils._operations.rollout_report import TITLE
from ..module_utils._operations.rollout_request import ROLLOUT_SPEC, ZONE_SPEC
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **ROLLOUT_SPEC,
        **SWEEP_SPEC,
        "check_duplicates": dict(type="bool", default=False),
        "confirmed": dict(type="bool", default=True),
        "create": dict(type="bool", default=True),
        "expected_plan": dict(type="str"),
        "part_of_run": dict(type="str"),
        "plan_json": dict(type="path"),
        "approved_plan_json": dict(type="path"),
        "max_failures": dict(type="int"),
        "other_zones": dict(type="list", elements="dict", options=ZONE_SPEC),
        "probe": dict(type="bool", default=False),
        "probe_ca_path": dict(type="path"),
        "prune": dict(type="bool", default=False),
        "title": dict(type="str", default=TITLE),
    },
    run=functools.partial(roll_out, make_collectors=ReadyCollectors),
    progress_name="rollout",
    empty_values=EMPTY_VALUES,
    other_names=OTHER_NAMES,
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
