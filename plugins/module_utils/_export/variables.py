# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The variables of inventory hosts that request existing jobs exactly as they are, as text of YAML files. Pure: no I/O.

A rollout with these variables changes nothing. Secrets are replaced by references to variables.
"""

from __future__ import annotations

import typing as t

from .._logpush.host_variables import UNMANAGED
from .._logpush.job import Job, dataset_of, is_splunk_job
from .exported_job import Options, exported_job, register_secrets
from .secret_variables import SecretVariables
from .yaml_writer import Template, lines

# The first line of every exported file. Only files that begin with it are overwritten.
MARK_LINE = "# Written by edgeops.logpush.export: the Logpush jobs to Splunk as they were found."
GROUP = "cloudflare_zones"


class ExportedHost(t.NamedTuple):
    """The variables of one host, the number of jobs that they request, and a sentence for each job that they do not
    describe completely."""

    variables: Options
    job_count: int
    omissions: list[str]


def exported_host(scope_variables: Options, jobs: t.Sequence[Job], variables: SecretVariables) -> ExportedHost:
    """Return the variables of the host for a scope with these jobs. C(scope_variables) identify the scope. A host of which
    no job can be exported is unmanaged."""
    splunk_jobs = [job for job in jobs if is_splunk_job(job)]
    for job in splunk_jobs:
        register_secrets(job, variables)
    requested: list[Options] = []
    omissions: list[str] = []
    for job in splunk_jobs:
        exported = exported_job(job, splunk_jobs, variables)
        if exported.problem:
            omissions.append(f"{_job_label(job)}: not exported, {exported.problem}")
            continue
        requested.append(exported.options)
        if exported.omitted:
            omissions.append(f"{_job_label(job)}: {', '.join(exported.omitted)}")
    omissions = [variables.masked(text) for text in omissions]
    if not requested:
        return ExportedHost({**scope_variables, "splunk_logpush_state": UNMANAGED}, 0, omissions)
    # The state and the empty list override what the groups of the host set: these jobs are all of them.
    jobs_variables = {
        "splunk_logpush_state": "present",
        "splunk_logpush_datasets": [],
        "splunk_logpush_jobs": requested,
    }
    return ExportedHost({**scope_variables, **jobs_variables}, len(requested), omissions)


def inventory_text(hosts: t.Mapping[str, ExportedHost], variables: SecretVariables, failed: t.Mapping[str, str]) -> str:
    """Return a whole inventory as the text of one file. C(failed) are the hosts that it does not contain, each with the
    reason."""
    omissions = [f"{host}, {text}" for host, exported in hosts.items() for text in exported.omissions]
    inventory = {GROUP: {"hosts": {host: exported.variables for host, exported in hosts.items()}}}
    failures = [f"{host}: {reason}" for host, reason in failed.items()]
    return _text(inventory, variables, omissions, failures)


def host_text(exported: ExportedHost, variables: SecretVariables) -> str:
    """Return the text of the file of variables of one host."""
    return _text(exported.variables, variables, exported.omissions, [])


def _text(value: Options, variables: SecretVariables, omissions: t.Sequence[str], failures: t.Sequence[str]) -> str:
    comments = [MARK_LINE, "# With these variables edgeops.logpush.rollout changes nothing."]
    words = {word for template in _templates(value) for word in template.split()}
    used = {name: endpoints for name, endpoints in variables.endpoints().items() if name in words}
    if used:
        comments.append("# Secrets are not included. Set these variables, for example in a vault or with a credential:")
        comments += [f"#   {name}  ({', '.join(endpoints)})" for name, endpoints in used.items()]
    if omissions:
        comments.append(
            "# Not included, because options cannot express it or would contain a secret. A rollout leaves it"
        )
        comments.append("# unchanged. Do not set logpush_prune: it can delete jobs that are not exported.")
        comments += [f"#   {text}" for text in omissions]
    if failures:
        comments.append("# Missing hosts, whose jobs could not be read:")
        comments += [f"#   {text}" for text in failures]
    return "\n".join([*(variables.masked(line) for line in comments), "---", *lines(value), ""])


def _templates(value: t.Any) -> t.Iterator[str]:
    """Yield the templates in a value, at every depth."""
    if isinstance(value, Template):
        yield value
    elif isinstance(value, (t.Mapping, list)):
        for item in value.values() if isinstance(value, t.Mapping) else value:
            yield from _templates(item)


def _job_label(job: Job) -> str:
    """Return the id, dataset and name of a job, such as C(job 146 http_requests edge-logs)."""
    return " ".join(filter(None, ["job", str(job.get("id") or ""), dataset_of(job), str(job.get("name") or "")]))
