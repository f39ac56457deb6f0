# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management URL of Splunk, and that no login is sent to a collector."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.filter.logpush import splunk_management_url
from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import execute
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.options import with_splunk_environment
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.search import run_search
from ansible_collections.edgeops.logpush.tests.unit.contexts import SEARCH, context
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer

MANAGEMENT, OLDER = "https://new.example.com:8089", "https://old.example.com:8089"
COLLECTOR = "https://splunk.example.com:8088/services/collector/event"
COLLECTORS = [
    COLLECTOR,
    "https://hec.example.com/services/collector",
    "https://lb.example.com/splunk//Services/Collector/raw",
    "https://lb.example.com/services%2Fcollector",
    "http://splunk.example.com:8088",
    "splunk.example.com:8088",
]
NO_COLLECTORS = [MANAGEMENT, "https://admin.splunk.com", "https://lb.example.com/services/collectors", "https://[::1"]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset the variables of the machine."""
    for name in ("SPLUNK_MANAGEMENT_URL", "SPLUNK_URL"):
        monkeypatch.delenv(name, raising=False)


def set_variables(monkeypatch: pytest.MonkeyPatch, new: str | None, shared: str | None) -> None:
    for name, value in (("SPLUNK_MANAGEMENT_URL", new), ("SPLUNK_URL", shared)):
        if value is not None:
            monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("url", "new", "shared", "platform", "used"),
    [
        (None, MANAGEMENT, OLDER, "enterprise", MANAGEMENT),
        (None, MANAGEMENT, COLLECTOR, None, MANAGEMENT),
        (None, "", OLDER, "enterprise", OLDER),
        (None, None, OLDER, None, OLDER),
        (None, None, COLLECTOR, "enterprise", None),
        (None, None, OLDER, "cloud", None),
        (None, MANAGEMENT, OLDER, "cloud", MANAGEMENT),
        ("https://a.example.com:8089", MANAGEMENT, COLLECTOR, "enterprise", "https://a.example.com:8089"),
        ("https://a.example.com:8089", COLLECTOR, None, "enterprise", "https://a.example.com:8089"),
    ],
)
def test_which_url_is_used(
    monkeypatch: pytest.MonkeyPatch,
    url: str | None,
    new: str | None,
    shared: str | None,
    platform: str | None,
    used: str | None,
) -> None:
    set_variables(monkeypatch, new, shared)
    assert with_splunk_environment({"url": url, "platform": platform})["url"] == used
    # The roles read the host of the default collector from it.
    assert splunk_management_url(url, platform or "enterprise") == (used or "")


@pytest.mark.parametrize("collector", COLLECTORS)
@pytest.mark.parametrize("place", ["url", "SPLUNK_MANAGEMENT_URL"])
def test_a_collector_is_refused(monkeypatch: pytest.MonkeyPatch, place: str, collector: str) -> None:
    options: dict[str, t.Any] = {**SEARCH, "url": collector if place == "url" else None}
    if place != "url":
        monkeypatch.setenv(place, collector)
    outcome = execute(run_search, options, context())
    assert outcome.failed
    message = str(outcome.result["msg"])
    assert message.startswith(f"{place}: names an HTTP Event Collector (port 8088 or the path /services/collector)")


def test_nothing_is_sent_to_a_collector() -> None:
    with ScriptedServer() as server:
        outcome = execute(run_search, {**SEARCH, "url": f"{server.url}/services/collector/event"}, context())
    assert outcome.failed and server.asked == []


@pytest.mark.parametrize("url", NO_COLLECTORS)
def test_another_url_is_no_collector(url: str) -> None:
    assert with_splunk_environment({"url": url})["url"] == url


@pytest.mark.parametrize("collector", COLLECTORS)
def test_the_url_of_the_callback_is_ignored_and_named(monkeypatch: pytest.MonkeyPatch, collector: str) -> None:
    monkeypatch.setenv("SPLUNK_URL", collector)
    outcome = execute(run_search, {**SEARCH, "url": None}, context())
    assert outcome.failed
    assert outcome.result["msg"] == (
        "url is required: the management URL, such as https://splunk.example.com:8089. Set url or the SPLUNK_MANAGEMENT_URL "
        "environment variable. SPLUNK_URL is ignored, because it names the HTTP Event Collector of the callback "
        "community.general.splunk"
    )


def test_without_any_url_no_callback_is_named() -> None:
    outcome = execute(run_search, {**SEARCH, "url": None}, context())
    assert str(outcome.result["msg"]).endswith("Set url or the SPLUNK_MANAGEMENT_URL environment variable")
