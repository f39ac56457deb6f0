# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The acceptance tests themselves, with a second simulator in place of the real services: an identical one, one with
known differences, and one that is interrupted."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
from acceptance import compare
from acceptance.place import SettingsError, install_app, real_place
from acceptance.proxy import Proxy
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from e2e.ansible import interruptible

RUN = pathlib.Path(__file__).resolve().parents[1] / "acceptance/run.py"
ZONE = "shop.example.com"
OTHERS = ["made by somebody else", "edgeops-acceptance-notes"]


@pytest.fixture
def vendor(simulator, tmp_path):
    """Return an environment that names the simulator of this process as the real services, with jobs and a token that
    the tests must not change."""
    simulator.change_settings(hec_metrics_seconds=1)
    for name in OTHERS:
        simulator.add_job(zone_id=simulator.zone_ids[ZONE], name=name, destination_conf=simulator.destination_conf())
    given = {
        "CLOUDFLARE_API_TOKEN": simulator.api_token,
        "CLOUDFLARE_BASE_URL": simulator.api_url,
        "ACCEPTANCE_ZONE": ZONE,
        "ACCEPTANCE_CONFIRMED": ZONE,
        "SPLUNK_MANAGEMENT_URL": simulator.management_url,
        "SPLUNK_USERNAME": simulator.splunk_username,
        "SPLUNK_PASSWORD": simulator.splunk_password,
        "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint,
        "SPLUNK_HEC_TOKEN": simulator.hec_token,
        "ACCEPTANCE_CA_PATH": simulator.ca_file,
        "ACCEPTANCE_ACCOUNT_ID": simulator.account_id,
        "ACCEPTANCE_ALERT_EMAIL": "edge-team@example.com",
        # A killed run leaves its scratch folder.
        "TMPDIR": str(tmp_path),
    }
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CLOUDFLARE_", "SPLUNK_"))},
        **given,
    }


