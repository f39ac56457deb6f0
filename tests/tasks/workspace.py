# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A copy of the collection for a check to work on, so that nothing is written to the checkout."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import typing as t
from pathlib import Path

from .environment import CHECKOUT, HOME, environment

NAME = "edgeops.logpush"


class CheckFailed(Exception):
    """A check found a problem. The message contains what is needed to correct it."""


class Workspace(t.NamedTuple):
    """A copy of the collection at ``collection``, in a folder ansible_collections/edgeops/logpush, and the environment
    for programs that work on it."""

    collection: Path
    environment: dict[str, str]

    @property
    def scratch(self) -> Path:
        """Return a folder for temporary files, outside the copy."""
        return self.collection.parents[2]

    def run(self, *command: str | Path, cwd: Path | None = None, variables: t.Mapping[str, str] | None = None) -> str:
        """Run a program in the copy, or in ``cwd``, and return its output. Raises CheckFailed if it fails."""
        done = subprocess.run(
            command,
            cwd=cwd or self.collection,
            env={**self.environment, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise CheckFailed(done.stdout.strip() or f"{command[0]} ends with exit status {done.returncode}")
        return done.stdout


@contextlib.contextmanager
def workspace() -> t.Iterator[Workspace]:
    """Return a workspace with all files that git tracks or would add, uncommitted changes included.

    It is outside the checkout, because Ansible's tools skip what git ignores.
    """
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        collection = Path(scratch, "ansible_collections", *NAME.split("."))
        for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
            source, target = CHECKOUT / name, collection / name
            # A tracked file may be deleted without the deletion being staged.
            if name and os.path.lexists(source):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        yield Workspace(collection, environment(Path(scratch)))


def git(*arguments: str) -> str:
    """Return git's output about the checkout."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout
