# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare an app with the files that exist, and return the files that it needs. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.secrets import MASK
from .app_request import FILES, INPUTS, AppRequest, Stanza, token_stanza
from .app_surroundings import (
    ManagedSetting,
    Surroundings,
    check_local,
    in_local_folder,
    own_stanzas,
    surroundings_warnings,
)
from .app_tokens import token_values
from .conf_file import ConfFile
from .conf_values import same

_TOKEN = "token"

Texts = t.Mapping[str, str]
Changes = t.Dict[str, t.Dict[str, t.Dict[str, str]]]


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
    stanzas, warnings = own_stanzas(request, files, local, surroundings)
    values, made = token_values(request, files, local, surroundings.others if surroundings.shared else (), new_value)
    changes = _Changes(files, local)
    for stanza in stanzas:
        value = next((values[token.name] for token in request.tokens if token.stanza == stanza.name), None)
        is_token = stanza.file == INPUTS and value is not None
        changes.apply(stanza._replace(settings={_TOKEN: value, **stanza.settings}) if is_token and value else stanza)
    for name in request.removed:
        changes.remove(INPUTS, token_stanza(name))
    check_local(changes.managed, request.removed, local)
    warnings += surroundings_warnings(request, files, local, surroundings, changes.managed)
    warnings += _value_warnings(request, changes.before)
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
        self.managed: list[ManagedSetting] = []
        self.before: Changes = {}
        self.after: Changes = {}

    def apply(self, stanza: Stanza) -> None:
        """Write the settings of a stanza into its file. Raises CollectionError."""
        conf = self._files[stanza.file]
        existing = conf.stanzas().get(stanza.name, {})
        in_local = self._local.get(in_local_folder(stanza.file), {}).get(stanza.name, {})
        current = {**stanza.inherited, **existing, **in_local}
        self._check_keys(conf, stanza)
        for key in stanza.fixed:
            if not same(key, current.get(key, stanza.settings[key]), stanza.settings[key]):
                raise CollectionError(
                    f"{stanza.option}: {stanza.file} has another value of {key} in [{stanza.name}]. A new path hides the events "
                    "that the index has. Remove the option, or move the index as Splunk describes. Nothing was written."
                )
        for key, requested in stanza.settings.items():
            if key in stanza.initial:
                if key in stanza.inherited and not (existing.get(key) or in_local.get(key)):
                    continue
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


def _value_warnings(request: AppRequest, before: Changes) -> t.Iterator[str]:
    for token in request.tokens:
        if _TOKEN in before.get(INPUTS, {}).get(token.stanza, {}):
            yield (
                f"HEC token {token.name} gets another value. As soon as this app is distributed, Splunk refuses senders that use "
                "the old one."
            )
