# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The duration of runs that share a rate limit, in a simulation with real rate budgets."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.unit.rate_simulation import (
    FixedWindow,
    SlidingWindow,
    SlidingWindowOfAll,
    simulated,
)

LIMIT, SECONDS = 200, 10.0
SEVERAL = [(16, 16), (8, 32), (16, 16, 16), (8, 16, 32)]


@pytest.mark.parametrize("threads", [8, 16, 32])
@pytest.mark.parametrize(("windows", "longest"), [(5.4, 1.02), (6.0, 1.05)])
def test_one_run_takes_the_time_of_the_limit_itself(windows: float, longest: float, threads: int) -> None:
    outcome = simulated(FixedWindow(LIMIT, SECONDS), windows, [threads])
    assert outcome.time <= longest
    assert outcome.refused == 0


@pytest.mark.parametrize("threads", SEVERAL)
@pytest.mark.parametrize("windows", [2.0, 5.4, 6.0])
def test_several_runs_have_equal_shares_whatever_their_threads(windows: float, threads: tuple[int, ...]) -> None:
    outcome = simulated(FixedWindow(LIMIT, SECONDS), windows, threads)
    assert outcome.time <= 1.2
    assert outcome.refused < 0.01
    # Of two windows, the first one is unequal at its beginning, before the runs notice each other.
    assert outcome.deviation <= (0.05 if windows > 2 else 0.3)


def test_several_runs_under_the_limit_of_cloudflare() -> None:
    outcome = simulated(FixedWindow(1200, 300.0), 2.4, (8, 16, 32))
    assert outcome.time <= 1.02
    assert outcome.refused < 0.005
    assert outcome.deviation <= 0.05


@pytest.mark.parametrize("begins", [3.0, 13.0])
@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.2, 0.8)])
def test_a_run_that_begins_later_costs_nothing(begins: float, shares: tuple[float, float]) -> None:
    outcome = simulated(FixedWindow(LIMIT, SECONDS), 5.4, (16, 16), begins=[0.0, begins], shares=shares)
    assert outcome.time <= 1.02
    assert outcome.refused < 0.01


@pytest.mark.parametrize("server", [SlidingWindow, SlidingWindowOfAll])
@pytest.mark.parametrize("threads", [(16,), (8, 32), (8, 16, 32)])
def test_a_sliding_window_refuses_little(server: type[FixedWindow], threads: tuple[int, ...]) -> None:
    outcome = simulated(server(LIMIT, SECONDS), 5.4, threads)
    assert outcome.refused <= 0.02
    # Requests become available again as slowly as they were sent, so the last ones are not available at once.
    assert outcome.time <= 1.35
