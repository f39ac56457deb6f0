# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events of a job are found by its source or host, by ZoneName, or only together with those of others."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_ways import (
    BY_HOST,
    BY_SOURCE,
    BY_SUM,
    BY_ZONE_NAME,
    NO_WAY,
    ComparedJob,
    EventOrigin,
    TokenContext,
    compared_job,
    jobs_by_origin,
    line_problem,
    names_zone,
    ways,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import WHOLE_CONF
from hypothesis import given
from hypothesis import strategies as st

TOKEN = TokenContext("cloudflare", "edge", "cloudflare:json", "http:cloudflare")
NAMED = {"field_names": ["ClientIP", "ZoneName"]}


def a_job(key: str, zone: str = "", further: str = "", **fields: t.Any) -> ComparedJob:
    """Return a job of a zone that pushes the name of the zone."""
    job = {"dataset": "http_requests", "output_options": NAMED, "destination_conf": WHOLE_CONF + further, **fields}
    return compared_job(key, job, zone or f"{key}.example.com", TOKEN)


def kinds(*jobs: ComparedJob) -> dict[t.Hashable, str]:
    """Return the kind of way by which each job is found."""
    return {key: way.kind for key, way in ways(jobs).items()}


def test_a_job_with_a_source_of_its_own_is_found_by_it():
    jobs = [a_job("a", further="&source=shop"), a_job("b", further="&host=blog"), a_job("c")]
    assert kinds(*jobs) == {"a": BY_SOURCE, "b": BY_HOST, "c": BY_ZONE_NAME}


def test_a_source_of_two_jobs_finds_neither():
    jobs = [
        a_job("a", further="&source=all"),
        a_job("b", further="&source=all&host=blog"),
        a_job("c", further="&source=all", dataset="dns_logs"),
    ]
    assert kinds(*jobs) == {"a": BY_ZONE_NAME, "b": BY_HOST, "c": BY_SUM}


def test_the_same_source_in_another_source_type_is_another_one():
    other = WHOLE_CONF.replace("cloudflare:json", "cloudflare:dns")
    jobs = [a_job("a", further="&source=all"), a_job("b", destination_conf=f"{other}&source=all")]
    assert kinds(*jobs) == {"a": BY_SOURCE, "b": BY_SOURCE}


def test_zones_are_found_by_their_names():
    assert kinds(a_job("a"), a_job("b")) == {"a": BY_ZONE_NAME, "b": BY_ZONE_NAME}


def test_two_jobs_of_a_zone_with_one_source_type_cannot_be_told_apart():
    jobs = [a_job("a", "shop.example.com"), a_job("b", "shop.example.com"), a_job("c")]
    assert kinds(*jobs) == {"a": NO_WAY, "b": NO_WAY, "c": BY_ZONE_NAME}
    assert ways(jobs)["a"].reason == "2 jobs of the zone have the source type cloudflare:json"


def test_a_second_job_of_a_zone_whose_records_do_not_name_it_does_no_harm():
    jobs = [a_job("a", "shop.example.com"), a_job("b", "shop.example.com", dataset="dns_logs")]
    assert kinds(*jobs) == {"a": BY_ZONE_NAME, "b": BY_SUM}


def test_a_second_job_of_a_zone_that_may_name_it_does():
    jobs = [a_job("a", "shop.example.com"), a_job("b", "shop.example.com", output_options={})]
    assert kinds(*jobs) == {"a": NO_WAY, "b": BY_SUM}


def test_a_job_of_an_account_has_records_of_many_zones():
    account = compared_job(
        "x",
        {"dataset": "firewall_events", "output_options": NAMED, "destination_conf": WHOLE_CONF},
        "",
        TOKEN,
    )
    assert ways([account])["x"].kind == BY_SUM
    assert "of many zones" in ways([account])["x"].reason

    found = ways([account, a_job("a")])["a"]
    assert found.kind == NO_WAY
    assert "a job of an account" in found.reason


def test_a_zone_without_a_known_name_is_not_taken_for_an_account():
    zone = compared_job("x", {"output_options": NAMED, "destination_conf": WHOLE_CONF}, None, TOKEN)
    assert kinds(zone) == {"x": BY_SUM}
    assert "the name of its zone is not known" in ways([zone])["x"].reason
    assert "Zone Read" in ways([zone])["x"].reason


@pytest.mark.parametrize(
    ("job", "names"),
    [
        ({"output_options": NAMED}, "yes"),
        ({"logpull_options": "fields=ClientIP,ZoneName&timestamps=rfc3339"}, "yes"),
        ({"output_options": {"field_names": ["ClientIP"]}}, "no"),
        ({"output_options": {}}, "maybe"),  # the default fields are not known
        ({}, "maybe"),
        ({"output_options": NAMED, "transformer_id": 7}, "maybe"),
        ({"output_options": {**NAMED, "record_template": "{{.ZoneName}}"}}, "maybe"),
        ({"output_options": {**NAMED, "record_prefix": "", "record_suffix": "\n"}}, "maybe"),
        ({"output_options": {**NAMED, "record_prefix": "{", "record_suffix": "}\n", "batch_prefix": ""}}, "yes"),
        ({"output_options": NAMED, "dataset": "dns_logs"}, "no"),
        # Only the dataset of accounts has the field.
        ({"output_options": NAMED, "dataset": "firewall_events"}, "no"),
    ],
)
def test_whether_the_records_name_their_zone(job, names):
    assert names_zone(job, is_zone=True) == names


