# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict on both ends follows from records, uploads, events and the tolerance."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_verdict import (
    COMPLETE,
    MISSING,
    SURPLUS,
    UNKNOWN,
    VERDICTS,
    Delivered,
    compare,
    smallest_visible_loss,
)
from hypothesis import given
from hypothesis import strategies as st

# A day of a job that uploads 100 records each minute.
DAY = Delivered(144_000, 1440)
TOLERANCE = 0.1

uploads = st.integers(1, 5000)
deliveries = st.builds(lambda number, size: Delivered(number * size, number), uploads, st.integers(1, 10_000))
tolerances = st.floats(0, 5)


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (144_000, COMPLETE),
        (144_000 - 200, COMPLETE),  # an upload across each end
        (144_000 + 200, COMPLETE),
        (144_000 - 544, COMPLETE),  # 0.1 % and four uploads
        (144_000 - 545, MISSING),
        (144_000 + 544, COMPLETE),
        (144_000 + 545, SURPLUS),
        (144_000 - 1440, MISSING),  # 1 % lost
        (0, MISSING),
        (288_000, SURPLUS),  # every batch twice
    ],
)
def test_the_verdict_on_a_day(events, verdict):
    compared = compare(DAY, events, TOLERANCE)
    assert (compared.verdict, compared.reason) == (verdict, "")
    assert compared.difference == events - 144_000
    assert compared.smallest_visible_loss == (545, 0.378)


def test_a_few_uploads_cannot_show_a_loss():
    few = Delivered(300, 3)
    assert compare(few, 300, TOLERANCE).verdict == COMPLETE
    for events in (0, 200, 400):
        compared = compare(few, events, TOLERANCE)
        assert compared.verdict == UNKNOWN
        assert "3 uploads" in compared.reason
        assert "longer window" in compared.reason
        assert compared.smallest_visible_loss.percent > 100


def test_nothing_delivered_is_unknown():
    assert "no traffic" in compare(Delivered(0, 0), 0, TOLERANCE).reason
    assert "earlier upload" in compare(Delivered(0, 0), 50, TOLERANCE).reason
    assert compare(Delivered(0, 0), 50, TOLERANCE).verdict == UNKNOWN


def test_events_of_others_can_hide_a_loss_but_never_look_like_one():
    assert compare(DAY, 0, TOLERANCE, "others").verdict == MISSING
    for events in (144_000, 300_000):
        compared = compare(DAY, events, TOLERANCE, "others")
        assert (compared.verdict, compared.reason) == (UNKNOWN, "others")


@given(deliveries, tolerances)
def test_equal_counts_are_complete(delivered, tolerance):
    assert compare(delivered, delivered.records, tolerance).verdict == COMPLETE


@given(deliveries, tolerances)
def test_the_smallest_visible_loss_is_visible_and_the_next_smaller_is_not(delivered, tolerance):
    loss = smallest_visible_loss(delivered, tolerance)
    assert compare(delivered, delivered.records - loss.events, tolerance).verdict == MISSING
    assert compare(delivered, delivered.records - loss.events + 1, tolerance).verdict != MISSING


@given(deliveries, st.integers(0, 10**8), tolerances)
def test_the_margin_is_the_same_on_both_sides(delivered, difference, tolerance):
    less = compare(delivered, delivered.records - difference, tolerance).verdict
    more = compare(delivered, delivered.records + difference, tolerance).verdict
    mirrored = {MISSING: SURPLUS}
    assert more == mirrored.get(less, less)
    assert {less, more} <= set(VERDICTS)


@given(deliveries, tolerances, st.integers(-1, 1), st.integers(-1, 1))
def test_an_upload_across_each_end_is_never_a_loss(delivered, tolerance, first, last):
    average = delivered.records // delivered.uploads
    compared = compare(delivered, delivered.records + (first + last) * average, tolerance)
    assert compared.verdict in (COMPLETE, UNKNOWN)
    if delivered.uploads > 5 and tolerance < 1:
        assert compared.verdict == COMPLETE
