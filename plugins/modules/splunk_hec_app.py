#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An app of Splunk with HEC, tokens, indexes and source types."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_hec_app
short_description: Manage a Splunk app with HEC, tokens, indexes and source types
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Writes an app with the settings of the HTTP Event Collector (HEC), its tokens, indexes and source types. Use it where Splunk is
    configured by files. For an indexer cluster, the app belongs in C(etc/manager-apps) of the cluster manager, for heavy forwarders
    and indexers without a cluster in C(etc/deployment-apps) of the deployment server, for a search head cluster in
    C(etc/shcluster/apps) of the deployer.
  - Runs on the host that has this folder, over the connection of Ansible. It sends no requests and needs no Python library.
  - The module only writes files. Splunk distributes them when the configuration bundle of the cluster is applied, or the deployment
    server is reloaded.
  - Writes C(default/app.conf), C(default/inputs.conf), C(default/indexes.conf), C(default/props.conf) and C(metadata/default.meta),
    as far as the app needs them. Settings, stanzas and comments that the module does not manage stay as they are.
  - All files are prepared outside the app and then moved to their places. A new app appears in one step, with all its files.
  - Fails if C(local) of the app has another value of a setting that the module writes, because Splunk uses the value in C(local).
  - Reads the other apps in O(dest). If another app defines a source type, the module leaves it alone and warns. The same
    applies to an index, except in C(deployment-apps), whose apps reach different clients. It is an error if another app has the
    same HEC token.
