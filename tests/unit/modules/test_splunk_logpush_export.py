# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An export without its playbook: the written files, and each failure."""

from __future__ import annotations

import json
from unittest import mock
from urllib.parse import quote

import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.planner import ScopePlanner
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings
from ansible_collections.edgeops.logpush.tests.unit.terraform_files import FILES, configuration

MODULE = "edgeops.logpush.splunk_logpush_export"
FIRST = "SECRETfirst+A/==x"


@pytest.fixture
def jobs(simulator):
    """Add a job to two zones."""
    for name in ("shop.example.com", "www.example.com"):
        conf = simulator.destination_conf(quote(FIRST, safe=""))
        simulator.add_job(zone_id=simulator.zone_ids[name], name="web", enabled=True, destination_conf=conf)


def test_the_report_names_the_files_with_what_is_in_them(modules, simulator, jobs, tmp_path):
    names = ("shop.example.com", "www.example.com", "api.example.com")
    zones = [{"host": name, "zone_id": simulator.zone_ids[name]} for name in names]
    folder, file = tmp_path / "host_vars", tmp_path / "all.yml"
    run = modules.tasks(
        {**task(MODULE, "would", zones=zones, file=str(file)), "check_mode": True},
        task(MODULE, "file", zones=zones, file=str(file)),
        task(MODULE, "folder", zones=zones[1:], directory=str(folder)),
        task(MODULE, "more", zones=zones, directory=str(folder)),
    )
    lines = {name: [line.split() for line in run[name]["report"].splitlines()] for name in ("would", "file", "more")}
    assert lines["would"][1] == ["~", str(file), "3", "hosts,", "2", "jobs", "to", "write"]
    assert lines["file"] == [
        "Logpush export, 3 hosts, 2 jobs".split(),
        ["~", str(file), "3", "hosts,", "2", "jobs", "written"],
        "1 file written.".split(),
    ]
    assert lines["more"][1:] == [
        ["~", str(folder / "shop.example.com.yml"), "1", "job", "written"],
        "= 2 files up to date".split(),
        "1 file written.".split(),
    ]


def test_a_failure_is_named_and_does_not_stop_other_hosts(modules, simulator, jobs, tmp_path):
    folder = tmp_path / "host_vars"
    folder.mkdir()
    (folder / "www.example.com.yml").write_text("mine: true\n", encoding="utf-8")
    broken = tmp_path / "broken.tf"
    broken.write_text(f'resource "x" "y" {{\n  a = 1 +\n  b = "{FIRST}"\n}}\n', encoding="utf-8")
    zones = [
        {"host": "shop.example.com", "zone_id": simulator.zone_ids["shop.example.com"]},
        {"host": "www.example.com", "zone_id": simulator.zone_ids["www.example.com"]},
        {"host": "again", "zone_id": simulator.zone_ids["shop.example.com"]},
        {"host": "../api", "zone_id": simulator.zone_ids["api.example.com"]},
        {"host": "nowhere", "zone": "nowhere.example.com"},
        {"host": "not known", "problem": "account_id: is needed"},
    ]
    run = modules.tasks(
        task(MODULE, "some", fails=True, zones=zones, directory=str(folder)),
        task(MODULE, "both", fails=True, zones=[], directory="a", file="b"),
        task(MODULE, "not a name", fails=True, zones=[], hec_token_variable="a b"),
        task(MODULE, "not there", fails=True, terraform="/nowhere/terraform.tfstate"),
        task(MODULE, "not understood", fails=True, terraform=str(broken)),
    )
    assert {failure["host"] for failure in run["some"]["failures"]} == {
        str(folder / "www.example.com.yml"),
        "../api",
        "nowhere",
        "not known",
    }
    assert sorted(path.name for path in tmp_path.rglob("*.yml")) == [
        "again.yml",
        "shop.example.com.yml",
        "www.example.com.yml",
    ]
    assert (folder / "www.example.com.yml").read_text(encoding="utf-8") == "mine: true\n"
    # If two hosts represent a zone, only one of them requests its jobs.
    assert "unmanaged" in (folder / "again.yml").read_text(encoding="utf-8")
    for title, says in {
        "both": "directory, file: ",
        "not a name": "hec_token_variable: ",
        "not there": "No such file",
        "not understood": "is not valid in the Terraform language",
    }.items():
        assert says in run[title].msg and run[title].requests == []
    assert [form for form in spellings(FIRST) if form in run.report] == []


