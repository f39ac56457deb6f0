# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job with another dataset or kind is replaced: without a gap if possible, and without a second job."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import derive_channel
from ansible_collections.edgeops.logpush.tests.unit.reconciled_zone import Zone


def test_a_replacement_makes_the_new_job_first(scope: Zone) -> None:
    old = scope.add_job(name="shop")
    result = scope.reconcile(job_id=old, dataset="dns_logs", recreate=True)
    assert result["action"] == "replaced"
    assert scope.asked == ["GET", "POST", "DELETE"]
    assert [(job["dataset"], job["name"]) for job in scope.jobs.values()] == [("dns_logs", "shop")]


def test_a_replacement_is_done_once(scope: Zone) -> None:
    old = scope.add_job(name="shop")
    for action in ("replaced", "unchanged", "unchanged"):
        assert scope.reconcile(job_id=old, dataset="dns_logs", name="shop", recreate=True)["action"] == action
    assert len(scope.jobs) == 1


@pytest.mark.parametrize("old_is_there", [True, False])
@pytest.mark.parametrize("by_id", [True, False])
def test_a_replacement_that_was_made_twice_is_one_again(scope: Zone, by_id: bool, old_is_there: bool) -> None:
    old = scope.add_job(name="shop")
    options = {
        "kind": "edge",
        "dataset": "http_requests",
        "name": "shop",
        "recreate": True,
        **({"job_id": old} if by_id else {}),
    }
    before = scope.jobs[old]
    new = scope.reconcile(**options)["job"]["id"]
    scope.add_job(**scope.jobs[new])
    if old_is_there:
        old = scope.add_job(**before)
        options.update({"job_id": old} if by_id else {})
    assert scope.reconcile(**options)["action"] == "replaced"
    assert list(scope.jobs) == [new]
    assert scope.reconcile(**options)["action"] == "unchanged"


def test_duplicates_are_replaced_by_one_job(scope: Zone) -> None:
    new = scope.present()["job"]["id"]
    scope.add_job(**scope.jobs[new])
    options = {**scope.destination, "kind": "edge", "recreate": True}
    for action in ("replaced", "unchanged"):
        assert scope.reconcile(**options)["action"] == action
        assert [job["kind"] for job in scope.jobs.values()] == ["edge"]


@pytest.mark.parametrize(
    "fields", [{"header_Authorization": "********"}, {"channel": "1" * 8 + "-2222-4333-8444-" + "5" * 12}]
)
def test_a_job_that_may_not_be_the_successor_replaces_none(scope: Zone, fields: dict[str, str]) -> None:
    """The token is hidden, or the channel is not the one that a replacement of a job without a channel gets."""
    conf = scope.simulator.destination_conf()
    old = scope.add_job(name="shop", destination_conf=re.sub("channel=[^&]*&", "", conf))
    scope.add_job(name="shop", kind="edge", destination_conf=scope.simulator.destination_conf(**fields))
    before = scope.jobs
    with pytest.raises(CollectionError, match="2 Splunk jobs"):
        scope.present(name="shop", kind="edge", recreate=True)
    assert scope.jobs == before and old in before


def test_a_job_with_the_channel_of_another_name_was_not_replaced(scope: Zone) -> None:
    """Another request created two jobs with this name, at another collector and at this one, and this request refers
    to neither."""
    channel = derive_channel(scope.id, "http_requests", "second")
    conf = scope.simulator.destination_conf(channel=channel)
    elsewhere = conf.replace(scope.simulator.hec_endpoint, "soc.example.net:8088")
    theirs = scope.add_job(name="second", destination_conf=elsewhere)
    scope.add_job(name="second", kind="edge", destination_conf=conf)
    assert scope.present(kind="edge", recreate=True)["action"] == "unchanged"
    assert theirs in scope.jobs


def test_in_a_full_zone_the_old_job_goes_first(scope: Zone) -> None:
    scope.simulator.change_settings(job_limit=1)
    old = scope.add_job(name="shop")
    scope.reconcile(job_id=old, dataset="dns_logs", recreate=True)
    assert scope.asked == ["GET", "POST", "DELETE", "POST"]
    assert [job["dataset"] for job in scope.jobs.values()] == ["dns_logs"]


