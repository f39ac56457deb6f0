# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The Logpush jobs that Terraform knows, in the form of the API. Pure: no I/O.

Three forms are read: a state as it lies in a file (version 4), what C(terraform show -json) makes of one, and the
configuration that C(cf-terraforming generate) writes. The providers of version 4 and 5 spell some attributes differently.
"""

from __future__ import annotations

import json
import typing as t

from .._core.errors import CollectionError
from . import hcl

TYPE = "cloudflare_logpush_job"

Attributes = t.Dict[str, t.Any]
# Version 5 of the provider and its first releases, and version 4.
_CVE = ("cve_2021_44228", "cve_2021_4428", "cve20214428")
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
    """A job: what Terraform calls it, the option that says whose it is, and the job as the API has it; or why it cannot
    be read."""

    address: str
    scope: dict[str, str]
    job: dict[str, t.Any]
    problem: str = ""


def resources(text: str) -> list[Resource]:
    """Return the jobs in a state or a configuration. Raises CollectionError, without a word of the text."""
    try:
        state = json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        raise CollectionError("it begins like JSON and is none") from None
    try:
        return [_resource(address, attributes) for address, attributes in _found(text, state)]
    except (AttributeError, TypeError):
        raise CollectionError("it has the form of a state, and other things in it") from None


def _found(text: str, state: t.Any) -> t.Iterator[tuple[str, Attributes]]:
    """The jobs with their addresses and their attributes."""
    if state is None:
        return _in_configuration(text)
    if isinstance(state.get("values"), dict):
        return _in_modules(state["values"].get("root_module"))
    if state.get("version") == 4 and isinstance(state.get("resources"), list):
        return _in_state(state["resources"])
    raise CollectionError(
        "it is neither a Terraform state of version 4, nor what terraform show -json makes of one, nor a configuration"
    )


def _in_state(entries: list[t.Any]) -> t.Iterator[tuple[str, Attributes]]:
    """The jobs of a state as it lies in a file."""
    for entry in entries:
        if isinstance(entry, dict) and entry.get("type") == TYPE and entry.get("mode") == "managed":
            module = f"{entry['module']}." if entry.get("module") else ""
            for instance in entry.get("instances") or []:
                key = instance.get("index_key")
                index = "" if key is None else f"[{json.dumps(key)}]"
                yield f"{module}{TYPE}.{entry.get('name')}{index}", instance.get("attributes") or {}


def _in_modules(module: t.Any) -> t.Iterator[tuple[str, Attributes]]:
    """The jobs of a state as it is shown, those of inner modules among them."""
    if not isinstance(module, dict):
        return
    for entry in module.get("resources") or []:
        if entry.get("type") == TYPE and entry.get("mode", "managed") == "managed":
            yield str(entry.get("address")), entry.get("values") or {}
    for inner in module.get("child_modules") or []:
        yield from _in_modules(inner)


def _in_configuration(text: str) -> t.Iterator[tuple[str, Attributes]]:
    """The jobs of a configuration, with their ids where it says how to import them."""
    blocks = hcl.parse(text)
    imports = {
        block.attributes.get("to"): str(block.attributes.get("id", "")).rpartition("/")[2]
        for block in blocks
        if block.type == "import"
    }
    for block in blocks:
        if block.type == "resource" and block.labels[:1] == [TYPE] and len(block.labels) == 2:
            address = ".".join(block.labels)
            inner = [each.attributes for each in block.blocks if each.type == "output_options"]
            more = {"output_options": inner} if inner else {}
            yield address, {"id": imports.get(address), **block.attributes, **more}


def _resource(address: str, attributes: Attributes) -> Resource:
    # With both, the provider takes the account.
    scope = next(({key: attributes[key]} for key in ("account_id", "zone_id") if attributes.get(key)), {})
    job = {field: attributes[field] for field in _FIELDS if attributes.get(field) is not None}
    options = attributes.get("output_options")
    if isinstance(options, list):
        # A block of the provider's version 4, of which there is one at most.
        options = options[0] if options else None
    if options:
        job["output_options"] = _output_options(options) if isinstance(options, dict) else options
    number = str(attributes.get("id") or "")
    if number.isdecimal():
        job["id"] = int(number)
    return Resource(address, scope, job, _problem(scope, job))


def _output_options(options: Attributes) -> Attributes:
    known = {key: value for key, value in options.items() if value is not None}
    for spelling in _CVE:
        if spelling in known:
            known["CVE-2021-44228"] = known.pop(spelling)
    return known


def _problem(scope: dict[str, str], job: Attributes) -> str:
    if _has_reference([job, list(scope.values())]):
        return "has values that come from elsewhere in the configuration; give a state instead"
    if not scope:
        return "does not say whose job it is (zone_id or account_id)"
    if "destination_conf" not in job:
        return "has no destination_conf"
    if not all(isinstance(job.get(field, ""), str) for field in _TEXTS) or not isinstance(
        job.get("output_options", {}), dict
    ):
        return "has values of another type than the provider's"
    return ""


def _has_reference(value: t.Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(_has_reference, value.values() if isinstance(value, dict) else value))
    return isinstance(value, hcl.Reference)
