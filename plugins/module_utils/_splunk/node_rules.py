# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for one HEC token on several nodes: which value all of them get, and what a run reports. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.outcome import action_of
from .._core.results import first_of, summarize_failures
from .token_rules import RequestedToken, is_masked_value, owner_of_value, the_token_named, value_of_another_warning
from .values import Token

# The parts of a node, in the order in which they are written.
PARTS = ("settings", "index", "sourcetypes", "token")
# The state of the token of a node that cannot be read.
NOT_KNOWN = "not known"


class Look(t.NamedTuple):
    """What a node had before a run. ``tokens`` is None if they could not be read."""

    node: str
    tokens: t.Sequence[Token] | None


class SharedValue(t.NamedTuple):
    """The value that a token gets on all nodes. ``value`` is None if Splunk must choose it, ``source`` is the node that has it, ""
    if it is given. ``problem`` is why no node may get a new token, ``warnings`` are shown."""

    value: str | None
    source: str = ""
    problem: str = ""
    warnings: t.Sequence[str] = ()


def shared_value(wanted: RequestedToken, looks: t.Sequence[Look]) -> SharedValue:
    """Return the value for all nodes: the given one, otherwise that of the first node with the token. A value that Splunk chooses
    requires that all nodes were read, because one of them may have the token. Raises CollectionError if several apps of a node have
    the token."""
    warnings: list[str] = []
    if wanted.value:
        taken = _value_of_another(wanted, looks)
        if not taken:
            return SharedValue(wanted.value)
        warnings.append(taken)
    unread = [look.node for look in looks if look.tokens is None]
    for look in looks:
        token = token_on(look, wanted.name)
        if token and has_value(token):
            return SharedValue(token.value, look.node, "", warnings)
        if token:
            unread.append(look.node)
    return SharedValue(None, "", _unknown_value(wanted.name, unread) if unread else "", warnings)


def _value_of_another(wanted: RequestedToken, looks: t.Sequence[Look]) -> str:
    """Return a warning if the value from the environment belongs to another token, "" otherwise."""
    if wanted.value_from == "token":
        return ""
    for look in looks:
        owner = owner_of_value(wanted, look.tokens or ())
        if owner and not token_on(look, wanted.name):
            return f"{look.node}: {value_of_another_warning(wanted, owner)}"
    return ""


def _unknown_value(name: str, nodes: t.Sequence[str]) -> str:
    return (
        f"HEC token {name} was not created, because its value must be the same on all nodes, and it is not known whether "
        f"{first_of(nodes, ', ')} {'has' if len(nodes) == 1 else 'have'} the token already. Make all nodes readable, or set token to a "
        "value of your own."
    )


def token_on(look: Look, name: str) -> Token | None:
    """Return a token of a node, None if it has none or was not read. Raises CollectionError if several apps have it."""
    try:
        return the_token_named(name, look.tokens or ())
    except CollectionError as error:
        raise CollectionError(f"{look.node}: {error}") from None


def has_value(token: Token) -> bool:
    """Return whether Splunk shows the value of a token."""
    return bool(token.value) and not is_masked_value(token.value or "")


def check_value(name: str, token: Token | None, shared: SharedValue, *, recreate: bool, complete: bool) -> None:
    """Check that the token of a node has the value of the others, or may be replaced. ``complete`` is whether all nodes were read.
    Raises CollectionError. The value that the user gives is also checked with the token."""
    if token is None:
        return
    if not shared.source:
        if recreate and not complete and shared.value and has_value(token) and token.value != shared.value:
            raise CollectionError(
                f"HEC token {name} has another value than the given one, and was not replaced, because other nodes could not be read: "
                "the load balancer would deliver some batches to nodes that refuse them. Make all nodes readable, or take the others "
                "out of nodes."
            )
        return
    if not has_value(token):
        raise CollectionError(
            f"Splunk does not show the value of HEC token {name} to this user, so it cannot be compared with that of {shared.source}. "
            "Use a user who may read tokens."
        )
    if token.value == shared.value:
        return
    if not recreate:
        raise CollectionError(
            f"HEC token {name} has another value than on {shared.source}, so the load balancer would deliver some batches to a node "
            f"that refuses them. Set recreate: true to replace it with the value of {shared.source}. Senders that use the old value are "
            "refused from then on. The first node with the token has the value of all: to keep another value, list its node first, or set "
            "token to it."
        )
    if not complete:
        raise CollectionError(
            f"HEC token {name} has another value than on {shared.source}, and was not replaced, because other nodes could not be read. "
            "Make all nodes readable, or set token to the right value."
        )


class NodeResult(t.NamedTuple):
    """The result of a run on one node: what was done to each part (C(actions)), the ``problem`` that stopped it, "" if none did, and
    the state of its token, in words."""

    node: str
    url: str
    actions: t.Mapping[str, str]
    problem: str
    token_state: str

    def row(self) -> dict[str, t.Any]:
        """Return the entry of this node in the result of the module."""
        changed = any(action not in ("unchanged", "unmanaged", "failed", "skipped") for action in self.actions.values())
        return {
            "host": self.node,
            "url": self.url,
            **self.actions,
            "changed": changed,
            "failed": bool(self.problem),
            "msg": self.problem,
        }


def overall_action(results: t.Sequence[NodeResult]) -> str:
    """Return the action of a run: that of the token where all nodes have the same one, otherwise C(updated)."""
    actions = [action for result in results for action in result.actions.values()]
    done = [action for action in actions if action not in ("unchanged", "unmanaged", "failed", "skipped")]
    of_token = {result.actions["token"] for result in results}
    if len(of_token) == 1 and of_token <= {"created", "replaced"}:
        return of_token.pop()
    return action_of(dict.fromkeys(done))


def failure_message(results: t.Sequence[NodeResult], names: t.Mapping[str, str], *, check_mode: bool) -> str:
    """Return the message of a run in which nodes failed: how many, why, and which node has what. ``names`` are the parts in words."""
    rows = [result.row() for result in results]
    failed = [row for row in rows if row["failed"]]
    what = "1 of 1 node" if len(rows) == 1 else f"{len(failed)} of {len(rows)} nodes"
    return f"{what} failed. {summarize_failures(failed).rstrip('. ')}. {_who_has_what(results, names, check_mode=check_mode)}"


def _who_has_what(results: t.Sequence[NodeResult], names: t.Mapping[str, str], *, check_mode: bool) -> str:
    groups: dict[str, list[str]] = {}
    for result in results:
        groups.setdefault(_has(result, names, check_mode=check_mode), []).append(result.node)
    texts = [f"{first_of(nodes, ', ')}: {has}" for has, nodes in groups.items()]
    return f"What each node has now: {'; '.join(texts)}. Fix the cause and run this again."


def _has(result: NodeResult, names: t.Mapping[str, str], *, check_mode: bool) -> str:
    """Return what a node has after a run, in words."""
    done = ("unchanged",) if check_mode else ("unchanged", "created", "updated", "enabled", "disabled", "replaced")
    parts = [names[part] for part in PARTS if part in names and result.actions[part] in done]
    return ", ".join(filter(None, [*parts, result.token_state])) or "nothing"
