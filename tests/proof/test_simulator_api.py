# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of the simulated API that cause errors in clients: credentials, limits, the effect of a PUT, refusals."""

from __future__ import annotations

import time
import typing as t

import pytest
from proof_client import SHOP, Api, error_of
from simulator.process import Simulator

WWW = Simulator.zone_ids["www.example.com"]
GUID = "11111111-2222-4333-8444-555555555555"


def test_credentials(simulator: Simulator, api: Api) -> None:
    limited = {"id": "1", "token": "limited", "zones": [SHOP], "accounts": [], "permissions": ["logs_write"]}
    reader = {"id": "2", "token": "reader", "permissions": ["logs_read"]}
    legacy = {"id": "3", "email": "admin@example.com", "key": "global-key"}
    expired = {"id": "4", "token": "expired", "status": "expired"}
    simulator.reset(api_tokens=[limited, reader, legacy, expired])

    def status(path: str, **headers: str) -> int:
        api.session.headers.clear()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return api.ask("GET", path, headers=named).status_code

    jobs = f"/zones/{SHOP}/logpush/jobs"
    assert status(jobs) == 400
    assert status(jobs, Authorization="limited") == 400
    assert status(jobs, Authorization="Bearer nobody") == 403
    assert status(jobs, Authorization="Bearer expired") == 403
    assert status(jobs, Authorization="Bearer limited") == 200
    assert status(f"/zones/{WWW}/logpush/jobs", Authorization="Bearer limited") == 403
    assert status(f"/accounts/{simulator.account_id}/logpush/jobs", Authorization="Bearer limited") == 403
    assert status("/zones", Authorization="Bearer limited") == 403
    assert status(f"/zones/{SHOP}", Authorization="Bearer limited") == 200
    assert status(jobs, Authorization="Bearer reader") == 403
    assert status(f"/zones/{SHOP}/logpush/datasets/dns_logs/fields", Authorization="Bearer reader") == 200
    assert status("/zones", X_Auth_Email="admin@example.com", X_Auth_Key="global-key") == 200
    assert status("/zones", X_Auth_Email="admin@example.com", X_Auth_Key="wrong") == 403
    assert status("/user/tokens/verify", Authorization="Bearer expired") == 200


def test_zero_trust_datasets_need_a_further_permission(simulator: Simulator, api: Api) -> None:
    simulator.reset(api_tokens=[{"id": "1", "token": simulator.api_token, "permissions": ["logs_write"]}])
    jobs = f"/accounts/{simulator.account_id}/logpush/jobs"
    refusal = (403, 1004, "reading job for product 'gateway_dns' is not allowed")
    job = {"destination_conf": simulator.destination_conf(), "dataset": "gateway_dns"}
    assert error_of(api.ask("POST", jobs, job)) == refusal
    stored = simulator.add_job(account_id=simulator.account_id, **job)
    assert error_of(api.ask("GET", f"{jobs}/{stored['id']}")) == refusal
    assert error_of(api.ask("GET", jobs)) == refusal


def test_paths_that_are_not_there(api: Api) -> None:
    for path in ("/nothing", "/zones/nowhere/logpush/jobs", f"/accounts/{SHOP}/logpush/jobs"):
        answer = api.ask("GET", path)
        assert [error["code"] for error in answer.json()["errors"]] == [7003, 7000]
        assert answer.status_code == 404
    assert api.ask("PATCH", f"/zones/{SHOP}/logpush/jobs/1", {}).status_code == 405
    assert error_of(api.ask("GET", f"/zones/{SHOP}/logpush/jobs/77"))[:2] == (404, 1004)


def test_a_job_is_not_seen_from_another_scope(api: Api) -> None:
    job = api.created()
    assert api.ask("GET", f"/zones/{WWW}/logpush/jobs/{job['id']}").status_code == 404
    assert api.ask("DELETE", f"/zones/{WWW}/logpush/jobs/{job['id']}").status_code == 404
    assert api.job(job["id"])["id"] == job["id"]


def test_unset_fields_are_left_out_and_the_destination_is_echoed(api: Api) -> None:
    destination = api.simulator.destination_conf().replace("splunk://", "Splunk://").replace("%20", "+")
    job = api.created(destination_conf=destination)
    assert job["destination_conf"] == destination
    assert sorted(job) == [
        "dataset",
        "destination_conf",
        "enabled",
        "error_message",
        "frequency",
        "id",
        "kind",
        "last_complete",
        "last_error",
        "time_created",
    ]


