# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interpretation of answers of the API: data, a refusal with its reason, or a job that may or may not exist."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import advice, answers
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.client import Cloudflare, CloudflareReader
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.token_check import TokenCheck
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
            r"^Listing the jobs failed: Authentication error \(GET .* answered HTTP 403, code 10000\)\. The API token",
        ),
        (
            reply(200, {"success": False, "errors": []}),
            r"^Listing the jobs failed \(GET .*success: false and no reason\)",
        ),
        (reply(302, text="", Location="https://other.example.com"), "redirects to https://other.example.com"),
        (reply(200, text=" "), r"^The answer does not come from the API\. .*an empty body\)\. Check api_url"),
        (reply(200, text="<html>", **{"Content-Type": "text/html; charset=x"}), r"\(text/html, 6 characters\)"),
        (reply(200, ["success"]), "not the JSON of the API"),
    ],
)
def test_a_refusal_says_what_came_back(answer_of_api: Reply, words: str) -> None:
    with pytest.raises(answers.ApiError, match=words) as error:
        answers.successful(answer_of_api, CALL)
    assert error.value.details["http_status"] == answer_of_api.status


def test_a_question_that_is_the_cause_ends_without_a_full_stop() -> None:
    call = answers.Call("Creating the job", scope_kind="zones", dataset="http_requestz")
    error = answers.refusal(reply(400, refused(1002, "unknown dataset")), call)
    assert str(error).startswith("Did you mean the dataset http_requests? Creating the job failed (GET ")


def test_only_a_missing_permission_gets_the_alternative() -> None:
    call = answers.Call("Looking up", permission="Zone Read", alternative="Or set zone_id.")
    key = TokenCheck(Http("https://api.example.com", {}), "")
    assert "Or set zone_id." in str(key.explained(answers.refusal(reply(403, refused(10000, "no")), call)))
    assert "Or set zone_id." not in str(key.explained(answers.refusal(reply(500, refused(10001, "no")), call)))


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


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "it must contain a list of jobs, but it contains null"),
        ({"id": 1}, "a list of jobs, but it contains an object"),
        ("", "it contains text"),
        ([{"id": 1}, None], "it must contain a job, but it contains null"),
        *[
            ([{"id": wrong}], "the ID of a job must be a positive whole number")
            for wrong in ([1], None, True, "1/../../evil", "1", 0, -1, 1.5, 2**64)
        ],
        ([{}], "the ID of a job must be a positive whole number, but it is missing"),
        ([{"id": 1}, {"id": 1}], "several jobs have the same ID"),
        ([{"id": 1, "dataset": ["x"]}], "dataset of job 1 must be text, but it is a list"),
        ([{"id": 1, "enabled": "false"}], "enabled of job 1 must be a boolean, but it is text"),
        ([{"id": 1, "destination_conf": {"x": 1}}], "destination_conf of job 1 must be text"),
        ([{"id": 1, "filter": {"where": {}}}], "filter of job 1 must be text"),
        ([{"id": 1, "output_options": [1]}], "output_options of job 1 must be an object"),
        (
            [{"id": 1, "output_options": {"field_names": "RayID"}}],
            "field_names of output_options of job 1 must be a list",
        ),
        (
            [{"id": 1, "output_options": {"sample_rate": True}}],
            "sample_rate of output_options of job 1 must be a number",
        ),
        ([{"id": 1, "max_upload_bytes": "5"}], "max_upload_bytes of job 1 must be a whole number"),
    ],
)
def test_a_list_of_jobs_of_another_type_is_an_error(result: t.Any, words: str) -> None:
    with pytest.raises(answers.UnexpectedAnswerError, match=f"^Listing the jobs failed: .*{words}") as error:
        answers.jobs({"success": True, "result": result}, CALL)
    assert "evil" not in str(error.value)


def test_a_list_of_jobs_that_is_cut_off_is_an_error() -> None:
    with pytest.raises(answers.UnexpectedAnswerError, match="it contains 1 of 2 jobs"):
        answers.jobs({"result": [{"id": 1}], "result_info": {"total_count": 2}}, CALL)
    assert answers.jobs({"result": [{"id": 1}], "result_info": {"total_count": 1}}, CALL) == [{"id": 1}]


