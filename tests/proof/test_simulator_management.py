# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated management API: HEC tokens and settings, indexes, credentials and refusals, in all their forms."""

from __future__ import annotations

import json
import pathlib
import ssl
import typing as t
import xml.etree.ElementTree as ET

import pytest
import requests
from simulator.certificates import write_certificate
from simulator.process import Simulator
from simulator.splunk_versions import VERSIONS
from splunk_client import OWN, SETTINGS, TOKENS, Management, text_of, until

INFO = "/services/server/info"


@pytest.fixture
def splunk(simulator: Simulator) -> Management:
    return Management(simulator)


def test_a_token_lives_and_dies(splunk: Management) -> None:
    made = splunk.changed(OWN, name="shop", index="main", indexes=["main", "history"], token="own-value", useACK="1")
    assert (made["token"], made["indexes"], made["useACK"]) == ("own-value", ["main", "history"], "1")
    assert splunk.send("x", "own-value", channel="11111111-2222-4333-8444-555555555555").json()["code"] == 0
    changed = splunk.changed(f"{OWN}/shop", index="history", indexes="history,summary", useACK="false")
    assert (changed["index"], changed["indexes"], changed["useACK"]) == ("history", ["history", "summary"], "0")
    assert splunk.changed(f"{OWN}/shop/disable")["disabled"] is True
    assert splunk.send("x", "own-value").json()["code"] == 1
    assert splunk.changed(f"{OWN}/shop", disabled="0")["disabled"] is False
    rotated = splunk.changed(f"{OWN}/shop/rotate")["token"]
    assert splunk.send("x", "own-value").json()["code"] == 4 and splunk.send("x", rotated).json()["code"] == 0
    assert splunk.ask("DELETE", f"{OWN}/shop").status_code == 200
    assert splunk.send("x", rotated).json()["code"] == 4
    assert text_of(splunk.ask("GET", f"{OWN}/shop")) == (404, "Could not find object id=shop")


@pytest.mark.parametrize("name", ["shop", "http%3A%2F%2Fshop", "http%3A%252F%252Fshop"])
def test_forms_of_a_name(splunk: Management, name: str) -> None:
    splunk.changed(f"{OWN}/shop", name="shop")
    [entry] = splunk.ask("GET", f"{TOKENS}/{name}").json()["entry"]
    assert entry["name"] == "http://shop" and entry["links"]["alternate"] == f"{OWN}/http%3A%252F%252Fshop"
    assert entry["id"] == splunk.simulator.management_url + entry["links"]["edit"]
    assert entry["fields"]["optional"] and {"disable", "remove", "rotate"} < set(entry["links"])


def test_namespaces(splunk: Management) -> None:
    splunk.changed("/servicesNS/nobody/cloudflare/data/inputs/http", name="wizard")
    wizard = "http://wizard"
    assert wizard in splunk.names(TOKENS) and wizard in splunk.names("/servicesNS/-/-/data/inputs/http")
    assert wizard not in splunk.names(OWN) and splunk.ask("GET", f"{OWN}/wizard").status_code == 404
    # A name is taken in one app for all of them.
    assert splunk.ask("POST", OWN, {"name": "wizard"}).status_code == 409
    assert splunk.ask("POST", f"{TOKENS}/wizard/acl", {"owner": "nobody", "sharing": "global"}).status_code == 200
    assert wizard in splunk.names(OWN)
    assert splunk.ask("GET", "/servicesNS/nobody/moon/data/inputs/http").status_code == 404
    splunk.simulator.change_settings(list_quirk=True)
    assert splunk.names("/servicesNS/-/-/data/inputs/http") == [] and wizard in splunk.names(TOKENS)


def test_pages(splunk: Management) -> None:
    splunk.simulator.reset(hec_tokens=[{"name": f"t{number:02}", "token": str(number)} for number in range(65)])
    paging = splunk.ask("GET", TOKENS).json()["paging"]
    assert paging == {"total": 65, "perPage": 30, "offset": 0} and len(splunk.names()) == 30
    assert splunk.names(count=30, offset=60) == [f"http://t{number}" for number in range(60, 65)]
    assert len(splunk.names(count=0)) == len(splunk.names(count=-1)) == 65
    endless = splunk.ask("GET", TOKENS, params={"output_mode": "json", "count": "-1"}).json()["paging"]
    assert endless["perPage"] == 18446744073709552000
    assert splunk.names(search="t07") == ["http://t07"]


