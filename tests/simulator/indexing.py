# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Splunk does with the content of requests that HEC accepted: it breaks raw text into lines, cuts off long ones, finds the
time of each event, and drops events for the null queue or for an index that does not exist. The sender learns nothing of this.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import re
import sys
import typing as t

from .clock import now
from .event_time import Props, event_time, find_time
from .splunk_state import HecToken
from .splunkd_log import truncated_line, wrong_time
from .state import State

# The characters at which Splunk breaks raw text by default. str.splitlines() also breaks at U+2028, U+0085 and others.
LINE_BREAKER = r"([\r\n]+)"
# The length in bytes at which Splunk cuts off a line by default.
TRUNCATE = 10000
# The index that a token with the index "default" writes to.
DEFAULT_INDEX = "main"


@dataclasses.dataclass
class Sender:
    """Where events come from: the token, the channel and the address of the request, and the simulated job, if any."""

    token: HecToken
    channel: str | None = None
    job_id: int | None = None
    address: str = ""


class Indexer:
    """Stores events in the shared state."""

    def __init__(self, state: State) -> None:
        self.state = state

    def add_text(self, sender: Sender, meta: t.Mapping[str, t.Any], text: str) -> tuple[int, int]:
        """Store the events of raw text. ``meta`` is the metadata in the request; a ``time`` in it is the time of all events.
        Return the number of events and their size in bytes.
        """
        settings = self.state.splunk.props.get(_sourcetype(sender, meta), {})
        props = {"TZ": self.state.settings.time_zone, **settings}
        count = size = 0
        for line in broken(text, props):
            event = self._event(sender, meta)
            raw = self._truncated(line, props, event)
            event.update(event=_json_or_text(raw), raw=raw, fields=None)
            event["time"] = meta["time"] if meta.get("time") else self._time(raw, props, event)
            self._keep(event)
            count, size = count + 1, size + len(raw)
        return count, size

    def add_event(self, sender: Sender, entry: t.Mapping[str, t.Any]) -> int:
        """Store an event with metadata of its own, and return its size in bytes. It gets its ``time``, or the time of its arrival;
        Splunk does not look into its text.
        """
        event = self._event(sender, entry)
        event.update(event=entry["event"], raw=None, fields=entry.get("fields"))
        event["time"] = entry.get("time") or now()
        self._keep(event)
        return len(json.dumps(entry["event"]))

    def _event(self, sender: Sender, meta: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return the metadata with which an event is indexed."""
        token = sender.token
        return {
            "token": token.name,
            "index": meta.get("index") or (DEFAULT_INDEX if token.index in ("", "default") else token.index),
            "sourcetype": _sourcetype(sender, meta),
            "source": meta.get("source") or token.source or f"http:{token.name}",
            "host": meta.get("host") or token.host or sender.address,
            "channel": sender.channel,
            "splunk_server": self.state.server_name,
            "index_time": int(now()),
            "job_id": sender.job_id,
        }

    def _truncated(self, line: str, props: Props, event: dict[str, t.Any]) -> str:
        """Return a line up to the limit of its source type."""
        limit = int(props.get("TRUNCATE", TRUNCATE))
        # No character needs more than four bytes.
        if not limit or len(line) * 4 <= limit:
            return line
        content = line.encode()
        if len(content) <= limit:
            return line
        self.state.log(truncated_line(limit, len(content), event))
        return content[:limit].decode(errors="ignore")

    def _time(self, raw: str, props: Props, event: dict[str, t.Any]) -> float:
        """Return the time of a raw event, and log a warning if its text has none."""
        received = self.state.received
        source = (event["source"], event["host"], event["sourcetype"])
        found = event_time(raw, props, now(), received.last_times.get(source))
        if found.problem:
            self.state.log(wrong_time(found.problem, event))
        else:
            received.last_times[source] = found.seconds
        return found.seconds

    def _keep(self, event: dict[str, t.Any]) -> None:
        # Every event counts for the null queue, so that a share of them is exact.
        dropped = [self._is_dropped(rule, event) for rule in self.state.settings.null_queue]
        event["indexed"] = self.state.splunk.takes_events(event["index"]) and not any(dropped)
        self.state.received.add(event)

    def _is_dropped(self, rule: t.Mapping[str, t.Any], event: dict[str, t.Any]) -> bool:
        """Return whether a rule sends an event to the null queue: with the share 0.01, every hundredth event that matches."""
        patterns = {name: rule[name] for name in ("sourcetype", "index", "source", "host") if rule.get(name)}
        if not all(fnmatch.fnmatchcase(str(event[name]), pattern) for name, pattern in patterns.items()):
            return False
        if rule.get("field"):
            line = event["event"] if isinstance(event["event"], dict) else {}
            value = str(line.get(rule["field"], event.get(rule["field"])))
            if not fnmatch.fnmatchcase(value, str(rule.get("value", "*"))):
                return False
        name, share = json.dumps(rule, sort_keys=True), float(rule.get("share", 1))
        matched = self.state.received.null_queue_matches
        matched[name] += 1
        return int(round(matched[name] * share, 9)) > int(round((matched[name] - 1) * share, 9))


def broken(text: str, props: Props) -> list[str]:
    """Return the events in raw text. What the first group of LINE_BREAKER matches belongs to no event.

    A line without a time is merged into the event before it only if SHOULD_LINEMERGE is set to true.
    """
    lines, begin = [], 0
    for found in re.finditer(str(props.get("LINE_BREAKER", LINE_BREAKER)), text):
        lines.append(text[begin : found.start(1)])
        begin = found.end(1)
    lines = [line for line in [*lines, text[begin:]] if line.strip()]
    if str(props.get("SHOULD_LINEMERGE", "false")).lower() not in ("true", "1"):
        return lines
    merged: list[str] = []
    for line in lines:
        if merged and find_time(line, props) is None:
            merged[-1] += f"\n{line}"
        else:
            merged.append(line)
    return merged


def _sourcetype(sender: Sender, meta: t.Mapping[str, t.Any]) -> str:
    return meta.get("sourcetype") or sender.token.sourcetype or "httpevent"


def _json_or_text(line: str) -> t.Any:
    """Return a line as JSON, if it is JSON. The names of fields are the same in all events, so each is kept only once."""
    try:
        return json.loads(line, object_pairs_hook=_interned)
    except ValueError:
        return line


def _interned(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    return {sys.intern(name): value for name, value in pairs}
