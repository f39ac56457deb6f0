# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of a folder are replaced together, and an interrupted run leaves only complete files in it."""

from __future__ import annotations

import os
import signal
import stat
import typing as t
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.files import Permissions
from ansible_collections.edgeops.logpush.plugins.module_utils._core.folders import FolderWriter, scratch_beside
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock

MINE = Permissions(os.geteuid(), os.getegid(), 0o640)
OLD = {"a/one": b"old one", "two": b"old two"}
NEW = {"b/three": b"new three", "a/one": b"new one", "two": b"new two"}
# Everything that can fail while files are moved, at each of its calls.
CALLS = ["mkdir", "open", "rename", "replace", "fchown", "chown"]


def writer(folder: Path) -> FolderWriter:
    """Return a writer of a folder."""
    return FolderWriter(str(folder / "apps/app"), scratch_beside(str(folder / "apps"), ".scratch"), FakeClock())


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an app."""
    for name, content in OLD.items():
        path = tmp_path / "apps/app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def test_all_files_are_replaced_with_the_requested_permissions(folder: Path) -> None:
    (folder / "apps/app/other").write_text("stays", encoding="utf-8")
    with writer(folder) as writing:
        writing.write(NEW, MINE, 0o750)
    assert contents(folder / "apps/app") == {**NEW, "other": b"stays"}
    assert stat.S_IMODE((folder / "apps/app/b/three").stat().st_mode) == 0o640
    assert stat.S_IMODE((folder / "apps/app/b").stat().st_mode) == 0o750
    assert os.listdir(folder) == ["apps"]


def test_a_new_folder_appears_in_one_step(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "apps/app").rename(folder / "elsewhere")
    seen: list[dict[str, bytes]] = []
    rename = os.rename

    def renamed(source: str, target: str) -> None:
        seen.append(contents(folder / "apps"))
        rename(source, target)

    monkeypatch.setattr(os, "rename", renamed)
    with writer(folder) as writing:
        writing.write(NEW, MINE, 0o750)
    assert seen == [{}] and contents(folder / "apps/app") == NEW


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("number", range(4))
def test_an_error_leaves_the_folder_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, exists: bool
) -> None:
    if not exists:
        (folder / "apps/app").rename(folder / "elsewhere")
    before = contents(folder / "apps")
    failing(monkeypatch, call, number, OSError(28, "No space left on device"))
    try:
        with writer(folder) as writing:
            writing.write(NEW, MINE, 0o750)
    except OSError:
        monkeypatch.undo()
        assert contents(folder / "apps") == before
        assert not (folder / "apps/app/b").exists()
    assert not (folder / ".scratch").exists() or not os.listdir(folder / ".scratch")


@pytest.mark.parametrize("exists", [True, False])
def test_a_killed_run_leaves_complete_files_only_and_the_next_run_cleans_up(folder: Path, exists: bool) -> None:
    if not exists:
        (folder / "apps/app").rename(folder / "elsewhere")
    before = contents(folder / "apps")
    number, states = 0, []
    while killed(folder, number):
        found = contents(folder / "apps")
        assert all(content in (before.get(name), NEW[name[4:]]) for name, content in found.items())
        assert exists or found in ({}, {f"app/{name}": content for name, content in NEW.items()})
        states.append(len(found))
        number += 1
    assert number > 8 and states[0] < states[-1]
    assert contents(folder / "apps/app") == NEW and not (folder / ".scratch").exists()


def killed(folder: Path, number: int) -> bool:
    """Write the files in another process, and kill it after some calls of the operating system. Return whether it was
    killed."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = [number]

    def counted(real: t.Any) -> t.Any:
        def call(*arguments: t.Any, **more: t.Any) -> t.Any:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **more)

        return call

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    with writer(folder) as writing:
        writing.write(NEW, MINE, 0o750)
    os._exit(0)


def failing(monkeypatch: pytest.MonkeyPatch, call: str, number: int, error: OSError) -> None:
    """Let a call of the operating system fail, after it has succeeded some times."""
    real, left = getattr(os, call), [number]

    def maybe(*arguments: t.Any, **more: t.Any) -> t.Any:
        if left[0] == 0:
            left[0] = -1
            raise error
        left[0] -= 1
        return real(*arguments, **more)

    monkeypatch.setattr(os, call, maybe)


def test_two_runs_do_not_write_at_the_same_time(folder: Path) -> None:
    with writer(folder), pytest.raises(CollectionError, match="Another run is writing"), writer(folder):
        pass
    assert contents(folder / "apps/app") == OLD


def test_a_run_waits_for_the_one_that_writes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = writer(folder)
    first.__enter__()

    def wait(clock: FakeClock, seconds: float) -> None:
        first.write({"two": b"of the first"}, MINE, 0o750)
        first.__exit__()

    monkeypatch.setattr(FakeClock, "sleep", wait)
    with writer(folder) as second:
        assert (folder / "apps/app/two").read_bytes() == b"of the first"
        second.write({"two": b"of the second"}, MINE, 0o750)
    assert contents(folder / "apps/app") == {**OLD, "two": b"of the second"} and os.listdir(folder) == ["apps"]


def test_the_scratch_folder_of_somebody_else_is_not_used(folder: Path) -> None:
    (folder / ".scratch").mkdir(mode=0o777)
    (folder / ".scratch").chmod(0o777)
    with pytest.raises(CollectionError, match="belongs to somebody else"), writer(folder):
        pass
    (folder / ".scratch").rmdir()
    (folder / ".scratch").symlink_to(folder / "apps")
    with pytest.raises(OSError, match="Not a directory|Too many levels"), writer(folder):
        pass
    assert contents(folder / "apps/app") == OLD


def test_a_file_system_without_hard_links_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*dummy: t.Any, **more: t.Any) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    with writer(folder) as writing:
        writing.write(NEW, MINE, 0o750)
    assert contents(folder / "apps/app") == NEW


def test_the_scratch_folder_is_in_the_folder_only_if_there_is_no_other_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = str(folder / "apps")
    assert scratch_beside(apps, ".x") == str(folder / ".x")
    monkeypatch.setattr(os, "access", lambda *dummy: False)
    assert scratch_beside(apps, ".x") == str(folder / "apps/.x")


def test_a_folder_is_removed(folder: Path) -> None:
    with writer(folder) as writing:
        writing.remove()
    assert contents(folder) == {} and os.listdir(folder) == ["apps"]
