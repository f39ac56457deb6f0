# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""When the next request may go out, by what the server says of its rate limit. One for all threads of a run.

Cloudflare allows a user 1,200 requests in five minutes, whoever sends them, and refuses every request for the rest of
the time once they are spent. Each reply says how many are left until when
(U(https://developers.cloudflare.com/fundamentals/api/reference/limits/)), so a run need never find that out by being
refused:

* while what is left is plenty, or enough for all that the run still needs, requests go out as they come;
* else they are spread over the time until the reset, so that others with the same credentials still get through,
  and several runs that share them slow each other down instead of starving one;
* after the end of a budget one request goes ahead, and the others follow when it was not refused.
"""

from __future__ import annotations

import re
import threading
import typing as t

from .clock import Clock

# Cloudflare blocks for the rest of a window of five minutes; nobody waits longer for one answer.
LONGEST_WAIT = 330.0
# The share of a budget that is spent at leisure.
_SPREAD_SHARE = 0.1
# How often to look again while what others do decides: the answer of a request that is under way.
_LOOK_AGAIN = 0.05

# Seconds to wait after a refusal that says nothing, doubled with each further one.
_FIRST_GUESS = 1.0
_LONGEST_GUESS = 60.0

_ITEM = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^";,]*))(?P<parameters>[^",]*)')


class _Quota:
    """One policy of the server: how many requests are left until when, how many there are in all, if known, and the number
    of the request whose answer told so."""

    def __init__(self, left: int, resets_at: float, size: int | None, number: int) -> None:
        self.left = left
        self.resets_at = resets_at
        self.size = size
        self.number = number


class RateBudget:
    """The requests that may still be sent, kept up to date by the replies. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._quotas: dict[str, _Quota] = {}
        self._expected = 0
        self._under_way = 0
        self._last_at = 0.0
        # A time from which on requests may go out again; until one of them is answered, only one does.
        self._closed_until: float | None = None
        self._probing = False
        # The last wait after a refusal that did not say for how long, and how many requests were sent by then.
        self._guess = 0.0
        self._guessed_at = 0
        self._waiting = 0
        self._waiting_since = 0.0
        self._waited = 0.0
        self.throttled = 0
        self._sent = 0

    @property
    def waited(self) -> float:
        """Seconds in which at least one request was held back."""
        with self._lock:
            since = self._clock.now() - self._waiting_since if self._waiting else 0.0
            return self._waited + since

    @property
    def sent(self) -> int:
        """How many requests went out."""
        return self._sent

    @property
    def is_waiting(self) -> bool:
        """Whether a request is held back just now."""
        return self._waiting > 0

    @property
    def is_closed(self) -> bool:
        """Whether the next request is going to wait for the end of a refusal."""
        return self._closed_until is not None

    def figures(self) -> dict[str, t.Any]:
        """Return what a summary tells: the requests sent, how many of them were held back, and for how many seconds."""
        return {"api_calls": self._sent, "throttled": self.throttled, "waited": round(self.waited, 1)}

    def expect(self, requests: int) -> None:
        """Say how many more requests the run is going to need: where they fit into what is left, nothing is held back."""
        with self._lock:
            self._expected = requests

    def take(self) -> int:
        """Wait until a request may go out, and give its number. To be followed by C(answered) or C(lost)."""
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
        """Note what the reply to the request with this number says: its status, and its headers C(Ratelimit),
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
        """Note that a request got no answer."""
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
        """Seconds until the next request may go out, 0 for now."""
        now = self._clock.now()
        if self._closed_until is not None:
            if now < self._closed_until:
                return self._closed_until - now
            return _LOOK_AGAIN if self._probing else 0.0
        self._quotas = {name: quota for name, quota in self._quotas.items() if now < quota.resets_at}
        return max((self._pause_of(quota, now) for quota in self._quotas.values()), default=0.0)

    def _pause_of(self, quota: _Quota, now: float) -> float:
        if quota.left <= 0:
            if self._under_way:
                # What is under way may have been counted twice, here and by the server.
                return _LOOK_AGAIN
            self._close(quota.resets_at - now)
            return quota.resets_at - now
        enough = self._expected if quota.size is None else quota.size * _SPREAD_SHARE
        # What is under way was taken off what is left when it went out.
        if quota.left >= min(enough, self._expected - self._under_way):
            return 0.0
        # One share more than there are requests: the last one, too, is to go out before the reset.
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
                # Whole seconds are rounded up; of several replies the earliest is the nearest to the truth.
                resets_at = min(resets_at, known.resets_at)
                if number < known.number:
                    # Overtaken by the answer to a later request, which knows better.
                    left, number = min(left, known.left), known.number
            self._quotas[name] = _Quota(left, resets_at, _whole(sizes.get(name)), number)

    def _reset_of(self, quota: _Quota) -> float:
        return quota.resets_at - self._clock.now() if quota.left <= 0 else 0.0


def retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return the seconds of a C(retry-after) header, None where there is none that says a number."""
    text = (headers.get("retry-after") or "").strip()
    return min(float(text), LONGEST_WAIT) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _items(header: str | None) -> t.Iterator[tuple[str, dict[str, float]]]:
    """The items of a structured header, each with its name and its numbers: C("default";r=50;t=30, "burst";r=5;t=1)."""
    for match in _ITEM.finditer(header or ""):
        numbers = re.findall(r";\s*([a-z]+)=(\d+)", match.group("parameters"))
        if numbers:
            # Beyond 15 digits the number is nonsense, and too long to be read as one.
            yield (
                (match.group("quoted") or match.group("plain") or "").strip(),
                {key: float(digits[-15:]) if len(digits.lstrip("0")) <= 15 else 1e15 for key, digits in numbers},
            )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
