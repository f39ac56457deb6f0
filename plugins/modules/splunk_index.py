#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One index."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_index
short_description: Create an index for events on Splunk Enterprise
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Creates an index where it is missing, with the defaults of Splunk. An index that exists is left as it is, and none is
    ever removed.
  - On an indexer cluster, indexes come from the bundle of the cluster manager, and on Splunk Cloud from its own
    management.
options:
  name:
    description:
      - The name of the index.
    type: str
    required: true
  create:
    description:
      - >-
        Whether to create the index. V(false) only looks, and warns where the index does not exist: Splunk accepts events for it
        and drops them.
    type: bool
    default: true
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
seealso:
  - module: edgeops.logpush.splunk_hec_token
"""

EXAMPLES = r"""
- name: Make the index of the logs
  edgeops.logpush.splunk_index:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"
    name: cloudflare
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, unchanged]
exists:
  description:
    - Whether the index exists now, or would exist after the run in check mode; null where this user may not ask.
  returned: success
  type: bool
  sample: true
index:
  description:
    - The index.
  returned: success
  type: dict
  sample:
    name: cloudflare
diff:
  description:
    - The index where it is new.
  returned: success
  type: dict
  sample:
    before: {}
    after:
      name: cloudflare
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.index import ensure_index
from ..module_utils._splunk.options import SPLUNK_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        "name": dict(type="str", required=True),
        "create": dict(type="bool", default=True),
    },
    run=ensure_index,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
