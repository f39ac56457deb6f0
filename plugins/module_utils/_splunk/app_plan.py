# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare an app with the files that exist, and return the files that it needs. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.results import first_of
from .._core.secrets import MASK
from .app_request import FILES, INDEXES, INPUTS, PROPS, AppRequest, RequestedValue, Stanza, is_guid, token_stanza
from .conf_file import ConfFile, Settings
from .conf_values import same

_INDEXES_OF_SPLUNK = ("main", "default", "history", "summary", "splunklogger")
_TOKEN = "token"

Texts = t.Mapping[str, str]
Conf = t.Mapping[str, Settings]
Changes = t.Dict[str, t.Dict[str, t.Dict[str, str]]]


class OtherApp(t.NamedTuple):
    """Another app in the same folder: the stanzas of its files, those of C(local) over those of C(default)."""

    name: str
    inputs: Conf
    indexes: Conf
    props: Conf


class Surroundings(t.NamedTuple):
    """What an app depends on: the files of its own C(local) folder by their names, and the other apps.

    ``shared`` is whether all apps reach the same instances, as those of a cluster do. A deployment server sends each app to
    clients of its own. ``unread`` are the apps that this user cannot read.
    """

    local: Texts
    others: t.Sequence[OtherApp] = ()
    shared: bool = True
    unread: t.Sequence[str] = ()


class AppPlan(t.NamedTuple):
    """The files that an app needs, by their names, and what changes in them.

    ``texts`` are all files of the app, ``values`` the values of the tokens, ``made`` the names of those with a new value.
    ``before`` and ``after`` contain no value of a token.
    """

    texts: dict[str, str]
    values: dict[str, str]
    made: set[str]
    before: Changes
    after: Changes
    warnings: list[str]


def plan_app(request: AppRequest, texts: Texts, surroundings: Surroundings, new_value: t.Callable[[], str]) -> AppPlan:
    """Return the plan of an app, whose files are C(texts) now. ``new_value`` makes the value of a token. Raises
    CollectionError."""
    files = {file: ConfFile(texts.get(file, "")) for file in FILES}
    local = {file: ConfFile(text) for file, text in surroundings.local.items()}
    for file, conf in [*files.items(), *local.items()]:
        check_readable(file, conf)
    stanzas, warnings = _own_stanzas(request, files, surroundings)
    values, made = _values(request, files, local, surroundings, new_value)
    changes = _Changes(files, local)
    for stanza in stanzas:
        value = next((values[token.name] for token in request.tokens if token.stanza == stanza.name), None)
        is_token = stanza.file == INPUTS and value is not None
        changes.apply(stanza._replace(settings={_TOKEN: value, **stanza.settings}) if is_token and value else stanza)
    for name in request.removed:
        changes.remove(INPUTS, token_stanza(name))
    _check_local(changes.managed, request.removed, local)
    warnings += _warnings(request, files, local, surroundings, changes)
    written = {file: conf.text for file, conf in files.items() if conf.text or file in texts}
    return AppPlan(written, values, made, changes.before, changes.after, warnings)


def check_readable(file: str, conf: ConfFile) -> None:
    """Check that every reader of a file reads the same in it. Raises CollectionError."""
    repeated = conf.repeated_stanzas()
    if repeated:
        raise CollectionError(
            f"{file} has the stanza [{repeated[0]}] more than once, and tools read that in different ways. Join the stanzas, then "
            "run this again. Nothing was written."
        )
    broken = conf.broken_lines()
    if broken:
        raise CollectionError(
            f"{file}, line {broken[0]}, is not a stanza, a setting or a comment. Correct the line, then run this again. "
            "Nothing was written."
        )


