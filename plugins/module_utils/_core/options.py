# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The argument layer: remove blank values and parse text, before Ansible checks the options. Pure: no I/O.

Inventory variables, extra variables and survey answers reach an option in many forms. Two rules hold for every option, at
every depth:

* An empty string, null and C(omit) mean "not set". C(omit) is removed everywhere, even from data that is passed
  on whole. Options for which the API has an empty value are an exception; each module definition lists them. C(false), C(0), C([]) and C({}) are values.
* Text for a list or a mapping is parsed as JSON or YAML. Text for a list can also be entries separated by commas or line
  breaks.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible.module_utils.common.validation import check_type_dict

from .errors import OptionError
from .spelling import meant_name

# Only the controller is sure to have PyYAML. Without it, text is parsed as JSON only.
try:
    import yaml
except ImportError:
    HAS_YAML = False
else:
    HAS_YAML = True

Spec = t.Mapping[str, t.Mapping[str, t.Any]]

# ansible-core before 2.19 replaces omit by text that begins like this, and does not remove it inside another value. Later
# versions have an object of their own, which turns into this text if it is part of a string.
_OMIT = "__omit_place_holder__"
_OMIT_TYPE = "_OmitType"
_OMIT_TEXT = "<<Omit>>"

_WRONG_TYPE = re.compile(
    r"(?:argument|Elements value for option) '(?P<name>[^']*)'(?: is of type .+?)?(?: found in '(?P<within>[^']*)'\.?)?"
    r"(?: is of type .+?)? and we were unable to convert to (?P<wanted>\w+): "
)
_TYPES = {
    "bool": "true or false",
    "dict": "a mapping",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "str": "text",
}
_TEMPLATE = re.compile(r"\{\{|\{%")
_NOT_IN_UTF_8 = re.compile("[\ud800-\udfff]")
# Python refuses to write or read a number with more digits (sys.get_int_max_str_digits).
_MOST_DIGITS = 4300
_LIST_OR_MAPPING = re.compile(r"\[.*\]|\{.*\}")


def is_blank(value: t.Any) -> bool:
    """Return whether a raw value means "not set"."""
    return value is None or value == "" or _is_omit(value)


def without_omits(value: t.Any) -> t.Any:
    """Return a raw value without the C(omit) in its lists and mappings, at every depth."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, t.Mapping):
        return {key: without_omits(item) for key, item in value.items() if not _is_omit(item)}
    if isinstance(value, (list, tuple)):
        return [without_omits(item) for item in value if not _is_omit(item)]
    return value


def _is_omit(value: t.Any) -> bool:
    if isinstance(value, str):
        return value == _OMIT_TEXT or value.startswith(_OMIT)
    return type(value).__name__ == _OMIT_TYPE


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
        mapping = dict(check_type_dict(value))
    except (TypeError, ValueError):
        return None
    # The query of a URL has the form of key=value, too.
    return None if any("://" in key for key in mapping) else mapping


class _Forms(t.NamedTuple):
    """Rules for the options that an argument spec cannot express (see C(normalized))."""

    empty_values: t.Mapping[str, t.Any]
    other_names: t.Mapping[str, str]
    short_forms: t.Mapping[str, str]


def normalized(
    spec: Spec,
    values: t.Mapping[str, t.Any],
    empty_values: t.Mapping[str, t.Any],
    other_names: t.Mapping[str, str] | None = None,
    short_forms: t.Mapping[str, str] | None = None,
) -> dict[str, t.Any]:
    """Return raw options without blank values, and with text parsed where a list or a mapping is expected.

    ``empty_values`` maps the options for which an empty string is a value to that value. ``other_names`` maps names that
    cannot be aliases, because they are not identifiers, to the names of their options. ``short_forms`` maps lists in which a
    text can stand for a mapping to the key that the text is the value of. Options that are not in the spec are returned
    unchanged, so that Ansible refuses them.
    """
    return _normalized(spec, without_omits(values), _Forms(empty_values, other_names or {}, short_forms or {}))


def _normalized(spec: Spec, values: t.Mapping[str, t.Any], forms: _Forms) -> dict[str, t.Any]:
    kept = {}
    for given_name, value in values.items():
        name = forms.other_names.get(given_name, given_name)
        if value == "" and name in forms.empty_values:
            kept[name] = forms.empty_values[name]
        elif name not in spec:
            kept[given_name] = value
        elif not is_blank(value):
            kept[name] = _normalized_value(name, spec[name], value, forms)
    return kept


def unusable(value: t.Any, path: str = "") -> str | None:
    """Return a message if a text in raw options cannot be expressed in UTF-8, or is a number that Python refuses to read; otherwise
    None. Ansible itself would crash while it logs the options."""
    if isinstance(value, t.Mapping):
        named = [(f"{path}.{key}".lstrip("."), item) for key, item in value.items()]
        texts = [(path or "the options", str(key)) for key in value]
    elif isinstance(value, (list, tuple)):
        named, texts = [(f"{path}[{number}]", item) for number, item in enumerate(value)], []
    else:
        named, texts = [], [(path, value)]
    for name, text in texts:
        if isinstance(text, str) and not text.isascii() and _NOT_IN_UTF_8.search(text):
            return (
                f"{name}: contains a character that UTF-8 cannot express, usually because a file or an environment variable has "
                "another encoding. Write it in UTF-8"
            )
        if isinstance(text, str) and len(text) > _MOST_DIGITS and re.fullmatch(r"\s*[+-]?[0-9_]+\s*", text):
            return f"{name}: has too many digits"
    return next(filter(None, (unusable(item, name) for name, item in named)), None)


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


def unknown(
    spec: Spec, values: t.Mapping[str, t.Any], other_names: t.Mapping[str, str] | None = None, path: str = ""
) -> str | None:
    """Return a message if there is an option that does not exist, but differs from one that does only by its spelling;
    otherwise None. Ansible's own check lists all options that exist."""
    names = {
        **dict.fromkeys(spec),
        **dict.fromkeys(name for name, option in (other_names or {}).items() if option in spec),
    }
    # The API's name comes first: a misspelled name was probably copied from the API documentation.
    known = sorted(names, key=lambda name: name.isidentifier())
    for name in values:
        if name in names or name.startswith("_ansible_"):
            continue
        homes = _homes(spec, (other_names or {}).get(name, name))
        if homes:
            return f"{path}{name} belongs under {' or '.join(f'{path}{home}' for home in homes)}"
        meant = meant_name(name, known)
        if meant:
            return f"{path}{name} is not an option. Did you mean {path}{meant}?"
    for option, name, item in _with_suboptions(spec, values, path):
        problem = unknown(option["options"], as_mapping(item) or {}, other_names, f"{name}.")
        if problem:
            return problem
    return None


