# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that describe a job: one table. Pure: no I/O.

A row defines an option: its argument spec and documentation, the field of the API behind it, the API's default, the check,
and the comparison. The argument specs, the documentation, the plan of a change, the export and the audit read the table.
Names that Cloudflare may add at any time (datasets, fields) are checked by the API alone.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._core.errors import OptionError
from .._core.options import in_words, normalized, unknown, wrong_choice
from .._core.secrets import SecretMask
from .._splunk.token_rules import mask_options
from .fields import checked_field_names
from .filters import checked_filter, same_filter
from .job_option import NOT_SET, JobOption, at_least, checked_sample_rate, in_range, matching, same_set, text_option

checked_dataset = matching(
    "dataset", r"[a-zA-Z0-9_-]{1,256}", "takes letters, digits, _ and - only, such as http_requests"
)


# Defaults: https://developers.cloudflare.com/logs/logpush/logpush-job/log-output-options/
OUTPUT_OPTIONS: tuple[JobOption, ...] = (
    JobOption(
        "field_names",
        dict(type="list", elements="str"),
        (
            "The fields of each record. Their order matters only for V(csv).",
            'V(["*"]) means every field that the dataset offers. The fields are looked up in every run.',
            (
                "V(@splunk_app) means the fields that the Cloudflare App for Splunk uses. It can be combined with the names "
                "of fields. Fields that the dataset does not offer are left out with a warning. A new job also gets the "
                "source type that the app expects, unless C(sourcetype) is set. V(@splunk_app) is available for "
                "V(http_requests), V(access_requests), V(audit_logs), V(casb_findings), V(gateway_dns), V(gateway_http) and "
                "V(gateway_network)."
            ),
            "If the list is empty, or if a new job does not set this option, Cloudflare pushes its default fields.",
        ),
        field="field_names",
        check=checked_field_names,
        same=same_set,
        belongs_to_dataset=True,
    ),
    JobOption(
        "timestamp_format",
        dict(type="str", choices=["unixnano", "unix", "rfc3339", "rfc3339ms", "rfc3339ns"]),
        (
            "The format of timestamps.",
            "The default for a new job is V(rfc3339), because Splunk can read the time of an event from it.",
        ),
        field="timestamp_format",
        default="unixnano",
    ),
    JobOption(
        "sample_rate",
        dict(type="float"),
        ("The fraction of the records to push, greater than 0 and at most 1. V(1) means all records.",),
        field="sample_rate",
        default=1,
        check=checked_sample_rate,
    ),
    JobOption(
        "output_type",
        dict(type="str", choices=["ndjson", "csv"]),
        ("The format of a batch.",),
        field="output_type",
        default="ndjson",
    ),
    JobOption(
        "merge_subrequests",
        dict(type="bool"),
        ("Whether to merge the records of subrequests into the records of their requests (V(http_requests) only).",),
        field="merge_subrequests",
    ),
    JobOption(
        "cve_2021_44228",
        dict(type="bool"),
        (
            "Whether to neutralize strings that exploit CVE-2021-44228 (Log4Shell).",
            "The name in the API, C(CVE-2021-44228), is also accepted.",
        ),
        field="CVE-2021-44228",
    ),
    text_option("batch_prefix", "Text before each batch."),
    text_option("batch_suffix", "Text after each batch."),
    text_option("record_prefix", "Text before each record.", default="{"),
    text_option("record_suffix", "Text after each record.", default="}\n", csv_default="\n"),
    text_option("record_delimiter", "Text between records."),
    text_option("record_template", "A template for each record. Its fields must be in C(field_names).")._replace(
        belongs_to_dataset=True
    ),
    text_option(
        "field_delimiter", "Text between the fields of a record. It is not used with C(record_template).", default=","
    ),
)

