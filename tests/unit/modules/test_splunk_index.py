# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indexes and searches: made where missing, and events found where they arrived."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.tests.module_tasks import job, task

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
    read = "GET data/indexes/cloudflare"
    assert {outcome.task: (outcome["action"], outcome["changed"], outcome.calls) for outcome in run.outcomes[1:4]} == {
        "would create": ("created", True, [read]),
        "create": ("created", True, [read, "POST data/indexes"]),
        "create again": ("unchanged", False, [read]),
    }
    assert run["would create"]["diff"] == run["create"]["diff"] == {"before": {}, "after": {"name": "cloudflare"}}
    assert run["wrong name"].msg.startswith("name: ") and run["wrong name"].calls == []
    assert "cloudflare" in {entry["name"] for entry in simulator.state()["indexes"]}


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
