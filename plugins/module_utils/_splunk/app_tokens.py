# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The values of the tokens of an app. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .app_request import INPUTS, AppRequest, RequestedValue, is_guid, token_stanza
from .app_surroundings import Conf, OtherApp
from .conf_file import ConfFile

_TOKEN = "token"


def token_values(
    request: AppRequest,
    files: t.Mapping[str, ConfFile],
    local: t.Mapping[str, ConfFile],
    others: t.Sequence[OtherApp],
    new_value: t.Callable[[], str],
) -> tuple[dict[str, str], set[str]]:
    """Return the value of each token: the given one, that of the file, or a new one; and the names of those that get a new
    one. Raises CollectionError."""
    inputs = files[INPUTS].stanzas()
    in_local = local["local/inputs.conf"].stanzas() if "local/inputs.conf" in local else {}
    values: dict[str, str] = {}
    made = set()
    for token in request.tokens:
        _check_other_apps(token, others)
        in_file = inputs.get(token.stanza, {}).get(_TOKEN)
        existing = in_file or in_local.get(token.stanza, {}).get(_TOKEN)
        if token.value is None and existing and not is_guid(existing):
            raise CollectionError(
                f"The app has a value of HEC token {token.name} that is not a GUID, which Splunk may refuse. Set {token.option} to a "
                "GUID, and recreate: true for this token. Nothing was written."
            )
        if token.value and in_file and token.value != in_file and not token.recreate:
            raise CollectionError(
                f"{token.option}: HEC token {token.name} has another value in the app. If that is right, correct {token.option}, or "
                "the variable or credential that sets it. Otherwise set recreate: true for this token; when the app is "
                "distributed, Splunk refuses every sender that uses the old value. Nothing was written."
            )
        if not (token.value or existing):
            made.add(token.name)
        values[token.name] = token.value or existing or new_value()
    _check_distinct(values, {**in_local, **inputs}, request, others)
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
