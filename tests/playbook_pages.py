# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of the playbooks: the command, an example, all variables, what a playbook passes on, its tags and its exit status.

The variables are those of the table of inventory variables, which a playbook also checks them with. What a playbook does and its
command are from the comment at its head. The page of the source types is written with them.
"""

from __future__ import annotations

import re
import sys
import textwrap
import typing as t
from pathlib import Path

import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import VARIABLES, Variable
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import LAYER_SPEC
from ansible_collections.edgeops.logpush.tests import source_type_page
from ansible_collections.edgeops.logpush.tests.editor_schemas import role_options, text_of

PAGES = "docs/docsite/rst"
INDEX = "playbooks"
# Playbooks that others import.
PARTS = ("require_zones", "show_outcome")
GROUPS = (
    ("How the playbook runs", re.compile(r"logpush_|splunk_logpush_(verify|report)_")),
    ("Cloudflare, and the zone of a host", re.compile(r"cloudflare_|zone_|account_|splunk_logpush_scope$")),
    ("What the jobs should be", re.compile(r"splunk_logpush_")),
    ("Splunk", re.compile(r"splunk_hec_")),
)
TYPES = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "list",
    "dict": "mapping of job options",
}

# An example for each playbook: what it is for, and the command.
COMMAND = "ansible-playbook -i inventory.yml edgeops.logpush"
EXAMPLES = {
    "alerts": (
        "See what would change, without a test message to the webhook:",
        (
            f"{COMMAND}.alerts --check --diff \\\n"
            '  -e \'{"logpush_alert_webhooks": [{"url": "https://eda.example.com/logpush"}]}\''
        ),
    ),
    "audit": (
        "Write a page and a file for programs, and accept jobs that skip the check of certificates:",
        (
            f"{COMMAND}.audit \\\n  -e logpush_audit_html=$PWD/audit.html -e logpush_audit_json=$PWD/audit.json "
            "-e logpush_audit_ignore=insecure"
        ),
    ),
    "delivery": (
        "Compare the last seven days, and accept a loss of 1 %:",
        f"{COMMAND}.delivery \\\n  -e logpush_delivery_window=604800 -e logpush_delivery_tolerance=1",
    ),
    "disable": ("See which jobs would be disabled:", f"{COMMAND}.disable --limit example.com --check"),
    "export": (
        "Show the jobs of one zone as an inventory:",
        f"{COMMAND}.export --limit example.com",
    ),
    "provision_hec": (
        "Prepare Splunk Cloud with an index of your own:",
        (
            "export SPLUNK_AUTH_TOKEN=...\nansible-playbook -i localhost, edgeops.logpush.provision_hec \\\n"
            "  -e splunk_hec_platform=cloud -e splunk_hec_stack=acme -e splunk_hec_index=edge"
        ),
    ),
    "remove": ("See which jobs would be removed:", f"{COMMAND}.remove --limit example.com --check"),
    "repair": ("See which jobs Cloudflare disabled:", f"{COMMAND}.repair --check"),
    "rollout": (
        "Show the plan, then apply exactly this plan:",
        f"{COMMAND}.rollout --check --diff\n{COMMAND}.rollout -e logpush_expected_plan=c3a91f02",
    ),
    "rotate_hec_token": (
        "Move five zones first, then all others, and keep the old token:",
        (
            f"{COMMAND}.rotate_hec_token \\\n  -e splunk_hec_new_token_name=cloudflare-2027 -e logpush_waves=5,100% "
            "-e splunk_hec_rotation_delete=false"
        ),
    ),
    "site": (
        "Provision HEC and roll out, without waiting for deliveries:",
        f"{COMMAND}.site --tags hec,rollout",
    ),
    "verify": ("Look once, without waiting:", f"{COMMAND}.verify -e splunk_logpush_verify_timeout=0"),
}

# What a playbook passes on: the name of the statistics, and the module whose summary they are.
PUBLISHED = {
    "alerts": {"logpush_alerts": "splunk_logpush_alerts"},
    "audit": {"logpush_audit": "splunk_logpush_audit"},
    "delivery": {"logpush_delivery": "splunk_logpush_delivery"},
    "disable": {"logpush_rollout": "splunk_logpush_rollout"},
    "provision_hec": {"logpush_provision": ""},
    "remove": {"logpush_rollout": "splunk_logpush_rollout"},
    "repair": {"logpush_repair": "splunk_logpush_repair"},
    "rollout": {"logpush_rollout": "splunk_logpush_rollout"},
    "rotate_hec_token": {"logpush_rotate": "splunk_hec_rotation"},
    "site": {
        "logpush_provision": "",
        "logpush_rollout": "splunk_logpush_rollout",
        "logpush_verify": "splunk_logpush_verify",
    },
    "verify": {"logpush_verify": "splunk_logpush_verify"},
}
PROVISIONED = (
    "``endpoint`` (the collector), ``token`` (what was done: ``created``, ``updated``, ``replaced`` or ``unchanged``) and ``ready`` "
    "(the result of the probe)"
)
TAGS = {
    "site": "Each part has a tag: ``hec``, ``rollout``, ``verify`` and ``search``. The rollout takes the endpoint and the token "
    "from the part ``hec``, so name both: ``--tags hec,rollout``.",
    "export": "None. The check that a host represents a zone has the tag ``logpush``.",
    "provision_hec": "None.",
}
TAG = "Every play has the tag ``logpush``."
# Why a playbook ends with status 2, besides a wrong variable.
FAILURES = {
    "alerts": "the policy of an account could not be changed, for example because the receiver of a webhook refused the test message; "
    "in check mode with ``logpush_fail_on_change``, something would change",
    "audit": "a zone or a collector needs attention, unless ``logpush_audit_fail`` is ``false``; a zone could not be read",
    "delivery": "Splunk misses events of a zone, or stores them with a wrong time; nothing can be read from Cloudflare or Splunk",
    "disable": "a job could not be disabled",
    "export": "a zone could not be read, or a file could not be written",
    "provision_hec": "Splunk refused a change, or the probe found that HEC is not ready for Logpush",
    "remove": "a job could not be removed, or the removal is not confirmed",
    "repair": "a job could not be enabled, or its collector is not ready",
    "rollout": "a job could not be written; the plan is not ``logpush_expected_plan``; in check mode with "
    "``logpush_fail_on_change``, something would change",
    "rotate_hec_token": "the rotation stopped before its end; the report says why, and which token is used now; with "
    "``splunk_hec_topology: cluster`` or ``deployment_server``, nothing was changed, and the steps to follow are shown",
    "site": "one of the parts failed (the parts after it leave out the zones that failed, and do not run if HEC could not be "
    "provisioned)",
    "verify": "a job did not deliver in time",
}
NO_ZONE = "no host represents a zone"

HEAD = """\
..
  Copyright (c) 2026 edgeops.logpush contributors
  SPDX-License-Identifier: GPL-3.0-or-later

