#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of the Logpush jobs of many zones and accounts."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_audit
short_description: Report problems of Logpush jobs to Splunk in many zones and accounts
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Checks the Logpush jobs to Splunk of many zones and accounts, and the collectors that they push to, and reports problems. The
    module writes nothing except the requested reports.
  - Finds jobs that fail or that Cloudflare disabled, with the error and the solution. Also finds jobs that are missing, that differ
    from what O(zones) requests, that push the same logs twice, that do not verify the certificate, or that use deprecated options.
  - Finds certificates of collectors that Cloudflare does not accept or that expire soon.
  - Finds jobs whose uploads Cloudflare dropped or repeated, and enabled jobs without any upload (O(delivery)).
  - Finds OpenTelemetry Collectors that can cut off the batches of a job although they respond with HTTP 200. If an OpenTelemetry
    Collector checks tokens itself, only M(edgeops.logpush.splunk_hec_probe) recognizes it, because the audit sends no token.
  - Takes one request for each zone, however many jobs it has. It can take one more for a job that is missing or whose fields would
    change, to predict what a rollout would do. The uploads take one GraphQL query for each ten zones with enabled jobs and for each
    account, with a rate limit of their own. Each collector takes two TLS handshakes, and one empty request without a token to a
    path that HEC does not have.
  - The task succeeds even if it finds problems. To fail, check C(summary.problems) in a later task, or use the
    C(edgeops.logpush.audit) playbook.
options:
  max_age:
    description:
      - The maximum age of the last delivery of a job, in seconds. An older one is a problem.
      - If not set, a last delivery that is older than one day is only a note, because a zone without traffic has no logs.
    type: int
  certificate_days:
    description:
      - The minimum number of days that a certificate must still be valid. Fewer days are a problem.
    type: int
    default: 30
  certificates:
    description:
      - Whether to check the certificates of the collectors and detect their software.
    type: bool
    default: true
  collector_ca_path:
    description:
      - The path of a file or a folder of CA certificates to verify the certificates of the collectors with, instead of the public CAs
        that Cloudflare trusts.
    type: path
  max_request_body_size:
    description:
      - The C(max_request_body_size) of the HEC receivers of OpenTelemetry Collectors in front of Splunk, in bytes. The module cannot
        read it from the collectors. The batch sizes of their jobs are compared with it (V(batch_size)).
      - If not set, the default of the receiver is assumed, 20971520 (20 MiB). If you set a larger value, jobs without
        C(max_upload_bytes) are accepted.
    type: int
  delivery:
    description:
      - Whether to read from Cloudflare's analytics what it uploaded in the O(delivery_window) for each job. Needs the permission
        Analytics Read for zones, and Account Analytics Read for accounts.
      - With V(auto), figures that cannot be read are no problem. The RV(report) has one sentence with the reason. If none of the first ten
        zones of an account can be read, the others are not tried.
      - With V(true), it is a problem (V(no_figures)).
      - With V(false), nothing is read.
    type: str
    choices: ['auto', 'true', 'false']
    default: auto
  delivery_window:
    description:
      - The number of seconds before the audit in which uploads are counted. Cloudflare keeps the figures for 30 days.
      - An enabled job without uploads is V(silent) if its last delivery is older than this. A job that has never delivered must also be
        older than half of this time, because a new job needs some minutes. A job that reports an error is not V(silent).
    type: int
    default: 86400
  ignore:
    description:
      - Kinds of findings that are reported as notes instead of problems. With V(no_alert), no notification policy is read, and there is
        no such note.
    type: list
    elements: str
    default: []
    choices:
      - unreadable
      - auto_disabled
      - failing
      - losing
      - no_job
      - missing
      - refused
      - duplicate
      - drift
      - certificate
      - batch_size
      - stale
      - insecure
      - no_figures
      - unreachable
      - retrying
      - silent
      - quiet
      - unmanaged
      - legacy
      - opentelemetry
      - no_alert
  html:
    description:
      - The path of the HTML report to write. It is a single page that needs no other files.
      - Reports are also written in check mode. The folder must exist, and each report needs its own path. An existing report is
        replaced.
      - A device, or a file that is not an earlier report of the same format, is never overwritten. Symbolic links are followed.
    type: path
  inventory:
    description:
      - The inventory sources for the commands that the HTML page shows. The C(edgeops.logpush.audit) playbook sets those of its run.
      - If not set, the commands have C(-i inventory).
    type: list
    elements: str
    default: []
  json:
    description:
      - The path of the JSON report to write. It contains all findings, and for each job what Cloudflare uploaded in the
        O(delivery_window) (C(records), C(bytes), C(uploads), C(failed_uploads), C(lost_uploads), C(statuses), and C(delivery) as in
        M(edgeops.logpush.splunk_logpush_health_info)) and its last delivery (C(last_complete)).
    type: path
  junit:
    description:
      - The path of the JUnit XML report to write. It has one test case for each job and each collector.
    type: path
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
  - edgeops.logpush.fleet
