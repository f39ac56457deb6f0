# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Rotate a HEC token: move every job to the new token, wait, and retire the old one.

The steps are in C(STEPS). Nothing is stored between them: each reads the state of Cloudflare and Splunk, so that a run can
be killed at any point and run again. A step that finds a problem raises CollectionError, and the run ends there.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from .._splunk.introspection import Introspection
from .._splunk.values import Token
from .results import Row
from .retirement import check_again, delete, disable, settle, verify_without_old_token, wait_for_grace
from .rotation_evidence import check_evidence
from .rotation_run import MoveError, TokenRotation

_PLACEHOLDER = "to-be-created"


def rotate_token(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_hec_rotation) with its checked options and return its result. Raises CollectionError if
    nothing was done."""
    rotation = TokenRotation(options, context)
    try:
        for step in STEPS:
            if not step(rotation):
                break
    except CollectionError as error:
        return {**rotation.result(), "failed": True, "msg": str(error), **error.details}
    return rotation.result()


def read_tokens(rotation: TokenRotation) -> bool:
    """Read both tokens. Return whether there is an old token to retire."""
    names = rotation.old_name, rotation.new_name
    old, new = (_known_token(rotation, name) for name in names)
    if new is None and not rotation.context.check_mode:
        raise CollectionError(f"There is no HEC token {names[1]}. Create it first, with like: {names[0]}.")
    if new and not new.settings["enabled"] and not rotation.context.check_mode:
        raise CollectionError(f"HEC token {names[1]} is disabled. Enable it first.")
    rotation.old = old
    if old:
        rotation.old_state = "enabled" if old.settings["enabled"] else "disabled"
    rotation.new_value = (new.value if new else "") or _PLACEHOLDER
    rotation.old_value = (old.value if old else "") or ""
    if old is None:
        rotation.notes.append(f"There is no HEC token {names[0]}: there is nothing to move or to retire.")
        return False
    if rotation.old_value.lower() == rotation.new_value.lower():
        raise CollectionError("Both HEC tokens have the same value, so nothing would change.")
    introspection = Introspection(rotation.splunk, names[0], rotation.clock)
    rotation.introspection = introspection if introspection.can_be_searched() else None
    return True


def _known_token(rotation: TokenRotation, name: str) -> Token | None:
    """Return a token whose value is known. Raises CollectionError."""
    token = rotation.splunk.token(name)
    if token is None:
        return None
    if not token.value:
        raise CollectionError(
            f"Splunk does not show the value of HEC token {name} to this user. Give the user the capability to read it."
        )
    return token


def move_in_waves(rotation: TokenRotation) -> bool:
    """Move the jobs to the new token, wave by wave. A wave that does not deliver goes back. Return true."""
    for zones in rotation.waves:
        _move_wave(rotation, zones)
    return True


def _move_wave(rotation: TokenRotation, zones: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    moved_at = rotation.clock.wall()
    rows: list[Row] = []
    try:
        rows = rotation.move(zones)
        if not rotation.context.check_mode:
            rotation.verify(rows, moved_at)
    except CollectionError as error:
        rows = error.rows if isinstance(error, MoveError) else rows
        changed = {row["job_id"] for row in rows if row["changed"]}
        message = f"{error} Fix the cause and run this again."
        if not changed or rotation.context.check_mode:
            raise CollectionError(f"The rotation stopped; both tokens are in use. {message}") from None
        names = {row["job_id"]: row for row in rows}
        scopes = [_scope_of(names[job_id]) for job_id in sorted(changed)]
        try:
            rotation.move(_unique(scopes), only=changed)
        except CollectionError as second:
            raise CollectionError(
                f"The rotation stopped, and not all jobs of this wave are back on the old token: {second} Both tokens are in "
                f"use. {message}"
            ) from None
        raise CollectionError(
            f"The jobs of this wave are back on the old token, and both tokens are in use. {message}"
        ) from None


def _scope_of(row: Row) -> dict[str, t.Any]:
    """Return the entry of C(zones) for the scope of a row."""
    option = "account_id" if row.get("account_id") else "zone_id"
    return {option: row[option], **({"zone_name": row["zone"]} if row.get("zone") else {})}


def _unique(entries: t.Iterable[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    return list({tuple(entry.items()): entry for entry in entries}.values())


# Each returns whether the next one is due.
STEPS: tuple[t.Callable[[TokenRotation], bool], ...] = (
    read_tokens,
    move_in_waves,
    check_evidence,
    settle,
    disable,
    verify_without_old_token,
    wait_for_grace,
    check_again,
    delete,
)
