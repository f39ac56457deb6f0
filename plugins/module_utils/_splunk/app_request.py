# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options of C(splunk_hec_app): check them, and turn them into stanzas of .conf files. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .conf_values import check_value, written
from .fields import HEC_FIELDS, TOKEN_FIELDS
from .index_rules import requested_index
from .settings_rules import requested_settings
from .sourcetype_settings import check_sourcetype_name, datasets_of, sourcetype_warnings, stanza
from .token_rules import bare_token, requested_token

Options = t.Mapping[str, t.Any]

APP, INPUTS, INDEXES, PROPS = (f"default/{name}.conf" for name in ("app", "inputs", "indexes", "props"))
METADATA = "metadata/default.meta"
# In the order in which they are replaced: a token comes after its index and its source type.
FILES = (METADATA, APP, INDEXES, PROPS, INPUTS)

_GUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The folder of an app is also its ID, for which app.conf.spec states these rules.
_APP_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,98}[A-Za-z0-9_]")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)")
_VERSION = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}")
_VOLUME = re.compile(r"[A-Za-z0-9_.-]{1,80}")

_TOKEN_KEYS = {"enabled": "disabled", "host": "host", **TOKEN_FIELDS}
_INDEX_LIMITS = {
    "frozen_time_period_in_secs": "frozenTimePeriodInSecs",
    "max_total_data_size_mb": "maxTotalDataSizeMB",
    "max_data_size": "maxDataSize",
    "home_path_max_data_size_mb": "homePath.maxDataSizeMB",
    "cold_path_max_data_size_mb": "coldPath.maxDataSizeMB",
}
_MAX_DATA_SIZE = re.compile(r"auto|auto_high_volume|[1-9]\d{0,9}")
_LARGEST = 4294967295


class Stanza(t.NamedTuple):
    """A stanza of a file of the app, as a task requests it.

    ``initial`` are the keys of settings that keep another value that they have. ``fixed`` are those of which another value is
    an error. ``option`` is the option that requests the stanza.
    """

    file: str
    name: str
    settings: t.Mapping[str, str]
    initial: t.Collection[str] = ()
    fixed: t.Collection[str] = ()
    option: str = ""
    inherited: t.Mapping[str, str] = {}


class RequestedValue(t.NamedTuple):
    """A token of the app: the value that the user chose (None: read back, or made once), its indexes, the option with the
    value, and whether the value may replace another one."""

    name: str
    value: str | None
    indexes: list[str]
    option: str
    recreate: bool

    @property
    def stanza(self) -> str:
        """The name of its stanza."""
        return token_stanza(self.name)


class AppRequest(t.NamedTuple):
    """An app as a task requests it. ``removed`` are the names of tokens that it must not have, ``warnings`` are about the
    source types."""

    name: str
    stanzas: list[Stanza]
    tokens: list[RequestedValue]
    removed: list[str]
    warnings: list[str]


def token_stanza(name: str) -> str:
    """Return the name of the stanza of a token."""
    return f"http://{name}"


def is_guid(value: str) -> bool:
    """Return whether a value is a GUID, as the value of a token must be."""
    return bool(_GUID.fullmatch(value))


def requested_app_name(options: Options) -> str:
    """Return the name of the app, which is the name of its folder. Raises OptionError."""
    name = str(options["name"])
    if not _APP_NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise OptionError(
            "name",
            "is the name of the folder and the ID of the app: letters, digits, dots and _ only, beginning with a letter, not "
            "ending with a dot",
        )
    return name


def requested_app(options: Options) -> AppRequest:
    """Return the app that the options of C(splunk_hec_app) request. Raises OptionError."""
    name = requested_app_name(options)
    tokens = list(options.get("tokens") or [])
    present = [(number, token) for number, token in enumerate(tokens) if token.get("state") != "absent"]
    _check_unique("tokens", [str(token["name"]) for token in tokens])
    requested = [_token(f"tokens[{number}].", token) for number, token in present]
    values = [value for dummy, value in requested]
    _check_unique("tokens", [value.value.lower() for value in values if value.value], "value")
    indexes = [_index(f"indexes[{number}].", index) for number, index in enumerate(options.get("indexes") or [])]
    _check_unique("indexes", [stanza.name for stanza in indexes])
    types = [_sourcetype(f"sourcetypes[{at}].", entry) for at, entry in enumerate(options.get("sourcetypes") or [])]
    _check_unique("sourcetypes", [stanza.name for stanza in types])
    return AppRequest(
        name,
        [
            *_app(name, options),
            *_hec(options, enables=bool(present)),
            *(stanza for stanza, dummy in requested),
            *indexes,
            *types,
        ],
        values,
        [_token_name(f"tokens[{at}].", token) for at, token in enumerate(tokens) if token.get("state") == "absent"],
        [
            warning
            for entry in options.get("sourcetypes") or []
            for warning in sourcetype_warnings(entry["name"], datasets_of(entry))
        ],
    )


