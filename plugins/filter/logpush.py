# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for destinations, channels and inventory hosts as Jinja filters.

Each filter checks its input and calls a pure function of C(module_utils). The YAML file of its name documents it.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils._core.errors import CollectionError, OptionError
from ..module_utils._core.options import as_list
from ..module_utils._core.secrets import redacted_url
from ..module_utils._logpush import destination as destinations
from ..module_utils._logpush.batch_sizes import batch_sizes
from ..module_utils._logpush.host_variables import scope_entries, zone_entries, zone_entry
from ..module_utils._logpush.parameter_names import misspelling_warnings
from ..module_utils._logpush.variable_names import NameCounts
from ..module_utils._operations.source_types import source_types
from ..module_utils._splunk.hec_request import derive_channel
from ..module_utils._splunk.management_url import management_url
from ..module_utils._splunk.token_rules import encoded_authorization

T = t.TypeVar("T")


def splunk_authorization(hec_token: t.Any) -> str:
    """Return the encoded header value of a HEC token."""
    return _filtered("splunk_authorization", encoded_authorization, _text("splunk_authorization", hec_token))


def splunk_destination_conf(parts: t.Any) -> str:
    """Return the complete destination string for the given parts."""
    if not isinstance(parts, t.Mapping):
        raise AnsibleFilterError("splunk_destination_conf: takes a mapping with endpoint, hec_token and channel")
    destination = _filtered("splunk_destination_conf", destinations.build, parts)
    for warning in misspelling_warnings(destination.further_parameters):
        Display().warning(warning)
    return destination.encode()


def parse_splunk_destination_conf(destination_conf: t.Any) -> dict[str, t.Any]:
    """Return the parts of a complete destination string, including the token."""
    name = "parse_splunk_destination_conf"
    return _filtered(name, lambda text: destinations.to_parts(destinations.parse(text)), _text(name, destination_conf))


def redact_splunk_destination_conf(destination_conf: t.Any) -> str:
    """Return a destination string with its secrets masked."""
    name = "redact_splunk_destination_conf"
    return _filtered(name, redacted_url, _text(name, destination_conf))


def logpush_channel(names: t.Any, *more: t.Any) -> str:
    """Return the channel GUID that is derived from names: several arguments, or one list."""
    listed = [*(names if isinstance(names, (list, tuple)) else [names]), *more]
    if not listed or not all(isinstance(name, (str, int)) and str(name) for name in listed):
        raise AnsibleFilterError("logpush_channel: takes names, such as [zone_id, dataset, job name]")
    return derive_channel(*(str(name) for name in listed))


def logpush_zone(variables: t.Any) -> dict[str, t.Any]:
    """Return the C(zones) entry of the host with these variables."""
    if not isinstance(variables, t.Mapping):
        raise AnsibleFilterError("logpush_zone: takes the variables of a host, such as hostvars[inventory_hostname]")
    return _filtered("logpush_zone", zone_entry, variables)


def logpush_zones(
    hosts: t.Any, variables: t.Any, same_api_token: bool = False, play_hosts: t.Any = None
) -> list[dict[str, t.Any]]:
    """Return the C(zones) entries of hosts, with their jobs. With ``play_hosts``, warn of misspelled variables."""
    listed = _hosts("logpush_zones", hosts, variables)
    with _misspelled_variables("logpush_zones", listed, variables, play_hosts) as seen:
        return zone_entries(listed, variables, same_api_token=bool(same_api_token), seen=seen)


def logpush_scopes(
    hosts: t.Any,
    variables: t.Any,
    group: t.Any = None,
    same_api_token: bool = False,
    play_hosts: t.Any = None,
    accounts: t.Any = None,
) -> list[dict[str, t.Any]]:
    """Return the C(zones) entries of hosts, without their jobs. ``group`` leaves out hosts that may not be zones, ``accounts``
    those of other accounts. With ``play_hosts``, warn of misspelled variables."""
    listed = _hosts("logpush_scopes", hosts, variables)
    given = as_list(accounts or [])
    only = [str(account) for account in (given if isinstance(given, (list, tuple)) else [given])]
    with _misspelled_variables("logpush_scopes", listed, variables, play_hosts) as seen:
        return scope_entries(
            listed, variables, str(group or ""), same_api_token=bool(same_api_token), seen=seen, accounts=only
        )


