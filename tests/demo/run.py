# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the collection at work on the simulator: an empty Splunk, five zones, and the logs that arrive.

python tests/demo/run.py [single | nodes | cluster | deployment_server | cloud]

The exit status is 0 when the first run changed something, the second nothing, every job delivers, and Splunk's search finds events
of every zone. With one Splunk, both ends of the deliveries must also agree. With several nodes, each must have the same HEC token,
and have received events through the load balancer. The output of a playbook is shown if it fails.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import typing as t

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

# isort: off
import conftest  # noqa: E402, F401  pylint: disable=wrong-import-position,unused-import  # makes the collection importable

# isort: on
import requests  # noqa: E402  pylint: disable=wrong-import-position
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import (  # noqa: E402  pylint: disable=wrong-import-position
    public_job,
)
from demo import nodes  # noqa: E402  pylint: disable=wrong-import-position
from demo.topologies import TOPOLOGIES, Topology  # noqa: E402  pylint: disable=wrong-import-position
from simulator.process import Simulator  # noqa: E402  pylint: disable=wrong-import-position

PLAYBOOK, DELIVERY = "edgeops.logpush.site", "edgeops.logpush.delivery"
SINGLE = TOPOLOGIES["single"]
INDEX = "cloudflare"
# The plan that the playbook prints: its title, rows that are indented, and the totals.
PLAN = re.compile(r"^Logpush rollout, .*\n(?:  .*\n)*.*", re.MULTILINE)
# The table of both ends, with two lines of totals.
BOTH_ENDS = re.compile(r"^Logpush delivery, .*\n(?:  .*\n)*.*\n.*", re.MULTILINE)
# How Splunk finds the times of the events of these source types.
TIMES = {
    "TIME_PREFIX": r'"(?:EdgeStartTimestamp|Datetime|Timestamp)"\s*:\s*"',
    "TIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "TRUNCATE": 100000,
}


