#!/usr/bin/python
# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Splunk received and stored."""

from __future__ import annotations

DOCUMENTATION = r"""
module: splunk_delivery_info
short_description: Read what Splunk received and stored, per HEC token and zone
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - Reports what HTTP Event Collector (HEC) tokens received, which events of zones Splunk stored, and what went wrong in between.
  - The module uses Splunk's search. It sends about five requests, whatever the number of tokens and zones is.
  - A window is a period of index time, when Splunk stored an event. So events with a wrong time are counted, too.
  - A search that Splunk ends early, or that leaves out a search peer, is an error and not a count.
options:
  tokens:
    description:
      - The names of the HEC tokens to report. If not set, all tokens are reported that received requests in the window or that the
        user may read.
    type: list
    elements: str
  index:
    description:
      - The index to count the events of zones in. If not set, RV(zones) is empty.
    type: str
  window:
    description:
      - The length of the window in seconds. The window ends now.
    type: int
    default: 3600
  url:
    description:
      - The URL of the search API, which is the management API, such as V(https://splunk.example.com:8089). For Splunk Cloud, it is that of
        the stack, V(https://acme.splunkcloud.com:8089), which accepts only the addresses in the IP allow list of the feature
        C(search-api). The Admin Config Service (ACS) has no search.
      - If it begins with V(http://), credentials are sent unencrypted, and the task warns.
      - If not set, E(SPLUNK_MANAGEMENT_URL) is used.
      - If that is not set either, E(SPLUNK_URL) is used, except for O(platform=cloud). It is ignored if it is the URL of a collector,
        because the callback plugin C(community.general.splunk) uses the same variable for one.
      - The URL of a collector (port 8088, or the path C(/services/collector)) is refused, so that management credentials are not
        sent there.
    type: str
  timeout:
    description:
      - The maximum number of seconds to wait for a complete response. Splunk ends a search five seconds earlier, which is an error. Many
        events need more time.
    type: int
    default: 60
  platform:
    description:
      - The Splunk product. The search API is the same for both. With V(cloud), O(url) must be set to that of the stack.
    type: str
    choices: [enterprise, cloud]
    default: enterprise
  wait_timeout:
    description:
      - This module does not use it. It is accepted because other modules for tokens have it.
    type: int
    default: 600
notes:
  - The user needs the capability C(search), and a role that may search O(index) and the indexes C(_introspection) and C(_internal).
extends_documentation_fragment:
  - edgeops.logpush.attributes.info
  - edgeops.logpush.attributes.actiongroup_splunk
  - edgeops.logpush.splunk
  - edgeops.logpush.splunk.platform
seealso:
  - module: edgeops.logpush.splunk_hec_token_info
  - module: edgeops.logpush.splunk_search_info
"""

EXAMPLES = r"""
- name: Read what arrived in the last hour
  edgeops.logpush.splunk_delivery_info:
    url: https://splunk.example.com:8089
    auth_token: "{{ splunk_auth_token }}"
    tokens: [cloudflare]
    index: cloudflare
  register: arrived

- name: Require that HEC refused nothing
  ansible.builtin.assert:
    that: arrived.problems | selectattr('component', 'equalto', 'HttpInputDataHandler') | list == []
"""

RETURN = r"""
begin:
  description:
    - The beginning of the window, in UTC.
  returned: success
  type: str
  sample: "2026-11-28T16:00:00Z"
end:
  description:
    - The end of the window, in UTC.
  returned: success
  type: str
  sample: "2026-11-28T17:00:00Z"
tokens:
  description:
    - What HEC reported about the tokens, as sums over all hosts.
    - HEC reports every 60 seconds, so the last minute is missing.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description:
        - The name of the token.
      type: str
    requests:
      description:
        - The number of requests. It is null, as are the other numbers, if the metrics cannot be read. A warning names the reason.
      type: int
    events:
      description:
        - The number of events in them.
      type: int
    errors:
      description:
        - The number of errors.
      type: int
    parser_errors:
      description:
        - The number of requests that HEC could not parse.
      type: int
    requests_while_disabled:
      description:
        - The number of requests that HEC refused because the token was disabled.
      type: int
  sample:
    - name: cloudflare
      requests: 240
      events: 51200
      errors: 0
      parser_errors: 0
      requests_while_disabled: 0
zones:
  description:
    - The events that Splunk stored, by the field C(ZoneName) in them. Events without this field, such as those of C(dns_logs), are left out.
    - A zone without events in the window is left out, too.
  returned: success
  type: list
  elements: dict
  contains:
    zone:
      description:
        - The name of the zone.
      type: str
    sourcetype:
      description:
        - The source type of the events.
      type: str
    events:
      description:
        - The number of events.
      type: int
    newest:
      description:
        - The time of the newest event (C(_time)).
      type: str
    lag:
      description:
        - The number of seconds from the time of the newest event until Splunk stored it, which is how far Splunk is behind. It does not
          grow if a zone has no traffic. A negative number means that the event has a time in the future.
      type: int
  sample:
    - zone: example.com
      sourcetype: cloudflare:json
      events: 51200
      newest: "2026-11-28T16:59:12Z"
      lag: 34
problems:
  description:
    - What Splunk's own log reports about requests, times and lines that it could not process, the most frequent first. It covers all
      inputs of Splunk, so compare the source type.
    - It is null if this log cannot be read. A warning names the reason.
  returned: success
  type: list
  elements: dict
  contains:
    component:
      description:
        - The component of Splunk that reports the problem.
      type: str
    meaning:
      description:
        - What its messages mean.
      type: str
    sourcetype:
      description:
        - The source type of the events, an empty string if the messages do not name one.
      type: str
    count:
      description:
        - The number of messages.
      type: int
    sample:
      description:
        - The beginning of the last message, without secrets and without log lines.
      type: str
  sample:
    - component: DateParserVerbose
      meaning: the time of an event cannot be read
      sourcetype: cloudflare:json
      count: 12
      sample: Failed to parse timestamp in first MAX_TIMESTAMP_LOOKAHEAD (128) characters of event.
http_status:
  description:
    - The HTTP status of the response.
  returned: if Splunk returned an error
  type: int
  sample: 403
"""

from ..module_utils._core.module import ModuleDefinition, run_module
from ..module_utils._splunk.delivery_info import read_delivery
from ..module_utils._splunk.options import TOKEN_CONNECTION_SPEC

DEFINITION = ModuleDefinition(
    argument_spec={
        **TOKEN_CONNECTION_SPEC,
        # Names, not values.
        "tokens": dict(type="list", elements="str", no_log=False),
        "index": dict(type="str"),
        "window": dict(type="int", default=3600),
    },
    run=read_delivery,
)


def main() -> None:
    """Run the module."""
    run_module(DEFINITION)


if __name__ == "__main__":
    main()
