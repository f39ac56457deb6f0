# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A blank value means "not set": in every option of every module, at every depth.

An empty string, null and C(omit) are sent to each option in turn, and the requests and the result must be those of the
same task without the option. The options come from the argument specs, so a new one is tested without a change here.
"""

from __future__ import annotations

import copy
import importlib
import json
import pathlib
import re
import shutil
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import SCOPE_SPEC
from ansible_collections.edgeops.logpush.plugins.module_utils._core.module import ModuleDefinition
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import EMPTY_VALUES
from ansible_collections.edgeops.logpush.tests.module_tasks import Outcome, job, task
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import ModuleRunner

# The text that ansible-core before 2.19 leaves in place of omit inside another value.
OMIT = "__omit_place_holder__0123456789abcdef"
BLANKS = {"empty": "", "null": None, "omit": OMIT}
MODULES_FOLDER = pathlib.Path(__file__).resolve().parents[3] / "plugins/modules"
# An action plugin alone, which checks its one option itself.
WITHOUT_DEFINITION = {"splunk_logpush_outcome"}
NAMES = sorted({path.stem for path in MODULES_FOLDER.glob("*.py")} - WITHOUT_DEFINITION)
# Entries of lists whose module has no suboptions for them, because they come from a filter or from another module.
ENTRY_SPEC = {**SCOPE_SPEC, "zone_name": {}, "host": {}}
ENTRIES = {
    (module, ("zones",)): ENTRY_SPEC
    for module in (
        "splunk_logpush_verify",
        "splunk_logpush_repair",
        "splunk_logpush_rotate",
        "splunk_logpush_delivery",
        "splunk_logpush_health_info",
        "splunk_logpush_job_info",
        "splunk_hec_rotation",
    )
}
# Times, a certificate made for the run, and a token made by Splunk. The options are shown as they were given.
DIFFERS = {
    "begin",
    "duration",
    "end",
    "generated",
    "hec_token",
    "invocation",
    "report",
    "seconds",
    "subject",
    "time_created",
}
# The time in a search, and its time limit: a blank timeout is the default of the module, an absent one that of these tests.
TIME_OF_SEARCH = re.compile(r'\b1\d{9}\b|(?<="max_time": \[")\d+|\b20\d\d-\d\d-\d\dT[\d:.]+Z')

# One reports a job that does not deliver, the others an instance without their role.
FAILING = {"splunk_logpush_verify", "splunk_cluster_bundle", "splunk_deployment_server"}

ZONE = "0000000000000000000000005eed0000"
OTHER_TOKEN = "7f7f7f7f-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

pytestmark = pytest.mark.usefixtures("no_waits")

Path = t.Tuple[t.Union[str, int], ...]
Options = t.Dict[str, t.Any]


def definition(name: str) -> ModuleDefinition:
    """Return the definition of a module."""
    module = importlib.import_module(f"ansible_collections.edgeops.logpush.plugins.modules.{name}")
    return t.cast(ModuleDefinition, module.DEFINITION)


@pytest.fixture(scope="module")
def working(
    running_simulators: t.Callable[[str], Simulator], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Options]:
    """Return working options for each module, with a value wherever suboptions are possible."""
    simulator = running_simulators("")
    to_splunk = {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}
    management = {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }
    zones = [{"zone_id": ZONE}]
    # Every layer has a value that a blank value in a layer above must not hide.
    layer = {"sourcetype": "layer:json", "max_upload_records": 2000, "output_options": {"sample_rate": 0.5}}
    rollout = {
        "zones": [{"zone_id": ZONE, "jobs": [{"dataset": "dns_logs", "output_options": {"timestamp_format": "unix"}}]}],
        "jobs": [{"dataset": "http_requests"}],
        "job_defaults": {**to_splunk, **layer},
        "job_overrides": {"frequency": "low"},
    }
    return {
        "logpush_alert": {
            "account_id": simulator.account_id,
            "emails": ["edge-team@example.com"],
            "webhooks": [{"url": "https://alerts.example.com/logpush"}],
        },
        "logpush_dataset_fields_info": {"zone_id": ZONE, "dataset": "dns_logs"},
        # This instance is neither a manager nor a deployment server, and both modules say so after their first requests.
        "splunk_cluster_bundle": management,
        "splunk_deployment_server": {**management, "app": "edgeops_logpush_hec"},
        "splunk_hec_app": {
            "dest": str(tmp_path_factory.mktemp("apps")),
            "name": "new",
            "hec": {"port": 18088},
            "tokens": [{"name": "new", "index": "cloudflare"}],
            "indexes": [{"name": "cloudflare"}],
            "sourcetypes": [{"name": "cloudflare:json", "dataset": "dns_logs", "settings": {"KV_MODE": "json"}}],
        },
        "splunk_hec_nodes": {
            **{key: value for key, value in management.items() if key != "url"},
            "nodes": [{"url": simulator.management_url, "endpoint": simulator.hec_endpoint}],
            "name": "new",
            "index": "main",
        },
        "splunk_cloud_allowlist": {
            "url": simulator.acs_url,
            "stack": simulator.acs_stack,
            "auth_token": simulator.acs_token,
            # A change would not be visible yet, because these tests skip the waits.
            "subnets": ["192.0.2.0/24"],
            "state": "absent",
        },
        "splunk_hec_probe": {**to_splunk, "ca_path": simulator.ca_file},
        "splunk_hec_settings": {**management, "port": 18088},
        "splunk_hec_token": {**management, "name": "new", "acl": {"sharing": "app"}},
        "splunk_hec_token_info": {**management, "name": "one"},
        "splunk_hec_rotation": {"zones": zones, "old_name": "one", "new_name": "two", "splunk": management},
        "splunk_hec_waf_rule": {"zone_id": ZONE, "host": "hec.shop.example.com"},
        "splunk_index": {**management, "name": "new"},
        "splunk_search_info": {**management, "search": "index=main"},
        "splunk_sourcetype": {
            **management,
            "name": "cloudflare:dns",
            "dataset": "dns_logs",
            "settings": {"TRUNCATE": 0},
        },
        "splunk_logpush_alerts": {"zones": zones, "emails": ["edge-team@example.com"]},
        "splunk_delivery_info": {**management, "tokens": ["one"], "index": "main"},
        "splunk_logpush_audit": {**rollout, "collector_ca_path": simulator.ca_file},
        "splunk_logpush_delivery": {"zones": zones, "splunk": management, "index": "main"},
        "splunk_logpush_export": {"zones": [{"zone_id": ZONE, "host": "shop"}]},
        "splunk_logpush_health_info": {"zones": zones},
        "splunk_logpush_job": {"zone_id": ZONE, "name": "made", **to_splunk, "output_options": {"sample_rate": 0.5}},
        "splunk_logpush_job_info": {"zones": zones},
        "splunk_logpush_repair": {"zones": zones},
        "splunk_logpush_rollout": rollout,
        "splunk_logpush_rotate": {
            "zones": zones,
            "old_hec_token": simulator.hec_token,
            "new_hec_token": OTHER_TOKEN,
        },
        "splunk_logpush_verify": {"zones": zones, "wait_timeout": 0},
    }


def paths_of(spec: t.Mapping[str, t.Any], options: t.Any, module: str, before: Path = ()) -> t.Iterator[Path]:
    """Yield the path of each option of a spec, including suboptions if the options contain them."""
    for name, option in spec.items():
        path = (*before, name)
        yield path
        suboptions = option.get("options") or ENTRIES.get((module, path))
        place = options.get(name)
        if suboptions and place:
            if isinstance(place, list):
                yield from paths_of(suboptions, place[0], module, (*path, 0))
            else:
                yield from paths_of(suboptions, place, module, path)


def changed(options: Options, path: Path, blank: t.Any) -> tuple[Options, Options]:
    """Return a copy of the options with a blank value at a path, and one without that option."""
    with_blank, without = copy.deepcopy(options), copy.deepcopy(options)
    for copied in (with_blank, without):
        place: t.Any = copied
        for step in path[:-1]:
            place = place[step]
        place.pop(path[-1], None)
        if copied is with_blank:
            place[path[-1]] = blank
    return with_blank, without


def is_value(path: Path, blank: t.Any) -> bool:
    """Return whether a blank value counts as a value: an empty string, if the API has an empty value."""
    return blank == "" and path[-1] in EMPTY_VALUES


def run(modules: ModuleRunner, name: str, options: Options) -> dict[str, t.Any]:
    """Run a module from the same initial state; return everything that is visible of it."""
    simulator = modules.simulator
    shutil.rmtree(pathlib.Path(options.get("dest") or "/nowhere") / "new", ignore_errors=True)
    simulator.reset(hec_tokens=[{"name": "one", "token": simulator.hec_token}, {"name": "two", "token": OTHER_TOKEN}])
    failed = {"enabled": False, "last_error": "2026-01-01T00:00:00Z", "error_message": "no route"}
    for number, more in enumerate(({"enabled": True}, failed), 1):
        simulator.add_job(zone_id=ZONE, name=f"web{number}", destination_conf=simulator.destination_conf(), **more)
    [outcome] = modules.tasks(task(f"edgeops.logpush.{name}", "run", fails=True, **options)).outcomes
    return {
        "status": outcome.status,
        "requests": requests_of(outcome),
        "result": without_times(outcome.result),
        "deliveries": len(simulator.requests(side="hec")),
        "jobs": [without_times(job["stored"]) for job in simulator.jobs()],
    }


@pytest.fixture(scope="module")
def without_blanks() -> t.Callable[[ModuleRunner, str, Options], dict[str, t.Any]]:
    """Return a function that runs a module as ``run`` does, once for the same options: each blank value is compared with it."""
    known: dict[str, dict[str, t.Any]] = {}

    def expected(modules: ModuleRunner, name: str, options: Options) -> dict[str, t.Any]:
        key = json.dumps([name, options], sort_keys=True)
        if key not in known:
            known[key] = run(modules, name, options)
        return known[key]

    return expected


def requests_of(outcome: Outcome) -> list[dict[str, t.Any]]:
    """Return the requests of a task without their times."""
    parts = ("side", "method", "path", "query", "json", "form")
    # Several zones are listed at the same time.
    listed = sorted(({part: request.get(part) for part in parts} for request in outcome.requests), key=str)
    return t.cast(t.List[t.Dict[str, t.Any]], json.loads(TIME_OF_SEARCH.sub("<time>", json.dumps(listed))))


def without_times(value: t.Any) -> t.Any:
    """Return a result without the values that differ between runs."""
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in DIFFERS}
    if isinstance(value, list):
        return [without_times(item) for item in value]
    return value


def test_every_module_is_here(working: dict[str, Options]) -> None:
    assert sorted(working) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_options_that_work_do(modules: ModuleRunner, working: dict[str, Options], name: str) -> None:
    assert run(modules, name, working[name])["status"] == ("failed" if name in FAILING else "ok")


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
@pytest.mark.parametrize("name", NAMES)
def test_a_blank_option_does_not_reach_the_operation(working: dict[str, Options], name: str, blank: str | None) -> None:
    """Every option by itself: the module has the same options as without it."""
    module = definition(name)
    wrong = []
    for path in paths_of(module.argument_spec, working[name], ""):
        with_blank, without = changed(working[name], path, blank)
        if not is_value(path, blank) and module.normalized(with_blank) != module.normalized(without):
            wrong.append(path)
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
def test_all_blank_options_together_change_nothing(
    modules: ModuleRunner, working: dict[str, Options], without_blanks: t.Any, name: str, blank: str | None
) -> None:
    """Every option that the task does not need, at every depth: the same requests, result and jobs as without them."""
    options = working[name]
    for path in list(paths_of(definition(name).argument_spec, options, name)):
        if not is_value(path, blank) and not is_set(working[name], path):
            options, dummy = changed(options, path, blank)
    assert run(modules, name, options) == without_blanks(modules, name, working[name])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS)
def test_a_blank_option_that_is_needed_is_missing(
    modules: ModuleRunner, working: dict[str, Options], without_blanks: t.Any, name: str, blank: str | None
) -> None:
    """Every option that the task has: the same requests, result and jobs as without it."""
    wrong = {}
    for path in paths_of(definition(name).argument_spec, working[name], name):
        if is_value(path, blank) or not is_set(working[name], path):
            continue
        options, options_without = changed(working[name], path, blank)
        with_blank, without = run(modules, name, options), without_blanks(modules, name, options_without)
        if with_blank != without:
            wrong[path] = {key: (with_blank[key], without[key]) for key in without if with_blank[key] != without[key]}
    assert wrong == {}


def is_set(options: t.Any, path: Path) -> bool:
    """Return whether the options have something at a path."""
    for step in path:
        if isinstance(step, str) and step not in options:
            return False
        options = options[step]
    return True


@pytest.mark.parametrize("option", sorted(set(EMPTY_VALUES) - {"kind"}))
def test_an_empty_string_is_a_value_where_the_api_has_an_empty_value(
    modules: ModuleRunner, simulator: Simulator, zone_id: str, option: str
) -> None:
    stored = {"transformer_id": 42} if option == "transformer_id" else {"output_options": {option: "x"}}
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf=simulator.destination_conf(), **stored)

    def asking(value: t.Any) -> Options:
        return {option: value} if option == "transformer_id" else {"output_options": {option: value}}

    done = modules.tasks(
        job("null", **asking(None)),
        job("omit", **asking(OMIT)),
        job("empty", **asking("")),
        job("again", **asking("")),
        defaults={"zone_id": zone_id},
    )
    assert [outcome["action"] for outcome in done.outcomes] == ["unchanged", "unchanged", "updated", "unchanged"]
    [sent] = [request["json"] for request in done["empty"].requests if request["method"] == "PUT"]
    assert (sent if option == "transformer_id" else sent["output_options"])[option] == EMPTY_VALUES[option]


def test_an_empty_kind_is_a_value(modules: ModuleRunner, simulator: Simulator, zone_id: str) -> None:
    simulator.add_job(zone_id=zone_id, enabled=True, kind="edge", destination_conf=simulator.destination_conf())
    done = modules.tasks(
        *(job(str(value), kind=value, recreate=True) for value in (None, OMIT, "")), defaults={"zone_id": zone_id}
    )
    assert [outcome["action"] for outcome in done.outcomes] == ["unchanged", "unchanged", "replaced"]
    assert [stored["stored"].get("kind") or "" for stored in simulator.jobs()] == [""]


def test_values_that_only_look_empty_are_values(modules: ModuleRunner, simulator: Simulator, zone_id: str) -> None:
    simulator.add_job(
        zone_id=zone_id,
        enabled=True,
        destination_conf=simulator.destination_conf(),
        output_options={"field_names": ["RayID"], "merge_subrequests": True},
        filter='{"where":{"key":"ClientCountry","operator":"eq","value":"ca"}}',
        max_upload_records=1000,
    )
    empty = {"field_names": [], "merge_subrequests": False}
    done = modules.tasks(
        job("do", zone_id=zone_id, enabled=False, filter={}, max_upload_records=0, output_options=empty)
    )
    [stored] = [each["stored"] for each in simulator.jobs()]
    assert done["do"]["action"] == "updated"
    assert (stored["enabled"], stored["filter"], stored["max_upload_records"]) == (False, "", 0)
    assert not stored["output_options"].get("field_names") and not stored["output_options"].get("merge_subrequests")


def test_data_that_is_passed_on_whole_is_not_searched(
    modules: ModuleRunner, simulator: Simulator, zone_id: str, splunk: dict[str, str]
) -> None:
    condition = {"where": {"key": "ClientCountry", "operator": "eq", "value": ""}}
    event = {"text": "", "nothing": None}
    modules.tasks(
        job("job", zone_id=zone_id, filter=condition, **splunk),
        task("edgeops.logpush.splunk_hec_probe", "probe", ca_path=simulator.ca_file, event=event, **splunk),
    )
    [created] = simulator.requests(side="api", method="POST")
    assert '"value":""' in created["json"]["filter"].replace(" ", "")
    assert event in [received["event"] for received in simulator.events()]
