# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of Splunk is read to its end, and one with gaps is refused: what is missing in it would count as what does not exist."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cloud import SplunkCloud
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.deployment_client import DeploymentServer
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.enterprise import SplunkEnterprise
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer

CLIENT, TOKEN = "clients", "tokens"


class Pages:
    """The management API of a server with a number of objects, in pages. With ``ignores_offset``, each page is the first one.
    ``hidden`` of the objects are in no answer."""

    def __init__(self, number: int, *, has_total: bool = True, ignores_offset: bool = False, hidden: int = 0) -> None:
        self.number, self.has_total, self.ignores_offset, self.hidden = number, has_total, ignores_offset, hidden

    def _get(self, path: str, operation: str, query: t.Mapping[str, str] | None = None) -> t.Any:
        assert query
        begin = 0 if self.ignores_offset else int(query["offset"])
        listed = range(begin, min(begin + int(query["count"]), self.number - self.hidden))
        paging = {"total": self.number} if self.has_total else {}
        return {"entry": [{"name": f"http://{number}", "content": {}} for number in listed], "paging": paging}


class Clients(Pages, DeploymentServer):
    """A deployment server with its clients."""

    def names(self) -> list[str]:
        """Return the names of all clients."""
        return [client.id for client in self.clients("hec")]


class Tokens(Pages, SplunkEnterprise):
    """A Splunk Enterprise with its tokens."""

    def names(self) -> list[str]:
        """Return the names of all tokens."""
        return [f"http://{token.name}" for token in self.tokens()]


LISTS = pytest.mark.parametrize(("list_type", "what"), [(Clients, CLIENT), (Tokens, TOKEN)])


@LISTS
@pytest.mark.parametrize("has_total", [True, False])
def test_all_pages_are_read(list_type: type[Clients], what: str, has_total: bool) -> None:
    for number in (0, 1, 100, 500, 1001):
        assert list_type(number, has_total=has_total).names() == [f"http://{each}" for each in range(number)]


@LISTS
@pytest.mark.parametrize("has_total", [True, False])
def test_a_page_that_is_repeated_is_refused(list_type: type[Clients], what: str, has_total: bool) -> None:
    with pytest.raises(CollectionError, match=f"the same {what} again and again"):
        list_type(1000, has_total=has_total, ignores_offset=True).names()


@LISTS
def test_a_list_that_ends_early_is_refused(list_type: type[Clients], what: str) -> None:
    with pytest.raises(CollectionError, match=f"the answers contain only 640 of 700 {what}."):
        list_type(700, hidden=60).names()


@LISTS
def test_objects_of_the_same_name_in_several_apps_are_all_listed(list_type: type[Clients], what: str) -> None:
    class OneName(list_type):  # type: ignore[misc, valid-type]
        def _get(self, path: str, operation: str, query: t.Mapping[str, str] | None = None) -> t.Any:
            return {"entry": [{"name": "http://one", "acl": {"app": app}, "content": {}} for app in ("a", "b")]}

    assert OneName(2).names() == ["http://one"] * 2


def test_splunk_cloud_that_repeats_a_page_is_refused() -> None:
    page = {
        "http-event-collectors": [{"spec": {"name": f"token-{number}"}, "token": f"{number}"} for number in range(100)]
    }
    with ScriptedServer(*[answer(200, json.dumps(page).encode())] * 3) as server:
        client = SplunkCloud(Http(server.url, {}), "acme", 0)
        with pytest.raises(CollectionError, match="returns the same part of the list again and again"):
            list(client.tokens())
