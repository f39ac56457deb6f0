# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for a source type in props.conf: its name, the plans that create, change and delete it, and when it is left to an
installed app. Pure: no I/O.

For incoming events, the settings of all apps count, whether or not an app shares them (Splunk's page "Configuration file
precedence"). For searches, a source type must be shared with all apps (C(global)).
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError
from .._core.outcome import NO_CHANGE, Plan
from .conf_values import same
from .logpush_events import TIME_FIELDS
from .sourcetype_settings import (
    MARK,
    TIME_SETTINGS,
    check_sourcetype_name,
    datasets_of,
    described_datasets,
    sourcetype_warnings,
    stanza,
)

DEFAULT_APP = "search"
SHARING = "global"


class WantedSourcetype(t.NamedTuple):
    """The source type that the options request. ``settings`` is empty if it must not exist."""

    name: str
    app: str
    datasets: list[str]
    settings: dict[str, str]


class SourcetypeStanza(t.NamedTuple):
    """The settings that one app has for a source type, together with the defaults of Splunk. ``read`` and ``write`` are the
    roles with these permissions."""

    name: str
    app: str
    settings: t.Mapping[str, str]
    sharing: str
    read: list[str]
    write: list[str]

    @property
    def is_ours(self) -> bool:
        """Whether this collection has written the stanza."""
        return MARK in self.settings.get("description", "")

    @property
    def times(self) -> dict[str, str]:
        """The settings for the time of an event that differ from the defaults of Splunk."""
        found = {name: self.settings.get(name, default) for name, default in TIME_SETTINGS.items()}
        return {name: value for name, value in found.items() if value not in ("", TIME_SETTINGS[name])}


class SourcetypePlan(t.NamedTuple):
    """What to do with a source type, the warnings about it, and the app and the settings that it has afterwards: those of an
    installed app if it is left alone."""

    plan: Plan
    warnings: list[str]
    app: str
    settings: t.Mapping[str, str]


def requested_sourcetype(options: t.Mapping[str, t.Any]) -> WantedSourcetype:
    """Return the source type that the options of C(splunk_sourcetype) request. Raises OptionError."""
    name = options["name"]
    check_sourcetype_name(name)
    is_present = (options.get("state") or "present") == "present"
    settings = stanza(options) if is_present else {}
    return WantedSourcetype(name, options.get("app") or DEFAULT_APP, datasets_of(options), settings)


def plan_present(wanted: WantedSourcetype, observed: t.Sequence[SourcetypeStanza]) -> SourcetypePlan:
    """Return the plan that creates or changes the source type. ``observed`` are the stanzas of all apps."""
    warnings = sourcetype_warnings(wanted.name, wanted.datasets)
    own = _of_app(wanted, observed)
    others = [one for one in observed if one.app != wanted.app and one.times]
    different = [one for one in others if _times_differ(wanted, one)]
    if own is None and others:
        warnings += [_left_alone(wanted, one) for one in different]
        return SourcetypePlan(NO_CHANGE, warnings, others[0].app, others[0].times)
    warnings += [_defined_twice(wanted, one) for one in different]
    warnings += existing_warnings(wanted.name, wanted.settings, [one for one in (own, *others) if one])
    return SourcetypePlan(_write(wanted, own), warnings, wanted.app, wanted.settings)


def plan_absent(wanted: WantedSourcetype, observed: t.Sequence[SourcetypeStanza]) -> SourcetypePlan:
    """Return the plan that deletes the source type. Raises CollectionError for one that this collection has not written."""
    own = _of_app(wanted, observed)
    if own is None:
        return SourcetypePlan(NO_CHANGE, [], wanted.app, {})
    if not own.is_ours:
        raise CollectionError(
            f"Source type {wanted.name} in app {wanted.app} was not written by this module: its description does not contain "
            f'"{MARK}". It is not deleted. If nobody needs it, delete it in Splunk.'
        )
    before = {name: value for name, value in own.settings.items() if name in ("description", *TIME_SETTINGS) and value}
    return SourcetypePlan(Plan("deleted", {}, {}, before, {}), [], wanted.app, {})


def _of_app(wanted: WantedSourcetype, observed: t.Iterable[SourcetypeStanza]) -> SourcetypeStanza | None:
    return next((one for one in observed if one.app == wanted.app), None)


def _write(wanted: WantedSourcetype, own: SourcetypeStanza | None) -> Plan:
    """Return the plan that writes only what differs. A source type of somebody else keeps its description, so that it is never
    deleted as if it were ours."""
    target = {**wanted.settings, "sharing": SHARING}
    if own is None:
        return Plan("created", wanted.settings, target, {}, target)
    settings = {name: value for name, value in wanted.settings.items() if own.is_ours or name != "description"}
    body = {
        name: value for name, value in settings.items() if not same(name, value, own.settings.get(name, "").strip())
    }
    after: dict[str, t.Any] = dict(body)
    before: dict[str, t.Any] = {name: own.settings.get(name, "") for name in body}
    if own.sharing != SHARING:
        before["sharing"], after["sharing"] = own.sharing, SHARING
    if not after:
        return NO_CHANGE
    return Plan("updated", body, target, before, after)


def _times_differ(wanted: WantedSourcetype, other: SourcetypeStanza) -> bool:
    return any(wanted.settings.get(name, "") != other.times.get(name, "") for name in TIME_SETTINGS)


def _left_alone(wanted: WantedSourcetype, other: SourcetypeStanza) -> str:
    """Return the warning about a source type that an installed app defines."""
    listed = ", ".join(f"{name} = {value}" for name, value in other.times.items())
    unread = [f"{dataset} ({TIME_FIELDS[dataset]})" for dataset in wanted.datasets if not _reads(other, dataset)]
    problems = [f"the time of {', '.join(unread)}"] if unread else []
    formats = other.times.get("TIME_FORMAT", ""), wanted.settings.get("TIME_FORMAT", "")
    if all(formats) and formats[0] != formats[1]:
        problems.append(f"timestamps of the form {formats[1]}")
    advice = (
        f"It does not read {', nor '.join(problems)}: use another source type for these jobs, and this module to create it."
        if problems
        else "Compare the times of new events with their own timestamps."
    )
    return f"App {other.app} already defines source type {wanted.name} ({listed}), so it is left as it is. {advice}"


def _defined_twice(wanted: WantedSourcetype, other: SourcetypeStanza) -> str:
    return (
        f"App {other.app} defines source type {wanted.name} as well. The settings of app {wanted.app}, which this module writes, "
        f"take precedence over those in the folder default of app {other.app}. To use those of app {other.app}, run this module "
        "with state: absent."
    )


def existing_warnings(
    name: str, wanted: t.Mapping[str, str], existing: t.Iterable[SourcetypeStanza]
) -> t.Iterator[str]:
    """Yield warnings about the stanzas that a source type has: settings for the time that stay beside the wanted ones, and
    datasets whose time the wanted settings do not read any more."""
    for one in existing:
        others = [f"{key} = {value}" for key, value in one.times.items() if key not in wanted]
        if others:
            yield (
                f"Source type {name} also has {', '.join(others)} in app {one.app}, with which Splunk may not use TIME_PREFIX and "
                "TIME_FORMAT. Remove it there, or set the value in settings."
            )
        served = described_datasets(one.settings.get("description", ""))
        lost = [dataset for dataset in served if not _reads(one._replace(settings=wanted), dataset)]
        if lost:
            yield (
                f"Source type {name} no longer reads the time of {', '.join(lost)}. If jobs still push these datasets with it, add "
                "them to datasets."
            )


def _reads(other: SourcetypeStanza, dataset: str) -> bool:
    """Return whether the TIME_PREFIX of an app finds the time of a dataset; true if that cannot be told."""
    field = TIME_FIELDS.get(dataset)
    prefix = other.times.get("TIME_PREFIX", "")
    if not field or not prefix:
        return True
    try:
        return any(
            re.search(prefix, f'{{"a":1,"{field}":{value}}}') for value in ('"2026-01-02T03:04:05Z"', "1767323045")
        )
    except re.error:
        # Splunk's regular expressions are not quite those of Python.
        return True
