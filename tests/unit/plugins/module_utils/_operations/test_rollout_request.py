# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout turns its options into the jobs of each zone, and the outcomes of the jobs into its result."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import LocatedScope, Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import JOB_SPEC
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_request import JobRequest
from ansible_collections.edgeops.logpush.plugins.module_utils._operations import rollout_request
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.results import (
    JobOutcome,
    Row,
    action_columns,
    action_counts,
    failure_columns,
    limited_rows,
    result_row,
    sweep_result,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import TOKEN, WHOLE_CONF
from hypothesis import example, given
from hypothesis import strategies as st

A, B = Scope("zones", "a" * 32), Scope("zones", "b" * 32)


def requested(zones: list[dict[str, t.Any]], **options: t.Any) -> list[rollout_request.RequestedScope]:
    """Return the requested scopes of a rollout without an environment."""
    return rollout_request.parse_rollout({"zones": zones, **options}, {}, SecretMask()).scopes


def requests(scope: rollout_request.RequestedScope) -> list[JobRequest]:
    """Return the requests in a scope, none of which has an error."""
    assert not [job.error for job in scope.jobs if job.error]
    return [t.cast(JobRequest, job.request) for job in scope.jobs]


# Layers

layers = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.one_of(st.none(), st.booleans()),
        "name": st.one_of(st.none(), st.sampled_from(["one", "two"])),
        "sourcetype": st.one_of(st.none(), st.sampled_from(["a:json", "b:json"])),
        "max_upload_records": st.one_of(st.none(), st.integers(1000, 1005)),
        "output_options": st.one_of(
            st.none(),
            st.dictionaries(
                st.sampled_from(["batch_prefix", "batch_suffix"]), st.one_of(st.none(), st.text(max_size=2))
            ),
        ),
    },
)


@given(layers, layers, layers)
@example({}, {"output_options": {"batch_prefix": None, "batch_suffix": ""}}, {"output_options": {}})
def test_the_upper_layer_wins_option_by_option(
    defaults: dict[str, t.Any], zone: dict[str, t.Any], job: dict[str, t.Any]
) -> None:
    layered = rollout_request.layered_options(defaults, zone, job)
    assert set(layered) == set(JOB_SPEC)
    for name, spec in JOB_SPEC.items():
        given_values = [layer[name] for layer in (job, zone, defaults) if layer.get(name) is not None]
        if name == "output_options":
            for sub_option in ("batch_prefix", "batch_suffix"):
                values = [value[sub_option] for value in given_values if value.get(sub_option) is not None]
                assert (layered[name] or {}).get(sub_option) == (values[0] if values else None)
        else:
            assert layered[name] == (given_values[0] if given_values else spec.get("default"))


def test_a_finished_string_stands_for_the_parts_below_it() -> None:
    parts = {"endpoint": "hec.example.com", "hec_token": TOKEN, "sourcetype": "a", "enabled": False}
    layered = rollout_request.layered_options(parts, {"destination_conf": WHOLE_CONF}, {})
    assert {name for name, value in layered.items() if value is not None} == {
        "destination_conf",
        "enabled",
        "state",
        "validate_fields",
        "recreate",
    }


def test_the_environment_stands_in_last() -> None:
    environment = {"SPLUNK_HEC_ENDPOINT": "env.example.com", "SPLUNK_HEC_TOKEN": TOKEN}

    def completed(**options: t.Any) -> dict[str, t.Any]:
        return rollout_request.with_collector(rollout_request.layered_options(options), environment)

    assert completed(endpoint="own.example.com")["endpoint"] == "own.example.com"
    assert completed()["hec_token"] == TOKEN
    assert completed(destination_conf=WHOLE_CONF)["hec_token"] is None
    assert completed(state="absent")["endpoint"] is None


def test_a_pass_without_jobs_has_one_for_each_zone() -> None:
    [first, second, third] = requested(
        [
            {"zone_id": "1"},
            {"zone_id": "2", "dataset": "dns_logs"},
            {"zone_id": "3", "jobs": [{}, {"dataset": "dns_logs"}]},
        ]
    )
    assert [request.dataset for request in requests(first)] == ["http_requests"]
    assert [request.dataset for request in requests(second)] == ["dns_logs"]
    assert [request.dataset for request in requests(third)] == ["http_requests", "dns_logs"]
    assert requested([{"zone_id": "1"}], jobs=[]) == []
    assert requested([{"zone_id": "1", "jobs": []}]) == []


def test_what_makes_no_sense_is_the_error_of_its_job() -> None:
    [order] = requested([{"zone_id": "1", "jobs": [{"name": "a b"}, {"dataset": "dns_logs"}]}])
    wrong, right = order.jobs
    assert isinstance(wrong.error, OptionError) and wrong.request is None
    assert isinstance(right.request, JobRequest) and right.error is None


