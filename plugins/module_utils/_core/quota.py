# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What one policy of a rate limit still allows, and the pace at which that is used. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

# The longest wait for one request, in seconds. Cloudflare refuses until its window of five minutes ends.
LONGEST_WAIT = 330.0
# A run that needs more requests than this first finds out how many are left, and how fast others use them.
MANY = 100
_ANSWERS_TO_LEARN = 8
# Until then, one other run is assumed to be as fast as this one.
_ASSUMED_OTHERS = 2
# The need is covered up to this multiple of what is left. The estimate of the need is not exact, and full speed in a window
# that is not the last one costs nothing.
_COVERED = 1.15
# The pace of a moment would use up everything that is left within this share of the time to the reset. The pace falls with
# what is left, so it is slow shortly before the reset. The second share applies when the rest of the run seemed covered, but
# is not quite.
_SHARE_OF_TIME = 0.3
_SHARE_OF_LAST_WINDOW = 0.1
# Below this share of a window, a run at full speed would often be refused when other runs are active.
_FEW = 0.3
# A sliding window has no reset: its requests become available little by little, and the time to the next request is short.
# So the pace never assumes less time than this: seconds, and a share of the window. The last request that is left is sent
# slowly, because other runs see it as left, too.
_LEAST_TIME = 1.0
_LEAST_SHARE = 0.02
_LEFT_FOR_OTHERS = 0.7
# The part of the weight that an observation keeps with each later request.
_MEMORY = 1 - 1 / 20

_NUMBER = re.compile(r";\s*([a-z]+)=(\d+)")
_ITEM = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^";,]*))(?P<parameters>[^",]*)')


class Report(t.NamedTuple):
    """The content of one answer about one policy: requests left, seconds to the reset (whole ones, rounded), and the
    requests and the seconds of a window, if known."""

    left: int
    seconds: float
    size: int | None = None
    window: float | None = None


class Quota:
    """One policy, as the answers so far describe it. ``left`` excludes the requests of this run whose answers are not there
    yet."""

    def __init__(self, report: Report, sent_at: float, now: float, number: int, under_way: int) -> None:
        """Take the first report. It came with the answer to request ``number``, which was sent at ``sent_at``; ``now`` is the
        time of the answer."""
        # The requests that were used up, by all runs and by this one, the latest ones most.
        self._total = self._own = 0.0
        self._slides = self._is_last = False
        self._report, self._report_number = report, number
        self._earliest, self._latest = _reset_between(report, sent_at, now)
        self.left = report.left - under_way

    @property
    def resets_at(self) -> float:
        """The earliest time that all answers allow for the reset."""
        return self._latest

    def read(self, report: Report, sent_at: float, now: float, number: int, under_way: int) -> None:
        """Take a further report. Reports can arrive out of order."""
        earliest, latest = _reset_between(report, sent_at, now)
        if sent_at < self._latest and earliest <= self._latest and self._earliest <= latest:
            # The server rounds to whole seconds. The reset is where all of the answers allow it to be.
            self._earliest, self._latest = max(earliest, self._earliest), min(latest, self._latest)
            if number < self._report_number:
                self.left = min(self.left, report.left - under_way)
                return
            self._observe(self._report.left - report.left, number - self._report_number)
            self._report, self._report_number = report, number
            self.left = report.left - under_way
        elif number > self._report_number:
            # In a sliding window the next reset is never far.
            self._slides = sent_at < self._latest or latest - self._latest < (report.window or 0.0) / 2
            self._report, self._report_number = report, number
            self._earliest, self._latest = earliest, latest
            self.left = report.left - under_way
            self._is_last = False

    def covers(self, need: float) -> bool:
        """Return whether the requests that are left are enough for this number of requests of this run and for the requests
        of others in the meantime. If so, all can be sent at once."""
        enough = self.left * (1 if self._slides else _COVERED)
        if need > MANY and self._own < _ANSWERS_TO_LEARN:
            return need * _ASSUMED_OTHERS <= enough
        covered = need * self._others() <= enough
        # Once the need was covered, this window remains the last one, even if others become faster.
        self._is_last = covered or (self._is_last and need <= enough)
        return covered or (self._is_last and self.left > (self._report.size or 0) * _FEW)

    def interval(self, now: float) -> float:
        """Return the seconds between two requests, if some are left and C(covers) is false."""
        least = max(_LEAST_TIME, _LEAST_SHARE * (self._report.window or 0.0))
        share = _SHARE_OF_LAST_WINDOW if self._is_last else _SHARE_OF_TIME
        if self._slides:
            return share * least / max(self.left - _LEFT_FOR_OTHERS, share)
        return share * max(self._latest - now, least) / self.left

    def _observe(self, used: float, own: float) -> None:
        kept = _MEMORY**own
        self._total = self._total * kept + max(0.0, used)
        self._own = self._own * kept + own

    def _others(self) -> float:
        """Return how many times faster the limit is used up than by this run alone."""
        return max(1.0, self._total / self._own) if self._own else 1.0


def _reset_between(report: Report, sent_at: float, now: float) -> tuple[float, float]:
    """Return the earliest and the latest time that an answer allows for the reset."""
    seconds = min(report.seconds, LONGEST_WAIT)
    return sent_at + seconds - 1, now + seconds


def reports(headers: t.Mapping[str, str]) -> dict[str, Report]:
    """Return the content of the headers C(Ratelimit) and C(Ratelimit-Policy), by the name of the policy."""
    policies = dict(_items(headers.get("Ratelimit-Policy")))
    found = {}
    for name, numbers in _items(headers.get("Ratelimit")):
        if "r" in numbers and "t" in numbers:
            policy = policies.get(name, {})
            size = policy.get("q")
            found[name] = Report(int(numbers["r"]), numbers["t"], None if size is None else int(size), policy.get("w"))
    return found


def retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return the seconds of a C(retry-after) header; None if there is none or it is not a number."""
    text = (headers.get("retry-after") or "").strip()
    return min(float(text), LONGEST_WAIT) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _items(header: str | None) -> t.Iterator[tuple[str, dict[str, float]]]:
    """Yield the name and the numbers of each item of a structured header: C("default";r=50;t=30, "burst";r=5;t=1)."""
    for match in _ITEM.finditer(header or ""):
        numbers = _NUMBER.findall(match.group("parameters"))
        if numbers:
            # A number of more than 15 digits is wrong, and Python refuses to parse very long ones.
            yield (
                (match.group("quoted") or match.group("plain") or "").strip(),
                {key: float(digits[-15:]) if len(digits.lstrip("0")) <= 15 else 1e15 for key, digits in numbers},
            )
