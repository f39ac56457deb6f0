# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of objects that the stand-in for AWX knows, and the rules that AWX checks them by."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

Fields = t.Dict[str, t.Any]
TEXT, NUMBER, FLAG, MAPPING, FILTER = "string", "integer", "boolean", "json", "field"

TOKEN = "awx-oauth-token"


ROOT = "/api/v2"


# By the type of a question, the type that its default has.
QUESTIONS = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": float,
}


RRULE = re.compile(
    r"DTSTART(:\d{8}T\d{6}Z|;TZID=[\w/]+:\d{8}T\d{6}) RRULE:FREQ=(HOURLY|DAILY|WEEKLY|MONTHLY);INTERVAL=\d+(;[A-Z]+=[\w,]+)*"
)


@dataclasses.dataclass
class Kind:
    """A kind of object: the path of its list, its fields, those that point at an object with that one's kind, and the lists of
    other objects that are attached to it."""

    path: str
    fields: dict[str, str]
    points: dict[str, str] = dataclasses.field(default_factory=dict)
    required: t.Sequence[str] = ("name",)
    unique: t.Sequence[str] = ("name", "organization")
    attached: dict[str, str] = dataclasses.field(default_factory=dict)


NAMED = {"name": TEXT, "description": TEXT}


ASKS = {
    f"ask_{what}_on_launch": FLAG
    for what in (
        "scm_branch",
        "diff_mode",
        "variables",
        "limit",
        "tags",
        "skip_tags",
        "job_type",
        "verbosity",
        "inventory",
        "credential",
        "execution_environment",
        "labels",
        "forks",
        "job_slice_count",
        "timeout",
        "instance_groups",
    )
}


OWNED = {"organization": "organization"}


TEMPLATES = ("project", "inventory_source", "job_template", "workflow_job_template")


