# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invalid input fails before the first request, and the message names the option and the accepted form."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import CRASH, job, task

ROLLOUT = "edgeops.logpush.splunk_logpush_rollout"
ZONE = "0000000000000000000000005eed0000"
GUID = "9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"
RAW = "splunk://splunk.example.com:8088/services/collector/raw"
FINISHED = f"{RAW}?channel={GUID}&header_Authorization=Splunk%20some-token"


def condition(**parts):
    """Return a filter with one condition that is valid except for these parts."""
    return {"where": {"key": "ClientCountry", "operator": "eq", "value": "ca", **parts}}


# The options, and the expected message: the option first, then words of the accepted form.
SCOPE_AND_API = [
    ({"zone_id": None}, ["zone_id, zone, account_id", "exactly one"]),
    ({"zone_id": "shop.example.com"}, ["zone_id", "set a domain name as zone"]),
    ({"zone_id": "../accounts"}, ["zone_id", "32 hexadecimal digits"]),
    ({"zone_id": None, "zone": ZONE}, ["zone", "set an ID as zone_id"]),
    ({"zone_id": None, "zone": "not a domain"}, ["zone", "example.com"]),
    ({"api_token": "Bearer some-token"}, ["api_token", "without Bearer"]),
    ({"api_email": "ops@example.com"}, ["api_email, api_key", "must be set together"]),
    ({"api_url": "api.cloudflare.com"}, ["api_url", "https://"]),
    ({"timeout": 0}, ["timeout", "1 second"]),
    ({"ca_path": "/no/such/file.pem"}, ["ca_path", "/no/such/file.pem", "PEM"]),
]
DESTINATION = [
    ({"endpoint": "http://splunk.example.com"}, ["endpoint", "https"]),
    ({"endpoint": "user@splunk.example.com"}, ["endpoint", "hec_token"]),
    ({"endpoint": "splunk.example.com/services/collector/event"}, ["endpoint", "/services/collector/raw"]),
    ({"endpoint": FINISHED}, ["endpoint", "destination_conf"]),
    ({"hec_token": "two words"}, ["hec_token", "one word"]),
    ({"hec_token": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}, ["hec_token", "masked"]),
    ({"hec_token": FINISHED}, ["hec_token", "destination_conf"]),
    ({"channel": "main"}, ["channel", "GUID"]),
    ({"sourcetype": "cloudflare json"}, ["sourcetype", "cloudflare:json"]),
    ({"insecure_skip_verify": "perhaps"}, ["insecure_skip_verify", "bool"]),
    ({"destination_conf": "https://splunk.example.com"}, ["destination_conf", "splunk://"]),
    ({"destination_conf": f"{RAW}?channel={GUID}"}, ["destination_conf", "header_Authorization"]),
    ({"destination_conf": f"{RAW}?header_Authorization=Splunk%20some-token"}, ["destination_conf", "channel"]),
    (
        {"destination_conf": f"{RAW}?channel={GUID}&header_Authorization=some-token"},
        ["destination_conf", "word Splunk"],
    ),
    (
        {"destination_conf": f"{RAW}?channel={GUID}&header_Authorization=Splunk%20"},
        ["destination_conf", "Splunk%20<token>"],
    ),
    ({"destination_conf": FINISHED, "channel": GUID}, ["destination_conf", "combined with channel"]),
]
JOB = [
    ({"job_id": 0}, ["job_id", "from 1"]),
    ({"dataset": "http requests"}, ["dataset", "http_requests"]),
    ({"name": "x" * 513}, ["name", "512"]),
    ({"state": "gone"}, ["state", "present, absent"]),
    ({"kind": "instant-logs"}, ["kind: must be edge, or empty; it is instant-logs"]),
    ({"kind": 5}, ["kind: must be edge, or empty; it is 5"]),
    ({"field_names": ["RayID"]}, ["field_names belongs under output_options"]),
    ({"timestamp_format": "rfc3339", "output_options": {}}, ["timestamp_format belongs under output_options"]),
    ({"CVE-2021-44228": True}, ["CVE-2021-44228 belongs under output_options"]),
    ({"kind": "edge", "max_upload_bytes": 5000000}, ["kind", "max_upload_bytes"]),
    ({"max_upload_interval_seconds": 29}, ["max_upload_interval_seconds", "from 30 to 300"]),
    ({"max_upload_records": -1}, ["max_upload_records", "from 1000 to 1000000"]),
    ({"transformer_id": -1}, ["transformer_id", "from 1"]),
    ({"frequency": "medium"}, ["frequency", "high, low"]),
    ({"logpull_options": "fields=RayID", "output_options": {}}, ["logpull_options", "output_options"]),
    ({"endpiont": "splunk.example.com"}, ["endpiont", "endpoint"]),
]
OUTPUT_AND_FILTER = [
    ({"output_options": {"timestamps": "unix"}}, ["timestamps", "output_options", "timestamp_format"]),
    ({"output_options": {"timestamp_format": "iso"}}, ["timestamp_format", "rfc3339"]),
    ({"output_options": {"sample_rate": 1.5}}, ["output_options.sample_rate", "at most 1"]),
    ({"output_options": {"sample_rate": 0}}, ["output_options.sample_rate", "greater than 0", "enabled: false"]),
    ({"output_options": {"sample_rate": "-0.1"}}, ["output_options.sample_rate", "greater than 0"]),
    ({"output_options": {"cve20214428": True}}, ["output_options.cve20214428", "CVE-2021-44228"]),
    ({"output_options": {"field_names": ["*", "RayID"]}}, ["output_options.field_names", '["*"]']),
    ({"output_options": {"field_names": ["RayID", " "]}}, ["output_options.field_names", "empty"]),
    ({"output_options": {"field_names": "ClientIP RayID"}}, ["field_names: ", "give a list: [ClientIP, RayID]"]),
    ({"output_options": {"field_names": ["ClientIP RayID"]}}, ["give a list: [ClientIP, RayID]"]),
    ({"filter": "ClientCountry eq ca"}, ["filter: ", "JSON", "begins with ClientCountry eq ca", '"operator": "eq"']),
    ({"filter": "{'where': {}}"}, ["filter: is not JSON: ", "line 1, column 2", "double quotes"]),
    ({"filter": '{"where": {"key": "RayID",}}'}, ["filter: is not JSON: ", '"RayID",}}', "line 1, column "]),
    (
        {"filter": {"where": {"or": [condition()["where"], condition(operator=">=")["where"]]}}},
        ["filter: where.or[1]: ClientCountry is compared with operator >=: use geq"],
    ),
    ({"filter": [1]}, ["filter", '{"where": {...}}']),
    ({"filter": {"where": {"and": []}}}, ["filter", '{"and": [...]}']),
    ({"filter": {"where": {"key": "ClientCountry"}}}, ["filter", '"operator"']),
    (
        {"filter": condition(operator="equals")},
        ["filter", "where: ClientCountry is compared with operator equals: use eq"],
    ),
    ({"filter": condition(operator="neq")}, ["filter", "operator neq: use !eq"]),
    (
        {"filter": condition(key="EdgeResponseStatus", value="5xx")},
        ["EdgeResponseStatus takes a number", "without quotes"],
    ),
    ({"index": "Main Index"}, ["index", "lower-case"]),
    ({"filter": condition(operator="in")}, ["filter", "operator in", "list"]),
    ({"filter": json.dumps(condition(operator="=="))}, ["filter", "operator =="]),
    ({"filter": condition(value="x" * 1000)}, ["filter", "bytes", "1000"]),
]


