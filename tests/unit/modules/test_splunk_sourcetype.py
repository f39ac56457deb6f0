# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A source type is created, changed, deleted, and left to an installed app that defines it."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.sourcetype_settings import stanza
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.simulator.splunk_state import CLOUDFLARE_PROPS

MODULE = "edgeops.logpush.splunk_sourcetype"
NAME = "cloudflare:json"
ZONE_DATASETS = ["http_requests", "firewall_events"]
ANY = "GET configs/conf-props/cloudflare:json"
OWN = stanza({"datasets": ZONE_DATASETS})


def of(title, **options):
    """Return a task for the source type cloudflare:json."""
    return task(MODULE, title, **{"name": NAME, "datasets": ZONE_DATASETS, **options})


def gone(title, **options):
    """Return a task that removes the source type."""
    return task(MODULE, title, **{"name": NAME, "state": "absent", **options})


def written(simulator):
    """Return the stanzas that the simulated Splunk has, besides those of the installed app."""
    return {(one["app"], one["name"]): one for one in simulator.state()["source_types"]}


def test_the_life_of_a_source_type(modules, simulator, empty_splunk):
    run = modules.tasks(
        task(MODULE, "nothing given", fails=True),
        of("would create", check=True),
        of("create"),
        of("create again"),
        of("change", timestamp_format="rfc3339ms", settings={"TRUNCATE": 500000, "AUTO_KV_JSON": False}),
        of("change again", timestamp_format="rfc3339ms", settings={"TRUNCATE": "500000", "AUTO_KV_JSON": "false"}),
        gone("would remove", check=True),
        gone("remove"),
        gone("remove again"),
        splunk=empty_splunk,
    )
    assert "name" in run["nothing given"].msg
    info = "GET server/info"
    create = ["POST configs/conf-props", "POST configs/conf-props/cloudflare:json/acl"]
    change, delete = "POST configs/conf-props/cloudflare:json", "DELETE configs/conf-props/cloudflare:json"
    assert {outcome.task: (outcome["action"], outcome["changed"], outcome.calls) for outcome in run.outcomes[1:]} == {
        "would create": ("created", True, [ANY, ANY, info]),
        "create": ("created", True, [ANY, ANY, info, *create]),
        "create again": ("unchanged", False, [ANY, ANY]),
        "change": ("updated", True, [ANY, ANY, info, change]),
        "change again": ("unchanged", False, [ANY, ANY]),
        "would remove": ("deleted", True, [ANY, ANY]),
        "remove": ("deleted", True, [ANY, ANY, delete]),
        "remove again": ("unchanged", False, [ANY, ANY]),
    }
    assert run["would create"]["diff"] == run["create"]["diff"]
    assert run["create"]["diff"]["after"] == {**OWN, "sharing": "global"}
    assert run["create"]["sourcetype"] == {
        "name": NAME,
        "app": "search",
        "datasets": ZONE_DATASETS,
        "settings": OWN,
    }
    headers = {"before_header": "source type cloudflare:json", "after_header": "source type cloudflare:json"}
    assert run["change"]["diff"] == {
        **headers,
        "before": {"TIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ", "TRUNCATE": "100000", "AUTO_KV_JSON": "true"},
        "after": {"TIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%3NZ", "TRUNCATE": "500000", "AUTO_KV_JSON": "false"},
    }
    # A change sends only what differs.
    [sent] = [one["form"] for one in simulator.requests(side="splunk", method="POST") if "TIME_FORMAT" in one["form"]][
        1:
    ]
    assert set(sent) == {"TIME_FORMAT", "TRUNCATE", "AUTO_KV_JSON", "output_mode"}
    assert run["remove"]["sourcetype"]["settings"] == {} and written(simulator) == {}
    assert not any("warnings" in outcome.result for outcome in run.outcomes)


def test_what_splunk_has_afterwards(modules, simulator, empty_splunk):
    modules.tasks(of("create", dataset="spectrum_events", app="launcher"), splunk=empty_splunk)
    settings = stanza({"dataset": "spectrum_events", "datasets": ZONE_DATASETS})
    assert simulator.state()["props"] == {NAME: settings}
    stored = written(simulator)["launcher", NAME]
    assert (stored["owner"], stored["sharing"], stored["folder"]) == ("nobody", "global", "local")


