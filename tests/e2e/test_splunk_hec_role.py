# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The splunk_hec role and its playbook: from an empty Splunk to a collector that is ready, on both platforms."""

from __future__ import annotations

import json
import ssl

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.sourcetype_settings import stanza
from simulator.certificates import write_certificate

from .test_secrets import spellings

PROVISION = "edgeops.logpush.provision_hec"
OWN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
# The following plays use these.
READY = {
    "hosts": "localhost",
    "gather_facts": False,
    "tasks": [
        {
            "name": "ready",
            "ansible.builtin.debug": {"msg": "{{ splunk_hec_ready_endpoint }} {{ splunk_hec_ready_token }}"},
        }
    ],
}
TITLES = {
    "settings": "Enable HEC",
    "index": "Create the index",
    "token": "Create or update the token",
    "probe": "Probe HEC",
}


def provisioning(title):
    """Return the name of a task of the role."""
    return f"edgeops.logpush.splunk_hec : {TITLES.get(title, title)}"


def variables(simulator, options):
    """Return variables of the role for options of the modules, as an argument of ansible-playbook."""
    given = {f"splunk_hec_{option}": value for option, value in options.items()}
    return "-e", json.dumps({"splunk_hec_probe_ca_path": simulator.ca_file, "splunk_hec_wait_timeout": 20, **given})


@pytest.fixture
def enterprise(simulator, empty_splunk):
    """Return the variables for an empty Splunk Enterprise."""
    return variables(simulator, empty_splunk)


@pytest.fixture
def cloud(ansible, simulator, empty_stack):
    """Return the variables for a stack without tokens; its collector has another name than a real one."""
    ansible.shorten_waits()
    options = {key: value for key, value in empty_stack.items() if key != "wait_timeout"}
    simulator.reset(hec_tokens=[], indexes=[{"name": "main"}], settings={"acs_delay": 0.2})
    return variables(simulator, {**options, "endpoint": simulator.hec_endpoint})


def writes(simulator):
    """Return the requests that may have changed something, in short form."""
    return [
        f"{entry['method']} {entry['path'].rpartition('/')[2]}"
        for side in ("splunk", "acs", "api")
        for entry in simulator.requests(side=side)
        if entry["method"] != "GET"
    ]


def test_an_empty_splunk_enterprise_is_made_ready(ansible, simulator, enterprise):
    playbook = [{"import_playbook": PROVISION}, READY]
    # Source types of jobs that the inventory does not have.
    entries = [{"name": "team:dns", "dataset": "dns_logs", "settings": {"TRUNCATE": 0}}]
    # A survey has only text.
    enterprise = (*enterprise, "-e", json.dumps({"splunk_hec_sourcetypes": json.dumps(entries)}))
    checked = ansible.playbook(playbook, "--check", "--diff", *enterprise)
    assert checked.returncode == 0, checked.output
    assert writes(simulator) == [] and simulator.state()["hec_tokens"] == []
    assert all(checked[provisioning(title)]["changed"] for title in ("settings", "index", "token"))
    assert checked["ready"].msg == f"{simulator.hec_endpoint} to-be-made"

    first = ansible.playbook(playbook, "--diff", *enterprise)
    assert first.returncode == 0, first.output
    assert all(first[provisioning(title)]["changed"] for title in ("settings", "index", "token"))
    assert simulator.state()["props"] == {"team:dns": {**stanza(entries[0]), "TRUNCATE": "0"}}
    assert first[provisioning("probe")]["ready"] is True
    [token] = simulator.state()["hec_tokens"]
    kept = {key: token[key] for key in ("name", "index", "indexes", "sourcetype", "description", "useACK", "disabled")}
    assert kept == {
        "name": "cloudflare",
        "index": "cloudflare",
        "indexes": ["cloudflare"],
        "sourcetype": "cloudflare:json",
        "description": "Cloudflare Logpush",
        "useACK": False,
        "disabled": False,
    }
    assert first["ready"].msg == f"{simulator.hec_endpoint} {token['token']}"
    # The test event of the probe is in the index of the logs.
    assert [event["index"] for event in simulator.events()] == ["cloudflare"]

    simulator.wipe_requests()
    again = ansible.playbook(playbook, *enterprise)
    assert again.returncode == 0, again.output
    assert not any(outcome.result.get("changed") for outcome in again.outcomes), again.output
    assert writes(simulator) == [] and again["ready"].msg == first["ready"].msg
    assert not list(ansible.folder.rglob("*.retry")) and token["token"] not in "".join(
        path.read_text(encoding="utf-8", errors="ignore")
        for path in ansible.folder.iterdir()
        if path.is_file() and path.name != "report.jsonl"
    )