@pytest.mark.parametrize("cases", [SCOPE_AND_API, DESTINATION, JOB, OUTPUT_AND_FILTER])
def test_bad_values_fail_before_the_first_request(modules, simulator, cases):
    tasks = []
    for number, (options, dummy) in enumerate(cases):
        given = {key: value for key, value in {"zone_id": ZONE, **options}.items() if value is not None}
        tasks.append(job(f"case {number}", fails=True, **given))
    run = modules.tasks(*tasks)
    wrong = {}
    for number, (options, words) in enumerate(cases):
        outcome = run[f"case {number}"]
        if not outcome.failed or not all(word in outcome.msg for word in words):
            wrong[str(options)] = outcome.msg
    assert wrong == {}
    assert simulator.requests(side="api") == []
    assert "some-token" not in run.report


def test_without_credentials(modules, simulator, zone_id):
    run = modules.tasks(job("none", zone_id=zone_id, fails=True), environment={"CLOUDFLARE_API_TOKEN": ""})
    assert run["none"].msg.startswith("api_token is required. ")
    assert "CLOUDFLARE_API_TOKEN" in run["none"].msg and "api_key" in run["none"].msg
    # A playbook has no variables for them.
    assert "CLOUDFLARE_EMAIL and CLOUDFLARE_API_KEY" in run["none"].msg
    assert simulator.requests(side="api") == []


