# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of a page, in Markdown or reStructuredText, as a script that does what a reader would do.

- A block whose first line is a comment with the name of a file (``# inventory.yml``) is that file.
- A console block is run by bash, in the folder with the files; later blocks keep its exported variables.
- A text block after a console block is its output: its lines, in order, with ``...`` for other output.

C(with_output) updates the text blocks from a run.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import pathlib
import re
import shlex
import typing as t

import docutils.core
import docutils.nodes
from markdown_it import MarkdownIt

FILE_NAME = re.compile(r"# (?P<name>[\w./-]+\.\w+)\b.*\n")
# Placeholders for a secret or an address of the reader: NAME=... on the command line, name: ... in a file.
LEFT_OPEN = re.compile(r"\b(?P<name>\w+)(?P<is>=|: )\.\.\.")
HEREDOC = "END-OF-THE-FILE"
MARK = "@@@ block "
HOST_RESULT = re.compile(r"(ok|changed|skipping|fatal|failed|included): ")
WARNING = re.compile(r"\[(DEPRECATION )?WARNING\]")
# The parts that differ in each run: the stars after the name of a task, plan IDs, times and durations.
VARIES = re.compile(
    r"\*{3,}|(?<=plan )[0-9a-f]{8}\b|(?<=plan is )[0-9a-f]{8}\b|(?<=logpush_expected_plan=)\w+|(?<=logpush_expected_plan to )\w+"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| UTC)?|\b\d+(\.\d+)?(?= s\b| seconds?\b)"
)


@dataclasses.dataclass
class Block:
    """A block of code: its language, and its text."""

    language: str
    text: str

    @property
    def file_name(self) -> str:
        """The name of the file that the block contains, "" if it is not a file."""
        named = FILE_NAME.match(self.text)
        return named["name"] if named and self.language != "console" else ""


