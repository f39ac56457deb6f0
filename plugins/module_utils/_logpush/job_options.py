# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that describe a job: one table. Pure: no I/O.

A row defines an option: its argument spec and documentation, the field of the API behind it, the API's default, the check,
and the comparison. The argument specs, the documentation, the plan of a change, the export and the audit read the table.
Names that the vendor may extend at any time (datasets, fields) are checked by the API alone.
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
            "The fields of each record. Their order counts for V(csv) only.",
            'V(["*"]) means every field that the dataset offers. They are looked up in every run.',
            (
                "V(@splunk_app) means the fields that the Cloudflare App for Splunk uses. It can be combined with names. Fields "
                "that the dataset does not offer are left out with a warning, and a new job also has the source type that the "
                "app expects, unless C(sourcetype) is set. It is available for V(http_requests), V(access_requests), "
                "V(audit_logs), V(casb_findings), V(gateway_dns), V(gateway_http) and V(gateway_network)."
            ),
            "An empty list means the vendor's own choice.",
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
            "The default of a new job is V(rfc3339), because Splunk reads the time of an event from it.",
        ),
        field="timestamp_format",
        default="unixnano",
    ),
    JobOption(
        "sample_rate",
        dict(type="float"),
        ("The share of the records to push, greater than 0 and at most 1. V(1) means all of them.",),
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
        ("Whether to merge the records of subrequests into those of their requests (V(http_requests) only).",),
        field="merge_subrequests",
    ),
    JobOption(
        "cve_2021_44228",
        dict(type="bool"),
        (
            (
                "Whether to break up strings that would exploit CVE-2021-44228 (Log4Shell). The name in the API, C(CVE-2021-44228), "
                "is accepted, too."
            ),
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
            (
                "The id of the job. With it, C(dataset) and C(name) are values that the job should have, and it is an error if "
                "there is no such job."
            ),
            "With C(state=absent), C(dataset) and C(name) must match the job, so that no other job is removed by mistake.",
            "Without it, the job is found by C(dataset), and by C(name) or C(endpoint).",
        ),
        check=at_least("job_id", 1, "must be a whole number from 1"),
    ),
    JobOption(
        "dataset",
        dict(type="str"),
        (
            (
                "The dataset whose logs are pushed. Datasets belong to zones, to accounts, or to both. A name that this release "
                "does not know is left to the API."
            ),
            "Without C(job_id), the default is V(http_requests).",
            "The API cannot change it on an existing job, see C(recreate).",
        ),
        check=checked_dataset,
    ),
    JobOption(
        "name",
        dict(type="str"),
        (
            (
                "The name of the job. The API does not keep names unique. Several jobs with the same dataset and name are an "
                "error that lists them, unless they are the same job, created by two simultaneous runs. Of these the oldest "
                "stays."
            ),
            (
                "With it, only the job of this name is managed, or the one that was created here with this name and was renamed "
                "since. Otherwise a new job is created."
            ),
            (
                "Without it, the task manages the job that this collection created, wherever it pushes: the one with the given "
                "C(channel), or with the channel that is derived for a new job. Otherwise it manages the only job at the "
                "collector of C(endpoint) (the same host, port and path in front of C(/services/collector), through "
                "C(splunk://) or C(https://)), so that a job that was created in the dashboard is adopted."
            ),
            (
                "Otherwise a new job is created beside those of others, with a warning. Nothing is removed or disabled then. "
                "Only M(edgeops.logpush.splunk_logpush_job) without an endpoint takes the only Splunk job of the dataset."
            ),
            (
                "A new job without a name is named after its zone, or after its dataset if it belongs to an account, with "
                "C(-splunk) at the end if a job of the dataset already has that name."
            ),
        ),
        field="name",
        check=matching("name", r"[a-zA-Z0-9._-]{1,512}", "takes up to 512 letters, digits, dots, _ and - only"),
    ),
    JobOption(
        "endpoint",
        dict(type="str"),
        (
            "The HEC of Splunk, as C(host), C(host:port) or the whole URL.",
            (
                "The path C(/services/collector/raw) is added where it is missing, also behind a path. The port is V(443) in a "
                "URL with C(https://) and for a host of Splunk Cloud (except a free trial), and V(8088) for any other host "
                "without a port."
            ),
            (
                "A port that is not written moves no job: a job that pushes to another port of the same host and path keeps "
                "it, with a warning."
            ),
            (
                "A job that reaches the same collector through C(https://) stays so, with a warning. To convert it to a "
                "C(splunk://) destination, select it with C(name) or C(job_id), and set C(endpoint)."
            ),
            (
                "If not set, E(SPLUNK_HEC_ENDPOINT) is used. With C(enabled=false) or C(state=absent) it only selects the job "
                "and is never written."
            ),
        ),
    ),
    JobOption(
        "hec_token",
        dict(type="str", no_log=True),
        (
            (
                "The HEC token. The module encodes it. The bare token, C(Splunk <token>) and C(Splunk%20<token>) are "
                "equivalent."
            ),
            "If not set, E(SPLUNK_HEC_TOKEN) is used.",
        ),
    ),
    JobOption(
        "channel",
        dict(type="str"),
        (
            "The channel of the events, a GUID.",
            (
                "If not set, an existing job keeps its channel. The channel of a new job is derived from its zone or account, "
                "its dataset and its name, so that check mode and every run agree without a stored file."
            ),
        ),
    ),
    JobOption(
        "sourcetype",
        dict(type="str"),
        ("The source type of the events.", "The default of a new job is V(cloudflare:json)."),
    ),
    JobOption(
        "insecure_skip_verify",
        dict(type="bool"),
        (
            "Whether Cloudflare accepts any certificate of the collector. For trials only.",
            "The default of a new job is V(false).",
        ),
    ),
    JobOption(
        "index",
        dict(type="str"),
        (
            (
                "The Splunk index of the events, sent as the parameter C(index) of the destination. The HEC token must allow "
                "it, see O(edgeops.logpush.splunk_hec_probe#module:index)."
            ),
            "If not set, an existing job keeps its index, and the HEC token decides about the events of a new job.",
        ),
    ),
    JobOption(
        "destination_conf",
        dict(type="str", no_log=True),
        (
            (
                "The complete destination string, instead of C(endpoint), C(hec_token), C(channel), C(sourcetype), "
                "C(insecure_skip_verify) and C(index)."
            ),
            "It is compared by its decoded parts, so the order and the encoding of its parameters make no difference.",
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
            "Whether the job pushes.",
            "It is always managed. A job that Cloudflare disabled after a day of failures is enabled again.",
            (
                "V(false) disables a job that exists. It creates a disabled job only if the options, without the environment, have "
                "what a new job needs, and if C(name) is set or there is no other Splunk job of the dataset."
            ),
        ),
        field="enabled",
    ),
    JobOption(
        "output_options",
        dict(type="dict", options={option.name: option.spec for option in OUTPUT_OPTIONS}),
        (
            "What the records look like. Only the sub-options that are set are managed. The others stay as they are.",
            "A job that still has the older C(logpull_options) is read as if it had these.",
        ),
    ),
    JobOption(
        "filter",
        dict(type="raw"),
        (
            'Which events to push, as a mapping or as JSON text of the form C({"where":{...}}).',
            "A value that is text is converted where the field is known to be a number or a boolean.",
            "V({}) removes the filter.",
        ),
        check=checked_filter,
        same=same_filter,
        belongs_to_dataset=True,
    ),
    JobOption(
        "filter_attack_traffic",
        dict(type="bool"),
        ("Whether to leave out the traffic of DDoS attacks.",),
        field="filter_attack_traffic",
    ),
    JobOption(
        "kind",
        dict(type="str", choices=["", "edge"]),
        (
            "V(edge) for Edge Log Delivery (V(http_requests) only), empty for Logpush.",
            "The API cannot change it on an existing job, see C(recreate).",
        ),
        field="kind",
        empty_value="",
    ),
    JobOption(
        "max_upload_bytes",
        dict(type="int"),
        ("The largest size of an uncompressed batch, from 5000000 to 1000000000. V(0) means the vendor's own choice.",),
        field="max_upload_bytes",
        check=in_range("max_upload_bytes", 5_000_000, 1_000_000_000),
    ),
    JobOption(
        "max_upload_interval_seconds",
        dict(type="int"),
        ("The longest time that a batch collects records, from 30 to 300. V(0) means the vendor's own choice.",),
        field="max_upload_interval_seconds",
        check=in_range("max_upload_interval_seconds", 30, 300),
    ),
    JobOption(
        "max_upload_records",
        dict(type="int"),
        ("The largest number of records in a batch, from 1000 to 1000000. V(0) means the vendor's own choice.",),
        field="max_upload_records",
        check=in_range("max_upload_records", 1_000, 1_000_000),
    ),
    JobOption(
        "transformer_id",
        dict(type="int"),
        ("The id of the transformer for the records. V(0) means none.",),
        field="transformer_id",
        empty_value=0,
        check=at_least("transformer_id", 0, "must be a whole number from 1, or 0 for none"),
        belongs_to_dataset=True,
    ),
    JobOption(
        "frequency",
        dict(type="str", choices=["high", "low"]),
        (
            "How often to push. Deprecated by the vendor in favour of C(max_upload_interval_seconds) and similar options.",
        ),
        field="frequency",
        default="high",
    ),
    JobOption(
        "logpull_options",
        dict(type="str"),
        (
            "The older form of C(output_options), deprecated by the vendor. It is sent as given and compared by its parts.",
            "It cannot be combined with C(output_options).",
        ),
        belongs_to_dataset=True,
    ),
    JobOption(
        "validate_fields",
        dict(type="bool", default=True),
        (
            (
                "Whether to look up the names in C(output_options.field_names) and C(filter) before they are written, with one "
                "more request. The API accepts a misspelt name in C(output_options.field_names) and then leaves the field out of "
                "every record."
            ),
        ),
    ),
    JobOption(
        "recreate",
        dict(type="bool", default=False),
        (
            (
                "Whether to replace the job if C(dataset) or C(kind) differ. The new job is created before the old one is "
                "deleted, so that no log is lost, unless the zone is at its job limit."
            ),
            (
                "A job that differs from another one only in its kind is treated as the successor of an interrupted "
                "replacement, and the other one is deleted."
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
