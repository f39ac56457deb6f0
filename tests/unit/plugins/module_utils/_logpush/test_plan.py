# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of the plan: when a job is changed, and how."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import ascii_domain
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.outcome import Plan
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import plan as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.destination import parse
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import (
    Job,
    destination_of,
    health_of,
    is_splunk_job,
    output_options_of,
    public_job,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    CONF,
    GUID,
    TOKEN,
    WHOLE_CONF,
    WHOLE_PARTS,
    any_destinations,
    creations,
    desired_jobs,
    in_reply,
    job,
    long_tokens,
    observed_jobs,
    planned,
    some_parts,
    spellings,
    whole_parts,
)
from hypothesis import assume, given
from hypothesis import strategies as st

FILTER = {"where": {"key": "ClientCountry", "operator": "eq", "value": "ca"}}


# An applied plan leaves nothing to do


@given(creations(), st.booleans())
def test_a_created_job_needs_nothing_more(desired: dict[str, t.Any], nulls: bool) -> None:
    plan = planned(desired, None)
    assert plan.action == "created"
    assert not planned(desired, plan.target).writes
    assert not planned(desired, in_reply(plan.body, nulls)).writes


@given(desired_jobs(some_parts), observed_jobs, st.booleans())
def test_an_updated_job_needs_nothing_more(desired: dict[str, t.Any], observed: Job, nulls: bool) -> None:
    plan = planned(desired, observed)
    assert not planned(desired, rules.job_after_update(observed, plan.body)).writes
    assert not planned(desired, in_reply({**observed, **plan.body}, nulls)).writes
    assert not planned(desired, plan.target).writes


@given(desired_jobs(any_destinations), observed_jobs)
def test_a_job_updated_to_a_finished_string_needs_nothing_more(desired: dict[str, t.Any], observed: Job) -> None:
    plan = planned(desired, observed)
    assert not planned(desired, in_reply({**observed, **plan.body})).writes


@given(desired_jobs(some_parts), observed_jobs, st.sampled_from([{"dataset": "firewall_events"}, {"kind": "edge"}]))
def test_a_replaced_job_needs_nothing_more(desired: dict[str, t.Any], observed: Job, immutable: dict[str, str]) -> None:
    desired = {**desired, **immutable}
    plan = planned(desired, observed, recreate=True)
    assert plan.action == "replaced"
    assert not planned(desired, in_reply(plan.body), recreate=True).writes


@given(desired_jobs(some_parts), observed_jobs)
def test_an_update_sends_only_what_the_job_lacks(desired: dict[str, t.Any], observed: Job) -> None:
    plan = planned(desired, observed)
    assert set(plan.body) <= {*desired, "destination_conf", "output_options"}
    assert "dataset" not in plan.body
    assert bool(plan.body) == plan.writes
    json.dumps(plan.body, allow_nan=False)


@given(desired_jobs(some_parts), observed_jobs)
def test_what_is_not_asked_for_stays(desired: dict[str, t.Any], observed: Job) -> None:
    after = rules.job_after_update(observed, planned(desired, observed).body)
    for field in {*observed, *after} - {*desired, "destination_conf", "output_options"}:
        assert after.get(field) == observed.get(field)
    old, new = destination_of(observed), destination_of(after)
    asked = desired.get("destination", {})
    assert new.further_parameters == old.further_parameters
    for part in {"channel", "sourcetype", "hec_token"} - {*asked}:
        assert getattr(new, part) == getattr(old, part)


@given(observed_jobs)
def test_nothing_asked_is_nothing_to_do(observed: Job) -> None:
    assert planned({}, observed) == Plan("unchanged", {}, observed, {}, {})


# Nothing secret is shown


@given(long_tokens, long_tokens, creations())
def test_no_token_is_in_a_diff(old: str, new: str, desired: dict[str, t.Any]) -> None:
    assume(all(len(token) >= 16 for token in (old, new)))
    create = planned({**desired, "destination": {**desired["destination"], "hec_token": old}}, None)
    existing = in_reply(create.body)
    update = planned({"destination": {"hec_token": new}}, existing)
    replace = planned({"destination": {"hec_token": new}, "dataset": "dns_logs"}, existing, recreate=True)
    gone = rules.plan_absent(existing)
    shown = [[plan.before, plan.after] for plan in (create, update, replace, gone)]
    texts = [json.dumps([shown, public_job(existing)], ensure_ascii=asciified) for asciified in (True, False)]
    for spelling in [*spellings(old).values(), *spellings(new).values()]:
        assert not any(spelling in text for text in texts)


