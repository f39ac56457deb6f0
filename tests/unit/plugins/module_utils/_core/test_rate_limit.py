# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time of the next request, with a clock of the test and a server that only counts requests."""

from __future__ import annotations

import math
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.forecast import Forecast
from ansible_collections.edgeops.logpush.plugins.module_utils._core.quota import LONGEST_WAIT, retry_after
from ansible_collections.edgeops.logpush.plugins.module_utils._core.rate_limit import RateBudget
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from hypothesis import given
from hypothesis import strategies as st


class Api:
    """A server that allows a number of requests in each window, and reports that as Cloudflare does."""

    def __init__(
        self, clock: FakeClock, limit: int, seconds: float, rounding: t.Callable[[float], int] = math.ceil
    ) -> None:
        self.clock, self.limit, self.seconds, self.rounding = clock, limit, seconds, rounding
        self.ends = self.spent = 0.0
        self.refused = 0

    def answer(self) -> tuple[int, dict[str, str]]:
        """Return status and headers of the next answer."""
        now = self.clock.now()
        if now >= self.ends:
            self.ends, self.spent = now + self.seconds, 0
        self.spent += 1
        reset = self.rounding(self.ends - now)
        headers = {
            "Ratelimit": f'"default";r={max(0, self.limit - int(self.spent))};t={reset}',
            "Ratelimit-Policy": f'"default";q={self.limit};w={math.ceil(self.seconds)}',
        }
        if self.spent <= self.limit:
            return 200, headers
        self.refused += 1
        return 429, {**headers, "retry-after": str(max(1, reset))}


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock without real waits."""
    return FakeClock()


def run(budget: RateBudget, clock: FakeClock, api: Api, requests: int, others: int = 0) -> None:
    """Send a number of requests, 10 ms each, and with each of them ``others`` requests of another client."""
    left = requests
    while left:
        budget.expect(left)
        number = budget.take()
        clock.slept.append(0.01)
        status, headers = api.answer()
        for dummy in range(others):
            api.spent += 1
        budget.answered(number, status, headers)
        left -= status == 200


@given(st.integers(5, 60), st.integers(1, 30), st.integers(1, 300), st.sampled_from([math.ceil, math.floor]))
def test_a_long_run_takes_the_limits_own_time_and_is_hardly_refused(
    limit: int, seconds: int, requests: int, rounding: t.Callable[[float], int]
) -> None:
    clock = FakeClock()
    api, budget = Api(clock, limit, seconds, rounding), RateBudget(clock)
    run(budget, clock, api, requests)
    windows = (requests - 1) // limit
    # One second per window is lost because the server rounds the times that it reports.
    assert clock.now() <= windows * (seconds + 1.1) + (requests + api.refused) * 0.01 + 0.1
    # A reset time that is rounded down is too early; then one request per window detects that.
    assert api.refused <= (windows if rounding is math.floor else 0)


def test_what_fits_into_the_budget_is_sent_at_once(clock: FakeClock) -> None:
    api, budget = Api(clock, 100, 60), RateBudget(clock)
    run(budget, clock, api, 100)
    assert clock.now() == pytest.approx(1.0)
    assert (budget.throttled, budget.waited) == (0, 0)


def test_requests_under_way_are_not_needed_once_more(clock: FakeClock) -> None:
    api, budget = Api(clock, 100, 60), RateBudget(clock)
    under_way: list[tuple[int, tuple[int, dict[str, str]]]] = []
    for done in range(-15, 100):
        # All unfinished parts, as a run counts them, including those of other threads.
        budget.expect(100 - max(done, 0))
        if done < 85:
            under_way.append((budget.take(), api.answer()))
        if done >= 0:
            number, answer = under_way.pop(0)
            budget.answered(number, *answer)
    assert clock.slept == []


def test_a_window_that_is_not_the_last_is_paced_and_used_up(clock: FakeClock) -> None:
    api, budget = Api(clock, 100, 60), RateBudget(clock)
    run(budget, clock, api, 250)
    assert api.refused == 0
    assert 120 <= clock.now() < 122
    # The answer to the first request of a window reports what is left. The last window is not paced.
    assert 196 <= budget.throttled <= 201
    assert budget.waited == pytest.approx(117.5, abs=1)
    # 99 requests and 60 seconds were left.
    assert clock.slept[1] == pytest.approx(0.3 * 60 / 99, abs=0.02)


def test_the_last_window_is_not_paced(clock: FakeClock) -> None:
    api, budget = Api(clock, 100, 60), RateBudget(clock)
    run(budget, clock, api, 40)
    before = clock.now()
    run(budget, clock, api, 60)
    assert clock.now() - before == pytest.approx(0.6)


def test_the_reset_is_where_all_answers_allow_it(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    for left, seconds in ((3, 30), (2, 30), (1, 29), (0, 29)):
        number = budget.take()
        clock.slept.append(0.3)
        budget.answered(number, 200, {"Ratelimit": f'"default";r={left};t={seconds}'})
    budget.take()
    # Each answer was rounded up to whole seconds. By the third one, the reset is at most 29.9 seconds after the
    # beginning.
    assert clock.slept[4:] == [pytest.approx(29.9 - 1.2)]


def test_an_answer_of_the_window_before_does_not_close_the_next_one(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    first, second = budget.take(), budget.take()
    budget.answered(first, 200, {"Ratelimit": '"default";r=1;t=1'})
    # Sent before the reset, and answered after it.
    clock.sleep(1.02)
    budget.answered(second, 200, {"Ratelimit": '"default";r=0;t=1'})
    budget.expect(5)
    budget.take()
    assert clock.slept == [1.02]


def test_a_refusal_is_waited_out_until_the_reset_that_is_known_better(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    for left in (2, 1):
        budget.answered(budget.take(), 200, {"Ratelimit": f'"default";r={left};t=5'})
        clock.slept.append(0.5)
    # Another client took the last one.
    budget.answered(budget.take(), 429, {"Ratelimit": '"default";r=0;t=5', "retry-after": "5"})
    budget.take()
    assert clock.slept == [0.5, 0.5, pytest.approx(4.0)]


def test_a_long_run_learns_from_one_request_what_is_left(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    budget.expect(500)
    number = budget.take()
    assert budget._pause() > 0
    budget.answered(number, 200, {})
    assert budget._pause() == 0


def test_the_forecast_counts_what_is_sent_once(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    forecast = Forecast(budget, 10)
    assert budget._goal == 20

    def part(requests: int) -> None:
        with forecast.part():
            for dummy in range(requests):
                budget.answered(budget.take(), 200, {})
                # Refused requests are repeated, so they do not count as the need of a part.
                budget.answered(budget.take(), 429, {"retry-after": "0"})

    part(3)
    assert budget._goal == 30
    part(1)
    assert budget._goal == 20
    # A part that is not done yet sent one of its two requests.
    with forecast.part():
        budget.answered(budget.take(), 200, {})
        assert budget._goal - budget.done == 15


def test_a_run_beside_others_slows_before_it_is_refused(clock: FakeClock) -> None:
    api, budget = Api(clock, 100, 60), RateBudget(clock)
    run(budget, clock, api, 100, others=1)
    assert api.refused <= 1


def test_after_a_refusal_one_request_goes_ahead(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    number = budget.take()
    budget.answered(number, 429, {"retry-after": "7"})
    number = budget.take()
    assert clock.slept == [7]
    # No other request is sent until it is answered.
    assert budget._pause() > 0
    budget.answered(number, 200, {})
    assert budget._pause() == 0
    assert budget.waited == 7


def test_refusals_that_say_nothing_are_waited_out_longer_and_longer(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    for number in [budget.take(), budget.take(), budget.take()]:
        budget.answered(number, 429, {})
    for dummy in range(8):
        budget.answered(budget.take(), 429, {})
    budget.answered(budget.take(), 200, {})
    # Requests that were sent together count as one refusal.
    assert clock.slept == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    budget.answered(budget.take(), 429, {"retry-after": "0"})
    budget.take()
    assert clock.slept[9:] == [1]


def test_a_lost_answer_lets_the_next_request_go_ahead(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    number = budget.take()
    budget.answered(number, 429, {"retry-after": "7"})
    budget.take()
    budget.lost()
    budget.take()
    assert clock.slept == [7]


def test_requests_under_way_count_as_sent(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    first, second, third = budget.take(), budget.take(), budget.take()
    budget.answered(first, 200, {"Ratelimit": '"default";r=2;t=30'})
    budget.answered(second, 200, {"Ratelimit": '"default";r=1;t=30'})
    # One request is under way, and may be the last one that is left.
    assert budget._pause() > 0
    budget.answered(third, 200, {"Ratelimit": '"default";r=1;t=30'})
    assert budget._pause() == 0


def test_an_answer_that_was_overtaken_knows_less(clock: FakeClock) -> None:
    budget = RateBudget(clock)
    first, second = budget.take(), budget.take()
    budget.answered(second, 200, {"Ratelimit": '"default";r=0;t=30'})
    budget.answered(first, 200, {"Ratelimit": '"default";r=1;t=30'})
    budget.take()
    assert clock.slept == [30]


@pytest.mark.parametrize(
    "header", ['"a";r=0;t=5, "b";r=50;t=9', '"b";r=50;t=9,"a";r=0;t=5', "a;r=0;t=5", '"x";w=1;r=0;t=5']
)
def test_each_policy_counts(header: str, clock: FakeClock) -> None:
    budget = RateBudget(clock)
    number = budget.take()
    budget.answered(number, 200, {"Ratelimit": header})
    budget.take()
    assert clock.slept == [5]


@given(st.text(st.sampled_from('";=, rtqw0123456789-.abc\t')), st.text(), st.text())
def test_no_header_breaks_it(rate: str, policy: str, after: str) -> None:
    clock = FakeClock()
    budget = RateBudget(clock)
    for status in (200, 429, 503):
        number = budget.take()
        budget.answered(number, status, {"Ratelimit": rate, "Ratelimit-Policy": policy, "retry-after": after})
    assert clock.now() <= 3 * LONGEST_WAIT


@pytest.mark.parametrize(
    ("text", "seconds"), [("7", 7), ("0.5", 0.5), ("", None), ("soon", None), ("-1", None), ("9" * 400, LONGEST_WAIT)]
)
def test_when_to_come_back(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}) == seconds
