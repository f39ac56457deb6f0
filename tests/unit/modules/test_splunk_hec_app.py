# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An app of Splunk: its files, what stays in them, and what the module refuses."""

from __future__ import annotations

import json
import stat
import typing as t
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core import module
from ansible_collections.edgeops.logpush.tests.unit.modules.app_folders import NAME, NEW, OLD, TOKEN, Apps


@pytest.fixture
def apps(tmp_path: Path) -> Apps:
    """Return an empty folder of apps."""
    return Apps(tmp_path)


def test_a_new_app_has_the_files_that_an_administrator_would_write(apps: Apps) -> None:
    result = apps.run(
        hec={"port": 8443},
        tokens=[{**TOKEN, "sourcetype": "cloudflare:json", "description": "Logs; of #1"}],
        indexes=[{"name": "cloudflare"}],
        sourcetypes=[{"name": "cloudflare:json", "dataset": "dns_logs", "settings": {"TRUNCATE": 5000}}],
    )
    assert (result["changed"], result["action"], result["path"]) == (True, "created", str(apps.app))
    assert result["files"] == [
        "default/app.conf",
        "default/indexes.conf",
        "default/inputs.conf",
        "default/props.conf",
        "metadata/default.meta",
    ]
    assert apps.text("default/app.conf") == (
        "[id]\nname = edgeops_logpush_hec\nversion = 1.0.0\n\n"
        "[install]\nis_configured = 0\n\n"
        "[launcher]\nauthor = edgeops.logpush\n"
        "description = HTTP Event Collector, indexes and source types for Cloudflare Logpush\nversion = 1.0.0\n\n"
        "[package]\nid = edgeops_logpush_hec\ncheck_for_updates = false\n\n"
        "[ui]\nis_visible = false\nlabel = HEC for Cloudflare Logpush\n"
    )
    assert apps.text("default/inputs.conf") == (
        "[http]\ndisabled = 0\nport = 8443\n\n"
        f"[http://cloudflare]\ntoken = {OLD}\ndisabled = 0\nindex = cloudflare\nindexes = cloudflare\n"
        "sourcetype = cloudflare:json\ndescription = Logs; of #1\nuseACK = 0\n"
    )
    assert apps.text("default/indexes.conf") == (
        "[cloudflare]\nhomePath = $SPLUNK_DB/cloudflare/db\ncoldPath = $SPLUNK_DB/cloudflare/colddb\n"
        "thawedPath = $SPLUNK_DB/cloudflare/thaweddb\nrepFactor = auto\n"
    )
    assert apps.text("default/props.conf") == (
        "[cloudflare:json]\ndescription = Cloudflare Logpush: dns_logs (managed by edgeops.logpush)\n"
        'TIME_PREFIX = "(?:Timestamp)"\\s*:\\s*"?\nTIME_FORMAT = %Y-%m-%dT%H:%M:%SZ\nMAX_TIMESTAMP_LOOKAHEAD = 32\nTZ = UTC\n'
        "LINE_BREAKER = ([\\r\\n]+)\nSHOULD_LINEMERGE = false\nTRUNCATE = 5000\nKV_MODE = json\n"
    )
    assert apps.text("metadata/default.meta") == (
        "[]\naccess = read : [ * ], write : [ admin, sc_admin ]\nexport = system\n"
    )
    modes = {stat.S_IMODE(path.stat().st_mode) for path in apps.app.rglob("*") if path.is_file()}
    assert modes == {0o600} and stat.S_IMODE(apps.app.stat().st_mode) == 0o700
    assert [path.name for path in apps.dest.parent.iterdir()] == ["manager-apps"]
    assert OLD not in json.dumps(result)


def test_a_second_run_changes_nothing(apps: Apps) -> None:
    options = {"tokens": [{"name": "cloudflare", "index": "main"}], "indexes": [{"name": "cloudflare"}]}
    predicted = apps.run(check=True, return_tokens=True, **options)
    assert predicted["changed"] and predicted.get("hec_tokens") in (None, {}) and not apps.app.exists()
    made = apps.run(return_tokens=True, **options)
    before = apps.contents()
    again = apps.run(return_tokens=True, **options)
    assert (again["changed"], again["action"], again["diff"]["after"]) == (False, "unchanged", {})
    assert apps.contents() == before and again["hec_tokens"] == made["hec_tokens"]
    assert predicted["diff"] == made["diff"] and predicted["files"] == made["files"]


