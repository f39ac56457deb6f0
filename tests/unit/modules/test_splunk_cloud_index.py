# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indexes on Splunk Cloud: created later than requested, and changed only as far as the retention options say."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task

INDEX = "edgeops.logpush.splunk_index"
TOKEN = "edgeops.logpush.splunk_hec_token"
READ, WRITE = "GET indexes/cloudflare", "POST indexes"


@pytest.fixture
def stack(simulator, empty_stack):
    simulator.reset(indexes=[{"name": "main"}], hec_tokens=[], settings={"acs_delay": 0.03})
    return empty_stack


def indexes(simulator):
    """Return the indexes of the stack by their names."""
    return {index["name"]: index for index in simulator.state()["indexes"]}


def sent(outcome):
    """Return the bodies of the requests that write."""
    return [entry["json"] for entry in outcome.requests if entry["method"] in ("POST", "PATCH", "DELETE")]


def test_the_life_of_an_index_on_splunk_cloud(modules, simulator, stack):
    run = modules.tasks(
        task(INDEX, "would create", check=True, name="cloudflare", searchable_days=30),
        task(INDEX, "create", name="cloudflare"),
        task(INDEX, "again", name="cloudflare"),
        # It exists when the task ends: ACS accepts a token for it.
        task(TOKEN, "token", name="t", index="cloudflare", indexes=["cloudflare"]),
        task(INDEX, "change", name="cloudflare", searchable_days=365, max_data_size_mb=0),
        task(INDEX, "same", name="cloudflare", searchable_days=365),
        task(INDEX, "without options", name="cloudflare"),
        task(INDEX, "missing", name="cloudflares", create=False),
        task(INDEX, "there", name="main", create=False),
        splunk=stack,
    )
    actions = {outcome.task: outcome.result.get("action") for outcome in run.outcomes if outcome.task != "token"}
    assert actions == {
        "would create": "created",
        "create": "created",
        "again": "unchanged",
        "change": "updated",
        "same": "unchanged",
        "without options": "unchanged",
        "missing": "unchanged",
        "there": "unchanged",
    }
    assert run["would create"]["diff"]["after"] == {"name": "cloudflare", "searchable_days": 30}
    assert sent(run["would create"]) == [] and sent(run["again"]) == [] and sent(run["without options"]) == []
    assert sent(run["create"]) == [{"name": "cloudflare", "datatype": "event"}]
    assert run["create"]["index"] == {"name": "cloudflare", "searchable_days": 90, "max_data_size_mb": 0}
    assert sent(run["change"]) == [{"searchableDays": 365}]
    assert (run["change"]["diff"]["before"], run["change"]["diff"]["after"]) == (
        {"searchable_days": 90},
        {"searchable_days": 365},
    )
    assert indexes(simulator)["cloudflare"]["settings"] == {"searchableDays": 365}
    assert (run["missing"]["exists"], run["there"]["exists"]) == (False, True)
    warning = run["missing"]["warnings"][0]
    assert "Index cloudflare exists: is that the name you want?" in warning
    assert set(indexes(simulator)) == {"main", "cloudflare"}


def test_a_shorter_retention_needs_consent(modules, simulator, stack):
    simulator.reset(indexes=[{"name": "cloudflare", "settings": {"searchableDays": 90}}], settings={"acs_delay": 0.03})
    run = modules.tasks(
        task(INDEX, "fewer days", fails=True, name="cloudflare", searchable_days=30),
        task(INDEX, "a limit", fails=True, check=True, name="cloudflare", max_data_size_mb=100),
        task(INDEX, "an archive that is too short", fails=True, name="cloudflare", archival_retention_days=60),
        task(INDEX, "consent", name="cloudflare", searchable_days=30, max_data_size_mb=100, allow_shrinking=True),
        splunk=stack,
    )
    assert "searchable_days from 90 to 30" in run["fewer days"].msg and "allow_shrinking: true" in run["fewer days"].msg
    assert "max_data_size_mb from 0 to 100" in run["a limit"].msg
    assert run["an archive that is too short"].msg.startswith("archival_retention_days: must be at least")
    assert all(sent(outcome) == [] for outcome in run.outcomes[:3])
    assert sent(run["consent"]) == [{"searchableDays": 30, "maxDataSizeMB": 100}]


