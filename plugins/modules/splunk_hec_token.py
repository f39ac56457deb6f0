#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HEC token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_token
short_description: Manage a token of the HTTP Event Collector, on Splunk Enterprise or Splunk Cloud
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Creates, changes, enables, disables and removes one token of the HTTP Event Collector (HEC).
  - Splunk Enterprise is managed by its management API, Splunk Cloud by the Admin Config Service (ACS), whose changes
    are waited for.
  - With O(platform=enterprise), the module fails if O(url) is a server of Splunk Cloud, whose HEC accepts no token that is created
    there.
  - An option that is not set is not managed, but for O(enabled) and O(use_ack).
  - The value of the token is returned in RV(hec_token) and nowhere else. Set C(no_log) to V(true) on the task, or
    Ansible shows it.
options:
  app:
    description:
      - The app in whose context a new token is created, on Splunk Enterprise.
      - A token that exists is managed in the app that it lives in.
    type: str
    default: splunk_httpinput
  name:
    description:
      - The name of the token. The form C(http://<name>), in which Splunk lists it, is accepted too.
      - A new token takes letters, digits, dots, C(_) and C(-) only, because some versions of Splunk can neither disable nor
        delete a token with another name (CVE-2026-131193). Existing tokens with other names can be managed.
    type: str
    required: true
  state:
    description:
      - Whether the token should be there.
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description:
      - Whether the token is accepted. Always managed.
    type: bool
    default: true
  index:
    description:
      - The index of events that name none.
    type: str
  indexes:
    description:
      - The indexes that events may name, in any order. O(index) must be among them. An empty list allows every one.
      - With none set, Splunk takes events for an index that does not exist without a word, and loses them.
    type: list
    elements: str
  sourcetype:
    description:
      - The source type of events that name none.
    type: str
  source:
    description:
      - The source of events that name none.
    type: str
  host:
    description:
      - The host of events that name none.
    type: str
  description:
    description:
      - What the token is for. Splunk Cloud keeps none.
    type: str
  acl:
    description:
      - Who may see and change the token, on Splunk Enterprise. Only what is set is managed.
    type: dict
    suboptions:
      owner:
        description:
          - The user who owns the token.
        type: str
      sharing:
        description:
          - Whether the token belongs to its app, or to all of them.
        type: str
        choices: [app, global]
      read:
        description:
          - The roles that may see the token, its value included. C(*) is everyone.
        type: list
        elements: str
      write:
        description:
          - The roles that may change the token.
        type: list
        elements: str
  token:
    description:
      - A value of your own for the token, bare, as C(Splunk <token>) or as C(Splunk%20<token>). Splunk makes one if
        not set.
      - Another value than that of the token that exists is refused without O(recreate).
    type: str
  token_env:
    description:
      - The name of an environment variable of the task with the value, for example C(SPLUNK_HEC_TOKEN). It is read if O(token) is
        not set. A variable that is empty or missing counts as not set.
      - If another token has this value, a new token does not get it, and the task warns.
      - Without this option, the value of a token is never taken from the environment.
    type: str
  use_ack:
    description:
      - Whether indexer acknowledgement is on. Always managed.
      - Logpush never asks for acknowledgements, so Splunk collects them and in the end takes no more events. So V(true)
        is refused without O(allow_ack), and a token that has it on is switched off.
    type: bool
    default: false
  allow_ack:
    description:
      - Whether to allow O(use_ack), for a token that something else than Logpush uses.
    type: bool
    default: false
  like:
    description:
      - The name of a token whose settings, permissions and app a new token gets. Other options override them.
      - Never copied are the value, the name and whether the token is enabled. Indexer acknowledgement is copied only with
        O(allow_ack).
      - On Splunk Enterprise, the copy is created disabled and enabled when it is complete. If the permissions cannot be
        copied, the task fails, the copy stays disabled, and its description says that it is incomplete. The next run completes
        it. Splunk Cloud has no permissions and no app of a token.
      - Any other token that exists is not changed by this option.
    type: str
  recreate:
    description:
      - Whether to delete the token and make it anew where O(token) differs. Splunk cannot change the value in place.
        Whoever sends with the old value is refused from then on.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
  - edgeops.logpush.splunk.platform
notes:
  - On an indexer cluster or a search head cluster, a token that is made by this module is on one member only. The
    module warns where the server says that it is a member. Distribute the token in the bundle instead.
seealso:
  - module: edgeops.logpush.splunk_hec_token_info
  - module: edgeops.logpush.splunk_hec_settings
  - module: edgeops.logpush.splunk_hec_probe
"""

EXAMPLES = r"""
- name: Make a token for Cloudflare
  edgeops.logpush.splunk_hec_token:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"
    name: cloudflare
    index: cloudflare
    indexes: [cloudflare]
    sourcetype: cloudflare:json
  register: token
  no_log: true

- name: Make a token on Splunk Cloud
  edgeops.logpush.splunk_hec_token:
    platform: cloud
    stack: acme
    auth_token: "{{ acs_token }}"
    name: cloudflare
    index: cloudflare
    indexes: [cloudflare]
  register: token
  no_log: true

- name: Create a token with the settings of another one
  edgeops.logpush.splunk_hec_token:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    name: cloudflare-2027
    like: cloudflare
  register: token
  no_log: true

- name: Remove a token
  edgeops.logpush.splunk_hec_token:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    name: cloudflare-old
    state: absent
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, enabled, disabled, replaced, deleted, unchanged]
hec_token:
  description:
    - The value of the token. Not there in check mode for a token that is yet to be made.
  returned: when the token is there
  type: str
  sample: 12345678-1234-5678-9abc-123456789abc
token:
  description:
    - The settings of the token, the same on both platforms, its value masked. Empty where there is none.
  returned: success
  type: dict
  sample:
    name: cloudflare
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
diff:
  description:
    - The settings that change, with the value masked.
  returned: success
  type: dict
  sample:
    before:
      use_ack: true
    after:
      use_ack: false
http_status:
  description:
    - The HTTP status of the answer.
  returned: when Splunk refused
  type: int
  sample: 403
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.options import TOKEN_CONNECTION_SPEC
from ..module_utils._splunk.token import manage_token

ACL_SPEC = {
    "owner": dict(type="str"),
    "sharing": dict(type="str", choices=["app", "global"]),
    "read": dict(type="list", elements="str"),
    "write": dict(type="list", elements="str"),
}
DEFINITION = ModuleDefinition(
    argument_spec={
        **TOKEN_CONNECTION_SPEC,
        "app": dict(type="str", default="splunk_httpinput"),
        "name": dict(type="str", required=True),
        "state": dict(type="str", choices=["present", "absent"], default="present"),
        "enabled": dict(type="bool", default=True),
        "index": dict(type="str"),
        "indexes": dict(type="list", elements="str"),
        "sourcetype": dict(type="str"),
        "source": dict(type="str"),
        "host": dict(type="str"),
        "description": dict(type="str"),
        "acl": dict(type="dict", options=ACL_SPEC),
        "token": dict(type="str", no_log=True),
        # The name of a variable is no secret.
        "token_env": dict(type="str", no_log=False),
        "use_ack": dict(type="bool", default=False),
        "allow_ack": dict(type="bool", default=False),
        "like": dict(type="str"),
        "recreate": dict(type="bool", default=False),
    },
    run=manage_token,
    returned_secret="hec_token",
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
