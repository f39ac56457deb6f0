# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What an app depends on: its own folder C(local), and the other apps in the same folder. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.results import first_of
from .app_request import APP, INDEXES, INPUTS, PROPS, AppRequest, Stanza, token_stanza
from .conf_file import GLOBAL, ConfFile, Settings
from .conf_values import same
from .sourcetype_rules import SourcetypeStanza, existing_warnings
from .sourcetype_settings import MARK

_PATHS = ("homePath", "coldPath", "thawedPath")
_INDEXES_OF_SPLUNK = ("main", "default", "history", "summary", "splunklogger")

Conf = t.Mapping[str, Settings]
# The file, the stanza, the key and the value of a setting that the app must have.
ManagedSetting = t.Tuple[str, str, str, str]


class OtherApp(t.NamedTuple):
    """Another app in the same folder: the stanzas of its files, those of C(local) over those of C(default).
    ``http_in_local`` are its settings of HEC in C(local)."""

    name: str
    inputs: Conf
    indexes: Conf
    props: Conf
    http_in_local: Settings


class Surroundings(t.NamedTuple):
    """What an app depends on: the files of its own C(local) folder by their names, and the other apps.

    ``shared`` is whether all apps reach the same instances, as those of a cluster do. A deployment server sends each app to
    clients of its own. ``unread`` are the apps that this user cannot read.
    """

    local: t.Mapping[str, str]
    others: t.Sequence[OtherApp] = ()
    shared: bool = True
    unread: t.Sequence[str] = ()


def own_stanzas(
    request: AppRequest,
    files: t.Mapping[str, ConfFile],
    local: t.Mapping[str, ConfFile],
    surroundings: Surroundings,
) -> tuple[list[Stanza], list[str]]:
    """Return the stanzas that the app should have, and warnings about those that another app has already."""
    own: list[Stanza] = []
    warnings: list[str] = []
    own_indexes = [conf.stanzas() for conf in (files[INDEXES], local.get(in_local_folder(INDEXES))) if conf]
    all_indexes = [*(other.indexes for other in surroundings.others), *own_indexes]
    for stanza in request.stanzas:
        paths = _paths(stanza.name, all_indexes) if stanza.file == INDEXES else {}
        other = _defining_app(stanza, surroundings.others, paths)
        existing = files[stanza.file].stanzas().get(stanza.name)
        if stanza.file == INDEXES and any(stanza.name in conf for conf in own_indexes):
            own.append(stanza._replace(inherited=paths))
        elif other is None or existing is not None:
            # The description of a source type says whether the collection has written it.
            of_somebody_else = stanza.file == PROPS and MARK not in (existing or {}).get("description", MARK)
            own.append(stanza._replace(initial=["description"]) if of_somebody_else else stanza)
            if stanza.file == PROPS:
                warnings += _existing_warnings(request.name, stanza, files, local)
        elif stanza.file == PROPS:
            elsewhere = (
                "" if surroundings.shared else f" A client needs that app, too, to read the times of {stanza.name}."
            )
            warnings.append(
                f"App {other.name} already defines source type {stanza.name}, which stays as it is there.{elsewhere}"
            )
        elif surroundings.shared:
            warnings.append(f"App {other.name} already defines index {stanza.name}, which stays as it is there.")
        else:
            _check_paths(stanza, other, paths)
            own.append(stanza)
    return own, [*request.warnings, *warnings]


def _existing_warnings(
    app: str, sourcetype: Stanza, files: t.Mapping[str, ConfFile], local: t.Mapping[str, ConfFile]
) -> t.Iterator[str]:
    """Return the warnings about what a source type of the app has already."""
    confs = [files[PROPS], local.get(in_local_folder(PROPS), ConfFile())]
    settings = {key: value for conf in confs for key, value in conf.stanzas().get(sourcetype.name, {}).items()}
    existing = SourcetypeStanza(sourcetype.name, app, settings, "", [], [])
    return existing_warnings(sourcetype.name, sourcetype.settings, [existing])


def _paths(index: str, apps: t.Sequence[Conf]) -> Settings:
    """Return the paths that apps set for an index, in its own stanza or in [default], which counts for every index."""
    found: Settings = {}
    for name in (GLOBAL, index):
        for conf in apps:
            found.update({key: value for key, value in conf.get(name, {}).items() if key in _PATHS})
    return {key: value.replace("$_index_name", index) for key, value in found.items()}


def _defining_app(stanza: Stanza, others: t.Sequence[OtherApp], paths: Settings) -> OtherApp | None:
    """Return the other app that defines the source type or the index of a stanza. ``paths`` are those of the index."""
    for other in others:
        if (
            stanza.file == PROPS
            and SourcetypeStanza(stanza.name, other.name, other.props.get(stanza.name, {}), "", [], []).times
        ):
            return other
        # A stanza without a path, for which [default] has none either, changes an index, and does not define it.
        if stanza.file == INDEXES and stanza.name in other.indexes and "homePath" in paths:
            return other
    return None


def _check_paths(stanza: Stanza, other: OtherApp, paths: Settings) -> None:
    different = [key for key in stanza.initial if paths.get(key, stanza.settings[key]) != stanza.settings[key]]
    if different:
        raise CollectionError(
            f"App {other.name} defines index {stanza.name} with another {different[0]}. On a client that gets both apps, the "
            f"events of one of the paths would be hidden. Leave {stanza.name} out of indexes. Nothing was written."
        )