options:
  dest:
    description:
      - The folder that holds the apps, on the host of the task. It must exist.
    type: path
    required: true
  name:
    description:
      - The name of the app. It is the name of its folder and its ID, with letters, digits, dots and C(_).
    type: str
    required: true
  state:
    description:
      - Whether the app should exist.
      - With V(absent), the module removes the folder of the app, unless the folder has a file that the module does not write. Then the
        task fails and lists these files.
    type: str
    choices: [present, absent]
    default: present
  label:
    description:
      - The name of the app in Splunk Web. A new app without this option is called C(HEC for Cloudflare Logpush).
    type: str
  version:
    description:
      - The version of the app, with three numbers. A new app without this option gets C(1.0.0).
    type: str
  hec:
    description:
      - The settings of HEC as a whole, as in M(edgeops.logpush.splunk_hec_settings). Sub-options that are not set are not managed.
      - If O(hec) is not set, an app with O(tokens) enables HEC, and an app without them does not manage HEC.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether HEC is enabled.
        type: bool
        default: true
      port:
        description:
          - The port of HEC. The default of Splunk is 8088.
        type: int
      enable_ssl:
        description:
          - Whether HEC uses TLS. Logpush requires TLS.
        type: bool
      server_cert:
        description:
          - The path, on each instance that gets the app, of a PEM file with the certificate of HEC, its private key and the chain.
        type: str
      dedicated_io_threads:
        description:
          - The number of threads that accept connections.
        type: int
      max_sockets:
        description:
          - The maximum number of simultaneous connections. With V(0), Splunk chooses the number. With a negative number, there is no
            limit.
        type: int
      max_threads:
        description:
          - The maximum number of threads for requests. With V(0), Splunk chooses the number. With a negative number, there is no limit.
        type: int
  tokens:
    description:
      - The HEC tokens of the app. Tokens that are not listed stay as they are.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name of the token, with letters, digits, dots, C(_) and C(-).
        type: str
        required: true
      state:
        description:
          - Whether the app should have the token.
        type: str
        choices: [present, absent]
        default: present
      token:
        description:
          - The value of the token, a GUID. If not set, the module reads the value from the file, and generates one for a new
            token.
          - If the file has another value, the task fails unless O(tokens[].recreate=true).
        type: str
      recreate:
        description:
          - Whether O(tokens[].token) replaces another value that the file has. When the app is distributed, Splunk refuses senders that
            use the old value.
        type: bool
        default: false
      enabled:
        description:
          - Whether the token is enabled.
        type: bool
        default: true
      index:
        description:
          - The default index for events. If no app in O(dest) defines it, the module warns.
        type: str
      indexes:
        description:
          - The indexes that events can be sent to, in any order. O(tokens[].index) must be one of them. An empty list allows all
            indexes.
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
      use_ack:
        description:
          - Whether indexer acknowledgement is enabled. Logpush never asks for acknowledgements. With acknowledgement enabled, Splunk
            collects them until it accepts no more events. Therefore, V(true) requires O(tokens[].allow_ack=true).
        type: bool
        default: false
      allow_ack:
        description:
          - Whether O(tokens[].use_ack=true) is allowed, for a token that is not used by Logpush.
        type: bool
        default: false
  indexes:
    description:
      - The indexes of the app. Indexes that are not listed stay as they are.
      - Each gets C(homePath), C(coldPath) and C(thawedPath) under C($SPLUNK_DB), and C(repFactor = auto), so that a cluster replicates
        it. Splunk uses C(repFactor) on the peers of a cluster only. The paths of an existing index never change, including those that
        it has from a stanza C([default]).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name of the index.
        type: str
        required: true
      frozen_time_period_in_secs:
        description:
          - The age, in seconds, after which Splunk removes events.
        type: int
      max_total_data_size_mb:
        description:
          - The maximum size of the index, in megabytes.
        type: int
      max_data_size:
        description:
          - The maximum size of a hot bucket, in megabytes, or V(auto) or V(auto_high_volume).
        type: str
      home_path_max_data_size_mb:
        description:
          - The maximum size of hot and warm buckets, in megabytes.
        type: int
      cold_path_max_data_size_mb:
        description:
          - The maximum size of cold buckets, in megabytes.
        type: int
      volume:
        description:
          - The name of the volume for hot, warm and cold buckets. Another app must define it.
        type: str
  sourcetypes:
    description:
      - The source types of the app, with the same settings as in M(edgeops.logpush.splunk_sourcetype). Source types that are not listed
        stay as they are.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name of the source type.
        type: str
        required: true
      dataset:
        description:
          - The dataset whose events have this source type.
          - O(sourcetypes[].dataset) or O(sourcetypes[].datasets) is required, unless O(sourcetypes[].settings) has C(TIME_PREFIX) and
            C(TIME_FORMAT).
        type: str
      datasets:
        description:
          - Further datasets whose events have this source type. The module warns if a record of one of them also has the field that is
            the time of another one.
        type: list
        elements: str
      timestamp_format:
        description:
          - The format of the timestamps, which is the option C(output_options.timestamp_format) of the jobs.
        type: str
        choices: [rfc3339, rfc3339ms, rfc3339ns, unix, unixnano]
        default: rfc3339
      settings:
        description:
          - Further settings of C(props.conf), or other values for those that the module writes. The module checks the names, the types
            and the regular expressions.
        type: dict
  owner:
    description:
      - The owner of the files and of the folders that the module creates. The default is the owner of O(dest).
      - The process of Splunk must be able to read the files. If the user of the task cannot set the owner or the group, the task fails
        before it writes.
    type: str
  group:
    description:
      - The group of the files and of the folders that the module creates. The default is the group of O(dest).
    type: str
  mode:
    description:
      - The mode of the files, in octal digits and in quotes. The files have the values of the tokens.
    type: str
    default: "0600"
  return_tokens:
    description:
      - Whether to return the values of O(tokens) in RV(hec_tokens). Set C(no_log=true) on the task, otherwise Ansible shows them.
    type: bool
    default: false
extends_documentation_fragment:
  - edgeops.logpush.attributes
notes:
  - While it writes, the module has a hidden folder next to O(dest), with the owner of the process and mode 0700. A run that is
    interrupted leaves it there, and the next run removes it.
seealso:
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_hec_settings
  - module: edgeops.logpush.splunk_index
  - module: edgeops.logpush.splunk_sourcetype
