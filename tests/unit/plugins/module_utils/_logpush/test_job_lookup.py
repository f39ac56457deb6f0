# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which existing job a request refers to."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import job_lookup as matching
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import Job, destination_of
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import collector_of, derive_channel
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
from hypothesis import given
from hypothesis import strategies as st

SCOPE_ID = "0" * 32
ZONE = "shop.example.com"
OURS = collector_of("hec.example.com")
# The only existing job is selected, as in the module for one job without an endpoint.
ANY = matching.Sought(only_job=True)


def scope(known: str | None = ZONE) -> matching.ScopeName:
    """Return the scope of the jobs. Its name must not be looked up."""

    def look_up() -> str:
        raise AssertionError("the name is looked up")

    return matching.ScopeName(SCOPE_ID, known, look_up)


def find(jobs: t.Sequence[Job], known: str | None = ZONE, **sought: t.Any) -> matching.FoundJob:
    """Return the job that a request with these options refers to."""
    return matching.find_job(jobs, matching.Sought(**sought), scope(known))


def at(host: str = "hec.example.com:8088", channel: str = GUID, job_id: int = 7, **fields: t.Any) -> Job:
    """Return a job that pushes to a host, through a channel."""
    conf = WHOLE_CONF.replace("hec.example.com:8088", host).replace(GUID, channel)
    return {**job(destination_conf=conf, **fields), "id": job_id}


def derived(name: str) -> str:
    """Return the channel that is derived for a job of this name."""
    return derive_channel(SCOPE_ID, "http_requests", name)


# Finding a job


def test_the_only_job_of_a_dataset_is_found_whatever_its_name_where_that_is_allowed() -> None:
    jobs = [job(dataset="dns_logs"), job(name="dashboard"), job(destination_conf="s3://bucket")]
    assert find(jobs, only_job=True) == (jobs[1], [])
    assert find(jobs) == (None, ())
    assert find(jobs, only_job=True, collector=collector_of("soc.example.net")) == (None, ())
    assert find(jobs, only_job=True, dataset="firewall_events") == (None, ())


def test_a_reply_without_dataset_is_of_the_default_one() -> None:
    observed = job()
    del observed["dataset"]
    assert find([observed], only_job=True) == (observed, [])


def test_a_name_must_fit_whole() -> None:
    jobs = [job(name="shop"), job(name="shop2"), job()]
    assert find(jobs, name="shop") == (jobs[0], [])
    assert find(jobs, name="sho", collector=OURS, only_job=True) == (None, ())


def test_a_named_job_that_somebody_renamed_is_found_by_its_channel() -> None:
    jobs = [at(name="other", job_id=1), at("soc.example.net", derived("shop"), name="renamed")]
    assert find(jobs, name="shop", collector=OURS) == (jobs[1], [])
    # A job with the name comes first.
    assert find([*jobs, at(name="shop", job_id=9)], name="shop").job["id"] == 9


def test_the_job_of_another_team_is_nobody_s_but_theirs() -> None:
    for theirs in (at("soc.example.net", name="security-team"), at("soc.example.net", name=ZONE)):
        assert find([theirs], collector=OURS, only_job=True) == (None, ())


@pytest.mark.parametrize("name", [ZONE, f"{ZONE}-splunk"])
def test_a_job_that_was_made_here_is_found_wherever_it_pushes(name: str) -> None:
    moved = at("old.example.net", derived(name).upper(), name="renamed")
    assert find([at(name="dashboard", job_id=1), moved], collector=OURS) == (moved, [])
    given = at("old.example.net", "11111111-2222-4333-8444-555555555556")
    assert find([given, at(job_id=1)], collector=OURS, channel=destination_of(given).channel) == (given, [])


@pytest.mark.parametrize(
    "conf",
    [
        WHOLE_CONF.replace("splunk://hec", "SPLUNK://HEC").replace(".com:", ".com.:"),
        WHOLE_CONF.replace("splunk://", "https://"),
        f"https://hec.example.com:8088/services/collector/event?header_Authorization=Splunk%20{TOKEN}",
        f"https://hec.example.com:8088/services//collector?header_Authorization=Splunk%20{TOKEN}",
        WHOLE_CONF.replace("/raw", "/raw/1.0"),
    ],
)
def test_the_only_job_at_the_collector_is_adopted_whatever_its_spelling(conf: str) -> None:
    jobs = [at("soc.example.net", job_id=1), job(destination_conf=conf)]
    assert find(jobs, collector=OURS) == (jobs[1], [])


@pytest.mark.parametrize(
    "host", ["hec.example.com:8089", "hec.example.com", "hec.example.com:8088/team-a", "hec.example.co:8088"]
)
def test_another_collector_is_another_one_behind_the_same_host_too(host: str) -> None:
    assert find([at(host)], collector=OURS) == (None, ())
    assert find([at(host)], collector=destination_of(at(host)).collector).job