@pytest.mark.parametrize("shape", ["x", ["x"], [1], 5])
def test_a_secret_is_kept_where_an_option_has_the_wrong_shape(modules, simulator, shape):
    """For such an option, Ansible itself masks no secret and shows all options."""
    secret = "SECRETshape+A"
    given = {"api_token": secret, "zone_id": ZONE, "hec_token": secret}
    zones = {"api_token": secret, "zones": [{"zone_id": ZONE, "hec_token": secret, "output_options": shape}]}
    run = modules.tasks(
        job("job", fails=True, output_options=shape, **given),
        task(ROLLOUT, "zone", fails=True, **zones),
        task(ROLLOUT, "jobs", fails=True, zones=[{"zone_id": ZONE, "jobs": shape}], job_defaults={"hec_token": secret}),
        task(ROLLOUT, "defaults", fails=True, zones=[], job_defaults=shape, jobs=[{"hec_token": secret}]),
        job("password", fails=True, api_url=f"https://admin:{secret}@api.example.com", zone_id=ZONE, api_token="x1234"),
    )
    for title, option in {
        "job": "output_options: must be a mapping",
        "zone": "zones[0].output_options: must be a mapping",
        "jobs": "zones[0].jobs[0]: must be a mapping",
        "defaults": "job_defaults: must be a mapping",
        "password": "api_url: ",
    }.items():
        assert run[title].msg.startswith(option), run[title].msg
    assert secret not in run.report
    assert simulator.requests(side="api") == []


# Options that are wrong in a way that prevents Ansible from masking secrets. SECRET stands for a token.
MALFORMED = {
    "a list in place of a mapping": {"zones": [{"zone_id": ZONE}], "job_defaults": [{"hec_token": "SECRET"}]},
    "a list in a list": {"zones": [{"zone_id": ZONE, "jobs": [[{"hec_token": "SECRET"}]]}]},
    "broken JSON text": {"zones": '[{"zone_id": "x", "hec_token": "SECRET"'},
    "broken YAML text": {"zones": [{"zone_id": ZONE}], "job_defaults": "hec_token: SECRET\n  - dataset: x"},
    "a mapping in place of a list": {"zones": '{"zone_id": "x", "hec_token": "SECRET", "output_options": "x"}'},
    "a password in a URL": {"zones": 5, "endpoint": "https://admin:SECRET@splunk.example.com"},
    "a destination in place of an endpoint": {
        "zones": [{"zone_id": ZONE}],
        "endpoint": f"{RAW}?channel={GUID}&header_Authorization=Splunk%20SECRET",
        "no_such_option": 1,
    },
    "a misspelled option": {"zones": [{"zone_id": ZONE}], "hec_tokn": "SECRET"},
}


@pytest.mark.parametrize("given", MALFORMED.values(), ids=MALFORMED)
def test_a_secret_is_kept_in_malformed_options(modules, simulator, given):
    secret = "SECRETmalformedA1"
    run = modules.tasks(
        task(ROLLOUT, "zones", fails=True, **json.loads(json.dumps(given).replace("SECRET", secret))),
    )
    assert run["zones"].failed and secret not in run.report
    assert simulator.requests(side="api") == []


BELONGS = [
    ({"field_names": ["RayID"]}, "field_names belongs under zones[].output_options or "),
    ({"dataset": "dns_logs"}, "dataset belongs under zones[] or jobs[] or job_defaults or job_overrides"),
    ({"job_defaults": {"sample_rate": 1}}, "job_defaults.sample_rate belongs under job_defaults.output_options"),
    (
        {"zones": [{"zone_id": ZONE, "jobs": [{"output_type": "csv"}]}]},
        "zones[0].jobs[0].output_type belongs under zones[0].jobs[0].output_options",
    ),
    ({"job_defaults": {"kind": "instant-logs"}}, "job_defaults.kind: must be edge, or empty; it is instant-logs"),
]


