# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Exports existing jobs, read from Cloudflare or from a Terraform file, to files of inventory variables."""

from __future__ import annotations

import os
import re
import typing as t

from .._cloudflare.scopes import Scope
from .._core.errors import CollectionError, OptionError
from .._core.files import write_atomically, write_errors
from .._core.report import Report, ReportRow, counted
from .._core.results import first_of, summarize_failures
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask, secrets_in
from .._logpush.job import is_splunk_job
from .exported_job import register_secrets
from .secret_variables import SecretVariables
from .sources import ListedJobs, Source, read_cloudflare, read_terraform_scopes
from .terraform_job import TYPE
from .variables import MARK_LINE, ExportedHost, Preface, exported_host, host_text, inventory_text
from .verification import differences


class Files(t.NamedTuple):
    """The texts of the files to write by path, the reasons why hosts have no file by host, and a description of the content
    by path."""

    texts: dict[str, str]
    failed: dict[str, str]
    contents: dict[str, str]


def export_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_export) and return its result. Raises CollectionError."""
    _check_options(options)
    source = (read_terraform_scopes if options.get("terraform") else read_cloudflare)(options, context)
    for each in source.scopes:
        for job in each.jobs:
            context.mask.learn(*secrets_in(job.get("destination_conf") or ""))
    variables = SecretVariables(options["hec_token_variable"])
    hosts = _exported_hosts(source.scopes, variables, context.mask)
    failed = {each.host: context.mask.text(each.error) for each in source.scopes if each.error}
    result = _result(hosts, variables, source)
    result["invocation"] = {"module_args": {**options, "zones": f"{len(options['zones'])} entries"}}
    if not hosts or (options.get("terraform") and not result["jobs"]):
        failures = _failures(failed)
        result.update(failed=True, msg=_nothing_exported(options, result, failures))
        return {**result, "failures": failures} if failures else result
    files = _files(hosts, variables, failed, source.preface, options)
    written, write_errors = _write_all(files.texts, context.check_mode)
    result.update(changed=bool(written), files=written, diff={"before": {"files": []}, "after": {"files": written}})
    result["report"] = _report(result, files.contents, context.check_mode).text()
    if not options.get("directory") and not options.get("file"):
        text = inventory_text(hosts, variables, failed, source.preface)
        result.update(content=text.splitlines(), report=text)
    failures = _failures({**files.failed, **write_errors})
    if failures:
        msg = f"{counted(len(failures), 'host')} could not be exported. {summarize_failures(failures)}"
        result.update(failed=True, failures=failures, msg=msg)
    return result


def _result(hosts: t.Mapping[str, ExportedHost], variables: SecretVariables, source: Source) -> dict[str, t.Any]:
    """Return the part of the result about the hosts, before any file is written."""
    omissions = [(host, text) for host, exported in hosts.items() for text in exported.omissions]
    differing = [(host, text) for host, exported in hosts.items() for text in exported.differences or ()]
    found = {
        "left_as_is": [f"{host}, {text}" for host, text in omissions],
        "left_out": list(source.preface.left_out),
        "remarks": list(source.preface.remarks),
        "differences": [f"{host}, {text}" for host, text in differing],
    }
    unverified = [host for host, exported in hosts.items() if exported.differences is None]
    listed = {
        "Left as it is, because options cannot express it": _by_reason(omissions),
        "Terraform resources that are not exported": _first(found["left_out"]),
        "Remarks on the exported jobs": _first(found["remarks"]),
        "The jobs at Cloudflare differ from the files, and a rollout would change them": _by_reason(differing),
    }
    warnings = [f"{title}: {texts}." for title, texts in listed.items() if texts]
    if unverified:
        warnings.append(
            f"Not compared with the jobs at Cloudflare: {_first(unverified)}. Run a rollout with --check --diff first."
        )
    return {
        "changed": False,
        "hosts": len(hosts),
        "jobs": sum(host.job_count for host in hosts.values()),
        "source": source.preface.source or "Cloudflare",
        "verified": bool(hosts) and not found["differences"] and not unverified,
        "variables": [{"name": name, "endpoints": listed} for name, listed in variables.endpoints().items()],
        **found,
        "files": [],
        "diff": {"before": {"files": []}, "after": {"files": []}},
        "warnings": warnings,
    }


def _report(result: t.Mapping[str, t.Any], contents: t.Mapping[str, str], check_mode: bool) -> Report:
    """Return the report of an export to files: each written file with its content in words, and the counts."""
    title = f"Logpush export, {counted(result['hosts'], 'host')}, {counted(result['jobs'], 'job')}"
    written = "to write" if check_mode else "written"
    rows = [ReportRow("~", path, contents[path], details=[written]) for path in result["files"]]
    same = len(contents) - len(rows)
    rest = [f"= {counted(same, 'file')} up to date"] if same else []
    return Report(title, rows, rest, [f"{counted(len(rows), 'file')} {written}."])


def _failures(reasons: t.Mapping[str, str]) -> list[dict[str, str]]:
    return [{"host": host, "msg": reason} for host, reason in reasons.items()]


def _nothing_exported(
    options: Options, result: t.Mapping[str, t.Any], failures: t.Sequence[t.Mapping[str, str]]
) -> str:
    """Return the message of a run that found nothing to export. No file is written, so the files of an earlier run stay
    unchanged."""
    if failures:
        return f"Nothing was exported. {summarize_failures(failures)}"
    reasons = [*result["left_out"], *result["left_as_is"]]
    if not reasons and options.get("terraform"):
        reasons = [f"{options['terraform']} ({result['source']}) has no {TYPE}", *result["remarks"]]
    if reasons:
        return f"Nothing was exported. {_first(reasons)}."
    return "Nothing was exported: zones is empty, so no zone was read."


def _first(reasons: t.Sequence[str]) -> str:
    """Return the first reasons as the end of a sentence, without its full stop."""
    return first_of(reasons, note=", see the result").rstrip(".")


def _by_reason(found: t.Sequence[tuple[str, str]]) -> str:
    """Return the findings about the jobs of hosts as the end of a sentence: each reason once, with its first jobs."""
    parts = [(host, *text.partition(": ")[::2]) for host, text in found]
    return summarize_failures([{"host": host, "name": job, "msg": said} for host, job, said in parts]).rstrip(".")


def _check_options(options: t.Mapping[str, t.Any]) -> None:
    """Raise OptionError for options that cannot be used together or as given."""
    if options.get("directory") and options.get("file"):
        raise OptionError(
            "directory, file", "only one of them can be set. To get the inventory as a result only, set neither"
        )
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", options["hec_token_variable"]):
        raise OptionError("hec_token_variable", "must be the name of a variable, such as splunk_logpush_hec_token")


def _exported_hosts(
    scopes: t.Sequence[ListedJobs], variables: SecretVariables, mask: SecretMask
) -> dict[str, ExportedHost]:
    """Return the variables of each host. If several hosts represent the same scope, the first one has its jobs."""
    for each in scopes:
        for job in filter(is_splunk_job, [*each.jobs, *(each.actual or [])]):
            register_secrets(job, variables)
    hosts: dict[str, ExportedHost] = {}
    exported: set[Scope] = set()
    for each in scopes:
        if each.scope is None or each.error:
            continue
        jobs = [] if each.scope in exported else each.jobs
        exported.add(each.scope)
        ids = {job.get("id") for job in jobs}
        # Without the IDs of all jobs, equal jobs cannot be recognized.
        others = [] if None in ids else [job for job in each.actual or [] if job.get("id") not in ids]
        host = exported_host(
            _scope_variables(each.scope, each.zone_name),
            jobs,
            variables,
            others,
            is_complete=each.is_complete,
            # A Terraform file can differ from the job, and a rollout must request the values of the file.
            omits_defaults=each.actual is each.jobs,
        )
        if each.actual is not None:
            found = differences(each.scope, each.zone_name, host.requested, each.actual)
            host = host._replace(differences=[variables.masked(mask.text(text)) for text in found])
        hosts[each.host] = host
    return hosts


def _scope_variables(scope: Scope, zone_name: str | None) -> dict[str, t.Any]:
    if scope.kind == "accounts":
        return {"splunk_logpush_scope": "account", "account_id": scope.id}
    return {"zone_id": scope.id, **({"zone_name": zone_name} if zone_name else {})}


def _files(
    hosts: t.Mapping[str, ExportedHost],
    variables: SecretVariables,
    failed: t.Mapping[str, str],
    preface: Preface,
    options: t.Mapping[str, t.Any],
) -> Files:
    """Return the files to write: one for each host, one for all hosts, or none."""
    if options.get("file"):
        jobs = sum(host.job_count for host in hosts.values())
        content = {options["file"]: f"{counted(len(hosts), 'host')}, {counted(jobs, 'job')}"}
        return Files({options["file"]: inventory_text(hosts, variables, failed, preface)}, dict(failed), content)
    files = Files({}, dict(failed), {})
    if options.get("directory"):
        for host, exported in hosts.items():
            if re.search(r"[/\\\x00]", host) or host.startswith("."):
                files.failed[host] = "its name cannot be the name of a file. Set file instead of directory"
            else:
                path = os.path.join(options["directory"], f"{host}.yml")
                files.texts[path] = host_text(exported, variables, preface)
                files.contents[path] = counted(exported.job_count, "job")
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
    if not os.path.isfile(path):
        raise CollectionError("is a folder, a device or a broken link. Set another path")
    with open(path, encoding="utf-8", errors="replace") as file:
        existing = file.read()
    if existing != text and not existing.startswith(MARK_LINE):
        raise CollectionError("exists and was not written by an export. Set another path, or remove the file")
    return existing != text


def _write_private(path: str, text: str) -> None:
    """Write a file that only its owner can read, and its folder if it does not exist."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
    write_atomically(path, text, 0o600)
