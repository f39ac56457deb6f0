# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Splunk's configuration files mean: the HEC settings, HEC tokens, indexes and source types in them, errors that stop a
bundle, and changes that need a restart.

From inputs.conf.spec and indexes.conf.spec, and Splunk's pages "Update common peer configurations and apps" and "Determine which
indexes.conf changes require restart".
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
import uuid

from . import event_time
from .conf_files import DEFAULT, App, enabled, in_force, owners
from .splunk_indexes import DEFAULTS as INDEX_DEFAULTS
from .splunk_inputs import GLOBAL_ARGUMENTS, GLOBAL_FLAGS, GLOBAL_NUMBERS, PREFIX, TOKEN_ARGUMENTS, TOKEN_FLAGS
from .splunk_props import Stanza
from .splunk_state import HEC_DEFAULTS, HecToken, Index

NUMBER = re.compile(r"^-?\d+$")
TRUE = ("1", "true", "t", "yes", "y")
INDEX_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*$")
INDEX_PATHS = ("homePath", "coldPath", "thawedPath")
# Settings of an index that only a restart changes.
INDEX_RESTARTS = (*INDEX_PATHS, "repFactor")
# Settings of [http] that only a restart changes while HEC is on.
HTTP_RESTARTS = ("port", "enableSSL", "serverCert", "sslPassword", "maxThreads", "maxSockets", "dedicatedIoThreads")

Mapping = t.Dict[str, t.Any]


def splunk_config(apps: t.Sequence[App]) -> Mapping:
    """Return what the files of apps define, each kind by name: ``hec_settings``, ``hec_tokens``, ``indexes``."""
    conf = in_force(apps)
    inputs = conf.get("inputs", {})
    app_of = owners(apps, "inputs")
    tokens = {
        stanza[len(PREFIX) :]: _token(stanza[len(PREFIX) :], settings, app_of[stanza])
        for stanza, settings in inputs.items()
        if stanza.startswith(PREFIX)
    }
    indexes = {
        name: dataclasses.asdict(_index(name, settings))
        for name, settings in conf.get("indexes", {}).items()
        if ":" not in name
    }
    return {
        "hec_settings": {name: _setting(name, value) for name, value in inputs.get("http", {}).items()},
        "hec_tokens": tokens,
        "indexes": indexes,
    }


def source_types(apps: t.Iterable[App]) -> list[Stanza]:
    """Return the stanzas of props.conf in the files of apps."""
    return [
        Stanza(name, app.name, {**conf.get(DEFAULT, {}), **settings}, folder, sharing="global")
        for app in enabled(apps)
        for folder, conf in (("default", app.default.get("props", {})), ("local", app.local.get("props", {})))
        for name, settings in conf.items()
        if name != DEFAULT and "::" not in name
    ]


def _token(name: str, settings: t.Mapping[str, str], app: str) -> Mapping:
    given = [key for key in settings if key in TOKEN_ARGUMENTS]
    known = {
        key: value for key, value in settings.items() if key in {field.name for field in dataclasses.fields(HecToken)}
    }
    flags = {key: is_true(known[key]) for key in TOKEN_FLAGS if key in known}
    lists = {"indexes": [one.strip() for one in known.get("indexes", "").split(",") if one.strip()]}
    more = {key: value for key, value in settings.items() if key not in known}
    whole = {"token": "", "index": "default", **known, **flags, **lists}
    return dataclasses.asdict(HecToken(name, app=app, more=more, given=sorted(given), **whole))  # type: ignore[arg-type]


def _index(name: str, settings: t.Mapping[str, str]) -> Index:
    own = {key: value for key, value in settings.items() if key not in ("datatype", "disabled")}
    numbers = {
        key: int(value) for key, value in own.items() if isinstance(INDEX_DEFAULTS.get(key), int) and value.isdigit()
    }
    return Index(name, settings.get("datatype", "event"), is_true(settings.get("disabled", "0")), {**own, **numbers})


def _setting(name: str, value: str) -> t.Any:
    """Return a setting of [http] in the form in which the management API keeps it."""
    if name in GLOBAL_FLAGS:
        return is_true(value)
    if name in GLOBAL_NUMBERS:
        return int(value) if NUMBER.match(value) else HEC_DEFAULTS[name]
    if name == "indexes":
        return [one.strip() for one in value.split(",") if one.strip()]
    return value


def is_true(value: str) -> bool:
    """Return whether a flag of a configuration file is on."""
    return value.strip().lower() in TRUE


