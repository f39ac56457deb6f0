# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the accounts without a notification about disabled jobs."""

from __future__ import annotations

import typing as t

from .._cloudflare.notifications import NotificationsReader
from .._cloudflare.scopes import scope_with_id
from .._core.errors import CollectionError
from .._core.secrets import SecretMask
from .._logpush.alert import is_alerted
from .._operations.accounts import scope_accounts
from .._operations.sweep import Sweep
from . import findings as audit
from .deliveries import ScopePushes

KIND = "no_alert"


def add_missing_alerts(sweep: Sweep, scopes: t.Sequence[ScopePushes], policy: audit.Policy, mask: SecretMask) -> None:
    """Add a note to the first job of each account that has no enabled policy for disabled jobs. An account whose policies
    cannot be read gets none: it may have one. Jobs that a user disabled do not count. If the user ignores these notes, no
    policy is read."""
    if KIND in policy.ignore:
        return
    with_jobs = [scope for scope in scopes if scope.in_use]
    accounts = scope_accounts(sweep, [scope.located for scope in with_jobs])
    first: dict[str, ScopePushes] = {}
    for scope in with_jobs:
        first.setdefault(accounts.get(scope.located.found(), ""), scope)
    first.pop("", None)
    client = NotificationsReader.sharing(sweep.client)

    def lacks_policy(account: str) -> bool:
        return not is_alerted(client.policies(scope_with_id("accounts", account)))

    def unknown(account: str, error: CollectionError) -> bool:
        return False

    for account, is_missing in zip(first, sweep.read_each(list(first), lacks_policy, unknown)):
        if is_missing:
            first[account].in_use[0].row["findings"].append(mask.value(audit.no_alert(account, policy)))
