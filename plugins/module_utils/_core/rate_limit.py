# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Decide when the next request may be sent, from the rate limit that the server reports. All threads of a run share it.

Cloudflare allows a user 1,200 requests in five minutes, from all clients together, and then refuses every request until the
five minutes end. Each answer reports how many requests are left, and until when
(U(https://developers.cloudflare.com/fundamentals/api/reference/limits/)), so a run can slow down before it is refused:

* A window that is not the last one has to pass anyway. So its requests are sent at a pace that follows what is left and the
  time to the reset, whatever the number of threads. All runs with the same credentials see the same two numbers, so that
  their shares are equal.
* Once what is left covers the need of the rest of the run, beside the other runs, requests are sent at once.
* After a refusal, when no request is left, and when a new window begins, one request is sent first. The others follow when
  its answer says what is left.
"""

from __future__ import annotations

import threading
import typing as t

from .clock import Clock
from .quota import LONGEST_WAIT, MANY, Quota, reports, retry_after

# Seconds between two checks while the answer to another request decides.
_CHECK_INTERVAL = 0.05
# The longest time until a request that is held back is looked at again, since answers to others change the pace.
_LONGEST_NAP = 1.0
# The longest time that a request waits for the answer to the first request of a window.
_PATIENCE = 1.0

# Seconds to wait after a refusal that names no time; doubled after each further refusal.
_FIRST_GUESS = 1.0
_LONGEST_GUESS = 60.0


class RateBudget:
    """The requests that may still be sent, updated by each answer. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._quotas: dict[str, Quota] = {}
        # The number of answers at which the run is done; None if that is not known.
        self._goal: float | None = None
        # The time when each request was sent that is not answered yet, by its number.
        self._under_way: dict[int, float] = {}
        self._last_at = 0.0
        # After a refusal: the time from which one request may be sent. None once a request was answered without refusal.
        self._closed_until: float | None = None
        self._probing = False
        # The last wait after a refusal that named no time, and the number of requests sent by then.
        self._guess = 0.0
        self._guessed_at = 0
        # The requests that are held back, in the order of their arrival.
        self._waiting: dict[object, None] = {}
        self._waiting_since = 0.0
        self._waited = 0.0
        self._others: list[RateBudget] = []
        self.throttled = 0
        self._sent = self._done = 0
        self._done_here = threading.local()

    @property
    def waited(self) -> float:
        """The seconds in which at least one request was held back."""
        with self._lock:
            since = self._clock.now() - self._waiting_since if self._waiting else 0.0
            return self._waited + since

    @property
    def sent(self) -> int:
        """The number of requests sent."""
        return self._sent

    @property
    def done(self) -> int:
        """The number of requests that were answered without refusal."""
        return self._done

    @property
    def done_here(self) -> int:
        """The number of requests of this thread that were answered without refusal."""
        return getattr(self._done_here, "count", 0)

    @property
    def is_waiting(self) -> bool:
        """Whether a request is held back now, here or by a budget beside this one."""
        return bool(self._waiting) or any(other.is_waiting for other in self._others)

    def beside(self) -> RateBudget:
        """Return a budget for requests of the same run that have a limit of their own."""
        other = RateBudget(self._clock)
        self._others.append(other)
        return other

    @property
    def is_closed(self) -> bool:
        """Whether the next request has to wait because of a refusal."""
        return self._closed_until is not None

    def figures(self) -> dict[str, t.Any]:
        """Return the figures for a summary: requests sent, requests held back or refused, and seconds waited."""
        return {"api_calls": self._sent, "throttled": self.throttled, "waited": round(self.waited, 1)}

    def expect(self, requests: float) -> None:
        """Set the number of requests that the run still needs, with those that are under way. If this number is left, no
        request is held back."""
        with self._lock:
            self._goal = self._done + requests

    def take(self) -> int:
        """Wait until a request may be sent, and return its number. Call C(answered) or C(lost) afterwards."""
        place = object()
        while True:
            with self._lock:
                pause = self._pause(place)
                if pause <= 0:
                    self._begin(place)
                    return self._sent
                if place not in self._waiting:
                    self._hold_back(place)
            self._clock.sleep(pause)

    def answered(self, number: int, status: int, headers: t.Mapping[str, str]) -> None:
        """Record the answer to the request with this number: its status, and its headers C(Ratelimit),
        C(Ratelimit-Policy) and C(retry-after)."""
        with self._lock:
            self._read(number, headers)
            if status == 429:
                self.throttled += 1
                self._refused(number, headers)
            else:
                self._done += 1
                self._done_here.count = self.done_here + 1
                if self._probing:
                    self._closed_until = None
                if number > self._guessed_at:
                    self._guess = 0.0
            self._probing = False

    def lost(self, number: int | None = None) -> None:
        """Record that a request got no answer: the one with this number, or any."""
        with self._lock:
            if self._under_way:
                self._under_way.pop(min(self._under_way) if number is None else number, None)
            self._probing = False

    def _begin(self, place: object) -> None:
        now = self._clock.now()
        self._last_at = now
        self._sent += 1
        self._under_way[self._sent] = now
        self._probing = self._closed_until is not None
        for quota in self._quotas.values():
            quota.left -= 1
        if place in self._waiting:
            del self._waiting[place]
            if not self._waiting:
                self._waited += now - self._waiting_since

    def _hold_back(self, place: object) -> None:
        self.throttled += 1
        if not self._waiting:
            self._waiting_since = self._clock.now()
        self._waiting[place] = None

    def _pause(self, place: object = None) -> float:
        """Return the seconds until a request may be sent, or until it is worth asking again; 0 for now."""
        now = self._clock.now()
        if self._closed_until is not None:
            if now < self._closed_until:
                return self._closed_until - now
            return _CHECK_INTERVAL if self._probing else 0.0
        need = 0.0 if self._goal is None else max(0.0, self._goal - self._done - len(self._under_way))
        if not self._quotas:
            return self._pause_for_first(now) if need > MANY and not self._done else 0.0
        return max(self._pause_of(quota, now, need, place) for quota in self._quotas.values())

    def _pause_of(self, quota: Quota, now: float, need: float, place: object) -> float:
        if now >= quota.resets_at:
            return 0.0 if quota.covers(need) else self._pause_for_first(now)
        if quota.left <= 0:
            if self._under_way:
                # A request under way may have been counted twice, here and by the server.
                return _CHECK_INTERVAL
            self._close(quota.resets_at - now)
            return quota.resets_at - now
        if quota.covers(need):
            return 0.0
        ahead = next((position for position, other in enumerate(self._waiting) if other is place), len(self._waiting))
        return min(self._last_at + quota.interval(now) * (ahead + 1) - now, quota.resets_at - now, _LONGEST_NAP)

    def _pause_for_first(self, now: float) -> float:
        """Return the pause while nothing is known about a window: one request is under way at a time, unless its answer
        takes long."""
        return _CHECK_INTERVAL if self._under_way and now < self._last_at + _PATIENCE else 0.0

    def _refused(self, number: int, headers: t.Mapping[str, str]) -> None:
        now = self._clock.now()
        stated = retry_after(headers) or 0.0
        resets = max((quota.resets_at - now for quota in self._quotas.values() if quota.left <= 0), default=0.0)
        # The time of the header is rounded up, and that of all answers together is more exact.
        wait = resets if stated - 1 <= resets <= stated else stated or resets
        if wait > 0:
            self._close(wait)
        elif number > self._guessed_at:
            self._guess = min(2 * self._guess, _LONGEST_GUESS) or _FIRST_GUESS
            self._guessed_at = self._sent
            self._close(self._guess)

    def _close(self, seconds: float) -> None:
        until = self._clock.now() + min(seconds, LONGEST_WAIT)
        self._closed_until = max(until, self._closed_until or until)

    def _read(self, number: int, headers: t.Mapping[str, str]) -> None:
        now = self._clock.now()
        sent_at = self._under_way.pop(number, now)
        found = reports(headers)
        for name, report in found.items():
            if name in self._quotas:
                self._quotas[name].read(report, sent_at, now, number, len(self._under_way))
            else:
                self._quotas[name] = Quota(report, sent_at, now, number, len(self._under_way))
        for name in [name for name, quota in self._quotas.items() if name not in found and sent_at >= quota.resets_at]:
            # The server no longer reports this policy.
            del self._quotas[name]
