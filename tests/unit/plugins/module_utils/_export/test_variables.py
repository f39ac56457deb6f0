# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever jobs there are: with the variables that they are exported to, a rollout finds nothing to do."""

from __future__ import annotations

import functools
import typing as t
from urllib.parse import quote

import jinja2
import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._export.variables import (
    MARK_LINE,
    References,
    exported_host,
    host_text,
    inventory_text,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import plan as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.host_variables import zone_entries
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import Job, is_splunk_job
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout_request import requested_scopes
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.writer import Reconciler
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
    """Reads YAML as Ansible does, and notes which text is no template."""


class Unsafe(str):
    """Text that is no template."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


class Reader:
    """A client that only reads: any other call fails the test."""

    def __init__(self, jobs: t.Sequence[Job]) -> None:
        self._jobs = jobs

    def jobs(self, scope: Scope) -> list[Job]:
        """Return the jobs."""
        assert scope == ZONE
        return list(self._jobs)


def worked_out(value: t.Any, variables: t.Mapping[str, str]) -> t.Any:
    """Return a value with its templates worked out, as Ansible does."""
    if isinstance(value, dict):
        return {key: worked_out(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [worked_out(item, variables) for item in value]
    if isinstance(value, Unsafe) or not isinstance(value, str) or "{{" not in value:
        return value
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    environment.filters["edgeops.logpush.splunk_authorization"] = encoded_authorization
    environment.filters["urlencode"] = functools.partial(quote, safe="/")
    return environment.from_string(value).render(variables)


class Written(t.NamedTuple):
    """An export as a user has it: the text of the file, and the secrets by the names of their variables."""

    text: str
    secrets: dict[str, str]
    left: list[str]


def written(jobs: t.Sequence[Job]) -> Written:
    """Return the variables of a zone with these jobs."""
    references = References(VARIABLE)
    exported = exported_host(SCOPE, jobs, references)
    return Written(
        host_text(exported, references), {name: secret for secret, name in references._names.items()}, exported.left
    )


def rolled_out(export: Written, jobs: t.Sequence[Job], **extra: str) -> list[str]:
    """Return what a rollout would do, with the secrets given as extra variables, which win over all others."""
    secrets = {name: "any" if set(secret) == {"*"} else secret for name, secret in export.secrets.items()}
    host = {**yaml.load(export.text, Loader), "inventory_hostname": "shop", **secrets, **extra}
    [entry] = zone_entries(["shop"], {"shop": worked_out(host, secrets)})
    assert "problem" not in entry, entry
    [order] = requested_scopes({"zones": [entry]})
    reconciler = Reconciler(Reader(jobs), ZONE, "shop.example.com", SecretMask())  # type: ignore[arg-type]
    return [reconciler.reconcile(asked.request, check_mode=False)["action"] for asked in order.jobs]  # type: ignore[arg-type]


def numbered(jobs: t.Iterable[Job]) -> list[Job]:
    """Return jobs with an id each."""
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
    """Lets nothing of the environment stand in."""
    for name in ("SPLUNK_HEC_TOKEN", "SPLUNK_HEC_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


@given(many_jobs)
def test_a_rollout_on_an_export_changes_nothing(jobs: list[Job]) -> None:
    export = written(jobs)
    splunk_jobs = [each for each in jobs if is_splunk_job(each)]
    assert rolled_out(export, jobs) == ["unchanged"] * len(splunk_jobs)


@given(many_jobs)
def test_no_secret_is_in_an_export(jobs: list[Job]) -> None:
    export = written(jobs)
    values = {secret for secret in export.secrets.values() if len(secret) >= 4 and set(secret) != {"*"}}
    data = export.text.replace(MARK_LINE, "")
    for name in sorted(export.secrets, key=len, reverse=True):
        data = data.replace(name, "")
    assert [
        secret for secret in values if secret in data and secret not in "edgeops.logpush.splunk_authorization urlencode"
    ] == []


@given(st.lists(output_options, min_size=1, max_size=2), filters, destination_strings)
def test_what_options_can_say_is_said(given_options: list[dict[str, t.Any]], wanted: t.Any, conf: str) -> None:
    made = numbered(
        job(output_options=options, filter=rules._filter_text(wanted), name=f"job{number}")
        for number, options in enumerate(given_options)
    )
    export = written(made)
    assert export.left == []
    asked = yaml.load(export.text, Loader)["splunk_logpush_jobs"]
    for each, observed in zip(asked, made):
        assert (each["dataset"], each["name"]) == ("http_requests", observed["name"]) and "job_id" not in each
        assert each.get("filter") == wanted
        given_there = {
            key.replace("CVE-2021-44228", "cve_2021_44228"): value
            for key, value in (observed.get("output_options") or {}).items()
        }
        assert each["output_options"] == {"timestamp_format": "unixnano", **given_there}


def asked_for(*jobs: Job) -> list[dict[str, t.Any]]:
    """Return the jobs of an export, after a look that a rollout changes none."""
    made = numbered(jobs)
    export = written(made)
    assert set(rolled_out(export, made)) <= {"unchanged"}
    return yaml.load(export.text, Loader)["splunk_logpush_jobs"]


def test_a_usual_job_is_asked_for_in_parts() -> None:
    [asked] = asked_for(job(name="shop", kind="", frequency="high"))
    assert asked == {
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


def test_a_destination_with_more_to_it_is_asked_for_as_it_stands() -> None:
    conf = f"Splunk://hec.example.com:8088/services/collector/raw?header_X-Key=s3cret/%26&further=a%26b&channel={GUID}"
    [asked] = asked_for(job(destination_conf=f"{conf}&header_authorization=splunk+{TOKEN}"))
    assert asked["destination_conf"] == (
        "splunk://hec.example.com:8088/services/collector/raw?header_X-Key={{ splunk_logpush_secret | urlencode }}"
        f"&further=a%26b&channel={GUID}"
        "&header_authorization={{ splunk_logpush_hec_token | edgeops.logpush.splunk_authorization }}"
    )


@pytest.mark.parametrize(
    "conf",
    [
        CONF,
        CONF.replace(f"channel={GUID}&", "") + f"&header_Authorization=Splunk%20{TOKEN}",
        WHOLE_CONF.replace("Splunk%20", "Basic%20"),
        WHOLE_CONF.replace("/raw", "/event"),
    ],
    ids=["no token", "no channel", "no HEC token", "not raw"],
)
def test_a_destination_that_cannot_be_asked_for_stays_whatever_is_set_for_all(conf: str) -> None:
    made = numbered([job(destination_conf=conf)])
    export = written(made)
    assert (
        export.left == ["job 1 http_requests: destination"] and "#   job 1 http_requests: destination\n" in export.text
    )
    for_all = {"splunk_logpush_hec_token": "other", "splunk_logpush_endpoint": "other", "splunk_logpush_channel": GUID}
    assert rolled_out(export, made, **for_all) == ["unchanged"]


def test_jobs_are_told_apart_by_name_where_that_does_and_else_by_id() -> None:
    asked = asked_for(job(name="a"), job(name="b"), job(name="b"), job(), job(dataset="dns_logs", name="odd name"))
    assert [(each.get("job_id"), each.get("name")) for each in asked] == [
        (None, "a"),
        (2, None),
        (3, None),
        (4, None),
        (None, None),
    ]


def test_a_job_without_an_id_that_cannot_be_told_apart_is_left_out() -> None:
    references = References(VARIABLE)
    made = [{key: value for key, value in job(name=name).items() if key != "id"} for name in "abb"]
    exported = exported_host(SCOPE, made, references)
    assert exported.jobs == 1 and len(exported.left) == 2 and "without its id" in exported.left[0]


def test_a_zone_without_splunk_jobs_is_left_alone() -> None:
    export = written([job(destination_conf="s3://bucket", id=1)])
    assert yaml.load(export.text, Loader) == {**SCOPE, "splunk_logpush_state": "unmanaged"}
    assert rolled_out(export, []) == []


def test_old_options_are_kept_as_they_are() -> None:
    [old, both] = asked_for(
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


def test_what_a_release_does_not_know_is_named_and_left() -> None:
    made = numbered(
        [job(output_options={"of_tomorrow": 1, "output_type": "csv"}, kind="instant-logs", max_upload_records=5)]
    )
    export = written(made)
    assert export.left == ["job 1 http_requests: output_options.of_tomorrow, kind, max_upload_records"]
    assert rolled_out(export, made) == ["unchanged"]


def test_each_token_has_a_variable_and_the_channel_that_is_one_has_it_too() -> None:
    other = "11111111-2222-4333-8444-555555555555"
    first, second, third, again = asked_for(
        job(name="a"),
        job(name="b", destination_conf=WHOLE_CONF.replace(TOKEN, other)),
        job(name="c", destination_conf=WHOLE_CONF.replace(GUID, other)),
        job(name=f"x-{TOKEN}"),
    )
    assert first["hec_token"] == third["hec_token"] == again["hec_token"] == "{{ splunk_logpush_hec_token }}"
    assert second["hec_token"] == third["channel"] == "{{ splunk_logpush_hec_token_2 }}"
    assert again["job_id"] == 4 and "name" not in again


def test_a_text_with_a_secret_in_it_is_left_out() -> None:
    made = numbered([job(output_options={"batch_prefix": f"token {TOKEN}"}, name="a")])
    export = written(made)
    assert export.left == ["job 1 http_requests a: output_options"] and TOKEN not in export.text
    assert rolled_out(export, made) == ["unchanged"]


def test_the_comments_name_the_variables_and_hold_no_line_breaks_of_others() -> None:
    references = References(VARIABLE)
    made = numbered([job(destination_conf=CONF, name=f"a\n- hosts: all {TOKEN}"), job(name="b")])
    exported = exported_host(SCOPE, made, references)
    text = inventory_text({"shop": exported}, references, {"lost\nhost": f"cannot be {TOKEN} read"})
    head = text.partition("\n---\n")[0].splitlines()
    assert head[0] == MARK_LINE and all(line.startswith("#") for line in head)
    assert f"#   {VARIABLE}  (hec.example.com:8088/services/collector/raw)" in head
    assert "#   lost?host: cannot be ******** read" in head
    assert TOKEN not in text
    assert list(yaml.load(text, Loader)["cloudflare_zones"]["hosts"]) == ["shop"]
