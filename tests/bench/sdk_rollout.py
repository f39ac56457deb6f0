# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same rollout as a script that uses Cloudflare's SDK, as a careful user would write it.

python tests/bench/sdk_rollout.py zones.json [--threads 32] [--enable-apart]

zones.json is a list of objects with the ID and the name of a zone.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import sys

import cloudflare
from destination import Zone, destination_of


def main() -> int:
    """Roll out to every zone; a failing zone does not stop the others. The exit status is 1 if a zone failed."""
    parser = argparse.ArgumentParser(description="Roll out Logpush with Cloudflare's SDK.")
    parser.add_argument("zones", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--enable-apart", action="store_true", help="enable a new job by a PUT of its own")
    options = parser.parse_args()
    zones = json.loads(options.zones.read_text(encoding="utf-8"))

    # Token and address come from the environment. The number of retries is that of the collection.
    with cloudflare.Cloudflare(max_retries=4) as client:

        def tried(zone: Zone) -> str:
            try:
                roll_out(client, zone, options.enable_apart)
            except cloudflare.CloudflareError as error:
                return f"{zone['name']}: {error}"
            return ""

        if options.threads == 1:
            outcomes = [tried(zone) for zone in zones]
        else:
            with concurrent.futures.ThreadPoolExecutor(options.threads) as pool:
                outcomes = list(pool.map(tried, zones))
    failures = [outcome for outcome in outcomes if outcome]
    print(f"{len(zones) - len(failures)} zones done, {len(failures)} failed", *failures, sep="\n")
    return 1 if failures else 0


def roll_out(client: cloudflare.Cloudflare, zone: Zone, enable_apart: bool) -> None:
    """Return the job of a zone, and create it if it is missing. Raises CloudflareError."""
    listed = client.logpush.jobs.list(zone_id=zone["id"])
    found = next((job for job in listed if job and job.name == zone["name"]), None)
    if found is None:
        found = client.logpush.jobs.create(
            zone_id=zone["id"],
            name=zone["name"],
            dataset="http_requests",
            destination_conf=destination_of(zone),
            enabled=not enable_apart,
            output_options={"timestamp_format": "rfc3339"},
        )
    if found and found.id and not found.enabled:
        client.logpush.jobs.update(found.id, zone_id=zone["id"], enabled=True)


if __name__ == "__main__":
    sys.exit(main())
