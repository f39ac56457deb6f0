# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With the source types of the module, an hour of each dataset gets exactly its own times, in each format and any order of fields."""

from __future__ import annotations

import collections
import json
import random
import time
import typing as t

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.logpush_events import TIME_FIELDS, app_sourcetype
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.sourcetype_settings import TIMESTAMP_FORMATS
from ansible_collections.edgeops.logpush.tests.module_tasks import task
from ansible_collections.edgeops.logpush.tests.simulator.datasets import ACCOUNT_DATASETS, fields_of
from ansible_collections.edgeops.logpush.tests.simulator.events import generate
from ansible_collections.edgeops.logpush.tests.simulator.output import write_batch

DATASETS = (
    "http_requests firewall_events dns_logs nel_reports spectrum_events page_shield_events audit_logs_v2 access_requests "
    "gateway_dns gateway_http"
).split()
# Ten days before the clock of the simulator, and one event in each minute of an hour.
DAYS_AGO, MINUTES = 10, 60
# A value in a record that looks like the time of a record.
DECOYS = json.dumps(dict.fromkeys(TIME_FIELDS.values(), "2026-01-01T00:00:00Z"), separators=(",", ":"))


class Line(t.NamedTuple):
    """A line that Logpush pushes, and its own time in seconds since 1970."""

    text: str
    time: float


def hour_of(dataset: str, timestamp_format: str, begin: int, chance: random.Random) -> list[Line]:
    """Return one line for each minute of an hour that begins at a second since 1970, with the fields of each in another order."""
    scope = "accounts" if dataset in ACCOUNT_DATASETS and dataset != "firewall_events" else "zones"
    fields = fields_of(dataset, scope)
    job = {"dataset": dataset, "output_options": {"field_names": list(fields), "timestamp_format": timestamp_format}}
    texts = [name for name, field in fields.items() if field.type == "string"]
    lines = []
    for minute in range(MINUTES):
        own = (begin + minute * 60) * 10**9 + chance.randrange(60 * 10**9)
        event = generate(dataset, scope, "shop.example.com", "1" * 32, chance, fields)
        for name in (name for name, field in fields.items() if field.type == "time"):
            event[name] = own if name == TIME_FIELDS[dataset] else own + chance.randrange(10**9, 10**12)
        event[chance.choice(texts)] = DECOYS
        text, _count = write_batch(job, scope, [event], chance, chance.sample(list(fields), len(fields)))
        digits = {"rfc3339": 0, "unix": 0, "rfc3339ms": 3}.get(timestamp_format, 9)
        lines.append(Line(text, own // 10 ** (9 - digits) / 10**digits))
    chance.shuffle(lines)
    return lines


def stored(simulator, lines: t.Sequence[Line], sourcetype: str, source: str) -> list[float]:
    """Push lines as one batch, and return the times that Splunk gave to them, in the same order."""
    answer = requests.post(
        f"{simulator.hec_url}/services/collector/raw",
        "".join(line.text for line in lines).encode(),
        params={"sourcetype": sourcetype, "source": source},
        headers={"Authorization": f"Splunk {simulator.hec_token}"},
        verify=simulator.ca_file,
        timeout=30,
    )
    assert answer.json() == {"text": "Success", "code": 0}
    events = simulator.events(limit=len(lines))
    times = {event["raw"]: event["time"] for event in events if event["source"] == source}
    assert len(events) == len(times) == len(lines)
    return [times[line.text.strip()] for line in lines]


@pytest.fixture
def splunk_elsewhere(simulator, empty_splunk):
    """Return the options that reach a Splunk with HEC, whose server has another time zone."""
    simulator.reset(settings={"time_zone": "Asia/Tokyo"})
    return empty_splunk


@pytest.mark.parametrize("timestamp_format", TIMESTAMP_FORMATS)
def test_an_hour_of_each_dataset(modules, simulator, splunk_elsewhere, timestamp_format):
    chance, begin = random.Random(timestamp_format), int(time.time()) - DAYS_AGO * 86400
    lines = {name: hour_of(name, timestamp_format, begin, chance) for name in DATASETS}
    served = collections.defaultdict(list)
    for name in DATASETS:
        served[app_sourcetype(name)].append(name)

    def deviations() -> dict[str, float]:
        found = {name: stored(simulator, lines[name], app_sourcetype(name), name) for name in DATASETS}
        return {name: max(abs(seen - line.time) for seen, line in zip(found[name], lines[name])) for name in DATASETS}

    # Without the source types, Splunk guesses: each dataset has events with a wrong time.
    assert min(deviations().values()) > 1
    made = modules.tasks(
        *(
            task(
                "edgeops.logpush.splunk_sourcetype", name, name=name, datasets=found, timestamp_format=timestamp_format
            )
            for name, found in served.items()
        ),
        splunk=splunk_elsewhere,
    )
    assert {outcome["action"] for outcome in made.outcomes} == {"created"}
    # Splunk stores microseconds.
    assert max(deviations().values()) < 1e-6
