# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn the answers of Splunk's management APIs into tokens, settings, indexes and errors. Pure: no I/O.

Splunk Enterprise answers with the JSON form of an Atom feed ("RESTinput" in the REST API Reference), ACS with JSON of
its own ("Manage HTTP Event Collector (HEC) tokens in Splunk Cloud Platform"); both at U(https://help.splunk.com).
Every function takes the name of the operation, such as C(Reading index main), for the message of an error.
"""

from __future__ import annotations

import html
import re
import typing as t
from urllib.parse import unquote

from .._core.errors import CollectionError, failed_call
from .._core.secrets import secrets_in_answer
from .answer_parts import (
    MANAGEMENT_URL_ADVICE,
    entry_content,
    flag_at,
    json_object,
    mapping,
    names_at,
    readable,
    required_mapping,
    text_at,
    text_of,
)
from .fields import ACS_FIELDS, FURTHER_TOKEN_FIELDS, HEC_FIELDS
from .instance_rules import NO_HEC_ON_FORWARDER
from .token_rules import is_masked_value
from .values import HecSettings, Index, Server, Token, TokenSettings, flag, number

if t.TYPE_CHECKING:
    from .._core.http import Reply
    from .._core.json_types import JsonObject

_ACS_URL = "Check url: it must be the base URL of ACS."

# The defaults of inputs.conf: an answer may omit settings that were never set.
_HEC_DEFAULTS = {
    "port": 8088,
    "enable_ssl": True,
    "dedicated_io_threads": 2,
    "max_sockets": 0,
    "max_threads": 0,
    "use_deployment_server": False,
    "server_cert": "$SPLUNK_HOME/etc/auth/server.pem",
}

# Splunk returns at most this many rows at once (maxresultrows in limits.conf), and does not report that there are more.
_MOST_ROWS = 50000
_INCOMPLETE_TYPES = ("FATAL", "ERROR", "WARN")
# A search that reached its time limit is reported with the type INFO.
_ENDED_EARLY = re.compile(r"(?i)finali[sz]ed|cancell?ed|time limit|incomplete|partial")

# What Splunk says of an object that does not exist: "Could not find object id=main", also after "In handler 'indexes': ". Its other 404s
# are about the path of the request ("Not Found"), the app ("Application does not exist") or a permission ("Action forbidden").
_NO_SUCH_OBJECT = re.compile(r"(?i)\bcould not find object\b")

# ACS: "A deployment task is still in progress" (424), too many requests, and another change at the same time (503).
_ACS_BUSY = (424, 429, 503)


class SplunkError(CollectionError):
    """Splunk refused a request, or answered in a form that this collection cannot read. ``status`` is that of the answer, and
    ``problem`` what the answer says."""

    def __init__(self, operation: str, reply: Reply, problem: str, next_step: str) -> None:
        call = f"{reply.method} {reply.url} answered HTTP {reply.status}"
        super().__init__(
            failed_call(call, operation, reason=problem, next_step=next_step),
            http_status=reply.status,
        )
        self.status = reply.status
        self.problem = problem

    @property
    def says_missing(self) -> bool:
        """Whether Splunk Enterprise says that the object does not exist. No other 404 says that, such as that of a proxy, or one
        for an unknown path or app, or for a missing permission."""
        return self.status == 404 and bool(_NO_SUCH_OBJECT.search(self.problem))


class IncompleteSearchError(CollectionError):
    """Splunk ended a search before it had read all events, so its counts are too low."""


# Splunk Enterprise


def enterprise_data(operation: str, reply: Reply) -> JsonObject:
    """Return the JSON object of a successful answer. Raises SplunkError."""
    data = json_object(reply)
    if not 200 <= reply.status < 300:
        raise SplunkError(operation, reply, _enterprise_message(reply, data), _enterprise_advice(reply))
    if data is None:
        raise SplunkError(operation, reply, "the answer is not JSON", MANAGEMENT_URL_ADVICE)
    return data


def tokens(operation: str, entries: t.Iterable[JsonObject]) -> t.Iterator[Token]:
    """Yield the tokens among the entries of a list. Raises CollectionError."""
    for entry in entries:
        with readable(operation):
            token = _enterprise_token(entry) if _is_token(entry) else None
        if token:
            yield token


def hec_settings(operation: str, data: JsonObject) -> HecSettings:
    """Return the settings of HEC as a whole. Raises CollectionError."""
    content = _lower_case_keys(entry_content(operation, data))

    def field(option: str) -> t.Any:
        return content.get(HEC_FIELDS.get(option, option).lower(), _HEC_DEFAULTS[option])

    with readable(operation):
        return HecSettings(
            enabled=not flag_at(content, "disabled"),
            port=number(field("port")),
            enable_ssl=flag(field("enable_ssl")),
            dedicated_io_threads=number(field("dedicated_io_threads")),
            max_sockets=number(field("max_sockets")),
            max_threads=number(field("max_threads")),
            use_deployment_server=flag(field("use_deployment_server")),
            server_cert=text_of(field("server_cert"), "serverCert"),
        )


def index(operation: str, name: str, data: JsonObject) -> Index:
    """Return the index ``name``. Raises CollectionError for an answer without it."""
    entry_content(operation, data)
    return Index(name)


def server(operation: str, data: JsonObject) -> Server:
    """Return what the server reports about itself. Raises CollectionError."""
    with readable(operation):
        content = entry_content(operation, data)
        is_cloud = text_at(content, "instance_type").strip().lower() == "cloud"
        own_names = [text_at(content, key) for key in ("serverName", "host", "host_fqdn")]
        return Server(names_at(content, "server_roles"), is_cloud, [name for name in own_names if name])


def search_rows(operation: str, reply: Reply) -> list[JsonObject]:
    """Return the rows of a search. Raises CollectionError.

    An aborted search is also answered with HTTP 200, but with a C(FATAL) message; its rows are incomplete.
    """
    data = enterprise_data(operation, reply)
    rows = _rows(data)
    problem = _messages(data, "FATAL") or ("the answer contains no rows" if rows is None else "")
    if problem:
        raise CollectionError(
            f"{operation} failed: {reply.quoted(problem).rstrip('.')}. Check search, earliest and url."
        )
    return rows or []


def complete_search_rows(operation: str, reply: Reply, time_limit: int) -> list[JsonObject]:
    """Return the rows of a search that read all events in its range. Raises CollectionError, which is
    IncompleteSearchError if the search ended early, left out a search peer, or has more rows than Splunk returns at once."""
    data = enterprise_data(operation, reply)
    rows = _rows(data)
    if rows is not None and len(rows) < _MOST_ROWS and not data.get("preview"):
        problem = "; ".join(filter(None, [_messages(data, kind) for kind in _INCOMPLETE_TYPES])) or _early_end(data)
        if not problem:
            return rows
    elif rows is None:
        problem = _messages(data) or "the answer contains no rows"
    else:
        problem = (
            f"Splunk returned only the first {len(rows)} rows" if len(rows) >= _MOST_ROWS else "preview of a search"
        )
    raise IncompleteSearchError(
        f"{operation} failed: the search is not complete, so its counts are too low: {reply.quoted(problem).rstrip('.')}. "
        f"The time limit of the search is {time_limit} seconds. If it was reached, use a larger timeout or a shorter window. "
        "Otherwise, correct what the message names, such as a search peer that is down."
    )


def _rows(data: JsonObject) -> list[JsonObject] | None:
    """Return the rows in the answer of a search; None if there are none."""
    results = data.get("results")
    return results if isinstance(results, list) and all(isinstance(row, dict) for row in results) else None


def _early_end(data: JsonObject) -> str:
    """Return the message that a search ended early; "" if there is none."""
    text = _messages(data, "INFO")
    return text if _ENDED_EARLY.search(text) else ""


def _is_token(entry: JsonObject) -> bool:
    """Return whether an entry is a token, C(http://<name>), and not HEC as a whole, C(http)."""
    return _entry_name(entry).startswith("http://")


def _entry_name(entry: JsonObject) -> str:
    return unquote(text_at(entry, "name"))


def _enterprise_token(entry: JsonObject) -> Token:
    content = _lower_case_keys(required_mapping(entry.get("content"), "the content of a token"))
    acl = mapping(entry.get("acl"))
    permissions = mapping(acl.get("perms"))
    settings = TokenSettings(
        enabled=not flag_at(content, "disabled"),
        index=text_at(content, "index") or "default",
        indexes=names_at(content, "indexes"),
        sourcetype=text_at(content, "sourcetype"),
        source=text_at(content, "source"),
        host=text_at(content, "host"),
        description=text_at(content, "description"),
        use_ack=flag_at(content, "useack"),
        acl={
            "owner": text_at(acl, "owner") or "nobody",
            "sharing": text_at(acl, "sharing") or "app",
            "read": names_at(permissions, "read"),
            "write": names_at(permissions, "write"),
        },
    )
    app = text_at(acl, "app") or text_at(content, "eai:appname") or "splunk_httpinput"
    further = {name: str(content[name.lower()]) for name in FURTHER_TOKEN_FIELDS if content.get(name.lower())}
    return Token(_entry_name(entry)[len("http://") :], settings, _token_value(content), app, further)


def _lower_case_keys(content: JsonObject) -> JsonObject:
    """Return content with keys in lower case: Splunk 8.0 returns C(useack), later versions C(useACK)."""
    return {key.lower(): value for key, value in content.items()}


def _enterprise_message(reply: Reply, data: JsonObject | None) -> str:
    """Return the message of a refusal, which is JSON, or XML for some errors."""
    if data is not None:
        return reply.quoted(_messages(data))
    messages = re.findall(r"<msg[^>]*>([^<]*)</msg>", reply.text)
    return reply.quoted("; ".join(html.unescape(text).strip() for text in messages))


def _messages(data: JsonObject, kind: str = "") -> str:
    """Return the texts of the messages in an answer, or of those of one type."""
    listed = data.get("messages")
    found = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    texts = [item.get("text") for item in found if kind in ("", item.get("type"))]
    return "; ".join(text for text in texts if isinstance(text, str))


def _enterprise_advice(reply: Reply) -> str:
    status = reply.status
    if status == 401:
        return (
            "Check username and password, or auth_token: it must be an authentication token of Splunk, not a HEC token."
        )
    if status == 403:
        return "The user needs the capability that the message names; the roles admin and sc_admin usually have it."
    if status == 400 and reply.url.endswith("data/inputs/http/http"):
        return f"A Universal Forwarder answers like this: {NO_HEC_ON_FORWARDER}"
    if status == 404:
        return "Check url: it must be the management URL of Splunk (port 8089). Check app: it must be installed."
    if status in (502, 503):
        return "Splunk is starting or stopping: try again in a minute."
    if status == 429:
        return (
            "Splunk, or a proxy in front of it, limits the rate of requests: try again in a minute, or raise retries."
        )
    if status >= 500:
        return "Splunk reports an internal error: see splunkd.log there, and try again."
    if 300 <= status < 400:
        location = reply.quoted(reply.headers.get("Location") or "nowhere")
        return f"The server redirects to {location}: url must be the management URL (port 8089), not Splunk Web."
    return ""


# Splunk Cloud (ACS)


def acs_token(operation: str, name: str, reply: Reply) -> Token:
    """Return the token in an answer. Raises SplunkError for any other answer: if it were read as a token without settings,
    the token would be reported as unchanged or deleted."""
    data = _acs_data(operation, reply)
    found = data.get("http-event-collector") or data.get("http_event_collector")
    if not isinstance(found, dict):
        raise SplunkError(operation, reply, "the answer contains no token", _ACS_URL)
    with readable(operation):
        token = _acs_token(found)
        if token.name not in ("", name):
            raise ValueError("it contains another token")
        return token._replace(name=name)


def acs_tokens(operation: str, reply: Reply) -> list[Token]:
    """Return the tokens of a list. Raises SplunkError for an answer without a list of tokens."""
    data = _acs_data(operation, reply)
    found = data.get("http-event-collectors", data.get("http_event_collectors"))
    if not isinstance(found, list) or not all(mapping(mapping(item).get("spec")).get("name") for item in found):
        raise SplunkError(operation, reply, "the answer contains no list of tokens", _ACS_URL)
    with readable(operation):
        return [_acs_token(item) for item in found]


def _acs_token(found: JsonObject) -> Token:
    """Return a token of an answer, with the name "" if the answer has none. Raises ValueError."""
    spec = required_mapping(found.get("spec"), "the spec of the token")
    settings = TokenSettings(
        enabled=not flag_at(spec, "disabled"),
        index=text_at(spec, ACS_FIELDS["index"]) or "default",
        indexes=names_at(spec, ACS_FIELDS["indexes"]),
        sourcetype=text_at(spec, ACS_FIELDS["sourcetype"]),
        source=text_at(spec, ACS_FIELDS["source"]),
        host=text_at(spec, ACS_FIELDS["host"]),
        description="",
        use_ack=flag_at(spec, ACS_FIELDS["use_ack"]),
        acl={},
    )
    return Token(text_at(spec, "name"), settings, _token_value(found), "")


def acs_secrets(reply: Reply) -> list[str]:
    """Return the values of all tokens in an answer of any form."""
    return list(secrets_in_answer(json_object(reply)))


def acs_login_token(operation: str, reply: Reply) -> str:
    """Return the authentication token that ACS has made for a user. Raises SplunkError."""
    token = _acs_data(operation, reply).get("token")
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
        raise SplunkError(operation, reply, "the answer contains no token", "Set auth_token instead.")
    return token


def is_missing_in_acs(reply: Reply) -> bool:
    """Return whether ACS says that the token does not exist. A 404 of a proxy, or for the stack, does not say that."""
    code = _acs_code(reply)
    return reply.status == 404 and bool(code) and "stack" not in code


def is_acs_busy(reply: Reply) -> bool:
    """Return whether ACS refuses the request because it is still carrying out another change."""
    return reply.status in _ACS_BUSY


def acs_refusal(operation: str, reply: Reply) -> SplunkError:
    """Return the error for an answer that refuses a request."""
    code = _acs_code(reply)
    message = mapping(json_object(reply)).get("message")
    problem = reply.quoted(": ".join(text for text in (code, message) if isinstance(text, str) and text))
    return SplunkError(operation, reply, problem, _acs_advice(reply, code))


def _acs_data(operation: str, reply: Reply) -> JsonObject:
    if reply.status not in (200, 201, 202):
        raise acs_refusal(operation, reply)
    data = json_object(reply)
    if data is None:
        raise SplunkError(operation, reply, "the answer is not JSON", _ACS_URL)
    return data


def _acs_code(reply: Reply) -> str:
    """Return the error code of ACS, such as C(404-hec-not-found); "" if the answer has none."""
    code = mapping(json_object(reply)).get("code")
    return code if isinstance(code, str) else ""


def _acs_advice(reply: Reply, code: str) -> str:
    status = reply.status
    if status == 401 and reply.url.endswith("/tokens"):
        return "Check username and password: they must belong to a user of this stack who may use ACS."
    if status == 401:
        return "Check auth_token: it must be an authentication token (JWT) of this stack that has not expired."
    if status == 403 and "/ipallowlists" in reply.url:
        return (
            "The token's user needs the role sc_admin or the capability edit_ip_allow_list. Free trials, single instances and "
            "FedRAMP High stacks have no allow lists in ACS: ask Splunk Support to change the list."
        )
    if status == 403:
        return "The token's user needs the role sc_admin, and the stack must support ACS; free trials do not."
    if status == 404 and "stack" in code:
        return "Check stack: it is the first part of the host name, such as acme of acme.splunkcloud.com."
    if code == "404-index-not-found":
        return "Create the index first: ACS refuses tokens for indexes that do not exist."
    if status == 424:
        return (
            "Another change of the stack is still in progress: try again later. If an earlier change failed, ACS accepts "
            "no other until that one is retried with POST deployment/retry."
        )
    if status in (429, 503):
        return "ACS accepts few changes at a time: try again in a few minutes."
    if status >= 500:
        return "ACS reports an internal error: try again in a few minutes."
    if status == 404 or 300 <= status < 400:
        return _ACS_URL
    return ""


# Both


def _token_value(found: JsonObject) -> str | None:
    """Return the value of a token; None if Splunk does not show it to this user. Raises ValueError."""
    value = text_at(found, "token")
    return None if not value or is_masked_value(value) else value
