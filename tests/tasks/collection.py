# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the collection, and its archive."""

from __future__ import annotations

from pathlib import Path

from .workspace import NAME, Workspace


def documented_names(collection: Path) -> dict[str, list[str]]:
    """Return the full names of all plugins and roles, by their kind as ansible-doc calls it."""
    names = {
        "module": [path.stem for path in collection.glob("plugins/modules/*.py")],
        "inventory": [path.stem for path in collection.glob("plugins/inventory/*.py")],
        # Each filter is documented in a file of its own beside the code.
        "filter": [path.stem for path in collection.glob("plugins/filter/*.yml")],
        "role": [path.name for path in collection.glob("roles/*")],
    }
    return {
        kind: sorted(f"{NAME}.{name}" for name in found if not name.startswith("_")) for kind, found in names.items()
    }


def build_archive(workspace: Workspace, folder: Path) -> Path:
    """Build the archive of the collection in a folder and return its path."""
    workspace.run("ansible-galaxy", "collection", "build", "--output-path", folder)
    return next(folder.glob("*.tar.gz"))
