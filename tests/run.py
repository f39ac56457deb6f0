# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the checks, the tests and the documentation tools of the collection, for the Makefile.

test [ARGUMENT ...]         the fast checks and the tests; with arguments only pytest, with these arguments
ecosystem [ARGUMENT ...]    the checks and tests with tools of others, and the tests of our own tools; with arguments only pytest
lint [NAME ...]             the fast checks, or those named; a wrong name lists them all
guides [PAGE ...]           run the examples of the README and the guides, or of those named, and write what they show into them
pages                       write docs/modules and docs/architecture.*
docs [--external-links]     the same, and build the site; check links to other sites
"""

from __future__ import annotations

import sys
import typing as t

from tasks.checks import ECOSYSTEM_CHECKS, FAST_CHECKS, CheckResult, checks_named, run_checks
from tasks.docs_pages import write_pages
from tasks.docs_site import build_site, check_external_links
from tasks.environment import CACHE, environment
from tasks.pytest_run import TestCounts, run_pytest
from tasks.workspace import CheckFailed, workspace

NO_TESTS = TestCounts(0, 0, 0)


def test(*arguments: str) -> int:
    """Run the fast checks and the tests, or only the tests that the arguments of pytest select."""
    if arguments:
        return report([], pytest(*arguments))
    return report(run_checks(FAST_CHECKS), pytest("--durations=25"))


def ecosystem(*arguments: str) -> int:
    """Run the checks and the tests with tools of others and the tests of our own tools, or only the tests that the
    arguments of pytest select. Print which tests were skipped and why, and how long each took."""
    checks = [] if arguments else run_checks(ECOSYSTEM_CHECKS)
    return report(checks, pytest(*(arguments or ["tests/ecosystem", "tests/tools"]), "-rs", "--durations=0"))


def lint(*names: str) -> int:
    """Run the fast checks, or those named."""
    return report(run_checks(checks_named(names)), NO_TESTS)


def guides(*pages: str) -> int:
    """Run the examples of the README and the guides, or of those named, and write what they show into the pages."""
    selected = " or ".join(pages) or "a_page_does_what_it_says"
    with_writing = {**environment(CACHE / "collections"), "WRITE_OUTPUT": "true"}
    return report([], run_pytest(with_writing, "tests/e2e/test_docs.py", "-k", selected))


def pages() -> int:
    """Write the generated pages of the documentation."""
    with workspace() as own:
        write_pages(own)
    return 0


def docs(*options: str) -> int:
    """Write the generated pages and build the site."""
    with workspace() as own:
        write_pages(own)
        print(f"The site is at {build_site(own)}")
        if "--external-links" in options:
            check_external_links(own)
            print("Every page of other sites that it links to exists")
    return 0


def pytest(*arguments: str) -> TestCounts:
    """Run pytest in the checkout."""
    # conftest.py makes the checkout importable from here.
    return run_pytest(environment(CACHE / "collections"), *arguments)


def report(checks: t.Sequence[CheckResult], tests: TestCounts) -> int:
    """Print the failures and the number of checks and tests that passed, and return the exit status."""
    failed_checks = [check.name for check in checks if check.problem]
    failed = len(failed_checks) + tests.failed
    if failed:
        print("Failed: " + ", ".join([*failed_checks, *(["pytest"] if tests.failed else [])]))
    passed = len(checks) - len(failed_checks) + tests.passed
    print(f"{passed} passed, {failed} failed" + (f", {tests.skipped} skipped" if tests.skipped else ""))
    return int(failed > 0)


COMMANDS: dict[str, t.Callable[..., int]] = {
    command.__name__: command for command in (test, ecosystem, lint, guides, pages, docs)
}


def main(command: str = "", *arguments: str) -> int:
    """Run a command and return the exit status."""
    if command not in COMMANDS:
        print(__doc__)
        return 2
    try:
        return COMMANDS[command](*arguments)
    except CheckFailed as failure:
        print(failure)
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