def test_what_the_module_does_not_manage_stays(apps: Apps) -> None:
    apps.write(
        "default/inputs.conf",
        "# Written by hand.\r\n[http]\r\ndisabled=1\r\nmaxIdleTime = 60\r\n\r\n# The firewall's token\r\n"
        "[http://firewall]\r\ntoken = x;y#z\r\ndescription = one \\\r\n  two\\\r\nthree\r\n\r\n"
        "[http://cloudflare]\r\n; a remark\r\nindexes = two, one\r\nindex=one\r\nuseACK = false",
    )
    apps.write("default/app.conf", "[ui]\nlabel = Our HEC\nis_visible = 1\n[launcher]\nversion = 2.1.0\n")
    apps.write("metadata/default.meta", "[]\naccess = read : [ hec ]\n")
    apps.run(
        tokens=[{"name": "cloudflare", "token": OLD, "index": "one", "indexes": ["one", "two"], "source": "a;b#c"}]
    )
    with (apps.app / "default/inputs.conf").open(encoding="utf-8", newline="") as file:
        assert file.read() == (
            "# Written by hand.\r\n[http]\r\ndisabled=0\r\nmaxIdleTime = 60\r\n\r\n# The firewall's token\r\n"
            "[http://firewall]\r\ntoken = x;y#z\r\ndescription = one \\\r\n  two\\\r\nthree\r\n\r\n"
            "[http://cloudflare]\r\n; a remark\r\nindexes = two, one\r\nindex=one\r\nuseACK = false\r\n"
            f"token = {OLD}\r\ndisabled = 0\r\nsource = a;b#c\r\n"
        )
    assert "label = Our HEC\nis_visible = 1\n" in apps.text("default/app.conf")
    assert "version = 2.1.0\n" in apps.text("default/app.conf")
    assert apps.text("metadata/default.meta") == "[]\naccess = read : [ hec ]\nexport = system\n"
    assert not apps.run(tokens=[{"name": "cloudflare", "index": "one", "indexes": ["two", "one"]}])["changed"]


def test_an_option_changes_its_setting_only(apps: Apps) -> None:
    apps.run(tokens=[TOKEN], indexes=[{"name": "cloudflare"}])
    before = apps.text("default/inputs.conf")
    result = apps.run(tokens=[{"name": "cloudflare", "index": "cloudflare", "enabled": False}])
    assert result["action"] == "updated"
    assert apps.text("default/inputs.conf") == before.replace(f"{OLD}\ndisabled = 0", f"{OLD}\ndisabled = 1")
    assert (result["diff"]["before"], result["diff"]["after"]) == (
        {"default/inputs.conf": {"http://cloudflare": {"disabled": "0"}}},
        {"default/inputs.conf": {"http://cloudflare": {"disabled": "1"}}},
    )


def test_a_given_value_replaces_that_of_the_file_only_on_request(apps: Apps) -> None:
    apps.run(tokens=[{**TOKEN, "token": OLD}], indexes=[{"name": "cloudflare"}])
    assert "recreate: true" in apps.error(tokens=[{**TOKEN, "token": NEW}])
    result = apps.run(tokens=[{**TOKEN, "token": f"Splunk {NEW}", "recreate": True}])
    assert f"token = {NEW}\n" in apps.text("default/inputs.conf") and OLD not in apps.text("default/inputs.conf")
    assert result["diff"]["before"] == {"default/inputs.conf": {"http://cloudflare": {"token": "******** (old)"}}}
    assert "old one" in result["warnings"][0]
    assert OLD not in json.dumps(result) and NEW not in json.dumps(result)


