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
options:
  job_id:
    description:
      - The id of the job. With it, O(dataset) and O(name) are what the job should have, and a job that is not there
        is an error.
      - With O(state=absent) they are what the job must have, so that no other is removed by mistake.
      - Without it, the job is found by O(dataset) and O(name).
    type: int
  dataset:
    description:
      - The dataset whose logs are pushed. Datasets belong to zones, to accounts, or to both. A name that this release
        does not know is left to the API.
      - Without O(job_id) it is V(http_requests) if not set.
      - The API cannot change it on a job that exists, see O(recreate).
    type: str
  name:
    description:
      - The name of the job. The API does not keep names unique. Several jobs with the same dataset and name are an
        error that lists them, unless they are the same job that two runs at the same time made here. Of these the
        oldest stays.
      - If not set, the only Splunk job of the dataset is meant, whatever its name. So a job that was made in the
        dashboard is adopted.
      - A new job without a name is named after its zone, or after its dataset where it belongs to an account.
    type: str
  endpoint:
    description:
      - The HEC of Splunk, as C(host), C(host:port) or the whole URL.
      - The path C(/services/collector/raw) is filled in, and so is the port, V(443) for a host of Splunk Cloud and
        V(8088) for any other.
      - If not set, E(SPLUNK_HEC_ENDPOINT) is used.
    type: str
  hec_token:
    description:
      - The HEC token. It is encoded here. The bare token, C(Splunk <token>) and C(Splunk%20<token>) mean the same.
      - If not set, E(SPLUNK_HEC_TOKEN) is used.
    type: str
  channel:
    description:
      - The channel that the events are sent in, a GUID.
      - If not set, a job that exists keeps its own. A new job is given one derived from its zone or account, its
        dataset and its name, the same in check mode and in every run. No file is kept.
    type: str
  sourcetype:
    description:
      - The source type of the events.
      - A new job has V(cloudflare:json) if not set.
    type: str
  insecure_skip_verify:
    description:
      - Whether Cloudflare accepts any certificate of the collector. For trials only.
      - A new job has V(false) if not set.
    type: bool
  destination_conf:
    description:
      - The finished destination string, instead of O(endpoint), O(hec_token), O(channel), O(sourcetype) and
        O(insecure_skip_verify).
      - It is compared by its decoded parts, so the order of its parameters and their encoding make no difference.
    type: str
  state:
    description: Whether the job should be there.
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description:
      - Whether the job pushes.
      - It is always managed. A job that Cloudflare disabled after a day of failures is enabled again.
    type: bool
    default: true
  output_options:
    description:
      - What the records look like. Only the sub-options that are set are managed. The others stay as they are.
      - A job that still has the older O(logpull_options) is read as if it had these.
    type: dict
    suboptions:
      field_names:
        description:
          - The fields of each record. The order counts for V(csv) only.
          - V(["*"]) means every field that the dataset offers. They are looked up in every run.
          - V(@splunk_app) stands for the fields that the Cloudflare App for Splunk works on, as far as the dataset offers
            them. It can go together with names. What the dataset does not offer here is left out, with a warning.
            A new job also has the source type that the app expects, if O(sourcetype) is not set. The datasets are
            V(http_requests), V(access_requests), V(audit_logs), V(casb_findings), V(gateway_dns), V(gateway_http) and
            V(gateway_network).
          - An empty list means the vendor's own choice.
        type: list
        elements: str
      timestamp_format:
        description:
          - The form of timestamps.
          - A new job has V(rfc3339) if not set, since Splunk reads the time of an event from it.
        type: str
        choices: [unixnano, unix, rfc3339, rfc3339ms, rfc3339ns]
      sample_rate:
        description: The share of the records to push, above 0. V(1) is everything.
        type: float
      output_type:
        description: The form of a batch.
        type: str
        choices: [ndjson, csv]
      merge_subrequests:
        description: Whether to merge the records of subrequests into those of their requests (V(http_requests) only).
        type: bool
      cve_2021_44228:
        description: Whether to break up strings that would exploit CVE-2021-44228 (Log4Shell). Its name in the API, C(CVE-2021-44228), is accepted, too.
        type: bool
      batch_prefix:
        description: Text before each batch.
        type: str
      batch_suffix:
        description: Text after each batch.
        type: str
      record_prefix:
        description: Text before each record.
        type: str
      record_suffix:
        description: Text after each record.
        type: str
      record_delimiter:
        description: Text between records.
        type: str
      record_template:
        description: A template for each record. Its fields must be in O(output_options.field_names).
        type: str
      field_delimiter:
        description: Text between the fields of a record. It is not used with O(output_options.record_template).
        type: str
  filter:
    description:
      - Which events to push, as a mapping or as JSON text, in the form C({"where":{...}}).
      - V({}) removes the filter.
    type: raw
  filter_attack_traffic:
    description: Whether to leave out traffic of DDoS attacks.
    type: bool
  kind:
    description:
      - V(edge) for Edge Log Delivery (V(http_requests) only), empty for Logpush.
      - The API cannot change it on a job that exists, see O(recreate).
    type: str
    choices: ['', edge]
  max_upload_bytes:
    description: The largest size of a batch, uncompressed, from 5000000 to 1000000000. V(0) for the vendor's choice.
    type: int
  max_upload_interval_seconds:
    description: The longest time that a batch collects, from 30 to 300. V(0) for the vendor's choice.
    type: int
  max_upload_records:
    description: The largest number of records of a batch, from 1000 to 1000000. V(0) for the vendor's choice.
    type: int
  transformer_id:
    description: The id of the transformer that the records pass. V(0) for none.
    type: int
  frequency:
    description: How often to push. Deprecated by the vendor in favour of O(max_upload_interval_seconds) and its kin.
    type: str
    choices: [high, low]
  logpull_options:
    description:
      - The older form of O(output_options), deprecated by the vendor. Sent as it is and compared by its parts.
      - Not together with O(output_options).
    type: str
  validate_fields:
    description:
      - Whether to look the names in O(output_options.field_names) up before they are written, with one request more.
        The API accepts a misspelt name and then leaves the field out of every record.
    type: bool
    default: true
  recreate:
    description:
      - Whether to replace the job where O(dataset) or O(kind) differ. The new job is created before the old one is
        deleted, so that no log is lost, unless the zone has as many jobs as it may have.
      - A job that differs from another in its kind alone is taken for the successor that a stopped replacement left, and
        the other one is deleted.
    type: bool
    default: false
