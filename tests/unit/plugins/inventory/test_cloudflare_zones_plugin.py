# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The zones of Cloudflare as an inventory, as Ansible parses it."""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import typing as t

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.utils import context_objects
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars
from ansible_collections.edgeops.logpush.tests.module_tasks import CRASH
from ansible_collections.edgeops.logpush.tests.zones_of_two_accounts import ACME, OTHER, ZONES, zone

SECRET = "SECRETapi+D/=~&token"
PYTHON = "{{ ansible_playbook_python }}"
ADDED = {"inventory_file", "inventory_dir", "inventory_hostname", "inventory_hostname_short", "group_names"}


@pytest.fixture(scope="session")
def plugins() -> None:
    """Let Ansible find the plugins of the collection, as its commands do.

    The tests have imported the collection already, without the data that Ansible's own importer would add.
    """
    init_plugin_loader([os.environ["ANSIBLE_COLLECTIONS_PATH"]])
    collection = importlib.import_module("ansible_collections.edgeops.logpush")
    collection.__dict__.setdefault("_collection_meta", {})


class Inventory:
    """Parse a file for the plugin as every command of Ansible does. The file is written for each run."""

    def __init__(
        self, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.path = folder / "test.cloudflare_zones.yml"
        self.output = ""
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def parse(
        self,
        environment: t.Mapping[str, str] | None = None,
        before: t.Sequence[pathlib.Path] = (),
        extra: t.Mapping[str, t.Any] | None = None,
        **options: t.Any,
    ) -> InventoryManager:
        """Return the inventory that these options make; ``before`` are other sources, read first, ``extra`` are extra
        variables. No run may show a crash."""
        self.write(**options)
        with self._monkeypatch.context() as patch:
            for name, value in (environment or {}).items():
                patch.setenv(name, value)
            arguments = {"extra_vars": [json.dumps(extra or {})], "verbosity": 4}
            patch.setattr("ansible.context.CLIARGS", context_objects.CLIArgs(arguments))
            load_extra_vars.__dict__.clear()
            # Otherwise a process shows a warning only once.
            Display()._warns.clear()
            found = InventoryManager(DataLoader(), sources=[str(path) for path in (*before, self.path)])
        shown = self._capsys.readouterr()
        self.output = shown.out + shown.err
        assert not CRASH.search(self.output), self.output
        return found

    def write(self, **options: t.Any) -> None:
        """Write the file. JSON is YAML, too."""
        text = json.dumps({"plugin": "edgeops.logpush.cloudflare_zones", "timeout": 10, "retries": 1, **options})
        self.path.write_text(text, encoding="utf-8")

    def hosts(self, **options: t.Any) -> dict[str, dict[str, t.Any]]:
        """Return the hosts with their variables, without those that Ansible adds to every host."""
        return {
            name: {key: value for key, value in host.get_vars().items() if key not in ADDED}
            for name, host in self.parse(**options).hosts.items()
        }

    def problem(self, **options: t.Any) -> str:
        """Return the message of a run that must fail, as one line. It has no hosts."""
        assert not self.parse(**options).hosts, self.output
        assert "Failed to parse" in self.output, self.output
        return " ".join(self.output.split())


@pytest.fixture
def inventory(simulator, tmp_path, monkeypatch, capsys, plugins):
    """Return a parser of inventories, and a simulator with a few zones."""
    simulator.reset(zones=ZONES)
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", simulator.api_token)
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", simulator.api_url)
    monkeypatch.setattr(Display(), "verbosity", 4)
    return Inventory(tmp_path, monkeypatch, capsys)


def asked(simulator):
    """Return the query of each request for zones, without the common parameters."""
    queries = [request["query"] for request in simulator.requests(side="api")]
    return [{name: value for name, value in query.items() if name not in ("order", "per_page")} for query in queries]


def test_every_zone_is_a_host(inventory, simulator):
    names = {entry["name"] for entry in ZONES}
    assert {host.name for host in inventory.parse().groups["cloudflare_zones"].hosts} == names
    hosts = inventory.hosts()
    assert set(hosts) == names
    assert hosts["shop.example.net"] == {
        "zone_id": f"{4:032x}",
        "zone_name": "shop.example.net",
        "zone_status": "active",
        "zone_plan": "Enterprise Website",
        "account_id": OTHER,
        "account_name": "Other & Sons",
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": PYTHON,
    }
    assert hosts["blog.example.org"]["zone_plan"] == "Free Website"
    assert asked(simulator) == [{"page": "1"}] * 2


@pytest.mark.parametrize(
    ("options", "numbers", "query"),
    [
        ({"include": ["*.example.com"]}, [1, 2], {"name": "ends_with:.example.com"}),
        ({"include": ["shop.*", "blog*"], "exclude": ["*.net"]}, [1, 3], {}),
        ({"statuses": ["active"], "plans": ["enterprise*"]}, [1, 4], {"status": "active"}),
        ({"statuses": ["moved", "pending"], "accounts": ["other*", "nobody"]}, [5], {}),
        (
            {"accounts": [OTHER], "include": ["shop.example.net"]},
            [4],
            {"account.id": OTHER, "name": "shop.example.net"},
        ),
    ],
)
def test_filters(inventory, simulator, options, numbers, query):
    assert sorted(host["zone_id"] for host in inventory.hosts(**options).values()) == [
        f"{number:032x}" for number in numbers
    ]
    assert asked(simulator) == [{"page": "1", **query}]


def test_a_warning_where_nothing_is_left(inventory):
    assert inventory.hosts(exclude=["*"]) == {}
    assert "no zone became a host. The API returned 5 zones" in " ".join(inventory.output.split())


def test_groups_and_variables_of_expressions(inventory, simulator):
    parsed = inventory.parse(
        strict=True,
        include_accounts=True,
        keyed_groups=[{"key": "zone_plan | lower", "prefix": "plan"}, {"key": "account_name", "prefix": "of"}],
        groups={"shops": "zone_name.startswith('shop.')", "branded": "'shop' in splunk_logpush_sourcetype"},
        compose={"splunk_logpush_sourcetype": "'cloudflare:' ~ zone_name"},
    )
    groups = {name: sorted(host.name for host in group.hosts) for name, group in parsed.groups.items()}
    assert groups["plan_free_website"] == ["blog.example.org", "www.example.net"]
    assert groups["of_Other___Sons"] == ["shop.example.net", "www.example.net"]
    assert groups["shops"] == groups["branded"] == ["shop.example.com", "shop.example.net"]
    # Accounts have a group of their own, and are in no other.
    assert groups["cloudflare_accounts"] == sorted([f"account_{OTHER}", f"account_{ACME}"])
    assert not any(name.startswith("account_") for name in groups["cloudflare_zones"])
    account = parsed.hosts[f"account_{ACME}"].vars
    assert (account["splunk_logpush_scope"], account["account_id"], account["account_name"]) == (
        "account",
        ACME,
        "Acme",
    )
    assert account["ansible_connection"] == "local"


def test_every_page_is_fetched_once(inventory, simulator):
    simulator.reset(zones=[zone(number, f"z{number}.example.com") for number in range(1, 172)])
    assert len(inventory.hosts(concurrency=3)) == 171
    assert sorted(query["page"] for query in asked(simulator)) == ["1", "2", "3", "4"]


def test_the_cache(inventory, simulator, monkeypatch):
    folder = inventory.folder / "cache"
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder)}
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", SECRET)
    simulator.reset(zones=ZONES, api_tokens=[{"id": "1", "token": SECRET}])
    first = inventory.hosts(**cache)
    simulator.reset(zones=ZONES[:2], api_tokens=[{"id": "1", "token": SECRET}])
    # The cache needs no credentials, and the file may have other filters of its own.
    assert inventory.hosts(environment={"CLOUDFLARE_API_TOKEN": ""}, **cache) == first
    assert len(inventory.hosts(exclude=["shop.*"], **cache)) == 3
    assert asked(simulator) == []
    # A different filter of the API has its own cache entry.
    assert len(inventory.hosts(statuses=["active"], **cache)) == 1
    assert len(asked(simulator)) == 1
    kept = [path.read_text(encoding="utf-8") for path in folder.iterdir()]
    assert len(kept) == 2
    assert not any("SECRET" in text for text in (*kept, *(path.name for path in folder.iterdir())))


