# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the tests and every judge that the Ansible ecosystem has for a collection.

python tests/run.py test    all of them
python tests/run.py lint    the judges only; all of them, or those that are named, those of MATRIX_JUDGES too: lint yamllint units
python tests/run.py pages   write docs/modules/ and docs/architecture.* anew
python tests/run.py docs    the same, and build the site of docs/ in .cache/docs/html; with --external-links look whether the
                            pages of others that it links to are there

The judges see a copy of what git knows or would add, so uncommitted work is judged and nothing is written into the checkout.
"""

from __future__ import annotations

import ast
import configparser
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import architecture
from documentation import build_site, dead_links

CHECKOUT = Path(__file__).resolve().parent.parent
CACHE = CHECKOUT / ".cache"
HOME = CACHE / "home"
DOCS = "docs/modules"
SITE = CACHE / "docs/html"
NAME = "edgeops.logpush"
PYTHONS = [f"python3.{minor}" for minor in range(8, 15)]


class Failed(Exception):
    """What a judge found."""


# --- Running things


def environment(collections: Path) -> dict[str, str]:
    """The environment of every child: our own tools first, and a home of our own, for Ansible and ansible-test write there."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "HOME": str(HOME),
        "NO_COLOR": "1",
        "PATH": search_path(),
        "PYTHONPYCACHEPREFIX": str(CACHE / "pycache"),
    }


