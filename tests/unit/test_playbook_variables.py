# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of variables says which playbook reads which variable, and with which default. The pages of the playbooks and the
check of their variables come from it, so it is compared with the playbooks, the roles and the modules here."""

from __future__ import annotations

import importlib
import pathlib
import re
import typing as t

import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.host_variables import (
    ENTRY_VARIABLES,
    SCOPE_VARIABLES,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import (
    PLAYBOOK_VARIABLES,
    VARIABLES,
    Variable,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.source_types import SOURCETYPE_VARIABLES
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.topology_rules import TOPOLOGIES
from ansible_collections.edgeops.logpush.plugins.plugin_utils._checked_variables import (
    HostVariables,
    wrong_sourcetypes,
    wrong_variables,
)
from ansible_collections.edgeops.logpush.tests import playbook_pages

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = CHECKOUT / "playbooks"
NAMES = playbook_pages.names_of(CHECKOUT)
OF_A_ROLE = ("tasks", "vars")
WAYS = ("cloud", *TOPOLOGIES)
# What the filters read of each host.
FILTERS = {
    "logpush.logpush_zones(": ENTRY_VARIABLES,
    "logpush.logpush_scopes(": SCOPE_VARIABLES,
    "logpush.logpush_sourcetypes(": SOURCETYPE_VARIABLES,
}
# Variables that a playbook reads in an imported file, without an effect there.
OF_REMOVE_ALONE = {"logpush_remove_confirmed"}
OF_AUDIT_ALONE = {"logpush_audit_fail"}
# The options of jobs, and the requests before a creation.
OF_CREATIONS = {
    "logpush_create",
    "logpush_check_duplicates",
    "splunk_logpush_job_overrides",
    "splunk_hec_probe_ca_path",
}
# The steps of a rotation that the playbook shows name variables of other playbooks.
OF_STEPS = {"splunk_hec_removed_tokens", "splunk_hec_token_value", "splunk_logpush_hec_token"}
WITHOUT_EFFECT = {
    "alerts": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE},
    "audit": {*OF_REMOVE_ALONE, "logpush_fail_on_change"},
    "delivery": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE, "logpush_fail_on_change"},
    "disable": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE, *OF_CREATIONS, "logpush_prune"},
    "export": OF_REMOVE_ALONE,
    "provision_hec": set(),
    "remove": {*OF_AUDIT_ALONE, *OF_CREATIONS},
    "repair": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE},
    # Only site sends requests to collectors before it writes a job.
    "rollout": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE, "splunk_hec_probe_ca_path"},
    "rotate_hec_token": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE, *OF_STEPS},
    "site": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE},
    "verify": {*OF_REMOVE_ALONE, *OF_AUDIT_ALONE, "logpush_fail_on_change"},
}


def texts_in(content: t.Any) -> t.Iterator[str]:
    """Yield every text in a file, except keys."""
    if isinstance(content, str):
        yield content
    for item in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from texts_in(item)


def parts_in(content: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """Yield every mapping in a file: plays, tasks, and what is in them."""
    if isinstance(content, dict):
        yield content
    for item in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from parts_in(item)


def read_in(path: pathlib.Path) -> set[str]:
    """Return the variables that a file of a playbook or role reads, with those of the files that it imports and includes."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    text = "\n".join(texts_in(content))
    found = {variable.name for variable in VARIABLES if re.search(rf"(?<![\w'/-]){variable.name}(?!\w)", text)}
    for called, names in FILTERS.items():
        found |= set(names) if called in text else set()
    for part in parts_in(content):
        for key in ("ansible.builtin.import_playbook", "ansible.builtin.import_tasks"):
            if key in part:
                # A variable that the importing playbook sets is not a variable for users.
                found |= read_in(path.parent / part[key]) - set(part.get("vars", {}))
        if "ansible.builtin.include_tasks" in part:
            # The splunk_hec role includes one of its files: a topology.
            assert part["ansible.builtin.include_tasks"] == "{{ splunk_hec_way }}.yml"
            for way in WAYS:
                found |= read_in(path.parent / f"{way}.yml")
        if "role" in part:
            found |= read_in_role(part["role"], "main")
        if "ansible.builtin.include_role" in part:
            included = part["ansible.builtin.include_role"]
            found |= read_in_role(included["name"], included.get("tasks_from", "main"))
    return found & {variable.name for variable in VARIABLES}


