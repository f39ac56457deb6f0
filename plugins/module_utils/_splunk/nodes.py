# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Configure HEC on several nodes: the settings, the index, and one token with the same value on all of them.

A node that fails does not stop the others. First all nodes are read, so that a node with the token is found before another one
creates it.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from .._core.concurrency import in_order
from .._core.errors import CollectionError, OptionError, bugs_as_errors
from .._core.results import first_of
from .._core.run import Options, RunContext
from . import node_rules
from .index import ensure_index
from .index_rules import requested_index
from .node_rules import Look, NodeResult, SharedValue
from .options import PLAIN_HTTP, URL_OPTION, enterprise_client, splunk_operation, with_splunk_environment
from .settings import manage_settings
from .settings_rules import requested_settings
from .sourcetype import manage_sourcetype
from .sourcetype_rules import DEFAULT_APP, requested_sourcetype
from .token import manage_token
from .token_rules import RequestedToken, requested_token, requested_value
from .topology_rules import Node, check_urls, requested_nodes

_CONNECTION = ("username", "password", "auth_token", "validate_certs", "ca_path", "timeout", "retries")
_SETTINGS = ("port", "enable_ssl", "server_cert", "ssl_password")
_TOKEN = (
    "app",
    "name",
    "index",
    "indexes",
    "sourcetype",
    "source",
    "host",
    "description",
    "like",
    "recreate",
    "token",
    "token_env",
)


@splunk_operation
def manage_nodes(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_nodes). Raises CollectionError if nothing was done."""
    context.mask.add(requested_value(options, os.environ)[0])
    wanted = requested_token({**options, "use_ack": False}, os.environ)
    context.mask.add(wanted.value)
    nodes = [_NodeRun(node, number, options, context) for number, node in enumerate(_nodes(options))]

    def each(work: t.Callable[[_NodeRun], None]) -> None:
        ready = [node for node in nodes if not node.problem]
        in_order(lambda node: node.contained(work), ready, options["concurrency"])

    each(lambda node: node.read())
    looks = [node.look for node in nodes]
    # Before the first write: it is an error if a node has the token twice.
    shared = node_rules.shared_value(wanted, looks)
    each(lambda node: node.prepare())
    if shared.value is None and not shared.problem:
        shared = _created(nodes, wanted, shared)
    complete = all(look.tokens is not None for look in looks)
    each(lambda node: node.write_token(wanted, shared, complete=complete))
    each_failed = [node for node in nodes if node.problem and node.look.tokens is not None and not context.check_mode]
    in_order(lambda node: node.look_again(), each_failed, options["concurrency"])
    return _result(nodes, wanted, shared, options, context)


def _nodes(options: Options) -> list[Node]:
    """Return the nodes of a run, after a check of everything that can be wrong before the first request. Raises OptionError."""
    nodes = requested_nodes(options["nodes"], "nodes")
    check_urls(nodes, "nodes")
    if not 1 <= options["concurrency"] <= 100:
        raise OptionError("concurrency", "must be from 1 to 100")
    if options["manage_settings"]:
        requested_settings(options)
    for number, entry in enumerate(options.get("sourcetypes") or ()):
        try:
            requested_sourcetype(sourcetype_options(entry))
        except OptionError as error:
            raise OptionError(f"sourcetypes[{number}].{error.option}", error.problem) from None
    if options.get("index"):
        try:
            requested_index({"name": options["index"]})
        except OptionError as error:
            raise OptionError("index", error.problem) from None
    return nodes


def sourcetype_options(entry: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options of C(splunk_sourcetype) for an entry of C(sourcetypes)."""
    return {"state": "present", "app": DEFAULT_APP, **entry}


