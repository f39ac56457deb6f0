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
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import run_module

OLD, NEW = "11111111-2222-4333-8444-555555555555", "99999999-8888-4777-8666-555555555555"
TOKEN = {"name": "cloudflare", "token": OLD, "index": "cloudflare", "indexes": ["cloudflare"]}
NAME = "edgeops_logpush_hec"


class Apps:
    """A folder of apps, as C(etc/manager-apps) of a cluster manager is, and the module that writes one of them."""

    def __init__(self, folder: Path) -> None:
        self.dest = folder / "etc/manager-apps"
        self.dest.mkdir(parents=True)
        self.app = self.dest / NAME

    def run(self, *, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """Run the module, which must succeed."""
        status, result = run_module("splunk_hec_app", {"dest": str(self.dest), "name": NAME, **options}, check, {})
        assert status == "ok", result
        return result

    def error(self, **options: t.Any) -> str:
        """Run the module, which must fail and change no file; return its message."""
        before = self.contents()
        status, result = run_module("splunk_hec_app", {"dest": str(self.dest), "name": NAME, **options}, False, {})
        assert status == "failed" and self.contents() == before, result
        assert OLD not in json.dumps(result) and NEW not in json.dumps(result)
        return str(result["msg"])

    def write(self, name: str, text: str, app: str = NAME) -> None:
        """Write a file of an app."""
        path = self.dest / app / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def text(self, name: str) -> str:
        """Return the text of a file of the app."""
        return (self.app / name).read_text(encoding="utf-8")

    def contents(self) -> dict[str, bytes]:
        """Return all files below the folder of Splunk."""
        return {str(path): path.read_bytes() for path in self.dest.parent.rglob("*") if path.is_file()}


@pytest.fixture
def apps(tmp_path: Path) -> Apps:
    """Return an empty folder of apps."""
    return Apps(tmp_path)


def test_a_new_app_has_the_files_that_an_administrator_would_write(apps: Apps) -> None:
    result = apps.run(
        hec={"port": 8443},
        tokens=[{**TOKEN, "sourcetype": "cloudflare:json", "description": "Logs; of #1"}],
        indexes=[{"name": "cloudflare"}],
        sourcetypes=[{"name": "cloudflare:json", "settings": {"KV_MODE": "json", "TRUNCATE": 100000}}],
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
    assert apps.text("default/props.conf") == "[cloudflare:json]\nKV_MODE = json\nTRUNCATE = 100000\n"
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
