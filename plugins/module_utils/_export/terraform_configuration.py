# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The jobs in a Terraform configuration, in the native form or in JSON. Pure: no I/O.

In Terraform, expressions, meta-arguments and blocks decide about a resource. Anything that is not understood here excludes
only that resource.
"""

from __future__ import annotations

import re
import typing as t

from .terraform_blocks import Block, blocks
from .terraform_job import ARGUMENTS, IGNORED_ARGUMENTS, TYPE, Attributes, Instance
from .terraform_language import (
    NATIVE,
    UNREADABLE,
    Syntax,
    Tree,
    Unknown,
    UnreadableText,
    contains_unknown,
    parsed_native,
)

# The keys of the JSON form of a configuration.
BLOCK_TYPES = frozenset(
    "resource variable output locals module provider terraform data import moved removed check ephemeral action".split()
)

# Without these attributes, a job would be a different one, or in a different state.
_NEEDED = ("account_id", "dataset", "destination_conf", "enabled", "zone_id")
_HARMLESS_LIFECYCLE = (
    "create_before_destroy",
    "destroy",
    "ignore_changes",
    "postcondition",
    "precondition",
    "prevent_destroy",
    "replace_triggered_by",
)
# The label that cf-terraforming gives to a job: its ID, which it formats as a float, and a number.
_GENERATED_LABEL = re.compile(r"terraform_managed_resource_(\d+)(\.0+)_\d+")

Labeled = t.Tuple[t.List[str], Tree]

# The beginning of a block that describes a job.
_HEAD_OF_JOB = re.compile(rf'^\s*resource\s+"?{TYPE}"?\s+"?([^"\s{{]+)"?\s*\{{', re.MULTILINE)


class Configuration(t.NamedTuple):
    """One file of a configuration: its content, the syntax of its values, and the blocks that the parser refuses."""

    tree: Tree
    syntax: Syntax
    unread: t.Sequence[Block] = ()

    def blocks(self, block_type: str, labels: int) -> t.Iterator[Labeled]:
        """Yield the blocks of a type, each with its labels and its content."""
        yield from _labeled(self.tree.get(block_type), labels, self.syntax, [])


class Excluded(Exception):
    """A resource that is not exported; the text is the end of a sentence about it."""


def native_configuration(text: str) -> Configuration:
    """Return a file in the native form. If the parser refuses it, its blocks are read one by one. Raises CollectionError."""
    try:
        return Configuration(parsed_native(text), NATIVE)
    except UnreadableText as error:
        try:
            found = blocks(text)
        except ValueError:
            raise error from None
    tree: Tree = {}
    unread = []
    for block in found:
        try:
            parsed = parsed_native(block.text)
        except UnreadableText:
            unread.append(block)
            continue
        for block_type, content in parsed.items():
            tree.setdefault(block_type, []).extend(content if isinstance(content, list) else [])
    return Configuration(tree, NATIVE, unread)


def instances(files: t.Sequence[Configuration]) -> list[Instance]:
    """Return the jobs of all files of one configuration."""
    defaults = {
        labels[0]
        for file in files
        for labels, content in file.blocks("variable", 1)
        if "default" in content and not contains_unknown(file.syntax.value(content["default"]))
    }
    ids = _imported_ids(files)
    unread = [
        Instance(f"{TYPE}.{label}", {}, problem=f"{UNREADABLE}; use a state instead")
        for file in files
        for label in filter(None, map(_label_of_job, file.unread))
    ]
    return unread + [
        _instance(labels[1], content, file.syntax, defaults, ids)
        for file in files
        for labels, content in file.blocks("resource", 2)
        if labels[0] == TYPE
    ]


def module_names(files: t.Sequence[Configuration]) -> list[str]:
    """Return the names of the modules that a configuration calls, whose resources are in other files."""
    return [labels[0] for file in files for labels, _content in file.blocks("module", 1)]


def unread_blocks(file: Configuration) -> list[str]:
    """Return a sentence for each block of a file that is not read and describes no job."""
    return [
        f"line {block.line}: a block is not read, because it {UNREADABLE}"
        for block in file.unread
        if not _label_of_job(block)
    ]


def _label_of_job(block: Block) -> str | None:
    head = _HEAD_OF_JOB.search(block.text)
    return head.group(1) if head else None


def _labeled(value: t.Any, labels: int, syntax: Syntax, outer: list[str]) -> t.Iterator[Labeled]:
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            continue
        if not labels:
            yield outer, each
            continue
        for key, item in each.items():
            name = syntax.name(key)
            if name is not None:
                yield from _labeled(item, labels - 1, syntax, [*outer, name])


def _imported_ids(files: t.Sequence[Configuration]) -> dict[str, str]:
    """Return the IDs in import blocks by the addresses that they belong to."""
    ids = {}
    for file in files:
        for _labels, content in file.blocks("import", 0):
            target, identifier = content.get("to"), file.syntax.value(content.get("id"))
            if isinstance(target, str) and isinstance(identifier, str) and "for_each" not in content:
                ids[re.sub(r"^\$\{(.*)\}$", r"\1", target)] = identifier.rpartition("/")[2]
    return ids


def _instance(
    label: str, content: Tree, syntax: Syntax, defaults: t.Collection[str], ids: t.Mapping[str, str]
) -> Instance:
    address = f"{TYPE}.{label}"
    generated = _GENERATED_LABEL.fullmatch(label)
    # In its import blocks cf-terraforming formats the ID as an integer.
    imported = f"{TYPE}.{label.replace(generated.group(2), '', 1)}" if generated else address
    identifier = ids.get(imported) or (generated.group(1) if generated else None)
    remarks: list[str] = []
    try:
        attributes = _attributes(content, syntax, defaults, remarks)
    except Excluded as reason:
        return Instance(address, {}, problem=str(reason))
    except (AttributeError, TypeError):
        return Instance(address, {}, problem="has an unexpected form")
    return Instance(address, {"id": identifier, **attributes}, remarks=tuple(remarks), is_configuration=True)


def _attributes(content: Tree, syntax: Syntax, defaults: t.Collection[str], remarks: list[str]) -> Attributes:
    """Return the attributes of a job. Adds to C(remarks) which depend on a variable with a literal default, and which can
    differ at Cloudflare. Raises Excluded."""
    named = {syntax.name(key): item for key, item in content.items()}
    named.pop(None, None)
    arguments = t.cast(Tree, named)
    if arguments.get("count") == 0 and not isinstance(arguments.get("count"), bool):
        raise Excluded("has count = 0, so it is not a job")
    _check_lifecycle(arguments.pop("lifecycle", None), remarks)
    attributes: Attributes = {}
    for name, raw in arguments.items():
        if name in IGNORED_ARGUMENTS:
            continue
        if name not in ARGUMENTS:
            raise Excluded(f"has {name}, which is not understood here; use a state instead")
        if name == "output_options":
            value = _output_options(raw, syntax, defaults, remarks)
        elif _is_block(raw):
            raise Excluded(f"has a block {name}, which is not understood here; use a state instead")
        else:
            value = _value(name, syntax.value(raw), defaults, remarks, optional=name not in _NEEDED)
        if value is not None:
            attributes[name] = value
    if arguments.get("output_options") is not None:
        # The API ignores them beside output_options, whose values may be unknown here.
        attributes.pop("logpull_options", None)
    return attributes


def _check_lifecycle(lifecycle: t.Any, remarks: list[str]) -> None:
    for block in lifecycle if isinstance(lifecycle, list) else [lifecycle or {}]:
        for name, value in block.items():
            if name == "enabled" and value is False:
                raise Excluded("has lifecycle { enabled = false }, so it is not a job")
            if name not in _HARMLESS_LIFECYCLE and name != "//" and not name.startswith("__"):
                raise Excluded(f"has {name} in its lifecycle, which is not understood here; use a state instead")
            if name == "ignore_changes" and value:
                remarks.append("it has ignore_changes, so the job at Cloudflare can differ from the configuration")


def _output_options(raw: t.Any, syntax: Syntax, defaults: t.Collection[str], remarks: list[str]) -> t.Any:
    """Return the output options, which are an object, or a block in version 4 of the provider."""
    if isinstance(raw, list):
        if len(raw) != 1:
            raise Excluded("has several blocks output_options")
        raw = raw[0]
    if not isinstance(raw, dict):
        return _value("output_options", syntax.value(raw), defaults, remarks, optional=True)
    if any(map(_is_block, raw.values())) or (raw.get("__is_block__") and "dynamic" in raw):
        raise Excluded("has a block in output_options, which is not understood here; use a state instead")
    options = syntax.value(raw)
    if isinstance(options, Unknown):
        return _value("output_options", options, defaults, remarks, optional=True)
    known = {
        name: _value(f"output_options.{name}", value, defaults, remarks, optional=True)
        for name, value in options.items()
    }
    return {name: value for name, value in known.items() if value is not None} or None


def _value(name: str, value: t.Any, defaults: t.Collection[str], remarks: list[str], *, optional: bool) -> t.Any:
    if isinstance(value, Unknown) and optional and value.variable in defaults:
        remarks.append(f"{name} depends on a variable, so it is left as it is")
        return None
    if contains_unknown(value):
        raise Excluded(f"has an expression in {name}, which cannot be evaluated here; use a state instead")
    return value


def _is_block(raw: t.Any) -> bool:
    return isinstance(raw, list) and any(isinstance(item, dict) and item.get("__is_block__") for item in raw)
