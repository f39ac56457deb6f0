# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit of jobs that push to an OpenTelemetry Collector in front of Splunk."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.run import run_audit
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit import certificate_factory as factory
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.opentelemetry_receiver import OpenTelemetryReceiver
from ansible_collections.edgeops.logpush.tests.unit.probes import splunk
from ansible_collections.edgeops.logpush.tests.unit.tls_server import Asked, HttpsServer

MIB = 1024 * 1024
TOKEN = "a-token-of-hec"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the files of a certificate for localhost with its key, and of its authority."""
    folder: pathlib.Path = tmp_path_factory.mktemp("certificates")
    root = factory.authority("Root")
    leaf = factory.issue("localhost", by=root)
    return leaf.write(folder / "server.pem", with_key=True), root.write(folder / "roots.pem")


Audit = t.Callable[..., t.Dict[str, t.Any]]


@pytest.fixture
def audit(simulator: Simulator, certificates: tuple[str, str]) -> Audit:
    """Return a function that audits a zone with a job for each of these C(max_upload_bytes), and returns the result. All jobs
    push to a collector that answers as C(receiver)."""
    server_file, roots = certificates

    def run(*sizes: int | None, receiver: t.Any = None, prefix: str = "", **options: t.Any) -> dict[str, t.Any]:
        zone = f"{1:032x}"
        simulator.reset(zones=[{"id": zone, "name": "example.com"}])
        with HttpsServer(receiver or OpenTelemetryReceiver(), server_file) as server:
            conf = simulator.destination_conf(TOKEN).replace(simulator.hec_endpoint, server.endpoint + prefix)
            for number, size in enumerate(sizes):
                job = {"enabled": True, "last_complete": "2099-01-01T00:00:00Z", "name": str(number)}
                limit = {} if size is None else {"max_upload_bytes": size}
                simulator.add_job(
                    zone_id=zone,
                    dataset="http_requests",
                    destination_conf=conf,
                    **{**job, **limit, **options.pop("job", {})},
                )
            given = {
                "api_url": simulator.api_url,
                "api_token": simulator.api_token,
                "zones": [{"zone_id": zone, "jobs": [{"dataset": "dns_logs", "state": "absent"}]}],
                "collector_ca_path": roots,
                "certificates": True,
                "certificate_days": 1,
                "concurrency": 4,
                "timeout": 10,
                "retries": 0,
                "validate_certs": True,
            }
            result = run_audit({**given, **options}, context())
        assert all(asked.headers.get("Authorization") is None for asked in server.asked)
        return {**result, "asked": [(asked.method, asked.path, asked.body) for asked in server.asked]}

    return run


def kinds(result: dict[str, t.Any], name: str) -> list[tuple[str, str]]:
    """Return the findings about the batches of a job, and about its collector."""
    return [
        (finding["kind"], finding["level"])
        for finding in result["findings"]
        if finding.get("name") == name and finding["kind"] == "batch_size"
    ]


PROBLEM = [("batch_size", "problem")]


def test_batches_that_the_collector_can_cut_off_are_a_problem(audit: Audit) -> None:
    result = audit(None, 0, 10_000_000, 20 * MIB, 20 * MIB + 1)
    assert [kinds(result, str(number)) for number in range(5)] == [PROBLEM, PROBLEM, [], [], PROBLEM]
    [first, *_others] = [finding for finding in result["findings"] if finding["kind"] == "batch_size"]
    assert "An OpenTelemetry Collector answers at localhost:" in first["msg"] and "20 MiB" in first["msg"]
    assert "max_upload_bytes: 10000000" in first["advice"] and "max_request_body_size" in first["advice"]
    [collector] = result["collectors"]
    assert collector["software"] == "OpenTelemetry Collector"
    [note] = collector["findings"]
    assert (note["kind"], note["level"]) == ("opentelemetry", "note")
    for words in ("64 KiB", "without their time", "guide"):
        assert words in note["advice"]
    assert result["asked"] == [("POST", "/services/collector/no-such-path", b"")]
    assert result["summary"]["kinds"]["batch_size"] == 3


def test_a_collector_with_a_larger_limit_is_accepted(audit: Audit) -> None:
    result = audit(None, 50_000_000, 500_000_000, max_request_body_size=100 * MIB)
    assert [kinds(result, str(number)) for number in range(3)] == [[], [], PROBLEM]
    assert audit(None, ignore=["batch_size"])["summary"]["problems"] == 0
    with pytest.raises(OptionError, match="max_request_body_size"):
        audit(None, max_request_body_size=-1)


def test_other_software_and_disabled_jobs_need_no_limit(audit: Audit) -> None:
    result = audit(None, receiver=splunk)
    assert (result["collectors"][0]["software"], result["summary"]["problems"]) == ("Splunk", 0)
    result = audit(None, receiver=lambda asked: (200, ""))
    assert (result["collectors"][0]["software"], result["summary"]["problems"]) == ("", 0)
    assert audit(None, job={"enabled": False})["summary"]["problems"] == 0
    result = audit(None, certificates=False)
    assert (result["asked"], result["collectors"], result["summary"]["problems"]) == ([], [], 0)


def test_each_path_of_a_server_is_asked(audit: Audit) -> None:
    receiver = OpenTelemetryReceiver()

    def proxy(asked: Asked) -> t.Any:
        return receiver(asked) if asked.path.startswith("/otel/") else splunk(asked)

    result = audit(None, receiver=proxy, prefix="/otel")
    assert result["asked"] == [("POST", "/otel/services/collector/no-such-path", b"")]
    assert kinds(result, "0") == PROBLEM
    assert kinds(audit(None, receiver=proxy, prefix="/splunk"), "0") == []