def test_zones_of_one_name(inventory, simulator):
    simulator.reset(
        zones=[
            zone(1, "example.com", status="moved"),
            zone(2, "example.com", OTHER),
            zone(3, "example.org", status="pending"),
            zone(4, "example.org", OTHER, status="pending"),
        ]
    )
    assert {name: host["zone_id"][-1] for name, host in inventory.hosts().items()} == {
        f"example.com_{1:032x}": "1",
        "example.com": "2",
        f"example.org_{3:032x}": "3",
        f"example.org_{4:032x}": "4",
    }
    # The same result with an inventory for each account, and after groups and hosts of another file.
    others = inventory.folder / "others.cloudflare_zones.yml"
    inventory.write(accounts=[ACME])
    others.write_text(inventory.path.read_text(encoding="utf-8"), encoding="utf-8")
    static = inventory.folder / "hosts.ini"
    static.write_text("[example.org]\nweb\n[cloudflare_zones]\nexample.com noted=yes\n", encoding="utf-8")
    hosts = inventory.hosts(before=[static, others], accounts=[OTHER])
    assert (hosts["example.com"]["zone_id"], hosts["example.com"]["noted"]) == (f"{1:032x}", "yes")
    assert {f"example.com_{2:032x}", f"example.org_{3:032x}", f"example.org_{4:032x}"} <= set(hosts)
    assert hosts["web"] == {}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"status": "active"}, "status: is not an option of this plugin"),
        ({"statuses": ["actve"]}, "statuses: there is no status actve; there are initializing, pending, active, moved"),
        ({"include": [1]}, "include: must be a list of texts"),
        ({"concurrency": 0}, "concurrency: must be at least 1"),
        ({"timeout": 0}, "timeout: must be at least 1 second"),
        ({"api_url": "ftp://api"}, "api_url: must be a whole URL"),
        ({"api_token": [SECRET]}, "api_token: must be text"),
        ({"api_token": f"Bearer {SECRET}"}, "api_token: must be one word"),
        (
            {"api_token": "{{ nobody_knows }}"},
            "api_token: its template cannot be evaluated: 'nobody_knows' is undefined",
        ),
        ({"environment": {"CLOUDFLARE_API_TOKEN": ""}}, "api_token is required"),
    ],
)
def test_a_mistake_is_named_before_the_first_request(inventory, simulator, options, words):
    assert words in inventory.problem(**options)
    assert asked(simulator) == []
    assert "SECRET" not in inventory.output


