# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a dataset, as Ansible shows them."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task

MODULE = "edgeops.logpush.logpush_dataset_fields_info"


def test_the_fields_of_a_zone_and_of_an_account(modules, simulator, zone_id):
    run = modules.tasks(
        task(MODULE, "by id", zone_id=zone_id, dataset="http_requests"),
        task(MODULE, "check", check=True, zone_id=zone_id, dataset="http_requests"),
        task(MODULE, "by name", zone="shop.example.com", dataset="firewall_events"),
        task(MODULE, "account", account_id=simulator.account_id, dataset="firewall_events"),
    )
    assert run["by id"].calls == run["check"].calls == run["account"].calls == ["GET fields"]
    assert run["by name"].calls == ["GET zones", "GET fields"]
    assert run["by id"]["names"] == sorted(run["by id"]["fields"]) and len(run["by id"]["names"]) > 50
    assert run["check"]["fields"] == run["by id"]["fields"] and isinstance(run["by id"]["fields"]["RayID"], str)
    # The fields depend on the scope.
    assert set(run["account"]["names"]) - set(run["by name"]["names"]) == {"ZoneName"}
    assert not any(outcome["changed"] for outcome in run.outcomes)


@pytest.mark.parametrize(
    ("options", "says", "requests"),
    [
        ({"zone_id": "SHOP", "dataset": "audit_logs_v2"}, "audit_logs_v2 is an account dataset: set account_id", 1),
        ({"account_id": "ACCOUNT", "dataset": "http_requests"}, "http_requests is a zone dataset: set zone_id", 1),
        ({"zone_id": "SHOP", "dataset": "http_request"}, "Did you mean the dataset http_requests?", 1),
        ({"zone_id": "SHOP", "dataset": "http requests"}, "dataset: takes letters", 0),
        ({"dataset": "http_requests"}, "exactly one of them must be set", 0),
        ({"zone_id": "SHOP"}, "missing required arguments: dataset", 0),
    ],
)
def test_what_cannot_be_is_said(modules, simulator, zone_id, options, says, requests):
    ids = {"SHOP": zone_id, "ACCOUNT": simulator.account_id}
    run = modules.tasks(
        task(MODULE, "ask", fails=True, **{key: ids.get(value, value) for key, value in options.items()})
    )
    assert says in run["ask"].msg and len(run["ask"].requests) == requests


def test_a_fault_is_outlived(modules, zone_id):
    before = [faults({"kind": "status", "status": 503, "method": "GET"})]
    run = modules.tasks(task(MODULE, "ask", before=before, zone_id=zone_id, dataset="dns_logs"))
    assert run["ask"].calls == ["GET fields"] * 2 and "QueryName" in run["ask"]["names"]
