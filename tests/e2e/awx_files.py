# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files for Tower and AWX that the collection ships."""

from __future__ import annotations

import pathlib
import typing as t

import yaml

from .ansible import CHECKOUT

EXTENSION = CHECKOUT / "extensions/awx"
# In the order in which they are imported. Only the second may be imported again.
CREDENTIALS, OBJECTS, SCHEDULES = (EXTENSION / f"{name}.yml" for name in ("credentials", "objects", "schedules"))
NOTIFICATIONS = EXTENSION / "notifications.yml"
FILES = (CREDENTIALS, OBJECTS, SCHEDULES)
PROJECT = EXTENSION / "project"
# Sections that create no object.
NO_OBJECTS = ("yours", "shared")


def objects_of(*files: pathlib.Path) -> dict[str, list[dict[str, t.Any]]]:
    """Return the objects of files, by kind."""
    return {
        kind: entries
        for file in files
        for kind, entries in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        if kind not in NO_OBJECTS
    }


WANTED = objects_of(*FILES)