@given(observed_jobs)
def test_a_job_is_shown_without_its_destination_string(observed: Job) -> None:
    shown = public_job({**observed, "ownership_challenge": "challenge"})
    assert not {"destination_conf", "ownership_challenge"} & set(shown)
    assert shown["destination"]["endpoint"] == destination_of(observed).endpoint
    assert TOKEN not in json.dumps(shown)


@pytest.mark.parametrize("conf", ["splunk://", "splunk://h:port/", "s3://bucket/key", "", None, 5, ["splunk://h"]])
def test_a_job_whose_destination_cannot_be_understood_is_shown_without_it(conf: t.Any) -> None:
    shown = public_job({"id": 1, "enabled": True, "destination_conf": conf})
    assert shown == {"id": 1, "enabled": True, "health": "pending"}
    assert not is_splunk_job({"destination_conf": conf})


def test_a_changed_token_shows_as_changed() -> None:
    plan = planned({"destination": {"hec_token": "another-token"}}, job())
    assert plan.before == {"destination": {"hec_token": f"{MASK} (old)"}}
    assert plan.after == {"destination": {"hec_token": f"{MASK} (new)"}}


# Health


@pytest.mark.parametrize(
    ("fields", "health"),
    [
        ({"enabled": True}, "pending"),
        ({"enabled": True, "last_complete": "2026-01-01T00:00:00Z"}, "delivering"),
        ({"enabled": True, "last_complete": "2026-01-01T00:00:00Z", "last_error": "2026-01-02T00:00:00Z"}, "failing"),
        ({"enabled": True, "error_message": "x509"}, "failing"),
        ({"enabled": False}, "disabled"),
        ({"enabled": None}, "disabled"),
        ({}, "disabled"),
        ({"enabled": False, "last_complete": "2026-01-01T00:00:00Z"}, "disabled"),
        ({"enabled": False, "last_error": "2026-01-02T00:00:00Z"}, "auto_disabled"),
        ({"enabled": False, "error_message": "x509"}, "auto_disabled"),
    ],
)
def test_health(fields: dict[str, t.Any], health: str) -> None:
    assert health_of({"last_complete": None, "last_error": None, "error_message": None, **fields}) == health


# Absent, null and zero are equal


@pytest.mark.parametrize("zero", ["absent", None, 0, "", False])
@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("filter_attack_traffic", False),
        ("max_upload_bytes", 0),
        ("max_upload_records", 0),
        ("transformer_id", 0),
        ("max_upload_interval_seconds", 0),
        ("frequency", "high"),
        ("kind", ""),
        ("enabled", False),
    ],
)
def test_absent_null_and_zero_are_equal(field: str, wanted: t.Any, zero: t.Any) -> None:
    observed = {**job(), field: zero}
    if zero == "absent":
        del observed[field]
    assert not planned({field: wanted}, observed).writes


@pytest.mark.parametrize("zero", [None, "", False, 0, []])
@pytest.mark.parametrize(
    "wanted",
    [
        {"field_names": []},
        {"sample_rate": 0},
        {"sample_rate": 1},
        {"sample_rate": 1.0},
        {"CVE-2021-44228": False},
        {"merge_subrequests": False},
        {"batch_prefix": ""},
        {"record_template": ""},
    ],
)
def test_zero_output_options_are_equal_too(wanted: dict[str, t.Any], zero: t.Any) -> None:
    observed = job(output_options={"record_delimiter": "x"})
    observed["output_options"].update(dict.fromkeys(wanted, zero))
    assert not planned({"output_options": wanted}, observed).writes
    assert not planned({"output_options": wanted}, job()).writes
    assert not planned({"output_options": wanted}, {**job(), "output_options": None}).writes


@pytest.mark.parametrize(
    "default",
    [
        {"output_type": "ndjson"},
        {"timestamp_format": "unixnano"},
        {"field_delimiter": ","},
        {"record_prefix": "{"},
        {"record_suffix": "}\n"},
    ],
)
def test_the_defaults_of_the_api_are_equal_to_nothing(default: dict[str, str]) -> None:
    assert not planned({"output_options": default}, job()).writes
    assert planned({"output_options": {key: f"{value}x" for key, value in default.items()}}, job()).writes


