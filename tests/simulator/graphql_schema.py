# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of Cloudflare's GraphQL schema that tells of Logpush, and what resolves its fields."""

from __future__ import annotations

import functools
import re
import typing as t

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    SelectionSetNode,
    VariablesInAllowedPositionRule,
    build_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
)

from . import analytics
from .analytics import NODE, AnalyticsError
from .graphql_scopes import Asker, Scope

NUMBERS = {"jobId": "uint64", "status": "uint16", "final": "uint8"}
# Cloudflare takes String for its own type string, and Int for each of its numbers.
RULES = [rule for rule in specified_rules if rule is not VariablesInAllowedPositionRule]
# Patterns of graphql-core's messages, and Cloudflare's message for the same mistake.
MESSAGES = (
    (r"^Syntax Error", "query contains error, please review it and retry"),
    (r"^Cannot query field (\S+)", "unknown field {}"),
    (r" must not have a selection ", "scalar fields must have no selections"),
    (r" must have a selection ", "object field must have selections"),
)
SCHEMA = """
scalar Time
scalar string
scalar uint8
scalar uint16
scalar uint64
type Query { viewer: viewer }
type viewer {
  accounts(filter: AccountFilter): [account!]
  zones(filter: ZoneFilter): [zone!]
}
input AccountFilter { accountTag: string accountTag_in: [string!] }
input ZoneFilter { zoneTag: string zoneTag_in: [string!] }
type account {
  accountTag: string!
  zones(filter: ZoneFilter): [zone!]
  settings: AccountSettings
  %(account_node)s
}
type zone {
  zoneTag: string!
  settings: ZoneSettings
  %(zone_node)s
}
type AccountSettings { %(node)s: Settings }
type ZoneSettings { %(node)s: Settings }
type Settings {
  enabled: Boolean!
  availableFields: [string!]!
  maxPageSize: uint64!
  maxNumberOfFields: uint64!
  notOlderThan: uint64!
  maxDuration: uint64!
}
"""
GROUPS = """
enum {prefix}OrderBy {{ {orders} }}
input {prefix}Filter_InputObject {{
  {filters}
  AND: [{prefix}Filter_InputObject!]
  OR: [{prefix}Filter_InputObject!]
}}
type {prefix} {{ count: uint64! sum: {prefix}Sum! dimensions: {prefix}Dimensions }}
type {prefix}Sum {{ {sums} }}
type {prefix}Dimensions {{ {dimensions} }}
"""


def answer(asker: Asker, query: str, variables: dict[str, t.Any], operation: str | None) -> dict[str, t.Any]:
    """Return the data that a query asks for. Raises AnalyticsError."""
    document, problems = _checked(query)
    if problems:
        raise _translated(problems[0])
    result = execute_sync(schema(), document, None, asker, variables, operation)
    assert isinstance(result, ExecutionResult)
    if result.errors:
        raise _translated(result.errors[0])
    return result.data or {}


@functools.lru_cache(maxsize=64)
def _checked(query: str) -> tuple[DocumentNode, list[GraphQLError]]:
    """Return a parsed query and its mistakes."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return DocumentNode(), [error]
    return document, validate(schema(), document, RULES)


class PlacedError(AnalyticsError):
    """An error at a place in the answer."""

    def __init__(self, error: AnalyticsError, path: list[str] | None) -> None:
        super().__init__(error.status, str(error), error.code)
        self.path = path


def _translated(error: GraphQLError) -> PlacedError:
    """Return an error of graphql-core in Cloudflare's words, with the path in the answer."""
    path = [str(part) for part in error.path] if error.path else None
    if isinstance(error.original_error, AnalyticsError):
        return PlacedError(error.original_error, path)
    for pattern, message in MESSAGES:
        found = re.search(pattern, error.message)
        if found:
            return PlacedError(AnalyticsError(400, message.format(*found.groups())), path)
    return PlacedError(AnalyticsError(400, f"error parsing args: {error.message}"), path)


