# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a Logpush job should be, what it is, and the difference. Pure: no I/O.

The rules of "when is a job changed?" are all here. Those that a reader would not expect come from the API:

* replies leave out what is unset, so absent, null and the zero value are equal;
* C(output_options) is replaced whole by an update, so an update carries the merged object;
* C(filter) is JSON in a string, so it is compared parsed;
* C(dataset) and C(kind) cannot change in place.

Vendor pages: U(https://developers.cloudflare.com/api/resources/logpush/subresources/jobs/),
U(https://developers.cloudflare.com/logs/logpush/logpush-job/log-output-options/).
"""

from __future__ import annotations

import json
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.outcome import Plan, action_of
from .._core.secrets import MASK
from . import destination as destinations
from .destination import Destination
from .job import (
    DEFAULT_DATASET,
    PLAIN_FIELDS,
    Job,
    dataset_of,
    definition,
    destination_of,
    output_options_of,
    parsed_filter,
)
from .logpull import comparable_logpull_options

DEFAULT_TIMESTAMP_FORMAT = "rfc3339"

# What a job carries over into its replacement when its dataset stays the same.
_CARRIED_FIELDS = PLAIN_FIELDS + ("filter", "output_options", "logpull_options")
# What names the fields of a dataset, and so means nothing in another one.
_FIELDS_OF_A_DATASET = ("filter", "logpull_options", "transformer_id")
_OUTPUT_OPTIONS_OF_A_DATASET = ("field_names", "record_template")

_PLAIN_DEFAULTS = {"frequency": "high"}
_OUTPUT_DEFAULTS = {
    "output_type": "ndjson",
    "timestamp_format": "unixnano",
    "sample_rate": 1,
    "field_delimiter": ",",
    "record_prefix": "{",
}
_RECORD_SUFFIX_DEFAULTS = {"csv": "\n"}


def recreation_of(job: t.Mapping[str, t.Any]) -> Job:
    """Return what to send to make a job once more that is to be deleted. Raises CollectionError where that cannot be
    done, since the API hides its token."""
    if destination_of(job).token_is_hidden:
        raise CollectionError(
            f"Job {job.get('id')} is left as it is: the scope has as many jobs as it may have, so it would have to go "
            "before its replacement is made, and could not come back if that is refused, since the API hides its token. "
            "Make room for one job more, then run this again."
        )
    carried = {key: job[key] for key in _CARRIED_FIELDS if job.get(key) is not None}
    return {"dataset": dataset_of(job), "destination_conf": job["destination_conf"], **carried}


def plan_present(desired: t.Mapping[str, t.Any], observed: Job | None, new_channel: str | None, recreate: bool) -> Plan:
    """Plan what makes a job what it should be.

    ``desired`` has the managed fields only (see ``_job_options.desired_job``): ``destination`` (a mapping of parts, or
    a whole Destination), ``filter`` (parsed), ``output_options``, ``logpull_options``, ``dataset`` and the plain
    fields. ``observed`` is the job of the API or None; ``new_channel`` is the channel of a job that has none yet.
    Raises OptionError where something needed for a new job is missing, CollectionError where only a new job would do and
    ``recreate`` is false.
    """
    if observed is None:
        return _plan_creation(desired, new_channel)
    immutable = immutable_changes(desired, observed)
    if immutable and not recreate:
        listed = ", ".join(
            f"{field} from {old or 'none'} to {new or 'none'}" for field, (old, new) in immutable.items()
        )
        raise CollectionError(
            f"Job {observed.get('id')} cannot change {listed}: the API does not allow it on a job that exists. "
            "Set recreate: true to replace the job by a new one, or name another job with name or job_id."
        )
    if immutable:
        return plan_replacement(desired, observed, new_channel)
    return _plan_update(desired, observed)


def check_creation(desired: t.Mapping[str, t.Any]) -> None:
    """Refuse a new job that lacks what only a new job needs. Raises OptionError."""
    wanted = desired.get("destination") or {}
    missing = (
        [] if isinstance(wanted, Destination) else [part for part in ("endpoint", "hec_token") if not wanted.get(part)]
    )
    if missing:
        raise OptionError(
            ", ".join(missing), "needed to create the job: no Splunk job of this dataset and name is there"
        )


def plan_with_cleanup(plan: Plan, others: t.Iterable[t.Mapping[str, t.Any]]) -> Plan:
    """Complete the plan of a job by the removal of others whose place it has taken."""
    gone = [{"id": other.get("id"), **definition(other)} for other in others]
    return plan._replace(
        action="replaced", before={**plan.before, "other_jobs": gone}, after={**plan.after, "other_jobs": []}
    )


def plan_absent(observed: Job | None) -> Plan:
    """Plan the removal of a job, if there is one."""
    if observed is None:
        return Plan("unchanged", {}, {}, {}, {})
    return Plan("deleted", {}, observed, definition(observed), {})


def field_names_to_check(plan: Plan, desired: t.Mapping[str, t.Any]) -> list[str]:
    """Return the field names that the plan would write and the user asked for: those worth a look at the dataset."""
    written = "field_names" in (plan.after.get("output_options") or {})
    return list((desired.get("output_options") or {}).get("field_names") or []) if written else []


def job_after_update(observed: t.Mapping[str, t.Any], body: t.Mapping[str, t.Any]) -> Job:
    """Return the job that an update with ``body`` leaves, in the form of a reply: what is unset is left out."""
    job = {**observed, **body}
    return {key: value for key, value in job.items() if not (key in body and key != "enabled" and _is_zero(value))}


def _plan_creation(desired: t.Mapping[str, t.Any], new_channel: str | None) -> Plan:
    check_creation(desired)
    wanted = dict(desired)
    dataset = wanted.get("dataset") or DEFAULT_DATASET
    body: Job = {"dataset": dataset, **{key: wanted[key] for key in PLAIN_FIELDS if key in wanted}}
    body["destination_conf"] = _new_destination(wanted.get("destination") or {}, new_channel).encode()
    if wanted.get("filter"):
        body["filter"] = _filter_text(wanted["filter"])
    if "logpull_options" in wanted:
        body["logpull_options"] = wanted["logpull_options"]
    else:
        given = _without_cleared(wanted.get("output_options") or {})
        body["output_options"] = {"timestamp_format": DEFAULT_TIMESTAMP_FORMAT, **given}
    body = {key: value for key, value in body.items() if key == "enabled" or not _is_zero(value)}
    return Plan("created", body, dict(body), {}, definition(body))


def _plan_update(desired: t.Mapping[str, t.Any], observed: Job) -> Plan:
    changes: Job = {}
    for field in PLAIN_FIELDS:
        if field in desired and _plain(field, desired[field]) != _plain(field, observed.get(field)):
            changes[field] = desired[field]
    if "filter" in desired and not _same_json(desired["filter"], parsed_filter(observed.get("filter"))):
        changes["filter"] = _filter_text(desired["filter"])
    if "logpull_options" in desired and comparable_logpull_options(
        desired["logpull_options"]
    ) != comparable_logpull_options(observed.get("logpull_options")):
        changes["logpull_options"] = desired["logpull_options"]
    wanted_destination = _wanted_destination(desired.get("destination"), destination_of(observed))
    if wanted_destination.comparable() != destination_of(observed).comparable():
        changes["destination_conf"] = wanted_destination.encode()
    merged = _merged_output_options(desired.get("output_options") or {}, observed)
    if merged is not None:
        changes["output_options"] = merged
    if not changes:
        return Plan("unchanged", {}, observed, {}, {})
    body = dict(changes)
    if "output_options" not in body and observed.get("output_options"):
        # Sent with every update: the API replaces the object whole, and nothing may get lost in it.
        body["output_options"] = {k: v for k, v in observed["output_options"].items() if v is not None}
    after_job = job_after_update(observed, body)
    before, after = _differences(changes, observed, after_job)
    return Plan(action_of(changes), body, after_job, before, after)


def plan_replacement(desired: t.Mapping[str, t.Any], observed: Job, new_channel: str | None = None) -> Plan:
    same_dataset = desired.get("dataset", dataset_of(observed)) == dataset_of(observed)
    kept = {key: observed[key] for key in _CARRIED_FIELDS if observed.get(key) is not None}
    if not same_dataset:
        kept = {key: value for key, value in kept.items() if key not in _FIELDS_OF_A_DATASET}
        kept["output_options"] = {
            key: value for key, value in output_options_of(observed).items() if key not in _OUTPUT_OPTIONS_OF_A_DATASET
        }
    if "logpull_options" in desired:
        kept.pop("output_options", None)
    elif "output_options" in desired or kept.get("output_options") or not kept.get("logpull_options"):
        # What the old job has stays: the timestamps of a new one are for jobs that replace none.
        current = {"timestamp_format": _OUTPUT_DEFAULTS["timestamp_format"], **output_options_of(kept)}
        kept["output_options"] = {**current, **(desired.get("output_options") or {})}
        kept.pop("logpull_options", None)
    if desired.get("kind", kept.get("kind")) == "edge":
        # Edge Log Delivery takes neither.
        kept = {key: value for key, value in kept.items() if key not in ("max_upload_bytes", "max_upload_records")}
    destination = _replacing_destination(desired.get("destination"), destination_of(observed))
    if new_channel and not destination.channel:
        destination = destination.with_parameter(destinations.CHANNEL, new_channel)
    wanted = {
        "dataset": dataset_of(observed),
        **kept,
        "filter": parsed_filter(kept.get("filter")),
        **{key: value for key, value in desired.items() if key != "output_options"},
        "destination": destination,
    }
    creation = _plan_creation(wanted, None)
    return creation._replace(action="replaced", before=definition(observed))


def immutable_changes(desired: t.Mapping[str, t.Any], observed: Job) -> dict[str, tuple[t.Any, t.Any]]:
    changes = {}
    if "dataset" in desired and desired["dataset"] != dataset_of(observed):
        changes["dataset"] = (dataset_of(observed), desired["dataset"])
    if "kind" in desired and (desired["kind"] or "") != (observed.get("kind") or ""):
        changes["kind"] = (observed.get("kind"), desired["kind"])
    return changes


def _new_destination(wanted: Destination | t.Mapping[str, t.Any], new_channel: str | None) -> Destination:
    if isinstance(wanted, Destination):
        return wanted
    return destinations.build({"channel": new_channel, **wanted})


def _wanted_destination(wanted: Destination | t.Mapping[str, t.Any] | None, observed: Destination) -> Destination:
    """The destination that a job should have: the parts that are asked for over those that are there."""
    if isinstance(wanted, Destination):
        # Nothing can be said of a token that the API hides, so it counts as the one that was asked for.
        if observed.token_is_hidden:
            hidden = observed.with_parameter(
                destinations.AUTHORIZATION, wanted.parameter(destinations.AUTHORIZATION) or ""
            )
            return observed if hidden.comparable() == wanted.comparable() else wanted
        return wanted
    parts = {key: value for key, value in (wanted or {}).items() if value is not None}
    if not observed.token_is_hidden:
        return destinations.build(parts, base=observed)
    without_token = {key: value for key, value in parts.items() if key != "hec_token"}
    if destinations.build(without_token, base=observed).comparable() == observed.comparable():
        return observed
    if "hec_token" not in parts:
        raise CollectionError(
            "hec_token: the API hides the token of this job, so it is needed to change the rest of the destination."
        )
    return destinations.build(parts, base=observed)


def _replacing_destination(wanted: Destination | t.Mapping[str, t.Any] | None, observed: Destination) -> Destination:
    """The destination of a job that takes the place of another: it needs a token that is known."""
    if observed.token_is_hidden and not isinstance(wanted, Destination):
        if not (wanted or {}).get("hec_token"):
            raise CollectionError(
                "hec_token: the API hides the token of the job that is to be replaced, so it is needed for the new one."
            )
        return destinations.build(wanted or {}, base=observed)
    return _wanted_destination(wanted, observed)


def _merged_output_options(wanted: t.Mapping[str, t.Any], observed: Job) -> dict[str, t.Any] | None:
    """The whole object to send, or None where nothing that is asked for differs."""
    current = output_options_of(observed)
    merged = _without_cleared({**current, **wanted})
    output_type = merged.get("output_type") or _OUTPUT_DEFAULTS["output_type"]
    if all(_same_output_option(key, current.get(key), value, output_type) for key, value in wanted.items()):
        return None
    # Something must be in it, or the API would take the job's old logpull_options, if it has any, for what counts.
    return merged or {"output_type": output_type}


def _same_output_option(key: str, observed: t.Any, wanted: t.Any, output_type: str) -> bool:
    if _is_zero(observed) and _is_zero(wanted):
        return True
    default = _RECORD_SUFFIX_DEFAULTS.get(output_type, "}\n") if key == "record_suffix" else _OUTPUT_DEFAULTS.get(key)
    observed, wanted = (default if value is None else value for value in (observed, wanted))
    if key == "field_names" and output_type != "csv" and observed and wanted:
        return set(observed) == set(wanted)
    if key == "sample_rate":
        return (observed or default) == (wanted or default)
    return observed == wanted


def _without_cleared(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Leave out what means "the default": the object is replaced whole, so what is not in it is cleared."""
    return {
        key: value
        for key, value in options.items()
        if value is not None and not (key in ("field_names", "sample_rate") and _is_zero(value))
    }


def _differences(changes: Job, observed: Job, after_job: Job) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Before and after of just what changes, as a diff may show it."""
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    for field in changes:
        if field == "destination_conf":
            before["destination"], after["destination"] = _destination_difference(
                destination_of(observed), destination_of(after_job)
            )
        elif field == "output_options":
            old, new = output_options_of(observed), after_job.get("output_options") or {}
            keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
            before[field] = {key: old[key] for key in keys if key in old}
            after[field] = {key: new[key] for key in keys if key in new}
        elif field == "filter":
            before[field], after[field] = parsed_filter(observed.get(field)), parsed_filter(changes[field])
        else:
            before[field], after[field] = observed.get(field), changes[field]
    return before, after


def _destination_difference(old: Destination, new: Destination) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    before, after = old.public(), new.public()
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    shown_before = {key: before[key] for key in keys if key in before}
    shown_after = {key: after[key] for key in keys if key in after}
    if old.parameter(destinations.AUTHORIZATION) != new.parameter(destinations.AUTHORIZATION):
        shown_before["hec_token"], shown_after["hec_token"] = f"{MASK} (old)", f"{MASK} (new)"
    return shown_before, shown_after


def _same_json(value: t.Any, other: t.Any) -> bool:
    # Python's own == takes true for 1.
    return json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)


def _filter_text(value: t.Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _plain(field: str, value: t.Any) -> t.Any:
    return _PLAIN_DEFAULTS.get(field) if _is_zero(value) else value


def _is_zero(value: t.Any) -> bool:
    return value is None or value is False or value == "" or value == 0 or value == [] or value == {}
