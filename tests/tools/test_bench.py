# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark: its figures and pictures for known measurements, and a short complete run."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from bench import aims, audit_page, figures, page, picture, scale, shared
from bench import run as program
from bench.measuring import run

RUN = pathlib.Path(__file__).resolve().parents[1] / "bench/run.py"
FREE = figures.Scenario("latency", 0.05)
LIMITED = figures.Scenario("limit", 0.05, 200, 10.0)
LIMIT_AIM = "Rate limit, {} windows: seconds from the first request to the last answer ÷ the limit's own"


def measurement(way, zones, seconds, requests=2, **more):
    """Return a measurement with this number of requests per zone."""
    facts = {"scenario": "latency", "run": "create", "concurrency": 16, "memory_mb": 90.0, "refused": 0, **more}
    return figures.Measurement(way=way, zones=zones, seconds=seconds, requests=requests * zones, **facts)


def aims_of(measurements, sharing=(), tofu_note=""):
    """Return the aims for measurements that include the starts."""
    own = [one for one in measurements if one.way in figures.TITLES]
    rows = figures.rows_of(figures.with_scaled(own), [FREE, LIMITED])
    free = [one for one in measurements if one.scenario == "latency"]
    return aims.aims_of(rows, scale.shares_of(free), sharing, tofu_note)


def judged(found):
    """Return whether each aim that was measured was met, by its text and its run."""
    return {(aim.measure, aim.run): (round(aim.figure, 2), aim.met) for aim in found if aim.figure is not None}


@pytest.mark.parametrize(
    ("requests", "concurrency", "scenario", "seconds"),
    [
        (2000, 16, FREE, 6.25),
        (2000, 1, FREE, 100),
        (0, 16, FREE, 0),
        # The first 200 are sent at once, and the last ones after nine windows.
        (2000, 16, LIMITED, 90),
        (2001, 16, LIMITED, 100),
        (200, 1, LIMITED, 10),
        (200, 16, LIMITED, 0.625),
    ],
)
def test_floor(requests, concurrency, scenario, seconds):
    assert figures.floor_seconds(requests, concurrency, scenario) == pytest.approx(seconds)


def test_slow_ways_are_scaled_along_their_line_to_the_size_of_the_fast_ones():
    measured = [
        measurement("uri", 10, 11.0, 3),
        measurement("uri", 100, 92.0, 3),
        measurement("role", 10, 2.0),
        measurement("task", 1000, 9.0),
        measurement("task", 5000, 40.0),
    ]
    scaled = [one for one in figures.with_scaled(measured) if one.scaled]
    assert [(one.way, one.zones, one.seconds, one.requests) for one in scaled] == [
        ("uri", 1000, pytest.approx(902), 3000),
        ("role", 1000, pytest.approx(200), 2000),
    ]


def test_ratios_compare_the_same_number_of_zones():
    measured = [
        measurement("uri", 100, 90.0, 3),
        measurement("sdk_threads", 100, 2.0),
        measurement("task", 100, 3.0),
        measurement("task", 5000, 40.0),
        measurement("rollout", 100, 1.0, failure="exit status 2"),
    ]
    rows = {(row.measured.way, row.measured.zones): row for row in figures.rows_of(measured, [FREE])}
    assert rows["task", 100].times_as_fast_as_uri == 30
    assert rows["task", 100].ratio_to_sdk_threads == 1.5
    assert rows["task", 100].ratio_to_floor == pytest.approx(3 / 0.625)
    assert rows["task", 5000].times_as_fast_as_uri is None
    assert rows["rollout", 100].times_as_fast_as_uri is None


