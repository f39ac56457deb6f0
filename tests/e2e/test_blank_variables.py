# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that are not set, as each version of Ansible passes them on: omit at any depth, null, and the text of a
survey."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import VARIABLES

from .ansible import CHECKOUT

ROLLOUT, PROVISION, SITE = (f"edgeops.logpush.{name}" for name in ("rollout", "provision_hec", "site"))
ROLE = "edgeops.logpush.splunk_logpush"
OMIT = "{{ not_defined_anywhere | default(omit) }}"
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}


def with_omits(simulator, splunk):
    """Return two hosts with omit in every place where a variable can hold it."""
    where = {"key": "EdgeResponseStatus", "operator": "eq", "value": "{{ limits.status }}", "extra": OMIT}
    job = {
        "name": OMIT,
        "dataset": "http_requests",
        "index": OMIT,
        "max_upload_records": OMIT,
        "output_options": {"field_names": ["RayID", OMIT], "sample_rate": OMIT, "CVE-2021-44228": True},
        "filter": {"where": where},
    }
    variables = {f"splunk_logpush_{option}": value for option, value in splunk.items()}
    return {
        "shop.example.com": {
            **variables,
            "zone_name": OMIT,
            "zone_id": simulator.zone_ids["shop.example.com"],
            "limits": {"status": 500},
            "splunk_logpush_jobs": [job, OMIT],
            "splunk_logpush_sourcetype": OMIT,
        },
        "www.example.com": {
            **variables,
            "zone_name": OMIT,
            "zone_id": OMIT,
            "splunk_logpush_datasets": ["http_requests", OMIT],
        },
    }


def test_omit_is_not_set_at_any_depth(ansible, simulator, splunk, stored):
    run = ansible.playbook(ROLLOUT, "-e", "logpush_zones=all", inventory=with_omits(simulator, splunk))
    assert run.returncode == 0, run.output
    assert "_OmitType" not in run.output and "<<Omit>>" not in run.output and "__omit" not in run.output
    jobs = {job["name"]: job for job in stored()}
    assert set(jobs) == {"shop.example.com", "www.example.com"}
    shop = jobs["shop.example.com"]
    assert shop["filter"] == '{"where":{"key":"EdgeResponseStatus","operator":"eq","value":500}}'
    assert shop["output_options"]["field_names"] == ["RayID"]
    again = ansible.playbook(ROLLOUT, "-e", "logpush_zones=all", inventory=with_omits(simulator, splunk))
    assert again.returncode == 0 and len(stored()) == 2, again.output


def test_the_role_takes_what_it_documents_as_parameters(ansible, simulator, splunk, stored):
    parameters = {
        **{f"splunk_logpush_{option}": value for option, value in splunk.items()},
        "zone_id": simulator.zone_ids["shop.example.com"],
        "zone_name": "shop.example.com",
        "account_id": None,
        "cloudflare_api_token": simulator.api_token,
        "cloudflare_api_url": simulator.api_url,
        "splunk_logpush_verify_timeout": 1,
        "splunk_logpush_verify_interval": 1,
    }
    here = {"hosts": "all", "gather_facts": False, "vars": LOCAL}
    by_role = {**here, "roles": [{"role": ROLE, **parameters}]}
    included = {"name": ROLE}
    by_task = {**here, "tasks": [{"ansible.builtin.include_role": included, "vars": parameters}]}
    waiting = {
        **here,
        "tasks": [{"ansible.builtin.include_role": {**included, "tasks_from": "verify"}, "vars": parameters}],
    }
    environment = {"CLOUDFLARE_API_TOKEN": "", "CLOUDFLARE_BASE_URL": ""}
    run = ansible.playbook([by_role, by_task], inventory={"any": {}}, environment=environment)
    assert run.returncode == 0, run.output
    assert [job["name"] for job in stored()] == ["shop.example.com"]
    simulator.push()
    run = ansible.playbook([waiting], "-vvv", inventory={"any": {}}, environment=environment)
    assert run.returncode == 0, run.output
    assert simulator.api_token not in run.output and simulator.hec_token not in run.output


def test_null_is_not_set_for_the_role_splunk_hec(ansible, simulator, empty_splunk):
    documented = yaml.safe_load((CHECKOUT / "roles/splunk_hec/meta/argument_specs.yml").read_text(encoding="utf-8"))[
        "argument_specs"
    ]["main"]["options"]
    null = {**dict.fromkeys(documented), "splunk_hec_probe": False}
    environment = {
        "SPLUNK_MANAGEMENT_URL": empty_splunk["url"],
        "SPLUNK_USERNAME": empty_splunk["username"],
        "SPLUNK_PASSWORD": empty_splunk["password"],
    }
    null["splunk_hec_ca_path"] = empty_splunk["ca_path"]
    # In an inventory, as extra variables, and as parameters of the role.
    run = ansible.playbook(PROVISION, inventory={"localhost": {**LOCAL, **null}}, environment=environment)
    assert run.returncode == 0, run.output
    run = ansible.playbook(PROVISION, "-e", json.dumps(null), environment=environment)
    assert run.returncode == 0, run.output
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": LOCAL,
        "roles": [{"role": "edgeops.logpush.splunk_hec", **null}],
    }
    run = ansible.playbook([play], environment=environment)
    assert run.returncode == 0, run.output
    assert [token["name"] for token in simulator.state()["hec_tokens"]] == ["cloudflare"]


@pytest.mark.slow
def test_null_is_not_set_for_the_whole_chain(ansible, simulator, empty_splunk, stored):
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True}, settings={"push_interval": 0.3})
    given = {
        "splunk_hec_ca_path": empty_splunk["ca_path"],
        "splunk_hec_probe_ca_path": empty_splunk["ca_path"],
        "splunk_logpush_verify_interval": 1,
        "splunk_hec_search_interval": 1,
    }
    names = {variable.name for variable in VARIABLES if "site" in variable.playbooks}
    null = {**dict.fromkeys(names - {"zone_id", "zone_name"}), **given}
    environment = {
        "SPLUNK_MANAGEMENT_URL": empty_splunk["url"],
        "SPLUNK_USERNAME": empty_splunk["username"],
        "SPLUNK_PASSWORD": empty_splunk["password"],
    }
    shop = {"zone_id": simulator.zone_ids["shop.example.com"], "zone_name": None}
    run = ansible.playbook(SITE, "-e", json.dumps(null), inventory={"shop.example.com": shop}, environment=environment)
    assert run.returncode == 0, run.output
    assert [job["name"] for job in stored()] == ["shop.example.com"]
    assert [token["name"] for token in simulator.state()["hec_tokens"]] == ["cloudflare"]
