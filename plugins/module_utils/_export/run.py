# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Exports existing jobs, read from Cloudflare or from a Terraform file, to files of inventory variables."""

from __future__ import annotations

import os
import re
import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope, Scope, scope_options
from .._core.errors import CollectionError, OptionError
from .._core.files import write_atomically, write_errors
from .._core.results import summarize_failures
from .._core.run import Options, RunContext
from .._core.secrets import secrets_in
from .._logpush.job import Job, is_splunk_job
from .._operations.sweep import Sweep
from . import terraform
from .exported_job import register_secrets
from .secret_variables import SecretVariables
from .variables import MARK_LINE, ExportedHost, exported_host, host_text, inventory_text

Entry = t.Mapping[str, t.Any]


class ListedJobs(t.NamedTuple):
    """The jobs of one scope and the host that represents it, or the error that kept them from being read."""

    host: str
    scope: Scope | None
    zone_name: str | None
    jobs: list[Job]
    error: str = ""


class Files(t.NamedTuple):
    """The texts of the files to write by their paths, and the hosts that have no file, each with the reason."""

    texts: dict[str, str]
    failed: dict[str, str]


def export_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_export) and return its result. Raises CollectionError."""
    _check_options(options)
    left_out: list[str] = []
    if options.get("terraform"):
        scopes, left_out = _read_terraform(options["terraform"], options["zones"])
    else:
        scopes = _read_cloudflare(options, context)
    for each in scopes:
        for job in each.jobs:
            context.mask.learn(*secrets_in(job.get("destination_conf") or ""))
    variables = SecretVariables(options["hec_token_variable"])
    hosts = _exported_hosts(scopes, variables)
    failed = {each.host: context.mask.text(each.error) for each in scopes if each.error}
    files = _files(hosts, variables, failed, options)
    written, write_errors = _write_all(files.texts, context.check_mode)
    result: dict[str, t.Any] = {
        "changed": bool(written),
        "diff": {"before": {"files": []}, "after": {"files": written}},
        "hosts": len(hosts),
        "jobs": sum(host.job_count for host in hosts.values()),
        "variables": [{"name": name, "endpoints": listed} for name, listed in variables.endpoints().items()],
        "left_as_is": [f"{host}, {text}" for host, exported in hosts.items() for text in exported.omissions],
        "left_out": left_out,
        "files": written,
        "invocation": {"module_args": {**options, "zones": f"{len(options['zones'])} entries"}},
    }
    if not options.get("directory") and not options.get("file"):
        result["content"] = inventory_text(hosts, variables, failed).splitlines()
    failures = [{"host": host, "msg": reason} for host, reason in {**files.failed, **write_errors}.items()]
    if failures:
        msg = f"{len(failures)} hosts could not be exported. {summarize_failures(failures)}"
        result.update(failed=True, failures=failures, msg=msg)
    return result


def _check_options(options: t.Mapping[str, t.Any]) -> None:
    """Raise OptionError for options that cannot be used together or as given."""
    if options.get("directory") and options.get("file"):
        raise OptionError("directory, file", "only one of them can be set. To see the inventory, set neither")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", options["hec_token_variable"]):
        raise OptionError("hec_token_variable", "must be the name of a variable, such as splunk_logpush_hec_token")


def _read_cloudflare(options: Options, context: RunContext) -> list[ListedJobs]:
    """Return the jobs of all scopes as Cloudflare lists them."""
    sweep = Sweep(with_credentials(options), context)
    reader = sweep.client.reader()

    def read(entry_and_scope: tuple[Entry, LocatedScope]) -> ListedJobs:
        entry, located = entry_and_scope
        jobs = t.cast("list[Job]", reader.jobs(located.found()))
        return ListedJobs(_host_of(entry), located.scope, located.zone_name, jobs)

    def failed(entry_and_scope: tuple[Entry, LocatedScope], error: CollectionError) -> ListedJobs:
        entry, located = entry_and_scope
        return ListedJobs(_host_of(entry), located.scope, located.zone_name, [], str(error))

    return sweep.read_each(list(zip(options["zones"], sweep.locate(options["zones"]))), read, failed)


def _read_terraform(path: str, zones: t.Iterable[Entry]) -> tuple[list[ListedJobs], list[str]]:
    """Return the jobs in a Terraform file by scope, and a sentence for each resource that is not exported.

    An inventory host with the id of a zone or account represents that scope. Other scopes are named after their id.
    """
    hosts: dict[Scope, Entry] = {}
    for entry in zones:
        options = scope_options(entry)
        for option, kind in (("zone_id", "zones"), ("account_id", "accounts")):
            if option in options and not entry.get("problem"):
                hosts.setdefault(Scope(kind, options[option]), entry)
    jobs: dict[Scope, list[Job]] = {}
    left_out = []
    for resource in _terraform_resources(path):
        if resource.problem or resource.scope is None:
            left_out.append(f"{resource.address} {resource.problem}")
        elif not is_splunk_job(resource.job):
            left_out.append(f"{resource.address} does not push to Splunk")
        else:
            jobs.setdefault(resource.scope, []).append(t.cast(Job, resource.job))
    scopes = []
    for scope, listed in jobs.items():
        entry = hosts.get(scope, {})
        scopes.append(ListedJobs(entry.get("host") or scope.id, scope, entry.get("zone_name"), listed))
    return scopes, left_out


def _terraform_resources(path: str) -> list[terraform.Resource]:
    """Return the resources in a Terraform file. Raises OptionError."""
    try:
        with open(path, encoding="utf-8") as file:
            return terraform.resources(file.read())
    except OSError as error:
        raise OptionError("terraform", f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise OptionError("terraform", f"{path} cannot be read: it is not UTF-8 text") from None
    except ValueError as error:  # a path with a null character
        raise OptionError("terraform", f"cannot be read: {error}") from None
    except CollectionError as error:
        raise OptionError(
            "terraform",
            f"{path} cannot be parsed: {error}. You can export the state as JSON with terraform show -json.",
        ) from None


def _exported_hosts(scopes: t.Sequence[ListedJobs], variables: SecretVariables) -> dict[str, ExportedHost]:
    """Return the variables of each host. If several hosts represent the same scope, the first one has its jobs."""
    for each in scopes:
        for job in filter(is_splunk_job, each.jobs):
            register_secrets(job, variables)
    hosts: dict[str, ExportedHost] = {}
    exported: set[Scope] = set()
    for each in scopes:
        if each.scope is None or each.error:
            continue
        jobs = [] if each.scope in exported else each.jobs
        exported.add(each.scope)
        hosts[each.host] = exported_host(_scope_variables(each.scope, each.zone_name), jobs, variables)
    return hosts


def _scope_variables(scope: Scope, zone_name: str | None) -> dict[str, t.Any]:
    if scope.kind == "accounts":
        return {"splunk_logpush_scope": "account", "account_id": scope.id}
    return {"zone_id": scope.id, **({"zone_name": zone_name} if zone_name else {})}


def _host_of(entry: Entry) -> str:
    return str(entry.get("host") or next(iter(scope_options(entry).values()), "an entry of zones"))


def _files(
    hosts: t.Mapping[str, ExportedHost],
    variables: SecretVariables,
    failed: t.Mapping[str, str],
    options: t.Mapping[str, t.Any],
) -> Files:
    """Return the files to write: one for each host, one for all hosts, or none."""
    if options.get("file"):
        return Files({options["file"]: inventory_text(hosts, variables, failed)}, dict(failed))
    files = Files({}, dict(failed))
    if options.get("directory"):
        for host, exported in hosts.items():
            if re.search(r"[/\\\x00]", host) or host.startswith("."):
                files.failed[host] = "its name cannot be the name of a file. Set file instead of directory"
            else:
                files.texts[os.path.join(options["directory"], f"{host}.yml")] = host_text(exported, variables)
    return files


def _write_all(texts: t.Mapping[str, str], check_mode: bool) -> tuple[list[str], dict[str, str]]:
    """Write the files whose text differs; in check mode write none. Return their paths, and the files that cannot be
    written, each with the reason."""
    written: list[str] = []
    errors: dict[str, str] = {}
    for path, text in texts.items():
        try:
            with write_errors():
                if not _differs(path, text):
                    continue
                if not check_mode:
                    _write_private(path, text)
            written.append(path)
        except CollectionError as error:
            errors[path] = str(error)
    return written, errors


def _differs(path: str, text: str) -> bool:
    """Return whether a file has to be written. Raises CollectionError for an existing file that is not an export."""
    if not os.path.lexists(path):
        return True
    with open(path, encoding="utf-8", errors="replace") as file:
        existing = file.read()
    if existing != text and not existing.startswith(MARK_LINE):
        raise CollectionError("exists and was not written by an export. Set another path, or remove the file")
    return existing != text


def _write_private(path: str, text: str) -> None:
    """Write a file that only its owner can read, and its folder if it does not exist."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    write_atomically(path, text, 0o600)
