# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations behind the Splunk modules, on both platforms, against a real simulator."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.index import ensure_index
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.search import run_search
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.settings import manage_settings
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.token import manage_token
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context

OWN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
OTHER = "ffffffff-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
TRANSPORT = {"validate_certs": True, "timeout": 5, "retries": 0}


class Splunk:
    """A Splunk of one platform, managed by options as the modules are."""

    def __init__(self, simulator: Simulator, platform: str) -> None:
        self.simulator = simulator
        self.platform = platform
        self.where: dict[str, t.Any] = {"auth_token": simulator.splunk_auth_token, "url": simulator.management_url}
        if platform == "cloud":
            where = {"auth_token": simulator.acs_token, "url": simulator.acs_url, "stack": simulator.acs_stack}
            self.where = {**where, "platform": "cloud"}

    def token(self, check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """Run splunk_hec_token with these options and return its result before masking."""
        defaults = {
            **TRANSPORT,
            "ca_path": self.simulator.ca_file,
            "platform": "enterprise",
            "app": "splunk_httpinput",
            "name": "cloudflare",
            "state": "present",
            "enabled": True,
            "use_ack": False,
            "allow_ack": False,
            "recreate": False,
            "wait_timeout": 5,
        }
        return manage_token({**defaults, **self.where, **options}, context(check_mode))

    def run(self, operation: t.Callable[..., dict[str, t.Any]], **options: t.Any) -> dict[str, t.Any]:
        """Run the operation of another module."""
        defaults = {**TRANSPORT, "ca_path": self.simulator.ca_file, **self.where}
        return operation({**defaults, **options}, context(options.get("check_mode", False)))

    @property
    def tokens(self) -> dict[str, dict[str, t.Any]]:
        """The tokens by their names."""
        return {entry["name"]: entry for entry in self.simulator.state()["hec_tokens"]}

    @property
    def asked(self) -> list[dict[str, t.Any]]:
        """The requests so far."""
        return self.simulator.requests(side="splunk") + self.simulator.requests(side="acs")


@pytest.fixture
def simulator(empty_splunk: Simulator) -> Simulator:
    """Return a simulator with some tokens."""
    empty_splunk.reset(
        hec_tokens=[
            {"name": "acked", "token": OTHER, "useACK": True, "sourcetype": "x", "app": "cloudflare"},
            {"name": "broad", "token": "value-of-broad", "index": "main"},
        ],
        indexes=[{"name": name} for name in ("main", "cloudflare")],
        settings={"acs_delay": 0},
    )
    return empty_splunk


@pytest.fixture(params=["enterprise", "cloud"])
def splunk(request: pytest.FixtureRequest, simulator: Simulator) -> Splunk:
    """Return a Splunk of either platform."""
    return Splunk(simulator, request.param)


@pytest.fixture
def enterprise(simulator: Simulator) -> Splunk:
    """Return a Splunk Enterprise."""
    return Splunk(simulator, "enterprise")


# Tokens, the same on both platforms


def test_own_values(splunk: Splunk) -> None:
    assert splunk.token(check_mode=True, token=OWN)["hec_token"] == OWN
    assert splunk.token(token=OWN)["action"] == "created"
    for options in ({"token": OWN}, {}):
        again = splunk.token(**options)
        assert (again["action"], again["hec_token"]) == ("unchanged", OWN)
    with pytest.raises(CollectionError, match="recreate: true"):
        splunk.token(token=OTHER)
    predicted = splunk.token(check_mode=True, token=OTHER, recreate=True)
    assert splunk.tokens["cloudflare"]["token"] == OWN
    replaced = splunk.token(token=OTHER, recreate=True)
    masked = {"before": {"token": "******** (old)"}, "after": {"token": "******** (new)"}}
    headers = {"before_header": "HEC token cloudflare", "after_header": "HEC token cloudflare"}
    assert replaced["diff"] == predicted["diff"] == {**headers, **masked}
    assert (replaced["action"], replaced["hec_token"], splunk.tokens["cloudflare"]["token"]) == (
        "replaced",
        OTHER,
        OTHER,
    )
    assert splunk.token(token=OTHER, recreate=True)["action"] == "unchanged"


@pytest.mark.parametrize("spelling", [f"Splunk {OWN}", f"Splunk%20{OWN}", f" {OWN}\n"])
def test_an_own_value_is_written_as_that_of_a_job(splunk: Splunk, spelling: str) -> None:
    # The same variable often contains the token for jobs in this form.
    created = splunk.token(token=spelling)
    assert (created["hec_token"], splunk.tokens["cloudflare"]["token"]) == (OWN, OWN)
    assert splunk.token(token=spelling)["action"] == "unchanged"


def test_a_value_is_in_no_result_but_where_it_is_handed_out(splunk: Splunk) -> None:
    for options in ({"token": OWN}, {"source": "x"}, {"token": OTHER, "recreate": True}, {"state": "absent"}):
        result = splunk.token(**options)
        assert result.pop("hec_token", None) in (OWN, OTHER, None)
        assert OWN not in json.dumps(result) and OTHER not in json.dumps(result)


def test_a_token_that_somebody_made_with_acknowledgement(splunk: Splunk) -> None:
    with pytest.raises(OptionError, match="never asks for acknowledgements"):
        splunk.token(name="acked", use_ack=True)
    assert splunk.token(name="acked", use_ack=True, allow_ack=True)["action"] == "unchanged"
    off = splunk.token(name="acked")
    headers = {"before_header": "HEC token acked", "after_header": "HEC token acked"}
    assert off["diff"] == {**headers, "before": {"use_ack": True}, "after": {"use_ack": False}}
    moved = splunk.token(name="acked", token=OWN, recreate=True)
    found = splunk.tokens["acked"]
    assert (found["token"], found["useACK"], found["sourcetype"]) == (OWN, False, "x")
    if splunk.platform == "enterprise":
        # A token stays in its app, for example the one that the wizard of Splunk Web uses.
        assert found["app"] == moved["token"]["app"] == "cloudflare"


def test_indexes(splunk: Splunk) -> None:
    with pytest.raises(OptionError, match="^index: main must be among indexes"):
        splunk.token(name="broad", indexes=["cloudflare"])
    with pytest.raises(OptionError, match="^index is required with indexes"):
        splunk.token(indexes=["cloudflare"])
    assert splunk.tokens["broad"]["indexes"] == []
    narrow = splunk.token(name="broad", indexes=["cloudflare"], index="cloudflare")
    assert (narrow["token"]["index"], narrow["token"]["indexes"]) == ("cloudflare", ["cloudflare"])
    assert splunk.token(name="broad", indexes=["cloudflare", "cloudflare"])["action"] == "unchanged"
    assert splunk.token(name="broad", indexes=["main", "cloudflare"])["action"] == "updated"
    assert splunk.token(name="broad", index="main")["token"]["indexes"] == ["cloudflare", "main"]
    assert splunk.token(name="broad", indexes=[])["action"] == "updated"
    assert (splunk.tokens["broad"]["index"], splunk.tokens["broad"]["indexes"]) == ("main", [])


def test_what_is_not_managed_stays(splunk: Splunk) -> None:
    everything = {"index": "main", "sourcetype": "cloudflare:json", "source": "s", "host": "h"}
    splunk.token(**everything)
    before = splunk.tokens["cloudflare"]
    disabled = splunk.token(enabled=False)
    assert (disabled["action"], splunk.tokens["cloudflare"]) == ("disabled", {**before, "disabled": True})
    assert {key: disabled["token"][key] for key in everything} == everything


def test_somebody_else_makes_the_token_at_the_same_time(splunk: Splunk) -> None:
    # The first answer says that there is no token yet.
    nothing = {"code": "404-hec-not-found", "message": "none"} if splunk.platform == "cloud" else {"entry": []}
    side, status = ("acs", 404) if splunk.platform == "cloud" else ("splunk", 200)
    splunk.simulator.set_faults({"side": side, "kind": "status", "method": "GET", "status": status, "body": nothing})
    with pytest.raises(
        CollectionError,
        match="another run created HEC token broad at the same time, with another value. Run this again",
    ):
        splunk.token(name="broad", token=OWN)
    assert splunk.tokens["broad"]["token"] == "value-of-broad"


def test_a_token_that_is_written_and_not_seen(enterprise: Splunk) -> None:
    fault = {"side": "splunk", "kind": "status", "method": "GET", "status": 200, "body": {"entry": []}}
    enterprise.simulator.set_faults({**fault, "times": None})
    with pytest.raises(CollectionError, match="cloudflare was written, but Splunk does not list it"):
        enterprise.token()


def test_permissions(enterprise: Splunk) -> None:
    made = enterprise.token(acl={"read": ["*"], "owner": None})
    assert made["action"] == "created" and enterprise.tokens["cloudflare"]["read"] == ["*"]
    again = enterprise.token(acl={"read": ["*"]})
    assert again["action"] == "unchanged"
    assert again["token"]["acl"] == {"owner": "nobody", "sharing": "app", "read": ["*"], "write": ["admin"]}
    shared = enterprise.token(acl={"sharing": "global", "write": ["power", "admin"]})
    assert shared["action"] == "updated"
    assert enterprise.token(acl={"sharing": "global", "write": ["admin", "power"]})["action"] == "unchanged"


@pytest.mark.parametrize(
    ("roles", "warned"), [(["indexer", "cluster_slave"], True), (["shc_captain"], True), (["search_head"], False)]
)
def test_a_member_of_a_cluster_is_warned_of(enterprise: Splunk, roles: list[str], warned: bool) -> None:
    enterprise.simulator.change_settings(server_roles=roles)
    assert ("warnings" in enterprise.token()) is warned
    assert ("warnings" in enterprise.token(check_mode=True, source="x")) is warned
    # Removing the token is what the warning recommends.
    assert "warnings" not in enterprise.token(state="absent")


# Wrong options


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"name": "a/b"}, "name"),
        ({"name": "http"}, "name"),
        ({"use_ack": True}, "use_ack"),
        ({"index": "a", "indexes": ["b"]}, "index"),
        ({"token": "two words"}, "token"),
        ({"token": "********"}, "token"),
        ({"token": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}, "token"),
        ({"token": f"Splunk%2520{OWN}"}, "token"),
        ({"url": "splunk.example.com:8089"}, "url"),
        ({"url": None}, "url"),
        ({"auth_token": None}, "username, password, auth_token"),
        ({"auth_token": None, "username": "admin"}, "username, password, auth_token"),
        ({"auth_token": "Bearer a.b.c"}, "auth_token"),
        ({"ca_path": "/no/such/file.pem"}, "ca_path"),
        ({"timeout": 0}, "timeout"),
        ({"retries": -1}, "retries"),
        ({"platform": "cloud"}, "stack"),
        ({"platform": "cloud", "stack": "acme.splunkcloud.com"}, "stack"),
        ({"platform": "cloud", "stack": "acme", "wait_timeout": 0}, "wait_timeout"),
        ({"platform": "cloud", "stack": "acme", "description": "x"}, "description"),
        ({"platform": "cloud", "stack": "acme", "acl": {"owner": "x"}}, "acl"),
    ],
)
def test_wrong_options_are_refused_before_the_first_request(
    enterprise: Splunk, wrong: dict[str, t.Any], option: str
) -> None:
    with pytest.raises(OptionError) as caught:
        enterprise.token(**wrong)
    assert caught.value.option == option and str(caught.value).startswith((f"{option}: ", f"{option} is required"))
    assert enterprise.asked == []