def search_path() -> str:
    """PATH without folders of interpreters that do not start, as pyenv's shims may be, and with pyenv's real ones."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [Path(sys.executable).parent, *map(Path, os.get_exec_path()), *sorted(pyenv.glob("versions/*/bin"))]
    return os.pathsep.join(dict.fromkeys(str(folder) for folder in folders if all(map(starts, interpreters(folder)))))


def interpreters(folder: Path) -> list[Path]:
    return [folder / name for name in PYTHONS if os.access(folder / name, os.X_OK)]


def starts(interpreter: Path) -> bool:
    return subprocess.run([interpreter, "-c", ""], capture_output=True, check=False).returncode == 0


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Failed(done.stdout.strip() or f"exit status {done.returncode}")
    return done.stdout


def output(*command: str) -> str:
    return subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout


# --- The judges: each takes the copy and the environment, and raises Failed


def yamllint(copy: Path, env: dict[str, str]) -> None:
    run("yamllint", "--strict", ".", cwd=copy, env=env)


def flake8(copy: Path, env: dict[str, str]) -> None:
    """What is not used, not defined, or defined twice (a test of the name of another one would never run), and the style that
    Galaxy asks for: there imports come after the documentation (E402)."""
    run("flake8", "--isolated", "--max-line-length", "160", "--extend-ignore", "E203,E402", ".", cwd=copy, env=env)


def licences(copy: Path, env: dict[str, str]) -> None:
    run("reuse", "lint", cwd=copy, env=env)


def changelog(copy: Path, env: dict[str, str]) -> None:
    run("antsibull-changelog", "lint", cwd=copy, env=env)
    since = os.environ.get("CHANGES_SINCE") or output("git", "tag", "--sort=-version:refname").partition("\n")[0]
    fragments = "changelogs/fragments"
    if not since:
        told = list((copy / fragments).iterdir())
    elif output("git", "diff", "--name-only", since, "--", "meta", "plugins", "roles", "playbooks"):
        told = output("git", "diff", "--name-only", "--diff-filter=AM", since, "--", fragments) + output(
            "git", "ls-files", "--others", "--exclude-standard", "--", fragments
        )
    else:
        told = "nothing to tell"
    if not told:
        raise Failed(
            f"What users get has changed since {since or 'the beginning'}, and {fragments} does not say how (see CONTRIBUTING.md)"
        )


def ansible_lint(copy: Path, env: dict[str, str]) -> None:
    run("ansible-lint", "--offline", "--nocolor", cwd=copy, env=env)


def plugin_docs(copy: Path, env: dict[str, str]) -> None:
    run(
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs",
        "all",
        "--skip-rstcheck",
        ".",
        cwd=copy,
        env=env,
    )


def doc_pages(copy: Path, env: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as fresh:
        write_docs(Path(fresh), copy, env)
        there = copy / DOCS
        names = sorted({page.name for folder in (Path(fresh), there) for page in folder.glob("*.rst")})
        _same, differ, missing = filecmp.cmpfiles(fresh, there, names, shallow=False)
    old = [name for name, text in architecture.files(copy).items() if (copy / name).read_text(encoding="utf-8") != text]
    if differ or missing or old:
        raise Failed(f"Not what the plugins say (make docs writes it anew): {' '.join(sorted(differ + missing + old))}")


def site(copy: Path, env: dict[str, str]) -> None:
    """The documentation site can be built, and no link within it is dead."""
    with tempfile.TemporaryDirectory() as scratch:
        build_site(copy, Path(scratch, "source"), Path(scratch, "html"), "html", run, env)


def links(copy: Path, env: dict[str, str]) -> None:
    """No link within the repository is dead, and README names every plugin, role and playbook."""
    dead = dead_links(copy)
    if dead:
        raise Failed("These links lead nowhere:\n" + "\n".join(dead))
    readme = (copy / "README.md").read_text(encoding="utf-8")
    names = [name.rpartition(".")[2] for kind in documented(copy).values() for name in kind]
    names += [path.stem for path in copy.glob("playbooks/*.yml") if path.stem != "show_outcome"]
    missing = [name for name in names if f"`{name}`" not in readme]
    if missing:
        raise Failed("README does not name " + " ".join(missing))


def archive(copy: Path, env: dict[str, str]) -> None:
    """What a user installs can be built and installed, and documents every plugin and role by its full name."""
    with tempfile.TemporaryDirectory() as scratch:
        built = build(copy, Path(scratch), env)
        env = {**env, "ANSIBLE_COLLECTIONS_PATH": scratch}
        run(
            "ansible-galaxy",
            "collection",
            "install",
            "--offline",
            "--collections-path",
            scratch,
            built,
            cwd=Path(scratch),
            env=env,
        )
        for kind, names in documented(copy).items():
            shown = json.loads(run("ansible-doc", "--type", kind, "--json", *names, cwd=Path(scratch), env=env))
            if set(shown) != set(names):
                raise Failed(f"ansible-doc shows no {kind} " + " ".join(sorted(set(names) - set(shown))))


def build(copy: Path, folder: Path, env: dict[str, str]) -> Path:
    """The archive of the collection, made in a folder."""
    run("ansible-galaxy", "collection", "build", "--output-path", folder, cwd=copy, env=env)
    return next(folder.glob("*.tar.gz"))


def documented(copy: Path) -> dict[str, list[str]]:
    """The full names of the plugins and roles, by kind as ansible-doc calls it."""
    found = {
        kind: [path.stem for folder in (f"plugins/{kind}", f"plugins/{kind}s") for path in copy.glob(f"{folder}/*.py")]
        for kind in ("module", "filter", "inventory")
    }
    # Filters are documented one by one, in a file each beside the code.
    found["filter"] = [path.stem for path in copy.glob("plugins/filter/*.yml")]
    found["role"] = [path.name for path in copy.glob("roles/*")]
    return {
        kind: sorted(f"{NAME}.{name}" for name in names if not name.startswith("_"))
        for kind, names in found.items()
        if names
    }


def sanity(copy: Path, env: dict[str, str]) -> None:
    provide_pip()
    try:
        run("ansible-test", "sanity", "--color", "no", cwd=copy, env=env)
    except Failed as found:
        progress = (
            "Running sanity test",
            "Installing ",
            "Using cached",
            "Looking in ",
            "Collecting ",
            "Successfully installed ",
            "  Downloading ",
            "     ━",
        )
        raise Failed("\n".join(line for line in str(found).splitlines() if not line.startswith(progress))) from None


def galaxy_importer(copy: Path, env: dict[str, str]) -> None:
    """Galaxy and Automation Hub would take the archive in, without a word of blame."""
    with tempfile.TemporaryDirectory() as scratch:
        built = build(copy, Path(scratch), env)
        # The others are judges of their own here. The importer's flake8 reads the YAML of filters for Python.
        strict = {
            "CHECK_REQUIRED_TAGS": "true",
            "CHECK_CHANGELOG": "true",
            "RUN_ANSIBLE_DOC": "true",
            "RUN_FLAKE8": "false",
            "RUN_ANSIBLE_LINT": "false",
            "RUN_ANSIBLE_TEST": "false",
        }
        said = run(
            sys.executable,
            "-m",
            "galaxy_importer.main",
            built,
            cwd=Path(scratch),
            env={**env, **{f"GALAXY_IMPORTER_{name}": value for name, value in strict.items()}},
        )
    blamed = [line for line in said.splitlines() if line.startswith(("ERROR", "WARNING"))]
    if blamed or "completed successfully" not in said:
        raise Failed("\n".join(blamed) or said)


def units(copy: Path, env: dict[str, str]) -> None:
    """The unit tests the way ansible-test runs them, under our own Python."""
    run(
        "ansible-test",
        "units",
        "--color",
        "no",
        "--python",
        f"{sys.version_info.major}.{sys.version_info.minor}",
        cwd=copy,
        env=env,
    )


def integration(copy: Path, env: dict[str, str]) -> None:
    """The targets of tests/integration, under our own Python."""
    run("ansible-test", "integration", "--color", "no", cwd=copy, env=env)


JUDGES = [
    yamllint,
    flake8,
    licences,
    changelog,
    plugin_docs,
    doc_pages,
    site,
    links,
    archive,
    galaxy_importer,
    ansible_lint,
    sanity,
]
# What takes longer than it finds anew, on a single version of ansible-core: `make matrix` asks them on each.
MATRIX_JUDGES = [units, integration]


def judges_named(names: tuple[str, ...]) -> list:
    """Return the judges of these names, or all of them. Raises SystemExit for a name that none has."""
    judges = {judge.__name__: judge for judge in JUDGES + MATRIX_JUDGES}
    if unknown := sorted(set(names) - set(judges)):
        raise SystemExit(f"There is no judge {' '.join(unknown)}. There are: {' '.join(judges)}")
    return [judges[name] for name in names] or JUDGES


# --- What the judges need


def copy_to(scratch: Path) -> Path:
    """A copy in the place where Ansible's tools look for a collection; outside the checkout, or they take it for ignored."""
    copy = scratch / "ansible_collections" / NAME.replace(".", "/")
    for name in filter(None, output("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")):
        source, target = CHECKOUT / name, copy / name
        if os.path.lexists(source):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    return copy