def test_the_values_are_returned_only_on_request(apps: Apps) -> None:
    options = {"tokens": [TOKEN, {"name": "other", "index": "main"}], "indexes": [{"name": "cloudflare"}]}
    first = apps.run(**options)
    assert "hec_tokens" not in first
    known = apps.run(return_tokens=True, **options)["hec_tokens"]
    assert known["cloudflare"] == OLD and f"token = {known['other']}\n" in apps.text("default/inputs.conf")
    checked = apps.run(check=True, return_tokens=True, tokens=[*options["tokens"], {"name": "third", "index": "main"}])
    assert checked["hec_tokens"] == known
    shown = {key: value for key, value in checked.items() if key != "hec_tokens"}
    assert not any(value in json.dumps(shown) for value in known.values())


def test_a_token_is_removed_on_request(apps: Apps) -> None:
    apps.run(tokens=[TOKEN, {"name": "next", "index": "main"}], indexes=[{"name": "cloudflare"}])
    result = apps.run(tokens=[{"name": "cloudflare", "state": "absent"}])
    assert result["changed"] and "cloudflare" not in apps.text("default/inputs.conf")
    assert "[http://next]" in apps.text("default/inputs.conf") and OLD not in json.dumps(result)
    assert not apps.run(tokens=[{"name": "cloudflare", "state": "absent"}])["changed"]
    assert "[http]" in apps.text("default/inputs.conf")


def test_an_app_without_tokens_leaves_hec_alone(apps: Apps) -> None:
    apps.run(sourcetypes=[{"name": "cloudflare:json", "dataset": "http_requests"}])
    assert not (apps.app / "default/inputs.conf").exists() and not (apps.app / "default/indexes.conf").exists()


LOCAL_VALUES = [
    ("local/inputs.conf", "[http]\ndisabled = 1\n", ("local/inputs.conf", "[http]", "disabled")),
    (
        "local/inputs.conf",
        f"[http://cloudflare]\ntoken = {NEW}\n",
        ("local/inputs.conf", "[http://cloudflare]", "token"),
    ),
    ("local/indexes.conf", "[cloudflare]\nrepFactor = 0\n", ("local/indexes.conf", "[cloudflare]", "repFactor")),
    ("local/props.conf", "[cloudflare:json]\nKV_MODE = none\n", ("local/props.conf", "[cloudflare:json]", "KV_MODE")),
    ("local/app.conf", "[package]\ncheck_for_updates = 1\n", ("local/app.conf", "[package]", "check_for_updates")),
]


@pytest.mark.parametrize(("file", "text", "named"), LOCAL_VALUES)
def test_another_value_in_local_is_an_error(apps: Apps, file: str, text: str, named: tuple[str, str, str]) -> None:
    apps.write(file, text)
    message = apps.error(
        tokens=[TOKEN],
        indexes=[{"name": "cloudflare"}],
        sourcetypes=[{"name": "cloudflare:json", "dataset": "http_requests"}],
    )
    assert all(name in message for name in named)


def test_what_local_has_anyway_is_taken_from_there(apps: Apps) -> None:
    apps.write("local/inputs.conf", f"[http]\ndisabled = false\n[http://cloudflare]\ntoken = {OLD}\nqueueSize = 5MB\n")
    apps.write("local/app.conf", "[ui]\nlabel = Our HEC\n")
    apps.run(tokens=[{"name": "cloudflare", "index": "main"}])
    assert f"token = {OLD}\n" in apps.text("default/inputs.conf") and "label = Our HEC" in apps.text("default/app.conf")
    assert "queueSize = 5MB" in apps.text("local/inputs.conf")
    message = apps.error(tokens=[{"name": "cloudflare", "state": "absent"}])
    assert "local/inputs.conf, [http://cloudflare]" in message


UNREADABLE = [
    (
        "default/inputs.conf",
        f"[http://a]\ntoken = {NEW}\n[http]\n[http://a]\nindex = main\n",
        "[http://a] more than once",
    ),
    ("local/inputs.conf", "[http]\n[http]\n", "[http] more than once"),
    ("default/props.conf", "[a]\nKV_MODE = none\nnonsense\n", "line 3"),
    ("default/indexes.conf", "[cloudflare\nrepFactor = auto\n", "line 1"),
    ("default/inputs.conf", "[http]\ndisabled = 0\ndisabled = 1\n", "disabled more than once in [http]"),
    # A setting that follows would become a part of this one.
    ("default/inputs.conf", "[http]\nserverCert = a\\\n", "line 2"),
    ("local/inputs.conf", "[http]\n# C:\\", "line 2"),
]


