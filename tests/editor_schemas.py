# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON schemas of the inventory variables, with which an editor completes and checks files of an inventory.

They are made from the table of variables, the table of job options and the argument specs of the roles. They use draft 7,
which editors support.
"""

from __future__ import annotations

import json
import re
import sys
import typing as t
from pathlib import Path

import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import VARIABLES, Variable
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import (
    JOB_OPTIONS,
    OTHER_NAMES,
    OUTPUT_OPTIONS,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.variable_names import meant_variable

Schema = t.Dict[str, t.Any]

VARIABLES_FILE = "variables.json"
INVENTORY_FILE = "inventory.json"

DRAFT = "http://json-schema.org/draft-07/schema#"
JOB = {"$ref": "#/definitions/job"}
UNSET = {"$ref": "#/definitions/unset"}
TEMPLATE = {"$ref": "#/definitions/template"}
# Ansible accepts a number as text, too.
TEXT = {"type": ["string", "number"]}
DESCRIPTIONS = {option.name: " ".join(option.description) for option in (*JOB_OPTIONS, *OUTPUT_OPTIONS)}
DEFINITIONS: Schema = {
    "unset": {"enum": [None, ""]},
    "template": {"type": "string", "pattern": r"\{\{|\{%"},
}
# V(true), O(edgeops.logpush.module#module:option), C(f(x)) and so on.
MARKUP = re.compile(r"\b(?:RV|[BCEIMOPV])\((?:edgeops\.logpush\.\w+#\w+:)?((?:[^()]|\([^()]*\))*)\)")
# Text that Ansible accepts as a value of the type.
TEXT_FORMS = {
    "bool": r"^([Yy](es)?|[Nn]o?|[Tt](rue)?|[Ff](alse)?|[Oo]n|[Oo]ff|YES|NO|TRUE|FALSE|ON|OFF|0|1)$",
    "int": r"^\s*[0-9]+\s*$",
    "float": r"^\s*[0-9.eE+-]+\s*$",
}
TYPES = {"bool": [{"type": "boolean"}, {"enum": [0, 1]}], "int": [{"type": "integer"}], "float": [{"type": "number"}]}


def files(checkout: Path) -> dict[str, str]:
    """Return the schemas, each by the name of its file."""
    schemas = {VARIABLES_FILE: variables_schema(role_options(checkout)), INVENTORY_FILE: inventory_schema()}
    return {name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def role_options(checkout: Path) -> dict[str, t.Any]:
    """Return the variables of the roles, from their argument specs. The first entry point that describes a variable counts."""
    found: dict[str, t.Any] = {}
    for path in sorted(checkout.glob("roles/*/meta/argument_specs.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            for name, option in entry["options"].items():
                if not text_of(option["description"]).startswith("For the entry point"):
                    found.setdefault(name, option)
    return found


def text_of(description: str | list[str]) -> str:
    """Return a description, which can be a list of paragraphs, as one text."""
    return description if isinstance(description, str) else " ".join(description)


def variables_schema(described: t.Mapping[str, t.Any]) -> Schema:
    """Return the schema of a file with variables, such as one in group_vars. Variables of other names are the user's own."""
    known = {
        variable.name: {
            "description": plain(variable.description or text_of(described[variable.name]["description"])),
            **value(variable.spec),
        }
        for variable in VARIABLES
    }
    return {
        "$schema": DRAFT,
        "title": "Inventory variables of the Ansible collection edgeops.logpush",
        "type": ["object", "null"],
        "properties": {**known, **misspelled()},
        "definitions": {**DEFINITIONS, "job": options({option.name: option.spec for option in JOB_OPTIONS})},
    }


def inventory_schema() -> Schema:
    """Return the schema of an inventory in YAML: groups, with hosts, variables and groups within them."""
    variables = {"$ref": VARIABLES_FILE}
    group = {"$ref": "#/definitions/group"}

    def mapping(values: Schema) -> Schema:
        return {"type": ["object", "null"], "additionalProperties": values}

    return {
        "$schema": DRAFT,
        "title": "Inventory with the variables of the Ansible collection edgeops.logpush",
        **mapping(group),
        "definitions": {
            "group": {
                "type": ["object", "null"],
                "properties": {"hosts": mapping(variables), "children": mapping(group), "vars": variables},
                "additionalProperties": False,
            }
        },
    }


def misspelled() -> Schema:
    """Return the usual mistakes in names, which editors report: singular and plural, and a missing part of the prefix."""
    found = {}
    for variable in VARIABLES:
        for name in _mistakes(variable):
            meant = meant_variable(name)
            if meant:
                text = f"{name} is not a variable of this collection; did you mean {meant}?"
                found[name] = {"not": {}, "description": text, "errorMessage": text, "doNotSuggest": True}
    return found


def _mistakes(variable: Variable) -> t.Iterator[str]:
    name = variable.name
    if name.startswith(("splunk_logpush_", "logpush_")):
        yield name[:-1] if name.endswith("s") else f"{name}s"
    if name.startswith("splunk_logpush_"):
        yield name.replace("splunk_", "", 1)


def value(spec: t.Mapping[str, t.Any]) -> Schema:
    """Return the schema of a value with an argument spec, in the forms that a variable can have, including text, a template,
    and blank."""
    kind = spec.get("type", "str")
    forms: list[Schema]
    if kind == "raw":
        return {}
    if "choices" in spec:
        forms = [{"enum": spec["choices"]}]
    elif kind == "list" and "options" in spec:
        item = JOB if "dataset" in spec["options"] else _mapping(spec["options"])
        forms = [{"type": "array", "items": {"anyOf": [item, TEMPLATE]}}]
    elif kind == "list":
        items = {"raw": TEXT, "dict": {"type": "object"}}.get(spec["elements"], {"type": "string"})
        forms = [{"type": "array", "items": items}, items]
    elif kind == "dict":
        forms = [JOB if "dataset" in spec["options"] else options(spec["options"])]
    elif kind == "str":
        forms = [TEXT]
    else:
        forms = [*TYPES[kind], {"type": "string", "pattern": TEXT_FORMS[kind]}]
    return {"anyOf": [*forms, UNSET, TEMPLATE]}


def options(specs: t.Mapping[str, t.Mapping[str, t.Any]]) -> Schema:
    """Return the schema of a mapping with options of a job."""
    properties = {name: {"description": plain(DESCRIPTIONS[name]), **value(spec)} for name, spec in specs.items()}
    other = {given: properties[name] for given, name in OTHER_NAMES.items() if name in properties}
    return {"type": "object", "properties": {**properties, **other}, "additionalProperties": False}


def _mapping(specs: t.Mapping[str, t.Mapping[str, t.Any]]) -> Schema:
    """Return the schema of a mapping whose keys the description of its variable explains."""
    properties = {name: value(spec) for name, spec in specs.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def plain(description: str) -> str:
    """Return a description without the markup of Ansible's documentation."""
    return " ".join(re.sub(MARKUP, r"\1", description).split())


def main(folder: str) -> None:
    """Write the schemas to a folder."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, content in files(Path(__file__).resolve().parents[1]).items():
        Path(folder, name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
