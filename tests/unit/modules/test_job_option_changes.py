# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Output options, filters and limits: differences are written once and completely, and nothing else is changed."""

from __future__ import annotations

import json

from ansible_collections.edgeops.logpush.tests.module_tasks import job, task

OUTPUT = {"field_names": ["RayID", "ClientIP"], "timestamp_format": "rfc3339", "sample_rate": 0.25}
WHERE = {"where": {"and": [{"key": "ClientCountry", "operator": "in", "value": ["ca", "us"]}]}}
SECOND_TOKEN = "7f7f7f7f-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

# Each is the only difference from the state after the previous steps.
SINGLE_DIFFERENCES = {
    "enabled": {"enabled": False},
    "name": {"name": "other-name"},
    "channel": {"channel": "9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"},
    "sourcetype": {"sourcetype": "other:type"},
    "insecure_skip_verify": {"insecure_skip_verify": True},
    "hec_token": {"hec_token": SECOND_TOKEN},
    "filter": {"filter": WHERE},
    "filter_attack_traffic": {"filter_attack_traffic": True},
    "max_upload_bytes": {"max_upload_bytes": 5000000},
    "max_upload_interval_seconds": {"max_upload_interval_seconds": 300},
    "max_upload_records": {"max_upload_records": 1000},
    "frequency": {"frequency": "low"},
    "field_names": {"output_options": {"field_names": ["RayID"]}},
    "timestamp_format": {"output_options": {"timestamp_format": "unix"}},
    "sample_rate": {"output_options": {"sample_rate": 0.5}},
    "output_type": {"output_options": {"output_type": "csv"}},
    "merge_subrequests": {"output_options": {"merge_subrequests": True}},
    "CVE-2021-44228": {"output_options": {"cve_2021_44228": True}},
    "texts": {
        "output_options": dict.fromkeys(
            ("batch_prefix", "batch_suffix", "record_prefix", "record_suffix", "record_delimiter", "field_delimiter"),
            "x",
        )
    },
    "record_template": {"output_options": {"record_template": "{{.RayID}}"}},
}


def test_each_single_difference_is_one_write_and_loses_nothing(modules, simulator, zone_id, stored):
    simulator.reset(hec_tokens=[{"name": "one", "token": simulator.hec_token}, {"name": "two", "token": SECOND_TOKEN}])
    simulator.add_job(
        zone_id=zone_id, name="web", enabled=True, destination_conf=simulator.destination_conf(), output_options=OUTPUT
    )
    steps, given = [], {}
    for title, options in SINGLE_DIFFERENCES.items():
        # A disabled job stays disabled: enabled is always managed.
        steps.append(job(title, **{"enabled": False, **options}))
        merged = {**given.get("output_options", {}), **options.get("output_options", {})}
        given = {**given, **options, **({"output_options": merged} if merged else {})}
    run = modules.tasks(*steps, job("all of it again", **given), defaults={"zone_id": zone_id, "job_id": 1001})

    calls = {outcome.task: outcome.calls for outcome in run.outcomes if "fields" not in "".join(outcome.calls)}
    assert run["field_names"].calls == ["GET jobs", "GET fields", "PUT job"]
    assert calls.pop("all of it again") == ["GET jobs"]
    assert set(map(tuple, calls.values())) == {("GET jobs", "PUT job")}, calls
    for title, options in SINGLE_DIFFERENCES.items():
        [put] = [request for request in run[title].requests if request["method"] == "PUT"]
        fields = {"destination_conf" if field in simulator_parts() else field for field in options}
        if fields == {"enabled"}:
            assert put["json"] == options
            continue
        # The API replaces output_options whole, so they are in every other update.
        assert set(put["json"]) == fields | {"output_options"}
        assert set(put["json"]["output_options"]) >= set(OUTPUT)
    [final] = stored()
    assert final["output_options"] == {
        **OUTPUT,
        **{name.replace("cve_2021_44228", "CVE-2021-44228"): value for name, value in given["output_options"].items()},
        "record_template": "{{.RayID}}",
    }
    assert json.loads(final["filter"]) == WHERE
    assert (final["name"], final["frequency"], final["enabled"]) == ("other-name", "low", False)


def simulator_parts():
    """Return the options that make up the destination string."""
    return {"endpoint", "hec_token", "channel", "sourcetype", "insecure_skip_verify"}


