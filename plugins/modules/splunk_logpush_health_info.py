#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Cloudflare delivered, lost and repeated for the Splunk jobs of one or many scopes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_health_info
short_description: Show what Cloudflare Logpush delivered to Splunk, lost and repeated, for each job
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Reads from Cloudflare's GraphQL analytics how many records, bytes and uploads of each Logpush job to Splunk succeeded, failed or
    were lost in the last minutes or hours.
  - The jobs are listed first, with one request for each zone or account. One query then reads the uploads of ten zones of an account.
    Another query for each account reads the limits of the analytics. Queries have a rate limit of their own (300 in five minutes for
    each account), which the module keeps to.
  - To query the zones of an account together, the module needs to know their account. It looks up zones that are given by their ID.
    If the API token has no permission Zone Read, it queries them without their account, which works the same but counts against the
    limit of the user.
  - The API token needs the permission Analytics Read for the zones, and Account Analytics Read for the jobs of accounts, besides
    Logs Edit. Jobs whose zone or account the token may not read are C(unknown), with the reason, and do not fail the task.
  - A job can be C(silent) because its zone has no traffic.
options:
  window:
    description:
      - The length of the window in seconds, at most 2592000 (30 days). The window ends now. Cloudflare keeps the figures for about 30 days.
    type: int
    default: 3600
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet.one_or_many
  - edgeops.logpush.cloudflare.scope
seealso:
  - module: edgeops.logpush.splunk_logpush_job_info
  - module: edgeops.logpush.splunk_logpush_audit
"""

EXAMPLES = r"""
- name: Show the deliveries of a zone in the last hour
  edgeops.logpush.splunk_logpush_health_info:
    zone: example.com
  register: logpush

- name: Fail if Cloudflare lost batches
  ansible.builtin.assert:
    that: logpush.summary.losing == 0

- name: Show the deliveries of a zone and an account in the last day
  edgeops.logpush.splunk_logpush_health_info:
    zones:
      - zone_id: 023e105f4ecef8ad9ca31a8372d0c353
      - account_id: 01a7362d577a6c3019a474fd6f485823
    window: 86400
"""

RETURN = r"""
jobs:
  description:
    - The jobs to Splunk, each with its zone or account. A disabled job is listed only if it had uploads, or if they are not known.
    - C(records), C(bytes) (before compression) and C(uploads) are those that Splunk accepted. C(failed_uploads) were not accepted.
      C(lost_uploads) are those of them whose batches never reached Splunk, because Cloudflare dropped them or stopped trying.
    - C(statuses) has the number of uploads for each answer of the collector or reason of a failure, in words (C(meaning)). C(final)
      is whether Cloudflare made no further attempt.
    - C(delivery) is C(delivering) (every upload succeeded), C(retrying) (uploads failed, and Cloudflare repeats them), C(losing)
      (Cloudflare dropped batches), C(silent) (Cloudflare uploaded nothing) or C(unknown) (the figures cannot be read; C(msg) says why,
      and the numbers are null).
  returned: success
  type: list
  elements: dict
  sample:
    - zone_id: 023e105f4ecef8ad9ca31a8372d0c353
      zone: example.com
      account_id: null
      dataset: http_requests
      name: example.com
      job_id: 146
      enabled: true
      records: 118000
      bytes: 94400000
      uploads: 118
      failed_uploads: 3
      lost_uploads: 1
      statuses:
        - status: 200
          meaning: accepted
          uploads: 118
          final: false
        - status: 503
          meaning: HTTP 503
          uploads: 2
          final: false
        - status: 1201
          meaning: batch dropped
          uploads: 1
          final: true
      delivery: losing
      msg: ""
summary:
  description:
    - The number of jobs, the number of jobs with each value of C(delivery), and the number of GraphQL queries.
  returned: success
  type: dict
  sample:
    jobs: 1
    losing: 1
    retrying: 0
    silent: 0
    delivering: 0
    unknown: 0
    queries: 2
begin:
  description:
    - The beginning of the window, in UTC.
  returned: success
  type: str
  sample: "2026-11-28T10:00:00Z"
end:
  description:
    - The end of the window, in UTC.
  returned: success
  type: str
  sample: "2026-11-28T11:00:00Z"
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import SCOPE_SPEC, ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.health_info import show_health
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        **SCOPE_SPEC,
        "zones": dict(type="list", elements="dict"),
        "window": dict(type="int", default=3600),
    },
    run=show_health,
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
