# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both ends of the deliveries of many zones are compared with few requests, and each difference is explained."""

from __future__ import annotations

import collections
import time
import typing as t

import pytest
import requests
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.simulator.splunk_state import CLOUDFLARE_PROPS
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import ModuleRunner

NOTHING_COMPARED = "Nothing was compared, so this run does not show whether logs arrive: "
HOUR = 3600
DAY = 24 * HOUR
NAMED = {"field_names": ["EdgeStartTimestamp", "ClientRequestHost", "ZoneName"], "timestamp_format": "rfc3339"}
# The documented configuration of the source type, for one more dataset.
PROPS = {
    "cloudflare:json": {**CLOUDFLARE_PROPS["cloudflare:json"], "TIME_PREFIX": r'"(EdgeStartTimestamp|Timestamp)":\s*"'}
}
DNS = {"field_names": ["Timestamp", "QueryName"], "timestamp_format": "rfc3339"}


class Ends:
    """Zones of the simulator whose jobs push to its Splunk, and the comparison of both ends."""

    def __init__(self, simulator: Simulator, modules: ModuleRunner) -> None:
        self.simulator = simulator
        self.modules = modules
        self.ids: dict[str, str] = {}

    def start(self, zones: int, **config: t.Any) -> None:
        """Reset the simulator to a number of zones without jobs."""
        self.ids = {f"zone{number}.example.com": f"{number:032x}" for number in range(1, zones + 1)}
        listed = [{"id": zone_id, "name": name} for name, zone_id in self.ids.items()]
        given = {"props": PROPS, **config, "settings": {"events_per_push": 10, **config.get("settings", {})}}
        self.simulator.reset(zones=listed, **given)

    def add_job(self, zone: str, dataset: str = "http_requests", parameters: t.Any = None, **fields: t.Any) -> int:
        """Store a job of a zone, and return its ID."""
        job = {
            "zone_id": self.ids[zone],
            "dataset": dataset,
            "name": zone,
            "enabled": True,
            "destination_conf": self.simulator.destination_conf(**(parameters or {})),
            "output_options": DNS if dataset == "dns_logs" else NAMED,
            **fields,
        }
        return self.simulator.add_job(**job)["id"]

    def delete_job(self, zone: str, job_id: int) -> None:
        """Delete a job of a zone, as somebody else would."""
        url = f"{self.simulator.api_url}/zones/{self.ids[zone]}/logpush/jobs/{job_id}"
        headers = {"Authorization": f"Bearer {self.simulator.api_token}"}
        requests.delete(url, headers=headers, timeout=10).raise_for_status()

    def add_jobs(self) -> None:
        """Store a job in each zone."""
        for zone in self.ids:
            self.add_job(zone)

    @property
    def splunk(self) -> dict[str, t.Any]:
        """The options that reach Splunk."""
        return {
            "url": self.simulator.management_url,
            "username": self.simulator.splunk_username,
            "password": self.simulator.splunk_password,
            "ca_path": self.simulator.ca_file,
        }

    def compare(self, fails: bool = False, more: t.Sequence[t.Any] = (), **options: t.Any) -> dict[str, t.Any]:
        """Return the result of the module for all zones, and for ``more`` of them."""
        zones: list[dict[str, str]] = [
            {"zone_id": zone_id, "zone_name": name, "host": name} for name, zone_id in self.ids.items()
        ]
        task = {
            "name": "compare",
            "splunk_logpush_delivery": {"zones": [*zones, *more], "splunk": self.splunk, **options},
            "ignore_errors": fails,
        }
        outcome = self.modules.tasks(task)["compare"]
        assert outcome.failed == fails, outcome.result
        return outcome.result

    def delivery_findings(self) -> dict[str, str]:
        """Return the findings of an audit about deliveries, by zone."""
        zones = [{"zone_id": zone_id, "zone_name": name, "host": name} for name, zone_id in self.ids.items()]
        requested = {"endpoint": self.simulator.hec_endpoint, "hec_token": self.simulator.hec_token}
        options = {
            "zones": zones,
            "job_defaults": requested,
            "certificates": False,
            "delivery": "true",
            "delivery_window": DAY,
        }
        task = {"name": "audit", "splunk_logpush_audit": options, "ignore_errors": True}
        findings = self.modules.tasks(task)["audit"].result["findings"]
        kinds = ("losing", "retrying", "silent")
        return {finding["host"]: finding["kind"] for finding in findings if finding["kind"] in kinds}

    def compare_between(self, begin: float, end: float, **more: t.Any) -> dict[str, t.Any]:
        """Return the result for the window between two times, in seconds since 1970."""
        return self.compare(end=utc(end), window=int(end) - int(begin), **more)