def test_the_default_fields_are_not_known():
    found = ways([a_job("a", output_options={})])["a"]
    assert found.kind == BY_SUM
    assert "not known whether the job pushes ZoneName" in found.reason


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, ""),
        ({"output_type": "ndjson", "record_suffix": "}\n", "batch_prefix": "", "record_template": ""}, ""),
        ({"output_type": "csv"}, "output_type is csv"),
        ({"batch_prefix": "["}, "batch_prefix adds a line"),
        ({"batch_suffix": "]"}, "batch_suffix adds a line"),
        ({"batch_suffix": "\n"}, ""),
        ({"record_template": "{{.ClientIP}}"}, ""),
        ({"record_template": "{{.ClientIP}}\n"}, ""),
        ({"record_template": "{{.ClientIP}}\n{{.RayID}}"}, "record_template has line breaks"),
        ({"record_template": '{{"a\\nb"}}'}, "record_template has line breaks"),
        ({"record_suffix": "}"}, "no line break"),
        ({"record_suffix": "}", "record_delimiter": "\n"}, ""),
        ({"record_suffix": "}\n\n"}, ""),
        ({"record_prefix": "\n{"}, "a line break within the records"),
        ({"field_delimiter": ",\n"}, "a line break within the records"),
    ],
)
def test_whether_a_line_is_a_record(options, problem):
    found = line_problem({"output_options": options})
    assert (problem in found) if problem else found == ""


def test_a_job_whose_lines_are_not_its_records_has_no_way():
    found = ways([a_job("a", further="&source=shop", output_options={**NAMED, "output_type": "csv"})])["a"]
    assert found.kind == NO_WAY
    assert "csv" in found.reason


@pytest.mark.parametrize(
    ("further", "token", "default", "origin"),
    [
        ("&index=web&source=s&host=h", TOKEN, "main", ("web", "cloudflare:json", "cloudflare", "s", "h")),
        ("", TOKEN, "main", ("edge", "cloudflare:json", "cloudflare", "", "")),
        ("", TokenContext(), "main", ("main", "cloudflare:json", "", "", "")),
        ("", TokenContext(), "", ("", "cloudflare:json", "", "", "")),
    ],
)
def test_where_the_events_of_a_job_are(further, token, default, origin):
    assert compared_job("a", {"destination_conf": WHOLE_CONF + further}, "", token, default).origin == origin


@pytest.mark.parametrize(("further", "assumes"), [("", True), ("&index=web", False)])
def test_the_index_of_a_token_without_one_is_assumed(further, assumes):
    token = TOKEN._replace(splunk_index="main", assumes_index=True)
    job = compared_job("a", {"destination_conf": WHOLE_CONF + further}, "a.example.com", token)
    assert job.assumes_index == assumes


def test_events_in_an_unknown_place_are_not_counted():
    conf = WHOLE_CONF.replace("&sourcetype=cloudflare:json", "")
    nowhere = compared_job("a", {"destination_conf": WHOLE_CONF}, "a.example.com")
    shapeless = compared_job("b", {"destination_conf": conf}, "b.example.com", default_index="main")
    assert kinds(nowhere, shapeless) == {"a": NO_WAY, "b": NO_WAY}
    assert "splunk_hec_index" in ways([nowhere])["a"].reason
    assert "source type of its events is not known" in ways([shapeless])["b"].reason


def test_jobs_are_counted_together_by_index_source_type_and_token():
    jobs = [a_job("a"), a_job("b"), a_job("c", further="&index=web")]
    groups = {tuple(shared): [job.key for job in group] for shared, group in jobs_by_origin(jobs).items()}
    assert groups == {
        ("edge", "cloudflare:json", "cloudflare"): ["a", "b"],
        ("web", "cloudflare:json", "cloudflare"): ["c"],
    }


def test_an_unknown_token_is_counted_together_with_all_others_of_its_place():
    nameless = compared_job("x", {"destination_conf": f"{WHOLE_CONF}&index=edge"}, "x.example.com")
    groups = {
        tuple(shared): [job.key for job in group] for shared, group in jobs_by_origin([a_job("a"), nameless]).items()
    }
    assert groups == {("edge", "cloudflare:json", ""): ["a", "x"]}


few = st.sampled_from(["", "x", "y"])
origins = st.builds(EventOrigin, few, few, few, few, few)
fleets = st.lists(
    st.builds(
        ComparedJob,
        key=st.integers(),
        zone=few,
        origin=origins,
        names_zone=st.sampled_from(["yes", "no", "maybe"]),
        line_problem=st.sampled_from(["", "csv"]),
    ),
    unique_by=lambda job: job.key,
    max_size=8,
)


@given(fleets)
def test_no_two_jobs_are_found_at_the_same_events(jobs):
    found = ways(jobs)
    assert set(found) == {job.key for job in jobs}
    places = [
        (
            found[job.key].kind,
            job.origin.place,
            {BY_SOURCE: job.origin.source, BY_HOST: job.origin.host}.get(found[job.key].kind, job.zone),
        )
        for job in jobs
        if found[job.key].kind in (BY_SOURCE, BY_HOST, BY_ZONE_NAME)
    ]
    assert len(places) == len(set(places))
    for job in jobs:
        way = found[job.key]
        # Whoever cannot be found is told why.
        assert bool(way.reason) == (way.kind in (BY_SUM, NO_WAY))
        assert not (job.line_problem and way.kind)


@given(fleets)
def test_each_job_with_a_place_is_in_one_sum(jobs):
    listed = [job.key for group in jobs_by_origin(jobs).values() for job in group]
    assert sorted(map(str, listed)) == sorted(str(job.key) for job in jobs if all(job.origin.place))