@pytest.mark.parametrize(
    ("method", "path", "form", "status", "text"),
    [
        ("POST", OWN, {}, 400, 'Cannot perform action "POST" without a target name to act on.'),
        ("POST", OWN, '{"name": "x"}', 400, 'Cannot perform action "POST" without a target name to act on.'),
        ("DELETE", OWN, {}, 400, 'Cannot perform action "DELETE" without a target name to act on.'),
        ("POST", OWN, {"name": "x", "color": "red"}, 400, 'Argument "color" is not supported by this handler.'),
        ("POST", OWN, {"name": "x", "indexes": "main"}, 400, "The indexes should be specified together with index."),
        ("POST", f"{OWN}/Cloudflare", {"indexes": "a"}, 400, "The indexes should be specified together with index."),
        ("POST", f"{OWN}/Cloudflare", {"token": "new"}, 400, 'Argument "token" is not supported by this handler.'),
        ("POST", f"{OWN}/nobody", {"index": "main"}, 404, "Could not find object id=nobody"),
        ("POST", OWN, {"name": "Cloudflare"}, 409, "An object with name=http://Cloudflare already exists"),
        ("GET", "/services/nowhere", None, 404, "Not Found"),
        ("GET", "/elsewhere", None, 404, "Not Found"),
        ("GET", "/services/data/indexes/moon", None, 404, "Could not find object id=moon"),
        ("POST", "/services/data/indexes", {"name": "main"}, 409, "An object with name=main already exists"),
        ("POST", SETTINGS, {"port": "http"}, 400, 'Invalid value "http" for argument "port".'),
        ("DELETE", SETTINGS, {}, 400, 'Cannot perform action "DELETE" without a target name to act on.'),
    ],
)
def test_refusals(splunk: Management, method: str, path: str, form: t.Any, status: int, text: str) -> None:
    before = splunk.simulator.state()["hec_tokens"]
    assert text_of(splunk.ask(method, path, form)) == (status, text)
    assert splunk.simulator.state()["hec_tokens"] == before


def test_credentials(splunk: Management) -> None:
    url, verify = splunk.simulator.management_url, splunk.simulator.ca_file

    def ask(**more: t.Any) -> requests.Response:
        return requests.get(url + INFO, params={"output_mode": "json"}, verify=verify, timeout=10, **more)

    for answer in (ask(), ask(auth=("admin", "wrong")), ask(headers={"Authorization": "Basic %%%"})):
        assert answer.json() == {"messages": [{"type": "ERROR", "text": "Unauthorized"}]}
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="/splunk"')
    for value in ("Splunk stranger", "Bearer stranger"):
        answer = ask(headers={"Authorization": value})
        assert answer.json() == {"messages": [{"type": "WARN", "text": "call not properly authenticated"}]}
        assert answer.status_code == 401 and "WWW-Authenticate" not in answer.headers
    assert ask(headers={"Authorization": f"Bearer {splunk.simulator.splunk_auth_token}"}).status_code == 200


def test_sessions(splunk: Management) -> None:
    user = {"username": splunk.simulator.splunk_username, "password": splunk.simulator.splunk_password}
    login = splunk.ask("POST", "/services/auth/login", user, auth=None)
    key = login.json()["sessionKey"]
    xml = splunk.ask("POST", "/services/auth/login", user, params={})
    assert ET.fromstring(xml.text).findtext("./sessionKey")
    headers = {"Authorization": f"Splunk {key}"}
    ask = {"headers": headers, "verify": splunk.simulator.ca_file, "timeout": 10}
    assert requests.get(splunk.simulator.management_url + INFO, **ask).status_code == 200
    wrong = splunk.ask("POST", "/services/auth/login", {**user, "password": "wrong"})
    assert wrong.status_code == 401 and wrong.json()["messages"][0]["code"] == "incorrect_username_or_password"
    assert splunk.ask("POST", "/services/auth/login", {"username": "admin"}).status_code == 400
    splunk.simulator.change_settings(session_seconds=0)
    headers["Authorization"] = "Splunk " + splunk.ask("POST", "/services/auth/login", user).json()["sessionKey"]
    assert requests.get(splunk.simulator.management_url + INFO, **ask).status_code == 401


@pytest.mark.parametrize(
    ("capability", "method", "path"),
    [
        ("edit_token_http", "POST", OWN),
        ("edit_token_http", "POST", SETTINGS),
        ("edit_token_http", "DELETE", f"{OWN}/Cloudflare"),
        ("list_token_http", "GET", TOKENS),
        ("indexes_edit", "POST", "/services/data/indexes"),
        ("restart_splunkd", "POST", "/services/server/control/restart"),
        ("search", "POST", "/services/search/jobs"),
    ],
)
def test_capabilities(splunk: Management, capability: str, method: str, path: str) -> None:
    splunk.simulator.reset(splunk_users=[{"name": "eve", "password": "p", "roles": [], "capabilities": []}])
    splunk.session.auth = ("eve", "p")
    text = f"You (user=eve) do not have permission to perform this operation (requires capability: {capability})."
    assert text_of(splunk.ask(method, path, {"name": "x"})) == (403, text)
    assert splunk.ask("GET", INFO).status_code == 200


