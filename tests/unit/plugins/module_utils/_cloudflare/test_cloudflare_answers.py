# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer of the API means: data, a refusal with its reason, or a job that may or may not exist."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import advice, answers
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.client import Cloudflare, CloudflareReader
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http, Reply
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer

CALL = answers.Call("Listing the jobs")
ZONE = Scope("zones", "1")


def reply(status: int = 200, body: t.Any = None, text: str | None = None, **headers: str) -> Reply:
    """Return an answer with this body."""
    content = json.dumps(body) if text is None else text
    return Reply("GET", "https://api.example.com/jobs", status, headers, content)


def refused(code: int, message: str) -> dict[str, t.Any]:
    """Return the envelope of a refusal."""
    return {"success": False, "errors": [{"code": code, "message": message}], "result": None}


@pytest.mark.parametrize(
    ("answer_of_api", "words"),
    [
        (
            reply(403, refused(10000, "Authentication error")),
            "HTTP 403, code 10000: Authentication error. The API token",
        ),
        (reply(200, {"success": False, "errors": []}), "success: false and no reason"),
        (reply(302, text="", Location="https://other.example.com"), "redirects to https://other.example.com"),
        (reply(200, text=" "), "an empty body. Check api_url"),
        (reply(200, text="<html>", **{"Content-Type": "text/html; charset=x"}), r"\(text/html, 6 characters\)"),
        (reply(200, ["success"]), "not the JSON of the API"),
    ],
)
def test_a_refusal_says_what_came_back(answer_of_api: Reply, words: str) -> None:
    with pytest.raises(answers.ApiError, match=f"^Listing the jobs failed: GET .*{words}") as error:
        answers.successful(answer_of_api, CALL)
    assert error.value.details["http_status"] == answer_of_api.status


def test_only_a_missing_permission_gets_the_alternative() -> None:
    call = answers.Call("Looking up", permission="Zone Read", alternative="Or set zone_id.")
    assert "Or set zone_id." in str(answers.refusal(reply(403, refused(10000, "no")), call))
    assert "Or set zone_id." not in str(answers.refusal(reply(500, refused(10001, "no")), call))


@pytest.mark.parametrize(
    ("answer_of_api", "error"),
    [
        (reply(500, refused(1, "no")), answers.FateUnknownError),
        (reply(504, text="<html>"), answers.FateUnknownError),
        (reply(200, text="{"), answers.FateUnknownError),
        (reply(201, {"success": True, "result": None}), answers.FateUnknownError),
        (reply(201, {"success": True, "result": {"dataset": "x"}}), answers.FateUnknownError),
        (reply(400, refused(1002, "error validating destination")), answers.ApiError),
        (reply(403, text="<html>"), answers.ApiError),
    ],
)
def test_a_job_that_may_exist_is_not_a_refusal(answer_of_api: Reply, error: type[CollectionError]) -> None:
    with pytest.raises(error):
        answers.created_job(answer_of_api, CALL)


def test_a_created_job_is_returned() -> None:
    assert answers.created_job(reply(201, {"success": True, "result": {"id": 7}}), CALL) == {"id": 7}


def test_data_of_another_type() -> None:
    assert answers.job_list(None, CALL) == []
    assert answers.job_list([{"id": 1}, None, "x"], CALL) == [{"id": 1}]
    with pytest.raises(CollectionError, match="no list of jobs"):
        answers.job_list({"id": 1}, CALL)
    with pytest.raises(CollectionError, match="no fields"):
        answers.dataset_fields([], CALL)
    assert answers.zones_page({"result": None}, 50) == ([], 1)
    assert answers.zones_page({"result": [{}], "result_info": {"total_count": 101}}, 50) == ([{}], 3)
    assert answers.ruleset([]) is None


def test_error_codes() -> None:
    assert advice.is_destination_test_failure([{"code": 1002, "message": "error validating destination"}])
    assert not advice.is_destination_test_failure([{"code": 1004}, {}])
    assert advice.is_missing_ruleset(404, [{"code": 10003}])
    assert not advice.is_missing_ruleset(403, [{"code": 10003}])
    assert not advice.is_missing_ruleset(404, [{"code": 7003}])


@pytest.mark.parametrize(("second", "jobs"), [(b"[]", []), (b"null", []), (b'[{"id": 7}]', [{"id": 7}])])
def test_a_null_list_is_requested_once_more(second: bytes, jobs: list[dict[str, int]]) -> None:
    bodies = [b'{"success": true, "result": %s}' % result for result in (b"null", second)]
    with ScriptedServer(*[answer(200, body) for body in bodies]) as server:
        client = CloudflareReader(Http(server.url, {}, 5, 0, clock=FakeClock()))
        assert client.jobs(ZONE) == jobs
    assert [request.path for request in server.asked] == ["/zones/1/logpush/jobs"] * 2


def test_a_garbled_answer_is_requested_once_more() -> None:
    good = b'{"success": true, "result": [{"id": 7}]}'
    with ScriptedServer(answer(200, good[:9]), answer(200, good)) as server:
        assert CloudflareReader(Http(server.url, {}, 5, 0, clock=FakeClock())).jobs(ZONE) == [{"id": 7}]


def test_a_reader_has_no_writing_methods_and_shares_the_rate_budget() -> None:
    client = Cloudflare(Http("http://127.0.0.1:9", {}, 5, 0))
    reader = client.reader()
    writing = {name for name in vars(Cloudflare) if not name.startswith("_")} - {"reader"}
    assert {"create_job", "update_job", "delete_job", "add_rule", "change_rule", "delete_rule"} == writing
    assert [name for name in writing if hasattr(reader, name)] == []
    assert reader.budget is client.budget
