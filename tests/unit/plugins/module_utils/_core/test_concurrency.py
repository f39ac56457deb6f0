# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same work on many items, several at a time."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.concurrency import as_done, in_order


@pytest.mark.parametrize("concurrency", [1, 3, 100])
def test_results_come_in_the_order_of_the_items(concurrency: int) -> None:
    def work(item: int) -> int:
        time.sleep(0.002 * (item % 3))
        return item * item

    assert in_order(work, range(20), concurrency) == [item * item for item in range(20)]
    assert in_order(work, [], concurrency) == []


@pytest.mark.parametrize("concurrency", [1, 4])
def test_so_many_at_a_time_and_no_more(concurrency: int) -> None:
    lock, running, most = threading.Lock(), [0], [0]
    # On a slow machine, too: no thread continues before this number have arrived.
    together = threading.Barrier(concurrency, timeout=30)

    def work(dummy: int) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait()
        with lock:
            running[0] -= 1

    in_order(work, range(12), concurrency)
    assert most == [concurrency]


def test_an_exception_ends_it_and_nothing_more_is_begun() -> None:
    begun = []

    def work(item: int) -> int:
        begun.append(item)
        time.sleep(0.01)
        return 1 // (2 - item)

    with pytest.raises(ZeroDivisionError):
        in_order(work, range(1000), 2)
    time.sleep(0.1)
    assert len(begun) < 10


def test_who_stops_listening_is_not_kept_waiting() -> None:
    release = threading.Event()
    results = as_done(lambda item: item or release.wait(5), range(1000), 2)
    began = time.monotonic()
    while next(results)[0] == 0:
        pass
    results.close()
    assert time.monotonic() - began < 2
    release.set()
