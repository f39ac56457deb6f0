# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The destination of a job: spellings of tokens and endpoints, the complete string, and values from the
environment."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import job, task

CHANNEL = "11111111-2222-4333-8444-555555555555"


def test_all_spellings_of_a_token_mean_the_same(modules, simulator, zone_id, splunk, stored):
    token = simulator.hec_token
    spellings = [token, f"Splunk {token}", f"Splunk%20{token}", f"splunk {token}", f"  {token} "]
    run = modules.tasks(
        job("create", endpoint=splunk["endpoint"], hec_token=spellings[1]),
        *(job(f"spelling {number}", hec_token=spelling) for number, spelling in enumerate(spellings)),
        defaults={"zone_id": zone_id},
    )
    assert [outcome["action"] for outcome in run.outcomes] == ["created"] + ["unchanged"] * len(spellings)
    assert stored()[0]["destination_conf"].endswith(f"&header_Authorization=Splunk%20{token}")


@pytest.mark.parametrize("token", ["a+b/c=&d?e#f%20g", "100%-genuine!", "ümläut-é"])
def test_a_token_of_any_letters_arrives_as_it_is(modules, simulator, zone_id, token, stored):
    simulator.reset(hec_tokens=[{"name": "odd", "token": token}])
    options = {"endpoint": simulator.hec_endpoint, "hec_token": token}
    run = modules.tasks(job("create", **options), job("again", **options), defaults={"zone_id": zone_id})
    assert [outcome.result.get("action") for outcome in run.outcomes] == ["created", "unchanged"]
    simulator.push()
    assert simulator.events(token="odd")


def test_forms_of_an_endpoint(modules, simulator, zone_id, splunk):
    host, port = simulator.hec_endpoint.split(":")
    forms = [
        f"{host}:{port}",
        f"{host.upper()}:{port}/",
        f"https://{host}:{port}",
        f"https://{host}:{port}/services/collector/raw",
        f"splunk://{host}:{port}/services/collector/raw/",
    ]
    filled_in = {
        "splunk.example.com": "splunk.example.com:8088/services/collector/raw",
        "http-inputs-acme.splunkcloud.com": "http-inputs-acme.splunkcloud.com:443/services/collector/raw",
        "splunk.example.com:9997": "splunk.example.com:9997/services/collector/raw",
        "[2001:db8::1]": "[2001:db8::1]:8088/services/collector/raw",
    }
    run = modules.tasks(
        job("create", **splunk),
        *(job(form, endpoint=form) for form in forms),
        *(job(form, check=True, endpoint=form) for form in filled_in),
        defaults={"zone_id": zone_id},
    )
    assert {form: run[form]["action"] for form in forms} == dict.fromkeys(forms, "unchanged")
    assert {form: run[form]["job"]["destination"]["endpoint"] for form in filled_in} == filled_in


def test_the_finished_string(modules, simulator, zone_id, splunk, stored):
    finished = simulator.destination_conf() + "&x-team=edge"
    shuffled = (
        f"splunk://{simulator.hec_endpoint}/services/collector/raw?x-team=edge&header_Authorization=Splunk+"
        f"{simulator.hec_token}&sourcetype=cloudflare%3Ajson&insecure-skip-verify=false&channel={CHANNEL}"
    )
    run = modules.tasks(
        job("create", destination_conf=finished),
        job("again", destination_conf=finished),
        job("shuffled", destination_conf=shuffled),
        job("in parts", **splunk, channel=CHANNEL),
        job("without the extra", destination_conf=simulator.destination_conf()),
        defaults={"zone_id": zone_id},
    )
    actions = [outcome["action"] for outcome in run.outcomes]
    assert actions == ["created", "unchanged", "unchanged", "unchanged", "updated"]
    assert stored()[0]["destination_conf"] == simulator.destination_conf()


