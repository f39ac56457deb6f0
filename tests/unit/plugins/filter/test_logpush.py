# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters, as a playbook calls them."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.edgeops.logpush.plugins.filter.logpush import FilterModule
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import derive_channel
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    GUID,
    TOKEN,
    WHOLE_CONF,
    nasty_text,
    whole_parts,
)
from hypothesis import given
from hypothesis import strategies as st

FILTERS = FilterModule().filters()
PARTS = {"endpoint": "hec.example.com", "hec_token": TOKEN, "channel": GUID}
anything = st.one_of(
    nasty_text,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(),
    st.lists(nasty_text),
    st.dictionaries(
        st.one_of(st.sampled_from(sorted(PARTS)), nasty_text, st.integers()),
        st.one_of(nasty_text, st.none(), st.integers()),
    ),
)


def test_each_filter_is_there() -> None:
    assert sorted(FILTERS) == [
        "logpush_channel",
        "logpush_scopes",
        "logpush_serial_batches",
        "logpush_sourcetypes",
        "logpush_zone",
        "logpush_zones",
        "parse_splunk_destination_conf",
        "redact_splunk_destination_conf",
        "splunk_authorization",
        "splunk_destination_conf",
        "splunk_management_url",
    ]


@pytest.mark.parametrize("spelling", [TOKEN, f"Splunk {TOKEN}", f"Splunk%20{TOKEN}", f"splunk+{TOKEN}"])
def test_authorization(spelling: str) -> None:
    assert FILTERS["splunk_authorization"](spelling) == f"Splunk%20{TOKEN}"


def test_a_string_is_made_of_parts() -> None:
    assert FILTERS["splunk_destination_conf"](PARTS) == WHOLE_CONF


@pytest.mark.parametrize(("text", "written"), [("false", "false"), ("no", "false"), ("True", "true"), (False, "false")])
def test_a_boolean_may_come_as_text(text: t.Any, written: str) -> None:
    conf = FILTERS["splunk_destination_conf"]({**PARTS, "insecure_skip_verify": text})
    assert f"insecure-skip-verify={written}&" in conf


