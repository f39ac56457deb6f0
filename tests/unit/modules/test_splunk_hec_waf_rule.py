# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The WAF rule for a proxied HEC host, from creation to deletion, beside rules of other people."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.tests.module_tasks import task

MODULE = "edgeops.logpush.splunk_hec_waf_rule"
HOST = "hec.shop.example.com"


def test_the_life_of_the_rule(modules, simulator, zone_id):
    waf = {"zone_id": zone_id, "host": HOST}
    run = modules.tasks(
        task(MODULE, "nothing given", fails=True),
        task(MODULE, "no zone", fails=True, host=HOST),
        task(MODULE, "no host", fails=True, zone_id=zone_id, host="https://hec.example.com:8088"),
        task(MODULE, "would create", check=True, **waf),
        task(MODULE, "create", **waf),
        task(MODULE, "create again", **waf),
        task(MODULE, "by the name of the zone", zone="shop.example.com", host=HOST),
        task(MODULE, "another host", zone_id=zone_id, host="hec2.shop.example.com"),
        task(MODULE, "would remove", check=True, state="absent", **waf),
        task(MODULE, "remove", state="absent", **waf),
        task(MODULE, "remove again", state="absent", **waf),
    )
    assert "host" in run["nothing given"].msg
    assert "exactly one" in run["no zone"].msg and "zone_id, zone" in run["no zone"].msg
    assert run["no host"].msg.startswith("host: ")
    assert [run[title].calls for title in ("nothing given", "no zone", "no host")] == [[], [], []]
    assert {outcome.task: (outcome["action"], outcome["changed"]) for outcome in run.outcomes[3:]} == {
        "would create": ("created", True),
        "create": ("created", True),
        "create again": ("unchanged", False),
        "by the name of the zone": ("unchanged", False),
        "another host": ("created", True),
        "would remove": ("deleted", True),
        "remove": ("deleted", True),
        "remove again": ("unchanged", False),
    }
    for title in ("create", "remove"):
        assert run[f"would {title}"]["diff"] == run[title]["diff"]
        assert len(run[f"would {title}"].requests) == 1 and len(run[title].requests) == 2
    assert run["create"]["diff"]["before_header"] == run["create"]["diff"]["after_header"] == f"WAF rule for {HOST}"
    assert run["create"]["rule"]["action"] == "skip" and HOST in run["create"]["rule"]["expression"]
    [ruleset] = simulator.state()["rulesets"][zone_id]
    assert [rule["ref"] for rule in ruleset["rules"]] == ["edgeops_logpush_hec2.shop.example.com"]