def test_aims():
    starts = [
        *(measurement("start", zones, 1.0, cpu_seconds=1.0, memory_mb=100.0) for zones in (1000, 5000)),
        measurement("bare_start", 1000, 0.1, cpu_seconds=0.5),
    ]
    measured = [
        measurement("uri", 100, 90.0, 3),
        measurement("role", 100, 10.0),
        measurement("uri", 100, 40.0, 1, run="unchanged"),
        measurement("role", 100, 5.0, run="unchanged"),
        measurement("sdk_threads", 1000, 10.0),
        measurement("bare", 1000, 9.0, cpu_seconds=2.5),
        measurement("rollout", 1000, 16.0, cpu_seconds=9.0),
        measurement("rollout", 5000, 40.0, memory_mb=201.0, output_lines=70),
        measurement("rollout", 540, 53.5, scenario="limit", requests_seconds=50.5),
        measurement("rollout", 600, 56.5, scenario="limit", requests_seconds=53.5),
    ]
    sharing = [
        shared.Shared((8, 32), 540, 1080, 5.4, 55.0, 50.0, 0.5, 3.0),
        shared.Shared((8, 16, 32), 540, 1080, 5.4, 52.0, 50.0, 0.7, 6.0),
        shared.Shared((8, 16), 540, 1080, 5.4, 99.0, 50.0, 9.0, 9.0, "1 of 2 runs failed"),
    ]
    assert judged(aims_of([*starts, *measured], sharing)) == {
        ("1,000 zones: seconds ÷ those of the SDK with threads", "create"): (1.6, False),
        ("1,000 zones: CPU time of a zone ÷ that of the bare loop, both without the start", "create"): (4, True),
        ("5,000 zones: memory ÷ that of a play without tasks", "create"): (2.01, False),
        ("5,000 zones: memory in MB", "create"): (201, False),
        ("5,000 zones: lines of output", "create"): (70, True),
        ("Requests per new zone, with a page of the zone list for every 50", "create"): (2, True),
        (LIMIT_AIM.format(5.4), "create"): (1.01, True),
        (LIMIT_AIM.format(6.0), "create"): (1.07, False),
        ("Two and three runs with one API token: seconds ÷ the limit's own", "create"): (1.1, True),
        ("Two and three runs with one API token: percent of the requests answered 429", "create"): (0.7, True),
        ("Two and three runs with one API token: percent from an equal share", "create"): (6, False),
        ("Our role per host: times as fast as uri tasks", "create"): (9, False),
        ("Our role per host: times as fast as uri tasks", "unchanged"): (8, True),
    }


def test_an_aim_that_was_not_measured_says_why():
    table = aims.table_of_aims(aims_of([], tofu_note="it needs --tofu PATH"))
    assert (
        "| 1,000 zones: seconds ÷ those of OpenTofu | create | ≤ 0.5 | – | not measured: it needs --tofu PATH |"
        in table
    )
    assert (
        "| 20,000 zones: memory ÷ that of a play without tasks | create | ≤ 1.5 | – | not measured: see [What" in table
    )


def test_aims_of_many_zones():
    measured = [
        *(measurement("start", zones, 1.0, cpu_seconds=1.0, memory_mb=100.0) for zones in (1000, 5000, 20000)),
        *(measurement("rollout", zones, 5.0, cpu_seconds=1 + zones / 200, memory_mb=140.0) for zones in (1000, 5000)),
        measurement("rollout", 20000, 5.0, cpu_seconds=131.0, memory_mb=160.0),
    ]
    assert judged(aims.aims_of_scale(scale.shares_of(measured))) == {
        ("CPU time of a zone with 20,000 zones ÷ with 1,000", "create"): (1.3, False),
        ("5,000 zones: memory ÷ that of a play without tasks", "create"): (1.4, True),
        ("5,000 zones: memory in MB", "create"): (140, True),
        ("20,000 zones: memory ÷ that of a play without tasks", "create"): (1.6, False),
    }


def test_the_shares_of_runs_are_compared_while_all_are_active():
    moments = [("a", 0.0, 200), ("b", 3.0, 200), ("a", 3.5, 200), ("a", 5.0, 200), ("b", 4.0, 429), ("b", 10.5, 201)]
    requests = [
        {"time": 100 + at, "seconds": 0.2, "status": status, "path": f"/client/v4/zones/{zone}/logpush/jobs"}
        for zone, at, status in [*moments, ("a", 11.0, 201)]
    ]
    requests.append({"time": 100.5, "seconds": 0.05, "status": 200, "path": "/client/v4/zones"})
    found = shared.evaluated(requests, figures.Scenario("limit", 0.05, 4, 10.0), (8, 32), [["a"], ["b"]])
    assert (found.requests, found.windows, found.limit) == (7, 1.75, 10)
    assert found.seconds == pytest.approx(11.2) and found.ratio == pytest.approx(1.12)
    assert found.refused == 12.5
    # Of the three requests between the first of b and the last window, a has two.
    assert found.deviation == pytest.approx(33.33, abs=0.01)
    assert "| 8 and 32 | 2 | 7 | 1.8 | 11.2 | 1.12 | 12.50 | 33.3 |" in shared.table_of([found])


