# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The variables of the collection: those that users set, and those that playbooks and roles set. Pure: no I/O.

The check of a playbook's variables, the JSON schemas for editors and the pages of the playbooks are made from this table. A test
compares it with the playbooks, the roles and the options of the modules that the variables become.
"""

from __future__ import annotations

import typing as t

from .._splunk.sourcetype_settings import SOURCETYPE_SPEC
from .._splunk.topology_rules import NODE_SPEC, TOPOLOGIES
from .alert_variables import ALERT_VARIABLES
from .delivery_variables import DELIVERY_VARIABLES
from .host_variables import JOB_OPTION_VARIABLES, UNMANAGED
from .job_options import LAYER_SPEC

_TEXT: dict[str, t.Any] = {"type": "str"}
_FLAG: dict[str, t.Any] = {"type": "bool"}
_NUMBER: dict[str, t.Any] = {"type": "int"}
_WORDS: dict[str, t.Any] = {"type": "list", "elements": "str"}
_LAYER: dict[str, t.Any] = {"type": "dict", "options": LAYER_SPEC}
# Sizes of batches, which no type describes: see batch_sizes.
BATCH_SIZES: dict[str, t.Any] = {"type": "list", "elements": "raw"}

# Playbooks. Those that import rollout.yml do not use each of its variables.
_APPLYING = ("disable", "remove", "rollout", "site")
_WITH_JOBS = ("audit", *_APPLYING)
_REPORTING = (*_WITH_JOBS, "alerts", "delivery", "repair", "rotate_hec_token", "verify")
_WITH_ZONES = (*_REPORTING, "export")
_CREATING = ("rollout", "site")
_PROVISIONING = ("provision_hec", "site")
_AT_SPLUNK = (*_PROVISIONING, "rotate_hec_token")
_ASKING_SPLUNK = (*_AT_SPLUNK, "delivery")
_PROBING = (*_AT_SPLUNK, "repair")


class Variable(t.NamedTuple):
    """A variable that users set: its values, as an argument spec has them, its description, and the playbooks in which it has an
    effect. The description is "" if the argument spec of a role has it, and the default, too."""

    name: str
    spec: dict[str, t.Any]
    description: str = ""
    playbooks: tuple[str, ...] = ()


def _read_by(playbooks: tuple[str, ...], *variables: Variable) -> tuple[Variable, ...]:
    """Return variables that these playbooks read, besides those that a variable itself names."""
    return tuple(variable._replace(playbooks=(*variable.playbooks, *playbooks)) for variable in variables)


def _with_default(spec: dict[str, t.Any], value: t.Any) -> dict[str, t.Any]:
    return {**spec, "default": value}


def _state_spec() -> dict[str, t.Any]:
    return {**LAYER_SPEC["state"], "choices": [*LAYER_SPEC["state"]["choices"], UNMANAGED]}


# Playbooks that read one option of a job for something else.
_ALSO_READ_BY = {
    "splunk_logpush_hec_token": ("repair",),
    "splunk_logpush_endpoint": ("rotate_hec_token", "provision_hec"),
    **dict.fromkeys(
        ("splunk_logpush_sourcetype", "splunk_logpush_state", "splunk_logpush_enabled"), ("provision_hec",)
    ),
}
_JOB_VARIABLES = tuple(
    Variable(name, _state_spec() if option == "state" else LAYER_SPEC[option], "", _ALSO_READ_BY.get(name, ()))
    for name, option in JOB_OPTION_VARIABLES.items()
)

# The variables of the splunk_logpush role, and of the inventory for the playbooks.
_HOST_VARIABLES = (
    *_read_by(
        _WITH_ZONES,
        Variable("zone_id", _TEXT),
        Variable("zone_name", _TEXT),
        Variable("account_id", _TEXT),
        Variable("cloudflare_api_token", _TEXT, "", ("provision_hec",)),
        Variable("cloudflare_api_url", _TEXT, "", ("provision_hec",)),
        Variable("splunk_logpush_scope", {"type": "str", "choices": ["zone", "account"]}, "", ("provision_hec",)),
    ),
    *_read_by(
        _WITH_JOBS,
        Variable(
            "splunk_logpush_jobs", {"type": "list", "elements": "dict", "options": LAYER_SPEC}, "", ("provision_hec",)
        ),
        Variable("splunk_logpush_datasets", _WORDS, "", ("provision_hec",)),
        *_JOB_VARIABLES,
    ),
    # site asks the collectors of zones if splunk_hec_probe is set.
    Variable("splunk_logpush_probe", _FLAG),
    *_read_by(
        ("rotate_hec_token", "site", "verify"),
        Variable("splunk_logpush_verify_timeout", _NUMBER),
        Variable("splunk_logpush_verify_interval", _NUMBER),
    ),
    # site sets it itself.
    Variable("splunk_logpush_verify_since", _TEXT, "", ("verify",)),
)

# The variables of the role splunk_hec.
_HEC_VARIABLES = (
    *_read_by(
        _ASKING_SPLUNK,
        Variable("splunk_hec_platform", {"type": "str", "choices": ["enterprise", "cloud"]}),
        Variable("splunk_hec_url", _TEXT),
        Variable("splunk_hec_username", _TEXT),
        Variable("splunk_hec_password", _TEXT),
        Variable("splunk_hec_auth_token", _TEXT),
        Variable("splunk_hec_stack", _TEXT),
        Variable("splunk_hec_validate_certs", _FLAG),
        Variable("splunk_hec_ca_path", _TEXT),
    ),
    *_read_by(
        _AT_SPLUNK,
        Variable("splunk_hec_topology", {"type": "str", "choices": [*TOPOLOGIES]}),
        Variable("splunk_hec_nodes", {"type": "list", "elements": "dict", "options": NODE_SPEC}),
        Variable("splunk_hec_token_name", _TEXT),
        Variable("splunk_hec_app", _TEXT),
        Variable("splunk_hec_wait_timeout", _NUMBER),
        Variable("splunk_hec_endpoint", _TEXT),
        Variable("splunk_hec_probe", _FLAG),
        Variable("splunk_hec_probe_retries", _NUMBER),
        Variable("splunk_hec_probe_delay", _NUMBER),
        Variable("splunk_hec_probe_deliveries", _NUMBER),
    ),
    *_read_by(
        _PROVISIONING,
        Variable("splunk_hec_manage_settings", _FLAG),
        Variable("splunk_hec_port", _NUMBER, "", ("rotate_hec_token",)),
        Variable("splunk_hec_enable_ssl", _FLAG),
        Variable("splunk_hec_server_cert", _TEXT),
        Variable("splunk_hec_ssl_password", _TEXT),
        Variable("splunk_hec_index", _TEXT, "", ("delivery",)),
        Variable("splunk_hec_create_index", _FLAG),
        Variable("splunk_hec_manage_sourcetypes", _FLAG),
        Variable("splunk_hec_sourcetypes", {"type": "list", "elements": "dict", "options": SOURCETYPE_SPEC}),
        Variable("splunk_hec_manage_allowlist", _FLAG),
        Variable("splunk_hec_allowed_subnets", _WORDS),
        Variable("splunk_hec_token_value", _TEXT),
        Variable("splunk_hec_recreate", _FLAG),
        Variable("splunk_hec_indexes", _WORDS),
        Variable("splunk_hec_sourcetype", _TEXT),
        Variable("splunk_hec_description", _TEXT),
        Variable("splunk_hec_proxied_zone", _TEXT),
        Variable("splunk_hec_manager_host", _TEXT),
        Variable("splunk_hec_apps_path", _TEXT),
        Variable("splunk_hec_app_name", _TEXT),
        Variable("splunk_hec_allow_restart", _FLAG),
        Variable("splunk_hec_removed_tokens", _WORDS),
        Variable("splunk_hec_removed_tokens_unused", _FLAG),
    ),
    *_read_by(
        _PROBING,
        Variable("splunk_hec_probe_ca_path", _TEXT),
        Variable("splunk_hec_insecure_skip_verify", _FLAG),
        Variable("splunk_hec_max_request_body_size", _NUMBER, "", ("audit",)),
    ),
    *_read_by(
        ("site",),
        Variable("splunk_hec_search", _TEXT),
        Variable("splunk_hec_search_url", _TEXT, "", ("delivery", "provision_hec", "rotate_hec_token")),
        Variable("splunk_hec_search_timeout", _NUMBER),
        Variable("splunk_hec_search_interval", _NUMBER),
    ),
)

# The variables that only playbooks read.
PLAYBOOK_VARIABLES = (
    Variable(
        "logpush_zones",
        _with_default(_WORDS, ["cloudflare_zones"]),
        "The host pattern of the zones, such as the name of a group.",
        (*_WITH_ZONES, "provision_hec"),
    ),
    Variable(
        "logpush_concurrency",
        _with_default(_NUMBER, 16),
        "The number of zones to work on at the same time, from 1 to 100.",
        _WITH_ZONES,
    ),
    Variable(
        "logpush_max_failures",
        _NUMBER,
        "Stop starting new zones after this many failures. If not set, there is no limit.",
        _APPLYING,
    ),
    Variable(
        "logpush_failed_hosts",
        _with_default(_NUMBER, 500),
        "The maximum number of failed zones that are reported as failed hosts. The report contains the reasons for all failures.",
        _REPORTING,
    ),
    Variable(
        "logpush_prune",
        _with_default(_FLAG, value=False),
        "Whether to delete the jobs of a zone that push to a collector of its requested jobs and that no inventory host requests. "
        "Hosts outside the batch or C(--limit) count, too.",
        ("remove", *_CREATING),
    ),
    Variable(
        "logpush_check_duplicates",
        _with_default(_FLAG, value=False),
        "Whether to list the jobs of a zone again after a job was created, and remove duplicates that a simultaneous run created.",
        _CREATING,
    ),
    Variable(
        "logpush_serial",
        _with_default(BATCH_SIZES, ["100%"]),
        "The batch size: a number or a percentage of zones, or a list of them.",
        (*_APPLYING, "verify"),
    ),
    Variable("logpush_create", _with_default(_FLAG, value=True), "Whether to create missing jobs.", _CREATING),
    Variable(
        "logpush_fail_on_change",
        _with_default(_FLAG, value=False),
        "Whether a run in check mode fails if something would change.",
        (*_APPLYING, "alerts", "repair", "rotate_hec_token"),
    ),
    Variable(
        "logpush_expected_plan",
        _TEXT,
        "The ID of the plan of a check run: apply exactly this plan or nothing.",
        _APPLYING,
    ),
    Variable("logpush_plan_json", _TEXT, "The JSON file to write the plan to.", _APPLYING),
    Variable(
        "logpush_approved_plan_json",
        _TEXT,
        "The C(logpush_plan_json) file of the check run. Rows that are not in it are marked.",
        _APPLYING,
    ),
    Variable(
        "logpush_remove_confirmed",
        _with_default(_FLAG, value=False),
        "Confirms that the remove playbook may remove jobs. A run in check mode needs no confirmation.",
        ("remove",),
    ),
    Variable(
        "logpush_waves",
        _with_default(BATCH_SIZES, [2, "100%"]),
        "The batch sizes of a rotation, by default two zones and then all others.",
        ("rotate_hec_token",),
    ),
    *_read_by(
        ("audit",),
        Variable("logpush_audit_html", _TEXT, "A file to write the audit to, as an HTML page."),
        Variable("logpush_audit_json", _TEXT, "A file to write the audit to, as JSON."),
        Variable("logpush_audit_junit", _TEXT, "A file to write the audit to, as JUnit XML."),
        Variable(
            "logpush_audit_fail",
            _with_default(_FLAG, value=True),
            "Whether an audit fails if something needs attention.",
        ),
        Variable(
            "logpush_audit_ignore",
            _with_default(_WORDS, []),
            "The kinds of findings that do not need attention, such as V([insecure, drift]).",
        ),
        Variable(
            "logpush_audit_max_age",
            _NUMBER,
            "The number of seconds after which the last delivery is too old. If not set, there is no limit.",
        ),
        Variable(
            "logpush_audit_delivery",
            _with_default({"type": "str", "choices": ["auto", "true", "false"]}, "auto"),
            "Whether to read from Cloudflare's analytics what it uploaded for each job. Needs the permission Analytics Read, or Account "
            "Analytics Read for accounts. With "
            "V(auto), figures that cannot be read are no problem.",
        ),
        Variable(
            "logpush_audit_delivery_window",
            _with_default(_NUMBER, 86400),
            "The number of seconds before the audit in which uploads are counted.",
        ),
        Variable(
            "logpush_audit_certificates",
            _with_default(_FLAG, value=True),
            "Whether to check the certificates of the collectors, and which software answers.",
        ),
        Variable(
            "logpush_audit_certificate_days",
            _with_default(_NUMBER, 30),
            "The minimum number of days for which a certificate must remain valid.",
        ),
        Variable(
            "logpush_audit_ca_path",
            _TEXT,
            "The CA certificates to check the certificates of the collectors with, for a trial with a private collector.",
        ),
        Variable(
            "logpush_audit_steps",
            _WORDS,
            "The earlier steps of a Tower or AWX workflow that ends with the audit, such as V([provision, rollout, verify]). The "
            "audit fails if one of them passed on no result. A step that passed on failures fails the audit in any case.",
        ),
    ),
    *_read_by(("delivery",), *(Variable(*entry) for entry in DELIVERY_VARIABLES)),
    *_read_by(
        ("export",),
        Variable("logpush_export_dir", _TEXT, "A folder to export to, with one file per host."),
        Variable(
            "logpush_export_file",
            _TEXT,
            "A file to export to, for a whole inventory. If neither this nor C(logpush_export_dir) is set, the inventory is shown.",
        ),
        Variable(
            "logpush_export_terraform",
            _TEXT,
            "A state, a plan or a configuration of Terraform to export from instead of Cloudflare, such as the output of "
            "C(terraform state pull).",
        ),
        Variable(
            "logpush_export_token",
            _with_default(_TEXT, "splunk_logpush_hec_token"),
            "The name of the variable that replaces the HEC token in an export.",
        ),
    ),
    *_read_by(("alerts",), *(Variable(*entry) for entry in ALERT_VARIABLES)),
    *_read_by(
        ("repair",),
        Variable(
            "logpush_accounts",
            _WORDS,
            "The IDs of the accounts whose zones to repair. Hosts without C(account_id) are repaired, too. If not set, the zones of "
            "all accounts are repaired.",
        ),
        Variable(
            "logpush_repair_fail",
            _with_default(_FLAG, value=True),
            "Whether a repair fails if a job could not be enabled. If it does not, its statistics have the number of failures: "
            "ansible-rulebook reads only those of a playbook that succeeds.",
        ),
    ),
    Variable(
        "splunk_logpush_job_defaults",
        _LAYER,
        "Job options of every host. The variables of a host take precedence.",
        (*_WITH_JOBS, "provision_hec"),
    ),
    Variable(
        "splunk_logpush_job_overrides",
        _LAYER,
        "Job options of every host. They take precedence over the variables of a host.",
        ("audit", *_CREATING, "provision_hec"),
    ),
    Variable(
        "splunk_logpush_report_every_host",
        _with_default(_FLAG, value=False),
        "Whether to report every zone as a host, not only those that failed.",
        _REPORTING,
    ),
    *_read_by(
        ("rotate_hec_token",),
        Variable("splunk_hec_new_token_name", _TEXT, "The name of the new HEC token of a rotation. Required."),
        Variable(
            "splunk_hec_new_token_value",
            _TEXT,
            "A value of your own for the new HEC token of a rotation. E(SPLUNK_HEC_TOKEN) is never used for it.",
        ),
        Variable(
            "splunk_hec_rotation_settle",
            _with_default(_NUMBER, 900),
            "The number of seconds for which a rotation keeps both tokens. Cloudflare can need 15 minutes to use a new token everywhere.",
        ),
        Variable(
            "splunk_hec_rotation_grace",
            _with_default(_NUMBER, 900),
            "The number of seconds before the disabled old token is deleted.",
        ),
        Variable(
            "splunk_hec_rotation_delete",
            _with_default(_FLAG, value=True),
            "Whether a rotation deletes the old token.",
        ),
        Variable(
            "splunk_hec_rotation_unused", _with_default(_FLAG, value=False), "Confirms that no job uses either token."
        ),
        Variable(
            "splunk_hec_rotation_complete",
            _with_default(_FLAG, value=False),
            "Confirms that no job uses the old token in zones and accounts that the API token cannot see.",
        ),
    ),
)

VARIABLES = (*_HOST_VARIABLES, *_HEC_VARIABLES, *PLAYBOOK_VARIABLES)

# What the inventory plugin sets, what playbooks and roles set, register or publish, and what the examples of the documentation
# take from the user's own variables.
OTHER_NAMES = frozenset(
    """
    zone_status zone_plan account_name
    logpush_checked_playbook logpush_importing_playbook logpush_operation logpush_outcome_of logpush_export_hosts logpush_ignored_failures
    logpush_alerts logpush_audit logpush_delivery logpush_provision logpush_repair logpush_rollout logpush_rotate logpush_verify
    splunk_logpush_alerts_result splunk_logpush_audit_result splunk_logpush_collected splunk_logpush_collectors
    splunk_logpush_delivery_result splunk_logpush_disabled
    splunk_logpush_export_result splunk_logpush_probe_result splunk_logpush_repair_result splunk_logpush_reported splunk_logpush_reports
    splunk_logpush_result splunk_logpush_rollout_result splunk_logpush_seen splunk_logpush_site_began
    splunk_logpush_verify_result splunk_logpush_authorization splunk_logpush_batch_limits splunk_logpush_zone_entry
    splunk_logpush_zone_scope logpush_steps
    splunk_hec_checked splunk_hec_checked_defaults splunk_hec_checked_names splunk_hec_checked_types
    splunk_hec_checked_values splunk_hec_compared splunk_hec_default_endpoint splunk_hec_found splunk_hec_management_host
    splunk_hec_management_url splunk_hec_new_token splunk_hec_new_node_token splunk_hec_probe_result splunk_hec_ready_endpoint
    splunk_hec_ready_token splunk_hec_rotated splunk_hec_secret_options splunk_hec_settings_result splunk_hec_token_result
    splunk_hec_token_unknown splunk_hec_used_endpoint splunk_hec_way splunk_hec_described splunk_hec_found_token splunk_hec_given_endpoint
    splunk_hec_ready_token_name splunk_hec_searched_url splunk_hec_manager splunk_hec_manager_connection splunk_hec_manager_python
    splunk_hec_default_apps_path splunk_hec_app_settings splunk_hec_app_token splunk_hec_app_tokens splunk_hec_has_passphrase
    splunk_hec_removed_names splunk_hec_restart_required
    splunk_hec_node_endpoints
    splunk_hec_bundle_result splunk_hec_clients_result splunk_hec_allowlist splunk_hec_allowlist_empty splunk_hec_allowlist_unknown
    splunk_hec_locked_out splunk_hec_sourcetypes_result splunk_hec_refused_sourcetypes splunk_hec_given_sourcetypes splunk_hec_reached
    splunk_hec_requested_names splunk_hec_requests splunk_hec_unknown_use splunk_hec_use_is_seen splunk_hec_use_is_unknown
    splunk_hec_use_of_removed splunk_hec_use_of_tokens
    splunk_hec_inventory_hosts splunk_hec_inventory_sourcetypes splunk_hec_used_sourcetypes splunk_hec_sourcetype_urls
    splunk_password splunk_auth_token hec_endpoint hec_token
    """.split()
)
KNOWN_NAMES = frozenset(variable.name for variable in VARIABLES) | OTHER_NAMES
