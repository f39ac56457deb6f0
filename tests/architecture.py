# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of the architecture, the checks that enforce them, and the page and the picture that show them.

The checks read the code with C(ast). import-linter (2.17, with grimp 3.20) merges all of C(ansible) and all of C(os) into one
name each, so it cannot distinguish AnsibleModule from a helper of ansible-core. It also needs a newer Python than modules do.
"""

from __future__ import annotations

import ast
import functools
import re
import typing as t
from pathlib import Path
from xml.sax.saxutils import escape

MODULE_UTILS = "plugins/module_utils"
COLLECTION = "ansible_collections.edgeops.logpush"

# Files that only decide and compute, so that their tests need no server, no clock and no environment.
PURE_FILES = {
    "_core": (
        "batches certificate_errors errors json_types options outcome quota removed_values report results "
        "secret_parts secrets spelling terminal text times url_paths"
    ),
    "_cloudflare": "advice analytics_answers analytics_query answers datasets scopes shapes token_state zones",
    "_splunk": (
        "acs_answers allowlist_rules answer_parts answers app_plan app_request app_surroundings app_tokens cluster_answers cluster_rules "
        "collector_rules conf_file conf_values delivery_rules deployment_answers deployment_rules fields "
        "hec_request index_rules instance_rules introspection_rules logpush_events node_rules props_settings "
        "search_rules settings_rules sourcetype_rules sourcetype_settings token_rules topology_rules values"
    ),
    "_collector": (
        "answer certificate certificate_chain certificate_check certificate_rules check_list checks der elliptic_curves "
        "extensions name_constraints node_checks policies signature software tls_record tls_rules"
    ),
    "_operations": (
        "alert_report delivery_report elsewhere host_report notices plan_identity results rollout_report "
        "rollout_request rotation_report rotation_rules source_types workflow_steps"
    ),
    "_audit": (
        "commands delivery_findings duplicates error_advice findings html_assets junit page "
        "page_data remedies table to_do wording"
    ),
    "_export": (
        "exported_job secret_variables terraform terraform_blocks terraform_configuration terraform_job "
        "terraform_language terraform_state variables yaml_writer"
    ),
}
# All of _logpush is pure. An entry is a package or a file.
PURE = ("_logpush", *(f"{package}.{name}" for package, names in PURE_FILES.items() for name in names.split()))

# The packages from the bottom up, each with the packages or files that it may import.
MAY_USE: dict[str, tuple[str, ...]] = {
    "_core": (),
    "_cloudflare": ("_core",),
    "_splunk": ("_core",),
    "_collector": ("_core", "_splunk"),
    # The endpoint and the channel of a destination follow the same rules in a job and in a probe of the collector. The time of an
    # event is in the same field for a source type and for a comparison of times.
    "_logpush": (
        *(name for name in PURE if name.startswith("_core.")),
        "_splunk.token_rules",
        "_splunk.hec_request",
        "_splunk.logpush_events",
        # The spec of an entry of splunk_hec_sourcetypes.
        "_splunk.sourcetype_settings",
        # The spec of an entry of splunk_hec_nodes.
        "_splunk.topology_rules",
    ),
    "_operations": ("_core", "_cloudflare", "_splunk", "_logpush"),
    "_audit": ("_core", "_cloudflare", "_splunk", "_collector", "_logpush", "_operations"),
    "_export": ("_core", "_cloudflare", "_splunk", "_logpush", "_operations"),
}

CONTENTS = {
    "_core": "What any collection needs: HTTP, rate limit, options, masking of secrets, running operations.",
    "_cloudflare": "The Cloudflare API: client, answers, error advice, zones and accounts.",
    "_splunk": "The management APIs of Splunk Enterprise and Splunk Cloud: HEC settings, tokens, indexes, search.",
    "_collector": "The HTTP Event Collector as a sender sees it: reachability, certificate, test event.",
    "_logpush": "The rules for Logpush jobs: options, destination string, finding the existing job, comparing. All pure.",
    "_operations": "What the modules do in zones and accounts: rollout, verify, repair, rotation, job information.",
    "_audit": "The audit of jobs and collectors, and its reports.",
    "_export": "Existing jobs as inventory variables, from Cloudflare or from Terraform.",
}

# _core.transport limits connections and _collector.tls sets up TLS. The other two send requests.
NETWORK_FILES = ("_core.http", "_core.transport", "_collector.client", "_collector.tls")
NETWORK_LIBRARIES = ("http", "requests", "socket", "ssl", "urllib.request", "urllib3")
IMPURE_LIBRARIES = (
    *NETWORK_LIBRARIES,
    *"ansible.module_utils.basic asyncio glob io multiprocessing os pathlib queue random".split(),
    *"shutil subprocess tempfile threading time".split(),
)
IMPURE_CALLS = ("date.today", "datetime.now", "datetime.utcnow", "open", "uuid.uuid1", "uuid.uuid4")

PAGE = "docs/architecture.md"
PICTURE = "docs/architecture.svg"
BEGIN, END = "<!-- packages: written by make docs -->\n", "<!-- end of the packages -->\n"

LONGEST_FILE = 400
GENERATED_FILES = ("plugins/module_utils/_audit/html_assets.py",)
DOCUMENTATION_NAMES = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
# The action plugin does the work of this module, because only Ansible has the variables that it reads.
MODULES_WITHOUT_DEFINITION = ("plugins/modules/splunk_logpush_outcome.py",)
ACTIONS_WITHOUT_MODULE = ("plugins/action/splunk_logpush_outcome.py",)


class Import(t.NamedTuple):
    """One import. ``name`` is C(package.file) for a file of module_utils, and the full dotted name for anything else."""

    name: str
    internal: bool
    only_for_types: bool


class SourceFile(t.NamedTuple):
    """A file of module_utils, named C(package.file)."""

    name: str
    tree: ast.Module
    imports: list[Import]


def source_files(checkout: Path) -> dict[str, SourceFile]:
    """Return all files of the packages in module_utils by their names."""
    folder = checkout / MODULE_UTILS
    files = {}
    for path in sorted(folder.glob("*/*.py")):
        tree = _parsed(path)
        name = f"{path.parent.name}.{path.stem}"
        files[name] = SourceFile(name, tree, list(_imports(tree, path.parent.name)))
    return files


def violations(checkout: Path) -> dict[str, list[str]]:
    """Return the violations of each rule of the architecture, by the name of the rule."""
    files = source_files(checkout)
    return {rule: check(checkout, files) for rule, check in RULES.items()}


def upward_imports(files: t.Mapping[str, SourceFile]) -> list[str]:
    """Return the imports of another package that MAY_USE does not list."""
    found = []
    for file in files.values():
        package = file.name.partition(".")[0]
        allowed = (package, *MAY_USE.get(package, ()))
        found += [
            f"{file.name} -> {used.name}" for used in file.imports if used.internal and not covers(allowed, used.name)
        ]
    return sorted(set(found))


def circles(files: t.Mapping[str, SourceFile]) -> list[str]:
    """Return the shortest import cycle of each file that is part of one."""
    found: dict[frozenset[str], str] = {}
    for name in files:
        chain = _chain(files, name, functools.partial(_is_import_of, name))
        if chain:
            found.setdefault(frozenset(chain), " -> ".join(chain))
    return sorted(found.values())


def _is_import_of(name: str, used: Import) -> bool:
    return used.name == name


def impurities(files: t.Mapping[str, SourceFile]) -> list[str]:
    """For each pure file that imports something impure, directly or not, return the chain of imports."""
    found = []
    for file in files.values():
        if covers(PURE, file.name):
            chain = _chain(files, file.name, lambda used: not used.internal and covers(IMPURE_LIBRARIES, used.name))
            found += [" -> ".join(chain)] if chain else []
            found += [f"{file.name} calls {call}" for call in _impure_calls(file.tree)]
    return found


def network_imports(checkout: Path, files: t.Mapping[str, SourceFile]) -> list[str]:
    """Return the imports of network libraries in files of the plugins that must not have any."""
    found = []
    for path in sorted((checkout / "plugins").rglob("*.py")):
        name = f"{path.parent.name}.{path.stem}"
        imports = files[name].imports if name in files else list(_imports(_parsed(path), ""))
        if name not in NETWORK_FILES:
            found += [f"{name} -> {used.name}" for used in imports if covers(NETWORK_LIBRARIES, used.name)]
    return found


def absolute_imports(checkout: Path) -> list[str]:
    """Return the imports of this collection in its plugins that are not relative."""
    return [
        f"{path.relative_to(checkout)} -> {used.name}"
        for path in sorted((checkout / "plugins").rglob("*.py"))
        for used in _imports(_parsed(path), "")
        if covers((COLLECTION,), used.name)
    ]


def misplaced_files(checkout: Path) -> list[str]:
    """Return the files of module_utils that are not in a known package, or whose names begin with an underscore."""
    folder = checkout / MODULE_UTILS
    names = [path.relative_to(folder) for path in sorted(folder.rglob("*.py"))]
    return [
        str(name) for name in names if len(name.parts) != 2 or name.parts[0] not in MAY_USE or name.name.startswith("_")
    ]


def modules_with_logic(checkout: Path) -> list[str]:
    """Return the statements of modules that are not documentation, an import, a spec, the definition or the call of main."""
    found = []
    for path in sorted((checkout / "plugins/modules").glob("*.py")):
        name = str(path.relative_to(checkout))
        statements = _code(_parsed(path))
        functions = [node for node in statements if isinstance(node, ast.FunctionDef)]
        rest = [
            node for node in statements if node not in functions and not _is_definition(node, "DEFINITION", "_SPEC")
        ]
        found += [f"{name}:{node.lineno}" for node in rest if not _calls_main(node)]
        if name not in MODULES_WITHOUT_DEFINITION:
            main = [node for node in functions if node.name == "main" and len(_code(node)) == 1]
            found += [f"{name}: main does more than run the definition"] if len(main) != 1 else []
        found += [f"{name}:{node.lineno}" for node in functions if node.name != "main"]
    return found


def actions_with_logic(checkout: Path) -> list[str]:
    """Return the action plugins that contain more than a class with the definition of the module."""
    found = []
    for path in sorted((checkout / "plugins/action").glob("*.py")):
        name = str(path.relative_to(checkout))
        statements = _code(_parsed(path))
        thin = len(statements) == 1 and isinstance(statements[0], ast.ClassDef)
        if name not in ACTIONS_WITHOUT_MODULE and not (
            thin and all(_is_definition(node, "definition") for node in _code(t.cast(ast.ClassDef, statements[0])))
        ):
            found.append(name)
    return found


def long_files(checkout: Path) -> list[str]:
    """Return the files of code that are longer than LONGEST_FILE lines, without documentation."""
    paths = [path for pattern in ("*.py", "*.js", "*.css") for path in sorted(checkout.rglob(pattern))]
    own = [path for path in paths if not any(part.startswith(".") for part in path.relative_to(checkout).parts)]
    lengths = {str(path.relative_to(checkout)): code_lines(path) for path in own}
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE and name not in GENERATED_FILES}
    return [f"{name}: {lines} lines" for name, lines in too_long.items()]


def code_lines(path: Path) -> int:
    """Return the number of lines of a file that are neither docstrings, module documentation, comments nor empty."""
    lines = path.read_text(encoding="utf-8").splitlines()
    documentation: set[int] = set()
    if path.suffix == ".py":
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.stmt) and (_is_docstring(node) or _is_documentation(node)):
                documentation.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    comments = ("#",) if path.suffix == ".py" else ("//", "/*", "*")
    return sum(
        1
        for number, line in enumerate(lines, 1)
        if number not in documentation and line.strip() and not line.strip().startswith(comments)
    )


RULES: dict[str, t.Callable[[Path, t.Mapping[str, SourceFile]], list[str]]] = {
    "a package imports only what it may use": lambda checkout, files: upward_imports(files),
    "files do not import in a circle": lambda checkout, files: circles(files),
    "pure files reach nothing impure": lambda checkout, files: impurities(files),
    "only two files import network libraries": network_imports,
    "plugins import their own code by relative names": lambda checkout, files: absolute_imports(checkout),
    "module_utils contains only packages": lambda checkout, files: misplaced_files(checkout),
    "a module is documentation and a definition": lambda checkout, files: modules_with_logic(checkout),
    "an action plugin is a definition": lambda checkout, files: actions_with_logic(checkout),
    "no file is too long": lambda checkout, files: long_files(checkout),
}


def covers(entries: t.Iterable[str], name: str) -> bool:
    """Return whether a dotted name is one of the entries, or inside one of them."""
    return any(name == entry or name.startswith(f"{entry}.") for entry in entries)


def _parsed(path: Path) -> ast.Module:
    return _tree(path.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=None)
def _tree(text: str) -> ast.Module:
    """Return the syntax tree of a text: several rules look at each file."""
    return ast.parse(text)


def _imports(tree: ast.Module, package: str) -> t.Iterator[Import]:
    """Yield all imports of a file, including those inside functions. ``package`` is the package of the file, to resolve relative
    imports."""
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and _dotted(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, False, node in for_types)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = ".".join(filter(None, [node.module, alias.name]))
                if not node.level:
                    yield Import(name, False, node in for_types)
                elif package:
                    yield Import(_file_name(node, alias.name, package), True, node in for_types)


def _file_name(node: ast.ImportFrom, imported: str, package: str) -> str:
    """Return C(package.file) of a relative import: of C(from .file), C(from . import file), C(from .._package.file), or
    C(from .._package import file)."""
    parts = [*([package] if node.level == 1 else []), *(node.module or "").split("."), imported]
    return ".".join([part for part in parts if part][:2])


def _chain(files: t.Mapping[str, SourceFile], start: str, is_goal: t.Callable[[Import], bool]) -> list[str] | None:
    """Return the shortest chain of imports from a file to an import that is a goal; None if there is none.

    Imports for annotations only are not followed, because they are not executed.
    """
    chains, seen = [[start]], {start}
    while chains:
        chain = chains.pop(0)
        for used in files[chain[-1]].imports:
            if used.only_for_types:
                continue
            if is_goal(used):
                return [*chain, used.name]
            if used.internal and used.name in files and used.name not in seen:
                seen.add(used.name)
                chains.append([*chain, used.name])
    return None


def _impure_calls(tree: ast.AST) -> list[str]:
    called = [_dotted(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [name for name in called if any(name == call or name.endswith(f".{call}") for call in IMPURE_CALLS)]


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _code(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> list[ast.stmt]:
    """Return the statements of a file, a function or a class that are neither documentation nor imports."""
    return [
        statement
        for statement in node.body
        if not isinstance(statement, (ast.Import, ast.ImportFrom))
        and not _is_docstring(statement)
        and not _is_documentation(statement)
    ]


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_documentation(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and any(_dotted(target) in DOCUMENTATION_NAMES for target in node.targets)


def _is_definition(node: ast.AST, *endings: str) -> bool:
    return isinstance(node, ast.Assign) and all(_dotted(target).endswith(endings) for target in node.targets)


def _calls_main(node: ast.AST) -> bool:
    """Return whether a statement is C(if __name__ == "__main__": main())."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and _dotted(node.test.left) == "__name__"


