# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The state that the steps of a rotation share: the two tokens, the clients, the rows of the jobs, and the notes on what was
checked."""

from __future__ import annotations

import os
import typing as t

from .._cloudflare.options import with_credentials
from .._core.environment import first_variable
from .._core.errors import CollectionError, OptionError
from .._core.results import scope_name
from .._core.run import Options, RunContext
from .._core.times import rfc3339
from .._logpush.job import Job
from .._splunk.enterprise import SplunkEnterprise
from .._splunk.hec_request import COLLECTOR_VARIABLES, collector_of
from .._splunk.introspection import Introspection
from .._splunk.node_tokens import NodeTokens
from .._splunk.options import URL_OPTION, enterprise_client, with_splunk_environment
from .._splunk.token import Client, management_client
from .._splunk.token_rules import is_masked_value, token_name
from .._splunk.topology_rules import check_urls, requested_nodes
from .._splunk.values import Token
from .bulk_update import change_jobs
from .results import Row
from .rotation import token_change
from .rotation_look import look_everywhere
from .rotation_report import RotationSummary, rotation_report
from .rotation_rules import JobKey, Look, in_waves, job_key, objections
from .sweep import Sweep
from .verify import check_waiting, wait_for_deliveries


class TokenRotation:
    """The state of one run: the tokens, the rows of the jobs, and the notes on what was checked."""

    def __init__(self, options: Options, context: RunContext) -> None:
        self.options = with_credentials(options)
        self.context = context
        self.clock = context.clock
        if not options["zones"]:
            raise OptionError("zones", "names no zone and no account, so nothing is known about the jobs")
        for option in ("settle", "grace"):
            if options[option] < 0:
                raise OptionError(option, "must be 0 or more seconds")
        check_waiting(options["verify_timeout"], options["verify_interval"], ("verify_timeout", "verify_interval"))
        endpoint = options.get("endpoint") or first_variable(COLLECTOR_VARIABLES["endpoint"])
        of_nodes = [node.endpoint for node in requested_nodes(options.get("nodes"), "nodes")]
        self._collectors = [collector_of(each) for each in (endpoint, *of_nodes) if each]
        self.old_name, self.new_name = (token_name(options[option]) for option in ("old_name", "new_name"))
        if self.old_name == self.new_name:
            raise OptionError("new_name", "must differ from old_name")
        self.waves = in_waves(options["zones"], options["waves"])
        self.sweep = Sweep(self.options, context)
        self.splunk, self.searched = _clients(options, context)
        self.old: Token | None = None
        self.new_value = ""
        self.old_value = ""
        self.rows: dict[JobKey, Row] = {}
        # The rows of all zones and jobs that failed at some point.
        self._failures: dict[t.Any, Row] = {}
        self._moved: set[JobKey] = set()
        self.notes: list[str] = []
        self.changed = False
        # The state of the old token, "unknown" until it is read, and the time since when this run has had it disabled.
        self.old_state = "unknown"
        self.disabled_at = 0.0
        self.introspection: Introspection | None = None
        # Whether Splunk has reported in this run that no sender uses the old token.
        self.is_quiet = False

    def result(self, stopped: str = "") -> dict[str, t.Any]:
        """Return the result so far. ``stopped`` is the reason why the run ends early, "" if it is complete."""
        jobs = [_with_failure(row, self._failures.get(key)) for key, row in self.rows.items()]
        moved = [row for key, row in self.rows.items() if key in self._moved]
        rows = [*jobs, *(row for key, row in self._failures.items() if key not in self.rows)]
        failed = [row for row in rows if row["failed"]]
        summary = RotationSummary(
            self.old_name,
            self.new_name,
            self.old_state,
            jobs,
            moved,
            failed,
            self.notes,
            self._environment_holds_old_value(),
            self.context.check_mode,
            stopped,
        )
        result = {"changed": self.changed, "results": rows, "old_token": self.old_state, "checks": self.notes}
        counts = {
            "scopes": len(self.options["zones"]),
            "moved_scopes": len({scope_name(row) for row in moved}),
            "jobs": len(jobs),
            "moved": len(moved),
            "failed": len(failed),
        }
        result = {**result, "summary": counts, "report": rotation_report(summary)}
        return {**result, "failed": True, "msg": stopped, "stopped": stopped} if stopped else result

    def _environment_holds_old_value(self) -> bool | None:
        """Return whether SPLUNK_HEC_TOKEN holds the value of the old token; None if it is not set here, or the value is not
        known."""
        value = os.environ.get("SPLUNK_HEC_TOKEN") or ""
        return self.old_value in value if value and self.old_value else None

    def move(self, zones: t.Sequence[t.Mapping[str, t.Any]], only: t.Container[int] | None = None) -> list[Row]:
        """Move the jobs of scopes to the new token, and return their rows. With ``only``, move the jobs with these IDs back
        to the old token. Raises MoveError if a job cannot be moved; the rows of the others are kept."""
        tokens = (self.old_value, self.new_value) if only is None else (self.new_value, self.old_value)

        def select(job: Job) -> dict[str, t.Any] | None:
            if only is not None and job.get("id") not in only:
                return None
            return token_change(job, *tokens)

        found = change_jobs({**self.options, "zones": list(zones)}, select, self.context, self.sweep)
        rows: list[Row] = found["results"]
        self._keep_failures(rows)
        for row in rows:
            if row.get("job_id"):
                self._keep(row, is_moved=only is None)
        self.changed = self.changed or any(row["changed"] for row in rows)
        if found.get("failed"):
            raise MoveError(found["msg"], rows)
        return rows

    def _keep(self, row: Row, *, is_moved: bool) -> None:
        """Store the row of a job. A change of an earlier step stays visible in it."""
        key = job_key(row["account_id"] or row["zone_id"], row["job_id"])
        earlier = self.rows.get(key, row)
        self.rows[key] = {**row, "action": earlier["action"], "changed": True} if earlier["changed"] else row
        if row["changed"]:
            (self._moved.add if is_moved else self._moved.discard)(key)

    def _keep_failures(self, rows: t.Sequence[Row]) -> None:
        """Store the failures of zones and jobs. A zone that was not found has no ID, and a zone that could not be listed has
        no job."""
        for row in rows:
            if row["failed"]:
                scope = row["account_id"] or row["zone_id"] or scope_name(row)
                self._failures.setdefault(job_key(scope, row["job_id"] or 0), row)

    def verify(self, rows: t.Sequence[Row], since: float) -> None:
        """Wait until the jobs that delivered before deliver again, later than C(since) (in whole seconds, as Cloudflare
        reports them). Raises CollectionError."""
        # The run does not wait for a job that did not deliver before the move: its zone may have no traffic.
        delivering = [row for row in rows if row["health"] == "delivering"]
        if not delivering:
            return
        options = {
            **{key: value for key, value in self.options.items() if key != "zones"},
            "jobs": delivering,
            "since": rfc3339(int(since) + 1),
            "wait_timeout": self.options["verify_timeout"],
            "interval": self.options["verify_interval"],
        }
        found = wait_for_deliveries(options, self.context, self.sweep)
        if found.get("failed"):
            self._keep_failures(found["results"])
            raise CollectionError(found["msg"])

    def note(self, text: str) -> None:
        """Add a line about a check to the result, once."""
        self.notes[:] = [*(other for other in self.notes if other != text), text]

    def state_of_tokens(self) -> str:
        """Return a sentence about the state of the two tokens."""
        return "Both tokens are enabled." if self.old_state == "enabled" else "The old token is disabled."

    def look(self) -> Look:
        """Return the jobs of all zones and accounts."""
        others, accounts = self.options.get("other_zones") or [], self.options.get("accounts") or []
        return look_everywhere(self.sweep, self.options["zones"], others, accounts, self.context.mask)

    def objections(self, look: Look, moving: t.Container[JobKey] = ()) -> list[str]:
        """Return the reasons against retiring the old token that the jobs show."""
        known = [key for key in self.rows if key not in moving]
        unused = self.options["unused"]
        return objections(look, self.old_value, self.new_value, unused, self._collectors, moving, known)

    def repositories(self) -> list[str]:
        """Return the instances that write HEC tokens to the deployment repository. Raises CollectionError if one of them does not
        show the settings of HEC."""
        if isinstance(self.splunk, NodeTokens):
            return self.splunk.repositories()
        if isinstance(self.splunk, SplunkEnterprise) and self.splunk.hec_settings()["use_deployment_server"]:
            return ["this server"]
        return []

    def known_token(self, name: str) -> Token | None:
        """Return a token whose value is known; None if Splunk lists none of this name. Raises CollectionError."""
        token = self.splunk.token(name)
        if token is None:
            return None
        if not token.value or is_masked_value(token.value):
            raise CollectionError(
                f"Splunk does not show the value of HEC token {name} to this user. Give the user the capability to read it."
            )
        self.context.mask.learn(token.value)
        return token

    def read_old_token(self) -> Token | None:
        """Return the old token as Splunk has it now, and store its state. None if it was deleted, or replaced by another
        token with the same name. Raises CollectionError."""
        token = self.known_token(self.old_name)
        if token is None or token.value != self.old_value:
            self.old_state = "deleted"
            return None
        self.old_state = "enabled" if token.settings["enabled"] else "disabled"
        return token


def _clients(options: Options, context: RunContext) -> tuple[Client | NodeTokens, list[Client]]:
    """Return the client of the tokens, and the clients of the instances to search. Raises OptionError."""
    splunk, mask = options["splunk"], context.mask
    search = [url for url in [options.get("search_url")] if url]

    def at(url: str, option: str = "search_url") -> SplunkEnterprise:
        return enterprise_client(with_splunk_environment({**splunk, "url": url, URL_OPTION: option}), mask)

    nodes = requested_nodes(options.get("nodes"), "nodes")
    if not nodes:
        client = management_client(with_splunk_environment(splunk), mask)
        return client, [at(url) for url in search] or [client]
    check_urls(nodes, "nodes")
    clients = {node.name: at(node.url, f"nodes[{number}].url") for number, node in enumerate(nodes)}
    return NodeTokens(clients), [at(url) for url in search] or list(clients.values())


def _with_failure(row: Row, failure: Row | None) -> Row:
    """Return the row of a job. A failure stays in it, even if the job was moved back afterwards."""
    return {**row, "failed": True, "msg": failure["msg"]} if failure else row


class MoveError(CollectionError):
    """Some jobs could not be moved. ``rows`` are the rows of all."""

    def __init__(self, message: str, rows: list[Row]) -> None:
        super().__init__(message)
        self.rows = rows
