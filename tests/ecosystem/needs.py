# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Marks for tests that need a third-party program or package. Without it, they are skipped with the reason."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest
from e2e.ansible import BIN


def find_program(*names: str) -> str | None:
    """Return the path of the first of these programs that is installed, in the environment of the tests or in PATH."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)


def needs(*names: str, hint: str = "make ecosystem installs it") -> pytest.MarkDecorator:
    """Skip a test if none of these programs is installed. ``hint`` says how to install it."""
    return pytest.mark.skipif(find_program(*names) is None, reason=f"{names[0]} is not installed ({hint})")


def needs_python_package(name: str) -> pytest.MarkDecorator:
    """Skip a test if a Python package is not installed."""
    missing = importlib.util.find_spec(name) is None
    return pytest.mark.skipif(
        missing, reason=f"the Python package {name} is not installed (make ecosystem installs it)"
    )
