# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which datasets have a field."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.dataset_fields import datasets_with
from ansible_collections.edgeops.logpush.tests.simulator.datasets import DATASETS, fields_of


@pytest.mark.parametrize(
    ("field", "dataset", "others"),
    [
        ("QueryName", "http_requests", ["dns_logs"]),
        ("QueryName", "audit_logs", ["dns_firewall_logs", "gateway_dns"]),
        ("ActorEmail", "http_requests", ["audit_logs", "audit_logs_v2"]),
        ("RayID", "no_such_dataset", ["account_abuse_protection_events", "firewall_events", "http_requests"]),
        ("NoSuchField", "http_requests", []),
    ],
)
def test_datasets_of_the_same_scope_come_first(field: str, dataset: str, others: list[str]) -> None:
    assert sorted(datasets_with(field, dataset)) == others


def test_every_field_of_the_vendor_is_known() -> None:
    for dataset in DATASETS:
        for field in {**fields_of(dataset, "zones"), **fields_of(dataset, "accounts")}:
            assert datasets_with(field, "") or datasets_with(field, "audit_logs"), (dataset, field)