JOB_OPTIONS: tuple[JobOption, ...] = (
    JobOption(
        "job_id",
        dict(type="int"),
        (
            "The ID of the job. If it is set, C(dataset) and C(name) are values that the job should have.",
            "The task fails if there is no job with this ID.",
            (
                "With C(state=absent), C(dataset) and C(name) must match the job, so that the wrong job is not removed by "
                "mistake."
            ),
            "If not set, the job is found by C(dataset), and by C(name) or C(endpoint).",
        ),
        check=at_least("job_id", 1, "must be a whole number from 1"),
    ),
    JobOption(
        "dataset",
        dict(type="str"),
        (
            "The dataset to push. Datasets belong to zones, to accounts, or to both.",
            "The API checks names that this release does not know.",
            "The default is V(http_requests), unless C(job_id) is set.",
            "The API cannot change the dataset of an existing job, see C(recreate).",
        ),
        check=checked_dataset,
    ),
    JobOption(
        "name",
        dict(type="str"),
        (
            (
                "The name of the job. Cloudflare does not require names to be unique. If several jobs have the same dataset "
                "and name, the task fails and lists them, unless they are duplicates that were created by two simultaneous "
                "runs. In that case, the oldest job is kept."
            ),
            (
                "If set, the task manages the job with this name, or the job that this collection created with this name "
                "and that has been renamed since. If there is no such job, it creates one."
            ),
            (
                "If not set, the task manages the job that this collection created, wherever it pushes. This is the job "
                "with the given C(channel), or with the channel that is derived for a new job."
            ),
            (
                "If there is no such job, the task manages the only job that pushes to the collector of C(endpoint), such "
                "as a job that was created in the dashboard. A collector is identified by its host, its port and the path "
                "before C(/services/collector), for C(splunk://) and C(https://) destinations alike."
            ),
            (
                "Otherwise, the task creates a new job beside the existing ones, and warns. With C(state=absent) or "
                "C(enabled=false), it changes nothing. Only M(edgeops.logpush.splunk_logpush_job) without an endpoint "
                "manages the only Splunk job of the dataset in this case."
            ),
            (
                "A new job without a name is named after its zone, or after its dataset if it belongs to an account. If "
                "another job of the dataset already has this name, C(-splunk) is appended."
            ),
        ),
        field="name",
        check=matching("name", r"[a-zA-Z0-9._-]{1,512}", "takes up to 512 letters, digits, dots, _ and - only"),
    ),
    JobOption(
        "endpoint",
        dict(type="str"),
        (
            "The HEC endpoint of Splunk, as C(host), C(host:port) or a complete URL.",
            (
                "The path C(/services/collector/raw) is appended if it is missing. The default port is V(443) in a URL with "
                "C(https://) and for a Splunk Cloud host (except for a free trial), and V(8088) for any other host."
            ),
            "If it has no port, a job at another port of the same host and path keeps its port, and the task warns.",
            (
                "A job that pushes to the same collector through C(https://) is not converted, and the task warns. To "
                "convert it to a C(splunk://) destination, select it with C(name) or C(job_id), and set C(endpoint)."
            ),
            (
                "If not set, E(SPLUNK_HEC_ENDPOINT) is used. With C(enabled=false) or C(state=absent), the value of the "
                "variable only selects the job and is never written."
            ),
        ),
    ),
    JobOption(
        "hec_token",
        dict(type="str", no_log=True),
        (
            "The HEC token. The module encodes it.",
            "The bare token, C(Splunk <token>) and C(Splunk%20<token>) are equivalent.",
            "If not set, E(SPLUNK_HEC_TOKEN) is used.",
        ),
    ),
    JobOption(
        "channel",
        dict(type="str"),
        (
            "The channel of the events, a GUID.",
            (
                "If not set, an existing job keeps its channel. The channel of a new job is derived from its zone or "
                "account, its dataset and its name. It is the same in every run and in check mode, so it does not have to "
                "be stored."
            ),
        ),
    ),
    JobOption(
        "sourcetype",
        dict(type="str"),
        (
            "The source type of the events.",
            "The default for a new job is V(cloudflare:json).",
        ),
    ),
    JobOption(
        "insecure_skip_verify",
        dict(type="bool"),
        (
            "Whether Cloudflare accepts any certificate of the collector. For tests only.",
            "The default for a new job is V(false).",
        ),
    ),
    JobOption(
        "index",
        dict(type="str"),
        (
            "The Splunk index of the events, sent as the parameter C(index) of the destination.",
            "The HEC token must allow this index, see O(edgeops.logpush.splunk_hec_probe#module:index).",
            "If not set, an existing job keeps its index, and a new job uses the default index of the HEC token.",
        ),
    ),
    JobOption(
        "destination_conf",
        dict(type="str", no_log=True),
        (
            "The complete destination string.",
            "It replaces C(endpoint), C(hec_token), C(channel), C(sourcetype), C(insecure_skip_verify) and C(index).",
            "The module compares the decoded string. The order and the encoding of its parameters do not matter.",
        ),
    ),
    JobOption(
        "state",
        dict(type="str", choices=["present", "absent"], default="present"),
        ("Whether the job should exist.",),
    ),
    JobOption(
        "enabled",
        dict(type="bool", default=True),
        (
            "Whether the job is enabled.",
            "This option is always managed. A job that Cloudflare disabled after a day of failures is enabled again.",
            (
                "V(false) disables an existing job. It creates a disabled job only if the options, without environment "
                "variables, have everything that a new job needs, and if C(name) is set or the dataset has no other Splunk "
                "job."
            ),
        ),
        field="enabled",
    ),
    JobOption(
        "output_options",
        dict(type="dict", options={option.name: option.spec for option in OUTPUT_OPTIONS}),
        (
            "The format of the records. Only the sub-options that are set are managed.",
            (
                "If a job still has the older C(logpull_options), the module compares with the output options that they "
                "correspond to."
            ),
        ),
    ),
    JobOption(
        "filter",
        dict(type="raw"),
        (
            'Which events to push, as a mapping or as JSON text, in the form C({"where":{...}}).',
            "If a field is known to be a number or a boolean, a value that is given as text is converted.",
            "V({}) removes the filter.",
        ),
        check=checked_filter,
        same=same_filter,
        belongs_to_dataset=True,
    ),
    JobOption(
        "filter_attack_traffic",
        dict(type="bool"),
        ("Whether to exclude the traffic of DDoS attacks.",),
        field="filter_attack_traffic",
    ),
    JobOption(
        "kind",
        dict(type="str", choices=["", "edge"]),
        (
            "V(edge) for Edge Log Delivery (V(http_requests) only), or an empty string for Logpush.",
            "The API cannot change the kind of an existing job, see C(recreate).",
        ),
        field="kind",
        empty_value="",
    ),
    JobOption(
        "max_upload_bytes",
        dict(type="int"),
        (
            (
                "The maximum size of a batch in bytes, uncompressed, from 5000000 to 1000000000. V(0) means Cloudflare's "
                "default."
            ),
        ),
        field="max_upload_bytes",
        check=in_range("max_upload_bytes", 5_000_000, 1_000_000_000),
    ),
    JobOption(
        "max_upload_interval_seconds",
        dict(type="int"),
        (
            (
                "The maximum number of seconds to collect records for a batch, from 30 to 300. V(0) means Cloudflare's "
                "default."
            ),
        ),
        field="max_upload_interval_seconds",
        check=in_range("max_upload_interval_seconds", 30, 300),
    ),
    JobOption(
        "max_upload_records",
        dict(type="int"),
        ("The maximum number of records in a batch, from 1000 to 1000000. V(0) means Cloudflare's default.",),
        field="max_upload_records",
        check=in_range("max_upload_records", 1_000, 1_000_000),
    ),
    JobOption(
        "transformer_id",
        dict(type="int"),
        ("The ID of the transformer for the records. V(0) means no transformer.",),
        field="transformer_id",
        empty_value=0,
        check=at_least("transformer_id", 0, "must be a whole number from 1, or 0 for none"),
        belongs_to_dataset=True,
    ),
    JobOption(
        "frequency",
        dict(type="str", choices=["high", "low"]),
        (
            (
                "How often to push. Deprecated by Cloudflare in favor of C(max_upload_interval_seconds) and similar "
                "options."
            ),
        ),
        field="frequency",
        default="high",
    ),
    JobOption(
        "logpull_options",
        dict(type="str"),
        (
            (
                "The older form of C(output_options), deprecated by Cloudflare. It is sent unchanged and compared by its "
                "parts."
            ),
            "It cannot be combined with C(output_options).",
        ),
        belongs_to_dataset=True,
    ),
    JobOption(
        "validate_fields",
        dict(type="bool", default=True),
        (
            "Whether to look up the names in C(output_options.field_names) and C(filter) before a job is written.",
            "The lookup takes one more request. The API accepts a misspelled field name, and then leaves the field out.",
        ),
    ),
    JobOption(
        "recreate",
        dict(type="bool", default=False),
        (
            (
                "Whether to replace the job if its C(dataset) or C(kind) differs. The new job is created before the old one "
                "is deleted, so that no logs are lost, unless the zone has reached its maximum number of jobs."
            ),
            (
                "If two jobs differ only in C(kind), the task treats this as an interrupted replacement, and deletes the "
                "one with the other kind."
            ),
        ),
    ),
)

