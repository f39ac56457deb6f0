# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated deployment server: its clients phone home, and download the apps of their server classes."""

from __future__ import annotations

import pathlib
import ssl
import typing as t
import urllib.parse

import pytest
from simulator.process import Simulator
from splunklib import client
from topologies import APP, INPUTS, TOKEN, Management, deliver, remove_app, tokens_of, until, write_app

FOLDER = "deployment-apps"
ALL = [["cloudflare"]] * 3
NONE: list[list[str]] = [[], [], []]


@pytest.fixture(scope="module")
def running_simulator() -> t.Iterator[Simulator]:
    with Simulator(push_interval=0, options=["--topology", "deployment_server"]) as simulator:
        yield simulator


@pytest.fixture
def server(simulator: Simulator) -> Management:
    """The server. Its clients phone home when a test says so."""
    simulator.reset(settings={"phones_home": False, "restart_seconds": 0.01})
    return Management(simulator, base="deployment/server/")


def reload(server: Management, **form: str) -> None:
    assert server.call("POST", "config/_reload", **form).status_code == 200


def phone_home(simulator: Simulator) -> None:
    for number in (1, 2, 3):
        simulator.phone_home(number)


def of_app(server: Management) -> dict[str, dict[str, t.Any]]:
    """Return what the server knows of the app on each client that has tried to download it."""
    contents = [entry["content"] for entry in server.entries("clients")]
    return {one["hostname"]: one["applications"][APP] for one in contents if APP in one["applications"]}


def downloads(server: Management) -> dict[str, str]:
    """Return the result of the download of each client that has tried it."""
    return {name: one["result"] for name, one in of_app(server).items()}


def write_classes(simulator: Simulator, text: str) -> None:
    file = pathlib.Path(simulator.splunk_home) / "etc" / "system" / "local" / "serverclass.conf"
    file.write_text(text, encoding="utf-8")


def test_clients_download_an_app_after_a_reload(simulator: Simulator, server: Management) -> None:
    write_app(simulator, FOLDER)
    phone_home(simulator)
    assert tokens_of(simulator) == NONE and deliver(simulator).status_code == 503
    reload(server)
    assert tokens_of(simulator) == NONE and server.content(f"applications/{APP}")["serverclasses"] == ["hec"]
    phone_home(simulator)
    assert tokens_of(simulator) == ALL
    assert [deliver(simulator, token=TOKEN).status_code for dummy in range(3)] == [200] * 3
    assert downloads(server) == {"client1": "Ok", "client2": "Ok", "client3": "Ok"}


def test_clients_phone_home_by_themselves(simulator: Simulator, server: Management) -> None:
    assert server.entries("clients") == []
    write_app(simulator, FOLDER)
    reload(server)
    simulator.change_settings(phones_home=True, phone_home_seconds=0.02)
    until(lambda: tokens_of(simulator) == ALL)
    content = until(lambda: server.entries("clients", application=APP))[0]["content"]
    assert abs(int(content["lastPhoneHomeTime"]) - server.content("config")["loadTime"]) < 60
    assert content["averagePhoneHomeInterval"] == "1" and list(content["serverClasses"]) == ["hec"]


def test_a_client_that_is_offline_or_cannot_download(simulator: Simulator, server: Management) -> None:
    write_app(simulator, FOLDER)
    reload(server)
    simulator.change_node(2, settings={"download_fails": True})
    simulator.phone_home(1)
    simulator.phone_home(2)
    assert tokens_of(simulator) == [["cloudflare"], [], []]
    assert downloads(server) == {"client1": "Ok", "client2": "Fail"}
    [failed] = server.entries("clients?hasDeploymentError=1")
    assert failed["content"]["hostname"] == "client2" and failed["content"]["applications"][APP]["action"] == "Download"
    simulator.change_node(2, settings={"download_fails": False})
    phone_home(simulator)
    assert tokens_of(simulator) == ALL and set(downloads(server).values()) == {"Ok"}


def test_a_change_on_disk_shows_only_in_the_time_of_the_download(simulator: Simulator, server: Management) -> None:
    write_app(simulator, FOLDER)
    reload(server)
    phone_home(simulator)
    simulator.change_settings(clock_offset=60)
    write_app(simulator, FOLDER, INPUTS + f"[http://other]\ntoken = {TOKEN.replace('7d', '8d')}\n")
    before = of_app(server)
    reload(server, serverclass="hec")
    # The file is the server's, and so no proof that a client has it.
    assert all(of_app(server)[name]["archive"] != one["archive"] for name, one in before.items())
    assert all(of_app(server)[name]["timestamp"] == one["timestamp"] for name, one in before.items())
    simulator.phone_home(1)
    changed = [name for name, one in of_app(server).items() if one["timestamp"] != before[name]["timestamp"]]
    assert changed == ["client1"]
    assert tokens_of(simulator) == [["cloudflare", "other"], ["cloudflare"], ["cloudflare"]]


