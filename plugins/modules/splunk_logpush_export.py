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
  - Writes the jobs as variables of inventory hosts. The planner of the playbook C(edgeops.logpush.rollout) checks them against
    the jobs at Cloudflare. Only if it finds no difference, the files say that a rollout changes nothing (RV(verified)).
  - The jobs are read from Cloudflare, with one request for each zone or account, or from files of Terraform. With credentials,
    jobs from Terraform are compared with those at Cloudflare, which takes one request for each zone or account, and one more
    for each zone that O(zones) does not name. Without credentials no request is sent.
  - A HEC token, and any other secret of a destination, is replaced by a reference to a variable, one for each value. Its value is
    not written anywhere. Comments at the top of a file name the variables.
  - A job is named by its dataset and name if they are unique in its zone, otherwise by its id.
  - What options cannot express is omitted, so that a rollout leaves it unchanged. A job whose destination they cannot express,
    such as one without a channel, is not exported. Comments and RV(left_as_is) list both.
  - Of a job that is read from Cloudflare, an output option that equals the default of a new job is left out, such as
    C(timestamp_format=rfc3339). A rollout leaves it unchanged. Other defaults are written, because a variable for all jobs of a
    host, such as C(splunk_logpush_enabled), would otherwise apply to the job.
  - A host without an exported job has C(splunk_logpush_state=unmanaged), so that a rollout creates none.
  - Files are made for their owner alone to read. A file that was not written by this module is never overwritten.
options:
  zones:
    description:
      - The hosts with the zones and accounts that they stand for, as P(edgeops.logpush.logpush_scopes#filter) gives them.
      - With O(terraform), the hosts that have the id of a zone or account give their names to those.
    type: list
    elements: dict
    default: []
  terraform:
    description:
      - A file to read the jobs from instead of Cloudflare, with C(cloudflare_logpush_job) of version 4 or 5 of the provider. Each
        kind of file is recognised by its content.
      - A state of version 4, which C(terraform state pull) or C(tofu state pull) prints. Or the output of C(terraform show -json) for
        a state or a plan. A plan describes the jobs that exist before it, or if there are none, those that it creates.
      - A configuration in a file or a folder, such as the output of C(cf-terraforming generate). A C(.tf) file is read with the Python
        package C(python-hcl2), version 8.1 or later, below 9. All other kinds of files need no package.
      - A resource that contains anything that is not understood (C(count), C(for_each), C(dynamic), C(provider), an expression) is not
        exported. Neither is a resource that does not push to Splunk. RV(left_out) lists them.
      - An argument is left out alone if it depends on a variable with a literal default. RV(remarks) lists it.
      - If the file does not name the dataset of a job, the dataset is looked up by the id of the job.
      - A zone or account that is no host of O(zones) is named by its domain, which needs credentials, otherwise by its id.
      - If no job can be exported, the task fails and writes nothing.
    type: path
  directory:
    description:
      - A folder to write a file of variables for each host into, such as C(host_vars). It is created if need be.
    type: path
  file:
    description:
      - A file to write a whole inventory into, with the group C(cloudflare_zones).
      - With neither this nor O(directory), the inventory is in RV(content).
    type: path
  hec_token_variable:
    description:
      - The variable that stands for the first HEC token. Further ones have a number after it.
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
      - Reports which files would be written, and writes none.
  diff_mode:
    support: partial
    description:
      - Names the files, and shows none of them.
  idempotent:
    support: full
    description:
      - The same jobs give the same files.
seealso:
  - module: edgeops.logpush.splunk_logpush_rollout
  - plugin: edgeops.logpush.logpush_scopes
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Export the jobs of all zones
  edgeops.logpush.splunk_logpush_export:
    zones: "{{ groups['cloudflare_zones'] | edgeops.logpush.logpush_scopes(hostvars) }}"
    directory: host_vars

- name: Move from Terraform
  edgeops.logpush.splunk_logpush_export:
    terraform: state.json  # terraform state pull > state.json
    file: logpush.yml
"""

RETURN = r"""
hosts:
  description:
    - How many hosts were exported.
  returned: always, unless the run could not start
  type: int
  sample: 2
jobs:
  description:
    - How many jobs they ask for.
  returned: always, unless the run could not start
  type: int
  sample: 3
variables:
  description:
    - The variables that stand for secrets, each with the endpoints that it is for.
  returned: always, unless the run could not start
  type: list
  elements: dict
  sample:
    - name: splunk_logpush_hec_token
      endpoints: [splunk.example.com:8088/services/collector/raw]
files:
  description:
    - The files that were written, or would be.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: [host_vars/example.com.yml]
report:
  description:
    - The inventory as YAML if no file is requested; otherwise each file that is written, with what is in it, and the counts.
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
  returned: without O(directory) and O(file)
  type: list
  elements: str
  sample: ["cloudflare_zones:", "  hosts:", "    example.com:"]
left_as_is:
  description:
    - The jobs that are not exported, each with the reason, and the parts of jobs that the variables omit.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: ["example.com, job 146 http_requests: kind"]
left_out:
  description:
    - The resources of Terraform that are not exported, each with the reason.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: [cloudflare_logpush_job.archive does not push to Splunk]
remarks:
  description:
    - What to know about jobs that are exported, such as one that Terraform is about to replace.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: ["cloudflare_logpush_job.shop: Terraform has marked it as tainted and is about to replace it"]
differences:
  description:
    - What a rollout with these variables would change at Cloudflare.
  returned: always, unless the run could not start
  type: list
  elements: str
  sample: ["example.com, http_requests edge-logs: would be updated (filter)"]
verified:
  description:
    - Whether the planner of a rollout has verified that a rollout with these variables changes nothing.
    - V(false) if RV(differences) has an entry, or if the jobs at Cloudflare could not be listed.
  returned: always, unless the run could not start
  type: bool
  sample: true
source:
  description:
    - What the jobs were read from.
  returned: always, unless the run could not start
  type: str
  sample: "Terraform: a state, version 4"
failures:
  description:
    - The hosts and files that failed, each with the reason.
  returned: when some failed
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
