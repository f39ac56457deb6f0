# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Terraform files for tests: files that real tools wrote, and configurations for single tests."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform import (
    SourceFile,
    TerraformSource,
    read_source,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform_input import read_terraform
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform_job import TYPE, Resource
from ansible_collections.edgeops.logpush.tests.unit.strategies import WHOLE_CONF

FILES = Path(__file__).parent / "terraform"
ZONE = "a" * 32


def resources(text: str) -> list[Resource]:
    """Return the resources in the text of one file."""
    return read_source([SourceFile("file", text)]).resources


def real(name: str) -> TerraformSource:
    """Return the text of a file that a real tool wrote."""
    return read_terraform(str(FILES / name))


def configuration(lines: str, rest: str = "") -> str:
    """Return the text of a configuration with one job that has these lines, and another one."""
    usual = f'zone_id = "{ZONE}"\ndataset = "http_requests"\ndestination_conf = "{WHOLE_CONF}"\nenabled = true\n'
    return f'resource "{TYPE}" "x" {{\n{usual}{lines}\n}}\nresource "{TYPE}" "y" {{\n{usual}}}\n{rest}'


def as_json(arguments: dict[str, t.Any], rest: dict[str, t.Any] | None = None) -> str:
    """Return the same configuration in JSON."""
    usual = {"zone_id": ZONE, "dataset": "http_requests", "destination_conf": WHOLE_CONF, "enabled": True}
    return json.dumps({"resource": {TYPE: {"x": {**usual, **arguments}, "y": usual}}, **(rest or {})})
