# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the answers of a deployment server: its apps and its clients. Pure: no I/O.

Splunk's page: "Deployment endpoint descriptions" in the REST API Reference (U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.text import one_line
from .answer_parts import entry_content, mapping, names_at, readable, required_mapping, text_at
from .values import names, number

if t.TYPE_CHECKING:
    from .._core.json_types import JsonObject


class App(t.NamedTuple):
    """An app of the server: its server classes, and the checksum of its content, "" if the server does not say."""

    classes: list[str]
    checksum: str


class Installation(t.NamedTuple):
    """What a client last did with an app.

    ``action`` is C(Install) after a download, ``result`` is C(Ok) or a failure, and ``time`` is when that was, as text in the
    time zone of the server. ``checksum`` is "" if the server does not say.
    """

    action: str
    result: str
    time: str
    checksum: str


class Client(t.NamedTuple):
    """A client of the server. ``phoned_home`` is the time of its last request in seconds since 1970, None if it is not known.
    ``installation`` is that of the app that is asked for, None if the client has done nothing with it."""

    id: str
    name: str
    classes: list[str]
    phoned_home: int | None
    installation: Installation | None


def app(operation: str, data: JsonObject) -> App:
    """Return an app. Raises CollectionError."""
    content = entry_content(operation, data)
    with readable(operation):
        return App(names_at(content, "serverclasses"), text_at(content, "checksum"))


def client(operation: str, entry: JsonObject, app_name: str) -> Client:
    """Return the client in an entry of the list of clients. Raises CollectionError."""
    with readable(operation):
        return _client(entry, app_name)


def _client(entry: JsonObject, app_name: str) -> Client:
    content = required_mapping(entry.get("content"), "the content of a client")
    identity = text_at(entry, "name")
    found = next(filter(None, (text_at(content, key) for key in ("hostname", "dns", "clientName", "ip"))), identity)
    # The key is serverClasses in the answers, and serverclasses on the page.
    classes = content.get("serverClasses", content.get("serverclasses"))
    listed = list(classes) if isinstance(classes, dict) else names_at({"serverClasses": classes}, "serverClasses")
    record = mapping(content.get("applications")).get(app_name)
    return Client(
        id=identity,
        name=one_line(found),
        classes=names(listed),
        phoned_home=number(content.get("lastPhoneHomeTime")),
        installation=_installation(record) if isinstance(record, dict) else None,
    )


def _installation(record: JsonObject) -> Installation:
    return Installation(
        action=one_line(text_at(record, "action")),
        result=one_line(text_at(record, "result")),
        time=text_at(record, "timestamp"),
        checksum=text_at(record, "checksum"),
    )
