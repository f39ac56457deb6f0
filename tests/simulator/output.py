# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the text of a batch from a job's ``output_options`` (or its old ``logpull_options``).

From Cloudflare's page "Log output options" (logs/logpush/logpush-job/log-output-options).
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
import random
import typing as t
import urllib.parse

from . import filters
from .datasets import Field, fields_of


@dataclasses.dataclass
class Output:
    """How a job writes its records, with the defaults of the API filled in."""

    field_names: list[str]
    options: dict[str, t.Any]
    sample_rate: float
    timestamp_format: str


def output_of(stored: dict[str, t.Any], scope: str) -> Output:
    """Return the output of a stored job; ``logpull_options`` count only where there are no ``output_options``."""
    options = stored.get("output_options")
    if options is None:
        options = _from_logpull(stored.get("logpull_options") or "")
    options = {key: value for key, value in options.items() if value is not None}
    fields = fields_of(stored["dataset"], scope)
    # A misspelled name is not an error: the field is missing in the data, as users of the real API report.
    names = [name for name in options.get("field_names") or () if name in fields]
    return Output(
        field_names=names or [field.name for field in fields.values() if field.default],
        options=options,
        sample_rate=options.get("sample_rate", 1),
        timestamp_format=options.get("timestamp_format", "unixnano"),
    )


def needed_fields(stored: dict[str, t.Any], scope: str) -> t.Container[str]:
    """Return the names of the fields that a job writes, or of all fields if it has a filter, which may ask for any."""
    return fields_of(stored["dataset"], scope) if stored.get("filter") else set(output_of(stored, scope).field_names)


def _from_logpull(text: str) -> dict[str, t.Any]:
    """Return the output options for an old ``fields=...&timestamps=...&sample=...`` string."""
    # The complete URL of an old Logpull call is accepted as well as its query alone.
    old = dict(urllib.parse.parse_qsl(text.rpartition("?")[2]))
    options: dict[str, t.Any] = {}
    if "fields" in old:
        options["field_names"] = old["fields"].split(",")
    if "timestamps" in old:
        options["timestamp_format"] = old["timestamps"]
    if "sample" in old:
        options["sample_rate"] = float(old["sample"])
    return options


def unknown_logpull_fields(text: str, fields: dict[str, Field]) -> list[str]:
    """Return the names in old ``logpull_options`` that are not fields of the dataset."""
    return [name for name in _from_logpull(text).get("field_names", ()) if name not in fields]


def write_batch(
    stored: dict[str, t.Any],
    scope: str,
    events: list[dict[str, t.Any]],
    chance: random.Random,
    order: str | t.Sequence[str] = (),
) -> tuple[str, int]:
    """Return the text that a job pushes for these events, and the number of events in it (after filtering and sampling). See
    ``_ordered`` for the order of the fields.
    """
    output = output_of(stored, scope)
    fields = fields_of(stored["dataset"], scope)
    names = _ordered(output, fields, order)
    records = [
        {name: _value(event[name], fields[name], output.timestamp_format) for name in names}
        for event in events
        if chance.random() < output.sample_rate
        and (not stored.get("filter") or filters.passes(stored["filter"], _filterable(event, fields)))
    ]
    if not records:
        return "", 0
    write = _csv if output.options.get("output_type") == "csv" else _ndjson
    options = output.options
    return options.get("batch_prefix", "") + write(records, options) + options.get("batch_suffix", ""), len(records)


def _ordered(output: Output, fields: dict[str, Field], order: str | t.Sequence[str]) -> list[str]:
    """Return the fields of a job in the order in which they are written: as the job names them, with ``time_last`` the times after
    all others, or with these fields first. Logpush promises an order only for CSV.
    """
    names = output.field_names
    if output.options.get("output_type") == "csv":
        return names
    if order == "time_last":
        return sorted(names, key=lambda name: fields[name].type == "time")
    return sorted(names, key=lambda name: order.index(name) if name in order else len(names))


def _filterable(event: dict[str, t.Any], fields: dict[str, Field]) -> dict[str, t.Any]:
    """Return an event as filters see it: with times in RFC 3339, independent of the format that the job writes."""
    return {name: _value(value, fields[name], "rfc3339") for name, value in event.items()}


def _value(value: t.Any, field: Field, timestamp_format: str) -> t.Any:
    return _timestamp(value, timestamp_format) if field.type == "time" else value


def _timestamp(nanoseconds: int, timestamp_format: str) -> int | str:
    """Return a moment in one of the API's formats."""
    if timestamp_format == "unixnano":
        return nanoseconds
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    if timestamp_format == "unix":
        return seconds
    text = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = {"rfc3339": "", "rfc3339ms": f".{rest // 1_000_000:03d}", "rfc3339ns": f".{rest:09d}"}
    return f"{text}{fraction[timestamp_format]}Z"


def _ndjson(records: list[dict[str, t.Any]], options: dict[str, t.Any]) -> str:
    """Return JSON records; prefix, delimiter and suffix take the place of braces, commas and line ends."""
    prefix, suffix = options.get("record_prefix", "{"), options.get("record_suffix", "}\n")
    comma = options.get("field_delimiter", ",")
    lines = [
        prefix + comma.join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in record.items()) + suffix
        for record in records
    ]
    return options.get("record_delimiter", "").join(lines)


def _csv(records: list[dict[str, t.Any]], options: dict[str, t.Any]) -> str:
    """Return comma-separated records with a header of the field names, in their order."""
    text = io.StringIO()
    delimiter, end = options.get("field_delimiter") or ",", options.get("record_suffix", "\n")
    writer = csv.writer(text, delimiter=delimiter[0], lineterminator=end)
    writer.writerow(records[0])
    writer.writerows(record.values() for record in records)
    return text.getvalue()
