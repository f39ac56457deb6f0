# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of modules as data, and their results. Tests that start ansible-playbook and tests that run a module in this process
both use them."""

from __future__ import annotations

import dataclasses
import re
import typing as t

JOB_MODULE = "edgeops.logpush.splunk_logpush_job"
# Environment variables of the machine that a run must not read. A worker of pytest has the size of a terminal that does
# not exist: 80 columns.
NEVER_INHERITED = re.compile(r"(?i)(CLOUDFLARE|SPLUNK|ANSIBLE|E2E)_|.*_proxy$|REQUESTS_CA_BUNDLE|NETRC|COLUMNS$|LINES$")
# Text that must never be visible to a user.
CRASH = re.compile(r"Traceback|This is a bug|Unexpected failure|MODULE FAILURE")

Task = t.Dict[str, t.Any]


def job(title: str, /, **more: t.Any) -> Task:
    """Return a task of the module for jobs; ``more`` is as for ``task``."""
    return task(JOB_MODULE, title, **more)


def task(
    module: str,
    title: str,
    /,
    *,
    check: bool | None = None,
    fails: bool = False,
    before: t.Sequence[tuple[str, str, t.Any]] = (),
    environment: t.Mapping[str, str] | None = None,
    **options: t.Any,
) -> Task:
    """Return a task of a module with these options.

    ``fails`` says that the task is expected to fail, ``before`` are control calls to the simulator: method, path, body.
    """
    made: Task = {"name": title, module: options}
    if environment:
        made["environment"] = dict(environment)
    if check is not None:
        made["check_mode"] = check
    if fails:
        made["ignore_errors"] = True
    if before:
        made["vars"] = {"simulator": [list(call) for call in before]}
    return made


def faults(*entries: t.Mapping[str, t.Any]) -> tuple[str, str, t.Any]:
    """Return the control call that replaces the faults of the simulator with these."""
    return "POST", "faults", list(entries)


@dataclasses.dataclass
class Outcome:
    """The result of one task on one host."""

    status: str
    host: str
    task: str
    result: dict[str, t.Any]
    requests: list[dict[str, t.Any]]
    # The data that a callback receives about the task, in a run of ansible-playbook.
    fields: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    def __getitem__(self, key: str) -> t.Any:
        return self.result[key]

    @property
    def msg(self) -> str:
        """The message of a failure."""
        return str(self.result.get("msg", ""))

    @property
    def failed(self) -> bool:
        """Whether the task failed."""
        return self.status == "failed"

    @property
    def calls(self) -> list[str]:
        """The requests of the task in short form: the method and the kind of object."""
        return [short(request) for request in self.requests]


def short(request: t.Mapping[str, t.Any]) -> str:
    """Return a request as ``GET jobs``, ``PUT job``, ``GET fields``, ``GET zone`` and so on; one to Splunk as
    ``POST data/inputs/http`` or ``PATCH http-event-collectors/name``."""
    if request["side"] == "splunk":
        return f"{request['method']} {re.sub('^/services(NS/[^/]+/[^/]+)?/', '', request['path'])}"
    if request["side"] == "acs":
        return f"{request['method']} {re.sub('^/[^/]+/adminconfig/v2/(inputs/)?', '', request['path'])}"
    parts = re.sub("^/client/v4/", "", request["path"]).split("/")
    kind = parts[-1] if parts[-1] in ("jobs", "fields", "zones", "graphql", "policies", "ips") else ""
    return f"{request['method']} {kind or re.sub('s$', '', parts[-2])}"