JOB_OPTION = {option.name: option for option in JOB_OPTIONS}
OUTPUT_OPTION_BY_FIELD = {option.field: option for option in OUTPUT_OPTIONS}
# The options that are fields of the job, compared and sent one by one. The others have rules of their own.
PLAIN_OPTIONS = tuple(option for option in JOB_OPTIONS if option.field)

JOB_SPEC: dict[str, t.Any] = {option.name: option.spec for option in JOB_OPTIONS}
JOB_DEFAULTS: dict[str, t.Any] = {option.name: option.spec.get("default") for option in JOB_OPTIONS}
# The options of a job in one of several layers. They have no defaults, because a default would hide the layers below.
LAYER_SPEC: dict[str, t.Any] = {
    name: {key: value for key, value in spec.items() if key != "default"} for name, spec in JOB_SPEC.items()
}
# The options for which an empty string is a value, each with that value.
EMPTY_VALUES: dict[str, t.Any] = {
    option.name: option.empty_value for option in (*JOB_OPTIONS, *OUTPUT_OPTIONS) if option.empty_value is not NOT_SET
}
# The names in the API that are accepted in place of the name of the option.
OTHER_NAMES = {option.field: option.name for option in OUTPUT_OPTIONS if not option.field.isidentifier()}


def check_layer(options: t.Mapping[str, t.Any], called: str) -> None:
    """Refuse options of a job that Ansible would refuse: unknown ones, and values of the wrong type. ``called`` is the
    user's name for the layer. Raises OptionError."""
    normal = normalized(LAYER_SPEC, options, EMPTY_VALUES, OTHER_NAMES)
    problem = unknown(LAYER_SPEC, normal, OTHER_NAMES) or wrong_choice(LAYER_SPEC, normal)
    if problem:
        raise OptionError(called, problem)
    validation = ArgumentSpecValidator(LAYER_SPEC).validate(normal)
    if validation.error_messages:
        raise OptionError(called, "; ".join(map(in_words, validation.error_messages)))


def mask_layers(options: t.Mapping[str, t.Any], mask: SecretMask) -> None:
    """Add the secrets in options that may describe jobs to the mask, and those in every layer within them (C(zones),
    C(jobs), C(job_defaults), C(job_overrides)): Ansible shows options as they were given."""
    mask_options({key: str(options[key]) for key in _SECRET_OPTIONS if options.get(key)}, mask)
    for key in ("zones", "other_zones", "jobs"):
        layers = options.get(key)
        for layer in layers if isinstance(layers, list) else ():
            if isinstance(layer, t.Mapping):
                mask_layers(layer, mask)
    for key in ("job_defaults", "job_overrides"):
        if isinstance(options.get(key), t.Mapping):
            mask_layers(options[key], mask)


# The options that hold a secret, or may by mistake.
_SECRET_OPTIONS = ("endpoint", "hec_token", "destination_conf")
