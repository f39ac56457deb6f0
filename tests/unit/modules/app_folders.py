# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of apps of Splunk, for tests of C(splunk_hec_app)."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

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
