# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated AWX is as strict as AWX 24.6.1, and the surveys and schedules follow its rules."""

from __future__ import annotations

import json

import pytest
import requests
from e2e.awx_files import OBJECTS, WANTED, objects_of

from .awx_import import awx_import
from .awx_kinds import TOKEN, Refused
from .awx_surveys import passed_defaults, problems_of_answers
from .needs import needs

SURVEYS = {
    template["name"]: template["related"]["survey_spec"]
    for template in WANTED["job_templates"]
    if "survey_spec" in template["related"]
}
RRULE = "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1"
ORGANIZATION = {"name": "Test", "type": "organization"}
PROJECT = {"organization": ORGANIZATION, "name": "P", "type": "project"}
TEMPLATE = {"organization": ORGANIZATION, "name": "T", "type": "job_template"}


def question(kind="text", **more):
    """Return a question with a default, which must be answered."""
    return {
        "question_name": "?",
        "question_description": "",
        "variable": "v",
        "type": kind,
        "required": True,
        "min": None,
        "max": None,
        "choices": ["a", "b"],
        "default": "",
        **more,
    }


def small(**schedule):
    """Return a template whose question must be answered, with a schedule, for awx import."""
    survey = {"name": "", "description": "", "spec": [question("multiplechoice", default="a")]}
    objects = {
        "organizations": [{"name": "Test", "natural_key": ORGANIZATION}],
        "projects": [{"name": "P", "organization": ORGANIZATION, "scm_type": "git", "natural_key": PROJECT}],
        "job_templates": [
            {
                "name": "T",
                "project": PROJECT,
                "playbook": "audit.yml",
                "survey_enabled": True,
                "related": {"survey_spec": survey},
                "natural_key": TEMPLATE,
            }
        ],
        "schedules": [
            {
                "name": "S",
                "rrule": RRULE,
                "unified_job_template": TEMPLATE,
                "natural_key": {"unified_job_template": TEMPLATE, "name": "S", "type": "schedule"},
                **schedule,
            }
        ],
    }
    return json.dumps(objects)


def sent(awx, method, path, **body):
    """Return the answer of AWX: its status and its content."""
    answer = requests.request(
        method, f"{awx.url}/api/v2/{path}/", json=body, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10
    )
    return answer.status_code, answer.json() if answer.content else {}


@needs("awx")
def test_awx_import_makes_surveys_after_schedules_so_that_only_the_second_import_is_refused(awx):
    assert awx_import(awx, small(enabled=False))[0] == 0
    status, output = awx_import(awx, small(enabled=False))
    assert status == 1 and "variables_needed_to_start" in output and "'v' value missing" in output
    # An answer in the file has no effect on the first import, because there is no question yet.
    assert awx_import(awx, small(enabled=False, extra_data={"v": "b"}))[0] == 0
    assert awx.named("schedule", "S")["extra_data"] == {"v": "b"}


@needs("awx")
def test_a_schedule_must_answer_itself_and_is_switched_on_where_a_put_does_not_say(awx):
    awx_import(awx, small(enabled=False))
    template, number = awx.named("job_template", "T"), awx.named("schedule", "S")["id"]
    given = {"name": "S", "rrule": RRULE, "unified_job_template": template["id"]}
    for method, path in (("POST", "schedules"), ("PUT", f"schedules/{number}")):
        assert sent(awx, method, path, **{**given, "name": f"S {method}"})[0] == 400
    # A PATCH that answers nothing is not checked, and changes nothing else.
    assert sent(awx, "PATCH", f"schedules/{number}", description="d")[1]["enabled"] is False
    assert sent(awx, "PATCH", f"schedules/{number}", extra_data={"other": 1})[0] == 400
    assert sent(awx, "PUT", f"schedules/{number}", **given, extra_data={"v": "a"})[1]["enabled"] is True
    assert sent(awx, "PUT", f"schedules/{number}", **given, extra_data={"v": "a", "w": 1})[0] == 400
    assert sent(awx, "PUT", f"schedules/{number}", **given, extra_data={"v": "a"}, limit="x")[0] == 400
    # The default of a question does not answer it at a launch either.
    assert sent(awx, "POST", f"job_templates/{template['id']}/launch")[0] == 400
    launched = sent(awx, "POST", f"job_templates/{template['id']}/launch", extra_vars={"v": "b", "w": 1})
    assert launched == (201, {"extra_vars": {"v": "b"}})


