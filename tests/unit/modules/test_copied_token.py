# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HEC tokens that are copied from another one, and HEC tokens that are only read."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.tests.unit.kills import KilledError, killing_send

OLD = "0a1b2c3d-1111-4a6b-8c7d-9e0f1a2b3c4d"
SETTINGS = {
    "index": "cloudflare",
    "indexes": ["cloudflare", "main"],
    "sourcetype": "cloudflare:json",
    "source": "logpush",
    "host": "edge",
    "description": "Of the edge",
    "app": "cloudflare",
    "owner": "admin",
    "sharing": "global",
    "read": ["admin", "power"],
    "write": ["power"],
    "allowQueryStringAuth": True,
    "more": {"queueSize": "1MB"},
}


@pytest.fixture
def management(simulator):
    """Let Splunk have a token with many settings; return the options that reach its management API."""
    simulator.reset(
        hec_tokens=[{"name": "old", "token": OLD, "useACK": True, **SETTINGS}, {"name": "other", "token": "x" * 20}],
        indexes=[{"name": "main"}, {"name": "cloudflare"}],
    )
    return {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }


def tokens(simulator):
    """Return the tokens of Splunk by name."""
    return {token["name"]: token for token in simulator.state()["hec_tokens"]}


def of(title, module="splunk_hec_token", **options):
    """Return a task of a module for tokens."""
    more = {key: options.pop(key) for key in ("check_mode", "ignore_errors") if key in options}
    return {"name": title, f"edgeops.logpush.{module}": options, **more}


def test_a_copy_has_everything_but_the_value_the_name_and_the_state(simulator, modules, management):
    run = modules.tasks(
        of("copy", name="new", like="old"),
        of("again", name="new", like="old"),
        of("override", name="third", like="old", sourcetype="own", acl={"read": ["admin"]}, allow_ack=True),
        splunk=management,
    )
    found = tokens(simulator)
    new = found["new"]
    assert {name: new[name] for name in SETTINGS} == SETTINGS
    assert new["token"] != OLD and not new["disabled"] and not new["useACK"]
    assert "acknowledgement" in str(run["copy"]["warnings"])
    assert run["again"]["action"] == "unchanged"
    assert found["third"]["sourcetype"] == "own" and found["third"]["useACK"]
    assert found["third"]["read"] == ["admin"] and found["third"]["write"] == ["power"]


def test_a_copy_is_left_alone_when_its_source_is_disabled_or_deleted(simulator, modules, management):
    run = modules.tasks(
        of("copy", name="new", like="old"),
        of("disable", name="old", enabled=False),
        of("while disabled", name="new", like="old"),
        of("delete", name="old", state="absent"),
        of("without source", name="new", like="old"),
        of("neither", name="newer", like="old", ignore_errors=True),
        splunk=management,
    )
    assert run["while disabled"]["action"] == run["without source"]["action"] == "unchanged"
    assert run["neither"].msg == "like: there is no HEC token old, so newer cannot be created as its copy"
    assert set(tokens(simulator)) == {"new", "other"}


def test_a_copy_of_a_disabled_token_is_enabled(simulator, modules, management):
    modules.tasks(of("disable", name="old", enabled=False), of("copy", name="new", like="old"), splunk=management)
    assert tokens(simulator)["old"]["disabled"] and not tokens(simulator)["new"]["disabled"]


def test_a_copy_without_its_permissions_is_not_used_and_completed_later(simulator, modules, management):
    simulator.set_faults({"side": "splunk", "method": "POST", "path": "/new/acl", "kind": "status", "status": 403})
    run = modules.tasks(of("copy", name="new", like="old", ignore_errors=True), splunk=management)
    assert "permissions (owner, sharing, read, write) are missing" in run["copy"].msg
    assert tokens(simulator)["new"]["disabled"]
    simulator.set_faults()
    modules.tasks(of("copy", name="new", like="old"), splunk=management)
    new = tokens(simulator)["new"]
    assert not new["disabled"] and {name: new[name] for name in SETTINGS} == SETTINGS


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_copy_that_was_killed_at_any_write_is_completed_by_the_next_run(
    simulator, modules, management, monkeypatch, moment
):
    copy = of("copy", name="new", like="old")
    killed_at = 0
    while True:
        killed_at += 1
        with monkeypatch.context() as killed:
            killed.setattr(Http, "send", killing_send(killed_at, moment))
            try:
                modules.tasks(copy, splunk=management)
            except KilledError:
                pass
            else:
                break
        modules.tasks(copy, splunk=management)
        new = tokens(simulator)["new"]
        assert not new["disabled"] and {name: new[name] for name in SETTINGS} == SETTINGS
        modules.tasks(of("delete", name="new", state="absent"), splunk=management)
    # Created, its permissions set, enabled.
    assert killed_at == 4


