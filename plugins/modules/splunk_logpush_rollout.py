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
  - Creates, updates and deletes the Logpush jobs to Splunk of many zones and accounts in one task, several zones at a time.
  - A zone in which nothing differs costs one request, however many jobs it has.
  - >-
    All requests share one rate budget, which follows the limits that the API reports: full speed while requests are left,
    the allowed pace afterwards. Some are left for other users of the same credentials.
  - A failing zone does not stop the others. The task fails at the end; run it again to complete the rest.
  - On the controller, a run of more than ten seconds prints its progress.
options:
  approved_plan_json:
    description:
      - The file that a check run wrote with O(plan_json). The rows of the report that are not in it are marked.
    type: path
  check_duplicates:
    description:
      - Whether to list the jobs of a zone once more after a job was created, and to remove the duplicates that a simultaneous
        run made. Of equal jobs that were made here, the one with the lowest id stays.
      - Without it, the next run does the same. A job whose token the API hides is no duplicate of any other.
    type: bool
    default: false
  confirmed:
    description:
      - Whether the removal of all jobs by C(state=absent) in O(job_overrides) is confirmed. With V(false), the module removes
        nothing and fails. Check mode needs no confirmation.
    type: bool
    default: true
  create:
    description:
      - Whether to create jobs that do not exist. If not, they are skipped.
      - >-
        With V(false) and C(enabled=false) in O(job_overrides), the jobs that exist are disabled, and so are their duplicates.
        Nothing else about them is changed, and no job is removed, not even with O(prune).
    type: bool
    default: true
  expected_plan:
    description:
      - The RV(plan_id) of an earlier run in check mode. All zones are read before the first write. If the plan is different now,
        nothing is written, the task fails, and the report shows the plan of now.
    type: str
  max_failures:
    description:
      - Stop starting new zones after more than this many zones have failed. Zones that were not started fail, too.
      - If not set, there is no limit.
    type: int
  part_of_run:
    description:
      - Why O(zones) are only a part of the zones of a run, such as V(logpush_serial). Then O(expected_plan) and O(plan_json) are
        refused, because they are about the whole run.
    type: str
  plan_json:
    description:
      - A file to write the plan to, for programs. An earlier plan is replaced; any other file is refused.
      - It has an entry for each job with what is returned in RV(results), what differs, and a fingerprint of what is written.
    type: path
  probe:
    description:
      - Whether to ask the collector of a job before the job is written, once for each collector and HEC token, whatever the number of
        zones. A job that would push to a collector with indexer acknowledgement on, or one that refuses the token, is not written,
        and its zone fails. Other zones are not affected.
      - Cloudflare itself tests a destination, but not for acknowledgement. A collector that does not answer this machine, or whose
        certificate is not trusted here, is left to the test of Cloudflare.
      - Unchanged, disabled and removed jobs need no request. In check mode, a refused token does not matter, because the run that
        checks has not created it.
    type: bool
    default: false
  probe_ca_path:
    description:
      - The CA certificates that O(probe) trusts instead of the public ones, a file or a folder. For tests only.
    type: path
  prune:
    description:
      - Whether to delete those jobs of a zone that push to a collector of the jobs that are requested for this zone, and are
        not requested.
      - Jobs that push elsewhere always stay, and so do all jobs of a zone in which something failed. Jobs that O(other_zones)
        requests stay, too. If an entry of O(zones) or O(other_zones) does not say which zone it means, nothing is deleted.
    type: bool
    default: false
  title:
    description:
      - The beginning of the report.
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
- name: Push the HTTP requests and firewall events of three zones
  edgeops.logpush.splunk_logpush_rollout:
    job_defaults:
      endpoint: splunk.example.com:8088
      hec_token: "{{ lookup('ansible.builtin.env', 'SPLUNK_HEC_TOKEN') }}"
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
  register: rollout

- name: Show the summary
  ansible.builtin.debug:
    var: rollout.summary

- name: Give every job a new token, a few zones at a time, and stop when some fail
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
    - The id of the plan, for O(expected_plan). It stands for everything that was written, or in check mode would be, and for the
      zones that failed. The order of zones, times and the health of jobs do not matter.
  returned: always, unless the run could not start
  type: str
  sample: c3a91f02
refused:
  description:
    - V(true) if the plan was not the expected one, so that nothing was written.
  returned: when the plan is not O(expected_plan)
  type: bool
  sample: true
report:
  description:
    - The plan as text for people, at most 40 rows and the totals.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush rollout, 1 zone, plan c3a91f02
      + example.com   http_requests   example.com   created, push to splunk.example.com:8088
    1 created.
results:
  description:
    - What was done, an entry for each job, in the order of O(zones) and their jobs.
    - Where all of them have more than 650,000 characters, those of jobs that did not fail have no C(zone), C(name), C(msg)
      and no empty values, for Tower keeps results of 700,000 at the most. Beyond some 4,400 entries, or 3,600 with a C(host), it keeps none.
  returned: always, unless the run could not start
  type: list
  elements: dict
  contains:
    host:
      description:
        - The name that the zone was given by its C(host).
      returned: when given
      type: str
      sample: shop.example.com
    zone_id:
      description:
        - The id of the zone, V(null) for an account or a zone that was not found.
      returned: always
      type: str
      sample: 023e105f4ecef8ad9ca31a8372d0c353
    zone:
      description:
        - The name of the zone, where it is known.
      returned: always
      type: str
      sample: example.com
    account_id:
      description:
        - The id of the account, V(null) for a zone.
      returned: always
      type: str
      sample: 01a7362d577a6c3019a474fd6f485823
    dataset:
      description:
        - The dataset.
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
        - The id of the job, V(null) for one that is not there.
      returned: always
      type: int
      sample: 1234567
    action:
      description:
        - >-
          What was done, or in check mode would be: C(created), C(updated), C(enabled), C(disabled), C(replaced), C(deleted),
          C(unchanged), or C(failed).
      returned: always
      type: str
      sample: created
    changed:
      description:
        - Whether something changed.
      returned: always
      type: bool
      sample: true
    redirect:
      description:
        - The collectors of a job that moves from one to another.
      returned: when the job moves
      type: str
      sample: old.example.com:8088 -> splunk.example.com:8088
    failed:
      description:
        - Whether it failed.
      returned: always
      type: bool
      sample: false
    msg:
      description:
        - Why it failed.
      returned: always
      type: str
      sample: ""
summary:
  description:
    - How many scopes and jobs there were, how many jobs were C(created), C(updated), C(enabled), C(disabled), C(replaced),
      C(deleted), C(unchanged) and C(failed). C(redirected) of them move to another collector.
    - C(api_calls) requests were sent. The rate limit held C(throttled) of them back, so that C(waited) of the C(seconds)
      that it took something waited for it.
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
    - What changed, an entry for each job that did, with secrets masked.
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
