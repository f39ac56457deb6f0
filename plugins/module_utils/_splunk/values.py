# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The types of Splunk's objects (tokens, HEC settings, indexes), and parsers for values that its APIs spell in several ways.
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
    """All settings of a token, under the names of the module's options. An unset text is ""."""

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

    ``value`` is None if Splunk does not show it to this user. ``app`` is the app of the token, "" in Splunk Cloud.
    ``further`` are settings without an option, under the names of the API, which a copy of the token gets as well.
    """

    name: str
    settings: TokenSettings
    value: str | None
    app: str
    further: t.Mapping[str, str] = {}


class Server(t.NamedTuple):
    """The server of a management API: its roles, such as C(cluster_peer), whether it belongs to Splunk Cloud, and the names that its own
    events can have as C(host)."""

    roles: list[str]
    is_cloud: bool
    names: t.Sequence[str] = ()


class Index(t.NamedTuple):
    """An index for events."""

    name: str


class CloudIndex(t.NamedTuple):
    """An index on Splunk Cloud: its type (C(event) or C(metric)), and its retention under the names of the module's options, numbers
    of days and of MB."""

    name: str
    datatype: str
    retention: t.Mapping[str, int]


# Some of the settings of a token or of HEC, under the names of the module's options: those to write.
SomeSettings = t.Mapping[str, t.Any]


def flag(value: t.Any) -> bool:
    """Return a boolean from any spelling that a version of Splunk returns: JSON, "1", "0", "true", "false", absent."""
    return str(value).strip().lower() in ("1", "true", "t", "yes", "y", "on")


def number(value: t.Any) -> int | None:
    """Return a number, which may be text; None for anything else."""
    text = str(value).strip()
    # Python refuses to parse thousands of digits.
    return int(text) if re.fullmatch(r"-?[0-9]{1,100}", text) else None


def names(value: t.Any) -> list[str]:
    """Return a list, which may be text with commas, sorted and without repetitions."""
    items = value.split(",") if isinstance(value, str) else value or []
    return sorted({str(item).strip() for item in items if str(item).strip()})
