#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HEC with the same token on several nodes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_nodes
short_description: Configure HEC on several Splunk instances behind a load balancer
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Configures the HTTP Event Collector (HEC) of several indexers or heavy forwarders, each through its own management API. It enables
    HEC, creates the index and the source types, and creates one HEC token with the same value on all of them.
  - Use it for instances of Splunk Enterprise that are not in a cluster. The peers of an indexer cluster get their configuration from
    the bundle of the cluster manager.
  - A node that fails does not stop the others. The task then fails, and its message names what each node has.
  - The value of a new token is O(token) or O(token_env). If none is set, a token that a node already has gives its value to the
    others. Otherwise the first node creates the token, Splunk chooses the value, and the other nodes get the same one. This
    requires that all nodes can be read, because a node that is down may have the token.
  - Options of the token that are not set are not managed. The token is enabled, and its indexer acknowledgement is disabled.
  - The value of the token is returned in RV(hec_token) and nowhere else. Set C(no_log=true) on the task, otherwise Ansible shows it.
options:
  nodes:
    description:
      - The nodes.
    type: list
    elements: dict
    required: true
    suboptions:
      url:
        description:
          - The management URL of the node, such as V(https://idx1.example.com:8089). Required.
          - The credentials and the other options of the connection are the same for all nodes.
        type: str
      endpoint:
        description:
          - The HEC endpoint of the node. This module does not use it, M(edgeops.logpush.splunk_hec_probe) does.
        type: str
  url:
    description:
      - Has no effect, because each of O(nodes) has its own URL. It is an option so that C(module_defaults) can set it for all modules for
        Splunk.
    type: str
  concurrency:
    description:
      - The number of nodes to work on at the same time, from 1 to 100.
    type: int
    default: 16
  manage_settings:
    description:
      - Whether to enable HEC, and to set O(port), O(enable_ssl) and O(server_cert).
    type: bool
    default: true
  port:
    description:
      - The port of HEC. If not set, the port is not changed.
    type: int
  enable_ssl:
    description:
      - Whether HEC uses TLS. Logpush requires TLS.
    type: bool
  server_cert:
    description:
      - The path, on each node, of a PEM file with the certificate of HEC and its private key. If not set, the certificate is not
        changed.
    type: str
  ssl_password:
    description:
      - The passphrase of the private key. It is sent to a node only if O(server_cert) differs from the path in Splunk.
    type: str
  create_index:
    description:
      - Whether to create O(index) on nodes that do not have it. With V(false), the task only warns.
    type: bool
    default: true
  sourcetypes:
    description:
      - The source types with which Splunk reads the events, as in M(edgeops.logpush.splunk_sourcetype). They are created on each node
        before the token.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name of the source type.
        type: str
        required: true
      dataset:
        description:
          - The dataset whose events have the source type.
        type: str
      datasets:
        description:
          - The datasets whose events have the source type, instead of O(sourcetypes[].dataset).
        type: list
        elements: str
      timestamp_format:
        description:
          - The C(timestamp_format) of the jobs.
        type: str
        choices: [rfc3339, rfc3339ms, rfc3339ns, unix, unixnano]
        default: rfc3339
      settings:
        description:
          - Settings of C(props.conf) that replace or complete those of the datasets.
        type: dict
  app:
    description:
      - The app in which a new token is created. An existing token is managed in its own app.
    type: str
    default: splunk_httpinput
  name:
    description:
      - The name of the token.
    type: str
    required: true
  index:
    description:
      - The default index for events. It is created on each node before the token.
    type: str
  indexes:
    description:
      - The indexes that events can be sent to, in any order. O(index) must be one of them. An empty list allows all indexes.
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
      - A description of the token.
    type: str
  token:
    description:
      - The value of the token, as the bare token, C(Splunk <token>) or C(Splunk%20<token>).
      - A node whose token has a different value fails unless O(recreate=true).
    type: str
  token_env:
    description:
      - The name of an environment variable that contains the value of the token, for example C(SPLUNK_HEC_TOKEN). It is used if
        O(token) is not set. An empty or missing variable counts as not set.
      - If another token of a node already has this value, the variable is ignored, and the task warns.
    type: str
  like:
    description:
      - The name of an existing token. A new token gets the settings, permissions and app that this token has on the same node. Other
        options override them.
    type: str
  recreate:
    description:
      - Whether to delete the token and create it again on nodes where its value differs from O(token), or, if that is not set, from
        that of the first node. Senders with the old value are then refused. A token is replaced only if all nodes can be read.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
seealso:
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_hec_settings
  - module: edgeops.logpush.splunk_index
  - module: edgeops.logpush.splunk_hec_probe
"""

EXAMPLES = r"""
- name: Configure HEC on two indexers
  edgeops.logpush.splunk_hec_nodes:
    nodes:
      - url: https://idx1.example.com:8089
      - url: https://idx2.example.com:8089
    username: admin
    password: "{{ splunk_password }}"
    enable_ssl: true
    name: cloudflare
    index: cloudflare
    indexes: [cloudflare]
    sourcetype: cloudflare:json
  register: token
  no_log: true
"""

RETURN = r"""
action:
  description:
    - What was done, or would be done in check mode. V(created) and V(replaced) if that is what happened to the token on all nodes.
  returned: always, unless the options are invalid
  type: str
  sample: created
  choices: [created, replaced, updated, unchanged]
hec_token:
  description:
    - The value of the token on all nodes. It is not returned in check mode if the token does not exist yet.
  returned: success
  type: str
  sample: 12345678-1234-5678-9abc-123456789abc
token:
  description:
    - The name of the token.
  returned: always, unless the options are invalid
  type: dict
  sample:
    name: cloudflare
nodes:
  description:
    - The result of each node, in the given order. C(settings), C(index), C(sourcetypes) and C(token) are what was done to each part. V(unmanaged) means
      that the options do not set it, V(failed) that it failed, and V(skipped) that it was not tried, because something before it failed.
  returned: always, unless the options are invalid
  type: list
  elements: dict
  sample:
    - host: idx1.example.com
      url: https://idx1.example.com:8089
      settings: enabled
      index: created
      sourcetypes: unmanaged
      token: created
      changed: true
      failed: false
      msg: ""
restart_required:
  description:
    - The nodes that apply the new port or TLS settings of HEC only after a restart.
  returned: always, unless the options are invalid
  type: list
  elements: str
  sample: []
diff:
  description:
    - The settings that changed on each node, with the value of the token and the passphrase masked.
  returned: always, unless the options are invalid
  type: list
  elements: dict
  sample:
    - before_header: "idx1.example.com: HEC settings"
      after_header: "idx1.example.com: HEC settings"
      before:
        enabled: false
      after:
        enabled: true
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.nodes import manage_nodes
from ..module_utils._splunk.options import SPLUNK_SPEC
from ..module_utils._splunk.sourcetype_settings import SOURCETYPE_SPEC
from ..module_utils._splunk.token_rules import TOKEN_SETTINGS_SPEC
from ..module_utils._splunk.topology_rules import NODE_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        "nodes": dict(type="list", elements="dict", required=True, options=NODE_SPEC),
        "concurrency": dict(type="int", default=16),
        "manage_settings": dict(type="bool", default=True),
        "port": dict(type="int"),
        "enable_ssl": dict(type="bool"),
        "server_cert": dict(type="str"),
        "ssl_password": dict(type="str", no_log=True),
        "create_index": dict(type="bool", default=True),
        "sourcetypes": dict(type="list", elements="dict", options=SOURCETYPE_SPEC),
        "app": dict(type="str", default="splunk_httpinput"),
        "name": dict(type="str", required=True),
        **TOKEN_SETTINGS_SPEC,
        "token": dict(type="str", no_log=True),
        # The name of a variable is not a secret.
        "token_env": dict(type="str", no_log=False),
        "like": dict(type="str"),
        "recreate": dict(type="bool", default=False),
    },
    run=manage_nodes,
    returned_secret="hec_token",
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