@pytest.mark.parametrize(
    ("field", "old", "body"),
    [("max_upload_bytes", 5_000_000, 0), ("filter_attack_traffic", True, False), ("transformer_id", 7, 0)],
)
def test_a_value_is_cleared_with_its_zero(field: str, old: t.Any, body: t.Any) -> None:
    assert planned({field: body}, job(**{field: old})).body == {field: body}


# Filters


def test_filters_are_compared_parsed() -> None:
    text = '{ "where" : {"value":"ca", "operator":"eq","key":"ClientCountry"} }'
    assert not planned({"filter": FILTER}, job(filter=text)).writes


@pytest.mark.parametrize("open_filter", ["", " ", "{}", '{"where":{}}', "null", None])
def test_a_filter_that_lets_everything_through_is_none(open_filter: str | None) -> None:
    assert not planned({"filter": None}, {**job(), "filter": open_filter}).writes


def test_a_filter_is_cleared_with_empty_text() -> None:
    assert planned({"filter": None}, job(filter=json.dumps(FILTER))).body == {"filter": ""}


def test_a_filter_that_is_not_json_is_replaced() -> None:
    plan = planned({"filter": FILTER}, job(filter="not JSON"))
    assert json.loads(plan.body["filter"]) == FILTER
    assert (plan.before, plan.after) == ({"filter": "not JSON"}, {"filter": FILTER})


def test_true_is_not_one_in_a_filter() -> None:
    condition = {"key": "a", "operator": "eq", "value": True}
    assert planned(
        {"filter": {"where": condition}}, job(filter=json.dumps({"where": {**condition, "value": 1}}))
    ).writes


# Output options


def test_output_options_are_sent_whole() -> None:
    observed = job(output_options={"field_names": ["RayID"], "sample_rate": 0.5, "batch_prefix": None})
    plan = planned({"output_options": {"timestamp_format": "rfc3339"}}, observed)
    merged = {"field_names": ["RayID"], "sample_rate": 0.5, "timestamp_format": "rfc3339"}
    assert plan.body == {"output_options": merged}
    assert plan.after == {"output_options": {"timestamp_format": "rfc3339"}}


def test_output_options_go_along_with_every_other_update() -> None:
    observed = job(output_options={"field_names": ["RayID"]})
    assert planned({"enabled": False, "max_upload_records": 1000}, observed).body == {
        "enabled": False,
        "max_upload_records": 1000,
        "output_options": {"field_names": ["RayID"]},
    }


def test_a_job_is_disabled_and_enabled_by_that_alone() -> None:
    for enabled in (False, True):
        observed = job(output_options={"field_names": ["RayID"]}, enabled=not enabled)
        assert planned({"enabled": enabled}, observed).body == {"enabled": enabled}


def test_field_names_are_a_set() -> None:
    observed = job(output_options={"field_names": ["RayID", "ClientIP"]})
    assert not planned({"output_options": {"field_names": ["ClientIP", "RayID", "RayID"]}}, observed).writes


@pytest.mark.parametrize("of_the_job", [True, False])
def test_field_names_are_columns_in_csv(of_the_job: bool) -> None:
    csv = {"output_type": "csv"}
    observed = job(output_options={"field_names": ["RayID", "ClientIP"], **(csv if of_the_job else {})})
    plan = planned({"output_options": {"field_names": ["ClientIP", "RayID"], **({} if of_the_job else csv)}}, observed)
    assert plan.body["output_options"] == {"field_names": ["ClientIP", "RayID"], **csv}


def test_a_new_job_has_readable_timestamps() -> None:
    assert planned({"destination": WHOLE_PARTS}, None).body["output_options"] == {"timestamp_format": "rfc3339"}


def test_a_new_job_with_logpull_options_gets_no_output_options() -> None:
    body = planned({"destination": WHOLE_PARTS, "logpull_options": "fields=RayID"}, None).body
    assert body["logpull_options"] == "fields=RayID"
    assert "output_options" not in body


# The old form, logpull_options


def test_logpull_options_are_read_as_output_options() -> None:
    observed = job(logpull_options="fields=RayID,ClientIP&timestamps=rfc3339&sample=0.1&CVE-2021-44228=true")
    same = {
        "field_names": ["RayID", "ClientIP"],
        "timestamp_format": "rfc3339",
        "sample_rate": 0.1,
        "CVE-2021-44228": True,
    }
    assert output_options_of(observed) == same
    assert not planned({"output_options": same}, observed).writes


