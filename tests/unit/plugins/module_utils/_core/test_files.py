# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file is replaced completely or not at all, with the requested permissions."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.files import write_atomically


@pytest.mark.parametrize(("mode", "umask", "expected"), [(0o600, 0o022, 0o600), (0o666, 0o027, 0o640)])
def test_a_file_has_its_text_and_its_permissions(tmp_path: Path, mode: int, umask: int, expected: int) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    before = os.umask(umask)
    try:
        write_atomically(str(path), "né\r\nw\n", mode)
    finally:
        os.umask(before)
    assert path.read_bytes() == "né\r\nw\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == expected
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(str(path), "new", 0o600)
    with pytest.raises(UnicodeEncodeError):
        write_atomically(str(path), "\ud800", 0o600)
    with pytest.raises(FileNotFoundError):
        write_atomically(str(tmp_path / "nowhere" / "report.html"), "new", 0o600)
    assert list(tmp_path.iterdir()) == [path] and path.read_text(encoding="utf-8") == "old"


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("n" + "é" * 127)
    write_atomically(str(path), "text", 0o600)
    assert path.read_text(encoding="utf-8") == "text"


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/report")
    for text in ("first", "second"):
        write_atomically(str(tmp_path / "link"), text, 0o600)
        assert (tmp_path / "folder" / "report").read_text(encoding="utf-8") == text
    assert (tmp_path / "link").is_symlink()


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/full")
    for name in ("pipe", "device"):
        with pytest.raises(OSError, match="it is not a file"):
            write_atomically(str(tmp_path / name), "text", 0o600)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)
