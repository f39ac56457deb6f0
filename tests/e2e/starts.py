# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The processes that start the programs of Ansible for the tests of this process."""

from __future__ import annotations

import atexit
import functools
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing as t

from .start_client import start
from .start_server import settings_of

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 60


class Starter:
    """A process whose forks are programs of Ansible, for some settings of Ansible."""

    def __init__(self, settings: t.Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="starts-")
        self.address = os.path.join(self._folder.name, "orders")
        # Each start has a PYTHONPATH of its own.
        others = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        for name in settings_of(others):
            others.pop(name)
        command = [sys.executable, str(HERE / "start_server.py"), self.address]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env={**others, **settings})
        deadline = time.monotonic() + SECONDS
        while not os.path.exists(self.address):
            assert self._process.poll() is None and time.monotonic() < deadline, "start_server.py does not start"
            time.sleep(0.02)
        atexit.register(self.end)

    def end(self) -> None:
        """End the process, which ends with its input."""
        with self._process:
            pass
        self._folder.cleanup()

    def run(
        self, command: list[str], cwd: pathlib.Path, env: dict[str, str], output: t.IO[str], errors: t.IO[str]
    ) -> int:
        """Run a program of Ansible with these files for its output, and return its exit status."""
        with open(os.devnull, encoding="utf-8") as nothing:
            files = [file.fileno() for file in (nothing, output, errors)]
            return start(self.address, command, str(cwd), env, files)

    def as_command(self, *command: str) -> list[str]:
        """Return the command line of a client that runs a program of Ansible."""
        return [sys.executable, "-I", "-S", str(HERE / "start_client.py"), self.address, *command]


def starter_for(environment: t.Mapping[str, str]) -> Starter:
    """Return the starter for the settings in an environment. It ends with this process."""
    return _starter(tuple(sorted(settings_of(environment).items())))


@functools.lru_cache(maxsize=None)
def _starter(settings: tuple[tuple[str, str], ...]) -> Starter:
    return Starter(dict(settings))
