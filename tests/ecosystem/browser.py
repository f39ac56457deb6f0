# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a headless browser emulates, and what axe-core finds in it."""

from __future__ import annotations

import json
import time
import typing as t

import headless
import pytest

if t.TYPE_CHECKING:
    from selenium.webdriver import Chrome

needs_browser = pytest.mark.skipif(bool(headless.missing()), reason=headless.missing())
SEVERAL_SECONDS = 10.0
# The seconds that axe-core may take. The page of splunk_logpush_rollout has all options of a job six times.
LARGEST_PAGE = 180.0
Found = t.TypeVar("Found")


def until(condition: t.Callable[[], Found]) -> Found:
    """Wait until a condition holds, and return its value."""
    end = time.monotonic() + SEVERAL_SECONDS
    while not (value := condition()):
        assert time.monotonic() < end, "the condition did not become true"
        time.sleep(0.05)
    return value


def set_color_scheme(browser: Chrome, scheme: str) -> None:
    """Let the system prefer a color scheme, ``light`` or ``dark``, or none with ""."""
    features = [{"name": "prefers-color-scheme", "value": scheme}] if scheme else []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def set_size(browser: Chrome, width: int, height: int) -> None:
    """Set the size of pages. A window itself cannot be as narrow as a phone."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def forget_requests(browser: Chrome) -> None:
    """Close the page, and empty the logs of the browser."""
    browser.get("about:blank")
    browser.get_log("performance")
    browser.get_log("browser")


def requested_urls(browser: Chrome) -> list[str]:
    """Return the addresses that the browser has requested since it forgot its requests."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


def axe_findings(browser: Chrome, *more_tags: str) -> list[str]:
    """Return what the rules of axe-core for WCAG 2.2, A and AA, find on the page that is open. Further tags select more rules."""
    browser.execute_script(headless.axe_script())
    browser.set_script_timeout(LARGEST_PAGE)
    return browser.execute_async_script(
        """const [more, done] = arguments;
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", ...more];
        axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then((found) => done(found.violations.flatMap((rule) =>
          rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`))));""",
        more_tags,
    )