@pytest.fixture
def ends(simulator, modules):
    """Return zones whose deliveries can be compared."""
    return Ends(simulator, modules)


def verdicts(result: dict[str, t.Any]) -> dict[str, str]:
    """Return the verdict on each zone."""
    return {row["zone"]: row["verdict"] for row in result["results"]}


def row_of(result: dict[str, t.Any], zone: str) -> dict[str, t.Any]:
    """Return the row of the only job of a zone."""
    [row] = [row for row in result["results"] if row["zone"] == zone]
    return row


def utc(seconds: float) -> str:
    """Return a time as the options take it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def test_an_upload_across_each_end_is_no_loss(simulator, ends):
    # Splunk indexes the events of an upload two minutes after the time at which Cloudflare counts it.
    ends.start(2, settings={"upload_seconds": 120})
    ends.add_jobs()
    now = time.time()
    first, last = now - DAY, now - HOUR / 2
    simulator.push_at(DAY, rounds=48, interval=HOUR / 2)
    for difference, begin, end in ((10, first - 60, now - 700), (-10, first - 300, last - 60)):
        found = ends.compare_between(begin, end)
        assert {row["difference"] for row in found["results"]} == {difference}
        assert verdicts(found) == dict.fromkeys(ends.ids, "complete")


def test_a_loss_of_one_percent_within_a_day_is_found(simulator, ends):
    null_queue = [{"field": "ZoneName", "value": "zone1.example.com", "share": 0.013}]
    ends.start(1, settings={"null_queue": null_queue})
    ends.add_jobs()
    simulator.push_at(DAY, rounds=460, interval=185)
    found = ends.compare(fails=True)
    [row] = found["results"]
    assert (row["verdict"], row["records"]) == ("missing", 4600)
    assert row["smallest_visible_loss"] == {"events": 45, "percent": 0.978}
    # A little more than 1 %.
    assert 46 <= -row["difference"] < 92
    assert f"{-row['difference']} of 4,600 records are missing in Splunk" in row["msg"]
    assert "splunk_delivery_info" in found["msg"]


def test_a_batch_that_arrives_twice_is_a_surplus(simulator, ends):
    ends.start(2, settings={"push_faults": [{"kind": "twice", "zone": "zone1.example.com"}]})
    ends.add_jobs()
    simulator.push_at(DAY, rounds=24, interval=HOUR)
    found = ends.compare()
    assert verdicts(found) == {"zone1.example.com": "surplus", "zone2.example.com": "complete"}
    row = row_of(found, "zone1.example.com")
    assert (row["records"], row["events"], row["difference"]) == (240, 480, 240)
    assert "at least once" in row["reason"]


def test_each_way_finds_the_events(simulator, ends):
    ends.start(5)
    ends.add_job("zone1.example.com", parameters={"source": "zone-one"})
    ends.add_job("zone2.example.com", parameters={"host": "zone-two"}, dataset="dns_logs")
    ends.add_job("zone3.example.com")
    ends.add_job("zone4.example.com", dataset="dns_logs")
    ends.add_job("zone5.example.com", dataset="dns_logs")
    simulator.push_at(DAY, rounds=12, interval=2 * HOUR)
    simulator.wipe_requests()
    found = ends.compare()
    assert [row["verdict"] for row in found["results"]] == ["complete"] * 3 + ["unknown"] * 2
    assert [row["events"] for row in found["results"]] == [120, 120, 120, None, None]
    assert "only the sum" in found["results"][3]["reason"]
    [total] = found["sums"]
    # All jobs with the same token are in the sum.
    assert (total["jobs"], total["records"], total["events"], total["verdict"]) == (5, 600, 600, "complete")
    assert (total["sourcetype"], total["datasets"]) == ("cloudflare:json", ["dns_logs", "http_requests"])
    assert "sum of 5 jobs" in found["report"]
    # By metadata, by ZoneName, for the newest events, and two for the metrics of HEC.
    assert len(searches(simulator)) == 5


def test_a_sum_that_misses_events_fails_without_a_failed_zone(simulator, ends):
    ends.start(2, settings={"null_queue": [{"field": "QueryName", "value": "zone1.example.com"}]})
    for zone in ends.ids:
        ends.add_job(zone, dataset="dns_logs")
    simulator.push_at(DAY, rounds=12, interval=2 * HOUR)
    found = ends.compare(fails=True)
    assert verdicts(found) == dict.fromkeys(ends.ids, "unknown")
    assert not any(row["failed"] for row in found["results"])
    assert found["sums"][0]["verdict"] == "missing"
    assert "sum of 2 jobs: 120 of 240 records are missing in Splunk (50 %)" in found["stopped"]


UNKNOWN = {
    "csv": ({"output_options": {**NAMED, "output_type": "csv"}}, "output_type is csv"),
    "batch_prefix": ({"output_options": {**NAMED, "batch_prefix": "["}}, "batch_prefix adds a line"),
    "template": (
        {"output_options": {**NAMED, "record_template": "{{.ZoneName}}\n{{.ClientRequestHost}}"}},
        "record_template has line breaks",
    ),
    "dns": ({"dataset": "dns_logs"}, "only the sum"),
    "unnamed": (
        {"output_options": {"field_names": ["EdgeStartTimestamp"], "timestamp_format": "rfc3339"}},
        "only the sum",
    ),
    "defaults": ({"output_options": {}}, "not known whether the job pushes ZoneName"),
}


def test_each_reason_why_a_job_cannot_be_compared(simulator, ends):
    ends.start(len(UNKNOWN) + 3)
    expected = {}
    for zone, (fields, reason) in zip(ends.ids, UNKNOWN.values()):
        ends.add_job(zone, **fields)
        expected[zone] = reason
    *_others, twice, idle, good = ends.ids
    ends.add_job(twice)
    ends.add_job(twice, name="second")
    ends.add_job(good)
    simulator.push_at(DAY, rounds=8, interval=3 * HOUR)
    ends.add_job(idle)
    found = ends.compare()
    for zone, reason in {**expected, twice: "2 jobs of the zone", idle: "Cloudflare delivered nothing"}.items():
        for row in found["results"]:
            if row["zone"] == zone:
                assert (row["verdict"], row["failed"]) == ("unknown", False)
                assert reason in row["reason"]
    assert row_of(found, good)["verdict"] == "complete"
    # The events of a sum are not its records if one of its jobs writes CSV.
    assert {total["verdict"] for total in found["sums"]} == {"unknown"}
    # The same reason of several zones is one row.
    assert "? 2 jobs" in found["report"] or "? 2 zones" in found["report"]


def test_the_wrong_zones_of_a_fleet_are_found_and_no_others(simulator, ends):
    # Splunk guesses the times. It finds them if they are at the beginning of an event.
    faults = [
        {"kind": "drop", "zone": "zone7.example.com", "share": 0.2},
        {"kind": "retry", "zone": "zone14.example.com", "share": 0.2},
        {"kind": "silent", "zone": "zone21.example.com"},
    ]
    ends.start(
        50,
        props={},
        settings={
            "push_faults": faults,
            "null_queue": [{"field": "ZoneName", "value": "zone28.example.com"}],
            "field_order": {"zone35.example.com": "time_last"},
        },
    )
    fields = [
        *NAMED["field_names"],
        "ClientRequestUserAgent",
        "ClientRequestURI",
        "RayID",
        "ClientIP",
        "SecurityRuleID",
    ]
    for zone in ends.ids:
        ends.add_job(zone, output_options={**NAMED, "field_names": fields})
    simulator.push_at(DAY, rounds=10, interval=2 * HOUR)
    found = ends.compare(fails=True)
    rows = {row["zone"]: row for row in found["results"]}
    assert {zone for zone, row in rows.items() if row["failed"]} == {"zone28.example.com", "zone35.example.com"}
    losing, retrying, silent, dropped, late = (rows[f"zone{number}.example.com"] for number in (7, 14, 21, 28, 35))
    assert (losing["verdict"], losing["delivery"], losing["lost_uploads"] > 0) == ("complete", "losing", True)
    assert (retrying["verdict"], retrying["delivery"]) == ("complete", "retrying")
    assert (silent["verdict"], silent["delivery"]) == ("unknown", "silent")
    assert "Cloudflare delivered nothing" in silent["reason"]
    assert (dropped["verdict"], dropped["delivery"], dropped["events"]) == ("missing", "delivering", 0)
    assert "100 of 100 records are missing in Splunk (100 %)" in dropped["msg"]
    assert late["verdict"] == "complete"
    assert abs(late["time_deviation"]) > 1
    assert "EdgeStartTimestamp" in late["msg"]
    others = [row for row in found["results"] if row not in (losing, retrying, silent, dropped, late)]
    assert {(row["verdict"], row["delivery"], row["msg"], row["reason"]) for row in others} == {
        ("complete", "delivering", "", "")
    }
    assert {row["time_deviation"] for row in others} == {0.0}
    assert found["msg"].startswith("2 of 50 jobs have problems.")
    assert ends.delivery_findings() == {
        "zone7.example.com": "losing",
        "zone14.example.com": "retrying",
        "zone21.example.com": "silent",
    }
    assert "Cloudflare dropped" in found["report"]


def test_a_thousand_zones_take_a_search_for_each_way(simulator, ends):
    ends.start(1000)
    ends.add_jobs()
    simulator.wipe_requests()
    found = ends.compare()
    assert found["summary"]["unknown"] == found["summary"]["jobs"] == 1000
    sent = collections.Counter((entry["side"], entry["path"].rpartition("/")[2]) for entry in simulator.requests())
    # The limits of the analytics, and ten zones in each query.
    assert sent["api", "graphql"] == 101
    assert sent["api", "jobs"] == 1000
    assert sent["splunk", "jobs"] == 4
    # All zones have the same reason.
    assert "  ? 1,000 zones" in found["report"]
    assert len(found["report"].splitlines()) == 5
    assert {row["reason"].partition(":")[0] for row in found["results"]} == {
        "Cloudflare delivered nothing in this window"
    }


def test_a_fleet_of_which_nothing_can_be_read_fails(simulator, ends):
    ends.start(2)
    ends.add_jobs()
    for options, message in (
        ({"api_token": "of-nobody"}, "API token"),
        ({"splunk": {**ends.splunk, "password": "wrong"}}, "password"),
        ({"splunk": {**ends.splunk, "platform": "cloud", "stack": "acme", "url": ""}}, "no search"),
        ({"window": 0}, "window"),
        ({"end": utc(time.time())}, "at least 600 seconds ago"),
        ({"end": "yesterday"}, "2026-11-22T10:00:00Z"),
        ({"tolerance": -1}, "percentage"),
        ({"search_timeout": 1}, "search_timeout"),
    ):
        found = ends.compare(fails=True, **options)
        assert message in found["msg"]
        assert "results" not in found


def test_without_analytics_read_every_zone_is_unknown(simulator, ends):
    ends.start(2, api_tokens=[{"id": "1", "token": simulator.api_token, "permissions": ["logs_write", "zone_read"]}])
    ends.add_jobs()
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    found = ends.compare()
    assert verdicts(found) == dict.fromkeys(ends.ids, "unknown")
    assert all("Analytics" in row["reason"] for row in found["results"])
    # Nobody may take this for a proof that logs arrive.
    assert found["warnings"] == [f"{NOTHING_COMPARED}no job could be compared."]
    ends.start(1)
    assert ends.compare()["warnings"] == [f"{NOTHING_COMPARED}no job pushes to a collector."]


def test_a_zone_that_cannot_be_read_is_unknown_and_so_are_sums(simulator, ends):
    ends.start(2)
    ends.add_job("zone1.example.com", dataset="dns_logs")
    ends.add_job("zone2.example.com")
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    path = f"{ends.ids['zone2.example.com']}/logpush"
    simulator.set_faults({"kind": "status", "status": 403, "path": path, "times": None})
    found = ends.compare()
    assert verdicts(found) == dict.fromkeys(ends.ids, "unknown")
    assert row_of(found, "zone2.example.com")["reason"].startswith("the jobs cannot be read: ")
    assert "jobs of 1 of the zones and accounts cannot be read" in found["sums"][0]["reason"]


def test_a_deleted_job_may_have_events_in_a_sum(simulator, ends):
    ends.start(2)
    ends.add_job("zone1.example.com", dataset="dns_logs")
    gone = ends.add_job("zone2.example.com", dataset="dns_logs")
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    ends.delete_job("zone2.example.com", gone)
    found = ends.compare()
    assert "1 of the jobs that delivered in this window no longer exist" in found["sums"][0]["reason"]


def test_the_events_of_a_deleted_job_are_not_those_of_its_successor(simulator, ends):
    # Splunk drops every event of the new job, and the events of the old one have the same ZoneName.
    ends.start(2)
    gone = ends.add_job("zone1.example.com")
    ends.add_job("zone2.example.com")
    simulator.push_at(DAY, rounds=6, interval=HOUR)
    ends.delete_job("zone1.example.com", gone)
    ends.add_job("zone1.example.com")
    simulator.change_settings(null_queue=[{"field": "ZoneName", "value": "zone1.example.com"}])
    simulator.push_at(DAY / 2, rounds=6, interval=HOUR)
    found = ends.compare()
    assert verdicts(found) == {"zone1.example.com": "unknown", "zone2.example.com": "complete"}
    assert "no longer exists" in row_of(found, "zone1.example.com")["reason"]


def test_another_sender_with_the_token_is_seen_in_the_metrics(simulator, ends):
    ends.start(2, settings={"hec_metrics_seconds": 60})
    ends.add_job("zone1.example.com", dataset="dns_logs")
    simulator.push_at(DAY, rounds=20, interval=HOUR)
    [total] = ends.compare()["sums"]
    assert (total["verdict"], total["reason"]) == ("complete", "")
    # A zone that is not compared.
    ends.add_job("zone2.example.com", dataset="dns_logs")
    ends.ids.pop("zone2.example.com")
    simulator.push_at(DAY - HOUR / 2, rounds=20, interval=HOUR)
    [total] = ends.compare()["sums"]
    assert total["verdict"] == "unknown"
    assert "others use the HEC token" in total["reason"]
    # Without the metrics, the sum does not show whether others push.
    simulator.change_settings(hec_metrics_seconds=0)
    [total] = ends.compare()["sums"]
    assert total["verdict"] == "surplus"
    assert (
        "It is not known whether others use the HEC token, too. The index _introspection has no events"
        in total["reason"]
    )


def test_no_events_in_an_index_that_the_user_may_not_search_are_no_loss(simulator, ends):
    user = {"name": "reader", "password": "reader-password", "indexes": ["elsewhere"]}
    ends.start(1, splunk_users=[user])
    ends.add_jobs()
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    found = ends.compare(splunk={**ends.splunk, "username": user["name"], "password": user["password"]})
    assert verdicts(found) == {"zone1.example.com": "unknown"}
    assert "may not be searched by this user" in found["results"][0]["reason"]


def test_a_collector_in_between_is_the_reason_for_wrong_times(simulator, ends):
    ends.start(1, settings={"hec_behind_opentelemetry": True})
    ends.add_jobs()
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    found = ends.compare(fails=True)
    assert found["results"][0]["verdict"] == "complete"
    assert "The reason is an OpenTelemetry Collector" in found["msg"]


def test_a_collector_in_between_can_change_the_source_type(simulator, ends):
    tokens = [{"name": "cloudflare", "token": simulator.hec_token, "index": "main", "sourcetype": "otel"}]
    ends.start(1, settings={"hec_behind_opentelemetry": "raw"}, hec_tokens=tokens)
    ends.add_jobs()
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    found = ends.compare(fails=True)
    assert found["results"][0]["verdict"] == "missing"
    assert "Between Logpush and Splunk is an OpenTelemetry Collector, whose HTTP 200 proves nothing" in found["msg"]


def test_a_search_that_ends_early_is_no_count(simulator, ends):
    ends.start(1)
    ends.add_jobs()
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    failed = {"kind": "status", "status": 500, "side": "splunk", "path": "search/jobs"}
    # The second search counts by ZoneName, the third reads the newest events.
    simulator.set_faults({**failed, "skip": 1, "times": 1})
    found = ends.compare(splunk={**ends.splunk, "retries": 0})
    assert "could not be counted by ZoneName" in found["results"][0]["reason"]
    simulator.set_faults({**failed, "skip": 2, "times": 1})
    found = ends.compare(splunk={**ends.splunk, "retries": 0})
    assert verdicts(found) == {"zone1.example.com": "complete"}
    assert "The times of the events were not checked" in found["warnings"][0]
    # The search by metadata is needed for everything.
    simulator.change_settings(search_partial="WARN")
    simulator.set_faults()
    assert "results" not in ends.compare(fails=True)


def test_no_secret_is_in_the_result(simulator, ends):
    ends.start(1)
    ends.add_job("zone1.example.com", parameters={"source": "shop"})
    simulator.push_at(DAY, rounds=6, interval=3 * HOUR)
    text = str(ends.compare())
    assert "'verdict': 'complete'" in text
    for secret in (simulator.hec_token, simulator.api_token, simulator.splunk_password):
        assert secret not in text


def searches(simulator: Simulator) -> list[dict[str, t.Any]]:
    """Return the searches that Splunk received."""
    return [entry for entry in simulator.requests(side="splunk") if entry["path"].endswith("/search/jobs")]
