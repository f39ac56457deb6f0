# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for the configuration bundle of an indexer cluster: what a look at the cluster means. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.results import first_of
from .cluster_answers import Look, Peer

# The answer of an instance that is no manager, and of a manager that is on standby.
_FINAL_REFUSALS = ("is not enabled on this node", "in inactive mode")
_UP = "up"
# A peer with such a status becomes Up by itself.
_ARRIVING = ("restarting", "pending", "batchadding")
_DOWN = ("down", "stopped", "gracefulshutdown")
_CHOICES = (
    ("cluster_peer", "It is a peer of a cluster. The manager configures it: set url to the manager."),
    ("cluster_slave", "It is a peer of a cluster. The manager configures it: set url to the manager."),
    ("shc_member", "It is a member of a search head cluster. Set url to the manager of the indexer cluster."),
    ("shc_captain", "It is the captain of a search head cluster. Set url to the manager of the indexer cluster."),
    ("cluster_search_head", "It is a search head. Set url to the manager of the indexer cluster."),
    ("deployment_server", "It is a deployment server. For its clients, use splunk_deployment_server."),
)
_OTHERWISE = (
    "Set url to the manager of the indexer cluster (port 8089). Instances without a cluster are configured one by one, with "
    "splunk_hec_token and splunk_hec_settings."
)


class RequestedBundle(t.NamedTuple):
    """What a task requests: the ``state``, whether the peers may restart, and how long to wait, in seconds."""

    state: str
    allow_restart: bool
    wait_timeout: float


class Validation(t.NamedTuple):
    """A bundle that is valid: its checksum, whether the peers restart to apply it, the remarks of the validation, and the peers
    that did not work at its end."""

    checksum: str
    needs_restart: bool
    remarks: tuple[str, ...] = ()
    not_up: tuple[Peer, ...] = ()


def requested_bundle(options: t.Mapping[str, t.Any]) -> RequestedBundle:
    """Return what the options of C(splunk_cluster_bundle) request. Raises OptionError."""
    if options["wait_timeout"] < 1:
        raise OptionError("wait_timeout", "must be at least 1 second")
    return RequestedBundle(options["state"], options["allow_restart"], options["wait_timeout"])


def is_final_refusal(status: int, text: str) -> bool:
    """Return whether an answer says that the instance is no active manager. Splunk sends it with the status of a server that
    is busy."""
    return status == 503 and any(refusal in text for refusal in _FINAL_REFUSALS)


def no_manager(problem: str, roles: t.Sequence[str]) -> CollectionError:
    """Return the error for an instance that is no active manager, with what to choose instead."""
    if "inactive mode" in problem:
        return CollectionError(
            "This cluster manager is on standby. Set url to the active manager, or to the load balancer in front of the managers."
        )
    said = f" ({problem.rstrip('. ')})" if problem else ""
    advice = next((text for role, text in _CHOICES if role in roles), _OTHERWISE)
    return CollectionError(f"This instance is not the manager of an indexer cluster{said}. {advice}")


# One look


def is_idle(look: Look) -> bool:
    """Return whether the manager does nothing with a bundle and restarts no peer."""
    return not look.manager.activity and not look.manager.restarting


def is_consistent(look: Look) -> bool:
    """Return whether everything has the active bundle: then there is no push, not even between two of its phases."""
    active = look.manager.active.checksum
    return is_idle(look) and look.manager.latest.checksum == active and not behind(look, active)


def has_applied(look: Look, checksum: str) -> bool:
    """Return whether the bundle is active on the manager and on every peer, and all of them work."""
    return look.manager.active.checksum == checksum and is_consistent(look) and not not_up(look)


def not_up(look: Look) -> list[Peer]:
    """Return the peers that do not work."""
    return [peer for peer in look.peers if peer.status.lower() != _UP]


def arriving(look: Look) -> list[Peer]:
    """Return the peers that are about to work."""
    return [peer for peer in look.peers if peer.status.lower() in _ARRIVING]


def behind(look: Look, checksum: str) -> list[Peer]:
    """Return the peers whose active bundle is another one."""
    return [peer for peer in look.peers if peer.checksum != checksum]


def activity(look: Look) -> str:
    """Return what the manager does at present, in its own words."""
    return look.manager.activity or "The peers restart one after the other."


def is_checked(look: Look, checksum: str) -> bool:
    """Return whether the check of a bundle has ended. Its result may still change: see C(Steady)."""
    return is_idle(look) and look.manager.validated.checksum == checksum and look.manager.checked == checksum


def needs_restart(look: Look) -> bool:
    """Return whether the manager or a peer has answered that the checked bundle needs a restart."""
    return look.manager.needs_restart or any(peer.needs_restart for peer in look.peers)


