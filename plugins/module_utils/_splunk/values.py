# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The types of what Splunk manages (tokens, HEC settings, indexes), and values that its APIs spell in many ways.
Pure: no I/O."""

from __future__ import annotations

import re
import typing as t


class Acl(t.TypedDict, total=False):
    """Who may see and change a token. An option may set some of the keys only."""

    owner: str
    sharing: str
    read: list[str]
    write: list[str]


class TokenSettings(t.TypedDict):
    """All settings of a token, under the names of the module's options. Text that is not set is ""."""

    enabled: bool
    index: str
    indexes: list[str]
    sourcetype: str
    source: str
    host: str
    description: str
    use_ack: bool
    acl: Acl


class HecSettings(t.TypedDict):
    """All settings of HEC as a whole, under the names of the module's options. A number that cannot be read is None."""

    enabled: bool
    port: int | None
    enable_ssl: bool
    dedicated_io_threads: int | None
    max_sockets: int | None
    max_threads: int | None
    use_deployment_server: bool
    server_cert: str


class Token(t.NamedTuple):
    """A HEC token as Splunk has it.

    ``value`` is None if Splunk does not show it to this user. ``app`` is the app that the token lives in, "" in Splunk
    Cloud. ``further`` are settings that no option has, under the names of the API: a copy of the token gets them too.
    """

    name: str
    settings: TokenSettings
    value: str | None
    app: str
    further: t.Mapping[str, str] = {}


class Server(t.NamedTuple):
    """What a management API reports about its server: its roles, such as C(cluster_peer), and whether it is one of Splunk
    Cloud."""

    roles: list[str]
    is_cloud: bool


class Index(t.NamedTuple):
    """An index for events."""

    name: str


# Some of the settings of a token or of HEC, under the names of the module's options: those to write.
SomeSettings = t.Mapping[str, t.Any]


def flag(value: t.Any) -> bool:
    """Return a switch from any spelling that a version of Splunk returns: JSON, "1", "0", "true", "false", absent."""
    return str(value).strip().lower() in ("1", "true", "t", "yes", "y", "on")


def number(value: t.Any) -> int | None:
    """Return a number that may come as text; None for anything else."""
    text = str(value).strip()
    # Python refuses to parse thousands of digits.
    return int(text) if re.fullmatch(r"-?[0-9]{1,100}", text) else None


def names(value: t.Any) -> list[str]:
    """Return a list that may come as text with commas: sorted, without repetitions."""
    items = value.split(",") if isinstance(value, str) else value or []
    return sorted({str(item).strip() for item in items if str(item).strip()})
