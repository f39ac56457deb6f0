#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read HEC tokens."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_token_info
short_description: Read tokens of the HTTP Event Collector, on Splunk Enterprise or Splunk Cloud
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Returns the settings, the permissions and the app of tokens of the HTTP Event Collector (HEC).
  - The values of the tokens are returned only with O(with_values).
options:
  name:
    description:
      - The name of a token.
    type: str
  names:
    description:
      - The names of several tokens. Without O(name) and O(names), all tokens are returned.
    type: list
    elements: str
  with_values:
    description:
      - Whether to return the values of the tokens in RV(values). Set C(no_log) to V(true) on the task.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
  - edgeops.logpush.splunk.platform
seealso:
  - module: edgeops.logpush.splunk_hec_token
"""

EXAMPLES = r"""
- name: Read the settings of a token
  edgeops.logpush.splunk_hec_token_info:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    name: cloudflare
  register: token
"""

RETURN = r"""
tokens:
  description:
    - The tokens, each with its settings as in M(edgeops.logpush.splunk_hec_token), the value masked.
    - A token that does not exist, or that the user may not see, is not in the list.
  returned: success
  type: list
  elements: dict
  sample:
    - name: cloudflare
      app: splunk_httpinput
      enabled: true
      index: cloudflare
      indexes: [cloudflare]
      sourcetype: cloudflare:json
      source: ""
      host: ""
      description:
        - ""
      use_ack: false
      acl:
        owner: nobody
        sharing: app
        read: [admin]
        write: [admin]
      token: "********"
values:
  description:
    - The values of the tokens by name. A value that the user may not see is left out.
  returned: with O(with_values)
  type: dict
  sample:
    cloudflare: 12345678-1234-5678-9abc-123456789abc
http_status:
  description:
    - The HTTP status of the answer.
  returned: when Splunk refused
  type: int
  sample: 403
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.options import TOKEN_CONNECTION_SPEC
from ..module_utils._splunk.token_info import read_tokens

DEFINITION = ModuleDefinition(
    argument_spec={
        **TOKEN_CONNECTION_SPEC,
        "name": dict(type="str"),
        "names": dict(type="list", elements="str"),
        "with_values": dict(type="bool", default=False),
    },
    run=read_tokens,
    returned_secret="values",
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
