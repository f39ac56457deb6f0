# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A HEC token from creation to deletion on both platforms, with the same results, and failures."""

from __future__ import annotations

import re

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings, strings

MODULE = "edgeops.logpush.splunk_hec_token"
LIST, INFO, SETTINGS = "GET data/inputs/http", "GET server/info", "GET data/inputs/http/http"
COLLECTION, ONE = "data/inputs/http", "data/inputs/http/cloudflare"
ACS_COLLECTION, ACS_ONE = "http-event-collectors", "http-event-collectors/cloudflare"
UNSET = {"source": "", "host": "", "description": ""}


def token(title, /, **options):
    """Return a task of the module for the token cloudflare."""
    return task(MODULE, title, **{"name": "cloudflare", **options})


def settled(calls):
    """Return requests without consecutive repetitions, because the number of polls of ACS depends on timing."""
    return [call for number, call in enumerate(calls) if call != (calls[number - 1] if number else None)]


@pytest.fixture(params=["enterprise", "cloud"])
def platform(request):
    """Return the platform that a test is about."""
    return request.param


@pytest.fixture
def place(request, platform):
    """Return the options that reach a Splunk without tokens."""
    return request.getfixturevalue("empty_splunk" if platform == "enterprise" else "empty_stack")


@pytest.fixture
def tokens(simulator):
    """Return a function that returns the tokens of Splunk by their names."""
    return lambda: {entry["name"]: entry for entry in simulator.state()["hec_tokens"]}


def steps(defaults):
    """Return the standard steps of a module, each run twice in check mode and twice for real."""
    wishes = {
        "create": {"index": "main", "sourcetype": "cloudflare:json"},
        "update": {"index": "cloudflare", "indexes": ["main", "cloudflare"], "source": "logpush"},
        "disable": {"enabled": False},
        "enable": {"enabled": True},
        "remove": {"state": "absent"},
    }
    for title, options in wishes.items():
        yield token(f"would {title}", check=True, **defaults, **options)
        yield token(title, **defaults, **options)
        # A list in another order is the same.
        again = {**options, "indexes": options["indexes"][::-1]} if "indexes" in options else options
        yield token(f"{title} again", **defaults, **again)
    yield token("would remove again", check=True, **defaults, state="absent")


