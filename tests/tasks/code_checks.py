# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of source code: Python, YAML, and the audit page's JavaScript and CSS."""

from __future__ import annotations

import sys

from .workspace import Workspace


def ruff(workspace: Workspace) -> None:
    """Check all Python against the rules in pyproject.toml."""
    workspace.run("ruff", "check", "--output-format", "concise", ".")


def ruff_format(workspace: Workspace) -> None:
    """Check that all Python is formatted."""
    workspace.run("ruff", "format", "--check", "--output-format", "concise", ".")


def mypy(workspace: Workspace) -> None:
    """Check the types of the plugins and of the developers' tools that pyproject.toml names."""
    workspace.run("mypy")


def audit_page(workspace: Workspace) -> None:
    """Check the JavaScript and CSS of the audit page."""
    workspace.run(sys.executable, "tools/audit_page/lint.py")


def yamllint(workspace: Workspace) -> None:
    """Check all YAML files."""
    workspace.run("yamllint", "--strict", ".")