def test_output_options_win_over_logpull_options() -> None:
    observed = job(logpull_options="fields=RayID", output_options={"field_names": ["ClientIP"]})
    assert output_options_of(observed) == {"field_names": ["ClientIP"]}


def test_a_change_to_a_job_with_logpull_options_moves_them_over() -> None:
    observed = job(logpull_options="fields=RayID&timestamps=unix")
    body = planned({"output_options": {"timestamp_format": "rfc3339"}}, observed).body
    assert body == {"output_options": {"field_names": ["RayID"], "timestamp_format": "rfc3339"}}


def test_fields_of_logpull_options_can_be_cleared_for_good() -> None:
    observed = job(logpull_options="fields=RayID")
    desired = {"output_options": {"field_names": []}}
    assert not planned(desired, in_reply({**observed, **planned(desired, observed).body})).writes


@pytest.mark.parametrize(
    "same",
    [
        "timestamps=rfc3339&fields=b,a",
        "fields=a,b&timestamps=rfc3339&sample=1",
        "fields=a%2Cb&timestamps=rfc3339&CVE-2021-44228=false",
        "https://api.example/logs/received?fields=a,b&timestamps=rfc3339",
    ],
)
def test_logpull_options_are_compared_by_their_parts(same: str) -> None:
    assert not planned({"logpull_options": "fields=a,b&timestamps=rfc3339"}, job(logpull_options=same)).writes


@pytest.mark.parametrize(
    "text", ["http://[bad?fields=a", "?", "&&", "fields", "sample=nan", "sample=inf", "=\ud800", "%"]
)
def test_odd_logpull_options_do_not_break_anything(text: str) -> None:
    observed = job(logpull_options=text)
    assert not planned({"logpull_options": text}, observed).writes
    body = planned({"output_options": {"batch_prefix": "x"}}, observed).body
    json.dumps(body, allow_nan=False)


# Adopted jobs


@pytest.mark.parametrize(
    "conf",
    [
        WHOLE_CONF.replace("splunk://", "Splunk://"),
        WHOLE_CONF.replace("%20", "+"),
        WHOLE_CONF.replace("%20", " "),
        f"splunk://hec.example.com:8088/services/collector/raw?header_Authorization=Splunk%20{TOKEN}&"
        + CONF.partition("?")[2],
    ],
)
def test_a_destination_that_means_the_same_is_left_alone(conf: str) -> None:
    desired = {
        "destination": {**WHOLE_PARTS, "channel": GUID, "sourcetype": "cloudflare:json", "insecure_skip_verify": False}
    }
    assert not planned(desired, job(destination_conf=conf)).writes
    assert not planned({"destination": parse(WHOLE_CONF)}, job(destination_conf=conf)).writes


def test_an_update_keeps_parameters_that_nobody_here_knows() -> None:
    observed = job(destination_conf=f"{WHOLE_CONF}&index=a%2Bb&header_X-Org=1")
    body = planned({"destination": {"hec_token": "new-token"}}, observed).body
    assert body["destination_conf"] == f"{WHOLE_CONF.replace(TOKEN, 'new-token')}&index=a%2Bb&header_X-Org=1"


# A token that the API hides


@pytest.mark.parametrize("hidden", [f"Splunk%20{MASK}", MASK, "%2A%2A%2A", "redacted"])
@pytest.mark.parametrize("destination", [WHOLE_PARTS, {"hec_token": TOKEN}, {"channel": GUID}, parse(WHOLE_CONF)])
def test_a_hidden_token_counts_as_the_right_one(hidden: str, destination: t.Any) -> None:
    observed = job(destination_conf=f"{CONF}&header_Authorization={hidden}")
    assert not planned({"destination": destination}, observed).writes


def test_a_hidden_token_is_needed_to_change_the_rest() -> None:
    observed = job(destination_conf=f"{CONF}&header_Authorization={MASK}")
    with pytest.raises(CollectionError, match="^hec_token: "):
        planned({"destination": {"sourcetype": "other"}}, observed)
    body = planned({"destination": {"sourcetype": "other", "hec_token": TOKEN}}, observed).body
    assert body["destination_conf"] == WHOLE_CONF.replace("cloudflare:json", "other")


