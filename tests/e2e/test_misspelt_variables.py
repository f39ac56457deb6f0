# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every playbook that reads the variables of hosts warns once in a run about a misspelled variable."""

from __future__ import annotations

import pathlib
import re

import pytest

PLAYBOOKS = pathlib.Path(__file__).resolve().parents[2] / "playbooks"
READING = ("alerts", "audit", "delivery", "export", "repair", "rollout", "rotate_hec_token", "verify")


@pytest.mark.parametrize("name", READING)
def test_every_playbook_that_reads_variables_compares_their_names_once(name):
    text = (PLAYBOOKS / f"{name}.yml").read_text(encoding="utf-8")
    assert len(re.findall(r"logpush_(?:zones|scopes)\(hostvars, same_api_token=true, play_hosts=", text)) == 1


def test_no_other_playbook_reads_variables():
    texts = {path.stem: path.read_text(encoding="utf-8") for path in PLAYBOOKS.glob("*.yml")}
    assert {name for name, text in texts.items() if "edgeops.logpush.logpush_" in text} - set(READING) == set()


def test_one_warning_for_each_name_in_a_run_of_several_batches(ansible, hosts):
    for own in hosts.values():
        own.update(splunk_logpush_dataset=["dns_logs"], splunk_logpush_jobs_of_the_shop=[], my_team="shop")
    extra = '{"logpush_serial": 2, "logpush_prune": true, "logpush_concurency": 4}'
    run = ansible.playbook("edgeops.logpush.rollout", "--check", "-e", extra, inventory=hosts)
    assert run.returncode == 0, run.output
    shown = " ".join(run.output.split())
    assert re.findall(r"\S+ \(\d+ hosts?\) is not a variable of this collection; did you mean \S+\?", shown) == [
        "logpush_concurency (3 hosts) is not a variable of this collection; did you mean logpush_concurrency?",
        "splunk_logpush_dataset (3 hosts) is not a variable of this collection; did you mean splunk_logpush_datasets?",
    ], run.output


def test_the_playbook_for_hec_compares_the_names_before_anything_else(ansible):
    extra = '{"splunk_hec_indx": "web", "splunk_hec_validate_certs": "perhaps"}'
    run = ansible.playbook("edgeops.logpush.provision_hec", "-e", extra)
    assert run.returncode == 2 and "splunk_hec_validate_certs" in run.output, run.output
    shown = " ".join(run.output.split())
    found = "splunk_hec_indx (1 host) is not a variable of this collection; did you mean splunk_hec_index?"
    assert shown.count(found) == 1, run.output
