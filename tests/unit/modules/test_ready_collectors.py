# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout sends one request to each collector before it writes, and refuses the zones whose collector refuses
events."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._collector import client
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.tests.module_tasks import Task, task

MODULE = "edgeops.logpush.splunk_logpush_rollout"
GOOD, ACKNOWLEDGING, UNKNOWN = (f"{number}{number}111111-aaaa-4bbb-8ccc-222222222222" for number in (1, 2, 3))
ASKED = "/services/collector/ack"
# The number of zones for each token.
EACH = 3


@pytest.fixture
def zones(simulator: t.Any, fleet: dict[str, str]) -> list[dict[str, str]]:
    """Return zones of three tokens: a good one, one with acknowledgement on, and one that the collector does not know."""
    zone_list = [{"id": zone_id, "name": name} for name, zone_id in list(fleet.items())[: 3 * EACH]]
    tokens = [
        {"name": "good", "token": GOOD, "index": "main"},
        {"name": "acknowledging", "token": ACKNOWLEDGING, "index": "main", "useACK": True},
    ]
    simulator.reset(zones=zone_list, hec_tokens=tokens)
    return [
        {"zone_id": zone["id"], "zone_name": zone["name"], "hec_token": (GOOD, ACKNOWLEDGING, UNKNOWN)[number % 3]}
        for number, zone in enumerate(zone_list)
    ]


@pytest.fixture
def rollout(simulator: t.Any, zones: list[dict[str, str]]) -> t.Callable[..., Task]:
    """Return a task that rolls out to these zones."""

    def make(title: str, **more: t.Any) -> Task:
        options = {
            "zones": zones,
            "probe": True,
            "probe_ca_path": simulator.ca_file,
            "job_defaults": {"endpoint": simulator.hec_endpoint},
        }
        return task(MODULE, title, **{**options, **more})

    return make


def asked(simulator: t.Any) -> int:
    """Return the number of requests to a collector since the last call."""
    count = len(simulator.requests(side="hec", path=ASKED))
    simulator.wipe_requests()
    return count


def test_only_the_zones_of_a_collector_that_is_not_ready_are_refused(modules, simulator, rollout, zones, stored):
    simulator.wipe_requests()
    run = modules.tasks(rollout("first", fails=True))
    failed = {row["zone_id"]: row["msg"] for row in run["first"]["results"] if row["failed"]}
    assert set(failed) == {zone["zone_id"] for zone in zones if zone["hec_token"] != GOOD}
    place = f"({simulator.hec_endpoint} is not ready for Logpush). "
    for zone in zones:
        if zone["hec_token"] == ACKNOWLEDGING:
            assert failed[zone["zone_id"]].startswith(f"Indexer acknowledgement is enabled for this token {place}")
            assert "use_ack: false" in failed[zone["zone_id"]]
        elif zone["hec_token"] == UNKNOWN:
            assert f"Invalid token {place}" in failed[zone["zone_id"]]
    assert {entry["scope_id"] for entry in stored()} == {zone["zone_id"] for zone in zones if zone["hec_token"] == GOOD}
    assert len(simulator.requests(side="api", method="POST")) == EACH
    # Each collector and token once, whatever the number of zones.
    assert asked(simulator) == 3
    assert ACKNOWLEDGING not in run.report and UNKNOWN not in run.report


def test_nothing_is_asked_for_what_stays_as_it_is(modules, simulator, rollout, zones):
    good = [zone for zone in zones if zone["hec_token"] == GOOD]
    modules.tasks(rollout("first", zones=good))
    assert asked(simulator) == 1
    modules.tasks(rollout("unchanged", zones=good))
    modules.tasks(rollout("disabled", zones=good, job_overrides={"enabled": False}))
    assert asked(simulator) == 0
    modules.tasks(rollout("enabled", zones=good))
    assert asked(simulator) == 1
    modules.tasks(rollout("removed", zones=good, job_overrides={"state": "absent"}))
    assert asked(simulator) == 0


def test_check_mode_shows_what_is_refused_but_waits_for_tokens(modules, rollout, zones):
    run = modules.tasks(rollout("check", check=True, fails=True))
    failed = {row["zone_id"] for row in run["check"]["results"] if row["failed"]}
    # The run that checks may be about to create the token that the collector does not know.
    assert failed == {zone["zone_id"] for zone in zones if zone["hec_token"] == ACKNOWLEDGING}


def test_without_a_probe_no_collector_is_asked(modules, simulator, rollout, zones, stored):
    acknowledging = [zone for zone in zones if zone["hec_token"] == ACKNOWLEDGING]
    modules.tasks(rollout("unasked", zones=acknowledging, probe=False))
    assert len(stored()) == EACH and asked(simulator) == 0


def test_what_cannot_be_asked_is_left_to_cloudflare(modules, simulator, rollout, zones, stored):
    acknowledging = [zone for zone in zones if zone["hec_token"] == ACKNOWLEDGING]
    run = modules.tasks(
        # The certificate is not trusted here, so no token is sent.
        rollout("untrusted", zones=acknowledging, probe_ca_path=None),
        rollout("wrong file", zones=acknowledging, probe_ca_path="/nowhere.pem", fails=True),
    )
    assert len(stored()) == EACH and asked(simulator) == 0
    assert run["wrong file"].msg.startswith("probe_ca_path: ")


def test_of_all_roots_only_those_of_the_chain_are_trusted(simulator, tmp_path, monkeypatch):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("\n".join(Path(path).read_text() for path in (requests.certs.where(), simulator.ca_file)))
    host, _colon, port = simulator.hec_endpoint.partition(":")
    collector = client.Collector(host, int(port), 5, str(bundle), SecretMask())
    trusted = []
    original = client.verifying_context

    def verifying_context(name, roots, also_named=""):
        trusted.append(list(roots))
        return original(name, trusted[-1], also_named)

    monkeypatch.setattr(client, "verifying_context", verifying_context)
    collector.choose_roots()
    assert collector.get("/services/collector/health", verified=True).status == 200
    assert [len(roots) for roots in trusted] == [1] and len(collector.roots.certificates) > 50