def test_the_life_of_a_token(modules, simulator, place, platform, tokens):
    run = modules.tasks(task(MODULE, "nothing given", fails=True), *steps(place))
    assert "name" in run["nothing given"].msg
    assert {outcome.task: outcome["action"] for outcome in run.outcomes[1:]} == {
        "would create": "created",
        "create": "created",
        "create again": "unchanged",
        "would update": "updated",
        "update": "updated",
        "update again": "unchanged",
        "would disable": "disabled",
        "disable": "disabled",
        "disable again": "unchanged",
        "would enable": "enabled",
        "enable": "enabled",
        "enable again": "unchanged",
        "would remove": "deleted",
        "remove": "deleted",
        "remove again": "unchanged",
        "would remove again": "unchanged",
    }
    assert all(outcome["changed"] == (outcome["action"] != "unchanged") for outcome in run.outcomes[1:])
    assert tokens() == {}

    for title in ("create", "update", "disable", "enable", "remove"):
        assert run[f"would {title}"]["diff"] == run[title]["diff"]
        assert run[f"would {title}"]["token"] == run[title]["token"]
    name = run["update"]["token"]["name"]
    headers = {"before_header": f"HEC token {name}", "after_header": f"HEC token {name}"}
    assert run["update"]["diff"] == {
        **headers,
        "before": {"index": "main", "indexes": [], "source": ""},
        "after": {"index": "cloudflare", "indexes": ["cloudflare", "main"], "source": "logpush"},
    }
    assert run["disable"]["diff"] == {**headers, "before": {"enabled": True}, "after": {"enabled": False}}

    # The same result on both platforms, except for the app.
    created = {
        "name": "cloudflare",
        "app": "splunk_httpinput" if platform == "enterprise" else "",
        "enabled": True,
        "index": "main",
        "indexes": [],
        "sourcetype": "cloudflare:json",
        **UNSET,
        "use_ack": False,
        "acl": {},
        "token": "********",
    }
    updated = {**created, "index": "cloudflare", "indexes": ["cloudflare", "main"], "source": "logpush"}
    # Values that Splunk sets itself.
    filled = {key: run["create again"]["token"][key] for key in ("host", "acl")}
    assert run["create"]["token"] == created
    assert run["create again"]["token"] == {**created, **filled}
    assert run["update"]["token"] == {**updated, **filled}
    assert run["disable again"]["token"] == {**updated, **filled, "enabled": False}
    assert run["remove"]["token"] == run["remove again"]["token"] == {}

    # The value is returned whenever the token exists.
    values = {outcome.task: outcome.result.get("hec_token") for outcome in run.outcomes[1:]}
    value = values.pop("create")
    assert len(value) == 36
    without = {"would create", "would remove", "remove", "remove again", "would remove again"}
    assert {title for title, given in values.items() if given is None} == without
    assert {given for given in values.values() if given} == {value}

    calls = {outcome.task: settled(outcome.calls) for outcome in run.outcomes[1:]}
    if platform == "enterprise":
        # The settings show whether a token goes, or went, to the deployment repository.
        assert calls["create again"] == [LIST, INFO, SETTINGS]
        assert calls["would create"] == [LIST, INFO, SETTINGS]
        assert calls["create"] == [LIST, INFO, SETTINGS, f"POST {COLLECTION}", LIST]
        assert calls["update"] == calls["disable"] == [LIST, INFO, SETTINGS, f"POST {ONE}", LIST]
        assert calls["remove"] == [LIST, SETTINGS, f"DELETE {ONE}", LIST]
    else:
        look = f"GET {ACS_ONE}"
        assert calls["would create"] == calls["create again"] == [look]
        assert calls["create"] == [look, f"POST {ACS_COLLECTION}", look]
        assert calls["update"] == calls["disable"] == [look, f"PATCH {ACS_ONE}", look]
        assert calls["remove"] == [look, f"DELETE {ACS_ONE}", look]


def test_bad_input_fails_before_the_first_request(modules, simulator, empty_splunk):
    wrong = {
        "state": {"state": "gone"},
        "platform": {"platform": "mainframe"},
        "name": {"name": ""},
        "indexes": {"index": "a", "indexes": "b, c"},
        "acl": {"acl": {"sharing": "user"}},
    }
    run = modules.tasks(
        *(token(option, fails=True, **options) for option, options in wrong.items()), splunk=empty_splunk
    )
    assert all(outcome.failed and outcome.task in outcome.msg for outcome in run.outcomes), run.report
    assert simulator.requests(side="splunk") == []


@pytest.mark.parametrize("acl", ["read", ["read"], 5])
def test_secrets_are_kept_where_an_option_is_no_mapping(modules, simulator, empty_splunk, acl):
    # Ansible fails because of it before it knows the secrets, and shows every option.
    secret = {"token": "SECRETnew+B/=~", "password": "SECRETpass+C/=", "username": "ops"}
    run = modules.tasks(token("no mapping", fails=True, acl=acl, **{**empty_splunk, **secret}))
    assert run["no mapping"].msg == "acl: must be a mapping, with any of owner, sharing, read, write"
    assert "SECRET" not in run.report
    assert simulator.requests(side="splunk") == []


