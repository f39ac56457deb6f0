# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for tests of the probe."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit import certificate_factory as factory


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the environment variables that the probe reads."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SPLUNK_HEC_ENDPOINT", "SPLUNK_HEC_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def given(simulator: Simulator) -> dict[str, t.Any]:
    """Return the options with which the simulator is ready."""
    return {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token, "ca_path": simulator.ca_file}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder for certificates."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def sound(folder: pathlib.Path) -> dict[str, str]:
    """Return a certificate for localhost with its key, and the authority to trust."""
    root = factory.authority("Root")
    leaf = factory.issue("localhost", "127.0.0.1", by=root)
    return {"server": leaf.write(folder / "server.pem", with_key=True), "roots": root.write(folder / "roots.pem")}
