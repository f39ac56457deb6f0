# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collector reports about its tokens and its problems."""

from __future__ import annotations

import re

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import collector_rules as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.collector_rules import Problem, TokenActivity
from ansible_collections.edgeops.logpush.tests.unit.strategies import nasty_text, tokens
from hypothesis import given
from hypothesis import strategies as st

WHOLE = {"host": "one", "series": "http_event_collector", "token": "-", "count": "60"}
FIGURES = ("requests", "events", "errors", "parser_errors", "requests_while_disabled")
PREAMBLE = "11-28-2026 17:00:00.123 +0000 WARN  {} [1234 HttpInputServerDataThread] - "
LOG_LINE = '{"ClientIP":"192.0.2.7","ClientRequestURI":"/login?user=alice"}'


def activity(host="one", token="Cloudflare", figures=(10, 500, 2, 1, 0)):
    """Return the row of a token."""
    counts = {name: None if figure is None else str(figure) for name, figure in zip(FIGURES, figures)}
    return {"host": host, "series": "http_event_collector_token", "token": token, "count": "10", **counts}


def test_figures_are_sums_over_hosts():
    rows = [WHOLE, {**WHOLE, "host": "two"}, activity(), activity("two", figures=(1, 50, 0, 0, 3)), activity(token="x")]
    assert rules.token_figures(rows, ["Cloudflare"]) == [TokenActivity("Cloudflare", 11, 550, 2, 1, 3)]
    assert [token.name for token in rules.token_figures(rows, None)] == ["Cloudflare", "x"]


def test_a_token_without_rows_has_zeros_only_if_a_host_reported():
    assert rules.token_figures([WHOLE], ["Cloudflare"]) == [TokenActivity("Cloudflare", 0, 0, 0, 0, 0)]
    assert rules.token_figures([], ["Cloudflare"]) is None
    assert rules.token_figures([activity(token="x")], ["Cloudflare"]) is None


def test_a_metric_that_a_version_does_not_report_is_not_zero():
    rows = [WHOLE, activity(figures=(1, 2, 3, 4, None)), activity("two", figures=(1, 2, 3, 4, 5))]
    assert rules.token_figures(rows, None) == [TokenActivity("Cloudflare", 2, 4, 6, 8, None)]
    assert rules.token_figures(reversed(rows), None) == [TokenActivity("Cloudflare", 2, 4, 6, 8, None)]


@pytest.mark.parametrize("wrong", [{"requests": "many"}, {"events": ["1", "2"]}, {"errors": "-1"}, {"token": None}])
def test_a_row_that_cannot_be_read_is_no_figure(wrong):
    with pytest.raises(CollectionError, match="unexpected form"):
        rules.token_figures([WHOLE, {**activity(), **wrong}], None)


@given(st.lists(nasty_text, max_size=3))
def test_no_name_of_a_token_changes_the_search(names):
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', rules.tokens_query(names))
    named = r" \(data.token_name=\"\"( OR data.token_name=\"\")*\)"
    assert re.sub(named, "", outside) == rules.tokens_query(None)


def problem(
    component="DateParserVerbose", sourcetype="cloudflare:json", count="3", message="Failed to parse timestamp."
):
    """Return the row of a problem."""
    sample = PREAMBLE.format(component) + message
    return {"component": component, "logpush_sourcetype": sourcetype, "count": count, "sample": sample}


def test_problems_are_sorted_by_their_number():
    rows = [problem(), problem("HttpInputDataHandler", "-", "7", "Failed processing http input, reply=7")]
    assert rules.problems(rows, str) == [
        Problem("HttpInputDataHandler", "", 7, "Failed processing http input, reply=7"),
        Problem("DateParserVerbose", "cloudflare:json", 3, "Failed to parse timestamp."),
    ]
    assert rules.problems(rows, str)[0].public()["meaning"] == "HEC refused a request"


@pytest.mark.parametrize("wrong", [{"component": "Other"}, {"count": "some"}, {"logpush_sourcetype": None}])
def test_a_problem_that_cannot_be_read(wrong):
    with pytest.raises(CollectionError, match="unexpected form"):
        rules.problems([{**problem(), **wrong}], str)
    [found] = rules.problems([{**problem(), "sample": None}], str)
    assert found.sample == ""


@pytest.mark.parametrize(
    ("message", "sourcetype"),
    [
        ('Truncating line because limit of 10000 bytes has been exceeded - data_host="h", data_sourcetype="cf"', "cf"),
        ("Failed to parse timestamp. Context: source=http:Cloudflare|host=hec:8088|cf|", "cf"),
        ("Failed to parse timestamp. Context: source::/x|host::hec|cf|17", "cf"),
        ("Failed processing http input, token name=Cloudflare, reply=7", None),
    ],
)
def test_the_source_type_is_read_from_the_message(message, sourcetype):
    patterns = re.findall(r'rex field=_raw "((?:[^"\\]|\\.)*)"', rules.problems_query())
    found = [re.search(re.sub(r'\\(["\\])', r"\1", one).replace("(?<", "(?P<"), message) for one in patterns]
    assert next((match[1] for match in found if match), None) == sourcetype


@given(tokens.filter(lambda token: len(token) >= 8 and not re.search(r"[\s\"',;}\]&\[{<]", token)))
def test_no_token_in_a_sample(token):
    line = PREAMBLE.format("HttpInputDataHandler") + f"Failed, token name=Cloudflare, token={token}, reply=4"
    sample = rules.sample_text(line, SecretMask().quoted)
    assert token not in sample and "name=Cloudflare" in sample


@pytest.mark.parametrize(
    "message",
    [
        f"Failed to parse timestamp of {LOG_LINE}",
        f'Failed, event="{LOG_LINE}"',
        f"Failed, body=[{LOG_LINE}]",
        "Failed for 0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d alice",
        "Failed for QWxhZGRpbjpvcGVuIHNlc2FtZQ1 alice",
        "Failed. raw='192.0.2.7 alice'",
    ],
)
def test_a_sample_has_no_log_line_and_no_opaque_word(message):
    sample = rules.sample_text(PREAMBLE.format("DateParserVerbose") + message, str)
    assert sample.startswith("Failed") and "192.0.2.7" not in sample
    assert "0a1b2c3d" not in sample and "QWxh" not in sample


def test_a_sample_is_short():
    assert len(rules.sample_text("word " * 1000, str)) <= 203
