# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium, for the tests, the benchmark and the pictures of the audit page and the site."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pathlib
import shutil
import typing as t

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"


def missing() -> str:
    """Return what is missing for a browser, "" if nothing is."""
    if not _browser():
        return "Chromium is not installed (Debian: apt-get install chromium chromium-driver)"
    if not shutil.which(DRIVER):
        return "chromedriver is not installed (Debian: apt-get install chromium-driver)"
    return "" if importlib.util.find_spec("selenium") else "the Python package selenium is not installed"


@contextlib.contextmanager
def chromium(width: int = 1360, height: int = 860) -> t.Iterator[t.Any]:
    """Yield a driver of a headless browser that logs its requests."""
    from selenium import webdriver  # noqa: PLC0415 (most programs of the tests run without it)

    options = webdriver.ChromeOptions()
    options.binary_location = _browser()
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={width},{height}"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=shutil.which(DRIVER) or DRIVER)
    )
    try:
        yield driver
    finally:
        driver.quit()


def _browser() -> str:
    return next(filter(None, map(shutil.which, BROWSERS)), "")


def axe_script() -> str:
    """Return axe-core, which checks the accessibility of a page; "" if the package that has it is not installed."""
    found = importlib.util.find_spec("axe_playwright_python")
    folders = list(found.submodule_search_locations or []) if found else []
    paths = [pathlib.Path(folder, "axe.min.js") for folder in folders]
    return next((path.read_text(encoding="utf-8") for path in paths if path.is_file()), "")
