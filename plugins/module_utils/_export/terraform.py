# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the Logpush jobs in files of Terraform or OpenTofu, in the form of the API. Pure: no I/O.

Each kind of file is recognized by its keys, not by its name. No message quotes the text of a file, which contains secrets.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.json_types import parsed_json
from .terraform_configuration import (
    BLOCK_TYPES,
    Configuration,
    instances,
    module_names,
    native_configuration,
    unread_blocks,
)
from .terraform_job import Instance, Resource, resource_of
from .terraform_language import JSON, parsed_json_form
from .terraform_state import instances_of_plan, instances_of_state, instances_of_values

STATE = "a state, version 4"
SHOWN_STATE = "a state, shown as JSON"
SHOWN_PLAN = "a plan, shown as JSON"
CONFIGURATION = "a configuration"

_PULL = "Give the output of terraform state pull or tofu state pull"


class SourceFile(t.NamedTuple):
    """The name and the text of a file."""

    name: str
    text: str


class TerraformSource(t.NamedTuple):
    """The content of the input: its kind, its jobs, and sentences about parts that were not read."""

    kind: str
    resources: list[Resource]
    remarks: list[str]


def read_source(files: t.Sequence[SourceFile]) -> TerraformSource:
    """Return the jobs in one file, or in all files of one configuration. Raises CollectionError, which names the file if
    there are several and quotes nothing from it."""
    parsed = [_parsed(file, len(files) > 1) for file in files]
    configurations = [each for each in parsed if isinstance(each, Configuration)]
    try:
        if len(configurations) < len(parsed):
            if len(parsed) > 1:
                other = next(file.name for file, each in zip(files, parsed) if not isinstance(each, Configuration))
                raise CollectionError(f"{other} is not a configuration. Give a single state")
            kind, found = _read_json(t.cast("dict[str, t.Any]", parsed[0]))
            return TerraformSource(kind, [resource_of(each) for each in found], [])
        resources = [resource_of(each) for each in instances(configurations)]
    except (AttributeError, TypeError):
        raise CollectionError("it has the keys of a known kind, but its content has an unexpected form") from None
    modules = [
        f"module.{name} is not read: the jobs of a module are in a state only" for name in module_names(configurations)
    ]
    unread = [f"{file.name}, {text}" for file, each in zip(files, configurations) for text in unread_blocks(each)]
    return TerraformSource(CONFIGURATION, resources, modules + unread)


def _parsed(file: SourceFile, several: bool) -> Configuration | dict[str, t.Any]:
    """Return a file as a configuration, or as JSON of another kind."""
    try:
        if not file.text.lstrip().startswith("{"):
            return native_configuration(file.text)
        content = _json(file.text)
        return Configuration(parsed_json_form(file.text), JSON) if _is_configuration(content) else content
    except CollectionError as error:
        raise CollectionError(f"{file.name}: {error}" if several else str(error)) from None


def _json(text: str) -> dict[str, t.Any]:
    try:
        content = parsed_json(text)
    except ValueError:
        raise CollectionError("it begins like JSON but is not valid JSON, or is nested too deep") from None
    if not isinstance(content, dict):
        raise CollectionError("it is JSON, but not an object")
    return content


def _is_configuration(content: t.Mapping[str, t.Any]) -> bool:
    """Return whether JSON is a configuration: it has keys of blocks only. C(//) is a comment."""
    return set(content) - {"//"} <= BLOCK_TYPES


def _read_json(content: t.Mapping[str, t.Any]) -> tuple[str, list[Instance]]:
    """Return the kind of a JSON file that is not a configuration, and its jobs. Raises CollectionError."""
    _refuse_unusable(content)
    if any(key in content for key in ("planned_values", "prior_state", "resource_changes")):
        return SHOWN_PLAN, list(instances_of_plan(content))
    if isinstance(content.get("values"), dict):
        return SHOWN_STATE, list(instances_of_values(content["values"]))
    if content.get("version") == 4 and isinstance(content.get("resources"), list):
        return STATE, list(instances_of_state(content["resources"]))
    if set(content) <= {"format_version", "terraform_version"} and "format_version" in content:
        return SHOWN_STATE, []
    raise CollectionError(
        "it is neither a state of version 4, nor the output of terraform show -json, nor a configuration"
    )


def _refuse_unusable(content: t.Mapping[str, t.Any]) -> None:
    """Raise CollectionError for a kind of file that cannot be read, with the advice what to use instead."""
    if "encrypted_data" in content:
        raise CollectionError(f"it is an encrypted state or plan. {_PULL}, which decrypts it")
    if isinstance(content.get("deployment", content.get("checkpoint")), dict):
        raise CollectionError(
            "it is a stack of Pulumi, which is not read. Export the jobs from Cloudflare instead: leave out terraform, and "
            "name the zones"
        )
    shown = {"planned_values", "prior_state", "values"} & set(content)
    if not shown and ("configuration" in content or isinstance(content.get("root_module"), dict)):
        raise CollectionError(
            f"it is a configuration as show -config writes it, with expressions instead of values. {_PULL}"
        )
    if isinstance(content.get("version"), int) and "modules" in content:
        raise CollectionError(
            f"it is a state of version {content['version']}, and only version 4 is read. Upgrade it with terraform init and "
            "terraform apply -refresh-only. Then give the output of terraform state pull"
        )