def read_in_role(role: str, entry: str) -> set[str]:
    """Return the variables that an entry point of a role reads."""
    folder = CHECKOUT / "roles" / role.rpartition(".")[2]
    return read_in(folder / f"tasks/{entry}.yml") | read_in(folder / "vars/main.yml")


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_what_a_playbook_reads(name: str) -> None:
    found = read_in(PLAYBOOKS / f"{name}.yml")
    table = {variable.name for variable in playbook_pages.variables_of(name)}
    assert found - table == WITHOUT_EFFECT[name]
    assert table - found == set()


def test_every_variable_of_a_playbook_is_on_a_page() -> None:
    assert [variable.name for variable in PLAYBOOK_VARIABLES if not variable.playbooks] == []
    assert {name for variable in VARIABLES for name in variable.playbooks} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_each_of_its_variables_once(name: str) -> None:
    page = playbook_pages.page_of(name, CHECKOUT)
    rows = re.findall(r"^   \* - ``(\w+)``$", page, re.MULTILINE)
    published = set(playbook_pages.PUBLISHED.get(name, ()))
    assert sorted(set(rows) - published) == sorted(variable.name for variable in playbook_pages.variables_of(name))
    assert len(rows) == len(set(rows))


def test_the_pages_in_the_repository_are_the_generated_ones() -> None:
    folder = CHECKOUT / playbook_pages.PAGES
    generated = playbook_pages.files(CHECKOUT)
    assert {path.name for path in folder.glob("playbook*.rst")} == set(generated)
    for name, text in generated.items():
        assert (folder / name).read_text(encoding="utf-8") == text, "run make docs"


@pytest.mark.parametrize("name", NAMES)
def test_the_head_of_a_playbook_leaves_the_variables_to_its_page(name: str) -> None:
    head = (PLAYBOOKS / f"{name}.yml").read_text(encoding="utf-8").partition("---\n")[2].partition("\n- ")[0]
    assert f"docs/docsite/rst/playbook_{name}.rst" in head
    assert re.findall(r"^# +\w+(?:, \w+)*  +\S", head, re.MULTILINE) == [], "a list of variables"


def options_from_variables() -> t.Iterator[tuple[str, str, str]]:
    """Yield the variable, the module and the option wherever a playbook passes the value of a variable to an option."""
    for path in sorted(PLAYBOOKS.glob("**/*.yml")):
        for part in parts_in(yaml.safe_load(path.read_text(encoding="utf-8"))):
            for key, options in part.items():
                if key.startswith("edgeops.logpush.") and isinstance(options, dict):
                    for option, template in options.items():
                        passed = re.fullmatch(r"\{\{ (?:at\.)?(\w+) \| default\((?:omit|'')\) \}\}", str(template))
                        if passed:
                            yield passed[1], key.rpartition(".")[2], option


def spec_of(module: str) -> dict[str, t.Any]:
    """Return the argument spec of a module or action of the collection."""
    package = "ansible_collections.edgeops.logpush.plugins"
    if module == "splunk_logpush_outcome":
        return dict(importlib.import_module(f"{package}.action.{module}").SPEC)
    return dict(importlib.import_module(f"{package}.modules.{module}").DEFINITION.argument_spec)


