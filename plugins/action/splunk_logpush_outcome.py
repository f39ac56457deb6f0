# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rollout did to the zone of a host."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Takes the outcome of a host out of the result of a rollout."""

    # So that it costs a host next to nothing, and needs it not to be reached.
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        result = super().run(tmp, task_vars)
        del tmp
        try:
            dummy, options = self.validate_argument_spec({"rollout": {"type": "str", "required": True}})
        except AnsibleActionFail as error:
            # Raised, it would pass failed_when by.
            return {**result, "failed": True, "msg": str(error)}
        variables = task_vars or {}
        rollout = variables.get(options["rollout"])
        if not isinstance(rollout, t.Mapping) or not isinstance(rollout.get("results"), list):
            # One that could not even begin says why, and that goes for every host.
            reason = rollout.get("msg") if isinstance(rollout, t.Mapping) else None
            return {
                **result,
                "failed": True,
                "msg": reason or f"rollout: {options['rollout']} is not the result of a rollout",
            }
        host = variables["inventory_hostname"]
        jobs = [entry for entry in rollout["results"] if entry.get("host") == host]
        failed = [": ".join(filter(None, [entry.get("dataset"), entry["msg"]])) for entry in jobs if entry["failed"]]
        result.update(changed=any(entry["changed"] for entry in jobs), jobs=jobs)
        if rollout.get("diff"):
            result["diff"] = [difference for difference in rollout["diff"] if difference.get("host") == host]
        if failed:
            result.update(failed=True, msg="; ".join(failed))
        return result