NO_TOKEN = {"CLOUDFLARE_API_TOKEN": ""}
PROMISE = "changes nothing"
SHOP = "shop.example.com"


def state_text(simulator, **changed):
    """Return a Terraform state with the jobs of the simulator, with these attributes changed."""
    instances = [
        {
            "index_key": number,
            "attributes": {
                "zone_id": job["scope_id"],
                "id": job["id"],
                **{key: value for key, value in job["stored"].items() if key != "output_options"},
                "output_options": job["stored"].get("output_options"),
                **changed,
            },
        }
        for number, job in enumerate(simulator.jobs())
    ]
    entry = {"mode": "managed", "type": "cloudflare_logpush_job", "name": "x", "instances": instances}
    return json.dumps({"version": 4, "resources": [entry]})


@pytest.fixture
def export(modules, tmp_path):
    """Return a function that exports from the text of a Terraform file, and returns the result and the written
    text."""

    def run(text, name="state.json", fails=False, **more):
        source, file = tmp_path / name, tmp_path / "exported.yml"
        source.write_text(text, encoding="utf-8")
        done = modules.tasks(task(MODULE, "export", fails=fails, terraform=str(source), file=str(file), **more))
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        assert [form for form in spellings(FIRST) if form in done.report + written] == []
        return done["export"], written

    return run


def test_a_state_is_compared_with_cloudflare(simulator, jobs, export):
    outcome, text = export(state_text(simulator))
    assert outcome["verified"] and PROMISE in text and not outcome.result.get("warnings")
    assert "# Read from Terraform: a state, version 4." in text and outcome["source"] == "Terraform: a state, version 4"
    # Hosts are named by their domains, which takes one more request for each zone.
    assert list(hosts_in(text)) == [SHOP, "www.example.com"]
    assert sorted(outcome.calls) == ["GET jobs", "GET jobs", "GET zone", "GET zone"]


def test_a_state_without_credentials_promises_nothing(simulator, jobs, export):
    outcome, text = export(state_text(simulator), environment=NO_TOKEN)
    assert not outcome["verified"] and PROMISE not in text and "Not compared with the jobs at Cloudflare" in text
    assert outcome.calls == [] and list(hosts_in(text)) == [
        simulator.zone_ids[SHOP],
        simulator.zone_ids["www.example.com"],
    ]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"enabled": False}, "would be disabled (enabled)"),
        ({"filter": '{"where":{"key":"RayID","operator":"eq","value":"a"}}'}, "filter"),
    ],
)
def test_what_a_rollout_would_change_is_said(simulator, jobs, export, changed, says):
    outcome, text = export(state_text(simulator, **changed))
    assert not outcome["verified"] and PROMISE not in text
    assert len(outcome["differences"]) == 2 and all(says in each for each in outcome["differences"])
    assert outcome["differences"][0] in text and [each.count(says) for each in outcome["warnings"]] == [1]


def test_a_job_that_cloudflare_does_not_have_is_said(simulator, jobs, export):
    state = state_text(simulator)
    simulator.reset(hec_tokens=[{"name": "first", "token": FIRST}])
    outcome, text = export(state)
    assert not outcome["verified"] and PROMISE not in text and "would be created" in text


