# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The differences between two states of a job."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_changes import Change, changes


def test_each_part_of_a_destination_is_a_difference_and_equal_fields_are_none() -> None:
    before = {
        "name": "edge",
        "enabled": False,
        "kind": None,
        "destination": {"endpoint": "a:8088", "sourcetype": "one"},
        "output_options": {"sample_rate": 1, "batch_prefix": "x"},
        "filter": {"key": "A", "value": 1},
    }
    after = {
        "name": "edge",
        "enabled": True,
        "destination": {"endpoint": "b:8088", "sourcetype": "one"},
        "output_options": {"sample_rate": True},
        "filter": {"value": 1, "key": "A"},
    }
    found = changes(before, after)
    assert found == [
        Change("enabled", "", False, True),
        Change("destination", "endpoint", "a:8088", "b:8088"),
        # For Python, 1 equals true.
        Change("output_options", "sample_rate", 1, True),
        Change("output_options", "batch_prefix", "x", None),
    ]
    assert [change.path for change in found[:2]] == ["enabled", "destination.endpoint"]
    assert changes({}, {"destination": {"endpoint": "a:8088"}}) == [Change("destination", "endpoint", None, "a:8088")]
