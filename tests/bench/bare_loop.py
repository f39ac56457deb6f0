# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of a rollout and nothing else: a loop in threads that lists the jobs of each zone and creates the missing one.

python tests/bench/bare_loop.py zones.json [--threads 32]

It has no retries, checks nothing and reports nothing, so that the difference to a rollout is the rollout's own cost.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import pathlib
import sys

import requests
from destination import Zone, destination_of


def main() -> int:
    """Roll out to every zone; the exit status is 1 if a request fails."""
    parser = argparse.ArgumentParser(description="Send the requests of a rollout.")
    parser.add_argument("zones", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    zones = json.loads(options.zones.read_text(encoding="utf-8"))
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"
    for scheme in ("http://", "https://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=options.threads))
    with concurrent.futures.ThreadPoolExecutor(options.threads) as pool:
        list(pool.map(lambda zone: roll_out(session, zone), zones))
    return 0


def roll_out(session: requests.Session, zone: Zone) -> None:
    """Return the job of a zone, and create it if it is missing. Raises HTTPError."""
    url = f"{os.environ['CLOUDFLARE_BASE_URL']}/zones/{zone['id']}/logpush/jobs"
    listed = session.get(url, timeout=60)
    listed.raise_for_status()
    if not any(job["name"] == zone["name"] for job in listed.json()["result"]):
        job = {
            "name": zone["name"],
            "dataset": "http_requests",
            "destination_conf": destination_of(zone),
            "enabled": True,
            "output_options": {"timestamp_format": "rfc3339"},
        }
        session.post(url, json=job, timeout=60).raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
