# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the repository: licenses, and the changelog."""

from __future__ import annotations

import os

from .workspace import CheckFailed, Workspace, git

FRAGMENTS = "changelogs/fragments"
# The files that users get.
RELEASED = ("meta", "plugins", "roles", "playbooks")


def licenses(workspace: Workspace) -> None:
    """Check that every file names its license."""
    workspace.run("reuse", "lint")


def changelog(workspace: Workspace) -> None:
    """Check the changelog fragments, and that there is one if files for users changed.

    The comparison is with the newest tag, or with the commit in the environment variable CHANGES_SINCE.
    """
    workspace.run("antsibull-changelog", "lint")
    since = os.environ.get("CHANGES_SINCE") or git("tag", "--sort=-version:refname").partition("\n")[0]
    if not _is_described(workspace, since):
        raise CheckFailed(
            f"Plugins, roles or playbooks changed since {since or 'the beginning'}, and no file in {FRAGMENTS} describes "
            "the change. Add one (see CONTRIBUTING.md)."
        )


def _is_described(workspace: Workspace, since: str) -> bool:
    if not since:
        return any((workspace.collection / FRAGMENTS).iterdir())
    if not git("diff", "--name-only", since, "--", *RELEASED):
        return True
    changed = git("diff", "--name-only", "--diff-filter=AM", since, "--", FRAGMENTS)
    return bool(changed or git("ls-files", "--others", "--exclude-standard", "--", FRAGMENTS))
