# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look at an indexer cluster means, and how the answers of a manager are read."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import cluster_answers
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import cluster_rules as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cluster_answers import Bundle, Look
from ansible_collections.edgeops.logpush.tests.unit.cluster_model import ACTIVE, NEW, OLD, RESTART, manager, peer
from hypothesis import given
from hypothesis import strategies as st

INFO: dict[str, t.Any] = {
    "active_bundle": {"bundle_path": "/opt/splunk/a.bundle", "checksum": ACTIVE, "timestamp": 1583870198},
    "latest_bundle": {"bundle_path": "/opt/splunk/n.bundle", "checksum": NEW, "timestamp": "1583948640"},
    "previous_active_bundle": {"bundle_path": "", "checksum": "", "timestamp": 0},
    "last_validated_bundle": {"checksum": NEW, "is_valid_bundle": True, "timestamp": 1583948640},
    "last_dry_run_bundle": {"bundle_path": "", "checksum": NEW, "timestamp": 0},
    "apply_bundle_status": {
        "status": "None",
        "reload_bundle_issued": False,
        "invalid_bundle": {"bundle_validation_errors_on_master": [], "checksum": ""},
    },
    "last_check_restart_bundle_result": "1",
    "maintenance_mode": False,
    "rolling_restart_flag": "0",
    "service_ready_flag": True,
}
PEER: dict[str, t.Any] = {
    "active_bundle_id": ACTIVE,
    "apply_bundle_status": {
        "invalid_bundle": {
            "bundle_validation_errors": ["[Critical] bad", "[Not Critical]No spec file"],
            "invalid_bundle_id": OLD,
        },
        "reload_error": "cannot bind",
    },
    "label": "idx1",
    "last_dry_run_bundle": NEW,
    "restart_required_for_applying_dry_run_bundle": "1",
    "status": "Up",
}


