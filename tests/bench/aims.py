# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The aims of the benchmark, and whether each is met. No I/O.

Each aim is about the playbook C(rollout), or about the role, with 50 ms latency and 32 requests at a time.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .figures import FLEET, Row
from .scale import Share
from .shared import Shared

LARGE_FLEET = 5000
LARGEST_FLEET = 20000
_ZONES_PER_PAGE = 50

# The most seconds compared with those of OpenTofu.
_BESIDE_TOFU = {"create": 0.5, "change": 0.5, "remove": 0.5, "unchanged": 0.4}
# The most CPU time of a zone compared with that of the bare loop.
_BESIDE_BARE = {"create": 4.0, "unchanged": 6.0}
# The most seconds compared with those of the rate limit, by the number of its windows that the requests need.
_BESIDE_LIMIT = {5.4: 1.02, 6.0: 1.05}
_ROLE = {"create": 10.0, "unchanged": 6.0}

_OF_SCALE = "see [What a zone costs in a large fleet](bench_scale.md)"


@dataclasses.dataclass(frozen=True)
class Aim:
    """An aim and the measured figure; None if it was not measured, with the reason in ``note``."""

    measure: str
    run: str
    wanted: float
    figure: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim was met; None if that is not known."""
        if self.figure is None:
            return None
        return self.figure >= self.wanted if self.at_least else self.figure <= self.wanted


def aims_of(rows: t.Sequence[Row], shares: t.Sequence[Share], shared: t.Sequence[Shared], tofu_note: str) -> list[Aim]:
    """Return the aims with the figures of the benchmark without --scale. ``tofu_note`` says why OpenTofu is skipped, if it is."""
    found = {_key(row): row for row in rows if not row.measured.failure}

    def beside_tofu(run: str) -> float | None:
        ours, other = (found.get(("latency", way, run, FLEET)) for way in ("rollout", "tofu"))
        return ours.measured.seconds / other.measured.seconds if ours and other else None

    fleet, large = found.get(("latency", "rollout", "create", FLEET)), _share(shares, "create", LARGE_FLEET)
    zones = f"{FLEET:,} zones:"
    return [
        *(
            Aim(f"{zones} seconds ÷ those of OpenTofu", run, wanted, beside_tofu(run), note=tofu_note)
            for run, wanted in _BESIDE_TOFU.items()
        ),
        Aim(
            f"{zones} seconds ÷ those of the SDK with threads",
            "create",
            1.5,
            fleet.ratio_to_sdk_threads if fleet else None,
        ),
        *_cpu_aims(shares),
        _growth_aim(note=_OF_SCALE),
        *_memory_aims(large),
        _largest_memory_aim(note=_OF_SCALE),
        Aim(f"{LARGE_FLEET:,} zones: lines of output", "create", 100, large.measured.output_lines if large else None),
        Aim(
            f"Requests per new zone, with a page of the zone list for every {_ZONES_PER_PAGE}",
            "create",
            2 + 1 / _ZONES_PER_PAGE,
            fleet.measured.requests / FLEET if fleet else None,
        ),
        *_limit_aims(rows),
        *_sharing_aims([one for one in shared if not one.failure]),
        *(
            Aim("Our role per host: times as fast as uri tasks", run, wanted, _of_role(rows, run), at_least=True)
            for run, wanted in _ROLE.items()
        ),
    ]


def aims_of_scale(shares: t.Sequence[Share]) -> list[Aim]:
    """Return the aims that the benchmark with --scale measures."""
    largest = _share(shares, "create", LARGEST_FLEET)
    return [
        *_cpu_aims(shares),
        _growth_aim(largest.ratio_to_fewest if largest else None),
        *_memory_aims(_share(shares, "create", LARGE_FLEET)),
        _largest_memory_aim(largest.memory_ratio if largest else None),
    ]


def as_data(aims: t.Sequence[Aim]) -> list[dict[str, t.Any]]:
    """Return aims for a JSON file."""
    return [{**dataclasses.asdict(aim), "met": aim.met} for aim in aims]


def table_of_aims(aims: t.Sequence[Aim]) -> str:
    """Return a row for each aim."""
    lines = ["| Aim | Run | Target | Measured | |", "|---" * 5 + "|"]
    for aim in aims:
        wanted = f"{'≥' if aim.at_least else '≤'} {aim.wanted:g}"
        figure = "–" if aim.figure is None else f"{aim.figure:,.2f}"
        met = {None: f"not measured{': ' if aim.note else ''}{aim.note}", True: "met", False: "**not met**"}[aim.met]
        lines.append(f"| {aim.measure} | {aim.run} | {wanted} | {figure} | {met} |")
    return "\n".join(lines) + "\n"


def _key(row: Row) -> tuple[str, str, str, int]:
    one = row.measured
    return one.scenario, one.way, one.run, one.zones


def _share(shares: t.Sequence[Share], run: str, zones: int) -> Share | None:
    found = (
        share
        for share in shares
        if (share.measured.scenario, share.measured.way, share.measured.run, share.measured.zones)
        == ("latency", "rollout", run, zones)
        and not share.measured.failure
    )
    return next(found, None)


def _cpu_aims(shares: t.Sequence[Share]) -> t.Iterator[Aim]:
    for run, wanted in _BESIDE_BARE.items():
        share = _share(shares, run, FLEET)
        text = f"{FLEET:,} zones: CPU time of a zone ÷ that of the bare loop, both without the start"
        yield Aim(text, run, wanted, share.ratio_to_bare if share else None)


def _growth_aim(figure: float | None = None, note: str = "") -> Aim:
    text = f"CPU time of a zone with {LARGEST_FLEET:,} zones ÷ with {FLEET:,}"
    return Aim(text, "create", 1.2, figure, note=note)


def _memory_aims(large: Share | None) -> t.Iterator[Aim]:
    zones = f"{LARGE_FLEET:,} zones:"
    yield Aim(f"{zones} memory ÷ that of a play without tasks", "create", 1.5, large.memory_ratio if large else None)
    yield Aim(f"{zones} memory in MB", "create", 200, large.measured.memory_mb if large else None)


def _largest_memory_aim(figure: float | None = None, note: str = "") -> Aim:
    return Aim(f"{LARGEST_FLEET:,} zones: memory ÷ that of a play without tasks", "create", 1.5, figure, note=note)


def _limit_aims(rows: t.Sequence[Row]) -> t.Iterator[Aim]:
    limited = [row for row in rows if _key(row)[:3] == ("limit", "rollout", "create") and not row.measured.failure]
    times = {row.windows: row.measured.requests_seconds / row.limit for row in limited if row.measured.requests_seconds}
    for windows, wanted in _BESIDE_LIMIT.items():
        text = f"Rate limit, {windows} windows: seconds from the first request to the last answer ÷ the limit's own"
        yield Aim(text, "create", wanted, times.get(windows))


def _sharing_aims(shared: t.Sequence[Shared]) -> t.Iterator[Aim]:
    """Yield the aims for several runs with one API token, with the worst figures."""
    text = "Two and three runs with one API token:"
    figures = [
        (f"{text} seconds ÷ the limit's own", 1.2, [one.ratio for one in shared if one.ratio]),
        (f"{text} percent of the requests answered 429", 1, [one.refused for one in shared]),
        (f"{text} percent from an equal share", 5, [one.deviation for one in shared]),
    ]
    for measure, wanted, found in figures:
        yield Aim(measure, "create", wanted, max(found, default=None))


def _of_role(rows: t.Sequence[Row], run: str) -> float | None:
    """Return how many times as fast as uri tasks the role is, with the most zones that it ran with."""
    own = [row for row in rows if _key(row)[:3] == ("latency", "role", run)]
    executed = [row for row in own if not row.measured.failure and not row.measured.scaled]
    return max(executed, key=lambda row: row.measured.zones).times_as_fast_as_uri if executed else None
