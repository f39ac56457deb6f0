# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports are printed under callbacks for people, and failures of this collection's playbooks in one line."""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleActionFail
from ansible.plugins.loader import callback_loader
from ansible_collections.edgeops.logpush.plugins.plugin_utils import _failure, _in_process_action, _people

REPORT = "Logpush rollout, 1 zone, plan c3a91f02\n  + a   b   c   created\n  = 1 job unchanged\n1 created."
DERIVED = """
from ansible.plugins.callback.default import CallbackModule as Default

class CallbackModule(Default):
    CALLBACK_NAME = "house"
"""
OTHER = """
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_NAME = "machine"
"""


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """Return the lines that are printed, each with its color."""
    lines: list[tuple[str, str | None]] = []

    def display(_self: object, text: str, color: str | None = None) -> None:
        lines.append((text, color))

    monkeypatch.setattr(_people, "Display", type("Display", (), {"display": display}))
    return lines


@pytest.mark.parametrize(
    ("callback", "shown"),
    [
        ("default", True),
        ("minimal", True),
        ("oneline", True),
        ("junit", False),
        ("tree", False),
        ("no.such.callback", False),
    ],
)
def test_text_is_for_callbacks_that_write_text(
    printed: list[tuple[str, str | None]], monkeypatch: pytest.MonkeyPatch, callback: str, shown: bool
) -> None:
    monkeypatch.setattr(_people.constants, "DEFAULT_STDOUT_CALLBACK", callback)
    _people.show_report(REPORT)
    assert [line for line, _color in printed] == (REPORT.splitlines() if shown else [])
    _people.show_text("one\ntwo")
    assert ("one\ntwo" in [line for line, _color in printed]) is shown


@pytest.mark.parametrize(("source", "name", "shown"), [(DERIVED, "house", True), (OTHER, "machine", False)])
def test_a_callback_that_is_derived_from_that_of_ansible_writes_text_too(
    printed: list[tuple[str, str | None]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    source: str,
    name: str,
    shown: bool,
) -> None:
    (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    callback_loader.add_directory(str(tmp_path))
    monkeypatch.setattr(_people.constants, "DEFAULT_STDOUT_CALLBACK", name)
    _people.show_text("text")
    assert bool(printed) is shown


def test_rows_have_the_colors_of_ansible(
    printed: list[tuple[str, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_people.constants, "DEFAULT_STDOUT_CALLBACK", "default")
    _people.show_report(REPORT)
    constants = _people.constants
    assert [color for _line, color in printed] == [None, constants.COLOR_CHANGED, constants.COLOR_OK, None]


def task(path: str, **more: t.Any) -> t.Any:
    """Return a task of a file."""
    attributes = {"failed_when": [], "until": None, "loop": None, "args": {}, "get_path": lambda: f"{path}:7", **more}
    return types.SimpleNamespace(**attributes)


def test_a_failure_in_a_playbook_of_this_collection_is_raised_without_its_lines() -> None:
    ours = str(Path(_failure.__file__).resolve().parents[2] / "playbooks" / "rollout.yml")
    failed = {"failed": True, "changed": False, "msg": "no zone"}
    assert _failure.finished(task(ours), {"changed": True}) == {"changed": True}
    assert _failure.finished(task("/playbooks/other.yml"), failed) == failed
    assert _failure.finished(task(ours, failed_when=["false"]), failed) == failed
    if hasattr(AnsibleActionFail, "omit_exception_key"):
        with pytest.raises(AnsibleActionFail) as raised:
            more = {"checks": [{"name": "dns", "ok": False}], "certificate": {}, "nodes": []}
            _failure.finished(task(ours), {**failed, **more, "report": "! example.com   no zone"})
        error: t.Any = raised.value
        assert error.result_contribution == failed and error.omit_exception_key


@pytest.mark.parametrize(("retries", "attempts"), [(None, 4), (3, 4), (1, 2), (0, 1), (-1, 1)])
def test_how_often_a_task_with_until_runs(retries: int | None, attempts: int) -> None:
    assert _failure.attempts_of(task("/role/main.yml", retries=retries)) == attempts


def test_only_the_last_failure_of_a_task_with_until_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    finals: list[bool] = []
    failed = {"failed": True, "changed": False, "msg": "no"}

    def finished(_task: object, result: dict[str, t.Any], *, final: bool) -> dict[str, t.Any]:
        finals.append(final)
        return result

    monkeypatch.setattr(_in_process_action, "finished", finished)
    monkeypatch.setattr(_in_process_action.InProcessAction, "_run", lambda _self, _variables: failed)
    monkeypatch.setattr(_in_process_action.ActionBase, "run", lambda *_arguments: {})
    definition = types.SimpleNamespace(argument_spec={})
    monkeypatch.setattr(_in_process_action.InProcessAction, "definition", definition, raising=False)
    tried = task("/other.yml", retries=2, _uuid="tried")
    for dummy in range(3):
        # As Ansible does.
        action = _in_process_action.InProcessAction(tried, None, None, None, None, None)  # type: ignore[no-untyped-call]
        action.run(None, {})
    assert finals == [False, False, True]