@pytest.mark.parametrize(
    ("operation", "wrong", "option"),
    [
        (manage_settings, {"port": 70000}, "port"),
        (manage_settings, {"url": "ftp://splunk"}, "url"),
        (ensure_index, {"name": "Cloudflare"}, "name"),
        (ensure_index, {"name": "-a"}, "name"),
        (ensure_index, {"name": "kvstore_x"}, "name"),
        (run_search, {"search": " ", "earliest": "-15m"}, "search"),
    ],
)
def test_the_other_modules_refuse_them_too(
    enterprise: Splunk, operation: t.Any, wrong: dict[str, t.Any], option: str
) -> None:
    with pytest.raises(OptionError) as caught:
        enterprise.run(operation, **wrong)
    assert caught.value.option == option
    assert enterprise.asked == []


# The environment


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({"SPLUNK_USERNAME": "{user}", "SPLUNK_PASSWORD": "{password}"}, {}),
        ({"SPLUNK_AUTH_TOKEN": "{token}\n"}, {}),
        # A token takes precedence over a user name, within the environment and within the options.
        ({"SPLUNK_AUTH_TOKEN": "{token}", "SPLUNK_USERNAME": "nobody", "SPLUNK_PASSWORD": "wrong"}, {}),
        ({}, {"auth_token": "{token}", "username": "nobody", "password": "wrong"}),
        # Options take precedence over the environment, also over variables for other options with the same purpose.
        (
            {"SPLUNK_AUTH_TOKEN": "wrong.to.ken", "SPLUNK_URL": "https://127.0.0.1:9"},
            {"auth_token": "{token}", "url": "{url}"},
        ),
        ({"SPLUNK_AUTH_TOKEN": "wrong.to.ken", "SPLUNK_PASSWORD": "{password}"}, {"username": "{user}"}),
        # An empty variable is not set.
        ({"SPLUNK_AUTH_TOKEN": "", "SPLUNK_USERNAME": "{user}", "SPLUNK_PASSWORD": "{password}"}, {}),
    ],
)
def test_the_environment_and_what_wins_over_it(
    enterprise: Splunk, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], options: dict[str, str]
) -> None:
    simulator = enterprise.simulator
    values = {
        "user": simulator.splunk_username,
        "password": simulator.splunk_password,
        "token": simulator.splunk_auth_token,
        "url": simulator.management_url,
    }
    for name, value in {"SPLUNK_URL": "{url}", **variables}.items():
        monkeypatch.setenv(name, value.format(**values))
    given = {name: value.format(**values) for name, value in options.items()}
    assert enterprise.token(**{"url": None, "auth_token": None, **given})["action"] == "created"


