# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API's ``data/inputs/http``: HEC tokens, and the global settings of HEC.

From Splunk's REST reference (data/inputs/http), inputs.conf.spec and recorded answers of several versions.
"""

from __future__ import annotations

import base64
import hashlib
import typing as t
import uuid

from aiohttp import web

from .deployment_repository import write_tokens
from .listener import Splunkd
from .splunk_state import DEFAULT_APP, HecToken
from .splunk_versions import Version
from .splunk_wire import DEFAULT_COUNT, Call, Entry, Page, SplunkError, answer, paged, single
from .state import State

COLLECTION = "data/inputs/http"
GLOBAL = "http"
PREFIX = "http://"
RECEIVE_BUFFER = 1572864
TOKEN_TEXTS = ("description", "host", "source", "sourcetype")
TOKEN_FLAGS = ("disabled", "useACK", "allowQueryStringAuth")
TOKEN_OTHERS = (
    "connection_host",
    "outputgroup",
    "persistentQueueSize",
    "queueSize",
    "s2s_indexes_validation",
)
TOKEN_ARGUMENTS = (*TOKEN_TEXTS, *TOKEN_FLAGS, *TOKEN_OTHERS, "index", "indexes")
GLOBAL_FLAGS = ("disabled", "enableSSL", "useDeploymentServer")
GLOBAL_NUMBERS = ("port", "dedicatedIoThreads", "maxSockets", "maxThreads")
GLOBAL_ARGUMENTS = (
    *GLOBAL_FLAGS,
    *GLOBAL_NUMBERS,
    "acceptFrom",
    "ackIdleCleanup",
    "allowQueryStringAuth",
    "allowSslCompression",
    "allowSslRenegotiation",
    "caCertFile",
    "caPath",
    "channel_cookie",
    "cipherSuite",
    "crossOriginSharingHeaders",
    "crossOriginSharingPolicy",
    "description",
    "ecdhCurveName",
    "ecdhCurves",
    "forceHttp10",
    "index",
    "indexes",
    "listenOnIPv6",
    "maxEventSize",
    "maxIdleTime",
    "requireClientCert",
    "sendStrictTransportSecurityHeader",
    "serverCert",
    "sourcetype",
    "sslAltNameToCheck",
    "sslCommonNameToCheck",
    "sslKeysfile",
    "sslKeysfilePassword",
    "sslPassword",
    "sslVersions",
    "useACK",
)
# Stored encrypted with a key of the installation, and shown in that form.
GLOBAL_SECRETS = ("sslPassword", "sslKeysfilePassword")


def bare_name(text: str) -> str:
    """Return the name of a token from any form of a path: bare, with ``http://``, or encoded twice."""
    text = text.replace("%2F", "/").replace("%2f", "/").replace("%3A", ":").replace("%3a", ":")
    return text[len(PREFIX) :] if text.startswith(PREFIX) else text


def flag(name: str, text: str) -> bool:
    """Read a flag of an argument. Raises SplunkError."""
    if text.lower() not in ("0", "1", "true", "false"):
        raise SplunkError(400, f'Invalid value "{text}" for argument "{name}": a boolean is expected.')
    return text.lower() in ("1", "true")


