# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""From jobs as they are to the variables of inventory hosts that ask for them just as they are. Pure: no I/O.

Every option is tried on the rules that a rollout goes by. What they would not leave alone, or cannot say, is left out, and
so stays as it is: that a rollout changes nothing holds by construction. A secret is replaced by a reference to a variable,
one for each value.
"""

from __future__ import annotations

import functools
import typing as t
from urllib.parse import quote

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._core.errors import CollectionError
from .._core.secrets import MASK, is_secret_parameter
from .._logpush import destination as destinations
from .._logpush import job_options
from .._logpush import plan as rules
from .._logpush.host_variables import UNMANAGED
from .._logpush.job import Job, dataset_of, destination_of, is_splunk_job, parsed_filter
from .yaml_writer import Template, lines

# The first line of every file, by which one that may be written anew is known.
MARK_LINE = "# Written by edgeops.logpush.export: the Logpush jobs to Splunk as they were found."
GROUP = "cloudflare_zones"

Options = t.Dict[str, t.Any]
_UNCHANGING = ArgumentSpecValidator(job_options.JOB_SPEC)
# Empty text counts as not given, and wins over what the host or the command line says for all jobs.
_NO_DESTINATION = {"endpoint": "", "hec_token": "", "channel": "", "sourcetype": ""}
# What is shorter is no secret, and would be found everywhere.
_SHORTEST_SECRET = 4
_NUMBERS = ("max_upload_bytes", "max_upload_interval_seconds", "max_upload_records", "transformer_id")


class Variant(t.NamedTuple):
    """One way to ask for a part of a job: the options as they are, and with references in place of secrets."""

    real: Options
    shown: Options


class ExportedJob(t.NamedTuple):
    """The options that ask for a job, and the parts of it that they leave out."""

    options: Options
    left: list[str]


class ExportedHost(t.NamedTuple):
    """The variables of one host, how many jobs they ask for, and what they leave out, in words."""

    variables: Options
    jobs: int
    left: list[str]


class References:
    """The variables that stand for secrets: one for each value, numbered in the order in which the values turn up."""

    def __init__(self, hec_token: str, other: str = "splunk_logpush_secret") -> None:
        self._bases = {"token": hec_token, "other": other}
        self._names: dict[str, str] = {}
        self._uses: dict[str, dict[str, None]] = {}

    def to(self, secret: str, kind: str, endpoint: str) -> str:
        """Return the variable that stands for a secret of a job that pushes to this endpoint."""
        if secret not in self._names:
            base = self._bases[kind]
            number = 1 + sum(name == base or name.startswith(f"{base}_") for name in self._names.values())
            self._names[secret] = base if number == 1 else f"{base}_{number}"
        name = self._names[secret]
        self._uses.setdefault(name, {})[endpoint] = None
        return name

    @property
    def uses(self) -> dict[str, list[str]]:
        """The variables, each with the endpoints that it is for."""
        return {name: list(endpoints) for name, endpoints in self._uses.items()}

    @property
    def _secrets(self) -> list[str]:
        return [secret for secret in self._names if len(secret) >= _SHORTEST_SECRET]

    def hidden(self, value: t.Any) -> t.Any:
        """Return a value with a reference in place of each text that is a secret, whatever else it was meant to be. Raises
        CollectionError where a secret is a part of a text."""
        if isinstance(value, t.Mapping):
            return {key: self.hidden(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.hidden(item) for item in value]
        if not isinstance(value, str) or isinstance(value, Template):
            return value
        if value in self._secrets:
            return Template(f"{{{{ {self._names[value]} }}}}")
        if any(secret in value for secret in self._secrets):
            raise CollectionError("holds a secret")
        return value

    def masked(self, text: str) -> str:
        """Return text for people, on one line and without a secret."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return "".join(character if character.isprintable() else "?" for character in text)


def learn(jobs: t.Iterable[Job], references: References) -> None:
    """Return every secret of jobs its variable. Do so for the jobs of all hosts before any is exported: a channel here may be
    the token of a job elsewhere."""
    for job in filter(is_splunk_job, jobs):
        for dummy in _destinations(job, references):
            pass