def test_without_a_restart_the_app_is_there_but_not_in_force(simulator: Simulator, server: Management) -> None:
    write_classes(simulator, f"[serverClass:a]\nwhitelist.0 = client1\n[serverClass:a:app:{APP}]\n")
    write_app(simulator, FOLDER)
    reload(server)
    phone_home(simulator)
    assert downloads(server) == {"client1": "Ok"} and tokens_of(simulator) == NONE
    client1 = Management(simulator, simulator.nodes[0]["management_url"])
    assert client1.call("POST", "server/control/restart").status_code == 200
    until(lambda: tokens_of(simulator) == [["cloudflare"], [], []])


def test_server_classes(simulator: Simulator, server: Management) -> None:
    write_classes(
        simulator,
        "# two classes\n[global]\nissueReload = true\n\n[serverClass:some]\nwhitelist.0 = client*\nblacklist.0 = client3\n"
        f"[serverClass:some:app:{APP}]\n[serverClass:none]\n[serverClass:none:app:{APP}]\n",
    )
    write_app(simulator, FOLDER)
    reload(server)
    phone_home(simulator)
    assert tokens_of(simulator) == [["cloudflare"], ["cloudflare"], []]
    assert [entry["name"] for entry in server.entries("serverclasses")] == ["none", "some"]
    assert server.content("serverclasses/some")["whitelist.0"] == "client*"
    assert server.content(f"applications/{APP}")["serverclasses"] == ["some", "none"]
    assert len(server.entries("clients?serverclasses=some")) == 2
    remove_app(simulator, FOLDER)
    reload(server)
    phone_home(simulator)
    assert tokens_of(simulator) == NONE


def test_a_token_that_rest_writes_into_the_repository(simulator: Simulator, server: Management) -> None:
    write_classes(
        simulator, "[serverClass:all]\nwhitelist.0 = *\nissueReload = 1\n[serverClass:all:app:splunk_httpinput]\n"
    )
    inputs = Management(simulator, base="data/inputs/http")
    inputs.call("POST", "/http", useDeploymentServer="1", disabled="0")
    inputs.call("POST", "", name="by_rest", token=TOKEN)
    assert simulator.state()["hec_tokens"] == [] and tokens_of(simulator) == NONE
    reload(server)
    phone_home(simulator)
    assert tokens_of(simulator) == [["by_rest"]] * 3
    client1 = Management(simulator, simulator.nodes[0]["management_url"], "data/inputs/http")
    client1.call("POST", "/http", useDeploymentServer="1")
    client1.call("POST", "", name="lost")
    own = pathlib.Path(simulator.nodes[0]["splunk_home"]) / "etc/deployment-apps/splunk_httpinput/local/inputs.conf"
    assert "[http://lost]" in own.read_text(encoding="utf-8")
    simulator.reset()
    assert not own.exists()


def test_refusals(simulator: Simulator, server: Management) -> None:
    assert server.message("POST", "config/_reload", serverclass="unknown")[0] == 500
    assert server.message("GET", "applications/unknown") == (404, "Could not find object id=unknown")
    assert server.message("GET", "serverclasses/unknown")[0] == 404
    assert server.message("GET", "clients?application=unknown")[0] == 500
    assert server.message("GET", "config/_reload")[0] == 400
    other = Management(simulator, simulator.nodes[0]["management_url"], "deployment/server/")
    assert other.content("config")["disabled"] is True and other.entries("clients") == []
    users = [{"name": "admin", "password": simulator.splunk_password, "capabilities": ["list_deployment_server"]}]
    simulator.reset(splunk_users=users)
    assert "edit_deployment_server" in server.message("POST", "config/_reload")[1]


def test_the_sdk_of_splunk(simulator: Simulator, server: Management) -> None:
    write_app(simulator, FOLDER)
    where = urllib.parse.urlsplit(simulator.management_url)
    context = ssl.create_default_context(cafile=simulator.ca_file)
    credentials = {"username": simulator.splunk_username, "password": simulator.splunk_password}
    service = client.Service(host=where.hostname, port=where.port, verify=True, context=context, **credentials)
    service.login()
    service.post("deployment/server/config/_reload")
    phone_home(simulator)
    clients = client.Collection(service, "deployment/server/clients/").list()
    assert {one.content["hostname"]: one.content["applications"][APP]["result"] for one in clients} == {
        "client1": "Ok",
        "client2": "Ok",
        "client3": "Ok",
    }
