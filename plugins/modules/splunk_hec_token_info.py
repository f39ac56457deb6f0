#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read HEC tokens."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_token_info
short_description: Read tokens of the Splunk HTTP Event Collector
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Returns the settings, the permissions and the app of HTTP Event Collector (HEC) tokens, on Splunk Enterprise or Splunk Cloud.
  - Returns the values of the tokens only with O(with_values=true).
options:
  name:
    description:
      - The name of one token to return.
    type: str
  names:
    description:
      - The names of several tokens to return. If neither O(name) nor O(names) is set, all tokens are returned.
    type: list
    elements: str
  with_values:
    description:
      - Whether to return the values of the tokens in RV(values). If you do, set C(no_log=true) on the task.
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
    - The settings of the tokens, as in M(edgeops.logpush.splunk_hec_token), with their values masked.
    - Tokens that do not exist, or that the user may not see, are left out.
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
    - The values of the tokens, by the name of the token. Values that the user may not see are left out.
  returned: with O(with_values=true)
  type: dict
  sample:
    cloudflare: 12345678-1234-5678-9abc-123456789abc
http_status:
  description:
    - The HTTP status of the response.
  returned: if Splunk returned an error
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
