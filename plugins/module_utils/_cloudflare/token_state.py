# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Interpret the verification of an API token, to explain a refused request. Pure: no I/O.

A token of a user is verified at C(/user/tokens/verify), a token of an account at C(/accounts/{id}/tokens/verify)
(U(https://developers.cloudflare.com/fundamentals/api/get-started/account-owned-tokens/)). Each refuses tokens of the other
kind, so a refusal alone does not prove that a token is invalid.
"""

from __future__ import annotations

import re
import typing as t

from .advice import ADDRESS_REFUSED, Advice, is_about_address
from .answers import envelope

if t.TYPE_CHECKING:
    from .._core.http import Reply

_ACCOUNT_TOKEN = "cfat_"
_USER_TOKEN = "cfut_"
_DASHBOARD = "in the dashboard (My Profile or Manage Account > API Tokens)"

# The token is valid; the endpoint does not have this token; the token is expired, not yet valid, or not allowed from here;
# the state is not known.
VALID, REFUSED, UNUSABLE, UNKNOWN = "valid", "refused", "unusable", "unknown"


class TokenState(t.NamedTuple):
    """The result of a verification: one of the four kinds above, and the words for a message."""

    kind: str
    advice: Advice = Advice()


UNVERIFIABLE = TokenState(
    UNKNOWN,
    Advice(
        "",
        "An API token of an account (cfat_...) is verified through its account, whose id is not known here. So the "
        "token cannot be verified from here.",
    ),
)


def belongs_to_account(token: str) -> bool:
    """Return whether an API token belongs to an account."""
    return token.startswith(_ACCOUNT_TOKEN)


def may_belong_to_account(token: str) -> bool:
    """Return whether an API token may belong to an account: older tokens do not say."""
    return not token.startswith(_USER_TOKEN)


def meaning(reply: Reply, now: str, account: str = "") -> TokenState:
    """Return the state of the token, according to the answer of a verification: C(UNKNOWN) if the verification itself
    failed.

    ``now`` is the time in the form of the API (C(2026-10-01T00:00:00Z)). ``account`` is the ID of the account whose endpoint
    answered, "" for the user's endpoint.
    """
    found = envelope(reply)
    if found is None:
        return TokenState(UNKNOWN)
    listed = found.get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    if reply.status == 200 and found.get("success") is True:
        return _by_status(found.get("result"), now)
    if is_about_address(errors):
        return TokenState(UNUSABLE, ADDRESS_REFUSED)
    if reply.status not in (400, 401, 403) or not errors:
        return TokenState(UNKNOWN)
    if account:
        cause = f"The API token is not valid, or it belongs to another account than {account}"
        return TokenState(REFUSED, Advice(cause, f"Check it {_DASHBOARD}."))
    return TokenState(
        REFUSED, Advice("The API token is not valid", f"It may be cut off, rolled or deleted: check it {_DASHBOARD}.")
    )


def explained(state: TokenState, refused: Advice, alternative: str) -> Advice:
    """Return the cause and the next step of a refusal, from what is known about the token and from the advice for the answer
    (``refused``). ``alternative`` is a sentence about how to avoid the permission."""
    if state.kind == VALID:
        valid = f"The API token is valid, {refused.next_step.replace('The API token', 'but it', 1)}"
        add = f"Add it {_DASHBOARD}. {alternative}".rstrip()
        # A wrong dataset is a better explanation of a refusal than a missing permission.
        return Advice(refused.cause, f"{valid} {add}") if refused.cause else Advice(valid, add)
    if state.kind == UNKNOWN:
        return Advice(refused.cause, " ".join(filter(None, (refused.next_step, alternative, state.advice.next_step))))
    return state.advice


def _time(text: t.Any) -> str:
    """Return a time in the form of the API; "" for anything else."""
    return text if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", text) else ""


def _by_status(result: t.Any, now: str) -> TokenState:
    if not isinstance(result, dict) or not isinstance(result.get("status"), str):
        return TokenState(UNKNOWN)
    begins, ends = (_time(result.get(key)) for key in ("not_before", "expires_on"))
    if result["status"] == "expired" or (ends and ends < now):
        when = f"expired on {ends[:10]}" if ends else "has expired"
        return TokenState(UNUSABLE, Advice(f"The API token {when}", f"Create another one, or extend it {_DASHBOARD}."))
    if begins > now:
        cause = f"The API token is not valid before {begins[:10]}"
        return TokenState(UNUSABLE, Advice(cause, f"Use another one until then, or change it {_DASHBOARD}."))
    if result["status"] == "active":
        return TokenState(VALID)
    return TokenState(UNUSABLE, Advice("The API token is disabled", f"Enable it {_DASHBOARD}."))
