# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the scripts and style sheets of the audit page. Prints the problems and exits with status 1.

Needs the packages deno (format, lint and type check) and tinycss2 (style sheets). With C(--fix) the files are formatted, and
html_assets.py is written.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing as t

import tinycss2
from generate import ENTRY, FOLDER, STYLE_SHEETS, TARGET, module_text

SCRIPTS = sorted(path.name for path in FOLDER.glob("*.js"))
FORMATTED = [*SCRIPTS, *STYLE_SHEETS, "deno.jsonc"]


def main(arguments: list[str]) -> int:
    """Run all checks and return the exit status."""
    if "--fix" in arguments:
        deno("fmt", *FORMATTED)
        TARGET.write_text(module_text(), encoding="utf-8", newline="\n")
    problems = [
        *deno("fmt", "--check", *FORMATTED),
        *deno("lint", *SCRIPTS),
        *deno("check", f"{ENTRY}.js"),
        *style_problems({name: (FOLDER / name).read_text(encoding="utf-8") for name in STYLE_SHEETS}, scripts_text()),
    ]
    if TARGET.read_text(encoding="utf-8") != module_text():
        problems.append("html_assets.py is not what tools/audit_page/generate.py writes: run it")
    print("\n".join(problems) or "The audit page has no problems.")
    return 1 if problems else 0


def deno(*arguments: str) -> list[str]:
    """Run Deno in the folder of the page, without any request, and return its output if it fails."""
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "DENO_NO_UPDATE_CHECK": "1",
        "DENO_DIR": str(FOLDER.parents[1] / ".cache" / "deno"),
    }
    run = subprocess.run(
        [sys.executable, "-m", "deno", *arguments],
        cwd=FOLDER,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return [run.stdout.strip()] if run.returncode else []


def scripts_text() -> str:
    """Return the text of all scripts."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)


def style_problems(sheets: t.Mapping[str, str], scripts: str) -> list[str]:
    """Return the problems in style sheets: syntax errors, requests, custom properties that are not defined or not used, and
    classes that no script mentions."""
    problems: list[str] = []
    defined: set[str] = set()
    used: set[str] = set()
    words = set(re.findall(r"[\w-]+", scripts))
    for name, text in sheets.items():
        for node in nodes(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)):
            where = f"{name}:{node.source_line}"
            if node.type == "error":
                problems.append(f"{where}: {node.message}")
            elif node.type == "url" or (node.type == "at-rule" and node.lower_at_keyword == "import"):
                problems.append(f"{where}: the page must not send requests")
            elif node.type == "declaration" and node.name.startswith("--"):
                defined.add(node.name)
            elif node.type == "function" and node.lower_name == "var":
                used.update(part.value for part in node.arguments if part.type == "ident")
            elif node.type == "qualified-rule":
                selector = tinycss2.serialize(node.prelude)
                classes = re.findall(r"\.([A-Za-z][\w-]*)", selector)
                problems += [f"{where}: no script uses the class {each}" for each in classes if each not in words]
    problems += [f"custom property {name} is not defined" for name in sorted(used - defined)]
    problems += [f"custom property {name} is not used" for name in sorted(defined - used)]
    return problems


def nodes(listed: t.Iterable[t.Any]) -> t.Iterator[t.Any]:
    """Yield the rules, declarations and values of a style sheet, at every depth."""
    for node in listed:
        yield node
        if node.type == "qualified-rule" or (node.type == "at-rule" and node.content is not None):
            yield from nodes(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
        elif node.type == "declaration":
            yield from nodes(node.value)
        elif node.type == "function":
            yield from nodes(node.arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