def test_a_user_name_on_the_cloud(simulator: Simulator) -> None:
    cloud = Splunk(simulator, "cloud")
    login = {"auth_token": None, "username": "sc_admin", "password": simulator.splunk_password}
    assert cloud.token(**login)["action"] == "created"
    with pytest.raises(CollectionError, match="Check username and password"):
        cloud.token(**{**login, "password": "wrong"})


# Searches


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("index=main", "search index=main"),
        ("  search index=main ", "search index=main"),
        ("searching", "search searching"),
        ("| makeresults", "| makeresults"),
    ],
)
def test_the_command_search_is_put_in_front(enterprise: Splunk, query: str, sent: str) -> None:
    try:
        enterprise.run(run_search, search=query, fail_when_empty=False, wait_timeout=0, interval=10)
    except CollectionError as error:
        # The simulator supports few commands.
        assert "makeresults" in str(error)
    [asked] = enterprise.asked
    assert asked["form"]["search"] == [sent]
    assert asked["form"]["earliest_time"] == ["0"]


# A token whose permissions cannot be set


def refusing_permissions(splunk: Splunk) -> None:
    """Let Splunk refuse each change of permissions."""
    splunk.simulator.control(
        "POST",
        "faults",
        [{"side": "splunk", "kind": "status", "status": 403, "method": "POST", "path": "/acl$", "times": None}],
    )


