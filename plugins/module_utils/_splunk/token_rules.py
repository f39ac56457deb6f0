# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for HEC tokens: the options, the plan that brings a token to the requested state, and the value. Pure: no I/O.

The same rules serve Splunk Enterprise and Splunk Cloud: C(answers) and C(fields) translate between the names of the
module's options and those of the two APIs.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, unquote

from .._core.errors import CollectionError, OptionError
from .._core.options import check_resolved
from .._core.outcome import NO_CHANGE, Plan, action_of
from .._core.results import first_of
from .._core.secrets import MASK, SecretMask, secrets_in
from .hec_request import is_splunk
from .values import Acl, Server, SomeSettings, Token, TokenSettings, names

# The options for the events of a token, and its description.
TOKEN_SETTINGS_SPEC: dict[str, t.Any] = {
    "index": dict(type="str"),
    "indexes": dict(type="list", elements="str"),
    "sourcetype": dict(type="str"),
    "source": dict(type="str"),
    "host": dict(type="str"),
    "description": dict(type="str"),
}

# The settings of a token, under the names of the options; its name and value are not settings.
TOKEN_SETTINGS = ("enabled", "index", "indexes", "sourcetype", "source", "host", "description", "use_ack", "acl")

_NOT_IN_CLOUD = ("description", "acl")
_DEFAULT_INDEX = "default"


class RequestedToken(t.NamedTuple):
    """A token as a task requests it.

    ``settings`` are the managed settings, ``value`` the value that the user chose (None: Splunk chooses), ``recreate``
    allows a plan that replaces a token because its value differs. ``value_from`` is the option or the environment variable
    that has the value.
    """

    name: str
    settings: SomeSettings
    value: str | None
    recreate: bool
    value_from: str = "token"


def requested_value(options: t.Mapping[str, t.Any], environment: t.Mapping[str, str]) -> tuple[str | None, str]:
    """Return the value that the user chose, unchanged, and where it comes from; None if Splunk chooses."""
    variable = options.get("token_env")
    if options.get("token") is None and variable and environment.get(variable):
        return environment[variable], variable
    return options.get("token"), "token"


def requested_token(options: t.Mapping[str, t.Any], environment: t.Mapping[str, str] | None = None) -> RequestedToken:
    """Return the token that the options of C(splunk_hec_token) request. Raises OptionError."""
    name = token_name(options["name"])
    if not re.fullmatch(r"[^/\\%]{1,255}", name) or not name.isprintable() or name != name.strip():
        raise OptionError("name", "must have up to 255 characters, without / \\ and %, and no space at its ends")
    if name in (".", ".."):
        raise OptionError("name", f"{name} is not a name")
    if name == "http":
        raise OptionError("name", "http is the name of HEC as a whole, see splunk_hec_settings")
    if options.get("use_ack") and not options.get("allow_ack"):
        raise OptionError(
            "use_ack",
            "must be false for Logpush: it never asks for acknowledgements, so Splunk collects them until it accepts no "
            "more events. Set allow_ack: true only for a token that another sender uses",
        )
    settings = {key: options[key] for key in TOKEN_SETTINGS if options.get(key) is not None}
    if "acl" in settings:
        settings["acl"] = {key: value for key, value in settings["acl"].items() if value is not None}
    if "indexes" in settings:
        settings["indexes"] = names(settings["indexes"])
        _check_default_index(settings.get("index"), settings["indexes"])
    if options.get("platform") == "cloud":
        settings = _cloud_settings(settings)
    given, value_from = requested_value(options, environment or {})
    value = None if given is None else bare_token(given, value_from)
    return RequestedToken(name, settings, value, bool(options.get("recreate")), value_from)


def token_name(name: str) -> str:
    """Return the name of a token. Splunk lists the token C(name) as C(http://name)."""
    return name[len("http://") :] if name.lower().startswith("http://") else name


def plan_present(wanted: RequestedToken, observed: Token | None) -> Plan:
    """Return the plan that brings a token to the requested state; ``observed`` is None if there is no token. Raises
    CollectionError."""
    if observed is None:
        return _plan_creation(wanted)
    replaces = _replaces_value(wanted, observed)
    changes = _changes(wanted.settings, observed.settings)
    target: dict[str, t.Any] = {**observed.settings, **wanted.settings, **changes}
    if "acl" in wanted.settings:
        target["acl"] = _merged_acl(wanted.settings["acl"], observed.settings["acl"])
    if "indexes" in changes or "index" in changes:
        _check_default_index(target["index"], target["indexes"])
    before = {key: value for key, value in observed.settings.items() if key in changes}
    after = dict(changes)
    if replaces:
        before, after = {**before, "token": f"{MASK} (old)"}, {**after, "token": f"{MASK} (new)"}
        return Plan("replaced", recreation_of(target), target, before, after)
    return Plan(action_of(changes), _sendable(changes, target["index"]), target, before, after)


