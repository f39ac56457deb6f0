# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Searches for what the collector reports about its tokens and about events that it could not process. Pure: no I/O.

Each host reports its metrics every 60 seconds to the index C(_introspection), and its problems to C(_internal).
"""

from __future__ import annotations

import re
import typing as t

from .._core.secrets import MASK, secrets_in_options
from .delivery_rules import NOTHING
from .introspection_rules import METRICS, TOKEN_SERIES, WHOLE_SERIES
from .search_rules import any_of, count_of, single, unreadable_row

_OPERATION = "Searching Splunk's own indexes"

# The figure of a token -> the metric of Splunk.
_METRIC_OF = {
    "requests": "num_of_requests",
    "events": "num_of_events",
    "errors": "num_of_errors",
    "parser_errors": "num_of_parser_errors",
    "requests_while_disabled": "num_of_requests_to_disabled_token",
}
# The component of splunkd -> what its messages mean.
COMPONENTS = {
    "HttpInputDataHandler": "HEC refused a request",
    "DateParserVerbose": "the time of an event cannot be read",
    "LineBreakingProcessor": "a line is too long and was cut",
}
_ONLY_PROBLEMS = {"HttpInputDataHandler": " log_level!=INFO"}

_LONGEST_SAMPLE = 200
# A line of splunkd.log: date, time, offset, level, component, thread. Its message follows.
_PREAMBLE = re.compile(r"^.{0,120}?\s-\s")
# A log line in a message is JSON, or follows the word for it.
_LOG_LINE = re.compile(r"""[{\[<].*|(?i:\b(?:raw|event|body|data|line)\s*[=:]\s*["'{\[]).*""", re.DOTALL)
_GUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A long word with digits and no separator of names can be a token.
_OPAQUE = re.compile(r"(?=[A-Za-z0-9+/_=-]*\d)(?=[A-Za-z0-9+/_=-]*[A-Za-z])[A-Za-z0-9+/_=-]{20,}")


class TokenActivity(t.NamedTuple):
    """What HEC reported about a token in a window, over all hosts. A figure that Splunk does not report is None."""

    name: str
    requests: int | None = None
    events: int | None = None
    errors: int | None = None
    parser_errors: int | None = None
    requests_while_disabled: int | None = None


class TokenFigures(t.NamedTuple):
    """The activity of tokens. With a ``reason``, nothing is known, and all figures are None."""

    tokens: list[TokenActivity]
    reason: str = ""


class Problem(t.NamedTuple):
    """Messages of a component of splunkd about events of a source type ("" if the messages do not name one): their number,
    and the text of one of them without secrets and without the event."""

    component: str
    sourcetype: str
    messages: int
    sample: str

    def public(self) -> dict[str, t.Any]:
        """Return the problem as a result shows it."""
        return {
            "component": self.component,
            "meaning": COMPONENTS[self.component],
            "sourcetype": self.sourcetype,
            "count": self.messages,
            "sample": self.sample,
        }


class Problems(t.NamedTuple):
    """The problems of a window. With a ``reason``, nothing is known."""

    rows: list[Problem]
    reason: str = ""


def tokens_query(names: t.Sequence[str] | None) -> str:
    """Return the search that sums the metrics of these tokens (None: all tokens) for each host."""
    of_token = " ".join(filter(None, [f"data.series={TOKEN_SERIES}", any_of("data.token_name", names or ())]))
    # The first value only: Splunk gives a field twice if it extracts the fields of JSON more than once.
    columns = {"series": "series", "token": "token_name", **_METRIC_OF}
    values = ", ".join(f"{name}=mvindex('data.{metric}',0)" for name, metric in columns.items())
    sums = " ".join(f"sum({figure}) as {figure}" for figure in _METRIC_OF)
    return (
        f"search {METRICS} (data.series={WHOLE_SERIES} OR ({of_token})) | eval {values} | fillnull value={NOTHING} token "
        f"| stats count {sums} by host series token"
    )


def token_figures(rows: t.Iterable[t.Mapping[str, t.Any]], names: t.Sequence[str] | None) -> list[TokenActivity] | None:
    """Return the activity of these tokens (None: those with requests); None if no host reported in the window, so that
    nothing is known about a token without a row. Raises CollectionError for a row that cannot be read."""
    sums: dict[str, dict[str, int | None]] = {}
    any_host = False
    for row in rows:
        series, token = single(row.get("series")), single(row.get("token"))
        any_host = any_host or series == WHOLE_SERIES
        if series != TOKEN_SERIES:
            continue
        if not isinstance(token, str):
            raise unreadable_row(_OPERATION)
        sums[token] = _added(sums.get(token), row)
    if not any_host:
        return None
    nothing: dict[str, int | None] = dict.fromkeys(_METRIC_OF, 0)
    wanted = sorted(sums) if names is None else list(dict.fromkeys(names))
    return [TokenActivity(name, **sums.get(name, nothing)) for name in wanted]


def _added(sums: dict[str, int | None] | None, row: t.Mapping[str, t.Any]) -> dict[str, int | None]:
    """Return sums with those of a row added. Raises CollectionError."""
    added: dict[str, int | None] = {}
    for figure in _METRIC_OF:
        value = single(row.get(figure))
        counted = count_of(value)
        if counted is None and value not in (None, ""):
            raise unreadable_row(_OPERATION)
        before = 0 if sums is None else sums[figure]
        # A version of Splunk without a metric reports none, which is not zero.
        added[figure] = None if counted is None or before is None else before + counted
    return added


def problems_query() -> str:
    """Return the search that counts the problems by component and source type."""
    components = " OR ".join(f"(component={name}{_ONLY_PROBLEMS.get(name, '')})" for name in COMPONENTS)
    return (
        f"search index=_internal sourcetype=splunkd ({components}) "
        r'| rex field=_raw "data_sourcetype=\"(?<logpush_named>[^\"]+)\"" '
        r'| rex field=_raw "\|host[=:][^|]*\|(?<logpush_context>[^|]+)\|" '
        f'| eval logpush_sourcetype=coalesce(logpush_named, logpush_context, "{NOTHING}") '
        "| stats count latest(_raw) as sample by component logpush_sourcetype"
    )


def problems(rows: t.Iterable[t.Mapping[str, t.Any]], mask: t.Callable[[str], str]) -> list[Problem]:
    """Return the problems in rows of C(problems_query), the most frequent first. ``mask`` masks known secrets. Raises
    CollectionError for a row that cannot be read."""
    found = []
    for row in rows:
        component, sourcetype, sample = (
            single(row.get(name)) for name in ("component", "logpush_sourcetype", "sample")
        )
        counted = count_of(single(row.get("count")))
        if component not in COMPONENTS or not isinstance(sourcetype, str) or counted is None:
            raise unreadable_row(_OPERATION)
        named = "" if sourcetype == NOTHING else sourcetype
        found.append(Problem(component, named, counted, sample_text(sample if isinstance(sample, str) else "", mask)))
    return sorted(found, key=lambda problem: (-problem.messages, problem.component, problem.sourcetype))


def sample_text(line: str, mask: t.Callable[[str], str]) -> str:
    """Return the message in a line of splunkd.log, without what can be a secret or a part of a log line."""
    text = _PREAMBLE.sub("", line, count=1)
    text = _LOG_LINE.sub("...", text, count=1)
    for secret in sorted(secrets_in_options(text), key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = mask(_OPAQUE.sub(MASK, _GUID.sub(MASK, text))).strip()
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[:_LONGEST_SAMPLE].rstrip()}..."
