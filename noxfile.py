# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests on every ansible-core and Python (`make matrix`); an interpreter that the machine lacks is skipped.

nox                                  all of it, with a part of the end-to-end tests
nox -s "tests(2.16, Python 3.10)"    one session; nox --list shows them
nox -s tests -- full                 with all end-to-end tests
"""

from __future__ import annotations

import os
import pathlib
import shutil
import sys

import nox

CHECKOUT = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(CHECKOUT / "tests"))
from run import search_path  # noqa: E402  the folder of tests is no package

os.environ["PATH"] = search_path()
nox.options.envdir = ".cache/nox"
nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False

# The newest of each ansible-core, and the Pythons that it runs on.
CORES = {
    "2.16.19": ("3.10", "3.11", "3.12"),
    "2.17.14": ("3.10", "3.11", "3.12"),
    "2.18.19": ("3.11", "3.12", "3.13"),
    "2.19.14": ("3.11", "3.12", "3.13"),
    "2.20.10": ("3.12", "3.13", "3.14"),
    "2.21.5": ("3.12", "3.13", "3.14"),
}
# The Pythons that its modules run under, as far as this collection's do.
TARGETS = {
    core: [f"3.{minor}" for minor in range(9 if pythons[0] == "3.12" else 8, 15 if pythons[-1] == "3.14" else int(pythons[-1][2:]) + 1)]
    for core, pythons in CORES.items()
}
LIFE_OF_EACH_MODULE = [
    f"tests/e2e/test_{name}.py"
    for name in (
        "lifecycle", "package", "splunk_logpush_rollout", "splunk_logpush_job_info", "logpush_dataset_fields_info", "splunk_hec_settings",
        "splunk_hec_token", "splunk_hec_probe", "splunk_hec_waf_rule", "splunk_index",
    )
]
# And the rest of what a version of ansible-core may break: inventory, roles, playbooks, secrets in results.
SMOKE = [
    *LIFE_OF_EACH_MODULE,
    *(f"tests/e2e/test_{name}.py" for name in ("cloudflare_zones", "rollout", "site", "splunk_logpush_role", "secrets")),
]


def short(core: str) -> str:
    return core.rpartition(".")[0]


def install(session: nox.Session, core: str) -> None:
    session.install("--quiet", "--requirement", "requirements/matrix.txt", f"ansible-core=={core}")


def target_python(session: nox.Session, version: str) -> pathlib.Path | None:
    """The Python of an environment with what modules and their tests need; none where the machine has no such Python."""
    folder = CHECKOUT / f".cache/nox/target-{version}"
    python = folder / "bin" / f"python{version}"
    found = shutil.which(f"python{version}", path=os.environ["PATH"])
    if not found:
        session.warn(f"Skipped: target Python {version} is not on this machine")
        return None
    if not python.exists():
        session.run(found, "-m", "venv", str(folder), external=True)
    session.run(str(python), "-m", "pip", "install", "--quiet", "--requirement", "requirements/matrix.txt", external=True)
    return python


def targets(session: nox.Session, core: str) -> dict[str, pathlib.Path]:
    found = {version: target_python(session, version) for version in TARGETS[core]}
    return {version: python for version, python in found.items() if python}


EVERY_PAIR = nox.parametrize("python,core", [
    nox.param(python, core, id=f"{short(core)}, Python {python}") for core, pythons in CORES.items() for python in pythons
])
EVERY_CORE = nox.parametrize("python,core", [nox.param(pythons[1], core, id=short(core)) for core, pythons in CORES.items()])


@nox.session
@EVERY_PAIR
def tests(session: nox.Session, core: str) -> None:
    """Unit and end-to-end tests with an ansible-core under a Python."""
    install(session, core)
    chosen = ["tests/e2e", "--ignore=tests/e2e/test_bench.py"] if "full" in session.posargs else SMOKE
    session.run("python", "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "tests/unit/plugins", *chosen)


@nox.session
@EVERY_CORE
def modules(session: nox.Session, core: str) -> None:
    """The life of each module, run under every target Python of an ansible-core."""
    install(session, core)
    for python in targets(session, core).values():
        session.run("python", "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-k", "not worker", *LIFE_OF_EACH_MODULE,
                    env={"E2E_TARGET_PYTHON": str(python)})


@nox.session
@EVERY_CORE
def units(session: nox.Session, core: str) -> None:
    """The unit tests by ansible-test, under every target Python of an ansible-core."""
    install(session, core)
    found = targets(session, core)
    path = os.pathsep.join([*(str(python.parent) for python in found.values()), os.environ["PATH"]])
    session.run("python", "tests/run.py", "lint", "units", env={"PATH": path, "UNIT_PYTHONS": " ".join(found)})


@nox.session
@EVERY_CORE
def integration(session: nox.Session, core: str) -> None:
    """The integration targets by ansible-test."""
    install(session, core)
    session.run("python", "tests/run.py", "lint", "integration")


@nox.session
@EVERY_CORE
def sanity(session: nox.Session, core: str) -> None:
    """The sanity tests of an ansible-core."""
    install(session, core)
    session.run("python", "tests/run.py", "lint", "sanity")