def test_the_environment_and_refusals_in_clear_words(modules, simulator, empty_splunk):
    # The connection to Splunk can come from the environment of the task; for everything that takes precedence, see
    # test_hec_reconcile.py.
    by_password = {
        "SPLUNK_MANAGEMENT_URL": simulator.management_url,
        "SPLUNK_USERNAME": simulator.splunk_username,
        "SPLUNK_PASSWORD": simulator.splunk_password,
    }
    cloud = {"platform": "cloud", "stack": simulator.acs_stack, "name": "cloud"}
    on_the_cloud = {**by_password, "SPLUNK_MANAGEMENT_URL": simulator.acs_url, "SPLUNK_USERNAME": "sc_admin"}
    simulator.change_settings(server_roles=["indexer", "cluster_slave"])
    ca = {"ca_path": simulator.ca_file}
    run = modules.tasks(
        token("a peer", environment=by_password, **ca),
        token("on the cloud", environment=on_the_cloud, **cloud),
        token("wrong password", fails=True, **{**empty_splunk, "password": "wrong"}),
        token("wrong certificate", fails=True, **{**empty_splunk, "ca_path": ""}),
        token("not verified", **{**empty_splunk, "ca_path": "", "validate_certs": False}),
        token("nobody listens", fails=True, **{**empty_splunk, "url": "https://127.0.0.1:9", "retries": 0}),
    )
    assert "This server is an indexer cluster peer" in run["a peer"]["warnings"][0]
    assert run["on the cloud"].calls[0] == "POST tokens"
    assert run["wrong password"]["http_status"] == 401
    assert "Check username and password" in run["wrong password"].msg
    # A playbook has no variable for the certificate of a proxy in front of Cloudflare.
    advice = "set ca_path to the certificate of that CA, or the environment variable REQUESTS_CA_BUNDLE to a file that has it."
    assert advice in run["wrong certificate"].msg
    assert run["not verified"]["action"] == "unchanged"
    assert "Check url" in run["nobody listens"].msg


def test_a_value_is_seen_nowhere_but_where_it_is_handed_out(modules, simulator, place, platform):
    old, new, password = "SECRETold+A/=&%<1>", "SECRETnew+B/=~", "SECRETpass+C/=\"'"
    simulator.reset(
        hec_tokens=[{"name": "cloudflare", "token": old, "index": "main"}],
        splunk_users=[{"name": "ops", "password": password, "roles": ["sc_admin"]}],
        settings={"acs_delay": 0},
    )
    text = f"cannot take {new} in place of {old} from ops:{password}"
    side, body = (
        ("acs", {"code": "400-bad-request", "message": text})
        if platform == "cloud"
        else ("splunk", {"messages": [{"type": "ERROR", "text": text}]})
    )
    speaks = {"side": side, "kind": "status", "status": 400, "body": body, "method": "DELETE"}
    where = {**place, "username": "ops", "password": password, "auth_token": ""}
    recreate = {"token": new, "recreate": True, **where}
    run = modules.tasks(
        token("look", **where),
        token("refused", fails=True, token=new, **where),
        token("speaking error", fails=True, before=[faults(speaks)], **recreate),
        token("recreate", **recreate),
        token("remove", state="absent", **where),
    )
    assert [outcome.result.get("action") for outcome in run.outcomes] == [
        "unchanged",
        None,
        None,
        "replaced",
        "deleted",
    ]
    assert (run["look"].result.pop("hec_token"), run["recreate"].result.pop("hec_token")) == (old, new)
    assert "cannot take ******** in place of ******** from ops" in run["speaking error"].msg
    # In verbose output, it is on a separate line.
    output = re.sub(r'"hec_token": ".*"', "", run.report)
    seen = "\n".join([output, *strings([outcome.result for outcome in run.outcomes])])
    for secret in (old, new, password):
        assert [form for form in spellings(secret) if form in seen] == []
    assert "SECRET" not in seen, [line for line in seen.splitlines() if "SECRET" in line]


