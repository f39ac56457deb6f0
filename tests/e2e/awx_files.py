# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files for Tower and AWX that the collection ships."""

from __future__ import annotations

import yaml

from .ansible import CHECKOUT

EXTENSION = CHECKOUT / "extensions/awx"
OBJECTS = EXTENSION / "objects.yml"
PROJECT = EXTENSION / "project"
WANTED = yaml.safe_load(OBJECTS.read_text(encoding="utf-8"))
