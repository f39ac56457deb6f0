# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module as Ansible runs it: in its worker or as a module, with the same requests, results and masking.

The options, answers and errors of the modules are tested in tests/unit/modules, without Ansible.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from secret_spellings import spellings, strings

from .ansible import CHECKOUT, TARGET_PYTHON, Ansible, Task, faults, job, task

NAMES = {path.stem for path in (CHECKOUT / "plugins/modules").glob("*.py")}
# Only an action plugin: it has no code that runs as a module.
ONLY_ACTION = {"splunk_logpush_outcome"}
IN_PROCESS = {path.stem for path in (CHECKOUT / "plugins/action").glob("*.py")} - ONLY_ACTION
API, OLD, NEW = "SECRETapi+D/=~&token", "SECRETold+B/==;known-to-the-api-only", "SECRETplay+A/=\"\\'<new>&#?%ö"
WEBHOOK_SECRET = "SECRETwebhook+C/=&word"
APP_TOKEN, OTHER_APP_TOKEN = "5ec7e7a0-1b2c-4d3e-8f4a-5b6c7d8e9f0a", "5ec7e7a0-1b2c-4d3e-8f4a-0f0f0f0f0f0f"
HOST = "hec.shop.example.com"
# Times, also in messages of Splunk, a certificate made for the run, and a token made by Splunk.
DIFFERS = {"begin", "duration", "end", "generated", "hec_token", "sample", "seconds", "subject", "time_created"}


def of(module: str, title: str, /, **more) -> Task:
    """Return a task of a module of the collection."""
    return task(f"edgeops.logpush.{module}", title, **more)


def prepared(simulator, report) -> list[Task]:
    """Reset the simulator to a state with a job of another team; return tasks of every module. The audit writes a
    report."""
    zone_id = simulator.zone_ids["shop.example.com"]
    other = simulator.zone_ids["www.example.com"]
    simulator.reset(
        api_tokens=[{"id": "1", "token": API}],
        hec_tokens=[{"name": "new", "token": NEW, "index": "main"}, {"name": "old", "token": OLD, "index": "main"}],
    )
    old = simulator.destination_conf(token=quote(OLD, safe=""))
    simulator.add_job(zone_id=other, name="web", enabled=True, destination_conf=old, error_message=f"Splunk {OLD}")
    destination = {"endpoint": simulator.hec_endpoint, "hec_token": NEW}
    scope, zones = {"zone_id": zone_id}, [{"zone_id": zone_id, "zone_name": "shop.example.com"}]
    refused = {"kind": "status", "status": 400, "method": "PUT", "times": 1}
    refused["body"] = {
        "success": False,
        "errors": [{"code": 1002, "message": f"cannot push with {NEW} or {OLD}, Bearer {API}"}],
        "messages": [],
        "result": None,
    }
    many = [*zones, {"zone_id": other, "zone_name": "www.example.com"}]
    apps = report.parent / "manager-apps"
    apps.mkdir()
    app = {"dest": str(apps), "name": "hec", "tokens": [{"name": "new", "token": APP_TOKEN, "index": "main"}]}
    return [
        job("job: would create", check=True, **scope, **destination),
        job("job: create", **scope, **destination),
        job("job: again", **scope, **destination),
        job("job: refused", fails=True, before=[faults(refused)], zone_id=other, **destination),
        job("job: bad option", fails=True, endpiont="x", **scope, **destination),
        job("job: bad value", fails=True, hec_token=f"{NEW} {NEW}", endpoint=simulator.hec_endpoint, **scope),
        job("job: bad shape", fails=True, output_options="x", **scope, **destination),
        job("job: job of others", sourcetype="other", zone_id=other),
        of(
            "splunk_logpush_audit",
            "audit",
            check=True,
            zones=many,
            job_defaults=destination,
            json=str(report),
            collector_ca_path=simulator.ca_file,
        ),
        of("splunk_logpush_job_info", "info", check=True, zones=many),
        of("splunk_logpush_health_info", "health", check=True, zones=many),
        of("logpush_dataset_fields_info", "fields", dataset="dns_logs", **scope),
        of("splunk_logpush_rollout", "rollout: check", check=True, zones=many, job_defaults=destination),
        # One zone after the other: whether a zone's name is requested alone or read from the list of zones depends on
        # the number of finished zones.
        of(
            "splunk_logpush_rollout",
            "rollout",
            fails=True,
            zones=[*many, {"zone_id": "x"}],
            job_defaults=destination,
            concurrency=1,
        ),
        of("splunk_logpush_rollout", "rollout: bad shape", fails=True, zones=[["x"]], job_defaults=destination),
        of("splunk_logpush_alerts", "alerts", zones=many, emails=["edge-team@example.com"]),
        of("splunk_logpush_verify", "verify", fails=True, zones=zones, wait_timeout=0),
        of("splunk_logpush_export", "export", zones=many),
        of("splunk_logpush_repair", "repair", zones=many),
        of("splunk_logpush_rotate", "rotate", zones=many, old_hec_token=NEW, new_hec_token=OLD),
        of(
            "splunk_hec_rotation",
            "rotation",
            zones=many,
            old_name="old",
            new_name="new",
            settle=0,
            grace=0,
            delete=False,
            splunk={
                "url": simulator.management_url,
                "username": simulator.splunk_username,
                "password": simulator.splunk_password,
                "ca_path": simulator.ca_file,
            },
        ),
        of(
            "splunk_logpush_delivery",
            "delivery",
            zones=many,
            splunk={
                "url": simulator.management_url,
                "username": simulator.splunk_username,
                "password": simulator.splunk_password,
                "ca_path": simulator.ca_file,
            },
        ),
        of("splunk_hec_token_info", "tokens"),
        of("splunk_logpush_outcome", "outcome", fails=True, rollout="nothing"),
        of("splunk_hec_probe", "probe", ca_path=simulator.ca_file, **destination),
        of("splunk_hec_settings", "settings", port=18088, check=True),
        of("splunk_hec_nodes", "nodes", nodes=[{"url": simulator.management_url}], name="fourth", index="main"),
        of("splunk_hec_token", "token", name="third", index="main"),
        of("splunk_hec_token", "token: remove", name="third", state="absent"),
        of("splunk_hec_app", "app: would create", check=True, **app),
        of("splunk_hec_app", "app", **app),
        of(
            "splunk_hec_app",
            "app: other value",
            **{**app, "tokens": [{"name": "new", "token": OTHER_APP_TOKEN, "recreate": True}]},
        ),
        of("splunk_index", "index", name="cloudflare"),
        of(
            "splunk_cloud_allowlist",
            "allow list",
            check=True,
            url=simulator.acs_url,
            stack=simulator.acs_stack,
            auth_token=simulator.acs_token,
            cloudflare=True,
            cloudflare_api_url=simulator.api_url,
            allow_closing=True,
        ),
        of("splunk_sourcetype", "source type", name="cloudflare:dns", dataset="dns_logs"),
        of("splunk_search_info", "search", search="index=main nothing"),
        of("splunk_delivery_info", "delivery", index="main", tokens=["new"]),
        # This instance has neither role. The modules run on a cluster and on a deployment server in tests/unit/modules.
        of("splunk_cluster_bundle", "bundle", fails=True),
        of("splunk_deployment_server", "deployment", fails=True, app="edgeops_logpush_hec"),
        of("splunk_hec_waf_rule", "waf", host=HOST, **scope),
        of(
            "logpush_alert",
            "alert",
            account_id=simulator.account_id,
            name="webhook",
            webhooks=[{"url": f"https://alerts.example.com/{quote(OLD, safe='')}", "secret": WEBHOOK_SECRET}],
        ),
    ]


