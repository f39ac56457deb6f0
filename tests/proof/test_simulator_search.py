# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A search on the simulated splunkd finds the events that the collector received, and refuses unsupported
commands."""

from __future__ import annotations

import json
import time
import typing as t
import xml.etree.ElementTree as ET

import pytest
from proof_client import Api
from simulator.process import Simulator
from splunk_client import OWN, Management, text_of

EVENTS = (
    {"ClientRequestHost": "shop.example.com", "EdgeResponseStatus": 200, "Cached": True, "Meta": {"Tags": ["a", "b"]}},
    {"ClientRequestHost": "shop.example.com", "EdgeResponseStatus": 404},
    {"ClientRequestHost": "www.example.com", "EdgeResponseStatus": 503},
)
# Stands for the time at which the events were indexed.
INDEXED = "now"


@pytest.fixture
def splunk(simulator: Simulator) -> Management:
    splunk = Management(simulator)
    lines = "\n".join(json.dumps(event) for event in EVENTS)
    assert splunk.send(lines, source="edge", host="pop").json()["code"] == 0
    return splunk


@pytest.mark.parametrize(
    ("conditions", "count"),
    [
        ("", 3),
        ("index=main", 3),
        ("index=*", 3),
        ("index=history", 0),
        ("index=ma*", 3),
        ("ClientRequestHost=shop.example.com", 2),
        ('ClientRequestHost="SHOP.example.com"', 2),
        ("clientrequesthost=shop.example.com", 0),
        ("ClientRequestHost=*.example.com EdgeResponseStatus>=400", 2),
        ("ClientRequestHost=shop.example.com OR ClientRequestHost=www.example.com EdgeResponseStatus=503", 1),
        ("NOT ClientRequestHost=shop.example.com", 1),
        ("(EdgeResponseStatus=200 OR EdgeResponseStatus=404) AND ClientRequestHost!=www.example.com", 2),
        ('"shop.example.com"', 2),
        ('"hop.example.com"', 0),
        ("SHOP*", 2),
        ("Meta.Tags{}=b", 1),
        ("Cached=true", 1),
        ("sourcetype=cloudflare:json source=edge host=pop", 3),
        ("sourcetype=cloudflare:*", 3),
        ("earliest=-5m", 3),
        ("earliest=-1h@h latest=now", 3),
        ("latest=-5m", 0),
        ("earliest=0", 3),
        ("earliest=01/02/2026:03:04:05", 3),
    ],
)
def test_conditions(splunk: Management, conditions: str, count: int) -> None:
    assert splunk.search(f"search {conditions} | stats count") == [{"count": str(count)}]


def test_times_beside_the_search(splunk: Management) -> None:
    query = "search index=main | stats count"
    assert splunk.search(query, earliest_time="-1m", latest_time="now") == [{"count": "3"}]
    assert splunk.search(query, earliest_time=str(time.time() + 60)) == [{"count": "0"}]
    assert splunk.search(query, latest_time="2026-01-01T00:00:00Z") == [{"count": "0"}]


def test_commands(splunk: Management) -> None:
    by_host = splunk.search("search index=main | stats count as n, dc(EdgeResponseStatus) by ClientRequestHost")
    assert by_host == [
        {"ClientRequestHost": "shop.example.com", "n": "2", "dc(EdgeResponseStatus)": "2"},
        {"ClientRequestHost": "www.example.com", "n": "1", "dc(EdgeResponseStatus)": "1"},
    ]
    times = splunk.search("search * | stats max(_time) as last min(EdgeResponseStatus) as least")[0]
    assert abs(float(times["last"]) - time.time()) < 60 and float(times["least"]) == 200
    newest = splunk.search("search index=main | head 1 | table ClientRequestHost _raw")
    assert newest == [{"ClientRequestHost": "www.example.com", "_raw": json.dumps(EVENTS[2])}]
    assert splunk.search("search index=main | search EdgeResponseStatus=404 | stats count by host") == [
        {"host": "pop", "count": "1"}
    ]
    assert splunk.search("search index=history | stats count by host") == []
    assert len(splunk.search("search index=main", count="2")) == 2


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("| tstats count where index=main", [{"count": "3"}]),
        (
            "| tstats count, max(_indextime) as indexed where index=* sourcetype=cloudflare:json by source, host index",
            [{"source": "edge", "host": "pop", "index": "main", "count": "3", "indexed": INDEXED}],
        ),
        # tstats sees no fields of the text, and searches only the default index if none is named.
        ("| tstats count where index=main ClientRequestHost=shop.example.com", [{"count": "0"}]),
        ("| tstats count where index=main by ClientRequestHost", []),
        ("| tstats dc(sourcetype) as types where source=edge", [{"types": "1"}]),
        (
            "| tstats count where index=main (source=edge OR source=other) earliest=-5m by host",
            [{"host": "pop", "count": "3"}],
        ),
        ("| tstats count where index=main _index_latest=-5m", [{"count": "0"}]),
        ("| tstats count where index=main by host | eval n=count*2 | table n", [{"n": "6"}]),
        (
            (
                "search index=main | stats count, latest(EdgeResponseStatus) as newest, sum(EdgeResponseStatus) as total, "
                "count(eval(EdgeResponseStatus>=400)) as bad by ClientRequestHost | sort -bad"
            ),
            [
                {"ClientRequestHost": "shop.example.com", "count": "2", "newest": "404", "total": "604", "bad": "1"},
                {"ClientRequestHost": "www.example.com", "count": "1", "newest": "503", "total": "503", "bad": "1"},
            ],
        ),
        (
            "search index=main | where EdgeResponseStatus=404 OR isnull(EdgeResponseStatus) | stats count",
            [{"count": "1"}],
        ),
        ("search ClientRequestHost IN (www.example.com, api*) | stats count", [{"count": "1"}]),
        (
            "search index=main | sort 2 EdgeResponseStatus | table EdgeResponseStatus",
            [{"EdgeResponseStatus": "200"}, {"EdgeResponseStatus": "404"}],
        ),
        ("search index=main | dedup ClientRequestHost | stats count", [{"count": "2"}]),
        (
            'search EdgeResponseStatus=503 | rex "ClientRequestHost[^a-z]+(?<name>\\w+)" | fillnull value=- Nothing | table name Nothing',
            [{"name": "www", "Nothing": "-"}],
        ),
        (
            (
                'search EdgeResponseStatus=200 | eval a=if(EdgeResponseStatus<300, "good", "bad"), b=coalesce(Nothing, 1+2*3) '
                '| eval tag=mvindex(\'Meta.Tags{}\', 1), at=strptime("1970-01-01T00:01:00Z", "%Y-%m-%dT%H:%M:%SZ") - 0.5 | table a b tag at'
            ),
            [{"a": "good", "b": "7", "tag": "b", "at": "59.5"}],
        ),
        ('search EdgeResponseStatus=200 | eval x=Nothing+1, y="a"."b" | rename y as "z" | fields x z', [{"z": "ab"}]),
    ],
)
def test_statistics_and_expressions(splunk: Management, query: str, rows: list[dict[str, str]]) -> None:
    indexed = splunk.search("search index=main | head 1 | table _indextime")[0]["_indextime"]
    assert splunk.search(query, max_time="60") == [
        {name: indexed if value == INDEXED else value for name, value in row.items()} for row in rows
    ]


def test_the_time_of_an_event_is_shown_as_text(splunk: Management) -> None:
    splunk.send("2026-01-02T03:04:05.678Z", source="other")
    [row] = splunk.search("search source=other | table _time")
    assert row == {"_time": "2026-01-02T03:04:05.678+00:00"}
    [row] = splunk.search("search source=other | stats max(_time) as newest latest(_time) as latest")
    assert row == {"newest": "1767323045.678", "latest": "1767323045.678"}


def test_a_role_without_internal_indexes_finds_nothing_in_them(splunk: Management) -> None:
    users = [
        {"name": "admin", "password": "p"},
        {"name": "power", "password": "p", "roles": ["power"]},
        {"name": "narrow", "password": "p", "indexes": ["hist*"]},
    ]
    simulator = splunk.simulator
    simulator.reset(splunk_users=users, splunk_tokens=[], settings={"hec_metrics_seconds": 60, "clock_offset": 0})
    splunk.send("x")
    simulator.change_settings(clock_offset=120)
    found = {}
    for user in users:
        splunk.session.auth = (user["name"], "p")
        found[user["name"]] = [
            len(splunk.search(f"search index={index} | head 1"))
            for index in ("main", "_internal", "_introspection", "_*")
        ]
    assert found == {"admin": [1, 1, 1, 1], "power": [1, 0, 0, 0], "narrow": [0, 0, 0, 0]}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"search_partial": "ERROR"}, {"type": "ERROR"}),
        ({"search_partial": "WARN"}, {"type": "WARN"}),
        ({"search_partial": [{"type": "WARN", "text": "one"}]}, {"type": "WARN", "text": "one"}),
        (
            {"search_seconds": 61},
            {"type": "INFO", "text": "Search auto-finalized after time limit (60 seconds) reached."},
        ),
        ({"search_seconds": 59}, None),
    ],
)
def test_an_incomplete_search(splunk: Management, settings: dict[str, t.Any], message: dict[str, str] | None) -> None:
    splunk.simulator.change_settings(**settings)
    query = {"search": "search index=main | stats count", "exec_mode": "oneshot", "max_time": "60"}
    answer = splunk.ask("POST", "/services/search/jobs", query).json()
    assert answer["results"] == [{"count": "2" if message else "3"}] and answer["preview"] is False
    assert [message.items() <= one.items() for one in answer["messages"]] if message else not answer["messages"]
    lines = splunk.ask("POST", "/services/search/jobs/export", query).text.splitlines()
    assert [json.loads(line).get("messages") for line in lines[1:]] == ([answer["messages"]] if message else [])
    xml = ET.fromstring(splunk.ask("POST", "/services/search/jobs", query, params={}).text)
    assert [one.text for one in xml.iter("msg")] == [one["text"] for one in answer["messages"]]


def test_a_preview_is_incomplete(splunk: Management) -> None:
    splunk.simulator.change_settings(search_preview=True)
    query = {"search": "search index=main | stats count", "exec_mode": "oneshot"}
    answer = splunk.ask("POST", "/services/search/jobs", query).json()
    assert (answer["preview"], answer["results"], answer["messages"]) == (True, [{"count": "2"}], [])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "index=main",
        "search index=main | bogus",
        "search (index=main",
        "search index=main)",
        'search "open',
        "search earliest=yesterday",
        "search a OR",
        "search index=main | stats mode(x)",
        "search x | head many",
        "tstats count where index=main",
        "| tstats count where index=main shop",
        "| tstats mode(x) where index=main",
        "search index=main | eval a=",
        "search index=main | eval a=b c",
        "search index=main | where magic(x)",
        "search index=main | rex host",
        'search index=main | rex "("',
        "search index=main | sort",
        "search index=main | rename a b",
        "search index=main | stats max",
        "search host IN ()",
    ],
)
@pytest.mark.parametrize("path", ["jobs", "jobs/export", "v2/jobs/export"])
def test_wrong_searches(splunk: Management, query: str, path: str) -> None:
    answer = splunk.ask("POST", f"/services/search/{path}", {"search": query, "exec_mode": "oneshot"})
    assert answer.json()["messages"][0]["type"] == "FATAL" and text_of(answer)[0] == 400


def test_export_and_xml(splunk: Management) -> None:
    query = {"search": "search index=main | stats count by host"}
    lines = splunk.ask("POST", "/services/search/v2/jobs/export", query).text.splitlines()
    result = {"preview": False, "offset": 0, "result": {"host": "pop", "count": "3"}, "lastrow": True}
    assert [json.loads(line) for line in lines] == [result]
    xml = splunk.ask("POST", "/services/search/jobs", {**query, "exec_mode": "oneshot"}, params={}).text
    assert [text.text for text in ET.fromstring(xml).iter("text")] == ["pop", "3"]
    splunk.simulator.change_settings(splunk_version="8.0.3")
    assert splunk.ask("POST", "/services/search/v2/jobs/export", query).status_code == 404


def test_events_for_an_unknown_index_are_lost_without_a_word(splunk: Management) -> None:
    assert splunk.send("lost", index="moon").json()["code"] == 0
    assert splunk.simulator.events(limit=1)[0]["indexed"] is False
    splunk.changed("/services/data/indexes", name="moon")
    assert splunk.search("search index=moon | stats count") == [{"count": "0"}]
    assert splunk.send("kept", index="moon").json()["code"] == 0
    assert [event["_raw"] for event in splunk.search("search index=moon")] == ["kept"]
    # A token without its own index writes to the default index.
    token = splunk.changed(OWN, name="plain")
    assert token["index"] == "default" and splunk.send("default", token["token"]).json()["code"] == 0
    assert splunk.search("search index=main default | stats count") == [{"count": "1"}]


def test_what_logpush_pushed_is_found_by_zone(splunk: Management, simulator: Simulator) -> None:
    splunk.changed("/services/data/indexes", name="cloudflare")
    token = splunk.changed(OWN, name="push", index="cloudflare", indexes="cloudflare")["token"]
    Api(simulator).created(destination_conf=simulator.destination_conf(token), enabled=True)
    simulator.push()
    found = splunk.search("search index=cloudflare ClientRequestHost=shop.example.com earliest=-5m | stats count")
    assert found == [{"count": "5"}]