def test_an_empty_stack_is_made_ready_by_a_user_who_may_do_no_more(ansible, simulator, cloud):
    held = ["edit_token_http", "list_token_http", "indexes_edit"]
    user = {"name": "sc_admin", "password": simulator.splunk_password, "capabilities": held}
    simulator.reset(
        hec_tokens=[],
        indexes=[{"name": "main"}],
        splunk_users=[user],
        allowlists={"hec": ["127.0.0.0/8"]},
        settings={"acs_delay": 0.2},
    )
    playbook = [{"import_playbook": PROVISION}, READY]
    checked = ansible.playbook(playbook, "--check", *cloud)
    assert checked.returncode == 0, checked.output
    assert checked[provisioning("token")]["changed"] and writes(simulator) == []
    assert checked[provisioning("index")]["changed"]
    first = ansible.playbook(playbook, *cloud)
    assert first.returncode == 0, first.output
    assert provisioning("settings") not in {outcome.task for outcome in first.outcomes}
    assert first[provisioning("index")]["action"] == "created"
    assert "The allow list of HEC cannot be read, so it stays as it is: " in first.output
    assert "edit_ip_allow_list" in first.output and simulator.state()["allowlists"]["hec"] == ["127.0.0.0/8"]
    assert first[provisioning("probe")]["ready"] is True
    [token] = simulator.state()["hec_tokens"]
    assert (token["index"], token["indexes"], token["sourcetype"]) == ("cloudflare", ["cloudflare"], "cloudflare:json")
    assert first["ready"].msg == f"{simulator.hec_endpoint} {token['token']}"
    simulator.wipe_requests()
    # A stack whose ACS has no such path has no allow list either.
    simulator.set_faults({"side": "acs", "kind": "status", "status": 404, "path": "ipallowlists$"})
    again = ansible.playbook(playbook, *cloud)
    assert again.returncode == 0 and not any(outcome.result.get("changed") for outcome in again.outcomes)
    assert writes(simulator) == [] and "The allow list of HEC cannot be read, so it stays as it is: " in again.output


def test_what_goes_wrong_is_told_though_the_token_is_hidden(ansible, simulator, enterprise, cloud):
    without_index = {"splunk_hec_index": "nowhere", "splunk_hec_indexes": ["nowhere"], "splunk_hec_create_index": False}
    for given, wrong, words in (
        (
            enterprise,
            {"splunk_hec_password": "wrong"},
            ["HTTP 401", "Check splunk_hec_username and splunk_hec_password"],
        ),
        (
            enterprise,
            {"splunk_hec_manage_settings": False, "splunk_hec_create_index": False, "splunk_hec_password": "wrong"},
            ["Listing the HEC tokens failed", "Check splunk_hec_username and splunk_hec_password"],
        ),
        (cloud, {"splunk_hec_auth_token": "no-jwt"}, ["401-unauthorized", "Check splunk_hec_auth_token"]),
        (cloud, without_index, ["404-index-not-found", "Create the index first"]),
    ):
        run = ansible.playbook(PROVISION, *given, "-e", json.dumps(wrong))
        assert run.returncode == 2
        [said] = [outcome.msg for outcome in run.outcomes if outcome.failed]
        assert all(word in said for word in words), said
        assert all(word in run.output for word in words)
    assert simulator.state()["hec_tokens"] == []


