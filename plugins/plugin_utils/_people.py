# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print text for people, if Ansible's output is meant for people."""

from __future__ import annotations

from ansible import constants
from ansible.plugins.loader import callback_loader
from ansible.utils.display import Display

# The packages of Ansible's own callbacks. The package depends on whether the name of a callback includes its collection.
_BUILTIN = ("ansible.plugins.callback", "ansible_collections.ansible.builtin.plugins.callback")
# Ansible's callbacks whose output is text for people. Callbacks derived from them, such as the one of AWX, count as well.
_CALLBACKS_FOR_PEOPLE = ("default", "minimal", "oneline")
_COLORS = {
    "+": "COLOR_CHANGED",
    "~": "COLOR_CHANGED",
    "-": "COLOR_CHANGED",
    "!": "COLOR_ERROR",
    "=": "COLOR_OK",
}


def show_text(text: str) -> None:
    """Print text to stdout. Nothing is printed if stdout is for a program, because a line of text would break its JSON."""
    if _is_for_people(constants.DEFAULT_STDOUT_CALLBACK):
        Display().display(text)


def show_report(report: str) -> None:
    """Print the report of a run, with each row in Ansible's color for its action."""
    if _is_for_people(constants.DEFAULT_STDOUT_CALLBACK):
        for line in report.splitlines():
            Display().display(line, color=_color_of(line))


def _is_for_people(callback: str) -> bool:
    """Return whether a stdout callback writes text for people. An unknown callback counts as no."""
    plugin = callback_loader.get(callback, class_only=True)
    modules = {base.__module__.rpartition(".")[::2] for base in getattr(plugin, "__mro__", ())}
    return any(package in _BUILTIN and name in _CALLBACKS_FOR_PEOPLE for package, name in modules)


def _color_of(line: str) -> str | None:
    """Return the color of a row by its symbol, None for other lines."""
    symbol = line[2:3] if line.startswith("  ") else ""
    return str(getattr(constants, _COLORS[symbol])) if symbol in _COLORS else None
