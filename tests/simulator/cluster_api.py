# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API's ``cluster/manager``, before version 9 ``cluster/master``: validate and apply the configuration bundle, and
read the state of the cluster. Instances that manage no cluster answer 503.

From Splunk's REST reference (cluster endpoints) and recorded answers.
"""

from __future__ import annotations

import typing as t

from aiohttp import web

from .clock import now
from .cluster import IDLE, RESTARTING, UP, ClusterManager
from .nodes import Node
from .splunk_inputs import flag
from .splunk_versions import says_master
from .splunk_wire import DEFAULT_COUNT, Call, Entry, Page, SplunkError, answer, paged, single

NAMES = ("manager", "master")
READ, WRITE = "list_indexer_cluster", "edit_indexer_cluster"
NOT_A_MANAGER = "Cluster manager is not enabled on this node"
STANDBY = "Cluster manager is in inactive mode."


class ClusterApi:
    """The handlers of cluster/manager."""

    def __init__(self, manager: t.Callable[[], ClusterManager | None]) -> None:
        self.manager = manager

    def routes(self) -> list[tuple[tuple[str, ...], t.Any]]:
        """Return patterns of paths with their handlers; a star stands for one part."""
        found: list[tuple[tuple[str, ...], t.Any]] = []
        for name in NAMES:
            base = ("cluster", name)
            found += [
                ((*base, "info"), self.info),
                ((*base, "status"), self.status),
                ((*base, "health"), self.health),
                ((*base, "peers"), self.peers),
                ((*base, "peers", "*"), self.peer),
                ((*base, "control", "default", "*"), self.control),
            ]
        return found

    def _manager(self, call: Call, capability: str, method: str = "GET") -> ClusterManager:
        """Return the manager that answers a call. Raises SplunkError."""
        manager = self.manager()
        if manager is not None and call.path[1] == "manager" and says_master(call.version.number):
            raise SplunkError(404, "Not Found")
        if manager is None:
            raise SplunkError(503, NOT_A_MANAGER)
        if manager.state.settings.cluster_standby:
            raise SplunkError(503, STANDBY)
        if call.method != method:
            raise SplunkError(400, f'Cannot perform action "{call.method}" without a target name to act on.')
        call.requires(capability)
        return manager

    async def control(self, call: Call) -> web.Response:
        """Answer POST control/default/{action}."""
        manager, action = self._manager(call, WRITE, "POST"), call.path[-1]
        content: dict[str, t.Any] = {}
        if action == "validate_bundle":
            call.sent(("check-restart",))
            checksum = manager.validate(_flag(call, "check-restart", "false"))
            content = {"checksum": checksum} if checksum else {}
        elif action == "apply":
            call.sent(("skip-validation", "ignore_identical_bundle"))
            skip, ignore = _flag(call, "skip-validation", "false"), _flag(call, "ignore_identical_bundle", "true")
            content = {"checksum": manager.apply(skip, ignore)}
        elif action == "rollback":
            call.sent(())
            content = {"checksum": manager.roll_back()}
        elif action == "cancel_bundle_push":
            call.sent(())
            await manager.cancel()
        elif action == "maintenance":
            call.sent(("mode",))
            manager.maintenance = _flag(call, "mode", "")
        else:
            raise SplunkError(404, "Not Found")
        return _shown(call, "default", f"cluster/{call.path[1]}/control", content)

    async def info(self, call: Call) -> web.Response:
        """Answer GET info: the bundles, and how far a validation or a push is."""
        manager = self._manager(call, READ)
        manager.look()
        content = {
            "active_bundle": manager.active.shown(),
            "apply_bundle_status": {
                "invalid_bundle": {**manager.invalid.shown(), "bundle_validation_errors_on_master": manager.errors},
                "reload_bundle_issued": manager.reloading,
                "status": manager.shown_status(),
            },
            "backup_and_restore_primaries": False,
            "controlled_rolling_restart_flag": False,
            "indexing_ready_flag": manager.is_ready,
            "initialized_flag": True,
            "label": manager.state.server_name,
            "last_check_restart_bundle_result": manager.restart_answer(),
            "last_dry_run_bundle": manager.last_dry_run.shown(),
            "last_validated_bundle": {**manager.last_validated.shown(), "is_valid_bundle": manager.is_valid},
            "latest_bundle": manager.latest.shown(),
            "maintenance_mode": manager.in_maintenance,
            "multisite": False,
            "previous_active_bundle": manager.previous.shown(),
            "primaries_backup_status": "No on-going (or) completed primaries backup yet.",
            "quiet_period_flag": False,
            "rolling_restart_flag": manager.rolling_restart,
            "rolling_restart_or_upgrade": manager.rolling_restart,
            "service_ready_flag": manager.is_ready,
            "start_time": manager.started,
            "summary_replication": "false",
        }
        return _shown(call, "master", f"cluster/{call.path[1]}/info", content)

    async def status(self, call: Call) -> web.Response:
        """Answer GET status: how far a rolling restart is."""
        manager = self._manager(call, READ)
        statuses = {node: manager.status_of(node) for node in manager.nodes}
        peers = {
            node.guid: {"label": node.name, "site": "default", "status": status} for node, status in statuses.items()
        }
        content = {
            "maintenance_mode": manager.in_maintenance,
            "messages": "",
            "multisite": False,
            "peers": peers,
            "restart_inactivity_timeout": 600,
            "restart_progress": {
                "done": [],
                "failed": [],
                "in_progress": [node.guid for node, status in statuses.items() if status == RESTARTING],
                "to_be_restarted": [],
            },
            "rolling_restart_flag": manager.rolling_restart,
            "rolling_restart_or_upgrade": manager.rolling_restart,
            "search_factor_met": all(status == UP for status in statuses.values()),
            "service_ready_flag": manager.is_ready,
        }
        return _shown(call, "master", f"cluster/{call.path[1]}/status", content)

    async def health(self, call: Call) -> web.Response:
        """Answer GET health: whether all peers are up, and the factors are met."""
        manager = self._manager(call, READ)
        all_up = str(int(all(manager.status_of(node) == UP for node in manager.nodes)))
        enough = str(int(manager.is_ready))
        content = {
            "all_data_is_searchable": all_up,
            "all_peers_are_up": all_up,
            "cm_version_is_compatible": "1",
            "multisite": "0",
            "no_fixups_in_progress": all_up,
            "pre_flight_check": all_up,
            "replication_factor_met": enough,
            "search_factor_met": enough,
            "splunk_version_peer_count": f"{{ {call.version.number}: {len(manager.nodes)} }}",
        }
        return _shown(call, "splunk-cluster-health", f"cluster/{call.path[1]}/health", content)

    async def peers(self, call: Call) -> web.Response:
        """Answer GET peers."""
        manager = self._manager(call, READ)
        entries = [_peer(call, manager, node) for node in manager.nodes]
        return answer(call, paged(call, entries), f"cluster/{call.path[1]}/peers")

    async def peer(self, call: Call) -> web.Response:
        """Answer GET peers/{GUID}."""
        manager = self._manager(call, READ)
        found = [node for node in manager.nodes if node.guid == call.path[-1].upper()]
        if not found:
            raise SplunkError(404, f"Could not find object id={call.path[-1]}")
        return answer(call, single(_peer(call, manager, found[0])), f"cluster/{call.path[1]}/peers")


def _flag(call: Call, name: str, default: str) -> bool:
    return flag(name, call.argument(name, default))


def _shown(call: Call, name: str, collection: str, content: dict[str, t.Any]) -> web.Response:
    entry = Entry(name, collection, content, app="", owner="system", read=("admin",), actions=())
    return answer(call, Page([entry], 1, DEFAULT_COUNT, 0), collection)


def _peer(call: Call, manager: ClusterManager, node: Node) -> Entry:
    """Return a peer as the manager shows it."""
    status = manager.status_of(node)
    problems = manager.peer_errors.get(node.name, [])
    needs_restart = manager.rolling_restart and (node.splunkd.needs_restart() or status == RESTARTING)
    content = {
        "active_bundle_id": manager.bundles[node.name],
        "apply_bundle_status": {
            "invalid_bundle": {
                "bundle_validation_errors": problems,
                "invalid_bundle_id": manager.invalid.checksum if problems else "",
            },
            "reload_error": manager.reload_errors[node.name],
            "reasons_for_restart": manager.reasons if needs_restart else [],
            "restart_required_for_apply_bundle": needs_restart,
            "status": IDLE,
        },
        "bucket_count": 4,
        "heartbeat_started": status == UP,
        "host_port_pair": f"{node.management.host}:{node.management.port}",
        "is_searchable": status == UP,
        "is_valid_bundle": not problems,
        "label": node.name,
        "last_dry_run_bundle": manager.last_dry_run.checksum,
        "last_heartbeat": int(now()),
        "last_validated_bundle": manager.last_validated.checksum,
        "latest_bundle_id": manager.bundles[node.name],
        "pending_job_count": 0,
        "primary_count": 4 if status == UP else 0,
        "register_search_address": f"{node.management.host}:{node.management.port}",
        "replication_port": 9887,
        "replication_use_ssl": False,
        "restart_required_for_applying_dry_run_bundle": manager.restart_answer(),
        "site": "default",
        "splunk_version": call.version.number,
        "status": status,
    }
    return Entry(node.guid, f"cluster/{call.path[1]}/peers", content, app="", owner="system", read=("admin",))
