# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of HEC: enabled and disabled, port and threads, and changes that need a restart."""

from __future__ import annotations

import json
import ssl

from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings
from ansible_collections.edgeops.logpush.tests.simulator.certificates import write_certificate

PASSPHRASE = "SECRETkey+A/=\"'<new>&#?%ö"
MODULE = "edgeops.logpush.splunk_hec_settings"
HEADERS = {"before_header": "HEC settings", "after_header": "HEC settings"}
READ, INFO, WRITE = "GET data/inputs/http/http", "GET server/info", "POST data/inputs/http/http"


def settings(title, /, **options):
    """Return a task of the module."""
    return task(MODULE, title, **options)


def test_the_life_of_the_settings(modules, simulator, empty_splunk):
    wishes = {
        "enable": {},
        "update": {"dedicated_io_threads": 4, "max_sockets": -1, "max_threads": "8"},
        "move": {"port": 18088},
        "disable": {"enabled": False},
    }
    tasks = [settings("nothing given", fails=True, **dict.fromkeys(empty_splunk, ""))]
    for title, options in wishes.items():
        tasks += [
            settings(f"would {title}", check=True, **options),
            settings(title, **options),
            settings(f"{title} again", **options),
        ]
    run = modules.tasks(*tasks, splunk=empty_splunk)
    assert "username, password, auth_token" in run["nothing given"].msg
    assert {outcome.task: (outcome["action"], outcome.calls) for outcome in run.outcomes[1:]} == {
        "would enable": ("enabled", [READ, INFO]),
        "enable": ("enabled", [READ, INFO, WRITE]),
        "enable again": ("unchanged", [READ]),
        "would update": ("updated", [READ, INFO]),
        "update": ("updated", [READ, INFO, WRITE]),
        "update again": ("unchanged", [READ]),
        "would move": ("updated", [READ, INFO]),
        "move": ("updated", [READ, INFO, WRITE]),
        "move again": ("unchanged", [READ]),
        "would disable": ("disabled", [READ, INFO]),
        "disable": ("disabled", [READ, INFO, WRITE]),
        "disable again": ("unchanged", [READ]),
    }
    for title in wishes:
        done = run[title]
        assert run[f"would {title}"].result.items() >= {key: done[key] for key in ("diff", "settings")}.items()
        assert run[f"{title} again"]["settings"] == done["settings"]
        assert done["changed"] and not run[f"{title} again"]["changed"]
        assert run[f"would {title}"]["restart_required"] == done["restart_required"] == (title in ("update", "move"))
        assert not run[f"{title} again"]["restart_required"]
    assert run["update"]["diff"] == {
        **HEADERS,
        "before": {"dedicated_io_threads": 2, "max_sockets": 0, "max_threads": 0},
        "after": {"dedicated_io_threads": 4, "max_sockets": -1, "max_threads": 8},
    }
    # Only differences are sent.
    sent = [entry["form"] for entry in simulator.requests(side="splunk", method="POST")]
    assert [set(form) - {"output_mode"} for form in sent] == [
        {"disabled"},
        {"dedicatedIoThreads", "maxSockets", "maxThreads"},
        {"port"},
        {"disabled"},
    ]
    assert simulator.state()["hec_settings"]["disabled"] is True