def owner_of_value(wanted: RequestedToken, tokens: t.Iterable[Token]) -> str | None:
    """Return the name of the other token that has the value that the user chose; None if there is none."""
    value = (wanted.value or "").lower()
    return next(
        (token.name for token in tokens if token.name != wanted.name and (token.value or "").lower() == value), None
    )


def value_of_another_warning(wanted: RequestedToken, owner: str) -> str:
    """Return the warning about a new token that does not get the value from the environment, because another token has
    it."""
    return (
        f"{wanted.value_from} is the value of HEC token {owner}, and two tokens cannot share a value, so Splunk "
        f"chooses the value of the new token {wanted.name}. Set name to {owner} to use that token instead."
    )


def the_token_named(name: str, tokens: t.Iterable[Token]) -> Token | None:
    """Return the token of this name; None if there is none. Raises CollectionError if several apps have one: a change could
    reach the wrong one."""
    found = [token for token in tokens if token.name == name]
    if len(found) > 1:
        apps = ", ".join(sorted(token.app or "?" for token in found))
        raise CollectionError(
            f"name: the HEC token {name} exists in {len(found)} apps: {apps}. It is not known which one is in use, so "
            "nothing was changed. In Splunk, delete or rename all but one, then run this again."
        )
    return found[0] if found else None


def copy_of(wanted: RequestedToken, source: Token, allow_ack: bool) -> RequestedToken:
    """Return the request for a token with the settings of another one, which the requested settings override. Never
    copied are the value, and whether it is enabled; acknowledgement only with ``allow_ack``. Raises OptionError."""
    copied = {key: value for key, value in recreation_of(source.settings).items() if key not in ("enabled", "use_ack")}
    settings = {**copied, **wanted.settings}
    if "acl" in copied and "acl" in wanted.settings:
        settings["acl"] = {**copied["acl"], **wanted.settings["acl"]}
    settings["use_ack"] = bool(wanted.settings.get("use_ack")) or (allow_ack and source.settings["use_ack"])
    _check_default_index(settings.get("index"), settings.get("indexes") or [])
    return wanted._replace(settings=settings)


# The description of a copy until it is complete.
_INCOMPLETE_COPY = "Incomplete copy of "


def mark_of_copy(source: str) -> str:
    """Return the description that an incomplete copy of a token has."""
    return f"{_INCOMPLETE_COPY}{source}. Do not use it."


def is_incomplete_copy(token: Token) -> bool:
    """Return whether a token is a copy that an earlier run did not complete."""
    return not token.settings["enabled"] and token.settings["description"].startswith(_INCOMPLETE_COPY)


def without_mark(wanted: RequestedToken) -> RequestedToken:
    """Return the request for a complete copy: its description is the requested one, or empty."""
    return wanted._replace(settings={"description": "", **wanted.settings})


def check_permissions(wanted: RequestedToken, token: Token) -> None:
    """Check that a written token has the requested permissions. Raises CollectionError, which lists the missing ones."""
    acl = wanted.settings.get("acl") or {}
    missing = [part for part, value in acl.items() if names(token.settings["acl"].get(part)) != names(value)]
    if missing:
        listed = ", ".join(f"{part} {','.join(names(acl[part]))}" for part in missing)
        raise CollectionError(
            f"Splunk accepted the permissions of HEC token {wanted.name} but did not set them: {listed}."
        )


def acknowledgement_warning(wanted: RequestedToken, source: Token) -> str | None:
    """Return a warning if a token is copied without the acknowledgement of its source."""
    if wanted.settings.get("use_ack") or not source.settings["use_ack"]:
        return None
    return (
        f"HEC token {source.name} has indexer acknowledgement on. It is off for {wanted.name}, because Logpush never asks "
        "for acknowledgements. Set allow_ack: true to copy it."
    )


