# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The setup that the documentation describes, on the simulator, and a reader who follows its instructions."""

from __future__ import annotations

import json
import pathlib
import re
import shlex
import subprocess

import yaml
from ansible_collections.edgeops.logpush.tests.simulator.splunk_state import CLOUDFLARE_PROPS

from .ansible import BIN, CRASH
from .starts import starter_for

ACCOUNT = "01a7362d577a6c3019a474fd6f485823"
# The zones of the documentation; the ID is the one that Cloudflare's documentation shows.
ZONES = {
    "example.net": "023e105f4ecef8ad9ca31a8372d0c353",
    "example.com": "9a7806061c88ada191ed06f989cc3dac",
    "shop.example.com": "372e67954025e0ba6aaa6d586b9e0b59",
}


def make_world(simulator, **config):
    """Set the simulator up as the documentation assumes: it pushes by itself, and Splunk has an index and a HEC
    token."""
    zones = [
        {"id": zone_id, "name": name, "account_id": ACCOUNT, "account_name": "Acme"} for name, zone_id in ZONES.items()
    ]
    simulator.reset(
        **{
            "zones": zones,
            "indexes": [{"name": "main"}, {"name": "cloudflare"}],
            "settings": {"push_interval": 0.3, "acs_stack": "acme", "acs_delay": 0.2},
            **config,
        }
    )


# The simulated ACS does not use TLS.
WARNING_ABOUT_STAND_IN = re.compile(r"^\[WARNING\]: (?:splunk_hec_)?url begins with http://.*\n", re.MULTILINE)


