# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All examples in the documentation of plugins and roles work, in few runs."""

from __future__ import annotations

import contextlib
import importlib
import json
import pathlib
import socket
import time

import pytest
import requests
import yaml
from ansible_collections.edgeops.logpush.tests.simulator.addresses import CLOUDFLARE_RANGES
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

from .documents import blocks_of
from .reader import ZONES, Reader, job_of_terraform, make_world

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLUGINS = CHECKOUT / "plugins"
PACKAGE = "ansible_collections.edgeops.logpush.plugins"
NEW_TOKEN = "5f3a6c1e-2b7d-4e0f-9a8b-7c6d5e4f3a2b"
# It leaves HEC on another port.
LAST = "splunk_hec_settings"
# It removes the token that all other examples use, so it runs separately.
ALONE = "splunk_hec_rotation"
# They need other servers than all other examples.
DISTRIBUTED = {"splunk_cluster_bundle": "cluster", "splunk_deployment_server": "deployment_server"}
INPUTS = "[http]\ndisabled = 0\n"


def hec_tokens(simulator, new_name):
    """Return the token of all jobs and a new one, as the simulator takes them."""
    return [
        {"name": name, "token": token, "index": "cloudflare", "sourcetype": "cloudflare:json"}
        for name, token in (("cloudflare", simulator.hec_token), (new_name, NEW_TOKEN))
    ]


@pytest.fixture
def reader(ansible, simulator):
    """Return a reader of examples, with a job in each zone and events in Splunk."""
    make_world(
        simulator,
        hec_tokens=hec_tokens(simulator, "new"),
        allowlists={"hec": ["192.0.2.0/24", "127.0.0.0/8", *CLOUDFLARE_RANGES]},
    )
    simulator.change_settings(pagerduty_services=[{"id": "edge-team", "name": "Edge team"}])
    reader = Reader(ansible, simulator)
    job_of_terraform(reader.folder, simulator)
    (reader.folder / "terraform.tfstate").rename(reader.folder / "state.json")
    for name in ("example.com", "shop.example.com"):
        simulator.add_job(zone_id=ZONES[name], name=name, enabled=True, destination_conf=simulator.destination_conf())
    simulator.push()
    for name in ("manager-apps", "deployment-apps"):
        (reader.folder / "etc" / name).mkdir(parents=True)
    reader.instead |= {
        "splunk.internal:8088": simulator.hec_endpoint,
        "/etc/pki/internal-ca.pem": simulator.ca_file,
        "/var/www/html": str(reader.folder),
        "/opt/splunk/etc/": f"{reader.folder}/etc/",
        "port: 8443": f"port: {free_port()}",
    }
    # The example has the URL of Splunk Enterprise; the URL of ACS is built in.
    reader.environment |= {
        "CLOUDFLARE_API_TOKEN": simulator.api_token,
        "SPLUNK_HEC_TOKEN": simulator.hec_token,
        "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint,
        "SPLUNK_MANAGEMENT_URL": simulator.acs_url,
        "HOME": str(reader.folder),
    }
    return reader


@pytest.fixture
def inventory(simulator):
    """Return the variables that the examples assume."""
    return {
        "all": {
            "vars": {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                "splunk_password": simulator.splunk_password,
                "vault_splunk_password": simulator.splunk_password,
                "splunk_auth_token": simulator.splunk_auth_token,
                "acs_token": simulator.acs_token,
                "splunk_logpush_hec_token": simulator.hec_token,
                "hec_token": simulator.hec_token,
                "vault_hec_token": simulator.hec_token,
                "old_hec_token": simulator.hec_token,
                "new_hec_token": NEW_TOKEN,
                "vault_app_token": NEW_TOKEN,
                "splunk_hec_key_passphrase": "of the key",
                "webhook_secret": "secret-of-the-webhook",
                "new_webhook_secret": "new-secret-of-the-webhook",
                "job": {"destination_conf": simulator.destination_conf()},
            },
            "children": {
                "cloudflare_zones": {"hosts": {name: {"zone_id": zone_id} for name, zone_id in ZONES.items()}}
            },
        }
    }


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def examples():
    """Return the examples of modules and filters, each in YAML, by the name of the plugin."""
    texts = {
        path.stem: importlib.import_module(f"{PACKAGE}.modules.{path.stem}").EXAMPLES
        for path in sorted((PLUGINS / "modules").glob("*.py"))
    }
    for path in sorted((PLUGINS / "filter").glob("*.yml")):
        texts[path.stem] = yaml.safe_load(path.read_text(encoding="utf-8"))["EXAMPLES"]
    texts[LAST] = texts.pop(LAST)
    return texts


def play_of(name, tasks, simulator):
    """Return a play with the examples of a plugin, on the hosts that they need."""
    of_hosts = any(word in yaml.safe_dump(tasks) for word in ("ansible_play_batch", "inventory_hostname", "zone_id,"))
    trusted = {"ca_path": simulator.ca_file}
    return {
        "name": name,
        "hosts": "cloudflare_zones" if of_hosts else "localhost",
        "gather_facts": False,
        "tasks": tasks,
        "module_defaults": {
            "edgeops.logpush.splunk_hec_probe": trusted,
            "edgeops.logpush.splunk_logpush_audit": {"collector_ca_path": simulator.ca_file},
        },
    }