def test_the_memory_of_one_task_is_the_least_that_a_rollout_takes():
    measured = [
        measurement("start", 5000, 1.0, memory_mb=60.0),
        measurement("reading", 5000, 1.0, memory_mb=75.0),
        measurement("rollout", 5000, 9.0),
    ]
    assert "it takes 75 MB with 5,000 zones, 1.25 times a play without tasks. A" in scale.least_memory(measured)
    assert scale.least_memory(measured[:1]) == ""


def test_refused_requests_do_not_raise_the_floor():
    measured = [measurement("rollout", 1000, 120.0, requests=3, scenario="limit", refused=1000)]
    [row] = figures.rows_of(measured, [LIMITED])
    assert (row.floor, row.windows) == (90, 10)


def test_picture_has_a_line_for_each_way_that_goes_up_with_the_seconds():
    measured = [
        measurement("uri", 10, 10.0),
        measurement("uri", 100, 100.0),
        measurement("task", 10, 1.0),
        measurement("task", 1000, 10.0),
    ]
    svg = ET.fromstring(picture.picture_of(figures.rows_of(figures.with_scaled(measured), [FREE])))
    drawn = [element for element in svg.findall(".//{*}polyline") if not element.get("stroke-dasharray")]
    # The last of a color is in the legend.
    lines = {
        element.get("stroke"): [tuple(map(float, point.split(","))) for point in element.get("points").split()]
        for element in reversed(drawn)
    }
    uri, task = (lines[picture.STYLES[way][0]] for way in ("uri", "task"))
    assert uri[0][0] == task[0][0] < uri[1][0] < task[1][0]
    assert uri[0][1] == task[1][1] > uri[1][1]
    # A factor of ten has the same length everywhere.
    assert task[0][1] - task[1][1] == pytest.approx(uri[0][1] - uri[1][1], abs=0.2)
    texts = {element.text for element in svg.findall(".//{*}text")}
    assert {"uri tasks", "extrapolated from fewer zones", "1,000", "10 s"} <= texts


def test_page_says_what_failed_and_how_busy_the_simulator_was():
    measured = [
        measurement("task", 10, 1.0, simulator_cpu_seconds=0.9),
        measurement("uri", 10, 2.0, failure="exit status 2"),
    ]
    rows = figures.rows_of(measured, [FREE])
    assert "| failed: exit status 2 | – | – |" in page.table_of_rows(rows)
    assert "90 % of a core" in page.simulator_note(rows) and "also waits for it" in page.simulator_note(rows)


def test_cost_counts_the_children_of_a_command(tmp_path):
    child = "x = bytearray(60_000_000); t = __import__('time'); e = t.monotonic() + 0.7\nwhile t.monotonic() < e: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = run([sys.executable, "-c", parent], {}, tmp_path, tmp_path / "log")
    assert cost.status == 0 and cost.seconds > 0.7 and cost.cpu_seconds > 0.1
    assert cost.memory_mb is None or cost.memory_mb > 50


def test_aims_beside_opentofu():
    measured = [
        *(measurement("tofu", 1000, 20.0, run=run_) for run_ in figures.ALL_RUNS),
        *(measurement("rollout", 1000, seconds, run=run_) for run_, seconds in (("create", 8.0), ("remove", 12.0))),
    ]
    found = aims_of(measured)
    beside = {aim.run: (aim.figure, aim.met) for aim in found if "OpenTofu" in aim.measure}
    assert beside == {
        "create": (0.4, True),
        "unchanged": (None, None),
        "change": (None, None),
        "remove": (0.6, False),
    }
    table = aims.table_of_aims(found)
    assert "| 1,000 zones: seconds ÷ those of OpenTofu | create | ≤ 0.5 | 0.40 | met |" in table
    assert "| 1,000 zones: seconds ÷ those of OpenTofu | remove | ≤ 0.5 | 0.60 | **not met** |" in table