@pytest.mark.parametrize(("file", "text", "named"), UNREADABLE)
def test_a_file_that_tools_read_differently_is_an_error(apps: Apps, file: str, text: str, named: str) -> None:
    apps.write(file, text)
    message = apps.error(tokens=[TOKEN])
    assert file in message and named in message and "Nothing was written" in message


def test_a_value_in_the_file_must_be_a_guid(apps: Apps) -> None:
    apps.write("default/inputs.conf", "[http://cloudflare]\ntoken = not-a-guid-4711\n")
    message = apps.error(tokens=[{"name": "cloudflare"}])
    assert "not a GUID" in message and "4711" not in message


def test_the_app_is_removed(apps: Apps) -> None:
    apps.run(tokens=[TOKEN], indexes=[{"name": "cloudflare"}])
    (apps.app / "local").mkdir()
    predicted = apps.run(check=True, state="absent")
    assert predicted["changed"] and apps.app.exists()
    removed = apps.run(state="absent")
    assert (removed["action"], removed["files"]) == ("deleted", []) and removed["diff"] == predicted["diff"]
    assert [path.name for path in apps.dest.parent.rglob("*")] == ["manager-apps"]
    again = apps.run(state="absent")
    assert (again["changed"], again["action"]) == (False, "unchanged")


def test_every_run_removes_what_an_interrupted_run_left(apps: Apps) -> None:
    scratch = apps.dest.parent / f".{NAME}.edgeops_logpush"

    def left() -> bool:
        """Leave a file of an interrupted run, with an old value."""
        scratch.mkdir(mode=0o700, exist_ok=True)
        (scratch / "0.old").write_text(f"token = {NEW}\n", encoding="utf-8")
        return True

    apps.run(tokens=[TOKEN])
    assert left() and not apps.run(tokens=[TOKEN])["changed"] and not scratch.exists()
    assert left() and not apps.run(tokens=[TOKEN], check=True)["changed"] and scratch.exists()
    apps.run(state="absent")
    assert left() and not apps.run(state="absent")["changed"] and not scratch.exists()


def test_an_app_with_files_of_others_is_not_removed(apps: Apps) -> None:
    apps.run(tokens=[TOKEN], indexes=[{"name": "cloudflare"}])
    apps.write("local/inputs.conf", "[http]\n")
    apps.write("bin/run.sh", "")
    (apps.app / "lookups").symlink_to("/nowhere")
    message = apps.error(state="absent")
    assert all(name in message for name in ("bin/run.sh", "local/inputs.conf", "lookups"))