.. This page is generated by make docs: do not edit it.

"""
LABEL = ".. _ansible_collections.edgeops.logpush.docsite.{}:\n\n"
HOW_VARIABLES_WORK = "ansible_collections.edgeops.logpush.docsite.guide_variables"
WIDTH = 140


class Head(t.NamedTuple):
    """The comment at the head of a playbook: what it does, and its commands."""

    description: str
    commands: list[str]


def names_of(checkout: Path) -> list[str]:
    """Return the names of the playbooks that people run."""
    return sorted(path.stem for path in checkout.glob("playbooks/*.yml") if path.stem not in PARTS)


def files(checkout: Path) -> dict[str, str]:
    """Return the pages, each by the name of its file, and the page that lists them."""
    names = names_of(checkout)
    pages = {f"playbook_{name}.rst": page_of(name, checkout) for name in names}
    return {f"{INDEX}.rst": index(names, checkout), **pages}


def index(names: t.Iterable[str], checkout: Path) -> str:
    """Return the page that lists the playbooks."""
    rows = [
        [f":ref:`{name} <ansible_collections.edgeops.logpush.docsite.playbook_{name}>`", first_sentence(name, checkout)]
        for name in names
    ]
    toctree = ".. toctree::\n   :hidden:\n\n" + "".join(f"   playbook_{name}\n" for name in names)
    intro = "Each page has the command, an example, all variables, what the playbook passes on, its tags and its exit status.\n"
    return "\n".join(
        [
            HEAD + LABEL.format(INDEX) + heading("Playbooks", "="),
            intro,
            table(["Playbook", "What it does"], rows),
            toctree,
        ]
    )


def page_of(name: str, checkout: Path) -> str:
    """Return the page of a playbook."""
    head = head_of(name, checkout)
    purpose, example = EXAMPLES[name]
    parts = [
        HEAD + LABEL.format(f"playbook_{name}") + heading(f"The {name} playbook", "="),
        paragraph(marked(head.description)),
        block("\n".join(head.commands)),
        heading("Example", "-"),
        paragraph(purpose),
        block(example),
        heading("Variables", "-"),
        paragraph(
            "Set them in the inventory or with ``-e``. A blank variable is not set. "
            f":ref:`How variables work <{HOW_VARIABLES_WORK}>` explains the prefixes of the names, and which value takes precedence."
        ),
        *variable_tables(name, role_options(checkout)),
        heading("What it passes on", "-"),
        passed_on(name, checkout),
        heading("Tags", "-"),
        paragraph(TAGS.get(name, TAG)),
        heading("Exit status", "-"),
        exit_status(name),
    ]
    return "\n".join(parts)


def head_of(name: str, checkout: Path) -> Head:
    """Return the comment at the head of a playbook."""
    text = (checkout / f"playbooks/{name}.yml").read_text(encoding="utf-8").partition("---\n")[2]
    comment = [line[1:] for line in re.match(r"(?:#.*\n)+", text)[0].splitlines()]  # type: ignore[index]
    lines = [line for line in comment[: comment.index("", comment.index("") + 1)] if line]
    commands = [line.strip() for line in lines if line.startswith("   ")]
    return Head(" ".join(line.strip() for line in lines if not line.startswith("   ")), commands)


def first_sentence(name: str, checkout: Path) -> str:
    """Return the first sentence of what a playbook does."""
    return marked(re.split(r"(?<=\.) ", head_of(name, checkout).description)[0])


def variables_of(name: str) -> list[Variable]:
    """Return the variables of a playbook."""
    return [variable for variable in VARIABLES if name in variable.playbooks]


def variable_tables(name: str, options: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """Return the variables of a playbook, a table for each group."""
    groups: dict[str, list[Variable]] = {title: [] for title, _names in GROUPS}
    for variable in variables_of(name):
        groups[next(title for title, names in GROUPS if names.match(variable.name))].append(variable)
    parts = []
    for title, members in groups.items():
        ordered = sorted(members, key=lambda variable: variable.name.startswith("splunk_logpush_"))
        rows = [row_of(variable, options.get(variable.name, {})) for variable in ordered]
        if rows:
            parts += [heading(title, "~"), table(["Variable", "Type", "Default", "Description"], rows, "30 14 16 40")]
    return parts


def row_of(variable: Variable, option: t.Mapping[str, t.Any]) -> list[str]:
    """Return the row of a variable. ``option`` is that of the role which reads it, if one does."""
    default = variable.spec.get("default", None if variable.description else option.get("default"))
    # The roles take these values as raw, and so name the type in words.
    description = re.sub(
        r" (?:A boolean|A whole number|An integer)\.|, an? (?:integer|boolean)(?=\.)",
        "",
        variable.description or text_of(option["description"]),
    )
    return [f"``{variable.name}``", type_of(variable.spec), value_of(default), marked(description)]


def type_of(spec: t.Mapping[str, t.Any]) -> str:
    """Return the type of a variable in words."""
    if "choices" in spec:
        return " or ".join(f"``{choice}``" for choice in spec["choices"])
    if spec["type"] == "list" and spec.get("options") is LAYER_SPEC:
        return "list of mappings of job options"
    if spec["type"] == "list" and spec["elements"] == "dict":
        return "list of mappings"
    if spec["type"] == "list":
        return "list" if spec["elements"] == "raw" else "list of text"
    return TYPES[spec["type"]]


def value_of(default: t.Any) -> str:
    """Return a default as YAML writes it."""
    if default is None:
        return ""
    written = yaml.safe_dump(default, default_flow_style=True, width=WIDTH).splitlines()[0]
    return f"``{written}``"


def passed_on(name: str, checkout: Path) -> str:
    """Return what a playbook passes on to the next node of a workflow in Tower or AWX."""
    if name not in PUBLISHED:
        return paragraph("Nothing.")
    rows = [
        [f"``{statistics}``", counts_of(module, checkout) if module else PROVISIONED]
        for statistics, module in PUBLISHED[name].items()
    ]
    text = "Statistics, as ``set_stats`` does. The next nodes of a Tower or AWX workflow receive them as extra variables. They never contain a secret."
    if any(module for module in PUBLISHED[name].values()):
        text += " In check mode, the counts also have ``check_mode: true``."
    if "logpush_rollout" in PUBLISHED[name]:
        text += (
            " A run in check mode also passes on ``logpush_expected_plan``, so that the next rollout of the workflow applies exactly"
            " its plan."
        )
    return paragraph(text) + "\n" + table(["Name", "Holds"], rows, "30 70")


def counts_of(module: str, checkout: Path) -> str:
    """Return the names in the summary that a module returns."""
    text = (checkout / f"plugins/modules/{module}.py").read_text(encoding="utf-8")
    returned = yaml.safe_load(re.search(r'^RETURN = r"""(.*?)"""', text, re.DOTALL | re.MULTILINE)[1])  # type: ignore[index]
    return "The counts " + ", ".join(f"``{name}``" for name in returned["summary"]["sample"])


def exit_status(name: str) -> str:
    """Return the table of what the exit status of a playbook means."""
    failures = [FAILURES[name], "a variable has a wrong value"]
    if name != "provision_hec":
        failures.insert(1, NO_ZONE)
    failed = "; ".join(failures)
    rows = [["0", "The playbook succeeded"], ["2", failed[0].upper() + failed[1:]]]
    text = "Any other status comes from Ansible itself, for example if it cannot read the inventory or does not know an option."
    return table(["Status", "Meaning"], rows, "15 85") + "\n" + paragraph(text)


def marked(text: str) -> str:
    """Return text with the markup of Ansible's documentation in that of the site, and with names as code."""
    text = re.sub(r"\bM\((edgeops\.logpush\.(\w+))\)", r":ansplugin:`\2 <\1#module>`", text)
    text = re.sub(r"\bO\((edgeops\.logpush\.(\w+))#module:(\w+)\)", r"``\3`` of :ansplugin:`\2 <\1#module>`", text)
    code = r"\b(?:RV|[BCEIOPV])\((?:edgeops\.logpush\.\w+#\w+:)?((?:[^()]|\([^()]*\))*)\)"
    text = re.sub(code, r"``\1``", text)
    names = r"(?:splunk_(?:logpush|hec)|logpush)_\w+|--limit localhost,example\.net|--limit"
    return " ".join(re.sub(rf"(?<![\w`.<#/-])(?:{names})(?![\w`#]|\.\w)", r"``\g<0>``", text).split())


def heading(title: str, line: str) -> str:
    """Return a heading."""
    return f"{title}\n{line * len(title)}\n"


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


def block(commands: str) -> str:
    """Return a block of commands."""
    return ".. code-block:: console\n\n" + textwrap.indent(commands, "   ") + "\n"


def table(header: t.Sequence[str], rows: t.Iterable[t.Sequence[str]], widths: str = "30 70") -> str:
    """Return a table. Its cells are of any length."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in (header, *rows):
        lines += [f"   {'* ' if number == 0 else '  '}- {cell}".rstrip() for number, cell in enumerate(row)]
    return "\n".join(lines) + "\n"


def main(folder: str) -> None:
    """Write the pages to a folder."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    reference = source_type_page.files(heading, table, HEAD, LABEL, WIDTH)
    for name, content in {**files(Path(__file__).resolve().parents[1]), **reference}.items():
        Path(folder, name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
