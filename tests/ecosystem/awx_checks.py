# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules by which AWX checks the fields of an object."""

from __future__ import annotations

import re
import typing as t

from .awx_kinds import FILTER, FLAG, MAPPING, NUMBER, TEMPLATES, TEXT, Fields, Kind, Refused

Objects = t.Mapping[int, Fields]

RRULE = re.compile(
    r"DTSTART(:\d{8}T\d{6}Z|;TZID=[\w/]+:\d{8}T\d{6}) RRULE:FREQ=(HOURLY|DAILY|WEEKLY|MONTHLY);INTERVAL=\d+(;[A-Z]+=[\w,]+)*"
)


def check_field(objects: Objects, kind: Kind, field: str, value: t.Any) -> None:
    if field in kind.points:
        if value is None:
            return
        there = objects.get(value) if isinstance(value, int) else None
        wanted = kind.points[field]
        if there is None or there["type"] not in (TEMPLATES if wanted == "unified_job_template" else (wanted,)):
            raise Refused(**{field: f'Invalid pk "{value}" - object does not exist.'})
        return
    form = kind.fields[field]
    expected = {TEXT: str, NUMBER: int, FLAG: bool, MAPPING: dict, FILTER: str}[form]
    if value is not None and not isinstance(value, expected):
        raise Refused(**{field: f"Not a valid {form}."})


def check_object(objects: Objects, entry: Fields, playbooks: t.Collection[str], inventories: t.Collection[str]) -> None:
    if entry["type"] == "job_template":
        if entry["playbook"] not in playbooks:
            raise Refused(playbook="Playbook not found for project.")
        if entry["job_type"] not in ("run", "check"):
            raise Refused(job_type="Not a valid choice.")
    if entry["type"] == "inventory_source" and entry["source"] == "scm" and entry["source_path"] not in inventories:
        raise Refused(source_path="Not an inventory file of the project.")
    if entry["type"] == "credential_type" and entry["injectors"]:
        check_injectors(entry)
    if entry["type"] == "credential":
        fields = objects[entry["credential_type"]]["inputs"].get("fields", [])
        unknown = set(entry["inputs"]) - {field["id"] for field in fields}
        if unknown:
            raise Refused(inputs=f"Additional properties are not allowed: {sorted(unknown)}")
    if entry["type"] == "notification_template":
        check_notification(entry)
    if entry["type"] == "schedule" and not RRULE.fullmatch(entry["rrule"]):
        raise Refused(rrule="DTSTART and INTERVAL are required in rrule, with a time zone.")


def check_type_in_use(objects: Objects, before: Fields, entry: Fields) -> None:
    """The fields of a type are fixed once there is a credential of it."""
    is_used = any(other.get("credential_type") == entry["id"] for other in objects.values())
    if entry["type"] == "credential_type" and is_used and before.get("inputs") != entry["inputs"]:
        raise Refused(detail="Modifications to inputs are not allowed for credential types that are in use")


def check_injectors(entry: Fields) -> None:
    """AWX renders injectors with the inputs of the type and nothing else, and refuses variables of Ansible's own."""
    inputs = {field["id"] for field in entry["inputs"].get("fields", [])}
    for variable, template in entry["injectors"].get("env", {}).items():
        if variable.startswith("ANSIBLE_"):
            raise Refused(injectors=f"Environment variable {variable} is not allowed to be used in credentials.")
        used = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", template))
        if not used or used - inputs:
            raise Refused(injectors=f"{variable} uses an undefined field: {template}")


def check_notification(entry: Fields) -> None:
    """A webhook needs its URL and headers; its other fields have defaults."""
    missing = {"url", "headers"} - set(entry["notification_configuration"])
    if entry["notification_type"] == "webhook" and missing:
        raise Refused(notification_configuration=f"Missing required fields: {sorted(missing)}.")