class _Changes:
    """The changes of the files of an app. ``managed`` are all settings that the app must have."""

    def __init__(self, files: t.Mapping[str, ConfFile], local: t.Mapping[str, ConfFile]) -> None:
        """Create the changes of files; ``local`` are those that override them."""
        self._files = files
        self._local = {file: conf.stanzas() for file, conf in local.items()}
        self.managed: list[tuple[str, str, str, str]] = []
        self.before: Changes = {}
        self.after: Changes = {}

    def apply(self, stanza: Stanza) -> None:
        """Give the settings of a stanza their values. Raises CollectionError."""
        conf = self._files[stanza.file]
        existing = conf.stanzas().get(stanza.name, {})
        in_local = self._local.get(in_local_folder(stanza.file), {}).get(stanza.name, {})
        self._check_keys(conf, stanza)
        for key in stanza.fixed:
            if not same(key, {**existing, **in_local}.get(key, stanza.settings[key]), stanza.settings[key]):
                raise CollectionError(
                    f"{stanza.option}: {stanza.file} has another value of {key} in [{stanza.name}]. A new path hides the events "
                    "that the index has. Remove the option, or move the index as Splunk describes. Nothing was written."
                )
        for key, requested in stanza.settings.items():
            if key in stanza.initial:
                value = existing.get(key) or in_local.get(key) or requested
            else:
                value = requested
                self.managed.append((stanza.file, stanza.name, key, value))
            if key not in existing or not same(key, existing[key], value):
                conf.set(stanza.name, key, value)
                self._note(stanza, key, existing.get(key), value)

    def remove(self, file: str, name: str) -> None:
        """Remove a stanza, if it is there."""
        existing = self._files[file].stanzas().get(name)
        if existing is not None:
            self._files[file].remove(name)
            shown = {key: MASK if key == _TOKEN else value for key, value in existing.items()}
            self.before.setdefault(file, {})[name] = shown

    def _note(self, stanza: Stanza, key: str, old: str | None, new: str) -> None:
        if key == _TOKEN:
            old, new = (None, MASK) if old is None else (f"{MASK} (old)", f"{MASK} (new)")
        if old is not None:
            self.before.setdefault(stanza.file, {}).setdefault(stanza.name, {})[key] = old
        self.after.setdefault(stanza.file, {}).setdefault(stanza.name, {})[key] = new

    @staticmethod
    def _check_keys(conf: ConfFile, stanza: Stanza) -> None:
        repeated = [key for key in conf.repeated_keys(stanza.name) if key in stanza.settings]
        if repeated:
            raise CollectionError(
                f"{stanza.file} has {repeated[0]} more than once in [{stanza.name}]. Remove all but one, then run this again. "
                "Nothing was written."
            )


def _own_stanzas(
    request: AppRequest, files: t.Mapping[str, ConfFile], surroundings: Surroundings
) -> tuple[list[Stanza], list[str]]:
    """Return the stanzas that the app should have, and warnings about those that another app has already."""
    own, warnings = [], []
    for stanza in request.stanzas:
        other = _defining_app(stanza, surroundings.others)
        if other is None or stanza.name in files[stanza.file].stanzas():
            own.append(stanza)
        elif stanza.file == PROPS:
            warnings.append(f"App {other.name} already defines source type {stanza.name}, which stays as it is there.")
        elif surroundings.shared:
            warnings.append(f"App {other.name} already defines index {stanza.name}, which stays as it is there.")
        else:
            _check_paths(stanza, other)
            own.append(stanza)
    return own, warnings


def _defining_app(stanza: Stanza, others: t.Sequence[OtherApp]) -> OtherApp | None:
    for other in others:
        if stanza.file == PROPS and stanza.name in other.props:
            return other
        # A stanza without a path changes an index, and does not define it.
        if stanza.file == INDEXES and "homePath" in other.indexes.get(stanza.name, {}):
            return other
    return None


def _check_paths(stanza: Stanza, other: OtherApp) -> None:
    there = other.indexes[stanza.name]
    different = [key for key in stanza.initial if there.get(key, stanza.settings[key]) != stanza.settings[key]]
    if different:
        raise CollectionError(
            f"App {other.name} defines index {stanza.name} with another {different[0]}. On a client that gets both apps, the "
            f"events of one of the paths would be hidden. Leave {stanza.name} out of indexes. Nothing was written."
        )