def test_the_environment_fills_in_what_is_not_given(modules, simulator, zone_id, stored):
    both = {"SPLUNK_HEC_TOKEN": simulator.hec_token, "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint}
    other = simulator.destination_conf(sourcetype="from:string")
    run = modules.tasks(
        job("create"),
        job("option over environment", check=True, endpoint="splunk.example.com"),
        # The complete string replaces all parts, so the environment is not used.
        job("string over environment", destination_conf=other),
        job("absent needs neither", state="absent"),
        defaults={"zone_id": zone_id},
        environment={**both, "CLOUDFLARE_API_TOKEN": "", "CLOUDFLARE_TOKEN": simulator.api_token},
    )
    assert [outcome.result.get("action") for outcome in run.outcomes] == ["created", "updated", "updated", "deleted"]
    shown = run["option over environment"]["job"]["destination"]
    assert shown["endpoint"] == "splunk.example.com:8088/services/collector/raw"
    assert run["string over environment"]["job"]["destination"]["sourcetype"] == "from:string"


def test_which_credentials_win(modules, simulator, zone_id):
    mail, key = "ops@example.com", "0123456789abcdef0123456789abcdef01234"
    simulator.reset(api_tokens=[{"id": "1", "token": "good-token"}, {"id": "2", "email": mail, "key": key}])
    bad, good = {"CLOUDFLARE_API_TOKEN": "bad-token"}, {"CLOUDFLARE_API_TOKEN": "good-token"}

    none = {"CLOUDFLARE_API_TOKEN": "", "CLOUDFLARE_TOKEN": ""}
    run = modules.tasks(
        job("e-mail and key over token", environment=bad, api_email=mail, api_key=key),
        job("option over environment", environment=bad, api_token="good-token"),
        job("first name of the variable", environment={**good, "CLOUDFLARE_TOKEN": "bad-token"}),
        job("token over e-mail", environment={**good, "CLOUDFLARE_EMAIL": mail, "CLOUDFLARE_API_KEY": "bad"}),
        job("e-mail and key", environment={**none, "CLOUDFLARE_EMAIL": mail, "CLOUDFLARE_API_KEY": key}),
        job("refused", environment=bad, fails=True),
        defaults={"zone_id": zone_id, "state": "absent"},
    )
    assert [outcome.task for outcome in run.outcomes if outcome.failed] == ["refused"]
    refused = run["refused"]
    assert refused["http_status"] == 403 and refused["errors"][0]["code"] == 10000
    assert refused.msg.startswith("The API token is not valid. ")
    assert "bad-token" not in run.report


def test_where_the_api_is(modules, simulator, zone_id):
    """An option wins over module_defaults, these over the environment."""
    run = modules.tasks(
        job("from the defaults", zone_id=zone_id, state="absent"),
        job("from the option", zone_id=zone_id, state="absent", api_url="http://127.0.0.1:9/v4", fails=True),
        defaults={"api_url": simulator.api_url + "/", "retries": 0},
        environment={"CLOUDFLARE_BASE_URL": "http://127.0.0.1:9/client/v4"},
    )
    assert run["from the defaults"]["action"] == "unchanged"
    assert (
        "Nothing listens on port 9 of 127.0.0.1" in run["from the option"].msg
        and "api_url" in run["from the option"].msg
    )


def test_the_index_is_a_parameter_of_the_destination(modules, simulator, zone_id, splunk, stored):
    run = modules.tasks(
        job("create", index="main", **splunk),
        job("again", index="main", **splunk),
        job("kept", **splunk),
        job("another", index="cloudflare", **splunk),
        defaults={"zone_id": zone_id},
    )
    assert [outcome["action"] for outcome in run.outcomes] == ["created", "unchanged", "unchanged", "updated"]
    assert run["create"]["job"]["destination"]["index"] == "main"
    assert run["another"]["diff"]["before"] == {"destination": {"index": "main"}}
    assert run["another"]["diff"]["after"] == {"destination": {"index": "cloudflare"}}
    assert "&index=cloudflare&" in stored()[0]["destination_conf"]
    simulator.push()
    assert {event["index"] for event in simulator.events() if event["job_id"]} == {"cloudflare"}


def test_a_misspelled_parameter_has_a_warning_with_the_correct_name(modules, simulator, zone_id, stored):
    misspelled = {
        "insecure_skip_verify": "insecure-skip-verify",
        "source_type": "sourcetype",
        "Sourcetype": "sourcetype",
        "chanel": "channel",
        "indx": "index",
        "header-Authorization": "header_Authorization",
    }
    further = "&".join(f"{name}=some-value" for name in misspelled)
    conf = f"{simulator.destination_conf()}&{further}&note=x&source=x"
    run = modules.tasks(
        job("create", destination_conf=conf), job("again", destination_conf=conf), defaults={"zone_id": zone_id}
    )
    for outcome in run.outcomes:
        for name, meant in misspelled.items():
            assert any(f"{name}, which" in text and f"Did you mean {meant}?" in text for text in outcome["warnings"]), (
                name
            )
        assert len(outcome["warnings"]) == len(misspelled)
    assert [outcome["changed"] for outcome in run.outcomes] == [True, False]
    assert stored()[0]["destination_conf"].endswith(further + "&note=x&source=x")


def test_a_changed_secret_parameter_is_shown_masked(modules, simulator, zone_id):
    conf = f"{simulator.destination_conf()}&header_X-Gateway-Key="
    run = modules.tasks(
        job("create", destination_conf=f"{conf}SECRETold"),
        job("change", destination_conf=f"{conf}SECRETnew"),
        defaults={"zone_id": zone_id},
    )
    name = "header_X-Gateway-Key"
    assert run["change"]["diff"]["before"]["destination"][name] == "******** (old)"
    assert run["change"]["diff"]["after"]["destination"][name] == "******** (new)"
    assert "SECRET" not in run.report


STACK = (
    "acme.splunkcloud.com is probably not the HEC host of this Splunk Cloud stack; the HEC host is usually "
    "http-inputs-acme"
)
MANAGEMENT = "8089 is Splunk's management port; HEC usually listens on 8088"


def test_an_endpoint_that_is_probably_no_hec(modules, simulator, zone_id, stored):
    """A warning at once, in check mode too, and the message of the failure begins with it."""
    simulator.change_settings(black_hole_hosts=["slow.splunkcloud.com"])
    token = {"hec_token": simulator.hec_token}
    run = modules.tasks(
        job("stack, checked", check=True, endpoint="https://acme.splunkcloud.com", **token),
        job("stack", fails=True, endpoint="https://acme.splunkcloud.com", **token),
        job("inputs", fails=True, endpoint="inputs.acme.splunkcloud.com", **token),
        job("silent", fails=True, endpoint="slow.splunkcloud.com", **token),
        job("management", fails=True, endpoint="splunk.example.invalid:8089", **token),
        job("fine", check=True, endpoint="http-inputs-acme.splunkcloud.com", **token),
        defaults={"zone_id": zone_id},
    )
    for title, problem in {
        "stack": STACK,
        "inputs": f"inputs.{STACK}",
        "silent": STACK.replace("acme", "slow"),
        "management": MANAGEMENT,
    }.items():
        assert run[title].msg.startswith(problem), run[title].msg
        assert "Creating a Logpush job for zone" in run[title].msg
        assert [text[: len(problem) + 10] for text in run[title]["warnings"]] == [f"endpoint: {problem}"]
    assert [text.startswith(f"endpoint: {STACK}") for text in run["stack, checked"]["warnings"]] == [True]
    assert "warnings" not in run["fine"].result
    assert stored() == []


def test_a_warning_about_an_endpoint_names_the_zones_once(modules, simulator, fleet):
    zones = [{"zone_id": zone_id, "zone_name": name} for name, zone_id in fleet.items()]
    defaults = {"endpoint": "splunk.example.com:8089", "hec_token": "some-token"}
    run = modules.tasks(
        task("edgeops.logpush.splunk_logpush_rollout", "all", check=True, zones=zones, job_defaults=defaults)
    )
    [warning] = run["all"]["warnings"]
    assert warning.startswith(f"endpoint: {MANAGEMENT}. Zones: zone1.example.com, ")
    assert warning.endswith(" and 35 more.")