def exported_host(scope: Options, jobs: t.Sequence[Job], references: References) -> ExportedHost:
    """Return the variables of a host that stands for a scope with these jobs. ``scope`` are the variables that say which. A
    job that cannot be told from others is left out."""
    learn(jobs, references)
    splunk_jobs = [job for job in jobs if is_splunk_job(job)]
    left: list[str] = []
    asked: list[Options] = []
    for job in splunk_jobs:
        identity = _identity(job, splunk_jobs, references)
        if identity is None:
            left.append(
                f"{_called(job)}: all of it, for it cannot be told from other jobs of its dataset without its id"
            )
            continue
        exported = exported_job(job, identity, references)
        options, in_the_open = _without_secrets(exported.options, references)
        asked.append(options)
        if exported.left or in_the_open:
            left.append(f"{_called(job)}: {', '.join([*exported.left, *in_the_open])}")
    left = [references.masked(text) for text in left]
    if not asked:
        return ExportedHost({**scope, "splunk_logpush_state": UNMANAGED}, 0, left)
    # Whatever stands in the groups of the host, these jobs are all.
    variables = {
        **scope,
        "splunk_logpush_state": "present",
        "splunk_logpush_datasets": [],
        "splunk_logpush_jobs": asked,
    }
    return ExportedHost(variables, len(asked), left)


def exported_job(job: Job, identity: Options, references: References) -> ExportedJob:
    """Return the options that ask for a job as it is."""
    real: Options = {**identity, "enabled": bool(job.get("enabled"))}
    shown = dict(real)
    parts = list(_parts(job, references))
    if all(variants for dummy, variants in parts):
        # The usual case, in one go.
        first = [variants[0] for dummy, variants in parts]
        if _changes_nothing(functools.reduce(_joined, (variant.real for variant in first), real), job):
            return ExportedJob(functools.reduce(_joined, (variant.shown for variant in first), shown), [])
    left = []
    for part, variants in parts:
        for variant in variants:
            joined = _joined(real, variant.real)
            if _changes_nothing(joined, job):
                real, shown = joined, _joined(shown, variant.shown)
                break
        else:
            left.append(part)
            if part == "destination":
                shown.update(_NO_DESTINATION)
    return ExportedJob(shown, left)


def inventory_text(hosts: t.Mapping[str, ExportedHost], references: References, missing: t.Mapping[str, str]) -> str:
    """Return the whole inventory as one file. ``missing`` are the hosts that are not in it, each with the reason."""
    left = [f"{host}, {text}" for host, exported in hosts.items() for text in exported.left]
    inventory = {GROUP: {"hosts": {host: exported.variables for host, exported in hosts.items()}}}
    not_there = [f"{host}: {reason}" for host, reason in missing.items()]
    return _text(inventory, references, left, not_there)


def host_text(exported: ExportedHost, references: References) -> str:
    """Return the file of variables of one host."""
    return _text(exported.variables, references, exported.left, [])


def _text(value: Options, references: References, left: t.Sequence[str], missing: t.Sequence[str]) -> str:
    used = {word for template in _templates(value) for word in template.split()}
    uses = {name: endpoints for name, endpoints in references.uses.items() if name in used}
    head = [MARK_LINE, "# With these variables edgeops.logpush.rollout changes nothing."]
    if uses:
        head.append(
            "# The secrets are not in here. Give each of these variables its value, from a vault or a credential:"
        )
        head += [f"#   {name}  ({', '.join(endpoints)})" for name, endpoints in uses.items()]
    if left:
        head.append(
            "# What options cannot say, or not without a secret, is left out and stays as it is. For these jobs set no"
        )
        head.append("# SPLUNK_HEC_ENDPOINT and SPLUNK_HEC_TOKEN in the environment:")
        head += [f"#   {text}" for text in left]
    if missing:
        head.append("# Not in here, since its jobs could not be read:")
        head += [f"#   {text}" for text in missing]
    return "\n".join([*(references.masked(line) for line in head), "---", *lines(value), ""])


def _templates(value: t.Any) -> t.Iterator[str]:
    """The templates in a value."""
    if isinstance(value, Template):
        yield value
    elif isinstance(value, (t.Mapping, list)):
        for item in value.values() if isinstance(value, t.Mapping) else value:
            yield from _templates(item)


def _identity(job: Job, jobs: t.Sequence[Job], references: References) -> Options | None:
    """The options by which a rollout finds a job among the others of its scope; None where there are none."""
    dataset, name = dataset_of(job), job.get("name") or ""
    telling = "" if references.masked(name) != name else name
    same_dataset = [other for other in jobs if dataset_of(other) == dataset]
    same_name = [other for other in same_dataset if (other.get("name") or "") == name]
    candidates: list[Options] = []
    if telling and len(same_name) == 1:
        candidates.append({"dataset": dataset, "name": name})
    if len(same_dataset) == 1:
        candidates.append({"dataset": dataset})
    if job.get("id"):
        candidates += [{"job_id": job["id"], "dataset": dataset}, {"job_id": job["id"]}]
    return next(
        (each for each in candidates if _changes_nothing({**each, "enabled": bool(job.get("enabled"))}, job)), None
    )