def test_a_splunk_of_another_topology_is_named_though_the_token_is_hidden(ansible, simulator, enterprise):
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True, "useDeploymentServer": True})
    simulator.change_settings(server_roles=["indexer", "cluster_peer"])
    run = ansible.playbook([{"import_playbook": PROVISION}], *enterprise)
    assert run.returncode == 2
    failed = run[provisioning("Check that the token is ready")].msg
    assert "useDeploymentServer = 1" in failed and "splunk_hec_topology: deployment_server" in failed
    # The index and the settings were written to one member of a cluster, and the run says so.
    assert "splunk_hec_topology: cluster" in run.output
    assert simulator.state()["hec_tokens"] == simulator.state()["repository_tokens"] == []


def test_the_environment_gives_a_new_token_its_value_and_never_changes_another_one(ansible, simulator, enterprise):
    endpoint = f"https://{simulator.hec_endpoint}/services/collector/raw"
    exported = {"SPLUNK_HEC_TOKEN": OWN, "SPLUNK_HEC_ENDPOINT": endpoint}
    first = ansible.playbook([{"import_playbook": PROVISION}, READY], "-vvv", *enterprise, environment=exported)
    assert first.returncode == 0, first.output
    assert first["ready"].msg == f"{endpoint} {OWN}"
    assert first[provisioning("probe")]["ready"] is True
    before = simulator.state()["hec_tokens"]
    assert [token["token"] for token in before] == [OWN]

    other = {**exported, "SPLUNK_HEC_TOKEN": OWN.replace("4", "5")}
    changed = variables(simulator, {"sourcetype": "cloudflare:other"})
    run = ansible.playbook(PROVISION, "-vvv", *enterprise, *changed, environment=other)
    assert run.returncode == 2 and simulator.state()["hec_tokens"] == before
    [said] = [outcome.msg for outcome in run.outcomes if outcome.failed]
    for way_out in ("correct SPLUNK_HEC_TOKEN, or the credential", "set splunk_hec_recreate: true"):
        assert way_out in said and way_out in run.output
    seen = first.output.replace(first["ready"].msg, "") + run.output + run.report
    assert [form for token in (OWN, other["SPLUNK_HEC_TOKEN"]) for form in spellings(token) if form in seen] == []


def test_a_moved_port_says_restart(ansible, simulator, enterprise):
    zones = {"shop.example.com": {"zone_id": simulator.zone_ids["shop.example.com"]}}
    without = json.dumps({"splunk_hec_manage_sourcetypes": False})
    ready = ansible.playbook(PROVISION, *enterprise, "-e", without, inventory=zones)
    assert ready.returncode == 0, ready.output
    assert simulator.state()["source_types"] == []
    run = ansible.playbook(
        PROVISION, *enterprise, "-e", json.dumps({"splunk_hec_port": 18088, "splunk_hec_probe": False})
    )
    assert run.returncode == 0, run.output
    assert "Restart Splunk, then run the playbook again" in run[provisioning("Report that Splunk needs a restart")].msg


def test_a_user_without_write_access_to_the_app_search_is_told_which_source_types_are_missing(
    ansible, simulator, enterprise
):
    held = ["edit_token_http", "list_token_http", "indexes_edit"]
    simulator.reset(splunk_users=[{"name": "admin", "password": simulator.splunk_password, "capabilities": held}])
    zones = {"shop.example.com": {"zone_id": simulator.zone_ids["shop.example.com"]}}
    run = ansible.playbook(PROVISION, *enterprise, inventory=zones)
    assert run.returncode == 0, run.output
    [told] = [outcome.msg for outcome in run.outcomes if outcome.task.endswith("could not be written")]
    assert told.startswith(
        "Splunk guesses the times of events until it has the source types cloudflare:json. Creating source type"
    )
    assert "HTTP status 403" in told or "HTTP 403" in told
    assert run[provisioning("probe")]["ready"] is True and simulator.state()["source_types"] == []


