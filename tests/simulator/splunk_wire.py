# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wire format of splunkd: parse requests, and write answers as Atom XML or, on request, as JSON.

From Splunk's "Basic concepts about the Splunk platform REST API", and recorded answers.
"""

from __future__ import annotations

import dataclasses
import typing as t
import urllib.parse
import xml.etree.ElementTree as ET

from aiohttp import web

from .clock import rfc3339
from .splunk_state import SplunkUser
from .splunk_versions import Version

ATOM = "http://www.w3.org/2005/Atom"
REST = "http://dev.splunk.com/ns/rest"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
for _prefix, _uri in (("", ATOM), ("s", REST), ("opensearch", OPENSEARCH)):
    ET.register_namespace(_prefix, _uri)
# Arguments that every handler accepts.
GENERAL_ARGUMENTS = ("output_mode", "count", "offset", "search", "sort_key", "sort_dir", "sort_mode", "f")
DEFAULT_COUNT = 30
# The page size that splunkd uses for the value -1.
ENDLESS = 18446744073709552000


class SplunkError(Exception):
    """A request that splunkd refuses, with the one message of its answer."""

    def __init__(
        self, status: int, text: str, kind: str = "ERROR", code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(text)
        self.status = status
        self.message = {"type": kind, **({"code": code} if code else {}), "text": text}
        self.headers = headers or {}


@dataclasses.dataclass
class Call:
    """A request to splunkd: ``path`` is what follows ``/services`` or ``/servicesNS/{owner}/{app}``, decoded once."""

    method: str
    path: tuple[str, ...]
    owner: str | None
    app: str | None
    arguments: dict[str, list[str]]
    origin: str
    user: SplunkUser
    version: Version

    @property
    def as_json(self) -> bool:
        """Return whether the caller requests JSON."""
        return self.argument("output_mode") == "json"

    def argument(self, name: str, default: str = "") -> str:
        """Return the value of an argument; the last one if it is repeated."""
        return self.arguments.get(name, [default])[-1]

    def sent(self, allowed: t.Container[str]) -> dict[str, list[str]]:
        """Return the arguments that are not general ones. Raises SplunkError for an argument that is not allowed."""
        found = {name: values for name, values in self.arguments.items() if name not in GENERAL_ARGUMENTS}
        for name in found:
            if name not in allowed:
                raise SplunkError(400, f'Argument "{name}" is not supported by this handler.')
        return found

    def number(self, name: str, default: int) -> int:
        """Return an argument that has to be a whole number. Raises SplunkError."""
        text = self.argument(name, str(default))
        try:
            return int(text)
        except ValueError as error:
            raise SplunkError(400, f'Invalid value "{text}" for argument "{name}".') from error

    def requires(self, capability: str) -> None:
        """Raise SplunkError unless the caller has a capability."""
        if capability not in self.user.held():
            raise SplunkError(
                403,
                f"You (user={self.user.name}) do not have permission to perform this operation "
                f"(requires capability: {capability}).",
            )


@dataclasses.dataclass
class Entry:
    """An object in an answer. ``actions`` are its links besides ``alternate`` and ``list``."""

    name: str
    collection: str
    content: dict[str, t.Any]
    app: str = "system"
    owner: str = "nobody"
    sharing: str = "system"
    read: t.Sequence[str] = ("*",)
    write: t.Sequence[str] = ("admin",)
    removable: bool = False
    actions: t.Sequence[str] = ("edit",)
    optional: t.Sequence[str] = ()
    wildcard: t.Sequence[str] = ()

    @property
    def path(self) -> str:
        """Return the path of the object; a slash within its name is encoded twice, as in splunkd's own links."""
        name = urllib.parse.quote(self.name, safe="").replace("%2F", "%252F")
        if not self.app:
            return f"/services/{self.collection}/{name}"
        return f"/servicesNS/{self.owner}/{self.app}/{self.collection}/{name}"

    def links(self) -> dict[str, str]:
        """Return the links of the object."""
        parts = {action: f"{self.path}/{action}" for action in self.actions if action not in ("edit", "remove")}
        plain = {action: self.path for action in ("edit", "remove") if action in self.actions}
        return {"alternate": self.path, "list": self.path, **plain, **parts}

    def acl(self) -> dict[str, t.Any]:
        """Return the permissions of the object."""
        shareable = self.sharing != "system"
        return {
            "app": self.app,
            "can_change_perms": shareable,
            "can_list": True,
            "can_share_app": shareable,
            "can_share_global": shareable,
            "can_share_user": False,
            "can_write": True,
            "modifiable": True,
            "owner": self.owner,
            "perms": {"read": list(self.read), "write": list(self.write)},
            "removable": self.removable,
            "sharing": self.sharing,
        }

    def fields(self) -> dict[str, list[str]]:
        """Return the arguments that a change of the object may have."""
        return {"required": [], "optional": list(self.optional), "wildcard": list(self.wildcard)}


@dataclasses.dataclass
class Page:
    """The requested part of a list."""

    entries: list[Entry]
    total: int
    per_page: int
    offset: int
    # An object that is requested by name also shows the arguments for changing it.
    whole: bool = False


