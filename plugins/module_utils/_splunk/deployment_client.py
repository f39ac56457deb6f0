# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of a deployment server: its apps, its clients, and the reload of its server classes.

Splunk's page: "Deployment endpoint descriptions" in the REST API Reference (U(https://help.splunk.com)).
"""

from __future__ import annotations

from .._core.url_paths import path_segment
from . import deployment_answers
from .answers import SplunkError
from .deployment_answers import App, Client
from .management_api import ManagementApi

_ROOT = "services/deployment/server"
_PAGE = 500


class DeploymentServer(ManagementApi):
    """The calls of a deployment server that the collection makes."""

    def app(self, name: str) -> App | None:
        """Return an app; None if the server does not know it. Raises CollectionError."""
        operation = f"Reading app {name} of the deployment server"
        try:
            data = self._get(f"{_ROOT}/applications/{path_segment(name)}", operation)
        except SplunkError as error:
            if error.says_missing:
                return None
            raise
        return deployment_answers.app(operation, data)

    def clients(self, app_name: str) -> list[Client]:
        """Return all clients, each with its installation of an app. Raises CollectionError, also if the list is not complete."""
        operation = "Listing the clients of the deployment server"
        entries = self._entries(f"{_ROOT}/clients", operation, "clients", _PAGE)
        return [deployment_answers.client(operation, entry, app_name) for entry in entries]

    def reload(self, server_class: str = "") -> None:
        """Let the server read its apps and classes again: one class, or all of them. Raises SplunkError, NoAnswerError."""
        what = f"server class {server_class}" if server_class else "all server classes"
        fields = {"serverclass": server_class} if server_class else {}
        self._post(f"{_ROOT}/config/_reload", f"Reloading {what} of the deployment server", fields)