def test_a_misspelled_parameter_is_kept_and_a_warning_names_the_correct_one(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr("ansible.utils.display.Display.warning", lambda self, text: warnings.append(text))
    conf = FILTERS["splunk_destination_conf"]({**PARTS, "source_type": "a", "Chanel": "s3cret", "header_X": "b"})
    assert "&source_type=a&Chanel=s3cret&header_X=b" in conf
    assert [warning.partition(" parameter ")[2] for warning in warnings] == [
        "source_type, which is sent unchanged. Did you mean sourcetype?",
        "Chanel, which is sent unchanged. Did you mean channel?",
    ]
    warnings.clear()
    FILTERS["splunk_destination_conf"]({**PARTS, "index": "web", "sourcetype": "a"})
    assert warnings == []


@pytest.mark.parametrize("name", ["logpush_zones", "logpush_scopes"])
def test_misspelled_variables_of_all_hosts_are_warned_of_in_the_first_batch(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr("ansible.utils.display.Display.warning", lambda self, text: warnings.append(text))
    own = {"splunk_logpush_dataset": ["dns_logs"], "my_team": "shop"}
    hosts = {f"{letter}.example.com": {"inventory_hostname": f"{letter}.example.com", **own} for letter in "abc"}
    hosts["localhost"] = {**own, "splunk_hec_indx": "web"}
    play = ["a.example.com", "b.example.com", "c.example.com"]
    FILTERS[name](play[:2], hosts, same_api_token=True, play_hosts=play)
    FILTERS[name](play[2:], hosts, same_api_token=True, play_hosts=play)
    FILTERS[name](play, hosts, same_api_token=True)
    assert warnings == [
        "splunk_hec_indx (1 host) is not a variable of this collection; did you mean splunk_hec_index?",
        "splunk_logpush_dataset (3 hosts) is not a variable of this collection; did you mean splunk_logpush_datasets?",
    ]


def test_names_are_compared_without_a_look_at_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible.utils.display.Display.warning", lambda self, text: None)

    class Variables(t.Dict[str, t.Any]):
        """The variables of a host, some of which cannot be resolved."""

        def __getitem__(self, key: str) -> t.Any:
            raise AssertionError(key)

        def get(self, key: str, default: t.Any = None) -> t.Any:
            assert key != "broken"
            return super().get(key, default)

    hosts = {"a.example.com": Variables(inventory_hostname="a.example.com", broken=1)}
    [entry] = FILTERS["logpush_scopes"](["a.example.com"], hosts, play_hosts=["a.example.com", "gone.example.com"])
    assert entry == {"host": "a.example.com", "zone": "a.example.com"}


@given(whole_parts)
def test_a_string_is_taken_apart_and_made_again(parts: dict[str, t.Any]) -> None:
    conf = FILTERS["splunk_destination_conf"](parts)
    taken_apart = FILTERS["parse_splunk_destination_conf"](conf)
    assert taken_apart["hec_token"] == parts["hec_token"]
    assert FILTERS["splunk_destination_conf"](taken_apart) == conf


def test_a_string_is_redacted() -> None:
    assert TOKEN not in FILTERS["redact_splunk_destination_conf"](WHOLE_CONF)


@pytest.mark.parametrize(
    "call",
    [lambda channel: channel(["a", "b"]), lambda channel: channel("a", "b"), lambda channel: channel(("a",), "b")],
)
def test_the_channel_of_names_however_they_are_given(call: t.Callable[[t.Any], str]) -> None:
    assert call(FILTERS["logpush_channel"]) == derive_channel("a", "b")


def test_the_channel_of_numbers() -> None:
    assert FILTERS["logpush_channel"]([7, "a"]) == derive_channel("7", "a")


@pytest.mark.parametrize("names", [[], "", ["a", ""], None, ["a", None], {"a": 1}, [["a"]]])
def test_names_that_make_no_channel(names: t.Any) -> None:
    with pytest.raises(AnsibleFilterError, match="^logpush_channel: "):
        FILTERS["logpush_channel"](names)


def test_the_entry_of_a_host() -> None:
    assert FILTERS["logpush_zone"]({"zone_id": "0123"}) == {"zone_id": "0123", "jobs": [{"dataset": "http_requests"}]}


def test_the_entries_of_hosts() -> None:
    class Broken(dict):
        """Return variables with a template that cannot be resolved."""

        def get(self, key: str, default: t.Any = None) -> t.Any:
            raise RuntimeError("'region' is undefined")

    jobs = {"jobs": [{"dataset": "http_requests"}]}
    hostvars = {
        "a": {"zone_id": "0123", "zone_name": "a.example.com"},
        "b.example.com": {"inventory_hostname": "b.example.com"},
        "c": {"splunk_logpush_scope": "planet"},
        "d": Broken(),
    }
    assert FILTERS["logpush_zones"](list(hostvars), hostvars) == [
        {"host": "a", "zone_id": "0123", "zone_name": "a.example.com", **jobs},
        {"host": "b.example.com", "zone": "b.example.com", **jobs},
        {"host": "c", "problem": "splunk_logpush_scope: must be zone or account"},
        {"host": "d", "problem": "account_id of host d cannot be resolved: 'region' is undefined."},
    ]
    hostvars["a"]["splunk_logpush_hec_token"] = TOKEN
    assert FILTERS["logpush_scopes"](["a", "c"], hostvars) == [
        {"host": "a", "zone_id": "0123", "zone_name": "a.example.com"},
        {"host": "c", "problem": "splunk_logpush_scope: must be zone or account"},
    ]


def test_hosts_outside_a_group_without_a_scope_of_their_own_are_left_out() -> None:
    class Broken(dict):
        """Return variables with a template that cannot be resolved."""

        def get(self, key: str, default: t.Any = None) -> t.Any:
            raise RuntimeError("'region' is undefined")

    hostvars = {
        "a.example.com": {"inventory_hostname": "a.example.com", "group_names": ["zones", "others"]},
        "server.example.com": {"inventory_hostname": "server.example.com", "group_names": ["others"], "zone_id": ""},
        "localhost": {"inventory_hostname": "localhost"},
        "b": {"zone_id": "0123"},
        "c": {"zone_name": "c.example.com"},
        "d": {"splunk_logpush_scope": "account", "account_id": "4567"},
        "e": Broken(),
    }
    assert FILTERS["logpush_scopes"](list(hostvars), hostvars, "zones") == [
        {"host": "a.example.com", "zone": "a.example.com"},
        {"host": "b", "zone_id": "0123"},
        {"host": "c", "zone": "c.example.com"},
        {"host": "d", "account_id": "4567"},
        {"host": "e", "problem": "account_id of host e cannot be resolved: 'region' is undefined."},
    ]
    assert len(FILTERS["logpush_scopes"](list(hostvars), hostvars)) == len(hostvars)


@pytest.mark.parametrize("accounts", ["1, 2", ["1", 2], "[1, 2]"])
def test_accounts_limit_the_hosts(accounts: t.Any) -> None:
    hostvars = {name: {"zone_id": name, "account_id": account} for name, account in (("a", "1"), ("b", 2), ("c", "3"))}
    entries = FILTERS["logpush_scopes"](list(hostvars), hostvars, accounts=accounts)
    assert [entry["host"] for entry in entries] == ["a", "b"]
    for everywhere in ("", None, []):
        assert len(FILTERS["logpush_scopes"](list(hostvars), hostvars, accounts=everywhere)) == 3
    [entry] = FILTERS["logpush_scopes"](["a"], hostvars, accounts=4)
    assert "No host belongs to the account 4" in entry["problem"]


@pytest.mark.parametrize(
    "value, sizes",
    [
        ("2, 100%", ["2", "100%"]),
        ("2\n 50%,\n", ["2", "50%"]),
        ("[2, '100%']", ["2", "100%"]),
        (5, ["5"]),
        ("10%", ["10%"]),
        ([1, " 50% "], ["1", "50%"]),
        ((1, 2), ["1", "2"]),
        ("", []),
    ],
)
def test_batch_sizes(value: t.Any, sizes: list[str]) -> None:
    assert FILTERS["logpush_serial_batches"](value) == sizes


@pytest.mark.parametrize("value", ["many", "2 or 3", -1, "1.5", "%", True, {"a": 1}, [None], None])
def test_invalid_batch_sizes_are_named(value: t.Any) -> None:
    with pytest.raises(AnsibleFilterError, match="takes numbers of hosts and percentages, such as 2, 10%, 100%, not "):
        FILTERS["logpush_serial_batches"](value)


@pytest.mark.parametrize("name", sorted(FILTERS))
@given(value=anything)
def test_a_filter_fails_in_words_only(name: str, value: t.Any) -> None:
    try:
        FILTERS[name](value, *([{}] if name in ("logpush_scopes", "logpush_sourcetypes", "logpush_zones") else []))
    except AnsibleFilterError as error:
        assert str(error).startswith(name)


@pytest.mark.parametrize("name", ["splunk_authorization", "parse_splunk_destination_conf", "splunk_destination_conf"])
def test_a_failure_does_not_repeat_the_secret(name: str) -> None:
    value = {**PARTS, "hec_token": "SECRET twice"} if name == "splunk_destination_conf" else "SECRET twice"
    with pytest.raises(AnsibleFilterError) as error:
        FILTERS[name](value)
    assert "SECRET" not in str(error.value)


def test_the_source_types_of_the_jobs_of_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr("ansible.utils.display.Display.warning", lambda self, text: warnings.append(text))
    hosts = {"a.example.com": {"inventory_hostname": "a.example.com", "splunk_logpush_datasets": ["dns_logs", "new"]}}
    expected = [{"name": "cloudflare:dns", "datasets": ["dns_logs"], "timestamp_format": "rfc3339"}]
    defaults = {"sourcetype": "cloudflare:dns"}
    assert FILTERS["logpush_sourcetypes"](list(hosts), hosts, "splunk.example.com", defaults) == expected
    [warning] = warnings
    assert warning.startswith("The field with the time is not known for new. ")
    for wrong in ({"endpoint": "not a host"}, {"job_defaults": ["x"]}):
        with pytest.raises(AnsibleFilterError, match=r"^logpush_sourcetypes: "):
            FILTERS["logpush_sourcetypes"](list(hosts), hosts, **wrong)