def test_what_means_the_same_is_no_difference(modules, simulator, zone_id):
    simulator.add_job(
        zone_id=zone_id,
        enabled=True,
        destination_conf=simulator.destination_conf(),
        output_options={**OUTPUT, "batch_prefix": None},
        filter=json.dumps(WHERE, indent=1),
        frequency="high",
    )
    run = modules.tasks(
        job("other order of fields", output_options={"field_names": ["ClientIP", "RayID"]}),
        job(
            "defaults of the API",
            kind="",
            frequency="high",
            filter_attack_traffic=False,
            max_upload_bytes=0,
            max_upload_interval_seconds=0,
            max_upload_records=0,
            output_options={
                "output_type": "ndjson",
                "merge_subrequests": False,
                "cve_2021_44228": False,
                "batch_prefix": "",
                "record_prefix": "{",
                "record_suffix": "}\n",
                "field_delimiter": ",",
            },
        ),
        job("filter as data", filter=WHERE),
        job("filter as text", filter=json.dumps(WHERE)),
        job("filter as other text", filter=json.dumps(WHERE, indent=4)),
        job("numbers as text", output_options={"sample_rate": "0.25"}, max_upload_records="0", enabled="yes"),
        job("nothing at all", output_options={}, name="", channel="", filter=""),
        defaults={"zone_id": zone_id},
    )
    assert {outcome.task: outcome.result.get("action") for outcome in run.outcomes} == {
        outcome.task: "unchanged" for outcome in run.outcomes
    }
    assert all(outcome.calls == ["GET jobs"] for outcome in run.outcomes)


def test_the_order_of_fields_counts_for_csv(modules, simulator, zone_id, stored):
    options = {"output_type": "csv", "field_names": ["RayID", "ClientIP"]}
    simulator.add_job(
        zone_id=zone_id, enabled=True, destination_conf=simulator.destination_conf(), output_options=options
    )
    run = modules.tasks(
        job("same", output_options={"field_names": ["RayID", "ClientIP"]}),
        job("turned", output_options={"field_names": ["ClientIP", "RayID"]}),
        defaults={"zone_id": zone_id},
    )
    assert [outcome["action"] for outcome in run.outcomes] == ["unchanged", "updated"]
    assert stored()[0]["output_options"]["field_names"] == ["ClientIP", "RayID"]


def test_clearing(modules, simulator, zone_id, stored):
    full = {
        "output_options": {**OUTPUT, "batch_prefix": "x", "CVE-2021-44228": True},
        "filter": json.dumps(WHERE),
        "max_upload_bytes": 5000000,
        "max_upload_records": 1000,
        "filter_attack_traffic": True,
    }
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf=simulator.destination_conf(), **full)
    clear = {
        "filter": {},
        "max_upload_bytes": 0,
        "max_upload_records": 0,
        "filter_attack_traffic": False,
        "output_options": {"field_names": [], "sample_rate": 1, "batch_prefix": "", "cve_2021_44228": False},
    }
    run = modules.tasks(
        job("would", check=True, **clear),
        job("clear", **clear),
        job("again", **clear),
        job("filter as text", filter="{}"),
        defaults={"zone_id": zone_id},
    )
    assert run["would"]["diff"] == run["clear"]["diff"]
    assert run["clear"].calls == ["GET jobs", "PUT job"]
    assert [run[title]["action"] for title in ("again", "filter as text")] == ["unchanged", "unchanged"]
    [cleared] = stored()
    assert (cleared["filter"], cleared["max_upload_bytes"], cleared["max_upload_records"]) == ("", 0, 0)
    assert "field_names" not in cleared["output_options"]
    assert cleared["output_options"]["timestamp_format"] == "rfc3339"
    assert "filter" not in run["again"]["job"]


def test_field_names_are_checked_before_a_write(modules, simulator, zone_id, splunk, stored):
    misspelled = {"field_names": ["RayID", "ClientIp", "EdgeResponseStatuss", "Nonsense"]}
    run = modules.tasks(
        job("create", fails=True, output_options=misspelled, **splunk),
        job("would create", check=True, fails=True, output_options=misspelled, **splunk),
        job("unchecked", output_options=misspelled, validate_fields=False, **splunk),
        job("there already", output_options=misspelled),
        job("good", output_options={"field_names": ["RayID", "ClientIP"]}),
        defaults={"zone_id": zone_id},
    )
    for title in ("create", "would create"):
        assert run[title].calls == ["GET jobs", "GET zone", "GET fields"]
        assert "output_options.field_names" in run[title].msg
        assert "ClientIp (did you mean ClientIP" in run[title].msg
        assert "EdgeResponseStatus" in run[title].msg and "Nonsense" in run[title].msg
        assert "RayID" not in run[title].msg
    assert run["create"].msg == run["would create"].msg
    assert run["unchecked"].calls == ["GET jobs", "GET zone", "POST jobs"]
    assert run["there already"].calls == ["GET jobs"]
    assert run["good"].calls == ["GET jobs", "GET fields", "PUT job"]
    assert stored()[0]["output_options"] == {"field_names": ["RayID", "ClientIP"], "timestamp_format": "rfc3339"}


