#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HEC token."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_token
short_description: Manage a token of the Splunk HTTP Event Collector
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Creates, updates, enables, disables and deletes a token of the HTTP Event Collector (HEC).
  - On Splunk Enterprise, the module uses the management API. On Splunk Cloud, it uses the Admin Config Service (ACS) and waits until
    a change is complete.
  - With O(platform=enterprise), the module fails if O(url) is a Splunk Cloud server, because HEC would not accept a token that is
    created there.
  - Options that are not set are not managed, except for O(enabled) and O(use_ack).
  - The value of the token is returned in RV(hec_token) and nowhere else. Set C(no_log=true) on the task, otherwise Ansible shows it.
options:
  app:
    description:
      - The app in which a new token is created, on Splunk Enterprise.
      - An existing token is managed in its own app.
    type: str
    default: splunk_httpinput
  name:
    description:
      - The name of the token. The form C(http://<name>), which Splunk uses in its lists, is also accepted.
      - The name of a new token can have only letters, digits, dots, C(_) and C(-). Some versions of Splunk can neither disable nor delete
        a token with other characters in its name (CVE-2026-131193). Existing tokens with other names can be managed.
    type: str
    required: true
  state:
    description:
      - Whether the token should exist.
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description:
      - Whether the token is enabled. This option is always managed.
    type: bool
    default: true
  index:
    description:
      - The default index for events.
    type: str
  indexes:
    description:
      - The indexes that events can be sent to, in any order. O(index) must be one of them. An empty list allows all indexes.
      - If all indexes are allowed, Splunk accepts events for an index that does not exist, and drops them without an error.
    type: list
    elements: str
  sourcetype:
    description:
      - The default source type for events.
    type: str
  source:
    description:
      - The default source for events.
    type: str
  host:
    description:
      - The default host for events.
    type: str
  description:
    description:
      - A description of the token, on Splunk Enterprise. Splunk Cloud does not store it.
    type: str
  acl:
    description:
      - The permissions of the token, on Splunk Enterprise. Only the sub-options that are set are managed.
    type: dict
    suboptions:
      owner:
        description:
          - The user who owns the token.
        type: str
      sharing:
        description:
          - Whether the token is shared within its app or with all apps.
        type: str
        choices: [app, global]
      read:
        description:
          - The roles that can read the token, including its value. C(*) means all roles.
        type: list
        elements: str
      write:
        description:
          - The roles that can change the token.
        type: list
        elements: str
  token:
    description:
      - The value of the token, as the bare token, C(Splunk <token>) or C(Splunk%20<token>). If not set, Splunk chooses the value of
        a new token.
      - If an existing token has a different value, the task fails unless O(recreate=true).
    type: str
  token_env:
    description:
      - The name of an environment variable that contains the value of the token, for example C(SPLUNK_HEC_TOKEN). It is used if
        O(token) is not set. An empty or missing variable counts as not set.
      - If another token already has this value, Splunk chooses the value of the new token, and the task warns.
      - Without this option, the value of the token is never read from the environment.
    type: str
  use_ack:
    description:
      - Whether indexer acknowledgement is enabled. This option is always managed.
      - Logpush never asks for acknowledgements. With acknowledgement enabled, Splunk collects them until it accepts no more events.
        Therefore, V(true) requires O(allow_ack=true), and by default the module disables acknowledgement on an existing token.
    type: bool
    default: false
  allow_ack:
    description:
      - Whether O(use_ack=true) is allowed, for a token that is not used by Logpush.
    type: bool
    default: false
  like:
    description:
      - The name of an existing token. A new token gets its settings, permissions and app. Other options override them.
      - The value, the name and the enabled state are never copied. Indexer acknowledgement is copied only with O(allow_ack=true).
      - On Splunk Enterprise, the copy is disabled until it is complete. If the permissions cannot be copied, the task fails, and the
        description of the copy says that it is incomplete. The next run completes it. On Splunk Cloud, tokens have no permissions
        and no app.
      - This option does not change any other existing token.
    type: str
  recreate:
    description:
      - Whether to delete the token and create it again if its value differs from O(token). Splunk cannot change the value of a token.
        Senders with the old value are then refused.
    type: bool
    default: false
  allow_deployment_server:
    description:
      - Whether to write the token although HEC of this server has C(useDeploymentServer = 1).
      - Splunk then writes tokens to the deployment repository, for the clients of the deployment server, and shows only the tokens of
        the repository. The server itself refuses events with them (HTTP 403, code 4). With V(false), the task fails instead of
        creating, changing or deleting such a token, and warns if the token is there already.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
  - edgeops.logpush.splunk.platform
notes:
  - On a member of an indexer cluster or a search head cluster, and on a cluster manager, the module creates the token on that server
    only, and warns. For an indexer cluster, set C(splunk_hec_topology=cluster) for the role P(edgeops.logpush.splunk_hec#role), or use
    M(edgeops.logpush.splunk_hec_app) and M(edgeops.logpush.splunk_cluster_bundle).
  - On a heavy forwarder, a deployment server and a client of a deployment server, the module warns what that means for the
    token. A universal forwarder is refused, because it has no HEC.
seealso:
  - module: edgeops.logpush.splunk_hec_token_info
  - module: edgeops.logpush.splunk_hec_settings
  - module: edgeops.logpush.splunk_hec_probe
"""

EXAMPLES = r"""
- name: Create a token for Logpush
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

- name: Create a token on Splunk Cloud
  edgeops.logpush.splunk_hec_token:
    platform: cloud
    stack: acme
    auth_token: "{{ acs_token }}"
    name: cloudflare
    index: cloudflare
    indexes: [cloudflare]
  register: token
  no_log: true

- name: Create a token with the settings of another token
  edgeops.logpush.splunk_hec_token:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    name: cloudflare-2027
    like: cloudflare
  register: token
  no_log: true

- name: Delete a token
  edgeops.logpush.splunk_hec_token:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    name: cloudflare-old
    state: absent
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, enabled, disabled, replaced, deleted, unchanged]
hec_token:
  description:
    - The value of the token. It is not returned in check mode if the token does not exist yet.
  returned: if the token exists
  type: str
  sample: 12345678-1234-5678-9abc-123456789abc
token:
  description:
    - The settings of the token, with its value masked. They have the same form on both platforms. Empty if the token does not exist.
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
    - The settings that changed, with the value of the token masked.
  returned: success
  type: dict
  sample:
    before:
      use_ack: true
    after:
      use_ack: false
http_status:
  description:
    - The HTTP status of the response.
  returned: if Splunk returned an error
  type: int
  sample: 403
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.options import TOKEN_CONNECTION_SPEC
from ..module_utils._splunk.token import manage_token
from ..module_utils._splunk.token_rules import TOKEN_SETTINGS_SPEC

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
        **TOKEN_SETTINGS_SPEC,
        "acl": dict(type="dict", options=ACL_SPEC),
        "token": dict(type="str", no_log=True),
        # The name of a variable is not a secret.
        "token_env": dict(type="str", no_log=False),
        "use_ack": dict(type="bool", default=False),
        "allow_ack": dict(type="bool", default=False),
        "like": dict(type="str"),
        "recreate": dict(type="bool", default=False),
        "allow_deployment_server": dict(type="bool", default=False),
    },
    run=manage_token,
    returned_secret="hec_token",
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