class Reader:
    """A reader who follows a page to the letter, in an empty folder."""

    def __init__(self, ansible, simulator) -> None:
        self.folder = ansible.folder / "reader"
        self.folder.mkdir()
        self.not_shown = [WARNING_ABOUT_STAND_IN]
        self.instead = {
            "https://api.cloudflare.com/client/v4": simulator.api_url,
            "https://splunk.example.com:8089": simulator.management_url,
            # An output has the first of the names that stand for the same address.
            "splunk.example.com:8088": simulator.hec_endpoint,
            # Two nodes are the same instance, by two names.
            "https://idx1.example.com:8089": simulator.management_url,
            "https://idx2.example.com:8089": simulator.management_url.replace("localhost", "127.0.0.1"),
            # The load balancer is the same server, so the node needs another name. It is allowed to have the balancer's certificate.
            "idx1.example.com:8088": simulator.hec_endpoint.replace("localhost", "0.0.0.0"),
            "idx2.example.com:8088": simulator.hec_endpoint.replace("localhost", "127.0.0.1"),
            "hec.example.com:443": simulator.hec_endpoint,
            "otel.example.com:8088": simulator.hec_endpoint,
            "splunk.example.com": simulator.hec_endpoint,
            "http-inputs-acme.splunkcloud.com:443": simulator.hec_endpoint,
            "http-inputs-acme.splunkcloud.com": simulator.hec_endpoint,
            # The state is in the folder of the reader, and Terraform may not be installed.
            "terraform state pull": "cat terraform.tfstate",
        }
        self.values = {
            "CLOUDFLARE_API_TOKEN": simulator.api_token,
            "SPLUNK_HEC_TOKEN": simulator.hec_token,
            "SPLUNK_PASSWORD": simulator.splunk_password,
            "SPLUNK_AUTH_TOKEN": simulator.acs_token,
            "splunk_logpush_hec_token": simulator.hec_token,
            "WEBHOOK_SECRET": "simulated-webhook-secret",
        }
        self.tools = ansible.folder / "bin"
        self.tools.mkdir()
        self.settings = ansible.folder / "settings.yml"
        self._be_patient(simulator)
        self.environment = {
            **ansible.environment,
            "PATH": f"{self.tools}:{ansible.environment['PATH']}",
            "REQUESTS_CA_BUNDLE": simulator.ca_file,
            "CURL_CA_BUNDLE": simulator.ca_file,
        }
        # A page states what it needs of the first. The second is for tests that examine tasks, and the others hide
        # warnings.
        for name in (
            "CLOUDFLARE_API_TOKEN",
            "ANSIBLE_CALLBACKS_ENABLED",
            "ANSIBLE_LOCALHOST_WARNING",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING",
        ):
            self.environment.pop(name)

    def _be_patient(self, simulator) -> None:
        """Let ansible-playbook wait seconds where Cloudflare needs minutes, and trust the simulator's certificates."""
        self.set_variables(
            splunk_hec_ca_path=simulator.ca_file,
            splunk_hec_probe_ca_path=simulator.ca_file,
            logpush_audit_ca_path=simulator.ca_file,
            splunk_hec_rotation_settle=1,
            splunk_hec_rotation_grace=1,
            splunk_logpush_verify_interval=1,
            splunk_logpush_verify_timeout=30,
            splunk_hec_search_interval=1,
            splunk_hec_search_timeout=30,
        )

    def _write_tools(self) -> None:
        """Write the programs that the reader calls."""
        starter = starter_for(self.environment)
        for name, more in {
            "ansible-playbook": ["-e", f"@{self.settings}"],
            "ansible-inventory": [],
            "ansible-doc": [],
        }.items():
            tool = self.tools / name
            command = shlex.join(starter.as_command(str(BIN / name), *more))
            tool.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
            tool.chmod(0o755)

    def set_variables(self, **variables: object) -> None:
        """Set variables of every ansible-playbook, in addition to those that are set already."""
        with self.settings.open("a", encoding="utf-8") as file:
            yaml.safe_dump(variables, file)

    def as_written(self, output: str) -> str:
        """Return an output with the names of the documentation in place of their substitutes."""
        for written, stand_in in self.instead.items():
            output = output.replace(stand_in, written)
        for pattern in self.not_shown:
            output = pattern.sub("", output)
        return output

    def run(self, script: str) -> str:
        """Run a script in bash, and return its output. It must succeed."""
        self._write_tools()
        done = subprocess.run(
            ["bash"],
            input=script,
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert done.returncode == 0 and not CRASH.search(done.stdout), done.stdout
        return self.as_written(done.stdout)


def delivered_day(simulator) -> None:
    """Let the jobs of three zones deliver for a day. Splunk drops events of one of them."""
    make_world(
        simulator,
        props=CLOUDFLARE_PROPS,
        settings={
            "events_per_push": 50,
            "null_queue": [{"field": "ZoneName", "value": "example.net", "share": 0.2}],
            "push_interval": 0,
        },
    )
    conf = simulator.destination_conf()
    for name, dataset, fields in (
        ("example.com", "http_requests", ["EdgeStartTimestamp", "ZoneName"]),
        ("example.net", "http_requests", ["EdgeStartTimestamp", "ZoneName"]),
        ("shop.example.com", "dns_logs", ["QueryName"]),
    ):
        options = {"field_names": fields, "timestamp_format": "rfc3339"}
        job = {"zone_id": ZONES[name], "name": name, "dataset": dataset, "enabled": True, "destination_conf": conf}
        simulator.add_job(**job, output_options=options)
    simulator.push_at(86_000, rounds=100, interval=850)


def job_of_terraform(folder: pathlib.Path, simulator) -> None:
    """Create a job as Terraform does, and leave Terraform's state in the reader's folder."""
    job = {
        "zone_id": ZONES["example.net"],
        "name": "edge",
        "dataset": "http_requests",
        "enabled": True,
        "destination_conf": simulator.destination_conf(),
        "output_options": {"timestamp_format": "rfc3339"},
    }
    instance = {"attributes": {"id": simulator.add_job(**job)["id"], "account_id": None, **job}}
    resource = {"mode": "managed", "type": "cloudflare_logpush_job", "name": "edge", "instances": [instance]}
    (folder / "terraform.tfstate").write_text(json.dumps({"version": 4, "resources": [resource]}), encoding="utf-8")
