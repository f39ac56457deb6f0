# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The masking that Ansible does to the result of a module, for results that it does not mask. The function of ansible-core for it
is deprecated, and will be removed in 2.25."""

from __future__ import annotations

import typing as t

from .secrets import MASK

WHOLE = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def no_log_values(spec: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any]) -> set[str]:
    """Return the values of the options with C(no_log), at every depth. A URL in the place of suboptions is one, too, if one
    of these is."""
    found: set[str] = set()
    for name, option in spec.items():
        value = options.get(name)
        if option.get("no_log"):
            found.update(_texts(value))
        if option.get("options"):
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, t.Mapping):
                    found |= no_log_values(option["options"], item)
                elif isinstance(item, str) and "://" in item and _has_secret(option["options"]):
                    found.add(item)
    return found


def _has_secret(spec: t.Mapping[str, t.Any]) -> bool:
    return any(option.get("no_log") for option in spec.values())


def _texts(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, t.Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif value and not isinstance(value, bool):
        yield str(value)


def without_values(value: t.Any, secrets: t.Iterable[str]) -> t.Any:
    """Return a JSON-like value without any of the secrets in its texts and numbers. Keys stay as they are."""
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    return _without(value, longest_first) if longest_first else value


def _without(value: t.Any, secrets: t.Sequence[str]) -> t.Any:
    if isinstance(value, str):
        return _text_without(value, secrets)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return WHOLE if any(secret in str(value) for secret in secrets) else value
    if isinstance(value, t.Mapping):
        return {key: _without(item, secrets) for key, item in value.items()}
    return [_without(item, secrets) for item in value] if isinstance(value, (list, tuple)) else value


def _text_without(text: str, secrets: t.Sequence[str]) -> str:
    if text in secrets:
        return WHOLE
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text
