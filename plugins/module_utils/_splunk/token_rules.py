# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What HEC and its tokens should be, what they are, and the difference. Pure: no I/O.

The same rules serve Splunk Enterprise and Splunk Cloud: each client room gives and takes the settings of a token under
the names of the module's options, and no spelling of the two APIs comes in here. What they spell in many ways
(C(true), C("1"), C("main,history")) is read by ``flag``, ``number`` and ``names``.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, unquote

from .._core.errors import CollectionError, OptionError
from .._core.options import check_resolved
from .._core.outcome import Plan, action_of
from .._core.secrets import MASK, SecretMask, secrets_in
from .hec_request import is_splunk
from .values import Settings, names

# The settings of a token, under the names of the options; its name and value come on top.
TOKEN_SETTINGS = ("enabled", "index", "indexes", "sourcetype", "source", "host", "description", "use_ack", "acl")

_NOT_SET = {"index": "default", "indexes": []}
# What a new token has where nobody says otherwise.
_NEW_TOKEN = {**dict.fromkeys(TOKEN_SETTINGS, ""), **_NOT_SET, "enabled": True, "use_ack": False, "acl": {}}
_ROLES_OF_A_CLUSTER = {
    "cluster_slave": "an indexer cluster peer",
    "cluster_peer": "an indexer cluster peer",
    "shc_member": "a search head cluster member",
    "shc_captain": "a search head cluster member",
}


def wanted_token(options: t.Mapping[str, t.Any]) -> Settings:
    """Check the options of a token and give the settings that are managed. Raises OptionError."""
    wanted = {key: options[key] for key in TOKEN_SETTINGS if options.get(key) is not None}
    name = options.get("name") or ""
    if not re.fullmatch(r"[^/\\%]{1,255}", name) or not name.isprintable() or name != name.strip():
        raise OptionError("name", "must be up to 255 characters, without / \\ and %, and no space at its ends")
    if name == "http":
        raise OptionError("name", "http is the name of HEC as a whole, see splunk_hec_settings")
    if options.get("use_ack") and not options.get("allow_ack"):
        raise OptionError(
            "use_ack",
            "must stay off for Logpush: it never asks for acknowledgements, so Splunk collects them and in the end "
            "takes no more events. allow_ack: true is for a token that something else uses",
        )
    if "acl" in wanted:
        wanted["acl"] = {key: value for key, value in wanted["acl"].items() if value is not None}
    if "indexes" in wanted:
        wanted["indexes"] = names(wanted["indexes"])
        _check_default_index(wanted.get("index"), wanted["indexes"])
    own_value(options)
    return wanted


def own_value(options: t.Mapping[str, t.Any]) -> str | None:
    """Return the value that the user chose for a token, bare, however it is spelt; None if Splunk may choose. Raises
    OptionError."""
    return None if options.get("token") is None else bare_token(options["token"], "token")


def plan_token(wanted: t.Mapping[str, t.Any], observed: Settings | None, new_value: bool, recreate: bool) -> Plan:
    """Plan what makes a token what it should be. ``observed`` is None for one that is not there; ``new_value`` says
    that another value is asked for than it has. Raises CollectionError."""
    if observed is None:
        if wanted.get("indexes") and not wanted.get("index"):
            raise OptionError("index", "is needed with indexes: which of them takes the events that name none")
        changes = _sendable(dict(wanted), {})
        return Plan("created", changes, {**_NEW_TOKEN, **changes}, {}, changes)
    if new_value and not recreate:
        raise CollectionError(
            "token: the token has another value, and Splunk cannot change it in place. Set recreate: true to delete it "
            "and make it anew; whoever sends with the old value is refused from then on."
        )
    changes = {key: value for key, value in wanted.items() if not _same(key, observed.get(key), value)}
    merged = {**observed, **wanted}
    if "acl" in wanted:
        merged["acl"] = {**(observed.get("acl") or {}), **wanted["acl"]}
    if "acl" in changes:
        changes["acl"] = merged["acl"]
    if "indexes" in changes or "index" in changes:
        _check_default_index(merged.get("index"), merged.get("indexes") or [])
    before = {key: observed.get(key) for key in changes}
    after = dict(changes)
    if new_value:
        before, after = {**before, "token": f"{MASK} (old)"}, {**after, "token": f"{MASK} (new)"}
        return Plan("replaced", recreation_of(merged), merged, before, after)
    return Plan(action_of(changes), _sendable(changes, merged), merged, before, after)


def recreation_of(settings: t.Mapping[str, t.Any]) -> Settings:
    """Return what to send to make a token with these settings: what a new one has anyway is left out, for the word that
    stands for "no index" here is none that Splunk Cloud knows."""
    sent = {key: settings[key] for key in TOKEN_SETTINGS if key in settings and settings[key] != _NEW_TOKEN[key]}
    return _sendable(sent, dict(settings))


