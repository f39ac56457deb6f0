# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""What HEC and its tokens should be, what they are, and the difference. Pure: no I/O.

The same rules serve Splunk Enterprise and Splunk Cloud: each client room gives and takes the settings of a token under
the names of the module's options, and no spelling of the two APIs comes in here. What they spell in many ways
(C(true), C("1"), C("main,history")) is read by ``flag``, ``number`` and ``names``.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._destination import bare_token
from ansible_collections.edgeops.logpush.plugins.module_utils._errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._outcome import action_of
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import MASK
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import Settings, names

# The settings of a token, under the names of the options; its name and value come on top.
TOKEN_SETTINGS = ("enabled", "index", "indexes", "sourcetype", "source", "host", "description", "use_ack", "acl")
HEC_SETTINGS = (
    "enabled",
    "port",
    "enable_ssl",
    "dedicated_io_threads",
    "max_sockets",
    "max_threads",
    "use_deployment_server",
    "server_cert",
)
# splunkd reads these when it opens the port.
_SETTINGS_OF_THE_PORT = (
    "port",
    "enable_ssl",
    "dedicated_io_threads",
    "max_sockets",
    "max_threads",
    "server_cert",
    "ssl_password",
)

_NOT_SET = {"index": "default", "indexes": []}
# What a new token has where nobody says otherwise.
_NEW_TOKEN = {**dict.fromkeys(TOKEN_SETTINGS, ""), **_NOT_SET, "enabled": True, "use_ack": False, "acl": {}}
_ROLES_OF_A_CLUSTER = {
    "cluster_slave": "an indexer cluster peer",
    "cluster_peer": "an indexer cluster peer",
    "shc_member": "a search head cluster member",
    "shc_captain": "a search head cluster member",
}


class Plan(t.NamedTuple):
    """What HEC or a token needs. ``changes`` is what to send, by option name; ``before`` and ``after`` are what a diff
    may show; ``wanted`` is the whole as it will be, without the value of a token."""

    action: str
    changes: Settings
    wanted: Settings
    before: Settings
    after: Settings

    @property
    def writes(self) -> bool:
        """Whether anything is to be sent."""
        return self.action != "unchanged"


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
    """Give the value that the user chose for a token, bare, however it is spelt; None if Splunk may choose. Raises
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
    """Give what to send to make a token with these settings: what a new one has anyway is left out, for the word that
    stands for "no index" here is none that Splunk Cloud knows."""
    sent = {key: settings[key] for key in TOKEN_SETTINGS if key in settings and settings[key] != _NEW_TOKEN[key]}
    return _sendable(sent, dict(settings))


def plan_absent(observed: Settings | None) -> Plan:
    """Plan the removal of a token, if there is one."""
    if observed is None:
        return Plan("unchanged", {}, {}, {}, {})
    return Plan("deleted", {}, observed, dict(observed), {})


def wanted_settings(options: t.Mapping[str, t.Any]) -> Settings:
    """Check the options of HEC as a whole and give those that are managed. Raises OptionError."""
    wanted = {key: options[key] for key in HEC_SETTINGS if options.get(key) is not None}
    if not 1 <= wanted.get("port", 8088) <= 65535:
        raise OptionError("port", "must be from 1 to 65535")
    # Not so max_sockets and max_threads: less than 0 means no limit there (inputs.conf).
    if wanted.get("dedicated_io_threads", 0) < 0:
        raise OptionError("dedicated_io_threads", "must be 0 or more")
    path = wanted.get("server_cert", "")
    if not path.isprintable() or path != path.strip():
        raise OptionError(
            "server_cert", "must be the path of a file on the host of Splunk, not what the file holds, without a space at its ends"
        )
    passphrase = options.get("ssl_password") or ""
    # Splunk would cut the spaces off, and so the key would not open.
    if not passphrase.isprintable() or passphrase != passphrase.strip():
        raise OptionError("ssl_password", "must be one line, without a space at its ends")
    if passphrase and not path and options["ssl_password_mode"] == "on_change":
        raise OptionError("ssl_password", "is sent when server_cert changes: give server_cert, too, or ssl_password_mode: always")
    return wanted


def passphrase_to_send(options: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any], observed: Settings) -> str | None:
    """Give the passphrase of the key of HEC, if it is to be sent: nobody can read the one that Splunk has, so that of a
    certificate that is there already counts as right unless the user says otherwise."""
    other_certificate = "server_cert" in wanted and wanted["server_cert"] != observed.get("server_cert")
    return options.get("ssl_password") if other_certificate or options["ssl_password_mode"] == "always" else None


def plan_settings(wanted: t.Mapping[str, t.Any], observed: Settings, passphrase: str | None = None) -> Plan:
    """Plan what makes HEC as a whole what it should be. ``passphrase`` is sent whatever Splunk has, and not shown."""
    changes = {key: value for key, value in wanted.items() if observed.get(key) != value}
    before, after, settings = {key: observed.get(key) for key in changes}, dict(changes), {**observed, **changes}
    if passphrase:
        changes["ssl_password"] = passphrase
        before, after = {**before, "ssl_password": f"{MASK} (old)"}, {**after, "ssl_password": f"{MASK} (new)"}
    return Plan(action_of(changes), changes, settings, before, after)


def restart_needed(plan: Plan) -> bool:
    """Whether splunkd takes the change up only after a restart: a port that stays open stays as it is."""
    open_all_along = plan.wanted["enabled"] and "enabled" not in plan.changes
    return open_all_along and any(key in plan.changes for key in _SETTINGS_OF_THE_PORT)


def cluster_warning(server_roles: t.Iterable[str]) -> str | None:
    """Give a warning where a token made by REST would be on one member of a cluster only."""
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