@needs("awx")
def test_two_nodes_are_joined_by_one_kind_of_edge(awx):
    awx_import(awx, small(enabled=False))
    workflow = awx.create("workflow_job_template", {"name": "W"})
    nodes = [
        awx.create("workflow_job_template_node", {"identifier": name, "workflow_job_template": workflow["id"]})
        for name in ("a", "b")
    ]
    path = f"workflow_job_template_nodes/{nodes[0]['id']}"
    assert sent(awx, "POST", f"{path}/success_nodes", id=nodes[1]["id"])[0] == 204
    assert sent(awx, "POST", f"{path}/success_nodes", id=nodes[1]["id"])[0] == 204
    assert sent(awx, "POST", f"{path}/failure_nodes", id=nodes[1]["id"]) == (
        400,
        {"Error": ["Relationship not allowed."]},
    )


@pytest.mark.parametrize(
    "kind, refused, taken",
    [
        ("text", [None, 1, ["a"]], ["", "x"]),
        ("password", [None], [""]),
        ("integer", [None, "", "1", True, 1.5], [0, 1]),
        ("float", [None, ""], [1, 1.5]),
        ("multiplechoice", [None, "", "c"], ["a"]),
        ("multiselect", [None, "a", ["c"]], [[], ["a", "b"]]),
    ],
)
def test_an_answer_must_be_of_the_type_of_its_question(kind, refused, taken):
    survey = {"spec": [question(kind)]}
    assert [answer for answer in refused if not problems_of_answers(survey, {"v": answer})] == []
    assert [answer for answer in taken if problems_of_answers(survey, {"v": answer})] == []


def test_what_of_a_default_a_job_gets():
    assert passed_defaults({"spec": [question("text", required=False)]}) == {"v": ""}
    for kind, more in (
        ("text", {"min": 1}),
        ("integer", {}),
        ("multiplechoice", {}),
        ("multiselect", {"default": "a"}),
    ):
        assert passed_defaults({"spec": [question(kind, required=False, **more)]}) == {}


# --- The surveys that are shipped


@pytest.mark.parametrize("name", SURVEYS)
def test_a_job_gets_no_variable_that_nobody_answered_but_confirmations(name):
    confirmations = {
        "Logpush rotate HEC token": {"splunk_hec_rotation_unused": "false", "splunk_hec_rotation_complete": "false"},
        "Logpush remove": {"logpush_remove_confirmed": "false"},
    }
    assert passed_defaults(SURVEYS[name]) == confirmations.get(name, {})


@pytest.mark.parametrize("name", SURVEYS)
def test_only_the_name_of_a_new_token_must_be_answered(name):
    expected = ["'splunk_hec_new_token_name' value missing"] if name == "Logpush rotate HEC token" else []
    assert problems_of_answers(SURVEYS[name], {}) == expected
    for asked in SURVEYS[name]["spec"]:
        is_default = asked.get("default", "") != ""
        assert not (asked["required"] and "default" in asked)
        # The text says what an empty answer means.
        says = asked["question_description"].endswith("If empty, the setting of the project applies") or asked[
            "variable"
        ].startswith("splunk_hec_new_token")
        assert is_default or says, asked["variable"]


def test_schedules_answer_what_their_templates_require():
    for schedule in WANTED["schedules"]:
        survey = SURVEYS.get(schedule["unified_job_template"]["name"], {})
        assert problems_of_answers(survey, schedule.get("extra_data", {})) == []


def test_the_file_that_may_be_imported_again_has_nothing_that_holds_values():
    assert set(objects_of(OBJECTS)) == {"projects", "inventory_sources", "job_templates", "workflow_job_templates"}


def test_a_refusal_has_its_field():
    assert Refused(name="why").errors == {"name": ["why"]}
