# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the collection at work on the simulator: an empty Splunk, five zones, and the logs that arrive.

The exit status is 0 when the first run changed something, the second nothing, every job delivers, and Splunk's search
finds events of every zone.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

# isort: off
import conftest  # noqa: E402, F401  pylint: disable=wrong-import-position,unused-import  # makes the collection importable

# isort: on
import requests  # noqa: E402  pylint: disable=wrong-import-position
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import (  # noqa: E402  pylint: disable=wrong-import-position
    public_job,
)
from simulator.process import Simulator  # noqa: E402  pylint: disable=wrong-import-position

PLAYBOOK = "edgeops.logpush.site"
# Minutes at the real Cloudflare are seconds here.
HASTE = "splunk_logpush_verify_interval=1 splunk_logpush_verify_timeout=60 splunk_hec_search_interval=1"
INDEX = "cloudflare"
COLUMNS = "{:<22}{:<18}{:<22}{:>6}  {:<12}{:>7}"

Row = tuple[str, str, str, int, str, int]


def main() -> int:
    """Run the demo and return its exit status."""
    with Simulator(empty_splunk=True) as simulator:
        print(f"Cloudflare is simulated at {simulator.api_url}, an empty Splunk at {simulator.management_url}.")
        first = run_site(simulator, "1. Switch HEC on, make index and token, roll out to five zones, see logs arrive")
        second = run_site(simulator, "2. Once more: nothing changes")
        print("\n3. What Cloudflare and Splunk hold now\n")
        rows = deliveries(simulator)
        print(COLUMNS.format("zone", "dataset", "job", "id", "health", "events"))
        for row in rows:
            print(COLUMNS.format(*row))
        print("\n   The last event of each zone, found by a search in Splunk\n")
        found = [show_last_event(simulator, zone) for zone in sorted(simulator.zone_ids)]
    verdict = {
        "the first run changed something": first > 0,
        "the second run changed nothing": second == 0,
        "every job delivers": bool(rows) and all(row[4] == "delivering" and row[5] > 0 for row in rows),
        "a search in Splunk finds events of every zone": all(found),
    }
    print()
    for claim, holds in verdict.items():
        print(f"{'yes' if holds else 'NO':<4}{claim}")
    return 0 if all(verdict.values()) else 1


def run_site(simulator: Simulator, title: str) -> int:
    """Run the playbook as a user would and return the number of hosts that changed. Raises SystemExit if it fails."""
    print(f"\n{title}\n   ansible-playbook -i {HERE.relative_to(HERE.parents[1])}/inventory.yml {PLAYBOOK}")
    trust = f"splunk_hec_ca_path={simulator.ca_file} splunk_hec_probe_ca_path={simulator.ca_file}"
    done = subprocess.run(
        [
            pathlib.Path(sys.executable).with_name("ansible-playbook"),
            "-i",
            HERE / "inventory.yml",
            PLAYBOOK,
            "--extra-vars",
            trust,
            "--extra-vars",
            HASTE,
        ],
        env={
            **os.environ,
            "CLOUDFLARE_API_TOKEN": simulator.api_token,
            "CLOUDFLARE_BASE_URL": simulator.api_url,
            "SPLUNK_MANAGEMENT_URL": simulator.management_url,
            "SPLUNK_USERNAME": simulator.splunk_username,
            "SPLUNK_PASSWORD": simulator.splunk_password,
            "ANSIBLE_DISPLAY_OK_HOSTS": "false",
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
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


def deliveries(simulator: Simulator) -> list[Row]:
    """Return zone, dataset, name, id, health and the number of received events of each job."""
    zone_names = {zone_id: name for name, zone_id in simulator.zone_ids.items()}
    state = simulator.state()
    rows = []
    for stored in state["jobs"]:
        job = public_job({"id": stored["id"], **stored["stored"]})
        events = state["received"]["job_id"].get(str(job["id"]), 0)
        rows.append((zone_names[stored["scope_id"]], job["dataset"], job["name"], job["id"], job["health"], events))
    return sorted(rows)


def show_last_event(simulator: Simulator, zone: str) -> bool:
    """Search Splunk for the zone, as its users do, show the beginning of the newest event, and tell if there is one."""
    answer = requests.post(
        f"{simulator.management_url}/services/search/jobs",
        {"search": f'search index={INDEX} "{zone}" | head 1', "exec_mode": "oneshot", "output_mode": "json"},
        auth=(simulator.splunk_username, simulator.splunk_password),
        verify=simulator.ca_file,
        timeout=30,
    )
    answer.raise_for_status()
    found = answer.json()["results"]
    event = found[0] if found else {"sourcetype": "-", "_raw": "nothing"}
    print(f"{zone:<22}{event['sourcetype']:<18}{event['_raw'][:70]}...")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
