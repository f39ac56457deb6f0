# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the tests on every ansible-core and Python (`make matrix`). A Python that is not installed is skipped.

nox                                  all sessions, with a part of the end-to-end tests
nox -s "tests(2.16, Python 3.10)"    one session; nox --list shows them
nox -s tests -- full                 with all end-to-end tests, including the slow ones
"""

from __future__ import annotations

import os
import pathlib
import shutil
import sys

import nox

CHECKOUT = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(CHECKOUT / "tests"))
from tasks.environment import search_path  # noqa: E402  the folder of tests is not a package

os.environ["PATH"] = search_path()
nox.options.envdir = ".cache/nox"
nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = False

# The newest version of each ansible-core, and the Pythons that it runs on.
CORES = {
    "2.16.19": ("3.10", "3.11", "3.12"),
    "2.17.14": ("3.10", "3.11", "3.12"),
    "2.18.19": ("3.11", "3.12", "3.13"),
    "2.19.14": ("3.11", "3.12", "3.13"),
    "2.20.10": ("3.12", "3.13", "3.14"),
    "2.21.5": ("3.12", "3.13", "3.14"),
    # A pre-release. Sessions that run under a single Python use the second one.
    "2.22.0rc1": ("3.14", "3.13"),
}
# The Pythons that modules run under, each with the oldest ansible-core that supports it on a target.
TARGETS = {
    "3.8": "2.16.19",
    "3.9": "2.16.19",
    "3.10": "2.16.19",
    "3.11": "2.16.19",
    "3.12": "2.16.19",
    "3.13": "2.18.19",
    "3.14": "2.20.10",
}
# Creation, change and removal by each module.
MODULE_TESTS = [f"tests/e2e/test_{name}.py" for name in ("lifecycle", "each_module", "package")]
# The areas that a version of ansible-core may break: inventory, roles, playbooks, survey answers, secrets in results.
SMOKE_TESTS = [
    f"tests/e2e/test_{name}.py"
    for name in (
        "each_module",
        "package",
        "cloudflare_zones",
        "rollout",
        "day_two",
        "audit",
        "stats",
        "survey",
        "blank_variables",
        "secrets",
        "recorded_tasks",
    )
]


def short(core: str) -> str:
    """Return the series of a version, such as 2.19."""
    return core.rpartition(".")[0]


def install(session: nox.Session, core: str) -> None:
    """Install an ansible-core and the requirements of the tests into the environment of a session."""
    session.install("--quiet", "--requirement", "requirements/matrix.txt", f"ansible-core=={core}")


def pytest(session: nox.Session, python: str, *chosen: str, env: dict[str, str] | None = None) -> None:
    """Run pytest under a Python."""
    session.run(python, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *chosen, env=env or {}, external=True)


def target_python(session: nox.Session, version: str) -> pathlib.Path:
    """Return the Python of an environment with the requirements of modules and their tests. Skips the session if that
    version is not installed. The ansible-core of the session runs under another Python."""
    folder = CHECKOUT / f".cache/nox/target-{version}"
    python = folder / "bin" / f"python{version}"
    found = shutil.which(f"python{version}", path=os.environ["PATH"])
    if not found:
        session.skip(f"Python {version} is not on this machine")
    if not python.exists():
        session.run(found, "-m", "venv", str(folder), external=True)
    session.run(
        str(python), "-m", "pip", "install", "--quiet", "--requirement", "requirements/matrix.txt", external=True
    )
    return python


def module_utils(session: nox.Session) -> str:
    """Return a folder that contains only the session's ansible-core, for Pythons that it supports as targets alone."""
    folder = pathlib.Path(session.create_tmp())
    link = folder / "ansible"
    link.unlink(missing_ok=True)
    link.symlink_to(session.run("python", "-c", "import ansible; print(*ansible.__path__)", silent=True).strip())
    return str(folder)


EVERY_PAIR = nox.parametrize(
    "python,core",
    [
        nox.param(python, core, id=f"{short(core)}, Python {python}")
        for core, pythons in CORES.items()
        for python in pythons
    ],
)
EVERY_CORE = nox.parametrize(
    "python,core", [nox.param(pythons[1], core, id=short(core)) for core, pythons in CORES.items()]
)
EVERY_TARGET = nox.parametrize(
    "python,core,target",
    [nox.param(CORES[core][1], core, target, id=f"Python {target}") for target, core in TARGETS.items()],
)


@nox.session
@EVERY_PAIR
def tests(session: nox.Session, core: str) -> None:
    """Run end-to-end tests with an ansible-core under a Python: all with the argument C(full), or the files that are named."""
    install(session, core)
    all_tests = ["-m", "", "tests/e2e", "tests/tools", "--ignore=tests/tools/test_bench.py"]
    pytest(session, "python", *(all_tests if session.posargs == ["full"] else session.posargs or SMOKE_TESTS))


@nox.session
@EVERY_TARGET
def modules(session: nox.Session, core: str, target: str) -> None:
    """Run each module under a target Python."""
    install(session, core)
    python = target_python(session, target)
    pytest(session, "python", "-k", "not worker", *MODULE_TESTS, env={"E2E_TARGET_PYTHON": str(python)})


@nox.session
@EVERY_TARGET
def module_code(session: nox.Session, core: str, target: str) -> None:
    """Run the unit tests of modules and of plugins/module_utils under a target Python."""
    install(session, core)
    python = target_python(session, target)
    own_python = session.run("python", "-c", "import sys; print(sys.executable)", silent=True).strip()
    pytest(
        session,
        str(python),
        "tests/unit/modules",
        "tests/unit/plugins/module_utils",
        env={"PYTHONPATH": module_utils(session), "SIMULATOR_PYTHON": own_python},
    )


@nox.session(python=CORES["2.19.14"][0])
def units(session: nox.Session) -> None:
    """Run all unit tests with ansible-test, which starts a process for each and takes a long time."""
    install(session, "2.19.14")
    session.run("python", "tests/run.py", "lint", "units")


@nox.session
@EVERY_CORE
def integration(session: nox.Session, core: str) -> None:
    """Run the integration targets with ansible-test."""
    install(session, core)
    session.run("python", "tests/run.py", "lint", "integration")


@nox.session
@EVERY_CORE
def sanity(session: nox.Session, core: str) -> None:
    """Run the sanity tests of an ansible-core."""
    install(session, core)
    session.run("python", "tests/run.py", "lint", "sanity")