def main(arguments: t.Sequence[str] = ()) -> int:
    """Run the demo and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="make demo",
        usage="make demo [OPTIONS=topology]",
        description="Show the collection at work, against simulated Cloudflare and Splunk.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "topology",
        nargs="?",
        default=SINGLE.name,
        choices=list(TOPOLOGIES),
        help=f"the Splunk to simulate: one of {', '.join(TOPOLOGIES)} (default: {SINGLE.name})",
    )
    topology = TOPOLOGIES[parser.parse_args(arguments).topology]
    with Simulator(options=topology.options) as simulator:
        if topology is SINGLE:
            # As every Splunk does, once a minute.
            simulator.change_settings(hec_metrics_seconds=60)
            simulator.set_props({"cloudflare:json": TIMES, "cloudflare:blog": TIMES})
        print(f"Cloudflare with five zones and {topology.splunk} are simulated. The demo runs this command twice:")
        inventories = " ".join(f"-i {path.relative_to(HERE.parents[1])}" for path in topology.inventories)
        print(f"  ansible-playbook {inventories} {PLAYBOOK}\n")
        first = run_playbook(simulator, PLAYBOOK, f"1. {topology.first_run}", topology)
        second = run_playbook(simulator, PLAYBOOK, "2. The same again", topology)
        delivering, jobs = count_jobs(simulator)
        print(f"3. Ask Cloudflare: {delivering} of {jobs} jobs deliver")
        newest = {zone: newest_event(simulator, zone) for zone in sorted(simulator.zone_ids)}
        print(f"4. Search in Splunk: events of {sum(map(bool, newest.values()))} of {len(newest)} zones")
        verdict = {
            "The first run changed nothing.": changed_hosts(first) == 0,
            "The second run changed something.": changed_hosts(second) > 0,
            "Not every job delivers.": not jobs or delivering < jobs,
            "A search in Splunk finds no events of some zones.": not all(newest.values()),
        }
        both_ends = compare_both_ends(simulator) if topology is SINGLE else ""
        if topology.has_nodes:
            verdict.update(nodes.look_at_nodes(simulator, "5"))
    print("\nThe plan of the first run:")
    print(plan_in(first))
    print("\nThe newest event of each zone in Splunk:")
    for zone, event in newest.items():
        print(f"  {zone:<22}{event}")
    if topology is SINGLE:
        print("\nWhat Cloudflare delivered in one hour, and what Splunk indexed:")
        print(table_in(both_ends))
        found = re.search(r"\b[1-9]\d* complete", table_in(both_ends))
        verdict["No zone could be compared at both ends."] = not found
    problems = [problem for problem, is_there in verdict.items() if is_there]
    print("".join(f"\nNot as expected: {problem}" for problem in problems), end="\n" if problems else "")
    return 1 if problems else 0


def compare_both_ends(simulator: Simulator) -> str:
    """Let the jobs push for an hour, compare both ends, and return the output of the playbook."""
    # Both ends can be compared for a window that ended ten minutes ago, so the simulated clock is set back.
    simulator.push_at(4000, rounds=10, interval=300)
    title = "5. Let the jobs push for an hour, and compare both ends"
    return run_playbook(simulator, DELIVERY, title, logpush_delivery_window=3600)


def run_playbook(
    simulator: Simulator, playbook: str, title: str, topology: Topology = SINGLE, **variables: object
) -> str:
    """Run a playbook as a user would, print in one line what it did, and return its output. Raises SystemExit if it
    fails."""
    print(f"{title} ... ", end="", flush=True)
    began = time.monotonic()
    command: list[object] = [pathlib.Path(sys.executable).with_name("ansible-playbook")]
    for inventory in topology.inventories:
        command += ["-i", inventory]
    set_variables = {**simulator.variables(), **topology.variables(simulator), **variables}
    done = subprocess.run(
        [*map(str, command), playbook, "--extra-vars", json.dumps(set_variables)],
        env={**os.environ, **topology.environment(simulator), "ANSIBLE_NOCOLOR": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"failed\n\n{done.stdout}")
        raise SystemExit(f"{playbook} failed with exit status {done.returncode}")
    changes = "changed" if changed_hosts(done.stdout) else "nothing changed"
    print(f"{changes}, {time.monotonic() - began:.0f} s")
    return done.stdout


def changed_hosts(output: str) -> int:
    """Return the number of hosts that changed, according to the recap."""
    return len(re.findall(r"changed=[1-9]", output))


def plan_in(output: str) -> str:
    """Return the plan in the output of the playbook."""
    found = PLAN.search(output)
    return found.group() if found else "  (none)"


def table_in(output: str) -> str:
    """Return the table of both ends in the output of the playbook."""
    found = BOTH_ENDS.search(output)
    return found.group() if found else "  (none)"


def count_jobs(simulator: Simulator) -> tuple[int, int]:
    """Return how many jobs deliver, with events received from them, and how many jobs there are."""
    state = simulator.state()
    received = state["received"]["job_id"]
    jobs = [public_job({"id": stored["id"], **stored["stored"]}) for stored in state["jobs"]]
    delivering = [job for job in jobs if job["health"] == "delivering" and received.get(str(job["id"]), 0) > 0]
    return len(delivering), len(jobs)


def newest_event(simulator: Simulator, zone: str) -> str:
    """Search Splunk for the zone, as its users do, and return source type and beginning of the newest event, or ""."""
    answer = requests.post(
        f"{simulator.management_url}/services/search/jobs",
        {"search": f'search index={INDEX} "{zone}" | head 1', "exec_mode": "oneshot", "output_mode": "json"},
        auth=(simulator.splunk_username, simulator.splunk_password),
        verify=simulator.ca_file,
        timeout=30,
    )
    answer.raise_for_status()
    found = answer.json()["results"]
    return f"{found[0]['sourcetype']:<18}{found[0]['_raw'][:70]}..." if found else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
