# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each module that writes to Splunk Enterprise says what kind of instance it writes to."""

from __future__ import annotations

import configparser
import pathlib

import pytest
import requests
from ansible_collections.edgeops.logpush.tests.module_tasks import task

TOKEN = "edgeops.logpush.splunk_hec_token"
SETTINGS = "edgeops.logpush.splunk_hec_settings"
INDEX = "edgeops.logpush.splunk_index"
SOURCETYPE = "edgeops.logpush.splunk_sourcetype"
# A write of each module, and the same again.
WRITES = {
    TOKEN: {"name": "cloudflare", "index": "main"},
    SETTINGS: {"dedicated_io_threads": 4},
    INDEX: {"name": "web"},
    SOURCETYPE: {"name": "cloudflare:json", "dataset": "http_requests"},
}
OLD, NEW = "0a1b2c3d-0000-4a6b-8c7d-000000000001", "0a1b2c3d-0000-4a6b-8c7d-000000000002"


def hec_answer(simulator, value):
    """Return the code of HEC's answer to an event with a token."""
    answer = requests.post(
        f"{simulator.hec_url}/services/collector/raw",
        headers={"Authorization": f"Splunk {value}"},
        data="{}",
        verify=simulator.ca_file,
        timeout=10,
    )
    return answer.json()["code"]


@pytest.fixture
def repository(simulator, empty_splunk):
    """Let HEC write its tokens to the deployment repository, and return the file there."""
    simulator.reset(
        hec_tokens=[{"name": "own", "token": OLD}],
        hec_settings={"useDeploymentServer": True},
        settings={"server_roles": ["indexer"]},
    )
    return pathlib.Path(simulator.splunk_home) / "etc/deployment-apps/splunk_httpinput/local/inputs.conf"


def test_a_token_that_hec_never_takes_is_refused(modules, simulator, empty_splunk, repository):
    run = modules.tasks(
        task(TOKEN, "would create", check=True, fails=True, name="cloudflare", token=NEW),
        task(TOKEN, "create", fails=True, name="cloudflare", token=NEW),
        splunk=empty_splunk,
    )
    for outcome in run.outcomes:
        assert "useDeploymentServer = 1" in outcome.msg and "splunk_hec_topology: deployment_server" in outcome.msg
        assert not any(call.startswith(("POST", "DELETE")) for call in outcome.calls)
    state = simulator.state()
    assert [entry["name"] for entry in state["hec_tokens"]] == ["own"] and state["repository_tokens"] == []
    assert not repository.exists()


def test_a_token_of_the_repository_needs_consent_in_each_change(modules, simulator, empty_splunk, repository):
    wanted = {"name": "cloudflare", "token": NEW, "index": "main"}
    run = modules.tasks(
        task(TOKEN, "create", allow_deployment_server=True, **wanted),
        task(TOKEN, "unchanged", **wanted),
        task(TOKEN, "unchanged, known", allow_deployment_server=True, **wanted),
        task(TOKEN, "change", fails=True, **{**wanted, "source": "logpush"}),
        task(TOKEN, "remove", fails=True, name="cloudflare", state="absent"),
        splunk=empty_splunk,
    )
    [warning] = run["create"]["warnings"]
    assert (
        "written to the deployment repository" in warning
        and "This server itself does not use what is written" in warning
    )
    # What is listed is not what HEC takes. A user who has consented knows that.
    assert run["unchanged"]["action"] == run["unchanged, known"]["action"] == "unchanged"
    [warning] = run["unchanged"]["warnings"]
    assert "HEC token cloudflare may be only in the deployment repository" in warning and "splunk_hec_probe" in warning
    assert "warnings" not in run["unchanged, known"].result
    for title in ("change", "remove"):
        assert "allow_deployment_server: true" in run[title].msg
    # It is listed as created, and in the file of the repository, but HEC does not know it.
    stanzas = configparser.ConfigParser()
    stanzas.read_string(repository.read_text(encoding="utf-8"))
    assert dict(stanzas["http://cloudflare"]).items() >= {"token": NEW, "index": "main", "disabled": "0"}.items()
    assert (hec_answer(simulator, NEW), hec_answer(simulator, OLD)) == (4, 0)
    removed = modules.tasks(
        task(TOKEN, "remove", name="cloudflare", state="absent", allow_deployment_server=True), splunk=empty_splunk
    )
    assert removed["remove"]["action"] == "deleted" and NEW not in repository.read_text(encoding="utf-8")


def test_settings_of_the_repository_are_named(modules, simulator, empty_splunk, repository):
    run = modules.tasks(
        task(SETTINGS, "unchanged"),
        task(SETTINGS, "intended", use_deployment_server=True),
        task(SETTINGS, "change", dedicated_io_threads=4),
        task(SETTINGS, "own again", use_deployment_server=False),
        task(TOKEN, "create", name="cloudflare", token=NEW),
        splunk=empty_splunk,
    )
    for title in ("unchanged", "change"):
        assert "useDeploymentServer = 1" in run[title]["warnings"][0]
    assert not any("warnings" in run[title].result for title in ("intended", "own again", "create"))
    assert hec_answer(simulator, NEW) == 0


@pytest.mark.parametrize(
    ("role", "words", "warned"),
    [
        ("cluster_peer", "an indexer cluster peer", [TOKEN, SETTINGS, INDEX, SOURCETYPE]),
        ("cluster_manager", "a cluster manager", [TOKEN, SETTINGS, INDEX, SOURCETYPE]),
        ("heavyweight_forwarder", "a heavy forwarder", [TOKEN, INDEX]),
    ],
)
def test_each_write_names_the_instance(modules, simulator, empty_splunk, role, words, warned):
    simulator.change_settings(server_roles=[role])
    tasks = [task(module, module, **options) for module, options in WRITES.items()]
    first, again = modules.tasks(*tasks, splunk=empty_splunk), modules.tasks(*tasks, splunk=empty_splunk)
    named = {module: first[module].result.get("warnings", []) for module in WRITES}
    assert [module for module, warnings in named.items() if any(words in text for text in warnings)] == warned
    assert all(first[module]["changed"] and not again[module]["changed"] for module in WRITES)
    # A run that writes nothing asks nothing more. The token module looks at the platform in every run.
    asked = {module: "GET server/info" in again[module].calls for module in WRITES}
    assert asked == {TOKEN: True, SETTINGS: False, INDEX: False, SOURCETYPE: False}


def test_a_universal_forwarder_takes_nothing(modules, simulator, empty_splunk):
    simulator.change_settings(universal_forwarder=True)
    run = modules.tasks(
        *(task(module, module, fails=True, **options) for module, options in WRITES.items()), splunk=empty_splunk
    )
    for outcome in run.outcomes:
        assert "has no HTTP Event Collector" in outcome.msg
        assert not any(call.startswith("POST") for call in outcome.calls)
