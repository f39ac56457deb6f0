# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the jobs that are there is the one that is meant."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import job_lookup as matching
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import Job
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import derive_channel
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    CONF,
    GUID,
    TOKEN,
    WHOLE_CONF,
    WHOLE_PARTS,
    in_reply,
    job,
    planned,
)

SCOPE_ID = "0" * 32


# Finding a job


def test_the_only_job_of_a_dataset_is_found_whatever_its_name() -> None:
    jobs = [job(dataset="dns_logs"), job(name="dashboard"), job(destination_conf="s3://bucket")]
    assert matching.find_job(jobs, "http_requests", None) == (jobs[1], [])
    assert matching.find_job(jobs, "firewall_events", None) == (None, ())


def test_a_reply_without_dataset_is_of_the_default_one() -> None:
    observed = job()
    del observed["dataset"]
    assert matching.find_job([observed], "http_requests", None) == (observed, [])


def test_a_name_must_fit_whole() -> None:
    jobs = [job(name="shop"), job(name="shop2"), job()]
    assert matching.find_job(jobs, "http_requests", "shop") == (jobs[0], [])
    assert matching.find_job(jobs, "http_requests", "sho") == (None, ())


@pytest.mark.parametrize(("name", "advice"), [(None, "name or job_id"), ("shop", "with job_id")])
def test_several_jobs_that_fit_are_listed_without_secrets(name: str | None, advice: str) -> None:
    jobs = [{**job(name="shop"), "id": 11}, {**job(name="shop"), "id": 12}]
    with pytest.raises(CollectionError, match=advice) as error:
        matching.find_job(jobs, "http_requests", name)
    assert "id 11, named shop" in str(error.value)
    assert "id 12, named shop" in str(error.value)
    assert TOKEN not in str(error.value)


def test_a_job_that_is_not_for_splunk_is_not_managed_by_its_id() -> None:
    with pytest.raises(CollectionError, match="^job_id: "):
        matching.job_with_id([job(destination_conf="s3://bucket")], 7)


@pytest.mark.parametrize(
    "listed", [{}, {"id": None}, {"id": 1, "destination_conf": {}}, {"id": "1", "name": 5, "dataset": None}]
)
def test_garbage_in_a_list_of_jobs_does_not_break_the_search(listed: Job) -> None:
    whole = {**job(), **listed}
    assert matching.find_job([listed], "http_requests", "shop") == (None, ())
    assert matching.job_with_id([listed], 7) is None
    assert isinstance(
        matching.new_duplicates(planned({"destination": WHOLE_PARTS}, None).body, {3}, [whole, job(), listed]), list
    )


# Finding what a stopped replacement left


@pytest.mark.parametrize("immutable", [{"dataset": "dns_logs"}, {"kind": "edge"}])
@pytest.mark.parametrize("named", [True, False])
def test_a_replacement_stopped_half_way_is_recognised(immutable: dict[str, str], named: bool) -> None:
    old = job(name="shop")
    desired = {"name": "shop", **immutable}
    new = {**in_reply(planned(desired, old, recreate=True).body), "id": 8}
    job_id = None if named and "kind" in immutable else 7
    assert matching.find_replacement([old, new], job_id, desired) == (new, [old])


def test_a_whole_replacement_is_recognised_by_the_id_of_the_old_job() -> None:
    new = {**job(name="shop", dataset="dns_logs"), "id": 8}
    assert matching.find_replacement([new], 7, {"dataset": "dns_logs", "name": "shop"}) == (new, [])


def test_there_is_no_replacement_where_nothing_is_to_be_replaced() -> None:
    assert matching.find_replacement([job(), {**job(), "id": 8}], 7, {"enabled": True}) == (None, ())
    assert matching.find_replacement([], None, {"kind": "edge"}) == (None, ())
    assert matching.find_replacement([], 7, {"kind": "edge"}) == (None, ())


def test_a_job_that_pushes_elsewhere_is_no_replacement() -> None:
    old = job(name="shop")
    other = {**job(name="shop", dataset="dns_logs", destination_conf=WHOLE_CONF.replace("hec.", "other.")), "id": 8}
    assert matching.find_replacement([old, other], 7, {"dataset": "dns_logs"}) == (None, ())


# Twins


def test_twins_are_what_a_creation_may_have_made_oldest_first() -> None:
    body = planned({"destination": WHOLE_PARTS, "name": "shop"}, None).body
    jobs = [
        {**job(name="shop"), "id": 12},
        {**job(name="shop"), "id": 11},
        {**job(name="shop"), "id": 3},
        {**job(name="other"), "id": 13},
        {**job(name="shop", kind="edge"), "id": 14},
        {**job(name="shop", dataset="dns_logs"), "id": 15},
        {**job(name="shop", destination_conf=WHOLE_CONF.replace(TOKEN, "x")), "id": 16},
    ]
    assert [twin["id"] for twin in matching.new_duplicates(body, {3}, jobs)] == [11, 12]


def test_a_new_job_is_known_by_its_destination_though_its_token_is_hidden() -> None:
    body = planned({"destination": WHOLE_PARTS}, None).body
    listed = job(destination_conf=f"{CONF}&header_Authorization={MASK}")
    assert matching.new_duplicates(body, set(), [listed]) == [listed]


def made_here(job_id: int, **fields: object) -> Job:
    """Return a job with the channel that this collection derives, as one that it made has."""
    channel = derive_channel(SCOPE_ID, "http_requests", "shop")
    conf = WHOLE_CONF.replace(GUID, channel)
    return {**job(name="shop", destination_conf=conf, **fields), "id": job_id}


def test_the_same_job_made_twice_is_one_job_with_a_twin() -> None:
    jobs = [made_here(12, enabled=False), made_here(11), {**job(name="other"), "id": 3}]
    assert matching.find_job(jobs, "http_requests", "shop", SCOPE_ID) == (jobs[1], [jobs[0]])


@pytest.mark.parametrize(
    "other",
    [
        {**job(name="shop"), "id": 12},
        made_here(12, max_upload_records=1000),
        made_here(12, filter='{"where":{"key":"RayID","operator":"eq","value":"x"}}'),
        {**made_here(12), "destination_conf": made_here(12)["destination_conf"].replace(TOKEN, "another")},
    ],
    ids=["other channel", "other limit", "other filter", "other token"],
)
def test_jobs_that_differ_are_no_twins(other: Job) -> None:
    with pytest.raises(CollectionError, match="with job_id"):
        matching.find_job([made_here(11), other], "http_requests", "shop", SCOPE_ID)


def test_jobs_with_a_channel_of_their_own_are_no_twins() -> None:
    jobs = [{**job(name="shop"), "id": 11}, {**job(name="shop"), "id": 12}]
    with pytest.raises(CollectionError, match="with job_id"):
        matching.find_job(jobs, "http_requests", "shop", SCOPE_ID)


# Removing by id


@pytest.mark.parametrize("desired", [{}, {"name": "shop"}, {"dataset": "http_requests", "name": "shop"}])
def test_a_job_that_is_meant_may_go(desired: dict[str, str]) -> None:
    matching.check_identity(job(name="shop"), desired)


@pytest.mark.parametrize(
    "desired", [{"name": "other"}, {"dataset": "dns_logs"}, {"dataset": "dns_logs", "name": "shop"}]
)
def test_a_job_of_another_name_or_dataset_is_not_removed(desired: dict[str, str]) -> None:
    with pytest.raises(CollectionError, match="^job_id: job 7 .*is not removed"):
        matching.check_identity(job(name="shop"), desired)
