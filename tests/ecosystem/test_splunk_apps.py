# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The apps of splunk_hec_app, judged by splunk-appinspect and ksconf. Both exit with 0 in spite of what they find, or read only a
part of it, so the reports are read."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import tarfile
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import run_module

PROGRAMS = pathlib.Path(__file__).resolve().parents[2] / ".cache/venv-splunkapps"
NAME = "edgeops_logpush_hec"
# An app with HEC cannot pass these in any mode: Splunk Cloud takes tokens from its own API only.
HEC = {"check_inputs_conf_for_http_global_usage", "check_inputs_conf_for_http_inputs"}
NOT_SYNCED = {"check_for_indexer_synced_configs"}
SIZES = {"check_indexes_conf_properties"}
VOLUMES = {*SIZES, "check_indexes_conf_only_uses_splunk_db_variable"}
DATASETS = ["http_requests", "firewall_events", "dns_logs", "nel_reports", "spectrum_events", "page_shield_events"]

TOKEN = {
    "name": "cloudflare",
    "index": "cloudflare",
    "indexes": ["cloudflare", "edge"],
    "sourcetype": "cloudflare:json",
    "source": "logpush; all # of them",
    "host": "cloudflare",
    "description": "Cloudflare's logs; see #42",
}
INDEXES = [{"name": "cloudflare", "frozen_time_period_in_secs": 7776000}, {"name": "edge"}]
SOURCETYPES = [
    {"name": "cloudflare:json", "datasets": DATASETS},
    {"name": "cloudflare:audit", "dataset": "audit_logs_v2", "timestamp_format": "rfc3339ns"},
    {
        "name": "cloudflare:access",
        "dataset": "access_requests",
        "settings": {"TRUNCATE": 0, "EXTRACT-ray": "(?<ray>x)"},
    },
]
SETTINGS = {"port": 8443, "enable_ssl": True, "server_cert": "/opt/splunk/etc/auth/hec.pem", "max_threads": 0}

Options = t.Dict[str, t.Any]
APPS: dict[str, tuple[Options, set[str]]] = {
    "everything": (
        {"hec": SETTINGS, "tokens": [TOKEN], "indexes": INDEXES, "sourcetypes": SOURCETYPES},
        {*HEC, *NOT_SYNCED},
    ),
    "only a token": ({"tokens": [{"name": "a.b-c_d", "index": "main"}], "mode": "0640"}, {*HEC, *NOT_SYNCED}),
    "only indexes": ({"indexes": INDEXES}, NOT_SYNCED),
    "only source types": (
        {"sourcetypes": SOURCETYPES, "label": "Events of Cloudflare", "version": "2.0.11"},
        NOT_SYNCED,
    ),
    "sizes": (
        {
            "tokens": [TOKEN],
            "indexes": [{"name": "cloudflare", "max_total_data_size_mb": 500000, "max_data_size": "auto"}],
        },
        {*HEC, *NOT_SYNCED, *SIZES},
    ),
    "volumes": ({"indexes": [{"name": "cloudflare", "volume": "hot"}]}, {*NOT_SYNCED, *VOLUMES}),
}

pytestmark = pytest.mark.skipif(
    not (PROGRAMS / "bin/splunk-appinspect").exists(),
    reason="splunk-appinspect is not installed (make ecosystem installs it)",
)


@pytest.fixture(params=APPS)
def app(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> tuple[pathlib.Path, set[str]]:
    """Return the folder of an app, and the checks that it may fail."""
    options, accepted = APPS[request.param]
    for run in range(2):
        status, result = run_module("splunk_hec_app", {"dest": str(tmp_path), "name": NAME, **options}, False, {})
        assert (status, result["changed"]) == ("ok", run == 0), result
    return tmp_path / NAME, accepted


def test_splunk_appinspect_accepts_an_app(app: tuple[pathlib.Path, set[str]], tmp_path: pathlib.Path) -> None:
    """Without tags, which would leave out most checks."""
    folder, accepted = app
    with tarfile.open(tmp_path / "app.tar.gz", "w:gz") as archive:
        archive.add(folder, folder.name)
    report = tmp_path / "report.json"
    run(
        "splunk-appinspect",
        "inspect",
        str(tmp_path / "app.tar.gz"),
        "--data-format",
        "json",
        "--output-file",
        str(report),
    )
    summary, checks = read(report)
    found = {name: result for name, result in checks.items() if result not in ("success", "not_applicable", "skipped")}
    assert set(found) <= accepted, found
    assert summary["error"] == 0 and summary["skipped"] < 5
    assert sum(summary.values()) >= 240


def test_ksconf_reads_every_file(app: tuple[pathlib.Path, set[str]]) -> None:
    folder, dummy = app
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    output = run("ksconf", "check", *files)
    assert f"{len(files)} files were parsed successfully" in output and "0 files failed" in output


def run(program: str, *arguments: str) -> str:
    """Run a program of the environment for apps and return its output. Its library libmagic can be that of a package."""
    environment = dict(os.environ)
    for library in PROGRAMS.glob("lib/python*/site-packages/pylibmagic"):
        environment |= {"LD_LIBRARY_PATH": str(library), "MAGIC": str(library / "magic.mgc")}
    done = subprocess.run(
        [str(PROGRAMS / "bin" / program), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def read(report: pathlib.Path) -> tuple[dict[str, int], dict[str, str]]:
    """Return the summary of a report, and the result of each check."""
    content = json.loads(report.read_text(encoding="utf-8"))
    [app] = content["reports"]
    return content["summary"], {check["name"]: check["result"] for group in app["groups"] for check in group["checks"]}
