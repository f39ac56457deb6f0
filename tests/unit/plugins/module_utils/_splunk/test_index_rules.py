# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every retention of an index on Splunk Cloud."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.index_rules import plan_cloud
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.values import CloudIndex, Index
from hypothesis import given
from hypothesis import strategies as st

DAYS = st.integers(1, 4)
SIZES = st.integers(0, 3)
RETENTIONS = st.fixed_dictionaries(
    {}, optional={"searchable_days": DAYS, "max_data_size_mb": SIZES, "archival_retention_days": DAYS}
)
OBSERVED = st.fixed_dictionaries(
    {"searchable_days": DAYS, "max_data_size_mb": SIZES}, optional={"archival_retention_days": DAYS}
)


def most(size: int) -> float:
    """Return a size as a number that can be compared: 0 has no limit."""
    return size or float("inf")


@given(RETENTIONS, OBSERVED, st.booleans())
def test_events_are_lost_only_with_consent(retention, observed, allow_shrinking):
    index = CloudIndex("edge", "event", observed)
    try:
        plan = plan_cloud(Index("edge"), retention, index, allow_shrinking)
    except CollectionError:
        return
    after = {**observed, **plan.body}
    assert {**after, "name": "edge"} == plan.target
    assert retention.items() <= after.items() and set(plan.body) <= set(retention)
    if not allow_shrinking:
        assert after["searchable_days"] >= observed["searchable_days"]
        assert most(after["max_data_size_mb"]) >= most(observed["max_data_size_mb"])
        assert after.get("archival_retention_days", 0) >= observed.get("archival_retention_days", 0)
    # A second run has nothing to do, also without consent.
    assert not plan_cloud(Index("edge"), retention, index._replace(retention=after), False).writes


@pytest.mark.parametrize("option", ["searchable_days", "max_data_size_mb"])
def test_a_retention_that_is_not_shown_may_be_longer(option):
    shown = {key: 90 for key in ("searchable_days", "max_data_size_mb") if key != option}
    index, wanted = CloudIndex("edge", "event", shown), {option: 90}
    with pytest.raises(CollectionError, match=f"would keep less: {option} from unknown to 90"):
        plan_cloud(Index("edge"), wanted, index, False)
    assert plan_cloud(Index("edge"), wanted, index, True).body == wanted