def test_opentofu_is_skipped_with_the_reason(tmp_path):
    assert program.arguments([]).tofu_problem == "it needs --tofu PATH and --terraform-provider PATH"
    options = program.arguments([f"--tofu={tmp_path}", f"--terraform-provider={sys.executable}"])
    assert options.tofu_problem == f"{tmp_path} is not an executable file"
    assert "tofu" not in options.ways
    both = program.arguments([f"--tofu={sys.executable}", f"--terraform-provider={sys.executable}"])
    assert both.tofu_problem == "" and "tofu" in both.ways


def test_the_audit_page_is_added_to_an_earlier_run(tmp_path, monkeypatch):
    found = audit_page.Figures(5000, 14850, 4.2, 1.5, 1.2345, 32, 20.0, 140.0, "Chromium 140")
    page_text = f"# How fast a rollout is\n\n{audit_page.NEXT_HEADING}\nEach way\n"
    (tmp_path / "bench.md").write_text(page_text, encoding="utf-8")
    (tmp_path / "bench.json").write_text('{"rows": []}', encoding="utf-8")
    # A later run replaces the section.
    monkeypatch.setattr(program.headless, "missing", lambda: "Chromium is not installed")
    program.add_audit_page(program.arguments(["--audit-page", f"--output={tmp_path}"]))
    assert "Not measured: Chromium is not installed." in (tmp_path / "bench.md").read_text(encoding="utf-8")
    audit_page.add_to(tmp_path, found)
    text = (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert text.count("## ") == 2 and text.endswith("Each way\n") and "Not measured" not in text
    assert "| Opens in | 1.23 s | ≤ 3 s | met |" in text
    assert "| Filters, the slowest of 32 | 140 ms | ≤ 100 ms | **not met** |" in text
    data = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert data["rows"] == [] and data["audit_page"]["open_seconds"] == 1.234


def test_the_audit_page_needs_the_page_of_an_earlier_run(tmp_path):
    with pytest.raises(SystemExit, match="has no bench.md"):
        program.add_audit_page(program.arguments(["--audit-page", f"--output={tmp_path}"]))


def test_the_audit_page_is_measured_with_all_ways_only():
    assert program.arguments([]).with_audit_page
    assert not program.arguments(["--ways=sdk"]).with_audit_page and not program.arguments(["--scale"]).with_audit_page


def test_the_audit_page_of_the_bench_has_what_an_audit_finds():
    report = audit_page.report_of(100)
    assert report["summary"]["jobs"] == 297 and report["summary"]["missing"] == 3
    assert {kind for kind, count in report["summary"]["kinds"].items() if count} == {
        "auto_disabled",
        "failing",
        "no_job",
        "drift",
        "losing",
        "retrying",
    }


def test_the_cost_of_a_zone_is_what_the_start_leaves():
    starts = [measurement("start", zones, 1.0, run="start", cpu_seconds=2.0, memory_mb=100.0) for zones in (1000, 5000)]
    starts += [measurement("bare_start", zones, 1.0, run="bare_start", cpu_seconds=0.5) for zones in (1000, 5000)]
    runs = [
        measurement("bare", 1000, 5.0, cpu_seconds=1.5),
        measurement("rollout", 1000, 5.0, cpu_seconds=5.0, memory_mb=120.0, output_lines=20),
        measurement("rollout", 5000, 5.0, cpu_seconds=20.0, memory_mb=150.0),
    ]
    shares = {(share.measured.way, share.measured.zones): share for share in scale.shares_of([*starts, *runs])}
    assert shares["bare", 1000].milliseconds == pytest.approx(1)
    assert shares["rollout", 1000].milliseconds == pytest.approx(3)
    assert shares["rollout", 1000].ratio_to_bare == pytest.approx(3)
    assert shares["rollout", 5000].ratio_to_fewest == pytest.approx(1.2)
    assert shares["rollout", 5000].memory_ratio == pytest.approx(1.5)
    assert "| 5,000 | 5.0 | 20.0 | 3.60 | 1.20 | – | 150 | 1.50 | – | right |" in scale.table_of(list(shares.values()))
    svg = ET.fromstring(scale.picture_of(list(shares.values())))
    color = picture.STYLES["rollout"][0]
    line = next(element for element in svg.findall(".//{*}polyline") if element.get("stroke") == color)
    (_left, few), (_right, many) = (tuple(map(float, point.split(","))) for point in line.get("points").split())
    # The axis of the cost starts at zero, so a cost that is a fifth higher is drawn a fifth higher.
    assert (picture.BOTTOM - many) / (picture.BOTTOM - few) == pytest.approx(1.2, abs=0.01)
    assert {"1,000", "5,000", "our playbook rollout"} <= {element.text for element in svg.findall(".//{*}text")}


# What a program in place of OpenTofu does with the configuration: it reads the variables and calls the API.
STAND_IN = """#!{python}
import json, os, pathlib, sys
import requests
[folder] = [pathlib.Path(word.partition("=")[2]) for word in sys.argv if word.startswith("-chdir=")]
assert 'dev_overrides' in pathlib.Path(os.environ["TF_CLI_CONFIG_FILE"]).read_text()
assert (folder / "provider/terraform-provider-cloudflare").exists()
given = json.loads((folder / "zones.auto.tfvars.json").read_text())
state = folder / "terraform.tfstate"
known = json.loads(state.read_text()) if state.exists() else {{}}
session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["CLOUDFLARE_API_TOKEN"]
rate = 0.5 if "-var=sample_rate=0.5" in sys.argv else 1
for zone_id, name in given["zones"].items():
    url = os.environ["CLOUDFLARE_BASE_URL"] + "/zones/" + zone_id + "/logpush/jobs"
    body = {{"output_options": {{"timestamp_format": "rfc3339", "sample_rate": rate}}}}
    if zone_id not in known:
        new = {{"name": name, "dataset": "http_requests", "enabled": True, "destination_conf": given["destinations"][zone_id]}}
        known[zone_id] = session.post(url, json={{**new, **body}}).json()["result"]["id"]
    elif "-destroy" in sys.argv:
        session.delete(f"{{url}}/{{known.pop(zone_id)}}").raise_for_status()
    elif rate != 1:
        session.put(f"{{url}}/{{known[zone_id]}}", json=body).raise_for_status()
    else:
        session.get(f"{{url}}/{{known[zone_id]}}").raise_for_status()
state.write_text(json.dumps(known))
"""


def test_whole_run_in_small(tmp_path):
    stand_in = tmp_path / "tofu"
    stand_in.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    stand_in.chmod(0o755)
    done = subprocess.run(
        [
            sys.executable,
            RUN,
            "--ways=sdk,sdk_threads,bare,tofu,rollout",
            f"--tofu={stand_in}",
            f"--terraform-provider={stand_in}",
            "--zones=bare=2",
            "--zones=tofu=2",
            "--zones=sdk=2",
            "--zones=sdk_threads=2",
            "--zones=rollout=2",
            "--latency=5",
            "--limit=none",
            f"--output={tmp_path}",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    rows = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["rows"]
    assert {(row["way"], row["run"], row["zones"], row["writes"]) for row in rows} == {
        (way, run_, 2, writes)
        for way in ("sdk", "sdk_threads", "bare", "tofu", "rollout")
        for run_, writes in (("create", 2), ("unchanged", 0), ("change", 2), ("remove", 2))
        if run_ in figures.RUNS or way in ("tofu", "rollout")
    }
    assert {row["requests"] for row in rows if row["run"] == "unchanged"} == {2}
    assert all(row["seconds"] > row["floor_seconds"] > 0 and row["cpu_seconds"] > 0 for row in rows)
    text = (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "edgeops.logpush.rollout" in text and str(tmp_path) not in text and str(RUN.parents[2]) not in text
    ET.parse(tmp_path / "bench.svg")


def test_scale_in_small(tmp_path):
    options = ["--scale", "--ways=bare,task", "--zones=bare=2,4", "--zones=task=2,4", "--latency=5"]
    done = subprocess.run(
        [sys.executable, RUN, *options, f"--output={tmp_path}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    rows = json.loads((tmp_path / "bench_scale.json").read_text(encoding="utf-8"))["rows"]
    assert {(row["way"], row["run"], row["zones"], row["requests"]) for row in rows} == {
        (way, run_, zones, requests * zones)
        for way in ("bare", "task")
        for run_, requests in (("create", 2), ("unchanged", 1))
        for zones in (2, 4)
    }
    assert str(tmp_path) not in (tmp_path / "bench_scale.md").read_text(encoding="utf-8")
    ET.parse(tmp_path / "bench_scale.svg")
