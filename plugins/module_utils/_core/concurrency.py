# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The same work on many things, several at a time."""

from __future__ import annotations

import queue
import threading
import typing as t

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


def as_done(
    work: t.Callable[[Item], Result], items: t.Sequence[Item], concurrency: int
) -> t.Iterator[tuple[int, Result]]:
    """Do ``work`` on every item, at most ``concurrency`` at a time, and give the number of each with its result, as they
    get done. An exception of one is raised here, and ends it.

    When the caller stops (an exception, an interrupt, or by closing this), nothing more is begun, and what is under way
    is not waited for: a user who presses ^C gets the prompt back. That is why the executor of the standard library does
    not do: it waits for all that was handed to it.
    """
    numbers = iter(range(len(items)))
    taking, stopped = threading.Lock(), threading.Event()
    done: queue.Queue[tuple[int, Result | None, BaseException | None]] = queue.Queue()

    def keep_working() -> None:
        while not stopped.is_set():
            with taking:
                number = next(numbers, None)
            if number is None:
                return
            try:
                done.put((number, work(items[number]), None))
            except BaseException as error:  # handed on, to where it is raised
                done.put((number, None, error))

    for dummy in range(min(concurrency, len(items))):
        threading.Thread(target=keep_working, daemon=True).start()
    try:
        for dummy in items:
            number, result, error = done.get()
            if error is not None:
                raise error
            yield number, t.cast(Result, result)
    finally:
        stopped.set()


def in_order(work: t.Callable[[Item], Result], items: t.Sequence[Item], concurrency: int) -> list[Result]:
    """Do ``work`` on every item, at most ``concurrency`` at a time, and give the results in the order of the items. Raises
    the first exception."""
    results = dict(as_done(work, items, concurrency))
    return [results[number] for number in range(len(items))]
