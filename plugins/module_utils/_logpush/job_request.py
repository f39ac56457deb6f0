# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn the checked options of a job into a request that the other rules work with. Pure: no I/O. Every mistake that can be
found without the API is refused here, before the first request.
"""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._splunk.hec_request import Collector
from . import presets
from .destination import DESTINATION_PARTS, RequestedDestination, requested_destination
from .filters import typed_filter
from .job import DEFAULT_DATASET
from .job_lookup import Sought
from .job_options import JOB_OPTION, OUTPUT_OPTIONS, PLAIN_OPTIONS

Options = t.Mapping[str, t.Any]


class JobRequest(t.NamedTuple):
    """A job as the user requests it, checked.

    ``desired`` has the managed fields only: the plain fields under the API's names, C(dataset), C(filter) (parsed),
    C(logpull_options), C(output_options) (by the API's names), and C(destination), a RequestedDestination.
    ``selected_collector`` only selects a job and is never written. ``only_job`` allows the only job of the dataset to be
    selected if no collector is requested. With ``only_enabled``, only C(enabled) of an existing job is managed.
    """

    desired: dict[str, t.Any]
    job_id: int | None
    state: str
    recreate: bool
    validate_fields: bool
    create: bool = True
    selected_collector: Collector | None = None
    only_job: bool = False
    only_enabled: bool = False

    @property
    def dataset(self) -> str:
        """The dataset by which the job is found if it is not named by its ID."""
        return str(self.desired.get("dataset") or DEFAULT_DATASET)

    @property
    def name(self) -> str | None:
        """The name that the job has or should have; None for the only job of its dataset."""
        return self.desired.get("name")

    @property
    def switches_off(self) -> bool:
        """Whether the job should be removed or disabled."""
        return self.state == "absent" or self.desired.get("enabled") is False

    @property
    def destination(self) -> RequestedDestination:
        """The requested destination, empty if the request has none."""
        return self.desired.get("destination") or RequestedDestination()

    @property
    def collector(self) -> Collector | None:
        """The collector by which the job is found; None if the request has none."""
        return self.destination.collector or self.selected_collector

    @property
    def creates(self) -> bool:
        """Whether the request has the values that a new job needs."""
        return self.create and self.destination.creates

    def sought(self) -> Sought:
        """Return the parts of the request that select the job."""
        return Sought(
            self.dataset, self.name, self.destination.given_channel, self.collector, self.only_job, self.recreate
        )


def job_request(options: Options) -> JobRequest:
    """Return the request that options describe. Raises OptionError, which names the option and the accepted form."""
    return JobRequest(
        desired=desired_job(options),
        job_id=options.get("job_id"),
        state=options["state"],
        recreate=options["recreate"],
        validate_fields=options["validate_fields"],
    )


def desired_job(options: Options) -> dict[str, t.Any]:
    """Return the fields of a job that options manage, and no others (see C(JobRequest)). Raises OptionError."""
    given = {key: value for key, value in options.items() if value is not None}
    if not str(given.get("filter", "")).strip():
        # Text that contains only spaces. A filter is cleared with {}.
        given.pop("filter", None)
    checked = {name: option.checked(given[name]) for name, option in JOB_OPTION.items() if name in given}
    if given.get("kind") == "edge" and (given.get("max_upload_bytes") or given.get("max_upload_records")):
        raise OptionError("kind", "edge cannot be combined with max_upload_bytes or max_upload_records")
    desired = {option.field: checked[option.name] for option in PLAIN_OPTIONS if option.name in checked}
    for name in ("dataset", "logpull_options", "filter"):
        if name in checked:
            desired[name] = checked[name]
    known_dataset = given.get("dataset") or (DEFAULT_DATASET if "job_id" not in given else None)
    if known_dataset and "filter" in checked:
        desired["filter"] = typed_filter(checked["filter"], known_dataset)
    destination = _destination(given)
    if destination:
        desired["destination"] = destination
    if "output_options" in given:
        if "logpull_options" in given:
            raise OptionError(
                "logpull_options", "cannot be combined with output_options, which takes precedence in the API"
            )
        desired["output_options"] = _output_options(given["output_options"])
        if known_dataset:
            presets.check(desired["output_options"].get("field_names") or [], known_dataset)
    return desired


def _destination(given: Options) -> RequestedDestination | None:
    """Return the requested destination, None if the options have none."""
    parts = {name: given[name] for name in DESTINATION_PARTS if name in given}
    if "destination_conf" not in given:
        return requested_destination(parts) if parts else None
    if parts:
        raise OptionError("destination_conf", f"is the complete string and cannot be combined with {', '.join(parts)}")
    return RequestedDestination.from_string(given["destination_conf"])


def _output_options(given: Options) -> dict[str, t.Any]:
    """Return the sub-options that are set, under the names of the API."""
    return {
        option.field: option.checked(given[option.name])
        for option in OUTPUT_OPTIONS
        if given.get(option.name) is not None
    }
