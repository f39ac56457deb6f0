# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shorten each wait of the collection's clock to a twentieth, in every Python that has this folder in C(PYTHONPATH). The simulator
counts looks and not seconds, so nothing else changes."""

from __future__ import annotations

import sys
import time

_sleep = time.sleep


def _sleep_less(seconds: float) -> None:
    caller = sys._getframe(1).f_globals.get("__name__", "")
    _sleep(seconds / 20 if caller.endswith("module_utils._core.clock") else seconds)


time.sleep = _sleep_less
