# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evaluate the measurements: the floor, the growth with the number of zones, ratios and aims. No I/O."""

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
LARGE_FLEET = 5000


@dataclasses.dataclass(frozen=True)
class Scenario:
    """The behavior of the simulated API: the latency of every request, and the rate limit."""

    name: str
    latency: float
    limit: int | None = None
    window: float | None = None


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One run of one way. ``scaled`` runs were not executed: their seconds and requests are extrapolated."""

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


@dataclasses.dataclass(frozen=True)
class Row:
    """A measurement, and the figures that are derived from it and the others."""

    measured: Measurement
    floor: float
    limit: float
    times_as_fast_as_uri: float | None
    ratio_to_sdk_threads: float | None

    @property
    def ratio_to_floor(self) -> float | None:
        """How many times the floor it took."""
        return self.measured.seconds / self.floor if self.floor and not self.measured.failure else None

    @property
    def simulator_share(self) -> float | None:
        """The share of a core that the simulator used during the run."""
        needed = self.measured.simulator_cpu_seconds
        return None if needed is None else needed / self.measured.seconds


@dataclasses.dataclass(frozen=True)
class Aim:
    """An aim and the measured figure; None if it was not measured."""

    text: str
    way: str
    run: str
    figure: float | None
    wanted: float
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the aim was met; None if that is not known."""
        if self.figure is None:
            return None
        return self.figure >= self.wanted if self.at_least else self.figure <= self.wanted


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
            )
        )
    order = list(TITLES)
    return sorted(
        rows, key=lambda row: (ALL_RUNS.index(row.measured.run), row.measured.zones, order.index(row.measured.way))
    )


def _key(one: Measurement) -> tuple[str, str, str, int]:
    return one.scenario, one.way, one.run, one.zones


def aims_of(rows: t.Sequence[Row], starts: t.Mapping[int, float]) -> list[Aim]:
    """Return whether each aim is met; ``starts`` are the seconds that Ansible alone takes, by the number of zones."""
    good = [row for row in rows if not row.measured.failure]
    found = {_key(row.measured): row for row in good}
    ours = [(way, run) for way in ("rollout", "task") for run in RUNS]
    fleet = {pair: found.get(("latency", *pair, FLEET)) for pair in ours}
    large = {pair: found.get(("latency", *pair, LARGE_FLEET)) for pair in ours}
    limited = {("rollout", run): _largest(good, "limit", "rollout", run) for run in RUNS}
    role = {("role", run): _largest(good, "latency", "role", run) for run in RUNS}
    rollout = {("rollout", run): found.get(("latency", "rollout", run, FLEET)) for run in ALL_RUNS}

    def without_start(row: Row, least: float) -> float | None:
        start = starts.get(row.measured.zones)
        return (row.measured.seconds - start) / least if least and start is not None else None

    def refused(row: Row) -> float:
        return 100 * (row.measured.refused or 0) / max(1, row.measured.requests)

    def beside_tofu(row: Row) -> float | None:
        other = found.get(("latency", "tofu", row.measured.run, row.measured.zones))
        return row.measured.seconds / other.measured.seconds if other else None

    zones = f"{FLEET:,} zones:"
    return [
        *_judged(f"{zones} seconds ÷ those of OpenTofu", 0.5, rollout, beside_tofu),
        *_judged(f"{zones} times as fast as uri tasks", 40, fleet, lambda row: row.times_as_fast_as_uri, at_least=True),
        *_judged(f"{zones} seconds ÷ those of the SDK, thread pool", 1.3, fleet, lambda row: row.ratio_to_sdk_threads),
        *_judged(
            f"{zones} seconds without Ansible's own start ÷ floor", 2, fleet, lambda row: without_start(row, row.floor)
        ),
        *_judged(f"{LARGE_FLEET:,} zones: memory in MB", 150, large, lambda row: row.measured.memory_mb),
        *_judged(
            "Rate limit: seconds without Ansible's own start ÷ the limit's own time",
            1.05,
            limited,
            lambda row: without_start(row, row.limit),
        ),
        *_judged("Rate limit: percent of the requests answered 429", 1, limited, refused),
        *_judged("Times as fast as uri tasks", 10, role, lambda row: row.times_as_fast_as_uri, at_least=True),
    ]


def _largest(rows: t.Sequence[Row], scenario: str, way: str, run: str) -> Row | None:
    """Return the executed row with the most zones."""
    own = [row for row in rows if _key(row.measured)[:3] == (scenario, way, run) and not row.measured.scaled]
    return max(own, key=lambda row: row.measured.zones, default=None)


def _judged(
    text: str,
    wanted: float,
    rows: t.Mapping[tuple[str, str], Row | None],
    figure: t.Callable[[Row], float | None],
    at_least: bool = False,
) -> list[Aim]:
    """Return an aim for each way and run, with the figure of its row."""
    return [Aim(text, way, run, figure(row) if row else None, wanted, at_least) for (way, run), row in rows.items()]


def as_data(
    facts: t.Mapping[str, t.Any],
    scenarios: t.Sequence[Scenario],
    rows: t.Sequence[Row],
    starts: t.Mapping[int, float],
    aims: t.Sequence[Aim],
) -> dict[str, t.Any]:
    """Return everything for a JSON file, figures rounded to their useful precision."""
    return _rounded(
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
            "aims": [{**dataclasses.asdict(aim), "met": aim.met} for aim in aims],
        }
    )


def _rounded(value: t.Any) -> t.Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value