def test_a_source_type_of_an_installed_app_is_left_as_it_is(modules, simulator, empty_splunk):
    simulator.set_props(CLOUDFLARE_PROPS)
    run = modules.tasks(
        of("read by the app"),
        of("not read by the app", datasets=[*ZONE_DATASETS, "dns_logs"]),
        of("another format", timestamp_format="unixnano"),
        gone("absent"),
        splunk=empty_splunk,
    )
    assert [outcome["action"] for outcome in run.outcomes] == ["unchanged"] * 4
    assert simulator.state()["props"] == CLOUDFLARE_PROPS and written(simulator) == {}
    begin = (
        "App cloudflare already defines source type cloudflare:json (TIME_PREFIX = "
        r'"(?:EdgeStartTimestamp|Datetime)"\s*:\s*", TIME_FORMAT = %Y-%m-%dT%H:%M:%SZ), so it is left as it is. '
    )
    advice = ": use another source type for these jobs, and this module to create it."
    assert {outcome.task: outcome.result.get("warnings") for outcome in run.outcomes} == {
        "read by the app": [f"{begin}Compare the times of new events with their own timestamps."],
        "not read by the app": [f"{begin}It does not read the time of dns_logs (Timestamp){advice}"],
        "another format": [f"{begin}It does not read timestamps of the form %s%9N{advice}"],
        "absent": None,
    }
    assert run["read by the app"]["sourcetype"]["app"] == "cloudflare"
    assert set(run["read by the app"]["sourcetype"]["settings"]) == {"TIME_PREFIX", "TIME_FORMAT"}


def test_an_app_that_keeps_its_settings_to_itself_counts_too(modules, simulator, empty_splunk):
    def in_app(settings, app="launcher", **more):
        return [{"name": NAME, "app": app, "settings": settings, **more}]

    cases = {
        "same times": (in_app({name: OWN[name] for name in ("TIME_PREFIX", "TIME_FORMAT")}), "unchanged", 0),
        "other times": (in_app({"DATETIME_CONFIG": "CURRENT"}, folder="default"), "unchanged", 1),
        "no times": (in_app({"KV_MODE": "none", "DATETIME_CONFIG": ""}, sharing="global"), "created", 0),
    }
    for title, (stanzas, action, warnings) in cases.items():
        simulator.reset(source_types=stanzas)
        [outcome] = modules.tasks(of(title), splunk=empty_splunk).outcomes
        found = (outcome["action"], len(outcome.result.get("warnings", [])))
        assert found == (action, warnings), title
    # The app came later.
    simulator.reset()
    modules.tasks(of("create"), splunk=empty_splunk)
    stored = [*simulator.state()["source_types"], *in_app({"TIME_FORMAT": "%s"}, folder="default")]
    simulator.reset(source_types=stored)
    [outcome] = modules.tasks(of("again"), splunk=empty_splunk).outcomes
    assert (outcome["action"], outcome["warnings"]) == (
        "unchanged",
        [
            (
                "App launcher defines source type cloudflare:json as well. The settings of app search, which this module "
                "writes, take precedence over those in the folder default of app launcher. To use those of app launcher, run this "
                "module with state: absent."
            )
        ],
    )


def test_a_source_type_of_somebody_else_is_changed_but_never_removed(modules, simulator, empty_splunk):
    theirs = {
        "name": NAME,
        "app": "search",
        "settings": {"TIME_FORMAT": "%s", "description": "Ours"},
        "read": ["power"],
    }
    simulator.reset(source_types=[theirs])
    run = modules.tasks(
        gone("remove", fails=True),
        of("change"),
        of("change again"),
        gone("remove again", fails=True),
        splunk=empty_splunk,
    )
    assert [run["change"]["action"], run["change again"]["action"]] == ["updated", "unchanged"]
    stored = written(simulator)["search", NAME]
    assert stored["settings"] == {**OWN, "description": "Ours"}
    assert (stored["sharing"], stored["read"]) == ("global", ["power"])
    assert run["change"]["diff"]["before"]["sharing"] == "app"
    for title in ("remove", "remove again"):
        assert run[title].msg == (
            "Source type cloudflare:json in app search was not written by this module: its description does not contain "
            '"managed by edgeops.logpush". It is not deleted. If nobody needs it, delete it in Splunk.'
        )


def test_private_settings_of_a_user_do_not_count(modules, simulator, empty_splunk):
    private = {"name": NAME, "app": "search", "owner": "alice", "sharing": "user"}
    simulator.reset(source_types=[{**private, "settings": {"EXTRACT-host": "(?<host>x)", "TIME_FORMAT": "%s"}}])
    run = modules.tasks(
        gone("not there"),
        of("create"),
        of("create again"),
        gone("remove"),
        splunk=empty_splunk,
    )
    assert [outcome["action"] for outcome in run.outcomes] == ["unchanged", "created", "unchanged", "deleted"]
    assert not any("warnings" in outcome.result for outcome in run.outcomes)
    [stored] = simulator.state()["source_types"]
    assert stored["owner"] == "alice"


