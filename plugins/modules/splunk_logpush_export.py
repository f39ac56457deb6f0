#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Existing jobs as inventory variables."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_logpush_export
short_description: Export existing Logpush jobs to Splunk as inventory variables
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Exports existing Logpush jobs to Splunk as variables of inventory hosts, from Cloudflare or from files of Terraform.
  - The module simulates a rollout with these variables and compares it with the jobs at Cloudflare. The files state that a rollout
    changes nothing only if there is no difference (RV(verified)).
  - Reading from Cloudflare takes one request for each zone or account. With credentials, jobs from Terraform are compared with those at
    Cloudflare. This also takes one request for each zone or account, and one more for each zone that is not in O(zones). Without
    credentials, no request is sent.
  - HEC tokens and other secrets of a destination are replaced by references to variables, one variable for each value. The values are
    not written anywhere. A comment at the top of each file lists the variables.
  - A job is identified by its dataset and name if they are unique in its zone, and otherwise by its ID.
  - Settings that the options cannot express are left out, so that a rollout does not change them. A job with a destination that the
    options cannot express is not exported, for example one without a channel. Comments and RV(left_as_is) list these settings and
    jobs.
  - If a job is read from Cloudflare, output options that equal the default of a new job are left out, such as
    C(timestamp_format=rfc3339). A rollout does not change them. Other defaults are written, because a variable for all jobs of a
    host, such as C(splunk_logpush_enabled), would otherwise apply to the job.
  - A host without exported jobs gets C(splunk_logpush_state=unmanaged), so that a rollout does not create a job for it.
  - Only the owner can read the files. A file that was not written by this module is never overwritten.