@pytest.mark.parametrize(("given", "message"), BELONGS)
def test_an_option_in_the_wrong_place_is_told_where_it_belongs(modules, simulator, given, message):
    run = modules.tasks(task(ROLLOUT, "odd", fails=True, **{"zones": [{"zone_id": ZONE}], **given}))
    assert run["odd"].msg.startswith(message)
    assert simulator.requests(side="api") == []


def test_what_a_new_job_needs_is_named_with_its_variables(modules, simulator, zone_id, splunk):
    run = modules.tasks(
        job("neither", fails=True),
        job("no token", fails=True, endpoint=splunk["endpoint"]),
        defaults={"zone_id": zone_id},
    )
    assert run["neither"].msg.startswith("endpoint, hec_token are required to create the job")
    for name in ("SPLUNK_HEC_ENDPOINT", "SPLUNK_HEC_TOKEN", "splunk_logpush_hec_token"):
        assert name in run["neither"].msg
    assert run["no token"].msg.startswith("hec_token is required to create the job")
    assert "the environment variable SPLUNK_HEC_TOKEN" in run["no token"].msg


def test_a_field_of_another_dataset_is_told_whose_it_is(modules, simulator, zone_id, splunk, stored):
    output = {"field_names": ["ClientIP", "QueryName", "ClientIp"]}
    run = modules.tasks(job("strange", fails=True, output_options=output, **splunk), defaults={"zone_id": zone_id})
    assert "dataset http_requests offers no field QueryName, ClientIp (did you mean ClientIP" in run["strange"].msg
    assert "QueryName is a field of dns_logs. " in run["strange"].msg
    assert stored() == []


VERIFY = "edgeops.logpush.splunk_logpush_verify"
EXPORT = "edgeops.logpush.splunk_logpush_export"
AUDIT = "edgeops.logpush.splunk_logpush_audit"
ODD_VALUES = [
    (ROLLOUT, {"zones": [{"zone_id": 12345}]}, "zone 12345"),
    (ROLLOUT, {"zones": [{"zone": 12345}]}, "zone: "),
    (AUDIT, {"zones": [{"account_id": 12345}], "html": "a\0b"}, "html: "),
    (EXPORT, {"zones": [{"zone_id": 12345}]}, "zone 12345"),
    (EXPORT, {"zones": [{}]}, "exactly one"),
    (EXPORT, {"zones": [], "terraform": "a\0b"}, "terraform: "),
    (VERIFY, {"jobs": [{"zone_id": ZONE, "job_id": "first"}], "wait_timeout": 0}, "job_id first is not a whole number"),
    (ROLLOUT, {"zones": [{"zone_id": ZONE}], "retries": 2000}, "retries: "),
]


def test_a_number_that_python_refuses_to_read_is_named(modules, simulator):
    options = {"zones": [{"zone_id": ZONE}], "concurrency": "9" * 5000}
    run = modules.tasks(task(ROLLOUT, "odd", fails=True, **options))
    assert run["odd"].msg == "concurrency: has too many digits"
    assert run["odd"]["invocation"] == {"module_args": {}} and simulator.requests(side="api") == []


@pytest.mark.parametrize(("module", "given", "words"), ODD_VALUES)
def test_odd_values_are_named(modules, simulator, module, given, words):
    splunk = {"endpoint": "splunk.example.com", "hec_token": "some-token"}
    defaults = {"job_defaults": splunk} if module == ROLLOUT else {}
    run = modules.tasks(task(module, "odd", fails=True, **defaults, **given))
    assert run["odd"].failed and words in run["odd"].msg
    assert not CRASH.search(run.report)


def test_a_mistake_in_a_job_is_told_even_where_the_zone_cannot_be_found(modules, simulator):
    bad = {"output_options": {"field_names": "ClientIP RayID"}}
    zones = [{"zone": "nowhere.example.test", "jobs": [bad]}]
    splunk = {"endpoint": "splunk.example.com", "hec_token": "some-token"}
    run = modules.tasks(task(ROLLOUT, "odd", fails=True, zones=zones, job_defaults=splunk))
    [row] = run["odd"]["results"]
    assert row["msg"].startswith("output_options.field_names: is text with spaces; give a list: [ClientIP, RayID]")
