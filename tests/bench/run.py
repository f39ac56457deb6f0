# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a rollout with the collection to the same done with ansible.builtin.uri, against the simulator.

python tests/bench/run.py [zones] [latency in milliseconds]

The figures of one run are comparable with each other only: look at the ratios and at the requests.
"""

from __future__ import annotations

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

import conftest  # noqa: E402, F401  pylint: disable=wrong-import-position,unused-import  # it finds the collection
from simulator.process import Simulator  # noqa: E402  pylint: disable=wrong-import-position

WAYS = {"uri tasks": str(HERE / "uri_rollout.yml"), "rollout": "edgeops.logpush.rollout"}


def main() -> None:
    """Measure each way, creating and then unchanged, and print a Markdown table."""
    zones = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    latency = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    print(f"{zones} zones, {latency:g} ms latency of the API; ratio: seconds against uri tasks\n")
    print("| way | run | seconds | ratio | CPU seconds | requests per zone | writes |")
    print("|---|---|---|---|---|---|---|")
    baseline: dict[str, float] = {}
    with Simulator(push_interval=3600) as simulator, tempfile.TemporaryDirectory() as folder:
        inventory = pathlib.Path(folder) / "zones.json"
        for way, playbook in WAYS.items():
            prepare(simulator, inventory, zones, latency)
            for run in ("create", "unchanged"):
                seconds, cpu, requests = measure(simulator, inventory, playbook)
                baseline.setdefault(run, seconds)
                writes = sum(request["method"] != "GET" for request in requests)
                print(f"| {way} | {run} | {seconds:.1f} | {seconds / baseline[run]:.2f} | {cpu:.1f} | "
                      f"{len(requests) / zones:g} | {writes} |", flush=True)


def prepare(simulator: Simulator, inventory: pathlib.Path, zones: int, latency: float) -> None:
    """Give the simulator that many empty zones, and write them as an inventory."""
    ids = {f"zone{number}.example.com": f"{number:032x}" for number in range(1, zones + 1)}
    simulator.reset(
        zones=[{"id": zone_id, "name": name} for name, zone_id in ids.items()],
        settings={"rate_limit_requests": 1_000_000},
    )
    simulator.set_latency(api=latency / 1000)
    hosts = {name: {"zone_id": zone_id, "zone_name": name} for name, zone_id in ids.items()}
    inventory.write_text(json.dumps({"cloudflare_zones": {"hosts": hosts}}), encoding="utf-8")


def measure(simulator: Simulator, inventory: pathlib.Path, playbook: str) -> tuple[float, float, list[dict]]:
    """Run a playbook and give its wall time, its CPU time and the requests that the API received."""
    simulator.wipe_requests()
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("ansible-playbook"), "-i", inventory, playbook],
        env={
            **os.environ,
            "CLOUDFLARE_API_TOKEN": simulator.api_token,
            "CLOUDFLARE_BASE_URL": simulator.api_url,
            "SPLUNK_HEC_TOKEN": simulator.hec_token,
            "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{playbook} failed:\n{done.stdout}{done.stderr}")
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, simulator.requests(side="api")


if __name__ == "__main__":
    main()
