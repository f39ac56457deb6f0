# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hint for a dataset that belongs to the other kind of scope."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.datasets import (
    ACCOUNT_DATASETS,
    ZONE_DATASETS,
    scope_hint,
)
from ansible_collections.edgeops.logpush.tests.simulator import datasets

BOTH = {"firewall_events", "websocket_analytics"}


def test_the_lists_are_those_of_the_simulated_vendor() -> None:
    """The simulator has its own lists, from Cloudflare's documents."""
    assert set(datasets.ZONE_DATASETS) == ZONE_DATASETS
    assert set(datasets.ACCOUNT_DATASETS) == ACCOUNT_DATASETS


@pytest.mark.parametrize("dataset", sorted(ACCOUNT_DATASETS - BOTH))
def test_an_account_dataset_in_a_zone_gets_a_hint(dataset: str) -> None:
    assert "set account_id" in scope_hint(dataset, "zones")
    assert scope_hint(dataset, "accounts") == ""


@pytest.mark.parametrize("dataset", sorted(ZONE_DATASETS - BOTH))
def test_a_zone_dataset_in_an_account_gets_a_hint(dataset: str) -> None:
    assert "set zone_id" in scope_hint(dataset, "accounts")
    assert scope_hint(dataset, "zones") == ""


@pytest.mark.parametrize("dataset", [*sorted(BOTH), "of_tomorrow", ""])
@pytest.mark.parametrize("kind", ["zones", "accounts", "users"])
def test_where_it_is_right_or_not_known_there_is_none(dataset: str, kind: str) -> None:
    assert scope_hint(dataset, kind) == ""


@pytest.mark.parametrize("kind", ["zones", "accounts"])
def test_a_misspelled_dataset_comes_with_the_nearest(kind: str) -> None:
    assert "http_requests?" in scope_hint("http_request", kind)
