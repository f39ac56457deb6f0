# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Splunk Enterprise by its management API: HEC as a whole, its tokens, indexes, search.

Bodies are forms, never JSON, and answers are Atom XML unless JSON is asked for. Vendor pages: "HTTP Event Collector
REST API endpoints" and "RESTinput" in the REST API Reference (U(https://help.splunk.com)).
"""

from __future__ import annotations

import html
import re
import typing as t
from urllib.parse import quote, unquote

from .._core.errors import CollectionError
from .._core.http import Http, NoAnswerError, Reply, form_body
from .answers import SplunkError
from .values import Settings, Token, flag, names, number

_PAGE = 100
_HEC = "data/inputs/http"

# The name of a setting in the API by that of the option, where they differ.
_TOKEN_NAMES = {"use_ack": "useACK"}
_HEC_NAMES = {
    "enable_ssl": "enableSSL",
    "dedicated_io_threads": "dedicatedIoThreads",
    "max_sockets": "maxSockets",
    "max_threads": "maxThreads",
    "use_deployment_server": "useDeploymentServer",
    "server_cert": "serverCert",
    # Never read: Splunk keeps it encrypted.
    "ssl_password": "sslPassword",
}
# Those of inputs.conf.
_HEC_DEFAULTS = {
    "port": 8088,
    "enable_ssl": True,
    "dedicated_io_threads": 2,
    "max_sockets": 0,
    "max_threads": 0,
    "use_deployment_server": False,
    "server_cert": "$SPLUNK_HOME/etc/auth/server.pem",
}


class SplunkEnterprise:
    """The calls of the management API that the collection makes."""

    def __init__(self, http: Http, app: str = "splunk_httpinput") -> None:
        """``app`` is the app that new tokens, and the settings of HEC, live in."""
        self._http = http
        self._app = app

    def hec_settings(self) -> Settings:
        """Return the settings of HEC as a whole, by the names of the options. Raises SplunkError, NoAnswerError."""
        doing = "Reading the settings of HEC"
        content = self._only_entry(doing, self._get(self._own(f"{_HEC}/http"), doing))["content"]
        content = {key.lower(): value for key, value in content.items()}
        settings: Settings = {"enabled": not flag(content.get("disabled"))}
        for option, default in _HEC_DEFAULTS.items():
            # What was never set may be left out.
            value = content.get(_HEC_NAMES.get(option, option).lower(), default)
            settings[option] = _setting(value, default)
        return settings

    def change_hec_settings(self, changes: Settings) -> None:
        """Change settings of HEC as a whole. Raises SplunkError, NoAnswerError."""
        self._post(self._own(f"{_HEC}/http"), "Changing the settings of HEC", _form(changes, _HEC_NAMES))

    def token(self, name: str) -> Token | None:
        """Return a token by its name, in whatever app it lives; None if there is none. Raises SplunkError,
        NoAnswerError.

        Listed through C(/services), page by page: C(/servicesNS/-/-) has come back empty with tokens there
        (splunk/terraform-provider-splunk issue 56).
        """
        doing = "Listing the HEC tokens"
        offset = 0
        while True:
            query = {"count": str(_PAGE), "offset": str(offset)}
            data = self._get(f"services/{_HEC}", doing, query)
            if not isinstance(data.get("entry"), list):
                # Of something else than Splunk, which does not know whether there is such a token.
                raise CollectionError(
                    f"{doing} failed: the answer holds no list of tokens. See url: it must be the management port."
                )
            entries = [entry for entry in data["entry"] if isinstance(entry, dict)]
            for entry in entries:
                if _bare_name(entry) == name:
                    return _token(entry)
            offset += len(entries)
            total = number((data.get("paging") or {}).get("total"))
            if not entries or (len(entries) < _PAGE if total is None else offset >= total):
                return None

    def create_token(self, name: str, settings: Settings, value: str | None, app: str = "") -> None:
        """Create a token; ``value`` is one that the user chose, else Splunk makes one, and ``app`` the app of one that
        it replaces. A token of that name that came to be in the meantime is as good. Raises SplunkError,
        NoAnswerError."""
        fields = {"name": name, **_form(settings, _TOKEN_NAMES)}
        if value:
            fields["token"] = value
        try:
            self._post(self._own(_HEC, app), f"Creating HEC token {name}", fields)
        except SplunkError as error:
            # A repeated request finds what the first one made: names are unique.
            if error.status != 409:
                raise
        self._change_acl(name, app, settings)

    def change_token(self, name: str, app: str, changes: Settings) -> None:
        """Change settings of a token that lives in ``app``. Raises SplunkError, NoAnswerError."""
        path = self._own(f"{_HEC}/{quote(name, safe='')}", app)
        fields = _form(changes, _TOKEN_NAMES)
        if fields:
            self._post(path, f"Changing HEC token {name}", fields)
        self._change_acl(name, app, changes)

    def _change_acl(self, name: str, app: str, settings: Settings) -> None:
        """Change who may see and change a token. Splunk takes it with owner and sharing only."""
        if "acl" not in settings:
            return
        acl = {"owner": "nobody", "sharing": "app", **settings["acl"]}
        fields = {"owner": acl["owner"], "sharing": acl["sharing"]}
        fields.update({f"perms.{part}": ",".join(acl[part]) for part in ("read", "write") if part in acl})
        path = self._own(f"{_HEC}/{quote(name, safe='')}/acl", app)
        self._post(path, f"Changing the permissions of HEC token {name}", fields)

    def delete_token(self, name: str, app: str) -> None:
        """Delete a token that lives in ``app``; one that is gone already is as good. Raises SplunkError,
        NoAnswerError."""
        path = self._own(f"{_HEC}/{quote(name, safe='')}", app)
        try:
            self._call("DELETE", path, f"Deleting HEC token {name}")
        except SplunkError as error:
            if error.status != 404:
                raise

    def server_roles(self) -> list[str]:
        """Return what the server says it is in a cluster; nothing where it does not tell."""
        try:
            data = self._get("services/server/info", "Reading what the server is")
            return names(self._only_entry("", data)["content"].get("server_roles"))
        except CollectionError:
            # Needs no capability on most versions. Where it is refused, there is no more than no warning.
            return []

    def index(self, name: str) -> Settings | None:
        """Return an index; None if there is none. Raises SplunkError, NoAnswerError."""
        doing = f"Reading index {name}"
        try:
            return self._only_entry(doing, self._get(f"services/data/indexes/{quote(name, safe='')}", doing))["content"]
        except SplunkError as error:
            if error.status == 404:
                return None
            raise

    def create_index(self, name: str) -> None:
        """Create an index for events, as Splunk makes it by default. Raises SplunkError, NoAnswerError."""
        try:
            self._post("services/data/indexes", f"Creating index {name}", {"name": name, "datatype": "event"})
        except SplunkError as error:
            if error.status != 409:
                raise

    def search(self, query: str, earliest: str) -> list[Settings]:
        """Run a search to its end and give its rows. ``earliest`` is a time in Splunk's relative form (C(-15m)).
        Raises SplunkError, NoAnswerError, CollectionError."""
        doing = f"Searching for {query}"
        fields = {"search": query, "exec_mode": "oneshot", "earliest_time": earliest, "count": "0"}
        data = self._post("services/search/jobs", doing, fields)
        results = data.get("results")
        # A search that breaks off is answered with HTTP 200, too; what it found until then proves nothing.
        problem = _texts(data, "FATAL") or ("" if isinstance(results, list) else "the answer holds no rows")
        if problem:
            raise CollectionError(f"{doing} failed: {problem.rstrip('.')}. See search and earliest, and url.")
        return [row for row in results if isinstance(row, dict)]

    def _own(self, path: str, app: str = "") -> str:
        return f"servicesNS/nobody/{quote(app or self._app, safe='')}/{path}"

    def _get(self, path: str, doing: str, query: t.Mapping[str, str] | None = None) -> Settings:
        return self._call("GET", path, doing, query=query)

    def _post(self, path: str, doing: str, fields: t.Mapping[str, str]) -> Settings:
        return self._call("POST", path, doing, fields=fields)

    def _call(
        self,
        method: str,
        path: str,
        doing: str,
        query: t.Mapping[str, str] | None = None,
        fields: t.Mapping[str, str] | None = None,
    ) -> Settings:
        body = form_body({**fields, "output_mode": "json"}) if fields is not None else None
        try:
            # Everything may be sent again: a change says what should be, and names are unique.
            reply = self._http.send(method, path, query={"output_mode": "json", **(query or {})}, body=body)
        except NoAnswerError as error:
            raise NoAnswerError(f"{doing} failed: {error}", error.sent) from None
        data = _json(reply)
        if not 200 <= reply.status < 300:
            raise SplunkError(doing, reply, _message(reply, data), _advice(reply.status, path, reply))
        if data is None:
            raise SplunkError(doing, reply, "the answer is not JSON", "See url: it must be the management port, 8089.")
        return data

    def _only_entry(self, doing: str, data: Settings) -> Settings:
        entries = data.get("entry") or []
        if not entries or not isinstance(entries[0], dict) or not isinstance(entries[0].get("content"), dict):
            raise CollectionError(
                f"{doing} failed: the answer holds no entry. See url: it must be the management port."
            )
        return entries[0]


def _setting(value: t.Any, default: t.Any) -> t.Any:
    """Read a setting of HEC, which is of the kind of its default."""
    if isinstance(default, str):
        return value or ""
    return flag(value) if isinstance(default, bool) else number(value)


def _token(entry: Settings) -> Token:
    content = entry.get("content") or {}
    # 8.0 returns useack, later versions useACK; what was never set may be left out.
    lower = {key.lower(): value for key, value in content.items()}
    settings: Settings = {
        "enabled": not flag(lower.get("disabled")),
        "index": lower.get("index") or "default",
        "indexes": names(lower.get("indexes")),
        "use_ack": flag(lower.get("useack")),
    }
    settings.update({key: lower.get(key) or "" for key in ("sourcetype", "source", "host", "description")})
    acl = entry.get("acl") or {}
    perms = acl.get("perms") or {}
    settings["acl"] = {
        "owner": acl.get("owner") or "nobody",
        "sharing": acl.get("sharing") or "app",
        "read": names(perms.get("read")),
        "write": names(perms.get("write")),
    }
    app = acl.get("app") or lower.get("eai:appname") or "splunk_httpinput"
    return Token(settings, lower.get("token"), app)


def _bare_name(entry: Settings) -> str | None:
    """The name of a token: its entry is called C(http://<name>), that of HEC as a whole C(http)."""
    name = unquote(str(entry.get("name") or ""))
    return name[len("http://") :] if name.startswith("http://") else None


def _form(settings: Settings, api_names: t.Mapping[str, str]) -> dict[str, str]:
    """Settings as fields of a form: lists with commas, switches as 0 and 1."""
    fields = {}
    for option, value in settings.items():
        if option == "acl":
            # It has a request of its own.
            continue
        if option == "enabled":
            fields["disabled"] = "0" if value else "1"
        elif isinstance(value, bool):
            fields[api_names.get(option, option)] = "1" if value else "0"
        elif isinstance(value, list):
            fields[api_names.get(option, option)] = ",".join(value)
        else:
            fields[api_names.get(option, option)] = str(value)
    return fields


def _json(reply: Reply) -> Settings | None:
    try:
        data = reply.data()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _message(reply: Reply, data: Settings | None) -> str:
    """What the body says, be it JSON or, as from some errors, XML."""
    if data is not None:
        return _texts(data)
    return "; ".join(html.unescape(text) for text in re.findall(r"<msg[^>]*>\s*(.*?)\s*</msg>", reply.text, re.DOTALL))


def _texts(data: Settings, kind: str = "") -> str:
    """The messages in an answer, or those of one kind."""
    found = [item for item in data.get("messages") or [] if isinstance(item, dict) and kind in ("", item.get("type"))]
    return "; ".join(str(item.get("text")) for item in found)


def _advice(status: int, path: str, reply: Reply) -> str:
    if status == 401:
        return "See username and password, or auth_token: an authentication token of Splunk, not a HEC token."
    if status == 403:
        return "The user needs the capability that the message names, most often by the role admin or sc_admin."
    if status == 400 and path.endswith(f"{_HEC}/http"):
        return (
            "A Universal Forwarder answers so: it has no HTTP Event Collector. Use a heavy forwarder, an indexer or a "
            "search head."
        )
    if status == 404:
        return "See url: it must be the management port (8089), and app, an app that is installed."
    if status == 503 or status == 502:
        return "Splunk is starting or stopping: try again in a minute."
    if status == 429:
        return "Splunk, or what is in front of it, is asked too often: try again in a minute, or raise retries."
    if status >= 500:
        return "Something failed within Splunk: see splunkd.log there, and try again."
    if 300 <= status < 400:
        return (
            f"It redirects to {reply.headers.get('Location')}: url must be the management port (8089), not Splunk Web."
        )
    return ""
