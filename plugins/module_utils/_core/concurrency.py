# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Do the same work on many items concurrently."""

from __future__ import annotations

import queue
import threading
import typing as t

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


def as_done(
    work: t.Callable[[Item], Result], items: t.Sequence[Item], concurrency: int
) -> t.Iterator[tuple[int, Result]]:
    """Do ``work`` on every item, at most ``concurrency`` at a time, and yield the index and the result of each item as
    soon as it is done. Raises the first exception of ``work``, and starts no further item then.

    If the caller stops early (an exception, an interrupt, or by closing this generator), no further item is started and
    running items are not waited for, so that a user who presses ^C gets the prompt back. The executor of the standard
    library waits for all items that were submitted, so it is not used here.
    """
    indexes = iter(range(len(items)))
    lock, stopped = threading.Lock(), threading.Event()
    done: queue.Queue[tuple[int, Result | None, BaseException | None]] = queue.Queue()

    def keep_working() -> None:
        while not stopped.is_set():
            with lock:
                index = next(indexes, None)
            if index is None:
                return
            try:
                done.put((index, work(items[index]), None))
            except BaseException as error:  # raised again in the thread of the caller
                done.put((index, None, error))

    for dummy in range(min(concurrency, len(items))):
        threading.Thread(target=keep_working, daemon=True).start()
    try:
        for dummy in range(len(items)):
            index, result, error = done.get()
            if error is not None:
                raise error
            yield index, t.cast(Result, result)
    finally:
        stopped.set()


def in_order(work: t.Callable[[Item], Result], items: t.Sequence[Item], concurrency: int) -> list[Result]:
    """Do ``work`` on every item, at most ``concurrency`` at a time, and return the results in the order of the items.
    Raises the first exception of ``work``."""
    results = dict(as_done(work, items, concurrency))
    return [results[index] for index in range(len(items))]