def blocks_of(page: pathlib.Path) -> list[Block]:
    """Return the blocks of code of a page, in order."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        return [Block(token.info, token.content) for token in MarkdownIt().parse(text) if token.type == "fence"]
    # Directives that only Sphinx knows are ignored here: the build of the site checks them.
    quiet = {"report_level": 5, "halt_level": 5, "file_insertion_enabled": False, "warning_stream": False}
    document = docutils.core.publish_doctree(text, settings_overrides=quiet)
    return [
        Block((set(node["classes"]) - {"code"}).pop(), node.astext() + "\n")
        for node in document.findall(docutils.nodes.literal_block)
        if "code" in node["classes"]
    ]


def script_of(
    blocks: t.Sequence[Block],
    instead: t.Mapping[str, str],
    values: t.Mapping[str, str],
    not_run: t.Collection[str],
) -> str:
    """Return the script. ``instead`` maps texts to their replacements, ``values`` are those that the page leaves
    open, ``not_run`` are the beginnings of commands to leave out."""

    def filled(text: str) -> str:
        for written, stand_in in instead.items():
            text = text.replace(written, stand_in)
        return text

    def value(left_open: re.Match[str]) -> str:
        found = values[left_open["name"]]
        return left_open["name"] + left_open["is"] + (shlex.quote(found) if left_open["is"] == "=" else f'"{found}"')

    lines = ["set -e"]
    for number, block in enumerate(blocks):
        text = LEFT_OPEN.sub(value, filled(block.text)) if block.language != "text" else ""
        if block.language == "console":
            commands = re.split(r"(?<!\\)\n", text)
            text = "\n".join(command for command in commands if not command.startswith(tuple(not_run)))
            lines += [f"echo {shlex.quote(f'{MARK}{number}')}", text]
        elif name := block.file_name:
            lines += [f"mkdir -p {pathlib.Path(name).parent}", f"cat > {name} <<'{HEREDOC}'", text + HEREDOC]
    return "\n".join(lines) + "\n"


def shown_by(output: str, number: int) -> str:
    """Return the output of the console block with this number."""
    _before, _mark, rest = output.partition(f"{MARK}{number}\n")
    return rest.partition(MARK)[0]


def hidden_warnings(expected: str, shown: str) -> list[str]:
    """Return the warnings of an output that no line of a text block shows."""
    patterns = [_pattern(" ".join(line.split())) for line in expected.splitlines() if line.strip() != "..."]
    lines = [" ".join(line.split()) for line in shown.splitlines() if WARNING.search(line)]
    return [line for line in lines if not any(pattern.fullmatch(line) for pattern in patterns)]


def missing_line(expected: str, shown: str) -> str | None:
    """Return the first line of a text block that is missing in the output after the lines before it, or None. The hosts of
    one task may be in any order, because they run at the same time."""
    lines = _hosts_in_order(" ".join(line.split()) for line in shown.splitlines())
    for line in _hosts_in_order(expected.splitlines()):
        wanted = " ".join(line.split())
        pattern = _pattern(wanted)
        while lines and not pattern.fullmatch(lines[0]):
            lines.pop(0)
        if not lines:
            return line
        if wanted != "...":
            lines.pop(0)
    return None


def _hosts_in_order(lines: t.Iterable[str]) -> list[str]:
    """Return lines with the results of the hosts of each task sorted."""
    groups = itertools.groupby(lines, lambda line: bool(HOST_RESULT.match(line)))
    return [line for is_result, group in groups for line in (sorted(group) if is_result else group)]


def with_output(page: str, blocks: t.Sequence[Block], output: str) -> str:
    """Return the text of a page with the output of a run in its text blocks."""
    position = 0
    for number, block in enumerate(blocks):
        if block.language != "text":
            continue
        lines = [re.escape(line) for line in block.text.rstrip("\n").split("\n")]
        written = r"^(?P<indent> *)" + r"\n".join(
            [lines[0], *(rf"(?P=indent){line}" if line else " *" for line in lines[1:])]
        )
        found = re.compile(rf"{written}$", re.MULTILINE).search(page, position)
        assert found, f"the page does not contain the block:\n{block.text}"
        new = [found["indent"] + line if line else "" for line in renewed(block.text, shown_by(output, number - 1))]
        page = page[: found.start()] + "\n".join(new) + page[found.end() :]
        position = found.start() + len("\n".join(new))
    return page


def renewed(expected: str, shown: str) -> list[str]:
    """Return the lines of a text block, updated from the output. A line that the output still shows stays as it is,
    and another one is replaced with the most similar line at its place, or removed if there is none. A block of
    ``...`` alone is replaced with the whole output."""
    lines = [VARIES.sub("...", line.rstrip()) for line in shown.strip("\n").split("\n")]
    if expected.strip() == "...":
        return lines
    wanted = expected.rstrip("\n").split("\n")
    places = _places(wanted, shown.strip("\n").split("\n"))
    new: list[str] = []
    after = 0
    for number, line in enumerate(wanted):
        place = places[number]
        if line.strip() == "..." or place is not None:
            new.append(line)
            after = after if place is None else place + 1
            continue
        before = next((later for later in places[number:] if later is not None), len(lines))
        if similar := difflib.get_close_matches(line, lines[after:before], 1):
            new.append(similar[0])
            after = lines.index(similar[0], after) + 1
    return new


def _places(wanted: t.Sequence[str], shown: t.Sequence[str]) -> list[int | None]:
    """Return where the output shows each of the wanted lines, after those before it, or None."""
    lines = [" ".join(line.split()) for line in shown]
    places: list[int | None] = []
    after = 0
    for line in wanted:
        pattern = _pattern(" ".join(line.split()))
        found = [place for place in range(after, len(lines)) if pattern.fullmatch(lines[place])]
        places.append(found[0] if found and line.strip() != "..." else None)
        after = found[0] + 1 if places[-1] is not None else after
    return places


def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, wanted.split("..."))))