@pytest.mark.parametrize(
    "info",
    [{"page": 1, "total_pages": 2}, {"total_pages": 2}, {"cursors": {"after": "x"}}, {"cursor": "x"}, {"count": 2}],
)
@pytest.mark.parametrize("result", [[], [{"id": 1}]])
def test_one_page_of_several_is_no_list(result: list[t.Any], info: dict[str, t.Any]) -> None:
    with pytest.raises(answers.UnexpectedAnswerError, match="it contains only a part of the jobs"):
        answers.jobs({"result": result, "result_info": info}, CALL)


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"page": 1, "total_pages": 1},
        {"page": 1, "per_page": 20, "count": 0, "total_count": 0, "total_pages": 0},
        {"page": None, "total_pages": None, "cursors": {"after": "", "before": "x"}, "cursor": None},
        {"cursors": None},
    ],
)
def test_the_only_page_is_the_whole_list(info: dict[str, t.Any]) -> None:
    assert answers.jobs({"result": [], "result_info": info}, CALL) == []


def test_a_job_may_have_nulls_and_fields_that_are_not_known() -> None:
    job = {"id": 1, "name": None, "output_options": None, "error_message": None, "later": [{"x": 1}]}
    assert answers.jobs({"result": [job]}, CALL) == [job]


def test_what_is_reported_of_a_job_is_printable() -> None:
    job = {"id": 1, "error_message": "no\x1b[2J route\nok: \u202ezone", "record": "a\nb"}
    found = answers.jobs({"result": [job]}, CALL)[0]
    assert found == {"id": 1, "error_message": "no\\x1b[2J route\\nok: \\u202ezone", "record": "a\nb"}


@pytest.mark.parametrize("result", [[], {}, None, {"RayID": 5}, {"RayID": ["x"]}])
def test_fields_of_another_type_are_an_error(result: t.Any) -> None:
    with pytest.raises(answers.UnexpectedAnswerError):
        answers.dataset_fields(result, CALL)


@pytest.mark.parametrize(
    "found",
    [
        {"result": None},
        {"result": {}},
        {"result": [{}]},
        {"result": [{"id": 5, "name": "example.com"}]},
        {"result": [{"id": "../../evil", "name": "example.com"}]},
        {"result": [{"id": "5", "name": None}]},
        {"result": [], "result_info": {"total_count": "7"}},
        {"result": [], "result_info": {"total_count": -1}},
        {"result": [], "result_info": {"total_count": 10**12}},
        {"result": [{"id": f"{number}", "name": "example.com"} for number in range(50)]},
        {"result": [{"id": "1", "name": "example.com"}], "result_info": {"page": 1, "total_pages": 2}},
        {"result": [], "result_info": {"total_pages": "2"}},
    ],
)
def test_zones_of_another_type_are_an_error(found: dict[str, t.Any]) -> None:
    with pytest.raises(answers.UnexpectedAnswerError):
        answers.zones_page(found, 50, CALL)


def test_the_pages_of_zones_are_counted() -> None:
    zones = [{"id": f"{number}", "name": "example.com"} for number in range(3)]
    page = answers.zones_page({"result": zones[:2], "result_info": {"total_count": 3}}, 2, CALL)
    assert page == (zones[:2], 2, 3)
    last = answers.zones_page({"result": zones[2:], "result_info": {"total_count": 3}}, 2, CALL)
    assert answers.complete_zones([page, last], CALL) == zones
    with pytest.raises(answers.UnexpectedAnswerError, match="the pages contain 2 of 3 zones"):
        answers.complete_zones([page, page], CALL)


@pytest.mark.parametrize("result", [None, [], {"rules": []}, {"id": "1", "rules": [None]}, {"id": "1", "rules": [{}]}])
def test_a_ruleset_of_another_type_is_an_error(result: t.Any) -> None:
    with pytest.raises(answers.UnexpectedAnswerError):
        answers.ruleset(result, CALL)