seealso:
  - module: edgeops.logpush.splunk_logpush_rollout
  - module: edgeops.logpush.splunk_logpush_job_info
  - module: edgeops.logpush.splunk_hec_probe
  - module: edgeops.logpush.splunk_logpush_health_info
  - plugin: edgeops.logpush.logpush_zones
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Audit two zones
  edgeops.logpush.splunk_logpush_audit:
    zones:
      - example.com
      - example.net
  register: audit

- name: Fail if there are problems
  ansible.builtin.assert:
    that: audit.summary.problems == 0
    fail_msg: "{{ audit.headline }}"

- name: Audit all zones of the inventory and write reports
  edgeops.logpush.splunk_logpush_audit:
    zones: "{{ groups['cloudflare_zones'] | edgeops.logpush.logpush_zones(hostvars) }}"
    html: /var/www/html/logpush.html
    junit: "{{ playbook_dir }}/logpush.xml"
  run_once: true

- name: Accept jobs that do not verify the certificate
  edgeops.logpush.splunk_logpush_audit:
    zones: [example.com]
    jobs:
      - dataset: http_requests
      - dataset: firewall_events
    ignore: [insecure]
"""

RETURN = r"""
report:
  description:
    - The audit as a text table with at most 40 jobs. It is 120 columns wide, unless the environment variable E(COLUMNS) is set.
  returned: always, unless the run could not start
  type: str
  sample: |-
    Logpush audit of 2026-11-28T06:00:00Z: 40 zones and accounts, 40 jobs
      40 delivering
      In the last 24 hours: 960,000 records in 1,920 uploads, no batch lost.

    Nothing needs attention in 40 zones and accounts.
headline:
  description:
    - A sentence that summarizes the findings.
  returned: always, unless the run could not start
  type: str
  sample: "2 findings need attention in 2 of 40 zones and accounts: 1 failing, 1 drift."
findings:
  description:
    - The findings, the most severe ones first. The list has at most 300 entries. The written reports contain all findings.
  returned: always, unless the run could not start
  type: list
  elements: dict
  contains:
    where:
      description:
        - The zone, the account, or the host and port of the collector.
      returned: always
      type: str
      sample: shop.example.com
    host:
      description:
        - The C(host) of the zone.
      returned: if the zone has one
      type: str
      sample: shop.example.com
    used_by:
      description:
        - The C(host) of a zone with a job that pushes to the collector.
      returned: for a collector
      type: str
      sample: shop.example.com
    zone_id:
      description:
        - The ID of the zone.
      returned: for a zone
      type: str
      sample: 023e105f4ecef8ad9ca31a8372d0c353
    account_id:
      description:
        - The ID of the account.
      returned: for an account
      type: str
      sample: 01a7362d577a6c3019a474fd6f485823
    dataset:
      description:
        - The dataset of the job.
      returned: for a job
      type: str
      sample: http_requests
    name:
      description:
        - The name of the job.
      returned: for a job that has one
      type: str
      sample: shop.example.com
    job_id:
      description:
        - The ID of the job.
      returned: for a job that exists
      type: int
      sample: 1234567
    kind:
      description:
        - The kind of the finding.
      returned: always
      type: str
      choices:
        - unreadable
        - auto_disabled
        - failing
        - losing
        - no_job
        - missing
        - refused
        - duplicate
        - drift
        - certificate
        - batch_size
        - stale
        - insecure
        - no_figures
        - unreachable
        - retrying
        - silent
        - quiet
        - unmanaged
        - legacy
        - opentelemetry
        - no_alert
      sample: failing
    level:
      description:
        - V(problem) if the finding needs attention, or V(note) if it is only information.
      returned: always
      type: str
      sample: problem
    msg:
      description:
        - A description of the finding.
      returned: always
      type: str
      sample: "Cloudflare cannot deliver: x509: certificate has expired or is not yet valid"
    advice:
      description:
        - The solution.
      returned: always
      type: str
      sample: Renew the certificate.