def run(reader, plays, inventory):
    """Runs plays as a playbook."""
    (reader.folder / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")
    text = yaml.safe_dump(plays, sort_keys=False, width=1000)
    for written, stand_in in reader.instead.items():
        text = text.replace(written, stand_in)
    (reader.folder / "examples.yml").write_text(text, encoding="utf-8")
    return reader.run("ansible-playbook -i inventory.yml examples.yml")


def test_the_examples_of_modules_and_filters(reader, inventory, simulator):
    separate = {ALONE, *DISTRIBUTED}
    plays = [
        play_of(name, yaml.safe_load(text), simulator) for name, text in examples().items() if name not in separate
    ]
    output = run(reader, plays, inventory)
    tasks = [task["name"] for play in plays for task in play["tasks"]]
    assert [name for name in tasks if f"TASK [{name}]" not in output] == []


def test_the_example_of_a_rotation(ansible, simulator, inventory):
    make_world(
        simulator,
        hec_tokens=hec_tokens(simulator, "cloudflare-2027"),
    )
    reader = Reader(ansible, simulator)
    reader.environment |= {"CLOUDFLARE_API_TOKEN": simulator.api_token, "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint}
    for name in ("example.com", "example.net"):
        simulator.add_job(zone_id=ZONES[name], name=name, enabled=True, destination_conf=simulator.destination_conf())
    simulator.push()
    play = play_of(ALONE, yaml.safe_load(examples()[ALONE]), simulator)
    # Where Cloudflare needs minutes, the simulator needs seconds.
    waits = {"settle": 1, "grace": 1, "verify_interval": 1, "verify_timeout": 30}
    play["module_defaults"] = {f"edgeops.logpush.{ALONE}": waits}
    run(reader, [play], inventory)
    assert all(NEW_TOKEN in job["stored"]["destination_conf"] for job in simulator.state()["jobs"])


def test_the_examples_of_a_cluster_and_a_deployment_server(ansible, simulator, inventory):
    make_world(simulator)
    reader = Reader(ansible, simulator)
    with contextlib.ExitStack() as stack:
        plays, servers = [], {}
        for name, topology in DISTRIBUTED.items():
            servers[name] = stack.enter_context(Simulator(push_interval=0, options=["--topology", topology]))
            trusted = {"ca_path": servers[name].ca_file}
            play = play_of(name, yaml.safe_load(examples()[name]), simulator)
            plays.append({**play, "module_defaults": {f"edgeops.logpush.{name}": trusted}})
        cluster, server = servers["splunk_cluster_bundle"], servers["splunk_deployment_server"]
        reader.instead |= {
            "https://manager.example.com:8089": cluster.management_url,
            "https://deployment.example.com:8089": server.management_url,
        }
        for simulated, folder in ((cluster, "manager-apps"), (server, "deployment-apps")):
            app = pathlib.Path(simulated.splunk_home, "etc", folder, "edgeops_logpush_hec/default")
            app.mkdir(parents=True)
            (app / "inputs.conf").write_text(INPUTS, encoding="utf-8")
        first = cluster.state()["cluster"]["active"]
        applied = apply_bundle(cluster)
        assert first != applied
        run(reader, plays, inventory)
        assert cluster.state()["cluster"]["active"] == first
        assert all(node["apps"] for node in server.state()["nodes"])


def apply_bundle(cluster):
    """Push the files of a simulated manager to its peers and return the checksum."""
    url = f"{cluster.management_url}/services/cluster/manager/control/default/apply"
    user = (cluster.splunk_username, cluster.splunk_password)
    requests.post(url, auth=user, verify=cluster.ca_file, timeout=10).raise_for_status()
    while (state := cluster.state()["cluster"])["status"] != "None" or state["active"] != state["on_disk"]:
        time.sleep(0.05)
    return state["active"]


@pytest.mark.parametrize("name", examples())
def test_every_page_starts_with_an_example(name):
    """Below its title, the page of a module or filter has the first tasks of the examples that run here."""
    pages = [CHECKOUT / f"docs/modules/{name}_{kind}.rst" for kind in ("module", "filter")]
    (page,) = filter(pathlib.Path.exists, pages)
    title = page.read_text(encoding="utf-8").partition("\n\n")[2].partition("\n")[0]
    first = yaml.safe_load(blocks_of(page)[0].text)
    assert title == name and f"edgeops.logpush.{name}" in yaml.safe_dump(first[-1])
    assert first == yaml.safe_load(examples()[name])[: len(first)]


def test_the_examples_of_roles(reader, inventory):
    pages = sorted((CHECKOUT / "roles").glob("*/README.md"))
    plays = [play for page in pages for block in blocks_of(page) for play in yaml.safe_load(block.text)]
    assert len(plays) >= len(pages)
    run(reader, plays, inventory)


def test_the_examples_of_the_inventory(reader, simulator):
    text = importlib.import_module(f"{PACKAGE}.inventory.cloudflare_zones").EXAMPLES
    token = reader.folder / ".cloudflare/token"
    token.parent.mkdir()
    token.write_text(simulator.api_token, encoding="utf-8")
    names = []
    for example in text.split("---\n"):
        names.append(example.strip().removeprefix("# ").partition(":")[0])
        (reader.folder / names[-1]).write_text(example, encoding="utf-8")
    listed = json.loads(reader.run(f"ansible-inventory {' '.join(f'-i {name}' for name in names)} --list"))
    assert set(listed["cloudflare_zones"]["hosts"]) == set(ZONES)
    assert listed["cloudflare_accounts"]["hosts"] and listed["shops"]["hosts"] == ["shop.example.com"]
