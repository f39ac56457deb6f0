# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All checks, by name, and how they run: several at a time, each in a copy of the collection of its own."""

from __future__ import annotations

import concurrent.futures
import os
import time
import traceback
import typing as t

from .ansible_test import integration, sanity, units
from .code_checks import audit_page, mypy, ruff, ruff_format, yamllint
from .collection_checks import ansible_lint, archive, galaxy_importer, plugin_docs
from .docs_checks import doc_pages, links, site
from .repository_checks import changelog, licenses
from .workspace import CheckFailed, Workspace, workspace

Check = t.Callable[[Workspace], None]

# The longest checks come first, so that none of them runs alone at the end.
FAST_CHECKS: list[Check] = [
    ansible_lint,
    archive,
    doc_pages,
    plugin_docs,
    audit_page,
    mypy,
    licenses,
    yamllint,
    links,
    ruff,
    ruff_format,
    changelog,
]
# Checks by external tools that install their own environments or repeat other checks, and the build of the site, which takes as long as
# the slowest fast check and renders pages that doc_pages has checked. `make ecosystem` runs them.
ECOSYSTEM_CHECKS: list[Check] = [sanity, site, galaxy_importer]
# These take long and find little on a single version of ansible-core. `make matrix` runs them on each version.
MATRIX_CHECKS: list[Check] = [units, integration]


class CheckResult(t.NamedTuple):
    """The result of a check: ``problem`` describes a problem, "" if there is none."""

    name: str
    seconds: float
    problem: str


def checks_named(names: t.Sequence[str]) -> list[Check]:
    """Return the checks of these names, or the fast checks if there are no names. Raises SystemExit for an unknown name."""
    known = {check.__name__: check for check in [*FAST_CHECKS, *ECOSYSTEM_CHECKS, *MATRIX_CHECKS]}
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(f"There is no check {' '.join(unknown)}. The checks are: {' '.join(known)}")
    return [known[name] for name in names] or FAST_CHECKS


def run_checks(checks: t.Sequence[Check]) -> list[CheckResult]:
    """Run checks, as many at a time as there are processors, print each result as it comes, and return all of them."""
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for future in concurrent.futures.as_completed([pool.submit(run_check, check) for check in checks]):
            result = future.result()
            results.append(result)
            state = "FAILED" if result.problem else "ok"
            print(f"{result.name:16} {state:6} {result.seconds:6.1f} s", flush=True)
            if result.problem:
                print(result.problem, flush=True)
    return results


def run_check(check: Check) -> CheckResult:
    """Run a check and return its result."""
    begin = time.monotonic()
    problem = ""
    with workspace() as own:
        try:
            check(own)
        except CheckFailed as failure:
            # Show paths as they are in the checkout.
            problem = str(failure).replace(f"{own.collection}/", "") or "It failed without a message."
        except Exception:
            # A crash of one check must not hide the results of the others.
            problem = traceback.format_exc()
    return CheckResult(check.__name__, time.monotonic() - begin, problem)
