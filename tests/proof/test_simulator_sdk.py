# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cloudflare's own Python client works with the simulated API."""

from __future__ import annotations

import typing as t

import cloudflare
import pytest
from proof_client import SHOP
from simulator.process import Simulator


@pytest.fixture
def client(simulator: Simulator) -> t.Iterator[cloudflare.Cloudflare]:
    with cloudflare.Cloudflare(api_token=simulator.api_token, base_url=simulator.api_url, max_retries=0) as client:
        yield client


def test_a_job_lives_and_dies(simulator: Simulator, client: cloudflare.Cloudflare) -> None:
    jobs = client.logpush.jobs
    made = jobs.create(
        zone_id=SHOP,
        destination_conf=simulator.destination_conf(),
        dataset="http_requests",
        name="shop.example.com",
        enabled=True,
        output_options={"field_names": ["ClientIP", "RayID"], "timestamp_format": "rfc3339", "sample_rate": 0.5},
    )
    assert made is not None and made.id is not None
    assert made.enabled is True and made.kind == "" and made.frequency == "high"
    assert made.max_upload_bytes is None and made.last_complete is None
    assert [job.id for job in jobs.list(zone_id=SHOP)] == [made.id]
    updated = jobs.update(made.id, zone_id=SHOP, enabled=False)
    assert updated is not None and updated.enabled is False
    assert updated.output_options == made.output_options
    simulator.change_job(made.id, last_complete="2026-11-01T10:00:00Z")
    seen = jobs.get(made.id, zone_id=SHOP)
    assert seen is not None and seen.last_complete is not None and seen.last_complete.year == 2026
    deleted = jobs.delete(made.id, zone_id=SHOP)
    assert deleted is not None and deleted.id == made.id
    assert list(jobs.list(zone_id=SHOP)) == []
    with pytest.raises(cloudflare.NotFoundError):
        jobs.get(made.id, zone_id=SHOP)


def test_datasets_of_an_account(simulator: Simulator, client: cloudflare.Cloudflare) -> None:
    fields = client.logpush.datasets.fields.get("gateway_dns", account_id=simulator.account_id)
    assert "Datetime" in t.cast("dict[str, str]", fields)
    made = client.logpush.jobs.create(
        account_id=simulator.account_id, destination_conf=simulator.destination_conf(), dataset="gateway_dns"
    )
    found = client.logpush.datasets.jobs.get("gateway_dns", account_id=simulator.account_id)
    assert made is not None and [job.id for job in found if job is not None] == [made.id]


def test_validation_says_valid_or_not_with_status_200(simulator: Simulator, client: cloudflare.Cloudflare) -> None:
    good, bad = simulator.destination_conf(), simulator.destination_conf("wrong")
    validate = client.logpush.validate
    assert validate.destination(zone_id=SHOP, destination_conf=good).valid is True
    assert validate.destination(zone_id=SHOP, destination_conf=bad).valid is False
    assert client.logpush.ownership.create(zone_id=SHOP, destination_conf=good).valid is True
    assert (
        client.logpush.ownership.validate(zone_id=SHOP, destination_conf=good, ownership_challenge="00000000").valid
        is True
    )
    assert client.logpush.validate.origin(zone_id=SHOP, logpull_options="fields=ClientIP,Nonsense").valid is False


def test_all_pages_of_zones(simulator: Simulator, client: cloudflare.Cloudflare) -> None:
    zones = [{"id": f"{number:032x}", "name": f"zone-{number:03d}.example.com"} for number in range(123)]
    simulator.reset(zones=zones)
    assert [zone.name for zone in client.zones.list(per_page=50)] == [zone["name"] for zone in zones]
    assert [zone.id for zone in client.zones.list(name="zone-007.example.com")] == [f"{7:032x}"]
    seen = client.zones.get(zone_id=f"{7:032x}")
    assert seen is not None and seen.account.id == simulator.account_id


def test_the_token_is_active(client: cloudflare.Cloudflare) -> None:
    verified = client.user.tokens.verify()
    assert verified is not None and verified.status == "active"


def test_refusals_have_their_classes(simulator: Simulator) -> None:
    stranger = cloudflare.Cloudflare(api_token="stranger", base_url=simulator.api_url, max_retries=0)
    with pytest.raises(cloudflare.PermissionDeniedError):
        stranger.logpush.jobs.list(zone_id=SHOP)
    with pytest.raises(cloudflare.NotFoundError):
        client = cloudflare.Cloudflare(api_token=simulator.api_token, base_url=simulator.api_url, max_retries=0)
        client.logpush.jobs.list(zone_id="f" * 32)
