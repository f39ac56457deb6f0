# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of objects in the simulated AWX: their fields, and their references."""

from __future__ import annotations

import dataclasses
import typing as t

Fields = t.Dict[str, t.Any]
TEXT, NUMBER, FLAG, MAPPING, FILTER = "string", "integer", "boolean", "json", "field"

TOKEN = "awx-oauth-token"


ROOT = "/api/v2"


@dataclasses.dataclass
class Kind:
    """A kind of object: the path of its list, its fields, the fields that refer to another object with its kind, and
    the lists of attached objects."""

    path: str
    fields: dict[str, str]
    points: dict[str, str] = dataclasses.field(default_factory=dict)
    required: t.Sequence[str] = ("name",)
    unique: t.Sequence[str] = ("name", "organization")
    attached: dict[str, str] = dataclasses.field(default_factory=dict)
    # The defaults of fields, if they are not the empty value of the type.
    defaults: Fields = dataclasses.field(default_factory=dict)

    def empty(self) -> Fields:
        """Return the default values of the fields in AWX. A PUT resets every field that it leaves out to its
        default."""
        return {**{field: DEFAULTS[form] for field, form in self.fields.items()}, **self.defaults}


DEFAULTS: Fields = {TEXT: "", NUMBER: 0, FLAG: False, MAPPING: {}, FILTER: None}


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


WORKFLOW_ASKS = tuple(
    f"ask_{what}_on_launch" for what in ("variables", "inventory", "scm_branch", "limit", "tags", "skip_tags", "labels")
)


OWNED = {"organization": "organization"}


# The fields that a workflow node and a schedule may set instead of the template, if the template prompts for them at
# launch. Null is not given.
PROMPTS = {
    "scm_branch": TEXT,
    "job_type": TEXT,
    "limit": TEXT,
    "job_tags": TEXT,
    "skip_tags": TEXT,
    "diff_mode": FLAG,
    "verbosity": NUMBER,
    "forks": NUMBER,
    "job_slice_count": NUMBER,
    "timeout": NUMBER,
}
NO_PROMPTS: Fields = dict.fromkeys(PROMPTS)
ASKED_BY = {
    "job_tags": "ask_tags_on_launch",
    **{name: f"ask_{name}_on_launch" for name in PROMPTS if name != "job_tags"},
}


# The relations of a template to the notification templates that AWX uses when a job starts or ends.
NOTIFIED = {f"notification_templates_{when}": "notification_template" for when in ("started", "success", "error")}


# The edges of a workflow. Two nodes are joined by one kind of edge only.
EDGES = ("success_nodes", "failure_nodes", "always_nodes")


APPROVAL = "workflow_approval_template"
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
            "scm_refspec": TEXT,
            "scm_clean": FLAG,
            "scm_track_submodules": FLAG,
            "scm_update_on_launch": FLAG,
            "scm_update_cache_timeout": NUMBER,
            "scm_delete_on_update": FLAG,
            "timeout": NUMBER,
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
            "scm_branch": TEXT,
            "enabled_var": TEXT,
            "enabled_value": TEXT,
            "host_filter": TEXT,
            "overwrite": FLAG,
            "overwrite_vars": FLAG,
            "update_on_launch": FLAG,
            "update_cache_timeout": NUMBER,
            "verbosity": NUMBER,
            "timeout": NUMBER,
            "limit": TEXT,
        },
        {"inventory": "inventory", "credential": "credential", "source_project": "project"},
        required=("name", "inventory", "source"),
        unique=("name", "inventory"),
        defaults={"verbosity": 1},
    ),
    "job_template": Kind(
        "job_templates",
        {
            **NAMED,
            **ASKS,
            "job_type": TEXT,
            "playbook": TEXT,
            "scm_branch": TEXT,
            "extra_vars": TEXT,
            "survey_enabled": FLAG,
            "host_config_key": TEXT,
            "start_at_task": TEXT,
            "force_handlers": FLAG,
            "use_fact_cache": FLAG,
            "prevent_instance_group_fallback": FLAG,
            "limit": TEXT,
            "forks": NUMBER,
            "job_slice_count": NUMBER,
            "allow_simultaneous": FLAG,
            "verbosity": NUMBER,
            "timeout": NUMBER,
            "job_tags": TEXT,
            "skip_tags": TEXT,
            "become_enabled": FLAG,
            "diff_mode": FLAG,
        },
        {"project": "project", "inventory": "inventory"},
        required=("name", "project", "playbook"),
        attached={"credentials": "credential", "labels": "label", **NOTIFIED},
        defaults={"job_type": "run", "job_slice_count": 1},
    ),
    "workflow_job_template": Kind(
        "workflow_job_templates",
        {
            **NAMED,
            "extra_vars": TEXT,
            "limit": TEXT,
            "scm_branch": TEXT,
            "job_tags": TEXT,
            "skip_tags": TEXT,
            "survey_enabled": FLAG,
            "allow_simultaneous": FLAG,
            **{name: ASKS[name] for name in WORKFLOW_ASKS},
        },
        {**OWNED, "inventory": "inventory"},
        attached={"labels": "label", **NOTIFIED},
    ),
    "workflow_job_template_node": Kind(
        "workflow_job_template_nodes",
        {"identifier": TEXT, "extra_data": MAPPING, "all_parents_must_converge": FLAG, **PROMPTS},
        {"workflow_job_template": "workflow_job_template", "unified_job_template": "unified_job_template"},
        required=("identifier", "workflow_job_template"),
        unique=("identifier", "workflow_job_template"),
        attached=dict.fromkeys(EDGES, "workflow_job_template_node"),
        defaults=NO_PROMPTS,
    ),
    # The template of an approval node. It is created by its node, and removed when the node gets another template.
    "workflow_approval_template": Kind("workflow_approval_templates", {**NAMED, "timeout": NUMBER}, unique=("id",)),
    "schedule": Kind(
        "schedules",
        {**NAMED, "rrule": TEXT, "enabled": FLAG, "extra_data": MAPPING, **PROMPTS},
        {"unified_job_template": "unified_job_template"},
        required=("name", "rrule", "unified_job_template"),
        unique=("name", "unified_job_template"),
        # A schedule without this field is enabled.
        defaults={**NO_PROMPTS, "enabled": True},
    ),
    "notification_template": Kind(
        "notification_templates",
        {**NAMED, "notification_type": TEXT, "notification_configuration": MAPPING, "messages": MAPPING},
        OWNED,
        required=("name", "organization", "notification_type"),
    ),
    "label": Kind("labels", {"name": TEXT}, OWNED, required=("name", "organization")),
    # Not used here, but clients check that they exist.
    **{
        kind: Kind(path, NAMED, OWNED)
        for kind, path in {
            "user": "users",
            "team": "teams",
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
    """The content of HTTP 400 of AWX: errors by field."""

    def __init__(self, **errors: str) -> None:
        super().__init__(errors)
        self.errors = {field: [text] for field, text in errors.items()}