def test_put_keeps_the_rest_but_replaces_output_options(api: Api) -> None:
    job = api.created(
        name="shop",
        output_options={"field_names": ["RayID"], "sample_rate": 0.5},
        max_upload_records=1000,
        filter='{"where":{"key":"ClientIP","operator":"eq","value":"192.0.2.1"}}',
    )
    assert api.update(job["id"], enabled=True).status_code == 200
    assert api.job(job["id"]) == {**job, "enabled": True}
    api.update(job["id"], output_options={"field_names": ["ClientIP"]})
    assert api.job(job["id"])["output_options"] == {"field_names": ["ClientIP"]}
    api.update(job["id"], filter=None, max_upload_records=None)
    assert api.job(job["id"])["filter"] == job["filter"]
    api.update(job["id"], filter="", max_upload_records=0)
    assert not {"filter", "max_upload_records"} & set(api.job(job["id"]))


def test_put_may_not_change_dataset_or_kind(api: Api) -> None:
    job = api.created()
    assert error_of(api.update(job["id"], kind="edge"))[0] == 400
    assert error_of(api.update(job["id"], dataset="dns_logs"))[0] == 400
    assert api.update(job["id"], kind="", dataset="http_requests").status_code == 200


def test_four_jobs_a_zone(api: Api) -> None:
    same = [api.created(name="same")["id"] for dummy in range(4)]
    assert same == sorted(set(same))
    message = "creating a new job (for dns_logs dataset) is not allowed: exceeded max jobs allowed"
    assert error_of(api.create(dataset="dns_logs")) == (403, 1004, message)
    assert api.create(WWW).status_code == 200
    assert api.ask("DELETE", f"/zones/{SHOP}/logpush/jobs/{same[0]}").json()["result"] == {"id": same[0]}
    assert api.create(dataset="dns_logs").status_code == 200


@pytest.mark.parametrize(
    ("pointer", "job"),
    [
        ("/destination_conf", {"destination_conf": None}),
        ("/destination_conf", {"destination_conf": "x" * 5000}),
        ("/name", {"name": "no spaces"}),
        ("/name", {"name": "no-newline\n"}),
        ("/enabled", {"enabled": "yes"}),
        ("/max_upload_bytes", {"max_upload_bytes": 1}),
        ("/max_upload_records", {"max_upload_records": "1000"}),
        ("/max_upload_interval_seconds", {"max_upload_interval_seconds": 301}),
        ("/frequency", {"frequency": "sometimes"}),
        ("/kind", {"kind": "edge", "dataset": "dns_logs"}),
        ("/dataset", {"dataset": "audit_logs"}),
        ("/dataset", {"dataset": "no_such_dataset"}),
        ("/filter", {"filter": "{}"}),
        ("/output_options/sample_rate", {"output_options": {"sample_rate": 0}}),
        ("/output_options/timestamp_format", {"output_options": {"timestamp_format": "iso"}}),
        ("/output_options/field_names", {"output_options": {"field_names": "ClientIP"}}),
        ("/output_options/cve_2021_44228", {"output_options": {"cve_2021_44228": True}}),
        ("/filter_attack_traffic", {"dataset": "dns_logs", "filter_attack_traffic": True}),
        ("/output_options/merge_subrequests", {"dataset": "dns_logs", "output_options": {"merge_subrequests": True}}),
        ("/nonsense", {"nonsense": 1}),
    ],
)
def test_bad_values_are_refused_with_their_place(api: Api, pointer: str, job: dict[str, t.Any]) -> None:
    answer = api.create(**job)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"pointer": pointer}
    assert api.simulator.requests(side="hec") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"key":"ClientIP","operator":"eq","value":"192.0.2.1"}', "Key is missing"),
        ('{"where":{"key":"EdgeResponseStatus","operator":"in","value":"200,201"}}', "supported kinds: []int64"),
        ('{"where":{"key":"Nonsense","operator":"eq","value":"x"}}', "is not supported"),
        ('{"where":{"key":"ClientIP","operator":"like","value":"x"}}', "unknown operator"),
        ('{"where":{"key":"Cookies","operator":"eq","value":"x"}}', "is not supported"),
        ("{", "invalid filter"),
    ],
)
def test_bad_filters_are_refused(api: Api, text: str, message: str) -> None:
    status, code, said = error_of(api.create(filter=text))
    assert (status, code) == (400, 1004)
    assert message in said


def test_bot_fields_need_bot_management(simulator: Simulator, api: Api) -> None:
    simulator.reset(zones=[{"id": SHOP, "name": "shop.example.com", "plan": "Free Website", "bot_management": False}])
    message = "creating a new job is not allowed: Bot Management fields are not allowed"
    assert error_of(api.create(output_options={"field_names": ["BotScore"]})) == (403, 1004, message)
    assert "BotScore" not in api.ask("GET", f"/zones/{SHOP}/logpush/datasets/http_requests/fields").json()["result"]


