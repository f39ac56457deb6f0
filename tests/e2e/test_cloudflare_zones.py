# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The zones of Cloudflare as an inventory, as ansible-inventory and the playbooks see it."""

from __future__ import annotations

import json
import subprocess
import typing as t

import pytest

from .ansible import BIN, CRASH

ACME, OTHER = "acce" * 8, "07e4" * 8
ACCOUNTS = {ACME: "Acme", OTHER: "Other & Sons"}
SECRET = "SECRETapi+D/=~&token"
PYTHON = "{{ ansible_playbook_python }}"
DEBUG = {"name": "Say nothing", "ansible.builtin.debug": {"msg": ""}}


def zone(number: int, name: str, account_id: str = ACME, **more: t.Any) -> dict[str, t.Any]:
    """Return a zone as the simulator takes it."""
    return {
        "id": f"{number:032x}",
        "name": name,
        "account_id": account_id,
        "account_name": ACCOUNTS[account_id],
        **more,
    }


ZONES = [
    zone(1, "shop.example.com"),
    zone(2, "www.example.com", status="pending"),
    zone(3, "blog.example.org", plan="Free Website"),
    zone(4, "shop.example.net", OTHER),
    zone(5, "www.example.net", OTHER, plan="Free Website", status="moved"),
]


class Inventory:
    """Runs ansible-inventory on a file for the plugin, written for each run."""

    def __init__(self, ansible: t.Any) -> None:
        self.ansible = ansible
        self.path = ansible.folder / "test.cloudflare_zones.yml"
        self.output = ""

    def run(
        self,
        *arguments: str,
        environment: t.Mapping[str, str] | None = None,
        before: t.Sequence[str] = (),
        **options: t.Any,
    ) -> str:
        """Return the output of a run with these options; ``before`` are other sources, read first. No run may show a
        crash."""
        self.write(**options)
        done = subprocess.run(
            [
                str(BIN / "ansible-inventory"),
                *(part for path in (*before, self.path) for part in ("-i", str(path))),
                *arguments,
            ],
            cwd=self.ansible.folder,
            env={**self.ansible.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        self.output = done.stdout + done.stderr
        assert not CRASH.search(self.output), self.output
        assert done.returncode == 0, self.output
        return done.stdout

    def write(self, **options: t.Any) -> None:
        """Writes the file. JSON is YAML, too."""
        text = json.dumps({"plugin": "edgeops.logpush.cloudflare_zones", "timeout": 10, "retries": 1, **options})
        self.path.write_text(text, encoding="utf-8")

    def listed(self, **options: t.Any) -> dict[str, t.Any]:
        """Return what --list says."""
        return json.loads(self.run("--list", **options))

    def hosts(self, **options: t.Any) -> dict[str, dict[str, t.Any]]:
        """Return the hosts with their variables."""
        return self.listed(**options)["_meta"]["hostvars"]

    def problem(self, *arguments: str, **options: t.Any) -> str:
        """Return what a run says that must fail, as one line. It has no hosts."""
        assert self.run("--graph", *arguments, **options).endswith("@all:\n  |--@ungrouped:\n"), self.output
        assert "Failed to parse" in self.output, self.output
        return " ".join(self.output.split())


@pytest.fixture
def inventory(ansible, simulator):
    """Return what runs ansible-inventory, and a simulator with a few zones."""
    simulator.reset(zones=ZONES)
    return Inventory(ansible)


def asked(simulator):
    """Return the query of each request for zones, without what every one has."""
    queries = [request["query"] for request in simulator.requests(side="api")]
    return [{name: value for name, value in query.items() if name not in ("order", "per_page")} for query in queries]


def test_every_zone_is_a_host(inventory, simulator):
    listed = inventory.listed()
    assert (
        set(listed["cloudflare_zones"]["hosts"])
        == set(listed["_meta"]["hostvars"])
        == {entry["name"] for entry in ZONES}
    )
    assert listed["_meta"]["hostvars"]["shop.example.net"] == {
        "zone_id": f"{4:032x}",
        "zone_name": "shop.example.net",
        "zone_status": "active",
        "zone_plan": "Enterprise Website",
        "account_id": OTHER,
        "account_name": "Other & Sons",
        "ansible_connection": "local",
        "ansible_python_interpreter": PYTHON,
    }
    assert json.loads(inventory.run("--host", "blog.example.org"))["zone_plan"] == "Free Website"
    assert "  |--@cloudflare_zones:\n  |  |--blog.example.org\n" in inventory.run("--graph")
    assert asked(simulator) == [{"page": "1"}] * 3


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
    assert "no zone becomes a host. The API gave 5" in " ".join(inventory.output.split())


def test_groups_and_variables_of_expressions(inventory, simulator):
    listed = inventory.listed(
        strict=True,
        include_accounts=True,
        keyed_groups=[{"key": "zone_plan | lower", "prefix": "plan"}, {"key": "account_name", "prefix": "of"}],
        groups={"shops": "zone_name.startswith('shop.')", "branded": "'shop' in splunk_logpush_sourcetype"},
        compose={"splunk_logpush_sourcetype": "'cloudflare:' ~ zone_name"},
    )
    assert listed["plan_free_website"]["hosts"] == ["blog.example.org", "www.example.net"]
    assert sorted(listed["of_Other___Sons"]["hosts"]) == ["shop.example.net", "www.example.net"]
    assert (
        sorted(listed["shops"]["hosts"])
        == sorted(listed["branded"]["hosts"])
        == ["shop.example.com", "shop.example.net"]
    )
    # Accounts have a group of their own, and are in no other.
    assert sorted(listed["cloudflare_accounts"]["hosts"]) == [f"account_{OTHER}", f"account_{ACME}"]
    assert not any(name.startswith("account_") for name in listed["cloudflare_zones"]["hosts"])
    account = listed["_meta"]["hostvars"][f"account_{ACME}"]
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


def test_the_cache(inventory, simulator, ansible):
    cache = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(ansible.folder / "cache"),
    }
    ansible.environment["CLOUDFLARE_API_TOKEN"] = SECRET
    simulator.reset(zones=ZONES, api_tokens=[{"id": "1", "token": SECRET}])
    first = inventory.hosts(**cache)
    simulator.reset(zones=ZONES[:2], api_tokens=[{"id": "1", "token": SECRET}])
    # Needs no credentials, either, and takes other filters of its own.
    assert inventory.hosts(environment={"CLOUDFLARE_API_TOKEN": ""}, **cache) == first
    assert len(inventory.hosts(exclude=["shop.*"], **cache)) == 3
    assert asked(simulator) == []
    # What the API is to leave out is another question.
    assert len(inventory.hosts(statuses=["active"], **cache)) == 1
    inventory.write(**cache)
    run = ansible.playbook(
        [{"hosts": "all", "gather_facts": False, "tasks": [DEBUG]}], "-i", str(inventory.path), "--flush-cache"
    )
    assert len(run.outcomes) == 2
    assert len(inventory.hosts(**cache)) == 2
    assert len(asked(simulator)) == 2
    kept = [path.read_text(encoding="utf-8") for path in (ansible.folder / "cache").iterdir()]
    assert len(kept) == 2
    assert not any("SECRET" in text for text in (*kept, *(path.name for path in (ansible.folder / "cache").iterdir())))


def test_zones_of_one_name(inventory, simulator, ansible):
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
    # The same with an inventory for each account, and after groups and hosts of another file.
    others = ansible.folder / "others.cloudflare_zones.yml"
    inventory.write(accounts=[ACME])
    others.write_text(inventory.path.read_text(encoding="utf-8"), encoding="utf-8")
    static = ansible.folder / "hosts.ini"
    static.write_text("[example.org]\nweb\n[cloudflare_zones]\nexample.com noted=yes\n", encoding="utf-8")
    hosts = inventory.hosts(before=[static, others], accounts=[OTHER])
    assert (hosts["example.com"]["zone_id"], hosts["example.com"]["noted"]) == (f"{1:032x}", "yes")
    assert {f"example.com_{2:032x}", f"example.org_{3:032x}", f"example.org_{4:032x}"} <= set(hosts)
    # The host of the group has got no variables.
    assert "web" not in hosts


def test_names_from_the_api_are_never_evaluated(inventory, simulator, ansible):
    touch = "{{ lookup('ansible.builtin.pipe', 'touch evaluated') }}"
    header = "#jinja2:variable_start_string:'[[',variable_end_string:']]'\n[[ lookup('ansible.builtin.pipe', 'touch evaluated') ]]"
    names = [touch, "all", "cloudflare_zones", "127.0.0.1", "\ud800\u202e\x00", "a.com:22", "x.example.com"]
    simulator.reset(
        zones=[
            {**zone(number, name), "account_name": (touch, header)[number % 2], "plan": touch}
            for number, name in enumerate(names)
        ]
    )
    inventory.write(
        keyed_groups=[{"key": "account_name", "prefix": "of"}, {"key": "zone_name"}],
        compose={"label": "account_name ~ zone_plan"},
    )
    facts = "{{ [zone_name, zone_plan, account_name, label] }}"
    play = {
        "hosts": "cloudflare_zones",
        "gather_facts": False,
        "tasks": [{"name": "Show", "ansible.builtin.debug": {"msg": facts}}],
    }
    run = ansible.playbook([play], "-i", str(inventory.path))
    assert run.returncode == 0, run.output
    assert {outcome.host for outcome in run.outcomes} == {f"zone_{number:032x}" for number in range(6)} | {
        "x.example.com"
    }
    assert run.on(f"zone_{0:032x}")["msg"] == [touch, touch, touch, touch * 2]
    assert run.on("x.example.com")["msg"][2] == touch
    assert run.on(f"zone_{1:032x}")["msg"][2] == header
    assert not (ansible.folder / "evaluated").exists()


def test_a_zone_runs_on_the_controller(inventory, ansible):
    """Also modules, in a play that says nothing of connections."""
    inventory.write(include=["shop.example.com"])
    show = {
        "ansible.builtin.debug": {
            "msg": "{{ [ansible_python_interpreter == ansible_playbook_python, ansible_connection] }}"
        }
    }
    play = {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [{"name": "Ping", "ansible.builtin.ping": {}}, {"name": "Show", **show}],
    }
    run = ansible.playbook([play], "-i", str(inventory.path))
    assert run["Ping"]["ping"] == "pong"
    assert run["Show"]["msg"] == [True, "local"]
    assert "discovered_interpreter" not in run.report


def test_a_rollout_to_the_zones_of_the_api(inventory, simulator, ansible, splunk, stored):
    inventory.write(include=["*.example.com", "*.example.net"], include_accounts=True, accounts=["other*"])
    variables = {f"splunk_logpush_{option}": value for option, value in splunk.items()}
    run = ansible.playbook("edgeops.logpush.rollout", "-i", str(inventory.path), "-e", json.dumps(variables))
    assert run.returncode == 0, run.output
    assert sorted((job["scope_id"], job["dataset"], job["enabled"]) for job in stored()) == [
        (f"{number:032x}", "http_requests", True) for number in (4, 5)
    ]
    accounts = {"logpush_zones": "cloudflare_accounts", "splunk_logpush_datasets": ["audit_logs_v2"]}
    run = ansible.playbook(
        "edgeops.logpush.rollout", "-i", str(inventory.path), "-e", json.dumps({**variables, **accounts})
    )
    assert run.returncode == 0, run.output
    assert [job["dataset"] for job in stored() if job["scope_id"] == OTHER] == ["audit_logs_v2"]
    # The ids are known: no zone is looked up again.
    assert {
        request["path"] for request in simulator.requests(side="api", method="GET") if "logpush" not in request["path"]
    } == {"/client/v4/zones"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"status": "active"}, "status: there is no such option"),
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
        ({"environment": {"CLOUDFLARE_API_TOKEN": ""}}, "api_token: is required"),
    ],
)
def test_a_mistake_is_named_before_the_first_request(inventory, simulator, options, words):
    assert words in inventory.problem("-vvvv", **options)
    assert asked(simulator) == []
    assert "SECRET" not in inventory.output