"""

EXAMPLES = r"""
- name: Write the app for an indexer cluster, on the host of the cluster manager
  edgeops.logpush.splunk_hec_app:
    dest: /opt/splunk/etc/manager-apps
    name: edgeops_logpush_hec
    tokens:
      - name: cloudflare
        index: cloudflare
        indexes: [cloudflare]
        sourcetype: cloudflare:json
    indexes:
      - name: cloudflare
    sourcetypes:
      - name: cloudflare:json
        datasets: [http_requests, firewall_events]

- name: Write the app for heavy forwarders, on the deployment server, with a value of your own
  edgeops.logpush.splunk_hec_app:
    dest: /opt/splunk/etc/deployment-apps
    name: edgeops_logpush_hec
    hec:
      port: 8443
      server_cert: /opt/splunk/etc/auth/hec.pem
    tokens:
      - name: cloudflare
        token: "{{ vault_app_token }}"
        index: cloudflare

- name: Remove the app
  edgeops.logpush.splunk_hec_app:
    dest: /opt/splunk/etc/manager-apps
    name: edgeops_logpush_hec
    state: absent
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, deleted, unchanged]
path:
  description:
    - The folder of the app.
  returned: success
  type: str
  sample: /opt/splunk/etc/manager-apps/edgeops_logpush_hec
files:
  description:
    - The files that the module writes, with paths within the folder of the app, after the run. In check mode, those that the run would
      leave. If the task fails because of files that the module does not write, these files.
  returned: success, or failure because of other files
  type: list
  elements: str
  sample: [default/app.conf, default/indexes.conf, default/inputs.conf, metadata/default.meta]
hec_tokens:
  description:
    - The values of O(tokens) by their names. In check mode, values that the run would generate are missing.
  returned: if O(return_tokens=true)
  type: dict
  sample:
    cloudflare: 12345678-1234-5678-9abc-123456789abc
diff:
  description:
    - The settings that changed, by file and stanza, with the values of tokens masked. The key C(permissions) has the files whose owner,
      group or mode changed.
  returned: success
  type: dict
  sample:
    before:
      default/inputs.conf:
        http://cloudflare:
          disabled: "1"
    after:
      default/inputs.conf:
        http://cloudflare:
          disabled: "0"
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.app import manage_app
from ..module_utils._splunk.settings_rules import HEC_SPEC
from ..module_utils._splunk.sourcetype_settings import SOURCETYPE_SPEC
from ..module_utils._splunk.token_rules import TOKEN_SETTINGS_SPEC

_TOKEN_SPEC = {
    "name": dict(type="str", required=True),
    "state": dict(type="str", choices=["present", "absent"], default="present"),
    "token": dict(type="str", no_log=True),
    "recreate": dict(type="bool", default=False),
    "enabled": dict(type="bool", default=True),
    **TOKEN_SETTINGS_SPEC,
    "use_ack": dict(type="bool", default=False),
    "allow_ack": dict(type="bool", default=False),
}
_INDEX_SPEC = {
    "name": dict(type="str", required=True),
    "frozen_time_period_in_secs": dict(type="int"),
    "max_total_data_size_mb": dict(type="int"),
    "max_data_size": dict(type="str"),
    "home_path_max_data_size_mb": dict(type="int"),
    "cold_path_max_data_size_mb": dict(type="int"),
    "volume": dict(type="str"),
}
DEFINITION = ModuleDefinition(
    argument_spec={
        "dest": dict(type="path", required=True),
        "name": dict(type="str", required=True),
        "state": dict(type="str", choices=["present", "absent"], default="present"),
        "label": dict(type="str"),
        "version": dict(type="str"),
        "hec": dict(type="dict", options=HEC_SPEC),
        "tokens": dict(type="list", elements="dict", options=_TOKEN_SPEC, default=[], no_log=False),
        "indexes": dict(type="list", elements="dict", options=_INDEX_SPEC, default=[]),
        "sourcetypes": dict(type="list", elements="dict", options=SOURCETYPE_SPEC, default=[]),
        "owner": dict(type="str"),
        "group": dict(type="str"),
        "mode": dict(type="str", default="0600"),
        "return_tokens": dict(type="bool", default=False, no_log=False),
    },
    run=manage_app,
    returned_secret="hec_tokens",
    works_on_host=True,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