# --- The page and the picture

WIDTH, MARGIN, GAP, LINE = 960, 16, 12, 24
LETTER = 6.6
FILLS = {"entry": "#fff3d6", "package": "#f4f6fa", "pure": "#dcefdc", "file": "#e3e8f1", "network": "#f9cfc3"}
ENTRIES = [
    ("What people run", ["playbooks", "roles"]),
    ("What Ansible loads", ["plugins/modules", "plugins/action", "plugins/inventory", "plugins/filter"]),
]
OUTSIDE = ["Cloudflare API", "Splunk management API (8089, ACS)", "Splunk HEC"]
LEGEND = [("pure: no I/O, clock or environment", "pure"), ("other file", "file"), ("uses the network", "network")]


def files(checkout: Path) -> dict[str, str]:
    """Return the text of each generated file by its name."""
    page = (checkout / PAGE).read_text(encoding="utf-8")
    before, _begin, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    known = source_files(checkout)
    return {PAGE: before + BEGIN + package_list(known) + END + after, PICTURE: picture(known)}


def package_list(known: t.Mapping[str, SourceFile]) -> str:
    """Return the packages from the top down, each with what it may import and the first line of each of its files."""
    lines = []
    for package in [package for row in reversed(rows()) for package in row]:
        used = ", ".join(f"`{name}`" for name in MAY_USE[package]) or "nothing"
        lines += [f"\n### {package}\n\n{CONTENTS[package]} May import: {used}.\n\n"]
        lines += [f"- `{_stem(file.name)}`: {first_sentence(file)}\n" for file in _files_of(package, known)]
    return "".join(lines) + "\n"


