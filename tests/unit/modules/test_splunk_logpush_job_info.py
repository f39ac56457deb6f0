# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs shown with their health, as a user sees them: check mode, many scopes, and never a secret."""

from __future__ import annotations

from urllib.parse import quote

from ansible_collections.edgeops.logpush.tests.module_tasks import task

MODULE = "edgeops.logpush.splunk_logpush_job_info"
SECRET = 'SECRET+of/another="job'


def test_the_jobs_of_one_and_of_many(modules, simulator, zone_id):
    conf = simulator.destination_conf(quote(SECRET, safe=""))
    failed = {"last_error": "2026-01-01T00:00:00Z", "error_message": f"refused: {quote(SECRET, safe='')} / {SECRET}"}
    simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=conf, **failed)
    simulator.add_job(zone_id=zone_id, name="dns", dataset="dns_logs", destination_conf=conf)
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf="s3://bucket")
    scopes = [{"zone": "shop.example.com"}, {"account_id": simulator.account_id}]
    run = modules.tasks(
        task(MODULE, "nothing given", fails=True),
        task(MODULE, "one", check=True, zone_id=zone_id),
        task(MODULE, "many", zones=scopes, dataset="dns_logs"),
        task(MODULE, "by name", zones=["shop.example.com"], dataset="dns_logs"),
        task(MODULE, "both ways", fails=True, zones=scopes, zone_id=zone_id),
        task(MODULE, "not there", fails=True, zones=[{"zone": "nowhere.example.com"}]),
        task(MODULE, "no mapping", fails=True, zones=["a name, or not"]),
    )
    assert "exactly one" in run["nothing given"].msg
    one = run["one"]
    assert [(entry["name"], entry["health"]) for entry in one["jobs"]] == [("web", "failing"), ("dns", "disabled")]
    assert (one["summary"]["jobs"], one["summary"]["failing"], one["summary"]["disabled"]) == (2, 1, 1)
    assert one["jobs"][0]["error_message"] == "refused: ******** / ********"
    assert one.calls == ["GET jobs"] and not one["changed"]
    assert [(entry["zone"], entry["name"]) for entry in run["many"]["jobs"]] == [("shop.example.com", "dns")]
    assert run["by name"]["jobs"] == run["many"]["jobs"]
    assert run["both ways"].msg.startswith("zones: ")
    assert "nowhere.example.com" in run["not there"].msg
    assert run["no mapping"].failed and "zones" in run["no mapping"].msg
    assert "SECRET" not in run.report
