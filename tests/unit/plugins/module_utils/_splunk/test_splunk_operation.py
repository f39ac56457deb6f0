# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every operation for Splunk checks: the scheme of its URL."""

from __future__ import annotations

import importlib
import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import execute
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.options import splunk_operation
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.search import run_search
from ansible_collections.edgeops.logpush.tests.unit.contexts import SEARCH, context
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer

RUNTIME = pathlib.Path(__file__).resolve().parents[5] / "meta/runtime.yml"
MODULES = yaml.safe_load(RUNTIME.read_text(encoding="utf-8"))["action_groups"]["splunk"]


def searched(url: str) -> dict[str, t.Any]:
    """Return the result of a search."""
    return run_search({**SEARCH, "url": url}, context())


def test_a_url_without_tls_is_used_with_a_warning() -> None:
    with ScriptedServer(answer(body=b'{"results": []}')) as server:
        result = searched(server.url)
    assert len(server.asked) == 1
    assert "enableSplunkdSSL = false" in result["warnings"][0]


def test_the_warning_is_shown_with_the_failure_that_the_url_causes() -> None:
    outcome = execute(run_search, {**SEARCH, "url": "http://127.0.0.1:9"}, context())
    assert outcome.failed
    assert "enableSplunkdSSL = false" in outcome.warnings[0]


def test_the_options_of_a_module_can_name_the_url_inside_of_splunk() -> None:
    options = {"splunk": {"url": "http://splunk.example.com:8089"}}
    assert "enableSplunkdSSL = false" in splunk_operation(lambda *dummy: {})(options, context())["warnings"][0]


def test_the_warning_names_the_node() -> None:
    options = {"nodes": [{"url": "https://idx1.example.com:8089"}, {"url": "http://idx2.example.com:8089"}]}
    [warning] = splunk_operation(lambda *dummy: {})(options, context())["warnings"]
    assert warning.startswith("nodes[1].url begins with http://")


@pytest.mark.parametrize("name", [*MODULES, "splunk_hec_rotation"])
def test_every_module_for_splunk_warns(name: str) -> None:
    module = importlib.import_module(f"ansible_collections.edgeops.logpush.plugins.modules.{name}")
    assert hasattr(module.DEFINITION.run, "__wrapped__"), "decorate its operation with splunk_operation"