def errors(apps: t.Sequence[App]) -> list[str]:
    """Return the errors for which a cluster manager refuses a bundle. An index that a token names and that does not exist is none:
    Splunk accepts such a token, and loses its events.
    """
    conf = in_force(apps)
    found = [problem for app in apps for problem in app.problems]
    for stanza, settings in conf.get("inputs", {}).items():
        if stanza == "http":
            found += _unknown("inputs", stanza, settings, GLOBAL_ARGUMENTS)
            wrong = [key for key in GLOBAL_NUMBERS if not NUMBER.match(settings.get(key, "0"))]
            found += [f"Invalid value in stanza [http] in inputs.conf: {key} has to be a number" for key in wrong]
        elif stanza.startswith(PREFIX):
            found += _unknown("inputs", stanza, settings, (*TOKEN_ARGUMENTS, "token"))
            if not _is_guid(settings.get("token", "")):
                found.append(f"The token of [{stanza}] in inputs.conf has to be a GUID.")
    found += _index_errors(conf.get("indexes", {}))
    for stanza, settings in conf.get("props", {}).items():
        try:
            event_time.check(settings)
        except ValueError as error:
            found.append(f"Invalid setting in [{stanza}] of props.conf: {error}")
    return found


def _index_errors(stanzas: t.Mapping[str, t.Mapping[str, str]]) -> list[str]:
    found = []
    paths: dict[str, str] = {}
    for name, settings in stanzas.items():
        if ":" in name:
            continue
        if (not INDEX_NAME.match(name) and name not in ("_internal", "_audit", "_introspection")) or "kvstore" in name:
            found.append(f"Invalid index name: {name}")
        if settings.get("repFactor", "0") not in ("0", "auto"):
            found.append(f"Invalid repFactor of index {name}: it has to be 0 or auto.")
        for key in INDEX_PATHS:
            path = settings.get(key, "")
            if not path:
                found.append(f"Required parameter={key} not configured for index={name}")
            elif paths.setdefault(path, name) != name:
                found.append(f"index={name} has the same {key} as index={paths[path]}: {path}")
    return found


def _unknown(file: str, stanza: str, settings: t.Mapping[str, str], known: t.Container[str]) -> list[str]:
    return [f"Invalid key in stanza [{stanza}] in {file}.conf: {key}" for key in settings if key not in known]


def _is_guid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def restart_reasons(before: t.Sequence[App], after: t.Sequence[App], kinds: t.Container[str]) -> list[str]:
    """Return why peers with the apps ``before`` have to restart for the apps ``after``; ``kinds`` are the changes that count."""
    old, new = splunk_config(before), splunk_config(after)
    was_on = not old["hec_settings"].get("disabled", True)
    is_on = not new["hec_settings"].get("disabled", True)
    changed = [key for key in HTTP_RESTARTS if old["hec_settings"].get(key) != new["hec_settings"].get(key)]
    both = old["indexes"].keys() & new["indexes"].keys()
    moved = [
        name
        for name in sorted(both)
        if any(
            old["indexes"][name]["settings"].get(key) != new["indexes"][name]["settings"].get(key)
            for key in INDEX_RESTARTS
        )
    ]
    differ = [app.checksum for app in before] != [app.checksum for app in after]
    reasons = {
        "any": "the files" if differ else "",
        "http_settings": f"[http] {', '.join(changed)}" if changed and was_on and is_on else "",
        "hec_enabled": "[http] disabled" if was_on != is_on else "",
        "tokens": "inputs.conf" if old["hec_tokens"] != new["hec_tokens"] else "",
        "index_removed": ", ".join(sorted(old["indexes"].keys() - new["indexes"].keys())),
        "index_paths": ", ".join(moved),
        "app_removed": ", ".join(sorted({app.name for app in before} - {app.name for app in after})),
    }
    return [f"{kind}: {reason}" for kind, reason in reasons.items() if reason and kind in kinds]


def overlaid(below: t.Mapping[str, t.Any], above: t.Mapping[str, t.Any]) -> Mapping:
    """Return a mapping with the values of another one on top, at every depth."""
    both = {
        key: overlaid(below[key], value) if isinstance(value, dict) and isinstance(below.get(key), dict) else value
        for key, value in above.items()
    }
    return {**below, **both}


def merged(before: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> Mapping:
    """Return the new configuration of an instance whose files change from ``before`` to ``after``, and which has ``now``: what the
    management API changed there is in its own ``local`` files, which win.
    """
    found: Mapping = {}
    for key in {**before, **now, **after}:
        old, current, new = before.get(key), now.get(key), after.get(key)
        if isinstance(current, dict) and (isinstance(new, dict) or isinstance(old, dict)) and current != old:
            value: t.Any = merged(old or {}, current, new or {})
        else:
            value = new if current in (old, None) else current
        if value is not None:
            found[key] = value
    return found
