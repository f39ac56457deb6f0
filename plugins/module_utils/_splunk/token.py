# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Create, change or delete one HEC token: read it, plan, write, confirm."""

from __future__ import annotations

import os
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.outcome import Plan
from .._core.run import Options, RunContext
from .._core.secrets import MASK, SecretMask
from . import token_rules
from .cloud import SplunkCloud
from .enterprise import DEFAULT_APP, PermissionsError, SplunkEnterprise
from .instance import writes_to_repository
from .instance_rules import (
    check_repository,
    check_roles,
    instance_warnings,
    repository_warning,
    unchanged_token_warning,
)
from .options import cloud_client, enterprise_client, splunk_operation, with_splunk_environment
from .token_rules import RequestedToken
from .values import Server, Token

Client = t.Union[SplunkEnterprise, SplunkCloud]


@splunk_operation
def manage_token(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_token). Raises CollectionError."""
    options = with_splunk_environment(options)
    context.mask.add(token_rules.requested_value(options, os.environ)[0])
    wanted = token_rules.requested_token(options, os.environ)
    context.mask.add(wanted.value)
    client = management_client(options, context.mask)
    token = client.token(wanted.name)
    is_absent = options["state"] == "absent"
    server = client.server() if not is_absent else Server([], is_cloud=False)
    token_rules.check_platform(server, options["platform"])
    source = None if is_absent else _source(client, options, token)
    if source:
        wanted = token_rules.copy_of(wanted, source, options["allow_ack"])
        wanted = token_rules.without_mark(wanted) if token else wanted
    before = token
    plan = token_rules.plan_absent(token) if is_absent else token_rules.plan_present(wanted, token)
    taken = None
    if plan.action == "created" and wanted.value_from != "token":
        # A value from the environment may belong to another token.
        owner = token_rules.owner_of_value(wanted, client.tokens())
        if owner:
            taken = token_rules.value_of_another_warning(wanted, owner)
            wanted = wanted._replace(value=None)
    app = token.app if token else _app_of_copy(source, options["app"]) if source else _app_of_new_token(options)
    warnings = [*_look(client, server, plan, wanted.name, app, options), taken]
    if plan.writes and not context.check_mode:
        token = _write(client, wanted, plan, token, source, options["app"])
        app = token.app if token else app
    label = f"HEC token {wanted.name}"
    if is_absent:
        return _with_warnings({**plan.result(label), "token": {}}, warnings)
    shown = {"name": wanted.name, "app": app, **plan.target, "token": MASK}
    result = {**plan.result(label), "hec_token": wanted.value or (token.value if token else None), "token": shown}
    warnings.append(token_rules.acknowledgement_state_warning(wanted.name, before, bool(plan.target.get("use_ack"))))
    if source:
        warnings.append(token_rules.acknowledgement_warning(wanted, source))
    return _with_warnings(result, warnings)


def _with_warnings(result: dict[str, t.Any], warnings: t.Iterable[str | None]) -> dict[str, t.Any]:
    shown = [warning for warning in warnings if warning]
    return {**result, "warnings": shown} if shown else result


def _look(client: Client, server: Server, plan: Plan, name: str, app: str, options: Options) -> list[str]:
    """Return warnings about the instance that has the token. Raises CollectionError if it cannot use what the plan writes."""
    if isinstance(client, SplunkCloud):
        return []
    warnings = []
    if plan.action != "deleted":
        # A token is removed from a member of a cluster without a warning: that is what the warning recommends.
        warnings = instance_warnings(server.roles, "token", app, writes=plan.writes)
    is_allowed = bool(options.get("allow_deployment_server"))
    if plan.writes:
        check_roles(server.roles)
        if writes_to_repository(client):
            check_repository(name, allowed=is_allowed)
            warnings.append(repository_warning(f"The change of HEC token {name} is"))
    elif options["state"] != "absent" and not is_allowed and writes_to_repository(client):
        # A user who sets the option knows about it.
        warnings.append(unchanged_token_warning(name))
    return warnings


def _source(client: Client, options: Options, token: Token | None) -> Token | None:
    """Return the token to copy; None if nothing has to be copied. Raises CollectionError if it does not exist.

    A copy is created disabled and with a mark in its description, and enabled at the end. A token with this mark is a copy
    that an earlier run did not complete. No other token is changed.
    """
    name = token_rules.token_name(options.get("like") or "")
    if not name or (token and not token_rules.is_incomplete_copy(token)):
        return None
    source = client.token(name)
    if source is None and token is None:
        raise OptionError("like", f"there is no HEC token {name}, so {options['name']} cannot be created as its copy")
    if source is None:
        raise OptionError(
            "like",
            f"there is no HEC token {name}, so {options['name']}, which an earlier run left as an incomplete copy, cannot be "
            "completed. Delete it, or set like to the name of an existing token",
        )
    return source


def _app_of_copy(source: Token, app: str) -> str:
    """Return the app of a copy: the app of its source, unless the task names another one than the default."""
    return source.app if app == DEFAULT_APP else app


def management_client(options: Options, mask: SecretMask) -> Client:
    """Return the client of the platform for the result of C(with_splunk_environment). Raises CollectionError."""
    if options["platform"] == "cloud":
        return cloud_client(options, mask)
    return enterprise_client(options, mask)


def _app_of_new_token(options: Options) -> str:
    """Return the app that a token would be created in; Splunk Cloud has none."""
    return "" if options["platform"] == "cloud" else options.get("app") or ""


def _write(
    client: Client, wanted: RequestedToken, plan: Plan, observed: Token | None, source: Token | None, app: str
) -> Token | None:
    """Carry out a plan and return the token as Splunk has it afterwards. Raises CollectionError."""
    if source and isinstance(client, SplunkEnterprise):
        return _copy(client, wanted, plan, observed, source, app)
    if observed is None:
        return _create(client, wanted, plan)
    if plan.action == "deleted":
        client.delete_token(wanted.name, observed.app)
        if client.token(wanted.name):
            raise CollectionError(
                f"HEC token {wanted.name} was deleted, but Splunk still lists it: another app, or a default, has a token "
                "of the same name."
            )
        return None
    if plan.action == "replaced":
        _replace(client, wanted, plan, observed)
    else:
        client.change_token(wanted.name, observed.app, plan.body)
    return _written_token(client, wanted)


def _copy(
    client: SplunkEnterprise, wanted: RequestedToken, plan: Plan, observed: Token | None, source: Token, app: str
) -> Token:
    """Create a copy of a token, or complete one: disabled and with a mark, until all settings and the permissions are
    copied."""
    mark = token_rules.mark_of_copy(source.name)
    settings = {**source.further, **plan.body, "enabled": False, "description": mark}
    try:
        if observed is None:
            client.create_token(wanted.name, settings, wanted.value, _app_of_copy(source, app))
        else:
            client.change_token(wanted.name, observed.app, settings)
        token_rules.check_permissions(wanted, _written_token(client, wanted))
    except CollectionError as error:
        raise CollectionError(
            f"{error} HEC token {wanted.name} is not a complete copy of {source.name}: settings or permissions "
            "(owner, sharing, read, write) are missing. If it exists, it is disabled; do not use it. Fix the cause "
            "and run this again.",
            **error.details,
        ) from None
    return _completed(client, token_rules.without_mark(wanted))


def _create(client: Client, wanted: RequestedToken, plan: Plan) -> Token:
    client.create_token(wanted.name, plan.body, wanted.value)
    # Another run may have created the token at the same time, with other settings.
    return _completed(client, wanted)


def _completed(client: Client, wanted: RequestedToken) -> Token:
    """Write the settings that a newly written token still lacks, and return the token. Raises CollectionError."""
    token = _written_token(client, wanted)
    rest = token_rules.plan_present(wanted, token)
    if rest.writes:
        client.change_token(wanted.name, token.app, rest.body)
        token = _written_token(client, wanted)
    return token


def _replace(client: Client, wanted: RequestedToken, plan: Plan, observed: Token) -> None:
    """Create a token again with another value. Names are unique, so the old token is deleted first, and restored if
    Splunk refuses the new one."""
    client.delete_token(wanted.name, observed.app)
    try:
        client.create_token(wanted.name, plan.body, wanted.value, observed.app)
    except PermissionsError:
        # The token itself exists with its new value.
        raise
    except CollectionError as error:
        raise _restored(client, wanted, observed, error) from None


def _restored(client: Client, wanted: RequestedToken, observed: Token, error: CollectionError) -> CollectionError:
    """Create a deleted token again, and return the error of its replacement with the state of the token."""
    name, without = wanted.name, ""
    try:
        client.create_token(name, token_rules.recreation_of(observed.settings), observed.value, observed.app)
    except PermissionsError as second:
        without = f", but not with its permissions: {second}"
    except CollectionError as second:
        return CollectionError(
            f"{error} The old token is deleted, and restoring it failed: {second} Fix the cause and run this again.",
            **error.details,
        )
    try:
        token = client.token(name)
    except CollectionError as second:
        return CollectionError(
            f"{error} It is not known which value HEC token {name} has now: {second}", **error.details
        )
    if token and token.value == observed.value:
        state = f"The old token is restored with its value and settings{without}".rstrip(".") + "."
    elif token and token.value == wanted.value:
        # The answer to the creation was lost. A creation of a token that exists counts as done.
        state = f"The old token is deleted, and HEC token {name} has its new value. Run this again to complete its settings."
    else:
        state = f"The old token is deleted, and HEC token {name} has neither its old nor its new value. Run this again."
    return CollectionError(f"{error} {state}", **error.details)


def _written_token(client: Client, wanted: RequestedToken) -> Token:
    """Return the token as Splunk has it after a write. Raises CollectionError if it is not the requested one."""
    token = client.token(wanted.name)
    if token is None:
        raise CollectionError(
            f"HEC token {wanted.name} was written, but Splunk does not list it: the user may lack the capability to see "
            "it, or it is in an app that the user cannot read."
        )
    if wanted.value and token.value and token.value != wanted.value:
        raise CollectionError(
            f"token: another run created HEC token {wanted.name} at the same time, with another value. Run this again."
        )
    return token
