#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One Logpush job to Splunk."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_job
short_description: Manage a Cloudflare Logpush job that pushes to Splunk
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Creates, updates, enables, disables and deletes a Logpush job of a zone or an account. The job pushes to the HTTP Event Collector
    (HEC) of Splunk.
  - Builds the destination string, with the encoded token, from O(endpoint), O(hec_token) and O(channel).
  - Options that are not set are not managed, and the job keeps its values. This also applies to the parts of the destination.
    O(endpoint) and O(hec_token) are required only to create a job. To change the token of a job, set only O(hec_token).
  - Takes one request if nothing changes, and one more to write a change.
extends_documentation_fragment:
  - edgeops.logpush.job
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.cloudflare.scope
notes:
  - Cloudflare pushes a test event to the destination whenever a job is created or updated.
  - The API returns the tokens of all jobs in their destination strings. The module never shows them.
seealso:
  - name: Enable Splunk
    description: Cloudflare's documentation of Splunk as a Logpush destination.
    link: https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/
"""

EXAMPLES = r"""
- name: Push the HTTP requests of a zone to Splunk
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    endpoint: splunk.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"

- name: Push some fields of the firewall events from two countries
  edgeops.logpush.splunk_logpush_job:
    zone_id: 023e105f4ecef8ad9ca31a8372d0c353
    dataset: firewall_events
    endpoint: http-inputs-acme.splunkcloud.com
    hec_token: "{{ splunk_logpush_hec_token }}"
    output_options:
      field_names: [Datetime, RayID, ClientIP, Action]
    filter:
      where:
        key: ClientCountry
        operator: in
        value: [ca, us]

- name: Push the fields of the Cloudflare App for Splunk and the bot score
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    endpoint: splunk.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    output_options:
      field_names: ["@splunk_app", BotScore]

- name: Change only the token of the job
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    hec_token: "{{ new_hec_token }}"

- name: Disable the job
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    enabled: false

- name: Push the audit logs of an account
  edgeops.logpush.splunk_logpush_job:
    account_id: 01a7362d577a6c3019a474fd6f485823
    dataset: audit_logs_v2
    name: audit-to-splunk
    endpoint: splunk.example.com
    hec_token: "{{ splunk_logpush_hec_token }}"

- name: Delete the job of the firewall events
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    dataset: firewall_events
    state: absent
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, enabled, disabled, replaced, deleted, unchanged]
diff:
  description:
    - The changes, with secrets masked. Contains only options that are managed and differ, or the whole job if it is created or
      deleted.
  returned: success
  type: dict
  sample:
    before:
      enabled: false
    after:
      enabled: true
job:
  description:
    - The job as the API returns it, except that RV(job.destination) replaces the destination string. The API leaves out fields that
      are not set.
    - In check mode, this is the job after the change. If the job is deleted, this is the job before the deletion. Empty if there is no
      job.
  returned: success
  type: dict
  sample:
    id: 146
    dataset: http_requests
    name: example.com
    enabled: true
    kind: ""
    output_options:
      timestamp_format: rfc3339
    last_complete: "2026-11-22T10:00:00Z"
    last_error: null
    error_message: null
    destination:
      endpoint: splunk.example.com:8088/services/collector/raw
      channel: 5f8fd5c5-5c0a-5a4f-8f0b-2a4e4d8f5d3c
      sourcetype: cloudflare:json
      insecure_skip_verify: false
    health: delivering
  contains:
    id:
      description:
        - The ID of the job.
      returned: if the job exists
      type: int
    destination:
      description:
        - The parts of the destination. They include C(index) and further parameters if the destination has them.
      returned: success
      type: dict
    health:
      description:
        - V(delivering), V(failing), V(disabled), V(pending) if the job has never run, or V(auto_disabled) if Cloudflare disabled it
          after a day of failures.
      returned: success
      type: str
errors:
  description:
    - The errors of the API, each with its code and message.
  returned: if the API returned an error
  type: list
  elements: dict
  sample:
    - code: 1002
      message: "error validating destination: error writing object: DNSError"
http_status:
  description:
    - The HTTP status of the response.
  returned: if the API returned an error
  type: int
  sample: 400
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import SCOPE_SPEC
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._logpush.job_options import EMPTY_VALUES, JOB_SPEC, OTHER_NAMES
from ..module_utils._operations.scope_jobs import manage_job

DEFINITION = ModuleDefinition(
    argument_spec={**CLOUDFLARE_SPEC, **SCOPE_SPEC, **JOB_SPEC},
    run=manage_job,
    empty_values=EMPTY_VALUES,
    other_names=OTHER_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
