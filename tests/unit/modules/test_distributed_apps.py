# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An app that the module writes becomes the configuration of the peers of a cluster, or of the clients of a deployment server."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import run_module

APP = {
    "name": "edgeops_logpush_hec",
    "tokens": [
        {"name": "cloudflare", "index": "cloudflare", "indexes": ["cloudflare"], "sourcetype": "cloudflare:json"}
    ],
    "indexes": [{"name": "cloudflare", "frozen_time_period_in_secs": 86400}],
    "sourcetypes": [{"name": "cloudflare:json", "dataset": "http_requests"}],
}
FOLDERS = {"cluster": "manager-apps", "deployment_server": "deployment-apps"}


class Splunk:
    """Three instances, the one that manages them, and the modules that configure them."""

    def __init__(self, simulator: Simulator, topology: str) -> None:
        self.simulator = simulator
        self.topology = topology

    def run(self, module: str, **options: t.Any) -> dict[str, t.Any]:
        """Run a module, which must succeed."""
        status, result = run_module(module, options, False, {})
        assert status == "ok", result
        return result

    def write(self, **options: t.Any) -> dict[str, t.Any]:
        """Write the app on the manager or on the deployment server."""
        dest = pathlib.Path(self.simulator.splunk_home) / "etc" / FOLDERS[self.topology]
        return self.run("splunk_hec_app", dest=str(dest), **{**APP, **options})

    def distribute(self, **options: t.Any) -> dict[str, t.Any]:
        """Distribute the app to all instances."""
        connection = {
            "url": self.simulator.management_url,
            "username": self.simulator.splunk_username,
            "password": self.simulator.splunk_password,
            "ca_path": self.simulator.ca_file,
        }
        if self.topology == "cluster":
            return self.run("splunk_cluster_bundle", **connection, **options)
        return self.run("splunk_deployment_server", **connection, app=APP["name"])

    def tokens(self) -> list[list[str]]:
        """Return the values of the tokens of each instance."""
        return [[token["token"] for token in node["hec_tokens"]] for node in self.simulator.state()["nodes"]]


@pytest.fixture(params=sorted(FOLDERS))
def topology(request: pytest.FixtureRequest) -> str:
    """Return a topology whose instances get apps."""
    return str(request.param)


@pytest.fixture
def splunk(simulator: Simulator, topology: str, shared_time: None) -> Splunk:
    """Return the instances without an app."""
    simulator.reset(settings={"bundle_seconds": 0.01, "restart_seconds": 0.01, "phone_home_seconds": 0.02})
    return Splunk(simulator, topology)


def test_an_app_reaches_every_instance_and_takes_deliveries(splunk: Splunk) -> None:
    simulator = splunk.simulator
    written = splunk.write(return_tokens=True)
    assert splunk.tokens() == [[], [], []]
    assert splunk.distribute()["changed"] is True
    value = written["hec_tokens"]["cloudflare"]
    assert splunk.tokens() == [[value]] * 3
    for node in simulator.state()["nodes"]:
        [index] = [index for index in node["indexes"] if index["name"] == "cloudflare"]
        assert index["settings"]["frozenTimePeriodInSecs"] == 86400
        assert index["settings"].get("repFactor", "0") == "auto"

    simulator.change_settings(field_order={"*": "time_last"})
    fields = {"timestamp_format": "rfc3339ns", "field_names": ["ClientRequestURI", "EdgeStartTimestamp"]}
    simulator.add_job(
        zone_id=simulator.zone_ids["shop.example.com"],
        enabled=True,
        destination_conf=simulator.destination_conf(value),
        output_options=fields,
    )
    simulator.push_at(86400, rounds=3, interval=60)
    events = simulator.events()
    assert {event["splunk_server"] for event in events} == {node["name"] for node in simulator.nodes}
    assert all(event["indexed"] and event["index"] == "cloudflare" for event in events)
    ages = [simulator.uploads()[-1]["time"] - event["time"] for event in events]
    assert all(-60 < age < 600 for age in ages), ages

    assert splunk.write()["changed"] is False
    assert splunk.distribute()["changed"] is False


def test_an_app_that_is_removed(splunk: Splunk) -> None:
    splunk.write()
    splunk.distribute()
    assert all(splunk.tokens())
    dest = pathlib.Path(splunk.simulator.splunk_home) / "etc" / FOLDERS[splunk.topology]
    splunk.run("splunk_hec_app", dest=str(dest), name=APP["name"], state="absent")
    assert not (dest / str(APP["name"])).exists()
    if splunk.topology == "cluster":
        splunk.distribute(allow_restart=True)
        assert splunk.tokens() == [[], [], []]