def test_permissions_that_splunk_accepts_and_does_not_set_are_missing(simulator, modules, management):
    answer = {"kind": "status", "status": 200, "body": {"entry": []}}
    simulator.set_faults({"side": "splunk", "method": "POST", "path": "/new/acl", "times": None, **answer})
    run = modules.tasks(of("copy", name="new", like="old", ignore_errors=True), splunk=management)
    assert "did not set them: owner admin, sharing global, read admin,power, write power." in run["copy"].msg
    assert tokens(simulator)["new"]["disabled"]


def test_a_disabled_token_is_left_alone_except_for_given_options(simulator, modules, management):
    run = modules.tasks(
        of("copy", name="new", like="old", enabled=False),
        of("changed by hand", name="new", sourcetype="own", acl={"read": ["admin"]}, enabled=False),
        of("again", name="new", like="old", enabled=False),
        of("enabled", name="new", like="old", host="given"),
        splunk=management,
    )
    new = tokens(simulator)["new"]
    assert run["copy"]["token"]["description"] == "Of the edge" and run["again"]["action"] == "unchanged"
    assert (new["sourcetype"], new["read"], new["host"], new["disabled"]) == ("own", ["admin"], "given", False)


def test_an_incomplete_copy_is_not_used_without_its_source(simulator, modules, management):
    simulator.set_faults({"side": "splunk", "method": "POST", "path": "/new/acl", "kind": "status", "status": 403})
    run = modules.tasks(
        of("copy", name="new", like="old", ignore_errors=True),
        of("delete", name="old", state="absent"),
        of("again", name="new", like="old", ignore_errors=True),
        splunk=management,
    )
    new = tokens(simulator)["new"]
    assert "left as an incomplete copy" in run["again"].msg and new["disabled"]
    assert new["description"] == "Incomplete copy of old. Do not use it."


def test_an_incomplete_copy_of_a_token_without_description_loses_its_mark(simulator, modules, management):
    fault = {"side": "splunk", "method": "POST", "path": "/new/acl", "kind": "status", "status": 403}
    simulator.set_faults(fault)
    run = modules.tasks(
        of("copy", name="new", like="other", ignore_errors=True, enabled=False),
        of("again", name="new", like="other", enabled=False),
        splunk=management,
    )
    assert run["copy"].failed
    assert tokens(simulator)["new"]["description"] == "" and tokens(simulator)["new"]["disabled"]


def test_a_copy_on_splunk_cloud_has_what_acs_has(simulator, modules, empty_stack):
    modules.tasks(
        of(
            "old",
            name="old",
            index="cloudflare",
            indexes=["cloudflare"],
            sourcetype="cloudflare:json",
            source="logpush",
        ),
        of("copy", name="new", like="old"),
        of("again", name="new", like="old"),
        splunk=empty_stack,
    )
    found = tokens(simulator)
    for setting in ("index", "indexes", "sourcetype", "source"):
        assert found["new"][setting] == found["old"][setting]


@pytest.mark.parametrize("platform", ["enterprise", "cloud"])
def test_tokens_are_read_without_their_values(simulator, modules, management, platform):
    options = management
    if platform == "cloud":
        stack = {"platform": "cloud", "stack": simulator.acs_stack, "auth_token": simulator.acs_token}
        options = {"url": simulator.acs_url, **stack}
    run = modules.tasks(
        of("all", "splunk_hec_token_info"),
        of("one", "splunk_hec_token_info", name="old"),
        of("none", "splunk_hec_token_info", names=["missing"]),
        of("values", "splunk_hec_token_info", names=["old"], with_values=True),
        of("both", "splunk_hec_token_info", name="old", names=["old"], ignore_errors=True),
        splunk=options,
    )
    assert [token["name"] for token in run["all"]["tokens"]] == ["old", "other"]
    [old] = run["one"]["tokens"]
    assert old["sourcetype"] == "cloudflare:json" and old["token"] == "********" and "values" not in run["one"].result
    assert run["none"]["tokens"] == [] and run["values"]["values"] == {"old": OLD}
    assert run["both"].msg == "name, names: only one of them can be set"
    assert run.report.count(OLD) == 1
    assert {request["method"] for request in simulator.requests(side="splunk")} <= {"GET", "POST"}