def run_all(simulator, folder, way: str):
    """Run all tasks in one way and return the run with the most verbose output."""
    folder.mkdir()
    tasks = prepared(simulator, folder / "audit.json")
    management = {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }
    run = Ansible(simulator, folder, as_modules=way == "module").tasks(
        *tasks,
        splunk=management,
        defaults={"retries": 0},
        arguments=["-vvv", "--diff"],
        environment={"CLOUDFLARE_API_TOKEN": API},
    )
    assert run.returncode == 0, run.output
    assert {module for each in tasks for module in each if "." in module} == {
        f"edgeops.logpush.{name}" for name in NAMES
    }
    assert {outcome.task for outcome in run.outcomes if outcome.failed} == {
        each["name"] for each in tasks if each.get("ignore_errors")
    }
    return run


MASKED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def comparable(value, folder):
    """Return a result without the values that differ between runs."""
    if isinstance(value, dict):
        return {key: comparable(item, folder) for key, item in value.items() if key not in DIFFERS}
    if isinstance(value, list):
        return [comparable(item, folder) for item in value]
    # The report of an audit names the time, and the age of a delivery. ansible-core 2.22 has its own text for a
    # masked option.
    return (
        re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z|\d+ s\b", "", value.replace(str(folder), "").replace("$REDACTED$", MASKED))
        if isinstance(value, str)
        else value
    )


def differences(one, other, path=""):
    """Yield each difference between two values, with its path."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key, "absent"), other.get(key, "absent"), f"{path}/{key}")
    elif one != other:
        yield path, one, other


def test_both_ways_do_the_same_and_show_no_secret(simulator, tmp_path):
    seen, used = {}, {}
    for way in ("worker", "module"):
        folder = tmp_path / way
        run = run_all(simulator, folder, way)
        seen[way] = {
            outcome.task: {
                "status": outcome.status,
                "calls": sorted(outcome.calls),
                **comparable(outcome.result, folder),
            }
            for outcome in run.outcomes
        }
        used[way] = set(re.findall(r"Using module file \S+/plugins/modules/(\w+)\.py", run.output))
        assert "DEPRECATION" not in run.output
        shown = "\n".join([run.output, *strings([outcome.result for outcome in run.outcomes])])
        shown += (folder / "audit.json").read_text(encoding="utf-8")
        for secret in (API, OLD, NEW, APP_TOKEN, OTHER_APP_TOKEN, simulator.splunk_password):
            assert [form for form in spellings(secret) if form in shown] == []
        assert [line for line in shown.splitlines() if "SECRET" in line] == []
    assert list(differences(seen["worker"], seen["module"])) == []
    assert used["module"] == NAMES - ONLY_ACTION
    if TARGET_PYTHON:
        assert used["worker"] == used["module"]
        return
    # Ansible's own message about an invalid option is better, so the action runs the module to get it.
    assert used["worker"] == NAMES - ONLY_ACTION - IN_PROCESS | {"splunk_logpush_job", "splunk_logpush_rollout"}
