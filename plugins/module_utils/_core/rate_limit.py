# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Decide when the next request may be sent, from the rate limit that the server reports. All threads of a run share it.

Cloudflare allows a user 1,200 requests in five minutes, from all clients together, and then refuses every request until
the five minutes end. Each answer says how many requests are left until when
(U(https://developers.cloudflare.com/fundamentals/api/reference/limits/)), so a run can slow down before it is refused:

* While the requests that are left are plenty, or enough for the rest of the run, requests are sent at once.
* Otherwise they are spread over the time until the reset, so that other clients with the same credentials are served too,
  and several runs slow each other down instead of stopping one.
* After a refusal, or when no request is left, one request is sent first. The others follow if it was not refused.
"""

from __future__ import annotations

import re
import threading
import typing as t

from .clock import Clock

# The longest wait for one request, in seconds. Cloudflare refuses until its window of five minutes ends.
LONGEST_WAIT = 330.0
# The last share of a quota: when it begins, requests are spread over the time until the reset.
_SPREAD_SHARE = 0.1
# Seconds between two checks while the answer to another request decides.
_CHECK_INTERVAL = 0.05

# Seconds to wait after a refusal that names no time; doubled after each further refusal.
_FIRST_GUESS = 1.0
_LONGEST_GUESS = 60.0

_ITEM = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^";,]*))(?P<parameters>[^",]*)')


class _Quota:
    """One policy of the server: requests left, the time of the reset, and all requests of a window, if known.

    ``number`` is the number of the request whose answer contained this.
    """

    def __init__(self, left: int, resets_at: float, size: int | None, number: int) -> None:
        self.left = left
        self.resets_at = resets_at
        self.size = size
        self.number = number


class RateBudget:
    """The requests that may still be sent, updated by each answer. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._quotas: dict[str, _Quota] = {}
        self._expected = 0
        self._under_way = 0
        self._last_at = 0.0
        # After a refusal: the time from which one request may be sent. None once a request was answered without refusal.
        self._closed_until: float | None = None
        self._probing = False
        # The last wait after a refusal that named no time, and the number of requests sent by then.
        self._guess = 0.0
        self._guessed_at = 0
        self._waiting = 0
        self._waiting_since = 0.0
        self._waited = 0.0
        self.throttled = 0
        self._sent = 0

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
    def is_waiting(self) -> bool:
        """Whether a request is held back now."""
        return self._waiting > 0

    @property
    def is_closed(self) -> bool:
        """Whether the next request has to wait because of a refusal."""
        return self._closed_until is not None

    def figures(self) -> dict[str, t.Any]:
        """Return the figures for a summary: requests sent, requests held back or refused, and seconds waited."""
        return {"api_calls": self._sent, "throttled": self.throttled, "waited": round(self.waited, 1)}

    def expect(self, requests: int) -> None:
        """Set the number of requests that the run still needs. If so many are left, no request is held back."""
        with self._lock:
            self._expected = requests

    def take(self) -> int:
        """Wait until a request may be sent, and return its number. Call C(answered) or C(lost) afterwards."""
        held_back = False
        while True:
            with self._lock:
                pause = self._pause()
                if pause <= 0:
                    self._begin(held_back)
                    return self._sent
                if not held_back:
                    held_back = True
                    self._hold_back()
            self._clock.sleep(pause)

    def answered(self, number: int, status: int, headers: t.Mapping[str, str]) -> None:
        """Record the answer to the request with this number: its status, and its headers C(Ratelimit),
        C(Ratelimit-Policy) and C(retry-after)."""
        with self._lock:
            self._under_way -= 1
            self._read(number, headers)
            if status == 429:
                self.throttled += 1
                wait = retry_after(headers) or max(
                    (self._reset_of(quota) for quota in self._quotas.values()), default=0.0
                )
                if wait > 0:
                    self._close(wait)
                elif number > self._guessed_at:
                    self._guess = min(2 * self._guess, _LONGEST_GUESS) or _FIRST_GUESS
                    self._guessed_at = self._sent
                    self._close(self._guess)
            elif self._probing:
                self._closed_until = None
            if status != 429 and number > self._guessed_at:
                self._guess = 0.0
            self._probing = False

    def lost(self) -> None:
        """Record that a request got no answer."""
        with self._lock:
            self._under_way -= 1
            self._probing = False

    def _begin(self, held_back: bool) -> None:
        now = self._clock.now()
        self._last_at = now
        self._sent += 1
        self._under_way += 1
        self._probing = self._closed_until is not None
        for quota in self._quotas.values():
            quota.left -= 1
        if held_back:
            self._waiting -= 1
            if not self._waiting:
                self._waited += now - self._waiting_since

    def _hold_back(self) -> None:
        self.throttled += 1
        if not self._waiting:
            self._waiting_since = self._clock.now()
        self._waiting += 1

    def _pause(self) -> float:
        """Return the seconds until the next request may be sent; 0 for now."""
        now = self._clock.now()
        if self._closed_until is not None:
            if now < self._closed_until:
                return self._closed_until - now
            return _CHECK_INTERVAL if self._probing else 0.0
        self._quotas = {name: quota for name, quota in self._quotas.items() if now < quota.resets_at}
        return max((self._pause_of(quota, now) for quota in self._quotas.values()), default=0.0)

    def _pause_of(self, quota: _Quota, now: float) -> float:
        if quota.left <= 0:
            if self._under_way:
                # A request under way may have been counted twice, here and by the server.
                return _CHECK_INTERVAL
            self._close(quota.resets_at - now)
            return quota.resets_at - now
        enough = self._expected if quota.size is None else quota.size * _SPREAD_SHARE
        # Requests under way were subtracted when they were sent.
        if quota.left >= min(enough, self._expected - self._under_way):
            return 0.0
        # One share more than requests are left, so that the last request is sent before the reset.
        return self._last_at + (quota.resets_at - now) / (quota.left + 1) - now

    def _close(self, seconds: float) -> None:
        until = self._clock.now() + min(seconds, LONGEST_WAIT)
        self._closed_until = max(until, self._closed_until or until)

    def _read(self, number: int, headers: t.Mapping[str, str]) -> None:
        now = self._clock.now()
        sizes = {name: parameters.get("q") for name, parameters in _items(headers.get("Ratelimit-Policy"))}
        for name, parameters in _items(headers.get("Ratelimit")):
            left, seconds = parameters.get("r"), parameters.get("t")
            if left is None or seconds is None:
                continue
            resets_at = now + min(seconds, LONGEST_WAIT)
            left = int(left) - self._under_way
            known = self._quotas.get(name)
            if known is not None and known.resets_at > now:
                # The server rounds up to whole seconds, so the earliest of several reset times is the most exact.
                resets_at = min(resets_at, known.resets_at)
                if number < known.number:
                    # A later request was answered first, and its answer is newer.
                    left, number = min(left, known.left), known.number
            self._quotas[name] = _Quota(left, resets_at, _whole(sizes.get(name)), number)

    def _reset_of(self, quota: _Quota) -> float:
        return quota.resets_at - self._clock.now() if quota.left <= 0 else 0.0


def retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return the seconds of a C(retry-after) header; None if there is none or it is not a number."""
    text = (headers.get("retry-after") or "").strip()
    return min(float(text), LONGEST_WAIT) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _items(header: str | None) -> t.Iterator[tuple[str, dict[str, float]]]:
    """Yield the name and the numbers of each item of a structured header: C("default";r=50;t=30, "burst";r=5;t=1)."""
    for match in _ITEM.finditer(header or ""):
        numbers = re.findall(r";\s*([a-z]+)=(\d+)", match.group("parameters"))
        if numbers:
            # A number of more than 15 digits is wrong, and Python refuses to parse very long ones.
            yield (
                (match.group("quoted") or match.group("plain") or "").strip(),
                {key: float(digits[-15:]) if len(digits.lstrip("0")) <= 15 else 1e15 for key, digits in numbers},
            )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
