# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of options that the modules for many zones share."""

from __future__ import annotations

import json

from ..module_utils._logpush.job_options import JOB_OPTIONS
from .job import documented

_JOB = json.dumps(documented(JOB_OPTIONS))
# The options of a zone. The anchor job is defined where this is used.
_ZONE = """\
      zone_id:
        description:
          - The ID of the zone.
        type: str
      zone:
        description:
          - The name of the zone. All names are looked up together, which requires the permission C(Zone Read).
        type: str
      account_id:
        description:
          - The ID of an account, for account datasets.
        type: str
      zone_name:
        description:
          - The name of the zone with this C(zone_id). It saves the request for the name when a new job is named after its zone.
          - If it is the name of another zone, this zone fails before anything is written.
        type: str
      zone_account_id:
        description:
          - The ID of the account that the zone belongs to. It does not select the zone.
          - If the API refuses an API token that belongs to an account, this ID is used to find the reason for the error message.
        type: str
      host:
        description:
          - A name of your own for the zone, such as the name of its inventory host. It is returned in the results.
        type: str
      problem:
        description:
          - The reason why the variables of this zone cannot be used, as returned by P(edgeops.logpush.logpush_zones#filter). The
            zone fails with this message. Other zones are not affected.
        type: str
      jobs:
        description:
          - The jobs of this zone, instead of O(jobs). If the list is empty, the zone is skipped.
        type: list
        elements: dict
        suboptions: *job
      <<: *job
"""


class ModuleDocFragment:
    """The options that request jobs in many zones (C(DOCUMENTATION)), and parts of them."""

    DOCUMENTATION: str = r"""
options:
  job_defaults:
    description:
      - Default options for all jobs. Options of a zone take precedence over these, and options of a job take precedence over both.
        Each sub-option of C(output_options) is treated separately.
      - If the endpoint or the token of a job is not set anywhere, E(SPLUNK_HEC_ENDPOINT) or E(SPLUNK_HEC_TOKEN) is used.
    type: dict
    suboptions: &job %(job)s
  zones:
    description:
      - The zones and accounts. Each is the name of a zone, or a mapping with one of C(zone_id), C(zone) and C(account_id).
      - A mapping can have its own C(jobs). It can also have any option of a job, which then applies to all jobs of the zone.
    type: list
    elements: dict
    required: true
    suboptions:
%(zone)s  jobs:
    description:
      - The jobs of all zones that have no C(jobs) of their own. Each job has the options of
        M(edgeops.logpush.splunk_logpush_job).
      - If not set, each zone has one job. Its dataset is V(http_requests), unless another one is set for the zone or in
        O(job_defaults).
      - If a zone has several jobs of the same dataset, each of them needs a name.
    type: list
    elements: dict
    suboptions: *job
  job_overrides:
    description:
      - Options that take precedence over the options of all jobs and zones. For example, V({"state":"absent"}) removes all jobs.
    type: dict
    suboptions: *job
""".replace("%(zone)s", _ZONE).replace("%(job)s", _JOB)

    # The zones of the inventory that a run does not manage
    OTHER_ZONES: str = r"""
options:
  other_zones:
    description:
      - The zones of inventory hosts that this task does not manage, in the form of O(zones). O(prune) does not delete the jobs that
        they request.
      - The C(edgeops.logpush.rollout) playbook passes all hosts outside the batch and C(--limit).
    type: list
    elements: dict
    suboptions:
%(zone)s
""".replace("%(zone)s", _ZONE.replace("*job", f"&job {_JOB}", 1))

    # For modules that take zones without jobs
    SCOPES = r"""
options:
  zones:
    description:
      - The zones and accounts. Each is the name of a zone, or a mapping with one of C(zone_id), C(zone) and C(account_id).
      - A mapping can also have C(host), a name of your own that is returned in the results. Other keys are ignored.
    type: list
    elements: dict
    required: true
"""

    # For modules that show the jobs of one zone or of many
    ONE_OR_MANY = r"""
options:
  zones:
    description:
      - The zones and accounts. Each is the name of a zone, or a mapping with one of C(zone_id), C(zone) and C(account_id).
      - Use it instead of O(zone_id), O(zone) and O(account_id).
    type: list
    elements: dict
"""

    # For every module that processes many zones
    CONCURRENCY = r"""
options:
  concurrency:
    description:
      - The number of zones to process at the same time, from 1 to 100. All requests together stay within the rate limit of the API.
    type: int
    default: 16
"""
