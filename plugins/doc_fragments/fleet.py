# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules for many zones share."""

from __future__ import annotations


class ModuleDocFragment:
    """What is asked for in many zones (C(DOCUMENTATION)), and parts of it."""

    DOCUMENTATION = r"""
options:
  job_defaults:
    description:
      - Options under every job. What a job says wins over what its zone says, and that over these. The sub-options of
        C(output_options) are looked at one by one.
      - E(SPLUNK_HEC_ENDPOINT) and E(SPLUNK_HEC_TOKEN) stand in for an endpoint and a token that are not set anywhere.
    type: dict
    suboptions: &job
      job_id:
        description: >-
          The id of the job. With it, dataset and name are what the job should have, and a job that is not there is
          an error.
        type: int
      dataset:
        description: >-
          The dataset whose logs are pushed. Datasets belong to zones, to accounts, or to both. A name that this
          release does not know is left to the API.
        type: str
      name:
        description: >-
          The name of the job. The API does not keep names unique. Several jobs with the same dataset and name are
          an error that lists them.
        type: str
      endpoint:
        description: The HEC of Splunk, as host, host:port or the whole URL.
        type: str
      hec_token:
        description: >-
          The HEC token. It is encoded here. The bare token, Splunk <token> and Splunk%20<token> mean the same.
        type: str
      channel:
        description: The channel that the events are sent in, a GUID.
        type: str
      sourcetype:
        description: The source type of the events.
        type: str
      insecure_skip_verify:
        description: Whether Cloudflare accepts any certificate of the collector. For trials only.
        type: bool
      destination_conf:
        description: >-
          The finished destination string, instead of endpoint, hec_token, channel, sourcetype and
          insecure_skip_verify.
        type: str
      state:
        description: Whether the job should be there.
        type: str
        choices: [present, absent]
      enabled:
        description: Whether the job pushes.
        type: bool
      output_options:
        description: >-
          What the records look like. Only the sub-options that are set are managed. The others stay as they are.
        type: dict
        suboptions:
          field_names:
            description: >-
              The fields of each record. The order counts for csv only. ["*"] means every field that the dataset offers,
              "@splunk_app" those that the Cloudflare App for Splunk works on.
            type: list
            elements: str
          timestamp_format:
            description: The form of timestamps.
            type: str
            choices: [unixnano, unix, rfc3339, rfc3339ms, rfc3339ns]
          sample_rate:
            description: The share of the records to push, above 0. 1 is everything.
            type: float
          output_type:
            description: The form of a batch.
            type: str
            choices: [ndjson, csv]
          merge_subrequests:
            description: >-
              Whether to merge the records of subrequests into those of their requests (http_requests only).
            type: bool
          cve_2021_44228:
            description: >-
              Whether to break up strings that would exploit CVE-2021-44228 (Log4Shell). The name of the API,
              C(CVE-2021-44228), is taken, too.
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
            description: A template for each record. Its fields must be in output_options.field_names.
            type: str
          field_delimiter:
            description: Text between the fields of a record. It is not used with output_options.record_template.
            type: str
      filter:
        description: Which events to push, as a mapping or as JSON text, in the form {"where":{...}}.
        type: raw
      filter_attack_traffic:
        description: Whether to leave out traffic of DDoS attacks.
        type: bool
      kind:
        description: edge for Edge Log Delivery (http_requests only), empty for Logpush.
        type: str
        choices: ['', edge]
      max_upload_bytes:
        description: >-
          The largest size of a batch, uncompressed, from 5000000 to 1000000000. 0 for the vendor's choice.
        type: int
      max_upload_interval_seconds:
        description: The longest time that a batch collects, from 30 to 300. 0 for the vendor's choice.
        type: int
      max_upload_records:
        description: The largest number of records of a batch, from 1000 to 1000000. 0 for the vendor's choice.
        type: int
      transformer_id:
        description: The id of the transformer that the records pass. 0 for none.
        type: int
      frequency:
        description: >-
          How often to push. Deprecated by the vendor in favour of max_upload_interval_seconds and its kin.
        type: str
        choices: [high, low]
      logpull_options:
        description: >-
          The older form of output_options, deprecated by the vendor. Sent as it is and compared by its parts.
        type: str
      validate_fields:
        description: >-
          Whether to look the names in output_options.field_names up before they are written, with one request more.
          The API accepts a misspelt name and then leaves the field out of every record.
        type: bool
      recreate:
        description: >-
          Whether to replace the job where dataset or kind differ. The new job is created before the old one is
          deleted, so that no log is lost, unless the zone has as many jobs as it may have.
        type: bool
  zones:
    description:
      - The zones and accounts, each a mapping with one of C(zone_id), C(zone) and C(account_id).
      - Each may have C(jobs) of its own, and any option of a job, which then goes for each of its jobs.
    type: list
    elements: dict
    required: true
    suboptions:
      zone_id:
        description: The id of the zone.
        type: str
      zone:
        description: The name of the zone. Names are looked up together, with the permission C(Zone Read).
        type: str
      account_id:
        description: The id of an account, for the datasets of accounts.
        type: str
      zone_name:
        description: >-
          The name of a zone that is given by its C(zone_id), where it is known. It saves the request that a new job
          without a name costs.
        type: str
      host:
        description: A name of your own for the zone, such as that of its host. It is in the results.
        type: str
      problem:
        description: >-
          Why the jobs of this zone cannot be known, as P(edgeops.logpush.logpush_zones#filter) gives it. The zone fails
          with it, and the others go on.
        type: str
      jobs:
        description: The jobs of this zone, in place of O(jobs). An empty list means none, so that nothing is asked or done.
        type: list
        elements: dict
        suboptions: *job
      <<: *job
  jobs:
    description:
      - The jobs of every zone that brings none of its own, each with the options of
        M(edgeops.logpush.splunk_logpush_job).
      - If not set, each zone has one job, of V(http_requests) unless it is told otherwise.
      - Several jobs of one dataset need a name each.
    type: list
    elements: dict
    suboptions: *job
  job_overrides:
    description:
      - Options over every job, whatever the job or its zone says, such as V({"state":"absent"}) to remove all of them.
    type: dict
    suboptions: *job
"""

    # Where jobs are what they are, and only the zones are named
    SCOPES = r"""
options:
  zones:
    description:
      - The zones and accounts, each a mapping with one of C(zone_id), C(zone) and C(account_id), and C(host) if you like,
        which is then in the results. Other keys are passed over.
    type: list
    elements: dict
    required: true
"""

    # Of every pass over many zones
    CONCURRENCY = r"""
options:
  concurrency:
    description: How many zones are worked on at a time, from 1 to 100. All requests share one rate budget.
    type: int
    default: 16
"""