def test_credentials_from_wherever_they_may_come(inventory, simulator, ansible):
    simulator.reset(
        zones=ZONES,
        api_tokens=[
            {"id": "1", "token": SECRET},
            {"id": "2", "email": "me@example.com", "key": "0123456789abcdef", "zones": [f"{3:032x}"]},
        ],
    )
    ansible.environment.update(CLOUDFLARE_API_TOKEN="", TEST_TOKEN=SECRET)
    assert len(inventory.hosts(api_token="{{ lookup('ansible.builtin.env', 'TEST_TOKEN') }}")) == 5
    assert len(inventory.hosts(environment={"CLOUDFLARE_TOKEN": SECRET})) == 5
    assert (
        len(
            json.loads(inventory.run("--list", "-e", json.dumps({"cloudflare_api_token": SECRET})))["_meta"]["hostvars"]
        )
        == 5
    )
    # What the file says wins over the environment.
    key = {"api_email": "me@example.com", "api_key": "{{ '0123456789' ~ 'abcdef' }}"}
    assert list(inventory.hosts(environment={"CLOUDFLARE_API_TOKEN": SECRET}, **key)) == ["blog.example.org"]


def fault(**more):
    """Return a fault that spoils the second page, for as often as it is asked for."""
    return {"method": "GET", "path": "/zones$", "times": None, "skip": 1, **more}


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (fault(kind="status", status=503), ["page 2", "HTTP 503", "try again later"]),
        (fault(kind="html", status=502), ["page 2", "HTTP 502", "not the JSON of the API"]),
        (fault(kind="not_json"), ["page 2", "HTTP 200", "Check api_url"]),
        (fault(kind="reset"), ["page 2", "the connection broke"]),
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


def test_a_token_that_may_not_and_one_that_is_none(inventory, simulator, ansible):
    simulator.reset(zones=ZONES, api_tokens=[{"id": "1", "token": SECRET, "permissions": ["logs_write"]}])
    ansible.environment["CLOUDFLARE_API_TOKEN"] = SECRET
    outputs = []
    for options in ({}, {"api_token": f"{SECRET}-of-nobody"}, {"api_url": f"{simulator.api_url}/{SECRET}"}):
        said = inventory.problem("-vvvv", **options)
        outputs.append(said)
        assert "SECRETapi" not in said
    assert "HTTP 403, code 10000: Authentication error. The API token needs the permission Zone Read" in outputs[0]
    assert "HTTP 403, code 10000" in outputs[1]
    assert "code 7003" in outputs[2]
