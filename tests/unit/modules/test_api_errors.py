# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals and broken answers of the API: the message says what to do, and there is never a traceback."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.tests.module_tasks import faults, job


def settings(**changes):
    """Return the control call that changes settings of the simulator."""
    return "PATCH", "settings", changes


def test_a_destination_that_does_not_take_the_test_event(modules, simulator, zone_id, splunk, stored):
    host = simulator.hec_endpoint
    redirect = {"kind": "status", "side": "hec", "status": 302, "headers": {"Location": "/login"}}
    run = modules.tasks(
        job("unknown host", fails=True, endpoint="no-such-host.invalid", hec_token=simulator.hec_token),
        job("closed port", fails=True, endpoint="localhost:9", hec_token=simulator.hec_token),
        job("wrong token", fails=True, endpoint=host, hec_token="11111111-aaaa-4bbb-8ccc-dddddddddddd"),
        job("redirect", fails=True, before=[faults(redirect)], **splunk),
        job("wrong name in certificate", fails=True, before=[settings(certificate="wrong_host")], **splunk),
        job("unknown authority", fails=True, before=[settings(certificate="untrusted")], **splunk),
        job("taken all the same", insecure_skip_verify=True, **splunk),
        job("update", fails=True, insecure_skip_verify=False),
        job(
            "disable, too", fails=True, enabled=False, before=[faults({"kind": "status", "side": "hec", "times": None})]
        ),
        job(
            "black hole",
            fails=True,
            endpoint="splunk.example.com",
            before=[
                faults(),
                settings(black_hole_hosts=["splunk.example.com"], certificate="valid"),
            ],
        ),
        defaults={"zone_id": zone_id},
    )
    says = {
        "unknown host": ["code 1002", "DNSError", "public DNS", "http-inputs-"],
        "closed port": ["code 1002", "ConnectionError", "8088", "curl https://"],
        "wrong token": ["code 1002", "status:403", "refuses the HEC token", "enabled"],
        "redirect": ["status:302", "redirects", "8088"],
        "wrong name in certificate": ["SplunkServerDefaultCert", "publicly trusted"],
        "unknown authority": ["signed by unknown authority", "publicly trusted"],
        "update": ["Updating Logpush job 1001", "publicly trusted"],
        "disable, too": ["status:500", "test event that Cloudflare pushes"],
        "black hole": ["HTTP 504", "http-inputs-", "port is open"],
    }
    missing = {title: [word for word in words if word not in run[title].msg] for title, words in says.items()}
    assert missing == {title: [] for title in says}, [run[title].msg for title in says]
    assert run["wrong token"]["http_status"] == 400
    assert run["wrong token"]["errors"][0]["code"] == 1002
    assert run["taken all the same"]["action"] == "created"
    # A refused request is not repeated.
    assert run["wrong token"].calls == ["GET jobs", "GET zone", "POST jobs"]
    assert run["update"].calls == ["GET jobs", "PUT job"]
    assert [entry["enabled"] for entry in stored()] == [True]


def test_limits_permissions_and_scopes(modules, simulator, splunk, stored):
    zones = simulator.zone_ids
    simulator.reset(
        api_tokens=[
            {"id": "all", "token": "all"},
            {"id": "read", "token": "read-only-token", "permissions": ["logs_read", "zone_read"]},
            {
                "id": "one",
                "token": "one-zone-token",
                "zones": [zones["shop.example.com"]],
                "permissions": ["logs_write"],
            },
            {"id": "old", "token": "expired-token", "status": "expired"},
        ],
        settings={"job_limit": 1},
    )
    simulator.add_job(
        zone_id=zones["api.example.com"],
        dataset="dns_logs",
        enabled=True,
        destination_conf=simulator.destination_conf(),
    )
    shop, account = {"zone_id": zones["shop.example.com"]}, {"account_id": simulator.account_id}
    run = modules.tasks(
        job("job limit", fails=True, zone_id=zones["api.example.com"], **splunk),
        job("read only", fails=True, api_token="read-only-token", **shop, **splunk),
        job("other zone", fails=True, api_token="one-zone-token", zone_id=zones["www.example.com"], **splunk),
        job("expired", fails=True, api_token="expired-token", **shop, **splunk),
        job("no such zone", fails=True, zone_id="f" * 32, **splunk),
        job("no such name", fails=True, zone="nowhere.example.com", **splunk),
        job("name without permission", fails=True, api_token="one-zone-token", zone="shop.example.com", **splunk),
        job("account dataset", fails=True, dataset="audit_logs_v2", **shop, **splunk),
        job("zone dataset", fails=True, dataset="dns_logs", **account, **splunk),
        job("unknown dataset", fails=True, dataset="htpp_requests", **shop, **splunk),
        job("personal data", fails=True, api_token="one-zone-token", dataset="gateway_dns", **account, **splunk),
        job(
            "filter on a field that is none",
            fails=True,
            filter={"where": {"key": "NoSuchField", "operator": "eq", "value": 1}},
            **shop,
            **splunk,
        ),
        defaults={"api_token": "all"},
    )
    says = {
        "job limit": ["HTTP 403", "code 1004", "exceeded max jobs", "4 for a zone", "name or job_id"],
        "read only": ["is valid, but it needs", "code 10000", "Logs Edit", "listing jobs needs it too"],
        "other zone": ["code 10000", "Logs Edit", "zone " + zones["www.example.com"]],
        "expired": ["The API token has expired. Listing", "code 10000", "Create another one"],
        "no such zone": ["HTTP 404", "7003", "zone_id"],
        "no such name": ["zone: ", "nowhere.example.com", "Zone Read", "zone_id"],
        "name without permission": ["permission Zone Read", "zone_id"],
        "account dataset": ["audit_logs_v2 is an account dataset", "account_id"],
        "zone dataset": ["dns_logs is a zone dataset", "zone_id or zone"],
        "unknown dataset": ["unknown dataset htpp_requests", "http_requests"],
        "personal data": ["Zero Trust: PII Read"],
        "filter on a field that is none": ["NoSuchField"],
    }
    missing = {title: [word for word in words if word not in run[title].msg] for title, words in says.items()}
    assert missing == {title: [] for title in says}, {title: run[title].msg for title in says if missing[title]}
    assert len(stored()) == 1


