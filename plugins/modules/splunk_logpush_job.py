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
  - Creates, enables, disables, changes and removes one Logpush job of a zone or an account that pushes to the HTTP
    Event Collector (HEC) of Splunk.
  - The destination string with its encoded token is made of O(endpoint), O(hec_token) and O(channel).
  - An option that is not set is not managed. What the job has stays, also in a destination that was made by hand.
    So O(endpoint) and O(hec_token) are needed only to create a job, and a job can be given a new token by naming just
    that.
  - A run that finds the job as it should be sends one request, and a run that changes it sends one more.
extends_documentation_fragment:
  - edgeops.logpush.job
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.cloudflare.scope
notes:
  - Cloudflare pushes a test event into the destination with each create and each update.
  - The API returns the whole destination string with the token in it. It is never shown, neither that of the job nor
    that of any other.
seealso:
  - name: Enable Splunk
    description: The vendor's page on the destination.
    link: https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/
"""

EXAMPLES = r"""
- name: Push the HTTP requests of a zone to Splunk
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    endpoint: splunk.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"

- name: Push some fields of the firewall events, from two countries only
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

- name: Push what the Cloudflare App for Splunk needs, and the bot score
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    endpoint: splunk.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    output_options:
      field_names: ["@splunk_app", BotScore]

- name: Give the job a new token and leave the rest as it is
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    hec_token: "{{ new_hec_token }}"

- name: Pause the job
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    enabled: false

- name: Push an audit log of the account
  edgeops.logpush.splunk_logpush_job:
    account_id: 01a7362d577a6c3019a474fd6f485823
    dataset: audit_logs_v2
    name: audit-to-splunk
    endpoint: splunk.example.com
    hec_token: "{{ splunk_logpush_hec_token }}"

- name: Remove the job
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
    - What changes, with secrets masked. Only what is managed and differs, or the whole job where it is new or
      goes.
  returned: success
  type: dict
  sample:
    before:
      enabled: false
    after:
      enabled: true
job:
  description:
    - The job as the API returns it, without its destination string. As it would be, in check mode; as it was, where it
      has been deleted. Empty where there is none.
    - The API leaves out what is not set.
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
        - The id of the job. Not there for a job that is yet to be created.
      returned: when the job is there
      type: int
    destination:
      description:
        - The parts of the destination, with C(index) if it names one, and any further parameter of its string.
      returned: success
      type: dict
    health:
      description:
        - V(delivering), V(pending) for a job that never ran, V(failing), V(disabled), or V(auto_disabled) for one
          that Cloudflare disabled after a day of failures.
      returned: success
      type: str
errors:
  description:
    - The errors that the API gave, each with its code and message.
  returned: when the API refused
  type: list
  elements: dict
  sample:
    - code: 1002
      message: "error validating destination: error writing object: DNSError"
http_status:
  description:
    - The HTTP status of the answer.
  returned: when the API refused
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