def test_xml_unless_json_is_asked_for(splunk: Management) -> None:
    refused = splunk.ask("GET", f"{OWN}/nobody", params={})
    assert refused.headers["Content-Type"].lower() == "text/xml; charset=utf-8"
    message = ET.fromstring(refused.text).find("./messages/msg")
    assert message is not None and (message.get("type"), message.text) == ("ERROR", "Could not find object id=nobody")
    feed = splunk.ask("GET", TOKENS, params={}).text
    assert '<s:key name="disabled">0</s:key>' in feed and "opensearch:totalResults>1<" in feed
    in_the_body = splunk.ask("POST", OWN, {"name": "x", "output_mode": "json"}, params={})
    assert in_the_body.status_code == 201 and in_the_body.json()["entry"][0]["name"] == "http://x"


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_versions(splunk: Management, version: str) -> None:
    splunk.simulator.change_settings(splunk_version=version)
    splunk.changed(OWN, name="bare")
    splunk.changed(OWN, name="full", index="main", indexes="main,history", useACK="1", description="")
    full, bare, settings = (splunk.content(path) for path in (f"{OWN}/full", f"{OWN}/bare", SETTINGS))
    info = splunk.content(INFO)
    assert info["version"] == VERSIONS[version].number and info["server_roles"]
    words = version in ("8.0.3", "cloud")
    assert full["useack" if version == "8.0.3" else "useACK"] == ("true" if words else "1")
    assert full["indexes"] == ("main,history" if version == "9.3.3" else ["main", "history"])
    unset = {"useACK", "useack", "description", "source", "sourcetype"}.intersection(bare)
    assert bool(unset) is (version in ("8.0.3", "9.3.3")) and "description" in full
    assert (settings["port"], settings["disabled"]) == (splunk.simulator.hec_endpoint.split(":")[1], False)
    assert settings["enableSSL"] == ("true" if version == "cloud" else "1") and settings["maxThreads"] == "0"
    assert ("enablessl" in settings) is (version == "8.0.3")
    assert ("backpressureState" in settings) is (version == "10.6.0.5")
    assert ("http" in splunk.names()) is (version == "9.3.3")
    rotates = splunk.ask("POST", f"{OWN}/bare/rotate").status_code
    assert rotates == (404 if version in ("8.0.3", "9.3.3") else 200)


def test_quirks_can_be_chosen_one_by_one(splunk: Management) -> None:
    splunk.simulator.change_settings(splunk_quirks={"comma_indexes": True, "lists_global": True})
    assert splunk.content(f"{OWN}/Cloudflare")["indexes"] == "" and "http" in splunk.names()


def test_a_universal_forwarder(splunk: Management) -> None:
    splunk.simulator.change_settings(universal_forwarder=True)
    assert splunk.ask("GET", SETTINGS).status_code == splunk.ask("POST", SETTINGS + "/enable").status_code == 400
    assert splunk.content(INFO)["server_roles"] == ["universal_forwarder"]


def test_a_closed_collector(splunk: Management) -> None:
    splunk.changed(SETTINGS + "/disable")
    with pytest.raises(requests.ConnectionError):
        splunk.send("x")
    assert splunk.simulator.state()["hec_open"] is False
    assert splunk.content(SETTINGS)["disabled"] is True
    splunk.changed(SETTINGS, disabled="0")
    assert splunk.send("x").json()["code"] == 0


def test_port_and_tls_change_with_a_restart(splunk: Management) -> None:
    simulator = splunk.simulator
    simulator.change_settings(restart_seconds=0.2)
    port = int(simulator.hec_endpoint.split(":")[1])
    with Simulator(push_interval=0) as other:
        free = int(other.hec_endpoint.split(":")[1])
    assert splunk.changed(SETTINGS, port=free, enableSSL="0")["port"] == str(free)
    assert simulator.state()["hec_port"] == port and splunk.names("/services/messages") == ["restart_required"]
    assert splunk.ask("POST", "/services/server/control/restart").status_code == 200
    until(lambda: not simulator.state()["hec_open"])
    with pytest.raises(requests.ConnectionError):
        splunk.ask("GET", INFO)
    until(lambda: simulator.state()["hec_port"] == free and simulator.state()["hec_open"])
    assert requests.get(f"http://localhost:{free}/services/collector/health", timeout=5).json()["code"] == 17
    until(lambda: splunk.ask("GET", INFO).status_code == 200)
    assert splunk.names("/services/messages") == []
    simulator.reset()
    assert splunk.send("x").json()["code"] == 0


