# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""HEC, its tokens and indexes made what they should be: read, plan, write, confirm."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.outcome import Plan, outcome
from .._core.run import Options, RunContext
from .._core.secrets import MASK
from . import token_rules as rules
from .cloud import SplunkCloud
from .enterprise import SplunkEnterprise
from .options import cloud_client, enterprise_client, with_splunk_environment
from .values import Settings, Token

Client = t.Union[SplunkEnterprise, SplunkCloud]


def manage_token(options: Options, context: RunContext) -> Settings:
    """Do what the module C(splunk_hec_token) does, and give its result. Raises CollectionError."""
    options = with_splunk_environment(options)
    name = options["name"]
    context.mask.add(options.get("token"))
    wanted, own_value = rules.wanted_token(options), rules.own_value(options)
    context.mask.add(own_value)
    for key in ("description", "acl"):
        if options["platform"] == "cloud" and wanted.pop(key, None):
            raise OptionError(key, "is not kept by Splunk Cloud; leave it out with platform: cloud")
    client = (
        cloud_client(options, context.mask)
        if options["platform"] == "cloud"
        else enterprise_client(options, context.mask)
    )
    observed = client.token(name)
    if observed:
        context.mask.learn(observed.value)
    settings = observed.settings if observed else None
    if options["state"] == "absent":
        plan = rules.plan_absent(settings)
    else:
        if observed and own_value and not observed.value:
            raise CollectionError(
                f"token: the value of HEC token {name} is not shown to this user, so it cannot be compared"
            )
        new_value = bool(observed and own_value and observed.value != own_value)
        plan = rules.plan_token(wanted, settings, new_value, options["recreate"])
    if plan.writes and not context.check_mode:
        observed = _carry_out(client, name, plan, wanted, observed, own_value)
        context.mask.learn(observed.value if observed else None)
    result = _token_result(options, plan, observed, own_value)
    warning = rules.cluster_warning(client.server_roles()) if result["token"] else None
    return {**result, "warnings": [warning]} if warning else result


def _carry_out(
    client: Client, name: str, plan: Plan, wanted: Settings, observed: Token | None, own_value: str | None
) -> Token | None:
    """Write what a plan says, and give the token as it is then."""
    app = observed.app if observed else ""
    if plan.action == "deleted":
        client.delete_token(name, app)
    elif plan.action == "replaced":
        _replace(client, name, plan, t.cast(Token, observed), own_value)
    elif plan.action == "created":
        client.create_token(name, plan.body, own_value)
    elif plan.body:
        client.change_token(name, app, plan.body)
    token = client.token(name)
    _confirm(name, plan, token, own_value)
    if token is not None and plan.action == "created":
        # Somebody else may have made it in the meantime, with settings of their own.
        rest = rules.plan_token(wanted, token.settings, new_value=False, recreate=False)
        if rest.body:
            client.change_token(name, token.app, rest.body)
            token = client.token(name)
    return token


def _replace(client: Client, name: str, plan: Plan, observed: Token, own_value: str | None) -> None:
    """Make a token anew with another value. Names are unique, so the old one goes first, and comes back if the new one
    is refused."""
    client.delete_token(name, observed.app)
    try:
        client.create_token(name, plan.body, own_value, observed.app)
    except CollectionError as error:
        try:
            client.create_token(name, rules.recreation_of(observed.settings), observed.value, observed.app)
        except CollectionError as second:
            raise CollectionError(
                f"{error} The token that was to be replaced is gone, and could not be made again: {second} When the "
                "cause is removed, run this again.",
                **error.details,
            ) from None
        raise CollectionError(f"{error} The token has its old value and settings again.", **error.details) from None


def _confirm(name: str, plan: Plan, token: Token | None, own_value: str | None) -> None:
    """See that what was written is there."""
    if token is None and plan.action != "deleted":
        raise CollectionError(
            f"HEC token {name} was written, but Splunk does not list it: the user may lack the capability to see it, "
            "or it lives in an app that the user cannot read."
        )
    if token is not None and plan.action == "deleted":
        raise CollectionError(
            f"HEC token {name} was deleted, but Splunk still lists it: another app or a default of the same name has it."
        )
    if token is not None and own_value and token.value != own_value:
        raise CollectionError(
            f"token: HEC token {name} was made by somebody else at the same time, with another value. Run this again."
        )


def _token_result(
    options: t.Mapping[str, t.Any], plan: Plan, observed: Token | None, own_value: str | None
) -> Settings:
    """Return the result for a token; ``observed`` is how it is after what was done."""
    shown = outcome(plan.action, plan.before, plan.after)
    if plan.action == "deleted" or not plan.target:
        return {**shown, "token": {}}
    value = own_value or (observed.value if observed else None)
    new_app = "" if options["platform"] == "cloud" else options.get("app") or ""
    token = {"name": options["name"], "app": observed.app if observed else new_app, **plan.target, "token": MASK}
    return {**shown, "hec_token": value, "token": token}
