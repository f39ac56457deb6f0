#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One index."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_index
short_description: Create an index on Splunk Enterprise
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Creates an event index with the defaults of Splunk if it does not exist. The module never changes or removes an existing index.
  - Do not use this module for an indexer cluster or for Splunk Cloud. Create the index in the bundle of the cluster manager, or in the
    management of Splunk Cloud.
  - Before it writes, the module looks at the kind of instance. It warns on a member of a cluster, a cluster manager, a heavy forwarder
    (which forwards events to the indexers), a deployment server and a client of a deployment server. It refuses a universal forwarder.
options:
  name:
    description:
      - The name of the index.
    type: str
    required: true
  create:
    description:
      - Whether to create the index. With V(false), the module only warns if the index does not exist. Splunk accepts events for an
        index that does not exist, and drops them.
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
- name: Create an index for the logs
  edgeops.logpush.splunk_index:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"
    name: cloudflare
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, unchanged]
exists:
  description:
    - Whether the index exists after the run, or would exist in check mode. V(null) if the user may not see it.
  returned: success
  type: bool
  sample: true
index:
  description:
    - The name of the index.
  returned: success
  type: dict
  sample:
    name: cloudflare
diff:
  description:
    - The index, if it is new.
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