def _app(name: str, options: Options) -> t.Iterator[Stanza]:
    """Yield the stanzas of app.conf and of the metadata."""
    version, label = options.get("version"), options.get("label")
    if version is not None and not _VERSION.fullmatch(version):
        raise OptionError("version", "must have three numbers, such as 1.0.0")
    if label is not None:
        check_value("label", label)
        if not 5 <= len(label) <= 80 or label.lower().startswith("splunk for"):
            raise OptionError("label", 'must have 5 to 80 characters, and not begin with "Splunk for"')
    unset = [] if version else ["version"]
    number = version or "1.0.0"
    described = {
        "author": "edgeops.logpush",
        "description": "HTTP Event Collector, indexes and source types for Cloudflare Logpush",
        "version": number,
    }
    shown = {"is_visible": "false", "label": label or "HEC for Cloudflare Logpush"}
    permissions = {"access": "read : [ * ], write : [ admin, sc_admin ]", "export": "system"}
    yield Stanza(APP, "id", {"name": name, "version": number}, unset)
    yield Stanza(APP, "install", {"is_configured": "0"})
    yield Stanza(APP, "launcher", described, ["author", "description", *unset])
    yield Stanza(APP, "package", {"id": name, "check_for_updates": "false"})
    yield Stanza(APP, "ui", shown, ["is_visible"] if label else ["is_visible", "label"])
    yield Stanza(METADATA, "", permissions, permissions)


def _hec(options: Options, enables: bool) -> t.Iterator[Stanza]:
    """Yield the stanza of HEC as a whole. An app with tokens enables HEC unless the task says otherwise."""
    hec = options.get("hec")
    if hec is None and not enables:
        return
    try:
        requested = requested_settings(hec or {"enabled": True})
    except OptionError as error:
        raise OptionError(f"hec.{error.option}", error.problem) from None
    keys = {**HEC_FIELDS, "enabled": "disabled"}
    yield Stanza(INPUTS, "http", _settings("hec.", requested.settings, keys), option="hec")


def _token(option: str, token: Options) -> tuple[Stanza, RequestedValue]:
    name = _token_name(option, token)
    try:
        requested = requested_token({**token, "name": name, "token": None})
        value = None if token.get("token") is None else bare_token(token["token"], "token")
        if value is not None and not is_guid(value):
            raise OptionError("token", "must be a GUID, such as 12345678-1234-5678-9abc-123456789abc")
    except OptionError as error:
        raise OptionError(f"{option}{error.option}", error.problem) from None
    settings = requested.settings
    if settings.get("indexes") and not settings.get("index"):
        raise OptionError(f"{option}index", "is required with indexes: it is the index for events that name none")
    stanza = Stanza(INPUTS, token_stanza(name), _settings(option, settings, _TOKEN_KEYS), option=option.rstrip("."))
    used = {settings["index"]} if settings.get("index") else set()
    indexes = sorted(used | set(settings.get("indexes") or []))
    return stanza, RequestedValue(name, value, indexes, f"{option}token", requested.recreate)


def _token_name(option: str, token: Options) -> str:
    """Return the name of a token, which must be one that every version of Splunk can disable and delete (CVE-2026-131193)."""
    name = str(token["name"])
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,255}", name) or name in (".", "..", "http"):
        raise OptionError(f"{option}name", "must have only letters, digits, dots, _ and -")
    return name


def _settings(option: str, settings: t.Mapping[str, t.Any], keys: t.Mapping[str, str]) -> dict[str, str]:
    """Return the settings of options under the names that they have in a .conf file."""
    found = {}
    for name, value in settings.items():
        text = written(not value if name == "enabled" else value)
        check_value(f"{option}{name}", text)
        found[keys.get(name, name)] = text
    return found


def _index(option: str, index: Options) -> Stanza:
    try:
        name = requested_index(index).name
    except OptionError as error:
        raise OptionError(f"{option}{error.option}", error.problem) from None
    if name in ("main", "default", "history", "summary", "splunklogger"):
        raise OptionError(f"{option}name", f"{name} is an index of Splunk itself, which an app should not change")
    limits = {}
    for key, field in _INDEX_LIMITS.items():
        value = index.get(key)
        if value is None:
            continue
        if key == "max_data_size" and not _MAX_DATA_SIZE.fullmatch(str(value)):
            raise OptionError(f"{option}{key}", "must be auto, auto_high_volume or a number of megabytes")
        if key != "max_data_size" and not 0 <= value <= _LARGEST:
            raise OptionError(f"{option}{key}", f"must be from 0 to {_LARGEST}")
        limits[field] = str(value)
    volume = index.get("volume")
    if volume is not None and not _VOLUME.fullmatch(volume):
        raise OptionError(f"{option}volume", "must be the name of a volume alone: letters, digits, dots, _ and -")
    # Splunk refuses a volume in thawedPath.
    base = f"volume:{volume}" if volume else "$SPLUNK_DB"
    paths = {
        "homePath": f"{base}/{name}/db",
        "coldPath": f"{base}/{name}/colddb",
        "thawedPath": f"$SPLUNK_DB/{name}/thaweddb",
    }
    fixed = ("homePath", "coldPath") if volume else ()
    return Stanza(INDEXES, name, {**paths, "repFactor": "auto", **limits}, paths, fixed, f"{option}volume")


def _sourcetype(option: str, entry: Options) -> Stanza:
    name = str(entry["name"])
    try:
        check_sourcetype_name(name)
        settings = stanza(entry)
    except OptionError as error:
        raise OptionError(f"{option}{error.option}", error.problem) from None
    return Stanza(PROPS, name, settings, option=option.rstrip("."))


def _check_unique(option: str, values: t.Sequence[str], what: str = "name") -> None:
    if len(set(values)) < len(values):
        repeated = f" {next(value for value in values if values.count(value) > 1)}" if what == "name" else ""
        raise OptionError(option, f"has two entries with the same {what}{repeated}")
