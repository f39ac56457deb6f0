# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The comparison of real and simulated replies: what counts as a difference, and what is never shown."""

from __future__ import annotations

import dataclasses
import json

import pytest
from acceptance.compare import ABSENT, SERIOUS, SLIGHT, Exchange, differences, of_values
from acceptance.masking import Mask, spellings
from acceptance.report import Report
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)
HEADERS = {"content-type": "application/json", "ratelimit": '"default";r=9;t=3'}
PATH = "/zones/00112233445566778899aabbccddeeff/logpush/jobs"


def reply(body=None, status=200, headers=None, path=PATH, method="GET"):
    """Return a reply to the same step of the same scenario."""
    return Exchange("jobs", "List it", method, path, status, HEADERS if headers is None else headers, json.dumps(body))


def found(real, simulated):
    """Return the differences between two replies in short form."""
    return [(one.where, one.real, one.simulated, one.severity) for one in differences([real], [simulated], str)]


@given(JSON, st.integers(100, 599))
def test_a_reply_does_not_differ_from_itself(body, status):
    assert found(reply(body, status), reply(body, status)) == []


@given(JSON, JSON)
def test_what_differs_one_way_differs_the_other_way(one, other):
    there = [(where, left, right) for where, left, right, dummy in of_values("$", one, other)]
    back = [(where, right, left) for where, left, right, dummy in of_values("$", other, one)]
    assert sorted(there) == sorted(back)


@given(
    st.dictionaries(st.text(max_size=8), JSON, max_size=4),
    st.text(min_size=9, max_size=12),
    JSON.filter(lambda value: value is not None),
)
def test_each_further_key_is_one_difference(body, key, value):
    assert [(one[0], one[2], one[3]) for one in found(reply({**body, key: value}), reply(body))] == [
        (f"$.{key}", ABSENT, SLIGHT)
    ]
    assert [(one[0], one[1], one[3]) for one in found(reply(body), reply({**body, key: value}))] == [
        (f"$.{key}", ABSENT, SERIOUS)
    ]


@pytest.mark.parametrize(
    ("real", "simulated", "expected"),
    [
        ({"last_error": None}, {}, ("$.last_error", "null", "absent", SLIGHT)),
        (
            {"last_error": None},
            {"last_error": "2026-01-01T00:00:00Z"},
            ("$.last_error", "null", "time to the second, Z", SERIOUS),
        ),
        (
            {"at": "2026-01-01T00:00:00.123Z"},
            {"at": "2026-01-01T00:00:00Z"},
            ("$.at", "time with fraction, Z", "time to the second, Z", SERIOUS),
        ),
        ({"useACK": "0"}, {"useACK": False}, ("$.useACK", "number as text", "flag", SERIOUS)),
        ({"enabled": True}, {"enabled": False}, ("$.enabled", "true", "false", SERIOUS)),
        ({"errors": [{"code": 1002}]}, {"errors": [{"code": 1004}]}, ("$.errors[0].code", "1002", "1004", SERIOUS)),
        (
            {"errors": [{"message": "No"}]},
            {"errors": [{"message": "Never"}]},
            ("$.errors[0].message", "No", "Never", SLIGHT),
        ),
        ({"errors": [{}]}, {"errors": []}, ("$.errors[0]", "object", "absent", SLIGHT)),
    ],
)
def test_kinds_of_differences(real, simulated, expected):
    assert found(reply(real), reply(simulated)) == [expected]


def test_status_headers_and_what_is_no_json():
    html = dataclasses.replace(reply(status=504, headers={"content-type": "text/html"}), body="<html></html>")
    assert found(html, reply({})) == [
        ("status", "504", "200", SERIOUS),
        ("header content-type", "text/html", "application/json", SLIGHT),
        ("header ratelimit", "absent", '"default";r=n;t=n', SERIOUS),
        ("$", "HTML", "object", SERIOUS),
    ]


def test_messages_that_differ_only_in_what_is_masked_are_the_same():
    texts = (f"no zone {zone}" for zone in ("real.example", "simulated.example"))
    replies = [reply({"errors": [{"code": 1, "message": text}]}) for text in texts]
    mask = Mask([], {"real.example": "<zone>", "simulated.example": "<zone>"})
    assert differences(replies[:1], replies[1:], mask) == []
    assert len(differences(replies[:1], replies[1:], str)) == 1


def test_of_a_list_only_what_the_run_made_is_compared():
    other = {"name": "somebody else's", "odd": 1}
    mine, theirs = ({"name": f"edgeops-acceptance-{run}-job", "id": 1} for run in ("0123abcd", "4567cdef"))
    assert found(reply([other, mine, other]), reply([theirs])) == []
    assert found(reply([other]), reply([theirs])) == [("$.length", "0 of this run", "1 of this run", SERIOUS)]


def test_pairs_are_found_whatever_the_ids_and_however_often_a_wait_asked():
    waits = [reply({}, 404, path="/x/edgeops-acceptance-0123abcd-cloud")] * 3 + [
        reply({}, path="/x/edgeops-acceptance-0123abcd-cloud")
    ]
    quick = [
        reply({}, 404, path="/x/edgeops-acceptance-4567cdef-cloud"),
        reply({}, path="/x/edgeops-acceptance-4567cdef-cloud"),
    ]
    assert differences(waits, quick, str) == []
    assert [one.real for one in differences(quick[:1], quick, str)] == ["not asked"]
    ids = [reply({}, path=f"{PATH}/{number}") for number in (7, 812345)]
    assert found(*ids) == []


@given(SECRETS, st.data())
def test_no_secret_is_in_a_report_however_it_is_written(secret, data):
    form = data.draw(st.sampled_from(sorted(spellings(secret))))
    mask = Mask([secret], {})
    body = {
        "errors": [{"code": 1, "message": f"refused {form} here"}],
        form: form,
        "kind": form,
        "result": {"token": form},
    }
    other = {"errors": [{"code": 2, "message": ""}], "kind": ""}
    report = Report({"jobs": "passed"}, differences([reply(body)], [reply(other)], mask))
    assert report.differences
    shown = mask.known(report.markdown() + json.dumps(report.rows()) + report.summary())
    assert [known for known in spellings(secret) if known in shown] == []


@pytest.mark.parametrize(
    "stranger",
    [
        "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
        "splunk://h:8088/x?channel=1&header_Authorization=Splunk%20abcd1234",
        "Splunk abcd1234",
        "Bearer eyJraWQi1.x.y",
        "v1.0-aaaabbbbccccdddd1111-222233334444",
    ],
)
def test_a_secret_that_nobody_named_is_masked_by_its_looks(stranger):
    assert stranger not in Mask([], {})(f'error: "{stranger}" was refused')
    assert "abcd1234" not in Mask([], {})(f"it was {stranger}")
