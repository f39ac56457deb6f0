#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One source type."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_sourcetype
short_description: Manage how Splunk reads the events of a Logpush dataset
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Writes a source type for the events of one or more datasets to C(props.conf). Its settings name the field with the time and
    its format, and tell Splunk how to split lines and read JSON. Without them, Splunk guesses the time of each event, and the
    order of the fields in a record is random.
  - If an installed app, such as the Cloudflare App for Splunk (Splunkbase 4501), already defines the time of the source type, the
    module leaves it as it is and warns.
  - Use this module for single instances, search heads, and indexers and heavy forwarders that are not managed by others. For the peers
    of an indexer cluster and the clients of a deployment server, use M(edgeops.logpush.splunk_hec_app).
  - Splunk Cloud offers no such API for incoming events. Install the Cloudflare App for Splunk there, or an app that contains the
    source types.
  - The page :ref:`ansible_collections.edgeops.logpush.docsite.reference_source_types` lists the settings.
options:
  name:
    description:
      - The name of the source type, such as V(cloudflare:json). It must be the one that the jobs push with.
    type: str
    required: true
  dataset:
    description:
      - The dataset whose events have this source type.
      - With O(state=present), O(dataset) or O(datasets) is required, unless O(settings) has C(TIME_PREFIX) and C(TIME_FORMAT).
    type: str
  datasets:
    description:
      - Further datasets whose events have this source type. The module warns if a record of one of them also has the field that is the
        time of another one.
      - The time of V(workers_trace_events) is always in milliseconds, and that of V(websocket_analytics) in nanoseconds. They need a
        source type of their own, unless the others have this format, too.
    type: list
    elements: str
  timestamp_format:
    description:
      - The format of the timestamps, which is the option C(output_options.timestamp_format) of the jobs. All jobs with this source
        type must have the same one.
    type: str
    choices: [rfc3339, rfc3339ms, rfc3339ns, unix, unixnano]
    default: rfc3339
  settings:
    description:
      - Further settings of C(props.conf), or other values for those that the module writes. C(managed by edgeops.logpush) is added
        to a C(description).
    type: dict
  app:
    description:
      - The app that has the source type. The module reads the source types of all apps, and writes only to this one.
    type: str
    default: search
  state:
    description:
      - With V(present), the source type exists with these settings, and it is shared with all apps. Other settings of it stay.
      - With V(absent), the source type is removed from O(app). The task fails unless this module wrote the source type, as its
        setting C(description) shows.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - edgeops.logpush.attributes
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
notes:
  - The settings apply to events that arrive later. Events that are already in an index keep their time. If the times of new events are
    still wrong, restart Splunk.
  - The module ignores the private settings of a user, such as those of a field extraction.
  - The module warns if the source type no longer reads the time of a dataset that it has read, and if it keeps a setting with which
    Splunk may take another time, such as C(DATETIME_CONFIG = CURRENT).
  - Splunk takes the time from the first field of this name in a record, even if it is in a nested object. Text in the value of
    another field is never mistaken for it.
seealso:
  - module: edgeops.logpush.splunk_hec_token
  - module: edgeops.logpush.splunk_logpush_job
"""

EXAMPLES = r"""
- name: Let Splunk read the times of HTTP requests and firewall events
  edgeops.logpush.splunk_sourcetype:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"
    name: cloudflare:json
    datasets: [http_requests, firewall_events]

- name: Use nanoseconds, and accept longer events
  edgeops.logpush.splunk_sourcetype:
    url: https://splunk.example.com:8089
    username: admin
    password: "{{ splunk_password }}"
    name: cloudflare:dns
    dataset: gateway_dns
    timestamp_format: rfc3339ns
    settings:
      TRUNCATE: 500000
"""

RETURN = r"""
action:
  description:
    - The action that was taken, or would be taken in check mode.
  returned: success
  type: str
  sample: created
  choices: [created, updated, deleted, unchanged]
sourcetype:
  description:
    - The source type after the run, or as it would be in check mode. If an installed app defines it, its C(app) and its settings for
      the time. Without settings if it does not exist.
  returned: success
  type: dict
  sample:
    name: cloudflare:json
    app: search
    datasets: [http_requests, firewall_events]
    settings:
      description: 'Cloudflare Logpush: firewall_events http_requests (managed by edgeops.logpush)'
      TIME_PREFIX: '"(?:Datetime|EdgeStartTimestamp)"\s*:\s*"?'
      TIME_FORMAT: '%Y-%m-%dT%H:%M:%SZ'
      MAX_TIMESTAMP_LOOKAHEAD: '32'
      TZ: UTC
      LINE_BREAKER: ([\r\n]+)
      SHOULD_LINEMERGE: 'false'
      TRUNCATE: '100000'
      KV_MODE: json
diff:
  description:
    - The settings that change.
  returned: success
  type: dict
  sample:
    before:
      TIME_FORMAT: '%s'
    after:
      TIME_FORMAT: '%Y-%m-%dT%H:%M:%SZ'
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.options import SPLUNK_SPEC
from ..module_utils._splunk.sourcetype import manage_sourcetype
from ..module_utils._splunk.sourcetype_rules import DEFAULT_APP
from ..module_utils._splunk.sourcetype_settings import SOURCETYPE_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **SPLUNK_SPEC,
        **SOURCETYPE_SPEC,
        "app": dict(type="str", default=DEFAULT_APP),
        "state": dict(type="str", choices=["present", "absent"], default="present"),
    },
    run=manage_sourcetype,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