def test_firewall_events_name_the_zone_only_for_accounts(simulator: Simulator, api: Api) -> None:
    fields = "/logpush/datasets/firewall_events/fields"
    assert "ZoneName" not in api.ask("GET", f"/zones/{SHOP}{fields}").json()["result"]
    assert "ZoneName" in api.ask("GET", f"/accounts/{simulator.account_id}{fields}").json()["result"]


def test_the_destination_is_tried_at_every_write(simulator: Simulator, api: Api) -> None:
    job = api.created(name="shop")
    [probe] = simulator.requests(side="hec")
    assert (probe["method"], probe["path"]) == ("POST", "/services/collector/raw")
    assert probe["query"] == {"channel": GUID, "sourcetype": "cloudflare:json"}
    assert (probe["user_agent"], probe["content_encoding"]) == ("Go-http-client/2.0", "gzip")
    [event] = simulator.events()
    assert event["raw"] == '{"content":"tests"}'
    api.update(job["id"], enabled=True)
    assert len(simulator.requests(side="hec")) == 2
    simulator.set_faults({"side": "hec", "kind": "status", "status": 503})
    uploading = "error validating destination: error writing object: error uploading to https: status:503"
    assert error_of(api.update(job["id"], enabled=False)) == (400, 1002, uploading)
    assert api.job(job["id"])["enabled"] is True


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        ("wrong_host", "valid for SplunkServerDefaultCert, not localhost"),
        ("expired", "expired"),
        ("untrusted", "unknown authority"),
    ],
)
def test_the_certificate_is_checked_unless_told_not_to(
    simulator: Simulator, api: Api, certificate: str, words: str
) -> None:
    simulator.change_settings(certificate=certificate)
    assert words in error_of(api.create())[2]
    careless = simulator.destination_conf(**{"insecure-skip-verify": "true"})
    assert api.create(destination_conf=careless).status_code == 200


def test_destinations_that_cannot_be_reached(simulator: Simulator, api: Api) -> None:
    def refusal(host: str) -> str:
        return error_of(api.create(destination_conf=f"splunk://{host}/services/collector/raw?channel={GUID}"))[2]

    assert refusal("localhost:1").endswith("ConnectionError")
    assert refusal("nowhere.invalid:8088").endswith("DNSError")
    assert refusal(simulator.hec_endpoint).endswith("status:401")
    assert "channel is required" in error_of(api.create(destination_conf="splunk://localhost:1/services"))[2]
    simulator.change_settings(black_hole_hosts=["hole.example.com"])
    answer = api.create(destination_conf=f"splunk://hole.example.com/services/collector/raw?channel={GUID}")
    assert answer.status_code == 504 and answer.headers["Content-Type"].startswith("text/html")
    assert api.create(destination_conf="s3://bucket/logs?region=us-west-2").status_code == 200


def test_the_budget_runs_out_and_comes_back(simulator: Simulator, api: Api) -> None:
    simulator.change_settings(rate_limit_requests=3, rate_limit_seconds=1)
    answers = [api.ask("GET", "/zones") for dummy in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["Ratelimit"] for answer in answers[:2]] == ['"default";r=2;t=1', '"default";r=1;t=1']
    assert answers[0].headers["Ratelimit-Policy"] == '"default";q=3;w=1'
    assert "retry-after" not in answers[0].headers and answers[3].headers["retry-after"] == "1"
    assert error_of(answers[3]) == (429, 971, "Please wait and consider throttling your request speed")
    assert api.ask("GET", "/zones", headers={"Authorization": "Bearer somebody else"}).status_code == 403
    time.sleep(1)
    assert api.ask("GET", "/zones").status_code == 200


def test_read_only_refuses_and_remembers_writes(simulator: Simulator, api: Api) -> None:
    job = api.created()
    simulator.set_read_only()
    assert api.create().status_code == 405
    assert api.update(job["id"], enabled=True).status_code == 405
    assert api.ask("GET", "/zones").status_code == 200
    assert [entry["method"] for entry in simulator.violations()] == ["POST", "PUT"]
    assert api.job(job["id"]) == job


def test_the_dashboard_may_store_what_the_api_would_refuse(simulator: Simulator, api: Api) -> None:
    destination = "splunk://old.example.com/"
    stored = simulator.add_job(zone_id=SHOP, destination_conf=destination, name=None, kind="instant-logs")
    simulator.change_job(stored["id"], last_error="2026-11-01T10:00:00Z", error_message="DNSError")
    seen = api.job(stored["id"])
    assert (seen["kind"], seen["error_message"]) == ("instant-logs", "DNSError")
    assert "name" not in seen
