# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The argument layer: remove blank values and parse text, before Ansible checks the options. Pure: no I/O.

Inventory variables, extra variables and survey answers reach an option in many forms. Two rules hold for every option, at
every depth:

* An empty string, null and C(omit) mean "not set". The exceptions are options for which the API has an empty value; each
  module definition lists them. C(false), C(0), C([]) and C({}) are values.
* Text for a list or a mapping is parsed as JSON or YAML. Text for a list can also be entries separated by commas or line
  breaks.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible.module_utils.common.validation import check_type_dict

from .errors import OptionError

# Only the controller is sure to have PyYAML. Without it, text is parsed as JSON only.
try:
    import yaml
except ImportError:
    HAS_YAML = False
else:
    HAS_YAML = True

Spec = t.Mapping[str, t.Mapping[str, t.Any]]

# ansible-core before 2.19 replaces omit by text that begins like this, and does not remove it inside another value.
_OMIT = "__omit_place_holder__"


def is_blank(value: t.Any) -> bool:
    """Return whether a raw value means "not set"."""
    return value is None or (isinstance(value, str) and (value == "" or value.startswith(_OMIT)))


def as_list(value: t.Any) -> t.Any:
    """Return the entries of text: JSON, YAML, or separated by commas or line breaks. Return anything else unchanged."""
    if not isinstance(value, str):
        return value
    if value.lstrip()[:1] in ("[", "-", "{"):
        parsed = _parsed(value)
        if isinstance(parsed, list):
            return parsed
        if isinstance(parsed, t.Mapping):
            return [parsed]
    return [entry.strip() for entry in value.replace("\n", ",").split(",") if entry.strip()]


def as_mapping(value: t.Any) -> dict[str, t.Any] | None:
    """Return a mapping, or the mapping in JSON, YAML or C(key=value) text; None if there is none."""
    parsed = _parsed(value) if isinstance(value, str) else value
    if isinstance(parsed, t.Mapping):
        return dict(parsed)
    try:
        return dict(check_type_dict(value))
    except (TypeError, ValueError):
        return None


class _Forms(t.NamedTuple):
    """What an argument spec cannot say: the options with an empty value, and the options with another name."""

    empty_values: t.Mapping[str, t.Any]
    other_names: t.Mapping[str, str]


def normalized(
    spec: Spec,
    values: t.Mapping[str, t.Any],
    empty_values: t.Mapping[str, t.Any],
    other_names: t.Mapping[str, str] | None = None,
) -> dict[str, t.Any]:
    """Return raw options without blank values, and with text parsed where a list or a mapping is expected.

    ``empty_values`` are the exceptions: options for which an empty string is a value, each with that value.
    ``other_names`` are names that are no identifiers, so that they cannot be aliases, each with the name of its option.
    Options that are not in the spec are returned unchanged, so that Ansible refuses them.
    """
    return _normalized(spec, values, _Forms(empty_values, other_names or {}))


def _normalized(spec: Spec, values: t.Mapping[str, t.Any], forms: _Forms) -> dict[str, t.Any]:
    kept = {}
    for given_name, value in values.items():
        name = forms.other_names.get(given_name, given_name)
        if value == "" and name in forms.empty_values:
            kept[name] = forms.empty_values[name]
        elif name not in spec:
            kept[given_name] = value
        elif not is_blank(value):
            kept[name] = _normalized_value(spec[name], value, forms)
    return kept


def misshapen(spec: Spec, values: t.Mapping[str, t.Any], path: str = "") -> str | None:
    """Return a message if an option that has suboptions is not a mapping, or not a list of mappings; otherwise None.

    Ansible's own check names no option, and shows all of them unmasked.
    """
    for option, name, item in _with_suboptions(spec, values, path):
        mapping = as_mapping(item)
        if mapping is None:
            names = list(option["options"])
            listed = ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")
            return f"{name}: must be a mapping, with any of {listed}"
        problem = misshapen(option["options"], mapping, f"{name}.")
        if problem:
            return problem
    return None


def _with_suboptions(
    spec: Spec, values: t.Mapping[str, t.Any], path: str = ""
) -> t.Iterator[tuple[t.Mapping[str, t.Any], str, t.Any]]:
    """Yield each option that has suboptions, with its full name and its value; for a list, each item separately."""
    for name, option in spec.items():
        value = values.get(name)
        if not option.get("options") or is_blank(value):
            continue
        if option.get("type") == "dict":
            yield option, f"{path}{name}", value
        else:
            for number, item in enumerate(value if isinstance(value, list) else [value]):
                yield option, f"{path}{name}[{number}]", item


def check_resolved(option: str, text: str) -> None:
    """Check that text is not a template with an undefined variable, nor the text of a list or a mapping. Raises
    OptionError."""
    if re.search(r"\{\{|\{%", text) or re.fullmatch(r"\[.*\]|\{.*\}", text):
        raise OptionError(
            option, "is a list, a mapping, or a template with a variable that is not defined; set it to one word"
        )


def _normalized_value(option: t.Mapping[str, t.Any], value: t.Any, forms: _Forms) -> t.Any:
    if option.get("type") == "list":
        items = as_list(value)
        if not isinstance(items, (list, tuple)):
            return items
        is_set = [item for item in items if not (isinstance(item, str) and item.startswith(_OMIT))]
        if option.get("options"):
            return [_normalized_mapping(option["options"], item, forms) for item in is_set]
        # Mappings without a spec of their own are entries such as zones. Of these only the outer level is searched.
        return [_without_blanks(item) if isinstance(item, t.Mapping) else item for item in is_set]
    if option.get("type") == "dict":
        if option.get("options"):
            return _normalized_mapping(option["options"], value, forms)
        mapping = as_mapping(value)
        return value if mapping is None else mapping
    return value


def _normalized_mapping(spec: Spec, value: t.Any, forms: _Forms) -> t.Any:
    mapping = as_mapping(value)
    return value if mapping is None else _normalized(spec, mapping, forms)


def _without_blanks(mapping: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in mapping.items() if not is_blank(value)}


def _parsed(text: str) -> t.Any:
    """Return the value of JSON or YAML text, or the text itself if it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if not HAS_YAML:
        return text
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
