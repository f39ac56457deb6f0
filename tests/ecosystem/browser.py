# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium that logs its requests, and the accessibility checks of axe-core in it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pathlib
import typing as t

from .needs import find_program, needs, needs_python_package

if t.TYPE_CHECKING:
    from selenium.webdriver import Chrome

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HINT = "Debian: apt-get install chromium chromium-driver"
NEEDS_BROWSER = [needs(*BROWSERS, hint=HINT), needs("chromedriver", hint=HINT), needs_python_package("selenium")]
AXE = "axe_playwright_python"
NEEDS_AXE = needs_python_package(AXE)


@contextlib.contextmanager
def headless_browser() -> t.Iterator[Chrome]:
    """Start a headless browser that logs its requests, and stop it at the end."""
    from selenium import webdriver  # noqa: PLC0415 (only tests of pages need it)

    options = webdriver.ChromeOptions()
    options.binary_location = find_program(*BROWSERS)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1360,860"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=find_program("chromedriver"))
    )
    try:
        yield driver
    finally:
        driver.quit()


def set_color_scheme(browser: Chrome, scheme: str) -> None:
    """Let the system prefer a color scheme, ``light`` or ``dark``, or none with ""."""
    features = [{"name": "prefers-color-scheme", "value": scheme}] if scheme else []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def set_size(browser: Chrome, width: int, height: int) -> None:
    """Give pages a size. A window itself cannot be as narrow as a phone."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def axe_findings(browser: Chrome) -> list[str]:
    """Return what the rules of axe-core for WCAG 2.2, A and AA, find on the page that is open."""
    (folder,) = importlib.util.find_spec(AXE).submodule_search_locations
    browser.execute_script(pathlib.Path(folder, "axe.min.js").read_text(encoding="utf-8"))
    found = browser.execute_async_script(
        """const done = arguments[arguments.length - 1];
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
        axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}).then(
          (result) => done(result.violations), (error) => done([{id: String(error), nodes: []}]));"""
    )
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"] or [{"target": "", "html": "", "failureSummary": ""}]
    ]
