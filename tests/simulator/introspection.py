# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics of HEC that Splunk writes to the index C(_introspection), made from the requests to the collector.

Every C(hec_metrics_seconds) each host of C(hec_metrics_hosts) reports HEC as a whole, and each token that had requests. The
value of a host is the time from which it no longer reports. All requests arrive at the first host.
"""

from __future__ import annotations

import collections
import math
import typing as t

from .clock import now
from .hec_activity import HecRequest
from .state import State

Counts = collections.Counter[str]


def metrics_events(state: State) -> list[dict[str, t.Any]]:
    """Return the events of the index so far; none if the metrics are switched off."""
    interval = state.settings.hec_metrics_seconds
    if not interval:
        return []
    # Fields that splunkd always reports.
    found = [_event(state.started, "splunk", "splunk_resource_usage", {"component": "Hostwide"})]
    tokens: dict[int, dict[str, Counts]] = {}
    whole: dict[int, Counts] = {}
    none = dict.fromkeys(HecRequest(0.0).counts_of_host(), 0)
    for request in state.received.requests:
        number = math.ceil((request.time - state.started) / interval)
        whole.setdefault(number, collections.Counter(none)).update(request.counts_of_host())
        if request.token is not None:
            of_tokens = tokens.setdefault(number, {})
            of_tokens.setdefault(request.token, collections.Counter()).update(request.counts())
    # A test may have set the clock back after the start.
    first = min([1, *whole])
    hosts = state.settings.hec_metrics_hosts
    for number in range(first, int((now() - state.started) / interval) + 1):
        time = state.started + number * interval
        for position, (host, silent_from) in enumerate(hosts.items()):
            if silent_from is not None and time >= silent_from:
                continue
            if state.settings.hec_metrics_whole:
                counts = whole.get(number, none) if position == 0 else none
                found.append(_metrics(time, host, {"series": "http_event_collector", **counts}))
            for name, counts in sorted(tokens.get(number, {}).items()) if position == 0 else ():
                found.append(
                    _metrics(time, host, {"series": "http_event_collector_token", **counts, "token_name": name})
                )
    return found


def _metrics(time: float, host: str, data: dict[str, t.Any]) -> dict[str, t.Any]:
    return _event(time, host, "http_event_collector_metrics", {"component": "HttpEventCollector", "data": data})


def _event(time: float, host: str, sourcetype: str, event: dict[str, t.Any]) -> dict[str, t.Any]:
    return {
        "time": time,
        "index_time": int(time),
        "index": "_introspection",
        "indexed": True,
        "host": host,
        "sourcetype": sourcetype,
        "source": "/opt/splunk/var/log/introspection",
        "event": event,
        "raw": None,
        "fields": None,
    }
