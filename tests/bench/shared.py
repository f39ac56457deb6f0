# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several rollouts at the same time with one API token: how they share its rate limit."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import typing as t

from .figures import Scenario, limit_seconds
from .page import number
from .ways import Bench

# The threads of each run.
RUNS = ((8, 32), (8, 16, 32))

COLUMNS = (
    "Threads",
    "Zones",
    "Requests",
    "Windows",
    "Seconds",
    "÷ the limit's own",
    "429 in percent",
    "From an equal share in percent",
)


@dataclasses.dataclass(frozen=True)
class Shared:
    """What runs with one API token took together. ``seconds`` are those from the first request to the last answer, ``limit`` those
    of the rate limit alone. ``refused`` and ``deviation`` are percentages; ``deviation`` is how far a run is from an equal share of
    the requests while all runs were active, before the last window."""

    threads: tuple[int, ...]
    zones: int
    requests: int
    windows: float
    seconds: float
    limit: float
    refused: float
    deviation: float
    failure: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the time of the rate limit they took."""
        return self.seconds / self.limit if self.limit else None


def measured(bench: Bench, scenario: Scenario, threads: tuple[int, ...], zones: int) -> Shared:
    """Create the jobs of this number of zones with one run for each number of threads, each for an equal part of the zones."""
    names = {f"{zone:032x}": f"zone{zone}.example.com" for zone in range(1, zones + 1)}
    bench.simulator.reset(zones=[{"id": zone_id, "name": name} for zone_id, name in names.items()])
    bench.simulator.change_settings(
        api_latency=scenario.latency, rate_limit_requests=scenario.limit, rate_limit_seconds=scenario.window
    )
    bench.simulator.wipe_requests()
    parts = [list(names)[place :: len(threads)] for place in range(len(threads))]
    with contextlib.ExitStack() as started:
        runs = [
            started.enter_context(_started(bench, place, count, {names[zone_id]: zone_id for zone_id in part}))
            for place, (count, part) in enumerate(zip(threads, parts))
        ]
        failed = sum(run.wait() != 0 for run in runs)
    failure = f"{failed} of {len(runs)} runs failed" if failed else ""
    return evaluated(bench.simulator.requests(side="api"), scenario, threads, parts, failure)


def _started(bench: Bench, place: int, threads: int, hosts: t.Mapping[str, str]) -> subprocess.Popen[bytes]:
    inventory, variables = f"inventory{place}.json", f"threads{place}.json"
    bench.write(inventory, {"cloudflare_zones": {"hosts": {name: {"zone_id": hosts[name]} for name in hosts}}})
    bench.write(variables, {"logpush_concurrency": threads})
    return subprocess.Popen(
        bench.playbook("edgeops.logpush.rollout", inventory, variables),
        cwd=bench.folder,
        env=bench.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def evaluated(
    requests: t.Sequence[dict[str, t.Any]],
    scenario: Scenario,
    threads: tuple[int, ...],
    parts: t.Sequence[t.Sequence[str]],
    failure: str = "",
) -> Shared:
    """Return what the runs took, from all requests. ``parts`` are the zones of each run."""
    done = [one for one in requests if one["status"] != 429]
    begin = min(one["time"] for one in requests)
    end = max(one["time"] + one["seconds"] for one in requests)
    limit = limit_seconds(len(done), scenario)
    run_of = {zone_id: place for place, part in enumerate(parts) for zone_id in part}
    times: list[list[float]] = [[] for _part in parts]
    for one in done:
        zone_id = one["path"].partition("/zones/")[2].partition("/")[0]
        if zone_id in run_of:
            times[run_of[zone_id]].append(one["time"] - begin)
    # While all of them are active, and before the last window begins.
    common_begin = max(min(own, default=0.0) for own in times)
    common_end = min([limit, *(max(own, default=0.0) for own in times)])
    counts = [sum(common_begin <= at < common_end for at in own) for own in times]
    mean = sum(counts) / len(counts) or 1
    return Shared(
        threads=threads,
        zones=len(run_of),
        requests=len(done),
        windows=len(done) / (scenario.limit or 1),
        seconds=end - begin,
        limit=limit,
        refused=100 * (len(requests) - len(done)) / len(requests),
        deviation=100 * max(abs(count - mean) for count in counts) / mean,
        failure=failure,
    )


def table_of(all_runs: t.Sequence[Shared]) -> str:
    """Return a row for each measurement."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    for one in all_runs:
        cells = [
            " and ".join(map(str, one.threads)),
            f"{one.zones:,}",
            f"{one.requests:,}",
            number(one.windows, 1),
            f"failed: {one.failure}" if one.failure else number(one.seconds, 1),
            number(one.ratio, 2),
            number(one.refused, 2),
            number(one.deviation, 1),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