def test_credentials_from_wherever_they_may_come(inventory, simulator, monkeypatch):
    simulator.reset(
        zones=ZONES,
        api_tokens=[
            {"id": "1", "token": SECRET},
            {"id": "2", "email": "me@example.com", "key": "0123456789abcdef", "zones": [f"{3:032x}"]},
        ],
    )
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "")
    monkeypatch.setenv("TEST_TOKEN", SECRET)
    assert len(inventory.hosts(api_token="{{ lookup('ansible.builtin.env', 'TEST_TOKEN') }}")) == 5
    assert len(inventory.hosts(environment={"CLOUDFLARE_TOKEN": SECRET})) == 5
    assert len(inventory.hosts(extra={"cloudflare_api_token": SECRET})) == 5
    # The file takes precedence over the environment.
    key = {"api_email": "me@example.com", "api_key": "{{ '0123456789' ~ 'abcdef' }}"}
    assert list(inventory.hosts(environment={"CLOUDFLARE_API_TOKEN": SECRET}, **key)) == ["blog.example.org"]


def fault(**more):
    """Return a fault that damages the second page, for a number of requests."""
    return {"method": "GET", "path": "/zones$", "times": None, "skip": 1, **more}


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (fault(kind="status", status=503), ["page 2", "HTTP 503", "Try again later"]),
        (fault(kind="html", status=502), ["page 2", "HTTP 502", "not the JSON of the API"]),
        (fault(kind="not_json"), ["page 2", "HTTP 200", "Check api_url"]),
        (fault(kind="reset"), ["page 2", "The connection broke"]),
        (fault(kind="success_false"), ["page 2", "HTTP 200"]),
    ],
)
def test_a_page_that_does_not_come(inventory, simulator, spoilt, words):
    simulator.reset(zones=[zone(number, f"z{number}.example.com") for number in range(1, 101)])
    simulator.set_faults(spoilt)
    said = inventory.problem()
    assert [word for word in ["Listing the zones", "/client/v4/zones", *words] if word not in said] == [], said


def test_a_passing_fault_is_overcome(inventory, simulator):
    simulator.reset(zones=[zone(number, f"z{number}.example.com") for number in range(1, 101)])
    simulator.set_faults(
        {**fault(kind="status", status=502), "times": 1}, {**fault(kind="html", status=200), "times": 1, "skip": 0}
    )
    assert len(inventory.hosts()) == 100


def test_a_token_that_may_not_and_one_that_is_none(inventory, simulator, monkeypatch):
    simulator.reset(zones=ZONES, api_tokens=[{"id": "1", "token": SECRET, "permissions": ["logs_write"]}])
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", SECRET)
    outputs = []
    for options in ({}, {"api_token": f"{SECRET}-of-nobody"}, {"api_url": f"{simulator.api_url}/{SECRET}"}):
        said = inventory.problem(**options)
        outputs.append(said)
        assert "SECRETapi" not in said
    assert "The API token is valid, but it needs the permission Zone Read" in outputs[0]
    assert "HTTP 403, code 10000: Authentication error). Add it" in outputs[0]
    assert "The API token is not valid" in outputs[1] and "HTTP 403, code 10000" in outputs[1]
    assert "code 7003" in outputs[2]