KINDS = {
    "organization": Kind(
        "organizations", {**NAMED, "max_hosts": NUMBER}, unique=("name",), attached={"galaxy_credentials": "credential"}
    ),
    "credential_type": Kind(
        "credential_types",
        {**NAMED, "kind": TEXT, "inputs": MAPPING, "injectors": MAPPING},
        required=("name", "kind"),
        unique=("name", "kind"),
    ),
    "credential": Kind(
        "credentials",
        {**NAMED, "inputs": MAPPING},
        {**OWNED, "credential_type": "credential_type"},
        required=("name", "credential_type"),
        unique=("name", "organization", "credential_type"),
    ),
    "project": Kind(
        "projects",
        {
            **NAMED,
            "scm_type": TEXT,
            "scm_url": TEXT,
            "scm_branch": TEXT,
            "scm_clean": FLAG,
            "scm_update_on_launch": FLAG,
            "scm_update_cache_timeout": NUMBER,
            "allow_override": FLAG,
            "local_path": TEXT,
        },
        OWNED,
    ),
    "inventory": Kind(
        "inventories",
        {**NAMED, "kind": TEXT, "host_filter": FILTER, "variables": TEXT},
        OWNED,
        required=("name", "organization"),
    ),
    "inventory_source": Kind(
        "inventory_sources",
        {
            **NAMED,
            "source": TEXT,
            "source_path": TEXT,
            "source_vars": TEXT,
            "overwrite": FLAG,
            "overwrite_vars": FLAG,
            "update_on_launch": FLAG,
            "update_cache_timeout": NUMBER,
            "verbosity": NUMBER,
        },
        {"inventory": "inventory", "credential": "credential", "source_project": "project"},
        required=("name", "inventory", "source"),
        unique=("name", "inventory"),
    ),
    "job_template": Kind(
        "job_templates",
        {
            **NAMED,
            **ASKS,
            "job_type": TEXT,
            "playbook": TEXT,
            "extra_vars": TEXT,
            "survey_enabled": FLAG,
            "limit": TEXT,
            "forks": NUMBER,
            "job_slice_count": NUMBER,
            "allow_simultaneous": FLAG,
            "verbosity": NUMBER,
        },
        {"project": "project", "inventory": "inventory"},
        required=("name", "project", "playbook"),
        attached={"credentials": "credential"},
    ),
    "workflow_job_template": Kind(
        "workflow_job_templates",
        {**NAMED, "extra_vars": TEXT, "survey_enabled": FLAG, "allow_simultaneous": FLAG, "ask_limit_on_launch": FLAG},
        {**OWNED, "inventory": "inventory"},
    ),
    "workflow_job_template_node": Kind(
        "workflow_job_template_nodes",
        {"identifier": TEXT, "extra_data": MAPPING, "all_parents_must_converge": FLAG},
        {"workflow_job_template": "workflow_job_template", "unified_job_template": "unified_job_template"},
        required=("identifier", "workflow_job_template"),
        unique=("identifier", "workflow_job_template"),
        attached=dict.fromkeys(("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_node"),
    ),
    "schedule": Kind(
        "schedules",
        {**NAMED, "rrule": TEXT, "enabled": FLAG, "extra_data": MAPPING},
        {"unified_job_template": "unified_job_template"},
        required=("name", "rrule", "unified_job_template"),
        unique=("name", "unified_job_template"),
    ),
    # Not used here, but clients look whether they are there.
    **{
        kind: Kind(path, NAMED, OWNED)
        for kind, path in {
            "user": "users",
            "team": "teams",
            "notification_template": "notification_templates",
            "label": "labels",
            "execution_environment": "execution_environments",
            "o_auth2_application": "applications",
            "host": "hosts",
            "group": "groups",
            "system_job_template": "system_job_templates",
        }.items()
    },
}


BY_PATH = {kind.path: name for name, kind in KINDS.items()}


class Refused(Exception):
    """What AWX answers with HTTP 400: errors by field."""

    def __init__(self, **errors: str) -> None:
        super().__init__(errors)
        self.errors = {field: [text] for field, text in errors.items()}


def check_injectors(entry: Fields) -> None:
    """AWX renders injectors with the inputs of the type and nothing else, and refuses variables of Ansible's own."""
    inputs = {field["id"] for field in entry["inputs"].get("fields", [])}
    for variable, template in entry["injectors"].get("env", {}).items():
        if variable.startswith("ANSIBLE_"):
            raise Refused(injectors=f"Environment variable {variable} is not allowed to be used in credentials.")
        used = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", template))
        if not used or used - inputs:
            raise Refused(injectors=f"{variable} uses an undefined field: {template}")


def checked_survey(spec: Fields) -> Fields:
    """Return a survey back that AWX would take."""
    for field, form in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(spec.get(field), form):
            raise Refused(error=f"Field '{field}' is missing from survey spec.")
    variables = [question.get("variable") for question in spec["spec"]]
    if not variables or len(set(variables)) < len(variables):
        raise Refused(error="No question, or two for one variable.")
    for question in spec["spec"]:
        check_question(question)
    return json.loads(json.dumps(spec))


def check_question(question: Fields) -> None:
    for field, form in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
        if not isinstance(question.get(field), form):
            raise Refused(error=f"'{field}' missing from survey question {question}.")
    if question["type"] not in QUESTIONS:
        raise Refused(error=f"'{question['type']}' is not a type of a survey question.")
    default = question.get("default", "")
    if default != "" and not isinstance(default, QUESTIONS[question["type"]]):
        raise Refused(error=f"The default of {question['variable']} is not of the type of the question.")
    if any(question.get(bound) is not None and not isinstance(question[bound], int) for bound in ("min", "max")):
        raise Refused(error=f"min and max of {question['variable']} must be whole numbers.")
    if question["type"].startswith("multi"):
        choices = question.get("choices")
        if not isinstance(choices, list) or not choices or not all(isinstance(choice, str) for choice in choices):
            raise Refused(error=f"{question['variable']} needs choices.")
        if set(default.splitlines()) - set(choices):
            raise Refused(error=f"The default of {question['variable']} is not among its choices.")
