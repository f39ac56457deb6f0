# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The searches for events of zones, and the groups of events in their rows."""

from __future__ import annotations

import contextlib
import re

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import delivery_rules as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.delivery_rules import (
    EventGroup,
    NewestEvent,
    Selection,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import nasty_text
from hypothesis import given
from hypothesis import strategies as st

SELECTION = Selection(["cloudflare"], 1000, 2000, ["cloudflare:json"])
METADATA = {"index": "cloudflare", "sourcetype": "cloudflare:json", "source": "http:Cloudflare", "host": "one.example"}
FIGURES = {"count": "12", "newest": "1990.250", "indexed": "1995"}
ZONE = {"index": "cloudflare", "sourcetype": "cloudflare:json", "logpush_zone": "one.example"}
NEWEST = {**METADATA, "logpush_zone": "-", "_time": "1990.250"}


def test_a_window_is_one_of_index_time_in_every_search():
    queries = [rules.metadata_query(SELECTION), rules.zone_query(SELECTION), rules.newest_query(SELECTION, [], 3)]
    for query in queries:
        assert "_index_earliest=1000 _index_latest=2000" in query
        assert not re.search(r"(?<!index_)(earliest|latest)=", query)
        assert '(index="cloudflare") (sourcetype="cloudflare:json")' in query


@given(st.lists(nasty_text, min_size=1, max_size=3), st.lists(nasty_text, max_size=3))
def test_no_name_changes_a_search(indexes, sourcetypes):
    selection = Selection(indexes, 1000, 2000, sourcetypes)
    for build in (rules.metadata_query, rules.zone_query):
        outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', build(selection))
        usual = re.sub(r'"(?:[^"\\]|\\.)*"', '""', build(Selection(["a"], 1000, 2000)))
        conditions = r"(\((index|sourcetype)=\"\"( OR (index|sourcetype)=\"\")*\) )+"
        assert re.sub(conditions, "", outside) == re.sub(conditions, "", usual)


def test_without_an_index_nothing_is_searched():
    with pytest.raises(CollectionError, match="set its name"):
        rules.metadata_query(Selection([], 1000, 2000))


@pytest.mark.parametrize(
    ("event", "zone"),
    [
        ('{"ZoneName":"one.example","RayID":"x"}', "one.example"),
        ('{"event": {"ZoneName" : "one.example"}}', "one.example"),
        ('{"ClientRequestURI":"/?\\"ZoneName\\":\\"other.example\\"","ZoneName":"one.example"}', "one.example"),
        ('{"ZoneName":null}', None),
        ('{"RayID":"x"}', None),
    ],
)
def test_the_zone_is_read_from_the_event_itself(event, zone):
    found = extraction("logpush_zone", rules.zone_query(SELECTION)).search(event)
    assert (found and found[1]) == zone


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ('{"Datetime":"2026-11-28T17:00:00Z","x":1}', "2026-11-28T17:00:00Z"),
        ('{"x":1,"Datetime":1764349200123456789}', "1764349200123456789"),
        ('{"x":1,"Datetime": 1764349200, "y":2}', "1764349200"),
        ('{"x":"\\"Datetime\\":5"}', None),
    ],
)
def test_a_timestamp_is_read_as_text_or_number(event, text):
    found = extraction("logpush_Datetime", rules.newest_query(SELECTION, ["Datetime"], 3)).search(event)
    assert (found and found[1]) == text


def extraction(name, query):
    """Return the pattern with which Splunk extracts a field."""
    [quoted] = re.findall(rf'rex field=_raw "((?:[^"\\]|\\.)*\(\?<{name}>(?:[^"\\]|\\.)*)"', query)
    return re.compile(re.sub(r'\\(["\\])', r"\1", quoted).replace("(?<", "(?P<"))


def test_a_field_needs_the_name_of_a_field():
    with pytest.raises(ValueError, match="not the name of a field"):
        rules.newest_query(SELECTION, ['x" | delete'], 3)


def test_groups_of_events():
    groups = rules.event_groups("Counting", [{**METADATA, **FIGURES}], SELECTION)
    assert groups == [
        EventGroup("cloudflare", "cloudflare:json", 12, 1990.25, 1995.0, "http:Cloudflare", "one.example", "")
    ]
    [zone] = rules.event_groups("Counting", [{**ZONE, **FIGURES}], SELECTION)
    assert (zone.zone, zone.source, zone.events) == ("one.example", "", 12)


def test_groups_of_other_metadata_are_left_out():
    others = [{"sourcetype": "Cloudflare:JSON"}, {"index": "cloudflare2"}]
    rows = [{**METADATA, **FIGURES, **other} for other in others]
    assert rules.event_groups("Counting", rows, SELECTION) == []
    assert len(rules.event_groups("Counting", rows[:1], SELECTION._replace(sourcetypes=()))) == 1


@pytest.mark.parametrize("spelled", [{"count": 12, "newest": 1990.25}, {"count": ["12", "12"]}, {"count": "12.0"}])
def test_figures_in_any_spelling(spelled):
    [group] = rules.event_groups("Counting", [{**METADATA, **FIGURES, **spelled}], SELECTION)
    assert (group.events, group.newest) == (12, 1990.25)


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": None},
        {"count": "many"},
        {"count": "-1"},
        {"count": ["1", "2"]},
        {"newest": "soon"},
        {"indexed": ""},
        {"index": None},
        {"sourcetype": ["a", "b"]},
        {"sourcetype": 7},
    ],
)
def test_a_row_that_cannot_be_read_is_no_count(wrong):
    with pytest.raises(CollectionError, match=r"^Counting failed: .* unexpected form"):
        rules.event_groups("Counting", [{**METADATA, **FIGURES, **wrong}], SELECTION)


@given(
    st.dictionaries(
        st.sampled_from(sorted({**METADATA, **FIGURES, **NEWEST})), nasty_text | st.none() | st.lists(nasty_text)
    )
)
def test_any_row_is_read_or_refused(row):
    for read in (
        lambda: rules.event_groups("Counting", [row], SELECTION),
        lambda: rules.newest_events("Counting", [row], SELECTION, ["Datetime"]),
        lambda: rules.visible_indexes([row], ["cloudflare"]),
    ):
        with contextlib.suppress(CollectionError):
            read()


def test_newest_events():
    rows = [
        {**NEWEST, "logpush_Datetime": "2026-11-28T17:00:00Z", "logpush_When": ""},
        {**NEWEST, "logpush_zone": "one.example", "_time": "2026-11-28T17:00:00.250+00:00"},
        {**NEWEST, "index": "other"},
    ]
    first, second = rules.newest_events("Reading", rows, SELECTION, ["Datetime", "When"])
    assert first == NewestEvent(*METADATA_VALUES, zone="", time=1990.25, texts={"Datetime": "2026-11-28T17:00:00Z"})
    assert (second.zone, second.time, second.texts) == ("one.example", 1795885200.25, {})
    with pytest.raises(CollectionError, match="Reading failed"):
        rules.newest_events("Reading", [{**NEWEST, "_time": "now"}], SELECTION, [])


METADATA_VALUES = ("cloudflare", "cloudflare:json", "http:Cloudflare", "one.example")


def test_indexes_with_events():
    rows = [{"index": "a", "count": "5"}, {"index": "b", "count": "0"}, {"index": "d", "count": "5"}, {}]
    assert rules.visible_indexes(rows, ["a", "b", "c"]) == {"a"}
