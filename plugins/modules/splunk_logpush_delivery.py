#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what Cloudflare delivered with what Splunk indexed."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_delivery
short_description: Compare what Cloudflare delivered with what Splunk indexed
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Compares both ends of Logpush for a window of time, for each job of many zones and accounts. One end is the number of records that
    Cloudflare delivered, from its analytics. The other end is the number of events that Splunk indexed, from searches.
  - Fails if Splunk misses events of a job, or stores them with a wrong time.
  - Splunk has no indexed field for the zone. The events of a job are found by the C(source) or C(host) of its destination, if no other
    compared job has the same. Otherwise, they are found by the field C(ZoneName), if the job pushes it. All other jobs can only be
    compared together, as the sum of the jobs with the same index, source type and HEC token.
  - Events are counted by the time when Splunk indexed them, so that wrong event times do not change the counts.
  - The number of requests hardly depends on the number of zones. The module runs one search in Splunk for each of these ways.
    At Cloudflare, it sends one request for the jobs of each zone, and one query of the analytics for ten zones.
  - The C(edgeops.logpush.delivery) playbook runs this module for the zones of an inventory.
options:
  window:
    description:
      - The length of the window in seconds, at most 2592000 (30 days). The longer it is, the smaller is the loss that it can show.
    type: int
    default: 86400
  end:
    description:
      - The end of the window, in UTC in the form V(2026-11-22T10:00:00Z). It must be at least ten minutes ago, because the figures of
        Cloudflare and the events in Splunk arrive with a delay.
      - If not set, the window ends ten minutes ago.
    type: str
  tolerance:
    description:
      - The percentage of records that may be missing without a failure. V(0.1) means 0.1 %.
      - Uploads across an end of the window count on one side only. So a job counts as V(missing) only if the difference is
        larger than this percentage plus four uploads of average size.
    type: float
    default: 0.1
  index:
    description:
      - The index of the events of jobs for which neither the destination nor the HEC token sets one.
      - It is also used if the user of Splunk may not read HEC tokens.
    type: str
  search_timeout:
    description:
      - The maximum number of seconds for a search in Splunk. The search by C(ZoneName) reads every event of the window.
    type: int
    default: 600
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet.scopes
  - edgeops.logpush.splunk.in_splunk
seealso:
  - module: edgeops.logpush.splunk_delivery_info
  - module: edgeops.logpush.splunk_logpush_audit
  - module: edgeops.logpush.splunk_logpush_health_info
"""

EXAMPLES = r"""
- name: Compare both ends for the last day
  edgeops.logpush.splunk_logpush_delivery:
    zones:
      - example.com
      - example.net
    splunk:
      url: https://splunk.example.com:8089
      auth_token: "{{ splunk_auth_token }}"

- name: Compare both ends for one hour
  edgeops.logpush.splunk_logpush_delivery:
    zones:
      - example.com
    window: 3600
    end: "2026-11-22T10:00:00Z"
    splunk:
      url: https://splunk.example.com:8089
      auth_token: "{{ splunk_auth_token }}"
"""

RETURN = r"""
begin:
  description:
    - The beginning of the window, in UTC.
  returned: always, unless the run could not start
  type: str
  sample: "2026-11-21T10:00:00Z"
end:
  description:
    - The end of the window, in UTC.
  returned: always, unless the run could not start
  type: str
  sample: "2026-11-22T10:00:00Z"
report:
  description:
    - The result as text, with both ends of each job side by side, at most 40 rows and the totals.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush delivery, 1 zone, 2026-11-21T10:00:00Z to 2026-11-22T10:00:00Z (24 hours)
        zone          dataset         job           Cloudflare       Splunk   difference   verdict
      = example.com   http_requests   example.com      144,000      144,000            0   complete
    Cloudflare delivered 144,000 records, and Splunk indexed 144,000 events. 1 complete.
    The smallest loss that this window can show is 545 events (0.378 %).
results:
  description:
    - An entry for each enabled job that pushes to a collector, and for each disabled one that delivered in the window. It has a C(host)
      if the zone has one. A zone whose jobs cannot be read has one entry.
    - C(records) is the number of records in the C(uploads) that the collector accepted. C(lost_uploads) never reached it.
      C(delivery) is the state of the uploads, as in M(edgeops.logpush.splunk_logpush_health_info).
    - C(events) is the number of events that Splunk indexed, and C(difference) is C(events) minus C(records).
    - C(verdict) is V(complete), V(missing), V(surplus) (because delivery is at least once) or V(unknown). C(reason) says why it is
      V(unknown). V(unknown) is no failure.
    - C(smallest_visible_loss) is the smallest loss that the window can show, as C(events) and as C(percent) of the records.
    - C(time_deviation) is by how many seconds the times of the newest events in Splunk differ from their own timestamps. More than one
      second is a failure. It is V(null) if no event has a timestamp, or if the times could not be checked, which a warning says.
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
      records: 144000
      uploads: 1440
      lost_uploads: 0
      delivery: delivering
      events: 144000
      difference: 0
      verdict: complete
      reason: ""
      smallest_visible_loss:
        events: 545
        percent: 0.378
      time_deviation: 0.0
      changed: false
      failed: false
      msg: ""
sums:
  description:
    - An entry for all C(jobs) with the same C(index), C(sourcetype) and HEC token (C(token_name)), if some of them can only be compared
      together. The other keys are those of RV(results).
    - The C(reason) of a V(complete) or a V(surplus) sum is empty, unless it is not known whether the events of other senders are among
      these events, because the metrics of HEC in the index C(_introspection) cannot be read, or the HEC token of a job is not known.
  returned: always, unless the run could not start
  type: list
  elements: dict
  sample:
    - index: cloudflare
      sourcetype: cloudflare:json
      token_name: cloudflare
      datasets:
        - dns_logs
      jobs: 2
      records: 20000
      uploads: 200
      events: 20000
      difference: 0
      verdict: complete
      reason: ""
      smallest_visible_loss:
        events: 421
        percent: 2.105
      time_deviation: 0.0
      failed: false
      msg: ""
summary:
  description:
    - The number of jobs by verdict, the number of jobs with wrong event times, and the requests and seconds that the run took.
      C(records) and C(events) are those of the jobs that could be compared. C(failed) is the number of failed entries in RV(results),
      and C(failed_sums) that in RV(sums).
  returned: always, unless the run could not start
  type: dict
  sample:
    scopes: 1
    jobs: 1
    missing: 0
    surplus: 0
    unknown: 0
    complete: 1
    wrong_times: 0
    records: 144000
    events: 144000
    failed: 0
    failed_sums: 0
    api_calls: 3
    throttled: 0
    waited: 0.0
    seconds: 1.2
stopped:
  description:
    - The problems of RV(sums), which belong to no single zone.
  returned: if a sum misses events or has wrong times
  type: str
  sample: "sum of 2 jobs: 400 of 20,000 records are missing in Splunk (2.0 %). ..."
"""

from ..module_utils._audit.delivery_run import run_delivery
from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.sweep import SWEEP_SPEC
from ..module_utils._splunk.options import IN_SPLUNK_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        "zones": dict(type="list", elements="dict", required=True),
        **IN_SPLUNK_SPEC,
        "window": dict(type="int", default=86400),
        "end": dict(type="str"),
        "tolerance": dict(type="float", default=0.1),
        "index": dict(type="str"),
        "search_timeout": dict(type="int", default=600),
    },
    run=run_delivery,
    progress_name="delivery",
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
