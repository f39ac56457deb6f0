# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn the variables of an inventory host into the zone or account that it represents, and its jobs. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.options import as_list, check_no_spaces, is_blank, without_omits
from .destination import DESTINATION_PARTS
from .job import DEFAULT_DATASET
from .job_options import check_layer
from .job_request import desired_job
from .variable_errors import problem_of

Entry = t.Dict[str, t.Any]

# The state of a zone whose jobs are not managed.
UNMANAGED = "unmanaged"

# Variable of a host -> option of each of its jobs.
JOB_OPTION_VARIABLES = {
    "splunk_logpush_endpoint": "endpoint",
    "splunk_logpush_hec_token": "hec_token",
    "splunk_logpush_channel": "channel",
    "splunk_logpush_sourcetype": "sourcetype",
    "splunk_logpush_insecure_skip_verify": "insecure_skip_verify",
    "splunk_logpush_state": "state",
    "splunk_logpush_enabled": "enabled",
}

# Options whose values have no fixed type.
_TEXT_OPTIONS = ("endpoint", "hec_token", "channel", "sourcetype")
# The variables that the two functions below read: those that name the scope, and those of an entry with its jobs.
SCOPE_VARIABLES = ("account_id", "zone_id", "zone_name", "inventory_hostname", "splunk_logpush_scope")
_CREDENTIALS = ("cloudflare_api_token", "cloudflare_api_url")
_DIFFERENT_CREDENTIALS = (
    "These hosts do not all have the same cloudflare_api_token and cloudflare_api_url. A run uses one of each. Run the playbook "
    "once for each API token, and limit it to its hosts with --limit."
)
_NO_HOST_OF_ACCOUNTS = (
    "No host belongs to the account {} (logpush_accounts). The variable account_id of every host names another account. Add the "
    "zones of this account to the inventory, or correct logpush_accounts."
)
_VARIABLES = (*SCOPE_VARIABLES, "splunk_logpush_jobs", "splunk_logpush_datasets")
ENTRY_VARIABLES = (*_VARIABLES, *JOB_OPTION_VARIABLES)


