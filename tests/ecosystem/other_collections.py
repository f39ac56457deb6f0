# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Third-party collections that tests use, extracted from the package of all collections."""

from __future__ import annotations

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

from e2e.ansible import CHECKOUT

NAMES = ("ansible.posix", "awx.awx")
REQUIREMENTS = CHECKOUT / "requirements/collections.txt"


def unpacked() -> pathlib.Path:
    """Return a folder with these collections. It is created again when the pinned version changes."""
    pinned = hashlib.sha256(f"{NAMES}{REQUIREMENTS.read_text(encoding='utf-8')}".encode()).hexdigest()[:8]
    folder = CHECKOUT / f".cache/collections-{pinned}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = _unpack(_download(pathlib.Path(scratch)), pathlib.Path(scratch, "unpacked"))
            # Another worker may have created it first.
            if not folder.exists():
                shutil.move(made, folder)
    return folder


def _download(folder: pathlib.Path) -> pathlib.Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    wanted = ["--no-deps", "--only-binary", ":all:", "--requirement", str(REQUIREMENTS), "--dest", str(folder)]
    subprocess.run([*pip, *wanted], check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def _unpack(wheel: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    prefixes = tuple(f"ansible_collections/{name.replace('.', '/')}/" for name in NAMES)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith(prefixes)])
    return folder
