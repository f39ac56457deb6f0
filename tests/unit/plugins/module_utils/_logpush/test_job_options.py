# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of a job's options, all before the first request."""

from __future__ import annotations

import contextlib
import datetime
import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.options import in_words, normalized
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.destination import RequestedDestination, parse
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.fields import check_field_names
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.filters import checked_filter
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import (
    EMPTY_VALUES,
    JOB_SPEC,
    LAYER_SPEC,
    OTHER_NAMES,
    OUTPUT_OPTIONS,
    check_layer,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_request import desired_job
from ansible_collections.edgeops.logpush.tests.unit.strategies import GUID, TOKEN, WHOLE_CONF, filters, nasty_text
from hypothesis import given
from hypothesis import strategies as st

COMPARISON = {"key": "ClientCountry", "operator": "eq", "value": "ca"}
json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        nasty_text,
        st.sampled_from(["where", "and", "or", "key", "operator", "value", "in", "eq"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(nasty_text, st.sampled_from(["where", "and", "or", "key", "operator", "value"])),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


# Filters


@pytest.mark.parametrize("value", [{}, "{}", "", "  ", {"where": {}}, '{"where": {}}', "null", None])
def test_an_open_filter_is_none(value: t.Any) -> None:
    assert checked_filter(value) is None


@given(filters)
def test_a_filter_is_taken_as_a_mapping_and_as_text(value: t.Any) -> None:
    assert checked_filter(value) == value
    assert checked_filter(json.dumps(value)) == value


def test_conditions_may_be_nested() -> None:
    nested = {"where": {"and": [COMPARISON, {"or": [COMPARISON, {"and": [COMPARISON]}]}]}}
    assert checked_filter(nested) == nested


@pytest.mark.parametrize("operator", ["in", "!in"])
def test_membership_takes_a_list(operator: str) -> None:
    with pytest.raises(OptionError, match="takes a list"):
        checked_filter({"where": {**COMPARISON, "operator": operator, "value": "200,201"}})
    assert checked_filter({"where": {**COMPARISON, "operator": operator, "value": [200, 201]}})


@pytest.mark.parametrize(
    "value",
    [
        "not JSON",
        "[",
        "[" * 100_000,
        '{"where":' * 5000 + "{}" + "}" * 5000,
        [],
        False,
        0,
        COMPARISON,
        {"where": []},
        {"where": "x"},
        {"where": COMPARISON, "more": 1},
        {"where": {"and": []}},
        {"where": {"and": COMPARISON}},
        {"where": {"and": [COMPARISON], "or": [COMPARISON]}},
        {"where": {"and": [COMPARISON, "x"]}},
        {"where": {"and": [{}]}},
        {"where": {"key": "a", "operator": "eq"}},
        {"where": {**COMPARISON, "more": 1}},
        {"where": {**COMPARISON, "operator": "=="}},
        {"where": {**COMPARISON, "operator": ["eq"]}},
        {"where": {**COMPARISON, "key": 5}},
        {"where": {**COMPARISON, "value": float("nan")}},
        {"where": {**COMPARISON, "value": float("inf")}},
        '"{}"',
        '"null"',
        '{"where":{"key":"a","operator":"eq","value":NaN}}',
        '{"where":{"key":"a","operator":"eq","value":1e999}}',
        {"where": {**COMPARISON, "value": {"a": 1}}},
        {"where": {**COMPARISON, "value": "x" * 1000}},
        {"where": {**COMPARISON, "value": b"bytes"}},
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_malformed_filter_is_refused(value: t.Any) -> None:
    with pytest.raises(OptionError, match="^filter: "):
        checked_filter(value)


def test_an_endless_filter_is_refused() -> None:
    endless: dict[str, t.Any] = {}
    endless["and"] = [endless]
    with pytest.raises(OptionError, match="^filter: "):
        checked_filter({"where": endless})


def test_a_misspelled_operator_comes_with_the_right_one() -> None:
    with pytest.raises(OptionError, match=r": use startsWith$"):
        checked_filter({"where": {**COMPARISON, "operator": "startswith"}})


@given(st.one_of(json_values, json_values.map(json.dumps), nasty_text))
def test_nothing_breaks_the_check_of_a_filter(value: t.Any) -> None:
    try:
        checked = checked_filter(value)
    except OptionError:
        return
    assert checked_filter(json.dumps(checked, allow_nan=False)) == checked


@pytest.mark.parametrize("date", [datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1)])
def test_a_date_as_yaml_reads_it_is_taken_as_its_text(date: datetime.date) -> None:
    checked = checked_filter({"where": {**COMPARISON, "value": date}})
    assert checked["where"]["value"] == date.isoformat()


def test_a_filter_is_given_as_it_will_come_back() -> None:
    checked = checked_filter({"where": {**COMPARISON, "operator": "in", "value": ("ca", "us")}})
    assert checked == {"where": {**COMPARISON, "operator": "in", "value": ["ca", "us"]}}


# Field names


OFFERED = {"ClientIP": "", "ClientRequestHost": "", "ClientRequestPath": "", "RayID": ""}


def test_known_field_names_pass() -> None:
    check_field_names(["RayID", "ClientIP"], OFFERED, "http_requests")


def test_a_misspelled_field_name_comes_with_the_nearest() -> None:
    with pytest.raises(CollectionError, match=r"ClientIp \(did you mean ClientIP") as error:
        check_field_names(["RayID", "ClientIp", "rayid", "Nonsense"], OFFERED, "http_requests")
    assert "rayid (did you mean RayID?)" in str(error.value)
    assert "Nonsense." in str(error.value)
    assert "validate_fields: false" in str(error.value)


def test_the_hint_for_a_field_name_stays_short() -> None:
    with pytest.raises(CollectionError) as error:
        check_field_names(["ClientRequestHos"], [f"ClientRequestHost{number}" for number in range(50)], "http_requests")
    assert str(error.value).partition("?")[0].count(" or ") == 2


@given(st.lists(nasty_text), st.lists(nasty_text))
def test_nothing_breaks_the_check_of_field_names(names: list[str], offered: list[str]) -> None:
    try:
        check_field_names(names, offered, "http_requests")
    except CollectionError:
        assert set(names) - set(offered)
    else:
        assert set(names) <= set(offered)


# All options together


def test_what_is_not_given_is_not_managed() -> None:
    assert desired_job(dict.fromkeys(JOB_SPEC)) == {}
    blank = {name: "" for name in JOB_SPEC if name not in EMPTY_VALUES}
    assert desired_job(normalized(JOB_SPEC, blank, EMPTY_VALUES)) == {}


def test_an_empty_kind_is_a_kind() -> None:
    assert desired_job({"kind": ""}) == {"kind": ""}


def test_values_of_zero_are_managed() -> None:
    zeros = {"enabled": False, "filter_attack_traffic": False, "max_upload_bytes": 0, "transformer_id": 0}
    assert desired_job(zeros) == zeros


def test_an_empty_filter_clears_and_empty_text_does_not() -> None:
    assert desired_job({"filter": {}}) == {"filter": None}
    assert desired_job({"filter": ""}) == desired_job({"filter": " \n"}) == {}


def test_the_parts_of_a_destination_are_checked_and_cleaned() -> None:
    given_parts = {"hec_token": f"Splunk%20{TOKEN}", "channel": GUID.upper(), "insecure_skip_verify": False}
    requested = RequestedDestination(hec_token=TOKEN, channel=GUID, insecure_skip_verify=False)
    assert desired_job(given_parts) == {"destination": requested}


def test_a_finished_string_is_parsed() -> None:
    assert desired_job({"destination_conf": WHOLE_CONF})["destination"] == RequestedDestination(
        complete=parse(WHOLE_CONF)
    )


def test_sub_options_have_the_names_of_the_api() -> None:
    given_options = {option.name: None for option in OUTPUT_OPTIONS}
    assert desired_job({"output_options": given_options}) == {"output_options": {}}
    assert desired_job({"output_options": {"cve_2021_44228": True}}) == {"output_options": {"CVE-2021-44228": True}}


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"job_id": 0}, "job_id"),
        ({"job_id": -1}, "job_id"),
        ({"dataset": "http requests"}, "dataset"),
        ({"dataset": "x" * 257}, "dataset"),
        ({"dataset": "a/b"}, "dataset"),
        ({"name": "a b"}, "name"),
        ({"name": "x" * 513}, "name"),
        ({"name": "a\n"}, "name"),
        ({"max_upload_bytes": 1}, "max_upload_bytes"),
        ({"max_upload_bytes": 1_000_000_001}, "max_upload_bytes"),
        ({"max_upload_interval_seconds": 29}, "max_upload_interval_seconds"),
        ({"max_upload_records": -1}, "max_upload_records"),
        ({"transformer_id": -1}, "transformer_id"),
        ({"kind": "edge", "max_upload_records": 1000}, "kind"),
        ({"endpoint": "http://h"}, "endpoint"),
        ({"hec_token": "two words"}, "hec_token"),
        ({"channel": "x"}, "channel"),
        ({"sourcetype": "two words"}, "sourcetype"),
        ({"destination_conf": "https://h"}, "destination_conf"),
        ({"destination_conf": WHOLE_CONF, "hec_token": TOKEN}, "destination_conf"),
        ({"output_options": {}, "logpull_options": "fields=a"}, "logpull_options"),
        ({"output_options": {"sample_rate": 1.1}}, "output_options.sample_rate"),
        ({"output_options": {"sample_rate": -0.1}}, "output_options.sample_rate"),
        ({"output_options": {"sample_rate": float("nan")}}, "output_options.sample_rate"),
        ({"output_options": {"field_names": ["*", "RayID"]}}, "output_options.field_names"),
        ({"output_options": {"field_names": ["RayID", " "]}}, "output_options.field_names"),
        ({"filter": {"key": "a"}}, "filter"),
    ],
    ids=str,
)
def test_a_bad_option_is_refused_by_its_name(options: dict[str, t.Any], option: str) -> None:
    with pytest.raises(OptionError, match=f"^{option}: ") as error:
        desired_job(options)
    assert error.value.option == option
    assert TOKEN not in str(error.value)