extends_documentation_fragment:
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
  description: What was done, or would be done in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, enabled, disabled, replaced, deleted, unchanged]
diff:
  description: What changes, with secrets masked. Only what is managed and differs, or the whole job where it is new or
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
      description: The id of the job. Not there for a job that is yet to be created.
      returned: when the job is there
      type: int
    destination:
      description: The parts of the destination, and any further parameter of its string.
      returned: success
      type: dict
    health:
      description:
        - V(delivering), V(pending) for a job that never ran, V(failing), V(disabled), or V(auto_disabled) for one
          that Cloudflare disabled after a day of failures.
      returned: success
      type: str
errors:
  description: The errors that the API gave, each with its code and message.
  returned: when the API refused
  type: list
  elements: dict
  sample:
    - code: 1002
      message: "error validating destination: error writing object: DNSError"
http_status:
  description: The HTTP status of the answer.
  returned: when the API refused
  type: int
  sample: 400
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import SCOPE_SPEC
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._logpush.job_options import EMPTY_VALUES, JOB_SPEC
from ..module_utils._operations.scope_jobs import manage_job

DEFINITION = ModuleDefinition(
    argument_spec={**CLOUDFLARE_SPEC, **SCOPE_SPEC, **JOB_SPEC},
    run=manage_job,
    empty_values=EMPTY_VALUES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