# Actions


@pytest.mark.parametrize(
    ("desired", "observed", "action"),
    [
        ({"enabled": True}, {"enabled": False}, "enabled"),
        ({"enabled": False}, {"enabled": True}, "disabled"),
        ({"enabled": False, "name": "new"}, {"enabled": True}, "updated"),
        ({"name": "new"}, {}, "updated"),
        ({"enabled": True}, {"enabled": True}, "unchanged"),
    ],
)
def test_the_action_has_a_name(desired: dict[str, t.Any], observed: dict[str, t.Any], action: str) -> None:
    assert planned(desired, job(**observed)).action == action


def test_enabling_is_still_enabling_with_output_options_along() -> None:
    assert planned({"enabled": True}, job(enabled=False, output_options={"sample_rate": 0.5})).action == "enabled"


def test_absent_is_deleted_once() -> None:
    assert rules.plan_absent(job()).action == "deleted"
    assert not rules.plan_absent(None).writes


@pytest.mark.parametrize("missing", ["endpoint", "hec_token"])
def test_a_new_job_says_what_it_needs(missing: str) -> None:
    parts = {key: value for key, value in WHOLE_PARTS.items() if key != missing}
    with pytest.raises(OptionError, match=f"^{missing} is required"):
        planned({"destination": parts}, None)


# Fields that cannot change in place


@pytest.mark.parametrize("immutable", [{"dataset": "dns_logs"}, {"kind": "edge"}])
def test_what_cannot_change_is_refused_without_leave(immutable: dict[str, str]) -> None:
    with pytest.raises(CollectionError, match="recreate: true"):
        planned(immutable, job())


def test_a_replacement_of_another_kind_keeps_everything_that_the_kind_allows() -> None:
    kept = {
        "name": "shop",
        "filter": json.dumps(FILTER, separators=(",", ":")),
        "max_upload_interval_seconds": 60,
        "transformer_id": 7,
        "output_options": {"field_names": ["RayID"]},
    }
    body = planned(
        {"kind": "edge"}, job(**kept, max_upload_records=1000, max_upload_bytes=5_000_000), recreate=True
    ).body
    assert "max_upload_records" not in body
    assert "max_upload_bytes" not in body
    assert {key: body[key] for key in kept if key != "output_options"} == {
        key: value for key, value in kept.items() if key != "output_options"
    }
    assert destination_of(body) == parse(WHOLE_CONF)
    assert not planned({"output_options": {**kept["output_options"], "timestamp_format": "unixnano"}}, body).writes


def test_a_replacement_for_another_dataset_drops_what_names_its_fields() -> None:
    observed = job(
        filter=json.dumps(FILTER), transformer_id=7, output_options={"field_names": ["RayID"], "output_type": "csv"}
    )
    body = planned({"dataset": "dns_logs"}, observed, recreate=True).body
    assert body["dataset"] == "dns_logs"
    assert not {"filter", "transformer_id"} & set(body)
    assert body["output_options"]["output_type"] == "csv"
    assert "field_names" not in body["output_options"]


@given(observed_jobs)
def test_a_deleted_job_can_be_made_again(observed: Job) -> None:
    body = rules.recreation_of(observed)
    again = in_reply(body)
    for field in set(observed) - {"id", "last_complete", "last_error", "error_message"}:
        assert again.get(field) == in_reply(observed).get(field)


# Field names


def test_only_field_names_that_are_asked_for_and_written_are_checked() -> None:
    asked = {"output_options": {"field_names": ["RayID"]}}
    assert rules.field_names_to_check(planned(asked, job()), asked) == ["RayID"]
    assert not rules.field_names_to_check(planned(asked, job(output_options=asked["output_options"])), asked)
    other = {"output_options": {"batch_prefix": "x"}}
    assert not rules.field_names_to_check(planned(other, job(output_options=asked["output_options"])), other)


@given(whole_parts)
def test_what_is_written_can_be_read_by_anyone(parts: dict[str, t.Any]) -> None:
    assert planned({"destination": parts}, None).body["destination_conf"].isascii()


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [
        ("Example.COM.", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example",) * 2,
        ("ü..example", "ü..example"),
        ("", ""),
    ],
)
def test_a_domain_has_one_form(name: str, ascii_name: str) -> None:
    assert ascii_domain(name) == ascii_name
