# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated deployment server: what it receives, and what its clients have at the end."""

from __future__ import annotations

import pathlib
import time
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import task
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

SERVER = "edgeops.logpush.splunk_deployment_server"
APP = "edgeops_logpush_hec"
VALUE, OTHER = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "11111111-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

pytestmark = pytest.mark.usefixtures("shared_time")


@pytest.fixture
def topology() -> str:
    """Return a deployment server with three clients."""
    return "deployment_server"


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """Return the server in its first state, with clients that phone home often."""
    simulator.reset(settings={"phone_home_seconds": 0.02, "restart_seconds": 0.02})
    return simulator


@pytest.fixture
def server(simulator: Simulator) -> dict[str, t.Any]:
    """Return the options that reach the server."""
    return {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }


def write(simulator: Simulator, value: str = VALUE, name: str = APP) -> None:
    """Write an app with a token to the files of the server."""
    app = pathlib.Path(simulator.splunk_home, "etc/deployment-apps", name, "default")
    app.mkdir(parents=True, exist_ok=True)
    text = f"[http]\ndisabled = 0\n\n[http://cloudflare]\ntoken = {value}\nindex = main\n"
    (app / "inputs.conf").write_text(text, encoding="utf-8")


def tokens(simulator: Simulator) -> list[list[str]]:
    """Return the values of the tokens of each client."""
    return [[token["token"] for token in node["hec_tokens"]] for node in simulator.state()["nodes"]]


def will_have(simulator: Simulator, values: list[list[str]]) -> bool:
    """Return whether the clients have these tokens within seconds: a client uses an app that it has downloaded after its
    restart."""
    deadline = time.monotonic() + 10
    while tokens(simulator) != values and time.monotonic() < deadline:
        time.sleep(0.01)
    return tokens(simulator) == values


def downloaded(outcome: t.Any) -> dict[str, bool]:
    """Return which clients have the app."""
    return {client["name"]: client["downloaded"] for client in outcome["clients"]}


def test_clients_get_each_version_once(modules, simulator, server):
    write(simulator)
    run = modules.tasks(task(SERVER, "first", app=APP), task(SERVER, "again", app=APP), splunk=server)
    assert will_have(simulator, [[VALUE]] * 3)
    assert [(outcome["action"], outcome["changed"]) for outcome in run.outcomes] == [
        ("reloaded", True),
        ("unchanged", False),
    ]
    assert (
        downloaded(run["first"]) == downloaded(run["again"]) == dict.fromkeys(("client1", "client2", "client3"), True)
    )
    assert run["first"]["server_classes"] == ["hec"]
    # The server does not know the app yet, so it reloads all classes; later only that of the app.
    sent = [
        [request["form"].get("serverclass") for request in outcome.requests if request["method"] == "POST"]
        for outcome in run.outcomes
    ]
    assert sent == [[None], [["hec"]]]
    write(simulator, OTHER)
    run = modules.tasks(task(SERVER, "new version", app=APP), splunk=server)
    assert run["new version"]["action"] == "reloaded" and will_have(simulator, [[OTHER]] * 3)
    assert run["new version"]["diff"]["before"] == dict.fromkeys(("client1", "client2", "client3"), "old")
    assert VALUE not in run.report and OTHER not in run.report


def test_a_client_that_keeps_the_old_version_is_named(modules, simulator, server):
    write(simulator)
    modules.tasks(task(SERVER, "first", app=APP), splunk=server)
    simulator.change_node(2, settings={"phones_home": False})
    simulator.change_node(3, settings={"download_fails": True})
    write(simulator, OTHER)
    run = modules.tasks(task(SERVER, "late", fails=True, app=APP, wait_timeout=60), splunk=server)
    assert run["late"].msg.startswith(
        f"2 of 3 clients do not have the current version of app {APP} within 60 seconds: client2: "
    )
    assert "client3: its last action was" in run["late"].msg and "the result Fail" in run["late"].msg
    assert downloaded(run["late"]) == {"client1": True, "client2": False, "client3": False}
    assert will_have(simulator, [[OTHER], [VALUE], [VALUE]])


def test_check_mode_reloads_nothing(modules, simulator, server):
    write(simulator)
    modules.tasks(task(SERVER, "first", app=APP), splunk=server)
    write(simulator, OTHER)
    run = modules.tasks(task(SERVER, "check", check=True, app=APP), splunk=server)
    assert not any(call.startswith("POST") for call in run["check"].calls)
    assert run["check"]["changed"] is False and tokens(simulator) == [[VALUE]] * 3


def test_an_app_that_no_client_gets_is_explained(modules, simulator, server):
    write(simulator, name="unmapped")
    run = modules.tasks(
        task(SERVER, "unknown", fails=True, app="nothing"),
        task(SERVER, "unmapped", fails=True, app="unmapped"),
        task(SERVER, "other instance", fails=True, app=APP, url=simulator.nodes[0]["management_url"]),
        task(SERVER, "not a name", fails=True, app="../apps"),
        splunk=server,
    )
    assert "does not know app nothing. Write it to the folder etc/deployment-apps" in run["unknown"].msg
    assert "App unmapped is in no server class" in run["unmapped"].msg
    assert "Check url as well" in run["other instance"].msg
    assert run["not a name"].msg.startswith("app: ") and run["not a name"].calls == []


def test_a_class_without_clients_is_a_warning(modules, simulator, server):
    write(simulator)
    file = pathlib.Path(simulator.splunk_home, "etc/system/local/serverclass.conf")
    file.write_text(file.read_text(encoding="utf-8").replace("whitelist.0 = *", "whitelist.0 = web*"), encoding="utf-8")
    run = modules.tasks(task(SERVER, "no client", app=APP), splunk=server)
    assert run["no client"]["clients"] == [] and run["no client"]["changed"] is False
    [warning] = run["no client"]["warnings"]
    assert warning.startswith(f"No client belongs to a server class of app {APP} (hec)")
