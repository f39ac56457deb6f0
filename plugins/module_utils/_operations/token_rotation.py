# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Rotate a HEC token: move every job to the new token, wait, and retire the old one.

The steps are in C(STEPS). Nothing is stored between them: each reads the state of Cloudflare and Splunk, so that a run can
be killed at any point and run again. A step that finds a problem raises CollectionError, and the run ends there.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError, bugs_as_errors
from .._core.run import Options, RunContext
from .._splunk.instance_rules import check_rotation
from .._splunk.introspection import Introspection
from .._splunk.node_tokens import NodeTokens
from .._splunk.options import splunk_operation
from .results import Row
from .retirement import check_again, delete, disable, settle, verify_without_old_token, wait_for_grace
from .rotation_evidence import check_evidence
from .rotation_run import MoveError, TokenRotation

_PLACEHOLDER = "to-be-created"


@splunk_operation
def rotate_token(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_hec_rotation) with its checked options and return its result. Raises CollectionError if
    nothing was done."""
    rotation = TokenRotation(options, context)
    try:
        with bugs_as_errors():
            for step in STEPS:
                if not step(rotation):
                    break
    except CollectionError as error:
        return {**rotation.result(str(error)), **error.details}
    return rotation.result()


def read_tokens(rotation: TokenRotation) -> bool:
    """Read both tokens. Return whether there is an old token to retire."""
    names = rotation.old_name, rotation.new_name
    rotation.old = old = rotation.known_token(names[0])
    rotation.old_value = (old.value if old else "") or ""
    rotation.old_state = "absent" if old is None else "enabled" if old.settings["enabled"] else "disabled"
    new = rotation.known_token(names[1])
    rotation.new_value = (new.value if new else "") or _PLACEHOLDER
    if new is None and not rotation.context.check_mode:
        raise CollectionError(f"There is no HEC token {names[1]}. Create it first, with like: {names[0]}.")
    if new and not new.settings["enabled"] and not rotation.context.check_mode:
        raise CollectionError(f"HEC token {names[1]} is disabled. Enable it first.")
    if old is None:
        _check_done(rotation)
        return False
    if rotation.old_value.lower() == rotation.new_value.lower():
        raise CollectionError("Both HEC tokens have the same value, so nothing would change.")
    check_rotation(rotation.repositories())
    if new and not rotation.context.check_mode and isinstance(rotation.splunk, NodeTokens):
        rotation.splunk.check_everywhere(names[1])
    nodes = rotation.splunk.names_of_nodes() if isinstance(rotation.splunk, NodeTokens) else []
    introspection = Introspection(rotation.searched, names[0], rotation.clock, nodes)
    rotation.introspection = introspection if introspection.can_be_searched() else None
    return True


def _check_done(rotation: TokenRotation) -> None:
    """Check that a rotation whose old token is missing was completed before. Raises CollectionError if no job uses the new
    token: then the name of the old one may be wrong."""
    look = rotation.look()
    if not look.with_token(rotation.new_value) and not rotation.options["unused"]:
        raise CollectionError(
            f"Splunk lists no HEC token {rotation.old_name}, and no job that could be listed uses "
            f"{rotation.new_name}, so nothing was done. Correct the name of the old token (splunk_hec_token_name). If "
            "no job should use the new token yet, set splunk_hec_rotation_unused: true."
        )
    rotation.note(f"Splunk lists no HEC token {rotation.old_name}, so no job was moved and no token was retired.")


def move_in_waves(rotation: TokenRotation) -> bool:
    """Move the jobs to the new token, wave by wave. A wave that does not deliver is moved back. Return true."""
    for zones in rotation.waves:
        _move_wave(rotation, zones)
    return True


def _move_wave(rotation: TokenRotation, zones: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    moved_at = rotation.clock.wall()
    rows: list[Row] = []
    try:
        with bugs_as_errors():
            rows = rotation.move(zones)
            if not rotation.context.check_mode:
                rotation.verify(rows, moved_at)
    except CollectionError as error:
        rows = error.rows if isinstance(error, MoveError) else rows
        where = _move_back(rotation, [row for row in rows if row["changed"]])
        raise CollectionError(f"{where} {str(error).rstrip('. ')}. Fix the cause and run this again.") from None


def _move_back(rotation: TokenRotation, rows: t.Sequence[Row]) -> str:
    """Move the jobs of a failed wave back to the old token, and return a sentence about where they are."""
    if rotation.context.check_mode:
        return "The rotation would stop here."
    state = f"The rotation stopped. {rotation.state_of_tokens()}"
    if not rows:
        return state
    if rotation.old_state != "enabled":
        return f"{state} So the jobs of this wave stay on the new token."
    scopes = _unique([_scope_of(row) for row in rows])
    try:
        rotation.move(scopes, only={row["job_id"] for row in rows})
    except CollectionError as second:
        return f"{state} Not all jobs of this wave are back on the old token: {second}"
    return f"The jobs of this wave are back on the old token. {rotation.state_of_tokens()}"


def _scope_of(row: Row) -> dict[str, t.Any]:
    """Return the entry of C(zones) for the scope of a row."""
    option = "account_id" if row.get("account_id") else "zone_id"
    named = {"zone_name": row.get("zone"), "host": row.get("host")}
    return {option: row[option], **{key: value for key, value in named.items() if value}}


def _unique(entries: t.Iterable[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    return list({tuple(entry.items()): entry for entry in entries}.values())


# Each step returns whether to continue with the next one.
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
