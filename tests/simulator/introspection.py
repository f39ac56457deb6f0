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
from .state import State

COUNTS = ("num_of_requests", "num_of_requests_to_disabled_token", "num_of_events", "num_of_errors")


def metrics_events(state: State) -> list[dict[str, t.Any]]:
    """Return the events of the index so far; none if the metrics are switched off."""
    interval = state.settings.hec_metrics_seconds
    if not interval:
        return []
    # Fields that splunkd always reports.
    found = [_event(state.started, "splunk", "splunk_resource_usage", {"component": "Hostwide"})]
    accepted: collections.Counter[tuple[int, str]] = collections.Counter()
    refused: collections.Counter[tuple[int, str]] = collections.Counter()
    for time, token, disabled in state.received.requests:
        (refused if disabled else accepted)[math.ceil((time - state.started) / interval), token] += 1
    for number in range(1, int((now() - state.started) / interval) + 1):
        time = state.started + number * interval
        hosts = list(state.settings.hec_metrics_hosts)
        tokens = sorted({token for at, token in {**accepted, **refused} if at == number})
        for host in hosts:
            silent_from = state.settings.hec_metrics_hosts[host]
            if silent_from is not None and time >= silent_from:
                continue
            at_host = tokens if host == hosts[0] else []
            if state.settings.hec_metrics_whole:
                total = [sum(counts[number, token] for token in at_host) for counts in (accepted, refused)]
                found.append(_metrics(time, host, "http_event_collector", total))
            found += [
                _metrics(
                    time, host, "http_event_collector_token", [accepted[number, name], refused[number, name]], name
                )
                for name in at_host
            ]
    return found


def _metrics(time: float, host: str, series: str, counts: list[int], token: str = "") -> dict[str, t.Any]:
    data: dict[str, t.Any] = {"series": series, **dict(zip(COUNTS, [*counts, counts[0], counts[1]]))}
    if token:
        data["token_name"] = token
    return _event(time, host, "http_event_collector_metrics", {"component": "HttpEventCollector", "data": data})


def _event(time: float, host: str, sourcetype: str, event: dict[str, t.Any]) -> dict[str, t.Any]:
    return {
        "time": time,
        "index": "_introspection",
        "indexed": True,
        "host": host,
        "sourcetype": sourcetype,
        "source": "/opt/splunk/var/log/introspection",
        "event": event,
        "raw": None,
        "fields": None,
    }