def test_where_the_new_job_is_refused_the_old_one_stays(scope: Zone) -> None:
    old = scope.add_job(name="shop")
    with pytest.raises(CollectionError):
        scope.reconcile(job_id=old, hec_token="wrong-token", kind="edge", recreate=True)
    assert list(scope.jobs) == [old]


def test_in_a_full_zone_where_the_new_job_is_refused_the_old_one_comes_back(scope: Zone) -> None:
    old = scope.add_job(name="shop", output_options={"field_names": ["RayID"]}, max_upload_records=1000)
    before = scope.jobs[old]
    refusal = {"code": 1004, "message": "creating a new job is not allowed: exceeded max jobs allowed"}
    answer = {"kind": "status", "method": "POST", "body": {"success": False, "errors": [refusal], "result": None}}
    scope.simulator.set_faults({**answer, "status": 403, "times": 2})
    with pytest.raises(CollectionError, match="exists again, with the new ID"):
        scope.reconcile(job_id=old, kind="edge", max_upload_records=0, recreate=True)
    (after,) = scope.jobs.values()
    for field in ("name", "dataset", "destination_conf", "enabled", "output_options", "max_upload_records"):
        assert after[field] == before[field]
    assert not after.get("kind")


def test_an_old_job_that_does_not_come_back_is_named(scope: Zone) -> None:
    scope.simulator.change_settings(job_limit=1)
    old = scope.add_job(name="shop")
    refusal = {"kind": "success_false", "method": "POST", "skip": 1, "times": None, "status": 400}
    scope.simulator.set_faults(refusal)
    with pytest.raises(CollectionError, match="was deleted and could not be created again"):
        scope.reconcile(job_id=old, dataset="dns_logs", recreate=True)
    assert scope.jobs == {}


@pytest.mark.parametrize("immutable", [{"dataset": "dns_logs"}, {"kind": "edge"}])
@pytest.mark.parametrize("more", [{}, {"sourcetype": "other", "output_options": {"timestamp_format": "unix"}}])
def test_a_replacement_stopped_half_way_is_finished_by_the_next_run(
    scope: Zone, immutable: dict[str, str], more: dict[str, t.Any]
) -> None:
    old = scope.add_job(name="shop")
    options = {"job_id": old, "recreate": True, **immutable, **more}
    scope.simulator.set_faults({"kind": "status", "method": "DELETE", "times": None})
    with pytest.raises(CollectionError):
        scope.reconcile(**options)
    assert len(scope.jobs) == 2
    scope.simulator.set_faults()
    assert scope.reconcile(check_mode=True, **options)["action"] == "replaced"
    assert scope.reconcile(**options)["action"] == "replaced"
    assert old not in scope.jobs
    assert len(scope.jobs) == 1


@pytest.mark.parametrize("more", [{}, {"sourcetype": "other"}])
def test_a_replacement_of_a_job_without_a_channel_is_finished_too(scope: Zone, more: dict[str, str]) -> None:
    conf = scope.simulator.destination_conf().replace("channel=11111111-2222-4333-8444-555555555555&", "")
    options = {"job_id": scope.add_job(name="shop", destination_conf=conf), "recreate": True, "kind": "edge", **more}
    scope.simulator.set_faults({"kind": "status", "method": "DELETE", "times": None})
    with pytest.raises(CollectionError, match="Deleting"):
        scope.reconcile(**options)
    scope.simulator.set_faults()
    assert scope.reconcile(**options)["action"] == "replaced"
    (job,) = scope.jobs.values()
    assert job["kind"] == "edge"
    assert "channel=" in job["destination_conf"]


@pytest.mark.parametrize("kind", ["reset", "html", "hang"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_replacement_of_unknown_fate_leaves_one_job(scope: Zone, kind: str, moment: str) -> None:
    old = scope.add_job(name="shop")
    scope.simulator.set_faults({"kind": kind, "method": "POST", "moment": moment})
    scope.reconcile(job_id=old, kind="edge", recreate=True)
    assert [job["kind"] for job in scope.jobs.values()] == ["edge"]