def write_docs(target: Path, copy: Path, env: dict[str, str]) -> None:
    """A page for each plugin and role, such that a forge shows it well and its links work there."""
    target.mkdir(parents=True, exist_ok=True)
    run(
        "antsibull-docs",
        "collection",
        "--use-current",
        "--fail-on-error",
        "--squash-hierarchy",
        "--no-indexes",
        "--output-format",
        "simplified-rst",
        "--no-add-antsibull-docs-version",
        "--dest-dir",
        target,
        NAME,
        cwd=copy,
        env=env,
    )
    # The guides are beside them already.
    shutil.rmtree(target / "docsite", ignore_errors=True)
    for page in target.glob("*.rst"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"\.\./\.\./edgeops/logpush/(\w+)\.html", r"\1.rst", text)
        page.write_text(re.sub(r"\bdocsite/(\w+\.rst)", r"../docsite/rst/\1", text), encoding="utf-8")


def pages(copy: Path, env: dict[str, str]) -> None:
    """Write the generated pages anew, in the checkout and in its copy."""
    for folder in (CHECKOUT, copy):
        shutil.rmtree(folder / DOCS, ignore_errors=True)
    write_docs(copy / DOCS, copy, env)
    shutil.copytree(copy / DOCS, CHECKOUT / DOCS)
    for name, text in architecture.files(copy).items():
        for folder in (CHECKOUT, copy):
            (folder / name).write_text(text, encoding="utf-8")