def test_the_collector_presents_its_own_certificate(ansible, simulator, enterprise, tmp_path):
    passphrase = "SECRETkey of-the-role"
    certificate = write_certificate(tmp_path / "hec.pem", passphrase)
    given = {"server_cert": str(tmp_path / "hec.pem"), "ssl_password": passphrase, "insecure_skip_verify": True}
    first, again = (
        ansible.playbook(PROVISION, "-vvv", "--diff", *enterprise, *variables(simulator, given)) for dummy in range(2)
    )
    assert first.returncode == again.returncode == 0, first.output + again.output
    # The probe has sent its event.
    assert first[provisioning("probe")]["ready"] is True
    host, port = simulator.hec_endpoint.split(":")
    assert ssl.get_server_certificate((host, int(port))) == certificate
    assert simulator.state()["hec_settings"]["sslPassword"] == passphrase
    assert not any(outcome.result.get("changed") for outcome in again.outcomes)
    moved = ansible.playbook(
        PROVISION, *enterprise, *variables(simulator, {"server_cert": "/other.pem", "ssl_password": passphrase})
    )
    assert moved.returncode == 0 and moved[provisioning("Report that Splunk needs a restart")].status == "ok"
    seen = "".join(run.output + run.report for run in (first, again, moved))
    assert [form for form in {*spellings(passphrase), "SECRETkey"} if form in seen] == []


def test_a_proxied_collector_gets_its_waf_rule(ansible, simulator, enterprise):
    proxied = {
        "splunk_hec_endpoint": "https://hec.shop.example.com:443/services/collector/raw",
        "splunk_hec_proxied_zone": "shop.example.com",
        "splunk_hec_probe": False,
        "cloudflare_api_token": simulator.api_token,
    }
    for expected in (True, False):
        run = ansible.playbook(
            PROVISION, *enterprise, "-e", json.dumps(proxied), environment={"CLOUDFLARE_API_TOKEN": ""}
        )
        assert run.returncode == 0, run.output
        assert run[provisioning("Allow Logpush through the WAF in front of HEC")]["changed"] is expected
    [ruleset] = simulator.state()["rulesets"][simulator.zone_ids["shop.example.com"]]
    assert [rule["ref"] for rule in ruleset["rules"]] == ["edgeops_logpush_hec.shop.example.com"]


def test_a_lost_answer_to_any_write_and_a_killed_run(ansible, simulator, enterprise):
    paths = ("inputs/http/http$", "data/indexes$", "inputs/http$")
    simulator.set_faults(
        *({"side": "splunk", "kind": "reset", "moment": "after", "method": "POST", "path": path} for path in paths)
    )
    lost = ansible.playbook(PROVISION, *enterprise)
    assert lost.returncode == 0, lost.output
    again = ansible.playbook(PROVISION, *enterprise)
    assert again.returncode == 0 and not any(outcome.result.get("changed") for outcome in again.outcomes)

    simulator.reset(hec_tokens=[], hec_settings={"disabled": True})
    # The token is created, but its value is not shown.
    simulator.set_faults(
        {"side": "splunk", "kind": "hang", "moment": "after", "method": "POST", "path": "inputs/http$"}
    )
    ansible.killed(PROVISION, *enterprise, when=lambda: simulator.state()["hec_tokens"])
    made = simulator.state()["hec_tokens"]
    simulator.set_faults()
    rerun = ansible.playbook(PROVISION, *enterprise)
    assert rerun.returncode == 0, rerun.output
    assert rerun[provisioning("probe")]["ready"] is True
    assert simulator.state()["hec_tokens"] == made