WRONG_OPTIONS = [
    ({"dest": "/nowhere/apps"}, "dest: "),
    ({"name": "../other"}, "name: "),
    ({"name": "with-hyphen"}, "name: "),
    ({"name": "ends."}, "name: "),
    ({"name": "con"}, "name: "),
    ({"version": "1.0"}, "version: "),
    ({"label": "HEC"}, "label: "),
    ({"mode": "rw"}, "mode: "),
    ({"mode": "0200"}, "mode: "),
    ({"mode": "0755"}, "mode: "),
    # What YAML makes of 0644 without quotes.
    ({"mode": 420}, "mode: "),
    ({"owner": "nobody-of-this-name"}, "owner: "),
    ({"group": "nobody-of-this-name"}, "group: "),
    ({"hec": {"port": 70000}}, "hec.port: "),
    ({"hec": {"server_cert": "a\nb"}}, "hec.server_cert: "),
    ({"tokens": [{"name": "a", "token": "abcd1234"}]}, "tokens[0].token: must be a GUID"),
    ({"tokens": [{"name": "a", "token": NEW}, {"name": "b", "token": NEW.upper()}]}, "tokens: has two entries"),
    ({"tokens": [{"name": "a"}, {"name": "a"}]}, "tokens: has two entries"),
    ({"tokens": [{"name": "a b"}]}, "tokens[0].name: "),
    ({"tokens": [{"name": "http"}]}, "tokens[0].name: "),
    ({"tokens": [{"name": "a", "use_ack": True}]}, "tokens[0].use_ack: "),
    ({"tokens": [{"name": "a", "index": "x", "indexes": ["y"]}]}, "tokens[0].index: "),
    ({"tokens": [{"name": "a", "indexes": ["y"]}]}, "tokens[0].index is required with indexes"),
    ({"tokens": [{"name": "a", "description": "two\nlines"}]}, "tokens[0].description: "),
    ({"tokens": [{"name": "a", "source": "ends with \\"}]}, "tokens[0].source: "),
    ({"indexes": [{"name": "Upper"}]}, "indexes[0].name: "),
    ({"indexes": [{"name": "main"}]}, "indexes[0].name: "),
    ({"indexes": [{"name": "a", "max_data_size": "large"}]}, "indexes[0].max_data_size: "),
    ({"indexes": [{"name": "a", "frozen_time_period_in_secs": -1}]}, "indexes[0].frozen_time_period_in_secs: "),
    ({"indexes": [{"name": "a", "volume": "volume:hot/a"}]}, "indexes[0].volume: "),
    ({"sourcetypes": [{"name": "default", "settings": {"KV_MODE": "json"}}]}, "sourcetypes[0].name: "),
    ({"sourcetypes": [{"name": "source::x", "settings": {"KV_MODE": "json"}}]}, "sourcetypes[0].name: "),
    ({"sourcetypes": [{"name": "a", "dataset": "dns_logs", "settings": {"KV_MOD": "json"}}]}, "Did you mean KV_MODE?"),
    (
        {"sourcetypes": [{"name": "a", "settings": {"TIME_PREFIX": "(x", "TIME_FORMAT": "%s"}}]},
        "sourcetypes[0].settings.TIME_PREFIX: ",
    ),
    ({"sourcetypes": [{"name": "a"}]}, "sourcetypes[0].dataset is required"),
    ({"sourcetypes": [{"name": "a", "dataset": "htp_requests"}]}, "sourcetypes[0].datasets: "),
]


@pytest.mark.parametrize(("options", "message"), WRONG_OPTIONS)
def test_a_wrong_option_is_named(apps: Apps, options: dict[str, t.Any], message: str) -> None:
    assert message in apps.error(**options)


def test_wrong_permissions_are_corrected(apps: Apps) -> None:
    options = {"tokens": [{**TOKEN, "index": "main", "indexes": []}]}
    apps.run(**options)
    (apps.app / "default/inputs.conf").chmod(0o644)
    result = apps.run(**options)
    assert result["changed"] and stat.S_IMODE((apps.app / "default/inputs.conf").stat().st_mode) == 0o600
    assert list(result["diff"]["before"]) == ["permissions"]
    assert list(result["diff"]["before"]["permissions"]) == ["default/inputs.conf"]
    group = apps.run(mode="0640", **options)
    assert len(group["diff"]["after"]["permissions"]) == 3
    assert not apps.run(mode="0640", **options)["changed"]


@pytest.mark.parametrize("place", ["default/inputs.conf", "default", "local", ""])
def test_a_link_is_not_followed(apps: Apps, tmp_path: Path, place: str) -> None:
    target = tmp_path / "target"
    target.write_text(f"[http://a]\ntoken = {NEW}\n", encoding="utf-8")
    link = apps.app / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    assert "Nothing was written" in apps.error(tokens=[TOKEN])


def test_the_copy_that_a_peer_has_is_refused(apps: Apps) -> None:
    apps.dest = apps.dest.rename(apps.dest.with_name("peer-apps"))
    assert "manager-apps" in apps.error(tokens=[TOKEN])


def test_the_host_needs_no_library(apps: Apps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REQUESTS_IMPORT_ERROR", "No module named requests")
    assert apps.run(tokens=[TOKEN])["changed"]
