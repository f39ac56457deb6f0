# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Existing jobs, of Cloudflare or of Terraform, to files of inventory variables."""

from __future__ import annotations

import os
import re
import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import SCOPES, Scope
from .._core.errors import CollectionError, OptionError
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask, secrets_in
from .._logpush.job import Job, is_splunk_job
from .._operations.sweep import Sweep
from . import terraform
from . import variables as export
from .variables import ExportedHost, References

Entry = t.Mapping[str, t.Any]

# So many are told in the message of a task; all are in its result.
_TOLD = 5


class Source(t.NamedTuple):
    """The jobs of one scope, and the host that stands for it; or why they are not known."""

    host: str
    scope: Scope | None
    zone_name: str | None
    jobs: list[Job]
    problem: str = ""


def export_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_export) does, and give its result. Raises CollectionError."""
    _check(options)
    left_out: list[str] = []
    if options.get("terraform"):
        sources, left_out = _of_terraform(options["terraform"], options["zones"])
    else:
        sources = _of_cloudflare(options, context.mask)
    context.mask.learn(
        *{
            secret
            for source in sources
            for job in source.jobs
            for secret in secrets_in(job.get("destination_conf") or "")
        }
    )
    references = References(options["hec_token_variable"])
    hosts = _exported(sources, references)
    missing = {source.host: context.mask.text(source.problem) for source in sources if source.problem}
    result: dict[str, t.Any] = {
        "hosts": len(hosts),
        "jobs": sum(host.jobs for host in hosts.values()),
        "variables": [{"name": name, "endpoints": endpoints} for name, endpoints in references.uses.items()],
        "left_as_is": [f"{host}, {text}" for host, exported in hosts.items() for text in exported.left],
        "left_out": left_out,
        "files": [],
        "invocation": {"module_args": {**options, "zones": f"{len(options['zones'])} entries"}},
    }
    if options.get("directory"):
        texts = {_path_of(host, options["directory"], missing): host for host in hosts}
        texts.pop("", None)
        contents = {path: export.host_text(hosts[host], references) for path, host in texts.items()}
    else:
        contents = {options.get("file") or "": export.inventory_text(hosts, references, missing)}
    if "" in contents:
        result["content"] = contents.pop("").splitlines()
    result["files"] = _write_all(contents, context.check_mode, missing)
    result.update(changed=bool(result["files"]), diff={"before": {"files": []}, "after": {"files": result["files"]}})
    if missing:
        told = "; ".join(f"{host}: {reason}" for host, reason in list(missing.items())[:_TOLD])
        more = f"; and {len(missing) - _TOLD} more, see the result" if len(missing) > _TOLD else ""
        failures = [{"host": host, "msg": reason} for host, reason in missing.items()]
        result.update(failed=True, failures=failures, msg=f"{len(missing)} hosts could not be exported. {told}{more}")
    return result


def _check(options: t.Mapping[str, t.Any]) -> None:
    if options.get("directory") and options.get("file"):
        raise OptionError("directory, file", "only one of them can be set; leave both out to see the inventory")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", options["hec_token_variable"]):
        raise OptionError("hec_token_variable", "must be the name of a variable, such as splunk_logpush_hec_token")


def _of_cloudflare(options: t.Mapping[str, t.Any], mask: SecretMask) -> list[Source]:
    """The jobs as Cloudflare has them."""
    sweep = Sweep(with_credentials(options), mask)
    # A host whose variables make no sense has no scope to look for.
    entries = [entry for entry in options["zones"] if not entry.get("problem")]
    found = sweep.find(entries)

    def read(number: int) -> Source:
        host, where = _host_of(entries[number]), found[number]
        if isinstance(where, CollectionError):
            return Source(host, None, None, [], str(where))
        try:
            return Source(host, where[0], where[1], sweep.client.jobs(where[0]))
        except CollectionError as error:
            return Source(host, *where, [], str(error))

    hopeless = [
        Source(_host_of(entry), None, None, [], str(entry["problem"]))
        for entry in options["zones"]
        if entry.get("problem")
    ]
    return sweep.look_at(range(len(entries)), read) + hopeless


def _of_terraform(path: str, zones: t.Iterable[Entry]) -> tuple[list[Source], list[str]]:
    """The jobs as a file of Terraform has them, and those that are none of ours, with the reason. Hosts of the inventory
    that have the id of a zone or account stand for it; for others its id does."""
    try:
        with open(path, encoding="utf-8") as file:
            resources = terraform.resources(file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(
            "terraform", f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}"
        ) from None
    except CollectionError as error:
        raise OptionError(
            "terraform", f"{path} is not understood: {error}. A state can be given as JSON instead."
        ) from None
    known: dict[Scope, Entry] = {}
    for entry in zones:
        for option, kind in (("zone_id", "zones"), ("account_id", "accounts")):
            if entry.get(option) and not entry.get("problem"):
                known.setdefault(Scope(kind, str(entry[option])), entry)
    jobs: dict[Scope, list[Job]] = {}
    left_out = []
    for resource in resources:
        problem = resource.problem or ("" if is_splunk_job(resource.job) else "does not push to Splunk")
        if problem:
            left_out.append(f"{resource.address} {problem}")
            continue
        ((option, scope_id),) = resource.scope.items()
        jobs.setdefault(Scope("accounts" if option == "account_id" else "zones", scope_id), []).append(resource.job)
    sources = []
    for scope, listed in jobs.items():
        entry = known.get(scope, {})
        sources.append(Source(entry.get("host") or scope.id, scope, entry.get("zone_name"), listed))
    return sources, left_out


def _exported(sources: t.Sequence[Source], references: References) -> dict[str, ExportedHost]:
    """The variables of each host. Of several that stand for the same zone, the first has its jobs."""
    hosts: dict[str, ExportedHost] = {}
    seen: set[Scope] = set()
    for source in sources:
        export.learn(source.jobs, references)
    for source in sources:
        if source.scope is None or source.problem:
            continue
        jobs = [] if source.scope in seen else source.jobs
        seen.add(source.scope)
        hosts[source.host] = export.exported_host(_scope_variables(source.scope, source.zone_name), jobs, references)
    return hosts


def _scope_variables(scope: Scope, zone_name: str | None) -> dict[str, t.Any]:
    if scope.kind == "accounts":
        return {"splunk_logpush_scope": "account", "account_id": scope.id}
    return {"zone_id": scope.id, **({"zone_name": zone_name} if zone_name else {})}


def _host_of(entry: Entry) -> str:
    return str(entry.get("host") or next(entry[option] for option in SCOPES if entry.get(option)))


def _path_of(host: str, directory: str, missing: dict[str, str]) -> str:
    """The file of a host, or nothing, and the reason, for a name that cannot be that of a file."""
    if re.search(r"[/\\\x00]", host) or host.startswith("."):
        missing[host] = "its name cannot be that of a file; use one file for all"
        return ""
    return os.path.join(directory, f"{host}.yml")


def _write_all(contents: t.Mapping[str, str], check_mode: bool, missing: dict[str, str]) -> list[str]:
    """Write the files that are not yet as they should be, and give their paths."""
    written = []
    for path, text in contents.items():
        try:
            if _differs(path, text):
                written.append(path)
                if not check_mode:
                    _write(path, text)
        except (OSError, UnicodeError) as error:
            missing[path] = f"cannot be written: {getattr(error, 'strerror', None) or type(error).__name__}"
        except CollectionError as error:
            missing[path] = str(error)
    return written


def _differs(path: str, text: str) -> bool:
    """Whether a file is to be written. Raises CollectionError for one that somebody else wrote."""
    if not os.path.lexists(path):
        return True
    with open(path, encoding="utf-8", errors="replace") as file:
        there = file.read()
    if there != text and not there.startswith(export.MARK_LINE):
        raise CollectionError("is there already and was not written by an export; name another place, or remove it")
    return there != text


def _write(path: str, text: str) -> None:
    """Put a file in its place, whole or not at all, for nobody else to read."""
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    scratch = os.path.join(folder, f".{os.path.basename(path)}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
