# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The last steps of a rotation: keep both tokens, disable the old one, and delete it when no sender uses it any more. After
the old token is disabled, any problem enables it again, because a sender that still uses it would lose events.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._core.errors import CollectionError, bugs_as_errors
from .._core.report import counted
from .._core.results import first_of, label
from .._core.times import rfc3339
from .._splunk.introspection_rules import Activity
from .._splunk.values import Token
from .rotation_evidence import check_evidence, reason_against
from .rotation_run import TokenRotation

# Seconds between two checks for requests to the disabled token.
_GRACE_PAUSE = 30.0
# How often to wait for the settle time if jobs with the old token appear in it.
_MOST_SETTLES = 3
_LOOK_FOR = "Look for another sender that uses the token, or for a job in another account."


def settle(rotation: TokenRotation) -> bool:
    """Keep both tokens enabled until Cloudflare has propagated the new one and Splunk gets no request with the old one.
    Return true."""
    if rotation.old_state != "enabled":
        return True
    for dummy in range(_MOST_SETTLES):
        try:
            _wait_until_quiet(rotation)
            # Jobs that were created in the meantime, and those that another run moved back.
            moved = _moved_again(rotation)
        except CollectionError as error:
            raise CollectionError(f"{error} Both tokens stay enabled.") from None
        # These jobs need the settle time, too.
        if not moved or not rotation.options["settle"]:
            return check_evidence(rotation)
    raise CollectionError(
        f"Jobs with the old token appear again and again: {first_of(moved)}. They are moved, and both tokens stay enabled. "
        "Stop what creates them, and run this again."
    )


def _wait_until_quiet(rotation: TokenRotation) -> None:
    seconds = rotation.options["settle"]
    with rotation.sweep.waiting(seconds) as waits_for:
        waits_for("Cloudflare to propagate the new token (both tokens are enabled)")
        rotation.clock.sleep(seconds)
    if not rotation.introspection or not seconds:
        reason = "the settle time is 0" if not seconds else "the index _introspection cannot be searched"
        rotation.note(f"Splunk was not asked whether the old token still gets requests: {reason}.")
    else:
        with rotation.sweep.waiting(seconds) as waits_for:
            waits_for("Splunk to get no more requests with the old token (both tokens are enabled)")
            _check_quiet(rotation.introspection.wait_until_quiet(seconds))
        rotation.is_quiet = True
        rotation.note("Splunk reports no request with the old token at the end of the settle time.")


def _moved_again(rotation: TokenRotation) -> list[str]:
    """Move the jobs that use the old token after all jobs were moved, and return their names."""
    return [label(row) for row in rotation.move(rotation.options["zones"]) if row["changed"]]


def _check_quiet(found: Activity) -> None:
    if found.requests:
        raise CollectionError(
            f"The old token still gets requests: {_requests(found)}. {_LOOK_FOR} Then run this again."
        )
    if not found.is_complete:
        raise CollectionError(f"Whether the old token still gets requests is not known: {_missing(found)}.")


def _requests(found: Activity) -> str:
    last = rfc3339(found.last or 0)
    return f"{counted(found.requests, 'request')}, the last one before {last}"


def _missing(found: Activity) -> str:
    if not found.hosts:
        return "no host reports metrics of HEC to the index _introspection"
    if found.hosts < found.expected_hosts:
        return f"only {found.hosts} of {found.expected_hosts} nodes report metrics of HEC to the index _introspection"
    if found.unreadable:
        return f"{found.unreadable} metrics of HEC in the index _introspection have an unknown form"
    return f"the metrics of HEC in the index _introspection are incomplete for {first_of(found.silent_hosts, ', ')}"


def disable(rotation: TokenRotation) -> bool:
    """Disable the old token. Return true."""
    rotation.disabled_at = rotation.clock.wall()
    old = _unchanged_token(rotation)
    if rotation.old_state == "enabled":
        _change(rotation, "disabled", lambda: rotation.splunk.change_token(old.name, old.app, {"enabled": False}))
    return True


def _unchanged_token(rotation: TokenRotation) -> Token:
    """Return the old token as it is now. Raises CollectionError if it is no longer the token from the beginning."""
    token = rotation.read_old_token()
    if token is None:
        raise CollectionError(f"HEC token {rotation.old_name} was deleted or replaced during this run. Run this again.")
    return token


