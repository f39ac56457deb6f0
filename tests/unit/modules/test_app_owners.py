# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of an app belong to the user of Splunk, whoever writes them: the module runs as root and as another user."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import run_module

# An owner of files need not have a name.
SPLUNK, OTHER = 41812, 41813
OPTIONS = {"name": "edgeops_logpush_hec", "tokens": [{"name": "cloudflare", "index": "main"}]}

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")


@pytest.fixture
def dest() -> t.Iterator[Path]:
    """Return a folder of apps that belongs to Splunk, in a folder that other users can enter."""
    etc = Path(tempfile.mkdtemp())
    etc.chmod(0o755)
    folder = etc / "manager-apps"
    folder.mkdir(mode=0o755)
    os.chown(folder, SPLUNK, SPLUNK)
    yield folder
    shutil.rmtree(etc)


def run_as(user: int, dest: Path, **options: t.Any) -> tuple[str, dict[str, t.Any]]:
    """Run the module as another user, and return its status and its result."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        try:
            done = run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS, **options}, False, {})
        except BaseException as error:
            done = ("crashed", {"msg": repr(error)})
        with os.fdopen(writable, "w") as pipe:
            json.dump(done, pipe)
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as pipe:
        status, result = json.load(pipe)
    os.waitpid(child, 0)
    return status, result


def owners(dest: Path) -> set[tuple[int, int]]:
    """Return the owners and groups of everything in a folder."""
    return {(path.lstat().st_uid, path.lstat().st_gid) for path in dest.rglob("*")}


def test_root_gives_everything_to_the_owner_of_the_folder(dest: Path) -> None:
    status, result = run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS}, False, {})
    assert status == "ok" and owners(dest) == {(SPLUNK, SPLUNK)}, result
    for path in (dest / "edgeops_logpush_hec", dest / "edgeops_logpush_hec/default/inputs.conf"):
        os.chown(path, 0, 0)
    status, result = run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS}, False, {})
    assert result["action"] == "updated" and owners(dest) == {(SPLUNK, SPLUNK)}
    assert sorted(result["diff"]["before"]["permissions"]) == [".", "default/inputs.conf"]
    again = run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS}, False, {})[1]
    assert not again["changed"]


def test_splunk_itself_writes_the_app(dest: Path) -> None:
    status, result = run_as(SPLUNK, dest)
    assert status == "ok" and result["action"] == "created", result
    assert owners(dest) == {(SPLUNK, SPLUNK)}
    assert stat.S_IMODE((dest / "edgeops_logpush_hec/default/inputs.conf").stat().st_mode) == 0o600
    # It cannot write next to the folder of apps, so the scratch folder was inside.
    assert os.listdir(dest) == ["edgeops_logpush_hec"] and os.listdir(dest.parent) == ["manager-apps"]
    status, result = run_as(SPLUNK, dest, tokens=[{"name": "cloudflare", "index": "main", "enabled": False}])
    assert status == "ok" and result["action"] == "updated"
    status, result = run_as(SPLUNK, dest, state="absent")
    assert status == "ok" and result["action"] == "deleted" and os.listdir(dest) == []


def test_the_scratch_folder_of_another_user_matters_only_for_a_change(dest: Path) -> None:
    assert run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS}, False, {})[0] == "ok"
    scratch = dest.parent / ".edgeops_logpush_hec.edgeops_logpush"
    scratch.mkdir(mode=0o700)
    os.chown(scratch, SPLUNK, SPLUNK)
    status, result = run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS}, False, {})
    assert status == "ok" and not result["changed"] and scratch.exists()
    status, result = run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS, "mode": "0640"}, False, {})
    assert status == "failed" and "belongs to somebody else" in result["msg"]


def test_a_user_who_cannot_set_the_owner_writes_nothing(dest: Path) -> None:
    dest.chmod(0o777)
    status, result = run_as(OTHER, dest)
    assert status == "failed" and result["msg"].startswith("owner: ") and "become" in result["msg"]
    status, result = run_as(SPLUNK, dest, group=str(OTHER))
    assert status == "failed" and result["msg"].startswith("group: ")
    assert os.listdir(dest) == []


def test_an_app_that_cannot_be_read_or_written_is_left_alone(dest: Path) -> None:
    run_module("splunk_hec_app", {"dest": str(dest), **OPTIONS}, False, {})
    path = dest / "edgeops_logpush_hec/default/inputs.conf"
    os.chown(path, 0, 0)
    before = path.read_bytes()
    status, result = run_as(SPLUNK, dest)
    assert status == "failed" and "inputs.conf cannot be read: Permission denied" in result["msg"]
    os.chown(path, SPLUNK, SPLUNK)
    os.chown(path.parent, 0, 0)
    path.parent.chmod(0o755)
    status, result = run_as(SPLUNK, dest, tokens=[{"name": "next", "index": "main"}])
    assert status == "failed" and "cannot be read or written: Operation not permitted" in result["msg"], result
    assert path.read_bytes() == before


def test_another_app_that_cannot_be_read_is_named(dest: Path) -> None:
    secret = dest / "org_hec/local/inputs.conf"
    secret.parent.mkdir(parents=True)
    secret.write_text("[http://cloudflare]\n", encoding="utf-8")
    secret.chmod(0o600)
    status, result = run_as(SPLUNK, dest)
    assert status == "ok" and ["org_hec" in warning for warning in result["warnings"]] == [True]