def rejections(look: Look, checksum: str, before: Look | None = None) -> list[str]:
    """Return why the manager or a peer rejects a bundle, an empty list if none does. An error that was there ``before`` belongs
    to an earlier bundle."""
    manager = look.manager
    problems = _problems(look, checksum)
    old = set(_problems(before, checksum)) if before else set()
    found = [text for text in problems if text not in old]
    if manager.invalid == checksum or (manager.validated.checksum == checksum and not manager.is_valid):
        return found or problems or ["the manager marks the bundle as invalid and does not say why"]
    return found


def is_superseded(look: Look, checksum: str, before: Look) -> bool:
    """Return whether the manager has validated another bundle since the look ``before``, so that it no longer knows the result
    for this one."""
    validated = look.manager.validated.checksum
    return is_idle(look) and validated not in ("", checksum, before.manager.validated.checksum)


def vanished(look: Look, before: Look) -> list[Peer]:
    """Return the peers that the manager no longer lists."""
    known = {peer.id for peer in look.peers}
    return [peer for peer in before.peers if peer.id not in known]


def failed_peers(look: Look, checksum: str, before: Look) -> list[str]:
    """Return each peer that does not work with the bundle, and why, once waiting any longer is of no use. A peer that still
    restarts is not among them."""
    old = {peer.id: _errors(peer, checksum) for peer in before.peers}
    texts = []
    for peer in look.peers:
        new = [text for text in _errors(peer, checksum) if text not in old.get(peer.id, ())]
        if new:
            texts.append(f"{peer.name}: {first_of(new)}")
        elif peer.status.lower() in _DOWN:
            texts.append(f"{peer.name}: its status is {peer.status}")
        elif peer.status.lower() == _UP and peer.checksum != checksum:
            texts.append(f"{peer.name}: it still has bundle {peer.checksum or 'unknown'}")
    return [*texts, *(f"{peer.name}: the manager no longer lists it" for peer in vanished(look, before))]


def is_previous_older(look: Look) -> bool | None:
    """Return whether the previous bundle is older than the active one; None if the manager does not say when they were built.

    A rollback exchanges the two bundles. After it, the previous bundle is the newer one, and a second rollback
    would make it active again.
    """
    active, previous = look.manager.active.timestamp, look.manager.previous.timestamp
    if not active or not previous or active == previous:
        return None
    return previous < active


class Steady:
    """Tells when a number of looks in a row have shown the same."""

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._last: t.Any = None
        self._same = 0

    def shows(self, evidence: t.Any) -> bool:
        """Take what a look shows, None for nothing of interest, and return whether enough looks have shown the same."""
        self._same = self._same + 1 if evidence is not None and evidence == self._last else int(evidence is not None)
        self._last = evidence
        return self._same >= self._looks


# Texts


def names_of(peers: t.Sequence[Peer]) -> str:
    """Return the names of peers, each with its status."""
    return first_of([f"{peer.name} ({peer.status})" for peer in peers], ", ")


def shown(look: Look) -> list[dict[str, t.Any]]:
    """Return the peers in the form of the result."""
    peers = sorted(look.peers, key=lambda peer: (peer.name, peer.id))
    return [{"name": peer.name, "status": peer.status, "checksum": peer.checksum} for peer in peers]


def difference(look: Look, checksum: str) -> dict[str, t.Any]:
    """Return the diff of a change from the bundles in a look to one bundle."""
    return {
        "before_header": "bundle of the cluster",
        "after_header": "bundle of the cluster",
        "before": {
            "checksum": look.manager.active.checksum,
            "peers": {peer["name"]: peer["checksum"] for peer in shown(look)},
        },
        "after": {"checksum": checksum, "peers": {peer["name"]: checksum for peer in shown(look)}},
    }


def reload_errors(look: Look) -> list[str]:
    """Return the errors of the peers with their active bundle."""
    return [f"{peer.name}: {peer.reload_error}" for peer in look.peers if peer.reload_error]


def _problems(look: Look, checksum: str) -> list[str]:
    """Return the errors that can be about a bundle."""
    of_manager = look.manager.problems if look.manager.invalid in ("", checksum) else ()
    return [*of_manager, *(f"{peer.name}: {text}" for peer in look.peers for text in _errors(peer, checksum))]


def _errors(peer: Peer, checksum: str) -> list[str]:
    """Return the errors of a peer that can be about a bundle."""
    found = peer.problems if peer.rejected in ("", checksum) else ()
    return [*found, *([peer.reload_error] if peer.reload_error else [])]
