# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive that users install, built and installed as users do it."""

from __future__ import annotations

import os
import pathlib
import subprocess

from .ansible import BIN, CHECKOUT


def build(folder: pathlib.Path) -> pathlib.Path:
    """Build the archive of the checkout in a folder."""
    _galaxy("build", "--output-path", str(folder), cwd=CHECKOUT, home=folder)
    [archive] = folder.glob("edgeops-logpush-*.tar.gz")
    return archive


def install(archive: pathlib.Path, collections: pathlib.Path) -> pathlib.Path:
    """Install an archive into a folder of collections, and return the folder of the collection."""
    collections.mkdir(parents=True, exist_ok=True)
    _galaxy(
        "install",
        "--offline",
        "--collections-path",
        str(collections),
        str(archive),
        cwd=collections,
        home=archive.parent,
    )
    return collections / "ansible_collections/edgeops/logpush"


def _galaxy(*arguments: str, cwd: pathlib.Path, home: pathlib.Path) -> None:
    # With the checkout in the path, nothing would be installed.
    environment: dict[str, str] = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8"}
    command = [str(BIN / "ansible-galaxy"), "collection", *arguments]
    subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL)
