# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the Logpush jobs in a Terraform file, in the form of the API. Pure: no I/O.

Three forms are supported: a state file (version 4), the output of C(terraform show -json), and the configuration that
C(cf-terraforming generate) writes. Versions 4 and 5 of the provider spell some attributes differently.
"""

from __future__ import annotations

import json
import typing as t

from .._cloudflare.scopes import Scope
from .._core.errors import CollectionError
from . import hcl

TYPE = "cloudflare_logpush_job"

Attributes = t.Dict[str, t.Any]
# The spellings in version 5 of the provider, in its first releases, and in version 4.
_CVE_ATTRIBUTES = ("cve_2021_44228", "cve_2021_4428", "cve20214428")
_FIELDS = (
    "dataset",
    "destination_conf",
    "enabled",
    "filter",
    "filter_attack_traffic",
    "frequency",
    "kind",
    "logpull_options",
    "max_upload_bytes",
    "max_upload_interval_seconds",
    "max_upload_records",
    "name",
    "transformer_id",
)
_TEXTS = ("dataset", "destination_conf", "filter", "frequency", "kind", "logpull_options", "name")


class Resource(t.NamedTuple):
    """A job with its Terraform address and its scope, or the reason why it cannot be used."""

    address: str
    scope: Scope | None
    job: Attributes
    problem: str = ""


def resources(text: str) -> list[Resource]:
    """Return the jobs in a state or a configuration. Raises CollectionError, whose message quotes nothing from the text."""
    try:
        state = json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        raise CollectionError("it begins like JSON but is not valid JSON") from None
    try:
        return [_resource(address, attributes) for address, attributes in _jobs(text, state)]
    except (AttributeError, TypeError):
        raise CollectionError("it looks like a state, but its content has an unexpected form") from None


def _jobs(text: str, state: t.Any) -> t.Iterator[tuple[str, Attributes]]:
    """Return the address and the attributes of each job. C(state) is the parsed JSON, None for a configuration."""
    if state is None:
        return _jobs_in_configuration(text)
    if isinstance(state.get("values"), dict):
        return _jobs_in_module(state["values"].get("root_module"))
    if state.get("version") == 4 and isinstance(state.get("resources"), list):
        return _jobs_in_state(state["resources"])
    raise CollectionError(
        "it is neither a Terraform state of version 4, nor the output of terraform show -json, nor a configuration"
    )


def _jobs_in_state(entries: list[t.Any]) -> t.Iterator[tuple[str, Attributes]]:
    """Yield the jobs of a state file."""
    for entry in entries:
        if isinstance(entry, dict) and entry.get("type") == TYPE and entry.get("mode") == "managed":
            module = f"{entry['module']}." if entry.get("module") else ""
            for instance in entry.get("instances") or []:
                key = instance.get("index_key")
                index = "" if key is None else f"[{json.dumps(key)}]"
                yield f"{module}{TYPE}.{entry.get('name')}{index}", instance.get("attributes") or {}


def _jobs_in_module(module: t.Any) -> t.Iterator[tuple[str, Attributes]]:
    """Yield the jobs of a module in the output of C(terraform show -json), and of its child modules."""
    if not isinstance(module, dict):
        return
    for entry in module.get("resources") or []:
        if entry.get("type") == TYPE and entry.get("mode", "managed") == "managed":
            yield str(entry.get("address")), entry.get("values") or {}
    for child in module.get("child_modules") or []:
        yield from _jobs_in_module(child)


def _jobs_in_configuration(text: str) -> t.Iterator[tuple[str, Attributes]]:
    """Yield the jobs of a configuration, with their ids if it has import blocks."""
    blocks = hcl.parse(text)
    imports = {
        block.attributes.get("to"): str(block.attributes.get("id", "")).rpartition("/")[2]
        for block in blocks
        if block.type == "import"
    }
    for block in blocks:
        if block.type == "resource" and block.labels[:1] == [TYPE] and len(block.labels) == 2:
            address = ".".join(block.labels)
            nested = [each.attributes for each in block.blocks if each.type == "output_options"]
            output_options = {"output_options": nested} if nested else {}
            yield address, {"id": imports.get(address), **block.attributes, **output_options}


def _resource(address: str, attributes: Attributes) -> Resource:
    job = {field: attributes[field] for field in _FIELDS if attributes.get(field) is not None}
    options = attributes.get("output_options")
    if isinstance(options, list):
        # In version 4 of the provider it is a block, which occurs at most once.
        options = options[0] if options else None
    if options:
        job["output_options"] = _output_options(options) if isinstance(options, dict) else options
    number = str(attributes.get("id") or "")
    if number.isdecimal():
        job["id"] = int(number)
    return Resource(address, _scope(attributes), job, _problem(attributes, job))


def _scope(attributes: Attributes) -> Scope | None:
    """Return the scope of a job. If it has the ids of both an account and a zone, the provider uses the account."""
    for attribute, kind in (("account_id", "accounts"), ("zone_id", "zones")):
        if attributes.get(attribute):
            return Scope(kind, str(attributes[attribute]))
    return None


def _output_options(options: Attributes) -> Attributes:
    known = {key: value for key, value in options.items() if value is not None}
    for attribute in _CVE_ATTRIBUTES:
        if attribute in known:
            known["CVE-2021-44228"] = known.pop(attribute)
    return known


def _problem(attributes: Attributes, job: Attributes) -> str:
    """Return why a job cannot be used, as the end of a sentence about its resource."""
    if _has_reference([job, attributes.get("account_id"), attributes.get("zone_id")]):
        return "refers to values elsewhere in the configuration; use a state instead"
    if _scope(attributes) is None:
        return "has neither zone_id nor account_id"
    if "destination_conf" not in job:
        return "has no destination_conf"
    if not all(isinstance(job.get(field, ""), str) for field in _TEXTS) or not isinstance(
        job.get("output_options", {}), dict
    ):
        return "has values whose types differ from those of the provider"
    return ""


def _has_reference(value: t.Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(_has_reference, value.values() if isinstance(value, dict) else value))
    return isinstance(value, hcl.Reference)
