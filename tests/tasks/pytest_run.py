# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run pytest, and count its tests."""

from __future__ import annotations

import re
import subprocess
import sys
import typing as t

from .environment import CHECKOUT

# One process more than the usual two cores: tests that wait for Cloudflare's pushes and Splunk's answers leave a core idle.
COMMAND = (sys.executable, "-m", "pytest", "-n", "3", "--dist", "worksteal", "--color", "no")


class TestCounts(t.NamedTuple):
    """How many tests passed, failed and were skipped."""

    passed: int
    failed: int
    skipped: int


def run_pytest(environment: dict[str, str], *arguments: str) -> TestCounts:
    """Run pytest in the checkout, show its output as it comes, and return how many tests passed, failed and were skipped.

    A run without a test, or one that is cut short, counts as a failed test.
    """
    child = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    last = ""
    for line in child.stdout or ():
        print(line, end="", flush=True)
        last = line if line.strip() else last
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error|skipped)", last)}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    return TestCounts(counts.get("passed", 0), failed or int(child.wait() != 0), counts.get("skipped", 0))
