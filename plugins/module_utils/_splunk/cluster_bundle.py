# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Validate, apply and roll back the configuration bundle of an indexer cluster."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.results import first_of
from .._core.run import Options, RunContext
from . import cluster_rules as rules
from .cluster_answers import Look, Peer
from .cluster_client import ClusterManager
from .cluster_push import Push, PushFailed, Rollback, Watch
from .cluster_rules import RequestedBundle, Validation, requested_bundle
from .options import management_http, splunk_operation, with_splunk_environment

# A push that never began is tried again, after another look at the cluster.
_ATTEMPTS = 3


@splunk_operation
def manage_bundle(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_cluster_bundle). Raises CollectionError."""
    options = with_splunk_environment(options)
    wanted = requested_bundle(options)
    client = ClusterManager(management_http(options, context.mask), context.mask)
    run = BundleRun(client, wanted, context)
    return {"validated": run.validate, "applied": run.apply, "rolled_back": run.roll_back}[wanted.state]()


class BundleRun:
    """One run of the module."""

    def __init__(self, client: ClusterManager, wanted: RequestedBundle, context: RunContext) -> None:
        self._client = client
        self._wanted = wanted
        self._context = context
        self._watch = Watch(client, context.clock, wanted.wait_timeout)

    def validate(self) -> dict[str, t.Any]:
        """Check the bundle; no peer changes."""
        before, found = self._validated(self._watch.until_idle())
        return _result(before, found or _active(before), "unchanged", _remarks(found))

    def apply(self) -> dict[str, t.Any]:
        """Check the bundle and push it, unless it is the active one already."""
        for dummy in range(_ATTEMPTS):
            before = self._watch.until_idle()
            _refuse_maintenance(before)
            _refuse_unready(before)
            _refuse_missing(rules.not_up(before))
            checks = self._client.failed_checks()
            before, found = self._validated(before)
            if not found:
                return self._already_applied(before)
            _refuse_missing(found.not_up)
            self._refuse_restart(before, found)
            warnings = _remarks(found) + self._unhealthy(checks, found)
            if self._context.check_mode:
                return _result(before, found, "applied", warnings, before)
            push = Push(self._watch, self._client.apply, before, found.checksum)
            try:
                after = push.run()
            except PushFailed as failure:
                raise self._after_failure(failure, before, found) from None
            if after:
                if push.restarted and not found.needs_restart:
                    warnings.append("The peers restarted, although the check of the bundle found no need for it.")
                done = found._replace(needs_restart=found.needs_restart or push.restarted)
                return _result(after, done, "applied", warnings, before)
        raise _not_begun()

    def roll_back(self) -> dict[str, t.Any]:
        """Return to the previous bundle, unless that has happened already."""
        for dummy in range(_ATTEMPTS):
            before = self._watch.until_idle()
            _refuse_maintenance(before)
            _refuse_no_peer(before)
            target = before.manager.previous.checksum
            if not target:
                raise CollectionError(
                    "The manager has no previous bundle, so there is nothing to roll back to. Correct the files in "
                    "its folder manager-apps, and apply them with state: applied."
                )
            if target == before.manager.active.checksum or self._is_rolled_back(before):
                return _result(before, _active(before), "unchanged", [])
            missing = rules.not_up(before)
            warnings = [f"These peers did not work before the rollback: {rules.names_of(missing)}."] if missing else []
            wanted = Validation(target, needs_restart=False)
            if self._context.check_mode:
                return _result(before, wanted, "rolled_back", warnings, before)
            push = Rollback(self._watch, self._client.roll_back, before, target, patient_with=missing)
            after = push.run()
            if after:
                return _result(after, wanted._replace(needs_restart=push.restarted), "rolled_back", warnings, before)
        raise _not_begun()

    def _is_rolled_back(self, before: Look) -> bool:
        """Return whether the active bundle is the result of a rollback. Raises CollectionError if there is no evidence."""
        is_older = rules.is_previous_older(before)
        if is_older is not None:
            return not is_older
        # A rollback leaves the files of the manager as they are.
        active, previous = before.manager.active.checksum, before.manager.previous.checksum
        files = self._watch.validate(self._client.validate, before)[1] or active
        if files in (active, previous):
            return files == previous
        raise CollectionError(
            "The manager does not say whether the previous bundle is older than the active one, and the files in its folder manager-apps "
            "belong to neither, so a rollback could bring back the bundle that was rolled back. The active bundle is "
            f"{active}, the one before is {previous}. Correct the files in the folder manager-apps instead, and apply them with "
            "state: applied."
        )

    def _validated(self, before: Look) -> tuple[Look, Validation | None]:
        """Return the last look before the check of the bundle in the files of the manager, and the result; None if the bundle is the
        active one. Raises CollectionError if it is not valid."""
        for dummy in range(_ATTEMPTS):
            before, checksum = self._watch.validate(self._client.validate, before)
            if not checksum or checksum == before.manager.active.checksum:
                return before, None
            found = self._watch.until_checked(checksum, before)
            if found:
                return before, found
            before = self._watch.until_idle()
        raise CollectionError(
            "The check of the bundle has no result, because others validated or pushed other bundles at the same time. Nothing was "
            "applied. Run this again when the cluster is idle."
        )

    def _already_applied(self, before: Look) -> dict[str, t.Any]:
        """Return the result if there is nothing new, once every peer has the active bundle."""
        manager = before.manager
        if manager.latest.checksum != manager.active.checksum:
            causes = rules.rejections(before, manager.latest.checksum)
            raise CollectionError(
                f"Bundle {manager.latest.checksum} was pushed before, but it is not active: {manager.active.checksum} is. "
                f"{'Splunk reports: ' + first_of(causes) + '. ' if causes else ''}"
                "Correct the files in the folder manager-apps, and run this again.",
                **_details(before, _active(before)),
            )
        after = before if rules.is_consistent(before) else self._watch.until_applied_by_others(before)
        errors = rules.reload_errors(after)
        warnings = [f"These peers report errors with the active bundle: {first_of(errors)}."] if errors else []
        return _result(after, _active(after), "unchanged", warnings)

    def _refuse_restart(self, before: Look, found: Validation) -> None:
        if found.needs_restart and not self._wanted.allow_restart:
            raise CollectionError(
                f"Bundle {found.checksum} is valid, but the peers must restart one after the other to apply it, and allow_restart is "
                "false. Nothing was applied. Set allow_restart: true when a rolling restart is acceptable.",
                **_details(before, found),
            )

    def _unhealthy(self, checks: list[str], found: Validation) -> list[str]:
        """Return the warning about failed health checks. Raises CollectionError if the peers would restart."""
        if not checks:
            return []
        failing = f"These health checks of the cluster fail: {', '.join(checks)}."
        if found.needs_restart and self._wanted.allow_restart:
            raise CollectionError(
                f"{failing} Bundle {found.checksum} restarts the peers, and a restart of such a cluster can make data unsearchable. "
                "Nothing was applied. Wait until the cluster is healthy, and run this again."
            )
        return [failing]

    def _after_failure(self, failure: PushFailed, before: Look, found: Validation) -> CollectionError:
        """Roll back after a push that failed, if there is evidence that this is right, and return the error."""
        look, old = failure.look, before.manager.active.checksum
        active = look.manager.active.checksum
        if active not in (found.checksum, old):
            return CollectionError(
                f"{failure} The active bundle is now {active or 'unknown'}: somebody else pushed it, or the files in the folder "
                "manager-apps changed after the check. Nothing was rolled back. Run this again.",
                **_details(look, found),
            )
        if active != found.checksum:
            return CollectionError(
                f"{failure} The active bundle is still {active or 'unknown'}. Correct the files in the folder manager-apps, and run "
                "this again.",
                **_details(look, found),
            )
        if not old or look.manager.previous.checksum != old:
            return CollectionError(
                f"{failure} It was not rolled back, because the previous bundle is "
                f"{look.manager.previous.checksum or 'unknown'}, and not {old or 'known'}, which was active before this run. Repair "
                "the peers, or correct the files in the folder manager-apps and run this again.",
                **_details(look, found),
            )
        watch = Watch(self._client, self._context.clock, self._wanted.wait_timeout)
        try:
            back = Rollback(watch, self._client.roll_back, look, old, patient_with=rules.not_up(look)).run()
            if back is None:
                raise _not_begun()
        except CollectionError as error:
            return CollectionError(
                f"{failure} The rollback to bundle {old} failed as well: {error}", **_details(look, found)
            )
        missing = rules.not_up(back)
        still = f" These peers still do not work: {rules.names_of(missing)}." if missing else ""
        return CollectionError(
            f"{failure} It was rolled back: the active bundle is {back.manager.active.checksum} again.{still} Correct the files in "
            "the folder manager-apps, and run this again.",
            **_details(back, found),
            action="rolled_back",
        )


def _refuse_maintenance(look: Look) -> None:
    if look.manager.maintenance:
        raise CollectionError(
            "The cluster is in maintenance mode, so somebody is working on it. Wait until it ends (splunk disable maintenance-mode, on the "
            "manager), and run this again. Nothing was applied."
        )


def _refuse_unready(look: Look) -> None:
    if not look.manager.ready:
        raise CollectionError(
            "The cluster is not ready: too few peers have joined since the manager started. Nothing was applied. Run this again later."
        )
    _refuse_no_peer(look)


def _refuse_no_peer(look: Look) -> None:
    if not look.peers:
        raise CollectionError(
            "No peer has joined the cluster, so there is nothing to push to. Start the peers, and run this again."
        )


def _refuse_missing(peers: t.Sequence[Peer]) -> None:
    if peers:
        raise CollectionError(
            f"These peers do not work: {rules.names_of(peers)}. Nothing was applied, because they would keep the old bundle. Repair "
            "or remove them (splunk remove cluster-peers, on the manager), and run this again."
        )


def _active(look: Look) -> Validation:
    return Validation(look.manager.active.checksum, needs_restart=False)


def _remarks(found: Validation | None) -> list[str]:
    return [f"Splunk reports about the bundle: {first_of(found.remarks)}"] if found and found.remarks else []


def _details(look: Look, found: Validation) -> dict[str, t.Any]:
    return {
        "checksum": found.checksum,
        "active_checksum": look.manager.active.checksum,
        "restart_required": found.needs_restart,
        "peers": rules.shown(look),
    }


def _result(
    look: Look, found: Validation, action: str, warnings: list[str], before: Look | None = None
) -> dict[str, t.Any]:
    """Return the result of the module. ``before`` is the look before the change, None if nothing changes."""
    return {
        "changed": before is not None,
        "action": action,
        "diff": rules.difference(before, found.checksum) if before else {"before": {}, "after": {}},
        **_details(look, found),
        "warnings": warnings,
    }


def _not_begun() -> CollectionError:
    return CollectionError(
        "The push never began, because other pushes were in the way or the requests got lost. Run this again when the cluster is idle."
    )