def test_types_and_defaults_are_those_of_the_options() -> None:
    table = {variable.name: variable for variable in PLAYBOOK_VARIABLES}
    passed = [found for found in options_from_variables() if found[0] in table]
    assert len(passed) > 25
    differences = []
    for name, module, option in passed:
        spec, of_option = table[name].spec, spec_of(module)[option]
        if of_option["type"] == "raw" or "options" in spec:
            continue
        kind = "str" if of_option["type"] == "path" else of_option["type"]
        if (kind, of_option.get("default")) != (spec["type"], spec.get("default")):
            differences.append((name, of_option, spec))
    assert differences == []


def test_the_role_checks_its_variables_with_the_types_of_the_table() -> None:
    types = yaml.safe_load((CHECKOUT / "roles/splunk_hec/vars/main.yml").read_text(encoding="utf-8"))
    table = {variable.name: variable.spec for variable in VARIABLES}
    without_defaults = {
        name: {key: value for key, value in spec.items() if key != "default"}
        for name, spec in types["splunk_hec_checked_types"].items()
    }
    assert without_defaults == {name: table[name] for name in without_defaults}


WRONG: dict[str, t.Any] = {"bool": "perhaps", "int": "soon", "float": "little", "str": {"a": "b"}, "list": {"a": "b"}}


def checked() -> t.Iterator[tuple[str, Variable]]:
    """Yield each variable that says how a playbook runs, with each of its playbooks that check it."""
    for variable in PLAYBOOK_VARIABLES:
        # Playbooks that import rollout.yml leave the check to it.
        for playbook in sorted({*variable.playbooks} - {"disable", "remove", "site", "provision_hec"}):
            if "options" not in variable.spec:
                yield playbook, variable


class Unresolvable(t.Dict[str, t.Any]):
    """Variables whose templates cannot be resolved, and the names of those that somebody tried to resolve."""

    def __init__(self) -> None:
        super().__init__()
        self.resolved: list[str] = []

    def get(self, name: str, default: t.Any = None) -> t.Any:
        """Fail as an undefined variable does."""
        self.resolved.append(name)
        raise KeyError(name)


def wrong(playbook: str, *hosts: t.Mapping[str, t.Any]) -> list[str]:
    """Return what is wrong with variables without templates."""
    return wrong_variables(playbook, [HostVariables(host, host) for host in hosts])


@pytest.mark.parametrize(("playbook", "variable"), [*checked()], ids=lambda value: getattr(value, "name", value))
def test_a_value_of_a_wrong_type_is_refused_by_the_name_of_the_variable(playbook: str, variable: Variable) -> None:
    mistaken = {variable.name: WRONG[variable.spec["type"]]}
    [problem] = wrong(playbook, mistaken)
    assert variable.name in problem
    assert wrong(playbook, {}, mistaken, mistaken) == wrong(playbook, mistaken)
    for blank in ("", None):
        assert wrong(playbook, {variable.name: blank}) == []


@pytest.mark.parametrize("name", ["logpush_serial", "logpush_waves"])
@pytest.mark.parametrize(
    ("value", "is_right"),
    [(5, True), ("10%", True), ([1, "50%"], True), ("2, 100%", True), ("few", False), ([-1], False)],
)
def test_sizes_of_batches(name: str, value: t.Any, is_right: bool) -> None:
    playbook = "rollout" if name == "logpush_serial" else "rotate_hec_token"
    problems = wrong(playbook, {name: value})
    assert problems == [] if is_right else problems[0].startswith(f"{name}: takes numbers of hosts")


def test_a_playbook_checks_no_variable_of_another() -> None:
    assert wrong("audit", {"logpush_serial": "few", "splunk_hec_rotation_delete": "perhaps"}) == []


