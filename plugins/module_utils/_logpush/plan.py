# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The difference between the requested and the actual state of a Logpush job. Pure: no I/O.

All rules that decide whether a job changes are here. The unexpected ones come from the API:

* answers omit unset values, so absent, null and the zero value are equal;
* C(output_options) is replaced whole by an update, so an update carries the merged object;
* C(filter) is JSON in a string, so it is compared parsed;
* C(dataset) and C(kind) cannot change in place.

Cloudflare's pages: U(https://developers.cloudflare.com/api/resources/logpush/subresources/jobs/),
U(https://developers.cloudflare.com/logs/logpush/logpush-job/log-output-options/).
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.json_types import JsonObject
from .._core.outcome import NO_CHANGE, Plan, action_of
from .._splunk.hec_request import COLLECTOR_VARIABLES
from . import destination as destinations
from .destination import Destination, RequestedDestination
from .destination_difference import difference
from .filters import filter_keys, filter_text, parsed_filter
from .job import DEFAULT_DATASET, Job, dataset_of, definition, destination_of, output_options_of
from .job_option import is_zero
from .job_options import JOB_OPTION, JOB_OPTIONS, OUTPUT_OPTION_BY_FIELD, OUTPUT_OPTIONS, PLAIN_OPTIONS
from .logpull import comparable_logpull_options

# Values of a new job where Splunk needs something other than the API's default.
TIMESTAMP_FORMAT_OF_NEW_JOBS = "rfc3339"

_PLAIN_FIELDS = tuple(option.field for option in PLAIN_OPTIONS)
# The fields that a replaced job passes on to its successor.
_CARRIED_FIELDS = (*_PLAIN_FIELDS, "filter", "output_options", "logpull_options")
_FIELDS_OF_A_DATASET = tuple(option.name for option in JOB_OPTIONS if option.belongs_to_dataset)
_OUTPUT_FIELDS_OF_A_DATASET = tuple(option.field for option in OUTPUT_OPTIONS if option.belongs_to_dataset)
# Edge Log Delivery accepts neither of them.
_FIELDS_WITHOUT_EDGE = ("max_upload_bytes", "max_upload_records")

Desired = t.Mapping[str, t.Any]


def recreation_of(job: Job) -> JsonObject:
    """Return the body that creates a job again after it was deleted. Raises CollectionError if the API hides its token,
    because the job could not be created again."""
    if destination_of(job).token_is_hidden:
        raise CollectionError(
            f"Job {job.get('id')} is not replaced. The zone or account is at its job limit, so the old job would have "
            "to be deleted first, and could not be restored because the API hides its token. Delete another job and "
            "run this again."
        )
    return {"dataset": dataset_of(job), "destination_conf": job["destination_conf"], **_carried_fields(job)}


def plan_present(desired: Desired, observed: Job | None, new_channel: str | None, *, recreate: bool) -> Plan:
    """Return the plan that brings a job to the desired state.

    ``desired`` has the managed fields only (see C(job_request.JobRequest)). ``observed`` is the job of the API, None for a
    new one. ``new_channel`` is the channel of a job that has none yet. Raises OptionError if a required value for a new job
    is missing, and CollectionError if the change needs a new job and ``recreate`` is false.
    """
    if observed is None:
        return _plan_creation(desired, new_channel)
    immutable = immutable_changes(desired, observed)
    if immutable and not recreate:
        listed = ", ".join(
            f"{field} from {old or 'none'} to {new or 'none'}" for field, (old, new) in immutable.items()
        )
        raise CollectionError(
            f"Job {observed.get('id')} cannot change {listed}: the API does not allow this change. Set recreate: true "
            "to replace the job with a new one, or select another job with name or job_id."
        )
    if immutable:
        return plan_replacement(desired, observed, new_channel)
    return _plan_update(desired, observed)


def check_creation(desired: t.Mapping[str, t.Any], others: t.Sequence[str] = ()) -> None:
    """Check that a new job has the values that only a new job needs. ``others`` describes the jobs that the request does not
    refer to. Raises OptionError."""
    destination: RequestedDestination = desired.get("destination") or RequestedDestination()
    required = {"endpoint": destination.address, "hec_token": destination.hec_token}
    missing = [] if destination.complete else [option for option, value in required.items() if not value]
    if not missing:
        return
    reason = "no Splunk job of this dataset and name exists"
    if others:
        reason = (
            f"none of the Splunk jobs of this dataset is the requested one ({'; '.join(others)}). To select one of them, "
            "use name or job_id"
        )
    variables = " and ".join(COLLECTOR_VARIABLES[option] for option in missing)
    raise OptionError(
        ", ".join(missing),
        f"{'is' if len(missing) == 1 else 'are'} required to create the job; {reason}. Set {' and '.join(missing)} "
        f"({' and '.join(f'splunk_logpush_{option}' for option in missing)} in a playbook), or the environment "
        f"variable{'' if len(missing) == 1 else 's'} {variables}",
    )


def plan_with_cleanup(plan: Plan, superseded: t.Iterable[Job]) -> Plan:
    """Return the plan of a job that also deletes the jobs that it supersedes."""
    deleted = [{"id": job.get("id"), **definition(job)} for job in superseded]
    return plan._replace(
        action="replaced", before={**plan.before, "other_jobs": deleted}, after={**plan.after, "other_jobs": []}
    )


def plan_with_disabled(plan: Plan, others: t.Iterable[Job]) -> Plan:
    """Return the plan of a job that also disables its duplicates: disabling does not delete a job."""
    ids = [job.get("id") for job in others]
    return plan._replace(
        before={**plan.before, "other_jobs": [{"id": job_id, "enabled": True} for job_id in ids]},
        after={**plan.after, "other_jobs": [{"id": job_id, "enabled": False} for job_id in ids]},
    )


def plan_absent(observed: Job | None) -> Plan:
    """Return the plan that deletes a job, if there is one."""
    if observed is None:
        return NO_CHANGE
    return Plan("deleted", {}, dict(observed), definition(observed), {})


def field_names_to_check(plan: Plan, desired: t.Mapping[str, t.Any]) -> list[str]:
    """Return the field names that the user requests and the plan would write: those to look up in the dataset."""
    written = "field_names" in (plan.after.get("output_options") or {})
    return list((desired.get("output_options") or {}).get("field_names") or []) if written else []


def filter_keys_to_check(plan: Plan, desired: t.Mapping[str, t.Any]) -> list[str]:
    """Return the same for the names of the fields that a filter compares."""
    return filter_keys(desired.get("filter")) if plan.after.get("filter") else []


def job_after_update(observed: Job, body: JsonObject) -> JsonObject:
    """Return the job after an update with ``body``, in the form of an answer, without unset values."""
    job = {**observed, **body}
    return {key: value for key, value in job.items() if not (key in body and key != "enabled" and is_zero(value))}


def plan_replacement(desired: Desired, observed: Job, new_channel: str | None = None) -> Plan:
    """Return the plan that replaces a job with a new one with another dataset or kind. Fields that are not requested
    keep the values of the old job, except those without a meaning in another dataset."""
    kept = _carried_fields(observed)
    if desired.get("dataset", dataset_of(observed)) != dataset_of(observed):
        kept = {key: value for key, value in kept.items() if key not in _FIELDS_OF_A_DATASET}
        current = output_options_of(observed)
        kept["output_options"] = {key: current[key] for key in current if key not in _OUTPUT_FIELDS_OF_A_DATASET}
    if "logpull_options" in desired:
        kept.pop("output_options", None)
    elif "output_options" in desired or kept.get("output_options") or not kept.get("logpull_options"):
        # A field with the API's default keeps it, too: the collection's defaults are for new jobs that do not replace
        # another one.
        current = {"timestamp_format": OUTPUT_OPTION_BY_FIELD["timestamp_format"].default, **output_options_of(kept)}
        kept["output_options"] = {**current, **(desired.get("output_options") or {})}
        kept.pop("logpull_options", None)
    if desired.get("kind", kept.get("kind")) == "edge":
        kept = {key: value for key, value in kept.items() if key not in _FIELDS_WITHOUT_EDGE}
    destination = _destination_of_successor(desired.get("destination"), destination_of(observed))
    if new_channel and not destination.channel:
        destination = destination.with_parameter(destinations.CHANNEL, new_channel)
    complete = {
        "dataset": dataset_of(observed),
        **kept,
        "filter": parsed_filter(kept.get("filter")),
        **{key: value for key, value in desired.items() if key != "output_options"},
        "destination": RequestedDestination(complete=destination),
    }
    return _plan_creation(complete, None)._replace(action="replaced", before=definition(observed))


def immutable_changes(desired: Desired, observed: Job) -> dict[str, tuple[t.Any, t.Any]]:
    """Return the changes that the API does not allow on an existing job: the values before and after, by field."""
    changes: dict[str, tuple[t.Any, t.Any]] = {}
    if "dataset" in desired and desired["dataset"] != dataset_of(observed):
        changes["dataset"] = (dataset_of(observed), desired["dataset"])
    if "kind" in desired and (desired["kind"] or "") != (observed.get("kind") or ""):
        changes["kind"] = (observed.get("kind"), desired["kind"])
    return changes


def _carried_fields(job: Job) -> JsonObject:
    fields: t.Mapping[str, t.Any] = job
    return {field: fields[field] for field in _CARRIED_FIELDS if fields.get(field) is not None}


def _plan_creation(desired: Desired, new_channel: str | None) -> Plan:
    check_creation(desired)
    requested: RequestedDestination = desired["destination"]
    body: JsonObject = {
        "dataset": desired.get("dataset") or DEFAULT_DATASET,
        **{field: desired[field] for field in _PLAIN_FIELDS if field in desired},
        "destination_conf": requested.with_default_channel(new_channel).new().encode(),
        "filter": filter_text(desired.get("filter")),
    }
    if "logpull_options" in desired:
        body["logpull_options"] = desired["logpull_options"]
    else:
        given = _without_cleared(desired.get("output_options") or {})
        body["output_options"] = {"timestamp_format": TIMESTAMP_FORMAT_OF_NEW_JOBS, **given}
    body = {key: value for key, value in body.items() if key == "enabled" or not is_zero(value)}
    return Plan("created", body, dict(body), {}, definition(body))


def _plan_update(desired: Desired, observed: Job) -> Plan:
    changes = _changes(desired, observed)
    if not changes:
        return Plan("unchanged", {}, dict(observed), {}, {})
    body = dict(changes)
    if "output_options" not in body and observed.get("output_options") and set(body) != {"enabled"}:
        # Sent with every update: the API replaces the whole object, and no part of it may get lost.
        body["output_options"] = {key: value for key, value in observed["output_options"].items() if value is not None}
    after = job_after_update(observed, body)
    shown = _differences(changes, observed, after)
    return Plan(action_of(changes), body, after, shown.before, shown.after)


def _changes(desired: Desired, observed: Job) -> JsonObject:
    """Return the fields to send, each with its new value, for what differs."""
    fields: t.Mapping[str, t.Any] = observed
    changes: JsonObject = {
        option.field: desired[option.field]
        for option in PLAIN_OPTIONS
        if option.field in desired and not option.is_same(fields.get(option.field), desired[option.field])
    }
    if "filter" in desired and not JOB_OPTION["filter"].is_same(observed.get("filter"), desired["filter"]):
        changes["filter"] = filter_text(desired["filter"])
    logpull_options = desired.get("logpull_options")
    if logpull_options is not None and comparable_logpull_options(logpull_options) != comparable_logpull_options(
        observed.get("logpull_options")
    ):
        changes["logpull_options"] = logpull_options
    current = destination_of(observed)
    destination = _destination_after_update(desired.get("destination"), current)
    if destination.comparable() != current.comparable():
        changes["destination_conf"] = destination.encode()
    output_options = _changed_output_options(desired.get("output_options") or {}, observed)
    if output_options is not None:
        changes["output_options"] = output_options
    return changes


def _destination_after_update(requested: RequestedDestination | None, observed: Destination) -> Destination:
    """Return the destination that a job should have: the requested parts over those that it has."""
    if requested is None:
        return observed
    destination = requested.over(observed)
    if not observed.token_is_hidden:
        return destination
    # The API hides the token of this job. It counts as equal to the requested one, because the difference cannot be
    # determined.
    if _without_token(destination).comparable() == _without_token(observed).comparable():
        return observed
    if not requested.complete and requested.hec_token is None:
        raise CollectionError(
            "hec_token: the API hides the token of this job, and a change of the destination must include the token. "
            f"Set hec_token, or the environment variable {COLLECTOR_VARIABLES['hec_token']}."
        )
    return destination


def _destination_of_successor(requested: RequestedDestination | None, observed: Destination) -> Destination:
    """Return the destination of a job that replaces another one: its token must be known."""
    requested = requested or RequestedDestination()
    if observed.token_is_hidden and not requested.complete and not requested.hec_token:
        raise CollectionError(
            "hec_token: the API hides the token of the job to be replaced, and the new job needs it. Set hec_token, "
            f"or the environment variable {COLLECTOR_VARIABLES['hec_token']}."
        )
    return requested.over(observed)


def _without_token(destination: Destination) -> Destination:
    return destination.with_parameter(destinations.AUTHORIZATION, "")


def _changed_output_options(desired: Desired, observed: Job) -> JsonObject | None:
    """Return the complete object to send, None if no desired value differs."""
    current = output_options_of(observed)
    merged = _without_cleared({**current, **desired})
    output_type = merged.get("output_type") or OUTPUT_OPTION_BY_FIELD["output_type"].default
    if all(
        OUTPUT_OPTION_BY_FIELD[field].is_same(current.get(field), value, output_type)
        for field, value in desired.items()
    ):
        return None
    # Never empty: the API would use the older logpull_options of the job, if it has any.
    return merged or {"output_type": output_type}


def _without_cleared(options: Desired) -> JsonObject:
    """Return output options without those that mean "the default": the API replaces the whole object, so omitted values are
    cleared. False is sent as it is."""
    return {field: value for field, value in options.items() if value is not None and not _is_cleared(field, value)}


def _is_cleared(field: str, value: t.Any) -> bool:
    option = OUTPUT_OPTION_BY_FIELD.get(field)
    return option is not None and option.is_zero_default and value is not False and is_zero(value)


class _Shown(t.NamedTuple):
    """The values before and after a change, for a diff."""

    before: dict[str, t.Any]
    after: dict[str, t.Any]


def _differences(changes: JsonObject, observed: Job, after: JsonObject) -> _Shown:
    shown = _Shown({}, {})
    fields: t.Mapping[str, t.Any] = observed
    for field, value in changes.items():
        if field == "destination_conf":
            shown.before["destination"], shown.after["destination"] = difference(
                destination_of(observed), destination_of(after)
            )
        elif field == "output_options":
            old, new = output_options_of(observed), after.get("output_options") or {}
            shown.before[field], shown.after[field] = _only_differing(old, new)
        elif field == "filter":
            old, new = parsed_filter(fields.get(field)), parsed_filter(value)
            # For Python, and for callbacks that compare the diff, true equals 1.
            shown.before[field], shown.after[field] = (old, new) if old != new else (filter_text(old), filter_text(new))
        else:
            shown.before[field], shown.after[field] = fields.get(field), value
    return shown


def _only_differing(before: Desired, after: Desired) -> _Shown:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return _Shown(
        {key: before[key] for key in keys if key in before}, {key: after[key] for key in keys if key in after}
    )