def test_every_field(modules, simulator, zone_id, splunk, stored):
    everything = {"output_options": {"field_names": ["*"]}}
    run = modules.tasks(
        job("create", **everything, **splunk), job("again", **everything), defaults={"zone_id": zone_id}
    )
    assert run["create"].calls.count("GET fields") == run["again"].calls.count("GET fields") == 1
    assert run["again"]["action"] == "unchanged"
    names = stored()[0]["output_options"]["field_names"]
    assert len(names) > 50 and len(set(names)) == len(names) and "RayID" in names


def test_the_preset_of_the_splunk_app(modules, simulator, zone_id, splunk, stored):
    zone = {"zone_id": zone_id, "output_options": {"field_names": ["@splunk_app"]}}
    dns = {"account_id": simulator.account_id, "dataset": "gateway_dns", "output_options": zone["output_options"]}
    rollout = {"zones": [{**zone, "dataset": "http_requests"}, dns], "job_defaults": splunk}
    run = modules.tasks(
        job("would create", check=True, **zone, **splunk),
        job("create", **zone, **splunk),
        job("again", **zone),
        job("nobody knows", fails=True, dataset="firewall_events", **zone),
        task("edgeops.logpush.splunk_logpush_rollout", "rollout", **rollout),
    )
    assert run["would create"]["diff"] == run["create"]["diff"]
    for title in ("would create", "create"):
        assert run[title]["warnings"] == [
            f"@splunk_app: dataset http_requests does not offer ZoneID here, so they are left out. Zones: {zone_id}."
        ]
    assert run["again"]["action"] == "unchanged" and "warnings" not in run["again"].result
    assert "no preset @splunk_app for dataset firewall_events" in run["nobody knows"].msg
    assert run["nobody knows"].requests == []
    assert [entry["action"] for entry in run["rollout"]["results"]] == ["unchanged", "created"]
    http, gateway = stored()
    assert http["output_options"]["field_names"][0] == "EdgeStartTimestamp"
    assert gateway["output_options"]["field_names"][:2] == ["Datetime", "SrcIP"]
    assert "sourcetype=cloudflare:json" in http["destination_conf"]
    assert "sourcetype=cloudflare:dns" in gateway["destination_conf"]


def test_a_transformer_is_set_and_cleared(modules, zone_id, splunk):
    run = modules.tasks(
        job("create", transformer_id=42, **splunk),
        job("again", transformer_id=42),
        job("clear", transformer_id=0),
        job("clear again", transformer_id=0),
        defaults={"zone_id": zone_id},
    )
    assert [outcome.result.get("action") for outcome in run.outcomes] == [
        "created",
        "unchanged",
        "updated",
        "unchanged",
    ]


def test_the_fields_and_values_of_a_filter(modules, simulator, zone_id, splunk, stored):
    def where(key, value):
        return {"where": {"and": [{"key": key, "operator": "geq", "value": value}]}}

    run = modules.tasks(
        job("misspelled", fails=True, filter=where("EdgeResponseStatu", 500), **splunk),
        job("text", filter=where("EdgeResponseStatus", "500"), **splunk),
        job("number", filter=where("EdgeResponseStatus", 500)),
        job("same", filter=where("EdgeResponseStatus", "500")),
        defaults={"zone_id": zone_id},
    )
    assert run["misspelled"].msg.startswith(
        "filter: dataset http_requests offers no field EdgeResponseStatu (did you mean"
    )
    assert "EdgeResponseStatus" in run["misspelled"].msg
    assert [run[title]["action"] for title in ("text", "number", "same")] == ["created", "unchanged", "unchanged"]
    assert '"value":500' in stored()[0]["filter"]
    by_id = modules.tasks(
        job("by its id", job_id=stored()[0]["id"], filter=where("EdgeResponseStatus", "501")),
        job("refused", job_id=stored()[0]["id"], fails=True, filter=where("EdgeResponseStatus", "5xx")),
        defaults={"zone_id": zone_id},
    )
    assert '"value":501' in stored()[0]["filter"]
    assert "EdgeResponseStatus takes a number: write 500 without quotes" in by_id["refused"].msg


def test_the_advice_for_a_value_of_another_type(modules, zone_id, splunk):
    wrong = {"where": {"key": "ClientCountry", "operator": "eq", "value": 5}}
    run = modules.tasks(job("text needed", fails=True, filter=wrong, **splunk), defaults={"zone_id": zone_id})
    assert "Put text in quotes" in run["text needed"].msg
