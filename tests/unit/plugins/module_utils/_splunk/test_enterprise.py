# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of Splunk Enterprise against a real simulator, with the spellings of every version, and every fault."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http, NoAnswerError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.answers import SplunkError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.enterprise import SplunkEnterprise
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.values import Server
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.new_hec_settings import NEW_HEC_SETTINGS
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer

VERSIONS = ("8.0.3", "9.3.3", "10.4.2", "10.6.0.5", "cloud")
SETTINGS = {
    "enabled": True,
    "index": "main",
    "indexes": ["history", "main"],
    "use_ack": False,
    "sourcetype": "cloudflare:json",
    "source": "logpush",
    "host": "edge",
    "description": "Täglich & more",
    "acl": {"owner": "nobody", "sharing": "app", "read": ["admin", "power"], "write": ["admin"]},
}
LOST = ("reset", "hang", "truncated", "status")


class Splunk:
    """An empty simulated Splunk, and clients of it that never wait."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.clock = FakeClock()

    def client(
        self, app: str = "splunk_httpinput", token: str | None = None, retries: int = 2, timeout: float = 0.5
    ) -> SplunkEnterprise:
        """Return a new client."""
        headers = {"Authorization": f"Bearer {token or self.simulator.splunk_auth_token}"}
        http = Http(
            self.simulator.management_url,
            headers,
            timeout=timeout,
            retries=retries,
            verify=self.simulator.ca_file,
            clock=self.clock,
            url_option="url",
        )
        return SplunkEnterprise(http, app)

    @property
    def asked(self) -> list[str]:
        """The requests so far, in order."""
        return [f"{entry['method']} {entry['path']}" for entry in self.simulator.requests(side="splunk")]

    @property
    def tokens(self) -> dict[str, dict[str, t.Any]]:
        """The tokens by their names."""
        return {entry["name"]: entry for entry in self.simulator.state()["hec_tokens"]}


@pytest.fixture
def splunk(empty_splunk: Simulator) -> Splunk:
    """Return a Splunk as it is after its installation."""
    return Splunk(empty_splunk)


# Versions


@pytest.mark.parametrize("version", VERSIONS)
def test_a_token_is_read_as_it_was_written(splunk: Splunk, version: str) -> None:
    splunk.simulator.change_settings(splunk_version=version)
    client = splunk.client()
    client.create_token("cloudflare", SETTINGS, None)
    made = client.token("cloudflare")
    assert made is not None
    assert (made.settings, made.app) == (SETTINGS, "splunk_httpinput")
    assert made.value == splunk.tokens["cloudflare"]["token"]
    acl = {"owner": "admin", "sharing": "global", "read": ["*"], "write": ["admin", "power"]}
    for changes in (
        {"enabled": False},
        {"use_ack": True, "enabled": True},
        {"indexes": [], "index": "main"},
        {"acl": acl},
        {"acl": {**acl, "sharing": "app"}, "source": "x"},
    ):
        client.change_token("cloudflare", made.app, changes)
        changed = client.token("cloudflare")
        assert changed is not None
        assert {key: changed.settings[key] for key in changes} == changes
    client.delete_token("cloudflare", made.app)
    assert client.token("cloudflare") is None


@pytest.mark.parametrize("version", VERSIONS)
def test_a_token_of_which_nothing_was_set(splunk: Splunk, version: str) -> None:
    splunk.simulator.change_settings(splunk_version=version)
    splunk.client().create_token("bare", {}, None)
    bare = splunk.client().token("bare")
    assert bare is not None
    assert bare.settings["enabled"] is True and bare.settings["use_ack"] is False
    assert (bare.settings["indexes"], bare.settings["sourcetype"]) == ([], "")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_settings_of_hec(splunk: Splunk, version: str) -> None:
    splunk.simulator.change_settings(splunk_version=version)
    client = splunk.client()
    before = client.hec_settings()
    assert before == {**NEW_HEC_SETTINGS, "port": before["port"]}
    changes = {"enabled": True, "enable_ssl": False, "dedicated_io_threads": 4, "max_sockets": -1, "max_threads": 8}
    changes.update(use_deployment_server=True, server_cert="$SPLUNK_HOME/etc/auth/hec.pem")
    client.change_hec_settings({**changes, "ssl_password": "opens"})
    # The passphrase is stored, and never read.
    assert client.hec_settings() == {**before, **changes}
    assert splunk.simulator.state()["hec_settings"]["sslPassword"] == "opens"


def test_an_empty_certificate_is_none(splunk: Splunk) -> None:
    splunk.simulator.reset(hec_settings={"serverCert": ""})
    assert splunk.client().hec_settings()["server_cert"] == ""


def test_settings_that_were_never_set_are_those_of_splunk(splunk: Splunk) -> None:
    body = json.dumps({"entry": [{"name": "http", "content": {"disabled": True}}]}).encode()
    with ScriptedServer(answer(200, body)) as server:
        assert SplunkEnterprise(Http(server.url, {})).hec_settings() == NEW_HEC_SETTINGS


# Finding tokens


@pytest.mark.parametrize("version", ["9.3.3", "10.4.2"])
def test_a_token_on_a_later_page_is_found(splunk: Splunk, version: str) -> None:
    tokens = [{"name": f"token-{number:03}", "token": f"value-{number}"} for number in range(230)]
    splunk.simulator.reset(hec_tokens=tokens, settings={"splunk_version": version})
    for name in ("token-000", "token-099", "token-100", "token-199", "token-200", "token-229"):
        found = splunk.client().token(name)
        assert found is not None and found.value == f"value-{int(name[-3:])}"
    splunk.simulator.wipe_requests()
    assert splunk.client().token("token-230") is None
    assert len(splunk.asked) == 3


def test_a_list_that_is_empty_across_all_namespaces(splunk: Splunk) -> None:
    splunk.simulator.change_settings(list_quirk=True)
    splunk.client().create_token("cloudflare", {}, None)
    assert splunk.client().token("cloudflare") is not None


def test_the_settings_of_hec_are_no_token(splunk: Splunk) -> None:
    splunk.simulator.change_settings(splunk_version="9.3.3")
    assert splunk.client().token("http") is None
    assert splunk.client().token("") is None


@pytest.mark.parametrize("name", ["Cloudflare Logs", "50? #1 & =+:;@!", "töken", "http:", "a.b_c-d"])
def test_names_that_need_encoding(splunk: Splunk, name: str) -> None:
    client = splunk.client()
    client.create_token(name, {"index": "main"}, None)
    client.change_token(name, "splunk_httpinput", {"sourcetype": "x"})
    assert list(splunk.tokens) == [name]
    assert splunk.tokens[name]["sourcetype"] == "x"
    client.delete_token(name, "splunk_httpinput")
    assert client.token(name) is None


def test_a_token_is_managed_in_the_app_that_it_lives_in(splunk: Splunk) -> None:
    splunk.client("cloudflare").create_token("Cloudflare", {}, None)
    found = splunk.client().token("Cloudflare")
    assert found is not None and found.app == "cloudflare"
    splunk.client().change_token("Cloudflare", found.app, {"enabled": False})
    assert splunk.tokens["Cloudflare"]["disabled"] is True
    splunk.client().delete_token("Cloudflare", found.app)
    splunk.client().create_token("Cloudflare", {}, "own-value", found.app)
    assert (splunk.tokens["Cloudflare"]["app"], splunk.tokens["Cloudflare"]["token"]) == ("cloudflare", "own-value")


def test_permissions_alone_cost_one_request(splunk: Splunk) -> None:
    splunk.client().create_token("cloudflare", {}, None)
    splunk.simulator.wipe_requests()
    splunk.client().change_token("cloudflare", "splunk_httpinput", {"acl": {"read": ["*"]}})
    assert splunk.asked == ["POST /servicesNS/nobody/splunk_httpinput/data/inputs/http/cloudflare/acl"]
    assert (splunk.tokens["cloudflare"]["read"], splunk.tokens["cloudflare"]["write"]) == (["*"], ["admin"])


def test_own_values(splunk: Splunk) -> None:
    splunk.client().create_token("cloudflare", {}, "own+value/=&?%")
    found = splunk.client().token("cloudflare")
    assert found is not None and found.value == "own+value/=&?%"


# Faults


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_is_overcome(splunk: Splunk, kind: str, moment: str) -> None:
    client = splunk.client(timeout=0.15 if kind == "hang" else 0.5)
    fault = {"side": "splunk", "kind": kind, "moment": moment, "seconds": 5}
    for method, act in (
        ("POST", lambda: client.create_token("cloudflare", {}, None)),
        ("POST", lambda: client.change_token("cloudflare", "splunk_httpinput", {"source": kind})),
        ("POST", lambda: client.change_token("cloudflare", "splunk_httpinput", {"acl": {"read": ["*"]}})),
        ("GET", lambda: client.token("cloudflare")),
        ("DELETE", lambda: client.delete_token("cloudflare", "splunk_httpinput")),
        ("POST", lambda: client.create_index("cloudflare")),
        ("POST", lambda: client.change_hec_settings({"enabled": True})),
    ):
        splunk.simulator.set_faults({**fault, "method": method})
        act()
        splunk.simulator.set_faults()
    assert client.token("cloudflare") is None
    assert client.index("cloudflare") is not None
    assert client.hec_settings()["enabled"] is True


def test_a_create_whose_answer_is_lost_makes_one_token(splunk: Splunk) -> None:
    splunk.simulator.set_faults({"side": "splunk", "kind": "reset", "method": "POST", "moment": "after"})
    splunk.client().create_token("cloudflare", {"index": "main"}, None)
    assert splunk.asked == ["POST /servicesNS/nobody/splunk_httpinput/data/inputs/http"] * 2
    assert [entry["status"] for entry in splunk.simulator.requests(side="splunk")][-1] == 409
    assert list(splunk.tokens) == ["cloudflare"]


def test_no_answer_at_all(splunk: Splunk) -> None:
    splunk.simulator.set_faults({"side": "splunk", "kind": "reset", "times": None})
    with pytest.raises(NoAnswerError, match=r"connection broke.*\. Listing the HEC tokens failed \("):
        splunk.client().token("cloudflare")
    assert len(splunk.asked) == 3 and len(splunk.clock.slept) == 2


@pytest.mark.parametrize("kind", ["not_json", "empty", "html"])
def test_an_answer_that_is_not_json(splunk: Splunk, kind: str) -> None:
    splunk.simulator.set_faults({"side": "splunk", "kind": kind, "times": None})
    with pytest.raises(SplunkError) as caught:
        splunk.client().token("cloudflare")
    assert str(caught.value).startswith("Listing the HEC tokens failed")
    assert "(GET https://localhost:" in str(caught.value)
    assert ("8089" if kind != "html" else "HTTP 502). Splunk is starting") in str(caught.value)


# Refusals


def refused(splunk: Splunk, client: SplunkEnterprise, act: t.Callable[[SplunkEnterprise], t.Any]) -> str:
    """Return the message of a refusal, which must come after one request."""
    splunk.simulator.wipe_requests()
    with pytest.raises(SplunkError) as caught:
        act(client)
    assert len(splunk.asked) == 1
    assert caught.value.details == {"http_status": caught.value.status}
    return str(caught.value)


def test_wrong_credentials(splunk: Splunk) -> None:
    message = refused(splunk, splunk.client(token="no.such.token"), lambda client: client.token("x"))
    assert ": call not properly authenticated (GET " in message
    assert "HTTP 401). Check username and password, or auth_token" in message


def test_a_missing_capability_is_named(splunk: Splunk) -> None:
    splunk.simulator.reset(
        splunk_users=[{"name": "ops", "password": "x", "roles": ["power"]}],
        splunk_tokens=[{"token": "of.ops.alone", "user": "ops"}],
    )
    client = splunk.client(token="of.ops.alone")
    assert client.token("x") is None
    message = refused(splunk, client, lambda client: client.create_token("x", {}, None))
    assert "failed: You (user=ops) do not have permission" in message and "capability: edit_token_http" in message
    assert "The user needs the capability" in message
    assert "indexes_edit" in refused(splunk, client, lambda client: client.create_index("x"))


def test_an_app_that_is_not_installed(splunk: Splunk) -> None:
    message = refused(splunk, splunk.client("nothere"), lambda client: client.create_token("x", {}, None))
    assert (
        "failed: Application does not exist: nothere (POST " in message
        and "HTTP 404). Check url" in message
        and "Check app" in message
    )


@pytest.mark.parametrize("act", [SplunkEnterprise.hec_settings, lambda c: c.change_hec_settings({"enabled": True})])
def test_a_universal_forwarder(splunk: Splunk, act: t.Callable[[SplunkEnterprise], t.Any]) -> None:
    splunk.simulator.change_settings(universal_forwarder=True)
    assert "A Universal Forwarder answers like this" in refused(splunk, splunk.client(), act)


def test_splunk_that_starts(splunk: Splunk) -> None:
    body = {"messages": [{"type": "FATAL", "text": "Splunk is starting"}]}
    starting = {"side": "splunk", "kind": "status", "status": 503, "body": body}
    splunk.simulator.set_faults({**starting, "times": 2})
    assert splunk.client().token("x") is None
    splunk.simulator.set_faults({**starting, "times": None})
    with pytest.raises(SplunkError, match=r"failed: Splunk is starting \(.* HTTP 503\)\. .*try again in a minute"):
        splunk.client().token("x")


# Indexes, searches and roles


def test_indexes(splunk: Splunk) -> None:
    client = splunk.client()
    assert client.index("cloudflare") is None
    client.create_index("cloudflare")
    client.create_index("cloudflare")
    assert client.index("cloudflare") is not None


def test_searches(splunk: Splunk) -> None:
    assert splunk.client().search("search index=main | stats count", "-15m") == [{"count": "0"}]
    assert splunk.client().search("search index=main", "0") == []
    with pytest.raises(SplunkError, match="Searching for | nonsense failed.*HTTP 400"):
        splunk.client().search("| nonsense", "-15m")


@pytest.mark.parametrize("roles", [["indexer"], ["cluster_slave", "search_head"], []])
def test_the_roles_of_the_server(splunk: Splunk, roles: list[str]) -> None:
    splunk.simulator.change_settings(server_roles=roles)
    assert splunk.client().server() == Server(sorted(roles), is_cloud=False, names=["splunk.example.com"] * 2)


def test_a_server_that_does_not_tell_its_roles_has_none(splunk: Splunk) -> None:
    splunk.simulator.set_faults({"side": "splunk", "kind": "status", "status": 403, "path": "server/info"})
    assert splunk.client().server() == Server([], is_cloud=False)