def test_the_name_of_the_zone_is_looked_up_only_if_the_answer_depends_on_it() -> None:
    ours, adopted = at(channel=derived(ZONE), name=ZONE), at(name="dashboard", job_id=1)
    elsewhere = at("old.example.net", derived(ZONE), name=ZONE, job_id=2)
    assert find([ours, at("soc.example.net", job_id=3)], known=None, collector=OURS).job == ours
    assert find([ours, adopted, elsewhere], known=None, collector=OURS).job == ours
    assert find([adopted], known=None, collector=OURS).job == adopted
    assert find([ours], known=None, only_job=True).job == ours
    for jobs in ([elsewhere], [elsewhere, adopted]):
        with pytest.raises(AssertionError, match="looked up"):
            find(jobs, known=None, collector=OURS)
        asked = matching.ScopeName(SCOPE_ID, None, lambda: ZONE)
        assert matching.find_job(jobs, matching.Sought(collector=OURS), asked).job == elsewhere
        other = matching.ScopeName(SCOPE_ID, None, lambda: "other.example.com")
        found = matching.find_job(jobs, matching.Sought(collector=OURS), other).job
        assert found == (adopted if adopted in jobs else None)


@pytest.mark.parametrize(("name", "advice"), [(None, "name or job_id"), ("shop", "with job_id")])
def test_several_jobs_that_fit_are_listed_without_secrets(name: str | None, advice: str) -> None:
    jobs = [{**job(name="shop"), "id": 11}, {**job(name="shop"), "id": 12}]
    with pytest.raises(CollectionError, match=advice) as error:
        find(jobs, name=name, collector=OURS)
    assert "id 11, named shop" in str(error.value)
    assert "id 12, named shop" in str(error.value)
    assert TOKEN not in str(error.value)


def test_a_job_that_is_not_for_splunk_is_not_managed_by_its_id() -> None:
    for conf in ("s3://bucket", "https://logs.example.com/ingest"):
        with pytest.raises(CollectionError, match="^job_id: "):
            matching.job_with_id([job(destination_conf=conf)], 7)


@pytest.mark.parametrize(
    "listed", [{}, {"id": None}, {"id": 1, "destination_conf": {}}, {"id": "1", "name": 5, "dataset": None}]
)
def test_garbage_in_a_list_of_jobs_does_not_break_the_search(listed: Job) -> None:
    whole = {**job(), **listed}
    assert find([listed], name="shop") == find([listed], collector=OURS) == (None, ())
    assert matching.job_with_id([listed], 7) is None
    assert isinstance(
        matching.new_duplicates(planned({"destination": WHOLE_PARTS}, None).body, {3}, [whole, job(), listed]), list
    )


# For any jobs

_names = st.sampled_from([None, "", ZONE, f"{ZONE}-splunk", "shop", "security-team"])
_hosts = st.sampled_from(
    ["hec.example.com:8088", "HEC.example.com:8088", "soc.example.net", "hec.example.com:8088/team-a"]
)
_channels = st.sampled_from([GUID, *(derived(name) for name in (ZONE, f"{ZONE}-splunk", "shop", ""))])


@st.composite
def scopes_with_jobs(draw: st.DrawFn) -> list[Job]:
    """Return the jobs of a scope, of several teams."""
    size = draw(st.integers(0, 4))
    jobs = []
    for job_id in range(1, size + 1):
        made = at(
            draw(_hosts),
            draw(_channels),
            job_id,
            name=draw(_names),
            dataset=draw(st.sampled_from(["http_requests", "dns_logs"])),
        )
        if draw(st.booleans()):
            made["destination_conf"] = made["destination_conf"].replace("splunk://", "https://")
        jobs.append(made)
    return jobs


requests_for_jobs = st.builds(
    matching.Sought,
    name=st.sampled_from([None, None, ZONE, "shop"]),
    channel=st.sampled_from([None, None, GUID]),
    collector=st.sampled_from([None, OURS, collector_of("hec.example.com/team-a")]),
    only_job=st.booleans(),
    dataset=st.just("http_requests"),
    any_channel=st.just(False),
)


@given(scopes_with_jobs(), requests_for_jobs)
def test_a_job_is_found_for_one_of_the_reasons_or_not_at_all(jobs: list[Job], sought: matching.Sought) -> None:
    try:
        found = matching.find_job(jobs, sought, scope())
    except CollectionError:
        # Several jobs: the order of the list never decides which one a request refers to.
        with pytest.raises(CollectionError):
            matching.find_job(jobs[::-1], sought, scope())
        return
    assert matching.find_job(jobs[::-1], sought, scope()).job == found.job
    of_dataset = [each for each in jobs if each["dataset"] == "http_requests"]
    if found.job is None:
        assert not [each for each in of_dataset if sought.name and each.get("name") == sought.name]
        assert sought.name or not [each for each in of_dataset if destination_of(each).collector == sought.collector]
        return
    destination = destination_of(found.job)
    if sought.name:
        assert found.job.get("name") == sought.name or destination.channel == derived(sought.name)
    else:
        ours = destination.channel in (sought.channel, derived(ZONE), derived(f"{ZONE}-splunk"))
        alone = [each for each in of_dataset if destination_of(each).collector == destination.collector]
        adopted = destination.collector == sought.collector and len(alone) == 1
        only = sought.only_job and sought.collector is None and len(of_dataset) == 1
        assert ours or adopted or only


