# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The activity of tokens, the events of zones, and the problems, as the module reports them."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import job, task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings, strings

DELIVERY = "edgeops.logpush.splunk_delivery_info"
FIELDS = ["EdgeStartTimestamp", "ClientRequestHost", "ZoneName"]
SEARCH = "POST search/jobs"
UNUSED = "7f7f7f7f-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
HIDDEN = "has no events for this user"


@pytest.fixture
def pushed(modules, simulator, splunk, empty_splunk):
    """Let the jobs of two zones push ten times in the last half hour; return the options that reach Splunk."""
    tokens = [{"name": "Cloudflare", "token": simulator.hec_token, "index": "main"}]
    tokens.append({"name": "Unused", "token": UNUSED, "index": "main"})
    simulator.reset(hec_tokens=tokens, settings={"hec_metrics_seconds": 60})
    for name in ("shop.example.com", "www.example.com"):
        options = {"field_names": FIELDS, "timestamp_format": "rfc3339"}
        modules.tasks(job(name, zone_id=simulator.zone_ids[name], output_options=options, **splunk))
    simulator.push_at(1800, rounds=10, interval=60)
    return empty_splunk


def read(modules, splunk, title="read", **options):
    """Run the module and return its outcome."""
    return modules.tasks(task(DELIVERY, title, check=True, **options), splunk=splunk)[title]


def test_tokens_zones_and_problems_are_reported(modules, simulator, pushed):
    done = read(modules, pushed, index="main")
    assert done.calls == ["GET data/inputs/http", *[SEARCH] * 3]
    assert done["changed"] is False and "warnings" not in done.result
    received = simulator.events()
    used, unused = done["tokens"]
    # Two test events arrived now, and HEC has not reported this minute.
    assert used == {
        "name": "Cloudflare",
        "requests": 20,
        "events": len(received) - 2,
        "errors": 0,
        "parser_errors": 0,
        "requests_while_disabled": 0,
    }
    assert unused == {**dict.fromkeys(used, 0), "name": "Unused"}
    for zone in done["zones"]:
        assert zone["events"] == len(simulator.events(host=zone["zone"])) > 0
        assert 0 <= zone["lag"] < 60 and zone["sourcetype"] == "cloudflare:json"
    assert [zone["zone"] for zone in done["zones"]] == ["shop.example.com", "www.example.com"]


def test_the_lag_is_the_time_from_an_event_until_it_is_stored(modules, simulator, pushed):
    def lags():
        return [zone["lag"] for zone in read(modules, pushed, index="main")["zones"]]

    newest = max(simulator.events(host="shop.example.com"), key=lambda event: event["time"])
    assert lags()[0] == newest["index_time"] - int(newest["time"])
    simulator.set_props({"cloudflare:json": {"DATETIME_CONFIG": "CURRENT"}})
    simulator.push()
    assert lags() == [0, 0]


def test_a_window_counts_what_was_stored_in_it(modules, simulator, pushed):
    assert read(modules, pushed, index="main", window=600)["zones"] == []
    [token] = read(modules, pushed, tokens=["Cloudflare"], window=600)["tokens"]
    assert token["requests"] == 0


def test_a_wrong_time_does_not_hide_an_event(modules, simulator, pushed):
    simulator.set_props({"cloudflare:json": {"TIME_PREFIX": "EdgeStartTimestamp", "TZ": "Asia/Tokyo"}})
    before = read(modules, pushed, index="main")["zones"]
    simulator.push()
    after = read(modules, pushed, index="main")["zones"]
    assert all(later["events"] > earlier["events"] for earlier, later in zip(before, after))


def test_only_the_named_tokens_are_reported(modules, pushed):
    done = read(modules, pushed, tokens=["http://Cloudflare", 'none" OR data.token_name="*'])
    assert [token["name"] for token in done["tokens"]] == ["Cloudflare", 'none" OR data.token_name="*']
    assert [token["requests"] for token in done["tokens"]] == [20, 0]
    assert done["zones"] == [] and len(done.calls) == 3


def test_requests_with_a_disabled_token_are_counted(modules, simulator, pushed):
    tokens = [{"name": "Cloudflare", "token": simulator.hec_token, "index": "main", "disabled": True}]
    jobs = [{**job["stored"], "zone_id": job["scope_id"]} for job in simulator.jobs()]
    simulator.reset(hec_tokens=tokens, settings={"hec_metrics_seconds": 60})
    for stored in jobs:
        stored.pop("id", None)
        simulator.add_job(**stored)
    simulator.push_at(1800, rounds=2, interval=60)
    done = read(modules, pushed)
    [token] = done["tokens"]
    assert token["requests_while_disabled"] == 4 and token["events"] == 0
    [problem] = [one for one in done["problems"] if one["component"] == "HttpInputDataHandler"]
    assert problem["count"] == 4 and "Token disabled" in problem["sample"]
    assert simulator.hec_token not in json.dumps(done.result)


