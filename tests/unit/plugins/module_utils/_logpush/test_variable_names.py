# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of variables: known ones, and those that are similar to a known one."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import (
    KNOWN_NAMES,
    PLAYBOOK_VARIABLES,
    VARIABLES,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.variable_names import NameCounts, meant_variable
from ansible_collections.edgeops.logpush.tests.playbook_pages import PUBLISHED

CHECKOUT = pathlib.Path(__file__).resolve().parents[5]
# Not after the name of the collection, a module or a role: those are names of plugins. Not a part of a longer name or
# of a path.
NAME = re.compile(r"(?<![\w./-])(?:splunk_logpush|splunk_hec|logpush|cloudflare_api)_[a-z0-9_]*[a-z0-9](?![\w(*]|_\*)")
# A misspelled name in the documentation of the warning, and a variable of a user.
EXAMPLES = {"splunk_logpush_dataset", "splunk_hec_key_passphrase"}


def texts(*patterns: str) -> t.Iterator[tuple[str, str]]:
    """Yield the name and the text of each file that matches."""
    for pattern in patterns:
        for path in sorted(CHECKOUT.glob(pattern)):
            yield str(path.relative_to(CHECKOUT)), path.read_text(encoding="utf-8")


def plugins() -> set[str]:
    """Return the names of modules, filters and roles, which text can mention."""
    files = [*CHECKOUT.glob("plugins/modules/*.py"), *CHECKOUT.glob("plugins/filter/*.yml"), *CHECKOUT.glob("roles/*")]
    return {path.stem for path in files}


def role_options() -> dict[str, t.Any]:
    """Return every variable of the argument specs of the roles."""
    found: dict[str, t.Any] = {}
    for _path, text in texts("roles/*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(text)["argument_specs"].values():
            found.update(entry["options"])
    return found


def test_every_name_in_playbooks_and_roles_is_known_and_no_other() -> None:
    found = {
        name
        for _path, text in texts("playbooks/**/*.yml", "roles/*/*/*.yml", "roles/*/README.md")
        # A rotation reads the variables of localhost.
        for name in NAME.findall(text.replace(" at.", " "))
    }
    found |= {name for published in PUBLISHED.values() for name in published}
    found |= {name for name in KNOWN_NAMES if not NAME.fullmatch(name)}
    assert found - plugins() - KNOWN_NAMES == set()
    assert KNOWN_NAMES - found - {"splunk_hec_probe"} == set()


def test_every_variable_of_a_role_is_in_the_table_and_the_table_describes_the_others() -> None:
    described = {variable.name for variable in PLAYBOOK_VARIABLES}
    assert {variable.name for variable in VARIABLES} - described == set(role_options())
    assert [variable.name for variable in PLAYBOOK_VARIABLES if not variable.description] == []
    names = [variable.name for variable in VARIABLES]
    assert len(names) == len(set(names))


def test_documents_use_no_other_name() -> None:
    documents = (
        "README.md",
        "docs/docsite/rst/*.rst",
        "docs/terraform.md",
        "extensions/**/*.yml",
        "extensions/**/*.md",
    )
    for path, text in texts(*documents, "plugins/*/*.yml", "plugins/modules/*.py", "plugins/inventory/*.py"):
        assert set(NAME.findall(text)) - plugins() - KNOWN_NAMES - EXAMPLES == set(), path


def test_no_variable_in_an_example_is_warned_of() -> None:
    documents = texts(
        "README.md", "docs/**/*.rst", "docs/*.md", "extensions/**/*.yml", "plugins/*/*.py", "plugins/*/*.yml"
    )
    names = {name for _path, text in documents for name in re.findall(r"\{\{[^}]*?\b([a-z]\w+)\b(?=[ |}.])", text)}
    assert len(names) > 20
    assert {name: meant_variable(name) for name in names if meant_variable(name)} == {}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        # Singular and plural.
        ("splunk_logpush_dataset", "splunk_logpush_datasets"),
        ("splunk_logpush_job", "splunk_logpush_jobs"),
        ("logpush_zone", "logpush_zones"),
        ("zone_ids", "zone_id"),
        ("splunk_hec_probe_delivery", "splunk_hec_probe_deliveries"),
        ("splunk_hec_topologies", "splunk_hec_topology"),
        ("logpush_alert_email", "logpush_alert_emails"),
        ("splunk_hec_node", "splunk_hec_nodes"),
        # Letters.
        ("splunk_logpush_endpiont", "splunk_logpush_endpoint"),
        ("spunk_logpush_endponit", "splunk_logpush_endpoint"),
        ("splunk_logpush_Datasets", "splunk_logpush_datasets"),
        ("splunk_hec_indx", "splunk_hec_index"),
        ("logpush_concurency", "logpush_concurrency"),
        ("cloudflare_api_tokens", "cloudflare_api_token"),
        # Parts of the prefix.
        ("logpush_datasets", "splunk_logpush_datasets"),
        ("logpush_dataset", "splunk_logpush_datasets"),
        ("splunk_datasets", "splunk_logpush_datasets"),
        ("splunk_splunk_logpush_jobs", "splunk_logpush_jobs"),
        ("splunk_logpush_logpush_jobs", "splunk_logpush_jobs"),
        ("splunk_logpush_prune", "logpush_prune"),
        ("splunk_hec_token", "splunk_logpush_hec_token"),
        ("hec_url", "splunk_hec_url"),
        # A known name, and a name of the user.
        *((name, None) for name in sorted(KNOWN_NAMES)),
        ("splunk_logpush_jobs_of_the_shop", None),
        ("my_splunk_logpush_jobs", None),
        ("splunk_logpush_team", None),
        ("splunk_home", None),
        ("zone", None),
        ("zones", None),
        ("jobs", None),
        ("api_token", None),
        ("group_names", None),
        ("", None),
    ],
)
def test_the_variable_that_a_name_is_near_to(name: str, meant: str | None) -> None:
    assert meant_variable(name) == meant


def test_a_general_name_is_silent_where_the_right_one_is_set_too() -> None:
    assert meant_variable("splunk_username") == "splunk_hec_username"
    assert meant_variable("splunk_username", {"splunk_hec_username"}) is None
    assert meant_variable("splunk_logpush_dataset", {"splunk_logpush_datasets"}) == "splunk_logpush_datasets"


def test_a_warning_for_each_name_with_the_number_of_hosts() -> None:
    names = NameCounts()
    for _host in range(2500):
        names.add({"zone_id": 1, "splunk_logpush_dataset": 1})
    names.add({"logpush_serail": 1})
    names.add_controller({"logpush_serail": 1, "splunk_hec_indx": 1})
    assert names.warnings() == [
        "logpush_serail (1 host) is not a variable of this collection; did you mean logpush_serial?",
        "splunk_hec_indx (1 host) is not a variable of this collection; did you mean splunk_hec_index?",
        "splunk_logpush_dataset (2,500 hosts) is not a variable of this collection; did you mean splunk_logpush_datasets?",
    ]


def test_names_that_the_role_for_hec_has_compared_are_not_compared_again() -> None:
    names = NameCounts()
    names.add({"splunk_hec_indx": 1, "splunk_logpush_dataset": 1})
    names.add_controller({"splunk_hec_indx": 1, "splunk_hec_compared": {"changed": False}})
    assert names.warnings() == [
        "splunk_logpush_dataset (1 host) is not a variable of this collection; did you mean splunk_logpush_datasets?"
    ]
