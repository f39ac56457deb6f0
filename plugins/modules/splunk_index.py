#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One index."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_index
short_description: Create an index
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Creates an event index if it does not exist, with the defaults of Splunk. The module never removes an index, and changes an
    existing one only on Splunk Cloud, and only as the retention options request.
  - On Splunk Cloud (O(platform=cloud)), the index is created through the Admin Config Service (ACS), which takes a while. The
    module waits until the index exists. The user needs the capability C(indexes_edit), which the role C(sc_admin) has.
  - Do not use this module for an indexer cluster. Create the index in the bundle of the cluster manager.
  - On Splunk Enterprise, the module looks at the kind of instance before it writes. It warns on a member of a cluster, a cluster manager, a
    heavy forwarder (which forwards events to the indexers), a deployment server and a client of a deployment server. It refuses a
    universal forwarder.
options:
  name:
    description:
      - The name of the index.
    type: str
    required: true
  create:
    description:
      - Whether to create the index. With V(false), the module only warns if the index does not exist. Splunk Enterprise accepts events
        for an index that does not exist, and drops them. Splunk Cloud refuses HEC tokens for it.
    type: bool
    default: true
  searchable_days:
    description:
      - The number of days that events can be searched. Only for O(platform=cloud). If not set, a new index has the default of Splunk
        Cloud (90), and an existing one keeps its value.
    type: int
  max_data_size_mb:
    description:
      - The maximum size of the index in MB, before compression. V(0) means no limit. Only for O(platform=cloud). If not set, a new index
        has the default of Splunk Cloud (no limit), and an existing one keeps its value.
    type: int
  archival_retention_days:
    description:
      - The number of days until Splunk removes events from its archive (Dynamic Data Active Archive), which the stack must have. It
        includes O(searchable_days). Only for O(platform=cloud). If not set, a new index has no archive, and an existing one keeps its
        value.
    type: int
  allow_shrinking:
    description:
      - Whether the retention of an existing index may become shorter or smaller. Splunk Cloud then removes the events that are no longer
        covered, and they cannot be restored. A retention that Splunk Cloud does not show may be longer.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
  - edgeops.logpush.splunk.platform
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

- name: Create an index on Splunk Cloud that keeps events for a year
  edgeops.logpush.splunk_index:
    platform: cloud
    stack: acme
    auth_token: "{{ acs_token }}"
    name: cloudflare
    searchable_days: 365
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, unchanged]
exists:
  description:
    - Whether the index exists after the run, or would exist in check mode. V(null) if the user may not see it.
  returned: success
  type: bool
  sample: true
index:
  description:
    - The name of the index. On Splunk Cloud, also its retention, as far as it is known.
  returned: success
  type: dict
  sample:
    name: cloudflare
diff:
  description:
    - The index if it is new, or the retention that changes.
  returned: success
  type: dict
  sample:
    before: {}
    after:
      name: cloudflare
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.index import ensure_index
from ..module_utils._splunk.options import TOKEN_CONNECTION_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **TOKEN_CONNECTION_SPEC,
        "name": dict(type="str", required=True),
        "create": dict(type="bool", default=True),
        "searchable_days": dict(type="int"),
        "max_data_size_mb": dict(type="int"),
        "archival_retention_days": dict(type="int"),
        "allow_shrinking": dict(type="bool", default=False),
    },
    run=ensure_index,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