@given(
    st.fixed_dictionaries(
        {}, optional={name: nasty_text for name in JOB_SPEC if JOB_SPEC[name]["type"] in ("str", "raw")}
    )
)
def test_no_text_breaks_the_check(options: dict[str, str]) -> None:
    with contextlib.suppress(OptionError):
        desired_job(options)


def test_every_field_is_asked_for_alone() -> None:
    assert desired_job({"output_options": {"field_names": ["*"]}})["output_options"]["field_names"] == ["*"]


def test_names_as_a_survey_gives_them_lose_their_blanks() -> None:
    options = {"output_options": {"field_names": [" ClientIP", "RayID "]}}
    assert desired_job(options)["output_options"] == {"field_names": ["ClientIP", "RayID"]}


def test_blank_answers_and_text_are_read_as_people_mean_them() -> None:
    given = {
        "enabled": "",
        "max_upload_records": "",
        "output_options": '{"CVE-2021-44228": true}',
        "name": "",
        "kind": "",
    }
    assert normalized(LAYER_SPEC, given, EMPTY_VALUES, OTHER_NAMES) == {
        "output_options": {"cve_2021_44228": True},
        "kind": "",
    }


def test_a_filter_that_compares_with_nothing_is_refused() -> None:
    with pytest.raises(OptionError, match="^filter: the value of RayID"):
        checked_filter({"where": {"key": "RayID", "operator": "eq", "value": None}})


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"output_options": {"sample_rate": "x"}}, "output_options.sample_rate: must be a number"),
        ({"max_upload_records": "many"}, "max_upload_records: must be a whole number"),
        ({"enabled": "maybe"}, "enabled: must be true or false"),
        ({"enabled": "maybe", "job_id": []}, "; "),
    ],
)
def test_a_value_of_the_wrong_type_is_named_in_words(options: dict[str, t.Any], says: str) -> None:
    with pytest.raises(OptionError) as error:
        check_layer(options, "splunk_logpush_jobs[0]")
    message = str(error.value)
    assert message.startswith("splunk_logpush_jobs[0]: ") and says in message
    assert "convert" not in message and "class" not in message


def test_a_message_of_any_version_of_ansible_becomes_words() -> None:
    old = "argument 'a' is of type <class 'str'> found in 'x -> y'. and we were unable to convert to int: no"
    assert in_words(old) == "x.y.a: must be a whole number"
    entry = "Elements value for option 'a' is of type <class 'list'> and we were unable to convert to dict: no"
    assert in_words(entry) == "a: each entry must be a mapping"
    assert in_words("missing required arguments: a") == "missing required arguments: a"