def test_a_problem_is_the_error_of_its_zone() -> None:
    [order] = requested([{"host": "a", "problem": "zone_id: is undefined"}])
    assert str(order.located.error) == "zone_id: is undefined"


# Repetitions


@pytest.mark.parametrize(
    "jobs",
    [
        [{}, {}],
        [{}, {"name": "a"}],
        [{"name": "a"}, {"name": "a"}],
        [{"job_id": 7}, {"job_id": 7, "name": "x"}],
        [{}, {"dataset": "http_requests", "state": "absent"}],
    ],
)
def test_jobs_that_could_be_taken_for_each_other_are_refused(jobs: list[dict[str, t.Any]]) -> None:
    [order] = requested([{"zone_id": "1", "jobs": [*jobs, {"dataset": "dns_logs"}]}])
    assert [isinstance(job.error, OptionError) for job in order.jobs] == [True, True, False]
    assert [job.request is None for job in order.jobs] == [True, True, False]
    assert all("more than once" in str(job.error) for job in order.jobs if job.error)


@pytest.mark.parametrize(
    "jobs",
    [
        [{"name": "a"}, {"name": "b"}],
        [{}, {"dataset": "dns_logs"}],
        [{"job_id": 7}, {"job_id": 8}],
        [{"job_id": 7}, {}],
    ],
)
def test_jobs_that_are_told_apart_are_taken(jobs: list[dict[str, t.Any]]) -> None:
    assert len(requests(requested([{"zone_id": "1", "jobs": jobs}])[0])) == 2


def test_entries_of_the_same_zone_are_one() -> None:
    first, second, third, none = requested(
        [{"zone_id": "1"}, {"zone": "b"}, {"zone": "a", "dataset": "dns_logs"}, {"zone": "nowhere"}]
    )
    found = [
        LocatedScope(A),
        LocatedScope(B, "b"),
        LocatedScope(A, "a"),
        LocatedScope(error=CollectionError("no such zone")),
    ]
    scopes = (first, second, third, none)
    merged = rollout_request.locate_requests(scopes, lambda zones: found)
    assert [[job.position for job in scope.jobs] for scope in merged] == [[(0, 0), (2, 0)], [(1, 0)], [(3, 0)]]
    [again] = rollout_request.locate_requests((first, first), lambda zones: [LocatedScope(A)] * 2)
    assert all(isinstance(job.error, OptionError) for job in again.jobs)


# Pruning


def collectors(zones: list[dict[str, t.Any]], environment: t.Mapping[str, str] | None = None) -> list[str]:
    """Return the collectors of the jobs of each zone, in a rollout with C(prune)."""
    options = {"zones": zones, "prune": True}
    scopes = rollout_request.parse_rollout(options, environment or {}, SecretMask()).scopes
    return [str(request.collector) for scope in scopes for request in requests(scope)]


def test_the_collectors_that_jobs_push_to() -> None:
    zones = [
        {"zone_id": "1", "endpoint": "HEC.example.com"},
        {"zone_id": "2", "destination_conf": WHOLE_CONF},
        {"zone_id": "3", "endpoint": "https://other.example.com/team-a/services/collector/raw"},
        {"zone_id": "4"},
    ]
    assert collectors(zones) == ["hec.example.com:8088", "hec.example.com:8088", "other.example.com:443/team-a", "None"]
    with pytest.raises(OptionError, match="^prune: "):
        collectors([{"zone_id": "1"}])


@pytest.mark.parametrize("off", [{"state": "absent"}, {"enabled": False}])
def test_the_collector_of_the_environment_only_selects_a_job_that_is_switched_off(off: dict[str, t.Any]) -> None:
    environment = {"SPLUNK_HEC_ENDPOINT": "env.example.com:443", "SPLUNK_HEC_TOKEN": TOKEN}
    assert collectors([{"zone_id": "1", **off}], environment) == ["env.example.com:443"]
    request = rollout_request.request_of(rollout_request.layered_options(off), environment)
    assert "destination" not in request.desired
    given = rollout_request.layered_options({**off, "endpoint": "own.example.com"})
    assert str(rollout_request.request_of(given, environment).collector) == "own.example.com:8088"


def test_the_jobs_of_other_hosts_count_only_with_prune() -> None:
    options = {
        "zones": [{"zone_id": "1", "endpoint": "h"}],
        "other_zones": [{"zone_id": "1"}, {"zone_id": "2", "jobs": []}],
    }
    assert rollout_request.parse_rollout(options, {}, SecretMask()).elsewhere == []
    parsed = rollout_request.parse_rollout({**options, "prune": True}, {}, SecretMask())
    assert [scope.zone for scope in parsed.elsewhere] == [{"zone_id": "1"}]


