# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulation of runs that share a rate limit: real rate budgets and real threads, on a clock on which waiting takes no
time. One thread runs at a time, so that every simulation takes the same course."""

from __future__ import annotations

import collections
import heapq
import math
import threading
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock
from ansible_collections.edgeops.logpush.plugins.module_utils._core.forecast import Forecast
from ansible_collections.edgeops.logpush.plugins.module_utils._core.quota import retry_after
from ansible_collections.edgeops.logpush.plugins.module_utils._core.rate_limit import RateBudget

Answer = t.Tuple[int, t.Dict[str, str]]


class SimulatedTime(Clock):
    """A clock that jumps to the next moment at which a thread of the simulation goes on."""

    def __init__(self) -> None:
        self._now = 0.0
        self._entries = 0
        self._agenda: list[tuple[float, int, threading.Lock]] = []
        self._all_done = threading.Lock()
        self._error: BaseException | None = None

    def now(self) -> float:
        """Return the simulated seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let the other threads run until this one is the next."""
        turn = self._enter(seconds)
        self._pass_on()
        turn.acquire()

    def run(self, works: t.Iterable[t.Callable[[], None]]) -> None:
        """Do all work at the same time, each item in a thread, until the last one ends."""
        self._all_done.acquire()
        for work in works:
            threading.Thread(target=self._run, args=(work, self._enter(0)), daemon=True).start()
        self._pass_on()
        self._all_done.acquire()
        if self._error:
            raise self._error

    def _run(self, work: t.Callable[[], None], turn: threading.Lock) -> None:
        turn.acquire()
        try:
            work()
        except BaseException as error:
            self._error = error
        self._pass_on()

    def _enter(self, seconds: float) -> threading.Lock:
        turn = threading.Lock()
        turn.acquire()
        self._entries += 1
        heapq.heappush(self._agenda, (self._now + max(0.0, seconds), self._entries, turn))
        return turn

    def _pass_on(self) -> None:
        if self._agenda and not self._error:
            self._now, dummy, turn = heapq.heappop(self._agenda)
            turn.release()
        else:
            self._all_done.release()


class FixedWindow:
    """A server that allows a number of requests in a window, which begins with the first request after the last
    window."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._ends = 0.0
        self._spent = 0

    def answer(self, now: float) -> Answer:
        """Return status and headers for a request."""
        if now >= self._ends:
            self._ends, self._spent = now + self.seconds, 0
        self._spent += 1
        return self._headers(self._spent <= self.limit, self.limit - self._spent, self._ends - now)

    def _headers(self, allowed: bool, left: int, resets_in: float) -> Answer:
        seconds = max(1, math.ceil(resets_in))
        headers = {
            "Ratelimit": f'"default";r={max(0, left)};t={seconds}',
            "Ratelimit-Policy": f'"default";q={self.limit};w={math.ceil(self.seconds)}',
        }
        return (200, headers) if allowed else (429, {**headers, "retry-after": str(seconds)})


class SlidingWindow(FixedWindow):
    """A server with a sliding window, which reports the time until the next request is allowed."""

    def __init__(self, limit: int, seconds: float) -> None:
        super().__init__(limit, seconds)
        self._times: collections.deque[float] = collections.deque()

    def answer(self, now: float) -> Answer:
        """Return status and headers for a request."""
        while self._times and self._times[0] + self.seconds <= now:
            self._times.popleft()
        allowed = len(self._times) < self.limit
        if allowed:
            self._times.append(now)
        return self._headers(allowed, self.limit - len(self._times), self._resets_in(now))

    def _resets_in(self, now: float) -> float:
        return self._times[0] + self.seconds - now


class SlidingWindowOfAll(SlidingWindow):
    """The same, but it names the time until all requests are allowed again."""

    def _resets_in(self, now: float) -> float:
        return self._times[-1] + self.seconds - now


class Run:
    """A run of a module: a number of parts with a number of requests each, and a number of threads."""

    def __init__(
        self, time: SimulatedTime, server: FixedWindow, parts: int, threads: int, begins: float, latency: float
    ) -> None:
        self.time, self.server, self.threads, self.begins = time, server, threads, begins
        self.latency = latency
        self.parts, self.requests_of_part = parts, 2
        self.budget = RateBudget(time)
        # The times of the requests that the server carried out.
        self.done_at: list[float] = []
        self.refused = 0
        self._left = parts
        self._forecast: Forecast | None = None

    @property
    def ended(self) -> float:
        """The time of the last request."""
        return self.done_at[-1]

    def work(self) -> None:
        """Do parts until none is left; what each thread does."""
        self.time.sleep(self.begins)
        self._forecast = self._forecast or Forecast(self.budget, self.parts)
        while self._left:
            self._left -= 1
            with self._forecast.part():
                for dummy in range(self.requests_of_part):
                    self._request()

    def _request(self) -> None:
        """Send one request until it is not refused, as the HTTP client does."""
        while True:
            number = self.budget.take()
            self.time.sleep(self.latency / 2)
            status, headers = self.server.answer(self.time.now())
            at = self.time.now()
            self.time.sleep(self.latency / 2)
            self.budget.answered(number, status, headers)
            if status == 200:
                self.done_at.append(at)
                return
            self.refused += 1
            if not self.budget.is_closed:
                self.time.sleep(retry_after(headers) or 0.5)


class Outcome(t.NamedTuple):
    """What the runs took: the time divided by that of the limit itself, the share of refused requests, and how far the runs
    are from equal shares of the requests before the last window and before the first of them ended."""

    time: float
    refused: float
    deviation: float


def simulated(
    server: FixedWindow,
    windows: float,
    threads: t.Sequence[int],
    latency: float = 0.05,
    begins: t.Sequence[float] = (),
    shares: t.Sequence[float] = (),
) -> Outcome:
    """Return the duration of runs with these numbers of threads, which together need the requests of this number of
    windows."""
    time = SimulatedTime()
    shares = shares or [1 / len(threads)] * len(threads)
    runs = [
        Run(time, server, round(windows * server.limit * share / 2), count, begin, latency)
        for count, share, begin in zip(threads, shares, begins or [0.0] * len(threads))
    ]
    time.run([run.work for run in runs for dummy in range(run.threads)])
    done = sum(len(run.done_at) for run in runs)
    refused = sum(run.refused for run in runs)
    own_time = max(0, math.ceil(done / server.limit) - 1) * server.seconds
    ended = max(run.ended for run in runs)
    end = min(own_time, *(run.ended for run in runs)) if len(runs) > 1 else own_time
    counts = [sum(at < end for at in run.done_at) for run in runs]
    mean = sum(counts) / len(counts) or 1
    return Outcome(ended / own_time, refused / (done + refused), max(abs(count - mean) for count in counts) / mean)