@functools.lru_cache(maxsize=None)
def schema() -> GraphQLSchema:
    """Return the schema with its resolvers."""
    text = SCHEMA % {"node": NODE, "account_node": _node("Account"), "zone_node": _node("Zone")}
    for kind in ("Account", "Zone"):
        text += GROUPS.format(
            prefix=_prefix(kind),
            orders=" ".join(analytics.orders()),
            filters=" ".join(_filters()),
            sums=" ".join(f"{name}: uint64!" for name in analytics.SUMS),
            dimensions=" ".join(f"{name}: {_type_of(name)}!" for name in analytics.DIMENSIONS),
        )
    built = build_schema(text)
    built.type_map["Int"] = GraphQLInt
    _resolve(built, "Query", viewer=lambda dummy, info: {})
    _resolve(built, "viewer", accounts=_accounts, zones=_zones)
    _resolve(built, "account", zones=_zones, settings=_settings, **{NODE: _groups})
    _resolve(built, "zone", settings=_settings, **{NODE: _groups})
    for name in ("account", "zone"):
        _resolve(built, name, **{f"{name}Tag": lambda scope, info: scope.id})
    return built


def _resolve(built: GraphQLSchema, name: str, **resolvers: t.Any) -> None:
    kind = built.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    for field, resolver in resolvers.items():
        kind.fields[field].resolve = resolver


def _prefix(kind: str) -> str:
    return f"{kind}{NODE[0].upper()}{NODE[1:]}"


def _node(kind: str) -> str:
    prefix = _prefix(kind)
    return f"{NODE}(limit: uint64!, filter: {prefix}Filter_InputObject, orderBy: [{prefix}OrderBy!]): [{prefix}!]!"


def _type_of(dimension: str) -> str:
    return "Time" if dimension in analytics.TIMES else NUMBERS.get(dimension, "string")


def _filters() -> t.Iterator[str]:
    for dimension in analytics.DIMENSIONS:
        for relation in analytics.operators(dimension):
            kind = _type_of(dimension)
            yield f"{dimension}{relation}: " + (f"[{kind}!]" if relation in analytics.LISTS else kind)


def _accounts(dummy: t.Any, info: GraphQLResolveInfo[Asker], **arguments: t.Any) -> list[Scope]:
    return info.context.accounts(_tags(arguments, "accountTag"), bool(_names_below(info)[0] - {"accountTag", "zones"}))


def _zones(parent: t.Any, info: GraphQLResolveInfo[Asker], **arguments: t.Any) -> list[Scope]:
    is_list = (arguments.get("filter") or {}).get("zoneTag") is None
    return info.context.zones(_tags(arguments, "zoneTag"), parent if isinstance(parent, Scope) else None, is_list)


def _tags(arguments: dict[str, t.Any], key: str) -> list[str]:
    wanted = arguments.get("filter") or {}
    one, several = wanted.get(key), wanted.get(f"{key}_in")
    return [*([] if one is None else [one]), *(several or [])]


def _settings(scope: Scope, info: GraphQLResolveInfo[Asker]) -> dict[str, t.Any]:
    settings = info.context.state.settings
    return {
        NODE: {
            "enabled": info.context.has_node(scope),
            "availableFields": analytics.available_fields(),
            "maxPageSize": settings.graphql_page_size,
            "maxNumberOfFields": settings.graphql_fields,
            "notOlderThan": settings.graphql_not_older_than,
            "maxDuration": settings.graphql_duration,
        }
    }


def _groups(scope: Scope, info: GraphQLResolveInfo[Asker], **arguments: t.Any) -> list[dict[str, t.Any]]:
    asker = info.context
    asker.check_node(scope)
    wanted = arguments.get("filter") or {}
    names, below = _names_below(info)
    fields = sum(len(below[name]) or 1 for name in names)
    analytics.check_limits(asker.state.settings, arguments["limit"], wanted, fields)
    test = analytics.test_of(wanted)
    dimensions = [name for name in analytics.DIMENSIONS if name in below.get("dimensions", ())]
    groups = analytics.grouped(filter(test, asker.uploads(scope)), dimensions)
    analytics.sort(groups, arguments.get("orderBy") or [])
    return groups[: arguments["limit"]]


def _names_below(info: GraphQLResolveInfo[Asker]) -> tuple[set[str], dict[str, set[str]]]:
    """Return the names of the fields that a query selects in the current field, and those in each of them."""
    below: dict[str, set[str]] = {}
    for node in info.field_nodes:
        for field in _fields(node.selection_set, info):
            names = {inner.name.value for inner in _fields(field.selection_set, info)}
            below.setdefault(field.name.value, set()).update(names)
    return set(below), below


def _fields(selections: SelectionSetNode | None, info: GraphQLResolveInfo[Asker]) -> t.Iterator[FieldNode]:
    """Yield the fields of a selection, and those of its fragments."""
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(info.fragments[node.name.value].selection_set, info)
        else:
            yield from _fields(getattr(node, "selection_set", None), info)
