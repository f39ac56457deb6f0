# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The last steps of a rotation: keep both tokens, disable the old one, and delete it when nobody misses it.

From the moment it is disabled, every problem enables it again: a sender that still uses it loses events.
"""

from __future__ import annotations

import time
import typing as t

from .._core.errors import CollectionError
from .._splunk.introspection_rules import Activity
from .._splunk.values import Token
from .rotation_evidence import check_evidence, reason_against
from .rotation_run import TokenRotation

# Seconds between two looks at the requests to the disabled token.
_GRACE_PAUSE = 30.0
_LOOK_FOR = "Look for another sender that uses the token, and for a job in another account."


def settle(rotation: TokenRotation) -> bool:
    """Keep both tokens enabled until Cloudflare has propagated the new one and Splunk gets no request with the old one.
    Return true."""
    if rotation.old_state != "enabled":
        return True
    seconds = rotation.options["settle"]
    rotation.clock.sleep(seconds)
    if not rotation.introspection or not seconds:
        reason = "the settle time is 0" if not seconds else "the index _introspection cannot be searched"
        rotation.notes.append(f"Splunk was not asked whether the old token still gets requests: {reason}.")
    else:
        _check_quiet(rotation.introspection.wait_until_quiet(seconds))
        rotation.notes.append("Splunk reports no request with the old token at the end of the settle time.")
    # Jobs that were created in the meantime, and those that another run moved back.
    rotation.move(rotation.options["zones"])
    return check_evidence(rotation)


def _check_quiet(found: Activity) -> None:
    if found.requests:
        raise CollectionError(
            f"The old token still gets requests: {_requests(found)}. Both tokens stay enabled. {_LOOK_FOR} Then run this again."
        )
    if not found.is_complete:
        raise CollectionError(
            f"Whether the old token still gets requests is not known: {_missing(found)}. Both tokens stay enabled."
        )


def _requests(found: Activity) -> str:
    last = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(found.last or 0))
    count = "1 request" if found.requests == 1 else f"{found.requests} requests"
    return f"{count}, the last one before {last}"


def _missing(found: Activity) -> str:
    if not found.any_host:
        return "no host reports metrics of HEC to the index _introspection"
    if found.unreadable:
        return f"{found.unreadable} metrics of HEC in the index _introspection have an unknown form"
    return f"the metrics of HEC in the index _introspection are incomplete for {', '.join(found.silent_hosts[:5])}"


def disable(rotation: TokenRotation) -> bool:
    """Disable the old token. Return true."""
    rotation.disabled_at = rotation.clock.wall()
    old = _unchanged_token(rotation)
    if old.settings["enabled"]:
        rotation.splunk.change_token(old.name, old.app, {"enabled": False})
        rotation.old_state, rotation.changed = "disabled", True
    return True


def _unchanged_token(rotation: TokenRotation) -> Token:
    """Return the old token as it is now. Raises CollectionError if it is another one than at the beginning."""
    name = rotation.old_name
    token = rotation.splunk.token(name)
    if token is None or token.value != rotation.old_value:
        raise CollectionError(f"HEC token {name} was deleted or replaced during this run. Run this again.")
    return token


def verify_without_old_token(rotation: TokenRotation) -> bool:
    """Move jobs that were created with the old token in the meantime, and wait until all jobs deliver. Return whether the
    old token shall be deleted."""
    with _old_token_needed(rotation):
        rotation.move(rotation.options["zones"])
        rows = [{**row, "changed": True} for row in rotation.rows.values()]
        rotation.verify(rows, rotation.disabled_at)
    if not rotation.options["delete"]:
        rotation.notes.append("The old token is disabled, not deleted, as requested.")
    return bool(rotation.options["delete"])


def wait_for_grace(rotation: TokenRotation) -> bool:
    """Wait before the deletion, and watch for requests to the disabled token. Return true."""
    seconds = rotation.options["grace"]
    if not rotation.introspection or not seconds:
        rotation.clock.sleep(seconds)
        reason = "the grace time is 0" if not seconds else "the index _introspection cannot be searched"
        rotation.notes.append(f"Splunk was not asked whether the disabled token gets requests: {reason}.")
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
    rotation.notes.append("Splunk reports no request to the disabled token in the grace time.")
    return True


def check_again(rotation: TokenRotation) -> bool:
    """Look everywhere again, immediately before the deletion. Return whether the old token may be deleted."""
    with _old_token_needed(rotation):
        reason = reason_against(rotation)
        if reason:
            raise CollectionError(reason)
    return True


def delete(rotation: TokenRotation) -> bool:
    """Delete the old token. Return true."""
    old = _unchanged_token(rotation)
    rotation.splunk.delete_token(old.name, old.app)
    rotation.old_state, rotation.changed = "deleted", True
    return True


class _old_token_needed:
    """Enable the old token again if the body raises a CollectionError, and raise one that says so."""

    def __init__(self, rotation: TokenRotation) -> None:
        self._rotation = rotation

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: t.Any, error: BaseException | None, dummy: t.Any) -> None:
        if not isinstance(error, CollectionError):
            return
        rotation = self._rotation
        old = t.cast(Token, rotation.old)
        try:
            rotation.splunk.change_token(old.name, old.app, {"enabled": True})
        except CollectionError as second:
            raise CollectionError(
                f"The old token {old.name} is left disabled, and is not deleted: enabling it again failed, too ({second}) It was to "
                f"be enabled, because of this: {error} Enable it in Splunk, remove the cause, and run this again."
            ) from None
        rotation.old_state, rotation.changed = "enabled", True
        raise CollectionError(f"The old token is enabled again, because of this: {error} Run this again.") from None
