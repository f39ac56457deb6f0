# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the checkout importable as ansible_collections.edgeops.logpush, wherever the checkout is."""

from __future__ import annotations

import contextlib
import os
import pathlib
import sys

CHECKOUT = pathlib.Path(__file__).resolve().parent
CACHE = CHECKOUT / ".cache"


def collections_root() -> pathlib.Path:
    """Return the folder of ansible_collections: the one around the checkout, as ansible-test lays it out, or one with a link to it."""
    if CHECKOUT.parts[-3:] == ("ansible_collections", "edgeops", "logpush"):
        return CHECKOUT.parents[2]
    link = CACHE / "collections/ansible_collections/edgeops/logpush"
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(os.path.relpath(CHECKOUT, link.parent))
    return CACHE / "collections"


ROOT = str(collections_root())
sys.path.insert(0, ROOT)
# Variables for the programs that the tests start: ansible-playbook, and the interpreters of modules.
os.environ["ANSIBLE_COLLECTIONS_PATH"] = ROOT
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(CACHE / "hypothesis"))
