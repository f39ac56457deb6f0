# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of splunkd, which Splunk writes to the index C(_internal): what went wrong with requests to HEC, with the time of an
event, and with a line that is too long. Besides these, splunkd always reports something, so the index is never empty.
"""

from __future__ import annotations

import datetime
import re
import typing as t

from .clock import now

if t.TYPE_CHECKING:
    from .state import State

LINES_KEPT = 20000
# splunkd reports its queues this often; only the reports of the last hour are simulated.
METRICS_SECONDS, METRICS_KEPT = 30, 120
# Names and values in a message, which a search sees as fields.
PAIR = re.compile(r'([A-Za-z_]\w*)=(?:"([^"]*)"|([^\s,|"]+))')
METADATA = ("host", "source", "sourcetype", "index")


class LogLine(t.NamedTuple):
    """A line of the log."""

    time: float
    level: str
    component: str
    message: str
    thread: str = "parsing"
    # The host, if there are several.
    host: str = ""


def refused_request(token: str | None, channel: str | None, code: int, text: str, events: int, size: int) -> LogLine:
    """Return the line about a request that HEC refuses; ``events`` were accepted before."""
    message = (
        f"Failed processing http input, token name={token or 'n/a'}, channel={channel or 'n/a'}, source_IP=127.0.0.1, "
        f'reply={code}, events_processed={events}, http_input_body_size={size}, parsing_err="{text}"'
    )
    return LogLine(now(), "ERROR", "HttpInputDataHandler", message, "HttpInputServerDataThread-0")


def wrong_time(problem: str, event: t.Mapping[str, t.Any]) -> LogLine:
    """Return the line about an event without a usable time."""
    context = f"Context: source={event['source']}|host={event['host']}|{event['sourcetype']}|"
    return LogLine(now(), "WARN", "DateParserVerbose", f"{problem} {context}")


def truncated_line(limit: int, length: int, event: t.Mapping[str, t.Any]) -> LogLine:
    """Return the line about an event that was cut off."""
    message = (
        f"Truncating line because limit of {limit} bytes has been exceeded with a line length >= {length} - "
        f'data_source="{event["source"]}", data_host="{event["host"]}", data_sourcetype="{event["sourcetype"]}"'
    )
    return LogLine(now(), "WARN", "LineBreakingProcessor", message)


def log_events(state: State) -> list[dict[str, t.Any]]:
    """Return the events of the index, oldest first."""
    begun = LogLine(state.started, "INFO", "loader", "Splunkd starting", "MainThread")
    last = int(now() // METRICS_SECONDS)
    reports = [
        LogLine(
            number * METRICS_SECONDS, "INFO", "Metrics", "group=queue, name=indexqueue, max_size_kb=500, current_size=0"
        )
        for number in range(last - METRICS_KEPT, last + 1)
        if number * METRICS_SECONDS >= state.started
    ]
    host = state.own_host or next(iter(state.settings.hec_metrics_hosts), "splunk")
    logged = [line for line in state.received.log if state.own_host in ("", line.host)]
    lines = sorted([begun, *reports, *logged], key=lambda line: line.time)
    return [_event(line, host) for line in lines]


def _event(line: LogLine, host: str) -> dict[str, t.Any]:
    moment = datetime.datetime.fromtimestamp(line.time, datetime.timezone.utc)
    date = f"{moment:%m-%d-%Y %H:%M:%S}.{moment.microsecond // 1000:03d} +0000"
    pairs = {name: quoted or plain for name, quoted, plain in PAIR.findall(line.message) if name not in METADATA}
    return {
        "time": line.time,
        "index_time": int(line.time),
        "index": "_internal",
        "indexed": True,
        "host": line.host or host,
        "sourcetype": "splunkd",
        "source": "/opt/splunk/var/log/splunk/splunkd.log",
        "event": {**pairs, "log_level": line.level, "component": line.component, "event_message": line.message},
        "raw": f"{date} {line.level:<5} {line.component} [1042 {line.thread}] - {line.message}",
        "fields": None,
    }
