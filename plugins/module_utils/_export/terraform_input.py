# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the files of Terraform that are to be exported: one file, or the configuration in a folder."""

from __future__ import annotations

import json
import os

from .._core.errors import CollectionError, OptionError
from .._core.files import read_errors
from .terraform import SourceFile, TerraformSource, read_source

# OpenTofu's form of a file hides Terraform's form of the same name.
_HIDES = {".tofu": ".tf", ".tofu.json": ".tf.json"}
_ENDINGS = (".tofu.json", ".tf.json", ".tofu", ".tf")


def read_terraform(path: str) -> TerraformSource:
    """Return the jobs in a file, or in the configuration in a folder. Raises OptionError."""
    try:
        with read_errors("terraform", path):
            files = [SourceFile(os.path.basename(each), _text_of(each)) for each in _paths(path)]
        if not _ending(files[0].name) and not files[0].text.strip():
            raise CollectionError("it is empty. terraform state pull prints nothing where there is no state")
        return read_source(files)
    except ValueError as error:  # a path with a null character
        raise OptionError("terraform", f"cannot be read: {error}") from None
    except OptionError:
        raise
    except CollectionError as error:
        raise OptionError("terraform", f"{path} cannot be used: {error}.") from None


def _paths(path: str) -> list[str]:
    """Return the paths of the files to read, in order. Raises OptionError."""
    is_folder = os.path.isdir(path)
    if not is_folder and not _ending(path):
        return [path]
    folder = path if is_folder else os.path.dirname(path)
    names = _configuration_files(folder)
    for name in names:
        _refuse_override(name)
    if not is_folder:
        return [path]
    hidden = {_stem(name) + _HIDES[_ending(name)] for name in names if _ending(name) in _HIDES}
    if not names:
        raise OptionError("terraform", f"{path} has no .tf or .tofu file. Give a configuration, or the file of a state")
    return [os.path.join(path, name) for name in names if name not in hidden]


def _configuration_files(folder: str) -> list[str]:
    """Return the names of the files in a folder that Terraform or OpenTofu reads, in order."""
    return sorted(
        name
        for name in os.listdir(folder or os.curdir)
        if _ending(name) and not name.startswith(".") and not os.path.isdir(os.path.join(folder, name))
    )


def _refuse_override(name: str) -> None:
    """Raise OptionError for a file that Terraform merges into others: then those files do not describe the jobs
    completely."""
    if _ending(name) and (_stem(name) == "override" or _stem(name).endswith("_override")):
        raise OptionError(
            "terraform",
            f"{name} overrides other files of the configuration, and such a file is not read. Give a state instead",
        )


def _ending(name: str) -> str:
    return next((ending for ending in _ENDINGS if name.endswith(ending)), "")


def _stem(name: str) -> str:
    return name[: -len(_ending(name))]


def _text_of(path: str) -> str:
    """Return the text of a file. Raises OptionError and OSError."""
    with open(path, "rb") as file:
        content = file.read()
    if content.startswith(b"PK\x03\x04"):
        raise OptionError(
            "terraform", f"{path} is a plan in its binary form. Give the output of terraform show -json {path}"
        )
    try:
        # PowerShell 5 writes UTF-16 with a byte order mark when a command's output is redirected. The rule of JSON holds for
        # any text that begins with ASCII characters.
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise OptionError("terraform", f"{path} cannot be read: it is neither UTF-8 nor UTF-16 text") from None
