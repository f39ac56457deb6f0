# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths of the checkout, and the environment that every program started here gets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = CHECKOUT / ".cache"
# Ansible and ansible-test write to the home folder.
HOME = CACHE / "home"
PYTHONS = [f"python3.{minor}" for minor in range(8, 15)]


def environment(collections: Path) -> dict[str, str]:
    """Return the variables for a program that finds the collection under ``collections``.

    Ansible's settings of the user are left out, and programs of this virtual environment come first. Settings that forbid
    compiled files are left out as well, because each of the hundreds of starts of Ansible would take three times as long.
    """
    return {
        **{name: value for name, value in os.environ.items() if not _is_left_out(name)},
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "HOME": str(HOME),
        "MYPY_CACHE_DIR": str(CACHE / "mypy"),
        "NO_COLOR": "1",
        "PATH": search_path(),
        "RUFF_NO_CACHE": "true",
    }


def _is_left_out(name: str) -> bool:
    return name.startswith("ANSIBLE_") or name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


def search_path() -> str:
    """Return PATH without the folders of Pythons that do not start, such as pyenv's shims, and with pyenv's real ones."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [Path(sys.executable).parent, *map(Path, os.get_exec_path()), *sorted(pyenv.glob("versions/*/bin"))]
    return os.pathsep.join(dict.fromkeys(str(folder) for folder in folders if all(map(_starts, _pythons_in(folder)))))


def _pythons_in(folder: Path) -> list[Path]:
    return [folder / name for name in PYTHONS if os.access(folder / name, os.X_OK)]


def _starts(python: Path) -> bool:
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