@given(scopes_with_jobs(), requests_for_jobs)
def test_a_zone_given_by_its_id_means_the_same_job_unless_that_would_cost_a_request(
    jobs: list[Job], sought: matching.Sought
) -> None:
    looked_up = []
    unknown = matching.ScopeName(SCOPE_ID, None, lambda: looked_up.append(1) or ZONE)

    def found(scope_name: matching.ScopeName) -> Job | str | None:
        try:
            return matching.find_job(jobs, sought, scope_name).job
        except CollectionError:
            return "several"

    by_id, by_name = found(unknown), found(scope())
    if by_id != by_name:
        # The one job at the collector whose channel is derived from its own name.
        assert not looked_up and isinstance(by_id, dict)
        destination = destination_of(by_id)
        assert destination.collector == sought.collector and destination.channel == derived(by_id.get("name") or "")


# Finding the jobs of an interrupted replacement


def named_shop(desired: t.Mapping[str, str]) -> matching.Sought:
    """Return the part of a request for this job that selects it."""
    return matching.Sought(desired.get("dataset", "http_requests"), "shop", any_channel=True)


@pytest.mark.parametrize("immutable", [{"dataset": "dns_logs"}, {"kind": "edge"}])
@pytest.mark.parametrize("named", [True, False])
def test_a_replacement_stopped_half_way_is_recognized(immutable: dict[str, str], named: bool) -> None:
    old = job(name="shop")
    desired = {"name": "shop", **immutable}
    new = {**in_reply(planned(desired, old, recreate=True).body), "id": 8}
    job_id = None if named and "kind" in immutable else 7
    assert matching.find_replacement([old, new], job_id, desired, named_shop(desired), scope()) == (new, [old])


def test_a_whole_replacement_is_recognized_by_the_id_of_the_old_job() -> None:
    new = {**job(name="shop", dataset="dns_logs"), "id": 8}
    desired = {"dataset": "dns_logs", "name": "shop"}
    assert matching.find_replacement([new], 7, desired, named_shop(desired), scope()) == (new, [])


def test_there_is_no_replacement_where_nothing_is_to_be_replaced() -> None:
    assert matching.find_replacement([job(), {**job(), "id": 8}], 7, {"enabled": True}, ANY, scope()) == (None, ())
    assert matching.find_replacement([], None, {"kind": "edge"}, ANY, scope()) == (None, ())
    assert matching.find_replacement([], 7, {"kind": "edge"}, ANY, scope()) == (None, ())


def test_a_job_that_pushes_elsewhere_is_no_replacement() -> None:
    old = job(name="shop")
    other = {**job(name="shop", dataset="dns_logs", destination_conf=WHOLE_CONF.replace("hec.", "other.")), "id": 8}
    assert matching.find_replacement([old, other], 7, {"dataset": "dns_logs"}, ANY, scope()) == (None, ())


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
    assert [job["id"] for job in matching.new_duplicates(body, {3}, jobs)] == [11, 12]


def test_a_new_job_is_known_by_its_destination_though_its_token_is_hidden() -> None:
    body = planned({"destination": WHOLE_PARTS}, None).body
    listed = job(destination_conf=f"{CONF}&header_Authorization={MASK}")
    assert matching.new_duplicates(body, set(), [listed]) == [listed]


def made_here(job_id: int, **fields: object) -> Job:
    """Return a job with the channel that this collection derives for the jobs that it creates."""
    channel = derive_channel(SCOPE_ID, "http_requests", "shop")
    conf = WHOLE_CONF.replace(GUID, channel)
    return {**job(name="shop", destination_conf=conf, **fields), "id": job_id}


def test_the_same_job_made_twice_is_one_job_with_a_twin() -> None:
    jobs = [made_here(12, enabled=False), made_here(11), {**job(name="other"), "id": 3}]
    assert find(jobs, name="shop") == (jobs[1], [jobs[0]])


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
        find([made_here(11), other], name="shop")


def test_jobs_with_a_channel_of_their_own_are_no_twins() -> None:
    jobs = [{**job(name="shop"), "id": 11}, {**job(name="shop"), "id": 12}]
    with pytest.raises(CollectionError, match="with job_id"):
        find(jobs, name="shop")


# Removing by ID


@pytest.mark.parametrize("desired", [{}, {"name": "shop"}, {"dataset": "http_requests", "name": "shop"}])
def test_a_job_that_is_meant_may_go(desired: dict[str, str]) -> None:
    matching.check_identity(job(name="shop"), desired)


@pytest.mark.parametrize(
    "desired", [{"name": "other"}, {"dataset": "dns_logs"}, {"dataset": "dns_logs", "name": "shop"}]
)
def test_a_job_of_another_name_or_dataset_is_not_removed(desired: dict[str, str]) -> None:
    with pytest.raises(CollectionError, match="^job_id: job 7 .*is not removed"):
        matching.check_identity(job(name="shop"), desired)
