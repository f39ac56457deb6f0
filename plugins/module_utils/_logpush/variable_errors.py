# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Name the variable of a host whose template cannot be resolved. Pure: no I/O.

From ansible-core 2.19 on, a template is resolved when its value is used. Then the exception names neither the host nor the
variable.
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError

# Phrases of ansible-core in front of the reason.
_PREFIXES = re.compile(r"^(A captured exception marker was tripped: |Error while resolving value: )+")
_RECORD_TEMPLATE = "record_template"


class _UnresolvedError(Exception):
    """A value that cannot be resolved: its path, and the reason."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


def problem_of(error: Exception, host: str, hosts: t.Mapping[str, t.Any], names: t.Iterable[str]) -> str:
    """Return the message for an exception that reading the variables of a host raised. It names the variable and the host.

    ``hosts`` has the variables of each host, and ``names`` are those that were read.
    """
    if isinstance(error, CollectionError):
        return str(error)
    try:
        variables = hosts[host]
        for name in names:
            _resolve(lambda name=name: variables.get(name), name)  # type: ignore[misc]
    except _UnresolvedError as found:
        hint = ""
        if found.path.endswith(_RECORD_TEMPLATE):
            hint = " Ansible treats it as one of its own templates: write it as !unsafe '...'."
        return f"{found.path} of host {host} cannot be resolved: {found.reason}.{hint}"
    except Exception:
        # The variables of the host as a whole.
        pass
    return f"The variables of host {host} cannot be resolved: {_reason(error)}."


def _resolve(read: t.Callable[[], t.Any], path: str) -> None:
    """Use a value and everything in it. Raises _UnresolvedError with the path of the first part that cannot be used."""
    keys: t.Iterable[t.Any] = ()
    try:
        value = read()
        if isinstance(value, t.Mapping):
            keys = list(value)
        elif isinstance(value, (list, tuple)):
            keys = range(len(value))
        elif value == "":
            # The comparison resolves a value that is still a template.
            return
    except Exception as error:
        raise _UnresolvedError(path, _reason(error)) from None
    for key in keys:
        inner = f"{path}.{key}" if isinstance(value, t.Mapping) else f"{path}[{key}]"
        _resolve(lambda key=key: value[key], inner)  # type: ignore[misc]


def _reason(error: Exception) -> str:
    return _PREFIXES.sub("", " ".join(str(error).split())).rstrip(".")