def test_the_certificate_and_the_passphrase_of_its_key(modules, simulator, empty_splunk, tmp_path):
    old, new = str(tmp_path / "old.pem"), str(tmp_path / "new.pem")
    certificates = {path: write_certificate(tmp_path / path, PASSPHRASE) for path in (old, new)}
    host, port = simulator.hec_endpoint.split(":")
    first, second = ({"server_cert": path, "ssl_password": PASSPHRASE} for path in (old, new))
    # No Splunk is known to repeat it in an error.
    error = json.dumps({"messages": [{"type": "ERROR", "text": f"Cannot open {old} with {PASSPHRASE}"}]})
    echo = {"side": "splunk", "kind": "status", "method": "POST", "status": 400, "body": error}
    always = {"ssl_password": PASSPHRASE, "ssl_password_mode": "always"}
    run = modules.tasks(
        settings("would set", check=True, **first),
        settings("set", **first),
        settings("set again", **first),
        settings("would change", check=True, **second),
        settings("change", **second),
        settings("change again", **second),
        settings("would renew", check=True, **always),
        settings("renew", **always),
        settings("renew again", **always),
        settings("no passphrase", server_cert="$SPLUNK_HOME/etc/auth/server.pem"),
        settings("nothing managed"),
        settings("never sent", fails=True, ssl_password=PASSPHRASE),
        settings("refused", fails=True, before=[faults(echo)], **first),
        splunk=empty_splunk,
    )
    both, changed = (
        [READ, INFO, WRITE],
        {outcome.task: (outcome["changed"], outcome.calls) for outcome in run.outcomes[:11]},
    )
    assert changed == {
        "would set": (True, [READ, INFO]),
        "set": (True, both),
        "set again": (False, [READ]),
        "would change": (True, [READ, INFO]),
        "change": (True, both),
        "change again": (False, [READ]),
        "would renew": (True, [READ, INFO]),
        "renew": (True, both),
        "renew again": (True, both),
        "no passphrase": (True, both),
        "nothing managed": (False, [READ]),
    }
    for title in ("set", "change", "renew"):
        assert {**run[f"would {title}"].result, "invocation": None} == {**run[title].result, "invocation": None}
    # HEC was disabled, and opens with the new certificate. An open HEC keeps its certificate until a restart.
    needed = [outcome.task for outcome in run.outcomes[:11] if outcome["restart_required"]]
    assert needed == ["would change", "change", "would renew", "renew", "renew again", "no passphrase"]
    assert ssl.get_server_certificate((host, int(port))) == certificates[old]
    hidden = {"before": "******** (old)", "after": "******** (new)"}
    assert run["change"]["diff"] == {
        **HEADERS,
        "before": {"server_cert": old, "ssl_password": hidden["before"]},
        "after": {"server_cert": new, "ssl_password": hidden["after"]},
    }
    renewed = {moment: {"ssl_password": masked} for moment, masked in hidden.items()}
    assert run["renew"]["diff"] == {**HEADERS, **renewed}
    assert run["change again"]["settings"]["server_cert"] == new and "ssl_password" not in run["change"]["settings"]
    sent = [entry["form"] for entry in simulator.requests(side="splunk", method="POST")]
    assert [sorted(set(form) - {"output_mode", "disabled"}) for form in sent] == [
        ["serverCert", "sslPassword"],
        ["serverCert", "sslPassword"],
        ["sslPassword"],
        ["sslPassword"],
        ["serverCert"],
        ["serverCert", "sslPassword"],
    ]
    assert {form["sslPassword"][0] for form in sent if "sslPassword" in form} == {PASSPHRASE}
    assert "ssl_password_mode: always" in run["never sent"].msg and run["never sent"].calls == []
    assert f"Cannot open {old} with ********" in run["refused"].msg
    seen = run.report
    assert [form for form in {*spellings(PASSPHRASE), "SECRETkey", "$7$"} if form in seen] == []


def test_a_certificate_in_place_of_its_path(modules, simulator, empty_splunk, tmp_path):
    write_certificate(tmp_path / "hec.pem", PASSPHRASE)
    content = (tmp_path / "hec.pem").read_text(encoding="utf-8")
    run = modules.tasks(settings("content", fails=True, server_cert=content), splunk=empty_splunk)
    assert run["content"].msg.startswith("server_cert: must be the path of a file") and run["content"].calls == []
    assert [line for line in content.splitlines() if line in run.report] == []


def test_servers_that_cannot(modules, simulator, empty_splunk):
    simulator.reset(
        hec_settings={"disabled": True},
        settings={"universal_forwarder": True},
        splunk_tokens=[{"token": "of.the.user", "user": "ops"}],
        splunk_users=[
            {"name": "admin", "password": simulator.splunk_password},
            {"name": "ops", "password": "x", "roles": ["power"]},
        ],
    )
    by_token = {"auth_token": "of.the.user", "username": "", "password": ""}
    run = modules.tasks(
        settings("a forwarder", fails=True),
        settings(
            "no capability", fails=True, before=[("PATCH", "settings", {"universal_forwarder": False})], **by_token
        ),
        settings("the web port", fails=True, url="http://127.0.0.1:9"),
        settings("a wrong port", fails=True, port=70000),
        splunk={**empty_splunk, "retries": 0},
    )
    assert "A Universal Forwarder answers like this" in run["a forwarder"].msg
    assert "edit_token_http" in run["no capability"].msg
    assert "Check url" in run["the web port"].msg
    assert run["a wrong port"].msg == "port: must be from 1 to 65535" and run["a wrong port"].calls == []
