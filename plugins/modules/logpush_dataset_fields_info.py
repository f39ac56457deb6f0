#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a dataset."""

from __future__ import annotations

DOCUMENTATION = r"""
module: logpush_dataset_fields_info
short_description: List the fields of a Cloudflare Logpush dataset
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Lists the fields that a dataset offers in a zone or account, for use in C(output_options.field_names). They depend on the
    plan of the zone.
  - Takes one request, and one more for a zone that is given by its name. The API token needs only the permission C(Logs Read).
options:
  dataset:
    description:
      - The name of the dataset, such as V(http_requests). The API checks names that this release does not know.
    type: str
    required: true
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_cloudflare
  - edgeops.logpush.cloudflare
  - edgeops.logpush.cloudflare.scope
seealso:
  - module: edgeops.logpush.splunk_logpush_job
  - name: Datasets
    description: Cloudflare's description of the datasets and their fields.
    link: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/
"""

EXAMPLES = r"""
- name: List the fields of http_requests for a zone
  edgeops.logpush.logpush_dataset_fields_info:
    zone: example.com
    dataset: http_requests
  register: dataset

- name: Push all fields except cookies
  edgeops.logpush.splunk_logpush_job:
    zone: example.com
    endpoint: splunk.example.com:8088
    hec_token: "{{ splunk_logpush_hec_token }}"
    output_options:
      field_names: "{{ dataset.names | difference(['Cookies']) }}"
"""

RETURN = r"""
dataset:
  description:
    - The name of the dataset.
  returned: success
  type: str
  sample: http_requests
fields:
  description:
    - The fields and their descriptions in the API.
  returned: success
  type: dict
  sample:
    ClientIP: IP address of the client
    RayID: ID of the request
names:
  description:
    - The names of the fields, sorted.
  returned: success
  type: list
  elements: str
  sample: [ClientIP, RayID]
"""

from ..module_utils._cloudflare.options import CLOUDFLARE_SPEC
from ..module_utils._cloudflare.scopes import SCOPE_SPEC
from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._operations.job_info import show_fields

DEFINITION = ModuleDefinition(
    argument_spec={**CLOUDFLARE_SPEC, **SCOPE_SPEC, "dataset": dict(type="str", required=True)},
    run=show_fields,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
