# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playground's command C(collector-certificate): let the collector present a bad certificate, or a valid one again.

With a bad one, a day of failed deliveries passes in a moment, after which Cloudflare disables a job.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

# pylint: disable=wrong-import-position
import requests
from simulator.clock import now, rfc3339
from simulator.process import Simulator

CERTIFICATES = {
    "valid": "a valid certificate",
    "expired": "a certificate that expired yesterday",
    "wrong_host": "a certificate for another host name",
    "untrusted": "a certificate of an unknown authority",
}
MORE_THAN_A_DAY = 25 * 3600
# A delivery that began before the change can still succeed, so that its job must fail once more.
ATTEMPTS = 5


def main() -> int:
    """Change the certificate and return the exit status."""
    kind = arguments().certificate
    playground = Simulator()
    playground.control_url = os.environ.get("PLAYGROUND_CONTROL_URL", "")
    try:
        settings = playground.change_settings(certificate=kind)
        disabled = 0 if kind == "valid" else let_a_day_pass(playground, settings["push_interval"])
    except requests.RequestException:
        print("No playground answers. Start one with make play, and source the file that it prints.", file=sys.stderr)
        return 1
    print(f"The collector now presents {CERTIFICATES[kind]}.")
    if disabled:
        jobs = "1 job" if disabled == 1 else f"{disabled:,} jobs"
        print(f"A simulated day has passed. Cloudflare has disabled {jobs}, because all deliveries failed.")
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    description = "Change the certificate that the collector of the playground presents."
    parser = argparse.ArgumentParser(prog="collector-certificate", description=description, allow_abbrev=False)
    parser.add_argument("certificate", choices=CERTIFICATES, help="the certificate to present")
    return parser.parse_args()


def let_a_day_pass(playground: Simulator, push_interval: float) -> int:
    """Move the enabled jobs a day into the past, let their deliveries fail, and return how many are disabled then."""
    before = enabled_jobs(playground)
    playground.change_settings(push_interval=0)
    for dummy in range(ATTEMPTS):
        for job in enabled_jobs(playground):
            earlier = now() - MORE_THAN_A_DAY
            fields = {"time_created": rfc3339(earlier), "failing_since": earlier}
            if job["stored"]["last_complete"]:
                fields["last_complete"] = rfc3339(earlier)
            playground.change_job(job["id"], **fields)
        if not playground.push():
            break
    playground.change_settings(push_interval=push_interval)
    return len(before) - len(enabled_jobs(playground))


def enabled_jobs(playground: Simulator) -> list[dict]:
    """Return the jobs that push."""
    return [job for job in playground.jobs() if job["stored"]["enabled"]]


if __name__ == "__main__":
    sys.exit(main())
