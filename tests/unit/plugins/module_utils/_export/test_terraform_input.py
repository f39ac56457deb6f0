# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files are read, in which encodings and with which parser."""

from __future__ import annotations

import codecs
import typing as t
from importlib import metadata
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._export import terraform_language
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform import CONFIGURATION
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform_input import read_terraform
from ansible_collections.edgeops.logpush.tests.unit.terraform_files import (
    FILES,
    as_json,
    configuration,
    real,
    resources,
)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("state-encrypted-opentofu.json", "tofu state pull"),
        ("pulumi-stack-export.json", "Pulumi"),
        ("folder/d_override.tf", "d_override.tf overrides"),
        ("folder", "d_override.tf overrides"),
        # Terraform also merges it into this file.
        ("folder/main.tf", "d_override.tf overrides"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(name: str, says: str) -> None:
    with pytest.raises(CollectionError, match=says):
        real(name)


def test_a_folder_is_read_as_terraform_reads_it(tmp_path: Path) -> None:
    for name, label in {
        "a.tf": "hidden",
        "a.tofu": "a",
        "c.tf": "c",
        ".d.tf": "ignored",
        "terraform.tfstate": "ignored",
    }.items():
        text = configuration("").replace('"x"', f'"{label}_x"').replace('"y"', f'"{label}_y"')
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, label in {"a.tf.json": "json_hidden", "a.tofu.json": "json"}.items():
        text = as_json({}).replace('"x"', f'"{label}_x"').replace('"y"', f'"{label}_y"')
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "empty.tf.json").write_text("{}", encoding="utf-8")
    (tmp_path / "folder.tf").mkdir()
    (tmp_path / "module.tf").write_text('module "jobs" {\nsource = "./jobs"\n}\n', encoding="utf-8")
    source = read_terraform(str(tmp_path))
    addresses = [resource.address.partition(".")[2] for resource in source.resources]
    assert addresses == ["a_x", "a_y", "json_x", "json_y", "c_x", "c_y"]
    assert source.kind == CONFIGURATION and "module.jobs is not read" in source.remarks[0]


def test_a_file_that_is_no_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.tf.json").write_text(as_json({}), encoding="utf-8")
    (tmp_path / "b.tf.json").write_text('{"version": 4, "resources": []}', encoding="utf-8")
    with pytest.raises(CollectionError, match=r"b\.tf\.json is not a configuration"):
        read_terraform(str(tmp_path))


def test_a_folder_without_a_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match=r"has no \.tf"):
        read_terraform(str(tmp_path))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_what_powershell_writes_is_read(tmp_path: Path, mark: bytes, encoding: str) -> None:
    for name in ("cf-terraforming-generate.tf", "state-imported.json"):
        path = tmp_path / name
        text = (FILES / name).read_text(encoding="utf-8")
        path.write_bytes(mark + text.replace("\n", "\r\n").encode(encoding))
        assert read_terraform(str(path)) == real(name)


def test_an_empty_file_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_bytes(codecs.BOM_UTF8 + b"\n")
    with pytest.raises(CollectionError, match="it is empty. terraform state pull prints nothing"):
        read_terraform(str(tmp_path / "state.json"))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"\xff\x00\xfe"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plan").write_bytes(content)
    with pytest.raises(CollectionError, match="binary form|neither UTF-8"):
        read_terraform(str(tmp_path / "plan"))


@pytest.mark.parametrize("version", ["4.3.5", "7.3.1", "8.0.0", "9.0.0"])
def test_another_version_of_the_parser_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(metadata, "version", lambda _name: version)
    with pytest.raises(CollectionError, match=version):
        resources(configuration(""))
    assert resources(as_json({}))[0].job


def test_without_the_parser_only_native_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> t.NoReturn:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(terraform_language.importlib, "import_module", missing)
    with pytest.raises(CollectionError, match=r"python-hcl2>=8\.1,<9"):
        resources(configuration(""))
    assert resources(as_json({}))[0].job and real("state-imported.json").resources[0].job
