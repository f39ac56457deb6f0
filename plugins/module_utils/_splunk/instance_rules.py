# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What kind of instance of Splunk a change is written to, and who does not get the change there. Pure: no I/O.

The roles are those of C(server/info) (Splunk's REST API Reference, C(server/roles)). Splunk's pages behind the rules: "Key
differences between clustered and non-clustered deployments of indexers" (the bundle configures the peers), "Manage configurations
on a peer-by-peer basis" (what is written to one peer stays on it, which is possible for tests: so a warning, and no refusal),
"Configuration updates that the cluster replicates" (the members of a search head cluster share what REST writes to props.conf, but
neither inputs nor indexes), "Scale HTTP Event Collector with distributed deployments" (HEC runs on indexers and heavy forwarders,
not on a universal forwarder), "Best practice: Forward search head data to the indexer layer" (search heads and managers forward,
too) and inputs.conf.spec (useDeploymentServer).
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.results import first_of

# What is written: a HEC token, the settings of HEC, an index, or the settings of a source type.
Written = t.Literal["token", "settings", "index", "sourcetype"]

_NOUNS: dict[str, str] = {
    "token": "a token that is created here",
    "settings": "settings of HEC that are written here",
    "index": "an index that is created here",
    "sourcetype": "settings of a source type that are written here",
}
_LOST: dict[str, str] = {
    "token": "events sent to them are lost",
    "settings": "their HEC stays as it is",
    "index": "they drop events for it",
    "sourcetype": "they parse events without them",
}
_BUNDLE = (
    "All peers get their configuration in the bundle of the cluster manager: set splunk_hec_topology: cluster for the role "
    "splunk_hec, or use splunk_hec_app and splunk_cluster_bundle."
)
_DEPLOYMENT = (
    "set splunk_hec_topology: deployment_server for the splunk_hec role, or use splunk_hec_app and "
    "splunk_deployment_server."
)
_UNIVERSAL_FORWARDER = "universal_forwarder"
NO_HEC_ON_FORWARDER = "it has no HTTP Event Collector. Use a heavy forwarder, an indexer or a search head."


class _Role(t.NamedTuple):
    """A place of an instance in a distributed Splunk: its names in C(server_roles), what it is, for what it matters, who does
    not get what is written, and what to do instead. A member of a cluster is named in every run, anything else only when
    something is written."""

    roles: tuple[str, ...]
    noun: str
    written: tuple[Written, ...]
    effect: str
    advice: str
    in_every_run: bool = False


# An instance has one place in a cluster, the first that fits.
_IN_CLUSTER = (
    _Role(
        ("cluster_slave", "cluster_peer"),
        "an indexer cluster peer",
        ("token", "settings", "index", "sourcetype"),
        "The other members do not get {noun}, and {lost}.",
        _BUNDLE,
        in_every_run=True,
    ),
    _Role(
        ("shc_member", "shc_captain"),
        "a search head cluster member",
        ("token", "settings", "index"),
        "The other members do not get {noun}, and {lost}.",
        "HEC belongs on indexers or heavy forwarders: set splunk_hec_topology: cluster for an indexer cluster, or nodes for "
        "instances without a cluster. For the members themselves, write an app with splunk_hec_app to etc/shcluster/apps of "
        "the deployer instead.",
        in_every_run=True,
    ),
    _Role(
        ("cluster_master", "cluster_manager"),
        "a cluster manager",
        ("token", "settings", "index", "sourcetype"),
        "The peers do not get {noun}, and {lost}.",
        _BUNDLE,
        in_every_run=True,
    ),
    _Role(
        ("cluster_search_head",),
        "a search head of an indexer cluster",
        ("token", "settings", "index"),
        "The peers of the cluster do not get {noun}.",
        _BUNDLE,
    ),
)
_HEAVY_FORWARDERS = (
    _Role(
        ("heavyweight_forwarder",),
        "a heavy forwarder",
        ("index",),
        "It forwards events to indexers, which do not get {noun}, and {lost}.",
        "Create the index on the indexers: with this module on each of them, or in the bundle of the cluster manager "
        "(splunk_hec_topology: cluster).",
    ),
    _Role(
        ("heavyweight_forwarder",),
        "a heavy forwarder",
        ("token",),
        "It forwards events to indexers, so the index of the token must exist there.",
        "If several forwarders receive events, each needs the same token: set splunk_hec_topology: nodes for the role "
        "splunk_hec.",
    ),
)
_DEPLOYMENT_ROLES = (
    _Role(
        ("deployment_server",),
        "a deployment server",
        ("token", "settings", "index", "sourcetype"),
        "Its clients do not get {noun}.",
        f"If they need it, {_DEPLOYMENT}",
    ),
    _Role(
        ("deployment_client",),
        "a client of a deployment server",
        ("token", "settings", "index", "sourcetype"),
        "The deployment server replaces the apps that it deploys: if it deploys {app}, this change is lost.",
        f"In that case, {_DEPLOYMENT}",
    ),
)


def instance_warnings(roles: t.Collection[str], written: Written, app: str = "", *, writes: bool = True) -> list[str]:
    """Return what the user has to know about an instance with these roles. ``writes`` is whether this run writes anything,
    and ``app`` the app that it writes to."""
    place = next((role for role in _IN_CLUSTER if _has(roles, role)), None)
    # Splunk also names a search head or a manager that forwards its own logs a heavy forwarder.
    alone = () if place else _HEAVY_FORWARDERS
    found = [*([place] if place else []), *(role for role in (*alone, *_DEPLOYMENT_ROLES) if _has(roles, role))]
    values = {"noun": _NOUNS[written], "lost": _LOST[written], "app": f"app {app}" if app else "the app of this change"}
    return [
        f"This server is {role.noun}. {role.effect.format(**values)} {role.advice}"
        for role in found
        if written in role.written and (writes or role.in_every_run)
    ]


def check_roles(roles: t.Collection[str]) -> None:
    """Refuse to write to an instance that cannot use it. Raises CollectionError."""
    if _UNIVERSAL_FORWARDER in roles:
        raise CollectionError(f"This server is a universal forwarder: {NO_HEC_ON_FORWARDER} Nothing was written.")


def check_repository(name: str, *, allowed: bool) -> None:
    """Refuse to write a token that goes to the deployment repository. Raises CollectionError."""
    if not allowed:
        raise CollectionError(
            f"HEC token {name} was not written: HEC of this server has useDeploymentServer = 1. Splunk then writes tokens to the "
            "deployment repository (splunk_httpinput in etc/deployment-apps), for the clients of the deployment server, and this "
            "server itself refuses events with them (HTTP 403, code 4: Invalid token). To configure the clients, "
            f"{_DEPLOYMENT} To use the token on this server, set use_deployment_server: false with splunk_hec_settings first. "
            "To change the repository anyway, set allow_deployment_server: true for splunk_hec_token."
        )


def check_rotation(places: t.Sequence[str]) -> None:
    """Refuse to retire a token whose changes go to the deployment repository. ``places`` are the nodes with such a HEC, or "this
    server". Raises CollectionError."""
    if places:
        raise CollectionError(
            f"HEC of {first_of(places, ', ')} has useDeploymentServer = 1: Splunk would disable and delete the old token only in the "
            "deployment repository (etc/deployment-apps), and its clients would accept it until the deployment server is reloaded. "
            "Nothing was done. Rotate the token of the clients in two steps, as the guide for splunk_hec_topology: deployment_server "
            "shows, or set use_deployment_server: false with splunk_hec_settings first."
        )


def unchanged_token_warning(name: str) -> str:
    """Return the warning about a token that is there, on an instance whose tokens go to the deployment repository."""
    return (
        f"HEC of this server has useDeploymentServer = 1, so HEC token {name} may be only in the deployment repository, for the "
        "clients of the deployment server. This server itself refuses events with such a token (HTTP 403, code 4: Invalid token). "
        f"Find out with splunk_hec_probe. To configure the clients, {_DEPLOYMENT}"
    )


def repository_warning(what: str) -> str:
    """Return the warning about a write that goes to the deployment repository. ``what`` is the subject of the sentence."""
    return (
        f"{what} written to the deployment repository, because HEC of this server has useDeploymentServer = 1. This server "
        "itself does not use what is written. Its clients get it when the deployment server is reloaded (splunk_deployment_server)."
    )


def _has(roles: t.Collection[str], role: _Role) -> bool:
    return any(name in roles for name in role.roles)