def docs(copy: Path, env: dict[str, str], external_links: bool) -> None:
    """Build the site, and say where it is."""
    shutil.rmtree(SITE, ignore_errors=True)
    build_site(copy, copy.parents[2] / "source", SITE, "html", run, env)
    print(f"The site is at {SITE / 'index.html'}")
    if external_links:
        build_site(copy, copy.parents[2] / "links", CACHE / "docs/links", "linkcheck", run, env)
        print("Every page that it links to is there")


def provide_pip() -> None:
    """Let ansible-test make its environments from the package index alone.

    It downloads a bootstrap script for pip from a server of the Ansible project, unless it finds one in its cache.
    So put one there that runs a pip of the very version that it asks for, and hand on how pip is set up here,
    for ansible-test hides the environment from pip.
    """
    pip = [sys.executable, "-m", "pip"]
    settings = configparser.RawConfigParser()
    settings.read_dict({"global": {"cache-dir": output(*pip, "cache", "dir").strip()}})
    # Pip lists the environment first, yet gives it the last word.
    for line in sorted(output(*pip, "config", "list").splitlines(), key=lambda line: line.startswith(":env:")):
        key, value = line.split("=", 1)
        section, name = key.rsplit(".", 1)
        settings.read_dict({section.replace(":env:", "global"): {name: ast.literal_eval(value)}})
    config = HOME / ".config/pip/pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.touch(mode=0o600)  # a package index may want a password
    with config.open("w", encoding="utf-8") as file:
        settings.write(file)

    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    import ansible_test  # its location alone; its code is private

    source = Path(ansible_test.__path__[0], "_internal/python_requirements.py").read_text(encoding="utf-8")
    for version in set(re.findall(r"\bpip='([\d.]+)'", source)):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            subprocess.run([*pip, "download", "--quiet", "--no-deps", "--dest", cache, f"pip=={version}"], check=True)
            script.write_text(BOOTSTRAP.format(wheel=str(next(cache.glob(f"pip-{version}-*.whl")))), encoding="utf-8")


BOOTSTRAP = """
import runpy, sys
sys.path.insert(0, {wheel!r})
sys.argv[1:] = ["install"] + [arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


# --- The whole


def pytest(env: dict[str, str]) -> tuple[int, int]:
    """Run pytest in the checkout, its output seen as it comes; return how many tests passed and failed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "--color", "no"],
        cwd=CHECKOUT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    last = ""
    for line in child.stdout:
        print(line, end="", flush=True)
        last = line if line.strip() else last
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", last)}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    # No test at all, or a run cut short, is a failure too.
    return counts.get("passed", 0), failed or int(child.wait() != 0)


def main(what: str, *options: str) -> int:
    passed = failed = 0
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        copy = copy_to(Path(scratch))
        env = environment(Path(scratch))
        if what in ("pages", "docs"):
            try:
                pages(copy, env)
                if what == "docs":
                    docs(copy, env, "--external-links" in options)
            except Failed as found:
                print(found)
                return 1
            return 0
        unhappy = []
        for judge in judges_named(options):
            begin = time.monotonic()
            try:
                judge(copy, env)
                verdict, report = "ok", ""
                passed += 1
            except Failed as found:
                verdict, report = "FAILED", f"{found}\n".replace(f"{copy}/", "")
                failed += 1
                unhappy.append(judge.__name__)
            print(f"{judge.__name__:14} {verdict:6} {time.monotonic() - begin:5.1f} s\n{report}", end="", flush=True)
        if what == "test":
            good, bad = pytest(env)
            passed, failed = passed + good, failed + bad
            unhappy += ["pytest"] * bool(bad)
    if unhappy:
        print("Failed: " + ", ".join(unhappy))
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