def check_local(managed: t.Iterable[ManagedSetting], removed: t.Sequence[str], local: t.Mapping[str, ConfFile]) -> None:
    """Check that C(local), which wins in Splunk, has no other value of a managed setting. Raises CollectionError."""
    stanzas = {file: conf.stanzas() for file, conf in local.items()}
    conflicts = []
    for file, stanza, key, value in managed:
        place = in_local_folder(file)
        found = stanzas.get(place, {}).get(stanza, {}).get(key)
        if found is not None and not same(key, found, value):
            conflicts.append(f"{place}, [{stanza}], {key}")
    conflicts += [
        f"local/inputs.conf, [{token_stanza(name)}]"
        for name in removed
        if token_stanza(name) in stanzas.get("local/inputs.conf", {})
    ]
    if conflicts:
        raise CollectionError(
            f"The app has other values in its folder local, which take precedence in Splunk: {first_of(conflicts)}. Remove these settings "
            "there, or request the values that they have. Nothing was written."
        )


def in_local_folder(file: str) -> str:
    """Return the file that overrides a file of the app."""
    return f"local/{file.partition('/')[2]}"


def surroundings_warnings(
    request: AppRequest,
    files: t.Mapping[str, ConfFile],
    local: t.Mapping[str, ConfFile],
    surroundings: Surroundings,
    managed: t.Sequence[ManagedSetting],
) -> list[str]:
    """Return the warnings about what the app depends on, and other apps that have the same settings."""
    indexes: dict[str, t.Any] = dict(files[INDEXES].stanzas())
    if "local/indexes.conf" in local:
        indexes.update(local["local/indexes.conf"].stanzas())
    for other in surroundings.others:
        indexes.update(other.indexes)
    return [
        *_disabled_warnings(request.name, {**files, **local}),
        *_index_warnings(request, indexes),
        *_volume_warnings(files[INDEXES].stanzas(), indexes),
        *_hec_warnings(request.name, managed, surroundings.others),
        *_removal_warnings(request.removed, surroundings.others),
        *([] if surroundings.shared else _token_warnings(request, surroundings.others)),
        *(
            f"This user cannot read app {name}, which may have the same HEC tokens, indexes and source types."
            for name in surroundings.unread
        ),
    ]


def _disabled_warnings(app: str, files: t.Mapping[str, ConfFile]) -> t.Iterator[str]:
    for file in (in_local_folder(APP), APP):
        state = files[file].stanzas().get("install", {}).get("state") if file in files else None
        if state == "disabled":
            yield f"App {app} is disabled ({file}, [install], state), so Splunk does not use its settings. Remove state there."
        if state is not None:
            return


def _index_warnings(request: AppRequest, known: t.Collection[str]) -> list[str]:
    used: dict[str, list[str]] = {}
    for token in request.tokens:
        for index in token.indexes:
            used.setdefault(index, []).append(token.name)
    return [
        f"HEC token {first_of(names, ', ')} uses index {index}, which no app in dest defines. If the indexers do not have it, Splunk "
        "accepts the events and drops them. Add it to indexes, so that both arrive together."
        for index, names in used.items()
        if index not in known and index not in _INDEXES_OF_SPLUNK and not index.startswith("_")
    ]


def _volume_warnings(own: Conf, known: t.Collection[str]) -> list[str]:
    volumes = {
        settings[key].partition(":")[2].partition("/")[0]
        for settings in own.values()
        for key in ("homePath", "coldPath")
        if settings.get(key, "").startswith("volume:")
    }
    return [
        f"No app in dest defines the volume {volume}. Splunk refuses an index on a volume that it does not know."
        for volume in sorted(volumes)
        if f"volume:{volume}" not in known
    ]


def _hec_warnings(app: str, managed: t.Iterable[ManagedSetting], others: t.Sequence[OtherApp]) -> t.Iterator[str]:
    """Yield the settings of HEC for which another app wins: with a value in its folder C(local), or with a name that comes first
    in ASCII order (Splunk's page "Configuration file precedence")."""
    own = {key: value for file, stanza, key, value in managed if (file, stanza) == (INPUTS, "http")}
    for other in others:
        winning = other.inputs.get("http", {}) if other.name < app else other.http_in_local
        keys = sorted(key for key, value in own.items() if not same(key, winning.get(key, value), value))
        if keys:
            yield (
                f"App {other.name} has other values in [http], which take precedence over those of this app in Splunk: {', '.join(keys)}. "
                f"Remove them in {other.name}, or request the same values."
            )


def _removal_warnings(removed: t.Sequence[str], others: t.Sequence[OtherApp]) -> t.Iterator[str]:
    for other in others:
        names = [name for name in removed if token_stanza(name) in other.inputs]
        if names:
            yield (
                f"App {other.name} has HEC tokens that this app should not have: {first_of(names, ', ')}. They stay there, and "
                f"Splunk still accepts their values. Remove them in {other.name}, too."
            )


def _token_warnings(request: AppRequest, others: t.Sequence[OtherApp]) -> t.Iterator[str]:
    for other in others:
        names = [token.name for token in request.tokens if token.stanza in other.inputs]
        if names:
            yield (
                f"App {other.name} has HEC tokens of the same name: {first_of(names, ', ')}. On a client that gets both apps, the "
                "name of the app decides which value counts."
            )