def test_a_value_from_the_environment_is_for_a_new_token_and_never_for_another_one(
    modules, simulator, place, platform, tokens
):
    own, other = "0a1b2c3d-5555-4a6b-8c7d-9e0f1a2b3c4d", "0a1b2c3d-6666-4a6b-8c7d-9e0f1a2b3c4d"
    exported = {"SPLUNK_HEC_TOKEN": f"Splunk {own}", "EMPTY": ""}
    simulator.reset(hec_tokens=[{"name": "there", "token": other, "index": "main"}], settings={"acs_delay": 0})
    asks = {"token_env": "SPLUNK_HEC_TOKEN", "environment": exported, **place}
    run = modules.tasks(
        token("would create", check=True, **asks),
        token("create", **asks),
        token("again", **asks),
        token("option wins", name="given", **{**asks, "token": other.replace("6", "7")}),
        token("not asked for", name="chosen", environment=exported, **place),
        token("empty", name="empty", **{**asks, "token_env": "EMPTY"}),
    )
    assert run["would create"]["hec_token"] == own and run["again"]["action"] == "unchanged"
    held = {name: entry["token"] for name, entry in tokens().items()}
    assert (held["cloudflare"], held["given"]) == (own, other.replace("6", "7"))
    assert not {held["chosen"], held["empty"]} & {own, other}

    # Two tokens must not share a value.
    run = modules.tasks(
        token("would be second", check=True, name="second", **asks), token("second", name="second", **asks)
    )
    for outcome in run.outcomes:
        assert outcome["warnings"][0].startswith(
            "SPLUNK_HEC_TOKEN is the value of HEC token cloudflare, and two tokens cannot share a value"
        )
    assert not run["would be second"].result.get("hec_token") and tokens()["second"]["token"] not in (own, other)

    options = {"name": "there", "source": "logpush", **asks}
    refused = modules.tasks(token("another value", fails=True, **options))["another value"]
    for words in ("HEC token there has another value", "SPLUNK_HEC_TOKEN", "credential", "recreate: true"):
        assert words in refused.msg
    assert {call.partition(" ")[0] for call in refused.calls} <= {"GET"} and tokens()["there"]["token"] == other
    replaced = modules.tasks(token("recreate", recreate=True, **options))["recreate"]
    assert replaced["action"] == "replaced" and tokens()["there"]["token"] == own
    assert [form for form in spellings(own) if form in refused.msg] == []


@pytest.mark.parametrize("options", [{}, {"state": "absent"}, {"enabled": False}, {"index": "main"}])
def test_a_name_in_two_apps_is_refused_before_anything_is_changed(modules, simulator, empty_splunk, options):
    apps = ("splunk_httpinput", "search")
    tokens = [{"name": "cloudflare", "token": f"{number}" * 8, "app": app} for number, app in enumerate(apps)]
    simulator.reset(hec_tokens=tokens)
    before = simulator.state()["hec_tokens"]
    run = modules.tasks(
        task(MODULE, "look", check=True, fails=True, name="cloudflare", **options),
        task(MODULE, "change", fails=True, name="cloudflare", **options),
        splunk=empty_splunk,
    )
    for title in ("look", "change"):
        assert "exists in 2 apps: search, splunk_httpinput" in run[title].msg
        assert {request["method"] for request in run[title].requests} == {"GET"}
    assert simulator.state()["hec_tokens"] == before


def test_acknowledgement_is_said_wherever_the_token_is_seen(modules, simulator, empty_splunk):
    info, token = "edgeops.logpush.splunk_hec_token_info", "edgeops.logpush.splunk_hec_token"
    simulator.reset(hec_tokens=[{"name": "cloudflare", "token": simulator.hec_token, "useACK": True}])
    run = modules.tasks(
        task(info, "seen", name="cloudflare"),
        task(info, "all"),
        task(token, "would switch off", check=True, name="cloudflare"),
        task(token, "switched off", name="cloudflare"),
        task(token, "off", name="cloudflare"),
        task(token, "for another sender", name="other", use_ack=True, allow_ack=True),
        splunk=empty_splunk,
    )
    says = {outcome.task: outcome.result.get("warnings", [""])[0] for outcome in run.outcomes}
    assert says["seen"].startswith("HEC token cloudflare has indexer acknowledgement on. Do not use it for Logpush")
    assert says["would switch off"].startswith("Indexer acknowledgement of HEC token cloudflare is disabled now")
    assert says["switched off"] == says["would switch off"]
    assert says["for another sender"].startswith("HEC token other has indexer acknowledgement on.")
    assert says["all"] == says["off"] == ""
