# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The start and the counts of every sweep over zones."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.progress import Progress
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.sweep import Sweep
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock


def options(simulator: Simulator, concurrency: int) -> dict[str, object]:
    """Return the options that reach the simulator."""
    return {
        "api_token": simulator.api_token,
        "api_url": simulator.api_url,
        "validate_certs": True,
        "timeout": 10,
        "retries": 1,
        "concurrency": concurrency,
    }


def failed(number: int, error: CollectionError) -> list[dict[str, object]]:
    """Return the rows of a scope whose work raised an error."""
    return [{"changed": False, "failed": True, "msg": f"{number}: {error}"}]


@pytest.mark.parametrize("concurrency", [0, 101, -1])
def test_a_concurrency_that_makes_no_sense(simulator: Simulator, concurrency: int) -> None:
    with pytest.raises(OptionError, match="^concurrency: must be from 1 to 100"):
        Sweep(options(simulator, concurrency), context())


@pytest.mark.parametrize("concurrency", [1, 3, 100])
def test_what_came_of_each_scope_is_in_order_and_counted(simulator: Simulator, concurrency: int) -> None:
    progress, clock = Progress(FakeClock()), FakeClock()
    sweep = Sweep(options(simulator, concurrency), context(progress=progress, clock=clock))
    done = sweep.run_each(range(7), lambda number: [{"changed": number == 2, "failed": number > 4}], failed, list)
    assert [entry["changed"] for (entry,) in done] == [False, False, True, False, False, False, False]
    assert progress.line().startswith("7 of 7 zones, 1 changed, 2 failed")
    clock.sleep(2.5)
    assert sweep.figures()["seconds"] == 2.5
    assert sweep.figures()["api_calls"] == 0


def test_an_exception_in_one_scope_is_the_outcome_of_that_scope(simulator: Simulator) -> None:
    sweep = Sweep(options(simulator, 3), context())

    def work(number: int) -> list[dict[str, object]]:
        if number == 2:
            raise KeyError("value-of-a-token")
        return [{"changed": True, "failed": False, "msg": ""}]

    *others, third = (*sweep.run_each(range(2), work, failed, list), *sweep.read_each([2], work, failed))
    assert [row["failed"] for (row,) in others] == [False, False]
    (row,) = third
    assert str(row["msg"]).startswith(
        "2: This is a bug in edgeops.logpush, please report it: KeyError at test_sweep.py:"
    )
    assert "value-of-a-token" not in str(row["msg"])
