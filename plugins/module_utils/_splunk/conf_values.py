# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The values of settings in .conf files of Splunk: how to write and how to compare them. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .values import flag, names, number

# The settings of props.conf that are true or false.
PROPS_FLAGS = frozenset(
    "SHOULD_LINEMERGE BREAK_ONLY_BEFORE_DATE EVENT_BREAKER_ENABLE DETERMINE_TIMESTAMP_DATE_WITH_SYSTEM_TIME AUTO_KV_JSON "
    "KV_TRIM_SPACES CHECK_FOR_HEADER ANNOTATE_PUNCT NO_BINARY_CHECK detect_trailing_nulls LEARN_MODEL LEARN_SOURCETYPE "
    "JSON_TRIM_BRACES_IN_ARRAY_NAMES STATSD_EMIT_SINGLE_MEASUREMENT_FORMAT force_local_processing pulldown_type "
    "disabled".split()
)
# The settings of which two spellings can mean the same.
_FLAGS = PROPS_FLAGS | set("disabled enableSSL useACK is_configured is_visible check_for_updates".split())
_LISTS = frozenset(("indexes",))
_TRUE_OR_FALSE = re.compile(r"(?i)0|1|t|f|true|false|y|n|yes|no")


def same(key: str, one: str, other: str) -> bool:
    """Return whether two values of a setting mean the same."""
    if one == other:
        return True
    if key in _FLAGS and _TRUE_OR_FALSE.fullmatch(one) and _TRUE_OR_FALSE.fullmatch(other):
        return flag(one) == flag(other)
    if key in _LISTS:
        return names(one) == names(other)
    return number(one) is not None and number(one) == number(other)


def written(value: t.Any) -> str:
    """Return a value as the text of a setting: booleans as 0 and 1, lists separated by commas."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return ",".join(str(item) for item in value)
    return str(value)


def check_value(option: str, value: str) -> None:
    """Check that a value can stand in one line of a .conf file, and is read back as it is. Raises OptionError."""
    if not value.isprintable():
        raise OptionError(option, "must be one line of text")
    if value != value.strip():
        raise OptionError(option, "must not begin or end with a space: Splunk removes it")
    if value.endswith("\\"):
        raise OptionError(option, "must not end with a backslash: the next line of the file would become a part of it")
