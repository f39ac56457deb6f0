# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare ways to roll out, on the simulator, and write a table and a picture.

python tests/bench/run.py [--quick] [--scale] [--audit-page] [--tofu PATH --terraform-provider PATH] [--help]

The figures of one run are comparable with each other only: look at the ratios and at the requests.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import json
import os
import pathlib
import platform
import sys
import tempfile
import typing as t

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path[:0] = [str(CHECKOUT), str(HERE.parent)]

# pylint: disable=wrong-import-position
import headless  # noqa: E402
from simulator.process import Simulator  # noqa: E402

import conftest  # noqa: E402, F401  pylint: disable=unused-import  # it finds the collection
from bench import aims, audit_page, figures, page, picture, scale, shared  # noqa: E402
from bench.tofu import Tofu  # noqa: E402
from bench.ways import PLAYBOOKS, STARTS, Bench  # noqa: E402

# The number of zones by way: few for the slow ones.
FULL = {
    "uri": [10, 100],
    "sdk": [10, 100],
    "sdk_threads": [10, 100, 1000],
    "bare": [10, 100, 1000],
    "tofu": [10, 100, 1000],
    "role": [10, 100],
    "rollout": [10, 100, 1000, 5000],
    "task": [10, 100, 1000, 5000],
}
QUICK = {
    "uri": [3, 10],
    "sdk": [3, 10],
    "sdk_threads": [10, 100],
    "bare": [10, 100],
    "tofu": [10, 100],
    "role": [3, 10],
    "rollout": [10, 100],
    "task": [10, 100],
}
# The rate limit, and the zones under it: with a page of the zone list for every 50 zones, a new one needs two requests, so that these
# need 5.4 and 6.0 windows.
LIMITS = {"full": (200, 10.0, [535, 594]), "quick": (20, 2.0, [53, 59])}


