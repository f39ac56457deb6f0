#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the Logpush jobs of many zones and accounts are doing."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_audit
short_description: Report how the Logpush jobs to Splunk of many zones and accounts are doing
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Looks at the Logpush jobs to Splunk of zones and accounts, and at the certificates of the collectors that they push to,
    and reports what it finds. Writes nothing but the reports that are asked for.
  - Finds jobs that fail or that Cloudflare switched off, with the error and what to do; jobs that are missing or are not
    what O(zones) asks for; jobs that push the same twice; destinations that skip the verification of the certificate;
    options that Cloudflare has deprecated; certificates that expire; OpenTelemetry Collectors in front of Splunk, and jobs whose
    batches such a collector can cut off although it answers 200. One that checks tokens itself is not recognised, because the
    audit sends no token. M(edgeops.logpush.splunk_hec_probe) recognises it.
  - Each zone costs one request, however many jobs it has. One more may be needed for a job that is missing, or whose fields
    are to change, to find out what a rollout would do. Each collector costs two TLS handshakes, and an empty request
    without a token for a path that no collector has.
  - The task succeeds whatever it finds. Let a later one fail on C(summary.problems), as the playbook
    C(edgeops.logpush.audit) does.
options:
  max_age:
    description:
      - A last delivery that is more than this many seconds ago is a problem.
      - If not set, one that is more than a day ago is a note, because a zone without traffic has no logs.
    type: int
  certificate_days:
    description:
      - A certificate that is valid for less than this many days is a problem.
    type: int
    default: 30
  certificates:
    description:
      - Whether to look at the collectors, that is, at their certificates and at the software that answers.
    type: bool
    default: true
  collector_ca_path:
    description:
      - A file or a folder of CA certificates to verify the certificates of the collectors with, instead of the public roots
        that Cloudflare trusts.
    type: path
  max_request_body_size:
    description:
      - The C(max_request_body_size) of the HEC receivers of OpenTelemetry Collectors in front of Splunk, in bytes. It cannot be seen
        from outside. The jobs at such a collector are compared with it (V(batch_size)).
      - If not set, it is its default, 20971520 (20 MiB). With a larger value, jobs without C(max_upload_bytes) are accepted.
    type: int
  ignore:
    description:
      - Kinds of findings that are notes instead of problems.
    type: list
    elements: str
    default: []
    choices:
      - unreadable
      - auto_disabled
      - failing
      - no_job
      - missing
      - refused
      - duplicate
      - drift
      - certificate
      - batch_size
      - stale
      - insecure
      - unreachable
      - quiet
      - unmanaged
      - legacy
      - opentelemetry
  html:
    description:
      - The file to write the report to as an HTML page that needs nothing else.
      - Reports are written in check mode, too. Each replaces the one before as a whole. Its folder must be there.
      - A file that is not an earlier report of the same kind is never overwritten, nor is a device. A symbolic link is followed.
        Each report needs a path of its own.
    type: path
  json:
    description:
      - The file to write the whole report to as JSON.
    type: path
  junit:
    description:
      - The file to write the report to as JUnit XML, with a test case for each job and each collector.
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
  - plugin: edgeops.logpush.logpush_zones
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Audit every zone of the inventory
  edgeops.logpush.splunk_logpush_audit:
    zones: "{{ groups['cloudflare_zones'] | edgeops.logpush.logpush_zones(hostvars) }}"
    html: /var/www/html/logpush.html
    junit: "{{ playbook_dir }}/logpush.xml"
  register: audit
  run_once: true

- name: Fail if something needs attention
  ansible.builtin.assert:
    that: audit.summary.problems == 0
    fail_msg: "{{ audit.headline }}"

- name: Audit two zones, and accept jobs that do not verify the certificate
  edgeops.logpush.splunk_logpush_audit:
    zones:
      - zone: example.com
      - zone: example.net
    jobs:
      - dataset: http_requests
      - dataset: firewall_events
    ignore: [insecure]
"""

RETURN = r"""
report:
  description:
    - The audit as a table for a terminal of 120 columns, or as many as C(COLUMNS) of the environment says, with at most 40 jobs.
  returned: always, unless nothing could be looked at
  type: str
  sample: |-
    Logpush audit of 2026-11-28T06:00:00Z: 40 zones and accounts, 40 jobs
      40 delivering

    Nothing needs attention in 40 zones and accounts.
headline:
  description:
    - What was found, in a sentence.
  returned: always, unless nothing could be looked at
  type: str
  sample: "2 findings need attention in 2 of 40 zones and accounts: 1 failing, 1 drift."
findings:
  description:
    - What was found, the worst first; 300 entries at the most. The reports have all of them.
  returned: always, unless nothing could be looked at
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
        - The name that the zone was given by its C(host).
      returned: when given
      type: str
      sample: shop.example.com
    used_by:
      description:
        - A C(host) with a job that pushes to the collector.
      returned: for a collector
      type: str
      sample: shop.example.com
    zone_id:
      description:
        - The id of the zone.
      returned: for a zone
      type: str
      sample: 023e105f4ecef8ad9ca31a8372d0c353
    account_id:
      description:
        - The id of the account.
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
        - The id of the job.
      returned: for a job that is there
      type: int
      sample: 1234567
    kind:
      description:
        - What it is.
      returned: always
      type: str
      choices:
        - unreadable
        - auto_disabled
        - failing
        - no_job
        - missing
        - refused
        - duplicate
        - drift
        - certificate
        - batch_size
        - stale
        - insecure
        - unreachable
        - quiet
        - unmanaged
        - legacy
        - opentelemetry
      sample: failing
    level:
      description:
        - Whether it needs attention (V(problem)) or is worth knowing (V(note)).
      returned: always
      type: str
      sample: problem
    msg:
      description:
        - What was found.
      returned: always
      type: str
      sample: "Cloudflare cannot deliver: x509: certificate has expired or is not yet valid"
    advice:
      description:
        - What to do.
      returned: always
      type: str
      sample: Renew the certificate.
collectors:
  description:
    - The collectors, their certificates, and which C(software) answers, V(Splunk) or V(OpenTelemetry Collector), empty if that is
      not known. 50 entries at the most.
  returned: always, unless nothing could be looked at
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
    - The hosts that have a problem, each once, also those whose findings are not among the 300.
  returned: always, unless nothing could be looked at
  type: list
  elements: str
  sample: [shop.example.com]
summary:
  description:
    - How many scopes and jobs there are, how many scopes have problems, how many jobs are C(delivering), C(pending),
      C(failing), C(disabled), C(auto_disabled) or C(missing), how many scopes are C(unreadable), how many C(problems) and
      C(notes) there are, and how many of each kind.
    - C(api_calls) requests were sent. The rate limit held C(throttled) of them back, so that C(waited) of the C(seconds)
      that it took something waited for it.
  returned: always, unless nothing could be looked at
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
    api_calls: 40
    throttled: 0
    waited: 0.0
    seconds: 1.9
"""

from ..module_utils._audit.findings import KINDS
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
        "ignore": dict(type="list", elements="str", default=[], choices=list(KINDS)),
        "html": dict(type="path"),
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
