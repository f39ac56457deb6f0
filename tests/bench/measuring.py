# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a command costs: wall time, and the CPU time and the memory of its whole tree of processes."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import resource
import subprocess
import threading
import time
import typing as t

PROC = pathlib.Path("/proc")
# Reading the memory of a process takes the kernel some milliseconds, which would distort the measurement.
SECONDS_BETWEEN_SAMPLES = 0.2


@dataclasses.dataclass(frozen=True)
class Cost:
    """The cost of one command. Without /proc of Linux, its memory is not known."""

    status: int
    seconds: float
    cpu_seconds: float
    memory_mb: float | None


def run(command: t.Sequence[str], environment: t.Mapping[str, str], folder: pathlib.Path, log: pathlib.Path) -> Cost:
    """Run a command to its end with its output in a file, and return its cost.

    The CPU time counts every descendant whose parent waited for it, as the kernel does.
    """
    with log.open("wb") as output:
        before, started = children_cpu_seconds(), time.monotonic()
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as process, MemorySampler(process.pid) as memory:
            status = process.wait()
            seconds = time.monotonic() - started
    return Cost(status, seconds, children_cpu_seconds() - before, memory.peak_mb)


def children_cpu_seconds() -> float:
    """Return the CPU time of all children so far, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_seconds_of(pid: int) -> float | None:
    """Return the CPU time that a running process took so far, None where there is no /proc."""
    fields = _stat(PROC / str(pid))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else None


class MemorySampler:
    """Samples the memory of a process and its descendants; use it as a context manager.

    A page that several processes share counts once in all (PSS). Peaks between two samples are missed.
    """

    def __init__(self, pid: int) -> None:
        self.peak_mb: float | None = None
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> MemorySampler:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            found = [_pss_kb(pid) for pid in tree_of(self._pid)]
            if any(found):
                self.peak_mb = max(self.peak_mb or 0, sum(found) / 1024)
            self._over.wait(SECONDS_BETWEEN_SAMPLES)


def tree_of(root: int) -> list[int]:
    """Return the IDs of a process and of all its descendants, as far as they exist."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        fields = _stat(folder)
        if fields:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _stat(folder: pathlib.Path) -> list[str]:
    """Return the kernel's status of a process, beginning with its state; empty if the process has ended."""
    with contextlib.suppress(OSError):
        # The name of the program comes first, in parentheses, and can contain any character.
        return (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return []


def _pss_kb(pid: int) -> int:
    """Return the memory of a process in kilobytes, 0 if it has ended."""
    with contextlib.suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
