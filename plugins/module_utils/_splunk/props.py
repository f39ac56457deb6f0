# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of C(configs/conf-props), the source types in props.conf.

Splunk's pages: "Configuration endpoint descriptions" in the REST API Reference, and "Accessing and updating Splunk Enterprise
configurations" in the REST API Tutorials (U(https://help.splunk.com)). The namespace of the path selects the app. A stanza is
shown together with the defaults of Splunk.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.json_types import JsonObject
from .._core.url_paths import path_segment
from .answer_parts import MANAGEMENT_URL_ADVICE, mapping, names_at, readable, required_mapping, text_at
from .answers import SplunkError
from .management_api import ManagementApi
from .sourcetype_rules import SHARING, SourcetypeStanza

_PROPS = "configs/conf-props"
_ANY = "-"
_PRIVATE = "user"


class PropsClient(ManagementApi):
    """The calls for source types."""

    def stanzas(self, name: str, app: str) -> list[SourcetypeStanza]:
        """Return the stanzas of a source type, one of each app that has any, without the private ones of users, such as those for
        a field that a user extracts: they never count for incoming events. Raises CollectionError."""
        # An app that does not share its settings is not seen from another one, but they count for incoming events. A wildcard
        # shows all apps, but it has shown nothing in some versions. Only the namespace of an app surely shows its own stanza.
        found = [*self._shared(name, "nobody", app), *self._shared(name, _ANY, _ANY)]
        return list({one.app: one for one in reversed(found)}.values())

    def create(self, name: str, app: str, settings: t.Mapping[str, str]) -> None:
        """Create a stanza in an app, and share it with all apps. One that exists by then is changed. Raises CollectionError."""
        try:
            self._post(_path("nobody", app), f"Creating source type {name}", {"name": name, **settings})
        except SplunkError as error:
            # A repeated request finds the stanza that the first one created.
            if error.status != 409:
                raise _with_advice(error, app) from None
            self.change(name, app, settings)
        self.share(name, app)

    def change(self, name: str, app: str, settings: t.Mapping[str, str]) -> None:
        """Change settings of a stanza in an app. Raises SplunkError, NoAnswerError."""
        self._post(_path("nobody", app, name), f"Changing source type {name}", settings)

    def share(self, name: str, app: str, read: t.Sequence[str] = (), write: t.Sequence[str] = ()) -> None:
        """Share a stanza of an app with all apps. ``read`` and ``write`` are the roles that keep their permissions. Raises
        CollectionError."""
        lists = {"perms.read": read, "perms.write": write}
        permissions = {part: ",".join(roles) for part, roles in lists.items() if roles}
        fields = {"owner": "nobody", "sharing": SHARING, **permissions}
        try:
            self._post(f"{_path('nobody', app, name)}/acl", f"Sharing source type {name} with all apps", fields)
        except CollectionError as error:
            raise CollectionError(
                f"{error} The settings of source type {name} are written. Only searches in app {app} use them until the source "
                "type is shared (sharing: global).",
                **error.details,
            ) from None

    def delete(self, name: str, app: str) -> None:
        """Delete a stanza of an app, unless it is already deleted. Raises SplunkError, NoAnswerError."""
        try:
            self._call("DELETE", _path("nobody", app, name), f"Deleting source type {name}")
        except SplunkError as error:
            if not error.says_missing:
                raise

    def _shared(self, name: str, owner: str, app: str) -> list[SourcetypeStanza]:
        operation = f"Reading source type {name}"
        try:
            data = self._get(_path(owner, app, name), operation)
        except SplunkError as error:
            if not error.says_missing:
                raise
            return []
        if not isinstance(data.get("entry"), list):
            raise CollectionError(f"{operation} failed: the answer contains no list. {MANAGEMENT_URL_ADVICE}")
        with readable(operation):
            found = [_stanza(name, required_mapping(entry, "an entry")) for entry in data["entry"]]
        return [one for one in found if one.sharing != _PRIVATE]


def _with_advice(error: SplunkError, app: str) -> CollectionError:
    """Return the error of a write, with advice if the user lacks the permission."""
    if error.status != 403:
        return error
    return CollectionError(
        f"{error} The user needs write access to app {app}. To leave the source types to somebody else, the splunk_hec role has "
        "splunk_hec_manage_sourcetypes: false.",
        **error.details,
    )


def _path(owner: str, app: str, name: str = "") -> str:
    path = f"servicesNS/{owner}/{path_segment(app)}/{_PROPS}"
    return f"{path}/{path_segment(name)}" if name else path


def _stanza(name: str, entry: JsonObject) -> SourcetypeStanza:
    """Return a stanza of an answer. Raises ValueError."""
    content = required_mapping(entry.get("content"), "the content of a source type")
    settings = {key: _value(value) for key, value in content.items() if not key.startswith("eai:") and _is_plain(value)}
    acl = mapping(entry.get("acl"))
    permissions = mapping(acl.get("perms"))
    app = text_at(acl, "app") or text_at(content, "eai:appName")
    return SourcetypeStanza(
        name, app, settings, text_at(acl, "sharing"), names_at(permissions, "read"), names_at(permissions, "write")
    )


def _is_plain(value: t.Any) -> bool:
    return isinstance(value, (str, int, float))


def _value(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
