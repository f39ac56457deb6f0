# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of the manager of an indexer cluster: its bundles and its peers.

Splunk's page: "Cluster endpoint descriptions" in the REST API Reference (U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.http import Http, Reply
from .._core.json_types import JsonObject
from .._core.secrets import SecretMask
from . import cluster_answers
from .answers import SplunkError
from .cluster_answers import Look
from .cluster_rules import is_final_refusal, no_manager
from .management_api import ManagementApi

# The name of the endpoints since Splunk 9.0, and the one before.
_ROOTS = ("services/cluster/manager", "services/cluster/master")
_READING = "Reading the state of the cluster"


class ClusterManager(ManagementApi):
    """The calls of a manager that the collection makes."""

    def __init__(self, http: Http, mask: SecretMask | None = None) -> None:
        super().__init__(http.beside({}, _interpreted), mask)
        self._root = ""

    def look(self) -> Look:
        """Return the state of the manager and of its peers. Raises CollectionError."""
        state = cluster_answers.manager(_READING, self._info())
        operation = "Listing the peers of the cluster"
        # Zero means all.
        listed = self._get(f"{self._root}/peers", operation, {"count": "0"})
        return Look(state, cluster_answers.peers(operation, listed))

    def failed_checks(self) -> list[str]:
        """Return the names of the health checks that fail. Raises CollectionError."""
        operation = "Reading the health of the cluster"
        try:
            data = self._get(f"{self._root}/health", operation)
        except SplunkError as error:
            # Old versions do not have it. The status of the peers, which the caller has read, is then all that is known.
            if error.status == 404:
                return []
            raise
        return cluster_answers.failed_checks(operation, data)

    def validate(self) -> str:
        """Let the manager build a bundle of its files, and the peers check it. Return its checksum, "" if it is the active
        one. No configuration of a peer changes. Raises SplunkError, NoAnswerError."""
        operation = "Validating the bundle"
        return cluster_answers.new_checksum(
            operation, self._control("validate_bundle", operation, {"check-restart": "true"})
        )

    def apply(self) -> None:
        """Push the bundle to the peers. Raises SplunkError, and NoAnswerError if it is not known whether the push began."""
        self._control("apply", "Applying the bundle", {"ignore_identical_bundle": "true", "skip-validation": "false"})

    def roll_back(self) -> None:
        """Exchange the active bundle for the one before. Raises SplunkError, and NoAnswerError if it is not known whether that
        began."""
        self._control("rollback", "Rolling back the bundle", {})

    def _quotable(self, reply: Reply) -> Reply:
        quote = reply.quote
        return reply._replace(quote=lambda text: cluster_answers.without_values(quote(text)))

    def _control(self, action: str, operation: str, fields: t.Mapping[str, str]) -> JsonObject:
        # Another push could begin between two attempts, and two rollbacks cancel each other.
        return self._post(f"{self._root}/control/default/{action}", operation, fields, repeat=False)

    def _info(self) -> JsonObject:
        for root in (self._root,) if self._root else _ROOTS:
            try:
                data = self._get(f"{root}/info", _READING)
            except SplunkError as error:
                if error.status == 404 and not self._root:
                    continue
                if is_final_refusal(error.status, error.problem):
                    raise no_manager(error.problem, self.server().roles) from None
                raise
            self._root = root
            return data
        raise no_manager("", self.server().roles)


def _interpreted(reply: Reply) -> Reply:
    """Return an answer with a status that asks for no other attempt, if another attempt is useless."""
    return reply._replace(status=404) if is_final_refusal(reply.status, reply.text) else reply
