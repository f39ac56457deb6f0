# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit page of many zones in a headless Chromium: its size, how fast it opens and how fast it filters."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import statistics
import tempfile
import time
import typing as t

import headless
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.delivery_findings import delivery_columns
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page import page
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import JobDelivery, UploadGroup

ZONES, QUICK_ZONES = 5000, 500
DATASETS = ("http_requests", "firewall_events", "dns_logs")
OPENINGS = 3
# The longest time without a visible delay.
MOST_OPEN_SECONDS, MOST_FILTER_MS = 3.0, 100.0
HEADING, NEXT_HEADING = "## The audit page\n", "## How it was measured\n"
NOW = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.timezone.utc)
POLICY = audit.Policy(NOW)
COLLECTORS = ("splunk1.example.com:8088", "splunk2.example.com:8088")
SECRET = "header_Authorization=Splunk%200a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

# Something typed into the search, a letter at a time, and something deleted.
SEARCHES = (
    "z",
    "zo",
    "zon",
    "zone",
    "zone4",
    "zone49",
    "zone499",
    "zone",
    "",
    "http 503",
    "dns_logs refuses",
    "no such",
    "",
)
ACTIONS = [
    action
    for tab in ("#tab-todo", "#tab-zones")
    for action in (
        ("click", tab),
        *(("search", words) for words in SEARCHES),
        ("click", ".chip[data-state=failing]"),
        ("click", ".chip[data-state=failing]"),
    )
]
# Run an action, and wait until the browser has drawn what it changed.
MEASURE = """
const [action, value, done] = arguments;
const begin = performance.now();
if (action === "search") {
  const search = document.querySelector("#search");
  search.value = value;
  search.dispatchEvent(new Event("input"));
} else document.querySelector(value).click();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
"""
OPENED = """
const [navigation] = performance.getEntriesByType("navigation");
const [paint] = performance.getEntriesByName("first-contentful-paint");
return paint ? Math.max(navigation.loadEventEnd, paint.startTime) : 0;
"""


@dataclasses.dataclass(frozen=True)
class Figures:
    """The measurements. The page is opened several times, and each filter is applied after each opening. Each time is
    a median."""

    zones: int
    jobs: int
    megabytes: float
    write_seconds: float
    open_seconds: float
    filters: int
    filter_ms: float
    longest_filter_ms: float
    browser: str


def measured(zones: int) -> Figures:
    """Measure a page. Needs a browser, see headless.missing()."""
    report = report_of(zones)
    begin = time.monotonic()
    text = page(report)
    write_seconds = time.monotonic() - begin
    with tempfile.TemporaryDirectory() as folder, headless.chromium() as browser:
        path = pathlib.Path(folder, "audit.html")
        path.write_text(text, encoding="utf-8")
        openings, rounds = [], []
        for _opening in range(OPENINGS):
            openings.append(_open(browser, path))
            rounds.append([browser.execute_async_script(MEASURE, action, value) for action, value in ACTIONS])
        filters = [statistics.median(times) for times in zip(*rounds)]
        version = browser.capabilities["browserVersion"]
    return Figures(
        zones=zones,
        jobs=report["summary"]["jobs"],
        megabytes=len(text.encode("utf-8")) / 1e6,
        write_seconds=write_seconds,
        open_seconds=statistics.median(openings),
        filters=len(filters),
        filter_ms=statistics.median(filters),
        longest_filter_ms=max(filters),
        browser=f"Chromium {version.partition('.')[0]}",
    )


def _open(browser: t.Any, path: pathlib.Path) -> float:
    browser.get("about:blank")
    browser.get(path.as_uri())
    end = time.monotonic() + 60
    while not (opened := browser.execute_script(OPENED)):
        if time.monotonic() > end:
            raise RuntimeError("the audit page has drawn nothing within a minute")
        time.sleep(0.02)
    return opened / 1000


