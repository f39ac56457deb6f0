# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The variables of the collection: those that users set, and those that playbooks and roles set. Pure: no I/O.

A test compares the names with those in the playbooks and roles. The JSON schema for editors has the descriptions.
"""

from __future__ import annotations

import typing as t

from .host_variables import JOB_OPTION_VARIABLES, UNMANAGED
from .job_options import LAYER_SPEC

_TEXT: dict[str, t.Any] = {"type": "str"}
_FLAG: dict[str, t.Any] = {"type": "bool"}
_NUMBER: dict[str, t.Any] = {"type": "int"}
_WORDS: dict[str, t.Any] = {"type": "list", "elements": "str"}
_LAYER: dict[str, t.Any] = {"type": "dict", "options": LAYER_SPEC}


class Variable(t.NamedTuple):
    """A variable that users set: its values, as an argument spec has them, and its description; "" if the argument spec of a
    role describes it."""

    name: str
    spec: dict[str, t.Any]
    description: str = ""


def _state_spec() -> dict[str, t.Any]:
    return {**LAYER_SPEC["state"], "choices": [*LAYER_SPEC["state"]["choices"], UNMANAGED]}


_JOB_VARIABLES = tuple(
    Variable(name, _state_spec() if option == "state" else LAYER_SPEC[option])
    for name, option in JOB_OPTION_VARIABLES.items()
)

# The variables of the role splunk_logpush, and of the inventory for the playbooks.
_HOST_VARIABLES = (
    Variable("zone_id", _TEXT),
    Variable("zone_name", _TEXT),
    Variable("account_id", _TEXT),
    Variable("cloudflare_api_token", _TEXT),
    Variable("cloudflare_api_url", _TEXT),
    Variable("splunk_logpush_scope", {"type": "str", "choices": ["zone", "account"]}),
    Variable("splunk_logpush_jobs", {"type": "list", "elements": "dict", "options": LAYER_SPEC}),
    Variable("splunk_logpush_datasets", _WORDS),
    *_JOB_VARIABLES,
    Variable("splunk_logpush_probe", _FLAG),
    Variable("splunk_logpush_verify_timeout", _NUMBER),
    Variable("splunk_logpush_verify_interval", _NUMBER),
    Variable("splunk_logpush_verify_since", _TEXT),
)

# The variables of the role splunk_hec.
_HEC_VARIABLES = (
    Variable("splunk_hec_platform", {"type": "str", "choices": ["enterprise", "cloud"]}),
    Variable("splunk_hec_url", _TEXT),
    Variable("splunk_hec_username", _TEXT),
    Variable("splunk_hec_password", _TEXT),
    Variable("splunk_hec_auth_token", _TEXT),
    Variable("splunk_hec_stack", _TEXT),
    Variable("splunk_hec_validate_certs", _FLAG),
    Variable("splunk_hec_ca_path", _TEXT),
    Variable("splunk_hec_manage_settings", _FLAG),
    Variable("splunk_hec_port", _NUMBER),
    Variable("splunk_hec_enable_ssl", _FLAG),
    Variable("splunk_hec_server_cert", _TEXT),
    Variable("splunk_hec_ssl_password", _TEXT),
    Variable("splunk_hec_index", _TEXT),
    Variable("splunk_hec_create_index", _FLAG),
    Variable("splunk_hec_token_name", _TEXT),
    Variable("splunk_hec_token_value", _TEXT),
    Variable("splunk_hec_recreate", _FLAG),
    Variable("splunk_hec_app", _TEXT),
    Variable("splunk_hec_indexes", _WORDS),
    Variable("splunk_hec_sourcetype", _TEXT),
    Variable("splunk_hec_description", _TEXT),
    Variable("splunk_hec_wait_timeout", _NUMBER),
    Variable("splunk_hec_endpoint", _TEXT),
    Variable("splunk_hec_probe", _FLAG),
    Variable("splunk_hec_probe_retries", _NUMBER),
    Variable("splunk_hec_probe_delay", _NUMBER),
    Variable("splunk_hec_probe_ca_path", _TEXT),
    Variable("splunk_hec_insecure_skip_verify", _FLAG),
    Variable("splunk_hec_max_request_body_size", _NUMBER),
    Variable("splunk_hec_proxied_zone", _TEXT),
    Variable("splunk_hec_search", _TEXT),
    Variable("splunk_hec_search_timeout", _NUMBER),
    Variable("splunk_hec_search_interval", _NUMBER),
)

# The variables that only playbooks read.
PLAYBOOK_VARIABLES = (
    Variable("logpush_zones", _WORDS, "The host pattern of the zones. Default: the group cloudflare_zones."),
    Variable("logpush_concurrency", _NUMBER, "The number of zones to work on at the same time."),
    Variable("logpush_max_failures", _NUMBER, "Stop starting new zones after this many failures. Default: no limit."),
    Variable("logpush_failed_hosts", _NUMBER, "The number of failed zones that fail as hosts, at most."),
    Variable(
        "logpush_prune",
        _FLAG,
        "Whether to delete the jobs of a zone that push to a collector of its requested jobs and that no inventory host requests.",
    ),
    Variable(
        "logpush_check_duplicates",
        _FLAG,
        "Whether to list the zone once more after a creation, and remove duplicates that a simultaneous run made.",
    ),
    Variable(
        "logpush_serial",
        {"type": "list", "elements": "raw"},
        "The batch size: a number or a percentage of zones, or a list of them.",
    ),
    Variable("logpush_create", _FLAG, "Whether to create missing jobs."),
    Variable("logpush_fail_on_change", _FLAG, "Whether a run in check mode fails if something would change."),
    Variable("logpush_expected_plan", _TEXT, "The id of the plan of a check run: apply exactly this plan, or nothing."),
    Variable("logpush_plan_json", _TEXT, "A file to write the plan to, for programs."),
    Variable("logpush_approved_plan_json", _TEXT, "The logpush_plan_json of the check run: mark what is not in it."),
    Variable("logpush_remove_confirmed", _FLAG, "Confirms that the playbook remove may remove jobs."),
    Variable("logpush_waves", {"type": "list", "elements": "raw"}, "The batch sizes of a rotation."),
    Variable("logpush_audit_html", _TEXT, "A file to write the audit to, as an HTML page."),
    Variable("logpush_audit_json", _TEXT, "A file to write the audit to, as JSON."),
    Variable("logpush_audit_junit", _TEXT, "A file to write the audit to, in the form of JUnit."),
    Variable("logpush_audit_fail", _FLAG, "Whether an audit fails if something needs attention."),
    Variable("logpush_audit_ignore", _WORDS, "The kinds of findings that need no attention."),
    Variable(
        "logpush_audit_max_age", _NUMBER, "The seconds after which a last delivery is too old. Default: no limit."
    ),
    Variable("logpush_audit_certificates", _FLAG, "Whether to check the certificates of the collectors."),
    Variable("logpush_audit_certificate_days", _NUMBER, "The days for which a certificate must still be valid."),
    Variable("logpush_audit_ca_path", _TEXT, "The CA certificates to check the certificates of the collectors with."),
    Variable("logpush_audit_steps", _WORDS, "The steps of the workflow of Tower or AWX that an audit ends."),
    Variable("logpush_export_dir", _TEXT, "A folder to export to, with one file per host."),
    Variable("logpush_export_file", _TEXT, "A file to export to, for a whole inventory."),
    Variable("logpush_export_terraform", _TEXT, "A state, a plan or a configuration of Terraform to export from."),
    Variable("logpush_export_token", _TEXT, "The name of the variable that stands for the HEC token in an export."),
    Variable(
        "splunk_logpush_job_defaults", _LAYER, "Job options of every host. The variables of a host take precedence."
    ),
    Variable(
        "splunk_logpush_job_overrides",
        _LAYER,
        "Job options of every host. They take precedence over the variables of a host.",
    ),
    Variable(
        "splunk_logpush_report_every_host", _FLAG, "Whether to report every zone as a host, not only those that failed."
    ),
    Variable("splunk_hec_new_token_name", _TEXT, "The name of the new HEC token of a rotation."),
    Variable("splunk_hec_new_token_value", _TEXT, "A value of your own for the new HEC token of a rotation."),
    Variable("splunk_hec_rotation_settle", _NUMBER, "The seconds for which a rotation keeps both tokens."),
    Variable("splunk_hec_rotation_grace", _NUMBER, "The seconds before the disabled old token is deleted."),
    Variable("splunk_hec_rotation_delete", _FLAG, "Whether a rotation deletes the old token."),
    Variable("splunk_hec_rotation_unused", _FLAG, "Confirms that no job uses either token."),
    Variable(
        "splunk_hec_rotation_complete",
        _FLAG,
        "Confirms that no job uses the old token where the API token cannot look.",
    ),
)

VARIABLES = (*_HOST_VARIABLES, *_HEC_VARIABLES, *PLAYBOOK_VARIABLES)

# What the inventory plugin sets, what playbooks and roles set, register or publish, and what the examples of the documentation
# take from somebody's own variables.
OTHER_NAMES = frozenset(
    """
    zone_status zone_plan account_name
    logpush_importing_playbook logpush_operation logpush_outcome_of logpush_export_hosts
    logpush_audit logpush_provision logpush_repair logpush_rollout logpush_rotate logpush_verify
    splunk_logpush_audit_result splunk_logpush_collected splunk_logpush_collectors splunk_logpush_disabled
    splunk_logpush_export_result splunk_logpush_probe_result splunk_logpush_repair_result splunk_logpush_reports
    splunk_logpush_result splunk_logpush_rollout_result splunk_logpush_seen splunk_logpush_site_began
    splunk_logpush_verify_result splunk_logpush_authorization splunk_logpush_batch_limits splunk_logpush_zone_entry
    splunk_logpush_zone_scope logpush_steps
    splunk_hec_checked splunk_hec_checked_defaults splunk_hec_checked_names splunk_hec_checked_types
    splunk_hec_checked_values splunk_hec_compared splunk_hec_default_endpoint splunk_hec_found splunk_hec_management_host
    splunk_hec_management_url splunk_hec_new_token splunk_hec_probe_result splunk_hec_ready_endpoint
    splunk_hec_ready_token splunk_hec_rotated splunk_hec_secret_options splunk_hec_settings_result splunk_hec_token_result
    splunk_hec_token_unknown splunk_hec_used_endpoint
    splunk_password splunk_auth_token hec_endpoint hec_token
    """.split()
)
KNOWN_NAMES = frozenset(variable.name for variable in VARIABLES) | OTHER_NAMES
