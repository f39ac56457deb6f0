# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are errors, and answers of servers other than Splunk, as the client of Splunk Enterprise reads them."""

from __future__ import annotations

import json
import re
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.answers import SplunkError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.enterprise import SplunkEnterprise
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer


@pytest.mark.parametrize(
    ("status", "body", "headers", "words"),
    [
        (
            401,
            b'<?xml version="1.0"?>\n<response><messages><msg type="ERROR">Unauthorized</msg></messages></response>',
            {},
            r"failed: Unauthorized \(GET .* HTTP 401\)\. Check username",
        ),
        (
            400,
            b"<response>\n<messages>\n<msg type=\"ERROR\">In handler 'http': bad\n</msg><msg>More</msg></messages>",
            {},
            r"failed: In handler 'http': bad; More \(GET .* HTTP 400\)\.",
        ),
        (
            303,
            b"",
            {"Location": "http://splunk/en-US/"},
            "redirects to http://splunk/en-US/: url must be the management",
        ),
        (404, b"<html>not here</html>", {}, r"HTTP 404\)\. Check url: it must be the management URL"),
        (400, b'{"odd": 1}', {}, r"HTTP 400\)\."),
        (
            400,
            b"<response><messages><msg type='ERROR'>a &lt; b &amp; c</msg></messages></response>",
            {},
            r"a < b & c \(",
        ),
        (
            429,
            b"",
            {},
            r"HTTP 429\)\. Splunk, or a proxy in front of it, limits the rate of requests: try again in a minute",
        ),
        (
            500,
            b'{"messages": [{"type": "ERROR", "text": "In handler"}]}',
            {},
            r"In handler \(.*\)\. Splunk reports an internal error: see splunkd.log",
        ),
        (
            200,
            b"<html>Splunk Web</html>",
            {},
            r"not JSON \(.*\)\. Check url: it must be the management URL of Splunk, usually port 8089",
        ),
        (200, b"[]", {}, "not JSON"),
    ],
)
def test_answers_of_other_servers(status: int, body: bytes, headers: dict[str, str], words: str) -> None:
    with ScriptedServer(answer(status, body, **headers)) as server, pytest.raises(SplunkError) as caught:
        SplunkEnterprise(Http(server.url, {}, retries=0)).token("x")
    assert re.search(words, str(caught.value))


def test_an_answer_without_an_entry() -> None:
    with ScriptedServer(answer(200, b'{"entry": [null]}')) as server:
        client = SplunkEnterprise(Http(server.url, {}))
        with pytest.raises(CollectionError, match="an entry must be an object, but it is null"):
            client.token("x")
        with pytest.raises(CollectionError, match="the answer contains no entry. Check url"):
            client.hec_settings()


@pytest.mark.parametrize("body", [b"{}", b'{"status": "ok"}', b'{"entry": null}', b'{"entry": {"name": "http://x"}}'])
def test_an_answer_without_a_list_is_no_missing_token(body: bytes) -> None:
    # If another server's answer counted as a missing token, a token would be created, or reported as removed.
    words = "the answer contains no list of tokens. Check url"
    with ScriptedServer(answer(200, body)) as server, pytest.raises(CollectionError, match=words):
        SplunkEnterprise(Http(server.url, {})).token("x")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"messages": [{"type": "FATAL", "text": "Search auto-canceled"}]},
            "failed: Search auto-canceled. Check search",
        ),
        (
            {"results": [], "messages": [{"type": "FATAL", "text": "No such index"}]},
            "failed: No such index. Check search",
        ),
        ({"results": None, "messages": []}, "failed: the answer contains no rows. Check search"),
    ],
)
def test_a_failed_search_is_not_an_empty_result(body: dict[str, t.Any], words: str) -> None:
    reply, words = answer(200, json.dumps(body).encode()), f"Searching for search index=main {words}"
    with ScriptedServer(reply) as server, pytest.raises(CollectionError, match=words):
        SplunkEnterprise(Http(server.url, {})).search("search index=main", "-15m")


def test_a_search_with_a_warning_returns_its_rows() -> None:
    body = {"results": [{"count": "2"}], "messages": [{"type": "WARN", "text": "One peer is slow"}]}
    with ScriptedServer(answer(200, json.dumps(body).encode())) as server:
        assert SplunkEnterprise(Http(server.url, {})).search("search index=main", "-15m") == [{"count": "2"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"index": ["main"]}, "index must be text, but it is a list"),
        ({"indexes": 5.5, "host": {}}, "host must be text, but it is an object"),
        ({"indexes": [["main"]]}, "each of indexes must be text, but it is a list"),
        ({"disabled": {}}, "disabled must be a boolean, but it is an object"),
        ({"token": ["value-of-a-token"]}, "token must be text, but it is a list"),
        ("text", "the content of a token must be an object, but it is text"),
    ],
)
def test_a_token_with_a_setting_of_another_type(content: t.Any, words: str) -> None:
    body = json.dumps({"entry": [{"name": "http://x", "content": content}]}).encode()
    with ScriptedServer(answer(200, body)) as server, pytest.raises(CollectionError, match=words) as caught:
        SplunkEnterprise(Http(server.url, {}, retries=0)).token("x")
    assert "bug" not in str(caught.value)
    assert "value-of-a-token" not in str(caught.value)


@pytest.mark.parametrize("name", [".", ".."])
def test_no_name_leaves_the_path_of_its_request(name: str) -> None:
    with ScriptedServer(answer(200, b"{}")) as server, pytest.raises(CollectionError, match="cannot be part of a URL"):
        SplunkEnterprise(Http(server.url, {}, retries=0)).delete_token("x", name)
    assert server.asked == []