def plan_absent(observed: Settings | None) -> Plan:
    """Plan the removal of a token, if there is one."""
    if observed is None:
        return Plan("unchanged", {}, {}, {}, {})
    return Plan("deleted", {}, observed, dict(observed), {})


def cluster_warning(server_roles: t.Iterable[str]) -> str | None:
    """Return a warning where a token made by REST would be on one member of a cluster only."""
    role = next((_ROLES_OF_A_CLUSTER[name] for name in server_roles if name in _ROLES_OF_A_CLUSTER), None)
    if role is None:
        return None
    return (
        f"This server is {role}. A token made here is unknown to the other members, and events sent to them are lost. "
        "Distribute HEC tokens in the bundle of the cluster manager or the deployer instead."
    )


def _check_default_index(index: str | None, indexes: t.Sequence[str]) -> None:
    if indexes and index and index not in indexes:
        raise OptionError("index", f"{index} must be among indexes ({', '.join(indexes)}), or its events are refused")


def _same(key: str, observed: t.Any, wanted: t.Any) -> bool:
    if key == "indexes":
        return names(observed) == names(wanted)
    if key == "acl":
        return all(names((observed or {}).get(part)) == names(value) for part, value in wanted.items())
    if key in ("enabled", "use_ack"):
        return bool(observed) == bool(wanted)
    return (observed or _NOT_SET.get(key, "")) == (wanted or _NOT_SET.get(key, ""))


def _sendable(changes: Settings, merged: Settings) -> Settings:
    """Splunk refuses C(indexes) that come without C(index)."""
    if "indexes" in changes and "index" not in changes:
        return {**changes, "index": merged.get("index") or _NOT_SET["index"]}
    return changes


_SCHEMED_TOKEN = re.compile(r"(?i)splunk(?P<separator>\s+|%20|\+|\Z)(?P<token>.*)", re.DOTALL)


_NOT_A_SECRET_VALUE = re.compile(r"\*+|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER|(?i:redacted|<redacted>|\[redacted\])")


def bare_token(hec_token: str, part: str = "hec_token") -> str:
    """Return the bare token for the three spellings that mean the same: the bare token, ``Splunk <token>`` and
    ``Splunk%20<token>``, of which only the last is percent-encoded.

    Raises OptionError, which names the option ``part`` and not the value, for what cannot be a token.
    """
    text = str(hec_token).strip()
    match = _SCHEMED_TOKEN.fullmatch(text)
    if match:
        token = match.group("token")
        text = token if match.group("separator").isspace() else unquote(token)
    if is_splunk(text):
        raise OptionError(part, "is a finished string, not a token: it belongs into destination_conf")
    twice = match and _SCHEMED_TOKEN.fullmatch(text)
    if not text or twice or re.search(r"\s", text) or not text.isprintable():
        raise OptionError(
            part, "must be one word, the value of a HEC token; Splunk <token> and Splunk%20<token> are taken too"
        )
    if re.match(r"(?i)splunk%(25)+20", text):
        raise OptionError(part, "is encoded twice; give the bare value")
    if re.fullmatch(r"([\"']).+\1", text, re.DOTALL):
        raise OptionError(part, "has quotes around it; give the bare value")
    if is_masked_value(text):
        raise OptionError(part, "is a masked value, not a token: it was read from a result or a log")
    check_resolved(part, text)
    return text


def authorization(hec_token: str) -> str:
    """The value of the C(Authorization) header that HEC wants, not yet encoded: the word Splunk and the bare token."""
    return f"Splunk {bare_token(hec_token)}"


def encoded_authorization(hec_token: str) -> str:
    """The same as it stands in the destination string: ``Splunk%20<token>``, percent-encoded once."""
    return quote(authorization(hec_token), safe="")


def is_masked_value(text: str) -> bool:
    """Return whether text is what an API or a log shows in place of a secret."""
    return bool(_NOT_A_SECRET_VALUE.fullmatch(text))


def mask_options(options: t.Mapping[str, t.Any], mask: SecretMask) -> None:
    """Make known to the mask what is secret in the options of a destination, also where a secret stands in the wrong
    one: a finished string given as endpoint, which Ansible would show."""
    hec_token = options.get("hec_token")
    mask.add(hec_token)
    for text in (options.get("destination_conf"), options.get("endpoint")):
        if text and re.search("[@?#]", text):
            mask.add(text, *secrets_in(text))
    try:
        mask.add(bare_token(hec_token or ""))
    except OptionError:
        return