@pytest.mark.parametrize("dataset", ["", None])
def test_an_absent_dataset_is_looked_up_by_the_id(simulator, export, dataset):
    conf = simulator.destination_conf(quote(FIRST, safe=""))
    simulator.add_job(zone_id=simulator.zone_ids[SHOP], dataset="dns_logs", enabled=True, destination_conf=conf)
    state = state_text(simulator, dataset=dataset)
    outcome, text = export(state)
    assert hosts_in(text)[SHOP]["splunk_logpush_jobs"][0]["dataset"] == "dns_logs" and outcome["verified"]
    outcome, again = export(state, environment=NO_TOKEN, fails=True)
    assert "Nothing was exported" in outcome.msg and "has no dataset" in outcome.msg and again == text


def test_two_resources_of_one_job_are_exported_once(simulator, jobs, export):
    state = json.loads(state_text(simulator))
    instances = state["resources"][0]["instances"]
    instances.append({**instances[0], "index_key": "again"})
    outcome, text = export(json.dumps(state))
    first = f"cloudflare_logpush_job.x[{instances[0]['index_key']}]"
    assert outcome["jobs"] == 2 and outcome["verified"] and PROMISE in text
    assert outcome["left_out"] == [
        f'cloudflare_logpush_job.x["again"] is job {instances[0]["attributes"]["id"]}, and so is {first}'
    ]


def test_a_refused_list_leaves_the_export_unverified(simulator, jobs, export):
    refused = {"path": "/logpush/jobs$", "kind": "status", "status": 403, "times": None}
    outcome, text = export(state_text(simulator), before=[faults(refused)])
    assert outcome["jobs"] == 2 and not outcome["verified"] and PROMISE not in text
    assert "is not compared with Cloudflare" in outcome["remarks"][0] and outcome["remarks"][0].split(":")[0] in text
    assert not any(".." in warning for warning in outcome["warnings"])


def test_two_jobs_of_one_dataset_have_the_ids_of_cf_terraforming(export):
    text = (FILES / "cf-terraforming-generate.tf").read_text(encoding="utf-8")
    outcome, written = export(
        text.replace("dns_logs", "firewall_events").replace('"d"', '""'), "x.tf", environment=NO_TOKEN
    )
    [host] = hosts_in(written).values()
    assert [job.get("job_id") for job in host["splunk_logpush_jobs"]] == [None, 502, 503] and outcome["left_out"] == []


def test_a_format_that_a_configuration_does_not_name_is_not_exported(export):
    text = (FILES / "plan-generate-config-out.tf").read_text(encoding="utf-8")
    _outcome, written = export(text, "x.tf", environment=NO_TOKEN)
    [host] = hosts_in(written).values()
    web, firewall = host["splunk_logpush_jobs"]
    assert web["output_options"]["timestamp_format"] == "rfc3339"
    assert not {"output_options", "logpull_options"} & set(firewall)


def test_a_format_that_depends_on_a_variable_is_not_exported(export):
    text = configuration(
        'output_options = {\nfield_names = ["RayID"]\ntimestamp_format = var.format\n}',
        'variable "format" {\ndefault = "rfc3339"\n}',
    )
    first, other = text.split("}\nresource", 1)
    text = f"{first}}}\nresource{other.replace('http_requests', 'dns_logs')}"
    outcome, written = export(text, "x.tf", environment=NO_TOKEN)
    job = hosts_in(written)["a" * 32]["splunk_logpush_jobs"][0]
    assert job["output_options"] == {"field_names": ["RayID"]}
    assert "output_options.timestamp_format depends on a variable, so it is left as it is" in outcome["remarks"][0]