BODIES = {
    "html": ("html", ["HTTP 502", "text/html"]),
    "empty": ("empty", ["HTTP 200", "empty body", "api_url"]),
    "truncated": ("truncated", ["broke before the complete answer"]),
    "success false": ("success_false", ["HTTP 200", "code 10001"]),
    "not json": ("not_json", ["not the JSON of the API"]),
    "reset": ("reset", ["connection broke"]),
    "hang": ("hang", ["answer within 1 seconds", "timeout"]),
    "server error": ("status", ["HTTP 500", "code 10001", "Try again later"]),
}


DOING = {"GET": "Listing the Logpush jobs", "PUT": "Updating Logpush job 1001", "DELETE": "Deleting Logpush job 1001"}


def test_broken_answers(modules, simulator, zone_id, stored):
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf=simulator.destination_conf())
    cases = [("GET", {}, title) for title in BODIES]
    cases += [("PUT", {"enabled": False}, title) for title in ("empty", "success false")]
    cases += [("DELETE", {"state": "absent"}, title) for title in ("html", "reset")]
    tasks = [
        job(
            f"{method} {title}",
            fails=True,
            before=[faults({"kind": BODIES[title][0], "method": method, "times": None})],
            **options,
        )
        for method, options, title in cases
    ]
    run = modules.tasks(*tasks, defaults={"zone_id": zone_id, "timeout": 1, "retries": 0})
    wrong = {}
    for method, dummy, title in cases:
        outcome = run[f"{method} {title}"]
        if not all(word in outcome.msg for word in [DOING[method], *BODIES[title][1]]):
            wrong[outcome.task] = outcome.msg
    assert wrong == {}
    assert [(entry["id"], entry["enabled"]) for entry in stored()] == [(1001, True)]


def test_other_odd_answers(modules, simulator, zone_id):
    """Answers of a form that the API does not document, such as those of another server."""
    odd = {
        "a list": [],
        "a number": 7,
        "result is text": {"success": True, "result": "jobs", "errors": [], "messages": []},
        "errors is text": {"success": False, "errors": "no", "messages": None, "result": None},
        "errors of text": {"success": False, "errors": ["no", None, {"message": None}], "result": None},
        "jobs of text": {"success": True, "result": ["job", None, {}], "errors": []},
        "odd jobs": {
            "success": True,
            "errors": [],
            "result": [
                {"id": None, "destination_conf": 7},
                {"id": 1, "destination_conf": "splunk://", "dataset": None},
            ],
        },
        "html in the name of json": "<html>",
    }
    run = modules.tasks(
        *(
            job(title, fails=True, before=[faults({"kind": "status", "status": 200, "body": body, "times": None})])
            for title, body in odd.items()
        ),
        defaults={"zone_id": zone_id, "retries": 0},
    )
    # All of them fail, because there is no job and the options to create one are missing.
    assert [outcome.task for outcome in run.outcomes if not outcome.failed] == []


def test_waiting_out_a_rate_limit(modules, simulator, zone_id, splunk, stored):
    limited = {
        "kind": "status",
        "status": 429,
        "headers": {"retry-after": "1"},
        "body": {
            "success": False,
            "result": None,
            "messages": [],
            "errors": [{"code": 971, "message": "Please wait and consider throttling your request speed"}],
        },
    }
    run = modules.tasks(
        job("create", before=[faults({**limited, "times": 1}, {**limited, "method": "POST"})], **splunk),
        job("given up", fails=True, before=[faults({**limited, "times": None})]),
        job("again", before=[faults()]),
        defaults={"zone_id": zone_id, "retries": 1},
    )
    assert run["create"].calls == ["GET jobs", "GET jobs", "GET zone", "POST jobs", "POST jobs"]
    assert "HTTP 429" in run["given up"].msg and "five minutes" in run["given up"].msg
    assert run["again"]["action"] == "unchanged"
    assert len(stored()) == 1
