# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One job from creation to removal, with the requests of each step."""

from __future__ import annotations

from .ansible import BOTH_WAYS, job

pytestmark = BOTH_WAYS

LIST = "GET jobs"


def test_every_step_of_a_life_and_its_requests(ansible, simulator, zone_id, splunk, stored):
    shorter = {"max_upload_interval_seconds": 60}
    run = ansible.tasks(
        job("nothing given", fails=True),
        job("would create", check=True, **splunk),
        job("create", **splunk),
        job("create again", **splunk),
        job("would update", check=True, **shorter),
        job("update", **shorter),
        job("update again", **shorter),
        job("would disable", check=True, enabled=False),
        job("disable", enabled=False),
        job("disable again", enabled=False),
        job("would enable", check=True),
        job("enable"),
        job("enable again"),
        job("would remove", check=True, state="absent"),
        job("remove", state="absent"),
        job("would remove again", check=True, state="absent"),
        job("remove again", state="absent"),
        defaults={"zone_id": zone_id},
    )
    assert run.returncode == 0, run.output
    assert run["nothing given"].failed
    assert "endpoint" in run["nothing given"].msg and "hec_token" in run["nothing given"].msg

    steps = {outcome.task: (outcome.result.get("action"), outcome.calls) for outcome in run.outcomes[1:]}
    assert steps == {
        # The name of the zone is the name of the new job.
        "would create": ("created", [LIST, "GET zone"]),
        "create": ("created", [LIST, "GET zone", "POST jobs"]),
        "create again": ("unchanged", [LIST]),
        "would update": ("updated", [LIST]),
        "update": ("updated", [LIST, "PUT job"]),
        "update again": ("unchanged", [LIST]),
        "would disable": ("disabled", [LIST]),
        "disable": ("disabled", [LIST, "PUT job"]),
        "disable again": ("unchanged", [LIST]),
        "would enable": ("enabled", [LIST]),
        "enable": ("enabled", [LIST, "PUT job"]),
        "enable again": ("unchanged", [LIST]),
        "would remove": ("deleted", [LIST]),
        "remove": ("deleted", [LIST, "DELETE job"]),
        "would remove again": ("unchanged", [LIST]),
        "remove again": ("unchanged", [LIST]),
    }
    assert all(outcome["changed"] == (outcome["action"] != "unchanged") for outcome in run.outcomes[1:])
    assert stored() == []

    for title in ("create", "update", "disable", "enable", "remove"):
        predicted, done = run[f"would {title}"], run[title]
        assert predicted["diff"] == done["diff"]
        assert predicted["job"]["destination"] == done["job"]["destination"]
        # A job that does not exist has no health.
        assert predicted["job"]["health"] == (None if title == "create" else done["job"]["health"])
    assert run["remove again"]["job"] == {}
