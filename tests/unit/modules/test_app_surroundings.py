# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An app of Splunk depends on its own folder local and on the other apps: paths of indexes, source types, settings of HEC."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.tests.unit.modules.app_folders import NAME, NEW, OLD, TOKEN, Apps


@pytest.fixture
def apps(tmp_path: Path) -> Apps:
    """Return an empty folder of apps."""
    return Apps(tmp_path)


def test_a_token_in_local_has_a_value_of_its_own(apps: Apps) -> None:
    apps.write("local/inputs.conf", f"[http://other]\ntoken = {OLD}\n")
    assert "HEC tokens other and cloudflare have the same value" in apps.error(tokens=[TOKEN])


@pytest.mark.parametrize("file", ["default/app.conf", "local/app.conf"])
def test_an_app_that_is_disabled_is_named(apps: Apps, file: str) -> None:
    apps.write(file, "[install]\nstate = disabled\n")
    [warning] = apps.run(indexes=[{"name": "cloudflare"}])["warnings"]
    assert f"is disabled ({file}, [install], state)" in warning
    apps.write("local/app.conf", "[install]\nstate = enabled\n")
    assert not apps.run(indexes=[{"name": "cloudflare"}]).get("warnings")


def test_the_other_apps_are_taken_into_account(apps: Apps) -> None:
    apps.write("local/inputs.conf", f"[http]\nport = 9999\n[http://firewall]\ntoken = {NEW}\n", "org_hec")
    apps.write("default/indexes.conf", "[cloudflare]\nhomePath = volume:hot/cf/db\n[volume:hot]\npath = /x\n", "org")
    apps.write("default/props.conf", "[cloudflare:json]\nTIME_PREFIX = x\n", "Splunk_TA_cloudflare")
    assert "org_hec" in apps.error(tokens=[{"name": "firewall"}])
    assert "same value" in apps.error(tokens=[{"name": "cloudflare", "token": NEW}])
    result = apps.run(
        hec={"port": 8088},
        tokens=[{"name": "cloudflare", "index": "cloudflare"}, {"name": "lost", "index": "nowhere"}],
        indexes=[{"name": "cloudflare"}, {"name": "edge", "volume": "hot"}, {"name": "cold", "volume": "none"}],
        sourcetypes=[{"name": "cloudflare:json", "dataset": "http_requests"}],
    )
    assert not (apps.app / "default/props.conf").exists() and "[cloudflare]" not in apps.text("default/indexes.conf")
    assert "homePath = volume:hot/edge/db\n" in apps.text("default/indexes.conf")
    assert "thawedPath = $SPLUNK_DB/edge/thaweddb\n" in apps.text("default/indexes.conf")
    for part in (
        "App org already defines index cloudflare",
        "App Splunk_TA_cloudflare already defines source type",
        "token lost uses index nowhere",
        "defines the volume none",
        "App org_hec has other values in [http], which take precedence over those of this app in Splunk: port",
    ):
        assert [warning for warning in result["warnings"] if part in warning], part
    assert len(result["warnings"]) == 5 and NEW not in json.dumps(result)


def test_a_setting_of_hec_that_another_app_overrides_is_named(apps: Apps) -> None:
    apps.write("default/inputs.conf", "[http]\nport = 1111\n", "a_comes_first")
    apps.write("default/inputs.conf", "[http]\ndisabled = 1\nport = 2222\n", "z_comes_last")
    apps.write("local/inputs.conf", "[http]\nport = 3333\n", "z_has_local")
    warnings = apps.run(hec={"port": 8088})["warnings"]
    assert [warning.partition(" has ")[0] for warning in warnings] == ["App a_comes_first", "App z_has_local"]


def test_the_apps_of_a_deployment_server_reach_different_clients(apps: Apps) -> None:
    apps.dest = apps.dest.rename(apps.dest.with_name("deployment-apps"))
    apps.app = apps.dest / NAME
    paths = "homePath = $SPLUNK_DB/{0}/db\ncoldPath = $SPLUNK_DB/{0}/colddb\nthawedPath = $SPLUNK_DB/{0}/thaweddb\n"
    apps.write("default/indexes.conf", "[cloudflare]\n" + paths.format("cloudflare"), "org")
    assert not apps.run(indexes=[{"name": "cloudflare"}]).get("warnings")
    assert "[cloudflare]" in apps.text("default/indexes.conf")
    apps.write("default/inputs.conf", f"[http://cloudflare]\ntoken = {OLD}\n", "org")
    [warning] = apps.run(tokens=[{"name": "cloudflare", "token": OLD, "index": "cloudflare"}])["warnings"]
    assert "App org has HEC tokens of the same name: cloudflare" in warning
    apps.write("default/props.conf", "[cloudflare:json]\nTIME_PREFIX = x\n", "org")
    [warning] = apps.run(sourcetypes=[{"name": "cloudflare:json", "dataset": "dns_logs"}])["warnings"]
    assert warning.endswith("A client needs that app, too, to read the times of cloudflare:json.")
    apps.write("default/indexes.conf", "[edge]\n" + paths.format("other"), "org")
    assert "another homePath" in apps.error(indexes=[{"name": "edge"}])