def logpush_sourcetypes(
    hosts: t.Any, variables: t.Any, endpoint: t.Any = None, job_defaults: t.Any = None, job_overrides: t.Any = None
) -> list[dict[str, t.Any]]:
    """Return the source types of the jobs that hosts request at a collector, as options of C(splunk_sourcetype)."""
    name = "logpush_sourcetypes"
    listed = _hosts(name, hosts, variables)
    layers = [layer or {} for layer in (job_defaults, job_overrides)]
    if not all(isinstance(layer, t.Mapping) for layer in layers):
        raise AnsibleFilterError(f"{name}: takes mappings with options of jobs as job_defaults and job_overrides")
    found = _filtered(name, lambda given: source_types(listed, variables, given, *layers), str(endpoint or ""))
    for warning in found.warnings:
        Display().warning(warning)
    return found.entries


@contextlib.contextmanager
def _misspelled_variables(
    name: str, hosts: list[str], variables: t.Any, play_hosts: t.Any
) -> t.Iterator[t.Callable[[t.Iterable[str]], None] | None]:
    """Collect the names of the variables of hosts, and warn of misspelled ones at the end: once for all hosts of a play, in
    the first batch."""
    everywhere = [] if play_hosts is None else _hosts(name, play_hosts, variables)
    if not everywhere or everywhere[0] not in hosts:
        yield None
        return
    counts = NameCounts()
    yield counts.add
    later = set(everywhere).difference(hosts)
    for host in later:
        # A problem with the variables of a host is reported by the batch of the host.
        with contextlib.suppress(Exception):
            counts.add(variables[host])
    with contextlib.suppress(Exception):
        counts.add_controller(variables["localhost"])
    for warning in counts.warnings():
        Display().warning(warning)


def logpush_serial_batches(value: t.Any) -> list[str]:
    """Return batch sizes for C(serial): of one number or percentage, of a list, or of text with commas or line breaks."""
    try:
        return batch_sizes("logpush_serial_batches", value)
    except OptionError as error:
        raise AnsibleFilterError(str(error)) from None


def splunk_management_url(url: t.Any, platform: t.Any = "enterprise") -> str:
    """Return the management URL of Splunk for a role or playbook: the given one, or the one from the environment."""
    return management_url(str(url or ""), str(platform)) or ""


def _hosts(name: str, hosts: t.Any, variables: t.Any) -> list[str]:
    if not isinstance(hosts, (list, tuple)) or not isinstance(variables, t.Mapping):
        raise AnsibleFilterError(f"{name}: takes a list of hosts, and hostvars, which has their variables")
    return [str(host) for host in hosts]


def _filtered(name: str, function: t.Callable[[t.Any], T], value: t.Any) -> T:
    try:
        return function(value)
    except CollectionError as error:
        raise AnsibleFilterError(f"{name}: {error}") from None


def _text(name: str, value: t.Any) -> str:
    if not isinstance(value, str):
        raise AnsibleFilterError(f"{name}: takes text, not {type(value).__name__}")
    return value


class FilterModule:
    """The filters of the collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return each filter under its name."""
        return {
            "splunk_authorization": splunk_authorization,
            "splunk_destination_conf": splunk_destination_conf,
            "parse_splunk_destination_conf": parse_splunk_destination_conf,
            "redact_splunk_destination_conf": redact_splunk_destination_conf,
            "splunk_management_url": splunk_management_url,
            "logpush_channel": logpush_channel,
            "logpush_zone": logpush_zone,
            "logpush_scopes": logpush_scopes,
            "logpush_serial_batches": logpush_serial_batches,
            "logpush_sourcetypes": logpush_sourcetypes,
            "logpush_zones": logpush_zones,
        }