def acknowledgement_state_warning(name: str, before: Token | None, use_ack: bool) -> str | None:
    """Return a warning about a token that has indexer acknowledgement on, or had it on before (``before``)."""
    if use_ack:
        return with_acknowledgement_warning([name])
    if before is not None and before.settings["use_ack"]:
        return (
            f"Indexer acknowledgement of HEC token {name} is disabled now (in check mode: would be disabled), because "
            "Logpush never fetches acknowledgements. If another sender needs them, give Logpush a token of its own."
        )
    return None


def with_acknowledgement_warning(names: t.Sequence[str]) -> str:
    """Return the warning about tokens that have indexer acknowledgement on."""
    several = len(names) > 1
    return (
        f"HEC {'tokens' if several else 'token'} {first_of(names, ', ')} {'have' if several else 'has'} indexer acknowledgement "
        f"on. Do not use {'them' if several else 'it'} for Logpush, which never fetches acknowledgements: Splunk collects them "
        "until it accepts no more events."
    )


def plan_absent(observed: Token | None) -> Plan:
    """Return the plan that removes a token; ``observed`` is None if there is no token."""
    if observed is None:
        return NO_CHANGE
    return Plan("deleted", {}, dict(observed.settings), dict(observed.settings), {})


def recreation_of(settings: SomeSettings) -> dict[str, t.Any]:
    """Return the body that creates a token with these settings. Settings that a new token has anyway are omitted:
    C(default), which stands for "no index" here, is not an index in Splunk Cloud."""
    new = _new_token()
    sent = {key: value for key, value in settings.items() if value != new.get(key)}
    return _sendable(sent, settings["index"])


def check_platform(server: Server, platform: str) -> None:
    """Refuse to manage a token of Splunk Cloud by the management API of Splunk Enterprise. Raises OptionError."""
    if server.is_cloud and platform == "enterprise":
        raise OptionError(
            "platform",
            "is enterprise, but url is a server of Splunk Cloud. The HEC of Splunk Cloud accepts no token that is created "
            "there. Set platform: cloud, and set stack to the name of the stack; leave url out",
        )


