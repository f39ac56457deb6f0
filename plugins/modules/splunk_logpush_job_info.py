#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Splunk jobs of one or many scopes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_job_info
short_description: List the Cloudflare Logpush jobs that push to Splunk, with their health
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Lists the Logpush jobs to Splunk of one or many zones and accounts, with their health and without their tokens.
  - Takes one request for each zone or account, and one more for each zone that is given by its name.
options:
  dataset:
    description:
      - The dataset of the jobs. If not set, jobs of all datasets are returned.
    type: str
  name:
    description:
      - The name of the jobs. If not set, jobs with any name are returned.
    type: str
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet.one_or_many
  - edgeops.logpush.cloudflare.scope
seealso:
  - module: edgeops.logpush.splunk_logpush_job
"""

EXAMPLES = r"""
- name: List the jobs of a zone
  edgeops.logpush.splunk_logpush_job_info:
    zone: example.com
  register: logpush

- name: Fail if a job does not deliver
  ansible.builtin.assert:
    that: logpush.summary.failing + logpush.summary.auto_disabled == 0

- name: List the jobs of a zone and an account
  edgeops.logpush.splunk_logpush_job_info:
    zones:
      - zone_id: 023e105f4ecef8ad9ca31a8372d0c353
      - account_id: 01a7362d577a6c3019a474fd6f485823
"""

RETURN = r"""
jobs:
  description:
    - The jobs, in the form of M(edgeops.logpush.splunk_logpush_job), each with its zone or account.
  returned: success
  type: list
  elements: dict
  sample:
    - zone_id: 023e105f4ecef8ad9ca31a8372d0c353
      zone: example.com
      account_id: null
      id: 146
      dataset: http_requests
      name: example.com
      enabled: true
      last_complete: "2026-11-22T10:00:00Z"
      last_error: null
      error_message: null
      destination:
        endpoint: splunk.example.com:8088/services/collector/raw
        channel: 5f8fd5c5-5c0a-5a4f-8f0b-2a4e4d8f5d3c
        sourcetype: cloudflare:json
        insecure_skip_verify: false
      health: delivering
summary:
  description:
    - The number of jobs, and the number of jobs in each state of health.
  returned: success
  type: dict
  sample:
    jobs: 1
    delivering: 1
    pending: 0
    failing: 0
    disabled: 0
    auto_disabled: 0
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import SCOPE_SPEC, ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.job_info import show_jobs
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        **SCOPE_SPEC,
        "zones": dict(type="list", elements="dict"),
        "dataset": dict(type="str"),
        "name": dict(type="str"),
    },
    run=show_jobs,
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
