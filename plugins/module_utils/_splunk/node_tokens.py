# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of one HEC token that several nodes have: read, disabled, enabled and deleted on all of them together.

Behind a load balancer, a token counts as one object. It is enabled as long as one node accepts it, and exists as long as one node
has it. A node that cannot be read makes the whole answer unknown.
"""

from __future__ import annotations

import typing as t

from .._core.concurrency import in_order
from .._core.errors import CollectionError, bugs_as_errors
from .._core.results import first_of
from .enterprise import SplunkEnterprise
from .token_rules import is_masked_value
from .values import SomeSettings, Token

Found = t.TypeVar("Found")
_CONCURRENCY = 16


class NodeTokens:
    """The calls for a token, on all nodes. ``clients`` are the clients of the nodes by their names."""

    def __init__(self, clients: t.Mapping[str, SplunkEnterprise]) -> None:
        self._clients = clients

    def token(self, name: str) -> Token | None:
        """Return the token that the nodes share; None if none of them has it. Raises CollectionError, also if a node cannot be read
        or has another value."""
        found = {node: token for node, token in self._read(name).items() if token}
        if not found:
            return None
        shown = [token for token in found.values() if token.value and not is_masked_value(token.value)]
        if len({token.value for token in shown}) > 1:
            raise CollectionError(
                f"HEC token {name} does not have the same value on all nodes: {first_of(list(found), ', ')}. Run provision_hec first."
            )
        if len(shown) < len(found):
            # The value is not known everywhere, so it may differ.
            shown = [token._replace(value=None) for token in found.values()]
        is_enabled = any(token.settings["enabled"] for token in found.values())
        one = shown[0]
        return one._replace(settings=t.cast(t.Any, {**one.settings, "enabled": is_enabled}))

    def names_of_nodes(self) -> list[t.Sequence[str]]:
        """Return the names that the events of each node can have as C(host). Empty for a node that does not tell."""
        found, dummy = self._on_each(lambda client, node: client.server().names, list(self._clients))
        return [found.get(node, ()) for node in self._clients]

    def check_everywhere(self, name: str) -> None:
        """Check that all nodes have a token, and that it is enabled. Raises CollectionError."""
        found = self._read(name)
        missing = [node for node, token in found.items() if token is None]
        disabled = [node for node, token in found.items() if token and not token.settings["enabled"]]
        for nodes, problem in ((missing, "is missing"), (disabled, "is disabled")):
            if nodes:
                raise CollectionError(f"HEC token {name} {problem} on {first_of(nodes, ', ')}.")

    def repositories(self) -> list[str]:
        """Return the nodes that write HEC tokens to the deployment repository. Raises CollectionError if a node does not show the
        settings of HEC."""
        found, problems = self._on_each(lambda client, node: client.hec_settings(), list(self._clients))
        if problems:
            raise CollectionError(_in_words(problems))
        return [node for node, settings in found.items() if settings["use_deployment_server"]]

    def change_token(self, name: str, app: str, changes: SomeSettings) -> None:
        """Change settings of a token on all nodes that have it. If a node does not disable it, it is enabled again on the others,
        because the load balancer would deliver every other batch to a node that refuses it. Raises CollectionError."""
        found = self._read(name)
        problems = self._write(found, lambda client, token: client.change_token(name, token.app, changes))
        disables = changes.get("enabled") is False
        if disables and not problems:
            problems = self._still_enabled(name)
        if not problems:
            return
        message = _in_words(problems)
        if disables:
            enabled = {**changes, "enabled": True}
            left = self._write(found, lambda client, token: client.change_token(name, token.app, enabled))
            message += " " + _after_return(name, [node for node, token in found.items() if token], left)
        raise CollectionError(message)

    def delete_token(self, name: str, app: str) -> None:
        """Delete a token on all nodes that have it. Raises CollectionError, which names the nodes that still have it."""
        problems = self._write(self._read(name), lambda client, token: client.delete_token(name, token.app))
        if problems:
            left = first_of(list(problems), ", ")
            raise CollectionError(f"{_in_words(problems)} HEC token {name} is deleted on all nodes except {left}.")

    def _still_enabled(self, name: str) -> dict[str, str]:
        """Return the nodes where a token is enabled although it was disabled on all nodes that had it: a node did not carry the
        change out, or did not list the token before. The caller reads nodes that cannot be read now once more."""
        read, dummy = self._on_each(lambda client, node: client.token(name), list(self._clients))
        return {
            node: f"HEC token {name} is still enabled."
            for node, token in read.items()
            if token and token.settings["enabled"]
        }

    def _read(self, name: str) -> dict[str, Token | None]:
        """Return the token of each node. Raises CollectionError, which names the nodes that could not be read."""
        found, problems = self._on_each(lambda client, node: client.token(name), list(self._clients))
        if problems:
            raise CollectionError(_in_words(problems))
        return found

    def _write(
        self, found: t.Mapping[str, Token | None], write: t.Callable[[SplunkEnterprise, Token], None]
    ) -> dict[str, str]:
        """Write to each node that has the token, and return the problems by the names of the nodes."""
        tokens = {node: token for node, token in found.items() if token}
        return self._on_each(lambda client, node: write(client, tokens[node]), list(tokens))[1]

    def _on_each(
        self, work: t.Callable[[SplunkEnterprise, str], Found], nodes: t.Sequence[str]
    ) -> tuple[dict[str, Found], dict[str, str]]:
        """Return the results and the problems of nodes by their names."""
        done: dict[str, Found] = {}
        problems: dict[str, str] = {}

        def contained(node: str) -> None:
            try:
                with bugs_as_errors():
                    done[node] = work(self._clients[node], node)
            except CollectionError as error:
                problems[node] = str(error)

        in_order(contained, nodes, _CONCURRENCY)
        return {node: done[node] for node in nodes if node in done}, {
            node: problems[node] for node in nodes if node in problems
        }


def _in_words(problems: t.Mapping[str, str]) -> str:
    return first_of([f"{node}: {problem}" for node, problem in problems.items()], " ")


def _after_return(name: str, nodes: t.Sequence[str], left: t.Mapping[str, str]) -> str:
    """Return a sentence about a token that was enabled again. ``left`` are the nodes where that failed."""
    enabled = [node for node in nodes if node not in left]
    again = f"HEC token {name} is enabled again on {first_of(enabled, ', ')}." if enabled else ""
    unknown = f"It is not known whether HEC token {name} is enabled on {first_of(list(left), ', ')}." if left else ""
    return " ".join(filter(None, [again, unknown]))
