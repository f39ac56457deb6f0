# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Collect evidence that no job uses the old HEC token, or the reasons why that is not certain."""

from __future__ import annotations

from .._core.errors import CollectionError
from .._core.results import first_of
from .rotation_rules import Look, unseen_message
from .rotation_run import TokenRotation


def check_evidence(rotation: TokenRotation) -> bool:
    """Search all zones and accounts for jobs with the old token. Return whether the old token may be retired now. Raises
    CollectionError if there is a reason against it."""
    limit = rotation.options.get("limit")
    if limit:
        rotation.note(
            f"This run is limited to {limit}, so the old token stays as it is. Run this without a limit to retire it."
        )
        return False
    reason = reason_against(rotation)
    if reason:
        moved = "The jobs of this run are moved. " if rotation.rows and not rotation.context.check_mode else ""
        raise CollectionError(f"{moved}The old token is still {rotation.old_state}, and is not retired: {reason}")
    return not rotation.context.check_mode


def reason_against(rotation: TokenRotation) -> str:
    """Search all zones and accounts, and return why the old token must not be retired; "" if the evidence is complete."""
    look = rotation.look()
    found = rotation.objections(look, set(rotation.rows) if rotation.context.check_mode else ())
    if found:
        return " Also: ".join(f"{problem}." for problem in found)
    unseen = look.unseen + _unproven(rotation, look)
    if unseen and not rotation.options["complete"]:
        return unseen_message(unseen)
    if unseen:
        rotation.note(
            f"You confirmed that no job uses the old token in places that could not be checked: {first_of(unseen)}."
        )
    return ""


def _unproven(rotation: TokenRotation, look: Look) -> list[str]:
    """Return the scopes of the run without any job, unless Splunk can report that no sender uses the old token."""
    if rotation.is_quiet or (rotation.introspection and _time_to_look(rotation)):
        return []
    return [f"{label}: its list of jobs is empty" for label in look.empty]


def _time_to_look(rotation: TokenRotation) -> int:
    """Return the number of seconds during which this run will query Splunk for requests with the old token."""
    return int(rotation.options["settle" if rotation.old_state == "enabled" else "grace"])
