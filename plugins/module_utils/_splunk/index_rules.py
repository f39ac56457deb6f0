# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for indexes: the name, and the plan that creates one. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.outcome import NO_CHANGE, Plan
from .values import Index

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def requested_index(options: t.Mapping[str, t.Any]) -> Index:
    """Return the index that the options of C(splunk_index) request. Raises OptionError."""
    name = options["name"]
    if not _NAME.fullmatch(name) or "kvstore" in name:
        raise OptionError(
            "name",
            "must have up to 80 lower-case letters, digits, _ and -, begin with a letter or digit, and not contain kvstore",
        )
    return Index(name)


def plan_present(wanted: Index, observed: Index | None) -> Plan:
    """Return the plan that creates an index; ``observed`` is None if there is none."""
    if observed is not None:
        return NO_CHANGE
    index = wanted._asdict()
    return Plan("created", index, index, {}, index)


def missing_warning(name: str) -> str:
    """Return the warning about an index that does not exist and must not be created."""
    return (
        f"Index {name} does not exist on this Splunk, and is not created. Splunk accepts events for it and drops them. Create "
        "it before the first job pushes. On an indexer cluster, it comes from the bundle of the cluster manager."
    )
