# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of splunk_deployment_server against a model of a deployment server, and how its answers are read."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import RunContext
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import deployment_answers, values
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.deployment_answers import (
    App,
    Client,
    Installation,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.deployment_rules import (
    Arrivals,
    RequestedReload,
    missing_part,
    of_app,
    requested_reload,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.deployment_server import run_reload
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock

APP = "edgeops_logpush_hec"
INSTALLED = Installation("Install", "Ok", "Wed Jul 31 14:11:23 2013", "")


class Server:
    """A server with the clients of one class, which phone home once a minute and download a new version at once."""

    def __init__(self, clock: FakeClock, *names: str) -> None:
        self.clock = clock
        self.content, self.offered = "2", "1"
        self.classes = ["hec"]
        self.known_classes = ["hec"]
        self.has_checksum = False
        self.clients_of = dict.fromkeys(names or ("hf1", "hf2"), "1")
        self.silent: set[str] = set()
        self.failing: set[str] = set()
        self.times = dict.fromkeys(self.clients_of, "installed at 0")
        self.reloads: list[str] = []
        self.roles_found = ["deployment_server"]

    def app(self, name: str) -> App | None:
        """Return the app as the server offers it."""
        return App(self.known_classes, self.offered if self.has_checksum else "") if name == APP else None

    def reload(self, server_class: str = "") -> None:
        """Read the files."""
        self.reloads.append(server_class)
        self.offered, self.known_classes = self.content, self.classes

    def server(self) -> values.Server:
        """Return what the server reports about itself."""
        return values.Server(self.roles_found, is_cloud=False)

    def clients(self, name: str) -> list[Client]:
        """Return the clients after those have phoned home whose minute is over."""
        return [self._client(client) for client in self.clients_of]

    def _client(self, name: str) -> Client:
        now = 0 if name in self.silent else int(self.clock.now() // 60 * 60)
        if name not in self.silent and self.clients_of[name] != self.offered and now:
            self.clients_of[name] = self.offered
            self.times[name] = f"installed at {now}"
        result = "Fail" if name in self.failing else "Ok"
        checksum = self.clients_of[name] if self.has_checksum else ""
        return Client(name, name, ["hec"], now, Installation("Install", result, self.times[name], checksum))


def run(server: Server, check: bool = False, wait_timeout: float = 600) -> dict[str, t.Any]:
    """Return the result of a run."""
    context = RunContext(check, False, SecretMask(), clock=server.clock)
    return run_reload(t.cast(t.Any, server), RequestedReload(APP, wait_timeout), context)


def failure(server: Server, **more: t.Any) -> CollectionError:
    """Return the error of a run that fails."""
    with pytest.raises(CollectionError) as caught:
        run(server, **more)
    return caught.value


def test_clients_download_a_new_version_once():
    server = Server(FakeClock())
    result = run(server)
    assert (result["action"], result["changed"], server.reloads) == ("reloaded", True, ["hec"])
    assert [(client["name"], client["downloaded"]) for client in result["clients"]] == [("hf1", True), ("hf2", True)]
    assert result["diff"]["before"] == {"hf1": "old", "hf2": "old"} and result["warnings"] == []
    waited = server.clock.now()
    assert 55 <= waited <= 70
    again = run(server)
    assert (again["action"], again["changed"]) == ("unchanged", False)
    # A client without anything to download has seen the reload at its first request; the second one proves that.
    assert 60 <= server.clock.now() - waited <= 130


def test_a_checksum_that_may_be_that_of_the_server_is_no_evidence():
    server = Server(FakeClock())
    original = server._client

    def slow(name: str) -> Client:
        # Downloads for half a minute. Meanwhile the old record has the checksum of the new file.
        found, now = original(name), server.clock.now()
        assert found.installation
        time = "installed at 90" if now >= 90 else "installed at 0"
        return found._replace(installation=found.installation._replace(time=time, checksum="2"))

    server.has_checksum, server._client = True, slow  # type: ignore[method-assign]
    assert run(server)["action"] == "reloaded" and server.clock.now() >= 90


def test_a_client_that_learns_of_a_new_class_later_is_waited_for():
    server = Server(FakeClock(), "hf1", "hf2", "other")
    server.known_classes = []
    original = server._client

    def late(name: str) -> Client:
        found, now = original(name), server.clock.now()
        is_in_class = name == "hf1" or (name == "hf2" and now >= 60)
        if name == "hf1":
            # It phones home at once.
            installed = Installation("Install", "Ok", "installed at 1", "") if server.reloads else None
            return found._replace(phoned_home=int(now // 60 * 60) + 1, installation=installed)
        return found if is_in_class else found._replace(classes=["web"], installation=None)

    server._client = late  # type: ignore[method-assign]
    result = run(server)
    assert [client["name"] for client in result["clients"]] == ["hf1", "hf2"] and 60 <= server.clock.now() <= 75
    assert [client["downloaded"] for client in result["clients"]] == [True, True]


def test_a_client_that_was_turned_off_long_ago_is_not_waited_for():
    server = Server(FakeClock(), "hf1", "laptop")
    server.known_classes = []
    original = server._client

    def client(name: str) -> Client:
        found = original(name)
        later = found._replace(phoned_home=(found.phoned_home or 0) + 1000)
        return later if name == "hf1" else found._replace(classes=["web"], phoned_home=1, installation=None)

    server._client = client  # type: ignore[method-assign]
    assert [found["name"] for found in run(server)["clients"]] == ["hf1"] and server.clock.now() <= 75


def test_the_first_client_of_a_server_that_has_just_started_is_waited_for():
    server = Server(FakeClock())
    server.known_classes, original = [], server.clients
    server.clients = lambda name: original(name) if server.clock.now() >= 100 else []  # type: ignore[method-assign]
    result = run(server)
    assert [client["downloaded"] for client in result["clients"]] == [True, True] and result["warnings"] == []


def test_an_old_record_of_success_is_no_evidence():
    server = Server(FakeClock())
    server.silent = {"hf2"}
    error = failure(server)
    assert str(error).startswith(
        f"1 of 2 clients do not have the current version of app {APP} within 600 seconds: hf2: "
    )
    assert "it has not phoned home since the reload, the last time was 1970-01-01T00:00:00Z" in str(error)
    assert [client["downloaded"] for client in error.details["clients"]] == [True, False]


def test_a_failed_download_is_named_with_its_result():
    server = Server(FakeClock())
    server.failing = {"hf1"}
    assert "hf1: its last action was Install, with the result Fail" in str(failure(server))


def test_an_app_without_a_class_is_an_error_that_says_what_to_do():
    server = Server(FakeClock())
    server.classes = server.known_classes = []
    assert f"App {APP} is in no server class" in str(failure(server)) and server.reloads == [""]
    server.app = lambda name: None  # type: ignore[method-assign]
    assert f"does not know app {APP}" in str(failure(server)) and "Check url" not in str(failure(server))
    server.roles_found = []
    assert "Check url as well" in str(failure(server))


def test_a_class_that_is_new_in_the_files_is_found():
    server = Server(FakeClock())
    server.known_classes = []
    assert run(server)["server_classes"] == ["hec"] and server.reloads == [""]


def test_every_class_of_the_app_is_reloaded_and_no_other():
    server = Server(FakeClock())
    server.classes = server.known_classes = ["hec", "web"]
    run(server)
    assert server.reloads == ["hec", "web"]


def test_only_clients_in_a_class_of_the_app_count():
    app = App(["hec"], "")
    removed = INSTALLED._replace(action="Uninstall")
    clients = [
        Client("1", "b", ["hec", "web"], None, None),
        Client("2", "a", ["web"], None, removed),
        Client("3", "c", [], None, INSTALLED),
        Client("4", "d", [], None, None),
    ]
    assert [client.name for client in of_app(clients, app)] == ["b", "c"]


def test_no_client_is_a_warning():
    server = Server(FakeClock())
    server.clients_of = {}
    result = run(server)
    assert (result["clients"], result["changed"]) == ([], False)
    assert result["warnings"][0].startswith(f"No client belongs to a server class of app {APP} (hec)")


def test_check_mode_reloads_nothing():
    server = Server(FakeClock())
    result = run(server, check=True)
    assert server.reloads == [] and result["changed"] is False and server.clock.slept == []
    server.failing = {"hf2"}
    result = run(server, check=True)
    assert result["changed"] is True and result["diff"]["before"] == {"hf2": "old"}
    assert result["clients"][1]["msg"] == "its last action was Install, with the result Fail"


def test_check_mode_does_not_fail_for_an_app_that_other_tasks_would_write():
    server = Server(FakeClock())
    server.app = lambda name: None  # type: ignore[method-assign]
    result = run(server, check=True)
    assert (result["changed"], result["clients"], result["server_classes"], server.reloads) == (True, [], [], [])
    [warning] = result["warnings"]
    assert warning.startswith(
        f"The clients of app {APP} are not known in check mode, because the deployment server does not"
    )
    server = Server(FakeClock())
    server.known_classes = []
    assert "because it is in no server class yet" in run(server, check=True)["warnings"][0]


@pytest.mark.parametrize(
    ("installation", "cause"),
    [
        (None, "it has not downloaded the app"),
        (INSTALLED._replace(result="Fail"), "with the result Fail"),
        (INSTALLED._replace(action="Download"), "its last action was Download"),
        (INSTALLED._replace(checksum="other"), "it has another version of the app"),
        (INSTALLED._replace(checksum="same"), ""),
        (INSTALLED, ""),
    ],
)
def test_a_record_shows_whether_the_app_is_installed(installation, cause):
    found = missing_part(Client("1", "hf1", ["hec"], None, installation), App(["hec"], "same"))
    assert cause in found and bool(cause) == bool(found)


def test_answers_are_read_in_any_spelling():
    record = {"action": "Install", "archive": "/a-1.bundle", "result": "Ok", "timestamp": "Wed Jul 31 14:11:23 2013"}
    content = {
        "hostname": "hf1",
        "clientName": "GUID",
        "lastPhoneHomeTime": "1375375291",
        "serverClasses": {"hec": {"loadTime": "1375305443"}},
        "applications": {APP: record, "other": record},
    }
    other = {"clientName": "GUID2", "serverclasses": ["web", "hec"], "applications": None}
    entries = [{"name": "1", "content": content}, {"name": "2", "content": other}]
    assert [deployment_answers.client("Listing", entry, APP) for entry in entries] == [
        Client("1", "hf1", ["hec"], 1375375291, Installation("Install", "Ok", "Wed Jul 31 14:11:23 2013", "")),
        Client("2", "GUID2", ["hec", "web"], None, None),
    ]
    found = {"entry": [{"name": APP, "content": {"serverclasses": ["hec"], "checksum": "123"}}]}
    assert deployment_answers.app("Reading", found) == App(["hec"], "123")


def test_the_end_of_an_old_download_is_no_evidence():
    app = App(["hec"], "")
    loading = Client("1", "hf1", ["hec"], 100, Installation("Download", "Ok", "at 1", ""))
    done = loading._replace(installation=INSTALLED)
    old = loading._replace(installation=INSTALLED._replace(time="at 1"))
    new = done._replace(phoned_home=160, installation=INSTALLED._replace(time="at 3"))
    for was_offered, before, after, missing in (
        (True, loading, [done], True),
        # The request was perhaps before the reload.
        (True, loading, [done._replace(phoned_home=160)], True),
        (True, loading._replace(installation=None), [done], True),
        (False, loading._replace(installation=None), [done], False),
        (True, old, [done], True),
        # The download of the version before ends after the reload, and that of the current one begins.
        (True, old, [old, done, done._replace(phoned_home=160)], True),
        (True, old, [old, done, done._replace(phoned_home=160), new], False),
        (True, old, [old, new], False),
        # A client that was not listed before may have an old version.
        (True, None, [done, done._replace(phoned_home=160)], True),
        (True, None, [done._replace(phoned_home=100 + minute) for minute in (0, 60, 120)], False),
    ):
        arrivals = Arrivals(app, [before] if before else [], was_offered)
        for look in after:
            arrivals.see([look])
        assert bool(arrivals.missing(after[-1])) is missing, (before, after)


@pytest.mark.parametrize("app", ["", "..", "a/b", "a b", "a\nb"])
def test_the_name_of_an_app_is_that_of_a_folder(app):
    with pytest.raises(OptionError, match="app"):
        requested_reload({"app": app, "wait_timeout": 1})


def test_the_wait_must_be_positive():
    with pytest.raises(OptionError, match="wait_timeout"):
        requested_reload({"app": APP, "wait_timeout": 0})