def test_a_replaced_token_without_its_permissions_is_reported_as_it_is(enterprise: Splunk) -> None:
    enterprise.token(token=OWN, acl={"sharing": "global", "read": ["*"]})
    refusing_permissions(enterprise)
    with pytest.raises(CollectionError) as caught:
        enterprise.token(token=OTHER, recreate=True)
    assert enterprise.tokens["cloudflare"]["token"] == OTHER
    message = str(caught.value)
    assert "HEC token cloudflare exists, with the permissions of a new token" in message
    assert "sharing global" in message and "perms.read *" in message
    assert "deleted" not in message and "restored" not in message


def test_a_created_token_without_its_permissions_is_reported_as_it_is(enterprise: Splunk) -> None:
    refusing_permissions(enterprise)
    with pytest.raises(CollectionError, match="HEC token cloudflare exists, with the permissions of a new token"):
        enterprise.token(token=OWN, acl={"sharing": "global"})
    assert enterprise.tokens["cloudflare"]["token"] == OWN


def test_a_changed_token_without_its_permissions_is_reported_as_it_is(enterprise: Splunk) -> None:
    enterprise.token(token=OWN)
    refusing_permissions(enterprise)
    with pytest.raises(CollectionError, match="has its new settings, but its old permissions"):
        enterprise.token(sourcetype="new", acl={"sharing": "global"})
    assert enterprise.tokens["cloudflare"]["sourcetype"] == "new"