collectors:
  description:
    - The collectors and their certificates. C(software) is V(Splunk), V(OpenTelemetry Collector), or empty if it is not known. The
      list has at most 50 entries.
  returned: always, unless the run could not start
  type: list
  elements: dict
  sample:
    - where: splunk.example.com:8088
      jobs: 80
      used_by: shop.example.com
      reachable: true
      detail: It is trusted publicly, matches the host, and is valid for 61 days.
      software: Splunk
      certificate: {subject: CN=splunk.example.com, expiry: "2027-01-22T10:00:00Z", days_left: 61}
      findings: []
hosts_with_problems:
  description:
    - The hosts with problems, each of them once. The list is complete even if RV(findings) is not.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: [shop.example.com]
summary:
  description:
    - The counts of the audit. C(scopes) is the number of zones and accounts, and C(unreadable) the number of those whose jobs could not
      be read.
    - C(jobs) is the number of jobs. C(delivering), C(pending), C(failing), C(disabled), C(auto_disabled) and C(missing) are the numbers of
      jobs in each state.
    - C(problems), C(notes) and C(kinds) are the numbers of findings.
    - C(delivery) has the number of jobs with each C(delivery), C(unknown) if Cloudflare's figures could not be read. C(records), C(bytes),
      C(uploads), C(failed_uploads) and C(lost_uploads) are the sums of all jobs in the O(delivery_window). All are 0 with
      O(delivery=false).
    - C(api_calls) is the number of requests, and C(throttled) the number of requests that waited for the rate limit. C(seconds) is the
      duration of the run, and C(waited) the part of it that was spent waiting for the rate limit.
  returned: always, unless the run could not start
  type: dict
  sample:
    scopes: 40
    scopes_with_problems: 2
    jobs: 80
    unreadable: 0
    auto_disabled: 0
    failing: 1
    missing: 0
    pending: 0
    disabled: 0
    delivering: 79
    problems: 2
    notes: 0
    kinds: {failing: 1, drift: 1}
    collectors: 1
    delivery: {losing: 0, retrying: 0, silent: 0, delivering: 79, unknown: 0}
    records: 1896000
    bytes: 1517000000
    uploads: 3792
    failed_uploads: 0
    lost_uploads: 0
    api_calls: 44
    throttled: 0
    waited: 0.0
    seconds: 1.9
"""

from ..module_utils._audit.deliveries import AUTO, DELIVERY_CHOICES
from ..module_utils._audit.findings import DAY, KINDS
from ..module_utils._audit.run import run_audit
from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._logpush.job_options import EMPTY_VALUES, OTHER_NAMES
from ..module_utils._operations.rollout_request import ROLLOUT_SPEC
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **ROLLOUT_SPEC,
        **SWEEP_SPEC,
        "max_age": dict(type="int"),
        "certificate_days": dict(type="int", default=30),
        "certificates": dict(type="bool", default=True),
        "collector_ca_path": dict(type="path"),
        "max_request_body_size": dict(type="int"),
        "delivery": dict(type="str", choices=list(DELIVERY_CHOICES), default=AUTO),
        "delivery_window": dict(type="int", default=DAY),
        "ignore": dict(type="list", elements="str", default=[], choices=list(KINDS)),
        "html": dict(type="path"),
        "inventory": dict(type="list", elements="str", default=[]),
        "json": dict(type="path"),
        "junit": dict(type="path"),
    },
    run=run_audit,
    progress_name="audit",
    empty_values=EMPTY_VALUES,
    other_names=OTHER_NAMES,
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