def _values(
    request: AppRequest,
    files: t.Mapping[str, ConfFile],
    local: t.Mapping[str, ConfFile],
    surroundings: Surroundings,
    new_value: t.Callable[[], str],
) -> tuple[dict[str, str], set[str]]:
    """Return the value of each token: the given one, that of the file, or a new one; and the names of those that get a new
    one. Raises CollectionError."""
    inputs = files[INPUTS].stanzas()
    in_local = local["local/inputs.conf"].stanzas() if "local/inputs.conf" in local else {}
    values: dict[str, str] = {}
    made = set()
    for token in request.tokens:
        _check_other_apps(token, surroundings.others)
        existing = inputs.get(token.stanza, {}).get(_TOKEN) or in_local.get(token.stanza, {}).get(_TOKEN)
        if token.value is None and existing and not is_guid(existing):
            raise CollectionError(
                f"{INPUTS} has a value of HEC token {token.name} that is not a GUID, which Splunk may refuse. Set "
                f"{token.option} to a GUID. Nothing was written."
            )
        if not (token.value or existing):
            made.add(token.name)
        values[token.name] = token.value or existing or new_value()
    _check_distinct(values, inputs, request, surroundings.others)
    return values, made


def _check_other_apps(token: RequestedValue, others: t.Sequence[OtherApp]) -> None:
    other = next((other for other in others if token.stanza in other.inputs), None)
    if other is not None:
        raise CollectionError(
            f"HEC token {token.name} already exists in app {other.name}. Splunk would merge the two, and it depends on the names "
            f"of the apps which value counts. Set name to {other.name}, or give the token another name. Nothing was written."
        )


def _check_distinct(
    values: t.Mapping[str, str], inputs: Conf, request: AppRequest, others: t.Sequence[OtherApp]
) -> None:
    """Check that no two tokens share a value, because Splunk finds a token by its value. Raises CollectionError."""
    owners: dict[str, str] = {}
    removed = {token_stanza(name) for name in request.removed}
    kept = {
        name: settings.get(_TOKEN, "")
        for name, settings in inputs.items()
        if name.startswith("http://") and name not in removed
    }
    everywhere = [
        *({**kept, **{token_stanza(name): value for name, value in values.items()}}).items(),
        *((name, settings.get(_TOKEN, "")) for other in others for name, settings in other.inputs.items()),
    ]
    for name, value in everywhere:
        owner = owners.setdefault(value.lower(), name)
        if value and owner != name and {owner, name} & {token_stanza(own) for own in values}:
            raise CollectionError(
                f"The HEC tokens {owner[len('http://') :]} and {name[len('http://') :]} have the same value, and Splunk finds a "
                "token by its value. Give one of them another value. Nothing was written."
            )


def _check_local(
    managed: t.Iterable[tuple[str, str, str, str]], removed: t.Sequence[str], local: t.Mapping[str, ConfFile]
) -> None:
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
            f"The app has other values in its folder local, which win in Splunk: {first_of(conflicts)}. Remove these settings "
            "there, or request the values that they have. Nothing was written."
        )


def in_local_folder(file: str) -> str:
    """Return the file that overrides a file of the app."""
    return f"local/{file.partition('/')[2]}"


def _warnings(
    request: AppRequest,
    files: t.Mapping[str, ConfFile],
    local: t.Mapping[str, ConfFile],
    surroundings: Surroundings,
    changes: _Changes,
) -> list[str]:
    indexes: dict[str, t.Any] = dict(files[INDEXES].stanzas())
    if "local/indexes.conf" in local:
        indexes.update(local["local/indexes.conf"].stanzas())
    for other in surroundings.others:
        indexes.update(other.indexes)
    return [
        *_index_warnings(request, indexes),
        *_volume_warnings(files[INDEXES].stanzas(), indexes),
        *_hec_warnings(changes.managed, surroundings.others),
        *(
            f"This user cannot read app {name}, which may have the same HEC tokens, indexes and source types."
            for name in surroundings.unread
        ),
        *(
            f"HEC token {token.name} gets another value. As soon as this app is distributed, Splunk refuses senders that use the "
            "old one."
            for token in request.tokens
            if _TOKEN in changes.before.get(INPUTS, {}).get(token.stanza, {})
        ),
    ]


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


def _hec_warnings(managed: t.Iterable[tuple[str, str, str, str]], others: t.Sequence[OtherApp]) -> t.Iterator[str]:
    own = {key: value for file, stanza, key, value in managed if (file, stanza) == (INPUTS, "http")}
    for other in others:
        there = other.inputs.get("http", {})
        keys = sorted(key for key, value in own.items() if not same(key, there.get(key, value), value))
        if keys:
            yield (
                f"App {other.name} has other values in [http]: {', '.join(keys)}. On an instance with both apps, the name of the "
                "app decides which value counts."
            )
