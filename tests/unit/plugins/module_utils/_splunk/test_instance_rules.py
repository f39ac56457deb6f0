# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a kind of instance means for what is written to it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.instance_rules import (
    Written,
    check_repository,
    check_roles,
    instance_warnings,
)

WRITTEN: tuple[Written, ...] = ("token", "settings", "index", "sourcetype")
SINGLE = ["indexer", "license_master", "kv_store", "search_head"]


@pytest.mark.parametrize(
    ("roles", "noun", "topology", "warned"),
    [
        (["indexer", "cluster_slave", "search_peer"], "an indexer cluster peer", "cluster", WRITTEN),
        (["cluster_peer"], "an indexer cluster peer", "cluster", WRITTEN),
        # The members of a search head cluster share the settings of source types.
        (["search_head", "shc_member"], "a search head cluster member", "cluster", WRITTEN[:3]),
        (["shc_captain", "cluster_search_head"], "a search head cluster member", "cluster", WRITTEN[:3]),
        (["cluster_manager", "heavyweight_forwarder"], "a cluster manager", "cluster", WRITTEN),
        (["cluster_master", "search_head"], "a cluster manager", "cluster", WRITTEN),
        (["cluster_search_head"], "a search head of an indexer cluster", "cluster", WRITTEN[:3]),
        (["deployment_server", *SINGLE], "a deployment server", "deployment_server", WRITTEN),
        (["deployment_client"], "a client of a deployment server", "deployment_server", WRITTEN),
        (["heavyweight_forwarder"], "a heavy forwarder", "", ("token", "index")),
        (SINGLE, "", "", ()),
        ([], "", "", ()),
    ],
)
def test_a_write_names_the_instance_and_the_topology(
    roles: list[str], noun: str, topology: str, warned: tuple[Written, ...]
) -> None:
    found = {written: instance_warnings(roles, written) for written in WRITTEN}
    assert tuple(written for written, warnings in found.items() if warnings) == warned
    for [warning] in filter(None, found.values()):
        assert warning.startswith(f"This server is {noun}. ") and warning.endswith(".")
        assert f"splunk_hec_topology: {topology}" in warning
        assert "{" not in warning


def test_only_a_member_of_a_cluster_is_named_in_every_run() -> None:
    members = ("cluster_peer", "shc_member", "cluster_manager")
    others = ("heavyweight_forwarder", "deployment_server", "deployment_client", "cluster_search_head")
    named = [role for role in (*members, *others) if instance_warnings([role], "token", writes=False)]
    assert named == list(members)


def test_every_role_that_matters_is_named() -> None:
    roles = ["heavyweight_forwarder", "deployment_client"]
    forwarder, client = instance_warnings(roles, "token", "splunk_httpinput")
    assert "the index of the token must exist there" in forwarder and "splunk_hec_topology: nodes" in forwarder
    assert "if it deploys app splunk_httpinput, this change is lost" in client


def test_a_universal_forwarder_is_refused() -> None:
    check_roles(["indexer", "heavyweight_forwarder"])
    with pytest.raises(CollectionError, match="universal forwarder: it has no HTTP Event Collector. Use a heavy"):
        check_roles(["universal_forwarder"])


def test_the_deployment_repository_needs_consent() -> None:
    check_repository("cloudflare", allowed=True)
    with pytest.raises(CollectionError) as caught:
        check_repository("cloudflare", allowed=False)
    words: t.Sequence[str] = (
        "HEC token cloudflare was not written",
        "useDeploymentServer = 1",
        "HTTP 403, code 4",
        "splunk_hec_topology: deployment_server",
        "use_deployment_server: false",
        "allow_deployment_server: true",
    )
    assert [word for word in words if word not in str(caught.value)] == []