def _change(rotation: TokenRotation, wanted: str, write: t.Callable[[], None]) -> None:
    """Bring the old token to another state, and read it back: a write without an answer may have worked, and a write with an
    answer may have had no effect. Raises CollectionError with the state of the token if it is not the wanted one."""
    before, problem = rotation.old_state, ""
    try:
        write()
    except CollectionError as error:
        problem = str(error)
    try:
        rotation.read_old_token()
    except CollectionError as second:
        if problem:
            rotation.old_state = "unknown"
            raise CollectionError(
                f"{problem} The old token {rotation.old_name} was {before} before. It is not known whether the token "
                f"is {wanted} now, because reading it failed too: {second} Check the token in Splunk, fix the cause, "
                "and run this again."
            ) from None
        rotation.old_state = wanted
    rotation.changed = rotation.changed or rotation.old_state != before
    if rotation.old_state != wanted:
        problem = problem or "Splunk accepted the change but did not carry it out."
        raise CollectionError(
            f"{problem} The old token {rotation.old_name} is {rotation.old_state}, not {wanted}. Fix the cause and run "
            "this again."
        )


def verify_without_old_token(rotation: TokenRotation) -> bool:
    """Wait until all jobs deliver. Return whether the old token should be deleted."""
    with _old_token_needed(rotation):
        moved = _moved_again(rotation)
        if moved:
            raise CollectionError(
                f"jobs with the old token were created just before: {first_of(moved)}. They are moved now."
            )
        rows = [{**row, "changed": True} for row in rotation.rows.values()]
        rotation.verify(rows, rotation.disabled_at)
    if not rotation.options["delete"]:
        rotation.note("The old token is disabled, not deleted, as requested.")
    return bool(rotation.options["delete"])


def wait_for_grace(rotation: TokenRotation) -> bool:
    """Wait before the deletion, and watch for requests to the disabled token. Return true."""
    with rotation.sweep.waiting(rotation.options["grace"]) as waits_for:
        waits_for("requests to the disabled token, before it is deleted")
        return _wait_for_grace(rotation)


def _wait_for_grace(rotation: TokenRotation) -> bool:
    seconds = rotation.options["grace"]
    if not rotation.introspection or not seconds:
        rotation.clock.sleep(seconds)
        reason = "the grace time is 0" if not seconds else "the index _introspection cannot be searched"
        rotation.note(f"Splunk was not asked whether the disabled token gets requests: {reason}.")
        return True
    end = rotation.clock.wall() + seconds
    with _old_token_needed(rotation):
        while True:
            left = end - rotation.clock.wall()
            found = rotation.introspection.requests_while_disabled(rotation.disabled_at, arrived=left <= 0)
            if found.requests:
                raise CollectionError(f"the disabled token gets requests: {_requests(found)}. {_LOOK_FOR}")
            if left <= 0:
                break
            rotation.clock.sleep(min(_GRACE_PAUSE, left))
        if not found.is_complete:
            raise CollectionError(f"whether the disabled token gets requests is not known: {_missing(found)}.")
    rotation.is_quiet = True
    rotation.note("Splunk reports no request to the disabled token in the grace time.")
    return True


def check_again(rotation: TokenRotation) -> bool:
    """Check all zones and accounts again, immediately before the deletion. Return whether the old token may be deleted."""
    with _old_token_needed(rotation):
        reason = reason_against(rotation)
        if reason:
            raise CollectionError(reason)
    return True


def delete(rotation: TokenRotation) -> bool:
    """Delete the old token. Return true."""
    old = _unchanged_token(rotation)
    if rotation.old_state == "enabled":
        raise CollectionError(
            f"The old token {old.name} is not deleted: somebody enabled it after this run disabled it. Find out who needs it, and "
            "run this again."
        )
    _change(rotation, "deleted", lambda: rotation.splunk.delete_token(old.name, old.app))
    return True


@contextlib.contextmanager
def _old_token_needed(rotation: TokenRotation) -> t.Iterator[None]:
    """Enable the old token again if the body fails, and raise a CollectionError that says so."""
    try:
        with bugs_as_errors():
            yield
    except CollectionError as error:
        _enable_again(rotation, error)
        raise CollectionError(f"The old token is enabled again for this reason: {error} Run this again.") from None


def _enable_again(rotation: TokenRotation, reason: CollectionError) -> None:
    old, before = t.cast(Token, rotation.old), rotation.old_state
    try:
        _change(rotation, "enabled", lambda: rotation.splunk.change_token(old.name, old.app, {"enabled": True}))
    except CollectionError as second:
        if rotation.old_state == "deleted":
            raise CollectionError(
                f"Somebody deleted the old token {old.name} during this run. It had to be enabled again for this "
                f"reason: {reason}"
            ) from None
        rotation.old_state = before
        raise CollectionError(
            f"The old token {old.name} is still disabled and is not deleted, because enabling it again failed too "
            f"({second}). It had to be enabled again for this reason: {reason} Enable it in Splunk, fix the cause, and "
            "run this again."
        ) from None
