#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A search in Splunk."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_search_info
short_description: Run a search in Splunk and return its results
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Runs a search through the management API and waits for its end, for example to prove that events of a zone arrive in Splunk.
options:
  search:
    description:
      - The search. If it begins with neither C(|) nor C(search), C(search) is prepended.
    type: str
    required: true
  earliest:
    description:
      - The start of the time range, in the relative time format of Splunk.
    type: str
    default: -15m
  fail_when_empty:
    description:
      - Whether the task fails if the search finds nothing, that is, if it returns no rows, or only rows whose C(count) is 0. The error
        message says whether the index exists.
    type: bool
    default: false
  wait_timeout:
    description:
      - With O(fail_when_empty=true), the maximum number of seconds to repeat the search until it finds something.
    type: int
    default: 0
  interval:
    description:
      - The number of seconds between two searches.
    type: int
    default: 10
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
"""

EXAMPLES = r"""
- name: Count the events of a zone
  edgeops.logpush.splunk_search_info:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"
    search: index=cloudflare ClientRequestHost=example.com | stats count
    fail_when_empty: true
    wait_timeout: 300
    interval: 30
"""

RETURN = r"""
rows:
  description:
    - The results of the search, as Splunk returns them. Numbers are text.
  returned: success
  type: list
  elements: dict
  sample:
    - count: "42"
count:
  description:
    - The number of results.
  returned: success
  type: int
  sample: 1
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.options import SPLUNK_SPEC
from ..module_utils._splunk.search import run_search

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        "search": dict(type="str", required=True),
        "earliest": dict(type="str", default="-15m"),
        "fail_when_empty": dict(type="bool", default=False),
        "wait_timeout": dict(type="int", default=0),
        "interval": dict(type="int", default=10),
    },
    run=run_search,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
