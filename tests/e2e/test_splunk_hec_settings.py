# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HEC as a whole: switched on and off, its port and threads, and what a restart is needed for."""

from __future__ import annotations

from .ansible import task

MODULE = "edgeops.logpush.splunk_hec_settings"
READ, WRITE = "GET data/inputs/http/http", "POST data/inputs/http/http"


def settings(title, /, **options):
    """Gives a task of the module."""
    return task(MODULE, title, **options)


def test_the_life_of_the_settings(ansible, simulator, empty_splunk):
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
    run = ansible.tasks(*tasks, splunk=empty_splunk, arguments=("--diff",))
    assert run.returncode == 0, run.output
    assert "username, password, auth_token" in run["nothing given"].msg
    assert {outcome.task: (outcome["action"], outcome.calls) for outcome in run.outcomes[1:]} == {
        "would enable": ("enabled", [READ]), "enable": ("enabled", [READ, WRITE]), "enable again": ("unchanged", [READ]),
        "would update": ("updated", [READ]), "update": ("updated", [READ, WRITE]), "update again": ("unchanged", [READ]),
        "would move": ("updated", [READ]), "move": ("updated", [READ, WRITE]), "move again": ("unchanged", [READ]),
        "would disable": ("disabled", [READ]), "disable": ("disabled", [READ, WRITE]),
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
        "before": {"dedicated_io_threads": 2, "max_sockets": 0, "max_threads": 0},
        "after": {"dedicated_io_threads": 4, "max_sockets": -1, "max_threads": 8},
    }
    # Only what differs is sent.
    sent = [entry["form"] for entry in simulator.requests(side="splunk", method="POST")]
    assert [set(form) - {"output_mode"} for form in sent] == [
        {"disabled"}, {"dedicatedIoThreads", "maxSockets", "maxThreads"}, {"port"}, {"disabled"},
    ]
    assert simulator.state()["hec_settings"]["disabled"] is True


def test_servers_that_cannot(ansible, simulator, empty_splunk):
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
    run = ansible.tasks(
        settings("a forwarder", fails=True),
        settings("no capability", fails=True, before=[("PATCH", "settings", {"universal_forwarder": False})], **by_token),
        settings("the web port", fails=True, url="http://127.0.0.1:9"),
        settings("a wrong port", fails=True, port=70000),
        splunk={**empty_splunk, "retries": 0},
    )
    assert "A Universal Forwarder answers so" in run["a forwarder"].msg
    assert "edit_token_http" in run["no capability"].msg
    assert "See url" in run["the web port"].msg
    assert run["a wrong port"].msg == "port: must be from 1 to 65535" and run["a wrong port"].calls == []