def test_a_port_that_is_taken_leaves_the_collector_closed(splunk: Management) -> None:
    taken = int(splunk.simulator.acs_url.rsplit(":", 1)[1])
    splunk.changed(SETTINGS, disabled="1")
    splunk.changed(SETTINGS, disabled="0", port=taken)
    assert splunk.simulator.state()["hec_open"] is False and splunk.names("/services/messages") == ["hec_port"]


def test_the_collector_presents_the_certificate_of_its_settings(splunk: Management, tmp_path: pathlib.Path) -> None:
    address = ("localhost", int(splunk.simulator.hec_endpoint.split(":")[1]))
    file = tmp_path / "hec.pem"
    presented = write_certificate(file, "opens")
    own = ssl.get_server_certificate(address)
    shown = splunk.changed(SETTINGS, serverCert=str(file), sslPassword="wrong")
    assert shown["serverCert"] == str(file) and shown["sslPassword"].startswith("$7$")
    assert ssl.get_server_certificate(address) == own and splunk.names("/services/messages") == ["restart_required"]
    # When the port is opened again, it has the new settings.
    splunk.changed(SETTINGS, disabled="1")
    splunk.changed(SETTINGS, disabled="0")
    assert splunk.simulator.state()["hec_open"] is False and splunk.names("/services/messages") == ["hec_certificate"]
    splunk.changed(SETTINGS, sslPassword="opens")
    assert ssl.get_server_certificate(address) == presented
    assert splunk.names("/services/messages") == []
    splunk.simulator.reset()
    assert splunk.send("x").json()["code"] == 0 and ssl.get_server_certificate(address) != presented


def test_an_empty_splunk() -> None:
    with Simulator(push_interval=0, empty_splunk=True) as simulator:
        splunk = Management(simulator)
        for dummy in range(2):
            assert splunk.names() == [] and splunk.content(SETTINGS)["disabled"] is True
            with pytest.raises(requests.ConnectionError):
                splunk.send("x")
            splunk.changed(SETTINGS + "/enable")
            token = splunk.changed(OWN, name="first")["token"]
            assert splunk.send("x", token).json()["code"] == 0
            simulator.reset()


def test_indexes(splunk: Management) -> None:
    made = splunk.changed("/services/data/indexes", name="cloudflare", frozenTimePeriodInSecs="7776000")
    assert (made["frozenTimePeriodInSecs"], made["datatype"], made["currentDBSizeMB"]) == (7776000, "event", "1")
    splunk.changed("/services/data/indexes", name="numbers", datatype="metric")
    names = splunk.names("/services/data/indexes")
    assert "cloudflare" in names and "numbers" not in names
    assert "numbers" in splunk.names("/services/data/indexes", datatype="all")
    assert splunk.changed("/services/data/indexes/cloudflare/disable")["disabled"] is True


def test_faults_read_only_and_the_record_of_requests(splunk: Management) -> None:
    simulator = splunk.simulator
    simulator.set_faults({"side": "splunk", "kind": "status", "status": 503})
    assert text_of(splunk.ask("GET", INFO)) == (503, "Internal Server Error")
    simulator.set_read_only(side="splunk")
    assert splunk.ask("POST", OWN, {"name": "x"}).status_code == 405
    assert splunk.ask("POST", "/servicesNS/nobody/search/data/inputs/http", {"name": "x"}).status_code == 405
    user = {"username": simulator.splunk_username, "password": simulator.splunk_password}
    assert splunk.ask("POST", "/services/auth/login", user).status_code == 200
    assert splunk.search("search index=main | stats count") == [{"count": "0"}]
    assert [entry["form"] for entry in simulator.violations()] == [{"name": ["x"]}] * 2
    assert simulator.state()["read_only"] == ["splunk"]
    assert simulator.splunk_password not in json.dumps(simulator.requests(side="splunk"))
    simulator.set_read_only(False, side="all")
    assert splunk.ask("POST", OWN, {"name": "x"}).status_code == 201


def test_certificates_of_collector_and_management_differ(splunk: Management) -> None:
    splunk.simulator.change_settings(management_certificate="wrong_host")
    with pytest.raises(requests.exceptions.SSLError):
        Management(splunk.simulator).ask("GET", INFO)
    assert splunk.send("x").json()["code"] == 0
