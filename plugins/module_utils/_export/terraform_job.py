# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turns the attributes of a Terraform resource into a job in the form of the API. Pure: no I/O.

Versions 4 and 5 of the provider spell some attributes differently.
"""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import Scope, scope_by_id

TYPE = "cloudflare_logpush_job"

Attributes = t.Dict[str, t.Any]
# The spellings in version 5 of the provider, in its first releases, and in version 4.
_CVE_ATTRIBUTES = ("cve_2021_44228", "cve_2021_4428", "cve20214428")
_FIELDS = (
    "dataset",
    "destination_conf",
    "enabled",
    "filter",
    "filter_attack_traffic",
    "frequency",
    "kind",
    "logpull_options",
    "max_upload_bytes",
    "max_upload_interval_seconds",
    "max_upload_records",
    "name",
    "transformer_id",
)
_TEXTS = ("dataset", "destination_conf", "filter", "frequency", "kind", "logpull_options", "name")
# The attributes of a job in a configuration, and attributes without an effect on the job.
ARGUMENTS = frozenset({*_FIELDS, "account_id", "zone_id", "output_options"})
IGNORED_ARGUMENTS = frozenset(
    {"depends_on", "error_message", "id", "last_complete", "last_error", "ownership_challenge"}
)


class Instance(t.NamedTuple):
    """A resource as a file describes it. A resource that is not a job, or is not understood, has a C(problem), the end of a
    sentence about it. C(remarks) are sentences about an exported job. C(is_configuration) is true if the attributes are
    those of a configuration, not of a state: then values that they do not name are not known."""

    address: str
    attributes: Attributes
    problem: str = ""
    remarks: tuple[str, ...] = ()
    is_configuration: bool = False


class Resource(t.NamedTuple):
    """A job with its Terraform address and its scope, or the reason why it cannot be used."""

    address: str
    scope: Scope | None
    job: Attributes
    problem: str = ""
    remarks: tuple[str, ...] = ()
    is_configuration: bool = False


def resource_of(instance: Instance) -> Resource:
    """Return the job of a resource."""
    if instance.problem:
        return Resource(instance.address, None, {}, instance.problem)
    attributes = instance.attributes
    job = {field: attributes[field] for field in _FIELDS if attributes.get(field) is not None}
    options = attributes.get("output_options")
    if isinstance(options, list):
        # In version 4 of the provider it is a block, which occurs at most once.
        options = options[0] if options else None
    if options:
        job["output_options"] = _output_options(options) if isinstance(options, dict) else options
    number = str(attributes.get("id") or "")
    if number.isdecimal():
        job["id"] = int(number)
    problem = _problem(attributes, job)
    # If it has the IDs of both an account and a zone, the provider uses the account, as does scope_by_id.
    return Resource(
        instance.address, scope_by_id(attributes), job, problem, instance.remarks, instance.is_configuration
    )


def _output_options(options: Attributes) -> Attributes:
    known = {key: value for key, value in options.items() if value is not None}
    for attribute in _CVE_ATTRIBUTES:
        if attribute in known:
            known["CVE-2021-44228"] = known.pop(attribute)
    return known


def _problem(attributes: Attributes, job: Attributes) -> str:
    """Return why a job cannot be used, as the end of a sentence about its resource."""
    if scope_by_id(attributes) is None:
        return "has neither zone_id nor account_id"
    if "destination_conf" not in job:
        return "has no destination_conf"
    if (
        not all(isinstance(job.get(field, ""), str) for field in _TEXTS)
        or not all(isinstance(attributes.get(name) or "", str) for name in ("account_id", "zone_id"))
        or not isinstance(job.get("output_options", {}), dict)
        or not isinstance(job.get("enabled", True), bool)
    ):
        return "has values whose types differ from those of the provider"
    return ""
