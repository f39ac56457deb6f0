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
  - Writes the jobs as variables of inventory hosts. With these, the playbook C(edgeops.logpush.rollout) finds no difference
    and changes nothing.
  - The jobs are read from Cloudflare, with one request for each zone or account, or from a file of Terraform, with none.
  - A HEC token, and any other secret of a destination, is replaced by a reference to a variable, one for each value. Its value is
    not written anywhere. Comments at the top of a file name the variables.
  - A job is named by its dataset and name if they are unique in its zone, otherwise by its id.
  - What options cannot express is omitted, so that a rollout leaves it unchanged. A job whose destination they cannot express,
    such as one without a channel, is not exported. Comments and RV(left_as_is) list both.
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
      - A file to read the jobs from instead of Cloudflare. A Terraform state as JSON, the output of C(terraform show -json), or
        the output of C(cf-terraforming generate), for C(cloudflare_logpush_job) of version 4 or 5 of the provider.
      - Resources that do not push to Splunk are left out and named.
      - A zone or account that is no host of O(zones) is named by its id.
    type: path
  directory:
    description: A folder to write a file of variables for each host into, such as C(host_vars). It is created if need be.
    type: path
  file:
    description:
      - A file to write a whole inventory into, with the group C(cloudflare_zones).
      - With neither this nor O(directory), the inventory is in RV(content).
    type: path
  hec_token_variable:
    description: The variable that stands for the first HEC token. Further ones have a number after it.
    type: str
    default: splunk_logpush_hec_token
extends_documentation_fragment:
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.fleet.concurrency
attributes:
  check_mode:
    support: full
    description: Reports which files would be written, and writes none.
  diff_mode:
    support: partial
    description: Names the files, and shows none of them.
  idempotent:
    support: full
    description: The same jobs give the same files.
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
    terraform: terraform.tfstate
    file: logpush.yml
"""

RETURN = r"""
hosts:
  description: How many hosts were exported.
  returned: always, unless nothing could be tried
  type: int
  sample: 2
jobs:
  description: How many jobs they ask for.
  returned: always, unless nothing could be tried
  type: int
  sample: 3
variables:
  description: The variables that stand for secrets, each with the endpoints that it is for.
  returned: always, unless nothing could be tried
  type: list
  elements: dict
  sample:
    - name: splunk_logpush_hec_token
      endpoints: [splunk.example.com:8088/services/collector/raw]
files:
  description: The files that were written, or would be.
  returned: always, unless nothing could be tried
  type: list
  elements: str
  sample: [host_vars/example.com.yml]
content:
  description: The inventory, line by line.
  returned: without O(directory) and O(file)
  type: list
  elements: str
  sample: ["cloudflare_zones:", "  hosts:", "    example.com:"]
left_as_is:
  description: The jobs that are not exported, each with the reason, and the parts of jobs that the variables omit.
  returned: always, unless nothing could be tried
  type: list
  elements: str
  sample: ["example.com, job 146 http_requests: kind"]
left_out:
  description: The resources of Terraform that are not exported, each with the reason.
  returned: always, unless nothing could be tried
  type: list
  elements: str
  sample: [cloudflare_logpush_job.archive does not push to Splunk]
failures:
  description: The hosts and files that failed, each with the reason.
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