def report_of(zones: int) -> dict[str, t.Any]:
    """Return a report with this number of zones with three jobs each: most deliver, and some of each hundred need
    attention."""
    rows = [row for number in range(zones) for row in _rows_of(number)]
    collectors = [
        {"where": where, "jobs": len(rows) // 2, "certificate": {}, "findings": [], "detail": ""}
        for where in COLLECTORS
    ]
    return {
        "generated": "2026-11-22T10:00:00Z",
        "summary": audit.summary(rows, collectors),
        "rows": rows,
        "collectors": collectors,
    }


def _rows_of(number: int) -> list[audit.Row]:
    name = f"zone{number}.example.com"
    place = {"where": name, "zone": name, "zone_id": f"{number:032x}", "host": name}
    if number % 100 == 9:
        planned = [audit.PlannedJob(dataset, None, None, "created", host=name) for dataset in DATASETS]
        return audit.scope_rows(place, [], planned, POLICY)
    jobs = [_job(number, index, dataset) for index, dataset in enumerate(DATASETS)]
    planned = [audit.PlannedJob(job["dataset"], None, job["id"], host=name) for job in jobs]
    if number % 100 in (4, 5):
        before, after = {"destination": {"sourcetype": "old"}}, {"destination": {"sourcetype": "cloudflare:json"}}
        planned[0] = planned[0]._replace(action="updated", before=before, after=after)
    rows = audit.scope_rows(place, jobs, planned, POLICY)
    return [
        {**row, **delivery_columns(job, row, _uploads(number, index), POLICY)}
        for index, (job, row) in enumerate(zip(jobs, rows))
    ]


def _uploads(number: int, index: int) -> JobDelivery:
    """Return the uploads of a job: some of each hundred repeat or lose some."""
    groups = [UploadGroup(200, True, 2000 + number, 7919 * (number + index), 4001 * 7919 * (number + index))]
    if number % 100 in (3, 6):
        groups.append(UploadGroup(503, False, number))
    if number % 100 == 7:
        groups.append(UploadGroup(1201, True, number))
    return JobDelivery(tuple(groups))


def _job(number: int, index: int, dataset: str) -> dict[str, t.Any]:
    channel = f"{number:08x}-0000-4000-8000-{index:012x}"
    conf = (
        f"splunk://{COLLECTORS[number % 2]}/services/collector/raw?channel={channel}"
        f"&insecure-skip-verify=false&sourcetype=cloudflare:json&{SECRET}"
    )
    job = {
        "id": 1000000 + 3 * number + index,
        "dataset": dataset,
        "name": f"zone{number}.example.com",
        "enabled": True,
        "destination_conf": conf,
        "last_complete": f"2026-11-22T09:{30 + number % 30}:00Z",
    }
    if number % 100 in (1, 2, 3):
        status = 403 if number % 100 == 1 else 503
        error = f"error uploading to https: status:{status}"
        return {**job, "enabled": number % 100 != 3, "last_error": "2026-11-22T09:59:00Z", "error_message": error}
    return job


def section(figures: Figures | None, reason: str = "") -> str:
    """Return the section for the benchmark page. ``reason`` says why nothing was measured."""
    if figures is None:
        return f"{HEADING}\nNot measured: {reason}.\n"
    aims = [
        (
            "Opens in",
            f"{figures.open_seconds:.2f} s",
            f"≤ {MOST_OPEN_SECONDS:g} s",
            figures.open_seconds <= MOST_OPEN_SECONDS,
        ),
        (
            f"Filters, the slowest of {figures.filters}",
            f"{figures.longest_filter_ms:.0f} ms",
            f"≤ {MOST_FILTER_MS:g} ms",
            figures.longest_filter_ms <= MOST_FILTER_MS,
        ),
    ]
    rows = [
        *(f"| {name} | {value} | {aim} | {'met' if is_met else '**not met**'} |" for name, value, aim, is_met in aims),
        f"| Filters, the median | {figures.filter_ms:.0f} ms | – | – |",
        f"| Size of the file | {figures.megabytes:.1f} MB | – | – |",
        f"| Python writes it in | {figures.write_seconds:.1f} s | – | – |",
    ]
    about = (
        f"The page of {figures.zones:,} zones and {figures.jobs:,} jobs in a headless {figures.browser} on this machine. It opens "
        f"when its first contents are drawn. A filter takes from the input to the end of drawing. Each time is the median of "
        f"{OPENINGS} openings."
    )
    return "\n".join([HEADING, about, "", "| What | Measured | Aim | |", "|---|---|---|---|", *rows, ""])


def add_to(folder: pathlib.Path, figures: Figures | None, reason: str = "") -> None:
    """Add the figures to bench.md and bench.json of an earlier run, replacing earlier ones."""
    page_file, data_file = folder / "bench.md", folder / "bench.json"
    page_file.write_text(
        with_section(page_file.read_text(encoding="utf-8"), section(figures, reason)), encoding="utf-8"
    )
    data = {**json.loads(data_file.read_text(encoding="utf-8")), "audit_page": as_data(figures, reason)}
    data_file.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def with_section(text: str, added: str) -> str:
    """Return the benchmark page with one section about the audit page."""
    before, heading, after = text.partition(NEXT_HEADING)
    return f"{before.partition(HEADING)[0]}{added}\n{heading}{after}"


def as_data(figures: Figures | None, reason: str = "") -> dict[str, t.Any]:
    """Return the figures for a JSON file, rounded to their useful precision."""
    if figures is None:
        return {"skipped": reason}
    found = dataclasses.asdict(figures)
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}
