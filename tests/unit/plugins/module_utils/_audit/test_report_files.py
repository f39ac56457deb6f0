# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report of an audit replaces an earlier report of the same kind, and nothing else."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.report_files import (
    FORMATS,
    check_paths,
    write_reports,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError

FIGURES = {"api_calls": 0, "throttled": 0, "waited": 0, "seconds": 0.1}
REPORT: dict[str, t.Any] = {
    "generated": "2026-11-28T00:00:00Z",
    "summary": {**findings.summary([], []), **FIGURES},
    "rows": [],
    "collectors": [],
}


@pytest.mark.parametrize("kind", FORMATS)
def test_an_earlier_report_of_the_same_kind_is_replaced(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "report"
    for dummy in range(2):
        check_paths({kind: str(path)})
        write_reports(REPORT, {kind: str(path)})
    path.write_text("", encoding="utf-8")
    check_paths({kind: str(path)})


@pytest.mark.parametrize("kind", FORMATS)
def test_another_file_is_not_overwritten(tmp_path: Path, kind: str) -> None:
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("all:\n  hosts: {}\n", encoding="utf-8")
    (tmp_path / "link").symlink_to(inventory)
    other = next(name for name in FORMATS if name != kind)
    write_reports(REPORT, {other: str(tmp_path / "other")})
    for name in ("inventory.yml", "link", "other"):
        for refuse in (check_paths, lambda options: write_reports(REPORT, options)):
            with pytest.raises(OptionError, match=f"^{kind}: .* is not an earlier report of this kind"):
                refuse({kind: str(tmp_path / name)})
    assert inventory.read_text(encoding="utf-8") == "all:\n  hosts: {}\n"


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/full", "/dev/null", "/tmp", "/", "/nowhere/x", "x\0", "./"])
def test_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(OptionError, match="^html: "):
        check_paths({"html": path})


def test_a_symlink_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("report")
    for dummy in range(2):
        write_reports(REPORT, {"html": str(link)})
    assert link.is_symlink() and FORMATS["html"].begins_with.match((tmp_path / "report").read_text(encoding="utf-8"))


def test_a_symlink_to_itself_is_refused_and_stays(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("link")
    for refuse in (check_paths, lambda options: write_reports(REPORT, options)):
        with pytest.raises(OptionError, match="^html: "):
            refuse({"html": str(link)})
    assert link.is_symlink()


def test_two_reports_never_share_a_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("report")
    with pytest.raises(OptionError, match="^json: is the same file as html"):
        check_paths({"html": str(tmp_path / "report"), "json": str(tmp_path / "link")})
    with pytest.raises(OptionError, match="^junit: is the same file as json"):
        check_paths({"json": str(tmp_path / "report"), "junit": str(tmp_path / "." / "report")})
