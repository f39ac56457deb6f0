# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the bench: the aims, the figures and how they were taken, as Markdown. No I/O."""

from __future__ import annotations

import typing as t

from .figures import ALL_RUNS, TITLES, Aim, Row, Scenario

HEAD = """<!--
Copyright (c) 2026 edgeops.logpush contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# How fast a rollout is

Written by `make bench`; do not edit. Every figure is of the same run, so look at the ratios: another machine has other
seconds. The slow ways were run with few zones only. Here there were {cores} cores, Python {python}, ansible-core
{ansible-core} and Cloudflare's SDK {cloudflare}.

![Seconds by zones, a line for each way](bench.svg)

## The aims
"""

METHOD = """## How it was measured

Each way brings the same zones to the same state: one enabled `http_requests` job that pushes to one Splunk collector
with RFC 3339 times. "Create" starts with zones that have no job, "unchanged" is the same command again, "change" samples
half of the records, "remove" deletes the jobs. After each run the bench looks at what the API holds: every zone has to have
exactly that one job, and none after "remove", else the run counts as failed.

| Way | What runs |
|---|---|
| {uri} | The vendor's curl commands on each host: list, POST when the job is missing, PUT `enabled` when it is not |
| {sdk} | A script on Cloudflare's own Python library: list, create{apart}, update when it is not enabled |
| {sdk_threads} | The same script, one client, {concurrency} threads |
| {bare} | The same requests from {concurrency} threads that check nothing, repeat nothing and report nothing |
| {tofu} | `tofu apply` with one resource for each zone. {tofu_note} |
| {role} | A playbook that runs the role `edgeops.logpush.splunk_logpush` on each host |
| {rollout} | `edgeops.logpush.rollout`, one host a zone, each changed zone reported as a changed host |
| {task} | One task of a play on localhost, the zones as a list: the same without inventory and hosts |

- Playbooks run with {concurrency} forks, and our modules with {concurrency} requests at a time.
- **Seconds** are those of the whole command, from its start to its end, Python's and Ansible's start among them.
- **Floor**: requests × latency ÷ requests at a time, or, when that is more, the time that the rate limit takes by
  itself: every window but the last one has to pass. No program can be faster with so many requests.
- **Requests**, writes and answers 429 are from the log of the simulated API, where refused requests count as
  requests, but neither as writes nor in the floor.
- **CPU** is the time of all processes of the command (the kernel's account of children that were waited for).
- **Memory** is the largest sum over all processes of the command, looked at five times a second: a page that several
  processes share counts once (PSS). It is a sample: a shorter peak is missed.
- Rows marked *scaled* were not run. Their seconds continue the line through the two largest sizes of that way.
- Ansible alone, with the same inventory and a play without tasks, took {starts}.
- The API is the simulator of this repository, one process on the same machine. {simulator}
"""

COLUMNS = (
    "Way",
    "Zones",
    "Seconds",
    "Times as fast as uri",
    "÷ SDK threads",
    "Floor",
    "÷ floor",
    "Requests a zone",
    "Writes",
    "429",
    "CPU seconds",
    "Memory MB",
    "Lines of output",
    "Simulator's CPU",
)
# From this share of a core on, the simulator may be what a way waits for.
BUSY = 0.7


def page_of(
    facts: t.Mapping[str, t.Any],
    scenarios: t.Sequence[Scenario],
    rows: t.Sequence[Row],
    starts: t.Mapping[int, float],
    aims: t.Sequence[Aim],
) -> str:
    """Return the whole page."""
    parts = [HEAD.format(**facts), table_of_aims(aims)]
    for scenario in scenarios:
        own = [row for row in rows if row.measured.scenario == scenario.name]
        if own:
            parts += [f"## {_heading(scenario)}\n", table_of_rows(own)]
    parts.append(
        METHOD.format(
            **TITLES,
            tofu_note=facts["tofu"],
            concurrency=facts["concurrency"],
            apart="" if facts["enable_apart"] else " enabled in one request",
            starts=", ".join(f"{seconds:.1f} s for {zones:,} zones" for zones, seconds in starts.items()) or "no time",
            simulator=simulator_note(rows),
        )
    )
    return "\n".join(parts)


def _heading(scenario: Scenario) -> str:
    latency = f"{scenario.latency * 1000:g} ms latency"
    if scenario.limit is None:
        return f"{latency}, no rate limit"
    return f"{latency}, {scenario.limit:,} requests in {scenario.window:g} s"


def table_of_aims(aims: t.Sequence[Aim]) -> str:
    """Return a row for each aim and way, a column for each run."""
    heads = " | ".join(run.capitalize() for run in ALL_RUNS)
    lines = [f"| Aim | | Way | {heads} |", "|---" * (3 + len(ALL_RUNS)) + "|"]
    said: dict[tuple[str, str, str], dict[str, str]] = {}
    for aim in aims:
        wanted = f"{'≥' if aim.at_least else '≤'} {aim.wanted:g}"
        said.setdefault((aim.text, wanted, aim.way), {})[aim.run] = _judgement(aim)
    for (text, wanted, way), judgements in said.items():
        cells = " | ".join(judgements.get(run, "–") for run in ALL_RUNS)
        lines.append(f"| {text} | {wanted} | {TITLES[way]} | {cells} |")
    return "\n".join(lines) + "\n"


def _judgement(aim: Aim) -> str:
    met = {None: "not measured", True: "met", False: "**not met**"}[aim.met]
    return met if aim.figure is None else f"{number(aim.figure, 2)}, {met}"


def table_of_rows(rows: t.Sequence[Row]) -> str:
    """Return a table for each of the runs."""
    parts = []
    for run in dict.fromkeys(row.measured.run for row in rows):
        parts += [f"### {run.capitalize()}\n", "| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
        parts += ["| " + " | ".join(_cells(row)) + " |" for row in rows if row.measured.run == run]
        parts.append("")
    return "\n".join(parts)


def _cells(row: Row) -> list[str]:
    one = row.measured
    seconds = number(one.seconds, 1) + (" *scaled*" if one.scaled else "")
    return [
        TITLES[one.way],
        f"{one.zones:,}",
        f"failed: {one.failure}" if one.failure else seconds,
        number(row.times_as_fast_as_uri, 1),
        number(row.ratio_to_sdk_threads, 2),
        number(row.floor, 1),
        number(row.ratio_to_floor, 2),
        f"{one.requests / one.zones:.4g}",
        number(one.writes, 0),
        number(one.refused, 0),
        number(one.cpu_seconds, 1),
        number(one.memory_mb, 0),
        number(one.output_lines, 0),
        "–" if row.simulator_share is None else f"{100 * row.simulator_share:.0f} %",
    ]


def number(value: float | None, digits: int) -> str:
    """Return a number for a cell of a table, a dash for none."""
    return "–" if value is None else f"{value:,.{digits}f}"


def simulator_note(rows: t.Sequence[Row]) -> str:
    """Say how busy the simulator was, for a way cannot be faster than what it talks to."""
    shares = {row: row.simulator_share for row in rows if row.simulator_share is not None}
    if not shares:
        return ""
    busiest = max(shares, key=lambda row: shares[row])
    one, share = busiest.measured, f"{100 * shares[busiest]:.0f} % of a core"
    said = f"It was busiest with {TITLES[one.way]} ({one.run}, {one.zones:,} zones): {share}"
    if shares[busiest] < BUSY:
        return f"{said}. So it held no way up."
    return f"{said}. With more than {100 * BUSY:.0f} % a way waits for it, too, and is faster than it seems."
