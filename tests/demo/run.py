# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the collection at work: roll out to five zones of the simulator, again, and watch logs arrive.

The exit status is 0 when the first run changed something, the second nothing, and every job delivers.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

import conftest  # noqa: E402, F401  pylint: disable=wrong-import-position,unused-import  # it finds the collection
from simulator.process import Simulator  # noqa: E402  pylint: disable=wrong-import-position
from ansible_collections.edgeops.logpush.plugins.module_utils._jobs import (  # noqa: E402  pylint: disable=wrong-import-position
    public_job,
)

DELIVERY_SECONDS = 30
PLAYBOOK = "edgeops.logpush.rollout"
COLUMNS = "{:<22}{:<18}{:<22}{:>6}  {:<12}{:>7}"


def main() -> int:
    """Run the demo and give its exit status."""
    with Simulator() as simulator:
        print(f"Cloudflare is simulated at {simulator.api_url}, Splunk's HEC at {simulator.hec_url}.")
        first = roll_out(simulator, "1. Roll out to five zones")
        second = roll_out(simulator, "2. Roll out again: nothing changes")
        print("\n3. Logs arrive in Splunk\n")
        delivering = show_deliveries(simulator)
        print("\n   The last event of each zone\n")
        show_last_events(simulator)
    verdict = {
        "the first run created the jobs": first > 0,
        "the second run changed nothing": second == 0,
        "every job delivers": delivering,
    }
    print()
    for claim, holds in verdict.items():
        print(f"{'yes' if holds else 'NO ':<4}{claim}")
    return 0 if all(verdict.values()) else 1


def roll_out(simulator: Simulator, title: str) -> int:
    """Run the playbook as a user would and give the number of hosts that changed. Raises SystemExit when it fails."""
    print(f"\n{title}\n   ansible-playbook -i {HERE.relative_to(HERE.parents[1])}/inventory.yml {PLAYBOOK}")
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("ansible-playbook"), "-i", HERE / "inventory.yml", PLAYBOOK],
        env={
            **os.environ,
            "CLOUDFLARE_API_TOKEN": simulator.api_token,
            "CLOUDFLARE_BASE_URL": simulator.api_url,
            "SPLUNK_HEC_TOKEN": simulator.hec_token,
            "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint,
            "ANSIBLE_DISPLAY_OK_HOSTS": "false",
            "ANSIBLE_NOCOLOR": "true",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print("".join(f"   {line}\n" for line in done.stdout.splitlines() if line.strip()), end="")
    if done.returncode:
        raise SystemExit(f"{PLAYBOOK} failed with exit status {done.returncode}")
    return len(re.findall(r"changed=[1-9]", done.stdout))


def show_deliveries(simulator: Simulator) -> bool:
    """Wait until every job delivered, show each with the events that arrived in its channel, and tell if all did."""
    deadline = time.monotonic() + DELIVERY_SECONDS
    simulator.push()
    rows = deliveries(simulator)
    while not all(delivers(row) for row in rows) and time.monotonic() < deadline:
        simulator.push()
        rows = deliveries(simulator)
    print(COLUMNS.format("zone", "dataset", "job", "id", "health", "events"))
    for row in rows:
        print(COLUMNS.format(*row))
    return bool(rows) and all(delivers(row) for row in rows)


def show_last_events(simulator: Simulator) -> None:
    """Show the beginning of the newest event that Splunk holds of each zone."""
    newest = {event["scope_id"]: event for event in simulator.events()}
    for name, zone_id in sorted(simulator.zone_ids.items()):
        event = newest.get(zone_id, {"sourcetype": "-", "raw": "nothing"})
        print(f"{name:<22}{event['sourcetype']:<18}{event['raw'][:70]}...")


def delivers(row: tuple[str, str, str, int, str, int]) -> bool:
    """Tell whether the job of a row is healthy and events of it arrived."""
    return row[4] == "delivering" and row[5] > 0


def deliveries(simulator: Simulator) -> list[tuple[str, str, str, int, str, int]]:
    """Give zone, dataset, name, id, health and the number of received events of each job."""
    zone_names = {zone_id: name for name, zone_id in simulator.zone_ids.items()}
    rows = []
    for stored in simulator.state()["jobs"]:
        job = public_job({"id": stored["id"], **stored["stored"]})
        events = simulator.events(job_id=job["id"])
        zone = zone_names[stored["scope_id"]]
        rows.append((zone, job["dataset"], job["name"], job["id"], job["health"], len(events)))
    return sorted(rows)


if __name__ == "__main__":
    sys.exit(main())
