# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a job's deliveries follows from the statuses of its uploads."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import (
    DELIVERIES,
    JobDelivery,
    UploadGroup,
)
from hypothesis import given
from hypothesis import strategies as st

ACCEPTED = UploadGroup(200, True, 10, records=1000, size=50_000)
GROUPS = st.lists(
    st.builds(
        UploadGroup,
        status=st.sampled_from([200, 204, 400, 403, 429, 503, 1101, 1102, 1105, 1201]),
        is_final=st.booleans(),
        uploads=st.integers(1, 50),
        records=st.integers(0, 10**6),
        size=st.integers(0, 10**9),
    ),
    max_size=6,
).map(tuple)


@pytest.mark.parametrize(
    ("groups", "delivery"),
    [
        ((), "silent"),
        ((ACCEPTED,), "delivering"),
        ((ACCEPTED, UploadGroup(503, False, 2)), "retrying"),
        ((UploadGroup(1101, False, 2),), "retrying"),
        ((ACCEPTED, UploadGroup(403, True, 1)), "losing"),
        ((ACCEPTED, UploadGroup(1201, False, 1)), "losing"),
        ((ACCEPTED, UploadGroup(503, False, 2), UploadGroup(1201, True, 1)), "losing"),
    ],
)
def test_the_state_of_the_deliveries(groups, delivery):
    assert JobDelivery(groups).delivery == delivery


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(200, "accepted"), (403, "HTTP 403"), (1101, "connection error"), (1201, "batch dropped"), (1999, "code 1999")],
)
def test_a_status_in_words(status, meaning):
    assert UploadGroup(status, True, 1).meaning == meaning


@given(GROUPS)
def test_every_upload_is_counted_once(groups):
    delivery = JobDelivery(groups)
    assert delivery.uploads + delivery.failed_uploads == sum(group.uploads for group in groups)
    assert 0 <= delivery.lost_uploads <= delivery.failed_uploads
    assert delivery.records <= sum(group.records for group in groups)
    assert delivery.delivery in DELIVERIES
    assert sum(shown["uploads"] for shown in delivery.public()["statuses"]) == sum(group.uploads for group in groups)
