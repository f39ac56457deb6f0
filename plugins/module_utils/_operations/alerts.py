# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Manage the notification policies of all accounts that zones belong to, each account once."""

from __future__ import annotations

import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope, Scope, scope_with_id
from .._core.errors import CollectionError
from .._core.results import first_of, summarize_failures
from .._core.run import Options, RunContext
from .accounts import scope_accounts
from .alert import alert_request, apply_alert
from .alert_report import alerts_report
from .results import Difference, Row, action_columns, failure_columns, scope_columns
from .sweep import Sweep

Zone = t.Mapping[str, t.Any]

_NO_ACCOUNT = (
    "The account of this zone is not known. Set account_id in the inventory, or give the API token the permission Zone Read for the "
    "zone."
)


class _Account(t.NamedTuple):
    """An account, and the inventory host that reports it: the one that represents the account, otherwise its first zone."""

    scope: Scope
    host: str = ""

    @property
    def columns(self) -> Row:
        """The columns of its row that say which account it is."""
        return {**({"host": self.host} if self.host else {}), "account_id": self.scope.id}


class _Managed(t.NamedTuple):
    """What was done in one account, or with a zone without a known account."""

    row: Row
    diff: Difference | None = None
    warnings: t.Sequence[str] = ()


def manage_alerts(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_alerts) with its checked options and return its result. Raises CollectionError."""
    options = with_credentials(options)
    request = alert_request(options, context)
    zones = options["zones"]
    sweep = Sweep(options, context)
    located = sweep.locate(zones)
    accounts, unknown = _accounts(zones, located, scope_accounts(sweep, located), context)

    def manage(account: _Account) -> _Managed:
        mask = context.mask.part()
        own = context._replace(mask=mask)
        try:
            result = mask.value(apply_alert(sweep.client.masked_by(mask), account.scope, request, own))
        except CollectionError as error:
            return _Managed({**account.columns, "name": request.name, **failure_columns(error, mask.text)})
        columns = {**account.columns, "name": result["alert"].get("name"), "alert": result["alert"]}
        row = {**columns, **action_columns(result["action"])}
        diff = {**account.columns, **result["diff"]} if result["changed"] else None
        return _Managed(row, diff, result.get("warnings") or ())

    def failed(account: _Account, error: CollectionError) -> _Managed:
        return _Managed({**account.columns, "name": request.name, **failure_columns(error, context.mask.text)})

    managed = [*sweep.run_each(accounts, manage, failed, lambda one: [one.row]), *unknown]
    return _result(managed, len(accounts), sweep, context)


def _accounts(
    zones: t.Sequence[Zone], located: t.Sequence[LocatedScope], known: t.Mapping[Scope, str], context: RunContext
) -> tuple[list[_Account], list[_Managed]]:
    """Return the accounts, each once, and the failed rows of zones without a known account."""
    accounts: dict[str, _Account] = {}
    unknown = []
    for zone, found in zip(zones, located):
        account_id = known.get(found.scope, "") if found.scope else ""
        if not account_id:
            error = found.error or CollectionError(_NO_ACCOUNT)
            row = {**scope_columns(zone, found), "name": None, **failure_columns(error, context.mask.text)}
            unknown.append(_Managed(row))
            continue
        account = _Account(scope_with_id("accounts", account_id), zone.get("host") or "")
        if account_id not in accounts or (found.found().kind == "accounts" and zone.get("host")):
            accounts[account_id] = account
    return list(accounts.values()), unknown


def _result(managed: t.Sequence[_Managed], accounts: int, sweep: Sweep, context: RunContext) -> dict[str, t.Any]:
    rows = [one.row for one in managed]
    diffs = {one.row["account_id"]: one.diff for one in managed if one.diff}
    counts = {
        action: sum(row["action"] == action for row in rows)
        for action in ("created", "updated", "deleted", "unchanged", "failed")
    }
    result: dict[str, t.Any] = {
        "changed": any(row["changed"] for row in rows),
        "results": rows,
        "summary": {"accounts": accounts, **counts, **sweep.figures()},
        "report": alerts_report(rows, diffs, accounts, applied=not context.check_mode).text(),
        "warnings": _warnings(managed),
    }
    if context.diff:
        result["diff"] = list(diffs.values())
    failed = [row for row in rows if row["failed"]]
    if failed:
        result.update(failed=True, msg=f"{len(failed)} of {len(rows)} accounts failed. {summarize_failures(failed)}")
    return result


def _warnings(managed: t.Iterable[_Managed]) -> list[str]:
    """Return each warning once, with the accounts that it is about."""
    accounts: dict[str, list[str]] = {}
    for one in managed:
        for text in one.warnings:
            accounts.setdefault(text, []).append(f"account {one.row['account_id']}")
    return [f"{first_of(names, ', ')}: {text}" for text, names in accounts.items()]
