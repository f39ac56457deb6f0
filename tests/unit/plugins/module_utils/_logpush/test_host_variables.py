# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the variables of a host to its scope and its jobs."""

from __future__ import annotations

import collections.abc
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import host_variables
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.host_variables import (
    scope_entries,
    zone_entries,
    zone_entry,
)

HOST = {"inventory_hostname": "shop.example.com"}
DEFAULT_JOBS = [{"dataset": "http_requests"}]


@pytest.mark.parametrize(
    ("variables", "scope"),
    [
        (HOST, {"zone": "shop.example.com"}),
        ({**HOST, "zone_name": "example.org"}, {"zone": "example.org"}),
        ({**HOST, "zone_name": "example.org", "zone_id": "0123"}, {"zone_id": "0123"}),
        ({**HOST, "zone_id": 123}, {"zone_id": "123"}),
        ({**HOST, "zone_id": "", "zone_name": None}, {"zone": "shop.example.com"}),
        ({**HOST, "zone_id": "0123", "account_id": "abc"}, {"zone_id": "0123"}),
        ({**HOST, "splunk_logpush_scope": ""}, {"zone": "shop.example.com"}),
    ],
)
def test_the_scope_of_a_host(variables: dict[str, t.Any], scope: dict[str, str]) -> None:
    assert zone_entry(variables) == {**scope, "jobs": DEFAULT_JOBS}


def test_the_account_of_a_host() -> None:
    account = {
        "zone_id": "0123",
        "account_id": "abc",
        "splunk_logpush_scope": "account",
        "splunk_logpush_datasets": ["audit_logs_v2"],
    }
    assert zone_entry({**HOST, **account}) == {"account_id": "abc", "jobs": [{"dataset": "audit_logs_v2"}]}


def test_the_options_of_a_host_are_those_that_are_set() -> None:
    variables = {
        **HOST,
        "splunk_logpush_endpoint": "h",
        "splunk_logpush_hec_token": "",
        "splunk_logpush_sourcetype": None,
        "splunk_logpush_enabled": False,
        "splunk_logpush_insecure_skip_verify": False,
        "unrelated": 1,
    }
    assert zone_entry(variables) == {
        "zone": "shop.example.com",
        "endpoint": "h",
        "enabled": False,
        "insecure_skip_verify": False,
        "jobs": DEFAULT_JOBS,
    }


@pytest.mark.parametrize(
    ("jobs", "datasets", "entries"),
    [
        (None, "", DEFAULT_JOBS),
        ([], [], []),
        ([], None, []),
        (None, [], []),
        ([{"name": "a"}], [], [{"name": "a"}]),
        ([], ["dns_logs"], [{"dataset": "dns_logs"}]),
        ([{"name": "a"}], ["http_requests", "dns_logs"], [{"name": "a"}, {"dataset": "dns_logs"}]),
        ([{"dataset": "dns_logs", "enabled": False}], ["dns_logs"], [{"dataset": "dns_logs", "enabled": False}]),
        (
            [],
            "dns_logs, nel_reports\nhttp_requests,",
            [{"dataset": name} for name in ("dns_logs", "nel_reports", "http_requests")],
        ),
        ([], ["dns_logs", "dns_logs"], [{"dataset": "dns_logs"}]),
    ],
)
def test_the_jobs_of_a_host(jobs: t.Any, datasets: t.Any, entries: t.Any) -> None:
    variables = {**HOST, "splunk_logpush_jobs": jobs, "splunk_logpush_datasets": datasets}
    assert zone_entry(variables)["jobs"] == entries


def test_an_unmanaged_zone_has_no_jobs_whatever_else_is_set() -> None:
    variables = {
        "splunk_logpush_jobs": [{"name": "a"}],
        "splunk_logpush_datasets": "dns_logs",
        "splunk_logpush_endpoint": "h",
    }
    assert zone_entry({**HOST, **variables, "splunk_logpush_state": "unmanaged"}) == {
        "zone": "shop.example.com",
        "jobs": [],
    }


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "zone_id"),
        ({"splunk_logpush_scope": "zones"}, "splunk_logpush_scope"),
        ({"splunk_logpush_scope": ["account"]}, "splunk_logpush_scope"),
        ({**HOST, "splunk_logpush_scope": "account"}, "account_id"),
        # The default job of a zone has a dataset that accounts do not have.
        ({"account_id": "abc", "splunk_logpush_scope": "account"}, "splunk_logpush_datasets"),
        ({**HOST, "splunk_logpush_jobs": {"dataset": "dns_logs"}}, "splunk_logpush_jobs"),
        ({**HOST, "splunk_logpush_jobs": ["dns_logs"]}, "splunk_logpush_jobs"),
        ({**HOST, "splunk_logpush_jobs": "dns_logs"}, "splunk_logpush_jobs"),
        ({**HOST, "splunk_logpush_jobs": [{"dataset": ["dns_logs"]}]}, "splunk_logpush_jobs"),
        ({**HOST, "splunk_logpush_datasets": {"dns_logs": 1}}, "splunk_logpush_datasets"),
        ({**HOST, "splunk_logpush_datasets": [{"dataset": "dns_logs"}]}, "splunk_logpush_datasets"),
        ({**HOST, "splunk_logpush_datasets": [None]}, "splunk_logpush_datasets"),
        ({**HOST, "splunk_logpush_datasets": 5}, "splunk_logpush_datasets"),
    ],
    ids=str,
)
def test_a_variable_that_cannot_be_is_named(variables: dict[str, t.Any], named: str) -> None:
    with pytest.raises(OptionError, match=f"^{named}(: | is required)"):
        zone_entry(variables)