def _cloud_settings(settings: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the settings that ACS supports. Raises OptionError for a value that would be lost."""
    for option in _NOT_IN_CLOUD:
        if settings.get(option):
            raise OptionError(option, "is not supported by Splunk Cloud; leave it out with platform: cloud")
    return {option: value for option, value in settings.items() if option not in _NOT_IN_CLOUD}


def _plan_creation(wanted: RequestedToken) -> Plan:
    # CVE-2026-131193: Splunk before 10.4.5, 10.2.9, 10.0.12 and 9.4.17 can neither disable nor delete a token with such a
    # name.
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", wanted.name):
        raise OptionError(
            "name",
            "has characters that a new token may not have. Use letters, digits, dots, _ and - only: some versions of Splunk can "
            "neither disable nor delete a token with another name (CVE-2026-131193). There is no token of this name yet",
        )
    if wanted.settings.get("indexes") and not wanted.settings.get("index"):
        raise OptionError("index", "is required with indexes: it is the index for events that name none")
    body = _sendable(dict(wanted.settings), _DEFAULT_INDEX)
    return Plan("created", body, {**_new_token(), **body}, {}, body)


def _new_token() -> TokenSettings:
    """Return the settings that a new token gets if none are sent."""
    return TokenSettings(
        enabled=True,
        index=_DEFAULT_INDEX,
        indexes=[],
        sourcetype="",
        source="",
        host="",
        description="",
        use_ack=False,
        acl={},
    )


def _replaces_value(wanted: RequestedToken, observed: Token) -> bool:
    """Return whether the token must be replaced because its value differs. Raises CollectionError if that cannot be
    known, or is not allowed."""
    if not wanted.value or wanted.value == observed.value:
        return False
    if not observed.value:
        raise CollectionError(
            f"{wanted.value_from}: Splunk does not show the value of HEC token {wanted.name} to this user, so it cannot be compared. "
            "Use a user who may read tokens."
        )
    if not wanted.recreate:
        raise CollectionError(
            f"{wanted.value_from}: HEC token {wanted.name} has another value, and Splunk cannot change it in place, so nothing "
            f"was changed. If the token is right, correct {wanted.value_from}, or the credential that sets it. Otherwise set "
            "recreate: true to delete the token and create it again; every sender that uses the old value is refused from "
            "then on."
        )
    return True


def _changes(wanted: SomeSettings, observed: TokenSettings) -> dict[str, t.Any]:
    """Return the wanted settings that differ. Permissions come as a whole: Splunk has no request for a part of them."""
    current: dict[str, t.Any] = {**observed}
    changes = {key: value for key, value in wanted.items() if key != "acl" and current[key] != value}
    acl = wanted.get("acl") or {}
    if any(names(observed["acl"].get(part)) != names(value) for part, value in acl.items()):
        changes["acl"] = _merged_acl(acl, observed["acl"])
    return changes


def _merged_acl(wanted: t.Mapping[str, t.Any], observed: Acl) -> dict[str, t.Any]:
    return {**observed, **wanted}


def _check_default_index(index: str | None, indexes: t.Sequence[str]) -> None:
    if indexes and index and index not in indexes:
        raise OptionError(
            "index", f"{index} must be among indexes ({', '.join(indexes)}), otherwise Splunk refuses its events"
        )


def _sendable(changes: dict[str, t.Any], index: str) -> dict[str, t.Any]:
    """Return changes that Splunk accepts: it refuses C(indexes) without C(index)."""
    if "indexes" in changes and "index" not in changes:
        return {**changes, "index": index}
    return changes


_ENCODED_TWICE = re.compile(r"(?i)splunk%(25)+20")
_QUOTED = re.compile(r"([\"']).+\1", re.DOTALL)
_PART_OF_URL = re.compile("[@?#]")
_SCHEMED_TOKEN = re.compile(r"(?i)splunk(?P<separator>\s+|%20|\+|\Z)(?P<token>.*)", re.DOTALL)
# The text that an API, Ansible or a log shows in place of a secret. A part of the secret may be visible.
_MASKED_VALUE = re.compile(
    r"\*+|.*(\*{3}|\w\.{3}\w|[\u2022\u25cf\u2026]).*|[xX]{4,}(-[xX]{4,})*|VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    r"|(?i:redacted|[<\[({](redacted|masked|hidden|omitted|removed|secret|sensitive|filtered)[>\])}])",
    re.DOTALL,
)


def bare_token(hec_token: str, option: str = "hec_token") -> str:
    """Return the bare token from any of the spellings that mean the same: the bare token, ``Splunk <token>`` and
    ``Splunk%20<token>``, of which only the last is percent-encoded.

    Raises OptionError, which names ``option`` and not the value, for anything that cannot be a token.
    """
    text = str(hec_token).strip()
    match = _SCHEMED_TOKEN.fullmatch(text)
    if match:
        token = match.group("token")
        text = token if match.group("separator").isspace() else unquote(token)
    if is_splunk(text):
        raise OptionError(option, "is a destination string, not a token: set destination_conf instead")
    is_schemed_twice = match and _SCHEMED_TOKEN.fullmatch(text)
    if not text or is_schemed_twice or re.search(r"\s", text) or not text.isprintable():
        raise OptionError(
            option, "must be one word, the value of a HEC token; Splunk <token> and Splunk%20<token> are accepted too"
        )
    if _ENCODED_TWICE.match(text):
        raise OptionError(option, "is percent-encoded twice; give the bare value")
    if _QUOTED.fullmatch(text):
        raise OptionError(option, "has quotes around it; give the bare value")
    if is_masked_value(text):
        raise OptionError(option, "is a masked value from a result or a log, not a token")
    check_resolved(option, text)
    return text


def authorization(hec_token: str) -> str:
    """Return the value of the C(Authorization) header for HEC, not yet encoded: the word Splunk and the bare token.
    Raises OptionError."""
    return f"Splunk {bare_token(hec_token)}"


def encoded_authorization(hec_token: str) -> str:
    """Return the same value as a destination string contains it: ``Splunk%20<token>``, percent-encoded once. Raises
    OptionError."""
    return quote(authorization(hec_token), safe="")


def is_masked_value(text: str) -> bool:
    """Return whether a text is a mask that an API or a log shows in place of a secret, or in place of a part of it."""
    return bool(_MASKED_VALUE.fullmatch(text))


def mask_options(options: t.Mapping[str, t.Any], mask: SecretMask) -> None:
    """Add the secrets in the options of a destination to the mask, also those in the wrong option, such as a destination
    string given as C(endpoint), which Ansible would show."""
    hec_token = options.get("hec_token")
    mask.add(hec_token)
    for text in (options.get("destination_conf"), options.get("endpoint")):
        if text and _PART_OF_URL.search(text):
            mask.add(text, *secrets_in(text))
    try:
        mask.add(bare_token(hec_token or ""))
    except OptionError:
        return