options:
  zones:
    description:
      - The zones and accounts to export. Each is the name of a zone, or a mapping with one of C(zone_id), C(zone) and C(account_id), and
        with C(host), the name of the inventory host.
      - P(edgeops.logpush.logpush_scopes#filter) returns this list for inventory hosts.
      - With O(terraform), a zone or account from Terraform is exported under the C(host) that has its ID.
    type: list
    elements: dict
    default: []
  terraform:
    description:
      - The path of a file with C(cloudflare_logpush_job) resources of version 4 or 5 of the Terraform provider, to read the jobs from
        instead of Cloudflare. The format is recognized by the content.
      - This can be a state (format version 4) from C(terraform state pull) or C(tofu state pull), or the output of C(terraform show -json)
        for a state or a plan. From a plan, the module reads the jobs that exist before it is applied, or if there are none, the jobs
        that it creates.
      - It can also be a configuration, in a file or a folder, such as the output of C(cf-terraforming generate). C(.tf) files require
        the Python package C(python-hcl2), at least version 8.1 and below 9. The other formats require no package.
      - A resource is not exported if it does not push to Splunk, or if it contains something that the module does not evaluate
        (C(count), C(for_each), C(dynamic), C(provider), or an expression). RV(left_out) lists these resources.
      - If an argument depends on a variable with a literal default, only this argument is left out. RV(remarks) lists these arguments.
      - If the file does not contain the dataset of a job, the dataset is looked up by the ID of the job.
      - A zone or account that is not in O(zones) is named after its domain, which requires credentials, or otherwise after its ID.
      - If no job can be exported, the task fails and writes nothing.
    type: path
  directory:
    description:
      - The path of a folder for the variables, with one file per host, such as C(host_vars). It is created if it does not exist.
    type: path
  file:
    description:
      - The path of the inventory file to write. It has the group C(cloudflare_zones).
      - If neither this option nor O(directory) is set, the inventory is returned in RV(content).
    type: path
  hec_token_variable:
    description:
      - The name of the variable for the first HEC token. Variables for further tokens have a number appended.
    type: str
    default: splunk_logpush_hec_token
extends_documentation_fragment:
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
attributes:
  check_mode:
    support: full
    description:
      - Reports which files would be written, without writing them.
  diff_mode:
    support: partial
    description:
      - Shows the names of the files, but not their contents.
  idempotent:
    support: full
    description:
      - The same jobs result in the same files.
seealso:
  - module: edgeops.logpush.splunk_logpush_rollout
  - plugin: edgeops.logpush.logpush_scopes
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Export the jobs of a zone as an inventory
  edgeops.logpush.splunk_logpush_export:
    zones:
      - example.com
    file: jobs.yml

- name: Export the jobs of all zones to host_vars
  edgeops.logpush.splunk_logpush_export:
    zones: "{{ groups['cloudflare_zones'] | edgeops.logpush.logpush_scopes(hostvars) }}"
    directory: host_vars

- name: Export the jobs of a Terraform state as an inventory
  edgeops.logpush.splunk_logpush_export:
    terraform: state.json  # terraform state pull > state.json
    file: logpush.yml
"""

RETURN = r"""
hosts:
  description:
    - The number of exported hosts.
  returned: always, unless the run could not start
  type: int
  sample: 2
jobs:
  description:
    - The number of exported jobs.
  returned: always, unless the run could not start
  type: int
  sample: 3
variables:
  description:
    - The variables that replace secrets, each with the endpoints that it is used for.
  returned: always, unless the run could not start
  type: list
  elements: dict
  sample:
    - name: splunk_logpush_hec_token
      endpoints: [splunk.example.com:8088/services/collector/raw]
files:
  description:
    - The files that were written, or would be written in check mode.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: [host_vars/example.com.yml]
report:
  description:
    - A list of the files with the number of their jobs. If no file is requested, the inventory as YAML.
  returned: always, unless nothing could be exported
  type: str
  sample: |-
    Logpush export, 2 hosts, 3 jobs
      ~ host_vars/example.com.yml   2 jobs   written
      ~ host_vars/example.net.yml   1 job    written
    2 files written.
content:
  description:
    - The inventory, line by line.
  returned: if neither O(directory) nor O(file) is set
  type: list
  elements: str
  sample: ["cloudflare_zones:", "  hosts:", "    example.com:"]
left_as_is:
  description:
    - The jobs that are not exported, each with the reason, and the settings that the variables leave out.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: ["example.com, job 146 http_requests: kind"]
left_out:
  description:
    - The Terraform resources that are not exported, each with the reason.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: [cloudflare_logpush_job.archive does not push to Splunk]
remarks:
  description:
    - Remarks about exported jobs, such as a job that Terraform is about to replace.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: ["cloudflare_logpush_job.shop: Terraform has marked it as tainted and is about to replace it"]
differences:
  description:
    - The changes that a rollout with these variables would make at Cloudflare.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: ["example.com, http_requests edge-logs: would be updated (filter)"]
verified:
  description:
    - Whether the module has verified that a rollout with these variables changes nothing.
    - V(false) if RV(differences) is not empty, or if the jobs at Cloudflare could not be listed.
  returned: always, unless the run could not start
  type: bool
  sample: true
source:
  description:
    - The source of the jobs.
  returned: always, unless the run could not start
  type: str
  sample: "Terraform: a state, version 4"
failures:
  description:
    - The hosts and files that failed, each with the reason.
  returned: if some failed
  type: list
  elements: dict
  sample:
    - host: example.net
      msg: "Listing the Logpush jobs failed"
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import ZONE_NAMES
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._export.run import export_jobs
from ..module_utils._operations.sweep import SWEEP_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **CLOUDFLARE_SPEC,
        **SWEEP_SPEC,
        "zones": dict(type="list", elements="dict", default=[]),
        "terraform": dict(type="path"),
        "directory": dict(type="path"),
        "file": dict(type="path"),
        "hec_token_variable": dict(type="str", default="splunk_logpush_hec_token", no_log=False),
    },
    run=export_jobs,
    short_forms=ZONE_NAMES,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