def test_the_entry_shares_nothing_with_the_variables() -> None:
    job = {"dataset": "dns_logs"}
    zone_entry({**HOST, "splunk_logpush_jobs": [job]})["jobs"][0]["enabled"] = False
    assert job == {"dataset": "dns_logs"}


@pytest.mark.parametrize(
    "variables",
    [
        {"splunk_logpush_hec_token": "{{ not_there }}"},
        {"splunk_logpush_jobs": [{"destination_conf": "splunk://h?channel={{ not_there | urlencode }}&x=SECRET"}]},
    ],
)
def test_a_reference_that_ansible_left_as_it_is_is_named(variables: dict[str, t.Any]) -> None:
    [entry] = zone_entries(["shop"], {"shop": {**HOST, **variables}})
    assert set(entry) == {"host", "problem"}
    assert "refers to a variable that is not set: {{ not_there" in entry["problem"] and "SECRET" not in entry["problem"]


def test_options_that_many_hosts_have_are_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    check = host_variables.check_layer
    monkeypatch.setattr(
        host_variables, "check_layer", lambda layer, called: (checked.append(called), check(layer, called))
    )
    common = {"splunk_logpush_endpoint": "splunk.example.com", "splunk_logpush_jobs": [{"dataset": "dns_logs"}]}
    hosts: dict[str, dict[str, t.Any]] = {f"host{number}": {"zone_id": str(number), **common} for number in range(50)}
    # A mistake is reported for each host that has it.
    for host in ("host7", "host8"):
        hosts[host]["splunk_logpush_enabled"] = "perhaps"
    entries = zone_entries(list(hosts), hosts)
    assert [entry["host"] for entry in entries if "splunk_logpush_enabled" in entry.get("problem", "")] == [
        "host7",
        "host8",
    ]
    assert len(checked) == 4


class Broken(dict):
    """The variables of a host, one of which cannot be resolved."""

    def get(self, name: str, default: t.Any = None) -> t.Any:
        """Return a variable."""
        if name == "splunk_logpush_jobs":
            raise KeyError("a token that is not there")
        return super().get(name, default)


def test_who_asks_for_scopes_alone_is_not_stopped_by_the_rest() -> None:
    hosts = {
        "shop": Broken(HOST, zone_id="1", zone_name="example.com"),
        "named": Broken(HOST),
        "acme": Broken(splunk_logpush_scope="account", account_id="2"),
        "wrong": Broken(splunk_logpush_scope="account"),
    }
    assert scope_entries(list(hosts), hosts)[:3] == [
        {"host": "shop", "zone_id": "1", "zone_name": "example.com"},
        {"host": "named", "zone": "shop.example.com"},
        {"host": "acme", "account_id": "2"},
    ]
    assert "account_id" in scope_entries(["wrong"], hosts)[0]["problem"]
    assert "not there" in zone_entries(["shop"], hosts)[0]["problem"]


def test_the_hosts_of_other_accounts_are_left_out() -> None:
    hosts: dict[str, t.Any] = {
        "ours": {**HOST, "zone_id": "1", "account_id": "a", "cloudflare_api_token": "one"},
        "theirs": {**HOST, "zone_id": "2", "account_id": "b", "cloudflare_api_token": "two"},
        "unknown": {**HOST, "zone_id": "3", "account_id": "", "cloudflare_api_token": "one"},
        "account": {"splunk_logpush_scope": "account", "account_id": "a", "cloudflare_api_token": "one"},
    }
    entries = scope_entries(list(hosts), hosts, same_api_token=True, accounts=["a"])
    assert entries == [
        {"host": "ours", "zone_id": "1", "zone_account_id": "a"},
        {"host": "unknown", "zone_id": "3"},
        {"host": "account", "account_id": "a"},
    ]
    assert len(scope_entries(list(hosts), hosts, accounts=["a", "b"])) == 4
    assert len(scope_entries(list(hosts), hosts)) == 4