def _parts(job: Job, references: References) -> t.Iterator[tuple[str, list[Variant]]]:
    """The parts of a job that are worth a word, each with the ways to ask for it, the best first."""
    yield "destination", list(_destinations(job, references))
    parsed = parsed_filter(job.get("filter"))
    if parsed is not None:
        yield "filter", [_open({"filter": parsed})]
    given = {key: value for key, value in (job.get("output_options") or {}).items() if value is not None}
    if given or not job.get("logpull_options"):
        # Said in any case, since a new job would have another form of timestamps.
        for key, value in {"timestamp_format": "unixnano", **given}.items():
            options = {"output_options": {job_options.option_name(key): value}}
            yield f"output_options.{key}", [_open(options)]
    else:
        yield "logpull_options", [_open({"logpull_options": job["logpull_options"]})]
    for field in ("kind", "filter_attack_traffic", *_NUMBERS):
        if job.get(field):
            yield field, [_open({field: job[field]})]
    if job.get("frequency") not in (None, "", "high"):
        yield "frequency", [_open({"frequency": job["frequency"]})]


def _open(options: Options) -> Variant:
    return Variant(options, options)


def _destinations(job: Job, references: References) -> t.Iterator[Variant]:
    """The ways to ask for a destination: by its parts, or where there is more to it, as the finished string."""
    destination = known = destination_of(job)
    if not destination.hec_token:
        return
    if destination.token_is_hidden:
        known = destination.with_parameter(destinations.AUTHORIZATION, "Splunk hidden-by-the-API")
    token = references.to(destination.hec_token, "token", destination.endpoint)
    parts = {name: value for name, value in destinations.to_parts(known).items() if name in destinations.PART_NAMES}
    if destination.channel and destination.sourcetype and not destination.further_parameters:
        yield Variant(parts, {**parts, "hec_token": Template(f"{{{{ {token} }}}}")})
    head = f"splunk://{destination.endpoint}"
    if "{" not in head:
        query = "&".join(_parameter(name, value, destination, references) for name, value in destination.parameters)
        yield Variant({"destination_conf": known.encode()}, {"destination_conf": Template(f"{head}?{query}")})


def _parameter(name: str, value: str, destination: destinations.Destination, references: References) -> str:
    """One parameter of a finished string, with a reference in place of a secret."""
    quoted = quote(name, safe="", errors="surrogateescape")
    token = destination.hec_token or ""
    if name.lower() == destinations.AUTHORIZATION.lower():
        reference = references.to(token, "token", destination.endpoint)
        return f"{quoted}={{{{ {reference} | edgeops.logpush.splunk_authorization }}}}"
    if value and (is_secret_parameter(name) or (len(token) >= _SHORTEST_SECRET and token in value)):
        reference = references.to(value, "token" if value == token else "other", destination.endpoint)
        return f"{quoted}={{{{ {reference} | urlencode }}}}"
    return f"{quoted}={quote(value, safe=':', errors='surrogateescape')}"


def _joined(options: Options, more: Options) -> Options:
    """Options with more of them, of which C(output_options) come one by one."""
    joined = {**options, **more}
    if "output_options" in options and "output_options" in more:
        joined["output_options"] = {**options["output_options"], **more["output_options"]}
    return joined


def _changes_nothing(options: Options, job: Job) -> bool:
    """Whether a rollout with these options finds them right and the job as they ask."""
    validation = _UNCHANGING.validate(options)
    if validation.error_messages:
        return False
    try:
        request = job_options.job_request(validation.validated_parameters)
        if request.desired.get("destination") and not destination_of(job).channel:
            # Whoever asks for a destination is given a channel with it.
            return False
        return not rules.plan_present(request.desired, job, None, recreate=False).writes
    except CollectionError:
        return False


def _without_secrets(job: Options, references: References) -> tuple[Options, list[str]]:
    """The options of a job without those in which a secret stands in the open, and the names of these."""
    kept: Options = {}
    dropped = []
    for option, value in job.items():
        try:
            kept[option] = references.hidden(value)
        except CollectionError:
            dropped.append(option)
    return kept, dropped


def _called(job: t.Mapping[str, t.Any]) -> str:
    """A job in a few words."""
    known = [f"job {job['id']}"] if job.get("id") else [f"job {job['job_id']}"] if job.get("job_id") else ["job"]
    return " ".join([*known, str(dataset_of(dict(job))), str(job.get("name") or "")]).strip()
