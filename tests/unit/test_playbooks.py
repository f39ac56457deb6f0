# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules for every play of the collection."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
FILES = [*sorted((CHECKOUT / "playbooks").glob("*.yml")), CHECKOUT / "extensions/awx/apply.yml"]
PLAYS = [
    pytest.param(play, id=f"{path.stem}: {play['name']}")
    for path in FILES
    for play in yaml.safe_load(path.read_text(encoding="utf-8"))
    if "hosts" in play
]


@pytest.mark.parametrize("play", PLAYS)
def test_no_play_becomes_another_user(play: dict[str, t.Any]) -> None:
    """The controller often has no sudo, and another user has neither the tokens nor the Python of Ansible."""
    assert play["vars"]["ansible_become"] is False


def test_the_rotation_is_in_the_module_and_not_in_the_playbook() -> None:
    """The steps of a rotation are a tested state machine. The playbook only passes variables on."""
    text = (CHECKOUT / "playbooks/rotate_hec_token.yml").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 90
