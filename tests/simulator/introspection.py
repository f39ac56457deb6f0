# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics of HEC that Splunk writes to the index C(_introspection), made from the requests to the collector.

Every C(hec_metrics_seconds) each host of C(hec_metrics_hosts) reports HEC as a whole, and each token that had requests. The
value of a host is the time from which it no longer reports. Without a topology, all requests arrive at the first host.
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
    hosts = state.settings.hec_metrics_hosts
    first_host = next(iter(hosts), "")
    # The counts of each host by the number of the report.
    tokens: dict[tuple[str, int], dict[str, Counts]] = {}
    whole: dict[tuple[str, int], Counts] = {}
    none = dict.fromkeys(HecRequest(0.0).counts_of_host(), 0)
    for request in state.received.requests:
        key = request.host or first_host, math.ceil((request.time - state.started) / interval)
        whole.setdefault(key, collections.Counter(none)).update(request.counts_of_host())
        if request.token is not None:
            of_tokens = tokens.setdefault(key, {})
            of_tokens.setdefault(request.token, collections.Counter()).update(request.counts())
    # A test may have set the clock back after the start.
    first = min([1, *(number for dummy, number in whole)])
    for number in range(first, int((now() - state.started) / interval) + 1):
        time = state.started + number * interval
        for host, silent_from in hosts.items():
            if (silent_from is not None and time >= silent_from) or state.own_host not in ("", host):
                continue
            if state.settings.hec_metrics_whole:
                counts = whole.get((host, number), none)
                found.append(_metrics(time, host, {"series": "http_event_collector", **counts}))
            for name, counts in sorted(tokens.get((host, number), {}).items()):
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