def arguments(words: t.Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line, and fill in what depends on --quick."""
    parser = argparse.ArgumentParser(description="Measure how fast a rollout is, on a simulated API.")
    parser.add_argument("--quick", action="store_true", help="two minutes: few zones, written below .cache")
    parser.add_argument(
        "--scale", action="store_true", help="what a zone costs with 1,000, 5,000 and 20,000 zones, in bench_scale.md"
    )
    parser.add_argument(
        "--audit-page",
        action="store_true",
        help="measure only the audit page in Chromium, and add it to bench.md and bench.json of an earlier run",
    )
    parser.add_argument("--tofu", type=pathlib.Path, help="the program of OpenTofu, which is skipped without it")
    parser.add_argument(
        "--terraform-provider", type=pathlib.Path, help="the program of Cloudflare's Terraform provider, for --tofu"
    )
    parser.add_argument("--ways", type=ways, help=f"of {','.join(FULL)} (default: all)")
    parser.add_argument(
        "--zones",
        type=sizes,
        action="append",
        default=[],
        metavar="WAY=10,100",
        help="how many zones a way is measured with; repeatable (default: see tests/bench/run.py)",
    )
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds of every request (50)")
    parser.add_argument("--concurrency", type=int, default=32, help="requests, threads or forks at a time (32)")
    parser.add_argument("--limit", type=limit, metavar="REQUESTS/SECONDS", help="a rate limit (200/10), or none")
    parser.add_argument("--limit-zones", type=numbers, help="how many zones under the rate limit (535,594)")
    parser.add_argument(
        "--limit-ways",
        type=ways,
        default=["sdk_threads", "rollout"],
        help="the ways to measure under the rate limit (sdk_threads,rollout)",
    )
    parser.add_argument(
        "--enable-apart",
        action="store_true",
        help="let the SDK enable a new job by a request of its own, as the uri tasks do",
    )
    parser.add_argument("--output", type=pathlib.Path, help="folder for bench.md, bench.json and bench.svg (docs)")
    options = parser.parse_args(words)

    # Some ways only: not the audit page, which is none.
    options.with_audit_page = not (options.ways or options.scale)
    requests, seconds, zones = LIMITS["quick" if options.quick else "full"]
    sizes_of = {**(QUICK if options.quick else FULL)}
    if options.scale:
        sizes_of = dict.fromkeys(scale.WAYS, scale.QUICK_SIZES if options.quick else scale.SIZES)
        options.limit = (0, 0.0)
    options.zones = {**sizes_of, **dict(options.zones)}
    options.ways = [way for way in options.ways or sizes_of if way in options.zones]
    options.tofu_problem = tofu_problem(options)
    if options.tofu_problem:
        options.ways = [way for way in options.ways if way != "tofu"]
    options.limit = options.limit or (requests, seconds)
    options.limit_zones = options.limit_zones or zones
    options.sharing = bool(options.limit[0]) and "rollout" in options.ways and "rollout" in options.limit_ways
    options.output = options.output or CHECKOUT / (".cache/bench" if options.quick else "docs")
    return options


def tofu_problem(options: argparse.Namespace) -> str:
    """Return why OpenTofu is skipped, "" if it can run."""
    if not options.tofu or not options.terraform_provider:
        return "it needs --tofu PATH and --terraform-provider PATH"
    return Tofu(options.tofu, options.terraform_provider).problem()


def ways(text: str) -> list[str]:
    """Read names of ways, separated by commas."""
    named = text.split(",")
    unknown = set(named) - set(FULL)
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not one of {', '.join(FULL)}")
    return named


def sizes(text: str) -> tuple[str, list[int]]:
    """Read a way and its number of zones, such as ``uri=10,100``."""
    way, _equals, listed = text.partition("=")
    return ways(way)[0], numbers(listed)


def numbers(text: str) -> list[int]:
    """Read numbers of zones, such as ``10,100``."""
    return sorted(int(number) for number in text.split(","))


def limit(text: str) -> tuple[int, float]:
    """Read a rate limit, such as ``200/10``; ``none`` means no rate limit."""
    requests, _slash, seconds = "0/0".partition("/") if text == "none" else text.partition("/")
    return int(requests), float(seconds)


def scenarios_of(options: argparse.Namespace) -> list[figures.Scenario]:
    """Return the behaviors of the API: one with latency only, one with a rate limit."""
    latency = options.latency / 1000
    requests, seconds = options.limit
    limited = [figures.Scenario("limit", latency, requests, seconds)] if requests else []
    return [figures.Scenario("latency", latency), *limited]


def plan(options: argparse.Namespace) -> list[tuple[str, str, int]]:
    """Return scenario, way and zones of everything to measure; Ansible's own start first."""
    free = [("latency", way, zones) for way in options.ways for zones in options.zones[way]]
    limited = [
        ("limit", way, zones) for way in options.limit_ways if way in options.ways for zones in options.limit_zones
    ]
    if not options.limit[0]:
        limited = []
    starts = {zones for _scenario, way, zones in [*free, *limited] if way in PLAYBOOKS}
    bare = [("latency", "bare_start", zones) for zones in options.zones["bare"] if "bare" in options.ways]
    reading = [("latency", "reading", zones) for zones in sorted(starts) if options.scale]
    return [*(("latency", "start", zones) for zones in sorted(starts)), *reading, *bare, *free, *limited]


def measured(
    options: argparse.Namespace, scenarios: t.Sequence[figures.Scenario]
) -> tuple[list[figures.Measurement], list[shared.Shared]]:
    """Measure everything, and print the progress."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    done: list[figures.Measurement] = []
    sharing: list[shared.Shared] = []
    # Deliveries are not measured, so a job pushes for the first time after an hour.
    with Simulator(push_interval=3600) as simulator, tempfile.TemporaryDirectory() as folder:
        tofu = None if options.tofu_problem else Tofu(options.tofu, options.terraform_provider)
        # The picture shows the cost per zone for the runs of all ways.
        bench = Bench(
            simulator,
            pathlib.Path(folder),
            options.concurrency,
            options.enable_apart,
            tofu,
            not options.scale,
            scale.ANSIBLE_CFG if options.scale else "",
        )
        for scenario, way, zones in plan(options):
            for one in bench.measure(by_name[scenario], way, zones):
                done.append(one)
                print(
                    f"{scenario:<8}{way:<12}{one.run:<10}{zones:>6} zones{one.seconds:>8.1f} s"
                    f"{one.requests:>7} requests  {one.failure}",
                    flush=True,
                )
        for threads in shared.RUNS if options.sharing else ():
            sharing.append(shared.measured(bench, by_name["limit"], threads, options.limit_zones[0]))
            print(
                f"limit   {len(threads)} runs together{sharing[-1].seconds:>16.1f} s  {sharing[-1].failure}", flush=True
            )
    return done, sharing


def facts(options: argparse.Namespace) -> dict[str, t.Any]:
    """Return what the figures depend on, without anything that identifies the machine."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("ansible-core", "cloudflare", "requests")},
        "concurrency": options.concurrency,
        "enable_apart": options.enable_apart,
        "tofu": f"Skipped: {options.tofu_problem}." if options.tofu_problem else "",
    }