def test_options_that_cannot_be_used_are_refused_before_a_request(modules, stack):
    enterprise = {"platform": "enterprise", "url": "https://splunk.invalid:8089"}
    run = modules.tasks(
        task(INDEX, "name", fails=True, name="Cloudflare"),
        task(INDEX, "long name", fails=True, name="a" * 81),
        task(INDEX, "days", fails=True, name="cloudflare", searchable_days=0),
        task(INDEX, "archive", fails=True, name="cloudflare", searchable_days=90, archival_retention_days=30),
        task(INDEX, "enterprise", fails=True, name="cloudflare", searchable_days=30, **enterprise),
        task(INDEX, "stack", fails=True, name="cloudflare", stack="acme.splunkcloud.com"),
        splunk=stack,
    )
    assert all(outcome.requests == [] for outcome in run.outcomes)
    assert run["enterprise"].msg == "searchable_days: can be set only with platform: cloud"
    assert run["days"].msg == "searchable_days: must be at least 1" and run["stack"].msg.startswith("stack: ")


def test_an_index_that_another_run_creates_is_waited_for(modules, simulator, stack):
    simulator.change_settings(acs_delay=0.2)
    other = ["POST", "faults", [{"kind": "status", "side": "acs", "status": 503, "method": "POST", "moment": "after"}]]
    run = modules.tasks(
        # The answer to the first request says that ACS is busy, although it accepted the request.
        task(INDEX, "create", before=[other], name="cloudflare"),
        splunk=stack,
    )
    assert run["create"]["action"] == "created"
    assert [entry["status"] for entry in run["create"].requests if entry["method"] == "POST"] == [503, 409]
    assert "cloudflare" in indexes(simulator)


def test_an_index_that_does_not_appear_in_time(modules, simulator, stack, no_waits):
    simulator.change_settings(acs_delay=60)
    run = modules.tasks(task(INDEX, "create", fails=True, name="cloudflare", wait_timeout=30), splunk=stack)
    assert run["create"].msg == (
        "Splunk Cloud accepted the change of index cloudflare, but it is not visible after 30 seconds. Run this again later, or "
        "raise wait_timeout."
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "cloudflare", "datatype": "metric", "searchableDays": 90}, "exists with the type metric"),
        ({"name": "cloudflare", "searchableDays": "a year"}, "searchableDays of the index is not a whole number"),
        ({"name": "cloudflare", "searchableDays": [90]}, "searchableDays of the index is not a whole number"),
        ({"name": "other"}, "does not contain index cloudflare"),
        ([], "does not contain index cloudflare"),
        ("no json {", "the answer is not JSON"),
    ],
)
def test_an_answer_that_is_no_index_changes_nothing(modules, stack, body, words):
    fault = {"kind": "empty", "side": "acs", "method": "GET", "body": body, "times": None}
    run = modules.tasks(
        task(INDEX, "look", before=[faults(fault)], fails=True, name="cloudflare", searchable_days=365), splunk=stack
    )
    assert words in run["look"].msg and sent(run["look"]) == []


def test_refusals_say_what_to_do(modules, simulator, stack):
    users = [{"name": "sc_admin", "password": "p", "capabilities": ["edit_token_http"]}]
    simulator.reset(splunk_users=users)
    run = modules.tasks(
        task(INDEX, "capability", fails=True, name="cloudflare"),
        task(INDEX, "look", name="cloudflare", create=False),
        splunk=stack,
    )
    assert "insufficient permission(s)" in run["capability"].msg and "sc_admin" in run["capability"].msg
    assert run["look"]["exists"] is None
    simulator.reset(settings={"acs_supported": False})
    trial = modules.tasks(task(INDEX, "trial", fails=True, name="cloudflare"), splunk=stack)["trial"]
    assert "operation not supported for splunk stack" in trial.msg and "free trials do not" in trial.msg
    assert simulator.acs_token not in json.dumps(trial.result)