class _NodeRun:
    """A node in a run: what was read and done so far, and the problem that stopped it."""

    def __init__(self, node: Node, number: int, options: Options, context: RunContext) -> None:
        self.name = node.name
        self.url = node.url
        self.problem = ""
        self.look = Look(node.name, None)
        self.actions = dict.fromkeys(node_rules.PARTS, "skipped")
        self.results: list[dict[str, t.Any]] = []
        self.value: str | None = None
        self._options, self._context = options, context
        at = {"url": node.url, URL_OPTION: f"nodes[{number}].url"}
        self._connection = {**{key: options[key] for key in _CONNECTION}, **at, "platform": "enterprise"}
        # Raises OptionError for wrong options before the first request.
        self._client = enterprise_client(with_splunk_environment(self._connection), context.mask)

    def contained(self, work: t.Callable[[_NodeRun], None]) -> None:
        """Do a part of the work. An error is the problem of this node alone."""
        try:
            with bugs_as_errors():
                work(self)
        except CollectionError as error:
            self.problem = str(error)
            self.results.append({"warnings": error.details.get("warnings") or []})

    def read(self) -> None:
        """Read the tokens of the node."""
        self.look = Look(self.name, list(self._client.tokens()))

    def prepare(self) -> None:
        """Write the settings of HEC and the index, which the token needs."""
        options = self._options
        self.actions.update(settings="unmanaged", index="unmanaged", sourcetypes="unmanaged")
        if options["manage_settings"]:
            self._do("settings", manage_settings, {"enabled": True, **{key: options[key] for key in _SETTINGS}})
        if options.get("index"):
            self._do("index", ensure_index, {"name": options["index"], "create": options["create_index"]})
        for entry in options.get("sourcetypes") or ():
            self._do("sourcetypes", manage_sourcetype, sourcetype_options(entry))

    def write_token(self, wanted: RequestedToken, shared: SharedValue, *, complete: bool) -> None:
        """Create the token with the value of all nodes, or change its settings."""
        if self.actions["token"] != "skipped":
            return
        token = node_rules.token_on(self.look, wanted.name)
        recreate = bool(self._options["recreate"])
        node_rules.check_value(wanted.name, token, shared, recreate=recreate, complete=complete)
        if token is None and shared.problem:
            raise CollectionError(shared.problem)
        self.create_token(shared.value, given=bool(shared.value) and not shared.source)

    def create_token(self, value: str | None, *, given: bool) -> None:
        """Create the token, or change its settings. ``value`` is its value, None if Splunk chooses it. ``given`` is whether the user
        gave the value."""
        options = {key: self._options.get(key) for key in _TOKEN}
        if not given:
            options.update(token=value, token_env=None)
        fixed = {"state": "present", "enabled": True, "use_ack": False, "allow_ack": False}
        result = self._do("token", manage_token, {**options, **fixed})
        self.value = result.get("hec_token")

    def look_again(self) -> None:
        """Read the tokens of a node that failed, so that the message says what it has. If that fails too, they are not known."""
        self.look = Look(self.name, None)
        with contextlib.suppress(CollectionError):
            self.look = Look(self.name, list(self._client.tokens()))

    def token_state(self, wanted: RequestedToken, shared: SharedValue) -> str:
        """Return what is known about the token of the node, in words."""
        name = f"token {wanted.name}"
        if self.actions["token"] not in ("failed", "skipped") and not self._context.check_mode:
            return f"{name} with the value of all nodes" if shared.value else name
        if self.look.tokens is None:
            return node_rules.NOT_KNOWN
        token = node_rules.token_on(self.look, wanted.name)
        if token is None:
            return ""
        if not node_rules.has_value(token) or not shared.value:
            return f"{name} with a value that is not known"
        return f"{name} with {'the value of all nodes' if token.value == shared.value else 'another value'}"

    def result(self, wanted: RequestedToken, shared: SharedValue) -> NodeResult:
        """Return the result of the node."""
        return NodeResult(self.name, self.url, self.actions, self.problem, self.token_state(wanted, shared))

    def diffs(self) -> list[dict[str, t.Any]]:
        """Return the differences of the node, each with the name of the node above it."""
        found = [result["diff"] for result in self.results if result.get("changed")]
        return [
            {
                **diff,
                "before_header": f"{self.name}: {diff['before_header']}",
                "after_header": f"{self.name}: {diff['after_header']}",
            }
            for diff in found
        ]

    def _do(
        self, part: str, run: t.Callable[[Options, RunContext], dict[str, t.Any]], options: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        before, self.actions[part] = self.actions[part], "failed"
        result = run({**self._connection, **options}, self._context)
        self.results.append(result)
        action = result.get("action", "unchanged")
        # There can be several source types.
        self.actions[part] = action if action != "unchanged" or before in ("unmanaged", "skipped") else before
        return result


def _created(nodes: t.Sequence[_NodeRun], wanted: RequestedToken, shared: SharedValue) -> SharedValue:
    """Create the token on the first node, which chooses its value, and return this value. If a node refuses, the next one is the
    first, unless it is not known whether the node that failed has the token now."""
    for node in nodes:
        if node.problem:
            continue
        node.contained(lambda node: node.create_token(None, given=False))
        if not node.problem:
            return SharedValue(node.value, node.name, "", shared.warnings)
        node.look_again()
        found = node_rules.shared_value(wanted._replace(value=None), [node.look])
        if found.value or found.problem:
            return found._replace(warnings=shared.warnings)
    return shared


def _result(
    nodes: t.Sequence[_NodeRun], wanted: RequestedToken, shared: SharedValue, options: Options, context: RunContext
) -> dict[str, t.Any]:
    results = [node.result(wanted, shared) for node in nodes]
    rows = [result.row() for result in results]
    result: dict[str, t.Any] = {
        "changed": any(row["changed"] for row in rows),
        "action": node_rules.overall_action(results),
        "nodes": rows,
        "diff": [diff for node in nodes for diff in node.diffs()],
        "restart_required": [
            node.name for node in nodes if any(result.get("restart_required") for result in node.results)
        ],
        "warnings": [*shared.warnings, *_warnings(nodes)],
        "token": {"name": wanted.name},
    }
    if any(row["failed"] for row in rows):
        names = {"settings": "HEC settings"} if options["manage_settings"] else {}
        if options.get("index"):
            names["index"] = f"index {options['index']}"
        if options.get("sourcetypes"):
            names["sourcetypes"] = "source types"
        message = node_rules.failure_message(results, names, check_mode=context.check_mode)
        return {**result, "failed": True, "msg": message}
    return {**result, "hec_token": shared.value}


def _warnings(nodes: t.Sequence[_NodeRun]) -> list[str]:
    """Return the warnings of all nodes, each one once, with the nodes that it is about."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for result in node.results:
            for warning in result.get("warnings") or ():
                # That of the whole run is enough.
                if warning != PLAIN_HTTP and node.name not in found.setdefault(warning, []):
                    found[warning].append(node.name)
    return [f"{first_of(names, ', ')}: {warning}" for warning, names in found.items() if names]