def first_sentence(file: SourceFile) -> str:
    """Return the first paragraph of the docstring of a file, in Markdown."""
    text = ast.get_docstring(file.tree) or ""
    return re.sub(r"[CUO]\((.*?)\)", r"`\1`", " ".join(text.partition("\n\n")[0].split()))


def rows() -> list[list[str]]:
    """Return the packages in rows from the bottom up: a package is above all packages that it may import."""
    heights: dict[str, int] = {}
    for package, used in MAY_USE.items():
        heights[package] = 1 + max((heights[name.partition(".")[0]] for name in used), default=-1)
    return [[name for name in heights if heights[name] == height] for height in range(max(heights.values()) + 1)]


def picture(known: t.Mapping[str, SourceFile]) -> str:
    """Draw the packages in rows, the entries above them and the services below them."""
    drawn: list[str] = []
    top = float(MARGIN)
    for title, names in ENTRIES:
        top = _draw_boxes(drawn, top, title, [(name, "entry") for name in names])
    for row in reversed(rows()):
        width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
        bottoms = [
            _draw_package(drawn, MARGIN + number * (width + GAP), top, width, package, known)
            for number, package in enumerate(row)
        ]
        top = max(bottoms) + GAP
    top = _draw_boxes(drawn, top, "Services", [(name, "network") for name in OUTSIDE])
    top = _draw_boxes(drawn, top, "Colors", LEGEND)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:g}" role="img">',
            '<g font-family="sans-serif" font-size="12">',
            "<title>The packages of the collection. A package imports only packages in the rows below it.</title>",
            f'<rect width="{WIDTH}" height="{top:g}" fill="#ffffff"/>',
            *drawn,
            "</g>",
            "</svg>\n",
        ]
    )


