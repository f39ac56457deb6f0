# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event-Driven Ansible: Cloudflare disables a job and sends an alert, and the shipped rulebook repairs the job."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import typing as t

import pytest
import requests
import yaml
from e2e.ansible import BIN, CHECKOUT, Ansible
from e2e.documents import blocks_of, missing_line
from secret_spellings import spellings
from simulator.process import Simulator

from .needs import needs

pytestmark = [needs("ansible-rulebook"), needs("java", hint="install a Java 17 runtime")]

EDA = CHECKOUT / "extensions/eda"
GUIDE = CHECKOUT / "docs/docsite/rst/guide_repair_by_event.rst"
RULEBOOK = "ansible_collections/edgeops/logpush/extensions/eda/rulebooks/repair.yml"
SECRET = "webhook+secret/5d2f81c0"
SHOP = "shop.example.com"
OTHER_ACCOUNT = "f" * 32
# This host is a zone of another account.
OTHER = "www.example.com"
FINISHED = "PLAY RECAP"
SECONDS = 60


class Rulebook:
    """A running ansible-rulebook, and what it has printed."""

    def __init__(self, process: subprocess.Popen[bytes], log: pathlib.Path, url: str) -> None:
        self.process = process
        self.log = log
        self.url = url

    @property
    def output(self) -> str:
        """Everything that was printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, moment: t.Callable[[], t.Any]) -> None:
        """Wait until ``moment`` becomes true."""
        deadline = time.monotonic() + SECONDS
        while not moment():
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def wait_for_runs(self, number: int) -> None:
        """Wait until this many playbooks have ended."""
        self.wait_for(lambda: self.output.count(FINISHED) == number)


@pytest.fixture
def collections(installed_collections: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """Return a folder with the installed collection, whose rulebook waits for seconds instead of minutes and hours."""
    folder = tmp_path / "collections"
    shutil.copytree(installed_collections, folder)
    path = folder / RULEBOOK
    text, changes = re.subn(
        r"once_after: \d+ (minutes|hours)", "once_after: 1 seconds", path.read_text(encoding="utf-8")
    )
    assert changes == 2
    path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def inventory(simulator: Simulator, tmp_path: pathlib.Path) -> pathlib.Path:
    """Return the folder of an inventory with two zones of two accounts, and their variables."""
    folder = tmp_path / "inventory"
    accounts = {SHOP: simulator.account_id, OTHER: OTHER_ACCOUNT}
    hosts = {name: {"zone_id": simulator.zone_ids[name], "account_id": account} for name, account in accounts.items()}
    variables = {"splunk_hec_probe_ca_path": simulator.ca_file}
    for file, content in (
        ("zones.yml", {"cloudflare_zones": {"hosts": hosts}}),
        ("group_vars/cloudflare_zones.yml", variables),
    ):
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


@pytest.fixture
def rulebook(
    ansible: Ansible, collections: pathlib.Path, inventory: pathlib.Path, tmp_path: pathlib.Path
) -> t.Iterator[Rulebook]:
    """Run the rulebook as the shipped service does, with its settings, and show every event."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    (tmp_path / "webhook-secret").write_text(f"{SECRET}\n", encoding="utf-8")
    settings = yaml.safe_load((EDA / "service/vars.yml").read_text(encoding="utf-8"))
    settings.update(alerts_port=port, alerts_secret_file=str(tmp_path / "webhook-secret"))
    (tmp_path / "vars.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    unit = (EDA / "service/ansible-rulebook-logpush.service").read_text(encoding="utf-8")
    [command] = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    arguments = shlex.split(command.replace("/etc/logpush-repair/", f"{tmp_path}/"))[1:]
    given = re.findall(r"^(\w+)=", (EDA / "service/environment.example").read_text(encoding="utf-8"), re.MULTILINE)
    values = {
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "CLOUDFLARE_API_TOKEN": ansible.simulator.api_token,
        "SPLUNK_HEC_TOKEN": ansible.simulator.hec_token,
    }
    environment = {
        **ansible.environment,
        **{name: values[name] for name in given},
        "PATH": f"{BIN}:{ansible.environment['PATH']}",
        "HOME": str(tmp_path / "home"),
        "E2E_REPORT": str(tmp_path / "report.jsonl"),
        # Otherwise the collection would be imported from the checkout.
        "PYTHONPATH": "",
    }
    with running(arguments, tmp_path, environment) as process:
        yield Rulebook(process, tmp_path / "log", f"http://127.0.0.1:{port}{settings['alerts_path']}")


@contextlib.contextmanager
def running(
    arguments: t.Sequence[str | pathlib.Path], folder: pathlib.Path, environment: t.Mapping[str, str]
) -> t.Iterator[subprocess.Popen[bytes]]:
    """Run ansible-rulebook with every event on its output, which goes to the file log."""
    with (folder / "log").open("wb") as output, subprocess.Popen(
        [BIN / "ansible-rulebook", *arguments, "--print-events", "--verbose"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def jobs(simulator: Simulator) -> list[int]:
    """Return two jobs of one zone that deliver. Cloudflare sends one alert a day about a job."""
    simulator.change_settings(webhook_any_port=True)
    job = {"zone_id": simulator.zone_ids[SHOP], "enabled": True, "destination_conf": simulator.destination_conf()}
    return [int(simulator.add_job(dataset=dataset, **job)["id"]) for dataset in ("http_requests", "dns_logs")]


def create_alert(simulator: Simulator, url: str) -> None:
    """Create a notification policy for disabled jobs with this webhook."""
    base = f"{simulator.api_url}/accounts/{simulator.account_id}/alerting/v3"

    def post(path: str, body: dict[str, t.Any]) -> str:
        headers = {"Authorization": f"Bearer {simulator.api_token}"}
        answer = requests.post(f"{base}/{path}", json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        return str(answer.json()["result"]["id"])

    webhook = post("destinations/webhooks", {"name": "repair", "url": url, "secret": SECRET})
    policy = {"name": "Logpush", "alert_type": "failing_logpush_job_disabled_alert", "enabled": True}
    post("policies", {**policy, "mechanisms": {"webhooks": [{"id": webhook}]}})


def disable(simulator: Simulator, job_id: int) -> None:
    """Let a job fail for longer than a day, so that Cloudflare disables it and sends the alert."""
    simulator.change_settings(hec_reply_code=9)
    simulator.age_failure(job_id, 25)
    simulator.push()
    assert not is_enabled(simulator, job_id)


def is_enabled(simulator: Simulator, job_id: int) -> bool:
    """Return whether a job is enabled."""
    return next(bool(job["stored"]["enabled"]) for job in simulator.jobs() if job["id"] == job_id)


def test_alerts_repair_jobs(simulator: Simulator, jobs: list[int], rulebook: Rulebook) -> None:
    repaired, unready = jobs
    rulebook.wait_for_runs(1)
    create_alert(simulator, rulebook.url)
    simulator.wipe_requests()

    disable(simulator, repaired)
    simulator.change_settings(hec_reply_code=None)
    rulebook.wait_for(lambda: is_enabled(simulator, repaired))
    simulator.push()
    assert simulator.events(job_id=repaired) != []
    rulebook.wait_for_runs(2)
    # The repair is limited to the account of the alert.
    paths = {request["path"] for request in simulator.requests(side="api")}
    assert any(simulator.zone_ids[SHOP] in path for path in paths)
    assert not any(simulator.zone_ids[OTHER] in path for path in paths)

    # A repair that fails is reported, and tried again when the time has come.
    disable(simulator, unready)
    rulebook.wait_for(lambda: "Logpush jobs could not be repaired: 1." in rulebook.output)
    assert "The job stays disabled." in rulebook.output
    simulator.change_settings(hec_reply_code=None)
    rulebook.wait_for(lambda: is_enabled(simulator, unready))
    simulator.push()
    assert simulator.events(job_id=unready) != []

    # Alerts of two accounts at the same time are one repair of both.
    before = rulebook.output.count("Logpush repair, 2 zones")
    for account in (simulator.account_id, OTHER_ACCOUNT):
        alert = {"alert_type": "failing_logpush_job_disabled_alert", "account_id": account}
        assert requests.post(rulebook.url, json=alert, headers={"cf-webhook-auth": SECRET}, timeout=10).ok
    rulebook.wait_for(lambda: rulebook.output.count("Logpush repair, 2 zones") == before + 1)

    printed = rulebook.output
    journal = "".join(block.text for block in blocks_of(GUIDE) if block.text.startswith("...\n"))
    assert "The next attempt is in an hour." in journal
    assert missing_line(journal, printed) is None
    received = set(re.findall(r"'(?:type|alert_type)': '(start|failing_logpush_job_disabled_alert|again)'", printed))
    assert received >= {"start", "failing_logpush_job_disabled_alert"}
    assert [found for found in ("Hello World", "destination_conf", "Traceback") if found in printed] == []
    secrets = itertools.chain(*map(spellings, (SECRET, simulator.hec_token, simulator.api_token)))
    assert [secret for secret in secrets if secret in printed] == []


def test_an_event_stream_repairs_jobs_without_the_text_of_alerts(ansible: Ansible, tmp_path: pathlib.Path) -> None:
    content = yaml.safe_load((EDA / "rulebooks/repair_event_stream.yml").read_text(encoding="utf-8"))
    # Rules that share an action get their own.
    [ruleset] = rulebook = json.loads(json.dumps(content))
    alert = {
        "alert_type": "failing_logpush_job_disabled_alert",
        "account_id": OTHER_ACCOUNT,
        "data": {"destination_conf": "splunk://example.com?header_Authorization=a-hec-token"},
        "text": "splunk://example.com?header_Authorization=a-hec-token",
    }
    # What an event stream passes on. With some versions, its headers contain the secret.
    received = {"payload": alert, "meta": {"headers": {"Cf-Webhook-Auth": SECRET}, "endpoint": "/"}}
    del ruleset["sources"][0]["ansible.eda.webhook"]
    ruleset["sources"][0]["ansible.eda.generic"] = {"payload": [received], "startup_delay": 1, "shutdown_after": 600}
    for rule in ruleset["rules"]:
        run = rule.get("action", {}).pop("run_job_template", None)
        if run:
            accounts = run.get("job_args", {}).get("extra_vars", {}).get("logpush_accounts", "all")
            rule["action"] = {"debug": {"msg": f"{run['organization']} {run['name']}: {accounts}"}}
            if "throttle" in rule:
                rule["throttle"]["once_after"] = "1 seconds"
    path = tmp_path / "rulebook.yml"
    path.write_text(yaml.safe_dump(rulebook), encoding="utf-8")
    environment = {**ansible.environment, "PATH": f"{BIN}:{ansible.environment['PATH']}", "HOME": str(tmp_path)}
    with running(["--rulebook", path], tmp_path, environment) as process:
        started = Rulebook(process, tmp_path / "log", "")
        started.wait_for(lambda: f"Logpush Logpush repair: ,{OTHER_ACCOUNT}" in started.output)
        assert "Logpush Logpush repair: all" in started.output
        assert "received event" in started.output
        assert [found for found in (SECRET, "a-hec-token", "destination_conf") if found in started.output] == []
