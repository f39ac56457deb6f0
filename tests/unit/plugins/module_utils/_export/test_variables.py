# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout on exported variables leaves every job unchanged, whatever jobs there are."""

from __future__ import annotations

import functools
import typing as t
from unittest import mock
from urllib.parse import quote

import jinja2
import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.client import CloudflareReader
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._export.secret_variables import SecretVariables
from ansible_collections.edgeops.logpush.plugins.module_utils._export.variables import (
    MARK_LINE,
    Preface,
    exported_host,
    host_text,
    inventory_text,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.filters import filter_text
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.host_variables import zone_entries
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import Job, is_splunk_job
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import JOB_DEFAULTS
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_request import JobRequest, desired_job
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.plan import plan_present
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.known_jobs import KnownJobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.planner import ScopePlanner
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout_request import (
    RequestedScope,
    parse_rollout,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.token_rules import encoded_authorization
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    CONF,
    GUID,
    TOKEN,
    WHOLE_CONF,
    destination_strings,
    filters,
    job,
    observed_jobs,
    output_options,
)
from hypothesis import given
from hypothesis import strategies as st

ZONE = Scope("zones", "0" * 31 + "1")
SCOPE = {"zone_id": ZONE.id, "zone_name": "shop.example.com"}
VARIABLE = "splunk_logpush_hec_token"


class Loader(yaml.SafeLoader):
    """Reads YAML as Ansible does, and marks text that is not a template."""


class Unsafe(str):
    """Text that is not a template."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


class Reader:
    """A client that only reads: any other call fails the test."""

    def __init__(self, jobs: t.Sequence[Job]) -> None:
        self._jobs = jobs

    def masked_by(self, mask: SecretMask) -> Reader:
        """Return this client."""
        return self

    def jobs(self, scope: Scope) -> list[Job]:
        """Return the jobs."""
        assert scope == ZONE
        return list(self._jobs)


def evaluated(value: t.Any, variables: t.Mapping[str, str]) -> t.Any:
    """Return a value with its templates evaluated, as Ansible does."""
    if isinstance(value, dict):
        return {key: evaluated(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [evaluated(item, variables) for item in value]
    if isinstance(value, Unsafe) or not isinstance(value, str) or "{{" not in value:
        return value
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    environment.filters["edgeops.logpush.splunk_authorization"] = encoded_authorization
    environment.filters["urlencode"] = functools.partial(quote, safe="/")
    return environment.from_string(value).render(variables)


# Variables that a user sets for all jobs of all hosts. An exported job must not take any of them.
FOR_ALL_JOBS = {
    "splunk_logpush_endpoint": "other.example.net:8088",
    "splunk_logpush_hec_token": "33333333-2222-4333-8444-555555555555",
    "splunk_logpush_channel": "22222222-2222-4333-8444-555555555555",
    "splunk_logpush_sourcetype": "other",
    "splunk_logpush_insecure_skip_verify": True,
    "splunk_logpush_enabled": False,
}


class Export(t.NamedTuple):
    """The export that a user gets: the text of the file, and the secrets by the names of their variables."""

    text: str
    secrets: dict[str, str]
    omissions: list[str]
    job_count: int


def export_of(jobs: t.Sequence[Job], omits_defaults: bool = False) -> Export:
    """Return the export of a zone with these jobs."""
    variables = SecretVariables(VARIABLE)
    exported = exported_host(SCOPE, jobs, variables, omits_defaults=omits_defaults)
    secrets = {name: secret for secret, name in variables._names.items()}
    return Export(host_text(exported, variables), secrets, exported.omissions, exported.job_count)


def rolled_out(export: Export, jobs: t.Sequence[Job], extra: t.Mapping[str, t.Any] | None = None) -> list[str]:
    """Return the actions of a rollout, with the secrets given as extra variables, which override all others."""
    secrets = {name: "any" if set(secret) == {"*"} else secret for name, secret in export.secrets.items()}
    host = {**yaml.load(export.text, Loader), "inventory_hostname": "shop", **secrets, **(extra or {})}
    [entry] = zone_entries(["shop"], {"shop": evaluated(host, secrets)})
    assert "problem" not in entry, entry
    [scope] = parse_rollout({"zones": [entry]}, {}, SecretMask()).scopes or [RequestedScope({}, [])]
    reader = t.cast(CloudflareReader, Reader(jobs))
    planner = ScopePlanner(reader, ZONE, "shop.example.com", KnownJobs(reader, ZONE, SecretMask()))
    return [planner.plan(t.cast(JobRequest, job.request)).plan.action for job in scope.jobs]


def numbered(jobs: t.Iterable[Job]) -> list[Job]:
    """Return jobs with an ID each."""
    return [{**each, "id": number} for number, each in enumerate(jobs, 1)]


many_jobs = st.lists(
    st.builds(
        lambda each, dataset: {**each, "dataset": dataset},
        observed_jobs,
        st.sampled_from(["http_requests", "http_requests", "dns_logs"]),
    ),
    max_size=4,
).map(numbered)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the variables that options read from the environment."""
    for name in ("SPLUNK_HEC_TOKEN", "SPLUNK_HEC_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


@given(many_jobs, st.sampled_from([{}, FOR_ALL_JOBS]), st.booleans(), st.booleans())
def test_a_rollout_on_an_export_changes_nothing(
    jobs: list[Job], extra: dict[str, t.Any], with_environment: bool, omits_defaults: bool
) -> None:
    export = export_of(jobs, omits_defaults)
    environment = {"SPLUNK_HEC_TOKEN": "from-the-environment", "SPLUNK_HEC_ENDPOINT": "environment.example.net:8088"}
    with mock.patch.dict("os.environ", environment if with_environment else {}):
        assert rolled_out(export, jobs, extra) == ["unchanged"] * export.job_count
    not_exported = [text for text in export.omissions if ": not exported, " in text]
    assert export.job_count + len(not_exported) == sum(map(is_splunk_job, jobs))


@given(many_jobs)
def test_no_secret_is_in_an_export(jobs: list[Job]) -> None:
    export = export_of(jobs)
    values = {secret for secret in export.secrets.values() if len(secret) >= 4 and set(secret) != {"*"}}
    data = export.text.replace(MARK_LINE, "")
    for name in sorted(export.secrets, key=len, reverse=True):
        data = data.replace(name, "")
    assert [
        secret for secret in values if secret in data and secret not in "edgeops.logpush.splunk_authorization urlencode"
    ] == []


@given(st.lists(output_options, min_size=1, max_size=2), filters, destination_strings)
def test_everything_that_options_can_express_is_exported(
    given_options: list[dict[str, t.Any]], wanted: t.Any, conf: str
) -> None:
    made = numbered(
        job(output_options=options, filter=filter_text(wanted), name=f"job{number}")
        for number, options in enumerate(given_options)
    )
    export = export_of(made)
    assert export.omissions == []
    requested = yaml.load(export.text, Loader)["splunk_logpush_jobs"]
    for each, observed in zip(requested, made):
        assert (each["dataset"], each["name"]) == ("http_requests", observed["name"]) and "job_id" not in each
        assert each.get("filter") == wanted
        given_there = {
            key.replace("CVE-2021-44228", "cve_2021_44228"): value
            for key, value in (observed.get("output_options") or {}).items()
        }
        assert each["output_options"] == {"timestamp_format": "unixnano", **given_there}


@given(output_options)
def test_an_option_that_equals_the_default_of_a_new_job_is_left_out(given_options: dict[str, t.Any]) -> None:
    observed = job(id=1, output_options=given_options)
    [whole] = yaml.load(export_of([observed]).text, Loader)["splunk_logpush_jobs"]
    [short] = yaml.load(export_of([observed], omits_defaults=True).text, Loader)["splunk_logpush_jobs"]
    assert {**whole, "output_options": None} == {**short, "output_options": None}
    shown = short.get("output_options", {"shown": "none"})
    assert shown and "rfc3339" not in shown.values()
    # A job that is created again from the remaining options equals the requested one.
    created = t.cast(Job, {"id": 2, **plan_present(desired(short), None, None, recreate=False).body})
    assert not plan_present(desired(whole), created, None, recreate=False).writes


def desired(options: dict[str, t.Any]) -> t.Mapping[str, t.Any]:
    """Return what exported options request, with the token itself."""
    return desired_job({**JOB_DEFAULTS, **options, "hec_token": TOKEN})


def requested_jobs(*jobs: Job) -> list[dict[str, t.Any]]:
    """Return the jobs of an export, and check that a rollout changes none of them."""
    made = numbered(jobs)
    export = export_of(made)
    assert rolled_out(export, made, FOR_ALL_JOBS) == ["unchanged"] * len(made)
    return yaml.load(export.text, Loader)["splunk_logpush_jobs"]


def test_a_usual_destination_is_exported_in_parts() -> None:
    [requested] = requested_jobs(job(name="shop", kind="", frequency="high"))
    assert requested == {
        "dataset": "http_requests",
        "name": "shop",
        "enabled": True,
        "endpoint": "hec.example.com:8088/services/collector/raw",
        "hec_token": f"{{{{ {VARIABLE} }}}}",
        "channel": GUID,
        "sourcetype": "cloudflare:json",
        "insecure_skip_verify": False,
        "output_options": {"timestamp_format": "unixnano"},
    }


def test_a_destination_with_further_parameters_is_exported_as_a_string() -> None:
    conf = f"Splunk://hec.example.com:8088/services/collector/raw?header_X-Key=s3cret/%26&further=a%26b&channel={GUID}"
    [requested] = requested_jobs(job(destination_conf=f"{conf}&header_authorization=splunk+{TOKEN}"))
    assert requested["destination_conf"] == (
        "splunk://hec.example.com:8088/services/collector/raw?header_X-Key={{ splunk_logpush_secret | urlencode }}"
        f"&further=a%26b&channel={GUID}"
        "&header_authorization={{ splunk_logpush_hec_token | edgeops.logpush.splunk_authorization }}"
    )


@pytest.mark.parametrize(
    ("conf", "reason"),
    [
        (CONF, "has no token"),
        (CONF.replace(f"channel={GUID}&", "") + f"&header_Authorization=Splunk%20{TOKEN}", "has no channel"),
        (WHOLE_CONF.replace("Splunk%20", "Basic%20"), "must contain the word Splunk"),
        (WHOLE_CONF.replace("/raw", "/event"), "the path must be"),
    ],
    ids=["no token", "no channel", "no HEC token", "not raw"],
)
def test_a_job_whose_destination_cannot_be_requested_is_not_exported(conf: str, reason: str) -> None:
    made = numbered([job(destination_conf=conf), job(dataset="dns_logs")])
    export = export_of(made)
    [omission] = export.omissions
    assert omission.startswith("job 1 http_requests: not exported, its destination cannot be requested: ")
    assert reason in omission and f"#   {omission}\n" in export.text and TOKEN not in export.text
    assert [each["dataset"] for each in yaml.load(export.text, Loader)["splunk_logpush_jobs"]] == ["dns_logs"]
    assert rolled_out(export, made, FOR_ALL_JOBS) == ["unchanged"]


def test_a_zone_is_unmanaged_if_its_last_job_is_not_exported() -> None:
    made = numbered([job(destination_conf=CONF)])
    export = export_of(made)
    assert yaml.load(export.text, Loader) == {**SCOPE, "splunk_logpush_state": "unmanaged"}
    assert len(export.omissions) == 1 and rolled_out(export, made, FOR_ALL_JOBS) == []


@pytest.mark.parametrize(
    ("secret", "fields"),
    [
        (TOKEN, {"dataset": f"d-{TOKEN}"}),
        ("hec.example", {"destination_conf": WHOLE_CONF.replace(TOKEN, "hec.example")}),
    ],
    ids=["dataset", "endpoint"],
)
def test_a_job_whose_identity_or_destination_shows_a_secret_is_not_exported(
    secret: str, fields: dict[str, t.Any]
) -> None:
    made = numbered([job(**fields), job(dataset="dns_logs", destination_conf=WHOLE_CONF.replace("hec", "splunk"))])
    export = export_of(made)
    [omission] = export.omissions
    assert omission.endswith("contains a secret") and secret not in export.text
    assert rolled_out(export, made, FOR_ALL_JOBS) == ["unchanged"]


def test_jobs_are_identified_by_dataset_and_name_or_else_by_id() -> None:
    requested = requested_jobs(
        job(name="a"), job(name="b"), job(name="b"), job(), job(dataset="dns_logs", name="odd name")
    )
    assert [(each.get("job_id"), each.get("name")) for each in requested] == [
        (None, "a"),
        (2, None),
        (3, None),
        (4, None),
        (None, None),
    ]


def test_a_job_without_an_id_that_cannot_be_identified_is_not_exported() -> None:
    made = [{key: value for key, value in job(name=name).items() if key != "id"} for name in "abb"]
    export = export_of(made)
    assert export.job_count == 1 and len(export.omissions) == 2 and "it has no ID" in export.omissions[0]


def test_a_zone_without_splunk_jobs_is_unmanaged() -> None:
    export = export_of([job(destination_conf="s3://bucket", id=1)])
    assert yaml.load(export.text, Loader) == {**SCOPE, "splunk_logpush_state": "unmanaged"}
    assert rolled_out(export, []) == []


def test_deprecated_options_are_exported_unchanged() -> None:
    [old, both] = requested_jobs(
        job(logpull_options="fields=RayID&timestamps=rfc3339&CVE-2021-44228=true", name="old"),
        job(
            logpull_options="fields=RayID",
            output_options={"CVE-2021-44228": True, "record_template": "{{.RayID}}"},
            name="both",
        ),
    )
    assert (
        old["logpull_options"] == "fields=RayID&timestamps=rfc3339&CVE-2021-44228=true" and "output_options" not in old
    )
    assert both["output_options"] == {
        "timestamp_format": "unixnano",
        "cve_2021_44228": True,
        "record_template": "{{.RayID}}",
    }
    assert "logpull_options" not in both


def test_a_field_that_options_cannot_express_is_listed() -> None:
    made = numbered(
        [job(output_options={"of_tomorrow": 1, "output_type": "csv"}, kind="instant-logs", max_upload_records=5)]
    )
    export = export_of(made)
    assert export.omissions == ["job 1 http_requests: output_options.of_tomorrow, kind, max_upload_records"]
    assert rolled_out(export, made) == ["unchanged"]


def test_each_token_has_a_variable_which_replaces_a_channel_of_the_same_value() -> None:
    other = "11111111-2222-4333-8444-555555555555"
    first, second, third, again = requested_jobs(
        job(name="a"),
        job(name="b", destination_conf=WHOLE_CONF.replace(TOKEN, other)),
        job(name="c", destination_conf=WHOLE_CONF.replace(GUID, other)),
        job(name=f"x-{TOKEN}"),
    )
    assert first["hec_token"] == third["hec_token"] == again["hec_token"] == "{{ splunk_logpush_hec_token }}"
    assert second["hec_token"] == third["channel"] == "{{ splunk_logpush_hec_token_2 }}"
    assert again["job_id"] == 4 and "name" not in again


def test_output_options_that_contain_a_secret_are_omitted() -> None:
    made = numbered([job(output_options={"batch_prefix": f"token {TOKEN}"}, name="a")])
    export = export_of(made)
    assert export.omissions == ["job 1 http_requests a: output_options"] and TOKEN not in export.text
    assert rolled_out(export, made) == ["unchanged"]


def test_comments_name_the_variables_and_contain_no_foreign_line_breaks() -> None:
    variables = SecretVariables(VARIABLE)
    made = numbered([job(destination_conf=CONF, name=f"a\n- hosts: all {TOKEN}"), job(name="b")])
    exported = exported_host(SCOPE, made, variables)
    text = inventory_text({"shop": exported}, variables, {"lost\nhost": f"cannot be {TOKEN} read"})
    head = text.partition("\n---\n")[0].splitlines()
    assert head[0] == MARK_LINE and all(line.startswith("#") for line in head)
    assert f"#   {VARIABLE}  (hec.example.com:8088/services/collector/raw)" in head
    assert "#   lost?host: cannot be ******** read" in head
    assert TOKEN not in text
    assert list(yaml.load(text, Loader)["cloudflare_zones"]["hosts"]) == ["shop"]


def test_the_file_of_one_host_does_not_grow_with_the_number_of_hosts() -> None:
    variables = SecretVariables(VARIABLE)
    exported = exported_host(SCOPE, [], variables)
    preface = Preface("Terraform", [f"left {number}" for number in range(500)], [f"remark {n}" for n in range(500)])
    text = host_text(exported, variables, preface)
    assert "#   left 19\n#   and 480 more, which the result of the export lists\n" in text
    assert "remark 19" in text and "remark 20" not in text
    assert "remark 499" in inventory_text({"shop": exported}, variables, {}, preface)