def test_a_token_that_is_restored_without_its_permissions_is_reported_as_it_is(enterprise: Splunk) -> None:
    enterprise.token(token=OWN, acl={"sharing": "global"})
    creation = {"side": "splunk", "kind": "status", "method": "POST", "path": "/http$"}
    enterprise.simulator.set_faults(
        {**creation, "status": 400}, {**creation, "status": 403, "path": "/acl$", "times": None}
    )
    words = "The old token is restored with its value and settings, but not with its permissions: .*sharing global"
    with pytest.raises(CollectionError, match=words):
        enterprise.token(token=OTHER, recreate=True)
    assert enterprise.tokens["cloudflare"]["token"] == OWN


def test_a_replacement_that_was_carried_out_without_an_answer_is_reported_as_it_is(enterprise: Splunk) -> None:
    """Splunk creates the new token, and its answer is lost. The old one cannot be created then: the name exists."""
    enterprise.token(token=OWN)
    lost = {"side": "splunk", "kind": "reset", "method": "POST", "path": "/http$", "moment": "after"}
    enterprise.simulator.set_faults(lost)
    with pytest.raises(CollectionError, match="The old token is deleted, and HEC token cloudflare has its new value"):
        enterprise.token(token=OTHER, recreate=True, retries=0)
    assert enterprise.tokens["cloudflare"]["token"] == OTHER


def test_a_value_that_splunk_masks_is_not_known(enterprise: Splunk) -> None:
    enterprise.simulator.reset(hec_tokens=[{"name": "cloudflare", "token": "********"}])
    assert enterprise.token()["hec_token"] is None
    with pytest.raises(CollectionError, match="Splunk does not show the value of HEC token cloudflare"):
        enterprise.token(token=OTHER, recreate=True)
    assert enterprise.tokens["cloudflare"]["token"] == "********"


# Splunk Cloud by the management API of Splunk Enterprise


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_server_of_splunk_cloud_needs_its_own_platform(enterprise: Splunk, check_mode: bool) -> None:
    enterprise.simulator.change_settings(splunk_version="cloud")
    before = enterprise.tokens
    for options in ({"token": OWN}, {"name": "broad"}):
        with pytest.raises(OptionError, match=r"^platform: .*platform: cloud, and set stack"):
            enterprise.token(check_mode=check_mode, **options)
    assert enterprise.tokens == before
    # A token that was created by mistake can be removed.
    assert enterprise.token(check_mode=check_mode, name="broad", state="absent")["action"] == "deleted"


# Names


def test_the_name_of_a_token_is_read_as_splunk_lists_it(splunk: Splunk) -> None:
    assert splunk.token(name="http://cloudflare", token=OWN)["action"] == "created"
    assert "cloudflare" in splunk.tokens
    again = splunk.token(name="http://cloudflare")
    assert (again["action"], again["token"]["name"]) == ("unchanged", "cloudflare")


def test_an_existing_token_with_an_unusual_name_is_managed(splunk: Splunk) -> None:
    splunk.simulator.reset(hec_tokens=[{"name": "Cloudflare Logs: töken", "token": OWN}], settings={"acs_delay": 0})
    assert splunk.token(name="Cloudflare Logs: töken", enabled=False)["action"] == "disabled"
    assert splunk.token(name="Cloudflare Logs: töken", token=OTHER, recreate=True)["action"] == "replaced"
    assert splunk.token(name="Cloudflare Logs: töken", state="absent")["action"] == "deleted"
    assert splunk.tokens == {}
    with pytest.raises(OptionError, match="CVE-2026-131193"):
        splunk.token(name="Cloudflare Logs: töken")
    assert splunk.tokens == {}
