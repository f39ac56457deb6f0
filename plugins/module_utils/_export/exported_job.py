# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that request an existing job exactly as it is. Pure: no I/O.

Each option is tested with the rules of a rollout. An option that would change the job is omitted, so the rollout leaves
that part of the job unchanged. A job whose destination cannot be requested is not exported: without a destination of its
own, the endpoint and token that are set for all jobs would apply to it.
"""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._core.errors import CollectionError
from .._core.secrets import is_secret_parameter
from .._logpush import destination as destinations
from .._logpush.destination import AUTHORIZATION, DESTINATION_PARTS, Destination
from .._logpush.filters import parsed_filter
from .._logpush.job import Job, dataset_of, destination_of
from .._logpush.job_options import JOB_SPEC, OUTPUT_OPTION_BY_FIELD, OUTPUT_OPTIONS, PLAIN_OPTIONS
from .._logpush.job_request import desired_job
from .._logpush.plan import TIMESTAMP_FORMAT_OF_NEW_JOBS, plan_present
from .secret_variables import OTHER, SHORTEST_SECRET, TOKEN, SecretVariables
from .yaml_writer import Template

Options = t.Dict[str, t.Any]

_VALIDATOR = ArgumentSpecValidator(JOB_SPEC)
_IDENTITY_OPTIONS = ("job_id", "dataset", "name")
_DESTINATION_OPTIONS = (*DESTINATION_PARTS, "destination_conf")
_OUTPUT_OPTION = {option.name: option for option in OUTPUT_OPTIONS}
# Replaces a token that the API hides: a rollout treats any token as equal to the hidden one.
_ANY_TOKEN = "hidden-by-the-API"


class ExportedJob(t.NamedTuple):
    """The options that request a job, and the names of the parts that they omit. A job that is not exported has no options,
    and C(problem) is the reason. C(requested) are the same options with the secrets themselves."""

    options: Options
    omitted: list[str]
    problem: str = ""
    requested: Options | None = None


def register_secrets(job: Job, variables: SecretVariables) -> None:
    """Register the HEC token of a Splunk job and all other secrets in its destination."""
    destination = destination_of(job)
    if destination.hec_token:
        variables.register(destination.hec_token, TOKEN, destination.endpoint)
    for name, value in destination.parameters:
        if _is_secret(name, value, destination):
            variables.register(value, OTHER, destination.endpoint)


def exported_job(
    job: Job,
    splunk_jobs: t.Sequence[Job],
    variables: SecretVariables,
    *,
    is_complete: bool = True,
    omits_defaults: bool = False,
) -> ExportedJob:
    """Return the options for a job. C(splunk_jobs) are all Splunk jobs of its scope, with their secrets registered.
    C(is_complete) is true if the job has no part that C(job) does not contain. C(omits_defaults) omits values that a new job
    would have as well."""
    identity = _identity(job, splunk_jobs, variables)
    if identity is None:
        return ExportedJob({}, [], _identity_problem(job))
    requested = _with_destination(identity, job)
    if requested is None:
        return ExportedJob({}, [], f"its destination cannot be requested: {_destination_problem(job)}")
    options, omitted = _with_further_parts(requested, job, is_complete)
    if omits_defaults:
        options = _without_defaults(options)
    shown: Options = {}
    for option, value in _with_references(options, destination_of(job), variables).items():
        try:
            shown[option] = variables.replaced_in(value)
        except CollectionError:
            if option in (*_IDENTITY_OPTIONS, *_DESTINATION_OPTIONS):
                return ExportedJob({}, [], f"its {option} contains a secret")
            omitted.append(option)
    return ExportedJob(shown, omitted, requested={option: options[option] for option in options if option in shown})


def _identity(job: Job, splunk_jobs: t.Sequence[Job], variables: SecretVariables) -> Options | None:
    """Return the options by which a rollout finds a job among the others of its scope, and its state; None if there are
    none."""
    dataset, name = dataset_of(job), job.get("name") or ""
    same_dataset = [other for other in splunk_jobs if dataset_of(other) == dataset]
    same_name = [other for other in same_dataset if (other.get("name") or "") == name]
    candidates: list[Options] = []
    is_converted_if_named = destination_of(job).scheme == "https"
    if name and len(same_name) == 1 and variables.masked(name) == name and not is_converted_if_named:
        candidates.append({"dataset": dataset, "name": name})
    if len(same_dataset) == 1:
        candidates.append({"dataset": dataset})
    if job.get("id") and not is_converted_if_named:
        candidates += [{"job_id": job["id"], "dataset": dataset}, {"job_id": job["id"]}]
    enabled = {"enabled": bool(job.get("enabled"))}
    return next(({**each, **enabled} for each in candidates if _leaves_unchanged({**each, **enabled}, job)), None)


def _identity_problem(job: Job) -> str:
    """Return why a rollout cannot find a job and leave it unchanged."""
    if destination_of(job).scheme == "https":
        return "a rollout that selects it by name or ID among the jobs of its dataset would convert it to splunk://"
    return "it has no ID to distinguish it from other jobs of its dataset"


def _with_destination(identity: Options, job: Job) -> Options | None:
    """Return the options together with those for the destination: its parts, or if there are more, the complete string.
    Return None if neither leaves the job unchanged."""
    destination = destination_of(job)
    # A rollout that requests a destination adds a channel to a job that has none.
    if not destination.hec_token or not destination.channel:
        return None
    if destination.token_is_hidden:
        destination = destination.with_parameter(AUTHORIZATION, f"Splunk {_ANY_TOKEN}")
    candidates: list[Options] = []
    if destination.sourcetype and not destination.further_parameters:
        parts = destinations.to_parts(destination)
        candidates.append({**identity, **{part: parts[part] for part in DESTINATION_PARTS if part in parts}})
    # The string becomes a template with references to secrets, in which a brace would be part of the syntax.
    if "{" not in destination.endpoint:
        # A rollout keeps the scheme of a job that reaches its collector through https://.
        whole = destination._replace(scheme="splunk").encode()
        candidates.append({**identity, "destination_conf": whole})
    return next((options for options in candidates if _leaves_unchanged(options, job)), None)


def _destination_problem(job: Job) -> str:
    """Return why a destination cannot be requested. The text contains no part of the destination."""
    try:
        destinations.checked(destination_of(job))
    except CollectionError as error:
        return str(error)
    return "options cannot express it"


def _with_further_parts(requested: Options, job: Job, is_complete: bool) -> tuple[Options, list[str]]:
    """Return the options together with those for all further parts of a job, and the names of the parts that cannot be
    requested without a change."""
    parts = list(_further_parts(job, is_complete))
    complete = requested
    for part in parts:
        complete = _merged(complete, part.options)
    # Most jobs can be requested completely: test that first, with a single plan.
    if _leaves_unchanged(complete, job):
        return complete, []
    omitted = []
    for part in parts:
        extended = _merged(requested, part.options)
        if _leaves_unchanged(extended, job):
            requested = extended
        else:
            omitted.append(part.name)
    return requested, omitted


def _without_defaults(options: Options) -> Options:
    """Return options without the output options that a new job has as well if they are not requested. A rollout does not
    change them in an existing job.

    Other defaults stay: variables of a group, such as C(splunk_logpush_enabled), can set another value for all jobs of a host.
    """
    given = options.get("output_options")
    if given is None:
        return options
    kept = {name: value for name, value in given.items() if not _is_default(name, value, given)}
    rest = {name: value for name, value in options.items() if name != "output_options"}
    return {**rest, "output_options": kept} if kept else rest


def _is_default(name: str, value: t.Any, given: t.Mapping[str, t.Any]) -> bool:
    if name == "timestamp_format":
        return bool(value == TIMESTAMP_FORMAT_OF_NEW_JOBS)
    known = _OUTPUT_OPTION.get(name)
    return known is not None and known.is_same(value, None, given.get("output_type") or "")


class _Part(t.NamedTuple):
    name: str
    options: Options


def _further_parts(job: Job, is_complete: bool) -> t.Iterator[_Part]:
    """Yield the parts of a job besides its identity, state and destination, each with the options that request it. Only the
    named parts of an incomplete job are known."""
    parsed = parsed_filter(job.get("filter"))
    if parsed is not None:
        yield _Part("filter", {"filter": parsed})
    output_options = {key: value for key, value in (job.get("output_options") or {}).items() if value is not None}
    if output_options or (is_complete and not job.get("logpull_options")):
        # Always written if it is known, because a new job would get another format.
        default = {"timestamp_format": OUTPUT_OPTION_BY_FIELD["timestamp_format"].default} if is_complete else {}
        for field, value in {**default, **output_options}.items():
            known = OUTPUT_OPTION_BY_FIELD.get(field)
            # Some jobs have a sample rate of 0, which the API reads as 1. As an option it is refused.
            is_zero_rate = field == "sample_rate" and not value
            name = known.name if known else field
            yield _Part(f"output_options.{field}", {"output_options": {name: 1 if is_zero_rate else value}})
    elif job.get("logpull_options"):
        yield _Part("logpull_options", {"logpull_options": job["logpull_options"]})
    fields: t.Mapping[str, t.Any] = job
    for option in PLAIN_OPTIONS:
        if option.name not in ("enabled", "name") and not option.is_same(fields.get(option.field), None):
            yield _Part(option.field, {option.name: fields[option.field]})


def _merged(options: Options, more: Options) -> Options:
    """Return options together with more of them; sub-options of C(output_options) are merged one by one."""
    merged = {**options, **more}
    if "output_options" in options and "output_options" in more:
        merged["output_options"] = {**options["output_options"], **more["output_options"]}
    return merged


def _leaves_unchanged(options: Options, job: Job) -> bool:
    """Return whether a rollout accepts these options and finds that the job already matches them."""
    validation = _VALIDATOR.validate(options)
    if validation.error_messages:
        return False
    try:
        desired = desired_job(validation.validated_parameters)
    except CollectionError:
        return False
    return _plan_is_empty(desired, job)


def _plan_is_empty(desired: t.Mapping[str, t.Any], job: Job) -> bool:
    """Return whether a job already has these fields, so that a rollout writes nothing."""
    try:
        return not plan_present(desired, job, None, recreate=False).writes
    except CollectionError:
        return False


def _with_references(options: Options, destination: Destination, variables: SecretVariables) -> Options:
    """Return the options with references to variables in place of the secrets of the destination."""
    if "destination_conf" in options:
        parameters = "&".join(_parameter(name, value, destination, variables) for name, value in destination.parameters)
        return {**options, "destination_conf": Template(f"splunk://{destination.endpoint}?{parameters}")}
    return {**options, "hec_token": Template(f"{{{{ {variables.name_of(destination.hec_token or '')} }}}}")}


def _parameter(name: str, value: str, destination: Destination, variables: SecretVariables) -> str:
    """Return one parameter of a complete destination string, with a reference in place of a secret."""
    quoted = quote(name, safe="", errors="surrogateescape")
    if _is_authorization(name):
        token = variables.name_of(destination.hec_token or "")
        return f"{quoted}={{{{ {token} | edgeops.logpush.splunk_authorization }}}}"
    if _is_secret(name, value, destination):
        return f"{quoted}={{{{ {variables.name_of(value)} | urlencode }}}}"
    return f"{quoted}={quote(value, safe=':', errors='surrogateescape')}"


def _is_secret(name: str, value: str, destination: Destination) -> bool:
    """Return whether a parameter besides the Authorization header is a secret by its name, or contains the token."""
    if not value or _is_authorization(name):
        return False
    token = destination.hec_token or ""
    return is_secret_parameter(name) or (len(token) >= SHORTEST_SECRET and token in value)


def _is_authorization(name: str) -> bool:
    return name.lower() == AUTHORIZATION.lower()