def test_a_setting_that_hides_the_time_is_named(modules, simulator, empty_splunk):
    simulator.reset(source_types=[{"name": NAME, "app": "search", "settings": {"DATETIME_CONFIG": "CURRENT"}}])
    run = modules.tasks(of("change"), of("replace", settings={"DATETIME_CONFIG": ""}), splunk=empty_splunk)
    assert run["change"]["warnings"] == [
        (
            "Source type cloudflare:json also has DATETIME_CONFIG = CURRENT in app search, with which Splunk may not use "
            "TIME_PREFIX and TIME_FORMAT. Remove it there, or set the value in settings."
        )
    ]
    assert run["replace"]["action"] == "updated" and "warnings" not in run["replace"].result


def test_a_dataset_that_is_no_longer_read_is_named(modules, simulator, empty_splunk):
    run = modules.tasks(
        of("create", datasets=[*ZONE_DATASETS, "dns_logs", "nel_reports"]),
        of("would change", datasets=["gateway_dns", "nel_reports"], check=True),
        of("change", datasets=["gateway_dns", "nel_reports"]),
        of("again", datasets=["gateway_dns", "nel_reports"]),
        splunk=empty_splunk,
    )
    # The fields of nel_reports and dns_logs have the same name, as those of gateway_dns and firewall_events.
    warning = (
        "Source type cloudflare:json no longer reads the time of http_requests. If jobs still push these datasets with it, add them "
        "to datasets."
    )
    assert [outcome.result.get("warnings") for outcome in run.outcomes] == [None, [warning], [warning], None]


def test_the_values_that_splunk_writes_in_another_way(modules, simulator, empty_splunk):
    given = {"AUTO_KV_JSON": "1", "NO_BINARY_CHECK": "T", "TRUNCATE": "0500", "description": "Edge logs"}
    run = modules.tasks(of("create", settings=given), splunk=empty_splunk)
    [stored] = simulator.state()["source_types"]
    stored["settings"].update({"AUTO_KV_JSON": True, "NO_BINARY_CHECK": "true", "TRUNCATE": 500})
    simulator.reset(source_types=[stored])
    run = modules.tasks(of("again", settings=given), gone("remove"), splunk=empty_splunk)
    assert [outcome["action"] for outcome in run.outcomes] == ["unchanged", "deleted"]
    assert stored["settings"]["description"] == "Edge logs (managed by edgeops.logpush)"


def test_a_version_that_shows_nothing_for_a_wildcard(modules, simulator, empty_splunk):
    simulator.change_settings(list_quirk=True)
    run = modules.tasks(of("create"), of("create again"), gone("remove"), splunk=empty_splunk)
    assert [outcome["action"] for outcome in run.outcomes] == ["created", "unchanged", "deleted"]


def test_a_creation_whose_answer_is_lost(modules, simulator, empty_splunk, no_waits):
    lost = {
        "kind": "status",
        "side": "splunk",
        "status": 503,
        "method": "POST",
        "path": "conf-props$",
        "moment": "after",
    }
    run = modules.tasks(of("create", before=[faults(lost)]), splunk=empty_splunk)
    assert run["create"]["action"] == "created"
    assert simulator.state()["props"] == {NAME: OWN}


def test_failures(modules, simulator, empty_splunk):
    users = [{"name": "eve", "password": "eve-password", "roles": ["power"]}]
    simulator.reset(splunk_users=users)
    run = modules.tasks(
        of("no permission", username="eve", password="eve-password", fails=True),
        of("no such app", username="eve", password="eve-password", app="nowhere", fails=True),
        splunk=empty_splunk,
    )
    assert "requires capability: admin_all_objects" in run["no permission"].msg
    assert run["no permission"].msg.endswith("the splunk_hec role has splunk_hec_manage_sourcetypes: false.")
    assert "Application does not exist: nowhere" in run["no such app"].msg
    assert "Check app" in run["no such app"].msg


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"name": "default"}, "name: default would change every source type"),
        ({"name": "host::web1"}, "name: must be the name of a source type"),
        ({"name": "a]\n[b"}, "name: must be the name of a source type"),
        ({"datasets": []}, "dataset is required. Set dataset or datasets"),
        ({"dataset": "workers_trace_events"}, "datasets: a source type has one TIME_FORMAT, but workers_trace_events"),
        ({"settings": {"TRUNCATE": "1\n[default]"}}, "settings.TRUNCATE: must be one line"),
    ],
)
def test_bad_input(modules, simulator, empty_splunk, options, problem):
    run = modules.tasks(of("wrong", fails=True, **options), splunk=empty_splunk)
    assert run["wrong"].msg.startswith(problem) and run["wrong"].calls == []
