# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An object counts as missing only if Splunk says so. A 404 of a proxy, or one for an unknown path or app, is an error."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.answers import SplunkError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.deployment_client import DeploymentServer
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.enterprise import SplunkEnterprise
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.props import PropsClient
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer

LOOKS: dict[str, t.Callable[[Http], t.Any]] = {
    "index": lambda http: SplunkEnterprise(http).index("edge"),
    "source type": lambda http: PropsClient(http).stanzas("edge", "search"),
    "app of a deployment server": lambda http: DeploymentServer(http).app("edge"),
    "deleted HEC token": lambda http: SplunkEnterprise(http).delete_token("edge", "search"),
    "deleted source type": lambda http: PropsClient(http).delete("edge", "search"),
}


def _messages(text: str) -> bytes:
    return json.dumps({"messages": [{"type": "ERROR", "text": text}]}).encode()


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> t.Callable[[bytes], t.Any]:
    """Return a function that looks for an object in a Splunk that answers 404 with a body."""

    def run(body: bytes) -> t.Any:
        with ScriptedServer(answer(404, body)) as server:
            return LOOKS[request.param](Http(server.url, {}, retries=0, url_option="url"))

    return run


@pytest.mark.parametrize(
    "body",
    [
        _messages("Could not find object id=edge"),
        b"<response><messages><msg type=\"ERROR\">\n In handler 'indexes': Could not find object id=edge</msg></messages></response>",
    ],
    ids=["json", "xml"],
)
def test_splunk_says_that_the_object_does_not_exist(look: t.Callable[[bytes], t.Any], body: bytes) -> None:
    assert not look(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>no such page</body></html>",
        b'{"message": "no Route matched with those values"}',
        b'{"messages": []}',
        _messages("Not Found"),
        _messages("Application does not exist: search"),
        _messages("Action forbidden."),
        _messages("User does not exist: edge"),
    ],
    ids=["empty", "page", "gateway", "no messages", "unknown path", "unknown app", "no permission", "other message"],
)
def test_another_404_is_an_error(look: t.Callable[[bytes], t.Any], body: bytes) -> None:
    with pytest.raises(SplunkError, match="HTTP 404"):
        look(body)