def test_what_cannot_be_resolved_is_not_set() -> None:
    assert wrong_variables("rollout", [HostVariables({}, Unresolvable())]) == []
    assert wrong("rollout", {"logpush_concurrency": "{{ of_nobody }}"}) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("logpush_serial", ["10%", "1,50%", '[1, "50%"]', [1, "50%"], 8, "8", "- 1\n- 50%", "100%\n", " 10% ", []]),
        ("logpush_concurrency", [8, "8", "8\n"]),
        ("logpush_prune", [True, "true", "TRUE", "yes", "on", "1", 1, 0, "n"]),
        ("logpush_zones", ["a:b", "a,b", ["a", "b"], '["a", "b"]', "a\nb", "!a", "~a{2,3}", "web[0:3]", "[0-9]*", 5]),
        ("logpush_expected_plan", ["c3a91f02", 12345678, "1e10", "{{ undefined }}"]),
        ("logpush_plan_json", ["plan.json", "{{ folder }}/plan.json"]),
    ],
)
def test_no_usable_value_is_refused(name: str, values: list[t.Any]) -> None:
    # Answers to a survey are blank if nobody gives one.
    for value in (*values, "", None):
        assert wrong("rollout", {name: value}) == [], value


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("logpush_serial", "some", "takes numbers of hosts and percentages, such as 2, 10%, 100%, not some"),
        ("logpush_serial", {"a": 1}, "takes numbers of hosts and percentages, such as 2, 10%, 100%, not {'a': 1}"),
        ("logpush_concurrency", "many", "must be a whole number"),
        ("logpush_prune", "perhaps", "must be true or false"),
        ("logpush_zones", {"a": "b"}, "must be a list"),
        ("logpush_plan_json", ["plan.json"], "must be text"),
    ],
)
def test_a_wrong_value_is_named_once(name: str, value: t.Any, reason: str) -> None:
    assert wrong("rollout", {name: value}, {name: value}) == [f"{name}: {reason}"]
    # provision_hec reads the source types of these zones.
    assert wrong("provision_hec", {name: value}) == ([f"{name}: {reason}"] if name == "logpush_zones" else [])


def test_templates_of_text_are_left_to_the_playbook() -> None:
    templates = Unresolvable()
    assert wrong_variables("rotate_hec_token", [HostVariables({}, templates)]) == []
    texts = {variable.name for variable in PLAYBOOK_VARIABLES if variable.spec["type"] == "str"}
    assert "splunk_hec_new_token_value" in texts and templates.resolved and not texts & set(templates.resolved)


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_page_are_right(name: str) -> None:
    table = {variable.name for variable in playbook_pages.variables_of(name)}
    commands = [*playbook_pages.head_of(name, CHECKOUT).commands, playbook_pages.EXAMPLES[name][1]]
    for command in commands:
        assert set(re.findall(r"edgeops\.logpush\.(\w+)", command)) == {name}
        given = dict(re.findall(r"-e (\w+)=(\S+)", command))
        assert set(given) <= table
        assert wrong(name, given) == []
        options = {word for word in command.split() if word.startswith("-")}
        assert options <= {"-e", "-i", "--check", "--diff", "--limit", "--tags"}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, ""),
        ("", ""),
        ([], ""),
        ([{"name": "a:b", "dataset": "dns_logs", "timestamp_format": None, "settings": {"TRUNCATE": 0}}], ""),
        ('[{"name": "a:b", "datasets": "dns_logs,nel_reports"}]', ""),
        ("- name: a:b\n  dataset: dns_logs\n", ""),
        ("cloudflare:json", "types[0]: must be a mapping, with any of name, dataset, "),
        ([None], "types[0]: must be a mapping"),
        ([{"name": "a:b", "datset": "dns_logs"}], "Did you mean types[0].dataset?"),
        ([{"dataset": "dns_logs"}], "missing required arguments: name found in types"),
        ([{"name": "a:b"}], "types[0].dataset is required"),
        ([{"name": "a b", "dataset": "dns_logs"}], "types[0].name: must be the name of a source type"),
        ([{"name": "a:b", "dataset": "dns_logs", "settings": {"KV_MOD": "json"}}], "Did you mean KV_MODE?"),
    ],
)
def test_source_types_are_checked_before_anything_is_written(value: t.Any, problem: str) -> None:
    found = wrong_sourcetypes("types", value)
    assert problem in "; ".join(found) and bool(found) is bool(problem)