def write(
    options: argparse.Namespace,
    scenarios: t.Sequence[figures.Scenario],
    measurements: t.Sequence[figures.Measurement],
    sharing: t.Sequence[shared.Shared],
) -> None:
    """Write the page, the data and the picture."""
    starts = {one.zones: one.seconds for one in measurements if one.way == "start"}
    rows = figures.rows_of(figures.with_scaled([one for one in measurements if one.way not in STARTS]), scenarios)
    everything = facts(options), scenarios, rows, starts
    shares = scale.shares_of([one for one in measurements if one.scenario == "latency"])
    found = aims.aims_of(rows, shares, sharing, options.tofu_problem)
    table = aims.table_of_aims(found)
    added = {"sharing": [dataclasses.asdict(one) for one in sharing], "aims": aims.as_data(found)}
    data = {**figures.as_data(*everything), **figures.rounded(added)}
    files = {
        "bench.md": page.page_of(*everything, table, shared.table_of(sharing) if sharing else ""),
        "bench.json": json.dumps(data, indent=1, ensure_ascii=False) + "\n",
        "bench.svg": picture.picture_of([row for row in rows if row.measured.scenario == "latency"]),
    }
    write_files(options.output, files)
    print(f"\n{table}")
    if options.with_audit_page:
        add_audit_page(options)


def add_audit_page(options: argparse.Namespace) -> None:
    """Measure the audit page in a browser, and add it to the written page and data. Without a browser, these have the reason."""
    if not (options.output / "bench.md").exists():
        raise SystemExit(f"{options.output} has no bench.md: measure the ways first, without --audit-page")
    reason = headless.missing()
    zones = audit_page.QUICK_ZONES if options.quick else audit_page.ZONES
    found = None if reason else audit_page.measured(zones)
    audit_page.add_to(options.output, found, reason)
    print(audit_page.section(found, reason))


def write_scale(
    options: argparse.Namespace, scenario: figures.Scenario, measurements: t.Sequence[figures.Measurement]
) -> None:
    """Write the cost per zone for each number of zones: page, data and picture."""
    everything = facts(options), scenario, scale.shares_of(measurements)
    found = aims.aims_of_scale(everything[2])
    data = {**scale.as_data(*everything), "aims": figures.rounded(aims.as_data(found))}
    least = scale.least_memory(measurements)
    files = {
        "bench_scale.md": scale.page_of(*everything, aims.table_of_aims(found), least),
        "bench_scale.json": json.dumps(data, indent=1, ensure_ascii=False) + "\n",
        "bench_scale.svg": scale.picture_of(everything[2]),
    }
    write_files(options.output, files)
    print(f"\n{scale.table_of(everything[2])}")


def write_files(folder: pathlib.Path, files: t.Mapping[str, str]) -> None:
    """Write files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"Written to {folder}: {' '.join(files)}")


def main() -> int:
    """Measure and write. The exit status is 1 if a run failed, whatever the figures are."""
    options = arguments()
    if options.audit_page:
        add_audit_page(options)
        return 0
    scenarios = scenarios_of(options)
    if options.tofu_problem and not options.scale:
        print(f"OpenTofu is skipped: {options.tofu_problem}")
    measurements, sharing = measured(options, scenarios)
    if options.scale:
        write_scale(options, scenarios[0], measurements)
    else:
        write(options, scenarios, measurements, sharing)
    return 1 if any(one.failure for one in (*measurements, *sharing)) else 0


if __name__ == "__main__":
    sys.exit(main())