@pytest.mark.parametrize("result", [None, [], {"id": 8}, {"id": "7"}, {"id": 7, "dataset": 5}])
def test_an_update_whose_answer_is_not_the_job_is_not_believed(result: t.Any) -> None:
    assert answers.updated_job(result, 7) is None
    assert answers.updated_job({"id": 7}, 7) == {"id": 7}


@pytest.mark.parametrize(
    "text",
    [
        '{"success": true, "result": %s}' % ("[" * 3000 + "]" * 3000),
        '{"success": true, "result": [{"id": 1, "x": %s}]}' % ('{"a":' * 900 + "1" + "}" * 900),
        '{"success": true, "result": [{"id": %s}]}' % ("9" * 5000),
        '{"success": true, "result": [{"id": NaN}]}',
    ],
)
def test_data_that_python_cannot_process_is_not_the_json_of_the_api(text: str) -> None:
    with pytest.raises(answers.ApiError, match="not the JSON of the API"):
        answers.successful(reply(200, text=text), CALL)


@pytest.mark.parametrize("recipients", [{}, "", 0, False, [5], [{}], [{"id": 5}]])
def test_recipients_of_another_type_are_not_none(recipients: t.Any) -> None:
    def policies(value: t.Any) -> list[dict[str, t.Any]]:
        return answers.policies({"result": [{"id": "1", "mechanisms": {"email": value}}]}, CALL)

    with pytest.raises(answers.UnexpectedAnswerError, match="recipient"):
        policies(recipients)
    assert policies(None) and policies([]) and policies([{"id": "a@example.com"}])


@pytest.mark.parametrize("errors", [5, {"code": 1}, [5], [{"code": {}, "message": []}], [{"message": None}]])
def test_errors_of_another_type(errors: t.Any) -> None:
    error = answers.refusal(reply(403, {"success": False, "errors": errors}), CALL)
    assert "HTTP 403" in str(error)


def test_error_codes() -> None:
    assert advice.is_destination_test_failure([{"code": 1002, "message": "error validating destination"}])
    assert not advice.is_destination_test_failure([{"code": 1004}, {}])
    assert advice.is_missing_ruleset(404, [{"code": 10003}])
    assert not advice.is_missing_ruleset(403, [{"code": 10003}])
    assert not advice.is_missing_ruleset(404, [{"code": 7003}])


@pytest.mark.parametrize(("second", "jobs"), [(b"[]", []), (b'[{"id": 7}]', [{"id": 7}])])
def test_a_null_list_is_requested_once_more(second: bytes, jobs: list[dict[str, int]]) -> None:
    bodies = [b'{"success": true, "result": %s}' % result for result in (b"null", second)]
    with ScriptedServer(*[answer(200, body) for body in bodies]) as server:
        client = CloudflareReader(Http(server.url, {}, 5, 0, clock=FakeClock()))
        assert client.jobs(ZONE) == jobs
    assert [request.path for request in server.asked] == ["/zones/1/logpush/jobs"] * 2


def test_a_list_that_stays_null_is_not_an_empty_list() -> None:
    body = b'{"success": true, "result": null}'
    with ScriptedServer(answer(200, body)) as server:
        client = CloudflareReader(Http(server.url, {}, 5, 0, clock=FakeClock()))
        with pytest.raises(answers.UnexpectedAnswerError, match="a list of jobs, but it contains null"):
            client.jobs(ZONE)


@pytest.mark.parametrize("job_id", ["1/../../evil", "..", "."])
def test_an_id_never_changes_the_path_of_a_request(job_id: t.Any) -> None:
    with ScriptedServer(answer(200, b'{"success": true, "result": {}}')) as server:
        client = Cloudflare(Http(server.url, {}, 5, 0, clock=FakeClock()))
        with contextlib.suppress(CollectionError):
            client.delete_job(ZONE, job_id)
    assert {request.path for request in server.asked} <= {"/zones/1/logpush/jobs/1%2F..%2F..%2Fevil"}


def test_only_the_api_says_that_a_job_is_deleted() -> None:
    with ScriptedServer(answer(404, b"<html>")) as server:
        client = Cloudflare(Http(server.url, {}, 5, 0, clock=FakeClock()))
        with pytest.raises(answers.ApiError, match="HTTP 404"):
            client.delete_job(ZONE, 7)


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