def test_a_folder_is_known_by_the_name_of_a_link_to_it(apps: Apps) -> None:
    apps.write("default/inputs.conf", f"[http://cloudflare]\ntoken = {OLD}\n", "org")
    for name in ("deployment-apps", "peer-apps"):
        apps.dest.with_name(name).symlink_to(apps.dest)
    assert "already exists in app org" in apps.error(tokens=[{"name": "cloudflare"}])
    apps.dest = apps.dest.with_name("peer-apps")
    assert "is the copy that a peer has" in apps.error()
    apps.dest = apps.dest.with_name("deployment-apps")
    assert apps.run(tokens=[{"name": "cloudflare"}])["changed"]


def test_a_token_to_remove_that_another_app_has_is_named(apps: Apps) -> None:
    apps.write("local/inputs.conf", f"[http://old]\ntoken = {OLD}\n", "org")
    [warning] = apps.run(tokens=[{"name": "old", "state": "absent"}])["warnings"]
    assert warning.startswith("App org has HEC tokens that this app should not have: old. They stay there")


def test_the_path_of_an_index_never_changes(apps: Apps) -> None:
    apps.run(indexes=[{"name": "cloudflare", "frozen_time_period_in_secs": 86400}])
    assert "frozenTimePeriodInSecs = 86400\n" in apps.text("default/indexes.conf")
    assert "indexes[0].volume" in apps.error(indexes=[{"name": "cloudflare", "volume": "hot"}])
    assert not apps.run(indexes=[{"name": "cloudflare", "frozen_time_period_in_secs": 86400}])["changed"]


BY_DEFAULT = "[default]\nhomePath = volume:hot/$_index_name/db\n[volume:hot]\npath = /x\n"
SIZE_ONLY = "[cloudflare]\nmaxDataSize = auto\n"


@pytest.mark.parametrize(
    ("files", "is_left"),
    [
        ({("default/indexes.conf", "org"): BY_DEFAULT + SIZE_ONLY}, True),
        ({("local/indexes.conf", "org"): BY_DEFAULT, ("local/indexes.conf", "teams"): SIZE_ONLY}, True),
        ({("local/indexes.conf", "org"): BY_DEFAULT, ("default/indexes.conf", NAME): SIZE_ONLY}, False),
        ({("local/indexes.conf", "org"): BY_DEFAULT, ("local/indexes.conf", NAME): SIZE_ONLY}, False),
        ({("default/indexes.conf", NAME): BY_DEFAULT + SIZE_ONLY}, False),
        (
            {
                ("default/indexes.conf", NAME): SIZE_ONLY,
                ("default/indexes.conf", "org"): "[cloudflare]\nhomePath = volume:hot/cf/db\n",
            },
            False,
        ),
    ],
)
def test_the_path_that_an_index_has_by_default_is_not_hidden(
    apps: Apps, files: dict[tuple[str, str], str], is_left: bool
) -> None:
    for (file, app), text in files.items():
        apps.write(file, text, app)
    result = apps.run(indexes=[{"name": "cloudflare", "frozen_time_period_in_secs": 86400}])
    own = apps.text("default/indexes.conf") if (apps.app / "default/indexes.conf").exists() else ""
    assert "$SPLUNK_DB/cloudflare/db" not in own and ("frozenTimePeriodInSecs" not in own) is is_left
    assert ["already defines index cloudflare" in warning for warning in result.get("warnings", [])].count(
        True
    ) == is_left
    if not is_left:
        assert "indexes[0].volume" in apps.error(indexes=[{"name": "cloudflare", "volume": "cold"}])


def test_a_new_index_has_its_own_path(apps: Apps) -> None:
    apps.write("default/indexes.conf", BY_DEFAULT, "org")
    apps.run(indexes=[{"name": "cloudflare"}])
    assert "homePath = $SPLUNK_DB/cloudflare/db\n" in apps.text("default/indexes.conf")


def test_a_source_type_keeps_what_somebody_else_has_written(apps: Apps) -> None:
    apps.write(
        "default/props.conf", "[cloudflare:json]\ndescription = Ours\nSHOULD_LINEMERGE = 0\nEXTRACT-a = (?<a>b)\n"
    )
    # Another app that only adds search-time settings does not define the source type.
    apps.write("default/props.conf", "[cloudflare:json]\nEVAL-a = 1\n", "search_app")
    apps.run(sourcetypes=[{"name": "cloudflare:json", "datasets": ["http_requests"], "timestamp_format": "unix"}])
    text = apps.text("default/props.conf")
    assert text.startswith(
        "[cloudflare:json]\ndescription = Ours\nSHOULD_LINEMERGE = 0\nEXTRACT-a = (?<a>b)\nTIME_PREFIX"
    )
    assert "TIME_FORMAT = %s\n" in text


def test_a_dataset_whose_time_is_no_longer_read_is_named(apps: Apps) -> None:
    apps.run(sourcetypes=[{"name": "cloudflare:json", "datasets": ["dns_logs", "http_requests"]}])
    [warning] = apps.run(sourcetypes=[{"name": "cloudflare:json", "dataset": "dns_logs"}])["warnings"]
    assert "cloudflare:json no longer reads the time of http_requests" in warning
    assert not apps.run(sourcetypes=[{"name": "cloudflare:json", "dataset": "dns_logs"}]).get("warnings")


def test_a_setting_that_hides_the_time_of_a_source_type_is_named(apps: Apps) -> None:
    apps.write("local/props.conf", "[cloudflare:json]\nDATETIME_CONFIG = CURRENT\n")
    [warning] = apps.run(sourcetypes=[{"name": "cloudflare:json", "dataset": "dns_logs"}])["warnings"]
    assert f"DATETIME_CONFIG = CURRENT in app {NAME}" in warning
