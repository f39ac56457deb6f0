# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The settings of props.conf that a task sets itself: known keys, and values that Splunk can use. Pure: no I/O.

Neither Splunk nor the tools that inspect apps refuse a misspelled key or a regular expression that does not compile: Splunk
ignores them and reads the events in another way. The keys are those of C(props.conf.spec).
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.spelling import meant_name
from .conf_values import PROPS_FLAGS, check_value

_REGULAR_EXPRESSIONS = frozenset(
    "TIME_PREFIX LINE_BREAKER BREAK_ONLY_BEFORE MUST_BREAK_AFTER MUST_NOT_BREAK_AFTER MUST_NOT_BREAK_BEFORE EVENT_BREAKER "
    "LB_CHUNK_BREAKER PREAMBLE_REGEX FIELD_HEADER_REGEX MISSING_VALUE_REGEX".split()
)
# The text of their first group is what Splunk removes between two events.
_WITH_GROUP = frozenset(("LINE_BREAKER", "EVENT_BREAKER", "LB_CHUNK_BREAKER"))
_NUMBERS = frozenset(
    "TRUNCATE LINE_BREAKER_LOOKBEHIND MAX_EVENTS MAX_EXPECTED_EVENT_LINES MAX_TIMESTAMP_LOOKAHEAD MAX_DAYS_AGO MAX_DAYS_HENCE "
    "MAX_DIFF_SECS_AGO MAX_DIFF_SECS_HENCE HEADER_FIELD_LINE_NUMBER MATCH_LIMIT DEPTH_LIMIT LB_CHUNK_BREAKER_TRUNCATE "
    "maxDist priority initCrcLength".split()
)
_TEXTS = frozenset(
    "CHARSET DATETIME_CONFIG TIME_FORMAT TZ TZ_ALIAS ADD_EXTRA_TIME_FIELDS INDEXED_EXTRACTIONS METRICS_PROTOCOL "
    "STATSD-DIM-TRANSFORMS METRIC-SCHEMA-TRANSFORMS FIELD_DELIMITER HEADER_FIELD_DELIMITER "
    "HEADER_FIELD_ACCEPTABLE_SPECIAL_CHARACTERS FIELD_QUOTE HEADER_FIELD_QUOTE TIMESTAMP_FIELDS FIELD_NAMES KV_MODE SEGMENTATION "
    "CHECK_METHOD PREFIX_SOURCETYPE HEADER_MODE sourcetype rename invalid_cause is_valid unarchive_cmd unarchive_sourcetype "
    "unarchive_cmd_start_mode given_type termFrequencyWeightedDist description category".split()
)
_KNOWN = _REGULAR_EXPRESSIONS | _NUMBERS | PROPS_FLAGS | _TEXTS
_WITH_CLASS = re.compile(
    r"(?:TRANSFORMS|RULESET|RULESET_DESC|REPORT|EXTRACT|FIELDALIAS|EVAL|LOOKUP|SEDCMD|SEGMENTATION|"
    r"LESS_THAN|MORE_THAN)[-_][^\s=\[\]]+"
)
_FLAG = re.compile(r"(?i)0|1|t|f|true|false|y|n|yes|no")
_NUMBER = re.compile(r"-?\d{1,19}")
_KV_MODES = re.compile(r"none|auto|auto_escaped|multi|multi:\S+|json|xml")

# What PCRE, the regular expressions of Splunk, has and Python has not. Each is replaced by something that has the same place.
_ONLY_PCRE = (
    (re.compile(r"\\Q.*?(?:\\E|$)"), "q"),
    (re.compile(r"\\(?:[pPkgGo](?:\{[^}]*\}|<[^>]*>|\d+)?|x\{[0-9A-Fa-f]*\}|c.|[hHRKNXzZCG])"), "p"),
    (re.compile(r"\[:\^?[a-z]+:\]"), "c"),
    (re.compile(r"\(\?<(?=[A-Za-z_])"), "(?P<"),
    (re.compile(r"\(\?'(\w+)'"), r"(?P<\1>"),
    (re.compile(r"\(\?(?:R|[+-]?\d+|&\w+|P>\w+)\)|\(\*[A-Z_:\w]*\)|\(\?[a-zA-Z^-]+\)"), ""),
    (re.compile(r"\(\?[>|]|\(\?\^?[a-zA-Z-]+:"), "(?:"),
    (re.compile(r"(?<=[*+?}])\+"), ""),
)
_LIMITS_OF_PYTHON = ("look-behind requires fixed-width", "redefinition of group name", "bad escape")


def check_settings(option: str, settings: t.Mapping[str, str]) -> None:
    """Check settings of a source type. Raises OptionError, which names the setting."""
    for key, value in settings.items():
        _check_key(option, key)
        check_value(f"{option}.{key}", value)
        problem = _problem(key, value)
        if problem:
            raise OptionError(f"{option}.{key}", problem)


def _check_key(option: str, key: str) -> None:
    if key in _KNOWN or (_WITH_CLASS.fullmatch(key) and key.isprintable()):
        return
    meant = meant_name(key, sorted(_KNOWN))
    hint = f" Did you mean {meant}?" if meant else ""
    raise OptionError(option, f"{key!r} is not a setting of props.conf.{hint}")


def _problem(key: str, value: str) -> str | None:
    """Return what is wrong with the value of a known setting, None if nothing is."""
    if key in _NUMBERS and not _NUMBER.fullmatch(value):
        return "must be a whole number"
    if key in PROPS_FLAGS and not _FLAG.fullmatch(value):
        return "must be true or false"
    if key == "KV_MODE" and not _KV_MODES.fullmatch(value):
        return "must be none, auto, auto_escaped, multi, json or xml"
    if key.startswith("EXTRACT-"):
        expression = re.sub(r"\s+in\s+\w+\Z", "", value)
        return regex_problem(expression) or (
            None
            if re.search(r"\(\?(?:P?<[A-Za-z_]|')", expression)
            else "must have a named group, such as (?<name>...)"
        )
    if key in _REGULAR_EXPRESSIONS:
        return regex_problem(value) or (
            "must have a group in parentheses: its text is what separates two events"
            if key in _WITH_GROUP and not re.search(r"(?<!\\)(?:\\\\)*\((?!\?(?![<P']))", value)
            else None
        )
    return None


def regex_problem(expression: str) -> str | None:
    """Return why Splunk cannot use a regular expression, None if nothing is known to be wrong."""
    try:
        re.compile(_for_python(expression))
    except (re.error, OverflowError, RecursionError) as error:
        text = str(error)
        if any(limit in text for limit in _LIMITS_OF_PYTHON):
            return None
        return f"is not a valid regular expression: {text}"
    return None


def _for_python(expression: str) -> str:
    # An escaped backslash hides what follows it.
    pieces = expression.split("\\\\")
    for pattern, replacement in _ONLY_PCRE:
        pieces = [pattern.sub(replacement, piece) for piece in pieces]
    return "\\\\".join(pieces)
