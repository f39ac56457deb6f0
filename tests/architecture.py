# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the architecture: its list of rooms and its picture, drawn from what the tests hold the code to."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from xml.sax.saxutils import escape

PAGE = "docs/architecture.md"
PICTURE = "docs/architecture.svg"
TESTS = "tests/unit/plugins/module_utils/test_rooms.py"
BEGIN, END = "<!-- rooms: written by make docs -->\n", "<!-- end of the rooms -->\n"

WIDTH, BOX, GAP, LEFT = 960, 28, 8, 16
ENTRIES = [
    ("What a person runs", ["playbooks", "roles"]),
    ("What Ansible loads", ["modules", "action (the fast way)", "inventory", "filter"]),
]
FILLS = {"entry": "#fff3d6", "room": "#e8eef7", "network": "#f9d9d0"}


def files(checkout: Path) -> dict[str, str]:
    """Return the text of each file that is written anew, by its name."""
    page = (checkout / PAGE).read_text(encoding="utf-8")
    before, _begin, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return {PAGE: before + BEGIN + rooms_as_list(checkout) + END + after, PICTURE: picture(checkout)}


def said_by_the_tests(checkout: Path, name: str) -> list[set[str]] | set[str]:
    """Return a value that the test of the rooms has under a name."""
    tree = ast.parse((checkout / TESTS).read_text(encoding="utf-8"))
    return next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and [target.id for target in node.targets] == [name]
    )


def rooms_as_list(checkout: Path) -> str:
    """Return the floors from the top down, each with its rooms and the first sentence that each says of itself."""
    lines = []
    floors = said_by_the_tests(checkout, "FLOORS")
    for number in reversed(range(len(floors))):
        lines.append(f"\n### Floor {number}\n\n")
        lines += [f"- `{room}`: {first_sentence(checkout, room)}\n" for room in sorted(floors[number])]
    return "".join(lines) + "\n"


def first_sentence(checkout: Path, room: str) -> str:
    """Return what a room says of itself, in Markdown."""
    text = ast.get_docstring(ast.parse((checkout / f"plugins/module_utils/{room}.py").read_text(encoding="utf-8")))
    sentence = " ".join(text.partition("\n\n")[0].split())
    return re.sub(r"C\((.*?)\)", r"`\1`", sentence)


def picture(checkout: Path) -> str:
    """Draw the house: a row for each floor, a box for each room."""
    floors = said_by_the_tests(checkout, "FLOORS")
    network = said_by_the_tests(checkout, "MAY_TOUCH_THE_NETWORK")
    drawn, top = [], LEFT
    for title, names in ENTRIES:
        top = row(drawn, top, title, [(name, "entry") for name in names])
    for number in reversed(range(len(floors))):
        rooms = [(room, "network" if room in network else "room") for room in sorted(floors[number])]
        top = row(drawn, top, f"Floor {number}", rooms)
    top = row(
        drawn,
        top,
        "Outside",
        [("Cloudflare's API", "network"), ("Splunk's management API, ACS", "network"), ("HEC", "network")],
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-family="sans-serif" font-size="12" role="img">',
            "<title>The rooms of the collection, floor by floor; red ones touch the network</title>",
            f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def row(drawn: list[str], top: int, title: str, boxes: list[tuple[str, str]]) -> int:
    """Draw a row, in as many lines as it needs, and give where the next one begins."""
    begin = LEFT + 140
    left = begin
    drawn.append(f'<text x="{LEFT}" y="{top + BOX - 9}" font-weight="bold" fill="#333333">{escape(title)}</text>')
    for name, kind in boxes:
        width = 7 * len(name) + 16
        if left + width > WIDTH - LEFT:
            left, top = begin, top + BOX + GAP
        drawn.append(
            f'<rect x="{left}" y="{top}" width="{width}" height="{BOX}" rx="4" fill="{FILLS[kind]}" stroke="#8a8a8a"/>'
        )
        drawn.append(
            f'<text x="{left + width // 2}" y="{top + BOX - 9}" text-anchor="middle" fill="#222222">{escape(name)}</text>'
        )
        left += width + GAP
    drawn.append(
        f'<line x1="{LEFT}" y1="{top + BOX + GAP}" x2="{WIDTH - LEFT}" y2="{top + BOX + GAP}" stroke="#d0d0d0"/>'
    )
    return top + BOX + 2 * GAP
