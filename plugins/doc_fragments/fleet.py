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
          - The id of the zone.
        type: str
      zone:
        description:
          - The name of the zone. Names are looked up together, with the permission C(Zone Read).
        type: str
      account_id:
        description:
          - The id of an account, for the datasets of accounts.
        type: str
      zone_name:
        description:
          - >-
            The name of a zone that is given by its C(zone_id), where it is known. It saves the request for the name of a zone that
            a new job is named after. If it is the name of another zone, the zone fails before anything is written.
        type: str
      zone_account_id:
        description:
          - >-
            The id of the account of the zone, where it is known. It selects nothing. An API token that belongs to an account is
            verified through its account after the API refused it, so that the message says why.
        type: str
      host:
        description:
          - A name of your own for the zone, such as that of its host. It is in the results.
        type: str
      problem:
        description:
          - >-
            Why the jobs of this zone cannot be known, as P(edgeops.logpush.logpush_zones#filter) returns it. The zone fails
            with this message. The others are not affected.
        type: str
      jobs:
        description:
          - The jobs of this zone, instead of O(jobs). An empty list means none, so the zone is skipped.
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
      - Options of every job. A job's own option takes precedence over its zone's, and a zone's over these. This applies to each
        sub-option of C(output_options) by itself.
      - E(SPLUNK_HEC_ENDPOINT) and E(SPLUNK_HEC_TOKEN) are used for an endpoint and a token that are not set anywhere.
    type: dict
    suboptions: &job %(job)s
  zones:
    description:
      - The zones and accounts, each a mapping with one of C(zone_id), C(zone) and C(account_id). A text is the name of a zone.
      - Each may have C(jobs) of its own, and any option of a job, which then applies to each of its jobs.
    type: list
    elements: dict
    required: true
    suboptions:
%(zone)s  jobs:
    description:
      - The jobs of every zone without C(jobs) of its own, each with the options of
        M(edgeops.logpush.splunk_logpush_job).
      - If not set, each zone has one job, of V(http_requests) unless set otherwise.
      - Several jobs of one dataset need a name each.
    type: list
    elements: dict
    suboptions: *job
  job_overrides:
    description:
      - Options that take precedence over those of every job and zone, such as V({"state":"absent"}) to remove all jobs.
    type: dict
    suboptions: *job
""".replace("%(zone)s", _ZONE).replace("%(job)s", _JOB)

    # The zones of the inventory that a run does not work on
    OTHER_ZONES: str = r"""
options:
  other_zones:
    description:
      - What inventory hosts outside this task request, in the form of O(zones). O(prune) deletes none of these jobs.
      - The playbook C(rollout) passes all hosts outside the batch and the limit.
    type: list
    elements: dict
    suboptions:
%(zone)s
""".replace("%(zone)s", _ZONE.replace("*job", f"&job {_JOB}", 1))

    # Where jobs are what they are, and only the zones are named
    SCOPES = r"""
options:
  zones:
    description:
      - The zones and accounts, each a mapping with one of C(zone_id), C(zone) and C(account_id), and C(host) if you like,
        which is then in the results. Other keys are ignored. A text is the name of a zone.
    type: list
    elements: dict
    required: true
"""

    # For every module that works on many zones
    CONCURRENCY = r"""
options:
  concurrency:
    description:
      - How many zones are worked on at a time, from 1 to 100. All requests share one rate budget.
    type: int
    default: 16
"""
