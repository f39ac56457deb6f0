# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evaluate the measurements: the floor, the growth with the number of zones, and ratios. No I/O."""

from __future__ import annotations

import dataclasses
import math
import typing as t

TITLES = {
    "uri": "`ansible.builtin.uri` tasks",
    "sdk": "SDK, one by one",
    "sdk_threads": "SDK, thread pool",
    "bare": "bare `requests` loop, threads",
    "tofu": "OpenTofu",
    "role": "our role per host",
    "rollout": "our playbook `rollout`",
    "task": "our task `splunk_logpush_rollout`",
}
RUNS = ("create", "unchanged")
# Further runs, for the ways that keep a state.
CHANGES = ("change", "remove")
ALL_RUNS = (*RUNS, *CHANGES)
# The slow ways are extrapolated up to this number, which the aims refer to.
FLEET = 1000


@dataclasses.dataclass(frozen=True)
class Scenario:
    """The behavior of the simulated API: the latency of every request, and the rate limit."""

    name: str
    latency: float
    limit: int | None = None
    window: float | None = None


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One run of one way. ``requests_seconds`` is the time from its first request to the last answer, under a rate limit only.
    ``scaled`` runs were not executed: their seconds and requests are extrapolated."""

    scenario: str
    way: str
    run: str
    zones: int
    seconds: float
    requests: int
    concurrency: int
    cpu_seconds: float | None = None
    memory_mb: float | None = None
    writes: int | None = None
    refused: int | None = None
    simulator_cpu_seconds: float | None = None
    failure: str = ""
    scaled: bool = False
    output_lines: int | None = None
    requests_seconds: float | None = None


@dataclasses.dataclass(frozen=True)
class Row:
    """A measurement, and the figures that are derived from it and the others. ``windows`` is the number of windows of the rate
    limit that its requests need, to one digit."""

    measured: Measurement
    floor: float
    limit: float
    times_as_fast_as_uri: float | None
    ratio_to_sdk_threads: float | None
    windows: float | None = None

    @property
    def ratio_to_floor(self) -> float | None:
        """How many times the floor it took."""
        return self.measured.seconds / self.floor if self.floor and not self.measured.failure else None

    @property
    def simulator_share(self) -> float | None:
        """The share of a core that the simulator used during the run."""
        needed = self.measured.simulator_cpu_seconds
        return None if needed is None else needed / self.measured.seconds


def limit_seconds(requests: int, scenario: Scenario) -> float:
    """Return the time that the rate limit alone takes: all windows except the last one."""
    if not scenario.limit or not scenario.window:
        return 0.0
    return max(0, math.ceil(requests / scenario.limit) - 1) * scenario.window


def floor_seconds(requests: int, concurrency: int, scenario: Scenario) -> float:
    """Return the shortest possible time for these requests with this concurrency."""
    return max(requests * scenario.latency / concurrency, limit_seconds(requests, scenario))


def with_scaled(measurements: t.Sequence[Measurement]) -> list[Measurement]:
    """Add extrapolated figures to each way that was measured with few zones only."""
    done = [one for one in measurements if not one.failure]
    added = []
    for scenario, way, run in dict.fromkeys((one.scenario, one.way, one.run) for one in done):
        size = max((one.zones for one in done if one.scenario == scenario and one.zones <= FLEET), default=0)
        own = sorted(
            (one for one in done if (one.scenario, one.way, one.run) == (scenario, way, run)), key=lambda one: one.zones
        )
        if own[-1].zones < size:
            added.append(_scaled(own, size))
    return [*measurements, *added]


def _scaled(own: list[Measurement], zones: int) -> Measurement:
    """Extrapolate from the two largest sizes, or from zero and the only size."""
    largest = own[-1]
    before, seconds_before = (own[-2].zones, own[-2].seconds) if len(own) > 1 else (0, 0.0)
    seconds_per_zone = (largest.seconds - seconds_before) / (largest.zones - before)
    return Measurement(
        scenario=largest.scenario,
        way=largest.way,
        run=largest.run,
        zones=zones,
        seconds=largest.seconds + seconds_per_zone * (zones - largest.zones),
        requests=round(largest.requests / largest.zones * zones),
        concurrency=largest.concurrency,
        scaled=True,
    )


def rows_of(measurements: t.Sequence[Measurement], scenarios: t.Sequence[Scenario]) -> list[Row]:
    """Compare every measurement with those of the other ways at the same number of zones."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    seconds = {_key(one): one.seconds for one in measurements if not one.failure}
    rows = []
    for one in measurements:
        uri, threads = (seconds.get(_key(dataclasses.replace(one, way=way))) for way in ("uri", "sdk_threads"))
        # Refused requests are caused by the way itself, so they do not raise its floor.
        needed, scenario = one.requests - (one.refused or 0), by_name[one.scenario]
        rows.append(
            Row(
                measured=one,
                floor=floor_seconds(needed, min(one.concurrency, one.zones), scenario),
                limit=limit_seconds(needed, scenario),
                times_as_fast_as_uri=uri / one.seconds if uri and not one.failure else None,
                ratio_to_sdk_threads=one.seconds / threads if threads and not one.failure else None,
                windows=round(needed / scenario.limit, 1) if scenario.limit else None,
            )
        )
    order = list(TITLES)
    return sorted(
        rows, key=lambda row: (ALL_RUNS.index(row.measured.run), row.measured.zones, order.index(row.measured.way))
    )


def _key(one: Measurement) -> tuple[str, str, str, int]:
    return one.scenario, one.way, one.run, one.zones


def as_data(
    facts: t.Mapping[str, t.Any],
    scenarios: t.Sequence[Scenario],
    rows: t.Sequence[Row],
    starts: t.Mapping[int, float],
) -> dict[str, t.Any]:
    """Return everything but the aims for a JSON file, figures rounded to their useful precision."""
    return rounded(
        {
            "facts": dict(facts),
            "scenarios": [dataclasses.asdict(scenario) for scenario in scenarios],
            "ansible_start_seconds": {str(zones): seconds for zones, seconds in starts.items()},
            "rows": [
                {
                    **dataclasses.asdict(row.measured),
                    "floor_seconds": row.floor,
                    "ratio_to_floor": row.ratio_to_floor,
                    "times_as_fast_as_uri": row.times_as_fast_as_uri,
                    "ratio_to_sdk_threads": row.ratio_to_sdk_threads,
                }
                for row in rows
            ],
        }
    )


def rounded(value: t.Any) -> t.Any:
    """Return JSON data with every number rounded."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, (list, tuple)) else value