def test_what_is_excluded_is_said_everywhere(export):
    text = (FILES / "state-with-deposed-instance.json").read_text(encoding="utf-8")
    outcome, written = export(
        text.replace('"schema_version": 500', '"status": "tainted", "schema_version": 500', 1), environment=NO_TOKEN
    )
    for shown in (" ".join(outcome["left_out"]), " ".join(outcome["warnings"]), written.partition("---")[0]):
        assert "cloudflare_logpush_job.cbd is a deposed instance" in shown
    for shown in (" ".join(outcome["remarks"]), " ".join(outcome["warnings"]), written.partition("---")[0]):
        assert "about to replace it" in shown
    [host] = hosts_in(written).values()
    assert [job["dataset"] for job in host["splunk_logpush_jobs"]] == ["firewall_events"]


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ((FILES / "cdk.tf.json").read_text(encoding="utf-8"), "cdk.tf.json", "expression in name"),
        ('{"version": 4, "resources": []}', "state.json", "has no cloudflare_logpush_job"),
        ("", "empty.tf", "has no cloudflare_logpush_job"),
        ('module "jobs" {\nsource = "./jobs"\n}\n', "main.tf", "module.jobs is not read"),
    ],
)
def test_an_export_of_nothing_fails(export, text, name, says):
    outcome, written = export(text, name, fails=True)
    assert "Nothing was exported" in outcome.msg and says in outcome.msg and written == ""
    assert "xxxx" not in json.dumps(outcome.result)


def test_an_export_of_no_zone_fails(modules, simulator):
    run = modules.tasks(task(MODULE, "none", fails=True, zones=[]))
    assert "Nothing was exported: zones is empty" in run["none"].msg


def test_an_export_of_which_every_host_fails_leaves_the_earlier_file(modules, simulator, jobs, tmp_path):
    zones = [{"host": SHOP, "zone_id": simulator.zone_ids[SHOP]}]
    file = tmp_path / "exported.yml"
    refused = {"path": "/logpush/jobs$", "kind": "status", "status": 403, "times": None}
    run = modules.tasks(
        task(MODULE, "first", zones=zones, file=str(file)),
        task(MODULE, "refused", fails=True, zones=zones, file=str(file), before=[faults(refused)]),
    )
    assert run["refused"].msg.startswith(f"Nothing was exported. {SHOP}: ") and run["refused"]["files"] == []
    assert [failure["host"] for failure in run["refused"]["failures"]] == [SHOP]
    assert list(hosts_in(file.read_text(encoding="utf-8"))) == [SHOP]


def test_the_promise_is_verified_for_jobs_of_cloudflare(modules, simulator, jobs):
    zones = [{"host": SHOP, "zone_id": simulator.zone_ids[SHOP]}]
    run = modules.tasks(task(MODULE, "some", zones=zones))
    assert run["some"]["verified"] and any(PROMISE in line for line in run["some"]["content"])
    with mock.patch.object(ScopePlanner, "plan", side_effect=CollectionError("another rule")):
        run = modules.tasks(task(MODULE, "some", zones=zones))
    assert not run["some"]["verified"] and not any(PROMISE in line for line in run["some"]["content"])


@pytest.mark.parametrize("extra", ["", "&further=a"], ids=["parts", "string"])
def test_a_job_that_reaches_its_collector_through_https_is_exported(modules, simulator, extra):
    conf = simulator.destination_conf(quote(FIRST, safe="")).replace("splunk://", "https://") + extra
    simulator.add_job(zone_id=simulator.zone_ids[SHOP], name="web", enabled=True, destination_conf=conf)
    zones = [{"host": SHOP, "zone_id": simulator.zone_ids[SHOP]}]
    run = modules.tasks(task(MODULE, "some", zones=zones))
    assert run["some"]["jobs"] == 1 and run["some"]["differences"] == []
    assert [form for form in spellings(FIRST) if form in run.report] == []


def hosts_in(text):
    """Return the hosts of an exported inventory."""
    return yaml.safe_load(text.replace("!unsafe", ""))["cloudflare_zones"]["hosts"]


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/full", "/dev/null", "{folder}", "{folder}/loop"])
def test_only_a_file_is_written(modules, jobs, simulator, tmp_path, path):
    """A device is not read, which would never end, and not replaced."""
    (tmp_path / "loop").symlink_to("loop")
    zones = [{"host": "shop.example.com", "zone_id": simulator.zone_ids["shop.example.com"]}]
    run = modules.tasks(task(MODULE, "it", fails=True, zones=zones, file=path.format(folder=tmp_path)))
    assert "is a folder, a device or a broken link" in run["it"].msg
    assert [entry.name for entry in tmp_path.iterdir()] == ["loop"]
