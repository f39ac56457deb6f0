# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator of the end-to-end tests, for the tests of the programs behind make demo, play, bench and acceptance."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.tests.simulator_fixtures import zone_id
from e2e.conftest import running_simulator, simulator

__all__ = ["running_simulator", "simulator", "zone_id"]