@pytest.fixture
def report(tmp_path):
    """Return a function that runs a short version of the command and returns its exit status, its report and its
    output."""

    def run(environment, *arguments):
        folder = tmp_path / "report"
        done = subprocess.run(
            _command(folder, *arguments),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stdout
        file = folder / "report.json"
        written = (
            file.read_text(encoding="utf-8") + (folder / "report.md").read_text(encoding="utf-8")
            if file.exists()
            else ""
        )
        for secret in (name for name in environment if name.endswith(("TOKEN", "PASSWORD"))):
            assert environment[secret] not in done.stdout + written
        return done.returncode, json.loads(file.read_text(encoding="utf-8")) if file.exists() else None, done.stdout

    return run


def _command(folder, *arguments):
    return [sys.executable, RUN, "--report", folder, *arguments]


def untouched(simulator):
    """Return whether only the earlier objects exist."""
    state = simulator.state()
    return ([job["stored"]["name"] for job in state["jobs"]], [token["name"] for token in state["hec_tokens"]]) == (
        OTHERS,
        ["Cloudflare"],
    )


def test_the_simulator_does_not_differ_from_itself(vendor, report, simulator):
    status, written, said = report(vendor)
    assert status == 0, said
    assert written["differences"] == [] and written["replies"] > 60
    skipped = [name for name, verdict in written["verdicts"].items() if verdict.startswith("skipped")]
    assert skipped == ["cloud", "cluster", "deployment"]
    assert f"3 of {len(written['verdicts'])} scenarios did not run" in said
    assert untouched(simulator) and simulator.state()["source_types"] == []


def test_a_cluster_and_a_deployment_server_are_compared_without_a_change(vendor, report, tmp_path):
    with Simulator(push_interval=0, options=["--topology", "cluster"]) as cluster, Simulator(
        push_interval=0, options=["--topology", "deployment_server"]
    ) as server:
        install_app(server, "org_all_indexers")
        certificates = tmp_path / "certificates.pem"
        trusted = [pathlib.Path(path) for path in (vendor["ACCEPTANCE_CA_PATH"], cluster.ca_file, server.ca_file)]
        certificates.write_text("".join(path.read_text(encoding="utf-8") for path in trusted), encoding="utf-8")
        more = {
            "ACCEPTANCE_CLUSTER_URL": cluster.management_url,
            "ACCEPTANCE_DEPLOYMENT_URL": server.management_url,
            "ACCEPTANCE_DEPLOYMENT_APP": "org_all_indexers",
            "ACCEPTANCE_CA_PATH": str(certificates),
        }
        status, written, said = report({**vendor, **more}, "--only", "cluster", "deployment")
        assert status == 0, said
        assert written["differences"] == [] and set(written["verdicts"].values()) == {"passed"}
        changes = [request["path"] for request in cluster.requests(side="splunk", method="POST")]
        assert changes == ["/services/cluster/manager/control/default/validate_bundle"] * 2
        after_installation = server.requests(side="splunk", method="POST")[1:]
        assert after_installation == []


class OtherVendor(Proxy):
    """A simulator that behaves differently."""

    def answered(self, method, path, status, headers, body):
        if "/logpush/jobs" not in path:
            return status, headers, body
        document = json.loads(body)
        if method == "POST" and status == 200:
            document["result"]["logstream"] = True
            document["result"]["last_error"] = ""
            del document["result"]["frequency"]
        if method == "POST" and status == 400:
            document["errors"][0]["code"] = 1012
        if method == "DELETE":
            status = 202
            headers = {name: value for name, value in headers.items() if name != "ratelimit-policy"}
        return status, headers, json.dumps(document).encode()


def test_a_vendor_with_other_habits_is_found_out(vendor, report, simulator, tmp_path):
    with OtherVendor(simulator.api_url, True, tmp_path / "step") as other:
        status, written, said = report({**vendor, "CLOUDFLARE_BASE_URL": other.url}, "--only", "jobs", "refusals")
    assert status == 1, said
    assert written["verdicts"]["jobs"] == "passed" and written["verdicts"]["refusals"].startswith(
        "failed: real side: Refuse a dest"
    )
    create, delete = "POST /zones/{id}/logpush/jobs", "DELETE /zones/{id}/logpush/jobs/{number}"
    ways = [
        (one["call"], one["where"], one["real"], one["simulated"])
        for one in written["differences"]
        if one["scenario"] == "jobs"
    ]
    assert sorted(ways) == sorted(
        [
            (create, "$.result.logstream", "flag", "absent"),
            (create, "$.result.last_error", "empty text", "null"),
            (create, "$.result.frequency", "absent", "text"),
            (delete, "status", "202", "200"),
            (delete, "header ratelimit-policy", "absent", '"default";q=n;w=n'),
        ]
    )
    assert (create, "$.errors[0].code", "1012", "1002") in [
        (one["call"], one["where"], one["real"], one["simulated"])
        for one in written["differences"]
        if one["scenario"] == "refusals"
    ]
    assert untouched(simulator)


def test_what_both_sides_observed_and_the_fields_that_they_offer_are_compared():
    step = ("analytics", "Observe")
    seen = [
        {step: {"status": "ok", "observed": facts}} for facts in ({"final": "0", "sums": True}, {"final": "1", "x": 1})
    ]
    [found] = compare.of_results(*seen, str)
    assert (found.where, found.real, found.simulated) == ("$.observed.final", "0", "1")
    limits = [
        {"availableFields": fields, "maxDuration": seconds} for fields, seconds in ((["a", "b"], 60), (["b", "c"], 90))
    ]
    assert list(compare.of_values("$", *limits)) == [
        ("$.availableFields.a", "offered", "absent", compare.SLIGHT),
        ("$.availableFields.c", "absent", "offered", compare.SERIOUS),
        ("$.maxDuration", "60", "90", compare.SERIOUS),
    ]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_is_torn_away_leaves_nothing(vendor, report, simulator, tmp_path, how):
    output = tmp_path / "output"
    # Into a file: a pipe would be held open by the simulator of a killed run, which ends only when that is reaped.
    with output.open("w", encoding="utf-8") as file, subprocess.Popen(
        _command(tmp_path / "torn", "--only", "jobs"),
        env=vendor,
        stdout=file,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        preexec_fn=interruptible,  # noqa: PLW1509  this process has no threads
    ) as process:
        deadline = time.monotonic() + 60
        while len(simulator.state()["jobs"]) == len(OTHERS):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(how)
        process.wait(60)
    said = output.read_text(encoding="utf-8")
    assert "Traceback" not in said
    if how == signal.SIGKILL:
        # The next run finds it, even if it then has nothing to do.
        status, dummy, said = report(vendor, "--only", "cloud")
        assert status == 0 and "Removed what an earlier run left: job edgeops-acceptance-" in said
    else:
        assert process.returncode == 130, said
    assert untouched(simulator)


def test_a_full_zone_is_refused(vendor, report, simulator):
    for number in range(2):
        simulator.add_job(
            zone_id=simulator.zone_ids[ZONE], name=f"more-{number}", destination_conf=simulator.destination_conf()
        )
    status, dummy, said = report(vendor)
    assert status == 2 and "has 4 Logpush jobs, and 4 are allowed" in said
    assert {request["method"] for request in simulator.requests(side="api")} == {"GET"}


def test_without_variables_it_says_what_to_set(report):
    status, dummy, said = report({"PATH": os.environ["PATH"]})
    assert status == 2
    assert all(
        name in said for name in ("CLOUDFLARE_API_TOKEN", "ACCEPTANCE_ZONE", "ACCEPTANCE_CONFIRMED", "README.md")
    )


def test_the_zone_has_to_be_confirmed_by_its_name():
    with pytest.raises(SettingsError, match="nothing was done"):
        real_place({"CLOUDFLARE_API_TOKEN": "x", "ACCEPTANCE_ZONE": ZONE, "ACCEPTANCE_CONFIRMED": "yes"})
