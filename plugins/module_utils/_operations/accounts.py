# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The accounts of zones and accounts that a run works on."""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import LocatedScope, Scope
from .._cloudflare.zone_accounts import zone_accounts
from .sweep import Sweep


def scope_accounts(sweep: Sweep, scopes: t.Iterable[LocatedScope]) -> dict[Scope, str]:
    """Return the ID of the account of each scope that was found, in order; "" for a zone whose account is not known.

    The account of a zone is looked up, once in a sweep, unless the scope or its inventory host names it.
    """
    accounts: dict[Scope, str] = {}
    for located in scopes:
        if located.scope is not None:
            own = located.scope.id if located.scope.kind == "accounts" else located.zone_account_id.lower()
            accounts[located.scope] = accounts.get(located.scope) or own
    unknown = [scope for scope, account in accounts.items() if not account]
    missing = [scope for scope in unknown if scope not in sweep.accounts]
    sweep.accounts.update(
        {**dict.fromkeys(missing, ""), **zone_accounts(sweep.client.reader(), missing, sweep.concurrency)}
    )
    return {**accounts, **{scope: sweep.accounts[scope] for scope in unknown}}