def _homes(spec: Spec, name: str) -> list[str]:
    """Return the options of a spec that have a suboption of this name, at the lowest depth at which there are any."""
    parents = [
        (f"{option}{'' if details.get('type') == 'dict' else '[]'}", details["options"])
        for option, details in spec.items()
        if details.get("options")
    ]
    return [path for path, options in parents if name in options] or [
        f"{path}.{home}" for path, options in parents for home in _homes(options, name)
    ]


def wrong_choice(spec: Spec, values: t.Mapping[str, t.Any], path: str = "") -> str | None:
    """Return a message if a value is none of the choices of its option, and an empty text is one of them; otherwise None.
    Ansible's own message would list the empty text as nothing."""
    for name, option in spec.items():
        choices, value = option.get("choices") or (), values.get(name)
        if "" in choices and isinstance(value, (str, int, float)) and str(value) not in choices:
            listed = ", ".join(choice for choice in choices if choice)
            return f"{path}{name}: must be {listed}, or empty; it is {value}"
    for option, name, item in _with_suboptions(spec, values, path):
        problem = wrong_choice(option["options"], as_mapping(item) or {}, f"{name}.")
        if problem:
            return problem
    return None


def in_words(message: str) -> str:
    """Return Ansible's message about a value of the wrong type in plain words, because Ansible's text names Python classes.
    Any other message is returned unchanged."""
    found = _WRONG_TYPE.match(message)
    if found is None or found["wanted"] not in _TYPES:
        return message
    path = ".".join(filter(None, [*(found["within"] or "").split(" -> "), found["name"]]))
    subject = f"{path}: each entry" if message.startswith("Elements") else f"{path}:"
    return f"{subject} must be {_TYPES[found['wanted']]}"


def check_no_spaces(option: str, name: str) -> None:
    """Check that a name is not several names in one text. Raises OptionError."""
    if len(name.split()) > 1 and not re.search(r"[{\[]", name):
        raise OptionError(option, f"is text with spaces; give a list: [{', '.join(name.split())}]")


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
    if _TEMPLATE.search(text) or _LIST_OR_MAPPING.fullmatch(text):
        raise OptionError(option, "must be one word; it is a list, a mapping, or a template with an undefined variable")


def _normalized_value(name: str, option: t.Mapping[str, t.Any], value: t.Any, forms: _Forms) -> t.Any:
    if option.get("type") == "list":
        items = as_list(value)
        if not isinstance(items, (list, tuple)):
            return items
        is_set = [_in_full(item, forms.short_forms.get(name)) for item in items if not _is_omit(item)]
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


def _in_full(item: t.Any, key: str | None) -> t.Any:
    """Return the mapping that a text stands for, if ``key`` is set; return anything else unchanged."""
    is_name = isinstance(item, str) and re.fullmatch(r"""[^\s"'=:,/\[\]{}()]+""", item.strip())
    return {key: item.strip()} if key and is_name else item


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
