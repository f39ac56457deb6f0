# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the scripts in findings/ and list which of them still hold.

python tests/findings.py           all scripts, one after the other
python tests/findings.py hcl hec   the scripts whose names contain one of these texts

The exit status is 1 if a script says that the behavior changed, and 2 if no script has such a name.
"""

from __future__ import annotations

import argparse
import collections
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "findings"
TIMEOUT_SECONDS = 600
RESULTS = {0: "holds", 2: "skipped"}
CHANGED = "changed"


def run(script: Path) -> tuple[str, str]:
    """Return the result of a script ("holds", "changed" or "skipped") and the last line of its output."""
    # A session of its own: a script that takes too long is stopped with everything that it started.
    child = subprocess.Popen(
        [script],
        env={**os.environ, "PYTHON": sys.executable},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, dummy = child.communicate(timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGTERM)
        child.communicate()
        return CHANGED, f"no end after {TIMEOUT_SECONDS} s"
    lines = output.strip().splitlines()
    return RESULTS.get(child.returncode, CHANGED), lines[-1] if lines else f"exit status {child.returncode}, no output"


def main() -> int:
    """Run the scripts that the command line names, or all of them. Return the exit status."""
    parser = argparse.ArgumentParser(description="Run the scripts in findings/ and list which of them still hold.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="a part of the name of a script (default: all scripts)"
    )
    names: list[str] = parser.parse_args().names
    scripts = [
        script for script in sorted(FOLDER.glob("*.sh")) if not names or any(name in script.stem for name in names)
    ]
    if not scripts:
        print(f"No script in {FOLDER} has a name with {' or '.join(names) or '.sh'}", file=sys.stderr)
        return 2

    counts: collections.Counter[str] = collections.Counter()
    for script in scripts:
        start = time.monotonic()
        result, last_line = run(script)
        counts[result] += 1
        reason = "" if result == "holds" else ": " + last_line.removeprefix(f"{result}: ")
        print(f"{result:<7} {script.stem} ({time.monotonic() - start:.0f} s){reason}", flush=True)
    print(", ".join(f"{counts[result]} {result}" for result in ("holds", "changed", "skipped")))
    return 1 if counts[CHANGED] else 0


if __name__ == "__main__":
    sys.exit(main())