def test_an_account_without_a_host_is_a_problem_of_every_host() -> None:
    hosts = {name: {**HOST, "zone_id": "1", "account_id": "a"} for name in ("one", "two")}
    entries = scope_entries(list(hosts), hosts, accounts=["c"])
    assert [entry["host"] for entry in entries] == ["one", "two"]
    assert entries[0]["problem"].startswith("No host belongs to the account c (logpush_accounts).")


@pytest.mark.parametrize("name", ["", None, "__omit_place_holder__1f", "<<Omit>>"])
def test_a_blank_name_beside_the_id_of_a_zone_is_none(name: t.Any) -> None:
    hosts = {"shop": {**HOST, "zone_id": "1", "zone_name": name}}
    assert scope_entries(["shop"], hosts) == [{"host": "shop", "zone_id": "1"}]
    assert zone_entries(["shop"], hosts) == [{"host": "shop", "zone_id": "1", "jobs": DEFAULT_JOBS}]


class Costly(collections.abc.Mapping):
    """The variables of a host as Ansible passes them: each value is computed when it is read."""

    def __init__(self, cheap: dict[str, t.Any]) -> None:
        self.cheap = cheap

    def __getitem__(self, name: str) -> t.Any:
        if name == "costly":
            raise AssertionError("asked for a variable that is none of the collection's")
        return self.cheap[name]

    def __iter__(self) -> t.Iterator[str]:
        return iter([*self.cheap, "costly"])

    def __len__(self) -> int:
        return len(self.cheap) + 1


def test_no_other_variable_is_asked_for() -> None:
    assert zone_entry(Costly(HOST)) == {"zone": "shop.example.com", "jobs": DEFAULT_JOBS}


class Marker:
    """A value whose template cannot be resolved, as ansible-core has it from 2.19 on: any use raises an exception."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __eq__(self, other: object) -> bool:
        raise ValueError(f"A captured exception marker was tripped: {self.reason}")

    def __str__(self) -> str:
        raise ValueError(f"A captured exception marker was tripped: {self.reason}")

    __hash__ = None  # type: ignore[assignment]


UNDEFINED = Marker("'hec_hots' is undefined")
SYNTAX = Marker("Syntax error in template: unexpected '.'")


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        (
            {"splunk_logpush_endpoint": UNDEFINED},
            "splunk_logpush_endpoint of host shop cannot be resolved: 'hec_hots' is undefined.",
        ),
        (
            {"splunk_logpush_jobs": [{"dataset": "dns_logs"}, {"name": UNDEFINED}]},
            "splunk_logpush_jobs[1].name of host shop cannot be resolved: 'hec_hots' is undefined.",
        ),
        ({"zone_id": UNDEFINED}, "zone_id of host shop cannot be resolved: 'hec_hots' is undefined."),
        (
            {"splunk_logpush_jobs": [{"output_options": {"record_template": SYNTAX}}]},
            (
                f"splunk_logpush_jobs[0].output_options.record_template of host shop cannot be resolved: {SYNTAX.reason}. "
                "Ansible treats it as one of its own templates: write it as !unsafe '...'."
            ),
        ),
    ],
)
def test_a_template_that_cannot_be_resolved_is_named(variables: dict[str, t.Any], problem: str) -> None:
    assert zone_entries(["shop"], {"shop": {**HOST, **variables}}) == [{"host": "shop", "problem": problem}]
    if "zone_id" in variables:
        assert scope_entries(["shop"], {"shop": {**HOST, **variables}}) == [{"host": "shop", "problem": problem}]


def test_variables_that_cannot_be_read_at_all_are_named_by_their_host() -> None:
    [entry] = zone_entries(["gone"], {})
    assert entry["problem"] == "The variables of host gone cannot be resolved: 'gone'."


def test_the_account_of_a_zone_is_handed_on() -> None:
    variables = {
        "a": {**HOST, "zone_id": "1", "account_id": "2"},
        "b": {**HOST, "zone_name": "b.example", "account_id": "2"},
    }
    for entries in (scope_entries(["a", "b"], variables), zone_entries(["a", "b"], variables)):
        assert [entry["zone_account_id"] for entry in entries] == ["2", "2"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("splunk_logpush_endpoint", "ftp://splunk.example.com"),
        ("splunk_logpush_hec_token", "SECRET%2520TOKEN two words"),
        ("splunk_logpush_channel", "no-guid"),
        ("splunk_logpush_sourcetype", "two words"),
    ],
)
def test_a_value_that_cannot_be_used_is_reported_under_the_name_of_its_variable(variable: str, value: str) -> None:
    [entry] = zone_entries(["shop"], {"shop": {**HOST, variable: value}})
    assert set(entry) == {"host", "problem"} and entry["problem"].startswith(f"{variable}: ")
    assert "SECRET" not in entry["problem"]
