# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks with ansible-test, which installs its requirements only from the package index."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from .environment import HOME
from .workspace import CheckFailed, Workspace

PROGRESS = (
    "Running sanity test",
    "Installing ",
    "Using cached",
    "Looking in ",
    "Collecting ",
    "Successfully installed ",
    "  Downloading ",
    "     ━",
)
# Replaces the script that ansible-test downloads. It has arguments of its own that pip does not know.
BOOTSTRAP = """
import runpy, sys
sys.path.insert(0, {wheel!r})
sys.argv[1:] = ["install"] + [arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
PIP = (sys.executable, "-m", "pip")


def sanity(workspace: Workspace) -> None:
    """Run the sanity tests."""
    hand_on_pip_settings()
    provide_pip_bootstrap()
    try:
        workspace.run("ansible-test", "sanity", "--color", "no")
    except CheckFailed as failure:
        lines = str(failure).splitlines()
        raise CheckFailed("\n".join(line for line in lines if not line.startswith(PROGRESS))) from None


def units(workspace: Workspace) -> None:
    """Run the unit tests as ansible-test does, under this Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    workspace.run("ansible-test", "units", "--color", "no", "--python", python)


def integration(workspace: Workspace) -> None:
    """Run the targets of tests/integration, under this Python."""
    workspace.run("ansible-test", "integration", "--color", "no")


def hand_on_pip_settings() -> None:
    """Write pip's settings to the home folder of ansible-test, which hides the environment from pip."""
    settings = configparser.RawConfigParser()
    settings.read_dict({"global": {"cache-dir": _output(*PIP, "cache", "dir").strip()}})
    # Pip lists the environment first, but its values take precedence.
    for line in sorted(_output(*PIP, "config", "list").splitlines(), key=lambda line: line.startswith(":env:")):
        key, value = line.split("=", 1)
        section, name = key.rsplit(".", 1)
        settings.read_dict({section.replace(":env:", "global"): {name: ast.literal_eval(value)}})
    config = HOME / ".config/pip/pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)  # a package index may need a password
    with config.open("w", encoding="utf-8") as file:
        settings.write(file)


def provide_pip_bootstrap() -> None:
    """Put scripts that install pip into the cache of ansible-test.

    It downloads them from a server of the Ansible project where the cache has none. These run a pip of the same version
    from the package index.
    """
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in _pip_versions():
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            subprocess.run([*PIP, "download", "--quiet", "--no-deps", "--dest", cache, f"pip=={version}"], check=True)
            wheel = next(cache.glob(f"pip-{version}-*.whl"))
            script.write_text(BOOTSTRAP.format(wheel=str(wheel)), encoding="utf-8")


def _pip_versions() -> set[str]:
    """Return the versions of pip that ansible-test bootstraps. It has no option that lists them."""
    spec = importlib.util.find_spec("ansible_test")
    if spec is None or not spec.submodule_search_locations:
        raise CheckFailed("ansible-test is not installed in this environment")
    source = Path(spec.submodule_search_locations[0], "_internal/python_requirements.py").read_text(encoding="utf-8")
    return set(re.findall(r"\bpip='([\d.]+)'", source))


def _output(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