def test_a_removal_that_is_not_confirmed_is_refused() -> None:
    options = {"zones": [{"zone_id": "1"}], "job_overrides": {"state": "absent"}}
    assert rollout_request.parse_rollout(options, {}, SecretMask()).zones == 1
    with pytest.raises(OptionError, match="^confirmed: "):
        rollout_request.parse_rollout({**options, "confirmed": False}, {}, SecretMask())


# Results


def entries(number: int, action: str = "unchanged") -> list[Row]:
    """Return this number of entries."""
    zone, located = {"zone_id": A.id, "host": "a"}, LocatedScope(A, "zone.example.com")
    columns = failure_columns(CollectionError("no"), str) if action == "failed" else action_columns(action)
    job = {"dataset": "http_requests", "name": "zone.example.com"}
    return [result_row(zone, located, {**job, "id": 10_000_000 + n}, **columns) for n in range(number)]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"host": "shop"}, "shop, dns_logs: why"),
        ({}, "dns_logs: why"),
        ({"account_id": "a1"}, "account a1, dns_logs: why"),
        ({"zone_id": "z1"}, "z1, dns_logs: why"),
        # The user's name for the zone, not its ID.
        ({"host": "shop", "account_id": "a1"}, "shop, dns_logs: why"),
        ({"host": "shop", "zone_id": "z1"}, "shop, dns_logs: why"),
    ],
)
def test_a_failure_tells_where_as_far_as_is_known(where: dict[str, t.Any], told: str) -> None:
    error = CollectionError("why")
    row = result_row(where, LocatedScope(error=error), {"dataset": "dns_logs"}, **failure_columns(error, str))
    assert sweep_result([JobOutcome(row)], 1, {})["msg"] == f"1 of 1 jobs failed. {told}"


def test_an_entry_tells_what_and_where() -> None:
    assert entries(1, "created") == [
        {
            "host": "a",
            "zone_id": A.id,
            "zone": "zone.example.com",
            "account_id": None,
            "dataset": "http_requests",
            "name": "zone.example.com",
            "job_id": 10_000_000,
            "action": "created",
            "changed": True,
            "failed": False,
            "msg": "",
        }
    ]
    account = {"account_id": "f" * 32}
    error = CollectionError("no")
    shown = result_row(account, LocatedScope(Scope("accounts", "f" * 32)), {}, **failure_columns(error, str))
    assert (shown["zone_id"], shown["account_id"], shown["failed"], shown["changed"]) == (None, "f" * 32, True, False)


def test_tower_keeps_the_results_of_a_small_and_of_a_large_pass() -> None:
    # The size of the JSON that Ansible writes, which Tower counts.
    assert len(json.dumps(limited_rows(entries(2500)))) < 700_000
    long = "shop1234.brand-europe.example.com"
    assert (
        len(json.dumps(limited_rows([{**each, "host": long, "zone": long, "name": long} for each in entries(2500)])))
        < 700_000
    )
    named = [{**each, "host": "zone12345.example.com"} for each in entries(3600)]
    assert len(json.dumps(limited_rows(named))) < 700_000
    unnamed = [{key: each[key] for key in each if key != "host"} for each in entries(4400)]
    assert len(json.dumps(limited_rows(unnamed))) < 700_000


def test_failures_are_always_told_in_full() -> None:
    [failed] = entries(1, "failed")
    assert limited_rows([*entries(3000), failed])[-1] == failed


def test_the_summary_counts_every_job_once() -> None:
    listed = [*entries(2), *entries(1, "created"), *entries(3, "failed")]
    counted = action_counts(listed, 4)
    assert (counted.pop("scopes"), counted.pop("jobs")) == (4, 6)
    assert {action: count for action, count in counted.items() if count} == {"unchanged": 2, "created": 1, "failed": 3}


def test_overrides_win_over_the_job_over_the_zone_over_the_defaults() -> None:
    layers = {"job_defaults": "defaults", "zone": "zone", "job": "job", "job_overrides": "overrides"}

    def sourcetype(*given: str) -> str | None:
        options = {name: {"sourcetype": layers[name]} for name in given}
        zone = {"zone_id": "1", **options.pop("zone", {}), "jobs": [options.pop("job", {})]}
        [scope] = requested([zone], **options)
        [request] = requests(scope)
        destination = request.desired.get("destination")
        return destination.sourcetype if destination else None

    assert sourcetype(*layers) == "overrides"
    assert sourcetype("job_defaults", "zone", "job") == "job"
    assert sourcetype("job_defaults", "zone") == "zone"
    assert sourcetype("job_defaults") == "defaults"
    assert sourcetype() is None
