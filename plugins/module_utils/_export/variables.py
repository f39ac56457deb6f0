# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The variables of inventory hosts that request existing jobs exactly as they are, as text of YAML files. Pure: no I/O.

Secrets are replaced by references to variables. The statement that a rollout with these variables changes nothing is only
written if the planner of a rollout has verified it (see C(verification)).
"""

from __future__ import annotations

import typing as t

from .._logpush.host_variables import UNMANAGED
from .._logpush.job import Job, dataset_of, is_splunk_job
from .exported_job import ExportedJob, Options, exported_job, register_secrets
from .secret_variables import SecretVariables
from .yaml_writer import Template, lines

# The first line of every exported file. Only files that begin with it are overwritten.
MARK_LINE = "# Written by edgeops.logpush.export: the Logpush jobs to Splunk as they were found."
GROUP = "cloudflare_zones"


class ExportedHost(t.NamedTuple):
    """The variables of one host, the number of jobs that they request, and a sentence for each job that they do not
    describe completely.

    C(requested) are the options of the same jobs with the secrets themselves. C(differences) has a sentence for each job
    that a rollout would change; it is None if that is not verified.
    """

    variables: Options
    job_count: int
    omissions: list[str]
    requested: t.Sequence[Options] = ()
    differences: list[str] | None = None


class Preface(t.NamedTuple):
    """The part of the comments that is the same in every file: the source of the jobs, the resources that are not exported,
    and remarks on others."""

    source: str = ""
    left_out: t.Sequence[str] = ()
    remarks: t.Sequence[str] = ()

    def shortened(self) -> Preface:
        """Return the preface for one of many files, which would otherwise grow with the number of all hosts."""
        return self._replace(left_out=_shortened(self.left_out), remarks=_shortened(self.remarks))


NO_PREFACE = Preface()
_LISTED = 20


def exported_host(
    scope_variables: Options,
    jobs: t.Sequence[Job],
    variables: SecretVariables,
    others: t.Sequence[Job] = (),
    *,
    is_complete: bool = True,
    omits_defaults: bool = False,
) -> ExportedHost:
    """Return the variables of the host for a scope with these jobs. C(scope_variables) identify the scope. A host of which
    no job can be exported is unmanaged. C(others) are jobs of the scope that are not exported. C(is_complete) is true if the
    jobs have no part that C(jobs) do not contain. C(omits_defaults) omits values that a new job would have as well."""
    splunk_jobs = [job for job in jobs if is_splunk_job(job)]
    rivals = [*splunk_jobs, *(job for job in others if is_splunk_job(job))]
    for job in rivals:
        register_secrets(job, variables)
    exported_jobs: list[ExportedJob] = []
    omissions: list[str] = []
    for job in splunk_jobs:
        exported = exported_job(job, rivals, variables, is_complete=is_complete, omits_defaults=omits_defaults)
        if exported.problem:
            omissions.append(f"{job_label(job)}: not exported, {exported.problem}")
            continue
        exported_jobs.append(exported)
        if exported.omitted:
            omissions.append(f"{job_label(job)}: {', '.join(exported.omitted)}")
    omissions = [variables.masked(text) for text in omissions]
    if not exported_jobs:
        return ExportedHost({**scope_variables, "splunk_logpush_state": UNMANAGED}, 0, omissions)
    # The state and the empty list override what the groups of the host set: these jobs are all of them.
    jobs_variables = {
        "splunk_logpush_state": "present",
        "splunk_logpush_datasets": [],
        "splunk_logpush_jobs": [exported.options for exported in exported_jobs],
    }
    requested = [exported.requested or {} for exported in exported_jobs]
    return ExportedHost({**scope_variables, **jobs_variables}, len(requested), omissions, requested)


def inventory_text(
    hosts: t.Mapping[str, ExportedHost],
    variables: SecretVariables,
    failed: t.Mapping[str, str],
    preface: Preface = NO_PREFACE,
) -> str:
    """Return a whole inventory as the text of one file. C(failed) are the hosts that it does not contain, each with the
    reason."""
    inventory = {GROUP: {"hosts": {host: exported.variables for host, exported in hosts.items()}}}
    failures = [f"{host}: {reason}" for host, reason in failed.items()]
    return _text(inventory, variables, hosts, preface, failures)


def host_text(exported: ExportedHost, variables: SecretVariables, preface: Preface = NO_PREFACE) -> str:
    """Return the text of the file of variables of one host."""
    return _text(exported.variables, variables, {"": exported}, preface.shortened(), [])


def _text(
    value: Options,
    variables: SecretVariables,
    hosts: t.Mapping[str, ExportedHost],
    preface: Preface,
    failures: t.Sequence[str],
) -> str:
    comments = [MARK_LINE, *([f"# Read from {preface.source}."] if preface.source else []), *_promise(hosts)]
    words = {word for template in _templates(value) for word in template.split()}
    used = {name: endpoints for name, endpoints in variables.endpoints().items() if name in words}
    if used:
        comments.append("# Secrets are not included. Set these variables, for example in a vault or with a credential:")
        comments += [f"#   {name}  ({', '.join(endpoints)})" for name, endpoints in used.items()]
    omissions = [_about(host, text) for host, exported in hosts.items() for text in exported.omissions]
    if omissions:
        comments.append(
            "# Not included, because options cannot express it or would contain a secret. A rollout leaves it"
        )
        comments.append("# unchanged. Do not set logpush_prune: it can delete jobs that are not exported.")
        comments += [f"#   {text}" for text in omissions]
    comments += _listed("# Resources that are not exported, each with the reason:", preface.left_out)
    comments += _listed("# Remarks:", preface.remarks)
    comments += _listed("# Missing hosts, whose jobs could not be read:", failures)
    return "\n".join([*(variables.masked(line) for line in comments), "---", *lines(value), ""])


def _promise(hosts: t.Mapping[str, ExportedHost]) -> list[str]:
    """Return comments about what a rollout with these variables would do, as far as that is verified."""
    differences = [_about(host, text) for host, exported in hosts.items() for text in exported.differences or ()]
    unverified = [host for host, exported in hosts.items() if exported.differences is None]
    if not differences and not unverified:
        return ["# With these variables edgeops.logpush.rollout changes nothing."]
    comments = _listed("# The jobs at Cloudflare differ. edgeops.logpush.rollout would change them:", differences)
    if unverified:
        comments += [
            "# Not compared with the jobs at Cloudflare. Look at what edgeops.logpush.rollout would change before you",
            "# apply it: run it with --check --diff.",
        ]
    return comments


def _about(host: str, text: str) -> str:
    """Return a text about a host. In the file of a single host, the text omits its name."""
    return f"{host}, {text}" if host else text


def _shortened(items: t.Sequence[str]) -> list[str]:
    more = len(items) - _LISTED
    return [*items[:_LISTED], *([f"and {more} more, which the result of the export lists"] if more > 0 else [])]


def _listed(title: str, items: t.Sequence[str]) -> list[str]:
    return [title, *(f"#   {item}" for item in items)] if items else []


def _templates(value: t.Any) -> t.Iterator[str]:
    """Yield the templates in a value, at every depth."""
    if isinstance(value, Template):
        yield value
    elif isinstance(value, (t.Mapping, list)):
        for item in value.values() if isinstance(value, t.Mapping) else value:
            yield from _templates(item)


def job_label(job: Job) -> str:
    """Return the ID, dataset and name of a job, such as C(job 146 http_requests edge-logs)."""
    return " ".join(filter(None, ["job", str(job.get("id") or ""), dataset_of(job), str(job.get("name") or "")]))