def paged(call: Call, entries: list[Entry]) -> Page:
    """Return the page of a list that the arguments ``count``, ``offset`` and ``search`` ask for."""
    wanted = call.argument("search").strip("*").lower()
    found = [entry for entry in entries if wanted in entry.name.lower()]
    count, offset = call.number("count", DEFAULT_COUNT), call.number("offset", 0)
    chosen = found[offset:] if count <= 0 else found[offset : offset + count]
    return Page(chosen, len(found), ENDLESS if count < 0 else count, offset)


def single(entry: Entry) -> Page:
    """Return an answer about one object."""
    return Page([entry], 1, DEFAULT_COUNT, 0, whole=True)


def answer(call: Call, page: Page, collection: str, creates: bool = False, status: int = 200) -> web.Response:
    """Return the answer that shows objects of a collection, in the form that the caller requests."""
    namespace = f"/servicesNS/{call.owner}/{call.app}" if call.app else "/services"
    base = f"{namespace}/{collection}"
    links = {"create": f"{base}/_new", "_reload": f"{base}/_reload", "_acl": f"{base}/_acl"} if creates else {}
    if call.as_json:
        return web.json_response(_document(call, page, base, links), status=status)
    return xml_response(_feed(call, page, base, links), status)


def refusal(error: SplunkError, as_json: bool) -> web.Response:
    """Return the answer to a refused request."""
    return messages([error.message], as_json, error.status, error.headers)


def messages(
    found: list[dict[str, str]], as_json: bool, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return an answer that contains only messages."""
    if as_json:
        return web.json_response({"messages": found}, status=status, headers=headers)
    root = ET.Element("response")
    box = ET.SubElement(root, "messages")
    for message in found:
        attributes = {key: value for key, value in message.items() if key != "text"}
        ET.SubElement(box, "msg", attributes).text = message["text"]
    return xml_response(root, status, headers)


def xml_response(root: ET.Element, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return an XML document as an answer."""
    body = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return web.Response(body=body, status=status, headers=headers, content_type="text/xml", charset="UTF-8")


def _document(call: Call, page: Page, base: str, links: dict[str, str]) -> dict[str, t.Any]:
    """Return the JSON envelope."""
    now = rfc3339()
    return {
        "links": links,
        "origin": call.origin + base,
        "updated": now,
        "generator": {"build": call.version.build, "version": call.version.number},
        "entry": [
            {
                "name": entry.name,
                "id": call.origin + entry.path,
                "updated": now,
                "links": entry.links(),
                "author": entry.owner,
                "acl": entry.acl(),
                **({"fields": entry.fields()} if page.whole else {}),
                "content": {"eai:acl": None, **entry.content},
            }
            for entry in page.entries
        ],
        "paging": {"total": page.total, "perPage": page.per_page, "offset": page.offset},
        "messages": [],
    }


def _feed(call: Call, page: Page, base: str, links: dict[str, str]) -> ET.Element:
    """Return the Atom feed."""
    feed = ET.Element(f"{{{ATOM}}}feed")
    _text(feed, ATOM, "title", base.rsplit("/", 1)[-1])
    _text(feed, ATOM, "id", call.origin + base)
    _text(feed, ATOM, "updated", rfc3339())
    ET.SubElement(feed, f"{{{ATOM}}}generator", {"build": call.version.build, "version": call.version.number})
    _author(feed, "Splunk")
    _links(feed, links)
    for name, number in (
        ("totalResults", page.total),
        ("itemsPerPage", page.per_page),
        ("startIndex", page.offset),
    ):
        _text(feed, OPENSEARCH, name, str(number))
    ET.SubElement(feed, f"{{{REST}}}messages")
    for entry in page.entries:
        node = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _text(node, ATOM, "title", entry.name)
        _text(node, ATOM, "id", call.origin + entry.path)
        _text(node, ATOM, "updated", rfc3339())
        _author(node, entry.owner)
        _links(node, entry.links())
        content = {**entry.content, "eai:acl": entry.acl()}
        if page.whole:
            content["eai:attributes"] = {f"{key}Fields": names for key, names in entry.fields().items()}
        _value(ET.SubElement(node, f"{{{ATOM}}}content", {"type": "text/xml"}), content)
    return feed


def _text(parent: ET.Element, space: str, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{space}}}{name}").text = text


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, f"{{{ATOM}}}author"), ATOM, "name", name)


def _links(parent: ET.Element, links: dict[str, str]) -> None:
    for rel, href in links.items():
        ET.SubElement(parent, f"{{{ATOM}}}link", {"href": href, "rel": rel})


def _value(parent: ET.Element, value: t.Any) -> None:
    """Write a value into an element; flags are 1 and 0 in XML."""
    if isinstance(value, dict):
        box = ET.SubElement(parent, f"{{{REST}}}dict")
        for key, inner in value.items():
            _value(ET.SubElement(box, f"{{{REST}}}key", {"name": key}), inner)
    elif isinstance(value, list):
        box = ET.SubElement(parent, f"{{{REST}}}list")
        for inner in value:
            _value(ET.SubElement(box, f"{{{REST}}}item"), inner)
    elif value is not None:
        parent.text = str(int(value)) if isinstance(value, bool) else str(value)
