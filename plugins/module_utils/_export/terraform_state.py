# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The jobs in a Terraform state or plan. Pure: no I/O.

A state is a file of version 4, or the output of C(terraform show -json), which also shows a plan.
"""

from __future__ import annotations

import json
import typing as t

from .terraform_job import TYPE, Attributes, Instance

_TAINTED = "Terraform has marked it as tainted and is about to replace it"
_DEPOSED = "is a deposed instance, which the next apply deletes"
# Values that only the API knows. They are unknown until a plan is applied, and are not exported.
_COMPUTED = ("error_message", "id", "last_complete", "last_error")


def instances_of_state(entries: t.Iterable[t.Any]) -> t.Iterator[Instance]:
    """Yield the jobs in the resources of a state file."""
    for entry in entries:
        if isinstance(entry, dict) and entry.get("type") == TYPE and entry.get("mode") == "managed":
            module = f"{entry['module']}." if entry.get("module") else ""
            for instance in entry.get("instances") or []:
                key = instance.get("index_key")
                index = "" if key is None else f"[{json.dumps(key)}]"
                address = f"{module}{TYPE}.{entry.get('name')}{index}"
                if instance.get("deposed"):
                    yield Instance(address, {}, problem=_DEPOSED)
                else:
                    remarks = (_TAINTED,) if instance.get("status") == "tainted" else ()
                    yield Instance(address, instance.get("attributes") or {}, remarks=remarks)


def instances_of_values(values: t.Any) -> t.Iterator[Instance]:
    """Yield the jobs in the values of a shown state."""
    for entry in _jobs_in_module((values or {}).get("root_module")):
        if entry.get("deposed_key") or entry.get("deposed"):
            yield Instance(str(entry.get("address")), {}, problem=_DEPOSED)
        else:
            remarks = (_TAINTED,) if entry.get("tainted") else ()
            yield Instance(str(entry.get("address")), entry.get("values") or {}, remarks=remarks)


def instances_of_plan(plan: t.Mapping[str, t.Any]) -> t.Iterator[Instance]:
    """Yield the jobs in a shown plan: those that exist before it, or if there are none, those that it creates."""
    changes = _changes(plan)
    existing = list(instances_of_values((plan.get("prior_state") or {}).get("values")))
    for instance in existing:
        actions = _actions(changes.get(instance.address))
        if actions == ["delete"]:
            yield Instance(instance.address, {}, problem="is deleted by this plan")
        elif "delete" in actions and not instance.problem:
            yield instance._replace(remarks=(*instance.remarks, "this plan replaces it"))
        else:
            yield instance
    # A deposed instance has the address of the job that takes its place.
    known = {instance.address for instance in existing if instance.problem != _DEPOSED}
    for entry in _jobs_in_module((plan.get("planned_values") or {}).get("root_module")):
        address = str(entry.get("address"))
        if address in known:
            continue
        if existing:
            yield Instance(address, {}, problem="does not exist before this plan is applied")
        else:
            yield _planned(address, entry.get("values") or {}, changes.get(address) or {})


def _planned(address: str, values: Attributes, change: t.Mapping[str, t.Any]) -> Instance:
    """Return a job that a plan creates. Its values are those of the configuration."""
    unknown = _unknown_names(change.get("after_unknown"))
    if unknown:
        listed = ", ".join(sorted(unknown))
        return Instance(address, {}, problem=f"has values that are known only after the plan is applied: {listed}")
    attributes = {name: value for name, value in values.items() if name not in _COMPUTED}
    return Instance(address, attributes, is_configuration=True)


def _unknown_names(unknown: t.Any) -> list[str]:
    """Return the names of the arguments whose values are unknown in a plan, completely or in part."""
    names = unknown.items() if isinstance(unknown, dict) else []
    return [name for name, marks in names if name not in _COMPUTED and _is_marked(marks)]


def _is_marked(marks: t.Any) -> bool:
    if isinstance(marks, (dict, list)):
        return any(map(_is_marked, marks.values() if isinstance(marks, dict) else marks))
    return marks is True


def _changes(plan: t.Mapping[str, t.Any]) -> dict[str, t.Mapping[str, t.Any]]:
    """Return the changes of a plan by address, without those of deposed instances, which share the address of a job."""
    return {
        str(each.get("address")): each.get("change") or {}
        for each in plan.get("resource_changes") or []
        if not each.get("deposed")
    }


def _actions(change: t.Mapping[str, t.Any] | None) -> list[t.Any]:
    return list((change or {}).get("actions") or [])


def _jobs_in_module(module: t.Any) -> t.Iterator[t.Mapping[str, t.Any]]:
    """Yield the jobs of a module in the output of C(terraform show -json), and of its child modules."""
    if not isinstance(module, dict):
        return
    for entry in module.get("resources") or []:
        if entry.get("type") == TYPE and entry.get("mode", "managed") == "managed":
            yield entry
    for child in module.get("child_modules") or []:
        yield from _jobs_in_module(child)