def _draw_package(
    drawn: list[str], left: float, top: float, width: float, package: str, known: t.Mapping[str, SourceFile]
) -> float:
    """Draw a package with its files, and return its lower end."""
    frame = len(drawn)
    x, y = left + GAP, top + LINE
    drawn.append(_text(x, y - 6, package, weight="bold"))
    used = ", ".join(dict.fromkeys(name.partition(".")[0] for name in MAY_USE[package]))
    drawn.append(_text(x + 7.5 * len(package) + GAP, y - 6, f"uses {used}" if used else "uses no other package"))
    for file in _files_of(package, known):
        chip = LETTER * len(_stem(file.name)) + 14
        if x + chip > left + width - GAP:
            x, y = left + GAP, y + LINE + 4
        drawn += _box(x, y, chip, _stem(file.name), _kind(file.name))
        x += chip + 6
    bottom = y + LINE + GAP
    drawn.insert(frame, _rectangle(left, top, width, bottom - top, "package"))
    return bottom


def _draw_boxes(drawn: list[str], top: float, title: str, boxes: list[tuple[str, str]]) -> float:
    """Draw a row of boxes after a title, and return its lower end."""
    drawn.append(_text(MARGIN, top + LINE - 8, title, weight="bold"))
    left = MARGIN + 140.0
    for name, kind in boxes:
        width = LETTER * len(name) + 16
        drawn += _box(left, top, width, name, kind)
        left += width + GAP
    return top + LINE + GAP


def _box(left: float, top: float, width: float, name: str, kind: str) -> list[str]:
    middle = left + width / 2
    return [_rectangle(left, top, width, LINE, kind), _text(middle, top + LINE - 8, name, anchor="middle")]


def _rectangle(left: float, top: float, width: float, height: float, kind: str) -> str:
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{width:.1f}" height="{height:g}" rx="4" '
        f'fill="{FILLS[kind]}" stroke="#8a8a8a"/>'
    )


def _text(left: float, base: float, text: str, weight: str = "normal", anchor: str = "start") -> str:
    place = f'x="{left:.1f}" y="{base:g}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text {place} fill="#222222">{escape(text)}</text>'


def _files_of(package: str, known: t.Mapping[str, SourceFile]) -> list[SourceFile]:
    return [file for file in known.values() if file.name.startswith(f"{package}.")]


def _stem(name: str) -> str:
    return name.partition(".")[2]


def _kind(name: str) -> str:
    if name in NETWORK_FILES:
        return "network"
    return "pure" if covers(PURE, name) else "file"
