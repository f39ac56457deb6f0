# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a delivery: the uploads in Cloudflare's figures, and the last delivery in the list of jobs."""

from __future__ import annotations

import datetime
import time
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import LocatedScope, Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.results import reason
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import JobDelivery, UploadGroup
from ansible_collections.edgeops.logpush.plugins.module_utils._operations import upload_evidence
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.delivery_health import ScopeDeliveries
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.verify import _delivers
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.fleet import Fleet

OK, REPEATED, LOST = UploadGroup(200, True, 9), UploadGroup(503, False, 2), UploadGroup(1201, True, 3)


class TrueClock(FakeClock):
    """A clock that advances by each sleep, and begins now, as that of the simulator."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.time()

    def wall(self) -> float:
        return self._began + sum(self.slept)


@pytest.fixture
def fleet(simulator: Simulator) -> Fleet:
    """Return twelve zones."""
    return Fleet(simulator, 12)


def moment(ago: float) -> str:
    """Return the time that was some seconds ago."""
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=ago)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def queries(fleet: Fleet) -> int:
    """Return the number of GraphQL queries about uploads so far."""
    return sum(entry["path"].endswith("/graphql") for entry in fleet.simulator.requests(side="api"))


def failed(result: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    return [row for row in result["results"] if row["failed"]]


@pytest.mark.parametrize(
    ("health", "is_recent", "groups", "delivers"),
    [
        ("delivering", True, None, True),
        ("delivering", False, None, False),
        ("delivering", True, [OK, REPEATED, LOST], True),
        ("delivering", False, [OK], True),
        ("pending", False, [OK], True),
        ("pending", False, None, False),
        # The only news about a job that seems to deliver is that it loses everything.
        ("delivering", True, [LOST], False),
        ("delivering", True, [REPEATED], True),
        # A job that reports an error does not deliver now, whatever it did.
        ("failing", True, [OK], False),
        ("auto_disabled", True, [OK], False),
    ],
)
def test_a_delivery_has_one_proof_and_no_disproof(
    health: str, is_recent: bool, groups: list[UploadGroup] | None, delivers: bool
) -> None:
    delivery = JobDelivery(tuple(groups)) if groups else None
    assert _delivers(health, is_recent, delivery) is delivers


def test_an_upload_since_the_change_is_enough(fleet: Fleet) -> None:
    made = fleet.roll_out()
    fleet.simulator.push()
    for job in fleet.jobs:
        # The end of the logs in the last batch is earlier than its upload.
        fleet.simulator.change_job(job["id"], last_complete="2026-01-01T00:00:00Z")
    for row in made["results"]:
        assert row["changed"]
    result = fleet.verify(TrueClock(), jobs=made["results"], since=moment(60), wait_timeout=0)
    assert failed(result) == [] and {row["delivery"] for row in result["results"]} == {"delivering"}


def test_an_upload_before_the_change_is_not(fleet: Fleet) -> None:
    made = fleet.roll_out()
    fleet.simulator.push_at(600)
    result = fleet.verify(TrueClock(), jobs=made["results"], since=moment(60), wait_timeout=0)
    assert len(failed(result)) == 12


def test_a_job_that_loses_everything_does_not_deliver(fleet: Fleet) -> None:
    fleet.roll_out()
    for row in fleet.jobs:
        fleet.simulator.change_job(row["id"], last_complete=moment(0))
    fleet.simulator.change_settings(push_faults=[{"kind": "drop", "zone": fleet.name(fleet.ids[0])}])
    fleet.simulator.push_at(60, rounds=2, interval=30)
    for row in fleet.jobs:
        fleet.simulator.change_job(row["id"], last_complete=moment(0), last_error=None, error_message=None)
    result = fleet.verify(TrueClock(), zones=fleet.zones)
    [row] = failed(result)
    assert (row["zone_id"], row["health"], row["delivery"]) == (fleet.ids[0], "delivering", "losing")
    assert row["msg"].endswith(", 0 of 2 uploads accepted: 2 x batch dropped)")
    assert "The audit playbook shows why a job fails." in result["msg"]


def test_a_failing_job_has_its_uploads_in_its_message(fleet: Fleet) -> None:
    fleet.roll_out()
    fleet.simulator.change_settings(push_faults=[{"kind": "refuse", "status": 403}])
    fleet.simulator.push()
    result = fleet.verify(TrueClock(), zones=fleet.zones, wait_timeout=0)
    assert len(failed(result)) == 12
    assert "(the last push failed, 0 of 1 upload accepted: 1 x HTTP 403)" in result["results"][0]["msg"]
    # Jobs with the same reason and other numbers are one line.
    assert (
        len(
            {reason({**row, "msg": row["msg"].replace("of 1 upload ", "of 3 uploads ")}) for row in result["results"]}
            | {reason(row) for row in result["results"]}
        )
        == 1
    )


def test_queries_are_for_ten_zones_and_not_in_each_look(fleet: Fleet) -> None:
    fleet.roll_out()
    fleet.simulator.wipe_requests()
    clock = TrueClock()
    result = fleet.verify(clock, zones=fleet.zones, wait_timeout=900, interval=30)
    assert len(failed(result)) == 12 and len(clock.slept) == 30
    assert len(fleet.asked_for_jobs) == 31 * 12
    # The limits of the account once; two queries for twelve zones after each five minutes, and at the end.
    assert queries(fleet) == 1 + 3 * 2
    assert len(fleet.asked) == 31 * 12 + queries(fleet) + 1


def test_a_token_that_may_not_read_figures_asks_once(fleet: Fleet) -> None:
    fleet.roll_out()
    fleet.simulator.push()
    fleet.simulator.wipe_requests()
    fleet.simulator.set_faults({"kind": "status", "status": 403, "path": "/graphql", "times": None})
    fleet.simulator.change_job(fleet.jobs[0]["id"], last_complete=None)
    result = fleet.verify(TrueClock(), zones=fleet.zones, wait_timeout=900, interval=30)
    [row] = failed(result)
    assert row["msg"].startswith("no delivery within 900 s (the job is enabled and has never pushed)")
    # In the first look the limits of the account and ten of eleven zones, after five minutes the last zone. The end asks nobody again.
    zones = [entry for entry in fleet.simulator.requests(side="api") if entry["path"].endswith("/graphql")]
    assert len(zones) == 3


def test_an_account_is_given_up_if_its_first_ten_zones_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    zones = [LocatedScope(Scope("zones", str(number))) for number in range(60)]
    accounts = {located.scope: "closed" if place % 2 else "open" for place, located in enumerate(zones)}
    asked: list[int] = []

    def read(sweep: t.Any, scopes: list[LocatedScope], *window: t.Any) -> list[ScopeDeliveries]:
        asked.append(len(scopes))
        refused = CollectionError("No permission.")
        return [ScopeDeliveries({}, refused if accounts[each.scope] == "closed" else None) for each in scopes]

    monkeypatch.setattr(upload_evidence, "scope_accounts", lambda sweep, scopes: accounts)
    monkeypatch.setattr(upload_evidence, "read_deliveries", read)
    now = datetime.datetime.now(datetime.timezone.utc)
    unknown = LocatedScope(error=CollectionError("No such zone."))
    accounts[None], anything = "closed", t.cast(t.Any, None)
    found = upload_evidence.read_where_allowed(anything, [*zones, unknown], now, now)
    assert [bool(each.error) for each in found] == [False, True] * 30 + [True]
    # The first ten of each account and the scope that was not found, then the others of the open account.
    assert asked == [21, 20]


@pytest.mark.parametrize("since", ["2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "yesterday"])
def test_a_time_that_does_not_exist_is_refused(fleet: Fleet, since: str) -> None:
    fleet.simulator.wipe_requests()
    with pytest.raises(Exception, match="since: must be a time in UTC"):
        fleet.verify(zones=fleet.zones, since=since)
    assert fleet.asked == []


@pytest.mark.parametrize("since", ["2000-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
def test_a_time_far_away_is_no_window(fleet: Fleet, since: str) -> None:
    fleet.roll_out()
    fleet.simulator.push()
    assert failed(fleet.verify(TrueClock(), zones=fleet.zones, since=since)) == []
