# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indexes and searches: a missing index is created, and events are found."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.tests.module_tasks import faults, job, task

INDEX = "edgeops.logpush.splunk_index"
SEARCH = "edgeops.logpush.splunk_search_info"


def test_the_life_of_an_index(modules, simulator, empty_splunk):
    run = modules.tasks(
        task(INDEX, "nothing given", fails=True),
        task(INDEX, "would create", check=True, name="cloudflare"),
        task(INDEX, "create", name="cloudflare"),
        task(INDEX, "create again", name="cloudflare"),
        task(INDEX, "wrong name", fails=True, name="Cloudflare Logs"),
        splunk=empty_splunk,
    )
    assert "name" in run["nothing given"].msg
    read, info = "GET data/indexes/cloudflare", "GET server/info"
    assert {outcome.task: (outcome["action"], outcome["changed"], outcome.calls) for outcome in run.outcomes[1:4]} == {
        "would create": ("created", True, [read, info]),
        "create": ("created", True, [read, info, "POST data/indexes"]),
        "create again": ("unchanged", False, [read]),
    }
    assert (
        run["would create"]["diff"]
        == run["create"]["diff"]
        == {
            "before_header": "index cloudflare",
            "after_header": "index cloudflare",
            "before": {},
            "after": {"name": "cloudflare"},
        }
    )
    assert run["wrong name"].msg.startswith("name: ") and run["wrong name"].calls == []
    assert "cloudflare" in {entry["name"] for entry in simulator.state()["indexes"]}


def test_an_index_that_is_not_created_is_missed(modules, simulator, empty_splunk):
    forbidden = {"kind": "status", "side": "splunk", "status": 403, "path": "indexes/cloudflare$", "times": None}
    run = modules.tasks(
        task(INDEX, "missing", name="cloudflare", create=False),
        task(INDEX, "there", name="main", create=False),
        task(INDEX, "forbidden", before=[faults(forbidden)], name="cloudflare", create=False),
        splunk=empty_splunk,
    )
    assert {outcome.task: (outcome["changed"], outcome["exists"]) for outcome in run.outcomes} == {
        "missing": (False, False),
        "there": (False, True),
        "forbidden": (False, None),
    }
    [warning] = run["missing"]["warnings"]
    assert warning.startswith("Index cloudflare does not exist on this Splunk, and is not created. ")
    assert not any("warnings" in run[title].result for title in ("there", "forbidden"))
    assert "cloudflare" not in {entry["name"] for entry in simulator.state()["indexes"]}


def test_a_search_that_must_find_something_waits_and_names_the_index(modules, simulator, empty_splunk, no_waits):
    wanted = {"fail_when_empty": True, "wait_timeout": 300, "interval": 30}
    run = modules.tasks(
        task(SEARCH, "no index", fails=True, search='index=cloudflare "shop.example.com" | stats count', **wanted),
        task(SEARCH, "no event", fails=True, search="index=main nothing | stats count", **wanted),
        task(SEARCH, "no row", fails=True, search="index=main nothing", fail_when_empty=True),
        task(SEARCH, "not required", search="index=main nothing | stats count", wait_timeout=300),
        splunk=empty_splunk,
    )
    assert run["no index"].msg.startswith(
        'Index cloudflare does not exist on this Splunk. No events within 300 seconds: index=cloudflare "shop.example.com". '
    )
    assert run["no index"].calls == ["POST search/jobs"] * 10 + ["GET data/indexes/cloudflare"]
    assert run["no event"].msg.startswith(
        "No events within 300 seconds: index=main nothing. The events may be in another index"
    )
    assert run["no row"].msg.startswith("No events: index=main nothing. ")
    assert run["not required"]["rows"] == [{"count": "0"}] and len(run["not required"].calls) == 1


def test_events_that_arrived_are_found(modules, simulator, zone_id, splunk, empty_splunk):
    simulator.reset(hec_tokens=[{"name": "Cloudflare", "token": simulator.hec_token, "index": "main"}])
    modules.tasks(job("create", zone_id=zone_id, **splunk))
    simulator.push()
    pushed = len(simulator.events(host="shop.example.com"))
    assert pushed > 0
    run = modules.tasks(
        task(SEARCH, "count", check=True, search='index=main "shop.example.com" | stats count'),
        task(SEARCH, "rows", search="search index=main sourcetype=cloudflare:json | head 2"),
        task(SEARCH, "nothing", search="index=main nothing-of-the-kind", earliest="-5m"),
        task(SEARCH, "wrong", fails=True, search="| nonsense"),
        task(SEARCH, "empty", fails=True, search=""),
        splunk=empty_splunk,
    )
    assert (run["count"]["rows"], run["count"]["count"], run["count"]["changed"]) == (
        [{"count": str(pushed)}],
        1,
        False,
    )
    assert run["rows"]["count"] == len(run["rows"]["rows"]) == 2
    assert run["nothing"]["rows"] == []
    assert "Searching for | nonsense failed" in run["wrong"].msg and run["wrong"]["http_status"] == 400
    assert run["empty"].msg == "missing required arguments: search" and run["empty"].calls == []