def feed(*contents: dict[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    """Return an answer with these entries."""
    return {
        "entry": [{"name": f"guid-{number}", "content": content} for number, content in enumerate(contents)],
        **more,
    }


def test_the_state_of_a_manager_is_read_in_any_spelling():
    found = cluster_answers.manager("Reading", feed(INFO))
    assert (found.active, found.latest) == (Bundle(ACTIVE, 1583870198), Bundle(NEW, 1583948640))
    assert (found.previous, found.validated.checksum, found.checked) == (Bundle("", 0), NEW, NEW)
    assert found.needs_restart and found.is_valid and found.ready
    assert not (found.activity or found.restarting or found.maintenance or found.problems)
    status = {
        "status": RESTART,
        "invalid_bundle": {"bundle_validation_errors_on_master": ["[Not Critical]spec", "bad"]},
    }
    found = cluster_answers.manager(
        "Reading", feed({**INFO, "apply_bundle_status": status, "rolling_restart_flag": True})
    )
    assert (found.activity, found.restarting) == (RESTART, True)
    assert (found.problems, found.remarks) == (("bad",), ("[Not Critical]spec",))


def test_what_an_answer_leaves_open_is_no_problem():
    validated = {"checksum": NEW, "is_valid_bundle": None}
    found = cluster_answers.manager(
        "Reading", feed({**INFO, "last_validated_bundle": validated, "service_ready_flag": None})
    )
    assert found.is_valid and found.ready and found.validated.checksum == NEW
    with pytest.raises(CollectionError, match="is_valid_bundle must be a boolean"):
        cluster_answers.manager(
            "Reading", feed({**INFO, "last_validated_bundle": {**validated, "is_valid_bundle": []}})
        )


def test_findings_show_no_value_of_a_setting():
    value = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    findings = [
        f"[Critical] Invalid key in stanza [http://cf] in inputs.conf, line 5: tokn (value: {value})",
        "[Critical] token (value: not-a-guid) in inputs.conf",
        "[Critical] sslPassword (value: pa)ss (word) in inputs.conf",
        "[Critical] sslPassword (value: cut",
        f"[Critical] duplicate {value}\x1b[31m\nnext",
    ]
    status = {"status": "None", "invalid_bundle": {"bundle_validation_errors_on_master": findings}}
    found = cluster_answers.manager("Reading", feed({**INFO, "apply_bundle_status": status})).problems
    assert (
        found[0].endswith("line 5: tokn (value: ********)")
        and found[1] == "[Critical] token (value: ********) in inputs.conf"
    )
    assert found[2] == "[Critical] sslPassword (value: ********) in inputs.conf"
    assert found[3] == "[Critical] sslPassword (value: ********"
    assert found[4] == "[Critical] duplicate ********\\x1b[31m\\nnext"


@pytest.mark.parametrize("missing", ["active_bundle", "latest_bundle"])
def test_an_answer_without_bundles_is_no_state(missing):
    with pytest.raises(CollectionError, match=missing):
        cluster_answers.manager("Reading", feed({**INFO, missing: None}))
    with pytest.raises(CollectionError, match="contains no entry"):
        cluster_answers.manager("Reading", {"entry": []})


def test_peers_are_read_and_must_be_complete():
    [found] = cluster_answers.peers("Listing", feed(PEER, paging={"total": 1}))
    assert (found.name, found.status, found.checksum, found.checked) == ("idx1", "Up", ACTIVE, NEW)
    assert found.needs_restart and found.problems == ("[Critical] bad",)
    assert (found.rejected, found.reload_error) == (OLD, "cannot bind")
    with pytest.raises(CollectionError, match="only 1 of 3 peers"):
        cluster_answers.peers("Listing", feed(PEER, paging={"total": 3}))
    with pytest.raises(CollectionError, match="no list of peers"):
        cluster_answers.peers("Listing", {})


def test_health_checks_that_fail_are_named():
    health = {"all_peers_are_up": "1", "search_factor_met": "0", "pre_flight_check": "0"}
    assert cluster_answers.failed_checks("Reading", feed(health)) == ["search_factor_met"]
    assert cluster_answers.failed_checks("Reading", feed({"pre_flight_check": False})) == ["pre_flight_check"]
    assert cluster_answers.failed_checks("Reading", feed({"all_peers_are_up": True, "pre_flight_check": True})) == []


def test_a_checksum_is_there_only_for_a_new_bundle():
    assert cluster_answers.new_checksum("Validating", feed({"checksum": NEW})) == NEW
    assert cluster_answers.new_checksum("Validating", feed({"eai:acl": None})) == ""


@pytest.mark.parametrize(
    ("roles", "advice"),
    [
        (["cluster_peer", "indexer"], "It is a peer of a cluster"),
        (["shc_captain", "search_head"], "captain of a search head cluster"),
        (["deployment_server"], "use splunk_deployment_server"),
        (["indexer"], "configured one by one"),
        ([], "Set url to the manager"),
    ],
)
def test_an_instance_that_is_no_manager_gets_advice(roles, advice):
    text = str(rules.no_manager("Cluster manager is not enabled on this node", roles))
    assert "is not the manager of an indexer cluster (Cluster manager is not enabled on this node)" in text
    assert advice in text
    assert "on standby" in str(rules.no_manager("Cluster manager is in inactive mode.", roles))


def test_only_a_503_that_says_so_is_final():
    assert rules.is_final_refusal(503, "Cluster manager is not enabled on this node")
    assert not rules.is_final_refusal(503, "Splunk is starting") and not rules.is_final_refusal(
        500, "is not enabled on this node"
    )


def test_the_wait_must_be_positive():
    with pytest.raises(OptionError, match="wait_timeout"):
        rules.requested_bundle({"state": "applied", "allow_restart": False, "wait_timeout": 0})


@pytest.mark.parametrize(
    ("previous", "active", "older"),
    [(100, 200, True), (300, 200, False), (200, 200, None), (0, 200, None), (100, 0, None)],
)
def test_the_age_of_the_previous_bundle_needs_both_times(previous, active, older):
    look = Look(manager(active=Bundle(ACTIVE, active), previous=Bundle(OLD, previous)), ())
    assert rules.is_previous_older(look) is older


CHECKSUMS = st.sampled_from([ACTIVE, NEW, OLD, ""])
PEERS = st.builds(
    peer,
    name=st.sampled_from(["idx1", "idx2", "idx3"]),
    checksum=CHECKSUMS,
    status=st.sampled_from(["Up", "Down", "Restarting", "Pending"]),
    problems=st.sampled_from([(), ("bad",)]),
)
LOOKS = st.builds(
    Look,
    st.builds(
        manager,
        active=st.builds(Bundle, CHECKSUMS, st.just(1)),
        latest=st.builds(Bundle, CHECKSUMS, st.just(1)),
        activity=st.sampled_from(["", RESTART]),
        restarting=st.booleans(),
        maintenance=st.booleans(),
    ),
    st.lists(PEERS, max_size=3, unique_by=lambda found: found.id).map(tuple),
)


@given(LOOKS, CHECKSUMS)
def test_a_bundle_counts_as_applied_only_if_everything_has_it(look, checksum):
    applied = rules.has_applied(look, checksum)
    assert applied == (
        not look.manager.activity
        and not look.manager.restarting
        and look.manager.active.checksum == look.manager.latest.checksum == checksum
        and all(found.status == "Up" and found.checksum == checksum for found in look.peers)
    )
    if applied:
        # What is done is neither behind nor failed, except for errors that were reported.
        assert not rules.behind(look, checksum) and not rules.not_up(look)
        assert all(
            found.problems
            for found in look.peers
            if any(found.name in text for text in rules.failed_peers(look, checksum, look._replace(peers=())))
        )


@given(LOOKS, st.sampled_from([ACTIVE, NEW]))
def test_an_error_that_was_there_before_is_not_of_this_bundle(look, checksum):
    assert rules.rejections(look, checksum, look) == []
    failed = rules.failed_peers(look, checksum, look)
    assert not any("bad" in text for text in failed)
    # A peer that still restarts has not failed.
    assert not any(
        found.status in ("Restarting", "Pending") and text.startswith(f"{found.name}:")
        for found in look.peers
        for text in failed
    )


@given(st.lists(st.sampled_from([None, 1, 2]), max_size=12), st.integers(1, 5))
def test_steady_means_the_same_evidence_in_a_row(shown, looks):
    steady = rules.Steady(looks)
    for number, evidence in enumerate(shown, 1):
        last = shown[max(0, number - looks) : number]
        expected = len(last) == looks and evidence is not None and set(last) == {evidence}
        assert steady.shows(evidence) is expected