def names(values: list[str]) -> list[str]:
    """Return the names of a list, given in one argument or in several."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


class Inputs:
    """The handlers of HEC tokens and settings."""

    def __init__(self, state: State, splunkd: Splunkd) -> None:
        self.state = state
        self.splunkd = splunkd

    def routes(self) -> list[tuple[tuple[str, ...], t.Any]]:
        """Return patterns of paths with their handlers; a star stands for one part."""
        base = ("data", "inputs", "http")
        return [
            (("data", "inputs"), self.kinds),
            (base, self.collection),
            ((*base, GLOBAL), self.settings),
            ((*base, GLOBAL, "*"), self.settings_action),
            ((*base, "*"), self.token),
            ((*base, "*", "*"), self.token_action),
        ]

    async def kinds(self, call: Call) -> web.Response:
        """Answer GET data/inputs: the kinds of inputs, of which the simulator has one."""
        call.requires("list_token_http")
        kind = Entry(GLOBAL, "data/inputs", {}, actions=("create",))
        return answer(call, paged(call, [kind]), "data/inputs")

    async def collection(self, call: Call) -> web.Response:
        """Answer GET and POST data/inputs/http."""
        if call.method == "POST":
            return self._create(call, "")
        _only(call, "GET")
        call.requires("list_token_http")
        call.sent(())
        hidden = self.state.settings.list_quirk and (call.owner, call.app) == ("-", "-")
        entries = [self._entry(call, token) for token in self.state.splunk.managed_tokens if _visible(call, token)]
        if call.version.lists_global:
            entries.insert(0, self._settings_entry(call))
        return answer(call, paged(call, [] if hidden else entries), COLLECTION, creates=True)

    async def token(self, call: Call) -> web.Response:
        """Answer GET, POST and DELETE of a token; a POST to a name that does not exist may create it."""
        name = bare_name(call.path[-1])
        found = self._found(call, name)
        if call.method == "POST":
            if found is None and "name" in call.arguments:
                return self._create(call, name)
            return self._update(call, self._token(call, name))
        _only(call, "GET", "DELETE")
        call.requires("edit_token_http" if call.method == "DELETE" else "list_token_http")
        call.sent(())
        token = self._token(call, name)
        if call.method == "GET":
            return self._shown(call, token)
        self.state.splunk.managed_tokens.remove(token)
        self._keep()
        return answer(call, Page([], 0, DEFAULT_COUNT, 0), COLLECTION, creates=True)

    async def token_action(self, call: Call) -> web.Response:
        """Answer the actions on a token: enable, disable, rotate, acl, _reload."""
        token, action = self._token(call, bare_name(call.path[-2])), call.path[-1]
        if action == "acl" and call.method == "GET":
            call.requires("list_token_http")
            return self._shown(call, token)
        known = ("enable", "disable", "acl", "_reload") + (("rotate",) if call.version.rotates else ())
        if action not in known:
            raise SplunkError(404, "Not Found")
        _only(call, "POST")
        call.requires("edit_token_http")
        if action == "acl":
            self._change_acl(call, token)
        else:
            call.sent(())
        if action in ("enable", "disable"):
            token.disabled = action == "disable"
        if action == "rotate":
            token.token = str(uuid.uuid4())
        self._keep()
        return self._shown(call, token)

    async def settings(self, call: Call) -> web.Response:
        """Answer GET and POST of the global settings."""
        self._refuse_forwarder()
        _only(call, "GET", "POST")
        call.requires("list_token_http" if call.method == "GET" else "edit_token_http")
        if call.method == "POST":
            sent = call.sent(GLOBAL_ARGUMENTS)
            changes = {name: self._setting(name, values) for name, values in sent.items()}
            await self._change_settings(changes)
        return answer(call, single(self._settings_entry(call)), COLLECTION, creates=True)

    async def settings_action(self, call: Call) -> web.Response:
        """Answer enable and disable of HEC as a whole."""
        self._refuse_forwarder()
        if call.path[-1] not in ("enable", "disable", "_reload"):
            raise SplunkError(404, "Not Found")
        _only(call, "POST")
        call.requires("edit_token_http")
        call.sent(())
        if call.path[-1] != "_reload":
            await self._change_settings({"disabled": call.path[-1] == "disable"})
        return answer(call, single(self._settings_entry(call)), COLLECTION, creates=True)

    def _create(self, call: Call, path_name: str) -> web.Response:
        """Make a token. Raises SplunkError."""
        call.requires("edit_token_http")
        name = bare_name(call.argument("name")) or path_name
        if not name:
            raise SplunkError(400, 'Cannot perform action "POST" without a target name to act on.')
        sent = call.sent((*TOKEN_ARGUMENTS, "name", "token"))
        if name == GLOBAL or self.state.splunk.hec_token(name) is not None:
            raise SplunkError(409, f"An object with name={PREFIX}{name} already exists")
        app = call.app if call.app not in (None, "-") else DEFAULT_APP
        token = HecToken(name, call.argument("token") or str(uuid.uuid4()), index="default", app=app or DEFAULT_APP)
        _set(token, sent)
        self.state.splunk.managed_tokens.append(token)
        self._keep()
        return self._shown(call, token, 201)

    def _update(self, call: Call, token: HecToken) -> web.Response:
        """Change a token; its name and value stay. Raises SplunkError."""
        call.requires("edit_token_http")
        _set(token, call.sent(TOKEN_ARGUMENTS))
        self._keep()
        return self._shown(call, token)

    def _change_acl(self, call: Call, token: HecToken) -> None:
        sent = call.sent(("owner", "sharing", "app", "perms.read", "perms.write"))
        if "owner" not in sent or "sharing" not in sent:
            raise SplunkError(400, "The following required arguments are missing: owner, sharing.")
        token.owner, token.sharing = call.argument("owner"), call.argument("sharing")
        token.app = call.argument("app") or token.app
        token.read = names(sent["perms.read"]) if "perms.read" in sent else token.read
        token.write = names(sent["perms.write"]) if "perms.write" in sent else token.write

    def _setting(self, name: str, values: list[str]) -> t.Any:
        """Read a global setting. Raises SplunkError."""
        if name in GLOBAL_FLAGS:
            return flag(name, values[-1])
        if name == "indexes":
            return names(values)
        if name in GLOBAL_NUMBERS:
            low, high = (1, 65535) if name == "port" else (-1000000, 1000000)
            text = values[-1]
            if not text.lstrip("-").isdigit() or not low <= int(text) <= high:
                raise SplunkError(400, f'Invalid value "{text}" for argument "{name}".')
            return int(text)
        return values[-1]

    async def _change_settings(self, changes: dict[str, t.Any]) -> None:
        self.state.splunk.hec_settings.update(changes)
        self.state.changed = True
        await self.splunkd.follow()

    def _keep(self) -> None:
        """Keep a change of tokens, and write those of the deployment repository to its file."""
        self.state.changed = True
        splunk = self.state.splunk
        if splunk.uses_deployment_server and self.state.splunk_home:
            write_tokens(self.state.splunk_home, splunk.repository_tokens)

    def _refuse_forwarder(self) -> None:
        if self.state.settings.universal_forwarder:
            raise SplunkError(400, "Bad Request")

    def _found(self, call: Call, name: str) -> HecToken | None:
        token = self.state.splunk.hec_token(name)
        return token if token is not None and _visible(call, token) else None

    def _token(self, call: Call, name: str) -> HecToken:
        """Return a token by name. Raises SplunkError."""
        token = self._found(call, name)
        if token is None:
            raise SplunkError(404, f"Could not find object id={name}")
        return token

    def _shown(self, call: Call, token: HecToken, status: int = 200) -> web.Response:
        return answer(call, single(self._entry(call, token)), COLLECTION, creates=True, status=status)

    def _entry(self, call: Call, token: HecToken) -> Entry:
        rotate = ("rotate",) if call.version.rotates else ()
        return Entry(
            PREFIX + token.name,
            COLLECTION,
            token_content(call.version, token),
            app=token.app,
            owner=token.owner,
            sharing=token.sharing,
            read=token.read,
            write=token.write,
            removable=True,
            optional=TOKEN_ARGUMENTS,
            actions=("_reload", "edit", "remove", "enable" if token.disabled else "disable", *rotate),
        )

    def _settings_entry(self, call: Call) -> Entry:
        content = settings_content(call.version, self.state.splunk.hec_settings, self.splunkd.configured_port())
        return Entry(
            GLOBAL,
            COLLECTION,
            content,
            app=DEFAULT_APP,
            sharing="app",
            read=("admin",),
            optional=GLOBAL_ARGUMENTS,
            wildcard=(".*",),
            actions=("_reload", "edit", "enable" if content["disabled"] else "disable"),
        )


def _only(call: Call, *methods: str) -> None:
    """Raise SplunkError for another method."""
    if call.method not in methods:
        raise SplunkError(400, f'Cannot perform action "{call.method}" without a target name to act on.')


def _visible(call: Call, token: HecToken) -> bool:
    """Return whether a token is visible in the namespace of a call; without a namespace, all tokens are."""
    return call.app in (None, "-", token.app) or token.sharing in ("global", "system")


def _set(token: HecToken, sent: dict[str, list[str]]) -> None:
    """Write arguments into a token. Raises SplunkError before anything is written."""
    if "indexes" in sent and "index" not in sent:
        raise SplunkError(400, "The indexes should be specified together with index.")
    flags = {name: flag(name, sent[name][-1]) for name in TOKEN_FLAGS if name in sent}
    for name, value in flags.items():
        setattr(token, name, value)
    for name in TOKEN_TEXTS:
        if name in sent:
            setattr(token, name, sent[name][-1])
    if "index" in sent:
        token.index = sent["index"][-1] or "default"
    if "indexes" in sent:
        token.indexes = names(sent["indexes"])
    token.more.update((name, sent[name][-1]) for name in TOKEN_OTHERS if name in sent)
    token.given = sorted({*token.given, *sent}.intersection(TOKEN_ARGUMENTS))


def token_content(version: Version, token: HecToken) -> dict[str, t.Any]:
    """Return the content of a token in the form of a version of Splunk."""
    content: dict[str, t.Any] = {
        "_rcvbuf": RECEIVE_BUFFER,
        "disabled": token.disabled,
        "eai:appName": token.app,
        "eai:userName": "nobody",
        "host": token.host or "$decideOnStartup",
        "index": token.index,
        "indexes": ",".join(token.indexes) if version.comma_indexes else list(token.indexes),
        "token": token.token,
        **token.more,
    }
    for name in ("description", "source", "sourcetype"):
        if getattr(token, name) or name in token.given or not version.omits_unset:
            content[name] = getattr(token, name)
    if token.useACK or "useACK" in token.given or not version.omits_unset:
        content[version.ack_key] = _word(version.words, token.useACK)
    if token.allowQueryStringAuth or "allowQueryStringAuth" in token.given:
        content["allowQueryStringAuth"] = _word(version.words, token.allowQueryStringAuth)
    return content


def settings_content(version: Version, settings: dict[str, t.Any], port: int) -> dict[str, t.Any]:
    """Return the content of the global settings in the form of a version of Splunk, with numbers as strings."""
    content: dict[str, t.Any] = {
        "_rcvbuf": RECEIVE_BUFFER,
        "eai:appName": DEFAULT_APP,
        "eai:userName": "nobody",
        "sslVersions": version.ssl_versions,
        **{name: value if isinstance(value, list) else str(value) for name, value in settings.items()},
        "disabled": settings["disabled"],
        "port": str(port),
    }
    for name in ("enableSSL", "useDeploymentServer"):
        content[name] = _word(version.all_words, settings[name])
    for name in GLOBAL_SECRETS:
        if name in settings:
            content[name] = _encrypted(settings[name])
    if version.lower_ssl_key:
        content["enablessl"] = content["enableSSL"]
    if version.backpressure:
        content["backpressureState"] = "disabled"
    return content


def _encrypted(secret: str) -> str:
    """Return a secret in the form that splunkd writes to inputs.conf. The simulator never decrypts it."""
    return "$7$" + base64.b64encode(hashlib.sha256(secret.encode()).digest()).decode()


def _word(words: bool, value: bool) -> str:
    """Return a flag as a string."""
    return str(value).lower() if words else str(int(value))
