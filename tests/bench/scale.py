# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a zone costs in small and in large fleets: figures, a page and a picture of the bench with --scale. No I/O."""

from __future__ import annotations

import dataclasses
import math
import typing as t
import xml.etree.ElementTree as ET

from . import picture
from .figures import RUNS, TITLES, Measurement, Scenario
from .page import number

SIZES = [1000, 5000, 20000]
QUICK_SIZES = [10, 50, 200]
WAYS = ["bare", "rollout", "task"]

PAGE = """<!--
Copyright (c) 2026 edgeops.logpush contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# What a zone costs in a large fleet

Written by `make bench OPTIONS=--scale`; do not edit. Every figure is of the same run, so look at the ratios. Here there were
{cores} cores, Python {python} and ansible-core {ansible-core}, {concurrency} requests at a time, and {latency:g} ms for each request.

CPU is the time of all processes of a command. From each zone's share the start is subtracted: a play without tasks on the same
inventory for our ways, the loop without zones for the bare loop. Memory is compared with that play.

![CPU of a zone by the number of zones](bench_scale.svg)

{table}
"""
COLUMNS = (
    "Way",
    "Run",
    "Zones",
    "Seconds",
    "CPU seconds",
    "CPU ms a zone",
    "÷ fewest zones",
    "÷ bare loop",
    "Memory MB",
    "÷ a play without tasks",
    "Lines of output",
    "Result",
)


@dataclasses.dataclass(frozen=True)
class Share:
    """What one zone takes of a run."""

    measured: Measurement
    milliseconds: float | None
    ratio_to_fewest: float | None = None
    ratio_to_bare: float | None = None
    memory_ratio: float | None = None


def shares_of(measurements: t.Sequence[Measurement]) -> list[Share]:
    """Return what a zone takes in each run, from measurements that include the starts."""
    starts = {(one.way, one.zones): one for one in measurements if one.way in ("start", "bare_start")}
    runs = [one for one in measurements if one.way in TITLES]
    costs: dict[tuple[str, str, int], float | None] = {
        (one.way, one.run, one.zones): _milliseconds(one, starts.get((_start_of(one.way), one.zones))) for one in runs
    }
    shares = []
    for one in runs:
        cost = costs[one.way, one.run, one.zones]
        fewest = min(other.zones for other in runs if (other.way, other.run) == (one.way, one.run))
        start = starts.get(("start", one.zones))
        shares.append(
            Share(
                one,
                cost,
                _ratio(cost, costs[one.way, one.run, fewest]),
                _ratio(cost, costs.get(("bare", one.run, one.zones))),
                _ratio(one.memory_mb, start.memory_mb if start else None),
            )
        )
    return shares


def _start_of(way: str) -> str:
    return "bare_start" if way == "bare" else "start"


def _milliseconds(one: Measurement, start: Measurement | None) -> float | None:
    if one.failure or one.cpu_seconds is None or start is None or start.cpu_seconds is None:
        return None
    return max(0.0, 1000 * (one.cpu_seconds - start.cpu_seconds) / one.zones)


def _ratio(value: float | None, other: float | None) -> float | None:
    return value / other if value is not None and other else None


def page_of(facts: t.Mapping[str, t.Any], scenario: Scenario, shares: t.Sequence[Share]) -> str:
    """Return the page."""
    return PAGE.format(**facts, latency=scenario.latency * 1000, table=table_of(shares))


def table_of(shares: t.Sequence[Share]) -> str:
    """Return a row for each run."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    for share in shares:
        one = share.measured
        cells = [
            TITLES[one.way],
            one.run,
            f"{one.zones:,}",
            number(one.seconds, 1),
            number(one.cpu_seconds, 1),
            number(share.milliseconds, 2),
            number(share.ratio_to_fewest, 2),
            number(share.ratio_to_bare, 1),
            number(one.memory_mb, 0),
            number(share.memory_ratio, 2) if one.way != "bare" else "–",
            number(one.output_lines, 0),
            f"failed: {one.failure}" if one.failure else "right",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def as_data(facts: t.Mapping[str, t.Any], scenario: Scenario, shares: t.Sequence[Share]) -> dict[str, t.Any]:
    """Return everything for a JSON file."""
    return {
        "facts": dict(facts),
        "scenario": dataclasses.asdict(scenario),
        "rows": [
            {
                **dataclasses.asdict(share.measured),
                "cpu_milliseconds_a_zone": share.milliseconds,
                "ratio_to_fewest_zones": share.ratio_to_fewest,
                "ratio_to_bare_loop": share.ratio_to_bare,
                "ratio_of_memory": share.memory_ratio,
            }
            for share in shares
        ],
    }


def picture_of(shares: t.Sequence[Share]) -> str:
    """Return the cost of a zone against the number of zones as SVG: a panel for each run, a line for each way. A way that costs
    the same in every fleet is a level line."""
    shares = [share for share in shares if share.milliseconds]
    svg = picture.empty_picture("CPU time of a zone, by the number of zones, for each way")
    if shares:
        zones = [share.measured.zones for share in shares]
        most = max(share.milliseconds or 0.0 for share in shares)
        for run in RUNS:
            left, right = picture.PANELS[run]
            across = picture.Scale(min(zones) / 1.4, max(zones) * 1.4, left, right)
            _draw_panel(svg, run, [share for share in shares if share.measured.run == run], across, most)
        picture.draw_legend(svg, {share.measured.way for share in shares})
    return picture.text_of(svg)


def _draw_panel(svg: ET.Element, run: str, shares: t.Sequence[Share], across: picture.Scale, most: float) -> None:
    left, right = picture.PANELS[run]

    def down(milliseconds: float) -> float:
        return picture.BOTTOM - (picture.BOTTOM - picture.TOP) * milliseconds / (1.1 * most)

    picture.draw_frame(svg, run, across, sorted({share.measured.zones for share in shares}))
    step = 10 ** math.floor(math.log10(most))
    step = step / 5 if most / step < 2 else step
    for level in range(int(1.1 * most / step) + 1):
        picture.draw_level(svg, (left, right), down(level * step), f"{level * step:g} ms")
    for way in picture.STYLES:
        own = sorted((share for share in shares if share.measured.way == way), key=lambda share: share.measured.zones)
        picture.draw_way(svg, way, [(across(one.measured.zones), down(one.milliseconds or 0.0)) for one in own])