def zone_entry(variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the entry of C(zones) that a host with these variables represents: its scope, its options, its jobs.

    The scope is the host's C(zone_id), otherwise its C(zone_name), otherwise its own name (C(inventory_hostname)). With
    C(splunk_logpush_scope: account) it is its C(account_id). The jobs are those of C(splunk_logpush_jobs), and one for each
    of C(splunk_logpush_datasets) that has none there. If neither is set, a zone has one job of C(http_requests); if one is set
    and they are empty together, there are none, as with C(splunk_logpush_state: unmanaged). Blank variables are not set. Raises OptionError, which names the
    variable.
    """
    # No other variable is read: each one costs templating, or a lookup.
    known = {name: variables.get(name) for name in (*_VARIABLES, *JOB_OPTION_VARIABLES)}
    given = {name: without_omits(value) for name, value in known.items() if not is_blank(value)}
    if given.get("splunk_logpush_state") == UNMANAGED:
        return {**_scope(given), "jobs": []}
    options = {option: given[name] for name, option in JOB_OPTION_VARIABLES.items() if name in given}
    return {**_scope(given), **options, "jobs": _jobs(given)}


def zone_entries(
    hosts: t.Iterable[str],
    variables: t.Mapping[str, t.Any],
    *,
    same_api_token: bool = False,
    seen: t.Callable[[t.Iterable[str]], None] | None = None,
) -> list[Entry]:
    """Return the entries of C(zones) that hosts represent, each with its C(host), with C(zone_name) if that is known besides
    the ID, and with C(zone_account_id) if the account of a zone is known. ``variables`` has the variables of each host. A
    host whose variables cannot be used gets an entry with the reason (C(problem)), so that it fails alone. With
    ``same_api_token``, every host gets one if they do not all have the same API token and URL, because a run uses one of
    each. ``seen`` is called with the names of the variables of each host."""
    # Most hosts have the same options, and checking them takes longer than anything else here.
    accepted: set[str] = set()
    reading = _Reading(lambda own: _zone_entry_of(own, accepted), ENTRY_VARIABLES, same_api_token, seen)
    return _entries(hosts, variables, reading)


def scope_entries(
    hosts: t.Iterable[str],
    variables: t.Mapping[str, t.Any],
    group: str = "",
    *,
    same_api_token: bool = False,
    seen: t.Callable[[t.Iterable[str]], None] | None = None,
    accounts: t.Collection[str] = (),
) -> list[Entry]:
    """Return the same entries without options and jobs, for operations that only have to know the scopes. A mistake in
    another variable, such as an undefined token, does not matter to them. ``group`` leaves out hosts that may not be zones:
    those outside this group without C(zone_id), C(zone_name) and C(splunk_logpush_scope). ``accounts`` leaves out hosts whose
    C(account_id) is another one; if that leaves no host, every host gets an entry with the reason."""
    marked = [host for host in hosts if not group or _is_marked(host, variables, group)]
    reading = _Reading(_scope_entry_of, SCOPE_VARIABLES, same_api_token, seen, accounts)
    entries = _entries(marked, variables, reading)
    if accounts and not entries:
        return [{"host": host, "problem": _NO_HOST_OF_ACCOUNTS.format(", ".join(accounts))} for host in marked]
    return entries


def _is_marked(host: str, variables: t.Mapping[str, t.Any], group: str) -> bool:
    """Return whether it is certain that a host represents a zone or an account. Variables that cannot be read count as
    yes."""
    try:
        own = variables[host]
        names = ("zone_id", "zone_name", "splunk_logpush_scope")
        return group in (own.get("group_names") or []) or any(not is_blank(own.get(name)) for name in names)
    except Exception:  # Templates raise many kinds of exceptions.
        return True


class _Reading(t.NamedTuple):
    """How the variables of hosts are read: the function that makes an entry from them, the variables that it reads, whether
    all hosts must have the same API token, the function that receives the names of all variables of a host, and the accounts to
    which the hosts are limited."""

    entry_of: t.Callable[[t.Mapping[str, t.Any]], Entry]
    names: t.Sequence[str]
    same_api_token: bool
    seen: t.Callable[[t.Iterable[str]], None] | None
    accounts: t.Collection[str] = ()

    def leaves_out(self, own: t.Mapping[str, t.Any]) -> bool:
        """Return whether it is certain that a host belongs to another account."""
        account = own.get("account_id") if self.accounts else None
        return not is_blank(account) and str(account) not in self.accounts


def _entries(hosts: t.Iterable[str], variables: t.Mapping[str, t.Any], reading: _Reading) -> list[Entry]:
    entries: list[Entry] = []
    credentials: set[tuple[str, ...]] = set()
    for host in hosts:
        try:
            # Read once for each host: Ansible assembles the variables again for every access.
            own = variables[host]
            if reading.seen:
                reading.seen(own)
            if reading.leaves_out(own):
                continue
            if reading.same_api_token:
                credentials.add(tuple(str(own.get(name) or "") for name in _CREDENTIALS))
            entry = {"host": host, **reading.entry_of(own)}
            entry.update(_zone_details(entry, own))
        except Exception as error:  # Templates raise many kinds of exceptions.
            entry = {"host": host, "problem": problem_of(error, host, variables, reading.names)}
        entries.append(entry)
    if len(credentials) > 1:
        return [{"host": entry["host"], "problem": _DIFFERENT_CREDENTIALS} for entry in entries]
    return entries


def _zone_details(entry: t.Mapping[str, t.Any], own: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the name and the account of the zone of a host, as far as its variables contain them."""
    named = {"zone_name": own.get("zone_name") if "zone_id" in entry else None}
    if "account_id" not in entry:
        named["zone_account_id"] = own.get("account_id")
    return {key: str(value) for key, value in named.items() if not is_blank(value)}


def _scope_entry_of(own: t.Mapping[str, t.Any]) -> Entry:
    known = {name: own.get(name) for name in SCOPE_VARIABLES}
    return dict(_scope({name: value for name, value in known.items() if not is_blank(value)}))


def _zone_entry_of(own: t.Mapping[str, t.Any], accepted: set[str]) -> Entry:
    entry = zone_entry(own)
    _check_options(entry, accepted)
    return entry


def _check_options(entry: t.Mapping[str, t.Any], accepted: set[str]) -> None:
    """Refuse variables that Ansible would refuse as options. Raises OptionError, which names the variable. ``accepted`` are
    options, as text, that need no check because another host has them, too."""
    layers = {variable: {option: entry[option]} for variable, option in JOB_OPTION_VARIABLES.items() if option in entry}
    layers.update({f"splunk_logpush_jobs[{number}]": job for number, job in enumerate(entry["jobs"])})
    for called, layer in layers.items():
        text = repr(layer)
        if text not in accepted:
            check_layer(layer, called)
            _check_resolved(layer, called)
            if JOB_OPTION_VARIABLES.get(called) in _TEXT_OPTIONS:
                _check_value(layer, called)
            accepted.add(text)


def _check_value(options: t.Mapping[str, t.Any], variable: str) -> None:
    """Check the value of an option that comes from a variable, so that an error names the variable. Raises OptionError."""
    try:
        desired_job({option: str(value) for option, value in options.items()})
    except OptionError as error:
        raise OptionError(variable, error.problem) from None


def _check_resolved(options: t.Mapping[str, t.Any], called: str) -> None:
    """Refuse a template in the parts of a destination: ansible-core before 2.19 passes a template on as text if its variable
    is not defined. Raises OptionError."""
    for option in (*DESTINATION_PARTS, "destination_conf"):
        template = re.search(r"\{\{.*?\}\}", str(options.get(option) or ""))
        if template:
            raise OptionError(called, f"{option} refers to a variable that is not set: {template.group()}")


def _scope(given: t.Mapping[str, t.Any]) -> dict[str, str]:
    kind = given.get("splunk_logpush_scope", "zone")
    if kind not in ("zone", "account"):
        raise OptionError("splunk_logpush_scope", "must be zone or account")
    if kind == "account":
        if "account_id" not in given:
            raise OptionError("account_id", "is required for a host with splunk_logpush_scope: account")
        return {"account_id": str(given["account_id"])}
    if "zone_id" in given:
        return {"zone_id": str(given["zone_id"])}
    name = given.get("zone_name", given.get("inventory_hostname"))
    if not name:
        raise OptionError("zone_id", "is required, unless zone_name or the host's own name is the name of the zone")
    return {"zone": str(name)}


def _jobs(given: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    jobs = as_list(given.get("splunk_logpush_jobs", []))
    datasets = as_list(given.get("splunk_logpush_datasets", []))
    if not isinstance(jobs, list) or not all(isinstance(job, t.Mapping) for job in jobs):
        raise OptionError("splunk_logpush_jobs", "must be a list of mappings, each with the options of one job")
    if not all(isinstance(job.get("dataset") or "", str) for job in jobs):
        raise OptionError("splunk_logpush_jobs", "has a job whose dataset is not a single name")
    if not isinstance(datasets, list) or not all(isinstance(name, str) for name in datasets):
        raise OptionError("splunk_logpush_datasets", "must be a list of dataset names")
    for name in datasets:
        check_no_spaces("splunk_logpush_datasets", name)
    described = {job.get("dataset") or DEFAULT_DATASET for job in jobs}
    entries = [dict(job) for job in jobs]
    entries += [{"dataset": name} for name in dict.fromkeys(datasets) if name not in described]
    if not entries and ("splunk_logpush_jobs" in given or "splunk_logpush_datasets" in given):
        return []
    if not entries and given.get("splunk_logpush_scope") == "account":
        raise OptionError(
            "splunk_logpush_datasets", f"is required for an account, because {DEFAULT_DATASET} is a zone dataset"
        )
    return entries or [{"dataset": DEFAULT_DATASET}]