def test_a_message_of_splunk_shows_no_token_and_no_log_line(modules, simulator, pushed):
    token = "correct-horse-battery"
    simulator.reset(hec_tokens=[{"name": "Cloudflare", "token": token, "index": "main"}])
    line = '{"ClientIP":"192.0.2.7","Cookies":"session=1"}'
    sample = f"11-28-2026 17:00:00.123 +0000 ERROR HttpInputDataHandler [1 x] - Failed with {token} or {UNUSED}, event={line}"
    row = {"component": "HttpInputDataHandler", "logpush_sourcetype": "-", "count": "1", "sample": sample}
    body = {"results": [row], "messages": [], "preview": False}
    # The search for problems follows the one for metrics, and, as there are none, one for any event.
    simulator.set_faults(
        {"kind": "status", "side": "splunk", "status": 200, "path": "search/jobs", "skip": 2, "body": body}
    )
    done = read(modules, pushed, tokens=["Cloudflare"])
    [problem] = done["problems"]
    assert problem["sample"] == "Failed with ******** or ********, ..."
    shown = "\n".join(strings(done.result))
    assert not [form for form in [*spellings(token), *spellings(UNUSED), "192.0.2.7"] if form in shown]


def test_no_metrics_are_no_zeros(modules, simulator, pushed):
    simulator.change_settings(hec_metrics_seconds=0)
    done = read(modules, pushed, tokens=["Cloudflare"])
    [token] = done["tokens"]
    assert token == {**dict.fromkeys(token), "name": "Cloudflare"}
    [warning] = done["warnings"]
    assert warning.startswith("The index _introspection has no events for this user")
    simulator.change_settings(hec_metrics_seconds=60, hec_metrics_whole=False)
    done = read(modules, pushed, tokens=["Unused"])
    assert done["tokens"][0]["requests"] is None and done["warnings"][0].startswith("No host reported metrics of HEC")


def test_an_index_without_events_is_no_evidence(modules, pushed):
    done = read(modules, pushed, index="cloudflare")
    assert done["zones"] == []
    [warning] = done["warnings"]
    assert warning.startswith("This user sees no event in index cloudflare")
    # The index has older events.
    assert "warnings" not in read(modules, pushed, index="main", window=600).result


@pytest.mark.parametrize("kind", ["WARN", "ERROR", "FATAL"])
def test_an_incomplete_search_fails(modules, simulator, pushed, kind):
    simulator.change_settings(search_partial=[{"type": kind, "text": "Unable to distribute to peer named idx2"}])
    failed = modules.tasks(task(DELIVERY, "read", fails=True, index="main"), splunk=pushed)["read"]
    assert failed.failed and "the search is not complete" in failed.msg and "peer named idx2" in failed.msg


def test_a_search_that_takes_too_long_fails(modules, simulator, pushed):
    simulator.change_settings(search_seconds=100)
    failed = modules.tasks(task(DELIVERY, "read", fails=True, index="main", timeout=30), splunk=pushed)["read"]
    assert "The time limit of the search is 25 seconds" in failed.msg and "use a larger timeout" in failed.msg


def test_splunk_cloud_needs_its_search_api(modules, simulator, pushed, empty_stack):
    options = {**empty_stack, "index": "main"}
    for url in (None, "https://admin.splunk.com", "https://admin.splunkcloudgc.com/"):
        failed = modules.tasks(task(DELIVERY, "read", fails=True, **{**options, "url": url}))["read"]
        assert failed.calls == []
        assert "(ACS) of Splunk Cloud has no search. Set url to the search API" in failed.msg
        assert f"https://{simulator.acs_stack}.splunkcloud.com:8089" in failed.msg
    simulator.change_settings(splunk_version="cloud")
    done = read(modules, {**pushed, "platform": "cloud"}, index="main")
    assert done.calls[-1] == SEARCH


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"index": "main*"}, "index: must be the name of one index"),
        ({"index": 'a" OR index=b'}, "index: must be the name of one index"),
        ({"window": 0}, "window: must be at least 1 second"),
    ],
)
def test_bad_options(modules, empty_splunk, options, words):
    failed = modules.tasks(task(DELIVERY, "read", fails=True, **options), splunk=empty_splunk)["read"]
    assert failed.msg.startswith(words) and failed.calls == []
